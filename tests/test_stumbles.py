"""Where newcomers stumbled: what they wrote, and what they read now."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import justui as ui
from justui import hints
from justui.config import Config
from justui.testing import Browser
from tests.harness.waiting import eventually


def showing(*children: ui.Component, **settings: Any) -> ui.App:
    """An App in debug mode that shows everybody one page with these components."""
    page = ui.WebPage(*children)
    app = ui.App(**{"debug": True, **settings})
    app.route("/")(lambda: page)
    return app


@pytest.fixture(autouse=True)
def fresh_hints(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Each hint is said once in a process: here once in a test. Stray changes of other tests are none of ours."""
    monkeypatch.setattr(hints, "_said", set())
    monkeypatch.setattr(hints, "_waiting", {})
    with caplog.at_level(logging.WARNING):
        yield


# Events in the constructor


@pytest.mark.covers("JP-22")
def test_debounce_and_throttle_go_with_the_events_beside_them() -> None:
    box = ui.Input(on_input=print, debounce=300, placeholder="Search")
    panel = ui.Div(mousemove=print, throttle=50)
    assert [handler.spec for handler in (box._handlers or {}).values()] == ["input:d300"]
    assert [handler.spec for handler in (panel._handlers or {}).values()] == ["mousemove:t50"]
    assert (box.attributes, hasattr(box, "debounce")) == ({"placeholder": "Search"}, False)


def test_debounce_wants_an_event() -> None:
    with pytest.raises(ui.HandlerError, match=r"debounce= of Input .* goes with an event: on_input=fn, debounce=300"):
        ui.Input(debounce=300)


def test_debounce_may_be_a_field_of_ones_own() -> None:
    class Calm(ui.Input):
        debounce: int

    assert Calm(debounce=3, on_input=print).debounce == 3


def test_a_string_for_an_event_is_no_misspelling() -> None:
    for keyword in ("click", "onclick", "on_click"):
        with pytest.raises(ui.HandlerError, match=f"{keyword} of Button .* got a string. Strings of code are refused"):
            ui.Button("Save", **{keyword: "save()"})  # type: ignore[arg-type]


def test_none_for_an_event_is_hinted_at(caplog: pytest.LogCaptureFixture) -> None:
    def save() -> None: ...

    ui.Button("Save", click=save())  # type: ignore[func-returns-value]
    assert "not a function. Write click=save, without brackets." in caplog.text
    assert "Did you mean" not in caplog.text


def test_join_is_suggested() -> None:
    with pytest.raises(ui.HandlerError, match=r"WebPage has no event 'jon'\. Did you mean join\?"):
        ui.WebPage().on("jon", print)
    assert ui.WebPage().on("jon", print, custom=True).handler("jon") is print


def test_what_a_handler_wants_by_name_is_named() -> None:
    def save(msg: ui.Event, *, row: int) -> None: ...

    with pytest.raises(ui.HandlerError, match=r"save wants row= by name; .* lambda msg, row=row: save\(msg, row=row\)"):
        ui.Button("Save", on_click=save)


# Running


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"startup": print}, r"run\(\) has no 'startup'. Write ui.App\(startup=…\)\."),
        ({"debug": True}, r"run\(\) has no 'debug'. Write ui.App\(debug=…\)\."),
        ({"prot": 3}, r"run\(\) has no 'prot'. Did you mean port\?"),
        ({"ssl_keyfil": "x"}, r"run\(\) has no 'ssl_keyfil'. Did you mean ssl_keyfile\?"),
        ({"port": "http"}, "port must be a number from 0 to 65535, got 'http'"),
        ({"port": True}, "port must be a number from 0 to 65535, got True"),
    ],
)
def test_what_run_does_not_take(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ui.ConfigError, match=words):
        ui.App().run(**options)


def test_a_port_may_be_digits() -> None:
    assert Config.read({"port": "8001"}, {}).port == 8001


# What was forgotten in a handler


