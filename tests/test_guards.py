"""Guards: who a request is from, asked before a page is built, and again when its socket comes."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import justui as ui
from justui.testing import Browser
from tests.harness.waiting import eventually


async def plain(request: ui.Request) -> Response:
    return PlainTextResponse("plain")


def club(**settings: Any) -> ui.App:
    """A members' page; `?as=` of `/in` logs in."""
    app = ui.App(**settings)
    app.data["built"] = []

    def members(request: ui.Request) -> None:
        if request.session.user is None:
            ui.redirect("/in")

    async def not_mallory(request: ui.Request) -> None:
        await asyncio.sleep(0)
        if request.session.user == "mallory":
            ui.abort(401, "Not you.")

    @app.route("/", before=[members, not_mallory], allow=lambda who: who.user != "guest")
    def start(request: ui.Request) -> ui.WebPage:
        app.data["built"].append(request.session.user)
        return ui.WebPage(ui.P(f"hello {request.session.user}"), ui.Button("Hi", on_click=lambda: ui.notify("hi")))

    @app.route("/in")
    def door(request: ui.Request) -> ui.WebPage:
        if name := request.query_params.get("as"):
            request.session.login(name)
            ui.redirect("/")
        return ui.WebPage(ui.P("who are you?"))

    return app


@pytest.mark.covers("PC-25")
async def test_guards_run_before_the_page_and_stop_it() -> None:
    app = club()
    async with Browser(app) as browser:
        response = await browser.request("GET", "/")
        assert (response.status, response.header("location"), response.text) == (302, "/in", "")
        assert (await browser.open("/in?as=ann")).text("p") == "hello ann"
        assert (await browser.open("/in?as=mallory")).status == 401
        assert (await browser.open("/in?as=guest")).status == 403
        assert app.data["built"] == ["ann"]


@pytest.mark.covers("PC-25")
async def test_a_guard_guards_the_socket_too() -> None:
    app = club()
    async with Browser(app) as browser:
        tab = await browser.open("/in?as=ann")
        assert tab.state == "joined"
        (there,) = app.tabs
        tab.drop()
        await eventually(lambda: there.outbox.transport is None)
        await tab.resume()  # it passes again
        assert app.tabs == [there]
        tab.drop()
        there.session._user = "mallory"  # a right that ends without a word
        await tab.resume()
        assert there.gone
        assert (tab.response.status, tab.state) == (401, "plain")
        late = await browser.open("/", join=False)
        assert late.status == 401


async def test_the_socket_of_a_page_that_was_sent_before_the_guard_said_no() -> None:
    app = club()
    async with Browser(app) as browser:
        tab = await browser.open("/in?as=ann", join=False)
        token = (tab.document.boot or {})["token"]
        unjoined = app.known(token)
        assert unjoined is not None
        unjoined.session._user = None
        await tab.join()
        assert tab.text("p") == "who are you?"
        assert app.known(token) is None


@pytest.mark.covers("PC-25")
async def test_guards_of_the_app_come_first_and_see_everything_but_the_runtime() -> None:
    seen: list[str] = []

    def everybody(request: ui.Request) -> Response | None:
        seen.append(f"app {request.url.path}")
        return JSONResponse({"error": "closed"}, 503) if request.url.path == "/closed" else None

    def nobody() -> None:
        seen.append("route")

    app = ui.App(before=everybody, routes=[Route("/plain", plain), Route("/closed", plain)])

    @app.route("/", before=nobody)
    def start() -> ui.WebPage:
        seen.append("page")
        return ui.WebPage(ui.P("here"))

    @app.error(404)
    def missing() -> ui.WebPage:
        return ui.WebPage(ui.P("nothing"))

    async with Browser(app) as browser:
        tab = await browser.open("/")
        assert seen == ["app /", "route", "page", "app /", "route"]  # the socket once more
        seen.clear()
        assert (await browser.request("GET", "/plain")).text == "plain"
        response = await browser.request("GET", "/closed")
        assert (response.status, response.text) == (503, '{"error":"closed"}')
        script = next(part for part in tab.response.text.split('"') if part.startswith("/_justui/"))
        assert (await browser.request("GET", script)).status == 200
        assert seen == ["app /plain", "app /closed"]
        assert (await browser.open("/nowhere")).state == "joined"  # a page for an error asks nobody at its socket


