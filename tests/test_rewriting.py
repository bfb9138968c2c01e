"""Imports of modules and references of sheets become served addresses, and nothing else changes."""

import time

import pytest

from justui.rewriting import rewritten, unknown_references
from tests.harness.cdn import manifest_of

MANIFEST = manifest_of(
    {
        "yjs": {"dist/yjs.mjs": b"y", "dist/other.mjs": b"o"},
        "lib0": {"array.mjs": b"a", "map.mjs": b"m"},
        "ink": {"css/ink.css": b"i", "css/more.css": b"+", "fonts/ink.woff2": b"f"},
    },
    {"yjs": {"yjs": "dist/yjs.mjs"}, "lib0": {"lib0/array": "array.mjs", "lib0/map": "map.mjs"}},
)
YJS, OTHER = MANIFEST.file("yjs", "dist/yjs.mjs"), MANIFEST.file("yjs", "dist/other.mjs")
ARRAY, MAP = MANIFEST.file("lib0", "array.mjs"), MANIFEST.file("lib0", "map.mjs")
SHEET, MORE = MANIFEST.file("ink", "css/ink.css"), MANIFEST.file("ink", "css/more.css")
FONT = MANIFEST.file("ink", "fonts/ink.woff2")


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ('import "lib0/array";', f'import "./{ARRAY.name}";'),
        ("import 'lib0/array'", f"import './{ARRAY.name}'"),
        ('import"lib0/array";', f'import"./{ARRAY.name}";'),
        ('import * as array from "lib0/array";', f'import * as array from "./{ARRAY.name}";'),
        ('import*as a from"lib0/array";', f'import*as a from"./{ARRAY.name}";'),
        ('import a,{b as c}from"lib0/map";', f'import a,{{b as c}}from"./{MAP.name}";'),
        ('import {\n  a, // one\n  b /* two */,\n} from "lib0/map";', f'import {{\n  a, // one\n  b /* two */,\n}} from "./{MAP.name}";'),
        ('x();import{a}from"lib0/map";y()', f'x();import{{a}}from"./{MAP.name}";y()'),
        ('export * from "./other.mjs";', f'export * from "./{OTHER.name}";'),
        ('export*as o from"./other.mjs"', f'export*as o from"./{OTHER.name}"'),
        ('export { a, b as default } from "../dist/other.mjs";', f'export {{ a, b as default }} from "./{OTHER.name}";'),
        ('const m = await import("lib0/map");', f'const m = await import("./{MAP.name}");'),
        ("import( 'lib0/map' ).then(f)", f"import( './{MAP.name}' ).then(f)"),
        ('import a from "lib0/array";\nimport b from "lib0/map";', f'import a from "./{ARRAY.name}";\nimport b from "./{MAP.name}";'),
        ('import self from "yjs"', f'import self from "./{YJS.name}"'),
    ],
)  # fmt: skip
def test_imports(source: str, result: str) -> None:
    assert rewritten(source, YJS, MANIFEST) == result


@pytest.mark.parametrize(
    "source",
    [
        'import x from "unknown";',
        'import x from "https://evil.example/lib0/array";',
        'import x from "/lib0/array";',
        'import x from "../../lib0/array.mjs";',
        'import x from "../../../../etc/passwd";',
        "import(name)",
        "import(`lib0/${name}`)",
        "import.meta.url",
        'const important = "lib0/map";',
        'reimport("lib0/map")',
        'x.import("lib0/map")',
        'export const a = "lib0/map";',
        'const from = "lib0/map";',
        'require("lib0/map")',
    ],
)
def test_what_is_left_alone(source: str) -> None:
    assert rewritten(source, YJS, MANIFEST) == source


def test_sheets() -> None:
    source = """@import "more.css"; @font-face { src: url(../fonts/ink.woff2?v=7) format("woff2"), url('../fonts/no.ttf') }
    a { background: url("data:image/png;base64,AA") ; b: url(#x) ; c: url(https://x/y.png) }"""
    made = rewritten(source, SHEET, MANIFEST)
    expected = source.replace("more.css", f"./{MORE.name}").replace("../fonts/ink.woff2?v=7", f"./{FONT.name}")
    assert made == expected
    assert list(unknown_references(source, SHEET, MANIFEST)) == ["../fonts/no.ttf"]


def test_unknown_names_are_found_for_those_who_pin() -> None:
    source = 'import a from "lib0/array"; import b from "lib0/set"; export * from "./gone.mjs"; import "https://x/y";'
    assert list(unknown_references(source, YJS, MANIFEST)) == ["lib0/set", "./gone.mjs"]
    assert list(unknown_references(source, FONT, MANIFEST)) == []


def test_other_kinds_are_not_touched() -> None:
    assert rewritten('import "lib0/array";', FONT, MANIFEST) == 'import "lib0/array";'


@pytest.mark.parametrize(
    "piece", ["import ", "import {", "export {", "import(", "import/*", "import a from ", "import//\n"]
)
def test_text_that_is_no_module_takes_no_time(piece: str) -> None:
    start = time.perf_counter()
    rewritten(piece * (300_000 // len(piece)), YJS, MANIFEST)
    assert time.perf_counter() - start < 5
