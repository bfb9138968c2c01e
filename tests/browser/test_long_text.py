"""A long text in `ui.Editor`, in Chromium: the browser lays out only what is near, and all else is as in a short one."""

from random import Random

from playwright.async_api import expect

import justui as ui
from tests.browser.live import app_of, joined
from tests.browser.writers import Rich, agree, shown
from tests.conftest import Serve
from tests.harness.browser import People
from tests.harness.waiting import eventually

LINE = ("It is a long text that many people have written together. " * 9)[:499]
LINES = 2_000
SMALL = 360

PARTS = "quill.scroll.children.map(part => part)"
SKIPPED = (
    "return quill.getLines().filter(({domNode}) => !domNode.checkVisibility({contentVisibilityAuto: true})).length"
)
SIZES = f"return {PARTS}.map(part => part.statics.blotName === 'section' ? part.children.length : 0)"
RESULT = """
const { delta } = quill.editor, contents = quill.scroll.lines().reduce((all, line) => all.concat(line.delta()), new delta.constructor());
return JSON.stringify(delta.ops) === JSON.stringify(contents.ops) && quill.root.querySelectorAll("li").length"""
"""Whether what Quill keeps is what stands in the page; how many items of lists there are."""


async def long_ones(serve: Serve, person: People, text: ui.SharedText, count: int) -> list[Rich]:
    page = ui.WebPage(ui.Editor(model=text, id="text", toolbar="full", height="30rem"), title="text")
    server = serve(app_of(page))
    tabs = [await (await person()).open(server.address + "/") for _ in range(count)]
    for tab in tabs:
        await joined(tab)
    return [await Rich(tab).shown() for tab in tabs]


async def test_a_megabyte_is_written_in_as_any_text_and_only_what_is_near_is_laid_out(
    serve: Serve, person: People
) -> None:
    text = ui.SharedText("\n".join([LINE] * LINES))
    ann, bob = await long_ones(serve, person, text, 2)
    assert await ann.ask(SKIPPED) > LINES / 2
    assert 0 not in await ann.ask(SIZES)

    # At the beginning, at the end, and where somebody scrolls to; also before the browser has painted what is there.
    await ann.box.locator("p").first.click(position={"x": 5, "y": 5})
    await ann.press("Control+End", "!", "Control+Home", "?")
    await eventually(lambda: str(text)[0] == "?" and str(text)[-1] == "!", seconds=30)
    place = await ann.ask(
        """quill.root.scrollTop = quill.root.scrollHeight / 2;
        const { x, y, width, height } = quill.root.getBoundingClientRect();
        return [x + width / 2, y + height / 2]"""
    )
    await ann.page.mouse.click(*place)
    await ann.page.keyboard.type("@")
    await eventually(lambda: "@" in str(text), seconds=30)
    at = str(text).find("@")
    assert LINES * 100 < at < LINES * 400
    assert (await ann.caret())[0] == at + 1
    assert await ann.ask(
        "const { top } = quill.getBounds(quill.getSelection()); return top > 0 && top < quill.root.clientHeight"
    )

    # A caret far away that is moved by what somebody else writes, and a page of lines between.
    await bob.select(500_000)
    await ann.select(250_000)
    await ann.press("Enter", "Enter")
    await ann.paste("".join(f"<p>{number}</p>" for number in range(240)))
    await eventually(lambda: "239" in str(text), seconds=30)
    await agree(text, ann, bob)
    added = len(str(text)) - LINES * 500 - 2
    assert await bob.caret() == [500_000 + added, 500_000 + added]
    assert max(await ann.ask(SIZES)) <= 100
    assert 0 not in await bob.ask(SIZES)

    # All of it is selected and written over.
    await ann.press("Control+a", "x")
    await eventually(lambda: str(text).strip() == "x", seconds=30)
    await agree(text, ann, bob)
    await ann.press("Control+z")
    await agree(text, ann, bob)
    assert len(str(text)) > LINES * 499


async def test_sections_are_no_part_of_the_text(serve: Serve, person: People) -> None:
    text = ui.SharedText("".join(f"{number}\n" for number in range(SMALL)))
    ann, bob = await long_ones(serve, person, text, 2)
    assert len(await ann.ask(SIZES)) > 2

    # A list over the end of a section is one list, as are its numbers.
    await ann.select(0, 3000)
    await ann.element.locator("button.ql-list[value=ordered]").click()
    await agree(text, ann, bob)
    for one in (ann, bob):
        assert await one.ask("return quill.root.querySelectorAll('ol').length") == 1
        assert await one.ask(RESULT) == SMALL
    await ann.press("Control+z")
    await agree(text, ann, bob)

    # What is copied and pasted again is the same.
    before = shown(text.delta)
    html = await ann.ask("return quill.getSemanticHTML()")
    await ann.select(0, 3000)
    await ann.paste(html)
    await agree(text, ann, bob)
    assert str(text).rstrip("\n") == "\n".join(map(str, range(SMALL)))
    assert shown(text.delta) == before

    # Random lines, lists, code, joins and removals, by both.
    random = Random(11)
    for turn in range(40):
        one = random.choice((ann, bob))
        size = len(await one.text())
        at = random.randrange(size)
        match turn % 5:
            case 0:
                await one.ask("quill.formatLine(argument, 90, 'list', 'bullet', 'user')", at)
            case 1:
                await one.ask("quill.formatLine(argument, 200, 'code-block', true, 'user')", at)
            case 2:
                await one.ask("quill.deleteText(argument, 170, 'user')", at)
            case 3:
                lines = "".join(f"{turn} {number}\n" for number in range(130))
                await one.ask(
                    "quill.updateContents([{ retain: argument[0] }, { insert: argument[1] }], 'user')", [at, lines]
                )
            case _:
                await one.ask("quill.removeFormat(argument, 250, 'user')", at)
        if turn % 8 == 7:
            await agree(text, ann, bob)
            assert await ann.ask(RESULT) == await bob.ask(RESULT) is not False
    for one in (ann, bob):
        sizes = await one.ask(SIZES)
        assert 0 < min(sizes) <= max(sizes) <= 100
    await ann.select(0, 100_000)
    await ann.press("Delete")
    await agree(text, ann, bob)
    assert not str(text).strip()
    await expect(bob.box).to_have_text("")
