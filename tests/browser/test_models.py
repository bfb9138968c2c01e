"""Fields of one model in real Chromium, 400 ms away: two people type into them, and every letter stays (laws 5 and 6)."""

import asyncio

import justui as ui
from tests.browser.live import Site, acknowledged, has_value, joined
from tests.browser.test_typing import type_in
from tests.conftest import Proxied, Serve
from tests.harness.browser import People
from tests.harness.waiting import eventually


async def test_two_people_type_into_fields_of_one_model(serve: Serve, proxied: Proxied, person: People) -> None:
    text, size, agreed = ui.State("|"), ui.State(5), ui.State(False)
    boxes = ui.Input(id="a", model=text, private=False), ui.Textarea(id="b", model=text, private=False)
    page = ui.WebPage(*boxes, ui.Output(text=text.map(len)), title=text)
    ui.Input(id="number", type="number", model=size, a=page)
    ui.Input(id="range", type="range", model=size, a=page)
    ui.Input(id="check", type="checkbox", model=agreed, a=page)
    ui.P("agreed", show=agreed, a=page)
    site = Site(serve, proxied, page)
    ann, bob = [await site.open(await person()) for _ in range(2)]
    await joined(bob)
    site.move_far_away()
    await ann.page.locator("#a").press("Home")
    await bob.page.locator("#b").press("End")
    await asyncio.gather(type_in(ann, "the quick brown ", "#a"), type_in(bob, " fox jumps over", "#b"))
    both = "the quick brown | fox jumps over"
    await eventually(lambda: text.value == both, what=f"{both!r} in the state")
    for tab in (ann, bob):
        await has_value(tab, "#a", both)
        await has_value(tab, "#b", both)
    await ann.page.locator("#number").fill("07")
    await ann.page.locator("#check").check()
    await has_value(bob, "#range", "7")
    await bob.page.get_by_text("agreed").wait_for()
    await acknowledged(ann)
    assert await ann.page.locator("#number").input_value() == "07", "an echo has changed what stands there"
    await eventually(lambda: (size.value, agreed.value) == (7, True))
    assert await bob.page.locator("output").text_content() == str(len(both))
    assert await bob.page.title() == both
