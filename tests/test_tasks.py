"""`Tasks`: every task is named, kept and reported, and they end together."""

import asyncio
import gc
import logging

import pytest

from justui.tasks import Tasks
from tests.harness.waiting import eventually


async def test_an_error_is_reported_with_the_name() -> None:
    reports: list[tuple[str, str]] = []
    tasks = Tasks(lambda error, name: reports.append((str(error), name)))

    async def fail() -> None:
        raise ValueError("broken")

    tasks.start(fail(), "the failing one")
    await eventually(lambda: reports)
    assert reports == [("broken", "the failing one")]
    assert len(tasks) == 0


async def test_without_a_reporter_the_log_has_the_traceback(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("broken")

    tasks = Tasks()
    tasks.start(fail(), "the failing one")
    await eventually(lambda: caplog.records)
    assert caplog.records[0].levelno == logging.ERROR
    assert "the failing one failed" in caplog.text
    assert "in fail" in caplog.text


async def test_a_task_that_nobody_holds_goes_on() -> None:
    done = asyncio.Event()
    gate = asyncio.Event()

    async def work() -> None:
        await gate.wait()
        done.set()

    tasks = Tasks()
    tasks.start(work(), "work")
    await asyncio.sleep(0)
    gc.collect()
    gate.set()
    await asyncio.wait_for(done.wait(), 5)


async def test_end_waits_until_all_have_cleaned_up() -> None:
    cleaned: list[int] = []
    running = asyncio.Event()

    async def work(number: int) -> None:
        try:
            running.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(number)

    tasks = Tasks()
    for number in range(3):
        tasks.start(work(number), f"work {number}")
    await running.wait()
    await tasks.end(5)
    assert sorted(cleaned) == [0, 1, 2]
    assert len(tasks) == 0


async def test_one_that_will_not_end_is_named_and_not_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    gate = asyncio.Event()

    async def stubborn() -> None:
        while not gate.is_set():
            try:
                await gate.wait()
            except asyncio.CancelledError:
                continue

    tasks = Tasks()
    task = tasks.start(stubborn(), "the stubborn one")
    await asyncio.sleep(0)
    await tasks.end(0.05)
    assert "the stubborn one did not end within 0.05 s" in caplog.text
    gate.set()
    await task


async def test_one_that_ends_them_all_does_not_wait_for_itself() -> None:
    tasks = Tasks()
    ended = asyncio.Event()

    async def last() -> None:
        await tasks.end(5)
        ended.set()

    tasks.start(last(), "the last one")
    await asyncio.wait_for(ended.wait(), 5)
