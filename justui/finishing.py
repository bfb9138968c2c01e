"""What `after=` takes: functions of the program that see a page function's response before it goes out. Knows no pages."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from justui import handlers
from justui.errors import HandlerError

Finish = Callable[..., Any]
After = Finish | Iterable[Finish] | None
"""A function of the response, or of request and response; or several, in their order."""


class Finishing:
    """The functions of one `after=`. `label` names where they stand. Raises `HandlerError` for what cannot be called so."""

    __slots__ = ("_functions", "_label")

    def __init__(self, after: Any, label: str) -> None:
        if isinstance(after, str) or not (after is None or callable(after) or isinstance(after, Iterable)):
            raise HandlerError(f"after= of {label} wants a function, or a list of them, got {after!r:.60}")
        functions = [] if after is None else [after] if callable(after) else list(after)
        self._label = label
        self._functions = [(function, self._arity(function)) for function in functions]

    def _arity(self, function: Any) -> int:
        if not callable(function):
            raise HandlerError(
                f"after= of {self._label} wants functions, got {function!r:.60}. Write a name, without brackets."
            )
        arity = handlers.arity_of(function, f"after= of {self._label}")
        if arity not in (1, 2):
            raise HandlerError(f"after= of {self._label}: {_name(function)}() takes (response), or (request, response)")
        return arity

    async def finish(self, request: Request, response: Response) -> Response:
        """The response as the functions leave it, or another one that they return.

        Raises what they raise, and `HandlerError` where one returns anything else.
        """
        for function, arity in self._functions:
            result = function(*(request, response)[-arity:])
            if inspect.isawaitable(result):
                result = await result
            if isinstance(result, Response):
                response = result
            elif result is not None:
                raise HandlerError(
                    f"{_name(function)}() in after= of {self._label} returned {result!r:.60}. It returns nothing, or another "
                    "response."
                )
        return response


def _name(function: Finish) -> str:
    return getattr(function, "__name__", type(function).__name__)
