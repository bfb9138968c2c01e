"""`Signature`: arguments from the browser against a function's parameters and their type hints, and its result against the last.

The types are msgspec's business, which is imported when the first hint is there. A hint that it does not know is let through.
"""

import functools
import importlib
import inspect
import json
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, NamedTuple, TypeVar

from justui.hints import is_async

Result = TypeVar("Result")

_IN_THREAD: Final = "justui: in a worker thread"
InThread = Annotated[Result, _IN_THREAD]
"""The return hint of an exposed function that runs in a worker thread: `def count() -> ui.InThread[int]`."""

_NATIVE: Final = (bytes, bytearray, memoryview)
"""Types of values that travel as they are, so that no text is taken for one."""
_JSON: Final = (type(None), bool, int, float, str, list, dict)
_EVENT: Final = ("Event", "ui.Event", "justui.Event")
_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_LONGEST: Final = 40
_UNKNOWN: Final[Any] = object()
_WORDS: Final = re.compile(r"Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`")
_PYTHON_NAMES: Final = {"null": "None", "array": "list"}
_JSON_NAMES: Final = re.compile(r"\b(null|array)\b")
_PLACE: Final = re.compile(r" - at (?P<key>`key` in )?`\$?(?P<path>[^`]*)`$")


class WrongArguments(TypeError):
    """What the browser gave cannot be the arguments of the function."""


class Parameter(NamedTuple):
    """One parameter. `hint` is None where anything is taken; `event`: it gets the event, and nothing from the browser."""

    name: str
    hint: Any
    required: bool
    event: bool


