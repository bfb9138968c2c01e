"""`Entry`: one exposed name: which of its attributes browsers may call, read, set and delete. Knows no tabs and calls nothing.

Deny by default: what no list names does not exist, and neither does a step that begins with `_`, whatever a frame says.
"""

import inspect
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from justui import wire
from justui.errors import HandlerError
from justui.gates import Gate
from justui.hints import near
from justui.signatures import Signature

CALL: Final = "call"
GET: Final = "get"
SET: Final = "set"
DELETE: Final = "delete"
KINDS: Final = (CALL, GET, SET, DELETE)

Names = bool | Iterable[str]
"""Which attributes may be used: their names, with dots for attributes of attributes; True for every public one."""

DEPTH: Final = 4
"""Attributes of attributes that a name in a list may have."""

LENGTH: Final = 100
JAVASCRIPT: Final = frozenset(("then", "catch", "finally", "toJSON", "toString", "valueOf", *wire.REFUSED_NAMES))
"""Names that mean something to JavaScript itself, so that nobody could reach what is behind them."""
_MARK: Final = "__justui_restricted__"
_MISSING: Final[Any] = object()
_MACHINERY: Final = (type, types.ModuleType, types.CodeType, types.FrameType, types.TracebackType)

Thing = TypeVar("Thing")


