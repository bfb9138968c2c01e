"""The model of the browser's document: hydration, every operation, fresh state and a page fetched anew."""

from typing import Any

import pytest

from justui.testing.dom import Document
from justui.testing.nodes import Element, Node

HEAD = '<!doctype html><html lang="en"><head><title>T</title></head>'


def document(body: str) -> Document:
    return Document(f'{HEAD}<body data-j="1">{body}</body></html>')


def lines(page: Document) -> list[str]:
    return [line.strip() for line in page.canonical(ids=True).splitlines()[6:]]


def element(page: Document, component: int) -> Element:
    node = page.nodes(component)[0]
    assert isinstance(node, Element)
    return node


def same(html: str, node: dict[str, Any]) -> None:
    """The HTML, the node put in by `i` and the node in a fresh state are one document."""
    hydrated = document(html)
    inserted = document("")
    inserted.apply(["i", 1, 0, [node]])
    state = document("<p data-j=8>old</p>")
    state.apply(["s", {"page": {}, "body": {"j": 1, "t": "body", "c": [node]}}])
    assert hydrated.canonical(ids=True) == inserted.canonical(ids=True) == state.canonical(ids=True)


@pytest.mark.parametrize(
    ("html", "node"),
    [
        ("<p data-j=2>own</p>", {"j": 2, "t": "p", "x": "own"}),
        (
            "<p data-j=2>own<!--t3-->text<!--t4--></p>",
            {"j": 2, "t": "p", "x": "own", "c": [{"j": 3, "x": "text"}, {"j": 4, "x": ""}]},
        ),
        ("<p data-j=2><!--t3-->a &lt;b&gt; &amp;</p>", {"j": 2, "t": "p", "c": [{"j": 3, "x": "a <b> &"}]}),
        ("<div data-j=2><!--h3--></div>", {"j": 2, "t": "div", "c": [{"j": 3, "h": 1}]}),
        (
            '<input data-j=2 type="checkbox" value="x" checked>',
            {"j": 2, "t": "input", "a": {"type": "checkbox", "value": "x"}, "v": True},
        ),
        ('<input data-j=2 value="ab">', {"j": 2, "t": "input", "v": "ab"}),
        (
            '<input data-j=2 type="range" max="10">',
            {"j": 2, "t": "input", "a": {"type": "range", "max": "10"}, "v": "5"},
        ),
        ("<textarea data-j=2>\n\nab</textarea>", {"j": 2, "t": "textarea", "v": "\nab"}),
        ("<pre data-j=2>\n\nab</pre>", {"j": 2, "t": "pre", "x": "\nab"}),
        (
            "<select data-j=2><option data-j=3>a</option><option data-j=4 selected>b</option></select>",
            {
                "j": 2,
                "t": "select",
                "v": "b",
                "c": [{"j": 3, "t": "option", "x": "a"}, {"j": 4, "t": "option", "x": "b"}],
            },
        ),
        (
            "<div data-j=2 data-raw><b>bold</b> text</div>",
            {"j": 2, "t": "div", "a": {"data-raw": True}, "w": "<b>bold</b> text"},
        ),
        (
            '<svg data-j=2 viewBox="0 0 1 1"><linearGradient data-j=3 gradientUnits="x"></linearGradient></svg>',
            {
                "j": 2,
                "t": "svg",
                "n": "svg",
                "a": {"viewBox": "0 0 1 1"},
                "c": [{"j": 3, "t": "linearGradient", "a": {"gradientUnits": "x"}}],
            },
        ),
        (
            '<p data-j=2 data-e="click" style="color:red;  width: 1px">x</p>',
            {"j": 2, "t": "p", "a": {"data-e": "click", "style": "color: red; width: 1px;"}, "x": "x"},
        ),
        ('<button data-j=2 disabled="">x</button>', {"j": 2, "t": "button", "a": {"disabled": True}, "x": "x"}),
        (
            "<table data-j=2><tbody><tr data-j=3></tr></tbody></table>",
            {"j": 2, "t": "table", "c": [{"j": 3, "t": "tr"}]},
        ),
    ],
)
def test_html_and_json_make_one_document(html: str, node: dict[str, Any]) -> None:
    same(html, node)


