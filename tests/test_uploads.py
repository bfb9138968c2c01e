"""Uploads: files reach the handler whole or not at all, and nobody gets in whom nobody asked (laws 13, 14 and 16)."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

import justui as ui
from justui.files import clean_name
from justui.testing import Browser, Tab
from tests.conftest import Serve
from tests.harness.waiting import eventually


class Counter:
    """Pages with file inputs, and what their handlers got."""

    def __init__(self, **settings: Any) -> None:
        options: dict[str, Any] = {"debug": False, "secret_key": "k"} | settings
        self.app = ui.App(**options)
        self.got: list[list[ui.UploadedFile]] = []
        self.values: list[dict[str, Any]] = []
        self.page = ui.WebPage()
        with self.page:
            self.field = ui.Input(type="file", id="one", on_change=self.take)
            self.many = ui.Input(type="file", id="many", multiple=True, on_change=self.take)
            self.unwanted = ui.Input(type="file", id="unwanted")
            self.disabled = ui.Input(type="file", disabled=True, on_change=self.take)
            self.hidden = ui.Input(type="file", show=False, on_change=self.take)
            self.text = ui.Input(id="text", on_change=self.take)
            with ui.Form(on_submit=self.submit, id="form"):
                ui.Input(name="title")
                self.photo = ui.Input(type="file", name="photo")
                self.papers = ui.Input(type="file", name="papers", multiple=True)
                ui.Button("Send")
        self.elsewhere = ui.Input(type="file", on_change=self.take)
        self.other_page = ui.WebPage(self.elsewhere)
        self.app.route("/")(lambda: self.page)
        self.app.route("/other")(lambda: self.other_page)

    def take(self, msg: ui.Event) -> None:
        assert isinstance(msg.target, ui.Input)
        assert msg.target.files == msg.files
        self.got.append(msg.files)

    def submit(self, msg: ui.Event) -> None:
        self.got.append(msg.files)
        self.values.append(msg.values)

    def waiting(self) -> int:
        """Bytes that are kept and that no event has fetched."""
        return self.app.incoming.waiting[1]


def boot(tab: Tab) -> dict[str, Any]:
    assert tab.document.boot
    return tab.document.boot


def address(tab: Tab, component: Any) -> str:
    id = component._id if isinstance(component, ui.Component) else component
    return str(boot(tab)["socket"]).replace("/ws/", "/upload/") + f"/{id}"


async def post(person: Browser, tab: Tab, component: Any, body: bytes = b"data", **changed: str) -> tuple[int, str]:
    """Send a file by hand; `changed` are headers."""
    headers = {"x-justui-tab": boot(tab)["token"], "x-justui-name": "a.txt", "origin": person.transport.base}
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    answer = await person.request("POST", address(tab, component), list(headers.items()), body)
    return answer.status, answer.text


@pytest.mark.covers("JP-37")
async def test_the_bytes_of_chosen_files_reach_the_handler() -> None:
    counter = Counter()
    async with Browser(counter.app) as person:
        tab = await person.open()
        await tab.attach(
            "#many", ("a.txt", b"one", "text/plain"), ("b", b""), ("ü ☃.png", b"\x89PNG" * 200_000, "image/png")
        )
        await tab.settled()
        (files,) = counter.got
        assert [(file.name, file.size, file.type) for file in files] == [
            ("a.txt", 3, "text/plain"),
            ("b", 0, "application/octet-stream"),
            ("ü ☃.png", 800_000, "image/png"),
        ]
        assert files[0].text() == "one"
        assert files[1].read() == b""
        assert files[2].read() == b"".join(files[2].chunks(1000)) == files[2].file.read() == b"\x89PNG" * 200_000
        assert all(file.field is counter.many for file in files)
        assert counter.many.files == []  # outside of the handler
        assert counter.waiting() == 0


@pytest.mark.covers("JP-37")
async def test_a_form_has_its_files_among_its_values() -> None:
    counter = Counter()
    async with Browser(counter.app) as ada, Browser(counter.app) as bob:
        hers, his = await ada.open(), await bob.open()
        await hers.type("[name=title]", "Holiday")
        await hers.attach("[name=photo]", ("p.png", b"png"))
        await his.attach("[name=papers]", ("c", b"C"))
        await hers.attach("[name=papers]", ("a", b"A"), ("b", b"B"))
        await hers.submit()
        await hers.settled()
        await his.submit()
        await his.settled()
        first, second = counter.values
        assert (first["title"], first["photo"].read(), [paper.read() for paper in first["papers"]]) == (
            "Holiday",
            b"png",
            [b"A", b"B"],
        )
        assert (second["photo"], [paper.name for paper in second["papers"]]) == (None, ["c"])
        assert [len(files) for files in counter.got] == [3, 1]


def test_a_file_is_saved_whole_under_a_name_that_is_safe(tmp_path: Path) -> None:
    file = ui.UploadedFile("../../etc/passwd", "Text/Plain; charset=x")
    file.write(b"new")
    assert (file.name, file.type) == ("passwd", "text/plain")
    (tmp_path / "passwd").write_text("old")
    assert file.save(tmp_path) == tmp_path / "passwd"
    assert file.save(tmp_path / "other.txt").read_bytes() == (tmp_path / "passwd").read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.txt", "passwd"]  # no half of a file
    with pytest.raises(OSError, match="no/such"):
        file.save(tmp_path / "no/such/folder")
    file.write(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        file.text()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("..", "file"),
        ("/", "file"),
        ("", "file"),
        (" . ", "file"),
        (".htaccess", "htaccess"),
        ("a\0b\r\nc\x7f.txt", "abc.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\u2028b\ud800.txt", "ab.txt"),
        ("naïve ☃ 日本.txt", "naïve ☃ 日本.txt"),
        ("a\u0308.txt", "ä.txt"),
        ('a:b*c?"<>|.txt', "a_b_c_____.txt"),
        ("con.txt", "_con.txt"),
        ("x" * 300 + ".jpeg", "x" * 195 + ".jpeg"),
        ("日" * 300, "日" * 66),
    ],
)
def test_a_name_with_tricks_is_cleaned(said: str, name: str) -> None:
    assert clean_name(said) == name


# Who may


async def test_files_are_taken_only_where_somebody_wants_them_of_those_who_may() -> None:
    counter = Counter()
    async with Browser(counter.app) as person, Browser(counter.app) as eve:
        tab, other, hers = await person.open(), await person.open("/other"), await eve.open()
        assert await post(person, tab, counter.field) == (200, "1")
        assert await post(person, tab, counter.photo, x_justui_name=quote("../ü")) == (200, "2")
        for refused in (
            counter.unwanted,
            counter.disabled,
            counter.hidden,
            counter.text,
            counter.elsewhere,
            counter.page,
        ):
            assert (await post(person, tab, refused))[0] == 409
        for wrong in ("0", "-1", "x", "9" * 5000, "1.5", "٣"):
            assert (await post(person, tab, quote(wrong)))[0] == 409
        assert (await post(person, other, counter.field))[0] == 409
        for forged in ("", "nonsense", boot(tab)["token"] + "x", boot(hers)["token"]):
            assert (await post(person, tab, counter.field, x_justui_tab=forged))[0] == 404
        for foreign in ("http://evil.example", "null", "http://[broken"):
            assert (await post(person, tab, counter.field, origin=foreign))[0] == 403
        for method in ("GET", "PUT", "DELETE"):
            assert (await person.request(method, address(tab, counter.field))).status == 405
        assert counter.got == []
        # What was sent is only for an event of the field, or around it.
        before = tab.stream.number
        tab.stream.send_event(counter.many._id, "change", {"files": [1]})
        tab.stream.send_event(counter.field._id, "change", {"files": [1]})  # taken already
        tab.stream.send_event(counter.field._id, "change", {"files": [77]})
        await tab.settled()
        assert tab.stream.number == before + 3
        assert counter.got == []
        assert [note["text"] for note in tab.notes] == ["The files were lost on their way. Choose them again."] * 3
        hers.stream.send_event(counter.photo._id, "submit", {"files": [2]})
        await hers.settled()
        assert counter.got == []
        assert counter.waiting() == len("data")


@pytest.mark.parametrize("numbers", [7, "1", {"a": 1}, [True], ["1"], [-1], [[1]], None])
async def test_numbers_that_are_none_are_hostile(numbers: Any) -> None:
    counter = Counter()
    async with Browser(counter.app) as person:
        tab = await person.open()
        await post(person, tab, counter.field)
        tab.stream.send_event(counter.field._id, "change", {"files": numbers})
        if numbers is None:
            await tab.settled()
            assert counter.got == [[]]
        else:
            await tab.wait_for(lambda: tab.stream.closed is not None)
            assert (tab.stream.closed, counter.got) == (4000, [])


async def test_a_field_for_one_file_gives_one() -> None:
    counter = Counter()
    async with Browser(counter.app) as person:
        tab = await person.open()
        await tab.attach("#one", ("a", b"A"), ("b", b"B"))
        await tab.settled()
        assert [[file.name for file in files] for files in counter.got] == [["a"]]


# Bounds


async def test_every_bound_has_a_status_and_a_reason() -> None:
    bounds = {"upload_files": 3, "upload_waiting_bytes": 150, "uploads_files": 4, "uploads_waiting_bytes": 200}
    counter = Counter(upload_bytes=100, **bounds)
    async with Browser(counter.app) as person, Browser(counter.app) as bob:
        tab, second, his = await person.open(), await person.open(), await bob.open()
        assert await post(person, tab, counter.field, b"x" * 101) == (413, "A file may have 100 bytes at most.")
        assert counter.app.incoming.waiting == (0, 0)
        assert (await post(person, tab, counter.field, b"x" * 100))[0] == 200
        assert await post(person, tab, counter.field, b"x" * 51) == (
            413,
            "More at once than is taken. Send fewer files.",
        )
        assert (await post(person, tab, counter.field, b"x" * 50))[0] == 200
        # The bounds are a person's, not a tab's; and there are those of all.
        assert (await post(person, second, counter.field, b"x"))[0] == 413
        full = (503, "The server has no room for files now. Try again later.")
        assert await post(bob, his, counter.field, b"x" * 51) == full
        assert (await post(person, second, counter.field, b""))[0] == 200
        assert await post(person, tab, counter.field, b"") == (429, "More than 3 files at once are not taken.")
        assert (await post(bob, his, counter.field, b"x" * 50))[0] == 200
        assert await post(bob, his, counter.field, b"") == full
        assert counter.app.incoming.waiting == (4, 200)
        # An event fetches them: there is room again.
        tab.stream.send_event(counter.field._id, "change", {"files": [1]})
        await tab.settled()
        assert counter.app.incoming.waiting == (3, 100)
        await tab.attach("#one", ("big", b"x" * 101))
        await tab.settled()
        assert tab.notes[-1] == {"text": "A file may have 100 bytes at most.", "kind": "error"}
        # When one of several is refused, the others are not kept either.
        await his.attach("#many", ("small", b""), ("big", b"x" * 101))
        await his.settled()
        assert counter.app.incoming.waiting == (3, 100)
        # What nobody fetches goes with its tab.
        await tab.leave()
        await his.leave()
        await eventually(lambda: counter.app.incoming.waiting == (1, 0))


async def test_files_whose_event_never_comes_are_forgotten() -> None:
    counter = Counter(grace=0.2)
    async with Browser(counter.app) as person:
        tab = await person.open()
        await post(person, tab, counter.field)
        assert counter.waiting() == 4
        await eventually(lambda: counter.waiting() == 0)
        tab.stream.send_event(counter.field._id, "change", {"files": [1]})
        await tab.settled()
        assert counter.got == []


# Real sockets


@pytest.fixture
def raw() -> Callable[..., Any]:
    """Open a connection to a server on which a request is written by hand; the answer is its status and body."""

    async def send(
        server: Any, person: Browser, tab: Tab, component: Any, *parts: bytes, cut: bool = False, **headers: str
    ) -> Any:
        where = urlsplit(server.address)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        cookie = person.cookies.header("/")
        lines = {
            "host": where.netloc,
            "x-justui-tab": boot(tab)["token"],
            "x-justui-name": "a",
            "cookie": cookie,
        } | headers
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
        writer.write(f"POST {address(tab, component)} HTTP/1.1\r\n{head}\r\n".encode())
        for part in parts:
            writer.write(part)
            await writer.drain()
        if cut:
            writer.transport.abort()
            return None
        line = await asyncio.wait_for(reader.readline(), 10)
        writer.close()
        return int(line.split()[1])

    return send


async def test_an_upload_that_is_chunked_slow_or_broken_off(serve: Serve, raw: Callable[..., Any]) -> None:
    counter = Counter(upload_idle=0.3, upload_bytes=1_000_000)
    server = serve(counter.app)
    async with Browser(server.address) as person:
        tab = await person.open()
        chunk = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
        send, field = raw, counter.many
        assert await send(server, person, tab, field, chunk, chunk, b"0\r\n\r\n", transfer_encoding="chunked") == 200
        assert counter.waiting() == 20_000
        # Without a length, and without an end.
        assert await send(server, person, tab, field, *[chunk] * 101, transfer_encoding="chunked") == 413
        assert await send(server, person, tab, field, content_length="9" * 30) in (400, 413)
        assert await send(server, person, tab, field, content_length="1000001") == 413
        # It stands still.
        assert await send(server, person, tab, field, b"x" * 500_000, content_length="600000") == 408
        # It is broken off, in memory and on the disk.
        for size in (10, 500_000):
            await send(server, person, tab, field, b"x" * size, content_length="900000", cut=True)
        await eventually(lambda: counter.waiting() == 20_000 and running(counter) == 0)
        tab.stream.send_event(field._id, "change", {"files": [1]})
        await tab.settled()
        assert [file.size for file in counter.got[0]] == [20_000]
        # The tab leaves in the middle.
        slow = asyncio.create_task(send(server, person, tab, field, b"x" * 10, content_length="20"))
        await eventually(lambda: running(counter) == 1)
        await tab.leave()
        assert await slow in (404, 408)


def running(counter: Counter) -> int:
    return sum(tab.uploads.running for tab in counter.app.tabs if tab.uploads)


PROGRAM = """
import resource

