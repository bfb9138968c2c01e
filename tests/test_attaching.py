"""Other frameworks beside an App's pages: `attach`, `mount`, `render_html`, `session`."""

import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route

import justui as ui
from justui.errors import ConfigError
from justui.testing import Browser

LIVE = "<title>Live</title>{{ justui() }}<p id=name>{{ name }}</p>"


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The smallest application of WSGI that says what it was asked."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "theirs=1")])
    return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']}".encode()]


def answering(view: Callable[[], str], *headers: tuple[str, str]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application with one view."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        text = view()
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), *headers])
        return [text.encode()]

    return application


class Site:
    """A program for Starlette, as `kind` of application."""

    def __init__(self, kind: Any) -> None:
        self.life: list[str] = []
        self.app = kind(
            routes=[
                Route("/visits", self.visits, name="visits"),
                Route("/where", self.where),
                Mount("/wsgi", wsgi_route),
            ],
            middleware=[Middleware(SessionMiddleware, secret_key="theirs")],
            lifespan=self.lifespan,
        )

    @asynccontextmanager
    async def lifespan(self, app: Any) -> AsyncIterator[dict[str, Any]]:
        self.life.append("up")
        yield {"greeting": "hello"}
        self.life.append("down")

    async def visits(self, request: Request) -> JSONResponse:
        request.session["visits"] = request.session.get("visits", 0) + 1
        return JSONResponse([request.state.greeting, request.session])

    async def where(self, request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(request.url_for("visits")))


