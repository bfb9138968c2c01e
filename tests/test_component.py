"""Components: arguments, text, own attributes, own components by `build`, handlers, calls, and what people read on mistakes."""

import copy
import logging
import pickle
from typing import Any, ClassVar

import pytest

import justui as ui
from justui import hints
from justui.component import Component, targets
from justui.context import handling
from justui.events import Event
from tests.harness.viewer import Viewer, fresh


def made(cls: type[Component], *children: Any, **keywords: Any) -> Any:
    """A component with arguments that a type checker would refuse."""
    return cls(*children, **keywords)


# Arguments


def test_a_single_leading_string_is_the_text() -> None:
    assert ui.P("a").text == "a"
    assert ui.P("a").components == []
    box = ui.Div("a", ui.B("b"), ui.I("c"))
    assert box.text == "a"
    assert [type(child) for child in box.components] == [ui.B, ui.I]
    assert ui.Span(5).text == "5"
    assert ui.Span(0).text == "0"


def test_several_strings_are_text_nodes() -> None:
    line = ui.P("This is ", ui.B("bold"), ", counted ", 3, " times.")
    assert line.text == ""
    assert [(type(child).__name__, child.text) for child in line.components] == [
        ("Text", "This is "),
        ("B", "bold"),
        ("Text", ", counted "),
        ("Text", "3"),
        ("Text", " times."),
    ]


def test_a_string_that_does_not_lead_is_a_text_node() -> None:
    line = ui.P(ui.B("a"), "b")
    assert line.text == ""
    assert [type(child) for child in line.components] == [ui.B, ui.Text]


def test_text_and_children_together() -> None:
    line = ui.P("child", text="text")
    assert line.text == "text"
    assert [child.text for child in line.components] == ["child"]


def test_a_is_the_parent() -> None:
    box = ui.Div()
    child = ui.P("x", a=box)
    assert box.components == [child]
    assert child.parents == [box]
    with pytest.raises(ui.TreeError, match=r"a= of P .* wants a component, got 'box'"):
        made(ui.P, "x", a="box")


def test_an_empty_component_is_true() -> None:
    assert ui.Div()
    assert ui.Text()
    assert ui.WebPage()
    assert not ui.Div().components


def test_text_of_any_kind() -> None:
    box = ui.P()
    for value, text in ((5, "5"), (None, ""), (1.5, "1.5"), (True, "True"), ("", "")):
        box.text = value
        assert box.text == text
    assert ui.P(text=7).text == "7"
    assert made(ui.P, text=None).text == ""


def test_show_and_its_first_value() -> None:
    box = ui.Div(show=False)
    assert box.show is False
    box.show = True
    assert box.show is True
    box.show = 0
    assert box.show is False


# Own attributes


def test_unknown_keywords_are_the_users_own_and_never_reach_the_browser() -> None:
    row = made(ui.Div, "x", todo={"id": 1}, callback=len, number=7)
    assert (row.todo, row.callback, row.number) == ({"id": 1}, len, 7)
    row.more = "secret"
    viewer = Viewer(ui.WebPage(row))
    assert viewer.html == f"<body data-j={viewer.page._id}><div data-j={row._id}>x</div></body>"
    row.number = 8
    assert viewer.after_update() == []


def test_data_and_aria_keywords_are_attributes() -> None:
    row = made(ui.Div, data_row_id=7, aria_label="x")
    assert row.attributes == {"data-row-id": 7, "aria-label": "x"}


@pytest.mark.parametrize("name", ["update", "add", "remove", "pages", "parents", "_id", "_text", "_bind", "do"])
def test_keywords_may_not_hide_the_engines_names(name: str) -> None:
    with pytest.raises(ui.TreeError, match=rf"{name}='x' would hide Div\.{name}; choose another name"):
        made(ui.Div, **{name: "x"})


def test_a_misspelt_keyword_is_kept_and_hinted_at(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "justui"):
        button = made(ui.Button, "x", clases="big")
        made(ui.Button, "x", clases="big")
    assert button.clases == "big"
    assert caplog.messages == [
        f"{hints.place(button._site)}: Button has no 'clases'. Did you mean classes? It was kept as your own attribute."
    ]
    assert "test_component.py:" in caplog.text


