"""Programs with inputs, forms and models."""

import asyncio
import base64
from typing import Any

import pytest

import justui.justpy as jp
from tests.justpy.showing import shown, two


@pytest.mark.covers("JP-22")
async def test_an_input_and_its_echo() -> None:
    def typed(self: Any, msg: Any) -> None:
        self.echo.text = f"{self.value}|{msg.value}|{msg.input_type}"

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        field = jp.Input(a=wp, placeholder="Type here", classes=jp.Styles.input_classes, input=typed)
        field.echo = jp.P(text="nothing", a=wp)
        assert (field.value, field.checked, field.debounce, field.type) == ("", False, 200, "text")
        return wp

    async with shown(page) as tab:
        await tab.type("Type here", "abc")
        await tab.wait_for("abc|abc|text")


async def test_a_click_clears_the_box() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        field = jp.Input(a=wp, placeholder="Type here")

        def clear(self: Any, msg: Any) -> None:
            self.text = f"had {field.value}"
            field.value = ""

        jp.Button(text="Clear", a=wp, click=clear)
        return wp

    async with shown(page) as tab:
        await tab.type("Type here", "letters")
        await tab.click("Clear")
        await tab.wait_for("had letters")
        assert tab.value("Type here") == ""


async def test_change_only_and_numbers() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        out = jp.Div(text="0", a=wp)

        def double(self: Any, msg: Any) -> None:
            out.text = str(self.value * 2)

        jp.InputChangeOnly(a=wp, type="number", placeholder="n", value=4, change=double)
        return wp

    async with shown(page) as tab:
        assert tab.value("n") == "4"
        assert "input:" not in tab.response.text.split("<body", 1)[1]
        await tab.fill("n", "21")
        await tab.focus("div")
        await tab.wait_for("42")


async def test_checkbox_radio_and_select() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        out = jp.Div(text="-", a=wp)

        def checked(self: Any, msg: Any) -> None:
            out.text = f"{self.checked} {msg.checked}"

        def chosen(self: Any, msg: Any) -> None:
            out.text = f"{self.name} {self.value}"

        jp.Input(type="checkbox", a=wp, checked=True, name="box", input=checked)
        for value in ("one", "two"):
            jp.Input(type="radio", a=wp, name="radio", value=value, input=chosen)
        select = jp.Select(a=wp, value="b", name="select", change=chosen)
        for value in "abc":
            select.add(jp.Option(value=value, text=value.upper()))
        return wp

    async with shown(page) as tab:
        assert tab.value("[name=box]") is True
        assert tab.value("[name=select]") == "b"
        await tab.click("[name=box]")
        await tab.wait_for("False False")
        await tab.click("[value=two]")
        await tab.wait_for("radio two")
        assert tab.value("[value=one]") is False
        await tab.select("[name=select]", "C")
        await tab.focus("div")
        await tab.wait_for("select c")


@pytest.mark.covers("JP-37")
async def test_a_form_is_submitted() -> None:
    def submitted(self: Any, msg: Any) -> None:
        for field in msg.form_data:
            if field.html_tag != "button":
                jp.P(text=f"{field.html_tag} {field.name} {field.type} {field.value} {field.checked}", a=self.answers)
        self.answers.add(jp.P(text=f"placeholder {msg.form_data[0].placeholder}"))

    def page() -> jp.WebPage:
        wp = jp.WebPage()
        form = jp.Form(a=wp, submit=submitted)
        form.answers = jp.Div(a=wp)
        field = jp.Input(placeholder="Name", name="who", a=form)
        label = jp.Label(text="Secret", for_component=field, a=form)
        assert f'for="{field.id}"' in label.to_html()
        jp.Input(type="checkbox", name="sure", a=jp.Div(a=form))
        jp.Textarea(name="long", a=form, value="two\nlines")
        jp.Button(text="Send", type="submit", a=form)
        return wp

    async with shown(page) as tab:
        await tab.type("Name", "Ada")
        await tab.click("[name=sure]")
        await tab.click("Send")
        await tab.wait_for("placeholder Name")
        assert "input who text Ada False" in tab.text()
        assert "input sure checkbox on True" in tab.text()
        assert "textarea long textarea two lines False" in tab.text().replace("\n", " ")


async def test_a_form_without_a_handler_stays() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        form = jp.Form(a=wp)
        jp.Button(text="Send", type="submit", a=form)
        return wp

    async with shown(page) as tab:
        url = tab.url
        await tab.click("Send")
        await tab.settled()
        assert tab.url == url


