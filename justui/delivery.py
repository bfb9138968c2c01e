"""`Delivery`: the tabs that show one page, and the batches that they have not all got; each tab has a cursor.

So a tab that joins, or one that is updated alone, takes nothing away from the others, and nothing comes twice (law 3).
Knows no tree: what a batch says is the affair of who closes it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from weakref import WeakSet

from justui import wire
from justui.marks import tree_lock
from justui.outbox import Frame

if TYPE_CHECKING:
    from justui.host import Host
    from justui.styling import Styling
    from justui.tab import Tab


class Delivery:
    """What the tabs of a page have still to get, and how it reaches them: in order, each from where it is."""

    __slots__ = ("__weakref__", "_batches", "_first", "_held_with", "fresh", "hosts", "styling", "tabs")

    def __init__(self) -> None:
        self.tabs: dict[str, Tab] = {}
        """By their tokens, those whose socket is still to come included."""
        self.hosts: dict[Host, int] = {}
        """The Apps that show the page, and in how many tabs."""
        self.styling: Styling | None = None
        """How the page's style lines come with the batches, when it has been shown."""
        self.fresh: tuple[int, str] | None = None
        """The operation that brings any tab up to date, and at which end it was made."""
        self._batches: list[str] = []
        self._first = 0
        self._held_with: WeakSet[Delivery] | None = None

    # Batches

    @property
    def end(self) -> int:
        """The number behind the last batch: the cursor of a tab that has got everything."""
        return self._first + len(self._batches)

    @property
    def waits(self) -> bool:
        """Whether a batch is here that not every tab has got."""
        return bool(self._batches)

    @property
    def due(self) -> bool:
        """Whether the next update has anything to hand over, also where nothing has changed since."""
        return bool(self._batches or self._held_with) or any(tab.commands for tab in tuple(self.tabs.values()))

    def append(self, operations: list[str], strings: Iterable[str] | None) -> None:
        """Close operations into a batch; `strings`: classes in them, whose style lines go in front. Wants `tree_lock`."""
        if strings and self.styling is not None and (lines := self.styling.note(strings, self.end)):
            operations.insert(0, lines)
        self._batches.append(",".join(operations))
        self.fresh = None

    def append_lines(self, operation: str) -> None:
        """Add style lines that a fresh state or a new tab has got already, for the others. Wants `tree_lock`."""
        self._batches.append(operation)

    def put_in_front(self, number: int | None, operation: str) -> "list[Tab]":
        """Put an operation in front of batch `number`, which no tab has got, or behind all; wants `tree_lock`.

        The answer: the tabs that have opened the page since, so that they will not get that batch.
        """
        self.fresh = None
        if number is None or number < self._first or number >= self.end:
            self._batches.append(operation)
            return []
        self._batches[number - self._first] = f"{operation},{self._batches[number - self._first]}"
        return [tab for tab in self.tabs.values() if tab.cursor > number]

    def _frame(self, start: int, end: int, tab: "Tab | None") -> Frame:
        """The batches from `start` to `end` as one frame. To `tab`, if it is alone here, it says what is stored, too."""
        with tree_lock:
            operations = self._batches[start - self._first : end - self._first]
        if tab is not None and tab.stored_due and len(self.tabs) == 1:
            operations.insert(0, tab.take_stored())
        return Frame(f"[{','.join(operations)}]", patch=True)

    def _forget(self, end: int) -> None:
        with tree_lock:
            done = end - self._first
            if done > 0:
                del self._batches[:done]
                self._first = end

    # Tabs

    def open(self, tab: "Tab") -> None:
        """A tab has got the page of now, and follows from here. Wants `tree_lock`."""
        tab.cursor = self.end
        self.tabs[tab.token] = tab
        self.hosts[tab.host] = self.hosts.get(tab.host, 0) + 1

    def release(self, host: "Host") -> None:
        """A tab of this App is no longer among the tabs; with the last of all, nobody has to get anything."""
        self.hosts[host] -= 1
        if not self.hosts[host]:
            del self.hosts[host]
        if not self.tabs:
            with tree_lock:
                self._first = self.end
                self._batches.clear()
                self.fresh = None
                if self.styling is not None:
                    self.styling.clear()

    def refreshed(self, tab: "Tab") -> None:
        """A tab gets a fresh state, in which everything is. Wants `tree_lock`."""
        tab.cursor = self.end
        if self.styling is not None:
            self.styling.forget_told(tab)

    def make_stale(self) -> None:
        """Let every tab take a fresh state next."""
        self.fresh = None
        for tab in tuple(self.tabs.values()):
            tab.host.call(tab.outbox.make_stale)

    # Handing over

    def send_closed(self) -> None:
        """Send all batches to all tabs."""
        hand_over([(self, self.end)], None)

    def deliver(self, host: "Host", end: int, only: "Tab | None") -> None:
        """Put the batches up to `end` into the outboxes of the tabs of one App, each tab from where it is."""
        tabs = [only] if only is not None else list(self.tabs.values())
        styling = self.styling
        if styling is not None and styling.holds(host, end):
            styling.hold(host, end, only, [tab for tab in tabs if tab.host is host and not tab.gone])
        else:
            self._deliver_now(host, end, tabs, everyone=only is None)
            if styling is not None:
                styling.prune()

    def deliver_held(self, host: "Host", end: int, only: "Tab | None") -> None:
        """Do a delivery that was held; what was to be said before and behind it was held, too."""
        tabs = [only] if only is not None else list(self.tabs.values())
        self._deliver_now(host, end, tabs, everyone=only is None, held=True)

    def _deliver_now(self, host: "Host", end: int, tabs: "list[Tab]", *, everyone: bool, held: bool = False) -> None:
        frames: dict[int, Frame] = {}
        for tab in tabs:
            if tab.host is not host or tab.gone:
                continue
            start = tab.cursor
            if start < end:
                frame = frames.get(start)
                if frame is None:
                    frame = frames[start] = self._frame(start, end, None if held else tab)
                tab.cursor = end
                if tab.stored_due and not held:
                    tab.flush_stored()
                tab.outbox.push(frame)
            if tab.commands and not held:
                tab.flush_commands()
        everywhere = everyone and len(self.hosts) == 1
        self._forget(end if everywhere else min((tab.cursor for tab in self.tabs.values()), default=end))

    def catch_up(self, tab: "Tab", field: int) -> None:
        """Send a tab what was closed before, if that sets the field, by its id, of which it has just sent an edit.

        The acknowledgement of the edit is to stand behind it (law 5), or the tab would take the older value for a newer.
        """
        start, end = tab.cursor, self.end
        if start < end:
            value = f'["{wire.VALUE}",{field},'
            if any(value in batch for batch in self._batches[start - self._first :]):
                self.deliver(tab.host, end, tab)


