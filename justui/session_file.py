"""`FileStore`: sessions in a SQLite file, so that they survive a restart. All access is in one thread of its own.

A file that is damaged is set aside with a message, never overwritten; one of another program is not touched.
"""

import asyncio
import contextlib
import json
import logging
import math
import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from justui.errors import ConfigError, SessionError
from justui.session import Session

log = logging.getLogger("justui")

Result = TypeVar("Result")

_OURS: Final = 0x6A757569  # "juui", the file's application id
_VERSION: Final = 1
_TABLES: Final = (
    "BEGIN IMMEDIATE",
    "CREATE TABLE keys (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE sessions (identity TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, seen REAL NOT NULL)",
    "CREATE INDEX by_seen ON sessions (seen)",
)
_DEPTH: Final = 50
_PATIENCE: Final = 5.0  # seconds that a write waits for another program that reads the file


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
        if not isinstance(key, str):
            raise SessionError(f"session[{key!r}]: a key of a session that is kept in a file is a string")
        _check(value, f"session[{key!r}]", 0)

    async def load(self, id: str) -> Session | None:
        """The session of this id, or None."""
        row = await self._with_file(self._read, id)
        if row is None:
            return None
        identity, text, seen = row
        content = json.loads(text)
        session = Session(id, identity, content["data"], content["user"])
        session.kept_text, session.used = f"{id} {text}", True
        session.seen_at = session.kept_at = time.monotonic() - max(0.0, time.time() - seen)
        return session

    async def holds(self, identity: str) -> bool:
        """Whether there is a session of this identity, under whatever id."""
        return await self._with_file(self._holds, identity)

    async def save(self, session: Session) -> None:
        """Keep a session, when it is another than the one that is kept, or was not seen for long. Raises `SessionError`."""
        for key, value in session.content.items():  # what was changed in place
            self.check(key, value)
        text = json.dumps({"user": session.user, "data": session.content}, separators=(",", ":"))
        mark = f"{session.id} {text}"
        if mark == session.kept_text and session.seen_at - session.kept_at < self._precision:
            return
        seen = time.time() - (time.monotonic() - session.seen_at)
        kept_at = session.seen_at
        await self._with_file(self._write, session.identity, session.id, text, seen)
        session.kept_text, session.kept_at = mark, kept_at

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
            if not _is_damage(error):
                raise
            self._set_aside(error)
            self._open()
            return function(*arguments)

    def _open(self) -> None:
        try:
            self._begin()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                self._close()
                raise ConfigError(f"session_store={str(self.path)!r} cannot be used: {error}") from None
            self._set_aside(error)
            self._begin()

    def _begin(self) -> None:
        folder = self.path.parent
        if not folder.is_dir():
            raise ConfigError(f"session_store={str(self.path)!r}: there is no folder {folder}. Make it first.")
        try:
            # Nobody else on this machine is to read what stands in it.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise ConfigError(f"session_store={str(self.path)!r} cannot be written: {error.strerror}") from None
        file = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        self._file = file
        self._make_sure(file)
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        (found,) = file.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(f"malformed: {found}")
        self._secret = file.execute("SELECT value FROM keys WHERE name = 'secret'").fetchone()[0]
        file.execute("SELECT identity, id, text, seen FROM sessions LIMIT 1").fetchone()

    def _make_sure(self, file: sqlite3.Connection) -> None:
        """Make the tables of a new file. Raises `ConfigError` for one of another program, or of a later version of ours."""
        (ours,) = file.execute("PRAGMA application_id").fetchone()
        (version,) = file.execute("PRAGMA user_version").fetchone()
        (tables,) = file.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables and ours in (0, _OURS):
            for statement in (*_TABLES, f"PRAGMA application_id = {_OURS}", f"PRAGMA user_version = {_VERSION}"):
                file.execute(statement)
            file.execute("INSERT INTO keys VALUES ('secret', ?)", (secrets.token_hex(32),))
            file.execute("COMMIT")
        elif ours != _OURS:
            self._close()
            raise ConfigError(
                f"session_store={str(self.path)!r} is the database of another program. Name a file of its own for sessions."
            )
        elif version != _VERSION:
            self._close()
            raise ConfigError(
                f"session_store={str(self.path)!r} was written by another version of justui (format {version}, this one "
                f"reads {_VERSION}). Move it away, or use that version."
            )

    def _set_aside(self, error: Exception) -> None:
        self._close()
        moved = _free_name(self.path)
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self.path}{ending}").replace(f"{moved}{ending}")
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
        if file is not None:
            with contextlib.suppress(sqlite3.Error):
                file.close()

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


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is broken; a full disk or a lock is not that."""
    text = str(error)
    return "malformed" in text or "not a database" in text or "no such" in text or "corrupt" in text


def _free_name(path: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    names = (path.with_name(f"{path.name}.damaged-{stamp}{more}") for more in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(name for name in names if not name.exists())


def _check(value: Any, where: str, depth: int) -> None:
    """Raise `SessionError` for what JSON has no word for; `where` says where it stands."""
    if depth > _DEPTH:
        raise SessionError(f"{where} is nested more than {_DEPTH} deep, or holds itself")
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return
    if kind is float:
        if not math.isfinite(value):
            raise SessionError(f"{where} is {value}, which is no number that can be kept")
        return
    if kind in (list, tuple):
        for index, item in enumerate(value):
            _check(item, f"{where}[{index}]", depth + 1)
        return
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise SessionError(f"{where} has the key {key!r:.40}: keys of what is kept in a file are strings")
            _check(item, f"{where}[{key!r}]", depth + 1)
        return
    raise SessionError(
        f"{where} = {value!r:.60}: {kind.__name__} cannot be kept in a file. Sessions there hold strings, numbers, True, False, "
        "None, and lists and dicts of these; keep the rest in a database under session.user."
    )
