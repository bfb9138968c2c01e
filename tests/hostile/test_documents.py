"""Shared documents: who writes by hand writes as nobody else, keeps nobody waiting, and no thread or drop leaves a tab behind."""

import asyncio
import contextlib
import threading
from itertools import pairwise

import pytest

import justui as ui
from justui import wire
from justui.document_log import MemoryLog
from justui.documents import Author, Document
from justui.rich import fault_of
from justui.testing import Browser
from justui.yjs import read_update
from tests.harness.peers import Peer
from tests.test_sharing import Eve, app_of, packed, people

LEFT, RIGHT = 0x80, 0x40


def number(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(written) + bytes([value])


def letter(client: int, place: int, left: tuple[int, int] | None = None, text: str = "e") -> bytes:
    """An update with one more piece of a client's, as it stands in bytes."""
    beside = b"\x04\x01\x04text" if left is None else bytes([4 | LEFT]) + number(left[0]) + number(left[1])
    content = text.encode()
    return b"\x01\x01" + number(client) + number(place) + beside + number(len(content)) + content + b"\0"


async def test_she_does_not_go_on_as_somebody_who_is_away() -> None:
    text = ui.SharedText()
    app = app_of(text, grace=0.05)
    async with people(app, text, 1) as room, Browser(app) as robber:
        ann, hers = room.tabs[0], room.copies[0]
        hers.append("Ann was here")
        await ann.settled()
        client, count = hers.client, len(hers)
        ann.drop()
        await ann.wait_for(lambda: len(app.tabs) == 0)
        hers.append(", and writes on")
        eve = Eve(await robber.open("/"))
        assert await eve.say("open", c=client, s="AA==") == [["c"]]
        assert await eve.say("open", c=client, s="AA==", w="guessed") == [["c"]]
        assert await eve.say("open", c=7, s="AA==") == [["o"]]
        assert await eve.say("open", c=client, s="AA==") == [["c"]]  # nor by opening twice
        assert await eve.say("edit", u=packed(letter(client, count, (client, count - 1)))) == [["a"]]
        assert await eve.say("open", c=text.document.client, s="AA==") == [["c"]]
        assert await eve.say("edit", u=packed(letter(text.document.client, 0))) == [["a"]]
        await ann.resume()
        await room.agree()
        assert str(text) == str(hers) == "Ann was here, and writes on"
        for word in ("x" * 65, 5, None):
            await eve.say("open", c=7, s="AA==", w=word)
            assert eve.tab.stream.closed == 4000
            await eve.tab.resume()


async def test_who_was_here_before_the_server_is_brought_along_by_others() -> None:
    """A server without a store was restarted: it has nobody's numbers, and some come back later than their letters."""
    text = ui.SharedText()
    app = app_of(text)
    async with Browser(app) as first:
        peer = Peer(client=77)
        peer.text.insert(0, "of Ann, who is still away")
        bob = Eve(await first.open("/"))
        assert await bob.say("open", c=7, s="AA==") == [["o"]]
        assert await bob.say("edit", u=packed(peer.doc.get_update())) == []
        async with Browser(app) as second:
            # She has opened it, and has not said yet what she has: others may bring it still.
            ann = Eve(await second.open("/"))
            peer.text.insert(0, "All ")
            assert await ann.say("open", c=77, s=packed(peer.doc.get_state()), w="hers") == [["o"]]
            assert await bob.say("edit", u=packed(peer.doc.get_update())) == []
            assert str(text) == "All of Ann, who is still away"
            peer.text.insert(0, "! ")
            assert await ann.say("edit", u=packed(peer.doc.get_update())) == []
            # From now on only she goes on.
            assert await bob.say("edit", u=packed(letter(77, 31, (77, 30)))) == [["a"]]
            assert await bob.say("open", c=77, s="AA==") == [["c"]]
            assert str(text) == "! All of Ann, who is still away"


async def test_a_number_that_is_taken_is_given_up_and_nothing_lost() -> None:
    """Two browsers have chosen one number by chance, or somebody squats on it."""
    text = ui.SharedText("begin")
    app = app_of(text)
    async with people(app, text, 1) as room, Browser(app) as browser:
        tab = await browser.open("/")
        copy = tab.shared("#text")
        await tab.settled()
        before = copy.client
        copy.take("c", [], [])
        copy.append(" and on")
        await tab.settled()
        assert copy.client != before
        await room.agree()
        assert str(text) == "begin and on"


async def test_what_is_refused_keeps_nobody_waiting(caplog: pytest.LogCaptureFixture) -> None:
    text = ui.SharedText("long " * 20_000)
    app = app_of(text)
    async with people(app, text, 1) as room, Browser(app) as robber:
        eve = Eve(await robber.open("/"))
        await eve.say("open", c=7, s="AA==")
        root = text.document.root
        circle = b"\x02\x01\x08\x00\x84\x09\x00\x01x\x01\x09\x00\x84\x08\x00\x01x\x00"
        for _ in range(3):
            assert await eve.say("edit", u=packed(circle)) == [["x"]]
        assert text.document.root is root  # nothing was loaded anew
        room.copies[0].append("!")
        await room.agree()
        assert str(text).endswith(" !")


def test_a_chain_of_many_writers_is_read_at_once() -> None:
    """Each piece waits for one of the next writer: a reader that goes back and forth would never end."""
    writers, each = 400, 40
    blocks = []
    for client in range(writers, 0, -1):
        pieces = b"".join(
            bytes([4 | LEFT]) + number(client % writers + 1) + number(place - 1) + b"\x01x"
            if place
            else b"\x04\x01\x04text\x01x"
            for place in range(each)
        )
        blocks.append(number(each) + number(client) + b"\0" + pieces)
    content = number(writers) + b"".join(blocks) + b"\0"
    update = read_update(content, "text", fault_of)
    assert update.fits({})
    assert not update.is_circular({})
    document = Document("Text", MemoryLog("g"), b"", fault_of, 10_000_000)
    document.take(content, Author(None, "eve"), lambda client: True)
    assert len(str(document.root)) == writers * each


async def test_threads_write_while_tabs_come_type_and_look_back() -> None:
    text = ui.SharedText()
    app = app_of(text)
    faults: list[Exception] = []

    def write(name: str) -> None:
        try:
            for turn in range(150):
                text.append(f"{name}{turn} ")
                if turn % 10 == 0:
                    text.at(len(text.versions))
                    text.undo()
        except Exception as error:  # noqa: BLE001 - told by the test
            faults.append(error)

    async with people(app, text, 2) as room:
        threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        comers = 0
        while any(thread.is_alive() for thread in threads):
            for copy in room.copies:
                copy.insert(0, "é")
            async with Browser(app) as browser:  # opens it in the midst of their edits
                tab = await browser.open("/")
                comer = tab.shared("#text")
                comer.append("z")
                await tab.settled()
                comers += 1
            await asyncio.sleep(0)
        for thread in threads:
            thread.join()
        await room.agree()
        assert not faults
        assert str(text).count("z") == comers
        assert str(text).count("é") == 2 * comers
        whole = Document("Text", text.document.log, b"", fault_of, 10_000_000)
        assert whole.root.diff() == text.document.root.diff()  # the history has every edit


async def test_a_tab_that_opens_while_a_thread_writes_gets_it_all() -> None:
    text = ui.SharedText("begin")
    app = app_of(text)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            text.append("x")
            if len(text) > 2_000:
                text.clear()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(5):
            async with Browser(app) as browser:
                tab = await browser.open("/")
                copy = tab.shared("#text")
                await tab.settled()
                for _ in range(3):
                    before = str(copy)
                    await tab.wait_for(lambda copy=copy, before=before: str(copy) != before)  # type: ignore[misc]
    finally:
        stop.set()
        thread.join()


async def test_what_follows_and_raises_leaves_everybody_with_the_same(caplog: pytest.LogCaptureFixture) -> None:
    text = ui.SharedText("begin")
    app = ui.App()

    def shout(value: str) -> str:
        if "!" in value:
            raise ValueError("too loud")
        return value

    def heard() -> None:
        if "?" in str(text):
            raise KeyError("unheard of")

    text.on_change(heard)

    @app.route("/")
    def page() -> ui.WebPage:
        return ui.WebPage(ui.Editor(model=text, id="text"), ui.P(text=text.map(shout)))

    async with people(app, text, 2) as room:
        for mark in "!?-":
            room.copies[0].append(mark)
            await room.agree()
            assert str(room.copies[1]) == str(text)
        with pytest.raises(ValueError, match="too loud"):
            text.append("…")
        await room.agree()
        assert str(text) == "begin!?-…"
        text.value = "quiet"
        await room.agree()
    assert "too loud" in caplog.text
    assert "unheard of" in caplog.text


async def test_two_apps_show_one_text() -> None:
    text = ui.SharedText("one ")
    first, second = app_of(text), app_of(text)
    async with people(first, text, 1) as here, people(second, text, 1) as there:
        here.copies[0].append("two ")
        await here.agree()
        await there.agree()
        there.copies[0].append("three")
        await there.agree()
        await here.agree()
        assert str(text) == "one two three"
        assert len(text.presence) == 2


async def test_restore_and_undo_while_others_type() -> None:
    text = ui.SharedText("begin")
    app = app_of(text)
    async with people(app, text, 2) as room:
        ann, bob = room.copies
        ann.append(" by Ann")
        await room.agree()
        ann.append(" typing")
        text.restore(1)
        bob.insert(0, "Bob ")
        await room.agree()
        assert str(text).startswith("Bob begin")
        (hers, _) = app.tabs
        text.document._load()  # as after an update that could not be applied
        assert not text.undo(hers)  # what was to be undone is forgotten, and nothing else
        assert not text.undo()
        ann.append("!")
        await room.agree()
        assert any(text.undo(tab) for tab in app.tabs)
        await room.agree()
        assert "!" not in str(text)


def test_versions_and_undo_of_somebody_whose_edits_became_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("justui.document_log.PAUSE", 0.0)
    monkeypatch.setattr("justui.document_log.VERSIONS", 5)
    text = ui.SharedText("a")
    for turn in range(40):
        text.append(f"{turn} ")
    assert len(text.versions) < 15
    assert text.undo()
    text.restore(1)
    assert text.undo()
    for before, after in pairwise(text.versions):
        assert len(text.at(before)) != len(text.at(after)) or text.at(before) == text.at(after)
    with pytest.raises(IndexError):
        text.at(len(text.versions) + 1)
    with pytest.raises(IndexError):
        text.at(0)


def test_who_writes_under_very_many_numbers_fills_the_text() -> None:
    """Each number is kept for ever, here and in each browser: they count."""
    document = Document("Text", MemoryLog("g"), b"", fault_of, 100_000)
    taken = 0
    with contextlib.suppress(ui.Refused):
        for client in range(1, 10_000):
            document.take(letter(client, 0), Author(None, "eve"), lambda number: True)
            taken += 1
    assert 1_000 < taken < 2_500


async def test_a_browser_that_opens_and_closes_a_thousand_times() -> None:
    text = ui.SharedText("begin")
    app = app_of(text, events_per_second=100_000)
    async with people(app, text, 1) as room, Browser(app) as robber:
        eve = Eve(await robber.open("/"))
        for turn in range(300):
            eve.tab.stream.send_event(
                0, wire.SHARE, {"i": eve.component, "d": eve.number, "k": "open", "c": 9 + turn, "s": "AA=="}
            )
            eve.tab.stream.send_event(0, wire.SHARE, {"i": eve.component, "d": eve.number, "k": "close"})
        await eve.tab.wait_for(lambda: not eve.tab.stream.unacknowledged, timeout=20)
        assert len(text.presence) == 1
        assert not room.copies[0].carets
        assert text.document.audience is not None
        assert len(text.document.audience.openings) == 1  # type: ignore[attr-defined]
        assert not text.document.audience._words  # type: ignore[attr-defined]


async def test_an_update_in_parts_is_one_or_none() -> None:
    text = ui.SharedText("begin", largest=3_000_000)
    app = app_of(text, frame_bytes=1_200_000)
    async with people(app, text, 1) as room, Browser(app) as robber:
        room.copies[0].append("long " * 300_000)  # more than a frame takes
        await room.agree()
        assert len(text) == 1_500_005
        eve = Eve(await robber.open("/"))
        await eve.say("open", c=7, s="AA==")
        update = letter(7, 0)
        half = len(update) // 2
        assert await eve.say("part", o=0, u=packed(update[:half])) == []
        assert await eve.say("edit", o=half + 1, u=packed(update[half:])) == [["a"]]  # of another length
        assert await eve.say("edit", o=half, u=packed(update[half:])) == [["a"]]  # and not kept
        assert await eve.say("part", o=5, u=packed(update[:half])) == []  # without a beginning
        assert await eve.say("edit", o=5 + half, u=packed(update[half:])) == [["a"]]
        assert await eve.say("part", o=0, u=packed(update[:half])) == []
        assert await eve.say("edit", o=half, u=packed(update[half:])) == []
        assert len(text) == 1_500_006
        big = packed(bytes(800_000))
        assert [await eve.say("part", o=800_000 * turn, u=big) for turn in range(4)] == [[], [], [], [["x"]]]
        assert await eve.say("edit", o=3_200_000, u=big) == [["a"]]
        await eve.say("part", o=-1, u=big)
        assert eve.tab.stream.closed == 4000
