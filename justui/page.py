"""`WebPage`: the root of a tree, its settings, the tabs that show it, and what waits for each of them.

An update closes what waits into a *batch*. A page keeps the batches that not every tab has got; each tab has a cursor.
So a tab that joins, or one that is updated alone, takes nothing away from the others, and nothing comes twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, Self, TypeVar, overload
from urllib.parse import quote
from weakref import WeakSet

from justui import engine, handlers, hints, tailwind, wire
from justui.attributes import Attribute
from justui.chores import ChoreHost, Chores, Timer
from justui.component import Component
from justui.context import HANDED, building, handling
from justui.dialect import Dialect
from justui.errors import HandlerError, TreeError, UsageError
from justui.handlers import EventFunction, Handler
from justui.js import Expression, of_tabs
from justui.marks import is_dirty, mark, tree_lock
from justui.outbox import Frame
from justui.patch import Collection
from justui.people import Presence
from justui.render import Html, node, take_gathered
from justui.safety import safe_url
from justui.state import Reactive
from justui.still import still
from justui.styling import Styling
from justui.tasks import report_to_log

if TYPE_CHECKING:
    from justui.config import Config
    from justui.tab import Tab

log = logging.getLogger("justui")

Function = TypeVar("Function", bound=EventFunction)

FAVICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8'"
    " fill='%234f46e5'/%3E%3Cpath d='M19 8v11a5 5 0 0 1-8 4' stroke='%23fff' stroke-width='4' fill='none'"
    " stroke-linecap='round'/%3E%3C/svg%3E"
)
_DEFAULTS: Final = {"title": "justui", "lang": "en", "favicon": FAVICON, "css": "", "head_html": "", "dark": ""}
_TRANSIENT: Final = ("redirect", "display_url", "open")
_ADDRESSES: Final = ("favicon", *_TRANSIENT)
_UNSENT: Final = 10.0
"""Seconds after which a change that nobody sends is worth a hint."""
LIFE_EVENTS: Final = ("join", "page_ready", "leave", "result_ready")
WINDOW_EVENTS: Final = ("visibilitychange", "online", "offline", "hashchange", "popstate")
"""Events of the browser's window and document, which only a page can have."""
_WINDOW_FIELDS: Final = {
    "visibilitychange": ("target.visibilityState",),
    "popstate": ("target.location.href",),
    "hashchange": ("target.location.href",),
}
"""What of such an event is wanted in any case."""

waiting_pages: "WeakSet[WebPage]" = WeakSet()
"""Pages with timers or tasks, made before a server runs; the first App that starts begins them."""


class Host(ChoreHost, Protocol):
    """What a page wants of the App that shows it."""

    css: str
    """The App's own style sheet."""
    config: "Config"

    def remote_failed(self, error: Exception, tab: "Tab") -> None:
        """A statement that nobody waits for has failed in a browser."""

    def here(self) -> bool:
        """Whether the caller is in the App's loop."""

    def offer(self, tab: "Tab", content: Any, name: str) -> str:
        """The address at which a tab's person may fetch what a handler gives."""

    def run_life(self, page: "WebPage", event: str, tab: "Tab") -> None:
        """Run what a page does when it comes into the outlet of a tab's layout, or leaves it: `join` or `leave`."""

    def offer_view(self, tab: "Tab", view: Any) -> str:
        """The address at which a tab's browser fetches another page for its present address."""

    def released(self, page: "WebPage") -> None:
        """The last tab of a page has gone."""


class Setting(Attribute[str, str]):
    """One setting of a page, sent to its tabs with the next update."""

    __slots__ = ()

    def __get__(self, page: Any, owner: type) -> Any:
        """The value; for one that acts once, what has not been sent yet."""
        return self if page is None else page._settings.get(self.name, _DEFAULTS.get(self.name))

    def __set__(self, page: Any, value: "str | Reactive[Any] | None") -> None:
        if self.is_followed(page, value):
            return
        text = self.convert(value)
        with tree_lock:
            if self.name in _TRANSIENT or page._settings.get(self.name) != text:
                page._settings[self.name] = text
                mark(page, f"#page {self.name}")
                if self.name == "css":
                    page.change_dialect()

    def begin(self, page: Any, value: Any) -> None:
        """Set the first value."""
        page._settings[self.name] = self.convert(value)

    def convert(self, value: Any) -> str:
        """The value as it is kept and sent. Raises `TreeError` for an address that is not safe."""
        if self.name == "favicon" and isinstance(value, Component) and value.tag == "svg":
            with tree_lock:
                drawing = still(value).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
            return f"data:image/svg+xml,{quote(drawing)}"
        text = "" if value is None else str(value)
        if self.name not in _ADDRESSES or (self.name == "favicon" and text.startswith("data:image/svg+xml")):
            return text  # as an icon a drawing runs no scripts
        return safe_url(text, "src" if self.name == "favicon" else self.name)


