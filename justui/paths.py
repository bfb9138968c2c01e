"""Paths that strangers write: which of them lead to a file in a folder, and nowhere else. Reads and writes no file's content."""

import os
import re
import unicodedata
from pathlib import Path
from typing import Final

from justui.files import clean_name

_BAD: Final = re.compile(r'[\\:*?"<>|]')
_DEVICE: Final = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com[\d¹²³]|lpt[\d¹²³])\s*(\..*)?", re.IGNORECASE
)
SOURCES: Final = frozenset((".py", ".pyc", ".pyd", ".pyi", ".pyo", ".pyw"))
"""Endings of programs, which no folder serves."""


def inner_path(folder: Path, text: str) -> Path | None:
    """Where the path `text`, of a stranger, leads below `folder`; None unless it is a plain one that stays inside.

    Plain: no empty or dotted parts, so no hidden files, no names of devices, no characters that a file system takes for
    something else. Symbolic links are followed, and where they lead out, or to what is hidden, the answer is None, too.
    """
    parts = text.split("/")
    if not all(is_plain(part) for part in parts):
        return None
    home = os.path.realpath(folder)
    try:
        real = os.path.realpath(Path(home, *parts))
    except (OSError, ValueError):
        return None
    inside = Path(real).relative_to(home).parts if Path(real).is_relative_to(home) else ()
    return Path(home, *parts) if inside and not any(part.startswith(".") for part in inside) else None


def is_plain(part: str) -> bool:
    """Whether a part of a path is a name that means the same on every file system, and nothing hidden."""
    if not part or part[0] == "." or part[-1] in " ." or len(part.encode("utf-8", "replace")) > 255:
        return False
    if _BAD.search(part) or _DEVICE.fullmatch(part):
        return False
    return not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in part)


def is_new_name(part: str) -> bool:
    """Whether a stranger may give a file this name: a plain one in its normal form, without letters that turn text around."""
    return is_plain(part) and clean_name(part) == part


def twin_of(place: Path) -> str:
    """A name beside `place` that differs from its own only in case or in the form of its letters; empty where there is none."""
    wanted = _folded(place.name)
    try:
        names = [one.name for one in place.parent.iterdir()]
    except OSError:
        return ""
    return next((name for name in names if name != place.name and _folded(name) == wanted), "")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
