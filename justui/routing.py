"""Page functions: what they want of a request, and how what they return becomes the answer. Holds no tabs itself."""

import enum
import inspect
import logging
import secrets
import time
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any, Protocol, Union, get_args, get_origin
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from justui import hints, shell, wire
from justui.component import Component
from justui.config import Config
from justui.context import building
from justui.dispatch import Dispatcher
from justui.errors import HandlerError
from justui.fields import MERGED, Field
from justui.live import HtmlPage
from justui.page import WebPage
from justui.registry import Registry
from justui.sessions import Session
from justui.tab import Tab

log = logging.getLogger("justui")

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


class PageRoute:
    """One page function: from a request to the response."""

    def __init__(self, app: Asked, function: PageFunction) -> None:
        self._app = app
        self._function = function
        self._fill = arguments_for(function)
        self.name = _name(function)

    async def answer(self, request: Request) -> Response:
        """What the function answers. Its errors, and results that cannot be shown, become pages that say so."""
        token = building.set(True)
        try:
            result = self._call(self._fill(request))
            if inspect.isawaitable(result):
                result = await result
            if isinstance(result, Response):
                return result
            return await self._show(request, self._as_page(result))
        except HTTPException:
            raise
        except BadParameter as error:
            return shell.message(request, 400, "Bad request", str(error))
        except Exception as error:  # noqa: BLE001 - whatever a page function raises is logged and answered
            return self._failed(request, error)
        finally:
            building.reset(token)

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
        if isinstance(page, HtmlPage) and not page.is_live:
            return shell.own_document(request, page, None, self._app.wiring())
        session: Session = request.scope["session"]
        session.used = True
        request.scope["justui.page"] = True
        registry = self._app.registry
        if self._app.dispatcher.debug and page.is_shared and registry.is_second_person(page, session):
            _notice_sharing(page, request.url.path)
        tab = registry.open(page, session)
        try:
            opened = page.open_for(tab, patient=True)
            if opened is None:  # class names that nobody has used before: they are compiled first
                registry.remove(tab)
                await page.styles_known()
                tab = registry.open(page, session)
                opened = page.open_for(tab)
            if page.style_errors:
                self._tell_style_errors(page, tab)
            if isinstance(page, HtmlPage):
                return shell.own_document(request, page, tab, self._app.wiring())
            return shell.document(request, page, opened, tab, self._app.wiring())
        except BaseException:
            registry.remove(tab)
            raise

    def _tell_style_errors(self, page: WebPage, tab: Tab) -> None:
        """Tell of rules of the App's or the page's CSS that Tailwind refused: in the log once, and in debug mode in the page."""
        for error in page.style_errors:
            text = f"{error}\nThe rule is left out. It stands in css= of {page.describe()}, or of the App."
            hints.say(text)
            if self._app.dispatcher.debug:
                tab.send([wire.FAULT, {"title": "CSS error", "text": text, "ref": ""}])

    def _failed(self, request: Request, error: Exception) -> Response:
        reference = secrets.token_hex(4)
        text = hints.traceback_of(error)
        log.error("%s() failed (reference %s)\n%s", self.name, reference, text)
        self._app.dispatcher.tell(error, None)
        if self._app.dispatcher.debug:
            return shell.message(request, 500, f"{type(error).__name__} in {self.name}()", str(error), text)
        said = f"The page could not be made. Reference: {reference}"
        return shell.message(request, 500, "Something went wrong", said)


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