async def wsgi_route(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("mounted")(scope, receive, send)


async def check(site: Site, app: Any) -> None:
    """What the program answers by itself."""
    async with Browser(app) as ann, Browser(app) as bob:
        assert site.life == ["up"]
        assert (await ann.fetch("/visits")).text == '["hello",{"visits":1}]'
        response = await ann.fetch("/visits")
        assert response.text == '["hello",{"visits":2}]'
        assert [name for name, _ in response.headers if name == "set-cookie"] == ["set-cookie"]  # theirs alone
        assert (await bob.fetch("/visits")).text == '["hello",{"visits":1}]'
        assert (await ann.fetch("/where")).text == "http://localhost/visits"
        assert (await ann.fetch("/wsgi/x")).text == "mounted"
        assert (await ann.fetch("/nosuch")).status == 404
        assert (await ann.fetch("/visits", "POST")).status == 405
    assert site.life == ["up", "down"]


@pytest.mark.covers("JM-01")
@pytest.mark.parametrize("way", ["as it was", "the class name replaced", "attached"])
async def test_a_starlette_program_runs_unchanged(way: str) -> None:
    site = Site(Starlette if way in ("as it was", "attached") else ui.App)
    app = site.app
    if way == "attached":
        app = ui.App()
        app.attach(site.app)
    await check(site, app)


@pytest.mark.covers("JM-01")
async def test_bodies_are_bounded_as_in_starlette() -> None:
    async def length(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    app = ui.App(routes=[Route("/length", length, methods=["POST"])], max_body_size=10)
    async with Browser(app) as ann:
        assert (await ann.fetch("/length", "POST", b"1234567890")).text == "10"
        assert (await ann.fetch("/length", "POST", b"12345678901")).status == 413


@pytest.mark.covers("JM-01")
@pytest.mark.parametrize("way", ["one App", "attached"])
async def test_pages_live_beside_a_session_of_somebody_elses(way: str) -> None:
    """The middleware puts a session of its own where ours would stand."""
    site = Site(ui.App if way == "one App" else Starlette)
    app = site.app
    if way == "attached":
        app = ui.App()
        app.attach(site.app)
    app.route("/page")(lambda: ui.WebPage("Ours"))
    async with Browser(app) as ann:
        await ann.fetch("/visits")
        assert (await ann.open("/page")).state == "joined"
        assert (await ann.open("/page")).state == "joined"
        assert (await ann.fetch("/visits")).text == '["hello",{"visits":2}]'
        assert app.tabs[0].session is app.tabs[1].session


async def test_the_view_of_a_coroutine_renders_at_once() -> None:
    app = ui.App()

    async def home(request: Request) -> HTMLResponse:
        app.session["name"] = "Ann"
        return HTMLResponse(app.render_html(ui.Div("A page of ", ui.B("components"), classes="p-4")))

    app.attach(Starlette(routes=[Route("/", home)]))
    async with Browser(app) as ann:
        tab = await ann.open("/")
        assert (tab.state, tab.text("b")) == ("joined", "components")
        (known,) = app.tabs
        assert known.session == {"name": "Ann"}
        assert not known.page.is_shared  # made for this request, so it goes with its tab


async def test_a_view_in_a_thread_makes_pages_with_handlers_timers_and_styles() -> None:
    app = ui.App()
    joined: list[str] = []

    def home() -> str:
        page = app.render_text(LIVE, name="<Ann>")
        page.on("join", lambda msg: joined.append(msg.tab.id))
        page.every(0.01)(lambda: None)
        return app.render_html(page)

    app.attach(answering(home))
    async with Browser(app) as ann:
        tab = await ann.open("/")
        assert tab.text("#name") == "<Ann>"
        assert joined == [app.tabs[0].id]
        page = app.tabs[0].page
        assert not page.is_shared
        app.tabs[0].dom.name.text = "Bob"
        await tab.wait_for(lambda: tab.text("#name") == "Bob")


async def test_guards_of_the_app_guard_the_other_application_and_its_pages() -> None:
    """Also the socket, when somebody comes back who may not any more."""
    barred: list[str] = []

    def guard(request: Request) -> None:
        if request.session.get("name") in barred or request.url.path == "/closed":
            ui.abort(403)

    def view() -> str:
        app.session["name"] = "Ann"
        return app.render_html(app.render_text(LIVE))

    app = ui.App(before=guard)
    app.attach(answering(view))
    async with Browser(app) as ann:
        assert (await ann.fetch("/closed")).status == 403
        tab = await ann.open("/")
        assert tab.state == "joined"
        tab.drop()
        barred.append("Ann")
        await tab.join()
        assert (await ann.fetch("/")).status == 403
        assert tab.state != "joined"


async def test_a_page_cannot_be_rendered_into_a_response_that_has_begun() -> None:
    app = ui.App()
    said: list[str] = []

    def host(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        write = start_response("200 OK", [("Content-Type", "text/html")])
        write(b"so far")
        with pytest.raises(ui.UsageError) as raised:
            app.render_html(app.render_text(LIVE))
        said.append(str(raised.value))
        return []

    app.attach(host)
    async with Browser(app) as ann:
        assert (await ann.fetch("/")).text == "so far"
    assert said[0].startswith("The response has begun already")


async def test_a_policy_of_theirs_stays_and_the_cache_is_forbidden() -> None:
    app = ui.App()
    headers = ("Content-Security-Policy", "default-src 'self'"), ("Cache-Control", "public"), ("X-Theirs", "yes")
    app.attach(answering(lambda: app.render_html(app.render_text(LIVE)), *headers))
    async with Browser(app) as ann:
        response = (await ann.open("/")).response
        found = [value for name, value in response.headers if name == "content-security-policy"]
        assert found == ["default-src 'self'"]
        assert [value for name, value in response.headers if name == "cache-control"] == ["no-store"]
        assert response.header("x-theirs") == "yes"


@pytest.mark.covers("JY-31")
async def test_several_live_programs_in_one_host() -> None:
    """Two classes of one App in two views of the host, and a second App at a path of its own."""
    app, second = ui.App(), ui.App()
    for name in ("one", "two"):

        class Counter:
            count = 0

            def up(self) -> int:
                self.count += 1
                return self.count

        app.expose(Counter, name, per="session", call=["up"])
        second.expose(Counter, name, per="session", call=["up"])

    def host(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        text = app.render_html(app.render_text(LIVE, name=environ["PATH_INFO"]))
        start_response("200 OK", [("Content-Type", "text/html")])
        return [text.encode()]

    app.attach(host)
    app.mount("/second", second)
    second.route("/")(lambda: second.render_text(LIVE, name="second"))
    async with Browser(app) as ann:
        one, two, other = await ann.open("/one"), await ann.open("/two"), await ann.open("/second/")
        assert [tab.text("#name") for tab in (one, two, other)] == ["/one", "/two", "second"]
        assert [await one.server.one.up(), await two.server.two.up(), await two.server.one.up()] == [1, 1, 2]
        assert await other.server.one.up() == 1
        assert (len(app.tabs), len(second.tabs)) == (2, 1)


async def test_addresses_of_ours_come_first_and_all_others_are_theirs() -> None:
    app = ui.App()
    app.route("/page/")(lambda: ui.P("ours"))
    app.attach(wsgi)
    app.route("/later")(lambda: ui.P("later"))
    async with Browser(app) as ann:
        assert (await ann.open("/page/")).text("p") == "ours"
        assert (await ann.open("/later")).text("p") == "later"
        for address in ("/", "/page", "/a/b"):
            response = await ann.fetch(address)
            assert response.text == f" {address}"
            assert response.header("set-cookie") == "theirs=1"


async def test_a_mounted_application_of_wsgi_knows_its_path() -> None:
    app = ui.App()

    def view() -> str:
        app.session["seen"] = True
        return "seen"

    app.mount("/shop", wsgi)
    app.mount("/view", answering(view))
    async with Browser(app) as ann:
        assert (await ann.fetch("/shop/item")).text == "/shop /item"
        cookie = (await ann.fetch("/view/")).header("set-cookie") or ""
        assert "Path=/;" in cookie  # the person's, for the whole App


async def test_a_socket_of_theirs_is_theirs() -> None:
    spoken: list[str] = []

    async def theirs(scope: Any, receive: Any, send: Any) -> None:
        spoken.append(scope["type"])
        await send({"type": "websocket.close", "code": 4000})

    app = ui.App()
    app.attach(theirs)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/chat", "headers": [], "scheme": "ws", "query_string": b""}
    await app(scope, receive, send)
    await app.stop()
    assert (spoken, sent) == (["websocket"], [{"type": "websocket.close", "code": 4000}])


async def test_a_startup_that_fails_is_the_apps() -> None:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        if app is not None:
            raise LookupError("no database")
        yield

    app = ui.App()
    app.attach(Starlette(lifespan=lifespan))
    with pytest.raises(RuntimeError, match="no database"):
        async with Browser(app):
            pass


async def test_a_shutdown_that_fails_is_told() -> None:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        yield
        raise LookupError("no end")

    app = ui.App()
    app.attach(Starlette(lifespan=lifespan))
    with pytest.raises(LookupError, match="no end"):
        async with Browser(app):
            pass


@pytest.mark.parametrize("thing", [None, "flask", 5, lambda: None])
def test_what_is_no_application_is_refused(thing: Any) -> None:
    with pytest.raises(ConfigError, match="is no application"):
        ui.App().attach(thing)


def test_what_cannot_be_attached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ui.App()
    with pytest.raises(ConfigError, match=r'app\.mount\("/path", other\)'):
        app.attach(ui.App())
    with pytest.raises(ConfigError, match="threads must be a whole number"):
        app.attach(wsgi, threads=0)
    app.attach(wsgi)
    with pytest.raises(ConfigError, match=r"attached already.*app\.mount"):
        app.attach(wsgi)
    monkeypatch.setitem(sys.modules, "a2wsgi", None)  # as if it were not installed
    with pytest.raises(ConfigError, match=r'pip install "justui\[wsgi\]"'):
        ui.App().attach(wsgi)


async def test_render_html_says_what_is_wrong() -> None:
    app = ui.App()
    page = app.render_text(LIVE)
    with pytest.raises(ui.UsageError, match=r"render_html belongs into a view.*app\.attach"):
        app.render_html(page)
    with pytest.raises(ui.UsageError, match=r"app\.session belongs into a view"):
        _ = app.session
    refused: list[str] = []

    def view() -> str:
        for arguments, values in (((5,), {}), ((page,), {"name": "Ann"}), (("nosuch.html",), {})):
            try:
                app.render_html(*arguments, **values)
            except (ui.HandlerError, ui.TemplateError) as error:
                refused.append(str(error))
        return app.render_html(app.render_text("<p>plain</p>"))

    app.attach(answering(view))
    async with Browser(app) as ann:
        response = await ann.fetch("/")
        assert response.text == "<p>plain</p>"
        assert response.header("set-cookie") is None  # nothing of it is live
        assert app.registry.unjoined == 0
    assert [text.partition(",")[0].partition(".")[0] for text in refused] == [
        "render_html wants the name of a template",
        "render_html takes values for a template; a page has its own already",
        "There is no template 'nosuch",
    ]
