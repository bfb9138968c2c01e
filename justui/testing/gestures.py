"""What a person does to elements, as the DOM events that a browser makes of it, in its order.

Works on elements that were found and can be used; knows neither how they are found nor the connection.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from justui.links import LINK
from justui.testing.dom import Document
from justui.testing.firing import Firing
from justui.testing.nodes import Element

MOUSE: dict[str, Any] = {"x": 0, "y": 0, "button": 0, "buttons": 0}
MODIFIERS = {
    "control": "ctrl", "ctrl": "ctrl", "shift": "shift", "alt": "alt", "meta": "meta", "command": "meta"
}  # fmt: skip
FOCUSABLE = frozenset(("button", "summary", "textarea", "select", "input"))
KEYED = frozenset(("password", "number"))
"""Fields that are not merged, and yet are filled in key by key."""


@dataclass
class Visit:
    """An address to which a gesture leads."""

    url: str
    method: str = "GET"
    body: bytes = b""
    in_place: bool = False
    """Whether the page changes without a load, as at a `ui.Link`."""


class Gestures:
    """The hands of one person at one document."""

    def __init__(
        self, document: Callable[[], Document], firing: Firing, note: Callable[[Element], None], url: Callable[[], str]
    ) -> None:
        self._document = document
        self._firing = firing
        self._note = note
        self._url = url
        self._at_focus: object = None
        """The value of the focused field when it was last committed."""

    # Focus

    def focus(self, element: Element | None) -> None:
        """Move the focus; the field that loses it commits its change."""
        document = self._document()
        before = document.focused
        if before is element:
            return
        if before is not None:
            self.commit()
            document.focused = None
            self._firing.fire(before, "blur")
            self._firing.fire(before, "focusout")
        if element is not None:
            document.focused = element
            self._at_focus = element.value if element.kind else None
            self._firing.fire(element, "focus")
            self._firing.fire(element, "focusin")

    def commit(self) -> None:
        """Fire `change` on the focused field if it changed since it got the focus."""
        element = self._document().focused
        if element is not None and element.kind in ("text", "plain") and element.value != self._at_focus:
            self._at_focus = element.value
            self._firing.fire(element, "change")

    # Mouse

    def click(self, element: Element) -> Visit | None:
        """Click an element; where that leads to another page, the answer says so."""
        fire = self._firing.fire
        for event in ("pointerdown", "mousedown"):
            fire(element, event, MOUSE)
        self.focus(next((around for around in element.ancestors() if _focusable(around)), None))
        for event in ("pointerup", "mouseup"):
            fire(element, event, MOUSE)
        return self.activate(element)

    def activate(self, element: Element) -> Visit | None:
        """Fire `click`, and do what the browser then does by itself."""
        control = element if element.kind == "checked" else None
        before = [(member, member.value) for member in (control, *control.group())] if control is not None else []
        if control is not None:
            control.choose(control.attributes.get("type") == "radio" or control.value is not True)
            for member, _ in before:
                self._note(member)
        if self._firing.fire(element, "click", MOUSE):
            for member, value in before:
                member.choose(value)
            return None
        if control is not None:
            if control.value != before[0][1]:
                self._firing.fire(control, "input")
                self._firing.fire(control, "change")
            return None
        for around in element.ancestors():
            act = self._action(around, element)
            if act is not None:
                return act()
        return None

    def _action(self, around: Element, clicked: Element) -> Callable[[], Visit | None] | None:
        tag = around.tag
        type_ = around.attributes.get("type", "submit" if tag == "button" else "")
        form = around.closest("form")
        if tag in ("button", "input") and form is not None and type_ in ("submit", "image", "reset"):
            return (lambda: self.reset(form)) if type_ == "reset" else (lambda: self.submit(form, around))
        if tag == "a" and "href" in around.attributes:
            return lambda: self._follow(around)
        if tag == "summary" and around.parent is not None and around.parent.tag == "details":
            return lambda: self._toggle(around.parent)
        if tag == "label" and not clicked.kind:
            control = labelled(around, self._document())
            if control is not None and not control.disabled:
                return lambda: self._press_label(control)
        if tag in ("button", "input", "select", "textarea"):
            return lambda: None
        return None

    def _press_label(self, control: Element) -> Visit | None:
        self.focus(control)
        return self.activate(control)

    def _follow(self, link: Element) -> Visit | None:
        href = link.attributes["href"]
        if href.startswith("#") or link.attributes.get("target") == "_blank":
            return None
        ordinary = link.attributes.get("data-half") != LINK or {"download", "data-reload"} & set(link.attributes)
        return Visit(href, in_place=not ordinary)

    def _toggle(self, details: Element | None) -> None:
        if details is not None:
            if details.attributes.pop("open", None) is None:
                details.attributes["open"] = ""
            self._firing.fire(details, "toggle")

    # Keyboard

    def press(self, keys: str) -> Visit | None:
        """Press a key on the focused element, or on the page: `a`, `Enter`, `Control+Enter`."""
        *names, key = keys.split("+") if len(keys) > 1 else [keys]
        held = frozenset(MODIFIERS[name.lower()] for name in names)
        key = " " if key == "Space" else key
        document = self._document()
        target = document.focused or document.body
        data = {"key": key, "code": _code(key), "repeat": False, "location": 0}
        prevented = self._firing.fire(target, "keydown", data, key=_key_name(key), held=held)
        visit = None if prevented else self._key_default(target, key, held)
        if target in document:
            self._firing.fire(target, "keyup", data, key=_key_name(key), held=held)
        return visit

    def _key_default(self, target: Element, key: str, held: frozenset[str]) -> Visit | None:
        line = target.tag == "input" and target.kind in ("text", "plain")
        if key == "Enter" and line and not held:
            return self._enter(target)
        if (
            key in ("Enter", " ")
            and (target.tag in ("button", "summary", "a") or target.kind == "checked")
            and not held
        ):
            return None if key == "Enter" and target.kind == "checked" else self.activate(target)
        if target.kind and not held - {"shift"}:
            self._edit(target, "\n" if key == "Enter" and target.tag == "textarea" else key)
        return None

    def _enter(self, field: Element) -> Visit | None:
        self.commit()
        form = field.closest("form")
        if form is None:
            return None
        button = next((element for element in form.elements() if _submits(element)), None)
        if button is None:
            return self.submit(form)
        return None if button.disabled else self.activate(button)

    def _edit(self, field: Element, key: str) -> None:
        """Let a key change the field as it does in a browser."""
        if "readonly" in field.attributes or field.kind not in ("text", "plain"):
            return
        if field.kind == "plain":
            if field.attributes.get("type") in KEYED and len(key) == 1:
                self.enter_value(field, f"{field.value}{key}", commit=False)
            return
        text = field.state.text
        caret = text.caret
        if key in _CARETS:
            text.caret = max(0, min(_CARETS[key](caret, len(text.shown)), len(text.shown)))
        elif key == "Backspace" and caret > 0:
            text.delete(caret - 1, caret)
        elif key == "Delete" and caret < len(text.shown):
            text.delete(caret, caret + 1)
        elif len(key) == 1 and len(text.shown) < int(field.attributes.get("maxlength", len(text.shown) + 1)):
            text.insert(key)
        else:
            return
        if key not in _CARETS:
            self.changed(field)

    def changed(self, field: Element) -> None:
        """Note that a person changed a field, and fire `input`."""
        field.state.touched = True
        self._note(field)
        self._firing.fire(field, "input")

    # Fields

    def type(self, field: Element, text: str) -> Visit | None:
        """Focus a field and type a text behind what stands there, key by key."""
        if self._document().focused is not field:
            self.focus(field)
            field.state.text.caret = len(field.state.text.shown)
        if field.kind == "plain" and field.attributes.get("type") not in KEYED:
            self.enter_value(field, text)
            return None
        for letter in text:
            if (visit := self.press("Enter" if letter == "\n" else letter)) is not None:
                return visit
        return None

    def enter_value(self, field: Element, value: Any, *, commit: bool = True) -> None:
        """Give a field a whole new value, as a paste, a date picker or a slider does."""
        before = field.value
        field.choose(value)
        if field.value == before:
            return
        self.changed(field)
        if commit and field.kind != "text":
            self._at_focus = field.value
            self._firing.fire(field, "change")

    # Forms

    def submit(self, form: Element, submitter: Element | None = None) -> Visit | None:
        """Submit a form, unless a field that is required is empty: then that field is focused and told so."""
        submitter = submitter or next((element for element in form.elements() if _submits(element)), None)
        if "novalidate" not in form.attributes and not (submitter and "formnovalidate" in submitter.attributes):
            invalid = [element for element in form.elements() if _lacks_value(element)]
            for element in invalid:
                self._firing.fire(element, "invalid", {"target.validationMessage": "Please fill out this field."})
            if invalid:
                self.focus(invalid[0])
                return None
        if self._firing.fire(form, "submit", {"submitter": submitter.component} if submitter else None):
            return None
        if form.attributes.get("method", "").lower() == "dialog":
            self.close(form.closest("dialog"))
            return None
        data = urlencode(form_data(form, submitter))
        action = form.attributes.get("action") or self._url()
        if form.attributes.get("method", "get").lower() == "post":
            return Visit(action, "POST", data.encode())
        return Visit(action.partition("?")[0] + "?" + data)

    def reset(self, form: Element) -> None:
        """Reset a form's fields."""
        if self._firing.fire(form, "reset"):
            return
        for field in form.elements():
            if field.kind and field.value != field.initial:
                field.choose(field.initial)
                self._note(field)

    def close(self, dialog: Element | None) -> None:
        """Close a dialog."""
        if dialog is not None and dialog.attributes.pop("open", None) is not None:
            self._firing.fire(dialog, "close")


