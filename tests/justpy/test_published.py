"""What JustPy's published programs do that the other tests do not: found by running them beside JustPy itself."""

from typing import Any

import pytest
from playwright.async_api import expect

import justui.justpy as jp
from justui.justpy.completion import with_value
from tests.conftest import Serve
from tests.harness.browser import People
from tests.justpy.showing import shown


async def test_a_component_stands_several_times_in_one_parent() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        counter = jp.Div(text="0", n=0, a=wp)

        def count(self: Any, msg: Any) -> None:
            self.n += 1
            self.text = self.n

        counter.on("click", count)
        wp.add(counter, counter)
        paragraph = jp.P(a=wp)
        word = jp.Span(text="word ")
        paragraph.add(word, word)
        jp.Button(text="Less", a=wp, click=lambda self, msg: wp.remove(wp.components[1]))
        assert len(wp) == 5
        assert wp.components[1].text == "0"
        assert wp.to_html().count("word") == 2
        return wp

    async with shown(page) as tab:
        assert tab.text().split() == ["0", "0", "0", "word", "word", "Less"]
        await tab.click("div", nth=1)
        await tab.wait_for(lambda: tab.text().split()[:3] == ["1", "1", "1"])
        await tab.click("Less")
        await tab.wait_for(lambda: tab.text().split()[:3] == ["1", "1", "word"])


def test_initialize_again_puts_nothing_twice() -> None:
    class Own(jp.Div):
        def __init__(self, **keywords: Any) -> None:
            super().__init__(**keywords)
            self.initialize(**keywords)

    wp, other = jp.WebPage(), jp.Div()
    Own(a=wp, text="one")
    assert len(wp) == 1
    own = Own(add_to=other)
    assert other.components == [own]
    assert callable(own.add_to)


async def test_a_name_that_is_no_property_of_an_event_is_left_out() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        d = jp.Div(text="Press", a=wp, click=lambda self, msg: setattr(self, "text", f"{msg.button} {msg['no such']}"))
        d.additional_properties = ["button", " buttons", "no such"]
        return wp

    async with shown(page) as tab:
        await tab.fire("Press", "click", button=2)
        await tab.wait_for("2 {}")


async def test_a_link_that_scrolls_takes_it_also_afterwards() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        link = jp.A(text="Down", a=wp)
        link.bookmark = jp.P(text="There", a=wp)
        link.scroll = True
        link.block_option = "center"
        return wp

    async with shown(page) as tab:
        await tab.click("Down")
        way = {"behavior": "smooth", "block": "center", "inline": "nearest"}
        await tab.wait_for(lambda: [(method, args) for _, method, args in tab.done] == [("scroll_into_view", [way])])


async def test_a_link_that_scrolls_and_has_a_handler_does_both() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        there = jp.P(text="There", a=wp)
        jp.A(text="Down", bookmark=there, scroll=True, a=wp, click=lambda self, msg: setattr(there, "text", "Here"))
        return wp

    async with shown(page) as tab:
        await tab.click("Down")
        await tab.wait_for("Here")
        assert [method for _, method, _ in tab.done] == ["scroll_into_view"]


async def test_with_a_transition_the_class_hidden_hides() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        box = jp.Div(text="box", classes="p-2", a=wp)
        box.transition = {"enter": "duration-100", "leave": "duration-100", "leave_end": "opacity-0"}
        late = jp.Div(text="late", classes="hidden p-4", a=wp, transition=jp.create_transition())

        def turn(self: Any, msg: Any) -> None:
            box.hidden_toggle()
            late.hidden_toggle()

        jp.Button(text="Turn", click=turn, a=wp)
        return wp

    async with shown(page) as tab:
        assert tab.text() == "box\nTurn"
        await tab.click("Turn")
        await tab.wait_for(lambda: tab.text() == "late\nTurn")
        assert "hidden" not in tab.html()
        await tab.click("Turn")
        await tab.wait_for(lambda: tab.text() == "box\nTurn")


def test_the_classes_of_tailwind_by_groups() -> None:
    groups = jp.Tailwind.tw_dict
    assert groups["text_color"][:3] == ["text-transparent", "text-current", "text-black"]
    assert {"bg-pink-900", "bg-white"} <= set(groups["background_color"])
    assert groups["border_width-t"] == ["border-t", "border-t-0", "border-t-2", "border-t-4", "border-t-8"]
    assert "-mx-4" in groups["margin-x"]
    assert jp.Tailwind.tw_reverse_dict["-mx-4"] == "margin-x"


async def test_line_ends_in_markdown_stay() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        wp.write("one\ntwo")
        jp.Markdown(markdown="three\nfour", all_extensions=False, a=wp)
        return wp

    async with shown(page) as tab:
        assert "one<br>" in tab.html().replace(" /", "")
        assert tab.html().count("<br") == 1


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("var a = 3;\nvar d = {r: a};\n(d)\n", "(d)"),
        ("let x = 'a;b'; x.length;", "x.length"),
        ("const a = `x;${1}`\na", "a"),
        ("var a = '\"'.replace(/[\"/;]/g, ';'); a", "a"),
        ("function f() { return 1 }\nf()", "f()"),
        ("a(); b(); // the end", "b()"),
        ("var n = 6 / 3 / 2; /* so */ n", "n"),
    ],
)
def test_the_last_expression_is_the_value(code: str, last: str) -> None:
    written = with_value(code)
    assert written.endswith(f"return (\n{last}\n)")
    assert code.startswith(written.removesuffix(f"return (\n{last}\n)"))


