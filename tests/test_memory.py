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


@pytest.fixture(autouse=True)
def only_what_is_new() -> None:
    """What other tests have left is not counted."""
    gc.collect()
    gc.freeze()


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
    """Errors are thrown into what waits here; no timer is left behind, for asyncio keeps its context."""
    never = asyncio.get_running_loop().create_future
    try:
        await asyncio.wait_for(never(), 0.001)
    except TimeoutError:
        msg.page.add("too late")
    async with asyncio.timeout(0):
        await never()


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


@pytest.mark.parametrize("kind", ["", "clock", "busy"])
async def test_a_private_page_that_nobody_joins_dies_with_its_time(kind: str) -> None:
    world = World()
    async with visiting(world) as browser:
        with collector_off():
            await browser.open(f"/?kind={kind}", join=False)
            world.later(world.app.config.join_time - 1)
            assert world.alive == 1
            world.later(world.app.config.join_time + 1)
            await eventually(lambda: world.alive == 0)


async def test_tasks_and_timers_end_with_their_page() -> None:
    world = World()
    async with visiting(world) as browser:
        before = len(world.app.tasks)
        with collector_off():
            tab = await browser.open("/?kind=busy")
            await tab.wait_for("tick")
            assert len(world.app.tasks) == before + 2
            await tab.leave()
            await eventually(lambda: world.alive == 0 and world.ended == 1 and len(world.app.tasks) == before)


async def test_a_replaced_socket_holds_nothing() -> None:
    world = World()
    async with visiting(world) as browser:
        tab = await browser.open("/")
        with collector_off():
            copy = await browser.open("/", join=False)
            copy.document.boot = tab.document.boot
            await copy.join()
            await tab.wait_for(lambda: tab.state == "dropped")
            assert tab.stream.closed == 4002
            await copy.leave()
            world.later(world.app.config.join_time + 1)
            await eventually(lambda: world.alive == 0)


async def test_an_app_that_stops_lets_all_go() -> None:
    world = World()
    with collector_off():
        async with visiting(world) as browser:
            tabs = [await browser.open(url) for url in ("/", "/?kind=busy", "/?kind=clock", "/shared")]
            await tabs[1].wait_for("tick")
        await eventually(lambda: world.alive == 0 and len(world.app.tasks) == 0)
        assert world.app.tabs == world.shared.tabs == []


# Cycles that programs make


async def test_cycles_of_handlers_are_left_to_a_collection_in_an_idle_moment() -> None:
    world = World()
    registry = world.app.registry
    async with visiting(world) as browser:
        with collector_off():
            await visits(world, browser, leave_a_cycle, 60)
            assert world.alive == 60
            registry.collect_released(late=1.0)
            assert world.alive == 60, "a busy moment was taken"
            registry.collect_released(late=0.0)
            await eventually(lambda: world.alive == 0)
            await visits(world, browser, leave_a_cycle, 60)
            registry.collect_released(late=0.0)
            assert world.alive == 60, "there was no rest after the last collection"


async def test_few_pages_are_not_worth_a_collection() -> None:
    world = World()
    async with visiting(world) as browser:
        with collector_off():
            await visits(world, browser, leave_a_cycle, 20)
            world.app.registry.collect_released()
            assert world.alive == 20


async def test_pages_that_the_program_holds_do_not_call_the_collector_again_and_again() -> None:
    world = World()
    async with visiting(world) as browser:
        with collector_off():
            held: list[ui.WebPage | None] = []

            async def be_held(browser: Browser) -> None:
                tab = await browser.open("/")
                held.append(world.born[-1]())
                await gone(browser, tab)

            await visits(world, browser, be_held, 60)
            world.app.registry.collect_released()
            assert world.alive == 60
            assert world.app.registry._released == []


# Many visits


async def gone(browser: Browser, tab: Tab) -> None:
    """Leave, and forget the tab on the client's side, too."""
    await tab.leave()
    browser.tabs.remove(tab)


async def leave_private(browser: Browser, url: str = "/") -> None:
    tab = await browser.open(url)
    await tab.click("Sync")
    await gone(browser, tab)


