"""States: whatever follows one has its value, a change sends itself and only itself, and nobody is kept alive."""

import asyncio
import copy
import gc
import inspect
import logging
import operator
import threading
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import justui as ui
from justui import wire
from justui.listeners import DEEPEST
from justui.marks import is_dirty
from justui.models import Data, entry_of
from justui.testing import Browser, Tab
from tests.harness.waiting import eventually


@contextmanager
def collector_off() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def showing(page: ui.Component | Any) -> ui.App:
    app = ui.App(debug=True)
    app.route("/")((lambda: page) if isinstance(page, ui.Component) else page)
    return app


async def turn() -> None:
    """Until what was sent when the loop turned is there."""
    for _ in range(5):
        await asyncio.sleep(0)


def new_frames(tab: Tab, seen: int) -> list[str]:
    return [frame for frame in tab.frames[seen:] if frame.startswith("[")]


# Following


def test_attributes_follow() -> None:
    count, open_, look = ui.State(1), ui.State(False), ui.State("a")
    link = ui.A(
        text=count,
        show=open_,
        classes=look,
        href=count.map("/item/{}".format),
        aria_label=look,
        attributes={"data-row": count},
    )
    box = ui.Input(disabled=open_, value=count, type="number", placeholder=look)
    assert (link.text, link.show, link.classes, link.href) == ("1", False, "a", "/item/1")
    assert (link.attributes["aria-label"], link.attributes["data-row"]) == ("a", 1)
    assert (box.disabled, box.value, box.placeholder) == (False, 1, "a")
    count.set(2)
    open_.value = True
    look.set("b c")
    assert (link.text, link.show, link.classes, link.href) == ("2", True, "b c", "/item/2")
    assert (link.attributes["aria-label"], link.attributes["data-row"]) == ("b c", 2)
    assert (box.disabled, box.value, box.placeholder) == (True, 2, "b c")


def test_a_state_is_a_child() -> None:
    count = ui.State(3)
    only, between = ui.B(count), ui.P("Count: ", count, "!")
    assert (only.text, len(only.components)) == ("3", 0)
    count.set(4)
    assert only.text == "4"
    assert [child.text for child in between.components] == ["Count: ", "4", "!"]
    between.add(count.map(lambda value: value * 2))
    assert between.components[-1].text == "8"


def test_following_begins_and_ends_by_assignment() -> None:
    name, other = ui.State("a"), ui.State("b")
    label = ui.Span("x", title="t")
    label.text = name
    label.title = name
    label.show = name.map(bool)
    label.set_attributes({"data-n": name})
    name.set("c")
    assert (label.text, label.title, label.attributes["data-n"]) == ("c", "c", "c")
    label.text = other
    label.title = "plain"
    label.set_attributes({"data-n": 1})
    name.set("")
    assert (label.text, label.title, label.attributes["data-n"], label.show) == ("b", "plain", 1, False)
    label.show = True
    name.set("d")
    name.set("")
    assert label.show


def test_html_follows_and_is_sanitised_each_time() -> None:
    html = ui.State("<b>x</b><script>a</script>")
    box, mine = ui.Div(inner_html=html), ui.Div(inner_html=html, safe=True)
    assert (box.inner_html, mine.inner_html) == ("<b>x</b>", "<b>x</b><script>a</script>")
    html.set("<i onclick='x'>y</i>")
    assert (box.inner_html, mine.inner_html) == ("<i>y</i>", "<i onclick='x'>y</i>")
    box.text = "plain"
    html.set("z")
    assert (box.text, box.inner_html) == ("plain", "")


def test_settings_of_a_page_follow() -> None:
    name = ui.State("a")
    page = ui.WebPage(title=name.map("Hello {}".format), css=name)
    name.set("b")
    assert (page.title, page.css) == ("Hello b", "b")
    page.title = "mine"
    name.set("c")
    assert (page.title, page.css) == ("mine", "c")


def test_own_components_follow() -> None:
    class Meter(ui.Div):
        unit: Any

        def build(self) -> None:
            self.shown = ui.Span()
            ui.Small(self.unit)

        @property
        def level(self) -> int:
            return int(self.shown.text)

        @level.setter
        def level(self, value: int) -> None:
            self.shown.text = value

    unit, level = ui.State("m"), ui.State(1)
    meter = Meter(unit=unit)  # type: ignore[call-arg]
    meter.level = level  # type: ignore[assignment]  # a state feeds any property
    assert meter.components[1].text == "m"
    unit.set("km")
    level.set(2)
    assert (meter.components[1].text, meter.level) == ("km", 2)
    assert meter.unit is unit


