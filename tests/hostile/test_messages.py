"""Topics and queues in the hands of somebody who means harm: costly questions, stuffed queues, a socket that is hung up in between."""

import asyncio
import time

import pytest

import justui as ui
from justui.errors import RemoteError
from justui.testing import Browser
from tests.harness.waiting import eventually


@pytest.mark.parametrize(("kind", "path"), [("subscribe", ["room/+/nothing"]), ("topics", [])])
async def test_who_asks_for_much_again_and_again_is_answered_slowly(kind: str, path: list[str]) -> None:
    app = ui.App()
    for number in range(5_000):
        app.topic(f"room/{number}/state", value=number)
    app.topic("room/#", allow=lambda who: True)
    app.expose(lambda value: value, "echo")
    app.route("/")(lambda: ui.WebPage(ui.P("x")))
    answered: list[int] = []
    async with Browser(app) as eve, Browser(app) as ann:
        his, hers = await eve.open(), await ann.open()
        his.takers["b"] = lambda parts, blobs: answered.append(parts[0])
        calls = [{"c": number, "k": kind, "p": path, "v": {"now": True}} for number in range(1, 301)]
        his.stream.send_event(0, "call", {"c": calls})
        await eventually(lambda: answered)
        longest = 0.0
        for number in range(10):
            started = time.perf_counter()
            assert await hers.server.echo(number) == number
            longest = max(longest, time.perf_counter() - started)
        assert longest < 0.5
        before = len(answered)
        assert before < 300
        await eventually(lambda: len(answered) > before)
        assert answered == list(range(1, len(answered) + 1))


async def test_all_calls_of_a_frame_run_though_the_reader_is_hung_up() -> None:
    app = ui.App()
    ran: list[int] = []
    readers: list[asyncio.Task[None]] = []

    @app.expose
    async def note(number: int) -> None:
        ran.append(number)
        readers[0].cancel()

    app.route("/")(lambda: ui.WebPage(ui.P("x")))
    async with Browser(app) as person:
        await person.open()
        [tab] = app.tabs
        data = {"c": [{"c": 0, "k": "call", "p": ["note"], "v": [number]} for number in range(5)]}
        readers.append(asyncio.create_task(app.calls.take(tab, data, [])))
        with pytest.raises(asyncio.CancelledError):
            await readers[0]
        await eventually(lambda: ran == [0, 1, 2, 3, 4])


async def test_a_queue_cannot_be_stuffed_until_the_memory_is_full() -> None:
    app = ui.App(queue_bytes=3_000_000)
    app.queue("jobs/+", allow=True)
    app.route("/")(lambda: ui.WebPage(ui.P("x")))
    async with Browser(app) as eve, Browser(app) as ann:
        his, hers = await eve.open(), await ann.open()
        await his.server.queue("jobs/1").push("x" * 1_000_000)
        await his.server.queue("jobs/2").push(b"x" * 1_000_000)
        with pytest.raises(RemoteError, match=r"^Refused: all queues together .* \(setting queue_bytes\)"):
            await his.server.queue("jobs/3").push("x" * 1_000_000)
        await hers.server.queue("jobs/3").push("small")
        assert await hers.server.queue("jobs/1").shift() == "x" * 1_000_000
        await his.server.queue("jobs/3").push("x" * 1_000_000)


async def test_a_message_that_looks_like_an_expression_is_one_text_among_others() -> None:
    app = ui.App()
    app.topic("chat", allow=True)
    app.queue("jobs", allow=True)
    app.route("/")(lambda: ui.WebPage(ui.P("x")))
    value = [{"$": ["x", 0, "alert", ["c", [1]]]}, {"$": ["o", {"$": ["b", 0]}]}, {"$": {"$": None}}]
    async with Browser(app) as eve, Browser(app) as ann:
        his, hers = await eve.open(), await ann.open()
        await hers.server.topic("chat").subscribe()
        await his.server.topic("chat").publish(value)
        await hers.wait_for(lambda: hers.server.topic("chat").messages)
        assert hers.server.topic("chat").messages == [("chat", value)]
        await his.server.queue("jobs").push(value)
        assert await hers.server.queue("jobs").pop() == value
