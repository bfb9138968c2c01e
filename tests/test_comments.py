"""Comments on shared texts: threads that stand where their text stands, for Python, at several tabs, and against who is hostile."""

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import justui as ui
from justui import comments as room
from justui.testing import Browser, Tab
from justui.testing.nodes import Element
from tests.conftest import Serve
from tests.harness.peers import Peer
from tests.test_sharing import Eve, packed

FORM = "justui-comment > form"
FIELD = f"{FORM} > textarea"
TEXT = "<p>one <strong>two</strong> 😀three</p><p>four</p>"


@pytest.fixture
def notes() -> ui.SharedText:
    return ui.SharedText(html=TEXT)


# In Python


def test_a_thread_stands_at_its_text_which_looks_as_before(notes: ui.SharedText) -> None:
    before = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=1)
    html, markdown = notes.html, notes.markdown
    comment = notes.comment(6, 14, " What <b>?</b> ", by="Ann")
    assert (comment.text, comment.by, comment.colour) == ("What <b>?</b>", "Ann", "")
    assert before < comment.at
    assert (comment.quote, comment.place) == ("o 😀three", (6, 14))
    assert (comment.resolved, comment.replies, comment.is_there) == (False, [], True)
    assert list(notes.comments) == [comment] == notes.comments.value
    assert (notes.html, notes.markdown) == (html, markdown)
    notes.insert(0, "0 ")
    notes.insert(9, "😀")
    assert comment.quote == "o😀 😀three"
    assert comment.place == (8, 17)
    notes.markdown = f"new\n\n{notes.markdown}"  # what stays the same keeps its comments
    assert comment.quote == "o😀 😀three"
    assert str(notes).startswith("new\n0 one")


def test_the_order_is_that_of_the_text_and_what_lost_its_text_is_last(notes: ui.SharedText) -> None:
    third, first, second = (notes.comment(*place, str(place)) for place in ((12, 15), (0, 3), (4, 7)))
    assert list(notes.comments) == [first, second, third]
    assert notes.comments[0] is not first  # the same one all the same
    assert len({first, notes.comments[0]}) == 1
    del notes[0:4]
    assert list(notes.comments) == [second, third, first]
    assert (first.quote, first.place, first.text) == ("", None, "(0, 3)")
    notes.insert(0, str(second.quote))
    assert second.place == (3, 6)


def test_what_has_a_comment_already_gets_no_other_while_that_is_open(notes: ui.SharedText) -> None:
    inner = notes.comment(4, 7, "inner")
    outer = notes.comment(0, 16, "outer")
    assert inner.quote == "two"
    assert outer.quote == "one two 😀three f"
    for start, stop in ((4, 7), (5, 6), (5, 5), (7, 5), (99, 120)):
        with pytest.raises(ui.StateError, match="no text without a comment"):
            notes.comment(start, stop, "again")
    inner.resolve()
    newer = notes.comment(4, 7, "newer")
    assert (inner.quote, newer.quote) == ("", "two")
    assert len(notes.comments) == 3
    for text in ("", "  ", 5, "x" * (room.LONGEST + 1)):
        with pytest.raises(ui.StateError, match="A comment"):
            notes.comment(17, 19, text)  # type: ignore[arg-type]
    assert len(notes.comments) == 3


def test_a_thread_is_answered_resolved_and_deleted_and_who_follows_hears_it(notes: ui.SharedText) -> None:
    told: list[list[tuple[str, bool, int, str]]] = []
    notes.comments.on_change(
        lambda all_: told.append([(one.text, one.resolved, len(one.replies), one.quote) for one in all_])
    )
    comment = notes.comment(0, 3, "first")
    comment.reply("yes", by="Bob")
    comment.reply("no")
    assert [(reply.text, reply.by) for reply in comment.replies] == [("yes", "Bob"), ("no", "")]
    comment.resolve()
    comment.resolve()
    comment.reopen()
    notes.insert(1, "X")
    comment.delete()
    assert [state for number, state in enumerate(told) if state not in told[:number]] == [
        [("first", False, 0, "one")],
        [("first", False, 1, "one")],
        [("first", False, 2, "one")],
        [("first", True, 2, "one")],
        [("first", False, 2, "oXne")],
        [],
    ]
    assert (comment.is_there, comment.text, comment.replies, comment.quote) == (False, "", [], "")
    assert notes.delta == ui.SharedText(html=notes.html).delta
    with pytest.raises(ui.StateError, match="deleted"):
        comment.reply("late")
    with pytest.raises(ui.StateError, match="deleted"):
        comment.resolve()
    comment.delete()
    comment.reopen()
    assert not notes.comments