def test_options_of_a_select_follow() -> None:
    towns: Any = ui.State(["Oslo"])
    select = ui.Select(options=towns)
    towns.set(["Oslo", "Rome"])
    assert list(select.options) == ["Oslo", "Rome"]


def test_an_attribute_that_refuses_a_value_keeps_nobody_from_it() -> None:
    where = ui.State("/a")
    link, label = ui.A("x", href=where), ui.Span(text=where)
    with pytest.raises(ui.TreeError, match="href"):
        where.set("javascript:alert(1)")
    assert (link.href, label.text) == ("/a", "javascript:alert(1)")
    where.set("/b")
    assert link.href == "/b"
    with pytest.raises(ui.TreeError):
        ui.A(href=ui.State("javascript:x"))


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.integers()))
def test_a_text_takes_values_of_any_type(value: Any) -> None:
    state: ui.State[Any] = ui.State("before")
    label, child = ui.Span(text=state), ui.P("", state)
    state.set(value)
    expected = "" if value is None else str(value)
    assert label.text == child.components[1].text == expected


def test_a_text_shows_no_component() -> None:
    state: ui.State[Any] = ui.State("a")
    label = ui.Span(text=state)
    with pytest.raises(ui.TreeError, match=r"ui\.For"):
        state.set(ui.B("x"))
    assert label.text == "a"


class Odd:
    """Its == is no truth value, as an array's."""

    def __eq__(self, other: object) -> Any:
        raise ValueError("ambiguous")

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return "odd"


def test_an_equal_value_changes_nothing() -> None:
    state: ui.State[Any] = ui.State([1])
    calls: list[Any] = []
    state.on_change(calls.append)
    state.set([1])
    assert calls == []
    for value in ([1, 2], 1, True, 1.0, Odd(), Odd()):
        state.set(value)
    assert len(calls) == 6


# Derived values


def test_derived_values_are_lazy_and_read_only() -> None:
    computed = []

    def double(value: int) -> int:
        computed.append(value)
        return value * 2

    count = ui.State(1)
    twice = count.map(double)
    assert computed == []
    assert (twice.value, twice.value) == (2, 2)
    count.set(3)
    count.set(4)
    assert twice.value == 8
    assert computed == [1, 4]
    assert not hasattr(twice, "set")
    with pytest.raises(AttributeError):
        twice.value = 5  # type: ignore[misc]


def test_several_states_make_one() -> None:
    first, last = ui.State("Ada"), ui.State("Byron")
    name = first.map("{} {}".format, last)
    greeting = ui.H1(text=name.map("Hello, {}!".format))
    last.set("Lovelace")
    assert greeting.text == "Hello, Ada Lovelace!"
    first.set("A.")
    assert greeting.text == "Hello, A. Lovelace!"


def test_a_diamond_never_shows_half_a_change() -> None:
    seen: list[Any] = []
    base = ui.State(1)
    one, two = base.map(lambda value: value + 1), base.map(lambda value: value + 2)
    both = one.map(lambda a, b: (a, b), two)
    both.on_change(seen.append)
    base.set(10)
    assert seen == [(11, 12)]


def test_what_a_derived_value_keeps_is_not_told() -> None:
    count = ui.State(1)
    calls: list[Any] = []
    count.map(lambda value: value % 2).on_change(calls.append)
    count.set(3)
    count.set(4)
    count.set(6)
    assert calls == [0]


