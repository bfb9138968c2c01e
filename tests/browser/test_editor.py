"""`ui.Editor` in Chromium: people type at once over bad networks, and all ends are equal, with carets where they were."""

import asyncio
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from playwright.async_api import expect

import justui as ui
from justui.rich import OBJECT
from justui.rich_html import to_html
from tests.browser.live import FAR, Site, comes, greetings, is_so, joined
from tests.browser.writers import BLOCKED, EVIL, Company, Rich, Storm, agree
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

# What ten people do.
SEEDS = (1, 2)


async def opened(site: Site, person: People, count: int, id: str = "text") -> list[Rich]:
    """The page before so many people."""
    tabs = await asyncio.gather(*[site.open(await person()) for _ in range(count)])
    for tab in tabs:
        tab.allow_network_errors()
        tab.allow(BLOCKED)
    return [await Rich(tab, id).shown() for tab in tabs]


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

    async def act(self, editor: Rich) -> None:
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


@pytest.mark.covers("JP-31")
async def test_ten_people_in_ten_windows(serve: Serve, proxied: Proxied, person: People) -> None:
    """Whatever they do at once, on a network that fails or without any: all have the same, and nothing is lost."""
    text = ui.SharedText()
    app = ui.App(drain=0.2)
    page = ui.WebPage(ui.Editor(model=text, id="text", toolbar="full", height="20rem"))

    @app.route("/")
    def show(request: ui.Request) -> ui.WebPage:
        request.session["name"] = request.query_params["name"]
        return page

    near = Site(serve, proxied, app)
    far = proxied(near.server)

    async def enter(number: int) -> Rich:
        network = (near.network, far)[number % 2]
        tab = await (await person()).open(f"{network.address}/?name=Person+{number}")
        tab.allow_network_errors()
        tab.allow(BLOCKED)
        await joined(tab)
        return await Rich(tab).shown()

    people = await asyncio.gather(*map(enter, range(10)))
    for seed in SEEDS:
        text.value = "Some words to begin with.\nAnd more ...... of them\n"
        await agree(text, *people)
        company = Company(people, seed)
        try:
            await company.work(6, Storm(near.network, far, Random(seed), 60))
            await company.check(text)
        except BaseException as error:
            error.add_note(f"seed {seed}: {company.done}")
            raise
    assert len(text.presence) == 10
    assert text.html == to_html(await people[0].delta())


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


@pytest.mark.covers("JP-31")
async def test_people_who_were_away_for_longer_than_the_server_waits(
    serve: Serve, proxied: Proxied, person: People, tmp_path: Path
) -> None:
    kept, held = ui.SharedText("begin ", store=tmp_path / "notes.db"), ui.SharedText("begin ")
    site = Site(
        serve, proxied, ui.WebPage(ui.Editor(model=kept, id="kept"), ui.Editor(model=held, id="held")), grace=0.1
    )
    stays, away = site.server.address, site.network
    ann = await (await person()).open(stays + "/")
    bob, cid = [await (await person()).open(away.address + "/") for _ in "bc"]
    for tab in (ann, bob, cid):
        tab.allow_network_errors()
        await joined(tab)
    editors = {
        text: [await Rich(tab, id).shown() for tab in (ann, bob, cid)] for text, id in ((kept, "kept"), (held, "held"))
    }
    away.cut()
    for here, there, elsewhere in editors.values():
        await there.type("Bob ", 0)
        await elsewhere.type("Cid", 6)
        await here.type("Ann ", 6)
    await is_so(lambda: len(kept.presence) == len(held.presence) == 1)  # the server knows nothing of the two any more
    for here, there, _ in editors.values():
        await here.select(0, 5)
        await here.press("Control+b")
        await there.select(4)
        await there.press("Control+z")  # what was undone while away is undone
        await there.keys("Bob: ")
    away.mend()
    for text, three in editors.items():
        await is_so(lambda text=text: {"Bob: ", "Ann ", "Cid"} <= parts(str(text)), lambda text=text: str(text))  # type: ignore[misc]
        await agree(text, *three)
        assert sorted(str(text)) == sorted("Bob: begin Ann Cid")
        assert "<strong>" in text.html
        await three[1].type("!", 0)
        await agree(text, *three)
        assert str(text)[0] == "!"


def parts(text: str) -> set[str]:
    return {part for part in ("Bob: ", "Ann ", "Cid") if part in text}


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
    editors = {name: [await Rich(tab, name).shown() for tab in (ann, bob)] for name in ("kept", "held")}
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
    long = await Rich(large, "long").shown()
    await expect(large.page.locator("#length")).to_have_text("1000000")
    assert len(await long.text()) >= 999_999
    await long.type("x", 500_000)
    await expect(large.page.locator("#length")).to_have_text("1000001")


async def test_the_same_server_has_forgotten_the_tab_and_what_was_typed_meanwhile(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    text = ui.SharedText("begin ")
    site = Site(serve, proxied, lambda: ui.WebPage(ui.Editor(model=text, id="text")), grace=0.3, beat=0.4)
    tab = await site.open(await person())
    tab.allow_network_errors()
    editor = await Rich(tab).shown()
    site.network.cut()
    await is_so(lambda: not site.app.tabs)
    await editor.type("offline", 6)
    site.network.mend()
    await joined(tab, 2)
    await is_so(lambda: str(text) == "begin offline")
    await editor.type("!", 13)
    await is_so(lambda: str(text) == "begin offline!")
    text.append("?")
    await expect(editor.box).to_have_text("begin offline!?")
