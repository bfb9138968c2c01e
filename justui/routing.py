"""Page functions: what they want of a request, and how what they return becomes the answer. Holds no tabs itself."""

import enum
import inspect
import time
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any, Protocol, Union, cast, get_args, get_origin
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from justui import hints, navigation, shell, wire
from justui.component import Component
from justui.config import Config
from justui.context import building
from justui.dispatch import Dispatcher
from justui.errors import HandlerError
from justui.fields import MERGED, Field
from justui.finishing import Finishing
from justui.flow import Flow
from justui.guards import NO_GUARDS, Door, Guards
from justui.live import HtmlPage
from justui.outlet import outlet_of
from justui.page import WebPage
from justui.registry import Registry
from justui.request import Request as OurRequest
from justui.tab import Tab
from justui.visits import KEY, Visit

PageFunction = Callable[..., Any]

_SIMPLE: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time_of_day: time_of_day.fromisoformat,
    UUID: UUID,
}
_WORDS = {
    "1": True,
    "true": True,
    "on": True,
    "yes": True,
    "0": False,
    "false": False,
    "off": False,
    "no": False,
    "": False,
}


class BadParameter(ValueError):
    """A path or query parameter that is missing or has the wrong type; the message names it."""


def arguments_for(function: Any) -> Callable[[Request], dict[str, Any]]:
    """How to fill the parameters of a page function from a request.

    Parameters named like path or query parameters are converted by their annotations; one called `request`, annotated as
    one, or the only one without a name that fits, is the request. Raises `HandlerError` for a function that wants more.
    """
    if not callable(function):
        instead = (
            "Write lambda: page" if isinstance(function, Component) else "Write the function's name, without brackets"
        )
        raise HandlerError(f"A route wants a function, got {function!r}. {instead}.")
    signature = inspect.signature(function)
    annotations = _annotations(function)
    parameters = [
        item for item in signature.parameters.values() if item.kind not in (item.VAR_POSITIONAL, item.VAR_KEYWORD)
    ]
    takes_rest = any(item.kind is item.VAR_KEYWORD for item in signature.parameters.values())
    keys = {item.name: _key(item, annotations.get(item.name)) for item in parameters}
    name = _name(function)

    def fill(request: Request) -> dict[str, Any]:
        values: dict[str, Any] = dict(request.path_params) if takes_rest else {}
        missing = [item for item in parameters if not _found(item.name, keys[item.name], request, values)]
        left = [item.name for item in missing if item.default is item.empty]
        if len(left) == 1 and keys[left[0]] is inspect.Parameter.empty:
            values[left[0]] = request
        elif left:
            raise BadParameter(f"{name}() wants the parameter {left[0]}, for example ?{left[0]}=…")
        return values

    positional = [item.name for item in parameters if item.kind is item.POSITIONAL_ONLY]
    if positional:
        raise HandlerError(f"{name}({', '.join(positional)}, /): a page function's parameters are given by name.")
    return fill


def _name(function: PageFunction) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _annotations(function: PageFunction) -> dict[str, Any]:
    """The annotations of a function. Names that exist for type checkers only count as unknown types, one by one."""
    unknown: dict[str, Any] = {}
    while True:
        try:
            return typing.get_type_hints(function, localns=dict(unknown))
        except NameError as error:
            if not error.name or error.name in unknown:
                return {}
            unknown[error.name] = Request if error.name == "Request" else Any
        except (TypeError, AttributeError):
            return {}


def _key(item: inspect.Parameter, annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):  # `int | None` is an int that may be missing
        annotation = next(kind for kind in get_args(annotation) if kind is not type(None))
    if item.name == "request" or (isinstance(annotation, type) and issubclass(annotation, Request)):
        return Request
    return item.empty if annotation is None else annotation


def _found(name: str, annotation: Any, request: Request, values: dict[str, Any]) -> bool:
    """Put the value of one parameter into `values`; False when the request has none."""
    if annotation is Request:
        values[name] = request
    elif name in request.path_params:
        value = request.path_params[name]
        values[name] = convert(value, annotation, name) if isinstance(value, str) else value
    elif name in request.query_params:
        many = get_origin(annotation) in (list, tuple, set)
        value = request.query_params.getlist(name) if many else request.query_params[name]
        values[name] = convert(value, annotation, name)
    else:
        return False
    return True


def convert(value: Any, annotation: Any, name: str) -> Any:
    """`value`, a string or a list of them, as its annotation says. Raises `BadParameter` naming the parameter."""
    origin = get_origin(annotation)
    if origin in (list, tuple, set):
        kind = (get_args(annotation) or (str,))[0]
        return origin(convert(item, kind, name) for item in value)
    try:
        if annotation is bool:
            return _WORDS[value.lower()]
        if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
            return annotation(value)
        return _SIMPLE.get(annotation, str)(value)
    except (ValueError, KeyError):
        kind = getattr(annotation, "__name__", str(annotation))
        raise BadParameter(f"{name}={value!r:.60} is not a valid {kind}") from None


