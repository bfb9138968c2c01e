"""HTML and JSON of a tree say the same, whatever the text; and what a parser would tear apart is noticed."""

import html
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import justui as ui
from justui import wire
from justui.component import Component
from justui.render import Html, escape, escape_attribute, node
from justui.testing.dom import Document
from tests.harness.viewer import Viewer, body


def written(component: Component) -> Html:
    """A component as HTML."""
    text = Html()
    text.write(component)
    return text


def markup(component: Component) -> str:
    return "".join(written(component).parts)


def torn(component: Component) -> bool:
    return written(component).torn


def same_both_ways(page: ui.WebPage) -> bool:
    """Whether the first response and a fresh state show the same."""
    by_html = Document(f"<html><head></head>{wire.clean(''.join(written(page).parts))}</html>")
    by_json = Document("<html><head></head><body></body></html>")
    by_json.apply(json.loads(wire.encode([wire.STATE, {"page": page.settings(), "body": node(page)}])))
    return body(by_html) == body(by_json)


# HTML


def test_elements() -> None:
    box = ui.Div("a", ui.Br(), ui.P(ui.B("b"), "c"), classes="x")
    br, p = box.components
    b, text = p.components
    assert markup(box) == (
        f'<div data-j={box._id} class="x">a<br data-j={br._id}><p data-j={p._id}><b data-j={b._id}>b</b>'
        f"<!--t{text._id}-->c</p></div>"
    )


def test_what_is_not_shown_is_a_placeholder() -> None:
    box = ui.Div(hidden := ui.P("secret", show=False), ui.B())
    assert "secret" not in markup(box)
    assert f"<!--h{hidden._id}-->" in markup(box)
    text = ui.Text("secret", show=False)
    assert markup(text) == f"<!--h{text._id}-->"


def test_attributes() -> None:
    box = ui.Div(title='a"b<c>&', hidden=True, tabindex=-1, style="color: red").set_attributes(
        {"data-x": 1.5, "data-y": ""}
    )
    assert markup(box) == (
        f'<div data-j={box._id} title="a&quot;b&lt;c>&amp;" hidden tabindex="-1" style="color: red" data-x="1.5" '
        'data-y=""></div>'
    )


def test_event_specs() -> None:
    button = ui.Button("x", on_click=print).on("keydown", print, key='"', debounce=3)
    assert ' data-e="click keydown.&quot;:d3"' in markup(button)


def test_values_of_fields() -> None:
    assert markup(ui.Input(value='a"')).endswith(' value="a&quot;">')
    assert markup(box := ui.Input(type="checkbox", checked=True, value="yes")) == (
        f'<input data-j={box._id} type="checkbox" value="yes" checked>'
    )
    assert markup(area := ui.Textarea(value="\n</textarea><b>")) == (
        f"<textarea data-j={area._id}>\n\n&lt;/textarea>&lt;b></textarea>"
    )
    select = ui.Select(options={"a": "A", "group": ["b", "c"]}, value="b")
    assert markup(select).count(" selected") == 1
    assert ">b</option>" in markup(select).split(" selected")[1][:12]
    assert " data-private" in markup(ui.Input(private=True))
    assert " data-private" in markup(ui.Input(type="password"))


def test_a_newline_behind_pre_is_kept() -> None:
    assert markup(box := ui.Pre("\na")) == f"<pre data-j={box._id}>\n\na</pre>"
    assert same_both_ways(ui.WebPage(ui.Pre("\na"), ui.Pre("a"), ui.Textarea(value="\na")))


