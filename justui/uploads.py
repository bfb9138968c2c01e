"""Receives the files that people choose: one request a file, streamed to disk, checked and bounded. Runs no handlers.

A file waits here, with its tab, until the event that it belongs to fetches it. Half an upload leaves nothing.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from justui import wire
from justui.children import parents_of
from justui.component import Component, targets
from justui.config import Config
from justui.dispatch import is_reachable
from justui.files import IN_MEMORY, UploadedFile
from justui.origin import origin_allowed
from justui.visits import KEY

if TYPE_CHECKING:
    from justui.tab import Tab

log = logging.getLogger("justui")

PATH: Final = f"{wire.ADDRESS}/upload/{{worker}}/{{id}}"
"""Where files are sent, below the App's prefix; `id` is the component's."""
_NO_ROOM: Final = "The server has no room for files now. Try again later."
_SLOWEST: Final = 1000
"""Bytes a second; who sends fewer than that for long holds a place that others want."""
_WANTING: Final = frozenset(("change", "input", "submit"))
"""Events with which files travel."""


class NotTaken(Exception):
    """An upload is refused: a status, and what the person reads. `close`: the rest of it is not to be read."""

    def __init__(self, status: int, text: str, *, close: bool = False) -> None:
        super().__init__(text)
        self.status = status
        self.close = close


def _no_room(setting: str, value: int) -> NotTaken:
    log.warning("%s=%d is reached: an upload was refused", setting, value)
    return NotTaken(503, _NO_ROOM, close=True)


async def received(request: Request, idle: float) -> AsyncIterator[bytes]:
    """The body of a request, in pieces. Raises `NotTaken` when it breaks off, or stands still for `idle` seconds."""
    # Waiting uses the patience up and data restores it, so that nobody holds a place by a byte now and then.
    patience = idle
    more = True
    while more:
        asked = time.monotonic()
        try:
            message = await asyncio.wait_for(request.receive(), patience)
        except TimeoutError:
            raise NotTaken(408, "The upload came to a standstill.", close=True) from None
        if message["type"] == "http.disconnect":
            raise NotTaken(400, "The upload was broken off.", close=True)
        more = message.get("more_body", False)
        data = message.get("body", b"")
        patience -= time.monotonic() - asked
        patience = min(idle, patience + len(data) / _SLOWEST)
        yield data


class Uploads:
    """The uploads of one App. `find` gives the tab of a token."""

    def __init__(self, config: Config, find: "Callable[[str], Tab | None]") -> None:
        self._config = config
        self._find = find
        self._files: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        """What was sent, or is on its way, and no event has fetched yet: of each person by the session's identity."""
        self._half_bytes: Counter[str] = Counter()
        """What has come of files that folders take and that are not whole yet, of each person."""
        self._all_files = self._all_bytes = self._all_half_bytes = 0

    def count(self, identity: str, files: int, size: int) -> None:
        """So many files and bytes of a person have come, or gone where it is less than 0."""
        for counter, change in ((self._files, files), (self._bytes, size)):
            counter[identity] += change
            if not counter[identity]:
                del counter[identity]
        self._all_files += files
        self._all_bytes += size

    def check_number(self, identity: str) -> None:
        """Raise `NotTaken` when this person, or everybody together, sends as many files as may be on their way."""
        config = self._config
        if self._files[identity] >= config.upload_files:
            raise NotTaken(429, f"More than {config.upload_files} files at once are not taken.")
        if self._all_files >= config.uploads_files:
            raise _no_room("uploads_files", config.uploads_files)

    def count_half(self, identity: str, size: int) -> None:
        """So many bytes of a person's half uploads in folders have come, or gone where it is less than 0."""
        self._half_bytes[identity] += size
        if not self._half_bytes[identity]:
            del self._half_bytes[identity]
        self._all_half_bytes += size

    def check_half(self, identity: str, more: int) -> None:
        """Raise `NotTaken` when there is no room for so many bytes more of this person's half uploads, or of all."""
        config = self._config
        if self._half_bytes[identity] + more > config.upload_half_bytes:
            raise NotTaken(413, "More at once than is taken. Send fewer files.", close=True)
        if self._all_half_bytes + more > config.uploads_half_bytes:
            raise _no_room("uploads_half_bytes", config.uploads_half_bytes)

    @property
    def half_bytes(self) -> int:
        """The bytes of all half uploads in folders."""
        return self._all_half_bytes

    @property
    def waiting(self) -> tuple[int, int]:
        """Files and bytes that were sent, or are on their way, and that no event has fetched yet."""
        return self._all_files, self._all_bytes

    async def answer(self, request: Request) -> Response:
        """Answer the request that brings one file: its number, or a refusal in words for the person."""
        try:
            number = await self._receive(request)
        except NotTaken as refusal:
            headers = {"connection": "close"} if refusal.close else {}
            return PlainTextResponse(str(refusal), refusal.status, headers)
        return PlainTextResponse(str(number))

    async def _receive(self, request: Request) -> int:
        config = self._config
        if not origin_allowed(request.scope, config.origins):
            raise NotTaken(403, "Files of this page are not taken from elsewhere.", close=True)
        tab = self._find(request.headers.get("x-justui-tab", ""))
        if tab is None or tab.session.identity != request.scope[KEY].session.identity:
            raise NotTaken(404, "This page has been renewed. Choose the file again.", close=True)
        field = file_field(request.path_params["id"], tab)
        if field is None:
            raise NotTaken(409, "This field takes no files any more.")
        declared = request.headers.get("content-length", "0")
        if declared.isdecimal() and (len(declared) > 18 or int(declared) > config.upload_bytes):
            raise self._too_large()
        if tab.uploads is None:
            tab.uploads = Waiting(self, tab.session.identity)
        waiting = tab.uploads
        self.check_number(waiting.identity)
        name = unquote(request.headers.get("x-justui-name", ""), errors="replace")
        file = UploadedFile(name, request.headers.get("content-type", ""), field)
        waiting.begin()
        try:
            await self._stream(request, file, tab, waiting)
        except BaseException:
            waiting.lose(file)
            raise
        return waiting.put(file)

    async def _stream(self, request: Request, file: UploadedFile, tab: "Tab", waiting: "Waiting") -> None:
        """Read the body into `file`. Raises `NotTaken` when it is too large, too slow, broken off, or nobody's any more."""
        async for data in received(request, self._config.upload_idle):
            if tab.gone:
                raise NotTaken(404, "This page has been left.", close=True)
            if data:
                self._check_room(file.size + len(data), len(data), waiting.identity)
                await self._write(file, data, waiting)

    def _check_room(self, size: int, more: int, identity: str) -> None:
        config = self._config
        if size > config.upload_bytes:
            raise self._too_large()
        if self._bytes[identity] + more > config.upload_waiting_bytes:
            raise NotTaken(413, "More at once than is taken. Send fewer files.", close=True)
        if self._all_bytes + more > config.uploads_waiting_bytes:
            raise _no_room("uploads_waiting_bytes", config.uploads_waiting_bytes)

    async def _write(self, file: UploadedFile, data: bytes, waiting: "Waiting") -> None:
        before = file.size
        try:
            if before + len(data) > IN_MEMORY:
                await asyncio.to_thread(file.write, data)  # a disk may be slow
            else:
                file.write(data)
        except OSError:
            log.exception("an upload cannot be written to the temporary folder")
            raise NotTaken(507, _NO_ROOM, close=True) from None
        finally:
            waiting.grow(file.size - before)

    def _too_large(self) -> NotTaken:
        limit = said_bytes(self._config.upload_bytes)
        return NotTaken(413, f"A file may have {limit} at most.", close=True)


