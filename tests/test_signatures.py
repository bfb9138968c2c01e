"""Arguments of browsers against signatures and hints: what fits, what is converted, what an error says."""

import dataclasses
import datetime
import enum
import functools
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, TypedDict, TypeVar
from uuid import UUID

import pytest

import justui as ui
from justui.signatures import InThread, Signature, WrongArguments

T = TypeVar("T")
EVENT = object()


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Point:
    x: int
    y: list[int]


class Order(TypedDict):
    item: str
    count: int


class Pair(NamedTuple):
    name: str
    size: int


class Own:
    """A class of which msgspec knows nothing."""


def bound(function: Callable[..., Any], *arguments: Any, loose: bool = False) -> Any:
    """What a function gives that is called as a browser calls it."""
    given, keywords = Signature(function).bind(list(arguments), EVENT, loose=loose)
    return function(*given, **keywords)


def refusal(function: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(WrongArguments) as caught:
        bound(function, *arguments)
    return str(caught.value)


def typed(hint: Any) -> Callable[..., Any]:
    def take(value: Any) -> Any:
        return value

    take.__annotations__ = {"value": hint}
    return take


# Counts


def two(a, b):  # type: ignore[no-untyped-def]
    return a, b


def three(a, b=2, *, c=3):  # type: ignore[no-untyped-def]
    return a, b, c


def by_name(a, *, b, c=3):  # type: ignore[no-untyped-def]
    return a, b, c


def many(a, *more):  # type: ignore[no-untyped-def]
    return a, more


@pytest.mark.covers("WO-02")
@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (two, ()),
        (two, (1,)),
        (two, (1, 2, 3)),
        (three, (1, 2, 3)),
        (three, ()),
        (by_name, (1,)),
        (many, ()),
        (lambda: None, (1,)),
        (lambda a, b, c: None, ()),
        (lambda a, b=1: None, (1, 2, 3, 4)),
    ],
)
def test_a_wrong_count_reads_as_in_python(function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError) as python:
        function(*arguments)
    said = refusal(function, *arguments)
    assert said.partition("()")[2] == str(python.value).partition("()")[2].partition(" positional arguments (and")[0]


def test_parameters_are_filled_as_in_python() -> None:
    assert bound(two, 1, 2) == (1, 2)
    assert bound(three, 1) == (1, 2, 3)
    assert bound(many, 1, 2, 3) == (1, (2, 3))
    assert bound(functools.partial(two, 1), 2) == (1, 2)
    assert bound([].append, 1) is None
    assert bound(max, 1, 2) == 2


def test_one_object_behind_the_arguments_goes_by_name() -> None:
    assert bound(three, 1, 5, {"c": 6}) == (1, 5, 6)
    assert bound(by_name, 1, {"b": 2}) == (1, 2, 3)
    assert bound(three, 1, {"c": 6}) == (1, {"c": 6}, 3)  # there is a place for it
    assert refusal(by_name, 1, {"d": 2}) == "by_name() got an unexpected keyword argument 'd'"
    assert "takes 2 positional arguments but 3 were given" in refusal(two, 1, 2, {"a": 3})


def test_what_is_too_much_is_left_away_for_functions_that_were_passed() -> None:
    assert bound(two, 1, 2, 3, loose=True) == (1, 2)
    assert bound(lambda: 5, 1, {"a": 2}, loose=True) == 5
    with pytest.raises(WrongArguments):
        bound(two, 1, loose=True)


def test_the_event_is_ours_and_never_the_browsers() -> None:
    def first(msg, a):  # type: ignore[no-untyped-def]
        return msg, a

    def last(a, b=2, said: ui.Event = None):  # type: ignore[assignment, no-untyped-def]
        return a, b, said

    def named(a, *, msg):  # type: ignore[no-untyped-def]
        return a, msg

    def message(msg: str) -> str:
        return msg

    assert bound(first, 1) == (EVENT, 1)
    assert bound(last, 1) == (1, 2, EVENT)
    assert bound(last, 1, 5) == (1, 5, EVENT)
    assert bound(named, 1) == (1, EVENT)
    assert bound(message, "typed by a person") == "typed by a person"
    assert "takes 1 positional argument but 2 were given" in refusal(first, 1, "forged")
    assert "takes 1 positional argument but 2 were given" in refusal(named, 1, {"msg": "forged"})
    assert Signature(first).text == "(a)"


def test_an_event_by_the_text_of_its_hint() -> None:
    def take(said: "ui.Event", a: "int") -> Any:
        return said, a

    given, _ = Signature(take, typed=False).bind([1], EVENT, loose=True)
    assert given == [EVENT, 1]


# Types


