"""Elements as statements see them: a model of what `tab.dom` and `tab.js` read, write, make and hear in a page.

A model of `browser/dom.js` and of the parts of the DOM that programs mostly use. Follows no statements.
"""

import re
from collections.abc import Callable
from typing import Any, Protocol

from justui.testing.dom import Document, to_html
from justui.testing.nodes import Element, Text
from justui.testing.parse import parse_fragment

_ATTRIBUTES = {"className": "class", "htmlFor": "for"}
"""Properties that are attributes by another name."""
_SAME = frozenset("id title name type href src alt placeholder lang dir action target role".split())
_SWITCHES = {
    name: name.lower() for name in ("hidden", "disabled", "required", "readOnly", "multiple", "open", "autofocus")
}
_TEXTS = ("textContent", "innerText")
_FREE = re.compile(r"scroll|selection|current|playback|volume|muted|srcObject|indeterminate|returnValue|on")
_WRITTEN = frozenset(("className", "innerHTML", "value", "checked", "style", *_TEXTS, *_SAME, *_SWITCHES))


class Surroundings(Protocol):
    """What an element wants of its tab."""

    @property
    def document(self) -> Document:
        """The document as it is now."""

    def element_node(self, element: Element) -> "Node":
        """What statements see of an element."""

    def hear(self, element: Element, spec: str, heard: Callable[[dict[str, Any]], object]) -> None:
        """Call a function at an event of an element."""


