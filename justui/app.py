"""`App`: a Starlette application whose routes may return pages; it holds all state: tabs, sessions, tasks, settings."""

import asyncio
import contextlib
import gc
import inspect
import logging
import secrets
import threading
import time
import traceback
import weakref
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from justui import connection, hints, server, shell, wire
from justui.assets import assets
from justui.background import running
from justui.component import Component
from justui.config import Config
from justui.connection import Receive, Scope
from justui.context import building
from justui.dispatch import Dispatcher, ErrorFunction
from justui.errors import ConfigError, HandlerError, Refused, UsageError
from justui.events import Event
from justui.page import Timer, WebPage, check_coroutine, waiting_pages
from justui.routing import BadParameter, PageFunction, arguments_for
from justui.sessions import Session, Sessions
from justui.tab import Tab
from justui.tasks import Tasks

log = logging.getLogger("justui")

Function = TypeVar("Function", bound=Callable[..., Any])

_SOCKET = f"{wire.ADDRESS}/ws/"
_SWEEP = 1.0


class App(Starlette):
    """A web application made of pages.

    Takes what Starlette takes (`routes`, `middleware`, `exception_handlers`, `lifespan`), `startup` (a function that runs
    once, when the loop is up; the server waits for it), and the settings of `Config`, of which `debug` is one.
    """

    def __init__(
        self,
        *,
        routes: Iterable[Any] | None = None,
        middleware: Iterable[Any] | None = None,
        exception_handlers: dict[Any, Any] | None = None,
        lifespan: Callable[[Any], Any] | None = None,
        startup: Callable[[], Any] | None = None,
        **settings: Any,
    ) -> None:
        self.config = Config.read(settings)
        self.data: dict[Any, Any] = {}
        self.tasks = Tasks(self._task_failed)
        self.dispatcher = Dispatcher(self.config, self.tasks)
        self.sessions = Sessions(self.config.secret_key or secrets.token_hex(32), self.config.session_age)
        self.worker = secrets.token_hex(4)
        self.startup = startup
        self._own_lifespan = lifespan
        self._tabs: dict[str, Tab] = {}
        self._unjoined: OrderedDict[str, Tab] = OrderedDict()
        self._released: list[weakref.ref[WebPage]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._starting: asyncio.Future[None] | None = None
        self.pool: ThreadPoolExecutor | None = None
        """Worker threads for slow functions."""
        self._joined: Counter[str] = Counter()
        self._pages: list[str] = []
        own = [Route(f"{wire.ADDRESS}/{{name}}", _asset, methods=["GET"])]
        super().__init__(
            routes=[*own, *(routes or ())],
            middleware=list(middleware or ()),
            exception_handlers={404: self._not_found, **(exception_handlers or {})},
            lifespan=self._lifespan,
        )
        if self.config.debug is False:
            hints.Diagnostics.on = False

    # Routes

    def route(
        self, path: str, methods: Iterable[str] = ("GET",), name: str | None = None
    ) -> Callable[[Function], Function]:
        """Serve `path` (Starlette's syntax: `/item/{n:int}`) with a page function. A decorator.

        The function returns a page, a component, or any Starlette response. Raises `ConfigError` for justui's own addresses.
        """
        if path.startswith(wire.ADDRESS):
            raise ConfigError(f"{path}: addresses below {wire.ADDRESS} are justui's own")

        def register(function: Function) -> Function:
            self._add_page_route(path, function, methods, name)
            return function

        return register

    def _add_page_route(self, path: str, function: PageFunction, methods: Iterable[str], name: str | None) -> None:
        fill = arguments_for(function)
        label = getattr(function, "__name__", repr(function))

        async def endpoint(request: Request) -> Response:
            return await self._answer(request, function, label, fill)

        self._pages.append(path)
        self.router.routes.append(Route(path, endpoint, methods=list(methods), name=name or label))

    async def _answer(
        self, request: Request, function: PageFunction, label: str, fill: Callable[[Request], dict[str, Any]]
    ) -> Response:
        token = building.set(True)
        try:
            result = function(**fill(request))
            if inspect.isawaitable(result):
                result = await result
        except HTTPException:
            raise
        except BadParameter as error:
            return shell.message(request, 400, "Bad request", str(error))
        except Exception as error:  # noqa: BLE001 - whatever a page function raises is logged and answered
            return self._page_failed(request, error, label)
        finally:
            building.reset(token)
        if isinstance(result, Response):
            return result
        if isinstance(result, Component) and not result.is_page:
            token = building.set(True)
            result = WebPage(result)
            building.reset(token)
        if not isinstance(result, WebPage):
            nonsense = HandlerError(
                f"{label}() returned {type(result).__name__ if result is not None else None}. It must return a page, a "
                "component or a response; is a return missing?"
            )
            return self._page_failed(request, nonsense, label)
        return self._show(request, result)

    def _show(self, request: Request, page: WebPage) -> Response:
        session: Session = request.scope["session"]
        session.used = True
        tab = Tab(self, self.config, page, session)
        self._make_room(session)
        self._tabs[tab.token] = tab
        self._unjoined[tab.token] = tab
        try:
            return shell.document(request, page, tab, _SOCKET + self.worker, debug=self.dispatcher.debug)
        except BaseException:
            self._remove(tab)
            raise

    def _page_failed(self, request: Request, error: BaseException, label: str) -> Response:
        reference = secrets.token_hex(4)
        text = "".join(traceback.format_exception(error))
        log.error("%s() failed (reference %s)\n%s", label, reference, text)
        self.dispatcher.tell(error, None)
        if self.dispatcher.debug:
            return shell.message(request, 500, f"{type(error).__name__} in {label}()", str(error), text)
        return shell.message(
            request, 500, "Something went wrong", f"The page could not be made. Reference: {reference}"
        )

    async def _not_found(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        text = str(getattr(error, "detail", "")) or "Not found"
        if self.dispatcher.debug:
            text = f"There is no page {request.url.path}. The routes are {', '.join(self._pages) or 'none'}."
        return shell.message(request, status, "Not found", text)

    # Programs

    def on_error(self, function: ErrorFunction) -> ErrorFunction:
        """Call `function(error, msg)` for each error of a handler, timer or page function. A call or a decorator."""
        self.dispatcher.error_functions.append(function)
        return function

    @property
    def tabs(self) -> list[Tab]:
        """The tabs that have joined."""
        return [tab for tab in self._tabs.values() if tab.joined]

    def run_task(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine in the background until it ends or the server does; an error is logged. From any thread."""
        check_coroutine(coroutine)
        if self._loop is None:
            coroutine.close()
            raise UsageError("No server runs yet. Use startup=, or @page.every(1).")
        self.call(self.tasks.start, coroutine, _task_name(coroutine))

    def run(
        self,
        host: str | None = None,
        port: int | None = None,
        *,
        until: Callable[[], Any] | None = None,
        **options: Any,
    ) -> None:
        """Serve until the program is stopped, or until the function `until` has returned. See `server.run`.

        While `debug` is not set, it is on when only this machine can reach `host`.
        """
        if self.config.debug is None:
            self.dispatcher.debug = server.is_local(server.where(host, port)[0])
        server.run(self, host, port, until=until, **options)

    # What pages and tabs want of their host

    def here(self) -> bool:
        """Whether the caller is in the App's loop."""
        return threading.get_ident() == self._thread

    def call(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a function in the App's loop: at once when here, else soon."""
        if self.here():
            function(*arguments)
        elif self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
                self._loop.call_soon_threadsafe(function, *arguments)

    def start_task(self, coroutine: Coroutine[Any, Any, Any]) -> Callable[[], object]:
        """Begin a task; the answer ends it."""
        return self.tasks.start(coroutine, _task_name(coroutine)).cancel

    def start_timer(self, page: WebPage, timer: Timer) -> Callable[[], object]:
        """Begin a timer; the answer ends it."""
        name = f"every {timer.seconds:g} s of {page.describe()}"
        return self.tasks.start(self._tick(page, timer), name).cancel

    async def _tick(self, page: WebPage, timer: Timer) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + timer.seconds
        while True:
            await asyncio.sleep(max(0.0, due - loop.time()))
            await self.dispatcher.run(timer.handler, page, Event("every", page, page, None), wait=True)
            due = max(due + timer.seconds, loop.time())

    def released(self, page: WebPage) -> None:
        """The last tab of a page has gone: watch whether it goes too."""
        if not page.is_shared:
            self._released.append(weakref.ref(page))

    # What connections want

    def known(self, token: str) -> Tab | None:
        """The tab of this token."""
        return self._tabs.get(token)

    async def session_of(self, scope: Scope) -> Session:
        """The session of a request."""
        return await self.sessions.find(_cookie(scope, self.config.session_cookie))

    async def admit(self, tab: Tab) -> None:
        """A tab joins for the first time."""
        if len(self._tabs) - len(self._unjoined) >= self.config.tabs:
            raise Refused("This server has as many open tabs as it takes. Try again later.")
        mine = self._joined[tab.session.identity]
        if mine >= self.config.tabs_per_session:
            raise Refused(f"You have {mine} tabs open, which is the limit. Close one and try again.")
        self._joined[tab.session.identity] += 1
        self._unjoined.pop(tab.token, None)
        tab.joined = True

    def lost(self, tab: Tab, *, left: bool) -> None:
        """A tab's socket is gone."""
        tab.dropped_at = time.monotonic()
        if left:
            self._leave(tab)

    def _leave(self, tab: Tab) -> None:
        if tab.gone:
            return
        joined = tab.joined
        self._remove(tab)
        if joined and tab.page.life_handlers("leave"):
            self.tasks.start(self.dispatcher.life(tab.page, "leave", tab), "leave")

    def _remove(self, tab: Tab) -> None:
        tab.gone = True
        self._tabs.pop(tab.token, None)
        self._unjoined.pop(tab.token, None)
        if tab.joined:
            self._joined[tab.session.identity] -= 1
            if not self._joined[tab.session.identity]:
                del self._joined[tab.session.identity]
        tab.outbox.clear()
        tab.page.drop_tab(tab)

    def _make_room(self, session: Session) -> None:
        """Keep the number of pages that wait for their socket within its bounds, by freeing the oldest."""
        if len(self._unjoined) >= self.config.unjoined:
            self._remove(next(iter(self._unjoined.values())))
        if len(self._unjoined) >= self.config.unjoined_per_session:
            mine = [tab for tab in self._unjoined.values() if tab.session is session]
            if len(mine) >= self.config.unjoined_per_session:
                self._remove(mine[0])

    # Life

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        """The ASGI application."""
        kind = scope["type"]
        if kind == "lifespan":
            await super().__call__(scope, receive, send)
            return
        if self._loop is None or self._starting is not None:
            await self._start_once()
        if kind == "websocket" and _local_path(scope).startswith(_SOCKET):
            await connection.serve(self, scope, receive, send)
            return
        session = scope["session"] = await self.session_of(scope)

        async def send_with_cookie(message: Any) -> None:
            if message["type"] == "http.response.start" and session.used:
                if session.written:
                    await self.sessions.store.save(session)
                message = {
                    **message,
                    "headers": [*message.get("headers", ()), (b"set-cookie", self._set_cookie(scope, session))],
                }
            await send(message)

        await super().__call__(scope, receive, send_with_cookie if kind == "http" else send)

    def _set_cookie(self, scope: Scope, session: Session) -> bytes:
        session.fresh = False
        secure = "; Secure" if scope["scheme"] in ("https", "wss") else ""
        return (
            f"{self.config.session_cookie}={self.sessions.cookie(session)}; Path={scope.get('root_path') or '/'}; "
            f"Max-Age={int(self.config.session_age)}; HttpOnly; SameSite=Lax{secure}"
        ).encode()

    async def _start_once(self) -> None:
        """Begin life, once: at lifespan startup, or at the first request where Starlette runs none (mounted)."""
        if self._starting is None:
            if self._loop is not None:
                return
            self._starting = asyncio.get_running_loop().create_future()
            try:
                await self._start()
            finally:
                starting, self._starting = self._starting, None
                starting.set_result(None)
        else:
            await self._starting

    async def _start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self.pool = ThreadPoolExecutor(self.config.threads, "justui")
        if not self.dispatcher.debug:
            hints.Diagnostics.on = False
            if not self.config.secret_key:
                log.warning("no secret_key is set: a random one was made, and sessions end with this server")
        running[self._loop] = self
        if self.startup is not None:
            try:
                await self._run_startup(self.startup)
            except BaseException:
                self._loop, self._thread = None, 0
                raise
        for page in list(waiting_pages):
            if page.is_shared:
                page.begin(self)
        self.tasks.start(self._sweep(), "sweep")
        gc.collect()
        gc.freeze()

    async def _run_startup(self, startup: Callable[[], Any]) -> None:
        name = getattr(startup, "__name__", "startup")
        warn = asyncio.get_running_loop().call_later(
            self.config.slow_startup,
            log.warning,
            "startup %s() has not returned for %g s; the server waits for it. For work that goes on use ui.run_task.",
            name,
            self.config.slow_startup,
        )
        try:
            result = startup()
            if inspect.iscoroutine(result):
                await result
        finally:
            warn.cancel()

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Any) -> AsyncIterator[Any]:
        await self._start_once()
        try:
            if self._own_lifespan is None:
                yield
            else:
                async with self._own_lifespan(app) as state:
                    yield state
        finally:
            await self.stop()

    def drain(self) -> None:
        """Tell every tab that the server goes down and to come back, spread over `Config.drain` seconds."""
        text = wire.encode({wire.BACK: self.config.drain})
        for tab in list(self._tabs.values()):
            transport = tab.outbox.transport
            if transport is not None:
                transport.send({"type": "websocket.send", "text": text})
                transport.close(wire.CLOSE_RESTART, "restart")

    async def stop(self) -> None:
        """End: tasks are cancelled, tabs forgotten."""
        self.drain()
        await self.tasks.end(5.0)
        for tab in list(self._tabs.values()):
            self._remove(tab)
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
        if self._loop is not None:
            running.pop(self._loop, None)
        self._loop, self._thread = None, 0
        gc.unfreeze()

    async def _sweep(self) -> None:
        """The one clock of all tabs: heartbeats, drops, pages that nobody joined, released pages, old sessions."""
        rounds = 0
        while True:
            await asyncio.sleep(_SWEEP)
            rounds += 1
            now = time.monotonic()
            for tab in list(self._tabs.values()):
                self._look_after(tab, now)
            if rounds % 10 == 0:
                self._collect_released()
            if rounds % 60 == 0:
                self.sessions.store.sweep(self.config.session_age)

    def _look_after(self, tab: Tab, now: float) -> None:
        transport = tab.outbox.transport
        if transport is not None:
            silent = now - tab.heard_at
            if silent > 2.5 * self.config.beat:
                transport.close(wire.CLOSE_GONE, "silent")
                tab.outbox.transport = None
                self.lost(tab, left=False)
            elif silent > self.config.beat and not transport.blocked and (silent - self.config.beat) % 10 < _SWEEP:
                transport.send({"type": "websocket.send", "text": _BEAT})
        elif tab.dropped_at is not None:
            limit = self.config.grace if tab.joined else self.config.join_time
            if now - tab.dropped_at > limit:
                self._leave(tab)

    def _collect_released(self) -> None:
        """Collect the cycles that handlers made, when enough pages that nobody shows are still there."""
        alive = [reference for reference in self._released if (page := reference()) is not None and not page.has_tabs]
        if len(alive) >= 50:
            gc.collect()
            alive = []  # what is left is held by the program
        self._released = alive

    def _task_failed(self, error: BaseException, name: str) -> None:
        log.error("%s failed\n%s", name, "".join(traceback.format_exception(error)))
        self.dispatcher.tell(error, None)


def _task_name(coroutine: Coroutine[Any, Any, Any]) -> str:
    return f"task {getattr(coroutine, '__qualname__', coroutine)}"


_BEAT = wire.encode({wire.BEAT: 1})


async def _asset(request: Request) -> Response:
    asset = assets().get(request.path_params["name"])
    if asset is None:
        raise HTTPException(404)
    headers = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
    return Response(asset.content, headers=headers, media_type=asset.media_type)


def _local_path(scope: Scope) -> str:
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(root) else path


def _cookie(scope: Scope, name: str) -> str | None:
    for key, value in scope["headers"]:
        if key == b"cookie":
            for part in value.decode("latin-1").split(";"):
                found, _, content = part.strip().partition("=")
                if found == name:
                    return str(content)
    return None
