"""Changing the page in place, in a real browser: layouts, back and forward, scrolling and focus, views, and what fails."""

import asyncio
from functools import partial

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, comes, is_same_window, joined, mark_window
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People
from tests.harness.waiting import eventually

TALL = "height: 3000px"


async def arrives(tab: BrowserTab, address: str, heading: str) -> None:
    """Wait until a tab shows a page, and has its address."""
    await tab.page.wait_for_url(address)
    await expect(tab.page.locator("h1")).to_have_text(heading)


def program(log: list[str]) -> ui.App:
    app = ui.App(drain=0.2)

    def shell() -> ui.WebPage:
        count = ui.State(0)

        def more() -> None:
            count.value += 1

        links = [
            ui.Link(name, href=href)
            for name, href in (
                ("Home", "/"),
                ("Long", "/long"),
                ("Part", "/long#part"),
                ("Plain", "/plain"),
                ("Slow", "/slow"),
                ("File", "/file"),
                ("Nowhere", "/nowhere"),
                ("Guarded", "/guarded"),
            )
        ]
        field = ui.Input(name="kept", aria_label="Kept")
        return ui.WebPage(
            ui.Nav(*links), ui.Button(count.map(lambda n: f"{n} times"), on_click=more), field, ui.Outlet()
        )

    @app.route("/", layout=shell)
    def home() -> ui.WebPage:
        page = ui.WebPage(
            ui.H1("Home"), ui.Input(name="note", aria_label="Note", on_change=lambda msg: log.append(msg.value))
        )
        page.title = "Home page"
        page.on("join", lambda: log.append("home joins"))
        page.on("leave", lambda: log.append("home leaves"))
        return page

    @app.route("/long", layout=shell)
    def long() -> ui.Div:
        return ui.Div(
            ui.H1("Long"), ui.Div("first", style=TALL), ui.H2("The part", id="part"), ui.Div("last", style=TALL)
        )

    @app.route("/plain")
    def plain() -> ui.WebPage:
        log.append("plain made")
        page = ui.WebPage(
            ui.H1("Plain"), ui.Link("Back home", href="/"), ui.Input(name="note", aria_label="Note"), title="Plain"
        )
        page.on("leave", lambda: log.append("plain leaves"))

        def view(msg: ui.Event) -> None:
            assert msg.tab is not None
            msg.tab.data["from"] = "plain"
            msg.tab.show(second)

        page.add(ui.Button("Next", on_click=view), ui.Button("Go", on_click=lambda msg: msg.tab.go("/long#part")))
        return page

    def second() -> ui.WebPage:
        page = ui.WebPage(ui.H1("Second view"), ui.Link("Home", href="/"), title="Second")
        page.on("join", lambda msg: log.append(f"second from {msg.tab.data['from']}"))
        return page

    @app.route("/slow", layout=shell)
    async def slow() -> ui.H1:
        await asyncio.sleep(0.6)
        return ui.H1("Slow")

    @app.route("/guarded", layout=shell)
    def guarded() -> None:
        ui.redirect("/plain")

    @app.route("/file")
    def file() -> ui.HtmlPage:
        return app.render_text("<!doctype html><html><head></head><body><p>Not live</p></body></html>")

    return app


@pytest.mark.covers("PC-22", "PC-23")
async def test_pages_change_in_place(serve: Serve, proxied: Proxied, person: People) -> None:
    log: list[str] = []
    site = Site(serve, proxied, program(log))
    people = await person()
    tab = await people.open(site.address)
    page = tab.page
    await joined(tab)
    await mark_window(tab)
    tab.allow("Failed to load resource|WebSocket connection")  # /nowhere, and while there is no network
    link = page.get_by_role("link")

    # In the layout: its state, typed text and object stay; what was typed in the page is sent before it is left.
    await page.get_by_role("button", name="0 times").click()
    await page.get_by_label("Kept").fill("typed")
    await page.get_by_label("Note").fill("unsent")
    await link.filter(has_text="Long").click()
    await arrives(tab, site.address + "long", "Long")
    await expect(page.get_by_role("button", name="1 times")).to_be_visible()
    await expect(page.get_by_label("Kept")).to_have_value("typed")
    assert log == ["home joins", "unsent", "home leaves"], log
    await expect(page.locator("a[aria-current=page]")).to_have_text(["Long", "Part"])
    await expect(page.locator("h1")).to_be_focused()

    # A fragment, then back to the top of the page, back to the first, and forward to where it was scrolled.
    await link.filter(has_text="Part").click()
    await comes(lambda: page.evaluate("scrollY > 2500"))
    await page.go_back()
    await comes(lambda: page.evaluate("scrollY == 0"))
    await page.evaluate("scrollTo(0, 777)")
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("Home")
    await expect(page).to_have_title("Home page")
    await comes(lambda: page.evaluate("scrollY == 0"))
    await page.go_forward()
    await expect(page.locator("h1")).to_have_text("Long")
    await comes(lambda: page.evaluate("scrollY == 777"), what="the scroll position")

    # The last wins: a slow page is under way, and back comes before it.
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("Home")
    await link.filter(has_text="Slow").click()
    await expect(page.locator("html")).to_have_attribute("aria-busy", "true")
    await link.filter(has_text="Long").dblclick()
    await arrives(tab, site.address + "long", "Long")
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("Home")
    assert page.url == site.address

    # Another layout, over a guard's redirect; the tab's data goes along; a view at the same address.
    log.clear()
    await link.filter(has_text="Guarded").click()
    await arrives(tab, site.address + "plain", "Plain")
    await joined(tab, 2)
    assert log.count("plain made") == 1
    await expect(page.get_by_label("Note")).to_have_value("")
    await page.get_by_role("button", name="Next").click()
    await expect(page.locator("h1")).to_have_text("Second view")
    await expect(page).to_have_title("Second")
    await eventually(lambda: {"second from plain", "plain leaves"} <= set(log))
    assert page.url == site.address + "plain"
    assert (log.count("second from plain"), log.count("plain leaves"), log.count("home leaves")) == (1, 1, 1), log
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("Home")
    await page.go_forward()
    await expect(page.locator("h1")).to_have_text("Plain")
    await page.get_by_role("button", name="Go").click()
    await comes(lambda: page.evaluate("scrollY > 2500 && location.hash == '#part'"))

    # An error page has its address; a new server fetches layout and page.
    await link.filter(has_text="Nowhere").click()
    await arrives(tab, site.address + "nowhere", "Not found")
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("Long")
    site.renew(program(log))
    await expect(page.get_by_role("button", name="0 times")).to_be_visible(timeout=15000)
    await expect(page.locator("h1")).to_have_text("Long")
    assert await is_same_window(tab)

    # No network: the page stays, and says so.
    site.server.stop()
    await link.filter(has_text="Home").click()
    await expect(page.locator("justui-notice")).to_contain_text("cannot be reached")
    assert page.url == site.address + "long#part"
    site.server.start()
    await joined(tab, 6)

    # What is no live page is loaded by the browser.
    await link.filter(has_text="File").click()
    await expect(page.locator("p")).to_have_text("Not live")
    assert not await is_same_window(tab)


