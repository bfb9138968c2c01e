"""Attributes that take components, dates, or a flag that may say a word."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from justui import components as ui
from justui.errors import TreeError


def test_a_label_gives_its_control_an_id() -> None:
    field = ui.Input()
    label = ui.Label("Name", for_component=field)
    assert field.id
    assert field.id.startswith("j")
    assert label.attributes == {"for": field.id}
    assert label.for_component == label.for_ == field.id


def test_an_id_that_is_there_is_kept() -> None:
    field = ui.Input(id="name")
    assert ui.Label(for_component=field).for_ == field.id == "name"


def test_two_controls_get_different_ids() -> None:
    first, second = ui.Input(), ui.Input()
    ui.Label(for_component=first)
    ui.Label(for_component=second)
    assert first.id != second.id


def test_several_references() -> None:
    one, two = ui.Span(id="one"), ui.Span(id="two")
    box = ui.Div(aria_describedby=[one, "more", two])
    assert box.aria_describedby == "one more two"
    box.aria_describedby = two
    assert box.attributes == {"aria-describedby": "two"}
    box.aria_describedby = []
    assert box.attributes == {}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 21, 9, 5), "2026-11-21T09:05:00"),  # noqa: DTZ001  a local time
        (datetime(2026, 11, 21, 9, 5, tzinfo=UTC), "2026-11-21T09:05:00+00:00"),
        (time(9, 5), "09:05:00"),
        (2.5, 2.5),
        ("2026-W47", "2026-W47"),
        (True, "True"),
    ],
)
def test_dates_are_written_as_html_wants_them(value: str, written: str | float) -> None:
    assert ui.Time(datetime=value).attributes == {"datetime": written}


def test_a_download_is_a_flag_or_a_name() -> None:
    assert ui.A(download=True).attributes == {"download": True}
    assert ui.A(download="report.pdf").attributes == {"download": "report.pdf"}
    assert ui.A(download=False).attributes == {}
    assert ui.A(download="").download is True


def test_hidden_is_a_flag_or_a_word() -> None:
    box = ui.Div(hidden=True)
    assert box.attributes == {"hidden": True}
    box.hidden = "until-found"
    assert box.attributes == {"hidden": "until-found"}
    box.hidden = False
    assert box.attributes == {}
    with pytest.raises(TreeError, match="until-found"):
        ui.Div(hidden="until found")  # type: ignore[arg-type]


def test_data_attributes() -> None:
    keywords: dict[str, Any] = {"data_row": 7, "data_long_name": "x"}
    row = ui.Tr(**keywords, attributes={"data-Other": "y", "data-on": True, "data-off": False})
    assert row.attributes == {"data-row": 7, "data-long-name": "x", "data-other": "y", "data-on": True}
    assert row.set_attributes({"data-row": None}).attributes.get("data-row") is None
    for ours in ("data-j", "data-e", "data-raw", "data-private"):
        with pytest.raises(TreeError):
            row.set_attributes({ours: "1"})


@pytest.mark.parametrize(
    ("keywords", "attributes"),
    [
        ({"hidden": "until-found"}, {"hidden": "until-found"}),
        ({"hidden": False}, {}),
        ({"popover": True}, {"popover": True}),
        ({"popover": "manual"}, {"popover": "manual"}),
        ({"translate": "no"}, {"translate": "no"}),
        ({"enterkeyhint": "search"}, {"enterkeyhint": "search"}),
        ({"spellcheck": False}, {"spellcheck": "false"}),
        ({"contenteditable": "plaintext-only"}, {"contenteditable": "plaintext-only"}),
        ({"draggable": True}, {"draggable": "true"}),
        ({"dir": "RTL"}, {"dir": "rtl"}),
        ({"inert": True, "autofocus": 0}, {"inert": True}),
        ({"headingoffset": 1, "headingreset": True}, {"headingoffset": 1, "headingreset": True}),
        ({"tabindex": -1, "accesskey": "s"}, {"tabindex": -1, "accesskey": "s"}),
    ],
    ids=str,
)
def test_global_attributes_as_the_standard_has_them(keywords: dict[str, Any], attributes: dict[str, object]) -> None:
    assert ui.Div(**keywords).attributes == attributes


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"hidden": "until_found"}, "Did you mean until-found"),
        ({"popover": "automatic"}, "Did you mean auto"),
        ({"translate": True}, "yes, no"),
        ({"enterkeyhint": "serach"}, "Did you mean search"),
        ({"dir": "up"}, "ltr, rtl, auto"),
    ],
    ids=str,
)
def test_words_that_the_standard_does_not_have_are_refused(keywords: dict[str, Any], said: str) -> None:
    with pytest.raises(TreeError, match=said):
        ui.Div(**keywords)


def test_an_ordered_list_tells_a_from_capital_a() -> None:
    assert ui.Ol(type="A").type == "A"
    assert ui.Ol(type="a").type == "a"


def test_crossorigin_is_a_flag_or_a_word() -> None:
    assert ui.Img(crossorigin=True).attributes == {"crossorigin": True}
    assert ui.Img(crossorigin="use-credentials").crossorigin == "use-credentials"
    with pytest.raises(TreeError, match="anonymous"):
        ui.Img(crossorigin="yes")  # type: ignore[arg-type]  # what somebody tries


def test_a_custom_element() -> None:
    rating = ui.CustomElement("star-rating", "four", classes="big", attributes={"value": 4})
    assert (rating.tag, rating.text) == ("star-rating", "four")
    assert rating.attributes == {"class": "big", "value": 4}
    assert rating.on("rated", print, custom=True).handler("rated") is print
    with ui.Div() as box:
        ui.CustomElement("my-x", ui.B("b"))
    assert [child.tag for child in box.components] == ["my-x"]


@pytest.mark.parametrize("tag", ["div", "script", "Star-Rating", "star rating", "x-<b>", "font-face", "-a", "", 3])
def test_other_tags_are_no_custom_elements(tag: Any) -> None:
    with pytest.raises(TreeError, match="custom element"):
        ui.CustomElement(tag)
