"""Calls of browsers over the real wire: found, allowed, run inline, as tasks, in threads or one at a time, and answered."""

import asyncio
import gc
import logging
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

import justui as ui
from justui.errors import Gone, RemoteError
from justui.testing import Browser
from justui.testing.server import Reply
from justui.testing.tab import Tab
from tests.harness.waiting import eventually


def new_app(**settings: Any) -> ui.App:
    app = ui.App(**{"debug": True, **settings})
    app.route("/")(lambda: ui.WebPage(ui.P("Nothing", id="shown")))
    return app


@asynccontextmanager
async def tabs_of(app: ui.App, count: int = 1) -> AsyncIterator[list[Tab]]:
    """So many people, each with a tab."""
    people = [Browser(app) for _ in range(count)]
    for person in people:
        await person.__aenter__()
    try:
        yield [await person.open() for person in people]
    finally:
        for person in people:
            await person.__aexit__(None, None, None)


async def error(reply: Any) -> str:
    with pytest.raises(RemoteError) as caught:
        await reply
    return str(caught.value)


class Sampler:
    note = "none"

    def __init__(self) -> None:
        self.rate = 5

    def start(self, rate: int) -> int:
        self.rate = rate
        return rate


# Answers


@pytest.mark.covers("JY-03", "JY-04", "JM-05", "JM-06", "WO-01", "WO-02", "WO-03", "WO-04", "WO-05")
async def test_calls_reads_writes_and_deletions_in_order() -> None:
    app = new_app()

    @app.expose
    def getresult(a: int, b: int) -> int:
        return a + b

    @app.expose("py_add2")
    async def add2(a: int, b: int) -> list[int]:
        await asyncio.sleep(0)
        return [a, b, a + b]

    app.expose(lambda value: value, "echo")
    app.expose(Sampler(), "sampler", call=["start"], get=["rate", "note"], set=["rate", "note"], delete=["note"])
    async with tabs_of(app) as [tab]:
        server = tab.server
        assert await server.getresult(125, 99) == 224
        assert await server.py_add2(4, 7) == [4, 7, 11]
        assert await server.get("sampler.rate") == 5
        # Sent together and without waiting: each sees what was done before it.
        server.set("sampler.rate", 2)
        read = server.get("sampler.rate")
        server.sampler.start(9)
        assert await read == 2
        assert await server.get("sampler.rate") == 9
        await server.set("sampler.note", "mine")
        await server.delete("sampler.note")
        assert await server.get("sampler.note") == "none"
        for value in (None, True, 1, 1.5, "text 🙂", [1, [2]], {"a": {"b": None}}, b"\x00\xff", {"$": 1}, [b"a", b"b"]):
            assert await server.echo(value) == value
        assert await server.echo((1, 2)) == [1, 2]
        assert await server.echo(float("nan")) is None
        assert (await server.get("sampler"))["call"] == ["start"]
        assert await server.get("getresult") == {"kind": "function", "name": "getresult"}


