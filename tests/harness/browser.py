"""People with real browsers: one Chromium for the whole run, a separate profile (cookies, storage) for each person.

It is Playwright's async API: two people act at the same time with `asyncio.gather`, and unit tests may have event loops of
their own beside it, which the sync API forbids. So browser tests are `async def`; they and all fixtures here run on the
session's event loop (`conftest.py` sees to it). A tab notes every console error, page error and violation of the content
security policy; the test fails for any that it did not allow.
"""

import os
import re
import shutil
from typing import Final, NamedTuple

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    ViewportSize,
    WebSocket,
)

# The names under which a machine has Chromium; `.ci/chromium` knows the same.
PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What Playwright switches off, for the last such list counts; and the address bar's own pages, of which each window starts two
# processes: they took more time than the pages under test.
UNWANTED: Final = (
    "AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades HttpsFirstBalancedModeAutoEnable LensOverlay "
    "MediaRouter PaintHolding ThirdPartyStoragePartitioning AvoidCorsURLLoaderRestartOnRedirect TcpPortRandomizationWin "
    "OptimizationHints NetworkTimeServiceQuerying AimEnabled PreconnectToSearch "
    "WebUIOmniboxPopup WebUIOmniboxAimPopup WebUIOmniboxFullPopup"
)
FLAGS: Final = (
    f"--disable-features={','.join(UNWANTED.split())}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Milliseconds that Playwright waits for an element, a text, a value.
PATIENCE: Final = 10_000
# What Chromium's console says when the network is gone.
NETWORK: Final = r"WebSocket connection to|Failed to load resource|net::ERR_|Failed to fetch"


def program() -> str | None:
    """The path of this machine's Chromium, or None: then Playwright's own is used."""
    names = (os.environ.get("JUSTUI_CHROMIUM", ""), *PROGRAMS)
    return next(filter(None, (shutil.which(name) for name in names if name)), None)


async def launch(playwright: Playwright) -> Browser:
    """Start Chromium, without a window unless HEADED=1."""
    headless = os.environ.get("HEADED") != "1"
    return await playwright.chromium.launch(executable_path=program(), args=list(FLAGS), headless=headless)


class Frame(NamedTuple):
    """One WebSocket message, as the browser saw it."""

    sent: bool  # by the browser; else received
    text: str


class Asked(NamedTuple):
    """One HTTP request of a tab, the page itself included."""

    method: str
    url: str
    kind: str  # Playwright's resource type: "document", "script", "fetch", …


class BrowserTab:
    """A tab of a real browser: Playwright's `page`, and what went through it since it was opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Frame] = []
        self.requests: list[Asked] = []
        self.sockets: list[WebSocket] = []
        self.console: list[str] = []
        self._problems: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        page.on("console", self._on_console)
        page.on("pageerror", self._on_page_error)
        page.on("crash", lambda _: self._problems.append("the tab crashed"))
        page.on("request", self._on_request)
        page.on("websocket", self._on_socket)

    @property
    def received(self) -> list[str]:
        """The texts of the frames that came from the server."""
        return [frame.text for frame in self.frames if not frame.sent]

    @property
    def sent(self) -> list[str]:
        """The texts of the frames that went to the server."""
        return [frame.text for frame in self.frames if frame.sent]

    @property
    def problems(self) -> list[str]:
        """The console errors, page errors and policy violations that nobody allowed."""
        return [one for one in self._problems if not any(pattern.search(one) for pattern in self._allowed)]

    def allow(self, pattern: str) -> None:
        """Do not fail the test for problems in which the regular expression `pattern` is found."""
        self._allowed.append(re.compile(pattern))

    def allow_network_errors(self) -> None:
        """Do not fail the test for what Chromium says when the network is cut."""
        self.allow(NETWORK)

    def forget(self) -> None:
        """Empty the records of frames and requests: what follows is what comes from now on."""
        self.frames.clear()
        self.requests.clear()

    def _on_console(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")
        if message.type == "error":
            place = message.location
            self._problems.append(f"console: {message.text} ({place['url']}:{place['lineNumber']})")

    def _on_page_error(self, error: Error) -> None:
        self._problems.append(f"page error: {error.stack or error.message}")

    def _on_request(self, request: Request) -> None:
        self.requests.append(Asked(request.method, request.url, request.resource_type))

    def _on_socket(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        socket.on("framesent", lambda payload: self.frames.append(Frame(True, _text(payload))))
        socket.on("framereceived", lambda payload: self.frames.append(Frame(False, _text(payload))))


class Person:
    """One person: a browser profile with cookies and storage of its own, and any number of tabs."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.tabs: list[BrowserTab] = []
        context.set_default_timeout(PATIENCE)

    async def open(self, url: str, *, allow: str = "") -> BrowserTab:
        """Open `url` in a new tab and wait until it is loaded. `allow`: as `BrowserTab.allow`, from the beginning on."""
        tab = BrowserTab(await self.context.new_page())
        self.tabs.append(tab)
        if allow:
            tab.allow(allow)
        await tab.page.goto(url)
        return tab


class People:
    """Makes persons, and at the end closes their browsers. `await people()` is one; they share nothing.

    Keywords are those of Playwright's `new_context`: `java_script_enabled`, `viewport` …
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._persons: list[Person] = []

    async def __call__(self, *, java_script_enabled: bool = True, viewport: ViewportSize | None = None) -> Person:
        """A new person. Language and time zone are fixed, so that dates and numbers look alike everywhere."""
        context = await self._browser.new_context(
            java_script_enabled=java_script_enabled, viewport=viewport, locale="en-US", timezone_id="UTC"
        )
        person = Person(context)
        self._persons.append(person)
        return person

    @property
    def problems(self) -> list[str]:
        """What went wrong in all their tabs and was not allowed."""
        return [one for person in self._persons for tab in person.tabs for one in tab.problems]

    async def close(self) -> None:
        """Close all tabs of all persons."""
        for person in self._persons:
            await person.context.close()


def _text(payload: str | bytes) -> str:
    return payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