def test_own_names_are_not_hinted_at(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "justui"):
        made(ui.Div, todo=1, owner=2, count=3)
    assert caplog.messages == []


def test_children_may_be_given_as_a_keyword() -> None:
    box = made(ui.Div, components=["a", ui.B("b")])
    assert [child.text for child in box.components] == ["a", "b"]


# Own components


def test_own_components_by_build() -> None:
    class Card(ui.Div):
        heading: str = "untitled"
        classes = "card"

        def build(self) -> None:
            ui.H2(self.heading)
            ui.P("body")

    page = ui.WebPage()
    with page:
        card = made(Card, heading="Hello")
    assert page.components == [card]
    assert [child.text for child in card.components] == ["Hello", "body"]
    assert card.heading == "Hello"
    assert card.classes == "card"
    assert Card(classes="other").classes == "other"
    assert Card().heading == "untitled"
    viewer = Viewer(page)
    assert 'class="card"' in viewer.html
    assert "heading" not in viewer.html


def test_positional_children_come_behind_what_is_built() -> None:
    class Box(ui.Div):
        def build(self) -> None:
            ui.B("built")

    box = Box("text", ui.I("child"))
    assert box.text == "text"
    assert [type(child) for child in box.components] == [ui.B, ui.I]


def test_a_field_named_like_an_attribute_is_the_own_one() -> None:
    class Film(ui.Div):
        title: str = ""
        open: bool

        def build(self) -> None:
            ui.H2(self.title)

    film = made(Film, title="Metropolis", open=True)
    assert film.title == "Metropolis"
    assert film.open is True
    assert film.attributes == {}
    with pytest.raises(ui.TreeError, match=r"Film .*wants open=…"):
        Film()


def test_a_field_named_like_an_event_takes_functions() -> None:
    class Switch(ui.Div):
        toggle: Any = None

    switch = made(Switch, toggle=len)
    assert switch.toggle is len
    assert switch.handler("toggle") is None


def test_lists_and_dicts_as_defaults_are_not_shared() -> None:
    class List(ui.Div):
        items: list[str] = []  # noqa: RUF012 - what people write
        shared: ClassVar[list[str]] = []

    one, other = List(), List()
    one.items.append("a")
    one.shared.append("b")
    assert other.items == []
    assert other.shared == ["b"]
    assert made(List, items=["c"]).items == ["c"]


def test_fields_are_inherited_and_may_be_overridden() -> None:
    class Base(ui.Div):
        size: int = 1
        color: str = "red"

    class Derived(Base):
        size = 2

    assert (made(Derived).size, made(Derived).color) == (2, "red")
    assert made(Derived, size=3, color="blue").color == "blue"


def test_an_own_init_may_set_attributes_first() -> None:
    class Card(ui.Div):
        def __init__(self, heading: str, **keywords: Any) -> None:
            self.heading = heading
            super().__init__(**keywords)

        def build(self) -> None:
            ui.H2(self.heading)

    box = ui.Div()
    card = Card("Hello", a=box, classes="x")
    assert card.components[0].text == "Hello"
    assert box.components == [card]


def test_an_own_property_is_a_keyword() -> None:
    class Meter(ui.Div):
        @property
        def level(self) -> int:
            return self._level

        @level.setter
        def level(self, value: int) -> None:
            self._level = value
            self.text = f"{value} %"

    meter = made(Meter, level=5)
    assert meter.text == "5 %"


@pytest.mark.parametrize("name", ["update", "add", "remove", "text", "show", "components", "_put", "_text", "focus"])
def test_a_subclass_that_hides_a_name_of_ours_is_refused(name: str) -> None:
    with pytest.raises(ui.TreeError, match=rf"Stopwatch\.{name} hides Component\.{name}; choose another name"):
        type("Stopwatch", (ui.Div,), {name: lambda self: None, "__module__": "app"})


