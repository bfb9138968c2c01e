"""`State` and what is derived from it: values that components follow. A change is noted on all of them and sends itself.

Knows components only by what it asks of them. They hold their states; a state knows them weakly, and keeps nobody alive.
"""

import inspect
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NoReturn, TypeVar, overload
from weakref import ref

from justui import hints
from justui.context import building
from justui.errors import HandlerError, StateError
from justui.following import listen, take_followed
from justui.listeners import Call, Listener, call_listener, deferred, raise_first
from justui.marks import tree_lock
from justui.turns import send_soon

if TYPE_CHECKING:
    from justui.component import Component

Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)
Result = TypeVar("Result")


_UNGIVEN: Any = object()

_FOLLOWING: Final = ", or count.map(lambda value: …) for what shall follow."
_SIGNS: Final = "+ - * / // % ** @ & | ^ << >>".split()
_TWO_SIDED: Final = dict(
    zip(_SIGNS, "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split(), strict=True)
)
_ADVICE: Final = {
    ("if", "bool"): "Write `if count.value:`; to show something only then, show=count.",
    **{(sign, f"{name} r{name}"): f"Write `count.value {sign} 1`{_FOLLOWING}" for sign, name in _TWO_SIDED.items()},
    **{(f"{sign}=", f"i{name}"): f"Write `count.value {sign}= 1`." for sign, name in _TWO_SIDED.items()},
    **{
        (sign, name): f"Write `count.value {sign} 1`{_FOLLOWING}"
        for sign, name in (("<", "lt"), ("<=", "le"), (">", "gt"), (">=", "ge"))
    },
    **{
        (sign, name): f"Write `{sign}count.value`{_FOLLOWING}"
        for sign, name in (("-", "neg"), ("+", "pos"), ("~", "invert"))
    },
    **{
        (f"{name}()", dunders): f"Write `{name}(count.value)`, or count.map({name}) for what shall follow."
        for name, dunders in (
            ("int", "int index"),
            ("float", "float"),
            ("abs", "abs"),
            ("round", "round"),
            ("len", "len"),
        )
    },
    (
        "for, in or [0]",
        "getitem",
    ): "Write `rows.value`, as in `for row in rows.value`; ui.For(rows, fn) makes rows that follow.",
    ("[0] =", "setitem delitem"): "Set a new value, rows.set([…]), or use ui.List, whose edits are followed.",
}
"""What to write instead, by what somebody wrote and the special methods that it calls.

`__getitem__` answers for iteration too, so that nothing takes a state for an iterable; `__call__` is none of them, for then
`callable(state)` would be true and `on_click=state` no error.
"""

_EDITS: Final = frozenset(
    "add append clear discard extend insert pop popitem remove reverse setdefault sort update".split()
)


class NoSuchName(AttributeError, StateError):
    """A name that a state does not have."""


class Reactive(Generic[Value_co]):
    """A value that changes, and that components and functions can follow: the base of `State`, `List` and derived values."""

    __slots__ = ("__weakref__", "_derived", "_followers", "_kept", "_listeners", "_told", "_version")

    settable: ClassVar[bool] = False
    """Whether it has `set`, so that a field can be its `model=`."""
    tells: ClassVar[int] = 1
    """Arguments that a function given to `on_change` may take; with 2 the second one says what has changed."""

    _followers: "dict[ref[Component], tuple[str, ...]] | None"
    """Who follows it, and by which of their attributes."""
    _derived: "dict[ref[Derived[Any]], None] | None"
    _kept: "list[Derived[Any]] | None"
    """Derived values that nobody holds but the functions that listen to them."""
    _listeners: list[Listener] | None
    _version: int
    _told: int
    """The version that all followers have."""

    def __init__(self) -> None:
        self._followers = self._derived = self._kept = self._listeners = None
        self._version = self._told = 0

    @property
    def value(self) -> Value_co:
        """The present value."""
        raise NotImplementedError

    def map(self, function: Callable[..., Result], *others: "Reactive[Any]") -> "Derived[Result]":
        """A read-only value that follows this one: `function(value)`, or, with `others`, `function(value, …)` of all.

        `count.map("{} apples".format)`, `first.map(lambda a, b: a + b, second)`. It is computed when somebody wants it.
        """
        if not callable(function):
            raise HandlerError(f"map wants a function, got {function!r:.60}. Write its name, without brackets.")
        _check_takes(function, 1 + len(others))
        for other in others:
            if not isinstance(other, Reactive):
                raise StateError(f"map takes a function and further states, got {other!r:.60}.")
        return Derived(function, (self, *others))

    @overload
    def on_change(self, function: Callable[..., Any], *, owner: "Component | None" = None) -> Listener: ...
    @overload
    def on_change(self, *, owner: "Component | None" = None) -> Callable[[Callable[..., Any]], Listener]: ...
    def on_change(
        self, function: Callable[..., Any] = _UNGIVEN, *, owner: "Component | None" = None
    ) -> Listener | Callable[[Callable[..., Any]], Listener]:
        """Call `function()` or `function(value)` at each change, until `end()` of the answer.

        Also a decorator, with brackets or without. Sync or async. With `owner`, a page or component, the function lives as long as that does;
        without, as long as the state. Raises `HandlerError` for what cannot be called so.
        """
        if function is None:
            raise HandlerError("on_change got None, not a function. Write its name, without brackets.")
        if function is _UNGIVEN:
            return lambda given: self.on_change(given, owner=owner)
        listener = Listener(function, self, owner)
        if owner is not None:
            listen(owner, self, listener)
            return listener
        if hints.Diagnostics.on and building.get() and self._is_shared():
            hints.say(
                f"on_change{hints.place_of(function)}: the state is shared and keeps the function after the page is gone. "
                "Write on_change(fn, owner=page)."
            )
        with tree_lock:
            self._join()
            self._listeners = [*(self._listeners or ()), listener]
            self._has_listener(listener)
            self._keep_alive(True)
        return listener

    def _forget_listener(self, listener: Listener) -> None:
        with tree_lock:
            self._listeners = [one for one in self._listeners or () if one is not listener] or None
            if self._listeners is None:
                self._keep_alive(False)

    def _has_listener(self, listener: Listener) -> None:
        """A function listens from now on."""

    def _keep_alive(self, wanted: bool) -> None:
        """A derived value lives while functions listen to it."""

    def _is_shared(self) -> bool:
        """Whether it was made outside of page functions, as far as is known."""
        return False

    # Following

    def begin_following(self, component: "Component", name: str) -> None:
        """A component's attribute follows from now on; the component itself keeps the state. Wants `tree_lock`."""
        self._join()
        followers = self._followers
        if followers is None:
            followers = self._followers = {}
        forget_gone(followers)
        own = ref(component)
        names = followers.get(own, ())
        if name not in names:
            followers[own] = (*names, name)

    def end_following(self, component: "Component", name: str) -> None:
        """An attribute does not follow any more. Wants `tree_lock`."""
        followers = self._followers or {}
        own = ref(component)
        names = tuple(one for one in followers.get(own, ()) if one != name)
        if names:
            followers[own] = names
        else:
            followers.pop(own, None)

    def _join(self) -> None:
        """Somebody is about to follow."""

    def _derived_here(self) -> "list[Derived[Any]]":
        derived = self._derived
        if not derived:
            return []
        found = []
        for reference in tuple(derived):
            one = reference()
            if one is None:
                derived.pop(reference, None)
            else:
                found.append(one)
        return found

    def _tell(self) -> None:
        """The value has changed: bring it to all that follow, then call the functions. Wants `tree_lock` not held.

        Raises the first error of a function, once all the others have run.
        """
        if self._followers is None and self._derived is None and self._listeners is None:
            self._told = self._version
            return
        errors: list[Exception] = []
        calls: list[Call] = []
        reached: dict[int, Reactive[Any]] = {id(self): self}
        waiting: list[Reactive[Any]] = [self]
        while waiting:
            for derived in waiting.pop(0)._derived_here():
                if id(derived) not in reached:
                    reached[id(derived)] = derived
                    waiting.append(derived)
        for one in reached.values():
            try:
                one._refresh()
            except Exception as error:  # noqa: BLE001 - its followers keep what they show
                errors.append(error)
        touched: dict[Component, None] = {}
        with tree_lock:
            for one in reached.values():
                if one._told != one._version:
                    one._told = one._version
                    calls += one._bring(touched, errors)
        if touched:
            send_soon(touched)
        if not deferred(calls):
            for listener, value in calls:
                call_listener(listener, value, errors)
        raise_first(errors)

    def _held(self) -> Any:
        """What followers get: the value, without a computation."""
        return self.value

    def _refresh(self) -> None:
        """Compute what is computed. Raises what its function raises."""

    def _argument(self) -> Any:
        """What a function given to `map` gets, without a computation."""
        return self.value

    def _last_change(self) -> Any:
        """What the second argument of a function is."""

    def _bring(self, touched: "dict[Component, None]", errors: list[Exception]) -> list[Call]:
        """Set the attributes that follow; the answer is what to call then. Wants `tree_lock`."""
        if not self._listeners and not self._followers:
            return []
        value = self._held()
        calls = [
            (listener, (value, self._last_change()) if listener.arity > 1 else value)
            for listener in self._listeners or ()
        ]
        for reference, names in tuple((self._followers or {}).items()):
            component = reference()
            if component is None:
                del self._followers[reference]  # type: ignore[union-attr]
                continue
            for name in names:
                listener = None
                try:
                    listener = take_followed(component, name, value)
                except Exception as error:  # noqa: BLE001 - one that refuses the value keeps nobody from it
                    errors.append(error)
                if listener is None:
                    touched[component] = None
                else:
                    calls.append((listener, value))
        return calls

    # Mistakes

    if not TYPE_CHECKING:  # else every misspelt name would be Any

        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name):  # it exists, and computing it has raised: let that be seen
                return object.__getattribute__(self, name)
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name)
            raise NoSuchName(f"{self!r} has no {name!r}.{self._advice_on(name)}", name=name)

    def _advice_on(self, name: str) -> str:
        """What to write in the place of a name that there is not."""
        value = self._held()
        if hasattr(value, name):
            if name in _EDITS and isinstance(value, (list, dict, set)):
                kind = type(value).__name__
                return f" .{name} on the value is not seen: " + (
                    "use ui.List, or set a new list." if kind == "list" else f"set a new {kind}."
                )
            return f" Its value has: write .value.{name}, or .map(lambda value: value.{name} …) for what shall follow."
        names = [one for one in dir(type(self)) if one[0] != "_"]
        return hints.near(name, names) or hints.near(name, dir(value)).replace("mean ", "mean .value.")

    def __str__(self) -> str:
        self._hint_at_text()
        return str(self.value)

    def __format__(self, form: str) -> str:
        self._hint_at_text()
        return format(self.value, form)

    def _hint_at_text(self) -> None:
        if hints.Diagnostics.on and (site := hints.call_site()) is not None:
            hints.say(
                f"{hints.place(site)}: a text made of {self!r} will not follow it. "
                'Write count.map("{} items".format), or count.value when that is meant.'
            )

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if hints.Diagnostics.on and not isinstance(other, Reactive) and (site := hints.call_site()) is not None:
            hints.say(f"{hints.place(site)}: {self!r} == {other!r:.40} compares the state itself. Write .value == …")
        return NotImplemented

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._held()!r:.60}>"


