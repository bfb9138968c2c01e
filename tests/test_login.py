"""Login and logout: the id changes, the one before is worth nothing, tabs go on or go, and nobody inherits a session."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

import justui as ui
from justui.testing import Browser, Tab
from tests.harness.waiting import eventually

COOKIE = "justui"


def bank(**settings: Any) -> ui.App:  # noqa: C901 - its pages stand in it
    """`/` is for who has logged in. One may log in by a route, `/in`, or by a handler, on `/door`."""
    app = ui.App(debug=True, **settings)

    def members(request: ui.Request) -> None:
        if request.session.user is None:
            ui.redirect("/door")

    @app.route("/", before=members)
    def account(request: ui.Request) -> ui.WebPage:
        def leave(msg: ui.Event) -> None:
            assert msg.session is not None
            msg.session.logout()

        def leave_for(msg: ui.Event) -> None:
            leave(msg)
            ui.redirect("/bye")

        page = ui.WebPage(ui.P(f"{request.session.user}'s account"), ui.Input(id="note"))
        page.add(ui.Button("Log out", on_click=leave), ui.Button("Leave", on_click=leave_for))
        return page

    @app.route("/in", methods=["POST", "GET"])
    def login(request: ui.Request, name: str = "ann") -> ui.WebPage:
        request.session.login(name)
        ui.redirect("/")

    @app.route("/door")
    def door(request: ui.Request) -> ui.WebPage:
        request.session["basket"] = ["pear"]

        async def enter(msg: ui.Event) -> None:
            assert msg.session is not None
            msg.session.login(name.value)
            await asyncio.sleep(0)
            ui.redirect("/")

        def stay(msg: ui.Event) -> None:
            assert msg.session is not None
            msg.session.login(name.value)
            shown.text = f"hello {msg.session.user}"

        name = ui.Input(value="ann", id="name")
        shown = ui.P("nobody")
        return ui.WebPage(shown, name, ui.Button("Enter", on_click=enter), ui.Button("Stay", on_click=stay))

    @app.route("/who")
    def who(request: ui.Request) -> Response:
        return JSONResponse([request.session.user, dict(request.session)])

    @app.route("/out")
    def out(request: ui.Request) -> Response:
        request.session.logout()
        return PlainTextResponse("out")

    @app.route("/bye")
    def bye() -> ui.WebPage:
        return ui.WebPage(ui.P("bye"))

    return app


def has(tab: Tab, text: str) -> Callable[[], bool]:
    """Whether a tab has joined a page with this paragraph."""
    return lambda: tab.text("p") == text and tab.state == "joined"


async def who(browser: Browser) -> str:
    return (await browser.request("GET", "/who")).text


@pytest.mark.covers("PC-20", "PC-21")
async def test_a_login_by_a_route_changes_the_cookie_and_keeps_what_there_was() -> None:
    async with Browser(bank()) as browser:
        await browser.open("/door")
        before = browser.cookies.get(COOKIE)
        tab = await browser.open("/in")
        assert tab.text("p") == "ann's account"
        assert browser.cookies.get(COOKIE) not in {before, None}
        assert await who(browser) == '["ann",{"basket":["pear"]}]'


async def test_a_login_by_a_handler_brings_the_cookie_before_the_next_page() -> None:
    async with Browser(bank()) as browser:
        tab = await browser.open("/door")
        before = browser.cookies.get(COOKIE)
        await tab.click("Enter")
        await tab.wait_for(lambda: tab.text("p") == "ann's account" and tab.state == "joined")
        assert browser.cookies.get(COOKIE) != before
        assert await who(browser) == '["ann",{"basket":["pear"]}]'


async def test_a_login_by_a_handler_that_stays() -> None:
    app = bank()
    async with Browser(app) as browser:
        tab = await browser.open("/door")
        before = browser.cookies.get(COOKIE)
        await tab.click("Stay")
        await tab.wait_for("hello ann")
        await eventually(lambda: browser.cookies.get(COOKIE) != before)
        (there,) = app.tabs
        tab.drop()
        await tab.resume()
        assert app.tabs == [there]
        assert tab.text("p") == "hello ann"


@pytest.mark.covers("JP-35")
async def test_the_tabs_of_the_session_come_again_under_the_new_cookie_and_lose_nothing() -> None:
    """Law 14: the identity survives, so they resume; what was typed meanwhile arrives."""
    app = bank()
    async with Browser(app) as browser:
        first, second = await browser.open("/door"), await browser.open("/door")
        there = next(tab for tab in app.tabs if tab.token == (first.document.boot or {})["token"])
        identity = there.session.identity
        old = browser.cookies.get(COOKIE)
        await second.click("Stay")
        await eventually(lambda: browser.cookies.get(COOKIE) != old)
        await eventually(lambda: first.state == "dropped")
        await first.fill("#name", "bob")
        await first.resume()
        await first.settled()
        assert there in app.tabs
        assert there.session.identity == identity
        assert there.session.user == "ann"
        assert first.state == "joined"


@pytest.mark.covers("PC-21")
async def test_the_id_before_the_login_is_worth_nothing() -> None:
    """Session fixation: Mallory has planted a cookie of hers in Ann's browser, and has a page of that session open."""
    app = bank()
    async with Browser(app) as ann, Browser(app) as mallory:
        spying = await mallory.open("/door")
        planted = mallory.cookies.get(COOKIE) or ""
        ann.cookies.set(COOKIE, planted)
        await ann.open("/in")
        assert ann.cookies.get(COOKIE) != planted
        # At once: no request with the old id sees the session, and none gets the new cookie.
        for _ in range(3):
            response = await mallory.request("GET", "/who")
            assert response.text == "[null,{}]"
            assert response.header("set-cookie") is None
        await eventually(lambda: spying.state == "dropped")
        await spying.resume()
        assert spying.state == "dropped"  # come again, until the overlap is over
        # Then the id is that of a stranger: nothing of Ann's, and not her identity either.
        (mine,) = [tab.session for tab in app.tabs if tab.session.user == "ann" and tab.outbox.transport is not None]
        for replaced in app.sessions._replaced.values():
            replaced.until = 0
        await spying.resume()
        assert spying.state == "joined"
        assert await who(mallory) == '[null,{"basket":["pear"]}]'
        assert mallory.cookies.get(COOKIE) != planted
        others = {tab.session.identity for tab in app.tabs if tab.session is not mine}
        assert mine.identity not in others
        assert await who(ann) == '["ann",{"basket":["pear"]}]'


