"""The demos in real Chromium: used by two people, with the keyboard, on a phone, with the plug pulled."""

import re
import zlib
from collections.abc import Iterator

import pytest
from playwright.async_api import Locator, expect

from demos import big_table, drawing, kanban, pull_the_plug
from demos.gallery import app, demos
from tests.browser.live import joined
from tests.harness.browser import BrowserTab, People
from tests.harness.server import AppServer
from tests.harness.waiting import eventually

PATHS = ["", *(demo.name for demo in demos), "source/form"]


@pytest.fixture(scope="module")
def gallery() -> Iterator[AppServer]:
    with AppServer(app) as server:
        yield server


async def visit(gallery: AppServer, person: People, path: str) -> BrowserTab:
    """The demo in the browser of a new person, joined."""
    tab = await (await person()).open(f"{gallery.address}/{path}")
    await joined(tab)
    return tab


def labelled(tab: BrowserTab, label: str) -> Locator:
    return tab.page.get_by_label(label, exact=True)


@pytest.mark.parametrize("path", PATHS)
async def test_every_page_fits_a_phone_and_names_its_fields(gallery: AppServer, person: People, path: str) -> None:
    tab = await (await person(viewport={"width": 390, "height": 844})).open(f"{gallery.address}/{path}")
    await joined(tab)
    await expect(tab.page.locator("justui-editor:not(:has(.ql-editor))")).to_have_count(0)
    assert await tab.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    unnamed = await tab.page.evaluate("""() => [...document.querySelectorAll("input, select, textarea, button")]
        .filter((field) => !field.labels?.length && !field.ariaLabel && !field.textContent.trim())
        .filter((field) => !field.querySelector("[aria-label]"))
        .map((field) => field.outerHTML)""")
    assert unnamed == []


