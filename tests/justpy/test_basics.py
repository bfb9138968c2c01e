"""Programs of JustPy's first chapters: pages, components, events, classes, the tree."""

import random
from typing import Any

import pytest

import justui.justpy as jp
from justui.errors import HandlerError, TreeError
from tests.justpy.showing import shown, two


@pytest.mark.covers("JP-01")
async def test_hello() -> None:
    def hello() -> jp.WebPage:
        wp = jp.WebPage()
        d = jp.Div(text="Not clicked yet", a=wp, classes="w-48 text-xl m-2 p-1 bg-blue-500 text-white")
        jp.P(text="A paragraph", a=d)
        return wp

    async with shown(hello) as tab:
        assert tab.text() == "Not clicked yet\nA paragraph"
        assert tab.title == "JustPy"


async def test_a_ready_made_hello_counts() -> None:
    def hello() -> jp.WebPage:
        wp = jp.WebPage()
        wp.add(jp.Hello())
        return wp

    async with shown(hello) as tab:
        for number in (1, 2):
            await tab.click("div")
            await tab.wait_for(f"I was clicked {number} times")


@pytest.mark.covers("JP-14")
@pytest.mark.parametrize("keyword", ["click", "onclick", "on_click"])
async def test_click_by_each_keyword(keyword: str) -> None:
    def clicked(self: Any, msg: Any) -> None:
        self.num += 1
        self.text = (
            f"{msg.event_type} {self.num} {msg.target is self} {msg.page is self.a} {msg.html_tag} {msg.id == self.id}"
        )

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Button(text="Press", num=0, a=wp, **{keyword: clicked})
        return wp

    async with shown(page) as tab:
        await tab.click("Press")
        await tab.wait_for("click 1 True True button True")


async def test_a_bound_method_gets_the_message_only() -> None:
    class Counter:
        def __init__(self) -> None:
            self.count = 0

        def add(self, msg: Any) -> None:
            self.count += 1
            msg.target.text = f"{self.count} by a method"

    counter = Counter()

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        b = jp.Button(text="Press", a=wp)
        b.on("click", counter.add)
        assert b.on_click == counter.add
        return wp

    async with shown(page) as tab:
        await tab.click("Press")
        await tab.wait_for("1 by a method")


async def test_lambdas_strings_and_defaults_as_handlers() -> None:
    def second(self: Any, msg: Any = None) -> None:
        self.text = f"second {bool(msg)}"

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Button(text="one", a=wp, click=lambda self, msg: setattr(self, "text", "lambda"))
        jp.Button(text="two", a=wp, click=second)
        jp.Button(text="three", a=wp, click='self.text = "a string"')
        jp.Button(text="four", a=wp, click="for n in (1, 2):\n    self.text = f'{n} lines'")
        return wp

    async with shown(page) as tab:
        for name, answer in {"one": "lambda", "two": "second True", "three": "a string", "four": "2 lines"}.items():
            await tab.click(name)
            await tab.wait_for(answer)


def test_a_string_that_is_no_python_is_refused_when_it_is_bound() -> None:
    with pytest.raises(HandlerError, match="is not Python"):
        jp.Button(click="self.text = ")


def test_an_event_keyword_is_an_attribute_too() -> None:
    def f(self: Any, msg: Any) -> None: ...

    button: Any = jp.Button(click=f, mousemove=f, after_all=f)
    assert button.click is f
    assert button.on_click.__func__ is f
    assert button.on_click.__self__ is button
    assert button.mousemove is f
    assert button.events == ["click"]
    assert button.has_event_function("click")
    assert not button.has_event_function("mousemove")


async def test_run_event_function() -> None:
    def f(self: Any, msg: Any) -> str:
        self.text = msg.who
        return f"{msg.absent.deeper}"

    button = jp.Button(click=f, text="x")
    assert await button.run_event_function("click", {"who": "me"}) == "{}"
    assert button.text == "me"


@pytest.mark.covers("JP-13")
async def test_what_a_handler_returns_decides() -> None:
    def quiet(self: Any, msg: Any) -> bool:
        self.text = "quiet"
        return False

    async def loud(self: Any, msg: Any) -> None:
        self.text = "loud"

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Button(text="one", click=quiet, a=wp)
        jp.Button(text="two", click=loud, a=wp)
        jp.Button(text="three", click=lambda self, msg: self.set_class("bg-red-500"), a=wp)
        return wp

    async with shown(page) as tab:
        await tab.click("one")
        await tab.settled()
        assert tab.text() == "onetwothree"
        await tab.click("two")
        await tab.wait_for("quietloud")
        await tab.click("three")
        await tab.wait_for(lambda: "bg-red-500" in tab.html())


