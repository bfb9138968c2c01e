"""Fields: their kinds, typed values, what a browser may store, groups of radios, private values, changes of the type."""

from datetime import date, datetime, time
from typing import Any

import pytest

import justui as ui
from justui.context import handling
from justui.events import Event
from justui.fields import Field, enclosing_form, fields_below, typed
from tests.harness.viewer import Viewer, fresh

MORNING = datetime.fromisoformat("2026-11-03T07:05")
NEW_YEAR = datetime.fromisoformat("2026-01-01")


def made(cls: type[Field], **keywords: Any) -> Any:
    return cls(**keywords)


def stored(field: Field, *edit: Any, viewer: Viewer | None = None, alone: bool = True, longest: int = 100) -> bool:
    """Store an edit of a tab that shows the field."""
    viewer = viewer or Viewer(ui.WebPage(field))
    return field.store(viewer.tab, list(edit), longest=longest, alone=alone)


# Values

VALUES: list[tuple[dict[str, Any], Any, Any]] = [
    # keywords, value as Python has it, value as it travels
    ({}, "", ""),
    ({"value": "a"}, "a", "a"),
    ({"value": None}, "", ""),
    ({"value": 5}, "5", "5"),
    ({"value": "a\r\nb\nc"}, "abc", "abc"),
    ({"type": "number", "value": 5}, 5, "5"),
    ({"type": "number", "value": -2.5}, -2.5, "-2.5"),
    ({"type": "number"}, None, ""),
    ({"type": "range"}, 50, "50"),
    ({"type": "range", "min": 10, "max": 20}, 15, "15"),
    ({"type": "range", "value": 7}, 7, "7"),
    ({"type": "date", "value": date(2026, 11, 3)}, date(2026, 11, 3), "2026-11-03"),
    ({"type": "date"}, None, ""),
    ({"type": "time", "value": time(7, 5)}, time(7, 5), "07:05"),
    ({"type": "datetime-local", "value": MORNING}, MORNING, "2026-11-03T07:05"),
    ({"type": "month", "value": "2026-11"}, "2026-11", "2026-11"),
    ({"type": "color"}, "#000000", "#000000"),
    ({"type": "password", "value": "a"}, "a", "a"),
]


@pytest.mark.parametrize(("keywords", "value", "wire"), VALUES, ids=str)
def test_values_have_the_type_of_the_field(keywords: dict[str, Any], value: Any, wire: Any) -> None:
    for ordered in (keywords, dict(reversed(keywords.items()))):
        field = made(ui.Input, **ordered)
        assert field.value == value
        assert type(field.value) is type(value)
        assert field.wire_value() == field.common_value() == wire
        field.value = field.value
        assert field.wire_value() == wire


def test_text_areas_keep_their_lines() -> None:
    assert ui.Textarea(value="a\r\nb\rc").value == "a\nb\nc"


def test_a_checkbox_has_a_word_and_is_on_or_off() -> None:
    for keywords in ({"checked": True, "value": "yes"}, {"value": "yes", "checked": True}):
        box = made(ui.Input, type="checkbox", **keywords)
        assert (box.checked, box.value, box.wire_value()) == (True, "yes", True)
    box = ui.Input(type="checkbox")
    assert (box.checked, box.value, box.wire_value()) == (False, "on", False)
    box.checked = True
    assert box.checked is True
    box.value = "other"
    assert box.attributes["value"] == "other"
    assert box.checked is True


def test_only_what_can_be_checked_is_checked() -> None:
    assert ui.Input(value="x").checked is False
    with pytest.raises(ui.UsageError, match="is no checkbox or radio"):
        ui.Input(value="x").checked = True


