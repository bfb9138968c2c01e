"""`Directory`: all topics, or all queues, of an App by their names, and which functions listen to each.

One that somebody needs is held; any other is forgotten when the program has it no more. Knows no broker and no browsers.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from weakref import WeakValueDictionary

from justui.broker.names import is_pattern
from justui.handover import Audience, Listening
from justui.rules import Rules

if TYPE_CHECKING:
    from justui.component import Component


class Listed(Protocol):
    """What stands in it."""

    name: str
    _audience: Audience


Thing = TypeVar("Thing", bound=Listed)


class Directory(Generic[Thing]):
    """The things of one kind that an App has. What else gives a name, and what a need means, its kind says."""

    _listens = ""
    """How a program lets a function listen, for hints."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        """What browsers may do."""
        self._lock = threading.RLock()
        """Held while the tables change. Never wanted by who holds the broker's lock."""
        self._known: WeakValueDictionary[str, Thing] = WeakValueDictionary()
        self._needed: dict[str, Thing] = {}
        """Those that nobody else may hold."""
        self._deserted: deque[str] = deque()
        """Those that have lost a function together with its page."""

    # Names

    def names(self) -> list[str]:
        """The names of all that there are, sorted; patterns left out."""
        with self._lock:
            found = self._all_names()
        return sorted(name for name in found if not is_pattern(name))

    def has(self, name: str) -> bool:
        """Whether there is one of this name."""
        return name in self.names()

    def clear(self) -> None:
        """Forget all."""
        for name in self._all_names():
            self.remove(name)

    def __contains__(self, name: object) -> bool:
        return name in self.names()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())

    @property
    def opened(self) -> bool:
        """Whether browsers may use any of them."""
        return bool(self.rules)

    def _all_names(self) -> set[str]:
        return {*self._known, *self._needed, *self._names_elsewhere(), *self.rules.named()}

    # Functions

    def listen(self, thing: Thing, listening: Listening, owner: "Component | None") -> None:
        """A function wants to hear of it."""
        self._look_after()
        with self._lock:
            thing._audience.add(listening, owner, self._listens)
            self._note_need(thing)

    def listen_no_more(self, thing: Thing, function: Callable[..., Any]) -> None:
        """A function wants to hear no more."""
        with self._lock:
            thing._audience.end(function)
            self._note_need(thing)

    def desertion_of(self, name: str) -> Callable[[], None]:
        """What notes that one has lost a function. It may be called in the midst of anything, so it only notes."""
        deserted = self._deserted
        return lambda: deserted.append(name)

    def _look_after(self) -> None:
        while self._deserted:
            with self._lock:
                thing = self._needed.get(self._deserted.popleft())
                if thing is not None:
                    thing._audience.look_after()
                    self._note_need(thing)

    def _hold(self, thing: Thing, needed: bool) -> None:
        if needed:
            self._needed[thing.name] = thing
        else:
            self._needed.pop(thing.name, None)

    # What its kind says

    def remove(self, name: str) -> None:
        """Forget one. Harmless when there is none."""
        raise NotImplementedError

    def _names_elsewhere(self) -> Iterable[str]:
        raise NotImplementedError

    def _note_need(self, thing: Thing) -> None:
        """Hold it as long as somebody needs it. Wants the lock."""
        raise NotImplementedError