@pytest.mark.covers("JP-37")
async def test_before_and_after() -> None:
    order: list[str] = []

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        button = jp.Button(text="Go", a=wp, click=lambda self, msg: order.append("click"))
        button.on("before", lambda self, msg: order.append("before"))

        def after(self: Any, msg: Any) -> None:
            order.append("after")
            raise ValueError("ignored, but logged")

        button.on("after", after)
        return wp

    async with shown(page) as tab:
        await tab.click("Go")
        await tab.settled()
        assert order == ["before", "click", "after"]
        assert tab.faults == []


async def test_an_error_in_a_handler_is_shown_and_the_page_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def bad(self: Any, msg: Any) -> None:
        self.text = "before the fault"
        raise ValueError("no good")

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Button(text="Go", a=wp, click=bad)
        return wp

    async with shown(page) as tab:
        await tab.click("Go")
        await tab.wait_for("before the fault")
        assert len(tab.faults) == 1
    assert "no good" in caplog.text


@pytest.mark.covers("JP-32")
async def test_mouse_events_and_additional_properties() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        box = jp.Div(text="Box", a=wp, additional_properties=["screenX", "pageY", "which"])
        box.add_event("mousemove")
        for event in ("mouseenter", "mouseleave", "mousemove", "dblclick"):
            if event == "dblclick":
                box.add_event(event)
            box.on(
                event,
                lambda self, msg: setattr(self, "text", f"{msg.event_type} {msg.screenX} {msg.pageY} {msg.which}"),
            )
        return wp

    async with shown(page) as tab:
        for event in ("mouseenter", "mousemove", "dblclick"):
            await tab.fire("div", event, screenX=5, pageY=6, which=1)
            await tab.wait_for(f"{event} 5 6 1")


def test_an_event_that_there_is_not() -> None:
    div = jp.Div()
    with pytest.raises(HandlerError, match="clik"):
        div.on("clik", lambda self, msg: None)
    div.add_event("sl-change")
    div.on("sl-change", lambda self, msg: None)
    assert div.events == ["sl-change"]


async def test_page_events_and_keys() -> None:
    def key(self: Any, msg: Any) -> None:
        self.show_key.text = (
            f"{msg.key_data.key} {msg.key_data.shiftKey} {msg.key_data.code} {msg.msg_type} {bool(msg.target)}"
        )

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        wp.show_key = jp.Div(text="none", a=wp)
        wp.on("keydown", key)
        return wp

    async with shown(page) as tab:
        await tab.press("Shift+A")
        await tab.wait_for("A True KeyA page_event False")


async def test_key_events_of_an_input() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        out = jp.Div(text="none", a=wp)
        jp.Input(a=wp, placeholder="here", keydown=lambda self, msg: setattr(out, "text", f"key {msg.key_data.key}"))
        return wp

    async with shown(page) as tab:
        await tab.press("Enter", "here")
        await tab.wait_for("key Enter")


async def test_drag_and_drop() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        card = jp.Div(text="card", draggable=True, a=wp, drag_options={"drag_classes": "opacity-50"})
        slot = jp.Div(text="slot", a=wp)

        def start(self: Any, msg: Any) -> None:
            msg.page.dragged = self.text

        def drop(self: Any, msg: Any) -> None:
            self.text = f"got {msg.page.dragged}"

        card.on("dragstart", start)
        slot.on("drop", drop)
        return wp

    async with shown(page) as tab:
        assert 'draggable="true"' in tab.html("card")
        await tab.fire("card", "dragstart")
        await tab.fire("slot", "drop")
        await tab.wait_for("got card")
        assert "dragover:t3600000;p" in tab.response.text  # or browsers would not drop


async def test_click_out() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Div(text="menu", a=wp, click__out=lambda self, msg: setattr(self, "text", "closed"))
        jp.Button(text="elsewhere", a=wp)
        return wp

    async with shown(page) as tab:
        await tab.click("elsewhere")
        await tab.wait_for("closed")


async def test_event_propagation() -> None:
    heard: list[str] = []

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        outer = jp.Div(a=wp, click=lambda self, msg: heard.append("outer"))
        jp.Button(text="stops", a=outer, event_propagation=False, click=lambda self, msg: heard.append("stops"))
        jp.Button(text="goes on", a=outer, click=lambda self, msg: heard.append("goes on"))
        return wp

    async with shown(page) as tab:
        await tab.click("stops")
        await tab.settled()
        assert heard == ["stops"]
        await tab.click("goes on")
        await tab.settled()
        assert heard == ["stops", "goes on", "outer"]


# The tree


