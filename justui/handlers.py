"""Event handlers: the events there are, what a function wants, and how the browser is told. Runs nothing."""

import inspect
import re
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, Final

from justui.errors import HandlerError
from justui.hints import near

EventFunction = Callable[..., Any]
"""A function that answers an event: takes nothing, `(msg)`, or `(component, msg)`; sync or async."""

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

_TOKEN = re.compile(r"^[A-Za-z][\w.-]*$")
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


def check_event(name: str, owner: str) -> None:
    """Raise `HandlerError`, with the nearest name, when there is no event `name`."""
    if name not in EVENTS:
        raise HandlerError(
            f"{owner} has no event {name!r}.{near(name, EVENTS)} For an event of your own: .on({name!r}, fn, custom=True)."
        )


def bind(
    function: EventFunction,
    event: str,
    label: str,
    *,
    key: str | None = None,
    outside: bool = False,
    options: str = "",
) -> tuple[str, Handler]:
    """The entry's name in the event spec, and the handler.

    `label` says whose handler it is, for errors: `on_click of Button "Save"`. Raises `HandlerError` when the function
    cannot be called as a handler.
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
    if not _TOKEN.match(text) and not (len(text) == 1 and text.isprintable() and text not in " :;|+,"):
        raise HandlerError(f"{text!r} cannot be the name of a key or of a property of an event")
    return text


def arity_of(function: EventFunction, label: str) -> int:
    """How many required positional parameters a handler has: 0, 1 or 2.

    Raises `HandlerError` saying what to write when `function` is no handler at all or wants more.
    """
    if hasattr(function, "__wrapped__"):
        required = _inspected(function, label)
    elif type(function) is FunctionType:
        required = _required(function)
    elif type(function) is MethodType and type(function.__func__) is FunctionType:
        required = max(_required(function.__func__) - 1, 0)
    else:
        required = _inspected(function, label)
    if required > 2 or (type(function) in (FunctionType, MethodType) and _wants_keywords(function)):
        raise HandlerError(_too_many(function, required, label))
    return required


def _required(function: FunctionType) -> int:
    return function.__code__.co_argcount - len(function.__defaults__ or ())


def _wants_keywords(function: Any) -> bool:
    count = function.__code__.co_kwonlyargcount
    return bool(count) and count > len(function.__kwdefaults__ or ())


def _inspected(function: EventFunction, label: str) -> int:
    if not callable(function):
        raise HandlerError(_not_callable(function, label))
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 0
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(1 for item in parameters if item.kind in positional and item.default is item.empty)


def _not_callable(value: object, label: str) -> str:
    if inspect.iscoroutine(value):
        name = value.__name__
        value.close()
        return f"{label} got a coroutine: write {_keyword(label)}={name}, or {_keyword(label)}=lambda: {name}(…)."
    if isinstance(value, str):
        return f"{label} got a string. Strings of code are refused: write a Python function and pass it."
    return f"{label} got {value!r}, not a function. Write {_keyword(label)}=the function's name, without brackets."


def _keyword(label: str) -> str:
    return label.partition(" ")[0]


def _too_many(function: Any, required: int, label: str) -> str:
    code = function.__code__
    names = list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    if isinstance(function, MethodType):
        names = names[1:]
    own = next((name for name in names if name not in ("self", "msg")), "value")
    return (
        f"{label}: {function.__name__}({', '.join(names)}) wants {required or len(names)} arguments; a handler takes none, "
        f"(msg) or (component, msg). To pass {own}: lambda msg, {own}={own}: {function.__name__}(msg, {own})"
    )
