"""`FileStore`: sessions in a SQLite file, so that they survive a restart. All access is in one thread of its own.

A file that is damaged is set aside with a message, never overwritten; one of another program is not touched.
"""

import asyncio
import logging
import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from justui.databases import Format, close, connect, is_damage, set_aside
from justui.session import Session
from justui.session_text import check, is_due, note_kept, session_of, text_of

log = logging.getLogger("justui")

Result = TypeVar("Result")

_FORMAT: Final = Format(
    "session_store",
    "sessions",
    0x6A757569,  # "juui"
    1,
    (
        "CREATE TABLE keys (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "CREATE TABLE sessions (identity TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, seen REAL NOT NULL)",
        "CREATE INDEX by_seen ON sessions (seen)",
    ),
)


class FileStore:
    """Sessions in the SQLite file `path`, at most `limit` of them. One server at a time uses it.

    That a session was seen again is written every `precision` seconds. Values are data: strings, numbers, booleans, None, and lists and dicts of these. Tuples come back as lists.
    """

    durable = True

    def __init__(self, path: str | os.PathLike[str], limit: int = 100_000, precision: float = 60.0) -> None:
        self.path = Path(path).expanduser()
        self._limit = limit
        self._precision = precision
        self._secret = ""
        self._file: sqlite3.Connection | None = None
        self._thread: ThreadPoolExecutor | None = None

    # What the App wants

    async def open(self) -> None:
        """Open the file, or make it. Raises `ConfigError` when that cannot be, or when it is another program's."""
        self._thread = ThreadPoolExecutor(1, "justui-sessions")
        try:
            await self._there(self._open)
        except BaseException:
            await self.close()
            raise

    def secret(self) -> str:
        """A random key that is kept with the sessions."""
        return self._secret

    def check(self, key: str, value: Any) -> None:
        """Raise `SessionError` naming the key for what is no data."""
        check(key, value)

    async def load(self, id: str) -> Session | None:
        """The session of this id, or None."""
        row = await self._with_file(self._read, id)
        if row is None:
            return None
        identity, text, seen = row
        return session_of(id, identity, text, max(0.0, time.time() - seen))

    async def holds(self, identity: str) -> bool:
        """Whether there is a session of this identity, under whatever id."""
        return await self._with_file(self._holds, identity)

    async def save(self, session: Session) -> None:
        """Keep a session, when it is another than the one that is kept, or was not seen for long. Raises `SessionError`."""
        text = text_of(session)
        if not is_due(session, text, self._precision):
            return
        seen = time.time() - (time.monotonic() - session.seen_at)
        kept_at = session.seen_at
        await self._with_file(self._write, session.identity, session.id, text, seen)
        note_kept(session, text, kept_at)

    async def remove(self, id: str) -> None:
        """Forget the session of this id."""
        await self._with_file(self._run, "DELETE FROM sessions WHERE id = ?", id)

    async def sweep(self, age: float) -> None:
        """Forget sessions that were not seen for `age` seconds, and those that are too many."""
        await self._with_file(self._run, "DELETE FROM sessions WHERE seen < ?", time.time() - age)
        await self._with_file(
            self._run,
            "DELETE FROM sessions WHERE identity IN (SELECT identity FROM sessions ORDER BY seen DESC LIMIT -1 OFFSET ?)",
            self._limit,
        )

    async def close(self) -> None:
        """Let go of the file."""
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(thread, self._close)
            thread.shutdown(wait=False)

    # In the thread

    async def _there(self, function: Callable[..., Result], *arguments: Any) -> Result:
        if self._thread is None:
            raise OSError(f"{self.path} is not open: the server has ended")
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    async def _with_file(self, function: Callable[..., Result], *arguments: Any) -> Result:
        return await self._there(self._guarded, function, *arguments)

    def _guarded(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Do something with the file. One that proves to be damaged is set aside, and it is done with a new one."""
        if self._file is None:
            self._open()
        try:
            return function(*arguments)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self._set_aside(error)
            self._open()
            return function(*arguments)

    def _open(self) -> None:
        try:
            self._begin()
        except sqlite3.DatabaseError as error:
            self._set_aside(error)
            self._begin()

    def _begin(self) -> None:
        self._file = file = connect(self.path, _FORMAT)
        file.execute("INSERT OR IGNORE INTO keys VALUES ('secret', ?)", (secrets.token_hex(32),))
        self._secret = file.execute("SELECT value FROM keys WHERE name = 'secret'").fetchone()[0]
        file.execute("SELECT identity, id, text, seen FROM sessions LIMIT 1").fetchone()

    def _set_aside(self, error: Exception) -> None:
        self._close()
        moved = set_aside(self.path)
        log.error(
            "the sessions in %s are damaged (%s). The file was set aside as %s, and a new one was begun: people are "
            "strangers again and log in once more. To look into it: sqlite3 %s .recover",
            self.path,
            error,
            moved.name,
            moved.name,
        )

    def _close(self) -> None:
        file, self._file = self._file, None
        close(file)

    def _run(self, statement: str, *values: Any) -> Any:
        if self._file is None:
            raise OSError(f"{self.path} is not open")
        return self._file.execute(statement, values).fetchone()

    def _read(self, id: str) -> Any:
        return self._run("SELECT identity, text, seen FROM sessions WHERE id = ?", id)

    def _holds(self, identity: str) -> bool:
        return self._run("SELECT 1 FROM sessions WHERE identity = ?", identity) is not None

    def _write(self, identity: str, id: str, text: str, seen: float) -> None:
        self._run(
            "INSERT OR REPLACE INTO sessions (identity, id, text, seen) VALUES (?, ?, ?, ?)", identity, id, text, seen
        )
