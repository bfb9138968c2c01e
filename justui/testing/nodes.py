"""The nodes of a browser's document, as far as justui can tell them apart: elements, texts, placeholders, field values.

Knows neither the wire nor how a document is read or changed.
"""

import re
from collections.abc import Iterator

from justui.testing.field import FieldState, PlainField, TextField, Value

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
"""Elements without an end tag."""

BLOCK = frozenset(
    "address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr legend li main menu nav ol option p pre section summary table tbody td tfoot th thead tr ul br".split()
)
"""Elements that begin and end a line of the visible text."""

PLAIN_TYPES = frozenset("number range date time datetime-local month week color password".split())
CHECKED_TYPES = frozenset(("checkbox", "radio"))
NO_VALUE_TYPES = frozenset("submit button reset image file hidden".split())
UNSEEN = frozenset("script style template noscript head title datalist".split())


class Node:
    """A node of the document. `component` is the component it shows, 0 when it shows none."""

    __slots__ = ("__weakref__", "component", "parent")

    def __init__(self, component: int = 0) -> None:
        self.component = component
        self.parent: Element | None = None

    def detach(self) -> None:
        """Take the node out of its parent."""
        if self.parent is not None:
            self.parent.children.remove(self)
            self.parent = None

    def put_behind(self, parent: "Element", sibling: "Node | None") -> None:
        """Put the node behind `sibling`, or in front of all but the leading text of `parent`."""
        self.detach()
        place = parent.place_of(sibling) + 1 if sibling is not None else int(parent.leading is not None)
        parent.children.insert(place, self)
        self.parent = parent

    def replace(self, other: "Node") -> None:
        """Put `other` where this node stands."""
        parent = self.parent
        if parent is not None:
            other.detach()
            parent.children[parent.place_of(self)] = other
            other.parent, self.parent = parent, None

    def walk(self) -> Iterator["Node"]:
        """Give this node and all below it, in document order."""
        yield self


class Placeholder(Node):
    """Where a component stands that is not shown."""

    __slots__ = ()


class Text(Node):
    """A text: a `Text` component, or (component 0) the leading text of its element, or text that justui does not own."""

    __slots__ = ("data",)

    def __init__(self, data: str, component: int = 0) -> None:
        super().__init__(component)
        self.data = data


