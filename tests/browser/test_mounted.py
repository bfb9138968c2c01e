"""Components in HTML of the user's own, and a live class, in a real browser: looks, typing, overflow, a new server."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, comes, is_same_window, joined, mark_window, operations
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

HOME = """<!doctype html><html><head><style>h1 { color: rgb(1, 2, 3) } body { margin: 7px }</style></head>
<body><h1>Hello {{ name }}, you</h1><p id="mine">mine</p><header>{{ clock }}</header><ul>{% for item in items %}{{ item }}{% endfor %}</ul>
<section>{{ card }}</section><footer>{{ clock }}</footer><table>{{ row }}</table>
<b id="count">0</b><button id="more" onclick="server.increment()">More</button></body></html>"""


class Counter:
    tab: ui.Tab

    def __init__(self) -> None:
        self.count = 0

    def increment(self) -> None:
        self.count += 1
        self.tab.dom.count.text = self.count


class Other:
    def __init__(self, pressed: list[str]) -> None:
        self._pressed = pressed

    def increment(self) -> None:
        self._pressed.append("class")


@pytest.mark.covers("JY-27", "PC-31", "JY-19")
async def test_mounted_components_live_in_html_of_ones_own(
    serve: Serve, proxied: Proxied, person: People, tmp_path: Path
) -> None:
    (tmp_path / "home.html").write_text(HOME, "utf-8")
    clock = ui.Div("12:00", classes="p-4 text-red-500")

    def program() -> ui.App:
        app = ui.App(templates=tmp_path, drain=0.2, outbox_frames=3)

        @app.route("/")
        def home() -> ui.HtmlPage:
            name, field, count = ui.Text("Ann"), ui.Input(name="who"), ui.State(0)

            def save() -> None:
                name.text = field.value
                count.set(count.value + 1)

            card = ui.Div(field, ui.Button("Save", on_click=save), ui.Output(text=count), classes="card")
            items = [ui.Li("first"), ui.Li("hidden", show=False), ui.Li("last")]
            row = ui.Tr(ui.Td("cell"))
            return app.render("home.html", live=Counter, name=name, clock=clock, card=card, items=items, row=row)

        return app

    site = Site(serve, proxied, program())
    people = await person()
    tab, other = await people.open(site.address), await people.open(site.address)
    page = tab.page
    await joined(tab)
    await joined(other)
    # Looks: classes and our tokens for what is mounted; the rest is as it was written.
    await expect(page.locator("header > div")).to_have_css("padding-top", "16px")
    await expect(page.locator(".card")).to_have_css("border-top-width", "1px")
    await expect(page.locator("h1")).to_have_css("color", "rgb(1, 2, 3)")
    await expect(page.locator("body")).to_have_css("margin-top", "7px")
    assert await page.evaluate(
        "[...document.querySelectorAll('#mine, #more, section, h1')].map((one) => one.outerHTML)"
    ) == [
        "<h1>Hello Ann<!---->, you</h1>",
        '<p id="mine">mine</p>',
        await page.evaluate("document.querySelector('section').outerHTML"),
        '<button id="more" onclick="server.increment()">More</button>',
    ]
    # Each tab its own state, also of one person; a shared component is one for all, twice on each page.
    await page.locator("[name=who]").press_sequentially("Bea")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("h1")).to_have_text("Hello Bea, you")
    await expect(other.page.locator("h1")).to_have_text("Hello Ann, you")
    clock.text = "13:00"
    await clock.update()
    for one in (tab, other):
        await expect(one.page.locator("header, footer")).to_have_text(["13:00", "13:00"])
    for number in (1, 2):
        await page.locator("#more").click()
        await expect(page.locator("#count")).to_have_text(str(number))
    await other.page.locator("#more").click()
    await expect(other.page.locator("#count")).to_have_text("1")
    # Past the bound of the outbox: a state that renews the components and touches nothing else.
    await mark_window(tab)
    await page.evaluate("""() => {
        document.querySelector("ul").append(document.createElement("li"));
        document.querySelector("#mine").textContent = "changed by the page";
        globalThis.kept = document.querySelector("[name=who]");
    }""")
    await page.locator("[name=who]").focus()
    await page.keyboard.type("!")
    [mine] = [one for one in site.app.tabs if one.page.components[0].text == "Bea"]
    tab.allow_network_errors()
    mine.cut(0.5)

    def change() -> None:
        items = [one for one in mine.page.components if isinstance(one, ui.Li)]
        for number in range(9):
            mine.page.components[0].text = f"Cid {number}"
            items[0].show = False
            items[1].show = True
            items[2].classes = "text-red-500"
            mine.page.update()

    assert site.app.loop is not None
    site.app.loop.call_soon_threadsafe(change)
    await joined(tab, 2)
    await expect(page.locator("h1")).to_have_text("Hello Cid 8, you")
    assert operations(tab, "s")
    await expect(page.locator("ul > li")).to_have_text(["hidden", "last", ""])
    await expect(page.locator("#mine")).to_have_text("changed by the page")
    await expect(page.locator("td")).to_have_text("cell")
    assert await page.evaluate("kept === document.querySelector('[name=who]') && document.activeElement === kept")
    assert await page.locator("[name=who]").input_value() == "Bea!"
    # The handlers are still there.
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("h1")).to_have_text("Hello Bea!, you")
    await expect(page.locator("output")).to_have_text("2")
    # A new server: fetched and put in place, and what was typed stays.
    await page.locator("[name=who]").focus()
    await page.keyboard.type("?")
    other.allow_network_errors()
    site.renew(program())
    await expect(page.locator("h1")).to_have_text("Hello Ann, you", timeout=15_000)
    await joined(tab, 3)
    await comes(lambda: page.evaluate("document.querySelector('[name=who]').value == 'Bea!?'"))
    await expect(page.locator("#mine")).to_have_text("mine")
    await expect(page.locator("header, footer")).to_have_text(["13:00", "13:00"])
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("h1")).to_have_text("Hello Bea!?, you")
    await page.locator("#more").click()
    await expect(page.locator("#count")).to_have_text("1")
    # Another view of ones own HTML in its place, with components and a live class of its own.
    pressed: list[str] = []

    def view() -> ui.HtmlPage:
        box = ui.Div(ui.Button("Press", on_click=lambda: pressed.append("view")), classes="p-8")
        return site.app.render_text(
            '<html><head></head><body><h1>View</h1>{{ box }}<button id="other" onclick="server.increment()">Other</button></body></html>',
            live=Other(pressed),
            box=box,
        )

    [mine] = [one for one in site.app.tabs if one.page.components[0].text == "Bea!?"]
    site.app.loop.call_soon_threadsafe(mine.show, view)
    await expect(page.locator("h1")).to_have_text("View")
    await page.get_by_role("button", name="Press").click()
    await page.locator("#other").click()
    await comes(lambda: asyncio.sleep(0, pressed == ["view", "class"]))
    await expect(page.locator("h1 + div")).to_have_css("padding-top", "32px")
    assert await is_same_window(tab)
