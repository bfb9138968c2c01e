"""What stands in a file of shared documents, by its name. The file's room is read when a program first names a file."""

import importlib
import os
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from justui.document_file import DocumentFile


def file_of(store: str | os.PathLike[str]) -> "DocumentFile":
    """The file at a path, opened once. Only now SQLite is loaded, which takes a megabyte of memory."""
    rooms = importlib.import_module("justui.document_file")
    return rooms.document_file(store)  # type: ignore[no-any-return]


class Stored:
    """What stands in a file under a name: whoever asks for the same again gets the same object, as long as somebody holds it.

    A subclass's `__init__` does nothing when `is_open`, and calls `note_open` at its end.
    """

    __slots__ = ()

    def __new__(cls, *arguments: Any, store: Any = None, name: Any = "", **keywords: Any) -> Self:
        """The object of this file and name, or a new one."""
        known = None if store is None else file_of(store).objects.get((cls, name))
        return super().__new__(cls) if known is None else known

    @property
    def is_open(self) -> bool:
        """Whether it is an object that was there already."""
        return getattr(self, "document", None) is not None

    def note_open(self, store: Any, name: str) -> None:
        """It is there now."""
        if store is not None:
            file_of(store).objects[type(self), name] = self
