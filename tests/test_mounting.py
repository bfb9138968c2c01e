"""Components in HTML of the user's own: where they stand, that they are in step, what is refused and what an attacker gets."""

import asyncio
import gc
import re
import weakref
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import justui as ui
from justui.testing import Browser, Tab

EVIL = "</span><script>evil()</script>{{ justui() }}{{ 7 * 7 }}{% raw %}"


def folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        (path / f"{name}.html").write_text(text, "utf-8")
    return path


def shows(tab: Tab, texts: list[str]) -> bool:
    return [tab.text(one) for one in tab.find_all("span")] == texts


async def test_components_stand_where_the_template_has_them_and_are_in_step(tmp_path: Path) -> None:
    app = ui.App(
        templates=folder(
            tmp_path,
            base="<html><head><title>{{ title }}</title>{{ justui() }}</head><body>{% block body %}{% endblock %}</body></html>",
            home='{% extends "base.html" %}{% from "row.html" import row %}{% block body %}<h1>Hello {{ name }}, welcome</h1>'
            '<p id="clock">{{ clock }}</p>{% include "box.html" %}<table><tbody>{% for one in rows %}{{ row(one) }}{% endfor %}'
            '</tbody></table><ul>{{ items|join("<hr>") }}</ul>{% set again %}{{ clock }}{% endset %}{{ again }}'
            "<svg>{{ dot }}</svg><!-- {{ secret }} --></body>{% endblock %}",
            row="{% macro row(one) %}{{ one }}{% endmacro %}",
            box="<section>{{ box }}</section>",
        )
    )
    clock = ui.Span("12:00", classes="p-4")
    secret = ui.P("a comment is no place")

    @app.route("/")
    def home() -> ui.HtmlPage:
        count, person = ui.State(0), ui.Text("Ann")
        field = ui.Input(name="who")

        def more() -> None:
            count.set(count.value + 1)
            person.text = field.value

        box = ui.Div(field, ui.Button("More", on_click=more), ui.B(text=count))
        hidden = ui.Li("hidden", show=False)
        return app.render(
            "home.html",
            title="Mounted",
            name=person,
            clock=clock,
            box=box,
            rows=[ui.Tr(ui.Td(f"row {number}")) for number in range(2)],
            items=[ui.Li("shown"), hidden],
            dot=ui.svg.Circle(r=3),
            secret=secret,
        )

    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open(), await bob.open()
        text = hers.response.text
        assert "justui-" not in re.sub(r'id="justui-(boot|sheet)"', "", text)
        assert "<!--  -->" in text
        assert not secret.parents
        assert ".p-4{" in text
        assert "_justui/tokens." in text
        assert "_justui/base." not in text, "the user's own elements keep their looks"
        assert [row.tag for row in hers.find("tbody").elements() if row.tag == "tr"] == ["tr", "tr"]
        await hers.type("[name=who]", "Bea")
        await hers.click("More")
        await hers.wait_for(lambda: hers.text("h1") == "Hello Bea, welcome")
        assert hers.text("b") == "1"
        assert (his.text("h1"), his.text("b")) == ("Hello Ann, welcome", "0")
        # One object in two places of each page, and on the pages of two people.
        clock.text = "13:00"
        await clock.update()
        for tab in (hers, his):
            await tab.wait_for(partial(shows, tab, ["13:00"] * 2))
        [page] = [tab.page for tab in app.tabs if tab.page.components[0].text == "Ann"]
        page.components[-2].show = True
        page.update()
        await his.wait_for("hidden")
        # What does not fit is replaced by a state of the components alone, wherever they stand.
        his.drop()
        page.components[0].text = "Cid"
        page.components[-2].show = False
        page.components[-1].classes = "round"
        page.tabs[0].outbox.make_stale()
        page.update()
        await his.resume()
        await his.wait_for(lambda: his.text("h1") == "Hello Cid, welcome")
        assert not [one for one in his.find_all("li") if one.visible and "hidden" in his.text(one)]
        assert his.find("circle").attributes["class"] == "round"
        assert [frame for frame in his.stream.frames if '["s",' in frame]
        assert his.find("body").attributes == {}
        # A page that is loaded now shows the same.
        assert (await bob.open(join=False)).text("#clock") == "13:00"


