"""`Outbox`: the stream of frames to one tab: counted, kept until acknowledged, bounded, resumable. No sockets, no clock.

Frames are shared objects: one page update is one `Frame` in the outboxes of all its tabs. A tab that cannot keep up has its
page patches replaced by one fresh state, made at the moment when it can be sent.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol


class Frame:
    """One counted frame. `patch`: it brings the page up to date, so that a fresh state can take its place."""

    __slots__ = ("message", "patch", "size")

    def __init__(self, text: str, *, patch: bool) -> None:
        self.message = {"type": "websocket.send", "text": text}
        """The ASGI message, made once for all tabs."""
        self.size = len(text)
        self.patch = patch

    @property
    def text(self) -> str:
        """The frame as it travels."""
        return self.message["text"]


class Transport(Protocol):
    """What an outbox sends by."""

    blocked: bool
    """Whether the other side cannot take more at the moment; `Outbox.flush` is called when it can again."""

    def send(self, message: dict[str, str]) -> None:
        """Send one ASGI message; may set `blocked`."""

    def close(self, code: int, reason: str) -> None:
        """Close the connection."""


class Outbox:
    """The frames for one tab.

    `fresh` makes the frame of a fresh state. `max_bytes` and `max_frames` bound what waits or is not acknowledged.
    """

    __slots__ = (
        "_acknowledged",
        "_bytes",
        "_fresh",
        "_lost",
        "_max_bytes",
        "_max_frames",
        "_sent",
        "_waiting",
        "number",
        "stale",
        "transport",
    )

    def __init__(self, fresh: Callable[[], Frame], max_bytes: int, max_frames: int) -> None:
        self.transport: Transport | None = None
        self.number = 0
        """Number of the last frame sent."""
        self._acknowledged = 0
        self.stale = False
        """Whether a fresh state stands in the place of page patches."""
        self._fresh = fresh
        self._max_bytes = max_bytes
        self._max_frames = max_frames
        self._sent: deque[Frame | None] = deque()
        """Sent and not acknowledged, numbered up to `number`; None where a patch was dropped."""
        self._lost = 0
        """Number of the last sent patch that was dropped before it was acknowledged."""
        self._waiting: deque[Frame | None] = deque()
        """Not sent yet; None is the place of the fresh state."""
        self._bytes = 0

    def push(self, frame: Frame) -> None:
        """Put a frame at the end, and send what can be sent."""
        if self.stale and frame.patch:
            return
        transport = self.transport
        if transport is not None and not self._waiting and not transport.blocked:
            self._send(transport, frame)
            self._bytes += frame.size
        else:
            self._waiting.append(frame)
            self._bytes += frame.size
        if self._bytes > self._max_bytes or len(self._waiting) + len(self._sent) > self._max_frames:
            self._shrink()

    def make_stale(self) -> None:
        """Let a fresh state take the place of all page patches that were not sent yet."""
        if not self.stale:
            self.stale = True
            self._drop_waiting_patches()
            self._waiting.append(None)
            self.flush()

    def flush(self) -> None:
        """Send what waits, until the transport is blocked."""
        transport = self.transport
        while transport is not None and self._waiting and not transport.blocked:
            frame = self._waiting.popleft()
            if frame is None:
                self.stale = False
                frame = self._fresh()
                self._bytes += frame.size
            self._send(transport, frame)

    def _send(self, transport: Transport, frame: Frame) -> None:
        self.number += 1
        self._sent.append(frame)
        transport.send(frame.message)

    def acknowledge(self, number: int) -> bool:
        """The tab has all frames up to `number`. False when it cannot have them, or says less than before."""
        if not self._acknowledged <= number <= self.number:
            return False
        self._acknowledged = number
        for _ in range(number - self.number + len(self._sent)):
            frame = self._sent.popleft()
            if frame is not None:
                self._bytes -= frame.size
        return True

    def resume(self, number: int) -> bool:
        """The tab is back with frames up to `number`; what was sent after waits again. False when that cannot be."""
        if not self.acknowledge(number):
            return False
        again = [frame for frame in self._sent if frame is not None]
        self._sent.clear()
        self._waiting.extendleft(reversed(again))
        self.number = number
        if self._lost > number:
            self.make_stale()
        self._lost = 0
        return True

    def _shrink(self) -> None:
        """Past the bound: drop page patches, those sent and not acknowledged too, in favour of one fresh state."""
        sent = self._sent
        while len(sent) > self._max_frames:
            self._lose(sent.popleft(), self.number - len(sent))
        if self._bytes > self._max_bytes:
            for index, frame in enumerate(sent):
                if frame is not None and frame.patch:
                    sent[index] = None
                    self._lose(frame, self.number - len(sent) + 1 + index)
        if self._waiting:
            self.make_stale()

    def _lose(self, frame: Frame | None, number: int) -> None:
        if frame is not None:
            self._bytes -= frame.size
            self._lost = max(self._lost, number)

    def _drop_waiting_patches(self) -> None:
        kept = deque(frame for frame in self._waiting if frame is None or not frame.patch)
        self._bytes -= sum(frame.size for frame in self._waiting if frame is not None and frame.patch)
        self._waiting = kept

    def clear(self) -> None:
        """Forget everything: the tab is gone."""
        self.transport = None
        self._waiting.clear()
        self._sent.clear()
        self._bytes = 0
