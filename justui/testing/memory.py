"""An ASGI application reached without a network: lifespan, requests and sockets on the running loop.

Speaks ASGI as a server does; knows nothing of justui's frames.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

from justui.tasks import Tasks
from justui.testing.transport import Closed, Headers, Response

log = logging.getLogger("justui.testing")

_EXTENSIONS: dict[str, dict[str, object]] = {"justui.testing": {}}
"""Says that this is a test and no server that is there for people."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]


class Lifespan:
    """The life of one app, shared by all clients of it that are open at the same time."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.clients = 0
        self.state: dict[str, Any] = {}
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[Any] | None = None
        self._tasks = Tasks(report=lambda error, name: None)
        self._lock = asyncio.Lock()

    async def enter(self) -> None:
        """Count a client in; the first starts the app. Raises `RuntimeError` with the message of a failed startup."""
        async with self._lock:
            if self.clients == 0:
                await self._start()
            self.clients += 1

    async def leave(self) -> None:
        """Count a client out; the last shuts the app down."""
        async with self._lock:
            self.clients -= 1
            if self.clients == 0:
                await self._stop()

    async def _start(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.3"}, "state": self.state}
        scope["extensions"] = dict(_EXTENSIONS)
        run = self._run(scope)
        self._task = self._tasks.start(run, "lifespan of the app under test")
        self._inbox.put_nowait({"type": "lifespan.startup"})
        answer = await self._answers.get()
        if answer["type"] == "lifespan.startup.failed":
            await asyncio.wait([self._task])
            raise RuntimeError(f"The app did not start: {answer.get('message', '')}") from self._error()

    async def _stop(self) -> None:
        if self._task is not None and not self._task.done():
            self._inbox.put_nowait({"type": "lifespan.shutdown"})
            await asyncio.wait([self._task])
        if (error := self._error()) is not None:
            raise error

    def _error(self) -> BaseException | None:
        task = self._task
        return task.exception() if task is not None and task.done() and not task.cancelled() else None

    async def _run(self, scope: Message) -> None:
        started = False

        async def send(message: Message) -> None:
            nonlocal started
            started = True
            self._answers.put_nowait(message)

        try:
            await self.app(scope, self._inbox.get, send)
        except Exception as error:
            if started:
                raise
            # An app that knows no lifespan raises at once; servers then go on without.
            log.debug("no lifespan: %r", error)
            self._answers.put_nowait({"type": "lifespan.startup.complete"})
        else:
            if not started:
                self._answers.put_nowait({"type": "lifespan.startup.complete"})


_lives: "WeakKeyDictionary[Any, Lifespan]" = WeakKeyDictionary()
"""The apps that run now, so that several people can be clients of one app."""


class MemoryTransport:
    """The app under test, on the loop that runs."""

    def __init__(self, app: Application, base: str) -> None:
        self.app = app
        self.base = base.rstrip("/")
        self._tasks = Tasks(report=_report)
        self._life: Lifespan | None = None

    async def start(self) -> None:
        """Start the app, unless another client has."""
        life = _lives.get(self.app)
        if life is None or life.clients == 0:
            life = _lives[self.app] = Lifespan(self.app)
        self._life = life
        await life.enter()

    async def stop(self) -> None:
        """Shut the app down when this is the last client."""
        if self._life is not None:
            life, self._life = self._life, None
            await life.leave()
            if life.clients == 0:
                _lives.pop(self.app, None)
        await self._tasks.end(5)

    def _scope(self, kind: str, path: str, headers: Headers) -> dict[str, Any]:
        base = urlsplit(self.base)
        secure = base.scheme == "https"
        plain, _, query = path.partition("?")
        return {
            "type": kind,
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "scheme": ("wss" if secure else "ws") if kind == "websocket" else base.scheme,
            "path": unquote(plain),
            "raw_path": plain.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(b"host", base.netloc.encode())]
            + [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            "client": ("127.0.0.1", 50000),
            "server": (base.hostname, base.port or (443 if secure else 80)),
            "state": dict(self._life.state) if self._life is not None else {},
            "extensions": dict(_EXTENSIONS),
        }

    async def request(self, method: str, path: str, headers: Headers, body: bytes) -> Response:
        """Make one request; an exception that the app raises before it answers is raised here."""
        exchange = Exchange(body)
        scope = self._scope("http", path, headers) | {"method": method}
        try:
            await self.app(scope, exchange.receive, exchange.send)
        except Exception as error:
            if exchange.status == 0:
                raise
            log.warning("%s %s: the app answered %d and raised %r", method, path, exchange.status, error)
        return Response(exchange.status, exchange.headers, bytes(exchange.answer), path)

    async def connect(self, path: str, headers: Headers) -> "MemorySocket":
        """Open a socket and wait until the app accepts it."""
        socket = MemorySocket()
        scope = self._scope("websocket", path, headers) | {"subprotocols": []}
        self._tasks.start(socket.run(self.app, scope), f"socket {path}")
        await socket.accepted()
        return socket


def _report(error: BaseException, name: str) -> None:
    log.error("%s failed", name, exc_info=error)


class Exchange:
    """One request and its answer."""

    def __init__(self, body: bytes) -> None:
        self.status = 0
        self.headers: Headers = []
        self.answer = bytearray()
        self._body: bytes | None = body
        self._done = asyncio.Event()

    async def receive(self) -> Message:
        """Give the app the whole body, then, when it has answered, the disconnect."""
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._done.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take the app's answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            self.answer += message.get("body", b"")
            if not message.get("more_body", False):
                self._done.set()


class MemorySocket:
    """Both ends of a WebSocket; `send`, `receive`, `stall`, `flow`, `cut`, `close` are the client's."""

    def __init__(self) -> None:
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._to_app.put_nowait({"type": "websocket.connect"})
        self._frames: deque[str | bytes] = deque()
        self._news = asyncio.Event()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._open = False
        self._code: int | None = None
        """The close code once the connection has ended."""

    # The app's end

    async def run(self, app: Application, scope: Message) -> None:
        """Run the app for this connection."""
        try:
            await app(scope, self._to_app.get, self._app_sends)
        finally:
            self._end(1006 if self._open else 1011)

    async def _app_sends(self, message: Message) -> None:
        if self._code is not None:
            raise OSError("the client has gone")
        kind = message["type"]
        if kind == "websocket.accept":
            self._open = True
            self._news.set()
        elif kind == "websocket.close":
            self._end(message.get("code", 1000) if self._open else 403)
        elif kind == "websocket.http.response.start":
            self._end(message["status"])
        elif kind == "websocket.send":
            while not self._flowing.is_set():
                await self._flowing.wait()
                if self._code is not None:
                    raise OSError("the client has gone")
            text = message.get("text")
            self._frames.append(text if text is not None else message["bytes"])
            self._news.set()

    def _end(self, code: int) -> None:
        if self._code is None:
            self._code = code
            self._news.set()
            self._flowing.set()
            self._to_app.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})

    # The client's end

    async def accepted(self) -> None:
        """Wait until the app has accepted. Raises `Closed`."""
        while not self._open:
            if self._code is not None:
                raise Closed(self._code)
            await self._next_news()

    async def _next_news(self) -> None:
        self._news.clear()
        await self._news.wait()

    def send(self, frame: str | bytes) -> None:
        """Send a frame to the app."""
        if self._code is None:
            text, data = (frame, None) if isinstance(frame, str) else (None, frame)
            self._to_app.put_nowait({"type": "websocket.receive", "text": text, "bytes": data})

    async def receive(self) -> str | bytes:
        """Return the next frame; those sent before a close still come."""
        while not self._frames:
            if self._code is not None:
                raise Closed(self._code)
            await self._next_news()
        return self._frames.popleft()

    def stall(self) -> None:
        """Make the app's sends wait."""
        if self._code is None:
            self._flowing.clear()

    def flow(self) -> None:
        """Let the app's sends through again."""
        self._flowing.set()

    def cut(self) -> None:
        """Lose the connection, and what was on its way."""
        self._frames.clear()
        self._lose_inbox()
        self._end(1006)

    def _lose_inbox(self) -> None:
        with contextlib.suppress(asyncio.QueueEmpty):
            while True:
                self._to_app.get_nowait()

    async def close(self, code: int = 1000) -> None:
        """Close the connection properly: what was sent before still arrives."""
        self._end(code)