@pytest.mark.covers("PC-07")
async def test_a_plain_page_shows_components_as_they_are_and_says_that_nobody_hears_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = ui.App(debug=True)
    choice = ui.Select(ui.Option("a"), ui.Option("b"), value="b")
    card = ui.Div(
        ui.Button("Go", on_click=lambda: None), ui.Input(value='"x"'), choice, ui.P("gone", show=False), "<i>"
    )
    app.route("/")(lambda: app.render_text("<section>{{ card }}</section>", card=card))
    async with Browser(app) as browser:
        tab = await browser.open()
        assert tab.state == "plain"
        assert tab.response.text == (
            '<section><div><button>Go</button><input value="&quot;x&quot;"><select><option>a</option><option selected>b</option>'
            "</select>&lt;i></div></section>"
        )
    assert "has handlers, and stands in a page that is not live" in "\n".join(caplog.messages)


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("<p>\n<b title='{{ c }}'>x</b>", r"line 2: Div .* stands in the tag <b>"),
        ("<script>\n\nlet x = '{{ c }}'</script>", r"line 3: Div .* stands in <script>"),
        ("<title>{{ c }}</title>", r"line 1: Div .* stands in <title>"),
        ("<textarea>{{ c }}</textarea>", r"stands in <textarea>"),
        ("<template><p>{{ c }}</p></template>", r"stands in <template>"),
        ("<p {{ c }}>", r"stands in the tag <p>"),
    ],
)
def test_a_component_in_a_place_where_none_can_stand_is_named_with_template_and_line(
    source: str, where: str, tmp_path: Path
) -> None:
    app = ui.App(templates=folder(tmp_path, page=source + "{{ justui() }}"))
    with pytest.raises(ui.TreeError, match=f"'page.html', {where}" if "line" in where else where):
        app.render("page.html", c=ui.Div())
    # Behind it there is a place again.
    closed = {"<p {{ c }}>": "</p>", "<p>\n<b title='{{ c }}'>x</b>": "</p>"}.get(source, "")
    assert app.render_text(f"{source.replace('{{ c }}', '')}{closed}{{{{ c }}}}", c=ui.Div()).components


def test_the_template_alone_places_the_components() -> None:
    app = ui.App()
    first, second = ui.P("one"), ui.P("two")
    page = app.render_text("{{ justui() }}{{ a }}{{ b }}{{ a }}", a=first, b=second)
    assert list(page.components) == [first, second]
    edits: list[Any] = [
        first.delete,
        page.clear,
        page.components.pop,
        page.components.clear,
        page.components.sort,
        page.components.reverse,
        lambda: page.remove(second),
        lambda: page.add(ui.P()),
        lambda: setattr(page, "components", []),
        lambda: page.components.__setitem__(0, second),
        lambda: page.components.__delitem__(0),
    ]
    for edit in edits:
        with pytest.raises(ui.TreeError, match="its template places the components"):
            edit()
    with pytest.raises(ui.TreeError, match=r"line 1: WebPage .* is a page, and the template makes one already"):
        app.render_text("{{ page }}", page=ui.WebPage())
    with pytest.raises(ui.UsageError, match="is a component, no text"):
        first.__html__()
    with ui.Div() as around:
        inside = ui.P()
        app.render_text("{{ inside }}", inside=inside)
    assert not list(around.components), "the template has placed it"


async def test_an_attacker_gets_nothing_by_values_marks_or_numbers() -> None:
    app = ui.App()
    clicks: list[str] = []
    sources: list[str] = []

    @app.route("/")
    def home(value: str = "") -> ui.HtmlPage:
        mine = ui.Button(value, on_click=lambda: clicks.append(value))
        page = app.render_text("{{ justui() }}<p title='{{ value }}'>{{ value }}</p>{{ mine }}", value=value, mine=mine)
        sources.append(str(page.components[0].__dict__))
        return page

    async with Browser(app) as ann, Browser(app) as eve:
        hers = await ann.open("/?value=Ann")
        evil = await eve.open("/?value=" + EVIL.replace("%", "%25"))
        text = evil.response.text
        assert "<script>evil" not in text
        assert text.count('id="justui-boot"') == 1
        assert "49" not in evil.text("p")
        assert evil.text("p") == evil.text("button") == EVIL
        # The number of a component that stands on somebody else's page, and of a page, is nothing.
        number = hers.find("button").component
        for forged in (number, app.tabs[0].page._id, app.tabs[1].page._id):
            evil.stream.send_event(forged, "click", {})
        await evil.click("button")
        await evil.settled()
        assert clicks == [EVIL]
        # A mark that is no mark of ours stays text.
        assert (await eve.open("/?value=justui-0-c1;", join=False)).text("p") == "justui-0-c1;"


async def test_our_look_of_elements_is_there_when_it_is_asked_for() -> None:
    app = ui.App()

    @app.route("/{theme}")
    def home(theme: str) -> ui.HtmlPage:
        page = app.render_text(
            "{{ justui() }}<p>{{ c }}</p>" if theme == "with" else "{{ justui() }}", c=ui.P(classes="m-2")
        )
        page.theme = None if theme == "without" else "default"
        return page

    async with Browser(app) as browser:
        for theme in ("with", "alone", "without"):
            text = (await browser.open(f"/{theme}", join=False)).response.text
            assert ("_justui/base." in text) is (theme != "without")
            assert "_justui/tokens." not in text


@pytest.mark.parametrize("change", ["upper", "urlencode", "truncate(40, true, leeway=0)", "replace(';', '')"])
def test_a_place_that_a_filter_has_changed_is_never_shown(change: str) -> None:
    for source in (
        f"{{% filter {change} %}}{{{{ c }}}}{{% endfilter %}}",
        f"{{% filter {change} %}}<script>{{% endfilter %}}",
    ):
        with pytest.raises(ui.UsageError, match="A filter has changed the place"):
            ui.App().render_text(source, c=ui.P())


