"""`List`: a list that components follow. It tells a `For` each edit as it is made, so that an edit costs what it changes.

Knows a `For` only by what it asks of it, and weakly.
"""

from collections.abc import Callable, Iterable, Iterator, MutableSequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, overload
from weakref import ref

from justui.errors import StateError
from justui.hints import near
from justui.marks import tree_lock
from justui.state import Reactive, forget_gone, same
from justui.turns import send_soon

if TYPE_CHECKING:
    from justui.component import Component

Item = TypeVar("Item")

Key = Callable[[Any], Any] | str | None
"""What tells items apart: a function of one, or the name of its attribute or, for a dict, of its key."""


class View(Protocol):
    """What shows a list row by row. Every call wants `tree_lock`."""

    def splice_rows(self, start: int, stop: int, items: list[Any]) -> None:
        """`items` are now in the place of those from `start` up to `stop`."""

    def move_row(self, start: int, end: int) -> None:
        """The item number `start` is now number `end`."""

    def renew_row(self, index: int, item: Any) -> None:
        """What this item holds has changed."""

    def reorder_rows(self, order: list[int]) -> None:
        """The items have a new order: their former numbers in it."""


class List(MutableSequence[Item], Reactive[list[Item]]):
    """A list that `ui.For` and other components follow. It has every method of a list; each edit is sent by itself.

    `key`, a function or the name of an attribute or dict key, tells which item is which when many are assigned at once
    (`rows[:] = fresh`): the rows of those that stay are kept. Without a key, equal items are the same, and those that cannot be
    hashed only when they are one object. `rows.map(len)` follows the length. Any thread may edit it.
    """

    __slots__ = ("_items", "_views", "key")

    settable = True

    def __init__(self, items: Iterable[Item] = (), *, key: Key = None) -> None:
        Reactive.__init__(self)
        given: Any = items
        if isinstance(given, Reactive) and not isinstance(given, List):
            raise StateError(f"List wants items, got {given!r}. ui.For takes a state with a list as it is.")
        if isinstance(given, str):
            raise StateError(f"List wants items, got a string. Write ui.List([{items!r}]).")
        self._items: list[Item] = list(items)
        self.key = key
        check_key(key, self._items)
        self._views: dict[ref[Any], None] = {}

    @property
    def value(self) -> list[Item]:
        """A plain list of the items. Setting it, as `set`, is `rows[:] = items`."""
        return list(self._items)

    @value.setter
    def value(self, items: Iterable[Item]) -> None:
        self.set(items)

    def set(self, items: Iterable[Item] | None) -> None:
        """Have exactly these items."""
        self[:] = items or ()

    def _argument(self) -> Any:
        return self  # not a copy: `rows.map(len)` costs the same at any length

    # Edits

    def _splice(self, start: int, stop: int, items: list[Item]) -> "list[Component] | None":
        """Put items in the place of others; the answer is what to send, None when nothing changed. Wants `tree_lock`."""
        old = self._items[start:stop]
        if len(old) == len(items) and all(map(same, old, items)):
            return None
        check_key(self.key, items)
        self._items[start:stop] = items
        return self._show(lambda view: view.splice_rows(start, stop, items))

    def _show(self, edit: Callable[[Any], None]) -> "list[Component]":
        """Tell an edit to all that show the list. Wants `tree_lock`."""
        self._version += 1
        touched = []
        for reference in tuple(self._views):
            view = reference()
            if view is None:
                del self._views[reference]
            else:
                edit(view)
                touched.append(view)
        return touched

    def _sent(self, touched: "list[Component] | None") -> None:
        """An edit has been made. Wants `tree_lock` not held, for now functions are called."""
        if touched is not None:
            send_soon(touched)
            self._tell()

    def insert(self, index: int, value: Item) -> None:
        """Put an item in front of item number `index`."""
        with tree_lock:
            start, _, _ = slice(index, None).indices(len(self._items))
            touched = self._splice(start, start, [value])
        self._sent(touched)

    def append(self, value: Item) -> None:
        """Put an item at the end."""
        with tree_lock:
            end = len(self._items)
            touched = self._splice(end, end, [value])
        self._sent(touched)

    def extend(self, values: Iterable[Item]) -> None:
        """Put items at the end, in order, as one edit."""
        new = list(values)
        with tree_lock:
            end = len(self._items)
            touched = self._splice(end, end, new)
        self._sent(touched)

    def pop(self, index: int = -1) -> Item:
        """Take out and return an item, the last one unless told otherwise. Raises IndexError when there is none."""
        with tree_lock:
            item = self._items[index]
            place = range(len(self._items))[index]
            touched = self._splice(place, place + 1, [])
        self._sent(touched)
        return item

    def remove(self, value: Item) -> None:
        """Take out an item: this very object, or the first one equal to it. Raises ValueError when there is none."""
        with tree_lock:
            place = self._place(value)
            touched = self._splice(place, place + 1, [])
        self._sent(touched)

    def clear(self) -> None:
        """Take out all items."""
        with tree_lock:
            touched = self._splice(0, len(self._items), [])
        self._sent(touched)

    def move(self, item: Item, index: int) -> None:
        """Put an item, whose row is not made anew, at another place: number `index` once it is there; -1 is the last.

        Raises ValueError when it is not in the list.
        """
        with tree_lock:
            start, count = self._place(item), len(self._items)
            end = max(0, min(index + count if index < 0 else index, count - 1))
            if start == end:
                return
            self._items.insert(end, self._items.pop(start))
            touched = self._show(lambda view: view.move_row(start, end))
        self._sent(touched)

    def change(self, item: Item, /) -> None:
        """Say that what an item holds has changed: its row is made anew, and no other.

        With a key it may also be another object with the key of one that is there, which it replaces. Raises ValueError when
        it is not in the list.
        """
        with tree_lock:
            place = self._place(item)
            self._items[place] = item
            touched = self._show(lambda view: view.renew_row(place, item))
        self._sent(touched)

    def sort(self, *, key: Callable[[Item], Any] | None = None, reverse: bool = False) -> None:
        """Sort in place; only the rows that move are sent."""
        with tree_lock:
            items = self._items
            by: Any = items.__getitem__ if key is None else lambda place: key(items[place])
            touched = self._reorder(sorted(range(len(items)), key=by, reverse=reverse))
        self._sent(touched)

    def reverse(self) -> None:
        """Turn the order round."""
        with tree_lock:
            touched = self._reorder(list(range(len(self._items)))[::-1])
        self._sent(touched)

    def _reorder(self, order: list[int]) -> "list[Component] | None":
        if order == list(range(len(order))):
            return None
        self._items = [self._items[place] for place in order]
        return self._show(lambda view: view.reorder_rows(order))

    @overload
    def __setitem__(self, index: int, value: Item) -> None: ...
    @overload
    def __setitem__(self, index: slice, value: Iterable[Item]) -> None: ...
    def __setitem__(self, index: int | slice, value: Any) -> None:
        if isinstance(index, slice):
            value = list(value)
        with tree_lock:
            touched = self._assign(index, value)
        self._sent(touched)

    def __delitem__(self, index: int | slice) -> None:
        with tree_lock:
            touched = self._assign(index if isinstance(index, slice) else self._only(index), None)
        self._sent(touched)

    def _assign(self, index: int | slice, value: Any) -> "list[Component] | None":
        """Put what stands at an index in another's place; with None, take out what stands there."""
        if not isinstance(index, slice):
            index, value = self._only(index), [value]
        start, stop, step = index.indices(len(self._items))
        if step == 1:
            return self._splice(start, max(start, stop), value or [])
        items = list(self._items)
        if value is None:
            del items[index]
        else:
            items[index] = value
        return self._splice(0, len(self._items), items)

    def _only(self, index: int) -> slice:
        """The slice of one item. Raises IndexError where there is none."""
        try:
            place = range(len(self._items))[index]
        except IndexError:
            raise IndexError(f"There is no item {index}: the list has {len(self._items)}.") from None
        return slice(place, place + 1)

    def __iadd__(self, values: Iterable[Item]) -> Self:
        self.extend(values)
        return self

    # Reading

    def _place(self, item: Item) -> int:
        """The number of an item: this very object, else one with its key, else one equal to it. Raises ValueError."""
        items = self._items
        for place, one in enumerate(items):
            if one is item:
                return place
        if self.key is not None:
            key = key_function(self.key)
            wanted = key(item)
            for place, one in enumerate(items):
                if key(one) == wanted:
                    return place
        try:
            return items.index(item)
        except ValueError:
            raise ValueError(f"{item!r:.60} is not in the list.") from None

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        return self._items[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __contains__(self, value: object) -> bool:
        return value in self._items

    def __bool__(self) -> bool:
        return bool(self._items)

    def copy(self) -> list[Item]:
        """A plain list of the items."""
        return list(self._items)

    def __add__(self, other: Iterable[Item]) -> list[Item]:
        return [*self._items, *other]

    def __radd__(self, other: Iterable[Item]) -> list[Item]:
        return [*other, *self._items]

    def __eq__(self, other: object) -> bool:
        return self._items == (other._items if isinstance(other, List) else other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"List({self._items!r})"

    # Following

    def begin_following(self, component: "Component", name: str) -> None:
        """As of every state; what shows the list row by row is told each edit."""
        if name == "items" and hasattr(component, "splice_rows"):
            forget_gone(self._views)
            self._views[ref(component)] = None
        else:
            super().begin_following(component, name)

    def end_following(self, component: "Component", name: str) -> None:
        """As of every state."""
        if name == "items":
            self._views.pop(ref(component), None)
        super().end_following(component, name)


def check_key(key: Key, items: Iterable[Any]) -> None:
    """Raise `StateError` when `key` is a name, and an item has nothing of that name."""
    if isinstance(key, str):
        read = key_function(key)
        for item in items:
            read(item)


def key_function(key: Key) -> Callable[[Any], Any]:
    """The function that tells items apart. Raises `StateError` for what cannot be one."""
    if isinstance(key, str):
        named, read = key, attrgetter(key)

        def name_of(item: Any) -> Any:
            try:
                return item[named] if isinstance(item, dict) else read(item)
            except (KeyError, AttributeError):
                names = [str(one) for one in (item if isinstance(item, dict) else dir(item))]
                raise StateError(f"key={named!r}: {item!r:.60} has none.{near(named, names)}") from None

        return name_of
    if not callable(key):
        raise StateError(f"key wants a function of an item, or the name of its attribute, got {key!r:.60}.")
    return key
