"""Events to handlers and handlers to updates: what a handler may look like and return, and what becomes of its errors."""

import asyncio
import json
import re
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import justui as ui
from justui.errors import HandlerError
from justui.testing import Browser
from tests.harness.waiting import eventually


def app_of(*children: ui.Component, **settings: Any) -> ui.App:
    """An App that shows everybody the same page with these components."""
    page = ui.WebPage(*children)
    app = ui.App(**{"debug": True, **settings})
    app.data["page"] = page
    app.route("/")(lambda: page)
    return app


# Shapes


@pytest.mark.covers("JP-14")
async def test_every_shape_of_a_handler_is_called_as_it_wants() -> None:
    seen: list[tuple[object, ...]] = []

    class Counter:
        def bound(self, msg: ui.Event) -> None:
            seen.append(("bound", msg.type))

        async def async_bound(self) -> None:
            seen.append(("async bound",))

        @staticmethod
        def static(component: ui.Component, msg: ui.Event) -> None:
            seen.append(("static", component is msg.target))

    async def async_two(component: ui.Component, msg: ui.Event, step: int = 1) -> None:
        seen.append(("async two", component is msg.target, msg.page is app.data["page"], step))

    counter = Counter()
    functions: dict[str, Callable[..., Any]] = {
        "none": lambda: seen.append(("none",)),
        "one": lambda msg: seen.append(("one", msg.target.text)),
        "two": lambda self, msg: seen.append(("two", self.text, msg.tab in app.tabs)),
        "bound": counter.bound,
        "async bound": counter.async_bound,
        "static": counter.static,
        "async two": async_two,
    }
    app = app_of(*(ui.Button(name, click=function) for name, function in functions.items()))
    async with Browser(app) as browser:
        tab = await browser.open()
        for number in range(len(functions)):
            await tab.click("button", nth=number)
        await tab.settled()
        await eventually(lambda: len(seen) == len(functions))
    assert seen == [
        ("none",),
        ("one", "one"),
        ("two", "two", True),
        ("bound", "click"),
        ("async bound",),
        ("static", True),
        ("async two", True, True, 1),
    ]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (None, "None, not a function"),
        ("alert(1)", "got a string"),
        (lambda a, b, c: None, "wants 3 arguments; a handler takes none"),
    ],
)
def test_what_cannot_be_a_handler_is_refused_when_it_is_bound(function: Any, words: str) -> None:
    with pytest.raises(HandlerError, match=words):
        ui.Button("Save").on("click", function)


# What a handler returns


def three_ways(result: Callable[[ui.Component], Any]) -> ui.App:
    shown = ui.P("before", id="shown")

    def act(msg: ui.Event) -> Any:
        shown.text = "after"
        return result(shown)

    async def act_later(msg: ui.Event) -> Any:
        return act(msg)

    return app_of(shown, ui.Button("Sync", on_click=act), ui.Button("Async", on_click=act_later))


async def _none() -> None:
    return None


async def _true() -> bool:
    return True


async def _nested() -> Awaitable[None]:
    return _none()


@pytest.mark.covers("JP-12")
@pytest.mark.parametrize("button", ["Sync", "Async"])
@pytest.mark.parametrize("kind", ["none", "component", "coroutine", "update", "nested", "task"])
async def test_none_a_component_and_what_is_awaited_to_them_update(button: str, kind: str) -> None:
    results: dict[str, Callable[[ui.Component], object]] = {
        "none": lambda shown: None,
        "component": lambda shown: shown,
        "coroutine": lambda shown: _none(),
        "update": lambda shown: shown.update(),
        "nested": lambda shown: _nested(),
        "task": lambda shown: asyncio.ensure_future(_none()),
    }
    async with Browser(three_ways(results[kind])) as browser:
        tab, other = await browser.open(), await browser.open()
        await tab.click(button)
        await tab.wait_for("after")
        await other.wait_for("after")


@pytest.mark.covers("JP-13")
@pytest.mark.parametrize("button", ["Sync", "Async"])
@pytest.mark.parametrize("result", [True, False, 5, "awaited"])
async def test_anything_else_does_not_update(button: str, result: object) -> None:
    app = three_ways(lambda shown: _true() if result == "awaited" else result)
    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click(button)
        await tab.settled()
        await tab.click("#shown")  # an event behind it: whatever the handler would have sent has come
        await tab.settled()
        assert tab.text("#shown") == "before"
        assert tab.operations == []
        app.data["page"].update()
        await tab.wait_for("after")


