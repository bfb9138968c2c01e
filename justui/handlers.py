"""Event handlers: the events there are, what a function wants, and how the browser is told. Runs nothing."""

import inspect
import re
from collections.abc import Callable, Iterable
from types import FunctionType, MethodType
from typing import Any, Final

from justui.errors import HandlerError
from justui.hints import called_name, near

EventFunction = Callable[..., Any]
"""A function that answers an event: takes nothing, `(msg)`, or `(component, msg)`; sync or async."""

Label = str | Callable[[], str]
"""Whose handler it is, for errors: `on_click of Button "Save"`; or a function that says so, asked only when it is needed."""

EVENTS: Final = frozenset(
    """
    abort animationcancel animationend animationiteration animationstart auxclick beforeinput beforetoggle blur cancel
    canplay canplaythrough change click close compositionend compositionstart compositionupdate contextmenu copy
    cuechange cut dblclick drag dragend dragenter dragleave dragover dragstart drop durationchange emptied ended error
    focus focusin focusout formdata fullscreenchange fullscreenerror gotpointercapture input invalid keydown keypress
    keyup load loadeddata loadedmetadata loadstart lostpointercapture mousedown mouseenter mouseleave mousemove mouseout
    mouseover mouseup paste pause play playing pointercancel pointerdown pointerenter pointerleave pointermove pointerout
    pointerover pointerup progress ratechange reset resize scroll scrollend securitypolicyviolation seeked seeking select
    selectionchange selectstart slotchange stalled submit suspend timeupdate toggle touchcancel touchend touchmove
    touchstart transitioncancel transitionend transitionrun transitionstart volumechange waiting wheel
    """.split()
)
"""Every event of the HTML, pointer, touch, animation and clipboard standards that an element can have."""

_TOKEN = re.compile(r"[A-Za-z][\w.-]*")
_CODE = re.compile(r"\s*[\w.]+\(.*\)\s*;?\s*$", re.DOTALL)
_KEYS = {" ": "Space"}
_MODIFIERS = ("ctrl", "shift", "alt", "meta")


class Handler:
    """A function bound to one event, with what the browser has to know of it.

    `arity` is 0, 1 or 2: called with nothing, with `(msg)`, or with `(component, msg)`.
    """

    __slots__ = ("arity", "function", "spec")

    def __init__(self, function: EventFunction, arity: int, spec: str) -> None:
        self.function = function
        self.arity = arity
        self.spec = spec

    def call(self, component: Any, message: Any) -> Any:
        """Call the function the way it wants to be called."""
        if self.arity == 1:
            return self.function(message)
        return self.function() if self.arity == 0 else self.function(component, message)


def split_event(name: str) -> tuple[str, bool]:
    """The DOM event of `name`, without `on_` or `on`, and whether it is the kind that happens outside (`click__out`)."""
    bare = name.removeprefix("on_")
    outside = bare.endswith("__out")
    bare = bare[:-5] if outside else bare
    if bare not in EVENTS and bare.startswith("on") and bare[2:] in EVENTS:
        bare = bare[2:]
    return bare, outside


def is_for_event(name: str, value: object) -> bool:
    """Whether a keyword without `on_` means an event: it has the name of one, and a function, or what was meant as one."""
    if split_event(name)[0] not in EVENTS:
        return False
    return callable(value) or inspect.iscoroutine(value) or (isinstance(value, str) and bool(_CODE.match(value)))


def check_event(name: str, owner: str, others: Iterable[str] = ()) -> None:
    """Raise `HandlerError`, with the nearest name, when there is no event `name`. `others`: what may be meant, too."""
    if name not in EVENTS:
        hint = near(name, [*EVENTS, *others])
        raise HandlerError(
            f"{owner} has no event {name!r}.{hint} For an event of your own: .on({name!r}, fn, custom=True)."
        )


def bind(
    function: EventFunction,
    event: str,
    label: Label,
    *,
    key: str | None = None,
    outside: bool = False,
    options: str = "",
) -> tuple[str, Handler]:
    """The entry's name in the event spec, and the handler.

    Raises `HandlerError` when the function cannot be called as a handler.
    """
    entry = entry_name(event, key, outside=outside)
    return entry, Handler(function, arity_of(function, label), f"{entry}:{options}" if options else entry)


def entry_name(event: str, key: str | None, *, outside: bool) -> str:
    """The entry's name in the event spec, such as `click`, `keydown.Enter`, `click__out`."""
    return event + ("." + token(_KEYS.get(key, key)) if key is not None else "") + ("__out" if outside else "")


