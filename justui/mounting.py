"""`Mounts`: the components that a template was given, and where in the user's HTML they stand. Knows no tabs, sends nothing."""

import sys
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from justui.component import Component
from justui.context import mounting
from justui.errors import TreeError
from justui.markup import RAW_TEXT, Tag, end_of
from justui.places import COMPONENT, Place, mark

if TYPE_CHECKING:
    from jinja2 import Template

_UNREAD: Final = frozenset(("template", "noscript"))
"""Elements in which the browser has tags, but no elements of the page."""


class Mounts:
    """The components that one rendering of a template meets. A context manager: inside, `{{ component }}` makes a place."""

    def __init__(self) -> None:
        self.components: dict[int, Component] = {}
        self._where: dict[int, tuple[Template | None, int]] = {}

    def __enter__(self) -> "Mounts":
        self._token = mounting.set(self._take)
        return self

    def __exit__(self, *_: object) -> None:
        mounting.reset(self._token)

    def _take(self, component: Component) -> str:
        if component.is_page:
            raise TreeError(
                f"{in_template()}: {component.describe()} is a page, and the template makes one already. Give its components, each by a name."
            )
        self.components.setdefault(component._id, component)
        self._where.setdefault(component._id, _template())
        return Markup(mark(COMPONENT, str(component._id)))  # noqa: S704 - made here

    def placed(self, places: Iterable[Place], tags: Iterable[Tag], text: str) -> Iterator[Place]:
        """The places that a browser will see: none of a component in a comment. Raises `TreeError` where none can stand."""
        regions = iter(_regions(tags, text))
        region = next(regions, None)
        for place in places:
            while region is not None and region[1] < place.offset:
                region = next(regions, None)
            if place.kind == COMPONENT:
                around = region[2] if region is not None and region[0] < place.offset else None
                if around == "":
                    continue
                if around is not None:
                    self._refuse(int(place.what), around)
            yield place

    def _refuse(self, number: int, around: str) -> None:
        component = self.components[number]
        raise TreeError(
            f"{_named(*self._where[number])}: {component.describe()} stands {around}, where there can be no component. "
            "Put it between tags; for its words alone write {{ name.text }}."
        )


def _regions(tags: Iterable[Tag], text: str) -> Iterator[tuple[int, int, str]]:
    """Where no component can stand: from, to, and what that is; empty for a comment."""
    unread = 0
    for tag in tags:
        if tag.end < unread:
            continue
        if not tag.name:
            yield tag.start, tag.end - 1, ""
            continue
        yield tag.start, tag.end, f"in the tag <{tag.name}>"
        if tag.name in RAW_TEXT:
            yield tag.end, tag.stop, f"in <{tag.name}>"
        elif tag.name in _UNREAD:
            unread = end_of(tag.name, text, tag.end)
            yield tag.end, unread, f"in <{tag.name}>"


def in_template() -> str:
    """The template that is being rendered, and the line in it, for messages."""
    return _named(*_template())


def _template() -> "tuple[Template | None, int]":
    """The template that is being rendered, and the line in its code."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return template, frame.f_lineno
        frame = frame.f_back
    return None, 0


def _named(template: "Template | None", line: int) -> str:
    if template is None:
        return "The template"
    return f"{repr(template.name) if template.name else 'The template'}, line {template.get_corresponding_lineno(line)}"
