"""Help for people: where in their program something was made, near misses of names, what they forgot. Changes no behaviour."""

import importlib
import inspect
import linecache
import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING
from weakref import ref

if TYPE_CHECKING:
    from justui.component import Component

Site = tuple[str, int]
"""File and line of the user's code."""

_HERE = Path(__file__).resolve().parent
_OURS = tuple(f"{folder}{os.sep}" for folder in (_HERE, (_HERE / "components").resolve()))
_PYTHON = f"{Path(inspect.__file__).parent}{os.sep}"
_INSTALLED = f"{os.sep}site-packages{os.sep}"


class Diagnostics:
    """Whether components remember where they were made. On until an App in production mode starts."""

    on = True


def is_ours(filename: str) -> bool:
    """Whether a code file belongs to justui itself."""
    return filename.startswith(_OURS)


def call_site() -> Site | None:
    """File and line of the nearest caller outside of justui; None while diagnostics are off or there is none."""
    frame = _user_frame() if Diagnostics.on else None
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def _user_frame() -> FrameType | None:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def caller() -> Site | None:
    """File and line of the nearest caller in the program, in production too; None when there is none, as in a task of asyncio's."""
    frame = _user_frame()
    while frame is not None and not _is_users(frame.f_code.co_filename):
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def called_name(keyword: str) -> str:
    """The function that the program calls where it wrote `keyword=fn()`, by its source; empty when that cannot be seen."""
    frame = _user_frame()
    line = "" if frame is None else linecache.getline(frame.f_code.co_filename, frame.f_lineno)
    found = re.search(rf"\b{keyword}\s*=\s*([\w.]+)\(", line)
    return found[1] if found else ""


def given_by_name(call: str, site: Site | None) -> bool:
    """Whether the source calls something there with a variable in front; one in capitals is a constant and does not count."""
    if site is None:
        return False
    lines = "".join(linecache.getline(site[0], site[1] + further) for further in range(3))
    found = re.search(rf"\b{call}\(\s*((?:\w+\.)*(\w+))\s*,", lines)
    return found is not None and not found[2].isupper()


def place(site: Site | None) -> str:
    """A site as people read it: `app.py:7`; empty when it is not known."""
    return "" if site is None else f"{Path(site[0]).name}:{site[1]}"


def place_of(function: object) -> str:
    """Where a function is written, as ` (app.py:7)`; empty when it is not known."""
    code = getattr(function, "__code__", None)
    return "" if code is None else f" ({place((code.co_filename, code.co_firstlineno))})"


_LONGEST = 20_000
"""Characters of a traceback: an error may quote what somebody has sent."""


def traceback_of(error: BaseException) -> str:
    """The traceback of `error` as text, from the user's first line on; the whole of it where none is the user's. A long one without its middle."""
    told = traceback.TracebackException.from_exception(error)
    waiting: list[traceback.TracebackException | None] = [told]
    while waiting:
        part = waiting.pop()
        if part is not None:
            first = next((number for number, line in enumerate(part.stack) if _is_users(line.filename)), 0)
            del part.stack[:first]
            waiting += [part.__cause__, part.__context__, *(part.exceptions or ())]
    text = "".join(told.format())
    if len(text) <= _LONGEST:
        return text
    left_out = len(text) - _LONGEST
    return f"{text[: _LONGEST // 2]}\n… {left_out} characters …\n{text[-_LONGEST // 2 :]}"


def _is_users(filename: str) -> bool:
    """Whether a code file is neither ours nor Python's own."""
    if is_ours(filename) or filename.startswith("<frozen "):
        return False
    return not filename.startswith(_PYTHON) or _INSTALLED in filename


def near(name: str, names: Iterable[str], cutoff: float = 0.6) -> str:
    """` Did you mean …?` when one of `names` is like `name`, else empty. `cutoff`: how like, from 0 to 1."""
    found = importlib.import_module("difflib").get_close_matches(name, list(names), n=1, cutoff=cutoff)
    return f" Did you mean {found[0]}?" if found else ""


_log = logging.getLogger("justui")
_MOST = 1_000
_said: set[object] = set()


def say(message: str, *, once: bool = True) -> None:
    """Write a hint to the log; the same one only once."""
    if not once or _first_time(message):
        _log.warning("%s", message)


