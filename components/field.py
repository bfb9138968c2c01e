"""`Field`: a control with its label, help and error message, put together so that everybody can use it.

What the browser finds wrong with a value stands in the same place as what the server says. It is shown in the tab where it
was found, and in no other: the page may be shared.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args
from weakref import WeakKeyDictionary, WeakSet

from justui import wire
from justui.component import Component
from justui.components.html.attributes import id_of
from justui.components.html.forms import Input, Label, Select, Textarea
from justui.components.html.sections import Div
from justui.components.html.text import P, Span
from justui.components.html.words import InputType
from justui.components.layout import Box
from justui.context import handling
from justui.errors import UsageError
from justui.fields import CHECKED, enclosing_form, fields_below
from justui.fields import Field as Control
from justui.state import Reactive

if TYPE_CHECKING:
    from justui.components.html.choosing import Options
    from justui.components.html.keywords import FieldValue, Given
    from justui.events import Event
    from justui.tab import Tab


_OWN = frozenset({"a", "classes", "style", "show", "attributes"})
"""Keywords that are the field's as a whole; all others are the control's."""
_MENDING = 200
"""Milliseconds after the last key at which a message is looked at again."""
_INVALID = ("target.validationMessage",)


class Field(Box):
    """A control with its label, and below it help and what is wrong with its value.

    `ui.Field("Email", type="email", required=True)` makes an `Input`, with `options=` a `Select`, with `type="textarea"`
    a `Textarea`, with `type="radio"` or `"checkbox"` and `options=` a group of them; or give the control:
    `ui.Field("Country", ui.Select(…))`. Keywords are the control's, but for `classes`, `style`, `show` and `a`. The name
    under which a form has the value is made of the label ("First name": `first_name`) unless `name=` says another.
    """

    look = "ui-field"

    control: Component
    """The input, select or textarea; of a group the element around its boxes."""
    _label: Component
    _help: P
    _message: P
    _told: "WeakKeyDictionary[Tab, str] | None"
    _found_in: "WeakSet[Tab] | None"

    if TYPE_CHECKING:

        def __init__(
            self,
            label: str | Reactive[Any],
            control: Control | None = None,
            *,
            help: Given[str] = None,
            error: Given[str] = None,
            type: InputType | Literal["textarea"] | None = None,
            options: Options | Reactive[Any] | None = None,
            value: FieldValue | Reactive[Any] = None,
            name: str | None = None,
            required: Given[bool] = None,
            a: Component | None = None,
            classes: Given[str] = None,
            **keywords: Any,
        ) -> None: ...

    else:

        def __init__(self, label=None, control=None, *, help=None, error=None, name="", **keywords):
            _check_parts(label, control)
            own = {key: keywords.pop(key) for key in [key for key in keywords if key in _OWN]}
            if control is not None and keywords:
                given = ", ".join(f"{key}=" for key in keywords)
                raise UsageError(
                    f"Field({label!r:.40}, control) got {given}: give that to the {type(control).__name__}."
                )
            self._told = self._found_in = None
            name = _name_of(str(_now(label))) if name == "" else name
            chosen = keywords.get("value")
            self._help = P(text=help, classes="ui-help")
            self._message = P(classes="ui-error", aria_live="polite")
            self.control, self._label = _made(label, control, name, keywords)
            boxed = isinstance(self.control, Control) and self.control.kind in CHECKED
            parts = [self.control, self._label] if boxed else [self._label, self.control]
            super().__init__(*parts, self._help, self._message, **own)
            self._wire_up()
            if error is not None:
                self.error = error
            if isinstance(self.control, _Choices) and isinstance(chosen, Reactive):
                self.value = chosen

    def _wire_up(self) -> None:
        """Say what belongs together, and ask for what the browser finds wrong."""
        self.control.set_attributes({"aria-describedby": f"{id_of(self._help)} {id_of(self._message)}"})
        self._mark_invalid(False)
        if isinstance(self.control, Control):
            _watch(self.control)
        if getattr(self.control, "kind", "") == "file":  # with an input event of a file the file is sent
            self.on("focusout", _perhaps_mended, fields=_INVALID)
        else:
            self.on("input", _perhaps_mended, debounce=_MENDING, fields=_INVALID)

    @property
    def controls(self) -> list[Control]:
        """The controls: one, or all boxes of a group."""
        return [self.control] if isinstance(self.control, Control) else list(fields_below(self.control))

    @property
    def label(self) -> str:
        """The label's text."""
        return self._label.text

    @label.setter
    def label(self, value: str) -> None:
        self._label.text = value

    @property
    def help(self) -> str:
        """What stands below the control to help."""
        return self._help.text

    @help.setter
    def help(self, value: str | None) -> None:
        self._help.text = value or ""

    @property
    def value(self) -> Any:
        """The value as `msg.values` has it: a bool for a checkbox, the word of a radio group, the list of a group of boxes."""
        boxes = self.controls
        if isinstance(self.control, Control):
            return self.control.checked if self.control.kind in CHECKED else self.control.value
        chosen = [box.value for box in boxes if box.checked]
        return chosen if boxes and boxes[0].kind == "checkbox" else next(iter(chosen), None)

    @value.setter
    def value(self, value: Any) -> None:
        if isinstance(self.control, Control):
            if self.control.kind in CHECKED:
                self.control.checked = bool(value)
            else:
                self.control.value = value
            return
        wanted = _words(value)
        for box in self.controls:
            box.checked = str(box.value) in wanted

    def focus(self) -> None:
        """Give the control the keyboard focus; of a group the box that is on, or the first."""
        boxes = self.controls
        if boxes:
            next((box for box in boxes if box.checked), boxes[0]).focus()

    # What is wrong

    @property
    def error(self) -> str | None:
        """What is wrong with the value, shown below it; None when nothing is.

        A handler of a private control sees, and sets, what its tab shows. What the browser finds wrong goes by itself
        when the value is mended, and so does what you set.
        """
        tab = self._own_tab()
        private = None if tab is None or self._told is None else self._told.get(tab)
        return (self._message.text if private is None else private) or None

    @error.setter
    def error(self, value: str | None) -> None:
        text = str(value) if value else ""
        tab = self._own_tab()
        if tab is not None:
            self._tell(tab, text)
            return
        self._tell_all(text)
        event = handling.get()
        for told in [event.tab] if event is not None and event.tab is not None else list(self._told or ()):
            self._forget(told)

    def _set_followed(self, name: str, value: Any) -> None:
        if name == "error":  # a state is everybody's, also when a handler of one tab sets it
            self._tell_all(str(value) if value else "")
        else:
            super()._set_followed(name, value)

    def _tell_all(self, text: str) -> None:
        self._message.text = text
        self._mark_invalid(bool(text))

    @property
    def _can_be_invalid(self) -> bool:
        """Whether the standard lets the control be called invalid; a mere group cannot be."""
        return self.control.attributes.get("role") != "group"

    def _mark_invalid(self, wrong: bool) -> None:
        if self._can_be_invalid:
            self.control.set_attributes({"aria-invalid": "true" if wrong else None})

    def _own_tab(self) -> "Tab | None":
        """The tab of the handler that runs, where the value is that tab's own."""
        event = handling.get()
        return event.tab if event is not None and any(box.private for box in self.controls) else None

    def _tell(self, tab: "Tab", text: str) -> None:
        """Show a message in one tab alone. What a page of several tabs has in common stays as it is."""
        if self._told is None:
            self._told = WeakKeyDictionary()
        self._told[tab] = text
        self._note_found(tab, found=False)
        self._show_in(tab, text)  # also when it is the same: the tab may have got a fresh state since

    def _forget(self, tab: "Tab") -> None:
        """Let a tab show again what all show."""
        self._note_found(tab, found=False)
        if self._told and self._told.pop(tab, None) is not None:
            self._show_in(tab, self._message.text)

    def _note_found(self, tab: "Tab", *, found: bool) -> None:
        """Note whether it is the browser that finds the value wrong, which it looks at whenever the form is to be sent."""
        if self._found_in is None:
            self._found_in = WeakSet()
        (self._found_in.add if found else self._found_in.discard)(tab)

    def _show_in(self, tab: "Tab", text: str) -> None:
        tab._now([wire.TEXT, self._message._id, text])
        if self._can_be_invalid:
            tab._now([wire.ATTRIBUTES, self.control._id, {"aria-invalid": "true" if text else None}])

    def _shown_in(self, tab: "Tab") -> str:
        """The message that a tab shows."""
        return self._message.text if self._told is None else self._told.get(tab, self._message.text)


