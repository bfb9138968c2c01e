"""`Document`: a text, list or map that several people change at once, and no change is lost. Knows no tabs and no files.

It is a CRDT, by pycrdt: each change is an *update* that may arrive in any order, in several copies, and leads to the same
everywhere. What comes from browsers is read before it is let in (`yjs`).
"""

import hashlib
import itertools
import logging
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from justui.document_log import Log, library
from justui.errors import Refused, WireError
from justui.marks import tree_lock
from justui.people import Presence
from justui.yjs import Accepts, Update, read_map_update, read_state, read_update

if TYPE_CHECKING:
    import pycrdt

    from justui.tab import Tab

log = logging.getLogger("justui")

ROOT: Final = "text"
"""The name of the one root of each document."""
_UNDOABLE: Final = 50  # people whose last edits can be undone
_MERGED: Final = "merged"  # no author's, so that nobody undoes it
_GROUPED: Final = 500  # milliseconds: edits closer together are undone together


class Author(NamedTuple):
    """Who changes a document: their tab, None for the program; whose edits are undone together; and the name in its history."""

    tab: "Tab | None" = None
    key: str = ""
    name: str = ""


PROGRAM: Final = Author()

LIFE: Final = secrets.token_hex(4)
"""Says to browsers whether it is still this process that they talk to."""
_numbers: Final = itertools.count(1)


class Audience(Protocol):
    """The tabs that have a document open."""

    def hand_on(self, update: bytes, sender: object) -> None:
        """An update was let in; `sender` has it already."""


class GapError(WireError):
    """An update stands on something that is not there. The browser is to say what it has, and gets the rest."""


