"""`ui.List` and `ui.For`: each edit costs what it changes, rows are kept, and every tab shows what a fresh load shows."""

import asyncio
import logging
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import justui as ui
from justui import wire
from justui.testing import Browser, Tab
from justui.testing.dom import Document


def showing(page: ui.WebPage) -> ui.App:
    app = ui.App(debug=True)
    app.route("/")(lambda: page)
    return app


def texts(shown: ui.Component) -> list[str]:
    return [row.text for row in shown.components]


# Rows


def test_rows_are_components_or_texts() -> None:
    shown = ui.For(("a", "b"), ui.Li, tag="ul", classes="list", aria_label="Letters")
    assert (shown.tag, shown.classes, texts(shown)) == ("ul", "list", ["a", "b"])
    assert all(isinstance(row, ui.Li) for row in shown.components)
    assert texts(ui.For(range(3), str)) == texts(ui.For(range(3), lambda n: n)) == ["0", "1", "2"]
    assert texts(ui.For({"k": "v"}.items(), lambda pair: ui.P("=".join(pair)))) == ["k=v"]
    assert texts(ui.For((n for n in "xy"), lambda n, size=3: n * size)) == ["xxx", "yyy"]
    assert ui.For((), str).tag == "div"


def test_blocks_take_no_rows() -> None:
    with ui.Div() as box:
        shown = ui.For(("a",), lambda item: ui.P(ui.B(item), ui.I("x")))
    assert box.components == [shown]
    with ui.Div() as box:

        def row(item: str) -> ui.Li:
            with ui.Li() as made:
                ui.B(item)
            return made

        shown = ui.For(("a",), row, tag="ul")
    assert box.components == [shown]
    assert texts(shown.components[0]) == ["a"]


def test_the_row_number_follows() -> None:
    items = ui.List(list("abcd"))
    shown = ui.For(items, lambda item, number: ui.Li(text=number.map(lambda n: f"{n}{item}")))
    items.move("d", 0)
    assert texts(shown) == ["0d", "1a", "2b", "3c"]
    items.remove("a")
    items.insert(1, "x")
    items.reverse()
    assert texts(shown) == ["0c", "1b", "2x", "3d"]
    items[:] = "dcx"
    assert texts(shown) == ["0d", "1c", "2x"]


def test_an_empty_list_has_a_view_of_its_own() -> None:
    items = ui.List[str]()
    nothing = ui.P("Nothing")
    shown = ui.For(items, ui.Li, empty=nothing)
    assert shown.components == [nothing]
    items.append("a")
    assert texts(shown) == ["a"]
    items.clear()
    assert shown.components == [nothing]
    assert texts(ui.For((), ui.Li, empty="no text")) == ["no text"]
    assert texts(ui.For(ui.State([]), ui.Li, empty=lambda: ui.P("made"))) == ["made"]
    assert texts(ui.For((), ui.Li, empty=ui.State("followed"))) == ["followed"]
    assert ui.For((), ui.Li).components == []


def test_nested() -> None:
    groups = ui.List([("one", inner := ui.List(["a"])), ("two", ui.List(["b", "c"]))])
    shown = ui.For(groups, lambda group: ui.Section(ui.H2(group[0]), ui.For(group[1], ui.Li, tag="ul")))
    first = shown.components[0]
    inner.append("x")
    groups.reverse()
    assert shown.components[1] is first
    assert texts(first.components[1]) == ["a", "x"]


@pytest.mark.parametrize("tag", ["", "li x", "<b>", "br", "script", "UL", 5])
def test_tags_that_hold_no_rows(tag: Any) -> None:
    with pytest.raises(ui.TreeError, match="tag="):
        ui.For((), str, tag=tag)