def advise(message: str) -> None:
    """Write a hint to the log in debug mode, and nothing in production."""
    if Diagnostics.on:
        say(message)


def _first_time(thing: object) -> bool:
    if thing in _said or len(_said) >= _MOST:
        return False
    _said.add(thing)
    return True


_CLASSES = ' Write classes="…".'
_SIZE = ' Write classes="h-64", or style="height: 16rem".'
_BOXES = frozenset("Div Span P Row Column Grid Card Scroll Section Main Table Ul Form Button Textarea".split())
_TRIED: dict[str, tuple[frozenset[str] | None, str]] = {
    **dict.fromkeys(("class", "class_", "cls", "className", "class_name", "css_class"), (None, _CLASSES)),
    "gap": (frozenset(("Row", "Column", "Grid", "Div")), ' Write classes="gap-4".'),
    "height": (_BOXES, _SIZE),
    "width": (_BOXES, _SIZE.replace("h-64", "w-64").replace("height", "width")),
    "icon": (frozenset(("Button", "A")), ' Put it inside: ui.Button(ui.Icon("heart"), "Like").'),
    "radius": (frozenset(("Circle",)), " Write r=…."),
    "label": (frozenset(("Input", "Select", "Textarea")), ' Write ui.Field("…").'),
}
"""Keywords that people know from elsewhere: of which components (None: of all), and what to write here."""


def _tried(owner: str, name: str) -> str:
    owners, advice = _TRIED.get(name, (None, ""))
    return advice if owners is None or owner in owners else ""


def misspelt(owner: str, name: str, names: Iterable[str]) -> None:
    """Hint at a keyword that is no attribute but is spelt nearly like one."""
    if name in (names := list(names)) or not _first_time((owner, name)):
        return
    found = _tried(owner, name) or near(name, names, 0.8)
    if found:
        where = place(call_site())
        say(f"{where}{': ' if where else ''}{owner} has no {name!r}.{found} It was kept as your own attribute.")


def lost_scripts(html: str, clean: str) -> bool:
    """Whether sanitising took a script or a handler away."""
    found = re.compile(r"<script\b|<[^>]*\son\w+\s*=|javascript:", re.IGNORECASE)
    return html != clean and len(found.findall(html)) > len(found.findall(clean))


def placed_nowhere(made: "list[Component]", maker: object) -> None:
    """Hint at components that the function `maker`, which has ended, has made and nobody has: not a parent, not a variable.

    Empties the list `made`, which must be the only one to hold them.
    """
    name = getattr(maker, "__name__", "the handler")
    while made:
        component = made.pop()
        if component._parents is None and sys.getrefcount(component) <= 2:
            say(f"{component.describe()} was made in {name}() but put nowhere. Give it a=parent, or write with box: …")


_waiting: "dict[int, tuple[float, ref[Component], str, Site]]" = {}
"""What began to wait to be sent, by component id, oldest first: when, what, in which function, where. Wants `tree_lock`."""


def watch(component: "Component") -> None:
    """Note that something of the component waits to be sent from now on."""
    if component._id not in _waiting and len(_waiting) < _MOST and (frame := _user_frame()) is not None:
        site = (frame.f_code.co_filename, frame.f_lineno)
        _waiting[component._id] = (time.monotonic(), ref(component), frame.f_code.co_name, site)


def sent(component: "Component") -> None:
    """Note that what waited has been sent."""
    _waiting.pop(component._id, None)


def unsent(now: float, seconds: float) -> "list[tuple[Component, str]]":
    """What began to wait `seconds` before `now` and waits still, each once, with the hint to give if somebody should see it."""
    found: list[tuple[Component, str]] = []
    while _waiting and now - (first := next(iter(_waiting.values())))[0] >= seconds:
        since, reference, name, site = first
        del _waiting[next(iter(_waiting))]
        component = reference()
        if component is not None and (component._changed or component._moved):
            ago = f"{now - since:.0f} s ago"
            hint = f"{place(site)}: {name}() changed {component.describe()} {ago} and nothing was sent. "
            found.append((component, hint + "Call page.update(), or use @page.every."))
    return found


def is_async(function: object) -> bool:
    """Whether calling `function` gives a coroutine."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004
