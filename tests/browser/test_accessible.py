"""The first response by itself: it reads as HTML without JavaScript, and tells assistive programs what is what."""

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, app_of, joined, notice
from tests.conftest import Proxied, Serve
from tests.harness.browser import People


def make_page() -> ui.WebPage:
    page = ui.WebPage(title="Shop", lang="en", css="h1 { color: rgb(9, 8, 7) }")
    with page, ui.Main():
        ui.H1("Shop")
        ui.P("All ", ui.Em("fresh"), " today.")
        with ui.Table():
            ui.Tr(ui.Th("Fish"), ui.Th("Price"))
            ui.Tr(ui.Td("Cod"), ui.Td("12"))
        ui.Ul(*[ui.Li(f"item {number}") for number in range(3)])
        ui.P("not yet", show=False)
        with ui.Form(action="/found", method="get"):
            field = ui.Input(name="q", value="cod", id="q")
            ui.Label("Search", for_=field)
            ui.Button("Find")
        ui.A("More", href="/found?q=more")
    return page


@pytest.mark.covers("JP-08")
async def test_a_page_reads_as_html_without_javascript(serve: Serve, proxied: Proxied, person: People) -> None:
    app = app_of(make_page)
    app.route("/found")(lambda q: ui.WebPage(ui.P(f"found {q}", id="found")))
    site = Site(serve, proxied, app)
    tab = await (await person(java_script_enabled=False)).open(site.address)
    page = tab.page
    await expect(page).to_have_title("Shop")
    assert await page.locator("html").get_attribute("lang") == "en"
    await expect(page.get_by_role("heading", name="Shop")).to_be_visible()
    await expect(page.locator("main p").first).to_have_text("All fresh today.")
    await expect(page.get_by_role("cell")).to_have_text(["Cod", "12"])
    await expect(page.get_by_role("listitem")).to_have_text(["item 0", "item 1", "item 2"])
    await expect(page.get_by_text("not yet")).to_have_count(0)
    await page.get_by_label("Search").fill("eel")
    await page.get_by_role("button", name="Find").click()
    await expect(page.locator("#found")).to_have_text("found eel")
    await page.go_back()
    await page.get_by_role("link", name="More").click()
    await expect(page.locator("#found")).to_have_text("found more")
    assert tab.sockets == []


async def test_a_late_comer_sees_the_present_state_in_the_first_html(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    page = ui.WebPage()
    clock = ui.P("Loading...", id="clock", a=page)
    site = Site(serve, proxied, page)
    await site.open(await person())
    clock.text = "12:00"
    await page.update()
    late = await (await person(java_script_enabled=False)).open(site.address)
    await expect(late.page.locator("#clock")).to_have_text("12:00")


async def test_roles_and_names_for_assistive_programs(serve: Serve, proxied: Proxied, person: People) -> None:
    site = Site(serve, proxied, make_page)
    tab = await site.open(await person())
    await expect(tab.page.locator("main")).to_match_aria_snapshot(
        """
        - main:
          - heading "Shop" [level=1]
          - paragraph:
            - text: All
            - emphasis: fresh
            - text: today.
          - table:
            - row:
              - columnheader "Fish"
              - columnheader "Price"
            - row:
              - cell "Cod"
              - cell "12"
          - list:
            - listitem: item 0
            - listitem: item 1
            - listitem: item 2
          - textbox "Search": cod
          - text: Search
          - button "Find"
          - link "More"
        """
    )


async def test_the_notice_is_quiet_and_can_be_reached_by_keys(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage(ui.P("text"), ui.Input(id="box"))
    site = Site(serve, proxied, page)
    ada = await person()
    await ada.context.clock.install()
    tab = await site.open(ada)
    tab.allow_network_errors()
    await tab.page.focus("#box")
    site.network.cut()
    await tab.page.clock.run_for(10_000)
    await expect(tab.page.get_by_role("status")).to_contain_text("Connection lost")
    # It takes neither the focus nor the place of anything.
    assert await tab.page.evaluate("() => document.activeElement.id") == "box"
    assert await tab.page.evaluate("() => document.body.querySelector('justui-notice')") is None
    site.network.mend()
    await tab.page.keyboard.press("Tab")
    await tab.page.keyboard.press("Enter")
    await joined(tab, 2)
    await expect(notice(tab)).to_have_count(0)


async def test_a_page_in_many_languages(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage(ui.P("שלום", dir="rtl", id="p"), title="日本語", lang="ja")
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    assert await tab.page.evaluate("() => [document.title, document.documentElement.lang]") == ["日本語", "ja"]
    await expect(tab.page.locator("#p")).to_have_css("direction", "rtl")
