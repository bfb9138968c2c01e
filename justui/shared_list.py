"""`SharedList`: a list that several people and processes change at once, with the face of `List`; a `For` shows it.

In the document each item has a name of its own; under it stand its position and its data, of a dict each key by itself. So it
can be moved by one person and changed by another, and both counts; who takes it out prevails over both.
"""

import bisect
import json
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from justui.children import longest_increasing
from justui.documents import PROGRAM
from justui.errors import StateError
from justui.lists import Key, List, check_key, key_function
from justui.marks import tree_lock
from justui.positions import between, in_order, numeral
from justui.shared import Shared, text_of, value_of
from justui.shared_text import LARGEST

if TYPE_CHECKING:
    from justui.component import Component
    from justui.listeners import Call, Listener
    from justui.shared_text import Version
    from justui.tab import Tab

Item = TypeVar("Item")
Place = tuple[str, str]
"""Position and name of an item."""

_HERE: Final = "A SharedList"
_DICT: Final = "{}"  # the data of an item whose keys stand by themselves
_NAME: Final = 6  # random bytes in front of the names that one list gives


class ListEdit(NamedTuple):
    """One edit of a list, as all edits before it have left it."""

    kind: str
    """`insert`, `remove`, `move` or `change`."""
    place: int
    items: list[Any]
    """What was put in there or taken out, has moved from there, or changed there."""
    to: int
    """Where it has moved; else the same as `place`."""


class ListChange(NamedTuple):
    """What a function given to `on_change` gets beside the list: who changed it, and what."""

    tab: "Tab | None"
    """None for the program."""
    by: str
    """The name of the person, as the history has it."""
    edits: list[ListEdit]


class SharedItem(dict[str, Any]):
    """An item that is a dict: as it was when it was read. It knows which one it is, also when somebody has changed it since."""

    __slots__ = ("base", "name", "of")

    base: dict[str, str]
    """What the document had of it."""
    name: str
    of: str
    """The list."""


class _Piece:
    """What the document has of one item; its position or its data may be missing, and then there is no item."""

    __slots__ = ("position", "text", "texts")

    def __init__(self) -> None:
        self.position: str | None = None
        self.text: str | None = None
        self.texts: dict[str, str] = {}
        """The data of each key; never changed, but replaced."""

    @property
    def is_there(self) -> bool:
        return self.position is not None and self.text is not None

    def item(self, name: str = "", of: str = "") -> Any:
        """Its data."""
        if self.text != _DICT:
            return value_of(self.text)
        made = SharedItem((key, value_of(text)) for key, text in sorted(self.texts.items()))
        made.base, made.name, made.of = self.texts, name, of
        return made


