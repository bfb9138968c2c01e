"""`Outlet`: the place in a layout where its pages stand, and what a page is that stands there. Knows no addresses and no HTTP."""

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, Self

from justui.component import Component
from justui.context import HANDED
from justui.errors import TreeError, UsageError
from justui.handlers import EventFunction
from justui.host import Host
from justui.live import HtmlPage
from justui.marks import tree_lock
from justui.page import WINDOW_EVENTS, WebPage
from justui.page_settings import DEFAULTS, TRANSIENT, Dark, Setting, wear

if TYPE_CHECKING:
    from justui.tab import Tab

_JOINED: Final = ("css", "head_html")
"""Settings of which a layout and the page in it both have their part."""


class Outlet(Component):
    """The place in a layout where the page of each address stands: `@app.route("/", layout=shell)`, where `shell` has it once.

    It is a `div`, and takes what any component takes. What a page function returns is put in, and taken out when its address
    is left; nothing else should be put here.
    """

    __slots__ = ("_before", "layout")

    tag = "div"
    used = False
    """Whether the program has made any."""

    layout: Callable[..., Any] | None
    """The function that made the layout, when the App has put a page in."""
    _before: dict[str, tuple[str | None, str | None]]
    """Settings that the page in it gives the layout: by their names, what the layout had, and what it was given."""

    def __new__(cls, /, *children: Any, **keywords: Any) -> Self:
        """With its containers, before any `__init__`."""
        self = super().__new__(cls)
        self.layout, self._before = None, {}
        Outlet.used = True
        self.set_attributes({"data-outlet": True})
        return self

    def put(self, page: WebPage, content: Component) -> None:
        """Let `content` stand here, in `page`. What stood here before has been taken out by that; it is told nothing."""
        inner = content if isinstance(content, WebPage) else None
        if inner is not None:
            _become_inner(inner)
        with tree_lock:
            self.replace_children([content])
            page.put_inside(inner)
            self._dress(page, {} if inner is None else inner._settings)

    def _dress(self, page: WebPage, given: dict[str, str]) -> None:
        """Give a layout the settings of the page in it, and its own back where that has none."""
        for name in DEFAULTS:
            own, worn = self._before.get(name, (None, None))
            now = page._settings.get(name)
            if name not in self._before or now != worn:
                own = now  # the program has set it since
            text = given.get(name)
            if text is not None and own and name in _JOINED:
                text = f"{own}\n{text}"
            wear(page, name, own if text is None else text)
            self._before[name] = (own, own if text is None else text)
        for name in TRANSIENT:
            if name in given:
                wear(page, name, given.pop(name))


def outlet_of(page: WebPage, label: str) -> Outlet:
    """The outlet of a layout. Raises `UsageError` where there is none, or more than one; `label` names the layout."""
    found = [one for one in descendants(page) if isinstance(one, Outlet)]
    if len(found) != 1:
        what = "no ui.Outlet()" if not found else f"{len(found)} outlets"
        raise UsageError(
            f"The layout {label} has {what}. Write ui.Outlet() once in it, where the page of each address is to stand."
        )
    return found[0]


def descendants(component: Component) -> list[Component]:
    """A component and all that is below it."""
    found = [component]
    for one in found:
        found.extend(one._children or ())
    return found


# Pages in an outlet


class _Passed(Setting):
    """A setting of a page in an outlet: its layout has it as long as the page stands there."""

    __slots__ = ()

    def __set__(self, page: Any, value: Any) -> None:
        if self.is_followed(page, value):
            return
        with tree_lock:
            page._settings[self.name] = self.convert(value)
            for outer in page.pages():
                for outlet in page.parents:
                    outlet._dress(outer, page._settings)


class _PassedDark(_Passed, Dark):
    """The same for `dark`."""

    __slots__ = ()


class _Inner:
    """What is otherwise in a page that stands in an outlet: it is a box in the layout's body, and its tabs are the layout's."""

    __slots__ = ()

    tag = "div"
    is_page = False

    title = _Passed()
    lang = _Passed()
    favicon = _Passed()
    css = _Passed()
    head_html = _Passed()
    dark = _PassedDark()
    redirect = _Passed()
    display_url = _Passed()
    open = _Passed()

    if TYPE_CHECKING:

        def pages(self) -> list[WebPage]: ...

    @property
    def tabs(self) -> "list[Tab]":
        """The tabs that show this page."""
        return [tab for page in self.pages() for tab in page.tabs]

    @property
    def has_tabs(self) -> bool:
        """Whether any tab holds this page."""
        return any(page.has_tabs for page in self.pages())

    @property
    def has_one_tab(self) -> bool:
        """Whether only one tab holds this page."""
        return sum(len(page._delivery.tabs) for page in self.pages()) == 1

    @property
    def host(self) -> Host | None:
        """The App that shows this page."""
        return next((page.host for page in self.pages()), None)

    def begin(self: Any, host: Host) -> None:
        """Begin the timers and tasks that are not running."""
        self._delivery.hosts = {host: 1}
        WebPage.begin(self, host)

    def end(self: Any) -> None:
        """End them: the address is left."""
        self._delivery.hosts = {}
        WebPage.end(self)

    def on(self: Any, event: str, function: EventFunction, **options: Any) -> Any:
        """As any page; DOM events are those in its box. Raises `UsageError` for one of the window, which the layout has."""
        _check_window(self, event)
        return WebPage.on(self, event, function, **options)

    def update(self: Any, tab: "Tab | None" = None) -> Awaitable[None]:
        """Send what is pending on this page, and of the layout around it."""
        for page in self.pages():
            page.update(tab)
        return HANDED


@functools.cache
def _inner_class(kind: Any) -> Any:
    return type(kind.__name__, (_Inner, kind), {"__slots__": (), "__module__": __name__})


def _check_window(page: WebPage, event: str) -> None:
    if event.partition(".")[0] in WINDOW_EVENTS:
        raise UsageError(
            f"on {event!r} of {page.describe()}: it stands in a layout, so the window is the layout's. Write it there."
        )


def _become_inner(page: WebPage) -> None:
    """Let a page be a box in its layout. Raises `UsageError` for one that everybody shares, or of the user's own HTML."""
    if isinstance(page, _Inner):
        return
    if isinstance(page, HtmlPage):
        raise UsageError(
            f"{page.describe()} is a whole document of your own HTML and cannot stand in a layout. Leave layout= out for this "
            "route, and write the layout into the template."
        )
    if page.is_shared or page.has_tabs:
        raise UsageError(
            f"{page.describe()} is held by the program and shared by all, so it cannot stand in the layouts of several. Make the "
            "page inside the page function, or return a component that the program holds."
        )
    for event in page._handlers or ():
        _check_window(page, event)
    if page.parents:
        raise TreeError(f"{page.describe()} stands in a layout already.")
    page.__class__ = _inner_class(type(page))  # type: ignore[arg-type]
