"""`CodeEditor`: what the page has before the editor is there, what the browser half is told, and what handlers hear."""

import json
import re
from typing import Any

import pytest

import justui as ui
from justui.components.code_editor import LANGUAGES
from justui.errors import StateError, UsageError
from justui.store import store
from justui.testing import Browser
from tests.browser.live import app_of


def told(editor: ui.CodeEditor) -> dict[str, Any]:
    """What the browser half is told."""
    options: dict[str, Any] = json.loads(editor.attributes["data-editor"])
    return options


@pytest.mark.covers("JP-30")
async def test_it_is_a_shared_text_as_code() -> None:
    program = ui.SharedText("if a < b:\n\tpass  # 😀</code>\n")
    language, closed = ui.State("python"), ui.State(value=False)
    heard: list[tuple[str, str]] = []
    page = ui.WebPage(
        editor := ui.CodeEditor(
            model=program,
            language=language,
            read_only=closed,
            height="20rem",
            placeholder="Write",
            id="code",
            classes="mt-4",
        ),
        ui.Textarea(model=program, aria_label="Plain"),
    )
    editor.on_input = lambda msg: heard.append(("input", msg.value))
    editor.on_change = lambda msg: heard.append(("change", msg.value))
    async with Browser(app_of(page)) as ann, Browser(app_of(page)) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        assert hers.find("#code pre code").text_content() == program.value  # the text, before any script has run
        assert set(hers.find("#code").attributes["class"].split()) == {"ui-code", "mt-4"}
        assert "height: 20rem" in hers.find("#code").attributes["style"]
        copy, other = hers.shared("#code"), his.shared("#code")
        await hers.settled()
        copy.insert(len(copy), "b = '🙂'\n")
        await hers.settled()
        await hers.fire("#code", "change")
        await hers.settled()
        await his.settled()
        assert str(other) == str(copy) == program.value == editor.value == "if a < b:\n\tpass  # 😀</code>\nb = '🙂'\n"
        assert heard == [("input", program.value), ("change", program.value)]
        assert his.find("textarea").value == program.value
        other.put_caret(3)
        await his.settled()
        await hers.wait_for(lambda: [caret.start for caret in copy.carets.values()] == [3])
        # Everything may change while it is seen.
        language.set("sql")
        closed.set(True)
        await hers.wait_for(lambda: '"readOnly": true' in hers.find("#code").attributes["data-editor"])
        assert told(editor)["language"]["function"] == "sql"
        copy.insert(0, "forbidden")
        await hers.wait_for(lambda: copy.refused)
        editor.value = "a\r\nb\rc"
        assert program.value == "a\nb\nc"
        editor.model = ui.SharedText("another")
        await page.update()
        await his.wait_for(lambda: his.find("#code pre code").text_content() == "another")


async def test_a_caret_that_is_none_does_not_reach_the_others() -> None:
    program = ui.SharedText("text")
    page = ui.WebPage(ui.CodeEditor(model=program, id="code"))
    place = {"type": None, "tname": "text", "item": None, "assoc": 0}
    for bad in (
        5,
        {"anchor": place},
        {"anchor": place, "head": {}},
        {"anchor": place, "head": {**place, "tname": "other"}},
        {"anchor": place, "head": {**place, "item": {"client": 1, "clock": -1}}},
        {"anchor": place, "head": {**place, "item": {"client": 1, "clock": 1, "more": 1}}},
    ):
        async with Browser(app_of(page)) as ann, Browser(app_of(page)) as bob:
            hers, his = await ann.open("/"), await bob.open("/")
            copy, other = hers.shared("#code"), his.shared("#code")
            await his.settled()
            other.put_caret(2)
            await his.settled()
            await hers.wait_for(lambda copy=copy: [caret.start for caret in copy.carets.values()] == [2])  # type: ignore[misc]
            other._caret = bad
            other._send_caret()
            await his.wait_for(lambda his=his: his.state != "joined")  # type: ignore[misc]
            assert all(caret.start in (2, None) for caret in copy.carets.values())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pyton", "Did you mean python?"),
        ("JS", "Did you mean javascript?"),
        ("Python", "Did you mean python?"),
        ("fortran", "There are text, css, html, javascript, json, markdown, python, sql, typescript."),
        (None, "There are"),
    ],
)
def test_a_language_that_it_does_not_know(language: Any, said: str) -> None:
    with pytest.raises(UsageError) as error:
        ui.CodeEditor(language=language)
    assert said in str(error.value)
    editor = ui.CodeEditor(language="json", value="{}")
    with pytest.raises(UsageError):
        editor.language = language
    assert editor.language == "json"
    assert editor.value == "{}"


def test_only_pinned_files_are_named_and_only_the_language_in_use() -> None:
    pinned = {file.name for file in store().manifest}
    for name, language in LANGUAGES.items():
        options = told(ui.CodeEditor(language=name, line_numbers=False, wrap=True))
        assert options["lineNumbers"] is False
        assert options["wrap"] is True
        assert set(options["files"].values()) <= pinned
        assert bool(options["language"]["file"]) is (name != "text")
        assert not any("lang-" in file for file in options["files"].values())
        if language.package:
            assert options["language"]["file"] in pinned
            content = store().get(language.package, "dist/index.js").decode()
            assert re.search(rf"export {{[^}}]*\b{language.function}\b", content)


def test_its_model_is_a_shared_text() -> None:
    with pytest.raises(StateError, match=r"CodeEditor's model= wants a SharedText, got 'text'"):
        ui.CodeEditor(model="text")  # type: ignore[arg-type]
