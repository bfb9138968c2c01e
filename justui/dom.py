"""`tab.dom`: elements of one browser tab, for HTML that the tree of components does not own.

Handles are expressions of `js.py` that know elements: what is written through them is held to law 15, and the browser refuses
it where a component stands. Sends nothing by itself.
"""

import re
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Final, Self

from justui import handlers
from justui.errors import HandlerError, TreeError, UsageError
from justui.events import Event
from justui.handlers import EventFunction
from justui.js import Expression, called, extended, of_tab, said
from justui.safety import URL_ATTRIBUTES, raw_attribute, sanitised

if TYPE_CHECKING:
    from justui.tab import Tab

MAKE: Final = "e"
"""Step: make an element in this one. `["e", tag, {name: value}, text, the child that comes behind it, or null]`"""
FILL: Final = "w"
"""Step: set the HTML in this element. `["w", html]`"""
LISTEN: Final = "l"
"""Step: hear an event of this element. `["l", event spec, function]`"""

_NAMES: Final = {"text": "textContent", "html": "innerHTML"}
"""Our names of properties, where DOM's are others."""
_HTML: Final = frozenset(("innerHTML", "outerHTML"))
_CHECKED: Final = URL_ATTRIBUTES | {"srcset", "imagesrcset", "srcdoc"}
"""Properties, in small letters, that law 15 looks at as it does at the attributes of these names."""
_HANDLER: Final = re.compile(r"on[a-z]+")
_TAG: Final = re.compile(r"[A-Za-z][\w.-]*")


class Dom:
    """The elements of a tab: `tab.dom.count` by its id, `tab.dom("#todo > li")` the first that a selector finds.

    `tab.dom["my-id"]` is for ids that are no names. `tab.dom(timeout=2)` waits so many seconds for answers.
    """

    __slots__ = ("_window",)

    def __init__(self, window: Expression) -> None:
        object.__setattr__(self, "_window", window)

    def __getattr__(self, name: str) -> "Element":
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Element(extended(self._window, ["#", name])._path_)

    def __getitem__(self, name: str) -> "Element":
        return Element(extended(self._window, ["#", name])._path_)

    def __call__(self, selector: Any = None, **options: Any) -> Any:
        """The first element that a CSS selector finds; the handle stays with that element, whatever becomes of its classes.

        With `timeout=` and no selector: the same elements, with other seconds to wait for answers.
        """
        window = self._window(**options) if options else self._window
        if selector is None:
            return Dom(window)
        if not isinstance(selector, str) or not selector.strip():
            raise TypeError(f"tab.dom(…) wants a CSS selector such as '#todo', got {selector!r:.60}")
        return Element(_result(window, ["q", selector])._path_)

    def __setattr__(self, name: str, value: object) -> None:
        raise UsageError(f"tab.dom.{name} is an element. Write tab.dom.{name}.text = …")

    __setitem__ = __setattr__


class Part(Expression):
    """Something of an element: what is assigned to it, and passed to it, cannot become code."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        return Part(super().__getattr__(_NAMES.get(name, name))._path_)

    def __getitem__(self, key: Any) -> Any:
        return Part(super().__getitem__(key)._path_)

    def __setattr__(self, name: str, value: Any) -> None:
        name = _NAMES.get(name, name)
        if name == "innerHTML":
            said(self, [FILL, _clean(name, value)])
        else:
            super().__setattr__(name, safe_property(name, value))

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, str):
            setattr(self, key, value)
        else:
            super().__setitem__(key, value)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call a method of the element, with HTML and addresses looked through."""
        last = self._path_.steps[-1:]
        if last == ("insertAdjacentHTML",) and len(arguments) == 2:
            arguments = (arguments[0], _clean("insertAdjacentHTML", arguments[1]))
        elif last in (("setHTMLUnsafe",), ("write",), ("writeln",)):
            raise TreeError(
                f"{last[0]}(): HTML that may have scripts in it is refused. Write .html = …, which takes them out."
            )
        elif last in (("setAttribute",), ("setAttributeNS",)) and len(arguments) >= 2:
            arguments = (*arguments[:-1], _attribute(str(arguments[-2]), arguments[-1]))
        return super().__call__(*arguments, **options)


