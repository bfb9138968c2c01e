"""Sessions: the signed cookie, one object per person in requests, tabs and handlers, and what binds a tab to it."""

import gc
import json
import time
from http.cookies import SimpleCookie
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

import justui as ui
from justui.sessions import MemoryStore, Session, Sessions
from justui.testing import Browser
from justui.testing import Response as Answer
from tests.conftest import Serve
from tests.harness.waiting import eventually


def cookies_of(response: Answer) -> SimpleCookie:
    jar = SimpleCookie()
    for name, value in response.headers:
        if name == "set-cookie":
            jar.load(value)
    return jar


def shop(**settings: Any) -> ui.App:
    """A page that counts its visits, one that only reads the session, and one that keeps away from it."""
    app = ui.App(debug=True, **settings)
    app.data["sessions"] = []

    @app.route("/")
    def index(request: Request) -> ui.WebPage:
        session = request.session
        session["visits"] = session.get("visits", 0) + 1
        app.data["sessions"].append(session)
        page = ui.WebPage()
        page.add(ui.P(f"visit {session['visits']}"), ui.Button("Note", on_click=note))
        return page

    def note(msg: ui.Event) -> None:
        app.data["sessions"].append(msg.session)
        assert msg.session is not None
        msg.session["noted"] = True

    @app.route("/read")
    def read(request: Request) -> Response:
        return JSONResponse(dict(request.session))

    @app.route("/write")
    def write(request: Request) -> Response:
        request.session["written"] = 1
        return PlainTextResponse("written")

    @app.route("/plain")
    def plain() -> Response:
        return PlainTextResponse("nothing")

    return app


@pytest.mark.covers("JP-35")
async def test_the_cookie_is_closed_to_scripts_and_other_sites() -> None:
    async with Browser(shop()) as browser:
        tab = await browser.open("/", join=False)
        morsel = cookies_of(tab.response)["justui"]
        assert morsel["httponly"] is True
        assert morsel["samesite"] == "Lax"
        assert morsel["path"] == "/"
        assert int(morsel["max-age"]) == 14 * 86400
        assert not morsel["secure"]
        assert tab.response.header("cache-control") == "no-store"


async def test_the_cookie_is_secure_over_https() -> None:
    async with Browser(shop(), base="https://shop.example") as browser:
        tab = await browser.open("/", join=False)
        assert cookies_of(tab.response)["justui"]["secure"] is True


async def test_the_cookie_has_the_name_that_was_asked_for() -> None:
    async with Browser(shop(session_cookie="shop"), base="http://localhost:8000") as browser:
        assert "shop" in cookies_of((await browser.open(join=False)).response)
        assert (await browser.open()).text("p") == "visit 2"


async def test_programs_on_other_ports_have_cookies_of_their_own() -> None:
    """Browsers share cookies between the ports of a machine, and two programs have two keys."""
    first, second = shop(), shop()
    async with (
        Browser(first, base="http://localhost:8000") as one,
        Browser(second, base="http://localhost:8001") as two,
    ):
        two.cookies = one.cookies
        tab = await one.open()
        await two.open()
        assert tab.text("p") == "visit 1"
        tab.drop()
        await tab.resume()
        assert tab.state == "joined"
        await tab.reload()
        assert tab.text("p") == "visit 2"
        assert len(one.cookies) == 2


@pytest.mark.covers("JP-35")
async def test_one_person_has_one_session_in_requests_tabs_and_handlers() -> None:
    app = shop()
    async with Browser(app) as browser:
        tab = await browser.open()
        assert tab.text("p") == "visit 1"
        await tab.click("Note")
        await tab.settled()
        await tab.reload()
        assert tab.text("p") == "visit 2"
        other = await browser.open()
        assert other.text("p") == "visit 3"
        assert {id(session) for session in [*app.data["sessions"], *(tab.session for tab in app.tabs)]} == {
            id(app.data["sessions"][0])
        }
        assert json.loads((await browser.request("GET", "/read")).text) == {"visits": 3, "noted": True}