def test_selects() -> None:
    assert ui.Select(options=["a", "b"]).value == "a"
    assert ui.Select(options=["a", "b"], value="b").value == "b"
    assert ui.Select().value == ""
    assert ui.Select(ui.Option("a"), ui.Option("b", selected=True)).value == "b"
    assert ui.Select(ui.Option("a", disabled=True), ui.Option("b", value="B")).value == "B"
    several = made(ui.Select, options=["a", "b", "c"], value=["c", "a"], multiple=True)
    assert several.value == ["c", "a"]
    several.value = "b"
    assert several.value == ["b"]
    several.value = None
    assert several.value == []
    assert ui.Select(options=["a"], multiple=True).value == []
    assert made(ui.Select, options=["a", "b"], value=["b"]).value == "b"


def test_a_list_that_is_read_is_not_the_list_that_is_kept() -> None:
    several = made(ui.Select, options=["a"], value=["a"], multiple=True)
    several.value.append("b")
    assert several.value == ["a"]


@pytest.mark.parametrize(
    ("kind", "wire", "value"),
    [
        ("number", "5", 5),
        ("number", "-5", -5),
        ("number", "05", 5),
        ("number", "1e3", 1000.0),
        ("number", ".5", 0.5),
        ("number", "", None),
        ("number", "--5", None),
        ("number", "abc", None),
        ("number", "nan", None),
        ("number", "inf", None),
        ("number", "1e999", None),
        ("number", "1_000", None),
        ("number", " 5", None),
        ("number", "٣", None),
        ("number", "9" * 5000, None),
        ("date", "2026-02-30", None),
        ("date", "x", None),
        ("time", "25:00", None),
        ("datetime-local", "2026-01-01", NEW_YEAR),
        ("text", "5", "5"),
        ("week", "2026-W05", "2026-W05"),
    ],
)
def test_what_is_no_number_or_date_is_none(kind: str, wire: str, value: Any) -> None:
    assert typed(kind, wire) == value


# Attributes that are values


def test_a_value_given_as_an_attribute_is_the_value() -> None:
    field = made(ui.Input, attributes={"value": "a"})
    assert field.value == "a"
    assert "value" not in field.attributes
    viewer = Viewer(ui.WebPage(field))
    field.set_attributes({"VALUE": "b"})
    assert viewer.after_update() == [["v", field._id, "b"]]
    box = made(ui.Input, type="checkbox", attributes={"checked": True})
    assert box.checked is True
    assert "checked" not in box.attributes
    box.set_attributes({"checked": None})
    assert box.checked is False


def test_a_field_may_change_its_type() -> None:
    field = made(ui.Input, value="a")
    viewer = Viewer(ui.WebPage(field))
    field.type = "checkbox"
    assert field.checked is False
    field.checked = True
    field.type = "text"
    viewer.page.update()
    assert viewer.shows() == fresh(viewer.page)
    select = made(ui.Select, options=["a", "b"], value="b")
    select.multiple = True
    assert select.value == ["b"]
    select.multiple = False
    assert select.value == "b"


# From the browser


def test_a_text_is_merged_into_what_is_there() -> None:
    field = ui.Input(value="hello")
    viewer = Viewer(ui.WebPage(field))
    assert stored(field, "hello", "hello!", viewer=viewer) is False
    assert field.value == "hello!"
    field.value = "well, hello!"
    assert stored(field, "hello!", "hello!?", viewer=viewer) is False
    assert field.value == "well, hello!?"


def test_what_one_types_the_others_see() -> None:
    field = ui.Input(value="a")
    page = ui.WebPage(field)
    one, other = Viewer(page), Viewer(page)
    stored(field, "a", "ab", viewer=one, alone=False)
    page.update()
    assert one.operations() == other.operations() == [["v", field._id, "ab"]]


def test_a_text_that_is_too_long_is_not_taken() -> None:
    field = ui.Input(value="a")
    assert stored(field, "a", "x" * 101) is True
    assert field.value == "a"


