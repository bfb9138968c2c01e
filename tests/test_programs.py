"""Whole programs, as a user writes and starts them, in processes of their own: what they say, and how they end."""

import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any, Protocol

import pytest

from justui.testing import Browser
from tests.conftest import Serve
from tests.harness.server import ROOT, ProgramServer, free_port
from tests.harness.waiting import eventually


class Write(Protocol):
    def __call__(self, text: str, name: str = ..., **options: Any) -> ProgramServer: ...


@pytest.fixture
def program(tmp_path: Path) -> Any:
    """A program of this text, not started yet; ended after the test."""
    made: list[ProgramServer] = []

    def write(text: str, name: str = "app.py", **options: Any) -> ProgramServer:
        path = tmp_path / name
        path.write_text("import asyncio, threading, time\nimport justui as ui\n" + dedent(text))
        as_module = options.pop("as_module", False)
        made.append(ProgramServer(f"{path.stem}:app" if as_module else path, folder=tmp_path, **options))
        return made[-1]

    yield write
    for server in made:
        if server.running:
            server.kill()


CLOCK = """
    page = ui.WebPage(ui.P("0", id="ticks"), title="Clock")

    @page.every(0.01)
    def tick():
        page.components[0].text = str(int(page.components[0].text) + 1)
"""


async def sees_the_clock(server: ProgramServer) -> None:
    async with Browser(server.address) as browser:
        tabs = [await browser.open(), await browser.open()]
        for tab in tabs:
            assert tab.title == "Clock"
            await tab.wait_for(lambda tab=tab: int(tab.text("#ticks")) > 3)  # type: ignore[misc]


@pytest.mark.covers("JP-02", "JP-11")
async def test_a_page_is_a_program(program: Write) -> None:
    server = program(CLOCK + "\n    ui.run(page)")
    with server:
        await sees_the_clock(server)
    assert server.log == f"justui: {server.address}\n"


async def test_an_app_is_served_by_uvicorn(program: Write) -> None:
    server = program(CLOCK + "\n    app = ui.App()\n    app.route('/')(lambda: page)", as_module=True)
    with server:
        await sees_the_clock(server)
    assert "no secret_key is set" in server.log
    assert "Traceback" not in server.log


async def test_an_app_is_run_by_itself(program: Write) -> None:
    with program(CLOCK + "\n    app = ui.App()\n    app.route('/')(lambda: page)\n    app.run()") as server:
        await sees_the_clock(server)


@pytest.mark.covers("JP-02")
async def test_a_function_is_a_program(program: Write) -> None:
    text = """
        def index(request):
            return ui.P("for " + request.query_params.get("name", "nobody"))

        ui.run(index)
    """
    with program(text) as server:
        async with Browser(server.address) as browser:
            assert (await browser.open("/?name=ada")).text("p") == "for ada"


def test_importing_justui_starts_nothing() -> None:
    """No thread, no loop, no socket, no output, no task, no signal handler; and no server library is running."""
    check = """
import asyncio, gc, signal, socket, sys, threading
before = signal.getsignal(signal.SIGINT), len(threading.enumerate())
import justui as ui
page = ui.WebPage(ui.P("x"))
page.every(1)(lambda: None)
app = ui.App()
app.route("/")(lambda: page)
assert (signal.getsignal(signal.SIGINT), len(threading.enumerate())) == before
alive = [thing for thing in gc.get_objects() if isinstance(thing, (socket.socket, asyncio.AbstractEventLoop))]
assert alive == [], alive
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", check], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_collector_is_spared_what_is_alive_at_the_start_of_the_first_app() -> None:
    """Once: who comes later finds it done, by another App or by whoever tests, and undoes nothing of it."""
    check = """
import asyncio, gc
import justui as ui
from justui.collector import collector
from justui.testing import Browser

def app():
    app = ui.App(debug=True)
    app.route("/")(lambda: ui.WebPage())
    return app

def most_is_spared():
    return gc.get_freeze_count() > 10 * len(gc.get_objects())