def test_a_field_that_hides_a_name_of_ours_is_refused() -> None:
    with pytest.raises(ui.TreeError, match=r"Note\.text hides Component\.text"):

        class Note(ui.Div):
            text: str  # type: ignore[override]

    with pytest.raises(ui.TreeError, match=r"Chat\.drop_tab hides WebPage\.drop_tab"):
        type("Chat", (ui.WebPage,), {"drop_tab": lambda self: None, "__module__": "app"})
    with pytest.raises(ui.TreeError, match=r"Search\.store hides Field\.store"):
        type("Search", (ui.Input,), {"store": lambda self: None, "__module__": "app"})


def test_other_names_are_free() -> None:
    class Stopwatch(ui.Div):
        def start(self) -> None: ...
        def _tick(self) -> None: ...
        def build(self) -> None: ...

    Stopwatch()


def test_functions_are_components_too() -> None:
    def card(title: str) -> ui.Div:
        with ui.Div() as box:
            ui.H2(title)
        return box

    with ui.Div() as outer:
        one = card("a")
    assert outer.components == [one]


# Handlers


def test_handlers_by_keyword_and_by_method() -> None:
    def first() -> None: ...
    def second(msg: Any) -> None: ...

    for button in (ui.Button("x", on_click=first), ui.Button("x", click=first), made(ui.Button, "x", onclick=first)):
        assert button.on_click is first
        assert button.handler("click") is first
        assert targets[button._id] is button
    button = ui.Button("x").on("click", first).on("keydown", second, key="Enter")
    assert button.handler("keydown.Enter") is second
    button.on("click", second)
    assert button.on_click is second
    button.on_click = None
    assert button.on_click is None
    button.off("keydown", key="Enter").off("keydown").off("click")
    assert button.handler("keydown.Enter") is None


def test_the_space_key_may_be_written_as_it_is() -> None:
    button = ui.Button("x").on("keydown", lambda: None, key=" ")
    assert button.handler("keydown.Space") is not None
    button.off("keydown", key=" ")
    assert button.handler("keydown.Space") is None


def test_an_event_outside() -> None:
    box = ui.Div(on_click__out=lambda: None)
    assert box.handler("click__out") is not None
    box.on("keydown", lambda: None, outside=True)
    assert box.handler("keydown__out") is not None
    box.off("click", outside=True)
    assert box.handler("click__out") is None


def save(msg: Any, row: Any, column: Any) -> None: ...


async def wait() -> None: ...


def nothing() -> None: ...


def test_a_function_that_was_called_is_named() -> None:
    with pytest.raises(
        ui.HandlerError,
        match=r'on_click of Button "Save" .*got None, not a function\. Write on_click=nothing, without brackets\.',
    ):
        ui.Button("Save", on_click=nothing())  # type: ignore[func-returns-value]


@pytest.mark.filterwarnings("error")
def test_a_coroutine_is_named_and_closed() -> None:
    with pytest.raises(
        ui.HandlerError,
        match=r"on_click of Button .*got a coroutine: write on_click=wait, or on_click=lambda: wait\(…\)",
    ):
        made(ui.Button, "Save", on_click=wait())


def test_a_handler_with_too_many_parameters_is_refused_when_it_is_bound() -> None:
    with pytest.raises(
        ui.HandlerError,
        match=r"on_click of Button .*save\(msg, row, column\) wants 3 arguments; a handler takes none, \(msg\) or "
        r"\(self, msg\)\. To pass row: lambda msg, row=row: save\(msg, row\)",
    ):
        ui.Button("x", on_click=save)
    with pytest.raises(ui.HandlerError, match="wants 3 arguments"):
        ui.Button("x").on_click = save


@pytest.mark.parametrize("keyword", ["on_clik", "on_", "on_Click"])
def test_an_unknown_event_is_refused(keyword: str) -> None:
    with pytest.raises(ui.HandlerError, match=r"Button has no event '.*'\..*For an event of your own: \.on\("):
        made(ui.Button, "x", **{keyword: nothing})


