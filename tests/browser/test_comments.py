"""`ui.Comments` beside `ui.Editor`, in Chromium: threads begin at what is selected, go with the text, and lead there."""

import asyncio
from typing import Any

from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, comes
from tests.browser.test_editor import opened
from tests.browser.writers import Rich, agree
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

BEGIN = "<h2>Trip</h2><p>We take the night train to Vienna.</p><p>The hotel is near.</p>" + "<p>More.</p>" * 40


class Reader(Rich):
    """Somebody with the comments at the side."""

    @property
    def cards(self) -> Any:
        return self.page.locator("justui-comment:not([data-resolved])")

    def card(self, text: str) -> Any:
        return self.page.locator("justui-comment", has_text=text)

    def shade(self, text: str) -> Any:
        """The colour behind a piece of the text."""
        return self.box.locator("[data-comment]", has_text=text).first.evaluate(
            "node => getComputedStyle(node).backgroundColor"
        )

    async def take(self, text: str) -> None:
        """Select a piece of the text."""
        start = (await self.ask("return quill.getText()")).index(text)
        await self.select(start, len(text))

    async def say(self, about: str, text: str) -> None:
        """Comment a piece of the text by keyboard."""
        await self.take(about)
        await self.press("Control+Alt+m")
        await expect(self.page.get_by_role("textbox", name="Comment", exact=True)).to_be_focused()
        await self.page.keyboard.type(text)
        await self.press("Enter")


def app_of(notes: ui.SharedText) -> ui.App:
    app = ui.App()

    @app.route("/")
    def write() -> ui.WebPage:
        return ui.WebPage(
            ui.Editor(model=notes, id="text", toolbar="full", height="20rem"), ui.Comments(model=notes, height="20rem")
        )

    @app.route("/read")
    def read() -> ui.WebPage:
        return ui.WebPage(ui.Editor(model=notes, id="text", toolbar="full", read_only=True), ui.Comments(model=notes))

    return app


CLEAR = "rgba(0, 0, 0, 0)"