@pytest.mark.covers("JP-35")
async def test_two_people_have_two_sessions() -> None:
    app = shop()
    async with Browser(app) as alice, Browser(app) as bob:
        assert (await alice.open()).text("p") == "visit 1"
        assert (await bob.open()).text("p") == "visit 1"
        assert (await alice.open()).text("p") == "visit 2"


@pytest.mark.covers("JP-35")
@pytest.mark.parametrize("forge", ["other id", "cut", "empty", "nonsense", "not ascii"])
async def test_a_tampered_cookie_is_a_new_session(forge: str) -> None:
    app = shop()
    async with Browser(app) as alice, Browser(app) as mallory:
        await alice.open()
        cookie = alice.cookies.get("justui")
        assert cookie is not None
        id, _, signature = cookie.rpartition(".")
        forged = {
            "other id": f"{id[:-1]}{'a' if id[-1] != 'a' else 'b'}.{signature}",
            "cut": cookie[:-1],
            "empty": "",
            "nonsense": "....",
            "not ascii": "é.é",
        }[forge]
        mallory.cookies.set("justui", forged)
        assert (await mallory.open()).text("p") == "visit 1"
        assert mallory.cookies.get("justui") not in {forged, cookie}
        assert (await alice.open()).text("p") == "visit 2"


async def test_nothing_is_stored_or_set_for_who_only_looks() -> None:
    app = shop()
    async with Browser(app) as browser:
        for path in ("/plain", "/read", "/nowhere"):
            assert cookies_of(await browser.request("GET", path)) == {}
        assert cookies_of(await browser.request("GET", "/write")) != {}
        # The browser knows it now.
        assert cookies_of(await browser.request("GET", "/write")) == {}
        assert json.loads((await browser.request("GET", "/read")).text) == {"written": 1}


async def test_files_that_everybody_may_keep_carry_nobodys_cookie() -> None:
    async with Browser(shop()) as browser:
        tab = await browser.open()
        script = next(
            part for part in tab.response.text.split('"') if part.startswith(("/_justui/runtime", "/_justui/readable"))
        )
        response = await browser.request("GET", script)
        assert response.header("cache-control") == "public, max-age=31536000, immutable"
        assert cookies_of(response) == {}


async def test_what_a_handler_writes_outlives_its_tab() -> None:
    app = shop()
    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Note")
        await tab.settled()
        await tab.leave()
        app.data["sessions"].clear()
        await eventually(lambda: not app.tabs)
        gc.collect()
        assert json.loads((await browser.request("GET", "/read")).text) == {"visits": 1, "noted": True}


async def test_a_session_ends_after_its_age() -> None:
    app = shop(session_age=100)
    async with Browser(app) as browser:
        await (await browser.open()).leave()
        session = app.data["sessions"][0]
        session.seen_at = time.monotonic() - 101
        cookie = browser.cookies.get("justui")
        assert (await browser.open()).text("p") == "visit 1"
        assert browser.cookies.get("justui") != cookie
        assert app.data["sessions"][-1] is not session


async def test_a_session_does_not_end_while_a_tab_is_open() -> None:
    app = shop(session_age=100)
    async with Browser(app) as browser:
        await browser.open()
        app.data["sessions"][0].seen_at = time.monotonic() - 99
        app.registry.keep_sessions(time.monotonic())
        app.data["sessions"][0].seen_at -= 99
        assert (await browser.open()).text("p") == "visit 2"


async def test_the_same_key_knows_its_people_after_a_restart() -> None:
    first, second = shop(secret_key="s3cret"), shop(secret_key="s3cret")
    async with Browser(first) as browser:
        await browser.open()
        identity = first.data["sessions"][0].identity
        cookie = browser.cookies.get("justui")
    async with Browser(second) as browser:
        browser.cookies.set("justui", cookie or "")
        await browser.open()
        assert second.data["sessions"][0].identity == identity


