"""`with component:` blocks: what is made in them is placed, unless it is placed explicitly; and they never leak."""

import asyncio
import gc
import threading
import weakref
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

import justui as ui
from justui import blocks
from tests.harness.viewer import Viewer


def names(parent: ui.Component) -> list[str]:
    return [type(child).__name__ for child in parent.components]


def test_what_is_made_in_a_block_is_placed_in_order() -> None:
    with ui.Div() as box:
        ui.P("a")
        with ui.Section():
            ui.B("b")
        ui.Br()
    ui.P("outside")
    assert names(box) == ["P", "Section", "Br"]
    assert names(box.components[1]) == ["B"]


def test_positional_children_are_placed_explicitly() -> None:
    with ui.Div() as box:
        row = ui.P(ui.B("a"), ui.I("b"), "c")
    assert box.components == [row]
    assert names(row) == ["B", "I", "Text"]
    assert row.components[0].parents == [row]


def test_explicit_placement_replaces_that_of_the_block() -> None:
    other = ui.Div()
    with ui.Div() as box:
        ui.P("a", a=other)
        moved = ui.P("b")
        other.add(moved)
        first = ui.P("c")
        other.components.insert(0, first)
        ui.P("d")
    assert names(box) == ["P"]
    assert [child.text for child in other.components] == ["c", "a", "b"]
    assert moved.parents == [other]


def test_it_may_be_placed_in_the_same_component() -> None:
    with ui.Div() as box:
        first, second = ui.P("a"), ui.P("b")
        box.add(first)
        box.components = [second, first, "c"]
        box.components[0:2] = [first, second]
        box.components[0] = second
    assert [child.text for child in box.components] == ["b", "a", "c"]
    assert first.parents == second.parents == [box]


def test_later_places_are_further_places() -> None:
    one, other = ui.Div(), ui.Div()
    with ui.Div() as box:
        child = ui.P("a")
        one.add(child)
        other.add(child)
    assert box.components == []
    assert child.parents == [one, other]


def test_after_the_block_a_placement_is_one_more_place() -> None:
    other = ui.Div()
    with ui.Div() as box:
        child = ui.P("a")
    other.add(child)
    assert child.parents == [box, other]


def test_a_placement_that_is_refused_leaves_the_one_of_the_block() -> None:
    with ui.Div() as box:
        child = ui.P("a")
        with pytest.raises(ui.TreeError):
            ui.Br().add(child)
        with pytest.raises(ui.TreeError):
            ui.Section().add(child, child)
        with pytest.raises(ui.TreeError):
            child.add(box)
    assert names(box)[0] == "P"
    assert child.parents == [box]


def test_inner_blocks_know_what_outer_ones_placed() -> None:
    with ui.Div() as outer:
        child = ui.P("a")
        with ui.Section() as inner:
            inner.add(child)
    assert names(outer) == ["Section"]
    assert child.parents == [inner]


def test_a_block_may_be_entered_again() -> None:
    box = ui.Div()
    with box:
        ui.P("a")
        with box:
            ui.P("b")
        ui.P("c")
    with box:
        ui.P("d")
    assert [child.text for child in box.components] == ["a", "b", "c", "d"]


