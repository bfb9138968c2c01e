"""Change marks: what of a component waits to be sent, and the path by which an update finds it.

A component keeps three lazy containers: `_changed` (names of what changed of its own), `_moved` (children that were put in,
moved or taken out) and `_marked` (children below which something waits). It is *dirty* while it has any. A dirty
component stands in `_marked` of each of its parents, so marking climbs only until it meets a dirty one, and collecting
descends only where something waits. Nothing here knows pages, tabs or the wire. Every function wants `tree_lock` held.
"""

import threading
from typing import TYPE_CHECKING, Any, Final

from justui import hints

if TYPE_CHECKING:
    from weakref import ref

    from justui.component import Component

tree_lock: Final = threading.RLock()
"""Guards every tree of the process: an edit or a collection holds it, so that threads see each change whole or not at all.

It belongs to no App, because a component may stand on pages of several.
"""

LIVE: Final = 1
"""Flag: a browser may hold this component, so its changes are noted. Before its first rendering nothing needs noting."""
HIDDEN: Final = 2
"""Flag: `show=False`."""
RAW: Final = 4
"""Flag: the text is raw HTML (`inner_html`)."""
RAGGED: Final = 8
"""Flag: that HTML has tags without their partners, so that a parser will mix it up with what stands around."""

FOLLOWS: Final = 16
"""Flag: an attribute follows a state, or the component listens to one."""

NEW: Final = 0
"""In `_moved`: the browsers do not have the child under this parent."""
KNOWN: Final = 1
"""In `_moved`: they have it there, in its last state but for its marks; it only moves."""
STALE: Final = 2
"""In `_moved`: they have it there, but changes of it may have gone by while it was away; it is sent anew."""
GONE: Final = 3
"""In `_moved`: they have it there, and it stands there no more."""

SHOW: Final = "#show"
AGAIN: Final = -1
"""Value of the mark `#show`: browsers may have missed changes while it was not as they have it."""


class Turn:
    """Counts collections. What was away and came back within one turn cannot have missed anything."""

    number = 0


def is_dirty(component: "Component") -> bool:
    """Whether anything of the component or below it waits to be sent."""
    return component._changed is not None or component._moved is not None or component._marked is not None


def mark(component: "Component", name: str, value: Any = None) -> None:
    """Note that `name` of the component changed. Names with a `#` are the engine's own, those with a `!` are calls."""
    if component._flags & LIVE:
        mark_always(component, name, value)


def mark_always(component: "Component", name: str, value: Any = None) -> None:
    """The same, also for a component that no browser has yet: for calls, which its first rendering does not carry."""
    if component._changed is None:
        dirty = component._moved is not None or component._marked is not None
        component._changed = {name: value}
        _begun(component, dirty)
    else:
        component._changed[name] = value


def mark_shown(component: "Component") -> None:
    """Note that `show` was turned over. Turned back within the same turn, nothing is left to be sent."""
    if not component._flags & LIVE:
        return
    changed = component._changed
    if changed is None or SHOW not in changed:
        mark_always(component, SHOW, Turn.number)
    elif changed[SHOW] == Turn.number:
        del changed[SHOW]
    else:
        changed[SHOW] = AGAIN


def _begun(component: "Component", dirty: bool) -> None:
    """The component has a mark; when it had none before, every ancestor has to know."""
    if hints.Diagnostics.on:
        hints.watch(component)
    if not dirty:
        climb(component)


def climb(component: "Component") -> None:
    """Make every ancestor of a component that has just become dirty know of it."""
    while (parents := component._parents) is not None:
        if isinstance(parents, dict):
            dead = 0
            for reference in tuple(parents):
                parent = reference()
                if parent is None:
                    dead += 1
                elif note_child(parent, component):
                    climb(parent)
            if dead > len(parents) // 2:
                forget_dead(parents)
            return
        parent = parents()
        if parent is None or not note_child(parent, component):
            return
        component = parent


def forget_dead(parents: "dict[ref[Component], None]") -> None:
    """Drop parents that are gone, of a component that stands in several."""
    for reference in [reference for reference in parents if reference() is None]:
        del parents[reference]


def note_child(parent: "Component", child: "Component") -> bool:
    """Put a dirty `child` among the marked children; whether the parent has become dirty by that."""
    if parent._marked is None:
        dirty = parent._changed is not None or parent._moved is not None
        parent._marked = {child: None}
        return not dirty
    parent._marked[child] = None
    return False


def note_arrival(parent: "Component", child: "Component", index: int) -> None:
    """Note that `child` was put in, at `index` of the parent's children, which is only where to look for it first."""
    if parent._flags & LIVE:
        earlier = None if parent._moved is None else parent._moved.get(child)
        if earlier is None:
            _note(parent, child, NEW, index)
        else:
            _note(parent, child, KNOWN if earlier[1] == Turn.number else STALE, index)
    if is_dirty(child) and note_child(parent, child):
        climb(parent)


def note_move(parent: "Component", child: "Component", index: int) -> None:
    """Note that `child`, which stays a child, has another place among the children: `index`, more or less."""
    if parent._flags & LIVE:
        earlier = None if parent._moved is None else parent._moved.get(child)
        _note(parent, child, KNOWN if earlier is None else earlier[0], index)


def note_departure(parent: "Component", child: "Component") -> None:
    """Note that `child` was taken out."""
    if parent._marked is not None:
        parent._marked.pop(child, None)
    if not parent._flags & LIVE:
        return
    earlier = None if parent._moved is None else parent._moved.get(child)
    if earlier is None or earlier[0] == KNOWN:
        _note(parent, child, GONE, Turn.number)
    elif earlier[0] == STALE:
        _note(parent, child, GONE, AGAIN)
    elif parent._moved is not None:
        del parent._moved[child]  # put in and taken out: nobody saw it


def _note(parent: "Component", child: "Component", what: int, number: int) -> None:
    if parent._moved is None:
        dirty = parent._changed is not None or parent._marked is not None
        parent._moved = {child: (what, number)}
        _begun(parent, dirty)
    else:
        parent._moved[child] = (what, number)