class Asked(Protocol):
    """What page functions want of their App."""

    config: Config
    dispatcher: Dispatcher
    registry: Registry

    def wiring(self) -> shell.Wiring:
        """How its pages are connected."""

    def door(self, request: Request, guards: Guards) -> Door | None:
        """What a page's socket has to pass, after a request that passed `guards`."""

    async def error_page(self, request: Request, status: int, title: str, text: str) -> Response:
        """The program's own page for an HTTP error, or a plain one that says this."""

    async def failed(self, request: Request, error: Exception, name: str) -> Response:
        """The answer when `name` raised; the error is logged."""


class PageRoute:
    """One page function: from a request to the response. `guards` come before it, its `layout` around it, `after` behind it."""

    def __init__(
        self,
        app: Asked,
        function: PageFunction,
        guards: Guards | None = None,
        layout: Any = None,
        after: tuple[Finishing, ...] = (),
    ) -> None:
        self._app = app
        self._function = function
        self._fill = arguments_for(function)
        self._guards = guards
        self._layout = layout
        self._after = after
        if layout is not None:
            if isinstance(layout, Component) or not callable(layout):
                raise HandlerError(
                    f"layout= wants a function that makes the layout, for each tab one, got {layout!r:.60}. Write "
                    "def shell(): return ui.WebPage(…, ui.Outlet()) and layout=shell."
                )
            self._fill_layout = arguments_for(layout)
        self.name = _name(function)

    async def answer(self, request: Request) -> Response:
        """What the function answers. Its errors, and results that cannot be shown, become pages that say so."""
        request = OurRequest(request.scope, request.receive)
        token = building.set(True)
        try:
            stopped = None if self._guards is None else await self._guards.stop(request)
            return stopped or await self._finished(request, await self._respond(request))
        except (HTTPException, Flow):
            raise
        except BadParameter as error:
            return await self._app.error_page(request, 400, "Bad request", str(error))
        except Exception as error:  # noqa: BLE001 - whatever a page function raises is logged and answered
            return await self._app.failed(request, error, f"{self.name}()")
        finally:
            building.reset(token)

    async def _finished(self, request: Request, response: Response) -> Response:
        for after in self._after:
            response = await after.finish(request, response)
        return response

    async def answer_error(self, request: Request, status: int) -> Response:
        """What the function answers for an error; it keeps its status. Raises whatever goes wrong."""
        token = building.set(True)
        try:
            response = await self._respond(request)
        finally:
            building.reset(token)
        if response.status_code == 200:
            response.status_code = status
        return response

    async def _respond(self, request: Request) -> Response:
        result = self._call(self._fill(request))
        if inspect.isawaitable(result):
            result = await result
        if isinstance(result, Response):
            return result
        before = navigation.asking(self._app.registry, request, request.scope[KEY].session)
        content = result if isinstance(result, Component) else self._as_page(result)
        outlet = navigation.outlet_for(before, request, self._layout)
        if before is not None and outlet is not None:
            request.scope[KEY].take_page()
            return navigation.settle(before, outlet, content, request, self._door(request, before))
        layout = self._layout
        if layout is None:
            return await self._show(request, self._as_page(result))
        page = await self._laid_out(request, layout)
        outlet = outlet_of(page, f"{_name(layout)}(){hints.place_of(layout)}")
        outlet.layout = layout
        outlet.put(page, content)
        return await self._show(request, page)

    def _door(self, request: Request, before: Tab) -> Door | None:
        if navigation.VIEW in request.scope:
            return before.door
        return None if self._guards is None else self._app.door(request, self._guards)

    async def _laid_out(self, request: Request, layout: PageFunction) -> WebPage:
        """A new layout. Raises `HandlerError` for one that everybody shares, or that is none."""
        result = layout(**self._fill_layout(request))
        if inspect.isawaitable(result):
            result = await result
        name = f"The layout {_name(layout)}()"
        if not isinstance(result, Component):
            raise HandlerError(
                f"{name} returned {result!r:.60}. It must return a page or a component with a ui.Outlet() in it."
            )
        page = result if isinstance(result, WebPage) else WebPage(result)
        if page.is_shared:
            raise HandlerError(
                f"{name} returned {page.describe()}, which the program holds and everybody shares. Each tab has a layout of its "
                "own: make the page inside the function. Parts of it may be shared."
            )
        return page

    def _call(self, arguments: dict[str, Any]) -> Any:
        started = time.perf_counter()
        result = self._function(**arguments)
        seconds = time.perf_counter() - started
        if seconds >= self._app.config.slow_handler and self._app.dispatcher.debug:
            hints.say(
                f"{self.name}() blocked everybody for {seconds:.1f} s{hints.place_of(self._function)}. Make it async and "
                "use await asyncio.sleep(…) or await ui.in_thread(work).",
                once=False,
            )
        return result

    def _as_page(self, result: Any) -> WebPage:
        if isinstance(result, WebPage):
            return result
        if isinstance(result, Component):
            return WebPage(result)
        if result is None:
            what, instead = "None", "is a return missing?"
        elif isinstance(result, type) and issubclass(result, Component):
            what, instead = f"the class {result.__name__} without ()", f"write return ui.{result.__name__}()."
        elif isinstance(result, str):
            what, instead = f"str {result!r:.60}", "write return ui.P(…) to show it."
        else:
            what, instead = f"{type(result).__name__} {result!r:.60}", "is a return missing?"
        must = "It must return a page, a component or a response"
        raise HandlerError(f"{self.name}() returned {what}. {must}; {instead}{hints.place_of(self._function)}")

    async def _show(self, request: Request, page: WebPage) -> Response:
        return await shown(self._app, request, page, request.scope[KEY], self._guards)