class Waiting:
    """The files of one tab that were received and wait for their event."""

    __slots__ = ("_files", "_last", "_running", "_uploads", "_used_at", "identity")

    def __init__(self, uploads: Uploads, identity: str) -> None:
        self._uploads = uploads
        self.identity = identity
        """Whose they are: that of the session."""
        self._files: dict[int, UploadedFile] = {}
        self._last = 0
        self._running = 0
        self._used_at = 0.0

    @property
    def running(self) -> int:
        """How many are on their way."""
        return self._running

    def begin(self) -> None:
        """A file is on its way."""
        self._running += 1
        self._uploads.count(self.identity, 1, 0)

    def grow(self, size: int) -> None:
        """So many bytes of it have come."""
        self._uploads.count(self.identity, 0, size)

    def put(self, file: UploadedFile) -> int:
        """It is here, whole; the answer is its number."""
        self._end()
        self._last += 1
        self._files[self._last] = file
        return self._last

    def lose(self, file: UploadedFile) -> None:
        """It will not come."""
        self._end()
        self._forget([file])
        file.close()

    def _end(self) -> None:
        self._running -= 1
        self._used_at = time.monotonic()

    def _forget(self, files: list[UploadedFile]) -> None:
        self._uploads.count(self.identity, -len(files), -sum(file.size for file in files))

    def take(self, numbers: list[int], component: Component) -> list[UploadedFile] | None:
        """The files of these numbers, which are forgotten here; None unless all are here and belong to the component's event."""
        if not all(number in self._files for number in numbers):
            return None
        files = [self._files.pop(number) for number in dict.fromkeys(numbers)]
        self._forget(files)
        return _as_chosen(files) if all(stands_in(file.field, component) for file in files) else None

    def drop(self, numbers: list[int]) -> None:
        """Forget files that the browser does not want any more, because another one of theirs failed."""
        self._forget([self._files.pop(number) for number in dict.fromkeys(numbers) if number in self._files])

    def expire(self, now: float, age: float) -> None:
        """Forget files whose event has not come for `age` seconds, while nothing is on its way. `now` is `time.monotonic()`."""
        if self._files and not self._running and now - self._used_at > age:
            self.clear()

    def clear(self) -> None:
        """Forget all: the tab has gone."""
        self._forget(list(self._files.values()))
        self._files.clear()


def file_field(id: str, tab: "Tab") -> Component | None:
    """The file input that may send a file now: on the tab's page, shown, enabled, and somebody's handler wants to know."""
    number = int(id) if id.isascii() and id.isdecimal() and len(id) < 19 else 0
    field = targets.get(number)
    if field is None or field.tag != "input" or getattr(field, "kind", "") != "file":
        return None
    return field if is_reachable(field, tab.page) and _is_wanted(field) else None


def _is_wanted(field: Component) -> bool:
    return any(
        name.partition(".")[0] in _WANTING for component in _upwards(field) for name in (component._handlers or ())
    )


def stands_in(field: Component | None, component: Component) -> bool:
    """Whether a field is the component, or stands in it at any depth."""
    return field is not None and any(above is component for above in _upwards(field))


def _upwards(component: Component) -> "list[Component]":
    found: dict[Component, None] = {}
    waiting = [component]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found[here] = None
            waiting.extend(parents_of(here))
    return list(found)


def _as_chosen(files: list[UploadedFile]) -> list[UploadedFile]:
    """Without what a browser would not have sent: more than one file of a field that takes one."""
    single: set[Any] = set()
    kept = []
    for file in files:
        if file.field is None or "multiple" not in (file.field._attributes or ()):
            if file.field in single:
                continue
            single.add(file.field)
        kept.append(file)
    return kept


def said_bytes(size: int) -> str:
    """A number of bytes for people: `100 MB`."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"
