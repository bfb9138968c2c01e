"""Calls that no honest browser makes: forged names and numbers, what is no call at all, giants, floods, another's objects."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import justui as ui
from justui.errors import RemoteError
from justui.testing import Browser
from tests.harness.waiting import eventually


class Safe:
    """What must stay as it is."""

    def __init__(self) -> None:
        self.open = 1
        self.closed = "closed"
        self._secret = "secret"

    def use(self, value: Any = None) -> Any:
        return value

    @ui.restricted
    def blow(self) -> None:
        raise AssertionError("nobody gets here")


def shop() -> tuple[ui.App, Safe]:
    app = ui.App()
    safe = Safe()
    app.expose(safe, "safe", call=["use"], get=["open"], set=["open"])
    app.expose(safe, "all", call=True, get=["open"], depth=10)
    app.expose(lambda value: value, "echo")

    @app.expose
    def number(value: int) -> int:
        return value

    app.route("/")(lambda: ui.WebPage(ui.P("x")))
    return app, safe


FORGED = [
    "safe.__class__",
    "safe.__init__.__globals__",
    "safe._secret",
    "safe.closed",
    "safe.use.__func__",
    "safe.use.__globals__",
    "safe.use.__self__.closed",
    "safe.open.real",
    "all.blow",
    "all.__class__.__mro__",
    "echo.__globals__",
    "echo.__code__",
    "echo.__defaults__",
    "__class__",
    "_entries",
    "constructor",
    "__proto__",
    "prototype",
    "safe.constructor",
    "safe.__proto__.polluted",
    "topic",
    "names",
]


@pytest.mark.covers("WO-07")
async def test_no_forged_name_reads_writes_deletes_or_calls_anything() -> None:
    app, safe = shop()
    before = dict(vars(safe))
    async with Browser(app) as person:
        tab = await person.open()
        for path in FORGED:
            for kind, value in (("get", None), ("set", 5), ("delete", None), ("call", [])):
                with pytest.raises(
                    RemoteError, match=r"^(NameError: there is no|PermissionError: 'all.blow' is restricted)"
                ):
                    await tab.server.ask(kind, path, value)
        assert vars(safe) == before
        assert await tab.server.safe.use(5) == 5


MALFORMED: list[dict[str, Any]] = [
    {},
    {"c": 5},
    {"c": {}},
    {"c": [5]},
    {"c": [[]]},
    {"c": [{}]},
    {"c": [{"c": 1}]},
    {"c": [{"c": -1, "k": "get", "p": ["echo"]}]},
    {"c": [{"c": 1.5, "k": "get", "p": ["echo"]}]},
    {"c": [{"c": True, "k": "get", "p": ["echo"]}]},
    {"c": [{"c": 1, "k": "nope", "p": ["echo"]}]},
    {"c": [{"c": 1, "k": ["call"], "p": ["echo"]}]},
    {"c": [{"c": 1, "k": "call", "p": "echo", "v": []}]},
    {"c": [{"c": 1, "k": "call", "p": [], "v": []}]},
    {"c": [{"c": 1, "k": "call", "p": [5], "v": []}]},
    {"c": [{"c": 1, "k": "call", "p": [["echo"]], "v": []}]},
    {"c": [{"c": 1, "k": "call", "p": ["a"] * 17, "v": []}]},
    {"c": [{"c": 1, "k": "call", "p": ["echo"], "v": 5}]},
    {"c": [{"c": 1, "k": "call", "p": ["echo"]}]},
    {"c": [{"c": 1, "k": "call", "p": ["echo"], "v": {"0": 1}}]},
    {"c": [{"c": 1, "k": "call", "p": ["echo"], "v": [{"$": 1}]}]},
    {"c": [{"c": 1, "k": "call", "p": ["echo"], "v": [{"$": ["b", 0]}]}]},
    {"c": [{"c": 1, "k": "call", "p": ["echo"], "v": [{"$": ["b", -1]}]}]},
    {"c": [{"c": 1, "k": "call", "p": ["echo"], "v": [{"$": ["x", 0, "eval"]}]}]},
    {"c": [{"c": 1, "k": "call", "p": ["echo"], "v": [{"$": ["f", -1]}]}]},
    {"c": [{"c": 1, "k": "call", "p": ["echo"], "v": [{"$": ["f", "1"]}]}]},
    {"c": [{"c": 1, "k": "run", "f": -1, "v": []}]},
    {"c": [{"c": 1, "k": "run", "f": "1", "v": []}]},
    {"c": [{"c": 1, "k": "run", "f": 1, "v": None}]},
    {"c": [{"c": 1, "k": "call", "p": ["echo"], "v": [1]}] * 1001},
]


async def test_what_is_malformed_ends_the_connection_and_nothing_of_it_runs() -> None:
    app, _ = shop()
    ran: list[int] = []
    app.expose(lambda: ran.append(1), "run_me")
    first = {"c": 0, "k": "call", "p": ["run_me"], "v": []}
    async with Browser(app) as person:
        for data in MALFORMED:
            tab = await person.open()
            calls = data.get("c")
            forged = {**data, "c": [first, *calls]} if isinstance(calls, list) else data
            tab.stream.send_event(0, "call", forged)
            await tab.wait_for(lambda tab=tab: tab.stream.closed == 4000)  # type: ignore[misc]
            await tab.leave()
        assert ran == []
        tab = await person.open()
        assert await tab.server.echo(5) == 5


async def test_forged_function_numbers_and_answers() -> None:
    app, _ = shop()
    async with Browser(app) as person:
        tab = await person.open()
        for number in (1, 7, 2**53, 2**200):
            with pytest.raises(RemoteError, match=r"^Gone: the function number"):
                await tab.server.run(number) if number < 2**63 else await tab.server.run(2**62)
        tab.stream.send_event(0, "answer", {"n": 12345, "v": "forged"})
        tab.stream.send_event(0, "free", {"f": [1, 2, 3]})
        await tab.settled()
        assert await tab.server.echo(1) == 1


async def test_giant_and_deep_arguments_are_refused_or_travel_whole() -> None:
    app, _ = shop()
    async with Browser(app) as person:
        tab = await person.open()
        big = "x" * 1_000_000
        assert await tab.server.echo(big) == big
        assert await tab.server.echo(b"\0" * 1_000_000) == b"\0" * 1_000_000
        with pytest.raises(RemoteError) as caught:
            await tab.server.number(big)
        assert len(str(caught.value)) < 200
        with pytest.raises(RemoteError, match=r"^NameError") as caught:
            await tab.server.ask("call", ["n" * 100_000], [])
        assert len(str(caught.value)) < 300
        deep: Any = 1
        for _ in range(26):
            deep = [deep]
        call = {"c": 7, "k": "call", "p": ["echo"], "v": [deep]}
        tab.stream.send_event(0, "call", {"c": [call]})
        await tab.wait_for(lambda: any(one[:2] == ["b", 7] for one in tab.operations) or tab.stream.closed)
        other = await person.open()
        for _ in range(40):
            deep = [deep]
        other.stream.send_event(0, "call", {"c": [{"c": 7, "k": "call", "p": ["echo"], "v": [deep]}]})
        await other.wait_for(lambda: other.stream.closed == 4000)


async def test_calls_for_anothers_object_reach_ones_own() -> None:
    app, _ = shop()

    class Purse:
        def __init__(self) -> None:
            self.coins = 0

        def put(self, coins: int) -> int:
            self.coins += coins
            return self.coins

    app.expose(Purse, "purse", per="session", call=["put"], get=["coins"])
    async with Browser(app) as ann, Browser(app) as eve:
        hers, his = await ann.open(), await eve.open()
        assert await hers.server.purse.put(10) == 10
        for data in ({"session": "ann"}, {"tab": app.tabs[0].id}, {"who": app.tabs[0].session.identity}):
            his.stream.send_event(
                0, "call", {"c": [{"c": 0, "k": "call", "p": ["purse", "put"], "v": [1], **data}], **data}
            )
        assert await his.server.get("purse.coins") == 3
        assert await hers.server.get("purse.coins") == 10


async def test_a_flood_of_calls_slows_only_the_one_who_floods() -> None:
    app, _ = shop()
    ran = 0

    @app.expose
    def count() -> None:
        nonlocal ran
        ran += 1

    async with Browser(app) as eve, Browser(app) as ann:
        his, hers = await eve.open(), await ann.open()
        calls = [{"c": 0, "k": "call", "p": ["count"], "v": []}] * 1000
        for _ in range(10):
            his.stream.send_event(0, "call", {"c": calls})
        assert await hers.server.echo(5) == 5
        before = ran
        assert before < 10_000
        await asyncio.wait_for(eventually(lambda: ran > before), 5)  # slowly, and nothing of it is lost


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=5)
    | st.sampled_from(["$", "call", "safe", "use"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ckpvf$"), inner, max_size=4),
    max_leaves=8,
)
call_like = st.fixed_dictionaries(
    {
        "c": st.integers(0, 3) | anything,
        "k": st.sampled_from(["call", "get", "set", "delete", "run", "names", "publish", "pop"]) | anything,
        "p": st.lists(
            st.sampled_from(["safe", "all", "echo", "use", "open", "closed", "_secret", "__class__"]), max_size=3
        ),
        "v": st.lists(anything, max_size=2) | anything,
        "f": st.integers(0, 3) | anything,
    }
)


@settings(max_examples=30)
@given(st.lists(st.lists(call_like, max_size=3) | anything, min_size=1, max_size=3))
def test_anything_that_looks_like_calls(frames: list[Any]) -> None:
    async def run() -> None:
        app, safe = shop()
        async with Browser(app) as eve, Browser(app) as ann:
            his, hers = await eve.open(), await ann.open()
            his.takers["b"] = lambda parts, blobs: None
            for calls in frames:
                his.stream.send_event(0, "call", {"c": calls})
            await his.wait_for(lambda: his.stream.closed or not his.stream.unacknowledged)
            assert await hers.server.echo(5) == 5
        assert (safe.closed, safe._secret) == ("closed", "secret")
        assert set(vars(safe)) == {"open", "closed", "_secret"}

    asyncio.run(run())
