"""The figures of DESIGN part 6: `python -m tests.bench [--quick | --full] [row …]`. Prints a table; judges nobody."""

import argparse
import asyncio
import os
import resource
import sys
from collections.abc import Awaitable, Callable
from typing import Final

import uvloop

from tests.bench import (
    bridge,
    browser,
    click,
    editor,
    fanout,
    gallery,
    importing,
    memory,
    request,
    styles,
    tree,
    visits,
    wire,
)
from tests.bench.report import Ask, Figure, Growth, Result, say, table

ROWS: Final[dict[str, Callable[[Ask], Awaitable[Result]]]] = {
    "bytes": wire.label_bytes,
    "runtime": wire.runtime,
    "component": tree.component,
    "tree": tree.tree,
    "get": request.page_request,
    "styles": styles.styled,
    "fanout": fanout.fanout,
    "click": click.click,
    "call": bridge.call,
    "js": bridge.js,
    "publish": bridge.publish,
    "repeats": bridge.repeats,
    "editor": editor.editor,
    "memory": memory.memory,
    "idle": memory.idle,
    "tabs": fanout.tabs,
    "clock": fanout.clock,
    "paint": browser.paint,
    "rows": browser.rows,
    "gallery": gallery.gallery,
    "import": importing.importing,
    "visits": visits.visits,
}

_PATIENCE: Final = 900.0
"""Seconds that one row may take."""


async def measure(names: list[str], ask: Ask) -> Result:
    """What these rows come to."""
    results: list[Figure | Growth] = []
    for name in names:
        say(f"{name} … (load {os.getloadavg()[0]:.1f})")
        async with asyncio.timeout(None if ask.full else _PATIENCE):
            results += await ROWS[name](ask)
    return results


def show(results: Result) -> None:
    """Print how costs grow, then the table of figures."""
    figures = [one for one in results if isinstance(one, Figure)]
    for one in results:
        if isinstance(one, Growth):
            print(one)
    if figures:
        print(table(figure.cells() for figure in figures))
        reached, missed = (sum(figure.met is met for figure in figures) for met in (True, False))
        print(f"\n{reached} reached, {missed} not.")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[[], *ROWS], metavar="row", help=", ".join(ROWS))
    parser.add_argument("--quick", action="store_true", help="rough figures, in two minutes")
    parser.add_argument("--full", action="store_true", help="100,000 visits")
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if os.getloadavg()[0] > 0.7:
        say(f"The machine is busy (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores): figures are rough.")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        show(runner.run(measure(arguments.rows or list(ROWS), Ask(arguments.quick, arguments.full))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
