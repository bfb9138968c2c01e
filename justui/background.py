"""Work beside the handlers: tasks of the running App, worker threads, and messages to the person. Plain functions."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from weakref import ref

from justui.chores import check_coroutine
from justui.context import handling
from justui.errors import HandlerError, UsageError
from justui.hints import is_async
from justui.listeners import Hooks

if TYPE_CHECKING:
    from justui.app import App

Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")

_started: "list[ref[App]]" = []
"""The Apps that run, those that started last at the end."""


def note_start(app: "App") -> None:
    """An App begins to run."""
    _started.append(ref(app))


def note_end(app: "App") -> None:
    """An App has ended."""
    _started[:] = [reference for reference in _started if reference() not in (app, None)]


def _running_in(loop: asyncio.AbstractEventLoop | None) -> "App | None":
    """The App that started last in a loop, or in any when that is None."""
    apps = [app for reference in _started if (app := reference()) is not None and app.running]
    return next((app for app in reversed(apps) if loop is None or app.loop is loop), None)


def running_app() -> "App":
    """The App that runs here. Raises `UsageError` when none does."""
    event = handling.get()
    if event is not None and event.tab is not None:
        return event.tab.host  # type: ignore[return-value]
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = None
    app = _running_in(loop)
    if app is None:
        raise UsageError("No server runs yet. Use startup=, or @page.every(1).")
    return app


def run_task(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine in the background until it ends or the server does; an error is logged. From any thread.

    Raises `HandlerError` for a function that was not called or is not async, `UsageError` when no server runs.
    """
    check_coroutine(coroutine)
    try:
        app = running_app()
    except UsageError:
        coroutine.close()
        raise
    app.run_task(coroutine)


Hooks.run_task = run_task


async def in_thread(
    function: Callable[Parameters, Result], /, *arguments: Parameters.args, **keywords: Parameters.kwargs
) -> Result:
    """Run a slow sync function in a worker thread; everybody else goes on meanwhile. Components may be changed there.

    Raises `HandlerError` for an async function, and for the result of one that was called already.
    """
    _check_sync(function, "in_thread")
    loop = asyncio.get_running_loop()
    app = _running_in(loop)
    call = functools.partial(copy_context().run, function, *arguments, **keywords)
    if app is None:
        return await loop.run_in_executor(None, call)
    return await loop.run_in_executor(app.pool, app.noting_thread(call, getattr(function, "__name__", repr(function))))


def threaded(function: Callable[Parameters, Result]) -> Callable[Parameters, Awaitable[Result]]:
    """Make a slow sync function an async one that runs in a worker thread. For handlers: `@ui.threaded`.

    Raises `HandlerError` for an async function.
    """
    _check_sync(function, "threaded")

    @functools.wraps(function)
    async def run(*arguments: Parameters.args, **keywords: Parameters.kwargs) -> Result:
        return await in_thread(function, *arguments, **keywords)

    return run


def _check_sync(function: Any, label: str) -> None:
    if not callable(function):
        raise HandlerError(f"{label} wants a function, got {function!r}. Write its name, without brackets.")
    if is_async(function):
        name = getattr(function, "__name__", repr(function))
        raise HandlerError(
            f"{label} is for functions that are not async; {name} is. Use it as it is, or await {name}()."
        )


def notify(text: str, kind: str = "info") -> None:
    """Show a short message in the tab whose handler runs here; `kind` is info, success, warning or error.

    Raises `UsageError` where no handler of a tab runs.
    """
    event = handling.get()
    if event is None or event.tab is None:
        raise UsageError(
            "ui.notify belongs to a handler's tab and none is running. Use page.notify(…) or tab.notify(…)."
        )
    event.tab.notify(text, kind)
