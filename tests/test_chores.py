"""`Chores`: timers and tasks of a page begin when it is shown, can be added from anywhere, and leave nothing behind."""

import asyncio
import gc
import weakref

import pytest

import justui as ui
from justui.testing import Browser
from tests.harness.waiting import eventually


def app_of(page: ui.WebPage) -> ui.App:
    app = ui.App(debug=True)
    app.route("/")(lambda: page)
    return app


async def test_a_task_that_has_ended_is_forgotten() -> None:
    page = ui.WebPage()
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    async with Browser(app_of(page)) as browser:
        await browser.open()
        for _ in range(50):
            page.run_task(work())
        await eventually(lambda: len(done) == 50)
        await eventually(lambda: not page._with_chores()._ends)


async def test_tasks_and_timers_are_begun_from_threads() -> None:
    page = ui.WebPage()
    seen: list[str] = []

    async def work() -> None:
        seen.append("task")

    @ui.threaded
    def begin() -> None:
        page.run_task(work())
        page.every(0.01)(lambda: seen.append("tick"))

    page.add(ui.Button("Begin", on_click=begin))
    async with Browser(app_of(page)) as browser:
        await (await browser.open()).click("Begin")
        await eventually(lambda: {"task", "tick"} <= set(seen))


async def test_what_is_begun_after_the_end_is_said_and_closed(caplog: pytest.LogCaptureFixture) -> None:
    app = ui.App(debug=True)

    async def work_after_the_end() -> None:
        raise AssertionError("the page has ended")

    @app.route("/")
    def index() -> ui.WebPage:
        page = ui.WebPage()
        page.every(1)(lambda: None)
        return page.on("leave", lambda: page.run_task(work_after_the_end()))

    async with Browser(app) as browser:
        await (await browser.open()).leave()
        await eventually(lambda: "work_after_the_end did not run: its page has ended" in caplog.text)
    assert "For work that outlives a page use ui.run_task." in caplog.text


async def test_a_page_that_is_never_shown_leaves_nothing_behind() -> None:
    """No "coroutine was never awaited": warnings fail the test."""
    pages: list[weakref.ref[ui.WebPage]] = []
    app = ui.App(debug=True)

    @app.route("/")
    def index() -> ui.WebPage:
        page = ui.WebPage()
        page.run_task(asyncio.sleep(0))
        pages.append(weakref.ref(page))
        raise LookupError("on second thought")

    async with Browser(app) as browser:
        assert (await browser.open()).status == 500
        await eventually(lambda: gc.collect() >= 0 and pages[0]() is None)


async def test_a_page_that_is_shown_again_ticks_again() -> None:
    app = ui.App(debug=True)
    kept: list[ui.WebPage] = []
    ticks: list[int] = []

    @app.route("/")
    def index() -> ui.WebPage:
        if not kept:
            kept.append(ui.WebPage())
            kept[0].every(0.01)(lambda: ticks.append(1))
        return kept[0]

    async with Browser(app) as browser:
        for _ in range(2):
            ticks.clear()
            tab = await browser.open()
            await eventually(lambda: len(ticks) > 2)
            await tab.leave()
            await eventually(lambda: len(app.tasks) == 1)  # the sweep


async def test_an_unfinished_task_of_a_shared_page_does_not_outlive_a_server() -> None:
    page = ui.WebPage()
    ended: list[str] = []

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    for name in ("first", "second"):
        async with Browser(app_of(page)) as browser:  # another App each time
            await browser.open()
            page.run_task(work(name))
            await browser.open()
        assert ended[-1] == name
