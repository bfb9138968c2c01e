"""What a handler of a JustPy program gets as `msg`: a Dict, made of the engine's event. Runs nothing."""

import base64
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from justui.component import Component
from justui.events import Event
from justui.fields import CHECKED, NO_VALUE, Field
from justui.justpy.dicts import Dict
from justui.marks import HIDDEN

if TYPE_CHECKING:
    from justui.sessions import Session

_MODIFIERS: Final = {"alt": "altKey", "ctrl": "ctrlKey", "shift": "shiftKey", "meta": "metaKey"}
_KEY_FIELDS: Final = ("code", "key", "location", "repeat")
_OURS: Final = frozenset("page page_id target session_id websocket websocket_id form_data files msg_type id".split())
"""What only the server says: a browser that says it is not believed."""
_IN_FORMS: Final = frozenset({"input", "select", "textarea", "button"})


def session_id(session: "Session") -> str:
    """A person's id for programs: the same in every request and message, and of no use to anybody else."""
    return sha256(b"justpy" + session.identity.encode()).hexdigest()[:32]


def message(component: Any, event: Event, *, with_session: bool = True) -> Dict:
    """`msg` of one event. A field that the event does not have is an empty Dict."""
    page, tab, data = event.page, event.tab, event.data
    msg = Dict({name: value for name, value in data.items() if name not in _OURS})
    take = msg.__setitem__
    take("event_type", event.type)
    take("page", page)
    take("page_id", page._id)
    if tab is not None:
        take("websocket", tab)
        take("websocket_id", tab.id)
        if with_session:
            take("session_id", session_id(tab.session))
    if event.type.startswith("key"):
        take("key_data", _key_data(data))
    if component.is_page:
        take("msg_type", "page_event")
        take("visibility", event.visibility or "visible")
    else:
        take("msg_type", "event")
        _take_component(msg, component, event)
    return msg


def _take_component(msg: Dict, component: Any, event: Event) -> None:
    """Put in what a component says of itself, and what was given into it."""
    take = msg.__setitem__
    take("target", component)
    for name in ("id", "event_target", "event_current_target"):
        take(name, component.id)
    for name in ("class_name", "html_tag", "vue_type"):
        take(name, getattr(component, name, ""))
    is_field = isinstance(component, Field)
    if is_field:
        take("input_type", component.kind)
        take("checked", component.checked)
    if is_field or "value" not in event.data:
        value = getattr(component, "value", None)
        if value is not None:
            take("value", value)
    if event.files:
        take("files", [_file(file, content=False) for file in event.files])
    if event.type == "submit":
        take("form_data", form_data(component, event))


def _key_data(data: dict[str, Any]) -> Dict:
    keys = Dict({name: data.get(short, False) for short, name in _MODIFIERS.items()})
    keys.update({name: data.get(name, "") for name in _KEY_FIELDS})
    keys["locale"] = ""
    return keys


def form_data(form: Component, event: Event) -> list[Dict]:
    """What the form's elements hold, in order, each as a Dict of all that it has."""
    return [_element(field, event) for field in _elements(form)]


def _elements(top: Component) -> Iterator[Component]:
    for child in top._children or ():
        if child._flags & HIDDEN:
            continue
        if child.tag in _IN_FORMS:
            yield child
        else:
            yield from _elements(child)


def _element(field: Component, event: Event) -> Dict:
    attributes = {name.replace("-", "_"): value for name, value in (field._attributes or {}).items()}
    found = Dict(attributes)
    found.update({"html_tag": field.tag, "id": getattr(field, "id", None) or field._id})
    found["value"] = getattr(field, "value", "")
    if isinstance(field, Field):
        if field.kind not in CHECKED and field.kind not in NO_VALUE:
            found["value"] = field.wire_value()  # as a browser says it: strings
        found["type"] = field.kind
        found["checked"] = field.checked
        if field.kind == "file":
            found["files"] = [_file(file, content=True) for file in event.files if file.field is field]
    return found


def _file(file: Any, *, content: bool) -> Dict:
    found = Dict({"name": file.name, "size": file.size, "type": file.type, "lastModified": 0})
    if content:
        found["file_content"] = base64.b64encode(file.read()).decode()
    return found
