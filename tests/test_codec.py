"""Values that travel: what is accepted, how it arrives, and what is refused with its place."""

import dataclasses
import enum
import math
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as some

from justui import wire
from justui.codec import DEPTH, Packed, pack, unpack
from justui.errors import WireError


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    y: Any = None
    _hidden: int = 7


def travelled(value: Any, function: Any = None) -> Any:
    """`value` as it comes back from a browser that answers with the same."""
    packed = pack(value)
    text, blobs = wire.split_message(wire.join_message(wire.encode([packed.value]), packed.blobs))
    return unpack(wire.decode(text, 32), blobs, function)[0]


@pytest.mark.covers("JM-06")
@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (-0.5, -0.5),
        ("é 🎈 </script> \" ' \n \0 \u2028", "é 🎈 </script> \" ' \n \0 \u2028"),
        ((1, (2, 3)), [1, [2, 3]]),
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
        ({1: "one", None: 0, 2.5: 1}, {"1": "one", "null": 0, "2.5": 1}),
        (math.nan, None),
        ([math.inf, {"x": -math.inf}], [None, {"x": None}]),
        ("\0", "\0"),
        (b"\0\xff", b"\0\xff"),
        ({"one": b"1", "two": [bytearray(b"2"), memoryview(b"3")]}, {"one": b"1", "two": [b"2", b"3"]}),
        ({"$": 1}, {"$": 1}),
        ({"$": ["b", 0]}, {"$": ["b", 0]}),
        ([{"a": {"$": b"x", "b": {"$": 2}}}], [{"a": {"$": b"x", "b": {"$": 2}}}]),
        (datetime(2026, 11, 21, 7, 30, tzinfo=UTC), "2026-11-21T07:30:00+00:00"),
        (Colour.RED, "red"),
        (Point(1), {"x": 1, "y": None}),
        (Point(1, b"y"), {"x": 1, "y": b"y"}),
        ("\ud800!", "\ufffd!"),
        ({"\ud800": "\udfff"}, {"\ufffd": "\ufffd"}),
    ],
)
def test_values_arrive(value: Any, arrives: Any) -> None:
    assert travelled(value) == arrives


_json = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text() | some.binary(max_size=9),
    lambda inner: (
        some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=3) | some.just("$"), inner, max_size=4)
    ),
    max_leaves=6,
)


@given(_json)
def test_whatever_is_data_arrives_as_it_was(value: Any) -> None:
    assert travelled(value) == value


@pytest.mark.covers("JM-18")
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "object cannot travel"),
        ([1, {"when": {2, 3}}], r"\[1\]\.when: set cannot travel .* Send sorted"),
        ({"f": print}, "f: builtin_function_or_method cannot travel .* arguments and assigned values"),
        ([{(1, 2): 3}], r"\[0\]: a key of a dict"),
        (2**60, "more digits than a number of JavaScript keeps"),
    ],
)
def test_what_cannot_travel_is_named_with_its_place(value: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        pack(value)


def test_what_holds_itself_or_is_very_deep_is_refused() -> None:
    inside: list[Any] = []
    inside.append(inside)
    with pytest.raises(TypeError, match="holds itself"):
        pack(inside)
    deep: Any = 1
    for _ in range(DEPTH):
        deep = [deep]
    assert travelled(deep) == deep
    with pytest.raises(TypeError, match=f"deeper than {DEPTH} levels"):
        pack([deep])
    assert travelled("[" * 100) == "[" * 100
    wrapped: Any = 1
    for _ in range(DEPTH // 3):
        wrapped = {"$": wrapped}
    assert travelled(wrapped) == wrapped
    with pytest.raises(TypeError, match="deeper"):
        pack({"$": wrapped})


def test_functions_travel_by_their_numbers() -> None:
    packed = pack({"a": [print], "b": len}, functions=True)
    (one, first), (two, second) = packed.functions
    assert (first, second) == (print, len)
    assert one != two
    assert packed.value == {"a": [{"$": ["f", one]}], "b": {"$": ["f", two]}}


def test_expressions_travel_as_their_steps() -> None:
    class Expression:
        def __wire__(self) -> list[Any]:
            return [0, "cart", ["c", [b"x", (1, 2)]]]

    packed = pack([Expression()])
    assert packed.value == [{"$": ["x", 0, "cart", ["c", [{"$": ["b", 0]}, [1, 2]]]]}]
    assert packed.blobs == [b"x"]


def test_large_plain_values_are_encoded_once() -> None:
    packed = pack(list(range(1000)))
    assert packed == Packed(packed.value, [], [])
    assert isinstance(packed.value, orjson.Fragment)


def test_functions_of_the_browser_are_made_of_their_numbers() -> None:
    assert unpack([{"$": ["f", 3]}], [], lambda number: f"function {number}") == ["function 3"]


@pytest.mark.parametrize(
    "value",
    [
        {"$": ["b", 0]},
        {"$": ["b", -1]},
        {"$": ["b", "0"]},
        {"$": ["b"]},
        {"$": ["f", 1]},
        {"$": ["f", True]},
        {"$": ["x", 0, "title"]},
        {"$": ["o", 1]},
        {"$": ["o", {}], "more": 1},
        {"$": 1},
        {"$": None},
        [{"deep": [{"$": []}]}],
    ],
)
def test_malformed_values_are_refused(value: Any) -> None:
    with pytest.raises(WireError):
        unpack(value, [])


@given(some.binary(max_size=60))
def test_any_bytes_are_a_message_or_an_error(message: bytes) -> None:
    try:
        text, blobs = wire.split_message(message)
    except WireError:
        return
    assert wire.join_message(text, blobs) == message