async def test_what_is_put_nowhere_is_named(caplog: pytest.LogCaptureFixture) -> None:
    box = ui.Div()
    kept: list[ui.Component] = []

    def add() -> ui.Component:
        ui.Span("forgotten")
        ui.Div(ui.P("inner"))
        ui.P("placed", a=box)
        kept.append(ui.P("kept"))
        return ui.P("returned")

    async def add_later() -> None:
        await asyncio.sleep(0)
        ui.Em("forgotten later")
        with box:
            ui.P("placed later")

    async with Browser(showing(box, ui.Button("Add", on_click=add), ui.Button("Later", on_click=add_later))) as browser:
        tab = await browser.open()
        await tab.click("Add")
        await tab.click("Later")
        await eventually(lambda: "add_later()" in caplog.text)
    said = [message.partition(" was made in ") for message in caplog.messages if "put nowhere" in message]
    assert sorted((what.split(" (")[0], where.split(" ")[0]) for what, _, where in said) == [
        ("Div", "add()"),
        ('Em "forgotten later"', "add_later()"),
        ('Span "forgotten"', "add()"),
    ]
    assert "Give it a=parent, or write with box: …" in caplog.text


async def test_production_says_nothing_of_what_is_put_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    def add() -> None:
        ui.Span("forgotten")

    async with Browser(showing(ui.Button("Add", on_click=add), debug=False)) as browser:
        tab = await browser.open()
        await tab.click("Add")
        await tab.settled()
    assert caplog.messages == []


async def test_a_change_that_is_not_sent_is_named(caplog: pytest.LogCaptureFixture) -> None:
    clock = ui.Span("12:00")
    box = ui.Input(on_input=lambda: True)

    def tick() -> bool:
        clock.text = "12:01"
        return True

    app = showing(clock, box, ui.Button("Tick", on_click=tick))
    async with Browser(app) as browser:
        tab, other = await browser.open(), await browser.open()
        await tab.click("Tick")
        await tab.type("input", "what a person types nobody forgot")
        await tab.settled()
        await app._sweep_once(10, time.monotonic() + 5)
        assert caplog.messages == []
        await app._sweep_once(10, time.monotonic() + 11)
        assert other.text("span") == "12:00"
    assert len(caplog.messages) == 1
    assert "test_stumbles.py" in caplog.text
    assert 'tick() changed Span "12:01"' in caplog.text
    assert "and nothing was sent. Call page.update(), or use @page.every." in caplog.text


async def test_what_a_handler_returned_is_said_of_whom(caplog: pytest.LogCaptureFixture) -> None:
    def count() -> int:
        return 5

    async with Browser(showing(ui.Button("Go", on_click=count))) as browser:
        tab = await browser.open()
        await tab.click("Go")
        await tab.settled()
    line = count.__code__.co_firstlineno
    assert 'on_click of Button "Go" (test_stumbles.py:' in caplog.text
    assert f"(test_stumbles.py:{line}): count() returned 5, so the page was not updated." in caplog.text


# Own components


class Card(ui.Div):
    heading: str
    count: int = 0

    def build(self) -> None:
        ui.H2(self.heading)


def test_a_field_that_is_not_given_is_missed_at_once() -> None:
    with pytest.raises(ui.TreeError, match=r"Card \(test_stumbles.py:\d+\) wants heading=…"):
        Card()


def test_a_subclass_misses_the_fields_of_both() -> None:
    class Wide(Card):
        width: int

    class Titled(Card):
        heading = "Title"

    with pytest.raises(ui.TreeError, match="wants heading=…, width=…"):
        Wide()
    assert Titled().heading == "Title"


def test_an_init_of_ones_own_may_set_fields_later() -> None:
    class Stepper(ui.Div):
        number: int

        def __init__(self) -> None:
            super().__init__(classes="flex")
            self.number = 3

    assert Stepper().number == 3


def test_fields_are_no_misspellings(caplog: pytest.LogCaptureFixture) -> None:
    class Book(ui.Div):
        titel: str
        clases: str = ""

    assert Book(titel="x", clases="y").titel == "x"  # type: ignore[call-arg]
    assert caplog.messages == []


# Names and values


