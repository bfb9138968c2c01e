"""`tab.dom` in a real browser: elements of the user's own HTML, what was made there, and what a component has."""

import asyncio
import logging
from typing import Any

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, comes, events, is_same_window, is_so, joined, mark_window
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

HOSTILE = "\"quoted\" 'single' <b>bold</b> </script> & &amp; 😀\nline \\"
EVIL = '<p class="kept" onclick="bad()">kept<script>bad()</script><img src=x onerror="bad()"><a href="javascript:bad()">a</a></p>'

HOME = """<!doctype html><html><head><title>Own</title><link rel="icon" href="data:,">{{ justui() }}</head><body>
<b id="count">0</b><b id="my-id" class="big fresh">x</b><button id="b2">Go</button><ul id="list"><li>first</li></ul>
<form><input name="name"><input type="checkbox" name="agree"><button>Send</button></form><p id="said" hidden></p></body></html>"""


@pytest.mark.covers("JY-06", "JY-07", "JY-11", "PC-10", "PC-11", "PC-16", "PC-17", "PC-18")
async def test_elements_of_own_html(  # noqa: C901 - much in one page
    serve: Serve, proxied: Proxied, person: People, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Any] = []
    tabs: list[ui.Tab] = []

    async def join(msg: ui.Event) -> None:
        tab = msg.tab
        assert tab is not None
        tabs.append(tab)
        rows = tab.dom("ul")
        for number in range(3):
            row = rows.add("li", f"row {number}", id=f"r{number}")
            row.add("button", "Remove", classes="gone", on_click=row.remove)
        rows.add("li", "in front", before=tab.dom("li"))
        rows.add("li", "behind", after=tab.dom("li"), title=HOSTILE, aria_label="Behind")
        tab.dom.said.text = "ready"
        tab.dom.said.show()

    def program() -> ui.App:
        app = ui.App(drain=0.2, debug=True)

        @app.route("/")
        def home() -> ui.HtmlPage:
            page = app.render_text(HOME)
            page.on("join", join)
            return page

        return app

    site = Site(serve, proxied, program())
    browser_tab = await site.open(await person())
    page = browser_tab.page
    await expect(page.locator("#said")).to_have_text("ready")
    texts = ["in front", "behind", "first", "row 0Remove", "row 1Remove", "row 2Remove"]
    await expect(page.locator("li")).to_have_text(texts)
    assert await page.locator("[aria-label=Behind]").get_attribute("title") == HOSTILE
    [tab] = tabs

    # Writing and reading: a read sees the write before it.
    async def read_and_write() -> list[Any]:
        dom = tab.dom
        dom.count.text = HOSTILE
        found = [await dom.count.text]
        dom.count.innerHTML = 5
        found.append(await tab.js.document.getElementById("count").innerHTML)
        tab.js.document.getElementById("count").innerHTML = 6
        found.append(await dom.count.innerHTML)
        dom.count.html = EVIL
        found.append(await dom.count.html)
        pinned = dom(".fresh")
        pinned.classes.remove("fresh")
        pinned.classes.add("one", "two three")
        pinned.classes.toggle("two")
        pinned.style["color"] = "red"
        pinned.style["background-color"] = "blue"
        pinned.style.marginTop = "3px"
        pinned.style["--size"] = "7px"
        pinned.attributes["title"] = HOSTILE
        pinned.attributes["data-x"] = "1"
        del pinned.attributes["data-x"]
        same = dom["my-id"]
        found += [
            await same.className,
            await same.style["color"],
            await same.style["--size"],
            await same.style.marginTop,
        ]
        found += [await same.attributes["title"] == HOSTILE, await same.attributes["data-x"]]
        box = dom("[name=name]")
        box.value = "typed"
        box.focus()
        found += [await box.value, await tab.js.document.activeElement.name]
        for number in range(100):
            box.value = number
            found.append(await box.value == str(number))
        await (await dom("ul"))
        return found

    found = await call(site, read_and_write)
    assert found[:3] == [HOSTILE, "5", "6"]
    assert found[3] == '<p class="kept">kept<img src="x"><a rel="noopener noreferrer">a</a></p>'
    assert found[4:8] == ["big one three", "red", "7px", "3px"]
    assert found[8:12] == [True, None, "typed", "name"]
    assert found[12:] == [True] * 100
    await expect(page.locator("[name=name]")).to_have_value("99")

    # Events: closures of rows made later, values, options, functions that are replaced.
    async def listen() -> None:
        dom = tab.dom
        dom.b2.onclick = lambda: seen.append("stop")
        dom.list.add("button", "Restart", id="restart", on_click=restart)
        dom("[name=name]").on("input", lambda msg: seen.append(msg.value), debounce=50)
        dom("[name=name]").on("keydown", lambda: seen.append("Escape"), key="Escape")
        dom("[name=agree]").on("change", lambda msg: seen.append(msg.value))
        dom("form").on("submit", submitted)
        await tab.js

    def restart(msg: ui.Event) -> None:
        seen.append((msg.type, msg.tab is tab, msg.page is tab.page))
        tab.dom.b2.onclick = lambda: seen.append("again")
        tab.page.title = "Updated by itself"

    async def submitted(msg: ui.Event) -> None:
        seen.append(msg.values)
        raise ValueError("in a listener")

    await call(site, listen)
    await page.locator("#r1 .gone").click()
    await expect(page.locator("li")).to_have_text([text for text in texts if "row 1" not in text])
    with pytest.raises(ui.RemoteError, match="there is no element #r1 "):
        await call(site, lambda: value_of(tab.dom.r1.text))
    await page.locator("#b2").click()
    await page.locator("#restart").click()
    await expect(page).to_have_title("Updated by itself")
    await page.locator("#b2").click()
    await page.locator("[name=name]").press("Escape")
    await page.locator("[name=name]").fill("new")
    await page.locator("[name=agree]").check()
    browser_tab.allow("in a listener")
    await page.get_by_role("button", name="Send").click()
    wanted = ["stop", ("click", True, True), "again", "Escape", "new", True, {"name": "new", "agree": "on"}]
    await is_so(lambda: sorted(map(str, seen)) == sorted(map(str, wanted)), lambda: seen)
    await is_so(lambda: "ValueError: in a listener" in caplog.text)
    await page.locator("justui-fault").count()

    # What is not there, and what is refused.
    caplog.clear()
    for wrong in (
        lambda: setattr(tab.dom.count, "onclick", "bad()"),
        lambda: setattr(tab.dom.count, "href", "javascript:bad()"),
        lambda: tab.dom.count.add("a", href="javascript:bad()"),
        lambda: tab.dom.count.attributes.__setitem__("onclick", "bad()"),
        lambda: tab.dom.count.setHTMLUnsafe("<script>"),
    ):
        with pytest.raises(ui.TreeError):
            wrong()

    async def write_nowhere() -> None:
        tab.dom.nowhere.text = 1
        tab.dom("#never").add("p")
        await tab.js

    await call(site, write_nowhere)
    await is_so(lambda: caplog.text.count("there is no element #nowhere (test_dom.py:") == 1)
    await is_so(lambda: caplog.text.count("there is no element #never (test_dom.py:") == 1)

    # In a worker thread reads wait by themselves.
    def in_thread() -> tuple[Any, ...]:
        made = tab.dom.list.add("li", "from a thread", id="t1")
        made.classes.add("here")
        return str(tab.dom.t1.text), made.className == "here", tab.dom("[name=agree]").checked == True  # noqa: E712

    assert await call(site, lambda: ui.in_thread(in_thread)) == ("from a thread", True, True)

    # A drop: nothing is made twice. A new server: once again, from the HTML as it is now.
    await mark_window(browser_tab)
    browser_tab.allow_network_errors()
    tab.cut(0.3)
    await joined(browser_tab, 2)
    assert len(tabs) == 1
    assert await page.locator("li", has_text="row 2").count() == 1
    site.renew(program())
    await is_so(lambda: len(tabs) == 2)
    await expect(page.locator("li")).to_have_text(texts)
    await expect(page.locator("#count")).to_have_text("0")
    browser_tab.forget()
    await page.locator("#r2 .gone").click()
    await expect(page.locator("li")).to_have_text(texts[:-1])
    assert len(events(browser_tab, "call")) == 1
    assert await is_same_window(browser_tab)
    assert await page.evaluate("typeof bad") == "undefined"