@pytest.mark.covers("JP-20")
def test_operators_and_indexing() -> None:
    wp = jp.WebPage()
    one, two_, three = jp.P(text="1"), jp.P(text="2"), jp.P(text="3")
    assert not one
    assert not wp
    assert (wp + one) is wp
    wp += two_
    assert wp.add(three) is wp
    assert len(wp) == 3
    assert wp
    assert wp[0] is one
    assert wp.components[1:] == [two_, three]
    assert [wp.first(), wp.last()] == [one, three]
    wp.remove(two_)
    wp.add_component(two_, 0)
    assert wp.components == [two_, one, three]
    with pytest.raises(TreeError, match="no child"):
        wp.remove(jp.P())
    assert jp.Div(children=[one, two_]).components == [one, two_]
    assert jp.Div(a=wp).add_to(jp.Div()) in wp.components


async def test_editing_the_list_in_place() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        ol = jp.Ol(a=wp)
        for number in range(5):
            jp.Li(text=f"n{number}", a=ol, number=number)

        def edit(self: Any, msg: Any) -> None:
            items: Any = ol.components
            items.sort(key=lambda item: -item.number)
            items.append(jp.Li(text="new"))
            items[0], items[1] = items[1], items[0]
            del items[2]
            ol.components = [*ol.components[:3], ol.components[-1]]

        jp.Button(text="Edit", click=edit, a=wp)
        return wp

    async with shown(page) as tab:
        await tab.click("Edit")
        await tab.wait_for("new")
        assert tab.text("ol").split() == ["n3", "n4", "n1", "new"]


async def test_shuffling() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        box = jp.Div(a=wp)
        for number in range(20):
            jp.Span(text=f"<{number}>", a=box)

        def shuffle(self: Any, msg: Any) -> None:
            random.Random(5).shuffle(box.components)
            box.components.reverse()

        jp.Button(text="Shuffle", click=shuffle, a=wp)
        return wp

    async with shown(page) as tab:
        wanted = [f"<{number}>" for number in range(20)]
        await tab.click("Shuffle")
        random.Random(5).shuffle(wanted)
        await tab.wait_for("".join(reversed(wanted)))


@pytest.mark.covers("JP-19")
async def test_one_component_on_two_pages_and_in_two_places() -> None:
    shared = jp.Div(text="shared", delete_flag=False)

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        shared.add_page(wp)
        for _ in range(2):
            jp.Div(a=wp).add(shared)
        jp.Button(text="Change", a=wp, click=change)
        return wp

    async def change(self: Any, msg: Any) -> bool:
        shared.text = "changed"
        await shared.update()
        return True

    async with two(page) as (one, other):
        await one.click("Change")
        for tab in (one, other):
            await tab.wait_for("changed\nchanged")
        assert sorted(shared.pages) == sorted(wp.page_id for wp in shared.pages.values())
        assert len(shared.pages) == 2


@pytest.mark.covers("JP-10")
async def test_delete_flag_keeps_a_page() -> None:
    def page(request: Any) -> jp.WebPage:
        kept = "keep" in request.query_params
        wp = jp.WebPage(delete_flag=not kept)
        jp.Div(text="here", a=wp)
        return wp

    async with shown(page, "/?keep=1") as tab:
        kept = next(iter(tab_page.page_id for tab_page in jp.WebPage.instances.values() if tab_page.tabs))
        await tab.leave()
        other = await tab._person.open("/")  # type: ignore[attr-defined]
        gone = next(wp.page_id for wp in jp.WebPage.instances.values() if wp.tabs)
        await other.leave()
    assert kept in jp.WebPage.instances
    assert gone not in jp.WebPage.instances
    jp.WebPage.instances[kept].remove_page()
    assert kept not in jp.WebPage.instances


# What is shown


@pytest.mark.covers("JP-23")
async def test_text_of_any_kind() -> None:
    items: list[int] = []

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Div(text=None, a=wp)
        jp.Div(text=5, a=wp)
        jp.Div(text="<b>&amp;", a=wp)
        jp.Div(text=items, a=wp, click=lambda self, msg: items.append(1))
        jp.Span(text="&copy;", html_entity=True, a=wp)
        jp.Div(a=wp)
        assert not hasattr(wp[5], "text")
        assert wp[1].text + 1 == 6
        return wp

    async with shown(page) as tab:
        assert tab.text().split("\n")[:4] == ["None", "5", "<b>&amp;", "[]"]
        assert "©" in tab.text()
        await tab.click("div", nth=3)
        await tab.wait_for("[1]")


async def test_inner_html_takes_the_place_of_text_and_gives_it_back() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        d = jp.Div(text="plain", inner_html='<b style="color:red" id="x">bold</b><iframe src="/a"></iframe>', a=wp)
        jp.Button(text="Back", a=wp, click=lambda self, msg: setattr(d, "inner_html", ""))
        return wp

    async with shown(page) as tab:
        assert '<b style="color:red" id="x">bold</b><iframe' in tab.response.text
        await tab.click("Back")
        await tab.wait_for("plain")


