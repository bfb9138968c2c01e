"""`Topic` and `Topics`: what is published reaches every subscriber: functions, tabs, and components that follow a kept value.

A message goes to the broker, comes back from it in the topic's order, and is handed on in the App's loop. Knows no sockets.
"""

import itertools
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from justui.broker.base import Broker, Message
from justui.broker.names import Names, check_name, is_pattern
from justui.broker.values import text_of, value_of
from justui.context import handling
from justui.directory import Directory
from justui.errors import StateError, TopicError
from justui.handover import Arrival, Audience, CallHost, Handover, Listening, check_circle
from justui.rules import Rules
from justui.state import Reactive
from justui.subscriptions import Subscriptions
from justui.who import Rule, Who

if TYPE_CHECKING:
    from justui.component import Component
    from justui.tab import Tab

Function = TypeVar("Function", bound=Callable[..., Any])

_LISTED: Final = 1_000
"""Kept values, and names, that one tab gets at once."""
UNGIVEN: Any = object()
"""No value, where None is one."""


class Topic(Reactive[Any]):
    """What everybody publishes to and subscribes to. Made by `app.topic(name)`; the same object for the same name.

    One with a value, `app.topic("temp", value=20.5)`, keeps the last one and can be used as a `State`; each message counts as
    a change, also one with the same value.
    """

    __slots__ = ("_audience", "_home", "_keeps", "_last", "name")

    settable = True

    def __init__(self, home: "Topics", name: str) -> None:
        super().__init__()
        self._home = home
        self.name = name
        self._keeps = False
        self._last: Any = None
        self._audience = Audience(home.desertion_of(name))

    def publish(self, value: Any) -> None:
        """Send a value to every subscriber: functions, and tabs. A plain call, from any thread.

        The value is None, bool, int, float, str, bytes, or lists and dicts of these. Functions run in the App's loop; at once,
        where the caller is there. Raises `TypeError` for another value, `TopicError` for a pattern.
        """
        self._home.publish(self.name, value)

    # The last value

    @property
    def value(self) -> Any:
        """The last value; setting it publishes. Raises `TopicError` for a topic that keeps none."""
        self._join()
        return self._last

    @value.setter
    def value(self, value: Any) -> None:
        self.set(value)

    def set(self, value: Any) -> None:
        """Publish, where a value is kept. Raises `TopicError` for a topic that keeps none."""
        self._join()
        if isinstance(value, Reactive):
            raise StateError(f"set wants a value, got {value!r}. Write .set(other.value).")
        self.publish(value)

    def touch(self) -> None:
        """Publish the last value once more, after an edit inside of it: `topic.value.append(4); topic.touch()`."""
        self.publish(self.value)

    def note(self, value: Any) -> None:
        """Have a new last value. The value first: who sees the version finds a value at least as new."""
        self._last = value
        self._version += 1

    # Subscribers

    @overload
    def subscribe(self, function: Function, *, owner: "Component | None" = None) -> Function: ...
    @overload
    def subscribe(self, *, owner: "Component | None" = None) -> Callable[[Function], Function]: ...
    def subscribe(self, function: Any = UNGIVEN, *, owner: "Component | None" = None) -> Any:
        """Call `function(value)` or `function(topic, value)` for each message, until `unsubscribe(function)`.

        A call or a decorator, with brackets or without; sync or async. The same function twice is one subscriber. With
        `owner`, a page or component, it lives as long as that does. Raises `HandlerError` for what cannot be called so.
        """
        if function is UNGIVEN:
            return lambda given: self.subscribe(given, owner=owner)
        self._home.listen(self, Listening(function, 2, f"subscribe of {self!r}"), owner)
        return function

    def unsubscribe(self, function: Callable[..., Any]) -> None:
        """Call a function no more. Harmless when it is no subscriber."""
        self._home.listen_no_more(self, function)

    @property
    def tabs(self) -> "list[Tab]":
        """The tabs that have subscribed to just this name."""
        return list(self._home.tabs.of(self.name))

    # What a `Reactive` is asked

    def _join(self) -> None:
        if self._keeps:
            return
        if is_pattern(self.name):
            raise TopicError(f"{self!r} stands for many topics and has no value. Use one of them, or subscribe.")
        raise TopicError(
            f"{self!r} keeps no value, so nothing can follow it. Write app.topic({self.name!r}, value=…), or subscribe."
        )

    def _held(self) -> Any:
        return self._last

    def _argument(self) -> Any:
        return self.value

    def _is_shared(self) -> bool:
        return True

    def __str__(self) -> str:
        return super().__str__() if self._keeps else repr(self)

    def __repr__(self) -> str:
        return f"<Topic {self.name!r}>"


