"""`SharedCopy`: a shared text as one tab of the test client has it, typed into as a person types into an editor.

A model of `browser/shared.js`, on the library that the server has, too. Knows no editor.
"""

import base64
import json
import operator
import secrets
from collections.abc import Callable, Iterable
from random import random
from secrets import token_hex
from typing import Any, Final, NamedTuple, Protocol

from justui import wire
from justui.document_log import library
from justui.documents import ROOT
from justui.rich import COMMENT, OBJECT, Delta, normal
from justui.testing.nodes import Element
from justui.yjs import read_state, read_update

_SHORT: Final = 400
_PART: Final = 500_000
"""Bytes of an update that travel in one frame."""
_AGAIN_AFTER: Final = 0.05
"""Seconds after which a document is opened again that the server found a gap in, at most."""
_MARK: Final = "\uf8ff"
_TYPED, _SERVER, _COMMENTED = "typed", "server", "commented"


class Caret(NamedTuple):
    """Where somebody else writes, in characters; None where they are not in the text."""

    name: str
    colour: str
    start: int | None
    stop: int | None


class Line(Protocol):
    """The connection of the tab."""

    state: str

    def send_event(self, component: int, event: str, data: dict[str, Any], blobs: Iterable[bytes] = ()) -> None:
        """Send an event."""


class Surroundings(NamedTuple):
    """What a copy wants of its tab."""

    line: Callable[[], Line]
    later: Callable[[float, Callable[[], None]], object]
    """Calls a function after so many seconds."""
    typed: Callable[[Element], object]
    """Told when the person at this tab has written in an element."""
    note: Callable[[str], None]
    """Told what the person is shown."""


