"""`HtmlPage`: the page behind HTML of the user's own. Its children are the components that the template mounts, each in its place.

Renders no templates, which is `templating`'s, and answers no requests: `shell` makes the document.
"""

import html
import re
from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self, overload
from urllib.parse import quote

from justui import hints, wire
from justui.children import Children
from justui.chores import Chores
from justui.component import Child, Component
from justui.dialect import Dialect
from justui.errors import HandlerError, TreeError, UsageError
from justui.handlers import EventFunction
from justui.host import Host
from justui.injecting import place_for_runtime
from justui.marks import HIDDEN, LIVE, tree_lock
from justui.markup import Tag, read
from justui.mounting import Mounts
from justui.page import LIFE_EVENTS, Opened, WebPage
from justui.page_settings import Setting
from justui.places import COMPONENT, HANDLER, NONCE, ROOT, RUNTIME, Marked, Place
from justui.render import Html
from justui.still import is_lively, still

if TYPE_CHECKING:
    from justui.tab import Tab

_TITLE: Final = re.compile(r"<title(?=[\s>/])", re.IGNORECASE)
_TITLE_ENDS: Final = re.compile("</title", re.IGNORECASE)
_TEXT_ENDS: Final = "<!---->"
"""Behind a component that is bare text, so that it does not grow together with the text of the template."""


class _OfTemplate(Setting):
    """A setting that only the template has."""

    __slots__ = ()

    def __set__(self, page: Any, value: Any) -> None:
        if value:
            raise TreeError(f"{self.name} of {page.describe()} stands in your own HTML: write it there.")


class Mounted(Children):
    """The components of a page of one's own HTML: the template has placed them, so the list cannot be edited."""

    __slots__ = ()

    def _refuse(self) -> NoReturn:
        raise TreeError(_fixed(self._owner))

    def __setitem__(self, index: int | slice, value: Any) -> None:
        self._refuse()

    def __delitem__(self, index: int | slice) -> None:
        self._refuse()

    def pop(self, index: int = -1) -> Component:
        """Raises `TreeError`."""
        self._refuse()

    def clear(self) -> None:
        """Raises `TreeError`."""
        self._refuse()

    def sort(self, *, key: Any = None, reverse: bool = False) -> None:
        """Raises `TreeError`."""
        self._refuse()

    def reverse(self) -> None:
        """Raises `TreeError`."""
        self._refuse()


def _title_of(text: str) -> str:
    opening = _TITLE.search(text)
    begin = text.find(">", opening.end()) if opening else -1
    ending = _TITLE_ENDS.search(text, begin) if begin >= 0 else None
    return text[begin + 1 : ending.start()] if ending else ""


def _fixed(page: Component) -> str:
    return (
        f"{page.describe()} is your own HTML: its template places the components. Write {{{{ name }}}} there and "
        "app.render(…, name=component); a Div in it can be filled, show=False hides one. For other elements there is tab.dom."
    )