async def test_what_a_component_has_is_read_and_not_written(
    serve: Serve, proxied: Proxied, person: People, caplog: pytest.LogCaptureFixture
) -> None:
    page = ui.WebPage()
    with page:
        ui.Input(id="box", value="kept")
        ui.Div(ui.P("inner", id="inner"), id="outer", style="height: 20px; overflow: auto")
        ui.Div(inner_html='<p id="raw">raw</p>', safe=True, id="holder")
    site = Site(serve, proxied, page)
    browser_tab = await site.open(await person())
    before = await browser_tab.page.locator("body").inner_html()
    [tab] = site.app.tabs
    caplog.set_level(logging.ERROR)

    caplog.clear()

    async def write() -> list[Any]:
        dom = tab.dom
        dom.inner.text = "no"
        dom.inner.html = "no"
        dom.inner.classes.add("no")
        dom.inner.style["color"] = "red"
        dom.inner.attributes["title"] = "no"
        dom.inner.hidden = True
        dom.inner.add("b")
        dom.outer.add("b")
        dom("body").add("b")
        dom.holder.html = "no"
        dom.inner.remove()
        dom.box.value = "no"
        tab.js.document.getElementById("inner").firstChild.data = "no"
        tab.js.document.getElementById("inner").dataset.x = "no"
        tab.js.document.getElementById("inner").setAttribute("title", "no")
        dom.outer.scrollTop = 5
        dom.outer.ownProperty = 1
        dom.box.focus()
        return [
            await dom.inner.text,
            await dom.box.value,
            await dom.outer.ownProperty,
            await tab.js.document.activeElement.id,
        ]

    assert await call(site, write) == ["inner", "kept", 1, "box"]
    await is_so(lambda: len(caplog.messages) == 15, lambda: caplog.text)
    assert all("has this element and would not know of it" in message for message in caplog.messages)
    assert "P #inner (test_dom.py:" in caplog.messages[0]
    assert sum("Input #box" in message for message in caplog.messages) == 1
    assert await browser_tab.page.locator("body").inner_html() == before

    async def write_raw() -> None:
        tab.dom.raw.text = "written"
        tab.dom.holder.firstChild.append("!")
        tab.dom.raw.add("b", "made", classes="new")
        tab.js.document.documentElement.classList.add("dark")
        await tab.js

    await call(site, write_raw)
    await comes(lambda: browser_tab.page.evaluate("document.documentElement.className == 'dark'"))
    assert await browser_tab.page.locator("#raw").inner_html() == 'written!<b class="new">made</b>'
    assert len(caplog.messages) == 15


async def value_of(expression: Any) -> Any:
    return await expression


async def call(site: Site, work: Any) -> Any:
    """What an async function gives, run in the App's loop."""
    assert site.app.loop is not None
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), site.app.loop))