def test_the_nearest_event_is_named() -> None:
    with pytest.raises(
        ui.HandlerError, match=r"Button has no event 'clik'\. Did you mean click\? For an event of your own"
    ):
        ui.Button("x").on("clik", nothing)
    button = ui.Button("x").on("clik", nothing, custom=True)
    assert button.handler("clik") is nothing


@pytest.mark.parametrize("event", ["a b", "a:b", "", "a;b", "a\n", "<a>"])
def test_events_of_ones_own_have_plain_names(event: str) -> None:
    with pytest.raises(ui.HandlerError, match="cannot be the name"):
        ui.Button("x").on(event, nothing, custom=True)


def test_a_text_node_has_no_events_and_no_attributes() -> None:
    with pytest.raises(ui.HandlerError, match="Use Span"):
        made(ui.Text, "x", on_click=nothing)
    for keywords in ({"classes": "x"}, {"style": "x"}, {"attributes": {"title": "x"}}):
        with pytest.raises(ui.TreeError, match="Use Span"):
            made(ui.Text, "x", **keywords)


# Raw HTML


def test_raw_html_is_sanitised() -> None:
    box = ui.Div(inner_html="<b onclick='x()'>a</b><script>x()</script>")
    assert box.inner_html == "<b>a</b>"
    assert box.text == ""
    box.inner_html = "<i onclick=x>b</i>"
    assert box.inner_html == "<i>b</i>"
    box.text = "<plain>"
    assert box.inner_html == ""
    assert box.text == "<plain>"


def test_safe_html_is_taken_as_it_is() -> None:
    html = "<b onclick='x()'>a</b>"
    for box in (made(ui.Div, inner_html=html, safe=True), made(ui.Div, safe=True, inner_html=html)):
        assert box.inner_html == html
    box.set_html(html)
    assert box.inner_html == "<b>a</b>"
    box.set_html(html, safe=True)
    assert box.inner_html == html


@pytest.mark.parametrize("order", [("inner_html", "text"), ("text", "inner_html")])
def test_text_never_becomes_html(order: tuple[str, str]) -> None:
    values = {"inner_html": "<b>x</b>", "text": "<script>alert(1)</script>"}
    box = ui.Div(**{name: values[name] for name in order})  # type: ignore[arg-type]
    assert "<script" not in Viewer(ui.WebPage(box)).html


def test_html_takes_the_place_of_children() -> None:
    child = ui.P("a")
    box = ui.Div(child)
    box.inner_html = "<b>x</b>"
    assert box.components == []
    assert child.parents == []


def test_what_cannot_have_html_refuses_it() -> None:
    for cls in (ui.Br, ui.Input, ui.Textarea, ui.Text):
        with pytest.raises(ui.TreeError, match="can have no inner_html"):
            made(cls, inner_html="<b>x</b>")


def test_what_was_taken_out_of_html_is_hinted_at_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "justui"):
        ui.Div(inner_html="<script>x()</script>y", id="first")
        ui.Div(inner_html="<b class='on x'>only styled</b> on and on", id="second")
        made(ui.Div, inner_html="<script>x()</script>y", safe=True, id="third")
    assert len(caplog.messages) == 1
    assert "test_component.py" in caplog.text
    assert "<script> and onclick were removed. Use safe=True only for HTML that you wrote yourself." in caplog.text


def test_html_that_is_not_whole_is_put_right_in_the_browser() -> None:
    box = made(ui.Div, inner_html="</div><p>a", safe=True)
    viewer = Viewer(ui.WebPage(box, ui.P("after")))
    assert viewer.operations()[-1][0] == "s"
    assert viewer.shows() == fresh(viewer.page)


# Attributes as a whole


def test_attributes_are_copied_and_replaced_as_a_whole() -> None:
    box = ui.Div(title="a", id="b")
    box.attributes["title"] = "changed in the copy"
    assert box.title == "a"
    viewer = Viewer(ui.WebPage(box))
    box.attributes = {"Title": "c", "data-x": 1}
    assert box.attributes == {"title": "c", "data-x": 1}
    assert viewer.after_update() == [["a", box._id, {"id": None, "title": "c", "data-x": "1"}]]


