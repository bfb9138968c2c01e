"""Values as they travel between Python and the browser: JSON, and beside it bytes, functions and expressions.

In JSON only an object with the key `$` is special; `docs/wire.md`, "Values", has the table. Sends nothing, calls nothing.
"""

import dataclasses
import itertools
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from justui.errors import WireError
from justui.wire import clean

MARK: Final = "$"
BYTES: Final = "b"
FUNCTION: Final = "f"
EXPRESSION: Final = "x"
OBJECT: Final = "o"

DEPTH: Final = 24
"""Levels of lists and objects in one value."""

_WRAPPED: Final = 3
"""Levels that an object with the key `$` takes."""
_LARGEST: Final = 2**53
_function_numbers: Final = itertools.count(1)
_SPELLED: Final = (datetime, date, time, UUID)


class Packed(NamedTuple):
    """A value as it travels: what goes into the JSON, the bytes beside it, and the functions in it by their numbers."""

    value: Any
    blobs: list[bytes]
    functions: list[tuple[int, Callable[..., Any]]]


def pack(value: Any, *, functions: bool = False, expressions: bool = True) -> Packed:
    """`value` as it travels. NaN and infinities become None, dates their ISO text, tuples lists, keys strings.

    With `functions`, callables in it get numbers, and whoever sends the value keeps them. Without `expressions`, those of
    `.js` cannot travel. Raises `TypeError` for what cannot, with its place, such as `[2].owner`.
    """
    if _is_simple(value):
        return Packed(value, [], [])
    try:
        text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_STRICT_INTEGER)
    except TypeError:
        text = b""
    if text and b'"$"' not in text and _is_flat(text):
        return Packed(orjson.Fragment(text), [], [])
    packing = _Packing(functions, expressions)
    packed = packing.pack(value, "", DEPTH)
    if packing.has_nul:
        packed = orjson.Fragment(orjson.dumps(packed))  # as it is: in a frame of ours it would be made clean
    return Packed(packed, packing.blobs, packing.functions)


def _is_simple(value: Any) -> bool:
    """Whether a value travels as it is, which most do."""
    kind = type(value)
    if kind is int:
        return bool(-_LARGEST <= value <= _LARGEST)
    return value is None or kind is bool or (kind is str and value.isascii() and "\0" not in value)


def _is_flat(text: bytes) -> bool:
    """Whether a JSON text is nested no deeper than `DEPTH`, seen by its brackets alone."""
    return text.count(b"[") + text.count(b"{") <= DEPTH or not _is_deep(text)


def _is_deep(text: bytes) -> bool:
    level = deepest = 0
    for byte in text.translate(None, delete=_NOT_BRACKETS):
        level += 1 if byte in b"[{" else -1
        deepest = max(deepest, level)
    return deepest > DEPTH


_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


