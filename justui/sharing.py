"""`Sharing`: shared documents in tabs: what a browser may open and write, who gets each update, where everybody's carets are.

`docs/wire.md`, "Shared documents", is the protocol. Knows no formats, and no sockets.
"""

import base64
import binascii
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from justui import wire
from justui.component import Component, targets
from justui.context import handling
from justui.dispatch import Dispatcher, is_reachable, is_shown
from justui.documents import Document, GapError
from justui.errors import Refused, WireError
from justui.events import Event
from justui.listeners import Call, deferring
from justui.marks import tree_lock
from justui.outbox import Frame
from justui.people import Person
from justui.shared_text import author_of
from justui.yjs import read_state

if TYPE_CHECKING:
    from justui.tab import Tab

_SHORT: Final = 400  # bytes up to which an update travels in the text of its frame
_CLIENT: Final = (1 << 53) - 1
_OPEN: Final = 100  # documents open in one tab
_BEGUN: Final = 100_000_000  # bytes of updates that come in several frames, of all tabs
_WORD: Final = 64  # letters of the word by which a browser is known again


class Opening:
    """One document that is open in one tab. `component` gives it the right; `client` is the number under which it writes.

    `word`: chosen by the browser, and said to nobody else; who knows it writes under this number.
    """

    __slots__ = ("caret", "client", "component", "document", "is_level", "tab", "word")

    def __init__(self, document: Document, tab: "Tab", component: Component, client: int, word: str) -> None:
        self.document = document
        self.tab = tab
        self.component = component
        self.client = client
        self.word = word
        self.is_level = False
        """Whether all that it has written under its number is here."""
        self.caret: Any = None
        """Where the person writes, as the browser says it."""

    def is_shown(self) -> bool:
        """Whether the component is still in the page, and still shows it."""
        component: Any = self.component
        return component.document is self.document and is_shown(component, self.tab.page)

    def said(self) -> dict[str, Any]:
        """What the others see of it."""
        person = self.tab.person
        return {"name": person.name, "color": person.colour, "at": self.caret}


class Openings(dict[int, Opening]):
    """The documents that are open in one tab, by their numbers."""

    def clear(self) -> None:
        """The tab has gone for good."""
        for opening in list(self.values()):
            _audience(opening.document).remove(opening)
        super().clear()


class Audience:
    """The tabs that have one document open."""

    def __init__(self, document: Document) -> None:
        self._number = document.number
        self.openings: dict[Tab, Opening] = {}
        self._words: dict[int, str] = {}
        """The words of the browsers that have written here, by their numbers."""
        document.presence.watcher = self._person_changed

    def add(self, opening: Opening) -> None:
        """The document is open in one tab more."""
        self.openings[opening.tab] = opening

    def remove(self, opening: Opening) -> None:
        """It is not open there any more: let the others know."""
        if self.openings.get(opening.tab) is opening:
            del self.openings[opening.tab]
            opening.document.presence.leave(opening.tab.person)
            self._send([wire.SHARED, self._number, "p", {opening.tab.id: None}], (), opening)

    def may_open(self, opening: Opening) -> bool:
        """Whether a tab may write under the number that it says: nobody else does, here or before in the life of this process."""
        client, word = opening.client, opening.word
        others = [other for other in list(self.openings.values()) if other.tab is not opening.tab]
        return (
            client != opening.document.client
            and self._words.get(client, word) == word
            and all(other.client != client or other.word == word for other in others)
        )

    def may_write(self, opening: Opening) -> Callable[[int], bool]:
        """Whether a tab may write under a number: under its own, or to bring what somebody wrote for a server before this one.

        Of whom everything has come, in the life of this process, nobody else has more.
        """

        def may(client: int) -> bool:
            if client == opening.client:
                return True
            others = [other for other in list(self.openings.values()) if other.client == client]
            return (
                client != opening.document.client
                and self._words.get(client, opening.word) == opening.word
                and not any(other.is_level for other in others)
            )

        return may

    def note_level(self, opening: Opening) -> None:
        """All that the browser at a tab has written under its number is here: from now on only it goes on there."""
        opening.is_level = True
        if opening.document.known.get(opening.client):  # else nobody has ever seen the number
            self._words[opening.client] = opening.word

    def has_writer(self, tab: "Tab") -> bool:
        """Whether the person at a tab may write in it there."""
        opening = self.openings.get(tab)
        return opening is not None and _is_open_for_writing(opening.component, tab)

    def hand_on(self, update: bytes, sender: object) -> None:
        """An update was let in: every tab gets it, but the one that it came from."""
        blobs: list[bytes] = []
        value = _packed(update, blobs)
        self._send([wire.SHARED, self._number, "u", value], blobs, sender)

    def tell_caret(self, opening: Opening) -> None:
        """Tell the others where somebody writes."""
        self._send([wire.SHARED, self._number, "p", {opening.tab.id: opening.said()}], (), opening)

    def carets(self, mine: Opening) -> dict[str, Any]:
        """Where all the others write, by their tabs."""
        return {tab.id: other.said() for tab, other in list(self.openings.items()) if tab is not mine.tab}

    def _person_changed(self, person: Person) -> None:
        tab = person.tab
        opening = None if tab is None else self.openings.get(tab)
        if opening is not None:
            self.tell_caret(opening)

    def _send(self, operation: list[Any], blobs: Iterable[bytes], sender: object) -> None:
        """Send one frame to all but one. A tab in which nothing of the document is shown any more gets nothing of it."""
        frame: Frame | None = None
        shown: dict[tuple[Component, object], bool] = {}
        for tab, opening in list(self.openings.items()):
            if opening is sender:
                continue
            place = (opening.component, tab.page)
            if place not in shown:
                shown[place] = opening.is_shown()
            if not shown[place]:
                continue
            if frame is None:
                frame = Frame.of([operation], blobs, patch=True)
            if tab.host.here():
                tab.push(frame)
            else:
                tab.host.call(tab.push, frame)


