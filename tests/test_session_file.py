"""Sessions in a file: they survive the server; a damaged file is set aside; what cannot be kept is named."""

import asyncio
import logging
import os
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

import justui as ui
from justui.session_file import FileStore
from justui.sessions import Session, Sessions
from justui.testing import Browser
from tests.harness.waiting import eventually


def shop(path: Path, **settings: Any) -> ui.App:
    app = ui.App(debug=True, session_store=path, **settings)

    @app.route("/")
    def start(request: ui.Request) -> ui.WebPage:
        session = request.session
        session["visits"] = session.get("visits", 0) + 1
        session.setdefault("basket", [])

        def put(msg: ui.Event) -> None:
            assert msg.session is not None
            msg.session["basket"].append("pear")  # in place

        return ui.WebPage(
            ui.P(f"{session['visits']} {session['basket']} {session.user}"), ui.Button("Put", on_click=put)
        )

    @app.route("/in")
    def login(request: ui.Request) -> Response:
        request.session.login({"name": "ann", "id": 7})
        return JSONResponse(request.session.user)

    @app.route("/out")
    def logout(request: ui.Request) -> Response:
        request.session.logout()
        return JSONResponse(None)

    @app.route("/bad")
    def bad(request: ui.Request) -> Response:
        request.session["when"] = {"at": [time]}
        return JSONResponse(None)

    @app.route("/spoil")
    def spoil(request: ui.Request) -> Response:
        request.session["basket"].append(object())
        return JSONResponse(None)

    return app


async def visit(path: Path, cookies: Any = None, *urls: str) -> tuple[str, Any]:
    """What one life of a server shows at its start page, after `urls`, to a browser with these cookies."""
    async with Browser(shop(path)) as browser:
        if cookies is not None:
            browser.cookies = cookies
        for url in urls:
            await browser.request("GET", url)
        return (await browser.open()).text("p"), browser.cookies


