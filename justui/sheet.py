"""`Sheet`: the ordered list of style lines that one page has, which only grows, until it is made anew. Knows no tabs.

Class strings come as they stand in attributes; one that the page knows already costs a look into a set. Wants `tree_lock`.
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, Final

from justui import animations
from justui.dialect import Dialect, Line

ANIMATION: Final = "\0"
"""In front of a string that is the name of an animation, and no classes."""
HALF: Final = "\1"
"""In front of a string that is the name of a component's browser half."""
_SEEN: Final = 5000
_MANY: Final = 2000
_ANIMATED: Final = 6 << 32  # ranks, behind those of all dialects
_animated: dict[str, Line] = {}
"""The lines of animations, by their text; there are as many as the library has."""


def _rank(line: Line) -> int:
    return line.rank


class Sheet:
    """The lines of a page in one dialect, and the class names that it waits for. Without a dialect: animations only."""

    __slots__ = ("_begun", "_held", "_limit", "_lines", "_new", "_seen", "dialect", "halves", "missing")

    def __init__(self, dialect: Dialect | None) -> None:
        self.dialect = dialect
        self._begun = False
        self.missing: set[str] = set()
        """Class names whose lines are not known yet."""
        self._lines: list[Line] = []
        self._held: set[Line] = set()
        self._new: list[Line] = []
        self._seen: set[str] = set()
        self._limit = _MANY
        self.halves: dict[str, bool] = {}
        """Browser halves of components that the page has, and whether its tabs know."""

    @property
    def overgrown(self) -> bool:
        """Whether there are so many lines that most may be of classes which have gone."""
        return len(self._lines) > self._limit

    def renewed(self, strings: Iterable[str]) -> "Sheet":
        """A sheet with what these class strings need, and nothing else; it may grow to twice its size."""
        fresh = Sheet(self.dialect)
        fresh.want(strings)
        fresh.take()
        fresh._limit = max(_MANY, 2 * len(fresh._lines))
        fresh.take_halves()
        return fresh

    @property
    def incomplete(self) -> bool:
        """Whether lines are wanted that are not known yet."""
        return bool(self.missing) or not (self.dialect is None or self.dialect.ready)

    def want(self, strings: Iterable[str]) -> None:
        """Note the class strings of what the page is about to show."""
        seen = self._seen
        for string in strings:
            if string in seen:
                continue
            if len(seen) >= _SEEN:
                seen.clear()
            seen.add(string)
            if string.startswith(ANIMATION):
                self._want_animation(string)
            elif string.startswith(HALF):
                self.halves.setdefault(string[len(HALF) :], False)
            elif self.dialect is not None:
                for name in string.split():
                    self._want(name, self.dialect)

    def _want(self, name: str, dialect: Dialect) -> None:
        line = dialect.line(name)
        if line is not None:
            self._hold(line)
        elif not dialect.knows(name):
            self.missing.add(name)

    def _want_animation(self, string: str) -> None:
        name = string[len(ANIMATION) :]
        texts = animations.lines(name)
        for text in texts:
            line = _animated.get(text)
            if line is None:
                line = _animated[text] = Line(text, _ANIMATED + len(_animated))
            self._hold(line)
        if not texts and name in animations.NAMES:
            self.missing.add(string)

    def _hold(self, line: Line) -> None:
        if line not in self._held:
            self._held.add(line)
            self._new.append(line)
            for need in line.needs:
                self._hold(need)

    def look_again(self) -> None:
        """Take what has become known meanwhile."""
        if self.missing:
            missing, self.missing = self.missing, set()
            for name in missing:
                if name.startswith(ANIMATION):
                    self._want_animation(name)
                elif self.dialect is not None:
                    self._want(name, self.dialect)

    def take(self) -> list[Any]:
        """Put the lines that are new into the list; the answer tells how: index, line, index, line and so on."""
        if self.dialect is not None and self.dialect.ready and not self._begun:
            self._begun = True
            for line in self.dialect.always:
                self._hold(line)
        steps: list[Any] = []
        for line in sorted(self._new, key=_rank):
            place = bisect_left(self._lines, line.rank, key=_rank)
            self._lines.insert(place, line)
            steps += (place, line.text)
        self._new.clear()
        return steps

    def take_halves(self) -> list[str]:
        """The browser halves that are new."""
        names = [name for name, known in self.halves.items() if not known]
        self.halves.update(dict.fromkeys(names, True))
        return names

    @property
    def strings(self) -> tuple[str, ...]:
        """The class strings that the page has had lately."""
        return tuple(self._seen)

    @property
    def text(self) -> str:
        """The whole sheet, one line a line."""
        return "\n".join(line.text for line in self._lines)
