"""What an element of HTML says of rich text: by its name, its classes, its attributes and its style. Knows no other elements."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from justui.html_tokens import Tag
from justui.rich import INLINE, fault_of

BLOCKS: Final = frozenset(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup html legend li main nav ol p pre search section summary table tbody td tfoot th thead tr ul
    """.split()
)
"""Elements that stand on lines of their own."""
_HEADERS: Final = {f"h{number}": number for number in range(1, 7)}
FORMATS: Final[dict[str, dict[str, Any]]] = {
    **{tag: {"bold": True} for tag in ("b", "strong")},
    **{tag: {"italic": True} for tag in ("i", "em", "cite", "dfn", "var")},
    **{tag: {"underline": True} for tag in ("u", "ins")},
    **{tag: {"strike": True} for tag in ("s", "strike", "del")},
    **{tag: {"code": True} for tag in ("code", "kbd", "samp", "tt")},
    "sub": {"script": "sub"},
    "sup": {"script": "super"},
    "small": {"size": "small"},
    "big": {"size": "large"},
    "mark": {"background": "yellow"},
}
_CLASS: Final = re.compile(r"ql-(align|direction|indent|size|font)-(\w+)|(?:language|lang)-(\S+)")


def read_style(text: str) -> dict[str, str]:
    """The declarations of a `style` attribute, in lower case. They are not checked: that is for who takes a value of them."""
    made = {}
    for declaration in text.split(";") if text else ():
        name, _, value = declaration.partition(":")
        made[name.strip().lower()] = value.partition("!")[0].strip().lower()
    return made


def inline_formats(tag: Tag, style: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The inline formats that an element sets, by its name, then its classes and attributes, then its style."""
    attributes = tag.attributes
    found = dict(FORMATS.get(tag.name, {}))
    if tag.name == "a" and "href" in attributes:
        found["link"] = attributes["href"].strip()
    if tag.name == "font" and "color" in attributes:
        found["color"] = attributes["color"].strip()
    if tag.name not in BLOCKS:
        found |= {name: value for name, value in _classes(tag) if name in INLINE}
    for name, value in (*found.items(), *_styled(style)):
        if not fault_of(name, value):
            yield name, value


def _styled(style: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    weight = style.get("font-weight", "")
    if weight:
        yield "bold", True if weight in ("bold", "bolder", "600", "700", "800", "900") else None
    if slant := style.get("font-style"):
        yield "italic", True if slant.startswith(("italic", "oblique")) else None
    line = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
    if "underline" in line:
        yield "underline", True
    if "line-through" in line:
        yield "strike", True
    if style.get("vertical-align") in ("sub", "super"):
        yield "script", style["vertical-align"]
    if colour := style.get("color"):
        yield "color", colour
    if colour := style.get("background-color", style.get("background")):
        yield "background", None if colour in ("transparent", "none", "initial") else colour


def _classes(tag: Tag) -> Iterator[tuple[str, str]]:
    for name in tag.attributes.get("class", "").split():
        if found := _CLASS.fullmatch(name):
            yield found[1] or "language", found[2] or found[3]


def line_formats(tag: Tag, style: Mapping[str, str]) -> dict[str, Any]:
    """The formats that an element sets for the lines in it; None takes one away."""
    found: dict[str, Any] = dict(_classes(tag))
    level = found.pop("indent", "")
    if level.isdecimal() and len(level) == 1:
        found["indent"] = int(level)
    if given := tag.attributes.get("align", "center" if tag.name == "center" else ""):
        found.setdefault("align", given.lower())
    if styled := style.get("text-align"):
        found.setdefault("align", None if styled in ("left", "start") else styled)
    if tag.attributes.get("dir", "").lower() == "rtl":
        found["direction"] = "rtl"
    if tag.name in _HEADERS:
        found["header"] = _HEADERS[tag.name]
    if tag.name == "blockquote":
        found["blockquote"] = True
    names = ("align", "direction", "indent", "header", "blockquote")
    return {name: found[name] for name in names if name in found and not fault_of(name, found[name])}


def kind_of_item(tag: Tag, of_list: str) -> str:
    """What an `li` is in a list of this kind: `ordered`, `bullet`, `checked` or `unchecked`."""
    given = tag.attributes.get("data-list", "")
    if given and not fault_of("list", given):
        return given
    if tag.attributes.get("role") == "checkbox":
        return "checked" if tag.attributes.get("aria-checked") == "true" else "unchecked"
    return of_list


def language_of(tag: Tag) -> Any:
    """The language of a code block: of its class, or as Quill's editor has it; True where none is given."""
    given = dict(_classes(tag)).get("language") or tag.attributes.get("data-language", "")
    return given if given and not fault_of("code-block", given) else True
