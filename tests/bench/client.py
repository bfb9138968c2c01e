"""A lean load client: HTTP by hand, and a WebSocket that counts and acknowledges as law 8 says. Measures nothing.

It costs a few microseconds a frame, so that on a machine of two cores the server under test has one to itself.
"""

import asyncio
import base64
import os
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple, cast

import orjson

HOST: Final = "127.0.0.1"
PATIENCE: Final = 60.0
"""Seconds that anything may take before a measurement is given up."""
_ACKNOWLEDGE_EVERY: Final = 32
_ACKNOWLEDGE_AFTER: Final = 1.0
_BOOT: Final = re.compile(rb'id="justui-boot">(.*?)</script>')
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_COOKIE: Final = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)


class Answer(NamedTuple):
    """What a GET brought. `cookie`: `name=value`, or empty."""

    status: int
    body: bytes
    cookie: str


class Http:
    """One connection that is kept open, for any number of GETs, one after the other. An async context manager."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> "Http":
        self._reader, self._writer = await asyncio.open_connection(HOST, self._port, limit=1 << 20)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def get(self, path: str, cookie: str = "") -> Answer:
        """Ask for `path` and wait for all of the answer."""
        more = f"Cookie: {cookie}\r\n" if cookie else ""
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\n{more}\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        length, said = _LENGTH.search(head), _COOKIE.search(head)
        body = await self._reader.readexactly(int(length[1])) if length else b""
        return Answer(int(head[9:12]), body, said[1].decode() if said else "")


async def get(port: int, path: str) -> Answer:
    """One GET on a connection of its own. Raises `RuntimeError` when the answer is not 200."""
    async with Http(port) as http:
        answer = await asyncio.wait_for(http.get(path), PATIENCE)
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}: {answer.body[:300]!r}")
    return answer


class Socket(asyncio.Protocol):
    """One WebSocket. `have` counts the counted frames; `on_frame`, when it is set, gets the text of each."""

    def __init__(self, request: bytes, join: list[Any] | None) -> None:
        self._request = request
        self._join = join
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._buffer = b""
        self._open = False
        self._timer: asyncio.TimerHandle | None = None
        self._told = 0
        self.have = 0
        self.blobs: list[bytes] = []
        """The bytes beside the last binary frame."""
        self.bytes = 0
        """Bytes received in counted frames, their headers included."""
        self.joined: asyncio.Future[None] = self._loop.create_future()
        self.closed = False
        self.on_frame: Callable[[bytes], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def connection_lost(self, _: Exception | None) -> None:
        self.closed = True
        if self._timer is not None:
            self._timer.cancel()
        if not self.joined.done():
            self.joined.set_exception(ConnectionError("the socket was closed before it had joined"))

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data if self._buffer else data
        if not self._open:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._buffer = data
                return
            data = data[end + 4 :]
            self._open = True
            if self._join is None:
                self.joined.set_result(None)
            else:
                self.send(self._join)
        at, size = 0, len(data)
        while size - at >= 2:
            length, body = data[at + 1], at + 2
            if length == 126 and size - at >= 4:
                length, body = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif length == 127 and size - at >= 10:
                length, body = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            elif length > 125:
                break
            if size < body + length:
                break
            if data[at] == 0x81:
                self._text(data[body : body + length], body + length - at)
            elif data[at] == 0x82:
                self._binary(data[body : body + length], body + length - at)
            at = body + length
        self._buffer = data[at:]

    def _text(self, text: bytes, size: int) -> None:
        if text[:1] == b"{":
            self._control(orjson.loads(text))
            return
        self.have += 1
        self.bytes += size
        if self.have - self._told >= _ACKNOWLEDGE_EVERY:
            self._acknowledge()
        elif self._timer is None:
            self._timer = self._loop.call_later(_ACKNOWLEDGE_AFTER, self._acknowledge)
        if self.on_frame is not None:
            self.on_frame(text)

    def _binary(self, message: bytes, size: int) -> None:
        end = 4 + int.from_bytes(message[:4], "big")
        text, self.blobs = message[4:end], []
        while end < len(message):
            length = int.from_bytes(message[end : end + 4], "big")
            self.blobs.append(message[end + 4 : end + 4 + length])
            end += 4 + length
        self._text(text, size)

    def _control(self, frame: dict[str, Any]) -> None:
        if "beat" in frame:
            self._acknowledge()
        if "hi" in frame:
            self.joined.set_result(None)
        elif not self.joined.done():
            self.joined.set_exception(ConnectionError(f"not joined: {frame}"))

    def _acknowledge(self) -> None:
        self.settle()
        self.send(["k", self.have])

    def settle(self) -> None:
        """What is sent now tells the server how many frames are here."""
        self._told = self.have
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def send(self, frame: list[Any]) -> None:
        """Send one frame. The mask is zero, which every server takes."""
        text = orjson.dumps(frame)
        head = bytes((0x81, 0x80 | len(text))) if len(text) < 126 else b"\x81\xfe" + len(text).to_bytes(2, "big")
        self._transport.write(head + b"\0\0\0\0" + text)

    def leave(self) -> None:
        """Close for good."""
        self.send(["bye"])
        self._transport.close()

    def drop(self) -> None:
        """Close."""
        self._transport.close()


async def connect(port: int, path: str, join: list[Any] | None = None, cookie: str = "") -> Socket:
    """Open a WebSocket, and join when there is something to join."""
    more = f"Cookie: {cookie}\r\n" if cookie else ""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
    ).encode()
    _, socket = await asyncio.get_running_loop().create_connection(lambda: Socket(request, join), HOST, port)
    await asyncio.wait_for(socket.joined, PATIENCE)
    return socket


class Opened(NamedTuple):
    """A page of justui, and what it says about its socket."""

    body: bytes
    token: str
    socket: str
    cookie: str

    async def join(self, port: int) -> Socket:
        """Connect its socket."""
        return await connect(port, self.socket, ["j", 1, self.token, 0], self.cookie)


async def open_page(http: Http, path: str, cookie: str = "") -> Opened:
    """GET a page of justui."""
    answer = await http.get(path, cookie)
    found = _BOOT.search(answer.body)
    if found is None:
        raise RuntimeError(f"{path} answered {answer.status}: {answer.body[:300]!r}")
    data = orjson.loads(found[1])
    return Opened(answer.body, data["token"], data["socket"], answer.cookie or cookie)


async def visit(http: Http, port: int, path: str) -> Socket:
    """A new person opens a page of justui, and its socket joins."""
    return await (await open_page(http, path)).join(port)


async def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for a condition. Raises `TimeoutError`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not condition():
        if loop.time() > end:
            raise TimeoutError("the measurement did not come to its end")
        await asyncio.sleep(0.002)
