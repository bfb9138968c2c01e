"""`Handover`: what has arrived from a broker is handed on in the App's loop, one thing after the other. Knows no values.

Also the functions of the program that are called then: `Listening`. What one of them raises keeps nobody from anything.
"""

import asyncio
import inspect
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from weakref import ref

from justui import hints
from justui.context import building, handling
from justui.errors import HandlerError, StateError
from justui.following import keep_listening
from justui.handlers import arity_of
from justui.listeners import Listener, deferred, takes_one
from justui.marks import tree_lock
from justui.state import Reactive

if TYPE_CHECKING:
    from justui.component import Component
    from justui.config import Config
    from justui.events import Event

DEEPEST: Final = 40
"""So many arrivals, each made by a function that was called because of the one before, are a circle."""


class CallHost(Protocol):
    """What topics and queues want of their App."""

    config: "Config"

    @property
    def running(self) -> bool:
        """Whether the App's loop is there."""

    def here(self) -> bool:
        """Whether the caller is in the App's loop."""

    def call(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a function in the App's loop: at once when here, else soon."""

    def run_called(self, awaitable: Awaitable[Any], event: "Event | None", name: str) -> None:
        """Run what an async function has returned, and update the page of the event when it has ended."""

    def called_failed(self, error: BaseException, event: "Event | None", name: str) -> None:
        """A function that was called has raised: log it, and tell the program."""


class _Chain(threading.local):
    """How many arrivals, each made because of the one before, led to what runs in this thread."""

    depth = 0


_chain: Final = _Chain()
_NOBODY: Final = Reactive[None]()


def check_circle(what: str) -> None:
    """Raise `StateError` in a circle of functions, each called because of the one before."""
    if _chain.depth > DEEPEST:
        raise StateError(f"A circle: {what}, by a function that is called because of it, {DEEPEST} times over.")


class Arrival(NamedTuple):
    """What has arrived, and where it was sent: in which event, how deep in a chain."""

    thing: Any
    event: "Event | None"
    depth: int


class Handover:
    """Calls `hand_on` with each arrival. In the App's loop; where no server runs, in the thread of who sends."""

    __slots__ = ("_delivering", "_hand_on", "_host", "_later", "_waiting")

    def __init__(self, host: CallHost, hand_on: Callable[[Arrival], None]) -> None:
        self._host = host
        self._hand_on = hand_on
        self._waiting: deque[Arrival] = deque()
        self._delivering = threading.Lock()
        self._later = Listener(self._all, _NOBODY)

    def put(self, thing: Any) -> None:
        """Something has arrived. Calls nothing yet."""
        self._waiting.append(Arrival(thing, handling.get(), _chain.depth))

    def flush(self) -> None:
        """Hand on what has arrived. Within a hand-over that goes on, it comes behind what is there."""
        if self._host.running and not self._host.here():
            self._host.call(self._all)
        elif not deferred([(self._later, None)]):  # what a field has told its model waits until that is acknowledged
            self._all()

    def _all(self) -> None:
        while self._waiting and self._delivering.acquire(blocking=False):
            try:
                self._hand_on(self._waiting.popleft())
            except IndexError:  # another thread was faster
                pass
            finally:
                self._delivering.release()

    def call(self, functions: "list[Listening]", arrival: Arrival, name: str, *arguments: Any) -> None:
        """Call functions, all of them, with the last so many of the arguments as they want. `name`: what they are, for the log."""
        event = arrival.event
        token = handling.set(event)
        before, _chain.depth = _chain.depth, arrival.depth + 1
        try:
            for one in functions:
                if one.ended:
                    continue
                try:
                    result = one.function(*arguments[len(arguments) - one.arity :])
                    if inspect.isawaitable(result):
                        self._host.run_called(result, event, name)
                except (Exception, SystemExit, asyncio.CancelledError) as error:  # noqa: BLE001 - as a handler's
                    self._host.called_failed(error, event, name)
        finally:
            _chain.depth = before
            handling.reset(token)


class Listening(Listener):
    """A function of the program that is called for each arrival, until it has `ended`."""

    __slots__ = ("__weakref__", "ended")

    def __init__(self, function: Callable[..., Any], arguments: int, label: str) -> None:
        if function is None:
            raise HandlerError(f"{label} got None, not a function. Write its name, without brackets.")
        arity = arity_of(function, label, "none, (value) or (topic, value)" if arguments == 2 else "none or (queue)")
        if arity > arguments:
            raise HandlerError(f"{label}: {function!r} wants {arity} arguments, and {arguments} is what it gets.")
        self.function = function
        self.arity = arity or takes_one(function)
        self.ended = False
        self._source = ref(_NOBODY)
        self._owner = None


class Audience:
    """The functions that listen to one topic or queue. One that belongs to a page or component goes with that.

    `deserted` is called, from anywhere, when one has gone so; `look_after` takes it out. Edits want a lock of the caller's.
    """

    __slots__ = ("_deserted", "_entries")

    def __init__(self, deserted: Callable[[], None]) -> None:
        self._deserted = deserted
        self._entries: tuple[Callable[[], Listening | None], ...] = ()

    def add(self, listening: Listening, owner: "Component | None", call: str) -> None:
        """Let a function listen, unless it does already. `call`: how the program writes that, for a hint."""
        if owner is None and hints.Diagnostics.on and building.get():
            place = hints.place_of(listening.function)
            hints.say(f"{call}{place}: the function is kept after the page is gone. Write {call}(fn, owner=page).")
        if any(one.function == listening.function for one in self.alive()):
            return
        if owner is None:
            self._entries = (*self._entries, lambda: listening)
            return
        deserted = self._deserted
        self._entries = (*self._entries, ref(listening, lambda _: deserted()))
        with tree_lock:
            keep_listening(owner, listening)

    def end(self, function: Callable[..., Any] | None = None) -> None:
        """Let a function listen no more; without one, all of them."""
        left = []
        for entry in self._entries:
            one = entry()
            if one is not None and (function is None or one.function == function):
                one.ended = True
            elif one is not None:
                left.append(entry)
        self._entries = tuple(left)

    def look_after(self) -> None:
        """Take out those that have gone with their page."""
        self._entries = tuple(entry for entry in self._entries if entry() is not None)

    def alive(self) -> list[Listening]:
        """Those that listen."""
        return [one for entry in self._entries if (one := entry()) is not None]

    def __bool__(self) -> bool:
        return bool(self._entries)
