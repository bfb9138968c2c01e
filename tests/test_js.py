"""Python in the browser: what `tab.js`, `page.js` and `app.js` send, what comes back, and what nobody can forge."""

import asyncio
import copy
import gc
import logging
import pickle
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

import justui as ui
from justui.answers import Answers
from justui.js import remote_function
from justui.statements import desk_of, functions_of
from justui.testing import Browser, Tab
from tests.harness.waiting import eventually


class Room:
    """An App with one shared page, and its tabs: those of the server, and those of the people."""

    def __init__(self, **settings: Any) -> None:
        self.app = ui.App(debug=False, secret_key="k", **settings)
        self.page = ui.WebPage(ui.P("x", id="text"), title="Room")
        self.app.route("/")(lambda: self.page)
        self.failures: list[tuple[BaseException, Any]] = []
        self.app.on_error(lambda error, msg: self.failures.append((error, msg)))
        self.browsers: list[Tab] = []

    @property
    def tabs(self) -> list[ui.Tab]:
        return self.app.tabs


@asynccontextmanager
async def room(people: int = 1, **settings: Any) -> AsyncIterator[Room]:
    here = Room(**settings)
    async with Browser(here.app) as person:
        for _ in range(people):
            here.browsers.append(await person.open())
        yield here


def statements(browser: Tab) -> list[list[Any]]:
    return [one for operation in browser.operations if operation[0] == "c" for one in operation[1:]]


async def in_thread(function: Callable[[], Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, function)


def line_of(error: object) -> bool:
    return "(test_js.py:" in str(error)


@pytest.mark.covers("JY-08", "JY-09", "JY-10", "JM-06")
async def test_values_go_there_and_back() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        values: list[Any] = [
            5,
            2.5,
            "</script> ü \U0001f600 \n \"'",
            True,
            None,
            [1, [2, {"a": [None]}]],
            {"$": 1, "b": {"$": ["x"]}},
            b"\0\xff" * 3,
            {"parts": [b"one", b"two"]},
            "",
            2**53,
        ]
        for value in values:
            tab.js.kept = value
            assert await tab.js.kept == value
            assert browser.window["kept"] == value
        tab.js.one, tab.js.two, tab.js.three = b"1", [b"2", {"c": b"3"}], 4  # in one frame
        assert await asyncio.gather(*map(wait_for, (tab.js.one, tab.js.two, tab.js.three))) == [
            *[b"1", [b"2", {"c": b"3"}], 4],
        ]
        tab.js.pair = (1, 2)
        tab.js.bad = [float("nan"), float("inf")]
        assert await tab.js.pair == [1, 2]
        assert await tab.js.bad == [None, None]
        assert await tab.js.missing is None
        browser.window["adjust"] = lambda x: x * 1.3
        assert await tab.js.adjust(10) == 13.0
        browser.window["factor"] = 4
        assert 2 * await tab.js.factor == 8
        assert await tab.js.adjust(tab.js.factor) == 5.2
        assert await tab.js.document.title == "Room"


@pytest.mark.covers("JM-18")
async def test_what_cannot_travel_is_refused_before_anything_is_sent() -> None:
    async with room(2) as here:
        tab, other = here.tabs
        with pytest.raises(TypeError, match=r"\[0\]\.when: object"):
            tab.js.f({"when": object()})
        with pytest.raises(TypeError, match="object cannot travel"):
            tab.js.x = object()
        with pytest.raises(TypeError, match="keyword"):
            tab.js.f(1, timeout=2)
        with pytest.raises(TypeError, match="another browser"):
            tab.js.f(other.js.x)
        with pytest.raises(TypeError):
            await here.app.js.f(object())
        for name in ("constructor", "__proto__", "prototype", "Function"):
            with pytest.raises(KeyError, match="machinery"):
                tab.js.a[name] = 1
        with pytest.raises(AttributeError, match="machinery"):
            _ = tab.js.a.constructor
        with pytest.raises(ui.UsageError, match="run_javascript"):
            tab.js("alert(1)")
        with pytest.raises(ui.UsageError, match=r"tab\.js\.eval\(…\) takes seconds, no code"):
            tab.js.eval("1 + 1")  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="no option 'time'"):
            tab.js(time=2)
        for bad in ({"timeout": 0}, {"timeout": "1"}, {"wait": 1}):
            with pytest.raises(TypeError):
                tab.js(**bad)
        with pytest.raises(TypeError, match="late"):
            here.app.js(late="never")
        await tab.js
        assert [one[1:] for one in statements(here.browsers[0])] == [[1, 0]]