@pytest.mark.covers("JP-34")
async def test_a_model_of_one_level() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage(data={"text": "Initial"})
        for number in range(2):
            jp.Input(a=wp, placeholder=f"in{number}", model=[wp, "text"])
        for _ in range(3):
            jp.Div(model=[wp, "text"], a=wp)
        return wp

    async with shown(page) as tab:
        assert tab.text().split() == ["Initial"] * 3
        assert tab.value("in1") == "Initial"
        await tab.type("in0", "!")
        await tab.wait_for("Initial!\nInitial!\nInitial!")
        assert tab.value("in1") == "Initial!"


async def test_a_model_of_two_levels_and_of_a_component() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        rows = [{"name": "Ada"}, {"name": "Bob"}]
        box = jp.Div(a=wp, data={"n": 1})
        for row in rows:
            jp.Input(a=wp, placeholder=row["name"], model=[row, "name", "third"])
            jp.P(a=wp, model=[row, "name", "third"])
        jp.P(model=[box, "n"], a=box)

        def count(self: Any, msg: Any) -> None:
            box.data["n"] += 1
            box[0].text = "lost"
            rows[0]["name"] = "Eve"

        jp.Button(text="Count", a=wp, click=count)
        return wp

    async with shown(page) as tab:
        await tab.type("Bob", "by")
        await tab.wait_for("Bobby")
        await tab.click("Count")
        await tab.wait_for("Eve")
        assert tab.value("Ada") == "Eve"
        assert "2" in tab.text()
        assert "lost" not in tab.text()


async def test_models_of_boxes() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage(data={"on": True, "pick": "b"})
        jp.Input(type="checkbox", name="on", a=wp, model=[wp, "on"])
        for value in "ab":
            jp.Input(type="radio", name="pick", value=value, a=wp, model=[wp, "pick"])
        jp.P(model=[wp, "on"], a=wp)
        jp.P(model=[wp, "pick"], a=wp)
        return wp

    async with shown(page) as tab:
        assert tab.text() == "True\nb"
        assert tab.value("[value=b]") is True
        await tab.click("[name=on]")
        await tab.click("[value=a]")
        await tab.wait_for("False\na")
        assert tab.value("[value=b]") is False


async def test_a_model_loses_no_letter_to_an_update_meanwhile() -> None:
    wp = jp.WebPage(delete_flag=False, data={"t": "first"})
    jp.Input(a=wp, placeholder="here", model=[wp, "t"], debounce=60_000)
    clock = jp.Div(text="0", a=wp, click=lambda self, msg: setattr(self, "text", f"got {wp.data['t']}"))

    async with shown(lambda: wp) as tab:
        await tab.type("here", " typed")
        clock.text = "1"
        await wp.update()
        await tab.wait_for("1")
        assert tab.value("here") == "first typed"
        await tab.click("1")
        await tab.wait_for("got first typed")
        assert tab.value("here") == "first typed"


@pytest.mark.covers("JP-37")
async def test_files_of_a_form() -> None:
    def page() -> jp.WebPage:
        wp = jp.WebPage()
        form = jp.Form(a=wp, enctype="multipart/form-data", submit=submitted)
        jp.Input(type="file", name="up", a=form, multiple=True)
        jp.Button(text="Send", type="submit", a=form)
        return wp

    def submitted(self: Any, msg: Any) -> None:
        for field in msg.form_data:
            for file in field.files or []:
                content = base64.b64decode(file.file_content).decode()
                jp.P(text=f"{file.name} {file.size} {content}", a=msg.page)

    async with shown(page) as tab:
        await tab.attach("[name=up]", ("a.txt", b"hello"))
        await tab.click("Send")
        await tab.wait_for("a.txt 5 hello")


async def test_two_persons_type_into_one_shared_page() -> None:
    wp = jp.WebPage(delete_flag=False)
    board = jp.Div(a=wp)
    field = jp.Input(a=wp, placeholder="Message")

    async def send(self: Any, msg: Any) -> None:
        board.add_component(jp.P(text=field.value), 0)
        field.value = ""
        await board.update()

    jp.Button(text="Send", a=wp, click=send)

    async with two(lambda: wp) as (one, other):
        await one.type("Message", "from one")
        await one.click("Send")
        await other.wait_for("from one")
        await asyncio.gather(one.type("Message", "A"), other.type("Message", "B"))
        await one.settled()
        await other.settled()
        await other.wait_for(
            lambda: one.value("Message") == other.value("Message") and len(str(one.value("Message"))) == 2
        )
