"""Whoever opened the page saw the first option of a list, although another was chosen: the option had no attributes."""

from typing import Any

import pytest

import justui as ui
from justui.testing import Browser
from tests.browser.live import app_of


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize(("multiple", "value"), [(False, "y"), (True, ["y", "z"])])
async def test_it_is_chosen_in_the_html(grouped: bool, multiple: bool, value: Any) -> None:
    options: list[ui.Component] = [ui.Option(letter) for letter in "xyz"]
    page = ui.WebPage(ui.Select(*([ui.Optgroup(*options)] if grouped else options), multiple=multiple, value=value))
    async with Browser(app_of(page)) as browser:
        html = (await browser.fetch("/")).text
    for letter in "xyz":
        assert (f" selected>{letter}</option>" in html) == (letter in value)
