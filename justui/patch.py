"""Change marks to operations: takes what waits below a component and encodes each change once, for all pages at once.

Descends only where something waits, children first: what a list edit then puts in as a whole is in its last state already.
List edits become moves behind a named sibling, from left to right, so that repeating them changes nothing. Wants `tree_lock`.
"""

from typing import TYPE_CHECKING, Any
from weakref import ref

from justui import wire
from justui.children import parents_of, stands_in
from justui.component import Component
from justui.fields import Field
from justui.marks import HIDDEN, RAW
from justui.render import event_spec, node, wire_attribute

if TYPE_CHECKING:
    from justui.page import WebPage

Pages = tuple["WebPage", ...]
Moved = dict[Component, tuple[bool, int]]

_WINDOW = 64


class Collection:
    """The operations that one update found, encoded, by page."""

    __slots__ = ("_last", "_places", "operations")

    def __init__(self) -> None:
        self.operations: dict[WebPage, list[str]] = {}
        self._last: list[tuple[list[Any], Pages]] = []
        self._places: dict[Component, Pages] = {}

    def take(self, component: Component) -> None:
        """Take all that waits in `component` and below."""
        self._take(component, self._standing(component))
        for operation, pages in self._last:
            self._emit(operation, pages)
        self._last.clear()

    def _take(self, component: Component, around: Pages) -> None:
        """`around`: the pages where the component's element, or its placeholder, stands."""
        marked, component._marked = component._marked, None
        moved, component._moved = component._moved, None
        changed, component._changed = component._changed, None
        inner = () if component._flags & HIDDEN else around
        if marked:
            for child in marked:
                if isinstance(child._parents, dict):
                    self._take(child, self._standing(child))
                elif moved and child in moved and not moved[child][0]:
                    self._take(child, ())  # what puts it in carries its last state
                else:
                    self._take(child, inner)
        if changed:
            self._changes(component, changed, around, inner)
        if moved and inner:
            self._moves(component, moved, inner)

    def _standing(self, component: Component) -> Pages:
        """The pages with tabs on which a component's element or placeholder stands: all around it is shown."""
        found = self._places.get(component)
        if found is None:
            pages: dict[WebPage, None] = {}
            if component.is_page:
                if component.has_tabs:  # type: ignore[attr-defined]
                    pages[component] = None  # type: ignore[index]
            else:
                for parent in parents_of(component):
                    if not parent._flags & HIDDEN:
                        pages.update(dict.fromkeys(self._standing(parent)))
            found = self._places[component] = tuple(pages)
        return found

    def _emit(self, operation: list[Any], pages: Pages) -> None:
        if pages:
            text = wire.encode(operation)
            for page in pages:
                self.operations.setdefault(page, []).append(text)

    def _changes(self, component: Component, changed: dict[str, None], around: Pages, inner: Pages) -> None:
        attributes: dict[str, Any] = {}
        for name in changed:
            if name[0] == "!":
                self._last.append(([wire.DO, component._id, name[1:], []], inner))
            elif name[0] != "#":
                attributes[name] = self._attribute(component, name)
        if attributes:
            self._emit([wire.ATTRIBUTES, component._id, attributes], inner)
        if "#text" in changed or "#html" in changed:
            self._text(component, "#html" in changed, inner)
        if "#value" in changed and isinstance(component, Field):
            # After the children's operations, so that a select has its options.
            self._last.append(([wire.VALUE, component._id, component.common_value()], inner))
        if "#show" in changed and around:
            if component._flags & HIDDEN:
                self._emit([wire.HIDE, component._id], around)
            else:
                self._emit([wire.SHOW, component._id, node(component)], around)
        if component.is_page:
            settings = {name[6:]: component.setting(name[6:]) for name in changed if name.startswith("#page ")}  # type: ignore[attr-defined]
            if settings:
                self._emit([wire.PAGE, settings], around)

    def _attribute(self, component: Component, name: str) -> Any:
        if name == "data-e":
            return event_spec(component) or None
        if name == "data-private":
            return True if isinstance(component, Field) and component.private else None
        return wire_attribute((component._attributes or {}).get(name))

    def _text(self, component: Component, whole: bool, inner: Pages) -> None:
        raw = bool(component._flags & RAW)
        if whole:
            self._emit([wire.ATTRIBUTES, component._id, {"data-raw": True if raw else None}], inner)
            self._emit([wire.HTML, component._id, (component._text or "") if raw else ""], inner)
        if not raw:
            self._emit([wire.TEXT, component._id, component._text or ""], inner)

    def _moves(self, parent: Component, moved: Moved, pages: Pages) -> None:
        siblings = parent._children or []
        own = ref(parent)
        here = {child: hint for child, (_, hint) in moved.items() if stands_in(child, own)}
        places = _places(siblings, here)
        gone = [child._id for child, (was_there, _) in moved.items() if was_there and child not in here]
        if gone:
            self._emit([wire.REMOVE, parent._id, gone], pages)
        in_svg = bool(parent.namespace) and parent.tag != "foreignObject"
        for start, end, was_there in _runs(sorted(places.values()), siblings, moved):
            after = siblings[start - 1]._id if start else 0
            if was_there:
                self._emit([wire.MOVE, parent._id, after, [child._id for child in siblings[start:end]]], pages)
            else:
                nodes = [node(child, in_svg) for child in siblings[start:end]]
                self._emit([wire.INSERT, parent._id, after, nodes], pages)


def _places(siblings: list[Component], hints: dict[Component, int]) -> dict[Component, int]:
    """Where these children stand now. Looks near where each was put; over the whole list only when there are many."""
    if len(hints) * _WINDOW > len(siblings):
        return {child: place for place, child in enumerate(siblings) if child in hints}
    places = {}
    for child, hint in hints.items():
        try:
            places[child] = siblings.index(child, max(0, hint - _WINDOW), hint + _WINDOW)
        except ValueError:
            places[child] = siblings.index(child)
    return places


def _runs(places: list[int], siblings: list[Component], moved: Moved) -> list[tuple[int, int, bool]]:
    """Neighbours that travel in one operation: from, to, and whether the browsers know them already."""
    runs: list[tuple[int, int, bool]] = []
    for place in places:
        was_there = moved[siblings[place]][0]
        if runs and runs[-1][1] == place and runs[-1][2] == was_there:
            runs[-1] = (runs[-1][0], place + 1, was_there)
        else:
            runs.append((place, place + 1, was_there))
    return runs
