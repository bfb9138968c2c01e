"""The test client against a real App: what users write with it, and what our own tests lean on."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route

import justui as ui
from justui.testing import Browser, Closed, PageError
from justui.testing.stream import Stream


def counter() -> ui.App:
    """An app with a shared page: a count that everybody sees, a field that everybody shares, a list."""
    app = ui.App(debug=True)
    page = ui.WebPage(title="Counter")
    count = ui.Span("0", id="count", a=page)

    def more() -> None:
        count.text = str(int(count.text) + 1)

    ui.Button("Count", on_click=more, a=page)
    ui.Input(placeholder="Everybody", name="shared", a=page)

    @app.route("/")
    def index() -> ui.WebPage:
        return page

    return app


async def test_open_click_wait() -> None:
    async with Browser(counter()) as browser:
        tab = await browser.open("/")
        assert (tab.status, tab.title, tab.state) == (200, "Counter", "joined")
        await tab.click("Count")
        await tab.wait_for(lambda: tab.text("#count") == "1")
        assert tab.operations == [["t", tab.find("#count").component, "1"]]


async def test_people_see_each_other() -> None:
    app = counter()
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open(), await bob.open()
        await hers.type("Everybody", "ann")
        await his.type("Everybody", "bob")
        await hers.settled()
        await his.settled()
        await hers.wait_for(lambda: hers.value("shared") == his.value("shared") != "")
        assert sorted(str(hers.value("shared"))) == sorted("annbob")
        assert hers.document.canonical() == his.document.canonical() == (await ann.open()).document.canonical()


async def test_a_drop_loses_nothing() -> None:
    async with Browser(counter()) as browser:
        tab, other = await browser.open(), await browser.open()
        tab.drop()
        assert tab.state == "dropped"
        await tab.click("Count")
        await tab.type("Everybody", "typed offline")
        await other.click("Count")
        await other.settled()
        assert tab.text("#count") == "0"
        await tab.resume()
        await tab.settled()
        await other.wait_for(lambda: other.text("#count") == "2" and other.value("shared") == "typed offline")
        await tab.wait_for(lambda: tab.document.canonical() == other.document.canonical())


async def test_frames_lost_on_the_way_come_again() -> None:
    async with Browser(counter()) as browser:
        tab = await browser.open()
        tab.hold()
        await tab.click("Count")
        await tab.click("Count")
        with pytest.raises(PageError, match="2 events were not acknowledged"):
            await tab.settled(timeout=0.1)
        tab.drop()
        await tab.resume()
        await tab.settled()
        assert tab.text("#count") == "2"


async def test_frames_held_back_arrive_one_by_one() -> None:
    async with Browser(counter()) as browser:
        slow, quick = await browser.open(), await browser.open()
        slow.hold()
        for _ in range(3):
            await quick.click("Count")
        await quick.settled()
        assert slow.text("#count") == "0"
        slow.hold(passing=1)
        await slow.wait_for(lambda: slow.text("#count") == "1")
        slow.release()
        await slow.wait_for(lambda: slow.text("#count") == "3")


async def test_a_stalled_reader_is_brought_up_to_date() -> None:
    app = counter()
    async with Browser(app) as browser:
        slow, quick = await browser.open(), await browser.open()
        slow.stall()
        for _ in range(5):
            await quick.click("Count")
        await quick.settled()
        assert slow.text("#count") == "0"
        slow.flow()
        await slow.wait_for(lambda: slow.text("#count") == "5")


async def test_a_server_that_forgot_the_tab_is_asked_for_the_page_again() -> None:
    app = counter()
    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Count")
        await tab.type("Everybody", "mine")
        tab.drop()
        app.registry.clear()
        await tab.resume()
        await tab.settled()
        assert tab.state == "joined"
        assert tab.value("Everybody") == "mine"
        assert tab.stream.dropped_events == 1  # the click; the letters went with the field


async def test_leaving_and_reloading() -> None:
    app = counter()
    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Count")
        await tab.settled()
        await tab.reload()
        assert tab.text("#count") == "1"
        assert len(app.tabs) == 1
        await tab.leave()
        other = await browser.open()
        await other.wait_for(lambda: len(app.tabs) == 1)
        assert tab.sent[-1] == '["bye"]'


async def test_a_hostile_frame_closes_the_socket() -> None:
    async with Browser(counter()) as browser:
        tab = await browser.open()
        await tab.send("{")
        await tab.wait_for(lambda: tab.state == "dropped")
        assert tab.stream.closed == 4000


async def test_another_person_cannot_use_the_token() -> None:
    app = counter()
    async with Browser(app) as ann, Browser(app) as eve:
        hers = await ann.open(join=False)
        his = await eve.open(join=False)
        assert his.document.boot is not None
        his.document.boot["token"] = hers.document.boot["token"] if hers.document.boot else ""
        token = his.document.boot["token"]
        await his.join()
        assert his.document.boot["token"] != token  # a fresh page of his own


async def test_a_foreign_origin_is_refused() -> None:
    app = counter()
    async with Browser(app, headers={"origin": "http://evil.example"}) as browser:
        with pytest.raises(Closed):
            await browser.open()


def form(seen: list[Any]) -> ui.App:
    app = ui.App(debug=True)

    @app.route("/")
    def index() -> ui.WebPage:
        page = ui.WebPage()
        with page, ui.Form(on_submit=lambda msg: seen.append(dict(msg.values))):
            with ui.Label("Name"):
                ui.Input(name="name", required=True)
            ui.Label("Colour", for_="colour")
            with ui.Select(name="colour", id="colour"):
                ui.Option("red")
                ui.Option("green", value="g")
            with ui.Select(name="many", multiple=True):
                ui.Option("a")
                ui.Option("b")
                ui.Option("c")
            with ui.Label("I agree"):
                ui.Input(type="checkbox", name="agree", on_change=lambda msg: seen.append(msg.value))
            ui.Input(type="radio", name="size", value="s", id="s")
            ui.Input(type="radio", name="size", value="l", id="l")
            ui.Input(type="number", name="age")
            ui.Input(type="date", name="born")
            ui.Textarea(name="words")
            ui.Button("Send")
        return page

    return app


async def test_every_kind_of_field() -> None:
    seen: list[Any] = []
    async with Browser(form(seen)) as browser:
        tab = await browser.open()
        await tab.click("Send")  # the name is required
        assert tab.document.focused is tab.field("Name")
        await tab.type("Name", "Ann")
        await tab.select("Colour", "green")
        await tab.select("[name=many]", "a", "c")
        await tab.click("I agree")
        await tab.check("#l")
        await tab.type("age", "42")
        await tab.fill("born", "2001-02-03")
        await tab.type("words", "one\ntwo")
        await tab.click("Send")
        await tab.settled()
        [agreed, values] = seen
        assert agreed is True
        born = values.pop("born")
        assert born.isoformat() == "2001-02-03"
        assert values == {
            "name": "Ann", "colour": "g", "many": ["a", "c"], "agree": True, "size": "l", "age": 42, "words": "one\ntwo"
        }  # fmt: skip


async def test_enter_submits() -> None:
    seen: list[Any] = []
    async with Browser(form(seen)) as browser:
        tab = await browser.open()
        await tab.type("Name", "Ann\n")
        await tab.settled()
        assert seen[0]["name"] == "Ann"
        assert tab.document.canonical(values=False)


async def test_a_click_right_after_typing_sees_what_was_typed() -> None:
    seen: list[Any] = []
    app = ui.App(debug=True)

    @app.route("/")
    def index() -> ui.WebPage:
        page = ui.WebPage()
        field = ui.Input(placeholder="Text", a=page)
        field.on("input", lambda msg: seen.append(("input", msg.value)), debounce=10_000)
        ui.Button("Go", on_click=lambda: seen.append(("click", field.value)), a=page)
        return page

    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.type("Text", "abc")
        await tab.click("Go")
        await tab.settled()
        assert seen == [("input", "abc"), ("click", "abc")]


async def test_keys_modifiers_and_clicks_outside() -> None:
    seen: list[str] = []
    app = ui.App(debug=True)

    @app.route("/")
    def index() -> ui.WebPage:
        page = ui.WebPage()
        field = ui.Input(placeholder="Keys", a=page)
        field.on("keydown", lambda: seen.append("enter"), key="Enter")
        field.on("keydown", lambda: seen.append("save"), key="s", modifiers="ctrl")
        box = ui.Div("Box", a=page)
        box.on("click__out", lambda: seen.append("outside"))
        ui.P("Elsewhere", a=page)
        return page

    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.press("Enter", "Keys")
        await tab.press("s")
        await tab.press("Control+s")
        await tab.click("Box")
        await tab.click("Elsewhere")
        await tab.settled()
        assert seen == ["enter", "save", "outside"]
        assert tab.value("Keys") == "s"


async def test_what_cannot_be_used_says_so() -> None:
    app = ui.App(debug=True)

    @app.route("/")
    def index() -> ui.WebPage:
        page = ui.WebPage()
        ui.Button("Off", disabled=True, on_click=lambda: None, a=page)
        ui.Button("Twice", a=page)
        ui.Button("Twice", a=page)
        ui.Button("Unseen", style="display: none", id="unseen", a=page)
        return page

    async with Browser(app) as browser:
        tab = await browser.open()
        with pytest.raises(PageError, match="disabled"):
            await tab.click("Off")
        with pytest.raises(PageError, match="names 2 elements"):
            await tab.click("Twice")
        await tab.click("Twice", nth=1)
        with pytest.raises(PageError, match="hidden"):
            await tab.click("#unseen")
        with pytest.raises(PageError, match=r"There is no 'Nothing'(.|\n)*Off"):
            await tab.click("Nothing")
        with pytest.raises(PageError, match="did not come within"):
            await tab.wait_for("never", timeout=0.01)


async def test_a_fault_is_in_the_message() -> None:
    app = ui.App(debug=True)

    @app.route("/")
    def index() -> ui.WebPage:
        page = ui.WebPage()
        ui.Button("Fail", on_click=lambda: 1 / 0, a=page)
        return page

    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Fail")
        await tab.wait_for(lambda: tab.faults)
        with pytest.raises(PageError, match="ZeroDivisionError"):
            await tab.wait_for("never", timeout=0.01)


async def test_links_redirects_forms_and_plain_pages() -> None:
    async def hello(request: Request) -> PlainTextResponse:
        body = (await request.body()).decode()
        return PlainTextResponse(f"{request.method} {request.url.query} {body}", headers={"set-cookie": "a=b; Path=/"})

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(
            '<a href="/hello?x=1">Go</a><form action="/hello" method="post"><input name="q"><button>Post</button></form>'
            f"<p>{request.cookies}</p>"
        )

    async def away(request: Request) -> RedirectResponse:
        return RedirectResponse("/")

    app = Starlette(routes=[Route("/", page), Route("/hello", hello, methods=["GET", "POST"]), Route("/away", away)])
    async with Browser(app) as browser:
        tab = await browser.open("/away")
        assert (tab.url, tab.state, tab.text()) == ("/", "plain", "Go\nPost\n{}")
        await tab.click("Go")
        assert tab.text() == "GET x=1"
        await tab.go("/")
        await tab.type("q", "a b")
        await tab.click("Post")
        assert tab.text() == "POST q=a+b"
        assert (await browser.open("/")).text().endswith("{'a': 'b'}")


async def test_the_app_is_started_once_and_shut_down_with_the_last() -> None:
    life: list[str] = []

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[dict[str, str]]:
        life.append("up")
        yield {"from": "lifespan"}
        life.append("down")

    async def show(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.state._state["from"])

    app = Starlette(routes=[Route("/", show)], lifespan=lifespan)
    for _ in range(2):
        async with Browser(app) as one:
            async with Browser(app):
                assert (await one.open()).text() == "lifespan"
            assert life[-1] == "up"
        assert life[-2:] == ["up", "down"]
    assert len(life) == 4


async def test_an_app_that_does_not_start_says_why() -> None:
    life: list[str] = []

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        if not life:
            raise ValueError("no database")
        yield

    with pytest.raises(RuntimeError, match="no database"):
        async with Browser(Starlette(lifespan=lifespan)):
            pass


async def test_over_the_network(serve: Any) -> None:
    server = serve(counter())
    async with Browser(server.address) as ann, Browser(server.address) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        await hers.click("Count")
        await his.wait_for(lambda: his.text("#count") == "1")
        his.drop()
        await hers.type("Everybody", "x")
        await hers.settled()
        await his.resume()
        await his.wait_for(lambda: his.value("shared") == "x")
        await his.send("[")
        await his.wait_for(lambda: his.stream.closed == 4000)


async def test_a_composition_waits() -> None:
    app = counter()
    async with Browser(app) as browser:
        tab, other = await browser.open(), await browser.open()
        await tab.compose("Everybody", "に")
        await other.type("Everybody", "x")
        await other.settled()
        await tab.settled()
        assert (tab.value("shared"), other.value("shared")) == ("に", "x")
        await tab.commit("Everybody")
        await tab.settled()
        await other.wait_for(lambda: tab.value("shared") == other.value("shared") == "xに")


async def test_frames_are_acknowledged_every_thirty_two() -> None:
    async with Browser(counter()) as browser:
        tab, other = await browser.open(), await browser.open()
        for _ in range(33):
            await other.click("Count")
            await other.settled()
        await tab.wait_for(lambda: tab.text("#count") == "33")
        assert json.loads(tab.sent[-1]) == ["k", 32]
        assert isinstance(tab.stream, Stream)


async def test_a_click_that_would_run_javascript_says_so() -> None:
    app = ui.App()
    app.route("/")(lambda: app.render_text('{{ justui() }}<p onclick="server.count()"><button>Count</button></p>'))
    async with Browser(app) as person:
        tab = await person.open("/")
        with pytest.raises(PageError, match=r'<p onclick="server.count\(\)">.* runs JavaScript at a click'):
            await tab.click("Count")
