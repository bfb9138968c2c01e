"""`App`: a Starlette application whose routes may return pages; it holds all state: tabs, sessions, tasks, settings."""

import asyncio
import contextlib
import gc
import importlib
import inspect
import itertools
import logging
import os
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import partial
from typing import Any, TypeVar
from weakref import WeakSet

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from justui import addresses, connection, downloads, handlers, hints, logs, server, tickets, wire
from justui.assets import assets
from justui.attaching import Attaching
from justui.background import note_end, note_start
from justui.calls import Calls
from justui.chores import Timer, check_coroutine, waiting_pages
from justui.collector import collector
from justui.config import Config, style_sheet
from justui.connection import Receive, Scope
from justui.context import building
from justui.dispatch import Dispatcher, ErrorFunction
from justui.entrance import Entrance, Guarded, local_path
from justui.errors import AssetError, ConfigError, HandlerError, UsageError
from justui.events import Event
from justui.exposing import Exposing
from justui.filing import Filing
from justui.finishing import After, Finishing
from justui.flow import Flow
from justui.guards import Before, Guards
from justui.js import Expression, of_tabs
from justui.library import Library
from justui.messaging import Messaging
from justui.models import Data
from justui.page import WebPage, hint_at_unsent
from justui.page_classes import is_page_class, page_function
from justui.registry import AT_ONCE, SWEEP, Registry
from justui.rendering import Rendering, take_templates
from justui.routing import PageRoute
from justui.sessions import Session, SessionStore
from justui.shell import Wiring
from justui.statements import take_answer, take_freed
from justui.store import store, use
from justui.tab import Tab
from justui.tasks import Tasks
from justui.uploads import PATH, Uploads
from justui.views import PATH as VIEWS
from justui.views import Views
from justui.visits import KEY, Visit, visiting
from justui.who import Rule

log = logging.getLogger("justui")

Function = TypeVar("Function", bound=Callable[..., Any])
Result = TypeVar("Result")

_SOCKET = f"{wire.ADDRESS}/ws/"


