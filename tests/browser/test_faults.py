"""Faults (laws 11 and 15): a handler that raises harms nobody, and text is text wherever it stands."""

import re

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, is_so, notice
from tests.conftest import Proxied, Serve
from tests.harness.browser import People
from tests.harness.waiting import eventually


def break_it() -> None:
    raise ValueError("<b>out of fish</b>")


async def break_it_later() -> None:
    await ui.in_thread(break_it)


def make(serve: Serve, proxied: Proxied, *, debug: bool) -> tuple[Site, ui.P]:
    page = ui.WebPage()
    text = ui.P("0", id="text", a=page)
    ui.Button("break", id="break", on_click=break_it, a=page)
    ui.Button("later", id="later", on_click=break_it_later, a=page)
    ui.Button("count", id="count", on_click=lambda: setattr(text, "text", str(int(text.text) + 1)), a=page)
    return Site(serve, proxied, page, debug=debug), text


@pytest.mark.parametrize("button", ["#break", "#later"])
async def test_in_debug_mode_the_person_sees_the_traceback(
    serve: Serve, proxied: Proxied, person: People, button: str
) -> None:
    site, _ = make(serve, proxied, debug=True)
    ada, bob = await site.open(await person()), await site.open(await person())
    await ada.page.click(button)
    overlay = ada.page.get_by_role("alertdialog")
    await expect(overlay).to_contain_text("ValueError: <b>out of fish</b>")
    await expect(overlay).to_contain_text("test_faults.py")
    await expect(overlay).to_contain_text("break_it")
    background = await overlay.evaluate("node => getComputedStyle(node).backgroundColor")
    assert background == "rgb(255, 255, 255)"  # nothing of the page shines through
    assert await overlay.locator("b").count() == 0
    await expect(bob.page.get_by_role("alertdialog")).to_have_count(0)
    await ada.page.keyboard.press("Escape")
    await expect(overlay).to_have_count(0)
    await ada.page.click(button)
    await overlay.get_by_role("button", name="Close").click()
    await expect(overlay).to_have_count(0)
    # The page beside it can be used.
    await ada.page.click(button)
    await expect(overlay).to_have_count(1)
    # Everything goes on, for both.
    for number, tab in ((1, ada), (2, bob), (3, ada)):
        await tab.page.click("#count")
        for one in (ada, bob):
            await expect(one.page.locator("#text")).to_have_text(str(number))