@pytest.mark.covers("JY-05", "JM-09", "JM-10", "WO-02", "WO-03", "WO-12")
async def test_errors_reach_their_caller_alone(caplog: pytest.LogCaptureFixture) -> None:
    app = new_app()
    told: list[tuple[Any, Any]] = []
    app.on_error(lambda failure, msg: told.append((failure, msg)))

    @app.expose
    def root(a: int, b: int = 0) -> int:
        if a < 0:
            raise ValueError("No negative arguments")
        return a

    @app.expose
    async def later() -> None:
        await asyncio.sleep(0)
        raise KeyError("lost")

    @app.expose
    def ends() -> None:
        raise SystemExit("bye")

    @app.expose
    async def gives_up() -> None:
        raise asyncio.CancelledError

    @app.expose
    def unsent() -> object:
        return object()

    app.expose(Sampler(), "sampler", get=["rate"], set=["nothing"])
    async with tabs_of(app, 2) as [tab, other]:
        server = tab.server
        assert await error(server.root(-2, 5)) == "ValueError: No negative arguments"
        assert await error(server.later()) == "KeyError: 'lost'"
        assert await error(server.ends()) == "SystemExit: bye"
        assert (await error(server.gives_up())).startswith("CancelledError")
        assert await error(server.unsent()) == (
            "TypeError: object cannot travel to the browser; there are None, bool, int, float, str, bytes, list and dict."
        )
        assert [type(failure) for failure, msg in told] == [ValueError, KeyError, SystemExit, TypeError]
        assert all(msg.type == "call" and msg.tab.id for _, msg in told)
        logged = [record for record in caplog.records if record.levelno >= logging.ERROR]
        assert "No negative arguments" in logged[0].getMessage()
        assert "test_calls.py" in logged[0].getMessage()
        assert "reference" in logged[0].getMessage()
        count = len(logged)
        # What only the browser did wrong fills no log.
        assert await error(server.root()) == "TypeError: root() missing 1 required positional argument: 'a'"
        assert await error(server.root("x")) == 'TypeError: root: a wants int, got "x" (str)'
        assert await error(server.nope()) == "NameError: there is no 'nope'"
        assert await error(server.sampler.rate.nope()) == "NameError: there is no 'sampler.rate.nope'"
        assert await error(server.get("nope")) == "NameError: there is no 'nope'"
        assert await error(server.set("sampler.rate", 7)) == "NameError: there is no 'sampler.rate'"
        assert await error(server.delete("sampler.rate")) == "NameError: there is no 'sampler.rate'"
        assert await server.get("sampler.rate") == 5
        assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == count
        assert await other.server.root(3) == 3
        assert tab.faults == []


@pytest.mark.covers("JM-11")
async def test_a_call_that_wants_no_answer_gets_none(caplog: pytest.LogCaptureFixture) -> None:
    app = new_app()
    ran: list[int] = []

    @app.expose
    def note(number: int) -> int:
        ran.append(number)
        if number < 0:
            raise ValueError("negative")
        return number

    async with tabs_of(app) as [tab]:
        tab.server.tell("call", "note", [1])
        tab.server.tell("call", "note", [-1])
        tab.server.tell("call", "nope", [])
        assert await tab.server.note(2) == 2
        assert ran == [1, -1, 2]
        assert [operation[1] for operation in tab.operations if operation[0] == "b"] == [1]
    said = [record.getMessage() for record in caplog.records]
    assert any("ValueError: negative" in text for text in said)
    assert any("NameError: there is no 'nope'" in text for text in said)


@pytest.mark.covers("JM-07", "WO-27")
async def test_calls_overlap_and_each_is_answered_to_its_own() -> None:
    app = new_app()
    gates = {"a": asyncio.Event(), "b": asyncio.Event()}
    begun: list[str] = []

    @app.expose
    async def wait_for(name: str) -> str:
        begun.append(name)
        await gates[name].wait()
        return name

    async with tabs_of(app, 2) as [tab, other]:
        first, second, third = tab.server.wait_for("a"), tab.server.wait_for("b"), other.server.wait_for("b")
        await eventually(lambda: begun == ["a", "b", "b"])
        assert app.exposed.is_running("wait_for")
        assert app.exposed.remove("wait_for") is False
        gates["b"].set()
        assert await second == await third == "b"
        assert not first.done
        gates["a"].set()
        assert await first == "a"
        await eventually(lambda: not app.exposed.is_running("wait_for"))
        assert app.exposed.clear() is True
        assert await error(tab.server.wait_for("a")) == "NameError: there is no 'wait_for'"


async def test_calls_of_one_frame_start_in_their_order() -> None:
    app = new_app()
    begun: list[int] = []

    async def slow(number: int) -> int:
        begun.append(number)
        await asyncio.sleep(0)
        return number

    app.expose(slow)
    app.expose(begun.append, "quick")
    async with tabs_of(app) as [tab]:
        calls = [
            {"c": 0, "k": "call", "p": ["quick" if number % 3 == 0 else "slow"], "v": [number]} for number in range(30)
        ]
        tab.stream.send_event(0, "call", {"c": calls})
        await tab.settled()
        assert begun == list(range(30))


# The page of the caller


