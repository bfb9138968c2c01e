"""`ui.Editor` in Chromium: people type at once over bad networks, and all ends are equal, with carets where they were."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.async_api import expect

import justui as ui
from justui.rich import OBJECT, normal
from justui.testing import Browser, Tab
from tests.browser.live import FAR, Site, comes, greetings, joined
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People

# What Chromium says of a handler in pasted HTML while Quill reads it: our policy would not let it run.
BLOCKED = "Executing inline event handler violates"


class Editor:
    """An editor in a tab of Chromium."""

    def __init__(self, tab: BrowserTab, id: str = "text") -> None:
        self.tab = tab
        self.page = tab.page
        self.element = tab.page.locator(f"#{id}")
        self.box = self.element.locator(".ql-editor")

    async def shown(self) -> "Editor":
        """Wait until it is there."""
        await expect(self.box).to_be_visible()
        return self

    async def ask(self, question: str, argument: Any = None) -> Any:
        """Ask the Quill inside."""
        return await self.element.evaluate(f"(node, argument) => {{ const quill = node.quill; {question} }}", argument)

    async def text(self) -> str:
        """The text, without the line end that Quill always has."""
        return str(await self.ask("return quill.getText()"))[:-1]

    async def delta(self) -> list[dict[str, Any]]:
        """The text with its formats, as `SharedText.delta` says it."""
        return normal(await self.ask("return quill.getContents().ops"))

    async def select(self, start: int, length: int = 0) -> None:
        """Put the caret somewhere."""
        await self.ask("quill.focus(); quill.setSelection(...argument)", [start, length])

    async def type(self, text: str, place: int | None = None) -> None:
        """Type, at a place or where the caret is."""
        if place is not None:
            await self.select(place)
        await self.page.keyboard.type(text)

    async def paste(self, html: str) -> None:
        """Paste HTML where the caret is."""
        await self.ask(
            """const data = new DataTransfer();
            data.setData("text/html", argument);
            quill.root.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));""",
            html,
        )


async def opened(site: Site, person: People, count: int, id: str = "text") -> list[Editor]:
    """The page before so many people."""
    tabs = await asyncio.gather(*[site.open(await person()) for _ in range(count)])
    for tab in tabs:
        tab.allow_network_errors()
        tab.allow(BLOCKED)
    return [await Editor(tab, id).shown() for tab in tabs]


async def agree(text: ui.SharedText, *editors: Editor, tabs: tuple[Tab, ...] = ()) -> None:
    """Wait until all editors have what the server has, formats and all."""
    seen: list[Any] = []

    async def same() -> bool:
        wanted = with_end(text.delta)
        seen[:] = [await editor.delta() for editor in editors] + [with_end(tab.shared("#text").delta) for tab in tabs]
        return all(one == wanted for one in seen)

    try:
        await comes(same)
    except TimeoutError:
        raise AssertionError("\n".join(map(str, [with_end(text.delta), *seen]))) from None


def with_end(delta: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Quill makes of a text: it ends with a line end."""
    last = delta[-1]["insert"] if delta else ""
    return delta if isinstance(last, str) and last.endswith("\n") else normal([*delta, {"insert": "\n"}])


def app_of(text: ui.SharedText) -> ui.WebPage:
    return ui.WebPage(ui.Editor(model=text, id="text", toolbar="full", height="20rem"), title="text")


