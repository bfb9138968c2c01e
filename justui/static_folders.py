"""Folders whose files everybody may fetch. Starlette serves them; here is what of them is not served. Writes nothing."""

import os
import stat
import sys
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from justui.errors import ConfigError
from justui.guards import Guards
from justui.paths import SOURCES, inner_path

_FOREIGN = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
"""The policy of files that people have sent: they run nothing and reach nothing."""


class StaticFolder(StaticFiles):
    """The files of one folder: no listing, nothing hidden, no programs, nothing that a link leads out to.

    `foreign`: people send files into it, so that what they sent must not act as a page of this site.
    """

    def __init__(self, folder: Path, homepage: str = "", guards: Guards | None = None) -> None:
        super().__init__(directory=folder, check_dir=False)
        self.folder = folder
        self.foreign = False
        self._homepage = homepage
        self._guards = guards

    def get_path(self, scope: Any) -> str:
        """The path as it was asked for: `..` is not resolved, but refused."""
        return path_below(scope)

    async def get_response(self, path: str, scope: Any) -> Response:
        """The answer to a request for `path`."""
        stopped = None if self._guards is None else await self._guards.stop(Request(scope))
        if stopped is not None:
            return stopped
        if not path and self._homepage and scope["method"] in ("GET", "HEAD"):
            return RedirectResponse(self._homepage, 302)  # relative: it holds behind every prefix
        response = await super().get_response(path, scope)
        response.headers["x-content-type-options"] = "nosniff"
        if self.foreign:
            response.headers["content-security-policy"] = _FOREIGN
        return response

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """The file of this path and what the system says of it; None where it is not served."""
        place = inner_path(self.folder, path)
        if place is None:
            return "", None
        try:
            real = os.path.realpath(place)
            found = Path(real).stat()
        except OSError:
            return "", None
        is_source = {place.suffix.lower(), Path(real).suffix.lower()} & SOURCES
        served = stat.S_ISREG(found.st_mode) and not is_source and os.access(real, os.R_OK)
        return (real, found) if served else ("", None)


def path_below(scope: Any) -> str:
    """The path of a request below the folder's route, as it was asked for."""
    return str(scope["path"]).removeprefix(scope.get("root_path", "")).removeprefix("/")


class FolderMount(Mount):
    """A folder's place among the routes."""


def checked_folder(folder: Any, what: str) -> Path:
    """A folder as a whole path. Raises `ConfigError` when it is not there, or holds the program itself."""
    try:
        place = Path(folder).resolve()
    except TypeError:
        raise ConfigError(f"{what} wants the path of a folder, got {folder!r:.60}") from None
    if not place.is_dir():
        raise ConfigError(f"{what}: there is no folder {place}. Make it, or write its whole path.")
    program = getattr(sys.modules.get("__main__"), "__file__", None)
    if program and Path(program).resolve().is_relative_to(place):
        raise ConfigError(
            f"{what}: {place} holds the program itself. Give a folder with nothing but what others may see."
        )
    return place