LIST = "<ul data-j=2>x<li data-j=3>a</li><li data-j=4>b</li><li data-j=5>c</li></ul>"


@pytest.mark.parametrize(
    ("operation", "children"),
    [
        (["t", 4, "B"], ["a", "B", "c"]),
        (["i", 2, 0, [{"j": 6, "t": "li", "x": "new"}]], ["new", "a", "b", "c"]),
        (["i", 2, 4, [{"j": 6, "t": "li", "x": "d"}, {"j": 7, "t": "li", "x": "e"}]], ["a", "b", "d", "e", "c"]),
        (["i", 2, 5, [{"j": 3, "t": "li", "x": "not looked at"}]], ["b", "c", "a"]),
        (["m", 2, 0, [5, 4]], ["c", "b", "a"]),
        (["m", 2, 5, [3]], ["b", "c", "a"]),
        (["r", 2, [3, 5]], ["b"]),
        (["h", 4], ["a", None, "c"]),
        (["n", 4, {"j": 4, "t": "li", "x": "again"}], ["a", "b", "c"]),
    ],
)
def test_an_operation_once_and_twice(operation: list[Any], children: list[str | None]) -> None:
    page = document(LIST)
    for _ in range(2):
        page.apply(operation)
        found = element(page, 2).children
        assert found[0] is element(page, 2).leading
        assert [child.text_content() if isinstance(child, Element) else None for child in found[1:]] == children


def test_a_moved_node_stays_the_same_node() -> None:
    page = document(LIST)
    before: list[Node] = page.nodes(3)
    page.apply(["m", 2, 5, [3]])
    page.apply(["i", 2, 0, [{"j": 3, "t": "li"}]])
    assert page.nodes(3)[0] is before[0]


def test_what_is_hidden_comes_back_new() -> None:
    page = document(LIST)
    page.apply(["h", 2])
    assert lines(page) == ["1 body", "2 not shown"]
    page.apply(["t", 3, "unseen"])
    page.apply(["n", 2, {"j": 2, "t": "ul", "c": [{"j": 3, "t": "li", "x": "seen"}]}])
    assert lines(page) == ["1 body", "2 ul", "3 li", '"seen"']
    assert page.ignored == [["t", 3, "unseen"]]


def test_a_component_in_two_places_changes_in_both() -> None:
    page = document("<p data-j=2><b data-j=4>x</b></p><p data-j=3><b data-j=4>x</b></p>")
    page.apply(["t", 4, "y"])
    page.apply(["a", 4, {"class": "c", "hidden": True}])
    assert [node.attributes for node in page.nodes(4) if isinstance(node, Element)] == [
        {"class": "c", "hidden": ""}
    ] * 2
    page.apply(["r", 2, [4]])
    assert len(page.nodes(4)) == 1


def test_leading_text_comes_and_goes_in_front() -> None:
    page = document("<p data-j=2><b data-j=3>b</b></p>")
    page.apply(["t", 2, "own "])
    assert element(page, 2).text_content() == "own b"
    page.apply(["t", 2, ""])
    assert len(element(page, 2).children) == 1


def test_the_page_itself() -> None:
    page = document("")
    page.apply(["p", {"title": "New", "lang": "de", "css": "p{}"}])
    assert (page.page["title"], page.page["lang"], page.page["css"]) == ("New", "de", "p{}")


