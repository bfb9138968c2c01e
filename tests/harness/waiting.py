"""Waiting for a condition: what tests do instead of sleeping. Knows nothing of servers or browsers."""

import asyncio
import inspect
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

T = TypeVar("T")

# Seconds between two looks: far below what a person notices, far above what a look costs.
PAUSE: Final = 0.01


def until(condition: Callable[[], T], *, seconds: float = 5, what: str = "") -> T:
    """The first truthy value of `condition`, called again and again from sync code.

    Raises `TimeoutError` when there is none within `seconds`.
    """
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(_complaint(condition, what, seconds))
        pause.wait(PAUSE)
    return value


async def eventually(condition: Callable[[], T | Awaitable[T]], *, seconds: float = 5, what: str = "") -> T:
    """The same for async code; `condition` may be a coroutine function.

    Raises `TimeoutError` when there is no truthy value within `seconds`.
    """
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        value: T = await answer if inspect.isawaitable(answer) else answer
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(_complaint(condition, what, seconds))
        await asyncio.sleep(PAUSE)


def _complaint(condition: Callable[..., object], what: str, seconds: float) -> str:
    if not what:
        try:
            what = inspect.getsource(condition).strip()
        except OSError:
            what = repr(condition)
    return f"not within {seconds} s: {what}"
