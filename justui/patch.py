"""Change marks to operations: takes what waits below a component and encodes each change once, for all pages at once.

Descends only where something waits, children first: what a list edit then puts in as a whole is in its last state already.
List edits become moves behind a named sibling, from left to right, so that repeating them changes nothing. Wants `tree_lock`.
"""

from typing import TYPE_CHECKING, Any

from justui import hints, wire
from justui.children import parents_of
from justui.component import Component
from justui.fields import Field
from justui.marks import AGAIN, GONE, HIDDEN, KNOWN, NEW, RAW, SHOW, STALE, Turn
from justui.render import event_spec, gather, gather_html, gathered, node, take_gathered, wire_attribute

if TYPE_CHECKING:
    from justui.page import WebPage

Pages = tuple["WebPage", ...]
Moved = dict[Component, tuple[int, int]]
Changed = dict[str, Any]

_WINDOW = 64


class Collection:
    """The operations that one update found, encoded, by page."""

    __slots__ = ("_arriving", "_last", "_opening", "_places", "operations", "styles")

    def __init__(self) -> None:
        gathered.clear()
        self.operations: dict[WebPage, list[str]] = {}
        self.styles: dict[WebPage, set[str]] = {}
        """The class strings that these operations bring."""
        self._last: list[tuple[list[Any], Component | None, Pages]] = []
        self._places: dict[Component, Pages] = {}
        self._arriving: dict[Component, Moved] = {}
        """Taken list edits, by parent."""
        self._opening: set[Component] = set()
        """What is sent whole because it is shown again."""

    def take(self, component: Component, *, whole: bool = True) -> None:
        """Take all that waits in `component` and below; not `whole`: only what waits of itself, where that can be alone."""
        changed = component._changed
        if not whole and component._moved is None and not (changed and (SHOW in changed or "#html" in changed)):
            below, component._marked = component._marked, None
            try:
                self.take(component)
            finally:
                component._marked = below  # it has stayed among the marked children of its parents
            return
        Turn.number += 1
        self._take(component, self._standing(component))
        for operation, call, pages in self._last:
            self._emit(operation, pages if call is None else self._present(call))
        self._last.clear()

    def _take(self, component: Component, around: Pages) -> None:
        """`around`: the pages whose tabs have the component's element, or its placeholder."""
        marked, component._marked = component._marked, None
        moved, component._moved = component._moved, None
        changed, component._changed = component._changed, None
        if hints.Diagnostics.on and (moved or changed):
            hints.sent(component)
        inner = around
        if component._flags & HIDDEN:
            inner = ()
        elif changed and SHOW in changed:
            self._opening.add(component)
            inner = ()
        if changed and "#html" in changed:  # replaces all content, so that no child is there any more
            moved = {child: (NEW, place) for place, child in enumerate(component._children or ())}
        if moved:
            self._arriving[component] = moved
        for child in marked or ():
            if isinstance(child._parents, dict):
                self._take(child, self._standing(child))
            elif moved and child in moved and moved[child][0] != KNOWN:
                self._take(child, ())  # what puts it in carries its last state
            else:
                self._take(child, inner)
        if changed:
            self._changes(component, changed, around, inner)
        if moved and inner:
            self._moves(component, moved, inner)

    def _standing(self, component: Component) -> Pages:
        """The pages whose tabs have the component's element or placeholder now, before what waits is sent to them.

        Where it is about to be put in or shown, it travels whole; what it is to lose, it had better keep up to then: so
        `marks` has children come back as `STALE` when something was sent while they were away.
        """
        found = self._places.get(component)
        if found is None:
            pages: dict[WebPage, None] = {}
            if component.is_page:
                if component.has_tabs:  # type: ignore[attr-defined]
                    pages[component] = None  # type: ignore[index]
            else:
                for parent in parents_of(component):
                    if not self._is_closed(parent) and not self._is_arriving(component, parent):
                        pages.update(dict.fromkeys(self._standing(parent)))
            found = self._places[component] = tuple(pages)
        return found

    def _is_closed(self, component: Component) -> bool:
        if component._flags & HIDDEN or component in self._opening:
            return True
        return component._changed is not None and SHOW in component._changed

    def _is_arriving(self, child: Component, parent: Component) -> bool:
        moved = self._arriving.get(parent) or parent._moved
        return bool(moved) and moved.get(child, (KNOWN, 0))[0] != KNOWN  # type: ignore[union-attr]

    def _present(self, component: Component) -> Pages:
        """The pages whose tabs have the component, shown, once all that was taken is done."""
        pages: dict[WebPage, None] = {}
        waiting = [component]
        seen = {component}
        while waiting:
            here = waiting.pop()
            if here._flags & HIDDEN:
                continue
            if here.is_page and here.has_tabs:  # type: ignore[attr-defined]
                pages[here] = None  # type: ignore[index]
            above = [parent for parent in parents_of(here) if parent not in seen]
            seen.update(above)
            waiting.extend(above)
        return tuple(pages)

    def _emit(self, operation: list[Any], pages: Pages) -> None:
        if gathered:
            strings = take_gathered()
            for page in pages:
                self.styles.setdefault(page, set()).update(strings)
        if pages:
            text = wire.encode(operation)
            for page in pages:
                self.operations.setdefault(page, []).append(text)

    def _changes(self, component: Component, changed: Changed, around: Pages, inner: Pages) -> None:
        for name, arguments in changed.items():
            if name[0] == "!":
                self._last.append(([wire.DO, component._id, name[1:], arguments], component, ()))
        if inner:
            self._content(component, changed, inner)
        if SHOW in changed and around:
            if component._flags & HIDDEN or changed[SHOW] == AGAIN:
                self._emit([wire.HIDE, component._id], around)
            if not component._flags & HIDDEN:
                self._emit([wire.SHOW, component._id, node(component)], around)
        if component.is_page:
            settings = {name[6:]: component.setting(name[6:]) for name in changed if name.startswith("#page ")}  # type: ignore[attr-defined]
            if settings:
                self._emit([wire.PAGE, settings], around)

    def _content(self, component: Component, changed: Changed, inner: Pages) -> None:
        attributes = {name: self._attribute(component, name) for name in changed if name[0] not in "!#"}
        if attributes:
            self._emit([wire.ATTRIBUTES, component._id, attributes], inner)
        if "#text" in changed or "#html" in changed:
            self._text(component, "#html" in changed, inner)
        if "#value" in changed and isinstance(component, Field):
            # After the children's operations, so that a select has its options.
            self._last.append(([wire.VALUE, component._id, component.common_value()], None, inner))

    def _attribute(self, component: Component, name: str) -> Any:
        if name == "data-e":
            return event_spec(component) or None
        if name == "data-private":
            return True if isinstance(component, Field) and component.private else None
        value = (component._attributes or {}).get(name)
        if value is not None:
            gather(name, value)
        return wire_attribute(value)

    def _text(self, component: Component, whole: bool, inner: Pages) -> None:
        text = component._text or ""
        if component._flags & RAW:
            gather_html(text)
            self._emit([wire.HTML, component._id, text], inner)
            return
        if whole:
            self._emit([wire.HTML, component._id, ""], inner)
            self._emit([wire.ATTRIBUTES, component._id, {"data-raw": None}], inner)
        self._emit([wire.TEXT, component._id, text], inner)

    def _moves(self, parent: Component, moved: Moved, pages: Pages) -> None:
        siblings = parent._children or []
        gone = [child._id for child, (what, _) in moved.items() if what in (GONE, STALE)]
        if gone:
            self._emit([wire.REMOVE, parent._id, gone], pages)
        places = _places(siblings, {child: hint for child, (what, hint) in moved.items() if what != GONE})
        in_svg = bool(parent.namespace) and parent.tag != "foreignObject"
        for start, end, known in _runs(sorted(places.values()), siblings, moved):
            after = siblings[start - 1]._id if start else 0
            if known:
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
        known = moved[siblings[place]][0] == KNOWN
        if runs and runs[-1][1] == place and runs[-1][2] == known:
            runs[-1] = (runs[-1][0], place + 1, known)
        else:
            runs.append((place, place + 1, known))
    return runs
