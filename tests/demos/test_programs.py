"""Every demo as a program of its own, and the gallery as `python -m demos`: they start, serve, say where, and end."""

import re
import socket
import time

import pytest

from demos.gallery import demos
from justui.testing import Browser
from tests.conftest import Serve
from tests.harness.server import ROOT


@pytest.mark.parametrize("name", [demo.name for demo in demos])
async def test_a_demo_runs_alone(serve: Serve, name: str) -> None:
    server = serve.program(ROOT / "demos" / f"{name}.py")
    async with Browser(server.address) as person:
        tab = await person.open("/")
        assert (tab.status, tab.state) == (200, "joined")
        assert tab.title == name.replace("_", " ").capitalize().replace("Svg", "SVG").replace("html", "HTML")
    server.stop()
    assert "Traceback" not in server.log


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
