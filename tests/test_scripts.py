"""Code that a tab runs, and its answers: only those that were asked for count, once, whatever a browser says (law 13)."""

import asyncio
import json
import logging
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser, Tab
from tests.harness.waiting import eventually


class Room:
    """A shared page that asks its tabs, and what came back."""

    def __init__(self) -> None:
        self.app = ui.App(debug=False, secret_key="k")
        self.page = ui.WebPage(ui.P("x"))
        self.results: list[ui.Event] = []
        self.page.on("result_ready", self.results.append)
        self.app.route("/")(lambda: self.page)

    def said(self) -> list[tuple[Any, Any, Any]]:
        return [(msg.request_id, msg.result, msg.error) for msg in self.results]


@pytest.mark.covers("JP-33")
async def test_a_value_comes_back_with_its_request_and_its_tab() -> None:
    room = Room()
    async with Browser(room.app) as ada, Browser(room.app) as bob:
        hers, his = await ada.open(), await bob.open()
        room.page.components[0].text = "sent before the code"
        await room.page.run_javascript("location.href", request_id="where")
        for tab, value in ((his, "/his"), (hers, {"a": [1, None]})):
            await tab.wait_for(lambda: tab.scripts)  # noqa: B023
            assert tab.text() == "sent before the code"
            assert tab.scripts == [(1, "location.href")]
            await tab.answer(value)
            await tab.settled()
        assert room.said() == [("where", "/his", None), ("where", {"a": [1, None]}, None)]
        assert [msg.tab for msg in room.results] == list(reversed(room.app.tabs))
        assert all(msg.type == "result_ready" and msg.page is msg.target is room.page for msg in room.results)


async def test_one_tab_is_asked_and_awaited() -> None:
    room = Room()
    async with Browser(room.app) as person:
        tab = await person.open()
        (asked,) = room.app.tabs
        first, second, third, fourth = (asked.run_javascript(f"{n}", timeout=0.2 if n == 3 else 9) for n in range(4))
        await tab.wait_for(lambda: len(tab.scripts) == 4)
        await tab.answer("b", call=2)
        await tab.answer(error="TypeError: no", call=1)
        assert await second == "b"
        assert await second == "b"
        with pytest.raises(ui.RemoteError, match="TypeError: no"):
            await first
        with pytest.raises(ui.RemoteTimeout, match=r"within 0\.2 s"):
            await fourth
        waiting = asyncio.ensure_future(_value(third))
        await tab.leave()
        with pytest.raises(ui.Gone):
            await waiting
        with pytest.raises(ui.Gone):
            await asked.run_javascript("late")


async def _value(answer: Any) -> Any:
    return await answer


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"n": None},
        {"n": "1", "result": "1"},
        {"n": True, "result": "1"},
        {"n": 1.0, "result": "1"},
        {"n": 0, "result": "1"},
        {"n": 2, "result": "1"},
        {"n": -1, "result": "1"},
        {"n": 10**15, "result": "1"},
        {"n": [1], "result": "1"},
    ],
    ids=json.dumps,
)
async def test_an_answer_to_nothing_is_ignored(data: Any) -> None:
    room = Room()
    async with Browser(room.app) as person:
        tab = await person.open()
        room.app.tabs[0].run_javascript("1")
        await forge(tab, data)
        assert room.results == []
        assert tab.stream.closed is None


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "the browser gave no value"),
        ({"result": None}, "the browser gave no value"),
        ({"result": {"a": 1}}, "the browser gave no value"),
        ({"result": "nonsense"}, "the value cannot be read"),
        ({"result": "[" * 500 + "]" * 500}, "the value cannot be read"),
        ({"result": "1", "error": "Error: both"}, "Error: both"),
        ({"error": ""}, "Error"),
        ({"error": "x" * 10_000}, "x" * 2_000),
    ],
    ids=range(8),
)
async def test_a_bad_answer_is_an_error_and_no_value(data: Any, error: str) -> None:
    room = Room()
    async with Browser(room.app) as person:
        tab = await person.open()
        room.app.tabs[0].run_javascript("1", "id")
        await forge(tab, {"n": 1, **data})
        ((request, result, said),) = room.said()
        assert (request, result) == ("id", None)
        assert said.startswith(error)
        assert len(said) <= 2_000
        assert tab.stream.closed is None