def _watch(control: Control) -> None:
    """Ask for what the browser finds wrong with a control."""
    if control.handler("invalid") is None:
        control.on("invalid", _found_invalid, prevent=True, fields=_INVALID)


# The handlers are functions, not methods: a method kept by its own object would be a cycle, and keep a page alive.


def _found_invalid(control: Control, msg: "Event") -> bool:
    """A form was to be sent, and the browser finds this control's value wrong."""
    field = _field_of(control)
    if field is not None and msg.tab is not None:
        field._tell(msg.tab, str(msg["target.validationMessage"] or "This is not right."))
        field._note_found(msg.tab, found=True)
        form = enclosing_form(field)
        first = next((one for one in _fields_in(form or field) if msg.tab in (one._found_in or ())), field)
        if first is field:
            field.focus()
    return True  # nothing to update: what was sent went to one tab


def _perhaps_mended(field: Field, msg: "Event") -> "bool | None":
    """The person has changed the value: what was wrong may be right now."""
    if msg.tab is None or not field._shown_in(msg.tab):
        return True
    still = str(msg["target.validationMessage"] or "")
    if field._told and msg.tab in field._told:
        field._tell(msg.tab, still)
        field._note_found(msg.tab, found=bool(still))
        if not still and not field._message.text:
            field._told.pop(msg.tab, None)
        return True
    field.error = None
    return None


