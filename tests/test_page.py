"""Pages: batches and cursors, updates of one tab and of all, joins in the middle, several pages, threads, memory."""

import gc
import logging
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

import justui as ui
from justui import hints
from justui.component import Component
from justui.config import Config
from justui.page import current_page, hint_at_unsent
from tests.harness.viewer import Loop, Viewer, fresh


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


# Law 1


def test_an_update_reaches_every_tab_of_every_page() -> None:
    shared = ui.Span("a")
    pages = [ui.WebPage(shared), ui.WebPage(ui.Div(shared))]
    viewers = [Viewer(page) for page in pages for _ in range(2)]
    shared.text = "b"
    shared.update()
    for viewer in viewers:
        assert viewer.frames() == [[["t", shared._id, "b"]]]
    for page in pages:
        page.update()
    assert all(viewer.operations() == [] for viewer in viewers)


def test_updating_a_part_leaves_the_rest_pending() -> None:
    one, other = ui.P("a"), ui.P("b")
    page = ui.WebPage(ui.Div(one), other)
    viewer = Viewer(page)
    one.text, other.text = "c", "d"
    page.components[0].update()
    assert viewer.operations() == [["t", one._id, "c"]]
    assert viewer.after_update() == [["t", other._id, "d"]]


def test_updating_one_tab_leaves_it_pending_for_the_others() -> None:
    label = ui.P("a")
    page = ui.WebPage(label)
    one, other = Viewer(page), Viewer(page)
    label.text = "b"
    page.update(tab=one.tab)
    assert one.operations() == [["t", label._id, "b"]]
    assert other.operations() == []
    label.text = "c"
    page.update()
    assert one.operations() == [["t", label._id, "c"]]
    assert other.operations() == [["t", label._id, "b"], ["t", label._id, "c"]]


def test_what_one_tab_has_got_goes_to_the_others_by_an_update_without_changes() -> None:
    label = ui.P("a")
    page = ui.WebPage(label)
    one, other = Viewer(page), Viewer(page)
    label.text = "b"
    label.update(tab=one.tab)
    assert one.operations() == [["t", label._id, "b"]]
    page.update()
    assert one.operations() == []
    assert other.operations() == [["t", label._id, "b"]]
    assert page._delivery._batches == []


def test_an_update_for_one_tab_that_closes_batches_of_other_pages_sends_them_later_together() -> None:
    shared = ui.P("a")
    first, second = ui.WebPage(shared), ui.WebPage(shared)
    one, other, far = Viewer(first), Viewer(first), Viewer(second)
    shared.text = "b"
    first.update(tab=one.tab)
    assert one.operations() == [["t", shared._id, "b"]]
    assert far.operations() == other.operations() == []
    first.update()
    assert far.operations() == other.operations() == [["t", shared._id, "b"]]
    assert one.operations() == []


def test_what_is_sent_is_sent_everywhere_even_over_several_pages() -> None:
    """Two batches were closed together in a chain of pages: page 1 with 2, page 2 with 3."""
    a, b = ui.P("a"), ui.P("b")
    pages = [ui.WebPage(a), ui.WebPage(a, b), ui.WebPage(b)]
    viewers = [Viewer(page) for page in pages]
    a.text = "c"
    b.text = "d"
    Viewer(pages[0])
    Viewer(pages[2])
    assert all(viewer.operations() == [] for viewer in viewers)
    pages[0].update()
    assert [viewer.operations() for viewer in viewers] == [
        [["t", a._id, "c"]],
        [["t", a._id, "c"], ["t", b._id, "d"]],
        [["t", b._id, "d"]],
    ]


