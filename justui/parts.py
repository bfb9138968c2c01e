"""Half uploads: what has come of a file so far, hidden beside its place, and how it gets there whole. Knows no HTTP."""

import asyncio
import os
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO

from justui.file_types import HEAD
from justui.files import ArrivedFile

_MARK = ".upload-"
_STALE = 86_400.0
"""Seconds after which what a crash has left is removed."""


class Part:
    """What has come of one file. `id`: the sender's word for it, by which it goes on after a drop; empty: it does not."""

    def __init__(self, place: Path, id: str, identity: str) -> None:
        self.place = place
        self.id = id
        self.identity = identity
        self.size = 0
        self.counted = 0
        """Of its bytes those that count as half an upload's."""
        self.arrived: Callable[[ArrivedFile], Awaitable[None]] | None = None
        """What is told when it is whole: whose handler waits for it."""
        self.total: int | None = None
        """How many bytes it is to have, where that was said."""
        self.head = b""
        self.checked = False
        """Whether its first bytes were found to be what the name says."""
        self.task: asyncio.Task[None] | None = None
        """What writes it now."""
        self.used_at = time.monotonic()
        self._path = place.with_name(f"{_MARK}{secrets.token_hex(12)}")
        self._file: IO[bytes] | None = None

    def write(self, data: bytes) -> None:
        """Add bytes at the end. Raises `OSError` when the disk is full."""
        if self._file is None:
            self._file = self._path.open("ab" if self.size else "xb")
        self._file.write(data)
        self.size += len(data)
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]

    def rest(self) -> None:
        """Nobody writes for now: the file is closed."""
        self.used_at = time.monotonic()
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        """Leave nothing."""
        self.rest()
        self._path.unlink(missing_ok=True)

    def settle(self, lock: threading.Lock, *, replace: bool) -> bool:
        """Put the whole file into its place; whether it took another one's.

        Raises `FileExistsError` when there is one that is not to be replaced: of two that arrive at once, one is taken.
        """
        if not self.size:
            self.write(b"")
        self.rest()
        with lock:
            existed = os.path.lexists(self.place)
            if existed and not replace:
                raise FileExistsError(self.place)
            if replace:
                self._path.replace(self.place)
                return existed
            try:
                os.link(self._path, self.place)  # fails where there is one by now, whoever made it
            except FileExistsError:
                raise
            except OSError:  # a file system without links
                self._path.rename(self.place)
            else:
                self._path.unlink()
            return False


def remove_stale(folder: Path) -> None:
    """Remove what a crashed server has left of half uploads."""
    for path in folder.rglob(f"{_MARK}*"):
        try:
            if time.time() - path.lstat().st_mtime > _STALE:
                path.unlink()
        except OSError:
            continue
