"""`Server`: the `server` of a page in the test client: calls Python over the real wire, and keeps what topics and queues bring."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any, Protocol

from justui import codec, wire
from justui.broker.names import covers
from justui.errors import Gone, RemoteError, RemoteTimeout

TIMEOUT = 5.0
"""Seconds after which an answer counts as lost."""


class Line(Protocol):
    """What sends events."""

    def send_event(self, component: int, event: str, data: dict[str, Any], blobs: list[bytes] = ...) -> None:
        """Send an event."""


class Reply:
    """The answer to a call that was sent: `await` it. Raises `RemoteError` with the server's words."""

    def __init__(self) -> None:
        self._future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    @property
    def done(self) -> bool:
        """Whether it has come."""
        return self._future.done()

    def __await__(self) -> Generator[Any, None, Any]:
        """Wait for the value."""
        return self.within(TIMEOUT).__await__()

    async def within(self, seconds: float) -> Any:
        """Wait for the value for so long. Raises `RemoteTimeout`."""
        done, _ = await asyncio.wait([self._future], timeout=seconds)
        if not done:
            raise RemoteTimeout(f"the server did not answer within {seconds:g} s")
        return self._future.result()

    def give(self, value: Any) -> None:
        """The value has come."""
        if not self._future.done():
            self._future.set_result(value)

    def fail(self, error: Exception) -> None:
        """No value will come."""
        if not self._future.done():
            self._future.set_exception(error)
            self._future.exception()  # seen, also where nobody waits


class Path:
    """What names lead to: call it, or go on to an attribute."""

    def __init__(self, server: "Server", names: tuple[str, ...]) -> None:
        self._server = server
        self._names = names

    def __getattr__(self, name: str) -> "Path":
        if name.startswith("__"):
            raise AttributeError(name)
        return Path(self._server, (*self._names, name))

    def __call__(self, *arguments: Any) -> Reply:
        """Call it, at once; the answer is awaited."""
        return self._server.ask("call", self._names, list(arguments))


class TestTopic:
    """A topic, as this tab has it. `messages` are those that have come: the topic's name and the value."""

    __test__ = False

    def __init__(self, server: "Server", name: str) -> None:
        self._server = server
        self.name = name
        self.messages: list[tuple[str, Any]] = []
        self.origins: list[str] = []
        """The ids of the tabs that published them, in the same order; empty for Python."""

    def subscribe(self, now: bool = False) -> Reply:
        """Subscribe; with `now` the answer has the values that are kept."""
        return self._server.ask("subscribe", [self.name], {"now": now})

    def unsubscribe(self) -> Reply:
        """Subscribe no more."""
        return self._server.ask("unsubscribe", [self.name])

    def publish(self, value: Any) -> Reply:
        """Publish a value."""
        return self._server.ask("publish", [self.name], value)


class TestQueue:
    """A queue of the App, as this tab can use it."""

    __test__ = False

    def __init__(self, server: "Server", name: str) -> None:
        self._server = server
        self.name = name

    def push(self, value: Any) -> Reply:
        """Put a value in."""
        return self._server.ask("push", [self.name], value)

    def pop(self) -> Reply:
        """Take the newest value."""
        return self._server.ask("pop", [self.name])

    def shift(self) -> Reply:
        """Take the oldest value."""
        return self._server.ask("shift", [self.name])

    def size(self) -> Reply:
        """Ask how many values there are."""
        return self._server.ask("size", [self.name])


class Server:
    """What a page calls `server`: `await tab.server.add(4, 7)`, `await tab.server.get("sampler.rate")`."""

    def __init__(self, line: Callable[[], Line], takers: dict[str, Callable[[list[Any], list[bytes]], None]]) -> None:
        self._line = line
        self._last = 0
        self._waiting: dict[int, Reply] = {}
        self._topics: dict[str, TestTopic] = {}
        self.lent: dict[int, Callable[..., Any]] = {}
        """Functions that were passed to Python, by their numbers."""
        self.items: dict[str, list[Any]] = {}
        """What Python has put into this tab's own queues, by their names."""
        self.answers_items = True
        """Whether it is confirmed that such an item has come."""
        takers |= {wire.REPLY: self._take_reply, wire.TOPIC: self._take_message, wire.QUEUE: self._take_item}

    def __getattr__(self, name: str) -> Path:
        if name.startswith("__"):
            raise AttributeError(name)
        return Path(self, (name,))

    # Asking

    def get(self, path: str) -> Reply:
        """Read what dotted names lead to."""
        return self.ask("get", path)

    def set(self, path: str, value: Any) -> Reply:
        """Set what dotted names lead to."""
        return self.ask("set", path, value)

    def delete(self, path: str) -> Reply:
        """Delete what dotted names lead to."""
        return self.ask("delete", path)

    def names(self) -> Reply:
        """Ask what this tab may see."""
        return self.ask("names", [], {})

    def run(self, function: int, *arguments: Any) -> Reply:
        """Call a function of Python's that was passed here under this number."""
        return self.ask("run", [], list(arguments), function=function)

    def topic(self, name: str) -> TestTopic:
        """The topic of this name, or pattern."""
        return self._topics.setdefault(name, TestTopic(self, name))

    def queue(self, name: str) -> TestQueue:
        """The App's queue of this name."""
        return TestQueue(self, name)

    def ask(self, kind: str, path: str | list[str] | tuple[str, ...], value: Any = None, *, function: int = 0) -> Reply:
        """Send a call of any kind; `path`: names, as a list or with dots."""
        reply = Reply()
        self._last += 1
        self._waiting[self._last] = reply
        self._send(self._last, kind, path, value, function)
        return reply

    def tell(self, kind: str, path: str | list[str] | tuple[str, ...], value: Any = None) -> None:
        """Send a call that wants no answer."""
        self._send(0, kind, path, value, 0)

    def _send(self, number: int, kind: str, path: Any, value: Any, function: int) -> None:
        packed = codec.pack(value, functions=True)
        self.lent.update(packed.functions)
        names = path.split(".") if isinstance(path, str) else list(path)
        where = {"f": function} if function else {"p": names}
        call = {"c": number, "k": kind, **where, "v": packed.value}
        self._line().send_event(0, wire.CALLS, {"c": [call]}, packed.blobs)

    # What comes

    def _take_reply(self, parts: list[Any], blobs: list[bytes]) -> None:
        number, value, *more = parts
        reply = self._waiting.pop(number, None)
        if reply is None:
            raise AssertionError(f"an answer that nobody waits for: {parts}")
        if more:
            error = RemoteError(f"{more[0]['type']}: {more[0]['text']}")
            reply.fail(error)
        else:
            reply.give(codec.unpack(value, blobs, self._function))

    def _function(self, number: int) -> Callable[..., Reply]:
        return lambda *arguments: self.run(number, *arguments)

    def _take_message(self, parts: list[Any], blobs: list[bytes]) -> None:
        name, value, *origin = parts
        taken = codec.unpack(value, blobs)
        for topic in self._topics.values():
            if covers(topic.name, name):
                topic.messages.append((name, taken))
                topic.origins.append(str(origin[0]) if origin else "")

    def _take_item(self, parts: list[Any], blobs: list[bytes]) -> None:
        name, value, number = parts
        self.items.setdefault(name, []).append(codec.unpack(value, blobs))
        if number and self.answers_items:
            self._line().send_event(0, wire.ANSWER, {"n": number, "v": True})

    def lose(self) -> None:
        """The server has lost the page: nobody will answer."""
        waiting, self._waiting = self._waiting, {}
        for reply in waiting.values():
            reply.fail(Gone("the server lost this page"))
