"""What a page has beside its tree, changed live in all its tabs, and code that the program runs there (JP-33, JP-36)."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, comes, is_same_window, is_so, joined, mark_window, notice, picture
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People

DEEP = "[" * 120 + "]" * 120

VALUES: list[tuple[str, Any]] = [
    ("1 + 1", 2),
    ("document.title;  ", "Extras"),
    ("({a: [1, null, 'x'], b: undefined})", {"a": [1, None, "x"]}),
    ("{a: 1}", {"a": 1}),
    ("'</script>' // a comment", "</script>"),
    ("undefined", None),
    ("await new Promise(done => setTimeout(done, 20, 'later'))", "later"),
    ("Promise.resolve(7)", 7),
    ("const a = 3;\nlet b = 4;\nreturn a * b", 12),
    ("var leak = 1; function leak2() {}", None),
    ("[typeof leak, typeof leak2, document.scripts.length > 9]", ["undefined", "undefined", False]),
    ("10n", "10"),
    ("new Map([[1, 2]])", "[object Map]"),
    ("document.body", "[object HTMLBodyElement]"),
    ("window", "[object Window]"),
    ("/* \ud83d\ude00 */ 'ü\\u2028'", "ü\u2028"),
]
ERRORS = {
    "missing.thing": "ReferenceError: missing is not defined",
    "throw new TypeError('no')": "TypeError: no",
    "Promise.reject(new Error('later'))": "Error: later",
    "if (": "SyntaxError: ",
    "'x'.repeat(600_000)": "RangeError: the value is too long",
    f"({DEEP})": "the value cannot be read: nested too deeply",
}


@pytest.mark.covers("JP-33")
async def test_code_runs_in_the_tabs_under_the_strict_policy_and_its_value_comes_back(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    page = ui.WebPage(title="Extras")
    results: list[tuple[Any, Any, Any, Any]] = []
    ready: list[Any] = []
    page.on("page_ready", lambda msg: ready.append(msg.tab))
    page.on("result_ready", lambda msg: results.append((msg.tab, msg.request_id, msg.result, msg.error)))
    site = Site(serve, proxied, page)
    ada, bob = await site.open(await person()), await site.open(await person())
    await is_so(lambda: len(ready) == 2)
    hers, his = ready
    # The page asks both tabs.
    await asyncio.wrap_future(ask(site, page.run_javascript, "document.title = document.title + '!'", "mine"))
    await is_so(lambda: len(results) == 2)
    assert {(tab, *rest) for tab, *rest in results} == {(tab, "mine", "Extras!", None) for tab in (hers, his)}
    page.title = "Extras "
    page.title = "Extras"
    await comes(lambda: ada.page.evaluate("document.title = 'Extras'"))
    # One tab is asked, and the answer awaited.
    for code, value in VALUES:
        assert await his_answer(site, hers, code) == value, code
    for code, error in ERRORS.items():
        with pytest.raises(ui.RemoteError) as failure:
            await his_answer(site, hers, code)
        assert str(failure.value).startswith(error), code
    assert all(tab is hers for tab, *_ in results[2:])
    assert [result for _, _, result, error in results[2:] if error] == [None] * len(ERRORS)
    # Calls to a tab that is away come in order, once, when it is back.
    bob.allow_network_errors()
    his.cut(1)
    asked = [his_answer(site, his, f"window.seen = [...(window.seen ?? []), {number}]") for number in range(3)]
    assert await asyncio.gather(*asked) == [[0], [0, 1], [0, 1, 2]]
    await ada.page.close()
    with pytest.raises(ui.Gone):
        await his_answer(site, hers, "1")


def ask(site: Site, function: Any, *arguments: Any) -> Any:
    """Call something in the server's thread, and await what it gives."""

    async def work() -> Any:
        return await function(*arguments)

    assert site.app.loop
    return asyncio.run_coroutine_threadsafe(work(), site.app.loop)


async def his_answer(site: Site, tab: ui.Tab, code: str) -> Any:
    return await asyncio.wrap_future(ask(site, tab.run_javascript, code))


