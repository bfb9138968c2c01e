"""What JustPy programs do more rarely, and what its rules say of it."""

import asyncio
from typing import Any

import pytest

import justui.justpy as jp
from tests.conftest import Serve
from tests.justpy.showing import shown


async def test_an_input_that_tells_only_when_it_is_left() -> None:
    heard: list[str] = []

    def page() -> jp.WebPage:
        wp = jp.WebPage(data={"t": ""})
        jp.InputChangeOnly(a=wp, placeholder="here", model=[wp, "t"], input=lambda self, msg: heard.append("input"))
        jp.InputChangeOnly(a=wp, placeholder="other", model=[wp, "t"])
        jp.P(a=wp, model=[wp, "t"])
        return wp

    async with shown(page) as tab:
        await tab.type("here", "abc")
        await tab.focus("other")
        await tab.wait_for("abc")
        assert tab.value("other") == "abc"
        assert heard == []


async def test_async_hooks_and_a_page_that_is_not_sent() -> None:
    order: list[str] = []

    async def before(self: Any, msg: Any) -> str:
        await asyncio.sleep(0)
        order.append("before")
        return "counts for nothing"

    async def clicked(self: Any, msg: Any) -> bool:
        order.append("clicked")
        self.text = "changed"
        return True

    async def after() -> None:
        order.append("after")

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Button(text="Go", a=wp, click=clicked, before=before, after=after)
        jp.Button(text="Send", a=wp, click=lambda: None)
        return wp

    async with shown(page) as tab:
        await tab.click("Go")
        await tab.settled()
        assert order == ["before", "clicked", "after"]
        assert "Go" in tab.text()
        await tab.click("Send")
        await tab.wait_for("changed")


async def test_events_taken_away_and_given_anew() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        button = jp.Button(text="Go", a=wp, click=lambda self, msg: setattr(self, "text", "first"))
        button.on_click = lambda self, msg: setattr(self, "text", "second")
        other = jp.Button(text="Quiet", a=wp, click=lambda self, msg: setattr(self, "text", "heard"))
        other.remove_event("click")
        other.remove_event("never")
        with pytest.raises(AttributeError):
            _ = other.on_click
        gone = jp.Button(a=wp, click=lambda self, msg: None)
        gone.on_click = None
        assert gone.events == []
        return wp

    async with shown(page) as tab:
        await tab.click("Go")
        await tab.wait_for("second")
        assert "data-e" not in tab.html("Quiet")


def test_properties_that_come_late_count() -> None:
    div: Any = jp.Div(click=lambda self, msg: None)
    div.additional_properties = ["pageX"]
    assert "f=pageX" in div._handlers["click"].spec
    field: Any = jp.Input(input=lambda self, msg: None)
    field.debounce = 5
    assert "d5" in field._handlers["input"].spec
    assert field.event_modifiers.input.debounce is None


def test_a_dict_grows_and_merges() -> None:
    d = jp.Dict({"a": {"b": 1}})
    d.update({"a": {"c": 2}}, e=3)
    assert d.to_dict() == {"a": {"b": 1, "c": 2}, "e": 3}
    with pytest.raises(AttributeError):
        _ = d.__nothing__
    assert jp.json.loads(jp.json.dumps(d)) == d.to_dict()
    assert list(jp.create_transition()) == (
        "enter enter_start enter_end leave leave_start leave_end load load_start load_end".split()
    )


def test_html_as_text() -> None:
    wp = jp.WebPage()
    div = jp.Div(text="a < b", classes="c", a=wp)
    jp.Input(value='"q"', a=div, id="i")
    jp.Input(type="checkbox", checked=True, a=div, id="k")
    jp.Textarea(value="t", a=div, id="t")
    jp.P(text="hidden", show=False, a=div)
    div.add("plain")
    assert wp.to_html(indent=1, indent_step=2) == (
        ' <div class="c">a &lt; b\n'
        '   <input id="i" value="&quot;q&quot;">\n'
        '   <input type="checkbox" id="k" checked>\n'
        '   <textarea id="t" rows="4" cols="50">t</textarea>\n'
        "   plain\n </div>\n"
    )


