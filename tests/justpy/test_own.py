"""Programs with components of their own, and JustPy's that are more than a tag."""

from typing import Any

import pytest

import justui as ui
import justui.justpy as jp
from justui.errors import TreeError
from justui.testing import Browser
from tests.justpy.showing import shown, two


async def test_a_pill_button_and_an_alert() -> None:
    class PillButton(jp.Button):
        def __init__(self, **kwargs: Any) -> None:
            self.bg_color = "blue"
            super().__init__(**kwargs)
            self.set_classes(f"bg-{self.bg_color}-500 hover:bg-{self.bg_color}-700 rounded-full")

    class Alert(jp.Div):
        def __init__(self, **kwargs: Any) -> None:
            self.title_text = "This is the title"
            self.body_text = "This is the body"
            super().__init__(**kwargs)
            root = jp.parse_html(
                f"<div role='alert'><div>{self.title_text}</div><p name='body'>{self.body_text}</p></div>", a=self
            )
            self.body = root.name_dict["body"]

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        alert = Alert(a=wp, title_text="Danger")
        PillButton(
            bg_color="red", text="Close", a=wp, alert=alert, click=lambda self, msg: setattr(self.alert, "show", False)
        )
        return wp

    async with shown(page) as tab:
        assert "Danger\nThis is the body" in tab.text()
        assert "bg-red-500" in tab.html("button")
        await tab.click("Close")
        await tab.wait_for(lambda: tab.text() == "Close")


async def test_a_component_that_reacts() -> None:
    class Shout(jp.Div):
        def __init__(self, **kwargs: Any) -> None:
            self.words: list[str] = []
            super().__init__(**kwargs)

        def react(self, data: Any) -> None:
            self.delete_components()
            for word in self.words:
                jp.P(text=word.upper() + data.get("mark", ""), a=self)

    def page() -> jp.WebPage:
        wp = jp.WebPage(data={"mark": "!"})
        shout = Shout(a=wp, words=["first"])

        def more(self: Any, msg: Any) -> None:
            shout.words.append("second")

        jp.Button(text="More", a=wp, click=more)
        return wp

    async with shown(page) as tab:
        assert "FIRST!" in tab.text()
        await tab.click("More")
        await tab.wait_for("FIRST!\nSECOND!")


async def test_a_component_whose_react_fails_keeps_nothing_else_back(caplog: pytest.LogCaptureFixture) -> None:
    class Bad(jp.Div):
        def react(self) -> None:  # type: ignore[override]  # as some programs write it
            if self.a.data.get("bad"):
                raise ValueError("in react")

    def page() -> jp.WebPage:
        wp = jp.WebPage(data={"bad": False})
        Bad(text="bad", a=wp)

        def press(self: Any, msg: Any) -> None:
            wp.data["bad"] = True
            self.text = "pressed"

        jp.Button(text="Press", a=wp, click=press)
        return wp

    async with shown(page) as tab:
        await tab.click("Press")
        await tab.wait_for("pressed")
        assert tab.state == "joined"
    assert "in react" in caplog.text


async def test_a_component_that_changes_its_dict() -> None:
    class Marked(jp.Div):
        def convert_object_to_dict(self) -> Any:
            d = super().convert_object_to_dict()
            d["attrs"]["title"] = f"has {self.text}"
            d["classes"] = "own " + d["classes"].replace("own ", "")
            return d

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        Marked(text="x", classes="p-2", a=wp, click=lambda self, msg: setattr(self, "text", "yy"))
        return wp

    async with shown(page) as tab:
        assert 'title="has x"' in tab.html("div")
        assert 'class="own p-2"' in tab.html("div")
        await tab.click("x")
        await tab.wait_for(lambda: 'title="has yy"' in tab.html("div"))