async def test_the_overlap_does_not_take_the_new_cookie_away() -> None:
    """A request that was on its way with the old id is answered after the login: it must not bring a cookie of its own."""
    app = bank()
    async with Browser(app) as browser:
        await browser.open("/door")
        old = browser.cookies.get(COOKIE) or ""
        await browser.open("/in")
        new = browser.cookies.get(COOKIE) or ""
        browser.cookies.set(COOKIE, old)
        late = await browser.open("/door", join=False)
        assert late.response.header("set-cookie") is None
        browser.cookies.set(COOKIE, new)
        await late.join()  # the page that came is a stranger's, so it is fetched anew
        assert late.state == "joined"
        assert len({tab.session.identity for tab in app.tabs}) == 1


async def test_a_ticket_is_good_for_the_browser_that_logged_in_and_nobody_else() -> None:
    app = bank()
    async with Browser(app) as ann, Browser(app) as mallory:
        tab = await ann.open("/door")
        await mallory.open("/door")
        await tab.click("Stay")
        await tab.wait_for("hello ann")
        (ticket,) = app._tickets._open.values()
        assert ticket.session.user == "ann"
        for origin, path in (("http://localhost", ticket.address), ("http://localhost", f"{ticket.address}x")):
            response = await mallory.request("POST", path, [("origin", origin)])
            assert (response.status, response.header("set-cookie")) == (404, None)
        response = await ann.request("POST", ticket.address, [("origin", "https://evil.example")])
        assert (response.status, response.header("set-cookie")) == (404, None)
        ticket.until = 0
        assert (await ann.request("POST", ticket.address)).status == 404
        # Its text stands in a script, and ends none.
        assert "<" not in ticket.code("/?a=</script><script>")


