"""Typing with real keys, 400 ms away from the server (laws 5 and 6): no letter is lost, no caret jumps."""

import asyncio

import pytest

import justui as ui
from tests.browser.live import (
    KEY,
    Site,
    acknowledged,
    caret,
    events,
    focused,
    has_value,
    is_so,
    joined,
    operations,
    put_caret,
    same_everywhere,
    stands_in_order,
    value,
)
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People
from tests.harness.waiting import eventually

SENTENCE = "The quick brown fox jumps over it."


class Shared:
    """A shared page with one field, `#box`."""

    def __init__(self, serve: Serve, proxied: Proxied, field: ui.Input | ui.Textarea | None = None) -> None:
        self.page = ui.WebPage()
        self.box = field if field is not None else ui.Input(id="box")
        self.page.add(self.box)
        self.site = Site(serve, proxied, self.page)

    async def open(self, person: People, count: int = 2) -> list[BrowserTab]:
        tabs = [await self.site.open(await person()) for _ in range(count)]
        self.site.move_far_away()
        return tabs


@pytest.fixture
def shared(serve: Serve, proxied: Proxied) -> Shared:
    return Shared(serve, proxied)


async def type_in(tab: BrowserTab, text: str, selector: str = "#box", delay: int = KEY) -> None:
    """Go on typing where the caret of this field is."""
    await tab.page.locator(selector).focus()
    await tab.page.keyboard.type(text, delay=delay)


# One person


@pytest.mark.covers("JP-22")
async def test_a_private_page_loses_no_letter(serve: Serve, proxied: Proxied, person: People) -> None:
    boxes = []

    def page() -> ui.WebPage:
        wp = ui.WebPage()
        box = ui.Input(id="box", a=wp)
        echo = ui.P(id="echo", a=wp)
        box.on("input", lambda msg: setattr(echo, "text", msg.value))
        boxes.append(box)
        return wp

    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    site.move_far_away()
    await type_in(tab, SENTENCE)
    assert await value(tab, "#box") == SENTENCE
    await is_so(lambda: boxes[0].value == SENTENCE, lambda: boxes[0].value)
    await tab.page.locator("#echo", has_text=SENTENCE).wait_for()
    assert await same_everywhere("#box", boxes[0], tab) == SENTENCE
    assert await caret(tab, "#box") == (len(SENTENCE), len(SENTENCE))


async def test_fields_without_handlers_are_followed_and_told_to_others(shared: Shared, person: People) -> None:
    ada, bob = await shared.open(person)
    await type_in(ada, SENTENCE)
    await has_value(bob, "#box", SENTENCE)
    assert shared.box.value == SENTENCE


async def test_one_letter_is_sent_by_itself_soon(shared: Shared, person: People) -> None:
    (tab,) = await shared.open(person, 1)
    await type_in(tab, "x")
    await is_so(lambda: shared.box.value == "x")
    assert [frame[3] for frame in events(tab)] == [[[events(tab)[0][3][0][0], "", "x"]]]


