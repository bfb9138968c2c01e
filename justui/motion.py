"""`animation=` and `transition=`, as attributes of every component: what is given to them, and how it travels.

Knows names, not style sheets: the CSS of an animation is the business of `animations`, that of a transition Tailwind's.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from justui.animations import NAMES
from justui.attributes import Attribute, Wire
from justui.errors import TreeError
from justui.hints import Diagnostics, near, say
from justui.marks import mark, tree_lock
from justui.state import Reactive

if TYPE_CHECKING:
    from justui.component import Component

PHASES: Final = "enter enter_start enter_end leave leave_start leave_end load load_start load_end".split()
"""The keys of a transition, in the order in which they travel, joined by `|`."""

_IN: Final = "duration-200 ease-out"
_OUT: Final = "duration-150 ease-in"


def _preset(moving: str, hidden: str) -> dict[str, str]:
    return {
        "enter": f"{moving} {_IN}",
        "enter_start": hidden,
        "leave": f"{moving} {_OUT}",
        "leave_end": hidden,
        "load": f"{moving} {_IN}",
        "load_start": hidden,
    }


PRESETS: Final[dict[str, dict[str, str]]] = {
    "fade": _preset("transition-opacity", "opacity-0"),
    "scale": _preset("transition", "opacity-0 scale-90"),
    "slide": _preset("transition", "opacity-0 -translate-y-4"),
    "slide-up": _preset("transition", "opacity-0 translate-y-4"),
    "slide-left": _preset("transition", "opacity-0 translate-x-8"),
    "slide-right": _preset("transition", "opacity-0 -translate-x-8"),
}
"""Transitions that have a name: the classes of each phase."""


class Animation(Attribute[str, str]):
    """The name of an animation of animate.css; it plays when the element comes, when it is set, and when the text changes."""

    __slots__ = ()

    def __set__(self, component: "Component", value: "str | Reactive[Any] | None") -> None:
        super().__set__(component, value)
        if value is not None:
            with tree_lock:
                mark(component, self.html)  # the same one plays again

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent; an unknown name animates nothing."""
        name = str(value) if value else ""
        if name and name not in NAMES and Diagnostics.on:
            say(f"animation={name!r} is no animation of animate.css.{near(name, NAMES)}")
        return name or None


class Transition(Attribute[str | dict[str, str], str | Mapping[str, str]]):
    """How the element comes and goes: a name of `PRESETS`, or the classes of each phase by the names in `PHASES`."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __get__(self, component, owner):
            """The name, or the classes by phase."""
            kept = super().__get__(component, owner)
            if not isinstance(kept, str):
                return kept
            phases = {name: classes for name, classes in zip(PHASES, kept.split("|"), strict=True) if classes}
            return next((name for name, preset in PRESETS.items() if preset == phases), phases)

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent. Raises `TreeError` for an unknown name or phase."""
        if not value:
            return None
        if isinstance(value, Mapping):
            phases = value
        elif value in PRESETS:
            phases = PRESETS[value]
        else:
            names = ", ".join(PRESETS)
            raise TreeError(f"transition={value!r} is none of {names}.{near(str(value), PRESETS)}")
        for name in phases:
            if name not in PHASES:
                raise TreeError(f"{name!r} is no phase of a transition: {', '.join(PHASES)}.{near(str(name), PHASES)}")
        text = "|".join(" ".join(str(phases.get(name) or "").replace("|", " ").split()) for name in PHASES)
        return text if text.strip("|") else None