async def main():
    usual = gc.get_threshold()
    assert not most_is_spared()
    async with Browser(app()):
        assert most_is_spared()
        assert gc.get_threshold() > usual
        new = [[]]
        async with Browser(app()):
            assert any(thing is new for thing in gc.get_objects()), "what is spared was decided at the first start"
        assert most_is_spared()
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == usual
    collector.spare()
    async with Browser(app()):
        pass
    assert most_is_spared()
    # Apps that overlap, the first of which ends first.
    collector.spare_no_longer()
    first, second = Browser(app()), Browser(app())
    await first.__aenter__()
    await second.__aenter__()
    await first.__aexit__(None, None, None)
    assert most_is_spared()
    assert gc.get_threshold() > usual
    await second.__aexit__(None, None, None)
    assert gc.get_freeze_count() == 0

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", check], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# How programs end


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "TERM"])
async def test_a_signal_ends_a_program_in_order(program: Write, sign: signal.Signals) -> None:
    text = """
        page = ui.WebPage()

        async def work():
            try:
                await asyncio.Event().wait()
            finally:
                print("cleaned up")

        page.on("join", lambda: page.run_task(work()))
        ui.run(page, startup=lambda: ui.run_task(work()))
    """
    with program(text) as server:
        async with Browser(server.address) as browser:
            tab = await browser.open()
            server.process.send_signal(sign)
            await tab.wait_for(lambda: tab.stream.closed == 1012)
            assert tab.stream.reason == "5.0"
        code = server.wait()
    assert code in {0, -sign}
    assert server.log.count("cleaned up") == 2
    assert "Traceback" not in server.log
    assert "never awaited" not in server.log
    assert "destroyed" not in server.log


@pytest.mark.parametrize("kind", ["sync", "async", "lambda of a coroutine"])
async def test_a_program_ends_when_until_has_returned(program: Write, kind: str) -> None:
    text = f"""
        joined = threading.Event()

        async def end_later():
            while not joined.is_set():
                await asyncio.sleep(0.01)
            print("until has returned")

        def end():
            joined.wait()
            print("until has returned")

        page = ui.WebPage(ui.Button("End", on_click=joined.set))
        app = ui.App()
        app.route("/")(lambda: page)
        app.run(until={ {"sync": "end", "async_": "end_later"}.get(kind.replace("async", "async_"), "lambda: end_later()") })
        print("and the program goes on")
    """
    with program(text) as server:
        async with Browser(server.address) as browser:
            tab, other = await browser.open(), await browser.open()
            await tab.click("End")
            await other.wait_for(lambda: other.stream.closed == 1012)
        assert server.wait() == 0
    assert server.log == f"justui: {server.address}\nuntil has returned\nand the program goes on\n"


async def test_an_error_in_until_is_the_programs_error(program: Write) -> None:
    server = program(
        """
        def end():
            raise LookupError("no end")

        ui.run(ui.WebPage(), until=end)
        """
    )
    server.launch()
    assert server.wait() == 1
    assert server.log.rstrip().endswith("LookupError: no end")
    assert "app.py" in server.log


async def test_until_does_not_hold_up_the_end(program: Write) -> None:
    with program("ui.run(ui.WebPage(), until=lambda: threading.Event().wait())"):
        pass  # ended by Ctrl-C


@pytest.mark.covers("JP-03")
@pytest.mark.parametrize("kind", ["def", "async def"])
async def test_a_startup_that_raises_ends_the_program_with_a_traceback(program: Write, kind: str) -> None:
    server = program(
        f"""
        {kind} startup():
            raise LookupError("no database")

        ui.run(ui.WebPage(), startup=startup)
        """
    )
    server.launch()
    assert server.wait() not in {0, None}
    assert "LookupError: no database" in server.log
    assert 'app.py", line' in server.log
    assert "in startup" in server.log


