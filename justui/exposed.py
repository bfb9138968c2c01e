"""`Exposed`: the names that an App exposes to browsers. Says what to write instead of what cannot be exposed."""

import inspect
import types
from collections.abc import Iterable, Iterator
from typing import Any, Final

from justui.entries import (
    CALL,
    DELETE,
    GET,
    JAVASCRIPT,
    KINDS,
    LENGTH,
    SET,
    Entry,
    Names,
    fits,
    is_marked,
    is_reactive,
    kind_of,
    public_names,
    static,
    there_is_no,
)
from justui.errors import ConfigError, HandlerError
from justui.hints import is_async, near

RESERVED: Final = frozenset(("topic", "queue", "tab", "on", "ready", "names"))
"""What `server` has of its own in the browser."""


class Exposed:
    """The names that an App exposes: `name in app.exposed`, `list(app.exposed)`, `is_running`, `remove`, `clear`."""

    def __init__(self, markers: Iterable[str] = ()) -> None:
        self._entries: dict[str, Entry] = {}
        self._markers = tuple(markers)

    def add(
        self,
        name: str,
        target: Any,
        *,
        call: Names = (),
        get: Names = (),
        set: Names = (),
        delete: Names = (),
        read_only: bool = False,
        per: str | None = None,
        depth: int | None = None,
        replace: bool = False,
        lock: bool = False,
        thread: bool = False,
        start_within: float | None = None,
        source: bool = False,
        allow: Any = True,
    ) -> Entry:
        """Expose something under a name; `app.expose` explains the rest.

        Raises `ConfigError` for a name that cannot be or is there already, `HandlerError` for what cannot be exposed so.
        """
        check_name(name)
        if name in self._entries and not replace:
            raise ConfigError(f"{name!r} is exposed already. Take another name, or write replace=True.")
        if read_only and (set or delete):
            raise HandlerError(f"{name!r} cannot be read_only and have set= or delete=")
        if depth is not None and (type(depth) is not int or depth < 1):
            raise HandlerError(f"depth= of {name!r} is a number of attributes from 1 on, got {depth!r:.40}")
        if per not in (None, "session", "tab"):
            raise HandlerError(f'per= of {name!r} is "session" or "tab", got {per!r:.40}')
        lists = {CALL: call, GET: get or read_only, SET: set, DELETE: delete}
        lists = {kind: names if isinstance(names, (bool, str)) else tuple(names) for kind, names in lists.items()}
        _check_target(name, target, per, lists)
        entry = Entry(
            name,
            target,
            lists,
            depth=depth,
            per=per or "",
            allow=allow,
            lock=lock,
            thread=thread,
            start_within=start_within,
            source=source,
            markers=self._markers,
        )
        if entry.is_marked(target):
            raise HandlerError(f"{name!r} is marked as restricted, so it cannot be exposed")
        if thread and is_async(target):
            raise HandlerError(f"{name!r} is async, so it needs no thread. Leave thread=True out.")
        if entry.is_function:
            entry.signature(target)
        self._entries[name] = entry
        return entry

    def find(self, name: str) -> Entry:
        """The entry of a name. Raises `Refusal` when there is none."""
        entry = self._entries.get(name)
        if entry is None:
            raise there_is_no((name,))
        return entry

    def hint(self, kind: str, path: tuple[str, ...]) -> str:
        """What the programmer should know where a browser is told that there is no such name."""
        asked = f"A page wanted to {kind} {'.'.join(path)!r:.120}"
        entry, steps = self._entries.get(path[0]), ".".join(path[1:])
        if entry is None:
            return f"{asked}, and nothing is exposed as {path[0]!r:.60}.{near(path[0], self._entries)}"
        if any(step.startswith("_") for step in path):
            return f"{asked}, which begins with _, so it stays Python's own."
        if entry.is_function:
            return f"{asked}: {entry.name!r} is a function, which can be called."
        if not steps:
            return f"{asked}, of which only attributes can be used that app.expose lists."
        if entry.allows(kind, path[1:]):
            return f"{asked}, which is open, but is not there."
        ways = ", ".join(one for one in KINDS if entry.allows(one, path[1:])) or "nothing"
        meant = near(path[1], set(public_names(entry.target)) - {path[1]})
        return f'{asked}, which is open for {ways}. {kind}=["{steps:.60}"] of app.expose would open it.{meant}'

    @property
    def names(self) -> list[str]:
        """All exposed names."""
        return list(self._entries)

    def entries(self) -> list[Entry]:
        """All entries."""
        return list(self._entries.values())

    def is_running(self, name: str) -> bool:
        """Whether a call of this name has not ended yet. Raises `KeyError` for a name that is not exposed."""
        return self._known(name).running > 0

    def remove(self, name: str) -> bool:
        """Expose a name no more; False, and nothing happens, while a call of it runs.

        Raises `KeyError` for a name that is not exposed.
        """
        if self._known(name).running:
            return False
        del self._entries[name]
        return True

    def clear(self) -> bool:
        """Expose nothing any more; False, and nothing happens, while a call of any name runs."""
        if any(entry.running for entry in self._entries.values()):
            return False
        self._entries.clear()
        return True

    def _known(self, name: str) -> Entry:
        try:
            return self._entries[name]
        except KeyError:
            raise KeyError(f"{name!r} is not exposed.{near(str(name), self._entries)}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<Exposed {', '.join(self._entries) or 'nothing'}>"


def check_name(name: Any) -> None:
    """Raise `ConfigError` for what cannot be an exposed name."""
    if not isinstance(name, str) or not name or len(name) > LENGTH or not name.isprintable():
        raise ConfigError(f"an exposed name is a string of at most {LENGTH} characters, got {name!r:.60}")
    if name.startswith("_"):
        raise ConfigError(f"{name!r} begins with _, which hides a name. Take another one.")
    if "." in name:
        raise ConfigError(f"{name!r} has a dot, which leads to an attribute. Take another name.")
    if name in RESERVED or name in JAVASCRIPT:
        raise ConfigError(f"server.{name} means something else in the browser. Take another name than {name!r}.")


def _check_target(name: str, target: Any, per: str | None, lists: dict[str, Names]) -> None:
    """Raise `HandlerError`, saying what to write, for what cannot be exposed in this way."""
    listed = any(lists.values())
    if per is not None and not isinstance(target, type):
        raise HandlerError(f'per="{per}" is for classes, of which each {per} gets an object; got {kind_of(target)}')
    if isinstance(target, type) and per is None:
        raise HandlerError(
            f'{target.__name__} is a class. Write per="session" or per="tab" for an object each, or expose one: '
            f"{target.__name__}()."
        )
    if isinstance(target, types.ModuleType) and any(names is True for names in lists.values()):
        raise HandlerError(f"of a module, list the names: True would open all that {target.__name__} has imported")
    if inspect.isroutine(target) and listed:
        raise HandlerError(f"{name!r} is a function: call=, get=, set= and delete= are for the attributes of objects")
    if is_reactive(target):
        if lists[CALL] or lists[DELETE] or not (lists[GET] or lists[SET]):
            raise HandlerError(f"a state can be read and set. Write get=True, or get=True, set=True for {name!r}.")
        if any(lists[kind] not in (True, False, ()) for kind in (GET, SET)):
            raise HandlerError(f"{name!r} is a state, which has no attributes: write True, not a list")
    elif isinstance(target, (str, bytes, int, float, list, dict, tuple, set, frozenset)):
        raise HandlerError(f"{kind_of(target)} cannot be exposed. Put it into an object, or into a ui.State.")
    elif not listed and not (callable(target) and not isinstance(target, type)):
        raise HandlerError(_nothing_listed(name, target))


def _nothing_listed(name: str, target: Any) -> str:
    """What to write for an object of which nothing may be used."""
    public = [one for one in public_names(target) if not is_marked(static(target, one))]
    methods = [one for one in public if fits(CALL, static(target, one))]
    values = [one for one in public if fits(GET, static(target, one))]
    offers = [
        f"{kind}=[{names[0]!r}]".replace("'", '"') for kind, names in (("call", methods), ("get", values)) if names
    ]
    example = ", ".join(offers) or "call=[…], get=[…]"
    return (
        f"{name!r} is {kind_of(target)} of which nothing may be used yet. Say what: {example}, set=[…], delete=[…]; "
        "True for every public one, read_only=True to read them all."
    )
