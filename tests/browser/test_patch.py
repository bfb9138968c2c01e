"""Operations in the real DOM: each does what docs/wire.md says, and touches nothing else (law 3)."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import (
    Site,
    app_of,
    caret,
    comes,
    focused,
    has_value,
    mark_window,
    operations,
    picture,
    put_caret,
    shows_what_a_fresh_load_shows,
    value,
)
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People
from tests.harness.waiting import eventually


class Svg(ui.Component):
    """What a user would write for a drawing."""

    tag: ClassVar[str] = "svg"
    namespace: ClassVar[str] = "svg"


class Circle(Svg):
    tag: ClassVar[str] = "circle"


class Foreign(Svg):
    tag: ClassVar[str] = "foreignObject"


class Stage:
    """A part of a page for one edit: a box with three paragraphs, and one of everything else."""

    def __init__(self, name: str = "stage") -> None:
        self.root = ui.Section(id=name)
        self.box = ui.Div("leading", a=self.root)
        self.one, self.two, self.three = (
            ui.P(text, id=f"{name}-{text}", a=self.box) for text in ("one", "two", "three")
        )
        self.field = ui.Input(value="text", a=self.root)
        self.choice = ui.Select(options=["red", "green"], value="green", a=self.root)
        self.loose = ui.Text("loose", a=self.root)
        self.hidden = ui.P("hidden", ui.B("bold"), show=False, a=self.root)
        self.raw = ui.Div(inner_html="<i>raw</i>", a=self.root)
        self.drawing = Svg(Circle(attributes={"r": "5", "cx": "5"}), a=self.root, attributes={"viewBox": "0 0 10 10"})


def rotate(stage: Stage) -> None:
    stage.box.components.append(stage.box.components.pop(0))


EDITS: dict[str, tuple[str, Callable[[Stage], Any]]] = {
    "text of an element": ("t", lambda stage: setattr(stage.one, "text", "1 < 2 & 3")),
    "leading text before children": ("t", lambda stage: setattr(stage.box, "text", "changed")),
    "leading text goes": ("t", lambda stage: setattr(stage.box, "text", "")),
    "leading text comes": ("t", lambda stage: setattr(stage.root, "text", "new")),
    "a text node": ("t", lambda stage: setattr(stage.loose, "text", "tight")),
    "a text node becomes empty": ("t", lambda stage: setattr(stage.loose, "text", "")),
    "an attribute": ("a", lambda stage: setattr(stage.one, "title", 'say "hi"')),
    "a flag": ("a", lambda stage: setattr(stage.field, "disabled", True)),
    "an attribute goes": ("a", lambda stage: setattr(stage.one, "id", None)),
    "classes": ("a", lambda stage: setattr(stage.one, "classes", "a b")),
    "a style": ("a", lambda stage: setattr(stage.one, "style", "color: red; margin: 3px")),
    "a handler": ("a", lambda stage: stage.one.on("click", lambda: None, debounce=50)),
    "a value": ("v", lambda stage: setattr(stage.field, "value", "other")),
    "a choice": ("v", lambda stage: setattr(stage.choice, "value", "red")),
    "raw HTML": ("w", lambda stage: setattr(stage.raw, "inner_html", "<b>x</b> &amp; <a href='/y'>y</a>")),
    "raw HTML becomes text": ("w", lambda stage: setattr(stage.raw, "text", "<b>")),
    "an element becomes raw": ("w", lambda stage: setattr(stage.box, "inner_html", "<hr>")),
    "first child": ("i", lambda stage: stage.box.add_first(ui.P("zero"))),
    "last children": ("i", lambda stage: stage.box.add(ui.P("four"), "text", ui.Ul(ui.Li("deep")))),
    "a child in the middle": ("i", lambda stage: stage.box.components.insert(1, ui.Input(value="new"))),
    "options": ("i", lambda stage: setattr(stage.choice, "options", ["blue", "green", "red"])),
    "into a drawing": ("i", lambda stage: stage.drawing.add(Circle(attributes={"r": "7"}))),
    "a drawing": ("i", lambda stage: stage.root.add(Svg(Circle(attributes={"r": "1"})))),
    "HTML in a drawing": ("i", lambda stage: stage.drawing.add(Foreign(ui.P("html")))),
    "a table": ("i", lambda stage: stage.root.add(ui.Table(ui.Tr(ui.Td("cell"))))),
    "a textarea": ("i", lambda stage: stage.root.add(ui.Textarea(value="\nx\n y"))),
    "a move": ("m", rotate),
    "a reversal": ("m", lambda stage: stage.box.components.reverse()),
    "a removal": ("r", lambda stage: stage.box.remove(stage.two)),
    "all go": ("r", lambda stage: stage.box.clear()),
    "shown": ("n", lambda stage: setattr(stage.hidden, "show", True)),
    "not shown": ("h", lambda stage: setattr(stage.box, "show", False)),
}


async def test_every_operation_makes_what_a_fresh_load_shows(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    stages = {name: Stage(f"s{number}") for number, name in enumerate(EDITS)}
    page.add(*[stage.root for stage in stages.values()])
    site = Site(serve, proxied, page)
    ada = await person()
    tab = await site.open(ada)
    for number, (name, (operation, edit)) in enumerate(EDITS.items()):
        before = await picture(tab, f"#s{number}")
        tab.forget()
        edit(stages[name])
        await page.update()
        await eventually(lambda: operations(tab), what=name)
        assert operation in {one[0] for one in operations(tab)}, name
        assert await picture(tab, f"#s{number}") != before, name
    fresh = await site.open(ada)
    for number, name in enumerate(EDITS):
        assert await picture(tab, f"#s{number}") == await picture(fresh, f"#s{number}"), name
    page.text, page.classes = "leading text of the page", "dark"
    await page.update()
    await expect(tab.page.locator("body.dark")).to_contain_text("leading text of the page")
    await shows_what_a_fresh_load_shows(site, ada, tab)


async def test_a_removal_of_several_and_its_return(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    rows = ui.Ul(*[ui.Li(str(number)) for number in range(3)], id="rows", a=page)
    site = Site(serve, proxied, page)
    ada = await person()
    tab = await site.open(ada)
    children = list(rows.components)
    rows.clear()
    await page.update()
    await expect(tab.page.locator("#rows li")).to_have_count(0)
    rows.components.extend(reversed(children))
    await page.update()
    await expect(tab.page.locator("#rows li")).to_have_text(["2", "1", "0"])
    await shows_what_a_fresh_load_shows(site, ada, tab)


# Moves

OBSERVE = """(selector) => {
    globalThis.moved = [];
    new MutationObserver((changes) => {
        for (const change of changes) for (const node of change.addedNodes) globalThis.moved.push(node.id);
    }).observe(document.querySelector(selector), { childList: true });
}"""


@pytest.mark.parametrize(
    ("name", "edit", "moved"),
    [
        ("first to the end", lambda rows: rows.append(rows.pop(0)), {"r0"}),
        ("last to the front", lambda rows: rows.insert(0, rows.pop()), {"r9"}),
        ("two change places", lambda rows: rows.__setitem__(slice(3, 5), [rows[4], rows[3]]), 1),
        ("sorted backwards", lambda rows: rows.reverse(), 9),
        ("one row is new", lambda rows: rows.insert(5, ui.Li("new", id="new")), {"new"}),
        ("sorted by a column", lambda rows: rows.sort(key=lambda row: "0517293648".index(row.attributes["id"][1])), 4),
        ("nothing moves", lambda rows: rows.sort(key=lambda row: row.attributes["id"]), set()),
    ],
)
async def test_a_reorder_moves_only_what_it_must(
    serve: Serve, proxied: Proxied, person: People, name: str, edit: Callable[[Any], Any], moved: int | set[str]
) -> None:
    page = ui.WebPage()
    rows = ui.Ul(*[ui.Li(f"row {number}", id=f"r{number}") for number in range(10)], id="rows", a=page)
    end = ui.P("", id="end", a=page)
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    await tab.page.evaluate(OBSERVE, "#rows")
    edit(rows.components)
    end.text = "done"
    await page.update()
    await expect(tab.page.locator("#end")).to_have_text("done")
    await expect(tab.page.locator("#rows li")).to_have_text([row.text for row in rows.components])
    touched = await tab.page.evaluate("() => globalThis.moved")
    assert len(touched) == len(set(touched))
    assert (set(touched) == moved) if isinstance(moved, set) else (len(touched) == moved), touched


async def test_what_lives_in_moved_nodes_stays(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    rows = ui.Div(id="rows", a=page)
    frame = ui.Div(ui.Iframe(src="/inner", id="frame"), id="r0")
    typing = ui.Div(ui.Input(id="box", value="some text"), id="r1")
    scrolled = ui.Div(*[ui.P(str(number)) for number in range(50)], id="r2", style="height: 60px; overflow: auto")
    opened = ui.Div(ui.Details(ui.Summary("more", id="more"), "text", id="details"), id="r3")
    rows.add(frame, typing, scrolled, opened)
    app = app_of(page)
    app.route("/inner")(lambda: ui.WebPage(ui.P("inner")))
    site = Site(serve, proxied, app)
    tab = await site.open(await person())
    await tab.page.evaluate(
        "() => { document.querySelector('#frame').contentWindow.marker = 1; document.querySelector('#r2').scrollTop = 77; }"
    )
    await tab.page.click("#more")
    await put_caret(tab, "#box", 2, 6)
    for order in ([3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1]):
        children = [frame, typing, scrolled, opened]
        rows.components[:] = [children[place] for place in order]
        await page.update()
        await _order_becomes(tab, [f"r{place}" for place in order])
        assert await tab.page.evaluate("() => document.querySelector('#frame').contentWindow.marker") == 1
        assert await tab.page.evaluate("() => document.querySelector('#r2').scrollTop") == 77
        assert await tab.page.locator("#details").get_attribute("open") is not None
        assert await focused(tab) == "box"
        assert await caret(tab, "#box") == (2, 6)


async def _order_becomes(tab: BrowserTab, wanted: list[str]) -> None:
    async def is_so() -> bool:
        seen = await tab.page.evaluate("() => Array.from(document.querySelector('#rows').children, (row) => row.id)")
        return bool(seen == wanted)

    await comes(is_so, what=f"rows in the order {wanted}")


# One component at several places


@pytest.mark.covers("JP-18", "JP-19")
async def test_one_component_at_several_places(serve: Serve, proxied: Proxied, person: People) -> None:
    icon = ui.Span("*", ui.B("!"), classes="icon")
    page, other = ui.WebPage(), ui.WebPage()
    rows = [ui.Div(f"row {number} ", icon, id=f"row{number}", a=page) for number in range(3)]
    ui.Div(icon, a=other)
    icon.add_page(page)  # JustPy programs say this; it changes nothing
    app = app_of(page)
    app.route("/other")(lambda: other)
    site = Site(serve, proxied, app)
    ada = await person()
    here, there = await site.open(ada), await site.open(ada, "other")
    icon.text = "+"
    icon.components[0].text = "?"
    icon.add(ui.I("~"))
    icon.classes = "icon big"
    await icon.update()
    await expect(here.page.locator(".icon.big")).to_have_text(["+?~"] * 3)
    await expect(there.page.locator(".icon.big")).to_have_text(["+?~"])
    rows[1].remove(icon)
    await page.update()
    await expect(here.page.locator(".icon")).to_have_count(2)
    await expect(there.page.locator(".icon")).to_have_count(1)
    icon.show = False
    await page.update()
    await expect(here.page.locator(".icon")).to_have_count(0)
    await expect(there.page.locator(".icon")).to_have_count(0)
    icon.show = True
    icon.components.pop()
    await page.update()
    await expect(here.page.locator(".icon")).to_have_text(["+?"] * 2)
    await shows_what_a_fresh_load_shows(site, ada, here)


# HTML that the parser would tear apart


async def test_trees_that_html_cannot_write(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    paragraph = ui.P("before", ui.Div("a block in a paragraph", id="block"), "after", id="p", a=page)
    table = ui.Table(ui.Tr(ui.Td("cell", id="cell")), a=page)
    ui.A("outer ", ui.A("inner", href="/x"), href="/y", a=page)
    ui.Ul(ui.Div("no item"), a=page)
    ui.Form(ui.Form(ui.Input(id="field", name="x")), a=page)
    site = Site(serve, proxied, page)
    ada = await person()
    tab = await site.open(ada)
    await expect(tab.page.locator("p > div#block")).to_have_text("a block in a paragraph")
    await expect(tab.page.locator("table > tr > td#cell")).to_have_text("cell")
    await expect(tab.page.locator("form > form > input")).to_have_count(1)
    paragraph.components[1].text = "changed"
    paragraph.components[2].text = "behind"
    table.add(ui.Tr(ui.Td("second")))
    table.components[0].add(ui.Td("third"))
    await page.update()
    await expect(tab.page.locator("#p")).to_have_text("beforechangedbehind")
    await expect(tab.page.locator("table > tr > td")).to_have_text(["cell", "third", "second"])
    await shows_what_a_fresh_load_shows(site, ada, tab)


async def test_texts_that_touch(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    texts = [ui.Text(text) for text in ("a", "", "b", " ", "c")]
    line = ui.P("lead", *texts, id="line", a=page)
    pre = ui.Pre("\nfirst", id="pre", a=page)
    site = Site(serve, proxied, page)
    ada = await person()
    tab = await site.open(ada)
    for number, text in enumerate(texts):
        text.text += str(number)
    pre.text = "\n\nsecond"
    await page.update()
    await expect(tab.page.locator("#line")).to_have_text("leada01b2 3c4")
    line.components.reverse()
    line.text = ""
    await page.update()
    await expect(tab.page.locator("#line")).to_have_text("c4 3b21a0")
    assert await tab.page.locator("#pre").evaluate("(node) => node.textContent") == "\n\nsecond"
    await shows_what_a_fresh_load_shows(site, ada, tab)


# Styles under the policy, and what is outside of the body


@pytest.mark.covers("JP-36")
async def test_the_head_of_the_page(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage(
        ui.P("text", id="p", style="margin-left: 7px"),
        css="#p { color: rgb(1, 2, 3) }",
        head_html="<style>#p { font-size: 19px }</style><meta name='robots' content='none'>",
    )
    site = Site(serve, proxied, page)
    tab, other = await site.open(await person()), await site.open(await person())

    async def looks() -> list[str]:
        return list(
            await tab.page.locator("#p").evaluate(
                "(node) => { const { color, fontSize, marginLeft } = getComputedStyle(node); return [color, fontSize, marginLeft]; }"
            )
        )

    assert await looks() == ["rgb(1, 2, 3)", "19px", "7px"]
    page.title, page.lang = "Übung", "de"
    page.css = "#p { color: rgb(4, 5, 6) }"
    page.head_html = "<style>#p { font-size: 23px }</style><meta name='robots' content='all'>"
    page.favicon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
    page.components[0].style = "margin-left: 9px"
    page.display_url = "/#shown"
    await page.update()
    for one in (tab, other):
        await expect(one.page).to_have_title("Übung")
    assert await looks() == ["rgb(4, 5, 6)", "23px", "9px"]
    assert await tab.page.evaluate("() => document.documentElement.lang") == "de"
    assert await tab.page.locator("meta[name=robots]").get_attribute("content") == "all"
    assert await tab.page.locator("link[rel=icon]").get_attribute("href") == page.favicon
    assert tab.page.url.endswith("/#shown")
    page.title = "only here"
    (first, _) = site.app.tabs
    await page.update(tab=first)
    await eventually(lambda: operations(tab, "p")[-1] != operations(other, "p")[-1])
    assert await other.page.title() == "Übung"


async def test_redirect_and_new_window(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage(ui.P("start"))
    app = app_of(page)
    app.route("/next")(lambda: ui.WebPage(ui.P("next", id="next")))
    site = Site(serve, proxied, app)
    ada, bob = await person(), await person()
    tab, other = await site.open(ada), await site.open(bob)
    async with ada.context.expect_page() as opening, bob.context.expect_page():
        page.open = "/next"
        await page.update()
    await (await opening.value).locator("#next").wait_for()
    site.app.call(site.app.tabs[0].redirect, "/next")
    await tab.page.locator("#next").wait_for()
    assert await other.page.locator("#next").count() == 0
    page.redirect = "/next"
    await page.update()
    await other.page.locator("#next").wait_for()


@pytest.mark.parametrize("address", ["javascript:alert(1)", " jAvascript:alert(1)", "data:text/html,x"])
async def test_a_redirect_runs_no_script(serve: Serve, proxied: Proxied, person: People, address: str) -> None:
    page = ui.WebPage(ui.P("start", id="start"))
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    tab.allow("Not allowed to navigate|failed")
    asked: list[str] = []
    tab.page.on("dialog", lambda dialog: asked.append(dialog.message))
    try:
        page.redirect = address
    except ui.JustuiError:
        return
    page.components[0].text = "still here"
    await page.update()
    await expect(tab.page.locator("#start")).to_have_text("still here")
    assert asked == []


# Calls on elements, and messages


async def test_calls_on_elements(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    dialog = ui.Dialog(ui.P("inside"), id="dialog", a=page)
    box = ui.Input(id="box", value="text", a=page)
    far = ui.P("far", id="far", style="margin-top: 3000px")
    calls: dict[str, Callable[[], Any]] = {
        "open": lambda: dialog.do("show_modal"),
        "close": lambda: dialog.do("close"),
        "focus": box.focus,
        "select": box.select,
        "scroll": far.scroll_into_view,
    }
    for name, call in calls.items():
        ui.Button(name, id=name, on_click=call, a=page)
    page.add(far)
    site = Site(serve, proxied, page)
    ada, bob = await site.open(await person()), await site.open(await person())
    await ada.page.click("#open")
    await expect(ada.page.locator("dialog:modal")).to_be_visible()
    await ada.page.evaluate("() => document.querySelector('#close').click()")
    await expect(ada.page.locator("#dialog")).to_be_hidden()
    await ada.page.click("#focus")
    await comes(lambda: _focus_is(ada, "box"))
    await ada.page.click("#select")
    await comes(lambda: _selection_is(ada, (0, 4)))
    await ada.page.click("#scroll")
    await expect(ada.page.locator("#far")).to_be_in_viewport()
    # All that happened to her alone.
    await expect(bob.page.locator("#dialog")).to_be_hidden()
    await expect(bob.page.locator("#far")).not_to_be_in_viewport()
    assert await focused(bob) == ""
    # Outside of handlers it is for everybody.
    box.focus()
    await page.update()
    await comes(lambda: _focus_is(bob, "box"))


async def _focus_is(tab: BrowserTab, name: str) -> bool:
    return await focused(tab) == name


async def _selection_is(tab: BrowserTab, wanted: tuple[int, int]) -> bool:
    return await caret(tab, "#box") == wanted


async def test_focus_of_a_field_that_is_made_in_the_same_update(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()

    def add() -> None:
        box = ui.Input(id="new", a=page)
        box.focus()

    ui.Button("Add", id="add", on_click=add, a=page)
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    await tab.page.click("#add")
    await comes(lambda: _focus_is(tab, "new"))
    await tab.page.keyboard.type("typed at once")
    await has_value(tab, "#new", "typed at once")


async def test_a_short_message(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    kinds = ("info", "success", "warning", "error")
    for kind in kinds:
        ui.Button(kind, id=kind, on_click=lambda kind=kind: ui.notify("<b>Done</b>", kind=kind), a=page)
    site = Site(serve, proxied, page)
    ada = await person()
    await ada.context.clock.install()
    tab, other = await site.open(ada), await site.open(await person())
    message = tab.page.locator("justui-notice .box")
    for kind in kinds:
        await tab.page.click(f"#{kind}")
        await expect(message).to_have_text("<b>Done</b>")
        await expect(tab.page.get_by_role("status")).to_contain_text("Done")
        await tab.page.clock.run_for(10_000)
        await expect(message).to_have_count(0)
    await expect(other.page.locator("justui-notice")).to_have_count(0)


# A fresh state


async def test_a_fresh_state_is_put_in_place(serve: Serve, proxied: Proxied, person: People) -> None:
    stage = Stage()
    page = ui.WebPage(stage.root)
    stage.box.set_attributes({"id": "box"})
    stage.field.set_attributes({"id": "field"})
    area = ui.Textarea(id="area", value="first\nsecond", a=page)
    ui.Details(ui.Summary("more", id="more"), "text", id="details", a=page)
    site = Site(serve, proxied, page)
    ada = await person()
    tab = await site.open(ada)
    await mark_window(tab)
    await tab.page.click("#more")
    await put_caret(tab, "#area", 3, 8)
    await tab.page.evaluate(
        """() => {
            globalThis.kept = ["#stage-two", "#area", "#field"].map((selector) => document.querySelector(selector));
            document.body.append(Object.assign(document.createElement("aside"), { id: "extension" }));
            document.body.className = "of-an-extension";
        }"""
    )
    stage.box.components.reverse()
    stage.box.remove(stage.one)
    stage.box.text = "other"
    stage.hidden.show, stage.raw.inner_html = True, "<b>new</b>"
    stage.field.value = "set"
    stage.box.components.insert(0, ui.P("made", id="made"))
    (seen,) = site.app.tabs
    site.app.call(seen.outbox.make_stale)
    await eventually(lambda: operations(tab, "s"))
    await expect(tab.page.locator("#box > *")).to_have_text(["made", "three", "two"])
    assert await focused(tab) == "area"
    assert await caret(tab, "#area") == (3, 8)
    assert await value(tab, "#field") == "set"
    assert await tab.page.locator("#details").get_attribute("open") is not None
    assert await tab.page.evaluate("() => globalThis.kept.every((node) => node.isConnected)")
    assert await tab.page.locator("aside#extension").count() == 1
    await tab.page.evaluate(
        "() => { document.querySelector('aside').remove(); document.body.removeAttribute('class'); }"
    )
    await tab.page.evaluate("() => document.querySelector('details').open = false")
    await shows_what_a_fresh_load_shows(site, ada, tab)
    # Then ordinary operations go on.
    stage.two.text, area.value = "go on", "third"
    await page.update()
    await expect(tab.page.locator("#stage-two")).to_have_text("go on")
    await has_value(tab, "#area", "third")


async def test_operations_for_what_is_not_there_are_ignored(serve: Serve, proxied: Proxied, person: People) -> None:
    stage = Stage()
    page = ui.WebPage(stage.root)
    site = Site(serve, proxied, page)
    ada = await person()
    tab = await site.open(ada)
    (seen,) = site.app.tabs
    gone = 10**9
    wrong = [["t", gone, "x"], ["a", gone, {"title": "x"}], ["v", gone, "x"], ["w", gone, "x"], ["r", gone, [1]]]
    wrong += [["i", gone, 0, [{"j": gone + 1, "t": "p"}]], ["m", gone, 0, [1]], ["n", gone, {"j": gone, "t": "p"}]]
    wrong += [["h", gone], ["d", gone, "focus", []], ["i", stage.box._id, gone, [{"j": gone + 2, "t": "p"}]]]
    wrong += [["d", stage.box._id, "remove", []], ["of a later version", 1]]
    for operation in wrong:
        site.app.call(seen.send, operation)
    stage.one.text = "fine"
    await page.update()
    await expect(tab.page.locator("#stage-one")).to_have_text("fine")
    await shows_what_a_fresh_load_shows(site, ada, tab)
