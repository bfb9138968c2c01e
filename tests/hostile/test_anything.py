"""Whatever is said on a socket: the server goes on, and logs no error."""

import asyncio
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


SHOP = Shop()
"""For all examples, so that a fault that one leaves is found by another."""
IDS = st.sampled_from([part._id for part in (SHOP.page, *SHOP.page.components)]) | st.integers(-1, 10**6)


@pytest.mark.timeout(400)
@settings(suppress_health_check=list(HealthCheck))
@given(frames=st.lists(nearly_right(IDS) | anything(), min_size=1, max_size=12), joined=st.booleans())
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
        for frame in frames:
            if isinstance(frame, list) and len(frame) == 7 and frame[0] == "e" and frame[1] in (0, 1, 2):
                number += 1
                frame = ["e", number, 0, *frame[3:]]
            forger.say(frame)
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
