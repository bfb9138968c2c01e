"""Work beside the handlers: tasks, timers, worker threads, plain threads; where they end, and where their errors go."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

import justui as ui
from justui.errors import HandlerError, UsageError
from justui.testing import Browser
from tests.harness.waiting import eventually


def app_of(page: ui.WebPage, **settings: Any) -> ui.App:
    app = ui.App(**{"debug": True, **settings})
    app.route("/")(lambda: page)
    return app


async def forever(ended: list[str], name: str = "task") -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ended.append(name)


# run_task


@pytest.mark.covers("JP-04")
async def test_a_task_of_the_startup_lives_as_long_as_the_server(caplog: pytest.LogCaptureFixture) -> None:
    page = ui.WebPage(ui.P("0", id="count"))
    count = page.components[0]
    gate: asyncio.Queue[None] = asyncio.Queue()
    ended: list[str] = []

    async def tick() -> None:
        try:
            while True:
                await gate.get()
                count.text = str(int(count.text) + 1)
                await page.update()
        finally:
            ended.append("tick")

    async def startup() -> None:
        ui.run_task(tick())

    async with Browser(app_of(page, startup=startup)) as browser:
        tab = await browser.open()
        for number in (1, 2, 3):
            gate.put_nowait(None)
            await tab.wait_for(lambda number=number: tab.text("#count") == str(number))  # type: ignore[misc]
        assert ended == []
    assert ended == ["tick"]
    assert caplog.records == []


@pytest.mark.covers("JP-04")
async def test_the_error_of_a_task_is_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    async def fail_in_the_background() -> None:
        raise LookupError("gone")

    app = app_of(ui.WebPage())
    told: list[tuple[str, object]] = []
    app.on_error(lambda error, msg: told.append((str(error), msg)))
    async with Browser(app):
        app.run_task(fail_in_the_background())
        await eventually(lambda: told)
    assert told == [("gone", None)]
    assert "fail_in_the_background failed" in caplog.text
    assert "test_background.py" in caplog.text


async def test_tasks_of_handlers_page_functions_and_threads_run_in_the_loop() -> None:
    threads: dict[str, int] = {}
    app = ui.App(debug=True)

    async def note(name: str) -> None:
        threads[name] = threading.get_ident()

    @app.route("/")
    def index() -> ui.WebPage:
        ui.run_task(note("page function"))
        return ui.WebPage(ui.Button("Go", on_click=lambda: ui.run_task(note("handler"))))

    async with Browser(app) as browser:
        await (await browser.open()).click("Go")
        await asyncio.to_thread(lambda: ui.run_task(note("thread")))
        await asyncio.to_thread(lambda: app.run_task(note("thread, by the App")))
        await eventually(lambda: len(threads) == 4)
        assert set(threads.values()) == {threading.get_ident()}


async def test_a_page_that_a_task_makes_belongs_to_no_request() -> None:
    """Although the task was begun by a page function."""
    app = ui.App(debug=True)
    made: list[ui.WebPage] = []

    async def make() -> None:
        made.append(ui.WebPage())

    @app.route("/")
    async def index() -> ui.WebPage:
        ui.run_task(make())
        await eventually(lambda: made)
        return ui.WebPage()

    async with Browser(app) as browser:
        await browser.open()
        assert made[0].is_shared
        assert not app.tabs[0].page.is_shared


def coroutine_function() -> Callable[[], Coroutine[Any, Any, None]]:
    async def tick() -> None: ...

    return tick


@pytest.mark.parametrize("owner", ["app", "page"])
def test_what_is_no_coroutine_is_refused(owner: str) -> None:
    def work() -> None: ...

    where: Callable[[Any], None] = ui.run_task if owner == "app" else ui.WebPage().run_task

    with pytest.raises(HandlerError, match=r"run_task wants a coroutine: run_task\(tick\(\)\)"):
        where(coroutine_function())
    with pytest.raises(HandlerError, match=r"work is not async; use await ui.in_thread\(work\)"):
        where(work)
    with pytest.raises(HandlerError, match="run_task wants a coroutine"):
        where(None)


def test_without_a_server_there_is_no_task() -> None:
    """And the coroutine is closed, so that nothing warns that it was never awaited."""
    tick = coroutine_function()
    with pytest.raises(UsageError, match=r"No server runs yet. Use startup=, or @page.every\(1\)"):
        ui.run_task(tick())
    with pytest.raises(UsageError, match="No server runs yet"):
        ui.App().run_task(tick())


# Tasks and timers of a page


async def test_tasks_of_a_private_page_end_with_its_last_tab() -> None:
    ended: list[str] = []
    app = ui.App(debug=True)

    @app.route("/")
    def index() -> ui.WebPage:
        page = ui.WebPage(ui.Button("Go", on_click=lambda msg: msg.page.run_task(forever(ended, "begun by a handler"))))
        page.run_task(forever(ended, "begun by the page function"))
        return page

    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Go")
        await tab.settled()
        assert ended == []
        await tab.leave()
        await eventually(lambda: len(ended) == 2)


async def test_tasks_of_a_shared_page_end_with_the_server() -> None:
    ended: list[str] = []
    page = ui.WebPage()
    page.run_task(forever(ended))
    app = app_of(page)
    async with Browser(app) as browser:
        await (await browser.open()).leave()
        await eventually(lambda: not app.tabs)
        assert (await browser.open()).state == "joined"
        assert ended == []
    assert ended == ["task"]


@pytest.mark.covers("JP-11")
async def test_a_timer_declared_before_the_server_ticks_in_every_tab() -> None:
    page = ui.WebPage(ui.P("0", id="count"))
    count = page.components[0]

    @page.every(0.01)
    def tick() -> None:
        count.text = str(int(count.text) + 1)

    async with Browser(app_of(page)) as browser:
        first, second = await browser.open(), await browser.open()
        for tab in (first, second):
            await tab.wait_for(lambda tab=tab: int(tab.text("#count")) > 5)  # type: ignore[misc]
            texts = [int(operation[2]) for operation in tab.operations if operation[0] == "t"]
            assert texts == list(range(texts[0], texts[0] + len(texts)))


@pytest.mark.covers("JP-08")
async def test_who_comes_late_sees_the_present_state_in_the_html() -> None:
    page = ui.WebPage(ui.P("Loading...", id="count"))
    ticks = 0

    @page.every(0.01)
    def tick() -> None:
        nonlocal ticks
        ticks += 1
        page.components[0].text = f"tick {ticks}"

    async with Browser(app_of(page)) as browser:
        await eventually(lambda: ticks > 3)
        before = ticks
        tab = await browser.open(join=False)
        assert int(tab.text("#count").removeprefix("tick ")) >= before


async def test_timers_of_a_private_page_end_with_its_last_tab() -> None:
    app = ui.App(debug=True)
    ticks: list[str] = []

    @app.route("/")
    def index(name: str) -> ui.WebPage:
        page = ui.WebPage()
        page.every(0.01)(lambda: ticks.append(name))
        return page

    async with Browser(app) as browser:
        first = await browser.open("/?name=first")
        await browser.open("/?name=second")
        await eventually(lambda: {"first", "second"} <= set(ticks))
        running = len(app.tasks)
        await first.leave()
        await eventually(lambda: len(app.tasks) == running - 1)
        ticks.clear()
        await eventually(lambda: len(ticks) > 3)
        assert set(ticks) == {"second"}


async def test_an_error_in_a_tick_does_not_end_the_timer(caplog: pytest.LogCaptureFixture) -> None:
    page = ui.WebPage(title="Unsteady clock")
    ticks = 0

    @page.every(0.01)
    def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 2:
            raise LookupError("the second tick")

    app = app_of(page)
    told: list[str] = []
    app.on_error(lambda error: told.append(str(error)))
    async with Browser(app):
        await eventually(lambda: ticks > 4)
    assert told == ["the second tick"]
    assert caplog.text.count("failed (reference") == 1
    assert "test_background.py" in caplog.text


async def test_a_slow_tick_is_waited_for() -> None:
    page = ui.WebPage()
    gate = asyncio.Event()
    inside, most, begun = 0, 0, 0

    @page.every(0.005)
    async def tick() -> None:
        nonlocal inside, most, begun
        inside, begun = inside + 1, begun + 1
        most = max(most, inside)
        if begun == 2:
            await gate.wait()
        await asyncio.sleep(0)
        inside -= 1

    quick = 0

    @page.every(0.005)
    def other() -> None:
        nonlocal quick
        quick += 1

    async with Browser(app_of(page)):
        await eventually(lambda: quick > 10)
        assert begun == 2
        gate.set()
        await eventually(lambda: begun > 4)
        assert most == 1


async def test_a_tick_follows_the_rules_of_handlers() -> None:
    page = ui.WebPage(ui.P("before", id="shown"))
    shown = page.components[0]
    events: list[ui.Event] = []

    @page.every(0.01)
    def tick(msg: ui.Event) -> bool:
        events.append(msg)
        shown.text = "after"
        return True

    async with Browser(app_of(page)) as browser:
        tab = await browser.open()
        await eventually(lambda: len(events) > 3)
        await tab.settled()
        assert tab.operations == []
        assert (events[0].page, events[0].tab, events[0].session) == (page, None, None)
        await page.update()
        await tab.wait_for("after")


@pytest.mark.parametrize("seconds", [0, -1, None, "1"])
def test_a_timer_wants_seconds(seconds: Any) -> None:
    with pytest.raises(HandlerError, match=r"Write @page.every\(1\)"):
        ui.WebPage().every(seconds)


def test_a_timer_without_brackets_is_refused() -> None:
    def tick() -> None: ...

    with pytest.raises(HandlerError, match=r"Write @page.every\(1\)"):
        ui.WebPage().every(tick)  # type: ignore[arg-type]


async def test_timers_begin_again_with_the_next_server() -> None:
    page = ui.WebPage()
    ticks: list[int] = []
    page.every(0.01)(lambda: ticks.append(1))
    app = app_of(page)
    for _ in range(2):
        ticks.clear()
        async with Browser(app):
            await eventually(lambda: len(ticks) > 2)


# Join and leave


async def test_join_and_leave_are_told_once_a_tab(caplog: pytest.LogCaptureFixture) -> None:
    page = ui.WebPage(ui.P("nobody", id="who"))
    seen: list[tuple[str, int, bool]] = []

    def join(msg: ui.Event) -> None:
        seen.append(("join", len(page.tabs), msg.tab in page.tabs))
        page.components[0].text = f"{len(page.tabs)} here"

    async def leave(component: ui.Component, msg: ui.Event) -> None:
        seen.append(("leave", len(page.tabs), msg.tab in page.tabs))
        page.components[0].text = f"{len(page.tabs)} here"

    def fail() -> None:
        raise LookupError("at the door")

    page.on("join", join)
    page.on("join", fail)
    page.on("leave", leave)
    async with Browser(app_of(page)) as browser:
        first = await browser.open()
        await first.wait_for("1 here")
        second = await browser.open()
        await first.wait_for("2 here")
        second.drop()
        await second.resume()
        await second.leave()
        await first.wait_for("1 here")
        assert seen == [("join", 1, True), ("join", 2, True), ("leave", 1, False)]
        assert [fault["title"] for fault in first.faults] == ["LookupError: at the door"]
    assert caplog.text.count("LookupError: at the door") == 2


async def test_a_page_that_was_only_looked_at_has_no_leave() -> None:
    page = ui.WebPage()
    left: list[int] = []
    page.on("leave", lambda: left.append(1))
    app = app_of(page, join_time=0)
    async with Browser(app) as browser:
        await browser.open(join=False)
        assert app.registry.unjoined == 1
        await eventually(lambda: app.registry.unjoined == 0)
        assert left == []


# Threads


@pytest.mark.covers("JP-05")
async def test_a_plain_thread_pushes_to_every_tab() -> None:
    page, other = ui.WebPage(ui.P("0", id="count")), ui.WebPage()
    count = page.components[0]
    other.add(ui.Div(count))
    app = app_of(page)
    app.route("/other")(lambda: other)

    def work() -> None:
        for number in range(1, 51):
            count.text = str(number)
            count.update() if number % 2 else page.update()

    async with Browser(app) as browser:
        tabs = [await browser.open(), await browser.open(), await browser.open("/other")]
        thread = threading.Thread(target=work)
        thread.start()
        for tab in tabs:
            await tab.wait_for(lambda tab=tab: tab.text("#count") == "50")  # type: ignore[misc]
            texts = [int(operation[2]) for operation in tab.operations if operation[0] == "t"]
            assert texts == sorted(texts)
        await asyncio.to_thread(thread.join)


@pytest.mark.covers("JP-06")
def test_an_update_without_tabs_or_server_is_nothing() -> None:
    page = ui.WebPage(ui.P("x"))
    page.components[0].text = "y"
    page.update()
    page.components[0].update()


async def test_slow_sync_work_goes_into_a_thread_and_back() -> None:
    shown = ui.P("idle", id="shown")
    begin, gate = threading.Event(), threading.Event()
    threads: list[int] = []

    def work(number: int, *, more: int) -> int:
        threads.append(threading.get_ident())
        begin.wait(5)
        shown.text = "in the thread"
        shown.update()
        gate.wait(5)
        return number + more

    async def go(msg: ui.Event) -> None:
        shown.text = "working"
        shown.text = f"result {await ui.in_thread(work, 1, more=2)}"

    page = ui.WebPage(shown, ui.Button("Go", on_click=go), ui.Button("Open", on_click=gate.set))
    async with Browser(app_of(page)) as browser:
        tab = await browser.open()
        await tab.click("Go")
        await tab.wait_for("working")
        begin.set()
        await tab.wait_for("in the thread")
        await tab.click("Open")  # the loop is free meanwhile
        await tab.wait_for("result 3")
        assert threads != [threading.get_ident()]


async def test_a_thread_that_holds_up_the_end_is_named(caplog: pytest.LogCaptureFixture) -> None:
    begun, gate = threading.Event(), threading.Event()

    @ui.threaded
    def long_work() -> None:
        begun.set()
        gate.wait(5)

    async with Browser(app_of(ui.WebPage(ui.Button("Go", on_click=long_work)))) as browser:
        await (await browser.open()).click("Go")
        await eventually(begun.is_set)
    gate.set()
    assert "still in a worker thread: long_work(); the program ends when that has returned" in caplog.text


async def test_an_error_in_a_thread_is_raised_where_it_is_awaited() -> None:
    def work() -> None:
        raise LookupError("in the thread")

    with pytest.raises(LookupError, match="in the thread"):
        await ui.in_thread(work)


async def test_a_threaded_handler_keeps_its_shape_and_its_tab() -> None:
    seen: list[tuple[object, ...]] = []
    loop_thread = threading.get_ident()

    @ui.threaded
    def none() -> None:
        seen.append(("none", threading.get_ident() != loop_thread))
        ui.notify("from the thread")

    @ui.threaded
    def one(msg: ui.Event) -> None:
        seen.append(("one", msg.type))

    class Shop:
        @ui.threaded
        def two(self, component: ui.Component, msg: ui.Event) -> bool:
            seen.append(("two", component is msg.target))
            return True

    functions: list[Callable[..., Any]] = [none, one, Shop().two]
    page = ui.WebPage(*(ui.Button(f"Go {n}", on_click=function) for n, function in enumerate(functions)))
    async with Browser(app_of(page)) as browser:
        tab = await browser.open()
        for number in range(3):
            await tab.click(f"Go {number}")
            await eventually(lambda number=number: len(seen) == number + 1)  # type: ignore[misc]
        assert seen == [("none", True), ("one", "click"), ("two", True)]
        await tab.wait_for(lambda: [note["text"] for note in tab.notes] == ["from the thread"])


async def test_a_private_field_has_its_tabs_value_in_a_thread() -> None:
    box = ui.Input(private=True, name="box")
    seen: list[str] = []

    @ui.threaded
    def look() -> None:
        seen.append(box.value)

    page = ui.WebPage(box, ui.Button("Go", on_click=look))
    async with Browser(app_of(page)) as browser:
        tab, other = await browser.open(), await browser.open()
        await other.type("box", "not this")
        await tab.type("box", "mine")
        await tab.click("Go")
        await eventually(lambda: seen)
        assert seen == ["mine"]


async def test_async_functions_have_no_business_in_threads() -> None:
    tick = coroutine_function()
    with pytest.raises(HandlerError, match="threaded is for functions that are not async; tick is"):
        ui.threaded(tick)
    with pytest.raises(HandlerError, match="in_thread is for functions that are not async; tick is"):
        await ui.in_thread(tick)  # type: ignore[unused-coroutine]
    with pytest.raises(HandlerError, match="in_thread wants a function, got 5"):
        await ui.in_thread(5)  # type: ignore[arg-type]


# Messages to the person


async def test_notify_belongs_to_the_handlers_tab() -> None:
    page = ui.WebPage(
        ui.Button("Me", on_click=lambda: ui.notify("for me", "success")),
        ui.Button("All", on_click=lambda msg: msg.page.notify("for all")),
    )
    async with Browser(app_of(page)) as browser:
        tab, other = await browser.open(), await browser.open()
        await tab.click("Me")
        await tab.click("All")
        await tab.wait_for(lambda: len(tab.notes) == 2)
        await other.wait_for(lambda: other.notes)
        assert tab.notes == [{"text": "for me", "kind": "success"}, {"text": "for all", "kind": "info"}]
        assert other.notes == [{"text": "for all", "kind": "info"}]
    with pytest.raises(UsageError, match=r"ui.notify belongs to a handler's tab and none is running"):
        ui.notify("nobody")
