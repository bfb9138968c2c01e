import asyncio
import justui as ui
from playwright.async_api import expect
from tests.conftest import Serve, Proxied
from tests.harness.browser import People

async def test_two(serve: Serve, person: People) -> None:
    app = ui.App()
    wp = ui.WebPage(title="Count")
    label = ui.Span("0", a=wp, id="n")
    def add() -> None:
        label.text = str(int(label.text) + 1)
    ui.Button("Add", on_click=add, a=wp)
    @app.route("/")
    def index() -> ui.WebPage:
        return wp
    server = serve(app)
    ta = await (await person()).open(server.address)
    ta.allow_network_errors()
    await ta.page.get_by_role("button").click()
    await expect(ta.page.locator("#n")).to_have_text("1")
    server.restart()
    await asyncio.sleep(8)
    await ta.page.get_by_role("button").click()
    await asyncio.sleep(2)
    print(ta.frames, ta.requests, ta.problems, ta.console)
    await expect(ta.page.locator("#n")).to_have_text("2")
