"""`Roots`: the objects of `app.render(…, live=…)`, whose methods stand at the root of the browser's `server`. Calls nothing.

What nobody lists is closed: of methods those are open that the class has itself, or from others of its own package.
"""

import types
from typing import Any, Final
from weakref import WeakValueDictionary

from justui.entries import (
    CALL,
    DELETE,
    GET,
    JAVASCRIPT,
    SET,
    Entry,
    Names,
    fits,
    is_marked,
    is_public,
    is_reactive,
    kind_of,
)
from justui.errors import ConfigError, HandlerError
from justui.exposed import RESERVED, Exposed
from justui.hints import near
from justui.who import Rule, check_rule

OPTIONS: Final = ("per", "call", "get", "set", "delete", "allow")


class Roots:
    """The entries of what is live in pages of one App. One class with the same options has one entry."""

    def __init__(self, exposed: Exposed, markers: tuple[str, ...]) -> None:
        self._exposed = exposed
        self._markers = markers
        self._entries: WeakValueDictionary[Any, Entry] = WeakValueDictionary()

    def entries(self) -> list[Entry]:
        """Those that a page or an object holds."""
        return list(self._entries.values())

    def entry_for(
        self,
        target: Any,
        *,
        per: str | None = None,
        call: Names | None = None,
        get: Names = (),
        set: Names = (),
        delete: Names = (),
        allow: Rule = True,
    ) -> Entry:
        """What a page has at its root. Raises `HandlerError` for what cannot be live, `ConfigError` for a name that is taken."""
        _check_target(target, per)
        check_rule(allow, f"allow= of {kind_of(target)}")
        lists = {CALL: _own_methods(target) if call is None else call, GET: get, SET: set, DELETE: delete}
        lists = {kind: names if isinstance(names, bool | str) else tuple(names) for kind, names in lists.items()}
        key = (target if isinstance(target, type) else id(target), per, tuple(lists.values()), allow)
        entry = self._entries.get(key)
        if entry is None or entry.target is not target:
            entry = self._entries[key] = self._made(target, per, lists, allow)
        self._check_clash(entry)
        return entry

    def _made(self, target: Any, per: str | None, lists: dict[str, Names], allow: Rule) -> Entry:
        per = (per or "tab") if isinstance(target, type) else ""
        return Entry(
            "",
            target,
            lists,
            depth=None,
            per=per,
            allow=allow,
            lock=False,
            thread=False,
            start_within=None,
            source=False,
            markers=self._markers,
        )

    def _check_clash(self, entry: Entry) -> None:
        name = _class_of(entry.target).__name__
        for one in entry.first_names():
            if one in RESERVED or one in JAVASCRIPT:
                raise ConfigError(
                    f"{name}.{one} cannot be live: server.{one} means something else in the browser. Call it otherwise, begin it "
                    "with _, or list the others: call=[…]."
                )
            if one in self._exposed:
                raise ConfigError(
                    f"{name}.{one} cannot be live: {one!r} is exposed for the whole App already. Call one of them otherwise."
                )


def _check_target(target: Any, per: str | None) -> None:
    if type(target) in (list, tuple, dict):
        raise HandlerError(
            f"live= takes one class or object, got {kind_of(target)}. One page has one root; for more of them use app.expose."
        )
    if is_reactive(target) or isinstance(target, types.ModuleType) or _class_of(target).__module__ == "builtins":
        raise HandlerError(f"live= wants a class or an object of yours, got {kind_of(target)}. For it use app.expose.")
    if per not in (None, "session", "tab"):
        raise HandlerError(f'per= beside live= is "session" or "tab", got {per!r:.40}')
    if per is not None and not isinstance(target, type):
        raise HandlerError(f'per="{per}" is for classes, of which each {per} gets an object; got {kind_of(target)}')


def _class_of(target: Any) -> type:
    return target if isinstance(target, type) else type(target)


def _package(thing: Any) -> str:
    """The package in which a class or function was written; not where it was only put to use."""
    return str(getattr(getattr(thing, "__func__", thing), "__module__", "")).partition(".")[0]


def _own_methods(target: Any) -> tuple[str, ...]:
    """The public methods that a class has itself, or from classes of its own package: not those of `dict`, or of a library."""
    owner = _class_of(target)
    package = _package(owner)
    names: dict[str, None] = {}
    for base in owner.__mro__:
        if _package(base) == package and base is not object:
            names |= {
                name: None
                for name, attribute in vars(base).items()
                if is_public(name)
                and fits(CALL, attribute)
                and not is_marked(attribute)
                and _package(attribute) == package
            }
    return tuple(names)


def hint_at(entry: Entry, kind: str, path: tuple[str, ...]) -> str:
    """What the programmer should know where a browser is told that the page's root has no such name."""
    asked, name = (
        ".".join(path),
        kind_of(entry.target) if isinstance(entry.target, type) else type(entry.target).__name__,
    )
    meant = near(path[0], entry.first_names())
    return f"A page wanted to {kind} {asked!r:.120}, which {name} does not open.{meant} live={name}, {kind}=[…] would."