def test_deleting() -> None:
    wp = jp.WebPage()
    box, kept = jp.Div(a=wp), jp.Div(a=wp, delete_flag=False)
    for parent in (box, kept):
        parent.add(jp.P())
    box.delete()
    kept.delete()
    assert (len(box), len(kept)) == (0, 1)
    wp.delete_components()
    assert len(wp) == 0


def test_what_is_only_accepted() -> None:
    wp = jp.WebPage()
    div: Any = jp.Div(a=wp, slot="x", temp=False, pages={})
    assert div.add_page_to_pages(wp) is div
    assert div.remove_page_from_pages(wp) is div
    assert div.get_components() == []
    assert wp.get_components() == [div]
    div.add_attribute("data-x", "1")
    assert 'data-x="1"' in div.to_html()
    div.class_name = "Other"
    assert div.class_name == "Other"
    assert wp.add_page(wp) is wp
    with pytest.raises(NotImplementedError, match="Quasar"):
        div.add_scoped_slot("x", div)


async def test_methods_of_vue_are_not_there() -> None:
    with pytest.raises(NotImplementedError, match="run_javascript"):
        await jp.Div().run_method("x()")


async def test_a_dark_page_and_javascript_that_is_not_sent() -> None:
    wp = jp.QuasarPage(delete_flag=False)
    jp.Div(text="x", a=wp)
    async with shown(lambda: wp) as tab:
        assert 'data-theme="light"' in tab.response.text
        await wp.set_dark_mode(True)
        await tab.wait_for(lambda: "dark" in "".join(tab.frames))
    assert (await wp.run_javascript("1", request_id=5, send=False)).request_id == 5


async def test_files_in_the_web(serve: Serve) -> None:
    jp.Route("/data", lambda: jp.JSONResponse({"n": 5}))
    jp.Route("/words", lambda: jp.PlainTextResponse("text"))
    jp.justpy(None, start_server=False)
    server = serve(jp.app)
    assert (await jp.get(f"{server.address}/data")) == {"n": 5}
    assert (await jp.get(f"{server.address}/words", "text")) == "text"


def test_tables_from_text() -> None:
    table: Any = jp.read_csv_from_string("a,b\n1,2\n")
    assert [str(value) for value in (table["a"] if hasattr(table, "columns") else [row["a"] for row in table])] == ["1"]


def test_icons_and_models_change() -> None:
    icon = jp.Icon(icon="dog")
    icon.icon = "cat"
    assert 'data-icon="cat"' in icon.to_html()
    owner = jp.Div(data={"x": [1, 2]})
    div = jp.Div(model=[owner, "x"])
    div.set_model(5)
    assert (div.get_model(), owner.data["x"]) == (5, 5)
    rows = [{"k": 1}]
    div.model = [rows[0], "k", 0]
    div.set_model(7)
    assert rows == [{"k": 7}]
    assert jp.Div(model=[owner, "absent"]).get_model() == ""
    div.model = None
    assert not hasattr(div, "model")


async def test_a_browser_cannot_say_who_it_is() -> None:
    heard: list[Any] = []

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        jp.Div(text="Here", a=wp, click=lambda self, msg: heard.append(msg))
        wp.on("click", lambda self, msg: heard.append(msg))
        return wp

    async with shown(page) as tab:
        forged = {
            "session_id": "admin",
            "page": 1,
            "form_data": [3],
            "x": 5,
            "event_type": 6,
        }
        await tab.fire("div", "click", **forged)
        await tab.settled()
    on_div, on_page = heard
    assert (on_div.x, on_div.event_type, on_div.target.text) == (5, "click", "Here")
    assert on_div.session_id == on_page.session_id != "admin"
    assert isinstance(on_page.page, jp.WebPage)
    assert [on_div.form_data, on_div.files] == [{}, {}]
