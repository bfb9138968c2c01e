"""What has happened to a shared document: its updates, as entries of who wrote when. `MemoryLog` keeps them in memory.

Entries are the document's versions, too. What one person writes without a pause is one entry.
"""

import importlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from justui.errors import UsageError

PAUSE: Final = 30.0
"""Seconds without an edit after which the next one is another entry."""
LONGEST: Final = 300.0
"""Seconds that one entry may go on."""
VERSIONS: Final = 200
"""Entries that are kept at least; when there are twice as many, the oldest become one."""
ROOM: Final = 5_000_000
"""Bytes that the history may have, beside twice what is there now; past it the older entries become one."""
_PARTS: Final = 64


def library() -> Any:
    """The library of shared documents, loaded when the first one is made. Raises `UsageError` naming the extra."""
    try:
        return importlib.import_module("pycrdt")
    except ImportError:
        raise UsageError(
            'Shared texts, lists and maps want the extra "shared": pip install "justui[shared]", or "justui[all]".'
        ) from None


@dataclass(slots=True)
class Entry:
    """What somebody wrote without a pause. `by`: their name, empty for the program; `began`, `ended`: seconds since 1970."""

    by: str
    began: float
    ended: float
    parts: list[bytes] = field(repr=False)
    """Updates, in order; several until somebody wants one."""
    _joined: int = 0
    """How many of them were several before."""

    def takes(self, by: str, now: float) -> bool:
        """Whether what comes now belongs to it."""
        return by == self.by and now - self.ended < PAUSE and now - self.began < LONGEST

    def add(self, update: bytes, now: float) -> None:
        """Take one more update."""
        self.ended = now
        self.parts.append(update)
        if len(self.parts) - self._joined >= _PARTS:
            self.parts[self._joined :] = [merged(self.parts[self._joined :])]
            self._joined += 1
        if self._joined >= _PARTS:
            self.parts, self._joined = [merged(self.parts)], 1

    @property
    def update(self) -> bytes:
        """All of it, as one update."""
        if len(self.parts) > 1:
            self.parts, self._joined = [merged(self.parts)], 1
        return self.parts[0]

    @property
    def size(self) -> int:
        """Its bytes."""
        return sum(map(len, self.parts))


class Log(Protocol):
    """Where the updates of one document are kept."""

    guid: str
    """Says which document it is, to a browser that meets it again after a restart."""

    def entries(self) -> list[Entry]:
        """Everything that is kept, in order: together, the document."""

    def append(self, update: bytes, by: str) -> None:
        """Keep an update. When this returns, it is kept."""

    def close(self) -> None:
        """Nothing more comes."""


class MemoryLog:
    """A document's updates in memory, at most twice `VERSIONS` entries, and about `ROOM` bytes."""

    def __init__(self, guid: str) -> None:
        self.guid = guid
        self._entries: list[Entry] = []
        self._size = 0
        self._look_at = ROOM

    def entries(self) -> list[Entry]:
        """Everything that is kept, in order."""
        return list(self._entries)

    def append(self, update: bytes, by: str) -> None:
        """Keep an update."""
        now = time.time()
        entries = self._entries
        self._size += len(update)
        if entries and entries[-1].takes(by, now):
            entries[-1].add(update, now)
        else:
            entries.append(Entry(by, now, now, [update]))
        looks = self._size > self._look_at
        if len(entries) > 2 * VERSIONS or (looks and is_swollen(entries)):
            self._entries = folded(entries)
            looks = True
        if looks:
            self._size = size_of(self._entries)
            self._look_at = self._size + max(ROOM, self._size // 2)

    def close(self) -> None:
        """Nothing is open."""


def size_of(entries: Sequence[Entry]) -> int:
    """Their bytes."""
    return sum(entry.size for entry in entries)


def is_swollen(entries: Sequence[Entry]) -> bool:
    """Whether most of their bytes are of what was deleted or overwritten."""
    size = size_of(entries)
    return size > ROOM and size > ROOM + 2 * len(compacted(entry.update for entry in entries))


def folded(entries: Sequence[Entry]) -> list[Entry]:
    """The same document with its oldest entries as one, without what was deleted in them: `VERSIONS` stay, or half of `ROOM`."""
    count, size = 0, 0
    for entry in reversed(entries[1:]):
        size += entry.size
        if count == VERSIONS or size > ROOM // 2:
            break
        count += 1
    stop = len(entries) - count
    old, kept = entries[:stop], entries[stop:]
    first, last = old[0], old[-1]
    return [Entry(last.by, first.began, last.ended, [compacted(entry.update for entry in old)]), *kept]


def merged(updates: Sequence[bytes]) -> bytes:
    """Several updates as one, with all that was written and deleted again."""
    joined: bytes = library().merge_updates(*updates) if len(updates) > 1 else updates[0]
    return joined


def compacted(updates: Iterable[bytes]) -> bytes:
    """Several updates as one that leads to the same text, and has nothing more of what was deleted."""
    document = library().Doc()
    for update in updates:
        document.apply_update(update)
    whole: bytes = document.get_update()
    return whole