async def test_comments_stand_beside_the_text_and_go_with_it(serve: Serve, proxied: Proxied, person: People) -> None:
    notes = ui.SharedText(html=BEGIN)
    site = Site(serve, proxied, app_of(notes))
    readers: list[Reader] = []
    for name, colour in (("Ann", "#d6336c"), ("Bob", "#2f9e44")):
        reader = Reader((await opened(site, person, 1))[0].tab)
        await comes(lambda: has(notes, len(readers) + 1))
        list(notes.presence)[-1].update(name=name, colour=colour)
        readers.append(reader)
    ann, bob = readers

    # A thread begins, with the button; HTML in it is text. Both see it, with name, quote and shade.
    await ann.take("night train")
    await ann.element.locator("button.ql-comment").click()
    await ann.page.keyboard.type("Beds? <b>")
    await ann.page.get_by_role("button", name="Comment", exact=True).last.click()
    for reader in (ann, bob):
        card = reader.card("Beds? <b>")
        await expect(card).to_contain_text("Ann")
        await expect(card.locator(".ui-quote")).to_have_text("night train")
        await expect(reader.box.locator("[data-comment]")).to_have_text("night train")
        assert await reader.shade("night train") != CLEAR
    await expect(ann.page.locator(".ui-draft")).to_have_count(0)
    await agree(notes, ann, bob)
    assert "comment" not in notes.html
    assert (notes.comments[0].by, notes.comments[0].colour) == ("Ann", "#d6336c")

    # Another one, by keyboard, further up: the cards have the order of the text. Escape is none.
    await bob.say("Trip", "A better title?")
    for reader in (ann, bob):
        await expect(reader.cards.locator(".ui-quote")).to_have_text(["Trip", "night train"])
    await bob.take("hotel")
    await bob.press("Control+Alt+m", "x", "Escape")
    await expect(bob.page.locator(".ui-draft")).to_have_count(0)
    # Where there is one already, it is answered; without anything selected one is told.
    await bob.take("train")
    await bob.press("Control+Alt+m")
    answer = bob.card("Beds?").get_by_role("textbox")
    await expect(answer).to_be_focused()
    await bob.page.keyboard.type("Yes")
    await bob.press("Shift+Enter")
    await bob.page.keyboard.type("<i>")
    await bob.press("Enter")
    await expect(ann.card("Beds?").locator(".ui-reply p")).to_have_text("Yes\n<i>", use_inner_text=True)
    await expect(answer).to_have_value("")
    assert notes.comments[1].replies[0].text == "Yes\n<i>"

    # Typed within, it belongs to it; behind, it does not. Formats go, comments stay.
    await ann.take("night train")
    await ann.press("ArrowRight")
    await ann.type("s")
    await ann.select(str(notes).index("train") + 1)
    await ann.type("h")
    for reader in (ann, bob):
        await expect(reader.card("Beds?").locator(".ui-quote")).to_have_text("night thrain")
    await ann.take("the night thrains")
    await ann.element.locator("button.ql-bold").click()
    await ann.element.locator("button.ql-clean").click()
    await agree(notes, ann, bob)
    assert "<strong>" not in notes.html
    assert notes.comments[1].quote == "night thrain"

    # Cut and pasted, it moves along; a copy has none.
    await ann.take("night thrain")
    await ann.press("Control+x")
    await ann.select(len("Trip\n"))
    await ann.press("Control+v")
    await agree(notes, ann, bob)
    assert str(notes).startswith("Trip\nnight thrainWe")
    assert notes.comments[1].place == (5, 17)
    await ann.take("night thrain")
    await ann.press("Control+c")
    await ann.select(len(str(notes)))
    await ann.press("Control+v")
    await comes(lambda: ends(notes, "night thrain"))
    assert notes.comments[1].place == (5, 17)

    # Card and text lead to each other.
    await ann.ask("quill.root.scrollTop = 1e6")
    await ann.card("title").locator("p").first.click()
    await expect(ann.box.locator("[data-comment]", has_text="Trip")).to_be_in_viewport()
    await expect(ann.card("title")).to_have_attribute("aria-current", "true")
    await ann.select(str(notes).index("thrain"))
    await expect(ann.card("Beds?")).to_have_attribute("aria-current", "true")
    await expect(ann.card("title")).not_to_have_attribute("aria-current", "true")
    await ann.select(str(notes).index("hotel"))
    await expect(ann.page.locator("[aria-current]")).to_have_count(0)

    # Deleted text: the card says so and stays; undone, it has its place again.
    await ann.take("night thrain")
    await ann.ask("node.undoing.stopCapturing()")
    await ann.press("Backspace")
    for reader in (ann, bob):
        await expect(reader.card("Beds?").locator(".ui-quote")).to_have_text("The text was deleted")
    await ann.press("Control+z")
    for reader in (ann, bob):
        await expect(reader.card("Beds?").locator(".ui-quote")).to_have_text("night thrain")

    # Resolved, it shades nothing and is put away; reopened, all is as before.
    await bob.card("Beds?").get_by_role("button", name="Resolve").click()
    await expect(ann.page.locator("summary")).to_have_text("Resolved (1)")
    await expect(ann.cards).to_have_count(1)
    assert await ann.shade("night thrain") == CLEAR
    await ann.page.locator("summary").click()
    await ann.page.get_by_role("button", name="Reopen").click()
    await expect(bob.cards).to_have_count(2)
    await expect(bob.page.locator("summary")).to_be_hidden()
    assert await bob.shade("night thrain") != CLEAR

    # At the same moment at two places, and one text twice: nothing is lost.
    site.move_far_away()
    await asyncio.gather(ann.say("hotel", "Which?"), bob.say("hotel is near", "How near?"))
    for reader in (ann, bob):
        await expect(reader.cards).to_have_count(4)
    await agree(notes, ann, bob)
    site.network.delay = 0

    # Who may only read has no button and no field, and sees what there is.
    eve = Reader(await site.open(await person(), "read"))
    await expect(eve.cards).to_have_count(4)
    await expect(eve.box).to_be_visible()
    await expect(eve.page.locator(".ui-act:visible")).to_have_count(0)
    assert await eve.shade("night thrain") != CLEAR
    await eve.ask(
        "node.shared.text.format(0, 4, {comment: 'abcdefghijklmnop'}); node.shared.flush('comment', {n: 'abcdefghijklmnop', t: 'x'})"
    )
    await expect(eve.page.locator("justui-notice .box")).to_contain_text("not open for writing")
    assert len(notes.comments) == 4

    # An editor without comments at its side has no button.
    await ann.page.locator("justui-comments").evaluate("node => node.remove()")
    await expect(ann.element.locator("button.ql-comment")).to_be_hidden()


async def has(notes: ui.SharedText, count: int) -> bool:
    return len(notes.presence) == count


async def ends(notes: ui.SharedText, text: str) -> bool:
    return str(notes).endswith(text)
