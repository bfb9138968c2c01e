"""`Event`: what a handler gets as `msg`. Holds what the browser said and where; does nothing."""

from typing import TYPE_CHECKING, Any

from justui.component import Component
from justui.fields import CHECKED, Field, enclosing_form, fields_below, form_values, submitter_of
from justui.handlers import EVENTS

if TYPE_CHECKING:
    from justui.files import UploadedFile
    from justui.page import WebPage
    from justui.sessions import Session
    from justui.tab import Tab


__all__ = ["EVENTS", "Event"]


class Event:
    """What happened: `type`, `target`, `page`, `tab`, `session`, `value`, `values`, `files`, and what the browser's event had.

    Attributes and items are the same (`msg.key`, `msg["key"]`); one that is missing is None.
    """

    __slots__ = ("_values", "data", "files", "made", "page", "tab", "target", "type")

    def __init__(
        self, type: str, target: Component, page: "WebPage", tab: "Tab | None", data: dict[str, Any] | None = None
    ) -> None:
        self.type = type
        self.target = target
        self.page = page
        # `| Any` and not `| None`: handlers of browsers' events always have one, and are not to ask.
        self.tab: Tab | Any = tab
        self.data = data or {}
        self.files: list[UploadedFile] = []
        """The files that were chosen, with their bytes: of the input at a `change`, of the whole form at a `submit`."""
        self.made: list[Component] | None = None
        """In debug mode: the components that the handler has made and not placed yet."""
        self._values: dict[str, Any] | None = None

    @property
    def session(self) -> "Session | Any":
        """The person's session."""
        return None if self.tab is None else self.tab.session

    @property
    def value(self) -> Any:
        """The target's value, typed: str, bool for a checkbox or radio, number, date, list; None where it has none."""
        target = self.target
        if isinstance(target, Field):
            return target.checked if target.kind in CHECKED else target.value
        if isinstance(getattr(type(target), "value", None), property):
            return target.value  # type: ignore[attr-defined]
        if "value" in self.data:
            return self.data["value"]
        return (target._attributes or {}).get("value")

    @property
    def values(self) -> dict[str, Any]:
        """The values, by name, of the form that the target is or stands in; empty where there is none.

        A file input gives its file or None, with `multiple` a list.
        """
        if self._values is None:
            form = enclosing_form(self.target)
            self._values = {} if form is None else {**form_values(form), **self._files_by_name(form), **self._button()}
        return self._values

    @property
    def submitter(self) -> Component | None:
        """At `submit`: the button that was pressed, which Enter in a field does too; None where the form has none."""
        return submitter_of(self.target, self.data.get("submitter")) if self.type == "submit" else None

    def _button(self) -> dict[str, Any]:
        """Name and value of the button that sent the form."""
        button = self.submitter
        attributes = {} if button is None else button._attributes or {}
        return {attributes["name"]: attributes.get("value", "")} if attributes.get("name") else {}

    def _files_by_name(self, form: Component) -> "dict[str, UploadedFile | list[UploadedFile] | None]":
        found: dict[str, UploadedFile | list[UploadedFile] | None] = {}
        for field in fields_below(form):
            attributes = field._attributes or {}
            if field.kind == "file" and (name := attributes.get("name")):
                files = [file for file in self.files if file.field is field]
                found[name] = files if "multiple" in attributes else next(iter(files), None)
        return found

    @property
    def visibility(self) -> str | None:
        """At `visibilitychange`: `hidden` or `visible`."""
        return self.data.get("target.visibilityState")

    @property
    def url(self) -> str | None:
        """At `popstate` and `hashchange`: the address that the tab shows now."""
        return self.data.get("target.location.href", self.data.get("url"))

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