def test_what_makes_no_rows() -> None:
    for fn in (5, ui.Li("x"), lambda: 1, lambda a, b, c: a):
        with pytest.raises(ui.HandlerError, match="For wants"):
            ui.For((), fn)  # type: ignore[arg-type]
    for items in ("abc", 5):
        with pytest.raises(ui.TreeError, match="list of items"):
            ui.For(items, str)  # type: ignore[arg-type]
    shown = ui.For(("a",), str)
    wrong: Any
    for wrong in (lambda: ui.Ul(ui.List(["a"])), lambda: ui.Ul().add(ui.List(["a"]))):
        with pytest.raises(ui.TreeError, match=r"ui\.For\(items, fn\)"):
            wrong()
    for edit in (lambda: shown.add("b"), lambda: shown.components.append("b"), lambda: shown.set_html("<b>x</b>")):
        with pytest.raises(ui.TreeError, match="Change its items"):
            edit()


def test_a_row_that_fails_leaves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    twice = ui.Li("one for all")

    def row(item: str) -> Any:
        match item:
            case "fails":
                return ui.Li(item[99])
            case "nothing":
                return None
            case "page":
                return ui.WebPage()
            case "list":
                return [ui.Li("a")]
            case "same" | "again":
                return twice
        return ui.Li(item)

    items = ui.List(["a", "fails", "nothing", "page", "list", "same", "again", "b"])
    with caplog.at_level(logging.ERROR):
        shown = ui.For(items, row, tag="ul")
    assert texts(shown) == ["a", "", "", "", "", "one for all", "", "b"]
    assert [name for name in ("fails", "nothing", "page", "list", "again") if f"item '{name}'" not in caplog.text] == []
    assert "is a return missing?" in caplog.text
    assert "IndexError" in caplog.text
    items[1] = "mended"
    items.remove("same")
    items.change("again")
    assert texts(shown) == ["a", "mended", "", "", "", "one for all", "b"]


def test_a_row_taken_out_by_hand_comes_back() -> None:
    items = ui.List(["a", "b"])
    shown = ui.For(items, ui.Li)
    shown.components[0].delete()
    items.append("c")
    assert texts(shown) == ["a", "b", "c"]


def test_the_row_of_an_item() -> None:
    items = ui.List(["a", "b"])
    shown = ui.For(items, ui.Li)
    assert shown.row("b") is shown.components[1]
    with pytest.raises(ValueError, match="list"):
        shown.row("c")


# The list


def test_a_list_is_a_list() -> None:
    items: ui.List[Any] = ui.List([3, 1])
    items += [2]
    items.extend((5, 4))
    assert items == [3, 1, 2, 5, 4]
    assert (len(items), 5 in items, items.index(2), items.count(1)) == (5, True, 2, 1)
    assert (items[1:3], items[-1], [*reversed(items)], [*items, 9], [0, *items[:1]]) == (
        [1, 2],
        4,
        [4, 5, 2, 1, 3],
        [3, 1, 2, 5, 4, 9],
        [0, 3],
    )
    items.sort(reverse=True)
    assert (items.pop(), items.pop(0), items.value) == (1, 5, [4, 3, 2])
    items[1:] = [7, 8, 9]
    items[::2] = ["x", "y"]
    del items[0]
    del items[::2]
    assert items == ["y"]
    items.set([1, 2])
    items.move(1, -1)
    assert (items.copy(), bool(items), bool(ui.List[int]())) == ([2, 1], True, False)
    for wrong in (
        lambda: items[5],
        lambda: items.pop(5),
        lambda: items.__setitem__(5, 1),
        lambda: items.__delitem__(5),
    ):
        with pytest.raises(IndexError):
            wrong()
    for absent in (items.remove, items.change, lambda item: items.move(item, 0)):
        with pytest.raises(ValueError, match="not in the list"):
            absent(99)
    with pytest.raises(ValueError, match="size"):
        items[::2] = [1, 2, 3]
    assert items == [2, 1]