class BrowserError(Exception):
    """What goes wrong in the browser: the error's name there, and its message."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Model:
    """Something with properties that are read and written."""

    def read(self, name: str) -> Any:
        """A property; None where it is not there."""
        return getattr(self, name, None)

    def assign(self, name: str, value: Any) -> None:
        """Write a property."""
        raise BrowserError("TypeError", f"{name} cannot be written here")


class Node(Model):
    """An element. `properties` are those that were assigned and mean nothing to the model, handlers among them."""

    def __init__(self, element: Element, around: Surroundings) -> None:
        self.element = element
        self.properties: dict[str, Any] = {}
        self._around = around
        self._methods: dict[str, Callable[..., Any]] = {
            "remove": self._remove,
            "focus": self._focus,
            "getAttribute": element.attributes.get,
            "setAttribute": self._set_attribute,
            "removeAttribute": self._remove_attribute,
            "scrollIntoView": lambda *_: None,
        }

    # Reading

    def read(self, name: str) -> Any:  # noqa: PLR0911 - one for each kind of property
        """A property; None where it is not there."""
        if name in self.properties:
            return self.properties[name]
        element = self.element
        if name in self._methods:
            return self._methods[name]
        if name in _TEXTS:
            return element.text_content()
        if name == "innerHTML":
            return "".join(map(to_html, element.children))
        if name in ("value", "checked"):
            return element.value if element.kind else element.attributes.get("value", "")
        if name in _SWITCHES:
            return _SWITCHES[name] in element.attributes
        if name in ("classList", "style"):
            return Classes(self) if name == "classList" else Style(self)
        if name == "nodeType":
            return 1
        return self._relative(name) if name in _RELATIVES else element.attributes.get(_ATTRIBUTES.get(name, name))

    def _relative(self, name: str) -> "Node | None":
        parent, element = self.element.parent, self.element
        if name in ("parentNode", "parentElement"):
            return None if parent is None else self._around.element_node(parent)
        inner = name.startswith("first")
        siblings = [child for child in (element if inner else parent or element).children if isinstance(child, Element)]
        place = 0 if inner else siblings.index(element) + 1
        return self._around.element_node(siblings[place]) if place < len(siblings) else None

    # Writing

    def check(self, name: str) -> None:
        """Refuse to write where a component stands."""
        for here in self.element.ancestors():
            if here.component:
                raise BrowserError("Owned", f"{here.component} {name}")
            if here.parent is not None and here.parent.raw:
                return

    def assign(self, name: str, value: Any) -> None:
        """Write a property."""
        element = self.element
        if name in _WRITTEN and not _FREE.match(name):
            self.check(name)
        if name in _TEXTS:
            element.children.clear()
            element.append(Text("" if value is None else str(value)))
        elif name == "innerHTML":
            self.fill(value)
        elif name in ("value", "checked") and element.kind:
            element.choose(value if element.kind in ("checked", "multiple") else str(value))
            element.state.touched = False
        elif name in _SWITCHES:
            element.attributes.pop(_SWITCHES[name], None)
            if value:
                element.attributes[_SWITCHES[name]] = ""
        elif name in _ATTRIBUTES or name in _SAME:
            element.attributes[_ATTRIBUTES.get(name, name)] = str(value)
        else:
            self.properties[name] = value

    def _set_attribute(self, name: str, value: Any) -> None:
        self.check("setAttribute")
        self.element.attributes[name] = str(value)

    def _remove_attribute(self, name: str) -> None:
        self.check("removeAttribute")
        self.element.attributes.pop(name, None)

    def _remove(self) -> None:
        self.check("remove")
        document = self._around.document
        if document.focused is not None and self.element in document.focused.ancestors():
            document.focused = None
        self.element.detach()

    def _focus(self) -> None:
        self._around.document.focused = self.element

    # Steps of `tab.dom`

    def make(self, tag: str, attributes: dict[str, Any], text: str | None, next_: "Node | None") -> "Node":
        """Make an element in this one, in front of `next_` or at the end."""
        self.check("append")
        texts = {name: "" if value is True else str(value) for name, value in attributes.items()}
        made = Element(tag, texts, 0, self.element.namespace)
        if text is not None:
            made.append(Text(text))
        self.element.append(made)
        if next_ is not None:
            children = self.element.children
            children.insert(self.element.place_of(next_.element), children.pop())
        return self._around.element_node(made)

    def fill(self, html: str) -> None:
        """Set the HTML inside."""
        self.check("innerHTML")
        self.element.children.clear()
        for child in parse_fragment(str(html), self.element.namespace):
            self.element.append(child)

    def listen(self, spec: str, heard: Callable[[dict[str, Any]], object]) -> None:
        """Call a function at an event."""
        self._around.hear(self.element, spec, heard)

    def step(self, kind: str, *given: Any) -> Any:
        """Do a step of `tab.dom`."""
        steps: dict[str, Callable[..., Any]] = {"e": self.make, "w": self.fill, "l": self.listen}
        return steps[kind](*given)


_RELATIVES = frozenset(("parentNode", "parentElement", "firstElementChild", "nextSibling", "nextElementSibling"))


class Classes(Model):
    """The classes of an element."""

    def __init__(self, node: Node) -> None:
        self._node = node

    @property
    def _names(self) -> list[str]:
        return self._node.element.attributes.get("class", "").split()

    def _set(self, names: list[str], method: str) -> None:
        self._node.check(method)
        self._node.element.attributes["class"] = " ".join(names)

    def add(self, *names: str) -> None:
        """Add classes."""
        self._set(list(dict.fromkeys([*self._names, *names])), "add")

    def remove(self, *names: str) -> None:
        """Remove classes."""
        self._set([name for name in self._names if name not in names], "remove")

    def toggle(self, name: str, force: bool | None = None) -> None:
        """Add a class that is missing, remove one that is there; `force`: which of it."""
        wanted = name not in self._names if force is None else force
        (self.add if wanted else self.remove)(name)

    def contains(self, name: str) -> bool:
        """Whether the class is there."""
        return name in self._names


class Style(Model):
    """The style of an element."""

    def __init__(self, node: Node) -> None:
        self._node = node

    @property
    def _lines(self) -> dict[str, str]:
        pairs = (line.partition(":") for line in self._node.element.attributes.get("style", "").split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}

    def read(self, name: str) -> Any:
        """The value of a line; empty where there is none."""
        if name in ("setProperty", "getPropertyValue"):
            return self.assign if name == "setProperty" else self.read
        return self._lines.get(_dashed(name), "")

    def assign(self, name: str, value: Any) -> None:
        """Write a line; empty takes it away."""
        self._node.check(name)
        lines = {**self._lines, _dashed(name): str(value)}
        text = "; ".join(f"{key}: {text}" for key, text in lines.items() if text)
        self._node.element.attributes["style"] = text


def _dashed(name: str) -> str:
    return name if name.startswith("--") else re.sub("[A-Z]", lambda found: f"-{found[0].lower()}", name)