def hand_over(ends: list[tuple[Delivery, int]], tab: "Tab | None") -> None:
    """Let the tabs of each page have its batches up to an end, each App in its own loop; with `tab` only that one."""
    for delivery, end in ends:
        for host in tuple(delivery.hosts):
            if host.here():
                delivery.deliver(host, end, tab)
            else:
                host.call(delivery.deliver, host, end, tab)


def hold_together(deliveries: list[Delivery]) -> None:
    """Note that these have got batches of one update, which have not been sent: the next update of one sends all.

    Those of such a group share one set, so that a component on a thousand pages costs a thousand entries.
    """
    if len(deliveries) < 2:
        return
    group = deliveries[0]._held_with or WeakSet()
    for delivery in deliveries:
        if delivery._held_with is not group:
            for other in list(delivery._held_with or (delivery,)):
                group.add(other)
                other._held_with = group


def ends_of(deliveries: list[Delivery]) -> list[tuple[Delivery, int]]:
    """The ends of these, and of those whose batches have to be sent with theirs, which are held no more. Wants `tree_lock`."""
    if len(deliveries) == 1 and deliveries[0]._held_with is None:
        return [(deliveries[0], deliveries[0].end)]
    found = dict.fromkeys(deliveries)
    for delivery in deliveries:
        if delivery._held_with:
            found.update(dict.fromkeys(delivery._held_with))
    for delivery in found:
        delivery._held_with = None
    return [(delivery, delivery.end) for delivery in found]