def test_a_setting_of_a_page_is_suggested(caplog: pytest.LogCaptureFixture) -> None:
    ui.WebPage(titel="Clock")
    assert "WebPage has no 'titel'. Did you mean title?" in caplog.text


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ui.Input(type="number", value="abc", id="age"), "Input #age (test_stumbles.py:N): 'abc' is no number"),
        (lambda: ui.Input(value="12.3.2020", type="date"), "'12.3.2020' is no date (write it as in 2026-05-01)"),
        (
            lambda: ui.Select(options=["Oslo", "Rome"], value="Olso"),
            "'Olso' is none of its options. Did you mean Oslo?",
        ),
    ],
)
def test_a_value_that_cannot_be(make: Callable[[], ui.Component], words: str, caplog: pytest.LogCaptureFixture) -> None:
    line = make.__code__.co_firstlineno
    for _ in range(2):
        make()
    assert len(caplog.messages) == 1
    assert words.replace("N", str(line)) in caplog.text


def test_values_that_can_be(caplog: pytest.LogCaptureFixture) -> None:
    ui.Input(type="number", value=2.5).value = ""
    ui.Input(type="number", value="1e3").value = None
    ui.Input(type="time", value="14:30")
    ui.Select(options={"no": "Oslo"}, value="no").value = ""
    ui.Select(value="added later")
    assert caplog.messages == []
    ui.Input(type="range").value = "wide"
    assert "'wide' is no number" in caplog.text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("label", "justui has no 'label'. Did you mean ui.Text or Span?"),
        ("DataTable", "justui has no 'DataTable' yet: it comes with a later version."),
        ("Buton", "justui has no 'Buton'. Did you mean ui.Button?"),
        ("for_", "justui has no 'for_'. Did you mean ui.For?"),
        ("Box", "justui has no 'Box'. Did you mean ui.Div or Card?"),
    ],
)
def test_names_that_are_not_there(name: str, words: str) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(ui, name)
    assert hints.traceback_of(caught.value).splitlines()[-1] == f"AttributeError: {words}"


def test_a_module_that_is_called_says_what_to_write() -> None:
    with pytest.raises(AttributeError, match=r"justui has no 'page'\. Did you mean ui.WebPage, or @app\.route\?"):
        ui.page("/")  # type: ignore[operator]
    with pytest.raises(AttributeError, match="'tab' yet: it comes with a later version"):
        ui.tab("One")  # type: ignore[operator]
    import justui.page  # noqa: PLC0415 - still a module as any other

    assert justui.page.WebPage is ui.WebPage


# Tracebacks


async def test_a_traceback_begins_with_the_users_line(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        try:
            int("x")
        except ValueError:
            ui.Div().add(None)  # type: ignore[arg-type]

    @ui.threaded
    def fail_in_a_thread() -> None:
        fail()

    app = showing(ui.Button("Fail", on_click=fail), ui.Button("Thread", on_click=fail_in_a_thread))

    @app.route("/broken")
    def broken() -> None:
        fail()

    async with Browser(app) as browser:
        answer = await browser.request("GET", "/broken")
        tab = await browser.open()
        await tab.click("Fail")
        await tab.wait_for(lambda: len(tab.faults) == 1)
        await tab.click("Thread")
        await tab.wait_for(lambda: len(tab.faults) == 2)
    for fault in tab.faults:
        first, second = [part.splitlines()[1] for part in fault["text"].split("Traceback (most recent call last):")[1:]]
        assert "test_stumbles.py" in first
        assert "test_stumbles.py" in second
        assert "component.py" in fault["text"]
    for ours in ("routing.py", "handlers.py", "dispatch.py", "background.py"):
        assert ours not in answer.text + "".join(caplog.messages)
    assert "broken" in answer.text


async def test_an_error_of_ours_alone_is_told_whole() -> None:
    with pytest.raises(ui.TreeError) as caught:
        ui.Div(text="x").add(None)  # type: ignore[arg-type]
    error = caught.value
    assert error.__traceback__ is not None
    error.__traceback__ = error.__traceback__.tb_next
    assert 'component.py", line' in hints.traceback_of(error).splitlines()[1]


def test_a_traceback_that_quotes_what_somebody_sent_stays_short() -> None:
    text = hints.traceback_of(ValueError("begin" + "x" * 1_000_000 + "end"))
    assert len(text) < 21_000
    assert "ValueError: begin" in text
    assert text.endswith("end\n")
