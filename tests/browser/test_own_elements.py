"""Elements that HTML of the user's own declares: filled from attributes, as text, again at each change, also after a restart."""

import re

import jinja2
import pytest
from playwright.async_api import expect

import justui as ui
from justui.testing import Browser
from tests.browser.live import Site, comes, is_same_window, joined, mark_window
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

HOSTILE = "<img src=x onerror=\"ran.push('hostile')\">$value $innerHTML"
HOME = """<!doctype html><html lang="en"><head><title>Own</title>{{ justui() }}
<script>globalThis.ran = [];</script></head><body>
<x-form id="early" name="early" value="3">in <b>early</b></x-form>
<ui-template name="x-form" value="5" href="/there">
  <label>$name <input value="$value" title="$name has $$$value" disabled="$closed"></label>
  <a href="$href" style="color: $color">link</a> <i>$innerHTML</i>
  <button type="button" onclick="ran.push(this.closest('x-form').id)">Press</button>
</ui-template>
<x-form id="plain">{{ number }}</x-form>
<x-form id="bad" name="{{ hostile }}" value='"><script>ran.push(1)</script>' href="javascript:ran.push(2)"
  color="red; background: url(/x)" closed>{{ hostile }}</x-form>
<ui-template name="flexible-el"><p>$#a $#a $#b [$#none]</p></ui-template>
<flexible-el><button subID="a" onclick="ran.push(this.textContent)">A</button><i subID="b">b</i></flexible-el>
<ui-template name="x-outer"><x-form id="$who" name="$who">$innerHTML</x-form></ui-template>
<x-outer who="Ann">deep <u>inside</u></x-outer>
<ui-template name="x-loop"><x-loop></x-loop></ui-template><x-loop></x-loop>
<x-form id="held" name="held">{{ part }}</x-form>
<ui-template type="x-typed" name="nobody"><u>$name</u></ui-template><x-typed></x-typed><x-typed name="Zoe"></x-typed>
<svg-favicon color="blue"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4" fill="$color"/></svg></svg-favicon>
<section id="list"></section>
</body></html>"""


@pytest.mark.covers("WO-30", "WO-31", "WO-32")
async def test_declared_elements_are_filled_as_text_and_follow_their_attributes(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    def program(number: int) -> ui.App:
        app = ui.App(drain=0.2)
        pressed = ui.Span("0", id="pressed")
        part = ui.Button("Count", id="count", on_click=lambda: setattr(pressed, "text", str(number)))

        @app.route("/")
        def home() -> ui.HtmlPage:
            return app.render_text(HOME, hostile=HOSTILE, number=number, part=ui.Div(part, pressed))

        return app

    site = Site(serve, proxied, program(1))
    tab = await site.open(await person())
    page = tab.page
    await expect(page.locator("#early i")).to_have_text("in early")  # used before it is declared
    assert await page.locator("#early input").get_attribute("title") == "early has $3"
    assert await page.locator("#early a").get_attribute("href") == "/there"
    assert await page.locator("#plain input").input_value() == "5"
    assert await page.locator("#plain label").text_content() == " "  # no name: empty, no error
    assert [await page.locator(f"{one} input").is_enabled() for one in ("#plain", "#bad")] == [True, False]
    assert await page.locator("#bad i").text_content() == HOSTILE
    assert HOSTILE in str(await page.locator("#bad label").text_content())
    assert await page.locator("#bad a").get_attribute("href") is None
    assert await page.locator("#bad a").get_attribute("style") == "color: "
    assert await page.locator("flexible-el").inner_text() == "A A b []"
    await expect(page.locator("#Ann i u")).to_have_text("inside")
    assert await page.locator("x-typed").all_inner_texts() == ["nobody", "Zoe"]
    for button in await page.locator("flexible-el button, #early button, #Ann button").all():
        await button.click()
    assert await page.evaluate("ran") == ["early", "A", "A", "Ann"]
    # A changed attribute changes what came of it, and nothing else: what was typed elsewhere stays.
    await page.fill("#plain input", "typed")
    await page.evaluate("document.querySelector('#plain').setAttribute('name', '<b>Bob</b>')")
    await expect(page.locator("#plain label")).to_have_text("<b>Bob</b>")
    assert await page.locator("#plain input").input_value() == "typed"
    await page.evaluate("document.querySelector('#plain').setAttribute('value', '7')")
    assert await page.locator("#plain input").input_value() == "7"
    icon = page.locator("link[rel=icon]")
    assert "blue" in str(await icon.get_attribute("href"))
    await page.evaluate("document.querySelector('svg-favicon').setAttribute('color', 'green')")
    await comes(
        lambda: icon.evaluate("icon => icon.href.includes('green') && icon.href.startsWith('data:image/svg+xml')")
    )
    # A component in one lives; a program may make one.
    await page.click("#count")
    await expect(page.locator("#pressed")).to_have_text("1")
    await page.evaluate("document.querySelector('#list').innerHTML = '<x-form name=made>new</x-form>'")
    await expect(page.locator("#list i")).to_have_text("new")
    # The page of another program takes its place.
    await mark_window(tab)
    tab.allow_network_errors()
    site.renew(program(2))
    await joined(tab, 2)
    await expect(page.locator("#plain i")).to_have_text("2")
    await expect(page.locator("#plain button")).to_have_count(1)
    await expect(page.locator("flexible-el")).to_have_text("A A b []")
    await page.click("#count")
    await expect(page.locator("#pressed")).to_have_text("2")
    assert "green" not in str(await icon.get_attribute("href"))
    assert await is_same_window(tab)


async def test_what_is_declared_is_nothing_by_itself_and_a_value_in_code_is_hinted_at(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = ui.App(debug=True)
    source = '<body>{% include "x" %}<ui-template name="x-a"><b onclick="go(\'$name\')">$name</b></ui-template><b tooltip="t">b</b>'
    app.templates.environment.loader = jinja2.DictLoader({"x": '<i tooltip="i">i</i>'})
    app.route("/")(lambda: app.render_text(source))
    outer = ui.App()
    outer.mount("/below", app)
    async with Browser(outer) as visitor:
        answer = await visitor.fetch("/below/")
    assert '<ui-template name="x-a"><template><b onclick=' in answer.text
    assert "$name</b></template></ui-template>" in answer.text
    scripts = re.findall(r'<script type="module" src="([^"]+)" nonce="([\w-]+)"></script><(\w)', answer.text)
    assert [(address.split(".")[0], before) for address, _, before in scripts] == [
        ("/below/_justui/tooltip", "i"),
        ("/below/_justui/elements", "u"),
        ("/below/_justui/tooltip", "b"),
    ]
    assert all(f"'nonce-{nonce}'" in str(answer.header("content-security-policy")) for _, nonce, _ in scripts)
    assert "has a $… in it, which is never filled in code" in caplog.text