def _field_of(control: Component) -> Field | None:
    """The field that a control stands in."""
    waiting, seen = list(control.parents), set()
    while waiting:
        parent = waiting.pop(0)
        if isinstance(parent, Field):
            return parent
        if parent not in seen:
            seen.add(parent)
            waiting.extend(parent.parents)
    return None


def _fields_in(top: Component) -> Iterator[Field]:
    """The fields of a form, in order."""
    waiting = [top]
    while waiting:
        component = waiting.pop()
        if isinstance(component, Field):
            yield component
        else:
            waiting.extend(reversed(component.components))


# Building


def _check_parts(label: object, control: object) -> None:
    """Refuse what is not a label and a control."""
    if label is None:
        raise UsageError('Field wants its label first: ui.Field("Email", type="email").')
    if isinstance(label, Component):
        kind = type(label).__name__
        raise UsageError(f'Field({kind}(…)) has no label. Write ui.Field("Name", ui.{kind}(…)).')
    if isinstance(control, str):
        keyword = "type" if control in (*get_args(InputType), "textarea", "select") else "help"
        raise UsageError(
            f"Field({label!r:.40}, {control!r:.40}): what follows the label is the control. Write {keyword}={control!r:.40}."
        )
    if control is not None and not hasattr(control, "name"):
        raise UsageError(
            f"Field({label!r:.40}, {type(control).__name__}): what follows the label is a control, such as ui.Input()."
        )


def _made(
    label: Any, control: Control | None, name: str | None, keywords: dict[str, Any]
) -> tuple[Component, Component]:
    """The control and its label."""
    kind = str(keywords.get("type") or "").lower()
    if control is None:
        if kind in CHECKED and "options" in keywords:
            return _group(label, kind, name, keywords)
        if kind in ("select", "radio") and "options" not in keywords:
            raise UsageError(f'Field({label!r:.40}, type="{kind}") wants what there is to choose. Write options=[…].')
        control = _control(kind, keywords)
    if control.name is None and name:  # type: ignore[attr-defined]
        control.set_attributes({"name": name})
    return control, Label(label, for_=control)


