"""Law 3: whatever happens in whatever order, after an update of everything each tab shows what a fresh load shows.

And before it a tab shows its last update or join. Random trees, edits, updates and tabs, on the real wire in memory.
"""

import asyncio
import difflib
import itertools
import json
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import justui as ui
from justui import wire
from justui.marks import RAW
from justui.sheet import Sheet
from justui.tailwind import compiler
from justui.testing import Browser
from justui.testing.dom import Document
from justui.testing.tab import Tab

Item = TypeVar("Item")

WORDS = ("", "a", "two words", "  <b>&amp; ", "long " * 20, "\n\u202e\u05e9\u05dc", "]]>\0")
CLASSES = ("", "x", "y z", "flex p-2 animate-spin")
CSS = f"/* {os.getpid()} {time.time()} */"
"""Makes Tailwind's memory of this run one of its own, or it would know all classes from the last."""
NEW = itertools.count(1)
"""Numbers of classes that nobody has compiled before."""
STYLES = ("", "color: red", "color: blue; width: 3px")
HTML = ("<b>x</b>", "y <i>z</i>", "")
ATTRIBUTES: tuple[dict[str, object], ...] = (
    {"title": "t"},
    {"title": None, "data-n": 3},
    {"aria-label": 'say "<hi>"'},
    {"hidden": True, "data-n": None},
    {"hidden": None},
)
FOLLOWED = ui.State("a")
"""What some of the components follow; a change of it sends itself."""
FEW = 4
"""Frames that a tiny outbox keeps, so that tabs soon fall back to a fresh state."""


@st.composite
def components(draw: st.DrawFn, depth: int = 2) -> ui.Component:
    """A component with up to `depth` levels below it."""
    text = draw(st.sampled_from(WORDS))
    inner = st.lists(components(depth - 1), max_size=2) if depth else st.just([])
    kinds = "text span div div ol raw line lines box number secret follows" if depth < 2 else "div"
    match draw(st.sampled_from(kinds.split())):
        case "text":
            return ui.Text(text)
        case "span":
            return ui.Span(text, *draw(inner), show=draw(st.booleans()))
        case "ol":
            return ui.Ol(*(ui.Li(child) for child in draw(inner)), classes=draw(st.sampled_from(CLASSES)))
        case "raw":
            return ui.Div(inner_html=draw(st.sampled_from(HTML)))
        case "line":
            return ui.Input(value=text.strip(), disabled=draw(st.booleans()))
        case "lines":
            return ui.Textarea(value=text)
        case "box":
            return ui.Input(type="checkbox", checked=draw(st.booleans()))
        case "number":
            return ui.Input(type="number", value=draw(st.integers(0, 9)))
        case "secret":
            return ui.Input(private=True, value=text.strip())
        case "follows":
            return ui.Div(ui.Input(model=FOLLOWED), ui.B(text=FOLLOWED), title=FOLLOWED, show=FOLLOWED.map(bool))
    return ui.Div(text, *draw(inner), classes=draw(st.sampled_from(CLASSES)), style=draw(st.sampled_from(STYLES)))


def below(component: ui.Component) -> Iterator[ui.Component]:
    """The components below one, each place of it by itself."""
    for child in component.components:
        yield child
        yield from below(child)


def can_hold(component: ui.Component) -> bool:
    return not component.void and bool(component.tag) and not component.is_field and not component._flags & RAW


def rendering(page: ui.WebPage) -> Document:
    """What a tab would show that was told everything now. Leaves the page as it is."""
    flags = [(component, component._flags) for component in (page, *below(page))]
    document = Document("<body></body>")
    document.apply(json.loads(wire.encode([wire.STATE, {"page": page.settings(), "body": page.to_json()}])))
    for component, before in flags:
        component._flags = before  # a rendering marks what browsers hold, and nobody got this one
    return document


