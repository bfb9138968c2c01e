"""Rows `fanout`, `tabs`, `clock`: one change on a shared page, to 1 … 5,000 tabs that acknowledge as law 8 says."""

import asyncio

from tests.bench.client import Http, Socket, connect, get, until, visit
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Growth, Result, say, side_by_side

_LIMIT = 1.3
_MEMORY_LIMIT = 1.3


class Audience:
    """The tabs of one server that see the same page."""

    def __init__(self, program: Program, size: int | None) -> None:
        self.program = program
        self.tabs: list[Socket] = []
        self._size = size

    async def grow(self, count: int) -> None:
        """Open tabs until there are `count`, several at a time."""
        port = self.program.port
        while len(self.tabs) < count:
            share = min(50, count - len(self.tabs))
            if self._size is None:
                self.tabs += await asyncio.gather(*(connect(port, "/hold") for _ in range(share)))
            else:
                self.tabs += await asyncio.gather(*(self._visit() for _ in range(share)))

    async def _visit(self) -> Socket:
        async with Http(self.program.port) as http:
            return await visit(http, self.program.port, f"/shared/{self._size}")

    async def round(self, rounds: int, pause: float) -> float:
        """Let the page change; the seconds of server CPU for each frame that has arrived."""
        goal = [tab.have + rounds for tab in self.tabs]
        before = self.program.cpu()
        await get(
            self.program.port, f"/go{'' if self._size is None else f'/{self._size}'}?rounds={rounds}&pause={pause}"
        )
        await until(lambda: all(tab.have >= wanted for tab, wanted in zip(self.tabs, goal, strict=True)))
        return (self.program.cpu() - before) / (rounds * len(self.tabs))


async def fanout(ask: Ask) -> Result:
    """A shared page of 1,000 components, 100 tabs."""
    rounds = ask.times(200, 60)
    with Program("pages") as ours, Program("floor") as floor:
        mine, theirs = Audience(ours, 1000), Audience(floor, None)
        await mine.grow(100)
        await theirs.grow(100)
        await mine.round(rounds, 0.003)
        await theirs.round(rounds, 0.003)
        here, there, ratio = await side_by_side(
            lambda: mine.round(rounds, 0.003), lambda: theirs.round(rounds, 0.003), ask.times(9, 3)
        )
    note = f"{here * 1e6:.1f} µs a frame, floor {there * 1e6:.1f}"
    return [Figure(row="fan-out to 100 tabs, server CPU a frame", value=ratio, unit=" x", limit=_LIMIT, note=note)]


async def tabs(ask: Ask) -> Result:
    """How the cost of a frame and the memory of a tab grow with the number of tabs."""
    counts = [1, 10, 100, 1000, 5000] if not ask.quick else [1, 10, 100]
    lines: list[tuple[str, ...]] = []
    with Program("pages") as ours, Program("floor") as floor:
        mine, theirs = Audience(ours, 1000), Audience(floor, None)
        for audience in (mine, theirs):
            await audience.grow(1)
            await audience.round(20, 0.003)
        for count in counts:
            say(f"  {count} tabs")
            memory = [await _growth(audience, count) for audience in (mine, theirs)]
            rounds = max(3, min(200, 20_000 // count))
            pause = 0.003 if count <= 100 else 0.1
            here, there, ratio = await side_by_side(
                lambda rounds=rounds, pause=pause: mine.round(rounds, pause),  # type: ignore[misc]
                lambda rounds=rounds, pause=pause: theirs.round(rounds, pause),  # type: ignore[misc]
                3,
            )
            lines.append((f"{count:,}", f"{here * 1e6:.1f}", f"{there * 1e6:.1f}", f"{ratio:.2f}", *_kilobytes(memory)))
    head = ("tabs", "µs a frame", "floor", "ratio", "KB a tab", "floor")
    return [Growth("One change on a shared page of 1,000 components, by the number of tabs", head, lines)]


async def _growth(audience: Audience, count: int) -> float:
    """Bytes for each tab that was opened to make them `count`; 0 when they are too few to tell."""
    before, were = audience.program.memory(), len(audience.tabs)
    await audience.grow(count)
    await asyncio.sleep(0.3)
    return (audience.program.memory() - before) / (count - were) if count - were >= 500 else 0.0


def _kilobytes(memory: list[float]) -> list[str]:
    return [f"{one / 1024:.1f}" if one else "" for one in memory]


async def clock(ask: Ask) -> Result:
    """5,000 tabs on a clock: once a second, every tab; so each frame is acknowledged by itself."""
    count, seconds = ask.times(5000, 500), ask.times(10, 3)
    with Program("pages") as ours, Program("floor") as floor:
        mine, theirs = Audience(ours, 10), Audience(floor, None)
        for audience in (mine, theirs):
            await audience.grow(count)
        spread: list[float] = []
        here, there, ratio = await side_by_side(
            lambda: _ticks(mine, seconds, spread), lambda: theirs.round(seconds, 1.0), ask.times(3, 1)
        )
    note = f"{here * 1e6:.1f} µs a frame with its acknowledgement, floor {there * 1e6:.1f}"
    return [
        Figure(row=f"clock with {count:,} tabs, server CPU a frame", value=ratio, unit=" x", limit=_LIMIT, note=note),
        Figure(row="  from the first tab to the last, worst tick", value=max(spread) * 1000, unit=" ms"),
    ]


async def _ticks(audience: Audience, seconds: int, spread: list[float]) -> float:
    loop = asyncio.get_running_loop()
    times: dict[bytes, list[float]] = {}

    def note(text: bytes) -> None:
        now = loop.time()
        times.setdefault(text, [now, now])[1] = now

    for tab in audience.tabs:
        tab.on_frame = note
    cost = await audience.round(seconds, 1.0)
    spread += [last - first for first, last in times.values()]
    return cost