async def test_a_strange_result_is_hinted_at_once(caplog: pytest.LogCaptureFixture) -> None:
    def count_strangely() -> int:
        return 5

    async with Browser(app_of(ui.Button("Go", on_click=count_strangely))) as browser:
        tab = await browser.open()
        await tab.click("Go")
        await tab.click("Go")
        await tab.settled()
    words = "count_strangely() returned 5, so the page was not updated. Return nothing, or True to leave it as it is."
    assert caplog.text.count(words) == 1


# Intermediate states


@pytest.mark.covers("JP-15")
async def test_an_async_handler_shows_every_state_in_which_it_waits() -> None:
    shown = ui.P("0", id="shown")
    gates = [asyncio.Event() for _ in range(3)]

    async def count() -> None:
        for number, gate in enumerate(gates, 1):
            shown.text = "never seen"
            shown.text = str(number)
            await gate.wait()
        shown.text = "Boom!"

    async with Browser(app_of(shown, ui.Button("Go", on_click=count))) as browser:
        tab, other = await browser.open(), await browser.open()
        await tab.click("Go")
        for number, gate in enumerate(gates, 1):
            await tab.wait_for(lambda number=number: tab.text("#shown") == str(number))  # type: ignore[misc]
            gate.set()
        await tab.wait_for("Boom!")
        await other.wait_for("Boom!")
        texts = [operation[2] for operation in tab.operations if operation[0] == "t"]
        assert texts == ["1", "2", "3", "Boom!"]


async def test_an_await_that_does_not_wait_sends_nothing() -> None:
    shown = ui.P("0", id="shown")

    async def quick() -> None:
        return None

    async def count() -> None:
        for number in range(1, 4):
            shown.text = str(number)
            await quick()

    async with Browser(app_of(shown, ui.Button("Go", on_click=count))) as browser:
        tab = await browser.open()
        await tab.click("Go")
        await tab.wait_for(lambda: tab.text("#shown") == "3")
        assert [operation[2] for operation in tab.operations if operation[0] == "t"] == ["3"]


@pytest.mark.covers("JP-15")
async def test_an_update_by_hand_shows_each_state() -> None:
    shown = ui.P("0", id="shown")
    page = ui.WebPage(shown)

    async def count() -> None:
        for number in range(1, 4):
            shown.text = str(number)
            await page.update()

    page.add(ui.Button("Go", on_click=count))
    app = ui.App(debug=True)
    app.route("/")(lambda: page)
    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Go")
        await tab.wait_for(lambda: tab.text("#shown") == "3")
        assert [operation[2] for operation in tab.operations if operation[0] == "t"] == ["1", "2", "3"]


@pytest.mark.covers("JP-16")
async def test_handlers_that_wait_do_not_hold_up_each_other() -> None:
    """Two countdowns on pages of their own, in step with nobody, and a third person who clicks meanwhile."""
    app = ui.App(debug=True)
    gates: dict[str, asyncio.Queue[None]] = {"a": asyncio.Queue(), "b": asyncio.Queue()}

    @app.route("/")
    def index(name: str = "c") -> ui.WebPage:
        shown = ui.P("idle", id="shown")

        async def count() -> None:
            if name == "c":
                shown.text = "clicked"
                return
            for number in (3, 2, 1):
                shown.text = str(number)
                await gates[name].get()
            shown.text = "Boom!"

        return ui.WebPage(shown, ui.Button("Go", on_click=count))

    async with Browser(app) as browser:
        first, second, third = [await browser.open(f"/?name={name}") for name in "abc"]
        await first.click("Go")
        await first.wait_for(lambda: first.text("#shown") == "3")
        gates["a"].put_nowait(None)
        await first.wait_for(lambda: first.text("#shown") == "2")
        await second.click("Go")
        await second.wait_for(lambda: second.text("#shown") == "3")
        await third.click("Go")
        await third.wait_for("clicked")
        assert (first.text("#shown"), second.text("#shown")) == ("2", "3")
        for name, tab in (("b", second), ("a", first)):
            for _ in range(3):
                gates[name].put_nowait(None)
            await tab.wait_for("Boom!")


async def test_a_waiting_handler_lets_the_tabs_next_event_in() -> None:
    shown = ui.P(id="shown")
    gate = asyncio.Event()

    async def wait() -> None:
        await gate.wait()

    async with Browser(
        app_of(shown, ui.Button("Wait", on_click=wait), ui.Button("Open", on_click=gate.set))
    ) as browser:
        tab = await browser.open()
        await tab.click("Wait")
        await tab.click("Open")
        await tab.settled()
        assert gate.is_set()