def event_options(
    *,
    debounce: float | None,
    throttle: float | None,
    immediate: bool,
    prevent: bool,
    stop: bool,
    once: bool,
    modifiers: str,
    fields: tuple[str, ...],
) -> str:
    """The option part of an event spec, as `docs/wire.md` has it. Times are in milliseconds."""
    parts = []
    for letter, time in (("d", debounce), ("t", throttle)):
        if time is not None:
            if not 0 <= time <= 3_600_000:
                raise HandlerError(f"debounce and throttle are milliseconds from 0 to 3,600,000, got {time!r}")
            parts.append(f"{letter}{round(time)}")
    parts += [letter for letter, wanted in zip("ipso", (immediate, prevent, stop, once), strict=True) if wanted]
    if modifiers:
        names = modifiers.lower().split("+")
        for name in names:
            if name not in _MODIFIERS:
                raise HandlerError(f"{name!r} is no modifier; there are {', '.join(_MODIFIERS)}, joined by +")
        parts.append("m=" + "+".join(names))
    if fields:
        parts.append("f=" + "+".join(token(field) for field in fields))
    return ";".join(parts)


def token(text: str) -> str:
    """`text` when it can stand in an event spec; raises `HandlerError` otherwise."""
    if not _TOKEN.fullmatch(text) and not (len(text) == 1 and text.isprintable() and text not in " :;|+,"):
        raise HandlerError(f"{text!r} cannot be the name of a key or of a property of an event")
    return text


def arity_of(function: EventFunction, label: Label, takes: str = "") -> int:
    """How many required positional parameters a handler has: 0, 1 or 2. `takes`: which those are, where it is no handler of an event.

    Raises `HandlerError` saying what to write when `function` is no handler at all or wants more.
    """
    plain = function.__func__ if type(function) is MethodType else function
    if type(plain) is FunctionType and not hasattr(plain, "__wrapped__"):
        code = plain.__code__
        required = code.co_argcount - len(plain.__defaults__ or ())
        if plain is not function:
            required = max(required - 1, 0)  # self
        wants_keywords = code.co_kwonlyargcount > len(plain.__kwdefaults__ or ())
    elif callable(function):
        required, wants_keywords = _inspected(function)
    else:
        raise HandlerError(not_callable(function, _said(label)))
    if required > 2 or wants_keywords:
        raise HandlerError(_too_many(function, required, _said(label), takes))
    return required


def _said(label: Label) -> str:
    return label if isinstance(label, str) else label()


def _inspected(function: EventFunction) -> tuple[int, bool]:
    """How many positional parameters a callable of any kind requires, and whether it requires keywords."""
    required = [item for item in _parameters(function) if item.default is item.empty]
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(item.kind in positional for item in required), any(item.kind is item.KEYWORD_ONLY for item in required)


def _parameters(function: EventFunction) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def not_callable(value: object, label: str) -> str:
    """What to say of a handler that is none. `label`: whose it is, beginning with the keyword."""
    if inspect.iscoroutine(value):
        name = value.__name__
        value.close()
        return f"{label} got a coroutine: write {_keyword(label)}={name}, or {_keyword(label)}=lambda: {name}(…)."
    if isinstance(value, str):
        return f"{label} got a string. Strings of code are refused: write a Python function and pass it."
    name = called_name(_keyword(label)) or "the function's name"
    return f"{label} got {value!r:.60}, not a function. Write {_keyword(label)}={name}, without brackets."


def _keyword(label: str) -> str:
    return label.partition(" ")[0]


def _too_many(function: EventFunction, required: int, label: str, takes: str = "") -> str:
    name = getattr(function, "__name__", "fn")
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    names = [item.name for item in _parameters(function) if item.kind not in variadic]
    if required <= 2:
        return _by_name_only(function, names[:required], label)
    if takes:
        return f"{label}: {name}({', '.join(names)}) wants {required} arguments; it may take {takes}"
    own = next((item for item in names if item not in ("self", "msg")), "value")
    return (
        f"{label}: {name}({', '.join(names)}) wants {required} arguments; a handler takes "
        f"none, (msg) or (self, msg). To pass {own}: lambda msg, {own}={own}: {name}(msg, {own})"
    )


def _by_name_only(function: EventFunction, given: list[str], label: str) -> str:
    name = getattr(function, "__name__", "fn")
    wanted = [item for item in _parameters(function) if item.kind is item.KEYWORD_ONLY and item.default is item.empty]
    own = wanted[0].name
    arguments = ", ".join([*given, f"{own}={own}"])
    return (
        f"{label}: {name} wants {own}= by name; a handler takes none, (msg) or (self, msg). "
        f"To pass {own}: lambda {arguments}: {name}({arguments})"
    )
