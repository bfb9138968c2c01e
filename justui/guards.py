"""Guards: functions of the program that see a request before a page function does, and see it again when the page's socket comes.

They let it pass by returning nothing. Knows no pages.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

from starlette.requests import Request as AnyRequest
from starlette.responses import Response

from justui import handlers
from justui.errors import HandlerError
from justui.flow import Abort
from justui.request import Request
from justui.session import Session
from justui.visits import KEY, Visit, visiting
from justui.who import Rule, Who, check_rule, is_allowed

Guard = Callable[..., Any]
Before = Guard | Iterable[Guard] | None
"""What `before=` takes: a function of the request, or of nothing; or several, in their order."""


class Guards:
    """The functions of one `before=`, and the rule of one `allow=`, in this order. `label` names where they stand."""

    __slots__ = ("_functions", "_label", "_rule")

    def __init__(self, before: Before, allow: Rule = True, label: str = "App") -> None:
        functions = [] if before is None else [before] if callable(before) else _listed(before, label)
        self._functions = [(function, _arity(function, label)) for function in functions]
        self._rule = check_rule(allow, f"allow= of {label}")
        self._label = label

    def __bool__(self) -> bool:
        return bool(self._functions) or self._rule is not True

    async def stop(self, request: AnyRequest) -> Response | None:
        """What a guard answers instead of the page; None to let the request pass. Raises what a guard raises.

        Raises `Abort` with 403 where the rule says no, `HandlerError` for a guard that returns anything else.
        """
        for function, arity in self._functions:
            result = function(*(request,)[:arity])
            if inspect.isawaitable(result):
                result = await result
            if isinstance(result, Response):
                return result
            if result is not None:
                raise HandlerError(
                    f"{_name(function)}(), a guard in before=, returned {result!r:.60}. It returns nothing to let the request "
                    "pass, or a response; ui.abort(403) or ui.redirect(…) end it. A rule that says True or False is allow=."
                )
        visit: Visit = request.scope[KEY]
        if not is_allowed(self._rule, Who(visit.session, request=request), self._label):
            raise Abort(403, "You may not see this page.")
        return None


NO_GUARDS = Guards(None)
"""Of a page that has none of its own: those of the App apply."""


class Door:
    """The guards that a tab's page has passed, for its socket to pass again, with the request that they saw."""

    __slots__ = ("_guards", "_scope")

    def __init__(self, guards: tuple[Guards, ...], scope: Mapping[str, Any]) -> None:
        self._guards = guards
        self._scope = {key: value for key, value in scope.items() if key not in _NOT_KEPT}

    async def lets(self, session: Session, headers: Any) -> bool:
        """Whether the guards let the page's socket pass, which comes with these headers. Raises what they raise."""
        scope: MutableMapping[str, Any] = {**self._scope, "session": session, "headers": headers}
        visit = scope[KEY] = Visit(self._scope.get("app"), scope, session, with_cookie=False)
        visit.inner = scope
        request = Request(scope, _no_body)
        token = visiting.set(visit)
        try:
            for guards in self._guards:
                if await guards.stop(request) is not None:
                    return False
            return True
        finally:
            visit.close()
            visiting.reset(token)


_NOT_KEPT = (KEY, "session", "headers")


async def _no_body() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def _listed(before: Any, label: str) -> list[Guard]:
    if isinstance(before, str) or not isinstance(before, Iterable):
        raise HandlerError(f"before= of {label} wants a function, or a list of them, got {before!r:.60}")
    return list(before)


def _arity(function: Any, label: str) -> int:
    if not callable(function):
        raise HandlerError(f"before= of {label} wants functions, got {function!r:.60}. Write a name, without brackets.")
    arity = handlers.arity_of(function, f"before= of {label}")
    if arity > 1:
        raise HandlerError(f"before= of {label}: {_name(function)}() takes nothing, or (request)")
    return arity


def _name(function: Guard) -> str:
    return getattr(function, "__name__", type(function).__name__)
