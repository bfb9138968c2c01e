"""Rows, columns, grids, cards: a look that its user's classes refine; grids that fit a phone; scrollers that keep their end."""

import pytest
from playwright.async_api import Page, expect

import justui as ui
from tests.browser.live import Site, comes
from tests.conftest import Proxied, Serve
from tests.harness.browser import People


def classes(box: ui.Component) -> set[str]:
    return set((box.classes or "").split())


def test_classes_refine_the_look() -> None:
    assert classes(ui.Row()) == {"flex", "flex-wrap", "items-center", "gap-4"}
    assert classes(ui.Row(classes="gap-8 mt-2")) == {"flex", "flex-wrap", "items-center", "gap-8", "mt-2"}
    assert classes(ui.Row(classes="sm:gap-8 flex-nowrap")) >= {"gap-4", "sm:gap-8", "flex-nowrap"}
    assert "flex-wrap" not in classes(ui.Row(classes="flex-nowrap"))
    assert {"flex-col", "items-end"} <= classes(ui.Column(classes="items-end"))
    card = ui.Card("text", classes="p-8 bg-amber-100")
    assert {"p-8", "bg-amber-100"} <= classes(card)
    assert not [name for name in classes(card) if name.startswith("bg-[") or name == "p-5"]


def test_a_look_of_ones_own_is_one_line() -> None:
    class Tile(ui.Card):
        look = "rounded-none p-1"

    assert classes(Tile(classes="p-3")) == {"rounded-none", "p-3"}


def test_classes_may_be_a_state() -> None:
    gap = ui.State("gap-8")
    row = ui.Row(classes=gap)
    assert {"gap-8", "flex"} <= classes(row)
    gap.value = "gap-1"
    assert {"gap-1", "flex"} <= classes(row)


@pytest.mark.parametrize(
    ("grid", "wanted"),
    [
        (ui.Grid(), "grid-cols-[repeat(auto-fill,minmax(min(100%,14rem),1fr))]"),
        (ui.Grid(min_width="20ch"), "grid-cols-[repeat(auto-fill,minmax(min(100%,20ch),1fr))]"),
        (ui.Grid(columns=2, min_width=0), "grid-cols-2"),
        (ui.Grid(columns="auto  1fr"), "grid-cols-[auto_1fr]"),
        (ui.Grid(columns=3, classes="grid-cols-2"), "grid-cols-2"),
    ],
)
def test_the_columns_of_a_grid(grid: ui.Grid, wanted: str) -> None:
    assert [name for name in classes(grid) if name.startswith("grid-cols")] == [wanted]


def test_what_cannot_be_a_grid_or_a_scroller_is_refused() -> None:
    for columns in (0, -1):
        with pytest.raises(ui.UsageError, match="columns="):
            ui.Grid(columns=columns)
    with pytest.raises(ui.UsageError, match="min_width="):
        ui.Grid(columns=2, min_width="1px);color:red")
    with pytest.raises(ui.UsageError, match='stick="bottom"'):
        ui.Scroll(stick="top")  # type: ignore[arg-type]


def gallery() -> ui.WebPage:
    page = ui.WebPage(classes="max-w-none p-0", title="Grids")
    for number, gap in ((2, ""), (3, "gap-8"), (3, "gap-2"), (4, "gap-px"), (6, "gap-[2px]"), (12, "gap-1")):
        cells = [ui.Div(str(cell)) for cell in range(24)]
        page.add(ui.Grid(*cells, columns=number, min_width=3, classes=gap, id=f"g{number}{gap[:5]}"))
    page.add(ui.Row(*[ui.Button(f"button {number}") for number in range(9)], id="row"))
    return page


async def columns(page: Page) -> list[int]:
    """How many cells of each grid stand in its first line."""
    found: list[int] = await page.evaluate("""() => [...document.querySelectorAll(".grid")].map((grid) =>
        [...grid.children].filter((cell) => cell.offsetTop === grid.children[0].offsetTop).length)""")
    return found


async def test_a_grid_has_its_columns_where_there_is_room(serve: Serve, proxied: Proxied, person: People) -> None:
    site = Site(serve, proxied, gallery)
    tab = await site.open(await person(viewport={"width": 1280, "height": 800}))
    assert await columns(tab.page) == [2, 3, 3, 4, 6, 12]
    await tab.page.set_viewport_size({"width": 320, "height": 700})
    narrow = await columns(tab.page)
    assert narrow[:3] == [2, 3, 3]
    assert 4 <= narrow[5] < 12
    # Nothing is wider than a phone.
    assert await tab.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


async def test_a_scroller_keeps_its_end_or_the_place_of_the_person(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    page = ui.WebPage()
    log = ui.Scroll(*map(ui.P, "abcdefghijkl"), stick="bottom", aria_label="Log", classes="h-40", a=page)
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    box = tab.page.get_by_role("region", name="Log")

    async def below() -> float:
        """Pixels between what is seen and the end."""
        return float(await box.evaluate("(box) => box.scrollHeight - box.scrollTop - box.clientHeight"))

    async def say(text: str) -> None:
        await log.add(ui.P(text)).update()
        await expect(box.locator("p").last).to_have_text(text)

    assert await box.evaluate("(box) => box.scrollHeight > box.clientHeight + 100")
    assert await below() < 2
    await say("one more")
    assert await below() < 2
    await box.focus()
    await tab.page.keyboard.press("Home")
    await comes(lambda: box.evaluate("(box) => box.scrollTop === 0"))
    await say("not seen yet")
    assert await box.evaluate("(box) => box.scrollTop") == 0
    await tab.page.keyboard.press("End")
    await comes(lambda: box.evaluate("(box) => box.scrollHeight - box.scrollTop - box.clientHeight < 2"))
    await say("seen")
    assert await below() < 2
    # One that comes later begins at its end, too.
    await page.add(ui.Scroll(*map(ui.P, "abcdefgh"), stick="bottom", aria_label="Late", classes="h-20")).update()
    late = tab.page.get_by_role("region", name="Late")
    await comes(lambda: late.evaluate("(box) => box.scrollTop > 0"))
