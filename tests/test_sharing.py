"""Shared texts in tabs: everybody ends with the same, nothing is lost, and who is hostile gets nowhere."""

import asyncio
import base64
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

import justui as ui
from justui import sharing, wire
from justui.testing import Browser, PageError, Tab
from justui.testing.shared import SharedCopy
from tests.conftest import Serve
from tests.harness.peers import Peer

HOSTILE = 4000


def app_of(text: ui.SharedText, *more: ui.Component, **settings: Any) -> ui.App:
    """An App in which everybody edits one text at `/`."""
    app = ui.App(**settings)

    @app.route("/")
    def page() -> ui.WebPage:
        return ui.WebPage(ui.Editor(model=text, id="text"), *more, title="text")

    return app


class Room:
    """Several people at `/` of one App, each with a copy of the text."""

    def __init__(self, text: ui.SharedText) -> None:
        self.text = text
        self.tabs: list[Tab] = []
        self.copies: list[SharedCopy] = []

    async def agree(self) -> None:
        """Wait until nothing is under way and all have the same, formats and all."""
        for tab in self.tabs:
            if tab.state == "dropped":
                await tab.resume()
        for tab in self.tabs:
            await tab.settled()
        for tab, copy in zip(self.tabs, self.copies, strict=True):
            await tab.wait_for(lambda copy=copy: copy.delta == self.text.delta)  # type: ignore[misc]


@asynccontextmanager
async def people(app: ui.App | str, text: ui.SharedText, count: int) -> AsyncIterator[Room]:
    room = Room(text)
    async with AsyncExitStack() as stack:
        for _ in range(count):
            tab = await (await stack.enter_async_context(Browser(app))).open("/")
            room.tabs.append(tab)
            room.copies.append(tab.shared("#text"))
        for tab in room.tabs:
            await tab.settled()
        yield room


FILLER = "."


