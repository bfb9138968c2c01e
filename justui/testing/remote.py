"""A server reached over the network: HTTP by httpx, sockets by websockets. Needs httpx, which only tests install."""

import asyncio
import contextlib
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from justui.tasks import Tasks
from justui.testing.transport import Closed, Headers, Response


class RemoteTransport:
    """The server at an address."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self.base = f"{parts.scheme}://{parts.netloc}"
        self._client = httpx.AsyncClient(base_url=self.base, timeout=30, trust_env=False)
        self._tasks = Tasks()
        self._sockets: list[RemoteSocket] = []

    async def start(self) -> None:
        """Do nothing: the server runs already."""

    async def stop(self) -> None:
        """Close the connections."""
        for socket in self._sockets:
            socket.cut()
        await self._tasks.end(5)
        await self._client.aclose()

    async def request(self, method: str, path: str, headers: Headers, body: bytes) -> Response:
        """Make one HTTP request."""
        self._client.cookies.clear()
        answer = await self._client.request(method, path, headers=headers, content=body)
        return Response(answer.status_code, list(answer.headers.multi_items()), answer.content, path)

    async def connect(self, path: str, headers: Headers) -> "RemoteSocket":
        """Open a WebSocket."""
        address = self.base.replace("http", "ws", 1) + path
        try:
            connection = await connect(
                address, additional_headers=headers, user_agent_header=None, max_size=None, compression=None, proxy=None
            )
        except InvalidHandshake as error:
            raise Closed(getattr(getattr(error, "response", None), "status_code", 1006)) from error
        except OSError as error:
            raise Closed(1006) from error
        socket = RemoteSocket(connection, self._tasks)
        self._sockets.append(socket)
        return socket


class RemoteSocket:
    """The client's end of a WebSocket."""

    def __init__(self, connection: ClientConnection, tasks: Tasks) -> None:
        self._connection = connection
        self._out: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writer = tasks.start(self._write(), "writer of a socket under test")

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while (frame := await self._out.get()) is not None:
                await self._connection.send(frame)

    def send(self, frame: str | bytes) -> None:
        """Send a frame; nothing happens when the socket is closed."""
        self._out.put_nowait(frame)

    async def receive(self) -> str | bytes:
        """Return the next frame. Raises `Closed`."""
        await self._flowing.wait()
        try:
            message = await self._connection.recv()
        except ConnectionClosed as closed:
            raise Closed(closed.rcvd.code if closed.rcvd else 1006) from None
        return message

    def stall(self) -> None:
        """Stop reading; the server notices when the buffers of both machines are full."""
        self._flowing.clear()
        self._connection.transport.pause_reading()

    def flow(self) -> None:
        """Read again."""
        with contextlib.suppress(RuntimeError):
            self._connection.transport.resume_reading()
        self._flowing.set()

    def cut(self) -> None:
        """End the connection without a word."""
        self._connection.transport.abort()
        self._out.put_nowait(None)

    async def close(self, code: int = 1000) -> None:
        """Send what was to be sent, and close."""
        self._out.put_nowait(None)
        with contextlib.suppress(asyncio.CancelledError):
            await self._writer
        await self._connection.close(code)
