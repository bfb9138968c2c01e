"""Every demo does what its docstring says, told by people without a browser who visit the gallery."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from demos import big_table, both_ways, drawing, form, jobs, kanban, layout, login, sensor, to_do, upload_gallery
from demos.gallery import app, demos
from justui.errors import RemoteError
from justui.testing import Browser, Tab
from tests.harness.waiting import eventually

FOLDER = Path(__file__).resolve().parents[2] / "demos"
NAMES = [demo.name for demo in demos]


def texts(tab: Tab) -> list[str]:
    """What texts were set, in order."""
    return [operation[2] for operation in tab.operations if operation[0] == "t"]


async def shows(tab: Tab, selector: str, text: str) -> None:
    """Wait until an element shows a text; the page as a whole holds the demo's program too."""
    await tab.wait_for(lambda: text in tab.text(selector))


def test_every_demo_is_in_the_gallery() -> None:
    ours = {"__init__", "__main__", "gallery", "demo", "example", "source"}
    assert sorted(NAMES) == sorted({path.stem for path in FOLDER.glob("*.py")} - ours)


@pytest.mark.covers("JP-01", "JP-19")
async def test_the_start_page_leads_to_each_demo_and_its_source() -> None:
    async with Browser(app) as person:
        tab = await person.open("/")
        for number, demo in enumerate(demos):
            card = tab.text(tab.find(".demos > li", nth=number))
            assert demo.title in card
            assert demo.line in card
            shown = await person.open(f"/{demo.name}")
            assert (shown.status, shown.state) == (200, "joined")
            source = await person.open(f"/source/{demo.name}")
            assert source.find("pre").text_content() == (FOLDER / f"{demo.name}.py").read_text("utf-8")
        await tab.wait_for(lambda: [tab.text(one) for one in tab.find_all(".here")] == ["1 tab open"] * len(demos))


async def test_the_hands_of_the_svg_clock_turn_in_all_tabs() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/svg_clock"), await bob.open("/svg_clock")
        face = hers.find("main > svg")
        assert (face.namespace, len(hers.find_all("main > svg line"))) == ("svg", 60 + 3)
        hands = "main > svg > g > g"
        first = hers.find(hands).attributes["transform"]
        await hers.wait_for(lambda: hers.find(hands).attributes["transform"] != first)
        await his.wait_for(lambda: his.find(hands).attributes == hers.find(hands).attributes)
        assert {operation[0] for operation in hers.operations if operation[1] == hers.find(hands).component} == {"a"}


@pytest.mark.covers("JP-14", "JP-22")
async def test_hello_greets_while_one_types() -> None:
    async with Browser(app) as person:
        tab = await person.open("/hello")
        assert tab.text("h1") == "Hello, world!"
        await tab.type("What is your name?", "Ada")
        await tab.wait_for("Hello, Ada!")


@pytest.mark.covers("JP-09", "JP-12")
async def test_each_tab_has_its_own_counter() -> None:
    async with Browser(app) as person:
        mine, other = await person.open("/counter"), await person.open("/counter")
        await mine.click("Count")
        await mine.click("Count")
        await mine.wait_for(lambda: mine.text("output") == "2")
        await other.click("Count")
        await other.wait_for(lambda: other.text("output") == "1")
        assert mine.text("output") == "2"


@pytest.mark.covers("JP-06", "JP-08", "JP-11")
async def test_one_clock_ticks_in_all_tabs() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/clock"), await bob.open("/clock")
        first = hers.text("main")
        await hers.wait_for(lambda: hers.text("main") != first)
        await his.wait_for(lambda: his.text("main") == hers.text("main"))
        late = await bob.open("/clock", join=False)
        assert late.text("main") in {time.strftime("%X", time.localtime(time.time() - back)) for back in range(5)}
        ticks = [operation for operation in hers.operations if operation[1] == hers.find("[role=timer]").component]
        assert {operation[0] for operation in ticks} == {"t"}


