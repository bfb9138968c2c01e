"""Folders into which people may put files, by PUT or POST to the folder's address. Decides who may, what, and how much.

A file is streamed to a hidden one beside its place, and stands there when it is whole, or not at all.
"""

import asyncio
import contextlib
import logging
import os
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from justui.config import Config
from justui.errors import ConfigError
from justui.file_types import HEAD, FileTypes, type_of_content, type_of_name
from justui.files import ArrivedFile
from justui.guards import Guards
from justui.origin import origin_allowed
from justui.parts import Part, remove_stale
from justui.paths import inner_path, is_new_name, twin_of
from justui.static_folders import StaticFolder, path_below
from justui.uploads import NotTaken, Uploads, received, said_bytes
from justui.visits import KEY
from justui.who import Rule, Who, check_rule, is_allowed

log = logging.getLogger("justui")

_DRAINED: Final = 1_000_000
"""Bytes of a refused upload that are read, so that its sender hears why: a browser that is cut off hears nothing."""
_LONGEST_ID: Final = 64
_REMEMBERED: Final = 1000
"""Uploads that have ended, of which their senders may ask again when the answer was lost."""
_NO_ROOM: Final = "The server has no room for files now. Try again later."


FindSender = Callable[[Request], Callable[[ArrivedFile], Awaitable[None]] | None]
"""Who is told when the file that a request begins is whole. Raises `NotTaken` where the component takes none now."""


