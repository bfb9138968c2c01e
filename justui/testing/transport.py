"""How a test client reaches a server: the protocol that the in-memory and the network transport both keep."""

from dataclasses import dataclass
from typing import Protocol

Headers = list[tuple[str, str]]


class Closed(Exception):
    """The socket is closed; `code` is the close code, 1006 when it was cut."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the socket was closed with code {code}")
        self.code = code


@dataclass
class Response:
    """An answer of the server."""

    status: int
    headers: Headers
    body: bytes
    url: str
    """Path and query of the last request."""

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str | None:
        """Return the first header of this name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Socket(Protocol):
    """A WebSocket as the client holds it."""

    def send(self, frame: str | bytes) -> None:
        """Send a frame; nothing happens when the socket is closed."""

    async def receive(self) -> str | bytes:
        """Return the next frame. Raises `Closed`."""

    def stall(self) -> None:
        """Stop reading: the server's sends wait."""

    def flow(self) -> None:
        """Read again."""

    def cut(self) -> None:
        """End the connection without a word; frames on the way are lost."""

    async def close(self, code: int = 1000) -> None:
        """Close the connection properly."""


class Transport(Protocol):
    """A server, in memory or over the network."""

    base: str
    """Scheme, host and port: `http://127.0.0.1:8000`."""

    async def start(self) -> None:
        """Begin; starts the app where it lives in this process."""

    async def stop(self) -> None:
        """End; shuts the app down when the last client of this process has gone."""

    async def request(self, method: str, path: str, headers: Headers, body: bytes) -> Response:
        """Make one HTTP request; redirects are not followed."""

    async def connect(self, path: str, headers: Headers) -> Socket:
        """Open a WebSocket. Raises `Closed` when the server refuses it."""