class SharedList(Shared, List[Item]):
    """A list that several people change at once and no change is lost: `cards = ui.SharedList([{"title": "First"}])`.

    It is a `ui.List` in all that one does with it, and `ui.For` shows it so. Items are plain data, which is copied; an item that was
    changed is another object. Of a dict each key counts by itself, whoever sets it: `cards.change(card, title="Second")`.
    With `store`, a SQLite file, it outlives the server; `name` says which of the file's lists it is. `key` tells items apart, as in
    `List`. `largest`: bytes that it may have, in the document; an edit past it raises `Refused` and changes nothing. Any thread may
    edit it. Raises `UsageError` without the extra `shared`, and `StateError` for what is no plain data.
    """

    __slots__ = (
        "_by",
        "_change",
        "_count",
        "_edits",
        "_known",
        "_names",
        "_order",
        "_pieces",
        "_touched",
        "document",
        "name",
    )

    def __init__(
        self,
        items: Iterable[Item] = (),
        *,
        store: str | os.PathLike[str] | None = None,
        name: str = "",
        key: Key = None,
        largest: int = LARGEST,
    ) -> None:
        if self.is_open:
            return
        super().__init__(items, key=key)
        self._by = PROGRAM
        self._change: ListChange | None = None
        self._edits: list[ListEdit] | None = None
        """What was done and not told yet, once somebody wants to know."""
        self._names = secrets.token_hex(_NAME)
        self._count = 0
        begin = self._items
        seed: dict[str, str] = {}
        for number, position in enumerate(in_order(len(begin))):
            seed |= _texts(numeral(number), position, begin[number])
        self._pieces = _read(self._open(name, store, seed, largest))
        self._order: list[Place] = _places(self._pieces)
        self._known = {id: position for position, id in self._order}
        """Where each item stands in the order."""
        self._items = [self._item(id) for _, id in self._order]

    # Reading

    def _item(self, id: str) -> Any:
        return self._pieces[id].item(id, self.document.log.guid)

    def _place(self, item: Any) -> int:
        """The number of an item, which may be as it was before somebody changed it. Raises ValueError when it is not there."""
        id = self._name_of(item)
        return super()._place(item) if id is None else self._number(id)

    def _name_of(self, item: Any) -> str | None:
        """The name of an item that is in the list; None for what only looks like one."""
        known = isinstance(item, SharedItem) and item.of == self.document.log.guid and item.name in self._known
        return item.name if known else None

    def __contains__(self, value: object) -> bool:
        return self._name_of(value) is not None or super().__contains__(value)

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """The number of an item, also of one that somebody has changed since it was read: `cards[cards.index(card)]` is as it is now.

        Raises ValueError when it is not in the list.
        """
        with tree_lock:
            place = None if self._name_of(value) is None else self._place(value)
            stop = len(self._items) if stop is None else stop
            return self._items.index(value, start, stop) if place is None else place

    def at(self, version: "Version | int") -> list[Item]:
        """The list as it was in a version. Raises `IndexError` for one that there is not."""
        pieces = _read(self._keys_at(version))
        return [pieces[id].item() for _, id in _places(pieces)]

    def __repr__(self) -> str:
        return f"SharedList({self._items!r})"

    # Edits: the methods of a List come here.

    def _splice(self, start: int, stop: int, items: list[Item]) -> "list[Component] | None":
        check_key(self.key, items)
        named = self._named(start, stop, items)
        texts: dict[str, str] = {}
        gone: set[str] = set()
        staying = []
        for id, item in named:
            if id is not None:
                self._rewrite(id, item, texts, gone)
                staying.append(id)
        ids = [id for _, id in self._order[start:stop]]
        for id in set(ids).difference(staying):
            gone.update(_keys_of(id, self._pieces[id]))
        new: list[str] = []
        for id, item in named:
            if id is None:
                id = self._new_name()
                texts |= _texts(id, "", item)
            new.append(id)
        texts |= self._arranged(start, stop, ids, new)
        self._write(texts, gone)
        return None

    def _named(self, start: int, stop: int, items: list[Item]) -> list[tuple[str | None, Item]]:
        """The items with the names of those among the old ones that they are; None for new ones."""
        ids = [id for _, id in self._order[start:stop]]
        if len(ids) == len(items) == 1:
            return [(ids[0], items[0])]  # `cards[3] = card`: another text for the same item
        if not ids or not items:
            return [(None, item) for item in items]
        present = set(ids)
        own = [known if (known := self._name_of(item)) in present else None for item in items]
        name: Callable[[Any], Any] = _comparable if self.key is None else key_function(self.key)
        same: dict[Any, list[str]] = {}
        for id, item in zip(reversed(ids), reversed(self._items[start:stop]), strict=True):
            same.setdefault(name(item), []).append(id)
        claimed = set(own)
        once: set[str] = set()
        named: list[tuple[str | None, Item]] = []
        for item, found in zip(items, own, strict=True):
            if found is None or found in once:
                candidates = same.get(name(item), [])
                while candidates and (candidates[-1] in claimed or candidates[-1] in once):
                    candidates.pop()
                found = candidates.pop() if candidates else None
            if found is not None:
                once.add(found)
            named.append((found, item))
        return named

    def _rewrite(self, name: str, item: Any, texts: dict[str, str], gone: set[str]) -> None:
        """Note what has to be written so that an item that is there has this data.

        Where it was read from here, that is what the program has changed in it since, and nothing that others have.
        """
        new = _texts(name, "", item)
        del new[name]
        own = item.base if isinstance(item, SharedItem) and item.name == name else None
        base = self._pieces[name].texts if own is None else own
        gone.update(key for sub in base if (key := f"{name}:{sub}") not in new)
        if own is not None and self._pieces[name].text == _DICT:
            new = {key: text for key, text in new.items() if base.get(key.partition(":")[2], _DICT) != text}
        texts |= new

    def _arranged(self, start: int, stop: int, old: list[str], new: list[str]) -> dict[str, str]:
        """The positions to be written so that the items `new` stand in the place of the `old`, with as few moves as possible."""
        places = {id: number for number, id in enumerate(old)}
        staying = [number for number, id in enumerate(new) if id in places]
        chosen = longest_increasing([places[new[number]] for number in staying])
        still = {staying[number] for number in chosen}
        written: dict[str, str] = {}
        low = self._order[start - 1][0] if start else ""
        waiting: list[str] = []
        for number, id in enumerate(new):
            position = self._order[start + places[id]][0] if number in still else ""
            if number in still and not (waiting and position <= low):
                if waiting:
                    written.update(zip(waiting, between(low, position, len(waiting)), strict=True))
                    waiting = []
                low = position
            else:
                waiting.append(id)
        if waiting:
            while stop < len(self._order) and self._order[stop][0] <= low:
                waiting.append(self._order[stop][1])  # two that were put there at once, by chance at one position
                stop += 1
            high = self._order[stop][0] if stop < len(self._order) else ""
            written.update(zip(waiting, between(low, high, len(waiting)), strict=True))
        return written

    def _new_name(self) -> str:
        self._count += 1
        return f"{self._names}{numeral(self._count)}"

    def move(self, item: Item, index: int) -> None:
        """Put an item at another place: number `index` once it is there; -1 is the last.

        What others change in it meanwhile is kept; where others move it too, one of the places counts. Raises ValueError
        when it is not in the list.
        """
        with tree_lock:
            start, count = self._place(item), len(self._items)
            end = max(0, min(index + count if index < 0 else index, count - 1))
            if start != end:
                low, high = min(start, end), max(start, end) + 1
                ids = [id for _, id in self._order[low:high]]
                moved = ids.pop(start - low)
                order = self._order[:low] + self._order[high:]
                neighbours = [place for place in self._order[low:high] if place[1] != moved]
                order[low:low] = neighbours
                before = order[end - 1][0] if end else ""
                after = order[end][0] if end < len(order) else ""
                if after and before >= after:  # by chance at one position
                    ids.insert(end - low, moved)
                    old = [id for _, id in self._order[low:high]]
                    self._write(self._arranged(low, high, old, ids))
                else:
                    self._write({moved: between(before, after, 1)[0]})
        self._tell_all()

    def change(self, item: Item, /, **values: Any) -> None:
        """Set keys of an item that is a dict, and of no other key: `cards.change(card, title="New")`.

        Without keys: say that what the item holds has changed, or that this one, with the key of one that is there, replaces that.
        Raises ValueError when it is not in the list.
        """
        with tree_lock:
            place = self._place(item)
            id = self._order[place][1]
            if values:
                before: Any = self._items[place]
                if not isinstance(before, dict):
                    raise StateError(f"change(item, key=value) wants an item that is a dict, got {item!r:.60}.")
                check_key(self.key, [{**before, **values}])
                self._write({f"{id}:{key}": text_of(value, _HERE) for key, value in values.items()})
            else:
                texts: dict[str, str] = {}
                gone: set[str] = set()
                self._rewrite(id, item, texts, gone)
                self._write(texts, gone)
        self._tell_all()

    def _reorder(self, order: list[int]) -> "list[Component] | None":
        ids = [id for _, id in self._order]
        self._write(self._arranged(0, len(ids), ids, [ids[place] for place in order]))
        return None

    def _sent(self, touched: "list[Component] | None") -> None:
        self._tell_all()

    # Following

    def _follow(self, keys: Mapping[str, "str | None"]) -> None:
        changes: dict[str, dict[str, str | None]] = {}
        for key, text in keys.items():
            id, sub = _divided(key)
            changes.setdefault(id, {})[sub] = text
        gone, come, moved, renewed = list[str](), list[Place](), list[str](), list[str]()
        for id, subs in changes.items():
            before = self._known.get(id)
            piece = self._pieces.get(id)
            if piece is None:
                piece = self._pieces[id] = _Piece()
            is_data = _take(piece, subs)
            if piece.position is None or piece.text is None:
                if before is not None:
                    gone.append(id)
                if piece.position is piece.text is None and not piece.texts:
                    del self._pieces[id]
            elif before is None:
                come.append((piece.position, id))
            else:
                if piece.position != before:
                    moved.append(id)
                if is_data:
                    renewed.append(id)
        self._take_out(gone)
        self._reposition(moved)
        self._put_in(sorted(come))
        for id in renewed:
            self._renew(id)

    def _number(self, id: str) -> int:
        """Which item has a name."""
        return bisect.bisect_left(self._order, (self._known[id], id))

    def _show_all(self, edit: Callable[[Any], None], kind: str, index: int, items: list[Any], to: int) -> None:
        self._touched.update(dict.fromkeys(self._show(edit)))
        if self._edits is not None:
            self._edits.append(ListEdit(kind, index, items, to))

    def _take_out(self, ids: list[str]) -> None:
        for start, stop in _runs(sorted(map(self._number, ids))):
            items = self._items[start:stop]
            for _, id in self._order[start:stop]:
                del self._known[id]
            del self._items[start:stop], self._order[start:stop]
            self._show_all(partial(_spliced, start, stop, []), "remove", start, items, start)

    def _reposition(self, ids: list[str]) -> None:
        if len(ids) == 1:
            self._reposition_one(ids[0])
        elif ids:
            for number, id in [(self._number(id), id) for id in ids]:
                position = self._known[id] = str(self._pieces[id].position)
                self._order[number] = (position, id)
            order = sorted(range(len(self._order)), key=self._order.__getitem__)
            if order != list(range(len(order))):
                self._note_moves(order)
                self._order = [self._order[place] for place in order]
                self._items = [self._items[place] for place in order]
                self._touched.update(dict.fromkeys(self._show(lambda view: view.reorder_rows(order))))

    def _reposition_one(self, id: str) -> None:
        start = self._number(id)
        item = self._items.pop(start)
        del self._order[start]
        position = self._known[id] = str(self._pieces[id].position)
        end = bisect.bisect_left(self._order, (position, id))
        self._order.insert(end, (position, id))
        self._items.insert(end, item)
        if start != end:
            self._show_all(lambda view: view.move_row(start, end), "move", start, [item], end)

    def _note_moves(self, order: list[int]) -> None:
        """Note a new order as moves, one after the other."""
        if self._edits is None:
            return
        now = list(range(len(order)))
        for end, number in enumerate(order):
            start = now.index(number, end)
            if start != end:
                now.insert(end, now.pop(start))
                self._edits.append(ListEdit("move", start, [self._items[number]], end))

    def _put_in(self, places: list[Place]) -> None:
        runs: dict[int, list[Place]] = {}
        for place in places:
            runs.setdefault(bisect.bisect_left(self._order, place), []).append(place)
        for start, run in reversed(runs.items()):
            items = [self._item(id) for _, id in run]
            self._known.update({id: position for position, id in run})
            self._order[start:start] = run
            self._items[start:start] = items
            self._show_all(partial(_spliced, start, start, items), "insert", start, items, start)

    def _renew(self, id: str) -> None:
        place = self._number(id)
        item = self._items[place] = self._item(id)
        self._show_all(lambda view: view.renew_row(place, item), "change", place, [item], place)

    def _bring(self, touched: "dict[Component, None]", errors: list[Exception]) -> "list[Call]":
        if self._edits is not None:
            self._change = ListChange(self._by.tab, self._by.name, self._edits)
            self._edits = []
        return super()._bring(touched, errors)

    def _last_change(self) -> ListChange | None:
        return self._change

    def _has_listener(self, listener: "Listener") -> None:
        if listener.arity > 1 and self._edits is None:
            self._edits = []