async def leave_a_cycle(browser: Browser) -> None:
    await gone(browser, await browser.open("/?kind=cycle"))


async def leave_with_shared_component(browser: Browser) -> None:
    await leave_private(browser, "/?kind=clock")


async def leave_shared(browser: Browser) -> None:
    tab = await browser.open("/shared")
    await tab.type("secret", "mine")
    await tab.type("common", "x")
    await gone(browser, tab)


async def never_join(browser: Browser) -> None:
    browser.tabs.remove(await browser.open("/?kind=clock", join=False))


async def drop(browser: Browser) -> None:
    tab = await browser.open("/")
    tab.drop()
    browser.tabs.remove(tab)


async def drop_shared(browser: Browser) -> None:
    tab = await browser.open("/shared")
    tab.drop()
    browser.tabs.remove(tab)


async def come_as_somebody_new(browser: Browser) -> None:
    browser.cookies.clear()
    await leave_private(browser)


async def go_in_the_middle(browser: Browser) -> None:
    tab = await browser.open("/?kind=busy")
    await tab.click("Async")
    await tab.click("Late")
    tab.drop()
    browser.tabs.remove(tab)


async def be_refused(browser: Browser) -> None:
    tab = await browser.open("/")
    await tab.send("[]")
    await tab.wait_for(lambda: tab.state == "dropped")
    await gone(browser, tab)


VISITORS = [
    leave_private,
    leave_with_shared_component,
    leave_shared,
    never_join,
    drop,
    drop_shared,
    come_as_somebody_new,
    go_in_the_middle,
    be_refused,
]


async def visits(world: World, browser: Browser, visit: Callable[[Browser], Awaitable[None]], count: int) -> None:
    """Many visits, one after the other, and what time does behind them."""
    for number in range(count):
        await visit(browser)
        if number % 20 == 19:
            world.clock.text = str(number)
            world.clock.update()
            world.later(world.app.config.grace + 1)
    await eventually(lambda: all(tab.dropped_at is not None for tab in world.app.tabs))
    world.later(world.app.config.grace + 1)
    await eventually(lambda: not world.app.tabs and world.app.registry.unjoined == 0)
    await eventually(lambda: not any("Transport" in name or name == "Tab" for name in census()))


@pytest.mark.parametrize("visit", VISITORS)
async def test_visits_leave_nothing_behind(visit: Callable[[Browser], Awaitable[None]]) -> None:
    """Counted with the collector off: so the engine makes no cycles, and forgets everything by itself."""
    world = World()
    async with visiting(world) as browser:
        with collector_off():
            await visits(world, browser, visit, WARM)
            await eventually(lambda: world.alive == 0)
            before = census()
            await visits(world, browser, visit, VISITS)
            await eventually(lambda: world.alive == 0)
            await eventually(lambda: more_than(before) == {}, what=f"flat counts: {more_than(before)}")
            assert_forgotten(world)


def more_than(before: Counter[str]) -> dict[str, int]:
    """What there is more than there was. A few are always on their way out."""
    return {name: count for name, count in (census() - before).items() if count > 3}


def assert_forgotten(world: World) -> None:
    """Every table that knows visitors or pages is empty."""
    registry, shared = world.app.registry, world.shared
    shared.update()
    assert not registry._tabs
    assert not registry._unjoined
    assert not registry._joined
    assert not shared._delivery.tabs
    assert not shared._delivery.hosts
    assert not shared._delivery._batches
    assert not shared._delivery._held_with
    assert shared._delivery.fresh is None
    for part in (shared, world.clock, world.secret):
        assert not part._changed
        assert not part._moved
        assert not part._marked
        parents = part._parents
        assert not isinstance(parents, dict) or len(parents) <= 2 * WARM