async def test_a_hierarchy_of_own_components_with_own_events() -> None:
    class Digit(jp.Div):
        def __init__(self, **kwargs: Any) -> None:
            self.value_shown = 0
            super().__init__(**kwargs)
            self.label = jp.Span(text="0", a=self)
            jp.Button(text="+", a=self, click=self.up)

        def up(self, msg: Any) -> Any:
            self.value_shown += 1
            self.label.text = str(self.value_shown)
            if self.has_event_function("change"):
                own: Any = self
                return own.on_change(msg)
            return None

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        out = jp.Div(text="none", a=wp)
        for number in range(2):
            Digit(
                a=wp,
                number=number,
                change=lambda self, msg: setattr(out, "text", f"digit {self.number}: {self.value_shown}"),
            )
        return wp

    async with shown(page) as tab:
        await tab.click("+", nth=1)
        await tab.wait_for("digit 1: 1")


async def test_a_table_that_fills_itself_once() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        table = jp.AutoTable(values=[["A", "B"], [1, 2], [3, 4]], a=wp)

        def more(self: Any, msg: Any) -> None:
            table.values.append([5, 6])

        jp.Button(text="Row", a=wp, click=more)
        return wp

    async with shown(page) as tab:
        assert len(tab.find_all("tr")) == 3
        await tab.click("Row")
        await tab.wait_for(lambda: len(tab.find_all("tr")) == 4)
        assert "bg-gray-100" in tab.html("table")


async def test_tabs() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        group = jp.TabGroup(a=wp)
        for order, name in enumerate(("one", "two")):
            group.tabs[name] = {"tab": jp.Div(text=f"Content {name}"), "order": order}
        group.value = "one"
        for name in ("one", "two"):
            jp.Button(text=name, a=wp, click=lambda self, msg: setattr(group, "value", self.text))
        return wp

    async with shown(page) as tab:
        assert "Content one" in tab.text()
        await tab.click("two")
        await tab.wait_for("Content two")
        assert "Content one" not in tab.text()
        assert "slideInRight" in tab.html()
        await tab.click("one")
        await tab.wait_for("Content one")


async def test_small_ones() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        first = jp.P(text="target", a=wp)
        jp.A(text="down", bookmark=first, scroll=True, a=wp)
        jp.Link(text="out", href="https://example.org", target="_blank", a=wp)
        jp.Span(text="a", a=wp).add(jp.Space(num=2), jp.HTMLEntity(entity="&copy;"))
        jp.Icon(icon="dog", classes="big", a=wp)
        jp.Hr(a=wp)
        jp.Br(a=wp, text="nothing")
        jp.Img(src="/x.png", height=10, alt="x", a=wp)
        return wp

    async with shown(page) as tab:
        assert f'href="#{jp.WebPage.instances and tab.find("p").attributes["id"]}"' in tab.html()
        assert 'target="_blank"' in tab.html()
        assert 'rel="noopener noreferrer"' in tab.html()
        assert "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}" in tab.response.text
        assert "<hr" in tab.response.text
        await tab.click("down")
        await tab.settled()
        assert any(method == "scroll_into_view" for _, method, _ in tab.done)


async def test_drawing() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        svg = jp.Svg(width=100, height=100, viewBox="0 0 10 10", a=wp)
        circle = jp.Circle(cx=5, cy=5, r=2, fill="red", stroke_width=1, a=svg)
        jp.Path(d="M 0 0 L 10 10", a=svg)
        jp.FeBlend(_in="SourceGraphic", a=jp.Filter(id="f", a=svg))

        def grow(self: Any, msg: Any) -> None:
            self.r = int(self.r) + 1
            svg.add(jp.Ellipse(cx=1, rx=2))

        circle.on("click", grow)
        return wp

    async with shown(page) as tab:
        assert 'stroke-width="1"' in tab.response.text
        assert 'in="SourceGraphic"' in tab.response.text
        await tab.fire("circle", "click")
        await tab.wait_for(lambda: 'r="3"' in tab.html("circle") and tab.find_all("ellipse"))


@pytest.mark.covers("JP-27", "JP-28")
async def test_a_countdown_with_animation() -> None:
    def page(request: Any) -> jp.WebPage:
        wp = jp.WebPage()
        out = jp.Div(text="", animation=request.query_params.get("animation", "flip"), classes="slow", a=wp)

        async def count(self: Any, msg: Any) -> None:
            for number in range(int(request.query_params.get("num", 10)), 0, -1):
                out.text = str(number)
                await wp.update()
            out.text = "Boom!"

        jp.Button(text="Count", a=wp, click=count)
        return wp

    async with shown(page, "/?num=3&animation=bounceIn") as tab:
        assert "bounceIn" in tab.response.text
        await tab.click("Count")
        await tab.wait_for("Boom!")


