"""Reads updates of shared documents before they are let in: what they change, and what they stand on. Applies nothing.

The format is the first version of Yjs' binary encoding (github.com/yjs/yjs, `UpdateEncoder.js`; the primitives are lib0's). An
update is a list of blocks, one a client, each a run of numbered pieces of content, and a list of the runs that are deleted.
A hostile one could otherwise forge the next piece of another person's, wait for ever for what will not come, or carry a link
that runs script: the library that applies it looks at none of this.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from justui.errors import WireError

Accepts = Callable[[str, Any], str]
"""Takes a format's name and value, or `embed` and what is embedded; says what is wrong with it, or nothing."""

_CLIENT: Final = (1 << 53) - 1
_CLOCK: Final = (1 << 31) - 1
_DIGITS: Final = 8  # bytes of a number at most

_GONE, _DELETED, _STRING, _EMBED, _FORMAT, _TYPE, _ANY = 0, 1, 4, 5, 6, 7, 8
_LEFT, _RIGHT, _KEYED = 0x80, 0x40, 0x20
_KIND: Final = 0x1F
_ANY_TEXT: Final = 119


class Run(NamedTuple):
    """Pieces of one client: those numbered from `start`, up to but not including `stop`."""

    client: int
    start: int
    stop: int


@dataclass(slots=True)
class Update:
    """What an update holds, read. Nothing of it is known to fit a document yet."""

    added: list[Run] = field(default_factory=list)
    deleted: list[Run] = field(default_factory=list)
    needs: list[tuple[int, int]] = field(default_factory=list)
    """The last piece of each neighbour that its content stands beside, by client and number."""
    texts: int = 0
    """Bytes of its content."""

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not self.added and not self.deleted

    def new_clients(self, known: Mapping[int, int]) -> list[int]:
        """The clients of whom it says more than is known (pieces by client)."""
        return [run.client for run in self.added if run.stop > known.get(run.client, 0)]

    def fits(self, known: Mapping[int, int]) -> bool:
        """Whether everything is there that it stands on, when `known` pieces are there of each client."""
        after = dict(known)
        for client, start, stop in self.added:
            present = after.get(client, 0)
            if start > present:
                return False
            after[client] = max(present, stop)
        return all(stop <= after.get(client, 0) for client, _, stop in self.deleted) and all(
            number < after.get(client, 0) for client, number in self.needs
        )


def read_update(content: bytes, root: str, accepts: Accepts) -> Update:
    """What an update of a text holds, whose root is called `root`.

    Raises `WireError` when it is malformed, or has what no text has, or a format or embed that `accepts` finds wrong.
    """
    reader = _Reader(content)
    update = Update()
    for _ in range(reader.count()):
        pieces, client, clock = reader.count(), reader.number(_CLIENT), reader.number(_CLOCK)
        start = clock
        for _ in range(pieces):
            clock += _read_piece(reader, update, root, accepts, (client, clock))
            if clock > _CLOCK:
                raise WireError("an update has too many pieces")
        update.added.append(Run(client, start, clock))
    _read_deleted(reader, update)
    if reader.rest:
        raise WireError("an update has something behind its end")
    return update


def read_map_update(content: bytes, root: str) -> Update:
    """What an update of a map of texts holds, whose root is called `root`. Raises `WireError` when it is malformed, or of something else."""
    reader = _Reader(content)
    update = Update()
    for _ in range(reader.count()):
        pieces, client, clock = reader.count(), reader.number(_CLIENT), reader.number(_CLOCK)
        start = clock
        for _ in range(pieces):
            clock += _read_entry(reader, update, root)
            if clock > _CLOCK:
                raise WireError("an update has too many pieces")
        update.added.append(Run(client, start, clock))
    _read_deleted(reader, update)
    if reader.rest:
        raise WireError("an update has something behind its end")
    return update


