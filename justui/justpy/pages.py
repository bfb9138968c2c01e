"""`WebPage` by JustPy's rules: its options, its registry of instances, the updates, what happens when a tab comes and goes."""

import asyncio
import inspect
from collections.abc import Awaitable, Iterable
from typing import Any, ClassVar, Final, Self
from weakref import WeakValueDictionary

from justui import page as engine
from justui import wire
from justui.component import Component
from justui.events import Event
from justui.handlers import Handler
from justui.justpy import static
from justui.justpy.binding import Binding
from justui.justpy.completion import with_value
from justui.justpy.dicts import Dict
from justui.justpy.holding import Holding, Sent
from justui.justpy.models import Computed, refresh
from justui.justpy.naming import check_keyword, check_names, keep_own, take_defaults
from justui.justpy.widgets import Markdown, no_equations

_PAGE_EVENTS: Final = "page_ready result_ready click visibilitychange keydown keyup keypress".split()
_KEPT_STATE: Final = ("page_ready", "result_ready")

instances: "WeakValueDictionary[int, WebPage]" = WeakValueDictionary()
_kept: "dict[int, WebPage]" = {}
"""Pages that somebody has seen and that are to stay when their tabs have gone: those without `delete_flag`."""


class Sockets:
    """`WebPage.sockets`: by page id, the tabs that show a page, by their ids."""

    def __getitem__(self, page_id: int) -> dict[str, Any]:
        return {tab.id: tab for tab in instances[page_id].tabs}

    def __contains__(self, page_id: object) -> bool:
        return page_id in instances and bool(instances[page_id].tabs)  # type: ignore[index]

    def get(self, page_id: int, default: Any = None) -> Any:
        """The tabs of a page, or `default` where it has none."""
        return self[page_id] if page_id in self else default  # noqa: SIM401 - this is that get


