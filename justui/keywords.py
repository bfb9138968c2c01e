"""What a keyword of a component's constructor means: the table of each class, and what stands in no table.

That is an event, how often it is told, a state to follow, or the user's own attribute. Knows no children and no text.
"""

from typing import TYPE_CHECKING, Any

from justui import handlers, hints
from justui.attributes import Attribute, Begin
from justui.binding import OnEvent
from justui.errors import HandlerError, StateError, TreeError
from justui.following import follow
from justui.handlers import EVENTS
from justui.html_attributes import set_these
from justui.state import Reactive

if TYPE_CHECKING:
    from justui.component import Component

_TIMING = ("debounce", "throttle")
_DASHED = ("data_", "aria_")
"""Keywords that begin so are HTML attributes, with `-` for `_`."""


def begin_table(cls: type) -> dict[str, Begin]:
    """What each keyword of a class does to a new component."""
    above = cls.__bases__[0]
    # Most classes have one base: what is above them has been read already.
    table = dict(getattr(above, "_begin", {})) if len(cls.__bases__) == 1 else {}
    for base in [cls] if table else reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Attribute):
                table[name] = value.begin
            elif not name.startswith("_"):
                table.pop(name, None)
        for name in vars(base):
            if name.startswith("_begin_"):
                table[name.removeprefix("_begin_")] = _by_method(name)
        for name in vars(base).get("_fields", ()):
            table[name] = _by_name(name)
    return table


def _by_method(name: str) -> Begin:
    def begin(component: Any, value: Any) -> None:
        getattr(component, name)(value)

    return begin


def _by_name(name: str) -> Begin:
    def begin(component: Any, value: Any) -> None:
        setattr(component, name, value)

    return begin


def bind_timed(component: "Component", keywords: dict[str, Any]) -> dict[str, Any]:
    """Bind the events of a constructor with the `debounce` and `throttle` beside them; the answer is what is left."""
    others = [name for name in keywords if name not in component._begin]
    timing = {name: keywords[name] for name in others if name in _TIMING}
    events = [name for name in others if name.startswith("on_") or handlers.is_for_event(name, keywords[name])]
    if timing and not events:
        name = next(iter(timing))
        example = f"on_input=fn, {name}={timing[name]!r}"
        raise HandlerError(f"{name}= of {component.describe()} goes with an event: {example}.")
    for name in events:
        component.on(name, keywords[name], **timing)
    return {name: value for name, value in keywords.items() if name not in events and name not in timing}


def begin_other(component: "Component", name: str, value: Any) -> None:
    """Take a keyword that is in no table: an event, a `data_…` or `aria_…` attribute, or the user's own."""
    kind = type(component)
    if name.startswith("on_"):
        event, outside = handlers.split_event(name)
        handlers.check_event(event, kind.__name__)
        component._bind(event, value, name, outside=outside)
    elif handlers.is_for_event(name, value):
        event, outside = handlers.split_event(name)
        component._bind(event, value, name, outside=outside)
    elif name.startswith(_DASHED):
        set_these(component, {name.replace("_", "-"): value})
    elif name in component._reserved and getattr(getattr(kind, name), "fset", None) is None:
        raise TreeError(f"{name}={value!r:.40} would hide {kind.__name__}.{name}; choose another name.")
    else:
        if hints.Diagnostics.on and not hasattr(kind, name):
            if value is None and name in EVENTS:
                hints.say(handlers.not_callable(None, f"{name} of {component.describe()}"))
            hints.misspelt(kind.__name__, name, [*component._begin, *component._settable, *EVENTS])
        setattr(component, name, value)


def begin_following(component: "Component", name: str, source: Any) -> bool:
    """Take a state that is given as a keyword; False where it is kept as it is, or means something else."""
    if not isinstance(source, Reactive):
        if issubclass(source, Reactive):
            kind = source.__name__
            raise StateError(f"{name}= of {component.describe()} got the class {kind}. Write {name}={kind.lower()}.")
        return False
    attribute = getattr(type(component), name, None)
    if not hasattr(type(attribute), "__set__"):
        if name.startswith(_DASHED):
            set_these(component, {name.replace("_", "-"): source})
            return True
        return False
    if name in ("model", "presence") or isinstance(attribute, OnEvent):
        return False
    follow(component, name, source, component._begin.get(name))
    return True