import justui as ui

page = ui.WebPage()
said = ui.P(id="said", a=page)
ui.P("wait", a=page)

def take(msg):
    (file,) = msg.files
    size = sum(len(chunk) for chunk in file.chunks())
    said.text = f"{size} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}"

ui.Input(type="file", id="file", on_change=take, a=page)
ui.run(page)
"""


async def test_a_large_file_never_stands_in_memory(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    server = serve.program(tmp_path / "program.py")
    async with Browser(server.address) as person:
        tab = await person.open()
        sizes = []
        for count in (1_000_000, 50_000_000):
            await tab.attach("#file", ("film", bytes(count)))
            await tab.wait_for(lambda: tab.text("#said").startswith(f"{count} "), timeout=20)  # noqa: B023
            sizes.append(int(tab.text("#said").split()[1]))
        assert sizes[1] - sizes[0] < 10_000  # kilobytes


async def test_a_file_goes_with_the_last_who_holds_it() -> None:
    counter = Counter()
    async with Browser(counter.app) as person:
        tab = await person.open()
        await tab.attach("#one", ("a", b"x" * 400_000))
        await tab.settled()
        ((file,),) = counter.got
        bytes_ = file._file
        counter.got.clear()
        assert not bytes_.closed
        del file
        await eventually(
            lambda: bytes_.closed
        )  # without the collector; the thread that wrote it lets go a little later


async def test_mounted_and_behind_a_prefix() -> None:
    counter = Counter()
    async with Browser(Starlette(routes=[Mount("/desk", counter.app)])) as person:
        tab = await person.open("/desk/")
        assert address(tab, counter.field).startswith("/desk/_justui/upload/")
        await tab.attach("#one", ("a", b"A"))
        await tab.settled()
        assert counter.got[0][0].read() == b"A"


async def test_an_event_with_files_that_is_sent_twice_counts_once() -> None:
    counter = Counter()
    async with Browser(counter.app) as person:
        tab = await person.open()
        tab.hold()
        await tab.attach("#one", ("a", b"A"))
        await eventually(lambda: counter.got)
        tab.drop()
        await tab.resume()
        await tab.settled()
        assert [len(files) for files in counter.got] == [1]
        assert sum('"change"' in frame for frame in tab.sent) == 2
