"""The App of a JustPy program, its routes, and `justpy()`, which serves it. Knows pages, no components."""

import asyncio
import functools
import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from justui import background
from justui.app import App
from justui.errors import HandlerError
from justui.hints import near
from justui.justpy.binding import Binding
from justui.justpy.elements import Div
from justui.justpy.messages import session_id
from justui.justpy.pages import WebPage
from justui.justpy.settings import KNOWN_OPTIONS, LATER, JustPy, Settings
from justui.justpy.styles import LOOK
from justui.routing import PageRoute

log = logging.getLogger("justui")

Function = TypeVar("Function", bound=Callable[..., Any])

_OPEN: Final = (
    ("img-src", "'self' data: blob: https: http:"),
    ("style-src", "'self' 'unsafe-inline' https: http:"),
    ("media-src", "'self' data: blob: https: http:"),
    ("frame-src", "'self' https: http:"),
    ("font-src", "'self' data: https: http:"),
    ("connect-src", "'self' https: http: wss: ws:"),
)
"""What JustPy programs load from elsewhere, or write into their HTML: pictures, style sheets, films, frames, fonts, and what
their own scripts fetch."""

settings = Settings()
Binding.sessions_on = settings.sessions
WebPage.static_route = settings.static_route


def opened(policy: str) -> str:
    """The policy header, but that pictures, style sheets and the like may come from elsewhere. Scripts may not."""
    parts = {name: value for name, _, value in (part.strip().partition(" ") for part in policy.split(";")) if name}
    parts.update(_OPEN)
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def answering(function: Any) -> Callable[[Request], Awaitable[Any]]:
    """A page function of JustPy's kind, of nothing or of the request, as one of the engine's.

    Raises `HandlerError` for one that wants more.
    """
    if not callable(function):
        raise HandlerError(f"A route wants a function that returns a page, got {function!r:.60}.")
    wanted = [
        item
        for item in inspect.signature(function).parameters.values()
        if item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)
    ]
    takes_request = bool(wanted) and not (
        inspect.isclass(function) and wanted[0].default is not inspect.Parameter.empty
    )
    if len([item for item in wanted if item.default is item.empty]) > 1:
        names = ", ".join(item.name for item in wanted)
        raise HandlerError(f"{_name(function)}({names}): a page function takes nothing or the request.")

    async def answer(request: Request) -> Any:
        if settings.sessions:
            session = request.scope["session"]
            session.used = True
            request.state.session_id = session_id(session)
            request.session_id = request.state.session_id  # type: ignore[attr-defined]
        result = function(request) if takes_request else function()
        if inspect.isawaitable(result):
            result = await result
        return _finished(result)

    answer.__name__ = _name(function)
    return answer


def _name(function: Any) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _finished(result: Any) -> Any:
    """The page, or the response that its options ask for."""
    if not isinstance(result, WebPage):
        return result
    if result.html:
        return HTMLResponse(result.html)
    redirect_to = result._settings.get("redirect")
    return RedirectResponse(redirect_to, 302) if redirect_to else result


class JpRoute(PageRoute):
    """One page function."""

    async def answer(self, request: Request) -> Response:
        """What the function answers, with the page's cookies."""
        response = await super().answer(request)
        page = request.scope.get("justui.jp_page")
        for name, value in (page.cookies if page is not None else {}).items():
            response.set_cookie(name, value)
        policy = response.headers.get("content-security-policy")
        if policy is not None and response.status_code == 200:
            response.headers["content-security-policy"] = opened(policy)
        return response

    async def _show(self, request: Request, page: Any) -> Response:
        if isinstance(page, WebPage):
            request.scope["justui.jp_page"] = page
        return await super()._show(request, page)


class Site(App):
    """The App of the program: `jp.app`."""

    def add_jproute(
        self, path: str, wpfunc: Any, name: str | None = None, methods: Iterable[str] | None = None
    ) -> None:
        """Serve `path` with a page function; a later one for the same path takes its place."""
        page = JpRoute(self, answering(wpfunc))
        self.router.routes[:] = [route for route in self.router.routes if getattr(route, "path", None) != path]
        self.add_route(path, page.answer, methods=list(methods or ("GET",)), name=name or _name(wpfunc))

    def jproute(self, path: str, name: str | None = None) -> Callable[[Function], Function]:
        """The same as a decorator."""

        def register(function: Function) -> Function:
            self.add_jproute(path, function, name)
            return function

        return register

    def route(
        self, path: str, methods: Iterable[str] | None = None, name: str | None = None, **options: Any
    ) -> Callable[[Function], Function]:
        """Serve `path` with an endpoint of Starlette's, which gets the request and returns a response; a decorator."""

        def register(function: Function) -> Function:
            self.add_route(path, function, methods=list(methods or ("GET",)), name=name or _name(function), **options)
            return function

        return register

    def response(self, func: Any) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of a page function, for a route of Starlette's."""
        answer = JpRoute(self, answering(func)).answer

        @functools.wraps(func)
        async def endpoint(request: Request) -> Response:
            return await answer(request)

        return endpoint

    def serve_folder(self, folder: str, route: str) -> None:
        """Serve a folder's files below `route`."""
        self.router.routes[:] = [found for found in self.router.routes if getattr(found, "path", None) != route]
        self.router.routes.append(Mount(route, StaticFiles(directory=folder), name="static"))

    async def _not_found(self, request: Request, error: Exception) -> Response:
        if request.url.path.startswith(settings.static_route + "/") and not _static_folder():
            log.warning(
                "%s was asked for, and no folder is served. Write jp.JustPy.STATIC_DIRECTORY = %r before jp.justpy(), or "
                "STATIC_DIRECTORY in justpy.env.",
                request.url.path,
                "static",
            )
        return await super()._not_found(request, error)


