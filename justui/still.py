"""`still`: a component as HTML without a life of its own: no ids, no events. Touches nothing; wants `tree_lock`."""

from justui.component import Component
from justui.marks import HIDDEN
from justui.render import Html, attribute_text, escape, escape_attribute, event_spec


def still(component: Component) -> str:
    """The HTML of a component and what stands in it, for a page that has no connection."""
    html = _Still()
    html.write(component)
    return "".join(html.parts)


def is_lively(component: Component) -> Component | None:
    """The first component, here or below, that has handlers; None where there is none."""
    waiting = [component]
    while waiting:
        here = waiting.pop()
        if here._handlers:
            return here
        waiting.extend(reversed(here._children or ()))
    return None


class _Still(Html):
    """HTML text in which no browser looks for components."""

    __slots__ = ()

    def write(self, component: Component, selected: "list[str] | None" = None) -> None:
        """Write a component and what is below it."""
        if component._flags & HIDDEN:
            return
        if not component.tag:
            self.parts.append(escape(component._text or ""))
            return
        attributes = attribute_text(component, selected)
        if component._handlers:
            attributes = attributes.replace(f' data-e="{escape_attribute(event_spec(component))}"', "", 1)
        self.parts.append(f"<{component.tag}{attributes}>")
        if not component.void:
            self._content(component, component.tag, component._flags, selected)
            self.parts.append(f"</{component.tag}>")