@pytest.mark.parametrize(
    ("hint", "value", "taken"),
    [
        (int, 3, 3),
        (float, 3, 3.0),
        (str, "x", "x"),
        (bytes, b"x", b"x"),
        (None, None, None),
        (int | None, None, None),
        (int | str, "x", "x"),
        (list[int], [1, 2], [1, 2]),
        (tuple[int, str], [1, "a"], (1, "a")),
        (set[int], [1, 1], {1}),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (Literal["a", "b"], "b", "b"),
        (Color, "red", Color.RED),
        (datetime.date, "2026-11-21", datetime.date(2026, 11, 21)),
        (datetime.datetime, "2026-11-21T06:30:00Z", datetime.datetime(2026, 11, 21, 6, 30, tzinfo=datetime.UTC)),
        (datetime.time, "06:30:00", datetime.time(6, 30)),
        (UUID, "12345678-1234-5678-1234-567812345678", UUID("12345678-1234-5678-1234-567812345678")),
        (Point, {"x": 1, "y": [2]}, Point(1, [2])),
        (list[Point], [{"x": 1, "y": []}], [Point(1, [])]),
        (Order, {"item": "tea", "count": 2}, {"item": "tea", "count": 2}),
        (Pair, ["tea", 2], Pair("tea", 2)),
        (Annotated[int, "of people"], 3, 3),
        # Let through: nobody knows what is meant.
        (Any, [1], [1]),
        (object, [1], [1]),
        (Own, {"a": 1}, {"a": 1}),
        (list[Own], "x", "x"),
        (Own | int, "x", "x"),
        (T, "x", "x"),
        ("NoSuchName", "x", "x"),
        ("1 +", "x", "x"),
        (5, "x", "x"),
        ([int], "x", "x"),
    ],
)
def test_values_of_their_types(hint: Any, value: Any, taken: Any) -> None:
    got = bound(typed(hint), value)
    assert got == taken
    assert type(got) is type(taken)


@pytest.mark.parametrize(
    ("hint", "value", "words"),
    [
        (int, "x", 'take: value wants int, got "x" (str)'),
        (int, 1.5, "take: value wants int, got 1.5 (float)"),
        (int, True, "take: value wants int, got True (bool)"),
        (float, None, "take: value wants float, got None"),
        (str, [1], "take: value wants str, got a list"),
        (bytes, "aGk=", 'take: value wants bytes, got "aGk=" (str)'),
        (int | None, "x", 'take: value wants int | None, got "x" (str)'),
        (str, 5, "take: value wants str, got 5 (int)"),
        (int, "x" * 100, f'take: value wants int, got "{"x" * 40}"… (str)'),
        (list[int], {"a": 1}, "take: value wants list, got a dict"),
        (list[int], [1, "a"], "take: value[1] wants int, got str"),
        (Point, {"x": 1, "y": [1, None]}, "take: value.y[1] wants int, got None"),
        (Point, {"x": 1}, "take: value: object missing required field y"),
        (Color, "green", "take: value: invalid enum value 'green'"),
        (Literal["a"], "b", "take: value: invalid enum value 'b'"),
        (dict[int, str], {"a": "b"}, "take: value: a key of it wants int, got str"),
        (Callable[[int], int], 5, "take: value wants a function, got 5 (int)"),
    ],
)
def test_an_error_names_the_parameter_and_the_place(hint: Any, value: Any, words: str) -> None:
    assert refusal(typed(hint), value) == words


def test_functions_fit_where_functions_are_meant() -> None:
    def call_back() -> None:
        """Stand for a function of the browser's."""

    for hint in (Callable, Callable[..., Any], Callable[[int], str] | None, Any):
        assert bound(typed(hint), call_back) is call_back
    assert "wants int, got a function" in refusal(typed(int), call_back)


def test_methods_and_decorated_functions_have_hints() -> None:
    class Sampler:
        def set_rate(self, rate: int) -> int:
            return rate

        def __call__(self, rate: int) -> int:
            return rate

    @functools.wraps(typed(int))
    def wrapped(*arguments: Any) -> Any:
        return arguments

    wrapped.__wrapped__ = typed(int)
    assert "rate wants int" in refusal(Sampler().set_rate, "x")
    assert "rate wants int" in refusal(Sampler(), "x")
    assert "value wants int" in refusal(wrapped, "x")
    assert bound(Sampler().set_rate, 5) == 5


def test_each_further_argument_has_the_hint_of_them_all() -> None:
    def total(*numbers: int) -> int:
        return sum(numbers)

    assert bound(total, 1, 2) == 3
    assert "an argument wants int" in refusal(total, 1, "x")


# Results


@pytest.mark.parametrize(
    ("hint", "result", "words"),
    [
        (int, "x", 'take: its result wants int, got "x" (str)'),
        (None, 5, "take: its result wants None, got 5 (int)"),
        (list[int], [1, "a"], "take: its result[1] wants int, got str"),
        (InThread[int], "x", 'take: its result wants int, got "x" (str)'),
        (int, 5, ""),
        (float, 5, ""),
        (dict[str, Any], {"a": Own()}, ""),
        (Own, 5, ""),
        (datetime.date, 5, ""),  # it says too little of what is sent
        (InThread[int], 5, ""),
        (InThread, 6, ""),
    ],
)
def test_results_against_plain_hints(hint: Any, result: Any, words: str) -> None:
    function = typed(Any)
    function.__annotations__["return"] = hint
    if not words:
        Signature(function).check_result(result)
        return
    with pytest.raises(TypeError) as caught:
        Signature(function).check_result(result)
    assert str(caught.value) == words


@pytest.mark.covers("WO-28")
def test_the_return_hint_says_in_a_thread() -> None:
    def slow(seconds: int) -> ui.InThread[int]:
        return seconds

    assert Signature(slow).in_thread
    assert not Signature(two).in_thread
    assert Signature(slow).text == "(seconds: int) -> int"


def test_the_text_of_a_signature() -> None:
    def f(a: int, b: str = "x", *, c: float = 1.5) -> list[int]:
        return []

    assert Signature(f).text == "(a: int, b: str = 'x', *, c: float = 1.5) -> list[int]"
    assert Signature(lambda a=1, msg=None: None).text == "(a=1)"
