"""The base of every component in JustPy's room: an engine's component that keeps JustPy's rules where they differ.

Order in a constructor, operators, texts, ids, free attributes. Knows no pages, no server and no single tag.
"""

from typing import Any, ClassVar, Self
from weakref import ref

from justui.attributes import Attribute, Text
from justui.children import stands_in
from justui.classes import Classes
from justui.component import Component, targets
from justui.components.html import Element
from justui.context import handling
from justui.justpy import groups, static
from justui.justpy.binding import ALLOWED, Binding, event_of, room
from justui.justpy.dicts import Dict
from justui.justpy.holding import Holding, Pages, Sent
from justui.justpy.models import Computed, Modelled, dict_of, refresh
from justui.justpy.naming import HtmlTag, check_keyword, check_names, heeding_descriptors, keep_own, take_defaults
from justui.justpy.styles import of_today
from justui.marks import LIVE, RAW

tags: "dict[str, type[JustpyBaseComponent]]" = {}
"""The class for each tag, as it is spelt; `register_component` adds to it."""
classes: "dict[str, type[JustpyBaseComponent]]" = {}
"""The classes by their names."""


class Tailwind(Classes):
    """The part of a component that sets and takes away single classes: `set_class`, `set_classes`, `remove_class`, `has_class`."""

    __slots__ = ()

    tw_dict: ClassVar[dict[str, list[str]]] = groups.tw_dict
    tw_reverse_dict: ClassVar[dict[str, str]] = groups.tw_reverse_dict


