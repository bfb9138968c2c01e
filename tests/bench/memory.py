"""Rows `memory`, `idle`: resident memory of a tab and of an idle server, and what 200 idle tabs cost."""

import asyncio

from tests.bench.client import Http, Socket, connect, get, visit
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Result

_PRIVATE_LIMIT = 60.0
_SHARED_LIMIT = 1.3
_IDLE_LIMIT = 45.0
_IDLE_CPU_LIMIT = 1.5
_SETTLE = 0.5


async def memory(ask: Ask) -> Result:
    """Each in a server of its own, after some tabs that came before and stay."""
    count = ask.times(1000, 300)
    floor = await _each("floor", "/hold", count)
    shared = await _each("pages", "/shared/1000", count)
    private = await _each("pages", "/filled/100", count)
    return [
        Figure(row="memory of a tab, private page of 100", value=private / 1024, unit=" KB", limit=_PRIVATE_LIMIT,
               note=f"floor's connection {floor / 1024:.1f}"),
        Figure(row="memory of one more tab on a shared page", value=shared / floor, unit=" x", limit=_SHARED_LIMIT,
               note=f"{shared / 1024:.1f} KB"),
    ]  # fmt: skip


async def _each(program: str, path: str, count: int) -> float:
    with Program(program) as server:
        tabs = await _open(server, path, 100)
        await asyncio.sleep(_SETTLE)
        before = server.memory()
        tabs += await _open(server, path, count)
        await asyncio.sleep(_SETTLE)
        after = server.memory()
        for tab in tabs:
            tab.drop()
    return (after - before) / count


async def _open(server: Program, path: str, count: int) -> list[Socket]:
    if path == "/hold":
        return [await connect(server.port, path) for _ in range(count)]
    async with Http(server.port) as http:
        return [await visit(http, server.port, path) for _ in range(count)]


async def idle(ask: Ask) -> Result:
    """A server with nothing to do; and then with 200 tabs that do nothing, over more than one heartbeat."""
    with Program("pages", "idle") as ours, Program("floor") as floor:
        await get(ours.port, "/")
        await get(floor.port, "/page/10")
        await asyncio.sleep(_SETTLE)
        memory, base = ours.memory() / 1024**2, floor.memory() / 1024**2
        tabs = await _open(ours, "/", 200) + await _open(floor, "/hold", 200)
        await asyncio.sleep(2)
        before = ours.cpu(), floor.cpu()
        seconds = ask.times(45, 5)
        await asyncio.sleep(seconds)
        mine, theirs = ours.cpu() - before[0], floor.cpu() - before[1]
        for tab in tabs:
            tab.drop()
    note = f"{mine / seconds * 1000:.2f} ms a second, floor {theirs / seconds * 1000:.2f}"
    return [
        Figure(
            row="resident memory of an idle server",
            value=memory,
            unit=" MB",
            limit=_IDLE_LIMIT,
            note=f"floor {base:.1f}",
        ),
        Figure(row="CPU with 200 idle tabs", value=mine / theirs, unit=" x", limit=_IDLE_CPU_LIMIT, note=note),
    ]
