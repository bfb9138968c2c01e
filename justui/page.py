"""`WebPage`: the root of a tree, its settings, the tabs that show it, and what waits for each of them.

An update closes what waits into a *batch*. A page keeps the batches that not every tab has got; each tab has a cursor.
So a tab that joins, or one that is updated alone, takes nothing away from the others, and nothing comes twice.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar
from weakref import WeakSet

from justui import handlers, hints, wire
from justui.attributes import Attribute
from justui.chores import ChoreHost, Chores, Timer
from justui.component import Component
from justui.context import HANDED, building, handling
from justui.errors import HandlerError, UsageError
from justui.handlers import EventFunction, Handler
from justui.marks import is_dirty, mark, tree_lock
from justui.outbox import Frame
from justui.patch import Collection
from justui.render import Html, node
from justui.safety import safe_url

if TYPE_CHECKING:
    from justui.tab import Tab

Function = TypeVar("Function", bound=EventFunction)

FAVICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8'"
    " fill='%234f46e5'/%3E%3Cpath d='M19 8v11a5 5 0 0 1-8 4' stroke='%23fff' stroke-width='4' fill='none'"
    " stroke-linecap='round'/%3E%3C/svg%3E"
)
_DEFAULTS: Final = {"title": "justui", "lang": "en", "favicon": FAVICON, "css": "", "head_html": ""}
_TRANSIENT: Final = ("redirect", "display_url", "open")
_ADDRESSES: Final = ("favicon", *_TRANSIENT)
_UNSENT: Final = 10.0
"""Seconds after which a change that nobody sends is worth a hint."""
LIFE_EVENTS: Final = ("join", "leave")
WINDOW_EVENTS: Final = ("visibilitychange", "online", "offline", "hashchange", "popstate")
"""Events of the browser's window and document, which only a page can have."""

waiting_pages: "WeakSet[WebPage]" = WeakSet()
"""Pages with timers or tasks, made before a server runs; the first App that starts begins them."""


class Host(ChoreHost, Protocol):
    """What a page wants of the App that shows it."""

    def here(self) -> bool:
        """Whether the caller is in the App's loop."""

    def released(self, page: "WebPage") -> None:
        """The last tab of a page has gone."""


class Setting(Attribute[str, str]):
    """One setting of a page, sent to its tabs with the next update."""

    __slots__ = ()

    def __get__(self, page: Any, owner: type) -> Any:
        """The value; for one that acts once, what has not been sent yet."""
        return self if page is None else page._settings.get(self.name, _DEFAULTS.get(self.name))

    def __set__(self, page: Any, value: str | None) -> None:
        text = self.convert(value)
        with tree_lock:
            if self.name in _TRANSIENT or page._settings.get(self.name) != text:
                page._settings[self.name] = text
                mark(page, f"#page {self.name}")

    def begin(self, page: Any, value: Any) -> None:
        """Set the first value."""
        page._settings[self.name] = self.convert(value)

    def convert(self, value: Any) -> str:
        """The value as it is kept and sent. Raises `TreeError` for an address that is not safe."""
        text = "" if value is None else str(value)
        if self.name not in _ADDRESSES or (self.name == "favicon" and text.startswith("data:image/svg+xml")):
            return text  # as an icon a drawing runs no scripts
        return safe_url(text, "src" if self.name == "favicon" else self.name)


