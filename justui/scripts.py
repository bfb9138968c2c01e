"""Code that a tab runs for the program, and what the tab answers. Sends nothing.

Only the answer to a call that was made to this tab counts, and only the first.
"""

import asyncio
import concurrent.futures
from collections import OrderedDict
from collections.abc import Generator
from typing import Any, Final

from justui import wire
from justui.errors import Gone, RemoteError, RemoteTimeout, UsageError, WireError

_ASKED: Final = 1_000
"""Calls of one tab that wait for their answer; past it the oldest counts as unanswered."""
_DEPTH: Final = 100
_ERROR_LENGTH: Final = 2_000


class Answer:
    """What a tab will answer: `await` it for the value, or `.eval()` in a worker thread.

    Raises `RemoteError` with the browser's words, `RemoteTimeout` after so many seconds, `Gone` when the tab has left.
    """

    __slots__ = ("_future", "_timeout", "awaited", "request_id")

    def __init__(self, timeout: float, request_id: Any = None) -> None:
        self._timeout = timeout
        self._future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        self.request_id = request_id
        self.awaited = False
        """Whether somebody waits, or has waited."""

    def __await__(self) -> Generator[Any, None, Any]:
        """Wait for the value."""
        self.awaited = True
        return self._value().__await__()

    async def _value(self) -> Any:
        waiting = asyncio.wrap_future(self._future)
        waiting.add_done_callback(lambda it: it.cancelled() or it.exception())  # seen, also where it comes too late
        done, _ = await asyncio.wait([waiting], timeout=self._timeout)
        if not done:
            raise RemoteTimeout(f"the browser did not answer within {self._timeout:g} s")
        return self._future.result()

    def eval(self) -> Any:
        """The value, in a worker thread or a plain script. Raises what `await` raises, and `UsageError` in the loop."""
        if asyncio._get_running_loop() is not None:
            raise UsageError("Here the browser cannot be waited for. Write: await tab.run_javascript(…)")
        self.awaited = True
        concurrent.futures.wait([self._future], self._timeout)
        if not self._future.done():
            raise RemoteTimeout(f"the browser did not answer within {self._timeout:g} s")
        return self._future.result()

    def give(self, value: Any) -> None:
        """The value has come."""
        if not self._future.done():
            self._future.set_result(value)

    def fail(self, error: Exception) -> None:
        """No value will come."""
        if not self._future.done():
            self._future.set_exception(error)


class Asked:
    """The calls of one tab that have not been answered yet, by number."""

    __slots__ = ("_answers", "_last")

    def __init__(self) -> None:
        self._answers: OrderedDict[int, Answer] = OrderedDict()
        self._last = 0

    def add(self, answer: Answer) -> int:
        """Expect an answer; the number under which it will come."""
        self._last += 1
        self._answers[self._last] = answer
        if len(self._answers) > _ASKED:
            _, oldest = self._answers.popitem(last=False)
            oldest.fail(RemoteTimeout(f"more than {_ASKED} calls of this tab wait for an answer"))
        return self._last

    def take(self, data: dict[str, Any]) -> tuple[Answer, Any, str | None] | None:
        """The call that the tab answers, with value and error; None when it is none of these, or answered already."""
        number = data.get("n")
        answer = self._answers.pop(number, None) if type(number) is int else None
        if answer is None:
            return None
        value, error = read_answer(data)
        if error is None:
            answer.give(value)
        else:
            answer.fail(RemoteError(error))
        return answer, value, error

    def clear(self) -> None:
        """The tab has gone: nobody will answer."""
        answers, self._answers = self._answers, OrderedDict()
        for answer in answers.values():
            answer.fail(Gone("the tab has gone before it answered"))


def read_answer(data: dict[str, Any]) -> tuple[Any, str | None]:
    """Value and error of an answer: `{"result": JSON text}` or `{"error": text}`. A bad one is an error, no offence."""
    error, text = data.get("error"), data.get("result")
    if isinstance(error, str):
        return None, error[:_ERROR_LENGTH] or "Error"
    if not isinstance(text, str):
        return None, "the browser gave no value"
    try:
        return wire.decode(text, _DEPTH), None
    except WireError as failure:
        return None, f"the value cannot be read: {failure}"[:_ERROR_LENGTH]
