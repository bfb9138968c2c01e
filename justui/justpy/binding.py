"""Handlers by JustPy's rules: what binds an event, how a handler is called, before and after. The engine runs them."""

import asyncio
import inspect
import logging
import re
import textwrap
from collections.abc import Awaitable, Callable
from types import MethodType
from typing import Any, Final, Self

from justui import handlers
from justui.component import Component
from justui.errors import HandlerError
from justui.events import Event
from justui.handlers import EVENTS
from justui.justpy.dicts import Dict
from justui.justpy.messages import message

log = logging.getLogger("justui")

ALLOWED: Final = (
    "click mouseover mouseout mouseenter mouseleave input change after before keydown keyup keypress focus blur submit "
    "dragstart dragover drop click__out"
).split()
"""The events that a keyword binds; `add_event` allows further ones."""
_AROUND: Final = frozenset({"before", "after"})
_HOUR: Final = 3_600_000
_PROPERTY: Final = re.compile(r"[A-Za-z][\w.]*")
"""What can be a property of the browser's event; any other name is never in `msg`."""
_POSITIONAL: Final = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.VAR_POSITIONAL,
)

_component: Any = Component  # whose methods are called on what is a component, too

namespace: dict[str, Any] = {}
"""What handlers given as strings see; the room's face puts its names in."""


def event_of(name: str) -> str:
    """The event that a keyword means: `click`, `onclick` and `on_click` are one."""
    if name.startswith("on_"):
        return name[3:]
    if name.startswith("on") and (name[2:] in EVENTS or name[2:] in ALLOWED):
        return name[2:]
    return name


def compiled(text: str, around: dict[str, Any] | None = None) -> Callable[..., Any]:
    """A handler of which `text` is the body, of `(self, msg)`; it sees the names `around`, else JustPy's."""
    body = textwrap.indent(textwrap.dedent(text.strip("\n")), "    ") or "    pass"
    kind = "async def" if "await " in text else "def"
    names = dict(namespace) if around is None else {**namespace, **around}
    try:
        code = compile(f"{kind} handler(self, msg):\n{body}\n", "<handler>", "exec")
    except SyntaxError as error:
        raise HandlerError(f"The handler {text!r:.80} is not Python: {error.msg}. Pass a function.") from error
    exec(code, names)  # noqa: S102 - the program's own text, which JustPy has always run
    function: Callable[..., Any] = names["handler"]
    return function


def arity(function: Any, label: str) -> int:
    """How many arguments a handler gets: a plain function `(component, msg)`, a bound method `(msg)`, less where it wants less.

    Raises `HandlerError` for what cannot be called so.
    """
    required = handlers.arity_of(function, label)
    most = min(room(function), 2)
    return min(most, 1) if isinstance(function, MethodType) and required < 2 else most


def room(function: Any) -> int:
    """How many positional arguments a function can take; two for any number."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 2
    found = [item.kind for item in parameters if item.kind in _POSITIONAL]
    return 2 if inspect.Parameter.VAR_POSITIONAL in found else len(found)


class Answer:
    """A handler as the engine calls it."""

    __slots__ = ("arity", "function")

    def __init__(self, function: Any, label: str) -> None:
        self.function = function
        self.arity = arity(function, label)

    def __call__(self, component: Any, event: Event) -> Any:
        """Handle an event. None has the engine send the page."""
        component._before_event(event)
        msg = message(component, event, with_session=component.sessions_on)
        functions = component._functions
        if "before" in functions or "after" in functions:
            return self._with_those_around(component, msg, event)
        result = self.call(component, msg)
        return _finished(result) if inspect.isawaitable(result) else _answer_of(result)

    def call(self, component: Any, msg: Dict) -> Any:
        """Call the function itself."""
        if self.arity == 2:
            return self.function(component, msg)
        return self.function(msg) if self.arity == 1 else self.function()

    async def _with_those_around(self, component: Any, msg: Dict, event: Event) -> Any:
        functions = component._functions
        await _aside(functions.get("before"), component, msg)
        result = self.call(component, msg)
        if inspect.isawaitable(result):
            result = await result
        if "after" not in functions:
            return _answer_of(result)
        if _answer_of(result) is None:
            event.page.update()
        await _aside(functions["after"], component, msg)
        return True

    @property
    def __name__(self) -> str:
        """The name of the program's function, for messages."""
        return getattr(self.function, "__name__", "handler")

    @property
    def __code__(self) -> Any:
        """Where it is written."""
        return getattr(self.function, "__code__", None)


def _answer_of(result: Any) -> Any:
    """What the engine is told: None to send the page, also where `lambda self, msg: self.set_class("x")` gives a component."""
    return None if result is None or isinstance(result, Component) else True


async def _finished(awaitable: Awaitable[Any]) -> Any:
    return _answer_of(await awaitable)


async def _aside(answer: Answer | None, component: Any, msg: Dict) -> None:
    """Run a `before` or `after`: what it returns counts for nothing, and an error in it ends nothing."""
    if answer is None:
        return
    try:
        result = answer.call(component, msg)
        if inspect.isawaitable(result):
            await result
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("before or after of %s failed", component.describe())


def _nothing() -> bool:
    return True


