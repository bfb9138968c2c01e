"""`Subscriptions`: which tabs get the messages of which topics, and the one frame that they all get. Calls no functions but rules."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from justui import wire
from justui.broker.base import Message
from justui.errors import Refused
from justui.handover import CallHost
from justui.outbox import Frame
from justui.rules import Rules
from justui.who import Who

if TYPE_CHECKING:
    from justui.tab import Tab


class TabTopics:
    """The topics, and patterns of topics, of one tab."""

    __slots__ = ("_home", "_tab", "names")

    def __init__(self, home: "Subscriptions", tab: "Tab") -> None:
        self._home = home
        self._tab = tab
        self.names: dict[str, None] = {}

    def clear(self) -> None:
        """The tab has gone for good."""
        for name in list(self.names):
            self._home.end(self._tab, name)
        self.names.clear()


class Subscriptions:
    """The tabs of one App by what they have subscribed to. `changed` is called with a name that has gained or lost its tabs."""

    def __init__(self, host: CallHost, rules: Rules, changed: Callable[[str], None]) -> None:
        self._host = host
        self._rules = rules
        self._changed = changed
        self._lock = threading.Lock()
        self._tabs: dict[str, dict[Tab, Who]] = {}

    def begin(self, who: Who, name: str) -> None:
        """A tab wants the messages of a topic, or of all that match a pattern. Raises `Refused` past a bound."""
        tab = who.tab
        if tab is None or tab.gone:
            return
        bridge = tab.with_bridge()
        if bridge.subscriptions is None:
            bridge.subscriptions = TabTopics(self, tab)
        names = bridge.subscriptions.names
        if name not in names and len(names) >= self._host.config.subscriptions_per_tab:
            raise Refused(
                f"this tab has {len(names)} subscriptions, which is the limit (setting subscriptions_per_tab)"
            )
        names[name] = None
        with self._lock:
            tabs = self._tabs.get(name)
            if tabs is None:
                tabs = self._tabs[name] = {}
            first = not tabs
            tabs[tab] = who
        if first:
            self._changed(name)

    def end(self, tab: "Tab", name: str) -> None:
        """A tab wants them no more. Harmless when it did not."""
        if tab.bridge is not None and tab.bridge.subscriptions is not None:
            tab.bridge.subscriptions.names.pop(name, None)
        with self._lock:
            tabs = self._tabs.get(name, {})
            last = tabs.pop(tab, None) is not None and not tabs
            if last:
                del self._tabs[name]
        if last:
            self._changed(name)

    def end_all(self, name: str) -> None:
        """Nobody is to get them any more."""
        for tab in self.of(name):
            self.end(tab, name)

    def of(self, name: str) -> "tuple[Tab, ...]":
        """The tabs that have subscribed to just this name."""
        return tuple(self._tabs.get(name, ()))

    def names(self) -> list[str]:
        """The names and patterns that have tabs."""
        return list(self._tabs)

    def send(self, message: Message, names: list[str]) -> None:
        """Send a message to the tabs that have subscribed to any of these names: one frame, the same bytes for all.

        A rule that is a function is asked for each tab, at each message: who has logged out gets nothing any more.
        """
        tabs = self._tabs_of(names)
        rule = self._rules.rule(message.topic, "subscribe") if tabs else False
        if rule is False:
            return
        topic, origin = wire.encode(message.topic), wire.encode(message.origin)
        frame = Frame(f'[["{wire.TOPIC}",{topic},{message.text},{origin}]]', patch=False, blobs=message.blobs)
        if rule is True:
            for tab, _ in tabs:
                tab.push(frame)
            return
        for tab, who in tabs:
            try:
                allowed = rule(who, message.topic)
            except Exception as error:  # noqa: BLE001 - a rule that raises does not allow
                self._host.called_failed(error, None, f"the rule of the topic {message.topic!r}")
                continue
            if allowed:
                tab.push(frame)

    def _tabs_of(self, names: list[str]) -> "list[tuple[Tab, Who]]":
        found = [tabs for name in names if (tabs := self._tabs.get(name))]
        if len(found) < 2:
            return list(found[0].items()) if found else []
        return list({tab: who for tabs in found for tab, who in tabs.items()}.items())
