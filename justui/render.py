"""A component and what is below it, as HTML text and as the JSON of a node. Reads the tree; knows no pages or tabs.

Both forms say the same (`docs/wire.md`). What is rendered counts as held by a browser from then on. Both want `tree_lock`.
"""

import re
from html import unescape
from typing import Any

from justui import wire
from justui.component import Component
from justui.fields import CHECKED, NO_VALUE, Field, option_value
from justui.marks import HIDDEN, LIVE, RAGGED, RAW
from justui.sheet import ANIMATION, HALF

_KEEPS_FIRST_NEWLINE = frozenset({"pre", "textarea", "listing"})
"""HTML parsers drop a newline right behind these tags, so one more is written."""

_ENDS_PARAGRAPH = frozenset(
    """
    address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre search section summary table ul
    """.split()
)
_NESTED: dict[str, frozenset[str]] = {
    "p": _ENDS_PARAGRAPH,
    "a": frozenset({"a"}),
    "button": frozenset({"button"}),
    "form": frozenset({"form"}),
    "nobr": frozenset({"nobr"}),
    "rt": frozenset({"rt", "rp"}),
    "rp": frozenset({"rt", "rp"}),
    "select": frozenset({"select", "input", "textarea"}),
    "option": frozenset({"option", "optgroup", "hr"}),
    "optgroup": frozenset({"optgroup", "hr"}),
    **{f"h{level}": frozenset({"h1", "h2", "h3", "h4", "h5", "h6"}) for level in range(1, 7)},
}
"""Nestings that HTML parsers tear apart: the tag, and what may not stand anywhere below it."""
_ONLY_IN: dict[str, frozenset[str]] = {
    "tr": frozenset({"tbody", "thead", "tfoot", "table"}),
    "td": frozenset({"tr"}),
    "th": frozenset({"tr"}),
    "tbody": frozenset({"table"}),
    "thead": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "caption": frozenset({"table"}),
    "colgroup": frozenset({"table"}),
    "col": frozenset({"colgroup", "table"}),
}
_HOLDS: dict[str, frozenset[str]] = {
    "table": frozenset({"caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "script", "template", "style"}),
    **{part: frozenset({"tr", "script", "template", "style"}) for part in ("thead", "tbody", "tfoot")},
    "tr": frozenset({"td", "th", "script", "template", "style"}),
    "colgroup": frozenset({"col", "template"}),
    "iframe": frozenset(),
}
"""What may stand right in a tag; anything else, text too, HTML parsers put elsewhere."""
_LISTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
}
"""Items that end an item around them, unless a list of their own stands in between."""
_TEXT_ONLY = frozenset("iframe noembed noframes noscript plaintext script style template textarea title xmp".split())
"""What stands in these, HTML parsers read as text, or keep it out of the document."""
_DRAWINGS = frozenset({"svg", "foreignObject", "title", "desc"})
"""Where HTML becomes SVG, and SVG HTML."""
_TAGS = re.compile(r"<([a-zA-Z][^\s/>]*)")
_SPECIAL = frozenset([*_NESTED, *_ONLY_IN, *_HOLDS, *_LISTS, "ul", "ol", "menu", "dl"])
_CLASSES = re.compile(r"""\sclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""", re.IGNORECASE)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_UNUSUAL = _SPECIAL | _KEEPS_FIRST_NEWLINE | _VOID | _TEXT_ONLY


_STYLED = frozenset({"class", "data-transition", "data-animation", "data-half", "data-tooltip"})
gathered: set[str] = set()
"""The class strings of all that was rendered since they were taken last, and names of animations and browser halves (`sheet.ANIMATION`, `HALF`)."""


def take_gathered() -> set[str]:
    """What was gathered; nothing is left."""
    taken = set(gathered)
    gathered.clear()
    return taken


def gather(name: str, value: Any) -> None:
    """Note an attribute's value, if it wants lines in the page's style sheet."""
    if name == "class":
        gathered.add(str(value))
    elif name == "data-transition":
        gathered.add(str(value).replace("|", " "))
    elif name == "data-animation":
        gathered.add(f"{ANIMATION}{value}")
    elif name == "data-half":
        gathered.add(f"{HALF}{value}")
    elif name == "data-tooltip":
        gathered.add(f"{HALF}tooltip")


def gather_html(text: str) -> None:
    """Note the classes of raw HTML."""
    if "class" in text or "CLASS" in text:
        gathered.update(unescape(next(filter(None, groups), "")) for groups in _CLASSES.findall(text))


class Html:
    """HTML text in the making. `torn` tells that a parser will not build the tree that was meant."""

    __slots__ = ("_open", "parts", "torn")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.torn = False
        self._open: list[str] = []

    def stand_below(self, component: Component) -> None:
        """What is written next, `component`, stands in HTML of the user's own, where it may."""
        parents = (
            frozenset({"svg"}) if component.namespace and component.tag != "svg" else _ONLY_IN.get(component.tag, ())
        )
        self._open = sorted(parents)[:1]

    def write(self, component: Component, selected: "list[str] | None" = None) -> None:
        """Write a component and what is below it. `selected`: the chosen values of the select around."""
        flags = component._flags
        out = self.parts.append
        if flags & HIDDEN:
            component._flags = flags | LIVE
            out(f"<!--h{component._id}-->")
            return
        component._flags = flags | LIVE
        tag = component.tag
        if not tag:
            text = component._text or ""
            if text and self._open and self._open[-1] in _HOLDS:
                self._check_text(text)
            out(f"<!--t{component._id}-->{escape(text)}")
            return
        plain = component._attributes is None and component._handlers is None and selected is None
        if plain and not component.is_field and not flags & RAW:
            if component._children is None and tag not in _UNUSUAL and not self._open and not component.namespace:
                out(f"<{tag} data-j={component._id}>{escape(component._text or '')}</{tag}>")
                return
            out(f"<{tag} data-j={component._id}>")
        else:
            out(f"<{tag} data-j={component._id}{attribute_text(component, selected)}>")
        space = component.namespace
        special = tag in (_DRAWINGS if space else _SPECIAL)
        if space or self._open:
            self._check_space(tag, space)
        if not space and (special or self._open):
            self._check(tag)
        if component.void:
            return
        if special:
            self._open.append(tag)
        self._content(component, tag, flags, selected)
        if special:
            self._open.pop()
        out(f"</{tag}>")

    def _content(self, component: Component, tag: str, flags: int, selected: "list[str] | None") -> None:
        text = component._text
        if component.is_field and tag == "textarea" and isinstance(component, Field):
            text = str(component.common_value())
        if text:
            if tag in _HOLDS:
                self._check_text(text)
            if tag in _KEEPS_FIRST_NEWLINE and text[0] == "\n":
                self.parts.append("\n")
            self.parts.append(text if flags & RAW else escape(text))
            if flags & RAW:
                gather_html(text)
                self._check_raw(text, flags)
        if tag in _TEXT_ONLY and not component.namespace and (component._children or (text and not component.is_field)):
            self.torn = True
        if component._children:
            if tag == "select" and isinstance(component, Field):
                value = component.common_value()
                selected = value if isinstance(value, list) else [str(value)]
            for child in component._children:
                self.write(child, selected)

    def _check_space(self, tag: str, space: str) -> None:
        """Note an element that HTML parsers would not take for SVG, or not for HTML, where it stands."""
        around = next((outer for outer in reversed(self._open) if outer in _DRAWINGS), "foreignObject")
        if around in ("title", "desc") or (tag != "svg" and bool(space) != (around == "svg")):
            self.torn = True

    def _check(self, tag: str) -> None:
        """Note whether `tag` may stand where it is going to."""
        if self._open:
            parent = self._open[-1]
            if parent in _HOLDS and tag not in _HOLDS[parent]:
                self.torn = True
            for outer in self._open:
                if tag in _NESTED.get(outer, ()):
                    self.torn = True
        if tag in _ONLY_IN and (not self._open or self._open[-1] not in _ONLY_IN[tag]):
            self.torn = True
        if tag in _LISTS:
            items, lists = _LISTS[tag]
            for outer in reversed(self._open):
                if outer in lists:
                    break
                if outer in items:
                    self.torn = True

    def _check_raw(self, html: str, flags: int) -> None:
        """Raw HTML reads in itself as it does when it is set by a patch; only with what stands around it may be torn."""
        if flags & RAGGED:
            self.torn = True
        if self._open:
            for tag in _TAGS.findall(html):
                self._check(tag.lower())

    def _check_text(self, text: str) -> None:
        if text.strip(" \t\n\f\r"):
            self.torn = True


def attribute_text(component: Component, selected: "list[str] | None" = None) -> str:
    """The attributes of a start tag, each with a space in front."""
    parts = []
    for name, value in (component._attributes or {}).items():
        if name in _STYLED:
            gather(name, value)
        elif name == "selected" and selected is not None:
            continue
        parts.append(f" {name}" if value is True else f' {name}="{escape_attribute(str(value))}"')
    if component._handlers:
        parts.append(f' data-e="{escape_attribute(event_spec(component))}"')
    if component._flags & RAW:
        parts.append(" data-raw")
    if isinstance(component, Field):
        parts.append(_field_attributes(component))
    elif selected is not None and component.tag == "option" and option_value(component) in selected:
        parts.append(" selected")
    return "".join(parts)


def _field_attributes(field: Field) -> str:
    private = " data-private" if field.private else ""
    kind = field.kind
    if kind in CHECKED:
        return private + (" checked" if field.common_value() is True else "")
    if field.tag == "input" and kind not in NO_VALUE and field._value not in (None, ""):
        return f'{private} value="{escape_attribute(str(field.common_value()))}"'
    return private


def event_spec(component: Component) -> str:
    """What `data-e` says: the events that have a handler."""
    return " ".join(handler.spec for handler in (component._handlers or {}).values())


def escape(text: str) -> str:
    """Text between tags."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if "\r" in text:
        text = text.replace("\r", "&#13;")
    return text.replace("\0", "\ufffd") if "\0" in text else text


def escape_attribute(text: str) -> str:
    """Text between double quotes in a tag."""
    text = escape(text)
    return text.replace('"', "&quot;") if '"' in text else text


def node(component: Component, in_svg: bool = False) -> dict[str, Any]:
    """A component and what is below it as the JSON of a node. `in_svg`: what stands around is SVG already."""
    flags = component._flags
    component._flags = flags | LIVE
    result: dict[str, Any] = {wire.NODE_ID: component._id}
    if flags & HIDDEN:
        result[wire.NODE_HIDDEN] = 1
        return result
    tag = component.tag
    if not tag:
        result[wire.NODE_TEXT] = component._text or ""
        return result
    result[wire.NODE_TAG] = tag
    if component.namespace and not in_svg:
        result[wire.NODE_NAMESPACE] = component.namespace
    if (component._attributes is not None or component._handlers is not None or component.is_field or flags & RAW) and (
        attributes := node_attributes(component)
    ):
        result[wire.NODE_ATTRIBUTES] = attributes
    if component._text:
        result[wire.NODE_HTML if flags & RAW else wire.NODE_TEXT] = component._text
        if flags & RAW:
            gather_html(component._text)
    if isinstance(component, Field) and component.kind not in NO_VALUE:
        result[wire.NODE_VALUE] = component.common_value()
    if component._children:
        inside = bool(component.namespace) and tag != "foreignObject"
        result[wire.NODE_CHILDREN] = [node(child, inside) for child in component._children]
    return result


def node_attributes(component: Component) -> dict[str, Any]:
    """The attributes of a node, by HTML name."""
    attributes = {name: wire_attribute(value) for name, value in (component._attributes or {}).items()}
    for name in _STYLED.intersection(attributes):
        gather(name, attributes[name])
    if component.tag == "option":
        attributes.pop("selected", None)
    if component._handlers:
        attributes["data-e"] = event_spec(component)
    if component._flags & RAW:
        attributes["data-raw"] = True
    if isinstance(component, Field) and component.private:
        attributes["data-private"] = True
    return attributes


def wire_attribute(value: Any) -> Any:
    """An attribute's value as it travels."""
    return value if value is True or value is None or type(value) is str else str(value)
