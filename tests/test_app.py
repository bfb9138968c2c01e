"""`App`: its tabs and their bounds, its pages and their settings, its beginning and end, alone and inside of others."""

import asyncio
import gc
import json
import weakref
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

import justui as ui
from justui.errors import HandlerError
from justui.testing import Browser
from tests.conftest import Serve
from tests.harness.waiting import eventually, until


def app_of(page: ui.WebPage, **settings: Any) -> ui.App:
    app = ui.App(**{"debug": True, **settings})
    app.route("/")(lambda: page)
    return app


def counter(**settings: Any) -> ui.App:
    """A page for each tab, with a button that counts."""
    app = ui.App(**{"debug": True, **settings})

    @app.route("/")
    def index() -> ui.WebPage:
        count = ui.P("0", id="count")
        page = ui.WebPage(count)

        def click() -> None:
            count.text = str(int(count.text) + 1)

        ui.Button("Count", on_click=click, a=page)
        return page

    return app


# Tabs


@pytest.mark.covers("JP-06", "JP-07")
async def test_the_tabs_of_a_page_are_known_and_updated(caplog: pytest.LogCaptureFixture) -> None:
    page = ui.WebPage(ui.P("before"))
    app = app_of(page)
    async with Browser(app) as browser, Browser(app) as other:
        tabs = [await browser.open(), await browser.open(), await other.open()]
        assert len(page.tabs) == len(app.tabs) == 3
        await tabs[1].leave()
        await eventually(lambda: len(page.tabs) == 2)
        page.components[0].text = "after"
        page.update()
        await tabs[0].wait_for("after")
        await tabs[2].wait_for("after")
        assert len(app.tabs) == 2
        assert caplog.records == []


@pytest.mark.covers("JP-09")
async def test_a_page_made_for_a_request_is_private_to_its_tab() -> None:
    async with Browser(counter()) as browser:
        first, second = await browser.open(), await browser.open()
        before = second.html()
        await first.click("Count")
        await first.wait_for(lambda: first.text("#count") == "1")
        await second.settled()
        assert second.html() == before
        assert second.operations == []


@pytest.mark.covers("JP-10")
async def test_a_shared_page_keeps_its_state_without_tabs() -> None:
    count = ui.P("0", id="count")

    def click() -> None:
        count.text = str(int(count.text) + 1)

    app = app_of(ui.WebPage(count, ui.Button("Count", on_click=click)))
    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Count")
        await tab.wait_for(lambda: tab.text("#count") == "1")
        await tab.leave()
        await eventually(lambda: not app.tabs)
        assert (await browser.open(join=False)).text("#count") == "1"


@pytest.mark.covers("JP-10")
async def test_a_private_page_is_freed_with_its_tab() -> None:
    app = ui.App(debug=True)
    pages: list[weakref.ref[ui.WebPage]] = []

    @app.route("/")
    def index() -> ui.WebPage:
        page = ui.WebPage(ui.Div(ui.P("x")))
        pages.append(weakref.ref(page))
        return page

    gc.disable()
    try:
        async with Browser(app) as browser:
            tab = await browser.open()
            assert pages[0]() is not None
            await tab.leave()
            await eventually(lambda: pages[0]() is None)
    finally:
        gc.enable()


@pytest.mark.covers("JP-10")
async def test_a_dropped_tab_is_kept_for_the_grace_time_and_not_longer() -> None:
    app = counter(grace=0.5)
    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Count")
        await tab.settled()
        tab.drop()
        await tab.resume()
        assert tab.text("#count") == "1"
        tab.drop()
        await eventually(lambda: not app.tabs)


@pytest.mark.covers("JP-21")
async def test_own_attributes_and_data_stay_on_the_server() -> None:
    app = ui.App(debug=True)
    seen: list[tuple[object, ...]] = []

    @app.route("/")
    def index(request: Request) -> ui.WebPage:
        button = ui.Button("Go", on_click=click)
        page = ui.WebPage(button)
        assert not hasattr(button, "message")
        assert not hasattr(page, "d")
        button.message = "secret of the button"  # type: ignore[attr-defined]
        page.d = "secret of the page"  # type: ignore[attr-defined]
        page.data["key"] = "secret data"
        return page

    def click(button: Any, msg: ui.Event) -> None:
        assert msg.tab is not None
        msg.tab.data["clicked"] = True
        app.data["last"] = msg.tab.id
        seen.append((button.message, msg.page.d, msg.page.data["key"]))  # type: ignore[attr-defined]

    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Go")
        await tab.settled()
        assert seen == [("secret of the button", "secret of the page", "secret data")]
        assert app.tabs[0].data == {"clicked": True}
        assert app.data == {"last": app.tabs[0].id}
        assert "secret" not in tab.response.text + "".join(tab.frames)


