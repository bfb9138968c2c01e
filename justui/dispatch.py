"""The one way in: frames of a tab to fields and handlers, and handlers to updates. Knows no sockets and no HTTP.

Sync handlers run at once. An async one runs in a task of its own; whenever it really waits, what it has changed is sent.
"""

import asyncio
import inspect
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Generator
from types import coroutine
from typing import TYPE_CHECKING, Any

from justui import handlers, hints, wire
from justui.children import parents_of
from justui.component import Component, targets
from justui.config import Config
from justui.context import handling
from justui.errors import WireError
from justui.events import Event
from justui.fields import Field
from justui.flow import Flow
from justui.handlers import Handler
from justui.listeners import Call, call_listeners, deferring
from justui.marks import HIDDEN
from justui.tasks import Tasks

if TYPE_CHECKING:
    from justui.page import WebPage
    from justui.tab import Tab

log = logging.getLogger("justui")

Followed = tuple[Field, list[Call], Exception | None]
"""A field that has told its model, the functions to call because of that, and what went wrong."""
Stored = tuple[list[Field], list[Field], list[Followed]]

ErrorFunction = Callable[..., Any]

Request = Callable[["Tab", dict[str, Any], list[bytes]], Awaitable[None] | None]
"""Takes the data of an event of no component, and the bytes beside it. Raises `WireError` for a malformed one."""

SHARE = 0.2
"""Of the server's time, that one tab can take by what it sends, before any function of the program runs."""


