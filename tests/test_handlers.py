"""What can be a handler, how it is called, and how the browser is told."""

import functools
from typing import Any

import pytest

import justui as ui
from justui.handlers import EVENTS, Handler, arity_of, bind, check_event, event_options, split_event, token

LABEL = 'on_click of Button "Save"'


def none() -> str:
    return "none"


def one(msg: Any) -> Any:
    return ("one", msg)


def two(component: Any, msg: Any) -> Any:
    return ("two", component, msg)


async def slow(msg: Any) -> None: ...


def default(row: Any = 1, msg: Any = 2) -> Any:
    return ("default", row, msg)


def mixed(msg: Any, row: Any = 1, *more: Any, key: Any = None, **rest: Any) -> Any:
    return ("mixed", msg, row)


def three(self: Any, msg: Any, row: Any) -> None: ...
def keyword(msg: Any, *, row: Any) -> None: ...
def any_number(*everything: Any) -> int:
    return len(everything)


class Methods:
    def none(self) -> str:
        return "none"

    def one(self, msg: Any) -> Any:
        return ("one", msg)

    def three(self, component: Any, msg: Any, row: Any) -> None: ...

    @classmethod
    def of_class(cls, msg: Any) -> Any:
        return ("class", msg)

    @staticmethod
    def static(msg: Any) -> Any:
        return ("static", msg)

    def __call__(self, msg: Any) -> Any:
        return ("called", msg)


@functools.wraps(one)
def wrapper(*arguments: Any, **keywords: Any) -> Any:
    return one(*arguments, **keywords)


TAKEN: dict[str, tuple[Any, int]] = {
    "none": (none, 0),
    "one": (one, 1),
    "two": (two, 2),
    "async": (slow, 1),
    "lambda": (lambda: 1, 0),
    "defaults": (default, 0),
    "mixed": (mixed, 1),
    "any number": (any_number, 0),
    "bound method": (Methods().one, 1),
    "bound method without": (Methods().none, 0),
    "class method": (Methods.of_class, 1),
    "static method": (Methods.static, 1),
    "callable object": (Methods(), 1),
    "partial": (functools.partial(two, "component"), 1),
    "partial with keyword": (functools.partial(keyword, row=1), 1),
    "decorated": (wrapper, 1),
    "built-in": (print, 0),
    "method of a list": ([].append, 1),
    "class": (dict, 0),
}


@pytest.mark.parametrize("name", TAKEN)
def test_the_required_positional_parameters_decide(name: str) -> None:
    function, arity = TAKEN[name]
    assert arity_of(function, LABEL) == arity


@pytest.mark.parametrize(
    ("function", "result"),
    [
        (none, "none"),
        (one, ("one", "msg")),
        (two, ("two", "component", "msg")),
        (default, ("default", 1, 2)),
        (mixed, ("mixed", "msg", 1)),
        (any_number, 0),
        (wrapper, ("one", "msg")),
        (functools.partial(two, "given"), ("two", "given", "msg")),
    ],
    ids="none one two default mixed any_number wrapped partial".split(),
)
def test_it_is_called_the_way_it_wants(function: Any, result: Any) -> None:
    handler = Handler(function, arity_of(function, LABEL), "click")
    assert handler.call("component", "msg") == result


