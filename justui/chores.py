"""`Chores`: the timers and tasks of one page, from its being shown to its end. Runs nothing itself: its host does."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from justui import hints
from justui.errors import HandlerError

if TYPE_CHECKING:
    from justui.handlers import Handler
    from justui.page import WebPage

waiting_pages: "WeakSet[WebPage]" = WeakSet()
"""Pages with timers or tasks, made before a server runs; the first App that starts begins them."""


class ChoreHost(Protocol):
    """What runs them."""

    def call(self, function: Callable[..., None], *arguments: Any) -> None:
        """Run a function in the host's loop: at once when here, else soon."""

    def start_timer(self, page: "WebPage", timer: "Timer") -> Callable[[], object]:
        """Begin a timer; the answer ends it."""

    def start_task(
        self, page: "WebPage", coroutine: Coroutine[Any, Any, Any], ended: Callable[[], object]
    ) -> Callable[[], object]:
        """Begin a task; the answer ends it. `ended` is called when it has ended."""


class Timer:
    """A function that runs every so many seconds while a page lives."""

    __slots__ = ("handler", "seconds")

    def __init__(self, seconds: float, handler: "Handler") -> None:
        self.seconds = seconds
        self.handler = handler


class Chores:
    """What runs beside a page. Before it is shown for the first time everything waits."""

    __slots__ = ("_ends", "_host", "_over", "_timers", "_waiting")

    def __init__(self) -> None:
        self._host: ChoreHost | None = None
        self._timers: list[Timer] = []
        self._waiting: list[Coroutine[Any, Any, Any]] = []
        self._ends: dict[object, Callable[[], object]] = {}
        self._over = False

    @property
    def begun(self) -> bool:
        """Whether they run."""
        return self._host is not None

    def begin(self, page: "WebPage", host: ChoreHost) -> None:
        """Begin what does not run yet."""
        if self._host is not None:
            return
        self._host, self._over = host, False
        for timer in self._timers:
            self._begin_timer(page, timer)
        waiting, self._waiting = self._waiting, []
        for coroutine in waiting:
            self._begin_task(page, coroutine)

    def add_timer(self, page: "WebPage", timer: Timer) -> None:
        """Run a timer from now on. From any thread."""
        self._timers.append(timer)
        if self._host is not None:
            self._host.call(self._begin_timer, page, timer)

    def _begin_timer(self, page: "WebPage", timer: Timer) -> None:
        if self._host is not None:
            self._ends[timer] = self._host.start_timer(page, timer)

    def add_task(self, page: "WebPage", coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine. From any thread."""
        if self._host is not None:
            self._host.call(self._begin_task, page, coroutine)
        elif self._over:
            coroutine.close()
            name = getattr(coroutine, "__qualname__", repr(coroutine))
            hints.say(f"{name} did not run: its page has ended. For work that outlives a page use ui.run_task.")
        else:
            self._waiting.append(coroutine)

    def _begin_task(self, page: "WebPage", coroutine: Coroutine[Any, Any, Any]) -> None:
        if self._host is None:
            self.add_task(page, coroutine)  # the page ended meanwhile
            return
        key = object()
        self._ends[key] = self._host.start_task(page, coroutine, lambda: self._ends.pop(key, None))

    def end(self) -> None:
        """End what runs. When the page is shown again its timers begin again."""
        self._host, self._over = None, True
        ends, self._ends = self._ends, {}
        for end in ends.values():
            end()

    def __del__(self) -> None:
        # A page that was never shown: without this Python would warn of coroutines that were never awaited.
        for coroutine in self._waiting:
            coroutine.close()


def check_coroutine(value: Any) -> None:
    """Raise `HandlerError`, saying what to write, when `value` is not a coroutine."""
    if hasattr(value, "send") and hasattr(value, "close"):
        return
    name = getattr(value, "__name__", repr(value))
    if hints.is_async(value):
        raise HandlerError(f"run_task wants a coroutine: run_task({name}())")
    raise HandlerError(f"run_task wants a coroutine. {name} is not async; use await ui.in_thread({name}).")