class WebPage(Component):
    """A page: the root of a tree of components, shown by any number of tabs.

    Made inside a page function it is private to its tab; held by the program it is shared by all who see it.
    `title`, `lang`, `favicon`, `css` (a style sheet) and `head_html` may be changed at any time; `redirect`, `display_url`
    (the address shown, without a load) and `open` (an address for a new window) act once, with the next update.
    """

    __slots__ = (
        "_batches",
        "_born_in_request",
        "_chores",
        "_first",
        "_fresh",
        "_held_with",
        "_hosts",
        "_life",
        "_settings",
        "_tabs",
        "data",
    )

    tag = "body"
    is_page = True
    _settable = (*Component._settable, *_DEFAULTS)

    _settings: dict[str, str]
    _batches: list[str]
    _first: int
    _tabs: "dict[str, Tab]"
    _hosts: "dict[Host, int]"
    _held_with: "WeakSet[WebPage] | None"
    _fresh: tuple[int, str] | None
    _life: dict[str, list[Handler]] | None
    _chores: Chores | None
    _born_in_request: bool
    data: dict[Any, Any]
    """Whatever the program keeps for this page."""

    title = Setting()
    lang = Setting()
    favicon = Setting()
    css = Setting()
    head_html = Setting()
    redirect = Setting()
    display_url = Setting()
    open = Setting()

    def __new__(cls, *children: Any, **keywords: Any) -> Self:
        """Give every page its empty containers, before any `__init__`."""
        self = super().__new__(cls)
        self._settings = {}
        self._batches = []
        self._first = 0
        self._tabs = {}
        self._hosts = {}
        self._held_with = None
        self._fresh = None
        self._life = None
        self._chores = None
        self._born_in_request = building.get()
        self.data = {}
        return self

    def setting(self, name: str) -> str:
        """The value of one setting, for an operation. One that acts once is forgotten by that."""
        if name in _TRANSIENT:
            return self._settings.pop(name, "")
        value = self._settings.get(name) or _DEFAULTS[name]
        return value.replace("</", "<\\/") if name == "css" else value  # in HTML it must not end the style element

    def settings(self) -> dict[str, str]:
        """All settings that stay, as `setting` has them."""
        return {name: self.setting(name) for name in _DEFAULTS}

    # Tabs

    @property
    def tabs(self) -> "list[Tab]":
        """The tabs that show this page, those that have joined."""
        return [tab for tab in self._tabs.values() if tab.joined]

    @property
    def has_tabs(self) -> bool:
        """Whether any tab holds this page, those whose socket is still to come included."""
        return bool(self._tabs)

    @property
    def has_one_tab(self) -> bool:
        """Whether only one tab holds this page."""
        return len(self._tabs) == 1

    def open_for(self, tab: "Tab") -> str:
        """The body as HTML for a tab that opens this page, which follows every change from now on."""
        with tree_lock:
            _hold_together(self.close(self))
            html = Html()
            html.write(self)
            tab.cursor = self._end
            self._tabs[tab.id] = tab
            self._hosts[tab.host] = self._hosts.get(tab.host, 0) + 1
        if html.torn:
            tab.outbox.make_stale()
        self.begin(tab.host)
        return "".join(html.parts)

    def drop_tab(self, tab: "Tab") -> None:
        """A tab has gone for good; with the last one the page's timers and tasks end."""
        if self._tabs.pop(tab.id, None) is None:
            return
        host = tab.host
        self._hosts[host] -= 1
        if not self._hosts[host]:
            del self._hosts[host]
        if not self._tabs:
            with tree_lock:
                self._first = self._end
                self._batches.clear()
                self._fresh = None
            if self._born_in_request:
                self.end()
            host.released(self)

    # Updates

    def update(self, tab: "Tab | None" = None) -> Awaitable[None]:
        """Send what is pending on this page to every tab that shows it; with `tab`, to that one only.

        Acts when called, from any thread; awaiting the answer only waits until it is handed over.
        """
        if tab is None and not (self._batches or is_dirty(self) or self._held_with or self._has_commands()):
            return HANDED
        return self.send_pending(self, [self], tab)

    def _has_commands(self) -> bool:
        return any(tab.commands for tab in tuple(self._tabs.values()))

    def send_pending(self, component: Component, pages: "list[WebPage]", tab: "Tab | None" = None) -> Awaitable[None]:
        """Close what waits in `component` and send it; `pages` are those on which it stands."""
        with tree_lock:
            touched = self.close(component)
            if tab is not None:
                _hold_together(touched)
                pages = [tab.page]
            elif touched != pages or any(page._held_with for page in pages):
                pages = _all_held_with([*pages, *touched])
            ends = [(page, page._end) for page in pages]
        for page, end in ends:
            for host in tuple(page._hosts):
                if host.here():
                    page._deliver(host, end, tab)
                else:
                    host.call(page._deliver, host, end, tab)
        return HANDED

    def close(self, component: Component) -> "list[WebPage]":
        """Close what waits in `component` into a batch of each page that it concerns; wants `tree_lock`."""
        if not is_dirty(component):
            return []
        collection = Collection()
        try:
            collection.take(component)
        except BaseException:
            # Marks are gone that were never sent: every tab gets the state of now, if that can be had.
            for page in component.pages():
                page.make_stale()
            raise
        touched = list(collection.operations)
        for page, operations in collection.operations.items():
            page._batches.append(",".join(operations))
            page._fresh = None
        return touched

    def make_stale(self) -> None:
        """Let every tab of this page take a fresh state next."""
        self._fresh = None
        for tab in tuple(self._tabs.values()):
            tab.host.call(tab.outbox.make_stale)

    @property
    def _end(self) -> int:
        return self._first + len(self._batches)

    def _deliver(self, host: Host, end: int, only: "Tab | None") -> None:
        """Put the batches up to `end` into the outboxes of the tabs of one App, each tab from where it is."""
        frames: dict[int, Frame] = {}
        tabs = [only] if only is not None else list(self._tabs.values())
        for tab in tabs:
            if tab.host is not host or tab.gone:
                continue
            start = tab.cursor
            if start < end:
                frame = frames.get(start)
                if frame is None:
                    frame = frames[start] = self._frame(start, end, tab)
                tab.cursor = end
                if tab.stored_due:
                    tab.flush_stored()
                tab.outbox.push(frame)
            if tab.commands:
                tab.flush_commands()
        everywhere = only is None and len(self._hosts) == 1
        self._forget_delivered(end if everywhere else min((tab.cursor for tab in self._tabs.values()), default=end))

    def _frame(self, start: int, end: int, tab: "Tab") -> Frame:
        """The batches from `start` to `end` as one frame. For a tab that is alone here it says what is stored, too."""
        with tree_lock:
            operations = self._batches[start - self._first : end - self._first]
        if tab.stored_due and len(self._tabs) == 1:
            operations.insert(0, tab.take_stored())
        return Frame(f"[{','.join(operations)}]", patch=True)

    def _forget_delivered(self, end: int) -> None:
        with tree_lock:
            del self._batches[: max(0, end - self._first)]
            self._first = max(self._first, end)

    def catch_up(self, tab: "Tab", field: Component) -> None:
        """Send a tab what was closed before, if that sets the field of which it has just sent an edit.

        The acknowledgement of the edit is to stand behind it (law 5), or the tab would take the older value for a newer.
        """
        start, end = tab.cursor, self._end
        if start < end:
            value = f'["{wire.VALUE}",{field._id},'
            if any(value in batch for batch in self._batches[start - self._first :]):
                self._deliver(tab.host, end, tab)

    def forget_fresh(self) -> None:
        """The state of the page has changed without a mark: what its tabs show is changed already."""
        self._fresh = None

    def fresh_state(self, tab: "Tab") -> str:
        """The operation that brings a tab up to date whatever it shows; encoded once for each state of the page."""
        with tree_lock:
            _hold_together(self.close(self))
            tab.cursor = self._end
            if self._fresh is None or self._fresh[0] != self._end:
                self._fresh = (self._end, wire.encode([wire.STATE, {"page": self.settings(), "body": node(self)}]))
            return self._fresh[1]

    def to_json(self) -> dict[str, Any]:
        """The page's tree, as it travels: see `docs/wire.md`, "Nodes"."""
        with tree_lock:
            return node(self)

    # Events and background

    def on(self, event: str, function: EventFunction, **options: Any) -> "WebPage":
        """Run `function` when a tab joins or leaves (`join`, `leave`), or at a DOM event of the page (`keydown`, …)."""
        if event in LIFE_EVENTS:
            if self._life is None:
                self._life = {}
            arity = handlers.arity_of(function, f"on {event} of {self.describe()}")
            self._life.setdefault(event, []).append(Handler(function, arity, event))
            return self
        if event in WINDOW_EVENTS:
            options["custom"] = True
        elif not options.get("custom"):
            handlers.check_event(handlers.split_event(event)[0], type(self).__name__, (*LIFE_EVENTS, *WINDOW_EVENTS))
        return super().on(event, function, **options)

    def life_handlers(self, event: str) -> Iterable[Handler]:
        """The functions that answer `join` or `leave`."""
        return tuple((self._life or {}).get(event, ()))

    def every(self, seconds: float) -> Callable[[Function], Function]:
        """Run a function every so many seconds, as a handler: when it returns None, the page is updated.

        `@page.every(1)`. It may be declared before a server runs. It ends with the server; for a page that was made for one
        request it ends with the last tab.
        """
        given: Any = seconds  # a function, where somebody wrote @page.every without brackets
        if not isinstance(given, (int, float)) or given <= 0:
            raise HandlerError(f"every() wants a number of seconds above 0, got {seconds!r}. Write @page.every(1).")

        def declare(function: Function) -> Function:
            timer = Timer(
                seconds, Handler(function, handlers.arity_of(function, f"every of {self.describe()}"), "every")
            )
            self._with_chores().add_timer(self, timer)
            return function

        return declare

    def run_task(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine that ends with the page. Before the page is shown it waits; errors are logged.

        Raises `HandlerError` for a function that was not called, or that is not async.
        """
        check_coroutine(coroutine)
        self._with_chores().add_task(self, coroutine)

    def _with_chores(self) -> Chores:
        if self._chores is None:
            self._chores = Chores()
            host = next(iter(self._hosts), None)
            if host is None:
                waiting_pages.add(self)
            else:
                self._chores.begin(self, host)
        return self._chores

    def begin(self, host: Host) -> None:
        """Begin the timers and tasks that are not running."""
        if self._chores is not None and not self._chores.begun:
            waiting_pages.discard(self)
            self._chores.begin(self, host)

    @property
    def is_shared(self) -> bool:
        """Whether the page was made outside of a page function, so that the program holds it."""
        return not self._born_in_request

    def end(self) -> None:
        """End the page's timers and tasks. A tab that shows the page later begins the timers again."""
        if self._chores is not None:
            self._chores.end()

    def notify(self, text: str, kind: str = "info") -> None:
        """Show a short message in every tab of this page; `kind` is info, success, warning or error."""
        for tab in self.tabs:
            tab.notify(text, kind)


def _hold_together(pages: "list[WebPage]") -> None:
    """Note that these pages have got batches of one update, which have not been sent: the next update of one sends all.

    The pages of such a group share one set, so that a component on a thousand pages costs a thousand entries.
    """
    if len(pages) < 2:
        return
    group = pages[0]._held_with or WeakSet()
    for page in pages:
        if page._held_with is not group:
            for other in list(page._held_with or (page,)):
                group.add(other)
                other._held_with = group


def _all_held_with(pages: "list[WebPage]") -> "list[WebPage]":
    """These pages and those whose batches have to be sent with theirs; they are not held any more."""
    found = dict.fromkeys(pages)
    for page in pages:
        if page._held_with:
            found.update(dict.fromkeys(page._held_with))
    for page in found:
        page._held_with = None
    return list(found)


def hint_at_unsent(now: float) -> None:
    """In debug mode, now and then: name the changes that somebody would see if they were sent. `now` is `time.monotonic()`."""
    with tree_lock:
        for component, hint in hints.unsent(now, _UNSENT):
            if any(page.tabs for page in component.pages()):
                hints.say(hint)


def check_coroutine(value: Any) -> None:
    """Raise `HandlerError`, saying what to write, when `value` is not a coroutine."""
    if hasattr(value, "send") and hasattr(value, "close"):
        return
    name = getattr(value, "__name__", repr(value))
    if hints.is_async(value):
        raise HandlerError(f"run_task wants a coroutine: run_task({name}())")
    raise HandlerError(f"run_task wants a coroutine. {name} is not async; use await ui.in_thread({name}).")


def current_page() -> WebPage:
    """The page whose handler runs here. Raises `UsageError` outside of handlers."""
    event = handling.get()
    if event is None:
        raise UsageError("No handler runs here, so there is no page. Keep the page in a variable.")
    return event.page
