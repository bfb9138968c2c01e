"""`tab.dom`: what travels for elements of the user's own HTML, what is refused before, and listeners in Python."""

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser, Tab

HOME = """<head><title>Own</title>{{ justui() }}</head><body><b id="count" class="big">0</b><ul id="list"><li>first</li></ul>
<form id="form"><input name="name" value="Ann"><input type="checkbox" name="agree"><button>Send</button></form>
<p id="my-id" hidden>x</p></body>"""


class Shown:
    """A page of own HTML in a tab of a person: both sides of it."""

    def __init__(self, browser: Tab, tab: ui.Tab) -> None:
        self.browser = browser
        self.tab = tab

    def statements(self) -> list[list[Any]]:
        """What was asked of the browser: root and steps of each statement."""
        calls = [operation[1:] for operation in self.browser.operations if operation[0] == "c"]
        return [statement[2:] for call in calls for statement in call]


async def with_page(work: Callable[[Shown], Awaitable[None]], html: str = HOME) -> None:
    app = ui.App(debug=True)
    app.route("/")(lambda: app.render_text(html))
    async with Browser(app) as person:
        browser = await person.open()
        await work(Shown(browser, app.tabs[0]))


@pytest.mark.covers("JY-06", "JY-07")
async def test_writes_travel_as_steps_and_a_read_sees_them() -> None:
    async def work(shown: Shown) -> None:
        dom = shown.tab.dom
        dom.count.text = "<5>"
        dom.count.classes.add("a", "b c")
        dom.count.style["margin-top"] = "3px"
        dom.count.style["color"] = None
        dom.count.attributes["title"] = "\"'</script>😀"
        dom["my-id"].show()
        assert [await dom.count.text, await dom.count.style["marginTop"]] == ["<5>", "3px"]
        assert await dom.count.attributes["title"] == "\"'</script>😀"
        del dom.count.attributes["title"]
        assert await dom.count.attributes["title"] is None
        assert await dom["my-id"].hidden is False
        assert shown.browser.find("#count").attributes["class"] == "big a b c"
        count = ["#", "count"]
        assert shown.statements()[:6] == [
            [0, count, ["s", "textContent", "<5>"]],
            [0, count, "classList", "add", ["c", ["a", "b", "c"]]],
            [0, count, "style", ["s", "margin-top", "3px"]],
            [0, count, "style", ["s", "color", ""]],
            [0, count, "setAttribute", ["c", ["title", "\"'</script>😀"]]],
            [0, ["#", "my-id"], ["s", "hidden", False]],
        ]
        assert sum(operation[0] == "c" for operation in shown.browser.operations) <= 5

    await with_page(work)


@pytest.mark.covers("PC-10", "PC-16", "PC-17")
async def test_made_elements_are_used_at_once_and_handles_stay() -> None:
    async def work(shown: Shown) -> None:
        rows = shown.tab.dom("ul")
        made = rows.add("li", "second", id="t1", classes="x", aria_label="Two", for_="y")
        made.text = "2nd"
        front = rows.add("li", "front", before=shown.tab.dom("li"))
        rows.add("li", "behind", after=front)
        front.add("b", "!")
        await shown.tab.js
        assert sum(operation[0] == "c" for operation in shown.browser.operations) == 1, "all in one frame"
        assert [item.visible_text() for item in shown.browser.find_all("li")] == ["front!", "behind", "first", "2nd"]
        wanted = {"id": "t1", "class": "x", "aria-label": "Two", "for": "y"}
        assert shown.browser.find("#t1").attributes == wanted
        kept = shown.tab.dom(".x")
        kept.classes.remove("x")
        assert await kept.text == "2nd"
        assert await kept is kept
        made.remove()
        front.remove()
        await shown.tab.js
        assert [item.visible_text() for item in shown.browser.find_all("li")] == ["behind", "first"]
        del rows, made, front, kept
        shown.tab.dom.count.text = 1
        await shown.tab.js
        await shown.browser.wait_for(lambda: not shown.browser.window.results)

    await with_page(work)


