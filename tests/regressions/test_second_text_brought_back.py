"""Two people typed while the server restarted, and the one who came back last wiped out what the other had brought back.

The page that the last one fetched held the other's text already, and his own was taken for an edit that replaces it.
"""

import asyncio

from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, acknowledged, has_value, joined, same_everywhere
from tests.conftest import Proxied, Serve
from tests.harness.browser import People


def page_with(value: str) -> tuple[ui.WebPage, ui.Textarea]:
    page = ui.WebPage()
    return page, ui.Textarea(id="text", value=value, private=False, a=page)


async def test_both_keep_their_letters(serve: Serve, proxied: Proxied, person: People) -> None:
    site = Site(serve, proxied, page_with("")[0])
    ada, bob = await site.open(await person()), await (await person()).open(site.server.address + "/")
    await joined(bob)
    for tab in (ada, bob):
        tab.allow_network_errors()
    site.network.cut()
    await asyncio.to_thread(site.server.stop)
    await ada.page.locator("#text").press_sequentially("aaaa")
    await bob.page.locator("#text").press_sequentially("bbbb")
    page, text = page_with("")
    await asyncio.to_thread(site.renew, page)
    await has_value(bob, "#text", "bbbb")
    await joined(bob, 2)
    await acknowledged(bob)
    site.network.mend()
    await joined(ada, 2)
    await acknowledged(ada)
    assert sorted(await same_everywhere("#text", text, ada, bob)) == list("aaaabbbb")


async def test_letters_typed_at_the_new_server_stay(serve: Serve, proxied: Proxied, person: People) -> None:
    site = Site(serve, proxied, page_with("")[0])
    ada = await site.open(await person())
    ada.allow_network_errors()
    site.network.cut()
    await ada.page.locator("#text").press_sequentially("aaaa")
    page, text = page_with("")
    await asyncio.to_thread(site.renew, page)
    bob = await (await person()).open(site.server.address + "/")
    await joined(bob)
    await bob.page.locator("#text").press_sequentially("bbbb")
    await acknowledged(bob)
    site.network.mend()
    await joined(ada, 2)
    await acknowledged(ada)
    assert sorted(await same_everywhere("#text", text, ada, bob)) == list("aaaabbbb")


async def test_one_person_s_deletion_of_the_program_s_text_holds(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    site = Site(serve, proxied, page_with("hello")[0])
    ada = await site.open(await person())
    ada.allow_network_errors()
    await ada.page.locator("#text").fill("hi")
    await acknowledged(ada)
    page, text = page_with("hello")
    await asyncio.to_thread(site.renew, page)
    await joined(ada, 2)
    await acknowledged(ada)
    await expect(ada.page.locator("#text")).to_have_value("hi")
    assert text.value == "hi"
