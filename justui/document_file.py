"""`DocumentFile`: shared documents in a SQLite file. What was appended is there after a crash of the process at any moment.

A file that is damaged is set aside with a message, never overwritten; one of another program is not touched.
"""

import logging
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary

from justui.databases import Format, close, connect, set_aside
from justui.document_log import ROOM, VERSIONS, Entry, folded, is_swollen, size_of
from justui.errors import ConfigError

log = logging.getLogger("justui")

_FORMAT: Final = Format(
    "store",
    "shared documents",
    0x6A756474,  # "judt"
    1,
    (
        "CREATE TABLE documents (name TEXT PRIMARY KEY, guid TEXT NOT NULL)",
        """CREATE TABLE updates (document TEXT NOT NULL, number INTEGER NOT NULL, writer TEXT NOT NULL, began REAL NOT NULL,
        ended REAL NOT NULL, content BLOB NOT NULL, PRIMARY KEY (document, number)) WITHOUT ROWID""",
    ),
)
_INSERT: Final = "INSERT INTO updates (document, number, writer, began, ended, content)"
_ROWS: Final = 500  # updates after which those that belong together are put together

_open: "WeakValueDictionary[Path, DocumentFile]" = WeakValueDictionary()
_opening: Final = threading.Lock()


def document_file(path: str | os.PathLike[str]) -> "DocumentFile":
    """The file at a path, opened once for all its documents."""
    place = Path(path).expanduser().absolute()
    with _opening:
        file = _open.get(place)
        if file is None:
            file = _open[place] = DocumentFile(place)
        return file


class DocumentFile:
    """The file `path`. Raises `ConfigError` when it cannot be opened, or is another program's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.objects: WeakValueDictionary[tuple[type, str], Any] = WeakValueDictionary()
        """What the program has made of it, by its kind and name."""
        self._lock = threading.RLock()
        self._file = self._opened()
        self._identity = _identity_of(path)

    def _opened(self) -> sqlite3.Connection:
        try:
            return connect(self.path, _FORMAT)
        except sqlite3.DatabaseError as error:
            moved = set_aside(self.path)
            log.error(
                "the shared documents in %s are damaged (%s). The file was set aside as %s, and a new one was begun. To look into "
                "it: sqlite3 %s .recover",
                self.path,
                error,
                moved.name,
                moved.name,
            )
            return connect(self.path, _FORMAT)

    def log(self, name: str) -> "FileLog":
        """The updates of one document."""
        return FileLog(self, name)

    def guid_of(self, name: str) -> str:
        """Which document it is, said anew for each new one."""
        with self._lock:
            self._file.execute(
                "INSERT OR IGNORE INTO documents (name, guid) VALUES (?, ?)", (name, secrets.token_hex(16))
            )
            (guid,) = self._file.execute("SELECT guid FROM documents WHERE name = ?", (name,)).fetchone()
            return str(guid)

    def entries(self, name: str) -> list[Entry]:
        """The entries of a document, in order."""
        with self._lock:
            rows = self._file.execute(
                "SELECT writer, began, ended, content FROM updates WHERE document = ? ORDER BY number", (name,)
            ).fetchall()
        return [Entry(by, began, ended, [content]) for by, began, ended, content in rows]

    def append(self, name: str, entry: Entry) -> None:
        """Keep one entry more. Raises `OSError` when it cannot be, also where somebody has moved the file: nobody would find it."""
        if _identity_of(self.path) != self._identity:
            raise OSError(f"{self.path} was moved, deleted or replaced: bring it back, or start the program again")
        with self._lock:
            self._file.execute(
                f"{_INSERT} SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ?, ? FROM updates WHERE document = ?",  # noqa: S608
                (name, entry.by, entry.began, entry.ended, entry.update, name),
            )

    def rewrite(self, name: str, rewritten: Callable[[list[Entry]], list[Entry]]) -> None:
        """Let others stand for a document's entries, all or nothing."""
        with self._lock:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                before = self.entries(name)
                contents = [entry.update for entry in before]
                after = rewritten(before)
                if len(after) < len(contents):
                    # Those at the beginning mostly stay as they are.
                    same = 0
                    while same < len(after) and after[same].update is contents[same]:
                        same += 1
                    self._file.execute("DELETE FROM updates WHERE document = ? AND number > ?", (name, same))
                    rows = [
                        (name, number, entry.by, entry.began, entry.ended, entry.update)
                        for number, entry in enumerate(after[same:], same + 1)
                    ]
                    self._file.executemany(f"{_INSERT} VALUES (?, ?, ?, ?, ?, ?)", rows)
                self._file.execute("COMMIT")
            except BaseException:
                self._file.execute("ROLLBACK")
                raise

    def __del__(self) -> None:
        close(self.__dict__.get("_file"))


def _identity_of(path: Path) -> tuple[int, int] | None:
    """Which file it is that stands there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


class FileLog:
    """The updates of the document `name` in a file."""

    def __init__(self, file: DocumentFile, name: str) -> None:
        self._file = file
        self._name = name
        self._rows = 0
        self._bytes = 0
        self._look_after = 0
        try:
            self.guid = file.guid_of(name)
            self._compact()
        except sqlite3.Error as error:
            raise ConfigError(f"store={str(file.path)!r} cannot be used: {error}.") from error

    def entries(self) -> list[Entry]:
        """Everything that is kept, in order, with what belongs together in one."""
        return _together(self._file.entries(self._name))

    def append(self, update: bytes, by: str) -> None:
        """Keep an update. When this returns, a crash of the process does not take it. Raises `OSError` when it cannot be written."""
        now = time.time()
        try:
            self._file.append(self._name, Entry(by, now, now, [update]))
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
        self._rows += 1
        self._bytes += len(update)
        if self._rows >= _ROWS or self._bytes > self._look_after:
            try:
                self._compact()
            except sqlite3.Error as error:
                # The update is kept: that is what counts.
                log.warning(
                    "the history in %s could not be put together (%s): it is tried again", self._file.path, error
                )

    def _compact(self) -> None:
        """Put together what one person wrote without a pause; of what is old only the outcome stays."""
        self._rows = 0
        looks = self._bytes >= self._look_after

        def compacted(single: list[Entry]) -> list[Entry]:
            entries = _together(single)
            if len(entries) > 2 * VERSIONS or (looks and is_swollen(entries)):
                entries = folded(entries)
            if looks:
                self._bytes, self._look_after = 0, max(ROOM, size_of(entries) // 2)
            return entries

        self._file.rewrite(self._name, compacted)

    def close(self) -> None:
        """The file is closed with its last document."""


def _together(single: list[Entry]) -> list[Entry]:
    entries: list[Entry] = []
    for entry in single:
        if entries and entries[-1].takes(entry.by, entry.began):
            entries[-1].add(entry.update, entry.ended)
        else:
            entries.append(entry)
    return entries