def test_pages_that_were_updated_together_are_separate_again() -> None:
    shared, own = ui.P("a"), ui.P("b")
    first, second = ui.WebPage(shared), ui.WebPage(shared, own)
    one, other, late = Viewer(first), Viewer(second), Viewer(second)
    shared.text = "c"
    first.update()
    own.text = "d"
    second.update(tab=other.tab)
    late.operations()
    shared.text = "e"
    one.operations()
    first.update()
    assert one.operations() == [["t", shared._id, "e"]]
    assert [operation[2] for operation in late.operations()] == ["d", "e"]


def test_an_update_for_a_tab_of_another_page_or_that_is_gone_does_no_harm() -> None:
    label = ui.P("a")
    page = ui.WebPage(label)
    here, gone, elsewhere = Viewer(page), Viewer(page), Viewer(ui.WebPage())
    gone.leave()
    label.text = "b"
    page.update(tab=elsewhere.tab)
    page.update(tab=gone.tab)
    assert gone.wire.frames == []
    assert elsewhere.operations() == []
    assert here.operations() == []
    assert here.after_update() == [["t", label._id, "b"]]


async def test_an_update_may_be_awaited_or_not() -> None:
    label = ui.P("a")
    page = ui.WebPage(label)
    viewer = Viewer(page)
    label.text = "b"
    waiting = page.update()
    assert viewer.operations() == [["t", label._id, "b"]]
    await waiting
    await label.update()
    await ui.P("nowhere").update()


# Law 2


def test_a_frame_is_made_once_for_all_tabs() -> None:
    label = ui.P("a")
    page = ui.WebPage(label)
    loop = Loop()
    viewers = [Viewer(page, loop=loop) for _ in range(5)]
    label.text = "b"
    page.update()
    sent = [viewer.wire.frames[-1] for viewer in viewers]
    assert all(text is sent[0] for text in sent)


def test_private_operations_never_reach_another_page() -> None:
    shared = ui.P("shared")
    pages = [ui.WebPage(ui.P(f"secret {number}"), shared) for number in range(3)]
    viewers = [Viewer(page) for page in pages]
    for number, page in enumerate(pages):
        page.components[0].text = f"secret {number} again"
    shared.text = "new"
    shared.update()
    for number, viewer in enumerate(viewers):
        operations = viewer.after_update()
        assert operations == [
            ["t", shared._id, "new"],
            ["t", pages[number].components[0]._id, f"secret {number} again"],
        ]


def test_an_update_of_nothing_sends_nothing() -> None:
    page = ui.WebPage(ui.P("a"))
    viewer = Viewer(page)
    for _ in range(3):
        page.update()
    assert viewer.wire.frames == []
    assert page._delivery._batches == []


def test_batches_are_kept_only_as_long_as_a_tab_needs_them() -> None:
    label = ui.P("a")
    page = ui.WebPage(label)
    one, other = Viewer(page), Viewer(page)
    for number in range(50):
        label.text = str(number)
        page.update(tab=one.tab)
    assert len(page._delivery._batches) == 50
    other.leave()
    label.text = "x"
    page.update()
    assert page._delivery._batches == []
    assert len(one.frames()) == 51


def test_a_page_that_nobody_shows_collects_nothing() -> None:
    label = ui.P("a")
    page = ui.WebPage(label)
    viewer = Viewer(page)
    viewer.leave()
    for number in range(50):
        label.text = str(number)
        page.update()
    assert page._delivery._batches == []
    assert Viewer(page).shows() == fresh(page)


# Law 3


def test_a_tab_that_joins_while_something_waits() -> None:
    """It shows everything at once; the others see it with their next update, and nothing comes twice."""
    label = ui.P("a")
    page = ui.WebPage(label)
    before = Viewer(page)
    label.text = "b"
    late = Viewer(page)
    assert ">b</p>" in late.html
    assert before.operations() == []
    label.text = "c"
    page.update()
    assert before.operations() == [["t", label._id, "b"], ["t", label._id, "c"]]
    assert late.operations() == [["t", label._id, "c"]]


