"""Fields that are not merged, private ones, and fields in a page that does not hold still (law 5)."""

import asyncio
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

import justui as ui
from tests.browser.live import (
    KEY,
    Site,
    acknowledged,
    caret,
    comes,
    focused,
    has_value,
    is_so,
    put_caret,
    same_everywhere,
    value,
)
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People

OPTIONS = ["red", "green", "blue"]


async def checked(tab: BrowserTab, selector: str) -> bool:
    return await tab.page.locator(selector).is_checked()


async def chosen(tab: BrowserTab, selector: str) -> Any:
    return await tab.page.locator(selector).evaluate(
        "node => Array.from(node.selectedOptions, (option) => option.value)"
    )


async def shows(tab: BrowserTab, question: Callable[..., Any], selector: str, wanted: object) -> None:
    async def so() -> bool:
        return bool(await question(tab, selector) == wanted)

    await comes(so, what=f"{selector} shows {wanted!r}")


@pytest.fixture
def page() -> ui.WebPage:
    return ui.WebPage()


@pytest.fixture
def site(serve: Serve, proxied: Proxied, page: ui.WebPage) -> Site:
    return Site(serve, proxied, page)


async def two(site: Site, person: People) -> list[BrowserTab]:
    ada, bob = await asyncio.gather(site.open(await person()), site.open(await person()))
    site.move_far_away()
    return [ada, bob]


# Every kind, on a shared page: one person changes it, the other and the server follow.


async def test_a_checkbox(page: ui.WebPage, site: Site, person: People) -> None:
    box = ui.Input(type="checkbox", id="box", a=page)
    ada, bob = await two(site, person)
    await ada.page.check("#box")
    await shows(bob, checked, "#box", True)
    assert box.checked
    await bob.page.uncheck("#box")
    await shows(ada, checked, "#box", False)
    assert not box.checked


async def test_a_checkbox_clicked_quickly_stays_as_the_person_left_it(
    page: ui.WebPage, site: Site, person: People
) -> None:
    seen: list[bool] = []
    box = ui.Input(type="checkbox", id="box", a=page)
    box.on("change", lambda msg: seen.append(msg.value))
    (ada, bob) = await two(site, person)
    states = []
    for _ in range(5):
        await ada.page.click("#box")
        states.append(await checked(ada, "#box"))
    assert states == [True, False, True, False, True]
    # An echo of an older click must not turn it back, not even for a moment.
    await ada.page.evaluate(
        """() => {
            const box = document.querySelector("#box");
            globalThis.turned = 0;
            const look = () => { if (!box.checked) globalThis.turned++; requestAnimationFrame(look); };
            look();
        }"""
    )
    await is_so(lambda: seen == states, lambda: seen)
    await acknowledged(ada)
    await shows(bob, checked, "#box", True)
    assert box.checked
    assert await ada.page.evaluate("() => globalThis.turned") == 0


async def test_a_radio_group(page: ui.WebPage, site: Site, person: People) -> None:
    buttons = [ui.Input(type="radio", name="colour", value=name, id=name, a=page) for name in OPTIONS]
    ada, bob = await two(site, person)
    await ada.page.check("#green")
    await shows(bob, checked, "#green", True)
    await bob.page.check("#blue")
    await shows(ada, checked, "#blue", True)
    await acknowledged(bob)
    assert [button.checked for button in buttons] == [False, False, True]
    for tab in (ada, bob):
        assert [await checked(tab, f"#{name}") for name in OPTIONS] == [False, False, True]
    buttons[0].checked = True
    await page.update()
    for tab in (ada, bob):
        await shows(tab, checked, "#red", True)
        assert [await checked(tab, f"#{name}") for name in OPTIONS] == [True, False, False]


async def test_a_select(page: ui.WebPage, site: Site, person: People) -> None:
    select = ui.Select(id="box", options=OPTIONS, a=page)
    ada, bob = await two(site, person)
    assert await value(ada, "#box") == select.value == "red"
    await ada.page.select_option("#box", "blue")
    await shows(bob, value, "#box", "blue")
    assert select.value == "blue"
    select.options = ["black", *OPTIONS, "white"]
    select.value = "white"
    await page.update()
    for tab in (ada, bob):
        await shows(tab, value, "#box", "white")


async def test_a_multiple_select(page: ui.WebPage, site: Site, person: People) -> None:
    select = ui.Select(id="box", options=OPTIONS, multiple=True, value=["red"], a=page)
    ada, bob = await two(site, person)
    assert await chosen(ada, "#box") == ["red"]
    await ada.page.select_option("#box", ["green", "blue"])
    await shows(bob, chosen, "#box", ["green", "blue"])
    assert select.value == ["green", "blue"]
    await bob.page.select_option("#box", [])
    await shows(ada, chosen, "#box", [])
    assert select.value == []