def test_an_error_ends_the_block() -> None:
    box = ui.Div()

    def fail() -> None:
        with box:
            ui.P("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    ui.P("b")
    assert names(box) == ["P"]
    assert blocks.current() is None


def test_blocks_may_end_in_any_order() -> None:
    outer, inner = ui.Div(), ui.Section()
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    ui.P("in inner")
    inner.__exit__(None, None, None)
    ui.P("nowhere")
    assert blocks.current() is None
    assert [child.text for child in inner.components] == ["in inner"]
    assert names(outer) == ["Section"] or outer.components == []


def test_an_end_without_a_beginning_does_no_harm() -> None:
    ui.Div().__exit__(None, None, None)
    with ui.Div() as box:
        ui.Section(a=box).__exit__(None, None, None)
        ui.P("a")
    assert names(box) == ["Section", "P"]


def test_a_page_made_in_a_block_stands_in_nothing() -> None:
    with ui.Div() as box:
        page = ui.WebPage("x")
    assert box.components == []
    assert page.parents == []


def test_text_nodes_belong_to_their_component_alone() -> None:
    with ui.Div() as box:
        ui.P("a", ui.B(), "b").add("c")
        box.add("d")
    assert names(box) == ["P", "Text"]


def test_a_block_of_an_element_without_content_refuses() -> None:
    with ui.Br(), pytest.raises(ui.TreeError, match="empty element"):
        ui.P("a")
    with ui.Div(inner_html="<b>x</b>"), pytest.raises(ui.TreeError, match="inner_html"):
        ui.P("a")


def test_many_children_in_one_block_are_placed_quickly() -> None:
    """The inner ones are taken back from the end of a long list, not looked for from its beginning."""
    with ui.Div() as box:
        for number in range(3000):
            ui.P(ui.B(str(number)))
    assert len(box.components) == 3000


def test_what_nobody_saw_in_the_block_is_not_sent() -> None:
    box = ui.Div()
    viewer = Viewer(ui.WebPage(box))
    with box:
        row = ui.P(ui.B("a"))
    inner = row.components[0]
    assert viewer.after_update() == [
        ["i", box._id, 0, [{"j": row._id, "t": "p", "c": [{"j": inner._id, "t": "b", "x": "a"}]}]]
    ]


# Other flows of control


async def test_a_block_does_not_leak_into_tasks() -> None:
    async def make() -> None:
        ui.P("task")
        await asyncio.sleep(0)
        ui.P("task, later")

    with ui.Div() as box:
        task = asyncio.create_task(make())
        await asyncio.sleep(0)
        await task
        ui.P("here")
        await asyncio.gather(make(), make())
    assert [child.text for child in box.components] == ["here"]


async def test_a_block_holds_over_an_await() -> None:
    with ui.Div() as box:
        ui.P("a")
        await asyncio.sleep(0)
        ui.P("b")
    assert len(box.components) == 2


async def test_tasks_have_their_own_blocks() -> None:
    async def make(word: str) -> ui.Div:
        with ui.Div() as box:
            for _ in range(3):
                ui.P(word)
                await asyncio.sleep(0)
        return box

    with ui.Div() as around:
        boxes = await asyncio.gather(make("a"), make("b"))
        ui.P("c")
    assert [[child.text for child in box.components] for box in boxes] == [["a"] * 3, ["b"] * 3]
    assert names(around) == ["P"]


async def test_a_block_does_not_leak_into_threads() -> None:
    with ui.Div() as box:
        await asyncio.to_thread(ui.P, "thread")
        context = copy_context()
        thread = threading.Thread(target=context.run, args=(ui.P, "thread with our context"))
        thread.start()
        thread.join()
    assert box.components == []


def test_a_block_in_a_thread_does_not_leak_out() -> None:
    box = ui.Div()
    inside, done = threading.Event(), threading.Event()

    def work() -> None:
        with box:
            ui.P("a")
            inside.set()
            assert done.wait(10)
            ui.P("b")

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        assert inside.wait(10)
        ui.P("elsewhere")
        done.set()
        future.result(10)
    assert [child.text for child in box.components] == ["a", "b"]


async def test_a_block_does_not_leak_into_callbacks() -> None:
    loop = asyncio.get_running_loop()
    called = asyncio.Event()

    def callback() -> None:
        ui.P("callback")
        called.set()

    with ui.Div() as box:
        loop.call_soon(callback)
        await called.wait()
    assert box.components == []


async def test_another_task_cannot_take_back_what_a_block_placed() -> None:
    other = ui.Div()
    with ui.Div() as box:
        child = ui.P("a")

        async def place() -> None:
            other.add(child)

        await asyncio.create_task(place())
    assert child.parents == [box, other]


async def test_a_block_that_is_left_in_another_task_ends_nothing_there() -> None:
    async def steps() -> AsyncIterator[int]:
        with ui.Div():
            yield 1
            yield 2

    iterator = steps()
    await asyncio.create_task(anext(iterator))  # type: ignore[arg-type]
    with ui.Div() as box:
        await anext(iterator)
        with pytest.raises(StopAsyncIteration):
            await anext(iterator)
        ui.P("a")
    assert names(box) == ["P"]


async def test_a_long_task_begun_in_a_block_keeps_nothing_alive() -> None:
    ended = asyncio.Event()
    with ui.Div() as box:
        child = ui.P("a")
        task = asyncio.create_task(ended.wait())
    references: list[weakref.ref[ui.Component]] = [weakref.ref(box), weakref.ref(child)]
    gc.disable()
    try:
        del box, child
        assert [reference() for reference in references] == [None, None]
    finally:
        gc.enable()
        ended.set()
        await task