async def test_the_callers_page_is_updated_before_the_answer() -> None:
    app = new_app()
    shown = ui.P("Nothing", id="board")
    page = ui.WebPage(shown)
    app.route("/board")(lambda: page)
    gate = asyncio.Event()

    @app.expose
    def write(text: str) -> int:
        shown.text = text
        return 5  # a value, unlike a handler's, is for the caller

    @app.expose
    async def think(msg: ui.Event) -> str:
        shown.text = "thinking"
        await gate.wait()
        shown.text = "thought"
        ui.notify("Done")
        assert msg.tab is not None
        return f"{msg.type} {msg.page is page} {msg.name} {msg.tab.id}"

    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/board"), await bob.open("/board")
        assert await hers.server.write("by Ann") == 5
        kinds = [operation[0] for operation in hers.operations]
        assert kinds == ["t", "b"]
        await his.wait_for("by Ann")
        reply = hers.server.think()
        await his.wait_for("thinking")  # it is sent as soon as the function really waits
        assert not reply.done
        gate.set()
        assert (await reply).startswith("call True think ")
        await his.wait_for("thought")
        await hers.wait_for(lambda: [note["text"] for note in hers.notes] == ["Done"])
        assert his.notes == []


async def test_what_a_function_does_in_the_browser_comes_before_its_answer() -> None:
    app = new_app()

    @app.expose
    def prepare(msg: ui.Event) -> int:
        assert msg.tab is not None
        msg.tab.js.factor = 1.3
        return 5

    @app.expose
    async def through(msg: ui.Event, depth: int) -> int:
        """Python calls the browser, which calls Python, and so on."""
        if not depth:
            return 0
        assert msg.tab is not None
        answer: int = await msg.tab.js.again(depth - 1)
        return answer + 1

    async with tabs_of(app) as [tab]:
        assert await tab.server.prepare() == 5
        assert tab.window["factor"] == 1.3
        assert [operation[0] for operation in tab.operations] == ["c", "b"]

        async def again(depth: int) -> Any:
            return await tab.server.through(depth)

        tab.window["again"] = again
        assert await tab.server.through(3) == 3


async def test_functions_that_were_passed_to_the_browser_are_called_as_they_want() -> None:
    app = new_app()
    got: list[Any] = []

    @app.expose
    def hand_over(msg: ui.Event) -> None:
        assert msg.tab is not None

        def none() -> None:
            got.append("none")

        def one(value: Any) -> Any:
            got.append(value)
            return value

        async def told(msg: ui.Event, value: Any) -> None:
            await asyncio.sleep(0)
            got.append((msg.type, value))

        def fails() -> None:
            raise ValueError("no")

        for name, function in {"none": none, "one": one, "told": told, "fails": fails}.items():
            setattr(msg.tab.js, name, function)

    async with tabs_of(app) as [tab]:
        await tab.server.hand_over()
        await tab.window["none"](1, 2)
        assert await tab.window["one"](b"x", 2) == b"x"
        await tab.window["told"](3, 4)
        assert await error(tab.window["fails"]()) == "ValueError: no"
        assert await error(tab.window["one"]()) == "TypeError: one() missing 1 required positional argument: 'value'"
        assert got == ["none", b"x", ("call", 3)]


# Who may


async def test_allow_is_asked_at_each_use(caplog: pytest.LogCaptureFixture) -> None:
    app = new_app()
    seen: list[str] = []

    def may(who: Any) -> bool:
        seen.append(who.tab.id)
        return bool(who.session.get("admin"))

    @app.expose(allow=may)
    def danger() -> str:
        return "done"

    @app.expose
    def enter(msg: ui.Event) -> None:
        assert msg.session is not None
        msg.session["admin"] = True

    @app.expose(allow=lambda: False)
    def never() -> None: ...

    @app.expose(allow=lambda who: 1 / 0)
    def broken() -> None: ...

    async with tabs_of(app, 2) as [ann, bob]:
        assert await error(ann.server.danger()) == "PermissionError: you may not use 'danger'"
        assert await error(ann.server.get("danger")) == "PermissionError: you may not use 'danger'"
        assert set(await ann.server.names()) == {"enter"}
        await ann.server.enter()
        assert await ann.server.danger() == "done"
        assert set(await ann.server.names()) == {"danger", "enter"}
        assert await error(bob.server.danger()) == "PermissionError: you may not use 'danger'"
        assert await error(bob.server.never()) == "PermissionError: you may not use 'never'"
        assert (await error(bob.server.broken())).startswith("ZeroDivisionError")
        assert len(set(seen)) == 2
    assert any("ZeroDivisionError" in (record.exc_text or record.getMessage()) for record in caplog.records)


