"""`Calls`: what browsers ask of Python: reads it, finds what is called, asks whether they may, and lets the `Runner` run it.

Knows no sockets; the names are `exposed`'s business.
"""

import asyncio
import inspect
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from justui import codec, handlers, hints, js, wire
from justui.context import handling
from justui.dispatch import SHARE, Dispatcher
from justui.entries import CALL, DELETE, GET, SET, Entry, Refusal
from justui.errors import HandlerError, JustuiError, UsageError, WireError
from justui.events import Event
from justui.exposed import Exposed
from justui.instances import Instances
from justui.roots import Roots, hint_at
from justui.runner import RUN, Call, CallHost, Runner, Work, text_of
from justui.signatures import Signature, WrongArguments
from justui.tasks import Tasks
from justui.who import Who, is_allowed

if TYPE_CHECKING:
    from justui.config import Config
    from justui.tab import Tab

log = logging.getLogger("justui")

NAMES: Final = "names"
_STEPS: Final = 16
_CALLS_AN_EVENT: Final = 5
"""So many calls count as one event, in one frame or in several: who sends many is read the more slowly."""
_LONG: Final = 0.002
"""Seconds after which what topics and queues are asked costs a pause, before the next call is looked at."""

Kind = Callable[[Who, str, Any], Any]
"""What takes calls of a kind of its own, as topics and queues have them: `(who, name, value)`; the answer may be awaitable."""
Watcher = Callable[..., Any]