# Settings of a page


@pytest.mark.covers("JP-36")
async def test_settings_of_a_page_are_pushed_live() -> None:
    page = ui.WebPage(title="Before")
    async with Browser(app_of(page)) as browser:
        first, second = await browser.open(), await browser.open()
        assert first.title == "Before"
        page.title, page.lang, page.favicon, page.css = "After", "de", "/new.png", "p { color: red }"
        page.head_html = "<meta name=x>"
        page.update()
        for tab in (first, second):
            await tab.wait_for(lambda tab=tab: tab.title == "After")  # type: ignore[misc]
            assert tab.document.page["lang"] == "de"
            assert tab.document.page["favicon"] == "/new.png"
            assert tab.document.page["css"] == "p { color: red }"
            assert tab.document.page["head_html"] == "<meta name=x>"
        late = await browser.open(join=False)
        assert late.title == "After"


@pytest.mark.covers("JP-36")
async def test_what_acts_once_acts_once() -> None:
    page = ui.WebPage()
    app = app_of(page)
    app.route("/there")(lambda: ui.WebPage(ui.P("there")))
    async with Browser(app) as browser:
        tab = await browser.open()
        page.display_url, page.open = "/shown", "https://elsewhere.example/"
        page.update()
        await tab.wait_for(lambda: tab.opened)
        assert (tab.url, tab.opened) == ("/shown", ["https://elsewhere.example/"])
        page.title = "again"
        page.update()
        await tab.wait_for(lambda: tab.title == "again")
        assert tab.opened == ["https://elsewhere.example/"]
        page.redirect = "/there"
        page.update()
        await tab.wait_for("there")
        assert (await browser.open(join=True)).text() == ""


@pytest.mark.covers("JP-36")
async def test_one_tab_can_be_updated_alone() -> None:
    page = ui.WebPage(ui.P("before"))
    async with Browser(app_of(page)) as browser:
        first, second = await browser.open(), await browser.open()
        page.components[0].text = "after"
        page.update(tab=page.tabs[0])
        await first.wait_for("after")
        await second.settled()
        assert second.text() == "before"
        page.update()
        await second.wait_for("after")
        assert len(first.operations) == 1


async def test_one_tab_can_be_told_alone() -> None:
    app = counter()
    app.route("/there")(lambda: ui.WebPage(ui.P("there")))
    async with Browser(app) as browser:
        first, second = await browser.open(), await browser.open()
        app.tabs[0].notify("hello", "warning")
        app.tabs[1].redirect("/there")
        await first.wait_for(lambda: first.notes == [{"text": "hello", "kind": "warning"}])
        await second.wait_for("there")
        with pytest.raises(HandlerError, match="kind is info, success, warning or error, got 'loud'"):
            app.tabs[0].notify("hello", "loud")


def test_a_page_is_json() -> None:
    page = ui.WebPage(ui.P("a ", ui.B("b")), ui.Input(value="x"))
    assert json.loads(json.dumps(page.to_json())) == page.to_json()
    paragraph, field = page.to_json()["c"]
    assert (paragraph["t"], paragraph["x"], paragraph["c"][0]["x"]) == ("p", "a ", "b")
    assert (field["t"], field["v"]) == ("input", "x")


# Bounds


async def test_pages_that_nobody_joins_are_bounded_for_each_person_and_for_all() -> None:
    app = counter(unjoined=5, unjoined_per_session=3)
    async with Browser(app) as alice, Browser(app) as bob:
        first, *rest = [await alice.open(join=False) for _ in range(4)]
        assert app.registry.unjoined == 3
        assert first.document.boot is not None
        assert app.known(first.document.boot["token"]) is None
        others = [await bob.open(join=False) for _ in range(3)]
        assert app.registry.unjoined == 5
        await first.join()  # it is fetched anew
        await others[2].join()
        await rest[2].join()
        assert {tab.state for tab in (first, others[2], rest[2])} == {"joined"}
        assert len(app.tabs) == 3