# Hostile text

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--",
    "-->",
    "<!--t1-->",
    "--!><b>",
    "<![CDATA[x]]>",
    "]]>",
    "&lt;&amp;&#0;&nbsp;&notin;",
    "&",
    "\0",
    "a\0b",
    "\r",
    "a\r\nb\rc\n",
    "\n",
    "\t \x0b\x0c",
    "\x7f\x80\x9f\ufeff\ufffe\uffff",
    "\ud800",
    "a\udfffb",
    "\U0001f600",
    "\u2028\u2029\u202e",
    "'\"`=<>",
    "</textarea>",
    "</title></style></body></html>",
    "{{ 7*7 }}",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_text_is_text(text: str) -> None:
    page = ui.WebPage(
        ui.Div(text),
        ui.P(ui.B(), text, ui.I(), text),
        ui.Div(title=text, classes=text).set_attributes({"data-x": text}),
        ui.Textarea(value=text),
        ui.Pre(text),
        ui.Input(value=text.strip("\r\n\t ")),
        ui.Option(text, value=text),
    )
    assert same_both_ways(page)
    shown = "".join(written(page).parts)
    assert "<script" not in shown
    assert "<!--t1-->" not in shown
    assert shown.count("</textarea>") == 1


@given(st.text(st.characters(), max_size=30))
def test_any_text_is_text(text: str) -> None:
    clean = wire.clean(text)
    assert html.unescape(wire.clean(escape(text)).replace("\r", "")) == clean or "&" in text or "\r" in text
    assert "<" not in escape(text)
    assert not set('<"') & set(escape_attribute(text))
    assert same_both_ways(ui.WebPage(ui.P(ui.B(text), text, ui.B(), title=text)))


def test_patches_bring_the_same_text() -> None:
    leaf = ui.P("start", title="start")
    page = ui.WebPage(leaf)
    viewer = Viewer(page)
    for text in HOSTILE:
        leaf.text = leaf.title = text
        page.update()
        late = Viewer(page)
        assert viewer.shows() == late.shows()
        late.leave()


# JSON


def test_nodes() -> None:
    box = ui.Div(ui.P(hidden=True), ui.B(show=False), "c", text="a", on_click=print)
    p, b, text = box.components
    assert node(box) == {
        "j": box._id,
        "t": "div",
        "a": {"data-e": "click"},
        "x": "a",
        "c": [{"j": p._id, "t": "p", "a": {"hidden": True}}, {"j": b._id, "h": 1}, {"j": text._id, "x": "c"}],
    }
    assert node(raw := ui.Div(inner_html="<b>x</b>")) == {
        "j": raw._id,
        "t": "div",
        "a": {"data-raw": True},
        "w": "<b>x</b>",
    }


def test_a_field_has_its_value_beside_its_attributes() -> None:
    assert node(ui.Input(value="a", name="n"))["v"] == "a"
    assert "value" not in node(ui.Input(value="a", name="n"))["a"]
    assert node(ui.Input(type="checkbox", checked=True, value="x"))["v"] is True
    assert node(ui.Select(options=["a"], multiple=True, value=["a"]))["v"] == ["a"]
    assert "v" not in node(ui.Input(type="submit", value="Send"))
    option = ui.Option("a", selected=True)
    assert "a" not in node(option)


class Svg(ui.Component):
    tag = "svg"
    namespace = "svg"


class Circle(Svg):
    tag = "circle"


class Foreign(Svg):
    tag = "foreignObject"


def test_the_namespace_is_named_where_it_changes() -> None:
    inner = Svg(Circle())
    tree = node(Svg(Circle(), Foreign(ui.Div(inner))))
    assert tree["n"] == "svg"
    circle, foreign = tree["c"]
    assert "n" not in circle
    assert "n" not in foreign
    (div,) = foreign["c"]
    assert "n" not in div
    assert div["c"][0]["n"] == "svg"
    viewer = Viewer(ui.WebPage(svg := Svg()))
    dot = Circle(a=svg)
    assert viewer.after_update() == [["i", svg._id, 0, [{"j": dot._id, "t": "circle"}]]]


def test_names_keep_their_case_in_svg() -> None:
    assert Svg().set_attributes({"viewBox": "0 0 1 1"}).attributes == {"viewBox": "0 0 1 1"}


# Torn