REFUSED: dict[str, tuple[Any, str]] = {
    "three": (
        three,
        (
            r'on_click of Button "Save": three\(self, msg, row\) wants 3 arguments; a handler takes none, \(msg\) or '
            r"\(self, msg\)\. To pass row: lambda msg, row=row: three\(msg, row\)"
        ),
    ),
    "three of a method": (Methods().three, r"three\(component, msg, row\) wants 3 arguments.*To pass component"),
    "keyword": (keyword, r"keyword wants row= by name.*To pass row: lambda msg, row=row: keyword\(msg, row=row\)"),
    "partial": (functools.partial(three, row=1, msg=2).func, r"wants 3 arguments"),
    "nameless": (functools.partial(lambda a, b, c, d: None, 1), r"fn\(b, c, d\) wants 3 arguments"),
    "None": (None, r'on_click of Button "Save" got None, not a function\. Write on_click=the function\'s name'),
    "number": (5, "got 5, not a function"),
    "string": ("alert(1)", "got a string. Strings of code are refused: write a Python function and pass it"),
    "component": (ui.Div(), "got <Div.*not a function"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_handler_is_refused(name: str) -> None:
    function, words = REFUSED[name]
    with pytest.raises(ui.HandlerError, match=words):
        arity_of(function, LABEL)
    with pytest.raises(TypeError):
        arity_of(function, lambda: LABEL)


def test_a_label_is_asked_for_only_when_it_is_needed() -> None:
    def label() -> str:
        raise AssertionError

    assert arity_of(one, label) == 1


@pytest.mark.filterwarnings("error")
def test_a_coroutine_is_closed() -> None:
    with pytest.raises(ui.HandlerError, match=r"got a coroutine: write on_click=slow, or on_click=lambda: slow\(…\)"):
        arity_of(slow(1), LABEL)  # type: ignore[arg-type]


# Names


@pytest.mark.parametrize(
    ("name", "event", "outside"),
    [
        ("click", "click", False),
        ("on_click", "click", False),
        ("onclick", "click", False),
        ("click__out", "click", True),
        ("on_click__out", "click", True),
        ("on_once", "once", False),
        ("once", "once", False),
    ],
)
def test_events_are_written_in_several_ways(name: str, event: str, outside: bool) -> None:
    assert split_event(name) == (event, outside)


def test_every_event_is_one() -> None:
    for event in EVENTS:
        check_event(event, "Div")
    assert {"click", "input", "keydown", "pointerdown", "animationend", "paste", "toggle"} <= EVENTS


def test_an_unknown_event_is_named_with_the_nearest() -> None:
    with pytest.raises(ui.HandlerError) as error:
        check_event("clik", "Button")
    assert str(error.value) == (
        "Button has no event 'clik'. Did you mean click? For an event of your own: .on('clik', fn, custom=True)."
    )


@pytest.mark.parametrize("good", ["Enter", "a", "A", "ArrowDown", "ä", "?", "/", ".", "my-event", "a.b", "1", "€"])
def test_keys_and_names_that_can_stand_in_a_spec(good: str) -> None:
    assert token(good) == good


@pytest.mark.parametrize(
    "bad", ["", " ", ":", ";", "|", "+", ",", "a b", "a:b", "a;b", "a\n", "\n", "\0", "1a", "<b>", "日 "]
)
def test_names_that_would_break_a_spec_are_refused(bad: str) -> None:
    with pytest.raises(ui.HandlerError, match="cannot be the name"):
        token(bad)


# Specs


def options(**given: Any) -> str:
    wanted: dict[str, Any] = dict.fromkeys(("debounce", "throttle"))
    wanted.update(dict.fromkeys(("immediate", "prevent", "stop", "once"), False), modifiers="", fields=())
    return event_options(**{**wanted, **given})


@pytest.mark.parametrize(
    ("given", "spec"),
    [
        ({}, ""),
        ({"debounce": 300}, "d300"),
        ({"debounce": 0}, "d0"),
        ({"throttle": 99.6}, "t100"),
        ({"debounce": 5, "immediate": True}, "d5;i"),
        ({"prevent": True, "stop": True, "once": True}, "p;s;o"),
        ({"modifiers": "Ctrl+Shift"}, "m=ctrl+shift"),
        ({"fields": ("pageX", "target.id")}, "f=pageX+target.id"),
    ],
)
def test_options_of_a_spec(given: dict[str, Any], spec: str) -> None:
    assert options(**given) == spec


@pytest.mark.parametrize("milliseconds", [-1, 3_600_001, float("nan"), float("inf")])
def test_times_have_bounds(milliseconds: float) -> None:
    for name in ("debounce", "throttle"):
        with pytest.raises(ui.HandlerError, match="milliseconds from 0 to 3,600,000"):
            options(**{name: milliseconds})


@pytest.mark.parametrize("modifiers", ["control", "ctrl,shift", "ctrl+", "+"])
def test_modifiers_are_known(modifiers: str) -> None:
    with pytest.raises(ui.HandlerError, match="is no modifier; there are ctrl, shift, alt, meta"):
        options(modifiers=modifiers)


def test_the_name_of_an_entry() -> None:
    assert bind(none, "click", LABEL)[0] == "click"
    assert bind(none, "keydown", LABEL, key="Enter")[0] == "keydown.Enter"
    assert bind(none, "keydown", LABEL, key=" ")[0] == "keydown.Space"
    entry, handler = bind(none, "click", LABEL, outside=True, options="o")
    assert (entry, handler.spec) == ("click__out", "click__out:o")
