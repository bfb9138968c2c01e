"""Making one tree into another while keeping the nodes that correspond, and moving typed values to their new fields.

A model of what `browser/patch.js` does with fresh state and with a page fetched anew. Knows no operations.
"""

from collections.abc import Callable
from dataclasses import dataclass

from justui.testing.field import Value
from justui.testing.nodes import Element, Node, Text

Match = Callable[[Node, list[Node]], Node | None]
"""Picks, from the old children left, the one that a new child continues."""


def same_component(new: Node, left: list[Node]) -> Node | None:
    """Pick the node of the same component; leading text continues leading text."""
    return next((old for old in left if old.component == new.component and _alike(old, new)), None)


def same_place(new: Node, left: list[Node]) -> Node | None:
    """Pick the node with the same id or name, else the next that is alike and has neither."""
    key = _key(new)
    return next((old for old in left if _alike(old, new) and _key(old) == key), None)


def _key(node: Node) -> str:
    return node.attributes.get("id") or node.attributes.get("name") or "" if isinstance(node, Element) else ""


def _alike(old: Node, new: Node) -> bool:
    if isinstance(old, Element) and isinstance(new, Element):
        same_tag = old.tag == new.tag and old.namespace == new.namespace
        return same_tag and (old.tag != "input" or old.attributes.get("type") == new.attributes.get("type"))
    return isinstance(old, Text) and isinstance(new, Text)


def reconcile(old: Element, new: Element, match: Match, *, keep_values: bool) -> None:
    """Make `old` equal to `new`, which is used up, keeping each old node that `match` finds.

    Without `keep_values` fields begin anew, with what `new` has.
    """
    old.component = new.component
    old.attributes = new.attributes
    old.raw = new.raw
    old.initial = new.initial
    left = [] if new.raw else list(old.children)
    children: list[Node] = []
    for child in new.children:
        kept = match(child, left)
        if kept is None:
            children.append(child)
            continue
        left.remove(kept)
        children.append(kept)
        if isinstance(kept, Element) and isinstance(child, Element):
            reconcile(kept, child, match, keep_values=keep_values)
        elif isinstance(kept, Text) and isinstance(child, Text):
            kept.component = child.component
            kept.data = child.data
    for child in old.children:
        child.parent = None
    for child in children:
        child.parent = old
    old.children = children
    if not keep_values:
        old.state = new.state


@dataclass
class Remembered:
    """What is known of a field that may go away."""

    element: Element
    tag: str
    type: str
    names: set[str]
    place: tuple[int, ...]
    looks: tuple[str, str, str]
    """Label, placeholder, classes."""
    value: Value
    touched: bool
    caret: int
    known: str
    """The text that the server was last told, or said."""


def remember(body: Element) -> list[Remembered]:
    """Note the fields of a body."""
    return [_remembered(element) for element in body.elements() if element.kind]


def _remembered(element: Element) -> Remembered:
    attributes = element.attributes
    type_ = attributes.get("type", "")
    part = attributes.get("value", "") if element.kind == "checked" else ""
    names = {f"{name}={attributes[name]}={part}" for name in ("id", "name") if attributes.get(name)}
    place = [
        [child for child in inner.parent.children if isinstance(child, Element)].index(inner)
        for inner in element.ancestors()
        if inner.parent is not None
    ]
    looks = (label_text(element), attributes.get("placeholder", ""), attributes.get("class", ""))
    touched = element.state.touched or element.unsent
    return Remembered(
        element,
        element.tag,
        type_,
        names,
        tuple(place),
        looks,
        element.value,
        touched,
        element.state.text.caret,
        element.state.text.sent,
    )


def carry_over(before: list[Remembered], body: Element) -> dict[Element, Element]:
    """Put what a person typed into the fields that correspond, unsent; return which field continues which."""
    successors: dict[Element, Element] = {}
    left = list(before)
    fields = remember(body)
    for by_name in (True, False):
        for field in fields:
            if field.element in successors.values():
                continue
            old = next((old for old in left if _continues(old, field, by_name)), None)
            if old is None:
                continue
            left.remove(old)
            successors[old.element] = field.element
            if old.touched and field.type != "password":
                state = field.element.state
                field.element.choose(old.value)
                state.text.caret = min(old.caret, len(state.text.shown))
                state.text.carried = state.text.unsent and old.known != state.text.sent
    return successors


def _continues(old: Remembered, new: Remembered, by_name: bool) -> bool:
    if (old.tag, old.type) != (new.tag, new.type):
        return False
    if by_name:
        return bool(old.names & new.names)
    return not old.names and not new.names and old.place == new.place and old.looks == new.looks


def label_text(field: Element) -> str:
    """Return the visible text of a field's label, or its `aria-label`; empty when it has none."""
    label = field.closest("label")
    identity = field.attributes.get("id")
    if label is None and identity:
        label = next(
            (item for item in field.top.elements() if item.tag == "label" and item.attributes.get("for") == identity),
            None,
        )
    if label is not None:
        return label.visible_text()
    return field.attributes.get("aria-label", "")
