"""Law 15: text is text, in HTML and in JSON, whatever it looks like."""

import pytest

import justui as ui
from tests.hostile.shop import Shop, calmly

# Text that would be something else

TEXTS = [
    "</script><script>alert(1)</script>",
    "</style></title></textarea></select></template>",
    "<!--",
    "-->",
    "<![CDATA[ ]]>",
    "&lt;b&gt; &amp;amp; &#0; &notanentity",
    "\" onclick='x' \\ `",
    "\0 and \x01\x7f\x80\x9f",
    "lone \ud800 and \udfff, a pair \ud83d\ude00",
    "right \u202e to left \u2066\u2069\u200f",
    "\ufeff\u2028\u2029\u00a0",
    "line\nfeed\r\nreturn\rtab\t",
    "\n\nfirst lines are empty",
    "{{ 7 * 7 }} {% raw %} ${x} %s {0}",
    "\\u0000 \\ud800 \\n",
    "\U0001d518\U0001d52b \U0001f469\u200d\U0001f467 e\u0301",
    "x" * 100_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
@pytest.mark.covers("JP-23")
async def test_text_is_text_in_html_and_in_json(text: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    marks = ui.Div(text, ui.Text(text), title=text, classes=text, attributes={"data-x": text})
    fields = [
        ui.Input(value=text, placeholder=text),
        ui.Textarea(value=text, private=False),
        ui.Input(type="hidden", value=text),
        ui.Select(ui.Option(text), ui.Option("b", value=text), private=False),
        ui.Pre(text),
        ui.Button(text, value=text),
    ]
    async with calmly(shop, shop.app, caplog) as calm:
        early = await calm.eve.open("/")
        shop.page.add(marks, *fields)
        shop.page.title, shop.page.css = text, f"p::before {{ content: '{css_string(text)}' }}"
        shop.page.update()
        late = await calm.eve.open("/")
        await early.wait_for(lambda: early.document.canonical(ids=True) == late.document.canonical(ids=True))
        wanted = as_browsers_have_it(text)
        element = next(node for node in late.document.elements() if node.component == marks._id)
        assert element.text_content() == wanted * 2
        assert element.attributes["title"] == element.attributes["data-x"] == wanted
        assert late.title == wanted
        assert [script.component for script in late.document.elements() if script.tag == "script"] == []


def as_browsers_have_it(text: str) -> str:
    """`text` without what a document cannot hold."""
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def css_string(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\a ").replace("\r", "\\d ")


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
async def test_text_that_is_typed_is_text_for_all(text: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/")
        typed = as_browsers_have_it(text).replace("\r\n", "\n").replace("\r", "\n")
        field = next(node for node in tab.document.fields() if node.component == shop.lines._id)
        await tab.fill(field, typed)
        await tab.settled()
        assert shop.lines.value == typed
        there = next(node for node in calm.witness.document.fields() if node.component == shop.lines._id)
        await calm.witness.wait_for(lambda: there.value == typed)
