"""The scanner of CSS text: rules, declarations, names in selectors, needless white space."""

import pytest

from justui.css import declarations, escaped, minified, rules, selectors


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a { b: c }", [("a", " b: c ")]),
        ("@layer x, y;a{}", [("@layer x, y", None), ("a", "")]),
        ("a{b:'}'}c{}", [("a", "b:'}'"), ("c", "")]),
        ('a{b:"\\"}"}', [("a", 'b:"\\"}"')]),
        (".a\\:b\\{ { c: d }", [(".a\\:b\\{", " c: d ")]),
        ("/* { */ a { /* } */ }", [("a", " /* } */ ")]),
        ("a{b:url(x;}{)}", [("a", "b:url(x;}{)")]),
        ("@media (x) { a { b: c } d { } }", [("@media (x)", " a { b: c } d { } ")]),
        ("[a='x;y']{}", [("[a='x;y']", "")]),
        ("a:is(b, c){d:e(f;g)}", [("a:is(b, c)", "d:e(f;g)")]),
        ("  ", []),
    ],
)
def test_rules_of_one_level(text: str, wanted: list[tuple[str, str | None]]) -> None:
    assert [tuple(rule) for rule in rules(text)] == wanted


@pytest.mark.parametrize("text", ["a{", "a}", "a{b:'}", "a{/*}", "a{b:(c}", "a{b:({)}", "a{b:(])}", 'a{"\n"}', "a\\"])
def test_what_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"closed|closes|missing|block"):
        list(rules(text))


def test_declarations_of_a_block() -> None:
    assert list(declarations("a: b; --c: url(x;y:z); d: 'e;f:g'")) == [
        ("a", "b"),
        ("--c", "url(x;y:z)"),
        ("d", "'e;f:g'"),
    ]


def test_what_stands_before_each_block_of_declarations() -> None:
    assert list(selectors("@media (x) { .a { b: c } .d:hover { e: f } }")) == [
        " @media (x) .a",
        " @media (x) .d:hover",
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a {\n  b: c;\n  d: e;\n}", "a{b:c;d:e}"),
        ("a :hover > b { c: calc(1px + 2px) }", "a :hover > b{c:calc(1px + 2px)}"),
        ("a { b: ';}  /* x */' }", "a{b:';}  /* x */'}"),
        ("a/* x */b { }", "a b{}".replace("a b", "ab")),
        (".\\32 xl\\:p { a: b }", ".\\32 xl\\:p{a:b}"),
        ("a { b: c !important }", "a{b:c !important}"),
    ],
)
def test_white_space_is_taken_out(text: str, wanted: str) -> None:
    assert minified(text) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("p-4", "p-4"), ("2xl:flex", "\\32 xl\\:flex"), ("-1", "-\\31 "), ("-", "\\-"), ("w-1/2", "w-1\\/2"), ("ü", "ü")],
)
def test_a_name_in_a_selector(name: str, wanted: str) -> None:
    assert escaped(name) == wanted
