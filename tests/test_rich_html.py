"""Rich text as HTML and back: what it becomes, that nothing is lost, that nothing acts, and what people paste."""

import time
from typing import Any

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justui.raw_html import _STYLES
from justui.rich import Delta, fault_of, normal, plain, trimmed
from justui.rich_html import from_html, to_html
from justui.safety import SAFE_SCHEMES

# What may stand in a page by the project's rules, and the two data attributes and small images of rich text.
RULES = nh3.Cleaner(
    attributes={
        **nh3.ALLOWED_ATTRIBUTES,
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "*": {"class", "dir", "style", "data-row", "data-list"},
    },
    filter_style_properties=set(_STYLES),
    url_schemes={*SAFE_SCHEMES, "data"},
)

words = st.text(alphabet="ab \t<>&\"'\xa0😀é*_;{}", min_size=1, max_size=8)
inline = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.just(True) for name in ("bold", "italic", "underline", "strike", "code")},
        "script": st.sampled_from(["sub", "super"]),
        "color": st.sampled_from(["#ff0000", "rgb(1, 2, 3)", "tomato"]),
        "background": st.sampled_from(["#ffff00", "hsl(1, 2%, 3%)"]),
        "size": st.sampled_from(["small", "large", "huge"]),
        "font": st.sampled_from(["serif", "monospace"]),
        "link": st.sampled_from(["https://example.org/?a=1&b=%22", "/x", "mailto:a@b.c"]),
    },
)
image = st.fixed_dictionaries({}, optional={"alt": st.just('a "b" <c>'), "width": st.just("30"), "link": st.just("/y")})
texts = st.tuples(words, inline)
images = st.tuples(st.just({"image": "/a.png?x=1&y"}), image)
placed = st.fixed_dictionaries(
    {}, optional={"align": st.sampled_from(["center", "right", "justify"]), "direction": st.just("rtl")}
)
indented = st.fixed_dictionaries({}, optional={"indent": st.integers(1, 8)})
kinds = st.one_of(
    st.just({}),
    st.builds(lambda number: {"header": number}, st.integers(1, 6)),
    st.builds(lambda kind: {"list": kind}, st.sampled_from(["ordered", "bullet", "checked", "unchecked"])),
    st.just({"blockquote": True}),
)
cells = st.builds(lambda row, rest: {"table": row} | rest, st.sampled_from(["row-1", "row-2"]), placed)
flowing = st.tuples(
    st.lists(st.one_of(texts, images), max_size=3),
    st.builds(lambda *parts: parts[0] | parts[1] | parts[2], kinds, indented, placed),
)
aligned = st.tuples(st.lists(texts, max_size=2), st.one_of(placed, cells, st.just({"header": 1, "align": "right"})))
code: st.SearchStrategy[Any] = st.tuples(
    st.lists(st.tuples(words, st.just({})), max_size=2),
    st.sampled_from([{"code-block": True}, {"code-block": "python"}, {"code-block": "c++"}]),
)


def joined(found: list[tuple[list[tuple[Any, dict[str, Any]]], dict[str, Any]]]) -> Delta:
    delta: Delta = []
    for pieces, of_line in found:
        delta += [{"insert": insert, "attributes": formats} for insert, formats in pieces]
        delta.append({"insert": "\n", "attributes": of_line})
    return delta


deltas = st.builds(joined, st.lists(st.one_of(flowing, aligned, code), max_size=6))


@pytest.mark.covers("JP-30")
@settings(max_examples=150)
@given(deltas)
def test_nothing_is_lost_there_and_back(delta: Delta) -> None:
    html = to_html(delta)
    assert from_html(html) == trimmed(delta)
    assert RULES.clean(html) == html


def test_what_each_format_becomes() -> None:
    delta: Delta = [
        {"insert": "Title"},
        {"insert": "\n", "attributes": {"header": 2, "align": "center"}},
        {"insert": "so", "attributes": {"bold": True}},
        {"insert": "so", "attributes": {"bold": True, "italic": True, "color": "#f00", "size": "large"}},
        {"insert": " <&> ", "attributes": {"link": "https://example.org/?a&b"}},
        {"insert": {"image": "/a.png"}, "attributes": {"alt": "A", "width": "30"}},
        {"insert": "\n\none"},
        {"insert": "\n", "attributes": {"list": "ordered"}},
        {"insert": "two"},
        {"insert": "\n", "attributes": {"list": "bullet", "indent": 1}},
        {"insert": "done"},
        {"insert": "\n", "attributes": {"list": "checked"}},
        {"insert": "said"},
        {"insert": "\n", "attributes": {"blockquote": True, "direction": "rtl"}},
        {"insert": "if x:\n    y"},
        {"insert": "\n", "attributes": {"code-block": "python"}},
        {"insert": "a"},
        {"insert": "\n\n", "attributes": {"table": "r1"}},
    ]
    assert to_html(delta) == (
        '<h2 class="ql-align-center">Title</h2>'
        '<p><strong>so</strong><span class="ql-size-large" style="color:#f00"><strong><em>so</em></strong></span>'
        '<a href="https://example.org/?a&amp;b" rel="noopener noreferrer"> &lt;&amp;&gt; </a>'
        '<img src="/a.png" alt="A" width="30"></p><p><br></p>'
        "<ol><li>one<ul><li>two</li></ul></li></ol>"
        '<ul class="ui-checks"><li data-list="checked">done</li></ul>'
        '<blockquote><p class="ql-direction-rtl" dir="rtl">said</p></blockquote>'
        "<p>if x:</p>"
        '<pre><code class="language-python">    y\n</code></pre>'
        '<table><tbody><tr><td data-row="r1">a</td><td data-row="r1"><br></td></tr></tbody></table>'
    )
    assert to_html([{"insert": "a  b "}]) == '<p style="white-space:pre-wrap">a  b </p>'
    assert to_html([]) == ""