class Sharing:
    """Takes what the browsers of one App say about shared documents."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._begun: OrderedDict[str, tuple[int, bytearray]] = OrderedDict()
        """The first parts of updates, by the ids of their tabs: of which document, and what has come."""
        dispatcher.requests[wire.SHARE] = self.take

    def take(self, tab: "Tab", data: dict[str, Any], blobs: list[bytes]) -> None:
        """Take one event. Raises `WireError` when it is malformed."""
        id, number, kind = data.get("i"), data.get("d"), data.get("k")
        if kind == "close" and type(number) is int:
            self._close(tab, number)  # whatever the component shows by now
            return
        component = targets.get(id) if type(id) is int else None
        # Of the class: what a program keeps with a component under this name is open to nobody.
        shows = isinstance(getattr(type(component), "document", None), property)
        document: Document | None = getattr(component, "document", None) if shows else None
        if component is None or document is None or document.number != number:
            return  # an honest race: it was taken away meanwhile
        if not is_shown(component, tab.page):
            return
        if kind == "open":
            opening = Opening(document, tab, component, _client(data.get("c")), _word(data.get("w", "")))
            with self._charging(tab):
                self._open(opening, _bytes(data.get("s"), blobs))
        elif kind == "edit":
            self._edit(tab, component, document, self._whole(tab, document, data, blobs))
        elif kind == "comment":
            update = self._whole(tab, document, data, blobs)
            self._edit(tab, component, document, update, data.get("n"), data.get("t"))
        elif kind == "part":
            if document.number in _openings(tab) and _is_open_for_writing(component, tab):
                self._note_part(tab, document, data, blobs)
        elif kind == "caret":
            with self._charging(tab):
                self._caret(tab, document, data.get("p"))
        else:
            raise WireError(f"there is nothing {kind!r:.40} about a shared document")

    @contextmanager
    def _charging(self, tab: "Tab") -> Iterator[None]:
        """Who says what costs much is read the more slowly."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._dispatcher.charge(tab, started)

    def _open(self, opening: Opening, state: bytes) -> None:
        tab, document = opening.tab, opening.document
        openings, audience = _openings(tab), _audience(document)
        if len(openings) >= _OPEN and document.number not in openings:
            raise WireError("too many shared documents are open")
        if not audience.may_open(opening):
            tab.send([wire.SHARED, document.number, "c"])  # choose another number, and open again
            return
        before = openings.get(document.number)
        if before is not None:
            opening.caret = before.caret
        with tree_lock:  # what a thread changes meanwhile goes to this tab, too
            update, present = document.since(state), document.state()
            openings[document.number] = opening
            audience.add(opening)
        if read_state(state).get(opening.client, 0) <= document.known.get(opening.client, 0):
            audience.note_level(opening)
        sent: list[bytes] = []
        values = [_packed(update, sent), _packed(present, sent)]
        tab.send([wire.SHARED, document.number, "o", *values, audience.carets(opening)], sent)
        document.presence.enter(tab.person)

    def _note_part(self, tab: "Tab", document: Document, data: dict[str, Any], blobs: list[bytes]) -> None:
        """Keep a part of an update that is larger than a frame."""
        offset, content = _offset(data), _bytes(data.get("u"), blobs)
        number, begun = self._begun.pop(tab.id, (0, bytearray()))
        if not offset:
            begun = bytearray()
        elif (number, len(begun)) != (document.number, offset):
            return  # something else was begun meanwhile, and the last part will be told so
        if offset + len(content) > document.largest:
            tab.send(
                [wire.SHARED, document.number, "x", f"The document is full: it has {document.largest:,} bytes at most."]
            )
            return
        begun += content
        self._begun[tab.id] = document.number, begun
        while sum(len(kept) for _, kept in self._begun.values()) > _BEGUN:
            self._begun.popitem(last=False)

    def _whole(self, tab: "Tab", document: Document, data: dict[str, Any], blobs: list[bytes]) -> bytes | None:
        """An update, with the parts of it that came before; None where they are not here any more."""
        offset, content = _offset(data), _bytes(data.get("u"), blobs)
        number, begun = self._begun.pop(tab.id, (0, bytearray()))
        if offset and (number, len(begun)) != (document.number, offset):
            return None
        return bytes(begun) + content if offset else content

    def _edit(self, tab: "Tab", component: Any, document: Document, update: bytes | None, *comment: Any) -> None:
        """Let in what a browser wrote. `comment`: the id and the text of a comment on what the update marks."""
        opening = _openings(tab).get(document.number)
        if opening is None or update is None:
            tab.send([wire.SHARED, document.number, "a"])
            return
        if not _is_open_for_writing(component, tab):
            tab.send([wire.SHARED, document.number, "x", "This text is not open for writing."])
            return
        calls: list[Call] = []
        failure: Exception | None = None
        token = handling.set(Event("input", component, tab.page, tab))
        try:
            with self._charging(tab), deferring(calls):
                if comment:
                    component.model.comments.check(*comment)
                audience = _audience(document)
                read = document.take(update, author_of(tab), audience.may_write(opening), opening)
                if any(run.client == opening.client for run in read.added):
                    audience.note_level(opening)
                if comment:
                    component.model.comments.begin(*comment)
        except GapError:
            tab.send([wire.SHARED, document.number, "a"])
        except (Refused, WireError) as error:
            tab.send([wire.SHARED, document.number, "x", str(error)])
        except Exception as error:  # noqa: BLE001 - of an attribute that follows the text
            failure = error
        finally:
            handling.reset(token)
        self._dispatcher.follow_up(tab, component, calls, failure)

    def _caret(self, tab: "Tab", document: Document, caret: Any) -> None:
        opening = _openings(tab).get(document.number)
        if opening is None:
            return
        if caret is not None and not _is_caret(caret):
            raise WireError("a caret is two places in the text")
        opening.caret = caret
        _audience(document).tell_caret(opening)

    def _close(self, tab: "Tab", number: int) -> None:
        opening = _openings(tab).pop(number, None)
        if opening is not None:
            _audience(opening.document).remove(opening)