@pytest.mark.covers("JY-07", "PC-09")
async def test_a_missing_element_is_an_error_that_names_it(caplog: pytest.LogCaptureFixture) -> None:
    async def work(shown: Shown) -> None:
        dom = shown.tab.dom
        with pytest.raises(RuntimeError, match=r"there is no element #nope \(test_dom\.py:"):
            await dom.nope.text
        with pytest.raises(ui.RemoteError, match=r"there is no element #list > b \(test_dom\.py:"):
            await dom("#list > b")
        assert not caplog.messages
        dom.nope.text = 1
        dom("b.missing").add("p").add("i")
        await shown.tab.js
        assert [text.count("there is no element") for text in caplog.messages] == [1, 1]
        assert "#nope (test_dom.py:" in caplog.messages[0]
        assert "b.missing (test_dom.py:" in caplog.messages[1]

    await with_page(work)


@pytest.mark.covers("PC-18", "JY-11")
async def test_listeners_are_handlers() -> None:
    seen: list[Any] = []

    async def work(shown: Shown) -> None:
        browser, dom = shown.browser, shown.tab.dom

        def count(msg: ui.Event) -> None:
            seen.append((msg.type, msg.tab is shown.tab, msg.button))
            msg.page.title = "Counted"

        async def slow() -> None:
            await asyncio.sleep(0)
            seen.append("slow")

        def fails() -> None:
            raise ValueError("no")

        dom.count.on("click", count).on("click", slow).on("click", fails, once=True)
        dom("[name=name]").on("input", lambda msg: seen.append(msg.value), debounce=1)
        dom("[name=name]").on("keydown", lambda: seen.append("Enter"), key="Enter")
        dom("[name=agree]").on("change", lambda msg: seen.append(msg.value))
        dom.form.on("submit", lambda msg: seen.append(msg.values))
        rows = []
        for number in range(3):
            row = dom.list.add("li", f"row {number}")
            row.add("button", f"Remove {number}", on_click=row.remove)
            rows.append(row)
        await shown.tab.js
        await browser.click("#count")
        await browser.wait_for(lambda: len(seen) == 2 and browser.title == "Counted")
        assert sorted(map(str, seen)) == sorted(map(str, [("click", True, 0), "slow"]))
        await browser.wait_for(lambda: [fault["title"] for fault in browser.faults] == ["ValueError: no"])
        await browser.click("#count")
        await browser.wait_for(lambda: len(seen) == 4)
        assert len(browser.faults) == 1, "once"
        seen.clear()
        await browser.click("[name=agree]")
        await browser.wait_for(lambda: seen)
        await browser.type("[name=name]", "e")
        await browser.wait_for(lambda: len(seen) == 2)
        await browser.press("Enter")
        await browser.wait_for(lambda: len(seen) == 4)
        assert seen == [True, "Anne", "Enter", {"name": "Anne", "agree": "on"}]
        assert browser.url.endswith("/"), "a form with a listener never navigates"
        await browser.click("Remove 1")
        await browser.wait_for(lambda: len(browser.find_all("li")) == 3)
        assert [item.visible_text() for item in browser.find_all("li")] == ["first", "row 0Remove 0", "row 2Remove 2"]

    await with_page(work)


