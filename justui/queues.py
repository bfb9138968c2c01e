"""`Queue` and `Queues`: items that one pushes and another takes, kept by the broker until then. Knows no sockets."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from justui.broker.base import Broker, Item
from justui.broker.names import check_name
from justui.broker.values import text_of, value_of
from justui.directory import Directory
from justui.errors import ConfigError
from justui.handover import Arrival, Audience, CallHost, Handover, Listening, check_circle
from justui.rules import Rules
from justui.who import Rule, Who

if TYPE_CHECKING:
    from justui.component import Component

Function = TypeVar("Function", bound=Callable[..., Any])

_UNGIVEN: Any = object()


class Queue:
    """Items that wait until somebody takes them. Made by `app.queue(name)`; the same object for the same name.

    Every call is a plain one, from any thread. An item is taken by one alone.
    """

    __slots__ = ("__weakref__", "_audience", "_home", "_limit", "name")

    def __init__(self, home: "Queues", name: str) -> None:
        self._home = home
        self.name = name
        self._limit: int | None = None
        self._audience = Audience(home.desertion_of(name))

    @property
    def limit(self) -> int:
        """How many items the queue takes."""
        return self._home.length if self._limit is None else self._limit

    def push(self, value: Any) -> None:
        """Put a value at the end: None, bool, int, float, str, bytes, or lists and dicts of these.

        Raises `QueueFull` when as many are there as the queue takes, `TypeError` for another value.
        """
        self._home.push(self.name, value, self.limit)

    def pop(self, default: Any = None) -> Any:
        """Take out the newest value; `default` when there is none."""
        return _value_of(self._home.broker.pop(self.name), default)

    def shift(self, default: Any = None) -> Any:
        """Take out the oldest value; `default` when there is none."""
        return _value_of(self._home.broker.shift(self.name), default)

    def is_empty(self) -> bool:
        """Whether there is nothing to take."""
        return not len(self)

    def clear(self) -> None:
        """Take out everything."""
        self._home.broker.clear(self.name)

    def __len__(self) -> int:
        return self._home.broker.size(self.name)

    def __bool__(self) -> bool:
        return True  # it is there, also when it is empty

    @overload
    def on_push(self, function: Function, *, owner: "Component | None" = None) -> Function: ...
    @overload
    def on_push(self, *, owner: "Component | None" = None) -> Callable[[Function], Function]: ...
    def on_push(self, function: Any = _UNGIVEN, *, owner: "Component | None" = None) -> Any:
        """Call `function()` or `function(queue)` once for each item that is pushed, in the App's loop. A call or a decorator.

        Sync or async. Somebody else may have taken the item meanwhile. With `owner`, a page or component, it lives as long as
        that does. Raises `HandlerError` for what cannot be called so.
        """
        if function is _UNGIVEN:
            return lambda given: self.on_push(given, owner=owner)
        check_name(self.name, patterns=False)
        self._home.listen(self, Listening(function, 1, f"on_push of {self!r}"), owner)
        return function

    def off_push(self, function: Callable[..., Any]) -> None:
        """Call a function no more. Harmless when it is not called."""
        self._home.listen_no_more(self, function)

    def __repr__(self) -> str:
        return f"<Queue {self.name!r}>"


class Queues(Directory[Queue]):
    """The queues of one App, by name. One that is empty and that nobody needs is forgotten: needed is one with a limit of its own, or functions."""

    _listens = "on_push"

    def __init__(self, host: CallHost, broker: Broker) -> None:
        super().__init__(Rules("queue", "publish", "subscribe"))
        self.broker = broker
        self.length = host.config.queue_length
        """Items in a queue without a limit of its own."""
        self._handover = Handover(host, self._hand_on)

    # The program

    def get(
        self,
        name: str,
        *,
        limit: int | None = None,
        allow: Rule | None = None,
        publish: Rule | None = None,
        subscribe: Rule | None = None,
    ) -> Queue:
        """The queue of this name; see `App.queue`."""
        self._look_after()
        with self._lock:
            queue = self._known.get(check_name(name, patterns=limit is None))
            if queue is None:
                queue = self._known[name] = Queue(self, name)
            self.rules.give(name, allow, publish=publish, subscribe=subscribe)
            if limit is not None:
                self._set_limit(queue, limit)
            return queue

    def _set_limit(self, queue: Queue, limit: int) -> None:
        if type(limit) is not int or limit < 1:
            raise ConfigError(f"limit= of {queue!r} is a number of items, at least 1, got {limit!r}")
        if queue._limit not in (None, limit):
            raise ConfigError(
                f"{queue!r} has the limit {queue._limit} already. Give it once; elsewhere write no limit=."
            )
        queue._limit = limit
        self._note_need(queue)

    def remove(self, name: str) -> None:
        """Forget a queue: its items, its limit, its rules and its functions. Harmless when there is none."""
        with self._lock:
            self.rules.drop(name)
            self.broker.clear(name)
            queue = self._known.get(name)
            if queue is not None:
                queue._limit = None
                queue._audience.end()
                self._note_need(queue)

    def _names_elsewhere(self) -> Iterable[str]:
        return self.broker.queues()

    # Items

    def push(self, name: str, value: Any, limit: int) -> None:
        """Put a value into a queue."""
        check_name(name, patterns=False)
        check_circle(f"an item is pushed into {name!r}")
        self.broker.push(name, Item(*text_of(value)), limit)

    def _note_need(self, queue: Queue) -> None:
        self._hold(queue, bool(queue._audience) or queue._limit is not None)
        if queue._audience:
            self.broker.watch(queue.name, self._arrived)
        else:
            self.broker.unwatch(queue.name, self._arrived)

    def _arrived(self, name: str) -> None:
        self._handover.put(name)
        self._handover.flush()

    def _hand_on(self, arrival: Arrival) -> None:
        queue = self._needed.get(arrival.thing)
        if queue is not None:
            with self._lock:
                listening = queue._audience.alive()
            self._handover.call(listening, arrival, f"on_push of the queue {queue.name!r}", queue)

    # Browsers

    def push_from(self, who: Who, name: Any, value: Any) -> bool:
        """A browser pushes. Raises `PermissionError` when it may not, `QueueFull`."""
        self._of_browser(who, name, "publish").push(value)
        return True

    def pop_from(self, who: Who, name: Any, _: Any = None) -> Any:
        """A browser takes the newest value."""
        return self._of_browser(who, name, "subscribe").pop()

    def shift_from(self, who: Who, name: Any, _: Any = None) -> Any:
        """A browser takes the oldest value."""
        return self._of_browser(who, name, "subscribe").shift()

    def size_for(self, who: Who, name: Any, _: Any = None) -> int:
        """A browser asks how many values there are."""
        return len(self._of_browser(who, name, "subscribe"))

    def _of_browser(self, who: Who, name: Any, use: str) -> Queue:
        self.rules.check(check_name(name, patterns=False), use, who)
        return self.get(name)

    def kinds(self) -> dict[str, Callable[[Who, str, Any], Any]]:
        """What browsers may ask of queues, by the kind of their call."""
        return {"push": self.push_from, "pop": self.pop_from, "shift": self.shift_from, "size": self.size_for}


def _value_of(item: Item | None, default: Any) -> Any:
    return default if item is None else value_of(item.text, item.blobs)