@pytest.mark.covers("JY-12")
async def test_statements_come_in_order_in_one_frame_behind_the_update() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        seen: list[Any] = []
        browser.window["note"] = lambda *all: seen.append((all, browser.text("p")))
        before = len(browser.frames)
        here.page.components[0].text = "sent before"
        for number in range(100):
            tab.js.note(number)
        tab.js.list = []
        await tab.js
        assert seen == [((number,), "sent before") for number in range(100)]
        assert len(browser.frames) - before <= 3
        assert all(one[1] == 0 for one in statements(browser)[:100]), "nobody held the results"


async def test_code_comes_behind_statements_and_a_handler_may_return_an_expression() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        calls: list[Any] = []
        browser.window["f"] = calls.append
        tab.js.x = 1
        tab.run_javascript("x")
        await browser.wait_for(lambda: browser.scripts)
        assert [one[0] for one in browser.operations] == ["c", "j"]
        ui.Button("Tell", on_click=lambda msg: msg.tab.js.f("told"), a=here.page)
        ui.Button("Fail", on_click=lambda msg: msg.tab.js.missing(), a=here.page)
        here.page.update()
        await browser.wait_for("Fail")
        await browser.click("Tell")
        await browser.wait_for(lambda: calls == ["told"])
        await browser.click("Fail")
        await browser.wait_for(lambda: here.failures)
        assert line_of(here.failures[0][0])


@pytest.mark.covers("JY-06")
async def test_a_path_goes_on_from_a_call_which_runs_once() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        made: list[dict[str, Any]] = []

        def make(name: str) -> dict[str, Any]:
            made.append({"name": name, "size": 1})
            return made[-1]

        browser.window["make"] = make
        tab.js.make("a").size = 5
        thing = tab.js.make("b")
        thing.size = 6
        await tab.js
        thing.name = "later"
        assert await thing.name == "later"
        assert await thing == {"name": "later", "size": 6}
        assert await tab.js.make("c").size == 1
        tab.js.document.getElementById("text").mark = 5
        await tab.js
        assert browser.window.node("#text").properties == {"mark": 5}
        assert [one["name"] for one in made] == ["a", "later", "c"]
        assert made[0]["size"] == 5
        del thing
        desk_of(tab).sweep()
        await eventually(lambda: not browser.window.results)


@pytest.mark.covers("JY-16", "JM-15")
async def test_errors_name_the_line_that_asked_and_are_never_lost(caplog: pytest.LogCaptureFixture) -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs

        def fail() -> None:
            raise ValueError("No negative arguments")

        browser.window["fail"] = fail
        with pytest.raises(ui.RemoteError, match=r"ValueError: No negative arguments \(test_js\.py:\d+\)"):
            await tab.js.fail()
        with pytest.raises(ui.RemoteError, match="not a function"):
            await tab.js.missing()
        assert here.failures == []
        # An assignment, a call that nobody holds, one that is held and dropped unread, one that another builds on.
        tab.js.missing.x = 5
        tab.js.fail()
        held = tab.js.fail()
        tab.js.fail().x = 1
        await eventually(lambda: len(here.failures) == 3)
        del held
        desk_of(tab).sweep()
        await eventually(lambda: len(here.failures) == 4)
        assert all(line_of(error) and msg.tab is tab for error, msg in here.failures)
        assert len([one for one in caplog.records if one.levelno == logging.ERROR and line_of(one.message)]) == 4


