"""justui: whole web apps in Python, whose pages stay in step in every tab.

import justui as ui
ui.run(ui.WebPage(ui.H1("Hello")))
"""

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from justui import components as _library
from justui import late as _late
from justui.app import App
from justui.background import in_thread, notify, run_task, threaded
from justui.component import Component, Text
from justui.components import __all__ as _components  # type: ignore[attr-defined]  # see there
from justui.config import Config
from justui.entries import restricted
from justui.errors import (
    ConfigError,
    Gone,
    HandlerError,
    JustuiError,
    QueueFull,
    Refused,
    RemoteError,
    RemoteTimeout,
    SessionError,
    StateError,
    TemplateError,
    TopicError,
    TreeError,
    UsageError,
    WireError,
)
from justui.events import Event
from justui.files import ArrivedFile, UploadedFile
from justui.flow import abort, redirect
from justui.hints import near
from justui.lists import List
from justui.live import HtmlPage
from justui.outlet import Outlet
from justui.page import WebPage
from justui.people import Person, Presence
from justui.queues import Queue
from justui.request import Request
from justui.session import Session
from justui.session_stores import SessionStore
from justui.signatures import InThread
from justui.state import Reactive, State
from justui.tab import Tab
from justui.topics import Topic
from justui.who import Who
from justui.windows import window

if TYPE_CHECKING:
    from justui.comments import Comment
    from justui.components import *  # noqa: F403 - the library's public names, listed in its __all__
    from justui.components import svg as svg
    from justui.shared_list import ListChange, SharedList
    from justui.shared_map import MapChange, SharedMap
    from justui.shared_text import Change, SharedText, Version

__version__ = "0.1.0"

__all__ = [
    "App",
    "ArrivedFile",
    "Change",
    "Comment",
    "Component",
    "Config",
    "ConfigError",
    "Event",
    "Gone",
    "HandlerError",
    "HtmlPage",
    "InThread",
    "JustuiError",
    "List",
    "ListChange",
    "MapChange",
    "Outlet",
    "Person",
    "Presence",
    "Queue",
    "QueueFull",
    "Reactive",
    "Refused",
    "RemoteError",
    "RemoteTimeout",
    "Request",
    "Session",
    "SessionError",
    "SessionStore",
    "SharedList",
    "SharedMap",
    "SharedText",
    "State",
    "StateError",
    "Tab",
    "TemplateError",
    "Text",
    "Topic",
    "TopicError",
    "TreeError",
    "UploadedFile",
    "UsageError",
    "Version",
    "WebPage",
    "Who",
    "WireError",
    "abort",
    "in_thread",
    "notify",
    "redirect",
    "restricted",
    "run",
    "run_task",
    "svg",
    "threaded",
    "window",
]
__all__ += _components  # noqa: PLE0605 - a list of strings, made by the library's generator

_LATE = {
    "Comment": "justui.comments",
    **dict.fromkeys(("Change", "SharedText", "Version"), "justui.shared_text"),
    **dict.fromkeys(("ListChange", "SharedList"), "justui.shared_list"),
    **dict.fromkeys(("MapChange", "SharedMap"), "justui.shared_map"),
    **dict.fromkeys((*_components, "svg"), "justui.components"),
}
"""Where names stand that a program may never use."""
_ELSEWHERE = {
    "label": "Text or Span",
    "button": "Button",
    "input": "Input",
    "row": "Row",
    "column": "Column",
    "page": "WebPage, or @app.route",
    "app": "App",
    "component": "Component",
    "write": "Text or P",
    "slider": 'Input(type="range")',
    "checkbox": 'Input(type="checkbox")',
    "Checkbox": 'Input(type="checkbox")',
    "image": "Img",
    "link": "Link, or A",
    "table": "Table",
    "html": "Div with inner_html=",
    **dict.fromkeys(("Derived", "computed", "derived"), "State, and its map: total = count.map(fn)"),
    **dict.fromkeys(("for_", "foreach", "ForEach", "Each"), "For"),
    **dict.fromkeys(("run_javascript", "run_js"), "WebPage: page.run_javascript, or tab.run_javascript for one tab"),
    "Box": "Div or Card",
    "expose": "App, and its expose: @app.expose",
}
_LATER = frozenset("Tabs TabPanel tab tabs DataTable CodeBlock".split())


def run(
    page: WebPage | Component | Callable[..., Any],
    *,
    startup: Callable[[], Any] | None = None,
    host: str | None = None,
    port: int | str | None = None,
    until: Callable[[], Any] | None = None,
    open_browser: bool | None = None,
    reload: bool | None = None,
    quiet: bool = False,
    **settings: Any,
) -> None:
    """Serve one page, or the pages that a function returns, at `/`, until the program is stopped.

    `startup` runs once when the server's loop is up. Without a port the first free one from 8000 on is taken.
    `open_browser`: show the page in a browser window; `reload`: start again when the program's files change; `quiet`: do not
    print the address. `settings` are those of `Config`. Raises `HandlerError` when `page` is nothing that can be shown.
    """
    if not isinstance(page, Component) and not callable(page):
        raise HandlerError(f"ui.run wants a page, a component or a function that returns one, got {page!r}")
    app = App(startup=startup, **settings)
    app.route("/")(_showing(page) if isinstance(page, Component) else page)
    app.run(host, port, until=until, open_browser=open_browser, reload=reload, quiet=quiet)


def _showing(component: Component) -> Callable[[], Component]:
    page = component if isinstance(component, WebPage) else WebPage(component)

    def show() -> Component:
        return page

    return show


def _unknown(name: str) -> AttributeError:
    """The error for a name that justui does not have, and what to write instead."""
    if name in _LATER:
        message = f"justui has no {name!r} yet: it comes with a later version."
    elif name in _ELSEWHERE:
        message = f"justui has no {name!r}. Did you mean ui.{_ELSEWHERE[name]}?"
    elif name[:1].isupper() and hasattr(_library.svg, name):
        message = f"justui has no {name!r}. The elements of SVG are in ui.svg: write ui.svg.{name}."
    else:
        message = f"justui has no {name!r}.{near(name, __all__).replace('mean ', 'mean ui.')}"
    return AttributeError(message, name=name, obj=None)  # an object would have Python add a guess of its own


class _Room(ModuleType):
    """A module of ours that says what to write when somebody calls it: `@ui.page("/")`."""

    def __call__(self, *arguments: object, **keywords: object) -> NoReturn:
        raise _unknown(self.__name__.removeprefix("justui."))


for _name, _module in list(globals().items()):
    if isinstance(_module, ModuleType) and _module.__name__ == f"justui.{_name}":
        _module.__class__ = _Room

if not TYPE_CHECKING:  # else every misspelt name would be Any

    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in _LATE:
            raise _unknown(name)
        return _late.find(name, _LATE, globals())

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
