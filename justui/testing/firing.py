"""From a DOM event to the frames it causes: bubbling, keys and modifiers, once, debounce, throttle.

A model of `browser/events.js`. Knows no gestures: it is told which event happened where.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from justui.testing.dom import Document
from justui.testing.nodes import Element
from justui.testing.spec import Entry, entries, read_entry

NOT_BUBBLING = frozenset(
    "focus blur load error scroll mouseenter mouseleave pointerenter pointerleave toggle close cancel invalid".split()
)

CONTINUOUS = re.compile("key|mouse|pointer|touch|wheel|scroll|drag|select|focus")
"""Events that come many at a time: they do not hurry those that wait."""

Heard = Callable[[dict[str, Any]], object]
"""Gets what an event says."""

Send = Callable[[int, str, dict[str, Any]], None]
"""Sends an event: component, entry, data."""


class Firing:
    """The events of one tab."""

    def __init__(self, send: Send, document: Callable[[], Document]) -> None:
        self._send = send
        self._document = document
        self._used: set[tuple[Element, str]] = set()
        self._timers: dict[tuple[Element, str], asyncio.TimerHandle] = {}
        self._pending: dict[tuple[Element, str], tuple[Entry, dict[str, Any]]] = {}
        """Debounced and throttled events that have not left yet, oldest first."""
        self._listeners: WeakKeyDictionary[Element, dict[Entry, Heard]] = WeakKeyDictionary()
        """Functions that `tab.dom` has for events of elements that are no component's."""

    def hear(self, element: Element, spec: str, heard: Heard) -> None:
        """Call a function at an event of an element."""
        listeners = self._listeners.setdefault(element, {})
        entry = read_entry(spec)
        # Each has its own times to wait.
        listeners[replace(entry, name=f"{entry.name} {len(listeners)}")] = heard

    @property
    def busy(self) -> bool:
        """Whether a debounced or throttled event is still to be sent."""
        return bool(self._pending)

    def stop(self) -> None:
        """Forget what waits."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._pending.clear()

    def fire(
        self,
        target: Element,
        event: str,
        data: dict[str, Any] | None = None,
        *,
        key: str | None = None,
        held: frozenset[str] = frozenset(),
    ) -> bool:
        """Let an event happen on `target`; whether a handler prevents what the browser would do itself."""
        data = dict(data or {})
        data.update(dict.fromkeys(sorted(held), True))
        told = {**data, **_values(target, event)}
        path = [target] if event in NOT_BUBBLING else list(target.ancestors())
        prevented = False
        for element in path:
            stopped = False
            heard = [] if element.disabled else [*entries(element), *self._listeners.get(element, ())]
            for entry in heard:
                if not entry.outside and entry.fits(event, key, held):
                    prevented = prevented or entry.prevent or event == "submit"
                    stopped = stopped or entry.stop
                    own = entry in self._listeners.get(element, {})
                    self._happen(element, entry, told if own else data)
            if stopped:
                break
        inside = set(target.ancestors())
        for element in self._document().elements():
            if "__out" not in element.attributes.get("data-e", "") or element in inside:
                continue
            for entry in entries(element):
                if entry.outside and entry.fits(event, key, held):
                    self._happen(element, entry, data)
        return prevented

    def _happen(self, element: Element, entry: Entry, data: dict[str, Any]) -> None:
        place = (element, entry.name)
        if place in self._used or not (element.component or element in self._listeners):
            return
        if entry.once:
            self._used.add(place)
        wait = entry.debounce or entry.throttle
        if not wait:
            self._hurry(element, entry, data)
            return
        idle = place not in self._timers
        if entry.debounce or idle:
            self._start_timer(place, entry, wait)
        if idle and (entry.throttle or entry.immediate):
            self._hurry(element, entry, data)
        elif not entry.immediate:
            self._pending.pop(place, None)
            self._pending[place] = entry, data

    def _start_timer(self, place: tuple[Element, str], entry: Entry, wait: float) -> None:
        if (timer := self._timers.pop(place, None)) is not None:
            timer.cancel()
        self._timers[place] = asyncio.get_running_loop().call_later(wait, self._elapsed, place)

    def _elapsed(self, place: tuple[Element, str]) -> None:
        del self._timers[place]
        waiting = self._pending.pop(place, None)
        if waiting is None:
            return
        entry, data = waiting
        if entry.throttle:
            # The last event of a throttled burst opens a new span.
            self._start_timer(place, entry, entry.throttle)
        self._leave(place[0], entry, data)

    def _hurry(self, element: Element, entry: Entry, data: dict[str, Any]) -> None:
        """Send an event, behind those that wait when a person would expect them to be done by now."""
        if entry.key or not CONTINUOUS.match(entry.event):
            self.send_pending()
        self._leave(element, entry, data)

    def send_pending(self) -> None:
        """Send the debounced and throttled events now."""
        for place, (entry, data) in list(self._pending.items()):
            del self._pending[place]
            if (timer := self._timers.pop(place, None)) is not None:
                timer.cancel()
            self._leave(place[0], entry, data)

    def _leave(self, element: Element, entry: Entry, data: dict[str, Any]) -> None:
        heard = self._listeners.get(element, {}).get(entry)
        if heard is not None:
            heard(data)
        elif element in self._document():
            self._send(element.component, entry.name, data)


def _values(target: Element, event: str) -> dict[str, Any]:
    """What listeners of `tab.dom` get beside the rest."""
    if event == "submit":
        fields = [element for element in target.elements() if element.attributes.get("name") and element.kind]
        on = [element for element in fields if element.kind != "checked" or element.value is True]
        return {"values": {element.attributes["name"]: _text(element) for element in on}}
    return (
        {"value": target.value if target.kind else target.attributes.get("value", "")} if target.tag in _VALUED else {}
    )


_VALUED = frozenset(("input", "select", "textarea", "button"))


def _text(field: Element) -> str:
    return field.attributes.get("value", "on") if field.kind == "checked" else str(field.value)