@pytest.mark.covers("JY-13")
async def test_in_the_loop_a_value_that_is_used_wants_await() -> None:
    async with room() as here:
        (tab,) = here.tabs
        value = tab.js.counter["a"].b
        uses: list[Callable[[], Any]] = [
            lambda: print(value),
            lambda: f"{value}",
            lambda: value + 1,
            lambda: 1 + value,
            lambda: value - 1,
            lambda: value * 2,
            lambda: value / 2,
            lambda: value // 2,
            lambda: value % 2,
            lambda: value**2,
            lambda: value == 5,
            lambda: value != 5,
            lambda: value < 5,
            lambda: bool(value),
            lambda: int(value),
            lambda: float(value),
            lambda: len(value),
            lambda: list(value),
            lambda: "a" in value,
            lambda: -value,
            lambda: abs(value),
            lambda: round(value),
            lambda: [1, 2][value],
            value.eval,
        ]
        for use in uses:
            with pytest.raises(ui.UsageError, match=r"await tab\.js\.counter\['a'\]\.b"):
                use()
        assert repr(value) == "tab.js.counter['a'].b"
        assert value == value
        assert len({value, tab.js.counter}) == 2
        assert copy.deepcopy([value])[0] is value
        assert not hasattr(value, "__array__")
        with pytest.raises(TypeError, match="pickled"):
            pickle.dumps(value)
        assert statements(here.browsers[0]) == []


@pytest.mark.covers("JY-14")
async def test_adding_in_place_happens_in_the_browser() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        browser.window.values |= {"counter": 5, "list": [1], "text": "a", "dict": {"9": "nine"}}
        tab.js.counter += 10
        tab.js.list += [2]
        tab.js.text += "b"
        tab.js.dict["9"] += "!"
        tab.js.dict[8] = "eight"
        tab.js.dict[7] = 7
        del tab.js.dict[7]
        assert await tab.js.dict["8"] == await tab.js.dict[8] == "eight"
        assert browser.window.values == {
            "counter": 15,
            "list": [1, 2],
            "text": "ab",
            "dict": {"9": "nine!", "8": "eight"},
        }
        with pytest.raises(KeyError, match=r"KeyError: \"nope\" \(test_js"):
            await tab.js.dict["nope"]
        with pytest.raises(TypeError, match="named by"):
            _ = tab.js.dict[1.5]
        del tab.js.counter
        assert await tab.js.counter is None


@pytest.mark.covers("JY-13", "JY-14", "JM-19")
async def test_in_a_worker_thread_values_are_there() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        element: dict[str, Any] = {"innerHTML": ""}
        browser.window.values |= {
            "var1": 1,
            "factor": 1.5,
            "dict": {"9": "nine"},
            "list": [3, 1, 2],
            "counter": 5,
            "add": lambda a, b: a + b,
            "element": lambda: Opaque(element),
            "touch": lambda: browser.window.values.update(touched=True),
        }

        def work() -> list[Any]:
            js = tab.js
            value = js.var1
            js.var1 = 10
            found: list[Any] = [str(value), f"{value:03d}", value + 1, 2 * js.factor, js.add(4, 7), int(js.factor)]
            js.var1 = 20
            found += [value.eval(), value == 20, value > 3, bool(js.missing), js.dict[9].eval(), str(js.dict["9"])]
            found += ["9" in js.dict, 5 in js.list, len(js.list), sorted(js.list), [1, 2][js.zero or 1]]
            js.counter += 10
            js.list += [4]
            found += [js.counter.eval(), js.list.eval(), js.dict.eval(timeout=3)]
            js.element().innerHTML = 5
            js(wait=False).touch()
            try:
                js.dict["nope"].eval()
            except KeyError as error:
                found.append(line_of(error))
            try:
                js.add(1)
            except ui.RemoteError as error:
                found.append(line_of(error))
            return found

        assert await in_thread(work) == [
            *["10", "010", 11, 3.0, 11, 1],
            *[20, True, True, False, "nine", "nine"],
            *[True, False, 3, [1, 2, 3], 2],
            *[15, [3, 1, 2, 4], {"9": "nine"}, True, True],
        ]
        assert element == {"innerHTML": 5}
        await browser.wait_for(lambda: "touched" in browser.window)
        # From many threads at once: each has its own answers, and its own order.
        browser.window["log"] = []
        browser.window["note"] = lambda *all: browser.window["log"].append(all) or sum(all)

        def many(number: int) -> list[Any]:
            return [tab.js.note(number * 100, step) for step in range(20)]

        results = await asyncio.gather(*(in_thread(lambda n=n: many(n)) for n in range(4)))  # type: ignore[misc]
        assert results == [[number * 100 + step for step in range(20)] for number in range(4)]


