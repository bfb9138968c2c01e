"""Rich text as Markdown and back: how it reads, that what Markdown can say is kept, and that nothing in it acts."""

import importlib
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justui.errors import UsageError
from justui.rich import Delta, Line, fault_of, lines, normal, trimmed
from justui.rich_markdown import from_markdown, to_markdown

# Text that begins and ends with something, for Markdown drops blanks there; with all that has a meaning in it.
words = st.from_regex(r"[!-~é😀]([ !-~é😀]{0,6}[!-~é😀])?", fullmatch=True).filter(lambda text: "  " not in text)
formats = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.just(True) for name in ("bold", "italic", "strike", "underline", "code")},
        "script": st.sampled_from(["sub", "super"]),
        "link": st.sampled_from(["https://example.org/a_b*(c)?x=1&amp=%20&lt;", "/a b<c>\\d", "mailto:ä@b.c"]),
    },
)
images = st.tuples(
    st.just({"image": "/a (1).png?x=[y]"}),
    st.fixed_dictionaries({}, optional={"alt": words, "link": st.just("/x"), "bold": st.just(True)}),
)
content = st.lists(st.one_of(st.tuples(words, formats), st.tuples(words, st.just({})), images), min_size=1, max_size=4)
kinds = st.one_of(
    st.just({}),
    st.builds(lambda number: {"header": number}, st.integers(1, 6)),
    st.builds(lambda kind: {"list": kind}, st.sampled_from(["ordered", "bullet", "checked", "unchecked"])),
    st.builds(lambda kind: {"list": kind, "indent": 1}, st.sampled_from(["ordered", "bullet"])),
    st.just({"blockquote": True}),
)
code: st.SearchStrategy[Any] = st.tuples(
    st.lists(st.tuples(st.text("ab `~ \t<&\\"), st.just({})), max_size=2),
    st.sampled_from([{"code-block": True}, {"code-block": "c++"}]),
)


row = st.tuples(content, content).map(lambda cells: [(cell, {"table": "row"}) for cell in cells])


def joined(found: list[list[tuple[list[tuple[Any, dict[str, Any]]], dict[str, Any]]]]) -> Delta:
    """A delta in which each indented item has one above, and each row of a table an id of its own."""
    delta: Delta = []
    above = False
    for number, (pieces, of_line) in ((at, line) for at, block in enumerate(found) for line in block):
        if "table" in of_line:
            of_line = {"table": f"row-{number}"}
        if not above:
            of_line = {name: value for name, value in of_line.items() if name != "indent"}
        above = "list" in of_line
        delta += [{"insert": insert, "attributes": given} for insert, given in pieces]
        delta.append({"insert": "\n", "attributes": of_line})
    return trimmed(delta)


@pytest.mark.covers("JP-30")
@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(st.tuples(content, kinds).map(lambda line: [line]), code.map(lambda line: [line]), row), max_size=5
    )
)
def test_what_markdown_can_say_is_kept(found: list[Any]) -> None:
    delta = joined(found)
    assert list(map(_shape, lines(from_markdown(to_markdown(delta))))) == list(map(_shape, lines(delta)))


def _shape(line: Line) -> tuple[Any, ...]:
    """A line as it looks: a blank at the edge of a format has the same look with and without it."""
    pieces = [(character, piece.image, piece.formats) for piece in line.pieces for character in piece.text or [""]]
    shown = [(text, image, None if text == " " and "code" not in given else given) for text, image, given in pieces]
    return shown, {name: name if name == "table" else value for name, value in line.formats.items()}