class Dark(Setting):
    """Whether the page is dark: None follows the person's system."""

    __slots__ = ()

    def __get__(self, page: Any, owner: type) -> Any:
        """True, False or None."""
        return self if page is None else {"dark": True, "light": False}.get(page._settings.get(self.name, ""))

    def __set__(self, page: Any, value: "bool | Reactive[Any] | None") -> None:  # type: ignore[override]
        super().__set__(page, value)  # type: ignore[arg-type]  # `convert` makes a word of it

    def convert(self, value: Any) -> str:
        """The value as it is kept and sent."""
        if isinstance(value, str):
            raise TreeError(f"dark={value!r:.40} of WebPage: write True, False, or None to follow the person's system.")
        return "" if value is None else "dark" if value else "light"


class Opened(NamedTuple):
    """What a tab gets that opens a page."""

    body: str
    """The body as HTML."""
    sheet: str
    """The style lines that it needs."""
    shown: dict[int, str]
    """Where the HTML is the user's own: its components, by their ids."""


class BodyHtml(Attribute[str, str]):
    """Raw HTML at the top of the body: the content of a box without a look of its own, the page's first component."""

    __slots__ = ()

    def __get__(self, page: Any, owner: type) -> Any:
        """The HTML; empty where there is none, or where it was removed with all components."""
        if page is None:
            return self
        box = page._body_html
        return box.inner_html if box is not None and page in box.parents else ""

    def __set__(self, page: Any, value: "str | Reactive[Any] | None") -> None:
        if self.is_followed(page, value):
            return
        box = page._body_html
        if box is not None and page in box.parents:
            box.set_html(None if value is None else str(value), safe=True)
        elif value:
            self.begin(page, value)

    def begin(self, page: Any, value: Any) -> None:
        """Set the first value."""
        if value:
            page._body_html = Component(inner_html=str(value), safe=True, style="display: contents")
            page.add_first(page._body_html)