def _refuse(what: str, advice: str) -> Callable[..., NoReturn]:
    def refuse(self: Reactive[Any], *others: object) -> NoReturn:
        raise StateError(f"{what} wants the value, and this is {self!r}. {advice}")

    return refuse


for (_what, _names), _advice in _ADVICE.items():  # not in the class: a type checker is to know none of them
    for _name in _names.split():
        setattr(Reactive, f"__{_name}__", _refuse(_what, _advice))


def _check_takes(function: Callable[..., Any], count: int) -> None:
    """Raise `HandlerError` unless a function can be called with so many values."""
    code = function.__code__ if type(function) is FunctionType else None
    if code is not None and code.co_argcount == count and not code.co_kwonlyargcount:
        return
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*[None] * count)
    except TypeError:
        name = getattr(function, "__name__", repr(function))
        wanted = ", ".join(["value", "other", *["…"] * (count > 2)][:count])
        raise HandlerError(
            f"map calls fn({wanted}), got {name}{signature}{hints.place_of(function)}. "
            "It takes one value for the state, and one for each further state."
        ) from None


class State(Reactive[Value]):
    """A value that components follow: `ui.Span(text=count)`, `ui.Input(model=count)`.

    Setting an equal value changes nothing. Any thread may set it; the change is sent by itself. Made at module level it is
    shared by all who see it, made in a page function it is the page's own.
    """

    __slots__ = ("_shared", "_value")

    settable = True

    def __init__(self, value: Value) -> None:
        super().__init__()
        if isinstance(value, Reactive):
            raise StateError(f"State wants a value, got {value!r}. Write value.map(…) for one that follows another.")
        self._value = value
        self._shared = not building.get()

    @property
    def value(self) -> Value:
        """The present value; setting it is `set`."""
        return self._value

    @value.setter
    def value(self, value: Value) -> None:
        self.set(value)

    def set(self, value: Value) -> None:
        """Let it have a new value; all that follow have it when this returns, their tabs when the loop turns.

        Raises the first error of a function given to `on_change`, or of an attribute that refuses the value.
        """
        if isinstance(value, Reactive):
            raise StateError(f"set wants a value, got {value!r}. Write .set(other.value).")
        with tree_lock:
            if same(self._value, value):
                if hints.Diagnostics.on and self._value is value and isinstance(value, (list, dict, set)):
                    _hint_at_same(value)
                return
            self._value = value
            self._version += 1
        self._tell()

    def _held(self) -> Value:
        return self._value

    def _is_shared(self) -> bool:
        return self._shared


