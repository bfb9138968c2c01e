"""Rows `bytes` and `runtime`: what travels. Needs no floor."""

import gzip
import re

from tests.bench.client import Http, get, until, visit
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Result

_LABEL_LIMIT = 60
_RUNTIME_LIMIT = 15


async def label_bytes(_: Ask) -> Result:
    """Bytes on the wire, frame header included, when one label of a shared page changes."""
    figures = []
    with Program("pages") as ours:
        for size in (100, 1000):
            async with Http(ours.port) as http:
                tab = await visit(http, ours.port, f"/shared/{size}")
                await get(ours.port, f"/go/{size}?rounds=1&pause=0")
                await until(lambda tab=tab: tab.have == 1)  # type: ignore[misc]
                figures.append(
                    Figure(
                        row=f"bytes of one changed label, page of {size}",
                        value=tab.bytes,
                        unit=" B",
                        limit=_LABEL_LIMIT,
                    )
                )
                tab.leave()
    return figures


async def runtime(_: Ask) -> Result:
    """The size of the browser runtime, and the number of scripts that a page loads."""
    with Program("pages") as ours:
        page = (await get(ours.port, "/shared/10")).body.decode()
        scripts = re.findall(r'<script[^>]* src="([^"]+)"', page)
        content = [(await get(ours.port, script)).body for script in scripts]
    packed = sum(len(gzip.compress(one, 9)) for one in content)
    return [
        Figure(
            row="browser runtime, gzipped",
            value=packed / 1024,
            unit=" KB",
            limit=_RUNTIME_LIMIT,
            note=f"{sum(map(len, content)) / 1024:.1f} KB before",
        ),
        Figure(row="requests for it", value=len(scripts), limit=1),
    ]
