"""A tab's half of the protocol of `docs/wire.md`: join, counted frames, events and their acknowledgement, resume.

Applies what arrives to the document; knows neither gestures nor how a page is fetched.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from justui import wire
from justui.tasks import Tasks
from justui.testing.dom import Document
from justui.testing.field import FieldState
from justui.testing.nodes import Element
from justui.testing.transport import Closed, Headers, Socket, Transport

ACKNOWLEDGE_EVERY = 32
ACKNOWLEDGE_AFTER = 1.0
"""Seconds after the first frame that was not acknowledged."""
LOOK_AGAIN = 0.05
"""Seconds after which a condition is looked at again although no frame came: it may hang on something else."""


class Bell:
    """Wakes everybody who waits."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        """Wake them."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self) -> None:
        """Wait for the next ring, or a moment."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._waiting.append(future)
        timer = loop.call_later(LOOK_AGAIN, self.ring)
        try:
            await future
        finally:
            timer.cancel()


class Stream:
    """The connection of one tab, from its first join to its leaving.

    `state` is `plain` (no runtime in the page), `dropped`, `joining`, `joined`, `gone` (the server does not know the tab:
    the page has to be fetched), `stopped` (it does not, and the page cannot be fetched), `refused` or `left`.
    """

    def __init__(
        self,
        transport: Transport,
        document: Document,
        on_operation: Callable[[list[Any], list[bytes]], None],
        on_gone: Callable[[], None],
    ) -> None:
        self.transport = transport
        self.document = document
        self.bell = Bell()
        self.frames: list[str] = []
        """All frames received, as they came."""
        self.sent: list[str] = []
        """All frames sent, as they went."""
        self.state = "dropped" if document.boot else "plain"
        self.have = 0
        """Counted frames of this stream so far."""
        self.number = 0
        """Number of the last event."""
        self.closed: int | None = None
        """Close code of the last socket."""
        self.reason = ""
        """What the server said when it refused the connection or did not know the tab; or in how many seconds to come back."""
        self.failure: BaseException | None = None
        self.dropped_events = 0
        """Events that were lost with a server that was gone."""
        self.unacknowledged: list[tuple[int, list[Any], Iterable[bytes]]] = []
        self.edited: dict[int, None] = {}
        """Components of the fields that a person changed since they were sent."""
        self._pending: dict[int, FieldState] = {}
        """What the tab has of fields with unacknowledged events."""
        self._on_operation = on_operation
        self._on_gone = on_gone
        self._socket: Socket | None = None
        self._tasks = Tasks(report=self._failed)
        self._acknowledged = 0
        self._timer: asyncio.TimerHandle | None = None
        self._allowance: int | None = None
        """Frames that may still come in; None when none are held back."""

    # Connection

    async def connect(self, headers: Headers) -> None:
        """Open a socket and join; returns when the server has answered. Raises `Closed` when no socket opens."""
        boot = self.document.boot or {}
        self.state = "joining"
        self.closed = None
        self._socket = None  # the end of a former one says nothing any more
        try:
            socket = await self.transport.connect(boot["socket"], headers)
        except Closed as closed:
            self.state, self.closed = "dropped", closed.code
            raise
        self._socket = socket
        self.transmit([wire.JOIN, boot.get("protocol", wire.PROTOCOL), boot["token"], self.have])
        self._tasks.start(self._read(socket), "reader of a tab under test")
        while self.state == "joining":
            await self.bell.wait()
            self.check()

    def check(self) -> None:
        """Raise what went wrong while frames were read."""
        if self.failure is not None:
            raise self.failure

    def _failed(self, error: BaseException, name: str) -> None:
        self.failure = error
        self.bell.ring()

    async def _read(self, socket: Socket) -> None:
        try:
            while True:
                text = await socket.receive()
                while self._allowance == 0:
                    await self.bell.wait()
                if self._socket is not socket:
                    return
                if self._allowance is not None:
                    self._allowance -= 1
                self._take(text)
                self.bell.ring()
        except Closed as closed:
            if self._socket is socket:
                self._lose(closed.code)

    def _lose(self, code: int) -> None:
        self._socket = None
        self.closed = code
        self._stop_timer()
        if self.state in ("joining", "joined"):
            self.state = "dropped"
        self.bell.ring()

    def cut(self) -> None:
        """Lose the connection; what is on its way or held back is lost."""
        socket = self._socket
        if socket is not None:
            self._lose(1006)
            socket.cut()
        self._allowance = None

    async def leave(self) -> None:
        """Say goodbye and close."""
        socket = self._socket
        if socket is not None:
            if self.state == "joined":
                self.transmit([wire.BYE])
            self._lose(1000)
            await socket.close()
        self.state = "left"
        await self._tasks.end(5)

    def hold(self, passing: int = 0) -> None:
        """Hold frames back on their way to the page, but for the next `passing` ones."""
        self._allowance = passing

    def release(self) -> None:
        """Let all frames pass."""
        self._allowance = None
        self.bell.ring()

    @property
    def socket(self) -> Socket | None:
        """The open socket."""
        return self._socket

    def transmit(self, frame: list[Any]) -> None:
        """Send a frame now, if there is a socket."""
        self.transmit_text(orjson.dumps(frame).decode())

    def transmit_text(self, text: str, blobs: Iterable[bytes] = ()) -> None:
        """Send a text as a frame, with bytes beside it, if there is a socket."""
        if self._socket is not None:
            self.sent.append(text)
            self._socket.send(wire.join_message(text, blobs) if blobs else text)

    # Coming in

    def _take(self, message: str | bytes) -> None:
        text, blobs = (message, []) if isinstance(message, str) else wire.split_message(message)
        self.frames.append(text)
        frame = json.loads(text)
        if isinstance(frame, dict):
            self._control(frame)
            return
        if self.state != "joined":
            raise AssertionError(f"a counted frame came before the answer to the join: {text[:200]}")
        self.have += 1
        for operation in frame:
            if operation[0] == wire.STORED:
                self._stored(operation[1])
            else:
                self.document.apply(operation)
                self._on_operation(operation, blobs)
        self._acknowledge_soon()

    def _control(self, frame: dict[str, Any]) -> None:
        if wire.HI in frame:
            self.have = self._acknowledged = frame[wire.HI]
            self.state = "joined"
            self._go_on()
        elif wire.GONE in frame:
            self.reason = str(frame[wire.GONE])
            fetchable = self.reason != "protocol" and (self.document.boot or {}).get("method", "GET") == "GET"
            joining = self.state == "joining"
            self.state = "gone" if fetchable else "stopped"
            if fetchable and not joining:
                self._on_gone()
        elif wire.BEAT in frame:
            self._acknowledge()
        elif wire.REFUSED in frame:
            self.reason = str(frame[wire.REFUSED])
            self.state = "refused"
        elif wire.BACK in frame:
            self.reason = str(frame[wire.BACK])
        else:
            raise AssertionError(f"an unknown control frame: {frame}")

    def _go_on(self) -> None:
        for _, frame, blobs in self.unacknowledged:
            self._transmit_event(frame, blobs)
        self.send_fields()

    def _stored(self, number: int) -> None:
        self.unacknowledged = [event for event in self.unacknowledged if event[0] > number]
        for component, state in list(self._pending.items()):
            state.acknowledge(number)
            if not state.pending:
                del self._pending[component]

    def _acknowledge_soon(self) -> None:
        if self.have - self._acknowledged >= ACKNOWLEDGE_EVERY:
            self._acknowledge()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(ACKNOWLEDGE_AFTER, self._acknowledge)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _acknowledge(self) -> None:
        self._stop_timer()
        self._acknowledged = self.have
        self.transmit([wire.ACKNOWLEDGE, self.have])

    # Going out

    def send_fields(self) -> None:
        """Send what is unsent in the fields, if anything is; while there is no connection it waits where it is."""
        if self.state == "joined" and any(self._is_unsent(component) for component in self.edited):
            self.send_event(0, "", {})

    def _is_unsent(self, component: int) -> bool:
        state = self.document.states.get(component)
        return state is not None and state.unsent

    def note_field(self, field: Element) -> None:
        """Note that a person changed a field."""
        if field.component:
            self.edited[field.component] = None

    def send_event(self, component: int, event: str, data: dict[str, Any], blobs: Iterable[bytes] = ()) -> None:
        """Send an event, and all unsent fields before it; kept until it is acknowledged. `blobs`: bytes of values in `data`."""
        self.number += 1
        fields = self._take_fields(self.number)
        frame = [wire.EVENT, self.number, self.have, fields, component, event, data]
        self.unacknowledged.append((self.number, frame, blobs))
        if self.state == "joined":
            self._stop_timer()
            self._acknowledged = self.have
            self._transmit_event(frame, blobs)

    def _transmit_event(self, frame: list[Any], blobs: Iterable[bytes]) -> None:
        """Send an event, for the first time or again: it says how many frames are here now."""
        frame[2] = self.have
        self.transmit_text(orjson.dumps(frame).decode(), blobs)

    def _take_fields(self, number: int) -> list[list[Any]]:
        fields: list[list[Any]] = []
        for component in list(self.edited):
            state = self.document.states.get(component)
            if state is not None and state.text.composing:
                continue
            del self.edited[component]
            if state is None or not state.unsent:
                continue
            self._pending[component] = state
            if state.text.unsent:
                carried = [1] if state.text.carried else []
                fields.append([component, *state.text.take(number), *carried])
            else:
                fields.append([component, state.plain.take(number)])
        return fields

    def begin_anew(self) -> None:
        """Begin a new stream for the page that was fetched; the events of the old one are lost."""
        self.dropped_events += len(self.unacknowledged)
        self.unacknowledged.clear()
        self._pending.clear()
        self.edited = dict.fromkeys(field.component for field in self.document.fields() if field.unsent)
        self.have = self._acknowledged = self.number = 0
