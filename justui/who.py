"""`Who`: the person and the tab that want something, and whether a rule allows it. Knows no names and no topics."""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from justui.errors import HandlerError
from justui.hints import is_async

if TYPE_CHECKING:
    from justui.sessions import Session
    from justui.tab import Tab

HttpRequest = Any
"""Starlette's request, which few rooms know."""

Rule = bool | Callable[..., Any]
"""Who may: everybody, nobody, or a sync function of nothing, of `who`, or of `who` and the name, that says so."""


class Who:
    """Who asks: `session`, its `user`, and `tab` where it comes from one, or `request` where it comes from one."""

    __slots__ = ("request", "session", "tab")

    def __init__(self, session: "Session", tab: "Tab | None" = None, request: HttpRequest | None = None) -> None:
        self.session = session
        self.tab = tab
        self.request = request

    @property
    def user(self) -> Any:
        """Who has logged in (`session.login`); None for nobody."""
        return self.session.user

    def __repr__(self) -> str:
        return f"<Who {self.tab if self.tab is not None else self.request!r}>"


def check_rule(rule: Rule, label: str) -> Rule:
    """`rule`, when it is one. Raises `HandlerError` naming it by `label`, such as `allow= of "sampler"`."""
    if isinstance(rule, bool):
        return rule
    if not callable(rule):
        raise HandlerError(f"{label} is True, False or a function of who, got {rule!r:.60}")
    if is_async(rule):
        raise HandlerError(f"{label} is asked at each use, so it cannot be async: keep what it needs in who.session")
    if _arity(rule) > 2:
        raise HandlerError(f"{label} takes nothing, (who), or (who, name)")
    return rule


def is_allowed(rule: Rule, who: Who, name: str) -> bool:
    """Whether `rule` lets `who` use what is called `name`. What the rule raises goes on."""
    if isinstance(rule, bool):
        return rule
    return bool(rule(*(who, name)[: _arity(rule)]))


def _arity(rule: Callable[..., Any]) -> int:
    try:
        parameters = inspect.signature(rule).parameters.values()
    except (TypeError, ValueError):
        return 1
    return sum(
        item.default is item.empty and item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)
        for item in parameters
    )
