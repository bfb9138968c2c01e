"""What components and pages have in common because they hold children: operators, JustPy's names, the answer of `update`."""

from collections.abc import Coroutine, Generator, Iterator
from typing import TYPE_CHECKING, Any, Final, Self
from weakref import ref

from justui import blocks
from justui.children import stands_in
from justui.component import Component

_STRICT: Final = frozenset({"table", "thead", "tbody", "tfoot", "tr", "colgroup", "select", "optgroup", "svg", "g"})
"""Tags in which there can be no span: there, a component stands once."""
_component: Any = Component  # whose methods are called on what is a component, too


class Sent(Coroutine[Any, Any, Any]):
    """The answer of `update()`, which has acted already: gives the component when it is awaited, or run as a task.

    A coroutine, so that `run_task(page.update())` and `create_task` take it; but one that nobody has to await.
    """

    __slots__ = ("component",)

    def __init__(self, component: Any) -> None:
        self.component = component

    def send(self, value: Any) -> Any:
        """End at once."""
        raise StopIteration(self.component)

    def throw(self, *error: Any) -> Any:
        """Raise an error, as that of a cancelled task."""
        raise error[0]

    def close(self) -> None:
        """Nothing."""

    def __await__(self) -> Generator[Any, None, Any]:
        yield from ()
        return self.component


class Pages(dict[int, Any]):
    """The pages on which a component stands, by their ids; called, a list of them, as the engine wants it."""

    def __call__(self) -> list[Any]:
        """The pages."""
        return list(self.values())


class Again(Component):
    """A further place of a component under a parent in which it stands already: a box that is no box to the eye."""

    tag = "span"

    def __getattr__(self, name: str) -> Any:
        children = object.__getattribute__(self, "_children")
        if not children or name.startswith("__"):
            raise AttributeError(name)
        return getattr(children[0], name)


def _that_of_the_component(name: str) -> property:
    def get(box: Any) -> Any:
        return getattr(box._children[0], name)

    def put(box: Any, value: Any) -> None:
        setattr(box._children[0], name, value)

    return property(get, put)


for _name in ("text", "classes", "show", "on"):
    setattr(Again, _name, _that_of_the_component(_name))


def _again(parent: Any, child: Any) -> Any:
    """What is to be put under `parent`: the component, or a further place of it."""
    if not isinstance(child, Component) or child is parent or not stands_in(child, ref(parent)):
        return child
    if blocks.placings([child]) or parent.tag in _STRICT:
        return child
    box = Again()
    box._set_attribute("style", "display: contents")
    Component.add_component(box, child)
    return box


class Holding:
    """The part of components and pages that holds children: operators, and JustPy's names."""

    __slots__ = ()

    if TYPE_CHECKING:  # attributes are free

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...

    def __len__(self) -> int:
        return len(self._children or ())

    def __bool__(self) -> bool:
        return bool(self._children)

    def __getitem__(self, index: Any) -> Any:
        return self.components[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.components)

    def __add__(self, child: Any) -> Self:
        self.add_component(child)
        return self

    __iadd__ = __add__

    def add(self, *children: Any) -> Self:
        """Append components. Returns this one."""
        for child in children:
            self.add_component(child)
        return self

    def add_component(self, child: Any, position: int | None = None, slot: Any = None) -> Self:
        """Put one component at `position` (0 is first, None and -1 are last). Returns this one."""
        _component.add_component(self, _again(self, child), position)
        return self

    def remove_component(self, child: Any) -> Self:
        """Take out a child. Raises `TreeError` when it is none."""
        self.remove(child)
        return self

    def get_components(self) -> Any:
        """The list of children."""
        return self.components

    def first(self) -> Any:
        """The first child."""
        return self.components[0]

    def last(self) -> Any:
        """The last child."""
        return self.components[-1]

    def delete_components(self) -> Self:
        """Take out all children."""
        _component.clear(self)
        return self

    def build_list(self) -> list[Any]:
        """The children as dicts."""
        return [child.convert_object_to_dict() for child in self.components]
