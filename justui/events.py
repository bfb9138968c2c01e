"""`Event`: what a handler gets as `msg`. Holds what the browser said and where; does nothing."""

from typing import TYPE_CHECKING, Any

from justui.component import Component
from justui.fields import CHECKED, Field, enclosing_form, form_values
from justui.handlers import EVENTS

if TYPE_CHECKING:
    from justui.page import WebPage
    from justui.sessions import Session
    from justui.tab import Tab


__all__ = ["EVENTS", "Event"]


class Event:
    """What happened: `type`, `target`, `page`, `tab`, `session`, `value`, `values`, and what the browser's event had.

    Attributes and items are the same (`msg.key`, `msg["key"]`); one that is missing is None.
    """

    __slots__ = ("_values", "data", "made", "page", "tab", "target", "type")

    def __init__(
        self, type: str, target: Component, page: "WebPage", tab: "Tab | None", data: dict[str, Any] | None = None
    ) -> None:
        self.type = type
        self.target = target
        self.page = page
        self.tab = tab
        self.data = data or {}
        self.made: list[Component] | None = None
        """In debug mode: the components that the handler has made and not placed yet."""
        self._values: dict[str, Any] | None = None

    @property
    def session(self) -> "Session | None":
        """The person's session."""
        return None if self.tab is None else self.tab.session

    @property
    def value(self) -> Any:
        """The target's value, typed: str, bool for a checkbox or radio, number, date, list; None where it has none."""
        target = self.target
        if isinstance(target, Field):
            return target.checked if target.kind in CHECKED else target.value
        if "value" in self.data:
            return self.data["value"]
        return (target._attributes or {}).get("value")

    @property
    def values(self) -> dict[str, Any]:
        """The values, by name, of the form that the target is or stands in; empty where there is none."""
        if self._values is None:
            form = enclosing_form(self.target)
            self._values = {} if form is None else form_values(form)
        return self._values

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.data.get(name)

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def get(self, name: str, default: Any = None) -> Any:
        """The field `name`, or `default` where it is missing."""
        found = getattr(self, name)
        return default if found is None else found

    def __repr__(self) -> str:
        return f"<Event {self.type} of {self.target.describe()} {self.data}>"
