"""Laws 13, 14 and 16: who may open a socket, and with which first frame."""

from collections.abc import Callable
from typing import Any

import pytest

import justui as ui
from justui.testing import Closed
from tests.conftest import Serve
from tests.harness.waiting import eventually
from tests.hostile.shop import GONE, HOSTILE, REFUSED, REPLACED, Shop, calmly, event, forge, named, token

# The first frame

FIRST = [
    "",
    "\0",
    "nonsense",
    "[",
    "{}",
    "null",
    "0",
    "[]",
    '["j"]',
    '["j",1,"token"]',
    '["j",1,"token",0,0]',
    '["j",1,null,0]',
    '["j",1,["token"],0]',
    '["j",1,"token",-1]',
    '["j",1,"token",0.5]',
    '["j",1,"token",true]',
    '["j",1,"token","0"]',
    '["j",1,"token",1e999]',
    '["e",1,0,[],1,"click",{}]',
    '["k",0]',
    '["bye"]',
    '{"hi":0}',
    b"\x80\x00binary",
    b'["j",1,"token",0]',
    "[" * 100_000,
    "[" * 100 + "]" * 100,
]


@pytest.mark.parametrize("frame", FIRST, ids=named)
async def test_a_first_frame_that_is_no_join_ends_the_socket(
    frame: str | bytes, reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    async with calmly(shop, reach(shop.app), caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        forger = await forge(calm.eve, tab)
        forger.say(frame)
        assert await forger.end() == HOSTILE
        assert forger.heard == []
        assert len(shop.app.tabs) == 1
        await tab.join()  # the page itself has taken no harm
        assert tab.state == "joined"


@pytest.mark.parametrize("wrong", ["", "x", "x" * 100_000, "\0", "a" * 32, "../..", "' or 1=1"])
async def test_a_token_that_there_is_not_is_told_to_fetch(wrong: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge(calm.eve, await calm.eve.open("/", join=False))
        forger.say(["j", 1, wrong, 0])
        assert await forger.hear() == {"gone": "unknown"}
        assert await forger.end() == GONE


@pytest.mark.parametrize("protocol", [0, 2, None, "1", [], 10**30])
async def test_another_protocol_is_told_so(protocol: Any, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        forger = await forge(calm.eve, tab)
        forger.say(["j", protocol, token(tab), 0])
        assert await forger.hear() == {"gone": "protocol"}
        assert await forger.end() == GONE


async def test_a_position_that_cannot_be_is_told_to_fetch_and_keeps_nothing(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/")
        forger = await forge(calm.eve, tab)
        forger.say(["j", 1, token(tab), 10**18])
        assert await forger.hear() == {"gone": "position"}
        assert await forger.end() == GONE
        await tab.wait_for(lambda: tab.state == "dropped")
        server_tab = shop.app.registry.find(token(tab))
        assert server_tab is not None
        assert server_tab.outbox.transport is None
        assert server_tab.dropped_at is not None, "it would be kept for ever"


async def test_sockets_that_never_join_are_closed(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop(join_time=0.3)
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        forgers = [await forge(calm.eve, tab) for _ in range(500)]
        await calm.still()
        assert {await forger.end() for forger in forgers} == {HOSTILE}


# Who may join


async def test_a_token_of_another_person_leads_to_a_page_of_ones_own(
    reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    async with calmly(shop, reach(shop.app), caplog) as calm:
        stolen = token(calm.witness)
        own = await calm.eve.open("/own", join=False)
        forger = await forge(calm.eve, own)
        forger.say(["j", 1, stolen, 0])
        assert await forger.hear() == {"gone": "session"}
        assert await forger.end() == GONE


@pytest.mark.parametrize("cookie", ["{}", "{}x", "x.{}", "{}; justui={}", "justui=", "a" * 4000, "\x80\xff"])
async def test_a_cookie_that_was_tampered_with_is_nobodys(cookie: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        name, _, value = calm.eve.socket_headers("/")[1][1].partition("=")
        # Not the last letter: some of its bits mean nothing.
        altered = cookie.replace("{}", value[:-2] + ("A" if value[-2] != "A" else "B") + value[-1])
        forger = await forge(calm.eve, tab, [("cookie", f"{name}={altered}")])
        forger.say(["j", 1, token(tab), 0])
        assert await forger.hear() == {"gone": "session"}
        assert await forger.end() == GONE


async def test_without_a_cookie_a_token_opens_nothing(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        forger = await forge(calm.eve, tab, [])
        forger.say(["j", 1, token(tab), 0])
        assert "refused" in await forger.hear()
        assert await forger.end() == REFUSED


async def test_the_token_of_a_tab_that_left_is_nothing(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/")
        await tab.leave()
        await eventually(lambda: len(shop.app.tabs) == 1)
        forger = await forge(calm.eve, tab)
        forger.say(["j", 1, token(tab), 0])
        assert await forger.hear() == {"gone": "unknown"}


async def test_the_newest_socket_of_a_tab_is_the_only_one(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        first, second = await forge(calm.eve, tab), await forge(calm.eve, tab)
        first.say(["j", 1, token(tab), 0])
        assert await first.hear() == {"hi": 0}
        second.say(["j", 1, token(tab), 0])
        assert await second.hear() == {"hi": 0}
        assert await first.end() == REPLACED
        first.say(event(1, shop.button, "click"))
        second.say(event(1))
        await second.stored(1)
        assert shop.done == []


ORIGINS = [
    "http://evil.example",
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://localhost@evil.example",
    "http://evil.example/localhost",
    "http://sub.localhost",
    "http://localhost:81",
    "file://",
    "http://[",
    "http://localhost\tx",
    "\xff",
]


@pytest.mark.parametrize("origin", ORIGINS)
async def test_a_page_of_another_origin_gets_no_socket(origin: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        headers = [(name, value) for name, value in calm.eve.socket_headers("/") if name != "origin"]
        with pytest.raises(Closed) as closed:
            await forge(calm.eve, tab, [*headers, ("origin", origin)])
        assert closed.value.code == 403


async def test_a_page_of_another_origin_gets_no_socket_of_a_real_server(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    async with calmly(shop, serve(shop.app).address, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        with pytest.raises(Closed) as closed:
            await forge(calm.eve, tab, [("origin", "http://evil.example")])
        assert closed.value.code == 403
