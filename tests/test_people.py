"""Who is here: people come, are seen with name, colour and data, and go; at once when they leave, else after the grace time."""

from typing import Any

import pytest

import justui as ui
from justui.people import COLOURS
from justui.testing import Browser, Tab


def badges(tab: Tab) -> list[str]:
    """What the badges of a page say: initials, and the name."""
    return [f"{tab.text(one)}: {one.attributes.get('aria-label')}" for one in tab.find_all("[data-person]")]


async def test_people_of_a_shared_page_come_are_seen_and_go() -> None:
    page = ui.WebPage()
    seen: list[int] = []
    page.presence.map(len).on_change(seen.append)
    with page:
        ui.People(page, limit=2)
        ui.Output(text=page.presence.map(lambda people: ", ".join(person.name for person in people)))
        ui.For(
            page.presence,
            lambda person: ui.I(text=person.state("cursor").map(lambda at: f"{person.name} at {at or '?'}")),
        )

    def point(msg: ui.Event) -> None:
        msg.tab.person["cursor"] = [1, 2]

    def rename(msg: ui.Event) -> None:
        msg.tab.person.update(name=" Bob Smith ", colour="#123456")

    ui.Button("Point", on_click=point, a=page)
    ui.Button("Rename", on_click=rename, a=page)
    app = ui.App(debug=True, grace=1)
    app.route("/")(lambda: page)
    async with Browser(app) as ann, Browser(app) as bob, Browser(app) as eve:
        hers, his = await ann.open(), await bob.open()
        await hers.wait_for(lambda: badges(hers) == ["G: Guest", "G: Guest"])
        unjoined = await eve.open(join=False)
        assert len(page.presence) == 2
        assert len(unjoined.find_all("[data-person]")) == 2
        before = len(hers.operations)
        await his.click("Point")
        await hers.wait_for("Guest at [1, 2]")
        assert len(hers.operations) == before + 1  # nothing else has changed
        await his.click("Rename")
        await hers.wait_for(lambda: badges(hers) == ["G: Guest", "BS: Bob Smith"])
        badge = hers.find_all("[data-person]")[1]
        assert badge.attributes["data-person"] == app.tabs[1].id
        assert "#123456" in badge.attributes["style"]
        assert hers.text("output") == "Guest, Bob Smith"
        third = await eve.open()
        await hers.wait_for(lambda: "+1" in hers.text("[role=list]") and len(badges(hers)) == 2)
        await third.leave()
        await hers.wait_for(lambda: len(page.presence) == 2)
        his.drop()
        assert len(page.presence) == 2  # may come back
        await hers.wait_for(lambda: badges(hers) == ["G: Guest"])
        assert app.tabs[0].person in page.presence
    assert seen == [1, 2, 3, 2, 1, 0]


async def test_pages_of_a_page_function_have_a_presence_in_common() -> None:
    here = ui.Presence()
    app = ui.App(debug=True)

    @app.route("/")
    def show(request: ui.Request) -> ui.WebPage:
        request.session["name"] = "Ada Lovelace"
        page = ui.WebPage(presence=here)
        page.add(ui.Div(ui.People(here), ui.Output(text=here.map(len))))
        page.on("join", lambda msg: page.add(ui.Label("Name", ui.Input(model=msg.tab.person.state("name")))))
        return page

    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open(), await bob.open()
        await hers.wait_for(lambda: badges(hers) == ["AL: Ada Lovelace"] * 2)
        await his.wait_for("Name")
        await his.type("Name", " of B\n")
        await hers.wait_for(lambda: badges(hers)[1] == "AB: Ada Lovelace of B")
        await his.leave()
        await hers.wait_for(lambda: hers.text("output") == "1")
    assert not here


async def test_a_persons_name_and_colour_have_a_form() -> None:
    app = ui.App(debug=True)
    pages: list[ui.WebPage] = []

    @app.route("/")
    def show() -> ui.WebPage:
        pages.append(ui.WebPage("Hello"))
        return pages[-1]

    async with Browser(app) as ann:
        await ann.open()
        person = app.tabs[0].person
        assert person.name == "Guest"
        assert person.colour in COLOURS
        assert pages[0].presence.value == [person]  # made when it is wanted, and full at once
        with pytest.raises(ui.UsageError, match="#1c7ed6"):
            person.colour = "red"
        person["status"] = "away"
        assert (person.get("status"), person["nothing"]) == ("away", None)
        person.name = "x" * 200
        assert len(person.name) == 80
    wrong: Any
    for wrong, words in (({"limit": 0}, "limit"), ({"size": "huge"}, "size")):
        with pytest.raises(ui.UsageError, match=words):
            ui.People(ui.Presence(), **wrong)
    with pytest.raises(ui.UsageError, match="presence or a page"):
        ui.People([])  # type: ignore[arg-type]


async def test_a_name_is_one_line_that_turns_nothing_around() -> None:
    app = ui.App()
    app.route("/")(lambda: ui.WebPage(ui.Div(id="here")))
    async with Browser(app) as browser:
        await browser.open("/")
        (tab,) = app.tabs
        person = tab.person
        for name, shown in {
            "  Ann\u3000Lee\n": "Ann Lee",
            "\u202eAnn\u2066\x00\u200f": "Ann",
            "👩\u200d🚀 Zoë": "👩\u200d🚀 Zoë",
            "می\u200cخواهم": "می\u200cخواهم",
            "x" * 1_000_000: "x" * 80,
            "\u2028\x7f": "Guest",
        }.items():
            person.name = name
            assert person.name == shown
            person.name = ""
            tab.session["name"] = name
            assert person.name == shown
            del tab.session["name"]
