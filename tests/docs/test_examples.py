"""Every program in docs/examples runs, and does what the page that shows it says."""

import importlib
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser
from tests.conftest import Serve
from tests.docs.documents import PAGES, ROOT, blocks

FOLDER = ROOT / "docs" / "examples"
Story = Callable[[Any], Awaitable[None]]
"""What people do, with the address of a server, or with an app."""


async def hello(server: Any) -> None:
    async with Browser(server) as person:
        tab = await person.open("/")
        assert (tab.title, tab.text("h1")) == ("Hello", "Hello, world!")


async def clock(server: Any) -> None:
    async with Browser(server) as ann, Browser(server) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        first = hers.text("span")
        await hers.wait_for(lambda: hers.text("span") != first)
        await his.wait_for(lambda: his.text("span") == hers.text("span"))
        assert {operation[0] for operation in hers.operations} == {"t"}
        assert max(len(frame) for frame in hers.frames if frame.startswith('[["t"')) < 30


async def counter(server: Any) -> None:
    async with Browser(server) as person:
        mine, other = await person.open("/"), await person.open("/")
        await mine.click("Count")
        await mine.click("Count")
        await mine.wait_for(lambda: mine.text("h1") == "2")
        assert other.text("h1") == "0"


async def notes(server: Any) -> None:
    async with Browser(server) as ann, Browser(server) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        await his.type("Your line", "not ready")
        await hers.type("For everybody", "Saturday:\n")
        await his.wait_for(lambda: his.value("For everybody") == "Saturday:\n")
        await hers.type("Your line", "Bread\n")
        await his.wait_for(lambda: his.value("For everybody") == "Saturday:\nBread\n")
        await hers.wait_for(lambda: hers.value("Your line") == "")
        assert his.value("Your line") == "not ready"


async def report(server: Any) -> None:
    async with Browser(server) as person:
        tab, other = await person.open("/"), await person.open("/")
        await tab.fill("Number", "12")
        await tab.click("Make the report")
        await tab.wait_for("Working …")
        assert tab.find("button").disabled
        await other.fill("Number", "2")
        await other.click("Make the report")
        await other.wait_for("Working …")
        assert "The answer" not in tab.text()
        await tab.wait_for("The answer is 144.")
        await other.wait_for("The answer is 4.")
        assert not tab.find("button").disabled


async def chat(server: Any) -> None:
    async with Browser(server) as ann:
        tab = await ann.open("/")
        assert tab.url.endswith("/who")
        await tab.type("Your name", "Ann\n")
        await tab.wait_for("Chat")
        again = await ann.open("/")
        await again.type("Say something", "Me again\n")
        await tab.wait_for("Ann: Me again")


async def poll(server: Any) -> None:
    async with Browser(server) as ann, Browser(server) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        await hers.click("Tabs")
        await his.click("Both")
        await hers.wait_for(
            lambda: [bar.attributes["value"] for bar in hers.find_all("progress")] == ["0.5", "0.0", "0.5"]
        )
        assert [count.text_content() for count in hers.find_all("li > span")] == ["1", "0", "1"]


async def quiz(server: Any) -> None:
    async with Browser(server) as person:
        tab = await person.open("/")
        await tab.click("Start")
        await tab.wait_for("2 + 2")
        await tab.click("4")
        await tab.wait_for("Norway")
        await tab.click("Bergen")
        await tab.wait_for("1 of 2 right")


async def joint_editor(server: Any) -> None:
    async with Browser(server) as ann, Browser(server) as bob:
        hers, his = [(await person.open("/")).shared("justui-editor") for person in (ann, bob)]
        hers.append("from Ann")
        his.append("from Bob")
        await ann.tabs[0].wait_for(lambda: str(hers) == str(his) and len(hers) == 16)


PROGRAMS: dict[str, Story] = {
    story.__name__: story for story in (hello, clock, counter, notes, report, chat, joint_editor)
}
MODULES: dict[str, Story] = {story.__name__: story for story in (poll, quiz)}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Imports an example, as `uvicorn` does in its folder."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


@pytest.mark.parametrize("name", PROGRAMS)
async def test_a_program_does_what_it_should(serve: Serve, name: str) -> None:
    server = serve.program(FOLDER / f"{name}.py")
    await PROGRAMS[name](server.address)
    server.stop()
    assert "Traceback" not in server.log


@pytest.mark.parametrize("name", MODULES)
async def test_a_module_does_what_it_should(module: Callable[[str], Any], name: str) -> None:
    found = module(name)
    if not (app := getattr(found, "app", None)):
        app = ui.App()
        app.route("/")(lambda: found.page)
    await MODULES[name](app)


async def test_the_chat_can_be_mounted(module: Callable[[str], Any]) -> None:
    async with Browser(module("mounted").site) as person:
        assert "/chat/" in (await person.open("/", join=False)).text()
        tab = await person.open("/chat/")
        await tab.type("Your name", "Ann\n")
        await tab.wait_for("Chat")
        assert tab.url.endswith("/chat/")
        await tab.type("Say something", "Hello\n")
        await tab.wait_for("Ann: Hello")


async def test_the_chat_runs_below_a_prefix(serve: Serve) -> None:
    server = serve.program(
        "chat:app", folder=FOLDER, arguments=["--root-path", "/chat", "--ws-per-message-deflate", "false"]
    )
    async with Browser(server.address) as person:
        tab = await person.open("/who", join=False)  # no proxy stands here to take the prefix off
        assert "/chat/_justui/" in tab.response.text
        assert "Path=/chat;" in (tab.response.header("set-cookie") or "")


def test_the_test_in_the_tutorial_passes() -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        os.devnull,
        "--rootdir",
        str(FOLDER),
        "-p",
        "no:cacheprovider",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    answer = subprocess.run(
        [*command, "test_chat.py"], cwd=FOLDER, env=environment, capture_output=True, text=True, check=False
    )
    assert "1 passed" in answer.stdout, answer.stdout + answer.stderr


def test_every_example_is_shown_and_run() -> None:
    shown = {block.file.name for page in PAGES for block in blocks(page) if block.file and block.file.parent == FOLDER}
    assert shown == {path.name for path in FOLDER.iterdir() if path.suffix in (".py", ".conf")}
    ported = {path.name for path in FOLDER.glob("from_*.py")}  # test_ported.py
    assert {f"{name}.py" for name in (*PROGRAMS, *MODULES)} | {
        "test_chat.py",
        "mounted.py",
        "nginx.conf",
    } | ported == shown
