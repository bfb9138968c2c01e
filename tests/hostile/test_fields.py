"""Law 13: values that nobody can have given are not taken; those that people can give are."""

from collections.abc import Callable
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser
from tests.hostile.shop import Shop, calmly, event, forge_joined

# Fields

KEPT: dict[str, Callable[[Shop], list[Any]]] = {
    "a div": lambda shop: [shop.plain._id, "", "x"],
    "a button": lambda shop: [shop.button._id, "x"],
    "the page": lambda shop: [shop.page._id, "", "x"],
    "one that never was": lambda shop: [10**15, "", "x"],
    "a submit button": lambda shop: [shop.submit._id, "forged"],
    "a hidden field": lambda shop: [shop.secret._id, "forged"],
    "another page's": lambda shop: [shop.theirs._id, "theirs", "x"],
    "readonly": lambda shop: [shop.locked._id, "locked", "x"],
    "in a disabled fieldset": lambda shop: [shop.fenced._id, "fenced", "x"],
    "not shown": lambda shop: [shop.unseen._id, "unseen", "x"],
    "no option": lambda shop: [shop.choice._id, "forged"],
    "no option at all": lambda shop: [shop.choice._id, ""],
    "a disabled option": lambda shop: [shop.choice._id, "sold out"],
    "an option of a disabled group": lambda shop: [shop.choice._id, "old"],
    "an option that is not shown": lambda shop: [shop.choice._id, "secret"],
    "options that are none": lambda shop: [shop.many._id, ["c", "d"]],
    "very many options": lambda shop: [shop.many._id, [""] * 100_000],
    "text for a number": lambda shop: [shop.number._id, "many"],
    "no number": lambda shop: [shop.number._id, "NaN"],
    "an endless number": lambda shop: [shop.number._id, "1e999"],
    "a number of a million digits": lambda shop: [shop.number._id, "9" * 100_000],
    "below the range": lambda shop: [shop.slider._id, "-1"],
    "above the range": lambda shop: [shop.slider._id, "11"],
    "a text for a slider": lambda shop: [shop.slider._id, ""],
    "no colour": lambda shop: [shop.colour._id, "red"],
    "a box as a text": lambda shop: [shop.box._id, "", "on"],
    "a text as a box": lambda shop: [shop.text._id, True],
    "a list as a text": lambda shop: [shop.text._id, ["a"]],
    "a text as a list": lambda shop: [shop.many._id, "a"],
    "a text that is too long": lambda shop: [shop.lines._id, "lines", "x" * 200_001],
}


@pytest.mark.parametrize("what", KEPT)
async def test_a_value_that_nobody_can_give_is_not_taken(what: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        before, look = shop.values(), calm.witness.document.canonical()
        forger = await forge_joined(calm.eve)
        forger.say(event(1, fields=[KEPT[what](shop), [shop.password._id, "mine"]]))
        await forger.stored(1)
        assert shop.values() == before
        assert calm.witness.document.canonical() == look


async def test_who_says_a_value_that_cannot_be_is_told_the_one_that_is(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        forger.say(event(1, fields=[[shop.choice._id, "forged"]]))
        heard = []
        while ["v", shop.choice._id, "red"] not in heard:
            heard += await forger.hear()


@pytest.mark.parametrize("whose", ["theirs", "unseen"])
async def test_asking_for_a_value_by_an_edit_tells_nothing(whose: str, caplog: pytest.LogCaptureFixture) -> None:
    """Who is told the value of a field that does not take an edit is only who sees the field."""
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        field = getattr(shop, whose)
        forger.say(event(1, fields=[[field._id, "", "x"]]))
        forger.say(event(2, fields=[[shop.locked._id, "", "x"]]))
        while ["v", shop.locked._id, "locked"] not in await forger.hear():
            pass
        assert field.value not in "".join(forger.heard)


async def test_values_that_people_can_give_are_taken(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        edits = [
            [shop.choice._id, "two words"],
            [shop.many._id, ["a", "b", "c", "a"]],
            [shop.number._id, "-1.5e3"],
            [shop.slider._id, "10"],
            [shop.colour._id, "#ABCDEF"],
            [shop.box._id, True],
            [shop.text._id, "text", "one\r\nline"],
            [shop.lines._id, "lines", "two\nlines"],
        ]
        forger.say(event(1, fields=edits))
        await forger.stored(1)
        assert (shop.choice.value, shop.many.value, shop.number.value, shop.slider.value) == (
            "two words",
            ["a", "b"],
            -1500,
            10,
        )
        assert (shop.colour.value, shop.box.checked) == ("#ABCDEF", True)
        assert (shop.text.value, shop.lines.value) == ("oneline", "two\nlines")


async def test_one_radio_of_a_group_is_on(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        forger.say(event(1, fields=[[radio._id, True] for radio in shop.radios]))
        await forger.stored(1)
        assert [radio.checked for radio in shop.radios] == [False, False, True]


async def test_a_field_whose_type_has_just_changed_is_no_offence(caplog: pytest.LogCaptureFixture) -> None:
    """A password that is shown: what is on its way then has the other shape."""
    field = ui.Input(type="password", private=True)
    button = ui.Button(
        "show", on_click=lambda: setattr(field, "type", "text" if field.type == "password" else "password")
    )
    app = ui.App(debug=False, secret_key="k")
    page = ui.WebPage(field, button)
    app.route("/")(lambda: page)
    async with Browser(app) as browser:
        forger = await forge_joined(browser)
        forger.say(event(1, button, "click", [[field._id, "a"]]))
        forger.say(event(2, fields=[[field._id, "ab"]]))
        forger.say(event(3, button, "click", [[field._id, "ab", "abc"]]))
        forger.say(event(4, fields=[[field._id, "abc", "abcd"]]))
        await forger.stored(4)
        (tab,) = app.tabs
        assert field.value_in(tab) == "abcd"


@pytest.mark.parametrize(("type", "forged"), [("file", "x"), ("hidden", "x"), ("password", "root\nroot")])
async def test_a_model_takes_no_value_that_nobody_can_give(type: Any, forged: str) -> None:
    """A forged frame made the model of a file input an empty text, and a password one of two lines."""
    kept = ui.State(None if type == "file" else "kept")
    field = ui.Input(type=type, model=kept)
    app = ui.App(debug=False, secret_key="k")
    app.route("/")(lambda: ui.WebPage(field))
    before = kept.value
    async with Browser(app) as browser:
        forger = await forge_joined(browser)
        forger.say(event(1, fields=[[field._id, forged]]))
        await forger.stored(1)
        assert kept.value == before
