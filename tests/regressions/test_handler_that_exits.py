"""sys.exit() in a handler cut the person's connection, and in an async one ended the server."""

import asyncio
import sys

import pytest

import justui as ui
from justui.testing import Browser


async def leave_later() -> None:
    await asyncio.sleep(0)
    sys.exit(3)


def leave() -> None:
    sys.exit(3)


@pytest.mark.parametrize("handler", [leave, leave_later])
async def test_a_handler_that_exits_is_a_fault_as_any_other(handler: object, caplog: pytest.LogCaptureFixture) -> None:
    page = ui.WebPage()
    count = ui.P("0", a=page)

    def more() -> None:
        count.text = "1"

    ui.Button("Leave", on_click=handler, a=page)  # type: ignore[arg-type]
    ui.Button("More", on_click=more, a=page)
    app = ui.App()
    app.route("/")(lambda: page)
    async with Browser(app) as browser:
        tab = await browser.open("/")
        await tab.click("Leave")
        await tab.wait_for(lambda: tab.faults)
        await tab.click("More")
        await tab.wait_for(text="1")
    assert "SystemExit" in caplog.text