class Typist:
    """Writes letters that there are once, and takes out only filler: so what is lost or doubled is seen."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.letters: list[str] = []

    def act(self, copy: SharedCopy) -> None:
        text, random = str(copy), self.random
        place = random.randint(0, len(text))
        match random.randrange(6):
            case 0 if FILLER in text:
                copy.delete(text.index(FILLER, random.randint(0, text.rindex(FILLER))))
            case 1 if text:
                copy.format(place, min(len(text), place + 4), bold=random.choice([True, None]))
            case 2:
                copy.put_caret(place)
            case _:
                letter = chr(random.choice([0x4E00, 0x1F000, 0x3400]) + len(self.letters))
                self.letters.append(letter)
                copy.insert(place, letter + FILLER * random.randint(0, 2), italic=random.choice([True, None]))

    def check(self, text: ui.SharedText) -> None:
        found = Counter(str(text))
        del found[FILLER]
        assert found == Counter(self.letters)


@pytest.mark.covers("JP-31")
@pytest.mark.parametrize(("count", "edits", "seed"), [(2, 150, 1), (10, 250, 2)])
async def test_all_ends_equal_over_drops(count: int, edits: int, seed: int) -> None:
    text, typist = ui.SharedText(), Typist(Random(seed))
    async with people(app_of(text), text, count) as room:
        for turn in range(edits):
            who = typist.random.randrange(count)
            tab = room.tabs[who]
            typist.act(room.copies[who])
            if turn % 10 == 0:
                if tab.state == "joined":
                    tab.drop()
                else:
                    await tab.resume()
            if turn % 25 == 0:  # the program writes, too
                typist.letters.append(chr(0x20000 + turn))
                text.insert(len(text) // 2, typist.letters[-1])
            await asyncio.sleep(0)
        await room.agree()
        typist.check(text)
        undone = str(text)
        assert room.copies[0].undo()
        await room.agree()
        assert str(text) != undone or not all(copy.redo() for copy in room.copies[:1])


async def test_carets_and_people_come_and_go() -> None:
    text = ui.SharedText("Hello 😀 world.")
    here = ui.Output(text=text.presence.map(len))
    async with people(app_of(text, here, grace=0.3), text, 3) as room:
        (ann, bob, _), (hers, his, _) = room.tabs, room.copies
        names = {}
        for person, name in zip(text.presence, ("Ann", "Bob", "Eve"), strict=True):
            person.name = names[person] = name
        his.put_caret(8, 13)
        await ann.wait_for(lambda: "Bob" in hers.carets and hers.carets["Bob"].start == 8)
        assert hers.carets["Bob"].stop == 13
        assert hers.carets.keys() == {"Bob", "Eve"}  # never one's own
        hers.insert(0, "日本 ")
        hers.append("!")
        await room.agree()
        assert (hers.carets["Bob"].start, hers.carets["Bob"].stop) == (11, 16)
        his.put_caret(len(his))
        next(person for person, name in names.items() if name == "Bob").update(name="Rob", colour="#112233")
        await ann.wait_for(lambda: "Rob" in hers.carets and hers.carets["Rob"].colour == "#112233")
        await ann.wait_for(lambda: hers.carets["Rob"].start == len(hers))
        # A drop: one's own caret does not come back as somebody else's, and the others' are where they were.
        ann.drop()
        hers.append("?")
        assert not hers.carets
        await ann.resume()
        await room.agree()
        assert hers.carets.keys() == {"Rob", "Eve"}
        await room.tabs.pop().leave()
        room.copies.pop()
        await ann.wait_for(lambda: hers.carets.keys() == {"Rob"})
        await ann.wait_for(lambda: ann.text("output") == "2")
        bob.drop()  # for good
        await ann.wait_for(lambda: not hers.carets and ann.text("output") == "1")
        assert len(text.presence) == 1


async def test_what_handlers_and_fields_see() -> None:
    text = ui.SharedText("one")
    said: list[tuple[str, str]] = []
    app = ui.App()

    @app.route("/")
    def page() -> ui.WebPage:
        editor = ui.Editor(model=text, id="text", on_input=lambda msg: said.append((editor.value, msg.value)))
        return ui.WebPage(editor, ui.Textarea(model=text, id="plain"), ui.P(text=text, id="shown"))

    async with people(app, text, 2) as room:
        (ann, bob), (hers, _his) = room.tabs, room.copies
        hers.append(" two", bold=True)
        await ann.settled()
        assert said == [("<p>one<strong> two</strong></p>",) * 2]
        await bob.wait_for(lambda: bob.value("#plain") == "one two")
        await bob.type("#plain", " three")
        await bob.settled()
        await room.agree()
        await ann.wait_for(lambda: str(hers) == "one two three" == ann.value("#plain") == ann.text("#shown"))
        assert hers.delta[1] == {"insert": " two", "attributes": {"bold": True}}
        # Both at once, in the field and in the editor.
        bob.drop()
        await bob.type("#plain", "!")
        hers.insert(0, "zero ")
        await room.agree()
        await bob.wait_for(lambda: bob.value("#plain") == str(text) == "zero one two three!")
        assert len(said) == 2
        with pytest.raises(PageError):
            ann.shared("#plain")


async def test_a_slow_tab_gets_a_fresh_state_and_all_of_the_text() -> None:
    text = ui.SharedText()
    async with people(app_of(text, outbox_bytes=20_000), text, 2) as room:
        ann, bob = room.tabs
        hers, his = room.copies
        bob.drop()
        his.append("Bob ")
        for number in range(400):
            hers.append(f"{number} ")
            await asyncio.sleep(0)
        await ann.settled()
        await bob.resume()
        await room.agree()
        assert any(operation[0] == wire.STATE for operation in bob.operations)
        assert str(text) == str(his)
        assert "Bob " in str(his)
        assert " 399 " in f"{his}"


PROGRAM = """
import pathlib
import justui as ui

kept = ui.SharedText("begin", store=pathlib.Path(__file__).with_name("notes.db"))
held = ui.SharedText("begin")
app = ui.App(drain=0.1)

@app.route("/")
def page():
    return ui.WebPage(ui.Editor(model=kept, id="kept"), ui.Editor(model=held, id="held"), ui.P(text=kept, id="first"), ui.P(text=held, id="second"))

