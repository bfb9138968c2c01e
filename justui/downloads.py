"""What handlers give people to download: at an address that is good once, for one session, for a minute. Nothing is kept longer."""

import os
import secrets
import time
from collections.abc import AsyncIterable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse

from justui import wire
from justui.errors import UsageError
from justui.files import clean_name
from justui.visits import KEY

if TYPE_CHECKING:
    from justui.tab import Tab

PATH: Final = f"{wire.ADDRESS}/download/{{worker}}/{{token}}"
"""Where downloads are fetched, below the App's prefix."""
_GOOD_FOR: Final = 60.0
_MOST: Final = 1000
"""Downloads that wait to be fetched; past it the oldest is forgotten."""


class _Offer:
    __slots__ = ("content", "name", "session", "until")

    def __init__(self, content: Any, name: str, session: Any) -> None:
        self.content = content
        self.name = name
        self.session = session
        self.until = time.monotonic() + _GOOD_FOR


class Downloads:
    """The downloads of one App that nobody has fetched yet."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._offers: dict[str, _Offer] = {}

    def offer(self, tab: "Tab", content: Any, name: str) -> str:
        """The address at which the tab's person may fetch `content`.

        Raises `UsageError` for what is no content, or a file that is not there.
        """
        content, name = _checked(content, name)
        now = time.monotonic()
        self._offers = {token: one for token, one in self._offers.items() if one.until > now}
        while len(self._offers) >= _MOST:
            del self._offers[next(iter(self._offers))]
        token = secrets.token_urlsafe(24)
        self._offers[token] = _Offer(content, name, tab.session)
        return tab.root + PATH.format(worker=self._worker, token=token)

    async def answer(self, request: Request) -> Response:
        """Answer the request that fetches one."""
        token = request.path_params["token"]
        offer = self._offers.get(token)
        ours = offer is not None and offer.session.identity == request.scope[KEY].session.identity
        if offer is None or not ours or offer.session.ended or offer.until < time.monotonic():
            return PlainTextResponse("This download is over. Ask for it again.", 404, {"cache-control": "no-store"})
        if request.method == "GET":
            del self._offers[token]
        headers = {
            "cache-control": "no-store",
            "content-disposition": disposition(offer.name),
            "content-security-policy": "sandbox; default-src 'none'",
            "x-content-type-options": "nosniff",
        }
        content, kind = offer.content, "application/octet-stream"
        if isinstance(content, Path):
            if not content.is_file():
                return PlainTextResponse("This file is not there any more.", 404, headers)
            return FileResponse(content, headers=headers, media_type=kind)
        if isinstance(content, bytes):
            return Response(content, headers=headers, media_type=kind)
        return StreamingResponse(content, headers=headers, media_type=kind)


def disposition(name: str) -> str:
    """The header that says: save this, under that name. As RFC 6266 wants it, and whatever the name is."""
    name = clean_name(name)
    plain = "".join(letter if letter.isascii() and letter not in '"%\\' else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def _checked(content: Any, name: str) -> tuple[Any, str]:
    if isinstance(content, str | os.PathLike):
        path = Path(content)
        if not path.is_file():
            raise UsageError(f"download: there is no file {path}. Text is given as bytes: text.encode().")
        return path.resolve(), name or path.name
    if not name:
        raise UsageError('download wants to know what the file is to be called: tab.download(…, name="report.csv").')
    if isinstance(content, bytes | bytearray | memoryview):
        return bytes(content), name
    if isinstance(content, Iterable | AsyncIterable):
        return content, name
    raise UsageError(f"download takes a path, bytes, or a generator of bytes, got {content!r:.60}")
