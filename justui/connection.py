"""One socket of one tab: handshake, join or resume, the reading loop, the transport. Knows the ASGI protocol, not the tree.

A send is a step of the ASGI coroutine by hand; only when it would block does a task take it over, so that a slow tab
delays nobody and costs nothing else.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator, MutableMapping
from types import coroutine
from typing import Any, Protocol

from justui import wire
from justui.config import Config
from justui.dispatch import Dispatcher
from justui.errors import Refused, WireError
from justui.origin import header, origin_allowed
from justui.sessions import Session
from justui.tab import Tab
from justui.tasks import Tasks

log = logging.getLogger("justui")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Coroutine[Any, Any, None]]


class Doorkeeper(Protocol):
    """What a connection wants of its App."""

    config: Config
    dispatcher: Dispatcher
    tasks: Tasks

    async def admit(self, tab: Tab) -> None:
        """A tab has joined for the first time. Raises `Refused` past a bound."""

    def known(self, token: str) -> Tab | None:
        """The tab of this token."""

    def lost(self, tab: Tab, *, left: bool) -> None:
        """The tab's socket is gone; `left`: for good."""

    async def session_of(self, scope: Scope) -> Session:
        """The session of the request that opened the socket."""

    async def lets(self, tab: Tab, scope: Scope) -> bool:
        """Whether the guards of the tab's page let its socket pass."""


class SocketTransport:
    """Sends ASGI messages on one socket without waiting. `ready` is called when it can take more after it was blocked."""

    __slots__ = ("_draining", "_reader", "_ready", "_send", "_tasks", "blocked", "closed", "ended")

    def __init__(self, send: Send, tasks: Tasks, ready: Callable[[], None]) -> None:
        self._send = send
        self._tasks = tasks
        self._ready = ready
        self._reader = asyncio.current_task()
        self._draining: set[asyncio.Task[None] | None] = set()
        self.blocked = False
        self.closed = False
        self.ended = False
        """Whether it was our side that closed."""

    def send(self, message: dict[str, str]) -> None:
        """Send one message; when the socket cannot take it at once, `blocked` is set until it could."""
        if self.closed:
            return
        sending = self._send(message)
        try:
            waited_for = sending.send(None)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - servers raise errors of their own for a lost socket; the reader ends on it
            self.closed = True
            return
        self.blocked = True
        self._draining.add(self._tasks.start(self._drain(sending, waited_for), "send to a slow tab"))

    async def _drain(self, sending: Coroutine[Any, Any, None], waited_for: Any) -> None:
        try:
            await _finish(sending, waited_for)
        except Exception:  # noqa: BLE001 - as above
            self.closed = True
        self.blocked = False
        self._draining.discard(asyncio.current_task())
        if not self.closed:
            self._ready()

    def close(self, code: int, reason: str = "") -> None:
        """Close the socket. One that takes nothing is hung up, for it would not take the close frame either."""
        if self.closed:
            return
        self.ended = True
        if self.blocked:
            self._hang_up()
        else:
            self.send({"type": "websocket.close", "code": code, "reason": reason})  # type: ignore[dict-item]
        self.closed = True

    def _hang_up(self) -> None:
        """End what waits for the other side, the reader too: servers close the connection when `serve` has ended."""
        for task in (*self._draining, self._reader):
            if task is not None and task is not asyncio.current_task():
                task.cancel()


