"""Files that a person chooses: their bytes reach the handler, in Chromium, whatever the network does."""

from pathlib import Path

import pytest
from playwright.async_api import FilePayload, expect

import justui as ui
from tests.browser.live import Site, comes, is_so, joined, notice
from tests.conftest import Proxied, Serve
from tests.harness.browser import People
from tests.harness.waiting import eventually


def payload(name: str, data: bytes, type: str = "text/plain") -> FilePayload:
    return {"name": name, "mimeType": type, "buffer": data}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


class Desk:
    """A page with a field that wants files at once, and a form that wants one with the rest."""

    def __init__(self) -> None:
        self.page = ui.WebPage()
        self.chosen: list[tuple[str, bytes, str]] = []
        self.sent: list[tuple[str, bytes | None, list[str]]] = []
        self.progress = 0
        with self.page:
            self.field = ui.Input(type="file", multiple=True, id="at-once", on_change=self.choose)
            self.field.on("progress", self.note_progress, fields=["loaded", "total"])
            with ui.Form(id="form", on_submit=self.submit):
                ui.Input(name="title", id="title")
                ui.Input(type="file", name="photo", id="photo")
                ui.Input(type="file", name="papers", id="papers", multiple=True)
                ui.Button("Send", id="send")
            ui.Button("Count", id="count", on_click=lambda: setattr(self.counted, "text", "counted"))
            self.counted = ui.P(id="counted")
            self.shown = ui.P(id="shown")

    def choose(self, msg: ui.Event) -> None:
        assert isinstance(msg.target, ui.Input)
        assert msg.files == msg.target.files
        self.chosen += [(file.name, file.read(), file.type) for file in msg.files]
        self.shown.text = f"{len(msg.files)} chosen"

    def note_progress(self, msg: ui.Event) -> None:
        assert msg.total
        self.progress = msg.loaded

    def submit(self, msg: ui.Event) -> None:
        photo, papers = msg.values["photo"], msg.values["papers"]
        self.sent.append((msg.values["title"], photo and photo.read(), [paper.text() for paper in papers]))
        self.shown.text = f"{len(msg.files)} submitted"