def test_a_tab_that_falls_behind_gets_one_fresh_state() -> None:
    label = ui.P("a")
    page = ui.WebPage(label)
    slow, quick = Viewer(page, config=Config(outbox_frames=3)), Viewer(page)
    slow.wire.blocked = True
    for number in range(20):
        label.text = str(number)
        page.update()
    assert slow.operations() == []
    slow.wire.blocked = False
    slow.outbox.flush()
    assert [operation[0] for frame in slow.frames() for operation in frame] == ["k", "s"]
    assert slow.shows() == quick.shows() == fresh(page)
    label.text = "x"
    assert slow.after_update() == [["t", label._id, "x"]]


def test_a_fresh_state_is_encoded_once_for_one_state_of_the_page() -> None:
    label = ui.P("a")
    page = ui.WebPage(label)
    one, other = Viewer(page), Viewer(page)
    first = page.fresh_state(one.tab)
    assert page.fresh_state(other.tab) is first
    label.text = "b"
    assert '"b"' in page.fresh_state(other.tab)
    assert one.after_update() == [["t", label._id, "b"]]
    assert other.operations() == []


def test_what_waits_is_not_lost_by_a_fresh_state() -> None:
    label = ui.P("a")
    page = ui.WebPage(label)
    stale, other = Viewer(page), Viewer(page)
    label.text = "b"
    stale.outbox.make_stale()
    assert stale.shows() == fresh(page)
    assert other.after_update() == [["t", label._id, "b"]]
    assert stale.shows() == other.shows()


def test_a_torn_page_is_put_right_when_the_tab_joins() -> None:
    viewer = Viewer(ui.WebPage(ui.P(ui.Div("a"))))
    assert viewer.operations()[-1][0] == "s"


# Law 5


def test_an_older_value_stands_in_front_of_the_acknowledgement_of_an_edit() -> None:
    """A value that was closed for another tab must not seem newer than the edit that was stored after it."""
    field = ui.Input(value="a")
    page = ui.WebPage(field)
    one, other = Viewer(page), Viewer(page)
    field.value = "b"
    page.update(tab=other.tab)
    assert one.operations() == []
    field.store(one.tab, ["a", "ax"], longest=100, alone=False)
    assert field.value == "bx"
    one.tab.note_stored(1)
    page.update()
    assert one.operations() == [["v", field._id, "b"], ["k", 1], ["v", field._id, "bx"]]


def test_a_fresh_state_has_what_was_typed_where_nobody_else_looks() -> None:
    field = ui.Input(value="a")
    page = ui.WebPage(field)
    viewer = Viewer(page)
    assert '"v":"a"' in page.fresh_state(viewer.tab)
    field.store(viewer.tab, ["a", "ab"], longest=100, alone=True)
    assert '"v":"ab"' in page.fresh_state(viewer.tab)
    assert viewer.after_update() == []


# Settings


def test_settings_have_defaults_and_are_read_back() -> None:
    page = ui.WebPage(title="a", lang="de")
    assert (page.title, page.lang, page.css, page.redirect) == ("a", "de", "", None)
    assert page.settings()["title"] == "a"
    assert ui.WebPage().title == "justui"


@pytest.mark.parametrize("name", ["redirect", "open", "display_url", "favicon"])
def test_settings_that_are_addresses_are_safe(name: str) -> None:
    page = ui.WebPage()
    with pytest.raises(ui.TreeError, match="not safe"):
        setattr(page, name, "java\tscript:alert(1)")
    with pytest.raises(ui.TreeError, match="not safe"):
        ui.WebPage(**{name: "javascript:alert(1)"})
    setattr(page, name, "/there?a=b:c")
    assert getattr(page, name) == "/there?a=b:c"


def test_an_icon_may_be_a_drawing() -> None:
    page = ui.WebPage(favicon="data:image/svg+xml,<svg/>")
    page.favicon = "data:image/png;base64,AA"