@pytest.mark.covers("JP-17", "JP-20", "JP-23")
async def test_the_message_board_is_shared_and_the_boxes_are_not() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/message_board"), await bob.open("/message_board")
        await hers.type("Your name", "Ann")
        await his.type("Your message", "half a sent")
        await hers.type("Your message", "<b>First</b>")
        await hers.click("Post")
        await hers.type("Your message", "Second\n")
        for tab in (hers, his):
            await shows(tab, "[role=log]", "Second")
            newest, older = (tab.text(item) for item in tab.find_all("[role=log] > li")[:2])
            assert "Ann" in newest
            assert "Second" in newest
            assert "<b>First</b>" in older
        assert hers.value("Your message") == ""
        assert hers.value("Your name") == "Ann"
        assert his.value("Your message") == "half a sent"
        assert his.value("Your name") == ""


async def test_an_empty_message_is_not_posted() -> None:
    async with Browser(app) as person:
        tab = await person.open("/message_board")
        before = len(tab.find_all("[role=log] > li"))
        await tab.type("Your message", "  \n")
        await tab.settled()
        assert len(tab.find_all("[role=log] > li")) == before


@pytest.mark.covers("JP-15", "JP-16", "JP-26", "JP-28")
async def test_the_countdown_shows_each_number_and_hides_its_button() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/countdown?seconds=2"), await bob.open("/countdown?seconds=3")
        await hers.click("Start")
        await his.click("Start")
        await hers.wait_for(lambda: not hers.find_all("main > div > button"))
        await his.wait_for(lambda: not his.find_all("main > div > button"))
        await shows(hers, "main", "Boom!")
        await shows(his, "main", "Boom!")
        assert [text for text in texts(hers) if text.isdigit() or text == "Boom!"] == ["1", "Boom!"]
        assert [text for text in texts(his) if text.isdigit() or text == "Boom!"] == ["2", "1", "Boom!"]
        assert hers.text("main > div > button") == "Once more"


@pytest.mark.covers("JP-28")
async def test_the_countdown_refuses_what_is_no_number() -> None:
    async with Browser(app) as person:
        assert (await person.open("/countdown?seconds=x", join=False)).status == 400
        assert "10" in (await person.open("/countdown")).text("main")


async def test_the_form_shows_what_each_field_becomes() -> None:
    async with Browser(app) as person:
        tab = await person.open("/form")
        await tab.type("Name", "Ada")
        await tab.type("Password", "secret")
        await tab.fill("People", "3")
        await tab.fill("Price", "2.5")
        await tab.fill("Day", "2026-12-24")
        await tab.fill("Time", "18:00")
        await tab.fill("Day and time", "2026-12-24T18:00")
        await tab.select("Fruits", "Fig", "Plum")
        await tab.check("large")
        await tab.check("Newsletter")
        await tab.settled()
        understood = {}
        for row in tab.find_all(".understood tr"):
            name, value, kind = (tab.text(cell) for cell in row.elements() if cell.tag in ("th", "td"))
            understood[name] = (value, kind)
        assert understood["name"] == ("'Ada'", "str")
        assert understood["password"] == ("'••••••'", "str")
        assert understood["people"] == ("3", "int")
        assert understood["price"] == ("2.5", "float")
        assert understood["loudness"] == ("30", "int")
        assert understood["day"] == ("datetime.date(2026, 12, 24)", "date")
        assert understood["time"] == ("datetime.time(18, 0)", "time")
        assert understood["moment"] == ("datetime.datetime(2026, 12, 24, 18, 0)", "datetime")
        assert understood["fruits"] == ("['Fig', 'Plum']", "list")
        assert understood["size"] == ("'large'", "str")
        assert understood["newsletter"] == ("True", "bool")
        assert understood["town"] == ("'Lisbon'", "str")
        await tab.click("Send")
        await tab.wait_for(lambda: tab.notes)
        assert tab.notes[0]["text"] == f"The server has {len(understood)} values."


def test_the_form_has_every_kind_of_input() -> None:
    kinds = {field.attributes.get("type", field.tag) for field in fields_of(form.page())}
    assert kinds >= {"email", "tel", "url", "search", "password", "number", "range", "date", "time", "datetime-local"}
    assert kinds >= {"month", "week", "color", "radio", "checkbox", "input", "textarea", "select"}


def fields_of(component: Any) -> list[Any]:
    below = [field for child in component.components for field in fields_of(child)]
    return [component, *below] if component.is_field else below