class UploadFolder:
    """One folder that takes files; an ASGI application. `limit` in bytes; the globs are of paths below the folder.

    `find_sender`: finds the component by which a file is sent.
    """

    def __init__(
        self,
        config: Config,
        quota: Uploads,
        folder: Path,
        *,
        types: Iterable[str] | None = None,
        create: Iterable[str] = ("*",),
        overwrite: Iterable[str] = (),
        names: bool = False,
        limit: int | None = None,
        serve: bool = False,
        find_sender: FindSender | None = None,
        guards: Guards | None = None,
        allow: Rule = True,
    ) -> None:
        self.folder = folder
        self._config = config
        self._quota = quota
        self._types = FileTypes(types)
        self.accept = self._types.accept
        """The types as a file input says them; empty where all are taken."""
        self._create = _globs(create, "create")
        self._overwrite = _globs(overwrite, "overwrite")
        self._names = names
        self._limit = config.upload_bytes if limit is None else _checked_limit(limit)
        self._find_sender = find_sender
        self._guards = guards
        self._allow = check_rule(allow, f"allow= of uploads into {folder}")
        self._parts: dict[tuple[str, str, str], Part] = {}
        self._done: dict[tuple[str, str, str], tuple[float, int]] = {}
        self._lock = threading.Lock()
        self._static = StaticFolder(folder, "", guards) if serve else None
        if self._static is not None:
            self._static.foreign = True
        remove_stale(folder)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application."""
        body = _Body(receive)
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        request = Request(scope, body)
        if self._static is not None and self._is_fetched(request):
            await self._static(scope, receive, send)
            return
        try:
            response = await self._stopped(request) or await self._answer(request)
        except NotTaken as refusal:
            closing = not body.ended and await _is_cut(request)
            headers = {"cache-control": "no-store"} | ({"connection": "close"} if closing else {})
            response = PlainTextResponse(str(refusal), refusal.status, headers)
        await response(scope, receive, send)

    async def _stopped(self, request: Request) -> Response | None:
        return None if self._guards is None else await self._guards.stop(request)

    def _is_fetched(self, request: Request) -> bool:
        fetching = request.method == "GET" or (request.method == "HEAD" and "upload-id" not in request.headers)
        return fetching and bool(_path_of(request))

    async def _answer(self, request: Request) -> Response:
        method, path = request.method, _path_of(request)
        if method in ("GET", "HEAD") and not path:
            return await self._list(request)
        if method not in ("PUT", "POST", "PATCH") and not (
            method in ("HEAD", "DELETE") and "upload-id" in request.headers
        ):
            return PlainTextResponse("Send a file by PUT or POST.", 405, {"allow": "PUT, POST, PATCH"})
        if not origin_allowed(request.scope, self._config.origins):
            raise NotTaken(403, "Files from pages of other sites are not taken here.")
        self._check_allowed(request, path, "send files here")
        if method == "HEAD":
            return await self._say_offset(request, path)
        if method == "DELETE":
            return await self._forget(request, path)
        return await (self._go_on(request, path) if method == "PATCH" else self._begin(request, path))

    def _check_allowed(self, request: Request, path: str, what: str) -> None:
        who = Who(request.scope[KEY].session, request=request)
        if not is_allowed(self._allow, who, path):
            raise NotTaken(403, f"You may not {what}.")

    async def _list(self, request: Request) -> Response:
        if not self._names:
            raise NotTaken(403, "The names of this folder's files are not told.")
        self._check_allowed(request, "", "see these names")
        names = await asyncio.to_thread(_names_in, self.folder)
        return JSONResponse(names, headers={"cache-control": "no-store"})

    # Where a file goes

    def _place(self, path: str) -> Path:
        place = inner_path(self.folder, path)
        if place is None or not all(is_new_name(part) for part in path.split("/")):
            raise NotTaken(404, "A file cannot have this name. Rename it: letters, digits, - and _ are always right.")
        if not place.parent.is_dir():
            raise NotTaken(404, f"There is no folder {path.rpartition('/')[0]} here.")
        return place

    def _check_wanted(self, place: Path, path: str) -> None:
        if refusal := self._types.refuse_name(place.name):
            raise NotTaken(415, refusal)
        if os.path.lexists(place):
            if not _matches(path, self._overwrite) or place.is_dir() or place.is_symlink():
                raise self._there_is(place.name)
        elif not _matches(path, self._create):
            raise NotTaken(403, f"A new file called {place.name} is not taken here.")
        elif twin := twin_of(place):
            raise self._there_is(twin)

    def _there_is(self, name: str) -> NotTaken:
        return NotTaken(409, f"There is a file {name} already. Give yours another name.")

    def _check_size(self, size: int) -> None:
        if size > self._limit:
            raise NotTaken(413, f"A file may have {said_bytes(self._limit)} at most.", close=True)

    # One upload

    async def _begin(self, request: Request, path: str) -> Response:
        place = await asyncio.to_thread(self._place, path)
        await asyncio.to_thread(self._check_wanted, place, path)
        self._check_size(max(_number(request, "content-length") or 0, _number(request, "upload-length") or 0))
        key = self._key(request, path)
        before = self._parts.get(key) if key[1] else None
        if before is not None:  # it is begun anew
            await self._take_over(before)
            self._drop(key, before)
        identity = key[2]
        self._quota.check_number(identity)
        arrived = None if self._find_sender is None else self._find_sender(request)
        part = Part(place, key[1], identity)
        part.arrived = arrived
        part.total = _number(request, "upload-length")
        key = key if part.id else (path, f"\0{id(part)}", identity)
        self._parts[key] = part
        self._quota.count(identity, 1, 0)
        return await self._take(request, path, key, part)

    async def _go_on(self, request: Request, path: str) -> Response:
        key = self._key(request, path)
        part = self._parts.get(key) if key[1] else None
        if part is None:
            raise NotTaken(404, "Nothing is left of this upload. Send the file again.")
        await self._take_over(part)
        if _number(request, "upload-offset") != part.size:
            raise NotTaken(409, f"The upload goes on at byte {part.size}.")
        return await self._take(request, path, key, part)

    async def _say_offset(self, request: Request, path: str) -> Response:
        key = self._key(request, path)
        part, done = self._parts.get(key), self._done.get(key)
        if part is None and done is None:
            return Response(status_code=404)
        if part is not None:
            await self._take_over(part)  # who asks has lost the connection on which it came
        size = part.size if part is not None else done[1] if done is not None else 0
        complete = "?0" if part is not None else "?1"
        headers = {"upload-offset": str(size), "upload-complete": complete, "cache-control": "no-store"}
        return Response(status_code=204, headers=headers)

    async def _forget(self, request: Request, path: str) -> Response:
        """Its sender does not want to go on with half an upload."""
        key = self._key(request, path)
        part = self._parts.get(key) if key[1] else None
        if part is not None:
            await self._take_over(part)
            self._drop(key, part)
        return Response(status_code=204)

    def _key(self, request: Request, path: str) -> tuple[str, str, str]:
        id = request.headers.get("upload-id", "")
        if len(id) > _LONGEST_ID or not id.isascii() or not id.isprintable():
            raise NotTaken(400, f"Upload-Id takes at most {_LONGEST_ID} letters.")
        return path, id, request.scope[KEY].session.identity

    async def _take_over(self, part: Part) -> None:
        if part.task is not None:
            task, part.task = part.task, None
            task.cancel()
            await asyncio.wait([task])
            part.rest()

    async def _take(self, request: Request, path: str, key: tuple[str, str, str], part: Part) -> Response:
        """Read what the request brings, and put the file into its place when that is all of it."""
        kept = False
        task = part.task = asyncio.ensure_future(self._stream(request, part))
        try:
            try:
                await asyncio.wait([task])
            finally:
                task.cancel()  # where the server ends
            kept = bool(part.id)
            if task.cancelled():
                raise NotTaken(409, "The upload goes on elsewhere.", close=True)
            failed = task.exception()
            kept = kept and isinstance(failed, NotTaken) and failed.status in (400, 408)
            if failed is not None:
                raise failed
            if part.id and request.headers.get("upload-complete") == "?0":
                self._check_content(part, whole=False)
                kept = True
                return Response(status_code=204, headers={"upload-offset": str(part.size), "upload-complete": "?0"})
            return await self._finish(request, path, key, part)
        except OSError:
            log.exception("an upload cannot be written to %s", self.folder)
            raise NotTaken(507, _NO_ROOM, close=True) from None
        finally:
            if part.task is task:
                part.task = None
                part.rest()
            if not kept:
                self._drop(key, part)

    async def _stream(self, request: Request, part: Part) -> None:
        async for data in received(request, self._config.upload_idle):
            if data:
                self._check_size(part.size + len(data))
                self._quota.check_half(part.identity, len(data))
                self._quota.count_half(part.identity, len(data))  # before it is written: others write meanwhile
                part.counted += len(data)
                await _finished(asyncio.to_thread(part.write, data))  # a disk may be slow
                self._check_content(part, whole=False)

    def _check_content(self, part: Part, *, whole: bool) -> None:
        if part.checked or not (whole or len(part.head) >= HEAD):
            return
        if refusal := self._types.refuse_content(part.place.name, part.head):
            raise NotTaken(415, refusal)
        part.checked = True

    async def _finish(self, request: Request, path: str, key: tuple[str, str, str], part: Part) -> Response:
        self._check_content(part, whole=True)
        if part.total is not None and part.total != part.size:
            raise NotTaken(400, f"{part.total} bytes were to come, {part.size} did.")
        try:
            replace = _matches(path, self._overwrite)
            replaced = await asyncio.to_thread(part.settle, self._lock, replace=replace)
        except (FileExistsError, IsADirectoryError):
            raise self._there_is(part.place.name) from None
        if part.id:
            self._done[key] = (time.monotonic(), part.size)
            while len(self._done) > _REMEMBERED:
                del self._done[next(iter(self._done))]
        if part.arrived is not None:
            await part.arrived(self._arrived(request, path, part))
        headers = {"location": quote(part.place.name), "upload-complete": "?1", "upload-offset": str(part.size)}
        return PlainTextResponse(path, 200 if replaced else 201, headers)

    def _arrived(self, request: Request, path: str, part: Part) -> ArrivedFile:
        kind = type_of_content(part.head) if self._types else ""
        address = f"{request.scope.get('root_path', '')}/{quote(path)}"
        return ArrivedFile(part.place, part.size, type_of_name(part.place.name) or kind, address)

    # What is left of uploads that broke off

    def _drop(self, key: tuple[str, str, str], part: Part) -> None:
        if self._parts.get(key) is part:
            del self._parts[key]
            self._quota.count(part.identity, -1, 0)
            self._quota.count_half(part.identity, -part.counted)
            with contextlib.suppress(OSError):
                part.remove()

    def expire(self, now: float, age: float) -> None:
        """Remove what has been waiting for `age` seconds to go on. `now` is `time.monotonic()`."""
        for key, part in list(self._parts.items()):
            if part.task is None and now - part.used_at > age:
                self._drop(key, part)
        self._done = {key: done for key, done in self._done.items() if now - done[0] <= age}

    def clear(self) -> None:
        """Remove all half uploads: the server ends."""
        for key, part in list(self._parts.items()):
            self._drop(key, part)


async def _finished(work: Coroutine[Any, Any, None]) -> None:
    """Wait for work in a thread, to its end even when nobody wants it any more."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _path_of(request: Request) -> str:
    return path_below(request.scope)


def _number(request: Request, name: str) -> int | None:
    text = request.headers.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _globs(patterns: Any, name: str) -> tuple[str, ...]:
    listed = (patterns,) if isinstance(patterns, str) else tuple(patterns)
    if not all(isinstance(pattern, str) for pattern in listed):
        raise ConfigError(f'{name}= wants patterns of names, such as ["*.png"], got {patterns!r:.60}')
    return listed


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _checked_limit(limit: Any) -> int:
    if type(limit) is not int or limit < 1:
        raise ConfigError(f"limit= wants a number of bytes, got {limit!r:.60}")
    return limit


def _names_in(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        found = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    return sorted(name for name in found if inner_path(folder, name) is not None)


class _Body:
    """The messages of a request; it notes when there are no more."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self.ended = False

    async def __call__(self) -> Any:
        message = await self._receive()
        self.ended = self.ended or not message.get("more_body", False)
        return message


async def _is_cut(request: Request) -> bool:
    """Read the rest of a refused upload, so that its sender hears the answer; whether it is too much for that."""
    seen = 0
    try:
        async for data in received(request, 2.0):
            seen += len(data)
            if seen > _DRAINED:
                return True
    except NotTaken:
        return True
    return False
