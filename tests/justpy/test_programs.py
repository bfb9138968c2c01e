"""JustPy programs as people start them: in a process of their own, and in a real browser."""

import gc
import threading
import weakref
from pathlib import Path
from typing import Any

from playwright.async_api import expect

import justui.justpy as jp
from justui.testing import Browser
from tests.conftest import Serve
from tests.harness.browser import People
from tests.harness.waiting import eventually
from tests.justpy.showing import shown

PROGRAM = """
import justui.justpy as jp
from justui.justpy import *


def clicked(self, msg):
    self.text = f"{asyncio.__name__} {msg.page.title}"


@jp.SetRoute("/other")
def other():
    wp = WebPage()
    Div(text="other", a=wp)
    return wp


def hello():
    wp = jp.WebPage(title="Program")
    jp.Button(text="Press", click=clicked, a=wp)
    return wp


jp.justpy(hello, startup=lambda: print("startup ran", jp.WebPage.loop is not None, flush=True))
"""


async def test_a_program_with_one_line_changed(serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    server = serve.program(path)
    server.wait_for_log("startup ran True")
    async with Browser(server.address) as person:
        tab = await person.open("/")
        await tab.click("Press")
        await tab.wait_for("asyncio Program")
        assert (await person.open("/other")).text() == "other"
        assert (await person.open("/nowhere")).status == 404
    server.stop()
    assert "Traceback" not in server.log


async def test_the_server_ends_when_the_program_says_so(serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import justui.justpy as jp\n"
        "def page():\n"
        "    wp = jp.WebPage()\n"
        "    jp.Button(text='End', a=wp, click=lambda self, msg: setattr(jp.get_server(), 'should_exit', True))\n"
        "    return wp\n"
        "jp.justpy(page)\n"
        "print('and on', flush=True)\n"
    )
    server = serve.program(path)
    async with Browser(server.address) as person:
        tab = await person.open("/")
        await tab.click("End")
    server.wait_for_log("and on")


async def test_in_a_real_browser(serve: Serve, person: People) -> None:
    def start(self: Any, msg: Any) -> None:
        msg.page.dragged = self.text

    def drop(self: Any, msg: Any) -> None:
        self.text = f"got {msg.page.dragged}"

    def moved(self: Any, msg: Any) -> None:
        self.text = f"at {msg.pageX > 0} {msg.event_type}"

    async def ready(self: Any, msg: Any) -> None:
        await self.run_javascript("document.querySelector('#swatch').textContent.length", request_id="r")

    def result(self: Any, msg: Any) -> None:
        self.out.text = f"{msg.request_id} {msg.result}"

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Div(text="swatch", id="swatch", classes="bg-red-500 bg-opacity-50 flex flex-no-wrap", a=wp)
        jp.Div(text="card", id="card", draggable=True, dragstart=start, classes="w-32 p-4", a=wp)
        jp.Div(text="slot", id="slot", drop=drop, classes="w-32 p-4", a=wp)
        mouse = jp.Div(text="mouse", id="mouse", additional_properties=["pageX"], a=wp)
        mouse.add_event("mousemove")
        mouse.on("mousemove", moved, throttle=50)
        field = jp.Input(a=wp, id="field", set_focus=True)
        jp.P(a=wp, id="echo", model=[wp, "typed"])
        field.model = [wp, "typed"]
        wp.out = jp.Div(text="-", id="out", a=wp)
        wp.on("page_ready", ready)
        wp.on("result_ready", result)
        return wp

    jp.justpy(page, start_server=False)
    server = serve(jp.app)
    tab = (await (await person()).open(server.address)).page
    await expect(tab.locator("#out")).to_have_text("r 6")
    await expect(tab.locator("#field")).to_be_focused()
    await tab.keyboard.type("typed here", delay=5)
    await expect(tab.locator("#echo")).to_have_text("typed here")
    await tab.drag_and_drop("#card", "#slot")
    await expect(tab.locator("#slot")).to_have_text("got card")
    await tab.hover("#mouse")
    await expect(tab.locator("#mouse")).to_have_text("at True mousemove")
    await expect(tab.locator("#swatch")).to_have_css("flex-wrap", "nowrap")
    assert await tab.evaluate("getComputedStyle(document.documentElement).colorScheme") in ("light", "normal")


async def test_a_thread_sends_an_update() -> None:
    wp = jp.WebPage(delete_flag=False)
    out = jp.Div(text="old", a=wp)

    def work() -> None:
        out.text = "from a thread"
        wp.update()

    async with shown(lambda: wp) as tab:
        thread = threading.Thread(target=work)
        thread.start()
        await tab.wait_for("from a thread")
        thread.join()


async def test_a_private_page_goes_with_its_tab_without_the_collector() -> None:
    made: list[weakref.ref[jp.WebPage]] = []

    def typed(self: Any, msg: Any) -> None:
        msg.page.data["n"] = self.value

    def page() -> jp.WebPage:
        wp = jp.WebPage(data={"n": "1"})
        form = jp.Form(a=wp)
        jp.Input(a=form, placeholder="here", input=typed, model=[wp, "n"], additional_properties=["x"])
        jp.A(text="a", href="/", a=wp)
        jp.Icon(icon="dog", a=wp)
        jp.Button(text="b", a=wp, click=lambda self, msg: setattr(self, "text", "pressed"))
        made.append(weakref.ref(wp))
        return wp

    gc.collect()
    gc.disable()
    try:
        async with shown(page) as tab:
            await tab.type("here", "2")
            await tab.click("b")
            await tab.wait_for("pressed")
            assert made[0]() is not None
            await tab.leave()
            await eventually(lambda: made[0]() is None)
    finally:
        gc.enable()