@pytest.mark.covers("JP-26")
async def test_show_and_hidden() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        d = jp.Div(text="peek", show=False, a=wp)

        def toggle(self: Any, msg: Any) -> None:
            d.show = not d.show
            self.hidden_toggle()

        jp.Button(text="Toggle", click=toggle, a=wp)
        return wp

    async with shown(page) as tab:
        assert "peek" not in tab.text()
        await tab.click("Toggle")
        await tab.wait_for("peek")
        assert 'class="hidden"' in tab.html("button")


@pytest.mark.covers("JP-24")
def test_set_class() -> None:
    d = jp.Div(classes="bg-blue-500 p-4 mine")
    d.set_class("bg-red-500")
    d.set_class("bg-red-700", "hover")
    d.set_classes("text-white focus:p-2")
    assert d.classes == "p-4 mine bg-red-500 hover:bg-red-700 text-white focus:p-2"
    d.set_class("never-heard-of")
    assert d.has_class("never-heard-of")
    d.remove_class("mine")
    d.remove_class("absent")
    assert "mine" not in d.classes
    d.classes += " more"
    assert d.classes.endswith(" more")


def test_classes_of_earlier_tailwinds() -> None:
    d = jp.Div(classes="flex-no-wrap bg-red-500 bg-opacity-50 sm:whitespace-no-wrap mine")
    assert d.classes == "flex-no-wrap bg-red-500 bg-opacity-50 sm:whitespace-no-wrap mine"
    assert d.to_html(format=False) == (
        '<div class="flex-no-wrap flex-nowrap bg-red-500/50 bg-opacity-50 sm:whitespace-no-wrap sm:whitespace-nowrap mine"></div>'
    )
    own = "rounded shadow-sm clearfix filter bg-primary bg-opacity-50"  # which may be those of another style sheet
    assert f'class="{own}"' in jp.Div(classes=own).to_html()


def test_styles_are_strings() -> None:
    assert 'class="' in jp.Button(classes=jp.Styles.button_pill).to_html()
    assert all(isinstance(getattr(jp.Styles, name), str) for name in vars(jp.Styles) if not name.startswith("_"))


def test_ids() -> None:
    assert jp.Div().id is None
    for component in (
        jp.Input(),
        jp.Form(),
        jp.A(),
        jp.Div(temp=False),
        jp.Div(delete_flag=False),
        jp.Div(click="pass"),
    ):
        assert isinstance(component.id, int)
        assert f'id="{component.id}"' in component.to_html()
    assert jp.Div(id="mine").to_html(format=False) == '<div id="mine"></div>'


def test_order_in_a_constructor() -> None:
    class Card(jp.Div):
        def __init__(self, **kwargs: Any) -> None:
            self.title_text = "default"
            self.classes = "lost"
            self.kind_of = "before"
            super().__init__(**kwargs)
            self.style = "color: red"

    card = Card(title_text="given", style="color: blue")
    assert (card.title_text, card.classes, card.style, card.kind_of) == ("given", "", "color: red", "before")


def test_class_attributes_of_a_component_are_defaults() -> None:
    class Secret(jp.Input):
        type = "password"
        debounce = 50
        placeholder = "secret"
        own = "mine"

    assert 'placeholder="secret"' in Secret().to_html()
    secret = Secret(placeholder="other", input=lambda self, msg: None)
    assert (secret.type, secret.debounce, secret.placeholder, secret.own) == ("password", 50, "other", "mine")
    assert "input:d50" in str(secret._handlers["input"].spec)  # type: ignore[index]


def test_a_name_that_the_engine_needs_is_refused() -> None:
    with pytest.raises(TreeError, match="describe"):
        type("Bad", (jp.Div,), {"describe": lambda self: None})
    with pytest.raises(TreeError, match="settings"):
        jp.WebPage().settings = {}  # type: ignore[method-assign,assignment]
    with pytest.raises(TreeError, match="tag"):
        jp.Div(tag="mine")
    with pytest.raises(TreeError, match="parents"):
        jp.Div(parents=[])
    own = jp.Div(handler=5, focus=6, parent=7, page=8, part=9, translate=True)  # these are free
    assert (own.part, own.translate, own.to_html(format=False)) == (9, True, "<div></div>")
    assert jp.Select(options=["a"], value="a").components == []
    assert jp.Button(command=print).command is print


async def test_focus() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        field = jp.Input(placeholder="first", a=wp, set_focus=True)
        jp.Button(text="Again", a=wp, click=lambda self, msg: setattr(field, "set_focus", True))
        jp.Button(text="Other", a=wp, click=lambda self, msg: None)
        return wp

    async with shown(page) as tab:
        assert "autofocus" in tab.response.text
        await tab.click("Other")
        await tab.settled()
        assert tab.done == []  # or it would take the focus back at the first update
        await tab.click("Again")
        await tab.settled()
        assert [method for _, method, _ in tab.done] == ["focus"]
