"""Row `gallery`: the gallery's start page in Chromium, with the exact style sheet against Tailwind's browser build."""

from statistics import median
from typing import Final, NamedTuple

from playwright.async_api import Browser, async_playwright

from tests.bench.client import get
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Result
from tests.harness.browser import launch

_LIMIT: Final = 1.0
_SEEN: Final = """
new Promise((done) => setTimeout(() => {
  const files = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const painted = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  done([painted, files.reduce((sum, file) => sum + file.transferSize, 0)]);
}, 500))
"""
"""When everything has come to rest."""


class Seen(NamedTuple):
    """What one visit was like. `painted`: milliseconds; `size`: bytes, HTTP's heads included."""

    painted: float
    size: float


async def gallery(ask: Ask) -> Result:
    """First contentful paint and bytes on the network, each time in a fresh profile, the two in turn."""
    turns = ask.times(15, 4)
    visits: dict[str, list[Seen]] = {"exact": [], "build": []}
    with Program("start_page") as exact, Program("start_page", "without") as build:
        servers = {"exact": exact, "build": build}
        await _check(exact, build)
        async with async_playwright() as playwright:
            browser = await launch(playwright)
            for turn in range(turns + 1):
                for name, server in servers.items():
                    seen = await _visit(browser, f"http://127.0.0.1:{server.port}/")
                    if turn:
                        visits[name].append(seen)
            await browser.close()
    ours, theirs = ([median(column) for column in zip(*visits[name], strict=True)] for name in ("exact", "build"))
    ratios = [
        [mine[column] / other[column] for mine, other in zip(visits["exact"], visits["build"], strict=True)]
        for column in (0, 1)
    ]
    times = f"{ours[0]:.0f} ms, with Tailwind's browser build {theirs[0]:.0f}"
    sizes = f"{ours[1] / 1024:.0f} KB, with the build {theirs[1] / 1024:.0f}"
    return [
        Figure(row="gallery: first contentful paint", value=median(ratios[0]), unit=" x", limit=_LIMIT, note=times),
        Figure(row="gallery: bytes on the network", value=median(ratios[1]), unit=" x", limit=_LIMIT, note=sizes),
    ]


async def _check(exact: Program, build: Program) -> None:
    """Warm both up, and see that they are what they are to be. Raises `RuntimeError`."""
    pages = [(await get(server.port, "/")).body for server in (exact, build, exact)]
    if b"text/tailwindcss" in pages[2] or b"text/tailwindcss" not in pages[1]:
        raise RuntimeError("the two servers do not differ: is Tailwind's compiler installed?")


async def _visit(browser: Browser, address: str) -> Seen:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(address)
    seen = Seen(*await page.evaluate(_SEEN))
    await context.close()
    return seen
