"""`Document`: a text, list or map that several people change at once, and no change is lost. Knows no tabs and no files.

It is a CRDT, by pycrdt: each change is an *update* that may arrive in any order, in several copies, and leads to the same
everywhere. What comes from browsers is read before it is let in (`yjs`).
"""

import hashlib
import itertools
import logging
import secrets
import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from weakref import finalize

from justui.document_log import Log, library
from justui.errors import Refused, WireError
from justui.marks import tree_lock
from justui.people import Presence
from justui.yjs import Accepts, Update, read_map_update, read_state, read_update

if TYPE_CHECKING:
    import pycrdt

    from justui.tab import Tab

log = logging.getLogger("justui")

EMPTY: Final = b"\0"
"""The state of a document in which there has never been anything."""
ROOT: Final = "text"
"""The name of the one root of each document."""
_UNDOABLE: Final = 50  # people whose last edits can be undone
_MERGED: Final = "merged"  # no author's, so that nobody undoes it
_GROUPED: Final = 500  # milliseconds: edits closer together are undone together
_AGAIN: Final = 5.0  # seconds until what could not be written is tried again
_TIDY: Final = 4_000_000  # bytes that may come before it is looked whether much is kept only for undoing
KEY: Final = 40  # bytes that a key of a map counts, beside its name and text
_WRITER: Final = 50  # bytes that each client counts, beside what it writes


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

    def has_writer(self, tab: "Tab") -> bool:
        """Whether the person at a tab may write in it there."""


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
        """Bytes of what is in it, at most."""
        self._kind = kind
        self._accepts = accepts
        self.largest = largest
        self._noting = False
        self._bytes = self._tidy_at = 0
        """Bytes of what it has at most, with what is kept for undoing; at how many it is looked."""
        self._unwritten: deque[tuple[bytes, str]] = deque()
        self._again_at = 0.0
        finalize(self, _written, log, self._unwritten)  # a last try, when the document or the program ends
        self._undoing: OrderedDict[str, pycrdt.UndoManager] = OrderedDict()
        self._client: int | None = None
        self._load()
        if seed and self.state() == EMPTY:
            self._doc.apply_update(seed)
            self._look()
            self._emitted.clear()
            log.append(seed, "")

    def _load(self, whole: bytes | None = None) -> None:
        """Make it anew: of an update that has all of it, else of what was kept."""
        crdt: Any = library()
        self._doc: pycrdt.Doc[Any] = crdt.Doc(client_id=self._client, allow_multithreading=False)
        self._client = self._doc.client_id
        self.root: Any = self._doc.get(ROOT, type=getattr(crdt, self._kind))
        self.known: dict[int, int] = {}
        """How many pieces are there, by client."""
        self.halves: defaultdict[int, set[int]] = defaultdict(set)
        """Which of them are second halves of letters, by client."""
        self._undoing.clear()
        for update in self._kept() if whole is None else (whole,):
            self._doc.apply_update(update)
        self._look()
        self._tidy_at = 2 * self._bytes + _TIDY
        self._emitted: list[bytes] = []
        emitted = self._emitted
        self._doc.observe(lambda event: emitted.append(event.update))
        self._deltas: list[Any] = []
        if self._noting:
            self.note_deltas()

    def _kept(self) -> Iterator[bytes]:
        for entry in self.log.entries():
            yield entry.update
        for update, _ in self._unwritten:
            yield update

    def _look(self) -> None:
        """Know what is there, after what came from elsewhere than a browser."""
        whole = self._doc.get_update()
        self.known, self.halves = {}, defaultdict(set)
        if self._kind == "Text":  # others come from no browser
            with suppress(WireError):  # of a text that an older version of ours let in
                self._note_halves(read_update(whole, ROOT, _anything))
            self.known = read_state(self._doc.get_state())
        self._bytes = len(whole)
        self._measure()

    def _note(self, update: bytes, read: Update | None = None) -> None:
        """An update is in: know what is there. `read`: it, if it was read before."""
        self.size += len(update)
        self._bytes += len(update)
        if self._kind != "Text":
            return
        try:
            read = read or read_update(update, ROOT, _anything)
        except WireError:
            self._look()
            return
        self._note_halves(read)
        before = len(self.known)
        for client, _, stop in read.added:
            self.known[client] = max(stop, self.known.get(client, 0))
        self.size += _WRITER * (len(self.known) - before)

    def _note_halves(self, read: Update) -> None:
        for client, number in read.halves:
            if number >= self.known.get(client, 0):  # what is there already is not what it says
                self.halves[client].add(number)

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
            if update.is_circular(self.known) or update.splits_letters(self.known, self.halves):
                raise WireError("an update stands on itself, or splits a letter")
            if not all(map(may_write, update.new_clients(self.known))):
                raise GapError("an update writes as somebody else")
            if update.added:  # what only deletes makes room
                new = sum(run.client not in self.known for run in update.added)
                self.check_room(len(content) + _WRITER * new)
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

    def check_room(self, more: int) -> None:
        """Raise `Refused` when there is no room for so many bytes more. Wants `tree_lock`."""
        if self.size + more > self.largest:
            self._measure()
            if self.size + more > self.largest and self._undoing and self._doc._txn is None:
                self._load(self._doc.get_update())  # without what is kept for undoing only
            if self.size + more > self.largest:
                raise Refused(f"The document is full: it has {self.size:,} bytes of {self.largest:,}.")

    def _measure(self) -> None:
        """Know how much there is. What was deleted from a map leaves its keys, for ever: they do not count."""
        if self._kind == "Map":
            there = self.root.to_py() or {}
            self.size = sum(KEY + size_in_bytes(key) + size_in_bytes(text) for key, text in there.items())
        else:
            self.size = len(self._doc.get_update()) + _WRITER * len(self.known)

    def _tidy(self) -> None:
        """Keep no more for undoing than there is besides, or little: beyond that, what was overwritten is forgotten."""
        if self._bytes > self._tidy_at:
            whole = self._doc.get_update()
            self._bytes = len(whole)
            if self._bytes > self._tidy_at // 2:
                self._load(whole)

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
        self._tidy()

    def _keep(self, update: bytes, by: str) -> None:
        """Put an update into the log. What cannot be written now is written with the next one."""
        self._unwritten.append((update, by))
        if len(self._unwritten) > 1 and time.monotonic() < self._again_at:
            return  # each try may wait for long, and everybody with it
        failed = len(self._unwritten) > 1
        error = _written(self.log, self._unwritten)
        if error:
            self._again_at = time.monotonic() + _AGAIN
            if not failed:
                log.error("a shared document could not be written (%s): it stays in memory, and is tried again", error)
        elif failed:
            log.warning("a shared document could be written again: all of it is in its file")

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

    def updates_to(self, number: int) -> list[bytes]:
        """The updates that lead to version `number`. Raises `IndexError` when there is none."""
        with tree_lock:
            entries = self.log.entries()
            if not 1 <= number <= len(entries):
                raise IndexError(f"the versions are 1 to {len(entries)}, got {number}")
            return [entry.update for entry in entries[:number]]

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


def size_in_bytes(content: Any) -> int:
    """The bytes of a text; of something else about those that it takes."""
    text = content if isinstance(content, str) else str(content)
    return len(text) if text.isascii() else len(text.encode(errors="replace"))


def _written(log: Log, waiting: "deque[tuple[bytes, str]]") -> str:
    """Write what waits; why not all of it could be written, or nothing."""
    try:
        while waiting:
            log.append(*waiting[0])
            waiting.popleft()
    except OSError as error:
        return str(error)
    return ""


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