WRONG: list[tuple[Any, list[Any]]] = [
    (ui.Input, []),
    (ui.Input, [1]),
    (ui.Input, ["a", "b", "c"]),
    (ui.Input, [None, "b"]),
    (ui.Input, [{"a": 1}]),
    (ui.Input, ["a", ["b", 1]]),
]


@pytest.mark.parametrize(("cls", "edit"), WRONG, ids=str)
def test_what_has_not_the_shape_of_an_edit_is_hostile(cls: Any, edit: list[Any]) -> None:
    with pytest.raises(ui.WireError):
        stored(cls(value="a"), *edit)


def test_buttons_have_no_value_to_store() -> None:
    field = ui.Input(type="submit", value="Send")
    stored(field, "forged")
    assert field.value == "Send"


def test_a_choice_that_is_not_offered_is_not_taken() -> None:
    select = ui.Select(options=["a", "b"], value="a")
    assert stored(select, "forged") is True
    assert select.value == "a"
    assert stored(select, "b") is False
    assert select.value == "b"


# Radios


def radios() -> tuple[ui.Form, list[ui.Input]]:
    group = [ui.Input(type="radio", name="size", value=value) for value in ("a", "b", "c")]
    return ui.Form(ui.Div(*group[:2]), group[2]), group


def test_one_of_a_group_is_on() -> None:
    form, (a, b, c) = radios()
    viewer = Viewer(ui.WebPage(form, other := ui.Form(ui.Input(type="radio", name="size", checked=True))))
    a.checked = True
    b.checked = True
    assert [radio.checked for radio in (a, b, c)] == [False, True, False]
    stored(c, True, viewer=viewer)
    assert [radio.checked for radio in (a, b, c)] == [False, False, True]
    assert other.components[0].checked is True  # type: ignore[attr-defined]
    viewer.page.update()
    assert viewer.shows() == fresh(viewer.page)


def test_a_radio_without_a_name_is_alone() -> None:
    one, other = ui.Input(type="radio"), ui.Input(type="radio", checked=True)
    ui.Form(one, other)
    one.checked = True
    assert other.checked is True
    assert one.group() == []


# Private fields


def test_a_private_value_lives_in_its_tab() -> None:
    field = ui.Input(private=True, value="start")
    page = ui.WebPage(field)
    one, other = Viewer(page), Viewer(page)
    stored(field, "start", "one", viewer=one, alone=False)
    assert one.after_update() == other.after_update() == []
    assert field.value == "start"
    token = handling.set(Event("click", field, page, one.tab))
    assert field.value == "one"
    field.value = ""
    assert field.value == ""
    page.update()
    handling.reset(token)
    assert one.operations() == [["v", field._id, ""]]
    assert other.operations() == []
    assert field.value_in(one.tab) == ""
    assert field.value_in(other.tab) == "start"
    assert Viewer(page).html.count("start") == 1


def test_outside_of_handlers_a_private_value_is_set_everywhere() -> None:
    field = ui.Input(private=True)
    page = ui.WebPage(field)
    one, other = Viewer(page), Viewer(page)
    stored(field, "", "typed", viewer=one, alone=False)
    field.value = "all"
    page.update()
    assert one.operations() == other.operations() == [["v", field._id, "all"]]
    assert field.value_in(one.tab) == "all"


def test_passwords_are_private_unless_it_is_said() -> None:
    assert ui.Input(type="password").private is True
    assert ui.Input(type="password", private=False).private is False
    assert ui.Input().private is False
    field = ui.Input()
    viewer = Viewer(ui.WebPage(field))
    field.private = True
    assert viewer.after_update() == [["a", field._id, {"data-private": True}]]


# Forms


def test_the_form_around() -> None:
    form, (a, _, c) = radios()
    assert enclosing_form(a) is form
    assert enclosing_form(form) is form
    assert enclosing_form(ui.Input()) is None
    assert list(fields_below(form)) == [*form.components[0].components, c]
    c.show = False
    assert c not in list(fields_below(form))