async def test_a_second_answer_and_that_of_another_tab_are_ignored() -> None:
    room = Room()
    async with Browser(room.app) as ada, Browser(room.app) as eve:
        hers, evil = await ada.open(), await eve.open()
        answer = room.app.tabs[0].run_javascript("secret()")
        await forge(evil, {"n": 1, "result": '"forged"'})
        await forge(hers, {"n": 1, "result": '"true"'})
        await forge(hers, {"n": 1, "result": '"second"'})
        assert await answer == "true"
        assert room.said() == [(None, "true", None)]
        # Nor does the name open a way to handlers of anything else.
        evil.stream.send_event(room.page._id, "result_ready", {"n": 1, "result": '"forged"'})
        evil.stream.send_event(0, "join", {})
        await evil.settled()
        assert len(room.results) == 1


async def test_an_error_that_nobody_waits_for_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    app = ui.App(debug=False, secret_key="k")
    app.route("/")(lambda: ui.P("x"))
    async with Browser(app) as person:
        tab = await person.open()
        app.tabs[0].run_javascript("x")
        await forge(tab, {"n": 1, "error": "ReferenceError: x is not defined"})
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert any("ReferenceError: x is not defined" in line for line in said)


async def test_a_handler_awaits_the_value_and_calls_are_bounded() -> None:
    page = ui.WebPage()
    text = ui.P(a=page)

    async def measure(msg: ui.Event) -> None:
        assert msg.tab
        text.text = f"{await msg.tab.run_javascript('innerWidth')} wide"

    ui.Button("Measure", on_click=measure, a=page)
    app = ui.App(debug=False, secret_key="k")
    app.route("/")(lambda: page)
    async with Browser(app) as person:
        tab = await person.open()
        await tab.click("Measure")
        await tab.wait_for(lambda: tab.scripts)
        await tab.answer(800)
        await tab.wait_for("800 wide")
        answers = [app.tabs[0].run_javascript("1") for _ in range(1_001)]
        with pytest.raises(ui.RemoteTimeout, match="more than 1000"):
            await answers[0]


async def test_ready_is_once_for_each_tab_and_not_again_after_a_drop() -> None:
    page = ui.WebPage()
    seen: list[tuple[str, Any]] = []
    for event in ("join", "page_ready"):
        page.on(event, lambda msg: seen.append((msg.type, msg.tab)))
    app = ui.App(debug=False, secret_key="k")
    app.route("/")(lambda: page)
    async with Browser(app) as person:
        tab = await person.open()
        await eventually(lambda: len(seen) == 2)
        tab.drop()
        await tab.resume()
        await tab.settled()
        assert seen == [("join", app.tabs[0]), ("page_ready", app.tabs[0])]


async def forge(tab: Tab, data: dict[str, Any]) -> None:
    tab.stream.send_event(0, "result_ready", data)
    await tab.settled()


@pytest.mark.covers("JP-36")
async def test_a_page_is_loaded_anew_and_updated_later_in_all_its_tabs() -> None:
    room = Room()
    async with Browser(room.app) as ada, Browser(room.app) as bob:
        tabs = [await ada.open(), await bob.open()]
        room.page.components[0].text = "later"
        waiting = asyncio.ensure_future(room.page.delayed_update(0.05))
        assert [tab.text() for tab in tabs] == ["x", "x"]
        await waiting
        for tab in tabs:
            await tab.wait_for("later")
        await room.page.reload()
        for tab in tabs:
            await tab.wait_for(lambda: tab.scripts == [(1, "location.reload()")])  # noqa: B023
