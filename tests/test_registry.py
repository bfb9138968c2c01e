"""`Registry`: heartbeats, silent tabs, and pages that outlive their last tab."""

import gc
import time
import weakref
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser
from tests.harness.waiting import eventually


def counter(**settings: Any) -> ui.App:
    app = ui.App(**{"debug": True, **settings})

    @app.route("/")
    def index() -> ui.WebPage:
        count = ui.P("0", id="count")

        def click() -> None:
            count.text = str(int(count.text) + 1)

        return ui.WebPage(count, ui.Button("Count", on_click=click))

    return app


async def test_a_quiet_tab_is_asked_whether_it_is_there() -> None:
    app = counter()
    async with Browser(app) as browser:
        tab = await browser.open()
        app.registry.look_after(time.monotonic() + 19)
        await tab.click("Count")
        await tab.settled()
        assert '{"beat":1}' not in tab.frames
        app.registry.look_after(time.monotonic() + 20.5)
        await tab.wait_for(lambda: '{"beat":1}' in tab.frames)
        assert tab.sent[-1] == f'["k",{tab.stream.have}]'
        assert tab.state == "joined"


async def test_a_silent_tab_is_dropped_and_may_come_back() -> None:
    """A machine that slept: the tab finds everything as it was."""
    app = counter()
    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Count")
        await tab.settled()
        boot = tab.document.boot
        app.registry.look_after(time.monotonic() + 51)
        await tab.wait_for(lambda: tab.stream.closed == 1013)
        assert len(app.tabs) == 1
        await tab.resume()
        assert (tab.state, tab.document.boot, tab.text("#count")) == ("joined", boot, "1")
        await tab.click("Count")
        await tab.wait_for(lambda: tab.text("#count") == "2")


async def test_a_tab_that_leaves_is_freed_at_once_and_one_that_drops_after_the_grace_time() -> None:
    app = counter()
    async with Browser(app) as browser:
        leaving, dropping = await browser.open(), await browser.open()
        await leaving.leave()
        await eventually(lambda: len(app.tabs) == 1)
        dropping.drop()
        await eventually(lambda: app.tabs[0].outbox.transport is None)
        app.registry.look_after(time.monotonic() + 179)
        assert len(app.tabs) == 1
        app.registry.look_after(time.monotonic() + 181)
        assert app.tabs == []


async def test_cycles_that_handlers_make_are_collected_when_enough_have_gathered() -> None:
    app = ui.App(debug=True)
    pages: list[weakref.ref[ui.WebPage]] = []

    @app.route("/")
    def index() -> ui.WebPage:
        page = ui.WebPage()
        page.add(ui.Button("x", on_click=page.update))  # a cycle: the button knows its page
        pages.append(weakref.ref(page))
        return page

    def alive() -> int:
        return sum(page() is not None for page in pages)

    async with Browser(app) as browser:
        gc.disable()
        try:
            for number in range(1, 51):
                await (await browser.open()).leave()
                await eventually(lambda: not app.tabs)
                if number == 49:
                    app.registry.collect_released()
                    assert alive() == 49
            app.registry.collect_released()
            assert alive() <= 1  # the last connection may just be ending
        finally:
            gc.enable()


async def test_a_sweep_that_fails_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    app = counter(join_time=0.1)
    async with Browser(app) as browser:
        await browser.open(join=False)
        look_after = app.registry.look_after
        failures = iter([OSError("no luck")])

        def fail_once(now: float) -> None:
            for failure in failures:
                raise failure
            look_after(now)

        app.registry.look_after = fail_once  # type: ignore[method-assign]
        await eventually(lambda: app.registry.unjoined == 0)
    assert "the sweep failed, and goes on" in caplog.text