class SharedCopy:
    """A shared text at one tab: `notes = tab.shared("#notes")`, then `notes.insert(0, "Hello")` and `str(notes)`.

    What is written while the connection is away is merged when it is back, also with a server that was restarted. Positions count
    characters, and a picture is one.
    """

    def __init__(self, element: Element, surroundings: Surroundings) -> None:
        self.element = element
        """The editor that shows it."""
        self.is_open = False
        """Whether the server's answer has come, so that the text is there."""
        self.refused: list[str] = []
        """Why the server took back what was written here; everything began anew then."""
        self._word = token_hex(8)
        self._around = surroundings
        self._said = _said(element)
        self._ready = False
        self._behind = False
        self._wanted = False
        self._caret: Any = None
        self._others: dict[str, dict[str, Any]] = {}
        self._begin()

    def _begin(self, content: bytes = b"") -> None:
        crdt: Any = library()
        self._doc = crdt.Doc(allow_multithreading=False)
        self._text: Any = self._doc.get(ROOT, type=crdt.Text)
        if content:
            self._doc.apply_update(content)
        self._updates: list[bytes] = []
        updates = self._updates
        self._doc.observe(lambda event: updates.append(event.update))
        self._history: Any = crdt.UndoManager(scopes=[self._text], capture_timeout_millis=0)
        self._history.include_origin(_TYPED)

    # What there is

    @property
    def number(self) -> int:
        """By which the server's process names the document."""
        return int(self._said["d"])

    @property
    def client(self) -> int:
        """The number under which this copy writes."""
        return int(self._doc.client_id)

    @property
    def is_settled(self) -> bool:
        """Whether it is open and everything that was written here was sent, or the connection is away."""
        return self._around.line().state != "joined" or (self.is_open and self._ready and not self._behind)

    def __str__(self) -> str:
        return _plain(self._text)

    def __len__(self) -> int:
        return len(str(self))

    @property
    def delta(self) -> Delta:
        """The text with its formats, as `SharedText.delta`."""
        return normal([{"insert": content, "attributes": formats} for content, formats in self._text.diff()])

    @property
    def carets(self) -> dict[str, Caret]:
        """Where the others write, by their names."""
        if self._around.line().state != "joined":
            return {}
        carets = [
            Caret(
                one["name"], one["color"], *(self._place_of((one["at"] or {}).get(end)) for end in ("anchor", "head"))
            )
            for one in self._others.values()
        ]
        return {caret.name: caret for caret in carets}

    # What a person does

    def insert(self, place: int, text: str, **formats: Any) -> None:
        """Type a text in front of the character at `place`: `insert(0, "New", bold=True)`."""
        self._edit(lambda: self._text.insert(self._bytes(place), text, _formats(formats)))

    def append(self, text: str, **formats: Any) -> None:
        """Type a text at the end."""
        self.insert(len(self), text, **formats)

    def delete(self, start: int, stop: int | None = None) -> None:
        """Take out the characters from `start` up to but not including `stop`; without it, one."""
        first, last = self._bytes(start), self._bytes(start + 1 if stop is None else stop)
        if first < last:
            self._edit(lambda: operator.delitem(self._text, slice(first, last)))

    def format(self, start: int, stop: int, **formats: Any) -> None:
        """Give characters formats; None takes one away."""
        first, last = self._bytes(start), self._bytes(stop)
        if first < last:
            self._edit(lambda: self._text.format(first, last, _formats(formats)))

    def comment(self, start: int, stop: int, text: str) -> None:
        """Say something about characters, as the toolbar's `comment` does."""
        id = secrets.token_urlsafe(9)
        with self._doc.transaction(origin=_COMMENTED):
            self._text.format(self._bytes(start), self._bytes(stop), {COMMENT: id})
        self._send("comment", {"n": id, "t": text})

    def undo(self) -> bool:
        """Take back the last thing that was written here. False: there is none."""
        done = bool(self._history.undo())
        self._send()
        return done

    def redo(self) -> bool:
        """Take back the last undo."""
        done = bool(self._history.redo())
        self._send()
        return done

    def put_caret(self, start: int | None, stop: int | None = None) -> None:
        """Put the caret in front of a character, or select up to `stop`; None takes it out of the text."""
        stop = start if stop is None else stop
        self._caret = (
            None if start is None or stop is None else {"anchor": self._sticky(start), "head": self._sticky(stop)}
        )
        self._send_caret()

    def close(self) -> None:
        """Show it no more."""
        self._say("close", {})

    def _edit(self, change: Callable[[], object]) -> None:
        with self._doc.transaction(origin=_TYPED):
            change()
        self._send()

    def _send(self, kind: str = "edit", data: dict[str, Any] | None = None) -> None:
        updates, self._updates[:] = list(self._updates), []
        if not updates:
            return
        self._behind = True
        if self._ready and self._around.line().state == "joined":
            self._behind = False
            update = library().merge_updates(*updates) if len(updates) > 1 else updates[0]
            self._say(kind, data or {}, "u", update)
        self._around.typed(self.element)

    # What comes

    def open(self) -> None:
        """Say what is here, and get the rest; when there is a connection."""
        self._ready = False
        self._wanted = self._around.line().state != "joined"
        if not self._wanted:
            self._say("open", {"c": self.client, "w": self._word}, "s", self._doc.get_state())

    def connected(self) -> None:
        """The connection is back."""
        if self._wanted or (self._ready and self._behind):
            self.open()

    def lost(self) -> None:
        """The server has lost the tab, and what was on its way."""
        self._ready = False
        self._behind = self.is_open
        self._wanted = True

    def is_same(self, said: dict[str, Any]) -> bool:
        """Whether the page speaks of this document, or of it under another number, after a restart."""
        mine = self._said
        same_life = said["l"] == mine["l"]
        return bool(said["d"] == mine["d"] if same_life else said["g"] == mine["g"])

    def follow(self, element: Element) -> None:
        """An element shows it, perhaps under another number."""
        self.element, before = element, self._said
        self._said = _said(element)
        if (before["d"], before["l"]) != (self._said["d"], self._said["l"]):
            self.open()

    def take(self, kind: str, values: list[Any], blobs: list[bytes]) -> None:
        """Take an operation."""
        if kind == "u":
            self._apply(_bytes(values[0], blobs))
        elif kind == "p":
            for tab, caret in values[0].items():
                self._others[tab] = caret
            self._others = {tab: caret for tab, caret in self._others.items() if caret}
        elif kind == "o":
            self._take_opened(_bytes(values[0], blobs), _bytes(values[1], blobs), values[2])
        elif kind == "a":
            self._ready = False
            self._behind = self._behind or self.is_open
            self._around.later(_AGAIN_AFTER * random(), self.open)  # noqa: S311 - not all at once
        elif kind == "c":
            self._begin(self._doc.get_update())
            self.open()
        elif kind == "x":
            self.refused.append(values[0])
            self._around.note(f"{values[0]} What you wrote last was taken back.")
            self._behind = self.is_open = False
            self._begin()
            self.open()
        else:
            raise AssertionError(f"an unknown kind of operation of a shared document: {kind}")

    def _apply(self, update: bytes) -> None:
        with self._doc.transaction(origin=_SERVER):
            self._doc.apply_update(update)
        self._updates.clear()

    def _take_opened(self, update: bytes, state: bytes, carets: dict[str, Any]) -> None:
        self._apply(update)
        self._ready = self.is_open = True
        if self._behind:
            self._behind = False
            self._say("edit", {}, "u", self._doc.get_update(state))
        self._others = carets
        if self._caret:
            self._send_caret()

    def _send_caret(self) -> None:
        if self._ready and self._around.line().state == "joined":
            self._say("caret", {"p": self._caret})

    def _say(self, kind: str, data: dict[str, Any], name: str = "", content: bytes = b"") -> None:
        blobs: list[bytes] = []
        offset = 0
        while kind != "part" and len(content) - offset > _PART:
            self._say("part", {"o": offset}, "u", content[offset : offset + _PART])
            offset += _PART
        if offset:
            data, content = {**data, "o": offset}, content[offset:]
        if name and len(content) > _SHORT:
            blobs.append(content)
            data = {**data, name: {"$": ["b", 0]}}
        elif name:
            data = {**data, name: base64.b64encode(content).decode()}
        said = {"i": self.element.component, "d": self.number, "k": kind, **data}
        self._around.line().send_event(0, wire.SHARE, said, blobs)

    # Places. People count characters, the library bytes. A caret stands beside a piece of the text, named by its writer and number;
    # the library's own carets count wrong beside letters of several bytes, so a mark is put into a copy, and looked for.

    def _bytes(self, place: int) -> int:
        found = 0
        for content, _ in self._text.diff():
            if place <= 0:
                break
            length = len(content) if isinstance(content, str) else 1
            found += len(content[:place].encode()) if isinstance(content, str) else 1
            place -= length
        return found

    def _sticky(self, place: int) -> dict[str, Any]:
        item = None
        if place < len(self):
            copy, text = self._scratch()
            marks: list[bytes] = []
            copy.observe(lambda event: marks.append(event.update))
            text.insert(self._bytes(place), _MARK)
            client, clock = read_update(marks[0], ROOT, lambda name, value: "").needs[-1][:2]
            item = {"client": client, "clock": clock}
        return {"type": None, "tname": ROOT, "item": item, "assoc": 0}

    def _place_of(self, said: dict[str, Any] | None) -> int | None:
        if not said:
            return None
        item = said.get("item")
        if not item:
            return len(self)
        if item["clock"] >= read_state(self._doc.get_state()).get(item["client"], 0):
            return None  # the letter beside it has not come yet
        beside = _number(item["client"]) + _number(item["clock"])
        copy, text = self._scratch()
        copy.apply_update(b"\x01\x01\x00\x00\x84" + beside + _number(len(_MARK.encode())) + _MARK.encode() + b"\x00")
        behind = _plain(text)
        copy.apply_update(b"\x00\x01" + _number(item["client"]) + b"\x01" + _number(item["clock"]) + b"\x01")
        return behind.index(_MARK) - (len(behind) - len(_plain(text)))  # in front of it, if it was to be seen

    def _scratch(self) -> tuple[Any, Any]:
        crdt: Any = library()
        copy = crdt.Doc(allow_multithreading=False)
        text = copy.get(ROOT, type=crdt.Text)
        copy.apply_update(self._doc.get_update())
        return copy, text


