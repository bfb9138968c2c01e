"""`Component`: one node of a page's tree, with its attributes, text, children and handlers, and one state for all places.

It notes what changes (`marks`) and knows nothing of HTML text, operations, tabs or sockets.
"""

import copy
import inspect
import itertools
from collections.abc import Awaitable, Iterable
from types import MemberDescriptorType, TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeAlias
from weakref import WeakValueDictionary, ref

from justui import blocks, handlers, hints
from justui.attributes import Attribute, Begin
from justui.attributes import Text as TextAttribute
from justui.children import Children, append_new, check, insert, parents_of, place_of, replace, take_out
from justui.classes import Classes
from justui.context import HANDED, handling, mounting
from justui.errors import HandlerError, StateError, TreeError, UsageError
from justui.handlers import EVENTS, EventFunction, Handler
from justui.listeners import Listener
from justui.lists import List
from justui.marks import FOLLOWS, HIDDEN, RAGGED, RAW, mark, mark_always, mark_shown, tree_lock
from justui.models import DataSlot, model_of
from justui.motion import Animation, Transition
from justui.safety import SVG_CAPITALS, is_ragged, raw_attribute, sanitised
from justui.state import Reactive
from justui.wire import METHODS, encode

if TYPE_CHECKING:
    from justui.page import WebPage
    from justui.tab import Tab

    Parents = ref["Component"] | dict[ref["Component"], None] | None

_ids = itertools.count(1)

Child: TypeAlias = "Component | str | int | float | Reactive[Any]"
"""What can be put into a component: a component, or text, also one that follows a state."""

_TEXTS = (str, int, float, Reactive)
_MEANT_AS_STATE = (Reactive, type)

_ENGINE = ("justui.component", "justui.fields", "justui.page")

targets: "WeakValueDictionary[int, Component]" = WeakValueDictionary()
"""Components that the browser may name: those with a handler or a value. Ids are unique in the process."""


def _begin_table(cls: type) -> dict[str, Begin]:
    """What each keyword of a class does to a new component."""
    above = cls.__bases__[0]
    # Most classes have one base: what is above them has been read already.
    table = dict(getattr(above, "_begin", {})) if len(cls.__bases__) == 1 else {}
    for base in [cls] if table else reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Attribute):
                table[name] = value.begin
            elif not name.startswith("_"):
                table.pop(name, None)
        for name in vars(base):
            if name.startswith("_begin_") and name not in ("_begin_other", "_begin_children"):
                table[name.removeprefix("_begin_")] = _by_method(name)
        for name in vars(base).get("_fields", ()):
            table[name] = _by_name(name)
    return table


def _by_method(name: str) -> Begin:
    def begin(component: Any, value: Any) -> None:
        getattr(component, name)(value)

    return begin


def _by_name(name: str) -> Begin:
    def begin(component: Any, value: Any) -> None:
        setattr(component, name, value)

    return begin


class _Wanted:
    """Stands for a field of an own component that has no default, so that HTML's attribute of this name is not meant."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, component: "Component | None", owner: type) -> Any:
        if component is None:
            return self
        raise AttributeError(f"{component.describe()} was made without {self.name}=…")


class OnEvent:
    """`component.on_click = fn`: reads the function that answers the event, or None; setting None takes it away."""

    __slots__ = ("event",)

    def __init__(self, event: str) -> None:
        self.event = event

    def __get__(self, component: "Component | None", owner: type) -> Any:
        return self if component is None else component.handler(self.event)

    def __set__(self, component: "Component", function: EventFunction | None) -> None:
        if function is None:
            component.off(self.event)
        else:
            component._bind(self.event, function, f"on_{self.event}")


class Settable(property):
    """A property of a component that can follow a state, as HTML attributes can. Made of each property that can be set."""

    name = ""

    def __set__(self, component: Any, value: Any) -> None:
        if isinstance(value, Reactive):
            component._follow(self.name, value)
            return
        if component._flags & FOLLOWS:
            component._stop_following(self.name)
        super().__set__(component, value)


_ITSELF = frozenset({"text", "show", "model", "presence"})
"""Properties that see to states themselves."""


def _let_follow(cls: type) -> None:
    """Make the properties of a component class such as can follow a state."""
    for name, value in list(vars(cls).items()):
        if type(value) is property and value.fset is not None and name not in _ITSELF:
            settable = Settable(value.fget, value.fset, value.fdel, value.__doc__)
            settable.name = name
            setattr(cls, name, settable)


def _own_names(cls: type) -> frozenset[str]:
    """The names of a class of the engine that no subclass and no keyword may hide."""
    return frozenset(
        name
        for name, value in vars(cls).items()
        if not name.startswith("__")
        and name not in ("build", "data")
        and (callable(value) or isinstance(value, (property, MemberDescriptorType)))
    )


def _check_names(cls: "type[Component]") -> None:
    """Refuse an own component whose names hide the engine's."""
    for name in [*vars(cls), *_annotations(cls)]:
        if name in cls._reserved:
            owner = next(base.__name__ for base in cls.__mro__[1:] if name in vars(base))
            raise TreeError(f"{cls.__name__}.{name} hides {owner}.{name}; choose another name.")