@pytest.mark.covers("WO-12")
async def test_one_hook_sees_who_did_what(caplog: pytest.LogCaptureFixture) -> None:
    app = new_app()
    app.expose(lambda a: a, "echo")
    app.expose(Sampler(), "sampler", get=["rate"], set=["rate"], delete=["rate"])
    seen: list[tuple[Any, ...]] = []
    names: list[str] = []
    awaited = asyncio.Event()

    @app.on_call
    def watch(who: Any, kind: str, name: str, arguments: list[Any]) -> None:
        seen.append((who.tab.id, kind, name, arguments))

    @app.on_call
    async def also(who: Any, kind: str, name: str) -> None:
        names.append(name)
        awaited.set()

    app.on_call(lambda: 1 / 0)
    caplog.set_level(logging.DEBUG, "justui")
    async with tabs_of(app) as [tab]:
        await tab.server.echo(5)
        await tab.server.get("sampler.rate")
        await tab.server.set("sampler.rate", 6)
        await tab.server.delete("sampler.rate")
        await error(tab.server.set("sampler.nope", 6))
        me = app.tabs[0].id
        assert seen == [
            (me, "call", "echo", [5]),
            (me, "get", "sampler.rate", []),
            (me, "set", "sampler.rate", [6]),
            (me, "delete", "sampler.rate", []),
        ]
        await awaited.wait()
        assert names[0] == "echo"
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.DEBUG]
    assert any(text.startswith("set of 'sampler.rate' by <Tab") and text.endswith("[6]") for text in said)
    assert any("was refused: NameError: there is no 'sampler.nope'" in text for text in said)


# Objects of sessions and tabs


@pytest.mark.covers("JY-02", "JY-19", "JY-20")
async def test_an_object_for_each_session_or_tab() -> None:
    app = new_app()

    class Counter:
        def __init__(self) -> None:
            self.count = 0

        def increment(self) -> int:
            self.count += 1
            return self.count

    app.expose(Counter, "mine", per="session", call=["increment"], get=["count"], set=["count"])
    app.expose(Counter, "here", per="tab", call=["increment"])
    async with Browser(app) as ann, Browser(app) as bob:
        first, second, his = await ann.open(), await ann.open(), await bob.open()
        assert await first.server.mine.increment() == 1
        assert await second.server.mine.increment() == 2
        assert await his.server.mine.increment() == 1
        assert await first.server.here.increment() == 1
        assert await second.server.here.increment() == 1
        await first.server.set("mine.count", 0)
        assert await second.server.mine.increment() == 1
        assert await his.server.mine.increment() == 2
        # It outlives a reload, and a while without tabs.
        await first.leave()
        await second.leave()
        gc.collect()
        third = await ann.open()
        assert await third.server.mine.increment() == 2
        assert await third.server.here.increment() == 1
        # Replaced: a new class, new objects.
        app.expose(Counter, "mine", per="session", call=["increment"], replace=True)
        assert await third.server.mine.increment() == 1


async def test_objects_go_with_their_tab_and_with_their_session() -> None:
    app = new_app(sessions=2)
    made: weakref.WeakSet[Any] = weakref.WeakSet()

    class Own:
        def __init__(self) -> None:
            made.add(self)

        def hello(self) -> str:
            return "hello"

    app.expose(Own, "here", per="tab", call=["hello"])
    async with tabs_of(app, 1) as [tab]:
        assert await tab.server.here.hello() == "hello"
        assert len(made) == 1
        await tab.leave()
        await eventually(lambda: not app.tabs)
        gc.collect()
        assert len(made) == 0
        app.expose(Own, "mine", per="session", call=["hello"])
        async with tabs_of(app, 3) as tabs:
            for one in tabs:
                assert await one.server.mine.hello() == "hello"
            assert len(made) == 2  # no more than the setting says
            present = {tab.session.identity for tab in app.tabs}
            app.calls.sweep(float("inf"), present)
            assert len(made) == 2
        app.calls.sweep(float("inf"), set())
        gc.collect()
        assert len(made) == 0


