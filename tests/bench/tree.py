"""Rows `tree`, `component`: what a change costs up to its frame, in trees of 100 to 100,000; the memory of a component.

No sockets: the page is rendered by the real App, and its tab sends into the void. Each row has a process of its own.
"""

import asyncio
import gc
import multiprocessing
import random
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any, Final

import justui as ui
from tests.bench.report import Ask, Figure, Growth, Result

SIZES: Final = (100, 1_000, 10_000, 100_000)
_GROWTH_LIMIT: Final = 1.2
_MIDDLE_LIMIT: Final = 1.0
_COMPONENT_LIMIT: Final = 300
_COMPONENTS: Final = 100_000
_EDITS: Final = 200
"""Edits of one batch. As many leaves and groups at every size, from all over the tree: the caches have the same to hold."""


class Void:
    """A transport that is always ready, and where nothing arrives."""

    blocked = False

    def send(self, message: dict[str, str]) -> None:
        """Drop it."""

    def close(self, code: int, reason: str) -> None:
        """Nothing is open."""


class Grove:
    """A page of `size` components with a tab: `wide`, all in one list; else in groups, all leaves at one depth."""

    def __init__(self, size: int, *, wide: bool) -> None:
        self.page = ui.WebPage(title="bench")
        self.list = ui.Ul(a=self.page)
        self.groups = [self.list]
        if not wide:
            share = round(size**0.5)
            self.groups = [ui.Ul(a=self.list) for _ in range(size // share)]
            size -= len(self.groups) + 1
        self.leaves = [ui.Li(f"Item {number}", a=self.groups[number % len(self.groups)]) for number in range(size)]
        self.some = random.Random(1).sample(self.leaves, min(100, len(self.leaves)))
        self.homes = random.Random(1).sample(self.groups, min(10, len(self.groups)))
        self.tab: Any = None
        self.number = 0

    async def open(self, app: ui.App, path: str) -> None:
        """A tab opens the page."""

        @app.route(path)
        def show() -> ui.WebPage:
            return self.page

        await request(app, path)
        self.tab = next(iter(self.page._delivery.tabs.values()))
        self.tab.outbox.transport = Void()

    def settle(self) -> None:
        """The tab acknowledges; what waited is collected."""
        self.page.update()
        self.tab.outbox.acknowledge(self.tab.outbox.number)

    def measured(self, edit: Callable[[int], None]) -> float:
        """Seconds of CPU for one edit up to its frame."""
        before = self.tab.outbox.number
        began = time.process_time()
        for number in range(_EDITS):
            edit(number)
            self.page.update()
        seconds = (time.process_time() - began) / _EDITS
        assert self.tab.outbox.number == before + _EDITS, "every edit makes a frame"
        self.settle()
        return seconds

    def attribute(self, number: int) -> None:
        """Change an attribute of a leaf."""
        self.number += 1
        self.some[number % len(self.some)].title = str(self.number)

    def append(self, number: int) -> None:
        """Put one component at the end of a group."""
        ui.Li("new", a=self.homes[number % len(self.homes)])

    def insert(self, _: int) -> None:
        """Put one component into the middle."""
        children = self.list.components
        children.insert(len(children) // 2, ui.Li("new"))

    def remove(self, _: int) -> None:
        """Take one component out of the middle, by itself as programs do."""
        children = self.list.components
        self.list.remove(children[len(children) // 2])

    def swap(self, _: int) -> None:
        """Put one from the middle to the front."""
        children = self.list.components
        child = children.pop(len(children) // 2)
        children.insert(len(children) // 2 - 5, child)

    def change(self, _: int) -> None:
        """Change the text in the middle."""
        children = self.list.components
        self.number += 1
        children[len(children) // 2].text = str(self.number)


async def request(app: Any, path: str) -> tuple[int, int]:
    """One GET through the ASGI application: its status, and the length of the body."""
    status, length = 0, 0
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
        "scheme": "http", "root_path": "", "http_version": "1.1", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, length
        status = message.get("status", status)
        length += len(message.get("body", b""))

    await app(scope, receive, send)
    return status, length


async def tree(ask: Ask) -> Result:
    """One changed attribute, one append, and edits in the middle, by the size of the tree."""
    sizes = SIZES if not ask.quick else (100, 100_000)
    deep = apart(_deep, sizes, ask.times(15, 5))
    middle = apart(_middle, sizes, ask.times(5, 3))
    head = ("components", *deep, *(f"{name} in the middle" for name in middle))
    lines = [
        (f"{size:,}", *(_micro(deep[name][size][0]) for name in deep), *(_micro(middle[name][size]) for name in middle))
        for size in sizes
    ]
    least, most = sizes[0], sizes[-1]
    result: list[Figure | Growth] = [
        Growth("Microseconds of CPU of one change, up to the frame, by the size of the tree", head, lines)
    ]
    for name, costs in deep.items():
        note = f"{_micro(costs[most][0])} µs and {_micro(costs[least][0])}"
        row = f"CPU of one {name}, 100,000 components against 100"
        result.append(Figure(row=row, value=costs[most][1], unit=" x", limit=_GROWTH_LIMIT, note=note))
    worst, seconds = max(((name, times[most]) for name, times in middle.items()), key=lambda pair: pair[1])
    note = f"the slowest: {worst}"
    row = "edit in the middle of a parent of 100,000"
    result.append(Figure(row=row, value=seconds * 1000, unit=" ms", limit=_MIDDLE_LIMIT, note=note))
    return result


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:.1f}"


def _deep(sizes: tuple[int, ...], turns: int) -> dict[str, dict[int, tuple[float, float]]]:
    """Of each kind of change and size: the median time, and the median ratio to the smallest tree."""
    groves = asyncio.run(_planted(sizes, wide=False))
    result: dict[str, dict[int, tuple[float, float]]] = {}
    for name in ("attribute", "append"):
        times: dict[int, list[float]] = {size: [] for size in sizes}
        for turn in range(turns + 1):
            for size, grove in groves.items():
                seconds = grove.measured(getattr(grove, name))
                if turn:
                    times[size].append(seconds)
        result[name] = {
            size: (median(mine), median(one / base for one, base in zip(mine, times[sizes[0]], strict=True)))
            for size, mine in times.items()
        }
    return result


def _middle(sizes: tuple[int, ...], turns: int) -> dict[str, dict[int, float]]:
    groves = asyncio.run(_planted(sizes, wide=True))
    return {
        name: {
            size: median(grove.measured(getattr(grove, name)) for _ in range(turns)) for size, grove in groves.items()
        }
        for name in ("insert", "remove", "swap", "change")
    }


async def _planted(sizes: tuple[int, ...], *, wide: bool) -> dict[int, Grove]:
    app = ui.App(debug=False, secret_key="bench", outbox_frames=1_000_000, outbox_bytes=1_000_000_000)
    groves = {size: Grove(size, wide=wide) for size in sizes}
    for size, grove in groves.items():
        await grove.open(app, f"/{size}")
    gc.collect()
    gc.freeze()
    return groves


async def component(_: Ask) -> Result:
    """Resident bytes of one `Div` with a text, its place in the parent included."""
    size = apart(_component)
    return [Figure(row="memory of a plain component", value=size, unit=" B", limit=_COMPONENT_LIMIT)]


def _component() -> float:
    ui.App(debug=False, secret_key="bench")
    page = ui.WebPage(title="bench")
    texts = [f"Item {number}" for number in range(_COMPONENTS)]
    ui.Div(texts[0], a=page)
    gc.collect()
    before = resident()
    for text in texts:
        ui.Div(text, a=page)
    return (resident() - before) / _COMPONENTS


def resident() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Run a function in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()
