"""Layouts, links in place, `tab.go` and `tab.show`, over real HTTP and the real wire, without a browser."""

import asyncio
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser
from justui.testing.tab import PageError, Tab


class Site:
    """A site with a layout, of which every part notes what happens to it."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.layouts = 0
        self.release = asyncio.Event()
        self.app = app = ui.App()
        self.allowed = True

        def shell() -> ui.WebPage:
            self.layouts += 1
            count = ui.State(0)

            def more() -> None:
                count.value += 1

            page = ui.WebPage(
                ui.Nav(*(ui.Link(text, href=href) for text, href in self.links)),
                ui.Button(count.map(lambda n: f"{n} times"), on_click=more),
                ui.Outlet(),
                title="Site",
                css=".shell { color: red }",
            )
            page.on("join", lambda: self.log.append("shell joins"))
            page.on("leave", lambda: self.log.append("shell leaves"))
            return page

        @app.route("/", layout=shell)
        def home() -> ui.H1:
            return ui.H1("Home")

        @app.route("/item/{n:int}", layout=shell)
        def item(n: int) -> ui.WebPage:
            page = ui.WebPage(ui.H1(f"Item {n}"), ui.Input(name="note"), title=f"Item {n}", css=".item { color: blue }")
            page.on("join", lambda msg: self.log.append(f"item {n} joins {msg.tab.joined}"))
            page.on("leave", lambda: self.log.append(f"item {n} leaves"))

            async def endless() -> None:
                try:
                    await asyncio.Event().wait()
                finally:
                    self.log.append(f"item {n} task ends")

            page.run_task(endless())
            ticks = ui.Output("0 ticks")
            page.add(ticks)

            def grow() -> None:
                page.title = "Grown"
                page.add(ui.P("grown"))

            page.add(ui.Button("Grow", on_click=grow))

            @page.every(0.01)
            def tick() -> None:
                page.lang = "fr"
                ticks.text = f"{int(ticks.text.split()[0]) + 1} ticks"

            return page

        self.more_pages(shell)

    def more_pages(self, shell: Any) -> None:
        app = self.app

        @app.route("/slow", layout=shell)
        async def slow() -> ui.H1:
            await self.release.wait()
            return ui.H1("Slow")

        @app.route("/plain")
        def plain(msg: str = "") -> ui.WebPage:
            page = ui.WebPage(ui.H1("Plain"), ui.Link("Home", href="/"), ui.Output(msg), title="Plain")
            page.on("join", lambda msg: self.log.append(f"plain joins {msg.tab.data}"))
            page.on("leave", lambda: self.log.append("plain leaves"))
            return page

        def guard() -> None:
            if not self.allowed:
                ui.redirect("/plain?msg=login")

        @app.route("/secret", layout=shell, before=guard)
        def secret() -> ui.H1:
            return ui.H1("Secret")

    links = (
        ("Home", "/"),
        ("One", "/item/1"),
        ("Two", "/item/2"),
        ("Plain", "/plain"),
        ("Slow", "/slow"),
        ("Secret", "/secret"),
    )


def token_of(tab: Tab) -> str:
    assert tab.document.boot is not None
    return str(tab.document.boot["token"])


def current(tab: Tab) -> list[str]:
    return [element.text_content() for element in tab.find_all("[aria-current=page]")]


@pytest.mark.covers("PC-29")
async def test_a_layout_stays_while_its_pages_come_and_go() -> None:
    site = Site()
    async with Browser(site.app) as browser:
        tab = await browser.open("/item/1")
        assert (current(tab), tab.title, site.layouts) == (["One"], "Item 1", 1)
        assert ".shell" in tab.document.page["css"]
        assert ".item" in tab.document.page["css"]
        [live] = site.app.tabs
        live.data["mine"] = 1
        await tab.click("0 times")
        await tab.wait_for("1 times")
        await tab.wait_for("3 ticks")
        await tab.wait_for(lambda: tab.document.page["lang"] == "fr")
        await tab.click("Grow")
        await tab.wait_for("grown")
        assert tab.title == "Grown"
        await tab.fill("[name=note]", "unsent")
        await tab.click("Two")
        await tab.wait_for("Item 2")
        assert (tab.url, tab.title, current(tab), site.layouts) == ("/item/2", "Item 2", ["Two"], 1)
        await tab.wait_for(lambda: "item 2 joins True" in site.log)
        assert site.log == [
            "shell joins",
            "item 1 joins True",
            "item 1 task ends",
            "item 1 leaves",
            "item 2 joins True",
        ]
        await tab.click("Home")
        await tab.wait_for(lambda: site.log[-2:] == ["item 2 task ends", "item 2 leaves"])
        assert tab.title == "Site"
        assert ".item" not in tab.document.page["css"]
        assert site.app.tabs == [live]
        assert "1 times" in tab.text()

        await tab.back()
        await tab.wait_for("Item 2")
        await tab.back()
        await tab.wait_for("Item 1")
        await tab.forward()
        await tab.wait_for("Item 2")
        assert (tab.url, site.layouts) == ("/item/2", 1)
        await tab.forward()
        with pytest.raises(PageError, match="history"):
            await tab.forward()
        await tab.back()
        await tab.wait_for("Item 2")

        # A reload makes all of it anew, and so does a server that has forgotten the tab.
        await tab.reload()
        assert "0 times" in tab.text()
        assert "Item 2" in tab.text()
        assert site.layouts == 2


@pytest.mark.covers("PC-22", "PC-23")
async def test_another_page_takes_the_place_of_one_and_the_tab_is_the_same() -> None:
    site = Site()
    async with Browser(site.app) as browser:
        tab = await browser.open("/")
        [first] = site.app.tabs
        first.data["cart"] = 3
        await tab.click("Plain")
        assert "Plain" in tab.text()
        assert tab.title == "Plain"
        [second] = site.app.tabs
        assert second is not first
        assert second.id == first.id
        assert first.gone
        await tab.wait_for(lambda: len(site.log) == 3)
        assert sorted(site.log) == ["plain joins {'cart': 3}", "shell joins", "shell leaves"]

        # A view at the same address, with the data of the visit; it leaves as it came, and a reload shows the page.
        def view() -> ui.WebPage:
            page = ui.WebPage(ui.H1(f"View of {second.data['cart']}"), title="View")
            page.on("join", lambda: site.log.append("view joins"))
            page.on("leave", lambda: site.log.append("view leaves"))
            return page

        site.log.clear()
        second.show(view)
        await tab.wait_for("View of 3")
        await tab.wait_for(lambda: {"view joins", "plain leaves"} <= set(site.log))
        assert (tab.url, tab.title, len(site.log)) == ("/plain", "View", 2)
        [third] = site.app.tabs
        third.show(ui.P("A component"))
        await tab.wait_for("A component")
        await tab.wait_for(lambda: site.log.count("view leaves") == 1)
        [fourth] = site.app.tabs
        fourth.go("/item/2")
        await tab.wait_for(lambda: [one.address for one in site.app.tabs] == ["/item/2"])
        [fifth] = site.app.tabs
        assert tab.url == "/item/2"
        assert fifth.id == first.id
        assert fifth.data == {"cart": 3}
        fifth.show(lambda: ui.H1("In the outlet"))  # where there is a layout, it stays
        await tab.wait_for("In the outlet")
        assert site.app.tabs == [fifth]
        assert "0 times" in tab.text()
        assert tab.url == "/item/2"
        await tab.reload()
        assert "Item 2" in tab.text()


async def test_guards_redirects_and_errors_are_those_of_the_address() -> None:
    site = Site()
    async with Browser(site.app) as browser:
        tab = await browser.open("/")
        await tab.click("Secret")
        await tab.wait_for("Secret")
        site.allowed = False
        tab.drop()
        await tab.resume()  # the guard of the address that it shows now
        assert "login" in tab.text()
        tab = await browser.open("/")
        await tab.click("Secret")
        assert (tab.url, "login" in tab.text()) == ("/plain?msg=login", True)
        live = next(one for one in reversed(site.app.tabs) if one.address == tab.url)
        live.go("/nowhere")
        await tab.wait_for("Not found")
        assert (tab.status, tab.url) == (404, "/nowhere")


async def test_the_last_that_was_asked_for_is_shown() -> None:
    site = Site()
    async with Browser(site.app) as browser:
        tab = await browser.open("/")
        slow = asyncio.ensure_future(tab.click("Slow"))
        await asyncio.sleep(0)
        await tab.click("Two")
        site.release.set()
        await slow
        await tab.wait_for("Item 2")
        assert (tab.url, "Slow" in tab.text("h1")) == ("/item/2", False)
        assert [one.address for one in site.app.tabs] == ["/item/2"]


async def test_nobody_moves_the_tab_of_somebody_else() -> None:
    site = Site()
    async with Browser(site.app) as victim, Browser(site.app) as attacker:
        tab = await victim.open("/")
        other = await attacker.open("/plain")
        token = token_of(tab)
        mine, theirs = site.app.tabs
        answer = await attacker.request("GET", "/item/1", [("justui-tab", token), ("justui-turn", "9")])
        assert answer.header("justui-turn") is None
        assert "<html" in answer.text
        for turn in ("-1", "x", "²", "9" * 99, ""):  # the number is text from a browser
            answer = await victim.request("GET", "/item/1", [("justui-tab", token), ("justui-turn", turn)])
            assert answer.status == 200

        address = site.app.offer_view(mine, ui.P("only mine"))
        for browser, headers in (
            (attacker, [("justui-tab", token)]),
            (attacker, [("justui-tab", token_of(other))]),
            (victim, []),
            (victim, [("justui-tab", "forged")]),
        ):
            answer = await browser.request("GET", address, headers)
            assert answer.status == 404
            assert "only mine" not in answer.text
        answer = await victim.request("GET", address, [("justui-tab", token)])
        assert answer.status == 200
        assert "only mine" in answer.text
        answer = await victim.request("GET", address, [("justui-tab", token)])
        assert answer.status == 404  # once

        for url in ("//evil.example", "https://evil.example/", "/\\evil.example", "\t//evil.example"):
            with pytest.raises(ui.UsageError, match=r"tab\.redirect"):
                theirs.go(url)
        with pytest.raises(ui.TreeError, match="javascript"):
            theirs.go("javascript:alert(1)")


def empty() -> ui.P:
    return ui.P()


async def test_mistakes_are_named(caplog: pytest.LogCaptureFixture) -> None:
    app = ui.App(debug=True)
    shared = ui.WebPage(ui.Outlet())

    with pytest.raises(ui.HandlerError, match="layout= wants a function"):
        app.route("/a", layout=shared)(empty)  # type: ignore[arg-type]

    def route(path: str, layout: Any, page: Any = empty) -> None:
        app.route(path, layout=layout)(page)

    held = ui.WebPage(ui.P("held"))
    route("/shared", lambda: shared)
    route("/none", lambda: ui.WebPage(ui.P("no place")))
    route("/two", lambda: ui.WebPage(ui.Outlet(), ui.Div(ui.Outlet())))
    route("/nothing", lambda: None)
    route("/held", lambda: ui.WebPage(ui.Outlet()), lambda: held)
    route("/html", lambda: ui.WebPage(ui.Outlet()), lambda: app.render_text("<p>x</p>"))
    route("/early", lambda: ui.WebPage(ui.Outlet()), lambda: early[0].show(ui.P()))
    route("/window", lambda: ui.WebPage(ui.Outlet()), lambda: ui.WebPage().on("online", print))
    early: list[ui.Tab] = []
    async with Browser(app) as browser:
        for path, words in {
            "/shared": "Each tab has a layout of its own",
            "/none": "no ui.Outlet()",
            "/two": "2 outlets",
            "/nothing": "must return a page or a component",
            "/held": "shared by all",
            "/html": "cannot stand in a layout",
            "/window": "the window is the layout's",
        }.items():
            tab = await browser.open(path)
            assert tab.status == 500, path
            assert words in tab.text()
        app.route("/ok", layout=lambda: ui.Div(ui.Outlet()))(lambda: ui.P("ok"))
        tab = await browser.open("/ok")
        early[:] = app.tabs
        assert "before the page is" in (await browser.open("/early")).text()
        with pytest.raises(ui.HandlerError, match=r"tab\.show\(\) wants"):
            early[0].show("text")
        early[0].show(lambda: 1 / 0)
        await tab.wait_for("ZeroDivisionError")
        assert tab.url == "/ok"


async def test_after_a_login_the_next_page_knows_the_person() -> None:
    app = ui.App()

    @app.route("/")
    def door(request: ui.Request) -> ui.Div:
        def enter(msg: ui.Event) -> None:
            request.session.login("ann")
            msg.tab.go("/inside")

        def look(msg: ui.Event) -> None:
            request.session.login("ann")
            msg.tab.show(lambda request: ui.P(f"A view for {request.session.user}"))

        return ui.Div(ui.Button("Enter", on_click=enter), ui.Button("Look", on_click=look))

    def members(request: ui.Request) -> None:
        if not request.session.user:
            ui.redirect("/")

    @app.route("/inside", before=members)
    def inside(request: ui.Request) -> ui.P:
        return ui.P(f"Hello {request.session.user}")

    for button, text in (("Enter", "Hello ann"), ("Look", "A view for ann")):
        async with Browser(app) as browser:
            tab = await browser.open("/")
            await tab.click(button)
            await tab.wait_for(text)
            await tab.settled()
