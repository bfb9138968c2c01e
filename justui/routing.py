"""Page functions: what they want of a request, and that it can be given. Part of the App's floor; serves nothing itself."""

import enum
import inspect
import types
import typing
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, Union, get_args, get_origin
from uuid import UUID

from starlette.requests import Request

from justui.errors import HandlerError

PageFunction = Callable[..., Any]

_SIMPLE: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
    UUID: UUID,
}
_WORDS = {
    "1": True,
    "true": True,
    "on": True,
    "yes": True,
    "0": False,
    "false": False,
    "off": False,
    "no": False,
    "": False,
}


class BadParameter(ValueError):
    """A path or query parameter that is missing or has the wrong type; the message names it."""


def arguments_for(function: PageFunction) -> Callable[[Request], dict[str, Any]]:
    """How to fill the parameters of a page function from a request.

    Parameters named like path or query parameters are converted by their annotations; one called `request`, annotated as
    one, or the only one without a name that fits, is the request. Raises `HandlerError` for a function that wants more.
    """
    if not callable(function):
        raise HandlerError(f"A route wants a function, got {function!r}. Write the function's name, without brackets.")
    signature = inspect.signature(function)
    hints = _hints(function)
    parameters = [
        item for item in signature.parameters.values() if item.kind not in (item.VAR_POSITIONAL, item.VAR_KEYWORD)
    ]
    keys = {item.name: _key(item, hints.get(item.name)) for item in parameters}
    name = getattr(function, "__name__", repr(function))

    def fill(request: Request) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for item in parameters:
            values.update(_one(name, item, keys[item.name], request, len(parameters)))
        return values

    positional = [item.name for item in parameters if item.kind is item.POSITIONAL_ONLY]
    if positional:
        raise HandlerError(f"{name}({', '.join(positional)}, /): a page function's parameters are given by name.")
    return fill


def _hints(function: PageFunction) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except (NameError, TypeError):
        return {}


def _key(item: inspect.Parameter, annotation: Any) -> Any:
    if item.name == "request" or (isinstance(annotation, type) and issubclass(annotation, Request)):
        return Request
    return item.empty if annotation is None else annotation


def _one(function: str, item: inspect.Parameter, annotation: Any, request: Request, count: int) -> dict[str, Any]:
    name = item.name
    if annotation is Request:
        return {name: request}
    if name in request.path_params:
        value = request.path_params[name]
        return {name: convert(value, annotation, name) if isinstance(value, str) else value}
    if name in request.query_params:
        many = get_origin(annotation) in (list, tuple, set)
        return {
            name: convert(request.query_params.getlist(name) if many else request.query_params[name], annotation, name)
        }
    if item.default is not item.empty:
        return {}
    if count == 1 and annotation is item.empty:
        return {name: request}
    raise BadParameter(f"{function}() wants the parameter {name}, for example ?{name}=…")


def convert(value: Any, annotation: Any, name: str) -> Any:
    """`value`, a string or a list of them, as its annotation says. Raises `BadParameter` naming the parameter."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return convert(value, next(kind for kind in get_args(annotation) if kind is not type(None)), name)
    if origin in (list, tuple, set):
        kind = (get_args(annotation) or (str,))[0]
        return origin(convert(item, kind, name) for item in value)
    try:
        if annotation is bool:
            return _WORDS[value.lower()]
        if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
            return annotation(value)
        return _SIMPLE.get(annotation, str)(value)
    except (ValueError, KeyError):
        kind = getattr(annotation, "__name__", str(annotation))
        raise BadParameter(f"{name}={value!r:.60} is not a valid {kind}") from None
