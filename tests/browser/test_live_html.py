"""HTML of the user's own in a real browser: what runs, what stays, what a new server finds."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, comes, is_same_window, joined, mark_window, notice, operations
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

HOSTILE = "\"quoted\" 'single' <b>bold</b> </script> & &amp; 😀\nline"
EVIL = "<img src=x onerror=\"ran.push('injected')\"><b id=evil onclick=\"ran.push('clicked')\">evil</b><script>ran.push('script')</script>"

HOME = """<!doctype html><html lang="en" data-theme="mine"><head>
<title>Own {{ number }}</title><link rel="icon" href="data:,">{{ justui() }}
<style>p { color: rgb(1, 2, 3) }</style>
<script>globalThis.ran = globalThis.ran ?? []; ran.push("head"); ran.value = {{ value|tojson }};</script>
</head><body onload="ran.push('onload')">
<h1>Own {{ number }}</h1><p id="value" title="{{ value }}">{{ value }}</p>
<input id="name" name="name"><button onclick='ran.push(1 &lt; 2 &amp;&amp; "button")'>Go</button><button onclick="server.increment()">More</button><b id="count">0</b>
{{ evil|safe }}<ul>{% for n in range(number) %}<li>{{ n }}</li>{% endfor %}</ul>
<script>ran.push("body");</script></body></html>"""


@pytest.mark.covers("PC-06", "PC-07", "PC-08", "JY-01", "JY-06")
async def test_own_html_is_live_and_only_its_own_scripts_run(
    serve: Serve, proxied: Proxied, person: People, tmp_path: Path
) -> None:
    (tmp_path / "home.html").write_text(HOME, "utf-8")
    seen: list[str] = []
    counts: list[int] = []

    def program(number: int, evil: str) -> ui.App:
        app = ui.App(templates=tmp_path, drain=0.2, outbox_frames=3)

        @app.route("/")
        def home() -> ui.HtmlPage:
            page = app.render("home.html", value=HOSTILE, evil=evil, number=number)
            page.on("join", lambda msg: seen.append(f"{msg.page.title} {len(page.tabs)}"))
            return page

        @app.expose
        def increment(msg: ui.Event) -> None:
            counts.append(1)
            assert msg.tab is not None
            msg.tab.dom.count.text = len(counts)

        app.route("/plain")(lambda: app.render_text("<title>Plain</title><body>plain</body>"))
        return app

    app = program(1, EVIL)
    site = Site(serve, proxied, app)
    tab = await (await person()).open(
        site.address, allow="Executing inline|Refused to (execute|load)|Failed to load resource"
    )
    page = tab.page
    await joined(tab)
    # The template's own scripts and handlers run; what was put in does not.
    await page.get_by_role("button", name="Go").click()
    await page.locator("#evil").click()
    assert await page.evaluate("ran") == ["head", "body", "onload", "button"]
    assert sum("unsafe-hashes" in line or "Content Security" in line for line in tab.console) == 3, tab.console
    # `server` works in a handler, with nothing else in the page.
    for number in (1, 2, 3):
        await page.get_by_role("button", name="More").click()
        await expect(page.locator("#count")).to_have_text(str(number))
    # Values arrive exactly.
    assert await page.evaluate("[ran.value, value.textContent, value.title]") == [HOSTILE] * 3
    await expect(page.locator("p")).to_have_css("color", "rgb(1, 2, 3)")
    assert seen == ["Own 1 1"]
    # What a page has beside its tree.
    [mine] = app.tabs
    await page.locator("#name").fill("typed")
    mine.notify("Hello")
    await expect(notice(tab)).to_contain_text("Hello")
    # Past the bound of the outbox: a state that leaves the HTML alone.
    tab.allow_network_errors()
    await mark_window(tab)
    await page.evaluate("document.querySelector('ul').append(document.createElement('li'))")
    mine.cut(0.5)

    def rename() -> None:
        for number in range(9):
            mine.page.title = f"Title {number}"
            mine.page.update()

    assert app.loop is not None
    app.loop.call_soon_threadsafe(rename)
    await joined(tab, 2)
    await comes(lambda: page.evaluate("document.title == 'Title 8'"))
    assert operations(tab, "s")
    assert await page.locator("li").count() == 2
    assert await page.locator("#name").input_value() == "typed"
    assert len(seen) == 1
    # A new server: the page is fetched and put in place, what was typed stays, no script runs again.
    await page.evaluate("document.documentElement.dataset.theme = 'dark'")
    site.renew(program(3, ""))
    await expect(page.locator("h1")).to_have_text("Own 3", timeout=15_000)
    await joined(tab, 3)
    await comes(lambda: asyncio.sleep(0, len(seen) == 2))
    assert seen[1] == "Own 3 1"
    assert await page.locator("#evil").count() == 0
    assert await page.locator("#name").input_value() == "typed"
    assert await page.evaluate("[document.title, document.documentElement.dataset.theme]") == ["Own 3", "dark"]
    await page.get_by_role("button", name="Go").click()
    assert await page.evaluate("ran") == ["head", "body", "onload", "button", "button"]
    assert await is_same_window(tab)
    site.app.tabs[0].redirect("/plain")
    await expect(page.locator("body")).to_have_text("plain")