@pytest.mark.covers("PC-20")
async def test_sessions_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    text, cookies = await visit(path)
    assert text == "1 [] None"
    async with Browser(shop(path)) as browser:
        browser.cookies = cookies
        tab = await browser.open()
        assert tab.text("p") == "2 [] None"
        await tab.click("Put")
        await tab.settled()
    text, cookies = await visit(path, cookies, "/in")
    assert text == "3 ['pear'] {'name': 'ann', 'id': 7}"
    text, cookies = await visit(path, cookies)
    assert text == "4 ['pear'] {'name': 'ann', 'id': 7}"
    assert (await visit(path))[0] == "1 [] None"  # somebody else
    assert (await visit(path, cookies, "/out"))[0] == "1 [] None"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_the_id_before_a_login_is_nobodys_after_a_restart_either(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    async with Browser(shop(path)) as browser:
        await browser.open()
        planted = browser.cookies.get("justui") or ""
        await browser.request("GET", "/in")
        tab = await browser.open()
        cookies = browser.cookies
        assert tab.text("p") == "2 [] {'name': 'ann', 'id': 7}"
    app = shop(path)
    async with Browser(app) as ann, Browser(app) as mallory:
        ann.cookies = cookies
        mallory.cookies.set("justui", planted)
        assert (await mallory.open()).text("p") == "1 [] None"
        assert (await ann.open()).text("p") == "3 [] {'name': 'ann', 'id': 7}"
        assert len({tab.session.identity for tab in app.tabs}) == 2


@pytest.mark.covers("PC-28")
async def test_another_key_makes_strangers_and_no_errors(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "sessions.db"
    _, cookies = await visit(path)
    async with Browser(shop(path, secret_key="another one")) as browser:
        browser.cookies = cookies
        tab = await browser.open()
        assert (tab.status, tab.text("p")) == (200, "1 [] None")
    assert "ERROR" not in caplog.text


async def test_concurrent_writes_of_several_tabs_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    app = shop(path)

    @app.route("/add/{n:int}")
    async def add(request: ui.Request, n: int) -> Response:
        request.session[str(n)] = n
        await asyncio.sleep(0)
        request.session["sum"] = request.session.get("sum", 0) + n
        return JSONResponse(None)

    async with Browser(app) as browser:
        await browser.open(join=False)
        await asyncio.gather(*(browser.request("GET", f"/add/{n}") for n in range(20)))
        cookies = browser.cookies
    app = shop(path)
    found: list[dict[str, Any]] = []

    @app.route("/all")
    def everything(request: ui.Request) -> Response:
        found.append(dict(request.session))
        return JSONResponse(None)

    async with Browser(app) as browser:
        browser.cookies = cookies
        # Twice at the same moment: they read the file, and get one session.
        await asyncio.gather(browser.request("GET", "/all"), browser.request("GET", "/all"))
        assert len(app.sessions._live) <= 1
    assert found[0] == {"visits": 1, "basket": [], "sum": 190, **{str(n): n for n in range(20)}}


@pytest.mark.parametrize("damage", ["garbage", "cut", "scratched", "empty tables"])
async def test_a_damaged_file_is_set_aside_with_a_message(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "sessions.db"
    _, cookies = await visit(path)
    whole = path.read_bytes()
    if damage == "empty tables":
        with sqlite3.connect(path) as file:
            file.execute("DROP TABLE sessions")
        file.close()
        whole = path.read_bytes()
    else:
        broken = {"garbage": b"no database at all\n" * 50, "cut": whole[: len(whole) // 2]}
        path.write_bytes(broken.get(damage) or whole[:4096] + os.urandom(len(whole) - 4096))
        whole = path.read_bytes()
    text, cookies = await visit(path, cookies)
    assert text == "1 [] None"
    (aside,) = [found for found in names(tmp_path) if ".damaged-" in found]
    assert (tmp_path / aside).read_bytes() == whole
    assert aside in caplog.text
    assert "people are strangers again" in caplog.text
    assert (await visit(path, cookies))[0] == "2 [] None"


async def test_a_file_that_breaks_while_it_is_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "sessions.db"
    store = FileStore(path)
    await store.open()
    session = Session("id", "identity", {"a": 1})
    await store.save(session)
    with sqlite3.connect(path) as file:
        file.execute("DROP TABLE sessions")
    file.close()
    session["a"] = 2
    await store.save(session)
    found = await store.load("id")
    await store.close()
    assert found is not None
    assert dict(found) == {"a": 2}
    assert "was set aside as sessions.db.damaged-" in caplog.text


async def test_files_of_others_are_not_touched(tmp_path: Path) -> None:
    foreign, later = tmp_path / "books.db", tmp_path / "later.db"
    with sqlite3.connect(foreign) as file:
        file.execute("CREATE TABLE books (title TEXT)")
    file.close()
    before = foreign.read_bytes()
    with pytest.raises(ui.ConfigError, match="the database of another program"):
        await FileStore(foreign).open()
    assert foreign.read_bytes() == before
    await (await opened(later)).close()
    with sqlite3.connect(later) as file:
        file.execute("PRAGMA user_version = 9")
    file.close()
    with pytest.raises(ui.ConfigError, match="format 9, this one reads 1"):
        await FileStore(later).open()
    with pytest.raises(ui.ConfigError, match="there is no folder"):
        await FileStore(tmp_path / "none" / "sessions.db").open()
    with pytest.raises(ui.ConfigError, match="cannot be written"):
        await FileStore(tmp_path).open()
    with pytest.raises(RuntimeError, match="another program"):  # the server does not start
        async with Browser(shop(foreign)):
            pass
    assert names(tmp_path) == ["books.db", "later.db"]


def names(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir())


async def opened(path: Path, **options: Any) -> FileStore:
    store = FileStore(path, **options)
    await store.open()
    return store


async def test_what_cannot_be_kept_is_named_where_it_is_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "sessions.db"
    app = shop(path)
    async with Browser(app) as browser:
        await browser.open()
        response = await browser.request("GET", "/bad")
        assert response.status == 500
        assert "session[&#39;when&#39;][&#39;at&#39;][0] = &lt;module" in response.text
        # In place it is found when it is stored; nothing of the rest is lost for the others.
        assert (await browser.request("GET", "/spoil")).status == 200
        assert "session['basket'][0] = <object object" in caplog.text
        caplog.clear()
        await app._sweep_once(1, time.monotonic())
        assert caplog.text == ""  # said once, until something is written


@pytest.mark.parametrize(
    "value",
    [{1: 2}, {"a": {None: 1}}, {1, 2}, b"bytes", float("nan"), float("inf"), object, Path("x"), ui.State(1), 1j],
)
async def test_no_value_comes_back_as_another_one(tmp_path: Path, value: object) -> None:
    store = await opened(tmp_path / "sessions.db")
    session = await Sessions("key", 100, store).find(None)
    with pytest.raises(ui.SessionError, match=r"session\['x'\]"):
        session["x"] = value
    with pytest.raises(ui.SessionError, match="is a string"):
        session[5] = 1  # type: ignore[index]
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ui.SessionError, match="nested more than"):
        session["x"] = endless
    session["x"] = fine = [1, -(2**70), 0.1, "ä\ud800\0", True, None, {"": []}]
    await store.save(session)
    found = await store.load(session.id)
    await store.close()
    assert found is not None
    assert found["x"] == fine


async def test_age_and_number_are_bounded_and_reading_is_no_writing(tmp_path: Path) -> None:
    store = await opened(tmp_path / "sessions.db", limit=2, precision=30)
    sessions = [Session(f"id{n}", f"identity{n}", {"n": n}) for n in range(4)]
    for n, session in enumerate(sessions):
        session.seen_at -= 100 * (4 - n)
        await store.save(session)
    await store.sweep(350)
    assert [await store.holds(session.identity) for session in sessions] == [False, False, True, True]
    found = await store.load("id3")
    assert found is not None
    assert 90 < time.monotonic() - found.seen_at < 110  # when it was seen is kept, too
    text = found.kept_text
    found.seen_at += 20
    await store.save(found)
    assert found.seen_at - found.kept_at == pytest.approx(20)  # not yet
    found.seen_at += 20
    await store.save(found)
    assert (found.kept_at, found.kept_text) == (found.seen_at, text)
    await store.close()


async def test_a_session_that_is_used_and_not_written_lives_on(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    store = await opened(path)
    sessions = Sessions("key", 100, store)
    session = await sessions.find(None)
    session["a"] = 1
    await sessions.save()
    session.seen_at = session.kept_at = time.monotonic() - 90
    await sessions.find(sessions.cookie(session))
    session.kept_text = ""
    await sessions.sweep()
    await sessions.close()
    again = Sessions("key", 100, await opened(path))
    found = await again.find(sessions.cookie(session))
    assert found == {"a": 1}
    assert time.monotonic() - found.seen_at < 5
    await again.close()


async def test_a_disk_that_takes_nothing_hurts_no_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "sessions.db"
    app = shop(path)
    async with Browser(app) as browser:
        await browser.open()
        with sqlite3.connect(path) as file:  # what a full disk is to the writer
            file.execute("CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
        file.close()
        with caplog.at_level(logging.ERROR):
            for visits in (2, 3):
                assert (await browser.open()).text("p") == f"{visits} [] None"
        assert caplog.text.count("sessions cannot be stored now") == 1
        with sqlite3.connect(path) as file:
            file.execute("DROP TRIGGER full")
        file.close()
        await eventually(lambda: not app.sessions._unsaved)
        cookies = browser.cookies
    assert (await visit(path, cookies))[0] == "4 [] None"


async def test_production_does_not_ask_for_a_key_that_the_file_has(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = await opened(tmp_path / "a.db"), await opened(tmp_path / "b.db")
    again = await opened(tmp_path / "a.db")
    assert len(first.secret()) >= 32
    assert first.secret() == again.secret() != second.secret()
    for store in (first, second, again):
        await store.close()