class Live:
    def hello(self) -> str:
        return "hello"


async def test_a_mounted_page_and_a_live_object_go_with_their_tab() -> None:
    app = ui.App()
    shared = ui.P("shared")
    gone: list[weakref.ref[Any]] = []

    @app.route("/")
    def home() -> ui.HtmlPage:
        own = ui.Button("own", on_click=lambda: None)
        page = app.render_text("{{ justui() }}{{ shared }}{{ own }}", live=Live, shared=shared, own=own)
        gone.extend((weakref.ref(page), weakref.ref(own)))
        return page

    async with Browser(app) as browser:
        gc.collect()
        gc.disable()
        try:
            for _ in range(5):
                tab = await browser.open()
                assert await tab.server.hello() == "hello"
                [mine] = app.tabs
                gone.append(weakref.ref(next(iter(mine.bridge.instances.values()))))  # type: ignore[union-attr]
                del mine
                await tab.leave()
            for _ in range(5):
                await asyncio.sleep(0)
            assert [one() for one in gone] == [None] * 15
        finally:
            gc.enable()
        assert not app.calls.roots.entries()


STEPS = st.tuples(
    st.sampled_from("text show html new take move class update update_one drop resume stale join".split()),
    st.integers(0, 9),
    st.integers(0, 9),
)


@pytest.mark.timeout(200)
@given(st.lists(STEPS, min_size=5, max_size=40))
@settings(max_examples=25, deadline=None)
def test_mounted_trees_show_what_a_fresh_load_shows(steps: list[tuple[str, int, int]]) -> None:
    """Law 3 for pages of own HTML: whatever happens in whatever order."""
    asyncio.run(with_random_steps(steps))


async def with_random_steps(steps: list[tuple[str, int, int]]) -> None:  # noqa: C901 - a list of what may happen
    app = ui.App(outbox_frames=8)
    common = ui.Div("common", ui.Input(name="field"))
    roots: list[ui.Component] = [ui.Div(ui.P("a"), ui.P("b")), common, ui.Text("text"), ui.Tr(ui.Td("cell"))]
    source = "<head>{{ justui() }}</head><body><i>{{ text }} words</i>{{ common }}<p>x</p>{{ box }}<table>{{ row }}</table>{{ common }}"
    pages = [
        app.render_text(source, box=roots[0], common=common, text=roots[2], row=roots[3]),
        app.render_text(
            "<head>{{ justui() }}</head><body><b>{{ common }}</b>{{ own }}", common=common, own=ui.Ul(ui.Li("one"))
        ),
    ]
    app.route("/0")(lambda: pages[0])
    app.route("/1")(lambda: pages[1])

    def pick(number: int) -> ui.Component:
        found: list[ui.Component] = [
            one for page in pages for root in page.components for one in (root, *root.components)
        ]
        return found[number % len(found)]

    def holder(number: int) -> ui.Component:
        found = [roots[0], common, pages[1].components[1]]
        return found[number % len(found)]

    async with Browser(app) as browser:
        tabs = [(await browser.open("/0"), 0), (await browser.open("/0"), 0), (await browser.open("/1"), 1)]
        for step, one, other in steps:
            tab, number = tabs[one % len(tabs)]
            if step == "text" and not pick(one).void:
                pick(one).text = f"t{other}"
            elif step == "show":
                pick(one).show = not pick(one).show
            elif step == "html":
                holder(one).set_html("<em>raw</em>")
                holder(one).text = ""
            elif step == "new":
                holder(one).components.insert(other, ui.P(f"n{other}"))
            elif step == "take" and holder(one).components:
                holder(one).components.pop(other % len(holder(one).components))
            elif step == "move":
                holder(one).components.reverse()
            elif step == "class" and pick(one).tag:
                pick(one).classes = f"c{other}"
            elif step == "update":
                pages[one % 2].update()
            elif step == "update_one" and tab.state == "joined":
                pages[number].update(tab=next(iter(pages[number].tabs)))
            elif step == "drop" and tab.state == "joined":
                tab.drop()
            elif step == "resume" and tab.state != "joined":
                await tab.resume()
            elif step == "stale":
                pages[one % 2]._delivery.make_stale()
            elif step == "join" and len(tabs) < 5:
                tabs.append((await browser.open(f"/{one % 2}"), one % 2))
        for tab, _ in tabs:
            if tab.state != "joined":
                await tab.resume()
        for page in pages:
            page.update()
        for tab, number in tabs:
            fresh = await browser.open(f"/{number}")
            wanted = fresh.document.canonical(ids=True)
            await tab.wait_for(partial(same, tab, wanted))


def same(tab: Tab, wanted: str) -> bool:
    return tab.document.canonical(ids=True) == wanted
