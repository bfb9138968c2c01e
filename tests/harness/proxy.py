"""A small TCP proxy between browsers and a server, to spoil the network on purpose. Knows nothing of HTTP or frames.

It runs an event loop in a thread of its own; every method may be called from any thread and has acted on return.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Coroutine
from typing import Any, Final, Self

HOST: Final = "127.0.0.1"
# Bytes read at once, and bytes kept per direction while they are delayed.
CHUNK: Final = 16_384
KEPT: Final = 1_000_000
# Bytes of the kernel's own buffers: small, so that who stalls or reads slowly is soon felt at the other end.
KERNEL: Final = 32_768


class Proxy:
    """Stands in front of the server on `port` of this machine, on a port of its own. A context manager.

    `delay`: seconds that every byte needs, each way. May be changed at any time; order is kept.
    """

    def __init__(self, port: int, delay: float = 0) -> None:
        self.delay = delay
        self.target = port
        self.port = 0
        self._rate: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test proxy", daemon=True)
        self._flowing = asyncio.Event()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        """The proxy's address as a URL, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    @property
    def connections(self) -> int:
        """How many connections are open through it now."""
        return len(self._tasks)

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        self._run(self._flow(True))
        self._run(self._listen())

    def stop(self) -> None:
        """Drop everything and end the thread."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def cut(self) -> None:
        """Drop all connections and refuse new ones, until `mend()`: the network is gone and both ends know it."""
        self._run(self._close())
        self._run(self._drop())

    def drop(self) -> None:
        """Drop all connections; new ones are welcome."""
        self._run(self._drop())

    def stall(self) -> None:
        """Accept, but pass nothing in either direction, until `mend()`: the network is gone and nobody knows it."""
        self._run(self._flow(False))

    def throttle(self, bytes_per_second: float | None) -> None:
        """Pass only so many bytes a second to each browser, from now on; None lifts it."""
        self._rate = bytes_per_second

    def mend(self) -> None:
        """Undo `cut`, `stall` and `throttle`. The delay stays."""
        self._rate = None
        self._run(self._flow(True))
        if self._server is None:
            self._run(self._listen())

    # In the proxy's own thread.

    async def _flow(self, flowing: bool) -> None:
        if flowing:
            self._flowing.set()
        else:
            self._flowing.clear()

    async def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL)
        listener.bind((HOST, self.port))
        self.port = listener.getsockname()[1]
        self._server = await asyncio.start_server(self._accept, sock=listener, limit=CHUNK)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its beginning to its end. Cancelling it drops the connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        ends = [writer]
        try:
            there, onward = await self._connect()
            ends.append(onward)
            upward, downward = _Way(), _Way()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._receive(reader, upward))
                group.create_task(self._send(upward, onward))
                group.create_task(self._receive(there, downward, throttled=True))
                group.create_task(self._send(downward, writer))
        except OSError:
            pass  # No server there: the browser is refused, as it would be without us.
        except asyncio.CancelledError:
            pass  # Dropped. Nobody waits for this task.
        finally:
            for end in ends:
                end.transport.abort()
            self._tasks.discard(task)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        target = socket.socket()
        target.setblocking(False)
        target.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL)
        try:
            await self._loop.sock_connect(target, (HOST, self.target))
        except OSError:
            target.close()
            raise
        return await asyncio.open_connection(sock=target, limit=CHUNK)

    async def _receive(self, reader: asyncio.StreamReader, way: "_Way", *, throttled: bool = False) -> None:
        data = b" "
        while data:
            await self._flowing.wait()
            rate = self._rate if throttled else None
            try:
                data = await reader.read(CHUNK if rate is None else max(1, min(CHUNK, int(rate / 10))))
            except OSError:
                data = b""
            await way.put(data, self._loop.time() + self.delay)
            if rate is not None:
                await asyncio.sleep(len(data) / rate)

    async def _send(self, way: "_Way", writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while True:
                data, due = await way.get()
                await asyncio.sleep(due - self._loop.time())
                await self._flowing.wait()
                if not data:
                    break
                writer.write(data)
                await writer.drain()
        # The end of one direction ends the connection: HTTP and WebSocket know no half-open ones.
        writer.close()

    async def _drop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    # From other threads.

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


class _Way:
    """The bytes under way in one direction, each with the time when it is due. Bounded. b"" is the end."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[bytes, float]] = asyncio.Queue()
        self._size = 0
        self._room = asyncio.Event()
        self._room.set()

    async def put(self, data: bytes, due: float) -> None:
        await self._room.wait()
        self._size += len(data)
        if self._size >= KEPT:
            self._room.clear()
        self._queue.put_nowait((data, due))

    async def get(self) -> tuple[bytes, float]:
        data, due = await self._queue.get()
        self._size -= len(data)
        if self._size < KEPT:
            self._room.set()
        return data, due
