"""`Upload`: what is chosen or dropped is sent at once into a folder, and what the folder has reaches the handler."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

import justui as ui
from justui.errors import UsageError
from justui.testing import Browser
from tests.browser.live import Site, is_so
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


def there(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class Desk:
    """A page with one target, and what its handlers were told."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.arrived: list[Any] = []
        self.failed: list[tuple[str, str, int]] = []
        self.said = ui.P(id="said")
        self.target = ui.Upload(to="/in", id="target", on_done=self.take, on_error=self.fail, **options)
        self.page = ui.WebPage(self.target, self.said)
        self.app = ui.App(secret_key="k", drain=0.2)
        self.app.uploads("/in", folder, types=[".txt", "image/png"], serve=True)
        self.app.route("/")(lambda: self.page)

    def take(self, msg: ui.Event) -> None:
        self.arrived.append(msg.file)
        self.said.text = ", ".join(sorted(file.name for file in self.arrived))

    def fail(self, msg: ui.Event) -> None:
        self.failed.append((msg.name, msg.reason, msg.status))


@pytest.mark.covers("WO-21", "WO-22")
async def test_the_folder_says_what_has_arrived_and_nobody_else_can(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.target.accept == ".txt,image/png"
    async with Browser(desk.app) as ada, Browser(desk.app) as bob:
        tab, other = await ada.open("/"), await bob.open("/")
        id = str(desk.target._id)

        async def send(person: Browser, name: str, token: str, component: str) -> int:
            headers = [("x-justui-tab", token), ("x-justui-upload", component)]
            return (await person.request("PUT", f"/in/{name}", headers, b"hello")).status

        assert tab.document.boot
        token = tab.document.boot["token"]
        assert await send(ada, "ä.txt", token, id) == 201
        [file] = desk.arrived
        assert (file.name, file.size, file.type, file.url) == ("ä.txt", 5, "text/plain", "/in/%C3%A4.txt")
        assert (file.path, file.read()) == (tmp_path / "ä.txt", b"hello")
        await other.wait_for("ä.txt")  # the page was updated, as by any handler
        assert await send(bob, "b.txt", token, id) == 503  # not his tab
        assert await send(ada, "b.txt", token, str(desk.target.field._id)) == 403
        assert await send(ada, "b.txt", token, "9" * 30) == 503
        await tab.attach("Drop files here, or choose them", ("d.exe", b"MZ"), ("d.txt", b"D"))
        await tab.settled()
        assert [(name, status) for name, _, status in desk.failed] == [("d.exe", 415)]
        assert desk.arrived.pop().name == "d.txt"
        desk.target.disabled = True
        assert await send(ada, "b.txt", token, id) == 403
        assert (await ada.request("PUT", "/in/c.txt", [], b"from a program")).status == 201  # nobody's handler runs
        await tab.fire(tab.find("#target"), "done", file={"name": "forged"})
        assert (len(desk.arrived), there(tmp_path)) == (1, ["c.txt", "d.txt", "ä.txt"])


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(UsageError, match="to= of Upload"):
        ui.Upload(to="in")
    with pytest.raises(UsageError, match="max_files="):
        ui.Upload(to="/in", max_files=0)


DROP = """(element, files) => {
    const transfer = new DataTransfer();
    for (const [name, type, bytes] of files) transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
    for (const type of ["dragenter", "dragover", "drop"]) {
        element.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
        if (type === "dragover") globalThis.marked = document.querySelector("#target").hasAttribute("data-over");
    }
}"""


async def test_files_are_dropped_refused_renamed_and_cancelled(
    serve: Serve, proxied: Proxied, person: People, tmp_path: Path
) -> None:
    (tmp_path / "old.txt").write_text("old")
    desk = Desk(tmp_path, max_files=5)
    outer = ui.App()
    outer.route("/")(lambda: ui.P("outer"))
    outer.mount("/below", desk.app)  # so it works behind a prefix
    site = Site(serve, proxied, outer)
    tab = await site.open(await person(), "below/")
    tab.allow("status of 4(15|09|03)")
    page = tab.page
    files: list[list[Any]] = [
        ["a.txt", "text/plain", list(b"A")],
        ["picture.png", "image/png", list(PNG)],
        ["fake.png", "image/png", [77, 90, *[0] * 9000]],
        ["old.txt", "text/plain", list(b"new")],
        ["empty.txt", "text/plain", []],
        ["sixth.txt", "text/plain", [1]],
    ]
    await page.locator("#target span").first.evaluate(DROP, files)
    assert await page.evaluate("globalThis.marked")
    await expect(page.locator("#said")).to_have_text("a.txt, empty.txt, picture.png")
    rows = page.locator("#target li")
    await expect(rows.nth(0)).to_contain_text("1 bytes, sent")
    await expect(rows.nth(2)).to_contain_text("fake.png is not what its name says")
    await expect(rows.nth(3)).to_contain_text("There is a file old.txt already")
    await expect(rows.nth(5)).to_contain_text("At most 5 files are taken at once")
    assert (tmp_path / "picture.png").read_bytes() == PNG
    await is_so(lambda: sorted(status for *_, status in desk.failed) == [0, 409, 415], desk.failed)
    assert await page.locator("#target progress").first.get_attribute("aria-label") == "a.txt"
    assert await page.locator("#target [role=status]").text_content()
    # With the keyboard: another name, then what is left is put away.
    await rows.nth(3).get_by_role("button", name="Send as old-").focus()
    await page.keyboard.press("Enter")
    await is_so(lambda: len(desk.arrived) == 4)
    assert (desk.arrived[-1].read(), (tmp_path / "old.txt").read_text()) == (b"new", "old")
    await rows.nth(5).get_by_role("button", name="Dismiss").press("Enter")
    await expect(rows).to_have_count(5)
    assert await page.evaluate("document.activeElement.localName") == "button"
    # A file beside the target does not make the browser leave the page; nor does a disabled target take one.
    await page.locator("#said").evaluate(DROP, [["b.txt", "text/plain", [66]]])
    desk.target.disabled = True
    desk.page.update()
    await expect(page.locator("#target input")).to_be_disabled()
    await page.locator("#target span").first.evaluate(DROP, [["c.txt", "text/plain", [66]]])
    assert not await page.evaluate("globalThis.marked")
    desk.target.disabled = False
    desk.page.update()
    await expect(page.locator("#target input")).to_be_enabled()
    # One that is taken away while it is sent leaves nothing.
    site.network.stall()
    await page.set_input_files("#target input", {"name": "d.txt", "mimeType": "text/plain", "buffer": b"x" * 500_000})
    await page.get_by_role("button", name="Cancel: d.txt").click()
    site.network.mend()
    await page.set_input_files("#target input", {"name": "e.txt", "mimeType": "text/plain", "buffer": b"E"})
    await is_so(lambda: len(desk.arrived) == 5)
    await is_so(lambda: desk.app.incoming.half_bytes == 0)
    assert {"e.txt", "old.txt"} <= set(there(tmp_path))
    assert not {"b.txt", "c.txt", "d.txt"} & set(there(tmp_path))


@pytest.mark.covers("WO-23")
async def test_an_upload_that_is_cut_goes_on_where_it_was_and_anew_after_a_restart(
    serve: Serve, proxied: Proxied, person: People, tmp_path: Path
) -> None:
    desk = Desk(tmp_path)
    site = Site(serve, proxied, desk.app)
    tab = await site.open(await person())
    tab.allow_network_errors()
    tab.allow("ERR_")
    page = tab.page
    offsets: list[int] = []
    page.on("request", lambda asked: offsets.append(int(asked.headers.get("upload-offset", "-1"))))
    size = 6_000_000
    data = bytes(range(251)) * (size // 251)
    site.network.delay = 0.2
    await page.set_input_files(
        "#target input", {"name": "big.txt", "mimeType": "text/plain", "buffer": data.replace(b"\0", b"x")}
    )
    await is_so(lambda: desk.app.incoming.half_bytes > 1_000_000)
    site.network.cut()
    await expect(page.locator("#target li")).to_contain_text("Connection lost")
    assert 0 < float(await page.locator("#target progress").evaluate("bar => bar.value")) < 1
    assert desk.arrived == []
    site.network.delay = 0
    site.network.mend()
    await expect(page.locator("#said")).to_have_text("big.txt", timeout=15_000)
    assert (tmp_path / "big.txt").read_bytes() == data.replace(b"\0", b"x")
    assert max(offsets) > 1_000_000  # what had arrived was not sent again
    assert [file.size for file in desk.arrived] == [len(data)]
    # The server itself is restarted: what it had is gone, so the file is sent anew, for the page of the new one.
    site.network.delay = 0.2
    await page.set_input_files("#target input", {"name": "anew.txt", "mimeType": "text/plain", "buffer": b"y" * size})
    await is_so(lambda: desk.app.incoming.half_bytes > 1_000_000)
    fresh = Desk(tmp_path)
    site.renew(fresh.app)
    site.network.delay = 0
    await expect(page.locator("#said")).to_have_text("anew.txt", timeout=15_000)
    assert ([file.size for file in fresh.arrived], len(desk.arrived)) == ([size], 1)
    assert sorted(there(tmp_path)) == ["anew.txt", "big.txt"]
