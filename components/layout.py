"""Boxes that place what is in them: `Row`, `Column`, `Grid`, `Card`, `Scroll`.

Each is a `Div` with utility classes of its own, which the `classes` of its user refine: `Row(classes="gap-8")`.
"""

import re
from typing import TYPE_CHECKING, Any, ClassVar

from justui.classes import look_with, refined
from justui.components.html.sections import Div
from justui.errors import UsageError
from justui.state import Reactive

if TYPE_CHECKING:
    from typing import Literal, Unpack

    from justui.component import Child
    from justui.components.html.keywords import ElementKeywords

_GAP = re.compile(r"(?<!\S)gap(?:-x)?-(?:(\d+(?:\.\d+)?)|(px)|\[([\w.]+)\])(?!\S)")
_WIDTH = re.compile(r"\d+(?:\.\d+)?(?:px|rem|em|ch|%|vw)?")


class Box(Div):
    """A `Div` with a look. `classes` refine the look; set later, they are all the classes that there are."""

    look: ClassVar[str] = ""
    """Utility classes that the box has unless its own ones say otherwise."""

    if TYPE_CHECKING:

        def __init__(self, *children: Child, **keywords: Unpack[ElementKeywords]) -> None: ...

    else:

        def __init__(self, *children: Any, classes: Any = None, **keywords: Any) -> None:
            super().__init__(*children, classes=self._look_with(classes), **keywords)

    def _look_with(self, classes: Any) -> Any:
        """The look and the user's own classes; a state stays a state."""
        return look_with(lambda: self.look, classes)


class Row(Box):
    """Things side by side, their middles on one line; what finds no room goes on below."""

    look = "flex flex-wrap items-center gap-4"


class Column(Box):
    """Things one below the other, as wide as the column."""

    look = "flex flex-col gap-4"


class Grid(Box):
    """Things in columns of one width.

    `columns` is the most that there are: on a narrow screen there are fewer, so that each is at least `min_width` wide (a
    number in rem, or a CSS length). `min_width=0` keeps the number. A string is CSS's own template: `columns="auto 1fr"`.
    """

    look = "grid gap-4"

    _columns: int | str | None
    _min_width: float | str

    if TYPE_CHECKING:

        def __init__(
            self,
            *children: Child,
            columns: int | str | Reactive[Any] | None = None,
            min_width: float | str = 14,
            **keywords: Unpack[ElementKeywords],
        ) -> None: ...

    else:

        def __init__(self, *children, columns=None, min_width=14, classes=None, **keywords):
            followed = isinstance(columns, Reactive)
            self._columns = None if followed else columns
            self._min_width = min_width
            super().__init__(*children, classes=classes, **keywords)
            if followed:
                self.columns = columns

    def _look_with(self, classes: Any) -> Any:
        self.look = refined(self.look, self._template(classes if isinstance(classes, str) else ""))  # type: ignore[misc]
        return super()._look_with(classes)

    @property
    def columns(self) -> int | str | None:
        """How many columns there are at most, or CSS's own template; None for as many as find room."""
        return self._columns

    @columns.setter
    def columns(self, value: int | str | None) -> None:
        self._columns = value
        template = self._template(self.classes or "")
        self.look = refined(self.look, template)  # type: ignore[misc]  # so that a state's classes refine it too
        self.set_class(template)

    def _template(self, classes: str) -> str:
        """The class that makes the columns."""
        columns, least = self._columns, self._least()
        if isinstance(columns, str) and not columns.isdecimal():
            return f"grid-cols-[{'_'.join(columns.split())}]"
        count = int(columns or 0)
        if count < 0 or (columns is not None and count == 0):
            raise UsageError(
                f"columns={columns!r} of {type(self).__name__}: write a number from 1 on, or a CSS template."
            )
        if count and not least:
            return f"grid-cols-{count}"
        if count:
            least = f"max({least},{_just_too_wide_for_more(count, _gap(classes))})"
        return f"grid-cols-[repeat(auto-fill,minmax(min(100%,{least or '14rem'}),1fr))]"

    def _least(self) -> str:
        width: Any = self._min_width  # or what a person gave by mistake
        if isinstance(width, (int, float)):
            return f"{width:g}rem" if width else ""
        if not isinstance(width, str) or not _WIDTH.fullmatch(width):
            raise UsageError(
                f"min_width={width!r:.40} of {type(self).__name__}: write a number in rem, or a CSS length."
            )
        return width


def _gap(classes: str) -> float:
    """The gap that classes make, in rem; that of the look where it cannot be told."""
    found = _GAP.search(classes)
    if found is None:
        return 1.0
    number, pixel, length = found.groups()
    if length:
        value = re.fullmatch(r"(\d+(?:\.\d+)?)(px|rem|em)", length)
        return 1.0 if value is None else float(value[1]) / (16 if value[2] == "px" else 1)
    return 1 / 16 if pixel else float(number) / 4


def _just_too_wide_for_more(count: int, gap: float) -> str:
    """A width of which `count` find room beside each other, with gaps, and one more does not.

    It is in the middle between both bounds, so that a gap that a variant makes larger does not cost a column.
    """
    share = 50 / count + 50 / (count + 1)
    gaps = gap / 2 * ((count - 1) / count + count / (count + 1))
    return f"{share:.4g}%_-_{gaps:.4g}rem"


class Card(Box):
    """A surface that lifts what belongs together off the page."""

    look = (
        "rounded-xl border p-5 shadow-xs border-[color:var(--line,light-dark(#d9dadd,#3b3e46))] "
        "bg-[var(--surface,light-dark(#fff,#202226))]"
    )


class Scroll(Box):
    """A box that scrolls when there is more in it than it has room for; give it a height, as in `classes="h-64"`.

    `stick="bottom"` keeps its end in sight while more comes, as chats and logs want it; who has scrolled up stays there.
    `aria_label` names it for those who do not see it.
    """

    look = "overflow-auto overscroll-contain"

    if TYPE_CHECKING:

        def __init__(
            self, *children: Child, stick: Literal["bottom"] | None = None, **keywords: Unpack[ElementKeywords]
        ) -> None: ...

    else:

        def __init__(self, *children, stick=None, **keywords):
            if stick not in (None, "bottom"):
                raise UsageError(f'stick={stick!r:.40} of Scroll: write stick="bottom", or leave it out.')
            if stick:
                self.look = f"{self.look} ui-stick"
            keywords.setdefault("tabindex", 0)  # else those without a mouse could not scroll
            if "aria_label" in keywords:
                keywords.setdefault("role", "region")
            super().__init__(*children, **keywords)
