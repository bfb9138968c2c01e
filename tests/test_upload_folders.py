"""Upload folders: a file stands there whole or not at all, and each refusal says why."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import justui as ui
from justui.paths import inner_path, is_new_name
from justui.testing import Browser
from tests.conftest import Serve
from tests.harness.waiting import eventually

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489") + b"\0" * 400


def taking(folder: Path, **options: Any) -> ui.App:
    app = ui.App(debug=False, secret_key="k")
    app.uploads("/in", folder, **options)
    app.route("/")(lambda: ui.P("page"))
    return app


def there(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.covers("WO-21", "WO-24")
async def test_files_arrive_byte_equal_and_are_listed_and_served(tmp_path: Path) -> None:
    app = taking(tmp_path, types=["png", ".txt", "audio/*"], names=True, serve=True, overwrite=["new*"])
    async with Browser(app) as person:
        first = await person.request("PUT", "/in/a.png", [], PNG)
        assert (first.status, (tmp_path / "a.png").read_bytes()) == (201, PNG)
        assert (await person.request("POST", "/in/new.txt", [], b"one")).status == 201
        assert (await person.request("POST", "/in/new.txt", [], b"two")).status == 200
        assert (await person.fetch("/in/")).text == '["a.png","new.txt"]'
        got = await person.fetch("/in/a.png")
        assert got.body == PNG
        assert "sandbox" in (got.header("content-security-policy") or "")
        assert (tmp_path / "new.txt").read_bytes() == b"two"
        assert (await person.request("PUT", "/in/empty.txt", [], b"")).status == 201
        assert there(tmp_path) == ["a.png", "empty.txt", "new.txt"]
        assert app.incoming.waiting == (0, 0)


@pytest.mark.covers("WO-22", "WO-23", "WO-24")
@pytest.mark.parametrize(
    ("path", "body", "status", "reason"),
    [
        ("a.exe", b"MZ", 415, "only"),
        ("a.png", b"MZ" + b"\0" * 300, 415, "not what its name says"),
        ("a.png", b"plain text", 415, "no image/png"),
        ("a.txt", PNG, 415, "it is image/png"),
        ("a.txt", b"a\0b", 415, "not what its name says"),
        ("other.txt", b"x", 403, "not taken here"),
        ("a1.txt", b"x", 409, "already"),
        ("A1.txt", b"x", 409, "a1.txt already"),
        ("a2.txt", b"x" * 2000, 413, "1 kB at most"),
        ("../a.txt", b"x", 404, "Rename"),
        ("..%2fa.txt", b"x", 404, "Rename"),
        (".a.txt", b"x", 404, "Rename"),
        ("aux.txt", b"x", 404, "Rename"),
        ("a%E2%80%AEtxt.txt", b"x", 404, "Rename"),
        ("no/a.txt", b"x", 404, ""),
        ("link.txt", b"x", 404, "Rename"),
        ("out/a.txt", b"x", 404, ""),
    ],
)
async def test_refusals_say_why_and_leave_nothing(
    tmp_path: Path, path: str, body: bytes, status: int, reason: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a1.txt").write_text("old")
    (folder / "link.txt").symlink_to(tmp_path / "elsewhere")
    (folder / "out").symlink_to(tmp_path)
    app = taking(folder, types=["png", ".txt"], create=["[aA]*"], overwrite=["link*"], limit=1000)
    async with Browser(app) as person:
        answer = await person.request("PUT", f"/in/{path}", [], body)
        assert answer.status == status
        assert reason in answer.text
        assert (await person.fetch("/in/")).status == 403
    assert there(folder) == ["a1.txt", "link.txt", "out"]
    assert there(tmp_path) == ["in"]
    assert (folder / "a1.txt").read_text() == "old"


async def test_pages_of_other_sites_and_people_who_may_not_are_refused(tmp_path: Path) -> None:
    async with Browser(taking(tmp_path, allow=lambda who, name: name != "no.txt")) as person:
        assert (await person.request("PUT", "/in/a", [("origin", "https://evil.example")], b"x")).status == 403
        assert (await person.request("PUT", "/in/no.txt", [], b"x")).status == 403
        assert (await person.request("DELETE", "/in/a")).status == 405
    assert there(tmp_path) == []


@pytest.mark.covers("WO-21")
async def test_of_two_that_send_one_name_one_is_taken_whole(tmp_path: Path) -> None:
    async with Browser(taking(tmp_path)) as one, Browser(taking(tmp_path)) as two:
        bodies = [b"1" * 300_000, b"2" * 300_000]
        answers = await asyncio.gather(
            *(person.request("PUT", "/in/a", [], body) for person, body in zip((one, two), bodies, strict=True))
        )
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert (tmp_path / "a").read_bytes() == bodies[[answer.status for answer in answers].index(201)]
    assert there(tmp_path) == ["a"]


async def test_an_upload_goes_on_after_a_drop(tmp_path: Path) -> None:
    app = taking(tmp_path)
    async with Browser(app) as person:
        await person.open("/")  # the cookie
        mark = ("upload-id", "f1")
        begun = await person.request("POST", "/in/a", [mark, ("upload-complete", "?0"), ("upload-length", "6")], b"abc")
        assert (begun.status, begun.header("upload-offset")) == (204, "3")
        assert (await person.request("HEAD", "/in/a", [mark])).header("upload-offset") == "3"
        wrong = await person.request("PATCH", "/in/a", [mark, ("upload-offset", "2")], b"cdef")
        assert (wrong.status, wrong.text) == (409, "The upload goes on at byte 3.")
        done = await person.request("PATCH", "/in/a", [mark, ("upload-offset", "3")], b"def")
        assert (done.status, (tmp_path / "a").read_bytes()) == (201, b"abcdef")
        assert (await person.request("HEAD", "/in/a", [mark])).header("upload-complete") == "?1"
        await person.request("POST", "/in/b", [("upload-id", "f2"), ("upload-complete", "?0")], b"abc")
        assert len(there(tmp_path)) == 2
    await app.stop()
    assert there(tmp_path) == ["a"]
    assert app.incoming.waiting == (0, 0)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


@pytest.mark.covers("WO-21")
async def test_half_an_upload_leaves_nothing_or_goes_on_from_there(serve: Serve, tmp_path: Path) -> None:
    app = taking(tmp_path)
    port = serve(app).port

    async def half(more: str) -> asyncio.StreamWriter:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"PUT /in/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n{more}\r\n".encode() + b"abc")
        await eventually(lambda: [part.size for part in app._upload_folders[0]._parts.values()] == [3])
        assert there(tmp_path) != ["a"]
        return writer

    await hang_up(await half(""))
    await eventually(lambda: there(tmp_path) == [])
    await hang_up(await half("Upload-Id: x\r\n"))
    await eventually(lambda: all(part.task is None for part in app._upload_folders[0]._parts.values()))
    assert len(there(tmp_path)) == 1
    app._upload_folders[0].expire(1e18, 1)
    assert there(tmp_path) == []


async def test_who_has_lost_a_connection_takes_over_what_came_on_it(serve: Serve, tmp_path: Path) -> None:
    app = taking(tmp_path)
    server = serve(app)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        await client.get("/")
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        head = f"POST /in/a HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\nUpload-Id: u\r\nContent-Length: 99\r\n\r\n"
        writer.write(head.encode() + b"abc")
        await eventually(lambda: [part.size for part in app._upload_folders[0]._parts.values()] == [3])
        said = await client.head("/in/a", headers={"upload-id": "u"})
        assert (said.status_code, said.headers["upload-offset"], said.headers["upload-complete"]) == (204, "3", "?0")
        assert b" 409 " in await reader.readline()
        await hang_up(writer)
        done = await client.patch("/in/a", headers={"upload-id": "u", "upload-offset": "3"}, content=b"def")
        assert (done.status_code, (tmp_path / "a").read_bytes()) == (201, b"abcdef")
    assert there(tmp_path) == ["a"]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.text(min_size=1, max_size=12))
def test_no_name_escapes(tmp_path: Path, name: str) -> None:
    if all(is_new_name(part) for part in name.split("/")) and (place := inner_path(tmp_path, name)):
        assert place.is_relative_to(tmp_path)
        assert not place.name.startswith(".")


@pytest.mark.covers("WO-22")
async def test_half_uploads_have_a_bound_of_bytes_and_can_be_given_up(tmp_path: Path) -> None:
    app = ui.App(debug=False, secret_key="k", upload_half_bytes=1000, uploads_half_bytes=1500)
    app.uploads("/in", tmp_path)
    app.route("/")(lambda: ui.P("page"))
    async with Browser(app) as ada, Browser(app) as bob:

        async def half(person: Browser, id: str, size: int) -> int:
            headers = [("upload-id", id), ("upload-complete", "?0")]
            return (await person.request("POST", f"/in/{id}", headers, b"x" * size)).status

        await ada.open("/")
        await bob.open("/")
        assert [await half(ada, "a", 600), await half(ada, "b", 600), await half(bob, "c", 900)] == [204, 413, 204]
        assert await half(ada, "d", 100) == 503  # of everybody
        assert app.incoming.half_bytes == 1500
        assert (await bob.request("DELETE", "/in/a", [("upload-id", "a")])).status == 204  # not his
        assert app.incoming.half_bytes == 1500
        assert (await ada.request("DELETE", "/in/a", [("upload-id", "a")])).status == 204
        assert (app.incoming.half_bytes, await half(ada, "d", 100)) == (900, 204)
        rest = [("upload-id", "d"), ("upload-offset", "100")]
        assert (await ada.request("PATCH", "/in/d", rest, b"y")).status == 201
        assert app.incoming.half_bytes == 900
        assert [name for name in there(tmp_path) if name[0] != "."] == ["d"]
    assert app.incoming.half_bytes == 0