async def test_events_of_a_tab_start_in_order() -> None:
    order: list[str] = []

    async def slow() -> None:
        order.append("slow")
        await asyncio.sleep(0)
        order.append("slow again")

    async with Browser(
        app_of(ui.Button("Slow", on_click=slow), ui.Button("Quick", on_click=lambda: order.append("quick")))
    ) as browser:
        tab = await browser.open()
        await tab.click("Slow")
        await tab.click("Quick")
        await tab.click("Slow")
        await tab.settled()
        await eventually(lambda: len(order) == 5)
    starts = [name for name in order if name != "slow again"]
    assert starts == ["slow", "quick", "slow"]


async def test_a_running_handler_is_not_cancelled_when_its_tab_leaves() -> None:
    gate, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await gate.wait()
        ended.set()

    async with Browser(app_of(ui.Button("Go", on_click=work))) as browser, Browser(app_of()) as _:
        tab = await browser.open()
        await tab.click("Go")
        await tab.settled()
        await tab.leave()
        gate.set()
        await asyncio.wait_for(ended.wait(), 5)


# Faults


def failing(**settings: Any) -> ui.App:
    shown = ui.P("fine", id="shown")

    def fail() -> None:
        shown.text = "changed before"
        raise LookupError("no <b>such</b> thing")

    async def fail_later() -> None:
        await asyncio.sleep(0)
        fail()

    def succeed() -> None:
        shown.classes = "ok"

    return app_of(
        shown,
        ui.Button("Sync", on_click=fail),
        ui.Button("Async", on_click=fail_later),
        ui.Button("Thread", on_click=ui.threaded(fail)),
        ui.Button("Fine", on_click=succeed),
        **settings,
    )


