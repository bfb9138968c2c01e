"""`Icon`: one drawing of a pinned icon set, as inline SVG, so that the browser has nothing to load.

Where the drawings come from says `font_awesome`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args
from weakref import WeakSet

from justui import hints
from justui.attributes import Attribute, Choice, Wire
from justui.classes import look_with
from justui.component import Component
from justui.components.font_awesome import Drawing, FontAwesome, font_awesome
from justui.components.html.element import Element
from justui.marks import FOLLOWS, tree_lock
from justui.turns import send_soon

if TYPE_CHECKING:
    from typing import Unpack

    from justui.components.html.keywords import ElementKeywords
    from justui.state import Reactive

    class IconKeywords(ElementKeywords, total=False):
        """Keywords of `Icon`."""

        variant: "Variant | None"
        label: str | None
        width: str | float
        height: str | float
        fill: str


Variant = Literal["solid", "regular", "brands"]

_BOX = "M96 32h320a64 64 0 0 1 64 64v320a64 64 0 0 1-64 64H96a64 64 0 0 1-64-64V96a64 64 0 0 1 64-64zm0 40a24 24 0 0 0-24 24v320a24 24 0 0 0 24 24h320a24 24 0 0 0 24-24V96a24 24 0 0 0-24-24z"
_MARK = "M232 296v-20c0-28 16-42 32-54c14-10 22-16 22-30c0-16-13-28-30-28c-15 0-26 9-31 24l-42-14c10-32 38-52 73-52c44 0 76 30 76 69c0 34-20 50-38 63c-13 10-18 15-18 26v16zm-4 40h52v52h-52z"
EXPECTED = Drawing("0 0 512 512", _BOX)
"""What stands for an icon whose drawing is still on its way."""
UNKNOWN = Drawing("0 0 512 512", f"{_BOX}{_MARK}")
"""What stands for an icon that there is not."""

_waiting: "WeakSet[Icon]" = WeakSet()
"""Icons whose drawing is on its way."""


class _Path(Component):
    """The line of the drawing."""

    tag = "path"
    namespace = "svg"


class _Drawn(Attribute[str, str]):
    """An attribute that decides what is drawn."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent."""
        return str(value)


class Icon(Element):
    """An icon by its name in Font Awesome Free, as large as the text around it and in its colour.

    `icon` is the name, `fa-` in front or not; names of older versions count too. `variant` is `solid`, `regular` or
    `brands`; without it the first that has the icon. `label` says what it means to those who do not see it; an icon
    without one is decoration. A name that there is not shows a question mark in a box, and a hint in the log.
    """

    tag = "svg"
    namespace = "svg"

    icon = _Drawn("data-icon")
    variant = Choice[Variant](*get_args(Variant), html="data-variant")

    drawings: ClassVar[Callable[[], FontAwesome]] = staticmethod(font_awesome)
    """Where the drawings come from."""
    look: ClassVar[str] = "inline-block shrink-0 align-[-.125em]"
    """Classes that an icon has unless its own ones say otherwise."""

    if TYPE_CHECKING:

        def __init__(self, icon: str | Reactive[Any] | None = None, **keywords: Unpack[IconKeywords]) -> None: ...

    else:

        def __init__(self, icon=None, *, classes=None, label=None, width="1.25em", height="1em", **keywords):
            if icon is not None:
                keywords["icon"] = icon
            fill = keywords.pop("fill", "currentColor")
            super().__init__(_Path(), classes=look_with(lambda: self.look, classes), **keywords)
            self.set_attributes({"width": width, "height": height, "fill": fill})
            self.label = label
            self._draw()
            if icon is None and hints.Diagnostics.on and "icon" not in keywords:
                hints.say(f'{self.describe()} has no name, so it shows an empty box. Write ui.Icon("heart").')

    @property
    def label(self) -> str | None:
        """What the icon means, for those who do not see it; None for decoration."""
        return self.aria_label

    @label.setter
    def label(self, value: str | None) -> None:
        self.role = "img" if value else None
        self.aria_label = value or None
        self.aria_hidden = None if value else True

    def _set_attribute(self, name: str, value: Any) -> None:
        super()._set_attribute(name, value)
        if name in ("data-icon", "data-variant") and self._children:
            self._draw()
            if self._flags & FOLLOWS:  # a state sends what it changes, and this is changed below
                send_soon(self._children)

    def _draw(self) -> None:
        """Show the drawing that the name means, or what stands for it."""
        name, drawings = self.icon, type(self).drawings()
        drawing: Drawing | None = EXPECTED
        if name:
            try:
                drawing = drawings.find(name, self.variant or "")
                if drawing is None:
                    self._doubt(drawings.near(name))
            except LookupError:
                with tree_lock:
                    _waiting.add(self)
                drawings.fetch(_draw_waiting)
        self._show(drawing or UNKNOWN)

    def _doubt(self, near: str) -> None:
        variant = f" among {self.variant}" if self.variant else ""
        hints.say(f"{self.describe()}: there is no icon {self.icon!r:.60}{variant}.{near}")

    def _show(self, drawing: Drawing) -> None:
        self._set_attribute("viewBox", drawing.box)
        if self._children:
            self._children[0]._set_attribute("d", drawing.path)


def _draw_waiting() -> None:
    """The drawings have come: show them."""
    with tree_lock:
        waiting = list(_waiting)
        _waiting.clear()
    for icon in waiting:
        icon._draw()
    for icon in waiting:
        icon.update()