TORN: dict[str, Any] = {
    "P(Div)": lambda: ui.P(ui.Div()),
    "P(Span(Ul))": lambda: ui.P(ui.Span(ui.Ul())),
    "P(P)": lambda: ui.P(ui.P()),
    "H1(H2)": lambda: ui.H1(ui.H2()),
    "A(B(A))": lambda: ui.A(ui.B(ui.A())),
    "Button(Button)": lambda: ui.Button(ui.Button("x")),
    "Form(Div(Form))": lambda: ui.Form(ui.Div(ui.Form())),
    "Tr": lambda: ui.Div(ui.Tr()),
    "Table(Td)": lambda: ui.Table(ui.Td()),
    "Table(Div)": lambda: ui.Table(ui.Div()),
    "Table(text)": lambda: ui.Table("text"),
    "Table(Tr, text)": lambda: ui.Table(ui.Tr(), "text"),
    "Tr(Div)": lambda: ui.Table(ui.Tr(ui.Div())),
    "Tr(text)": lambda: ui.Table(ui.Tr("text")),
    "Tbody(text)": lambda: ui.Table(ui.Tbody("text")),
    "Li(Li)": lambda: ui.Ul(ui.Li(ui.Li())),
    "Li(Span(Li))": lambda: ui.Ul(ui.Li(ui.Span(ui.Li()))),
    "Dd(Dt)": lambda: ui.Dl(ui.Dd(ui.Dt())),
    "Option(Option)": lambda: ui.Select(ui.Option(ui.Option())),
    "Iframe(text)": lambda: ui.Iframe("text"),
    "Iframe(P)": lambda: ui.Iframe(ui.P()),
    "Rt(Rt)": lambda: ui.Ruby(ui.Rt(ui.Rt())),
    "P with HTML": lambda: ui.P(inner_html="<div>x</div>"),
    "P(Span with HTML)": lambda: ui.P(ui.Span(inner_html="x <ul><li>x</li></ul>")),
    "A with HTML": lambda: ui.A(inner_html="<A href='/'>x</a>"),
}


@pytest.mark.parametrize("name", TORN)
def test_what_a_parser_tears_apart_is_noticed(name: str) -> None:
    assert torn(ui.Div(TORN[name]())) or torn(TORN[name]())


WHOLE: dict[str, Any] = {
    "Table(Tr)": lambda: ui.Table(ui.Tr(ui.Td(ui.Div(ui.P("x"))))),
    "Table(Thead, Tbody)": lambda: ui.Table(ui.Caption("x"), ui.Thead(ui.Tr(ui.Th("x"))), ui.Tbody(ui.Tr(ui.Td("x")))),
    "Table(blank)": lambda: ui.Table(" \n", ui.Tr(ui.Td())),
    "Table(hidden)": lambda: ui.Table(ui.P("x", show=False), ui.Tr(ui.Td())),
    "Ul(Li(Ul(Li)))": lambda: ui.Ul(ui.Li(ui.Ul(ui.Li("x")))),
    "Dl(Dd(Dl(Dt)))": lambda: ui.Dl(ui.Dt("x"), ui.Dd(ui.Dl(ui.Dt("x")))),
    "P(inline)": lambda: ui.P("x", ui.B(ui.I("y")), ui.Img(), ui.Br(), ui.Button("z"), ui.Input()),
    "H1(Span)": lambda: ui.H1(ui.Span("x")),
    "Select(Optgroup)": lambda: ui.Select(ui.Optgroup(ui.Option("x")), ui.Option("y")),
    "Div(P, P)": lambda: ui.Div(ui.P(), ui.P(), ui.H1(), ui.H2(), ui.A(), ui.A()),
    "P with HTML": lambda: ui.P(inner_html="<b>x</b>"),
    "Div with HTML": lambda: ui.Div(inner_html="<p>x</p><ul><li>y</li></ul>"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_stays_whole_is_not_sent_twice(name: str) -> None:
    component = WHOLE[name]()
    assert not torn(component)
    assert same_both_ways(ui.WebPage(component))
