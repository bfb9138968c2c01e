"""The names of topics and queues, and the patterns that stand for many of them: MQTT's. Knows no messages.

A name has levels, joined by `/`. In a pattern `+` stands for any one level, and `#`, at the end, for all that follow and for
none: `sensors/#` is `sensors`, `sensors/a` and `sensors/a/b`.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from justui.errors import TopicError

LONGEST: Final = 256
"""Characters of a name."""
DEEPEST: Final = 16
"""Levels of a name."""

_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def is_pattern(name: str) -> bool:
    """Whether a name stands for many."""
    return "+" in name or "#" in name


def check_name(name: Any, *, patterns: bool = True) -> str:
    """`name`, when it can be one. Raises `TopicError` for what cannot, and for a pattern where these are not meant."""
    if not isinstance(name, str) or not name:
        raise TopicError(f'a name is a text such as "chat" or "room/7", got {name!r:.60}')
    if len(name) > LONGEST:
        raise TopicError(f"a name has at most {LONGEST} characters, got {len(name)}: {name[:40]!r}…")
    if _UNFIT.search(name):
        raise TopicError(f"a name has no control characters, got {name!r:.60}")
    levels = name.split("/")
    if len(levels) > DEEPEST:
        raise TopicError(f"a name has at most {DEEPEST} levels, got {len(levels)}: {name!r:.60}")
    if is_pattern(name):
        _check_pattern(name, levels, patterns)
    return name


def _check_pattern(name: str, levels: list[str], patterns: bool) -> None:
    for number, level in enumerate(levels, 1):
        if len(level) > 1 and is_pattern(level):
            raise TopicError(f"in {name!r} the level {level!r} is neither + nor # alone, as levels of a pattern are")
        if level == "#" and number < len(levels):
            raise TopicError(f"in {name!r} something follows the #, which stands for all that follows")
    if not patterns:
        raise TopicError(f"{name!r} is a pattern, which stands for many; here one name is wanted")


def covers(pattern: str, name: str) -> bool:
    """Whether all that `name`, itself a name or a pattern, stands for is among what `pattern` stands for."""
    wanted, given = pattern.split("/"), name.split("/")
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index == len(given) or given[index] == "#" or level not in ("+", given[index]):
            return False
    return len(wanted) == len(given)


def exactness(pattern: str) -> tuple[int, ...]:
    """A key that puts of several patterns the most exact one first: a level that is written out, then `+`, then `#`."""
    return tuple({"+": 1, "#": 2}.get(level, 0) for level in pattern.split("/"))


class Names:
    """A set of names and patterns, which says fast which of them a name belongs to."""

    __slots__ = ("_exact", "_tree")

    def __init__(self) -> None:
        self._exact: set[str] = set()
        self._tree = _Level()

    def add(self, name: str) -> None:
        """Have this one, too."""
        if is_pattern(name):
            here = self._tree
            for level in name.split("/"):
                here = here.below.setdefault(level, _Level())
            here.pattern = name
        else:
            self._exact.add(name)

    def discard(self, name: str) -> None:
        """Have this one no more."""
        if not is_pattern(name):
            self._exact.discard(name)
            return
        path = []
        here = self._tree
        for level in name.split("/"):
            path.append((here, level))
            if level not in here.below:
                return
            here = here.below[level]
        here.pattern = ""
        while path and not here.below and not here.pattern:
            here, level = path.pop()
            del here.below[level]

    def matching(self, name: str) -> list[str]:
        """Those that a name, which is no pattern, belongs to: itself, and patterns."""
        found = [name] if name in self._exact else []
        if not self._tree.below:
            return found
        levels = [self._tree]
        for part in name.split("/"):
            found += [level.below["#"].pattern for level in levels if "#" in level.below]
            levels = [level.below[one] for level in levels for one in (part, "+") if one in level.below]
        for level in levels:
            if level.pattern:
                found.append(level.pattern)
            if "#" in level.below:
                found.append(level.below["#"].pattern)
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._exact or name in iter(self)

    def __iter__(self) -> Iterator[str]:
        yield from self._exact
        levels = [self._tree]
        while levels:
            level = levels.pop()
            levels += level.below.values()
            if level.pattern:
                yield level.pattern

    def __bool__(self) -> bool:
        return bool(self._exact or self._tree.below)


class _Level:
    """One level of patterns: what may come below, and the pattern that ends here."""

    __slots__ = ("below", "pattern")

    def __init__(self) -> None:
        self.below: dict[str, _Level] = {}
        self.pattern = ""
