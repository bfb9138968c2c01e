"""All tabs of one App: found by their token, kept within bounds, looked after once a second. Knows no HTTP and no tree."""

import gc
import time
import weakref
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from justui import wire
from justui.config import Config
from justui.dispatch import Dispatcher
from justui.errors import Refused
from justui.outbox import Transport
from justui.sessions import Session
from justui.statements import sweep
from justui.tab import Tab
from justui.tasks import Tasks

if TYPE_CHECKING:
    from justui.host import Host
    from justui.page import WebPage

SWEEP = 1.0
"""Seconds between two calls of `Registry.look_after`."""
AT_ONCE = 0.05
"""Seconds in which tabs come back that need not be spread, as one developer's."""
_BEAT = wire.encode({wire.BEAT: 1})
_BEAT_AGAIN = 10.0
_SILENT = 2.5  # heartbeats without an answer, after which the connection counts as lost
_TURNING = 5.0  # seconds in which a tab that was sent to another address is on its way
_LOGGED_OUT = "You have been logged out."
_RELEASED = 50  # pages that are worth a collection
_RELEASED_MANY = 1000  # pages that do not wait for an idle moment
_LATE = 0.01  # seconds; a timer that is later than this says that the loop is busy
_REST = 100.0  # after a collection, in durations of it: so it takes one per cent of the time at most