class Element(Node):
    """An element with attributes, children and, where it is a field, its live value."""

    __slots__ = ("attributes", "children", "initial", "namespace", "raw", "state", "tag")

    def __init__(
        self, tag: str, attributes: dict[str, str] | None = None, component: int = 0, namespace: str = ""
    ) -> None:
        super().__init__(component)
        self.tag = tag
        self.namespace = namespace
        self.attributes: dict[str, str] = attributes or {}
        self.children: list[Node] = []
        self.raw = False
        """Whether the content came from `inner_html`."""
        self.state = FieldState()
        """A field's live value; nodes of one component share it."""
        self.initial: Value = ""
        """What a reset of the form brings back."""

    def __repr__(self) -> str:
        names = "".join(f' {name}="{value}"' for name, value in self.attributes.items() if name != "data-e")
        text = self.text_content().strip()
        return f"<{self.tag}{names}>" + (text if len(text) < 40 else text[:37] + "…")

    # Tree

    @property
    def leading(self) -> "Text | None":
        """The element's own leading text."""
        first = self.children[0] if self.children else None
        return first if isinstance(first, Text) and first.component == 0 and not self.raw else None

    def place_of(self, node: Node) -> int:
        """Return the index of a child, by identity."""
        return next(place for place, child in enumerate(self.children) if child is node)

    def child(self, component: int) -> Node | None:
        """Return the child that shows a component."""
        return next((child for child in self.children if child.component == component), None)

    def append(self, node: Node) -> None:
        """Put a node at the end."""
        self.children.append(node)
        node.parent = self

    def walk(self) -> Iterator[Node]:
        """Give this element and all below it, in document order."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node, Element):
                waiting.extend(reversed(node.children))

    def elements(self) -> Iterator["Element"]:
        """Give this element and the elements below it, in document order."""
        return (node for node in self.walk() if isinstance(node, Element))

    def ancestors(self) -> Iterator["Element"]:
        """Give this element and those around it, from the inside."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def closest(self, *tags: str) -> "Element | None":
        """Return this element or the nearest around it that has one of the tags."""
        return next((element for element in self.ancestors() if element.tag in tags), None)

    @property
    def top(self) -> "Element":
        """The root of the tree in which the element stands."""
        return list(self.ancestors())[-1]

    def text_content(self) -> str:
        """Return all text below, hidden or not."""
        return "".join(node.data for node in self.walk() if isinstance(node, Text))

    # What a person sees

    @property
    def hidden(self) -> bool:
        """Whether the element itself is not drawn, as far as its markup says; style sheets are not read."""
        style = re.sub(r"\s", "", self.attributes.get("style", "")).lower() + ";"
        return (
            "hidden" in self.attributes
            or self.tag in UNSEEN
            or (self.tag == "input" and self.attributes.get("type") == "hidden")
            or (self.tag == "dialog" and "open" not in self.attributes)
            or ("popover" in self.attributes and "data-popover-open" not in self.attributes)
            or "display:none;" in style
            or "visibility:hidden;" in style
        )

    @property
    def visible(self) -> bool:
        """Whether a person sees the element: neither it nor one around it is hidden, or in closed details."""
        inner: Element | None = None
        for element in self.ancestors():
            if element.hidden:
                return False
            folded = element.tag == "details" and "open" not in element.attributes
            if folded and inner is not None and inner.tag != "summary":
                return False
            inner = element
        return True

    @property
    def disabled(self) -> bool:
        """Whether the element, or a fieldset around it, is disabled, or it is inert."""
        inner: Element | None = None
        for element in self.ancestors():
            if "inert" in element.attributes:
                return True
            if "disabled" in element.attributes:
                own = element is self or element.tag in ("button", "optgroup")
                legend = inner is not None and inner.tag == "legend"
                if own or (element.tag == "fieldset" and not legend):
                    return True
            inner = element
        return False

    def visible_text(self) -> str:
        """Return the text that a person reads, one line for each block, white space collapsed."""
        pieces: list[str] = []
        _read(self, pieces)
        lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
        return "\n".join(line for line in lines if line)

    # Values

    @property
    def kind(self) -> str:
        """The kind of field: `text` (merged), `plain`, `checked`, `select`, `multiple`; empty when it is no field."""
        if self.tag == "textarea":
            return "text"
        if self.tag == "select":
            return "multiple" if "multiple" in self.attributes else "select"
        if self.tag != "input":
            return ""
        type_ = self.attributes.get("type", "text").lower()
        if type_ in NO_VALUE_TYPES:
            return ""
        if type_ in CHECKED_TYPES:
            return "checked"
        return "plain" if type_ in PLAIN_TYPES else "text"

    @property
    def options(self) -> list["Element"]:
        """The options of a select."""
        return [element for element in self.elements() if element.tag == "option"]

    @property
    def option_value(self) -> str:
        """What choosing this option means."""
        return self.attributes.get("value", " ".join(self.text_content().split()))

    @property
    def chosen(self) -> list["Element"]:
        """The options of a select that are chosen; where none is, and one line shows, the first that can be."""
        wanted = self.state.plain.shown
        multiple = self.kind == "multiple"
        values = wanted if isinstance(wanted, list) else [wanted]
        found = [option for option in self.options if option.option_value in values]
        if multiple or found:
            return found if multiple else found[:1]
        if int(self.attributes.get("size") or 1) > 1:
            return []
        return [option for option in self.options if "disabled" not in option.attributes][:1]

    @property
    def value(self) -> Value:
        """What the field shows now."""
        kind = self.kind
        if kind == "text":
            return self.state.text.shown
        if kind in ("select", "multiple"):
            values = [option.option_value for option in self.chosen]
            return values if kind == "multiple" else (values[0] if values else "")
        return self.state.plain.shown

    def begin(self, value: Value) -> None:
        """Make `value` what the server rendered."""
        self.state = FieldState()
        self.initial = value
        if self.kind == "text":
            self.state.text = TextField(str(value), str(value))
        else:
            self.state.plain = PlainField(self._possible(value))

    def _possible(self, value: Value) -> Value:
        if self.kind == "plain":
            return _sanitised(self.attributes, str(value))
        return bool(value) if self.kind == "checked" else value

    def choose(self, value: Value) -> None:
        """Take the value that a person gives."""
        before = self.value
        if self.kind == "text":
            self.state.text.replace(str(value))
        else:
            self.state.plain.choose(self._possible(value))
        if self.value != before:
            self.state.touched = True
        if value is True:
            for other in self.group():
                other.choose(False)

    def receive(self, value: Value) -> None:
        """Take a value that the server sent, as the kind of field has it."""
        state = self.state
        if self.kind == "text":
            had = bool(state.text.shown)
            state.text.receive(str(value))
            state.touched = state.touched and (bool(state.text.shown) or not had)
        elif not self.kind:
            self.attributes["value"] = str(value)
        elif not any(member.state.plain.held for member in [self, *self.group()]):
            state.plain.shown = self._possible(value)
            if value is True:
                for other in self.group():
                    other.state.plain.shown = False

    @property
    def unsent(self) -> bool:
        """Whether the field shows something that the server was not told."""
        return bool(self.kind) and self.state.unsent

    def group(self) -> list["Element"]:
        """Return the other radio buttons of this one's group."""
        name = self.attributes.get("name")
        if self.attributes.get("type") != "radio" or not name:
            return []
        form = self.closest("form")
        return [
            other
            for other in self.top.elements()
            if other is not self
            and other.attributes.get("type") == "radio"
            and other.attributes.get("name") == name
            and other.closest("form") is form
        ]


def _sanitised(attributes: dict[str, str], value: str) -> str:
    """Return the value that a browser makes of one that the field cannot have."""
    type_ = attributes.get("type")
    if type_ == "color":
        return value.lower() if re.fullmatch("#[0-9a-fA-F]{6}", value) else "#000000"
    if type_ not in ("range", "number"):
        return value
    number = _number(value)
    if type_ == "number":
        return "" if number is None else value
    low = _number(attributes.get("min", "")) or 0.0
    high = _number(attributes.get("max", ""))
    high = max(100.0 if high is None else high, low)
    if number is None:
        return f"{(low + high) / 2:g}"
    return value if low <= number <= high else f"{min(max(number, low), high):g}"


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?(\d+|\d*\.\d+)([eE][-+]?\d+)?", text) else None


def _read(element: Element, pieces: list[str]) -> None:
    """Collect the visible text of an element."""
    if element.hidden or element.tag in ("textarea", "select"):
        return
    edge = "\n" if element.tag in BLOCK else ""
    pieces.append(edge)
    folded = element.tag == "details" and "open" not in element.attributes
    for child in element.children:
        if isinstance(child, Text):
            if not folded:
                pieces.append(re.sub(r"\s+", " ", child.data))
        elif isinstance(child, Element) and (not folded or child.tag == "summary"):
            _read(child, pieces)
    pieces.append(edge)