async def test_other_inputs(page: ui.WebPage, site: Site, person: People) -> None:
    # Kind, what is filled in, what the server has of it, what a handler sets, what is seen then.
    cases: list[tuple[Any, str, object, object, str]] = [
        ("number", "42.5", 42.5, 7, "7"),
        ("range", "80", 80, 20, "20"),
        ("date", "2026-11-21", date(2026, 11, 21), date(2027, 1, 2), "2027-01-02"),
        ("time", "13:45", time(13, 45), time(8, 0), "08:00"),
        ("color", "#ff8800", "#ff8800", "#001122", "#001122"),
        ("month", "2026-11", "2026-11", "2027-01", "2027-01"),
    ]
    boxes = {kind: ui.Input(type=kind, id=kind, a=page) for kind, *_ in cases}
    ada, bob = await two(site, person)
    for kind, filled, *_ in cases:
        await ada.page.fill(f"#{kind}", filled)
    for kind, filled, stored, set_to, _ in cases:
        await has_value(bob, f"#{kind}", filled)
        assert boxes[kind].value == stored
        boxes[kind].value = set_to
    await page.update()
    for kind, *_, then in cases:
        for tab in (ada, bob):
            await has_value(tab, f"#{kind}", then)


async def test_a_number_typed_key_by_key(page: ui.WebPage, site: Site, person: People) -> None:
    seen: list[object] = []
    box = ui.Input(type="number", id="box", a=page)
    box.on("input", lambda: seen.append(box.value))
    ada, bob = await two(site, person)
    await ada.page.focus("#box")
    await ada.page.keyboard.type("-12.75", delay=60)
    await has_value(bob, "#box", "-12.75")
    assert box.value == -12.75
    assert await value(ada, "#box") == "-12.75"


async def test_a_password_stays_in_its_tab(page: ui.WebPage, site: Site, person: People) -> None:
    said: list[str] = []
    box = ui.Input(type="password", id="box", a=page)
    ui.Button("Log in", id="go", on_click=lambda: said.append(box.value), a=page)
    ada, bob = await two(site, person)
    await ada.page.focus("#box")
    await ada.page.keyboard.type("s3cret-word", delay=KEY)
    await bob.page.focus("#box")
    await bob.page.keyboard.type("bobs", delay=KEY)
    await ada.page.click("#go")
    await is_so(lambda: said == ["s3cret-word"], lambda: said)
    await bob.page.click("#go")
    await is_so(lambda: said[1:] == ["bobs"], lambda: said)
    assert await value(bob, "#box") == "bobs"
    assert not any("s3cret" in frame for frame in [*bob.received, *ada.received])
    late = await site.open(await person())
    assert "s3cret" not in await late.page.content()
    assert await value(late, "#box") == ""


# Private fields


@pytest.mark.covers("JP-17")
async def test_a_private_field_has_a_value_in_each_tab(page: ui.WebPage, site: Site, person: People) -> None:
    said: list[str] = []
    box = ui.Input(id="box", private=True, a=page)

    def swap() -> None:
        said.append(box.value)
        box.value = "<" + box.value + ">"

    ui.Button("Swap", id="go", on_click=swap, a=page)
    ada, bob = await two(site, person)
    for tab, text in ((ada, "mine"), (bob, "his")):
        await tab.page.focus("#box")
        await tab.page.keyboard.type(text, delay=KEY)
    await ada.page.click("#go")
    await has_value(ada, "#box", "<mine>")
    assert await value(bob, "#box") == "his"
    await bob.page.click("#go")
    await has_value(bob, "#box", "<his>")
    assert await value(ada, "#box") == "<mine>"
    assert said == ["mine", "his"]
    assert not any("mine" in frame for frame in bob.received)
    # Outside of handlers it is everybody's.
    box.value = "all"
    await page.update()
    await has_value(ada, "#box", "all")
    await has_value(bob, "#box", "all")


# Disabled and readonly


async def test_disabled_and_readonly_fields(page: ui.WebPage, site: Site, person: People) -> None:
    box = ui.Input(id="box", value="fixed", readonly=True, a=page)
    other = ui.Input(id="other", value="off", disabled=True, a=page)
    ada, bob = await two(site, person)
    await ada.page.focus("#box")
    await ada.page.keyboard.type("no")
    assert await value(ada, "#box") == "fixed"
    assert not await ada.page.is_enabled("#other")
    box.readonly = other.disabled = False
    await page.update()
    await ada.page.locator("#other:enabled").wait_for()
    for selector in ("#box", "#other"):
        await ada.page.focus(selector)
        await ada.page.keyboard.press("End")
        await ada.page.keyboard.type(" and on", delay=KEY)
    assert await same_everywhere("#box", box, ada, bob) == "fixed and on"
    assert await same_everywhere("#other", other, ada, bob) == "off and on"