class Registry:
    """The tabs of `host`, from the rendered page to their leaving."""

    def __init__(self, host: "Host", config: Config, dispatcher: Dispatcher, tasks: Tasks) -> None:
        self._host = host
        self._config = config
        self._dispatcher = dispatcher
        self._tasks = tasks
        self._tabs: dict[str, Tab] = {}
        self._unjoined: OrderedDict[str, Tab] = OrderedDict()
        self._waiting: Counter[str] = Counter()
        """Unjoined pages of each person, by the session's identity."""
        self._joined: Counter[str] = Counter()
        """Joined tabs of each person."""
        self._released: list[weakref.ref[WebPage]] = []
        self._collect_after = 0.0
        self.when_admitted: list[Callable[[Tab], object]] = []
        """Called, in the loop, with each tab that joins."""
        self._first_persons: weakref.WeakKeyDictionary[WebPage, str] = weakref.WeakKeyDictionary()

    @property
    def joined(self) -> list[Tab]:
        """The tabs that have joined, those that dropped and may come back included."""
        return [tab for tab in list(self._tabs.values()) if tab.joined]

    @property
    def unjoined(self) -> int:
        """How many pages that were sent wait for their socket."""
        return len(self._unjoined)

    def find(self, token: str) -> Tab | None:
        """The tab of this token."""
        return self._tabs.get(token)

    # From the rendered page to the end

    def open(self, page: "WebPage", session: Session, before: Tab | None = None) -> Tab:
        """A new tab for a page that is being sent; it waits for its socket. Then it takes the place of the one `before`."""
        self._make_room(session)
        tab = Tab(self._host, self._config, page, session)
        if before is not None:
            tab.follow(before)
        self._tabs[tab.token] = self._unjoined[tab.token] = tab
        self._waiting[session.identity] += 1
        return tab

    def _make_room(self, session: Session) -> None:
        """Keep the number of pages that wait for their socket within its bounds, by freeing the oldest."""
        if len(self._unjoined) >= self._config.unjoined:
            self.remove(next(iter(self._unjoined.values())))
        if self._waiting[session.identity] >= self._config.unjoined_per_session:
            self.remove(next(tab for tab in self._unjoined.values() if tab.session.identity == session.identity))

    def admit(self, tab: Tab) -> None:
        """A tab joins for the first time, and the one in whose place it comes leaves. Raises `Refused` past a bound."""
        before, tab.before = tab.before, None
        if before is not None:
            self._replace(before, tab)
        if len(self._tabs) - len(self._unjoined) >= self._config.tabs:
            raise Refused("This server has as many open tabs as it takes. Try again later.")
        mine = self._joined[tab.session.identity]
        if mine >= self._config.tabs_per_session:
            raise Refused(f"You have {mine} tabs open, which is the limit. Close one and try again.")
        self._joined[tab.session.identity] += 1
        self._unjoin(tab)
        tab.joined = True
        for function in self.when_admitted:
            function(tab)
        tab.page.come(tab)

    def _replace(self, before: Tab, tab: Tab) -> None:
        """The browser shows another page in its tab now."""
        tab.take_place(before)
        transport = before.outbox.transport
        self.leave(before)
        if transport is not None:
            transport.close(wire.CLOSE_REPLACED, "replaced")

    def _unjoin(self, tab: Tab) -> None:
        if self._unjoined.pop(tab.token, None) is not None:
            _count_down(self._waiting, tab.session.identity)

    def lose(self, tab: Tab, *, left: bool) -> None:
        """A tab's socket is gone; `left`: for good."""
        tab.dropped_at = time.monotonic()
        if left:
            self.leave(tab)

    def leave(self, tab: Tab) -> None:
        """A tab has gone for good: free it, and run what its page does then."""
        if tab.gone:
            return
        self.remove(tab)
        if tab.joined and any(one.life_handlers("leave") for one in (tab.page, tab.page.inner) if one is not None):
            self._tasks.start(self._dispatcher.life(tab.page, "leave", tab), f"leave of {tab.page.describe()}")

    def remove(self, tab: Tab) -> None:
        """Free a tab."""
        if tab.gone:
            return
        tab.gone = True
        self._tabs.pop(tab.token, None)
        self._unjoin(tab)
        if tab.joined:
            _count_down(self._joined, tab.session.identity)
        tab.forget()
        tab.page.drop_tab(tab)

    # Sessions

    def renew(self, session: Session, by: Tab | None, *, other: bool) -> None:
        """A session has a new id: each of its tabs comes again under the new cookie; not `by`, which has yet to fetch that.

        `other`: it is another user's now, so what the tabs show is not, and they load anew when they come.
        """
        for tab in self._of(session):
            if tab is by:
                continue
            transport = tab.outbox.transport
            if transport is not None:
                transport.close(wire.CLOSE_AGAIN, "cut")
            if other:
                self.leave(tab)

    def end(self, session: Session) -> None:
        """A session has ended: free its tabs. Each loads its page anew, through its guards.

        One that has just been sent to another address goes there instead.
        """
        now = time.monotonic()
        for tab in self._of(session):
            transport = tab.outbox.transport
            if transport is not None:
                if now - tab.turned_at < _TURNING:
                    text, code, reason = wire.encode({wire.REFUSED: _LOGGED_OUT}), wire.CLOSE_REFUSED, "refused"
                else:
                    text, code, reason = wire.encode({wire.GONE: "session"}), wire.CLOSE_GONE, "gone"
                transport.send({"type": "websocket.send", "text": text})
                transport.close(code, reason)
            self.leave(tab)

    def _of(self, session: Session) -> list[Tab]:
        return [tab for tab in self._tabs.values() if tab.session is session]

    def clear(self) -> None:
        """Free all tabs: the server ends."""
        for tab in list(self._tabs.values()):
            self.remove(tab)
        self._released.clear()

    def drain(self, seconds: float) -> None:
        """Tell every tab that the server goes down and to come back, spread over `seconds`."""
        text = wire.encode({wire.BACK: seconds})
        for tab in list(self._tabs.values()):
            transport = tab.outbox.transport
            if transport is not None:
                transport.send({"type": "websocket.send", "text": text})
                transport.close(wire.CLOSE_RESTART, "restart")

    def is_second_person(self, page: "WebPage", session: Session) -> bool:
        """Whether `page` is opened by a second person; true once for a page."""
        first = self._first_persons.setdefault(page, session.identity)
        if first in ("", session.identity):
            return False
        self._first_persons[page] = ""
        return True

    # Once a second

    def look_after(self, now: float) -> None:
        """Heartbeats; the end of tabs that dropped for too long, and of pages that nobody joined."""
        for tab in list(self._tabs.values()):
            transport = tab.outbox.transport
            if tab.uploads is not None:
                tab.uploads.expire(now, self._config.grace)
            sweep(tab)
            if transport is not None:
                self._listen(tab, transport, now)
            elif tab.dropped_at is not None:
                limit = self._config.grace if tab.joined else self._config.join_time
                if now - tab.dropped_at > limit:
                    self.leave(tab)

    def _listen(self, tab: Tab, transport: Transport, now: float) -> None:
        silent = now - tab.heard_at
        if silent <= self._config.beat:
            return
        if silent > _SILENT * self._config.beat:
            transport.close(wire.CLOSE_AGAIN, "silent")
            tab.outbox.transport = None
            self.lose(tab, left=False)
        elif (silent - self._config.beat) % _BEAT_AGAIN < SWEEP and not transport.blocked:
            transport.send({"type": "websocket.send", "text": _BEAT})

    def keep_sessions(self, now: float) -> None:
        """A session lives as long as somebody has a tab of it open."""
        for tab in self._tabs.values():
            if tab.outbox.transport is not None:
                tab.session.seen_at = now

    # Pages without tabs

    def released(self, page: "WebPage") -> None:
        """The last tab of a page has gone: watch whether the page goes too."""
        if not page.is_shared:
            self._released.append(weakref.ref(page))

    def collect_released(self, late: float = 0.0) -> None:
        """Collect the cycles that handlers made, when enough pages that nobody shows are still there.

        A collection holds everybody up, the longer the more there is in memory. So it waits for an idle moment (`late`: by
        how many seconds the caller's timer was late), unless there are very many, and then rests for long.
        """
        now = time.monotonic()
        alive = [reference for reference in self._released if _is_left(reference)]
        due = len(alive) >= _RELEASED and (late < _LATE or len(alive) >= _RELEASED_MANY)
        if due and now >= self._collect_after:
            gc.collect()
            self._collect_after = now + _REST * (time.monotonic() - now)
            alive = []  # what is left is held by the program
        self._released = alive


def _is_left(reference: "weakref.ref[WebPage]") -> bool:
    """Whether a page is there and nobody shows it. A function, so that no name here holds the page in a collection."""
    page = reference()
    return page is not None and not page.has_tabs


def _count_down(counter: Counter[str], key: str) -> None:
    """One less; what reaches nothing leaves no entry."""
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
