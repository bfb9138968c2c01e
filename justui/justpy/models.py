"""What JustPy works out at each rendering: `model`, `react`, and texts that are objects. Here it is done before each update.

A page is only walked when the program has made a component that needs it.
"""

import logging
from typing import Any, ClassVar
from weakref import ref

from justui.component import Component
from justui.justpy.dicts import Dict

log = logging.getLogger("justui")


class Computed:
    """Whether any component of the process has to be computed before an update."""

    some = False


def refresh(top: Component, *, first: bool = False) -> None:
    """Compute what stands in a page or component, from the top down, as a rendering of JustPy does.

    An error of one is logged and keeps no other from being sent; but a page that is made `first` fails with it.
    """
    if not Computed.some:
        return
    guard = _compute if first else _try_to_compute
    guard(top, {}, top)
    waiting = [top]
    while waiting:
        parent = waiting.pop()
        for child in tuple(parent._children or ()):
            guard(child, parent, top)
            if child._children:
                waiting.append(child)


def _try_to_compute(component: Component, parent: Any, top: Component) -> None:
    try:
        _compute(component, parent, top)
    except Exception:
        log.exception("%s could not be computed, and is shown as it was", component.describe())


def _compute(component: Any, parent: Any, top: Component) -> None:
    if component.is_page:
        component.react()
        return
    if not isinstance(component, Modelled):
        return
    if component._reacts:
        react: Any = component.react
        react(getattr(parent, "data", {})) if component._react_takes_data else react()
    if "_jp_model" in component.__dict__:
        model = component.__dict__["_jp_model"]
        if model[0] is top and top.is_page:  # weakly, or the page would never go by itself
            component.__dict__["_jp_model"] = (ref(top), *model[1:])
        component.model_update()
    component._compute()


class Modelled:
    """The part of a component that has a model: `[owner, key]`, a value in the `data` of a page or component."""

    __slots__ = ()

    is_field: ClassVar[bool]
    _reacts = False
    """Whether the class has a `react` of its own."""
    _react_takes_data = True

    @property
    def model(self) -> Any:
        """Where the value stands: `[owner, key]` is `owner.data[key]`, `[items, first, …]` is `items[first]`.

        None for a field without one, else `AttributeError`: programs ask with `hasattr`.
        """
        found = self.__dict__.get("_jp_model")
        if found is None and not self.is_field:  # of fields the engine asks
            raise AttributeError(f"{type(self).__name__} has no model", name="model", obj=self)
        return [found[0](), *found[1:]] if isinstance(found, tuple) and isinstance(found[0], ref) else found

    @model.setter
    def model(self, value: Any) -> None:
        if value is None:
            self.__dict__.pop("_jp_model", None)
            return
        Computed.some = True
        self.__dict__["_jp_model"] = value
        self._modelled()

    def _modelled(self) -> None:
        """The component has got a model."""

    def get_model(self) -> Any:
        """The value of the model; an empty string where there is none yet."""
        owner, key, *more = self.model
        values = owner if more else owner.data
        try:
            return values[key]
        except (KeyError, IndexError):
            return ""

    def set_model(self, value: Any) -> None:
        """Write the value of the model."""
        owner, key, *more = self.model
        values = owner if more else owner.data
        values[key] = value

    def model_update(self) -> None:
        """Take the value of the model. A hook."""
        own: Any = self
        own.text = self.get_model()

    def react(self, data: Any) -> None:
        """Compute something before a rendering; `data` are the parent's. A hook."""

    def _compute(self) -> None:
        """What else is computed."""


def dict_of(component: Component) -> Dict:
    """A component as JustPy's dict of it: what it is and has, and the same of its children."""
    own: Any = component
    attributes = {
        name: value for name, value in (component._attributes or {}).items() if name not in ("class", "style")
    }
    return Dict(
        {
            "vue_type": getattr(own, "vue_type", "html_component"),
            "id": getattr(own, "id", None),
            "html_tag": component.tag,
            "class_name": type(component).__name__,
            "show": component.show,
            "classes": getattr(own, "classes", None) or "",
            "style": getattr(own, "style", None) or "",
            "text": component._text or "",
            "inner_html": component.inner_html,
            "attrs": attributes,
            "events": list(getattr(own, "events", ())),
            "event_propagation": getattr(own, "event_propagation", True),
            "animation": getattr(own, "animation", False),
            "debug": getattr(own, "debug", False),
            "object_props": [_dict_of_child(child) for child in component._children or ()],
        }
    )


def _dict_of_child(child: Any) -> Any:
    convert = getattr(child, "convert_object_to_dict", None)
    return dict_of(child) if convert is None else convert()