def _hint_at_same(value: object) -> None:
    site = hints.call_site()
    if site is not None:
        hints.say(
            f"{hints.place(site)}: the state has this very {type(value).__name__} already, so nothing is sent. "
            "Set a new one, or use ui.List."
        )


class Derived(Reactive[Value_co]):
    """A read-only value made of others by a function. Made by `map`; it lives as long as somebody uses it."""

    __slots__ = ("_computed", "_function", "_joined", "_kept", "_seen", "_sources")

    def __init__(self, function: Callable[..., Value_co], sources: tuple[Reactive[Any], ...]) -> None:
        super().__init__()
        self._function = function
        self._sources = sources
        self._seen: tuple[int, ...] | None = None
        self._computed: Any = None
        self._joined = False

    @property
    def value(self) -> Value_co:
        """The present value. Raises what the function raises."""
        for source in self._sources:
            source._refresh()
        # The versions first: what changes meanwhile is computed once more, and never missed.
        seen = tuple(source._version for source in self._sources)
        values = [source._argument() for source in self._sources]
        if seen != self._seen:
            computed = self._function(*values)
            with tree_lock:
                if self._seen is None or seen > self._seen:  # else another thread has computed a later one meanwhile
                    if self._seen is None or not same(self._computed, computed):
                        self._computed = computed
                        self._version += 1
                    self._seen = seen
        return self._computed  # type: ignore[no-any-return]

    if not TYPE_CHECKING:

        @value.setter
        def value(self, value: object) -> None:
            raise NoSuchName(f"The value of {self!r} cannot be set: it {self._what_to_set()}", name="value")

    def _advice_on(self, name: str) -> str:
        return f" It {self._what_to_set()}" if name == "set" else super()._advice_on(name)

    def _what_to_set(self) -> str:
        return f"follows {', '.join(map(repr, self._roots()))}; set that."

    def _keep_alive(self, wanted: bool) -> None:
        for root in self._roots():
            kept = [one for one in root._kept or () if one is not self]
            root._kept = [*kept, self] if wanted else kept or None

    def _roots(self) -> list[Reactive[Any]]:
        """The states that everything comes from."""
        return [
            root for source in self._sources for root in (source._roots() if isinstance(source, Derived) else [source])
        ]

    def _join(self) -> None:
        if self._joined:
            return
        self._joined = True
        self.value  # noqa: B018 - so that it is known from what it changes
        self._told = self._version
        for source in self._sources:
            source._join()
            if source._derived is None:
                source._derived = {}
            forget_gone(source._derived)
            source._derived[ref(self)] = None

    def _refresh(self) -> None:
        self.value  # noqa: B018

    def _held(self) -> Value_co:
        return self._computed  # type: ignore[no-any-return]

    _argument = _held

    def __repr__(self) -> str:
        return f"<derived of {', '.join(map(repr, self._sources))}>"


def forget_gone(table: "dict[ref[Any], Any]") -> None:
    """Drop those that are gone from a table that grows; rarely, so that it costs little over time."""
    if len(table) >= 8 and len(table) & (len(table) - 1) == 0:
        for reference in [reference for reference in table if reference() is None]:
            del table[reference]


def same(one: object, other: object) -> bool:
    """Whether a change from one value to the other is none."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - arrays and the like, whose == is no truth value, count as different
        return False