async def shown(
    app: Asked, request: Request, page: WebPage, visit: Visit, guards: Guards | None = NO_GUARDS
) -> Response:
    """The answer that shows a page to who asked, in a new tab, whose socket `guards` see, too.

    Class names that nobody has used before are compiled first.
    """
    response = _shown(app, request, page, visit, guards, patient=True)
    if response is None:
        await page.styles_known()
        response = shown_at_once(app, request, page, visit, guards)
    return response


def shown_at_once(
    app: Asked, request: Request, page: WebPage, visit: Visit, guards: Guards | None = NO_GUARDS
) -> Response:
    """As `shown`, where nobody can wait: styles that are not compiled yet follow by the socket."""
    return cast(Response, _shown(app, request, page, visit, guards, patient=False))  # None is for the patient


def _shown(
    app: Asked, request: Request, page: WebPage, visit: Visit, guards: Guards | None, *, patient: bool
) -> Response | None:
    if isinstance(page, HtmlPage) and not page.is_live:
        return shell.plain_document(request, page)
    visit.take_page()
    registry = app.registry
    if app.dispatcher.debug and page.is_shared and registry.is_second_person(page, visit.session):
        _notice_sharing(page, request.url.path)
    before = navigation.asking(registry, request, visit.session)
    tab = registry.open(page, visit.session, before)
    try:
        tab.address = navigation.address_of(request, before)
        navigation.mark_current(page, tab.address)
        opened = page.open_for(tab, patient=patient)
        if opened is None:
            registry.remove(tab)
            return None
        tab.root = request.scope.get("root_path", "")
        if before is not None and navigation.VIEW in request.scope:
            tab.door = before.door
        else:
            tab.door = None if guards is None else app.door(request, guards)
        if page.style_errors:
            _tell_style_errors(page, tab, debug=app.dispatcher.debug)
        if isinstance(page, HtmlPage):
            return shell.own_document(request, page, opened, tab, app.wiring())
        return shell.document(request, page, opened, tab, app.wiring())
    except BaseException:
        registry.remove(tab)
        raise


def _tell_style_errors(page: WebPage, tab: Tab, *, debug: bool) -> None:
    """Tell of rules of the App's or the page's CSS that Tailwind refused: in the log once, and in debug mode in the page."""
    for error in page.style_errors:
        text = f"{error}\nThe rule is left out. It stands in css= of {page.describe()}, or of the App."
        hints.say(text)
        if debug:
            tab.send([wire.FAULT, {"title": "CSS error", "text": text, "ref": ""}])


def not_found(request: Request, error: Exception, paths: Iterable[str], *, debug: bool) -> Response:
    """The page for an address that is not there; `debug`: it lists those that are."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    text = str(getattr(error, "detail", "")) or "Not found"
    if debug:
        text = f"There is no page {request.url.path}. The routes are {', '.join(paths) or 'none'}."
    return shell.message(request, status, "Not found", text)


def _notice_sharing(page: WebPage, path: str) -> None:
    """Say, when a second person opens a shared page, that what is typed into its fields is shared too."""
    field = next(_shared_fields(page), None)
    if field is not None:
        where = hints.place(field._site)
        hints.say(
            f"{path!r} returns the same page to everyone, so its fields are shared too ({type(field).__name__} at {where}). "
            "Use private=True, or make the page inside the function; private=False says that it is meant."
        )


def _shared_fields(page: WebPage) -> Iterator[Field]:
    waiting: list[Component] = [page]
    while waiting:
        component = waiting.pop()
        if isinstance(component, Field) and component.sharing_unsaid and component.kind in MERGED:
            yield component
        waiting.extend(reversed(component._children or ()))