@pytest.mark.covers("JP-06", "JP-20")
async def test_the_to_do_list_is_one_for_all() -> None:
    to_do.tasks[2:] = []
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/to_do"), await bob.open("/to_do")
        await hers.type("What is to be done?", "Buy bread\n")
        await his.type("What is to be done?", "half a ta")
        await his.wait_for("Buy bread")
        await his.wait_for("3 of 3 left")
        assert his.value("What is to be done?") == "half a ta"
        await his.check("Buy bread")
        await hers.wait_for("2 of 3 left")
        assert hers.find(".list-none span", nth=2).attributes["class"] == "line-through text-gray-500"
        await hers.click("Clear what is done")
        await his.wait_for("2 of 2 left")
        assert "Buy bread" not in his.text("main")
        assert not his.find_all("main > div > button")


@pytest.mark.covers("JP-34")
async def test_models_follow_each_other_in_all_tabs() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/models"), await bob.open("/models")
        await hers.fill("Name", "Grace")
        await his.wait_for(lambda: his.text("main > h1") == "Hello, Grace!" and his.value("The same name") == "Grace")
        await his.fill("Size", "60")
        await hers.wait_for(lambda: hers.value("The same size") == "60")
        assert "font-size: 60px" in hers.find("main > h1").attributes["style"]
        await hers.check("Show the greeting", False)
        await his.wait_for(lambda: not his.find_all("main > h1"))


async def test_only_changed_cells_of_the_big_table_travel() -> None:
    async with Browser(app) as person:
        tab = await person.open("/big_table")
        assert len(tab.find_all("tbody > tr")) == big_table.ROWS
        await tab.check("Pause", False)
        await tab.fill("Rows changed ten times a second", "5")
        await tab.settled()
        seen = len(tab.frames)
        await eventually(lambda: len(tab.frames) > seen + 5)
        await tab.check("Pause")
        await tab.settled()
        big = [frame for frame in tab.frames[seen + 1 :] if len(frame) > 5 * 150]
        assert not big


async def test_pulling_the_plug_cuts_the_tab_off() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/pull_the_plug"), await bob.open("/pull_the_plug")
        await hers.click("Cut me off for 5 seconds")
        await eventually(lambda: hers.state == "dropped")
        await hers.type("What everybody should know", "Bring rain coats.")
        await his.type("What do you bring?", "Hats\n")
        await shows(his, "section > ul", "Hats")
        assert "Hats" not in hers.text("section > ul")
        assert "rain coats" not in str(his.value("What everybody should know"))


@pytest.mark.covers("JP-37")
async def test_pictures_that_are_chosen_hang_on_everybodys_wall() -> None:
    async with Browser(app) as ada, Browser(app) as bob:
        hers, his = await ada.open("/upload"), await bob.open("/upload")
        await hers.attach(
            "Choose pictures, or drop them here",
            ("cat.png", b"\x89PNG", "image/png"),
            ("evil.svg", b"<svg>", "image/svg+xml"),
        )
        await hers.settled()
        await his.wait_for(lambda: his.find_all("figcaption"))
        assert his.text("figcaption") == "cat.png"
        picture = await bob.request("GET", f"/{his.find('img').attributes['src']}")
        assert (picture.status, picture.body, picture.header("content-type")) == (200, b"\x89PNG", "image/png")
        assert picture.header("x-content-type-options") == "nosniff"
        assert hers.notes[-1]["text"] == "evil.svg is no picture that browsers show."
        assert (await bob.request("GET", "/picture/77")).status == 404


async def test_pictures_that_are_sent_hang_on_everybodys_wall_and_the_oldest_make_room() -> None:
    async with Browser(upload_gallery.app) as ada, Browser(upload_gallery.app) as bob:
        hers, his = await ada.open("/"), await bob.open("/")
        picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(300)
        await hers.attach(".ui-upload input", ("bad.png", b"GIF89a"))
        assert "bad" in hers.notes[-1]["text"]
        for number in range(upload_gallery.ROOM + 1):
            await hers.attach(".ui-upload input", (f"{number}.png", picture))
        await his.wait_for(lambda: len(his.find_all("figure")) == upload_gallery.ROOM)
        await his.wait_for(lambda: str(his.find("img").attributes["src"]).startswith("/in/24-"))
        assert (await bob.request("GET", str(his.find("img").attributes["src"]))).body == picture
        left = sorted(int(name.partition("-")[0]) for name in os.listdir(upload_gallery.home.name))  # noqa: PTH208
        assert left == list(range(1, upload_gallery.ROOM + 1))


