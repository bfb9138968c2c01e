"""Shared lists: copies that are edited apart and merged in any order are equal, a `For` shows the same, and nothing is lost."""

import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import justui as ui
from justui.documents import GapError
from justui.positions import between, numeral
from justui.shared_list import ListChange
from justui.testing import Browser

ROOT = Path(__file__).resolve().parents[1]
numbers = st.integers(0, 20)
texts = st.text("abcdeé😀", max_size=2)
dicts = st.dictionaries(st.sampled_from("xyz"), texts, max_size=3)
items = st.one_of(texts, dicts, st.none(), st.booleans(), st.integers(-3, 3), st.lists(st.integers(0, 2), max_size=2))
edits = st.one_of(
    st.tuples(st.just("insert"), numbers, items),
    st.tuples(st.just("append"), items),
    st.tuples(st.just("pop"), numbers),
    st.tuples(st.just("set"), numbers, items),
    st.tuples(st.just("slice"), numbers, numbers, st.lists(items, max_size=4)),
    st.tuples(st.just("move"), numbers, numbers),
    st.tuples(st.just("change"), numbers, texts),
    st.tuples(st.sampled_from(["sort", "reverse", "clear", "step", "again"])),
)


def edit(rows: Any, kind: str, *given: Any) -> None:  # noqa: C901 - one line for each edit
    """Do one edit to a list of any kind."""
    place = given[0] % len(rows) if len(rows) and given and isinstance(given[0], int) else 0
    match kind:
        case "insert":
            rows.insert(given[0], given[1])
        case "append":
            rows.append(given[0])
        case "pop" if len(rows):
            rows.pop(place)
        case "set" if len(rows):
            rows[place] = given[1]
        case "slice":
            rows[given[0] : given[1]] = given[2]
        case "move" if len(rows):
            end = given[1] % len(rows)
            if isinstance(rows, ui.List):
                same = rows[place]
                if isinstance(same, dict):
                    rows.move(same, end)
                    return
            rows.insert(end, rows.pop(place))
        case "change" if len(rows) and isinstance(rows[place], dict):
            if isinstance(rows, ui.SharedList):
                rows.change(rows[place], x=given[1])
            else:
                rows[place] = {**rows[place], "x": given[1]}
        case "sort":
            rows.sort(key=lambda item: json.dumps(item, sort_keys=True))
        case "reverse":
            rows.reverse()
        case "clear":
            rows.clear()
        case "step":
            del rows[::2]
        case "again":
            rows[:] = [*rows[1:], *rows[:1]]


def rows_of(shown: ui.For) -> list[str]:
    return [str(row.text) for row in shown.components]


def follow(rows: list[Any], change: ListChange) -> None:
    """Do to a plain list what a change says."""
    for kind, index, items, to in change.edits:
        match kind:
            case "insert":
                rows[index:index] = items
            case "remove":
                assert rows[index : index + len(items)] == items
                del rows[index : index + len(items)]
            case "change":
                rows[index : index + 1] = items
            case "move":
                rows.insert(to, rows.pop(index))


@settings(max_examples=60, deadline=None)
@given(st.lists(edits, max_size=12))
def test_it_is_edited_as_a_list_is(script: list[tuple[Any, ...]]) -> None:
    rows, model = ui.SharedList[Any]([{"x": "a"}, "b"]), [{"x": "a"}, "b"]
    shown = ui.For(rows, lambda item: ui.P(repr(item)))
    told: list[Any] = list(rows)
    rows.on_change(lambda _, change: follow(told, change))
    for step in script:
        edit(rows, *step)
        edit(model, *step)
        assert rows.value == model
    assert rows_of(shown) == [repr(item) for item in rows]
    assert told == model


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.one_of(edits, st.integers(0, 2))), max_size=25), st.randoms())
def test_copies_that_are_merged_in_any_order_are_equal(script: list[tuple[int, Any]], chance: Any) -> None:
    first = ui.SharedList[Any]([{"x": str(number)} for number in range(4)])
    copies = [first, ui.SharedList[Any](), ui.SharedList[Any]()]
    for copy in copies[1:]:
        copy.take(first.since())
    shown = [ui.For(copy, lambda item: ui.P(repr(item))) for copy in copies]
    updates: list[bytes] = []
    for number, step in script:
        copy = copies[number]
        if isinstance(step, int):
            copy.take(copies[step].since(copy.have))
            continue
        before = copy.have
        edit(copy, *step)
        updates.append(copy.since(before))
        if chance.random() < 0.2:
            copy.undo()
            updates.append(copy.since(before))
    for copy in copies:
        chance.shuffle(updates)
        waiting = list(updates)
        while waiting:
            update = waiting.pop(0)
            try:
                copy.take(update)
            except GapError:  # it stands on one that comes later
                waiting.append(update)
    assert copies[0].value == copies[1].value == copies[2].value
    for copy, view in zip(copies, shown, strict=True):
        assert rows_of(view) == [repr(item) for item in copy]
        fresh = ui.SharedList[Any]()
        fresh.take(copy.since())
        assert fresh.value == copy.value


