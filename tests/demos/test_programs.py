"""Every demo as a program of its own, and the gallery as `python -m demos`: they start, serve, say where, and end."""

import re
import socket
import time
from pathlib import Path

import pytest

from demos.gallery import demos
from justui.testing import Browser
from tests.conftest import Serve
from tests.harness.server import ROOT

TITLES = {
    "svg_clock": "SVG clock",
    "own_html": "Own HTML",
    "drawing": "Drawing board",
    "site": "Leaf & Stem",
    "wizard": "Who is coming? · Supper club",
}


@pytest.mark.parametrize("name", [demo.name for demo in demos])
async def test_a_demo_runs_alone(serve: Serve, name: str) -> None:
    server = serve.program(ROOT / "demos" / f"{name}.py")
    async with Browser(server.address) as person:
        tab = await person.open("/")
        assert (tab.status, tab.state) == (200, "joined")
        assert tab.title == TITLES.get(name, name.replace("_", " ").capitalize())
    server.stop()
    assert "Traceback" not in server.log


@pytest.mark.covers("PC-30")
async def test_the_to_do_list_in_a_file_survives_a_restart(serve: Serve, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    server = serve.program(ROOT / "demos" / "to_do_file.py", environment={"TO_DO": str(file)})
    async with Browser(server.address) as ann, Browser(server.address) as bob:
        tab, other = await ann.open("/"), await bob.open("/")
        await tab.click(".list-none button")
        await tab.type("What is to be done?", "  Buy bread \n")
        await other.type("What is to be done?", "[x] H\u00fctte \u2028 in one line\n")
        await other.wait_for("Buy bread")
        await tab.wait_for("H\u00fctte")
        await tab.check("Buy bread")
        await other.wait_for(lambda: "line-through" in other.html(".list-none"))
    assert file.read_bytes().decode() == "[x] Buy bread\n[ ] [x] H\u00fctte \u2028 in one line\n"
    server.kill()  # nobody tells it
    file.write_bytes(file.read_bytes() + b"\r\n[ ]  By hand \r\nplain")
    server.start()
    async with Browser(server.address) as ann:
        tab = await ann.open("/")
        names = [tab.text(one) for one in tab.find_all(".list-none span")]
        assert names == ["Buy bread", "[x] H\u00fctte in one line", "By hand", "plain"]
        await tab.check("plain")
        await tab.settled()
    server.restart()
    async with Browser(server.address) as ann:
        tab = await ann.open("/")
        assert [tab.value(one) for one in tab.find_all(".list-none input")] == [True, False, False, True]
    assert file.read_bytes().endswith(b"[ ] By hand\n[x] plain\n")
    assert b"\r" not in file.read_bytes()
    assert not file.with_suffix(".new").exists()


async def test_the_gallery_runs_and_says_where(serve: Serve) -> None:
    server = serve.program(ROOT / "demos" / "__main__.py", folder=ROOT)
    server.wait_for_log(re.escape(server.address))
    async with Browser(server.address) as person:
        assert (await person.open("/")).title == "justui: Python on every screen"
        assert (await person.open("/clock")).state == "joined"
    server.stop()
    assert "Traceback" not in server.log


async def test_the_port_is_chosen_by_option_or_environment(serve: Serve) -> None:
    server = serve.program(ROOT / "demos" / "__main__.py", folder=ROOT, arguments=["--port", "0", "--no-open"])
    server.wait_for_log(re.escape(server.address))


@pytest.mark.covers("JY-21", "JY-22", "JY-23")
async def test_the_kiosk_ends_with_its_last_click(serve: Serve) -> None:
    """Its stopwatch runs while people press buttons; the end does not hang on open tabs, and only this machine gets in."""
    server = serve.program(ROOT / "demos" / "kiosk.py")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.port), timeout=5)
    async with Browser(server.address) as ann, Browser(server.address) as bob:
        tab, other = await ann.open("/"), await bob.open("/")
        await tab.wait_for(lambda: tab.text("output") > "00:00.3")
        began = time.monotonic()
        await tab.click("Pause")
        await other.wait_for("Go on")
        await tab.click("Reset")
        await other.wait_for(lambda: other.text("output") == "00:00.0")
        assert time.monotonic() - began < 1
        began = time.monotonic()
        await tab.click("Done")
        await other.wait_for(lambda: other.stream.closed == 1012)
        assert server.wait() == 0
        assert time.monotonic() - began < 5
    assert "Traceback" not in server.log


async def test_the_minutes_are_written_by_all_and_kept(serve: Serve, tmp_path: Path) -> None:
    environment = {"MINUTES": str(tmp_path / "minutes.db")}
    server = serve.program(ROOT / "demos" / "minutes.py", environment=environment)
    async with Browser(server.address) as ann, Browser(server.address) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        await hers.type("Your name", "Ann\n")
        await his.wait_for("Ann")
        text, seen = hers.shared("justui-editor"), his.shared("justui-editor")
        await hers.settled()
        text.insert(0, "Kept. ")
        await his.wait_for(lambda: str(seen).startswith("Kept. Minutes"))
        await his.wait_for("written by Ann")
        text.comment(0, 4, "For how long?")
        await his.wait_for("For how long?")
        assert [option.text_content()[9:] for option in his.find_all("option")[1:]] == ["Ann", "the form"]
    server.kill()
    again = serve.program(ROOT / "demos" / "minutes.py", environment=environment)
    async with Browser(again.address) as person:
        tab = await person.open("/")
        assert "Kept. Minutes" in tab.text("justui-editor")
        assert "For how long?" in tab.text("justui-comments")
        await tab.select("Earlier states", "1")
        await tab.wait_for(lambda: str(tab.shared("justui-editor")).startswith("Minutes"))