class Dispatcher:
    """Runs the handlers of one App. `debug`: show tracebacks to the person, and name handlers that block."""

    def __init__(self, config: Config, tasks: Tasks) -> None:
        self.config = config
        self.debug = bool(config.debug)
        self.error_functions: list[ErrorFunction] = []
        self.requests: dict[str, Request] = {}
        """What takes the events of no component, by their names: calls, answers."""
        self._tasks = tasks

    # Frames

    async def receive(self, tab: "Tab", message: str | bytes) -> bool:
        """Take one frame. False when the tab says that it leaves for good. Raises `WireError` when it is malformed."""
        blobs: list[bytes] = []
        if isinstance(message, bytes):
            message, blobs = wire.split_message(message)
        started = time.perf_counter()
        frame = wire.decode(message, self.config.frame_depth)
        self.charge(tab, started)
        if not isinstance(frame, list) or not frame:
            raise WireError("a frame is a list")
        kind = frame[0]
        if kind == wire.EVENT:
            await self._event(tab, frame, blobs)
        elif kind == wire.ACKNOWLEDGE and len(frame) == 2:
            _acknowledge(tab, frame[1])
        elif kind == wire.BYE:
            return False
        else:
            raise WireError(f"there is no frame {kind!r:.40}")
        return True

    async def _event(self, tab: "Tab", frame: list[Any], blobs: list[bytes]) -> None:
        if len(frame) != 7:
            raise WireError("an event wants 7 parts")
        _, number, have, edits, id, name, data = frame
        if not (_is_count(number) and _is_count(id) and (type(edits), type(name), type(data)) == (list, str, dict)):
            raise WireError("an event wants [e, n, have, fields, id, event, data]")
        _acknowledge(tab, have)
        if number != tab.events + 1:
            if number > tab.events:
                raise WireError(f"event {number} came after {tab.events}")
            tab.note_stored(tab.events)
            tab.flush_stored()
            return
        relayed, told, followed = self._store_in_time(tab, edits) if edits else ((), (), ())
        tab.note_stored(number)
        try:
            for field in told:
                tab.send([wire.VALUE, field._id, field.value_in(tab)])
            for field in relayed:
                field.update()
            for field, calls, error in followed:
                self.follow_up(tab, field, calls, error)
            if id:
                await self._handle(tab, id, name, data)
            elif (request := self.requests.get(name)) is not None:
                taken = request(tab, data, blobs)
                if taken is not None:
                    await taken
            elif name:
                await self._answered(tab, name, data)
        finally:
            tab.flush_stored()

    def _store_in_time(self, tab: "Tab", edits: list[Any]) -> "Stored":
        """Store. Merging texts that have nothing in common takes long: who sends such is read the more slowly."""
        started = time.perf_counter()
        stored = self._store(tab, edits)
        self.charge(tab, started)
        return stored

    def charge(self, tab: "Tab", started: float) -> None:
        """A tab has kept everybody waiting since `started`, of the performance counter: it is read the more slowly."""
        tab.allowance -= (time.perf_counter() - started) * self.config.events_per_second / SHARE

    def _store(self, tab: "Tab", edits: list[Any]) -> "Stored":
        """Store what the tab says of its fields.

        The answer: fields of which every tab has to be told because no handler will, those that this tab shows wrongly, and
        what is left to do for those with a model.
        """
        if len(edits) > self.config.fields_per_event:
            raise WireError(f"more than {self.config.fields_per_event} fields in one event")
        relayed, told = [], []
        followed: list[Followed] = []
        seen: set[int] = set()
        for edit in edits:
            if not isinstance(edit, list) or len(edit) < 2 or edit[3:] not in ([], [1]) or not _is_count(edit[0]):
                raise WireError("a field wants [id, value], [id, from, to] or [id, from, to, 1]")
            if edit[0] in seen:
                raise WireError(f"field {edit[0]} stands twice in one event")
            seen.add(edit[0])
            field = targets.get(edit[0])
            if not isinstance(field, Field) or tab.page not in (pages := field.pages()):
                continue
            if not is_reachable(field, tab.page) or "readonly" in (field._attributes or ()):
                if is_shown(field, tab.page):  # else the browser is not to know the value
                    told.append(field)  # what is not open to the person stays as it is
                continue
            alone = pages == [tab.page] and tab.page.has_one_tab
            if field.store(tab, edit[1:], longest=self.config.text_length, alone=alone):
                told.append(field)
            if field.model is not None:
                followed.append(self._tell_model(tab, field))
            elif field._bound:
                field.hint_at_one_way()
            entries = field._handlers or {}
            if field._changed and (field.model is not None or ("input" not in entries and "change" not in entries)):
                relayed.append(field)
        return relayed, told, followed

    def _tell_model(self, tab: "Tab", field: Field) -> "Followed":
        """Let the model of a field have what was typed. The functions that listen wait until that is acknowledged."""
        token = handling.set(Event("input", field, tab.page, tab))
        error: Exception | None = None
        calls: list[Call] = []
        try:
            with deferring(calls):
                field.tell_model()
        except Exception as raised:  # noqa: BLE001 - what refuses the value, as an attribute that follows may, is the program's
            error = raised
        finally:
            handling.reset(token)
        return field, calls, error

    def follow_up(self, tab: "Tab", field: Component, calls: list[Call], error: Exception | None) -> None:
        """Call the functions that listen to the model of a field, as a handler: the page is updated then."""
        event = Event("input", field, tab.page, tab)
        if error is not None:
            self.fault(error, event)
        if not calls:
            return
        token = handling.set(event)
        try:
            call_listeners(calls)
        except (Exception, SystemExit, asyncio.CancelledError) as raised:  # noqa: BLE001 - as a handler's
            self.fault(raised, event)
        finally:
            handling.reset(token)
        tab.page.update()

    async def _handle(self, tab: "Tab", id: int, name: str, data: dict[str, Any]) -> None:
        numbers = data.pop(wire.DATA_FILES, None)
        component = targets.get(id)
        handler = None if component is None else (component._handlers or {}).get(name)
        if component is None or handler is None or not is_reachable(component, tab.page):
            return  # an honest race: the click crossed a removal
        event = Event(name.partition(".")[0], component, tab.page, tab, data)
        if (button := event.submitter) is not None and not is_reachable(button, tab.page):
            return  # pressed twice, and the first time has disabled it
        if numbers is not None:
            wanted = _numbers(numbers)
            files = [] if not wanted else None if tab.uploads is None else tab.uploads.take(wanted, component)
            if files is None:
                tab.notify("The files were lost on their way. Choose them again.", "warning")
                return
            event.files = files
        await self.run(handler, component, event)

    async def _answered(self, tab: "Tab", name: str, data: dict[str, Any]) -> None:
        """The tab answers a call of `run_javascript`, or lets go of files whose event will not come."""
        if (numbers := data.get(wire.DATA_FILES)) is not None and tab.uploads is not None:
            tab.uploads.drop(_numbers(numbers))
        found = tab.take_answer(data) if name == wire.DATA_ANSWER else None
        if found is None:
            return
        answer, value, error = found
        page = tab.page
        said = {"result": value, "error": error, "request_id": answer.request_id}
        shown = (page,) if page.inner is None else (page, page.inner)
        listening = [(one, handler) for one in shown for handler in one.life_handlers("result_ready")]
        if error is not None and not listening and not answer.awaited:
            log.warning("run_javascript in %r: %s", tab, error)
        for one, handler in listening:
            await self.run(handler, one, Event("result_ready", one, one, tab, dict(said)))

    # Handlers

    async def run(self, handler: Handler, component: Component, event: Event, *, wait: bool = False) -> None:
        """Run a handler, and update its page when it returns None. With `wait`, until an async one has ended."""
        started = time.perf_counter()
        token = handling.set(event)
        task = None
        if self.debug:
            event.made = []
        try:
            try:
                result = handler.call(component, event)
                if result is not None and inspect.isawaitable(result):
                    name = f"on_{event.type}"
                    task = self._tasks.start(self._drive(result, handler, event, name), name)
                    if inspect.iscoroutine(result):
                        task.add_done_callback(lambda _: result.close())  # when it was cancelled before it began
            finally:
                handling.reset(token)
                if self.debug:
                    self.blame(handler.function, event, time.perf_counter() - started)
            if task is None:
                self._finish(handler, event, result)
        # Whatever a handler raises is logged and shown; one that means to end the program or a task ends neither.
        except (Exception, SystemExit, asyncio.CancelledError) as error:  # noqa: BLE001
            self.fault(error, event)
            event.page.update()
            return
        if task is None:
            return
        if wait:
            await asyncio.wait([task])
        else:
            await asyncio.sleep(0)  # the task has begun before the tab's next event is read

    async def _drive(self, awaitable: Awaitable[Any], handler: Handler, event: Event, name: str) -> None:
        try:
            measure = self.measure(handler.function, event)
            result: Any = awaitable
            while inspect.isawaitable(result):
                result = await stepping(result, event.page, measure)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a handler raises is logged and shown
            self.fault(error, event)
            event.page.update()
        else:
            self._finish(handler, event, result)

    def _finish(self, handler: Handler, event: Event, result: Any) -> None:
        made, event.made = event.made, None
        if made:
            hints.placed_nowhere(made, handler.function)
        if result is None or isinstance(result, Component):
            event.page.update()
            return
        if event.tab is not None and event.tab.commands:
            event.tab.flush_commands()
        if self.debug and result is not True and result is not False:
            name = getattr(handler.function, "__name__", "the handler")
            of = f"on_{event.type} of {event.target.describe()}"
            hints.say(
                f"{of}{hints.place_of(handler.function)}: {name}() returned {result!r:.60}, so the page was not updated. "
                "Return nothing, or True to leave it as it is."
            )

    def measure(self, function: Callable[..., Any], event: Event) -> Callable[[float], None] | None:
        """What is told the seconds of each step of an async function; None where nobody wants to know."""
        return (lambda seconds: self.blame(function, event, seconds)) if self.debug else None

    def blame(self, function: Callable[..., Any], event: Event, seconds: float) -> None:
        """Name a function that blocked everybody for so long, when that was too long."""
        if seconds < self.config.slow_handler:
            return
        of = f"on_{event.type} of {event.target.describe()}"
        hints.say(
            f"{of} blocked everybody for {seconds:.1f} s{hints.place_of(function)}. "
            "Use await asyncio.sleep(…), await ui.in_thread(work), or @ui.threaded.",
            once=False,
        )

    def fault(self, error: BaseException, event: Event) -> None:
        """A handler raised: log it, show it to the person, tell the program's own error functions."""
        event.made = None
        if isinstance(error, Flow):
            return  # on purpose, and the tab knows
        reference = secrets.token_hex(4)
        text = hints.traceback_of(error)
        log.error("%s of %s failed (reference %s)\n%s", event.type, event.target.describe(), reference, text)
        if event.tab is not None:
            title = f"{type(error).__name__}: {error}" if self.debug else "Something went wrong"
            event.tab.send([wire.FAULT, {"title": title, "text": text if self.debug else "", "ref": reference}])
        self.tell(error, event)

    def tell(self, error: BaseException, event: Event | None) -> None:
        """Call the functions given to `app.on_error`; an error in one is logged."""
        for function in self.error_functions:
            try:
                arity = handlers.arity_of(function, "on_error")
                result = function(*(error, event)[:arity])
                if inspect.iscoroutine(result):
                    self._tasks.start(result, "on_error")
            except Exception:
                log.exception("a function given to on_error failed")

    async def life(self, page: "WebPage", name: str, tab: "Tab") -> None:
        """Run what the page does when a tab joins or leaves, and what the page in its outlet does."""
        for shown in (page,) if page.inner is None else (page, page.inner):
            for event in (name, "page_ready") if name == "join" else (name,):
                for handler in shown.life_handlers(event):
                    await self.run(handler, shown, Event(event, shown, shown, tab))


