"""A text longer than the server takes vanished from its box without a word."""

import pytest

import justui as ui
from tests.browser.live import Site
from tests.conftest import Proxied, Serve
from tests.harness.browser import People
from tests.harness.waiting import eventually


@pytest.mark.browser
async def test_a_text_that_is_too_long_stays_in_its_box(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    box = ui.Textarea(aria_label="Story", private=False, a=page)
    site = Site(serve, proxied, page, text_length=100)
    tab = await site.open(await person())
    field = tab.page.get_by_label("Story")
    await field.fill("a" * 150)
    await tab.page.get_by_text("has more than 100 letters").wait_for()
    assert await field.input_value() == "a" * 150
    await field.fill("a" * 60)
    await eventually(lambda: box.value == "a" * 60)
    assert await field.input_value() == "a" * 60
