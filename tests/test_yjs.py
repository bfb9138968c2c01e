"""Updates of shared documents are read before they are let in: as the library reads them, and nothing else gets through."""

import base64
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from justui.document_log import MemoryLog
from justui.documents import PROGRAM, Author, Document, GapError
from justui.errors import Refused, WireError
from justui.rich import fault_of
from justui.yjs import read_state, read_update
from tests.harness.peers import EDITS, Peer


def document(largest: int = 10_000_000) -> Document:
    return Document("Text", MemoryLog("guid"), b"", fault_of, largest)


def anybody(client: int) -> bool:
    return True


def shown(document: Document) -> list[Any]:
    return [(content, formats or None) for content, formats in document.root.diff()]


@given(edits=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), EDITS), max_size=30), seed=st.integers(0, 99))
def test_the_reader_agrees_with_the_library(edits: list[tuple[int, int, tuple[str, int, int]]], seed: int) -> None:
    peers = [Peer() for _ in range(3)]
    updates = []
    for who, other, edit in edits:
        updates.append(peers[who].edit(*edit))
        if other < 3:
            peers[other].doc.apply_update(peers[who].doc.get_update(peers[other].doc.get_state()))
    Random(seed).shuffle(updates)
    honest = document()
    while updates:
        waiting = []
        for update in updates:
            read = read_update(update, "text", fault_of)
            fits = read.fits(honest.known)
            probe: Doc[Any] = Doc()
            probe.apply_update(honest.since(b"\0"))
            probe.apply_update(update)
            there = read_state(probe.get_state())
            # The library holds back what does not fit, where a later update may let it in; it says so by its state.
            whole = all(run.stop <= there.get(run.client, 0) for run in read.added)
            assert fits == (whole and all(run.stop <= there.get(run.client, 0) for run in read.deleted))
            try:
                honest.take(update, PROGRAM, anybody)
                assert fits
            except GapError:
                assert not fits
                waiting.append(update)
            assert honest.known == read_state(honest.state())
        assert len(waiting) < len(updates)  # whatever the order, one always fits
        updates = waiting
    whole_text = Peer()
    for peer in peers:
        whole_text.doc.apply_update(peer.doc.get_update())
    assert shown(honest) == whole_text.delta


def one(write: Any, **roots: Any) -> bytes:
    doc: Doc[Any] = Doc()
    for name, kind in roots.items():
        doc.get(name, type=kind)
    write(doc)
    return doc.get_update()


def in_text(write: Any) -> bytes:
    peer = Peer()
    peer.text.insert(0, "some text")
    write(peer.text)
    update: bytes = peer.doc.get_update()
    return update


