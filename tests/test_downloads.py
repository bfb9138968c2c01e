"""Downloads: what a handler gives goes to one person, once, whole, under a name that is only a name."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import justui as ui
from justui.downloads import disposition
from justui.errors import UsageError
from justui.testing import Browser


def pieces() -> Iterator[bytes]:
    yield b"one,"
    yield b"two"


async def later_pieces() -> AsyncIterator[bytes]:
    yield b"one,"
    yield b"two"


@pytest.mark.parametrize("make", [pieces, later_pieces, lambda: b"one,two"], ids=["generator", "async", "bytes"])
async def test_what_a_handler_gives_is_fetched_once_by_its_person(make: Any) -> None:
    app = ui.App(debug=False, secret_key="k")
    app.route("/")(lambda: ui.P("page"))
    async with Browser(app) as person, Browser(app) as other:
        await person.open("/")
        await other.open("/")
        tab = app.tabs[0]
        address = app.offer(tab, make(), 'a"b/../r\r\nX: y.csv')
        assert (await other.fetch(address)).status == 404
        answer = await person.fetch(address)
        assert (answer.status, answer.text, answer.header("cache-control")) == (200, "one,two", "no-store")
        assert (
            answer.header("content-disposition") == "attachment; filename=\"rX_ y.csv\"; filename*=UTF-8''rX_%20y.csv"
        )
        assert (await person.fetch(address)).status == 404


async def test_a_file_is_given_from_its_path(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("text")
    app = ui.App(debug=False, secret_key="k")
    app.route("/")(lambda: ui.P("page"))
    async with Browser(app) as person:
        await person.open("/")
        answer = await person.fetch(app.offer(app.tabs[0], tmp_path / "r.txt", ""))
        assert (answer.text, answer.header("x-content-type-options")) == ("text", "nosniff")
        gone = app.offer(app.tabs[0], str(tmp_path / "r.txt"), "")
        (tmp_path / "r.txt").unlink()
        assert (await person.fetch(gone)).status == 404
        for content, name in ((tmp_path / "r.txt", "a"), (b"x", ""), (5, "a")):
            with pytest.raises(UsageError):
                app.tabs[0].download(content, name)


@given(st.text())
def test_no_name_leaves_its_header(name: str) -> None:
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
