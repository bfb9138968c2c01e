"""`MemoryBroker`: messages and queues within one process. Waits for nothing."""

import threading
from collections import deque
from typing import Final

from justui.broker.base import Arrived, Broker, Item, Message, Receiver
from justui.broker.names import Names, covers, is_pattern
from justui.errors import QueueFull, Refused

_ITEM: Final = 100
"""Bytes that an item takes beside its value."""


class MemoryBroker(Broker):
    """The broker of one process.

    `values` and `queues` bound how many values it keeps and how many queues have items, `size` the bytes of all items.
    """

    def __init__(self, *, values: int = 100_000, queues: int = 10_000, size: int = 100_000_000) -> None:
        self._most_values = values
        self._most_queues = queues
        self._room = size
        """Bytes that the queues can still take."""
        self._lock = threading.Lock()
        """Held while something is noted, never while a function of the program runs."""
        self._names = Names()
        self._receivers: dict[str, list[Receiver]] = {}
        self._kept: dict[str, Message] = {}
        self._queues: dict[str, deque[Item]] = {}
        self._watching: dict[str, list[Arrived]] = {}

    # Topics

    def publish(self, message: Message, *, keep: bool = False) -> None:
        """Send a message to all receivers; with `keep` it is also the topic's last value from now on."""
        with self._lock:
            if keep:
                self._keep(message)
            receivers = self._receivers_of(message.topic)
            for receiver in receivers:
                receiver.take(message)
        for receiver in receivers:
            receiver.deliver()

    def _receivers_of(self, topic: str) -> list[Receiver]:
        found = [receiver for name in self._names.matching(topic) for receiver in self._receivers[name]]
        return found if len(found) < 2 else list({id(one): one for one in found}.values())

    def subscribe(self, pattern: str, receiver: Receiver) -> None:
        """Let a receiver have the messages of a topic, or of all that match a pattern."""
        with self._lock:
            receivers = self._receivers.setdefault(pattern, [])
            if not any(one is receiver for one in receivers):
                receivers.append(receiver)
            self._names.add(pattern)

    def unsubscribe(self, pattern: str, receiver: Receiver) -> None:
        """End what `subscribe` began."""
        with self._lock:
            left = [one for one in self._receivers.get(pattern, ()) if one is not receiver]
            if left:
                self._receivers[pattern] = left
            else:
                self._receivers.pop(pattern, None)
                self._names.discard(pattern)

    def keep(self, message: Message) -> Message:
        """Keep a first value without sending it; the answer is the value that was kept before, or else this one."""
        with self._lock:
            if message.topic not in self._kept:
                self._keep(message)
            return self._kept[message.topic]

    def _keep(self, message: Message) -> None:
        if message.topic not in self._kept and len(self._kept) >= self._most_values:
            raise Refused(f"{self._most_values} topics keep a value already, which is the limit (setting kept_values)")
        self._kept[message.topic] = message

    def kept(self, pattern: str) -> list[Message]:
        """The last values that are kept of a topic, or of all that match a pattern."""
        with self._lock:
            if not is_pattern(pattern):
                return [self._kept[pattern]] if pattern in self._kept else []
            kept = list(self._kept.values())
        return [message for message in kept if covers(pattern, message.topic)]

    def forget(self, topic: str) -> None:
        """Keep no value of this topic any more."""
        with self._lock:
            self._kept.pop(topic, None)

    # Queues

    def push(self, queue: str, item: Item, limit: int) -> None:
        """Put an item at the end."""
        with self._lock:
            items = self._queues.get(queue)
            if (size := _size(item)) > self._room:
                raise Refused(f"all queues together have room for {self._room} bytes more (setting queue_bytes)")
            if items is None:
                if len(self._queues) >= self._most_queues:
                    raise Refused(f"{self._most_queues} queues have items already, which is the limit (setting queues)")
                items = self._queues[queue] = deque()
            if len(items) >= limit:
                raise QueueFull(f"the queue {queue!r} is full: it has {limit} items, which is its limit=")
            items.append(item)
            self._room -= size
            watching = tuple(self._watching.get(queue, ()))
        for arrived in watching:
            arrived(queue)

    def pop(self, queue: str) -> Item | None:
        """Take out the newest item; None when there is none."""
        return self._take(queue, -1)

    def shift(self, queue: str) -> Item | None:
        """Take out the oldest item; None when there is none."""
        return self._take(queue, 0)

    def _take(self, queue: str, place: int) -> Item | None:
        with self._lock:
            items = self._queues.get(queue)
            if items is None:
                return None
            item = items.pop() if place else items.popleft()
            self._room += _size(item)
            if not items:
                del self._queues[queue]
            return item

    def size(self, queue: str) -> int:
        """How many items a queue has."""
        with self._lock:
            return len(self._queues.get(queue, ()))

    def clear(self, queue: str) -> None:
        """Take out all items."""
        with self._lock:
            self._room += sum(map(_size, self._queues.pop(queue, ())))

    def queues(self) -> list[str]:
        """The names of the queues that have items."""
        with self._lock:
            return list(self._queues)

    def watch(self, queue: str, arrived: Arrived) -> None:
        """Call a function for each item that is pushed from now on."""
        with self._lock:
            functions = self._watching.get(queue, [])
            if arrived not in functions:
                self._watching[queue] = [*functions, arrived]

    def unwatch(self, queue: str, arrived: Arrived) -> None:
        """End what `watch` began."""
        with self._lock:
            left = [one for one in self._watching.get(queue, ()) if one != arrived]
            if left:
                self._watching[queue] = left
            else:
                self._watching.pop(queue, None)


def _size(item: Item) -> int:
    return _ITEM + len(item.text) + sum(map(len, item.blobs))
