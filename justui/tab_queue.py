"""`TabQueue`: a queue of one tab's own, which lives in the browser and which Python fills. Keeps nothing here."""

import asyncio
from collections.abc import Awaitable, Generator
from typing import TYPE_CHECKING, Any

from justui import wire
from justui.answers import VALUE, Answers, Failure
from justui.broker.names import check_name
from justui.codec import pack
from justui.context import HANDED
from justui.errors import RemoteTimeout
from justui.hints import Site, caller
from justui.statements import desk_of, flush, next_number

if TYPE_CHECKING:
    from justui.tab import Tab


class TabQueue:
    """A queue of this tab's, for what runs in the browser: `server.tab.queue(name)`. Made by `tab.queue(name)`."""

    __slots__ = ("_tab", "name")

    def __init__(self, tab: "Tab", name: str) -> None:
        self._tab = tab
        self.name = check_name(name, patterns=False)

    def push(self, value: Any, *, timeout: float | None = None) -> Awaitable[Any]:
        """Put a value into the tab's queue. A plain call, from any thread; what it returns need not be awaited.

        With `timeout`, in seconds, the tab is asked to say that it has the value, and `await` gives True then; in a worker
        thread the call itself does. Raises `TypeError` for a value that cannot travel, and, when awaited, `RemoteTimeout`
        when the tab did not say so in time, `Gone` when it has left, `RemoteError` when its queue is full.
        """
        packed = pack(value)
        if timeout is None:
            self._now(packed.value, packed.blobs, None)
            return HANDED
        confirmation = Confirmation(self._tab, timeout, caller())
        self._now(packed.value, packed.blobs, confirmation)
        host = self._tab.host
        if asyncio._get_running_loop() is None and not host.here():
            return confirmation.wait_here()  # type: ignore[return-value]  # nothing can be awaited there
        return confirmation

    def _now(self, value: Any, blobs: list[bytes], confirmation: "Confirmation | None") -> None:
        self._tab.host.call(self._send, value, blobs, confirmation)

    def _send(self, value: Any, blobs: list[bytes], confirmation: "Confirmation | None") -> None:
        tab = self._tab
        if tab.gone:
            if confirmation is not None:
                confirmation.refuse()
            return
        flush(tab)  # what tab.js was told before comes before
        number = 0 if confirmation is None else confirmation.expect()
        tab.send([wire.QUEUE, self.name, value, number], blobs)

    def __repr__(self) -> str:
        return f"<Queue {self.name!r} of {self._tab!r}>"


class Confirmation:
    """That the tab has what was pushed: `await` it."""

    __slots__ = ("_answers", "_number", "_tab", "_timeout")

    def __init__(self, tab: "Tab", timeout: float, site: Site | None) -> None:
        self._tab = tab
        self._timeout = timeout
        self._answers = Answers([desk_of(tab)], site)
        self._number = next_number()

    def expect(self) -> int:
        """It is sent now: the number of the answer."""
        desk_of(self._tab).expect(self._number, self._answers)
        return self._number

    def refuse(self) -> None:
        """The tab has gone."""
        for desk in list(self._answers.missing):
            self._answers.take(desk, Failure("Gone", "the tab has gone"))

    def __await__(self) -> Generator[Any, None, bool]:
        return self._wait().__await__()

    async def _wait(self) -> bool:
        await self._answers.wait(self._timeout)
        return self._outcome()

    def wait_here(self) -> bool:
        """Wait in a worker thread."""
        self._answers.wait_here(self._timeout)
        return self._outcome()

    def _outcome(self) -> bool:
        answers = self._answers
        for desk in list(answers.missing):
            desk.dead.append((self._number, None, VALUE))
            raise RemoteTimeout(f"{self._tab!r} did not say within {self._timeout:g} s that it has the item")
        for said in answers.said.values():
            if isinstance(said, Failure):
                raise said.error(answers.site)
        return True
