"""The formats of rich text: which are let in, the delta's plain forms, and the edit between two texts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justui.rich import OBJECT, Delta, Line, diff_texts, fault_of, length, lines, normal, plain, trimmed

PIXEL = "data:image/png;base64,iVBORw0KGgo="

GOOD: dict[str, list[Any]] = {
    **{name: [True] for name in ("bold", "italic", "underline", "strike", "code", "blockquote")},
    "script": ["sub", "super"],
    "color": ["#abc", "#A0b1C2", "rgb(1, 2, 3)", "rgba(0 0 0 / 50%)", "hsl(120deg, 50%, 50%)", "Tomato"],
    "background": ["yellow"],
    "size": ["small", "large", "huge"],
    "font": ["serif", "monospace"],
    "link": ["https://example.org/ä?a=b&c", "/path with blank", "#there", "mailto:a@b.c", "tel:+1"],
    "header": [1, 6, 2.0],
    "list": ["ordered", "bullet", "checked", "unchecked"],
    "indent": [1, 8],
    "align": ["center", "right", "justify"],
    "direction": ["rtl"],
    "code-block": [True, "python", "plain", "c++"],
    "table": ["row-1a", "1"],
    "alt": ['any "text" <b>', ""],
    "width": ["300", "50%", "12.5px", 300],
    "height": ["1"],
    "embed": [{"image": "https://example.org/a.png"}, {"image": "/a.png"}, {"image": PIXEL}],
}
ODD = [
    False,
    0,
    1.5,
    -1,
    float("nan"),
    float("inf"),
    "",
    "x\n",
    "\x00",
    "x" * 5_000,
    [],
    ["bold"],
    {},
    {"image": 1},
    True,
]
BAD: dict[str, list[Any]] = {
    "bold": [1, "true"],
    "color": [
        "var(--x)",
        "url(x)",
        "red;position:fixed",
        "expression(x)",
        "#ab",
        "rgb(1,2,3);x",
        "inherit",
        "rgb(var(--x))",
    ],
    "link": [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "JaVaScRiPt:x",
        "vbscript:x",
        "data:text/html,x",
        PIXEL,
        "blob:https://a/1",
        "file:///etc/passwd",
        "a" * 3_000,
    ],
    "header": [7, True, "1"],
    "indent": [9],
    "align": ["left", "center x"],
    "code-block": ["x y", '"><script>', False],
    "table": ['"><b>', "a" * 65],
    "width": ["100%;x", "calc(1px)", 20_000, '1"'],
    "alt": ["x" * 1_001],
    "embed": [
        {"image": "javascript:x"},
        {"image": "data:image/svg+xml;base64,AAAA"},
        {"image": "data:image/png,AAAA"},
        {"image": "data:image/png;base64,AA\n"},
        {"image": "data:image/png;base64," + "A" * 2**21},
        {"image": "/a", "x": 1},
        {"video": "https://example.org/v"},
        "image",
        None,
    ],
}


@pytest.mark.covers("JP-30")
@pytest.mark.parametrize("name", GOOD)
def test_only_values_of_their_kind_are_let_in(name: str) -> None:
    for value in GOOD[name]:
        assert fault_of(name, value) == "", value
    if name != "embed":
        assert fault_of(name, None) == ""
    refused = [value for value in ODD if repr(value) not in map(repr, GOOD[name])]
    for value in [*BAD.get(name, []), *refused]:
        if name == "alt" and isinstance(value, str) and len(value) <= 1_000:
            continue  # any text that is not long
        fault = fault_of(name, value)
        assert fault, value
        assert len(fault) < 200


@pytest.mark.parametrize("name", ["onclick", "style", "class", "href", "__proto__", "Bold", "image", "x" * 10_000, ""])
def test_unknown_names_are_refused(name: str) -> None:
    assert 0 < len(fault_of(name, True)) < 100
    assert fault_of(name, None)


def test_normal_plain_and_length() -> None:
    delta: Delta = [
        {"insert": "a"},
        {"insert": "", "attributes": {"bold": True}},
        {"insert": "b", "attributes": {}},
        {"insert": "c", "attributes": {"bold": None}},
        {"insert": {"image": PIXEL}},
        {"insert": {"image": PIXEL}},
        {"insert": "😀", "attributes": {"bold": True}},
        {"insert": "\n", "attributes": {"bold": True}},
    ]
    picture = {"insert": {"image": PIXEL}}
    assert normal(delta) == [{"insert": "abc"}, picture, picture, {"insert": "😀\n", "attributes": {"bold": True}}]
    assert plain(delta) == f"abc{OBJECT * 2}😀\n"
    assert length(delta) == len(plain(delta)) == 7
    assert (normal([]), plain([]), length([])) == ([], "", 0)


def test_lines_hold_what_is_sound_and_where_it_belongs() -> None:
    delta: Delta = [
        {"insert": "a\nb", "attributes": {"bold": True, "header": 2.0, "onclick": "x"}},
        {"insert": {"image": "javascript:x"}},
        {"insert": {"image": "/a"}, "attributes": {"alt": "A", "color": "url(x)"}},
        {"insert": "\n", "attributes": {"list": "bullet", "indent": 99}},
        {"insert": "c"},
    ]
    found = list(lines(delta))
    assert [line.formats for line in found] == [{"header": 2}, {"list": "bullet"}, {}]
    assert type(found[0].formats["header"]) is int
    assert [list(map(tuple, line.pieces)) for line in found] == [
        [("a", "", {"bold": True})],
        [("b", "", {"bold": True}), ("", "/a", {"alt": "A"})],
        [("c", "", {})],
    ]


@given(st.lists(st.sampled_from(["a", "\n", "b\n", "\n\n"]), max_size=6), st.booleans())
def test_the_last_newline_goes_only_where_the_lines_stay(texts: list[str], formatted: bool) -> None:
    delta: Delta = [{"insert": text} for text in texts]
    if formatted:
        delta.append({"insert": "\n", "attributes": {"header": 1}})
    short = trimmed(delta)
    assert trimmed(short) == short
    assert list(map(_shape, lines(short))) == list(map(_shape, lines(delta)))
    assert length(normal(delta)) - length(short) in (0, 1)


def _shape(line: Line) -> tuple[Any, ...]:
    return [tuple(piece) for piece in line.pieces], line.formats


@given(st.text("ab\n😀", max_size=12), st.text("ab\n😀", max_size=12))
def test_one_edit_leads_from_text_to_text(old: str, new: str) -> None:
    start, end, between = diff_texts(old, new)
    assert 0 <= start <= end <= len(old)
    assert old[:start] + between + old[end:] == new
    if old == new:
        assert (start, between) == (end, "")
    gone = old[start:end]
    if gone and between:
        assert gone[0] != between[0]
        assert gone[-1] != between[-1]


def test_an_edit_of_a_long_text_is_found_at_once() -> None:
    text = "lorem ipsum " * 100_000
    assert diff_texts(text, f"{text[:600_000]}X{text[600_003:]}") == (600_000, 600_003, "X")
