"""Page classes: a class with `render`, for those who like one, as the page function that it stands for. Answers nothing itself."""

import contextlib
import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator
from types import MethodType
from typing import Any, TypeGuard

from starlette.responses import Response

from justui import handlers
from justui.component import Component
from justui.errors import HandlerError, UsageError
from justui.handlers import Handler
from justui.live import HtmlPage
from justui.page import WebPage


def is_page_class(function: Any) -> TypeGuard[type]:
    """Whether this is a class which is to have a `render`, and no component or response that would be made by calling it."""
    return isinstance(function, type) and not issubclass(function, Component | Response)


def page_function(kind: type, where: str = "") -> Callable[..., Any]:
    """The page function of a page class: makes an object for each page, and shows what its `render` returns.

    `render(self, …)` takes what a page function takes, and returns what one returns. The object has `page` when that is made, and
    `tab` when it is there; then `load(self, msg)` runs, if the class has one. `where`: the path, for errors.
    Raises `HandlerError` for a class that has no `render`, or cannot be made or loaded.
    """
    name, at = kind.__name__, f" of the route {where}" if where else ""
    render, load = getattr(kind, "render", None), getattr(kind, "load", None)
    if not callable(render):
        raise HandlerError(
            f"{name}{at} has no render. Write a method def render(self): that returns a page or a component."
        )
    try:
        inspect.signature(kind).bind()
    except TypeError as error:
        raise HandlerError(f"{name}{at} is made without arguments, for each page anew, and {error}.") from None
    arity = 0 if load is None else handlers.arity_of(MethodType(load, object()), f"load of {name}")

    @functools.wraps(render)
    def show(**arguments: Any) -> Any:
        view = kind()
        with _too_early(view):
            result = view.render(**arguments)
        return _later(view, result, arity) if inspect.isawaitable(result) else _with_view(view, result, arity)

    signature = inspect.signature(render)
    show.__signature__ = signature.replace(parameters=[*signature.parameters.values()][1:])  # type: ignore[attr-defined]
    show.__name__ = name
    return show


async def _later(view: Any, result: Awaitable[Any], arity: int) -> Any:
    with _too_early(view):
        result = await result
    return _with_view(view, result, arity)


@contextlib.contextmanager
def _too_early(view: Any) -> Iterator[None]:
    """Inside, a look for the page or tab, which are not there yet, is an error that says when they are."""
    try:
        yield
    except AttributeError as error:
        if error.obj is not view or error.name not in ("page", "tab"):
            raise
        raise UsageError(
            f"{type(view).__name__}.render() has no self.{error.name} yet: the page is what it returns, and its tab comes later. "
            "Both are there in load(self)."
        ) from None


def _with_view(view: Any, result: Any, arity: int) -> Any:
    """What the object of a page class has rendered, which knows it from now on."""
    if not isinstance(result, Component):
        return result
    page = result if isinstance(result, WebPage) else WebPage(result)
    name, load = type(view).__name__, getattr(view, "load", None)
    if page.is_shared:
        raise HandlerError(
            f"{name}.render() returned {page.describe()}, which everybody shares, so it has no one {name}. Make the page in render."
        )
    view.page = page
    if isinstance(page, HtmlPage) and not page.is_live:
        return page
    handler = None if load is None else Handler(load, arity, "join")

    def join(msg: Any) -> Any:
        view.tab = msg.tab
        return None if handler is None else handler.call(page, msg)

    page.on("join", join)
    return page
