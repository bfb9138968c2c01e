"""What the guides say of their code holds when people use it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
import pytest

import justui as ui
from justui.testing import Browser, Tab
from tests.docs.documents import ROOT, blocks, runs


def guide(name: str) -> dict[str, Any]:
    """What the code in a guide has made."""
    return runs(ROOT / "docs" / "guide" / f"{name}.md")


def showing(page: ui.Component | Callable[..., Any]) -> ui.App:
    """An App that shows one page, or what one function makes."""
    app = ui.App(debug=True)
    app.route("/")((lambda: page) if isinstance(page, ui.Component) else page)
    return app


async def test_components_of_ones_own() -> None:
    names = guide("components")
    async with Browser(showing(lambda: ui.Main(names["Stepper"](3), names["Greeting"](name="Ada")))) as person:
        tab = await person.open("/")
        assert "Hello, Ada" in tab.text()
        await tab.click("+")
        await tab.click("+")
        await tab.click("-")
        await tab.settled()
        assert tab.text("output") == "4"


async def test_layouts_links_and_views() -> None:
    async with Browser(guide("navigation")["app"]) as person:
        tab = await person.open("/")
        await tab.click("Liked 0 times")
        await tab.click("News")
        await tab.wait_for(lambda: "Liked 1 times" in tab.text() and tab.title == "News")
        await tab.back()
        await tab.wait_for("Home")
        tab = await person.open("/order")
        await tab.fill("Your name", "Ada")
        await tab.click("Go on")
        await tab.wait_for("Thank you, Ada")


async def test_one_object_on_the_pages_of_many() -> None:
    names = guide("components")
    async with Browser(showing(names["forecast"])) as ann, Browser(showing(names["forecast"])) as bob:
        tabs = [await ann.open("/"), await bob.open("/")]
        names["weather"].text = "rainy"
        names["weather"].update()
        for tab in tabs:
            await tab.wait_for("Today it is rainy")
            assert "Still rainy" in tab.text()


async def test_where_the_with_block_does_not_take_it() -> None:
    names = guide("components")
    heading, card, late = names["page"].components
    assert (heading.tag, card.classes, late.text) == ("h1", "card", "Somewhere else in the end")


async def test_the_options_of_events() -> None:
    names = guide("events")
    async with Browser(showing(lambda: ui.Main(names["search"], names["panel"], names["form"]))) as person:
        tab = await person.open("/")
        assert tab.find("[type=search]").attributes["data-e"] == ("input:d300 keydown.Enter keydown.s:p;m=ctrl")
        assert tab.find("main > div").attributes["data-e"] == "mousemove:t100 click__out click:o;f=pageX"
        names["form"].on_submit = lambda msg: ui.notify(repr(msg.values))
        names["form"].update()
        await tab.fill("[name=count]", "3")
        await tab.click("Order")
        await tab.wait_for(lambda: [note["text"] for note in tab.notes] == ["{'count': 3}"])


async def test_states_fields_and_lists() -> None:
    names = guide("state")
    async with Browser(showing(names["counter"])) as ann, Browser(showing(names["counter"])) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        for number in range(3):
            await hers.click("Count")
            await hers.wait_for(f"Clicked {number + 1} times.")
        await his.wait_for(lambda: his.title == "3 clicks" and his.find("button").disabled)
    async with Browser(showing(lambda: ui.WebPage(names["form"]))) as person:
        tab = await person.open("/")
        await tab.fill("[type=range]", "70")
        await tab.check("I agree")
        await tab.wait_for("70 pixels")
        assert tab.value("[type=number]") == "70"
        await tab.wait_for(lambda: tab.find_all("button"))


async def test_python_for_browsers() -> None:
    names = guide("expose")
    app: ui.App = names["app"]
    app.route("/")(lambda: ui.WebPage(ui.P("Nothing to see")))
    assert await names["story"]() == (50, "100 samples")
    async with Browser(app) as person:
        server = (await person.open("/")).server
        assert await server.py_greet("Ada") == "Hello, Ada"
        assert await server.get("sampler.motor.speed") == 3
        await server.delete("sampler.note")
        await server.set("count", 7)
        assert names["count"].value == await server.get("count") == 7
        assert [await server.counter.increment() for _ in range(2)] == [1, 2]
        assert await server.count_files("abc") == 3
        assert await server.count_words("a b c") == 3
        assert await server.print_ticket(5) == "ticket 5"
        with pytest.raises(ui.RemoteError, match='add: b wants int, got "x"'):
            await server.add(1, "x")


async def test_progress_is_shown_number_by_number() -> None:
    async with Browser(showing(guide("updates")["page_function"])) as person:
        tab = await person.open("/")
        await tab.click("Start")
        await tab.wait_for(lambda: not tab.find_all("button"))
        await tab.wait_for("Boom!")
        await tab.wait_for(lambda: tab.find_all("button"))
        assert [one[2] for one in tab.operations if one[0] == "t"] == ["2", "1", "Boom!"]


async def test_a_page_between_private_and_shared_is_kept_by_the_program() -> None:
    names = guide("pages-and-tabs")
    async with Browser(names["app"]) as ann, Browser(names["app"]) as bob:
        hers, his = await ann.open("/room/tea"), await bob.open("/room/tea")
        other = await bob.open("/room/coffee")
        await hers.type("textarea", "Two cups")
        await his.wait_for(lambda: his.value("textarea") == "Two cups")
        assert other.value("textarea") == ""
        for tab in (hers, his):
            await tab.leave()
        assert (await bob.open("/room/tea")).value("textarea") == "Two cups"


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/item/7?q=tea&day=2026-05-01", 200, "Item 7"),
        ("/item/7?day=tomorrow", 400, "day"),
        ("/item/seven", 404, "Not found"),
    ],
)
async def test_routes(path: str, status: int, text: str) -> None:
    async with Browser(guide("pages-and-tabs")["app"]) as person:
        tab = await person.open(path, join=False)
        assert tab.status == status
        assert text in tab.text()


async def test_visits_are_counted_for_each_person() -> None:
    app = guide("sessions")["app"]
    async with Browser(app) as ann, Browser(app) as bob:
        await ann.open("/visits")
        assert "number 2" in (await ann.open("/visits")).text()
        assert "number 1" in (await bob.open("/visits")).text()


async def test_health_counts_tabs() -> None:
    async with Browser(guide("pages-and-tabs")["app"]) as person:
        await person.open("/item/1")
        assert (await person.fetch("/health")).text == '{"tabs":1}'


def has_left(tab: Tab, text: str) -> bool:
    return text not in tab.text()


async def test_logins_guards_and_error_pages() -> None:
    app = guide("sessions")["app"]
    async with Browser(app) as ada, Browser(app) as grace:
        for person, name, password in ((ada, "ada", "lovelace"), (grace, "grace", "hopper")):
            tab = await person.open("/reports/2026")
            assert "Sign in" in tab.text()
            await tab.fill("Name", name)
            await tab.click("Sign in")
            await tab.wait_for("Name or password is wrong.")
            await tab.fill("Password", password)
            await tab.click("Sign in")
            await tab.wait_for(partial(has_left, tab, "Sign in"))
            assert tab.status == (200 if person is ada else 403)
        assert (await ada.open("/reports/1999")).status == 410
        tab = await ada.open("/reports/2025")
        await tab.click("Sign out")
        await tab.wait_for("Sign in")
        lost = await ada.open("/nowhere")
        assert (lost.status, lost.text("h1")) == (404, "Nothing here")


async def test_slow_things_go_on_in_threads() -> None:
    names = guide("background")
    async with Browser(showing(names["page"])) as person:
        tab = await person.open("/")
        await tab.click("Calculate")
        await tab.wait_for(lambda: tab.text("output") == "42")
        await tab.click("Count")
        await tab.wait_for(lambda: [one[2] for one in tab.operations if one[0] == "t"][-3:] == ["0", "1", "2"])


async def test_python_speaks_to_the_browser() -> None:
    names = guide("javascript")
    names["page"].on("page_ready", names["with_callback"])
    app = showing(names["page"])
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/", join=False), await bob.open("/", join=False)
        for tab, width in ((hers, 800), (his, 600)):
            tab.window.values |= {"sum": sum, "console": {"log": print}, "innerWidth": width, "highlight": print}
            tab.window["choose"] = lambda numbers, chosen: chosen(numbers[1])
            await tab.join()
        await hers.wait_for(lambda: hers.text("output") == "2")
        await hers.click("Add up")
        await his.wait_for(lambda: his.text("output") == "9.5")
        await his.click("Measure")
        await hers.wait_for(lambda: hers.text("output") == "23")
        assert sorted((await names["everywhere"]()).values()) == [600, 800]


async def test_a_fault_in_debug_mode_and_in_production() -> None:
    names = guide("faults")
    app: ui.App = names["app"]
    app.route("/")(lambda: ui.Button("Fail", on_click=lambda: 1 / 0))
    async with Browser(app) as person:
        tab = await person.open("/")
        await tab.click("Fail")
        await tab.wait_for(lambda: tab.faults)
        assert tab.faults[0]["title"] == "Something went wrong"
        assert not tab.faults[0]["text"]
        assert len(tab.faults[0]["ref"]) == 8
    assert [type(error) for error, msg in names["failures"]] == [ZeroDivisionError]
    async with Browser(showing(lambda: ui.Button("Fail", on_click=lambda: 1 / 0))) as person:
        tab = await person.open("/")
        await tab.click("Fail")
        await tab.wait_for(lambda: tab.faults)
        assert "ZeroDivisionError" in tab.faults[0]["text"]


async def test_topics_and_queues() -> None:
    names = guide("topics-and-queues")
    assert names["heard"] == [{"from": "Ada", "text": "Hello"}]
    assert names["readings"] == [("sensors/roof/power", 3.2)]
    names["orders"].push("jam")
    assert names["served"] == ["jam"]
    app = names["app"]
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        await hers.fill("[type=range]", "30")
        await his.wait_for("It is 30.0 °C")
        room = await ann.open("/chat")
        await refused(room.server.topic("chat").publish({"text": "Hi"}))
        for tab in app.tabs:
            tab.session["name"] = "Ann"
        await room.server.topic("chat").publish({"text": "Hi"})
        await room.wait_for("Hi")
        await refused(room.server.topic("room/staff").subscribe())
        await room.server.queue("mail/Bob").push("Hello, Bob")
        await refused(room.server.queue("mail/Bob").pop())
        assert await room.server.queue("mail/Ann").pop() is None


async def refused(reply: Any) -> None:
    """A browser may not do this."""
    with pytest.raises(ui.RemoteError, match="PermissionError"):
        await reply


async def test_what_the_browser_may_call_and_what_not() -> None:
    async with Browser(guide("server-object")["app"]) as person:
        server = (await person.open("/")).server
        assert await server.add(4, 7) == 11
        await server.set("sampler.rate", 50)
        assert await server.sampler.start(2) == "100 samples"
        await server.delete("sampler.note")
        with pytest.raises(ui.RemoteError, match="there is no"):
            await server.get("sampler.note")
        await server.queue("orders").push("tea")
        assert await server.queue("orders").shift() == "tea"


async def test_html_of_ones_own(tmp_path: Path) -> None:
    names = guide("own-html")
    html = next(block.text for block in blocks(ROOT / "docs" / "guide" / "own-html.md") if block.kind == "html")
    (tmp_path / "home.html").write_text(html, "utf-8")
    app: ui.App = names["app"]
    app.templates.environment.loader = jinja2.FileSystemLoader(tmp_path)
    async with Browser(app) as person:
        tab = await person.open("/")
        assert tab.title == "The page of Ada"
        await tab.wait_for("Python is here.")
        await tab.server.remember("milk")
        await tab.wait_for("milk")
    other = '{{ justui() }}<b id="count"></b><img id="photo"><button id="next"></button><input name="name" value="Ada"><ul id="list"></ul>'
    app = showing(lambda: app.render_text(other).on("join", names["change"]))
    async with Browser(app) as person:
        tab = await person.open("/")
        await tab.wait_for("Hello Ada")
        assert tab.find("#count").attributes == {"id": "count", "class": "large", "style": "color: red"}
        assert tab.find("#next").disabled
        await tab.click("Remove")
        await tab.wait_for(lambda: not tab.find_all("li"))
