"""Literal in, literal out: what a change of the tree sends, exactly, to whom, and encoded how often."""

from collections.abc import Callable

import pytest

import justui as ui
from tests.harness.viewer import Operation, Viewer, fresh


def watched(*components: ui.Component) -> Viewer:
    """A tab that shows these."""
    return Viewer(ui.WebPage(*components))


# One component


def test_a_text() -> None:
    label = ui.Span("a")
    viewer = watched(label)
    label.text = "b"
    assert viewer.after_update() == [["t", label._id, "b"]]
    label.text = ""
    assert viewer.after_update() == [["t", label._id, ""]]
    label.text = "b"
    label.text = "c"
    assert viewer.after_update() == [["t", label._id, "c"]]


def test_a_change_that_comes_to_nothing_is_sent_all_the_same() -> None:
    label = ui.Span("a", title="x")
    viewer = watched(label)
    label.text = "b"
    label.text = "a"
    label.title = "y"
    label.title = "x"
    assert viewer.after_update() == [["a", label._id, {"title": "x"}], ["t", label._id, "a"]]


def test_the_same_value_again_is_no_change() -> None:
    label = ui.Span("a", title="x", classes="c")
    viewer = watched(label)
    label.text, label.title, label.classes, label.show = "a", "x", "c", True
    assert viewer.after_update() == []


def test_a_text_node() -> None:
    text = ui.Text("a")
    viewer = watched(text)
    text.text = "b"
    assert viewer.after_update() == [["t", text._id, "b"]]


def test_attributes_travel_together() -> None:
    box = ui.Div(title="a", hidden=True)
    viewer = watched(box)
    box.title = "b"
    box.hidden = False
    box.classes = "x y"
    box.style = "color: red"
    box.tabindex = 3
    box.set_attributes({"data-row": 7, "aria-busy": True})
    assert viewer.after_update() == [
        [
            "a",
            box._id,
            {
                "title": "b",
                "hidden": None,
                "class": "x y",
                "style": "color: red",
                "tabindex": "3",
                "data-row": "7",
                "aria-busy": True,
            },
        ]
    ]


def test_a_handler_that_comes_and_goes() -> None:
    button = ui.Button("a")
    viewer = watched(button)
    button.on_click = lambda: None
    assert viewer.after_update() == [["a", button._id, {"data-e": "click"}]]
    button.on("keydown", lambda: None, key="Enter", debounce=50)
    assert viewer.after_update() == [["a", button._id, {"data-e": "click keydown.Enter:d50"}]]
    button.on_click = None
    button.off("keydown", key="Enter")
    assert viewer.after_update() == [["a", button._id, {"data-e": None}]]


def test_hiding_and_showing() -> None:
    box = ui.Div("a", ui.P("b"))
    viewer = watched(box)
    box.show = False
    assert viewer.after_update() == [["h", box._id]]
    box.show = True
    inner = box.components[0]
    assert viewer.after_update() == [
        ["n", box._id, {"j": box._id, "t": "div", "x": "a", "c": [{"j": inner._id, "t": "p", "x": "b"}]}]
    ]


def test_what_is_shown_again_carries_everything() -> None:
    """Nothing is sent beside the node: not the changes of the part itself, not those below, not new children."""
    inner = ui.P("b")
    box = ui.Div("a", inner)
    viewer = watched(box)
    box.show = False
    viewer.after_update()
    box.show = True
    box.text, box.title = "x", "y"
    inner.text = "z"
    new = ui.P("new", a=box)
    assert viewer.after_update() == [
        [
            "n",
            box._id,
            {
                "j": box._id,
                "t": "div",
                "a": {"title": "y"},
                "x": "x",
                "c": [{"j": inner._id, "t": "p", "x": "z"}, {"j": new._id, "t": "p", "x": "new"}],
            },
        ]
    ]


def test_raw_html() -> None:
    box = ui.Div(ui.P("a"))
    viewer = watched(box)
    box.inner_html = "<b>x</b>"
    assert viewer.after_update() == [["w", box._id, "<b>x</b>"]]
    assert viewer.shows() == fresh(viewer.page)
    box.inner_html = "<i>y</i>"
    assert viewer.after_update() == [["w", box._id, "<i>y</i>"]]
    box.text = "plain"
    assert viewer.after_update() == [["w", box._id, ""], ["a", box._id, {"data-raw": None}], ["t", box._id, "plain"]]
    box.add("more")
    viewer.after_update()
    assert viewer.shows() == fresh(viewer.page)


