"""The wire contract: `wire.py`, `wire.js` and `docs/wire.md` say the same, and frames survive what JSON cannot carry."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from justui import codec, wire
from justui.errors import WireError

ROOT: Final = Path(__file__).resolve().parents[1]
BROWSER: Final = ROOT / "justui" / "browser"
DOCUMENT: Final = ROOT / "docs" / "wire.md"

OURS: Final = {name: value for name, value in vars(wire).items() if name.isupper()}
CLOSE: Final = {name.removeprefix("CLOSE_"): value for name, value in OURS.items() if name.startswith("CLOSE_")}
NODE: Final = {value for name, value in OURS.items() if name.startswith("NODE_")}
FRAMES: Final = {"JOIN", "EVENT", "ACKNOWLEDGE", "BYE"}
REQUESTS: Final = {"CALLS", "ANSWER", "FREED", "SHARE"}
CONTROL: Final = {"HI", "GONE", "BEAT", "BACK", "REFUSED"}
OPERATIONS: Final = {
    name
    for name, value in OURS.items()
    if isinstance(value, str)
    and not name.startswith(("NODE_", "DATA_"))
    and name not in FRAMES | CONTROL | REQUESTS | {"ADDRESS"}
}


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    """What wire.js and codec.js export, as JavaScript itself sees it."""
    return {**exported("wire.js"), **exported("codec.js")}


def exported(module: str) -> dict[str, Any]:
    deno = shutil.which("deno", path=str(Path(sys.executable).parent)) or shutil.which("deno")
    assert deno, "deno is missing: make test installs it"
    address = (BROWSER / module).as_uri()
    code = f"import * as wire from {json.dumps(address)}; console.log(JSON.stringify(wire));"
    done = subprocess.run([deno, "eval", "--no-config", code], capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def named(names: set[str]) -> dict[str, str]:
    return {name: OURS[name] for name in names}


def test_both_sides_name_the_same_protocol(theirs: dict[str, Any]) -> None:
    assert theirs["PROTOCOL"] == wire.PROTOCOL


def test_both_sides_name_the_same_operations(theirs: dict[str, Any]) -> None:
    assert theirs["Operation"] == named(OPERATIONS)


def test_both_sides_name_the_same_frames(theirs: dict[str, Any]) -> None:
    assert theirs["Frame"] == named(FRAMES)


def test_both_sides_name_the_same_requests(theirs: dict[str, Any]) -> None:
    assert theirs["Request"] == named(REQUESTS)


def test_both_sides_nest_values_equally_deep(theirs: dict[str, Any]) -> None:
    assert theirs["DEEPEST"] == codec.DEPTH


def test_both_sides_refuse_the_same_names(theirs: dict[str, Any]) -> None:
    assert theirs["REFUSED_NAMES"] == list(wire.REFUSED_NAMES)


def test_both_sides_name_the_same_close_codes(theirs: dict[str, Any]) -> None:
    assert theirs["Close"] == CLOSE


def test_both_sides_name_the_same_methods(theirs: dict[str, Any]) -> None:
    assert set(theirs["METHODS"]) == set(wire.METHODS)


def test_the_browser_knows_every_key_of_a_node() -> None:
    found = re.search(r"@typedef \{\{(.*)\}\} NodeJson", (BROWSER / "wire.js").read_text())
    assert found
    assert set(re.findall(r"(\w+)\??:", found[1])) == NODE


def test_the_browser_reads_every_control_frame() -> None:
    found = re.search(r"^function control\(\{(.*)\}\)", (BROWSER / "socket.js").read_text(), re.M)
    assert found
    assert set(re.findall(r"\w+", found[1])) == set(named(CONTROL).values())


def test_no_key_means_two_things() -> None:
    for names in (OPERATIONS, FRAMES, CONTROL):
        assert len(set(named(names).values())) == len(names)
    assert len(NODE) == sum(name.startswith("NODE_") for name in OURS)
    assert len(set(CLOSE.values())) == len(CLOSE)


@pytest.mark.parametrize("name", sorted(OPERATIONS | FRAMES | CONTROL))
def test_the_document_explains_every_frame(name: str) -> None:
    start = '{"' if name in CONTROL else '["'
    assert f'`{start}{OURS[name]}"' in DOCUMENT.read_text()


def test_the_document_names_every_close_code() -> None:
    text = DOCUMENT.read_text()
    assert [code for code in CLOSE.values() if not re.search(rf"\b{code}\b", text)] == []


@pytest.mark.parametrize("value", [["t", 7, "grün 🌍"], {"hi": 3}, [["a", 1, {"class": None, "open": True}]]])
def test_what_is_encoded_is_decoded(value: object) -> None:
    assert wire.decode(wire.encode(value), 8) == value


def test_a_lone_surrogate_does_not_break_a_frame() -> None:
    assert wire.decode(wire.encode({"a": ["x\ud800y"]}), 8) == {"a": ["x\ufffdy"]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'["\ud800"]', "\ufffd"),
        (r'["a\uDFFFb"]', "a\ufffdb"),
        (r'["\ud83d\ude00"]', "\U0001f600"),
        (r'["\ud83d\ud83d\ude00"]', "\ufffd\U0001f600"),
        (r'["\ud800\u0041"]', "\ufffdA"),
        (r'["\\ud800 \ud800"]', r"\ud800 " + "\ufffd"),
        (r'["\\\ud800"]', "\\" + "\ufffd"),
    ],
)
def test_half_a_character_that_a_browser_sends_is_no_offence(text: str, value: str) -> None:
    """JavaScript's strings may hold one, and `JSON.stringify` writes it as an escape."""
    assert wire.decode(text, 8) == [value]


@pytest.mark.parametrize("text", [r'["\ud800"', r'["\ud80"]', r'["\x"]', "1e999", "NaN", "[" * 5000])
def test_what_only_looks_like_json_is_refused(text: str) -> None:
    with pytest.raises(WireError, match="not JSON"):
        wire.decode(text, 8)


@pytest.mark.parametrize("text", ["", "a", "\0", "a\0b", "\ud800", "x\udfff\0y", "\U0001f600", "\ud83d\ude00"])
def test_strings_travel_as_they_stand_in_html(text: str) -> None:
    clean = wire.clean(text)
    assert wire.decode(wire.encode([text, {"k": text}]), 8) == [clean, {"k": clean}]
    assert not set("\0\ud800\udfff") & set(clean)
    assert wire.clean(clean) == clean


@pytest.mark.parametrize("text", ["", "[", "nonsense", '["e",]', b"\xff"])
def test_what_is_not_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(WireError, match="not JSON"):
        wire.decode(text, 8)


@pytest.mark.parametrize(("text", "depth"), [("[[1]]", 1), ('{"a": {"b": [1]}}', 2), ("[" * 900 + "]" * 900, 32)])
def test_what_is_nested_too_deeply_is_refused(text: str, depth: int) -> None:
    with pytest.raises(WireError, match="deep"):
        wire.decode(text, depth)


@pytest.mark.parametrize(("text", "depth"), [("[[]]", 2), ("7", 0), ('{"a": {"b": [1]}}', 3)])
def test_what_is_just_deep_enough_is_taken(text: str, depth: int) -> None:
    assert wire.decode(text, depth) == json.loads(text)
