"""The children of a component: edits of the list, each checked, whole, and noted for the next update; and the live list.

Works on what `Component` keeps; knows no attributes, pages or wire. The plain functions want `tree_lock` held.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, MutableSequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self, overload
from weakref import ref

from justui.errors import TreeError
from justui.marks import LIVE, forget_dead, is_dirty, note_arrival, note_departure, note_move, tree_lock

if TYPE_CHECKING:
    from justui.component import Child, Component

Parents = "ref[Component] | dict[ref[Component], None] | None"


def parents_of(component: "Component") -> "list[Component]":
    """The components in which this one stands."""
    parents = component._parents
    if parents is None:
        return []
    if isinstance(parents, dict):
        return [parent for reference in tuple(parents) if (parent := reference()) is not None]
    parent = parents()
    return [] if parent is None else [parent]


def around(component: "Component") -> "Iterable[Component]":
    """A component and all those in which it stands, however far up, each once."""
    found: dict[Component, None] = {}
    waiting = [component]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = None
            waiting += parents_of(one)
    return found


def check(parent: "Component", children: "list[Component]", leaving: "Collection[Component]" = ()) -> None:
    """Raise `TreeError` when `children` cannot be put under `parent`; nothing is changed.

    `leaving`: those that will be taken out of `parent` before.
    """
    for child in children:
        if child.is_page:
            raise TreeError(
                f"{child.describe()} is a page and cannot be put into {parent.describe()}. Put its components there."
            )
        if child is parent:
            raise TreeError(f"{child.describe()} cannot be put into itself.")
        if child._children and parent._parents is not None and _is_above(child, parent):
            raise TreeError(f"{child.describe()} cannot be put into its own child {parent.describe()}.")
        if stands_in(child, ref(parent)) and child not in leaving:
            raise TreeError(
                f"{child.describe()} stands in {parent.describe()} already. Remove it first, or make another one."
            )
    if len(children) > 1 and len(set(children)) < len(children):
        raise TreeError(f"The same component was given twice to {parent.describe()}.")


def insert(parent: "Component", index: int, children: "list[Component]") -> None:
    """Put `children`, which `check` has passed, in front of the present child number `index`."""
    if parent._children is None:
        parent._children = []
    siblings = parent._children
    index = max(0, min(index, len(siblings)))
    if index == len(siblings):
        siblings.extend(children)
    else:
        siblings[index:index] = children
    own = ref(parent)
    live = parent._flags & LIVE
    for place, child in enumerate(children, index):
        _add_parent(child, own)
        if live or is_dirty(child):
            note_arrival(parent, child, place)


def append_new(parent: "Component", child: "Component") -> None:
    """Put a component that has just been made, and stands nowhere, at the end."""
    with tree_lock:
        if child._children or child.is_page or child._parents is not None:
            check(parent, [child])
        own = ref(parent)
        if parent._children is None:
            parent._children = [child]
        else:
            parent._children.append(child)
        if child._parents is None:
            child._parents = own
        else:
            _add_parent(child, own)
        if parent._flags & LIVE or is_dirty(child):
            note_arrival(parent, child, len(parent._children) - 1)


def take_out(parent: "Component", index: int) -> "Component":
    """Take out and return child number `index`."""
    children = parent._children or []
    child = children.pop(index)
    _let_go(parent, child)
    return child


def place_of(parent: "Component", child: "Component") -> int:
    """The number of a child; looked for from the end first, where most edits are. Raises ValueError when it is none."""
    siblings = parent._children or []
    count = len(siblings)
    for index in range(count - 1, max(count - 9, -1), -1):
        if siblings[index] is child:
            return index
    return siblings.index(child)


def replace(parent: "Component", start: int, stop: int, children: "list[Component]") -> None:
    """Put `children` in the place of those from number `start` up to `stop`; all is checked, and noted, as one edit.

    Those that stay and keep their order are not touched. The largest set that keeps its order is a longest increasing
    subsequence of the old places (M. Fredman, "On computing the length of longest increasing subsequences", 1975), so that
    a sort sends only the moves. Raises `TreeError` and changes nothing when the children cannot stand there.
    """
    old = (parent._children or [])[start:stop]
    present, wanted = set(old), set(children)
    if len(wanted) < len(children):
        raise TreeError(f"The same component was given twice to {parent.describe()}.")
    check(parent, [child for child in children if child not in present])
    if parent._children is None:
        parent._children = list(children)
    else:
        parent._children[start:stop] = children
    for child in old:
        if child not in wanted:
            _let_go(parent, child)
    own = ref(parent)
    for place, child in enumerate(children, start):
        if child not in present:
            _add_parent(child, own)
            note_arrival(parent, child, place)
    if parent._flags & LIVE:
        _note_reordering(parent, old, children, start)


def swap(parent: "Component", one: int, other: int) -> None:
    """Let two children change places."""
    siblings = parent._children or []
    siblings[one], siblings[other] = siblings[other], siblings[one]
    note_move(parent, siblings[one], one)
    if abs(one - other) > 1:
        note_move(parent, siblings[other], other)


def _note_reordering(parent: "Component", old: "list[Component]", new: "list[Component]", start: int) -> None:
    """Note which of those that stay have to move; the old and the new list begin at number `start`."""
    places = {child: place for place, child in enumerate(old)}
    staying = [(places[child], now) for now, child in enumerate(new, start) if child in places]
    still = longest_increasing([place for place, _ in staying])
    for order, (before, now) in enumerate(staying):
        if order not in still:
            note_move(parent, old[before], now)


def longest_increasing(numbers: list[int]) -> Collection[int]:
    """The indices of one longest increasing subsequence of distinct `numbers`."""
    if all(here < following for here, following in pairwise(numbers)):
        return range(len(numbers))
    tails: list[int] = []
    tail_indices: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(tail_indices[length - 1] if length else -1)
        if length == len(tails):
            tails.append(number)
            tail_indices.append(index)
        else:
            tails[length] = number
            tail_indices[length] = index
    chosen = set()
    index = tail_indices[-1] if tail_indices else -1
    while index >= 0:
        chosen.add(index)
        index = before[index]
    return chosen


def _let_go(parent: "Component", child: "Component") -> None:
    own = ref(parent)
    parents = child._parents
    if isinstance(parents, dict):
        parents.pop(own, None)
        if len(parents) < 2:
            child._parents = next(iter(parents), None)
    elif parents is own:
        child._parents = None
    note_departure(parent, child)


def stands_in(child: "Component", parent: "ref[Component]") -> bool:
    """Whether `child` stands directly under the parent that the reference means."""
    parents = child._parents
    return parent in parents if isinstance(parents, dict) else parents is parent


def _add_parent(child: "Component", parent: "ref[Component]") -> None:
    parents = child._parents
    if parents is None or (not isinstance(parents, dict) and parents() is None):
        child._parents = parent
    elif isinstance(parents, dict):
        if len(parents) >= 8 and len(parents) & (len(parents) - 1) == 0:  # rarely, so that it costs little over time
            forget_dead(parents)
        parents[parent] = None
    else:
        child._parents = {parents: None, parent: None}


def _is_above(component: "Component", below: "Component") -> bool:
    """Whether `component` is an ancestor of `below`."""
    seen = set()
    waiting = [below]
    while waiting:
        for parent in parents_of(waiting.pop()):
            if parent is component:
                return True
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return False


class Children(MutableSequence["Component"]):
    """The live list of a component's children: every list method works, and each edit goes out with the next update.

    Putting a child at the place of another of the same parent swaps the two, so that `x[i], x[j] = x[j], x[i]` and
    `random.shuffle` do what they say although one component never stands twice under one parent.
    """

    __slots__ = ("_owner",)

    def __init__(self, owner: "Component") -> None:
        self._owner = owner

    @property
    def _list(self) -> "list[Component]":
        return self._owner._children or []

    def belongs_to(self, owner: "Component") -> bool:
        """Whether these are the children of `owner`."""
        return self._owner is owner

    def __len__(self) -> int:
        return len(self._list)

    def __iter__(self) -> "Iterator[Component]":
        return iter(self._list)

    def __reversed__(self) -> "Iterator[Component]":
        return reversed(self._list)

    def __contains__(self, child: object) -> bool:
        return child in self._list

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """The number of a child. Raises ValueError when it is none."""
        return self._list.index(value, start, len(self) if stop is None else stop)

    def count(self, value: object) -> int:
        """1 when the component is a child, else 0."""
        return int(value in self)

    @overload
    def __getitem__(self, index: int) -> "Component": ...
    @overload
    def __getitem__(self, index: slice) -> "list[Component]": ...
    def __getitem__(self, index: int | slice) -> "Component | list[Component]":
        return self._list[index]

    def __setitem__(self, index: int | slice, value: Any) -> None:
        owner = self._owner
        if isinstance(index, slice):
            children = [owner.as_child(item, adding=False) for item in value]
            with tree_lock:
                start, stop, step = index.indices(len(self))
                if step == 1:
                    owner.replace_children(children, start, max(start, stop))
                else:
                    new = self.copy()
                    new[index] = children
                    owner.replace_children(new)
            return
        child = owner.as_child(value, adding=False)
        with tree_lock:
            present = self._list[index]
            place = index if index >= 0 else len(self) + index
            if child is not present and stands_in(child, ref(owner)):
                swap(owner, place_of(owner, child), place)
            else:
                owner.replace_children([child], place, place + 1)

    def __delitem__(self, index: int | slice) -> None:
        with tree_lock:
            if isinstance(index, slice):
                start, stop, step = index.indices(len(self))
                if step == 1:
                    replace(self._owner, start, max(start, stop), [])
                else:
                    new = self.copy()
                    del new[index]
                    replace(self._owner, 0, len(self), new)
            else:
                take_out(self._owner, index)

    def insert(self, index: int, value: "Child") -> None:
        """Put a component, or a string as text, in front of child number `index`."""
        with tree_lock:
            self._owner.add_component(value, index if index >= 0 else max(0, len(self) + index))

    def append(self, value: "Child") -> None:
        """Put a component, or a string as text, at the end."""
        self._owner.add(value)

    def extend(self, values: "Iterable[Child]") -> None:
        """Put components, or strings as text, at the end, in order."""
        self._owner.add(*values)

    def __iadd__(self, values: "Iterable[Child]") -> Self:
        self.extend(values)
        return self

    def pop(self, index: int = -1) -> "Component":
        """Take out and return a child, the last one unless told otherwise. Raises IndexError when there is none."""
        with tree_lock:
            return take_out(self._owner, index)

    def clear(self) -> None:
        """Take out all children."""
        with tree_lock:
            replace(self._owner, 0, len(self), [])

    def remove(self, value: "Component") -> None:
        """Take out this child. Raises `TreeError`, a ValueError, when it is none."""
        self._owner.remove(value)

    def sort(self, *, key: "Callable[[Component], Any] | None" = None, reverse: bool = False) -> None:
        """Sort in place; only the children that move are sent."""
        with tree_lock:
            new = sorted(self._list, key=key, reverse=reverse)  # type: ignore[arg-type,type-var]
            replace(self._owner, 0, len(self), new)

    def reverse(self) -> None:
        """Turn the order round."""
        with tree_lock:
            replace(self._owner, 0, len(self), self._list[::-1])

    def copy(self) -> "list[Component]":
        """A plain list of the children."""
        return list(self._list)

    def __add__(self, other: "Iterable[Component]") -> "list[Component]":
        return [*self._list, *other]

    def __radd__(self, other: "Iterable[Component]") -> "list[Component]":
        return [*other, *self._list]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Children):
            return self._list == other._list
        return self._list == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._list)
