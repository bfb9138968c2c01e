"""The kinds of attributes in the tables: how a class declares them and which type their keyword has."""

import keyword
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from justui.component import Component

# kind in the table: (class of the attribute, what its keyword takes besides None and a state)
KINDS: Final = {
    "text": ("Text", "str"),
    "flag": ("Flag", "bool"),
    "number": ("Number", "float | str"),
    "numbers": ("Numbers", "NumberList"),
    "url": ("Url", "str"),
    "urls": ("UrlSet", "str"),
    "truefalse": ("TrueFalse", "bool | str"),
    "scalar": ("Scalar", "ScalarValue"),
    "reference": ("Reference", "Target"),
    "references": ("References", "Targets"),
    "flag or text": ("FlagOrText", "bool | str"),
    "animated": ("Animated", "float | str"),
    "animated name": ("AnimatedName", "str"),
}
HOMES: Final = {
    **dict.fromkeys(("FlagOr", "FlagOrText", "Reference", "References", "Scalar"), "justui.components.html.attributes"),
    **dict.fromkeys(("Animated", "AnimatedName", "Numbers"), "justui.components.svg.attributes"),
}
"""Where the classes of attributes live that the engine does not have."""


def kind_class(kind: str) -> str:
    """The class that an attribute of this kind has."""
    if kind in KINDS:
        return KINDS[kind][0]
    return "FlagOr" if kind.startswith("flag or ") else "Choice"


def kind_words(kind: str) -> str:
    """The name of the set of words of this kind; empty when it has none."""
    return "" if kind in KINDS else kind.removeprefix("flag or ")


def kind_type(kind: str) -> str:
    """The type of the keyword for an attribute of this kind."""
    if kind in KINDS:
        return f"Given[{KINDS[kind][1]}]"
    return f"Given[bool | {kind_words(kind)}]" if kind.startswith("flag or ") else f"Given[{kind_words(kind)}]"


def words_in(kinds: Iterable[str]) -> set[str]:
    """The names of the sets of words that these kinds need."""
    return {kind_words(kind) for kind in kinds} - {""}


def python_names(html: str) -> Iterator[str]:
    """The names of an attribute in Python: `stroke-width` is `stroke_width`, `viewBox` is `view_box` and `viewBox`.

    Python's own words get a `_` behind them, and those of SVG may have it in front: `in_`, `_in`.
    """
    plain = re.sub(r"[:-]", "_", html)
    snake = re.sub(r"(?<=[a-z0-9])[A-Z]", lambda capital: f"_{capital[0].lower()}", plain)
    if keyword.iskeyword(plain):
        yield f"{plain}_"
        if plain in ("in", "from"):
            yield f"_{plain}"
        return
    yield snake
    if plain != snake:
        yield plain


class Attribute:
    """One attribute of an element: a name in Python, its kind, its name in HTML or SVG, and of which other it is an alias."""

    def __init__(self, name: str, kind: str, html: str, of: str = "") -> None:
        self.name = name
        self.kind = kind
        self.html = html
        self.of = of

    def declaration(self, renamed: dict[str, str]) -> str:
        """The line of a class that declares it; `renamed` are classes that have another name in the module."""
        if self.of:
            return f"{self.name} = {self.of}"
        derived = self.name.rstrip("_").replace("_", "-") == self.html
        html = [] if derived else [f'"{self.html}"']
        words = kind_words(self.kind)
        made = kind_class(self.kind)
        if words:
            named = [f"html={one}" for one in html]
            return f"{self.name} = {made}[{words}]({', '.join([f'*get_args({words})', *named])})"
        # Such as the address `data` of an `Object`, in the place of every component's dict.
        ignore = "  # type: ignore[assignment]  # the standard's" if hasattr(Component, self.name) else ""
        return f"{self.name} = {renamed.get(made, made)}({''.join(html)}){ignore}"

    @property
    def keyword(self) -> str:
        """The line of a TypedDict that declares its keyword."""
        return f"{self.name}: {kind_type(self.kind)}"


def attributes_of(element: dict[str, Any], groups: dict[str, dict[str, str]] | None = None) -> list[Attribute]:
    """An element's own attributes, those of its groups first, each with all its names."""
    own: dict[str, str] = {}
    for name in element.get("_groups", ()):
        own |= (groups or {})[name]
    own |= {name: kind for name, kind in element.items() if not name.startswith("_")}
    found: list[Attribute] = []
    for html, kind in own.items():
        first, *others = python_names(html)
        found += [Attribute(first, kind, html), *(Attribute(other, kind, html, first) for other in others)]
    aliases = element.get("_aliases", {}).items()
    return found + [Attribute(alias, own[target], target, next(python_names(target))) for alias, target in aliases]