class JustpyBaseComponent(Holding, Binding, Modelled, Tailwind, Element):
    """The base of every component."""

    tag = "div"
    vue_type: ClassVar[str] = "html_component"
    instances: ClassVar[Any] = targets
    """Components by their ids: those that have handlers or values."""
    _class_values: ClassVar[dict[str, Any]] = {}
    delete_flag: Any = True
    temp: Any = True
    debug: Any = False
    event_propagation: Any = True
    drag_options: Any = None
    # What is an attribute of HTML today, and of JustPy's never was: the program's own.
    inert: Any = None
    itemid: Any = None
    itemprop: Any = None
    itemref: Any = None
    itemscope: Any = None
    itemtype: Any = None
    part: Any = None
    popover: Any = None
    slot: Any = None
    translate: Any = None
    name = Text()
    html_tag = HtmlTag()

    def __init_subclass__(cls, **keywords: Any) -> None:
        # Not Component's own: annotations make no fields here, and a program's names may be as they are.
        super(Component, cls).__init_subclass__(**keywords)
        if cls.__module__.startswith("justui.justpy."):
            classes.setdefault(cls.__name__, cls)
            if "tag" in vars(cls):
                tags.setdefault(cls.tag, cls)
            _spell_as_html(cls)
        else:
            classes[cls.__name__] = cls
            check_names(cls)
            take_defaults(cls)
            if "__setattr__" in vars(cls):
                cls.__setattr__ = heeding_descriptors(cls.__setattr__)  # type: ignore[method-assign, assignment]
        cls._react_takes_data = room(cls.react) > 1
        cls._reacts = cls.react is not Modelled.react or (
            cls.convert_object_to_dict is not JustpyBaseComponent.convert_object_to_dict
        )

    def __init__(self, *children: Any, **keywords: Any) -> None:
        parent = keywords.get("a")
        parents = keywords.get("add_to", ())
        own = keywords.pop("children", ())
        for name in ("a", "add_to"):
            keywords.pop(name, None)
        self._reset(keywords)
        if self._reacts:
            Computed.some = True
        if children and "text" not in keywords:
            children = self._take_leading(children)
        self.initialize(**keywords)
        if not (self.temp and self.delete_flag):
            self._needs_id()
        if parent is not None:
            parent.add_component(self)
        for each in parents if isinstance(parents, (list, tuple)) else [parents]:
            each.add_component(self)
        if parent is None and not parents:
            self._go_into_block()
        if own:
            self.children = list(own)
        if children or own:
            self.add(*children, *own)

    def _reset(self, keywords: dict[str, Any]) -> None:
        """Take back what a subclass has set of ours, and set what its class says."""
        state = self.__dict__
        for name in ("_jp_html", "_jp_classes", "data"):
            state.pop(name, None)
        if self._attributes is not None:
            for name in ("class", "style", "data-animation"):
                self._attributes.pop(name, None)
        for name, value in self._class_values.items():
            if name not in keywords:
                setattr(self, name, value)

    def initialize(self, **keywords: Any) -> None:
        """Set attributes and bind events, as the constructor does."""
        events = []
        allowed = self.allowed_events if "_jp_allowed" in self.__dict__ else ALLOWED
        for name, value in keywords.items():
            if name == "add_to":
                name = "a"
            check_keyword(name, self)
            event = event_of(name)
            if event in allowed and (callable(value) or isinstance(value, str)):
                events.append((event, value))
                if name == f"on_{event}":
                    continue
            setattr(self, name, value)
        for event, value in events:
            self.on(event, value)

    def _take_leading(self, children: tuple[Any, ...]) -> tuple[Any, ...]:
        if isinstance(children[0], str):
            self.text = children[0]
            return children[1:]
        return children

    def _check_open(self) -> None:
        if not self.void:  # whose children are kept, and are nothing to be seen
            super()._check_open()

    # What is shown

    @property
    def text(self) -> Any:
        """The text, as it was given; it becomes a string in the page. There is none before it is set."""
        try:
            return self.__dict__["_jp_text"]
        except KeyError:
            raise AttributeError(f"{self.describe()} has no text") from None

    @text.setter
    def text(self, value: Any) -> None:
        self.__dict__["_jp_text"] = value
        if not isinstance(value, (str, int, float, bool, type(None))):
            Computed.some = True  # its string may change by itself
        self._show_text(value)

    @text.deleter
    def text(self) -> None:
        self.__dict__.pop("_jp_text", None)
        self._show_text("")

    def _show_text(self, value: Any) -> None:
        if self.void or self.__dict__.get("_jp_html"):
            return
        if self.html_entity:
            self.set_html(str(value), safe=True)
        else:
            Component.text.fset(self, str(value))  # type: ignore[attr-defined]

    def _compute(self) -> None:
        text = self.__dict__.get("_jp_text")
        if text is not None and not isinstance(text, str):
            self._show_text(text)
        if self.__dict__.get("_jp_transition"):
            Component.transition.__set__(self, self.transition)
        if type(self).convert_object_to_dict is not JustpyBaseComponent.convert_object_to_dict:
            self._take_dict(self.convert_object_to_dict())

    def _take_dict(self, found: dict[str, Any]) -> None:
        """Take what a program's `convert_object_to_dict` has changed."""
        for name in ("classes", "style", "show"):
            if name in found and found[name] != getattr(self, name):
                setattr(self, name, found[name])
        if found.get("inner_html") and found["inner_html"] != self.inner_html:
            self.inner_html = found["inner_html"]
        elif found.get("text", "") != (self._text or "") and not self._flags & RAW:
            self._show_text(found["text"])
        attributes = self._attributes or {}
        changed = {name: value for name, value in found.get("attrs", {}).items() if attributes.get(name) != value}
        if changed:
            self.set_attributes(changed)

    @property
    def html_entity(self) -> bool:
        """Whether the text is HTML, such as `&copy;`."""
        return bool(self.__dict__.get("_jp_entity", False))

    @html_entity.setter
    def html_entity(self, value: Any) -> None:
        self.__dict__["_jp_entity"] = bool(value)
        if "_jp_text" in self.__dict__:
            self._show_text(self.text)

    @property
    def inner_html(self) -> str:
        """Raw HTML in place of text and children. It is shown as it is: the policy header keeps scripts in it from running."""
        html: str = self.__dict__.get("_jp_html", "")
        return html

    @inner_html.setter
    def inner_html(self, value: Any) -> None:
        html = "" if value is None else str(value)
        self.__dict__["_jp_html"] = html
        if html:
            self.set_html(html, safe=True)
        elif self._flags & RAW:
            text = self.__dict__.get("_jp_text", "")
            Component.text.fset(self, str(text))  # type: ignore[attr-defined]

    @property
    def classes(self) -> Any:
        """The classes, as they were given. Names of Tailwind 1 and 2 are written into the page as those of today."""
        return self.__dict__.get("_jp_classes") or (self._attributes or {}).get("class", "")

    @classes.setter
    def classes(self, value: Any) -> None:
        given = "" if value is None else str(value)
        now = of_today(given)
        if "_jp_transition" in self.__dict__:
            now = self._without_hidden(now)
        if now == given:
            self.__dict__.pop("_jp_classes", None)
        else:
            self.__dict__["_jp_classes"] = given
        self._set_attribute("class", now or None)

    def _without_hidden(self, classes: str) -> str:
        """With a transition the class `hidden` hides the element by way of it; the page does not have the class."""
        names = classes.split()
        hidden = "hidden" in names
        if hidden != self.__dict__.get("_jp_hidden", False):
            self.__dict__["_jp_hidden"] = hidden
            self.show = not hidden
        return " ".join(name for name in names if name != "hidden") if hidden else classes

    def _classes(self) -> str:
        return str(self.classes)

    def _with_classes(self, classes: str) -> Self:
        self.classes = classes
        return self

    @property
    def style(self) -> Any:
        """Inline CSS."""
        return (self._attributes or {}).get("style", "")

    @style.setter
    def style(self, value: Any) -> None:
        self._set_attribute("style", str(value) if value else None)

    def hidden(self, flag: bool = True) -> None:  # type: ignore[override]
        """Set the class `hidden`, or take it away."""
        self.set_class("hidden") if flag else self.remove_class("hidden")

    def hidden_toggle(self) -> None:
        """Turn the class `hidden` over."""
        self.hidden(not self.has_class("hidden"))

    @property
    def set_focus(self) -> bool:
        """Whether the element takes the focus when it is made."""
        return bool(self.__dict__.get("_jp_focus", False))

    @set_focus.setter
    def set_focus(self, value: Any) -> None:
        self.__dict__["_jp_focus"] = bool(value)
        self._set_attribute("autofocus", True if value else None)
        if value and (self._flags & LIVE or handling.get() is not None):  # else the attribute does it, once
            Component.focus(self)

    @property
    def transition(self) -> Any:
        """How the element comes and goes: a `create_transition()` Dict, which may be filled afterwards."""
        return self.__dict__.get("_jp_transition")

    @transition.setter
    def transition(self, value: Any) -> None:
        Computed.some = True
        self.__dict__["_jp_transition"] = value
        self._needs_id()
        Component.transition.__set__(self, value)
        self.classes = self.classes

    # Names and ids

    @property
    def id(self) -> Any:
        """The id: None until something needs it, then a number, or what the program has set."""
        return self.__dict__.get("_jp_id")

    @id.setter
    def id(self, value: Any) -> None:
        self.__dict__["_jp_id"] = value
        self._set_attribute("id", None if value is None else str(value))

    def _needs_id(self) -> None:
        if self.id is None:
            self.id = self._id
            targets[self._id] = self

    @property
    def class_name(self) -> str:
        """The name of the class."""
        return str(self.__dict__.get("_jp_class_name", type(self).__name__))

    @class_name.setter
    def class_name(self, value: str) -> None:
        self.__dict__["_jp_class_name"] = value

    @property
    def data(self) -> Any:
        """What the program keeps for this component, for models."""
        return self.__dict__.setdefault("data", {})

    @data.setter
    def data(self, value: Any) -> None:
        self.__dict__["data"] = value

    @property
    def a(self) -> Any:
        """The component or page in which this one stands; of several the first."""
        return next(iter(self.parents), None)

    @a.setter
    def a(self, parent: Any) -> None:
        if not stands_in(self, ref(parent)):  # as where a program calls initialize() after the constructor
            parent.add_component(self)

    @property
    def event_modifiers(self) -> Dict:
        """Debounce and throttle of the events."""
        return Dict({event: dict(timing) for event, timing in self._timing.items()})

    def add_attribute(self, name: str, value: Any) -> None:
        """Set any HTML attribute by its name."""
        self.set_attributes({name: value})

    # The tree and updates

    @property
    def pages(self) -> Pages:
        """The pages on which it stands, by their ids."""
        return Pages({page._id: page for page in Component.pages(self)})

    @pages.setter
    def pages(self, value: Any) -> None:
        """Nothing: the engine knows."""

    def add_page(self, page: Any) -> Self:
        """Nothing: the engine knows where a component stands."""
        return self

    add_page_to_pages = remove_page_from_pages = add_page

    def add_to(self, *parents: Any) -> Self:
        """Append this component to each of `parents`."""
        for parent in parents:
            parent.add_component(self)
        return self

    add_to_page = add_to

    def delete(self) -> None:
        """Let go of the children, and of everything below, where `delete_flag` says so."""
        if self.delete_flag:
            for child in list(self._children or ()):
                child.delete()
            Component.clear(self)

    def update(self, tab: Any = None) -> Sent:
        """Send what has changed here and below to every tab that shows it; with a websocket, to that one only."""
        refresh(self)
        Component.update(self, tab or None)  # an absent field of msg is an empty Dict
        return Sent(self)

    async def run_method(self, code: str, websocket: Any = None) -> bool:
        """There are no Vue components here. Raises `NotImplementedError`."""
        raise NotImplementedError(
            "run_method calls Vue components, which justui does not have. Use page.run_javascript."
        )

    def add_scoped_slot(self, name: str, component: Any) -> None:
        """There are no Vue slots here. Raises `NotImplementedError`."""
        raise NotImplementedError("Scoped slots belong to Quasar, which comes with a later version.")

    def convert_object_to_dict(self) -> Dict:
        """The component as a dict. A hook: what an override changes of classes, style, text, show and attrs is shown."""
        return dict_of(self)

    def to_html(self, indent: int = 0, indent_step: int = 0, format: bool = True) -> str:
        """The component as HTML text."""
        return static.html_of(self, indent, indent_step, format)


def _spell_as_html(cls: type) -> None:
    """Give attributes the names that JustPy has: HTML's, with `_` for `-`, and `_in` and `_from`."""
    for base in cls.__mro__:
        for name, attribute in list(vars(base).items()):
            if isinstance(attribute, Attribute):
                spelt = attribute.html.replace("-", "_").replace(":", "_")
                spelt = f"_{spelt}" if spelt in ("in", "from") else spelt
                if spelt != name and not hasattr(cls, spelt):
                    setattr(cls, spelt, attribute)


keep_own(JustpyBaseComponent, "describe as_child parents set_attributes set_html replace_children")
