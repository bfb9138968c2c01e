"""`ui.window`: a plain script that drives one page in a browser."""

import asyncio
import socket
import sys
import time
from pathlib import Path

import pytest

import justui as ui
from justui import wire
from justui.errors import HandlerError, RemoteTimeout, UsageError
from justui.testing import Browser
from tests.harness.server import ROOT, ProgramServer
from tests.harness.waiting import until

OPENER = """
import asyncio, sys
from pathlib import Path
from justui.testing import Browser

async def look(address):
    async with Browser(address) as person:
        tab = await person.open("/")
        await tab.wait_for(lambda: tab.stream.closed == 1012)
        Path(__file__).with_name("seen.part").write_text(tab.text("#results"))
        Path(__file__).with_name("seen.part").rename(Path(__file__).with_name("seen"))

asyncio.run(look(sys.argv[1]))
"""


@pytest.mark.covers("JY-32")
def test_a_script_drives_the_page_that_it_opens(tmp_path: Path) -> None:
    (tmp_path / "opener.py").write_text(OPENER)
    command = f"{sys.executable} {tmp_path / 'opener.py'} %s"  # in place of the person's browser
    server = ProgramServer(ROOT / "docs" / "examples" / "hosts" / "script.py", environment={"BROWSER": command})
    server.launch()
    assert server.wait() == 0
    assert [line for line in server.log.splitlines() if "justui:" not in line] == ["Measuring has come to step 3."]
    until((tmp_path / "seen").exists)
    assert (tmp_path / "seen").read_text().split("\n") == [f"{n} squared is {n * n}" for n in (1, 2, 3)]


@pytest.mark.covers("JY-32")
async def test_before_a_browser_is_there_it_waits_or_raises() -> None:
    window = ui.window(ui.P("here", id="text"), open_browser=False, quiet=True, timeout=0)
    for use in (lambda: window.tab, lambda: window.address, lambda: window.port):
        with pytest.raises(UsageError, match=r"not open\. Write: with ui\.window"):
            use()
    window.start()
    try:
        with pytest.raises(UsageError, match="open already"):
            window.start()
        with pytest.raises(RemoteTimeout, match=rf"No browser has shown {window.address} within 0 s"):
            _ = window.tab
        async with Browser(window.address) as person:
            tab = await person.open("/")
            assert tab.text("#text") == "here"
            assert window.tab.page.is_shared
    finally:
        window.stop()


@pytest.mark.covers("JY-32")
async def test_it_waits_until_the_browser_comes_and_frees_its_port() -> None:
    window = ui.window(html="<!doctype html><html><head></head><body><p id=a>1</p></body></html>", open_browser=False)
    window.start()
    port = window.port
    waiting = asyncio.create_task(asyncio.to_thread(lambda: window.tab))
    async with Browser(window.address) as person:
        seen = await person.open("/")
        tab = await waiting
        assert seen.response.text.startswith("<!doctype html><html><head><script")
        assert await asyncio.to_thread(lambda: str(tab.dom.a.text)) == "1"
        began = time.monotonic()
        await asyncio.to_thread(window.stop)
        assert time.monotonic() - began < 5
    assert not window.running
    socket.create_server(("127.0.0.1", port)).close()
    window.stop()  # once more does no harm


async def test_it_shows_what_an_app_has_or_a_function_returns() -> None:
    app = ui.App()

    @app.expose
    def double(number: int) -> int:
        return 2 * number

    window = ui.window(lambda: app.render_text("{{ justui() }}<p id=a></p>"), app=app, open_browser=False, quiet=True)
    window.start()
    try:
        async with Browser(window.address) as person:
            tab = await person.open("/")
            assert await tab.server.double(4) == 8
            assert not window.tab.page.is_shared
    finally:
        window.stop()


@pytest.mark.covers("JY-32")
async def test_code_runs_in_the_page_and_gives_its_value() -> None:
    window = ui.window(open_browser=False, quiet=True).start()
    try:
        async with Browser(window.address) as person:
            tab = await person.open("/")
            asked = asyncio.create_task(asyncio.to_thread(lambda: window.tab.run_javascript("1 + 1").eval()))
            await tab.wait_for(lambda: any(operation[0] == wire.RUN for operation in tab.operations))
            await tab.answer(2)
            assert await asked == 2
            late = asyncio.to_thread(lambda: window.tab.run_javascript("1 + 1", timeout=0.01).eval())
            with pytest.raises(RemoteTimeout, match=r"did not answer within 0\.01 s"):
                await late
            with pytest.raises(UsageError, match=r"Write: await tab\.run_javascript"):
                window.tab.run_javascript("1 + 1").eval()
    finally:
        window.stop()


async def test_the_newest_tab_is_meant() -> None:
    window = ui.window(open_browser=False, quiet=True).start()
    try:
        async with Browser(window.address) as person:
            first = await person.open("/")
            old = window.tab
            await first.leave()
            second = await person.open("/")
            assert second.title == "justui"
            new = window.tab
            assert new is not old
            assert new.alive
    finally:
        window.stop()


def test_a_server_that_does_not_start_is_not_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise LookupError("no start")

    window = ui.window(app=ui.App(startup=fail), open_browser=False, quiet=True)
    with pytest.raises(UsageError, match="has ended; the log says why"), window:
        pass
    assert not window.running
    assert "no start" in caplog.text


def test_mistakes_are_named() -> None:
    with pytest.raises(HandlerError, match="wants a page, a component or a function"):
        ui.window("<p>")  # type: ignore[arg-type]
    with pytest.raises(HandlerError, match="a page or html=, not both"):
        ui.window(ui.P(), html="<p>")
    with pytest.raises(HandlerError, match="debug are settings of the App"):
        ui.window(app=ui.App(), debug=True)
