"""`For`: an element that shows a list row by row. Each row is made once; an edit of the list moves, makes or removes only its rows.

Follows a `List` edit by edit, and any other state by comparing.
"""

import inspect
import logging
import re
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from justui import blocks, hints
from justui.children import check, insert, replace, take_out
from justui.component import Child, Component, Text
from justui.components.html.element import Element
from justui.errors import HandlerError, TreeError
from justui.handlers import EVENTS
from justui.lists import Key, List, check_key, key_function
from justui.marks import tree_lock
from justui.state import Reactive, State, same

if TYPE_CHECKING:
    from typing import Unpack

    from justui.components.html.keywords import ElementKeywords

__all__ = ["For"]

log = logging.getLogger("justui")

_OWN = ("items", "fn", "key", "empty", "tag")
_TAG = re.compile(r"[a-z][a-z0-9-]*")
_NO_ROWS = frozenset(
    "area base br col embed hr img input link meta source track wbr script style template textarea title iframe".split()
)


class For(Element):
    """An element with a row for each item: `ui.For(todos, lambda todo: ui.Li(todo.text), tag="ul")`.

    `items`: a `List`, which is followed edit by edit; a state whose value is a list, of which each new value is compared
    with the last; or anything else to iterate over, which is shown once. `fn(item)` makes a component or a text;
    `fn(item, number)` also gets a state of the row's number, from 0. `key`: what tells items apart, as in `List`, whose own is taken
    unless one is given. `empty`: a component, a text, or a function that makes one, shown while there is nothing.
    `tag`: the element, with all keywords of an element. A row that cannot be made is logged and left empty.
    """

    __slots__ = ("_empty", "_fn", "_items", "_key", "_numbered", "_numbers", "_rows", "_void_row")

    if not TYPE_CHECKING:

        def __new__(cls, *arguments: Any, **keywords: Any) -> "For":  # noqa: D102 - says what Python would say too
            if len(arguments) < 2 and "fn" not in keywords and cls.__init__ is For.__init__:
                raise HandlerError(
                    "For wants a function that makes a row. Write ui.For(items, lambda item: ui.P(item))."
                )
            return super().__new__(cls, *arguments, **keywords)

    def __init__(
        self,
        items: Iterable[Any] | Reactive[Any],
        fn: Callable[..., Any],
        *,
        key: Key = None,
        empty: "Child | Callable[[], Any] | None" = None,
        tag: str = "div",
        **keywords: "Unpack[ElementKeywords]",
    ) -> None:
        if not _TAG.fullmatch(str(tag)) or tag in _NO_ROWS:
            raise TreeError(f"tag={tag!r:.40} of For cannot hold rows. Write tag='ul', 'tbody', 'div' …")
        self._fn = fn
        self._numbered = _wants_number(fn)
        if key is None and isinstance(items, List):
            key = items.key
        self._key = None if key is None else key_function(key)
        self._empty = empty
        self._items: list[Any] = []
        self._rows: list[Component] = []
        self._numbers: list[State[int]] = []
        self._void_row: Component | None = None
        if tag != type(self).tag:
            self.tag = tag  # type: ignore[misc]  # of this one, not of the class
            if tag == "g":
                self.namespace = "svg"  # type: ignore[misc]
        if type(items) is list and hints.Diagnostics.on and hints.given_by_name("For", self._site):
            hints.say(
                f"{hints.place(self._site)}: ui.For shows the rows of a plain list once; later appends are not seen. "
                "Use rows = ui.List(rows)."
            )
        if hints.Diagnostics.on:
            for name in keywords:
                if name not in self._begin and not hasattr(type(self), name):
                    hints.misspelt(type(self).__name__, name, [*_OWN, *self._begin, *self._settable, *EVENTS])
        if isinstance(empty, Component):
            with tree_lock:  # made in a block, it stands there; it is ours, also while it is not shown
                blocks.take_back(blocks.placings([empty]))
        super().__init__(**keywords)
        self.items = items
        check_key(key, self._items)
        if not self._items:
            with tree_lock:
                self._show_whether_empty()

    @property
    def items(self) -> list[Any]:
        """The items that are shown now, as a plain list. Set: others, in any form that the class takes."""
        return list(self._items)

    @items.setter
    def items(self, items: Iterable[Any] | Reactive[Any] | None) -> None:
        if isinstance(items, str) or not isinstance(items, Iterable):
            if items is not None:
                raise TreeError(f"{self.describe()} wants a list of items, got {items!r:.60}.")
            items = ()
        new = list(items)
        with tree_lock:
            self.splice_rows(0, len(self._items), new)

    def row(self, item: Any) -> Component:
        """The component that shows an item: this very object, or the first one equal to it. Raises ValueError."""
        with tree_lock:
            place = next((place for place, one in enumerate(self._items) if one is item), -1)
            return self._rows[place if place >= 0 else self._items.index(item)]

    # Edits, told by a List. Each wants `tree_lock`.

    def splice_rows(self, start: int, stop: int, items: list[Any]) -> None:
        """`items` are now in the place of those from `start` up to `stop`."""
        self._see_to_children()
        old, rows = self._items[start:stop], self._rows[start:stop]
        places = self._places(old) if old and items else {}
        made: list[Component] = []
        numbers: list[State[int]] = []
        fresh: set[Component] = set()
        for index, (name, item) in enumerate(zip(self._names(items) if places else items, items, strict=True), start):
            place = places.pop(name, None) if places else None
            number = self._number(index, place, start)
            if place is not None and same(old[place], item):
                row = rows[place]
            else:
                leaving = () if place is None else (rows[place],)
                row = self._make(item, number, fresh, leaving)
                fresh.add(row)
            made.append(row)
            numbers += [] if number is None else [number]
        self._items[start:stop] = items
        self._rows[start:stop] = made
        if self._numbered:
            self._numbers[start:stop] = numbers
        if self._void_row is not None and self._items:
            self._drop_void_row()
        if not old:
            insert(self, start, made)
        elif not items and len(old) == 1:
            take_out(self, start)
        else:
            replace(self, start, stop, made)
        self._renumber(start)
        self._show_whether_empty()

    def move_row(self, start: int, end: int) -> None:
        """The item number `start` is now number `end`."""
        self._see_to_children()
        moving: list[list[Any]] = [self._items, self._rows]
        for moved in [*moving, self._numbers] if self._numbered else moving:
            moved.insert(end, moved.pop(start))
        low, high = min(start, end), max(start, end) + 1
        replace(self, low, high, self._rows[low:high])
        self._renumber(low, high)

    def renew_row(self, index: int, item: Any) -> None:
        """What this item holds has changed."""
        self._see_to_children()
        number = self._numbers[index] if self._numbered else None
        row = self._make(item, number, (), (self._rows[index],))
        self._items[index] = item
        self._rows[index] = row
        replace(self, index, index + 1, [row])

    def reorder_rows(self, order: list[int]) -> None:
        """The items have a new order: their former numbers in it."""
        self._see_to_children()
        self._items = [self._items[place] for place in order]
        self._rows = [self._rows[place] for place in order]
        if self._numbered:
            self._numbers = [self._numbers[place] for place in order]
        replace(self, 0, len(self._rows), self._rows)
        self._renumber(0)

    # Rows

    def _names(self, items: list[Any]) -> list[Any]:
        """What each of the items is called among them: its key, and how many of the same name stand in front of it."""
        seen: dict[Any, int] = {}
        names = []
        for place, item in enumerate(items):
            name = self._name(item)
            count = seen[name] = seen.get(name, 0) + 1
            if count == 2 and self._key is not None and hints.Diagnostics.on:
                first = next(index for index, one in enumerate(items) if self._name(one) == name)
                hints.say(f"{self.describe()}: two items have key {name[1]!r:.40} (rows {first + 1} and {place + 1}).")
            names.append((name, count))
        return names

    def _name(self, item: Any) -> Any:
        name = item if self._key is None else self._key(item)
        try:
            hash(name)
        except TypeError:
            return "object", id(name)
        return type(name), name

    def _places(self, items: list[Any]) -> dict[Any, int]:
        return {name: place for place, name in enumerate(self._names(items))}

    def _make(
        self, item: Any, number: State[int] | None, fresh: Collection[Component], leaving: tuple[Component, ...]
    ) -> Component:
        """The row of an item; an empty one, and a line in the log, where it cannot be made.

        `fresh`: rows that were made just now and do not stand here yet; `leaving`: the row that gives its place to this one.
        """
        try:
            with blocks.outside():
                made = self._fn(item) if number is None else self._fn(item, number)
                row = self._as_row(made)
            check(self, [row], leaving)
            if row in fresh:
                raise TreeError(f"{row.describe()} was returned for two items. Make one for each.")
        except Exception as error:  # noqa: BLE001 - the other rows live
            name = f"{getattr(self._fn, '__name__', repr(self._fn))}{hints.place_of(self._fn)}"
            log.error("%s: %s failed for item %.80r\n%s", self.describe(), name, item, hints.traceback_of(error))
            return Text("")
        return row

    def _as_row(self, made: Any) -> Component:
        if isinstance(made, Component):
            return made
        name = getattr(self._fn, "__name__", "the function")
        if made is None:
            raise TreeError(f"{name}() returned None. It must return a component; is a return missing?")
        if inspect.iscoroutine(made):
            made.close()
            raise HandlerError(f"{name} is async. A row is made at once: use a function that is not.")
        return self.as_child(made)

    def _number(self, index: int, place: int | None, start: int) -> State[int] | None:
        if not self._numbered:
            return None
        return State(index) if place is None else self._numbers[start + place]

    def _renumber(self, start: int, stop: int | None = None) -> None:
        for index, number in enumerate(self._numbers[start:stop], start):
            number.set(index)

    # The view of nothing

    def _show_whether_empty(self) -> None:
        if self._items or self._void_row is not None or self._empty is None:
            return
        try:
            given = self._empty
            if callable(given) and not isinstance(given, (Component, Reactive)):
                with blocks.outside():
                    given = given()
            row = given if isinstance(given, Component) else self.as_child(given)
            with_blocks = blocks.placings([row])
            check(self, [row], with_blocks)
            blocks.take_back(with_blocks)
        except Exception as error:  # noqa: BLE001 - as of a row
            log.error("empty= of %s failed\n%s", self.describe(), hints.traceback_of(error))
            return
        self._void_row = row
        insert(self, 0, [row])

    def _drop_void_row(self) -> None:
        row, self._void_row = self._void_row, None
        if row is not None and row in (self._children or ()):
            take_out(self, (self._children or []).index(row))

    def _see_to_children(self) -> None:
        """Somebody may have taken a row out by itself; the items decide what stands here."""
        wanted = [self._void_row] if self._void_row is not None else self._rows
        if len(self._children or ()) != len(wanted):
            replace(self, 0, len(self._children or ()), list(wanted))

    def _check_open(self) -> None:
        raise TreeError(f"{self.describe()} makes its rows itself. Change its items.")

    def set_html(self, html: Any, *, safe: bool = False) -> None:
        """Refused: the content are the rows. Raises `TreeError`."""
        self._check_open()


def _wants_number(fn: Any) -> bool:
    """Whether a function wants `(item, number)`. Raises `HandlerError` for what can make no rows."""
    if not callable(fn) or isinstance(fn, Component):
        raise HandlerError(f"For wants a function that makes a row, got {fn!r:.60}. Write lambda item: …")
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return False
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    required = [one for one in positional if one.default is one.empty]
    takes_any = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    if len(required) > 2 or not (positional or takes_any):
        names = ", ".join(one.name for one in parameters)
        raise HandlerError(f"For wants fn(item) or fn(item, number), got {getattr(fn, '__name__', fn)}({names}).")
    return len(required) == 2