class Signature:
    """The parameters of `function`, read once. Without `typed` its hints are not looked at.

    `in_thread`: its return hint says `InThread`; `is_async`: calling it gives a coroutine. `text` is how the signature reads, without what the browser does not give.
    """

    __slots__ = (
        "_by_name",
        "_more",
        "_name",
        "_positional",
        "_result",
        "_simple",
        "_takes_more",
        "in_thread",
        "is_async",
        "text",
    )

    def __init__(self, function: Callable[..., Any], name: str = "", *, typed: bool = True) -> None:
        self._name = name or getattr(function, "__name__", type(function).__name__)
        hints = _hints_of(function) if typed else {}
        result = hints.get("return", _UNKNOWN)
        self.in_thread = _IN_THREAD in getattr(result, "__metadata__", ())
        self.is_async = is_async(function)
        self._result = _plain(result)
        self._positional: list[Parameter] = []
        self._by_name: dict[str, Parameter] = {}
        self._takes_more = False
        self._more: Any = None
        shown = []
        for parameter in _parameters_of(function):
            hint = hints.get(parameter.name, _UNKNOWN)
            event = _is_event(parameter, hint)
            if not event:
                shown.append(parameter)
            one = Parameter(parameter.name, _checked(hint), parameter.default is parameter.empty, event)
            if parameter.kind in _POSITIONAL:
                self._positional.append(one)
            elif parameter.kind is parameter.KEYWORD_ONLY:
                self._by_name[parameter.name] = one
            elif parameter.kind is parameter.VAR_POSITIONAL:
                self._takes_more, self._more = True, one.hint
        self._simple = not self._by_name and not any(one.event for one in self._positional)
        self.text = _text(shown, hints.get("return", inspect.Signature.empty)) if typed else ""

    def bind(self, arguments: list[Any], event: Any, *, loose: bool = False) -> tuple[list[Any], dict[str, Any]]:
        """The arguments, positional and by name, for what the browser gave. `loose`: what is too much is left away.

        One object behind the positional ones fills parameters that go by name alone. Raises `WrongArguments`.
        """
        if self._simple and len(arguments) == len(self._positional):  # as it nearly always is
            convert = self._convert
            return [convert(one, of.hint, of.name) for one, of in zip(arguments, self._positional, strict=True)], {}
        slots = [parameter for parameter in self._positional if not parameter.event]
        by_name = {name: event for name, parameter in self._by_name.items() if parameter.event}
        given = arguments
        if len(given) > len(slots) and not self._takes_more:
            named = given[-1] if len(given) == len(slots) + 1 else None
            if not loose and isinstance(named, dict) and len(self._by_name) > len(by_name):
                by_name |= self._named(named)
            elif not loose:
                raise WrongArguments(self._too_many(slots, len(given)))
            given = given[: len(slots)]
        self._check_missing(slots, given, by_name)
        return self._placed(given, event, by_name), by_name

    def _placed(self, given: list[Any], event: Any, by_name: dict[str, Any]) -> list[Any]:
        """The positional arguments, the event among them; behind parameters that are left out it goes by name."""
        rest = iter(given)
        placed: list[Any] = []
        left_out = False
        for parameter in self._positional:
            value = event if parameter.event else next(rest, _UNKNOWN)
            if value is _UNKNOWN:
                left_out = True
            elif left_out:
                by_name[parameter.name] = value
            else:
                placed.append(value if parameter.event else self._convert(value, parameter.hint, parameter.name))
        placed += [self._convert(value, self._more, "an argument") for value in rest]
        return placed

    def _named(self, named: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for name, value in named.items():
            parameter = self._by_name.get(name)
            if parameter is None or parameter.event:
                raise WrongArguments(f"{self._name}() got an unexpected keyword argument {name!r:.60}")
            found[name] = self._convert(value, parameter.hint, name)
        return found

    def _check_missing(self, slots: list[Parameter], given: list[Any], by_name: Mapping[str, Any]) -> None:
        missing = [repr(parameter.name) for parameter in slots[len(given) :] if parameter.required]
        if missing:
            raise WrongArguments(f"{self._name}() missing {_counted(missing, 'positional')}")
        missing = [repr(name) for name, one in self._by_name.items() if one.required and name not in by_name]
        if missing:
            raise WrongArguments(f"{self._name}() missing {_counted(missing, 'keyword-only')}")

    def _too_many(self, slots: list[Parameter], count: int) -> str:
        least = sum(parameter.required for parameter in slots)
        takes = f"{len(slots)}" if least == len(slots) else f"from {least} to {len(slots)}"
        s = "" if takes == "1" else "s"
        return (
            f"{self._name}() takes {takes} positional argument{s} but {count} {'was' if count == 1 else 'were'} given"
        )

    def _convert(self, value: Any, hint: Any, name: str) -> Any:
        if hint is None:
            return value
        if hint is Callable:
            if callable(value):
                return value
            raise WrongArguments(f"{self._name}: {name} wants a function, got {_shown(value)}")
        spec = _msgspec()
        try:
            return spec.convert(value, hint, strict=True, builtin_types=_NATIVE)
        except spec.ValidationError as error:
            raise WrongArguments(f"{self._name}: {name}{_problem(str(error), value)}") from None

    def check_result(self, value: Any) -> None:
        """Raise `TypeError` where the result is not what its hint says. Only hints of plain values are looked at."""
        if self._result is None:
            return
        spec = _msgspec()
        try:
            spec.convert(value, self._result, strict=True, builtin_types=_NATIVE)
        except spec.ValidationError as error:
            raise TypeError(f"{self._name}: its result{_problem(str(error), value)}") from None


# Reading hints


def _parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # of a function written in C that does not tell: it may take anything
        return [inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL)]


