"""Page classes: `render` and `load`, what they know, what is refused; and what a handler may wait for meanwhile."""

import asyncio
import time
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

import justui as ui
from justui.testing import Browser

TASKS = """<head><title>Tasks of {{ who }}</title>{{ justui() }}</head><body>
<p id="wait">Please wait</p><input id="next" name="next"><button id="add">Add</button><ul id="list"></ul></body>"""


@pytest.mark.covers("PC-05", "PC-08", "PC-13", "PC-31")
async def test_an_object_of_the_class_renders_the_page_and_loads_when_its_tab_is_there() -> None:
    app = ui.App(debug=True)
    loads: list[str] = []
    others: list[Any] = []

    @app.route("/tasks/{who}", name="tasks")
    class Tasks:
        def __init__(self) -> None:
            self.items: list[str] = []

        async def render(self, who: str, start: int = 1) -> ui.HtmlPage:
            self.who, self.start = who, start
            assert not hasattr(self, "tab")
            await asyncio.sleep(0)
            return app.render_text(TASKS, who=who)

        def load(self, msg: ui.Event) -> None:
            loads.append(f"{self.who} {msg.page is self.page}")  # type: ignore[attr-defined]
            self.dom = self.tab.dom  # type: ignore[attr-defined]
            self.dom.wait.remove()
            self.dom.add.on("click", self.add)

        async def add(self) -> None:
            text = await self.dom.next.value
            self.dom.next.value = ""
            self.items.append(f"{self.start + len(self.items)} {text}")
            self.dom.list.add("li", self.items[-1])

    @app.route("/plain")
    class Plain:
        def render(self) -> ui.HtmlPage:
            return app.render_text("<p>{{ 1 + 1 }}</p>")

        load = others.append

    class Loud:
        def render(self) -> ui.P:
            return ui.P("Loud")

        async def load(self) -> None:
            self.page.components[0].text = "Loaded"  # type: ignore[attr-defined]

    app.route("/component")(Loud)

    @app.route("/csv")
    class Csv:
        def render(self) -> PlainTextResponse:
            return PlainTextResponse("a,b")

    async with Browser(app) as ann:
        one, two = await ann.open("/tasks/Ann"), await ann.open("/tasks/Ann?start=5")
        await one.wait_for(lambda: "Please wait" not in one.text())
        await two.wait_for(lambda: "Please wait" not in two.text())
        assert loads == ["Ann True"] * 2
        assert app.url_path_for("tasks", who="x") == "/tasks/x"
        # Two tabs of one person: each has its own object, and one does not disturb the other.
        for number, tab in enumerate((one, two, one)):
            await tab.fill("#next", f"milk {number}")
            await tab.click("#add")
            await tab.wait_for(f"milk {number}")
            assert tab.value("#next") == ""
        assert (one.text("#list"), two.text("#list")) == ("1 milk 0\n2 milk 2", "5 milk 1")
        one.drop()
        await one.resume()
        await one.settled()
        assert len(loads) == 2
        assert (await ann.open("/plain")).text() == "2"
        assert others == []
        loud = await ann.open("/component")
        await loud.wait_for("Loaded")
        assert (await ann.open("/csv", join=False)).response.text == "a,b"
        assert (await ann.open("/tasks/Ann?start=x", join=False)).status == 400


@pytest.mark.covers("PC-05")
async def test_what_is_no_page_class_is_refused_when_it_is_registered() -> None:
    app = ui.App()

    class Nothing:
        def show(self) -> None: ...

    class Wants:
        def __init__(self, number: int) -> None: ...

        def render(self) -> None: ...

    class Loads:
        def render(self) -> None: ...

        def load(self, one: int, two: int, three: int) -> None: ...

    class Positional:
        def render(self, n: int, /) -> None: ...

    for kind, said in (
        (Nothing, r"Nothing of the route '/x' has no render\. Write a method def render\(self\)"),
        (
            Wants,
            r"Wants of the route '/x' is made without arguments, for each page anew, and missing a required argument",
        ),
        (Loads, r"load of Loads"),
        (Positional, r"parameters are given by name"),
    ):
        with pytest.raises(ui.HandlerError, match=said):
            app.route("/x")(kind)

    shared = ui.WebPage()

    @app.route("/shared")
    class Shared:
        def render(self) -> ui.WebPage:
            return shared

    app.route("/none")(type("Nobody", (), {"render": lambda self: None}))
    problems: list[str] = []
    app.on_error(lambda error: problems.append(str(error)))
    async with Browser(app) as browser:
        for path in ("/shared", "/none"):
            assert (await browser.open(path, join=False)).status == 500
    assert "which everybody shares, so it has no one Shared" in problems[0]
    assert "Nobody() returned None" in problems[1]


