"""A component as HTML text without a life of its own: `to_html`. Touches nothing, and gives no ids."""

from typing import Any

from justui.component import Component
from justui.fields import CHECKED, NO_VALUE, Field
from justui.marks import HIDDEN, RAW
from justui.render import escape, escape_attribute


def html_of(component: Component, indent: int = 0, step: int = 0, format: bool = True) -> str:
    """The HTML of a component and what stands in it; with `format` a line for each element, `indent` spaces in."""
    if component._flags & HIDDEN:
        return ""
    end = "\n" if format else ""
    margin = " " * indent if format else ""
    text = component._text or ""
    if not component.tag:
        return f"{margin}{escape(text)}{end}"
    start = f"{margin}<{component.tag}{_attributes(component)}>"
    if component.void:
        return start + end
    inside = text if component._flags & RAW else escape(text)
    if isinstance(component, Field) and component.tag == "textarea":
        inside = escape(str(component.common_value()))
    children = [html_of(child, indent + step, step, format) for child in component._children or ()]
    if not children:
        return f"{start}{inside}</{component.tag}>{end}"
    return f"{start}{inside}{end}{''.join(children)}{margin}</{component.tag}>{end}"


def _attributes(component: Component) -> str:
    attributes: dict[str, Any] = dict(component._attributes or {})
    if isinstance(component, Field) and component.tag == "input" and component.kind not in NO_VALUE:
        value = component.common_value()
        if component.kind in CHECKED:
            attributes["checked"] = value is True or None
        elif value:
            attributes["value"] = value
    written = [
        f" {name}" if value is True else f' {name}="{escape_attribute(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    ]
    return "".join(written)
