"""Row `click`: from an event's frame to the patch that it caused, against the floor's echo.

Where the programs run decides: to wake another core takes a virtual machine longer than a click takes us. So they are
pinned: server and client on one core, which is the harder ratio, and then, for information, on a core each.
"""

import asyncio
import os
import time
from statistics import median

from tests.bench.client import Http, Socket, connect, open_page
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Result

_LIMITS = {"sync": 2.0, "async": 2.2}
_BATCH = 30


class Clicker:
    """One tab that clicks, waits for the answer, and clicks again."""

    def __init__(self, program: Program, socket: Socket, button: int) -> None:
        self._program = program
        self._socket = socket
        self._button = button
        self._number = 0
        self._answered: asyncio.Future[None]
        socket.on_frame = self._frame

    def _frame(self, text: bytes) -> None:
        if b'["t"' in text and not self._answered.done():
            self._answered.set_result(None)

    async def clicks(self, count: int) -> tuple[list[float], float]:
        """The times of `count` clicks, and the CPU time that the server took for each, in seconds."""
        times = []
        loop = asyncio.get_running_loop()
        data = {"x": 101, "y": 202, "button": 0, "buttons": 0}
        before = self._program.cpu()
        for _ in range(count):
            self._number += 1
            self._answered = loop.create_future()
            began = time.perf_counter()
            self._socket.settle()
            self._socket.send(["e", self._number, self._socket.have, [], self._button, "click", data])
            await self._answered
            times.append(time.perf_counter() - began)
        return times, (self._program.cpu() - before) / count


async def click(ask: Ask) -> Result:
    """p50 on pages of 10 and 1,000 components, with sync and async handlers."""
    cores = os.sched_getaffinity(0)
    try:
        one = await _pinned(ask, min(cores), min(cores))
        each = await _pinned(ask, min(cores), max(cores))
    finally:
        os.sched_setaffinity(0, cores)
    return [_figure(*name, *one) for name in one[0] if name[1]] + [
        _figure(*name, *each, apart=True) for name in each[0] if name[1]
    ]


Times = dict[tuple[str, int], float]
"""Seconds, by the kind of handler and the size of the page; the floor has the size 0."""


async def _pinned(ask: Ask, here: int, there: int) -> tuple[Times, Times]:
    """p50 and CPU, the client on one core and the servers on another; all five in turn, a few clicks at a time."""
    turns = ask.times(60, 12)
    os.sched_setaffinity(0, {here})
    with Program("pages") as ours, Program("floor") as floor:
        clickers = {
            (kind, size): await _clicker(ours, f"/counter/{size}?wait={int(kind == 'async')}")
            for kind in _LIMITS
            for size in (10, 1000)
        }
        clickers["floor", 0] = Clicker(floor, await connect(floor.port, "/echo"), 1_000_001)
        for program in (ours, floor):
            program.pin(there)
        seen: dict[tuple[str, int], tuple[list[float], list[float]]] = {name: ([], []) for name in clickers}
        for turn in range(turns + 1):
            for name, clicker in clickers.items():
                times, cost = await clicker.clicks(_BATCH)
                if turn:
                    seen[name][0].extend(times)
                    seen[name][1].append(cost)
    p50 = {name: median(times) for name, (times, _) in seen.items()}
    cpu = {name: median(costs) for name, (_, costs) in seen.items()}
    return p50, cpu


def _figure(kind: str, size: int, p50: Times, cpu: Times, *, apart: bool = False) -> Figure:
    note = f"{p50[kind, size] * 1e6:.0f} µs, floor {p50['floor', 0] * 1e6:.0f}"
    note += f"; server CPU {cpu[kind, size] * 1e6:.0f} µs, floor {cpu['floor', 0] * 1e6:.0f}"
    ratio = p50[kind, size] / p50["floor", 0]
    row = f"{'  a core each' if apart else 'click to patch p50'}, {kind}, page of {size}"
    return Figure(row=row, value=ratio, unit=" x", limit=None if apart else _LIMITS[kind], note=note)


async def _clicker(program: Program, path: str) -> Clicker:
    async with Http(program.port) as http:
        page = await open_page(http, path)
    button = int(page.body.split(b"<button data-j=")[1].split(b" ")[0])
    return Clicker(program, await page.join(program.port), button)
