"""`Styling`: how the style lines of one page reach its tabs: with the patch that needs them, or before it, never after.

Where lines have to be compiled first, the page's deliveries are held, in order, and everything else for its tabs behind them.
Knows the page's batches by number, not what stands in them.
"""

import asyncio
import logging
import threading
import weakref
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from justui import wire
from justui.dialect import Dialect
from justui.marks import tree_lock
from justui.outbox import Frame
from justui.render import node, take_gathered
from justui.sheet import Sheet
from justui.tailwind import PATIENCE, compiler

if TYPE_CHECKING:
    from justui.host import Host
    from justui.page import WebPage
    from justui.tab import Tab

    Held = tuple[int, Tab | None] | tuple[Tab, Frame]

log = logging.getLogger("justui")

_ROUNDS: Final = 20


class Styling:
    """The sheet of a page, the first batch that waits for lines, and what is held back because of it."""

    __slots__ = ("__weakref__", "_hopeless", "_page", "_queues", "_rounds", "_timer", "sheet", "waiting")

    def __init__(self, page: "WebPage", dialect: Dialect | None) -> None:
        self._page = weakref.ref(page)
        self.sheet = Sheet(dialect)
        self.waiting: int | None = None
        """Number of the first batch whose lines are being compiled: none from there on is delivered."""
        self._queues: dict[Host, deque[Held]] = {}
        self._hopeless: set[str] = set()
        """Names that were waited for in vain."""
        self._rounds = 0
        self._timer: threading.Timer | None = None

    @property
    def patient(self) -> bool:
        """Whether lines are missing and it is worth waiting for them."""
        dialect = self.sheet.dialect
        hopeful = dialect is None or (not dialect.late and compiler().usable)
        if dialect is not None and not dialect.ready:
            return hopeful
        return hopeful and not self.sheet.missing <= self._hopeless

    @property
    def idle(self) -> bool:
        """Whether nothing is held back."""
        return self.waiting is None and not self._queues

    # Before the first tab

    def settle(self) -> str:
        """The operation for lines that are new, empty where there are none; what is missing is compiled. Wants `tree_lock`."""
        if self.waiting is not None:
            return ""  # they come when it is over
        if self.sheet.incomplete:
            self._ask()
        return self._operation()

    def _operation(self) -> str:
        steps, halves = self.sheet.take(), self.sheet.take_halves()
        operations = [[wire.SHEET, *steps]] if steps else []
        if halves:
            operations.append([wire.LOAD, *halves])
        return ",".join(map(wire.encode, operations))

    async def known(self) -> None:
        """Wait until what is missing has been compiled, for a while."""
        loop = asyncio.get_running_loop()
        done = asyncio.Event()

        def tell() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(done.set)

        dialect = self.sheet.dialect
        compiler().ask(dialect, tuple(self.sheet.missing), tell)
        try:
            async with asyncio.timeout(PATIENCE):
                await done.wait()
        except TimeoutError:
            self._give_up(dialect)
        with tree_lock:
            self.sheet.look_again()
            self._hopeless = set(self.sheet.missing)

    def _give_up(self, dialect: Dialect | None) -> None:
        if dialect is not None and not dialect.late:
            dialect.late = True
            log.warning("styles took longer than %g s: pages go without the newest ones, which follow", PATIENCE)

    # With a batch

    def note(self, strings: Iterable[str], number: int) -> str:
        """Batch `number` brings these class strings: the operation to put in front of it. Wants `tree_lock`."""
        self.sheet.want(strings)
        if self.waiting is None and self.patient:
            self._wait(number)
        return self.settle()

    def _wait(self, number: int) -> None:
        self.waiting = number
        self._rounds = 0
        self._ask()
        self._timer = threading.Timer(PATIENCE, _call, (weakref.ref(self), "_late"))
        self._timer.daemon = True
        self._timer.start()

    def _ask(self) -> None:
        reference = weakref.ref(self)
        compiler().ask(self.sheet.dialect, tuple(self.sheet.missing), lambda: _call(reference, "_compiled"))

    def _late(self) -> None:
        with tree_lock:
            if self.waiting is not None:
                self._give_up(self.sheet.dialect)
                self._go_on()

    def _compiled(self) -> None:
        """Something has been compiled; called in the compiler's thread."""
        with tree_lock:
            sheet = self.sheet
            sheet.look_again()
            self._rounds += 1
            if self.waiting is not None and self.patient and self._rounds < _ROUNDS:
                self._ask()  # more was wanted meanwhile
                return
            self._go_on()

    def _go_on(self) -> None:
        """Put the lines in front of the batch that waits for them, and let the deliveries go."""
        page = self._page()
        first, self.waiting = self.waiting, None
        self._hopeless = set(self.sheet.missing)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        operation = self._operation()
        if page is None or not page.has_tabs:
            self._queues.clear()
            return
        if operation:
            for tab in page._delivery.put_in_front(first, operation):
                self._queues.setdefault(tab.host, deque()).appendleft((tab, Frame(f"[{operation}]", patch=True)))
        for host in tuple(self._queues):
            host.call(self.flush, host)
        if operation and first is None:
            page._delivery.send_closed()

    def change(self, dialect: Dialect) -> None:
        """Take another dialect, when it is there: the tabs get a fresh state."""
        reference = weakref.ref(self)
        names = [name for string in self.sheet.strings for name in string.split()]

        def changed() -> None:
            styling = reference()
            page = None if styling is None else styling._page()
            if styling is not None and page is not None:
                with tree_lock:
                    styling._go_on()
                    styling.sheet = Sheet(dialect).renewed(styling.sheet.strings)
                page._delivery.make_stale()

        compiler().ask(dialect, names, changed)

    # Holding back

    def holds(self, host: "Host", end: int) -> bool:
        """Whether a delivery of the batches up to `end` has to wait."""
        return host in self._queues or (self.waiting is not None and end > self.waiting)

    def hold(self, host: "Host", end: int, only: "Tab | None", tabs: "Iterable[Tab]") -> None:
        """Keep a delivery; what the tabs are to be told before it is told, what belongs behind it comes behind."""
        for tab in tabs:
            tab.flush_stored()
        self._queues.setdefault(host, deque()).append((end, only))
        for tab in tabs:
            if tab.commands:
                tab.flush_commands()

    def keep(self, tab: "Tab", frame: Frame) -> bool:
        """Keep a frame for one tab behind the deliveries that are held; False where none are."""
        queue = self._queues.get(tab.host)
        if queue is None:
            return False
        queue.append((tab, frame))
        return True

    def flush(self, host: "Host") -> None:
        """Do what was held, in the App's loop, up to what still waits."""
        page = self._page()
        queue = self._queues.get(host)
        while page is not None and queue:
            what, behind = queue[0]
            if isinstance(what, int):
                if self.waiting is not None and what > self.waiting:
                    return
                queue.popleft()
                page._delivery.deliver_held(host, what, behind)  # type: ignore[arg-type]
            else:
                queue.popleft()
                if not what.gone:
                    what.outbox.push(behind)  # type: ignore[arg-type]
        self._queues.pop(host, None)
        self.prune()

    def prune(self) -> None:
        """Where the sheet is overgrown, forget the lines of classes that have gone: the tabs get a fresh state."""
        if self.sheet.overgrown and self.idle and (page := self._page()) is not None:
            with tree_lock:
                take_gathered()
                node(page)
                self.sheet = self.sheet.renewed(take_gathered())
            page._delivery.make_stale()

    def forget_told(self, tab: "Tab") -> None:
        """A tab gets a fresh state: what was to tell it of values and stored events is older."""
        queue = self._queues.get(tab.host)
        if queue is not None:
            older = [entry for entry in queue if entry[0] is tab and _tells(entry[1])]
            for entry in older:
                queue.remove(entry)

    def clear(self) -> None:
        """The last tab has gone."""
        self.waiting = None
        self._queues.clear()


_STORED: Final = f'[["{wire.STORED}"'
_TOLD: Final = (f'[["{wire.VALUE}"', _STORED, f'[["{wire.SHEET}"')


def _tells(frame: object) -> bool:
    if not isinstance(frame, Frame):
        return False
    text = frame.message.get("text", "")
    return text.startswith(_TOLD) and (frame.patch or not text.startswith(_STORED))  # behind which a reply may stand


def _call(reference: "weakref.ref[Styling]", method: str) -> Any:
    styling = reference()
    return None if styling is None else getattr(styling, method)()
