"""All attributes of a component at once, by their HTML names and held to the rules of safety. Knows no Python names of them."""

from typing import TYPE_CHECKING, Any

from justui.following import follow, stop_following
from justui.marks import FOLLOWS, tree_lock
from justui.safety import SVG_CAPITALS, raw_attribute
from justui.state import Reactive

if TYPE_CHECKING:
    from justui.component import Component


def set_these(component: "Component", values: dict[str, object]) -> None:
    """Set attributes, and let those follow that are states; None or False takes one away. All or none."""
    followed = {name: value for name, value in values.items() if isinstance(value, Reactive)}
    if followed:
        values = {name: value for name, value in values.items() if name not in followed}
    checked = _checked(component, values)
    with tree_lock:
        if component._flags & FOLLOWS:
            stop_following(component, *(f"@{name}" for name in values))
        for name, value in checked.items():
            component._set_attribute(name, value)
        for name, source in followed.items():
            follow(component, f"@{name}", source)


def set_exactly(component: "Component", values: dict[str, object]) -> None:
    """Set attributes, and take away all others."""
    followed = {name: value for name, value in values.items() if isinstance(value, Reactive)}
    checked = _checked(component, {name: value for name, value in values.items() if name not in followed})
    with tree_lock:
        if followed:
            component.set_attributes(dict(followed))
            checked.update({name: (component._attributes or {}).get(name) for name in followed})
        for name in [name for name in component._attributes or () if name not in checked]:
            component._set_attribute(name, None)
        for name, value in checked.items():
            component._set_attribute(name, value)


def _checked(component: "Component", values: dict[str, object]) -> dict[str, Any]:
    # As HTML parsers have them: in lower case, but for some of SVG.
    if not component.namespace:
        return {name.lower(): raw_attribute(name, value) for name, value in values.items()}
    return {SVG_CAPITALS.get(name.lower(), name.lower()): raw_attribute(name, value) for name, value in values.items()}
