"""`Statements`: what one tab's browser is to do for the program, collected, sent in its order, and answered.

A statement is made of steps (`js.py`), never of code. One that was asked of many tabs is encoded once, and travels in one frame
for all. Knows no expressions.
"""

import asyncio
import itertools
import threading
from collections import deque
from contextvars import Context
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

import orjson

from justui import wire
from justui.answers import GONE, KEEP, OWNED, VALUE, Answers, Call, Failure
from justui.codec import BYTES, MARK, unpack
from justui.errors import WireError
from justui.functions import Functions
from justui.hints import Site
from justui.outbox import Frame

if TYPE_CHECKING:
    from justui.component import Component
    from justui.tab import Tab

_ASKED: Final = 10_000
"""Answers of one tab that are waited for; past it the oldest counts as not answered."""
_SITES: Final = 1_000
"""Statements without an answer of which the place in the program is remembered, for their errors."""
_ERROR_LENGTH: Final = 2_000
_SHARE: Final = 0.5
"""Of what an outbox takes, as far as statements may fill it; answers and messages need the rest."""
_LOOK_AGAIN: Final = 0.01

_numbers: Final = itertools.count(1)
_lock: Final = threading.Lock()
"""Held while statements are put in their order, for no longer. Finalizers never take it."""


class Statement:
    """One statement. `parts` are root and steps as they travel; `answers` is None where no value is wanted in any case."""

    __slots__ = ("_parts", "answers", "blobs", "call", "number", "site", "size", "text")

    def __init__(
        self, number: int, parts: list[Any], blobs: list[bytes], site: Site | None, answers: Answers | None = None
    ) -> None:
        self.number = number
        self.blobs = blobs
        self.site = site
        self.answers = answers
        self.call: ref[Call] | None = None
        self.text = wire.encode(parts)[1:-1]
        self._parts = parts if blobs else None
        self.size = len(self.text) + sum(map(len, blobs))

    def settle(self, offset: int) -> None:
        """The bytes of its values stand behind `offset` others."""
        if self._parts is not None and offset:
            self.text = wire.encode(_moved(self._parts, offset))[1:-1]

    def close(self) -> tuple[int, Any]:
        """The bits, and the statement as it travels. Once."""
        call = None if self.call is None else self.call()
        bits = VALUE if self.call is None and self.answers is not None else 0
        if call is not None:
            bits = call.sent = call.bits()
        return bits, orjson.Fragment(f"[{self.number},{bits},{self.text}]")


def _moved(value: Any, offset: int) -> Any:
    """A value whose bytes stand behind `offset` others."""
    if isinstance(value, list):
        return [_moved(item, offset) for item in value]
    if not isinstance(value, dict):
        return value
    special = value.get(MARK)
    if isinstance(special, list) and special[0] == BYTES:
        return {MARK: [BYTES, special[1] + offset]}
    return {key: _moved(item, offset) for key, item in value.items()}


class Batch:
    """Statements for the same tabs, one behind the other, that travel in one frame."""

    __slots__ = ("_closed", "_frame", "blobs", "desks", "open", "statements")

    def __init__(self, desks: "tuple[Statements, ...]") -> None:
        self.desks = desks
        self.open = True
        self.statements: list[Statement] = []
        self.blobs: list[bytes] = []
        self._closed: list[tuple[int, Any]] | None = None
        self._frame: Frame | None = None

    def add(self, statement: Statement) -> None:
        """One more, at the end."""
        statement.settle(len(self.blobs))
        self.blobs += statement.blobs
        self.statements.append(statement)

    def close(self) -> list[tuple[int, Any]]:
        """The bits and the statements as they travel. Once, for all tabs."""
        if self._closed is None:
            self._closed = [statement.close() for statement in self.statements]
        return self._closed

    def send(self, tab: "Tab") -> None:
        """Send all to one of the tabs, the same bytes to each."""
        operation = [wire.CALL, *(part for _, part in self.close())]
        if len(self.desks) == 1:
            tab.send(operation, self.blobs)
            return
        if self._frame is None:
            self._frame = Frame.of([operation], self.blobs)
        tab.flush_stored()
        tab.push(self._frame)