@pytest.mark.parametrize("button", ["Sync", "Async", "Thread"])
async def test_a_handler_that_raises_is_logged_and_shown_to_who_did_it(
    button: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Browser(failing()) as browser:
        tab, other = await browser.open(), await browser.open()
        await tab.click(button)
        await tab.wait_for(lambda: tab.faults)
        fault = tab.faults[0]
        assert fault["title"] == "LookupError: no <b>such</b> thing"
        assert "test_dispatch.py" in fault["text"]
        assert "in fail" in fault["text"]
        # What it changed before is shown, and everybody goes on.
        await tab.wait_for("changed before")
        await other.wait_for("changed before")
        await tab.click("Fine")
        await tab.wait_for(lambda: "ok" in tab.html("#shown"))
        assert other.faults == []
    assert f'click of Button "{button}"' in caplog.text
    assert f"(reference {fault['ref']})" in caplog.text
    assert re.search(r'File ".*test_dispatch.py", line \d+, in fail', caplog.text)


async def test_production_shows_a_reference_that_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with Browser(failing(debug=False)) as browser:
        tab = await browser.open()
        await tab.click("Sync")
        await tab.wait_for(lambda: tab.faults)
        fault = tab.faults[0]
        assert (fault["title"], fault["text"]) == ("Something went wrong", "")
        assert len(fault["ref"]) == 8
        assert "LookupError" not in "".join(tab.frames)
    assert f"(reference {fault['ref']})" in caplog.text
    assert "LookupError: no <b>such</b> thing" in caplog.text


async def test_error_functions_are_told(caplog: pytest.LogCaptureFixture) -> None:
    app = failing()
    told: list[tuple[object, ...]] = []

    @app.on_error
    def both(error: BaseException, msg: ui.Event) -> None:
        told.append(("both", str(error), msg.type, msg.tab in app.tabs))

    @app.on_error
    async def one(error: BaseException) -> None:
        told.append(("one", type(error).__name__))

    @app.on_error
    def broken() -> None:
        raise RuntimeError("the error function is broken")

    app.on_error(lambda: told.append(("none",)))
    async with Browser(app) as browser:
        tab = await browser.open()
        await tab.click("Sync")
        await eventually(lambda: len(told) == 3)
        assert set(told) == {("both", "no <b>such</b> thing", "click", True), ("one", "LookupError"), ("none",)}
        assert tab.state == "joined"
    assert "a function given to on_error failed" in caplog.text
    with pytest.raises(HandlerError, match="on_error"):
        app.on_error(lambda error, msg, more: None)


async def test_a_handler_that_blocks_everybody_is_named(caplog: pytest.LogCaptureFixture) -> None:
    def block() -> None:
        threading.Event().wait(0.06)

    async def block_later() -> None:
        await asyncio.sleep(0)
        threading.Event().wait(0.06)

    async with Browser(
        app_of(ui.Button("Block", on_click=block), ui.Button("Later", on_click=block_later), slow_handler=0.05)
    ) as browser:
        tab = await browser.open()
        await tab.click("Block")
        await tab.settled()
        assert re.search(
            r'on_click of Button "Block" .*blocked everybody for 0\.1 s \(test_dispatch\.py:\d+\)', caplog.text
        )
        assert "Use await asyncio.sleep(…), await ui.in_thread(work), or @ui.threaded." in caplog.text
        caplog.clear()
        await tab.click("Later")
        await eventually(lambda: 'Button "Later"' in caplog.text)


# What the browser may trigger


async def test_only_what_is_shown_enabled_and_on_the_page_is_handled() -> None:
    clicked: list[str] = []

    def button(name: str, **keywords: Any) -> ui.Button:
        return ui.Button(name, on_click=lambda: clicked.append(name), **keywords)

    elsewhere = button("elsewhere")
    ui.WebPage(elsewhere)
    targets = {
        "fine": button("fine"),
        "hidden": button("hidden", show=False),
        "disabled": button("disabled", disabled=True),
        "in a disabled fieldset": button("in a disabled fieldset"),
        "in a hidden box": button("in a hidden box"),
        "elsewhere": elsewhere,
        "nowhere": button("nowhere"),
        "no handler": ui.Button("no handler"),
    }
    app = app_of(
        targets["fine"],
        targets["hidden"],
        targets["disabled"],
        ui.Fieldset(targets["in a disabled fieldset"], disabled=True),
        ui.Div(targets["in a hidden box"], show=False),
        targets["no handler"],
    )
    async with Browser(app) as browser:
        tab = await browser.open()
        frames = [
            ["e", number, 0, [], component._id, "click", {}] for number, component in enumerate(targets.values(), 1)
        ]
        frames.append(["e", len(frames) + 1, 0, [], targets["fine"]._id, "dblclick", {}])
        for frame in frames:
            await tab.send(json.dumps(frame))
        last = len(frames)
        await tab.wait_for(lambda: f'["k",{last}]' in "".join(tab.frames))
        assert clicked == ["fine"]
        assert tab.state == "joined"


async def test_an_event_that_comes_twice_is_handled_once() -> None:
    clicks: list[int] = []
    button = ui.Button("Go", on_click=lambda: clicks.append(1))
    async with Browser(app_of(button)) as browser:
        tab = await browser.open()
        frame = json.dumps(["e", 1, 0, [], button._id, "click", {}])
        await tab.send(frame)
        await tab.send(frame)
        await tab.send(json.dumps(["e", 2, 0, [], button._id, "click", {}]))
        await tab.wait_for(lambda: '["k",2]' in "".join(tab.frames))
        assert len(clicks) == 2


@pytest.mark.parametrize(
    "frame",
    [
        "[]",
        "{}",
        "7",
        '["e"]',
        '["e",1,0,[],0,"",{},1]',
        '["e","1",0,[],0,"",{}]',
        '["e",true,0,[],0,"",{}]',
        '["e",-1,0,[],0,"",{}]',
        '["e",1,0,{},0,"",{}]',
        '["e",1,0,[],"0","",{}]',
        '["e",1,0,[],0,5,{}]',
        '["e",1,0,[],0,"",[]]',
        '["e",2,0,[],0,"",{}]',
        '["e",1,99,[],0,"",{}]',
        '["e",1,0,[[1]],0,"",{}]',
        '["e",1,0,[["1","a"]],0,"",{}]',
        '["e",1,0,[1],0,"",{}]',
        '["e",1,0,[[1,"a","b","c"]],0,"",{}]',
        '["k"]',
        '["k",-1]',
        '["k",99]',
        '["k","0"]',
        '["j",1,"token",0]',
    ],
)
async def test_a_malformed_frame_closes_the_socket(frame: str) -> None:
    async with Browser(app_of(ui.Input())) as browser:
        tab, other = await browser.open(), await browser.open()
        await tab.send(frame)
        await tab.wait_for(lambda: tab.stream.closed == 4000)
        assert other.state == "joined"


async def test_too_many_fields_in_one_event_close_the_socket() -> None:
    field = ui.Input()
    async with Browser(app_of(field, fields_per_event=3)) as browser:
        tab = await browser.open()
        await tab.send(json.dumps(["e", 1, 0, [[field._id, "", "a"]] * 4, 0, "", {}]))
        await tab.wait_for(lambda: tab.stream.closed == 4000)
        assert field.value == ""
