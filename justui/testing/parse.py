"""From HTML and from JSON to nodes: what the browser's parser, the runtime's hydration and `createElement` make.

The HTML is a server's own, so every element is closed where it was opened; errors in it are not repaired.
"""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from justui import wire
from justui.testing.nodes import VOID, Element, Node, Placeholder, Text

_MARK = re.compile(r"([th])(\d+)")
_HEAD_HTML = re.compile(
    r"<template id=\"?justui-head-start\"?>.*?</template>(.*?)<template id=\"?justui-head-end\"?>", re.DOTALL
)


@dataclass
class Parsed:
    """A page as its HTML has it."""

    body: Element
    root: Element
    page: dict[str, str] = field(default_factory=dict)
    """`title`, `lang`, `favicon`, `css`, `head_html`, `dark`."""
    sheet: list[str] = field(default_factory=list)
    """The lines of the page's style sheet."""
    boot: dict[str, Any] | None = None
    """What stands in `justui-boot`; None on a page without the runtime."""


class _Parser(HTMLParser):
    """Builds nodes; `hydrate` says whether marks of components are read."""

    def __init__(self, hydrate: bool, namespace: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#root", namespace=namespace)
        self.stack = [self.root]
        self.hydrate = hydrate
        self.data: list[str] = []
        self.text_id = 0
        """Component of the text that must come next."""

    @property
    def marked(self) -> bool:
        """Whether marks count here: not inside of `inner_html`."""
        return self.hydrate and not any(element.raw for element in self.stack)

    def flush(self) -> None:
        text = "".join(self.data)
        self.data.clear()
        parent = self.stack[-1]
        if (
            parent.tag in ("textarea", "pre", "listing")
            and not parent.children
            and not self.text_id
            and text.startswith("\n")
        ):
            text = text[1:]
        if text or self.text_id:
            parent.append(Text(text, self.text_id))
        self.text_id = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.flush()
        parent = self.stack[-1]
        namespace = "svg" if tag == "svg" or (parent.namespace and parent.tag != "foreignObject") else ""
        attributes = {name: value or "" for name, value in reversed(attrs)}
        if namespace:
            tag, attributes = _own_case(self.get_starttag_text() or "", attributes)
        attributes = dict(reversed(attributes.items()))
        element = Element(tag, attributes, namespace=namespace)
        if self.marked:
            element.component = int(attributes.pop("data-j", "0"))
            element.raw = attributes.pop("data-raw", None) is not None
        parent.append(element)
        if tag not in VOID:
            self.stack.append(element)
        if tag == "input":
            begin_field(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.stack[-1].namespace:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.flush()
        if not any(element.tag.lower() == tag for element in self.stack):
            return
        while self.stack[-1].tag.lower() != tag:
            self.stack.pop()
        begin_field(self.stack.pop())

    def handle_data(self, data: str) -> None:
        self.data.append(data)

    def handle_comment(self, data: str) -> None:
        self.flush()
        found = _MARK.fullmatch(data) if self.marked else None
        if found and found[1] == "t":
            self.text_id = int(found[2])
        elif found:
            self.stack[-1].append(Placeholder(int(found[2])))


def _own_case(source: str, attributes: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Give the names in an SVG start tag the case in which they were written; Python's parser lowers it."""
    names = {name.lower(): name for name in re.findall(r"[^\s\"'<>/=]+(?==)", source)}
    tag = re.match(r"<([^\s/>]+)", source)
    return tag[1] if tag else "", {names.get(name, name): value for name, value in attributes.items()}


def begin_field(element: Element) -> None:
    """Take a field's first value out of its markup."""
    attributes = element.attributes
    kind = element.kind
    if element.tag == "textarea":
        element.begin(element.text_content())
        element.children.clear()
    elif kind in ("select", "multiple"):
        marked = [option for option in element.options if option.attributes.pop("selected", None) is not None]
        values = [option.option_value for option in marked]
        element.begin(values if kind == "multiple" else values[-1] if values else "")
        element.begin(element.value)
    elif kind == "checked":
        element.begin(attributes.pop("checked", None) is not None)
    elif kind:
        element.begin(attributes.pop("value", ""))


def parse_page(html: str) -> Parsed:
    """Read a whole page and hydrate it."""
    parser = _Parser(hydrate=True)
    parser.feed(html)
    parser.close()
    parser.flush()
    elements = list(parser.root.elements())
    body = next((element for element in elements if element.tag == "body"), parser.root)
    page = {"title": "", "lang": "", "favicon": "", "css": "", "head_html": "", "dark": ""}
    sheet: list[str] = []
    boot = None
    for element in elements:
        identity = element.attributes.get("id")
        if element.tag == "html":
            page["lang"] = element.attributes.get("lang", "")
            page["dark"] = element.attributes.get("data-theme", "")
        elif element.tag == "title" and not element.namespace and not page["title"]:
            page["title"] = element.text_content()
        elif element.tag == "link" and "icon" in element.attributes.get("rel", "").split():
            page["favicon"] = element.attributes.get("href", "")
        elif identity == "justui-css":
            page["css"] = element.text_content()
        elif identity == "justui-sheet":
            sheet = [line for line in element.text_content().split("\n") if line]
        elif identity == "justui-boot":
            boot = json.loads(element.text_content())
    found = _HEAD_HTML.search(html)
    if found:
        page["head_html"] = found[1].strip()
    if body.component and (leading := body.leading) is not None and not leading.data.strip():
        leading.detach()
    _unwrap_bodies(body)
    return Parsed(body, parser.root, page, sheet, boot)


def _unwrap_bodies(body: Element) -> None:
    """Take away a `tbody` that nobody wrote."""
    for element in list(body.elements()):
        if element.tag == "tbody" and not element.component and element.parent is not None and element.parent.component:
            place = element.parent.place_of(element)
            for child in element.children:
                child.parent = element.parent
            element.parent.children[place : place + 1] = element.children


def parse_fragment(html: str, namespace: str = "") -> list[Node]:
    """Read a piece of HTML that belongs to no component; `namespace`: of the elements in it."""
    parser = _Parser(hydrate=False, namespace=namespace)
    parser.feed(html)
    parser.close()
    parser.flush()
    return parser.root.children


def build(node: dict[str, Any], namespace: str = "") -> Node:
    """Make a node of its JSON."""
    component: int = node[wire.NODE_ID]
    if wire.NODE_HIDDEN in node:
        return Placeholder(component)
    if wire.NODE_TAG not in node:
        return Text(node.get(wire.NODE_TEXT, ""), component)
    namespace = node.get(wire.NODE_NAMESPACE, namespace)
    attributes = {name: attribute_text(value) for name, value in node.get(wire.NODE_ATTRIBUTES, {}).items()}
    element = Element(node[wire.NODE_TAG], attributes, component, namespace)
    if node.get(wire.NODE_TEXT):
        element.append(Text(node[wire.NODE_TEXT]))
    element.raw = attributes.pop("data-raw", None) is not None
    if wire.NODE_HTML in node:
        fill(element, node[wire.NODE_HTML])
    inner = "" if element.tag == "foreignObject" else namespace
    for child in node.get(wire.NODE_CHILDREN, ()):
        element.append(build(child, inner))
    if wire.NODE_VALUE in node and element.kind:
        element.begin(node[wire.NODE_VALUE])
    elif element.kind:
        element.begin(False if element.kind == "checked" else [] if element.kind == "multiple" else "")
    return element


def fill(element: Element, html: str) -> None:
    """Make `html` the whole content of an element, as `inner_html`."""
    element.raw = True
    element.children.clear()
    for node in parse_fragment(html, "" if element.tag == "foreignObject" else element.namespace):
        element.append(node)


def attribute_text(value: Any) -> str:
    """Return the text of an attribute's value on the wire; true stands for the empty one."""
    return "" if value is True else str(value)
