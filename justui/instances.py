"""`Instances`: the objects of exposed classes, one for each session or each tab. Makes them when they are first wanted."""

import contextlib
from collections import OrderedDict
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from justui.entries import Entry

if TYPE_CHECKING:
    from justui.sessions import Session
    from justui.tab import Tab


class Kept(NamedTuple):
    """The object of one session, and when it was used last, in seconds of the monotonic clock."""

    instance: Any
    used: float


class Own(dict[Entry, Any]):
    """The objects of one tab; they go with it."""


class Instances:
    """The objects of all exposed classes of one App; of sessions at most `limit`, past which the one that rests longest goes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._of_sessions: OrderedDict[tuple[str, Entry], Kept] = OrderedDict()

    def find(self, entry: Entry, tab: "Tab", now: float) -> Any:
        """What a tab means by an exposed name: the object itself, or that of its session or its own."""
        if entry.per == "session":
            return self._of_session(entry, tab.session, now)
        return self._of_tab(entry, tab) if entry.per else entry.target

    def _of_tab(self, entry: Entry, tab: "Tab") -> Any:
        bridge = tab.with_bridge()
        if bridge.instances is None:
            bridge.instances = Own()
        own: Own = bridge.instances
        if entry not in own:
            own[entry] = instance = entry.target()
            if not entry.name and not hasattr(instance, "tab"):
                with contextlib.suppress(AttributeError):  # one with slots has no room for it
                    instance.tab = tab
        return own[entry]

    def _of_session(self, entry: Entry, session: "Session", now: float) -> Any:
        # By the identity and not by the object: a session in which nothing was written is a new object after a reload.
        key = (session.identity, entry)
        kept = self._of_sessions.pop(key, None)
        instance = entry.target() if kept is None else kept.instance
        self._of_sessions[key] = Kept(instance, now)
        if len(self._of_sessions) > self._limit:
            self._of_sessions.popitem(last=False)
        return instance

    def forget(self, identity: str) -> None:
        """Forget the objects of a session that has ended."""
        for key in [key for key in self._of_sessions if key[0] == identity]:
            del self._of_sessions[key]

    def sweep(self, oldest: float, present: Collection[str], entries: Collection[Entry]) -> None:
        """Forget the objects of sessions that were used before `oldest`, and those of names that are exposed no more.

        `present`: the identities of sessions that have a tab open.
        """
        gone = [
            (identity, entry)
            for (identity, entry), kept in self._of_sessions.items()
            if entry not in entries or (kept.used < oldest and identity not in present)
        ]
        for key in gone:
            del self._of_sessions[key]

    def __len__(self) -> int:
        return len(self._of_sessions)
