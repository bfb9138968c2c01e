"""The class attribute as a set of utility classes: a new class takes the place of those that say the same. Knows no CSS."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from justui.marks import tree_lock
from justui.utilities import Utility, utility

_KEPT = 4096


class Meaning(NamedTuple):
    """A class taken apart: when it counts (variants and `!`), and what it is about."""

    when: tuple[str, ...]
    about: Utility | None


@lru_cache(_KEPT)
def meaning(name: str) -> Meaning:
    """What a class says. The order of variants (`dark:hover:`) makes no difference."""
    *variants, last = _parts(name)
    important = last.startswith("!") or last.endswith("!")
    bare = last.strip("!").removeprefix("-")
    return Meaning((*sorted(variants), *("!" * important)), utility(bare))


def _parts(name: str) -> list[str]:
    """The name cut at its colons, but for those in brackets."""
    if "[" not in name and "(" not in name:
        return name.split(":")
    parts, depth, begin = [], 0, 0
    for place, letter in enumerate(name):
        depth += (letter in "[(") - (letter in "])")
        if letter == ":" and depth == 0:
            parts.append(name[begin:place])
            begin = place + 1
    return [*parts, name[begin:]]


def replaces(new: str, old: str) -> bool:
    """Whether `old` has nothing to say any more when `new` is set: `p-2` replaces `px-4`, but `px-4` refines `p-2`."""
    if new == old:
        return True
    after, before = meaning(new), meaning(old)
    return (
        after.about is not None
        and before.about is not None
        and after.when == before.when
        and before.about.sets <= after.about.covers
    )


@lru_cache(_KEPT)
def with_class(classes: str, name: str) -> str:
    """`classes` with `name`, without those that it replaces. One that is there already keeps its place."""
    names = dict.fromkeys([*classes.split(), name])
    return " ".join(one for one in names if one == name or not replaces(name, one))


def refined(defaults: str, classes: str) -> str:
    """`defaults` with each of `classes` set, in order: what a component looks like by itself, and what its user wants."""
    for name in classes.split():
        defaults = with_class(defaults, name)
    return defaults


def look_with(look: Callable[[], str], classes: Any) -> Any:
    """The look of a component and the classes of its user; a state stays a state, for `look` is asked at each change."""
    if hasattr(classes, "map"):
        return classes.map(lambda own: refined(look(), str(own or "")))
    if classes is None or isinstance(classes, str):
        return refined(look(), classes or "")
    return classes  # no text: the attribute says what to write


class Classes:
    """The part of a component that sets, takes away and reads single classes of its `classes`."""

    __slots__ = ()

    if TYPE_CHECKING:
        _attributes: dict[str, Any] | None

        def _set_attribute(self, name: str, value: Any) -> None: ...

    def set_class(self, name: str, modifier: str = "") -> Self:
        """Add a class; of Tailwind's those go that it replaces, as `bg-red-500` replaces `bg-blue-500`.

        `modifier` is a variant, as in `hover`. Classes that Tailwind does not know are simply kept. Returns this component.
        """
        return self.set_classes(" ".join(f"{modifier}:{one}" if modifier else one for one in name.split()))

    def set_classes(self, names: str) -> Self:
        """Add several classes, one after the other, as `set_class` does: `set_classes("p-4 hover:bg-red-500")`."""
        with tree_lock:
            return self._with_classes(refined(self._classes(), names))

    def remove_class(self, name: str) -> Self:
        """Take away a class, or several; nothing happens where one is not there. Returns this component."""
        away = name.split()
        with tree_lock:
            return self._with_classes(" ".join(one for one in self._classes().split() if one not in away))

    def toggle_class(self, name: str, on: object = None) -> Self:
        """Set a class that is not there, take it away where it is; with `on`, set it when that is true, else take it away."""
        wanted = not self.has_class(name) if on is None else bool(on)
        return self.set_class(name) if wanted else self.remove_class(name)

    def has_class(self, name: str) -> bool:
        """Whether a class is there, spelt just so."""
        return name in self._classes().split()

    def _classes(self) -> str:
        return str((self._attributes or {}).get("class", ""))

    def _with_classes(self, classes: str) -> Self:
        self._set_attribute("class", classes or None)
        return self