@pytest.mark.covers("JP-22")
async def test_a_handler_clears_the_box_while_typing_goes_on(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    box = ui.Input(id="box", private=True, a=wp)
    messages = ui.Ul(a=wp)

    def say(msg: ui.Event) -> None:
        messages.add_first(ui.Li(msg.value))
        box.value = ""

    box.on("keydown", say, key="Enter")
    site = Site(serve, proxied, wp)
    ada, bob = await site.open(await person()), await site.open(await person())
    site.move_far_away()

    async def talk(tab: BrowserTab, name: str) -> None:
        await type_in(tab, f"{name} one\n{name} two\n{name} three\nrest of {name}")

    await asyncio.gather(talk(ada, "ada"), talk(bob, "bob"))
    await has_value(ada, "#box", "rest of ada")
    await has_value(bob, "#box", "rest of bob")
    await is_so(lambda: len(messages.components) == 6)
    for name in ("ada", "bob"):
        mine = [item.text for item in messages.components if item.text.startswith(name)]
        assert mine == [f"{name} three", f"{name} two", f"{name} one"]


async def test_a_box_that_a_handler_cleared_is_cleared(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    box = ui.Input(id="box", a=wp)
    seen: list[str] = []

    def take(msg: ui.Event) -> None:
        seen.append(msg.value)
        box.value = ""

    ui.Button("Send", id="send", on_click=lambda: take(ui.Event("click", box, wp, None)), a=wp)
    site = Site(serve, proxied, wp)
    tab = await site.open(await person())
    site.move_far_away()
    for text in ("one", "two"):
        await type_in(tab, text)
        await tab.page.click("#send")
        await has_value(tab, "#box", "")
    assert seen == ["one", "two"]
    assert box.value == ""


async def test_a_handler_that_rewrites_the_text(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    box = ui.Input(id="box", a=wp, on_input=lambda: setattr(box, "value", box.value.upper()))
    site = Site(serve, proxied, wp)
    tab = await site.open(await person())
    site.move_far_away()
    await type_in(tab, "hello there, world")
    assert await same_everywhere("#box", box, tab) == "HELLO THERE, WORLD"
    assert (await caret(tab, "#box"))[0] == len("HELLO THERE, WORLD")


async def test_a_handler_that_formats_the_text(serve: Serve, proxied: Proxied, person: People) -> None:
    def grouped(text: str) -> str:
        digits = "".join(filter(str.isdigit, text))
        return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))

    wp = ui.WebPage()
    box = ui.Input(id="box", a=wp, on_input=lambda: setattr(box, "value", grouped(box.value)))
    site = Site(serve, proxied, wp)
    tab = await site.open(await person())
    site.move_far_away()
    await type_in(tab, "1234567812345678", delay=60)
    assert await same_everywhere("#box", box, tab) == "1234 5678 1234 5678"
    assert (await caret(tab, "#box"))[0] == len("1234 5678 1234 5678")


@pytest.mark.covers("JP-22", "JP-32")
async def test_debounce_sends_once_and_a_click_at_once_sees_the_text(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    wp = ui.WebPage()
    seen: list[str] = []
    box = ui.Input(id="box", a=wp)
    box.on("input", lambda: seen.append("input " + box.value), debounce=500)
    ui.Button("Go", id="go", on_click=lambda: seen.append("click " + box.value), a=wp)
    site = Site(serve, proxied, wp)
    tab = await site.open(await person())
    site.move_far_away()
    await type_in(tab, "0123456789")
    await is_so(lambda: seen == ["input 0123456789"], lambda: seen)
    assert len(events(tab)) == 1
    await type_in(tab, " and more")
    await tab.page.click("#go")
    await is_so(lambda: seen[1:] == ["input 0123456789 and more", "click 0123456789 and more"], lambda: seen)
    assert len(events(tab)) == 3


async def test_an_event_of_another_component_brings_the_unsent_field(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    wp = ui.WebPage()
    seen: list[str] = []
    box = ui.Input(id="box", a=wp)
    ui.Div("over", id="other", on_mouseenter=lambda: seen.append(box.value), a=wp)
    site = Site(serve, proxied, wp)
    tab = await site.open(await person())
    await tab.page.locator("#box").press("a")
    await tab.page.hover("#other")
    await is_so(lambda: seen == ["a"], lambda: seen)


# Two persons in one field


@pytest.mark.covers("JP-31")
@pytest.mark.parametrize("at_once", ["end and beginning", "both at the end"])
async def test_two_people_in_one_field_keep_every_letter(shared: Shared, person: People, at_once: str) -> None:
    ada, bob = await shared.open(person)
    await type_in(ada, "====")
    await has_value(bob, "#box", "====")
    await put_caret(bob, "#box", 0 if at_once.startswith("end") else 4)
    await asyncio.gather(type_in(ada, "abcdefghijklmnopqrst"), type_in(bob, "ABCDEFGHIJKLMNOPQRST", delay=40))
    text = await same_everywhere("#box", shared.box, ada, bob)
    assert len(text) == 44
    assert stands_in_order("====abcdefghijklmnopqrst", text)
    assert stands_in_order("ABCDEFGHIJKLMNOPQRST", text)
    if at_once.startswith("end"):
        assert text == "ABCDEFGHIJKLMNOPQRST====abcdefghijklmnopqrst"


async def test_two_people_with_a_handler_on_the_field(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    length = ui.P(id="length", a=wp)
    box = ui.Input(id="box", a=wp, on_input=lambda: setattr(length, "text", str(len(box.value))))
    site = Site(serve, proxied, wp)
    ada, bob = await site.open(await person()), await site.open(await person())
    site.move_far_away()
    await asyncio.gather(type_in(ada, "abcdefghijklmnopqrst"), type_in(bob, "ABCDEFGHIJKLMNOPQRST", delay=40))
    text = await same_everywhere("#box", box, ada, bob)
    assert len(text) == 40
    assert stands_in_order("abcdefghijklmnopqrst", text)
    assert stands_in_order("ABCDEFGHIJKLMNOPQRST", text)
    for tab in (ada, bob):
        await tab.page.locator("#length", has_text="40").wait_for()


async def test_the_caret_moves_with_the_text_when_the_other_types_before_it(shared: Shared, person: People) -> None:
    ada, bob = await shared.open(person)
    await type_in(ada, "wonderful world")
    await has_value(bob, "#box", "wonderful world")
    await put_caret(ada, "#box", 3, 9)
    await put_caret(bob, "#box", 0)
    await type_in(bob, "what a ")
    await has_value(ada, "#box", "what a wonderful world")
    assert await caret(ada, "#box") == (10, 16)
    await type_in(ada, "DER")
    assert await same_everywhere("#box", shared.box, ada, bob) == "what a wonDER world"


async def test_selection_replaced_and_deleted_while_the_other_types(shared: Shared, person: People) -> None:
    ada, bob = await shared.open(person)
    await type_in(ada, "one two three")
    await has_value(bob, "#box", "one two three")
    await put_caret(ada, "#box", 4, 7)
    await put_caret(bob, "#box", 13)
    await asyncio.gather(type_in(ada, "2"), type_in(bob, " four five"))
    assert await same_everywhere("#box", shared.box, ada, bob) == "one 2 three four five"
    await put_caret(ada, "#box", 0)
    for _ in range(4):
        await ada.page.keyboard.press("Delete", delay=KEY)
    assert await same_everywhere("#box", shared.box, ada, bob) == "2 three four five"


async def test_emoji_of_both(shared: Shared, person: People) -> None:
    ada, bob = await shared.open(person)
    family = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
    await type_in(ada, "😀b🎉")
    await has_value(bob, "#box", "😀b🎉")
    await put_caret(bob, "#box", 2)
    await asyncio.gather(type_in(ada, "é" + family), type_in(bob, "👍🏽x"))
    assert await same_everywhere("#box", shared.box, ada, bob) == f"😀👍🏽xb🎉é{family}"


async def test_a_textarea_with_line_ends(serve: Serve, proxied: Proxied, person: People) -> None:
    area = ui.Textarea(id="box", rows=8)
    shared = Shared(serve, proxied, area)
    ada, bob = await shared.open(person)
    await type_in(ada, "one\n\n  two\n")
    await has_value(bob, "#box", "one\n\n  two\n")
    await put_caret(bob, "#box", 3)
    await asyncio.gather(type_in(ada, "three\nfour"), type_in(bob, "\nnew line"))
    assert await same_everywhere("#box", area, ada, bob) == "one\nnew line\n\n  two\nthree\nfour"


async def test_two_fields_at_once(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    boxes = [ui.Input(id=f"box{number}", a=wp) for number in range(2)]
    site = Site(serve, proxied, wp)
    ada, bob = await site.open(await person()), await site.open(await person())
    site.move_far_away()
    await asyncio.gather(type_in(ada, SENTENCE, "#box0"), type_in(bob, SENTENCE[::-1], "#box1"))
    for number, text in enumerate((SENTENCE, SENTENCE[::-1])):
        assert await same_everywhere(f"#box{number}", boxes[number], ada, bob) == text
    assert await focused(ada) == "box0"
    assert await focused(bob) == "box1"
    # One person, from field to field.
    for _ in range(3):
        await type_in(ada, "x", "#box0")
        await type_in(ada, "y", "#box1")
    assert await same_everywhere("#box0", boxes[0], ada, bob) == SENTENCE + "xxx"
    assert (await same_everywhere("#box1", boxes[1], ada, bob)).count("y") == SENTENCE.count("y") + 3


# What editors do


async def test_undo_and_redo_of_own_typing(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    box = ui.Input(id="box", a=wp, on_input=lambda: None)
    site = Site(serve, proxied, wp)
    tab = await site.open(await person())
    site.move_far_away()
    await type_in(tab, "first")
    await acknowledged(tab)
    await tab.page.locator("#box").blur()
    await type_in(tab, " second")
    assert await same_everywhere("#box", box, tab) == "first second"
    await tab.page.keyboard.press("Control+z")
    undone = await same_everywhere("#box", box, tab)
    assert undone != "first second"
    assert "first second".startswith(undone)
    await tab.page.keyboard.press("Control+Shift+z")
    assert await same_everywhere("#box", box, tab) == "first second"


async def test_cut_and_paste(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    area = ui.Textarea("", id="source", a=wp)
    box = ui.Input(id="box", a=wp)
    site = Site(serve, proxied, wp)
    ada, bob = await site.open(await person()), await site.open(await person())
    site.move_far_away()
    await type_in(ada, "to be\nmoved", "#source")
    await ada.page.keyboard.press("Control+a")
    await ada.page.keyboard.press("Control+x")
    await type_in(ada, "[]")
    await put_caret(ada, "#box", 1)
    await ada.page.keyboard.press("Control+v")
    pasted = await same_everywhere("#box", box, ada, bob)
    assert pasted.startswith("[to be")
    assert pasted.endswith("moved]")
    assert "\n" not in pasted
    assert await same_everywhere("#source", area, ada, bob) == ""


async def test_an_input_method_is_left_alone_until_it_is_done(shared: Shared, person: People) -> None:
    ada, bob = await shared.open(person)
    await type_in(ada, "ok ")
    await same_everywhere("#box", shared.box, ada, bob)
    await put_caret(bob, "#box", 0)
    ada.forget()
    keyboard = await ada.page.context.new_cdp_session(ada.page)
    for text in ("に", "にほ", "にほん"):
        await keyboard.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
    await type_in(bob, "yes ")
    await eventually(lambda: len(operations(ada, "v")) > 0)
    # What came from the server waits, what is composed is not sent.
    assert await value(ada, "#box") == "ok にほん"
    assert not events(ada)
    await keyboard.send("Input.insertText", {"text": "日本"})
    assert await same_everywhere("#box", shared.box, ada, bob) == "yes ok 日本"
    assert await caret(ada, "#box") == (9, 9)


async def test_an_input_method_and_a_handler(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    seen: list[str] = []
    box = ui.Input(id="box", a=wp, on_input=lambda msg: seen.append(msg.value))
    site = Site(serve, proxied, wp)
    tab = await site.open(await person())
    await tab.page.locator("#box").focus()
    keyboard = await tab.page.context.new_cdp_session(tab.page)
    for text in ("に", "にほ"):
        await keyboard.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
    await keyboard.send("Input.insertText", {"text": "日"})
    await is_so(lambda: seen[-1:] == ["日"], lambda: seen)
    await type_in(tab, "!")
    await is_so(lambda: box.value == "日!")
    assert set(seen) == {"日", "日!"}


# Bad networks


async def test_typing_through_a_cut_of_five_seconds(shared: Shared, person: People) -> None:
    ada, bob = await shared.open(person)
    for tab in (ada, bob):
        tab.allow_network_errors()
    await type_in(ada, "before ")
    await same_everywhere("#box", shared.box, ada, bob)
    shared.site.network.cut()
    mine, theirs = "a" * 25 + "b" * 25, "C" * 25 + "D" * 25
    await put_caret(bob, "#box", 0)
    await asyncio.gather(type_in(ada, mine, delay=100), type_in(bob, theirs, delay=100))
    shared.site.network.mend()
    for tab in (ada, bob):
        await tab.page.evaluate("() => void dispatchEvent(new Event('online'))")
    assert await same_everywhere("#box", shared.box, ada, bob) == theirs + "before " + mine


async def test_a_handler_sees_each_enter_once_over_a_cut(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    seen: list[str] = []
    box = ui.Input(id="box", a=wp)

    def take() -> None:
        seen.append(box.value)
        box.value = ""

    box.on("keydown", take, key="Enter")
    site = Site(serve, proxied, wp)
    tab = await site.open(await person())
    tab.allow_network_errors()
    site.move_far_away()
    await type_in(tab, "one\ntwo\nth")
    site.network.cut()
    await type_in(tab, "ree\nfour\nfi")
    site.network.mend()
    await type_in(tab, "ve\nrest")
    await has_value(tab, "#box", "rest")
    assert seen == ["one", "two", "three", "four", "five"]


async def test_text_survives_a_restart_of_the_server(serve: Serve, proxied: Proxied, person: People) -> None:
    def make() -> tuple[ui.WebPage, ui.Input]:
        wp = ui.WebPage()
        return wp, ui.Input(id="box", a=wp)

    wp, _ = make()
    site = Site(serve, proxied, wp)
    tab = await site.open(await person())
    tab.allow_network_errors()
    await type_in(tab, "typed before")
    await acknowledged(tab)
    wp, box = make()
    stopping = asyncio.to_thread(site.renew, wp)
    await asyncio.gather(stopping, type_in(tab, ", during,", delay=60))
    await type_in(tab, " and after")
    assert await same_everywhere("#box", box, tab) == "typed before, during, and after"
    assert await focused(tab) == "box"


async def test_what_two_typed_comes_back_once_after_a_restart(shared: Shared, person: People) -> None:
    ada, bob = await shared.open(person)
    for tab in (ada, bob):
        tab.allow_network_errors()
    await type_in(ada, "of both ")
    await has_value(bob, "#box", "of both ")
    await put_caret(bob, "#box", 0)
    await type_in(bob, "text ")
    await same_everywhere("#box", shared.box, ada, bob)
    box = ui.Input(id="box")
    await asyncio.to_thread(shared.site.renew, ui.WebPage(box))
    await asyncio.gather(joined(ada, 2), joined(bob, 2))
    assert await same_everywhere("#box", box, ada, bob) == "text of both "
    await asyncio.gather(type_in(ada, "x"), type_in(bob, "y"))
    text = await same_everywhere("#box", box, ada, bob)
    assert sorted(text) == sorted("text of both xy")


async def test_typed_before_the_script_ran(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    box = ui.Input(id="box", value="old ", a=wp)
    agree = ui.Input(id="agree", type="checkbox", a=wp)
    site = Site(serve, proxied, wp)
    ada = await person()
    free = asyncio.Event()

    async def hold(route: object) -> None:
        await free.wait()
        await route.continue_()  # type: ignore[attr-defined]

    await ada.context.route("**/*.js", hold)
    opening = asyncio.create_task(site.open(ada))
    await eventually(lambda: ada.tabs)
    tab = ada.tabs[0]
    await tab.page.locator("#box").press("End")
    await tab.page.keyboard.type("news")
    await tab.page.click("#agree")
    free.set()
    await opening
    await is_so(lambda: box.value == "old news" and agree.checked, lambda: (box.value, agree.checked))
    assert await value(tab, "#box") == "old news"
