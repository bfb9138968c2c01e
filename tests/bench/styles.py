"""A class that appears for the first time: from the update to the tab that has its rule, on the real wire in memory."""

import time
from collections.abc import Callable
from statistics import median

import justui as ui
from justui.testing import Browser, Tab
from tests.bench.report import Ask, Figure, Result
from tests.harness.compiling import unseen_css


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
            assert len(tab.document.sheet) == len(pages[place]._styling.sheet.text.split("\n"))  # type: ignore[union-attr]
    new, known = (median(seconds) * 1000 for seconds in times)
    return [
        Figure(row="a class that appears for the first time, to its rule in the tab", value=new, unit=" ms"),
        Figure(row="  a class that another page has had", value=known, unit=" ms"),
    ]
