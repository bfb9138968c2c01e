"""`tooltip=`: help for the mouse, the keyboard and a long press, of components and of HTML of the user's own."""

import pytest
from playwright.async_api import expect

import justui as ui
from justui.testing import Browser
from tests.browser.live import Site
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

LONG = "A very long explanation, which finds no room beside the element. " * 3


@pytest.mark.covers("WO-32")
async def test_help_is_shown_where_it_is_wanted_and_goes_with_escape(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    words = ui.State("Saves <b>all</b>")
    with (page := ui.WebPage(css="#edge { position: absolute; right: 0; top: 0 }")):
        ui.Button("Save", id="save", tooltip=words, aria_describedby="note")
        ui.P("note", id="note")
        ui.Button("Edge", id="edge", tooltip=LONG)
        box = ui.Div()
    site = Site(serve, proxied, page)
    visitor = await person()
    tab = await site.open(visitor)
    shown = tab.page
    tip = shown.get_by_role("tooltip")
    await shown.hover("#save")
    await expect(tip).to_have_text("Saves <b>all</b>")
    assert await shown.locator("#save").get_attribute("aria-describedby") == "note ui-tooltip"
    words.set("Saves much")
    await expect(tip).to_have_text("Saves much")
    await tip.hover()  # it may be read at leisure
    await shown.keyboard.press("Escape")
    await expect(tip).to_be_hidden()
    assert await shown.locator("#save").get_attribute("aria-describedby") == "note"
    # With the keyboard, at the edge of the window.
    await shown.mouse.move(0, 500)
    await shown.locator("#save").focus()
    await shown.keyboard.press("Tab")
    await expect(tip).to_contain_text("A very long")
    place = await tip.bounding_box()
    size = shown.viewport_size
    assert place
    assert size
    assert place["x"] >= 0
    assert place["y"] >= 0
    assert place["x"] + place["width"] <= size["width"]
    await shown.keyboard.press("Shift+Tab")
    await expect(tip).to_have_text("Saves much")
    # One that comes later, and goes while its help is shown.
    box.add(ui.Button("Late", id="late", tooltip="Came later"))
    page.update()
    await shown.hover("#late")
    await expect(tip).to_have_text("Came later")
    box.clear()
    page.update()
    await expect(tip).to_be_hidden()


async def test_own_html_has_it_too_and_a_long_press_shows_it(serve: Serve, proxied: Proxied, person: People) -> None:
    app = ui.App()
    app.route("/")(lambda: app.render_text("<body><button id=b tooltip='Of my own'>Press</button>"))
    site = Site(serve, proxied, app)
    tab = await (await person()).open(site.address, allow="favicon")
    shown = tab.page
    tip = shown.get_by_role("tooltip")
    press = "(button, type) => button.dispatchEvent(new PointerEvent(type, { pointerType: 'touch', bubbles: true }))"
    button = shown.locator("#b")
    await button.evaluate(press, "pointerdown")
    await button.evaluate(press, "pointerup")  # a tap is none
    await button.evaluate(press, "pointerdown")
    await expect(tip).to_have_text("Of my own")
    await button.evaluate(press, "pointerup")
    await expect(tip).to_be_visible()
    await expect(tip).to_be_hidden()  # after a while


async def test_the_text_may_be_a_state_and_a_drawing_the_icon() -> None:
    words = ui.State("one")
    page = ui.WebPage(
        ui.P("x", tooltip=words), favicon=ui.svg.Svg(ui.svg.Circle(r=4, fill="blue"), view_box=(0, 0, 9, 9))
    )
    app = ui.App()
    app.route("/")(lambda: page)
    async with Browser(app) as visitor:
        tab = await visitor.open("/")
        words.set("two")
        await tab.wait_for(lambda: tab.find("p").attributes.get("data-tooltip") == "two")
        assert page.favicon.startswith("data:image/svg+xml,%3Csvg%20xmlns%3D")
        assert "blue" in page.favicon
        assert "data-j" not in page.favicon
