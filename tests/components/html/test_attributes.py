"""Attributes that take components, dates, or a flag that may say a word."""

from datetime import UTC, date, datetime, time

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
