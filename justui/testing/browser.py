"""`Browser`: one person with one cookie jar, whose tabs speak the real wire, without a real browser.

Over an app in memory, or over the network to an address.
"""

from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

from justui.testing.cookies import Cookies
from justui.testing.memory import Application, MemoryTransport
from justui.testing.tab import Tab
from justui.testing.transport import Headers, Response, Transport

try:
    from justui.testing.remote import RemoteTransport
except ImportError:  # pragma: no cover - httpx is installed wherever the tests are run
    RemoteTransport = None  # type: ignore[assignment,misc]

REDIRECTS = 20


class Browser:
    """A person's browser for tests.

    `server` is an app, which is started and shut down with the first and the last Browser that uses it, or an address
    such as `http://127.0.0.1:8000` (which needs httpx). `base` is the address by which an app in memory is reached,
    `headers` go with every request and socket.

    >>> async with Browser(app) as browser:
    ...     tab = await browser.open("/")
    ...     await tab.click("Count")
    ...     await tab.wait_for("Counted 1 times")
    """

    def __init__(
        self, server: Application | str, *, base: str = "http://localhost", headers: dict[str, str] | None = None
    ) -> None:
        self.cookies = Cookies()
        self.tabs: list[Tab] = []
        self.headers: Headers = list((headers or {}).items())
        if not isinstance(server, str):
            self.transport: Transport = MemoryTransport(server, base)
        elif RemoteTransport is None:
            raise ImportError("Browser with an address needs httpx: pip install httpx")
        else:
            self.transport = RemoteTransport(server)

    async def __aenter__(self) -> Self:
        await self.transport.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for tab in self.tabs:
            await tab.leave()
        await self.transport.stop()

    async def open(self, url: str = "/", *, join: bool = True) -> Tab:
        """Open an address in a new tab: fetch it, and join its page unless `join` is False.

        Answers with a Tab for plain pages and errors too; look at its `status`.
        """
        tab = Tab(self, await self.fetch(url))
        self.tabs.append(tab)
        if join:
            await tab.join()
        return tab

    async def fetch(self, url: str, method: str = "GET", body: bytes = b"", headers: Headers | None = None) -> Response:
        """Request an address with this person's cookies, as a form or a link would, following redirects.

        `headers` go with it, also to where it is redirected.

        Raises `RuntimeError` after too many of those.
        """
        for _ in range(REDIRECTS):
            kind = [("content-type", "application/x-www-form-urlencoded")] if method == "POST" else []
            response = await self.request(method, url, [("accept", "text/html"), *kind, *(headers or [])], body)
            target = response.header("location")
            if response.status not in (301, 302, 303, 307, 308) or target is None:
                return response
            if response.status < 307 and method != "HEAD":
                method, body = "GET", b""
            url = urljoin(url, target)
        raise RuntimeError(f"{url} redirected more than {REDIRECTS} times")

    async def request(self, method: str, url: str, headers: Headers | None = None, body: bytes = b"") -> Response:
        """Make one HTTP request with this person's cookies; redirects are not followed."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent: Headers = [*self._common(parts.path or "/"), *(headers or [])]
        if body:
            sent.append(("content-length", str(len(body))))
        response = await self.transport.request(method, path, sent, body)
        self.cookies.take(response.headers)
        return response

    def socket_headers(self, path: str) -> Headers:
        """Return the headers with which this person's tabs open sockets."""
        return [*self._common(urlsplit(path).path), ("origin", self.transport.base)]

    def _common(self, path: str) -> Headers:
        cookie = self.cookies.header(path)
        headers: Headers = [("user-agent", "justui.testing"), *self.headers]
        return [*headers, ("cookie", cookie)] if cookie else headers
