"""Row `visits`: people who come, look and go, and such that never join: whether memory stays flat."""

import asyncio
import time

from justui.config import Config
from tests.bench.client import Http, open_page
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Result, say

_LIMIT = 5.0
_AT_ONCE = 8
_STEPS = 20
_WARM = Config().unjoined + 500
"""Visits until the pages that wait for their socket are as many as they can be, which a quick machine reaches in seconds."""


async def visits(ask: Ask) -> Result:
    """Both kinds, on a private page of 100, with the server's default bounds."""
    count = ask.times(4_000, 600, 100_000)
    return [
        await _flat("a visit that joins", count, joins=True),
        await _flat("a visit that never joins", count, joins=False),
    ]


async def _flat(name: str, count: int, *, joins: bool) -> Figure:
    with Program("pages") as server:
        await _visits(server, _WARM, joins)
        began, before = time.monotonic(), server.cpu()
        sizes = [server.memory()]
        for step in range(_STEPS):
            await _visits(server, count // _STEPS, joins)
            sizes.append(server.memory())
            if (step + 1) % 5 == 0:
                say(
                    f"  {name}: {count // _STEPS * (step + 1):,}, {sizes[-1] / 1024**2:.1f} MB, {time.monotonic() - began:.0f} s"
                )
        cost = (server.cpu() - before) / count * 1000
    growth = (max(sizes[1:]) / sizes[0] - 1) * 100
    note = f"{sizes[0] / 1024**2:.1f} MB, at most {max(sizes) / 1024**2:.1f}; {cost:.2f} ms CPU each"
    return Figure(row=f"{name}, {count:,} times: growth", value=growth, unit=" %", limit=_LIMIT, note=note)


async def _visits(server: Program, count: int, joins: bool) -> None:
    left = iter(range(count))
    await asyncio.gather(*(_visitor(server, left, joins) for _ in range(_AT_ONCE)))


async def _visitor(server: Program, left: object, joins: bool) -> None:
    async with Http(server.port) as http:
        for _ in left:  # type: ignore[attr-defined]
            page = await open_page(http, "/filled/100")
            if joins:
                socket = await page.join(server.port)
                socket.leave()
