"""`CodeEditor` in real Chromium: two people type at once, lose the connection, undo, and write beside people in other editors."""

import asyncio
import re
from pathlib import Path
from random import Random

import pytest
from playwright.async_api import expect

import justui as ui
from justui.components.code_editor import LANGUAGES
from tests.browser.live import Site, comes, is_so, joined
from tests.browser.writers import Code, Company, Plain, Rich, Storm, Writing, agree
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
TEXT = "document.querySelector('justui-code-editor').view.state.doc.toString()"
PLACE = """(place) => { const { view } = document.querySelector("justui-code-editor");
    view.focus(); view.dispatch({ selection: { anchor: place, head: place }, userEvent: "select" }); }"""
PASTE = """(text) => { const data = new DataTransfer(); data.setData("text/plain", text);
    document.querySelector(".cm-content").dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""
CARETS = """() => { const { view } = document.querySelector("justui-code-editor");
    return [...document.querySelectorAll(".cm-person")].map((one) => [one.textContent, view.posAtDOM(one)]); }"""


@pytest.mark.covers("JP-30", "JP-31")
async def test_two_people_write_one_program(serve: Serve, proxied: Proxied, person: People) -> None:
    program = ui.SharedText("def f():\n    return '😀'\n")
    language, closed = ui.State("python"), ui.State(value=False)
    heard: list[str] = []

    def show() -> ui.WebPage:
        page = ui.WebPage()
        with page:
            code = ui.CodeEditor(
                model=program, language=language, read_only=closed, height="12rem", aria_label="Program"
            )
            code.on_input = lambda msg: heard.append("input")
            code.on_change = lambda msg: heard.append("change")
            name = ui.Input(aria_label="Name")
            name.on_input = lambda msg: msg.tab.person.update(name=msg.value)
            ui.Editor(model=program)
            ui.Textarea(model=program, id="plain")
        return page

    app = ui.App(drain=0.2)
    app.route("/")(show)
    large = ui.SharedText("x = 1\n" * 170_000)
    app.route("/large")(lambda: ui.WebPage(ui.CodeEditor(model=large, language="python", height="12rem")))
    site = Site(serve, proxied, app)
    ann, bob = tabs = [await site.open(await person()) for _ in range(2)]
    for tab, name in zip(tabs, ("Ann", "Bob"), strict=True):
        await expect(tab.page.get_by_role("textbox", name="Program")).to_have_text(re.compile("return"))
        await expect(tab.page.locator("justui-code-editor > pre")).to_be_hidden()
        await tab.page.get_by_label("Name").fill(name)
        assert {one.url.rpartition("/")[2].split(".")[0] for one in tab.requests if "lang-" in one.url} == {
            "codemirror-lang-python-dist-index"
        }

    async def same(*wanted: str) -> None:
        """Wait until everybody has the same text, with these words in it."""
        seen: list[str] = []

        async def agree() -> bool:
            seen[:] = [str(program), *[await tab.page.evaluate(TEXT) for tab in tabs]]
            return len(set(seen)) == 1 and all(word in seen[0] for word in wanted)

        try:
            await comes(agree)
        except TimeoutError:
            raise AssertionError(f"not the same: {seen}") from None

    async def types(tab: BrowserTab, place: int, text: str) -> None:
        await tab.page.evaluate(PLACE, place)
        await tab.page.keyboard.type(text, delay=10)

    # Both at once, at one place and elsewhere; each sees the other's caret, and undoes only what is theirs.
    await asyncio.gather(types(ann, 0, "# Ann was here\n"), types(bob, 0, "# Bob too 🙂\n"))
    await same("was here", "too 🙂", "return '😀'")
    await ann.page.evaluate(PLACE, 0)
    await types(bob, len(str(program).encode("utf-16-le")) // 2, "f()")
    await same("f()")
    end = str(program).rindex("f()") + 3 + str(program).count("😀") + str(program).count("🙂")
    await comes(lambda: ann.page.evaluate(f"({CARETS})().some(([name, at]) => name === 'Bob' && at === {end})"))
    await comes(lambda: bob.page.evaluate(f"({CARETS})().some(([name, at]) => name === 'Ann' && at === 0)"))
    before = str(program)
    await types(ann, 0, "wrong")
    await same("wrong")
    await types(bob, 5, "right ")
    await same("wrongright ")
    await ann.page.evaluate("document.querySelector('.cm-content').focus()")
    await ann.page.keyboard.press("Control+z")
    await same()
    await is_so(lambda: str(program) == "right " + before, lambda: str(program))
    assert "input" in heard
    assert "change" not in heard
    # What letters of two units, line ends of other systems, and Tab do.
    pair = str(program).index("😀") + 1
    await ann.page.evaluate(
        """(place) => document.querySelector("justui-code-editor").view.dispatch(
            { changes: { from: place, to: place + 1, insert: "\\ude01" }, userEvent: "input.type" })""",
        pair + (1 if "🙂" in str(program)[:pair] else 0),
    )
    await same("return '😁'")
    await ann.page.evaluate(PLACE, 0)
    await ann.page.evaluate(PASTE, "one\r\ntwo\rthree\n")
    await same("one\ntwo\nthree\nright ")
    await ann.page.evaluate(PLACE, 0)
    await ann.page.keyboard.press("Tab")
    await same("    one\n")
    await ann.page.keyboard.press("Escape")
    await ann.page.keyboard.press("Tab")
    assert await ann.page.evaluate("document.activeElement.ariaLabel") == "Name"
    await is_so(lambda: "change" in heard)
    await comes(lambda: bob.page.evaluate(f"!({CARETS})().some(([name]) => name === 'Ann')"))
    # Beside other editors: formats, and a picture, which is one letter of the text.
    program.insert_image(0, PIXEL)
    program.insert(1, "bold", bold=True)
    await same("\ufffcbold    one")
    await types(bob, 3, "+")
    await same("\ufffcbo+ld")
    assert [step["insert"] for step in program.delta[1:4]] == ["bo", "+", "ld"]
    assert "attributes" not in program.delta[2]
    await ann.page.locator(".ql-editor").click()
    await comes(lambda: bob.page.evaluate(f"({CARETS})().some(([name]) => name === 'Ann')"))
    await ann.page.keyboard.press("Control+Home")
    await ann.page.keyboard.type("Q")
    await same("Q\ufffcbo+ld")
    await bob.page.fill("#plain", "from a plain field")
    await same("from a plain field")
    # Cut off, both go on; nothing is lost.
    for tab in tabs:
        tab.allow_network_errors()
    site.network.cut()
    await asyncio.gather(types(ann, 0, "Ann offline. "), types(bob, 18, " Bob offline."))
    await comes(lambda: ann.page.evaluate("!document.querySelector('.cm-person')"))
    site.network.mend()
    await same("Ann offline. from a plain field", "field Bob offline.")
    await comes(lambda: ann.page.evaluate(f"({CARETS})().some(([name]) => name === 'Bob')"))
    # Other languages, and no writing at all, while it is seen; a large text.
    for name in LANGUAGES:
        program.set('/* */ x = "1" <b>[a](b)</b> -- 2 true\n{"a": null}\n')
        language.set(name)
        if name != "text":
            await expect(ann.page.locator(".cm-line span[class]").first).to_be_visible()
    closed.set(True)
    content = ann.page.get_by_role("textbox", name="Program")
    await expect(content).to_have_attribute("aria-readonly", "true")
    await content.click()
    await ann.page.keyboard.type("forbidden")
    await same()
    assert "forbidden" not in str(program)
    bob = await site.open(await person(), "large")
    await expect(bob.page.locator(".cm-content")).to_be_visible()
    await types(bob, 600_000, "y")
    await is_so(lambda: large[600_000] == "y" and len(large) == 1_020_001)


PROGRAM = """
import justui as ui