class Statements:
    """The statements for one tab: those to be sent, those whose answer is awaited, what the browser may let go of.

    `room`: bytes, and `frames`: frames, that may wait for the tab or be unacknowledged, before it takes no more of them.
    """

    __slots__ = (
        "_asked",
        "_batches",
        "_due",
        "_missed",
        "_sites",
        "_unsent",
        "dead",
        "frames",
        "room",
        "tab",
        "unlent",
    )

    def __init__(self, tab: "Tab", max_bytes: int, max_frames: int) -> None:
        self.tab = tab
        self.room = int(max_bytes * _SHARE)
        self.frames = int(max_frames * _SHARE)
        self.dead: deque[tuple[int, Answers | None, int]] = deque()
        """Calls and reads that Python has let go of: number, answers, and the bits with which they went."""
        self.unlent: deque[int] = deque()
        """Functions of the browser's that Python has let go of."""
        self._batches: list[Batch] = []
        self._unsent = 0
        self._due = False
        self._missed = False
        self._asked: dict[int, Answers] = {}
        self._sites: dict[int, Site | None] = {}

    # Going out

    def has_room(self, size: int) -> bool:
        """Whether the tab can take a statement of so many bytes."""
        outbox = self.tab.outbox
        return outbox.call_bytes + self._unsent + size <= self.room and outbox.pending < self.frames

    def _soon(self) -> None:
        """Send when the loop turns. In the tab's loop."""
        loop = asyncio._get_running_loop()
        if loop is None:  # the server's loop rests, as a test's does between two steps
            self.flush()
        else:
            loop.call_soon(self.flush, context=Context())

    def miss(self, statement: Statement) -> None:
        """There is no room for a statement. Where nobody waits for its answer, that is said once until there is room."""
        failure = Failure("RemoteTimeout", f"too much waits for {self.tab!r}, which takes nothing")
        if statement.answers is not None:
            statement.answers.take(self, failure)
        if not self._missed:
            self._missed = True
            self.tab.host.call(self._report, failure, statement.site)

    def flush(self) -> None:
        """Send what is collected, behind what the page has pending. In the tab's loop."""
        tab = self.tab
        if self._batches and not tab.gone:
            tab.page.update()
        with _lock:
            batches, self._batches = self._batches, []
            self._due, self._unsent = False, 0
            for batch in batches:
                batch.open = False
        if self._missed and batches:
            self._missed = False
        for batch in batches:
            if tab.gone:
                self._abandon(batch)
            else:
                self._send(batch)
        self.sweep()

    def _send(self, batch: Batch) -> None:
        for statement, (bits, _) in zip(batch.statements, batch.close(), strict=True):
            if bits & VALUE and statement.answers is not None:
                self.expect(statement.number, statement.answers)
            else:
                self._remember(statement.number, statement.site)
        batch.send(self.tab)

    def expect(self, number: int, answers: Answers) -> None:
        """An answer will come under this number, of `next_number`. In the tab's loop."""
        self._asked[number] = answers
        if len(self._asked) > _ASKED:
            oldest = next(iter(self._asked))
            self._asked.pop(oldest).take(self, Failure("RemoteTimeout", f"more than {_ASKED} calls wait for this tab"))

    def _remember(self, number: int, site: Site | None) -> None:
        self._sites[number] = site
        if len(self._sites) > _SITES:
            del self._sites[next(iter(self._sites))]

    def _abandon(self, batch: Batch) -> None:
        for statement in batch.statements:
            if statement.answers is not None:
                statement.answers.take(self, GONE)

    def sweep(self) -> None:
        """Tell the browser what nobody holds any more. In the tab's loop."""
        if self._due or not (self.dead or self.unlent):
            return  # what builds on it goes first
        results, functions = [], [self.unlent.popleft() for _ in range(len(self.unlent))]
        for _ in range(len(self.dead)):
            number, answers, bits = self.dead.popleft()
            if bits & KEEP:
                results.append(number)
            self._forget(number, answers)
        if (results or functions) and not self.tab.gone:
            self.tab.send([wire.LET_GO, results, functions])

    def _forget(self, number: int, answers: Answers | None) -> None:
        """Nobody waits for this answer any more. An error may still come, or has come and was read by nobody."""
        waiting = self._asked.pop(number, None)
        if answers is None or answers.wanted:
            return
        failure = answers.said.get(self)
        if waiting is not None:
            self._remember(number, answers.site)
        elif isinstance(failure, Failure) and not failure.kept:
            self._report(failure, answers.site)

    # Coming in

    def take(self, number: Any, value: Any, failure: Failure | None) -> bool:
        """What the browser says of a statement. False when this tab was not asked, or has answered already."""
        if type(number) is not int:
            return False
        if failure is not None and failure.kind == OWNED:
            failure = failure._replace(text=_owned(self.tab, failure.text))
        answers = self._asked.pop(number, None)
        if answers is not None:
            answers.take(self, value if failure is None else failure)
            return True
        if number not in self._sites:
            return False
        site = self._sites.pop(number)
        if failure is not None and not failure.kept:
            self._report(failure, site)
        return True

    def _report(self, failure: Failure, site: Site | None) -> None:
        if failure.kind != "Gone":
            self.tab.host.remote_failed(failure.error(site), self.tab)

    def clear(self) -> None:
        """The tab has gone: nobody will answer."""
        with _lock:
            batches, self._batches = self._batches, []
        for batch in batches:
            self._abandon(batch)
        asked, self._asked = self._asked, {}
        for answers in asked.values():
            answers.take(self, GONE)
        self._sites.clear()