_CARETS: dict[str, Callable[[int, int], int]] = {
    "ArrowLeft": lambda caret, length: caret - 1,
    "ArrowRight": lambda caret, length: caret + 1,
    "Home": lambda caret, length: 0,
    "End": lambda caret, length: length,
}


def _focusable(element: Element) -> bool:
    attributes = element.attributes
    return (element.tag in FOCUSABLE or "tabindex" in attributes or (element.tag == "a" and "href" in attributes)) and (
        not element.disabled
    )


def _submits(element: Element) -> bool:
    type_ = element.attributes.get("type", "submit" if element.tag == "button" else "")
    return element.tag in ("button", "input") and type_ in ("submit", "image")


def _lacks_value(field: Element) -> bool:
    if "required" not in field.attributes or field.disabled or not field.kind:
        return False
    if field.attributes.get("type") == "radio":
        return not any(member.value for member in [field, *field.group()])
    return not field.value


def labelled(label: Element, document: Document) -> Element | None:
    """Return the control that a label is for."""
    identity = label.attributes.get("for")
    for element in document.elements() if identity else label.elements():
        if element.attributes.get("id") == identity if identity else _is_control(element):
            return element
    return None


def _is_control(element: Element) -> bool:
    return bool(element.kind) or element.tag in ("button", "input")


def form_data(form: Element, submitter: Element | None) -> list[tuple[str, str]]:
    """Return what a form would send: names and values."""
    data: list[tuple[str, str]] = []
    for element in form.elements():
        name = element.attributes.get("name")
        if not name or element.disabled:
            continue
        value = element.value
        if element.kind == "checked":
            if value is True:
                data.append((name, element.attributes.get("value", "on")))
        elif isinstance(value, list):
            data.extend((name, item) for item in value)
        elif element.kind:
            data.append((name, str(value)))
        elif element.attributes.get("type") == "hidden" or element is submitter:
            data.append((name, element.attributes.get("value", "")))
    return data


def _key_name(key: str) -> str:
    return "Space" if key == " " else key


def _code(key: str) -> str:
    if len(key) != 1:
        return key
    if key.isascii() and key.isalpha():
        return "Key" + key.upper()
    return "Digit" + key if key.isdigit() else "Space" if key == " " else ""