def test_a_page_class_may_have_its_own_title() -> None:
    class Chat(ui.WebPage):
        title = "Chat"

        def build(self) -> None:
            ui.H1("Hello")

    page = Chat()
    assert page.title == "Chat"
    assert page.settings()["title"] == "Chat"
    assert Chat(title="Other").title == "Other"
    assert [child.text for child in page.components] == ["Hello"]


def test_a_page_knows_its_tree() -> None:
    page = ui.WebPage(inner := ui.P("a"))
    assert page.to_json() == {"j": page._id, "t": "body", "c": [{"j": inner._id, "t": "p", "x": "a"}]}


def test_outside_of_handlers_there_is_no_current_page() -> None:
    with pytest.raises(ui.UsageError, match="No handler runs here"):
        current_page()


@pytest.mark.parametrize("seconds", [0, -1, "1", None, lambda: None])
def test_every_wants_seconds(seconds: Any) -> None:
    with pytest.raises(ui.HandlerError, match=r"Write @page\.every\(1\)"):
        ui.WebPage().every(seconds)


def test_run_task_wants_a_coroutine() -> None:
    async def tick() -> None: ...
    def tock() -> None: ...

    with pytest.raises(ui.HandlerError, match=r"run_task wants a coroutine: run_task\(tick\(\)\)"):
        ui.WebPage().run_task(tick)  # type: ignore[arg-type]
    with pytest.raises(ui.HandlerError, match=r"tock is not async; use await ui\.in_thread\(tock\)"):
        ui.WebPage().run_task(tock)  # type: ignore[arg-type]


# Threads


def threads(*functions: Any) -> list[BaseException]:
    """Run these at the same time until all have ended; the errors in them."""
    errors: list[BaseException] = []

    def guarded(function: Any) -> None:
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)

    running = [threading.Thread(target=guarded, args=(function,)) for function in functions]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
        assert not thread.is_alive()
    return errors


def test_threads_edit_one_list_while_others_update() -> None:
    """Every edit is whole: all of it comes through, in a tab that gets each update in between."""
    box = ui.Div()
    page = ui.WebPage(box)
    viewer = Viewer(page)
    done = threading.Event()

    def add(who: int) -> None:
        for number in range(150):
            ui.P(f"{who} {number}", a=box)
            if number % 3 == 0:
                box.components.pop(0)
            if number % 10 == 0:
                box.components.sort(key=lambda child: child._id)

    def update() -> None:
        while not done.is_set():
            page.update()

    updater = threading.Thread(target=update)
    updater.start()
    errors = threads(*[lambda who=who: add(who) for who in range(4)])
    done.set()
    updater.join(60)
    assert errors == []
    assert len(box.components) == 4 * 100
    page.update()
    assert viewer.shows() == fresh(page)


def test_threads_that_pop_one_list_get_each_child_once() -> None:
    children = [ui.P(str(number)) for number in range(400)]
    box = ui.Div(*children)
    Viewer(ui.WebPage(box))
    got: list[Component] = []

    def pop() -> None:
        while True:
            try:
                got.append(box.components.pop())
            except IndexError:
                return

    assert threads(pop, pop, pop, pop) == []
    assert sorted(child._id for child in got) == [child._id for child in children]


def test_threads_that_move_one_component_about_never_break_the_tree() -> None:
    boxes = [ui.Div() for _ in range(4)]
    child = ui.P("x", a=boxes[0])
    page = ui.WebPage(*boxes)
    viewer = Viewer(page)

    def move() -> None:
        for number in range(200):
            box = boxes[number % 4]
            try:
                if child in box.components:
                    box.remove(child)
                else:
                    box.add(child)
            except ui.TreeError:
                pass
            child.text = str(number)
            child.show = number % 2 == 0
            child.update()

    assert threads(move, move, move) == []
    assert sorted(child.parents, key=id) == sorted((box for box in boxes if child in box.components), key=id)
    page.update()
    assert viewer.shows() == fresh(page)


# Memory