class Element(Part):
    """One element of a tab.

    `text`, `html` (sanitised), `classes`, `style["color"]`, `attributes["title"]`; every other name is the element's own property
    (`value`, `checked`, `hidden`, `disabled`, …) or method. Assigning acts in its order, `await element.value` reads; in a worker
    thread a read waits by itself. An element that is not there is an error that names it; one that a component owns can be
    read, not written.
    """

    __slots__ = ()

    def __await__(self) -> Generator[Any, None, Any]:
        """Wait until it is certain that the element is there; the value is this handle."""
        return self._there().__await__()

    async def _there(self) -> Self:
        await extended(self, "nodeType")
        return self

    # Content and look

    @property
    def classes(self) -> "Classes":
        """Its CSS classes: `.add("open")`, `.remove("open")`, `.toggle("open")`, `await ….contains("open")`."""
        return Classes(extended(self, "classList")._path_)

    @property
    def style(self) -> "Style":
        """Its own style: `["color"]`, `["background-color"]`, `["--size"]`; empty or None takes a line away."""
        return Style(extended(self, "style")._path_)

    @property
    def attributes(self) -> "Attributes":
        """Its attributes: `["title"] = "Hello"`, `await ….attributes["title"]`, `del ….attributes["title"]`."""
        return Attributes(self)

    def set_html(self, html: str, *, safe: bool = False) -> None:
        """Set the HTML inside. `safe=True` is for HTML that you wrote yourself; else it is sanitised, as `element.html = …` is."""
        said(self, [FILL, str(html) if safe else _clean("html", html)])

    def show(self) -> None:
        """Take its `hidden` away."""
        said(self, ["s", "hidden", False])

    def hide(self) -> None:
        """Set its `hidden`."""
        said(self, ["s", "hidden", True])

    def focus(self) -> None:
        """Give it the focus."""
        _result(extended(self, "focus"), ["c", []])

    def scroll_into_view(self) -> None:
        """Scroll until it can be seen."""
        _result(extended(self, "scrollIntoView"), ["c", [{"block": "nearest"}]])

    # Making and removing

    def add(
        self,
        tag: str,
        text: object = None,
        *,
        id: str | None = None,
        classes: str | None = None,
        before: "Element | None" = None,
        after: "Element | None" = None,
        **attributes: Any,
    ) -> "Element":
        """Make an element in this one, at its end, or in front of or behind one of its children; its handle can be used at once.

        Keywords are its attributes (`aria_label` is `aria-label`, `for_` is `for`), and events: `on_click=fn`. Raises `TreeError`
        for a tag or attribute that is refused.
        """
        if not _TAG.fullmatch(str(tag)):
            raise TreeError(f'add({tag!r:.40}): that is no tag. Write add("div", text="…").')
        given = {"id": id, "class": classes}
        events: dict[str, EventFunction] = {}
        for name, value in attributes.items():
            if name.startswith("on_"):
                events[name[3:]] = value
            else:
                given[name.rstrip("_").replace("_", "-")] = value
        wanted = {name: _attribute(name, value) for name, value in given.items() if value is not None}
        place: Any = before if after is None else extended(after, "nextSibling")
        made = _result(self, [MAKE, tag, wanted, None if text is None else str(text), place])
        element = Element(made._path_)
        for event, function in events.items():
            element.on(event, function)
        return element

    def remove(self) -> None:
        """Take it out of the page."""
        _result(extended(self, "remove"), ["c", []])

    # Events

    def on(
        self,
        event: str,
        function: EventFunction,
        *,
        key: str | None = None,
        debounce: float | None = None,
        throttle: float | None = None,
        immediate: bool = False,
        prevent: bool = False,
        stop: bool = False,
        once: bool = False,
        modifiers: str = "",
        fields: tuple[str, ...] = (),
        custom: bool = False,
    ) -> Self:
        """Run `function` at an event of this element; as a handler of a component: none or `(msg)`, and the page is updated after it.

        The options are those of a component's `on`. `msg.value` is the value of the field in which it happened, `msg.values` those of
        a form that is submitted. It ends with the element and with the tab. Raises `HandlerError` for a function that does not fit.
        """
        event = event.removeprefix("on_")
        label = f"on({event!r}) of {self!r}"
        if not custom:
            handlers.check_event(event, "An element")
        options = handlers.event_options(
            debounce=debounce,
            throttle=throttle,
            immediate=immediate,
            prevent=prevent or event == "submit",
            stop=stop,
            once=once,
            modifiers=modifiers,
            fields=fields,
        )
        _, handler = handlers.bind(function, handlers.token(event), label, key=key, options=options)
        if handler.arity > 1:
            raise HandlerError(f"{label}: a handler of an element takes nothing, or (msg).")
        tab = self._path_.target.tab
        if tab is not None:
            said(self, [LISTEN, handler.spec, _listener(tab, event, handler)])
        return self