# One at a time, threads, refusals


@pytest.mark.covers("JM-21", "WO-27")
async def test_one_at_a_time_first_come_first_served() -> None:
    app = new_app()
    gates: list[asyncio.Event] = [asyncio.Event() for _ in range(4)]
    log: list[str] = []

    @app.expose(lock=True)
    async def exclusive(number: int) -> int:
        log.append(f"+{number}")
        await gates[number].wait()
        log.append(f"-{number}")
        if number == 1:
            raise ValueError("one")
        return number

    @app.expose(lock=True, thread=True)
    def both(number: int) -> int:
        return number

    async with tabs_of(app, 3) as [a, b, c]:
        replies: list[Reply] = []
        for number, tab in enumerate((a, b, c, a)):
            replies.append(tab.server.exclusive(number))
            await tab.settled()
        assert log == ["+0"]
        for gate in (3, 2, 1, 0):
            gates[gate].set()
        assert await replies[0] == 0
        assert await error(replies[1]) == "ValueError: one"  # and the next one goes on
        assert await replies[2] == 2
        assert await replies[3] == 3
        assert log == ["+0", "-0", "+1", "-1", "+2", "-2", "+3", "-3"]
        assert await asyncio.gather(*(tab.server.both(5).within(5) for tab in (a, b, c))) == [5, 5, 5]


@pytest.mark.covers("WO-28", "WO-29")
async def test_worker_threads_and_those_who_get_none_in_time() -> None:
    app = new_app(exposed_threads=1, start_within=0.05)
    gate = threading.Event()
    ran: list[Any] = []

    @app.expose(thread=True)
    def slow(number: int) -> int:
        ran.append(number)
        gate.wait(5)
        return number

    @app.expose
    def annotated(msg: ui.Event) -> ui.InThread[str]:
        assert msg.type == "call"
        return threading.current_thread().name

    @app.expose("patient", thread=True, start_within=5)
    def patient() -> str:
        return "in the end"

    @app.expose
    def fast() -> str:
        return threading.current_thread().name

    @app.expose(thread=True)
    def stops() -> None:
        raise StopIteration

    async with tabs_of(app, 2) as [tab, other]:
        assert (await tab.server.annotated()).startswith("justui-exposed")
        first = tab.server.slow(1)
        await eventually(lambda: ran == [1])
        assert await other.server.fast() == threading.current_thread().name
        words = "was not started within 0.05 s: all worker threads are busy"
        assert await error(tab.server.slow(2)) == f"Refused: 'slow' {words}"
        assert await error(other.server.annotated()) == f"Refused: 'annotated' {words}"
        waiting = other.server.patient()
        await other.settled()
        assert not waiting.done
        gate.set()
        assert await first == 1
        assert await waiting == "in the end"
        assert ran == [1]  # what was refused never ran
        assert await error(tab.server.stops()) == "RuntimeError: stops raised StopIteration"
        assert await tab.server.slow(3) == 3


async def test_a_nested_call_into_a_full_pool_is_refused_and_nothing_is_stuck() -> None:
    app = new_app(exposed_threads=1, start_within=0.05)

    @app.expose(thread=True)
    def inner() -> int:
        return 1

    async with tabs_of(app) as [tab]:
        answers: list[str] = []
        done = threading.Event()
        loop = asyncio.get_running_loop()

        async def ask() -> None:
            answers.append(await error(tab.server.inner()))
            done.set()

        @app.expose(thread=True)
        def outer() -> int:
            asyncio.run_coroutine_threadsafe(ask(), loop)
            assert done.wait(5)
            return 2

        assert await tab.server.outer() == 2
        assert answers == ["Refused: 'inner' was not started within 0.05 s: all worker threads are busy"]
        assert await tab.server.inner() == 1


async def test_a_locked_call_that_waits_too_long_is_refused() -> None:
    app = new_app()
    gate = asyncio.Event()
    ran: list[int] = []

    @app.expose(lock=True, start_within=0.05)
    async def exclusive(number: int) -> int:
        ran.append(number)
        await gate.wait()
        return number

    async with tabs_of(app) as [tab]:
        first = tab.server.exclusive(1)
        assert await error(tab.server.exclusive(2)) == (
            "Refused: 'exclusive' was not started within 0.05 s: others come first"
        )
        gate.set()
        assert await first == 1
        assert await tab.server.exclusive(3) == 3
        assert ran == [1, 3]