class Refusal(Exception):
    """A browser may not do this. `kind` is the error that it is told, such as `NameError`."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def restricted(thing: Thing) -> Thing:
    """Close a method, function or class to browsers, whatever the lists of `app.expose` say. A decorator, `@ui.restricted`.

    Raises `HandlerError` for what cannot be marked.
    """
    try:
        setattr(thing, _MARK, True)
    except (AttributeError, TypeError):
        kind = type(thing).__name__
        raise HandlerError(f"@ui.restricted cannot mark a {kind}: write it below @{kind}, next to def.") from None
    return thing


def there_is_no(path: Iterable[str]) -> Refusal:
    """What a browser is told of a name that there is not; in the same words of one that it is not to know."""
    return Refusal("NameError", f"there is no {'.'.join(path)!r:.120}")


class Entry:
    """One exposed name: a function, an object, a class of which each session or tab has one, or a State.

    `target` is the function, object or class; `per` is `session`, `tab` or empty. `running` counts the calls that have not
    ended.
    """

    def __init__(
        self,
        name: str,
        target: Any,
        lists: dict[str, Names],
        *,
        depth: int | None,
        per: str,
        allow: Any,
        lock: bool,
        thread: bool,
        start_within: float | None,
        source: bool,
        markers: Iterable[str] = (),
    ) -> None:
        self.name = name
        self.target = target
        self.per = per
        self.allow = allow
        self.lock = lock
        self.thread = thread
        self.start_within = start_within
        self.source = source
        self.gate = Gate()
        """Those who wait for a `lock`."""
        self.running = 0
        self.is_function = not per and not any(lists.values()) and callable(target)
        self._depth = depth
        self._markers = (_MARK, *markers)
        self._signatures: WeakKeyDictionary[Any, Signature] = WeakKeyDictionary()
        self._lists = {kind: self._checked(kind, lists.get(kind, ())) for kind in KINDS}
        self._check_calls()

    def _checked(self, kind: str, names: Names) -> frozenset[str] | bool:
        """A list of names as it is kept. Raises `HandlerError` for one that cannot be."""
        if isinstance(names, bool):
            return names
        if isinstance(names, str):
            raise HandlerError(f'{kind}= of {self.name!r} wants a list of names. Write {kind}=["{names}"].')
        found: frozenset[Any] = frozenset(names)
        for name in found:
            steps = name.split(".") if isinstance(name, str) else []
            if not steps or not all(step.isidentifier() for step in steps):
                raise HandlerError(f"{kind}= of {self.name!r} wants names of attributes, got {name!r:.60}")
            if any(step.startswith("_") for step in steps):
                raise HandlerError(f"{kind}= of {self.name!r}: {name!r} begins with _, so it stays Python's own")
            if taken := [step for step in steps if step in JAVASCRIPT]:
                raise HandlerError(f"{kind}= of {self.name!r}: {taken[0]!r} means something else in JavaScript")
            if len(steps) > (self._depth or DEPTH):
                raise HandlerError(
                    f"{kind}= of {self.name!r}: {name!r} goes {len(steps)} attributes deep; write depth={len(steps)}"
                )
        return found

    def _check_calls(self) -> None:
        """Raise `HandlerError` for a method in `call=` that is not there: it is misspelt."""
        owner = self.target
        if isinstance(listed := self._lists[CALL], bool) or hasattr(type(owner), "__getattr__"):
            return
        for name in listed:
            first = name.partition(".")[0]
            if static(owner, first) is _MISSING and not (self.per and "." in name):
                hint = near(first, public_names(owner))
                raise HandlerError(f"call= of {self.name!r}: {kind_of(owner)} has no {first!r}.{hint}")

    # What may be done

    def allows(self, kind: str, steps: tuple[str, ...]) -> bool:
        """Whether the lists let a browser use the attribute at these steps."""
        listed = self._lists[kind]
        if isinstance(listed, bool):
            return listed and len(steps) <= (self._depth or 1)
        return ".".join(steps) in listed

    def find_call(self, root: Any, steps: tuple[str, ...]) -> Callable[..., Any]:
        """The function at these steps of `root`. Raises `Refusal`."""
        if not steps and self.is_function:
            function: Callable[..., Any] = root
            return function
        value = self._find(CALL, root, steps)
        if self._lists[CALL] is True and (isinstance(value, type) or not inspect.isroutine(value)):
            raise there_is_no(self.path(steps))
        if not callable(value):
            raise Refusal("TypeError", f"{self._path(steps)} is no function: it is {kind_of(value)}")
        return value  # type: ignore[no-any-return]

    def read(self, root: Any, steps: tuple[str, ...]) -> Any:
        """The value at these steps; of what is no value a description of what may be done with it. Raises `Refusal`."""
        if not steps:
            return plain(root) if self._lists[GET] and is_reactive(root) else self.describe(root)
        if self.allows(GET, steps):
            value = plain(self._find(GET, root, steps))
            if inspect.isroutine(value) and self.allows(CALL, steps):
                return self._describe_function(steps, value)
            if inspect.isroutine(value) or isinstance(value, _MACHINERY):
                raise there_is_no(self.path(steps))
            return value
        if self.allows(CALL, steps):
            return self._describe_function(steps, self.find_call(root, steps))
        below = ".".join(steps) + "."
        if any(
            not isinstance(names, bool) and any(name.startswith(below) for name in names)
            for names in self._lists.values()
        ):
            return self.describe(root, steps)
        raise there_is_no(self.path(steps))

    def write(self, root: Any, steps: tuple[str, ...], value: Any) -> None:
        """Set the value at these steps. Raises `Refusal`; what a property raises goes on."""
        if not steps and is_reactive(root) and self._lists[SET]:
            _set_state(root, value, self._path(steps))
            return
        owner = self._owner(SET, root, steps)
        present = static(owner, steps[-1])
        self._check_mark(present, steps)
        if self._lists[SET] is True and not _is_data(present):
            raise there_is_no(self.path(steps))
        if not isinstance(present, property) and is_reactive(state := getattr(owner, steps[-1], None)):
            _set_state(state, value, self._path(steps))
        else:
            setattr(owner, steps[-1], value)

    def remove(self, root: Any, steps: tuple[str, ...]) -> None:
        """Delete the attribute at these steps. Raises `Refusal`; what a property raises goes on."""
        owner = self._owner(DELETE, root, steps)
        present = static(owner, steps[-1])
        self._check_mark(present, steps)
        its_own = steps[-1] in getattr(owner, "__dict__", ()) or hasattr(present, "__delete__")
        if not its_own or (self._lists[DELETE] is True and not _is_data(present)):
            raise there_is_no(self.path(steps))
        delattr(owner, steps[-1])

    def _find(self, kind: str, root: Any, steps: tuple[str, ...]) -> Any:
        return self._step(self._owner(kind, root, steps), steps[-1], steps)

    def _owner(self, kind: str, root: Any, steps: tuple[str, ...]) -> Any:
        """The object that has the last of these steps, when the lists let it be used."""
        if not steps or not all(map(is_public, steps)) or not self.allows(kind, steps) or is_reactive(root):
            raise there_is_no(self.path(steps))
        owner = root
        for number, step in enumerate(steps[:-1]):
            owner = plain(self._step(owner, step, steps[: number + 1]))
            if not is_walkable(owner):
                raise there_is_no(self.path(steps))
        return owner

    def _step(self, owner: Any, step: str, steps: tuple[str, ...]) -> Any:
        self._check_mark(static(owner, step), steps)
        try:
            value = getattr(owner, step)
        except AttributeError as error:
            if error.name == step and error.obj is owner:
                raise there_is_no(self.path(steps)) from None
            raise
        self._check_mark(value, steps)
        return value

    def _check_mark(self, value: Any, steps: tuple[str, ...]) -> None:
        if self.is_marked(value):
            raise Refusal("PermissionError", f"{self._path(steps)} is restricted")

    def is_marked(self, value: Any) -> bool:
        """Whether something is restricted, as `@ui.restricted` makes it."""
        return is_marked(value, self._markers)

    def path(self, steps: tuple[str, ...]) -> tuple[str, ...]:
        """How a browser goes to an attribute. An entry without a name is the root of `server` itself."""
        return (self.name, *steps) if self.name else steps

    def _path(self, steps: tuple[str, ...]) -> str:
        return f"{'.'.join(self.path(steps))!r:.120}"

    def first_names(self) -> list[str]:
        """The attributes at which something may be done, there or below."""
        found: dict[str, None] = {}
        for kind, listed in self._lists.items():
            if not isinstance(listed, bool):
                found |= dict.fromkeys(sorted(name.partition(".")[0] for name in listed))
            elif listed:
                names = public_names(self.target)
                found |= dict.fromkeys(name for name in names if fits(kind, static(self.target, name)))
        return list(found)

    # Functions

    def signature(self, function: Any) -> Signature:
        """The signature of a function of this entry, read once."""
        key = _unwrapped(function)
        name = getattr(function, "__name__", self.name)
        try:
            found = self._signatures.get(key)
            if found is None:
                found = self._signatures[key] = Signature(function, name)
        except TypeError:  # a callable that cannot be a key
            return Signature(function, name)
        return found

    def runs_in_thread(self, signature: Signature) -> bool:
        """Whether a function of this entry runs in a worker thread."""
        return (self.thread or signature.in_thread) and not signature.is_async

    # Introspection

    def describe(self, root: Any, steps: tuple[str, ...] = ()) -> dict[str, Any]:
        """What may be done here: a plain object with the lists of names. Raises `Refusal`."""
        if self.is_function:
            return self._describe_function((), root)
        if not steps and is_reactive(root):
            return {"kind": "value", **{kind: bool(self._lists[kind]) for kind in (GET, SET)}}
        owner = root
        for number, step in enumerate(steps):
            owner = plain(self._step(owner, step, steps[: number + 1]))
        found: dict[str, Any] = {"kind": "object"}
        if self.source and (text := inspect.getdoc(type(owner) if not isinstance(owner, type) else owner)):
            found["doc"] = text
        for kind in KINDS:
            found[kind] = sorted(self._names(kind, owner, steps))
        if self.source:
            calls = [(name, static(owner, name)) for name in found[CALL] if "." not in name]
            found["functions"] = {
                name: self._describe_function((*steps, name), getattr(owner, name))
                for name, one in calls
                if callable(one)
            }
        return found

    def describe_names(self, root: Any) -> dict[str, Any]:
        """What may be done with each attribute of an entry that is the root of `server` itself."""
        functions = {name for name in self._names(CALL, root, ()) if "." not in name}
        return {
            name: self._describe_function((name,), static(root, name)) if name in functions else {"kind": "value"}
            for name in self.first_names()
        }

    def _names(self, kind: str, owner: Any, steps: tuple[str, ...]) -> Iterator[str]:
        listed = self._lists[kind]
        below = "".join(f"{step}." for step in steps)
        if not isinstance(listed, bool):
            names = [name.removeprefix(below) for name in listed if name.startswith(below)]
        else:
            names = [name for name in public_names(owner) if fits(kind, static(owner, name))] if listed else []
        for name in names:
            if "." in name or not self.is_marked(static(owner, name)):
                yield name

    def _describe_function(self, steps: tuple[str, ...], function: Any) -> dict[str, Any]:
        found = {"kind": "function", "name": steps[-1] if steps else self.name}
        if self.source:
            found["signature"] = self.signature(function).text
            found["doc"] = inspect.getdoc(function) or ""
        return found


# Names


def is_public(step: str) -> bool:
    """Whether a name can be one that browsers use."""
    return step.isidentifier() and step[0] != "_" and len(step) <= LENGTH


def public_names(owner: Any) -> list[str]:
    """The names of an object's attributes that do not begin with `_`."""
    return [name for name in dir(owner) if is_public(name) and name not in JAVASCRIPT]


