"""`Field`: a component whose value follows the browser, in each tab for itself when it is private. Sends nothing.

A value is kept as it travels (`wire`): a string; a boolean for checkbox and radio; a list of strings for a multiple select.
"""

import asyncio
import math
import re
import threading
from collections.abc import Iterable, Iterator
from contextvars import Context
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final, Self

from justui import hints
from justui.component import Child, Component, targets
from justui.context import handling
from justui.errors import StateError, UsageError, WireError
from justui.following import follow, stop_following
from justui.marks import HIDDEN, RAW, mark, tree_lock
from justui.merge import merge, unite
from justui.models import model_of
from justui.state import Reactive

if TYPE_CHECKING:
    from justui.files import UploadedFile
    from justui.tab import Tab

Wire = str | bool | list[str]

MERGED: Final = frozenset({"text", "search", "url", "tel", "email", "textarea"})
"""Kinds of fields in which concurrent edits are merged."""
CHECKED: Final = frozenset({"checkbox", "radio"})
NO_VALUE: Final = frozenset({"button", "submit", "reset", "image", "file", "hidden"})
"""Inputs whose value the person cannot change (or, for files, that goes its own way)."""
NUMBERS: Final = frozenset({"number", "range"})
_NUMBER: Final = re.compile(r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_LINE_END: Final = re.compile("[\r\n]")
_COLOR: Final = re.compile("#[0-9a-fA-F]{6}")
_WHITE_SPACE: Final = re.compile("[\t\n\f\r ]+")
_OPTION_TAGS: Final = frozenset({"option", "optgroup"})
_DATES: Final = {"date": date.fromisoformat, "time": time.fromisoformat, "datetime-local": datetime.fromisoformat}
_EXAMPLES: Final = {"date": "2026-05-01", "time": "14:30", "datetime-local": "2026-05-01T14:30"}


class Field(Component):
    """A form control with a value. `private=True`: on a shared page each tab has a value of its own, never sent to others."""

    __slots__ = ("_model", "_private", "_typed", "_value")

    is_field = True
    in_list: bool = False
    """Whether it is one checkbox of a group, so that the form's value is a list even when it is the only one."""
    _value: Wire | None
    _private: bool | None
    _model: Reactive[Any] | None
    """The state that the field and its browsers set, and follow."""
    _typed: bool
    """Whether a person wrote the common text since the program set it, so that it is nobody's to replace."""

    def __new__(cls, *children: Any, **keywords: Any) -> Self:
        """Give every field its empty slots, before any `__init__`."""
        self = super().__new__(cls)
        self._value = None
        self._model = None
        self._private = None
        self._typed = False
        targets[self._id] = self
        return self

    def __init__(self, *children: Child, **keywords: Any) -> None:
        model = keywords.pop("model", None)
        super().__init__(*children, **keywords)
        if self._value is not None:
            self._settle()  # keywords come in any order: only now the type is known that says what the value means
        if model is not None:
            self.model = model
        if hints.Diagnostics.on and (self._value is not None or model is not None):
            self._doubt()

    def _doubt(self) -> None:
        """Hint at a value that the field cannot show."""
        value, kind = self.wire_value(), self.kind
        if kind in ("select", "select-multiple"):
            self._doubt_choice([value] if isinstance(value, str) else value)
        elif not isinstance(value, str) or not value:
            return
        elif kind in NUMBERS or kind in _DATES:
            fault = "is no number" if kind in NUMBERS else f"is no {kind} (write it as in {_EXAMPLES[kind]})"
            if typed(kind, value) is None:
                hints.say(f"{self.describe()}: {value!r:.60} {fault}, so the field shows nothing.")

    def _doubt_choice(self, chosen: Any) -> None:
        options = [option_value(option) for option in self.options_below()]
        for value in chosen if options else ():
            if value in options:
                continue
            seen = "" if self.kind != "select" or self._is_listbox() else f" People see {self.value!r:.40}."
            if value:
                hints.say(f"{self.describe()}: {value!r:.60} is none of its options.{hints.near(value, options)}{seen}")
            elif seen and self._model is not None:
                hints.say(
                    f"{self.describe()}: its model has {self._model.value!r}, and there is no such option.{seen} "
                    'Give it an empty option first: options={"": "Choose…", …}.'
                )

    def _doubt_soon(self) -> None:
        """Hint, when all that this turn of the loop sets is set, at what the field cannot show."""
        loop = asyncio._get_running_loop()
        if loop is not None:
            loop.call_soon(self._doubt, context=Context())
        elif threading.current_thread() is threading.main_thread():
            self._doubt()

    def _is_listbox(self) -> bool:
        """Whether a select shows several options at once, of which none need be chosen."""
        return _number(self._attributes or {}, "size", 0) >= 2

    def replace_children(self, children: Iterable[Component], start: int = 0, stop: int | None = None) -> None:
        """As of every component; a select shows the option that was set before it was there."""
        wanted = self._value if self.kind == "select" and not self.private else None
        before = wanted if wanted is None else self.value
        super().replace_children(children, start, stop)
        if wanted != before and self.value == wanted:
            with tree_lock:
                mark(self, "#value")  # browsers do not know what it was that they had no option for

    def _settle(self) -> None:
        """Bring the value into the form that the type wants."""
        value, kind = self._value, self.kind
        word = (self._attributes or {}).get("value")
        if kind in NO_VALUE or kind in CHECKED:
            self._value = value if isinstance(value, bool) and kind in CHECKED else None
            if not isinstance(value, bool) and value is not None:
                super()._set_attribute("value", value)
            return
        if word is not None:
            super()._set_attribute("value", None)
        if value is None or isinstance(value, bool):
            self._value = word
        if self._value is not None:
            self._value = self._as_wire(self._value)

    def _set_attribute(self, name: str, value: Any) -> None:
        kind = self.kind
        if name == "checked" and kind in CHECKED:
            self.checked = value is not None
        elif name == "value" and kind not in CHECKED and kind not in NO_VALUE:
            self._assign(self._as_wire(value))
        else:
            super()._set_attribute(name, value)
            if self.kind != kind:
                with tree_lock:
                    self._settle()
                    mark(self, "#value")

    @property
    def kind(self) -> str:
        """What sort of field it is: the `type` of an input, `textarea`, `select` or `select-multiple`."""
        attributes = self._attributes or {}
        if self.tag == "input":
            return str(attributes.get("type", "text")).lower()
        if self.tag == "select" and "multiple" in attributes:
            return "select-multiple"
        return self.tag

    @property
    def private(self) -> bool:
        """Whether the value lives in each tab by itself. Passwords do unless `private=False` is said."""
        return self.kind == "password" if self._private is None else self._private

    @private.setter
    def private(self, value: bool) -> None:
        with tree_lock:
            self._private = bool(value)
            mark(self, "data-private")

    @property
    def sharing_unsaid(self) -> bool:
        """Whether the value is common to all tabs only because nobody said anything; a model says who shares it."""
        return self._private is None and self._model is None and not self.private

    def _begin_private(self, value: bool) -> None:
        self._private = bool(value)

    # The value

    @property
    def value(self) -> Any:
        """The value, typed: str; int or float for numbers; date, time or datetime; a list of str for a multiple select.

        None for a number or date that is not filled in. For a checkbox or radio it is the word that a form sends; whether
        it is on says `checked`. In a handler a private field has the value of that handler's tab.
        """
        if self.kind in CHECKED or self.kind in NO_VALUE:
            return (self._attributes or {}).get("value", "on" if self.kind in CHECKED else "")
        value, kind = self.wire_value(), self.kind
        if kind == "select" and not self._flags & RAW and (self._children or ()):
            options = [option_value(option) for option in self.options_below()]
            if options and value not in options:
                return self._unset(chosen=False)  # as browsers do; the option that is wanted may come yet
        return typed(kind, value)

    @value.setter
    def value(self, value: Any) -> None:
        if self.kind in CHECKED or self.kind in NO_VALUE:
            self._set_attribute("value", None if value is None else str(value))
        else:
            self._assign(self._as_wire(value))
            if hints.Diagnostics.on:
                self._doubt()

    def _begin_text(self, value: object) -> None:
        if self.tag == "textarea":
            self._value = "" if value is None else str(value)
        else:
            super()._begin_text(value)

    def _begin_value(self, value: Any) -> None:
        if isinstance(self._value, bool):  # `checked` came first, so this is the word that a form sends
            self._set_attribute("value", str(value))
        else:
            self._value = value

    @property
    def files(self) -> "list[UploadedFile]":
        """In a handler: the files of this file input that came with the event."""
        event = handling.get()
        return [] if event is None else [file for file in event.files if file.field is self]

    @property
    def checked(self) -> bool:
        """Whether a checkbox or radio is on."""
        return self.kind in CHECKED and self.wire_value() is True

    @checked.setter
    def checked(self, value: bool) -> None:
        if self.kind not in CHECKED:
            raise UsageError(f"{self.describe()} has no checked: it is no checkbox or radio. Set its value.")
        with tree_lock:
            if value and self.kind == "radio":
                for other in self.group():
                    other._assign(False)
            self._assign(bool(value))

    def _begin_checked(self, value: bool) -> None:
        if isinstance(self._value, str):
            self._set_attribute("value", self._value)
        self._value = bool(value)

    def wire_value(self) -> Wire:
        """The present value as it travels; in a handler a private field's is that of the handler's tab."""
        tab = self._own_tab()
        value = self._value if tab is None else tab.private_value(self, self._value)
        if value is None:
            return self._unset()
        return value

    def common_value(self) -> Wire:
        """The value that a new tab starts with, as it travels."""
        return self._unset() if self._value is None else self._value

    def value_in(self, tab: "Tab") -> Wire:
        """The value that this tab shows, as it travels."""
        return tab.private_value(self, self.common_value()) if self.private else self.common_value()

    def _own_tab(self) -> "Tab | None":
        event = handling.get() if self.private else None
        return None if event is None else event.tab

    def _unset(self, *, chosen: bool = True) -> Wire:
        """The value of a field for which none was ever set, as browsers have it. `chosen`: options that say `selected` count."""
        kind = self.kind
        if kind in CHECKED:
            return False
        if kind == "select-multiple":
            return [option_value(option) for option in self.options_below() if "selected" in (option._attributes or {})]
        if kind == "select":
            options = list(self.options_below())
            said = [option for option in options if chosen and "selected" in (option._attributes or {})]
            if not said and not self._is_listbox():
                said = [option for option in options if "disabled" not in (option._attributes or {})][:1]
            return option_value(said[-1]) if said else ""
        if kind == "range":
            return _middle(self._attributes or {})
        return "#000000" if kind == "color" else ""

    def _as_wire(self, value: Any) -> Wire:
        kind = self.kind
        if kind in CHECKED:
            return value if isinstance(value, str) else bool(value)
        if kind == "select-multiple":
            return [str(item) for item in ([value] if isinstance(value, str) else value or ())]
        if isinstance(value, (list, tuple, set)):
            value = next(iter(value), None)
        if value is None:
            return ""
        if isinstance(value, (date, time)):
            return value.isoformat(timespec="minutes") if isinstance(value, (time, datetime)) else value.isoformat()
        text = str(value)
        if kind == "textarea":
            return text.replace("\r\n", "\n").replace("\r", "\n")
        return text.replace("\r", "").replace("\n", "") if kind in MERGED else text

    def _assign(self, value: Wire) -> None:
        """The program sets the value. It is sent even when it seems to be the same: a tab may show newer letters."""
        tab = self._own_tab()
        with tree_lock:
            if tab is not None:
                tab.keep_private(self, value)
                tab.set_private(self, value)
                return
            self._value = value
            self._typed = False
            if self.private:
                for page in self.pages():
                    for one in page.tabs:
                        one.forget_private(self)
            mark(self, "#value")

    # The model

    @property
    def model(self) -> Reactive[Any] | None:
        """The state that the field sets and follows. Set: a state, JustPy's `[component, "key"]`, or None.

        It has the value typed, as `value` is; for a checkbox whether it is on; for radios the word of the chosen one.
        Raises `StateError` for what cannot be set.
        """
        return self._model

    @model.setter
    def model(self, model: object) -> None:
        source = None if model is None else model_of(model, self)
        if source is not None and not source.settable:
            raise StateError(
                f"model= of {self.describe()} wants a state that can be set, got {source!r}. To show it only: value=."
            )
        with tree_lock:
            stop_following(self, "model")
            self._model = source
        if source is None:
            return
        follow(self, "model", source)
        if self.kind not in (*CHECKED, *NO_VALUE) and "input" not in (self._handlers or ()):
            self._bind("input", _each_letter, "model")  # others are to follow each letter, not each pause

    def _set_followed(self, name: str, value: Any) -> None:
        if name != "model":
            super()._set_followed(name, value)
            if name == "options" and hints.Diagnostics.on:
                self._doubt_soon()
            return
        kind = self.kind
        if kind == "radio":
            if self.checked != (on := value is not None and str(value) == self.value):
                self._assign(on)
        elif kind == "checkbox":
            if self.checked != bool(value):
                self._assign(bool(value))
        elif kind in NO_VALUE:
            self.value = value
        else:
            wire = self._as_wire(value)
            present = self.wire_value()
            everywhere = self.private and self._own_tab() is None  # what each tab has is to go
            choice = kind in ("select", "select-multiple")
            unsaid = choice and not self.private and self._value is None  # the first option, until the options change
            if everywhere or unsaid or (wire != present and (value is None or typed(kind, present) != value)):
                self._assign(wire)
                if hints.Diagnostics.on and choice:
                    self._doubt_soon()

    def hint_at_one_way(self) -> None:
        """In debug mode: somebody types into a field that only shows a state."""
        if hints.Diagnostics.on and (shown := (self._bound or {}).get("value")) is not None and shown.settable:
            hints.say(
                f"{self.describe()}: value= shows a state one way, and what is typed goes nowhere. "
                "Write model= for both ways."
            )

    def tell_model(self) -> None:
        """Let the model have what a person has just given. Raises what functions that follow it raise."""
        model = self._model
        if model is None:
            return
        kind = self.kind
        if kind not in NO_VALUE and (kind != "radio" or self.checked):
            model.set(self.checked if kind == "checkbox" else self.value)  # type: ignore[attr-defined]

    # From the browser

    def store(self, tab: "Tab", edit: list[Any], *, longest: int, alone: bool) -> bool:
        """Take what the browser says: `[from, to]` of a text, or `[value]`. Whether this tab has to be told the value.

        `[from, to, 1]`: the text was typed for a server that has gone, so another tab may have brought it back already.
        `longest` bounds a text, in characters; a longer one is not taken. `alone`: no other tab shows the field. Raises
        `WireError` for the wrong shape.
        """
        carried = edit[2:] == [1]
        edit = edit[:2] if carried else edit
        if self.kind in NO_VALUE:
            return False
        with tree_lock:
            present = tab.private_value(self, self._value) if self.private else self._value
            value = self._merged(edit, "" if present is None else present, carried, longest)
            if value is None or not self._can_be(value):
                return True
            if value is True and self.kind == "radio":
                for other in self.group():
                    other._turn_off(tab, alone=alone)
            # What was united is no merge, which is what the tab may have made of a value that crossed its edit.
            told = bool(value != edit[-1] or (carried and self.kind in MERGED and present != edit[0]))
            if self.private:
                tab.keep_private(self, value)
                return told
            tab.page.catch_up(tab, self)
            self._value = value
            self._typed = True
            if told or (value != present and not alone):
                mark(self, "#value")
                if hints.Diagnostics.on:
                    hints.sent(self)  # nobody forgot to send what the person typed
            else:
                tab.page.forget_fresh()
        return False

    def _merged(self, edit: list[Any], present: Wire, carried: bool, longest: int) -> Wire | None:
        """What the edit makes of the `present` value; None for one that is too long, or does not fit.

        One that does not fit is no offence: the field's type may have changed while the edit was on its way.
        """
        if not 1 <= len(edit) <= 2 or not all(map(_is_wire, edit)):
            raise WireError("a field wants [id, value] or [id, from, to]")
        before, after = edit[0], edit[-1]
        kind = self.kind
        value: Wire = after
        if not _fits(kind, after) or max(map(_length, edit)) > longest:
            return None
        if kind in MERGED:
            text = present if isinstance(present, str) else ""
            if carried and (text != before or self._typed):
                value = unite(text, after)
            elif len(edit) == 2 and isinstance(before, str):
                value = merge(before, after, text)
            value = self._as_wire(value)
        elif isinstance(value, list) and not self._flags & RAW:
            possible = {*self._offered(), *(present if isinstance(present, list) else ())}
            value = [item for item in dict.fromkeys(value) if item in possible]
        return None if _length(value) > longest else value

    def _can_be(self, value: Wire) -> bool:
        """Whether a person can have given the field this value: an option that is offered, a number within the range.

        The browser offers nothing else. What comes all the same has crossed a change of the options, or is forged; either
        way a handler that offers three choices need not be prepared for a fourth.
        """
        kind = self.kind
        if kind == "select":
            return bool(self._flags & RAW) or value in self._offered() or value == self._unset()
        if kind == "range":
            return in_range(self._attributes or {}, value)
        if kind == "password":
            return isinstance(value, str) and not _LINE_END.search(value)
        if kind == "color":
            return isinstance(value, str) and _COLOR.fullmatch(value) is not None
        return kind not in NUMBERS or value == "" or typed(kind, value) is not None

    def _offered(self) -> set[str]:
        """The values of the options that a person can choose; the empty first one counts, for a reset brings it back."""
        options = list(self.options_below())
        values = {option_value(option) for option in options if not _is_disabled_option(option)}
        return values | {""} if options and not option_value(options[0]) else values

    def _turn_off(self, tab: "Tab", *, alone: bool) -> None:
        """Another radio of the group was turned on in this tab."""
        if self.private:
            tab.keep_private(self, False)
        elif self._value is True:
            self._value = False
            if not alone:
                mark(self, "#value")

    # Forms

    def options_below(self) -> Iterator[Component]:
        """The options of a select that are shown, in order, those in groups included."""
        waiting = list(reversed(self._children or ()))
        while waiting:
            component = waiting.pop()
            if component._flags & HIDDEN:
                continue
            if component.tag == "option":
                yield component
            else:
                waiting.extend(reversed(component._children or ()))

    def group(self) -> "list[Field]":
        """The other radios with this one's name, within the same form, or on the same pages where there is none."""
        name = (self._attributes or {}).get("name")
        if not name:
            return []
        tops = [form] if (form := enclosing_form(self)) is not None else _tops(self)
        return [
            field
            for top in tops
            for field in fields_below(top)
            if field is not self and field.kind == "radio" and (field._attributes or {}).get("name") == name
        ]


def _each_letter() -> bool:
    """The handler of fields with a model: the letters come with it, and nothing else is to be done or updated."""
    return True


def option_value(option: Component) -> str:
    """What an option stands for: its `value`, else its text with white space collapsed (HTML standard, 4.10.10)."""
    attributes = option._attributes or {}
    if "value" in attributes:
        return str(attributes["value"])
    text = option.text + "".join(child.text for child in option._children or () if not child._flags & HIDDEN)
    return _WHITE_SPACE.sub(" ", text).strip(" ")


def _is_disabled_option(option: Component) -> bool:
    """Whether nobody can choose an option, because it or its group is disabled."""
    return any("disabled" in (each._attributes or ()) for each in (option, *option.parents) if each.tag in _OPTION_TAGS)


def typed(kind: str, value: Wire) -> Any:
    """A value as it travels, in its Python type; None for a number or date that is not filled in or not valid."""
    if isinstance(value, list):
        return list(value)
    if not isinstance(value, str):
        return value
    try:
        if kind in NUMBERS:
            if not _NUMBER.fullmatch(value):
                return None
            number = float(value)
            return int(value) if value.lstrip("-").isdecimal() else number if math.isfinite(number) else None
        if kind in _DATES:
            return _DATES[kind](value)
    except ValueError:
        return None
    return value


def fields_below(top: Component) -> Iterator[Field]:
    """The fields in a tree, in document order, those that are not shown left out."""
    waiting = [top]
    while waiting:
        component = waiting.pop()
        if component._flags & HIDDEN:
            continue
        if isinstance(component, Field):
            yield component
        elif component._children:
            waiting.extend(reversed(component._children))


def enclosing_form(component: Component) -> Component | None:
    """The form of a component: the one that its `form=` names, else the nearest around it, or the component itself."""
    owner = (component._attributes or {}).get("form")
    if owner:
        return next((found for top in _tops(component) for found in _below(top) if _is_form(found, owner)), None)
    seen: set[Component] = set()
    waiting = [component]
    while waiting:
        here = waiting.pop(0)
        if here.tag == "form":
            return here
        if here not in seen:
            seen.add(here)
            waiting.extend(here.parents)
    return None


def _below(top: Component) -> Iterator[Component]:
    waiting = [top]
    while waiting:
        component = waiting.pop()
        yield component
        waiting.extend(reversed(component._children or ()))


def _is_form(component: Component, id: str) -> bool:
    return component.tag == "form" and (component._attributes or {}).get("id") == id


def submitter_of(form: Component, id: object) -> Component | None:
    """The button with this component id that sends the form; None where there is none."""
    for top in dict.fromkeys([form, *_tops(form)]):
        for found in _below(top):
            if found._id == id and found.tag in ("button", "input") and enclosing_form(found) is form:
                return found
    return None


def form_fields(form: Component) -> Iterator[Field]:
    """The fields whose values a form sends, in order: enabled, and in it or, by their `form=`, of it (HTML 4.10.22.4)."""
    own = (form._attributes or {}).get("id")
    waiting = [(top, False) for top in (_tops(form) if own else [form])]
    while waiting:
        component, inside = waiting.pop()
        attributes = component._attributes or {}
        if component._flags & HIDDEN or ("disabled" in attributes and isinstance(component, Field)):
            continue
        inside = inside or component is form
        if isinstance(component, Field):
            owner = attributes.get("form")
            if inside if owner is None else owner == own:
                yield component
        else:
            waiting.extend((child, inside) for child in reversed(_enabled_children(component)))


def _enabled_children(component: Component) -> list[Component]:
    """The children; of a fieldset that is disabled, the first legend alone (HTML 4.10.15)."""
    children = component._children or []
    if component.tag == "fieldset" and "disabled" in (component._attributes or ()):
        return [child for child in children if child.tag == "legend"][:1]
    return children


def form_values(form: Component) -> dict[str, Any]:
    """The values of a form's fields by name, typed; a list where several fields, or checkboxes of a group, have one name."""
    values: dict[str, Any] = {}
    boxes: dict[str, list[Field]] = {}
    for field in form_fields(form):
        name, kind = (field._attributes or {}).get("name"), field.kind
        if not name or kind in NO_VALUE - {"hidden"}:
            continue
        if kind == "radio":
            values[name] = field.value if field.checked else values.get(name)
        elif kind == "checkbox":
            several = boxes.setdefault(name, [])
            several.append(field)
            one = len(several) == 1 and not field.in_list
            values[name] = field.checked if one else [box.value for box in several if box.checked]
        elif name in values:
            repeated = boxes.setdefault(name, [])
            values[name] = [*(values[name] if repeated else [values[name]]), field.value]
            repeated.append(field)
        else:
            values[name] = field.value
    return values


def _middle(attributes: dict[str, Any]) -> str:
    """Where a range stands that was never set: the middle, on the nearest step (HTML standard, 4.10.5.1.13)."""
    low, high, step = (_number(attributes, name, default) for name, default in (("min", 0), ("max", 100), ("step", 1)))
    if high < low:
        return f"{low:g}"
    steps = math.floor((high - low) / 2 / step + 0.5) if step > 0 else (high - low) / 2
    return f"{low + steps * (step if step > 0 else 1):.12g}"


def in_range(attributes: dict[str, Any], value: Wire) -> bool:
    """Whether a slider of these attributes can stand at a value."""
    low, high = _number(attributes, "min", 0), _number(attributes, "max", 100)
    number = typed("range", value)
    return number is not None and low <= number <= max(low, high)


def _number(attributes: dict[str, Any], name: str, default: float) -> float:
    try:
        return float(attributes.get(name, default))
    except ValueError:
        return default


def _tops(component: Component) -> list[Component]:
    seen: set[Component] = set()
    tops: list[Component] = []
    waiting = [component]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        parents = here.parents
        waiting.extend(parents)
        if not parents:
            tops.append(here)
    return tops


def _is_wire(value: Any) -> bool:
    """Whether a field of any kind can have this value on the wire."""
    return isinstance(value, (str, bool)) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


def _fits(kind: str, value: Wire) -> bool:
    """Whether a field of this kind can have the value."""
    if kind in CHECKED:
        return isinstance(value, bool)
    return isinstance(value, list if kind == "select-multiple" else str)


def _length(value: Wire) -> int:
    if isinstance(value, list):
        return len(value) + sum(len(item) for item in value)
    return 0 if isinstance(value, bool) else len(value)