# Tabs that go, and bounds


async def test_a_tab_that_has_gone_gets_nothing_and_leaves_nothing() -> None:
    app = new_app()
    gate, ended = asyncio.Event(), asyncio.Event()

    @app.expose
    async def wait() -> None:
        await gate.wait()
        ended.set()

    async with tabs_of(app, 2) as [tab, other]:
        tab.server.wait()
        await tab.settled()
        (mine,) = [one for one in app.tabs if one.bridge is not None and one.bridge.running is not None]
        gone = weakref.ref(mine)
        await tab.leave()
        await eventually(lambda: len(app.tabs) == 1)
        del mine
        gate.set()
        await ended.wait()
        await eventually(lambda: app.calls.runner.running == 0)
        gc.collect()
        await eventually(lambda: gone() is None)
        assert await other.server.wait() is None


async def test_a_drop_loses_no_call_and_none_runs_twice() -> None:
    app = new_app()
    ran: list[int] = []
    gate = asyncio.Event()

    @app.expose
    async def slow(number: int) -> int:
        ran.append(number)
        await gate.wait()
        return number

    async with tabs_of(app) as [tab]:
        before = tab.server.slow(1)
        await tab.settled()
        tab.drop()
        during = tab.server.slow(2)
        gate.set()
        await eventually(lambda: app.calls.runner.running == 0)
        await tab.resume()
        assert await before == 1
        assert await during == 2
        assert ran == [1, 2]


async def test_a_call_of_a_server_that_has_gone_is_lost() -> None:
    app = new_app()

    @app.expose
    async def forever() -> None:
        await asyncio.Event().wait()

    async with tabs_of(app) as [tab]:
        reply = tab.server.forever()
        await tab.settled()
        app.registry.remove(app.tabs[0])
        tab.drop()
        await tab.resume()
        with pytest.raises(Gone):
            await reply
        assert set(await tab.server.names()) == {"forever"}


async def test_bounds_of_running_calls_and_of_calls_in_a_frame() -> None:
    app = new_app(calls_per_tab=3, calls=4, calls_per_frame=5)
    gate = asyncio.Event()

    @app.expose
    async def wait() -> int:
        await gate.wait()
        return 1

    async with tabs_of(app, 2) as [tab, other]:
        waiting = [tab.server.wait() for _ in range(3)]
        assert await error(tab.server.wait()) == "Refused: 3 calls of this tab run already, which is the limit"
        waiting.append(other.server.wait())
        assert await error(other.server.wait()) == "Refused: 4 calls run already, which is the limit of this server"
        gate.set()
        assert [await reply for reply in waiting] == [1] * 4
        assert await tab.server.wait() == 1
        tab.stream.send_event(0, "call", {"c": [{"c": 0, "k": "names"}] * 6})
        await tab.wait_for(lambda: tab.stream.closed == 4000)
    assert app.calls.runner.running == 0


# Functions


async def test_functions_that_the_browser_passes_fit_callable() -> None:
    app = new_app()

    @app.expose
    def take(given: Callable[[int], int], more: Any = None) -> str:
        return f"{callable(given)} {type(given).__name__}"

    async with tabs_of(app) as [tab]:
        assert await tab.server.take(lambda n: n + 1) == "True Expression"
        assert await tab.server.take(lambda n: n + 1, [lambda: 1]) == "True Expression"
        assert await error(tab.server.take(5)) == "TypeError: take: given wants a function, got 5 (int)"


async def test_two_apps_in_one_process_and_an_app_that_starts_again() -> None:
    one, two = new_app(), new_app()
    one.expose(lambda: threading.current_thread().name, "where", thread=True, lock=True)
    for _ in range(2):
        async with tabs_of(one) as [tab], tabs_of(two) as [other]:
            assert (await tab.server.where()).startswith("justui-exposed")
            assert await error(other.server.where()) == "NameError: there is no 'where'"
