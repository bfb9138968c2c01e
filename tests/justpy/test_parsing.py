"""Programs that build their pages from HTML text."""

from pathlib import Path
from typing import Any

import pytest

import justui.justpy as jp
from tests.justpy.showing import shown


async def test_html_becomes_components_with_names() -> None:
    def page() -> jp.WebPage:
        def clicked(self: Any, msg: Any) -> None:
            self.text = "clicked"

        wp = jp.WebPage()
        assert clicked.__name__ == "clicked"  # only the text below names it
        top = jp.parse_html(
            """
            <div class="p-2" id="top"> <!-- a comment -->
              <h2 name="head">Heading</h2>
              <ul><li name="item">one</li><li name="item">two</li></ul>
              <input name="field" placeholder="here" disabled>
              <br>
              <button name="go" @click="clicked" data-row="5">Go</button>
              <button @click="self.text = f'{msg.event_type} by text'">Text</button>
            </div>
            """,
            a=wp,
            extra=5,
        )
        assert top is wp[0]
        assert (top.extra, top.classes, top.id, top.html_tag) == (5, "p-2", "top", "div")
        names = top.name_dict
        assert names.head.text == "Heading"
        assert [item.text for item in names["item"]] == ["one", "two"]
        assert names.absent == {}
        assert names.field.disabled is True
        assert names.go.data_row == "5"
        names.head.text = "Changed"
        return wp

    async with shown(page) as tab:
        assert tab.text().startswith("Changed")
        await tab.click("Go")
        await tab.wait_for("clicked")
        await tab.click("Text")
        await tab.wait_for("click by text")


def test_several_at_the_top_stand_in_a_div() -> None:
    root = jp.parse_html("<p>one</p><p>two</p>", classes="c")
    assert (len(root), root.name, root.classes) == (2, "root", "c")
    assert jp.parse_html("just text").text == "just text"


def test_of_two_pieces_of_text_the_last_counts() -> None:
    assert jp.parse_html("<p>first <b>x</b> last</p>").text == "last"


def test_expressions_and_another_attribute_for_names() -> None:
    number = 20
    root = jp.parse_html('<div><input :maxlength="number + 1" ref="it"></div>', dict_attribute="ref")
    assert root.name_dict.it.maxlength == 21
    assert number == 20


def test_svg_keeps_its_case() -> None:
    root = jp.parse_html(
        '<svg viewBox="0 0 10 10"><linearGradient id="g"><stop offset="5%" stop-color="red"/></linearGradient></svg>'
    )
    assert root.to_html(format=False) == (
        '<svg viewBox="0 0 10 10"><linearGradient id="g"><stop offset="5%" stop-color="red"></stop></linearGradient></svg>'
    )


def test_commands_build_the_same() -> None:
    root = jp.parse_html('<div class="a"><p>text</p><img src="/x.png"></div>', create_commands=True)
    space: dict[str, Any] = {"jp": jp}
    exec("\n".join(root.commands), space)
    assert space["root"][0].to_html() == root.to_html()
    assert root.commands[2] == "c2 = jp.P(a=c1, text='text')"
    assert jp.parse_html("<p></p>", create_commands=False).commands == []


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text('<p name="x">from a file</p>')
    assert jp.parse_html_file(str(path)).text == "from a file"


async def test_files_later(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text('<p name="x" @click="self.text = here">from a file</p>')
    here = "local"
    root = await jp.parse_html_file_async(str(path))
    await root.run_event_function("click", {})
    assert root.text == here


def test_tags_and_own_components() -> None:
    assert isinstance(jp.get_tag("p", text="x"), jp.P)
    assert isinstance(jp.component_by_tag("linearGradient"), jp.LinearGradient)
    with pytest.raises(ValueError, match="no-such"):
        jp.get_tag("no-such")

    @jp.Register("my-card", ["heading"])
    class Card(jp.Div):
        def __init__(self, **kwargs: Any) -> None:
            self.heading = "none"
            super().__init__(**kwargs)
            jp.H2(text=self.heading, a=self)

    @jp.parse_dict
    class Other(jp.Div):
        html_tag = "my-other"

    root = jp.parse_html(
        '<div><my-card heading="Hi" name="card"></my-card><my-other></my-other><un-known a="b">x</un-known></div>'
    )
    assert isinstance(root[0], Card)
    assert root.name_dict.card[0].text == "Hi"
    assert isinstance(root[1], Other)
    assert root[2].html_tag == "un-known"


def test_a_component_as_a_dict_and_back() -> None:
    div = jp.Div(classes="p-2", text="hi", title="t", click=lambda self, msg: None)
    jp.Span(text="in", a=div)
    found = div.convert_object_to_dict()
    assert (found.html_tag, found.class_name, found.text, found.attrs.title) == ("div", "Div", "hi", "t")
    assert found.events == ["click"]
    again = jp.convert_dict_to_object({**found, "id": None})
    assert again[0].text == "in"
    assert again.classes == "p-2"
    wp = jp.WebPage()
    wp.add(div)
    wp.cache = wp.build_list()
    assert wp.cache[0]["object_props"][0]["text"] == "in"
