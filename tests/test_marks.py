"""Change marks: what is noted, what is not, and that an update finds everything, whatever way it got there."""

import justui as ui
from justui.marks import Turn, is_dirty
from tests.harness.viewer import Viewer, fresh


def test_what_no_browser_has_is_not_noted() -> None:
    inner = ui.P("a")
    outer = ui.Div(inner)
    inner.text = "b"
    outer.classes = "x"
    outer.add("c")
    outer.remove(inner)
    outer.show = False
    assert not is_dirty(outer)
    assert not is_dirty(inner)


def test_marking_climbs_to_every_page() -> None:
    leaf = ui.Span("a")
    pages = [ui.WebPage(ui.Div(ui.Section(leaf))), ui.WebPage(ui.Main(leaf)), ui.WebPage(leaf)]
    for page in pages:
        Viewer(page)
    leaf.text = "b"
    assert all(is_dirty(page) for page in pages)


def test_an_update_leaves_nothing_pending() -> None:
    leaf = ui.Span("a")
    page = ui.WebPage(ui.Div(leaf))
    viewer = Viewer(page)
    leaf.text = "b"
    assert viewer.after_update() == [["t", leaf._id, "b"]]
    assert not is_dirty(page)
    assert not is_dirty(leaf)
    assert viewer.after_update() == []


def test_marks_on_a_detached_component_travel_with_its_next_insertion() -> None:
    shared = ui.Span("a")
    first, second = ui.WebPage(shared), ui.WebPage()
    one, other = Viewer(first), Viewer(second)
    first.remove(shared)
    assert one.after_update() == [["r", first._id, [shared._id]]]
    shared.text = "b"
    second.add(shared)
    assert other.after_update() == [["i", second._id, 0, [{"j": shared._id, "t": "span", "x": "b"}]]]
    assert one.after_update() == []


def test_a_change_deep_in_a_part_that_is_put_in_later_is_not_lost() -> None:
    """The part holds something that waits; a new parent around it has no marks of its own."""
    shared = ui.Span("a")
    page, other = ui.WebPage(), ui.WebPage(shared)
    viewer, elsewhere = Viewer(page), Viewer(other)
    shared.text = "b"
    box = ui.Div()
    ui.Section(shared, a=box)
    page.add(box)
    viewer.after_update()
    shared.text = "c"
    assert viewer.after_update() == [["t", shared._id, "c"]]
    assert elsewhere.shows() == fresh(other)


def test_shown_and_hidden_again_at_once_is_nothing() -> None:
    box = ui.Div("x")
    page = ui.WebPage(box)
    viewer = Viewer(page)
    box.show = False
    box.show = True
    assert viewer.after_update() == []
    box.show = False
    assert viewer.after_update() == [["h", box._id]]
    box.show = True
    box.show = False
    assert viewer.after_update() == []
    assert viewer.shows() == fresh(page)


def test_what_was_sent_while_a_part_was_hidden_is_not_missed_by_it() -> None:
    """Hidden and shown again within one page's update, but the change inside went out in between, elsewhere."""
    inner = ui.Span("old")
    box = ui.Div(inner)
    page, other = ui.WebPage(box), ui.WebPage(inner)
    viewer, elsewhere = Viewer(page), Viewer(other)
    box.show = False
    inner.text = "new"
    assert elsewhere.after_update() == [["t", inner._id, "new"]]
    box.show = True
    page.update()
    assert viewer.shows() == fresh(page)
    assert [operation[0] for operation in viewer.operations()] == ["h", "n"]


def test_what_was_sent_while_a_part_was_taken_out_is_not_missed_by_it() -> None:
    inner = ui.Span("old")
    box = ui.Div(inner)
    page, other = ui.WebPage(box), ui.WebPage(inner)
    viewer, elsewhere = Viewer(page), Viewer(other)
    page.remove(box)
    inner.text = "new"
    assert elsewhere.after_update() == [["t", inner._id, "new"]]
    page.add(box)
    page.update()
    assert viewer.shows() == fresh(page)
    assert [operation[0] for operation in viewer.operations()] == ["r", "i"]


def test_taken_out_and_put_in_again_at_once_keeps_its_node() -> None:
    first, second = ui.P("a"), ui.P("b")
    page = ui.WebPage(first, second)
    viewer = Viewer(page)
    page.remove(first)
    page.add(first)
    assert viewer.after_update() == [["m", page._id, second._id, [first._id]]]


def test_taken_out_put_in_and_taken_out() -> None:
    first, other = ui.P("a"), ui.P("b")
    page, elsewhere = ui.WebPage(first), ui.WebPage(other)
    viewer, far = Viewer(page), Viewer(elsewhere)
    page.remove(first)
    other.text = "c"
    far.after_update()
    page.add(first)
    page.remove(first)
    page.add(first)
    assert [operation[0] for operation in viewer.after_update()] == ["r", "i"]
    page.remove(first)
    assert viewer.after_update() == [["r", page._id, [first._id]]]


def test_every_collection_is_a_turn() -> None:
    leaf = ui.P("a")
    viewer = Viewer(ui.WebPage(leaf))
    before = Turn.number
    leaf.text = "b"
    viewer.after_update()
    assert Turn.number == before + 1
    viewer.after_update()
    assert Turn.number == before + 1


def test_a_part_that_leaves_takes_its_marks_along() -> None:
    leaf = ui.P("a")
    box = ui.Div(leaf)
    page = ui.WebPage(box)
    viewer = Viewer(page)
    leaf.text = "b"
    page.remove(box)
    assert viewer.after_update() == [["r", page._id, [box._id]]]
    page.add(box)
    assert viewer.after_update() == [
        ["i", page._id, 0, [{"j": box._id, "t": "div", "c": [{"j": leaf._id, "t": "p", "x": "b"}]}]]
    ]
    leaf.text = "c"
    assert viewer.after_update() == [["t", leaf._id, "c"]]
