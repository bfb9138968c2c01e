"""Where the running code stands: the event that is being handled, and the loop. Holds references only while it runs."""

import asyncio
import threading
from collections.abc import Callable, Generator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from justui.component import Component
    from justui.events import Event

handling: ContextVar["Event | None"] = ContextVar("justui_handling", default=None)
"""The event whose handler is running here, also in the tasks and threads that it started."""

building: ContextVar[bool] = ContextVar("justui_building", default=False)
"""Whether a page function runs here: a page made now belongs to one request."""

mounting: ContextVar["Callable[[Component], str] | None"] = ContextVar("justui_mounting", default=None)
"""What makes a place for a component that a template of `app.render` was given, while one is rendered here."""


def whereabouts() -> object:
    """What tells one flow of control from another: the running task, else the thread."""
    loop = asyncio._get_running_loop()
    task = None if loop is None else asyncio.current_task(loop)
    return threading.get_ident() if task is None else task


class Handed:
    """The answer of `update()`: what was to be sent has been handed over already, so awaiting it takes no time."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, None, None]:
        return
        yield


HANDED = Handed()
