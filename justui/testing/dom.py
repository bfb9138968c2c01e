"""A browser's document on the receiving end of the wire: applies every operation, and says what stands there.

A model of `browser/patch.js`. Knows no sockets and no events; what an operation asks beyond the document is the tab's.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import orjson

from justui import wire
from justui.testing.field import FieldState
from justui.testing.morph import carry_over, reconcile, remember, same_component, same_place
from justui.testing.nodes import VOID, Element, Node, Placeholder, Text
from justui.testing.parse import Parsed, attribute_text, build, fill, parse_page

Kind = TypeVar("Kind", bound=Node)

PAGE_STATE = ("title", "lang", "favicon", "css", "head_html", "dark")
"""What an operation `p` sets for good; its other keys are asked of the tab."""


class Document:
    """A page as one tab has it.

    `ignored` lists the operations that met no node: allowed by the contract, and worth a look in a test.
    """

    def __init__(self, html: str) -> None:
        parsed = parse_page(html)
        self.page = parsed.page
        self.sheet = parsed.sheet
        """The lines of the page's style sheet."""
        self.boot = parsed.boot
        self.root = parsed.root
        self.body = parsed.body
        self.focused: Element | None = None
        self.ignored: list[list[Any]] = []
        self.index: dict[int, list[Node]] = {}
        self.states: dict[int, FieldState] = {}
        """What this tab has of each field, by component: it outlives the nodes while it has something to remember."""
        self._note(self.body)
        self._apply: dict[str, Callable[..., bool]] = {
            wire.TEXT: self._set_text,
            wire.ATTRIBUTES: self._set_attributes,
            wire.VALUE: self._set_value,
            wire.HTML: self._set_html,
            wire.INSERT: self._insert,
            wire.MOVE: self._move,
            wire.REMOVE: self._remove,
            wire.SHOW: self._show,
            wire.HIDE: self._hide,
            wire.PAGE: self._set_page,
            wire.STATE: self._set_state,
            wire.SHEET: self._add_lines,
        }

    # Looking

    def nodes(self, component: int) -> list[Node]:
        """Return every node that shows a component."""
        return self.index.get(component, [])

    def elements(self) -> Iterator[Element]:
        """Give the elements of the body, in document order."""
        return self.body.elements()

    def fields(self) -> list[Element]:
        """Return the fields that belong to components, in document order."""
        return [element for element in self.elements() if element.component and element.kind]

    def __contains__(self, element: Element) -> bool:
        return element.top is self.body.top

    # Changing

    def apply(self, operation: list[Any]) -> bool:
        """Do one operation; False when it is not one on the document (`k`, `d`, `x`, `o`)."""
        name, *arguments = operation
        apply = self._apply.get(name)
        if apply is None:
            return False
        if not apply(*arguments):
            self.ignored.append(operation)
        return True

    def morph(self, html: str) -> None:
        """Become a page that was fetched anew; what a person typed moves to the fields that correspond."""
        parsed: Parsed = parse_page(html)
        before = remember(self.body)
        focused = self.focused
        self.page = parsed.page
        self.sheet = parsed.sheet
        self.boot = parsed.boot
        self.states.clear()
        reconcile(self.body, parsed.body, same_place, keep_values=False)
        self._note_all()
        successors = carry_over(before, self.body)
        if focused is not None:
            self.focused = successors.get(focused, focused if focused in self else None)

    def _note(self, node: Node, *, take_values: bool = True) -> None:
        """Enter the nodes of a tree in the index; a field that this tab knows shows what this tab has of it."""
        for below in node.walk():
            if not below.component:
                continue
            self.index.setdefault(below.component, []).append(below)
            if not isinstance(below, Element) or not below.kind:
                continue
            known = self.states.setdefault(below.component, below.state)
            if known is not below.state:
                value, below.state = below.value, known
                if take_values and "data-private" not in below.attributes:
                    below.receive(value)

    def _note_all(self) -> None:
        self.index.clear()
        self._note(self.body, take_values=False)
        for component in list(self.states):
            self._drop_idle(component)

    def _forget(self, node: Node) -> None:
        for below in node.walk():
            if below is self.focused:
                self.focused = None
            places = self.index.get(below.component)
            if places is not None and below in places:
                places.remove(below)
                if not places:
                    del self.index[below.component]
                    self._drop_idle(below.component)

    def _drop_idle(self, component: int) -> None:
        """Forget what this tab has of a field that stands nowhere, unless there is something to remember."""
        state = self.states.get(component)
        if state is not None and component not in self.index:
            state.text.composing = False
            if not (state.unsent or state.pending or state.touched):
                del self.states[component]

    def _places(self, component: int, kind: type[Kind]) -> list[Kind]:
        return [node for node in self.nodes(component) if isinstance(node, kind)]

    def _set_text(self, component: int, text: str) -> bool:
        places = [node for node in self.nodes(component) if not isinstance(node, Placeholder)]
        for place in places:
            if isinstance(place, Text):
                place.data = text
            elif isinstance(place, Element):
                _set_leading(place, text)
        return bool(places)

    def _set_attributes(self, component: int, changes: dict[str, Any]) -> bool:
        places = self._places(component, Element)
        for place in places:
            for name, value in changes.items():
                if name == "data-raw":
                    continue  # `w` and `t` say it too
                if value is None:
                    place.attributes.pop(name, None)
                else:
                    place.attributes[name] = attribute_text(value)
        return bool(places)

    def _set_value(self, component: int, value: Any) -> bool:
        places = self._places(component, Element)
        for place in places:
            place.receive(value)
        return bool(places)

    def _set_html(self, component: int, html: str) -> bool:
        places = self._places(component, Element)
        for place in places:
            for child in place.children:
                self._forget(child)
            fill(place, html)
        return bool(places)

    def _insert(self, parent: int, after: int, nodes: list[dict[str, Any]]) -> bool:
        done = True
        places = self._places(parent, Element)
        for place in places:
            anchor = place.child(after) if after else None
            if after and anchor is None:
                done = False
                continue
            for description in nodes:
                node = place.child(description[wire.NODE_ID])
                if node is None:
                    node = build(description, place.namespace if place.tag != "foreignObject" else "")
                    self._note(node)
                node.put_behind(place, anchor)
                anchor = node
        return done and bool(places)

    def _move(self, parent: int, after: int, children: list[int]) -> bool:
        done = True
        places = self._places(parent, Element)
        for place in places:
            anchor = place.child(after) if after else None
            if after and anchor is None:
                done = False
                continue
            for component in children:
                child = place.child(component)
                if child is None:
                    done = False
                    continue
                child.put_behind(place, anchor)
                anchor = child
        return done and bool(places)

    def _remove(self, parent: int, children: list[int]) -> bool:
        done = True
        places = self._places(parent, Element)
        for place in places:
            for component in children:
                child = place.child(component)
                if child is None:
                    done = False
                    continue
                self._forget(child)
                child.detach()
        return done and bool(places)

    def _show(self, component: int, description: dict[str, Any]) -> bool:
        places = self._places(component, Placeholder)
        for place in places:
            parent = place.parent
            self._forget(place)
            outer = parent is not None and parent.tag != "foreignObject"
            node = build(description, parent.namespace if parent is not None and outer else "")
            place.replace(node)
            self._note(node)
        return bool(places)

    def _hide(self, component: int) -> bool:
        places = [node for node in self.nodes(component) if not isinstance(node, Placeholder)]
        for place in places:
            self._forget(place)
            placeholder = Placeholder(component)
            place.replace(placeholder)
            self._note(placeholder)
        return bool(places)

    def _set_page(self, changes: dict[str, Any]) -> bool:
        for name in PAGE_STATE:
            if name in changes:
                value = changes[name]
                self.page[name] = "" if value is None else str(value)
        return True

    def _add_lines(self, *steps: Any) -> bool:
        for place, line in zip(steps[::2], steps[1::2], strict=True):
            if line not in self.sheet:
                self.sheet.insert(place, line)
        return True

    def _set_state(self, state: dict[str, Any]) -> bool:
        self._set_page(state["page"])
        self.sheet = [line for line in state.get("sheet", "").split("\n") if line]
        body = state.get("body", [])
        if isinstance(body, list):  # the HTML is the user's own: its components
            for description in body:
                for place in list(self.nodes(description[wire.NODE_ID])):
                    self._renew(place, description)
        else:
            self._renew(self.body, body)
        if self.focused is not None and self.focused not in self:
            self.focused = None
        return True

    def _renew(self, place: Node, description: dict[str, Any]) -> None:
        """Make a component, at one of its places, what it is now."""
        node = build(description, place.parent.namespace if place.parent is not None else "")
        fields = [element for element in node.walk() if isinstance(element, Element) and element.kind]
        values = [(element.component, element.value) for element in fields if "data-private" not in element.attributes]
        if isinstance(place, Element) and isinstance(node, Element):
            reconcile(place, node, same_component, keep_values=True)
        else:
            place.replace(node)
        self._note_all()
        for component, value in values:
            self._set_value(component, value)

    # Comparing

    def canonical(self, *, ids: bool = False, values: bool = True) -> str:
        """Return all that matters of the document as text, a line for each node: equal for documents that are alike.

        Values of private fields are left out, of the others too without `values`; component ids are put in with `ids`.
        """
        lines = [f"{name}: {self.page.get(name, '').strip()}" for name in PAGE_STATE]
        _write(self.body, 0, lines, ids, values)
        return "\n".join(lines)