@pytest.mark.covers("JP-37")
async def test_transitions() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        box = jp.Div(text="box", a=wp)
        box.transition = jp.create_transition()
        box.transition.enter = "transition ease-out duration-1000"
        box.transition.enter_start = "opacity-0"
        box.transition.enter_end = "opacity-100"
        box.transition.leave = "transition duration-700"
        assert box.id is not None
        jp.Button(text="Toggle", a=wp, click=lambda self, msg: setattr(box, "show", not box.show))
        return wp

    async with shown(page) as tab:
        assert "ease-out" in tab.response.text
        await tab.click("Toggle")
        await tab.wait_for(lambda: "box" not in tab.text())
        await tab.click("Toggle")
        await tab.wait_for("box")


@pytest.mark.covers("JP-17", "JP-18")
async def test_a_message_board_with_a_shared_part() -> None:
    messages = jp.Div(delete_flag=False)

    class Board(jp.Div):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.field = jp.Input(a=self, placeholder="Say")
            jp.Button(text="Send", a=self, click=self.send)
            self.add(messages)

        async def send(self, msg: Any) -> None:
            messages.add_component(jp.P(text=self.field.value), 0)
            self.field.value = ""
            await messages.update()

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        Board(a=wp)
        messages.add_page(wp)
        return wp

    async with two(page) as (one, other):
        await other.type("Say", "half ty")
        await one.type("Say", "<b>hello</b>")
        await one.click("Send")
        await other.wait_for("<b>hello</b>")
        assert other.value("Say") == "half ty"
        assert one.value("Say") == ""


async def test_a_to_do_list() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        ol = jp.Ol(a=wp)
        field = jp.Input(a=wp, placeholder="To do")

        def add(self: Any, msg: Any) -> None:
            item = jp.Li(a=ol)
            jp.Span(text=field.value, a=item)
            jp.Button(
                text="Done",
                a=item,
                click=lambda self, msg: setattr(ol, "components", [each for each in ol if each is not item]),
            )
            field.value = ""

        jp.Button(text="Add", a=wp, click=add)
        return wp

    async with shown(page) as tab:
        for name in ("milk", "bread"):
            await tab.type("To do", name)
            await tab.click("Add")
            await tab.wait_for(name)
        await tab.click("Done", nth=0)
        await tab.wait_for(lambda: "milk" not in tab.text() and "bread" in tab.text())


@pytest.mark.covers("JP-31")
async def test_joint_editing() -> None:
    wp = jp.QuasarPage(delete_flag=False)
    editor = jp.QEditor(a=wp, kitchen_sink=True, height="94vh", value="<p>Hi</p>")
    heard = []

    async def edited(self: Any, msg: Any) -> None:
        heard.append(msg.value)
        await wp.update()

    editor.on("input", edited)
    async with two(lambda: wp) as (one, other):
        tag = one.html("justui-editor")
        assert "height: 94vh" in tag
        assert "background" in tag
        hers, his = one.shared("justui-editor"), other.shared("justui-editor")
        await one.wait_for(lambda: str(hers) == str(his) == "Hi")
        hers.append("AA")
        his.append("BB")
        await one.wait_for(lambda: str(hers) == str(his) and len(hers) == 6)
        await one.wait_for(lambda: heard[-1:] == [f"<p>{hers}</p>"])
        editor.value = "<p>one</p><script>bad()</script><p>two &amp; three</p>"
        await other.wait_for(lambda: str(his) == "one\ntwo & three")
        assert editor.value == "<p>one</p><p>two &amp; three</p>"


async def test_markdown() -> None:
    wp = jp.WebPage()
    wp.write("# Title\n\n*words*")
    assert "<h1>Title</h1>" in wp.to_html()