@pytest.mark.covers("PC-23")
async def test_views_of_ones_own_html_and_reloads_amid_a_history(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    app = ui.App(drain=0.2)
    log: list[str] = []

    def document(color: str, script: str) -> str:
        return (
            "<!doctype html><html><head><title>{{ name }}</title>{{ justui() }}<style>h1 { color: "
            + color
            + " }</style></head>"
            "<body><h1>{{ name }}</h1><input name=who><button id=next>Next</button><script>"
            + script
            + "</script></body></html>"
        )

    def view(number: int) -> ui.HtmlPage:
        page = app.render_text(document(f"rgb({number}, 2, 3)", f"window.ran = {number}"), name=f"View {number}")

        def joined(msg: ui.Event) -> None:
            log.append(f"view {number} joins")
            following = ui.WebPage(ui.H1("Ours"), title="Ours") if number == 2 else lambda: view(number + 1)
            msg.tab.dom.next.on("click", lambda: msg.tab.show(following))
            msg.tab.dom.next.text = "Go on"  # what comes behind it says that it is heard

        page.on("join", joined)
        page.on("leave", lambda: log.append(f"view {number} leaves"))
        return page

    @app.route("/views")
    def first() -> ui.HtmlPage:
        return view(1)

    def shell() -> ui.WebPage:
        page = ui.WebPage(ui.Link("A", href="/a"), ui.Link("B", href="/b"), ui.Outlet())
        page.add(ui.Button("Elsewhere", on_click=lambda: setattr(page, "display_url", "/b?shown=1")))
        return page

    def letter(name: str) -> ui.Div:
        return ui.Div(ui.H1(name.upper()), ui.Div(style=TALL))

    for name in "ab":
        app.route(f"/{name}", layout=shell)(partial(letter, name))

    site = Site(serve, proxied, app)
    people = await person()
    tab = await people.open(site.address + "views")
    tab.allow("favicon")
    page = tab.page
    await joined(tab)
    await mark_window(tab)
    await page.get_by_role("textbox").fill("typed")
    for number in (2, 3):
        await page.get_by_role("button", name="Go on").click()
        if number == 2:
            await expect(page.locator("h1")).to_have_text("View 2")
            await expect(page.locator("h1")).to_have_css("color", "rgb(2, 2, 3)")
            assert await page.evaluate("[ran, document.title, document.querySelectorAll('style').length]") == [
                2,
                "View 2",
                1,
            ]
            await expect(page.get_by_role("textbox")).to_have_value("")
    await expect(page.locator("h1")).to_have_text("Ours")
    await expect(page).to_have_title("Ours")
    await eventually(lambda: log[-1:] == ["view 2 leaves"])
    assert sorted(log) == ["view 1 joins", "view 1 leaves", "view 2 joins", "view 2 leaves"]
    assert page.url == site.address + "views"
    assert await is_same_window(tab)

    # A reload in the midst of a history: back and forward go on in place. An address that the program displays counts, too.
    await page.goto(site.address + "a")
    for name in "BAB":
        await page.get_by_role("link", name=name).click()
        await arrives(tab, site.address + name.lower(), name)
    await page.reload()
    await expect(page.locator("h1")).to_have_text("B")
    await comes(lambda: page.evaluate("document.body.hasAttribute('data-go')"))
    await mark_window(tab)
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("A")
    await page.get_by_role("button").click()
    await page.wait_for_url("**/b?shown=1")
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("A")
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("B")
    assert await is_same_window(tab)