async def test_a_field_that_is_disabled_while_somebody_types(page: ui.WebPage, site: Site, person: People) -> None:
    box = ui.Input(id="box", a=page)
    ada, bob = await two(site, person)
    await ada.page.focus("#box")
    await ada.page.keyboard.type("abc")
    await has_value(bob, "#box", "abc")
    box.disabled = True
    await page.update()
    await ada.page.keyboard.type("def")
    await ada.page.locator("#box:disabled").wait_for()
    await acknowledged(ada)
    # Whatever came of the letters that crossed, everybody sees the same.
    await same_everywhere("#box", box, ada, bob)
    box.disabled = False
    await page.update()
    await ada.page.locator("#box:enabled").wait_for()
    await ada.page.focus("#box")
    await ada.page.keyboard.press("End")
    await ada.page.keyboard.type("xyz")
    assert (await same_everywhere("#box", box, ada, bob)).endswith("xyz")


# A page that does not hold still


async def test_focus_and_caret_hold_while_everything_around_moves(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    page = ui.WebPage()
    clock = ui.Span("0", id="clock", a=page)
    rows = ui.Ul(*[ui.Li(f"row {number} ", id=f"row{number}") for number in range(5)], a=page)
    box = ui.Input(id="box", a=rows.components[2])
    ticks = 0

    @page.every(0.1)
    def tick() -> None:
        nonlocal ticks
        ticks += 1
        clock.text = str(ticks)
        rows.components.append(rows.components.pop(0))
        if ticks % 3 == 0:
            rows.components.reverse()

    ada, bob = await two(Site(serve, proxied, page), person)
    await ada.page.evaluate(
        """() => {
            globalThis.blurred = 0;
            document.querySelector("#box").addEventListener("blur", () => globalThis.blurred++);
        }"""
    )
    before = ticks
    await ada.page.focus("#box")
    await ada.page.keyboard.type("typed in a storm", delay=60)
    for _ in range(8):
        await ada.page.keyboard.press("ArrowLeft", delay=30)
    await ada.page.keyboard.type(">>", delay=60)
    assert await focused(ada) == "box"
    assert await caret(ada, "#box") == (10, 10)
    assert await same_everywhere("#box", box, ada, bob) == "typed in>> a storm"
    assert ticks > before + 10
    assert await ada.page.evaluate("() => globalThis.blurred") == 0


async def test_a_field_that_goes_and_comes_keeps_what_was_typed(page: ui.WebPage, site: Site, person: People) -> None:
    card = ui.Div(a=page)
    box = ui.Input(id="box", a=card)
    ui.Button("Fold", id="fold", on_click=lambda: setattr(card, "show", not card.show), a=page)
    ada, bob = await two(site, person)
    await ada.page.focus("#box")
    await ada.page.keyboard.type("half a sent", delay=KEY)
    await ada.page.click("#fold")
    for tab in (ada, bob):
        await tab.page.locator("#box").wait_for(state="detached")
    await ada.page.click("#fold")
    for tab in (ada, bob):
        await has_value(tab, "#box", "half a sent")
    assert box.value == "half a sent"


async def test_one_field_at_two_places(page: ui.WebPage, site: Site, person: People) -> None:
    box = ui.Input(classes="box")
    page.add(ui.P(box, id="first"), ui.P(box, id="second"))
    ada, bob = await two(site, person)
    await ada.page.focus("#first input")
    await ada.page.keyboard.type("abc", delay=KEY)
    await put_caret(ada, "#second input", 0)
    await ada.page.keyboard.type("xyz", delay=KEY)
    for tab in (ada, bob):
        for place in ("#first input", "#second input"):
            await has_value(tab, place, "xyzabc")
    assert box.value == "xyzabc"


async def test_a_form_that_is_reset(page: ui.WebPage, site: Site, person: People) -> None:
    form = ui.Form(a=page)
    box = ui.Input(id="box", value="first", a=form)
    agree = ui.Input(id="agree", type="checkbox", a=form)
    ui.Button("Reset", type="reset", id="reset", a=form)
    ada, bob = await two(site, person)
    await ada.page.fill("#box", "changed")
    await ada.page.check("#agree")
    await has_value(bob, "#box", "changed")
    await ada.page.click("#reset")
    await has_value(bob, "#box", "first")
    await shows(bob, checked, "#agree", False)
    assert (box.value, agree.checked) == ("first", False)