def _spliced(start: int, stop: int, items: list[Any], view: Any) -> None:
    view.splice_rows(start, stop, items)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Numbers in order as spans of those that follow each other, the last one first."""
    runs: list[tuple[int, int]] = []
    for number in reversed(numbers):
        if runs and runs[-1][0] == number + 1:
            runs[-1] = (number, runs[-1][1])
        else:
            runs.append((number, number + 1))
    return runs


# In the document: `name` has an item's position, `name.` its data, `name:key` the data of one key.


def _texts(name: str, position: str, item: Any) -> dict[str, str]:
    """What the document has of an item."""
    if not isinstance(item, dict):
        return {name: position, f"{name}.": text_of(item, _HERE)}
    texts = {name: position, f"{name}.": _DICT}
    for key, value in item.items():
        if not isinstance(key, str):
            raise StateError(f"The keys of an item are texts, got {key!r:.60}. Write str(…).")
        texts[f"{name}:{key}"] = text_of(value, _HERE)
    return texts


def _keys_of(name: str, piece: _Piece) -> list[str]:
    """The keys that the document has of an item."""
    return [name, f"{name}.", *(f"{name}:{key}" for key in piece.texts)]


def _divided(key: str) -> tuple[str, str]:
    """The name of an item, and what of it a key of the document is: nothing, `.` or `:` and one key."""
    name, colon, sub = key.partition(":")
    if colon:
        return name, f":{sub}"
    return (name[:-1], ".") if name.endswith(".") else (name, "")


def _take(piece: _Piece, subs: Mapping[str, str | None]) -> bool:
    """Let an item have these texts; whether any is of its data."""
    piece.position = subs.get("", piece.position)
    piece.text = subs.get(".", piece.text)
    changed = {sub[1:]: text for sub, text in subs.items() if sub.startswith(":")}
    if changed:
        piece.texts = {key: text for key, text in {**piece.texts, **changed}.items() if text is not None}
    return any(subs)


def _read(texts: Mapping[str, str]) -> dict[str, _Piece]:
    """What the document has of each item."""
    pieces: dict[str, _Piece] = {}
    for key in sorted(texts):
        name, sub = _divided(key)
        if name not in pieces:
            pieces[name] = _Piece()
        _take(pieces[name], {sub: texts[key]})
    return pieces


def _places(pieces: Mapping[str, _Piece]) -> list[Place]:
    """The items that are there, in order."""
    return sorted((str(piece.position), name) for name, piece in pieces.items() if piece.is_there)


def _comparable(item: Any) -> Any:
    """What is equal for equal items."""
    if isinstance(item, (dict, list, tuple)):
        try:
            return json.dumps(item, sort_keys=True)
        except (TypeError, ValueError, RecursionError):
            return type(item), id(item)  # refused when it is written
    return type(item), item