class Classes(Part):
    """The CSS classes of an element."""

    __slots__ = ()

    def add(self, *names: str) -> None:
        """Give it these classes; one string may have several."""
        self._do("add", names)

    def remove(self, *names: str) -> None:
        """Take these classes away."""
        self._do("remove", names)

    def toggle(self, name: str, force: bool | None = None) -> None:
        """Give it a class that it does not have, or take it away; `force`: have it, or not."""
        _result(extended(self, "toggle"), ["c", [name] if force is None else [name, force]])

    def _do(self, method: str, names: tuple[str, ...]) -> None:
        _result(extended(self, method), ["c", " ".join(names).split()])


class Style(Part):
    """The style of an element, by the names of CSS or of JavaScript."""

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        if name.startswith("--"):
            return extended(self, "getPropertyValue", ["c", [name]])
        return super().__getitem__(name)

    def __setitem__(self, name: str, value: Any) -> None:
        value = "" if value is None else value
        if name.startswith("--"):
            _result(extended(self, "setProperty"), ["c", [name, value]])
        else:
            said(self, ["s", name, value])

    def __delitem__(self, name: str) -> None:
        self[name] = ""


class Attributes:
    """The attributes of an element."""

    __slots__ = ("_element",)

    def __init__(self, element: Element) -> None:
        self._element = element

    def __getitem__(self, name: str) -> Expression:
        return extended(self._element, "getAttribute", ["c", [name]])

    def __setitem__(self, name: str, value: Any) -> None:
        checked = _attribute(name, value)
        if checked is None:
            del self[name]
        else:
            _result(extended(self._element, "setAttribute"), ["c", [name, "" if checked is True else checked]])

    def __delitem__(self, name: str) -> None:
        _result(extended(self._element, "removeAttribute"), ["c", [name]])


def of(tab: "Tab") -> Dom:
    """What `tab.dom` is."""
    return Dom(of_tab(tab))


def safe_property(name: str, value: Any) -> Any:
    """What may be assigned to a property of an element. Raises `TreeError` for code and for unsafe addresses."""
    if name in _HTML:
        return _clean(name, value)
    lower = name.lower()
    if lower in _CHECKED and value is not None:
        return _attribute(lower, value)
    if _HANDLER.fullmatch(lower) and value is not None and not callable(value):
        raise TreeError(
            f'{name} = {value!r:.40}: code in a string is refused. Write .on("{lower[2:]}", fn), a Python function.'
        )
    return value


def _clean(name: str, value: Any) -> str:
    if isinstance(value, Expression):
        raise TreeError(f"{name} = …: what is in the browser has to be looked through first. Write {name} = await …")
    return "" if value is None else sanitised(str(value))


def _attribute(name: str, value: Any) -> Any:
    if isinstance(value, Expression):
        if name.lower() in _CHECKED:
            raise TreeError(f"{name}: an address of the browser has to be looked at first. Await it.")
        value = None if raw_attribute(name, "") is None else value
    else:
        value = raw_attribute(name, value)
    return value


def _result(expression: Expression, step: Any) -> Expression:
    """A statement whose result is not waited for, in worker threads neither; later ones may build on it."""
    path = expression._path_
    quick = path.target.with_options({"wait": False})
    result: Expression = called(Expression(path._replace(target=quick)), step)
    return Expression(result._path_._replace(target=path.target))


def _listener(tab: "Tab", event: str, handler: handlers.Handler) -> Callable[[Any], Coroutine[Any, Any, None]]:
    """What the browser calls with what it says of an event."""

    def heard(data: Any) -> Coroutine[Any, Any, None]:
        said_of_it: dict[str, Any] = data if isinstance(data, dict) else {}
        message = Event(event, tab.page, tab.page, tab, said_of_it)
        values = said_of_it.pop("values", None)
        message._values = values if isinstance(values, dict) else {}
        host: Any = tab.host
        run: Coroutine[Any, Any, None] = host.dispatcher.run(handler, tab.page, message)
        return run

    return heard
