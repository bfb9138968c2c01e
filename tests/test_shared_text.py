"""`SharedText` from Python: like a text, and it tells who changed what, undoes each person's own, and knows its history."""

import gc
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import justui as ui
from justui.documents import Author
from justui.errors import StateError, UsageError
from justui.rich import OBJECT, Delta, normal
from justui.testing import Browser
from tests.harness.peers import FORMATS, Peer

ROOT = Path(__file__).resolve().parents[1]
TEXTS = st.text("ab é日😀\n\u0301", max_size=6)
PLACES = st.integers(-12, 12)
OPERATIONS = st.one_of(
    st.tuples(st.just("insert"), PLACES, TEXTS),
    st.tuples(st.just("append"), TEXTS),
    st.tuples(st.just("delete"), PLACES, PLACES),
    st.tuples(st.just("slice"), PLACES, PLACES, TEXTS),
    st.tuples(st.just("item"), PLACES, TEXTS),
    st.tuples(st.just("del"), PLACES, PLACES),
    st.tuples(st.just("set"), TEXTS),
    st.tuples(st.just("format"), PLACES, PLACES, st.sampled_from(FORMATS)),
    st.tuples(st.just("picture"), PLACES),
    st.tuples(st.just("apply"), st.integers(0, 5), st.integers(0, 5), TEXTS),
    st.tuples(st.just("other"), st.integers(0, 999), st.integers(0, 999)),
)

Letters = list[tuple[Any, dict[str, Any]]]
"""A text as its letters and pictures, each with its formats."""


def follow(letters: Letters, delta: Delta) -> Letters:
    """What a delta makes of a text."""
    made: Letters = []
    place = 0
    for step in delta:
        formats = step.get("attributes") or {}
        if "insert" in step:
            content = step["insert"]
            made += [(one, formats) for one in (content if isinstance(content, str) else [content])]
        elif "delete" in step:
            place += step["delete"]
        else:
            for one, before in letters[place : place + step["retain"]]:
                after = {**before, **formats}
                made.append((one, {name: value for name, value in after.items() if value is not None}))
            place += step["retain"]
    return made + letters[place:]


def as_delta(letters: Letters) -> Delta:
    return normal([{"insert": one, "attributes": formats} for one, formats in letters])


def do(text: ui.SharedText, model: str, operation: tuple[Any, ...]) -> str:  # noqa: C901 - a list of what there is
    """Do it to the text; what Python makes of a str then."""
    match operation:
        case "insert", place, new:
            text.insert(place, new)
            at = slice(place, place).indices(len(model))[0]
            return f"{model[:at]}{new}{model[at:]}"
        case "append", new:
            text += new
            return f"{model}{new}"
        case "delete", start, stop:
            text.delete(start, stop)
            first, last, _ = slice(start, stop).indices(len(model))
            return model[:first] + model[max(first, last) :]
        case "slice", start, stop, new:
            text[start:stop] = new
            letters = list(model)
            letters[start:stop] = new
            return "".join(letters)
        case "item", place, new:
            if not -len(model) <= place < len(model):
                with pytest.raises(IndexError):
                    text[place] = new
                return model
            text[place] = new
            letters = list(model)
            letters[place] = new
            return "".join(letters)
        case "del", start, stop:
            del text[start:stop]
            letters = list(model)
            del letters[start:stop]
            return "".join(letters)
        case "set", new:
            text.value = new
            return new  # type: ignore[no-any-return]
        case "format", start, stop, formats:
            text.format(start, stop, **formats)
        case "picture", place:
            text.insert_image(place, "/a.png")
            at = slice(place, place).indices(len(model))[0]
            return model[:at] + OBJECT + model[at:]
        case "apply", skip, out, new:
            skip, out = min(skip, len(model)), max(0, min(out, len(model) - skip))
            steps = [{"retain": skip}, {"insert": new, "attributes": {"italic": True}}, {"delete": out}]
            text.apply([step for step in steps if all(step.values())])
            return f"{model[:skip]}{new}{model[skip + out :]}"
        case "other", place, choice:
            peer = Peer()
            peer.meet(b"\0", text.document.since(b"\0"))
            update = peer.edit("insert", place, choice)
            text.document.take(update, Author(None, "ann", "Ann"), lambda client: True)
            return "".join(one if isinstance(one, str) else OBJECT for one, _ in peer.delta)
    return model


@given(operations=st.lists(OPERATIONS, max_size=20))
def test_it_is_edited_like_a_str(operations: list[tuple[Any, ...]]) -> None:
    text, model = ui.SharedText("Hello 😀"), "Hello 😀"
    heard: list[str] = []
    copies: list[Letters] = [[(letter, {}) for letter in model]]

    @text.on_change
    def changed(now: str, change: ui.Change) -> None:
        heard.append(now)
        copies[0] = follow(copies[0], change.delta)
        assert change.by in ("", "Ann")
        assert change.tab is None

    for operation in operations:
        before = text.delta
        model = do(text, model, operation)
        assert (str(text), len(text), bool(text)) == (model, len(model), bool(model))
        assert list(text) == list(model)
        assert text[1:4] == model[1:4]
        assert text.value == model
        assert as_delta(copies[0]) == text.delta
        if heard:
            assert heard[-1] == model
        if text.delta != before:
            assert heard
    # What a browser would get of it leads to the same.
    copy = Peer()
    copy.meet(b"\0", text.document.since(b"\0"))
    assert as_delta([(one, formats or {}) for part, formats in copy.delta
                     for one in (part if isinstance(part, str) else [part])]) == text.delta  # fmt: skip
    again = ui.SharedText()
    again.apply(text.delta)
    assert again.delta == text.delta