async def test_the_gallery_leads_there_and_back(gallery: AppServer, person: People) -> None:
    tab = await visit(gallery, person, "")
    await tab.page.locator(".demos").get_by_role("link", name="Clock", exact=True).click()
    await expect(tab.page).to_have_title("Clock")
    await tab.page.get_by_role("link", name="Source").click()
    await expect(tab.page.locator("pre")).to_contain_text("@page.every(1)")
    await tab.page.get_by_role("link", name="See it run").click()
    await expect(tab.page.get_by_role("timer")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    await tab.page.get_by_role("link", name="All demos").click()
    await expect(tab.page).to_have_title("justui: Python on every screen")


async def test_the_counter_counts_by_keyboard(gallery: AppServer, person: People) -> None:
    tab = await visit(gallery, person, "counter")
    for _ in range(3):
        await tab.page.keyboard.press("Enter")
    await expect(tab.page.locator("output")).to_have_text("3")


@pytest.mark.covers("JP-17", "JP-22", "JP-23")
async def test_a_message_leaves_what_others_type_alone(gallery: AppServer, person: People) -> None:
    ann, bob = await visit(gallery, person, "message_board"), await visit(gallery, person, "message_board")
    await labelled(bob, "Your message").press_sequentially("half ")
    await labelled(ann, "Your name").fill("Ann")
    await labelled(ann, "Your message").fill("<i>Hello</i>")
    await ann.page.get_by_role("button", name="Post").click()
    await expect(bob.page.get_by_role("log").locator("li").first).to_contain_text("<i>Hello</i>")
    await expect(labelled(ann, "Your message")).to_have_value("")
    await expect(labelled(ann, "Your message")).to_be_focused()
    await bob.page.keyboard.type("a sentence")
    await expect(labelled(bob, "Your message")).to_have_value("half a sentence")
    await bob.page.keyboard.press("Enter")
    await expect(ann.page.get_by_role("log").locator("li").first).to_contain_text("half a sentence")


@pytest.mark.covers("JP-26")
async def test_the_button_of_the_countdown_comes_back_with_the_focus(gallery: AppServer, person: People) -> None:
    tab = await visit(gallery, person, "countdown?seconds=1")
    await tab.page.get_by_role("button", name="Start").click()
    await expect(tab.page.get_by_role("button")).to_have_count(0)
    await expect(tab.page.get_by_role("timer")).to_have_text("Boom!")
    await expect(tab.page.get_by_role("button", name="Once more")).to_be_focused()


async def test_the_form_understands_real_fields(gallery: AppServer, person: People) -> None:
    tab = await visit(gallery, person, "form")
    row = tab.page.locator(".understood tr")
    await labelled(tab, "Name").press_sequentially("Ada")
    await labelled(tab, "Day").fill("2026-12-24")
    await tab.page.locator("[name=fruits]").select_option(["Fig", "Plum"])
    await labelled(tab, "large").check()
    await expect(row.filter(has_text="day").first).to_contain_text("datetime.date(2026, 12, 24)")
    await expect(row.filter(has_text="fruits")).to_contain_text("['Fig', 'Plum']")
    await expect(row.filter(has_text="size")).to_contain_text("'large'")
    await tab.page.get_by_role("button", name="Send").click()
    await expect(tab.page.get_by_role("status")).to_contain_text("The server has")
    assert len([one for one in tab.requests if one.kind == "document"]) == 1


async def test_two_people_work_on_one_to_do_list(gallery: AppServer, person: People) -> None:
    ann, bob = await visit(gallery, person, "to_do"), await visit(gallery, person, "to_do")
    await labelled(ann, "What is to be done?").fill("Water the plants")
    await ann.page.keyboard.press("Enter")
    await labelled(bob, "Water the plants").check()
    await expect(labelled(ann, "Water the plants")).to_be_checked()
    await ann.page.get_by_role("button", name="Delete Water the plants").click()
    await expect(labelled(bob, "Water the plants")).to_have_count(0)


async def test_the_big_table_stays_quick(gallery: AppServer, person: People) -> None:
    tab = await visit(gallery, person, "big_table")
    await expect(tab.page.locator("tbody td").nth(3)).to_be_in_viewport()
    await labelled(tab, "Pause").uncheck()
    await labelled(tab, "Rows changed ten times a second").fill("500")
    await eventually(lambda: big_table.speed.value == 500)
    tab.forget()
    await eventually(lambda: len(tab.received) >= 10)
    await labelled(tab, "Pause").check()
    await eventually(lambda: big_table.paused.value, seconds=2)
    shown = await tab.page.locator("tbody td:nth-child(3)").all_text_contents()
    await eventually(lambda: shown == [f"{share.price.value:.2f}" for share in big_table.shares], seconds=2)


@pytest.mark.covers("JY-01", "JY-07", "JM-07", "JM-12")
async def test_own_html_and_its_script_talk_with_python(gallery: AppServer, person: People) -> None:
    ann, bob = await visit(gallery, person, "run/own_html/"), await visit(gallery, person, "own_html")
    framed = bob.page.frame_locator("iframe")
    for number in "123":
        await ann.page.get_by_role("button", name="Count").click()
        await expect(ann.page.locator("#count")).to_have_text(number)
    await ann.page.get_by_role("button", name="Reset").click()
    await framed.get_by_role("button", name="Count").click()
    await expect(framed.locator("#count")).to_have_text("1")
    await expect(ann.page.locator("#count")).to_have_text("0")
    # The stopwatch is everybody's, also of those who come later.
    await framed.get_by_role("button", name="Start", exact=True).click()
    await ann.page.get_by_role("button", name="Lap").click()
    for laps in (ann.page.get_by_role("listitem"), framed.get_by_role("listitem")):
        await expect(laps).to_have_text([re.compile(r"00:\d\d\.\d")])
    await expect(ann.page.get_by_role("timer")).not_to_have_text(re.compile(r"00:00\.\d"))
    await ann.page.get_by_role("button", name="Stop").click()
    late = await visit(gallery, person, "run/own_html/")
    await expect(late.page.get_by_role("timer")).to_have_text(await ann.page.get_by_role("timer").text_content() or "?")
    await late.page.get_by_role("button", name="Restart").click()
    await expect(ann.page.get_by_role("listitem")).to_have_count(0)

    tab = await visit(gallery, person, "run/both_ways/")
    field, shown = tab.page.get_by_label("Second"), tab.page.locator("#added")
    for given, told in (("7", "11"), ("x", 'TypeError: add: b wants int, got "x" (str)'), ("8", "12")):
        await field.fill(given)
        await tab.page.get_by_role("button", name="Add").click()
        await expect(shown).to_have_text(told)
    await tab.page.get_by_label("Limit").fill("1000")
    await tab.page.get_by_role("button", name="Count the primes").click()
    await expect(tab.page.locator("#counted")).to_have_text("168 primes")
    await eventually(lambda: tab.page.evaluate("() => document.querySelector('progress').value === 1"))
    await tab.page.get_by_role("button", name="Look around").click()
    await expect(tab.page.locator("#seen")).to_contain_text("on average, and you read en")
    await expect(tab.page).to_have_title(re.compile(r"\d+ by \d+"))
    pixels = "[...canvas.getContext('2d').getImageData(0, 0, 640, 256).data]"
    await eventually(lambda: tab.page.evaluate(f"() => {pixels}.some(Boolean)"))
    await tab.page.get_by_role("button", name="Send the picture back").click()
    crc = zlib.crc32(bytes(await tab.page.evaluate(pixels)))
    await expect(tab.page.locator("#sent")).to_have_text(f"655,360 bytes, CRC-32 {crc:08x}")


@pytest.mark.slow
async def test_nothing_is_lost_while_the_plug_is_pulled(gallery: AppServer, person: People) -> None:
    ann, bob = await visit(gallery, person, "pull_the_plug"), await visit(gallery, person, "pull_the_plug")
    pull_the_plug.things.clear().update()
    cheers = int(pull_the_plug.cheers.text)
    note = "What everybody should know"
    await labelled(ann, note).fill("")
    await labelled(ann, note).press_sequentially("middle ")
    await expect(labelled(bob, note)).to_have_value("middle ")
    await ann.page.get_by_role("button", name="Cut me off for 5 seconds").click()
    await eventually(lambda: any(socket.is_closed() for socket in ann.sockets))
    await labelled(ann, note).focus()
    await ann.page.keyboard.press("Home")
    await ann.page.keyboard.type("first ")
    await labelled(bob, note).press_sequentially("last")
    for tab in (ann, bob):
        for _ in range(3):
            await tab.page.get_by_role("button", name="Cheer").click()
    await labelled(ann, "What do you bring?").fill("Bread")
    await ann.page.keyboard.press("Enter")
    await labelled(bob, "What do you bring?").fill("Butter")
    await bob.page.keyboard.press("Enter")
    await expect(ann.page.get_by_role("status")).to_contain_text("Connection lost")
    await expect(bob.page.get_by_role("listitem").filter(has_text="Butter")).to_be_visible()
    for tab in (ann, bob):
        await expect(labelled(tab, note)).to_have_value("first middle last", timeout=20_000)
        await expect(tab.page.locator("section b")).to_have_text(str(cheers + 6))
        await expect(tab.page.get_by_role("listitem")).to_have_text(["Butter", "Bread"])
        await expect(tab.page.get_by_text("Connection lost")).to_have_count(0)
        assert len([one for one in tab.requests if one.kind == "document"]) == 1


async def test_cards_are_dragged_and_badges_know_whose_they_are(gallery: AppServer, person: People) -> None:
    kanban.cards.restore(1)
    drawing.strokes.clear()
    ann, bob = await visit(gallery, person, "kanban"), await visit(gallery, person, "kanban")
    await ann.page.locator("li[draggable]", has_text="greenhouse").drag_to(ann.page.locator("li", has_text="Mend"))
    done = bob.page.get_by_role("region", name="Done").get_by_role("listitem")
    await expect(done.first).to_contain_text("greenhouse")
    await ann.page.locator("li[draggable]", has_text="greenhouse").focus()
    await ann.page.keyboard.press("ArrowDown")
    await expect(done.nth(1)).to_contain_text("greenhouse")
    await expect(ann.page.locator("li[draggable]", has_text="greenhouse")).to_be_focused()

    hers, his = await visit(gallery, person, "drawing"), await visit(gallery, person, "drawing")
    await expect(his.page.locator(".ui-person[data-person]")).to_have_count(2)
    ringed = "all => all.filter(one => getComputedStyle(one).outlineStyle === 'solid').length"
    assert await his.page.locator(".ui-person").evaluate_all(ringed) == 1  # oneself, on a page that both share
    sheet = await hers.page.locator("div[style*=crosshair]").bounding_box()
    assert sheet
    await hers.page.mouse.move(sheet["x"] + 100, sheet["y"] + 100)
    await hers.page.mouse.down()
    await hers.page.mouse.move(sheet["x"] + 300, sheet["y"] + 200, steps=20)
    await hers.page.mouse.up()
    stroke = his.page.locator("svg > g:first-child path")
    await expect(stroke).to_have_count(1)
    scale = 1200 / (sheet["width"] - 2)
    start = [float(part) for part in str(await stroke.get_attribute("d"))[1:].split("Q")[0].split("L")[0].split()]
    assert start == pytest.approx([99 * scale, 99 * scale], abs=2)
    pointers = his.page.locator("g.ui-others")
    await expect(pointers.filter(visible=True)).to_have_count(1)  # hers
    await expect(hers.page.locator("g.ui-others").filter(visible=True)).to_have_count(0)
    await his.page.get_by_role("button", name="Clear").click()
    await expect(hers.page.locator("svg > g:first-child path")).to_have_count(0)