def test_there_are_bounds(notes: ui.SharedText, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_THREADS", 2)
    monkeypatch.setattr(room, "_REPLIES", 2)
    first, _ = notes.comment(0, 1, "a"), notes.comment(1, 2, "b")
    with pytest.raises(ui.Refused, match="2 comments at most"):
        notes.comment(2, 3, "c")
    first.reply("a")
    first.reply("b")
    with pytest.raises(ui.Refused, match="2 answers at most"):
        first.reply("c")
    monkeypatch.setattr(notes.comments.threads.document, "largest", 100)
    with pytest.raises(ui.Refused, match="full"):
        first.resolve()


@pytest.mark.parametrize(
    "id", ["", "short", "x" * 37, 'abcdefghijkl"', "abcdefghijkl\n", 5, True, ["abcdefghijkl"], {}]
)
def test_an_id_is_no_other_text(notes: ui.SharedText, id: Any) -> None:
    with pytest.raises(ui.StateError, match="comment"):
        notes.format(0, 3, comment=id)
    notes.format(0, 3, comment="abcdefghijkl")  # one of nobody's: it means nothing
    assert not notes.comments
    assert "abcdefghijkl" not in notes.html


def test_they_are_kept_beside_their_text(tmp_path: Path) -> None:
    store = tmp_path / "notes.db"

    def texts() -> list[ui.SharedText]:
        return [ui.SharedText("Agenda", store=store, name=name) for name in ("a", "b", "")]

    first, other, unnamed = texts()
    first.comment(0, 3, "first", by="Ann").reply("yes")
    unnamed.comment(3, 6, "third").resolve()
    assert not other.comments
    del first, other, unnamed
    first, other, unnamed = texts()
    (comment,) = first.comments
    assert (comment.text, comment.by, comment.quote, [one.text for one in comment.replies]) == (
        "first",
        "Ann",
        "Age",
        ["yes"],
    )
    assert [(one.quote, one.resolved) for one in unnamed.comments] == [("nda", True)]
    assert not other.comments
    first.restore(1)
    assert comment.text == "first"


# At tabs


def page_of(notes: ui.SharedText, *, read_only: bool = False) -> ui.WebPage:
    return ui.WebPage(ui.Editor(model=notes, id="text", read_only=read_only), ui.Comments(model=notes))


def app_of(notes: ui.SharedText) -> ui.App:
    app, shared = ui.App(), page_of(notes)

    @app.route("/")
    def own() -> ui.WebPage:
        return page_of(notes)

    @app.route("/shared")
    def same() -> ui.WebPage:
        return shared

    @app.route("/read")
    def read() -> ui.WebPage:
        return page_of(notes, read_only=True)

    @app.route("/aside")
    def aside() -> ui.WebPage:
        return ui.WebPage(ui.Comments(model=notes))

    return app


@asynccontextmanager
async def tabs(app: ui.App | str, *paths: str) -> AsyncIterator[list[Tab]]:
    async with Browser(app) as ann, Browser(app) as bob:
        opened = [await person.open(path) for person, path in zip((ann, bob), paths, strict=True)]
        for tab, path in zip(opened, paths, strict=True):
            if path != "/aside":
                tab.shared("#text")
                await tab.settled()
        yield opened


def seen(tab: Tab) -> list[str]:
    """What the open cards say, without their times and buttons."""
    cards = [card for card in tab.find_all("justui-comment") if "data-resolved" not in card.attributes]
    return [" | ".join(part.text_content() for part in card.elements() if said(part)) for card in cards]


def said(part: Element) -> bool:
    return part.tag in ("strong", "p") or "ui-quote" in part.attributes.get("class", "")


@pytest.mark.parametrize("path", ["/", "/shared"])
async def test_two_tabs_comment_answer_and_resolve(notes: ui.SharedText, path: str) -> None:
    async with tabs(app_of(notes), path, path) as (hers, his):
        people = list(notes.presence)
        people[0].update(name="Ann", colour="#d6336c")
        people[1].update(name="Bob")
        hers.shared("#text").comment(4, 7, "<b>Why</b>?\nAnd how?")
        his.shared("#text").comment(0, 3, "First")
        wanted = ["Bob | one | First", "Ann | two | <b>Why</b>?\nAnd how?"]
        for tab in (hers, his):
            await tab.wait_for(lambda tab=tab: seen(tab) == wanted)  # type: ignore[misc]
        card = hers.find_all("justui-comment")[1]
        assert card.attributes["style"] == "--by: #d6336c"
        assert notes.comments[1].by == "Ann"

        # Each has a field of their own, also where both see one page; what is typed in one stays while others write.
        await his.type(FIELD, "half", nth=1)
        await hers.type(FIELD, "Because", nth=1)
        hers.shared("#text").insert(5, "XX")
        await his.wait_for(lambda: "tXXwo" in seen(his)[1])
        await hers.submit(hers.find_all(FORM)[1])
        await his.wait_for(lambda: seen(his)[1].endswith("| Ann | Because"))
        assert his.value(his.find_all(FIELD)[1]) == "half"
        assert hers.value(hers.find_all(FIELD)[1]) == ""
        await hers.submit(hers.find_all(FORM)[1])  # nothing to say
        assert len(notes.comments[1].replies) == 1

        await his.click("Resolve", nth=0)
        await hers.wait_for("Resolved (1)")
        assert len(seen(hers)) == 1
        await hers.click("summary")
        await hers.click("Reopen")
        await his.wait_for(lambda: len(seen(his)) == 2)
        del notes[0:4]
        await hers.wait_for("The text was deleted")
        notes.comments[-1].delete()
        await hers.wait_for(lambda: len(seen(hers)) == 1)
        assert str(notes).startswith("tXXwo")


async def test_the_component_follows_another_text_and_wants_one(notes: ui.SharedText) -> None:
    for wrong in (None, "text", ui.State("x")):
        with pytest.raises(ui.StateError, match="Comments's model= wants a SharedText"):
            ui.Comments(model=wrong)  # type: ignore[arg-type]
    other = ui.SharedText("other")
    other.comment(0, 3, "about the other")
    shown = ui.Comments(model=notes, height="10rem", style="color: red")
    assert shown.style == "max-height: 10rem;color: red"
    app, page = ui.App(), ui.WebPage(shown)
    app.route("/")(lambda: page)
    async with Browser(app) as ann:
        tab = await ann.open("/")
        assert "No comments" in tab.text("justui-comments")
        shown.model = other
        await page.update()
        await tab.wait_for("about the other")
        notes.comment(0, 3, "not here")
        other.comment(3, 5, "here")
        await tab.wait_for(lambda: len(seen(tab)) == 2)
        assert shown.model is other


PROGRAM = """
import pathlib
import justui as ui

kept = ui.SharedText("begin here", store=pathlib.Path(__file__).with_name("notes.db"))
app = ui.App(drain=0.1)

@app.route("/")
def page():
    return ui.WebPage(ui.Editor(model=kept, id="text"), ui.Comments(model=kept))

app.run(quiet=True)
"""


async def test_a_killed_server_has_lost_nothing(serve: Serve, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    server = serve.program(program)
    async with tabs(server.address, "/", "/") as (hers, his):
        hers.shared("#text").comment(0, 5, "Where?")
        await his.wait_for("Where?")
        await his.type(FIELD, "There")
        await his.submit(FORM)
        await hers.wait_for("There")
        server.kill()
        await hers.wait_for(lambda: hers.state == "dropped")
        hers.shared("#text").insert(0, "We ")
        server.start()
        for tab in (hers, his):
            await tab.resume()
            await tab.settled()
            await tab.wait_for(lambda tab=tab: seen(tab) == ["Guest | begin | Where? | Guest | There"])  # type: ignore[misc]
            assert str(tab.shared("#text")) == "We begin here"
        his.shared("#text").comment(9, 13, "Still")
        await hers.wait_for(lambda: len(seen(hers)) == 2)


async def test_who_comes_too_late_or_says_too_much_is_told(
    notes: ui.SharedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_THREADS", 1)
    monkeypatch.setattr(room, "_REPLIES", 0)
    comment = notes.comment(4, 7, "own")
    async with tabs(app_of(notes), "/", "/") as (hers, _):
        await hers.type(FIELD, "one too many")
        await hers.submit(FORM)
        await hers.wait_for(lambda: any("0 answers at most" in note["text"] for note in hers.notes))
        assert hers.value(FIELD) == "one too many"
        hers.shared("#text").comment(0, 3, "one too many")
        await hers.wait_for(lambda: hers.shared("#text").refused)
        await hers.settled()
        assert list(notes.comments) == [comment]
        assert "comment" not in notes.delta[0].get("attributes", {})


# Who is hostile


def marking(notes: ui.SharedText, id: object) -> str:
    """An update that lets the first letters be a comment's."""
    peer = Peer()
    peer.doc.apply_update(notes.document.since(b"\0"))
    before = peer.doc.get_state()
    peer.text.format(0, 3, {"comment": id})
    return packed(peer.doc.get_update(before))


async def test_nothing_forged_begins_a_thread(notes: ui.SharedText, caplog: pytest.LogCaptureFixture) -> None:
    other = ui.SharedText("other")
    theirs = other.comment(0, 5, "of another text")
    own = notes.comment(4, 7, "own")
    app = app_of(notes)

    async with Browser(app) as robber:
        eve = Eve(await robber.open("/"))
        await eve.say("open", c=7, s="AA==")
        good = "abcdefghijklmnop"
        for id in (own.id, "short", "x" * 50, 'abcdefghijkl"]', None, 5, {"$": 1}):
            assert await eve.say("comment", u=marking(notes, good), n=id, t="evil") == [["x"]]
        for text in ("", " \n", "x" * (room.LONGEST + 1), None, 5, ["evil"]):
            assert await eve.say("comment", u=marking(notes, good), n=good, t=text) == [["x"]]
        for id in ("short", '"]{}', 5, True, {"a": 1}):
            for kind in ("edit", "comment"):
                assert await eve.say(kind, u=marking(notes, id), n=good, t="evil") == [["x"]]
        assert await eve.say("comment", u=packed(b"\xff" * 9), n=good, t="evil") == [["x"]]
        # Of another text she has nothing: neither its thread here, nor one there.
        hidden = ui.Editor(model=other)
        for component in (hidden._id, eve.component):
            data = {"i": component, "d": other.document.number, "u": marking(other, good), "n": good, "t": "evil"}
            assert await eve.say("comment", **data) == []
        assert await eve.say("edit", u=marking(notes, theirs.id)) == []  # an id that means nothing here
        assert list(notes.comments) == [own]
        assert own.quote == "two"
        assert [one.text for one in other.comments] == ["of another text"]
        assert theirs.quote == "other"
        assert eve.tab.stream.closed is None
        # What she may say is text.
        evil = "<img src=x onerror=alert(1)>"
        assert await eve.say("comment", u=marking(notes, good), n=good, t=evil) == []
        assert notes.comments[0].text == evil
        async with Browser(app) as person:
            page = await person.open("/")
            assert not page.find_all("justui-comments img")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("path", ["/read", "/aside"])
async def test_who_may_not_write_may_not_comment_answer_or_resolve(notes: ui.SharedText, path: str) -> None:
    comment = notes.comment(4, 7, "own")
    async with tabs(app_of(notes), "/", path) as (_, his):
        if path == "/read":
            eve = Eve(his)
            good = "abcdefghijklmnop"
            await eve.say("comment", u=marking(notes, good), n=good, t="evil")
            assert eve.heard[-2][2] == "x"
        await his.click("Resolve")
        await his.wait_for(lambda: any("not open for writing" in note["text"] for note in his.notes))
        await his.type(FIELD, "evil")
        await his.submit(FORM)
        assert (comment.resolved, comment.replies) == (False, [])
        assert len(notes.comments) == 1