@pytest.mark.covers("JP-37")
async def test_chosen_files_and_those_of_a_form_reach_their_handlers(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    desk = Desk()
    site = Site(serve, proxied, desk.page)
    ada, bob = await site.open(await person()), await site.open(await person())
    big = bytes(range(256)) * 4_000
    await ada.page.set_input_files(
        "#at-once", [payload("ä ☃.txt", b"one"), payload("empty", b"", ""), payload("big", big)]
    )
    for tab in (ada, bob):
        await expect(tab.page.locator("#shown")).to_have_text("3 chosen")
    # A file without a known type has none.
    kinds = ["text/plain", "application/octet-stream", "text/plain"]
    assert desk.chosen == list(zip(["ä ☃.txt", "empty", "big"], [b"one", b"", big], kinds, strict=True))
    await is_so(lambda: desk.progress == len(big))
    await bob.page.set_input_files("#photo", payload("p.png", b"\x89PNG", "image/png"))
    await bob.page.set_input_files("#papers", [payload("a", b"A"), payload("b", b"B")])
    await bob.page.fill("#title", "Holiday")
    await bob.page.press("#title", "Enter")
    await expect(ada.page.locator("#shown")).to_have_text("3 submitted")
    await ada.page.click("#send")
    await expect(ada.page.locator("#shown")).to_have_text("0 submitted")
    assert desk.sent == [("Holiday", b"\x89PNG", ["A", "B"]), ("Holiday", None, [])]


async def test_what_a_handler_gives_is_saved(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()

    def give(msg: ui.Event) -> None:
        assert msg.tab
        msg.tab.download((part for part in (b"one,", b"two")), name="ä report.csv")

    page.add(ui.Button("Give", id="give", on_click=give))
    tab = await Site(serve, proxied, page).open(await person())
    async with tab.page.expect_download() as coming:
        await tab.page.click("#give")
    download = await coming.value
    assert download.suggested_filename == "ä report.csv"
    assert (await download.path()).read_bytes() == b"one,two"


async def test_a_file_survives_a_cut_and_a_restart_and_one_that_is_too_large_is_said(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    desk = Desk()
    site = Site(serve, proxied, desk.page, upload_bytes=3_000_000)
    tab = await site.open(await person())
    tab.allow_network_errors()
    site.network.stall()
    await tab.page.set_input_files("#at-once", payload("two megabytes", b"x" * 2_000_000))
    await expect(notice(tab).filter(has_text="Sending")).to_be_visible()
    site.network.cut()  # what was under way is lost
    assert desk.chosen == []
    site.network.mend()
    await joined(tab, 2)
    # Other events do not wait for it.
    await tab.page.click("#count")
    await expect(tab.page.locator("#counted")).to_have_text("counted")
    await expect(tab.page.locator("#shown")).to_have_text("1 chosen", timeout=15_000)
    assert [(name, len(data)) for name, data, _ in desk.chosen] == [("two megabytes", 2_000_000)]
    # The server itself goes meanwhile: the new one, which knows neither tab nor field, gets the file.
    site.network.stall()
    await tab.page.set_input_files("#at-once", payload("another", b"y" * 2_000_000))
    site.network.cut()
    fresh = Desk()
    site.renew(fresh.page, upload_bytes=3_000_000)
    site.network.mend()
    await eventually(lambda: fresh.chosen, seconds=15)
    assert [(name, len(data)) for name, data, _ in fresh.chosen] == [("another", 2_000_000)]
    assert len(desk.chosen) == 1
    await tab.page.set_input_files("#at-once", payload("film", b"x" * 3_000_001))
    await expect(notice(tab).filter(has_text="film is too large: 3 MB at most.")).to_be_visible()
    assert len(desk.chosen) == 1


async def test_files_of_an_upload_are_sent_once_also_where_a_form_around_it_listens(
    serve: Serve, proxied: Proxied, person: People, tmp_path: Path
) -> None:
    heard: list[tuple[str, int]] = []
    arrived: list[str] = []
    app = ui.App(drain=0.2)
    app.uploads("/in", tmp_path)

    def upload(id: str) -> ui.Upload:
        return ui.Upload(to="/in", id=id, on_done=lambda msg: arrived.append(msg.file.name))

    def note(msg: ui.Event) -> None:
        heard.append((msg.type, len(msg.files)))

    @app.route("/")
    def page() -> ui.WebPage:
        form = ui.Form(upload("first"), ui.Input(id="title"), on_change=note, on_input=note, on_submit=note)
        return ui.WebPage(form, ui.Button("More", id="more", on_click=lambda: form.add(upload("second"))))

    tab = await Site(serve, proxied, app).open(await person())
    posted: list[str] = []
    tab.page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    await comes(lambda: tab.page.evaluate("Symbol.for('justui.upload') in globalThis"))
    await tab.page.set_input_files("#first input", [payload("a.txt", b"one" * 999), payload("b.txt", b"two")])
    await is_so(lambda: len(arrived) == 2)
    await tab.page.click("#more")
    async with tab.page.expect_file_chooser() as chooser:
        await tab.page.click("#second label")
    await (await chooser.value).set_files([payload("c.txt", b"three")])
    await is_so(lambda: len(arrived) == 3)
    await tab.page.press("#title", "Enter")
    await is_so(lambda: ("submit", 0) in heard)
    assert len([url for url in posted if "/_justui/upload/" not in url]) == 3
    assert not [url for url in posted if "/_justui/upload/" in url]
    assert heard == [("input", 0), ("change", 0)] * 2 + [("submit", 0)]
    assert names_in(tmp_path) == {"a.txt", "b.txt", "c.txt"}