app = Site(css=LOOK, **settings.for_app())


def _static_folder() -> str:
    return JustPy.STATIC_DIRECTORY or settings.static_directory


def Route(path: str, wpfunc: Any, name: str | None = None, methods: Iterable[str] | None = None) -> None:  # noqa: N802
    """Serve `path` (`/item/{n:int}`) with a page function."""
    app.add_jproute(path, wpfunc, name, methods)


def SetRoute(path: str, name: str | None = None) -> Callable[[Function], Function]:  # noqa: N802
    """The same as a decorator, of a function or a page class."""
    return app.jproute(path, name)


def redirect(url: str) -> WebPage:
    """A page that leads to another address: return it from a page function."""
    page = WebPage(redirect=url)
    page.add(Div())
    return page


class ServerHandle:
    """The server that `justpy()` runs: `should_exit = True` ends it, from any thread."""

    def __init__(self) -> None:
        self._ended: asyncio.Event | None = None
        self._exit = False

    @property
    def should_exit(self) -> bool:
        """Whether it is to end."""
        return self._exit

    @should_exit.setter
    def should_exit(self, value: bool) -> None:
        self._exit = value
        if value and self._ended is not None:
            app.call(self._ended.set)

    async def until(self) -> None:
        """Wait until it is to end."""
        self._ended = asyncio.Event()
        if not self._exit:
            await self._ended.wait()

    def run(self, host: str | None = None, port: int | None = None) -> None:
        """Serve until the program is stopped."""
        options: dict[str, Any] = {}
        if settings.certificate:
            options = {"ssl_certfile": settings.certificate, "ssl_keyfile": settings.key_file or None}
        self._exit = False
        app.run(host or settings.host, settings.port if port is None else port, until=self.until, **options)


_server: Final = ServerHandle()


def get_server() -> ServerHandle:
    """The server."""
    return _server


def _begin(startup: Callable[[], Any] | None) -> Callable[[], Any]:
    """What runs once when the loop is there: the program's startup, after the loop has been made known."""

    def begin() -> Any:
        JustPy.loop = WebPage.loop = asyncio.get_running_loop()
        return None if startup is None else startup()

    return begin if startup is None else functools.wraps(startup)(begin)


def _nothing_here() -> WebPage:
    page = WebPage()
    Div(text="Page not found", classes="inline-block text-5xl m-3 p-3 text-white bg-blue-600", a=page)
    return page


def justpy(
    func: Any = None,
    *,
    start_server: bool = True,
    websockets: bool = True,
    host: str | None = None,
    port: int | None = None,
    startup: Callable[[], Any] | None = None,
    init_server: bool = True,
    **options: Any,
) -> Any:
    """Serve the pages that `func` returns at `/`, and those of the routes, until the program is stopped. Returns `func`.

    With `start_server=False` it only prepares: `jp.app` can be served by any ASGI server. `startup` runs once in the loop.
    `websockets=False` changes nothing but `WebPage.use_websockets`: the one connection that there is does it all. Further
    options chose what JustPy's template loads.
    """
    for name in options:
        _say_option(name.lower())
    function = func or _nothing_here
    app.add_jproute("/", function)
    app.startup = _begin(startup)
    WebPage.use_websockets = websockets
    if folder := _static_folder():
        app.serve_folder(folder, settings.static_route)
    if start_server:
        _server.run(host, port)
    return function


def _say_option(name: str) -> None:
    if name in LATER:
        log.warning("%s: justui has no such component yet; it comes with a later version", name.upper())
    elif name not in KNOWN_OPTIONS:
        log.warning("justpy() has no option %r.%s It is left out.", name, near(name, KNOWN_OPTIONS))


def run_task(task: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine in the server's loop; an error is logged."""
    background.run_task(task)


async def create_delayed_task(task: Coroutine[Any, Any, Any], delay: float, loop: Any = None) -> None:
    """Wait `delay` seconds, then run a coroutine."""
    await asyncio.sleep(delay)
    background.run_task(task)


def get_websocket(event_data: Any) -> Any:
    """What a message came by: for `update(websocket)`."""
    return event_data["websocket"]
