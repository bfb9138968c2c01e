"""`HasOptions`: what a `Select` and a `Datalist` share, their options given as a list or dict.

Knows nothing of which one is chosen: that is the field's value.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from justui.component import Child, Component
from justui.components.html.options import Optgroup, Option
from justui.errors import TreeError
from justui.marks import tree_lock

Choices = Iterable[str | float] | Mapping[Any, str]
"""Values that are their own labels, or labels by value."""

Options = Choices | Mapping[Any, str | Choices]
"""Choices; further choices in the place of a label make a group with the key as its heading."""


class HasOptions(Component):
    """A component whose children are options."""

    def _take_leading(self, children: tuple[Child, ...]) -> tuple[Child, ...]:
        words = [child for child in children if isinstance(child, str)]
        if words and self.tag == "select":
            raise TreeError(
                f"Select got the text {words[0]!r:.40}, which nobody would see. Write options={words!r:.60}."
            )
        return super()._take_leading(children)

    @property
    def options(self) -> dict[str, str]:
        """The labels by value, groups laid flat.

        Set: a list of values, or a dict of labels by value, in which a list or dict in the place of a label makes a group
        with the key as its heading. An option whose value stays keeps its component. Raises `TreeError` for a lone string.
        """
        return {value_of(option): option.label or option.text for option in options_in(self)}

    @options.setter
    def options(self, options: Options) -> None:
        with tree_lock:
            self.replace_children(made(self, options, {value_of(option): option for option in options_in(self)}))

    def _begin_options(self, options: Options) -> None:
        self.options = options


def options_in(parent: Component) -> Iterator[Option]:
    """The options in a select, datalist or group, in order."""
    for child in parent.components:
        if isinstance(child, Option):
            yield child
        else:
            yield from options_in(child)


def value_of(option: Option) -> str:
    """An option's value: its text, unless it has one of its own."""
    return option.text if option.value is None else str(option.value)


def made(parent: Component, options: Options, present: dict[str, Option]) -> list[Component]:
    """Children for `parent`, with those of the `present` options that have the same value."""
    if isinstance(options, str):
        raise TreeError(f"options of {type(parent).__name__} got a string. Write options=[{options!r}].")
    pairs = options.items() if isinstance(options, Mapping) else [(value, str(value)) for value in options]
    children: list[Component] = []
    for value, label in pairs:
        if isinstance(label, str):
            children.append(option_for(parent, str(value), label, present.pop(str(value), None)))
        else:
            group = Optgroup(label=str(value))
            children.append(group.add(*made(group, label, present)))
    return children


def option_for(parent: Component, value: str, label: str, option: Option | None) -> Option:
    """An option to stand in `parent`: the given one, taken out of any other place, or a new one."""
    if option is None:
        return Option(label, value=value)
    if parent not in option.parents:
        option.delete()
    option.text = label
    option.label = None
    return option
