"""`Functions`: Python's functions that the page of one tab may call, by their numbers, as long as it holds them."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from justui.errors import Refused

LIMIT: Final = 10_000
"""Functions of one tab. A page that holds more loses track of them, or the program gives the same one again and again."""


class Functions:
    """The functions that were given to one tab, and that its page still holds."""

    __slots__ = ("_functions",)

    def __init__(self) -> None:
        self._functions: dict[int, Callable[..., Any]] = {}

    def add(self, number: int, function: Callable[..., Any]) -> None:
        """Let the page call a function. Raises `Refused` past the limit."""
        if len(self._functions) >= LIMIT:
            raise Refused(
                f"The page holds {LIMIT} functions of Python's. Give it each once, and replace or delete what holds the old ones."
            )
        self._functions[number] = function

    def get(self, number: int) -> Callable[..., Any] | None:
        """The function with this number; None when the page has let go of it, or never had it."""
        return self._functions.get(number)

    def free(self, numbers: Iterable[int]) -> None:
        """The page has let go of these."""
        for number in numbers:
            self._functions.pop(number, None)

    def clear(self) -> None:
        """The tab has gone."""
        self._functions.clear()

    def __len__(self) -> int:
        return len(self._functions)
