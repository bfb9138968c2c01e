"""Moving from one address to another within a tab: which tab asks, which links lead to where it is, what its layout shows.

The browser fetches an address as always, and says in a header which tab it is. Knows requests and tabs, and runs no page functions.
"""

from typing import Final
from urllib.parse import urljoin, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from justui import wire
from justui.component import Component
from justui.guards import Door
from justui.links import LINK, Links
from justui.outlet import Outlet, descendants
from justui.page import WebPage
from justui.registry import Registry
from justui.sessions import Session
from justui.tab import Tab

TAB: Final = "justui-tab"
"""The header with which a browser says which tab asks: its token."""
TURN: Final = "justui-turn"
"""The header that counts what a tab asks for, so that the last wins."""
VIEW: Final = "justui.view"
"""Where the scope of a request for a view has its tab."""
_DIGITS: Final = 15


def asking(registry: Registry, request: Request, session: Session) -> Tab | None:
    """The tab which asks for another address; None where none does, or one that is not this person's."""
    view: Tab | None = request.scope.get(VIEW)
    if view is not None:
        return None if view.gone else view
    token = request.headers.get(TAB)
    tab = registry.find(token) if token and request.method == "GET" else None
    if tab is None or not tab.joined or tab.session.identity != session.identity:
        return None
    return tab


def address_of(request: Request, before: Tab | None) -> str:
    """The path and query of the page that is asked for, as the browser has them. A view has that of the tab."""
    if before is not None and VIEW in request.scope:
        return before.address
    url = request.url
    return f"{url.path}?{url.query}" if url.query else url.path


def mark_current(page: WebPage, address: str) -> None:
    """Tell apart the links of a page, which is one person's, that lead to where its tab is."""
    if not Links.made or page.is_shared:
        return
    for component in descendants(page):
        attributes = component._attributes
        if attributes and attributes.get("data-half") == LINK and attributes.get("aria-current") in (None, "page"):
            current = "page" if _leads_to(str(attributes.get("href", "")), address) else None
            if attributes.get("aria-current") != current:
                component.set_attributes({"aria-current": current})


def _leads_to(href: str, address: str) -> bool:
    """Whether a link at `address` leads there; its fragment says nothing, and its query only where it has one."""
    link, here = urlsplit(urljoin(address, href)), urlsplit(address)
    return not link.netloc and link.path == here.path and link.query in ("", here.query) and bool(href)


def outlet_for(tab: Tab | None, request: Request, layout: object) -> Outlet | None:
    """The outlet of what a tab shows, if that is this layout; for a view, whose place is that of the page, if it has one.

    None, too, where the browser shows something else now: then it does not count its turns.
    """
    if tab is None or tab.page.is_shared or not Outlet.used or TURN not in request.headers:
        return None
    outlets = [one for one in descendants(tab.page) if isinstance(one, Outlet) and one.layout is not None]
    return next((one for one in outlets if one.layout is layout or VIEW in request.scope), None)


def turn_of(request: Request) -> int:
    """The number of what a tab asks for."""
    text = request.headers.get(TURN, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def settle(tab: Tab, outlet: Outlet, content: Component, request: Request, door: Door | None) -> Response:
    """Let a page come into the layout that its tab shows. What has to be seen travels by the socket; the answer says so.

    A tab that has asked for another address meanwhile shows that.
    """
    turn = turn_of(request)
    if turn < tab.turn:
        return _answer(turn)
    tab.turn = turn
    page, left = tab.page, tab.page.inner
    if left is not content:
        if left is not None:
            left.end()
            tab.host.run_life(left, "leave", tab)
        outlet.put(page, content)
    tab.address, tab.door = address_of(request, tab), door
    mark_current(page, tab.address)
    page.begin(tab.host)
    page.update()
    tab.send([wire.GO, {"turn": turn}])
    if page.inner is not None and page.inner is not left:
        tab.host.run_life(page.inner, "join", tab)
    return _answer(turn)


def _answer(turn: int) -> Response:
    return JSONResponse({"turn": turn}, headers={TURN: str(turn), "cache-control": "no-store"})
