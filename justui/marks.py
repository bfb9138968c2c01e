"""Change marks: what of a component waits to be sent, and the path by which an update finds it.

A component keeps three lazy containers: `_changed` (names of what changed of its own), `_moved` (children that were put in,
moved or taken out) and `_marked` (children below which something waits). It is *dirty* while it has any. A dirty
component stands in `_marked` of each of its parents, so marking climbs only until it meets a dirty one, and collecting
descends only where something waits. Nothing here knows pages, tabs or the wire. Every function wants `tree_lock` held.
"""

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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


def is_dirty(component: "Component") -> bool:
    """Whether anything of the component or below it waits to be sent."""
    return component._changed is not None or component._moved is not None or component._marked is not None


def mark(component: "Component", name: str) -> None:
    """Note that `name` of the component changed."""
    if not component._flags & LIVE:
        return
    if component._changed is None:
        dirty = component._moved is not None or component._marked is not None
        component._changed = {name: None}
        if not dirty:
            climb(component)
    else:
        component._changed[name] = None


def climb(component: "Component") -> None:
    """Make every ancestor of a component that has just become dirty know of it."""
    while (parents := component._parents) is not None:
        if isinstance(parents, dict):
            for reference in tuple(parents):
                parent = reference()
                if parent is not None and _note_child(parent, component):
                    climb(parent)
            return
        parent = parents()
        if parent is None or not _note_child(parent, component):
            return
        component = parent


def _note_child(parent: "Component", child: "Component") -> bool:
    """Put `child` among the marked children; whether the parent has become dirty by that."""
    if parent._marked is None:
        dirty = parent._changed is not None or parent._moved is not None
        parent._marked = {child: None}
        return not dirty
    parent._marked[child] = None
    return False


def note_move(parent: "Component", child: "Component", index: int, was_there: bool) -> None:
    """Note that `child` was put at `index` of the parent's children, moved there, or taken away.

    `was_there`: whether it was a child before this edit. The first note since the last collection decides, because that
    is what the browsers know. `index` is only where to look first.
    """
    if not parent._flags & LIVE:
        return
    if parent._moved is None:
        dirty = parent._changed is not None or parent._marked is not None
        parent._moved = {child: (was_there, index)}
        if not dirty:
            climb(parent)
        return
    earlier = parent._moved.get(child)
    parent._moved[child] = (was_there if earlier is None else earlier[0], index)


def forget_new(parent: "Component", child: "Component") -> bool:
    """Drop the note of a child that was put in since the last collection, when it is taken out again: nobody saw it."""
    if parent._moved is not None and parent._moved.get(child, (True, 0))[0] is False:
        del parent._moved[child]
        return True
    return False
