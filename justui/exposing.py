"""`Exposing`: what an App offers to programs that let browsers call Python: `expose`, `exposed`, `on_call`."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, overload

from justui.calls import Calls, Watcher
from justui.entries import Names
from justui.errors import ConfigError, HandlerError
from justui.exposed import Exposed
from justui.hints import near
from justui.who import Rule, check_rule

Thing = TypeVar("Thing")

_OPTIONS: Final = tuple(Exposed.add.__kwdefaults__ or ())


class Exposing:
    """Lets browsers call Python."""

    calls: Calls
    """What browsers ask of Python."""
    bridged: bool

    @overload
    def expose(
        self,
        target: str | None = None,
        /,
        name: str | None = None,
        *,
        call: Names = (),
        get: Names = (),
        set: Names = (),
        delete: Names = (),
        read_only: bool = False,
        per: str | None = None,
        allow: Rule = True,
        lock: bool = False,
        thread: bool = False,
        start_within: float | None = None,
        depth: int | None = None,
        source: bool = False,
        replace: bool = False,
    ) -> Callable[[Thing], Thing]: ...
    @overload
    def expose(
        self,
        target: Thing,
        /,
        name: str | None = None,
        *,
        call: Names = (),
        get: Names = (),
        set: Names = (),
        delete: Names = (),
        read_only: bool = False,
        per: str | None = None,
        allow: Rule = True,
        lock: bool = False,
        thread: bool = False,
        start_within: float | None = None,
        depth: int | None = None,
        source: bool = False,
        replace: bool = False,
    ) -> Thing: ...
    def expose(self, target: Any = None, /, name: str | None = None, *, allow: Rule = True, **options: Any) -> Any:
        """Let browsers use a function, an object or a State as `server.name`. A call, or a decorator with brackets or without.

        A function is called with the browser's arguments, checked against its type hints; its result goes back. Of an object
        `call`, `get`, `set` and `delete` list what may be done with which attributes: names, with dots for attributes of
        attributes (at most `depth` of them, 4), or True for every public one. What is not listed does not exist for browsers,
        nor does what begins with `_`. `read_only` is `get=True`.

        `per="session"` or `per="tab"`: of a class, each gets an object of its own, made without arguments. `allow` is asked at
        each use: a function of `who`, with `who.session` and `who.tab`. `lock`: one call at a time, in their order. `thread`:
        in a worker thread; a call that gets none within `start_within` seconds (3) is refused and never runs. `source`: the
        browser may see signatures and docstrings. `replace`: the name may be there already.

        Raises `ConfigError` for a name that cannot be or is there already, `HandlerError` for what cannot be exposed so.
        """
        if target is None or (isinstance(target, str) and name is None):
            return lambda thing: self._expose(thing, name or target, allow, options)
        return self._expose(target, name, allow, options)

    def _expose(self, target: Thing, name: str | None, allow: Rule, options: dict[str, Any]) -> Thing:
        name = _name_of(target) if name is None else name
        for option in options.keys() - set(_OPTIONS):
            raise TypeError(f"expose has no option {option!r}.{near(option, _OPTIONS)}")
        check_rule(allow, f"allow= of {name!r}")
        self.calls.exposed.add(name, target, allow=allow, **options)
        self.bridged = True
        return target

    @property
    def exposed(self) -> Exposed:
        """The names that browsers may use: `name in app.exposed`, `list(app.exposed)`, `is_running`, `remove`, `clear`."""
        return self.calls.exposed

    def on_call(self, function: Watcher) -> Watcher:
        """Call `function(who, kind, name, arguments)` at each use of what is exposed. A call or a decorator.

        The function takes as many of these as it wants; `kind` is `call`, `get`, `set`, `delete`, `run` (a function that was
        passed to the browser), or one of topics and queues. It sees what is let through, before it happens. Raises `HandlerError` for a function that cannot be called so.
        """
        self.calls.watch(function)
        return function


def _name_of(target: Any) -> str:
    name = getattr(target, "__name__", None)
    if not isinstance(name, str):
        kind = type(target).__name__
        raise HandlerError(f'under which name? Write app.expose({kind.lower()}, "{kind.lower()}", …).')
    if name == "<lambda>":
        raise ConfigError('a lambda has no name of its own. Write app.expose(lambda …, "name").')
    return name
