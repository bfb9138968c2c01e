"""`msg`: what a handler gets."""

from typing import Any

import pytest

import justui as ui
from justui.context import handling
from justui.events import Event
from tests.harness.viewer import Viewer


def event(target: ui.Component, **data: Any) -> Event:
    return Event("click", target, ui.WebPage(), None, data)


def test_attributes_and_items_are_the_same() -> None:
    msg = event(ui.Div(), key="Enter", x=3, empty="")
    assert msg.key == msg["key"] == "Enter"
    assert msg.x == msg["x"] == 3
    assert "key" in msg
    assert "code" not in msg
    assert msg.get("x") == 3
    assert msg.get("y", 7) == 7


def test_a_missing_field_is_falsy() -> None:
    msg = event(ui.Div())
    assert not msg.files
    assert not msg["ctrl"]
    assert msg.get("anything") is None
    with pytest.raises(AttributeError):
        _ = msg.__wrapped__


def test_the_browser_cannot_put_something_in_the_place_of_ours() -> None:
    target = ui.Button("x")
    forged = dict.fromkeys(("target", "page", "tab", "session", "values", "type"), "forged")
    msg = Event("click", target, ui.WebPage(), None, forged)
    assert msg.target is msg["target"] is target
    assert msg.tab is None
    assert msg.session is None
    assert msg.values == {}
    assert msg.type == "click"


def test_the_session_is_that_of_the_tab() -> None:
    viewer = Viewer(ui.WebPage())
    msg = Event("click", viewer.page, viewer.page, viewer.tab)
    assert msg.session is viewer.tab.session
    assert msg.tab is viewer.tab


def test_the_value_has_the_type_of_the_field() -> None:
    assert event(ui.Input(value="a")).value == "a"
    assert event(ui.Input(type="number", value="3")).value == 3
    assert event(ui.Input(type="number", value="3.5")).value == 3.5
    assert event(ui.Input(type="number")).value is None
    assert event(ui.Input(type="checkbox", checked=True)).value is True
    assert event(ui.Input(type="checkbox", value="yes")).value is False
    assert event(ui.Select(options=["a", "b"], multiple=True, value=["b"])).value == ["b"]
    assert event(ui.Button("x", value="go")).value == "go"
    assert event(ui.Div()).value is None
    assert event(ui.Div(), value=5).value == 5


def form() -> tuple[ui.Form, ui.Button]:
    button = ui.Button("Send")
    return (
        ui.Form(
            ui.Input(name="email", value="a@b.c"),
            ui.Div(ui.Input(name="age", type="number", value=7), ui.Input(value="without a name")),
            ui.Input(name="newsletter", type="checkbox", checked=True),
            ui.Input(name="size", type="radio", value="small"),
            ui.Input(name="size", type="radio", value="big", checked=True),
            ui.Input(name="color", type="checkbox", value="red", checked=True),
            ui.Input(name="color", type="checkbox", value="green"),
            ui.Input(name="color", type="checkbox", value="blue", checked=True),
            ui.Input(name="off", disabled=True, value="x"),
            ui.Input(name="hidden", type="hidden", value="h"),
            ui.Input(name="send", type="submit", value="Send"),
            ui.Textarea(name="text", value="many\nlines"),
            ui.Select(name="one", options=["a", "b"], value="b"),
            ui.Select(name="some", options=["a", "b", "c"], multiple=True, value=["a", "c"]),
            ui.Input(name="not shown", value="x", show=False),
            ui.P(button),
        ),
        button,
    )


def test_the_values_of_a_form() -> None:
    whole, button = form()
    expected = {
        "email": "a@b.c",
        "age": 7,
        "newsletter": True,
        "size": "big",
        "color": ["red", "blue"],
        "hidden": "h",
        "text": "many\nlines",
        "one": "b",
        "some": ["a", "c"],
    }
    assert event(whole).values == expected
    assert event(button).values == expected
    assert event(ui.Div()).values == {}
    msg = event(whole)
    assert msg.values is msg.values


def test_a_radio_that_nobody_chose_is_none() -> None:
    whole = ui.Form(ui.Input(name="size", type="radio", value="a"), ui.Input(name="size", type="radio", value="b"))
    assert event(whole).values == {"size": None}


def test_in_a_handler_private_fields_are_those_of_its_tab() -> None:
    field = ui.Input(name="mine", private=True, value="start")
    page = ui.WebPage(ui.Form(field))
    one, other = Viewer(page), Viewer(page)
    field.store(one.tab, ["start", "one"], longest=100, alone=False)
    for viewer, value in ((one, "one"), (other, "start")):
        msg = Event("submit", page.components[0], page, viewer.tab)
        token = handling.set(msg)
        assert msg.values == {"mine": value}
        assert field.value == value
        handling.reset(token)
    assert field.value == "start"


def test_an_event_tells_what_it_is() -> None:
    assert repr(event(ui.Button("x"), key="a")).startswith('<Event click of Button "x"')
