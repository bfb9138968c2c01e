"""`Operators`: arithmetic, comparisons and conversions of something whose value has to be fetched first. Fetches nothing itself."""

import operator
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any


class Operators:
    """Every operator asks `_now_` for the value, and works on that. Equality is that of the values, the hash that of the object."""

    __slots__ = ()

    @abstractmethod
    def _now_(self) -> Any:
        """The value. Raises where it cannot be waited for."""

    def __add__(self, other: Any) -> Any:
        return self._now_() + other

    def __radd__(self, other: Any) -> Any:
        return other + self._now_()

    def __sub__(self, other: Any) -> Any:
        return self._now_() - other

    def __rsub__(self, other: Any) -> Any:
        return other - self._now_()

    def __mul__(self, other: Any) -> Any:
        return self._now_() * other

    def __rmul__(self, other: Any) -> Any:
        return other * self._now_()

    def __truediv__(self, other: Any) -> Any:
        return self._now_() / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self._now_()

    def __floordiv__(self, other: Any) -> Any:
        return self._now_() // other

    def __rfloordiv__(self, other: Any) -> Any:
        return other // self._now_()

    def __mod__(self, other: Any) -> Any:
        return self._now_() % other

    def __rmod__(self, other: Any) -> Any:
        return other % self._now_()

    def __pow__(self, other: Any) -> Any:
        return self._now_() ** other

    def __rpow__(self, other: Any) -> Any:
        return other ** self._now_()

    def __and__(self, other: Any) -> Any:
        return self._now_() & other

    def __or__(self, other: Any) -> Any:
        return self._now_() | other

    def __neg__(self) -> Any:
        return -self._now_()

    def __pos__(self) -> Any:
        return +self._now_()

    def __abs__(self) -> Any:
        return abs(self._now_())

    def __round__(self, digits: int | None = None) -> Any:
        return round(self._now_(), digits)

    def __eq__(self, other: object) -> bool:
        return self is other or bool(self._now_() == other)

    def __ne__(self, other: object) -> bool:
        return self is not other and bool(self._now_() != other)

    def __lt__(self, other: Any) -> Any:
        return self._now_() < other

    def __le__(self, other: Any) -> Any:
        return self._now_() <= other

    def __gt__(self, other: Any) -> Any:
        return self._now_() > other

    def __ge__(self, other: Any) -> Any:
        return self._now_() >= other

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return bool(self._now_())

    def __int__(self) -> int:
        return int(self._now_())

    def __float__(self) -> float:
        return float(self._now_())

    def __index__(self) -> int:
        return operator.index(self._now_())

    def __str__(self) -> str:
        return str(self._now_())

    def __format__(self, form: str) -> str:
        return format(self._now_(), form)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._now_())
