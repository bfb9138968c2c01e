"""What states have changed, until the loop turns: then it is sent, one frame for each page. Knows no values and no operations."""

import asyncio
from collections.abc import Iterable
from contextvars import Context
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from justui.marks import LIVE, tree_lock

if TYPE_CHECKING:
    from justui.component import Component

_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Component, None]]" = WeakKeyDictionary()
"""What is sent when a loop turns."""


def send_soon(components: "Iterable[Component]") -> None:
    """Send what waits of these components themselves: when the loop turns, from a thread when their server's does.

    Where nobody shows them there is nothing to do.
    """
    held = [component for component in components if component._flags & LIVE]
    if not held:
        return
    loop = asyncio._get_running_loop()
    if loop is not None:
        _send_in(loop, held)
        return
    for component in held:
        for page in component.pages():
            if (host := page.host) is not None:
                host.call(_send_here, held)
                return


def _send_here(components: "list[Component]") -> None:
    loop = asyncio._get_running_loop()
    if loop is None:  # the server's loop rests, as a test's does between two steps
        _send_now(components)
    else:
        _send_in(loop, components)


def _send_in(loop: asyncio.AbstractEventLoop, components: "list[Component]") -> None:
    with tree_lock:
        waiting = _turns.get(loop)
        if waiting is None:
            waiting = _turns[loop] = {}
            loop.call_soon(_send, loop, context=Context())
        waiting.update(dict.fromkeys(components))


def _send(loop: asyncio.AbstractEventLoop) -> None:
    with tree_lock:
        components = list(_turns.pop(loop, ()))
    _send_now(components)


def _send_now(components: "list[Component]") -> None:
    pages = next((pages for component in components if (pages := component.pages())), None)
    if pages:
        pages[0].send_changes(components)
