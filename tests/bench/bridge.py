"""Rows `call`, `js`, `publish`, `repeats`: calls both ways and messages, against a floor that sends the same to and fro."""

import asyncio
import contextlib
import os
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from statistics import median
from typing import Any, Final

import orjson

from tests.bench.client import Http, Socket, connect, get, until, visit
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Result, side_by_side

_BATCH: Final = 30
_LIMIT: Final = 2.0
_KINDS: Final = ("plain", "typed", "waiting", "threaded")
_SUM: Final = re.compile(rb'\["b",\d+,11\]')
_FUNCTION: Final = re.compile(rb'\{"\$":\["f",(\d+)\]\}')


class Caller:
    """One tab that calls, and waits for the answer. `name` is empty for the floor, which echoes."""

    def __init__(self, socket: Socket, name: str = "") -> None:
        self._socket = socket
        self._name = name
        self._event = self._call = 0
        self._left = 0
        self._answered: asyncio.Future[None]
        socket.on_frame = self._frame

    def _frame(self, text: bytes) -> None:
        self._left -= len(_SUM.findall(text)) if self._name else 1
        if self._left <= 0 and not self._answered.done():
            self._answered.set_result(None)

    def _one(self) -> dict[str, Any]:
        self._call += 1
        return {"c": self._call, "k": "call", "p": [self._name], "v": [4, 7]}

    async def call(self, calls: int = 1) -> None:
        """Make so many calls at once, as our browser side does: a hundred in a frame. The floor has a frame for each."""
        self._answered = asyncio.get_running_loop().create_future()
        self._left = calls
        self._socket.settle()
        together = 100 if self._name else 1
        for start in range(0, calls, together):
            self._event += 1
            some = [self._one() for _ in range(min(together, calls - start))]
            self._socket.send(["e", self._event, self._socket.have, [], 0, "call", {"c": some}])
        await self._answered


async def call(ask: Ask) -> Result:
    """One call and back; a thousand at once, of one tab and of a hundred."""
    with _on_one_core() as (ours, floor):
        async with Http(ours.port) as http:
            callers = {kind: Caller(await visit(http, ours.port, "/own"), kind) for kind in _KINDS}
            crowd = [Caller(await visit(http, ours.port, "/own"), "typed") for _ in range(100)]
        callers["floor"] = Caller(await connect(floor.port, "/echo"))
        echoes = [Caller(await connect(floor.port, "/echo")) for _ in range(100)]
        single = await _single(callers, (ours, floor), ask.times(60, 12))
        return [*_single_figures(*single), *await _many(callers, crowd, echoes, ask)]


@contextlib.contextmanager
def _on_one_core(name: str = "bridged") -> Iterator[tuple[Program, Program]]:
    """The program and the floor, on one core with the client, as for clicks: to wake another core takes longer than a call."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        with Program(name) as ours, Program("floor") as floor:
            for program in (ours, floor):
                program.pin(min(cores))
            yield ours, floor
    finally:
        os.sched_setaffinity(0, cores)


Times = dict[str, float]
"""Seconds, by the kind of function."""


async def _single(callers: dict[str, Caller], programs: tuple[Program, Program], turns: int) -> tuple[Times, Times]:
    """p50 and server CPU, a few calls of each in turn."""
    times: dict[str, list[float]] = {name: [] for name in callers}
    costs: dict[str, list[float]] = {name: [] for name in callers}
    for turn in range(turns + 1):
        for name, caller in callers.items():
            program = programs[name == "floor"]
            before = program.cpu()
            for _ in range(_BATCH):
                began = time.perf_counter()
                await caller.call()
                if turn:
                    times[name].append(time.perf_counter() - began)
            costs[name].append((program.cpu() - before) / _BATCH)
    return {name: median(some) for name, some in times.items()}, {name: median(some) for name, some in costs.items()}


def _single_figures(p50: Times, cpu: Times) -> list[Figure]:
    return [
        Figure(
            row=f"one call and back p50, {kind} function",
            value=p50[kind] / p50["floor"],
            unit=" x",
            limit=_LIMIT if kind == "plain" else None,
            note=f"{p50[kind] * 1e6:.0f} µs, floor {p50['floor'] * 1e6:.0f}; "
            f"server CPU {cpu[kind] * 1e6:.0f} µs, floor {cpu['floor'] * 1e6:.0f}",
        )
        for kind in _KINDS
    ]


async def _many(callers: dict[str, Caller], crowd: list[Caller], echoes: list[Caller], ask: Ask) -> list[Figure]:
    async def of_one() -> float:
        return await _took(lambda: callers["typed"].call(1000)) / 1000

    async def of_many() -> float:
        return await _took(lambda: asyncio.gather(*(one.call(10) for one in crowd))) / 1000

    async def echoed() -> float:
        return await _took(lambda: asyncio.gather(*(one.call(10) for one in echoes))) / 1000

    found = []
    for row, work in (("1,000 calls at once, one tab", of_one), ("1,000 calls at once, 100 tabs", of_many)):
        here, there, ratio = await side_by_side(work, echoed, ask.times(9, 3))
        note = f"{here * 1e6:.0f} µs a call, {1 / here:,.0f} a second; floor {there * 1e6:.0f} µs an echo"
        found.append(Figure(row=row, value=ratio, unit=" x", note=note))
    return found


async def _took(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


class Answering:
    """One tab that answers every statement, and lets go of functions as soon as it has them."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._event = 0
        socket.on_frame = self._frame

    def _say(self, name: str, data: dict[str, Any]) -> None:
        self._event += 1
        self._socket.settle()
        self._socket.send(["e", self._event, self._socket.have, [], 0, name, data])

    def _frame(self, text: bytes) -> None:
        if b'["c",' not in text:
            return
        statements = [one for operation in orjson.loads(text) if operation[0] == "c" for one in operation[1:]]
        answers = [{"n": number, "v": 1024} for number, bits, *_ in statements if bits & 1]
        if answers:
            self._say("answer", {"a": answers})
        if functions := [int(number) for number in _FUNCTION.findall(text)]:
            self._say("free", {"f": functions})


