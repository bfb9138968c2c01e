"""What a row of DESIGN part 6 came to, how it is printed, and medians of runs side by side."""

import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

_HEAD: Final = ("row", "measured", "to reach", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table: `value` is compared with `limit`; without a limit the line is for information."""

    row: str
    value: float
    unit: str = ""
    limit: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the figure is reached; None where none is set."""
        return None if self.limit is None else self.value <= self.limit

    def cells(self) -> tuple[str, str, str, str]:
        """The line of the table."""
        measured = number(self.value, self.unit) + (f"  ({self.note})" if self.note else "")
        wanted = "" if self.limit is None else f"at most {number(self.limit, self.unit)}"
        return self.row, measured, wanted, {None: "", True: "met", False: "NOT MET"}[self.met]


@dataclass(frozen=True, slots=True)
class Growth:
    """How a cost grows: a table of its own, under a title."""

    title: str
    head: tuple[str, ...]
    lines: Sequence[tuple[str, ...]]

    def __str__(self) -> str:
        return f"{self.title}\n\n{table(self.lines, self.head)}\n"


Result = Sequence[Figure | Growth]


@dataclass(frozen=True, slots=True)
class Ask:
    """How long the measurements may take. `quick`: seconds in all, figures are rough. `full`: minutes, visits in full."""

    quick: bool = False
    full: bool = False

    def times(self, usual: int, quick: int, full: int | None = None) -> int:
        """A number of repetitions."""
        if self.full:
            return usual if full is None else full
        return quick if self.quick else usual


async def side_by_side(
    ours: Callable[[], Awaitable[float]], floor: Callable[[], Awaitable[float]], times: int
) -> tuple[float, float, float]:
    """Run both in turn, `times` times: the medians of ours and of the floor, and the median of the ratios.

    What disturbs the machine for a while disturbs both of a pair; the median drops the pair in which it began.
    """
    pairs = []
    for turn in range(times):
        if turn % 2:
            mine, theirs = await ours(), await floor()
        else:
            theirs, mine = await floor(), await ours()
        pairs.append((mine, theirs))
    return (
        median(mine for mine, _ in pairs),
        median(theirs for _, theirs in pairs),
        median(mine / theirs for mine, theirs in pairs),
    )


def number(value: float, unit: str) -> str:
    """A figure as people read it."""
    digits = 0 if value >= 1000 or float(value).is_integer() else 1 if value >= 30 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f}{unit}"


def table(lines: Iterable[tuple[str, ...]], head: tuple[str, ...] = _HEAD) -> str:
    """Lines under a head, in columns as wide as they need."""
    rows = [head, *lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([texts[0], "  ".join("-" * width for width in widths), *texts[1:]])


def say(text: str) -> None:
    """Progress, for the person who waits."""
    print(text, file=sys.stderr, flush=True)