def test_names_have_one_case() -> None:
    box = ui.Div(classes="a").set_attributes({"CLASS": "b", "Data-X": "1"})
    assert box.attributes == {"class": "b", "data-x": "1"}
    assert box.classes == "b"


# Calls


def test_only_known_methods_are_called() -> None:
    with pytest.raises(ui.HandlerError, match=r"'focuss' is no method to call on an element\. Did you mean focus\?"):
        ui.Div().do("focuss")
    with pytest.raises(TypeError):
        ui.Div().do("focus", object())


def test_in_a_handler_a_call_goes_to_its_tab_alone() -> None:
    field = ui.Input()
    page = ui.WebPage(field)
    one, other = Viewer(page), Viewer(page)
    token = handling.set(Event("click", field, page, one.tab))
    field.focus()
    page.update()
    handling.reset(token)
    assert one.operations() == [["d", field._id, "focus", []]]
    assert other.operations() == []
    field.scroll_into_view()
    page.update()
    assert one.operations() == other.operations() == [["d", field._id, "scroll_into_view", []]]


# For people


def test_a_component_tells_where_it_was_made() -> None:
    button = ui.Button("Save")
    assert repr(button).startswith('<Button "Save" (test_component.py:')
    assert ui.Div("x" * 50).describe().startswith(f'Div "{"x" * 19}…" (')
    assert ui.Div("x", id="main").describe().startswith("Div #main (")
    assert ui.Div(inner_html="<b>x</b>").describe().startswith("Div (")
    hints.Diagnostics.on = False
    try:
        assert ui.Button("Save").describe() == 'Button "Save"'
    finally:
        hints.Diagnostics.on = True


def test_a_component_is_not_copied() -> None:
    box = ui.Div("x")
    for function in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=r'Div "x" .*cannot be copied or pickled.*Make another one'):
            function(box)


def test_it_is_known_on_which_pages_a_component_stands() -> None:
    leaf = ui.B()
    inner = ui.Div(leaf, show=False)
    pages = [ui.WebPage(inner), ui.WebPage(ui.P(inner), leaf)]
    assert sorted(leaf.pages(), key=id) == sorted(pages, key=id)
    assert ui.Div().pages() == []
    assert leaf.add_page(pages[0]) is leaf


def test_the_small_names_of_justpy() -> None:
    box = ui.Div()
    first = ui.P("1")
    assert box.add_component(first, 0) is box
    box.add_component("2").add_first("0")
    box.add_component(ui.P("1.5"), 2)
    assert [child.text for child in box.components] == ["0", "1", "1.5", "2"]
    box.remove(first)
    box.delete_components()
    assert box.components == []


# Message 7


def lost(event: Event) -> list[str]:
    event.made = []
    token = handling.set(event)
    try:
        kept = handler_that_forgets()
    finally:
        handling.reset(token)
    assert kept
    hints.placed_nowhere(event.made, handler_that_forgets)
    return []


BOX = ui.Div()


def handler_that_forgets() -> list[Component]:
    ui.Span("forgotten")
    ui.P("row", ui.B("in the row"))
    ui.P("placed", a=BOX)
    with BOX:
        ui.P("placed too")
    BOX.add(ui.P("added"))
    return [ui.Span("kept by the program")]


def test_what_a_handler_makes_and_puts_nowhere_is_named(caplog: pytest.LogCaptureFixture) -> None:
    page = ui.WebPage(BOX)
    with caplog.at_level(logging.WARNING, "justui"):
        lost(Event("click", BOX, page, None))
    text = r"was made in handler_that_forgets() but put nowhere. Give it a=parent, or write with box: …"
    assert len(caplog.messages) == 2
    assert any('Span "forgotten" (test_component.py:' in line and text in line for line in caplog.messages)
    assert any('P "row" (test_component.py:' in line and text in line for line in caplog.messages)


def test_in_production_nothing_is_kept_for_that() -> None:
    event = Event("click", BOX, ui.WebPage(), None)
    token = handling.set(event)
    ui.Span("forgotten")
    handling.reset(token)
    assert event.made is None
