"""The functions given to `on_change`: how they are called, one within another, later, or in the background. Knows no values."""

import inspect
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

from justui import hints
from justui.errors import HandlerError, StateError
from justui.following import listen_no_more
from justui.handlers import arity_of
from justui.tasks import report_to_log

if TYPE_CHECKING:
    from justui.component import Component
    from justui.state import Reactive

DEEPEST: Final = 40
"""So many changes, each made by an `on_change` of the one before, are a circle."""


class Hooks:
    """What rooms further up lend: how to run a coroutine in the background."""

    run_task: Callable[[Coroutine[Any, Any, Any]], None] | None = None


class _Chain(threading.local):
    """The functions given to `on_change` that run in this thread, each within the one before."""

    def __init__(self) -> None:
        self.functions: list[Callable[..., Any]] = []
        self.deferred: list[Call] | None = None


_chain: Final = _Chain()


class Listener:
    """A function that is called when a value changes, until `end()`. Called itself, it is the function."""

    __slots__ = ("_owner", "_source", "arity", "function")

    def __init__(self, function: Callable[..., Any], source: "Reactive[Any]", owner: "Component | None" = None) -> None:
        arity = arity_of(function, "on_change")
        if arity > source.tells:
            what = "fn(), fn(value) or fn(value, change)" if source.tells > 1 else "fn() or fn(value)"
            raise HandlerError(f"on_change takes {what}, got {function!r}, which wants {arity} arguments.")
        self.function = function
        self.arity = arity or takes_one(function)
        self._source = ref(source)  # weakly, for they know this one
        self._owner = None if owner is None else ref(owner)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the function, so that a decorated one keeps its use."""
        return self.function(*arguments, **keywords)

    def end(self) -> None:
        """Let the function not be called any more. Harmless when repeated."""
        source = self._source()
        owner = None if self._owner is None else self._owner()
        if owner is not None:
            listen_no_more(owner, self)
        elif source is not None:
            source._forget_listener(self)

    def call(self, value: object) -> None:
        """Call it; what is async runs in the background."""
        result = self.function(*value) if self.arity > 1 else self.function(value) if self.arity else self.function()  # type: ignore[misc]
        if inspect.iscoroutine(result):
            if Hooks.run_task is None:
                result.close()
                raise StateError("An async function for on_change wants a server that runs.")
            Hooks.run_task(result)


Call = tuple[Listener, Any]
"""A function that is to be called, and the value."""


def takes_one(function: Callable[..., Any]) -> int:
    """1 when a function that requires nothing takes any number of arguments, as `print` and a mock do."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 1
    return int(any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters))


@contextmanager
def deferring(calls: "list[Call]") -> Iterator[None]:
    """Let the functions that listen wait: those to call, and with what, are put to `calls`, for `call_listeners`."""
    before, _chain.deferred = _chain.deferred, calls
    try:
        yield
    finally:
        _chain.deferred = before


def deferred(calls: "list[Call]") -> bool:
    """Whether these calls have to wait, in which case somebody else makes them."""
    waiting = _chain.deferred
    if waiting is None:
        return False
    waiting += calls
    return True


def call_listeners(calls: "Iterable[Call]") -> None:
    """Call functions with their values, all of them. Raises the first error."""
    errors: list[Exception] = []
    for listener, value in calls:
        call_listener(listener, value, errors)
    raise_first(errors)


def call_listener(listener: Listener, value: object, errors: list[Exception]) -> None:
    """Call a function given to `on_change`; an error is put to the others."""
    functions = _chain.functions
    if len(functions) >= DEEPEST:
        names = dict.fromkeys(
            f"{getattr(one, '__name__', one)}{hints.place_of(one)}" for one in (*functions[-6:], listener.function)
        )
        errors.append(
            StateError(f"A circle of changes, each made by an on_change of the one before: {', '.join(names)}.")
        )
        return
    functions.append(listener.function)
    try:
        listener.call(value)
    except Exception as error:  # noqa: BLE001 - the others are called all the same
        errors.append(error)
    finally:
        functions.pop()


def raise_first(errors: list[Exception]) -> None:
    """Raise the first of these errors, if there is any; the others go to the log."""
    for error in errors[1:]:
        if error is not errors[0]:
            report_to_log(error, "on_change")
    if errors:
        raise errors[0]
