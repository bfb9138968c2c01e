"""What is pinned, and what a manifest must not say."""

import re
import tomllib
from typing import Any

import pytest

from justui.components.pin import pinned
from justui.errors import AssetError, ConfigError
from justui.manifest import MANIFEST, Manifest, integrity_of, manifest
from tests.harness.cdn import CONTENTS, manifest_of

PINNED = manifest_of(CONTENTS)


def test_everything_has_an_exact_version_a_licence_and_a_hash() -> None:
    packages = manifest().packages
    assert {"tailwindcss", "@tailwindcss/browser", "animate.css", "@fortawesome/fontawesome-free"} <= set(packages)
    for package in packages.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", package.version)
        assert package.licence
        assert any("LICENSE" in path for path in package.files), f"{package.name}: pin its licence's text too"
        for file in package.files.values():
            assert re.fullmatch(r"sha384-[\w+/]{64}", file.integrity)
            assert file.size > 0


def test_addresses_are_flat_and_of_their_own() -> None:
    files = list(manifest())
    assert len({file.name for file in files}) == len(files)
    for file in files:
        assert re.fullmatch(r"[\w.-]+\.[0-9a-f]{16}\.\w+", file.name)
        assert manifest().served_as(file.name) is file


def test_types() -> None:
    files = {"a.js": b"", "b.css": b"", "c.mjs": b"", "d.woff2": b"", "LICENSE": b"", "notes.md": b""}
    types = {file.path: file.media_type for file in manifest_of({"many": files})}
    assert types == {
        "a.js": "text/javascript; charset=utf-8",
        "b.css": "text/css; charset=utf-8",
        "c.mjs": "text/javascript; charset=utf-8",
        "d.woff2": "font/woff2",
        "LICENSE": "text/plain; charset=utf-8",
        "notes.md": "text/plain; charset=utf-8",
    }
    assert manifest().file("tailwindcss", "dist/lib.js").media_type == "text/plain; charset=utf-8"
    assert manifest().file("@fortawesome/fontawesome-free", "sprites/solid.svg").media_type == "image/svg+xml"


def test_near_misses_are_hinted_at() -> None:
    with pytest.raises(AssetError, match=r"no package 'inc'\. Did you mean ink\?"):
        PINNED.package("inc")
    with pytest.raises(AssetError, match=r"no file 'ink\.cs' of ink\. Did you mean ink\.css\?"):
        PINNED.file("ink", "ink.cs")


def _table(**changes: Any) -> dict[str, Any]:
    file = {"kind": "script", "bytes": 0, "integrity": integrity_of(b"")}
    return {"ink": {"version": "1.0.0", "licence": "MIT", "files": {"ink.js": file}, **changes}}


GOOD_FILE = {"kind": "script", "bytes": 0, "integrity": integrity_of(b"")}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (_table(version="^1.0.0"), "exact version"),
        (_table(version="latest"), "exact version"),
        (_table(licence=""), "licence"),
        ({"../ink": _table()["ink"]}, "name of npm"),
        ({"--help": _table()["ink"]}, "name of npm"),
        (_table(files={"../ink.js": GOOD_FILE}), "plain relative path"),
        (_table(files={"/ink.js": GOOD_FILE}), "plain relative path"),
        (_table(files={"a/../../ink.js": GOOD_FILE}), "plain relative path"),
        (_table(files={"a\\ink.js": GOOD_FILE}), "plain relative path"),
        (_table(files={"ïnk.js": GOOD_FILE}), "plain relative path"),
        (_table(files={"ink.js": {**GOOD_FILE, "kind": "program"}}), "a kind"),
        (_table(files={"ink.js": {"kind": "script"}}), "not pinned yet"),
        (_table(files={"ink.js": {**GOOD_FILE, "integrity": "sha256-x"}}), "not pinned yet"),
        (_table(names={"ink": "ink.js"}), "no module of it"),
        (_table(names={"ink": "pen.js"}), "no module of it"),
    ],
)
def test_what_makes_no_sense_is_refused(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Manifest(table)


def test_the_good_table_is_good() -> None:
    assert Manifest(_table()).file("ink", "ink.js").kind == "script"


def test_pinning_fills_in_what_is_missing_and_keeps_the_rest() -> None:
    text = (
        '# A comment.\n[ink]\nversion = "1.0.0"\nlicence = "MIT"\n[ink.files]\n'
        '"ink.css" = { kind = "sheet" }\n\n["@pens/quill"]\nversion = "1.0.0"\nlicence = "MIT"\n'
        '["@pens/quill".files]\n"quill.js" = { kind = "script", bytes = 1, integrity = "sha384-old" }\n'
    )  # fmt: skip
    new = pinned(text, CONTENTS)
    assert new.startswith("# A comment.\n[ink]\n")
    made = Manifest(tomllib.loads(new))
    assert made.file("ink", "ink.css").refusal(CONTENTS["ink"]["ink.css"]) == ""
    assert made.file("@pens/quill", "quill.js").refusal(CONTENTS["@pens/quill"]["quill.js"]) == ""
    assert pinned(new, CONTENTS) == new


def test_every_line_of_the_manifest_can_be_pinned_anew() -> None:
    """The pinning script works by lines; one that it cannot read would keep an old hash."""
    text = MANIFEST.read_text("utf-8")
    contents = {name: dict.fromkeys(package.files, b"x") for name, package in manifest().packages.items()}
    assert pinned(text, contents).count(integrity_of(b"x")) == len(list(manifest()))
