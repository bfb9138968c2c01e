"""`Runner`: runs what calls of browsers ask for: inline, as tasks, in worker threads, one at a time; and answers the tab that called.

What goes wrong is told to the caller, and never ends anything else. Does not know how names are found.
"""

import asyncio
import inspect
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

from justui import codec, hints, statements, wire
from justui.context import handling
from justui.dispatch import Dispatcher, stepping
from justui.entries import CALL, DELETE, SET, Entry, Refusal
from justui.events import Event
from justui.flow import Abort, Flow
from justui.gates import Gate
from justui.signatures import Signature
from justui.tasks import Tasks
from justui.who import Who

if TYPE_CHECKING:
    from justui.config import Config
    from justui.tab import Tab

log = logging.getLogger("justui")

Result = TypeVar("Result")

RUN: Final = "run"
"""The kind of a call of a function that was passed to the browser."""
_CHANGING: Final = (CALL, SET, DELETE, RUN)
"""Kinds after which the page of the caller is updated."""
_PLAIN: Final = frozenset((type(None), bool, int, float, str, bytes, list, dict, tuple))
_TEXT: Final = 2_000
"""Characters of an error's text that travel."""
_LABEL: Final = 200


class CallHost(Protocol):
    """What calls want of their App."""

    def noting_thread(self, call: Callable[[], Result], name: str) -> Callable[[], Result]:
        """`call`, for a worker thread."""


class Call(NamedTuple):
    """One call: its number (0: no answer is wanted), kind, names that lead to what is called, or function number, and value."""

    number: int
    kind: str
    path: tuple[str, ...]
    function: int
    value: Any
    tab: "Tab"
    who: Who

    @property
    def label(self) -> str:
        """What is called, for people."""
        return ".".join(self.path)[:_LABEL] or (f"function {self.function}" if self.kind == RUN else self.kind)