def assert_same(here: Document, wanted: Document, *, values: bool = True) -> None:
    """Both show the same, component ids and, unless `values` is False, the fields' values included."""
    one, other = (document.canonical(ids=True, values=values).splitlines() for document in (here, wanted))
    difference = "\n".join(difflib.unified_diff(one, other, "tab", "wanted", lineterm="", n=2))
    assert not difference, f"\n{difference}\nignored: {here.ignored[-3:]}"


def complete(sheet: Sheet) -> Callable[[], bool]:
    return lambda: not sheet.incomplete


def classes_of(document: Document) -> Iterator[str]:
    """The class attributes that stand in a document."""
    return (element.attributes.get("class", "") for element in document.elements())


class Opened:
    """A tab, the page that it shows, and what it should show while nothing is updated; None where that is not known."""

    def __init__(self, tab: Tab, page: ui.WebPage) -> None:
        self.tab = tab
        self.page = page
        self.expected: Document | None = None
        self.flowing = True
        self.unsent = False
        """Whether something was typed that waits for a connection."""

    def __repr__(self) -> str:
        return f"<tab of {self.page.describe()}, {self.tab.state}>"


class LawThree(RuleBasedStateMachine):
    """Two shared pages and private ones, with components that stand on several; two people; every step that law 3 names."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.tabs: list[Opened] = []
        self.spare: list[ui.Component] = []
        self.busy = threading.Event()
        self.busy.set()

    def run(self, coroutine: Coroutine[Any, Any, Item]) -> Item:
        return self.runner.run(coroutine)

    def call(self, function: Callable[..., Item], *arguments: Any) -> Item:
        """Call a sync function where programs call it: in the loop."""

        async def calling() -> Item:
            return function(*arguments)

        return self.run(calling())

    # The world

    @initialize(
        first=components(),
        second=components(),
        common=components(),
        tiny=st.booleans(),
    )
    def begin(self, first: ui.Component, second: ui.Component, common: ui.Component, tiny: bool) -> None:
        self.common = common
        self.tiny = tiny
        self.app = ui.App(debug=True, css=CSS, outbox_frames=FEW) if tiny else ui.App(debug=True, css=CSS)
        self.pages = [ui.WebPage(first, common, title="first"), ui.WebPage(common, second, title="second")]
        self.private: list[ui.WebPage] = []
        self.app.route("/0")(lambda: self.pages[0])
        self.app.route("/1")(lambda: self.pages[1])
        self.app.route("/private")(self.make_private)
        self.people = [Browser(self.app), Browser(self.app)]
        for person in self.people:
            self.run(person.__aenter__())
        for who, which in ((0, 0), (1, 0), (1, 1)):
            self.join(who, which)

    def make_private(self) -> ui.WebPage:
        page = ui.WebPage(ui.P("mine"), self.common, ui.Input(), title="private")
        self.private.append(page)
        return page

    def one(self, items: Sequence[Item], which: int) -> Item:
        return items[which % len(items)]

    def all_pages(self) -> list[ui.WebPage]:
        return [*self.pages, *self.private]

    def places(self) -> list[ui.Component]:
        return [component for page in self.all_pages() for component in below(page)]

    def holders(self) -> list[ui.Component]:
        return [component for component in (*self.all_pages(), *self.places()) if can_hold(component)]

    # Edits

    @rule(which=st.integers(0, 11), text=st.sampled_from(WORDS))
    def set_text(self, which: int, text: str) -> None:
        component = self.one(self.places() or [self.pages[0]], which)
        if isinstance(component, (ui.Input, ui.Textarea)):
            component.value = text
        else:
            component.text = text

    @rule(which=st.integers(0, 11), number=st.integers(0, 9))
    def set_value(self, which: int, number: int) -> None:
        fields = [component for component in self.places() if isinstance(component, ui.Input)]
        if fields:
            field = self.one(fields, which)
            if field.type == "checkbox":
                field.checked = number % 2 == 0
            else:
                field.value = number

    @rule(which=st.integers(0, 11), classes=st.sampled_from(CLASSES), style=st.sampled_from(STYLES))
    def set_look(self, which: int, classes: str, style: str) -> None:
        component = self.one(self.holders(), which)
        component.classes, component.style = classes, style

    @rule(which=st.integers(0, 11), update=st.booleans())
    def set_new_class(self, which: int, update: bool) -> None:
        component = self.one(self.holders(), which)
        component.classes = f"flex w-[{next(NEW)}px]"
        if update:
            self.call(component.update)
            self.forget_expectations()

    @rule()
    def keep_the_compiler_busy(self) -> None:
        """So that what brings new classes waits, until somebody wants to see it."""
        self.busy.set()
        self.busy = threading.Event()
        compiler().ask(None, (), self.busy.wait)

    @rule(which=st.integers(0, 11), values=st.sampled_from(ATTRIBUTES))
    def set_attributes(self, which: int, values: dict[str, object]) -> None:
        self.one(self.holders(), which).set_attributes(values)

    @rule(which=st.integers(0, 11), html=st.sampled_from(HTML))
    def set_html(self, which: int, html: str) -> None:
        holders = [component for component in self.places() if type(component) is ui.Div]
        if holders:
            component = self.one(holders, which)
            self.spare.extend(component.components)
            component.inner_html = html

    @rule(which=st.integers(0, 11))
    def show_or_hide(self, which: int) -> None:
        if places := self.places():
            component = self.one(places, which)
            component.show = not component.show

    @rule(which=st.integers(0, 1), title=st.sampled_from(WORDS), css=st.sampled_from(("", "p { color: red }")))
    def set_page(self, which: int, title: str, css: str) -> None:
        self.pages[which].title, self.pages[which].css = title.strip(), css

    @rule(which=st.integers(0, 11), place=st.integers(0, 5), component=components(1))
    def insert_new(self, which: int, place: int, component: ui.Component) -> None:
        self.one(self.holders(), which).components.insert(place, component)

    @rule(which=st.integers(0, 11), place=st.integers(0, 5), what=st.integers(0, 11), spare=st.booleans())
    def insert_known(self, which: int, place: int, what: int, spare: bool) -> None:
        """Put in what was taken out before, or one more place of what stands somewhere already."""
        known = self.spare if spare else self.places()
        if known:
            with suppress(ui.TreeError):  # into itself, or twice under one parent
                self.one(self.holders(), which).add_component(self.one(known, what), place)

    @rule(what=st.integers(0, 11), place=st.integers(0, 2))
    def take_out(self, what: int, place: int) -> None:
        if places := self.places():
            component = self.one(places, what)
            self.one(component.parents, place).remove(component)
            self.spare.append(component)

    @rule(what=st.integers(0, 11), where=st.integers(0, 11), place=st.integers(0, 5))
    def move(self, what: int, where: int, place: int) -> None:
        if places := self.places():
            component, parent = self.one(places, what), self.one(self.holders(), where)
            before = self.one(component.parents, place)
            if parent is not component and parent not in below(component):
                before.remove(component)
                with suppress(ui.TreeError):
                    parent.add_component(component, place)

    @rule(which=st.integers(0, 11), key=st.integers(1, 7))
    def sort(self, which: int, key: int) -> None:
        children = self.one(self.holders(), which).components
        places = {child: (place * key) % 7 for place, child in enumerate(children)}
        children.sort(key=lambda child: places[child])

    @rule(
        which=st.integers(0, 11),
        start=st.integers(0, 4),
        stop=st.integers(0, 4),
        new=st.lists(components(0), max_size=2),
    )
    def assign_slice(self, which: int, start: int, stop: int, new: list[ui.Component]) -> None:
        children = self.one(self.holders(), which).components
        children[start:stop] = [*children[start:stop][::-2], *new]

    @rule(which=st.integers(0, 11))
    def clear(self, which: int) -> None:
        parent = self.one(self.holders(), which)
        self.spare.extend(parent.components)
        parent.clear()

    @rule(page=st.integers(0, 1), text=st.sampled_from(WORDS), how=st.sampled_from(("show", "place")))
    def be_away(self, page: int, text: str, how: str) -> None:
        """Away from one page, changed and updated on the other, and back before the first has been updated."""
        common, here, there = self.common, self.pages[page], self.pages[1 - page]
        if not {here, there} <= set(common.parents):
            return
        place = here.components.index(common)
        if how == "place":
            here.remove(common)
        else:
            common.show = not common.show
        common.text = text
        self.call(there.update)
        self.forget_expectations()
        if how == "place":
            here.add_component(common, place)
        else:
            common.show = not common.show

    @rule(text=st.sampled_from(WORDS), turning=st.booleans())
    def set_state(self, text: str, turning: bool) -> None:
        if turning:
            self.call(lambda: FOLLOWED.set(text))
        else:
            FOLLOWED.set(text)
        self.forget_expectations()

    # Updates

    @rule(which=st.integers(0, 5))
    def update_page(self, which: int) -> None:
        page = self.one(self.all_pages(), which)
        self.call(page.update)
        self.forget_expectations()
        self.expect(page, page._delivery.tabs.values())

    @rule(which=st.integers(0, 11))
    def update_component(self, which: int) -> None:
        if places := self.places():
            self.call(self.one(places, which).update)
            self.forget_expectations()

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 5))
    def update_one_tab(self, which: int) -> None:
        opened = self.one(self.tabs, which)
        tab = self.server_tab(opened)
        if tab is not None:
            self.call(opened.page.update, tab)
            self.expect(opened.page, [tab])

    def forget_expectations(self) -> None:
        """A part was updated, or what several pages share."""
        for opened in self.tabs:
            opened.expected = None

    def expect(self, page: ui.WebPage, tabs: Any) -> None:
        """These tabs of the page have been told everything."""
        document = rendering(page)
        told = set(tabs)
        for opened in self.tabs:
            if opened.page is page and self.server_tab(opened) in told:
                opened.expected = document

    def server_tab(self, opened: Opened) -> ui.Tab | None:
        return self.app.registry.find((opened.tab.document.boot or {}).get("token", ""))

    # Tabs

    @rule(person=st.integers(0, 1), which=st.integers(0, 2))
    def join(self, person: int, which: int) -> None:
        if len(self.tabs) < 6:
            tab = self.run(self.open(person, which))
            assert tab.state == "joined", tab.text()
            opened = Opened(tab, self.all_pages()[which] if which < 2 else self.private[-1])
            opened.expected = rendering(opened.page)
            self.tabs.append(opened)

    async def open(self, person: int, which: int) -> Tab:
        asyncio.get_running_loop().call_later(0.01, self.busy.set)
        return await self.people[person].open(("/0", "/1", "/private")[which])

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 5), how=st.sampled_from(("drop", "hold", "stall")))
    def lag(self, which: int, how: str) -> None:
        opened = self.one(self.tabs, which)
        opened.flowing = False
        self.call(getattr(opened.tab, how))

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 5))
    def resume(self, which: int) -> None:
        opened = self.one(self.tabs, which)
        self.run(self.bring_back(opened))
        if opened.unsent:
            self.run(opened.tab.settled())
            opened.unsent = False
            self.forget_expectations()  # an update has followed what was typed

    async def bring_back(self, opened: Opened) -> None:
        opened.tab.release()
        opened.tab.flow()
        if opened.tab.state == "dropped":
            known = self.server_tab(opened) is not None
            await opened.tab.resume()
            if not known:
                # The page was fetched anew: that is a join.
                if opened.page in self.private:
                    opened.page = self.private[-1]
                opened.expected = None
        opened.flowing = True

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 5))
    def grace_ends(self, which: int) -> None:
        opened = self.one(self.tabs, which)
        self.call(opened.tab.drop)
        opened.flowing = False
        if (tab := self.server_tab(opened)) is not None:
            self.call(self.app.registry.leave, tab)

    @rule()
    def restart(self) -> None:
        self.run(self.app.stop())
        for opened in self.tabs:
            opened.tab.drop()
            opened.flowing = False

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 5), field=st.integers(0, 9), text=st.sampled_from(("k", "two words", "")))
    def type(self, which: int, field: int, text: str) -> None:
        opened = self.one(self.tabs, which)
        self.run(self.change(opened.tab, field, text))
        opened.unsent |= opened.tab.state == "dropped"
        self.forget_expectations()

    async def change(self, tab: Tab, which: int, text: str) -> None:
        usable = [field for field in tab.document.fields() if field.visible and not field.disabled]
        if not usable:
            return
        field = self.one(usable, which)
        if field.kind == "checked":
            await tab.click(field)
        elif field.kind == "text":
            await tab.type(field, text)
        else:
            await tab.fill(field, str(len(text)))

    # The law

    @invariant()
    def a_tab_shows_its_last_update_or_join(self) -> None:
        if hasattr(self, "app") and not self.tiny:  # a fresh state is of the moment when it is sent
            self.run(self.compare_with_expectations())

    async def compare_with_expectations(self) -> None:
        for opened in self.tabs:
            expected = opened.expected
            if opened.flowing and expected is not None and opened.tab.state == "joined":
                await self.arrived(opened)
                assert_same(opened.tab.document, expected, values=False)

    async def arrived(self, opened: Opened) -> None:
        """Wait until the tab has all frames that were sent to it, those that waited for styles included."""
        tab = self.server_tab(opened)
        assert tab is not None
        styling = opened.page._delivery.styling
        assert styling is not None
        if not styling.idle:
            self.busy.set()
            await opened.tab.wait_for(lambda: styling.idle)
        await opened.tab.wait_for(lambda: opened.tab.stream.have == tab.outbox.number and not tab.outbox._waiting)

    def teardown(self) -> None:
        self.busy.set()
        try:
            if hasattr(self, "app"):
                self.run(self.compare_with_fresh_loads())
        finally:
            with suppress(AttributeError):
                for person in self.people:
                    self.run(person.__aexit__(None, None, None))
            self.runner.close()

    async def compare_with_fresh_loads(self) -> None:
        for opened in self.tabs:
            await self.bring_back(opened)
        for opened in self.tabs:
            await opened.tab.settled()
        for page in self.all_pages():
            page.update()
        for opened in self.tabs:
            await self.arrived(opened)
        fresh = [await self.people[0].open(url) for url in ("/0", "/1")]
        for page, tab in zip(self.pages, fresh, strict=True):
            assert_same(tab.document, rendering(page))
        for opened in self.tabs:
            assert opened.tab.state == "joined"
            assert_same(opened.tab.document, rendering(opened.page))
            styles = opened.page._delivery.styling
            assert styles is not None
            await opened.tab.wait_for(complete(styles.sheet))
            await self.arrived(opened)
            assert opened.tab.document.sheet == styles.sheet.text.split("\n")
        for page, tab in zip(self.pages, fresh, strict=True):
            styles = page._delivery.styling
            assert styles is not None
            assert tab.document.sheet == styles.sheet.text.split("\n")
            for string in classes_of(tab.document):
                for name in string.split():
                    line = styles.sheet.dialect.line(name) if styles.sheet.dialect else None
                    assert line is None or {line.text, *(need.text for need in line.needs)} <= set(tab.document.sheet)


@pytest.mark.timeout(400)
@pytest.mark.covers("JP-05", "JP-06")
def test_every_tab_shows_what_a_fresh_load_shows() -> None:
    examples = 120 if os.environ.get("CI") else 60
    run_state_machine_as_test(
        LawThree,
        settings=settings(
            max_examples=examples, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
