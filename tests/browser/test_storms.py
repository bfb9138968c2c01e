"""Several things at once: rewriting handlers and two typists, cards that change columns, restarts in a row, cuts in cuts."""

import asyncio

from playwright.async_api import expect

import justui as ui
from tests.browser.live import (
    KEY,
    Site,
    acknowledged,
    caret,
    comes,
    focused,
    has_value,
    is_same_window,
    is_so,
    joined,
    mark_window,
    put_caret,
    same_everywhere,
    stands_in_order,
    value,
)
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People


async def type_in(tab: BrowserTab, text: str, selector: str = "#box", delay: int = KEY) -> None:
    await tab.page.locator(selector).focus()
    await tab.page.keyboard.type(text, delay=delay)


async def test_two_people_and_a_handler_that_rewrites(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    box = ui.Input(id="box", a=page, on_input=lambda: setattr(box, "value", box.value.upper()))
    site = Site(serve, proxied, page)
    ada, bob = await site.open(await person()), await site.open(await person())
    site.move_far_away()
    await asyncio.gather(type_in(ada, "abcdefghij", delay=70), type_in(bob, "klmnopqrst", delay=90))
    text = await same_everywhere("#box", box, ada, bob)
    assert sorted(text) == list("ABCDEFGHIJKLMNOPQRST")
    assert stands_in_order("ABCDEFGHIJ", text)
    assert stands_in_order("KLMNOPQRST", text)


async def test_one_clears_the_box_in_which_the_other_types(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    said: list[str] = []
    box = ui.Input(id="box", a=page)

    def send() -> None:
        said.append(box.value)
        box.value = ""

    ui.Button("Send", id="send", on_click=send, a=page)
    site = Site(serve, proxied, page)
    ada, bob = await site.open(await person()), await site.open(await person())
    site.move_far_away()

    async def click() -> None:
        for _ in range(4):
            await asyncio.sleep(0.3)  # while he types: time is the subject
            await ada.page.click("#send")

    await asyncio.gather(type_in(bob, "abcdefghijklmnopqrstuvwxyz", delay=60), click())
    rest = await same_everywhere("#box", box, ada, bob)
    assert "".join(said) + rest == "abcdefghijklmnopqrstuvwxyz"
    assert len(said) == 4


async def test_a_card_with_the_focus_changes_columns(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    left, right = ui.Div(id="left", a=page), ui.Div(id="right", a=page)
    box = ui.Input(id="box", value="a card")
    card = ui.Div("card ", box, a=left)
    site = Site(serve, proxied, page)
    ada, bob = await site.open(await person()), await site.open(await person())
    site.move_far_away()
    await put_caret(ada, "#box", 2)
    typing = asyncio.create_task(type_in(ada, "nice little ", delay=60))
    for column in (right, left, right):
        card.delete()
        column.add(card)
        await page.update()
        await expect(ada.page.locator(f"#{column.attributes['id']} #box")).to_have_count(1)
    await typing
    assert await same_everywhere("#box", box, ada, bob) == "a nice little card"
    assert await focused(ada) == "box"
    assert await caret(ada, "#box") == (14, 14)


async def test_three_restarts_in_a_row(serve: Serve, proxied: Proxied, person: People) -> None:
    site = Site(serve, proxied, ui.WebPage(ui.Input(id="box")))
    tab = await site.open(await person())
    tab.allow_network_errors()
    await mark_window(tab)
    for number in range(3):
        await type_in(tab, str(number))
        box = ui.Input(id="box")
        await asyncio.to_thread(site.renew, ui.WebPage(box))
        if number == 1:
            site.network.drop()
        await joined(tab, number + 2)
        assert await same_everywhere("#box", box, tab) == "012"[: number + 1]
    assert await is_same_window(tab)
    assert await focused(tab) == "box"


async def test_the_network_goes_again_while_the_page_is_fetched(serve: Serve, proxied: Proxied, person: People) -> None:
    site = Site(serve, proxied, ui.WebPage(ui.Input(id="box"), ui.P("old", id="age")))
    tab = await site.open(await person())
    tab.allow_network_errors()
    await mark_window(tab)
    await type_in(tab, "kept")
    await acknowledged(tab)
    site.network.delay = 0.3
    box = ui.Input(id="box")
    await asyncio.to_thread(site.renew, ui.WebPage(box, ui.P("new", id="age")))
    await is_so(lambda: [asked for asked in tab.requests if asked.kind == "fetch"])
    site.network.cut()  # the page is on its way
    await type_in(tab, " too")
    site.network.mend()
    await expect(tab.page.locator("#age")).to_have_text("new", timeout=15_000)
    site.network.drop()  # the socket is on its way
    await type_in(tab, "!")
    site.network.delay = 0
    assert await same_everywhere("#box", box, tab) == "kept too!"
    assert await is_same_window(tab)


async def test_a_debounced_field_over_a_cut(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    seen: list[str] = []
    box = ui.Input(id="box", a=page)
    box.on("input", lambda: seen.append(box.value), debounce=300)
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    tab.allow_network_errors()
    await type_in(tab, "typed and ")
    site.network.cut()
    await type_in(tab, "cut")
    site.network.mend()
    await is_so(lambda: bool(seen) and seen[-1] == "typed and cut", lambda: seen)
    assert len(seen) < len("typed and cut")  # a machine that is busy may pause for longer than the debounce


async def test_a_choice_whose_option_goes(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    select = ui.Select(id="box", options=["red", "green", "blue"], a=page)
    site = Site(serve, proxied, page)
    ada, bob = await site.open(await person()), await site.open(await person())
    await ada.page.select_option("#box", "blue")
    await has_value(bob, "#box", "blue")
    select.options = ["red", "green"]
    await page.update()
    await expect(ada.page.locator("#box option")).to_have_count(2)
    fresh = await site.open(await person())

    async def alike() -> bool:
        shown = {await value(tab, "#box") for tab in (ada, bob, fresh)}
        return len(shown) == 1

    await comes(alike)
    select.options = ["red", "green", "blue"]
    select.value = "blue"
    await page.update()
    for tab in (ada, bob, fresh):
        await has_value(tab, "#box", "blue")


async def test_a_number_that_a_handler_corrects(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    box = ui.Input(id="box", type="number", a=page)
    box.on("input", lambda: setattr(box, "value", min(box.value or 0, 100)))
    site = Site(serve, proxied, page)
    ada, bob = await site.open(await person()), await site.open(await person())
    site.move_far_away()
    await type_in(ada, "99", delay=60)
    await has_value(bob, "#box", "99")
    await type_in(ada, "9", delay=60)
    for tab in (ada, bob):
        await has_value(tab, "#box", "100")
    assert box.value == 100


async def test_composing_while_the_server_goes(serve: Serve, proxied: Proxied, person: People) -> None:
    site = Site(serve, proxied, ui.WebPage(ui.Input(id="box"), ui.P("old", id="age")))
    tab = await site.open(await person())
    tab.allow_network_errors()
    await type_in(tab, "ok ")
    await acknowledged(tab)
    keyboard = await tab.page.context.new_cdp_session(tab.page)
    await keyboard.send("Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2})
    box = ui.Input(id="box")
    await asyncio.to_thread(site.renew, ui.WebPage(box, ui.P("new", id="age")))
    await expect(tab.page.locator("#age")).to_have_text("new")
    await keyboard.send("Input.insertText", {"text": "日本"})
    await type_in(tab, "!")
    assert await same_everywhere("#box", box, tab) == "ok 日本!"