class HtmlPage(WebPage):
    """A page whose body is HTML of the user's own. Components that its template mounts are in step as on any page.

    Made by `app.render`. `is_live`: its template has a `{{ justui() }}`, or `app.render` was to put it in; without it a
    browser gets the HTML and no more, components as they are then.
    """

    __slots__ = ("_begun_with", "_markup", "_places", "_sealed", "hashes", "is_live", "root_object")

    void = True

    head_html = _OfTemplate()

    _markup: str
    """The rendered text, without marks."""
    _places: list[Place]
    _begun_with: dict[str, str]
    _sealed: bool
    hashes: list[str]
    """Of the handlers in it that its templates have, as a policy names them."""
    is_live: bool
    root_object: Any
    """What is at the root of the browser's `server`, by `live=`; None where nothing is."""

    def __new__(cls, *children: Any, **keywords: Any) -> Self:
        """As any page, bare: how it looks is the user's affair."""
        self = super().__new__(cls)
        self.theme, self.tailwind = None, False
        self._sealed = True
        self.root_object = None
        return self

    def __init__(self, rendered: str, mounts: Mounts | None = None, *, inject: bool = False) -> None:
        marked = Marked(wire.clean(rendered))
        self._markup, places = marked.text, [place for place in marked.places if place.kind != HANDLER]
        self.hashes = [f"'sha256-{digest}'" for digest in marked.of(HANDLER)]
        super().__init__(title=html.unescape(_title_of(self._markup)).strip())
        mounts = mounts or Mounts()
        if inject or mounts.components:
            tags = list(read(self._markup, brief=True))
            places = list(mounts.placed(places, tags, self._markup))
            if inject:
                places = self._with_runtime(places, tags)
        self._places = places
        self.is_live = any(place.kind == RUNTIME for place in places)
        self._mount([mounts.components[int(place.what)] for place in places if place.kind == COMPONENT])
        self._begun_with = dict(self._settings)

    def _with_runtime(self, places: list[Place], tags: Iterable[Tag]) -> list[Place]:
        """The places, with one for the runtime where the template has none."""
        if any(place.kind == RUNTIME for place in places):
            return places
        start, end = place_for_runtime(tags, self._markup)
        self._markup = self._markup[:start] + self._markup[end:]
        before = [place for place in places if place.offset <= start]
        behind = [place for place in places[len(before) :] if place.offset >= end]
        return [
            *before,
            Place(start, RUNTIME, ""),
            *(place._replace(offset=place.offset - end + start) for place in behind),
        ]

    def _mount(self, components: list[Component]) -> None:
        """Take what the template shows as children; one that it shows twice is one child, in two places."""
        if not components:
            return
        self._sealed = False
        self.add(*dict.fromkeys(components))
        self._sealed = True
        self.tailwind = self.is_live
        lively = None if self.is_live else next(filter(None, map(is_lively, components)), None)
        if lively is not None:
            hints.advise(
                f"{lively.describe()} has handlers, and stands in a page that is not live, so nobody hears it. Write "
                "{{ justui() }} into the head of its template."
            )

    def text_for(self, nonce: str, runtime: str, root: str = "", shown: dict[int, str] | None = None) -> str:
        """The document: with the nonce of its response, and what makes it live, once; `shown`: its components, by their ids."""
        if shown is None:
            with tree_lock:
                shown = {child._id: still(child) for child in self._children or ()}
        parts, done = [], 0
        for offset, kind, what in self._places:
            parts.append(self._markup[done:offset])
            done = offset
            if kind == NONCE:
                parts.append(nonce)
            elif kind == RUNTIME:
                parts.append(runtime)
                runtime = ""
            elif kind == ROOT:
                parts.append(quote(root))
            else:
                parts.append(shown[int(what)])
        return "".join([*parts, self._markup[done:]])

    def _written(self, html: Html) -> dict[int, str]:
        """The components as HTML, by their ids."""
        self._flags |= LIVE
        shown = {}
        for child in self._children or ():
            html.stand_below(child)
            html.write(child)
            ending = "" if child.tag or child._flags & HIDDEN else _TEXT_ENDS
            shown[child._id] = "".join(html.parts) + ending
            html.parts.clear()
        return shown

    def _dialect(self, host: Host) -> Dialect | None:
        """Without Tailwind's reset, which would change the looks of the user's own elements."""
        return self._dialect_of(host, bare=False)

    def _state_now(self, body: dict[str, Any]) -> dict[str, Any]:
        state: dict[str, Any] = {"page": self._changed_settings()}
        if self._children:  # the body is not ours: each of them stands for itself
            state |= {"sheet": self._whole_sheet(), "body": body[wire.NODE_CHILDREN]}
        return state

    @property
    def components(self) -> Children:
        """The components that the template mounts. Raises `TreeError` at an edit of the list."""
        return Mounted(self)

    @components.setter
    def components(self, children: Iterable[Child]) -> None:
        self._check_open()

    def replace_children(self, children: "Iterable[Component]", start: int = 0, stop: int | None = None) -> None:
        """Raises `TreeError`: the template places the components."""
        self._check_open()

    def remove(self, child: Component) -> Self:
        """Raises `TreeError`: the template places the components."""
        raise TreeError(_fixed(self))

    def clear(self) -> Self:
        """Raises `TreeError`: the template places the components."""
        raise TreeError(_fixed(self))

    delete_components = clear

    def _changed_settings(self) -> dict[str, str]:
        begun = self._begun_with
        return {name: self.setting(name) for name in self.settings() if self._settings.get(name) != begun.get(name)}

    @overload
    def open_for(self, tab: "Tab") -> Opened: ...
    @overload
    def open_for(self, tab: "Tab", *, patient: bool) -> Opened | None: ...
    def open_for(self, tab: "Tab", *, patient: bool = False) -> Opened | None:
        """As any page; what was set since the template was rendered follows the HTML."""
        opened = super().open_for(tab, patient=patient)
        if opened is not None and (changed := self._changed_settings()):
            tab.send([wire.PAGE, changed])
        return opened

    def _check_open(self) -> None:
        if self._sealed:
            raise TreeError(_fixed(self))

    def _check_text(self, text: str | None) -> None:
        if text:
            self._check_open()

    def _check_live(self, what: str) -> None:
        if not self.is_live:
            raise UsageError(
                f"{what} of {self.describe()}: the page is not live. Write {{{{ justui() }}}} into the head of its template."
            )

    def on(self, event: str, function: EventFunction, **options: Any) -> Self:
        """Run `function` when a tab joins or leaves (`join`, `leave`). Raises `UsageError` for a page that is not live."""
        self._check_live(f"on {event!r}")
        if event not in LIFE_EVENTS:
            raise HandlerError(
                f"{event!r} of {self.describe()}: elements of your own HTML are heard by tab.dom. In a function for join write "
                f'msg.tab.dom("body").on({event!r}, fn).'
            )
        super().on(event, function, **options)
        return self

    def _with_chores(self) -> Chores:
        self._check_live("A timer or task")
        return super()._with_chores()

    def run_javascript(self, code: str, request_id: Any = None) -> Awaitable[None]:
        """As any page. Raises `UsageError` for a page that is not live."""
        self._check_live("run_javascript")
        return super().run_javascript(code, request_id)
