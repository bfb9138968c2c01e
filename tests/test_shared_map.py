"""Shared maps: a dict whose keys several change at once and can follow; copies that are merged in any order are equal."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import justui as ui
from justui.testing import Browser

keys = st.sampled_from("abc")
values = st.one_of(st.none(), st.integers(0, 3), st.text("xé😀", max_size=2), st.lists(st.booleans(), max_size=2))
edits = st.one_of(
    st.tuples(st.just("set"), keys, values),
    st.tuples(st.just("pop"), keys),
    st.tuples(st.just("update"), st.dictionaries(keys, values)),
    st.tuples(st.just("become"), st.dictionaries(keys, values)),
    st.tuples(st.sampled_from(["clear", "popitem"])),
)


def edit(board: Any, kind: str, *given: Any) -> None:
    """Do one edit to a dict of either kind."""
    match kind:
        case "set":
            board[given[0]] = given[1]
        case "pop":
            board.pop(given[0], None)
        case "update":
            board |= given[0]
        case "become" if isinstance(board, ui.SharedMap):
            board.set(given[0])
        case "become":
            board.clear()
            board.update(given[0])
        case "clear":
            board.clear()
        case "popitem" if board:
            del board[min(board)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), edits), max_size=15))
def test_it_is_a_dict_and_copies_that_are_merged_are_equal(script: list[tuple[bool, Any]]) -> None:
    board, model, other = ui.SharedMap[Any]({"a": 1}), {"a": 1}, ui.SharedMap[Any]()
    other.take(board.since())
    followed = board.state("a")
    told: dict[str, Any] = dict(board)

    def hear(_: object, change: ui.MapChange) -> None:
        for key, (before, now) in change.keys.items():
            assert told.get(key) == before
            told[key] = now

    board.on_change(hear)
    for here, step in script:
        edit(board if here else other, *step)
        if here:
            edit(model, *step)
            assert board == model
    assert followed.value == model.get("a")
    board.take(other.since(board.have))
    other.take(board.since(other.have))
    assert board.value == other.value
    assert {key: value for key, value in told.items() if key in board} == board.value
    assert followed.value == board.get("a")


def test_two_keys_at_once_undo_and_versions(tmp_path: Path) -> None:
    path = tmp_path / "boards.db"
    board, other = ui.SharedMap[Any]({"title": "Plan"}, store=path, name="one"), ui.SharedMap[Any]()
    other.take(board.since())
    board["title"] = "Plans"
    other["colour"] = ["red", 1]
    board.take(other.since(board.have), by="Bob")
    assert board == {"title": "Plans", "colour": ["red", 1]}
    board.undo()
    assert board == {"title": "Plan", "colour": ["red", 1]}
    assert [version.by for version in board.versions] == ["", "Bob", ""]
    assert board.at(1) == {"title": "Plans"}
    del board
    again = ui.SharedMap[Any]({"title": "Plan"}, store=path, name="one")
    assert again == {"title": "Plan", "colour": ["red", 1]}
    again.restore(1)
    assert again.value == {"title": "Plans"}
    assert ui.SharedMap[Any](store=path, name="two") == {}
    for wrong in ({1: "a"}, {"a": object()}, {"a": float("inf")}):
        with pytest.raises(ui.StateError, match="SharedMap"):
            again.update(wrong)
    with pytest.raises(KeyError):
        del again["none"]
    assert again.pop("none", 5) == 5


async def test_attributes_and_fields_follow_single_keys() -> None:
    board = ui.SharedMap[Any]({"title": "Plan"})
    app = ui.App(debug=True)

    @app.route("/")
    def page() -> ui.WebPage:
        title = ui.Label("Title ", ui.Input(model=board.state("title")))
        return ui.WebPage(title, ui.H1(text=board.state("title")), ui.Output(text=board.map(len)))

    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open(), await bob.open()
        await hers.type("Title", "ning\n")
        await his.wait_for(lambda: his.text("h1") == "Planning" == his.value("Title"))
        board["more"] = 1
        await his.wait_for(lambda: his.text("output") == "2")