async def test_what_could_become_code_is_refused_before_it_is_sent() -> None:
    async def work(shown: Shown) -> None:
        dom = shown.tab.dom
        before = len(shown.browser.operations)
        refused: list[Callable[[], object]] = [
            lambda: setattr(dom.count, "onclick", "bad()"),
            lambda: setattr(dom.count, "href", "javascript:bad()"),
            lambda: setattr(dom.count, "srcdoc", "<script>"),
            lambda: setattr(dom.count.firstChild, "src", " java\nscript:bad()"),
            lambda: dom.count.attributes.__setitem__("onclick", "bad()"),
            lambda: dom.count.attributes.__setitem__("data-j", "1"),
            lambda: dom.count.setAttribute("href", "javascript:bad()"),
            lambda: dom.count.add("a", href="javascript:bad()"),
            lambda: dom.count.add("a", onclick="bad()"),
            lambda: dom.count.add("b><script"),
            lambda: dom.count.setHTMLUnsafe("<script>"),
            lambda: setattr(dom.count, "html", dom.list.html),
            lambda: dom.count.insertAdjacentHTML("beforeend", dom.list.html),
            lambda: setattr(dom.count, "href", dom.list.text),
        ]
        for edit in refused:
            with pytest.raises(ui.TreeError):
                edit()
        for wrong, error in (
            (lambda: setattr(dom, "count", 5), ui.UsageError),
            (lambda: dom(5), TypeError),
            (lambda: dom.count.on("clik", print), ui.HandlerError),
            (lambda: dom.count.on("click", lambda a, b: None), ui.HandlerError),
            (lambda: dom.count.on("click", "bad()"), ui.HandlerError),  # type: ignore[arg-type]
            (lambda: setattr(dom.count, "value", object()), TypeError),
            (lambda: dom.count.constructor, AttributeError),
            (lambda: str(dom.count.text), ui.UsageError),
        ):
            with pytest.raises(error):
                wrong()
        await shown.tab.js
        assert len(shown.browser.operations) == before + 1
        evil = '<p class="kept" onclick="bad()">kept<script>bad()</script></p>'
        dom.count.html = evil
        dom.list.innerHTML = evil
        dom.list.insertAdjacentHTML("beforeend", evil)
        dom["my-id"].set_html("<i onclick='mine()'>mine</i>", safe=True)
        await shown.tab.js
        clean = '<p class="kept">kept</p>'
        assert [statement[1:] for statement in shown.statements() if "bad" not in str(statement)][-5:-1] == [
            [["#", "count"], ["w", clean]],
            [["#", "list"], ["w", clean]],
            [["#", "list"], "insertAdjacentHTML", ["c", ["beforeend", clean]]],
            [["#", "my-id"], ["w", "<i onclick='mine()'>mine</i>"]],
        ]

    await with_page(work)


async def test_what_a_component_has_is_not_written(caplog: pytest.LogCaptureFixture) -> None:
    page = ui.WebPage(ui.P("inner", id="inner"), ui.Div(inner_html='<p id="raw">raw</p>', safe=True))
    app = ui.App()
    app.route("/")(lambda: page)
    async with Browser(app) as person:
        browser = await person.open()
        dom = app.tabs[0].dom
        dom.inner.text = "no"
        dom("body").add("p")
        dom.raw.text = "yes"
        assert await dom.inner.text == "inner"
        assert browser.text() == "inner\nyes"
        with pytest.raises(ui.RemoteError, match=r"setAttribute: P #inner \(test_dom\.py:\d+\) has this element"):
            await app.tabs[0].js.document.getElementById("inner").setAttribute("title", "no")
    assert [text for text in caplog.messages if "has this element" in text] == [
        text for text in caplog.messages if "P #inner (" in text or "WebPage (" in text
    ]


async def test_a_page_with_listeners_is_freed_with_its_tab() -> None:
    app = ui.App()

    def home() -> ui.HtmlPage:
        page = app.render_text(HOME)

        def join(msg: ui.Event) -> None:
            assert msg.tab is not None
            row = msg.tab.dom.list.add("li", "row", on_click=print)
            row.on("keydown", lambda msg: msg.page.update())

        return page.on("join", join)

    app.route("/")(home)
    async with Browser(app) as person:
        browser = await person.open()
        await browser.wait_for("row")
        page = weakref.ref(app.tabs[0].page)
        tab = weakref.ref(app.tabs[0])
        gc.collect()
        gc.disable()
        try:
            await browser.leave()
            await browser.wait_for(lambda: not app.tabs)
            for _ in range(3):
                await asyncio.sleep(0)
            assert page() is None
            assert tab() is None
        finally:
            gc.enable()