@pytest.mark.covers("JP-36")
async def test_the_pages_settings_change_live_in_two_tabs(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage(ui.P("text", id="text"), title="One", body_html="<b class=top>top</b>")
    said: list[str | None] = []
    page.on("visibilitychange", lambda msg: said.append(msg.visibility))
    page.on("keydown", lambda msg: said.append(msg.key), key="F2")
    page.on("click", lambda: said.append("click"))
    site = Site(serve, proxied, page)
    ada, bob = await site.open(await person()), await site.open(await person())
    tabs = (ada, bob)
    page.title, page.favicon, page.css = "Two", "/two.png", "#text { color: rgb(1, 2, 3) }"
    page.head_html = "<meta name=mood content=good><script>window.ran = (window.ran ?? 0) + 1</script>"
    page.body_html = "<b class=top>new</b>"
    page.update()
    for tab in tabs:
        tab.allow("two.png")
        await expect(tab.page).to_have_title("Two")
        await expect(tab.page.locator("#text")).to_have_css("color", "rgb(1, 2, 3)")
        await expect(tab.page.locator("link[rel=icon]")).to_have_attribute("href", "/two.png")
        await expect(tab.page.locator("head meta[name=mood]")).to_have_attribute("content", "good")
        await expect(tab.page.locator("body > :first-child > .top")).to_have_text("new")
        assert await tab.page.evaluate("window.ran") == 1
    fresh = await site.open(await person())
    fresh.allow("two.png")
    assert await fresh.page.evaluate("window.ran") == 1  # as at load
    assert await picture(fresh) == await picture(ada)
    await ada.page.keyboard.press("F2")
    await bob.page.click("#text")
    await is_so(lambda: said == ["F2", "click"])
    # Playwright's tabs are always visible.
    await bob.page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    await is_so(lambda: said[-1] == "visible")


async def test_where_a_page_leads_its_tabs(serve: Serve, proxied: Proxied, person: People) -> None:
    app = ui.App()
    page = ui.WebPage(ui.P("shared"))
    app.route("/")(lambda: page)
    app.route("/item/{n}")(lambda n: ui.H1(f"item {n}"))
    site = Site(serve, proxied, app)
    tabs = [await site.open(await person()) for _ in range(2)]
    ada, bob = tabs
    page.display_url = "/item/3"
    page.update()
    for tab in tabs:
        await expect(tab.page).to_have_url(site.address + "item/3")
        await expect(tab.page.locator("p")).to_have_text("shared")  # without a load
        await tab.page.go_back()
        await expect(tab.page).to_have_url(site.address)
        await joined(tab, 2)  # it was loaded
        await expect(tab.page.locator("p")).to_have_text("shared")
    # A browser holds new windows back unless the person has clicked; Playwright's does not. Then a click on the note opens it.
    await ada.page.evaluate(
        "((real) => open = (...all) => navigator.userActivation.isActive ? real(...all) : null)(open)"
    )
    page.open = "/item/4"
    async with bob.page.expect_popup() as popup:
        page.update()
    opened = [await popup.value]
    async with ada.page.expect_popup() as popup:
        await notice(ada).get_by_role("button", name="Open").click()
    opened.append(await popup.value)
    for window in opened:
        await expect(window.locator("h1")).to_have_text("item 4")
        assert await window.evaluate("window.opener") is None
    await expect(notice(ada)).to_have_count(0)
    page.redirect = "/item/5"
    page.update()
    for tab in tabs:
        await expect(tab.page.locator("h1")).to_have_text("item 5")
    assert bob.page.url == ada.page.url == site.address + "item/5"


async def test_back_shows_the_page_that_stands_at_the_address(serve: Serve, proxied: Proxied, person: People) -> None:
    app = ui.App()
    app.route("/item/{n}")(lambda n: turning(int(n)))
    site = Site(serve, proxied, app)
    tab: BrowserTab = await site.open(await person(), "item/1")
    await tab.page.click("text=next")
    await expect(tab.page).to_have_url(site.address + "item/2")
    await expect(tab.page.locator("h1")).to_have_text("item 2")
    await tab.page.go_back()
    await expect(tab.page.locator("h1")).to_have_text("item 1")
    await expect(tab.page).to_have_url(site.address + "item/1")
    # A page that answers `popstate` is not loaded.
    app.route("/live/{n}")(lambda n: turning(int(n), live=True))
    tab = await site.open(await person(), "live/5")
    await mark_window(tab)
    await tab.page.click("text=next")
    await expect(tab.page).to_have_url(site.address + "item/6")
    await tab.page.go_back()
    await expect(tab.page.locator("h1")).to_have_text(f"back at {site.address}live/5")
    assert await is_same_window(tab)


def turning(number: int, *, live: bool = False) -> ui.WebPage:
    """A page of one item, which turns to the next by itself, and `live` back again."""
    page = ui.WebPage()
    heading = ui.H1(f"item {number}", a=page)
    if live:
        page.on("popstate", lambda msg: setattr(heading, "text", f"back at {msg.url}"))

    def turn() -> None:
        heading.text = f"item {number + 1}"
        page.display_url = f"/item/{number + 1}"

    ui.Button("next", on_click=turn, a=page)
    return page