async def test_the_dashboard_grows_and_keeps_fifty_news() -> None:
    before = sum(figure.count for figure in layout.figures)
    async with Browser(app) as person:
        tab = await person.open("/layout")
        for _ in range(60):
            layout.happen()
        layout.page.update()
        await tab.wait_for(lambda: len(tab.find_all("[role=region] > div")) == 50)
        last = layout.news.components[-1].components[1].text
        assert last in tab.text(tab.find_all("[role=region] > div")[-1])
        assert [tab.text(one) for one in tab.find_all(".text-2xl")] == [f"{one.count:,}" for one in layout.figures]
    assert sum(figure.count for figure in layout.figures) != before


@pytest.mark.covers("JY-08", "JM-06", "JM-36")
async def test_functions_go_both_ways() -> None:
    async with Browser(both_ways.app) as person:
        tab = await person.open("/")
        drawn: list[bytes] = []
        tab.window["draw"] = drawn.append
        tab.window["mean"] = lambda numbers: sum(numbers) / len(numbers)
        tab.window["innerWidth"], tab.window["innerHeight"] = 390, 844
        tab.window["navigator"] = {"language": "en"}
        assert await tab.server.add(4, 7) == 11
        with pytest.raises(RemoteError, match=r'TypeError: add: b wants int, got "x" \(str\)'):
            await tab.server.add(4, "x")
        shares: list[float] = []
        assert await tab.server.count_primes(100, shares.append) == 25
        await tab.wait_for(lambda: shares == [part / 50 for part in range(1, 51)])
        seen = await tab.server.look_around()
        assert seen == "Your window is 390 by 844, 617 on average, and you read en."
        await tab.server.tune(60)
        await tab.wait_for(lambda: drawn)
        assert len(drawn[0]) == both_ways.SAMPLES
        assert await tab.server.checksum(b"123456789") == "9 bytes, CRC-32 cbf43926"


@pytest.mark.covers("JM-31", "JM-32")
async def test_the_chat_has_rooms() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/chat/"), await bob.open("/chat/")
        await hers.fill("You are", "Ann")
        await hers.type("Your message", "Anybody here?\n")
        await shows(his, "[role=log]", "Anybody here?")
        assert "Ann" in his.text("[role=log]")
        await shows(hers, "[role=log]", "You")
        await his.click("Kitchen")
        await his.type("Your message", "Tea is ready\n")
        await hers.wait_for(lambda: hers.text("nav [aria-pressed=false]").endswith("1"))
        assert "Tea is ready" not in hers.text("[role=log]")
        await hers.click("Kitchen1")
        await shows(hers, "[role=log]", "Tea is ready")
        await his.click("Garden")
        late = await bob.open("/chat/")
        assert "Anybody here?" in late.text("[role=log]")


async def test_the_login_knows_its_people_in_every_tab_and_forgets_them_at_once() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        assert (await bob.open("/login/notes.txt")).text("h1") == "Welcome"  # by its guard
        tab = await ann.open("/login/")
        await tab.fill("Name", "Ann")
        await tab.fill("Password", "correct horse")
        await tab.click("I am new")
        await tab.wait_for(lambda: tab.text("h1") == "Hello, Ann" and tab.state == "joined")
        await tab.type("A note", "Buy pears\n")
        other = await ann.open("/login/")
        await shows(other, "ul", "Buy pears")
        assert (await ann.request("GET", "/login/notes.txt")).text == "Buy pears"
        guess = await bob.open("/login/")
        await guess.fill("Name", "Ann")
        for said in ["Name or password is wrong."] * login.TRIES + ["Too many tries. Wait 30 seconds."]:
            await guess.fill("Password", "battery staple")
            await guess.click("button")
            await shows(guess, "[role=alert]", said)
            await guess.settled()
        await other.click("Sign out")
        for one in (tab, other):
            await shows(one, "h1", "Welcome")
        assert "correct horse" not in login.accounts["Ann"].hashed