def _control(kind: str, keywords: dict[str, Any]) -> Control:
    """The control that the keywords ask for."""
    if kind == "textarea":
        return Textarea(**{key: value for key, value in keywords.items() if key != "type"})
    if "options" in keywords:
        return Select(**{key: value for key, value in keywords.items() if key != "type"})
    if kind in CHECKED and isinstance(value := keywords.get("value"), bool):
        keywords = {**keywords, "checked": value}
        del keywords["value"]
    return Input(**keywords)


class _Choices(Div):
    """The boxes of a group. Their options may follow a state; those that stay keep their box, and what is chosen."""

    _make: Callable[[str], Input]
    """Makes the box of a word."""
    _chosen: set[str]
    """The words that are chosen at first."""

    if TYPE_CHECKING:

        def __init__(
            self, make: Callable[[str], Input], options: Any, chosen: set[str], *, required: bool, **keywords: Any
        ) -> None: ...

        options: Any
        """The labels by value."""

    else:

        def __init__(self, make, options, chosen, *, required, **keywords):
            self._make, self._chosen, self._one_required = make, chosen, required
            super().__init__(options=options, **keywords)

        @property
        def options(self):
            return {word: label.components[1].text for word, label in self._labels().items()}

        @options.setter
        def options(self, options):
            if isinstance(options, str):
                raise UsageError(f"options of a Field got a string. Write options=[{options!r}].")
            pairs = options.items() if isinstance(options, Mapping) else [(one, one) for one in options]
            present = self._labels()
            self.replace_children([self._label(str(word), str(text), present) for word, text in pairs])
            for number, box in enumerate(fields_below(self) if self._one_required else ()):
                box.required = number == 0

    def _labels(self) -> dict[str, Component]:
        return {str(box.value): label for box, label in zip(fields_below(self), self.components, strict=True)}

    def _label(self, word: str, text: str, present: dict[str, Component]) -> Component:
        """The box of one option, with its text: the present one where there is one."""
        label = present.pop(word, None)
        if label is not None:
            label.components[1].text = text
            return label
        box = self._make(word)
        box.checked = word in self._chosen
        _watch(box)
        return Label(box, Span(text))


def _words(value: Any) -> set[str]:
    """The words of what is chosen: one, several or none."""
    if value is None:
        return set()
    return {str(value)} if isinstance(value, str) or not isinstance(value, Iterable) else {str(one) for one in value}


def _group(label: Any, kind: str, name: str | None, keywords: dict[str, Any]) -> tuple[Component, Component]:
    """A group of radios or checkboxes: the element around them, and its caption."""
    options, value = keywords.pop("options"), keywords.pop("value", None)
    required = keywords.pop("required", None)
    if required and kind == "checkbox":
        raise UsageError(
            f"required= of Field({label!r:.40}): browsers cannot require one of several boxes. "
            "Look at msg.values when the form comes, and set .error."
        )
    name = name or str(_now(label))

    def make(word: str) -> Input:
        box = Input(**keywords, name=name, value=word)
        box.in_list = kind == "checkbox"
        return box

    caption = Span(label, classes="ui-label")
    group = _Choices(
        make,
        options,
        _words(_now(value)),
        required=bool(required),
        role="radiogroup" if kind == "radio" else "group",
        aria_labelledby=caption,
        classes="ui-choices",
    )
    if required:
        group.aria_required = True
    return group, caption


def _now(value: Any) -> Any:
    """What a state holds now, or the value itself."""
    return value.value if isinstance(value, Reactive) else value


def _name_of(label: str) -> str:
    """A name for the value: `First name (as in your passport)` gives `first_name_as_in_your_passport`."""
    return re.sub(r"\W+", "_", label.lower()).strip("_")
