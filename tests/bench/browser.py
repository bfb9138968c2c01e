"""Rows `paint`, `rows`: Chromium, against static HTML and hand-written DOM code of the floor."""

import asyncio
from statistics import median
from typing import Final

from playwright.async_api import Browser, Page, async_playwright

from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Result
from tests.harness.browser import launch

_PAINT_LIMIT: Final = 1.5
_ROWS_LIMIT: Final = 1.3
_CLICKING: Final = """
(() => {
  let first;
  const look = () => {
    const out = document.getElementById("out"), go = document.getElementById("go");
    if (out) {
      first ??= out.textContent;
      if (out.textContent !== first) return window.clicked = performance.now();
      go.click();
    }
    setTimeout(look, 1);
  };
  look();
})()
"""
"""Clicks again and again, from the first moment on, until a click has changed the label."""
_TIMING: Final = """
(() => {
  window.spent = [];
  const timed = (listener) => (event) => {
    const start = performance.now();
    listener(event);
    const script = performance.now();
    document.body.offsetHeight;
    window.spent.push([script - start, performance.now() - script]);
  };
  const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  Object.defineProperty(WebSocket.prototype, "onmessage", { set(listener) { set.call(this, timed(listener)); } });
})()
"""
"""Times what a message does to the page: the script from the message's text on, then the layout that it makes necessary."""
_ACTS: Final = {"create": 1000, "swap": 1000, "clear": 0}


async def paint(ask: Ask) -> Result:
    """First paint and first effective click on pages of 1,000 elements, each time in a fresh profile."""
    turns = ask.times(15, 4)
    times: dict[str, list[tuple[float, float]]] = {"ours": [], "static": [], "socket": []}
    with Program("pages") as ours, Program("floor") as floor:
        addresses = {
            "ours": f"http://127.0.0.1:{ours.port}/counter/1000",
            "static": f"http://127.0.0.1:{floor.port}/page/1000",
            "socket": f"http://127.0.0.1:{floor.port}/answered/1000",
        }
        async with async_playwright() as playwright:
            browser = await launch(playwright)
            for turn in range(turns + 1):
                for name, address in addresses.items():
                    seen = await _first(browser, address)
                    if turn:
                        times[name].append(seen)
            await browser.close()
    painted = {name: [paint for paint, _ in seen] for name, seen in times.items()}
    clicked = {name: [click for _, click in seen] for name, seen in times.items()}
    return [
        _against("first contentful paint, 1,000 components", painted["ours"], painted["static"], _PAINT_LIMIT),
        _against("first effective click, 1,000 components", clicked["ours"], clicked["static"], _PAINT_LIMIT),
        _against("  against a static page that asks its server", clicked["ours"], clicked["socket"], None),
    ]


def _against(row: str, ours: list[float], floor: list[float], limit: float | None) -> Figure:
    ratio = median(mine / theirs for mine, theirs in zip(ours, floor, strict=True))
    return Figure(
        row=row, value=ratio, unit=" x", limit=limit, note=f"{median(ours):.0f} ms, floor {median(floor):.0f}"
    )


async def _first(browser: Browser, address: str) -> tuple[float, float]:
    context = await browser.new_context()
    page = await context.new_page()
    await page.add_init_script(_CLICKING)
    await page.goto(address)
    seen = await _evaluated(
        page, "[performance.getEntriesByName('first-contentful-paint')[0]?.startTime, window.clicked]"
    )
    await context.close()
    return seen[0], seen[1]


async def _evaluated(page: Page, expression: str) -> tuple[float, float]:
    """Two numbers, as soon as both are there. Playwright's own waiting needs `eval`, which the policy header forbids."""
    for _ in range(1000):
        seen = await page.evaluate(expression)
        if seen and all(isinstance(one, (int, float)) for one in seen):
            return seen[0], seen[1]
        await asyncio.sleep(0.02)
    raise TimeoutError(f"{expression} did not come")


async def rows(ask: Ask) -> Result:
    """Create, swap and remove 1,000 table rows: from the message's text to the new layout."""
    turns = ask.times(20, 4)
    spent: dict[str, list[tuple[float, float]]] = {}
    with Program("pages") as ours, Program("floor") as floor:
        async with async_playwright() as playwright:
            browser = await launch(playwright)
            pages = {"ours": await _open(browser, ours), "floor": await _open(browser, floor)}
            for turn in range(turns + 2):
                for name, page in pages.items():
                    for act, count in _ACTS.items():
                        seen = await _act(page, act, count)
                        if turn > 1:
                            spent.setdefault(f"{act} {name}", []).append(seen)
            await browser.close()
    return [_compared(act, spent[f"{act} ours"], spent[f"{act} floor"]) for act in _ACTS]


async def _open(browser: Browser, program: Program) -> Page:
    page = await (await browser.new_context()).new_page()
    await page.add_init_script(_TIMING)
    await page.goto(f"http://127.0.0.1:{program.port}/rows")
    await asyncio.sleep(0.5)
    return page


async def _act(page: Page, act: str, count: int) -> tuple[float, float]:
    await page.evaluate("window.spent = []")
    await page.evaluate(f"document.getElementById('{act}').click()")
    # Of several messages one has the rows; an acknowledgement costs nothing beside it.
    return await _evaluated(
        page,
        f"window.spent.length && document.querySelectorAll('tr').length === {count}"
        " && window.spent.reduce((a, b) => a[0] + a[1] > b[0] + b[1] ? a : b)",
    )


def _compared(act: str, ours: list[tuple[float, float]], floor: list[tuple[float, float]]) -> Figure:
    ratio = median(sum(mine) / sum(theirs) for mine, theirs in zip(ours, floor, strict=True))
    script = " and ".join(f"{median(one for one, _ in times):.1f}" for times in (ours, floor))
    whole = f"{median(map(sum, ours)):.1f} ms, hand-written {median(map(sum, floor)):.1f}; script alone {script}"
    word = {"clear": "remove"}.get(act, act)
    return Figure(
        row=f"{word} rows of a table of 1,000 in the browser", value=ratio, unit=" x", limit=_ROWS_LIMIT, note=whole
    )
