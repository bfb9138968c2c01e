"""Laws 13 and 16: frames that break the contract, and events that nobody can cause."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser
from tests.hostile.shop import HOSTILE, TOO_LARGE, Shop, calmly, event, forge, forge_joined, named

# Frames that break the contract

BROKEN: list[Any] = [
    "",
    "\0",
    "nonsense",
    "[",
    "{}",
    "null",
    "0",
    b"\x00binary",
    [],
    [None],
    [["e"]],
    ["x"],
    ["j", 1, "token", 0],
    ["e"],
    ["e", 1, 0, [], 0, ""],
    ["e", 1, 0, [], 0, "", {}, 0],
    ["e", "1", 0, [], 0, "", {}],
    ["e", True, 0, [], 0, "", {}],
    ["e", 1.5, 0, [], 0, "", {}],
    ["e", -1, 0, [], 0, "", {}],
    ["e", 10**15, 0, [], 0, "", {}],
    ["e", 10**30, 0, [], 0, "", {}],
    ["e", 2, 0, [], 0, "", {}],
    ["e", 1, 1, [], 0, "", {}],
    ["e", 1, -1, [], 0, "", {}],
    ["e", 1, None, [], 0, "", {}],
    ["e", 1, 0, None, 0, "", {}],
    ["e", 1, 0, {}, 0, "", {}],
    ["e", 1, 0, [[]], 0, "", {}],
    ["e", 1, 0, [[1]], 0, "", {}],
    ["e", 1, 0, [["1", "a"]], 0, "", {}],
    ["e", 1, 0, [], None, "", {}],
    ["e", 1, 0, [], [1], "", {}],
    ["e", 1, 0, [], 0, None, {}],
    ["e", 1, 0, [], 0, "", None],
    ["e", 1, 0, [], 0, "", []],
    ["k"],
    ["k", 1],
    ["k", -1],
    ["k", 10**30],
    ["k", "0"],
    ["k", 0, 0],
    '["e",1,0,[],1,"click",' + '{"a":' * 100 + "1" + "}" * 100 + "}",
]


@pytest.mark.parametrize("frame", BROKEN, ids=named)
async def test_a_frame_that_breaks_the_contract_ends_the_socket_and_not_the_tab(
    frame: Any, reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    async with calmly(shop, reach(shop.app), caplog) as calm:
        tab = await calm.eve.open("/")
        await tab.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))  # type: ignore[arg-type]
        await tab.wait_for(lambda: tab.stream.closed is not None)
        assert tab.stream.closed == HOSTILE
        await tab.resume()
        await tab.click("Count")
        await tab.settled()


@pytest.mark.parametrize("value", [None, 7, 1.5, {}, {"a": 1}, [1], [["x"]], [None]], ids=json.dumps)
async def test_a_value_of_no_field_at_all_ends_the_socket(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        for field in shop.fields:
            if field in (shop.submit, shop.secret, shop.locked):
                continue
            before = shop.values()
            for edit in ([field._id, value], [field._id, "", value], [field._id, value, ""]):
                forger = await forge_joined(calm.eve)
                forger.say(event(1, fields=[edit]))
                assert await forger.end() == HOSTILE
            assert shop.values() == before


async def test_one_field_twice_in_one_event_ends_the_socket(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        forger.say(event(1, fields=[[shop.text._id, "text", "a"]] * 2))
        assert await forger.end() == HOSTILE


@pytest.mark.covers("WO-26")
async def test_a_frame_that_is_too_large_ends_its_socket(
    reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(frame_bytes=20_000)
    async with calmly(shop, reach(shop.app), caplog) as calm:
        for text in ("x" * 20_001, "é" * 10_001, json.dumps(event(1, data={"a": "x" * 20_000}))):
            forger = await forge_joined(calm.eve)
            forger.say(text)
            assert await forger.end() == TOO_LARGE
        forger = await forge(calm.eve, await calm.eve.open("/", join=False))
        forger.say("x" * 1_000_000)
        assert await forger.end() == TOO_LARGE


# Events that nobody may cause

IGNORED: dict[str, Callable[[Shop], tuple[Any, str]]] = {
    "another page": lambda shop: (shop.elsewhere, "click"),
    "hidden": lambda shop: (shop.hidden, "click"),
    "inside of something hidden": lambda shop: (shop.inside, "click"),
    "disabled": lambda shop: (shop.disabled, "click"),
    "in a disabled fieldset": lambda shop: (shop.fenced, "input"),
    "removed": lambda shop: (shop.removed, "click"),
    "no handler": lambda shop: (shop.plain, "click"),
    "another event": lambda shop: (shop.button, "dblclick"),
    "a key": lambda shop: (shop.button, "click.Enter"),
    "outside": lambda shop: (shop.button, "click__out"),
    "the life of the page": lambda shop: (shop.page, "join"),
    "a method": lambda shop: (shop.button, "__init__"),
    "no component": lambda shop: (0, "click"),
    "one that never was": lambda shop: (10**15, "click"),
    "a number out of range": lambda shop: (2**62, "click"),
}


@pytest.mark.parametrize("what", IGNORED)
async def test_an_event_that_cannot_be_is_acknowledged_and_not_handled(
    what: str, reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    component, name = IGNORED[what](shop)
    async with calmly(shop, reach(shop.app), caplog) as calm:
        forger = await forge_joined(calm.eve)
        forger.say(event(1, component, name))
        await forger.stored(1)
        forger.say(event(2, shop.button, "click"))
        await forger.stored(2)
        assert shop.done == ["buy"]


async def test_a_component_of_somebody_elses_private_page_is_out_of_reach(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        theirs = await calm.eve.open("/own")
        button, field = theirs.find("button").component, theirs.find("input").component
        forger = await forge_joined(calm.eve, "/own")
        forger.say(event(1, button, "click", [[field, "", "mine"]]))
        await forger.stored(1)
        assert shop.done == []
        assert theirs.value("input") == ""
        await theirs.click("Own")
        await theirs.settled()
        assert shop.done == ["own"]


async def test_events_count_once_and_without_gaps(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        for number in (1, 1, 1, 2, 1, 2):
            forger.say(event(number, shop.button, "click"))
        forger.say(event(3))
        await forger.stored(3)
        assert shop.done == ["buy", "buy"]
        forger.say(event(5, shop.button, "click"))
        assert await forger.end() == HOSTILE
        assert shop.done == ["buy", "buy"]


async def test_what_an_event_says_of_itself_does_not_replace_what_it_is(caplog: pytest.LogCaptureFixture) -> None:
    app = ui.App(debug=False, secret_key="k")
    seen: list[Any] = []
    button = ui.Button("x", on_click=lambda msg: seen.append((msg.page, msg.target, msg["tab"], msg.session, msg.type)))
    page = ui.WebPage(button)
    app.route("/")(lambda: page)
    async with Browser(app) as eve:
        forger = await forge_joined(eve)
        forged = dict.fromkeys(["page", "target", "tab", "session", "type", "data", "__class__", "get"], "forged")
        forger.say(event(1, button, "click", data=forged))
        await forger.stored(1)
        (tab,) = app.tabs
        assert seen == [(page, button, tab, tab.session, "click")]
