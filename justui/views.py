"""Views: other pages at the address that a tab shows, by `tab.show`. Its browser fetches each once, with a ticket of that tab's own."""

import secrets
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from justui import wire
from justui.component import Component
from justui.errors import HandlerError
from justui.navigation import TAB, VIEW
from justui.page import WebPage
from justui.page_classes import is_page_class, page_function
from justui.routing import Asked, PageRoute
from justui.visits import KEY

if TYPE_CHECKING:
    from justui.tab import Tab

PATH: Final = f"{wire.ADDRESS}/view/{{worker}}/{{ticket}}"
"""Where views are fetched, below the App's prefix."""
_GOOD_FOR: Final = 60.0


class _Ticket:
    __slots__ = ("route", "tab", "until")

    def __init__(self, route: PageRoute, tab: "Tab") -> None:
        self.route = route
        self.tab = tab
        self.until = time.monotonic() + _GOOD_FOR


class Views:
    """The views of one App that are on their way. `lets`: whether the guards of a tab's page still let it pass."""

    def __init__(self, app: Asked, worker: str, lets: "Callable[[Tab, Any], Awaitable[bool]]") -> None:
        self._app = app
        self._worker = worker
        self._lets = lets
        self._tickets: dict[str, _Ticket] = {}

    def offer(self, tab: "Tab", view: Any) -> str:
        """The path at which the tab fetches `view`, once; one that it has not fetched yet is taken back. Raises `HandlerError`."""
        route = PageRoute(self._app, _function(view))
        now = time.monotonic()
        for name, ticket in tuple(self._tickets.items()):
            if ticket.tab is tab or ticket.until < now or ticket.tab.gone:
                self._tickets.pop(name, None)
        name = secrets.token_urlsafe(24)
        self._tickets[name] = _Ticket(route, tab)
        return PATH.format(worker=self._worker, ticket=name)

    async def answer(self, request: Request) -> Response:
        """Answer the request that fetches one."""
        name = request.path_params["ticket"]
        ticket = self._tickets.get(name)
        if ticket is None or ticket.until < time.monotonic() or not self._is_of(ticket.tab, request):
            return PlainTextResponse("This view is over. Load the page again.", 404, {"cache-control": "no-store"})
        del self._tickets[name]
        tab = ticket.tab
        if not await self._lets(tab, request.scope):
            return PlainTextResponse("You may not see this page any more.", 403, {"cache-control": "no-store"})
        path, _, query = tab.address.partition("?")
        scope = {**request.scope, VIEW: tab, "path": path, "query_string": query.encode(), "path_params": {}}
        return await ticket.route.answer(Request(scope, request.receive))

    def _is_of(self, tab: "Tab", request: Request) -> bool:
        return (
            not tab.gone
            and tab.session.identity == request.scope[KEY].session.identity
            and secrets.compare_digest(request.headers.get(TAB, "").encode(), tab.token.encode())
        )


def _function(view: Any) -> Callable[..., Any]:
    """A view as a page function. Raises `HandlerError` for what is none."""
    if isinstance(view, WebPage):
        view.belong_to_one()
        return lambda: view
    if isinstance(view, Component):
        return lambda: view
    if is_page_class(view):
        return page_function(view)
    if not callable(view) or isinstance(view, type):
        raise HandlerError(f"tab.show() wants a page, a component, or a function that returns one, got {view!r:.60}.")
    function: Callable[..., Any] = view
    return function