app.run(quiet=True)
"""


async def test_a_restarted_server_and_the_tabs_bring_all_together(tmp_path: Path, serve: Serve) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    server = serve.program(program)
    async with Browser(server.address) as first, Browser(server.address) as second:
        tabs = [await first.open("/"), await second.open("/")]
        copies = {name: [tab.shared(f"#{name}") for tab in tabs] for name in ("kept", "held")}
        for tab in tabs:
            await tab.settled()
        for both in copies.values():
            both[0].append(" Ann")
            both[1].insert(0, "Bob ")
        for tab in tabs:
            await tab.settled()
        server.kill()
        for tab in tabs:
            await tab.wait_for(lambda tab=tab: tab.state == "dropped")  # type: ignore[misc]
        for both in copies.values():  # while it is away
            both[0].append("!")
            both[1].delete(4, 7)
        server.start()
        for tab in tabs:
            await tab.resume()
            await tab.settled()
        for both in copies.values():
            for tab, copy in zip(tabs, both, strict=True):
                await tab.wait_for(lambda copy=copy: str(copy) == "Bob in Ann!")  # type: ignore[misc]
        # What it begins with is there once, also in the program.
        await tabs[0].wait_for(lambda: tabs[0].text("#first") == "Bob in Ann!" == tabs[0].text("#second"))


# Who is hostile


def packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


class Eve:
    """Speaks by hand of documents: `say("edit", …)`; `heard` is what she was told of them."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.component = tab.find("#text").component
        self.number = int(json.loads(tab.find("#text").attributes["data-share"])["d"])

    @property
    def heard(self) -> list[list[Any]]:
        return [operation for operation in self.tab.operations if operation[0] == wire.SHARED]

    async def say(self, kind: str, **data: Any) -> list[list[Any]]:
        """Say something; what came of it."""
        before = len(self.heard)
        said = {"i": self.component, "d": self.number, "k": kind} | data
        self.tab.stream.send_event(0, wire.SHARE, said)
        await self.tab.wait_for(lambda: not self.tab.stream.unacknowledged or self.tab.stream.closed is not None)
        return [operation[2:3] for operation in self.heard[before:]]


@asynccontextmanager
async def attack(caplog: pytest.LogCaptureFixture, **keywords: Any) -> AsyncIterator[tuple[Room, Eve, ui.SharedText]]:
    """Ann writes, Eve attacks; then Ann's text is whole and she goes on."""
    text = ui.SharedText("honest", **keywords)
    app = app_of(text)
    async with people(app, text, 1) as room, Browser(app) as robber:
        eve = Eve(await robber.open("/"))
        await eve.say("open", c=7, s="AA==")
        with caplog.at_level(logging.ERROR):
            yield room, eve, text
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
        if eve.tab.stream.closed is not None:
            await eve.tab.resume()
        room.copies[0].append(" text")
        await room.tabs[0].settled()
        assert str(text) == str(room.copies[0]) == "honest text"


def update_of(client: int | None = None, letters: str = "evil") -> bytes:
    peer = Peer(client)
    peer.text.insert(0, letters)
    return peer.doc.get_update()  # type: ignore[no-any-return]


async def test_she_writes_as_nobody_else_and_nothing_malformed(caplog: pytest.LogCaptureFixture) -> None:
    async with attack(caplog) as (room, eve, text):
        anns = room.copies[0].client
        assert await eve.say("edit", u=packed(update_of(anns))) == [["a"]]
        assert await eve.say("edit", u=packed(b"\x01\x01\x05\x00\x84\x07\x00\x04evil\x00")) == [["a"]]
        assert await eve.say("edit", u=packed(b"\x00\x01" + text.document.state()[1:] + b"\x01")) in ([["x"]], [["a"]])
        for spoilt in (b"", b"\xff" * 9, update_of()[:-3], update_of() + b"\0"):
            assert await eve.say("edit", u=packed(spoilt)) == [["x"]]
        bad = Peer()
        bad.text.insert(0, "x", {"link": "javascript:alert(1)"})
        assert await eve.say("edit", u=packed(bad.doc.get_update())) == [["x"]]
        assert "evil" not in str(text)
        assert eve.tab.stream.closed is None