async def js(ask: Ask) -> Result:
    """Reading from the browser, one after the other and a hundred at once, against the floor's question and answer."""
    count = ask.times(3000, 600)
    with _on_one_core() as (ours, floor):
        async with Http(ours.port) as http:
            Answering(await visit(http, ours.port, "/own"))
        echo = await connect(floor.port, "/asked")
        echo.on_frame = lambda text: echo.send(["e"])

        async def read(together: int) -> float:
            return float((await get(ours.port, f"/reads?count={count}&together={together}")).body) / count

        async def asked(together: int) -> float:
            return float((await get(floor.port, f"/ask?count={count}&together={together}")).body) / count

        await read(1)
        await asked(1)
        figures = []
        for row, together in (("one after the other", 1), ("100 at once", 100)):
            here, there, ratio = await side_by_side(
                lambda n=together: read(n),  # type: ignore[misc]
                lambda n=together: asked(n),  # type: ignore[misc]
                ask.times(5, 2),
            )
            note = f"{1 / here:,.0f} a second; {here * 1e6:.0f} µs, floor {there * 1e6:.0f}"
            figures.append(Figure(row=f".js reads, {row}", value=ratio, unit=" x", note=note))
        return figures


async def publish(ask: Ask) -> Result:
    """One message to 1,000 tabs that subscribe, against the floor that sends the same bytes."""
    count, rounds = ask.times(1000, 100), ask.times(20, 10)
    with Program("bridged") as ours, Program("floor") as floor:
        tabs = [await _subscriber(ours.port) for _ in range(count)]
        held = [await connect(floor.port, "/hold") for _ in range(count)]
        here, there, ratio = await side_by_side(
            lambda: _round(ours, tabs, rounds), lambda: _round(floor, held, rounds), ask.times(7, 2)
        )
    note = f"{here * 1e6:.1f} µs a frame, floor {there * 1e6:.1f}"
    return [Figure(row=f"publish to {count:,} tabs, server CPU a frame", value=ratio, unit=" x", limit=1.3, note=note)]


async def _subscriber(port: int) -> Socket:
    async with Http(port) as http:
        socket = await visit(http, port, "/")
    have = socket.have
    socket.send(["e", 1, have, [], 0, "call", {"c": [{"c": 1, "k": "subscribe", "p": ["news"], "v": {"now": False}}]}])
    await until(lambda: socket.have > have)
    return socket


async def _round(program: Program, tabs: list[Socket], rounds: int) -> float:
    goal = [tab.have + rounds for tab in tabs]
    before = program.cpu()
    await get(program.port, f"/go?rounds={rounds}&pause=0.05")
    await until(lambda: all(tab.have >= wanted for tab, wanted in zip(tabs, goal, strict=True)))
    return (program.cpu() - before) / (rounds * len(tabs))


async def repeats(ask: Ask) -> Result:
    """Whether the server grows when everything is done again and again; each kind in a server of its own."""
    count = ask.times(20_000, 4_000, 1_000_000)
    return [await _growth(kind, count) for kind in ("calls", "reads", "messages", "queue", "functions")]


async def _growth(kind: str, count: int) -> Figure:
    with Program("bridged") as ours:
        port = ours.port
        async with Http(port) as http:
            caller = Caller(await visit(http, port, "/own"), "typed")
            subscriber = await _subscriber(port)
            Answering(await visit(http, port, "/own"))

        async def some(number: int) -> None:
            if kind == "calls":
                for _ in range(number // 1000):
                    await caller.call(1000)
            elif kind == "messages":
                for _ in range(number // 1000):
                    await asyncio.wait_for(get(port, "/go?rounds=1000&pause=0"), 60)
            else:
                path = {"reads": "/reads?together=100&count", "queue": "/queue?count", "functions": "/functions?count"}[
                    kind
                ]
                for _ in range(number // 1000):
                    await asyncio.wait_for(get(port, f"{path}=1000"), 60)

        await some(count // 4)
        before = ours.memory()
        await some(count)
        growth = (ours.memory() - before) / before * 100
        if subscriber.closed:
            raise RuntimeError(f"the subscriber was dropped over {kind}")
    return Figure(row=f"growth over {count:,} {kind}", value=growth, unit=" %", limit=5.0)