def test_children_outlive_raw_html_that_nobody_saw() -> None:
    child, other = ui.P("a"), ui.P("b")
    viewer = watched(box := ui.Div(child, other), ui.Section(other))
    box.inner_html = "<b>x</b>"
    box.text = "text"
    box.add(child, other)
    other.text = "c"
    assert viewer.after_update() == [
        ["t", other._id, "c"],
        ["w", box._id, ""],
        ["a", box._id, {"data-raw": None}],
        ["t", box._id, "text"],
        ["i", box._id, 0, [{"j": child._id, "t": "p", "x": "a"}, {"j": other._id, "t": "p", "x": "c"}]],
    ]
    assert viewer.shows() == fresh(viewer.page)


def test_settings_of_the_page() -> None:
    page = ui.WebPage(title="a")
    viewer = Viewer(page)
    page.title = "b"
    page.css = "p {}"
    assert viewer.after_update() == [["p", {"title": "b", "css": "p {}"}]]
    page.title = "b"
    assert viewer.after_update() == []
    page.redirect = "/there"
    assert viewer.after_update() == [["p", {"redirect": "/there"}]]
    assert viewer.after_update() == []
    page.redirect = "/there"
    assert viewer.after_update() == [["p", {"redirect": "/there"}]]


# Values


def test_a_value_comes_behind_the_options_that_it_needs() -> None:
    select = ui.Select(options=["a", "b"], value="a")
    viewer = watched(select)
    select.value = "c"
    option = ui.Option("c", a=select)
    assert viewer.after_update() == [
        ["i", select._id, select.components[1]._id, [{"j": option._id, "t": "option", "x": "c"}]],
        ["v", select._id, "c"],
    ]


def test_setting_a_value_is_sent_even_when_it_is_the_same() -> None:
    box = ui.Input(value="a")
    viewer = watched(box)
    box.value = "a"
    assert viewer.after_update() == [["v", box._id, "a"]]


def test_a_new_field_brings_its_value() -> None:
    viewer = watched(box := ui.Div())
    field = ui.Input(value="a", a=box)
    field.value = "b"
    assert viewer.after_update() == [["i", box._id, 0, [{"j": field._id, "t": "input", "v": "b"}]]]


# Calls


def test_calls_come_last_and_with_their_arguments() -> None:
    viewer = watched(box := ui.Div("a"))
    box.do("scroll_into_view", {"block": "center"})
    box.text = "b"
    assert viewer.after_update() == [["t", box._id, "b"], ["d", box._id, "scroll_into_view", [{"block": "center"}]]]


@pytest.mark.parametrize("shown", [True, False])
def test_a_call_on_what_is_new_finds_it(shown: bool) -> None:
    viewer = watched(box := ui.Div())
    field = ui.Input(a=ui.P(a=box, show=shown))
    field.focus()
    operations = viewer.after_update()
    assert operations[0][0] == "i"
    assert operations[1:] == ([["d", field._id, "focus", []]] if shown else [])


def test_a_call_on_what_is_shown_again_finds_it() -> None:
    field = ui.Input()
    viewer = watched(box := ui.Div(field, show=False))
    box.show = True
    field.focus()
    assert [operation[0] for operation in viewer.after_update()] == ["n", "d"]


# Several places


def test_a_component_at_two_places_is_sent_once() -> None:
    shared = ui.Span("a")
    viewer = watched(ui.Div(shared), ui.P(shared))
    shared.text = "b"
    assert viewer.after_update() == [["t", shared._id, "b"]]
    assert viewer.shows() == fresh(viewer.page)


def test_a_component_on_two_pages_is_sent_to_both_and_encoded_once() -> None:
    shared = ui.Span("a")
    one, other = watched(shared), watched(ui.Div(shared))
    shared.text = "b"
    one.page.update()
    assert one.operations() == other.operations() == [["t", shared._id, "b"]]
    assert other.after_update() == []


def test_one_more_place_for_something_that_changes_too() -> None:
    """The page that has it gets the change; the other gets it whole, and no operation for what it does not have."""
    shared = ui.Span("a")
    viewer, other = watched(shared), watched(box := ui.Div())
    shared.text = "b"
    box.add(shared)
    other.page.update()
    assert viewer.operations() == [["t", shared._id, "b"]]
    assert other.operations() == [["i", box._id, 0, [{"j": shared._id, "t": "span", "x": "b"}]]]