def _hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The type hints that can be resolved; the others are missing."""
    plain: Any = inspect.unwrap(function)
    while isinstance(plain, functools.partial):
        plain = inspect.unwrap(plain.func)
    if not inspect.isroutine(plain):
        plain = type(plain).__call__
    names = getattr(plain, "__globals__", None)
    found: dict[str, Any] = {}
    for name, hint in getattr(plain, "__annotations__", {}).items():
        one = types.SimpleNamespace(__annotations__={name: hint})
        try:
            found |= typing.get_type_hints(one, globalns=names, include_extras=True)
        except Exception:  # noqa: BLE001, S112 - a hint is any expression; what it needs may be known to type checkers alone
            continue
    return found


def _is_event(parameter: inspect.Parameter, hint: Any) -> bool:
    """Whether a parameter is filled with the event. Known by its name: the class itself lives on a higher floor."""
    hint = parameter.annotation if hint is _UNKNOWN else hint
    if hint in _EVENT or (isinstance(hint, type) and (hint.__module__, hint.__name__) == ("justui.events", "Event")):
        return True
    return parameter.name == "msg" and hint in (parameter.empty, Any)


def _checked(hint: Any) -> Any:
    """The hint by which values are converted: None where none is, `Callable` where only a function will do."""
    if hint is _UNKNOWN or hint in (Any, object):
        return None
    if hint is typing.Callable or typing.get_origin(hint) is Callable or hint is Callable:
        return Callable
    return hint if _is_known(hint) else None


def _plain(hint: Any) -> Any:
    """A return hint that says enough of a plain value to be looked at; None for any other."""
    if hint is _UNKNOWN or hint in (Any, object):
        return None
    kinds = set(_leaves(hint))
    return hint if kinds and kinds <= set(_JSON) and _is_known(hint) else None


def _leaves(hint: Any) -> Iterator[Any]:
    """The types that a hint is made of; of what is no plain type something that is none."""
    origin = typing.get_origin(hint)
    if origin is Annotated:
        yield from _leaves(typing.get_args(hint)[0])
    elif origin is typing.Literal:
        yield from map(type, typing.get_args(hint))
    elif origin in (typing.Union, types.UnionType, list, dict):
        if origin in (list, dict):
            yield origin
        for part in typing.get_args(hint):
            if part not in (Any, object):
                yield from _leaves(part)
    else:
        yield type(None) if hint is None else hint if isinstance(hint, type) else object


@functools.cache
def _msgspec() -> Any:
    return importlib.import_module("msgspec")


def _is_known(hint: Any) -> bool:
    """Whether msgspec can check a hint through and through."""
    inspecting = importlib.import_module("msgspec.inspect")
    try:
        return not _has_custom(inspecting.type_info(hint), inspecting, set())
    except Exception:  # noqa: BLE001 - a hint may be anything, and what it is made of too
        return False


def _has_custom(info: Any, inspecting: Any, seen: set[int]) -> bool:
    """Whether a type of the program's own that msgspec cannot look into is part of a type."""
    if isinstance(info, inspecting.CustomType):
        return info.cls is not object
    if isinstance(info, tuple):
        return any(_has_custom(part, inspecting, seen) for part in info)
    if not isinstance(info, (inspecting.Type, inspecting.Field)) or id(info) in seen:
        return False
    seen.add(id(info))
    return any(_has_custom(getattr(info, name), inspecting, seen) for name in info.__struct_fields__)


# Words


def _counted(names: list[str], kind: str) -> str:
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])}{',' if len(names) > 2 else ''} and {names[-1]}"
    return f"{len(names)} required {kind} argument{'s' if len(names) > 1 else ''}: {listed}"


def _problem(message: str, value: Any) -> str:
    """What msgspec says of a value, behind the name of a parameter: `.size[1] wants int, got str`."""
    place = _PLACE.search(message)
    path = ""
    if place is not None:
        message = message[: place.start()]
        path = f": a key of {place['path'] or 'it'}" if place["key"] else place["path"]
    words = _WORDS.fullmatch(message)
    if words is not None:
        return f"{path} wants {_python(words['wanted'])}, got {_python(words['got']) if path else _shown(value)}"
    if message.startswith("Expected "):
        return f"{path} wants {_python(message[9:])}"
    return f"{path}: {_python(message[:1].lower() + message[1:])}"


def _python(words: str) -> str:
    """Names of types as Python has them."""
    return _JSON_NAMES.sub(lambda found: _PYTHON_NAMES[found[0]], words.replace("`", ""))


def _shown(value: Any) -> str:
    """A value as an error has it: `"x" (str)`."""
    if value is None:
        return "None"
    if isinstance(value, str):
        text = json.dumps(value[:_LONGEST], ensure_ascii=False) + ("…" if len(value) > _LONGEST else "")
    elif isinstance(value, (bool, int, float)):
        text = repr(value)[:_LONGEST]
    else:
        return f"{'an' if type(value).__name__[0] in 'aeiouAEIOU' else 'a'} {type(value).__name__}"
    return f"{text} ({type(value).__name__})"


def _text(parameters: list[inspect.Parameter], result: Any) -> str:
    if getattr(result, "__metadata__", None):
        result = typing.get_args(result)[0]
    if result is _UNKNOWN:
        result = inspect.Signature.empty
    try:
        return str(inspect.Signature(parameters, return_annotation=result))
    except ValueError:  # a default before what has none, because a parameter between them is the event's
        return f"({', '.join(parameter.name for parameter in parameters)})"