# Values


def is_reactive(value: Any) -> bool:
    """Whether something is a State, a List, or derived from them. Known by what it has: they live on a higher floor."""
    kind = type(value)
    return isinstance(getattr(kind, "settable", None), bool) and hasattr(kind, "on_change") and hasattr(kind, "value")


def plain(value: Any) -> Any:
    """The value of a State; anything else as it is."""
    return value.value if is_reactive(value) else value


def _set_state(state: Any, value: Any, path: str) -> None:
    if not hasattr(state, "set"):
        raise Refusal("AttributeError", f"{path} follows other values, so it cannot be set")
    state.set(value)


def is_walkable(value: Any) -> bool:
    """Whether steps may lead through a value to its attributes: it is an object of the program's, no machinery of Python."""
    return not (
        value is None
        or type(value).__module__ == "builtins"
        or isinstance(value, _MACHINERY)
        or inspect.isroutine(value)
        or is_reactive(value)
    )


def static(owner: Any, name: str) -> Any:
    """The attribute as it is stored, without running a property; `_MISSING` where there is none."""
    return inspect.getattr_static(owner, name, _MISSING)


def _is_data(attribute: Any) -> bool:
    """Whether an attribute is there, and is neither a function nor a class."""
    return attribute is not _MISSING and not inspect.isroutine(attribute) and not isinstance(attribute, type)


def is_marked(value: Any, marks: Iterable[str] = (_MARK,)) -> bool:
    """Whether something, or the function behind it, has one of these attributes, and it is true."""
    inner = _unwrapped(value)
    return any(inspect.getattr_static(inner, mark, None) for mark in marks)


def _unwrapped(value: Any) -> Any:
    """The function of a method or property; anything else as it is."""
    if isinstance(value, property):
        return value.fget
    return value.__func__ if isinstance(value, (types.MethodType, staticmethod, classmethod)) else value


def fits(kind: str, attribute: Any) -> bool:
    """Whether `True` of a list means this attribute."""
    called = isinstance(attribute, (staticmethod, classmethod)) or inspect.isroutine(attribute)
    if kind == CALL:
        return called
    return not called and not isinstance(attribute, _MACHINERY)


def kind_of(value: Any) -> str:
    """What something is, for people: `a Sampler`, or the name of a class."""
    if isinstance(value, type):
        return value.__name__
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
