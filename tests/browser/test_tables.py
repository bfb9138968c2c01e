"""Tables in `ui.Editor`, in Chromium: the bar beside them, Tab from cell to cell, and two people who change one table at once."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import groupby
from typing import Any

from playwright.async_api import expect

import justui as ui
from justui.rich import lines
from tests.browser.live import FAR, Site, acknowledged
from tests.browser.test_editor import app_of, opened
from tests.browser.writers import Rich, agree
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

TABLE = "<table><tr><td>a<td>b<tr><td>c<td>d</table>"


def cells(text: ui.SharedText) -> list[list[str]]:
    """The texts of the table's cells, row by row."""
    of_table = [line for line in lines(text.delta) if "table" in line.formats]
    rows = groupby(of_table, lambda line: line.formats["table"])
    return [["".join(piece.text for piece in cell.pieces) for cell in row] for _, row in rows]


class Writer(Rich):
    """Somebody who writes in a table."""

    @property
    def bar(self) -> Any:
        return self.element.get_by_role("toolbar", name="Table")

    async def behind(self, text: str) -> None:
        """Put the caret behind a text."""
        await self.ask("quill.focus(); quill.setSelection(quill.getText().indexOf(argument) + argument.length)", text)

    async def push(self, name: str) -> None:
        """Press a button of the bar."""
        await self.bar.get_by_role("button", name=name).click()


async def writers(site: Site, person: People) -> list[Writer]:
    return [Writer(editor.tab) for editor in await opened(site, person, 2)]


async def test_tables_are_changed_with_the_bar_and_the_keyboard(serve: Serve, proxied: Proxied, person: People) -> None:
    text = ui.SharedText(html=f"<p>above</p>{TABLE}<p>below</p>")
    site = Site(serve, proxied, app_of(text))
    ann, bob = await writers(site, person)

    async def has(*rows: str) -> None:
        await agree(text, ann, bob)
        assert cells(text) == [row.split("|") for row in rows]

    await ann.behind("above")
    await expect(ann.bar).to_be_hidden()
    await ann.behind("\na")
    await expect(ann.bar).to_be_visible()

    # Tab from cell to cell; behind the last one a row more; back out of the first one.
    await ann.type("1")
    await ann.press("Tab")
    await ann.type("2")
    await ann.press("Tab", "Tab")
    await ann.type("4")
    await ann.press("Tab")
    await ann.type("5")
    await has("a1|b2", "c|d4", "5|")
    await ann.press("Shift+Tab", "Shift+Tab")
    await ann.type("3")
    await has("a1|b2", "c3|d4", "5|")
    await ann.behind("\na1")
    await ann.press("Shift+Tab")
    await ann.type("!")
    await agree(text, ann, bob)
    assert str(text).startswith("above!")

    # Each button, and the caret in the new cell.
    await ann.behind("c3")
    await ann.push("Row above")
    await ann.type("A")
    await has("a1|b2", "A|", "c3|d4", "5|")
    await ann.push("Row below")
    await ann.type("B")
    await ann.push("Column right")
    await ann.type("R")
    await ann.push("Column left")
    await ann.type("L")
    await has("a1|||b2", "A|||", "B|L|R|", "c3|||d4", "5|||")
    await ann.push("Delete row")
    await has("a1|||b2", "A|||", "c3|||d4", "5|||")
    await ann.push("Delete column")
    await ann.press("Control+z", "Control+z")
    await has("a1|||b2", "A|||", "B|L|R|", "c3|||d4", "5|||")

    # By keyboard alone: into the bar, along it, a button, and back into the text.
    await ann.behind("A")
    await ann.behind("d4")
    await ann.press("Alt+F10", "End")
    await expect(ann.bar.get_by_role("button", name="Delete table")).to_be_focused()
    await ann.press("ArrowLeft", "Enter")
    await has("a1||", "A||", "B|L|R", "c3||", "5||")
    await expect(ann.box).to_be_focused()
    await ann.press("Alt+F10", "ArrowRight", "Escape")
    await expect(ann.box).to_be_focused()
    await ann.behind("c3")
    await ann.push("Delete table")
    await agree(text, ann, bob)
    assert str(text).rstrip() == "above!\nbelow"
    await expect(ann.bar).to_be_hidden()

    # A new one takes the place of an empty line, or stands behind the line; not within another.
    table = ann.element.locator("button.ql-table")
    await ann.behind("abo")
    await table.click()
    await ann.type("x")
    await table.click()
    await has("x||", "||", "||")
    assert str(text).startswith("above!\nx\n")
    await ann.behind("below")
    await table.click()
    await ann.type("y")
    for editor in (ann, bob):  # with a line behind it
        await expect(editor.box.locator("table + p")).to_have_count(2)
        assert (await editor.text()).endswith("\nbelow\ny" + "\n" * 9)

    # Where the table is all there is, and behind a heading.
    text.html = TABLE
    for editor in (ann, bob):
        await expect(editor.box.locator("td")).to_have_text(["a", "b", "c", "d"])
    await ann.behind("d")
    await ann.press("Tab")
    await ann.type("e")
    for editor in (ann, bob):
        await expect(editor.box.locator("td")).to_have_text(["a", "b", "c", "d", "e", ""])
    await ann.push("Delete table")
    await agree(text, ann, bob)
    assert str(text).strip() == ""
    text.html = "<h2>head</h2>"
    await expect(ann.box.locator("h2")).to_have_text("head")
    await ann.behind("head")
    await table.click()
    await ann.type("z")
    await expect(bob.box.locator("h2 + table td")).to_have_text(["z", *[""] * 8])
    assert "<h2>" not in text.html.partition("</h2>")[2]