class Letters:
    """Letters that there are once. People take out only dots, so what is lost or doubled is seen."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.used: list[str] = []

    def new(self) -> str:
        self.used.append(chr(0x4E00 + len(self.used)))
        return self.used[-1]

    def check(self, text: ui.SharedText) -> None:
        found = Counter(letter for letter in str(text) if ord(letter) > 0x3000 and letter != OBJECT)
        assert found == Counter(self.used)

    async def act(self, editor: Editor) -> None:
        """One thing that a person does at a random place."""
        random = self.random
        share = random.random()
        at = "const at = Math.floor(argument * quill.getLength());"
        match random.randrange(6):
            case 0:
                await editor.ask(
                    """const text = quill.getContents().ops.map(({ insert }) => typeof insert === "string" ? insert : "_").join("");
                    const dot = text.indexOf(".", Math.floor(argument * text.length / 2));
                    if (dot >= 0) quill.deleteText(dot, 1, "user");""",
                    share,
                )
            case 1:
                await editor.ask(f"{at} quill.focus(); quill.setSelection(Math.max(0, at - 3), 3);", share)
                await editor.page.keyboard.press("Control+b")
            case 2:
                await editor.ask(f"{at} quill.focus(); quill.setSelection(at);", share)
                await editor.paste(f"<b>{self.new()}</b>.{EVIL}")
            case 3:  # not together with what was typed just before
                await editor.ask(f"{at} quill.focus(); quill.setSelection(at); node.undoing.stopCapturing();", share)
                await editor.page.keyboard.type("---")
                await editor.page.keyboard.press("Control+z")
            case _:
                await editor.ask(f"{at} quill.focus(); quill.setSelection(at);", share)
                await editor.page.keyboard.type(f"{self.new()}.{self.new()}")


EVIL = "<img src=/_none.png onerror='globalThis.hacked=1'><script>globalThis.hacked=1</script>"


@pytest.mark.covers("JP-30", "JP-31")
async def test_two_people_write_one_text_over_a_network_that_is_slow_and_fails(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    text = ui.SharedText("Minutes ...... end")
    site = Site(serve, proxied, app_of(text))
    ann, bob = await opened(site, person, 2)
    site.network.delay = FAR
    letters = Letters(7)
    for turn in range(16):
        # Both at the same moment: neither has what the other writes.
        await asyncio.gather(letters.act(ann), letters.act(bob))
        if turn in (4, 9):
            site.network.drop()
    await agree(text, ann, bob)
    letters.check(text)
    # What was pasted does not run, here or there, and is not kept.
    for editor in (ann, bob):
        assert await editor.page.evaluate("() => globalThis.hacked") is None
        assert await editor.box.locator("script, [onerror]").count() == 0
    assert "onerror" not in text.html
    assert "script" not in text.html

    # Bold here is bold there; each takes back their own.
    site.network.delay = 0
    text.value = "one two three"
    await agree(text, ann, bob)
    await ann.select(4, 3)
    await ann.element.locator("button.ql-bold").click()
    await expect(bob.box.locator("strong")).to_have_text("two")
    await bob.type("!", 13)
    await expect(ann.box).to_have_text("one two three!")
    await ann.page.keyboard.press("Control+z")
    await agree(text, ann, bob)
    assert str(text) == "one two three!"
    assert "<strong>" not in text.html

    # Carets stay where they are in the text, one's own and the other's.
    await bob.select(8, 5)
    await expect(ann.element.locator(".ql-cursor")).to_have_count(1)
    await ann.type("zero ", 0)
    await agree(text, ann, bob)
    assert await bob.ask("return quill.getSelection()") == {"index": 13, "length": 5}

    async def is_in_front_of_three() -> bool:
        flag = await ann.element.locator(".ql-cursor-caret-container").evaluate("node => parseFloat(node.style.left)")
        return abs(float(flag) - float(await ann.ask("return quill.getBounds(18).left"))) < 2

    await comes(is_in_front_of_three)
    before = [greetings(editor.tab) for editor in (ann, bob)]
    site.network.drop()
    for editor, times in zip((ann, bob), before, strict=True):
        await joined(editor.tab, times + 1)
    await expect(ann.element.locator(".ql-cursor")).to_have_count(1)  # not one's own, too
    await bob.page.close()
    await expect(ann.element.locator(".ql-cursor")).to_have_count(0)


@asynccontextmanager
async def clients(address: str, count: int) -> AsyncIterator[list[Tab]]:
    """So many people without Chromium, with copies of the text."""
    async with AsyncExitStack() as stack:
        tabs = []
        for _ in range(count):
            tabs.append(await (await stack.enter_async_context(Browser(address))).open("/"))
            tabs[-1].shared("#text")
            await tabs[-1].settled()
        yield tabs


@pytest.mark.covers("JP-31")
async def test_ten_people_and_minutes_without_a_connection(serve: Serve, proxied: Proxied, person: People) -> None:
    text = ui.SharedText("start")
    site = Site(serve, proxied, app_of(text))
    ann, bob = await opened(site, person, 2)
    letters = Letters(3)
    async with clients(site.server.address, 8) as tabs:
        for turn in range(3):
            if turn == 1:  # the two are away, the others go on
                site.network.cut()
            for _ in range(6):
                for tab in letters.random.sample(tabs, 4):
                    copy = tab.shared("#text")
                    place = letters.random.randint(0, len(copy))
                    copy.insert(place, f".{letters.new()}.", italic=letters.random.choice([True, None]))
                await asyncio.gather(letters.act(ann), letters.act(bob))
            if turn == 1:
                site.network.mend()
        for tab in tabs:
            await tab.settled()
        await agree(text, ann, bob, tabs=tuple(tabs))
        letters.check(text)
        assert "-" not in str(text)  # each took back their own
        assert len(text.presence) == 10


PROGRAM = """
import pathlib
import justui as ui

kept = ui.SharedText("begin ", store=pathlib.Path(__file__).with_name("notes.db"))
held = ui.SharedText("begin ")
long = ui.SharedText(("A sentence of it. " * 28)[:499].ljust(499) + "\\n", name="long")
long.value = str(long) * 2_000
app = ui.App(drain=0.1)

@app.route("/")
def page():
    return ui.WebPage(
        ui.Editor(model=kept, id="kept"), ui.Editor(model=held, id="held"), ui.P(text=kept, id="first"), ui.P(text=held, id="second")
    )

@app.route("/long")
def large():
    return ui.WebPage(ui.Editor(model=long, id="long", height="20rem"), ui.P(text=long.map(len), id="length"))

app.run(quiet=True)
"""


async def test_a_restarted_server_and_what_was_typed_meanwhile(
    serve: Serve, proxied: Proxied, person: People, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    server = serve.program(program)
    network = proxied(server)
    ann, bob = [await (await person()).open(network.address + "/") for _ in "ab"]
    for tab in (ann, bob):
        tab.allow_network_errors()
        await joined(tab)
    editors = {name: [await Editor(tab, name).shown() for tab in (ann, bob)] for name in ("kept", "held")}
    for one, other in editors.values():
        await one.type("Ann ", 6)
        await expect(other.box).to_have_text("begin Ann ")
    await asyncio.to_thread(server.kill)
    for one, other in editors.values():
        await one.type("offline", 10)
        await other.type("Bob ", 0)
    await asyncio.to_thread(server.start)
    for both in editors.values():
        for editor in both:
            await expect(editor.box).to_have_text("Bob begin Ann offline", timeout=20_000)
    for name in ("first", "second"):
        await expect(ann.page.locator(f"#{name}")).to_have_text("Bob begin Ann offline")
    for one, other in editors.values():  # and they go on
        await other.type("!", 21)
        await expect(one.box).to_have_text("Bob begin Ann offline!")

    # A megabyte opens, and a letter typed in it arrives.
    large = await (await person()).open(network.address + "/long")
    long = await Editor(large, "long").shown()
    await expect(large.page.locator("#length")).to_have_text("1000000")
    assert len(await long.text()) >= 999_999
    await long.type("x", 500_000)
    await expect(large.page.locator("#length")).to_have_text("1000001")
