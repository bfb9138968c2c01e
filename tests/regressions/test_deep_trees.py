"""A subtree 150 levels deep never reached the tabs, and what was changed beside it was lost."""

import justui as ui
from justui.testing import Browser


def nested(levels: int) -> ui.Div:
    top = ui.Div("bottom")
    for _ in range(levels):
        top = ui.Div(top)
    return top


async def test_a_deep_subtree_arrives_with_what_changed_beside_it() -> None:
    page = ui.WebPage()
    label = ui.P("before", a=page)

    def grow() -> None:
        label.text = "after"
        page.add(nested(150))

    ui.Button("Grow", on_click=grow, a=page)
    app = ui.App()
    app.route("/")(lambda: page)
    async with Browser(app) as browser:
        tab = await browser.open("/")
        await tab.click("Grow")
        await tab.wait_for(text="bottom")
        assert "after" in tab.text()