@pytest.mark.covers("PC-04", "PC-22", "PC-23")
async def test_views_are_shown_when_their_tab_is_there_and_not_before() -> None:
    app = ui.App()
    problems: list[str] = []
    app.on_error(lambda error: problems.append(f"{type(error).__name__}: {error}"))

    class Later:
        def render(self) -> ui.P:
            return ui.P("later")

    @app.route("/early")
    class Early:
        async def render(self) -> None:
            await asyncio.sleep(0)
            self.tab.show(Later)  # type: ignore[attr-defined]

    @app.route("/wrong")
    class Wrong:
        def render(self) -> None:
            return self.nothing  # type: ignore[attr-defined,no-any-return]

    @app.route("/")
    class First:
        def render(self) -> ui.P:
            return ui.P("first")

        def load(self, msg: ui.Event) -> None:
            assert msg.tab is not None
            msg.tab.data["seen"] = "by the first"
            for view in (7, First(), type("Empty", (), {}), "later"):
                try:
                    msg.tab.show(view)
                except ui.HandlerError as error:
                    problems.append(str(error))

    async with Browser(app) as browser:
        for path in ("/early", "/wrong"):
            assert (await browser.open(path, join=False)).status == 500
        tab = await browser.open()
        await tab.wait_for(lambda: len(problems) == 6)
        assert tab.text() == "first"
    assert "UsageError: Early.render() has no self.tab yet" in problems[0]
    assert "AttributeError: 'Wrong' object has no attribute 'nothing'" in problems[1]
    assert [("Empty has no render" in one, "tab.show() wants a page" in one) for one in problems[2:]] == [
        (False, True),
        (False, True),
        (True, False),
        (False, True),
    ]


@pytest.mark.covers("PC-12", "PC-14", "PC-19")
async def test_a_read_sees_the_write_before_it_and_nobody_else_waits() -> None:
    app = ui.App()
    results: list[Any] = []
    orders: asyncio.Queue[str] = asyncio.Queue()

    @app.route("/")
    class Form:
        def render(self) -> ui.HtmlPage:
            return app.render_text(TASKS, who="all")

        async def load(self, msg: ui.Event) -> None:
            assert msg.tab is not None
            msg.tab.dom.add.on("click", self.wait if not results else self.count)
            results.append("loaded")

        async def wait(self) -> None:
            results.append(await orders.get())

        def count(self) -> None:
            results.append("counted")

    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open(), await bob.open()
        [mine] = [tab for tab in app.tabs if tab.page.tabs and tab is app.tabs[0]]
        for number in range(1000):
            mine.dom.next.value = str(number)
            assert await mine.dom.next.value == str(number)
        await hers.fill("#next", "milk")
        assert await mine.dom.next.value == "milk"
        # Her handler waits for a queue; his click is served at once.
        await hers.click("#add")
        started = time.monotonic()
        await his.click("#add")
        await his.wait_for(lambda: "counted" in results)
        assert time.monotonic() - started < 1
        orders.put_nowait("order")
        await hers.wait_for(lambda: "order" in results)
        # She leaves while her value is waited for.
        hers.hold()
        waiting = asyncio.ensure_future(asyncio.wait_for(_value(mine), 5))
        await asyncio.sleep(0)
        await hers.leave()
        with pytest.raises(ui.Gone):
            await waiting


async def _value(tab: ui.Tab) -> Any:
    return await tab.dom.next.value