@pytest.mark.covers("JP-03")
@pytest.mark.parametrize("kind", ["async", "sync"])
async def test_a_startup_that_never_returns_is_named_and_can_be_ended(program: Write, kind: str) -> None:
    body = {"async": "await asyncio.Event().wait()", "sync": "while True: time.sleep(0.05)"}[kind]
    server = program(
        f"""
        {"async " if kind == "async" else ""}def startup():
            {body}

        ui.run(ui.WebPage(), startup=startup, slow_startup=0.1)
        """
    )
    server.launch()
    server.wait_for_log(r"startup startup\(\) has not returned for 0.1 s; the server waits for it", seconds=15)
    server.process.send_signal(signal.SIGINT)
    assert server.wait() != 0
    assert "in startup" in server.log  # and it says where it was


@pytest.mark.covers("PC-01")
async def test_a_busy_port_that_was_asked_for(program: Write) -> None:
    text = "ui.run(ui.WebPage())"
    with program(text) as first:
        second = program(text, port=first.port)
        second.launch()
        assert second.wait() == 1
        assert f"justui: port {first.port} is taken. End the program that has it, or change JUSTUI_PORT\n" in second.log
        assert "Traceback" not in second.log


async def test_a_busy_port_that_was_not_asked_for(program: Write) -> None:
    text = 'ui.run(ui.WebPage(ui.P("here")))'
    with program(text, environment={"JUSTUI_PORT": ""}) as first:
        second = program(text, environment={"JUSTUI_PORT": ""})
        with second:
            assert second.port != first.port
            assert f"justui: port 8000 is taken, so {second.port} is used" in second.log
            async with Browser(second.address) as browser:
                assert (await browser.open()).text("p") == "here"


async def test_a_thread_of_the_program_pushes(program: Write) -> None:
    text = """
        page = ui.WebPage(ui.P("0", id="n"))

        def work():
            for number in range(100000):
                page.components[0].text = str(number)
                page.update()
                time.sleep(0.005)

        threading.Thread(target=work, daemon=True).start()
        ui.run(page)
    """
    with program(text) as server:
        async with Browser(server.address) as browser:
            tab = await browser.open()
            before = int(tab.text("#n"))
            await tab.wait_for(lambda: int(tab.text("#n")) > before + 5)
    assert "Traceback" not in server.log


# What goes wrong in a program is in its log, with its file


async def test_errors_go_to_the_log_and_name_the_users_file(program: Write) -> None:
    text = """
        app = ui.App()

        @app.route("/")
        def index(num: str = "1"):
            page = ui.WebPage(ui.P(str(10 / int(num))), ui.Button("Fail", on_click=fail))
            page.on("join", lambda: page.run_task(fail_in_a_task()))
            return page

        def fail():
            raise LookupError("in a handler")

        async def fail_in_a_task():
            raise LookupError("in a task")

        app.run()
    """
    with program(text) as server:
        async with Browser(server.address) as browser:
            tab = await browser.open("/?num=x")
            assert tab.status == 500
            assert "ValueError in index()" in tab.text()
            tab = await browser.open("/?num=3")
            await tab.click("Fail")
            await tab.wait_for(lambda: tab.faults)
            assert "app.py" in tab.faults[0]["text"]
            for words in ("ValueError: invalid literal", "LookupError: in a handler", "LookupError: in a task"):
                server.wait_for_log(words)
            assert server.log.count('app.py", line') >= 3
            assert (await browser.open("/?num=2")).text("p") == "5.0"


async def test_a_public_address_is_production(program: Write, serve: Serve) -> None:
    text = """
        def fail():
            raise LookupError("secret")

        ui.run(lambda: ui.Button("Fail", on_click=fail))
    """
    with program(text, environment={"JUSTUI_HOST": "0.0.0.0"}) as server:
        server.wait_for_log("no secret_key is set: a random one was made, and sessions end with this server")
        async with Browser(server.address) as browser:
            tab = await browser.open()
            await tab.click("Fail")
            await tab.wait_for(lambda: tab.faults)
            assert "secret" not in "".join(tab.frames)
            server.wait_for_log(f"reference {tab.faults[0]['ref']}")