def put(desks: tuple[Statements, ...], statement: Statement) -> None:
    """Put a statement behind all others of these tabs. From any thread."""
    with _lock:
        last = desks[0]._batches[-1:]
        if last and last[0].open and last[0].desks == desks:
            batch = last[0]
        else:
            batch = Batch(desks)
            for desk in desks:
                if desk._batches:
                    desk._batches[-1].open = False
                desk._batches.append(batch)
        batch.add(statement)
        due = [desk for desk in desks if not desk._due]
        for desk in desks:
            desk._due = True
            desk._unsent += statement.size
    for desk in due:
        host = desk.tab.host
        host.call(desk._soon if host.here() else desk.flush)


def _owned(tab: "Tab", text: str) -> str:
    """What to say of a write that the browser has refused: `text` is the component's id, and the name of what was written."""
    id, _, name = text.partition(" ")
    waiting: list[Component] = [tab.page]
    while waiting:
        component = waiting.pop()
        if str(component._id) == id:
            return (
                f"{name}: {component.describe()} has this element and would not know of it. Change the component: tab.dom and tab.js "
                "write where none is, or into its inner_html. Reading is always allowed."
            )
        waiting += component._children or ()
    return f"{name}: a component has this element, which has gone"


def next_number() -> int:
    """A number for a statement, of which there is one in the whole process."""
    return next(_numbers)


def wait_for_room(desk: Statements, size: int, seconds: float) -> bool:
    """Wait in a worker thread until a tab can take so many bytes; False when it could not in time."""
    pause = threading.Event()
    for _ in range(max(1, int(seconds / _LOOK_AGAIN))):
        if desk.tab.gone or desk.has_room(size):
            return True
        pause.wait(_LOOK_AGAIN)
    return False


def desk_of(tab: "Tab") -> Statements:
    """The statements of a tab."""
    bridge = tab.with_bridge()
    desk: Statements | None = bridge.statements
    if desk is None:
        config = tab.host.config
        desk = bridge.statements = Statements(tab, config.outbox_call_bytes, config.outbox_frames)
    return desk


def functions_of(tab: "Tab") -> Functions:
    """Python's functions that a tab may call."""
    bridge = tab.with_bridge()
    functions: Functions | None = bridge.functions
    if functions is None:
        functions = bridge.functions = Functions()
    return functions


def sweep(tab: "Tab") -> None:
    """Let the browser know what nobody holds any more; once a second."""
    if tab.bridge is not None and tab.bridge.statements is not None:
        tab.bridge.statements.sweep()


def flush(tab: "Tab") -> None:
    """Send what is collected for a tab, before something else is sent to it. In the tab's loop."""
    if tab.bridge is not None and tab.bridge.statements is not None:
        tab.bridge.statements.flush()


# What browsers say


def take_answer(tab: "Tab", data: dict[str, Any], blobs: list[bytes]) -> None:
    """The event `answer`: `{"a": [answer, …]}`, or one answer.

    An answer is `{"n": number, "v": value}`, or `{"n": number, "e": {"type", "text"}}`, with `"k": 1` where the result is kept.
    """
    desk: Statements | None = None if tab.bridge is None else tab.bridge.statements
    answers = data.get("a", [data])
    if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers):
        raise WireError("answers are a list of objects")
    if desk is not None and sum(_take_one(desk, answer, blobs) for answer in answers):
        tab.allowance += 1  # it was asked for: so many answers are no flood


def _take_one(desk: Statements, data: dict[str, Any], blobs: list[bytes]) -> bool:
    if "e" in data:
        return desk.take(data.get("n"), None, _failure(data["e"], kept=data.get("k") == 1))
    return desk.take(data.get("n"), unpack(data.get("v"), blobs), None)


def _failure(said: Any, *, kept: bool) -> Failure:
    if not isinstance(said, dict):
        raise WireError("an error is an object")
    kind, text = said.get("type"), said.get("text")
    if not isinstance(kind, str) or not isinstance(text, str):
        raise WireError("an error has a type and a text")
    # Only what `Statements` itself finds out is called so.
    kind = "Error" if kind in ("Gone", "RemoteTimeout") else kind[:100]
    return Failure(kind, text[:_ERROR_LENGTH], kept)


def take_freed(tab: "Tab", data: dict[str, Any], _: list[bytes]) -> None:
    """The event `free`: numbers of functions that the page does not hold any more."""
    numbers = data.get("f")
    if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
        raise WireError("what is let go of is a list of numbers")
    if tab.bridge is not None and tab.bridge.functions is not None:
        tab.bridge.functions.free(numbers)
