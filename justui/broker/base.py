"""`Broker`: the interface between topics and queues and whatever carries them. Values are text and bytes here, nothing else.

All of it may be called from any thread, and nothing of it waits for other people. Names and patterns are those of `names`,
checked before they come here.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple, Protocol


class Message(NamedTuple):
    """What was published: where, the value as JSON text with its bytes beside it, and the tab that it is from, or ""."""

    topic: str
    text: str
    blobs: tuple[bytes, ...] = ()
    origin: str = ""


class Item(NamedTuple):
    """What is in a queue: the value as JSON text, and its bytes beside it."""

    text: str
    blobs: tuple[bytes, ...] = ()


class Receiver(Protocol):
    """Who subscribes. A broker knows it by its identity."""

    def take(self, message: Message) -> None:
        """A message has come. Called in the order of the topic, perhaps under a lock: it only notes the message."""

    def deliver(self) -> None:
        """Hand on what was taken. Called after `take`, outside of all locks; the program's functions may run now."""


Arrived = Callable[[str], None]
"""Called with the name of a queue, once for each item that was pushed, outside of all locks."""


class Broker(ABC):
    """Carries messages to those who subscribe, keeps last values, and holds queues.

    What it promises: all receivers get the messages of one topic in one order, each message once, also those who subscribe by
    several patterns that match it. Its own process hears of what it publishes as everybody does. A message that nobody has
    subscribed to is lost, but for the kept value. An item of a queue is taken by one alone.
    """

    # Topics

    @abstractmethod
    def publish(self, message: Message, *, keep: bool = False) -> None:
        """Send a message to all receivers; with `keep` it is also the topic's last value from now on.

        Raises `Refused` when so many values are kept that no further one can be.
        """

    @abstractmethod
    def subscribe(self, pattern: str, receiver: Receiver) -> None:
        """Let a receiver have the messages of a topic, or of all that match a pattern. Harmless when repeated."""

    @abstractmethod
    def unsubscribe(self, pattern: str, receiver: Receiver) -> None:
        """End what `subscribe` began. Harmless when repeated."""

    @abstractmethod
    def keep(self, message: Message) -> Message:
        """Keep a first value without sending it; the answer is the value that was kept before, or else this one.

        Raises `Refused` as `publish` does.
        """

    @abstractmethod
    def kept(self, pattern: str) -> list[Message]:
        """The last values that are kept of a topic, or of all that match a pattern."""

    @abstractmethod
    def forget(self, topic: str) -> None:
        """Keep no value of this topic any more."""

    # Queues

    @abstractmethod
    def push(self, queue: str, item: Item, limit: int) -> None:
        """Put an item at the end. Raises `QueueFull` when `limit` items are there, `Refused` when there are too many queues."""

    @abstractmethod
    def pop(self, queue: str) -> Item | None:
        """Take out the newest item; None when there is none."""

    @abstractmethod
    def shift(self, queue: str) -> Item | None:
        """Take out the oldest item; None when there is none."""

    @abstractmethod
    def size(self, queue: str) -> int:
        """How many items a queue has."""

    @abstractmethod
    def clear(self, queue: str) -> None:
        """Take out all items."""

    @abstractmethod
    def queues(self) -> list[str]:
        """The names of the queues that have items."""

    @abstractmethod
    def watch(self, queue: str, arrived: Arrived) -> None:
        """Call a function for each item that is pushed from now on, by whomever. Harmless when repeated."""

    @abstractmethod
    def unwatch(self, queue: str, arrived: Arrived) -> None:
        """End what `watch` began. Harmless when repeated."""
