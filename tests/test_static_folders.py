"""Static folders: what is in them is served, and nothing else, however it is asked for."""

import os
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount

import justui as ui
from justui.errors import ConfigError
from justui.paths import inner_path
from justui.testing import Browser


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    (folder / "deep").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>Home</h1>")
    (folder / "a b.txt").write_text("0123456789")
    (folder / "deep" / "logo.png").write_bytes(b"\x89PNG")
    (folder / ".env").write_text("SECRET")
    (folder / "tool.py").write_text("SECRET = 1")
    (tmp_path / "secret.txt").write_text("SECRET")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "outside").symlink_to(tmp_path)
    (folder / "hidden.txt").symlink_to(folder / ".env")
    (folder / "tool.txt").symlink_to(folder / "tool.py")
    (folder / "in.txt").symlink_to(folder / "a b.txt")
    return folder


@pytest.mark.covers("WO-18", "JM-02", "JY-25")
async def test_a_string_a_list_and_a_mapping_serve_folders(public: Path) -> None:
    app = ui.App(debug=False, secret_key="k")
    app.static("/", public, homepage="index.html")
    app.static("/files", public)
    app.static([public, public / "deep"])
    app.static({"/one": public, "/two": public / "deep"})

    @app.route("/page")
    def page() -> ui.P:
        return ui.P("a page")

    async with Browser(app) as person:
        for address in ("/files/a%20b.txt", "/public/a%20b.txt", "/one/in.txt", "/a%20b.txt"):
            assert (await person.fetch(address)).text == "0123456789"
        for address in ("/deep/logo.png", "/two/logo.png", "/files/deep/logo.png"):
            answer = await person.fetch(address)
            assert (answer.status, answer.header("content-type")) == (200, "image/png")
        assert (await person.fetch("/")).text == "<h1>Home</h1>"
        assert "a page" in (await person.fetch("/page")).text
        assert (await person.fetch("/nosuch")).status == 404
        part = await person.request("GET", "/files/a%20b.txt", [("range", "bytes=2-4")])
        assert (part.status, part.text) == (206, "234")
        tag = part.header("etag") or ""
        assert (await person.request("GET", "/files/a%20b.txt", [("if-none-match", tag)])).status == 304
        assert (await person.request("PUT", "/files/new.txt", [], b"x")).status == 405


@pytest.mark.covers("WO-18", "JY-25")
@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "..%5csecret.txt", "deep/../../secret.txt", "out.txt",
        "outside/secret.txt", "hidden.txt", ".env", "%2eenv", "deep/../.env", "tool.py", "TOOL.PY", "tool.py.", "tool.txt",
        "tool.py%00.txt", "tool.py::$DATA", "con", "NUL.txt", "com%C2%B9.txt", "%EF%BC%8E%EF%BC%8E/secret.txt", "", "deep",
        "deep/", "/etc/passwd", "//etc/passwd", "a%20b.txt/", "x" * 5000, "%ff%fe", "C:%5csecret.txt",
    ],
)  # fmt: skip
async def test_nothing_else_is_served(public: Path, path: str) -> None:
    app = ui.App(debug=False, secret_key="k")
    app.static("/files", public)
    async with Browser(app) as person:
        answer = await person.request("GET", f"/files/{path}")
        assert answer.status == 404
        assert "SECRET" not in answer.text


@pytest.mark.covers("WO-18")
async def test_folders_hold_under_a_prefix_and_behind_rules(public: Path) -> None:
    app = ui.App(debug=False, secret_key="k")
    app.static("/files", public, homepage="index.html")
    app.static("/closed", public, allow=lambda who: who.user == "ann")
    async with Browser(Starlette(routes=[Mount("/base", app)])) as person:
        assert (await person.fetch("/base/files/")).text == "<h1>Home</h1>"
        assert (await person.fetch("/base/closed/index.html")).status == 403


def test_mistakes_are_told_at_once(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = ui.App()
    program = public / "deep"
    monkeypatch.setattr(sys.modules["__main__"], "__file__", str(program / "app.py"), raising=False)
    for route, folder, homepage in (
        ("/x", public / "no", ""),
        ("x", public, ""),
        ("/_justui/x", public, ""),
        ("/x", public, "../a"),
        ("/x", program, ""),
    ):
        with pytest.raises(ConfigError):
            app.static(route, folder, homepage=homepage)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.one_of(st.text(max_size=8), st.sampled_from(["..", ".", "", "deep", "outside", "~", "a b.txt"])), max_size=5
    ).map("/".join)
)
def test_no_path_leads_out(public: Path, path: str) -> None:
    place = inner_path(public, path)
    if place is not None:
        assert os.path.realpath(place).startswith(os.path.realpath(public) + os.sep)
        assert quote(path, errors="replace")