def test_a_function_of_map_that_fails_leaves_the_others() -> None:
    count = ui.State(1)
    part, plain = ui.Span(text=count.map(lambda value: 10 // value)), ui.Span(text=count)
    with pytest.raises(ZeroDivisionError):
        count.set(0)
    assert (part.text, plain.text) == ("10", "0")
    count.set(5)
    assert (part.text, plain.text) == ("2", "5")


# Functions


def test_functions_are_called_by_their_arity_until_told_to_stop() -> None:
    count = ui.State(0)
    calls: list[Any] = []
    count.on_change(lambda: calls.append("none"))
    listener = count.on_change(calls.append)

    @count.on_change
    def told(value: int) -> None:
        calls.append(("told", value))

    @count.on_change()
    def also() -> None:
        calls.append("also")

    count.set(1)
    listener.end()
    listener.end()
    also.end()
    count.set(2)
    told(3)
    assert calls == ["none", 1, ("told", 1), "also", "none", ("told", 2), ("told", 3)]
    with pytest.raises(ui.HandlerError):
        count.on_change(lambda a, b: None)
    with pytest.raises(ui.HandlerError):
        count.on_change(5)  # type: ignore[call-overload]


def test_a_function_lives_as_long_as_its_owner() -> None:
    count = ui.State(0)
    calls: list[int] = []
    box = ui.Div(title=count)
    first = count.on_change(calls.append, owner=box)
    count.map(lambda value: -value).on_change(calls.append, owner=box)
    count.set(1)
    first.end()
    count.set(2)
    assert (calls, box.title) == ([1, -1, -2], "2")
    del box
    gc.collect()
    count.set(3)
    assert calls == [1, -1, -2]


def test_an_error_of_one_function_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    count = ui.State(0)
    calls: list[int] = []
    count.on_change(lambda: 1 // 0)
    count.on_change(lambda: calls[99])
    count.on_change(calls.append)
    with pytest.raises(ZeroDivisionError), caplog.at_level(logging.ERROR):
        count.set(1)
    assert calls == [1]
    assert "IndexError" in caplog.text


def test_a_circle_that_settles_settles() -> None:
    celsius, fahrenheit = ui.State(0.0), ui.State(32.0)
    celsius.on_change(lambda value: fahrenheit.set(value * 9 / 5 + 32))
    fahrenheit.on_change(lambda value: celsius.set((value - 32) * 5 / 9))
    fahrenheit.set(212.0)
    assert celsius.value == 100


def test_a_circle_without_an_end_is_an_error() -> None:
    one, two = ui.State(0), ui.State(0)

    def ping(value: int) -> None:
        two.set(value + 1)

    def pong(value: int) -> None:
        one.set(value + 1)

    one.on_change(ping)
    two.on_change(pong)
    with pytest.raises(ui.StateError, match=r"circle.*ping \(test_state.py:\d+\), pong"):
        one.set(1)
    assert two.value <= DEEPEST + 1


async def test_an_async_function_runs_in_the_background() -> None:
    count, shown = ui.State(0), ui.State("")

    async def slow(value: int) -> None:
        await asyncio.sleep(0)
        shown.set(f"late {value}")

    async with Browser(showing(ui.WebPage(ui.P(text=shown)))) as person:
        tab = await person.open("/")
        count.on_change(slow)
        count.set(7)
        await tab.wait_for("late 7")


# Sending


async def test_a_change_sends_itself_and_only_itself() -> None:
    count = ui.State(0)
    label, other, inner = ui.Span(text=count), ui.Span("old"), ui.B("old")
    page = ui.WebPage(label, other, ui.Div(inner, title=count))
    async with Browser(showing(page)) as ann, Browser(showing(page)) as bob:
        tabs = [await ann.open("/"), await ann.open("/"), await bob.open("/")]
        other.text = inner.text = "new"
        seen = [len(tab.frames) for tab in tabs]
        for number in range(1, 6):
            count.set(number)
        for tab, before in zip(tabs, seen, strict=True):
            await tab.wait_for("5")
            assert new_frames(tab, before) == [f'[["t",{label._id},"5"],["a",{inner.parents[0]._id},{{"title":"5"}}]]']
        assert is_dirty(other)
        page.update()
        await tabs[0].wait_for("new")
        assert [one[0] for one in tabs[2].operations[2:]] == ["t", "t"]


async def test_one_frame_for_each_page_and_none_for_others() -> None:
    app, total = ui.App(), ui.State(0)

    @app.route("/")
    def private() -> ui.WebPage:
        return ui.WebPage(ui.P("All: ", total), ui.Span(text=total))

    @app.route("/other")
    def other() -> ui.WebPage:
        return ui.WebPage(ui.P("nothing of it"))

    async with Browser(app) as person:
        tabs = [await person.open("/") for _ in range(3)]
        away = await person.open("/other")
        seen = [len(tab.frames) for tab in (*tabs, away)]
        total.set(5)
        for tab, before in zip(tabs, seen, strict=False):
            await tab.wait_for("All: 5")
            assert len(new_frames(tab, before)) == 1
        assert new_frames(away, seen[-1]) == []


@pytest.mark.parametrize("answer", [None, True, False])
async def test_a_handler_needs_no_update(answer: bool | None) -> None:
    app, total = ui.App(), ui.State(0)
    plain = ui.Span("plain")

    @app.route("/")
    def private() -> ui.WebPage:
        def count() -> bool | None:
            total.value += 1
            total.value += 1
            plain.text = "changed"
            return answer

        return ui.WebPage(ui.Button("Count", on_click=count), ui.Output(text=total), plain)

    async with Browser(app) as person:
        mine, other = await person.open("/"), await person.open("/")
        await mine.click("Count")
        for tab in (mine, other):
            await tab.wait_for(lambda tab=tab: tab.text("output") == "2")  # type: ignore[misc]
            assert [one[2] for one in tab.operations if one[0] == wire.TEXT and one[2].isdigit()] == ["2"]
        assert ("changed" in mine.text()) == (answer is None)


async def test_a_change_in_a_thread_is_sent() -> None:
    count = ui.State(0)
    async with Browser(showing(ui.WebPage(ui.Output(text=count)))) as person:
        tab = await person.open("/")

        def work() -> None:
            for _ in range(100):
                count.value += 1

        await asyncio.get_running_loop().run_in_executor(None, work)
        await tab.wait_for(lambda: tab.text("output") == "100")


async def test_many_threads_leave_one_state_everywhere() -> None:
    first, second = ui.State(0), ui.State(0)
    both = first.map(lambda a, b: f"{a}/{b}", second)
    rows = ui.List[str]()
    page = ui.WebPage(ui.Output(text=both), ui.Em(text=both), ui.For(rows, ui.Li, tag="ul"))
    async with Browser(showing(page)) as person:
        tab = await person.open("/")

        def storm(name: str) -> None:
            for number in range(60):
                (first if number % 2 else second).set(hash((name, number)) % 1000)
                rows.append(f"{name}{number}")
                if number % 3 == 0:
                    rows.pop(0)
                    rows.reverse()

        def join() -> None:
            for thread in threads:
                thread.join()

        threads = [threading.Thread(target=storm, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        await asyncio.get_running_loop().run_in_executor(None, join)
        expected = f"{first.value}/{second.value}"
        await tab.wait_for(lambda: tab.text("output") == tab.text("em") == expected)
        await tab.wait_for(lambda: [tab.text(row) for row in tab.find_all("li")] == rows)
        assert len(rows) == 4 * 40


async def test_odd_values_travel() -> None:
    state: ui.State[Any] = ui.State("")
    rows = ui.List[Any]()
    page = ui.WebPage(
        ui.Output(text=state, title=state.map(str)), ui.Input(value=state), ui.For(rows, lambda item: ui.Li(repr(item)))
    )
    async with Browser(showing(page)) as person:
        tab = await person.open("/")
        for value in ("\ud800", "\0", "</script>", b"\xff", 2**80, float("nan"), [1, {"a": None}], None, Odd(), "end"):
            state.set(value)
            rows.append(value)
            await turn()
        await tab.wait_for(lambda: tab.text("output") == "end")
        await tab.wait_for(lambda: len(tab.find_all("li")) == len(rows) == 10)
        assert tab.state == "joined"


def test_without_a_server_a_change_is_only_noted() -> None:
    count = ui.State(0)
    page = ui.WebPage(ui.Span(text=count))
    count.set(1)
    page.to_json()
    count.set(2)

    async def in_a_loop() -> None:
        count.set(3)
        await turn()

    asyncio.run(in_a_loop())
    asyncio.run(in_a_loop())
    threading.Thread(target=count.set, args=(4,)).start()
    assert page.components[0].text in ("3", "4")


async def test_who_joins_in_between_sees_the_present_value() -> None:
    count = ui.State(0)
    page = ui.WebPage(ui.Output(text=count))
    async with Browser(showing(page)) as person:
        first = await person.open("/")
        count.set(1)
        late = await person.open("/")
        await first.wait_for(lambda: first.text("output") == "1")
        assert late.text("output") == "1"
        await turn()
        assert late.operations == []


# Models


@pytest.mark.covers("JP-34")
async def test_a_model_changes_all_that_is_bound_without_a_handler() -> None:
    page = ui.WebPage()
    page.data = {"text": "a"}
    for _ in range(3):
        ui.Div(model=[page, "text"], a=page)
    boxes = [ui.Input(model=[page, "text"], name=f"n{number}", a=page) for number in range(5)]
    async with Browser(showing(page)) as ann, Browser(showing(page)) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        await hers.type("n0", "bc")
        for tab in (hers, his):
            await tab.wait_for(lambda tab=tab: [tab.text(one) for one in tab.find_all("div")] == ["abc"] * 3)  # type: ignore[misc]
            await tab.wait_for(lambda tab=tab: [tab.value(f"n{number}") for number in range(5)] == ["abc"] * 5)  # type: ignore[misc]
        assert page.data["text"] == "abc"
        page.data["text"] = "from Python"
        await his.wait_for(lambda: his.value("n4") == "from Python")
        assert boxes[2].value == "from Python"


@pytest.mark.parametrize(
    ("kind", "before", "typed", "after"),
    [
        ({"type": "number"}, 5, "7.5", 7.5),
        ({"type": "number"}, 5, "", None),
        ({"type": "range"}, 5, "60", 60),
        ({"type": "date"}, None, "2026-05-01", date(2026, 5, 1)),
        ({}, "x", "y", "y"),
        ({"type": "password"}, "", "secret", "secret"),
    ],
)
async def test_a_model_has_typed_values(kind: dict[str, Any], before: Any, typed: str, after: Any) -> None:
    state: ui.State[Any] = ui.State(before)

    def page() -> ui.WebPage:
        return ui.WebPage(ui.Input(model=state, name="f", **kind), ui.Output(text=state.map(repr)))

    async with Browser(showing(page)) as person:
        tab = await person.open("/")
        await tab.fill("f", typed)
        await tab.wait_for(lambda: tab.text("output") == repr(after))
        assert state.value == after
        assert tab.value("f") == typed
        state.set(before)
        await tab.wait_for(lambda: tab.text("output") == repr(before))
        assert tab.value("f") == ("" if before is None else str(before))


async def test_models_of_boxes_radios_and_choices() -> None:
    agreed, size = ui.State(False), ui.State("medium")
    fruits: ui.State[list[str]] = ui.State(["fig"])
    town = ui.State("Oslo")
    page = ui.WebPage(
        ui.Label(ui.Input(type="checkbox", model=agreed), "agreed"),
        *(
            ui.Label(ui.Input(model=size, type="radio", name="s", value=one), one)
            for one in ("small", "medium", "large")
        ),
        ui.Select(model=fruits, multiple=True, options=["fig", "plum"], name="fruits"),
        ui.Select(model=town, options=["Rome", "Oslo"], name="town"),
        ui.Button("Go", show=agreed, disabled=size.map(lambda word: word == "small")),
    )
    async with Browser(showing(page)) as person:
        tab, other = await person.open("/"), await person.open("/")
        assert not tab.find_all("button")
        assert [tab.value(one) for one in tab.find_all("[type=radio]")] == [False, True, False]
        assert (tab.value("fruits"), tab.value("town")) == (["fig"], "Oslo")
        await tab.check("agreed")
        await tab.check("large")
        await tab.select("fruits", "fig", "plum")
        await tab.select("town", "Rome")
        await other.wait_for(lambda: other.value("town") == "Rome")
        assert (agreed.value, size.value, fruits.value, town.value) == (True, "large", ["fig", "plum"], "Rome")
        assert [other.value(one) for one in other.find_all("[type=radio]")] == [False, False, True]
        size.set("small")
        agreed.set(False)
        fruits.set([])
        await other.wait_for(lambda: other.value("fruits") == [])
        assert [tab.value(one) for one in tab.find_all("[type=radio]")] == [True, False, False]
        assert not tab.find_all("button")


async def test_two_people_in_two_fields_of_one_model_keep_their_letters() -> None:
    text = ui.State("")
    page = ui.WebPage(ui.Input(model=text, name="a", private=False), ui.Textarea(model=text, name="b", private=False))
    async with Browser(showing(page)) as ann, Browser(showing(page)) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        for letters in ("one ", "two ", "three "):
            await asyncio.gather(hers.type("a", letters), his.type("b", letters.upper()))
        words = {"one", "two", "three", "ONE", "TWO", "THREE"}
        await eventually(lambda: set(text.value.split()) == words)
        for tab in (hers, his):
            await tab.wait_for(lambda tab=tab: tab.value("a") == tab.value("b") == text.value)  # type: ignore[misc]


async def test_an_echo_changes_nothing_and_costs_one_tab_nothing() -> None:
    number: ui.State[Any] = ui.State(None)

    def page() -> ui.WebPage:
        return ui.WebPage(ui.Input(type="number", model=number, name="n"))

    async with Browser(showing(page)) as person:
        tab = await person.open("/")
        await tab.fill("n", "05")
        await tab.settled()
        assert (number.value, tab.value("n"), tab.operations) == (5, "05", [])


async def test_functions_of_a_model_run_as_handlers() -> None:
    text = ui.State("")
    label = ui.Output("")
    seen: list[Any] = []

    def shout(value: str) -> None:
        label.text = value.upper()
        text.set(value.replace("x", ""))
        ui.notify("typed")
        seen.append(value)

    text.on_change(shout)
    async with Browser(showing(ui.WebPage(ui.Input(model=text, name="t"), label))) as person:
        tab = await person.open("/")
        await tab.type("t", "ax")
        await tab.wait_for(lambda: tab.value("t") == "a" and tab.text("output") == "A")
        assert tab.notes
        text.on_change(lambda: 1 // 0)
        await tab.type("t", "b")
        await tab.wait_for(lambda: tab.faults)
        assert "ZeroDivisionError" in tab.faults[0]["text"]
        assert text.value == "ab"


async def test_a_handler_sees_and_clears_a_model() -> None:
    text = ui.State("")
    said: list[str] = []

    def post() -> None:
        said.append(text.value)
        text.set("")

    page = ui.WebPage(ui.Input(model=text, name="t"), ui.Button("Post", on_click=post))
    async with Browser(showing(page)) as person:
        tab = await person.open("/")
        await tab.type("t", "hello")
        await tab.click("Post")
        await tab.wait_for(lambda: tab.value("t") == "")
        assert said == ["hello"]


@pytest.mark.parametrize("keywords", [{}, {"model": ui.State("")}], ids=["none", "model"])
async def test_a_model_says_who_shares_it(keywords: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = showing(ui.WebPage(ui.Input(**keywords)))
    async with Browser(app) as ann, Browser(app) as bob:
        with caplog.at_level(logging.WARNING):
            await ann.open("/")
            await bob.open("/")
    assert any("private=True" in message for message in caplog.messages) == (not keywords)


def test_what_a_model_can_be() -> None:
    plain: dict[str, Any] = {"a": 1}
    box, label = ui.Input(model=[plain, "a"]), ui.Span(model=[plain, "a"])
    assert (box.value, label.text) == ("1", "1")
    assert box.model is entry_of(plain, "a")
    entry_of(plain, "a").set("2")
    assert (plain, label.text) == ({"a": "2"}, "2")
    assert ui.Div(model=[{"a": {"b": 1}}, "a", "b"]).text == "{'b': 1}"
    holder = ui.Div()
    holder.data = {"k": "v"}
    assert (ui.Span(model=[holder, "k"]).text, ui.Input(model=[holder, "none"]).value) == ("v", "")
    wrong: Any
    for wrong in ("k", [holder], 5, [5, "k"]):
        with pytest.raises(ui.StateError, match="model="):
            ui.Input(model=wrong)
    with pytest.raises(ui.StateError, match="value="):
        ui.Input(model=ui.State(1).map(str))


def test_data_can_be_followed() -> None:
    data = Data(a=1, b=2)
    shown = {key: ui.Span(text=data.state(key)) for key in "abc"}

    def texts() -> str:
        return "/".join(label.text for label in shown.values())

    data["a"] = 5
    data.update({"b": 6}, c=7)
    assert texts() == "5/6/7"
    del data["a"]
    assert (data.pop("b"), data.pop("b", 0), data.setdefault("a", 8)) == (6, 0, 8)
    assert texts() == "8//7"
    data |= {"b": 1}
    assert (texts(), data.popitem()) == ("8/1/7", ("b", 1))
    data.clear()
    assert texts() == "//"
    holder = ui.Div()
    label = ui.Span(text=holder.data.state("x"))
    holder.data = {"x": 3}
    assert (label.text, holder.data) == ("3", {"x": 3})
    assert isinstance(ui.WebPage().data, Data)
    assert isinstance(ui.App().data, Data)


# Lifetime


class World:
    """An app with a shared state, and private pages that follow it."""

    def __init__(self) -> None:
        self.app = ui.App(debug=False, secret_key="k")
        self.count = ui.State(0)
        self.rows = ui.List(["a"])
        self.born: list[weakref.ref[ui.WebPage]] = []
        self.app.route("/")(self.page)

    def page(self) -> ui.WebPage:
        own = ui.State("x")
        page = ui.WebPage(
            ui.P("Count: ", self.count, title=self.count.map(str)),
            ui.Input(model=own, name="own"),
            ui.For(self.rows, ui.Li, tag="ul"),
            ui.For(self.count.map(range), lambda item, number: ui.Li(number)),
            title=self.count.map(lambda value, name: f"{name} {value}", own),
        )
        self.count.on_change(lambda: None, owner=page)
        ui.Span(model=[page, "key"], a=page)
        page.data["key"] = "value"
        self.born.append(weakref.ref(page))
        return page


async def test_a_shared_state_keeps_no_page() -> None:
    world = World()
    async with Browser(world.app) as person:
        with collector_off():
            for number in range(20):
                tab = await person.open("/")
                await tab.type("own", "yz")
                world.count.set(number + 1)
                world.rows.append("b")
                await tab.wait_for(f"Count: {number + 1}")
                await tab.leave()
                person.tabs.remove(tab)
            await eventually(lambda: not any(reference() for reference in world.born))
            world.count.set(-1)
            world.rows.append("c")
            assert not world.count._followers
            assert not world.count._derived
            assert not world.rows._views


def test_who_follows_and_is_gone_is_forgotten_without_a_change() -> None:
    count, rows = ui.State(0), ui.List(["a"])
    with collector_off():
        for _ in range(200):
            ui.For(rows, ui.Li)
            ui.Span(text=count)
            ui.Span(text=count.map(str))
        assert len(count._followers or ()) <= 16
        assert len(rows._views) <= 16
        assert len(count._derived or ()) <= 16


def test_components_keep_their_states() -> None:
    label = ui.Span(text=ui.State("a").map(str.upper))
    gc.collect()
    derived: Any = (label._bound or {})["text"]
    source = derived._sources[0]
    source.set("b")
    assert label.text == "B"


def test_a_listener_keeps_what_it_listens_to_and_not_longer() -> None:
    count, calls = ui.State(0), list[int]()
    twice = weakref.ref(derived := count.map(lambda value: value * 2))
    listener = derived.on_change(calls.append)
    del derived
    gc.collect()
    count.set(1)
    assert calls == [2]
    listener.end()
    gc.collect()
    assert twice() is None
    listener.end()


def test_many_pages_cost_what_there_are() -> None:
    count = ui.State(0)
    kept = [ui.WebPage(ui.Span(text=count)) for _ in range(2000)]
    count.set(1)
    assert {page.components[0].text for page in kept} == {"1"}


# Mistakes


@pytest.mark.parametrize(
    ("mistake", "advice"),
    [
        (bool, "if count.value"),
        (lambda state: state + 1, "count.value [+] 1"),
        (lambda state: "Count: " + state, "count.map"),
        (lambda state: state < 1, "count.value < 1"),
        (lambda state: state >= 1, "count.value >= 1"),
        (lambda state: 100 / state, "count.value / 1"),
        (lambda state: state % 2, "count.value % 1"),
        (lambda state: state**2, r"count.value \*\* 1"),
        (lambda state: state & state, "count.value & 1"),
        (lambda state: -state, "-count.value"),
        (int, r"int\(count.value\)"),
        (range, r"int\(count.value\)"),
        (len, r"len\(count.value\)"),
        (list, "for row in rows.value"),
        (lambda state: 5 in state, "for row in rows.value"),
        (lambda state: state[0], "rows.value"),
        (lambda state: operator.setitem(state, 0, 1), "use ui.List"),
        (lambda state: state.vlaue, "Did you mean value"),
        (lambda _: ui.State("a").uper(), "Did you mean .value.upper"),  # type: ignore[attr-defined]
        (lambda state: state.bit_length(), "write .value.bit_length"),
        (lambda _: ui.State([0]).append(1), "append on the value is not seen: use ui.List"),  # type: ignore[attr-defined]
        (lambda _: ui.State({"b": 0}).update(a=1), "not seen: set a new dict"),  # type: ignore[attr-defined]
        (lambda state: state.map(str).set("a"), "follows <State 5>; set that"),
        (lambda state: setattr(state.map(str), "value", "a"), "cannot be set: it follows <State 5>; set that"),
        (ui.State, "map"),
        (lambda state: state.set(ui.State(1)), "value"),
        (lambda state: ui.Span(text=ui.State), "class State"),
        (lambda state: state.map(lambda a, b: a, 5), "states"),
        (ui.List, "items"),
        (lambda state: ui.List("abc"), "string"),
    ],
)
def test_mistakes_say_what_to_write(mistake: Any, advice: str) -> None:
    with pytest.raises(ui.StateError, match=advice):
        mistake(ui.State(5))


def test_adding_to_the_state_itself() -> None:
    count = ui.State(0)
    with pytest.raises(TypeError, match=r"count.value \+= 1"):
        count += 1  # type: ignore[operator, assignment]
    assert count.value == 0


def test_map_refuses_at_once_what_it_cannot_call() -> None:
    for function in (lambda: 0, lambda a, b: a, lambda *, a: a, [].clear, asyncio.Event().wait):
        with pytest.raises(ui.HandlerError, match=r"map calls fn\(value\)"):
            ui.State(1).map(function)


def test_map_takes_what_it_can_call() -> None:
    one = ui.State("1")
    for function in (int, len, "{}".format, str.upper, print, lambda a, b=2: a, lambda *all: all):
        one.map(function)
    assert one.map(max, ui.State("2")).value == "2"


def test_nothing_is_no_function_to_listen() -> None:
    with pytest.raises(ui.HandlerError, match="on_change got None"):
        ui.State(1).on_change(None)  # type: ignore[call-overload]


def test_names_that_a_state_does_not_have_are_no_trouble_to_python() -> None:
    count = ui.State([1])
    twin, deep = copy.copy(count), copy.deepcopy(count)
    twin.set([2])
    deep.value.append(3)
    assert (count.value, twin.value, deep.value) == ([1], [2], [1, 3])
    for name in ("__wrapped__", "__array__", "_private", "append", "send", "set_"):
        assert not hasattr(count, name)
    assert not callable(count)
    assert not isinstance(count, Iterable)
    assert inspect.unwrap(count) is count  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="'int' object has no attribute 'upper'"):
        count.map(lambda value: value[0].upper()).value  # noqa: B018 - the function's own error, not one of the state


@pytest.mark.parametrize(
    ("mistake", "hint"),
    [
        (lambda: f"{ui.State(51)} items", "will not follow"),
        (lambda: ui.State(52) == 5, "the state itself"),
        (lambda: (state := ui.State([53])).set(state.value), "very list"),
    ],
)
def test_hints(mistake: Any, hint: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        mistake()
    assert [message for message in caplog.messages if hint in message and "test_state.py" in message]


async def test_typing_into_a_field_that_only_shows_a_state(caplog: pytest.LogCaptureFixture) -> None:
    async with Browser(showing(ui.WebPage(ui.Input(value=ui.State("a"), name="f")))) as person:
        tab = await person.open("/")
        with caplog.at_level(logging.WARNING):
            await tab.type("f", "b")
            await tab.settled()
            await eventually(lambda: any("Write model=" in message for message in caplog.messages))


async def test_a_listener_that_outlives_its_page_is_hinted_at(caplog: pytest.LogCaptureFixture) -> None:
    shared = ui.State(0)

    def page() -> ui.WebPage:
        ui.State(1).on_change(lambda: None)
        shared.on_change(lambda: None)
        return ui.WebPage()

    async with Browser(showing(page)) as person:
        with caplog.at_level(logging.WARNING):
            await person.open("/")
    assert sum("owner=page" in message for message in caplog.messages) == 1
