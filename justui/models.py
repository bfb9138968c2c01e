"""`Data`, the dict that a program keeps with a page or component, whose keys can be followed; and what `model=` may be given.

A key's state holds its dict; the dict knows its states weakly.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload
from weakref import WeakValueDictionary

from justui.errors import StateError
from justui.listeners import raise_first
from justui.marks import tree_lock
from justui.state import Reactive, same

if TYPE_CHECKING:
    from justui.component import Component

Result = TypeVar("Result")

_MISSING: Any = object()


class Entry(Reactive[Any]):
    """The value of one key of a dict, or None while it has none. Set: put into the dict."""

    __slots__ = ("_holder", "_key", "_value")

    settable = True

    def __init__(self, holder: Any, key: Any) -> None:
        super().__init__()
        self._holder = holder
        self._key = key
        self._value = self._read()

    @property
    def value(self) -> Any:
        """The present value; setting it is `set`."""
        return self._value if isinstance(self._holder, Data) else self._read()

    @value.setter
    def value(self, value: Any) -> None:
        self.set(value)

    def set(self, value: Any) -> None:
        """Put a value into the dict, and let all that follow have it."""
        self._holder[self._key] = value
        self.note()

    def note(self) -> None:
        """The dict may have another value now."""
        with tree_lock:
            present = self._read()
            if same(self._value, present):
                return
            self._value = present
            self._version += 1
        self._tell()

    def _read(self) -> Any:
        try:
            return self._holder[self._key]
        except (KeyError, IndexError):
            return None


_entries: "WeakValueDictionary[tuple[int, Any], Entry]" = WeakValueDictionary()
"""Those in use, by the identity of the dict, which each keeps alive, and the key."""


def entry_of(holder: Any, key: Any) -> Entry:
    """The state of one key of a dict-like object, the same one for all who ask while one of them has it."""
    with tree_lock:
        entry = _entries.get((id(holder), key))
        if entry is None:
            entry = _entries[id(holder), key] = Entry(holder, key)
        return entry


def note_entries(holder: Any, keys: Iterable[Any]) -> None:
    """The states of these keys may have other values now. Raises the first error of a function that listens, once all are told."""
    here, errors = id(holder), list[Exception]()
    for key in keys:
        if (entry := _entries.get((here, key))) is not None:
            try:
                entry.note()
            except Exception as error:  # noqa: BLE001 - the others are told all the same
                errors.append(error)
    raise_first(errors)


class Data(dict[Any, Any]):
    """A dict whose keys can be followed: `page.data["a"] = 5` changes all that is bound to `page.data.state("a")`."""

    def state(self, key: Any) -> Entry:
        """The state of one key: what it has, None while it has nothing."""
        return entry_of(self, key)

    def _note(self, keys: Iterable[Any]) -> None:
        note_entries(self, keys)

    def _edit(self, edit: Callable[[], Result], keys: Iterable[Any] | None = None) -> Result:
        """Make an edit that may concern these keys, or any, and bring it to all that follow."""
        before = [*self] if keys is None else [*keys]
        result = edit()
        self._note(before if keys is not None else dict.fromkeys((*before, *self)))
        return result

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        self._note((key,))

    def __delitem__(self, key: Any) -> None:
        super().__delitem__(key)
        self._note((key,))

    def pop(self, key: Any, *default: Any) -> Any:
        """Take out a key and return its value, or the default. Raises KeyError without one."""
        return self._edit(lambda: super(Data, self).pop(key, *default), (key,))

    def popitem(self) -> tuple[Any, Any]:
        """Take out the last key; return it and its value. Raises KeyError when there is none."""
        return self._edit(super().popitem)

    def clear(self) -> None:
        """Take out all keys."""
        self._edit(super().clear)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of a key, which is set to the default when there is none."""
        return self._edit(lambda: super(Data, self).setdefault(key, default), (key,))

    def update(self, *others: Any, **more: Any) -> None:
        """Set several keys, as dict.update does."""
        new: dict[Any, Any] = dict(*others, **more)
        self._edit(lambda: super(Data, self).update(new), new)

    def __ior__(self, other: Any) -> Self:  # type: ignore[misc]
        self.update(other)
        return self

    def become(self, values: Mapping[Any, Any]) -> None:
        """Have exactly these keys and values."""
        new = dict(values)

        def edit() -> None:
            dict.clear(self)
            dict.update(self, new)

        self._edit(edit)


class DataSlot:
    """`component.data`: a `Data` made when it is wanted. Set: exactly these keys; what is bound to them follows."""

    __slots__ = ()

    @overload
    def __get__(self, component: None, owner: type) -> "DataSlot": ...
    @overload
    def __get__(self, component: object, owner: type) -> Data: ...
    def __get__(self, component: Any, owner: type) -> "DataSlot | Data":
        if component is None:
            return self
        data: Data | None = component.__dict__.get("data")
        if data is None:
            data = component.__dict__.setdefault("data", Data())
        return data

    def __set__(self, component: Any, values: Mapping[Any, Any]) -> None:
        data = self.__get__(component, type(component))
        if values is not data:
            data.become(values)


def model_of(model: Any, component: "Component") -> Reactive[Any]:
    """The state that `model=` means: itself, or JustPy's `[component, "key"]` and `[dict, "key"]`.

    Raises `StateError` for anything else.
    """
    if isinstance(model, Reactive):
        return model
    if isinstance(model, (list, tuple)) and len(model) > 1:
        holder, key = model[0], model[1]
        data = getattr(holder, "data", _MISSING)
        if len(model) == 2 and not isinstance(holder, Mapping) and data is not _MISSING:
            holder = data
        if not isinstance(holder, Reactive) and hasattr(holder, "__getitem__") and hasattr(holder, "__setitem__"):
            return entry_of(holder, key)
    raise StateError(
        f"model= of {component.describe()} wants a State, or [component, 'key'] for its data, got {model!r:.60}."
    )