def test_how_it_reads() -> None:
    delta: Delta = [
        {"insert": "A *title* #"},
        {"insert": "\n", "attributes": {"header": 2}},
        {"insert": "Both ", "attributes": {"bold": True, "italic": True}},
        {"insert": "bold", "attributes": {"bold": True, "color": "#f00"}},
        {"insert": " snake_case 2 < 3 & a*b H"},
        {"insert": "2", "attributes": {"script": "sub"}},
        {"insert": "O, "},
        {"insert": "link", "attributes": {"link": "https://example.org/"}},
        {"insert": "\n1. none\n"},
        {"insert": "one"},
        {"insert": "\n", "attributes": {"list": "ordered"}},
        {"insert": "two"},
        {"insert": "\n", "attributes": {"list": "ordered"}},
        {"insert": "under"},
        {"insert": "\n", "attributes": {"list": "bullet", "indent": 1}},
        {"insert": "done"},
        {"insert": "\n", "attributes": {"list": "checked"}},
        {"insert": "said\nagain"},
        {"insert": "\n", "attributes": {"blockquote": True}},
        {"insert": "x = `1`"},
        {"insert": "\n", "attributes": {"code-block": "python"}},
        {"insert": "a|b"},
        {"insert": "\n", "attributes": {"table": "r1"}},
        {"insert": "c"},
        {"insert": "\n", "attributes": {"table": "r1", "align": "right"}},
        {"insert": "d"},
        {"insert": "\n", "attributes": {"table": "r2"}},
    ]
    assert to_markdown(delta) == (
        "## A \\*title\\* \\#\n\n"
        "**_Both_ bold** snake_case 2 < 3 & a\\*b H<sub>2</sub>O, [link](https://example.org/)\n\n"
        "1\\. none\n\n"
        "1. one\n2. two\n   - under\n- [x] done\n\n"
        "said\n\n> again\n\n"
        "```python\nx = `1`\n```\n\n"
        "| a\\|b | c |\n| --- | ---: |\n| d |  |\n"
    )
    assert to_markdown([]) == to_markdown([{"insert": "\n\n"}]) == ""


def test_what_is_read() -> None:
    found = from_markdown(
        "Title\n===\nsoft\nbreak  \nhard __b__ ~~s~~\n\n"
        "    code\n\n"
        "* [ ] to do\n* [X] done\n* \\[x] text\n\n"
        "| a | b |\n|:-:|---|\n| c\n\n"
        "<div align=right onclick=x>HTML <script>alert(1)</script></div>\n\n[bad](javascript:x) ![bad](data:text/html,x)"
    )
    row, other = (
        one for one in dict.fromkeys(operation.get("attributes", {}).get("table") for operation in found) if one
    )
    assert found == [
        {"insert": "Title"},
        {"insert": "\n", "attributes": {"header": 1}},
        {"insert": "soft break\nhard "},
        {"insert": "b", "attributes": {"bold": True}},
        {"insert": " "},
        {"insert": "s", "attributes": {"strike": True}},
        {"insert": "\ncode"},
        {"insert": "\n", "attributes": {"code-block": True}},
        {"insert": "to do"},
        {"insert": "\n", "attributes": {"list": "unchecked"}},
        {"insert": "done"},
        {"insert": "\n", "attributes": {"list": "checked"}},
        {"insert": "[x] text"},
        {"insert": "\n", "attributes": {"list": "bullet"}},
        {"insert": "a"},
        {"insert": "\n", "attributes": {"align": "center", "table": row}},
        {"insert": "b"},
        {"insert": "\n", "attributes": {"table": row}},
        {"insert": "c"},
        {"insert": "\n", "attributes": {"align": "center", "table": other}},
        {"insert": "\n", "attributes": {"table": other}},
        {"insert": "HTML"},
        {"insert": "\n", "attributes": {"align": "right"}},
        {"insert": "bad"},
    ]


@given(st.text(alphabet='ab \n\t*_`~[]()<>!#-+=|&\\:1."\ud800\x00', max_size=50))
def test_any_text_is_read_and_what_comes_out_is_sound(text: str) -> None:
    delta = from_markdown(text)
    assert normal(delta) == delta
    for operation in delta:
        assert not any(fault_of(*item) for item in operation.get("attributes", {}).items())
    to_markdown(delta)
    to_markdown([{"insert": text, "attributes": {"bold": True, "code": True}}])


@pytest.mark.parametrize("piece", ["[", "**a", "- ", "> ", "`a``", "<b>", "|"])
def test_depth_and_malice_cost_no_more_than_length(piece: str) -> None:
    began = time.process_time()
    from_markdown(piece * (10_000 // len(piece)))
    assert time.process_time() - began < 2


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(UsageError, match=r'pip install "justui\[markdown\]"'):
        from_markdown("x")
    assert to_markdown([{"insert": "x"}]) == "x\n"
