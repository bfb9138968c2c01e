"""Whoever gave a state where only a value was thought of met a crash: an icon's classes, a field's error or options."""

import logging
from functools import partial

import pytest

import justui as ui
from justui.testing import Browser, Tab
from tests.browser.live import app_of


def test_an_icons_classes_follow_and_keep_its_look() -> None:
    classes = ui.State("text-red-500")
    icon = ui.Icon("heart", classes=classes)
    assert {"inline-block", "text-red-500"} <= set(str(icon.classes).split())
    classes.set("text-green-500")
    assert {"inline-block", "text-green-500"} <= set(str(icon.classes).split())
    assert not icon.has_class("text-red-500")


def test_columns_follow_together_with_classes() -> None:
    columns, classes = ui.State(2), ui.State("p-2")
    grid = ui.Grid(columns=columns, min_width=0, classes=classes)
    assert str(grid.classes).split() == ["grid", "gap-4", "p-2", "grid-cols-2"]
    columns.set(3)
    classes.set("p-4")
    assert set(str(grid.classes).split()) == {"grid", "gap-4", "p-4", "grid-cols-3"}


def test_a_label_follows_without_a_hint(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "justui")
    label = ui.State("First name")
    fields = [ui.Field(label), ui.Field(label, type="radio", options=["a"])]
    assert [field.controls[0].attributes["name"] for field in fields] == ["first_name"] * 2
    label.set("Vorname")
    assert [field.label for field in fields] == ["Vorname"] * 2
    assert caplog.messages == []


def is_marked(tab: Tab, invalid: str | None) -> bool:
    return tab.field("Name").attributes.get("aria-invalid") == invalid


@pytest.mark.parametrize("private", [False, True])
async def test_an_error_follows_in_all_tabs_also_when_a_handler_of_one_sets_it(private: bool) -> None:
    error: ui.State[str | None] = ui.State(None)
    page = ui.WebPage()
    with page:
        field = ui.Field("Name", error=error, private=private)
        ui.Button("Wrong", on_click=lambda: error.set("Taken"))
        ui.Button("Right", on_click=lambda: error.set(None))
    assert field.error is None
    async with Browser(app_of(page)) as ann, Browser(app_of(page)) as bob:
        tabs = [await ann.open("/"), await bob.open("/")]
        for button, invalid in (("Wrong", "true"), ("Right", None)):
            await tabs[0].click(button)
            for tab in tabs:
                await tab.wait_for(partial(is_marked, tab, invalid))
                assert ("Taken" in tab.text()) == (invalid == "true")
        field.error = "Mine"
        error.set("Not seen")
        assert field.error == "Mine"


async def test_a_groups_options_follow_and_what_is_chosen_stays() -> None:
    options: ui.State[list[str] | dict[str, str]] = ui.State(["a", "b"])
    chosen = ui.State("b")
    field = ui.Field("Size", type="radio", options=options, value=chosen, required=True)
    stays = field.controls[1]
    async with Browser(app_of(ui.WebPage(field))) as person:
        tab = await person.open("/")
        options.set({"b": "Big", "c": "Colossal"})
        await tab.wait_for(lambda: "Colossal" in tab.text())
        assert "Big" in tab.text()
    assert field.controls[0] is stays
    assert [box.attributes.get("required") for box in field.controls] == [True, None]
    assert field.value == "b"
    assert all(box.handler("invalid") for box in field.controls)
    chosen.set("c")
    assert field.value == "c"
