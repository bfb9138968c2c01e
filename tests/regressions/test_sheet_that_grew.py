"""A bar on a shared page whose width was a class (`w-[7px]`) left a line for each value, until the whole App had no room for new ones."""

import justui as ui
from justui.testing import Browser
from tests.harness.compiling import learn, unseen_css


async def test_lines_of_classes_that_went_go_too() -> None:
    app = ui.App(css=unseen_css())
    bar = ui.Div("x", classes="p-4")
    page = ui.WebPage(bar)
    app.route("/")(lambda: page)
    async with Browser(app) as browser:
        tab, other = await browser.open("/"), await browser.open("/")
        assert page._delivery.styling is not None
        assert page._delivery.styling.sheet.dialect is not None
        widths = [f"w-[{number}px]" for number in range(2200)]
        learn(page._delivery.styling.sheet.dialect, " ".join(widths))
        for width in widths:
            bar.classes = f"p-4 {width}"
            page.update()
        await tab.wait_for(lambda: any(operation[0] == "s" for operation in tab.operations))
        fresh = await browser.open("/")
        for one in (tab, other, fresh):
            await one.wait_for(lambda one=one: widths[-1] in str(one.find("div").attributes))  # type: ignore[misc]
            assert one.document.sheet == page._delivery.styling.sheet.text.split("\n")
        assert sum("width:" in line for line in fresh.document.sheet) < 300