class WebPage(Holding, Binding, engine.WebPage):
    """A page. A page function returns one; the same one may be returned to everybody."""

    instances: ClassVar[Any] = instances
    sockets: ClassVar[Any] = Sockets()
    loop: ClassVar[asyncio.AbstractEventLoop | None] = None
    tailwind: Any = True
    delete_flag: Any = True
    use_websockets: Any = True
    template_file: Any = "tailwind.html"
    highcharts_theme: Any = None
    debug: Any = False
    use_cache: Any = False
    cache: Any = None
    html: Any = ""
    event_propagation: Any = True
    static_route: ClassVar[str] = "/static"
    _class_values: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, **keywords: Any) -> None:
        super(Component, cls).__init_subclass__(**keywords)
        if not cls.__module__.startswith("justui.justpy."):
            check_names(cls)
            take_defaults(cls)

    def __init__(self, *children: Any, **keywords: Any) -> None:
        instances[self._id] = self
        self.allowed_events = list(_PAGE_EVENTS)
        self._settings.update(title="JustPy", dark="light")
        self.theme = None
        self.tailwind = type(self).tailwind
        if type(self).react is not WebPage.react:
            Computed.some = True
        for name, value in {**self._class_values, **keywords}.items():
            if name == "a":
                continue
            check_keyword(name, self)
            setattr(self, name, value)
        self.add(*children)

    # Options

    @property
    def page_id(self) -> int:
        """The page's number."""
        return self._id

    @property
    def data(self) -> Any:
        """What the program keeps for this page, for models."""
        return self.__dict__.setdefault("data", {})

    @data.setter
    def data(self, value: Any) -> None:
        self.__dict__["data"] = value

    @property
    def cookies(self) -> dict[str, Any]:
        """Cookies that are set with the response."""
        found: dict[str, Any] = self.__dict__.setdefault("_jp_cookies", {})
        return found

    def set_cookie(self, name: str, value: Any) -> None:
        """Set a cookie with the response."""
        self.cookies[name] = str(value)

    def delete_cookie(self, name: str) -> None:
        """Set it no more."""
        self.cookies.pop(name, None)

    @property
    def body_classes(self) -> str:
        """The classes of the body."""
        return str(self.classes or "")

    @body_classes.setter
    def body_classes(self, value: str) -> None:
        self.classes = value

    @property
    def body_style(self) -> str:
        """The inline CSS of the body."""
        return str(self.style or "")

    @body_style.setter
    def body_style(self, value: str) -> None:
        self.style = value

    @property
    def favicon(self) -> Any:
        """The icon: an address, or the name of a file in the static folder."""
        return self.__dict__.get("_jp_favicon", "")

    @favicon.setter
    def favicon(self, value: Any) -> None:
        self.__dict__["_jp_favicon"] = value
        if value:
            address = value if ":" in value or value.startswith("/") else f"{self.static_route}/{value}"
            engine.WebPage.favicon.__set__(self, address)

    @property
    def reload_interval(self) -> Any:
        """Seconds between two looks at what has changed without an update; None for none."""
        return self.__dict__.get("_jp_interval")

    @reload_interval.setter
    def reload_interval(self, seconds: Any) -> None:
        self.__dict__["_jp_interval"] = seconds
        if seconds and not self.__dict__.get("_jp_timer"):
            self.__dict__["_jp_timer"] = True
            self.every(float(seconds))(_look)

    # Children

    def delete_components(self) -> Self:
        """Take out all components."""
        html = self.body_html
        Component.clear(self)
        self.body_html = html
        return self

    def add_page(self, page: Any) -> "WebPage":
        """Nothing."""
        return self

    def to_html(self, indent: int = 0, indent_step: int = 0, format: bool = True) -> str:
        """The components as HTML text."""
        return "".join(static.html_of(child, indent, indent_step, format) for child in self._children or ())

    def write(self, text: str) -> Markdown:
        """Add a text in Markdown. Returns its component."""
        return Markdown(markdown=text, classes="m-2 p-2", a=self)

    def equation(self, text: str) -> Any:
        """Equations come with a later version. Raises `NotImplementedError`."""
        raise NotImplementedError(no_equations)

    def react(self) -> None:
        """Compute something before a rendering. A hook."""

    # Updates

    def open_for(self, tab: Any, *, patient: bool = False) -> Any:
        """What a tab gets that opens this page."""
        refresh(self, first=True)
        return super().open_for(tab, patient=patient)

    def update(self, tab: Any = None) -> Sent:
        """Send what has changed to every tab that shows this page; with a websocket, to that one only."""
        refresh(self)
        super().update(tab or None)  # an absent field of msg is an empty Dict
        return Sent(self)

    async def delayed_update(self, seconds: float) -> Any:
        """Wait, then update."""
        await asyncio.sleep(seconds)
        return await self.update()

    async def run_javascript(self, javascript_string: str, *, request_id: Any = None, send: bool = True) -> Any:  # type: ignore[override]
        """Run JavaScript in every tab; the value comes with the event `result_ready`. The page is sent first.

        With `send=False` the answer is what would have been sent.
        """
        if not send:
            return Dict({"type": "run_javascript", "data": javascript_string, "request_id": request_id})
        await super().run_javascript(with_value(javascript_string), request_id)
        return self

    async def reload(self) -> Any:
        """Let every tab load the page again."""
        await super().reload()
        return self

    # Coming and going

    def _event_options(self, name: str) -> dict[str, Any]:
        options = super()._event_options(name)
        if name == "visibilitychange":
            options["fields"] = ["target.visibilityState", *options.get("fields", ())]
        return options

    def _check_event(self, name: str) -> None:
        if name not in _PAGE_EVENTS:
            super()._check_event(name)

    def _listen(self, name: str) -> None:
        if name not in _KEPT_STATE:
            super()._listen(name)

    def life_handlers(self, event: str) -> Iterable[Handler]:
        """What answers the coming and going of tabs."""
        found = list(super().life_handlers(event))
        if event in _KEPT_STATE and event in self._functions:
            found.append(Handler(self._functions[event], 2, event))
        if event == "join":
            found.append(Handler(_joined, 2, event))
        if event == "leave" and self._wants_disconnect():
            found.append(Handler(_disconnected, 2, event))
        return found

    def _wants_disconnect(self) -> bool:
        return "on_disconnect" in self.__dict__ or type(self).on_disconnect is not WebPage.on_disconnect

    def drop_tab(self, tab: Any) -> None:
        """A tab has gone."""
        super().drop_tab(tab)
        if not self.has_tabs and not self.delete_flag:
            _kept[self._id] = self

    async def on_disconnect(self, websocket: Any = None) -> None:
        """A tab has gone for good. A hook, and a name to which a program may give a function of its own."""

    def remove_page(self) -> None:
        """Take the page out of `instances`."""
        instances.pop(self._id, None)
        _kept.pop(self._id, None)


class TailwindUIPage(WebPage):
    """A page, as any other."""


class TailwindVersion1Page(WebPage):
    """A page, as any other: classes of Tailwind 1 are understood on each."""


def _look() -> None:
    """What a timer of `reload_interval` does: the page is sent."""


def _joined(page: WebPage, event: Event) -> bool:
    """Tell a new tab what acts once."""
    once = {name: page._settings[name] for name in ("display_url", "open") if page._settings.get(name)}
    if once and event.tab is not None:
        event.tab.send([wire.PAGE, once])
    return True


def _disconnected(page: WebPage, event: Event) -> Any:
    function: Any = page.on_disconnect
    wanted = len(inspect.signature(function).parameters)
    result = function(event.tab) if wanted else function()
    return _then_nothing(result) if inspect.isawaitable(result) else True


async def _then_nothing(awaitable: Awaitable[Any]) -> bool:
    await awaitable
    return True


keep_own(
    WebPage,
    "begin catch_up close drop_tab end every forget_fresh fresh_state has_one_tab has_tabs host is_shared life_handlers open_for send_changes "
    "send_pending setting settings change_dialect keep_back style_errors styled styles_known",
)