def two(*begin: Any) -> tuple[ui.SharedList[Any], ui.SharedList[Any]]:
    """A list and a copy of it."""
    one, other = ui.SharedList[Any](begin), ui.SharedList[Any]()
    other.take(one.since())
    return one, other


def merge(one: ui.SharedList[Any], other: ui.SharedList[Any]) -> list[Any]:
    one.take(other.since(one.have), by="Bob")
    other.take(one.since(other.have), by="Ann")
    assert one.value == other.value
    return one.value


def test_what_two_do_at_once() -> None:
    """The rules of the guide."""
    a, b, c = ({"title": name, "done": False} for name in "abc")
    one, other = two(a, b, c)
    stale = one[0]
    one.move(one[0], 2)
    other.change(other[0], done=True)
    assert merge(one, other) == [b, c, {"title": "a", "done": True}]  # moved, and changed

    one.change(one[0], title="B")
    other.change(other[0], done=True)
    assert merge(one, other)[0] == {"title": "B", "done": True}  # two keys of one item

    one.move(one[0], 2)
    other.move(other[0], 1)
    assert sorted(item["title"] for item in merge(one, other)) == ["B", "a", "c"]  # never there twice

    one.sort(key=lambda item: item["title"], reverse=True)
    other.append({"title": "d"})
    other.change(next(item for item in other if item["title"] == "c"), title="C")
    assert {item["title"] for item in merge(one, other)} == {"B", "a", "C", "d"}

    one.remove(stale)  # as it was before all that
    other.change(next(item for item in other if item["title"] == "a"), title="A")
    other.move(next(item for item in other if item["title"] == "A"), 0)
    assert {item["title"] for item in merge(one, other)} == {"B", "C", "d"}  # who takes out prevails

    mine = one[0]
    mine["note"] = "mine"
    mine.pop("done", None)
    other.change(other[0], title="theirs")
    one.take(other.since(one.have))
    one.change(mine)  # what was changed in the object itself, and no more
    assert merge(one, other)[0] == {"title": "theirs", "note": "mine"}


def test_undo_takes_back_what_one_has_done_and_no_more() -> None:
    one, other = two("a", {"x": 1})
    one.append("mine")
    one.pop(0)
    other.insert(0, "theirs")
    merge(one, other)
    assert one.undo()
    assert one.value == ["theirs", "a", {"x": 1}]
    assert one.redo()
    assert merge(one, other) == ["theirs", {"x": 1}, "mine"]
    assert not other.undo(None) or other.value == [{"x": 1}, "mine"]
    with pytest.raises(ui.WireError):
        one.take(b"\x01\x99nonsense")
    assert one.value[-1] == "mine"


def test_versions_say_who_and_bring_back_what_was() -> None:
    one, other = two("a", {"x": 1})
    other.append("b")
    one.take(other.since(one.have), by="Bob")
    one.clear()
    assert [version.by for version in one.versions] == ["", "Bob", ""]
    assert one.at(2) == ["a", {"x": 1}, "b"]
    one.restore(one.versions[1])
    assert one.value == ["a", {"x": 1}, "b"]
    assert one.at(3) == one.value  # the same person, without a pause
    with pytest.raises(IndexError, match="1 to 3"):
        one.at(9)