class WebPage(Component):
    """A page: the root of a tree of components, shown by any number of tabs.

    Made inside a page function it is private to its tab; held by the program it is shared by all who see it.
    `title`, `lang`, `favicon`, `css` (a style sheet), `head_html` and `body_html` (raw HTML at the top of the body, in a box that
    is the page's first component) may be changed at any time; `redirect`, `display_url`
    (the address shown, without a load) and `open` (an address for a new window) act once, with the next update.
    `dark`: None follows the person's system, True and False do not; it may be changed at any time. `theme=None` is a bare
    page without our look of elements, `tailwind=False` one whose class names are the program's own affair.
    """

    __slots__ = (
        "_batches",
        "_body_html",
        "_born_in_request",
        "_chores",
        "_first",
        "_fresh",
        "_held_with",
        "_hosts",
        "_inner",
        "_life",
        "_presence",
        "_settings",
        "_styling",
        "_tabs",
        "tailwind",
        "theme",
    )

    tag = "body"
    is_page = True
    root_object: Any = None
    """What is at the root of the browser's `server`, by `app.render(…, live=…)`; None where nothing is."""
    _settable = (*Component._settable, *_DEFAULTS)

    _settings: dict[str, str]
    _body_html: Component | None
    _batches: list[str]
    _first: int
    _tabs: "dict[str, Tab]"
    _hosts: "dict[Host, int]"
    _held_with: "WeakSet[WebPage] | None"
    _inner: "WebPage | None"
    _fresh: tuple[int, str] | None
    _life: dict[str, list[Handler]] | None
    _presence: Presence | None
    _chores: Chores | None
    _born_in_request: bool
    _styling: Styling | None
    theme: str | None
    """`default`, or None for a bare page. Counts when the page is shown first."""
    tailwind: bool
    """Whether class names are Tailwind's. Counts when the page is shown first."""

    title = Setting()
    lang = Setting()
    favicon = Setting()
    css = Setting()
    head_html = Setting()
    dark = Dark()
    body_html = BodyHtml()
    redirect = Setting()
    display_url = Setting()
    open = Setting()

    def __new__(cls, /, *children: Any, **keywords: Any) -> Self:
        """Give every page its empty containers, before any `__init__`."""
        self = super().__new__(cls)
        self._settings = {}
        self._body_html = None
        self._batches = []
        self._first = 0
        self._tabs = {}
        self._hosts = {}
        self._held_with = None
        self._inner = None
        self._fresh = None
        self._life = None
        self._presence = None
        self._chores = None
        self._born_in_request = building.get()
        self._styling = None
        self.theme = "default"
        self.tailwind = True
        return self

    def _begin_theme(self, value: str | None) -> None:
        if value not in (None, "default"):
            raise TreeError(f"theme={value!r}: the themes are 'default' and None.")
        self.theme = value

    def _begin_tailwind(self, value: object) -> None:
        self.tailwind = bool(value)

    def setting(self, name: str) -> str:
        """The value of one setting, for an operation. One that acts once is forgotten by that."""
        if name in _TRANSIENT:
            return self._settings.pop(name, "")
        value = self._settings.get(name) or _DEFAULTS[name]
        if name == "css" and self._compiles_css:
            return ""  # its rules are lines of the sheet
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
    def presence(self) -> Presence:
        """Who has this page open: `ui.People(page.presence)`. Set: a `ui.Presence` that several pages have in common, as those have
        that a page function makes.
        """
        if self._presence is None:
            self.presence = Presence()
        assert self._presence is not None  # noqa: S101 - just set
        return self._presence

    @presence.setter
    def presence(self, presence: Presence) -> None:
        if not isinstance(presence, Presence):
            raise UsageError(f"presence= of {self.describe()} wants a ui.Presence, got {presence!r:.60}.")
        before, self._presence = self._presence, presence
        for tab in self.tabs:
            if before is not None:
                before.leave(tab.person)
            presence.enter(tab.person)

    def _begin_presence(self, presence: Presence) -> None:
        self.presence = presence

    def come(self, tab: "Tab") -> None:
        """A tab that shows this page has joined: its person is here."""
        for page in (self, self._inner):
            if page is not None and page._presence is not None:
                page._presence.enter(tab.person)

    def _see_off(self, tab: "Tab") -> None:
        for page in (self, self._inner):
            if page is not None and page._presence is not None:
                try:
                    page._presence.leave(tab.person)
                except Exception as error:  # noqa: BLE001 - of a function that listens; the tab goes all the same
                    report_to_log(error, f"on_change of the presence of {page.describe()}")

    @property
    def js(self) -> Expression:
        """The windows of all tabs that show this page: as `tab.js`, but values come as a dict, `{tab: value or error}`.

        A tab that did not answer in time is a `RemoteTimeout` in it, one that left a `Gone`. Options, `page.js(…)`: `timeout` in
        seconds, `wait=False`, `to=` a tab, an id or a list of them, `late="omit"` to leave out who is late.
        """
        return of_tabs("page.js", self)

    @property
    def has_tabs(self) -> bool:
        """Whether any tab holds this page, those whose socket is still to come included."""
        return bool(self._tabs)

    @property
    def host(self) -> Host | None:
        """One of the Apps that show this page."""
        return next(iter(tuple(self._hosts)), None)

    @property
    def has_one_tab(self) -> bool:
        """Whether only one tab holds this page."""
        return len(self._tabs) == 1

    # Styles

    @property
    def _compiles_css(self) -> bool:
        return self.tailwind and tailwind.wants_compiling(self._settings.get("css", "")) and engine.is_there()

    def _dialect(self, host: Host) -> Dialect | None:
        return self._dialect_of(host, bare=self.theme is None)

    def _dialect_of(self, host: Host, *, bare: bool) -> Dialect | None:
        if not self.tailwind or not engine.is_there():
            return None
        own = self._settings.get("css", "") if self._compiles_css else ""
        return tailwind.dialect(f"{host.css}\n{own}" if own else host.css, bare=bare)

    def _styled(self, host: Host) -> Styling:
        styling = self._styling
        if styling is None or not self._tabs:
            dialect = self._dialect(host)
            if styling is None or styling.sheet.dialect is not dialect:
                styling = self._styling = Styling(self, dialect)
        return styling

    @property
    def styled(self) -> bool:
        """Whether Tailwind's classes are lines of the page's sheet, or will soon be."""
        return self._styling is not None and (dialect := self._styling.sheet.dialect) is not None and dialect.ready

    @property
    def style_errors(self) -> list[str]:
        """What Tailwind said of rules of the App's or page's CSS that it had to leave out."""
        dialect = None if self._styling is None else self._styling.sheet.dialect
        return [] if dialect is None else dialect.errors

    async def styles_known(self) -> None:
        """Wait until the lines are there that the last `open_for` missed, two seconds at most."""
        if self._styling is not None:
            await self._styling.known()

    def change_dialect(self) -> None:
        """The page's `css` has changed: where Tailwind has to read it, the tabs get a whole new sheet when it has."""
        host = self.host
        if self._styling is not None and host is not None:
            dialect = self._dialect(host)
            if dialect is not None and dialect is not self._styling.sheet.dialect:
                self._styling.change(dialect)

    def put_in_front(self, number: int | None, operation: str) -> "list[Tab]":
        """Put an operation in front of batch `number`, which no tab has got, or behind all; wants `tree_lock`.

        The answer: the tabs that have opened the page since, so that they will not get that batch.
        """
        self._fresh = None
        if number is None or number < self._first or number >= self._end:
            self._batches.append(operation)
            return []
        self._batches[number - self._first] = f"{operation},{self._batches[number - self._first]}"
        return [tab for tab in self._tabs.values() if tab.cursor > number]

    def send_closed(self) -> None:
        """Send all batches to all tabs."""
        _hand_over([(self, self._end)], None)

    def keep_back(self, tab: "Tab", frame: Frame) -> bool:
        """Keep a frame for a tab behind deliveries that are held; False where none are."""
        return self._styling is not None and self._styling.keep(tab, frame)

    @overload
    def open_for(self, tab: "Tab") -> Opened: ...
    @overload
    def open_for(self, tab: "Tab", *, patient: bool) -> Opened | None: ...
    def open_for(self, tab: "Tab", *, patient: bool = False) -> Opened | None:
        """What a tab gets that opens this page, which follows every change from now on.

        With `patient` None, and nothing has happened, where style lines are missing for which it is worth to wait.
        """
        with tree_lock:
            _hold_together(self.close(self))
            html = Html()
            take_gathered()
            shown = self._written(html)
            styling = self._styled(tab.host)
            styling.sheet.want(take_gathered())
            if patient and styling.patient:
                return None
            operation = styling.settle()
            if operation and self._tabs:
                self._batches.append(operation)
            sheet = styling.sheet.text
            tab.cursor = self._end
            self._tabs[tab.token] = tab
            self._hosts[tab.host] = self._hosts.get(tab.host, 0) + 1
        if halves := styling.sheet.halves:
            tab.send([wire.LOAD, *halves])
        if html.torn:
            tab.outbox.make_stale()
        self.begin(tab.host)
        return Opened("".join(html.parts), sheet, shown)

    def _written(self, html: Html) -> dict[int, str]:
        """Write the page."""
        html.write(self)
        return {}

    def drop_tab(self, tab: "Tab") -> None:
        """A tab has gone for good; with the last one the page's timers and tasks end."""
        if self._tabs.pop(tab.token, None) is None:
            return
        self._see_off(tab)
        host = tab.host
        self._hosts[host] -= 1
        if not self._hosts[host]:
            del self._hosts[host]
        if not self._tabs:
            with tree_lock:
                self._first = self._end
                self._batches.clear()
                self._fresh = None
                if self._styling is not None:
                    self._styling.clear()
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
            elif touched != pages or len(pages) > 1 or pages[0]._held_with:
                pages = _all_held_with([*pages, *touched])
            ends = [(page, page._end) for page in pages]
        _hand_over(ends, tab)
        return HANDED

    def send_changes(self, components: Iterable[Component]) -> None:
        """Send what waits of these components themselves, on whatever pages they stand: one frame for each page."""
        with tree_lock:
            touched: dict[WebPage, None] = {}
            for component in components:
                if is_dirty(component):
                    try:
                        touched.update(dict.fromkeys(self.close(component, whole=False)))
                    except Exception:
                        log.exception("a change of %s could not be sent", component.describe())
                else:  # closed already: by an update, or by a tab that has joined, which waits for the next update
                    touched.update((page, None) for page in component.pages() if page._batches)
            ends = [(page, page._end) for page in _all_held_with(list(touched))]
        _hand_over(ends, None)

    def close(self, component: Component, *, whole: bool = True) -> "list[WebPage]":
        """Close what waits in `component` into a batch of each page that it concerns; wants `tree_lock`.

        Not `whole`: not what waits below it.
        """
        if not is_dirty(component):
            return []
        collection = Collection()
        try:
            collection.take(component, whole=whole)
        except BaseException:
            # Marks are gone that were never sent: every tab gets the state of now, if that can be had.
            for page in component.pages():
                page.make_stale()
            raise
        touched = list(collection.operations)
        for page, operations in collection.operations.items():
            strings = collection.styles.get(page)
            if strings and page._styling is not None and (lines := page._styling.note(strings, page._end)):
                operations.insert(0, lines)
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
        tabs = [only] if only is not None else list(self._tabs.values())
        styling = self._styling
        if styling is not None and styling.holds(host, end):
            styling.hold(host, end, only, [tab for tab in tabs if tab.host is host and not tab.gone])
        else:
            self._deliver_now(host, end, tabs, everyone=only is None)
            if styling is not None:
                self.prune_sheet(styling)

    def deliver_held(self, host: Host, end: int, only: "Tab | None") -> None:
        """Do a delivery that was held; what was to be said before and behind it was held, too."""
        tabs = [only] if only is not None else list(self._tabs.values())
        self._deliver_now(host, end, tabs, everyone=only is None, held=True)

    def _deliver_now(self, host: Host, end: int, tabs: "list[Tab]", *, everyone: bool, held: bool = False) -> None:
        frames: dict[int, Frame] = {}
        for tab in tabs:
            if tab.host is not host or tab.gone:
                continue
            start = tab.cursor
            if start < end:
                frame = frames.get(start)
                if frame is None:
                    frame = frames[start] = self._frame(start, end, None if held else tab)
                tab.cursor = end
                if tab.stored_due and not held:
                    tab.flush_stored()
                tab.outbox.push(frame)
            if tab.commands and not held:
                tab.flush_commands()
        everywhere = everyone and len(self._hosts) == 1
        self._forget_delivered(end if everywhere else min((tab.cursor for tab in self._tabs.values()), default=end))

    def prune_sheet(self, styling: Styling) -> None:
        """Where the sheet is overgrown, forget the lines of classes that have gone: the tabs get a fresh state."""
        if styling.sheet.overgrown and styling.idle:
            with tree_lock:
                take_gathered()
                node(self)
                styling.sheet = styling.sheet.renewed(take_gathered())
            self.make_stale()

    def _frame(self, start: int, end: int, tab: "Tab | None") -> Frame:
        """The batches from `start` to `end` as one frame. To `tab`, if it is alone here, it says what is stored, too."""
        with tree_lock:
            operations = self._batches[start - self._first : end - self._first]
        if tab is not None and tab.stored_due and len(self._tabs) == 1:
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
            if self._fresh is None or self._fresh[0] != self._end:
                take_gathered()
                body = node(self)
                self._fresh = (self._end, wire.encode([wire.STATE, self._state_now(body)]))
            tab.cursor = self._end
            if self._styling is not None:
                self._styling.forget_told(tab)
            return self._fresh[1]

    def _state_now(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"page": self.settings(), "sheet": self._whole_sheet(), "body": body}

    def _whole_sheet(self) -> str:
        """The sheet for a fresh state, after the body was made; what that needed newly is sent to the others, too."""
        styling = self._styling
        if styling is None:
            return ""
        styling.sheet.want(take_gathered())
        if operation := styling.settle():
            self._batches.append(operation)
        return styling.sheet.text

    def to_json(self) -> dict[str, Any]:
        """The page's tree, as it travels: see `docs/wire.md`, "Nodes"."""
        with tree_lock:
            return node(self)

    # Events and background

    def on(self, event: str, function: EventFunction, **options: Any) -> "WebPage":
        """Run `function` at an event of the page.

        `join`, also called `page_ready`: a tab is there and connected, once for each; `leave`: it has gone for good;
        `result_ready`: what `run_javascript` gave; `visibilitychange` (`msg.visibility`), `popstate` and others of the window;
        or any DOM event anywhere on the page (`keydown`, `click`, …), with the options of a component's `on`.
        """
        if event in LIFE_EVENTS:
            if self._life is None:
                self._life = {}
            arity = handlers.arity_of(function, f"on {event} of {self.describe()}")
            self._life.setdefault(event, []).append(Handler(function, arity, event))
            return self
        if event in WINDOW_EVENTS:
            options["custom"] = True
            options["fields"] = (*_WINDOW_FIELDS.get(event, ()), *options.get("fields", ()))
        elif not options.get("custom"):
            handlers.check_event(handlers.split_event(event)[0], type(self).__name__, (*LIFE_EVENTS, *WINDOW_EVENTS))
        return super().on(event, function, **options)

    def life_handlers(self, event: str) -> Iterable[Handler]:
        """The functions that answer one of `LIFE_EVENTS`."""
        return tuple((self._life or {}).get(event, ()))

    @property
    def inner(self) -> "WebPage | None":
        """The page that a page function made for the outlet of this one, its layout; None where it made a component."""
        return self._inner

    def put_inside(self, inner: "WebPage | None") -> None:
        """Another page is in the outlet now, or none. Those that tell its life, and its timers, are the caller's affair."""
        self._inner = inner

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
        """Begin the timers and tasks that are not running, also those of the page in its outlet."""
        if self._inner is not None:
            self._inner.begin(host)
        if self._chores is not None and not self._chores.begun:
            waiting_pages.discard(self)
            self._chores.begin(self, host)

    @property
    def is_shared(self) -> bool:
        """Whether the page was made outside of a page function, so that the program holds it."""
        return not self._born_in_request

    def belong_to_one(self) -> None:
        """A page that no tab has shown yet is made for one: its timers and tasks end when that leaves."""
        if not self._hosts and self._styling is None:
            self._born_in_request = True

    def end(self) -> None:
        """End the page's timers and tasks. A tab that shows the page later begins the timers again."""
        if self._inner is not None:
            self._inner.end()
        if self._chores is not None:
            self._chores.end()

    def run_javascript(self, code: str, request_id: Any = None) -> Awaitable[None]:
        """Run JavaScript in every tab of this page, behind what is pending; each value comes as the event `result_ready`.

        That event has `msg.result`, or `msg.error` with the browser's words, `msg.request_id` and `msg.tab`. An expression gives
        its value, statements what they `return`. The code must be the program's own, like `head_html`: never put into it what a
        person typed. Acts when called. `await tab.run_javascript(code)` asks one tab and gives its value.
        """
        for tab in self.tabs:
            tab.run_javascript(code, request_id)
        return HANDED

    def reload(self) -> Awaitable[None]:
        """Let every tab load the page anew. What people typed and did not send is lost; an update rarely needs this."""
        return self.run_javascript("location.reload()")

    async def delayed_update(self, seconds: float) -> None:
        """Wait so many seconds, then update. `ui.run_task(page.delayed_update(3))` does not hold the handler up."""
        await asyncio.sleep(seconds)
        await self.update()

    def notify(self, text: str, kind: str = "info") -> None:
        """Show a short message in every tab of this page; `kind` is info, success, warning or error."""
        for tab in self.tabs:
            tab.notify(text, kind)


def _hand_over(ends: "list[tuple[WebPage, int]]", tab: "Tab | None") -> None:
    """Let each page's tabs have its batches up to an end, each host in its own loop; with `tab` only that one."""
    for page, end in ends:
        for host in tuple(page._hosts):
            if host.here():
                page._deliver(host, end, tab)
            else:
                host.call(page._deliver, host, end, tab)


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