@pytest.mark.usefixtures("no_collector")
def test_a_page_dies_with_its_last_tab() -> None:
    def visit() -> list[weakref.ref[Any]]:
        page = ui.WebPage(ui.Div(ui.P("a"), ui.Input(value="b"), ui.Button("c", on_click=print)), title="x")
        viewer = Viewer(page)
        page.components[0].components[0].text = "d"
        page.update()
        viewer.outbox.make_stale()
        viewer.leave()
        return [weakref.ref(page), weakref.ref(page.components[0]), weakref.ref(viewer.tab)]

    assert [reference() for reference in visit()] == [None, None, None]


@pytest.mark.usefixtures("no_collector")
def test_components_that_are_taken_out_die() -> None:
    page = ui.WebPage(box := ui.Div())
    viewer = Viewer(page)
    references = []
    for _ in range(3):
        with box:
            row = ui.P(ui.B("x"), "y")
        references.append(weakref.ref(row))
        page.update()
        box.remove(row)
        page.update()
        del row
    viewer.frames()
    assert [reference() for reference in references] == [None, None, None]


@pytest.mark.usefixtures("no_collector")
def test_a_page_that_shows_something_shared_leaves_nothing_behind_there() -> None:
    shared = ui.P("shared")
    keeper = ui.WebPage(shared)
    for _ in range(200):
        viewer = Viewer(ui.WebPage(shared))
        shared.text = "x"
        shared.update()
        viewer.leave()
        del viewer
    assert shared.pages() == [keeper]
    assert shared._parents is not None
    assert not isinstance(shared._parents, dict) or len(shared._parents) < 20


def test_a_plain_component_costs_at_most_300_bytes() -> None:
    import tracemalloc  # noqa: PLC0415 - it slows down everything while it runs

    hints.Diagnostics.on = False
    try:
        parent = ui.Div()
        ui.Div("warm", a=parent)
        texts = [f"text {number}" for number in range(2000)]
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for text in texts:
            ui.Div(text, a=parent)
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    finally:
        hints.Diagnostics.on = True
    assert (after - before) / len(texts) <= 300


def test_the_last_tab_that_leaves_is_told_to_the_host() -> None:
    loop = Loop()
    page = ui.WebPage()
    one, other = Viewer(page, loop=loop), Viewer(page, loop=loop)
    one.leave()
    assert page.tabs == [other.tab]
    assert loop.left == []
    other.leave()
    assert not page.has_tabs
    assert loop.left == [page]


# Message 9


def test_a_change_that_is_never_sent_is_named(caplog: pytest.LogCaptureFixture) -> None:
    label = ui.Span("12:00")
    viewer = Viewer(ui.WebPage(label))

    def tick_forgetfully() -> None:
        label.text = "12:01"

    tick_forgetfully()
    with caplog.at_level(logging.WARNING, "justui"):
        hint_at_unsent(time.monotonic() + 5)
        assert caplog.text == ""
        hint_at_unsent(time.monotonic() + 11)
        hint_at_unsent(time.monotonic() + 12)
    assert caplog.text.count("tick_forgetfully() changed Span") == 1
    assert "test_page.py:" in caplog.text
    assert "Call page.update(), or use @page.every" in caplog.text
    viewer.leave()


def test_changes_that_are_sent_or_that_nobody_would_see_are_not_named(caplog: pytest.LogCaptureFixture) -> None:
    label, hidden = ui.Span("a"), ui.Span("b", show=False)
    page, empty = ui.WebPage(label, hidden), ui.WebPage(alone := ui.Span("c"))
    viewer = Viewer(page)
    Viewer(empty).leave()
    label.text = "sent"
    hidden.text = "seen by nobody"
    page.update()
    alone.text = "on a page that nobody shows"
    with caplog.at_level(logging.WARNING, "justui"):
        hint_at_unsent(time.monotonic() + 100)
    assert caplog.text == ""
    viewer.leave()
