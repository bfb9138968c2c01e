"""Row `get`: server CPU for a GET of 1,000 components, built and rendered; and the size of its HTML."""

import asyncio
import gc
import time
from statistics import median

from tests.bench.client import Http
from tests.bench.pages import all_pages
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Growth, Result
from tests.bench.tree import SIZES, apart, request

_CPU_LIMIT = 3.0
_SIZE_LIMIT = 40.0


async def page_request(ask: Ask) -> Result:
    """Over a real socket, one person who asks again and again; and through the ASGI application alone."""
    turns, count = ask.times(9, 3), ask.times(40, 15)
    with Program("pages") as ours, Program("floor") as floor:
        plain = await _alternate(ours, floor, "/filled/1000", turns, count)
        styled = await _alternate(ours, floor, "/styled/1000", turns, count)
    inside = apart(_inside, 1000, turns, count)
    lines = [
        (f"{size:,}", f"{apart(_inside, size, 3, max(3, 20_000 // size)) * 1000:.2f}")
        for size in SIZES[: 3 if ask.quick else 4]
    ]
    return [
        Growth("A GET, by the number of components, ASGI application alone", ("components", "ms"), lines),
        Figure(row="GET of 1,000 components, server CPU", value=plain[0] * 1000, unit=" ms", limit=_CPU_LIMIT,
               note=f"floor's static page {plain[1] * 1000:.2f}"),
        Figure(row="  the ASGI application alone", value=inside * 1000, unit=" ms"),
        Figure(row="  HTML", value=plain[2] / 1024, unit=" KB", limit=_SIZE_LIMIT),
        Figure(row="  with classes and handlers, server CPU", value=styled[0] * 1000, unit=" ms", limit=_CPU_LIMIT),
        Figure(row="  with classes and handlers, HTML", value=styled[2] / 1024, unit=" KB"),
    ]  # fmt: skip


async def _alternate(ours: Program, floor: Program, path: str, turns: int, count: int) -> tuple[float, float, int]:
    mine, theirs = [], []
    async with Http(ours.port) as here, Http(floor.port) as there:
        first = await here.get(path)
        for turn in range(turns + 1):
            cost = (
                await _cost(ours, here, path, count, first.cookie),
                await _cost(floor, there, "/page/1000", count, ""),
            )
            if turn:
                mine.append(cost[0])
                theirs.append(cost[1])
    return median(mine), median(theirs), len(first.body)


async def _cost(program: Program, http: Http, path: str, count: int, cookie: str) -> float:
    before = program.cpu()
    for _ in range(count):
        await http.get(path, cookie)
    return (program.cpu() - before) / count


def _inside(size: int, turns: int, count: int) -> float:
    return asyncio.run(_requests(size, turns, count))


async def _requests(size: int, turns: int, count: int) -> float:
    app = all_pages()
    path = f"/filled/{size}"
    status, _ = await request(app, path)
    assert status == 200
    gc.collect()
    gc.freeze()
    times = []
    for _ in range(turns):
        began = time.process_time()
        for _ in range(count):
            await request(app, path)
        times.append((time.process_time() - began) / count)
    return median(times)