Act = Callable[[Writer], Awaitable[None]]


def at(place: str, *buttons: str, write: str = "") -> Act:
    """Go behind a text, press buttons of the bar, then write."""

    async def act(writer: Writer) -> None:
        await writer.behind(place)
        for button in buttons:
            await writer.push(button)
        if write:
            await writer.type(write)

    return act


async def test_two_people_change_one_table_at_once(serve: Serve, proxied: Proxied, person: People) -> None:
    text = ui.SharedText()
    site = Site(serve, proxied, app_of(text))
    ann, bob = await writers(site, person)

    async def both(anns: Act, bobs: Act) -> list[list[str]]:
        """What there is when both act at the same moment."""
        site.network.delay = 0
        text.html = f"<p>above</p>{TABLE}<p>below</p>"
        await agree(text, ann, bob)
        site.network.delay = FAR
        await asyncio.gather(anns(ann), bobs(bob))
        for writer in (ann, bob):  # or the same done twice would look as if it were done once
            await acknowledged(writer.tab)
        await agree(text, ann, bob)
        return cells(text)

    # Text and shape: each has what they meant.
    assert await both(at("\na", "Row below"), at("\nc", write="1")) == [["a", "b"], ["", ""], ["c1", "d"]]
    assert await both(at("\na", "Column right", "Column right"), at("d", write="1")) == [
        ["a", "", "", "b"],
        ["c", "", "", "d1"],
    ]
    assert await both(at("\na", "Delete row"), at("d", write="1")) == [["c", "d1"]]
    assert await both(at("\na", "Delete column"), at("d", write="1")) == [["b"], ["d1"]]
    # The same twice counts once, and two rows are two rows.
    assert await both(at("\na", "Delete column"), at("\nc", "Delete column")) == [["b"], ["d"]]
    assert await both(at("\na", "Delete row"), at("\nb", "Delete row")) == [["c", "d"]]
    assert await both(at("\na", "Row below"), at("\na", "Row below")) == [["a", "b"], ["", ""], ["", ""], ["c", "d"]]
    assert await both(at("\na", "Column right"), at("\na", "Column right")) == [["a", "", "", "b"], ["c", "", "", "d"]]
    assert await both(at("\na", "Row below"), at("\nd", "Delete row")) == [["a", "b"], ["", ""]]

    # Rows and columns at once: all texts stay, each in its row; the next change of shape fills what is short.
    for anns, bobs in (("Row below", "Column left"), ("Row above", "Column right")):
        rows = await both(at("\na", anns), at("\na", bobs))
        assert [[cell for cell in row if cell] for row in rows if any(row)] == [["a", "b"], ["c", "d"]]
        site.network.delay = 0
        await at("\na", "Column right")(ann)
        await agree(text, ann, bob)
        assert len({len(row) for row in cells(text)}) == 1

    # What is written where somebody takes the cell away stays in the text, in the cell behind.
    for button in ("Delete row", "Delete column"):
        await both(at("\na", button), at("\na", write="1"))
        assert str(text).count("1") == 1
    await both(at("\na", "Delete table"), at("d", write="1"))
    assert str(text).count("1") == 1