def test_functions_and_derived_values_follow_a_list() -> None:
    items = ui.List(["a"])
    calls: list[Any] = []
    items.on_change(calls.append)
    count, joined = ui.Span(text=items.map(len)), ui.Span(text=items.map("/".join))
    items.append("b")
    items[1] = "b"
    items[0] = "c"
    items.change("c")
    assert calls == [["a", "b"], ["c", "b"], ["c", "b"]]
    assert (count.text, joined.text) == ("2", "c/b")


def test_equal_values_are_items_of_their_own() -> None:
    items = ui.List(["a", "a", "b"])
    shown = ui.For(items, ui.Li)
    first, second, third = shown.components
    items[:] = ["b", "a", "a", "a"]
    assert [*shown.components[:3]] == [third, first, second]
    items.remove("a")
    assert texts(shown) == ["b", "a", "a"]


def test_a_key_keeps_the_rows_of_a_fresh_list() -> None:
    items = ui.List([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}, {"id": 3, "name": "c"}], key="id")
    shown = ui.For(items, lambda row: ui.Li(row["name"]))
    one, two, three = shown.components
    items[:] = [{"id": 3, "name": "c"}, {"id": 4, "name": "d"}, {"id": 1, "name": "A"}]
    assert texts(shown) == ["c", "d", "A"]
    assert shown.components[0] is three
    assert one not in shown.components  # its content is another
    items.change({"id": 4, "name": "D"})
    items.remove({"id": 1})
    assert (texts(shown), two.parents) == (["c", "D"], [])


def test_a_double_key_is_hinted_at(caplog: pytest.LogCaptureFixture) -> None:
    state = ui.State([1])
    shown = ui.For(state, str, key=lambda item: item % 10)
    with caplog.at_level(logging.WARNING):
        state.set([1, 2, 11])
    assert "two items have key 1 (rows 1 and 3)" in caplog.text
    assert texts(shown) == ["1", "2", "11"]