def _annotations(cls: type) -> dict[str, Any]:
    found = vars(cls).get("__annotations__", {})
    return {name: kind for name, kind in found.items() if "ClassVar" not in str(kind)}


def _declare(cls: "type[Component]") -> None:
    """Make the annotated names of an own component its keywords, and other names that it has from us its defaults.

    A list, dict or set as default is copied for each component.
    """
    annotated = [name for name in _annotations(cls) if not name.startswith("_")]
    defaults = dict(cls._defaults)
    fields = []
    for name in dict.fromkeys([*annotated, *vars(cls)]):
        value = vars(cls).get(name)
        ours = next((vars(base)[name] for base in cls.__mro__[1:] if name in vars(base)), None)
        if name in cls._settable or (name not in annotated and isinstance(ours, Attribute)):
            if name in vars(cls) and not hasattr(value, "__get__"):
                delattr(cls, name)
                defaults[name] = value
        elif name in annotated:
            fields.append(name)
            defaults.pop(name, None)
            if name not in vars(cls):
                setattr(cls, name, _Wanted(name))
            elif isinstance(value, (list, dict, set)):
                defaults[name] = value
    cls._fields = tuple(fields)
    cls._defaults = defaults
    fields = [name for base in reversed(cls.__mro__) for name in vars(base).get("_fields", ())]
    wanted = [name for name in dict.fromkeys(fields) if isinstance(inspect.getattr_static(cls, name), _Wanted)]
    cls._wanted = () if "__init__" in _users_names(cls) else tuple(wanted)


def _users_names(cls: type) -> set[str]:
    """The names that classes of the user's give to `cls`."""
    return {name for base in cls.__mro__[:-1] if not base.__module__.startswith("justui.") for name in vars(base)}