async def test_logout_ends_all_tabs_of_the_session_and_no_other() -> None:
    app = bank()
    async with Browser(app) as ann, Browser(app) as other:
        first = await ann.open("/in")
        second = await ann.open("/")
        theirs = await other.open("/in?name=bob")
        (mine, *_) = (tab.session for tab in app.tabs if tab.session.user == "ann")
        await second.click("Log out")
        for tab in (first, second):
            await tab.wait_for(has(tab, "nobody"))
        assert theirs.state == "joined"
        assert theirs.text("p") == "bob's account"
        assert (mine.user, dict(mine), mine.ended) == (None, {}, True)
        assert await who(ann) == '[null,{"basket":["pear"]}]'  # of the page at the door, for whoever comes next
        assert mine.identity not in {tab.session.identity for tab in app.tabs}


async def test_logout_and_a_way_to_go() -> None:
    app = bank()
    async with Browser(app) as browser:
        tab = await browser.open("/in")
        await tab.click("Leave")
        await tab.wait_for(lambda: tab.text("p") == "bye" and tab.state == "joined")
        assert [there.page for there in app.tabs if there.session.ended] == []


async def test_logout_by_a_route_takes_the_cookie_back() -> None:
    app = bank()
    async with Browser(app) as browser:
        tab = await browser.open("/in")
        response = await browser.request("GET", "/out")
        assert "Max-Age=0" in str(response.header("set-cookie"))
        await tab.wait_for("nobody")
        assert await who(browser) == '[null,{"basket":["pear"]}]'


async def test_the_cookie_of_before_the_logout_brings_nothing_back() -> None:
    app = bank()
    async with Browser(app) as browser, Browser(app) as mallory:
        await browser.open("/in")
        seen = browser.cookies.get(COOKIE) or ""
        await browser.request("GET", "/out")
        mallory.cookies.set(COOKIE, seen)
        assert await who(mallory) == "[null,{}]"


async def test_another_user_of_the_same_browser_inherits_nothing() -> None:
    app = bank()
    async with Browser(app) as browser:
        await browser.open("/door")
        tab = await browser.open("/in?name=ann")
        await browser.request("GET", "/in?name=bob")
        assert await who(browser) == '["bob",{}]'
        await eventually(lambda: tab.state == "dropped")
        await tab.resume()
        assert tab.text("p") == "bob's account"  # it was ann's, and was loaded anew


async def test_logout_and_login_in_one_request() -> None:
    app = ui.App()

    @app.route("/switch")
    def switch(request: ui.Request) -> ui.WebPage:
        request.session["old"] = 1
        old = request.session
        request.session.logout()
        assert request.session is not old
        old["late"] = 2  # goes nowhere
        request.session.login("bob")
        with pytest.raises(ui.UsageError, match="has ended by logout"):
            old.login("ann")
        old.logout()
        return ui.WebPage(ui.P(f"{request.session.user} {dict(request.session)}"))

    async with Browser(app) as browser:
        tab = await browser.open("/switch")
        assert (tab.text("p"), tab.state) == ("bob {}", "joined")