class Document:
    """One shared document. `kind`: the class of its root in pycrdt (`Text`, `Array`, `Map`).

    `log` keeps it; `seed`, an update, is what it begins with when the log is empty; `accepts` says what is wrong with a format
    or embed that a browser sends; `largest`: bytes of updates that it may have.
    """

    def __init__(self, kind: str, log: Log, seed: bytes, accepts: Accepts, largest: int) -> None:
        self.log = log
        self.number = next(_numbers)
        """By which browsers name it, in this process."""
        self.audience: Audience | None = None
        self.presence = Presence()
        """The people at the tabs that have it open."""
        self.changed: Callable[[Author], None] | None = None
        """Told, after each update, whose it was."""
        self.size = 0
        """Bytes of what it is made of, at most."""
        self._kind = kind
        self._accepts = accepts
        self._largest = largest
        self._noting = False
        self._unwritten: deque[tuple[bytes, str]] = deque()
        self._undoing: OrderedDict[str, pycrdt.UndoManager] = OrderedDict()
        self._load()
        if seed and not self.size:
            self._apply(seed)
            self._emitted.clear()
            log.append(seed, "")

    def _load(self) -> None:
        crdt: Any = library()
        self._doc: pycrdt.Doc[Any] = crdt.Doc(allow_multithreading=False)
        self.root: Any = self._doc.get(ROOT, type=getattr(crdt, self._kind))
        self.known: dict[int, int] = {}
        """How many pieces are there, by client."""
        self._undoing.clear()
        self.size = 0
        for entry in self.log.entries():
            self._apply(entry.update)
        for update, _ in self._unwritten:
            self._apply(update)
        self._emitted: list[bytes] = []
        emitted = self._emitted
        self._doc.observe(lambda event: emitted.append(event.update))
        self._deltas: list[Any] = []
        if self._noting:
            self.note_deltas()

    def _apply(self, update: bytes) -> None:
        self._doc.apply_update(update)
        self._note(update)

    def _note(self, update: bytes, read: Update | None = None) -> None:
        """An update is in: know what is there. `read`: it, if it was read before."""
        self.size += len(update)
        if self._kind == "Text":  # others come from no browser
            for client, _, stop in (read or read_update(update, ROOT, _anything)).added:
                self.known[client] = max(stop, self.known.get(client, 0))

    @property
    def client(self) -> int:
        """The number under which the program writes."""
        return self._doc.client_id

    def state(self) -> bytes:
        """What is there, as a state vector."""
        with tree_lock:
            return self._doc.get_state()

    def since(self, state: bytes) -> bytes:
        """The update from `state`, a state vector, to now. Raises `WireError` for one that is malformed."""
        read_state(state)
        with tree_lock:
            return self._doc.get_update(state)

    # Edits

    @contextmanager
    def edit(self, author: Author) -> Iterator[Any]:
        """The root, to be changed. All changes within are one update. Wants `tree_lock`."""
        if self._doc._txn is not None:
            yield self.root  # within another
            return
        self._track(author)
        try:
            with self._doc.transaction(origin=_origin(author)):
                yield self.root
        finally:
            self._let_in(author)

    def take(self, content: bytes, author: Author, may_write: Callable[[int], bool], sender: object = None) -> Update:
        """Let in an update of a browser's. `may_write`: whether it may write as this client; `sender` is not told of it.

        Raises `WireError` for a malformed or forbidden one, `GapError` when something is missing that it stands on, `Refused` when the
        document is full. In each case the document is as before.
        """
        update = read_update(content, ROOT, self._accepts)
        with tree_lock:
            if not update.fits(self.known):
                raise GapError("an update stands on something that is not there")
            if not all(map(may_write, update.new_clients(self.known))):
                raise GapError("an update writes as somebody else")
            if update.added:  # what only deletes makes room
                self._check_room(len(content))
            self._track(author)
            try:
                with self._doc.transaction(origin=_origin(author)):
                    self._doc.apply_update(content)
                if len(update.added) > 1 and not self._has(update):  # pieces of two clients, each beside the other
                    raise WireError("an update stands on itself")
            except BaseException as error:
                self._load()  # it may have been left half done
                if isinstance(error, Exception) or type(error).__name__ == "PanicException":
                    raise WireError("an update cannot be applied") from None
                raise
            self._let_in(author, sender, update)
        return update

    def merge(self, update: bytes, author: Author) -> None:
        """Let in an update of another copy of a map. Raises `WireError` for one that is malformed, and `GapError` when something is
        missing that it stands on. In each case the document is as before.
        """
        read = read_map_update(update, ROOT)
        with tree_lock:
            if not read.fits(read_state(self._doc.get_state())):
                raise GapError("an update stands on something that is not there: take what `since(have)` gives")
            try:
                with self._doc.transaction(origin=_MERGED):
                    self._doc.apply_update(update)
            except BaseException as error:
                self._load()
                if isinstance(error, Exception) or type(error).__name__ == "PanicException":
                    raise WireError("an update cannot be applied") from None
                raise
            self._let_in(author)

    def _has(self, update: Update) -> bool:
        """Whether all that it added is in, and nothing of it waits."""
        there = read_state(self._doc.get_state())
        return all(stop <= there.get(client, 0) for client, _, stop in update.added)

    def _check_room(self, more: int) -> None:
        if self.size + more > self._largest:
            self.size = len(self._doc.get_update())
            if self.size + more > self._largest:
                raise Refused(f"The document is full: it has {self.size:,} bytes of {self._largest:,}.")

    def _let_in(self, author: Author, sender: object = None, read: Update | None = None) -> None:
        """Keep what was changed, and tell those who want to know. `read`: the update that did it, if it came from outside."""
        updates, self._emitted[:] = list(self._emitted), []
        for update in updates:
            self._note(update, read)
            self._keep(update, author.name)
            if self.audience is not None:
                self.audience.hand_on(update, sender)
            if self.changed is not None:
                self.changed(author)

    def _keep(self, update: bytes, by: str) -> None:
        """Put an update into the log. What cannot be written now is written with the next one."""
        self._unwritten.append((update, by))
        try:
            while self._unwritten:
                self.log.append(*self._unwritten[0])
                self._unwritten.popleft()
        except OSError as error:
            if len(self._unwritten) == 1:
                log.error("a shared document could not be written (%s): it stays in memory, and is tried again", error)

    def note_deltas(self) -> None:
        """From now on, note what each change of a text is; of a map, what became of its keys."""
        self._noting = True
        deltas = self._deltas
        if self._kind == "Map":
            self.root.observe(lambda event: deltas.append(event.keys))
        else:
            self.root.observe(lambda event: deltas.append(event.delta))

    def take_delta(self) -> list[dict[str, Any]]:
        """What the first change was that was not taken yet, counted in bytes."""
        return self._deltas.pop(0) if self._deltas else []

    def take_keys(self) -> list[dict[str, dict[str, Any]]]:
        """What became of a map's keys, change by change, since it was asked last."""
        taken = list(self._deltas)
        self._deltas.clear()
        return taken

    # Undoing

    def _track(self, author: Author) -> None:
        """Remember from now on what this author does, so that it can be undone."""
        managers = self._undoing
        if author.key in managers:
            managers.move_to_end(author.key)
            return
        crdt: Any = library()
        manager = managers[author.key] = crdt.UndoManager(scopes=[self.root], capture_timeout_millis=_GROUPED)
        manager.include_origin(_origin(author))
        if len(managers) > _UNDOABLE:
            managers.popitem(last=False)

    def undo(self, author: Author, *, again: bool = False) -> bool:
        """Take back the author's last edits that lie close together; with `again`, take that back. False: there are none."""
        with tree_lock:
            manager = self._undoing.get(author.key)
            if manager is None:
                return False
            done = manager.redo() if again else manager.undo()
            self._let_in(author)
            return done


def _origin(author: Author) -> str:
    return f"by {author.key}"


def _anything(name: str, value: object) -> str:
    return ""


def seeded(guid: str, write: Callable[[Any], None], kind: str) -> bytes:
    """An update with what a document begins with, the same bytes in each process.

    So it is there once, also when a browser brings its copy to a new server.
    """
    crdt: Any = library()
    client = int.from_bytes(hashlib.sha256(guid.encode()).digest()[:4], "big")
    document = crdt.Doc(client_id=client)
    write(document.get(ROOT, type=getattr(crdt, kind)))
    return document.get_update()  # type: ignore[no-any-return]