async def test_a_name_that_justui_does_not_have(program: Write) -> None:
    server = program('ui.label("x")')
    server.launch()
    assert server.wait() == 1
    assert "AttributeError: justui has no 'label'. Did you mean ui.Text or Span?" in server.log


async def test_wrong_settings_are_said_before_anything_starts(program: Write) -> None:
    server = program("ui.run(ui.WebPage(), gracee=5)")
    server.launch()
    assert server.wait() == 1
    assert "There is no setting 'gracee'. Did you mean grace?" in server.log
    assert "justui: http" not in server.log


async def test_other_peoples_tabs_go_on_when_a_handler_ends_badly(program: Write) -> None:
    text = """
        page = ui.WebPage(ui.P("0", id="n"))

        def count(msg):
            page.components[0].text = str(int(page.components[0].text) + 1)
            if msg.session.get("unlucky"):
                raise RuntimeError("unlucky")
            msg.session["unlucky"] = True

        ui.Button("Count", on_click=count, a=page)
        ui.run(page)
    """
    with program(text) as server:
        async with Browser(server.address) as alice, Browser(server.address) as bob:
            tab, other = await alice.open(), await bob.open()
            for number in (1, 2, 3):
                await tab.click("Count")
                await other.wait_for(lambda number=number: other.text("#n") == str(number))  # type: ignore[misc]
            await eventually(lambda: len(tab.faults) == 2)
            assert other.faults == []


@pytest.mark.covers("WO-20")
async def test_a_program_opens_a_browser_and_says_nothing_when_it_is_told_so(program: Write, tmp_path: Path) -> None:
    text = 'import justui as ui\nui.run(ui.WebPage(ui.H1("Hello")), open_browser=True, quiet=True, base_path="/test")\n'
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.new && mv {opened}.new {opened}\n')
    browser.chmod(0o755)
    server = program(text, environment={"BROWSER": str(browser)})
    server.start()
    await eventually(opened.exists)
    assert opened.read_text().strip() == f"{server.address}/test/"
    assert "justui:" not in server.log
    server.stop()
    opened.unlink()
    server.environment["JUSTUI_OPEN_BROWSER"] = "0"  # on a server, whatever the program says
    server.start()
    assert not opened.exists()


@pytest.mark.covers("PC-01", "WO-25")
async def test_the_same_program_runs_elsewhere_by_a_file_alone(program: Write, tmp_path: Path) -> None:
    text = """
        app = ui.App(config="settings.yaml", host="192.0.2.1", port=1, threads=3, templates="nowhere", debug=True)

        def meet():  # each call holds its thread until as many are there as the pool has
            return together.wait(10)

        together = threading.Barrier(5)

        @app.route("/")
        async def index():
            await asyncio.gather(*(ui.in_thread(meet) for _ in range(5)))
            return app.render("home.html", threads=threading.active_count())

        app.run(port=2)
        print("blocked until now", flush=True)
    """
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "home.html").write_text("<p>{{ threads }}</p>")
    settings = tmp_path / "settings.yaml"
    port = free_port()
    settings.write_text(f"port: {port}\nhost: 127.0.0.1\nthreads: 5\ndebug: no\ntemplates: {pages}\nbase_path: /test\n")
    server = program(text, environment={"JUSTUI_PORT": "", "JUSTUI_HOST": ""})
    with server:
        assert f"justui: http://127.0.0.1:{port}/test/\n" in server.log
        assert "blocked until now" not in server.log
        async with Browser(f"http://127.0.0.1:{port}") as browser:
            assert (await browser.open("/test/")).status == 200
            assert "There is no page" not in (await browser.open("/test/nowhere")).text()
            # One thread too few, and the barrier would break.
    assert "blocked until now" in server.log
    settings.write_text("port: 8001\n\nprot: 8002\n")
    server.launch()
    assert server.wait() == 1
    assert "ConfigError: settings.yaml, line 3: there is no setting 'prot'. Did you mean port?" in server.log
