"""Which types of files are taken: by their names, and by what their first bytes are. Knows no folders and no HTTP."""

import functools
import importlib
import mimetypes
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final

from justui.errors import ConfigError

HEAD: Final = 8192
"""How many of the first bytes say what a file is."""
_ZIPPED: Final = "application/zip"
_RUNS: Final = frozenset(("application/x-msdownload", "application/x-executable"))


class FileTypes:
    """The types that are taken: endings (`.txt`, `png`), types (`image/png`), families (`image/*`). None: all.

    Raises `ConfigError` for what is none of these.
    """

    def __init__(self, types: Iterable[str] | None) -> None:
        listed = None if types is None else [types] if isinstance(types, str) else list(types)
        for one in listed or ():
            if not str(one).strip(". ") or str(one).startswith("*"):
                raise ConfigError(f'types= wants endings such as ".txt", and types such as "image/*", got {one!r:.60}')
        self._listed = listed
        self._endings = {"." + one.lstrip(".").lower() for one in listed or () if "/" not in one}
        self._types = {one.lower() for one in listed or () if "/" in one}

    def __bool__(self) -> bool:
        """Whether there are types that are not taken."""
        return self._listed is not None

    @property
    def accept(self) -> str:
        """What a file input says, so that it offers these first; empty where all are taken."""
        return ",".join(sorted(self._endings | self._types))

    def __str__(self) -> str:
        return ", ".join(self._listed or ())

    def refuse_name(self, name: str) -> str:
        """Why a file of this name is not taken; empty when it is."""
        if self._listed is None or PurePath(name).suffix.lower() in self._endings:
            return ""
        kind = type_of_name(name)
        if kind in self._types or f"{kind.partition('/')[0]}/*" in self._types:
            return ""
        return f"Files like {name} are not taken here, only {self}."

    def refuse_content(self, name: str, head: bytes) -> str:
        """Why a file of this name with these first bytes is not taken; empty when it is. Where all types are taken, all is."""
        if self._listed is None:
            return ""
        said, found = type_of_name(name), type_of_content(head)
        if _agree(said, found, head):
            return ""
        return f"{name} is not what its name says: {f'it is {found}' if found else f'it is no {said}'}."


def type_of_name(name: str) -> str:
    """The type that a name's ending stands for; empty where none is known."""
    ending = PurePath(name).suffix.lower().lstrip(".")
    return mimetypes.guess_type(f"a.{ending}")[0] or _known().get(ending, "")


def type_of_content(head: bytes) -> str:
    """The type that the first bytes of a file show; empty where they show none, as those of texts do."""
    kind = _library().guess(head)
    return "" if kind is None else str(kind.mime)


@functools.cache
def _library() -> Any:
    """What knows first bytes; loaded when the first folder asks, which most programs do not have."""
    return importlib.import_module("filetype")


@functools.cache
def _known() -> dict[str, str]:
    """The types that first bytes show, by their endings."""
    return {kind.extension: kind.mime for kind in _library().types}


def _agree(said: str, found: str, head: bytes) -> bool:
    if said == found:
        return True
    known = said in _known().values()
    if not found:  # texts, and what the library does not know
        return not known and not (said.startswith("text/") and b"\0" in head)
    if found in _RUNS or said.startswith("text/"):
        return False
    if found == _ZIPPED:  # many formats are one: documents, books
        return not known or "officedocument" in said or "epub" in said
    media = {"audio", "video"}  # the same containers
    return not known or {said.partition("/")[0], found.partition("/")[0]} <= media