class Calls:
    """What the browsers of one App ask of Python. `exposed` has the names; `kinds` takes what topics and queues are asked."""

    def __init__(self, host: CallHost, config: "Config", dispatcher: Dispatcher, tasks: Tasks) -> None:
        self.exposed = Exposed(config.restricted_by)
        self.roots = Roots(self.exposed, config.restricted_by)
        """What is at the root of `server` in pages of the user's own HTML."""
        self.kinds: dict[str, Kind] = {NAMES: self._names}
        self._watchers: list[tuple[Watcher, int]] = []
        """The functions given to `app.on_call`, and how many arguments each takes."""
        self.runner = Runner(host, config, dispatcher, tasks)
        """Runs them."""
        self._config = config
        self._dispatcher = dispatcher
        self._tasks = tasks
        self._instances = Instances(config.sessions)
        self._doing: dict[str, Callable[[Call], None]] = {CALL: self._call, RUN: self._run, GET: self._get}
        self._doing |= {SET: self._set, DELETE: self._delete}
        dispatcher.requests[wire.CALLS] = self.take

    # Frames

    async def take(self, tab: "Tab", data: dict[str, Any], blobs: list[bytes]) -> None:
        """Take the calls of one frame, in their order. Raises `WireError` when one is malformed, and then none has run."""
        started = time.perf_counter()
        calls = self._read(tab, data, blobs)
        self._dispatcher.charge(tab, started)
        tab.allowance += 1 - max(1, len(calls)) / _CALLS_AN_EVENT  # the frame itself is counted where it is read
        hung_up = False
        for call in calls:
            before, started = self.runner.running, time.perf_counter()
            self._do(call)
            seconds = time.perf_counter() - started
            searched = call.kind in self.kinds and seconds > _LONG
            if not hung_up and (searched or self.runner.running > before):
                try:
                    await asyncio.sleep(seconds / SHARE if searched else 0)  # it has begun before the next one does
                except asyncio.CancelledError:  # the frame is stored, so all of it runs
                    hung_up = True
        if hung_up:
            raise asyncio.CancelledError

    def _read(self, tab: "Tab", data: dict[str, Any], blobs: list[bytes]) -> list[Call]:
        found = data.get("c")
        if not isinstance(found, list) or len(found) > self._config.calls_per_frame:
            raise WireError(f"calls want a list of at most {self._config.calls_per_frame}")
        who, function = Who(tab.session, tab), partial(js.remote_function, tab)
        return [self._read_one(tab, who, one, partial(codec.unpack, blobs=blobs, function=function)) for one in found]

    def _read_one(self, tab: "Tab", who: Who, one: Any, unpack: Callable[[Any], Any]) -> Call:
        if not isinstance(one, dict):
            raise WireError("a call is an object")
        number, kind, path, function = one.get("c", -1), one.get("k"), one.get("p", []), one.get("f", 0)
        if not (_is_count(number) and isinstance(kind, str) and isinstance(path, list) and _is_count(function)):
            raise WireError("a call wants c, k, and p or f")
        if len(path) > _STEPS or not all(isinstance(step, str) for step in path):
            raise WireError(f"a path wants at most {_STEPS} names")
        if kind not in self._doing and kind not in self.kinds:
            raise WireError(f"there is no call of kind {kind!r:.40}")
        if kind in (CALL, GET, SET, DELETE) and not path:
            raise WireError(f"{kind} wants a name")
        value = unpack(one.get("v"))
        if kind in (CALL, RUN) and not isinstance(value, list):
            raise WireError(f"{kind} wants a list of arguments")
        return Call(number, kind, tuple(path), function, value, tab, who)

    def _do(self, call: Call) -> None:
        """Do what is asked, or begin to. An error is the caller's."""
        event = Event(
            "call",
            call.tab.page,
            call.tab.page,
            call.tab,
            {"kind": call.kind, "name": call.label, "arguments": call.value},
        )
        token = handling.set(event)
        try:
            self.runner.check_room(call)
            doing = self._doing.get(call.kind)
            if doing is None:
                self._do_kind(call)
            else:
                doing(call)
        except Refusal as refusal:
            self.runner.refuse(call, refusal.kind, str(refusal))
            if refusal.kind == "NameError" and self._dispatcher.debug:
                root = call.tab.page.root_object
                known = root is None or call.path[0] in self.exposed
                hints.say(self.exposed.hint(call.kind, call.path) if known else hint_at(root, call.kind, call.path))
        except WrongArguments as wrong:
            self.runner.refuse(call, "TypeError", str(wrong))
        # Whatever a function raises is logged and told; one that means to end the program or a task ends neither.
        except (Exception, SystemExit, GeneratorExit, asyncio.CancelledError) as error:  # noqa: BLE001
            self.runner.fail(call, error)
        finally:
            handling.reset(token)

    # Kinds

    def _call(self, call: Call) -> None:
        entry, root, steps = self._root(call)
        function = entry.find_call(root, steps)
        signature = entry.signature(function)
        event = _event()
        arguments, keywords = signature.bind(call.value, event)
        self._seen(call, call.value)
        self.runner.start(Work(call, function, arguments, keywords, event, entry, signature))

    def _run(self, call: Call) -> None:
        """Call a function of Python's that was passed to the browser."""
        functions = None if call.tab.bridge is None else call.tab.bridge.functions
        function = None if functions is None else functions.get(call.function)
        if function is None:
            raise Refusal("Gone", f"the function number {call.function} is no longer there")
        event = _event()
        arguments, keywords = Signature(function, typed=False).bind(call.value, event, loose=True)
        self._seen(call, call.value)
        self.runner.start(Work(call, function, arguments, keywords, event))

    def _get(self, call: Call) -> None:
        entry, root, steps = self._root(call)
        self._seen_if_open(call, entry, steps, [])
        self.runner.finish(call, entry.read(root, steps))

    def _set(self, call: Call) -> None:
        entry, root, steps = self._root(call)
        self._seen_if_open(call, entry, steps, [call.value])
        entry.write(root, steps, call.value)
        self.runner.finish(call, None)

    def _delete(self, call: Call) -> None:
        entry, root, steps = self._root(call)
        self._seen_if_open(call, entry, steps, [])
        entry.remove(root, steps)
        self.runner.finish(call, None)

    def _do_kind(self, call: Call) -> None:
        """Let topics and queues do what is theirs."""
        name = call.path[0] if call.path else ""
        kind = self.kinds[call.kind]
        if call.kind != NAMES:
            self._seen(call, [] if call.value is None else [call.value])
        try:
            result = kind(call.who, name, call.value)
        except (PermissionError, JustuiError) as error:
            raise Refusal(type(error).__name__, text_of(error)) from error
        if inspect.isawaitable(result):
            self.runner.begin(Work(call, kind, [], {}, _event()), result)
        else:
            self.runner.finish(call, result)

    def _root(self, call: Call) -> tuple[Entry, Any, tuple[str, ...]]:
        """The entry of a call, the object that it means for this caller, and the steps from there. Raises `Refusal`."""
        root: Entry | None = call.tab.page.root_object
        at_root = root is not None and call.path[0] not in self.exposed
        entry = root if root is not None and at_root else self.exposed.find(call.path[0])
        if not is_allowed(entry.allow, call.who, call.path[0]):
            raise Refusal("PermissionError", f"you may not use {call.path[0]!r:.120}")
        return entry, self._instances.find(entry, call.tab, time.monotonic()), call.path if at_root else call.path[1:]

    def _names(self, who: Who, name: str, value: Any) -> dict[str, Any]:
        """What the caller may see."""
        found = {
            entry.name: entry.describe(entry.target) for entry in self.exposed.entries() if self._shows(entry, who)
        }
        root: Entry | None = None if who.tab is None else who.tab.page.root_object
        if root is not None and self._shows(root, who):
            found |= root.describe_names(root.target)
        return found

    def _shows(self, entry: Entry, who: Who) -> bool:
        try:
            return is_allowed(entry.allow, who, entry.name)
        except Exception:
            log.exception("allow= of %r failed", entry.name)
            return False

    # Programs

    def watch(self, function: Watcher) -> None:
        """Call a function at each use. Raises `HandlerError` for one that cannot be called so."""
        if not callable(function):
            raise HandlerError(handlers.not_callable(function, "on_call"))
        arity = _arity(function)
        if arity > 4:
            raise HandlerError("on_call takes up to (who, kind, name, arguments)")
        self._watchers.append((function, arity))

    def _seen_if_open(self, call: Call, entry: Entry, steps: tuple[str, ...], arguments: list[Any]) -> None:
        if entry.allows(call.kind, steps):
            self._seen(call, arguments)

    def _seen(self, call: Call, arguments: list[Any]) -> None:
        """Tell the log and the functions of `on_call` what happens."""
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s of %r by %r: %.200r", call.kind, call.label, call.tab, arguments)
        for function, arity in self._watchers:
            try:
                result = function(*(call.who, call.kind, call.label, arguments)[:arity])
                if inspect.iscoroutine(result):
                    self._tasks.start(result, "on_call")
            except Exception:
                log.exception("a function given to on_call failed")

    def sweep(self, oldest: float, present: set[str]) -> None:
        """Forget the objects of sessions that are over: not used since `oldest`, and not among those `present`."""
        self._instances.sweep(oldest, present, {*self.exposed.entries(), *self.roots.entries()})

    def forget(self, identity: str) -> None:
        """Forget the objects of a session that has ended."""
        self._instances.forget(identity)

    def end(self) -> None:
        """The App ends."""
        self.runner.end()


def _arity(function: Watcher) -> int:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 4
    return sum(
        one.default is one.empty and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) for one in parameters
    )


def _event() -> Event:
    event = handling.get()
    if event is None:
        raise UsageError("no call is being handled")
    return event


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0