def test_a_plain_list_that_the_program_keeps_is_hinted_at(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        ui.For(["a", "b"], ui.Li)
        ui.For(list("ab"), ui.Li)
        assert caplog.messages == []
        rows = ["a"]
        ui.For(rows, ui.Li)
    assert "ui.List(rows)" in caplog.text
    assert "test_for.py" in caplog.text


def test_a_state_with_a_list_is_compared() -> None:
    state = ui.State(["a", "b", "c"])
    shown = ui.For(state.map(sorted), ui.Li)
    _one, two, three = shown.components
    state.set(["c", "d", "b"])
    assert texts(shown) == ["b", "c", "d"]
    assert [*shown.components[:2]] == [two, three]
    state.set([])
    assert shown.components == []
    shown.items = ui.List(["x"])
    state.set(["y"])
    assert texts(shown) == ["x"]


# What travels


def rows_of(tab: Tab) -> list[str]:
    return [tab.text(row) for row in tab.find_all("li")]


async def test_only_the_change_travels() -> None:
    items = ui.List(list("abcde"))
    shown = ui.For(items, lambda item: ui.Li(item, title=item.upper()), tag="ol")
    async with Browser(showing(ui.WebPage(shown))) as person:
        tab = await person.open("/")
        a, b, c, d, e = [row._id for row in shown.components]
        own = shown._id

        async def after(edit: Any, expected: str) -> list[Any]:
            seen = len(tab.operations)
            edit()
            await tab.wait_for(lambda: "".join(rows_of(tab)) == expected)
            return tab.operations[seen:]

        def new(place: int, text: str) -> dict[str, Any]:
            row = shown.components[place]
            return {"j": row._id, "t": "li", "a": {"title": text.upper()}, "x": text}

        assert await after(lambda: items.append("f"), "abcdef") == [["i", own, e, [new(5, "f")]]]
        assert await after(lambda: items.move("a", 2), "bcadef") == [["m", own, c, [a]]]
        assert await after(lambda: items.remove("d"), "bcaef") == [["r", own, [d]]]
        operations = await after(lambda: items.__setitem__(0, "x"), "xcaef")
        assert operations == [["r", own, [b]], ["i", own, 0, [new(0, "x")]]]
        old = shown.components[1]._id

        def several() -> None:
            items.extend(["y", "z"])
            items.change("c")

        operations = await after(several, "xcaefyz")
        assert [one[0] for one in operations] == ["r", "i", "i"]
        assert operations[0] == ["r", own, [old]]
        assert [one[0] for one in await after(items.sort, "acefxyz")] == ["m", "m"]
        left = {row._id for row in shown.components}
        ((name, parent, gone),) = await after(items.clear, "")
        assert (name, parent, set(gone)) == ("r", own, left)


async def test_an_append_to_ten_thousand_rows_is_one_operation() -> None:
    def cost(length: int) -> float:
        """Seconds of the quickest of several appends, up to the frame."""
        items = ui.List(range(length))
        shown = ui.For(items, ui.Li, tag="ul")
        page = ui.WebPage(shown)
        page.to_json()
        page.close(page)
        times = []
        for number in range(30):
            started = time.perf_counter()
            items.append(number)
            page.close(page)
            times.append(time.perf_counter() - started)
        return min(times)

    items: ui.List[Any] = ui.List(range(10_000))
    shown = ui.For(items, ui.Li, tag="ul")
    async with Browser(showing(ui.WebPage(shown))) as person:
        tab = await person.open("/")
        items.append("last")
        last = shown.components[-2]._id
        await tab.wait_for(lambda: tab.operations)
        row = {"j": shown.components[-1]._id, "t": "li", "x": "last"}
        assert tab.operations == [[wire.INSERT, shown._id, last, [row]]]
    assert cost(10_000) < 3 * cost(10) + 0.0001


async def test_focus_and_typed_text_survive_moves() -> None:
    items = ui.List(["a", "b", "c"])
    shown = ui.For(items, lambda item: ui.Li(ui.Input(name=item, private=True)), tag="ul")
    async with Browser(showing(ui.WebPage(shown))) as person:
        tab = await person.open("/")
        await tab.type("c", "typed")
        items.move("c", 0)
        items.remove("a")
        await tab.wait_for(lambda: len(tab.find_all("input")) == 2)
        assert tab.value("c") == "typed"
        assert tab.find_all("input")[0].attributes["name"] == "c"


EDITS = st.one_of(
    st.tuples(st.just("append"), st.sampled_from("abcd")),
    st.tuples(st.just("insert"), st.integers(-7, 7), st.sampled_from("abcd")),
    st.tuples(st.just("extend"), st.lists(st.sampled_from("abcd"), max_size=4)),
    st.tuples(st.just("pop"), st.integers(-7, 7)),
    st.tuples(st.just("remove"), st.sampled_from("abcd")),
    st.tuples(st.just("move"), st.sampled_from("abcd"), st.integers(-7, 7)),
    st.tuples(st.just("change"), st.sampled_from("abcd")),
    st.tuples(st.just("__setitem__"), st.integers(-7, 7), st.sampled_from("abcd")),
    st.tuples(st.just("__setitem__"), st.slices(5), st.lists(st.sampled_from("abcde"), max_size=5)),
    st.tuples(st.just("__delitem__"), st.slices(5)),
    st.tuples(st.just("sort")),
    st.tuples(st.just("reverse")),
    st.tuples(st.just("clear")),
    st.tuples(st.just("set"), st.lists(st.sampled_from("abcde"), max_size=6)),
    st.tuples(st.just("turn")),
    st.tuples(st.just("join")),
)


class Lists:
    """A plain list that is edited as a `List` is, to compare."""

    def __init__(self, items: list[str]) -> None:
        self.items = items

    def apply(self, name: str, *arguments: Any) -> None:
        items = self.items
        match name:
            case "move":
                item, place = arguments
                count = len(items)
                start = items.index(item)
                items.insert(max(0, min(place + count if place < 0 else place, count - 1)), items.pop(start))
            case "change":
                items.index(*arguments)
            case "set":
                items[:] = arguments[0]
            case _:
                getattr(items, name)(*arguments)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=st.lists(st.sampled_from("abcd"), max_size=5), edits=st.lists(EDITS, max_size=14))
