"""SQLite files of ours: made, known again, and set aside when they are damaged. Knows no tables.

A damaged file is never overwritten, one of another program not touched.
"""

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Final, NamedTuple

from justui.errors import ConfigError

_PATIENCE: Final = 5.0  # seconds that a write waits for another program that uses the file


class Format(NamedTuple):
    """What a file of one kind is known by, and how a new one is made."""

    setting: str
    """The setting or keyword by which programs name such a file."""
    purpose: str
    """What it is for, as in "Name a file of its own for sessions"."""
    mark: int
    """SQLite's `application_id`."""
    version: int
    tables: tuple[str, ...]


def connect(path: Path, form: Format) -> sqlite3.Connection:
    """Open the file at `path`, or make it: for this user alone, each statement a commit, with a write-ahead log.

    Raises `ConfigError` when it cannot be, and for a file of another program or version; sqlite3's `DatabaseError`, for which
    `is_damage` is true, when it is damaged.
    """
    name = f"{form.setting}={str(path)!r}"
    if not path.parent.is_dir():
        raise ConfigError(f"{name}: there is no folder {path.parent}. Make it first.")
    try:
        # Nobody else on this machine is to read what stands in it.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise ConfigError(f"{name} cannot be written: {error.strerror}") from None
    file = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _make_sure(file, form, name)
        # A commit is in the hands of the system at once, and on the disk at the next checkpoint.
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        (found,) = file.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(f"malformed: {found}")
    except BaseException as error:
        close(file)
        if isinstance(error, sqlite3.DatabaseError) and not is_damage(error):
            raise ConfigError(f"{name} cannot be used: {error}") from None
        raise
    return file


def _make_sure(file: sqlite3.Connection, form: Format, name: str) -> None:
    """Make the tables of a new file. Raises `ConfigError` for one of another program, or of another version of ours."""
    (mark,) = file.execute("PRAGMA application_id").fetchone()
    (version,) = file.execute("PRAGMA user_version").fetchone()
    (tables,) = file.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables and mark in (0, form.mark):
        file.execute("BEGIN IMMEDIATE")
        for statement in (
            *form.tables,
            f"PRAGMA application_id = {form.mark}",
            f"PRAGMA user_version = {form.version}",
        ):
            file.execute(statement)
        file.execute("COMMIT")
    elif mark != form.mark:
        raise ConfigError(f"{name} is the database of another program. Name a file of its own for {form.purpose}.")
    elif version != form.version:
        raise ConfigError(
            f"{name} was written by another version of justui (format {version}, this one reads {form.version}). Move it "
            "away, or use that version."
        )


def close(file: sqlite3.Connection | None) -> None:
    """Close a file, whatever state it is in."""
    if file is not None:
        with contextlib.suppress(sqlite3.Error):
            file.close()


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is broken; a full disk or a lock is not that."""
    text = str(error)
    return "malformed" in text or "not a database" in text or "no such" in text or "corrupt" in text


def set_aside(path: Path) -> Path:
    """Give a damaged file, which is closed, another name beside it; that name."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    names = (path.with_name(f"{path.name}.damaged-{stamp}{more}") for more in ("", *(f"-{n}" for n in range(2, 1000))))
    moved = next(name for name in names if not name.exists())
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{ending}").replace(f"{moved}{ending}")
    return moved