async def test_login_wants_an_answer_to_bring_the_cookie() -> None:
    app = bank()

    @app.route("/task")
    def page(request: ui.Request) -> ui.WebPage:
        async def late() -> None:
            request.session.login("ann")

        ui.run_task(late())
        with pytest.raises(ui.UsageError, match="anything but None"):
            request.session.login(None)
        return ui.WebPage()

    errors: list[Exception] = []
    app.on_error(errors.append)
    async with Browser(app) as browser:
        tab = await browser.open("/task")
        await eventually(lambda: errors)
        assert "session.login() belongs into a page function" in str(errors[0])
        with pytest.raises(ui.UsageError, match="belongs into"):
            app.tabs[0].session.login("ann")
        assert tab.state == "joined"
        assert await who(browser) == "[null,{}]"


async def test_rules_see_a_logout_at_the_next_use_and_calls_that_run_have_nobody_to_answer() -> None:
    app = bank()
    going, goes_on = asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def slow() -> str:
        going.set()
        await goes_on.wait()
        ended.append("slow")
        return "secret"

    app.expose(slow, allow=lambda who: who.user == "ann")
    topic = app.topic("news", subscribe=lambda who: who.user == "ann")
    async with Browser(app) as browser:
        tab = await browser.open("/in")
        news = tab.server.topic("news")
        assert await news.subscribe()
        topic.publish("first")
        await tab.wait_for(lambda: news.messages)
        call = asyncio.ensure_future(tab.server.slow())
        await going.wait()
        await browser.request("GET", "/out")
        await eventually(lambda: tab.text("p") == "nobody" and tab.state == "joined")
        topic.publish("for ann only")
        goes_on.set()
        await eventually(lambda: ended)  # a handler that runs is not cancelled
        with pytest.raises(Exception, match=r"gone|lost|Gone"):
            await call
        with pytest.raises(ui.RemoteError, match="PermissionError"):
            await tab.server.slow()
        with pytest.raises(ui.RemoteError, match="PermissionError"):
            await tab.server.topic("news").subscribe()
        assert news.messages == [("news", "first")]


async def test_objects_of_a_session_go_at_the_logout() -> None:
    app = bank()

    class Notes:
        def __init__(self) -> None:
            self.texts: list[str] = []

        def add(self, text: str) -> int:
            self.texts.append(text)
            return len(self.texts)

    app.expose(Notes, "notes", per="session", call=["add"])
    async with Browser(app) as browser:
        tab = await browser.open("/in")
        assert [await tab.server.notes.add("a"), await tab.server.notes.add("b")] == [1, 2]
        cookie = browser.cookies.get(COOKIE)
        await tab.click("Log out")
        await tab.wait_for("nobody")
        assert browser.cookies.get(COOKIE) == cookie  # nobody could take it back over the socket
        assert await tab.server.notes.add("c") == 1


async def test_an_upload_that_is_on_its_way_ends_with_the_session() -> None:
    app = bank()
    taken: list[Any] = []
    field = ui.Input(type="file", on_change=lambda msg: taken.extend(msg.files))
    app.route("/files")(lambda: ui.WebPage(field))
    async with Browser(app) as browser:
        await browser.request("GET", "/in")
        boot = (await browser.open("/files")).document.boot or {}
        body: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [("cookie", f"{COOKIE}={browser.cookies.get(COOKIE)}"), ("x-justui-tab", boot["token"])]
        path = f"{boot['socket'].replace('/ws/', '/upload/')}/{field._id}"
        scope = {"type": "http", "method": "POST", "path": path, "scheme": "http", "query_string": b"", "root_path": ""}
        scope["headers"] = [(name.encode(), value.encode()) for name, value in headers]
        uploading = asyncio.ensure_future(app(scope, body.get, send))
        body.put_nowait({"type": "http.request", "body": b"half", "more_body": True})
        await eventually(lambda: app.incoming.waiting == (1, 4))
        (there,) = app.tabs
        await browser.request("GET", "/out")
        await eventually(lambda: there.gone)
        body.put_nowait({"type": "http.request", "body": b" of it", "more_body": False})
        await uploading
        assert sent[0]["status"] == 404
        assert app.incoming.waiting == (0, 0)
        assert taken == []
