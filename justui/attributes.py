"""Typed HTML attributes of components, as descriptors. Knows the rules of the standard, not the elements.

The HTML name is the Python name without a trailing underscore and with `_` as `-`, unless given.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from justui.errors import TreeError
from justui.following import follow, stop_following
from justui.hints import near
from justui.marks import FOLLOWS
from justui.safety import Wire, safe_srcset, safe_url
from justui.state import Reactive

__all__ = ["Attribute", "Choice", "Flag", "Number", "Text", "TrueFalse", "Url", "UrlSet", "Wire"]

if TYPE_CHECKING:
    from justui.component import Component

Get = TypeVar("Get")
Set = TypeVar("Set")


class Attribute(Generic[Get, Set]):
    """One HTML attribute of a component class: reads None when unset; setting None removes it."""

    __slots__ = ("html", "name")

    def __init__(self, html: str | None = None) -> None:
        self.html = html or ""
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.html = self.html or name.rstrip("_").replace("_", "-")

    @overload
    def __get__(self, component: None, owner: type) -> Self: ...
    @overload
    def __get__(self, component: object, owner: type) -> Get | None: ...
    def __get__(self, component: Any, owner: type) -> Self | Get | None:
        if component is None:
            return self
        attributes = component._attributes
        return None if attributes is None else attributes.get(self.html)

    def __set__(self, component: "Component", value: "Set | Reactive[Any] | None") -> None:
        if (type(value) is str and not component._flags & FOLLOWS) or not self.is_followed(component, value):
            component._set_attribute(self.html, None if value is None else self.convert(value))

    def is_followed(self, component: "Component", value: object) -> bool:
        """Let the attribute follow the value when that is a state, and what it followed before no more when it is none."""
        if isinstance(value, Reactive):
            follow(component, self.name, value)
            return True
        if component._flags & FOLLOWS:
            stop_following(component, self.name)
        return False

    def begin(self, component: "Component", value: Any) -> None:
        """Set the first value, given as a keyword: nobody has seen the component, so nothing is marked."""
        if value is not None and (wire := self.convert(value)) is not None:
            if component._attributes is None:
                component._attributes = {self.html: wire}
            else:
                component._attributes[self.html] = wire

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent; None when the attribute shall be absent."""
        raise NotImplementedError


class Text(Attribute[str, str]):
    """Any text."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent. Raises `TreeError` for a list or dict."""
        if type(value) is str:
            return value
        if isinstance(value, (list, tuple, set, frozenset, dict)):
            raise TreeError(f"{self.name}={value!r:.60} is no text. Write {self.name}={_in_words(value)!r:.80}.")
        return str(value)


def _in_words(value: Any) -> str:
    """What a list of classes or a dict of styles means as text."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {one}" for name, one in value.items())
    return " ".join(map(str, value))


class Flag(Attribute[bool, bool]):
    """A boolean attribute: there or not there. Reads False when unset."""

    __slots__ = ()

    if TYPE_CHECKING:

        @overload
        def __get__(self, component: None, owner: type) -> Self: ...
        @overload
        def __get__(self, component: object, owner: type) -> bool: ...
        def __get__(self, component: Any, owner: type) -> Self | bool: ...

    else:

        def __get__(self, component, owner):
            if component is None:
                return self
            attributes = component._attributes
            return attributes is not None and self.html in attributes

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent."""
        return True if value else None


class Number(Attribute[int | float, int | float | str]):
    """A number; a string that is one is taken too."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        return str(value)


class Url(Attribute[str, str]):
    """An address; only schemes that cannot run script are taken."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent."""
        return safe_url(value, self.html)


class UrlSet(Attribute[str, str]):
    """A list of addresses, as in `srcset`."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent."""
        return safe_srcset(value, self.html)


Word = TypeVar("Word", bound=str)


class Choice(Attribute[Word, Word], Generic[Word]):
    """One of a fixed set of words."""

    __slots__ = ("words",)

    def __init__(self, *words: Word, html: str | None = None) -> None:
        super().__init__(html)
        self.words: tuple[str, ...] = words

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent."""
        word = str(value)
        if word not in self.words:
            word = word.lower()
        if word not in self.words:
            raise TreeError(f"{self.name}={word!r} is not one of {', '.join(self.words)}.{near(word, self.words)}")
        return word


class TrueFalse(Attribute[str, bool | str]):
    """The words "true" and "false" (and what else the standard names): takes a bool or the word."""

    __slots__ = ()

    def convert(self, value: Any) -> Wire | None:
        """The value as it is kept and sent."""
        return ("true" if value else "false") if isinstance(value, bool) else str(value)


Begin = Callable[["Component", Any], None]
