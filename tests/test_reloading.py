"""Development reload, without a browser: what starts the program again, what ends it, and that nothing is left behind."""

import signal
import sys
from pathlib import Path

import pytest

import justui as ui
from justui.errors import ConfigError
from justui.reloading import Reloader
from justui.testing import Browser
from tests.harness.server import ProgramServer, children_of, free_port, is_there
from tests.harness.waiting import until

pytest.importorskip("watchfiles")

PROGRAM = """
import pathlib, sys, threading
import justui as ui
import helper

app = ui.App(templates="pages", config="settings.toml")

@app.route("/")
def index():
    return app.render("home.html", text=helper.TEXT, port=app.config.port)

if __name__ == "__main__":
    app.run(until=lambda: pathlib.Path("end").exists() or threading.Event().wait(), reload=True)
    print("after the run", len(sys.argv), flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(PROGRAM)
    (tmp_path / "helper.py").write_text("TEXT = 'one'\n")
    (tmp_path / "settings.toml").write_text("grace = 9\n")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "home.html").write_text("<p id=text>{{ text }}</p><p id=grace>9</p>")
    return tmp_path


async def shows(server: ProgramServer, text: str) -> None:
    async with Browser(server.address) as browser:
        assert (await browser.open()).text("#text") == text


@pytest.mark.covers("WO-20", "WO-25")
async def test_each_kind_of_file_starts_the_program_again(folder: Path) -> None:
    opened = folder / "opened.txt"
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {opened}\n')
    browser.chmod(0o755)
    environment = {"BROWSER": str(browser), "JUSTUI_OPEN_BROWSER": "1"}
    server = ProgramServer(folder / "app.py", arguments=["--flag"], environment=environment)
    with server:
        await shows(server, "one")
        changes = [
            ("helper.py", "TEXT = 'two'\n"),
            ("settings.toml", "grace = 8\n"),
            ("pages/home.html", "<p id=text>{{ text }}, anew</p>"),
        ]
        for number, (name, text) in enumerate(changes, 1):
            (folder / "notes.txt").write_text("no part of the program")
            (folder / "data.toml").write_text("no = 'part'")
            before = children_of(server.process.pid)
            (folder / name).write_text(text)
            server.wait_for_log(f"justui: {Path(name).name} has changed: starting again", seconds=20)
            until(lambda before=before: children_of(server.process.pid) not in (before, []), seconds=20)  # type: ignore[misc]
            assert server.log.count("starting again") == number
        await shows(server, "two, anew")
        assert opened.read_text() == f"{server.address}\n"  # once, and not by the one that watches
        # It ends by itself, as it was meant to: so does the one that watches.
        (folder / "end").touch()
        (folder / "helper.py").write_text("TEXT = 'three'\n")
        assert server.wait() == 0
        assert server.log.endswith("after the run 2\n")
        assert "Traceback" not in server.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_however_the_watching_one_ends(folder: Path, number: signal.Signals) -> None:
    server = ProgramServer(folder / "app.py")
    server.start()
    children = children_of(server.process.pid)
    assert len(children) == 1
    server.process.send_signal(number)
    server.wait()
    until(lambda: not is_there(children[0]))
    assert "Traceback" not in server.log


@pytest.mark.parametrize("target", ["app.py", "app:app"])
async def test_the_command_reloads_a_program_that_does_not_start_yet(folder: Path, target: str) -> None:
    (folder / "helper.py").write_text("TEXT = 'one\n")
    server = ProgramServer(folder / "app.py")
    server.command = [sys.executable, "-m", "justui", "run", "--reload", "--port", str(server.port), target, "x"]
    server.environment["JUSTUI_PORT"] = ""
    server.launch()
    try:
        server.wait_for_log("SyntaxError", seconds=20)
        server.wait_for_log("the program has ended with an error", seconds=20)
        (folder / "helper.py").write_text("TEXT = 'one'\n")
        server.wait_for_log(f"justui: http://127.0.0.1:{server.port}\n", seconds=20)
        await shows(server, "one")
    finally:
        server.stop()


def test_the_command_runs_a_program_with_its_own_settings(folder: Path) -> None:
    (folder / "other.toml").write_text(f"port = {free_port()}\nreload = false\n")
    (folder / "end").touch()
    text = PROGRAM.replace("reload=True", "port=1, host='192.0.2.1'")
    (folder / "app.py").write_text(text)
    server = ProgramServer(folder / "app.py")
    server.command = [sys.executable, "-m", "justui", "run", "--config", "other.toml", "app.py", "--flag", "--port"]
    server.environment |= {"JUSTUI_PORT": ""}
    server.launch()
    assert server.wait() == 0
    assert "after the run 3" in server.log
    assert f"justui: http://127.0.0.1:{(folder / 'other.toml').read_text().split()[2]}" in server.log
    server.command = [sys.executable, "-m", "justui", "run", "nowhere.py"]
    server.launch()
    assert server.wait() == 1
    assert server.log.endswith("justui: There is no program nowhere.py. Write a file, as app.py, or module:app.\n")


def test_without_watchfiles_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r'reload needs watchfiles: pip install "justui\[reload\]"'):
        Reloader([], [tmp_path])
    with pytest.raises(ConfigError, match="reload needs watchfiles"):
        ui.App().run(port=0, reload=True)