def _is_open_for_writing(component: Component, tab: "Tab") -> bool:
    return is_reachable(component, tab.page) and not getattr(component, "read_only", True)


def _audience(document: Document) -> Audience:
    if document.audience is None:
        document.audience = Audience(document)
    assert isinstance(document.audience, Audience)  # noqa: S101 - nobody else sets it
    return document.audience


def _openings(tab: "Tab") -> Openings:
    bridge = tab.with_bridge()
    if bridge.documents is None:
        bridge.documents = Openings()
    found: Openings = bridge.documents
    return found


def _client(value: Any) -> int:
    if type(value) is not int or not 0 < value <= _CLIENT:
        raise WireError("a shared document wants the number of a client")
    return value


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _WORD:
        raise WireError("a browser's word is a short text")
    return value


def _offset(data: dict[str, Any]) -> int:
    offset = data.get("o", 0)
    if type(offset) is not int or offset < 0:
        raise WireError("the place of a part is a number")
    return offset


def _is_caret(value: Any) -> bool:
    """Whether it is two relative positions in the text, as Yjs writes them: others' browsers will look for them."""
    return isinstance(value, dict) and value.keys() == {"anchor", "head"} and all(map(_is_place, value.values()))


def _is_place(value: Any) -> bool:
    match value:
        case {"type": None, "tname": "text", "item": item, "assoc": 0 | -1, **more} if not more:
            return item is None or _is_letter(item)
    return False


def _is_letter(value: Any) -> bool:
    match value:
        case {"client": int(client), "clock": int(clock), **more} if not more:
            return 0 <= client <= _CLIENT and 0 <= clock <= _CLIENT
    return False


def _packed(content: bytes, blobs: list[bytes]) -> Any:
    """Bytes as they travel: in the text of the frame when they are few, else beside it."""
    if len(content) <= _SHORT:
        return base64.b64encode(content).decode()
    blobs.append(content)
    return {"$": ["b", len(blobs) - 1]}


def _bytes(value: Any, blobs: list[bytes]) -> bytes:
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise WireError("bytes are not base64") from None
    if isinstance(value, dict) and value.keys() == {"$"}:
        match value["$"]:
            case ["b", int(index)] if 0 <= index < len(blobs):
                return blobs[index]
    raise WireError("a shared document wants bytes")
