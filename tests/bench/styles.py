"""Row `styles`: a class that appears for the first time, until the tab has its rule: on the real wire in memory, and in Chromium."""

import asyncio
import time
from collections.abc import Callable
from statistics import median
from typing import Final

from playwright.async_api import Page, async_playwright

import justui as ui
from justui.testing import Browser, Tab
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Result
from tests.harness.browser import launch
from tests.harness.compiling import unseen_css

_CLICK: Final = """
() => new Promise((done) => {
  const box = document.getElementById("box");
  const begun = performance.now();
  new MutationObserver((_, observer) => {
    observer.disconnect();
    done([performance.now() - begun, getComputedStyle(box).width]);
  }).observe(box, { attributes: true });
  document.getElementById("go").click();
})
"""
"""The milliseconds from a click to the class, and the width that the box has from the first moment on."""


def _has_more(tab: Tab, frames: int) -> Callable[[], bool]:
    return lambda: len(tab.frames) > frames


async def styled(ask: Ask) -> Result:
    """Time to styled of a new class, and of one that some page has had before."""
    app = ui.App(debug=False, secret_key="bench", css=unseen_css())
    pages = [ui.WebPage(ui.Div("text", classes="p-4")) for _ in range(2)]
    for number, page in enumerate(pages):
        app.route(f"/{number}")(lambda page=page: page)
    names = [f"w-[{number}px]" for number in range(ask.times(100, 20))]
    async with Browser(app) as browser:
        tabs = [await browser.open(f"/{number}") for number in range(2)]
        times: list[list[float]] = [[], []]
        for place, (page, tab) in enumerate(zip(pages, tabs, strict=True)):
            box = page.components[0]
            for name in names:
                box.classes = name
                frames = len(tab.frames)
                started = time.perf_counter()
                page.update()
                await tab.wait_for(_has_more(tab, frames))
                times[place].append(time.perf_counter() - started)
            assert len(tab.document.sheet) == len(pages[place]._delivery.styling.sheet.text.split("\n"))  # type: ignore[union-attr]
    new, known = (median(seconds) * 1000 for seconds in times)
    new_click, known_click = await _clicked(len(names))
    return [
        Figure(row="a class that appears for the first time, to its rule in the tab", value=new, unit=" ms"),
        Figure(row="  a class that another page has had", value=known, unit=" ms"),
        Figure(row="  for the first time, from the click to the style in Chromium", value=new_click, unit=" ms"),
        Figure(row="  a class that another page has had, the same", value=known_click, unit=" ms"),
    ]


async def _clicked(count: int) -> tuple[float, float]:
    """Milliseconds from a click to the style that it brings: of new classes, and of such that another page has had."""
    with Program("widths") as server:
        async with async_playwright() as playwright:
            browser = await launch(playwright)
            medians = []
            for _ in range(2):
                page = await browser.new_page()
                await page.goto(f"http://127.0.0.1:{server.port}/")
                medians.append(median([await _click(page, 100 + number) for number in range(count)][1:]))
            await browser.close()
    return medians[0], medians[1]


async def _click(page: Page, width: int) -> float:
    """Click; the milliseconds until the box is so wide. Raises `RuntimeError` where the class comes without its rule."""
    spent, seen = await asyncio.wait_for(page.evaluate(_CLICK), 20)
    if seen != f"{width}px":
        raise RuntimeError(f"the class for {width}px came, and the box was {seen} wide")
    return float(spent)