@coroutine
def _finish(sending: Coroutine[Any, Any, None], waited_for: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that waits for `waited_for`, as a task would."""
    while True:
        failure: BaseException | None = None
        value = None
        try:
            value = yield waited_for
        except BaseException as error:  # noqa: BLE001 - handed on, cancellation too
            failure = error
        try:
            waited_for = sending.send(value) if failure is None else sending.throw(failure)
        except StopIteration:
            return
        finally:
            failure = None  # else a cycle: the error knows this frame by its traceback


async def serve(app: Doorkeeper, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one socket until it closes."""
    await receive()
    if not origin_allowed(scope, app.config.origins):
        log.warning(
            "a socket from the origin %s was refused; Config.origins lists further ones", header(scope, b"origin")
        )
        await send({"type": "websocket.close", "code": 1008})
        return
    session = await app.session_of(scope)
    await send({"type": "websocket.accept"})
    tab: Tab | None = None
    transport = SocketTransport(send, app.tasks, lambda: tab.outbox.flush() if tab is not None else None)
    left = False
    try:
        first = await asyncio.wait_for(receive(), app.config.join_time)
        if first["type"] != "websocket.receive":
            return
        tab = await _join(app, session, scope, transport, _text(first, app.config.frame_bytes))
        if tab is not None:
            left = await _read(app, tab, transport, receive)
    except Refused as refusal:
        transport.send({"type": "websocket.send", "text": wire.encode({wire.REFUSED: str(refusal)})})
        transport.close(wire.CLOSE_REFUSED, "refused")
        left = True
    except TimeoutError:
        transport.close(wire.CLOSE_HOSTILE, "no join")
    except FrameTooLarge as error:
        transport.close(wire.CLOSE_TOO_LARGE, str(error))
    except WireError as error:
        log.warning("a frame broke the contract: %s", str(error))  # without its traceback: a log may keep it
        transport.close(wire.CLOSE_HOSTILE, str(error)[:100])
    except asyncio.CancelledError:
        if not transport.ended:
            raise
    finally:
        transport.closed = True
        if tab is not None and tab.outbox.transport is transport:
            tab.outbox.transport = None
            app.lost(tab, left=left)


class FrameTooLarge(WireError):
    """A frame larger than `Config.frame_bytes`."""


async def _join(
    app: Doorkeeper, session: Session, scope: Scope, transport: SocketTransport, text: str | bytes
) -> Tab | None:
    """The tab that this socket is for; None when it is not known here, which the browser has been told."""
    protocol, token, have = _join_frame(text)
    if protocol != wire.PROTOCOL:
        return _gone(transport, "protocol")
    tab = app.known(token)
    if tab is None and session.formerly:  # it would fetch the page as a stranger: come again with the new cookie
        transport.close(wire.CLOSE_AGAIN, "cut")
        return None
    if tab is None:
        return _gone(transport, "unknown")
    if not _belongs(tab, session, scope, transport):
        return None
    if time.monotonic() < tab.refused_until:
        transport.close(wire.CLOSE_AGAIN, "cut")
        return None
    if not await _passes_guards(app, tab, scope):
        return _gone(transport, "guard")
    old, tab.outbox.transport = tab.outbox.transport, None
    if isinstance(old, SocketTransport):
        old.close(wire.CLOSE_REPLACED, "replaced")
    if not tab.outbox.resume(have):
        app.lost(tab, left=False)  # it has no socket any more, whether or not it had one until now
        return _gone(transport, "position")
    first_time = not tab.joined
    if first_time:
        await app.admit(tab)
    tab.dropped_at = None
    tab.heard_at = time.monotonic()
    transport.send({"type": "websocket.send", "text": wire.encode({wire.HI: have})})
    tab.outbox.transport = transport
    tab.outbox.flush()
    if first_time:
        await app.dispatcher.life(tab.page, "join", tab)
    return tab


def _belongs(tab: Tab, session: Session, scope: Scope, transport: SocketTransport) -> bool:
    """Whether a tab is this session's. Else the browser has been told what to do."""
    if tab.session.identity == session.identity or session.holder is tab:
        return True
    if (
        session.formerly == tab.session.identity
    ):  # a login has replaced the cookie: come again when the new one is there
        transport.close(wire.CLOSE_AGAIN, "cut")
        return False
    if not header(scope, b"cookie"):  # it would fetch the page again and again in vain
        raise Refused("This page needs cookies, and the browser sent none.")
    _gone(transport, "session")
    return False


async def _passes_guards(app: Doorkeeper, tab: Tab, scope: Scope) -> bool:
    """Whether the guards of its page let a tab's socket pass. Else the tab goes: the page is fetched anew, through them."""
    if tab.door is None:
        return True
    if await app.lets(tab, scope):
        return not tab.gone  # while they were asked
    before, tab.outbox.transport = tab.outbox.transport, None
    if isinstance(before, SocketTransport):
        before.close(wire.CLOSE_REPLACED, "replaced")
    app.lost(tab, left=True)
    return False


def _join_frame(text: str | bytes) -> tuple[Any, str, int]:
    """Protocol, token and count of the first frame. Raises `WireError` for any other."""
    frame = wire.decode(text, 4) if isinstance(text, str) else None
    if not isinstance(frame, list) or len(frame) != 4 or frame[0] != wire.JOIN or not isinstance(frame[2], str):
        raise WireError("the first frame is [j, protocol, token, have]")
    _, protocol, token, have = frame
    if type(have) is not int or have < 0:
        raise WireError("have is a number of frames")
    return protocol, token, have


def _gone(transport: SocketTransport, reason: str) -> Tab | None:
    """Tell the browser that its tab is not known, so that it fetches the page anew."""
    transport.send({"type": "websocket.send", "text": wire.encode({wire.GONE: reason})})
    transport.close(wire.CLOSE_GONE, "gone")
    return None


async def _read(app: Doorkeeper, tab: Tab, transport: SocketTransport, receive: Receive) -> bool:
    """Read frames until the socket closes. Whether the tab left for good."""
    limit = app.config.frame_bytes
    rate = app.config.events_per_second
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return False
        if tab.outbox.transport is not transport:
            return False
        tab.heard_at = time.monotonic()
        if not await app.dispatcher.receive(tab, _text(message, limit)):
            return True
        if (delay := _over_rate(tab, rate)) > 0:
            await asyncio.sleep(delay)


def _over_rate(tab: Tab, rate: int) -> float:
    """Seconds to wait before the tab's next frame is read: a token bucket that holds one second's worth."""
    now = tab.heard_at
    tab.allowance = min(float(rate), tab.allowance + (now - tab.allowance_at) * rate) - 1
    tab.allowance_at = now
    return -tab.allowance / rate if tab.allowance < 0 else 0.0


def _text(message: MutableMapping[str, Any], limit: int) -> str | bytes:
    """What a message holds: text, or with bytes beside it, as `wire.split_message` reads it."""
    text: str | None = message.get("text")
    if text is None:
        content = bytes(message["bytes"])
        if len(content) > limit:
            raise FrameTooLarge(f"a frame is at most {limit} bytes")
        return content
    if 4 * len(text) > limit and len(text.encode("utf-8", "surrogatepass")) > limit:
        raise FrameTooLarge(f"a frame is at most {limit} bytes")
    return text