def test_what_is_not_there_says_why() -> None:
    for name, words in {
        "HighCharts": "later version",
        "AgGrid": "data tables",
        "QBtn": "Quasar",
        "Buton": "jp.Button",
        "Equation": "equations",
    }.items():
        with pytest.raises(AttributeError, match=words):
            getattr(jp, name)
    with pytest.raises(NotImplementedError, match="later"):
        jp.WebPage().equation("x")


def test_everything_of_the_api_is_there() -> None:
    space: dict[str, Any] = {}
    exec("from justui.justpy import *", space)
    wanted = """
    WebPage justpy Styles SetRoute parse_html Dict run_task get read_csv_from_string Route JustPy app get_tag component_by_tag
    redirect make_pairs_list parse_html_file parse_html_file_async create_delayed_task get_websocket get_server
    create_transition parse_dict register_component Register convert_dict_to_object JSONResponse PlainTextResponse HTMLResponse
    Response Request asyncio json os sys re copy inspect logging httpx datetime uvicorn traceback
    """.split()
    assert [name for name in wanted if name not in space] == []


async def test_components_of_both_kinds_in_one_tree() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        count = ui.State(0)
        with ui.Div(a=wp):
            jp.P(text="in a block")
            ui.Button("Count", on_click=lambda: count.set(count.value + 1))
        jp.Div(a=wp).add(ui.Span(text=count.map(lambda n: f"counted {n}")))
        return wp

    async with shown(page) as tab:
        assert tab.text().startswith("in a block")
        await tab.click("Count")
        await tab.wait_for("counted 1")


async def test_a_jp_page_of_an_app_of_ones_own() -> None:
    app = ui.App()

    @app.route("/")
    def home() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Button(text="Press", a=wp, click=lambda self, msg: setattr(self, "text", "pressed"))
        return wp

    async with Browser(app) as person:
        tab = await person.open("/")
        await tab.click("Press")
        await tab.wait_for("pressed")


async def test_looks_of_a_page_by_its_html() -> None:
    """A card as one finds them on the web: nested, with an icon drawn in it."""
    card = """
    <div class="max-w-sm rounded overflow-hidden shadow-lg">
      <img class="w-full" src="https://example.org/card.jpg" alt="Sunset in the mountains">
      <div class="px-6 py-4">
        <div class="font-bold text-xl mb-2" name="title">Title</div>
        <p class="text-gray-700 text-base">Words &amp; more words.</p>
      </div>
      <svg class="fill-current w-4" viewBox="0 0 20 20"><path d="M9 5l7 7-7 7"/></svg>
      <label for="x">Label</label><input id="x" type="checkbox" checked>
      <select name="s"><option value="1">One</option><option value="2" selected>Two</option></select>
    </div>
    """

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        names = jp.parse_html(card, a=wp).name_dict
        assert names.s.value == "2"
        names.title.on("click", lambda self, msg: setattr(self, "text", f"chosen {names.s.value}"))
        return wp

    async with shown(page) as tab:
        assert "Words & more words." in tab.text()
        assert tab.value("#x") is True
        assert 'for="x"' in tab.html("label")
        assert 'viewBox="0 0 20 20"' in tab.response.text
        await tab.select("[name=s]", "One")
        await tab.click("Title")
        await tab.wait_for("chosen 1")


def test_dicts() -> None:
    d = jp.Dict({"a": {"b": 1}, "list": [{"c": 2}]})
    assert (d.a.b, d.list[0].c, d.absent, bool(d.absent.more)) == (1, 2, {}, False)
    d.new.deep = 5
    assert d.to_dict() == {"a": {"b": 1}, "list": [{"c": 2}], "new": {"deep": 5}}
    del d.new
    assert "new" not in d
    with pytest.raises(AttributeError):
        del d.new
    assert jp.copy.deepcopy(d) == d
    assert jp.make_pairs_list([1, 2], [3, 4]) == [[1, 3], [2, 4]]
    assert jp.Dict(a=1).copy().a == 1


def test_twice_in_a_table_is_an_error_that_says_so() -> None:
    body = jp.Tbody()
    row = jp.Tr(a=body)
    with pytest.raises(TreeError, match="stands in"):
        body.add(row)