class Topics(Directory[Topic]):
    """The topics of one App, by name. One that nobody needs is forgotten: needed is one that keeps a value, or has subscribers."""

    _listens = "subscribe"

    def __init__(self, host: CallHost, broker: Broker) -> None:
        super().__init__(Rules("topic", "subscribe", "publish"))
        self._host = host
        self._broker = broker
        self.tabs = Subscriptions(host, self.rules, self._note_interest)
        """What tabs have subscribed to."""
        self._names = Names()
        """Names and patterns that the broker sends us the messages of."""
        self._changed: deque[Topic] = deque()
        self._handover = Handover(host, self._hand_on)

    # The program

    def get(
        self,
        name: str,
        value: Any = UNGIVEN,
        *,
        allow: Rule | None = None,
        subscribe: Rule | None = None,
        publish: Rule | None = None,
    ) -> Topic:
        """The topic of this name; see `App.topic`."""
        self._look_after()
        with self._lock:
            topic = self._known.get(check_name(name))
            if topic is None:
                topic = self._known[name] = Topic(self, name)
            self.rules.give(name, allow, subscribe=subscribe, publish=publish)
            if value is not UNGIVEN and not topic._keeps:
                self._begin_keeping(topic, value)
            return topic

    def _begin_keeping(self, topic: Topic, value: Any) -> None:
        if is_pattern(topic.name):
            raise TopicError(f"{topic!r} stands for many topics, so it keeps no value. Give each of them one.")
        kept = self._broker.keep(Message(topic.name, *text_of(value)))
        topic._last = _value_of(kept)
        topic._keeps = True
        self._note_need(topic)

    def remove(self, name: str) -> None:
        """Forget a topic: its value, its rules and its subscribers. Harmless when there is none."""
        with self._lock:
            self.tabs.end_all(name)
            self.rules.drop(name)
            self._broker.forget(name)
            topic = self._known.get(name)
            if topic is not None:
                topic._audience.end()
                topic._keeps = False
                self._note_need(topic)

    def _names_elsewhere(self) -> Iterable[str]:
        return self.tabs.names()

    # Who subscribes

    def _note_need(self, topic: Topic) -> None:
        self._hold(topic, topic._keeps or bool(topic._audience))
        self._note_interest(topic.name)

    def _note_interest(self, name: str) -> None:
        """Let the broker send us what somebody here wants."""
        with self._lock:
            if name in self._needed or self.tabs.of(name):
                self._names.add(name)
                self._broker.subscribe(name, self)
            else:
                self._names.discard(name)
                self._broker.unsubscribe(name, self)

    # Messages

    def publish(self, name: str, value: Any, origin: str = "") -> None:
        """Send a value to all subscribers. Raises `StateError` in a circle of subscribers."""
        check_name(name, patterns=False)
        check_circle(f"a message is published to {name!r}")
        topic = self._needed.get(name)
        self._broker.publish(Message(name, *text_of(value), origin), keep=topic is not None and topic._keeps)

    def take(self, message: Message) -> None:
        """A message has come from the broker, in the topic's order."""
        topic = self._needed.get(message.topic)
        if topic is not None and topic._keeps:
            topic.note(_value_of(message))
            self._changed.append(topic)
        self._handover.put(message)

    def deliver(self) -> None:
        """Hand on what has come: to followers here and now, as a state does, to subscribers in the App's loop."""
        while self._changed:
            try:
                self._changed.popleft()._tell()
            except IndexError:  # another thread was faster
                break
            except Exception as error:  # noqa: BLE001 - it is not the publisher's
                self._host.called_failed(error, handling.get(), "on_change of a topic")
        self._handover.flush()

    def _hand_on(self, arrival: Arrival) -> None:
        message: Message = arrival.thing
        with self._lock:
            names = self._names.matching(message.topic)
            listening = [one for name in names if name in self._needed for one in self._needed[name]._audience.alive()]
        self.tabs.send(message, names)
        if listening:
            name = f"a subscriber of the topic {message.topic!r}"
            self._handover.call(listening, arrival, name, message.topic, _value_of(message))

    # Browsers

    def publish_from(self, who: Who, name: Any, value: Any) -> bool:
        """A browser publishes. Raises `PermissionError` when it may not."""
        self.rules.check(check_name(name, patterns=False), "publish", who)
        self.publish(name, value, "" if who.tab is None else who.tab.id)
        return True

    def subscribe_from(self, who: Who, name: Any, options: Any) -> dict[str, Any]:
        """A browser subscribes, to a topic or a pattern; with `now` it gets the kept values. Raises `PermissionError`."""
        self.rules.check(check_name(name), "subscribe", who)
        self.tabs.begin(who, name)
        if not isinstance(options, dict) or not options.get("now"):
            return {"now": []}
        kept = (one for one in self._broker.kept(name) if self.rules.seem_to_allow(one.topic, "subscribe", who))
        return {"now": [[one.topic, _value_of(one)] for one in itertools.islice(kept, _LISTED)]}

    def unsubscribe_from(self, who: Who, name: Any, _: Any = None) -> bool:
        """A browser subscribes no more. Harmless when it did not."""
        if who.tab is not None and isinstance(name, str):
            self.tabs.end(who.tab, name)
        return True

    def names_for(self, who: Who, *_: Any) -> list[str]:
        """The names of the topics that a browser may use in any way."""
        uses = ("subscribe", "publish")
        mine = (name for name in self.names() if any(self.rules.seem_to_allow(name, use, who) for use in uses))
        return list(itertools.islice(mine, _LISTED))

    def kinds(self) -> dict[str, Callable[[Who, str, Any], Any]]:
        """What browsers may ask of topics, by the kind of their call."""
        return {
            "publish": self.publish_from,
            "subscribe": self.subscribe_from,
            "unsubscribe": self.unsubscribe_from,
            "topics": self.names_for,
        }


def _value_of(message: Message) -> Any:
    return value_of(message.text, message.blobs)
