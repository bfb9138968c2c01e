"""Kinds of attributes that only elements know: ids given by components, dates, and flags that may also say a word.

The common kinds are the engine's (`justui.attributes`).
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, Generic, TypeVar

from justui.attributes import Attribute, Choice, Wire
from justui.component import Component

Word = TypeVar("Word", bound=str)


def id_of(target: Component | str) -> str:
    """The HTML id of a component, which gets one if it has none; a string is an id already."""
    if not isinstance(target, Component):
        return str(target)
    known = target.attributes.get("id")
    if known is None:
        known = f"j{target._id}"
        target.set_attributes({"id": known})
    return str(known)


class Reference(Attribute[str, Component | str]):
    """The id of another element: takes the component itself, or the id. Reads the id."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The id."""
        return id_of(value)


class References(Attribute[str, Component | str | Iterable[Component | str]]):
    """The ids of other elements: takes components, ids, or several of them. Reads the ids with spaces between."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The ids, with spaces between."""
        several = [value] if isinstance(value, (str, Component)) else value
        return " ".join(id_of(target) for target in several) or None


class Scalar(Attribute[str | int | float, str | float | date | time]):
    """A number, a date or time, or a text that spells one. Dates and times are written as HTML wants them."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The number or text."""
        if isinstance(value, (datetime, time)):
            return value.isoformat(timespec="auto" if value.microsecond else "seconds")
        if isinstance(value, date):
            return value.isoformat()
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


class FlagOrText(Attribute[bool | str, bool | str]):
    """There or not there, or there with a text: `download=True`, `download="report.pdf"`."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """True, the text, or None."""
        if value is True or value == "":
            return True
        return None if value is False else str(value)


class FlagOr(Attribute[bool | Word, bool | Word], Generic[Word]):
    """There or not there, or there with one of a fixed set of words: `hidden=True`, `hidden="until-found"`."""

    __slots__ = ("choice",)

    def __init__(self, *words: Word, html: str | None = None) -> None:
        super().__init__(html)
        self.choice = Choice(*words, html=html)

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        self.choice.__set_name__(owner, name)

    @property
    def words(self) -> tuple[str, ...]:
        """The words there are."""
        return self.choice.words

    def convert(self, value: Any) -> Wire | None:
        """True, the word, or None."""
        if value is True or value == "":
            return True
        return None if value is False else self.choice.convert(value)
