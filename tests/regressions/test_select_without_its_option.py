"""Whoever opened the page saw the first option of a list, while the program had another one, or none, and nobody said so."""

import logging
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser
from tests.browser.live import app_of


@pytest.mark.parametrize(
    ("chosen", "hint"),
    [("z", "'z' is none of its options. People see 'a'"), ("", "Give it an empty option"), (None, "Give it an empty")],
)
def test_a_model_without_an_option(chosen: Any, hint: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "justui")
    select = ui.Select(options=["a", "b"], model=(state := ui.State(chosen)))
    assert [message for message in caplog.messages if hint in message]
    assert (select.value, state.value) == ("a", chosen)


def test_a_list_box_shows_none(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "justui")
    assert ui.Select(options=["a", "b"], model=ui.State(""), size=2).value == ""
    assert caplog.messages == []


async def test_the_chosen_option_goes_and_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "justui")
    options: Any = ui.State(["a", "b"])
    chosen = ui.State("a")
    select = ui.Select(name="letter", options=options, model=chosen)
    page = ui.WebPage(select)
    app = ui.App(debug=True)
    app.route("/")(lambda: page)
    async with Browser(app) as person:
        tab = await person.open("/")
        chosen.set("c")
        options.set(["b", "c"])  # both in one turn, in this order: no mistake
        await tab.wait_for(lambda: tab.value("letter") == "c")
        assert caplog.messages == []
        options.set(["b", "d"])
        await tab.wait_for(lambda: tab.value("letter") == "b")
        assert (select.value, chosen.value) == ("b", "c")
        assert [message for message in caplog.messages if "'c' is none of its options. People see 'b'" in message]
        options.set(["b", "c"])
        await tab.wait_for(lambda: tab.value("letter") == "c")
        assert select.value == "c"


def test_the_first_option_that_a_model_has_stays_chosen_when_the_options_change() -> None:
    options: Any = ui.State(["a", "b"])
    select = ui.Select(options=options, model=ui.State("a"))
    options.set(["b", "a"])
    assert select.value == "a"


async def test_an_option_that_comes_after_the_page_was_loaded_is_shown() -> None:
    select = ui.Select(name="letter", options=["a", "b"], model=ui.State("z"))
    page = ui.WebPage(select)
    async with Browser(app_of(page)) as person:
        tab = await person.open("/")
        assert tab.value("letter") == "a"
        select.options = {"a": "A", "z": "Z"}
        await page.update()
        await tab.wait_for(lambda: tab.value("letter") == "z")
        assert select.value == "z"