@pytest.mark.covers("WO-13")
async def test_the_gauges_follow_the_sensor() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/sensor/"), await bob.open("/sensor/")
        await hers.fill("main [type=range]", "28")
        await his.wait_for("Target: 28 °C")
        for _ in range(3):
            sensor.sensor.measure()
        for tab in (hers, his):
            await tab.wait_for(f"{sensor.sensor.temperature.value:.1f}")
        assert sensor.sensor.power.value > 0
        await hers.fill("main [type=range]", "15")
        await his.wait_for("Target: 15 °C")
        for _ in range(3):
            sensor.sensor.measure()
        assert sensor.sensor.power.value == 0


@pytest.mark.covers("JM-23", "JM-24")
async def test_the_bakers_take_the_oldest_order_each() -> None:
    times = dict(jobs.MENU)
    jobs.MENU.update((what, (icon, 0.05)) for what, (icon, _) in times.items())
    try:
        async with Browser(app) as ann, Browser(app) as bob:
            hers, his = await ann.open("/jobs/"), await bob.open("/jobs/")
            for _ in range(2):
                await hers.click("[aria-label='Order Rolls']")
                await his.click("[aria-label='Order Birthday cake']")
            await his.wait_for(lambda: his.text("[aria-label=Orders]").count("done") == 4)
            await hers.wait_for(lambda: hers.text("main").count("has a rest") == 2)
            jobs.MENU["Cookies"] = ("cookie", 60)
            for _ in range(15):
                await hers.click("[aria-label='Order Cookies']")
                await hers.settled()
            await hers.wait_for(lambda: [note["text"] for note in hers.notes if "full" in note["text"]])
            assert len(jobs.orders) == 12
    finally:
        jobs.MENU.update(times)
        jobs.orders.clear()


async def test_what_one_guest_of_the_cafe_orders_is_gone_for_all() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/run/cafe/"), await bob.open("/run/cafe/")
        for count in (1, 2):
            await hers.click("[aria-label='Order Rhubarb lemonade']")
            await hers.wait_for(lambda count=count: len(hers.find_all("aside > ol > li")) == count)  # type: ignore[misc]
        await his.wait_for("sold out")
        assert his.find("[aria-label='Order Rhubarb lemonade']").disabled
        assert "Together 7.60" in hers.text("aside")
        assert "Nothing yet." in his.text("aside")
        assert "Nothing yet." not in hers.text("aside")


async def test_the_basket_of_the_site_stays_while_its_pages_change() -> None:
    async with Browser(app) as ann:
        tab = await ann.open("/run/site/")
        await tab.click("See the plants")
        await tab.click("Monstera")
        await tab.click("button")
        await shows(tab, "summary", "Basket: 1")
        await tab.click("Care")
        await tab.back()
        await tab.back()
        await shows(tab, "h1", "Plants")
        assert tab.url.endswith("/run/site/plants")
        assert (tab.title, tab.text("summary"), tab.text("[aria-current=page]")) == (
            "Plants · Leaf & Stem",
            "Basket: 1",
            "Plants",
        )
        assert (await ann.open("/run/site/plant?name=oak")).status == 404


@pytest.mark.covers("PC-23")
async def test_the_views_of_the_wizard_share_what_was_said() -> None:
    async with Browser(app) as ann:
        tab = await ann.open("/run/wizard/")
        await tab.fill("Your name", "Ann")
        await tab.fill("Seats", "4")
        await tab.click("Go on")
        await shows(tab, "p", "2 of 3")
        await tab.wait_for("4 seats are kept")
        await tab.click("Pumpkin soup")
        await tab.wait_for("Pumpkin soup for 4")
        await tab.click("Book")
        await shows(tab, "h1", "See you, Ann")
        assert tab.url == "/run/wizard/"


async def test_a_joint_editor_says_who_is_there_and_how_long_the_text_is() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/joint_editor"), await bob.open("/joint_editor")
        text, seen = hers.shared("justui-editor"), his.shared("justui-editor")
        await hers.type("Your name", "Ann")
        await his.wait_for(lambda: "Ann" in his.text("main"))
        await hers.settled()
        text.insert(0, "Hello ", bold=True)
        await his.wait_for(lambda: seen.delta[0] == {"insert": "Hello ", "attributes": {"bold": True}})
        await his.wait_for(lambda: f"{len(str(seen).split())} words" in his.text("main"))


