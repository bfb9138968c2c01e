"""`with component:` blocks: what is made in one, by the same task or thread, is placed in the component.

Placing it explicitly while the block is open replaces that. Knows the children of components, and no updates.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from justui.children import append_new, place_of, take_out
from justui.context import whereabouts
from justui.marks import tree_lock

if TYPE_CHECKING:
    from justui.component import Component

_innermost: ContextVar["Block | None"] = ContextVar("justui_block", default=None)


class Block:
    """One open block. Copies of the context in tasks and threads see it too, so it knows whose it is, and when it ends."""

    __slots__ = ("open", "owner", "parent", "placed", "previous")

    def __init__(self, parent: "Component", previous: "Block | None") -> None:
        self.parent: Component | None = parent
        self.previous = previous
        self.owner: object = whereabouts()
        self.placed: set[Component] = set()
        self.open = True

    def place(self, component: "Component") -> None:
        """Put a new component into the block's parent."""
        parent = self.parent
        if parent is None:
            return
        with tree_lock:
            parent._check_open()
            append_new(parent, component)
        self.placed.add(component)


def enter(parent: "Component") -> None:
    """Begin a block."""
    _innermost.set(Block(parent, _open_one()))


def leave(parent: "Component") -> None:
    """End the innermost open block of this component, whatever the order in which blocks end."""
    block = _open_one()
    while block is not None and block.parent is not parent:
        block = block.previous
    if block is not None:
        block.open = False
        block.parent = block.owner = None  # contexts that were copied meanwhile shall keep nothing alive
        block.placed.clear()
    _innermost.set(_open_one())


@contextmanager
def outside() -> Iterator[None]:
    """What is made meanwhile is placed by no block."""
    token = _innermost.set(None)
    try:
        yield
    finally:
        _innermost.reset(token)


def current() -> Block | None:
    """The block that this task or thread is in."""
    block = _open_one()
    return block if block is not None and block.owner == whereabouts() else None


def _open_one() -> Block | None:
    block = _innermost.get()
    while block is not None and not block.open:
        block = block.previous
    return block


def placings(children: "Iterable[Component]") -> "dict[Component, Block]":
    """Those of the children that stand somewhere only because they were made in a block that is still open."""
    found: dict[Component, Block] = {}
    block = current()
    here = None if block is None else block.owner
    while block is not None:
        if block.placed and block.owner == here:
            found.update((child, block) for child in children if child in block.placed)
        block = block.previous
    return found


def take_back(placed: "dict[Component, Block]", keeping: "Component | None" = None) -> None:
    """Undo these placings; those in `keeping` stay where they are. Wants `tree_lock`."""
    for child, block in placed.items():
        block.placed.discard(child)
        if block.parent is not None and block.parent is not keeping:
            take_out(block.parent, place_of(block.parent, child))
