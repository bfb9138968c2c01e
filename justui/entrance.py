"""`Entrance`: what of an App comes before a page, or instead of it: guards, logins, error pages. Knows no page functions' insides."""

import asyncio
import contextlib
import importlib
import logging
import math
import secrets
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Router

from justui import hints, shell, wire
from justui.calls import Calls
from justui.config import Config
from justui.cookies import SessionCookie
from justui.dispatch import Dispatcher
from justui.errors import ConfigError, SessionError
from justui.flow import Abort, Flow, Redirect, phrase_of
from justui.guards import Door, Guards
from justui.origin import origin_allowed
from justui.registry import Registry
from justui.request import Request as OurRequest
from justui.routing import PageRoute, not_found
from justui.sessions import MemoryStore, Session, Sessions, SessionStore
from justui.shell import Wiring
from justui.tab import Tab
from justui.tickets import Ticket, Tickets
from justui.visits import KEY, Visit

log = logging.getLogger("justui")

Function = TypeVar("Function", bound=Callable[..., Any])

_SAID_AGAIN = 60.0  # seconds between two complaints that sessions cannot be stored


class Entrance:
    """Who comes in, and what they are told who do not."""

    config: Config
    dispatcher: Dispatcher
    registry: Registry
    calls: Calls
    loop: asyncio.AbstractEventLoop | None
    router: Router
    exception_handlers: Any
    sessions: Sessions
    """The sessions of all people."""
    _error_pages: dict[int, PageRoute]
    _guards: Guards
    _worker: str
    _store_failed_at = -math.inf

    def wiring(self) -> Wiring:
        """How pages are connected."""
        raise NotImplementedError

    def call(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a function in the App's loop: at once when here, else soon."""
        raise NotImplementedError

    # Errors

    def error(self, status: int) -> Callable[[Function], Function]:
        """Answer an HTTP error, such as 404 or 500, with a page of the program's own. A decorator.

        The function takes the request or nothing, and returns what a page function returns; the answer keeps the status.
        `request.state.error` is the exception, where there is one, and `request.state.reason` the text for the person, as
        `ui.abort` was told; for a 500 `request.state.reference` stands in the log. If it fails itself, a plain page is shown.

        Raises `ConfigError` for what is no status of an error, or has a page already.
        """
        if type(status) is not int or not 400 <= status <= 599:
            raise ConfigError(
                f"error() wants an HTTP status from 400 to 599, got {status!r:.60}. Write @app.error(404)."
            )
        if status in self._error_pages:
            raise ConfigError(f"There is a page for {status} already: {self._error_pages[status].name}().")

        def register(function: Function) -> Function:
            self._error_pages[status] = PageRoute(self, function)
            if status == 500 and not {500, Exception} & set(self.exception_handlers):
                self.exception_handlers[Exception] = self._crashed  # of routes that are none of our pages
            return function

        return register

    async def error_page(
        self,
        request: Request,
        status: int,
        title: str,
        text: str,
        *,
        detail: str = "",
        error: Exception | None = None,
        reference: str = "",
    ) -> Response:
        """The program's own page for an HTTP error, or a plain one that says this."""
        page = self._error_pages.get(status)
        if page is None:
            return shell.message(request, status, title, text, detail)
        request.state.error, request.state.reason, request.state.reference = error, text, reference
        try:
            return await page.answer_error(request, status)
        except Redirect as redirect:
            return _redirection(request, redirect)
        except Exception as fault:  # noqa: BLE001 - whatever an error page raises is logged, and the plain page is left
            log.error("the page for %d, %s(), failed\n%s", status, page.name, hints.traceback_of(fault))
            self.dispatcher.tell(fault, None)
            return shell.message(request, status, title, text, detail)

    async def failed(self, request: Request, error: Exception, name: str) -> Response:
        """The answer when `name` raised; the error is logged."""
        reference = secrets.token_hex(4)
        text = hints.traceback_of(error)
        log.error("%s failed (reference %s)\n%s", name, reference, text)
        self.dispatcher.tell(error, None)
        if self.dispatcher.debug:
            title, said, detail = f"{type(error).__name__} in {name}", str(error), text
        else:
            title, said, detail = "Something went wrong", f"The page could not be made. Reference: {reference}", ""
        return await self.error_page(request, 500, title, said, detail=detail, error=error, reference=reference)

    async def _crashed(self, request: Request, error: Exception) -> Response:
        return await self.failed(request, error, request.url.path)

    async def _http_error(self, request: Request, error: Exception) -> Response:
        """Answer an `HTTPException`: of the program, of Starlette, or of a route that is not there."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        text = str(getattr(error, "detail", ""))
        headers = getattr(error, "headers", None) or {}
        if status in self._error_pages and not local_path(request.scope).startswith(wire.ADDRESS):
            response = await self.error_page(request, status, phrase_of(status), text, error=error)
            response.headers.update(headers)
            return response
        if status == 404:
            return await self._not_found(request, error)
        if status in (204, 304):
            return Response(status_code=status, headers=headers)
        return PlainTextResponse(text, status, headers)

    async def _not_found(self, request: Request, error: Exception) -> Response:
        paths = (str(getattr(route, "path", "")) for route in self.router.routes)
        shown = [path for path in paths if path and not path.startswith(wire.ADDRESS)]
        return not_found(request, error, shown, debug=self.dispatcher.debug)

    async def _flowed(self, request: Request, error: Exception) -> Response:
        """Answer `ui.abort` and `ui.redirect`."""
        if isinstance(error, Abort):
            return await self.error_page(request, error.status, phrase_of(error.status), error.reason, error=error)
        if isinstance(error, Redirect):
            return _redirection(request, error)
        raise error

    # Guards and logins

    async def guard(self, request: Request) -> Response | None:
        """What the App's guards answer to a request; None to let it pass."""
        if local_path(request.scope).startswith(wire.ADDRESS):
            return None  # files of the runtime, and addresses that ask for a tab's token
        try:
            return await self._guards.stop(request)
        except Flow as flow:
            return await self._flowed(request, flow)
        except HTTPException as error:
            return await self._http_error(request, error)
        except Exception as error:  # noqa: BLE001 - whatever a guard raises is logged and answered
            return await self.failed(request, error, "a guard in before= of the App")

    def door(self, request: Request, guards: Guards) -> Door | None:
        """What a page's socket has to pass, after a request that passed `guards`; None where there is nothing."""
        asked = tuple(one for one in (self._guards, guards) if one)
        return Door(asked, request.scope) if asked else None

    async def lets(self, tab: Tab, scope: Mapping[str, Any]) -> bool:
        """Whether the guards of the tab's page let its socket pass. One that fails does not."""
        if tab.door is None:
            return True
        try:
            return await tab.door.lets(tab.session, scope["headers"])
        except (Flow, HTTPException):
            return False
        except Exception as error:  # noqa: BLE001 - whatever a guard raises is logged, and nobody passes
            log.error("a guard of %s failed at its socket\n%s", tab.page.describe(), hints.traceback_of(error))
            self.dispatcher.tell(error, None)
            return False

    def _begin_sessions(self, store: SessionStore | None) -> None:
        config = self.config
        if store is None and config.session_store:
            store = _store_at(config)
        store = store or MemoryStore(config.sessions)
        self.sessions = Sessions(config.secret_key, config.session_age, store, config.session_overlap)
        self.sessions.logged_in = self._logged_in
        self.sessions.ended = self._logged_out
        self._cookie = SessionCookie(config, self.sessions)
        self._tickets = Tickets()

    def _logged_in(self, session: Session, tab: Tab | None, other: bool) -> None:
        """A session has a new id: its tabs are to come again under it. `other`: they were another user's."""
        self.call(partial(self.registry.renew, session, tab, other=other))
        if tab is not None:
            ticket = Ticket(f"{tab.root}{wire.ADDRESS}/session/{self._worker}", session)
            self._tickets.add(ticket)
            tab.renew_cookie(ticket)

    def _logged_out(self, session: Session) -> None:
        """A session has ended: its tabs are told when the handler that runs here has had its say."""
        self.calls.forget(session.identity)
        if self.loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
                self.loop.call_soon_threadsafe(self.registry.end, session)

    async def _give_cookie(self, request: Request) -> Response:
        """Answer a tab whose handler has logged in: the session's cookie, for the browser that had the one before."""
        visit: Visit = request.scope[KEY]
        ticket = self._tickets.find(request.path_params["ticket"])
        ours = ticket is not None and origin_allowed(request.scope, self.config.origins)
        if ticket is None or not ours or not self.sessions.is_of(self._cookie.value(visit.scope), ticket.session):
            return PlainTextResponse("This is not good any more. Load the page again.", 404)
        visit.session, visit.renewed = ticket.session, True
        return Response(status_code=204, headers={"cache-control": "no-store"})

    async def _store_sessions(self) -> None:
        """Store what was written in sessions. What cannot be is said, and tried again, and nobody's answer suffers."""
        try:
            await self.sessions.save()
        except SessionError as error:
            log.error("%s", error)
            self.dispatcher.tell(error, None)
        except Exception as error:  # noqa: BLE001 - whatever a store raises
            if time.monotonic() - self._store_failed_at > _SAID_AGAIN:
                self._store_failed_at = time.monotonic()
                log.error("sessions cannot be stored now, and are kept in memory meanwhile: %s", error)
                self.dispatcher.tell(error, None)


class Guarded:
    """The innermost middleware: the App's guards, in front of all routes."""

    def __init__(self, inner: Any, app: Entrance) -> None:
        self._inner = inner
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or let it pass."""
        answer = await self._app.guard(OurRequest(scope, receive)) if scope["type"] == "http" else None
        await (self._inner if answer is None else answer)(scope, receive, send)


def _redirection(request: Request, redirect: Redirect) -> Response:
    status = redirect.status or (302 if request.method in ("GET", "HEAD") else 303)
    return RedirectResponse(redirect.url, status, {"cache-control": "no-store"})


def local_path(scope: Mapping[str, Any]) -> str:
    """The path of a request below the App's own prefix."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(root) else path


def _store_at(config: Config) -> SessionStore:
    """The store that the settings name. Only now its room is read: SQLite takes a megabyte of memory, and redis is an extra.

    Raises `ConfigError` where the extra is missing.
    """
    place, precision = config.session_store, min(60.0, config.session_age / 10)
    if place.partition("://")[0] not in ("redis", "rediss", "unix"):
        rooms = importlib.import_module("justui.session_file")
        return rooms.FileStore(place, config.sessions, precision)  # type: ignore[no-any-return]
    try:
        rooms = importlib.import_module("justui.session_redis")
    except ImportError:
        raise ConfigError(
            'session_store names a Redis server, which wants the extra "redis": pip install "justui[redis]"'
        ) from None
    return rooms.RedisStore(place, config.session_age, precision)  # type: ignore[no-any-return]