class Running:
    """How many calls of one tab have not ended."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0

    def clear(self) -> None:
        """The tab has gone; what runs goes on."""


class Work(NamedTuple):
    """A function that is ready to be called for a browser, and by which rules: those of `entry`, where there is one."""

    call: Call
    function: Callable[..., Any]
    arguments: list[Any]
    keywords: dict[str, Any]
    event: Event
    entry: Entry | None = None
    signature: Signature | None = None

    def __call__(self) -> Any:
        """Call the function."""
        return self.function(*self.arguments, **self.keywords)


class Runner:
    """Runs calls of the browsers of one App, as many at once as the settings allow."""

    def __init__(self, host: CallHost, config: "Config", dispatcher: Dispatcher, tasks: Tasks) -> None:
        self.running = 0
        """Calls of all tabs that have not ended."""
        self._host = host
        self._config = config
        self._dispatcher = dispatcher
        self._tasks = tasks
        self._workers: Gate | None = None
        self._pool: ThreadPoolExecutor | None = None

    def check_room(self, call: Call) -> None:
        """Raise `Refusal` when as many calls run as may."""
        running = None if call.tab.bridge is None else call.tab.bridge.running
        if running is not None and running.count >= self._config.calls_per_tab:
            raise Refusal("Refused", f"{running.count} calls of this tab run already, which is the limit")
        if self.running >= self._config.calls:
            raise Refusal("Refused", f"{self.running} calls run already, which is the limit of this server")

    # Running

    def start(self, work: Work) -> None:
        """Call the function: here and now, in a task, in a worker thread, or when it is its turn."""
        entry, signature = work.entry, work.signature
        if entry is None or signature is None:
            self._call_now(work)
            return
        in_thread = entry.runs_in_thread(signature)
        if in_thread or entry.lock:
            self.begin(work, self._in_turn(work, entry, in_thread=in_thread))
            return
        entry.running += 1
        try:
            self._call_now(work)
        finally:
            entry.running -= 1

    def _call_now(self, work: Work) -> None:
        started = time.perf_counter()
        try:
            result = work()
        finally:
            if self._dispatcher.debug:
                self._dispatcher.blame(work.function, work.event, time.perf_counter() - started)
        if type(result) not in _PLAIN and inspect.isawaitable(result):
            self.begin(work, result)
        else:
            self.finish(work.call, result, work.signature)

    def begin(self, work: Work, awaitable: Awaitable[Any]) -> None:
        """Await the result in a task of its own."""
        bridge = work.call.tab.with_bridge()
        if bridge.running is None:
            bridge.running = Running()
        running: Running = bridge.running
        task = self._tasks.start(self._drive(work, awaitable), f"call of {work.call.label}")
        self._count(work, running, 1)
        task.add_done_callback(lambda _: self._count(work, running, -1))
        if inspect.iscoroutine(awaitable):
            task.add_done_callback(lambda _: awaitable.close())  # when it was cancelled before it began

    def _count(self, work: Work, running: Running, change: int) -> None:
        running.count += change
        self.running += change
        if work.entry is not None:
            work.entry.running += change

    async def _drive(self, work: Work, awaitable: Awaitable[Any]) -> None:
        call = work.call
        measure = self._dispatcher.measure(work.function, work.event)
        try:
            result: Any = awaitable
            while inspect.isawaitable(result):
                result = await stepping(result, call.tab.page, measure)
            self.finish(call, result, work.signature)
        except Refusal as refusal:
            self.refuse(call, refusal.kind, str(refusal))
        except asyncio.CancelledError as cancelled:
            self._answer(call, None, error=("CancelledError", text_of(cancelled) or "the call was cancelled"))
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a function raises is logged and told
            self.fail(call, error)

    async def _in_turn(self, work: Work, entry: Entry, *, in_thread: bool) -> Any:
        """The result, of an entry with a lock when its turn has come. Raises `Refusal` when that takes too long."""
        if entry.lock and not await entry.gate.enter(entry.start_within):
            raise Refusal(
                "Refused", f"{entry.name!r} was not started within {entry.start_within:g} s: others come first"
            )
        try:
            result = await self._in_thread(work, entry) if in_thread else work()
            while inspect.isawaitable(result):
                result = await result
            return result
        finally:
            if entry.lock:
                entry.gate.leave()

    async def _in_thread(self, work: Work, entry: Entry) -> Any:
        """Call the function in a worker thread. One that gets none in time is refused, and never runs."""
        if self._workers is None or self._pool is None:
            self._workers = Gate(self._config.exposed_threads)
            self._pool = ThreadPoolExecutor(self._config.exposed_threads, "justui-exposed")
        workers, pool = self._workers, self._pool
        seconds = self._config.start_within if entry.start_within is None else entry.start_within
        if not await workers.enter(seconds):
            raise Refusal(
                "Refused", f"{work.call.label!r} was not started within {seconds:g} s: all worker threads are busy"
            )
        try:
            here = self._host.noting_thread(partial(copy_context().run, _call_in_thread, work), work.call.label)
            return await asyncio.get_running_loop().run_in_executor(pool, here)
        finally:
            workers.leave()

    # Answers

    def finish(self, call: Call, result: Any, signature: Signature | None = None) -> None:
        """A call has its result: the caller's page is updated, then it gets its answer. Raises what packing it does."""
        if call.kind in _CHANGING:
            call.tab.page.update()
        if signature is not None:
            signature.check_result(result)
        self._answer(call, result)

    def _answer(self, call: Call, result: Any, error: tuple[str, str] | None = None) -> None:
        tab = call.tab
        if not call.number or tab.gone:
            return
        statements.flush(tab)  # what the function did by `tab.js` is done when the caller goes on
        if error is not None:
            tab.send([wire.REPLY, call.number, None, {"type": error[0], "text": error[1]}])
            return
        packed = codec.pack(result)
        tab.send([wire.REPLY, call.number, packed.value], packed.blobs)

    def refuse(self, call: Call, kind: str, text: str) -> None:
        """The browser asks for what there is not, or what it may not have."""
        level = logging.WARNING if not call.number and self._dispatcher.debug else logging.DEBUG
        log.log(level, "%s of %r by %r was refused: %s: %s", call.kind, call.label, call.tab, kind, text)
        self._answer(call, None, error=(kind, text[:_TEXT]))

    def fail(self, call: Call, error: BaseException) -> None:
        """A function of the program's raised."""
        if isinstance(error, Flow):  # on purpose, and the tab knows
            call.tab.page.update()
            if isinstance(error, Abort):
                self._answer(call, None, error=("Abort", text_of(error)))
            else:
                self._answer(call, None)
            return
        reference = secrets.token_hex(4)
        log.error("%s of %r failed (reference %s)\n%s", call.kind, call.label, reference, hints.traceback_of(error))
        call.tab.page.update()
        self._answer(call, None, error=(type(error).__name__, text_of(error)))
        self._dispatcher.tell(error, handling.get())

    def end(self) -> None:
        """The App ends: let the worker threads go."""
        pool, self._pool, self._workers = self._pool, None, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def _call_in_thread(work: Work) -> Any:
    try:
        return work()
    except StopIteration as error:  # which no future takes: nobody would ever be answered
        raise RuntimeError(f"{work.call.label} raised StopIteration") from error


def text_of(error: BaseException) -> str:
    """What an error says, as it travels."""
    try:
        return str(error)[:_TEXT]
    except Exception:  # noqa: BLE001 - an error whose text fails is still an error
        return ""