@pytest.mark.parametrize(
    "code",
    [
        "1 + 2",
        "a\n  .b()",
        "alert(1);",
        "if (a) { b() }\nelse { c() }",
        "a();\nreturn 5",
        "x(); for (;;) {}",
        "a(\n1,\n2)",
        "",
    ],
)
def test_other_code_stays(code: str) -> None:
    assert with_value(code) == code


async def test_what_is_made_again_keeps_the_focus(serve: Serve, person: People) -> None:
    class Shelf(jp.Div):
        def __init__(self, **keywords: Any) -> None:
            self.amounts = [1, 2]
            super().__init__(**keywords)

        def react(self, data: Any) -> None:
            self.delete_components()
            for place, amount in enumerate(self.amounts):

                def typed(self: Any, msg: Any, place: int = place) -> None:
                    msg.page.shelf.amounts[place] = int(self.value or 0)

                jp.Input(type="number", value=amount, input=typed, a=self, id=f"n{place}")
            jp.P(text=f"sum {sum(self.amounts)}", a=self)

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        wp.shelf = Shelf(a=wp)
        return wp

    jp.justpy(page, start_server=False)
    server = serve(jp.app)
    tab = (await (await person()).open(server.address)).page
    await tab.locator("#n1").focus()
    await tab.keyboard.press("End")
    await tab.keyboard.press("5")
    await expect(tab.get_by_text("sum 26")).to_be_visible()
    await expect(tab.locator("#n1")).to_be_focused()


async def test_statements_have_a_value_in_the_browser(serve: Serve, person: People) -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        wp.on("page_ready", ready)
        wp.on("result_ready", lambda self, msg: jp.P(text=f"{msg.result.r} {msg.result.name}", a=self) and None)
        return wp

    async def ready(self: Any, msg: Any) -> None:
        jp.run_task(self.run_javascript("var a = 3;\nvar d = {r: a * 5, name: navigator.appName};\n(d)\n"))

    jp.justpy(page, start_server=False)
    server = serve(jp.app)
    tab = (await (await person()).open(server.address)).page
    await expect(tab.get_by_text("15 Netscape")).to_be_visible()


async def test_starlettes_own_routes() -> None:
    @jp.app.route("/published/{name}", name="published")
    @jp.app.response
    def greet(request: Any) -> jp.WebPage:
        wp = jp.WebPage()
        jp.Button(text=request.path_params["name"], a=wp, click=lambda self, msg: setattr(self, "text", "pressed"))
        return wp

    @jp.app.route("/published-plain", methods=["POST"])
    async def plain(request: Any) -> jp.Response:
        return jp.PlainTextResponse(str(request.url_for("published", name="eli")))

    async with shown(jp.WebPage, "/published/eli") as tab:
        await tab.click("eli")
        await tab.wait_for("pressed")
        await tab.go("/published-plain", "POST")
        assert tab.response.text.endswith("/published/eli")


async def test_a_component_that_keeps_its_attributes_itself() -> None:
    class Choice(jp.Div):
        def __init__(self, **keywords: Any) -> None:
            self.value: Any = None
            self.options: list[str] = []
            self.animation = ""
            super().__init__(**keywords)
            self.before = jp.P(a=self)

        def __setattr__(self, name: str, value: Any) -> None:
            if name == "value" and "value" in self.__dict__:
                self.former = self.value
            self.__dict__[name] = value

        def convert_object_to_dict(self) -> Any:
            if hasattr(self, "model"):
                self.value = self.get_model()
            self.before.text = f"{self.former} {self.value}"
            self.set_classes("flex flex-col")
            return super().convert_object_to_dict()

    def page() -> jp.WebPage:
        wp = jp.WebPage(data={"chosen": "none"})
        choice = Choice(a=wp, value="a", classes="p-2", text="Choice")
        choice.style = "height: 3em"

        def choose(self: Any, msg: Any) -> None:
            choice.value = "b"
            choice.show = True

        jp.Button(text="Choose", a=wp, click=choose)
        Choice(a=wp, model=[wp, "chosen"])
        return wp

    async with shown(page) as tab:
        assert tab.text().splitlines()[:4] == ["Choice", "None a", "Choose", "none"]
        assert 'style="height: 3em"' in tab.html("div")
        await tab.click("Choose")
        await tab.wait_for("a b")


def test_a_component_without_a_model_has_none() -> None:
    assert not hasattr(jp.Div(), "model")
    assert jp.Input(model=[{"a": 1}, "a", 0]).model == [{"a": 1}, "a", 0]