class Opaque:
    """Something of the page's that cannot travel, as an element."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__ = values


@pytest.mark.covers("JY-15", "JM-16")
async def test_a_tab_that_does_not_answer() -> None:
    async with room(3) as here:
        tabs, browsers = here.tabs, here.browsers
        for number, browser in enumerate(browsers):
            browser.window["f"] = lambda a, n=number: a + n
        browsers[2].window.freezes = True
        with pytest.raises(ui.RemoteTimeout, match=r"within 0\.1 s \(test_js\.py:\d+\)"):
            await tabs[2].js(timeout=0.1).f(1)
        with pytest.raises(ui.RemoteTimeout):
            await in_thread(lambda: tabs[2].js.x.eval(timeout=0.1))
        answers = await here.app.js(timeout=0.2).f(4)
        assert [answers[tab] for tab in tabs[:2]] == [4, 5]
        assert isinstance(answers[tabs[2]], ui.RemoteTimeout)
        assert await here.app.js(timeout=0.1, late="omit").f(4) == {tabs[0]: 4, tabs[1]: 5}
        assert await in_thread(lambda: here.page.js(timeout=0.1, late="omit").f(4)) == {tabs[0]: 4, tabs[1]: 5}
        # What comes late is not asked for any more.
        (late, *_) = [one[0] for one in statements(browsers[2])]
        await forge(browsers[2], {"a": [{"n": late, "v": 1}]})
        await in_thread(gc.collect)
        assert here.failures == []
        # One that leaves meanwhile.
        waiting = asyncio.ensure_future(here.app.js.f(4))
        await asyncio.sleep(0)
        await eventually(lambda: len(desk_of(tabs[2])._asked) == 1)
        await browsers[2].leave()
        answers = await waiting
        assert isinstance(answers[tabs[2]], ui.Gone)
        with pytest.raises(ui.Gone):
            await tabs[2].js.x
        with pytest.raises(ui.Gone):
            await in_thread(lambda: tabs[2].js.f(1))
        tabs[2].js.x = 5  # an honest race


@pytest.mark.covers("JM-12", "JM-14", "JM-15", "JM-17", "JM-19")
async def test_all_tabs_are_asked_with_the_same_bytes() -> None:
    empty = ui.App(debug=False, secret_key="k")
    async with Browser(empty):
        assert await empty.js.f(4) == {}
        assert await ui.WebPage().js.f(4) == {}
        assert await in_thread(lambda: empty.js.f(4)) == {}
    async with room(3) as here:
        one, two, three = here.tabs

        async def sum_arr(values: list[int]) -> int:
            await asyncio.sleep(0)
            return sum(values)

        def angry(values: list[int]) -> None:
            raise BrokenPipeError("too many")

        for browser in here.browsers:
            browser.window["sum_arr"] = sum_arr
        here.browsers[2].window["sum_arr"] = angry
        answers = await here.page.js.sum_arr([1, 2, 3])
        assert list(answers) == [one, two, three]
        assert answers[one] == answers[two] == 6
        assert isinstance(answers[three], ui.RemoteError)
        assert "BrokenPipeError: too many" in str(answers[three])
        frames = [[frame for frame in browser.frames if '"sum_arr"' in frame] for browser in here.browsers]
        assert frames[0] == frames[1] == frames[2]
        assert [len(one) for one in frames] == [1, 1, 1]
        assert await here.app.js(to=[one, two.id, "nobody"]).sum_arr([4]) == {one: 4, two: 4}
        assert await here.app.js(to=two).sum_arr([4]) == {two: 4}
        assert await here.app.js(to=[]).sum_arr([4]) == {}
        # In order with what each is told alone, without waiting, and from a thread.
        here.page.js.log = [1]
        two.js.log += [2]
        here.page.js.log += [3]
        here.page.js(wait=False).log.append(4)
        await in_thread(lambda: here.page.js(wait=False).log.append(5))
        assert await here.page.js.log == {one: [1, 3, 4, 5], two: [1, 2, 3, 4, 5], three: [1, 3, 4, 5]}
        here.page.js.document.getElementById("text").mark = 5
        await here.page.js
        assert [browser.window.node("#text").properties["mark"] for browser in here.browsers] == [5] * 3


@pytest.mark.covers("JY-17")
async def test_a_stalled_tab_stays_bounded_and_delays_nobody() -> None:
    async with room(2, outbox_call_bytes=200_000) as here:
        slow, quick = here.tabs
        here.browsers[0].stall()
        made: list[int] = []

        async def flood() -> None:
            for number in range(10_000):
                slow.js.data = "x" * 100
                made.append(number)
                if number % 100 == 0:
                    await asyncio.sleep(0)

        with pytest.raises(ui.RemoteTimeout, match="slow down"):
            await flood()
        assert 100 < len(made) < 2_000

        def produce() -> int:
            for number in range(10_000):
                slow.js(timeout=0.2).data = "y" * number
            return number

        with pytest.raises(ui.RemoteTimeout):
            await in_thread(produce)
        assert desk_of(slow).tab.outbox.call_bytes < 200_000
        for number in range(200):
            here.page.js.both = number
            if number % 20 == 0:
                await asyncio.sleep(0)
        assert await quick.js.both == 199
        assert len(here.failures) == 1, "that a tab missed something is said once"
        here.browsers[0].flow()
        await eventually(lambda: slow.outbox.pending < 3)
        slow.js.done = True
        assert await slow.js.done is True
        waiting = [slow.js.f(number) for number in range(3)]
        assert slow.alive
        del waiting


@pytest.mark.covers("JY-11")
async def test_functions_of_pythons_are_functions_of_the_page_until_it_lets_go() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        clicks: list[Any] = []
        tab.js.button = {}
        tab.js.button.onclick = clicks.append
        tab.js.use([lambda a, b: a + b], {"then": clicks.append})
        await eventually(lambda: len(functions_of(tab)) == 3)
        await tab.js
        await browser.window["button"]["onclick"]("first")
        assert clicks == ["first"]
        browser.stream.send_event(0, "free", {"f": [10**9, -1, 0]})
        await browser.settled()
        assert len(functions_of(tab)) == 3
        numbers = list(functions_of(tab)._functions)
        browser.stream.send_event(0, "free", {"f": numbers[:1]})
        await browser.settled()
        with pytest.raises(ui.RemoteError, match="Gone"):
            await browser.window["button"]["onclick"]("second")
        kept = weakref.ref(function := lambda: None)
        tab.js.later = function
        del function
        await tab.js
        assert kept() is not None
        await browser.leave()
        assert kept() is None, "functions go with their tab"


async def test_functions_of_the_page_are_python_s_as_long_as_it_holds_them() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        browser.server.lent[7] = lambda value: value * 2

        async def use() -> None:
            back = remote_function(tab, 7)
            assert await back(21) == 42
            assert await in_thread(lambda: back(4)) == 8
            back(1)

        await use()
        desk_of(tab).sweep()
        await eventually(lambda: 7 not in browser.server.lent)
        assert here.failures == []


@pytest.mark.covers("JY-18")
async def test_three_deep_there_and_back() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs

        async def deeper(depth: int) -> Any:
            return [depth, await tab.js.enter(depth - 1)] if depth else "bottom"

        def deeper_here(depth: int) -> Any:
            return [depth, tab.js.enter_here(depth - 1)] if depth else "bottom"

        here.app.expose(deeper)
        here.app.expose(deeper_here, thread=True)

        async def enter(depth: int) -> Any:
            return ["js", await browser.server.deeper(depth)]

        async def enter_here(depth: int) -> Any:
            return ["js", await browser.server.deeper_here(depth)]

        browser.window.values |= {"enter": enter, "enter_here": enter_here}
        wanted = ["js", [3, ["js", [2, ["js", [1, ["js", "bottom"]]]]]]]
        assert await tab.js.enter(3) == wanted
        assert await in_thread(lambda: tab.js.enter_here(3)) == wanted


# Bounds, and where statements come from


async def test_what_waits_is_bounded() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        browser.window.freezes = True
        functions = functions_of(tab)
        for number in range(10_000 - len(functions)):
            functions.add(-number, print)
        with pytest.raises(ui.Refused, match="The page holds 10000 functions"):
            tab.js.f(print)
        functions.clear()
        desk = desk_of(tab)
        first = Answers([desk], None)
        for number in range(10_001):
            desk.expect(-number, first if number == 0 else Answers([desk], None))
        assert not first.missing, "the oldest counts as not answered"
        for _ in range(1_100):
            tab.js.x = 1
        await eventually(lambda: len(desk._sites) == 1_000)
        browser.stream.send_event(0, "free", {"f": 5})
        await eventually(lambda: browser.stream.closed == 4000)


async def test_what_was_not_sent_when_the_tab_left_is_gone() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        call = tab.js.f(1)
        tab.js.x = 5
        here.app.registry.remove(tab)
        with pytest.raises(ui.Gone, match="test_js"):
            await call
        browser.window.freezes = True


async def test_a_loop_of_another_thread_awaits_too() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        browser.window.values |= {"x": 5, "f": lambda value: value + 1}

        async def work() -> list[Any]:
            tab.js.y = 7
            return [await tab.js.x, await tab.js.f(tab.js.y), await tab.js(wait=False).f(1)]

        assert await in_thread(lambda: asyncio.run(work())) == [5, 8, None]


async def test_an_error_that_comes_after_nobody_holds_its_call_any_more_is_told() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        failing = asyncio.Event()

        async def slow() -> None:
            await failing.wait()
            raise ValueError("late")

        browser.window["slow"] = slow
        call = tab.js.slow()
        await eventually(lambda: statements(browser))
        del call
        desk_of(tab).sweep()
        failing.set()
        await eventually(lambda: here.failures)
        assert "ValueError: late (test_js.py:" in str(here.failures[0][0])


async def test_operators_in_a_thread() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        browser.window["x"] = 7

        def work() -> list[Any]:
            x = tab.js.x
            return [
                *[1 + x, x - 1, 10 - x, 14 / x, x / 2, 50 // x, x // 2, 50 % x, x % 4, 2**x, x**2, x & 3, x | 8],
                *[-x, +x, abs(x), round(x), x < 8, x <= 7, x > 8, x >= 7, x != 7, float(x)],
            ]

        assert await in_thread(work) == [
            *[8, 6, 3, 2.0, 3.5, 7, 3, 1, 3, 128, 49, 3, 15],
            *[-7, 7, 7, 7, True, True, False, True, False, 7.0],
        ]


async def test_how_expressions_show_themselves() -> None:
    async with room() as here:
        (tab,) = here.tabs
        js = tab.js
        assert repr(js.a[1]["b"].c) == "tab.js.a[1]['b'].c"
        assert repr(here.page.js.a) == "page.js.a"
        assert "result in the browser of tab.js" in repr(js.f().x)
        expression = js.a
        assert copy.copy(expression) is expression


# What a hostile browser can do


async def test_answers_count_once_from_the_tab_that_was_asked() -> None:
    async with room(2) as here:
        mine, evil = here.browsers
        tab, other = here.tabs
        mine.window["secret"] = asyncio.Event().wait
        asked = tab.js.secret()
        waiting = asyncio.ensure_future(wait_for(asked))
        await eventually(lambda: statements(mine))
        number = statements(mine)[0][0]
        await other.js
        others: list[Any] = [number, number + 1, 0, -1, None, "1", True, 1.0, [1], 10**15, {}]
        for n in others:
            await forge(evil, {"a": [{"n": n, "v": "forged"}]})
        await forge(evil, {"a": [{"n": number, "e": {"type": "Error", "text": "forged"}}]})
        assert not waiting.done()
        await forge(mine, {"a": [{"n": number, "v": "true"}, {"n": number, "v": "second"}]})
        await forge(mine, {"a": [{"n": number, "e": {"type": "Error", "text": "third"}}]})
        assert await waiting == "true"
        assert here.failures == []
        assert tab.alive
        assert other.alive


async def wait_for(expression: Any) -> Any:
    return await expression


@pytest.mark.parametrize(
    "data",
    [
        {"a": 5},
        {"a": [5]},
        {"a": [{"n": 1, "e": 5}]},
        {"a": [{"n": 1, "e": {"type": 1, "text": "x"}}]},
        {"a": [{"n": 1, "v": {"$": ["f", 1]}}]},
        {"a": [{"n": 1, "v": {"$": ["x", 0]}}]},
        {"a": [{"n": 1, "v": {"$": ["b", 5]}}]},
    ],
    ids=str,
)
async def test_a_malformed_answer_ends_the_connection(data: dict[str, Any]) -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        await tab.js
        browser.stream.send_event(0, "answer", data)
        await eventually(lambda: browser.stream.closed == 4000)


async def test_what_an_error_says_is_bounded_and_no_error_of_ours() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        browser.window.freezes = True
        asked = asyncio.ensure_future(wait_for(tab.js.x))
        await eventually(lambda: statements(browser))
        number = statements(browser)[0][0]
        await forge(browser, {"a": [{"n": number, "e": {"type": "Gone", "text": "x" * 100_000}}]})
        with pytest.raises(ui.RemoteError) as failure:
            await asked
        assert len(str(failure.value)) < 2_200


async def forge(browser: Tab, data: dict[str, Any]) -> None:
    browser.stream.send_event(0, "answer", data)
    await browser.settled()


# Leaks


async def test_nothing_grows_when_it_is_repeated() -> None:
    async with room() as here:
        (browser,), (tab,) = here.browsers, here.tabs
        browser.window.values |= {"f": lambda *all: len(all), "made": dict}
        gc.collect()
        gc.disable()
        try:
            answers = weakref.WeakSet[Answers]()
            for number in range(300):
                tab.js.x = number
                assert await tab.js.f(number) == 1
                held = tab.js.f(1, 2)
                await held
                answers.add(held._path_.held.answers)
                del held
                tab.js.made().size = 5
            await tab.js
            desk = desk_of(tab)
            desk.sweep()
            assert len(answers) == 0
            assert desk._asked == {}
            assert not desk.dead
            assert len(desk._sites) <= 1_000
            await eventually(lambda: not browser.window.results)
            kept = weakref.ref(tab)
            del desk, tab
            await browser.leave()
            await eventually(lambda: kept() is None, what="a tab that has left is freed without the collector")
        finally:
            gc.enable()


def test_threads_are_not_needed_to_ask_nobody() -> None:
    """Beside any server."""
    page = ui.WebPage()
    page.js.x = 5
    assert page.js.f() == {}
    done: list[Any] = []
    thread = threading.Thread(target=lambda: done.append(page.js.x.eval()))
    thread.start()
    thread.join(5)
    assert done == [{}]