async def test_pages_that_nobody_joins_are_freed_after_a_while() -> None:
    app = counter(join_time=0.2)
    async with Browser(app) as browser:
        await browser.open(join=False)
        assert app.registry.unjoined == 1
        await eventually(lambda: app.registry.unjoined == 0)


async def test_too_many_tabs_of_one_person_are_refused_politely() -> None:
    app = counter(tabs_per_session=2)
    async with Browser(app) as alice, Browser(app) as bob:
        first = await alice.open()
        await alice.open()
        third = await alice.open()
        assert third.state == "refused"
        assert third.stream.reason == "You have 2 tabs open, which is the limit. Close one and try again."
        assert (await bob.open()).state == "joined"
        await first.leave()
        await eventually(lambda: len(app.tabs) == 2)
        await third.resume()
        assert third.state == "joined"


async def test_too_many_tabs_of_all_are_refused_politely() -> None:
    app = counter(tabs=1)
    async with Browser(app) as alice, Browser(app) as bob:
        await alice.open()
        tab = await bob.open()
        assert tab.state == "refused"
        assert tab.stream.reason == "This server has as many open tabs as it takes. Try again later."


async def test_a_browser_without_cookies_is_told_so() -> None:
    app = counter()
    async with Browser(app) as browser:
        tab = await browser.open(join=False)
        browser.cookies.clear()
        await tab.join()
        assert tab.state == "refused"
        assert tab.stream.reason == "This page needs cookies, and the browser sent none."


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ('["e",1,0,[],0,"",{"a":"' + "x" * 2000 + '"}]', 1009),
        ('["e",1,0,[],0,"",{"a":' + "[" * 40 + "]" * 40 + "}]", 4000),
        ("[" * 500 + "]" * 500, 4000),
        ("nonsense", 4000),
        ('["e",1,0,[],0,"",{}', 4000),
        ('["z",1]', 4000),
    ],
)
async def test_a_frame_past_the_bounds_closes_the_socket_and_nothing_else(
    frame: str, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    app = counter(frame_bytes=2000, frame_depth=20)
    async with Browser(app) as browser, Browser(app) as mallory:
        tab, bad = await browser.open(), await mallory.open()
        await bad.send(frame)
        await bad.wait_for(lambda: bad.stream.closed == code)
        await tab.click("Count")
        await tab.wait_for(lambda: tab.text("#count") == "1")
        assert "Traceback" not in caplog.text


async def test_who_is_too_quick_is_read_slowly_and_loses_nothing() -> None:
    app = counter(events_per_second=100)
    async with Browser(app) as browser, Browser(app) as other:
        tab, calm = await browser.open(), await other.open()
        loop = asyncio.get_running_loop()
        start = loop.time()
        for _ in range(130):
            await tab.click("Count")
        await calm.click("Count")
        await calm.wait_for(lambda: calm.text("#count") == "1")
        assert int(tab.text("#count")) < 130
        await tab.wait_for(lambda: tab.text("#count") == "130")
        assert loop.time() - start > 0.2


# Beginning and end


@pytest.mark.covers("JP-03")
@pytest.mark.parametrize("kind", ["sync", "async", "lambda of a coroutine"])
async def test_the_startup_runs_once_before_the_first_answer(kind: str) -> None:
    calls: list[str] = []

    async def begin() -> None:
        await asyncio.sleep(0)
        calls.append("async")

    functions = {"sync": lambda: calls.append("sync"), "async": begin, "lambda of a coroutine": begin}
    async with Browser(counter(startup=functions[kind])) as browser:
        assert len(calls) == 1
        for _ in range(5):
            await browser.open()
    assert len(calls) == 1


async def test_a_task_that_the_startup_returns_is_not_awaited() -> None:
    gate = asyncio.Event()
    tasks: list[asyncio.Task[bool]] = []

    def startup() -> asyncio.Task[bool]:
        tasks.append(asyncio.create_task(gate.wait()))
        return tasks[0]

    async with Browser(counter(startup=startup)) as browser:
        assert (await browser.open()).state == "joined"
        assert not tasks[0].done()
        gate.set()
        await tasks[0]


@pytest.mark.covers("JP-03")
async def test_a_startup_that_raises_is_the_end() -> None:
    def startup() -> None:
        raise LookupError("no database")

    with pytest.raises(RuntimeError, match="LookupError: no database"):
        async with Browser(counter(startup=startup)):
            pass


@pytest.mark.covers("JP-03")
@pytest.mark.parametrize("kind", ["waits", "blocks"])
async def test_a_startup_that_takes_long_is_named(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    words = "startup slow_start() has not returned for 0.05 s; the server waits for it. For work that goes on use ui.run_task."

    async def wait() -> None:
        await eventually(lambda: words in caplog.text)

    def slow_start() -> Coroutine[Any, Any, None] | None:
        if kind == "waits":
            return wait()
        until(lambda: words in caplog.text)  # the loop does not turn meanwhile
        return None

    async with Browser(counter(startup=slow_start, slow_startup=0.05)) as browser:
        assert words in caplog.text
        assert (await browser.open()).state == "joined"


def test_a_startup_is_a_function() -> None:
    with pytest.raises(HandlerError, match="startup wants a function, got 5"):
        ui.App(startup=5)  # type: ignore[arg-type]


async def test_a_lifespan_of_ones_own_runs_inside_of_the_apps() -> None:
    order: list[str] = []

    @asynccontextmanager
    async def lifespan(app: ui.App) -> AsyncIterator[dict[str, int]]:
        order.append("begin")
        app.run_task(asyncio.Event().wait())
        yield {"answer": 42}
        order.append("end")

    app = ui.App(debug=True, lifespan=lifespan, startup=lambda: order.append("startup"))

    @app.route("/")
    def index(request: Request) -> ui.Component:
        return ui.P(request.state.answer)

    async with Browser(app) as browser:
        assert (await browser.open()).text("p") == "42"
    assert order == ["startup", "begin", "end"]


async def test_tabs_are_told_to_come_back_and_find_the_next_server(serve: Serve) -> None:
    server = serve(counter(drain=3))
    async with Browser(server.address) as browser:
        tab = await browser.open()
        server.stop()
        await tab.wait_for(lambda: tab.stream.closed == 1012)
        assert json.loads(tab.frames[-1]) == {"back": 3.0}
        server.app = counter()
        server.start()
        await tab.resume()
        assert tab.state == "joined"
        await tab.click("Count")
        await tab.wait_for(lambda: tab.text("#count") == "1")


async def test_a_server_ends_cleanly_in_the_middle_of_everything(serve: Serve) -> None:
    """No "never awaited", no "Task was destroyed", no error: warnings fail the test."""
    page = ui.WebPage(ui.P("x"))
    shown = page.components[0]
    gone: list[str] = []

    @page.every(0.001)
    async def tick() -> None:
        shown.text = str(id(object()))
        await asyncio.sleep(0.001)

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            gone.append("work")

    async def wait() -> None:
        await asyncio.Event().wait()

    page.on("join", lambda msg: page.run_task(work()))
    page.add(ui.Button("Wait", on_click=wait))
    app = app_of(page, startup=lambda: ui.run_task(work()))
    server = serve(app)
    async with Browser(server.address) as browser:
        tabs = [await browser.open() for _ in range(3)]
        for tab in tabs:
            await tab.click("Wait")
            await tab.settled()
        server.stop()
        await tabs[0].wait_for(lambda: tabs[0].stream.closed == 1012)
    assert gone == ["work"] * 4
    assert not any(line.startswith(("ERROR", "WARNING")) for line in server.log.splitlines())
    gc.collect()


async def test_an_app_can_be_started_again() -> None:
    app = counter()
    for _ in range(2):
        async with Browser(app) as browser:
            assert (await browser.open()).state == "joined"
            assert len(app.tabs) == 1
        assert app.tabs == []
        assert len(app.tasks) == 0


async def test_what_starlette_takes_is_taken() -> None:
    class Stamp(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
            response = await call_next(request)
            response.headers["x-stamp"] = str(request.session.get("name", "nobody"))
            return response

    async def teapot(request: Request, error: Exception) -> Response:
        return PlainTextResponse("short and stout", 418)

    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(await socket.receive_text())
        await socket.close()

    def plain(request: Request) -> Response:
        request.session["name"] = "ada"
        return PlainTextResponse("plain")

    def broken(request: Request) -> Response:
        raise LookupError

    app = ui.App(
        debug=True,
        routes=[Route("/plain", plain), Route("/broken", broken), WebSocketRoute("/echo", echo)],
        middleware=[Middleware(Stamp)],
        exception_handlers={LookupError: teapot},
    )
    app.route("/")(lambda: ui.P("page"))
    async with Browser(app) as browser:
        tab = await browser.open()
        assert (tab.text("p"), tab.response.header("x-stamp"), tab.state) == ("page", "nobody", "joined")
        assert (await browser.request("GET", "/plain")).header("x-stamp") == "ada"
        assert (await browser.request("GET", "/broken")).status == 418
        socket = await browser.transport.connect("/echo", [])
        socket.send("hello")
        assert await socket.receive() == "hello"
        missing = await browser.request("GET", "/nowhere")
        assert "The routes are /plain, /broken, /echo, /." in missing.text


# Inside of others


def everything(name: str) -> ui.App:
    """A page with a counter, a timer, and what the session says."""
    app = ui.App(debug=True, startup=lambda: None)

    @app.route("/page/{n:int}")
    def page(n: int, request: Request) -> ui.WebPage:
        request.session["visits"] = request.session.get("visits", 0) + 1
        count, ticks = ui.P("0", id="count"), ui.P("0", id="ticks")
        page = ui.WebPage(ui.H1(f"{name} {n} {request.session['visits']}"), count, ticks)

        def click() -> None:
            count.text = str(int(count.text) + 1)

        @page.every(0.01)
        def tick() -> None:
            ticks.text = str(int(ticks.text) + 1)

        ui.Button("Count", on_click=click, a=page)
        return page

    return app


async def use(browser: Browser, url: str, heading: str, prefix: str) -> None:
    """Do all that a person can do, and look that everything stays under the prefix."""
    tab = await browser.open(url)
    assert tab.text("h1") == heading
    assert tab.state == "joined"
    await tab.click("Count")
    await tab.wait_for(lambda: tab.text("#count") == "1")
    await tab.wait_for(lambda: int(tab.text("#ticks")) > 2)
    assert tab.document.boot is not None
    assert tab.document.boot["socket"].startswith(f"{prefix}/_justui/ws/")
    addresses = [part.split('"')[0] for part in tab.response.text.split('="/')[1:]]
    assert len(addresses) == 2
    for address in addresses:
        assert f"/{address}".startswith(f"{prefix}/_justui/")
        assert (await browser.request("GET", f"/{address}")).status == 200
    cookie = next(value for name, value in tab.response.headers if name == "set-cookie" and "justui" in value)
    assert f"Path={prefix or '/'};" in cookie
    tab.drop()
    await tab.resume()
    assert tab.text("#count") == "1"


async def test_mounted_without_a_lifespan_everything_stays_under_the_prefix() -> None:
    """In an application with a session of its own, at two places, both with routes of their own."""

    def visit(request: Request) -> Response:
        request.session["outer"] = request.session.get("outer", 0) + 1
        return JSONResponse(request.session)

    outer = Starlette(
        routes=[Route("/outer", visit), Mount("/one", everything("one")), Mount("/deep/two", everything("two"))],
        middleware=[Middleware(SessionMiddleware, secret_key="x")],
    )
    async with Browser(outer) as browser:
        assert json.loads((await browser.request("GET", "/outer")).text) == {"outer": 1}
        await use(browser, "/one/page/1", "one 1 1", "/one")
        await use(browser, "/deep/two/page/2", "two 2 1", "/deep/two")
        await use(browser, "/one/page/3", "one 3 2", "/one")
        assert json.loads((await browser.request("GET", "/outer")).text) == {"outer": 2}


async def test_mounted_on_a_real_server(serve: Serve) -> None:
    server = serve(Starlette(routes=[Mount("/app", everything("real"))]))
    async with Browser(server.address) as browser:
        await use(browser, "/app/page/1", "real 1 1", "/app")


async def test_an_app_mounted_in_an_app_has_a_cookie_of_its_own() -> None:
    outer = everything("outer")
    outer.mount("/inner", everything("inner"))
    async with Browser(outer) as browser:
        await use(browser, "/page/1", "outer 1 1", "")
        await use(browser, "/inner/page/1", "inner 1 1", "/inner")
        await use(browser, "/page/1", "outer 1 2", "")
        await use(browser, "/inner/page/1", "inner 1 2", "/inner")


async def test_an_app_mounted_in_an_app_is_in_debug_mode_with_it(caplog: pytest.LogCaptureFixture) -> None:
    outer, inner, quiet = ui.App(debug=True), ui.App(), ui.App(debug=False)
    outer.mount("/inner", inner)
    outer.mount("/quiet", quiet)
    for app in (inner, quiet):
        app.route("/")(lambda: ui.Button("Fail", on_click=lambda: 1 / 0))
    async with Browser(outer) as browser:
        for path, told in (("/inner/", True), ("/quiet/", False)):
            tab = await browser.open(path)
            await tab.click("Fail")
            await tab.wait_for(lambda tab=tab: tab.faults)  # type: ignore[misc]
            assert ("ZeroDivisionError" in tab.faults[0]["text"]) is told
    assert "secret_key" not in caplog.text


async def test_a_startup_of_a_mounted_app_holds_the_first_request_and_may_fail_once() -> None:
    attempts: list[int] = []

    async def startup() -> None:
        attempts.append(1)
        await asyncio.sleep(0)
        if len(attempts) == 1:
            raise LookupError("not yet")

    app = counter(startup=startup)
    async with Browser(Starlette(routes=[Mount("/app", app)])) as browser:
        assert (await browser.request("GET", "/app/")).status == 500
        tabs = await asyncio.gather(*(browser.open("/app/") for _ in range(3)))
        assert {tab.state for tab in tabs} == {"joined"}
        assert len(attempts) == 2


def test_a_mounted_app_goes_on_in_the_next_loop() -> None:
    """As test clients do it, which have a loop for each request and no lifespan."""
    starts: list[int] = []
    app = counter(startup=lambda: starts.append(1))
    outer = Starlette(routes=[Mount("/app", app)])

    async def visit() -> str:
        async with Browser(outer) as browser:
            tab = await browser.open("/app/")
            await tab.click("Count")
            await tab.wait_for(lambda: tab.text("#count") == "1")
            return tab.state

    assert [asyncio.run(visit()) for _ in range(3)] == ["joined"] * 3
    assert len(starts) == 3


async def test_behind_a_proxy_that_takes_a_prefix_away(serve: Serve) -> None:
    server = serve(everything("proxied"), root_path="/behind")
    async with Browser(server.address) as browser:
        answer = await browser.request("GET", "/page/1")  # as the proxy asks
        assert answer.status == 200
        assert '"socket":"/behind/_justui/ws/' in answer.text
        assert 'src="/behind/_justui/readable.' in answer.text
        assert "Path=/behind;" in str(answer.header("set-cookie"))
        browser.cookies.set(
            "justui-" + str(server.port), str(answer.header("set-cookie")).partition("=")[2].split(";")[0]
        )
        path = answer.text.partition('"socket":"/behind')[2].partition('"')[0]
        socket = await browser.transport.connect(path, browser.socket_headers(path))
        token = answer.text.partition('"token":"')[2].partition('"')[0]
        socket.send(json.dumps(["j", 1, token, 0]))
        assert json.loads(await socket.receive()) == {"hi": 0}
        await socket.close()


async def test_two_apps_share_a_page_in_one_process() -> None:
    page = ui.WebPage(ui.P("0", id="count"))
    count = page.components[0]

    def click() -> None:
        count.text = str(int(count.text) + 1)

    page.add(ui.Button("Count", on_click=click))
    first, second = app_of(page), app_of(page)
    async with Browser(first) as one, Browser(second, base="http://other") as two:
        tab, other = await one.open(), await two.open()
        await tab.click("Count")
        await other.wait_for(lambda: other.text("#count") == "1")
        await other.click("Count")
        await tab.wait_for(lambda: tab.text("#count") == "2")
        assert (len(first.tabs), len(second.tabs), len(page.tabs)) == (1, 1, 2)


async def test_two_apps_in_loops_of_their_own_share_a_page(serve: Serve) -> None:
    page = ui.WebPage(ui.P("0", id="count"))
    count = page.components[0]

    def click() -> None:
        count.text = str(int(count.text) + 1)

    page.add(ui.Button("Count", on_click=click))
    servers = [serve(app_of(page)), serve(app_of(page))]
    async with Browser(servers[0].address) as one, Browser(servers[1].address) as two:
        tab, other = await one.open(), await two.open()
        for number in range(1, 11):
            await (tab, other)[number % 2].click("Count")
            for each in (tab, other):
                await each.wait_for(lambda each=each, number=number: each.text("#count") == str(number))  # type: ignore[misc]


async def test_one_app_stopping_leaves_the_other_running() -> None:
    first, second = counter(), counter()
    async with Browser(second) as browser:
        async with Browser(first):
            pass
        ui.run_task(asyncio.sleep(0))
        tab = await browser.open()
        await tab.click("Count")
        await tab.wait_for(lambda: tab.text("#count") == "1")
