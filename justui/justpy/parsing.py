"""`parse_html`: HTML text to components, with names, handlers and the Python that would build the same."""

import asyncio
import logging
import re
import sys
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from pathlib import Path
from types import FrameType
from typing import Any, Final

from justui.justpy.binding import compiled
from justui.justpy.dicts import Dict
from justui.justpy.elements import Div
from justui.justpy.rules import classes, tags

log = logging.getLogger("justui")

_ATTRIBUTE: Final = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_VOID: Final = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_OURS: Final = ("a", "add_to", "children")
"""What an attribute of this name would mean to a constructor, and not to HTML."""
_NAME: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def get_tag(tag: str, attrs: Any = (), **keywords: Any) -> Any:
    """A component for a tag. `attrs` are pairs of names and values. Raises `ValueError` for an unknown tag."""
    found = tags.get(tag) or tags.get(tag.lower())
    if found is None:
        raise ValueError(f"There is no component for the tag {tag!r}. register_component makes one known.")
    return found(**{**dict(attrs), **keywords})


component_by_tag = get_tag


def register_component(component_class: Any, tag: str, attributes: Any = ()) -> Any:
    """Make a class known to `parse_html` under a tag; `attributes` are passed on to it as keywords."""
    component_class._parsed_attributes = list(attributes)
    tags[tag] = component_class
    return component_class


class Register:
    """The same as a decorator: `@jp.Register("my-card", ["title"])`."""

    def __init__(self, tag: str, attributes: Any = ()) -> None:
        self.tag = tag
        self.attributes = attributes

    def __call__(self, component_class: Any) -> Any:
        """Register the class."""
        return register_component(component_class, self.tag, self.attributes)


def parse_dict(component_class: Any) -> Any:
    """Make a class known by its own tag. A decorator."""
    return register_component(component_class, component_class.html_tag)


def convert_dict_to_object(found: dict[str, Any]) -> Any:
    """Build a component again from its dict. Raises `KeyError` for a class that there is not."""
    component = classes[found["class_name"]]()
    for name in ("classes", "style", "show"):
        if found.get(name) is not None:
            setattr(component, name, found[name])
    if found.get("text"):
        component.text = found["text"]
    if found.get("inner_html"):
        component.inner_html = found["inner_html"]
    component.set_attributes(found.get("attrs", {}))
    for child in found.get("object_props", ()):
        component.add_component(convert_dict_to_object(child))
    return component


class Scope:
    """The names that the caller of `parse_html` sees."""

    def __init__(self, frame: FrameType | None) -> None:
        self.globals: dict[str, Any] = {} if frame is None else frame.f_globals
        self.locals: dict[str, Any] = {} if frame is None else dict(frame.f_locals)

    def handler(self, text: str) -> Any:
        """The function that `text` names, else one of which it is the body."""
        names = {**self.globals, **self.locals}
        if _NAME.fullmatch(text.strip()):
            first, *rest = text.strip().split(".")
            if first in names:
                found = names[first]
                for step in rest:
                    found = getattr(found, step)
                return found
        return compiled(text, names)

    def evaluate(self, text: str) -> Any:
        """The value of an expression."""
        return eval(text, self.globals, self.locals)  # noqa: S307 - the program's own text, which JustPy has always run


