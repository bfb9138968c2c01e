"""`WebPage`: the root of a tree, its settings, its style lines, who has it open, and what happens to it.

An update closes what waits into a *batch*; how batches reach the tabs is the affair of its `Delivery`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeVar, overload

from justui import engine, handlers, hints, tailwind, wire
from justui.chores import Chores, Timer, check_coroutine, waiting_pages
from justui.component import Component
from justui.context import HANDED, building, handling
from justui.delivery import Delivery, ends_of, hand_over, hold_together
from justui.dialect import Dialect
from justui.errors import HandlerError, TreeError, UsageError
from justui.handlers import EventFunction, Handler
from justui.host import Host
from justui.js import Expression, of_tabs
from justui.marks import is_dirty, tree_lock
from justui.outbox import Frame
from justui.page_settings import DEFAULTS, TRANSIENT, BodyHtml, Dark, Setting
from justui.patch import Collection
from justui.people import Presence
from justui.render import Html, node, take_gathered
from justui.styling import Styling
from justui.tasks import report_to_log

if TYPE_CHECKING:
    from justui.tab import Tab

log = logging.getLogger("justui")

Function = TypeVar("Function", bound=EventFunction)

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


class Opened(NamedTuple):
    """What a tab gets that opens a page."""

    body: str
    """The body as HTML."""
    sheet: str
    """The style lines that it needs."""
    shown: dict[int, str]
    """Where the HTML is the user's own: its components, by their ids."""


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
        "_body_html",
        "_born_in_request",
        "_chores",
        "_delivery",
        "_inner",
        "_life",
        "_presence",
        "_settings",
        "tailwind",
        "theme",
    )

    tag = "body"
    is_page = True
    root_object: Any = None
    """What is at the root of the browser's `server`, by `app.render(…, live=…)`; None where nothing is."""
    _settable = (*Component._settable, *DEFAULTS)

    _settings: dict[str, str]
    _body_html: Component | None
    _delivery: Delivery
    _inner: "WebPage | None"
    _life: dict[str, list[Handler]] | None
    _presence: Presence | None
    _chores: Chores | None
    _born_in_request: bool
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
        self._delivery = Delivery()
        self._inner = None
        self._life = None
        self._presence = None
        self._chores = None
        self._born_in_request = building.get()
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
        if name in TRANSIENT:
            return self._settings.pop(name, "")
        value = self._settings.get(name) or DEFAULTS[name]
        if name == "css" and self._compiles_css:
            return ""  # its rules are lines of the sheet
        return value.replace("</", "<\\/") if name == "css" else value  # in HTML it must not end the style element

    def settings(self) -> dict[str, str]:
        """All settings that stay, as `setting` has them."""
        return {name: self.setting(name) for name in DEFAULTS}

    # Tabs

    @property
    def tabs(self) -> "list[Tab]":
        """The tabs that show this page, those that have joined."""
        return [tab for tab in self._delivery.tabs.values() if tab.joined]

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
        return bool(self._delivery.tabs)

    @property
    def host(self) -> Host | None:
        """One of the Apps that show this page."""
        return next(iter(tuple(self._delivery.hosts)), None)

    @property
    def has_one_tab(self) -> bool:
        """Whether only one tab holds this page."""
        return len(self._delivery.tabs) == 1

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
        delivery = self._delivery
        styling = delivery.styling
        if styling is None or not delivery.tabs:
            dialect = self._dialect(host)
            if styling is None or styling.sheet.dialect is not dialect:
                styling = delivery.styling = Styling(self, dialect)
        return styling

    @property
    def styled(self) -> bool:
        """Whether Tailwind's classes are lines of the page's sheet, or will soon be."""
        styling = self._delivery.styling
        return styling is not None and (dialect := styling.sheet.dialect) is not None and dialect.ready

    @property
    def style_errors(self) -> list[str]:
        """What Tailwind said of rules of the App's or page's CSS that it had to leave out."""
        styling = self._delivery.styling
        dialect = None if styling is None else styling.sheet.dialect
        return [] if dialect is None else dialect.errors

    async def styles_known(self) -> None:
        """Wait until the lines are there that the last `open_for` missed, two seconds at most."""
        if (styling := self._delivery.styling) is not None:
            await styling.known()

    def change_dialect(self) -> None:
        """The page's `css` has changed: where Tailwind has to read it, the tabs get a whole new sheet when it has."""
        host, styling = self.host, self._delivery.styling
        if styling is not None and host is not None:
            dialect = self._dialect(host)
            if dialect is not None and dialect is not styling.sheet.dialect:
                styling.change(dialect)

    def keep_back(self, tab: "Tab", frame: Frame) -> bool:
        """Keep a frame for a tab behind deliveries that are held; False where none are."""
        styling = self._delivery.styling
        return styling is not None and styling.keep(tab, frame)

    @overload
    def open_for(self, tab: "Tab") -> Opened: ...
    @overload
    def open_for(self, tab: "Tab", *, patient: bool) -> Opened | None: ...
    def open_for(self, tab: "Tab", *, patient: bool = False) -> Opened | None:
        """What a tab gets that opens this page, which follows every change from now on.

        With `patient` None, and nothing has happened, where style lines are missing for which it is worth to wait.
        """
        with tree_lock:
            self._close_all()
            html = Html()
            take_gathered()
            shown = self._written(html)
            styling = self._styled(tab.host)
            styling.sheet.want(take_gathered())
            if patient and styling.patient:
                return None
            operation = styling.settle()
            if operation and self._delivery.tabs:
                self._delivery.append_lines(operation)
            sheet = styling.sheet.text
            self._delivery.open(tab)
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
        delivery = self._delivery
        if delivery.tabs.pop(tab.token, None) is None:
            return
        self._see_off(tab)
        delivery.release(tab.host)
        if not delivery.tabs:
            if self._born_in_request:
                self.end()
            tab.host.released(self)

    # Updates

    def update(self, tab: "Tab | None" = None) -> Awaitable[None]:
        """Send what is pending on this page to every tab that shows it; with `tab`, to that one only.

        Acts when called, from any thread; awaiting the answer only waits until it is handed over.
        """
        if tab is None and not (is_dirty(self) or self._delivery.due):
            return HANDED
        return self.send_pending(self, [self], tab)

    def send_pending(self, component: Component, pages: "list[WebPage]", tab: "Tab | None" = None) -> Awaitable[None]:
        """Close what waits in `component` and send it; `pages` are those on which it stands."""
        with tree_lock:
            touched = self.close(component)
            if tab is not None:
                hold_together([page._delivery for page in touched])
                delivery = tab.page._delivery
                ends = [(delivery, delivery.end)]
            else:
                ends = ends_of([page._delivery for page in (pages if touched == pages else [*pages, *touched])])
        hand_over(ends, tab)
        return HANDED

    def send_changes(self, components: Iterable[Component]) -> None:
        """Send what waits of these components themselves, on whatever pages they stand: one frame for each page."""
        with tree_lock:
            touched: dict[Delivery, None] = {}
            for component in components:
                if is_dirty(component):
                    try:
                        for page in self.close(component, whole=False):
                            touched[page._delivery] = None
                    except Exception:
                        log.exception("a change of %s could not be sent", component.describe())
                else:  # closed already: by an update, or by a tab that has joined, which waits for the next update
                    for page in component.pages():
                        if page._delivery.waits:
                            touched[page._delivery] = None
            ends = ends_of(list(touched))
        hand_over(ends, None)

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
                page._delivery.make_stale()
            raise
        for page, operations in collection.operations.items():
            page._delivery.append(operations, collection.styles.get(page))
        return list(collection.operations)

    def _close_all(self) -> None:
        """Close what waits on this page, for somebody who gets it as it is; the others get that with the next update."""
        hold_together([page._delivery for page in self.close(self)])

    def catch_up(self, tab: "Tab", field: Component) -> None:
        """Send a tab what was closed before, if that sets the field of which it has just sent an edit."""
        self._delivery.catch_up(tab, field._id)

    def forget_fresh(self) -> None:
        """The state of the page has changed without a mark: what its tabs show is changed already."""
        self._delivery.fresh = None

    def fresh_state(self, tab: "Tab") -> str:
        """The operation that brings a tab up to date whatever it shows; encoded once for each state of the page."""
        with tree_lock:
            self._close_all()
            delivery = self._delivery
            if delivery.fresh is None or delivery.fresh[0] != delivery.end:
                take_gathered()
                body = node(self)
                delivery.fresh = (delivery.end, wire.encode([wire.STATE, self._state_now(body)]))
            delivery.refreshed(tab)
            return delivery.fresh[1]

    def _state_now(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"page": self.settings(), "sheet": self._whole_sheet(), "body": body}

    def _whole_sheet(self) -> str:
        """The sheet for a fresh state, after the body was made; what that needed newly is sent to the others, too."""
        styling = self._delivery.styling
        if styling is None:
            return ""
        styling.sheet.want(take_gathered())
        if operation := styling.settle():
            self._delivery.append_lines(operation)
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
            host = next(iter(self._delivery.hosts), None)
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
        if not self._delivery.hosts and self._delivery.styling is None:
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


def hint_at_unsent(now: float) -> None:
    """In debug mode, now and then: name the changes that somebody would see if they were sent. `now` is `time.monotonic()`."""
    with tree_lock:
        for component, hint in hints.unsent(now, _UNSENT):
            if any(page.tabs for page in component.pages()):
                hints.say(hint)


def current_page() -> WebPage:
    """The page whose handler runs here. Raises `UsageError` outside of handlers."""
    event = handling.get()
    if event is None:
        raise UsageError("No handler runs here, so there is no page. Keep the page in a variable.")
    return event.page
