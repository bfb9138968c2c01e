"""Help for people: where in their program something was made, and near misses of names. Changes no behaviour."""

import difflib
import inspect
import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

Site = tuple[str, int]
"""File and line of the user's code."""

_OURS = str(Path(__file__).resolve().parent)
_COMPONENTS = str(Path(__file__).resolve().parent / "components")
_REAL_COMPONENTS = str(Path(_COMPONENTS).resolve())


class Diagnostics:
    """Whether components remember where they were made. On until an App in production mode starts."""

    on = True


def is_ours(filename: str) -> bool:
    """Whether a code file belongs to justui itself."""
    return filename.startswith((_OURS, _REAL_COMPONENTS))


def call_site() -> Site | None:
    """File and line of the nearest caller outside of justui; None while diagnostics are off or there is none."""
    if not Diagnostics.on:
        return None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def place(site: Site | None) -> str:
    """A site as people read it: `app.py:7`; empty when it is not known."""
    return "" if site is None else f"{Path(site[0]).name}:{site[1]}"


def near(name: str, names: Iterable[str]) -> str:
    """` Did you mean …?` when one of `names` is like `name`, else empty."""
    found = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f" Did you mean {found[0]}?" if found else ""


_log = logging.getLogger("justui")
_said: set[str] = set()


def say(message: str, *, once: bool = True) -> None:
    """Write a hint to the log; the same one only once."""
    if not once or message not in _said:
        _said.add(message)
        _log.warning("%s", message)


def misspelt(owner: str, name: str, names: Iterable[str]) -> None:
    """Hint at a keyword that is no attribute but is spelt nearly like one."""
    found = near(name, names)
    if found:
        say(f"{owner} has no {name!r}.{found} It was kept as your own attribute.")


def is_async(function: object) -> bool:
    """Whether calling `function` gives a coroutine."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004