@pytest.mark.parametrize(
    "said",
    [
        {"k": "edit", "u": "no base64!"},
        {"k": "edit", "u": {"$": ["b", 3]}},
        {"k": "edit", "u": {"$": ["b", -1]}},
        {"k": "edit", "u": 5},
        {"k": "edit"},
        {"k": "open", "c": 0, "s": "AA=="},
        {"k": "open", "c": 2**53, "s": "AA=="},
        {"k": "open", "c": True, "s": "AA=="},
        {"k": "open", "c": 7, "s": "/////w=="},
        {"k": "open", "c": 7, "s": ""},
        {"k": "caret", "p": ["long"] * 500},
        {"k": "nonsense"},
        {"k": None},
    ],
    ids=lambda said: f"{said}"[:40],
)
async def test_what_no_browser_says_ends_her_socket(said: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    async with attack(caplog) as (_, eve, _):
        await eve.say(said.pop("k"), **said)
        assert eve.tab.stream.closed == HOSTILE


async def test_another_client_must_be_her_own(caplog: pytest.LogCaptureFixture) -> None:
    async with attack(caplog) as (room, eve, _):
        await eve.say("close")
        assert await eve.say("edit", u=packed(update_of())) == [["a"]]  # not open
        assert await eve.say("caret", p=None) == []
        assert await eve.say("open", c=room.copies[0].client, s="AA==") == [["c"]]
        assert await eve.say("open", c=7, s="AA==") == [["o"]]
        assert await eve.say("edit", u=packed(update_of(room.copies[0].client))) == [["a"]]


async def test_a_document_that_is_not_on_her_page_is_not_hers(caplog: pytest.LogCaptureFixture) -> None:
    secret = ui.SharedText("secret")
    hidden = ui.Editor(model=secret)
    async with attack(caplog) as (_room, eve, _):
        for component in (hidden._id, eve.component, 0, 10**9, -1, "1", None):
            for kind in ("open", "edit", "caret", "close"):
                heard = await eve.say(kind, i=component, d=secret.document.number, c=7, s="AA==", u=packed(update_of()))
                assert heard == []
        assert await eve.say("open", d="1", c=7, s="AA==") == []
        assert str(secret) == "secret"
        assert len(secret.presence) == 0
        assert eve.tab.stream.closed is None


async def test_what_a_program_keeps_with_a_component_is_not_opened_by_its_name() -> None:
    secret, box = ui.SharedText("secret"), ui.Input(on_input=lambda: None)
    box.document = secret.document  # type: ignore[attr-defined]
    async with Browser(app_of(ui.SharedText("honest"), box)) as robber:
        eve = Eve(await robber.open("/"))
        assert await eve.say("open", i=box._id, d=secret.document.number, c=7, s="AA==") == []
        assert len(secret.presence) == 0


async def test_who_may_only_read_cannot_write_and_who_sees_it_no_more_hears_nothing() -> None:
    text = ui.SharedText("honest")
    editors: list[ui.Editor] = []
    app = ui.App()

    @app.route("/")
    def page() -> ui.WebPage:
        editors.append(ui.Editor(model=text, id="text", read_only=bool(editors)))
        return ui.WebPage(editors[-1])

    async with people(app, text, 1) as room, Browser(app) as reader:
        eve = Eve(await reader.open("/"))
        await eve.say("open", c=7, s="AA==")
        assert await eve.say("edit", u=packed(update_of())) == [["x"]]
        assert str(text) == "honest"
        await eve.tab.settled()
        for hides in (True, False):
            if hides:
                editors[1].show = False
            else:
                editors[1].delete()
            heard = len(eve.heard)
            room.copies[0].append(" text")
            room.copies[0].put_caret(0)
            await room.tabs[0].settled()
            await asyncio.gather(*(tab.page.update() for tab in app.tabs))
            await eve.say("caret", p=None)
            await eve.say("open", c=7, s="AA==")
            await eve.say("edit", u=packed(update_of()))
            assert len(eve.heard) == heard
            assert "evil" not in str(text)
            if hides:
                editors[1].show = True
                await asyncio.gather(*(tab.page.update() for tab in app.tabs))
                await eve.tab.wait_for(lambda: eve.tab.find_all("#text"))
                copy = eve.tab.shared("#text")
                await eve.tab.wait_for(lambda copy=copy: str(copy) == str(text))  # type: ignore[misc]


async def test_she_opens_no_more_than_there_is_room_for(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "_OPEN", 2)
    texts = [ui.SharedText("honest") for _ in range(3)]
    app = ui.App()

    @app.route("/")
    def page() -> ui.WebPage:
        return ui.WebPage(*(ui.Editor(model=text, classes="text") for text in texts))

    async with Browser(app) as browser:
        tab = await browser.open("/")
        found = tab.find_all(".text")
        for number in range(2):
            tab.shared(found[number])
        await tab.settled()
        tab.shared(found[2])
        await tab.wait_for(lambda: tab.stream.closed == HOSTILE)
        assert [len(text.presence) for text in texts] == [1, 1, 0]


async def test_a_text_takes_no_more_than_it_may_and_the_copy_begins_anew() -> None:
    text = ui.SharedText("honest", largest=2_000)
    async with people(app_of(text), text, 2) as room:
        room.copies[1].append("x" * 5_000)
        await room.agree()
        assert "full" in room.copies[1].refused[0]
        assert "full" in room.tabs[1].notes[0]["text"]
        assert str(text) == str(room.copies[1]) == "honest"
        room.copies[1].append(" text")
        await room.agree()
        assert str(text) == "honest text"