async def test_a_guard_of_the_app_may_abort_redirect_and_fail(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise LookupError("the list of guests is gone")

    turns: dict[str, Callable[[], Any]] = {
        "/abort": lambda: ui.abort(451, "The court says no."),
        "/away": lambda: ui.redirect("/plain"),
        "/fail": fail,
        "/true": lambda: True,
    }

    async def turn(request: ui.Request) -> Any:
        return turns.get(request.url.path, lambda: None)()

    app = ui.App(before=turn, routes=[Route("/plain", plain)], debug=False)
    async with Browser(app) as browser:
        response = await browser.request("GET", "/abort")
        assert response.status == 451
        assert "The court says no." in response.text
        assert (await browser.fetch("/away")).text == "plain"
        response = await browser.request("GET", "/fail")
        assert response.status == 500
        assert "guests" not in response.text
        assert "the list of guests is gone" in caplog.text
        assert (await browser.request("GET", "/true")).status == 500
        assert "returned True. It returns nothing to let the request pass" in caplog.text


async def test_a_guard_that_raises_lets_no_socket_pass(caplog: pytest.LogCaptureFixture) -> None:
    app = ui.App()
    app.data["broken"] = False

    def guard(request: ui.Request) -> None:
        if app.data["broken"]:
            raise OSError("the database is away")

    @app.route("/", before=guard)
    def start() -> ui.WebPage:
        return ui.WebPage(ui.P("here"))

    async with Browser(app) as browser:
        tab = await browser.open()
        tab.drop()
        app.data["broken"] = True
        await tab.resume()
        assert app.tabs == []
        assert tab.response.status == 500
        assert "at its socket" in caplog.text


async def test_a_login_at_the_socket_has_no_answer_to_bring_the_cookie(caplog: pytest.LogCaptureFixture) -> None:
    app = ui.App()

    def automatic(request: ui.Request) -> None:
        if request.session.user is None:
            request.session.login("ann")

    @app.route("/", before=automatic)
    def start(request: ui.Request) -> ui.WebPage:
        return ui.WebPage(ui.P(request.session.user))

    async with Browser(app) as browser:
        tab = await browser.open()
        assert (tab.state, tab.text("p")) == ("joined", "ann")
        tab.drop()
        app.tabs[0].session._user = None
        await tab.resume()
        assert tab.state == "joined"  # the page was fetched anew, and that answer brings it
        assert "session.login() belongs into" in caplog.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"before": "members"}, "wants a function, or a list of them"),
        ({"before": [None]}, "wants functions, got None"),
        ({"before": lambda a, b: None}, "takes nothing, or (request)"),
        ({"allow": "members"}, "True, False or a function of who"),
    ],
)
def test_what_is_no_guard_is_refused_where_it_is_given(wrong: dict[str, Any], words: str) -> None:
    app = ui.App()
    with pytest.raises(ui.HandlerError) as raised:
        app.route("/", **wrong)
    assert words in str(raised.value)
    assert "'/'" in str(raised.value)


async def test_functions_after_a_page_function_see_the_response() -> None:
    seen = []

    def mark(response: Response) -> None:
        response.headers["x-app"] = "yes"

    async def replace(request: ui.Request, response: Response) -> Response | None:
        seen.append((request.url.path, response.status_code))
        return PlainTextResponse("another") if "other" in request.query_params else None

    app = ui.App(after=mark)
    app.route("/", after=[replace])(lambda: ui.P("hello"))
    app.route("/bad", after=lambda response: 5)(lambda: ui.P("hello"))
    async with Browser(app) as person:
        tab = await person.open("/")
        assert ("hello" in tab.text(), tab.response.header("x-app")) == (True, "yes")
        other = await person.fetch("/?other=1")
        assert (other.text, other.header("x-app")) == ("another", "yes")
        assert (await person.fetch("/bad")).status == 500
    assert seen == [("/", 200), ("/", 200)]
    with pytest.raises(ui.HandlerError, match=r"\(response\), or \(request, response\)"):
        app.route("/x", after=lambda: None)
    with pytest.raises(ui.HandlerError, match="without brackets"):
        ui.App(after=[5])  # type: ignore[list-item]
