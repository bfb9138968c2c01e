"""Forms and their fields by JustPy's rules. That a value follows the browser, and letters merge, is the engine's."""

from typing import Any, ClassVar, Final

from justui.components import html
from justui.events import Event
from justui.fields import CHECKED, NO_VALUE, NUMBERS, Field, typed
from justui.justpy.binding import Binding
from justui.justpy.elements import Div
from justui.justpy.naming import keep_own

__all__ = ["EditorMD", "Form", "Input", "InputChangeOnly", "Label", "Select", "Textarea"]

_MISSING: Final = object()
_TYPING: Final = frozenset({"input", "change"})


class Valued(Div):
    """What fields have in common: a value, as it was given or typed, and a model."""

    no_events: Any = False
    _debounce: ClassVar[float] = 200

    def __init__(self, *children: Any, **keywords: Any) -> None:
        for name in ("type", "multiple"):  # what the value means
            if name in keywords:
                setattr(self, name, keywords[name])
        self._needs_id()
        super().__init__(*children, **keywords)

    @property
    def debounce(self) -> Any:
        """Milliseconds for which an input event waits for the next one."""
        return self.__dict__.get("_jp_debounce", self._debounce)

    @debounce.setter
    def debounce(self, value: Any) -> None:
        self.__dict__["_jp_debounce"] = value
        self._listen_again()

    def _event_options(self, name: str) -> dict[str, Any]:
        options = super()._event_options(name)
        if name == "input" and self.debounce:
            options["debounce"] = self.debounce
        return options

    # The value

    @property
    def value(self) -> Any:
        """What the program has set, or what was typed then: a number where the field is for numbers, else a string."""
        field: Any = self
        if field.kind in CHECKED or field.kind in NO_VALUE:
            return (self._attributes or {}).get("value", "on" if field.kind in CHECKED else "")
        wire = field.wire_value()
        said = self.__dict__.get("_jp_value", _MISSING)
        if said is not _MISSING and said[1] == wire:
            return said[0]
        if field.kind in NUMBERS:
            number = typed(field.kind, wire)
            return "" if number is None else number
        return wire

    @value.setter
    def value(self, value: Any) -> None:
        Field.value.fset(self, value)  # type: ignore[attr-defined]
        field: Any = self
        self.__dict__["_jp_value"] = (value, field.wire_value())
        self.__dict__["_jp_set"] = True

    @property
    def checked(self) -> Any:
        """Whether a checkbox or radio is on."""
        field: Any = self
        if field.kind in CHECKED:
            return field.wire_value() is True
        return self.__dict__.get("_jp_checked", False)

    @checked.setter
    def checked(self, value: Any) -> None:
        field: Any = self
        if field.kind in CHECKED:
            Field.checked.fset(self, bool(value))  # type: ignore[attr-defined]
        self.__dict__["_jp_checked"] = bool(value)
        self.__dict__["_jp_set"] = True

    # The model

    def _modelled(self) -> None:
        if "input" not in self._functions and not isinstance(self, InputChangeOnly):
            Binding.on(self, "input", _show_model)

    def _held(self) -> Any:
        """What the model is to hold, by what the field shows; of a radio that is off nothing."""
        field: Any = self
        if field.kind == "checkbox":
            return self.checked
        if field.kind == "radio":
            return self.value if self.checked else _MISSING
        return self.value

    def _before_event(self, event: Event) -> None:
        if "_jp_model" in self.__dict__ and event.type in _TYPING and not self.no_events:
            self._write_model()

    def tell_model(self) -> None:
        """Let the model have what was typed, which the engine has just stored."""
        if "_jp_model" in self.__dict__ and not self.no_events:
            self._write_model()

    def _write_model(self) -> None:
        held = self._held()
        if held is not _MISSING:
            self.set_model(held)
            self.__dict__["_jp_seen"] = held
            self.__dict__["_jp_set"] = False

    def model_update(self) -> None:
        """Take the value of the model; but what was typed and not told yet goes into it."""
        state = self.__dict__
        wanted = self.get_model()
        if wanted == state.get("_jp_seen", _MISSING) and not state.get("_jp_set"):
            held = self._held()
            if held is not _MISSING and held != wanted:
                self._write_model()
            return
        field: Any = self
        if field.kind == "radio":
            self.checked = str(wanted) == str(self.value)
        elif field.kind == "checkbox":
            if self.checked != bool(wanted):
                self.checked = wanted
        elif field._as_wire(wanted) != field.wire_value():
            self.value = wanted
        state["_jp_seen"], state["_jp_set"] = wanted, False


def _show_model() -> None:
    """What a field with a model and no handler of its own does: the page is sent."""


class Input(Valued, html.Input):
    """`<input>`."""

    tag = "input"

    @property
    def type(self) -> Any:
        """The kind of field."""
        return (self._attributes or {}).get("type", "text")

    @type.setter
    def type(self, value: Any) -> None:
        checked = self.__dict__.get("_jp_checked")
        html.Input.type.__set__(self, value)
        if checked and self.kind in CHECKED and not self.checked:
            self.checked = True


class InputChangeOnly(Input):
    """An input that tells of its value when it is left, not at each letter."""

    def _modelled(self) -> None:
        if "change" not in self._functions:
            Binding.on(self, "change", _show_model)

    def _listen(self, name: str) -> None:
        if name != "input":  # which is never told
            super()._listen(name)


class Textarea(Valued, html.Textarea):
    """`<textarea>`."""

    tag = "textarea"

    def __init__(self, *children: Any, **keywords: Any) -> None:
        super().__init__(*children, **{"rows": "4", "cols": "50", **keywords})

    def _show_text(self, value: Any) -> None:
        self.value = value


class EditorMD(Textarea):
    """A text area for Markdown."""


class Select(Valued, html.Select):
    """`<select>`."""

    tag = "select"
    type: Any = "select"
    options: Any = ()


class Label(Div, html.Label):
    """`<label>`."""

    tag = "label"


class Form(Div, html.Form):
    """`<form>`: it never leaves the page."""

    tag = "form"

    def __init__(self, *children: Any, **keywords: Any) -> None:
        super().__init__(*children, **keywords)
        if "submit" not in self._functions:
            self.on("submit", _stay)


def _stay() -> bool:
    return True


for _class in (Input, Textarea, Select):
    keep_own(_class, "group kind options_below wire_value common_value value_in store")
