"""Row `import`: what `import justui` takes, over Starlette by itself. Each import has a new interpreter."""

import asyncio
import sys
from pathlib import Path
from typing import Final

from tests.bench.report import Ask, Figure, Result, side_by_side

ROOT: Final = Path(__file__).resolve().parents[2]
_LIMIT: Final = 150
_FLOOR: Final = "starlette.applications, starlette.routing, starlette.websockets, starlette.staticfiles"
_CLOCK: Final = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


async def importing(ask: Ask) -> Result:
    """The medians of new interpreters, in turn; the disk's part is the cache's."""

    async def ours() -> float:
        return await _seconds("justui")

    async def floor() -> float:
        return await _seconds(_FLOOR)

    await ours()  # writes the byte code
    mine, theirs, _ = await side_by_side(ours, floor, ask.times(15, 5))
    note = f"{mine * 1000:.0f} ms and {theirs * 1000:.0f} ms"
    over = (mine - theirs) * 1000
    return [Figure(row="import justui, over Starlette's own", value=over, unit=" ms", limit=_LIMIT, note=note)]


async def _seconds(modules: str) -> float:
    """The time that a new interpreter needs for an import."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _CLOCK.format(modules), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return float(said)