class App(Rendering, Exposing, Messaging, Filing, Attaching, Entrance, Starlette):
    """A web application made of pages.

    Takes what Starlette takes (`routes`, `middleware`, `exception_handlers`, `lifespan`, `max_body_size`), `startup` (a function that runs
    once, when the loop is up; the server waits for it), and the settings of `Config`, of which `debug` is one; `config`: the
    path of a file with further ones, which wins over these, as the environment does over both.
    """

    bridged = False
    """Whether pages come with the script for calls, topics and queues: something can be called, or heard."""
    loop: asyncio.AbstractEventLoop | None = None
    """The event loop that the App lives in, while it does."""
    pool: ThreadPoolExecutor | None = None
    """Worker threads for slow functions."""
    _thread = 0
    _started = False
    _spares = False
    _key_said = False
    _debug_unasked = False

    def __init__(
        self,
        *,
        routes: Iterable[Any] | None = None,
        middleware: Iterable[Any] | None = None,
        exception_handlers: dict[Any, Any] | None = None,
        lifespan: Callable[[Any], Any] | None = None,
        max_body_size: int | None = None,
        startup: Callable[[], Any] | None = None,
        before: Before = None,
        after: After = None,
        session_store: SessionStore | str | os.PathLike[str] | None = None,
        **settings: Any,
    ) -> None:
        if isinstance(session_store, str | os.PathLike):
            settings["session_store"] = session_store
        templates = take_templates(settings)
        self.config = config = Config.read(settings)
        if startup is not None and not callable(startup):
            raise HandlerError(f"startup wants a function, got {startup!r}. Write its name, without brackets.")
        self.css = style_sheet(config.css)
        """The App's own style sheet."""
        self.data = Data()
        """Whatever the program keeps for the whole App."""
        self.tasks = Tasks(self._task_failed)
        self.dispatcher = Dispatcher(config, self.tasks)
        self.dispatcher.requests |= {wire.ANSWER: take_answer, wire.FREED: take_freed}
        self.dispatcher.requests[wire.SHARE] = partial(_share, self.dispatcher)
        self.calls = Calls(self, config, self.dispatcher, self.tasks)
        self.begin_messaging()
        self.registry = Registry(self, config, self.dispatcher, self.tasks)
        self._begin_sessions(None if isinstance(session_store, str | os.PathLike) else session_store)
        self._worker = secrets.token_hex(4)
        self.socket_address = _SOCKET + self._worker
        """Where the sockets of this worker are, below the App's own prefix."""
        self.startup = startup
        self._own_lifespan = lifespan
        self._starting = asyncio.Lock()
        self._begun: WeakSet[WebPage] = WeakSet()
        """Pages whose timers and tasks run here, or did when the App ran last."""
        self._in_threads: list[str] = []
        self._error_pages = {}
        use(config.assets, config.cdn)
        self._begin_templates(templates, config.templates)
        self.library = Library(store())
        """The third-party files that the App serves."""
        self.incoming = Uploads(config, self.registry.find)
        self._downloads = downloads.Downloads(self._worker)
        self._views = Views(self, self._worker, self.lets)
        self._guards, self._finishing = Guards(before), Finishing(after, "App")
        super().__init__(
            routes=[*self._own_routes(), *addresses.checked(routes or ())],
            middleware=[*(middleware or ()), *([Middleware(Guarded, app=self)] if self._guards else ())],
            exception_handlers={
                HTTPException: self._http_error,
                404: self._http_error,
                Flow: self._flowed,
                **(exception_handlers or {}),
            },
            lifespan=self._lifespan,
            max_body_size=max_body_size,
        )
        if config.debug is not None:
            hints.Diagnostics.on = config.debug

    # Routes

    def _own_routes(self) -> list[Route]:
        """The addresses of the runtime."""
        return [
            Route(f"{wire.ADDRESS}/{{name}}", _asset, methods=["GET"]),
            Route(PATH, self.incoming.answer, methods=["POST"]),
            Route(downloads.PATH, self._downloads.answer, methods=["GET"]),
            Route(VIEWS, self._views.answer, methods=["GET"]),
            Route(tickets.PATH, self._give_cookie, methods=["POST"]),
        ]

    def route(
        self,
        path: str,
        methods: Iterable[str] = ("GET",),
        name: str | None = None,
        *,
        before: Before = None,
        allow: Rule = True,
        layout: Callable[..., Any] | None = None,
        after: After = None,
    ) -> Callable[[Function], Function]:
        """Serve `path` (Starlette's syntax: `/item/{n:int}`) with a page function. A decorator.

        The function returns a page, a component, or any Starlette response. `before`: a guard, or several: functions of the
        request, sync or async, that run first, behind those of the App; they let it pass by returning nothing, or end it by
        `ui.abort`, `ui.redirect` or a response. `allow`: a function of `who` that says whether who has passed them may; else
        the answer is 403. Both are asked again when the page's socket comes, and when it comes back. `layout`: a function that
        returns what stands around the page, with a `ui.Outlet()` for it; who goes to another route of the same layout by a
        `ui.Link` keeps it as it is. `after`: functions of the response, or of request and response, that may set its headers or
        return another; those of the App come behind them.

        Raises `ConfigError` for justui's own addresses, `HandlerError` for a guard or rule that cannot be called.
        """
        if not str(path).startswith("/"):  # a function, where somebody wrote @app.route without brackets
            raise ConfigError(f'route() wants a path that begins with /, got {path!r:.80}. Write @app.route("/path").')
        addresses.check_route(path)
        guards = Guards(before, allow, repr(path))
        finishing = (Finishing(after, repr(path)), self._finishing)

        def register(function: Function) -> Function:
            shown = page_function(function, repr(path)) if is_page_class(function) else function
            page = PageRoute(self, shown, guards, layout, finishing)
            self._add_route(Route(path, page.answer, methods=list(methods), name=name or page.name))
            return function

        return register

    # Programs

    def on_error(self, function: ErrorFunction) -> ErrorFunction:
        """Call `function(error, msg)` for each error of a handler, timer, task or page function. A call or a decorator.

        `msg` is the event, or None where there is none. Raises `HandlerError` for a function that cannot be called so.
        """
        handlers.arity_of(function, "on_error")
        self.dispatcher.error_functions.append(function)
        return function

    @property
    def tabs(self) -> list[Tab]:
        """The tabs that have joined."""
        return self.registry.joined

    @property
    def js(self) -> Expression:
        """The windows of all tabs of the App: as `page.js`."""
        return of_tabs("app.js", self, self)

    @property
    def running(self) -> bool:
        """Whether the App has started and its loop is there."""
        return self.loop is not None and not self.loop.is_closed()

    def run_task(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine in the background until it ends or the server does; an error is logged. From any thread."""
        check_coroutine(coroutine)
        if not self.running:
            coroutine.close()
            raise UsageError("No server runs yet. Use startup=, or @page.every(1).")
        self.call(self._start_task, coroutine)

    def run(
        self,
        host: str | None = None,
        port: int | str | None = None,
        *,
        workers: int | None = None,
        until: Callable[[], Any] | None = None,
        open_browser: bool | None = None,
        reload: bool | None = None,
        quiet: bool = False,
        **options: Any,
    ) -> None:
        """Serve until the program is stopped, or until the function `until` has returned; its error is raised here.

        Without a port the first free one from 8000 on is taken and said; port 0 is any free one. `open_browser`: show the
        homepage; `reload`: start again when the program's files change; `quiet`: do not print the address. These are
        settings, which a file and the environment overrule. Further `options` are `trusted_proxies`, `log_level`, `log_file`, `access_log`,
        and those of uvicorn. While `debug` is not set, it is on when only this machine can reach `host`.

        Exits with an error when the port is taken or the startup fails. Raises `ConfigError` for an option that there is not,
        and for more than one of `workers`, which this version cannot have.
        """
        parameters = {*inspect.signature(App.run).parameters, *server.OF_RUN}
        server.check_options(options, parameters)
        later = {name: options.pop(name) for name in server.OF_RUN if name in options}
        config = self.config.with_code(
            host=host, port=port, workers=workers, open_browser=open_browser, reload=reload, **later
        )
        if config.workers != 1:
            held = _pages_held()
            raise ConfigError(
                f"workers={config.workers!r}: several workers are not there yet, use workers=1."
                + (f" Pages that the program holds would exist once in each worker: {held}." if held else "")
            )
        self.config = config
        if config.debug is None:
            self.dispatcher.debug = self._debug_unasked = server.is_local(config.host)
        server.run(self, config, until=until, quiet=quiet, **options)

    # What pages and tabs want of their host

    def here(self) -> bool:
        """Whether the caller is in the App's loop."""
        return threading.get_ident() == self._thread

    def call(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a function in the App's loop: at once when here, else soon."""
        if self.here():
            function(*arguments)
        elif self.loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
                self.loop.call_soon_threadsafe(function, *arguments)

    def _start_task(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        name = f"task {getattr(coroutine, '__qualname__', coroutine)}"
        return self.tasks.start(coroutine, name, _outside_of_requests())

    def start_task(
        self, page: WebPage, coroutine: Coroutine[Any, Any, Any], ended: Callable[[], object]
    ) -> Callable[[], object]:
        """Begin a task of a page; the answer ends it. `ended` is called when it has ended."""
        self._begun.add(page)
        task = self._start_task(coroutine)
        task.add_done_callback(lambda _: ended())
        return task.cancel

    def noting_thread(self, call: Callable[[], Result], name: str) -> Callable[[], Result]:
        """`call`, for a worker thread; the App knows meanwhile that it runs there."""

        def work() -> Result:
            self._in_threads.append(name)
            try:
                return call()
            finally:
                self._in_threads.remove(name)

        return work

    def start_timer(self, page: WebPage, timer: Timer) -> Callable[[], object]:
        """Begin a timer of a page; the answer ends it."""
        self._begun.add(page)
        name = f"every {timer.seconds:g} s of {page.describe()}"
        return self.tasks.start(self._tick(page, timer), name, _outside_of_requests()).cancel

    async def _tick(self, page: WebPage, timer: Timer) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + timer.seconds
        while True:
            await asyncio.sleep(max(0.0, due - loop.time()))
            await self.dispatcher.run(timer.handler, page, Event("every", page, page, None), wait=True)
            due = max(due + timer.seconds, loop.time())

    def offer(self, tab: Tab, content: Any, name: str) -> str:
        """The address at which a tab's person may fetch what a handler gives."""
        return self._downloads.offer(tab, content, name)

    def offer_view(self, tab: Tab, view: Any) -> str:
        """The address at which a tab's browser fetches another page for its present address."""
        return self._views.offer(tab, view)

    def run_life(self, page: WebPage, event: str, tab: Tab) -> None:
        """Run what a page does when it comes into the outlet of a tab's layout, or leaves it."""
        if page.life_handlers(event) or event == "join":
            self.tasks.start(self.dispatcher.life(page, event, tab), f"{event} of {page.describe()}")

    def released(self, page: WebPage) -> None:
        """The last tab of a page has gone: watch whether it goes too."""
        self.registry.released(page)

    def remote_failed(self, error: Exception, tab: Tab) -> None:
        """A statement that nobody waits for has failed in a browser: log it, and tell the program's own error functions."""
        log.error("%s: %s", tab, error)
        self.dispatcher.tell(error, Event("statement", tab.page, tab.page, tab))

    # What connections want

    def known(self, token: str) -> Tab | None:
        """The tab of this token."""
        return self.registry.find(token)

    def wiring(self) -> Wiring:
        """How pages are connected."""
        return Wiring(self.config, self.socket_address, self.dispatcher.debug, self.bridged)

    async def session_of(self, scope: Scope) -> Session:
        """The session of a request."""
        return await self._cookie.session(scope)

    async def admit(self, tab: Tab) -> None:
        """A tab joins for the first time."""
        self.registry.admit(tab)

    def lost(self, tab: Tab, *, left: bool) -> None:
        """A tab's socket is gone."""
        self.registry.lose(tab, left=left)

    # Life

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        """The ASGI application."""
        kind = scope["type"]
        # Where it is mounted, that is its prefix.
        if self.config.base_path and kind != "lifespan" and "app" not in scope:
            inside = await addresses.enter(scope, receive, send, self.config.base_path, debug=self.dispatcher.debug)
            if inside is None:
                return
            scope = inside
        if self._debug_unasked and kind != "lifespan":
            self._end_debug(scope)
        if not self._key_said:
            self._say_key(scope)
        if kind == "lifespan":
            await super().__call__(scope, receive, send)
            return
        if not self._started or not self.running:
            await self._start_once()
        if kind == "websocket" and local_path(scope).startswith(_SOCKET):
            await connection.serve(self, scope, receive, send)
            return
        visit = Visit(self, scope, await self.session_of(scope), with_cookie=kind == "http")
        visit.open = kind == "http"  # a socket of another App's below us has its own handlers
        # A copy: where we are mounted, the session in the outer application's scope is not ours.
        scope = visit.inner = {**scope, "session": visit.session, KEY: visit}
        told = visiting.set(visit), building.set(kind == "http")
        try:
            await super().__call__(scope, receive, self._with_cookie(visit, send) if kind == "http" else send)
        finally:
            visit.close()
            visiting.reset(told[0])
            building.reset(told[1])

    def _end_debug(self, scope: Scope) -> None:
        """Debug mode that nobody has asked for is for the person at this machine, and not for those for whom a proxy asks."""
        if any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
            self._debug_unasked = self.dispatcher.debug = hints.Diagnostics.on = False
            log.warning(
                "a proxy sends requests of others, so debug mode is off. Say debug=False, or debug=True to keep it."
            )

    def _say_key(self, scope: Scope) -> None:
        """Once: say that sessions end with the server, unless it is a test's, which does not last (`justui.testing`).

        Within another App its `debug` is ours, where we have none of our own.
        """
        self._key_said = True
        outer = scope.get("app")
        if isinstance(outer, App):  # where we are mounted: what it said counts for us
            if self.config.debug is None:
                self.dispatcher.debug, self._debug_unasked = outer.dispatcher.debug, outer._debug_unasked
            return
        in_test = "justui.testing" in scope.get("extensions", ())
        lasting = self.config.secret_key or self.sessions.store.durable
        if not self.dispatcher.debug and not lasting and not in_test:
            log.warning("no secret_key is set: a random one was made, and sessions end with this server")

    def _with_cookie(self, visit: Visit, send: Any) -> Callable[[Any], Coroutine[Any, Any, None]]:
        """Send messages; where the response begins, sessions are stored, and the cookie is added when it is due.

        It is due where the browser does not know it and something depends on it, after a login, and with every page, so that it
        lasts. A request that came with a cookie which has just been replaced gets none: the browser has a newer one.
        """

        async def send_with_cookie(message: Any) -> None:
            if message["type"] == "http.response.start":
                visit.open = False
                await self._store_sessions()
                headers = visit.completed(message.get("headers", ()))
                session = visit.session
                if session.used and not session.formerly and (session.fresh or visit.renewed or visit.shows_page):
                    headers.append(self._cookie.header(visit.scope, session))
                elif visit.ended:
                    headers.append(self._cookie.end(visit.scope))
                message = {**message, "headers": headers}
            await send(message)

        return send_with_cookie

    async def _start_once(self) -> None:
        """Begin life, once: at lifespan startup, or at the first request where Starlette runs none (mounted).

        Requests that come meanwhile wait; after a start that failed the next one tries again.
        """
        async with self._starting:
            if self._started and not self.running:
                await self.stop()  # the loop ended without a word, as that of a test client does
            if not self._started:
                await self._start()
                self._started = True

    async def _start(self) -> None:
        hints.Diagnostics.on = self.dispatcher.debug
        logs.keep_discreet()
        self.loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self.pool = ThreadPoolExecutor(self.config.threads, "justui")
        note_start(self)
        try:
            await self.sessions.open()
            if self.startup is not None:
                await self._run_startup(self.startup)
        except BaseException:
            await self.stop()
            raise
        for page in [*waiting_pages, *self._begun]:
            if page.is_shared:
                page.begin(self)
        self.tasks.start(self._sweep(), "sweep")
        collector.spare()
        self._spares = True

    async def _run_startup(self, startup: Callable[[], Any]) -> None:
        warning = threading.Timer(  # a thread: a startup that blocks the loop is to be named too
            self.config.slow_startup,
            log.warning,
            (
                "startup %s() has not returned for %g s; the server waits for it. For work that goes on use ui.run_task.",
                getattr(startup, "__name__", "startup"),
                self.config.slow_startup,
            ),
        )
        warning.daemon = True
        warning.start()
        try:
            result = startup()
            if inspect.iscoroutine(result):
                await result
        finally:
            warning.cancel()

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Any) -> AsyncIterator[Any]:
        await self._start_once()
        try:
            async with self._attached_life():
                if self._own_lifespan is None:
                    yield
                else:
                    async with self._own_lifespan(app) as state:
                        yield state
        finally:
            await self.stop()

    def drain(self) -> None:
        """Tell every tab that the server goes down and to come back, spread over `Config.drain` seconds, at once when it reloads."""
        self.registry.drain(AT_ONCE if self.config.reload else self.config.drain)

    async def stop(self) -> None:
        """End: tasks are cancelled, tabs forgotten, sessions stored. The App may be started again."""
        self.drain()
        await self.tasks.end(5.0)
        self.registry.clear()
        self._clear_uploads()
        for page in list(self._begun):
            page.end()
        try:
            await self.sessions.close()
        except Exception as error:  # noqa: BLE001 - whatever a store raises; the rest has to end, too
            log.error("sessions could not be stored at the end: %s", error)
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
        self.calls.end()
        if self._in_threads:
            names = ", ".join(f"{name}()" for name in self._in_threads)
            log.warning("still in a worker thread: %s; the program ends when that has returned", names)
        note_end(self)
        self.loop, self._thread, self._started = None, 0, False
        self._starting = asyncio.Lock()  # the next start may be in another loop
        hints.Diagnostics.on = True
        if self._spares:
            collector.spare_no_longer()
            self._spares = False

    async def _sweep(self) -> None:
        """The one clock of all tabs: heartbeats, drops, pages that nobody joined, released pages, sessions."""
        for rounds in itertools.count(1):
            due = time.monotonic() + SWEEP
            await asyncio.sleep(SWEEP)
            try:
                now = time.monotonic()
                await self._sweep_once(rounds, now, late=now - due)
            except Exception:
                log.exception("the sweep failed, and goes on")

    async def _sweep_once(self, rounds: int, now: float, late: float = 0.0) -> None:
        self.registry.look_after(now)
        await self._store_sessions()
        if rounds % 10 == 0:
            self.registry.collect_released(late)
            self._sweep_uploads(now)
            if self.dispatcher.debug:
                hint_at_unsent(now)
        if rounds % 60 == 0:
            self.registry.keep_sessions(now)
            await self.sessions.sweep()
            present = {tab.session.identity for tab in self.tabs}
            self.calls.sweep(now - self.config.session_age, present)

    def _task_failed(self, error: BaseException, name: str) -> None:
        log.error("%s failed\n%s", name, hints.traceback_of(error))
        self.dispatcher.tell(error, None)


def _outside_of_requests() -> Context:
    """A copy of the present context in which no page function runs: what a task makes belongs to no request."""
    context = copy_context()
    context.run(building.set, False)
    context.run(visiting.set, None)
    return context


def _share(dispatcher: Dispatcher, tab: Tab, data: dict[str, Any], blobs: list[bytes]) -> None:
    """Take the first that a browser says about shared documents. Only now is their room read, which takes all that follows."""
    importlib.import_module("justui.sharing").Sharing(dispatcher).take(tab, data, blobs)


async def _asset(request: Request) -> Response:
    app: App = request.app
    name = request.path_params["name"]
    try:
        asset = assets().get(name) or await app.library.find(name, app.pool)
    except AssetError as error:
        reason = str(error) if app.dispatcher.debug else "This file cannot be had now. The log of the server says why."
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return Response(reason, 503, headers, "text/plain; charset=utf-8")
    if asset is None:
        raise HTTPException(404)
    headers = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
    headers["vary"] = "accept-encoding"
    if not asset.zips or not _takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(asset.content, headers=headers, media_type=asset.media_type)
    headers["content-encoding"] = "gzip"
    return Response(asset.zipped, headers=headers, media_type=asset.media_type)


def _takes_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` has gzip in it, and not with the weight of 0, which refuses it."""
    for entry in accepted.lower().split(","):
        name, _, weight = entry.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != "" or not weight
    return False


def _pages_held() -> str:
    """The pages that the program holds, for a message; found in a slow way."""
    pages = [thing for thing in gc.get_objects() if issubclass(type(thing), WebPage) and thing.is_shared]
    newest = sorted(pages, key=lambda page: page._id)[-5:]
    return ", ".join(f"{page.title!r} ({hints.place(page._site)})" for page in newest)
