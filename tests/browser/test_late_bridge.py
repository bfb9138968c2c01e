"""The bridge is loaded when it is first needed: a connection that fails just then costs nothing but time."""

from typing import Any

import justui as ui
from tests.browser.live import Site, comes, joined
from tests.conftest import Proxied, Serve
from tests.harness.browser import People


async def test_a_bridge_that_cannot_be_loaded_at_once_is_asked_for_again(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    app = ui.App()
    count = ui.Span("0", id="count")
    app.route("/")(lambda: ui.WebPage(count))
    site = Site(serve, proxied, app)
    tab = await (await person()).open(site.address, allow="Failed to fetch dynamically imported module|ERR_FAILED")
    page = tab.page
    await joined(tab)
    refused: list[str] = []

    async def refuse_once(route: Any) -> None:
        refused.append(route.request.url)
        await (route.abort() if len(refused) == 1 else route.continue_())

    await page.route("**/bridge*", refuse_once)
    [mine] = app.tabs
    assert app.loop is not None

    def begin() -> None:
        mine.js.document.title = "done"
        count.text = "1"
        mine.page.update()

    app.loop.call_soon_threadsafe(begin)
    await comes(lambda: page.evaluate("document.title == 'done' && count.textContent == '1'"))
    assert len(refused) == 2
