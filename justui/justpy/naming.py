"""Names: those that the engine calls and no program can have, and what a program's class gives to names of ours."""

import inspect
from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any, Final

from justui.errors import TreeError

_RESET: Final = ("classes", "style", "show", "inner_html", "animation", "data", "events")
"""What the base sets again, whatever a subclass has set before it calls the base."""


_ENGINES: Final = frozenset({"tag", "void", "namespace", "is_page", "is_field"})


class OurOwn:
    """A name that the engine calls, so that no program can give it to something else."""

    __slots__ = ("name", "original")

    def __init__(self, name: str, original: Any) -> None:
        self.name = name
        self.original = original

    def __get__(self, component: Any, owner: type) -> Any:
        return self.original.__get__(component, owner)

    def __set__(self, component: Any, value: Any) -> None:
        raise TreeError(f"{component.describe()}: justui itself needs the name {self.name!r}; choose another one.")


def keep_own(cls: type, names: str) -> None:
    """Protect these methods of a class."""
    for name in names.split():
        setattr(cls, name, OurOwn(name, getattr(cls, name)))


def check_names(cls: type) -> None:
    """Raise `TreeError` for a program's class that takes a name that the engine calls."""
    for name in vars(cls):
        for base in cls.__mro__[1:]:
            if isinstance(vars(base).get(name), OurOwn):
                raise TreeError(f"{cls.__name__}.{name}: justui itself needs the name {name!r}; choose another one.")


def check_keyword(name: str, component: Any) -> None:
    """Raise `TreeError` for a keyword that would change what the engine takes the component for."""
    if name in _ENGINES:
        raise TreeError(
            f"{type(component).__name__}({name}=…): justui itself needs the name {name!r}; choose another one."
        )


def take_defaults(cls: Any) -> None:
    """Turn values that a program's class gives to names of ours into defaults, which the constructor sets."""
    defaults = dict(cls._class_values)
    for name, value in list(vars(cls).items()):
        if name.startswith("__") or hasattr(value, "__get__"):
            continue
        ours = next((vars(base)[name] for base in cls.__mro__[1:] if name in vars(base)), None)
        if hasattr(ours, "__set__"):
            delattr(cls, name)
            if name == "html_tag":
                cls.tag = value
            elif name not in _RESET:
                defaults[name] = value
    cls._class_values = defaults


def heeding_descriptors(own: Callable[[Any, str, Any], None]) -> Callable[[Any, str, Any], None]:
    """A program's `__setattr__`, which may write into `__dict__`, where JustPy has everything: ours is set as well."""

    def set_attribute(component: Any, name: str, value: Any) -> None:
        ours = inspect.getattr_static(type(component), name, None)
        if isinstance(ours, MemberDescriptorType):  # a slot of the engine's
            object.__setattr__(component, name, value)
            return
        own(component, name, value)
        if hasattr(ours, "__set__") and name in component.__dict__:
            object.__setattr__(component, name, component.__dict__.pop(name))

    return set_attribute


class HtmlTag:
    """`html_tag`: the tag, of a class and of an object."""

    def __get__(self, component: Any, owner: Any) -> str:
        tag: str = owner.tag if component is None else component.tag
        return tag

    def __set__(self, component: Any, value: str) -> None:
        component.__dict__["tag"] = value
