"""Third-party files as an App serves them: nothing but the manifest's, verified, cached for ever, or an honest 503."""

import asyncio
import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import justui as ui
from justui.errors import AssetError
from justui.library import Library
from justui.sources import Cdn, Npm
from justui.store import Store, use
from tests.harness import cdn as harness
from tests.harness.cdn import manifest_of

CONTENTS = {
    "pen": {"pen.mjs": b'import { ink } from "ink";\nexport * from "./nib.mjs";\n' * 50, "nib.mjs": b"export const nib = 1;\n"},
    "ink": {"ink.mjs": b"export const ink = 1;\n", "ink.woff2": b"wOF2" * 100, "ink.css": b"a { src: url(ink.woff2) }\n"},
}  # fmt: skip
PINNED = manifest_of(CONTENTS, {"ink": {"ink": "ink.mjs"}})


@pytest.fixture(autouse=True)
def default_store() -> Iterator[None]:
    yield
    use()


def make_app(store: Store, *, debug: bool | None = None) -> ui.App:
    app = ui.App() if debug is None else ui.App(debug=debug)
    app.library = Library(store)
    return app


async def fetch(app: ui.App, address: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(address, headers={"accept-encoding": "identity", **headers})


async def test_a_file_is_served_for_ever(tmp_path: Path) -> None:
    with harness.Cdn(contents=CONTENTS) as cdn:
        kept = Store(tmp_path, [Cdn(cdn.address)], pinned=PINNED)
        app = make_app(kept)
        answer = await fetch(app, kept.address("ink", "ink.mjs"))
        again = await fetch(app, kept.address("ink", "ink.mjs"))
    assert answer.status_code == 200
    assert answer.content == again.content == CONTENTS["ink"]["ink.mjs"]
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(cdn.asked) == 1
    await app.stop()


async def test_names_become_addresses_beside_it(tmp_path: Path) -> None:
    with harness.Cdn(contents=CONTENTS) as cdn:
        kept = Store(tmp_path, [Cdn(cdn.address)], pinned=PINNED)
        app = make_app(kept)
        module = await fetch(app, kept.address("pen", "pen.mjs"))
        sheet = await fetch(app, kept.address("ink", "ink.css"))
    ink, nib, font = PINNED.file("ink", "ink.mjs"), PINNED.file("pen", "nib.mjs"), PINNED.file("ink", "ink.woff2")
    assert module.text == f'import {{ ink }} from "./{ink.name}";\nexport * from "./{nib.name}";\n' * 50
    assert sheet.text == f"a {{ src: url(./{font.name}) }}\n"
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    await app.stop()


async def test_it_is_compressed_for_those_who_can(tmp_path: Path) -> None:
    with harness.Cdn(contents=CONTENTS) as cdn:
        kept = Store(tmp_path, [Cdn(cdn.address)], pinned=PINNED)
        library = Library(kept)
        module = await library.find(PINNED.file("pen", "pen.mjs").name)
        font = await library.find(PINNED.file("ink", "ink.woff2").name)
        app = make_app(kept)
        answer = await fetch(app, kept.address("pen", "pen.mjs"), **{"accept-encoding": "gzip, br"})
    assert module is not None
    assert gzip.decompress(module.zipped) == module.content
    assert len(module.zipped) < len(module.content) / 5
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    assert int(answer.headers["content-length"]) == len(module.zipped)
    assert answer.content == module.content
    assert font is not None
    assert font.zipped == font.content == CONTENTS["ink"]["ink.woff2"]
    plain = await fetch(app, kept.address("ink", "ink.woff2"), **{"accept-encoding": "gzip"})
    assert plain.content == CONTENTS["ink"]["ink.woff2"]
    assert plain.headers["content-type"] == "font/woff2"
    assert "content-encoding" not in plain.headers
    await app.stop()


@pytest.mark.parametrize(
    "name",
    [
        "assets.toml",
        "..%2f..%2fetc%2fpasswd",
        "../errors.py",
        "%2e%2e/%2e%2e/pyproject.toml",
        "..%5c..%5cerrors.py",
        "%00",
        "ink.mjs",
        "ink@1.0.0/ink.mjs",
        "{upper}",
        "{name}%00",
        "{name}/",
        "{name}%2f..%2f{name}",
        "./%2e/{fullwidth}",
        "{name}.gz",
        "{name}%20",
        "x" * 20_000,
    ],
)
async def test_nothing_outside_of_the_manifest(name: str, tmp_path: Path) -> None:
    with harness.Cdn(contents=CONTENTS) as cdn:
        kept = Store(tmp_path, [Cdn(cdn.address)], pinned=PINNED)
        app = make_app(kept)
        real = PINNED.file("ink", "ink.mjs").name
        fullwidth = real.replace("i", "%EF%BD%89")
        address = f"/_justui/{name.format(name=real, upper=real.upper(), fullwidth=fullwidth)}"
        answer = await fetch(app, address)
    assert answer.status_code in {307, 404}
    assert cdn.asked == []
    assert not any(kept.holds(file.package, file.path) for file in PINNED)
    await app.stop()


@pytest.mark.parametrize("debug", [True, False])
async def test_what_cannot_be_had_is_a_503(debug: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with harness.Cdn("lying", CONTENTS) as cdn:
        kept = Store(tmp_path, [Cdn(cdn.address)], pinned=PINNED)
        app = make_app(kept, debug=debug)
        answer = await fetch(app, kept.address("ink", "ink.mjs"))
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert ("refused: its hash" in answer.text) == debug
        assert "cannot be had" in answer.text
        assert "ink@1.0.0/ink.mjs cannot be had" in caplog.text
    await app.stop()


async def test_it_comes_back_when_the_source_does(tmp_path: Path) -> None:
    with harness.Cdn("broken", CONTENTS) as cdn:
        kept = Store(tmp_path, [Cdn(cdn.address)], pinned=PINNED, remembered=0)
        library, name = Library(kept), PINNED.file("ink", "ink.mjs").name
        with pytest.raises(AssetError):
            await library.find(name)
        cdn.manner = "good"
        found = await library.find(name)
    assert found is not None
    assert found.content == CONTENTS["ink"]["ink.mjs"]


async def test_many_who_ask_wait_for_one_and_one_who_goes_takes_nothing_away(tmp_path: Path) -> None:
    with harness.Cdn(contents=CONTENTS) as cdn:
        library, name = Library(Store(tmp_path, [Cdn(cdn.address)], pinned=PINNED)), PINNED.file("ink", "ink.mjs").name
        waiting = [asyncio.ensure_future(library.find(name)) for _ in range(20)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        found = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert len({id(asset) for asset in found[1:]}) == 1
    assert len(cdn.asked) == 1


async def test_the_loop_goes_on_while_a_file_is_fetched(tmp_path: Path) -> None:
    with harness.Cdn("silent", CONTENTS) as cdn:
        kept = Store(tmp_path, [Cdn(cdn.address, patience=0.5), Npm(path=str(tmp_path))], pinned=PINNED)
        library = Library(kept)
        asked = asyncio.ensure_future(library.find(PINNED.file("ink", "ink.mjs").name))
        turns = 0
        while not asked.done():
            await asyncio.sleep(0)
            turns += 1
    assert turns > 100
    with pytest.raises(AssetError, match="no answer within"):
        await asked


async def test_settings_choose_the_folder(tmp_path: Path) -> None:
    app = ui.App(assets=str(tmp_path / "kept"), cdn="")
    assert app.library._store.folder == tmp_path / "kept"
    assert app.library._store.cdn is None
