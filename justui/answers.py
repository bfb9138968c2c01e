"""What browsers answer, and the results in them that Python holds. Sends nothing."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from justui.errors import Gone, RemoteError, RemoteKeyError, RemoteTimeout
from justui.hints import Site, place

if TYPE_CHECKING:
    from justui.statements import Statements

VALUE: Final = 1
"""Bit of a statement's second part: send the value back."""
KEEP: Final = 2
"""Bit of it: keep the result until it is let go of."""

OWNED: Final = "Owned"
"""Type of the browser's error for a write into the element of a component."""


class Failure(NamedTuple):
    """Why there is no value. `kept`: the statement has run, its result is kept, but cannot travel."""

    kind: str
    text: str
    kept: bool = False

    def error(self, site: Site | None) -> Exception:
        """The error to raise, which names the line of the program that asked."""
        where = f" ({place(site)})" if site else ""
        if self.kind == "Gone":
            return Gone(self.text + where)
        if self.kind == "RemoteTimeout":
            return RemoteTimeout(self.text + where)
        if self.kind == OWNED:
            return RemoteError(self.text + where)
        if self.kind == "KeyError":
            return RemoteKeyError(f"{self.kind}: {self.text}{where}")
        return RemoteError(f"{self.kind}: {self.text}{where}" if self.kind else self.text + where)


GONE: Final = Failure("Gone", "the tab has gone before it answered")


class Answers:
    """What was asked of one or more tabs, and what they have said until now. `site`: the line of the program that asked."""

    __slots__ = ("__weakref__", "_ringing", "desks", "missing", "said", "site", "wanted")

    def __init__(self, desks: "Iterable[Statements]", site: Site | None) -> None:
        self.desks = tuple(desks)
        self.missing = dict.fromkeys(self.desks)
        self.said: dict[Statements, Any] = {}
        self.site = site
        self.wanted = False
        """Whether somebody waits, or has waited."""
        self._ringing: list[Callable[[], object]] = []

    def take(self, desk: "Statements", value: Any) -> None:
        """A tab has answered."""
        if desk in self.missing:
            self.said[desk] = value
            del self.missing[desk]
            if not self.missing:
                for ring in self._ringing:
                    ring()

    async def wait(self, seconds: float) -> None:
        """Wait until all have answered, for so many seconds at most."""
        self.wanted = True
        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def wake() -> None:
            if not future.done():
                future.set_result(None)

        here = threading.get_ident()

        def ring() -> None:
            if threading.get_ident() == here:
                wake()
            elif not loop.is_closed():
                loop.call_soon_threadsafe(wake)

        self._ringing.append(ring)
        if not self.missing:
            return
        timer = loop.call_later(seconds, wake)
        try:
            await future
        finally:
            timer.cancel()

    def wait_here(self, seconds: float) -> None:
        """The same, in a worker thread."""
        self.wanted = True
        event = threading.Event()
        self._ringing.append(event.set)
        if self.missing:
            event.wait(seconds)


class Call:
    """The result of a call, in the browsers that it was sent to, as long as Python holds it.

    `sent`: the bits with which it went, None until then. `extended`: whether a later statement builds on it.
    """

    __slots__ = ("__weakref__", "answers", "desks", "extended", "number", "sent", "wait")

    def __init__(self, number: int, answers: Answers, *, wait: bool) -> None:
        self.number = number
        self.answers = answers
        self.desks = answers.desks
        self.wait = wait
        self.extended = False
        self.sent: int | None = None

    def bits(self) -> int:
        """What the browser is to do with the result, which somebody holds."""
        return KEEP | (VALUE if self.wait and (self.answers.wanted or not self.extended) else 0)

    def __del__(self) -> None:
        # In any thread, at any time: notes it, and no more.
        if self.sent is not None:
            for desk in self.desks:
                desk.dead.append((self.number, self.answers, self.sent))


class Lent:
    """A function of the browser's that Python was given, as long as Python holds it."""

    __slots__ = ("_desk", "number")

    def __init__(self, number: int, desk: "Statements") -> None:
        self.number = number
        self._desk = desk

    def __del__(self) -> None:
        self._desk.unlent.append(self.number)
