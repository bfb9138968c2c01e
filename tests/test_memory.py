"""Law 10: what nobody shows any more is freed, at once and without the collector, and visits leave nothing behind."""

import asyncio
import gc
import os
import time
import weakref
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

import justui as ui
from justui import component as components
from justui.connection import SocketTransport
from justui.events import Event
from justui.outbox import Frame, Outbox
from justui.testing import Browser, Tab
from tests.harness.waiting import eventually

VISITS = 1000 if os.environ.get("CI") else 150
WARM = 20
"""Visits before the first count: what is made once is made by then."""


@contextmanager
def collector_off() -> Iterator[None]:
    """What is freed in here is freed by its last reference."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def census() -> Counter[str]:
    """How many there are of everything that the engine makes, the collector's work not awaited."""
    kinds = (ui.Component, ui.Tab, ui.Session, Outbox, Frame, Event, SocketTransport, asyncio.Task)
    things = [thing for thing in gc.get_objects() if isinstance(thing, kinds)]
    counts = Counter(type(thing).__name__ for thing in things)
    counts["targets"] = len(components.targets)
    return counts


class World:
    """An app with pages of every kind, and how people visit them."""

    def __init__(self, **settings: Any) -> None:
        self.app = ui.App(debug=False, secret_key="k", **settings)
        self.born: list[weakref.ref[ui.WebPage]] = []
        """The private pages that were made."""
        self.clock = ui.Span("0")
        self.secret = ui.Input(private=True, name="secret")
        self.shared = ui.WebPage(self.clock, self.secret, ui.Input(private=False, name="common"))
        self.app.route("/")(self.private_page)
        self.app.route("/shared")(lambda: self.shared)
        self.ended = 0

    def private_page(self, kind: str = "") -> ui.WebPage:
        page = ui.WebPage(ui.Span("here"), ui.Input(name="words"))
        ui.Button("Sync", on_click=tick, a=page)
        ui.Button("Async", on_click=wait_a_turn, a=page)
        ui.Button("Late", on_click=time_out, a=page)
        ui.Button("Raise", on_click=fail, a=page)
        ui.Button("Thread", on_click=ui.threaded(tick_in_thread), a=page)
        ui.Button("Notes", on_click=tell, a=page)
        if kind == "clock":
            page.add(self.clock)
        if kind == "busy":
            page.every(0.001)(tick)
            page.run_task(self.sleep_long())
        if kind == "cycle":
            ui.Button("Cycle", on_click=lambda: page.add("more"), a=page)
        page.on("join", tick)
        page.on("leave", tick)
        self.born.append(weakref.ref(page))
        return page

    async def sleep_long(self) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            self.ended += 1

    @property
    def alive(self) -> int:
        """How many private pages are still there."""
        return sum(1 for page in self.born if page() is not None)

    def later(self, seconds: float) -> None:
        """What the sweep would do so many seconds from now."""
        self.app.registry.look_after(time.monotonic() + seconds)


def tick(msg: Any) -> None:
    msg.page.add("tick")


async def wait_a_turn(msg: Any) -> None:
    msg.page.add("waiting")
    await asyncio.sleep(0)
    msg.page.add("done")


async def time_out(msg: Any) -> None:
    try:
        await asyncio.wait_for(asyncio.get_running_loop().create_future(), 0.001)
    except TimeoutError:
        msg.page.add("too late")
    async with asyncio.timeout(0):
        await asyncio.sleep(3600)


def fail() -> None:
    raise LookupError("as expected")


def tick_in_thread(msg: Any) -> None:
    msg.page.add("from a thread")


def tell(msg: Any) -> None:
    msg.tab.notify("hello")
    msg.page.components[1].value = ""
    msg.page.components[1].focus()
    msg.page.title = "another"


@asynccontextmanager
async def visiting(world: World) -> AsyncIterator[Browser]:
    async with Browser(world.app) as browser:
        yield browser


# One page


async def type_words(tab: Tab) -> None:
    await tab.type("words", "letters")


async def drop_and_resume(tab: Tab) -> None:
    await tab.click("Sync")
    tab.drop()
    await tab.resume()


async def stall(tab: Tab) -> None:
    tab.stall()
    await tab.click("Sync")
    await tab.click("Notes")
    tab.flow()


async def stay_stalled(tab: Tab) -> None:
    tab.stall()
    await tab.click("Sync")
    await tab.click("Sync")


async def send_nonsense(tab: Tab) -> None:
    await tab.send("nonsense")
    await tab.wait_for(lambda: tab.state == "dropped")


def click(button: str) -> Callable[[Tab], Awaitable[None]]:
    async def click_it(tab: Tab) -> None:
        await tab.click(button)
        await tab.settled()

    return click_it


DEEDS = {
    "nothing": lambda tab: asyncio.sleep(0),
    **{name: click(name) for name in ("Sync", "Async", "Late", "Raise", "Thread", "Notes")},
    "typing": type_words,
    "resuming": drop_and_resume,
    "stalling": stall,
    "staying stalled": stay_stalled,
    "nonsense": send_nonsense,
}


@pytest.mark.parametrize("how", ["leaves", "drops"])
@pytest.mark.parametrize("deed", DEEDS)
async def test_a_private_page_dies_at_once_with_its_tab(deed: str, how: str) -> None:
    world = World()
    async with visiting(world) as browser:
        tab = await browser.open("/")
        with collector_off():
            await DEEDS[deed](tab)
            server_tab = weakref.ref(world.app.tabs[0])
            if how == "leaves" and tab.state == "joined":
                await tab.leave()
            else:
                tab.drop()
                await eventually(lambda: world.app.tabs[0].dropped_at is not None)
                world.later(world.app.config.grace + 1)
            await eventually(lambda: world.alive == 0 and server_tab() is None)