@coroutine
def stepping(
    awaitable: Awaitable[Any], page: "WebPage", measure: Callable[[float], None] | None
) -> Generator[Any, Any, Any]:
    """Await something; each time it really waits, first send what the page has pending."""
    iterator = awaitable.__await__()
    value: Any = None
    failure: BaseException | None = None
    while True:
        started = time.perf_counter()
        try:
            waited_for = iterator.send(value) if failure is None else iterator.throw(failure)
        except StopIteration as end:
            return end.value
        finally:
            failure = None  # it knows this frame by its traceback: a cycle, in which the page would stay
            if measure is not None:
                measure(time.perf_counter() - started)
        page.update()
        value = None
        try:
            value = yield waited_for
        except BaseException as error:  # noqa: BLE001 - handed on to the handler, cancellation too
            failure = error


def is_reachable(component: Component, page: "WebPage") -> bool:
    """Whether a component stands on the page, shown, and neither it nor a fieldset around it is disabled."""
    return "disabled" not in (component._attributes or ()) and is_shown(component, page, enabled=True)


def is_shown(component: Component, page: "WebPage", *, enabled: bool = False) -> bool:
    """Whether a component stands on the page, shown; with `enabled` in no fieldset that is disabled."""
    seen: set[Component] = set()
    waiting = [component]
    while waiting:
        here = waiting.pop()
        if here is page:
            return True
        if here in seen or here._flags & HIDDEN:
            continue
        if enabled and here.tag == "fieldset" and "disabled" in (here._attributes or ()):
            continue
        seen.add(here)
        waiting.extend(parents_of(here))
    return False


def _acknowledge(tab: "Tab", number: Any) -> None:
    if not _is_count(number) or not tab.outbox.acknowledge(number):
        raise WireError(f"frame {number!r:.40} cannot be acknowledged")


def _numbers(value: Any) -> list[int]:
    if not isinstance(value, list) or not all(map(_is_count, value)):
        raise WireError("files want a list of numbers")
    return value


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0
