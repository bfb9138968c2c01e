"""`Attaching`: how an App lives with applications of other frameworks: `attach`, `mount`, `render_html`, `session`."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from justui import routing
from justui.addresses import check_route
from justui.attached import THREADS, Attached, is_wsgi
from justui.component import Component
from justui.errors import ConfigError, HandlerError, UsageError
from justui.live import HtmlPage
from justui.page import WebPage
from justui.sessions import Session
from justui.visits import KEY, Visit, visit_of

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from justui.tasks import Tasks

    class _Base(Starlette, routing.Asked):
        tasks: Tasks
        loop: asyncio.AbstractEventLoop | None

        def here(self) -> bool: ...
        def render(self, name: str, /, **context: Any) -> HtmlPage: ...
else:
    _Base = object

_PATIENCE = 30.0  # seconds that a view in a thread waits for the loop, in which a handler may be busy


class Attaching(_Base):
    """Has applications of other frameworks beside the pages of one App."""

    _attached: Attached | None = None

    def attach(self, application: Any, *, threads: int = THREADS) -> None:
        """Let another application, ASGI or WSGI, answer whatever no route of this App does. Serve the App, not the other.

        Its routes, cookies, middleware and lifespan are as before; its views may call `render_html`. `threads`: how many
        requests a WSGI application works on at once. Raises `ConfigError` for what is no application, and for a second one.
        """
        if self._attached is not None:
            raise ConfigError(
                "An application is attached already. Further ones have a path: app.mount(path, application)."
            )
        if isinstance(application, Attaching):
            raise ConfigError('An App in another has a path of its own: app.mount("/path", other).')
        self._attached = self.router.default = Attached(application, threads)
        self.router.redirect_slashes = False  # an address that is not exactly ours is theirs

    def mount(self, path: str, app: Any, name: str | None = None) -> None:
        """Starlette's `mount`, which takes applications of WSGI, too. Raises `ConfigError` for justui's own addresses."""
        check_route(path)
        super().mount(path, app if isinstance(app, Attaching) or not is_wsgi(app) else Attached(app), name)

    def add_route(self, path: str, *arguments: Any, **keywords: Any) -> None:
        """Starlette's `add_route`. Raises `ConfigError` for justui's own addresses."""
        check_route(path)
        super().add_route(path, *arguments, **keywords)

    def _attached_life(self) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self._attached is None else self._attached.life(self.tasks.start)

    # For views of other frameworks

    @property
    def session(self) -> Session:
        """The session of the request that is answered here: for views of an attached application.

        Raises `UsageError` outside of requests.
        """
        return self._visit("app.session").session

    def render_html(self, page: str | Component, /, **context: Any) -> str:
        """The HTML of a live page, for a view of another framework to return: of a template by its name, as `render`, or a page.

        The person is the one whose cookie the request has. Use it once: each text is for one tab. Raises `UsageError` outside
        of a request that came through this App.
        """
        visit = self._visit("render_html")
        if not visit.open:
            raise UsageError(
                "The response has begun already, so the page could not get its cookie: call render_html before."
            )
        made = self.render(page, **context) if isinstance(page, str) else page
        if context and made is page:
            raise HandlerError("render_html takes values for a template; a page has its own already.")
        if not isinstance(made, Component):
            raise HandlerError(f"render_html wants the name of a template, a page or a component, got {page!r:.80}")
        whole = made if isinstance(made, WebPage) else WebPage(made)
        request = Request({**visit.scope, "app": self, "session": visit.session, KEY: visit})
        if self.loop is None or self.here():
            response = routing.shown_at_once(self, request, whole, visit)
        else:
            showing = routing.shown(self, request, whole, visit)
            response = asyncio.run_coroutine_threadsafe(showing, self.loop).result(_PATIENCE)
        visit.headers = {
            name: value for name, value in response.headers.items() if name not in ("content-length", "content-type")
        }
        return bytes(response.body).decode()

    def _visit(self, what: str) -> Visit:
        visit = visit_of(self)
        if visit is None:
            raise UsageError(
                f"{what} belongs into a view, and its request has to come through this App: app.attach(the other application), "
                "and serve the App."
            )
        return visit