def test_any_edits_leave_every_tab_as_a_fresh_load(first: list[str], edits: list[tuple[Any, ...]]) -> None:
    asyncio.run(live_through(first, edits))


async def live_through(first: list[str], edits: list[tuple[Any, ...]]) -> None:
    items, plain = ui.List(first), Lists(list(first))
    page = ui.WebPage(
        ui.For(items, lambda item, number: ui.Li(item, title=number), tag="ul", empty="nothing"),
        ui.Div(ui.For(items.map(lambda all: sorted(all, reverse=True)), ui.Li, tag="ol")),
        ui.Output(text=items.map(len)),
    )
    async with Browser(showing(page)) as person:
        tabs = [await person.open("/"), await person.open("/")]
        for name, *arguments in edits:
            if name == "turn":
                await asyncio.sleep(0)
            elif name == "join":
                tabs.append(await person.open("/"))
            else:
                assert outcome(getattr(items, name), *arguments) == outcome(plain.apply, name, *arguments)
            assert items == plain.items
        for tab in tabs:
            await tab.wait_for(lambda tab=tab: rows_of(tab) == [*items, *sorted(items, reverse=True)])  # type: ignore[misc]
            await tab.settled()
        fresh = await person.open("/")
        for tab in tabs:
            same(tab.document, fresh.document)
            assert (tab.text("output"), [row.attributes["title"] for row in tab.find_all("ul > li")]) == (
                str(len(items)),
                [str(number) for number in range(len(items))],
            )


def outcome(edit: Any, *arguments: Any) -> type[Exception] | None:
    """What an edit raises."""
    try:
        edit(*arguments)
    except (ValueError, IndexError) as error:
        return type(error)
    return None


def same(one: Document, other: Document) -> None:
    assert one.canonical(ids=True, values=True) == other.canonical(ids=True, values=True)


# Mistakes


def test_what_is_shown_while_empty_is_the_lists_own_from_the_start() -> None:
    with ui.Div() as around:
        full = ui.For(rows := ui.List(["a"]), ui.P, empty=ui.B("Nothing here"))
        void = ui.For([], ui.P, empty=ui.B("Nothing here"))
    assert around.components == [full, void]
    assert (texts(full), texts(void)) == (["a"], ["Nothing here"])
    rows.clear()
    assert texts(full) == ["Nothing here"]


def test_a_missing_function_is_named() -> None:
    with pytest.raises(ui.HandlerError, match="lambda item"):
        ui.For(["a"])  # type: ignore[call-arg]

    class Lines(ui.For):
        def __init__(self, lines: list[str]) -> None:
            super().__init__(lines, ui.P)

    assert texts(Lines(["a"])) == ["a"]


def test_a_misspelt_keyword_is_hinted_at(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        ui.For((), ui.P, emty="None", aria_label="x")  # type: ignore[call-arg]
    assert [message for message in caplog.messages if "Did you mean empty?" in message]
    assert len(caplog.messages) == 1


class Named:
    def __init__(self) -> None:
        self.id = 1


@pytest.mark.parametrize("item", [{"id": 1}, Named()])
def test_a_key_that_items_do_not_have_is_refused(item: Any) -> None:
    makers: list[Any] = [
        lambda: ui.For([item], ui.P, key="idd"),
        lambda: ui.For(ui.State([item]), ui.P, key="idd"),
        lambda: ui.For(ui.List([item]), ui.P, key="idd"),
        lambda: ui.List([item], key="idd"),
        lambda: ui.List[Any](key="idd").append(item),
    ]
    for make in makers:
        with pytest.raises(ui.StateError, match=r"key='idd': .* has none\. Did you mean id\?"):
            make()
