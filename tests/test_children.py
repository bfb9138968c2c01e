"""The live list of children: every list method, what may not be done, and that only what moved is sent."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import justui as ui
from justui.children import place_of
from tests.harness.viewer import Viewer, fresh


def row(*names: str) -> tuple[ui.WebPage, ui.Ul, list[ui.Li]]:
    """A page with a list whose items have these texts."""
    items = [ui.Li(name) for name in names]
    parent = ui.Ul(*items)
    return ui.WebPage(parent), parent, items


def letters(parent: ui.Component) -> str:
    return "".join(child.text for child in parent.components)


def test_the_list_is_a_list() -> None:
    _, parent, (a, b, c) = row("a", "b", "c")
    components = parent.components
    assert len(components) == 3
    assert list(components) == [a, b, c]
    assert list(reversed(components)) == [c, b, a]
    assert components[0] is a
    assert components[-1] is c
    assert components[1:] == [b, c]
    assert b in components
    assert ui.Li("b") not in components
    assert components.index(b) == 1
    assert components.index(c, 1, 3) == 2
    assert components.count(a) == 1
    assert components.count(ui.Li()) == 0
    assert components == [a, b, c]
    assert components == parent.components
    assert components != [a]
    assert components + [a] == [a, b, c, a]  # noqa: RUF005 - the operator is what is tested
    assert [a] + components == [a, a, b, c]  # noqa: RUF005
    assert components.copy() == [a, b, c]
    assert type(components.copy()) is list
    assert repr(components) == repr([a, b, c])
    with pytest.raises(ValueError, match="not in list"):
        components.index(ui.Li())
    with pytest.raises(IndexError):
        components[3]


def test_the_list_of_a_component_without_children_is_empty() -> None:
    components = ui.Div().components
    assert not components
    assert list(components) == []
    with pytest.raises(IndexError):
        components.pop()
    with pytest.raises(IndexError):
        del components[0]


def test_the_list_is_live() -> None:
    parent = ui.Div()
    components = parent.components
    child = ui.P(a=parent)
    assert components == [child]


EDITS: dict[str, tuple[Any, str]] = {
    "append(x)": (lambda c, x: c.append(x), "abcdx"),
    "insert(0, x)": (lambda c, x: c.insert(0, x), "xabcd"),
    "insert(-1, x)": (lambda c, x: c.insert(-1, x), "abcxd"),
    "insert(-9, x)": (lambda c, x: c.insert(-9, x), "xabcd"),
    "insert(9, x)": (lambda c, x: c.insert(9, x), "abcdx"),
    "extend([x, ui.Li('y')])": (lambda c, x: c.extend([x, ui.Li("y")]), "abcdxy"),
    "__iadd__([x])": (lambda c, x: c.__iadd__([x]), "abcdx"),
    "__setitem__(1, x)": (lambda c, x: c.__setitem__(1, x), "axcd"),
    "__setitem__(-1, x)": (lambda c, x: c.__setitem__(-1, x), "abcx"),
    "__setitem__(slice(1, 3), [x])": (lambda c, x: c.__setitem__(slice(1, 3), [x]), "axd"),
    "__setitem__(slice(2, 1), [x])": (lambda c, x: c.__setitem__(slice(2, 1), [x]), "abxcd"),
    "__setitem__(slice(0, 0), [x])": (lambda c, x: c.__setitem__(slice(0, 0), [x]), "xabcd"),
    "__setitem__(slice(None, None, 2), [x, ui.Li('y')])": (
        lambda c, x: c.__setitem__(slice(None, None, 2), [x, ui.Li("y")]),
        "xbyd",
    ),
    "__setitem__(slice(None), [])": (lambda c, x: c.__setitem__(slice(None), []), ""),
    "__delitem__(1)": (lambda c, x: c.__delitem__(1), "acd"),
    "__delitem__(slice(1, 3))": (lambda c, x: c.__delitem__(slice(1, 3)), "ad"),
    "__delitem__(slice(None, None, 2))": (lambda c, x: c.__delitem__(slice(None, None, 2)), "bd"),
    "pop()": (lambda c, x: c.pop(), "abc"),
    "pop(0)": (lambda c, x: c.pop(0), "bcd"),
    "remove(c[2])": (lambda c, x: c.remove(c[2]), "abd"),
    "reverse()": (lambda c, x: c.reverse(), "dcba"),
    "sort(key=lambda child: child.text, reverse=True)": (
        lambda c, x: c.sort(key=lambda child: child.text, reverse=True),
        "dcba",
    ),
    "clear()": (lambda c, x: c.clear(), ""),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_list_method_does_what_it_does_to_a_list(name: str) -> None:
    edit, expected = EDITS[name]
    page, parent, _ = row("a", "b", "c", "d")
    viewer = Viewer(page)
    edit(parent.components, ui.Li("x"))
    assert letters(parent) == expected
    page.update()
    assert viewer.shows() == fresh(page)


def test_a_list_may_be_assigned_to() -> None:
    page, parent, (a, b, c) = row("a", "b", "c")
    viewer = Viewer(page)
    parent.components = [c, "text", a]
    assert parent.components[0] is c
    assert parent.components[1].text == "text"
    assert b.parents == []
    page.update()
    assert viewer.shows() == fresh(page)
    parent.components += ["more"]
    assert [child.text for child in parent.components] == ["c", "text", "a", "more"]


def test_the_list_given_is_not_kept() -> None:
    parent, mine = ui.Div(), [ui.P("a"), ui.P("b")]
    parent.components = mine
    mine.clear()
    assert letters(parent) == "ab"
    parent.replace_children(mine := [ui.P("c")])
    mine.clear()
    assert letters(parent) == "c"


def test_strings_and_numbers_become_text_nodes() -> None:
    parent = ui.Div()
    parent.add("a", 1, 2.5)
    parent.components[0] = "b"
    assert [(type(child), child.text) for child in parent.components] == [
        (ui.Text, "b"),
        (ui.Text, "1"),
        (ui.Text, "2.5"),
    ]


# What is sent


def test_an_append_sends_one_insert() -> None:
    page, parent, items = row("a", "b")
    viewer = Viewer(page)
    new = ui.Li("c", a=parent)
    assert viewer.after_update() == [["i", parent._id, items[1]._id, [{"j": new._id, "t": "li", "x": "c"}]]]


def test_neighbours_travel_together() -> None:
    page, parent, items = row("a", "b")
    viewer = Viewer(page)
    first, second = ui.Li("x"), ui.Li("y")
    parent.components[1:1] = [first, second]
    assert viewer.after_update() == [
        [
            "i",
            parent._id,
            items[0]._id,
            [{"j": first._id, "t": "li", "x": "x"}, {"j": second._id, "t": "li", "x": "y"}],
        ]
    ]


def test_the_first_place_is_behind_0() -> None:
    page, parent, _ = row("a")
    viewer = Viewer(page)
    new = ui.Li("x")
    parent.add_first(new)
    assert viewer.after_update() == [["i", parent._id, 0, [{"j": new._id, "t": "li", "x": "x"}]]]


def test_removals_travel_together() -> None:
    page, parent, (a, _, c) = row("a", "b", "c")
    viewer = Viewer(page)
    parent.remove(a)
    parent.remove(c)
    assert viewer.after_update() == [["r", parent._id, [a._id, c._id]]]


def test_what_came_and_went_is_not_sent() -> None:
    page, parent, _ = row("a", "b")
    viewer = Viewer(page)
    parent.remove(parent.add_first(ui.Li("x")).components[0])
    assert viewer.after_update() == []


def test_replacing_one_child_sends_one_removal_and_one_insert() -> None:
    page, parent, (a, b, _) = row("a", "b", "c")
    viewer = Viewer(page)
    new = ui.Li("x")
    parent.components[1] = new
    assert viewer.after_update() == [
        ["r", parent._id, [b._id]],
        ["i", parent._id, a._id, [{"j": new._id, "t": "li", "x": "x"}]],
    ]


@pytest.mark.parametrize("far", [1, 2, 3])
def test_the_swap_idiom_moves_only_the_two(far: int) -> None:
    page, parent, items = row("a", "b", "c", "d")
    viewer = Viewer(page)
    x = parent.components
    x[0], x[far] = x[far], x[0]
    operations = viewer.after_update()
    assert [operation[0] for operation in operations] == ["m"] * len(operations)
    moved = [child for operation in operations for child in operation[3]]
    assert len(moved) == (1 if far == 1 else 2)
    assert set(moved) <= {items[0]._id, items[far]._id}
    assert viewer.shows() == fresh(page)


def test_moving_the_last_to_the_front_sends_one_move() -> None:
    page, parent, items = row("a", "b", "c", "d")
    viewer = Viewer(page)
    parent.components.insert(0, parent.components.pop())
    assert viewer.after_update() == [["m", parent._id, 0, [items[3]._id]]]


def test_an_assignment_in_another_order_sends_only_the_moves() -> None:
    page, parent, (a, b, c, d, e) = row("a", "b", "c", "d", "e")
    viewer = Viewer(page)
    parent.components = [a, e, b, c, d]
    assert viewer.after_update() == [["m", parent._id, a._id, [e._id]]]
    parent.components = [b, c, d, a, e]
    assert viewer.after_update() == [["m", parent._id, d._id, [a._id, e._id]]]


def test_a_sort_moves_as_few_as_can_be() -> None:
    page, parent, items = row("b", "c", "d", "a", "e")
    viewer = Viewer(page)
    parent.components.sort(key=lambda child: child.text)
    assert viewer.after_update() == [["m", parent._id, 0, [items[3]._id]]]


def test_a_sort_of_what_is_sorted_sends_nothing() -> None:
    page, parent, _ = row("a", "b", "c")
    viewer = Viewer(page)
    parent.components.sort(key=lambda child: child.text)
    assert viewer.after_update() == []


def test_clear_and_add_again_moves_and_keeps_the_nodes() -> None:
    page, parent, (a, b, c) = row("a", "b", "c")
    viewer = Viewer(page)
    parent.clear()
    parent.add(c, a, b)
    operations = viewer.after_update()
    assert {operation[0] for operation in operations} == {"m"}
    assert viewer.shows() == fresh(page)


def test_a_rebuilt_list_keeps_what_is_still_there() -> None:
    page, parent, (a, b, c) = row("a", "b", "c")
    viewer = Viewer(page)
    new = ui.Li("x")
    parent.components = [c, new]
    operations = viewer.after_update()
    assert [operation[0] for operation in operations] == ["r", "i"]
    assert operations == [
        ["r", parent._id, [a._id, b._id]],
        ["i", parent._id, c._id, [{"j": new._id, "t": "li", "x": "x"}]],
    ]


def test_shuffle_keeps_every_child_and_sends_no_node() -> None:
    page, parent, items = row(*"abcdefghij")
    viewer = Viewer(page)
    order = random.Random(4)
    for _ in range(5):
        order.shuffle(parent.components)
        assert sorted(parent.components, key=id) == sorted(items, key=id)
        operations = viewer.after_update()
        assert {operation[0] for operation in operations} <= {"m"}
        assert viewer.shows() == fresh(page)


@given(st.permutations(range(8)), st.permutations(range(8)))
def test_any_two_orders_in_one_update(first: list[int], second: list[int]) -> None:
    page, parent, items = row(*"abcdefgh")
    viewer = Viewer(page)
    parent.components = [items[place] for place in first]
    parent.components = [items[place] for place in second]
    page.update()
    assert viewer.shows() == fresh(page)
    assert {json.loads(frame)[0][0] for frame in viewer.wire.frames} <= {"m"}


@given(st.permutations(range(9)))
def test_a_reorder_moves_no_more_than_it_must(order: list[int]) -> None:
    page, parent, items = row(*"abcdefghi")
    viewer = Viewer(page)
    parent.components = [items[place] for place in order]
    moved = [child for operation in viewer.after_update() for child in operation[3]]
    longest = [1] * len(order)
    for here in range(len(order)):
        longest[here] += max((longest[back] for back in range(here) if order[back] < order[here]), default=0)
    assert len(moved) == len(order) - max(longest)
    assert viewer.shows() == fresh(page)


# What may not be


def test_a_component_stands_once_under_a_parent() -> None:
    child = ui.P("x")
    parent = ui.Div(child, id="box")
    for edit in (parent.add, parent.add_first, parent.components.append):
        with pytest.raises(ui.TreeError, match=r'P "x" .*stands in Div #box.* already'):
            edit(child)
    with pytest.raises(ui.TreeError, match="given twice"):
        ui.Div(child, child)
    with pytest.raises(ui.TreeError, match="given twice"):
        parent.components = [child, child]
    with pytest.raises(ui.TreeError, match="already"):
        parent.components[0:0] = [child]
    assert parent.components == [child]


def test_a_component_may_not_stand_in_itself() -> None:
    outer = ui.Div(id="a")
    row = ui.Section(a=outer)
    inner = ui.P(a=row)
    with pytest.raises(ui.TreeError, match=r"Div #a .*cannot be put into itself"):
        outer.add(outer)
    with pytest.raises(ui.TreeError, match=r"Div #a .*cannot be put into its own child P"):
        inner.add(outer)
    with pytest.raises(ui.TreeError, match=r"Div .*cannot be put into its own child Section"):
        ui.Div(outer, a=row)
    assert row.components == [inner]
    assert inner.components == []


def test_a_new_component_that_holds_its_parent_is_a_cycle() -> None:
    inner = ui.Div()
    with pytest.raises(ui.TreeError, match="its own child"):
        ui.Div(inner, a=inner)


def test_a_page_stands_in_nothing() -> None:
    with pytest.raises(ui.TreeError, match="is a page and cannot be put into Div"):
        ui.Div().add(ui.WebPage())
    with pytest.raises(ui.TreeError, match="is a page"):
        ui.Div(ui.WebPage())
    with pytest.raises(ui.TreeError, match="is a page"):
        ui.WebPage(a=ui.Div())


def test_an_edit_that_is_refused_changes_nothing() -> None:
    page, parent, items = row("a", "b")
    viewer = Viewer(page)
    with pytest.raises(ui.TreeError):
        parent.add(ui.Li("x"), ui.Li("y"), parent)
    with pytest.raises(ui.TreeError):
        parent.components = [ui.Li("x"), page]
    with pytest.raises(ui.TreeError):
        parent.components[0:1] = [ui.Li("z"), items[1]]
    with pytest.raises(ui.TreeError):
        parent.add(ui.Li("x"), [ui.Li("y")])  # type: ignore[arg-type]
    assert parent.components == items
    assert viewer.after_update() == []


def test_what_is_no_child_cannot_be_removed() -> None:
    parent, stranger = ui.Div(id="box"), ui.P("x")
    with pytest.raises(ui.TreeError, match=r'P "x".* is no child of Div #box'):
        parent.remove(stranger)
    with pytest.raises(ValueError, match="no child"):
        parent.components.remove(stranger)
    with pytest.raises(ValueError, match="is not in list"):
        place_of(parent, stranger)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([ui.Li("a")], r"takes components or strings, got list\. Write add\(\*items\)"),
        ((ui.Li("a"),), r"got tuple\. Write add\(\*items\)"),
        (None, "got NoneType"),
        (True, "got bool"),
        (ui.Div, "got type"),
        ({"a": 1}, "got dict"),
    ],
)
def test_other_things_are_no_children(wrong: Any, words: str) -> None:
    with pytest.raises(ui.TreeError, match=words):
        ui.Div().add("hello", wrong)
    with pytest.raises(ui.TreeError, match=words):
        ui.Div("hello", wrong)


def test_a_void_element_and_a_text_have_no_children() -> None:
    with pytest.raises(ui.TreeError, match="<br> is an empty element"):
        ui.Br().add("x")
    with pytest.raises(ui.TreeError, match=r"Img .*can have no children"):
        ui.P(a=ui.Img())
    with pytest.raises(ui.TreeError, match=r'Text "x".* is text and can have no children'):
        ui.Text("x").add("y")
    with pytest.raises(ui.TreeError, match="has inner_html and can have no children"):
        ui.Div(inner_html="<b>x</b>").add("y")
    with pytest.raises(ui.TreeError, match="has inner_html"):
        ui.P(a=ui.Div(inner_html="<b>x</b>"))


def test_a_text_has_text() -> None:
    with pytest.raises(ui.TreeError, match="can have no text"):
        ui.Br(text="x")  # type: ignore[call-arg]


# Many places


def test_one_component_stands_in_many_places() -> None:
    shared = ui.Span("x")
    parents = [ui.Div(shared) for _ in range(20)]
    assert shared.parents == parents
    for parent in parents[1:]:
        parent.remove(shared)
    assert shared.parents == parents[:1]
    shared.delete()
    assert shared.parents == []
    assert not parents[0].components


def test_parents_that_are_gone_are_forgotten() -> None:
    shared = ui.Span("x")
    keepers = [ui.Div(shared), ui.Div(shared)]
    for _ in range(1000):
        ui.Div(shared)
    assert shared.parents == keepers
    assert isinstance(shared._parents, dict)
    assert len(shared._parents) < 20


def test_a_big_list_is_edited_quickly_in_its_middle() -> None:
    """By the count of children looked at, not by the clock: the hint about the place is found without a search."""
    page = ui.WebPage()
    for number in range(3000):
        ui.Div(str(number), a=page)
    viewer = Viewer(page)
    components = page.components
    first, new = components[1500], ui.Div("new")
    components[1500] = new
    components[10], components[2990] = components[2990], components[10]
    del components[5:7]
    kinds = [operation[0] for operation in viewer.after_update()]
    assert kinds == ["r", "m", "i", "m"]
    assert first.parents == []
    assert viewer.shows() == fresh(page)


def test_a_child_is_found_when_it_stands_far_from_where_it_was_put() -> None:
    page = ui.WebPage(*(ui.Div(str(number)) for number in range(500)))
    viewer = Viewer(page)
    new = ui.Div("new")
    page.components.insert(400, new)
    before = page.components[399]
    del page.components[100:300]
    assert viewer.after_update()[-1] == ["i", page._id, before._id, [{"j": new._id, "t": "div", "x": "new"}]]
    assert viewer.shows() == fresh(page)