def _plain(text: Any) -> str:
    return "".join(content if isinstance(content, str) else OBJECT for content, _ in text.diff())


def _number(value: int) -> bytes:
    """A number as updates have it."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


class Copies:
    """The shared texts that are open in one tab."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._copies: list[SharedCopy] = []

    def open(self, element: Element) -> SharedCopy:
        """The copy that an element shows. Raises `LookupError` for one that shows none."""
        shown = next((one for one in element.elements() if "data-share" in one.attributes), None)
        if shown is None:
            raise LookupError(f"{element} shows no shared text")
        said = _said(shown)
        copy = next((copy for copy in self._copies if copy.is_same(said)), None)
        if copy is None:
            copy = SharedCopy(shown, self._around)
            self._copies.append(copy)
            copy.open()
        return copy

    def __len__(self) -> int:
        return len(self._copies)

    @property
    def are_settled(self) -> bool:
        """Whether nothing is on its way."""
        return all(copy.is_settled for copy in self._copies)

    def take(self, parts: list[Any], blobs: list[bytes]) -> None:
        """Take an operation."""
        number, kind, *values = parts
        for copy in self._copies:
            if copy.number == number:
                copy.take(kind, values, blobs)

    def connected(self) -> None:
        """The connection is back."""
        for copy in self._copies:
            copy.connected()

    def lost(self) -> None:
        """The server has lost the tab."""
        for copy in self._copies:
            copy.lost()

    def look(self, body: Element) -> None:
        """The page is another now: close what it does not show any more."""
        elements = [element for element in body.elements() if "data-share" in element.attributes]
        for copy in list(self._copies):
            found = next((element for element in elements if copy.is_same(_said(element))), None)
            if found is not None:
                copy.follow(found)
            else:
                self._copies.remove(copy)
                copy.close()


def _said(element: Element) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(element.attributes["data-share"])
    return said


def _formats(given: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in given.items()}


def _bytes(value: Any, blobs: list[bytes]) -> bytes:
    return base64.b64decode(value) if isinstance(value, str) else blobs[value["$"][1]]
