"""`Component`: one node of a page's tree, with its attributes, text, children and handlers, and one state for all places.

It notes what changes (`marks`) and knows nothing of HTML text, operations, tabs or sockets.
"""

import copy
import itertools
from collections.abc import Awaitable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeAlias
from weakref import ref

from justui import blocks, hints
from justui.attributes import Begin
from justui.attributes import Text as TextAttribute
from justui.binding import Binding, targets
from justui.children import Children, append_new, around, check, insert, parents_of, place_of, replace, take_out
from justui.classes import Classes
from justui.context import HANDED, handling, mounting
from justui.declaring import check_names, check_wanted, declare, let_follow, own_names
from justui.errors import HandlerError, TreeError, UsageError
from justui.following import follow, stop_following
from justui.handlers import Handler
from justui.html_attributes import set_exactly, set_these
from justui.html_content import put_html
from justui.keywords import begin_following, begin_other, begin_table, bind_timed
from justui.listeners import Listener
from justui.lists import List
from justui.marks import FOLLOWS, HIDDEN, RAGGED, RAW, mark, mark_always, mark_shown, tree_lock
from justui.models import DataSlot, model_of
from justui.motion import Animation, Transition
from justui.state import Reactive
from justui.wire import METHODS, encode

__all__ = ["Child", "Component", "Text", "targets"]

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


class Component(Binding, Classes):
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
            keywords = bind_timed(self, keywords)
        if children and not (keywords and ("text" in keywords or "inner_html" in keywords)):
            children = self._take_leading(children)
        if safe and "inner_html" in keywords:
            self.set_html(keywords.pop("inner_html"), safe=True)
        table = self._begin
        for name, value in keywords.items():
            if type(value) is not str and isinstance(value, _MEANT_AS_STATE) and begin_following(self, name, value):
                continue
            begin = table.get(name)
            if begin is not None:
                begin(self, value)
            else:
                begin_other(self, name, value)
        if self._wanted:
            check_wanted(self)
        if self._builds:
            with self:
                self.build()
        if children:
            self.add(*children)
        if a is not None:
            self._go_into(a)
        elif not self.is_page:
            self._go_into_block()

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
                cls._reserved |= own_names(cls)
        else:
            check_names(cls)
            declare(cls)
        let_follow(cls)
        cls._begin = begin_table(cls)
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
            follow(self, "text", value)
            return
        else:
            text = "" if value is None else str(value)
        self._check_text(text)
        with tree_lock:
            if self._flags & FOLLOWS:
                stop_following(self, "text", "inner_html", "#safe html")
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
        put_html(self, html, safe=safe)

    @property
    def show(self) -> bool:
        """Whether the component is in the page. False takes it and what is below out of the browser's document."""
        return not self._flags & HIDDEN

    @show.setter
    def show(self, value: object) -> None:
        if isinstance(value, Reactive):
            follow(self, "show", value)
            return
        with tree_lock:
            if self._flags & FOLLOWS:
                stop_following(self, "show")
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
        set_exactly(self, values)

    def _begin_attributes(self, values: dict[str, object]) -> None:
        self.set_attributes(values)

    def set_attributes(self, values: dict[str, object]) -> Self:
        """Set HTML attributes by their HTML names, such as `data-row` or `aria-label`; None or False takes one away.

        Raises `TreeError` for `on…`, unsafe URLs, and names that HTML does not allow.
        """
        set_these(self, values)
        return self

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

    # Following states

    @property
    def model(self) -> Reactive[Any] | None:
        """The state that the text follows. Set: a state, or JustPy's `[component, "key"]`, which means its `data["key"]`."""
        return (self._bound or {}).get("text")

    @model.setter
    def model(self, model: object) -> None:
        follow(self, "text", model_of(model, self))

    def _begin_model(self, model: object) -> None:
        if model is not None:
            self.model = model

    def _set_followed(self, name: str, value: Any) -> None:
        if name[0] == "@":
            self.set_attributes({name[1:]: value})
        elif name == "#safe html":
            self.set_html(value, safe=True)
        elif name == "text" and isinstance(value, Component):
            raise TreeError(f"A text of {self.describe()} follows a state with a component. Show it with ui.For.")
        else:
            setattr(self, name, value)

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
            follow(node, "text", value)
            return node
        verb = "add()" if adding else "components"
        more = " Write add(*items), or ui.For(items, fn)." if isinstance(value, (list, tuple, List)) else ""
        raise TreeError(f"{verb} of {self.describe()} takes components or strings, got {type(value).__name__}.{more}")

    def _take_leading(self, children: tuple[Child, ...]) -> tuple[Child, ...]:
        """Take a single leading string as the text; the answer is what is left."""
        first = children[0]
        # Most are strings: asking for a List, which is an abstract class, takes longer than all the rest here.
        if type(first) is not str and (not isinstance(first, _TEXTS) or isinstance(first, (bool, List))):
            return children
        rest = children[1:]
        if rest and any(isinstance(child, _TEXTS) for child in rest):
            return children
        if isinstance(first, Reactive):
            follow(self, "text", first, self._begin.get("text"))
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
        return [one for one in around(self) if one.is_page]  # type: ignore[misc]

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


Component._reserved = own_names(Component, Binding, Classes)
Component._begin = begin_table(Component)
let_follow(Component)


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
