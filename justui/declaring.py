"""What a component class of the user's declares: fields that are keywords, defaults, and names that hide none of ours.

Knows classes, and of a component only whether it has what its class wants.
"""

import inspect
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

from justui.attributes import Attribute
from justui.errors import TreeError
from justui.following import follow, stop_following
from justui.marks import FOLLOWS
from justui.state import Reactive

if TYPE_CHECKING:
    from justui.component import Component

_ITSELF = frozenset({"text", "show", "model", "presence"})
"""Properties that see to states themselves."""


class _Wanted:
    """Stands for a field of an own component that has no default, so that HTML's attribute of this name is not meant."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, component: "Component | None", owner: type) -> Any:
        if component is None:
            return self
        raise AttributeError(f"{component.describe()} was made without {self.name}=…")


class Settable(property):
    """A property of a component that can follow a state, as HTML attributes can. Made of each property that can be set."""

    name = ""

    def __set__(self, component: Any, value: Any) -> None:
        if isinstance(value, Reactive):
            follow(component, self.name, value)
            return
        if component._flags & FOLLOWS:
            stop_following(component, self.name)
        super().__set__(component, value)


def let_follow(cls: type) -> None:
    """Make the properties of a component class such as can follow a state."""
    for name, value in list(vars(cls).items()):
        if type(value) is property and value.fset is not None and name not in _ITSELF:
            settable = Settable(value.fget, value.fset, value.fdel, value.__doc__)
            settable.name = name
            setattr(cls, name, settable)


def own_names(*classes: type) -> frozenset[str]:
    """The names of classes of the engine that no subclass and no keyword may hide."""
    return frozenset(
        name
        for cls in classes
        for name, value in vars(cls).items()
        if not name.startswith("__")
        and name not in ("build", "data")
        and (callable(value) or isinstance(value, (property, MemberDescriptorType)))
    )


def check_names(cls: "type[Component]") -> None:
    """Refuse an own component whose names hide the engine's."""
    for name in [*vars(cls), *_annotations(cls)]:
        if name in cls._reserved:
            owner = next(base.__name__ for base in cls.__mro__[1:] if name in vars(base))
            raise TreeError(f"{cls.__name__}.{name} hides {owner}.{name}; choose another name.")


def _annotations(cls: type) -> dict[str, Any]:
    found = vars(cls).get("__annotations__", {})
    return {name: kind for name, kind in found.items() if "ClassVar" not in str(kind)}


def declare(cls: "type[Component]") -> None:
    """Make the annotated names of an own component its keywords, and other names that it has from us its defaults.

    A list, dict or set as default is copied for each component.
    """
    annotated = [name for name in _annotations(cls) if not name.startswith("_")]
    defaults = dict(cls._defaults)
    fields = []
    for name in dict.fromkeys([*annotated, *vars(cls)]):
        value = vars(cls).get(name)
        ours = next((vars(base)[name] for base in cls.__mro__[1:] if name in vars(base)), None)
        if name in cls._settable or (name not in annotated and isinstance(ours, Attribute)):
            if name in vars(cls) and not hasattr(value, "__get__"):
                delattr(cls, name)
                defaults[name] = value
        elif name in annotated:
            fields.append(name)
            defaults.pop(name, None)
            if name not in vars(cls):
                setattr(cls, name, _Wanted(name))
            elif isinstance(value, (list, dict, set)):
                defaults[name] = value
    cls._fields = tuple(fields)
    cls._defaults = defaults
    cls._wanted = () if "__init__" in _users_names(cls) else _without_default(cls)


def _without_default(cls: type) -> tuple[str, ...]:
    fields = [name for base in reversed(cls.__mro__) for name in vars(base).get("_fields", ())]
    return tuple(name for name in dict.fromkeys(fields) if isinstance(inspect.getattr_static(cls, name), _Wanted))


def _users_names(cls: type) -> set[str]:
    """The names that classes of the user's give to `cls`."""
    return {name for base in cls.__mro__[:-1] if not base.__module__.startswith("justui.") for name in vars(base)}


def check_wanted(component: "Component") -> None:
    """Raise `TreeError` where a new component lacks a field that has no default."""
    missing = [name for name in component._wanted if name not in component.__dict__]
    if missing:
        raise TreeError(f"{component.describe()} wants {', '.join(f'{name}=…' for name in missing)}.")