HOSTILE = ['"><script>alert(1)</script>', "javascript:alert(1)", "x' onerror='y", "red;background:url(//e)", {"image": "x"}, 1, [], True, "\ud800", "\x00"]  # fmt: skip
NAMES = ["bold", "color", "link", "size", "font", "header", "list", "align", "code-block", "table", "alt", "width", "onclick", "style"]  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.sampled_from([*HOSTILE, "\n", "a\n", {"image": "javascript:x"}]), st.text(max_size=5), st.none()
            ),
            st.dictionaries(st.sampled_from(NAMES), st.sampled_from(HOSTILE), max_size=4),
        ),
        max_size=5,
    )
)
def test_hostile_values_cannot_act(found: list[tuple[Any, dict[str, Any]]]) -> None:
    html = to_html([{"insert": insert, "attributes": formats} for insert, formats in found])
    assert RULES.clean(html).replace("\ufffd", "") == html.replace("\ufffd", "")
    assert "<script" not in html


@given(st.text(alphabet="<>/!-?ab \"'=&#x;\n\ud800\x00pretdblisu", max_size=60))
def test_any_text_is_read_and_what_comes_out_is_sound(html: str) -> None:
    delta = from_html(html)
    assert normal(delta) == delta
    for operation in delta:
        insert = operation["insert"]
        assert isinstance(insert, str) or fault_of("embed", insert) == ""
        assert [fault_of(*item) for item in operation.get("attributes", {}).items()].count("") == len(
            operation.get("attributes", {})
        )
    assert trimmed(from_html(to_html(delta))) == delta


def bold(text: str) -> dict[str, Any]:
    return {"insert": text, "attributes": {"bold": True}}


def end(**formats: Any) -> dict[str, Any]:
    return {"insert": "\n", "attributes": formats}


