"""Whatever is said on a socket: the server goes on, and logs no error."""

import asyncio
import json
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from justui.testing import Browser
from tests.hostile.shop import Calm, Shop, forge, token

# Anything at all


def anything() -> st.SearchStrategy[Any]:
    """Any JSON value, and numbers at the edges."""
    edges = st.sampled_from(
        [0, -1, 1, 2**31, 2**53, 2**63, 2**64, 10**30, -(10**30), 1e308, True, False, None, "", "\0"]
    )
    leaves = st.one_of(edges, st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20))
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=12,
    )


def nearly_right(ids: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    """Frames of the right shape, whose parts are mostly of the right kind."""
    value = st.one_of(st.text(max_size=8), st.booleans(), st.lists(st.text(max_size=4), max_size=3), anything())
    edit = st.one_of(st.tuples(ids, value), st.tuples(ids, value, value), st.tuples(ids, value, value, st.just(1)))
    names = st.sampled_from(["click", "input", "change", "", "join", "click.Enter", "x" * 50]) | anything()
    small = st.integers(-1, 4) | anything()
    return st.one_of(
        st.tuples(st.just("e"), small, small, st.lists(edit, max_size=4), ids, names, st.just({}) | anything()),
        st.tuples(st.just("k"), small),
        st.tuples(st.just("j"), small, anything(), small),
        st.tuples(st.just("bye")),
    ).map(list)


def special(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values that mean something to the codec, or nearly."""
    return st.fixed_dictionaries(
        {"$": st.tuples(st.sampled_from("bfxo$"), st.integers(-1, 3) | inner).map(list) | inner}
    )


def values() -> st.SearchStrategy[Any]:
    """What calls may carry; numbers that JavaScript has."""
    leaves = st.sampled_from([0, 1, -1, True, None, "", "now", "open", "__proto__", 2.5, "\0", "\ud800"]) | st.text(
        max_size=5
    )
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3)
            | special(inner)
            | st.dictionaries(st.sampled_from(["now", "$", "a", "__class__"]), inner, max_size=2)
        ),
        max_leaves=6,
    )


def requests() -> st.SearchStrategy[Any]:
    """What a browser asks, answers and lets go of: the events of no component."""
    names = st.sampled_from(
        ["take", "safe", "open", "own", "room", "room/1", "room/+", "#", "jobs", "_x", "__class__", ""]
    )
    kinds = ["call", "get", "set", "delete", "run", "names", "publish", "subscribe", "unsubscribe", "topics"]
    kinds += ["push", "pop", "shift", "size"]
    small = st.integers(0, 3)
    call = st.fixed_dictionaries(
        {"c": small, "k": st.sampled_from(kinds), "p": st.lists(names, min_size=1, max_size=3)},
        optional={"v": st.lists(values(), max_size=2) | values(), "f": small},
    )
    failure = st.fixed_dictionaries({"type": st.text(max_size=5), "text": st.text(max_size=5)})
    answer = st.fixed_dictionaries(
        {"n": small | anything()}, optional={"v": values(), "e": failure | anything(), "k": small}
    )
    return st.one_of(
        st.tuples(st.just("call"), st.fixed_dictionaries({"c": st.lists(call, max_size=3) | anything()})),
        st.tuples(st.just("answer"), st.fixed_dictionaries({"a": st.lists(answer, max_size=3) | anything()}) | answer),
        st.tuples(st.just("free"), st.fixed_dictionaries({"f": st.lists(small | anything(), max_size=3) | anything()})),
    ).map(lambda said: ["e", 1, 0, [], 0, *said])


def beside(frame: Any, blobs: list[bytes], wrong: int) -> bytes:
    """A frame with bytes beside it; lengths that are `wrong` by so much."""
    parts = [json.dumps(frame).encode(), *blobs]
    return b"".join(max(0, len(part) + wrong).to_bytes(4, "big") + part for part in parts)


def messages(ids: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    """Whatever may come on a socket; of bytes, the frame, the bytes beside it and what is wrong with them."""
    frames = nearly_right(ids) | requests() | anything()
    binary = st.tuples(st.just(b""), requests() | frames, st.lists(st.binary(max_size=4), max_size=3))
    return st.one_of(
        frames, requests(), st.tuples(binary, st.sampled_from([0, 0, 0, 1, -1, 2**31])), st.binary(max_size=12)
    )


class Safe:
    """What is exposed."""

    def __init__(self) -> None:
        self.open: Any = 1
        self._closed = "closed"

    def take(self, *values: Any) -> None:
        """Nothing."""


def shop() -> Shop:
    """A shop with something of everything that browsers may ask for."""
    shop = Shop()
    safe = Safe()
    shop.app.expose(safe, "safe", call=["take"], get=["open"], set=["open"], delete=["nope"])
    shop.app.expose(safe.take, "take")
    shop.app.expose(Safe, "own", per="tab", call=True, get=True, set=True)
    shop.app.topic("room", value=1, allow=True)
    shop.app.topic("room/+", allow=lambda who: True)
    shop.app.queue("jobs", allow=True, limit=5)
    return shop


SHOP = shop()
"""For all examples, so that a fault that one leaves is found by another."""
IDS = st.sampled_from([part._id for part in (SHOP.page, *SHOP.page.components)]) | st.integers(-1, 10**6)


@pytest.mark.timeout(400)
@settings(suppress_health_check=list(HealthCheck))
@given(frames=st.lists(messages(IDS), min_size=1, max_size=12), joined=st.booleans())
def test_whatever_is_said_the_server_goes_on(frames: list[Any], joined: bool) -> None:
    problems: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: problems.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        asyncio.run(say_all(frames, joined))
    finally:
        logging.getLogger().removeHandler(handler)
    assert problems == []


async def say_all(frames: list[Any], joined: bool) -> None:
    async with Browser(SHOP.app) as somebody, Browser(SHOP.app) as eve:
        calm = Calm(SHOP, eve, await somebody.open("/"))
        tab = await eve.open("/", join=False)
        forger = await forge(eve, tab)
        number = 0
        if joined:
            forger.say(["j", 1, token(tab), 0])
        for said in frames:
            is_binary = isinstance(said, tuple)
            (_, frame, blobs), wrong = said if is_binary else ((b"", said, []), 0)
            if isinstance(frame, list) and len(frame) == 7 and frame[0] == "e" and frame[1] in (0, 1, 2):
                number += 1
                frame = ["e", number, 0, *frame[3:]]
            forger.say(beside(frame, blobs, wrong) if is_binary else frame)
        await calm.still()
        await forger.socket.close()
        await calm.still()
        assert int(SHOP.count.text) >= 0
        values = SHOP.values()
        assert all(isinstance(value, (str, int, float, bool, list)) or value is None for value in values)
        assert SHOP.choice.value in ("red", "two words")
        assert sum(radio.checked for radio in SHOP.radios) <= 1
        assert SHOP.locked.value == "locked"
        fresh = await somebody.open("/")
        await calm.witness.wait_for(lambda: calm.witness.document.canonical() == fresh.document.canonical())