def test_moving_to_another_parent() -> None:
    child = ui.P("a")
    viewer = watched(one := ui.Div(child), other := ui.Div())
    one.remove(child)
    other.add(child)
    child.text = "b"
    assert sorted(viewer.after_update(), key=str) == [
        ["i", other._id, 0, [{"j": child._id, "t": "p", "x": "b"}]],
        ["r", one._id, [child._id]],
    ]
    assert viewer.shows() == fresh(viewer.page)


def test_a_new_part_carries_what_changed_in_it() -> None:
    viewer = watched(box := ui.Div())
    row = ui.P("a", a=box)
    row.text = "b"
    inner = ui.B("c", a=row)
    assert viewer.after_update() == [
        ["i", box._id, 0, [{"j": row._id, "t": "p", "x": "b", "c": [{"j": inner._id, "t": "b", "x": "c"}]}]]
    ]


def test_a_part_that_is_gone_sends_nothing_of_itself() -> None:
    inner = ui.B("a")
    viewer = watched(box := ui.Div(inner))
    inner.text = "b"
    viewer.page.remove(box)
    assert viewer.after_update() == [["r", viewer.page._id, [box._id]]]


# What is hidden stays here


def test_a_hidden_part_never_leaks() -> None:
    secret = ui.P("secret")
    box = ui.Div(secret, show=False, title="secret")
    viewer = watched(box)
    assert "secret" not in viewer.html
    secret.text = "secret 2"
    box.title = "secret 3"
    ui.P("secret 4", a=box)
    box.inner_html = "secret 5"
    box.text = "secret 6"
    secret.do("focus")
    assert viewer.after_update() == []
    viewer.tab.outbox.make_stale()
    assert viewer.operations()[-1][1]["body"]["c"] == [{"j": box._id, "h": 1}]


def test_a_new_hidden_part_is_a_placeholder() -> None:
    viewer = watched(box := ui.Div())
    hidden = ui.P("secret", a=box, show=False)
    assert viewer.after_update() == [["i", box._id, 0, [{"j": hidden._id, "h": 1}]]]


def test_what_is_hidden_here_is_still_sent_to_where_it_is_shown() -> None:
    shared = ui.Span("a")
    here, there = watched(ui.Div(shared, show=False)), watched(shared)
    shared.text = "b"
    here.page.update()
    assert here.operations() == []
    assert there.operations() == [["t", shared._id, "b"]]


def test_changes_of_what_is_about_to_be_hidden_are_not_sent() -> None:
    inner = ui.P("a")
    viewer = watched(box := ui.Div(inner))
    inner.text = "secret"
    box.show = False
    assert viewer.after_update() == [["h", box._id]]


# Cost


@pytest.mark.parametrize("size", [1, 1000])
def test_what_is_sent_does_not_depend_on_the_size_of_the_page(size: int) -> None:
    label = ui.Span("a")
    viewer = watched(*(ui.P(str(number)) for number in range(size)), ui.Div(label))
    label.text = "b"
    assert viewer.after_update() == [["t", label._id, "b"]]


def test_a_changed_label_costs_at_most_60_bytes() -> None:
    label = ui.Span("12:00:00")
    label._id = 1_234_567
    viewer = watched(label)
    label.text = "12:00:01"
    viewer.page.update()
    assert len(viewer.wire.frames[-1].encode()) <= 60


EDITS: dict[str, Callable[[ui.Div, ui.P], None]] = {
    "text": lambda box, leaf: setattr(leaf, "text", "x"),
    "attribute": lambda box, leaf: setattr(leaf, "title", "x"),
    "append": lambda box, leaf: box.components.append(ui.P("x")),
    "insert": lambda box, leaf: box.components.insert(2, ui.P("x")),
    "remove": lambda box, leaf: box.components.remove(leaf),
    "move": lambda box, leaf: box.components.append(box.components.pop(0)),
    "show": lambda box, leaf: setattr(leaf, "show", False),
    "html": lambda box, leaf: setattr(leaf, "inner_html", "<b>x</b>"),
    "everything": lambda box, leaf: setattr(box, "components", [ui.P("x"), *reversed(box.components)]),
}


@pytest.mark.parametrize("name", EDITS)
def test_operations_are_harmless_when_repeated(name: str) -> None:
    leaf = ui.P("leaf")
    box = ui.Div(ui.P("a"), ui.P("b"), leaf, ui.P("c"))
    viewer = watched(box)
    EDITS[name](box, leaf)
    operations: list[Operation] = viewer.after_update()
    assert operations
    document = viewer.see()
    for operation in operations:
        document.apply(operation)
    assert viewer.shows() == fresh(viewer.page)
