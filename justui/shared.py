"""`Shared`: what `SharedList` and `SharedMap` have in common: their document, its history, undoing, and the merging of copies.

Both are maps of texts to JSON texts in the document, for what two people do to two keys of a map never collides.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

from justui import hints, wire
from justui.document_log import Log, MemoryLog, compacted
from justui.documents import KEY, Author, Document, seeded, size_in_bytes
from justui.errors import StateError
from justui.marks import tree_lock
from justui.shared_text import LARGEST, Version, author, author_of
from justui.state import Reactive
from justui.stored import Stored, file_of
from justui.turns import send_soon

if TYPE_CHECKING:
    from justui.component import Component
    from justui.tab import Tab

NOTHING: Final = b"\0"
"""What somebody has who has nothing yet."""


class Shared(Stored, Reactive[Any]):
    """A list or map that several people and processes change at once. Has no slots, so that each kind can have its own face."""

    if not TYPE_CHECKING:  # else it would have nothing
        __slots__ = ()

    settable = True
    tells = 2

    document: Document
    name: str
    _touched: "dict[Component, None]"
    """What is to be sent of the edits that were made."""
    _by: Author
    """Who made the last edit."""

    def _open(
        self, name: str, store: "str | os.PathLike[str] | None", begin: Mapping[str, str], largest: int
    ) -> dict[str, str]:
        """Open the document, and have it follow; the answer is all that is in it."""
        kind = type(self).__name__
        if not isinstance(name, str):
            raise StateError(f"name= of {kind} wants a text, got {name!r:.60}.")
        self.name = name
        self._touched = {}
        guid = _guid(kind, name, begin)
        log: Log = MemoryLog(guid) if store is None else file_of(store).log(f"{kind} {name}")
        seed = seeded(guid, lambda root: root.update(begin), "Map") if begin else b""
        self.document = Document("Map", log, seed, _nothing, largest)
        self.document.note_deltas()
        self.document.changed = _weakly(self)
        self.note_open(store, name)
        return dict(self.document.root.to_py() or {})

    # Edits

    def _write(self, values: Mapping[str, str], gone: "set[str] | frozenset[str]" = frozenset()) -> None:
        """Set keys of the document, and take out others, as one edit by who does it now. Wants `tree_lock`.

        Keys that have this text are left alone, so that nobody else's edit of them is covered. Raises `Refused` when they are too
        much, and then changes nothing.
        """
        root = self.document.root
        changed = {key: value for key, value in values.items() if root.get(key) != value}
        gone = {key for key in gone if key in root}
        more = sum(KEY + size_in_bytes(key) + size_in_bytes(value) for key, value in changed.items())
        before = [(key, root[key]) for key in (*gone, *changed) if key in root]
        less = sum(KEY + size_in_bytes(key) + size_in_bytes(text) for key, text in before)
        if more > less:  # what only takes out makes room
            self.document.check_room(more - less)
        if changed or gone:
            with self.document.edit(author()) as root:
                for key in gone:
                    del root[key]
                for key, value in changed.items():
                    root[key] = value

    def _changed(self, by: Author) -> None:
        """An update was let in, by whomever. Wants `tree_lock`."""
        self._by = by
        for keys in self.document.take_keys():
            self._follow({key: change.get("newValue") for key, change in keys.items()})

    def _follow(self, keys: Mapping[str, "str | None"]) -> None:
        """These keys of the document have these texts now; those with None are gone. Wants `tree_lock`."""
        raise NotImplementedError

    def _tell_all(self) -> None:
        """Bring what was done to all that follow. Wants `tree_lock` not held, for now functions are called."""
        with tree_lock:
            touched, self._touched = self._touched, {}
        if touched:
            send_soon(touched)
        if self._told != self._version:
            self._tell()

    # Copies

    @property
    def have(self) -> bytes:
        """What is here, as another copy wants to know it: `copy.since(this.have)` is what this one lacks."""
        return self.document.state()

    def since(self, have: bytes = NOTHING) -> bytes:
        """What another copy lacks that has `have`, to be given to its `take`; without it, everything.

        Raises `WireError` when `have` is malformed.
        """
        return self.document.since(have)

    def take(self, update: bytes, by: str = "") -> None:
        """Merge what another copy has, as its `since` gives it; `by` stands in the history. Twice does no harm.

        Raises `WireError` for what is no update, and for one that stands on something that is not here: `since(have)` gives all.
        """
        try:
            self.document.merge(update, Author(None, "", by))
        finally:
            self._tell_all()

    # Undoing and history

    def undo(self, tab: "Tab | None" = None) -> bool:
        """Take back the last edits of the person at `tab`, of the program without one. False when there are none."""
        return self._undo(tab, again=False)

    def redo(self, tab: "Tab | None" = None) -> bool:
        """Take back the last undo."""
        return self._undo(tab, again=True)

    def _undo(self, tab: "Tab | None", *, again: bool) -> bool:
        before = self._version
        self.document.undo(author_of(tab), again=again)
        done = before != self._version
        self._tell_all()
        return done

    @property
    def versions(self) -> list[Version]:
        """The history: one entry for all that one person did without a pause, the oldest first."""
        return [
            Version(number, entry.by, datetime.fromtimestamp(entry.ended).astimezone())
            for number, entry in enumerate(self.document.log.entries(), 1)
        ]

    def _keys_at(self, version: "Version | int") -> dict[str, str]:
        """The document's keys in a version. Raises `IndexError` for one that there is not."""
        number = version.number if isinstance(version, Version) else version
        update = compacted(self.document.updates_to(number))
        return dict(Document("Map", MemoryLog(""), update, _nothing, LARGEST).root.to_py() or {})

    def restore(self, version: "Version | int") -> None:
        """Let it be as it was in a version. That is one more edit, and can be undone."""
        keys = self._keys_at(version)
        with tree_lock:
            present = self.document.root.to_py() or {}
            self._write(keys, present.keys() - keys.keys())
        self._tell_all()


def text_of(value: Any, where: str) -> str:
    """Plain data as JSON text. Raises `StateError`, which says where, for what is none."""
    try:
        return wire.clean(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise StateError(
            f"{where} holds plain data (texts, numbers, True, False, None, lists, dicts), got {value!r:.60}: {error}."
        ) from None


def value_of(text: "str | None") -> Any:
    """The data of a JSON text."""
    try:
        return json.loads(text)  # type: ignore[arg-type]
    except (TypeError, ValueError, RecursionError):  # another copy's fault
        return None


def _guid(kind: str, name: str, begin: Mapping[str, str]) -> str:
    """The same in each process that makes this one at this place."""
    site = hints.call_site()
    place = "" if site is None else hints.place(site)
    return hashlib.sha256(repr((kind, name or place, dict(begin))).encode()).hexdigest()[:32]


def _weakly(shared: Shared) -> Callable[[Author], None]:
    """Tells a list or map of each update, and does not keep it alive."""
    reference = ref(shared)

    def changed(by: Author) -> None:
        present = reference()
        if present is not None:
            present._changed(by)

    return changed


def _nothing(name: str, value: object) -> str:
    return "only the program writes here"