async def test_in_production_a_polite_notice_has_the_reference_of_the_log(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    site, _ = make(serve, proxied, debug=False)
    tab = await site.open(await person())
    await tab.page.click("#break")
    await expect(notice(tab)).to_contain_text("Something went wrong")
    shown = await notice(tab).text_content() or ""
    reference = re.search(r"reference (\w+)", shown)
    assert reference is not None
    assert "fish" not in shown
    assert not any("fish" in frame or "Traceback" in frame for frame in tab.received)
    site.server.wait_for_log(rf"(?s)reference {reference[1]}.*Traceback.*test_faults\.py.*out of fish")
    await tab.page.click("#count")
    await expect(tab.page.locator("#text")).to_have_text("1")


async def test_changes_before_the_error_are_seen(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    text = ui.P("before", id="text", a=page)

    def half() -> None:
        text.text = "half done"
        raise RuntimeError("tired")

    ui.Button("half", id="half", on_click=half, a=page)
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    await tab.page.click("#half")
    await expect(tab.page.locator("#text")).to_have_text("half done")


@pytest.mark.parametrize("debug", [True, False])
async def test_a_page_function_that_fails(serve: Serve, proxied: Proxied, person: People, debug: bool) -> None:
    def index() -> ui.WebPage:
        raise KeyError("<img src=x onerror=alert(1)>")

    site = Site(serve, proxied, index, debug=debug)
    tab = await (await person()).open(site.address, allow="500")
    text = await tab.page.inner_text("body")
    assert ("KeyError" in text) is debug
    assert await tab.page.locator("img").count() == 0


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea></title></style></script><script>alert(1)</script>",
    "\"'><svg onload=alert(1)>",
    "<!--t5--><!-- --!> -->",
    "]]></body></html>&lt;&amp;&#x3c;",
    "{{ 7 * 7 }} {% raw %}",
    "\u202e\u2028\u2029\x85 \x0b\x7f",
    "👩‍👩‍👧 ẞ \U0001f1e9\U0001f1ea",
]


@pytest.mark.covers("JP-23")
async def test_hostile_text_is_text(serve: Serve, proxied: Proxied, person: People) -> None:
    def show(page: ui.WebPage) -> None:
        for text in HOSTILE:
            with ui.Div(a=page):
                ui.P(text, classes="text")
                ui.P("x", text, classes="node")
                ui.Input(value=text.replace("\n", ""), placeholder=text, classes="input")
                ui.Textarea(value=text, classes="area")
                ui.Select(options={text: text}, classes="select")
                ui.A("link", title=text, classes="title")
                ui.Pre(text, classes="text")

    page = ui.WebPage(title=HOSTILE[2])
    show(page)
    site = Site(serve, proxied, page)
    fresh = await site.open(await person())
    asked: list[str] = []
    fresh.page.on("dialog", lambda dialog: asked.append(dialog.message))

    async def check(start: int) -> None:
        async def read(selector: str, what: str) -> list[str]:
            found = await fresh.page.locator(selector).evaluate_all(f"(nodes) => nodes.map((node) => {what})")
            return list(found[start:])

        assert await read("p.text", "node.textContent") == HOSTILE
        assert await read("pre.text", "node.textContent") == HOSTILE
        assert await read("p.node", "node.textContent") == ["x" + text for text in HOSTILE]
        assert await read("input", "node.value") == HOSTILE
        assert await read("input", "node.placeholder") == HOSTILE
        assert await read("textarea", "node.value") == HOSTILE
        assert await read("option", "node.value") == HOSTILE
        assert await read("option", "node.text") == [
            " ".join(re.sub(r"[ \t\n\f\r]+", " ", text).split(" ")) for text in HOSTILE
        ]
        assert await read("a", "node.title") == HOSTILE

    await check(0)
    assert await fresh.page.title() == HOSTILE[2]
    # The same by patches.
    show(page)
    page.title = HOSTILE[0]
    await page.update()
    await expect(fresh.page.locator("p.text")).to_have_count(2 * len(HOSTILE))
    await check(len(HOSTILE))
    await expect(fresh.page).to_have_title(HOSTILE[0])
    assert await fresh.page.locator("body script, body svg, body img").count() == 0
    assert asked == []


async def test_hostile_typing_is_text_for_everybody(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    echo = ui.P(id="echo", a=page)
    box = ui.Input(id="box", a=page, on_input=lambda: setattr(echo, "text", box.value))
    site = Site(serve, proxied, page)
    ada, bob = await site.open(await person()), await site.open(await person())
    asked: list[str] = []
    bob.page.on("dialog", lambda dialog: asked.append(dialog.message))
    for text in HOSTILE[:7]:
        await ada.page.fill("#box", text)
        await expect(bob.page.locator("#echo")).to_have_text(text)
        assert await bob.page.locator("#echo > *").count() == 0
    assert asked == []


@pytest.mark.covers("JP-23")
async def test_raw_html_is_cleaned(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    raw = ui.Div(id="raw", a=page, inner_html="<b onclick='alert(1)'>bold</b><script>alert(2)</script>")
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    asked: list[str] = []
    tab.page.on("dialog", lambda dialog: asked.append(dialog.message))
    await tab.page.click("#raw b")
    raw.inner_html = (
        "<i style='x:y' onmouseover=alert(3)>it</i><img src=x onerror=alert(4)><a href='javascript:alert(5)'>a</a>"
    )
    await page.update()
    tab.allow("Failed to load resource")  # the picture
    await tab.page.hover("#raw i")
    await tab.page.click("#raw a")
    assert await tab.page.locator("#raw [onclick], #raw [onmouseover], #raw [onerror], #raw script").count() == 0
    assert asked == []


async def test_no_handler_no_event(serve: Serve, proxied: Proxied, person: People) -> None:
    """A browser that makes up an event for a component without a handler is not believed."""
    page = ui.WebPage()
    plain = ui.Button("plain", id="plain", a=page)
    text = ui.P("safe", id="text", a=page)
    other = ui.WebPage(ui.Button("other", on_click=lambda: setattr(text, "text", "harmed")))
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    for id, name in ((plain._id, "click"), (other.components[0]._id, "click"), (page._id, "keydown")):
        await tab.page.evaluate(
            """([id, name]) => {
                const element = document.querySelector("#plain");
                element.setAttribute("data-e", name);
                element[Object.getOwnPropertySymbols(element)[0]] = id;
                element.click();
            }""",
            [id, name],
        )
    text.text += "!"
    await page.update()
    await expect(tab.page.locator("#text")).to_have_text("safe!")
    await eventually(lambda: len(site.app.tabs) == 1)
    await is_so(lambda: "ERROR" not in site.server.log)