HOSTILE = {
    "another root": one(lambda doc: doc.get("other", type=Text).insert(0, "x")),
    "a list": one(lambda doc: doc.get("text", type=Array).append("x")),
    "a map": one(lambda doc: doc.get("text", type=Map).update({"a": 1})),
    "a text in a list": one(lambda doc: doc.get("text", type=Array).append(Text("x"))),
    "a text in a text": in_text(lambda text: text.insert_embed(0, Text("x"))),
    "a link that runs": in_text(lambda text: text.format(0, 4, {"link": "javascript:alert(1)"})),
    "a link that hides": in_text(lambda text: text.format(0, 4, {"link": "\x01java\nscript:alert(1)"})),
    "a colour that is more": in_text(lambda text: text.format(0, 4, {"color": "red;position:fixed"})),
    "a format there is not": in_text(lambda text: text.format(0, 4, {"onclick": "alert(1)"})),
    "a film": in_text(lambda text: text.insert_embed(0, {"video": "https://example.org/"})),
    "a picture that runs": in_text(lambda text: text.insert_embed(0, {"image": "javascript:alert(1)"})),
    "a picture that is a page": in_text(lambda text: text.insert_embed(0, {"image": "data:text/html;base64,AAAA"})),
    "nothing at all": b"",
    "more blocks than bytes": b"\xff\xff\xff\xff\x07",
    "a number without end": b"\x01" * 2 + b"\xff" * 20,
    "a deep value": b"\x01\x01\x01\x00\x05\x01\x04text" + b"\xa0\x8d\x06" + b"[" * 100_000 + b"\x00",
    "a text that is not UTF-8": b"\x01\x01\x01\x00\x04\x01\x04text\x02\xff\xfe\x00",
    "an empty text": b"\x01\x01\x01\x00\x04\x01\x04text\x00\x00",
    "a piece that stands on itself": b"\x01\x01\x01\x00\x84\x01\x00\x01x\x00",
    "two that stand on each other": b"\x02\x01\x01\x00\x84\x02\x00\x01x\x01\x02\x00\x84\x01\x00\x01x\x00",
    "a piece that stands on nothing": b"\x01\x01\x01\x00\x84\x07\x00\x01x\x00",
    "a beginning in the future": b"\x01\x01\x01\xff\xff\x03\x04\x01\x04text\x01x\x00",
    "a gap": b"\x01\x01\x01\x00\x0a\x05\x00",
    "a key": b"\x01\x01\x01\x00\x24\x01\x04text\x01k\x01x\x00",
    "deletes what is not there": b"\x00\x01\x01\x01\x00\x05",
    "deletes nothing": b"\x00\x01\x01\x01\x00\x00",
    "more at its end": b"\x00\x00\x00",
    "a client twice": b"\x02\x01\x01\x00\x04\x01\x04text\x01x\x01\x01\x01\x84\x01\x00\x01y\x00",
    "a client who writes nothing": b"\x01\x00\x01\x00\x00",
    "pieces that are gone": b"\x01\x01\x01\x00\x00\x05\x00",
    "a key beside a piece": b"\x01\x01\x01\x00\xa4\xe8\x07\x00\x01x\x00",
    "a circle of three": b"\x03\x01\x01\x00\x84\x02\x00\x01x\x01\x02\x00\x84\x03\x00\x01x\x01\x03\x00\x84\x01\x00\x01x\x00",
    "a circle behind a piece": b"\x02\x02\x01\x00\x04\x01\x04text\x01x\x84\x02\x01\x01x\x02\x02\x00\x84\x01\x00\x01y\x84\x01\x01\x01y\x00",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_text_has_is_refused(name: str) -> None:
    honest = document()
    writer = Peer(client=1000)
    for _ in range(2):
        honest.take(writer.edit("insert", 0, 3), PROGRAM, anybody)
    before, root = honest.since(b"\0"), honest.root
    with pytest.raises(WireError):
        honest.take(HOSTILE[name], Author(), anybody)
    assert honest.since(b"\0") == before
    assert honest.root is root  # the library has not seen it, so nothing was made anew
    honest.take(writer.edit("insert", 0, 2), PROGRAM, anybody)
    assert shown(honest) == writer.delta


def test_pieces_of_several_may_stand_on_each_other_in_turn() -> None:
    ann, bob = Peer(1), Peer(2)
    for place in range(20):
        one, other = (ann, bob) if place % 2 else (bob, ann)
        one.text.insert(place, "x")
        other.doc.apply_update(one.doc.get_update(other.doc.get_state()))
    for client in (3, 4, 5):  # whose pieces stand on all of theirs
        peer = Peer(client)
        peer.doc.apply_update(ann.doc.get_update())
        peer.text.insert(client, "y")
        ann.doc.apply_update(peer.doc.get_update())
    honest = document()
    honest.take(ann.doc.get_update(), PROGRAM, anybody)
    assert shown(honest) == ann.delta


EMOJI = b"\x01\x01\x01\x00\x04\x01\x04text\x06a\xf0\x9f\x98\x80b\x00"  # "a😀b": four pieces of client 1


@pytest.mark.parametrize(
    "update",
    [
        b"\x01\x01\x02\x00\xc4\x01\x01\x01\x02\x01x\x00",  # a letter between its halves
        b"\x01\x01\x02\x00\x84\x01\x01\x01x\x00",
        b"\x01\x01\x02\x00\x44\x01\x02\x01x\x00",
        b"\x00\x01\x01\x01\x01\x01",  # without the first half, without the second
        b"\x00\x01\x01\x01\x02\x01",
        b"\x00\x01\x01\x01\x02\x02",
        b"\x01\x01\x01\x03\x84\x01\x02\x04\xf0\x9f\x98\x80\x00",  # another letter half of which is there already
    ],
)
def test_a_letter_is_not_split(update: bytes) -> None:
    honest, peer = document(), Peer(9)
    honest.take(EMOJI, PROGRAM, anybody)
    root = honest.root
    with pytest.raises(WireError, match="splits a letter"):
        honest.take(update, PROGRAM, anybody)
    assert honest.root is root
    peer.doc.apply_update(honest.since(b"\0"))
    for edit in (("insert", 1, 2), ("insert", 2, 2), ("insert", 3, 0)):
        honest.take(peer.edit(*edit), PROGRAM, anybody)
    assert shown(honest) == peer.delta
    again = Document("Text", honest.log, b"", fault_of, 10_000)  # also when it was loaded anew
    with pytest.raises(WireError, match="splits a letter"):
        again.take(b"\x01\x01\x02\x00\x84\x01\x01\x01x\x00", PROGRAM, anybody)


def test_what_somebody_says_of_a_letter_that_is_there_is_not_believed() -> None:
    honest = document()
    honest.take(b"\x01\x01\x01\x00\x04\x01\x04text\x03abc\x00", PROGRAM, anybody)
    honest.take(b"\x01\x01\x01\x00\x04\x01\x04text\x05a\xf0\x9f\x98\x80\x00", PROGRAM, anybody)  # nothing new
    honest.take(b"\x01\x01\x02\x00\xc4\x01\x01\x01\x02\x01x\x00", PROGRAM, anybody)
    assert str(honest.root) == "abxc"


def test_what_is_cut_off_anywhere_is_refused() -> None:
    random, peer = Random(1), Peer()
    for _ in range(12):
        peer.any_edit(random)
    content = peer.doc.get_update()
    read_update(content, "text", fault_of)
    for end in range(len(content)):
        with pytest.raises(WireError):
            read_update(content[:end], "text", fault_of)
    state = peer.doc.get_state()
    for end in range(len(state)):
        with pytest.raises(WireError):
            read_state(state[:end])


def spoilt(content: bytes, random: Random) -> bytes:
    made = bytearray(content)
    for _ in range(random.choice([1, 1, 2, 5])):
        place = random.randrange(len(made)) if made else 0
        kind = random.randrange(3)
        if kind == 0 and made:
            made[place] = random.choice([0, 1, 4, 5, 6, 0x7F, 0x80, 0x84, 0xC4, 0xFF, made[place] ^ 1])
        elif kind == 1:
            del made[place : place + 1]
        else:
            made.insert(place, random.randrange(256))
    return bytes(made)


@pytest.mark.parametrize("seed", range(3))
def test_spoilt_updates_harm_nobody(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    random = Random(seed)
    honest, peers = document(), [Peer() for _ in range(3)]
    own = {peer.doc.client_id for peer in peers}
    taken = refused = 0
    for turn in range(400):
        peer = random.choice(peers)
        update = spoilt(peer.any_edit(random), random)
        try:
            # As in a tab: nobody writes as another one that is here.
            honest.take(update, Author(None, "eve", "Eve"), lambda client: client not in own)
            taken += 1
        except (WireError, Refused):
            refused += 1
        if turn % 10 == 0:
            for one in peers:
                honest.take(one.meet(honest.state(), honest.since(one.doc.get_state())), PROGRAM, anybody)
    for one in peers * 2:
        honest.take(one.meet(honest.state(), honest.since(one.doc.get_state())), PROGRAM, anybody)
    assert refused > 100
    assert [one.delta for one in peers] == [shown(honest)] * 3
    assert honest.known == read_state(honest.state())


def number(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(written) + bytes([value])


def well_formed(random: Random, known: dict[int, int]) -> bytes:
    """An update that says anything about what there is, in the right form: neighbours, clients twice, halves of letters."""

    def somewhere() -> bytes:
        client = random.choice(list(known))
        return number(client) + number(random.randrange(known[client] + random.choice([0, 0, 0, 2])))

    def piece() -> bytes:
        kind, sides = random.choice([0, 1, 4, 4, 4, 5, 6]), random.choice([0, 0x20, 0x40, 0x80, 0xC0, 0xC0])
        if not kind:
            return b"\0" + number(random.randrange(1, 5))
        beside = b"".join(somewhere() for side in (0x80, 0x40) if sides & side) or b"\x01\x04text"
        text = random.choice(["x", "日本", "a😀b"]).encode()
        content = {
            1: number(random.randrange(1, 5)),
            4: number(len(text)) + text,
            5: b'\x12{"image":"/a.png"}',
            6: b"\x04bold\x04true",
        }[kind]
        return bytes([kind | sides]) + beside + content

    blocks = []
    for _ in range(random.choice([1, 1, 2, 3])):
        client, count = random.randrange(4, 8), random.choice([1, 1, 3])
        start = max(0, known.get(client, 0) - random.choice([0, 0, 0, 1, 3]))
        blocks.append(number(count) + number(client) + number(start) + b"".join(piece() for _ in range(count)))
    gone = [somewhere() + number(random.choice([1, 1, 2, 5])) for _ in range(random.choice([0, 0, 1, 2]))]
    runs = [
        run[: (end := next(n for n, byte in enumerate(run, 1) if byte < 0x80))] + b"\x01" + run[end:] for run in gone
    ]
    return number(len(blocks)) + b"".join(blocks) + number(len(runs)) + b"".join(runs)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_let_in_stops_nothing(seed: int) -> None:
    """What the library takes for honest and is not has stopped it for ever, or made it panic later."""
    random = Random(seed)
    taken = refused = 0
    for _ in range(100):
        honest, peers = document(), [Peer(client) for client in (1, 2, 3)]
        root = honest.root
        for _ in range(20):
            peer = random.choice(peers)
            peer.any_edit(random)
            honest.take(peer.doc.get_update(honest.state()), PROGRAM, anybody)
            peer.doc.apply_update(honest.since(peer.doc.get_state()))
            try:
                honest.take(well_formed(random, honest.known or {1: 1}), PROGRAM, lambda client: client > 3)
                taken += 1
            except WireError:
                refused += 1
        assert honest.root is root
        assert honest.known == read_state(honest.state())
        for peer in peers:
            honest.take(peer.meet(honest.state(), honest.since(peer.doc.get_state())), PROGRAM, anybody)
        Document("Text", honest.log, b"", fault_of, 10_000_000).root.diff()
    assert taken > 50
    assert refused > 50


def test_a_full_document_takes_no_more_and_lives_on() -> None:
    honest, peer = document(largest=1000), Peer()
    honest.take(peer.edit("insert", 0, 3), PROGRAM, anybody)
    other = Peer()
    other.text.insert(0, base64.b64encode(Random(1).randbytes(1000)).decode())
    with pytest.raises(Refused, match="full"):
        honest.take(other.doc.get_update(), PROGRAM, anybody)
    for _ in range(300):  # what was deleted counts no more
        honest.take(peer.edit("insert", -1, 0), PROGRAM, anybody)
        honest.take(peer.edit("delete", -2, 1), PROGRAM, anybody)

    def fill() -> None:
        for _ in range(300):
            honest.take(peer.edit("insert", 0, 3), PROGRAM, anybody)

    with pytest.raises(Refused):
        fill()
    clean = Peer()
    clean.meet(honest.state(), honest.since(b"\0"))
    honest.take(clean.edit("delete", 0, 4), PROGRAM, anybody)  # a full one lets people delete
    assert shown(honest) == clean.delta
