"""`Sharing`: shared documents in tabs: what a browser may open and write, who gets each update, where everybody's carets are.

`docs/wire.md`, "Shared documents", is the protocol. Knows no formats, and no sockets.
"""

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from justui import wire
from justui.component import Component, targets
from justui.context import handling
from justui.dispatch import Dispatcher, is_reachable, is_shown
from justui.documents import Document, GapError
from justui.errors import Refused, WireError
from justui.events import Event
from justui.listeners import Call, deferring
from justui.outbox import Frame
from justui.people import Person
from justui.shared_text import author_of

if TYPE_CHECKING:
    from justui.tab import Tab

_SHORT: Final = 400  # bytes up to which an update travels in the text of its frame
_CLIENT: Final = (1 << 53) - 1
_OPEN: Final = 100  # documents open in one tab


class Opening:
    """One document that is open in one tab. `component` gives it the right; `client` is the number under which it writes."""

    __slots__ = ("caret", "client", "component", "document", "tab")

    def __init__(self, document: Document, tab: "Tab", component: Component, client: int) -> None:
        self.document = document
        self.tab = tab
        self.component = component
        self.client = client
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
        document.presence.watcher = self._person_changed

    def add(self, opening: Opening) -> None:
        """The document is open in one tab more."""
        self.openings[opening.tab] = opening
        opening.document.presence.enter(opening.tab.person)

    def remove(self, opening: Opening) -> None:
        """It is not open there any more: let the others know."""
        if self.openings.get(opening.tab) is opening:
            del self.openings[opening.tab]
            opening.document.presence.leave(opening.tab.person)
            self._send([wire.SHARED, self._number, "p", {opening.tab.id: None}], (), opening)

    def may_write(self, opening: Opening) -> Callable[[int], bool]:
        """Whether a tab may write under a number: not under that of another tab that is here."""
        taken = {other.client for other in self.openings.values() if other is not opening}
        return lambda client: client not in taken

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
        return {tab.id: other.said() for tab, other in self.openings.items() if tab is not mine.tab}

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
            self._open(Opening(document, tab, component, _client(data.get("c"))), _bytes(data.get("s"), blobs))
        elif kind == "edit":
            self._edit(tab, component, document, _bytes(data.get("u"), blobs))
        elif kind == "caret":
            self._caret(tab, document, data.get("p"))
        else:
            raise WireError(f"there is nothing {kind!r:.40} about a shared document")

    def _open(self, opening: Opening, state: bytes) -> None:
        tab, document = opening.tab, opening.document
        openings, audience = _openings(tab), _audience(document)
        if len(openings) >= _OPEN and document.number not in openings:
            raise WireError("too many shared documents are open")
        update = document.since(state)
        if not audience.may_write(opening)(opening.client) and audience.openings.get(tab) is None:
            tab.send([wire.SHARED, document.number, "c"])  # choose another number, and open again
            return
        before = openings.get(document.number)
        if before is not None:
            opening.caret = before.caret
        openings[document.number] = opening
        sent: list[bytes] = []
        values = [_packed(update, sent), _packed(document.state(), sent)]
        tab.send([wire.SHARED, document.number, "o", *values, audience.carets(opening)], sent)
        audience.add(opening)

    def _edit(self, tab: "Tab", component: Component, document: Document, update: bytes) -> None:
        opening = _openings(tab).get(document.number)
        if opening is None:
            tab.send([wire.SHARED, document.number, "a"])
            return
        if not is_reachable(component, tab.page) or getattr(component, "read_only", True):
            tab.send([wire.SHARED, document.number, "x", "This text is not open for writing."])
            return
        calls: list[Call] = []
        failure: Exception | None = None
        token = handling.set(Event("input", component, tab.page, tab))
        try:
            with deferring(calls):
                document.take(update, author_of(tab), _audience(document).may_write(opening), opening)
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