PASTED: dict[str, tuple[str, Delta]] = {
    "white space as browsers collapse it": (
        "<p>\n  One\n two <b> three </b> four\n</p>\n<p></p> <div>five<br></div><p><br></p>six",
        [{"insert": "One two "}, bold("three "), {"insert": "four\nfive\n\nsix"}],
    ),
    "Google Docs": (
        (
            '<meta charset="utf-8"><b style="font-weight:normal" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.3">'
            '<span style="font-weight:700;white-space:pre-wrap;background-color:transparent">A  b</span></p>'
            '<ul><li dir="ltr" aria-level="1"><p role="presentation"><span style="font-style:italic">c</span></p></li></ul></b>'
        ),
        [bold("A  b"), {"insert": "\n"}, {"insert": "c", "attributes": {"italic": True}}, end(list="bullet")],
    ),
    "Word": (
        (
            "<html><head><title>T</title><style>p{}</style><!--[if gte mso 9]><xml>x</xml><![endif]--></head><body>"
            "<p class=MsoListParagraph style='mso-list:l0 level2 lfo1;text-align:right'><![if !supportLists]>"
            "<span style='mso-list:Ignore'>1.<span>&nbsp; </span></span><![endif]>One<o:p></o:p></p>"
            "<p class=MsoNormal><span style='color:windowtext;text-decoration:underline'>two</span></p></body></html>"
        ),
        [
            {"insert": "One"},
            end(align="right", list="ordered", indent=1),
            {"insert": "two", "attributes": {"underline": True}},
        ],
    ),
    "lists in lists": (
        "<ul><li>a<ol><li>b<li><p>c<p>d</ol><li><input type=checkbox checked> e</ul><ul><ul><li>f</ul></ul>",
        [
            {"insert": "a"},
            end(list="bullet"),
            {"insert": "b"},
            end(list="ordered", indent=1),
            {"insert": "c"},
            end(list="ordered", indent=1),
            {"insert": "d"},
            end(indent=2),
            {"insert": "e"},
            end(list="checked"),
            {"insert": "f"},
            end(list="bullet", indent=1),
        ],
    ),
    "code": (
        '<pre>\n\n x\t<b>y</b></pre><p>a<code>b  c</code><pre><code class="hljs language-js">1\n\n2</code></pre>',
        [
            end(**{"code-block": True}),
            {"insert": " x\ty"},
            end(**{"code-block": True}),
            {"insert": "a"},
            {"insert": "b c", "attributes": {"code": True}},
            {"insert": "\n1"},
            {"insert": "\n\n", "attributes": {"code-block": "js"}},
            {"insert": "2"},
            end(**{"code-block": "js"}),
        ],
    ),
    "tags that cross, and that never end": (
        "<p>1<b>2<i>3</b>4</i>5</p></p></i><p><b>x<p>y",
        [
            {"insert": "1"},
            bold("2"),
            {"insert": "3", "attributes": {"bold": True, "italic": True}},
            {"insert": "4", "attributes": {"italic": True}},
            {"insert": "5\n"},
            bold("x"),
            {"insert": "\n"},
            bold("y"),
        ],
    ),
    "what acts or is hidden": (
        (
            "<script>a</script><ScRiPt >b</sCrIpT x><style>c</style><template>d</template><svg><text>e</text></svg><p hidden>f</p>"
            "<span style='display: none'>g</span><a href=' JaVa\tscript:h' onclick=i>j</a><img src=x:y onerror=k>"
            "<form><button>l</button></form><iframe src=m>n</iframe>"
        ),
        [{"insert": "j\nl"}],
    ),
    "styles, classes and old elements": (
        (
            "<td>a</td><font color=#f00>b</font><span style='text-decoration-line:line-through !important;color:var(--x)'>c</span>"
            "<span style='vertical-align:sub;background:none'>d</span><mark style='background-color:transparent'>e</mark></br>"
            "<center>f</center><div style='text-align:right'>g<p style='text-align:left'>h</div></td></b>"
            "<ul data-checked=true><li>i<li role=checkbox>j</ul><svg><br></svg>"
        ),
        [
            {"insert": "a"},
            {"insert": "b", "attributes": {"color": "#f00"}},
            {"insert": "c", "attributes": {"strike": True}},
            {"insert": "d", "attributes": {"script": "sub"}},
            {"insert": "e\nf"},
            end(align="center"),
            {"insert": "g"},
            end(align="right"),
            {"insert": "h\ni"},
            end(list="checked"),
            {"insert": "j"},
            end(list="unchecked"),
        ],
    ),
    "entities and what only looks like tags": (
        "a < b &lt;b&gt; &amp;amp; &copy &#x41;&#99999999999999999999; 1<2 </ x>y<z",
        [{"insert": "a < b <b> &amp; © A\ufffd 1<2 y"}],
    ),
    "Quill's own": (
        (
            '<ol><li data-list="bullet" class="ql-indent-2"><span class="ql-ui"></span>a</li></ol><div class="ql-code-block-container">'
            '<div class="ql-code-block" data-language="python">b</div></div><h1 class="ql-align-right ql-direction-rtl">'
            '<span class="ql-font-serif ql-size-nonsense">c</span></h1>'
        ),
        [
            {"insert": "a"},
            end(list="bullet", indent=2),
            {"insert": "b"},
            end(**{"code-block": "python"}),
            {"insert": "c", "attributes": {"font": "serif"}},
            end(align="right", direction="rtl", header=1),
        ],
    ),
}


@pytest.mark.covers("JP-30")
@pytest.mark.parametrize("name", PASTED)
def test_what_people_paste(name: str) -> None:
    html, wanted = PASTED[name]
    assert from_html(html) == wanted


def test_tables_keep_their_rows() -> None:
    delta = from_html(
        "x<table><caption>T</caption><thead><tr><th>a<th>b<tbody><tr><td colspan=2><p>c</p><p>d<br>e</p>"
        "<table><tr><td>f</td></tr></table><td style='text-align:center'></table>y"
    )
    assert plain(delta) == "x\nT\na\nb\nc d e f\n\n\ny"
    rows = [operation["attributes"]["table"] for operation in delta if "attributes" in operation]
    assert len(set(rows)) == 2
    assert from_html(to_html(delta)) == delta
    assert set(rows).isdisjoint(
        operation["attributes"]["table"] for operation in from_html("<table><td>z</table>") if "attributes" in operation
    )


@pytest.mark.parametrize(
    "piece", ["<b>", "<div>", "<ul><li>", "<table><tr><td>", "<", "<a ", "<!--", "</b>", "<b><p>", "<i><b></i>", "&#", "<p>a  b"]
)  # fmt: skip
def test_depth_and_malice_cost_no_more_than_length(piece: str) -> None:
    html = piece * (60_000 // len(piece))
    began = time.process_time()
    delta = from_html(html)
    to_html(delta)
    assert time.process_time() - began < 2  # a hundred times less than what grows with the square
