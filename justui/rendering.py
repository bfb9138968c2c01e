"""`Rendering`: what an App offers for HTML of the user's own: `render`, `render_text`, and addresses for `url_for`."""

import contextlib
import functools
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.routing import NoMatchFound

from justui.errors import HandlerError
from justui.exposing import Exposing
from justui.hints import near
from justui.live import HtmlPage
from justui.roots import OPTIONS

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from justui.templating import Templates

    class _Base(Exposing, Starlette): ...
else:
    _Base = object

_HOME: Final = "index.html"


class Rendering(_Base):
    """Makes pages of HTML of the user's own."""

    def _begin_templates(self, given: Any, folder: str) -> None:
        self._templates_in = folder if given is None else given

    @functools.cached_property
    def templates(self) -> "Templates":
        """The user's own HTML; its `environment` is Jinja2's, read when there is some: it takes two megabytes."""
        made: Templates = _templating().Templates(self._templates_in, self)
        return made

    def render(self, name: str | None = None, /, *, live: Any = None, inject: bool = False, **context: Any) -> HtmlPage:
        """The page that a template gives, for a page function to return: HTML of your own, a Jinja2 file of `App(templates=)`.

        Values are escaped. With `{{ justui() }}` in its head the page is live: `server` is there, `page.on("join", fn)`, `tab.js`
        and `tab.dom`; without it the browser gets plain HTML. `inject=True` puts it in where the template has none. A component
        stands where the template writes `{{ its_name }}`, in step as on any page.

        `live`: a class, of which each tab gets an object, or with `per="session"` each person; or an object. Its public methods
        are at the root of the browser's `server`: `server.increment()`. `call`, `get`, `set`, `delete`, `allow` beside it as for
        `expose`. Without a name the page is the class's `html` (text), or its `home` (a file), or `index.html`.

        Raises `TemplateError` naming the folders when there is no such template, `TreeError` for a component where none can
        stand, and `ConfigError` or `HandlerError` for what cannot be live.
        """
        options = self._options_of_live(live, context)
        if name is None:
            source = getattr(live, "html", None)
            if isinstance(source, str):
                return self._with_root(self.templates.render_text(source, context, inject=True), live, options)
            name = getattr(live, "home", None)
            if live is None:
                raise HandlerError('render wants the name of a template: app.render("home.html").')
            name = name if isinstance(name, str) else _HOME
        return self._with_root(self.templates.render(name, context, inject=inject or live is not None), live, options)

    def render_text(self, source: str, /, *, live: Any = None, inject: bool = False, **context: Any) -> HtmlPage:
        """The page that a template gives which is a string of the program's own; else as `render`.

        Never put into `source` what a person typed: it is code, like the file of a template. Values belong in the context.
        """
        options = self._options_of_live(live, context)
        page = self.templates.render_text(source, context, inject=inject or live is not None)
        return self._with_root(page, live, options)

    def _options_of_live(self, live: Any, context: dict[str, Any]) -> dict[str, Any]:
        """Take from the values for the template what belongs to `live=`."""
        return {} if live is None else {option: context.pop(option) for option in OPTIONS if option in context}

    def _with_root(self, page: HtmlPage, live: Any, options: Mapping[str, Any]) -> HtmlPage:
        if live is not None:
            page.root_object = self.calls.roots.entry_for(live, **options)
        return page

    def path_of(self, name: str, parameters: dict[str, Any]) -> str:
        """The path of a route below the App's prefix. Raises `LookupError` saying what is wrong."""
        with contextlib.suppress(NoMatchFound):
            return str(self.url_path_for(name, **parameters))
        named = {str(one): route for route in self.routes if (one := getattr(route, "name", None))}
        if name in named:
            wanted = ", ".join(getattr(named[name], "param_convertors", ())) or "no parameters"
            raise LookupError(
                f"url_for: the address of {name!r} wants {wanted}, and got {', '.join(parameters) or 'none'}"
            )
        known = ", ".join(sorted(one for one in named if one.isidentifier() and one[0] != "_")) or "none"
        raise LookupError(f"url_for: there is no route {name!r}.{near(name, named)} Those with names are {known}.")


def take_templates(settings: dict[str, Any]) -> Any:
    """Take `templates` out of the settings where it is more than the path of a folder; None where it is not."""
    given = settings.get("templates")
    if given is None or isinstance(given, str | Path):
        return None
    found = _templating().checked_templates(given)
    if found is not None:
        del settings["templates"]
    return found


def _templating() -> Any:
    return importlib.import_module("justui.templating")