def test_what_is_no_plain_data_is_refused_and_harms_nothing() -> None:
    rows = ui.SharedList[Any](["a"])
    for wrong in (object(), {1: 2}, float("nan"), {"x": {3}}):
        with pytest.raises(ui.StateError, match=r"SharedList|keys of an item"):
            rows.append(wrong)
        with pytest.raises(ui.StateError):
            rows[:] = ["b", wrong]
    assert rows.value == ["a"]
    rows += [2**70, "\0\ud800", (1, [2.5, 2.0])]
    assert rows.value == ["a", 2**70, "\0\ufffd", [1, [2.5, 2.0]]]
    with pytest.raises(ValueError, match="not in the list"):
        rows.remove("b")
    with pytest.raises(IndexError):
        rows[7] = "b"


def test_positions_leave_room_for_ever() -> None:
    rows = [""]
    for number in range(400):
        place = (1, len(rows), 1 + number % len(rows))[number % 3]
        rows[place:place] = between(rows[place - 1], rows[place] if place < len(rows) else "", 1 + number % 4)
    assert rows == sorted(set(rows))
    assert max(map(len, rows)) < 80
    last = [""]
    for _ in range(2000):
        last += between(last[-1], "", 1)
    assert last == sorted(set(last))
    assert len(last[-1]) == 10
    assert len(set(map(numeral, range(5000)))) == 5000


def test_at_one_position_by_chance_they_are_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("justui.positions.secrets.randbits", lambda bits: 5)
    monkeypatch.setattr("justui.positions.secrets.randbelow", lambda bound: 5)
    one, other = two("a", "z")
    one.insert(1, "b")
    other.insert(1, "c")
    both = merge(one, other)
    one.insert(2, "between")
    assert one.value == [*both[:2], "between", *both[2:]]
    one.move("between", 1)
    assert merge(one, other) == [both[0], "between", *both[1:]]


async def test_a_page_shows_each_edit_and_little_travels(tmp_path: Path) -> None:
    cards = ui.SharedList[Any](({"title": f"Card {number}"} for number in range(2000)), store=tmp_path / "cards.db")
    changes: list[tuple[str, str]] = []
    cards.on_change(lambda _, change: changes.extend((change.by, edit.kind) for edit in change.edits))
    app = ui.App(debug=True)

    @app.route("/")
    def page() -> ui.WebPage:
        page = ui.WebPage()
        ui.For(cards, lambda card: ui.Li(card["title"]), tag="ul", a=page)
        ui.Button("Add", on_click=lambda: cards.append({"title": "New"}), a=page)
        ui.Button("Top", on_click=lambda: cards.move(cards[-1], 0), a=page)
        ui.Button("Rename", on_click=lambda: cards.change(cards[0], title="Newer"), a=page)
        ui.Button("Undo", on_click=lambda msg: cards.undo(msg.tab), a=page)
        ui.Output(text=cards.map(len), a=page)
        return page

    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open(), await bob.open()
        app.tabs[0].person.name = "Ann"
        before = len(his.operations)
        await hers.click("Add")
        await hers.click("Top")
        await hers.click("Rename")
        await his.wait_for(lambda: his.text("li") == "Newer" and his.text("output") == "2001")
        assert len(his.operations) - before < 10
        await his.click("Undo")  # of his own there is nothing
        await his.settled()
        assert his.text("li") == "Newer"
        await hers.click("Undo")
        await his.wait_for(lambda: his.text("li") == "Card 0" and his.text("output") == "2000")
    assert changes == [("Ann", "insert"), ("Ann", "move"), ("Ann", "change"), ("Ann", "remove")]
    assert [version.by for version in cards.versions] == ["", "Ann"]


WRITER = """
import sys
import justui as ui
rows = ui.SharedList(store=sys.argv[1], name="rows")
for number in range(len(rows), 1_000_000):
    rows.append({"number": number})
    rows.move(rows[-1], 0)
    print(number, flush=True)
"""


def test_a_killed_process_has_lost_nothing_that_it_said(tmp_path: Path) -> None:
    path = tmp_path / "rows.db"
    for _ in range(2):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, cwd=ROOT, text=True
        )
        assert writer.stdout is not None
        said = [int(line) for line in itertools.islice(writer.stdout, 700)]
        os.kill(writer.pid, signal.SIGKILL)
        said += [int(line) for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        writer.stdout.close()
        writer.wait()
        rows = ui.SharedList[Any](store=path, name="rows")
        found = [row["number"] for row in rows]
        assert sorted(found) == list(range(len(found)))
        assert len(found) > said[-1] >= 699
        del rows