def _set_leading(element: Element, text: str) -> None:
    if element.raw:
        element.raw = False
        element.children.clear()
    leading = element.leading
    if leading is not None:
        leading.data = text
        if not text:
            leading.detach()
    elif text:
        node = Text(text)
        node.parent = element
        element.children.insert(0, node)


def canonical_style(style: str) -> str:
    """Write a style attribute as the CSSOM would: one blank behind a colon, a semicolon behind each declaration."""
    declarations = re.split(r";(?![^(]*\))", style)
    pairs = [declaration.split(":", 1) for declaration in declarations if ":" in declaration]
    return " ".join(f"{name.strip().lower()}: {value.strip()};" for name, value in pairs)


def _write(node: Node, depth: int, lines: list[str], ids: bool, values: bool) -> None:
    indent = "  " * depth + (f"{node.component} " if ids and node.component else "")
    if isinstance(node, Text):
        if node.component or (node.data.strip() or (node.parent is not None and node.parent.component)):
            lines.append(indent + _quoted(node.data))
    elif isinstance(node, Placeholder):
        lines.append(indent + "not shown")
    elif isinstance(node, Element) and node.tag not in ("script", "template"):
        words = [node.tag if not node.namespace else f"{node.namespace}:{node.tag}"]
        for name, value in sorted(node.attributes.items()):
            text = canonical_style(value) if name == "style" else value
            if text or name not in ("style", "class", "data-e"):
                words.append(f"{name}={_quoted(text)}")
        if values and node.kind and "data-private" not in node.attributes:
            words.append("value " + _quoted(node.value))
        lines.append(indent + " ".join(words))
        for child in node.children:
            _write(child, depth + 1, lines, ids, values)


def _quoted(value: object) -> str:
    return orjson.dumps(value).decode()


def to_html(node: Node) -> str:
    """Return a node as a person would write it: no ids, event specs or placeholders; fields with their live values."""
    if isinstance(node, Text):
        return _escaped(node.data)
    if not isinstance(node, Element):
        return ""
    attributes = {name: value for name, value in node.attributes.items() if name != "data-e"}
    inner = "".join(to_html(child) for child in node.children)
    if node.tag == "textarea":
        inner = _escaped(str(node.value))
    elif node.kind == "checked" and node.value:
        attributes["checked"] = ""
    elif node.kind in ("text", "plain") and node.value != "":
        attributes["value"] = str(node.value)
    elif node.tag == "option" and (select := node.closest("select")) is not None and node in select.chosen:
        attributes["selected"] = ""
    start = "".join(
        f' {name}="{_escaped(text, quote=True)}"' if text else f" {name}" for name, text in attributes.items()
    )
    return f"<{node.tag}{start}>" + ("" if node.tag in VOID else f"{inner}</{node.tag}>")


def _escaped(text: str, *, quote: bool = False) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return text.replace('"', "&quot;") if quote else text.replace(">", "&gt;")