@pytest.mark.covers("PC-28")
async def test_a_server_in_production_says_that_there_is_no_key(caplog: pytest.LogCaptureFixture, serve: Serve) -> None:
    serve(ui.App(debug=False, secret_key="s3cret"))
    async with Browser(shop()), Browser(ui.App(debug=False)):  # a test's App does not last anyway
        assert "secret_key" not in caplog.text
    serve(ui.App(debug=False))
    assert "no secret_key is set" in caplog.text


# Tabs belong to sessions.


async def test_another_persons_token_is_worth_nothing() -> None:
    app = shop()
    async with Browser(app) as alice, Browser(app) as mallory:
        mine = await alice.open()
        other = await mallory.open(join=False)
        assert mine.document.boot is not None
        assert other.document.boot is not None
        assert len(mine.document.boot["token"]) >= 22  # 128 bits in base 64
        other.document.boot["token"] = mine.document.boot["token"]
        await other.join()
        # The server told it to fetch the page anew, and the page it got is its own.
        assert other.state == "joined"
        assert other.document.boot["token"] != mine.document.boot["token"]
        assert len({tab.session for tab in app.tabs}) == 2
        assert mine.state == "joined"


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (None, True),
        ("http://localhost", True),
        ("http://localhost:80", True),
        ("https://evil.example", False),
        ("http://localhost.evil.example", False),
        ("http://localhost:8000", False),
        ("null", False),
        ("https://friend.example", True),
    ],
)
async def test_the_socket_looks_at_the_origin(origin: str | None, welcome: bool) -> None:
    app = shop(origins=["https://friend.example"])
    async with Browser(app) as browser:
        tab = await browser.open(join=False)
        assert tab.document.boot is not None
        path = tab.document.boot["socket"]
        headers = [(name, value) for name, value in browser.socket_headers(path) if name != "origin"]
        if origin is not None:
            headers.append(("origin", origin))
        if welcome:
            await tab.stream.connect(headers)
            assert tab.state == "joined"
        else:
            with pytest.raises(Exception, match="closed"):
                await tab.stream.connect(headers)
            assert app.tabs == []


# The room by itself.


async def test_a_store_is_told_what_was_written_and_only_that() -> None:
    saved: list[str] = []

    class Noting(MemoryStore):
        async def save(self, session: Session) -> None:
            saved.append(session.id)
            await super().save(session)

    sessions = Sessions("key", 100, Noting())
    quiet, busy = await sessions.find(None), await sessions.find(None)
    busy["a"] = 1
    busy["b"] = 2
    del busy["a"]
    await sessions.save()
    await sessions.save()
    assert saved == [busy.id]
    assert await sessions.find(sessions.cookie(busy)) is busy
    assert dict(busy) == {"b": 2}
    assert quiet.used is False


async def test_a_session_that_could_not_be_stored_is_tried_again() -> None:
    class Failing(MemoryStore):
        broken = True

        async def save(self, session: Session) -> None:
            if self.broken:
                raise OSError("no disk")
            await super().save(session)

    store = Failing()
    sessions = Sessions("key", 100, store)
    session = await sessions.find(None)
    session["a"] = 1
    with pytest.raises(OSError, match="no disk"):
        await sessions.save()
    store.broken = False
    await sessions.save()
    assert await store.load(session.id) is session


async def test_the_memory_store_is_bounded_and_swept() -> None:
    store = MemoryStore(limit=2)
    sessions = [Session(f"id{number}", "x") for number in range(3)]
    for session in sessions:
        await store.save(session)
    assert [await store.load(session.id) for session in sessions] == [None, *sessions[1:]]
    sessions[1].seen_at -= 200
    await store.sweep(100)
    assert [await store.load(session.id) for session in sessions] == [None, None, sessions[2]]
    await store.remove("id2")
    assert await store.load("id2") is None


def test_a_session_is_a_dict_that_is_always_truthy() -> None:
    session = Session("id", "identity")
    assert bool(session)
    assert session == {}
    session["cart"] = [1]
    assert session == {"cart": [1]}
    assert session != Session("id", "identity", {"cart": [1]})
    assert len({session, session}) == 1
    assert repr(session) == "<Session with cart>"