async def test_a_component_that_many_showed_forgets_them() -> None:
    """Else every change of it would go on visiting the pages of that day."""
    world = World()
    async with visiting(world) as browser:
        tabs = [await browser.open("/?kind=clock", join=False) for _ in range(40)]
        world.clock.text = "now"
        world.clock.update()
        assert len(world.clock.parents) == 41
        del tabs
        with collector_off():
            world.later(world.app.config.join_time + 1)
            await eventually(lambda: world.alive == 0)
            world.clock.text = "later"
            assert isinstance(world.clock._parents, dict)
            assert len(world.clock._parents) == 1


async def test_a_component_on_many_pages_costs_as_much_as_there_are() -> None:
    """Batches that wait on many pages belong together; each page knows that in one place."""
    world = World()
    async with visiting(world) as browser:
        for number in range(30):
            await browser.open("/?kind=clock", join=False)
            world.clock.text = str(number)  # pending, so that the next one who comes closes it for all
        pages = [page for reference in world.born if (page := reference()) is not None]
        assert len({id(page._delivery._held_with) for page in pages} - {id(None)}) == 1
        await world.shared.update()
        assert [page._delivery._held_with for page in pages] == [None] * 30


async def test_private_values_go_with_their_fields() -> None:
    world = World()
    async with visiting(world) as browser:
        tab = await browser.open("/shared")
        with collector_off():
            for number in range(20):
                ui.Input(private=True, name=f"n{number}", a=world.shared)
                world.shared.update()
                await tab.wait_for(lambda name=f"[name=n{number}]": tab.find_all(name))  # type: ignore[misc]
                await tab.type(f"n{number}", "mine")
                await tab.settled()
                world.shared.components.pop()
                world.shared.update()
            await tab.settled()
            await eventually(lambda: len(world.app.tabs[0]._private or ()) == 0)


async def test_sessions_end_with_their_time() -> None:
    world = World()

    @world.app.route("/write")
    def write(request: Any) -> ui.WebPage:
        request.session["seen"] = True
        return ui.WebPage()

    async with visiting(world) as browser:
        for _ in range(30):
            browser.cookies.clear()
            await gone(browser, await browser.open("/write"))
        store = world.app.sessions.store
        kept = weakref.WeakSet(thing for thing in gc.get_objects() if isinstance(thing, ui.Session))
        assert len(kept) >= 30
        with collector_off():
            await store.sweep(world.app.config.session_age)
            assert len(kept) >= 30
            await store.sweep(-1)
            await eventually(lambda: len(kept) <= 1)
            assert len(world.app.sessions._live) <= 1


@pytest.mark.parametrize("bound", [{"outbox_bytes": 20_000}, {"outbox_frames": 50}])
async def test_the_outbox_of_a_tab_that_is_away_stays_bounded(bound: dict[str, int]) -> None:
    world = World(**bound)
    async with visiting(world) as browser:
        away, stalled, here = [await browser.open("/shared") for _ in range(3)]
        away.drop()
        await eventually(lambda: any(tab.outbox.transport is None for tab in world.app.tabs))
        stalled.stall()
        for number in range(500):
            world.clock.text = f"{number:0200}"
            world.clock.update()
            if number % 20 == 0:
                await here.wait_for(lambda text=world.clock.text: here.find("span").text_content() == text)  # type: ignore[misc]
        for tab in world.app.tabs:
            assert tab.outbox._bytes <= 20_000 or "outbox_frames" in bound
            assert len(tab.outbox._waiting) + len(tab.outbox._sent) <= bound.get("outbox_frames", 500)
        assert len(world.shared._delivery._batches) == 0
        await away.resume()
        stalled.flow()
        for late in (away, stalled):
            await late.wait_for(lambda late=late: late.find("span").text_content() == world.clock.text)  # type: ignore[misc]


async def test_memory_stays_flat_with_the_collector_on() -> None:
    world = World()
    kinds = [*VISITORS, leave_a_cycle]
    async with visiting(world) as browser:
        for visit in kinds:
            await visits(world, browser, visit, WARM)
        gc.collect()
        before = census()
        for visit in kinds:
            await visits(world, browser, visit, VISITS // 5)
        gc.collect()
        assert more_than(before) == {}
        assert world.alive == 0
