"""Reads updates of shared documents before they are let in: what they change, and what they stand on. Applies nothing.

The format is the first version of Yjs' binary encoding (github.com/yjs/yjs, `UpdateEncoder.js`; the primitives are lib0's). An
update is a list of blocks, one a client, each a run of numbered pieces of content, and a list of the runs that are deleted.
A hostile one could otherwise forge the next piece of another person's, wait for ever for what will not come, carry a link
that runs script, or stop the library for good, which looks at none of this: it takes an update for honest.
"""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Container, Mapping
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


class Need(NamedTuple):
    """A neighbour that a piece stands beside."""

    client: int
    number: int
    writer: int
    """The client whose piece it is that stands there."""
    place: int
    """The number of that piece."""
    is_left: bool
    """Whether the neighbour is on its left."""


@dataclass(slots=True)
class Update:
    """What an update holds, read. Nothing of it is known to fit a document yet."""

    added: list[Run] = field(default_factory=list)
    deleted: list[Run] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    """What its pieces stand beside, in their order."""
    halves: list[tuple[int, int]] = field(default_factory=list)
    """The second halves of letters that are two pieces, as emoji are, by client and number."""

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not self.added and not self.deleted

    def new_clients(self, known: Mapping[int, int]) -> list[int]:
        """The clients of whom it says more than is known (pieces by client)."""
        return [run.client for run in self.added if run.stop > known.get(run.client, 0)]

    def fits(self, known: Mapping[int, int]) -> bool:
        """Whether everything is there that it stands on, when `known` pieces are there of each client."""
        after: dict[int, int] = {}
        for client, start, stop in self.added:
            present = known.get(client, 0)
            if start > present:
                return False
            after[client] = max(present, stop)

        def there(client: int) -> int:
            return after[client] if client in after else known.get(client, 0)

        return all(stop <= there(client) for client, _, stop in self.deleted) and all(
            need.number < there(need.client) for need in self.needs
        )

    def is_circular(self, known: Mapping[int, int]) -> bool:
        """Whether pieces in it stand on each other in a circle, so that none can be the first. Wants that it fits."""
        if len(self.added) < 2:
            return False  # it was seen when it was read
        stops = {run.client: run.stop for run in self.added}
        reached = {client: known.get(client, 0) for client in stops}
        waiting: dict[int, deque[Need]] = defaultdict(deque)
        for need in self.needs:
            if need.place >= reached[need.writer]:
                waiting[need.writer].append(need)
        return any(_ends_in_a_circle(client, waiting, reached, stops) for client in stops)

    def splits_letters(self, known: Mapping[int, int], halves: Mapping[int, Container[int]]) -> bool:
        """Whether it comes between the two halves of a letter, or takes out one of them: browser and server then differ."""
        if not self.halves and not halves:
            return False
        own = {half for half in self.halves if half[1] >= known.get(half[0], 0)}

        def is_half(client: int, number: int) -> bool:
            return (client, number) in own or number in halves.get(client, ())

        return (
            any(is_half(client, number + is_left) for client, number, _, _, is_left in self.needs)
            or any(is_half(client, start) or is_half(client, stop) for client, start, stop in self.deleted)
            or any(is_half(run.client, known.get(run.client, 0)) for run in self.added)
        )


def _ends_in_a_circle(
    client: int, waiting: dict[int, deque[Need]], reached: dict[int, int], stops: Mapping[int, int]
) -> bool:
    """Put in what a client writes, and before that whatever it waits for; as far as others have come stands in `reached`."""
    path, on_path = [client], {client}
    while path:
        here = path[-1]
        mine = waiting[here]
        while mine and (mine[0].client not in reached or mine[0].number < reached[mine[0].client]):
            mine.popleft()
        reached[here] = mine[0].place if mine else max(reached[here], stops[here])
        if not mine or (len(path) > 1 and waiting[path[-2]][0].number < reached[here]):
            on_path.discard(path.pop())
        elif mine[0].client in on_path:
            return True
        else:
            path.append(mine[0].client)
            on_path.add(mine[0].client)
    return False


def read_update(content: bytes, root: str, accepts: Accepts) -> Update:
    """What an update of a text holds, whose root is called `root`.

    Raises `WireError` when it is malformed, or has what no text has, or a format or embed that `accepts` finds wrong.
    """
    return _read(content, lambda reader, update, own: _read_piece(reader, update, root, accepts, own))


def read_map_update(content: bytes, root: str) -> Update:
    """What an update of a map of texts holds, whose root is called `root`. Raises `WireError` when it is malformed, or of something else."""
    return _read(content, lambda reader, update, own: _read_entry(reader, update, root, own))


def _read(content: bytes, piece: Callable[["_Reader", Update, tuple[int, int]], int]) -> Update:
    """What an update holds, when `piece` reads the pieces from a client and a number on, and says how many they are."""
    reader = _Reader(content)
    update = Update()
    writers: set[int] = set()
    for _ in range(reader.count()):
        pieces, client, clock = reader.count(), reader.number(_CLIENT), reader.number(_CLOCK)
        if not pieces or client in writers:
            raise WireError("an update has a client twice, or one who writes nothing")
        writers.add(client)
        start = clock
        for _ in range(pieces):
            clock += piece(reader, update, (client, clock))
            if clock > _CLOCK:
                raise WireError("an update has too many pieces")
        update.added.append(Run(client, start, clock))
    _read_deleted(reader, update)
    if reader.rest:
        raise WireError("an update has something behind its end")
    return update


def _read_entry(reader: "_Reader", update: Update, root: str, own: tuple[int, int]) -> int:
    """Read the texts that a key was given one after the other; the answer is how many. `own`: whose the first is, and its number."""
    info = reader.byte()
    kind = info & _KIND
    if kind == _GONE:
        return reader.length()
    for side in (_LEFT, _RIGHT):
        if info & side:
            update.needs.append(Need(reader.number(_CLIENT), reader.number(_CLOCK), *own, side == _LEFT))
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
    for side in (_LEFT, _RIGHT):
        if info & side:
            need = Need(reader.number(_CLIENT), reader.number(_CLOCK), *own, side == _LEFT)
            if need.client == own[0] and need.number >= own[1]:
                raise WireError("an update stands on itself")
            update.needs.append(need)
    stands_alone = not info & (_LEFT | _RIGHT)
    if info & _KEYED or (stands_alone and (reader.number(1) != 1 or reader.text() != root)):
        raise WireError("an update is for another part of the document")
    return _read_content(reader, kind, accepts, update, own)


def _read_content(reader: "_Reader", kind: int, accepts: Accepts, update: Update, own: tuple[int, int]) -> int:
    if kind == _STRING:
        text = reader.text()
        if not text:
            raise WireError("an update has an empty text")
        if text.isascii():
            return len(text)
        length = len(text.encode("utf-16-le")) // 2
        if length > len(text):
            update.halves += [(own[0], own[1] + place) for place in _second_halves(text)]
        return length
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


def _second_halves(text: str) -> list[int]:
    """The places, as browsers count them, of the second halves of letters that they count as two."""
    found: list[int] = []
    for place, letter in enumerate(text, 1):
        if letter > "\uffff":
            found.append(place + len(found))
    return found


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
