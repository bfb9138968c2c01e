"""Kinds of attributes that only SVG has: lists of numbers, and what an animation sets."""

from collections.abc import Iterable
from typing import Any

from justui.attributes import Attribute, Wire
from justui.safety import safe_animated_name, safe_animation


def number_text(value: str | float | Iterable[float]) -> str:
    """A number, or a pair of them with a comma between."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(str(number) for number in value)
    return str(value)


class Numbers(Attribute[str | int | float, str | float | Iterable[float | Iterable[float]]]):
    """Numbers: one, several, or pairs of them, such as `[(0, 0), (10, 5)]`; a text is taken as it is."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The number or text."""
        if isinstance(value, Iterable) and not isinstance(value, str):
            return " ".join(number_text(part) for part in value)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


class Animated(Attribute[str | int | float, str | float]):
    """A value, or several with `;` between, that an animation gives to an attribute. Addresses in it are held to safety."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The number or text."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        return safe_animation(value, self.html)


class AnimatedName(Attribute[str, str]):
    """The attribute that an animation changes: neither an address nor a handler."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The name."""
        return safe_animated_name(value, self.html)