def test_setting_it_changes_only_what_is_different() -> None:
    text = ui.SharedText("one two three")
    text.format(0, 3, bold=True)
    heard: list[Delta] = []
    text.on_change(lambda now, change: heard.append(change.delta))
    text.value = "one 2 three"
    text.html = "<p><b>one</b> 2 <i>three</i></p>"
    text.value = "one 2 three"  # no change
    assert heard[0] == [{"retain": 4}, {"delete": 3}, {"insert": "2"}]
    assert heard[1][0] == {"retain": 6}
    assert text.delta[0] == {"insert": "one", "attributes": {"bold": True}}
    assert text.html == "<p><strong>one</strong> 2 <em>three</em></p>"


def test_what_would_run_in_a_browser_does_not_get_in_from_python_either() -> None:
    text = ui.SharedText(html='<p onclick="x()">a<script>alert(1)</script><img src=x onerror="alert(1)"></p>')
    assert "script" not in text.html
    assert "onerror" not in text.html
    assert "onclick" not in text.html
    for wrong in ({"link": "javascript:alert(1)"}, {"onclick": "x"}, {"color": "url(x)"}):
        with pytest.raises(StateError):
            text.insert(0, "x", **wrong)
        with pytest.raises(StateError):
            text.apply([{"insert": "x", "attributes": wrong}])
    with pytest.raises(StateError):
        text.insert_image(0, "javascript:alert(1)")
    with pytest.raises(StateError):
        text.apply([{"insert": "b"}, {"insert": {"video": "/a"}}])
    with pytest.raises(StateError):
        text.insert(0, 5)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        ui.SharedText("a", html="b")
    assert str(text).strip(OBJECT + "\n") == "a"


async def test_each_undoes_their_own_and_the_history_says_who() -> None:
    text = ui.SharedText("begin")
    app = ui.App()

    @app.route("/")
    def page(request: ui.Request) -> ui.WebPage:
        request.session["name"] = request.query_params["name"]
        return ui.WebPage(ui.Editor(model=text, id="text"), ui.Button("Undo", on_click=lambda msg: text.undo(msg.tab)))

    async with Browser(app) as first, Browser(app) as second:
        ann, bob = await first.open("/?name=Ann"), await second.open("/?name=Bob")
        hers, his = ann.shared("#text"), bob.shared("#text")
        await ann.settled()
        await bob.settled()
        said: list[tuple[str, bool]] = []
        text.on_change(lambda now, change: said.append((change.by, change.tab is not None)))
        hers.append(" Ann", bold=True)
        await ann.settled()
        await bob.wait_for(lambda: str(his).endswith("Ann"))
        his.insert(0, "Bob ")
        await bob.settled()
        text.append("!")
        assert str(text) == "Bob begin Ann!"
        assert said == [("Ann", True), ("Bob", True), ("", False)]
        assert [version.by for version in text.versions] == ["", "Ann", "Bob", ""]
        assert [text.at(version) for version in text.versions] == ["begin", "begin Ann", "Bob begin Ann", str(text)]
        await ann.click("Undo")
        await ann.settled()
        assert str(text) == "Bob begin!"
        assert text.undo()
        assert str(text) == "Bob begin"
        assert text.redo()
        assert str(text) == "Bob begin!"
        text.restore(2)
        assert text.delta[-1] == {"insert": " Ann", "attributes": {"bold": True}}
        assert str(text) == "begin Ann"
        assert text.undo()
        assert str(text) == "Bob begin!"
        await ann.wait_for(lambda: str(hers) == "Bob begin!")
        with pytest.raises(IndexError):
            text.at(99)


def test_threads_edit_at_once_and_nothing_is_lost() -> None:
    text = ui.SharedText()

    def write(name: str) -> None:
        for _ in range(100):
            text.insert(len(text) // 2, name)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(text)) == sorted("abcd" * 100)


BEGIN = """
import justui as ui
text = ui.SharedText(html="<h1>Agenda</h1><p>one 😀 <b>two</b></p>")
print(text.document.log.guid, text.document.since(b"\\0").hex())
"""


def test_two_processes_begin_with_the_same_bytes(tmp_path: Path) -> None:
    program = tmp_path / "begin.py"
    program.write_text(BEGIN)
    command = [sys.executable, str(program)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    said = {subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout for _ in "ab"}
    assert len(said) == 1
    assert len(said.pop()) > 100
    one, two = (ui.SharedText(text, name="agenda") for text in ("same", "same"))
    assert one.document.since(b"\0") == two.document.since(b"\0")
    assert one.document.log.guid != ui.SharedText("same", name="minutes").document.log.guid


def test_it_is_freed() -> None:
    text = ui.SharedText("x")
    text.on_change(lambda now, change: None)
    text.append("y")
    gone = weakref.ref(text.document)
    del text
    gc.collect()
    assert gone() is None