def _read_entry(reader: "_Reader", update: Update, root: str) -> int:
    """Read the texts that a key was given one after the other; the answer is how many."""
    info = reader.byte()
    kind = info & _KIND
    if kind == _GONE:
        return reader.length()
    for side in (_LEFT, _RIGHT):
        if info & side:
            update.needs.append((reader.number(_CLIENT), reader.number(_CLOCK)))
    if not info & (_LEFT | _RIGHT):
        if reader.number(1) != 1 or reader.text() != root or not info & _KEYED:
            raise WireError("an update is for another part of the document")
        reader.text()
    if kind == _DELETED:
        return reader.length()
    if kind != _ANY:
        raise WireError(f"an update has content of kind {kind}, which no map of ours has")
    count = reader.length()
    for _ in range(count):
        if reader.byte() != _ANY_TEXT:
            raise WireError("an update has a value that is no text")
        reader.text()
    return count


def read_state(content: bytes) -> dict[int, int]:
    """How many pieces are there of each client, of a state vector. Raises `WireError` when it is malformed."""
    reader = _Reader(content)
    state = {reader.number(_CLIENT): reader.number(_CLOCK) for _ in range(reader.count())}
    if reader.rest:
        raise WireError("a state has something behind its end")
    return state


def _read_piece(reader: "_Reader", update: Update, root: str, accepts: Accepts, own: tuple[int, int]) -> int:
    """Read a piece, or several in one; the answer is how many. `own`: whose it is, and its number."""
    info = reader.byte()
    kind = info & _KIND
    if kind == _GONE:
        return reader.length()
    for side in (_LEFT, _RIGHT):
        if info & side:
            beside = reader.number(_CLIENT), reader.number(_CLOCK)
            if beside[0] == own[0] and beside[1] >= own[1]:
                raise WireError("an update stands on itself")
            update.needs.append(beside)
    stands_alone = not info & (_LEFT | _RIGHT)
    if stands_alone and (reader.number(1) != 1 or reader.text() != root or info & _KEYED):
        raise WireError("an update is for another part of the document")
    before = reader.place
    length = _read_content(reader, kind, accepts)
    update.texts += reader.place - before
    return length


def _read_content(reader: "_Reader", kind: int, accepts: Accepts) -> int:
    if kind == _STRING:
        text = reader.text()
        if not text:
            raise WireError("an update has an empty text")
        return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
    if kind == _DELETED:
        return reader.length()
    if kind == _FORMAT:
        name = reader.text()
        _refuse(accepts(name, reader.json()))
        return 1
    if kind == _EMBED:
        _refuse(accepts("embed", reader.json()))
        return 1
    raise WireError(f"an update has content of kind {kind}, which no text has")


def _refuse(fault: str) -> None:
    if fault:
        raise WireError(fault)


def _read_deleted(reader: "_Reader", update: Update) -> None:
    for _ in range(reader.count()):
        client = reader.number(_CLIENT)
        for _ in range(reader.count()):
            start, length = reader.number(_CLOCK), reader.length()
            update.deleted.append(Run(client, start, start + length))


class _Reader:
    """The primitives of lib0's encoding, each within bounds."""

    __slots__ = ("_content", "place")

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.place = 0

    @property
    def rest(self) -> int:
        """Bytes that are not read yet."""
        return len(self._content) - self.place

    def byte(self) -> int:
        try:
            value = self._content[self.place]
        except IndexError:
            raise WireError("an update ends too early") from None
        self.place += 1
        return value

    def number(self, most: int) -> int:
        """A number: seven bits a byte, the lowest first."""
        value = self.byte()
        if value > 0x7F:
            value &= 0x7F
            for shift in range(7, 7 * _DIGITS, 7):
                byte = self.byte()
                value |= (byte & 0x7F) << shift
                if byte < 0x80:
                    break
            else:
                raise WireError("an update has a number that is too large")
        if value > most:
            raise WireError("an update has a number that is too large")
        return value

    def count(self) -> int:
        """How many follow: each takes a byte at least."""
        value = self.number(_CLOCK)
        if value > self.rest:
            raise WireError("an update ends too early")
        return value

    def length(self) -> int:
        value = self.number(_CLOCK)
        if not value:
            raise WireError("an update has an empty piece")
        return value

    def text(self) -> str:
        length = self.count()
        start, self.place = self.place, self.place + length
        try:
            return self._content[start : self.place].decode()
        except UnicodeDecodeError:
            raise WireError("an update has a text that is not UTF-8") from None

    def json(self) -> Any:
        try:
            return json.loads(self.text())
        except (ValueError, RecursionError):
            raise WireError("an update has a value that is not JSON") from None
