"""What people do with mouse and keys, and what the handlers get (law 13 for the browser's side)."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, acknowledged, app_of, events, is_same_window, is_so, mark_window
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People
from tests.harness.waiting import eventually


class Watch:
    """A page whose handlers write down what they got."""

    def __init__(self) -> None:
        self.page = ui.WebPage()
        self.seen: list[tuple[str, ui.Event]] = []

    def note(self, name: str) -> Any:
        return lambda msg: self.seen.append((name, msg))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.seen]

    async def has(self, *names: str) -> None:
        await is_so(lambda: self.names == list(names), lambda: self.names)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def site(serve: Serve, proxied: Proxied, watch: Watch) -> Site:
    return Site(serve, proxied, watch.page)


async def nothing_more(tab: BrowserTab, watch: Watch) -> None:
    """Wait until a click on `#last` has arrived: nothing can come behind it that was before."""
    await tab.page.click("#last")
    await is_so(lambda: watch.names[-1:] == ["last"], lambda: watch.names)
    watch.seen.pop()


@pytest.mark.covers("JP-14", "JP-32")
async def test_the_mouse(watch: Watch, site: Site, person: People) -> None:
    button = ui.Div("x", id="b", style="width: 60px; height: 40px", a=watch.page)
    for event in ("click", "dblclick", "contextmenu", "mousedown", "mouseup"):
        button.on(event, watch.note(event))
    tab = await site.open(await person())
    await tab.page.click("#b", position={"x": 10, "y": 20}, modifiers=["Shift"])
    await watch.has("mousedown", "mouseup", "click")
    _, msg = watch.seen[-1]
    box = await tab.page.locator("#b").bounding_box()
    assert box is not None
    assert (round(msg.x - box["x"]), round(msg.y - box["y"]), msg.button) == (10, 20, 0)
    assert msg.shift is True
    assert not msg.ctrl
    assert msg.target is button
    assert msg.page is watch.page
    assert msg.tab is site.app.tabs[0]
    assert msg.type == "click"
    watch.seen.clear()
    await tab.page.dblclick("#b")
    await watch.has("mousedown", "mouseup", "click", "mousedown", "mouseup", "click", "dblclick")
    watch.seen.clear()
    await tab.page.click("#b", button="right")
    await is_so(lambda: "contextmenu" in watch.names)
    assert watch.seen[0][1].button == 2


async def test_enter_and_leave_are_for_the_element_itself(watch: Watch, site: Site, person: People) -> None:
    inner = ui.Div("inner", id="inner")
    outer = ui.Div("outer", inner, id="outer", a=watch.page)
    ui.Button("last", id="last", on_click=watch.note("last"), a=watch.page)
    outer.on("mouseenter", watch.note("enter")).on("mouseleave", watch.note("leave"))
    inner.on("pointerenter", watch.note("inner"))
    tab = await site.open(await person())
    await tab.page.hover("#outer", position={"x": 2, "y": 2})
    await tab.page.hover("#inner")
    await tab.page.hover("#outer", position={"x": 2, "y": 2})
    await nothing_more(tab, watch)
    assert watch.names == ["enter", "inner", "leave"]


async def test_bubbling_goes_from_the_inside_out_and_may_be_stopped(watch: Watch, site: Site, person: People) -> None:
    button = ui.Button("x", id="b")
    middle = ui.Div(button)
    outer = ui.Section(middle, a=watch.page)
    for name, component in (("button", button), ("middle", middle), ("outer", outer), ("page", watch.page)):
        component.on("click", watch.note(name))
    tab = await site.open(await person())
    await tab.page.click("#b")
    await watch.has("button", "middle", "outer", "page")
    middle.on("click", watch.note("middle"), stop=True)
    await watch.page.update()
    watch.seen.clear()
    await eventually(lambda: "click:s" in "".join(tab.received))
    await tab.page.click("#b")
    await tab.page.click("#b")
    await watch.has("button", "middle", "button", "middle")


@pytest.mark.covers("JP-32")
async def test_keys_by_name_and_with_modifiers(watch: Watch, site: Site, person: People) -> None:
    box = ui.Input(id="box", a=watch.page)
    for key in ("Enter", "Escape", "ArrowUp", "Space", "a"):
        box.on("keydown", watch.note(key), key=key)
    box.on("keydown", watch.note("any"))
    box.on("keyup", watch.note("save"), key="s", modifiers="ctrl+shift")
    watch.page.on("keydown", watch.note("page"), key="F2")
    tab = await site.open(await person())
    await tab.page.focus("#box")
    for key in ("Enter", "Escape", "ArrowUp", " ", "a", "A", "b", "F2"):
        await tab.page.keyboard.press(key)
    await is_so(lambda: len(watch.names) == 15, lambda: watch.names)
    assert [name for name in watch.names if name != "any"] == [
        "Enter",
        "Escape",
        "ArrowUp",
        "Space",
        "a",
        "a",
        "page",
    ]
    pressed = [msg for name, msg in watch.seen if name == "any"]
    assert [msg.key for msg in pressed] == ["Enter", "Escape", "ArrowUp", " ", "a", "A", "b", "F2"]
    assert pressed[4].code == "KeyA"
    watch.seen.clear()
    await tab.page.keyboard.press("Control+s")
    await tab.page.keyboard.press("Control+Shift+S")
    await is_so(lambda: "save" in watch.names)
    assert watch.names.count("save") == 1
    (msg,) = [msg for name, msg in watch.seen if name == "save"]
    assert (msg.ctrl, msg.shift, msg.alt) == (True, True, None)


@pytest.mark.covers("JP-33")
async def test_keys_and_visibility_of_the_page(watch: Watch, site: Site, person: People) -> None:
    watch.page.on("keydown", watch.note("key"))
    watch.page.on("visibilitychange", watch.note("visibility"), fields=["target.visibilityState"])
    watch.page.on("hashchange", watch.note("hash"))
    tab = await site.open(await person())
    await tab.page.keyboard.press("x")
    await watch.has("key")
    await tab.page.evaluate(
        """() => {
            Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
            Object.defineProperty(document, "hidden", { value: true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        }"""
    )
    await watch.has("key", "visibility")
    assert watch.seen[-1][1]["target.visibilityState"] == "hidden"
    await tab.page.evaluate("() => { location.hash = 'part'; }")
    await watch.has("key", "visibility", "hash")


@pytest.mark.covers("JP-32")
async def test_throttle(watch: Watch, site: Site, person: People) -> None:
    area = ui.Div(id="area", style="width: 400px; height: 100px", a=watch.page)
    area.on("mousemove", watch.note("move"), throttle=300)
    tab = await site.open(await person())
    loop = asyncio.get_running_loop()
    box = await tab.page.locator("#area").bounding_box()
    assert box is not None
    left, top = box["x"], box["y"] + 50
    end = loop.time() + 1.5
    place = 0
    while loop.time() < end:  # time is the subject
        place += 1
        await tab.page.mouse.move(left + place % 300, top)
    await tab.page.mouse.move(left + 333, top)
    await is_so(lambda: watch.seen[-1][1].x == left + 333, lambda: [msg.x for _, msg in watch.seen])
    assert place > 20
    assert 3 <= len(watch.seen) <= 8


@pytest.mark.covers("JP-32")
async def test_debounce_at_the_end_and_at_the_beginning(watch: Watch, site: Site, person: People) -> None:
    ui.Button("late", id="late", a=watch.page).on("click", watch.note("late"), debounce=200)
    ui.Button("early", id="early", a=watch.page).on("click", watch.note("early"), debounce=200, immediate=True)
    ui.Button("last", id="last", on_click=watch.note("last"), a=watch.page)
    tab = await site.open(await person())
    await tab.page.evaluate("() => { for (let n = 0; n < 5; n++) document.querySelector('#early').click(); }")
    await watch.has("early")
    await tab.page.evaluate("() => { for (let n = 0; n < 5; n++) document.querySelector('#late').click(); }")
    await watch.has("early", "late")
    # Another click does not overtake one that waits.
    await tab.page.evaluate("() => { for (const id of ['late', 'last']) document.getElementById(id).click(); }")
    await watch.has("early", "late", "late", "last")


@pytest.mark.covers("JP-32")
async def test_clicks_outside_once_and_prevented(watch: Watch, site: Site, person: People) -> None:
    menu = ui.Div("menu", ui.Button("in", id="in"), id="menu", a=watch.page)
    menu.on("click__out", watch.note("outside"))
    ui.Button("once", id="once", a=watch.page).on("click", watch.note("once"), once=True)
    ui.A("link", href="/elsewhere", id="link", a=watch.page).on("click", watch.note("link"), prevent=True)
    tick = ui.Input(type="checkbox", id="tick", a=watch.page).on("click", watch.note("tick"), prevent=True)
    ui.P("nothing", id="nothing", a=watch.page)
    tab = await site.open(await person())
    await tab.page.click("#in")
    await tab.page.click("#nothing")
    await watch.has("outside")
    watch.seen.clear()
    for _ in range(3):
        await tab.page.click("#once")
    await tab.page.click("#link")
    await tab.page.click("#tick")
    await is_so(lambda: watch.names.count("outside") == 5)
    assert [name for name in watch.names if name != "outside"] == ["once", "link", "tick"]
    assert tab.page.url == site.address
    assert not await tab.page.is_checked("#tick")
    assert not tick.checked


async def test_further_properties_and_the_wheel(watch: Watch, site: Site, person: People) -> None:
    area = ui.Div("area", id="area", style="height: 200px", a=watch.page)
    area.on("click", watch.note("click"), fields=["pageX", "detail", "isTrusted", "target.id", "target.tagName"])
    area.on("wheel", watch.note("wheel"))
    tab = await site.open(await person())
    await tab.page.click("#area")
    await watch.has("click")
    msg = watch.seen[0][1]
    assert (msg.detail, msg.isTrusted, msg["target.id"], msg["target.tagName"]) == (1, True, "area", "DIV")
    assert isinstance(msg.pageX, (int, float))
    await tab.page.mouse.wheel(0, 120)
    await watch.has("click", "wheel")
    assert watch.seen[1][1].dy == 120


# Forms


@pytest.mark.covers("JP-37")
@pytest.mark.parametrize("how", ["Enter", "button"])
async def test_a_form_gives_all_values_in_one_event_and_does_not_navigate(
    watch: Watch, site: Site, person: People, how: str
) -> None:
    with ui.Form(a=watch.page, action="/elsewhere", method="post") as form:
        ui.Input(name="name", id="name")
        ui.Input(name="age", type="number", id="age")
        ui.Input(name="agree", type="checkbox", id="agree")
        for letter in "ab":
            ui.Input(name="kind", type="radio", value=letter, id=f"kind-{letter}")
        ui.Select(name="colour", options=["red", "green"], id="colour")
        ui.Textarea(name="text", id="text")
        ui.Input(name="word", type="password", id="word")
        ui.Button("Send", id="send")
    values: list[dict[str, Any]] = []
    form.on("submit", lambda msg: values.append(dict(msg.values)))
    tab = await site.open(await person())
    await mark_window(tab)
    await tab.page.fill("#age", "42")
    await tab.page.check("#agree")
    await tab.page.check("#kind-b")
    await tab.page.select_option("#colour", "green")
    await tab.page.fill("#text", "two\nlines")
    await tab.page.fill("#word", "secret")
    await tab.page.focus("#name")
    await tab.page.keyboard.type("Ada")
    if how == "Enter":
        await tab.page.keyboard.press("Enter")
    else:
        await tab.page.click("#send")
    await is_so(lambda: values)
    wanted = {"name": "Ada", "age": 42, "agree": True, "kind": "b", "colour": "green", "text": "two\nlines"}
    assert values == [wanted | {"word": "secret"}]
    assert await is_same_window(tab)
    assert tab.page.url == site.address
    assert len(events(tab, "submit")) == 1


async def test_a_form_without_a_handler_is_sent_as_usual(serve: Serve, proxied: Proxied, person: People) -> None:
    app = app_of(lambda: ui.WebPage(ui.Form(ui.Input(name="q", id="q"), action="/found", method="get")))
    app.route("/found")(lambda q: ui.WebPage(ui.P(f"looked for {q}", id="found")))
    site = Site(serve, proxied, app)
    tab = await site.open(await person())
    await tab.page.fill("#q", "fish & chips")
    await tab.page.press("#q", "Enter")
    await expect(tab.page.locator("#found")).to_have_text("looked for fish & chips")


async def test_a_required_field_holds_the_form_back(watch: Watch, site: Site, person: People) -> None:
    with ui.Form(a=watch.page, on_submit=watch.note("submit")):
        ui.Input(name="name", id="name", required=True)
        ui.Button("Send", id="send")
    ui.Button("last", id="last", on_click=watch.note("last"), a=watch.page)
    tab = await site.open(await person())
    await tab.page.click("#send")
    await nothing_more(tab, watch)
    assert watch.names == []
    await tab.page.fill("#name", "Ada")
    await tab.page.click("#send")
    await watch.has("submit")


# Honest races, and dishonest browsers


async def test_a_click_that_crosses_a_removal_is_acknowledged_and_not_handled(
    watch: Watch, site: Site, person: People
) -> None:
    buttons = {name: ui.Button(name, id=name, on_click=watch.note(name), a=watch.page) for name in "abc"}
    ui.Button("last", id="last", on_click=watch.note("last"), a=watch.page)
    tab = await site.open(await person())
    site.network.delay = 0.3
    watch.page.remove(buttons["a"])
    buttons["b"].disabled = True
    buttons["c"].show = False
    await watch.page.update()
    await tab.page.evaluate("() => { for (const id of ['a', 'b', 'c', 'last']) document.getElementById(id).click(); }")
    await watch.has("last")
    await acknowledged(tab)
    assert len(events(tab, "click")) == 4
    await expect(tab.page.locator("#a, #c")).to_have_count(0)
    assert len(tab.sockets) == 1


async def test_disabled_elements_send_nothing(watch: Watch, site: Site, person: People) -> None:
    ui.Button("x", id="b", disabled=True, on_click=watch.note("button"), a=watch.page)
    with ui.Fieldset(disabled=True, a=watch.page):
        ui.Button("y", id="y", on_click=watch.note("in a fieldset"))
        ui.Input(id="box", on_input=watch.note("box"))
    ui.Button("last", id="last", on_click=watch.note("last"), a=watch.page)
    tab = await site.open(await person())
    await tab.page.evaluate(
        """() => {
            for (const id of ["b", "y"]) {
                document.getElementById(id).click();
                document.getElementById(id).dispatchEvent(new MouseEvent("click", { bubbles: true }));
            }
            document.getElementById("box").dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    await nothing_more(tab, watch)
    assert watch.names == []
    assert [json.loads(text)[5] for text in tab.sent if text.startswith('["e"')] == ["click"]


@pytest.mark.covers("JP-26")
async def test_a_button_that_hides_itself_is_clicked_once(watch: Watch, site: Site, person: People) -> None:
    button = ui.Button("Go", id="go", a=watch.page)
    ui.P("below", id="below", a=watch.page)

    def go() -> None:
        watch.seen.append(("go", None))  # type: ignore[arg-type]
        button.show = False

    button.on("click", go)
    tab = await site.open(await person())
    site.move_far_away()
    await tab.page.dblclick("#go")
    await expect(tab.page.locator("#go")).to_have_count(0)
    await acknowledged(tab)
    assert watch.names == ["go"]
    button.show = True
    await watch.page.update()
    await expect(tab.page.locator("#go + #below")).to_have_count(1)
    await tab.page.click("#go")
    await watch.has("go", "go")


async def test_handlers_that_come_and_go(watch: Watch, site: Site, person: People) -> None:
    button = ui.Button("x", id="b", a=watch.page)
    ui.Button("last", id="last", on_click=watch.note("last"), a=watch.page)
    tab = await site.open(await person())
    await tab.page.click("#b")
    button.on("click", watch.note("click"))
    late = ui.Button("late", id="late", on_pointerdown=watch.note("late"), a=watch.page)
    await watch.page.update()
    await tab.page.click("#late")
    await tab.page.click("#b")
    await watch.has("late", "click")
    button.off("click")
    late.text = "gone"
    await watch.page.update()
    await expect(tab.page.locator("#late")).to_have_text("gone")
    await tab.page.click("#b")
    await nothing_more(tab, watch)
    assert watch.names == ["late", "click"]


# Handlers and updates, as seen by a person


@pytest.mark.covers("JP-12", "JP-13")
async def test_what_a_handler_returns(watch: Watch, site: Site, person: People) -> None:
    text = ui.P("0", id="text", a=watch.page)

    def quiet() -> bool:
        text.text += " quiet"
        return True

    ui.Button("loud", id="loud", on_click=lambda: setattr(text, "text", text.text + " loud"), a=watch.page)
    ui.Button("quiet", id="quiet", on_click=quiet, a=watch.page)
    tab = await site.open(await person())
    await tab.page.click("#quiet")
    await acknowledged(tab)
    await expect(tab.page.locator("#text")).to_have_text("0")
    await tab.page.click("#loud")
    await expect(tab.page.locator("#text")).to_have_text("0 quiet loud")


@pytest.mark.covers("JP-15", "JP-16")
async def test_a_countdown_shows_each_number_and_holds_nobody_up(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    def page(num: int = 3) -> ui.WebPage:
        wp = ui.WebPage()
        text = ui.P("ready", id="text", a=wp)
        button = ui.Button("Start", id="start", a=wp)
        ui.Button("Other", id="other", on_click=lambda: setattr(text, "title", "clicked"), a=wp)

        async def count() -> None:
            button.show = False
            for number in range(num, 0, -1):
                text.text = str(number)
                await wp.update()
                await asyncio.sleep(0.3)
            text.text = "Boom!"
            button.show = True

        button.on("click", count)
        return wp

    site = Site(serve, proxied, page)
    ada, bob = await site.open(await person()), await site.open(await person(), "?num=2")
    for tab in (ada, bob):
        await tab.page.evaluate(
            """() => {
                globalThis.shown = [];
                const text = document.querySelector("#text");
                new MutationObserver(() => globalThis.shown.push(text.textContent))
                    .observe(text, { childList: true, characterData: true, subtree: true });
            }"""
        )
        await tab.page.click("#start")
        await expect(tab.page.locator("#start")).to_have_count(0)
    await ada.page.click("#other")
    await expect(ada.page.locator("#text[title=clicked]")).to_have_count(1)
    for tab, numbers in ((ada, ["3", "2", "1"]), (bob, ["2", "1"])):
        await expect(tab.page.locator("#text")).to_have_text("Boom!")
        assert await tab.page.evaluate("() => globalThis.shown") == [*numbers, "Boom!"]
        await expect(tab.page.locator("#start")).to_have_count(1)


@pytest.mark.covers("JP-09")
async def test_a_page_made_for_each_request_is_private(serve: Serve, proxied: Proxied, person: People) -> None:
    def page() -> ui.WebPage:
        wp = ui.WebPage()
        text = ui.P("0", id="text", a=wp)
        ui.Button("x", id="b", on_click=lambda: setattr(text, "text", str(int(text.text) + 1)), a=wp)
        return wp

    site = Site(serve, proxied, page)
    ada = await person()
    first, second = await site.open(ada), await site.open(ada)
    before = len(second.received)
    for number in ("1", "2"):
        await first.page.click("#b")
        await expect(first.page.locator("#text")).to_have_text(number)
    await expect(second.page.locator("#text")).to_have_text("0")
    assert len(second.received) == before
