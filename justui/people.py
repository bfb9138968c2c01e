"""`Person` and `Presence`: who is here, at which tab, with a name, a colour and what the program keeps of them. Sends nothing."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet, ref

from justui.errors import UsageError
from justui.marks import tree_lock
from justui.models import Entry, entry_of, note_entries
from justui.state import Reactive

if TYPE_CHECKING:
    from justui.tab import Tab

COLOURS: Final = (
    "#d6336c",
    "#1c7ed6",
    "#2f9e44",
    "#e8590c",
    "#7048e8",
    "#0c8599",
    "#a61e4d",
    "#5f3dc4",
    "#846358",
    "#495057",
)
"""Each readable as a caret and behind white letters."""
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST: Final = 80
_JOINERS: Final = "\u200c\u200d"  # which some scripts, and emoji, need
_OWN: Final = ("name", "colour")


class Person:
    """Somebody at a tab: `msg.tab.person.name = "Ann"`. What is set is seen by everybody who is in the same places.

    `data`: further things, as in `person["status"] = "away"`.
    """

    __slots__ = ("__weakref__", "_colour", "_data", "_name", "_places", "_tab")

    def __init__(self, tab: "Tab") -> None:
        self._tab = ref(tab)
        self._name = ""
        self._colour = ""
        self._data: dict[str, Any] = {}
        self._places: WeakSet[Presence] = WeakSet()

    @property
    def tab(self) -> "Tab | None":
        """Their tab, as long as it is there."""
        return self._tab()

    def come_to(self, tab: "Tab") -> None:
        """Be at a tab that has taken the place of theirs: they went to another page of ours."""
        self._tab = ref(tab)

    def state(self, key: str) -> Entry:
        """The state of their `name`, their `colour`, or of what is kept under another key. Any attribute and `model=` take it."""
        return entry_of(self, key)

    @property
    def name(self) -> str:
        """What the program or the person says; else who has logged in, else the session's "name", else "Guest"."""
        if self._name:
            return self._name
        tab = self._tab()
        if tab is None:
            return "Guest"
        for said in (tab.session.user, tab.session.get("name")):
            if isinstance(said, str) and (name := _shown(said)):
                return name
        return "Guest"

    @name.setter
    def name(self, name: str) -> None:
        self.update(name=name)

    @property
    def colour(self) -> str:
        """Their colour, as in `#1c7ed6`: one of ten, the same for all tabs of a person, unless another was set."""
        if self._colour:
            return self._colour
        tab = self._tab()
        return COLOURS[0] if tab is None else COLOURS[sum(tab.session.identity.encode()) % len(COLOURS)]

    @colour.setter
    def colour(self, colour: str) -> None:
        self.update(colour=colour)

    def update(self, *, name: str | None = None, colour: str | None = None, **data: Any) -> None:
        """Set several things at once. Raises `UsageError` for a colour that is not like `#1c7ed6`."""
        if colour is not None and not _COLOUR.fullmatch(colour):
            raise UsageError(f"A person's colour is written as in #1c7ed6, got {colour!r:.40}.")
        with tree_lock:
            if name is not None:
                self._name = _shown(str(name))
            if colour is not None:
                self._colour = colour
            self._data.update(data)
        try:
            note_entries(self, [*data, *_OWN])
        finally:
            self._tell()

    def get(self, key: str, default: Any = None) -> Any:
        """One of the further things."""
        return self._data.get(key, default)

    def __getitem__(self, key: str) -> Any:
        return getattr(self, key) if key in _OWN else self._data.get(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self.update(**{key: value})

    def _tell(self) -> None:
        for place in list(self._places):
            place.changed(self)

    def __repr__(self) -> str:
        return f"<Person {self.name!r}>"


def _shown(name: str) -> str:
    """A name in one line, without what cannot be seen or turns the writing around it; of 80 letters at most."""
    letters = (
        letter if letter.isprintable() or letter in _JOINERS else " " if letter.isspace() else ""
        for letter in name[: 4 * _LONGEST]
    )
    return " ".join("".join(letters).split())[:_LONGEST]


class Presence(Reactive[list[Person]]):
    """Who is here, in the order of their coming: `ui.Span(text=page.presence.map(len))`, `ui.For(page.presence, fn)`.

    People who leave are gone at once; those whose connection dropped after the grace time.
    """

    __slots__ = ("_people", "watcher")

    def __init__(self) -> None:
        super().__init__()
        self._people: dict[Person, None] = {}
        self.watcher: Callable[[Person], None] | None = None
        """Told of a person of whom something is another now."""

    @property
    def value(self) -> list[Person]:
        """Everybody who is here."""
        return list(self._people)

    def __len__(self) -> int:
        return len(self._people)

    def __bool__(self) -> bool:
        return bool(self._people)

    def __iter__(self) -> Iterator[Person]:
        return iter(self.value)

    def __contains__(self, person: object) -> bool:
        return person in self._people

    def enter(self, person: Person) -> None:
        """Somebody comes. Twice does no harm."""
        if person not in self._people:
            with tree_lock:
                self._people[person] = None
                person._places.add(self)
            self.changed(person)

    def leave(self, person: Person) -> None:
        """Somebody goes. Twice does no harm."""
        if person in self._people:
            with tree_lock:
                del self._people[person]
                person._places.discard(self)
            self.changed(person)

    def changed(self, person: Person) -> None:
        """Something about somebody is another now."""
        with tree_lock:
            self._version += 1
        if self.watcher is not None:
            self.watcher(person)
        self._tell()

    def __repr__(self) -> str:
        return f"<Presence of {len(self._people)}>"
