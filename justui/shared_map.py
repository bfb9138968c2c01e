"""`SharedMap`: a dict that several people and processes change at once, each key by itself; its keys can be followed.

Of what two set at one key at the same time one counts, the same one everywhere.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from justui.documents import PROGRAM
from justui.errors import StateError
from justui.marks import tree_lock
from justui.models import Entry, entry_of, note_entries
from justui.shared import Shared, text_of, value_of
from justui.shared_text import LARGEST
from justui.state import Reactive

if TYPE_CHECKING:
    from justui.component import Component
    from justui.listeners import Call, Listener
    from justui.shared_text import Version
    from justui.tab import Tab

Value = TypeVar("Value")

_HERE: Final = "A SharedMap"
_MISSING: Any = object()


class MapChange(NamedTuple):
    """What a function given to `on_change` gets beside the map: who changed it, and what."""

    tab: "Tab | None"
    """None for the program."""
    by: str
    """The name of the person, as the history has it."""
    keys: dict[str, tuple[Any, Any]]
    """The keys that changed, with the values before and now; None where there was or is none."""


class SharedMap(Shared, MutableMapping[str, Value]):
    """A dict that several people change at once and no change is lost: `board = ui.SharedMap({"title": "Plans"})`.

    It has every method of a dict, and its keys can be followed: `ui.Input(model=board.state("title"))`; `board.map(len)` follows all.
    Keys are texts, values plain data, which is copied: what you change in a value is seen when you set it again. With `store`, a
    SQLite file, it outlives the server; `name` says which of the file's maps it is. `largest`: bytes that it may have, in the document;
    an edit past it raises `Refused` and changes nothing. Any thread may edit it. Raises `UsageError` without the extra `shared`, and
    `StateError` for what is no plain data.
    """

    __slots__ = ("_by", "_change", "_keys", "_noted", "_touched", "_values", "document", "name")

    def __init__(
        self,
        mapping: Mapping[str, Value] | Iterable[tuple[str, Value]] = (),
        *,
        store: str | os.PathLike[str] | None = None,
        name: str = "",
        largest: int = LARGEST,
    ) -> None:
        if self.is_open:
            return
        super().__init__()
        if isinstance(mapping, Reactive) and not isinstance(mapping, Mapping):
            raise StateError(f"{_HERE} wants a dict, got {mapping!r}.")
        self._by = PROGRAM
        self._change: MapChange | None = None
        self._keys: dict[str, tuple[Any, Any]] | None = None
        """What changed and was not told yet, once somebody wants to know."""
        self._noted: dict[str, None] = {}
        """The keys whose states are to be told."""
        texts = self._open(name, store, _texts(dict(mapping)), largest)
        self._values: dict[str, Any] = {key: value_of(texts[key]) for key in sorted(texts)}

    # Reading

    @property
    def value(self) -> dict[str, Value]:
        """A plain dict of it. Setting it is `set`."""
        return dict(self._values)

    @value.setter
    def value(self, mapping: Mapping[str, Value]) -> None:
        self.set(mapping)

    def _argument(self) -> Any:
        return self  # not a copy: `board.map(len)` costs the same at any size

    def state(self, key: str) -> Entry:
        """The state of one key: what it has, None while it has nothing. Any attribute and `model=` take it."""
        return entry_of(self, _checked(key))

    def __getitem__(self, key: str) -> Value:
        return self._values[key]  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def __bool__(self) -> bool:
        return bool(self._values)

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __eq__(self, other: object) -> bool:
        return self._values == (other._values if isinstance(other, SharedMap) else other)

    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> dict[str, Value]:
        """A plain dict of it."""
        return dict(self._values)

    def at(self, version: "Version | int") -> dict[str, Value]:
        """The dict as it was in a version. Raises `IndexError` for one that there is not."""
        return {key: value_of(text) for key, text in sorted(self._keys_at(version).items())}

    def __repr__(self) -> str:
        return f"SharedMap({self._values!r})"

    # Edits

    def _edit(self, values: Mapping[str, str], gone: "set[str] | frozenset[str]" = frozenset()) -> None:
        with tree_lock:
            self._write(values, gone)
        self._tell_all()

    def __setitem__(self, key: str, value: Value) -> None:
        self._edit(_texts({key: value}))

    def __delitem__(self, key: str) -> None:
        if key not in self._values:
            raise KeyError(key)
        self._edit({}, {key})

    def update(self, *others: Any, **more: Value) -> None:
        """Set several keys as one edit, as dict.update does."""
        self._edit(_texts(dict(*others, **more)))

    def set(self, mapping: Mapping[str, Value] | None) -> None:
        """Have exactly these keys and values. What stays the same is left alone."""
        texts = _texts(dict(mapping or {}))
        with tree_lock:
            self._write(texts, self._values.keys() - texts.keys())
        self._tell_all()

    def clear(self) -> None:
        """Take out all keys."""
        self.set({})

    def pop(self, key: str, default: Any = _MISSING) -> Any:
        """Take out a key and return its value, or the default. Raises KeyError without one."""
        with tree_lock:
            if key not in self._values:
                if default is _MISSING:
                    raise KeyError(key)
                return default
            value = self._values[key]
            self._write({}, {key})
        self._tell_all()
        return value

    def __ior__(self, other: Any) -> "SharedMap[Value]":
        self.update(other)
        return self

    # Following

    def _follow(self, keys: Mapping[str, "str | None"]) -> None:
        values = self._values
        for key, text in keys.items():
            before = values.get(key)
            now = value_of(text)
            if text is None:
                values.pop(key, None)
            else:
                values[key] = now
            if self._keys is not None:
                self._keys[key] = (self._keys.get(key, (before, None))[0], now)
            self._noted[key] = None
        self._version += 1

    def _tell_all(self) -> None:
        with tree_lock:
            noted, self._noted = self._noted, {}
        try:
            super()._tell_all()
        finally:
            note_entries(self, noted)

    def _bring(self, touched: "dict[Component, None]", errors: list[Exception]) -> "list[Call]":
        if self._keys is not None:
            self._change = MapChange(self._by.tab, self._by.name, self._keys)
            self._keys = {}
        return super()._bring(touched, errors)

    def _has_listener(self, listener: "Listener") -> None:
        if listener.arity > 1 and self._keys is None:
            self._keys = {}

    def _last_change(self) -> MapChange | None:
        return self._change


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {_checked(key): text_of(value, _HERE) for key, value in values.items()}


def _checked(key: str) -> str:
    if not isinstance(key, str):
        raise StateError(f"The keys of a SharedMap are texts, got {key!r:.60}. Write str(…).")
    return key
