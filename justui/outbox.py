"""`Outbox`: the stream of frames to one tab: counted, kept until acknowledged, bounded, resumable. No sockets, no clock.

Frames are shared objects: one page update is one `Frame` in the outboxes of all its tabs. A tab that cannot keep up has its
page patches replaced by one fresh state, made at the moment when it can be sent.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Protocol, Self

from justui import wire


class Frame:
    """One counted frame. `patch`: it brings the page up to date, so that a fresh state can take its place.

    `blobs`: the bytes of the values in it, which travel beside the text.
    """

    __slots__ = ("message", "patch", "size")

    def __init__(self, text: str, *, patch: bool, blobs: Iterable[bytes] = ()) -> None:
        self.message: dict[str, Any] = {"type": "websocket.send"}
        """The ASGI message, made once for all tabs."""
        content: str | bytes
        if blobs:
            content = self.message["bytes"] = wire.join_message(text, blobs)
        else:
            content = self.message["text"] = text
        self.size = len(content)
        self.patch = patch

    @classmethod
    def of(cls, operations: Iterable[Iterable[Any]], blobs: Iterable[bytes] = (), *, patch: bool = False) -> Self:
        """A frame of these operations."""
        return cls(f"[{','.join(map(wire.encode, operations))}]", patch=patch, blobs=blobs)


class Transport(Protocol):
    """What an outbox sends by."""

    blocked: bool
    """Whether the other side cannot take more at the moment; `Outbox.flush` is called when it can again."""

    def send(self, message: dict[str, Any]) -> None:
        """Send one ASGI message; may set `blocked`."""

    def close(self, code: int, reason: str) -> None:
        """Close the connection."""


def _nothing() -> Frame:
    return Frame("[]", patch=True)


class Outbox:
    """The frames for one tab.

    `fresh` makes the frame of a fresh state. `max_bytes` of patches, `max_call_bytes` of other frames and `max_frames` of
    both bound what waits or is not acknowledged. Frames that are no patches are never dropped silently: past the bound the
    tab has to begin anew, `resume` says so.
    """

    __slots__ = (
        "_acknowledged",
        "_bytes",
        "_fresh",
        "_lost",
        "_lost_call",
        "_max_bytes",
        "_max_call_bytes",
        "_max_frames",
        "_sent",
        "_waiting",
        "call_bytes",
        "number",
        "overflowed",
        "stale",
        "transport",
    )

    def __init__(self, fresh: Callable[[], Frame], max_bytes: int, max_frames: int, max_call_bytes: int) -> None:
        self.transport: Transport | None = None
        self.number = 0
        """Number of the last frame sent."""
        self._acknowledged = 0
        self.stale = False
        """Whether a fresh state stands in the place of page patches."""
        self.overflowed = False
        """Whether more waited than the bound allows although all patches were dropped: nothing is taken any more."""
        self._fresh = fresh
        self._max_bytes = max_bytes
        self._max_frames = max_frames
        self._max_call_bytes = max_call_bytes
        self._sent: deque[Frame | None] = deque()
        """Sent and not acknowledged, numbered up to `number`; None where a patch was dropped."""
        self._lost = 0
        """Number of the last sent patch that was dropped before it was acknowledged."""
        self._lost_call = 0
        """The same for a frame that is no patch."""
        self._waiting: deque[Frame | None] = deque()
        """Not sent yet; None is the place of the fresh state."""
        self._bytes = 0
        self.call_bytes = 0
        """Bytes of the frames that are no patches, as far as they wait or are not acknowledged."""

    def _count(self, frame: Frame, sign: int) -> None:
        if frame.patch:
            self._bytes += sign * frame.size
        else:
            self.call_bytes += sign * frame.size

    @property
    def pending(self) -> int:
        """Frames that wait or are not acknowledged."""
        return len(self._waiting) + len(self._sent)

    def push(self, frame: Frame) -> None:
        """Put a frame at the end, and send what can be sent."""
        if self.overflowed or (self.stale and frame.patch):
            return
        transport = self.transport
        self._count(frame, 1)
        if transport is not None and not self._waiting and not transport.blocked:
            self._send(transport, frame)
        else:
            self._waiting.append(frame)
        if (
            self._bytes > self._max_bytes
            or self.call_bytes > self._max_call_bytes
            or len(self._waiting) + len(self._sent) > self._max_frames
        ):
            self._shrink()

    def make_stale(self) -> None:
        """Let a fresh state take the place of all page patches that were not sent yet."""
        if not self.stale and not self.overflowed:
            self._replace_patches()
            self.flush()

    def flush(self) -> None:
        """Send what waits, until the transport is blocked."""
        transport = self.transport
        while transport is not None and self._waiting and not transport.blocked:
            frame = self._waiting.popleft()
            if frame is None:
                self.stale = False
                frame = self._fresh()
                self._count(frame, 1)
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
                self._count(frame, -1)
        return True

    def resume(self, number: int) -> bool:
        """The tab is back with frames up to `number`; what was sent after waits again.

        False when that cannot be, or when something that it lacks was dropped and no fresh state can take its place.
        """
        if self.overflowed or number < self._lost_call or not self.acknowledge(number):
            return False
        self._waiting.extendleft(reversed(self._sent))
        if self.number - len(self._sent) > number:
            self._waiting.appendleft(None)  # more was dropped in front
        self._sent.clear()
        self.number = number
        if self._lost > number or self.stale:
            self._replace_patches()
        self._lost = 0
        return True

    def _replace_patches(self) -> None:
        """Put one fresh state in the place of the first patch, or hole, of those that wait, and drop the others.

        In the first place: what comes behind it may be about something that only a later patch brings.
        """
        kept: deque[Frame | None] = deque()
        self.stale = False
        for frame in self._waiting:
            if frame is not None and not frame.patch:
                kept.append(frame)
                continue
            if frame is not None:
                self._count(frame, -1)
            if not self.stale:
                self.stale = True
                kept.append(None)
        if not self.stale:
            self.stale = True
            kept.appendleft(None)
        self._waiting = kept

    def _shrink(self) -> None:
        """Past the bound: drop page patches, those sent and not acknowledged too, in favour of one fresh state."""
        sent = self._sent
        while len(sent) > self._max_frames:
            self._lose(sent.popleft(), self.number - len(sent))
        if self._bytes > self._max_bytes:
            self._drop_sent(patches=True)
        crowded = self._bytes > self._max_bytes or len(self._waiting) + len(sent) > self._max_frames
        if crowded and not self.stale and any(frame is not None and frame.patch for frame in self._waiting):
            self.make_stale()
        if self.call_bytes > self._max_call_bytes:
            self._drop_sent(patches=False)
        if self.call_bytes > self._max_call_bytes or len(self._waiting) - self.stale > self._max_frames:
            self._overflow()

    def _drop_sent(self, *, patches: bool) -> None:
        """Drop what was sent and not acknowledged: the patches, or all the rest."""
        sent = self._sent
        for index, frame in enumerate(sent):
            if frame is not None and frame.patch is patches:
                sent[index] = None
                self._lose(frame, self.number - len(sent) + 1 + index)

    def _lose(self, frame: Frame | None, number: int) -> None:
        if frame is None:
            return
        self._count(frame, -1)
        if frame.patch:
            self._lost = max(self._lost, number)
        else:
            self._lost_call = max(self._lost_call, number)

    def _overflow(self) -> None:
        self._forget()
        self.overflowed = True
        if self.transport is not None:
            self.transport.close(wire.CLOSE_AGAIN, "overflow")

    def clear(self) -> None:
        """Forget everything: the tab is gone. Nothing is sent any more, so `fresh`, which knows the tab, goes too."""
        self.transport = None
        self._fresh = _nothing
        self._forget()

    def _forget(self) -> None:
        self.stale = False
        self._waiting.clear()
        self._sent.clear()
        self._bytes = self.call_bytes = 0
