"""What the guides say of their code holds when people use it."""

from collections.abc import Callable
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser
from tests.docs.documents import ROOT, runs


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
        ("/visits", 200, "Your visit number 1"),
    ],
)
async def test_routes(path: str, status: int, text: str) -> None:
    async with Browser(guide("pages-and-tabs")["app"]) as person:
        tab = await person.open(path, join=False)
        assert tab.status == status
        assert text in tab.text()


async def test_visits_are_counted_for_each_person() -> None:
    app = guide("pages-and-tabs")["app"]
    async with Browser(app) as ann, Browser(app) as bob:
        await ann.open("/visits")
        assert "number 2" in (await ann.open("/visits")).text()
        assert "number 1" in (await bob.open("/visits")).text()
        assert (await bob.fetch("/health")).text == '{"tabs":3}'


async def test_slow_things_go_on_in_threads() -> None:
    names = guide("background")
    async with Browser(showing(names["page"])) as person:
        tab = await person.open("/")
        await tab.click("Calculate")
        await tab.wait_for(lambda: tab.text("output") == "42")
        await tab.click("Count")
        await tab.wait_for(lambda: [one[2] for one in tab.operations if one[0] == "t"][-3:] == ["0", "1", "2"])


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