class Parser(HTMLParser):
    """Builds the components of one text."""

    def __init__(self, scope: Scope, *, prefix: str, named_by: str, with_commands: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Any = Div(name="root")
        self.commands: list[str] = []
        self.name_dict = Dict()
        self._open: list[tuple[str, Any, str]] = [("", self.root, "root")]
        self._scope = scope
        self._prefix = prefix
        self._named_by = named_by
        self._with_commands = with_commands
        self._count = 0
        if with_commands:
            self.commands.append(f"root = {prefix}Div()")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A start tag: make its component."""
        component, spelt, name = self._make(tag, attrs)
        if spelt not in _VOID and not component.void:
            self._open.append((tag, component, name))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself."""
        self._make(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """An end tag: back to what stands around."""
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        """Text: the last piece within an element counts."""
        text = data.strip()
        if text:
            _, component, name = self._open[-1]
            component.text = text
            if self.commands and self.commands[-1].startswith(f"{name} = ") and ", text=" not in self.commands[-1]:
                self.commands[-1] = f"{self.commands[-1][:-1]}, text={text!r})"
            else:
                self._command(f"{name}.text = {text!r}")

    def _make(self, tag: str, attrs: list[tuple[str, str | None]]) -> tuple[Any, str, str]:
        raw = (self.get_starttag_text() or "").lstrip("<").rstrip(">").rstrip("/")
        spelt = raw[: len(tag)] if raw[: len(tag)].lower() == tag else tag
        names = [found[1] for found in _ATTRIBUTE.finditer(raw[len(tag) :])]
        if [name.lower() for name in names] != [name for name, _ in attrs]:
            names = [name for name, _ in attrs]
        found = tags.get(spelt) or tags.get(tag)
        keywords: dict[str, Any] = {}
        events: dict[str, str] = {}
        for name, (_, value) in zip(names, attrs, strict=True):
            self._take(name, value, keywords, events)
        named = keywords.get(self._named_by)
        if found is None:
            found = Div
            keywords["html_tag"] = spelt
        _, parent, parent_name = self._open[-1]
        component = found(**keywords, a=parent)
        for event, text in events.items():
            component.on(event, self._scope.handler(text))
        if named is not None:
            self._name(str(named), component)
        self._count += 1
        variable = f"c{self._count}"
        written = "".join(f"{name}={value!r}, " for name, value in keywords.items())
        handlers = "".join(f"{event}={text!r}, " for event, text in events.items())
        self._command(f"{variable} = {self._prefix}{found.__name__}({written}{handlers}a={parent_name})")
        return component, spelt, variable

    def _take(self, name: str, value: str | None, keywords: dict[str, Any], events: dict[str, str]) -> None:
        if name.startswith("@"):
            events[name[1:]] = value or ""
        elif name.startswith(":"):
            keywords[_spelt(name[1:])] = self._scope.evaluate(value or "None")
        else:
            keywords[_spelt(name)] = True if value is None else value
        for name in _OURS:
            keywords.pop(name, None)

    def _name(self, name: str, component: Any) -> None:
        present = dict.get(self.name_dict, name)
        if present is None:
            self.name_dict[name] = component
        elif isinstance(present, list):
            present.append(component)
        else:
            self.name_dict[name] = [present, component]

    def _command(self, text: str) -> None:
        if self._with_commands:
            self.commands.append(text)


def _spelt(name: str) -> str:
    name = name.replace("-", "_").replace(":", "_")
    if name == "class":
        return "classes"
    return f"_{name}" if name in ("in", "from") else name


def parsed(source: str, frame: FrameType | None, keywords: dict[str, Any]) -> Any:
    """The components of `source`, for a caller in `frame`."""
    named_by = keywords.pop("dict_attribute", "name")
    prefix = keywords.pop("command_prefix", "jp.")
    with_commands = keywords.pop("create_commands", True)
    scope = Scope(frame)
    parser = Parser(scope, prefix=prefix, named_by=named_by, with_commands=with_commands)
    parser.feed(source)
    parser.close()
    root = parser.root
    if len(root.components) == 1 and not getattr_text(root):
        only = root.components[0]
        root.remove(only)
        root = only
    root.name_dict = parser.name_dict
    root.commands = parser.commands
    parent = keywords.pop("a", None)
    for name, value in keywords.items():
        setattr(root, name, value)
    if parent is not None:
        parent.add_component(root)
    return root


def getattr_text(component: Any) -> str:
    """The text of a component, empty where it has none."""
    return str(getattr(component, "text", ""))


def parse_html(html_string: str, **keywords: Any) -> Any:
    """The component that HTML text describes; several at the top stand in a Div.

    It has `name_dict`, the components by their `name` (or by the attribute `dict_attribute`), and `commands`, the Python that
    would build the same. `@click="…"` is a function of the caller's or the body of one, `:attr="…"` an expression. Further
    keywords are set on the component, `a` is where it goes.
    """
    return parsed(html_string, sys._getframe(1), keywords)


def parse_html_file(html_file: str, **keywords: Any) -> Any:
    """The same of a file. Raises `OSError` when it cannot be read."""
    return parsed(Path(html_file).read_text(encoding="utf-8"), sys._getframe(1), keywords)


def parse_html_file_async(html_file: str, **keywords: Any) -> Awaitable[Any]:
    """The same, to be awaited: the file is read in a thread."""
    return _parsed_later(html_file, sys._getframe(1), keywords)


async def _parsed_later(html_file: str, frame: FrameType, keywords: dict[str, Any]) -> Any:
    read: Callable[[], str] = lambda: Path(html_file).read_text(encoding="utf-8")  # noqa: E731
    return parsed(await asyncio.to_thread(read), frame, keywords)