def test_operations_for_nodes_that_are_not_there_are_ignored() -> None:
    page = document(LIST)
    before = page.canonical()
    nothing: list[list[Any]] = [
        ["t", 9, "x"],
        ["a", 9, {"class": "x"}],
        ["v", 9, "x"],
        ["w", 9, "x"],
        ["i", 9, 0, []],
        ["i", 2, 9, [{"j": 8, "t": "li"}]],
        ["m", 2, 0, [9]],
        ["r", 2, [9]],
        ["h", 9],
        ["n", 9, {"j": 9, "t": "p"}],
    ]
    for operation in nothing:
        page.apply(operation)
    assert page.canonical() == before
    assert page.ignored == nothing


def test_fresh_state_keeps_nodes_focus_and_unsent_letters() -> None:
    page = document("<p data-j=2>old</p><input data-j=3 value=ab><input data-j=4 data-private value=x>")
    field, private = element(page, 3), element(page, 4)
    field.state.text.insert("!", 2)
    private.choose("mine")
    page.focused = field
    inputs = [{"j": 3, "t": "input", "v": "Xab"}, {"j": 4, "t": "input", "a": {"data-private": True}, "v": "x"}]
    page.apply(
        ["s", {"page": {"title": "S"}, "body": {"j": 1, "t": "body", "c": [*inputs, {"j": 2, "t": "p", "x": "new"}]}}]
    )
    assert element(page, 3) is field
    assert (field.value, private.value, page.focused) == ("Xab!", "mine", field)
    assert element(page, 2).text_content() == "new"
    assert page.page["title"] == "S"


def test_a_field_keeps_what_was_typed_while_it_is_hidden() -> None:
    page = document("<input data-j=2 value=a>")
    field = element(page, 2)
    field.choose("ab")
    page.apply(["h", 2])
    page.apply(["n", 2, {"j": 2, "t": "input", "v": "Xa"}])
    assert element(page, 2).value == "Xab"


def test_a_page_fetched_anew_takes_over_what_was_typed() -> None:
    old = (
        '<label data-j=2>Name<input data-j=3 value="a"></label><input data-j=4 name="mail"><input data-j=5 type="password" '
        'name="word"><input data-j=6 name="same" value="1"><textarea data-j=7 placeholder="Say"></textarea>'
    )
    page = document(old)
    for component, value in ((3, "ann"), (4, "a@b"), (5, "secret"), (7, "words")):
        element(page, component).choose(value)
    page.focused = element(page, 4)
    new = (
        '<label data-j=12>Name<input data-j=13 value=""></label><p data-j=19>moved</p><input data-j=14 name="mail">'
        '<input data-j=15 type="password" name="word"><input data-j=16 name="same" value="2">'
        '<textarea data-j=17 placeholder="Other"></textarea>'
    )
    page.morph(f'{HEAD}<body data-j="11">{new}</body></html>')
    values = {component: element(page, component).value for component in range(13, 18)}
    assert values[13] == "ann"  # the same place, and the label agrees
    assert values[14] == "a@b"  # by name
    assert values[15] == ""  # never a password
    assert values[16] == "2"  # nobody had touched it
    assert values[17] == ""  # another placeholder
    assert [field.component for field in page.fields() if field.unsent] == [13, 14]
    assert page.focused is element(page, 14)


def test_a_value_does_not_overwrite_a_choice_that_is_not_acknowledged() -> None:
    page = document("<select data-j=2><option data-j=3>a</option><option data-j=4>b</option></select>")
    select = element(page, 2)
    select.choose("b")
    page.apply(["v", 2, "a"])
    assert select.value == "b"
    select.state.plain.take(1)
    page.apply(["v", 2, "a"])
    assert select.value == "b"
    select.state.acknowledge(1)
    page.apply(["v", 2, "a"])
    assert select.value == "a"


def test_one_radio_of_a_group_is_checked() -> None:
    page = document("<input data-j=2 type=radio name=r value=a checked><input data-j=3 type=radio name=r value=b>")
    page.apply(["v", 3, True])
    assert (element(page, 2).value, element(page, 3).value) == (False, True)
    element(page, 2).choose(True)
    assert (element(page, 2).value, element(page, 3).value) == (True, False)
    assert all(element(page, component).unsent for component in (2, 3))