class BoundMethod:
    """`component.on_click`: the handler, bound to the component; setting it binds it to the event."""

    __slots__ = ("event",)

    def __init__(self, event: str) -> None:
        self.event = event

    def __get__(self, component: Any, owner: type) -> Any:
        if component is None:
            return self
        answer = component._functions.get(self.event)
        if answer is None:
            raise AttributeError(f"{component.describe()} has no handler of {self.event}")
        function = answer.function
        return function if isinstance(function, MethodType) else MethodType(function, component)

    def __set__(self, component: Any, function: Any) -> None:
        if function is None:
            component.remove_event(self.event)
        else:
            component.on(self.event, function)


class Binding:
    """The part of components and pages that binds handlers."""

    __slots__ = ()

    sessions_on = True
    event_propagation: Any

    @property
    def _functions(self) -> dict[str, Answer]:
        found: dict[str, Answer] = self.__dict__.get("_jp_functions", {})
        return found

    @property
    def _timing(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.__dict__.setdefault("_jp_timing", {})
        return found

    def _before_event(self, event: Event) -> None:
        """What the component does itself before its handler runs."""

    def _needs_id(self) -> None:
        """The component has to have an id from now on."""

    @property
    def events(self) -> list[str]:
        """The names of the events that have a handler."""
        return list(self._functions)

    @property
    def allowed_events(self) -> list[str]:
        """The events that keywords bind; a list to be added to."""
        found: list[str] = self.__dict__.setdefault("_jp_allowed", list(ALLOWED))
        return found

    @allowed_events.setter
    def allowed_events(self, names: list[str]) -> None:
        self.__dict__["_jp_allowed"] = list(names)

    def add_event(self, name: str) -> None:
        """Allow a further event."""
        if name not in self.allowed_events:
            self.allowed_events.append(name)

    add_allowed_event = add_event

    def remove_event(self, name: str) -> None:
        """Answer an event no more."""
        if self._functions.pop(name, None) is not None and name not in _AROUND:
            _component.off(self, name)

    def has_event_function(self, name: str) -> bool:
        """Whether an event has a handler."""
        return name in self._functions

    def on(
        self,
        event: str,
        function: Any = None,
        *,
        debounce: float | None = None,
        throttle: float | None = None,
        immediate: bool = False,
        **options: Any,
    ) -> Self:
        """Run `function` (JustPy's name for it, `func`, does too) at each `event`; it takes the place of an earlier one. Times are milliseconds.

        A plain function gets `(component, msg)`, a bound method `(msg)`; a string is the body of a function of `(self, msg)`.
        When it returns None the page is sent. Raises `HandlerError` for an event that there is not; `add_event` allows it.
        """
        name = event_of(event)
        self._check_event(name)
        function = options.pop("func", function)
        if isinstance(function, str):
            function = compiled(function)
        answer = Answer(function, f"{name} of {self.describe()}")  # type: ignore[attr-defined]
        self.__dict__.setdefault("_jp_functions", {})[name] = answer
        self._timing[name] = {"debounce": debounce, "throttle": throttle, "immediate": immediate, **options}
        self._listen(name)
        self._needs_id()
        return self

    def _check_event(self, name: str) -> None:
        bare = name.removesuffix("__out")
        if bare not in EVENTS and name not in self.allowed_events:
            handlers.check_event(bare, type(self).__name__)

    def _listen(self, name: str) -> None:
        """Have the browser tell of an event."""
        if name in _AROUND:
            return
        options = {**self._event_options(name), **{key: one for key, one in self._timing[name].items() if one}}
        bare = name.removesuffix("__out")
        _component.on(self, name, self._functions[name], custom=bare not in EVENTS, **options)
        if name == "drop" and "dragover" not in self._functions:  # browsers drop only where dragging over is prevented
            _component.on(self, "dragover", _nothing, prevent=True, throttle=_HOUR)

    def _event_options(self, name: str) -> dict[str, Any]:
        fields = [name for name in self.__dict__.get("_jp_properties", ()) if _PROPERTY.fullmatch(name)]
        if name == "input":
            fields.append("data")
        options: dict[str, Any] = {"fields": fields} if fields else {}
        if name in ("drop", "dragover"):
            options["prevent"] = True
        if self.event_propagation is False:
            options["stop"] = True
        return options

    def _listen_again(self) -> None:
        for name in self._functions:
            self._listen(name)

    @property
    def additional_properties(self) -> list[str]:
        """Properties of the browser's event that come with `msg`."""
        found: list[str] = self.__dict__.get("_jp_properties", [])
        return found

    @additional_properties.setter
    def additional_properties(self, names: list[str]) -> None:
        self.__dict__["_jp_properties"] = list(names)
        self._listen_again()

    async def run_event_function(self, event: str, data: Any, create_namespace_flag: bool = True) -> Any:
        """Call the handler of an event with `data`, which becomes a Dict unless `create_namespace_flag` is False."""
        msg = Dict(data) if create_namespace_flag and not isinstance(data, Dict) else data
        result = self._functions[event_of(event)].call(self, msg)
        return await result if inspect.isawaitable(result) else result


for _event in sorted({*EVENTS, *ALLOWED, "page_ready", "result_ready"}):
    setattr(Binding, f"on_{_event}", BoundMethod(_event))