async def test_joint_code_is_written_in_the_language_that_each_picks() -> None:
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/joint_code"), await bob.open("/joint_code")
        text, seen = hers.shared("justui-code-editor"), his.shared("justui-code-editor")
        await hers.type("Your name", "Ann")
        await his.wait_for("Here: Ann, Guest")
        await hers.settled()
        text.insert(0, "import math\n")
        await his.wait_for(lambda: str(seen).startswith("import math\nfrom turtle"))
        await hers.select("Language", "sql")
        await hers.wait_for("SELECT author")
        await hers.wait_for(lambda: "lang-sql" in hers.find("justui-code-editor").attributes["data-editor"])
        await his.wait_for("Here: Guest")
        hers.shared("justui-code-editor").insert(0, "-- ")
        await hers.settled()
        assert str(seen).startswith("import math\nfrom turtle")


def titles(tab: Tab, column: str) -> list[str]:
    """The titles of the cards in a column."""
    rows = tab.find_all(f"section[aria-label={column}] li[draggable]")
    return [str(row.attributes["aria-label"]).partition(".")[0] for row in rows]


async def test_kanban_cards_are_dragged_and_moved_by_keys_and_undone() -> None:
    kanban.cards.restore(1)
    greenhouse, gate, bench = "Ask about the old greenhouse", "Mend the gate", "A bench under the lime tree"
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/kanban"), await bob.open("/kanban")
        await hers.fill("Your name", "Ann Lee")
        await his.wait_for(
            lambda: [tab.text(one) for tab in (his,) for one in tab.find_all("[data-person]")] == ["AL", "G"]
        )
        card = hers.find("section[aria-label=Ideas] li[draggable]", nth=1)
        await hers.fire(card, "dragstart")
        await hers.fire(hers.find("section[aria-label=Done] li[draggable]"), "drop")
        await his.wait_for(lambda: titles(his, "Done") == [greenhouse, gate])
        await his.click(f"Move {gate} up")
        await hers.wait_for(lambda: titles(hers, "Done") == [gate, greenhouse])
        await his.click(f"Move {gate} up")  # nowhere to go
        await hers.focus(hers.find("section[aria-label=Ideas] li[draggable]"))
        await hers.press("ArrowRight")
        await his.wait_for(lambda: bench in titles(his, "Doing") and not titles(his, "Ideas"))
        await hers.type("New card in Ideas", "Plant a pear\n")
        await his.wait_for(lambda: titles(his, "Ideas") == ["Plant a pear"] and "by Ann Lee" in his.text("main"))
        await his.click("Undo")
        await hers.wait_for(lambda: titles(hers, "Done") == [greenhouse, gate])
        await hers.click("Undo")
        await his.wait_for(lambda: "Plant a pear" not in titles(his, "Ideas"))


async def test_a_line_is_seen_while_it_is_drawn_and_undone_by_its_owner() -> None:
    def lines(tab: Tab) -> list[str]:
        return [str(path.attributes["d"]) for path in tab.find_all("path") if path.attributes.get("stroke-linecap")]

    drawing.strokes.clear()  # another test of the same process may have ended before it had cleared them
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/drawing"), await bob.open("/drawing")
        await hers.click("Colour #2f9e44")
        sheet = hers.find("div[style*=crosshair]")
        size = {"target.clientWidth": 600}
        await hers.fire(sheet, "pointerdown", offsetX=10, offsetY=10, **size)
        before = len(his.operations)
        for step in range(2, 22):
            await hers.fire(sheet, "pointermove", offsetX=step * 10, offsetY=10, **size)
            await hers.settled()
        await his.wait_for(lambda: len(lines(his)) == 21)
        travelled = sum(len(str(operation)) for operation in his.operations[before:])
        assert travelled < 20 * 700  # a piece and the pointer each, however long the line is
        await hers.fire(sheet, "pointerup")
        await his.wait_for(lambda: len(lines(his)) == 1)
        assert lines(his)[0].startswith("M20 20 Q40 20 50 20 Q60 20 70 20")
        await his.click("Undo")
        await his.settled()
        assert len(lines(his)) == 1
        await hers.click("Undo")
        await his.wait_for(lambda: not lines(his))
        await hers.click("Redo")
        await his.wait_for(lambda: len(lines(his)) == 1)
        await his.click("Clear")
        await hers.wait_for(lambda: not lines(hers))