class Component(Classes):
    """One element of a page; the base of every component.

    Positional arguments are children: components, or strings, which become text nodes; one string, in front, is `text`.
    `a` is the parent that this component is added to; `safe=True` goes with `inner_html` that you wrote yourself. Every other
    keyword is an attribute, an event (`on_click=`, or JustPy's `click=`), or, when nothing of the kind exists, the user's
    own Python attribute, which never reaches the browser. A subclass may have annotated fields, which are keywords then,
    and a method `build`. Raises `TreeError` or `HandlerError` when an argument cannot be what it should be.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_attributes",
        "_changed",
        "_children",
        "_flags",
        "_handlers",
        "_id",
        "_marked",
        "_moved",
        "_parents",
        "_site",
        "_text",
    )

    _id: int
    _flags: int
    _parents: "Parents"
    _children: "list[Component] | None"
    _attributes: dict[str, Any] | None
    _text: str | None
    _handlers: dict[str, Handler] | None
    _changed: dict[str, Any] | None
    _moved: "dict[Component, tuple[int, int]] | None"
    _marked: "dict[Component, None] | None"
    _site: hints.Site | None

    tag: ClassVar[str] = "div"
    """The HTML tag; empty for a text node."""
    void: ClassVar[bool] = False
    """Whether the element can have no content (`br`, `img`, …)."""
    namespace: ClassVar[str] = ""
    """`svg` for SVG elements."""
    is_page: ClassVar[bool] = False
    is_field: ClassVar[bool] = False
    """Whether it holds a value that follows the browser."""

    _begin: ClassVar[dict[str, Begin]] = {}
    _builds: ClassVar[bool] = False
    _fields: ClassVar[tuple[str, ...]] = ()
    _wanted: ClassVar[tuple[str, ...]] = ()
    """Fields without a default; empty where an `__init__` of the user's own may set them later."""
    _defaults: ClassVar[dict[str, Any]] = {}
    _settable: ClassVar[tuple[str, ...]] = ("classes", "style")
    """Names that mean ours even when an own component annotates them."""
    _reserved: ClassVar[frozenset[str]] = frozenset()

    _bound: dict[str, Reactive[Any]] | None = None
    """The states that attributes follow, by the attribute's name; `@` and a name in front of an HTML name, `!` of a function's."""
    _heard: dict[str, Listener] | None = None
    """Functions that are called when a state changes."""

    classes = TextAttribute("class")
    style = TextAttribute("style")
    tooltip = TextAttribute("data-tooltip")
    data = DataSlot()
    animation = Animation("data-animation")
    transition = Transition("data-transition")

    def __new__(cls, /, *children: Any, **keywords: Any) -> Self:
        """Give every component its empty slots, before any `__init__`: a subclass may set attributes first."""
        self = object.__new__(cls)
        self._id = next(_ids)
        self._flags = 0
        self._parents = self._children = self._attributes = self._text = self._handlers = None
        self._changed = self._moved = self._marked = None
        self._site = hints.call_site() if hints.Diagnostics.on else None
        return self

    def __init__(  # noqa: C901, PLR0912 - what is written out here saves a call for each component
        self, /, *children: Child, a: "Component | None" = None, safe: bool = False, **keywords: Any
    ) -> None:
        if self._defaults:
            keywords = {**{name: copy.copy(value) for name, value in self._defaults.items()}, **keywords}
        if keywords and ("debounce" in keywords or "throttle" in keywords):
            keywords = self._with_timing(keywords)
        if children and not (keywords and ("text" in keywords or "inner_html" in keywords)):
            children = self._begin_leading(children)
        if safe and "inner_html" in keywords:
            self.set_html(keywords.pop("inner_html"), safe=True)
        table = self._begin
        for name, value in keywords.items():
            if type(value) is not str and isinstance(value, _MEANT_AS_STATE) and self._begin_following(name, value):
                continue
            begin = table.get(name)
            if begin is not None:
                begin(self, value)
            else:
                self._begin_other(name, value)
        if self._wanted:
            self._check_wanted()
        if self._builds:
            with self:
                self.build()
        if children:
            self.add(*children)
        if a is not None:
            self._go_into(a)
        elif not self.is_page:
            self._go_into_block()

    def _check_wanted(self) -> None:
        missing = [name for name in self._wanted if name not in self.__dict__]
        if missing:
            raise TreeError(f"{self.describe()} wants {', '.join(f'{name}=…' for name in missing)}.")

    def _with_timing(self, keywords: dict[str, Any]) -> dict[str, Any]:
        """Bind the events of the constructor with the `debounce` and `throttle` beside them; the answer is what is left."""
        others = [name for name in keywords if name not in self._begin]
        timing = {name: keywords[name] for name in others if name in ("debounce", "throttle")}
        events = [name for name in others if name.startswith("on_") or handlers.is_for_event(name, keywords[name])]
        if timing and not events:
            name = next(iter(timing))
            example = f"on_input=fn, {name}={timing[name]!r}"
            raise HandlerError(f"{name}= of {self.describe()} goes with an event: {example}.")
        for name in events:
            self.on(name, keywords[name], **timing)
        return {name: value for name, value in keywords.items() if name not in events and name not in timing}

    def _go_into(self, parent: "Component") -> None:
        if not isinstance(parent, Component):
            raise TreeError(f"a= of {self.describe()} wants a component, got {parent!r:.60}.")
        if parent.void or parent._flags & RAW or not parent.tag:
            parent._check_open()
        append_new(parent, self)

    def _go_into_block(self) -> None:
        block = blocks.current()
        if block is not None:
            block.place(self)
        elif hints.Diagnostics.on and (event := handling.get()) is not None and event.made is not None:
            event.made.append(self)

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if cls.__module__.startswith("justui."):
            if cls.__module__ in _ENGINE:
                cls._reserved |= _own_names(cls)
        else:
            _check_names(cls)
            _declare(cls)
        _let_follow(cls)
        cls._begin = _begin_table(cls)
        cls._builds = cls.build is not Component.build

    def build(self) -> None:
        """Make what the component consists of. Own components override it; it runs inside `with self:`."""

    # Text and attributes

    @property
    def text(self) -> str:
        """The element's leading text, in front of all children."""
        return "" if self._text is None or self._flags & RAW else self._text

    @text.setter
    def text(self, value: object) -> None:
        if type(value) is str:
            text = value
        elif isinstance(value, Reactive):
            self._follow("text", value)
            return
        else:
            text = "" if value is None else str(value)
        self._check_text(text)
        with tree_lock:
            if self._flags & FOLLOWS:
                self._stop_following("text", "inner_html", "#safe html")
            if self._flags & RAW:
                self._flags &= ~(RAW | RAGGED)
                self._text = text
                mark(self, "#html")
            elif text != (self._text or ""):
                self._text = text
                mark(self, "#text")

    def _check_text(self, text: str | None) -> None:
        if text and self.void:
            raise TreeError(f"{self.describe()} can have no text: <{self.tag}> is an empty element.")

    def _begin_text(self, value: object) -> None:
        if value is None:
            return
        text = value if type(value) is str else str(value)
        if self.void:
            self._check_text(text)
        if self._flags:
            self._flags &= ~(RAW | RAGGED)
        self._text = text

    @property
    def inner_html(self) -> str:
        """Raw HTML as the element's content. Set: sanitised; `set_html(html, safe=True)` takes it as it is."""
        return (self._text or "") if self._flags & RAW else ""

    @inner_html.setter
    def inner_html(self, value: "str | Reactive[Any]") -> None:
        self.set_html(value)

    def _begin_inner_html(self, value: str) -> None:
        self.set_html(value)

    def set_html(self, html: "str | Reactive[Any] | None", *, safe: bool = False) -> None:
        """Set raw HTML as the content, in place of text and children.

        `safe=True` is for HTML that you wrote yourself: scripts and handlers in it are kept. Otherwise it is sanitised.
        Raises `TreeError` for an element that can have no HTML inside.
        """
        if self.void or not self.tag or self.tag == "textarea":
            raise TreeError(f"{self.describe()} can have no inner_html.")
        if isinstance(html, Reactive):
            self._follow("#safe html" if safe else "inner_html", html)
            return
        html = "" if html is None else str(html)
        clean = html if safe else sanitised(html)
        if hints.Diagnostics.on and not safe and hints.lost_scripts(html, clean):
            hints.say(
                f"{self.describe()}: <script> and onclick were removed. Use safe=True only for HTML that you wrote yourself."
            )
        with tree_lock:
            if self._flags & FOLLOWS:
                self._stop_following("text", "inner_html", "#safe html")
            if self._children:
                replace(self, 0, len(self._children), [])
            self._flags = self._flags & ~RAGGED | RAW
            if safe and is_ragged(html):
                self._flags |= RAGGED
            self._text = clean
            mark(self, "#html")

    @property
    def show(self) -> bool:
        """Whether the component is in the page. False takes it and what is below out of the browser's document."""
        return not self._flags & HIDDEN

    @show.setter
    def show(self, value: object) -> None:
        if isinstance(value, Reactive):
            self._follow("show", value)
            return
        with tree_lock:
            if self._flags & FOLLOWS:
                self._stop_following("show")
            if bool(value) != self.show:
                self._flags ^= HIDDEN
                mark_shown(self)

    def _begin_show(self, value: object) -> None:
        self._flags = self._flags & ~HIDDEN if value else self._flags | HIDDEN

    @property
    def attributes(self) -> dict[str, Any]:
        """A copy of all HTML attributes, by their HTML names. Set: exactly these, each held to the rules of safety."""
        return dict(self._attributes or {})

    @attributes.setter
    def attributes(self, values: dict[str, object]) -> None:
        followed = {name: value for name, value in values.items() if isinstance(value, Reactive)}
        checked = self._checked({name: value for name, value in values.items() if name not in followed})
        with tree_lock:
            if followed:
                self.set_attributes(dict(followed))
                checked.update({name: (self._attributes or {}).get(name) for name in followed})
            for name in [name for name in self._attributes or () if name not in checked]:
                self._set_attribute(name, None)
            for name, value in checked.items():
                self._set_attribute(name, value)

    def _begin_attributes(self, values: dict[str, object]) -> None:
        self.set_attributes(values)

    def set_attributes(self, values: dict[str, object]) -> Self:
        """Set HTML attributes by their HTML names, such as `data-row` or `aria-label`; None or False takes one away.

        Raises `TreeError` for `on…`, unsafe URLs, and names that HTML does not allow.
        """
        followed = {name: value for name, value in values.items() if isinstance(value, Reactive)}
        if followed:
            values = {name: value for name, value in values.items() if name not in followed}
        checked = self._checked(values)
        with tree_lock:
            if self._flags & FOLLOWS:
                self._stop_following(*(f"@{name}" for name in values))
            for name, value in checked.items():
                self._set_attribute(name, value)
            for name, source in followed.items():
                self._follow(f"@{name}", source)
        return self

    def _checked(self, values: dict[str, object]) -> dict[str, Any]:
        # As HTML parsers have them: in lower case, but for some of SVG.
        capitals = SVG_CAPITALS if self.namespace else {}
        return {capitals.get(name.lower(), name.lower()): raw_attribute(name, value) for name, value in values.items()}

    def _set_attribute(self, name: str, value: Any) -> None:
        with tree_lock:
            attributes = self._attributes
            if value is None:
                if attributes is None or name not in attributes:
                    return
                del attributes[name]
            elif attributes is None:
                self._attributes = {name: value}
            else:
                present = attributes.get(name)
                if present == value and type(present) is type(value):
                    return
                attributes[name] = value
            mark(self, name)

    def _begin_other(self, name: str, value: Any) -> None:
        """A keyword that is no attribute: an event, a `data_…` or `aria_…` attribute, or the user's own."""
        if name.startswith("on_"):
            event, outside = handlers.split_event(name)
            handlers.check_event(event, type(self).__name__)
            self._bind(event, value, name, outside=outside)
        elif handlers.is_for_event(name, value):
            event, outside = handlers.split_event(name)
            self._bind(event, value, name, outside=outside)
        elif name.startswith(("data_", "aria_")):
            self.set_attributes({name.replace("_", "-"): value})
        elif name in self._reserved and getattr(getattr(type(self), name), "fset", None) is None:
            raise TreeError(f"{name}={value!r:.40} would hide {type(self).__name__}.{name}; choose another name.")
        else:
            if hints.Diagnostics.on and not hasattr(type(self), name):
                if value is None and name in EVENTS:
                    hints.say(handlers.not_callable(None, f"{name} of {self.describe()}"))
                hints.misspelt(type(self).__name__, name, [*self._begin, *self._settable, *EVENTS])
            setattr(self, name, value)

    # Following states

    @property
    def model(self) -> Reactive[Any] | None:
        """The state that the text follows. Set: a state, or JustPy's `[component, "key"]`, which means its `data["key"]`."""
        return (self._bound or {}).get("text")

    @model.setter
    def model(self, model: object) -> None:
        self._follow("text", model_of(model, self))

    def _begin_model(self, model: object) -> None:
        if model is not None:
            self.model = model

    def _begin_following(self, name: str, source: Any) -> bool:
        """Take a state given as a keyword; False where it is kept as it is, or means something else."""
        if not isinstance(source, Reactive):
            if issubclass(source, Reactive):
                kind = source.__name__
                raise StateError(f"{name}= of {self.describe()} got the class {kind}. Write {name}={kind.lower()}.")
            return False
        attribute = getattr(type(self), name, None)
        if not hasattr(type(attribute), "__set__"):
            if name.startswith(("data_", "aria_")):
                self.set_attributes({name.replace("_", "-"): source})
                return True
            return False
        if name in ("model", "presence") or isinstance(attribute, OnEvent):
            return False
        self._follow(name, source, self._begin.get(name))
        return True

    def _follow(self, name: str, source: Reactive[Any], begin: Begin | None = None) -> None:
        """Let an attribute follow a state, in place of what it followed. `begin` sets the first value of a new component."""
        source.value  # noqa: B018 - computed here, where no lock is held
        with tree_lock:
            self._stop_following(name)
            source.begin_following(self, name)
            try:
                if begin is None:
                    self._set_followed(name, source.value)
                else:
                    begin(self, source.value)
            except BaseException:
                source.end_following(self, name)
                raise
            self._note_following(name, source)

    def _note_following(self, name: str, source: Reactive[Any]) -> None:
        if self._bound is None:
            self._bound = {}
        self._bound[name] = source
        self._flags |= FOLLOWS

    def _stop_following(self, *names: str) -> None:
        """Let attributes follow nothing any more. Wants `tree_lock`, unless nobody else knows the component."""
        for name in names:
            if self._bound and (source := self._bound.pop(name, None)) is not None:
                source.end_following(self, name)

    def _take_followed(self, name: str, value: object) -> None:
        """Take a new value from the state that an attribute follows. Wants `tree_lock`."""
        bound = self._bound
        source = None if bound is None else bound.pop(name, None)  # for a plain value ends the following
        if bound is None or source is None:
            return
        try:
            self._set_followed(name, value)
        finally:
            bound.setdefault(name, source)

    def _set_followed(self, name: str, value: Any) -> None:
        if name[0] == "@":
            self.set_attributes({name[1:]: value})
        elif name == "#safe html":
            self.set_html(value, safe=True)
        elif name == "text" and isinstance(value, Component):
            raise TreeError(f"A text of {self.describe()} follows a state with a component. Show it with ui.For.")
        else:
            setattr(self, name, value)

    def _listen_to(self, source: Reactive[Any], listener: Listener) -> None:
        """Let a function follow a state as long as this component lives."""
        name = f"!{id(listener)}"
        with tree_lock:
            source.begin_following(self, name)
            self._note_following(name, source)
            self._heard = {**(self._heard or {}), name: listener}

    def _listen_no_more(self, listener: Listener) -> None:
        name = f"!{id(listener)}"
        with tree_lock:
            self._stop_following(name)
            self._heard = {key: one for key, one in (self._heard or {}).items() if key != name}

    def _listener(self, name: str) -> Listener | None:
        """The function that goes by this name in `_bound`."""
        return (self._heard or {}).get(name) if name[0] == "!" else None

    # Handlers

    def on(
        self,
        event: str,
        function: EventFunction,
        *,
        debounce: float | None = None,
        throttle: float | None = None,
        immediate: bool = False,
        key: str | None = None,
        modifiers: str = "",
        outside: bool = False,
        prevent: bool = False,
        stop: bool = False,
        once: bool = False,
        fields: Iterable[str] = (),
        custom: bool = False,
    ) -> Self:
        """Run `function` at each `event` of this element; it takes the place of an earlier one for the same event and key.

        `debounce` and `throttle` are milliseconds; with `immediate` a debounced event counts at the start of a burst.
        `key`: only this key (`Enter`, `a`, …); `modifiers`: only with exactly these, such as `ctrl+shift`; `outside`: events
        anywhere but in this element; `prevent` and `stop`: what the browser would do else, and what stands around it,
        does not see it; `once`: only the first; `fields`: further properties of the browser's event wanted in `msg`;
        `custom`: an event of your own. Raises `HandlerError` for an unknown event or a function that cannot be called.
        """
        bare, is_outside = handlers.split_event(event)
        if not custom:
            handlers.check_event(bare, type(self).__name__)
        options = handlers.event_options(
            debounce=debounce,
            throttle=throttle,
            immediate=immediate,
            prevent=prevent,
            stop=stop,
            once=once,
            modifiers=modifiers,
            fields=tuple(fields),
        )
        self._bind(
            handlers.token(bare), function, f"on_{bare}", key=key, outside=outside or is_outside, options=options
        )
        return self

    def _bind(
        self,
        event: str,
        function: EventFunction,
        keyword: str,
        *,
        key: str | None = None,
        outside: bool = False,
        options: str = "",
    ) -> None:
        def label() -> str:
            return f"{keyword} of {self.describe()}"

        entry, handler = handlers.bind(function, event, label, key=key, outside=outside, options=options)
        with tree_lock:
            if self._handlers is None:
                self._handlers = {}
            self._handlers[entry] = handler
            targets[self._id] = self
            mark(self, "data-e")

    def off(self, event: str, *, key: str | None = None, outside: bool = False) -> Self:
        """Take away the handler of `event`; nothing happens where there is none."""
        bare, is_outside = handlers.split_event(event)
        entry = handlers.entry_name(bare, key, outside=outside or is_outside)
        with tree_lock:
            if self._handlers and self._handlers.pop(entry, None) is not None:
                mark(self, "data-e")
        return self

    def handler(self, event: str) -> EventFunction | None:
        """The function that answers `event`, by its name in the event spec (`click`, `keydown.Enter`, `click__out`)."""
        found = (self._handlers or {}).get(event)
        return None if found is None else found.function

    # Children

    @property
    def components(self) -> Children:
        """The live list of children."""
        return Children(self)

    @components.setter
    def components(self, children: Iterable[Child]) -> None:
        if not (isinstance(children, Children) and children.belongs_to(self)):  # else: components += …
            self.replace_children([self.as_child(child, adding=False) for child in children])

    def replace_children(self, children: "Iterable[Component]", start: int = 0, stop: int | None = None) -> None:
        """Put `children` in the place of those from number `start` up to `stop`, of all unless told otherwise.

        Those that were there keep their node in the browser. Raises `TreeError`, and changes nothing, as `add` does.
        """
        children = list(children)
        if children:
            self._check_open()
        with tree_lock:
            placed = blocks.placings(children)
            end = len(self._children or ()) if stop is None else stop
            replace(self, start, end, children)
            blocks.take_back(placed, keeping=self)

    def add(self, *children: Child) -> Self:
        """Put components, or strings as text nodes, at the end; all or none. Returns this component.

        Raises `TreeError` for a cycle, a page, a component that stands here already, or something that is no component.
        """
        return self._put(-1, [self.as_child(child) for child in children])

    def add_component(self, child: Child, position: int | None = None) -> Self:
        """Put one component at `position` (0 is first, None and -1 are last). Returns this component."""
        return self._put(-1 if position is None else position, [self.as_child(child)])

    def add_first(self, child: Child) -> Self:
        """Put one component in front of all children."""
        return self._put(0, [self.as_child(child)])

    def _put(self, position: int, children: "list[Component]") -> Self:
        self._check_open()
        with tree_lock:
            placed = blocks.placings(children)
            check(self, children, placed)
            blocks.take_back(placed)
            insert(self, len(self._children or ()) if position < 0 else position, children)
        return self

    def _check_open(self) -> None:
        if self.void:
            raise TreeError(f"{self.describe()} can have no children: <{self.tag}> is an empty element.")
        if self._flags & RAW:
            raise TreeError(f"{self.describe()} has inner_html and can have no children. Set text='' first.")

    def as_child(self, value: Any, *, adding: bool = True) -> "Component":
        """`value` as a component that can be put here: itself, or a text node for a string or number."""
        if isinstance(value, Component):
            return value
        if isinstance(value, str) or (isinstance(value, (int, float)) and not isinstance(value, bool)):
            return _text_node(str(value))
        if isinstance(value, Reactive) and not isinstance(value, List):
            node = _text_node("")
            node._follow("text", value)
            return node
        verb = "add()" if adding else "components"
        more = " Write add(*items), or ui.For(items, fn)." if isinstance(value, (list, tuple, List)) else ""
        raise TreeError(f"{verb} of {self.describe()} takes components or strings, got {type(value).__name__}.{more}")

    def _begin_leading(self, children: tuple[Child, ...]) -> tuple[Child, ...]:
        """Take a single leading string as the text; the answer is what is left."""
        first = children[0]
        # Most are strings: asking for a List, which is an abstract class, takes longer than all the rest here.
        if type(first) is not str and (not isinstance(first, _TEXTS) or isinstance(first, (bool, List))):
            return children
        rest = children[1:]
        if rest and any(isinstance(child, _TEXTS) for child in rest):
            return children
        if isinstance(first, Reactive):
            self._follow("text", first, self._begin.get("text"))
        else:
            self._begin_text(str(first))
        return rest

    def remove(self, child: "Component") -> Self:
        """Take out a child. Raises `TreeError` when it is none. Returns this component."""
        with tree_lock:
            try:
                index = place_of(self, child)
            except ValueError:
                raise TreeError(f"{child!r} is no child of {self.describe()} and cannot be removed from it.") from None
            take_out(self, index)
        return self

    def clear(self) -> Self:
        """Take out all children. Returns this component."""
        with tree_lock:
            replace(self, 0, len(self._children or ()), [])
        return self

    delete_components = clear

    def delete(self) -> None:
        """Take this component out of every place where it stands."""
        with tree_lock:
            for parent in parents_of(self):
                parent.remove(self)

    @property
    def parents(self) -> "list[Component]":
        """The components in which this one stands."""
        return parents_of(self)

    def add_page(self, page: "WebPage") -> Self:
        """Nothing: JustPy's way to register pages. The engine knows where a component stands."""
        return self

    # Blocks

    def __enter__(self) -> Self:
        blocks.enter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        blocks.leave(self)

    # Sending

    def pages(self) -> "list[WebPage]":
        """The pages on which this component stands, shown or not."""
        found: dict[Component, None] = {}
        waiting: list[Component] = [self]
        seen: set[Component] = set()
        while waiting:
            component = waiting.pop()
            if component in seen:
                continue
            seen.add(component)
            if component.is_page:
                found[component] = None
            waiting.extend(parents_of(component))
        return list(found)  # type: ignore[arg-type]

    def update(self, tab: "Tab | None" = None) -> Awaitable[None]:
        """Send what is pending here and below to every tab that shows it, on whatever page; with `tab`, to that one only.

        Acts when called, from any thread; awaiting the answer only waits until it is handed over.
        """
        pages = self.pages()
        return pages[0].send_pending(self, pages, tab) if pages else HANDED

    def do(self, method: str, *arguments: Any) -> None:
        """Call one of the element's own methods (`focus`, `scroll_into_view`, `show_modal`, …) with the next update.

        In a handler it is called in that handler's tab, elsewhere in every tab that shows the component.
        Raises `HandlerError` for a method that is not on the list of `wire.METHODS`.
        """
        if method not in METHODS:
            raise HandlerError(f"{method!r} is no method to call on an element.{hints.near(method, METHODS)}")
        event = handling.get()
        if event is not None and event.tab is not None:
            event.tab.do(self, method, arguments)
        else:
            encode(arguments)  # what cannot travel is an error here, not at some update
            with tree_lock:
                mark_always(self, f"!{method}", list(arguments))

    def focus(self) -> None:
        """Give the element the keyboard focus."""
        self.do("focus")

    def scroll_into_view(self) -> None:
        """Scroll so that the element is seen."""
        self.do("scroll_into_view")

    # For people

    def describe(self) -> str:
        """How messages name the component: its class, id or text, and where it was made."""
        name = f"#{self._attributes['id']}" if self._attributes and "id" in self._attributes else ""
        text = "" if self.is_page or self._flags & RAW else self._text
        if not name and text:
            name = f'"{text if len(text) <= 20 else text[:19] + "…"}"'
        where = hints.place(self._site)
        return " ".join(part for part in (type(self).__name__, name, f"({where})" if where else "") if part)

    def __repr__(self) -> str:
        return f"<{self.describe()}>"

    def __html__(self) -> str:
        """The place of this component in a template that `app.render` renders. Raises `UsageError` elsewhere."""
        mount = mounting.get()
        if mount is None:
            raise UsageError(
                f"{self.describe()} is a component, no text: it has its place in a template that app.render renders, or "
                "app.render_html in a view of another framework."
            )
        return mount(self)

    def __bool__(self) -> bool:
        return True

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"{self.describe()} cannot be copied or pickled: it stands for one element. Make another one.")


Component._reserved = _own_names(Component) | _own_names(Classes)
Component._begin = _begin_table(Component)
_let_follow(Component)


class Text(Component):
    """Inline text: a text node between elements. `ui.P("a", ui.B("b"), "c")` makes them by itself."""

    tag = ""

    def _check_open(self) -> None:
        raise TreeError(f"{self.describe()} is text and can have no children.")

    def _bind(self, *arguments: Any, **keywords: Any) -> None:
        raise HandlerError("A Text is a bare text node and has no events. Use Span.")

    def _set_attribute(self, name: str, value: Any) -> None:
        raise TreeError("A Text is a bare text node and has no attributes. Use Span.")

    def _begin_classes(self, value: object) -> None:
        self._set_attribute("class", value)

    _begin_style = _begin_animation = _begin_transition = _begin_classes


def _text_node(text: str) -> Text:
    """A text node that is about to be placed, so that no block around takes it."""
    node = Text.__new__(Text)
    node._text = text
    return node


for _event in EVENTS:
    setattr(Component, f"on_{_event}", OnEvent(_event))
