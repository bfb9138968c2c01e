"""Row `click`: from an event's frame to the patch that it caused, against the floor's echo."""

import asyncio
import time
from statistics import median

from tests.bench.client import Http, Socket, connect, open_page
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, side_by_side

_LIMITS = {"sync": 2.0, "async": 2.2}


class Clicker:
    """One tab that clicks, waits for the answer, and clicks again."""

    def __init__(self, socket: Socket, button: int) -> None:
        self._socket = socket
        self._button = button
        self._number = 0
        self._answered: asyncio.Future[None]
        socket.on_frame = self._frame

    def _frame(self, text: bytes) -> None:
        if b'["t"' in text and not self._answered.done():
            self._answered.set_result(None)

    async def clicks(self, count: int) -> float:
        """The median time of `count` clicks, in seconds."""
        times = []
        loop = asyncio.get_running_loop()
        data = {"x": 101, "y": 202, "button": 0, "buttons": 0}
        for _ in range(count):
            self._number += 1
            self._answered = loop.create_future()
            began = time.perf_counter()
            self._socket.settle()
            self._socket.send(["e", self._number, self._socket.have, [], self._button, "click", data])
            await self._answered
            times.append(time.perf_counter() - began)
        return median(times)


async def click(ask: Ask) -> list[Figure]:
    """p50 on pages of 10 and 1,000 components, with sync and async handlers."""
    count, turns = ask.times(400, 100), ask.times(9, 3)
    figures = []
    middles: dict[str, list[float]] = {}
    with Program("pages") as ours, Program("floor") as floor:
        theirs = Clicker(await connect(floor.port, "/echo"), 1_000_001)
        for kind, limit in _LIMITS.items():
            for size in (10, 1000):
                mine = await _clicker(ours, f"/counter/{size}?wait={int(kind == 'async')}")
                await mine.clicks(100)
                await theirs.clicks(100)
                here, there, ratio = await side_by_side(
                    lambda mine=mine: mine.clicks(count),  # type: ignore[misc]
                    lambda: theirs.clicks(count),
                    turns,
                )
                middles.setdefault(kind, []).append(ratio)
                note = f"{here * 1e6:.0f} µs, floor {there * 1e6:.0f}"
                figures.append(
                    Figure(row=f"click to patch p50, {kind}, page of {size}", value=ratio, unit=" x", limit=limit, note=note)
                )
    figures += [
        Figure(row=f"  1,000 components against 10, {kind}", value=large / small, unit=" x", limit=1.1)
        for kind, (small, large) in middles.items()
    ]
    return figures


async def _clicker(program: Program, path: str) -> Clicker:
    async with Http(program.port) as http:
        page = await open_page(http, path)
    button = int(page.body.split(b"<button data-j=")[1].split(b" ")[0])
    return Clicker(await page.join(program.port), button)
