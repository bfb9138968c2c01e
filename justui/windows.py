"""`window`: one page in a browser, driven by a plain script, whose server runs beside it in a thread."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

from justui.app import App
from justui.component import Component
from justui.config import Config
from justui.errors import HandlerError, RemoteTimeout, UsageError
from justui.page import WebPage
from justui.server import Background, is_local, show_in_browser
from justui.tab import Tab

_EMPTY: Final = "<!doctype html><html><head><title>justui</title></head><body></body></html>"
_LOOK: Final = 0.5  # seconds after which the one who waits looks whether the server is still there


class Window:
    """One page in a browser. A context manager, whose value is the tab; or `start()`, `tab` and `stop()`."""

    def __init__(self, app: App, config: Config, timeout: float, quiet: bool) -> None:
        self.app = app
        self._config = config
        self._timeout = timeout
        self._quiet = quiet
        self._server: Background | None = None
        self._joined = threading.Condition()
        app.registry.when_admitted.append(self._note)

    def _note(self, tab: Tab) -> None:
        with self._joined:
            self._joined.notify_all()

    @property
    def address(self) -> str:
        """Where the page is. Raises `UsageError` while it is not served."""
        return self._running().address

    @property
    def port(self) -> int:
        """The real port. Raises `UsageError` while it is not served."""
        return self._running().port

    @property
    def running(self) -> bool:
        """Whether the page is served."""
        return self._server is not None and self._server.running

    def start(self) -> Self:
        """Serve the page, and open a browser. Exits naming the port when it is taken."""
        if self.running:
            raise UsageError("This window is open already.")
        if self.app.config.debug is None:
            self.app.dispatcher.debug = is_local(self._config.host)
        self._server = Background(self.app, self._config)
        if not self._quiet:
            print(f"justui: {self._server.address}", flush=True)  # noqa: T201 - where the page is, if no browser opens
        if self._config.open_browser:
            show_in_browser(self._server.address)
        return self

    @property
    def tab(self) -> Tab:
        """The browser's tab: the newest that is there. Waits for one, for `timeout` seconds at most.

        Raises `RemoteTimeout` when none has come, and `UsageError` while the page is not served.
        """
        server = self._running()
        end = time.monotonic() + self._timeout
        with self._joined:
            while not (tabs := self.app.tabs):
                if not server.running:
                    raise UsageError("The server of this window has ended; the log says why.")
                left = end - time.monotonic()
                if left <= 0:
                    raise RemoteTimeout(f"No browser has shown {server.address} within {self._timeout:g} s.")
                self._joined.wait(min(left, _LOOK))
        return tabs[-1]

    def stop(self) -> None:
        """End the server; the port is free then. Does nothing where there is none."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _running(self) -> Background:
        if self._server is None:
            raise UsageError("This window is not open. Write: with ui.window(…) as tab, or call start().")
        return self._server

    def __enter__(self) -> Tab:
        """Serve the page, and wait for its tab."""
        self.start()
        try:
            return self.tab
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the server."""
        self.stop()


def window(
    page: Component | Callable[..., Any] | None = None,
    *,
    html: str = "",
    app: App | None = None,
    host: str | None = None,
    port: int | str | None = 0,
    timeout: float = 60.0,
    open_browser: bool = True,
    quiet: bool = False,
    **settings: Any,
) -> Window:
    """One page for a plain script: `with ui.window(html="…") as tab: tab.dom.time.text = "12:00"`.

    The page is `page`, or `html` (a template's source, as for `app.render_text`), or what `app` has at `/`, else an empty
    one. It is served in a thread, at a free port of this machine, and shown in a browser; in the script, reads of `tab.js` and
    `tab.dom` wait and give values. `timeout`: seconds to wait for a browser; with 0 an error comes at once. `settings` are
    those of `Config`. Raises `HandlerError` for a page that cannot be shown.
    """
    if page is not None and not isinstance(page, Component) and not callable(page):
        raise HandlerError(f"ui.window wants a page, a component or a function that returns one, got {page!r:.80}")
    if page is not None and html:
        raise HandlerError("ui.window takes a page or html=, not both.")
    if app is not None and settings:
        raise HandlerError(f"{', '.join(settings)} are settings of the App: write them there, or leave app= out.")
    shown = App(**settings) if app is None else app
    if page is not None or html or app is None:
        shown.route("/")(_showing(shown, page, html))
    config = shown.config.with_code(host=host, port=port, open_browser=open_browser)
    return Window(shown, config, timeout, quiet)


def _showing(app: App, page: Component | Callable[..., Any] | None, html: str) -> Callable[..., Any]:
    if page is None:
        page = app.render_text(html or _EMPTY, inject=True)
    if not isinstance(page, Component):
        return page
    whole = page if isinstance(page, WebPage) else WebPage(page)
    return lambda: whole
