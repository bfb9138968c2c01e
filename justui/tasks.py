"""The only place that starts tasks: each is named, kept until it ends, and its error reported, never lost."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any

from justui.hints import traceback_of

log = logging.getLogger("justui")


def report_to_log(error: BaseException, name: str) -> None:
    """Write the traceback of `error`, which ended the task called `name`, to the log."""
    log.error("%s failed\n%s", name, traceback_of(error))


class Tasks:
    """A group of running tasks that ends together.

    `report` is called with an error and the task's name when a task fails.
    """

    __slots__ = ("_report", "_running")

    def __init__(self, report: Callable[[BaseException, str], None] = report_to_log) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._report = report

    def start(
        self, coroutine: Coroutine[Any, Any, Any], name: str, context: Context | None = None
    ) -> asyncio.Task[Any]:
        """Run `coroutine` on the running loop, in `context` or a copy of the present one."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name, context=context)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error, task.get_name())

    def cancel(self) -> None:
        """Ask every task to end; do not wait."""
        for task in list(self._running):
            task.cancel()

    async def end(self, timeout: float) -> None:
        """Cancel every task and wait until all have ended, at most `timeout` seconds."""
        tasks = [task for task in self._running if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            _, stuck = await asyncio.wait(tasks, timeout=timeout)
            for task in stuck:
                log.warning("%s did not end within %g s of its cancellation", task.get_name(), timeout)

    def __len__(self) -> int:
        return len(self._running)