class _Packing:
    """One value on its way, walked through."""

    def __init__(self, with_functions: bool, with_expressions: bool) -> None:
        self.blobs: list[bytes] = []
        self.functions: list[tuple[int, Callable[..., Any]]] = []
        self.has_nul = False
        self._with_functions = with_functions
        self._with_expressions = with_expressions

    def pack(self, value: Any, place: str, depth: int) -> Any:
        kind = type(value)
        if value is None or kind is bool:
            return value
        if isinstance(value, Enum):
            return self.pack(value.value, place, depth)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int):
            if abs(value) > _LARGEST:
                raise TypeError(f"{_at(place)}{value} has more digits than a number of JavaScript keeps; send str(…)")
            return int(value)
        if isinstance(value, float):
            return value if value - value == 0 else None
        if isinstance(value, (bytes, bytearray, memoryview)):
            self.blobs.append(bytes(value))
            return {MARK: [BYTES, len(self.blobs) - 1]}
        if isinstance(value, _SPELLED):
            return orjson.loads(orjson.dumps(value)) if kind in _SPELLED else str(value)
        return self._pack_more(value, place, depth)

    def _pack_more(self, value: Any, place: str, depth: int) -> Any:
        if hasattr(type(value), "__wire__"):
            if not self._with_expressions:
                raise TypeError(
                    f"{_at(place)}an expression of .js has no value here: await it, and use what that gives"
                )
            return {MARK: [EXPRESSION, *self.expression(value.__wire__(), place, depth)]}
        if depth <= 0:
            raise TypeError(f"{_at(place[:200])}the value is nested deeper than {DEPTH} levels, or holds itself")
        if isinstance(value, Mapping):
            inside = depth - (_WRAPPED if MARK in value else 1)
            packed = {self._key(key, place): self.pack(item, f"{place}.{key}", inside) for key, item in value.items()}
            return {MARK: [OBJECT, packed]} if MARK in packed else packed
        if isinstance(value, (list, tuple)):
            return [self.pack(item, f"{place}[{index}]", depth - 1) for index, item in enumerate(value)]
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return self.pack({name: item for name, item in fields.items() if name[0] != "_"}, place, depth)
        if self._with_functions and callable(value):
            number = next(_function_numbers)
            self.functions.append((number, value))
            return {MARK: [FUNCTION, number]}
        raise TypeError(f"{_at(place)}{_refusal(value)}")

    def _text(self, text: str) -> str:
        if "\0" in text:
            self.has_nul = True
            return "\0".join(map(clean, text.split("\0")))
        return clean(str(text))

    def expression(self, steps: list[Any], place: str, depth: int) -> list[Any]:
        """The steps of an expression, whose lists hold values."""
        return [
            [step[0], *(self.pack(item, place, depth - 1) for item in step[1:])] if isinstance(step, list) else step
            for step in steps
        ]

    def _key(self, key: Any, place: str) -> str:
        if isinstance(key, str):
            return self._text(key)
        if key is None or isinstance(key, (bool, int, float)):
            return orjson.dumps(key).decode()
        raise TypeError(f"{_at(place)}a key of a dict is a string or a number, got {key!r:.60}")


def _at(place: str) -> str:
    return f"{place.removeprefix('.')}: " if place else ""


def _refusal(value: Any) -> str:
    name = type(value).__name__
    advice = ""
    if hasattr(value, "tolist"):
        advice = " Send value.tolist()."
    elif isinstance(value, (set, frozenset)):
        advice = " Send sorted(value), or list(value)."
    elif callable(value):
        advice = " Functions travel as arguments and assigned values of tab.js alone."
    return f"{name} cannot travel to the browser; there are None, bool, int, float, str, bytes, list and dict.{advice}"


def unpack(value: Any, blobs: list[bytes], function: Callable[[int], Any] | None = None) -> Any:
    """The value that has come in `value`, which is changed in place; `function` makes what stands for a function by its number.

    Raises `WireError` for a malformed one.
    """
    if type(value) is list:
        for index, item in enumerate(value):
            if type(item) is list or type(item) is dict:
                value[index] = unpack(item, blobs, function)
        return value
    if type(value) is not dict:
        return value
    if MARK in value:
        return _unpack_special(value, blobs, function)
    return _unpack_items(value, blobs, function)


def _unpack_items(value: dict[str, Any], blobs: list[bytes], function: Callable[[int], Any] | None) -> dict[str, Any]:
    for key, item in value.items():
        if type(item) is list or type(item) is dict:
            value[key] = unpack(item, blobs, function)
    return value


def _unpack_special(value: dict[str, Any], blobs: list[bytes], function: Callable[[int], Any] | None) -> Any:
    match value[MARK]:
        case ["b", int(index)] if 0 <= index < len(blobs) and len(value) == 1:
            return blobs[index]
        case ["f", int(number)] if function is not None and number > 0 and len(value) == 1:
            return function(number)
        case ["o", dict(items)] if len(value) == 1:
            return _unpack_items(items, blobs, function)
    raise WireError("a value has a malformed part")
