"""Programs with routes, sessions, shared pages, page options, startup and settings."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

import justui.justpy as jp
from justui.errors import HandlerError
from justui.justpy.settings import Settings
from justui.testing import Browser
from tests.justpy.showing import shown, two


def simple(text: str) -> jp.WebPage:
    wp = jp.WebPage()
    jp.Div(text=text, a=wp)
    return wp


@pytest.mark.covers("JP-02")
async def test_all_shapes_of_a_page_function() -> None:
    async def later() -> jp.WebPage:
        return simple("async")

    async def later_with(request: Any) -> jp.WebPage:
        return simple(f"async {request.method}")

    def with_request(who: Any) -> jp.WebPage:
        return simple(f"sync {who.url.path}")

    shapes = {lambda: simple("plain"): "plain", later: "async", later_with: "async GET", with_request: "sync /"}
    for function, text in shapes.items():
        async with shown(function) as tab:
            assert tab.text() == text

    def too_many(one: Any, more: Any) -> None: ...

    with pytest.raises(HandlerError, match="too_many"):
        jp.justpy(too_many, start_server=False)
    async with shown(lambda: 5) as tab:
        assert tab.status == 500


@pytest.mark.covers("JP-35")
async def test_routes_with_parameters() -> None:
    def item(request: Any) -> jp.WebPage:
        n = request.path_params["n"]
        return simple(f"{n + 1} {request.query_params.get('q', 'none')}")

    @jp.SetRoute("/greet/{name}")
    def greet(request: Any) -> jp.WebPage:
        return simple(f"Hello {request.path_params['name']}")

    @jp.SetRoute("/own")
    class Own(jp.WebPage):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(title="Own", **kwargs)
            jp.P(text="a page class", a=self)

    @jp.app.jproute("/third")
    def third() -> jp.WebPage:
        return simple("third")

    jp.Route("/item/{n:int}", item)
    async with shown(lambda: simple("home"), "/item/4?q=x") as tab:
        assert tab.text() == "5 x"
        for path, text in {"/greet/Ada": "Hello Ada", "/own": "a page class", "/third": "third"}.items():
            await tab.go(path)
            assert tab.text() == text
        await tab.go("/nowhere")
        assert tab.status == 404
    assert greet.__name__ == "greet"


@pytest.mark.covers("JP-28")
async def test_bad_query_parameters_are_a_500_and_the_server_lives() -> None:
    def page(request: Any) -> jp.WebPage:
        return simple("ok " * int(request.query_params.get("num", 1)))

    async with shown(page, "/?num=2") as tab:
        assert tab.text() == "ok ok"
        await tab.go("/?num=x")
        assert tab.status == 500
        await tab.go("/")
        assert tab.text() == "ok"


async def test_a_response_of_starlette() -> None:
    jp.Route("/json", lambda: jp.JSONResponse({"a": 1}))
    async with shown(lambda: simple("home")) as tab:
        answer = await tab._person.fetch("/json")
        assert json.loads(answer.text) == {"a": 1}


@pytest.mark.covers("JP-35")
async def test_sessions_of_two_persons() -> None:
    visits: dict[str, int] = {}

    def page(request: Any) -> jp.WebPage:
        visits[request.session_id] = visits.get(request.session_id, 0) + 1
        assert request.state.session_id == request.session_id
        wp = simple(f"visit {visits[request.session_id]}")
        jp.Button(text="Who", a=wp, click=lambda self, msg: setattr(self, "text", f"same {msg.session_id in visits}"))
        return wp

    async with two(page) as (one, other):
        await one.go("/")
        assert (one.text("div"), other.text("div")) == ("visit 2", "visit 1")
        await other.click("Who")
        await other.wait_for("same True")
    assert len(visits) == 2
    assert all(len(id) == 32 and int(id, 16) for id in visits)


@pytest.mark.covers("JP-09")
async def test_a_page_for_each_request_is_private() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Button(text="Press", a=wp, click=lambda self, msg: setattr(self, "text", "pressed"))
        return wp

    async with two(page) as (one, other):
        await one.click("Press")
        await one.wait_for("pressed")
        assert other.text() == "Press"


@pytest.mark.covers("JP-06")
async def test_a_shared_clock() -> None:
    wp = jp.WebPage(delete_flag=False)
    clock = jp.Span(text="Loading...", classes="text-5xl", a=wp)
    go = asyncio.Event()

    async def counter() -> None:
        for number in range(1, 4):
            clock.text = f"tick {number}"
            jp.run_task(wp.update_soon())
            await asyncio.sleep(0)
        await go.wait()
        clock.text = "the end"
        await wp.update()

    async def update_soon() -> None:
        await wp.update()

    wp.update_soon = update_soon

    async def startup() -> None:
        assert jp.JustPy.loop is asyncio.get_running_loop()
        assert jp.WebPage.loop is jp.JustPy.loop
        jp.run_task(counter())

    async with two(lambda: wp, startup=startup) as (one, other):
        for tab in (one, other):
            await tab.wait_for("tick 3")
        go.set()
        for tab in (one, other):
            await tab.wait_for("the end")


@pytest.mark.covers("JP-04", "JP-05", "JP-08", "JP-11")
async def test_update_as_a_task() -> None:
    wp = jp.WebPage(delete_flag=False)
    div = jp.Div(text="0", a=wp)
    done: list[Any] = []

    async def all_ways() -> None:
        div.text = "1"
        jp.run_task(wp.update())
        div.text = "2"
        done.append(await jp.JustPy.loop.create_task(wp.update()))
        done.extend(await asyncio.gather(wp.update(jp.Dict().websocket), div.update(jp.Dict().websocket)))
        div.text = "3"
        await jp.create_delayed_task(wp.delayed_update(0), 0, jp.JustPy.loop)

    async with shown(lambda: wp, startup=lambda: jp.run_task(all_ways())) as tab:
        await tab.wait_for("3")
    assert done == [wp, wp, div]


@pytest.mark.covers("JP-36")
async def test_an_update_of_one_tab_only() -> None:
    wp = jp.WebPage(delete_flag=False)
    out = jp.Div(text="old", a=wp)

    async def mine(self: Any, msg: Any) -> bool:
        out.text = "new"
        assert jp.get_websocket(msg) is msg.websocket
        assert msg.websocket_id in jp.WebPage.sockets[wp.page_id]
        await msg.page.update(msg.websocket)
        return True

    jp.Button(text="Mine", a=wp, click=mine)
    async with two(lambda: wp) as (one, other):
        await one.click("Mine")
        await one.wait_for("new")
        await other.settled()
        assert "old" in other.text()


@pytest.mark.covers("JP-15", "JP-16")
async def test_progress_within_one_handler() -> None:
    seen: list[str] = []

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        out = jp.Div(text="ready", a=wp)

        async def count(self: Any, msg: Any) -> None:
            self.show = False
            for number in (3, 2, 1):
                out.text = str(number)
                await msg.page.update()
                await asyncio.sleep(0)
            out.text = "Boom!"
            self.show = True

        jp.Button(text="Start", a=wp, click=count)
        return wp

    async with shown(page) as tab:
        await tab.click("Start")
        await tab.wait_for("Boom!")
        seen = [operation[2] for operation in tab.operations if operation[0] == "t"]
        assert seen == ["3", "2", "1", "Boom!"]


async def test_html_alone_and_redirects() -> None:
    jp.Route("/plain", lambda: jp.WebPage(html="<p>only this</p>"))
    jp.Route("/away", lambda: jp.redirect("/there"))
    jp.Route("/there", lambda: simple("there"))

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Button(text="Go", a=wp, click=lambda self, msg: setattr(msg.page, "redirect", "/there"))
        return wp

    async with shown(page) as tab:
        assert (await tab._person.fetch("/plain")).text == "<p>only this</p>"
        await tab.click("Go")
        await tab.wait_for("there")
        await tab.go("/away")
        assert tab.text() == "there"


@pytest.mark.covers("JP-36")
async def test_page_options() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage(
            title="First",
            display_url="shown",
            css=".x {color: red}",
            head_html='<script>var a = "b"</script>',
            body_html="<p>top</p>",
            body_classes="bg-gray-200",
            body_style="margin: 1px",
            favicon="icon.png",
        )
        jp.Div(text="body", a=wp)

        def change(self: Any, msg: Any) -> None:
            msg.page.title = "Second"
            msg.page.delete_components()
            msg.page.add(jp.P(text="anew"))

        jp.Button(text="Change", a=wp, click=change)
        return wp

    async with shown(page) as tab:
        source = tab.response.text
        assert tab.title == "First"
        assert ".x {color: red}" in source
        assert "</script>" in source
        assert 'class="bg-gray-200"' in source
        assert "/static/icon.png" in source
        await tab.wait_for(lambda: tab.url.endswith("/shown"))
        await tab.click("Change")
        await tab.wait_for("top\nanew")
        assert tab.title == "Second"


async def test_pictures_may_come_from_elsewhere_and_scripts_may_not() -> None:
    async with shown(lambda: simple("x")) as tab:
        policy = tab.response.header("content-security-policy") or ""
        parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        assert "https:" in parts["img-src"]
        assert "https:" in parts["frame-src"]
        assert "https:" not in parts["script-src"]
        assert "unsafe" not in parts["script-src"]


async def test_reload_interval_shows_what_nobody_sent() -> None:
    wp = jp.WebPage(delete_flag=False, reload_interval=0.02)
    out = jp.Div(text="old", a=wp)
    async with shown(lambda: wp) as tab:
        out.text = "new"
        await tab.wait_for("new")
    wp.reload_interval = None


@pytest.mark.covers("JP-33")
async def test_page_ready_and_javascript() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        wp.out = jp.Div(text="-", a=wp)

        async def ready(self: Any, msg: Any) -> None:
            self.out.text = f"{msg.event_type} {msg.page is self} {bool(msg.websocket)}"
            await self.run_javascript("1 + 2", request_id="sum")

        async def result(self: Any, msg: Any) -> None:
            self.out.text = f"{msg.request_id} {msg.result}"

        wp.on("page_ready", ready)
        wp.on("result_ready", result)
        return wp

    async with shown(page) as tab:
        await tab.wait_for("page_ready True True")
        assert any("1 + 2" in frame for frame in tab.frames)


async def test_on_disconnect() -> None:
    gone: list[Any] = []

    class Own(jp.WebPage):
        async def on_disconnect(self, websocket: Any = None) -> None:
            gone.append(websocket)

    def assigned() -> jp.WebPage:
        wp = simple("x")

        async def bye() -> None:
            gone.append("assigned")

        wp.on_disconnect = bye  # type: ignore[assignment,method-assign]
        return wp

    def own() -> jp.WebPage:
        wp = Own()
        jp.P(text="x", a=wp)
        return wp

    for function in (own, assigned):
        async with shown(function) as tab:
            await tab.leave()
    assert len(gone) == 2
    assert gone[1] == "assigned"


async def test_cookies() -> None:
    def page() -> jp.WebPage:
        wp = simple("x")
        wp.set_cookie("taste", "sweet")
        wp.set_cookie("other", 1)
        wp.delete_cookie("other")
        return wp

    async with shown(page) as tab:
        cookies = [value for name, value in tab.response.headers if name == "set-cookie"]
        assert any(cookie.startswith("taste=sweet") for cookie in cookies)
        assert not any(cookie.startswith("other") for cookie in cookies)


def test_inspection_without_a_server() -> None:
    def hello() -> jp.WebPage:
        return simple("x")

    assert jp.justpy(hello, start_server=False, host="127.0.0.1", port=8123, KATEX=False) is hello
    wp = jp.WebPage()
    div = jp.Div(text="text", classes="p-2", a=wp, click=lambda self, msg: None)
    assert wp.components[0] is div
    assert (div.html_tag, div.classes, div.text, div.events, jp.Div.html_tag) == (
        "div",
        "p-2",
        "text",
        ["click"],
        "div",
    )
    assert any(getattr(route, "path", "") == "/" for route in jp.app.routes)
    assert jp.get_server().should_exit is False


async def test_no_function_and_unknown_options(caplog: pytest.LogCaptureFixture) -> None:
    async with shown(None, hyghcharts=True, VEGA=True) as tab:
        assert "not found" in tab.text()
    assert "highcharts" in caplog.text
    assert "VEGA" in caplog.text


async def test_websockets_false_and_a_page_of_its_own() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Button(text="Ajax", a=wp, click=lambda self, msg: setattr(self, "text", "done"))
        return wp

    try:
        async with shown(page, websockets=False) as tab:
            assert jp.WebPage.use_websockets is False
            await tab.click("Ajax")
            await tab.wait_for("done")
    finally:
        jp.WebPage.use_websockets = True


def test_settings_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("PORT", "9001")
    (tmp_path / "justpy.env").write_text(
        "HOST = 0.0.0.0\nPORT = 9000\nDEBUG = False\nSECRET_KEY = abc\nSESSION_COOKIE_NAME = mine\nSESSIONS = maybe\n"
    )
    settings = Settings(tmp_path)
    assert (settings.host, settings.port, settings.debug, settings.sessions) == ("0.0.0.0", 9001, False, True)
    found = settings.for_app()
    assert (found["debug"], found["secret_key"], found["session_cookie"]) == (False, "abc", "mine")
    assert "SESSIONS" in caplog.text


async def test_the_static_folder_is_served_when_the_program_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.txt").write_text("content")
    async with shown(lambda: simple("x")) as tab:
        assert (await tab._person.fetch("/static/a.txt")).status == 404
    assert "STATIC_DIRECTORY" in caplog.text
    monkeypatch.setattr(jp.JustPy, "STATIC_DIRECTORY", str(tmp_path))
    async with shown(lambda: simple("x")) as tab:
        assert (await tab._person.fetch("/static/a.txt")).text == "content"


async def test_two_browsers_count_sockets() -> None:
    wp = jp.WebPage(delete_flag=False)
    jp.Div(text="x", a=wp)
    jp.justpy(lambda: wp, start_server=False)
    assert wp.page_id not in jp.WebPage.sockets
    async with Browser(jp.app) as browser:
        await browser.open("/")
        await browser.open("/")
        assert len(jp.WebPage.sockets.get(wp.page_id)) == 2
    await wp.update()
