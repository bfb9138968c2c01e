"""A file chosen in a labelled field was sent twice; one too large was refused twice, with "0 MB at most"."""

from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, notice
from tests.conftest import Proxied, Serve
from tests.harness.browser import People


async def test_it_is_sent_once_and_refused_once(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    sent: list[int] = []

    def chosen(msg: ui.Event) -> None:
        shown.text = f"{msg.files[0].name} came"

    with page:
        field = ui.Field("Photo", type="file", required=True, on_change=chosen)
        shown = ui.P(id="shown")
    field.control.on("progress", lambda msg: sent.append(msg.loaded), fields=["loaded"])
    tab = await Site(serve, proxied, page, upload_bytes=200_000).open(await person())
    await tab.page.set_input_files("input", {"name": "large", "mimeType": "image/png", "buffer": b"x" * 200_001})
    await expect(notice(tab)).to_have_text("large is too large: 200 kB at most.")
    async with tab.page.expect_request("**/upload/**"):
        await tab.page.set_input_files("input", {"name": "small", "mimeType": "image/png", "buffer": b"x"})
    await expect(tab.page.locator("#shown")).to_have_text("small came")
    assert sent == [1]