text = ui.SharedText(name="long")
app = ui.App(drain=0.1, frame_bytes=100_000)

@app.route("/")
def page():
    return ui.WebPage(ui.CodeEditor(model=text, id="text", height="10rem"), ui.P(text=text.map(len), id="length"))

app.run(quiet=True)
"""


async def test_what_is_longer_than_a_frame_is_pasted_and_brought_to_a_new_server(
    serve: Serve, proxied: Proxied, person: People, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    server = serve.program(program)
    tab = await (await person()).open(proxied(server).address + "/")
    tab.allow_network_errors()
    await joined(tab)
    box, length = tab.page.locator(".cm-content"), tab.page.locator("#length")
    await expect(box).to_be_visible()
    await box.focus()
    await tab.page.keyboard.insert_text("some words of it " * 20_000)
    await expect(length).to_have_text("340000")
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    await joined(tab, 2)
    await expect(length).to_have_text("340000")


@pytest.mark.covers("JP-31")
async def test_six_people_in_three_kinds_of_fields(serve: Serve, proxied: Proxied, person: People) -> None:
    """Two write in rich text, two in code, two in a plain field: one text, on a network that fails or without any."""
    text = ui.SharedText()
    app = ui.App(drain=0.2)
    fields = {
        Rich: ui.Editor(model=text, id="text", height="20rem"),
        Code: ui.CodeEditor(model=text, id="text", language="text", height="20rem"),
        Plain: ui.Textarea(model=text, id="text"),
    }
    pages = {kind.__name__: ui.WebPage(field) for kind, field in fields.items()}

    @app.route("/{kind}")
    def show(request: ui.Request, kind: str) -> ui.WebPage:
        request.session["name"] = request.query_params["name"]
        return pages[kind]

    near = Site(serve, proxied, app)
    far = proxied(near.server)

    async def enter(number: int) -> Writing:
        kind, network = (Rich, Code, Plain)[number // 2], (near.network, far)[number % 2]
        tab = await (await person()).open(f"{network.address}/{kind.__name__}?name=Person+{number}")
        tab.allow_network_errors()
        await joined(tab)
        return await kind(tab).shown()

    people = await asyncio.gather(*map(enter, range(6)))
    for one in people[:2]:
        one.acts = {name: act for name, act in Rich.acts.items() if name in (*Code.acts, "marks", "composes")}
    for seed in (1, 2):
        text.value = "Some words to begin with.\nAnd more ...... of them\n"
        await agree(text, *people)
        company = Company(people, seed)
        try:
            await company.work(8, Storm(near.network, far, Random(seed), 48))
            await company.check(text)
        except BaseException as error:
            error.add_note(f"seed {seed}: {company.done}")
            raise
