"""`Templates`: Jinja2 templates of one App, from the program's folders, its own environment or texts, to pages."""

import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from justui import hints
from justui.errors import ConfigError, TemplateError
from justui.live import HtmlPage
from justui.mounting import Mounts, in_template
from justui.places import ROOT, RUNTIME, mark
from justui.trusting import Trusting

_TEXTS: Final = 64
"""Sources given to `render_text` that are kept compiled."""
_PATH_CHARACTERS: Final = "/:@!$*+,;=~-._"


class Addresses(Protocol):
    """What knows the App's addresses."""

    def path_of(self, name: str, parameters: dict[str, Any]) -> str:
        """The path of a route below the App's prefix. Raises `LookupError` saying what is wrong."""


class Templates:
    """The templates of one App: files of folders, or texts. Values are escaped; `{{ justui() }}` makes a page live.

    `environment` is Jinja2's, for filters and globals of your own.
    """

    def __init__(self, where: Any, addresses: Addresses) -> None:
        self._where = where
        self._addresses = addresses

    @functools.cached_property
    def environment(self) -> jinja2.Environment:
        """Jinja2's environment, made when somebody uses it."""
        environment: jinja2.Environment = (
            self._where
            if isinstance(self._where, jinja2.Environment)
            else jinja2.Environment(loader=jinja2.FileSystemLoader(self.folders), autoescape=True, undefined=_Missing)
        )
        environment.add_extension(Trusting)
        environment.globals |= {"justui": _justui, "JSCRIPT": _justui()}
        environment.globals.setdefault("url_for", self._url_for)
        return environment

    @property
    def folders(self) -> list[Path]:
        """The folders that are searched, in their order."""
        where = self._where
        if isinstance(where, jinja2.Environment):
            return [Path(path) for path in getattr(where.loader, "searchpath", ())]
        return [Path(where)] if isinstance(where, str | Path) else [Path(path) for path in where]

    @functools.cached_property
    def _compiled(self) -> Callable[[str], jinja2.Template]:
        return functools.lru_cache(_TEXTS)(self.environment.from_string)

    def render(self, name: str, context: dict[str, Any], *, inject: bool = False) -> HtmlPage:
        """The page that a file of the folders gives. Raises `TemplateError` naming the folders when there is none such."""
        with _missing_named(self):
            return self._page(self.environment.get_template(name), context, inject)

    def render_text(self, source: str, context: dict[str, Any], *, inject: bool = False) -> HtmlPage:
        """The page that a template gives which is a text of the program's own."""
        with _missing_named(self):
            return self._page(self._compiled(source), context, inject)

    def _page(self, template: jinja2.Template, context: dict[str, Any], inject: bool) -> HtmlPage:
        with Mounts() as mounts:
            rendered = template.render(context)
        return HtmlPage(rendered, mounts, inject=inject)

    def _url_for(self, name: str, /, **parameters: Any) -> str:
        """`{{ url_for('item', n=3) }}`, `{{ url_for('static', path='app.css') }}`: the address of a route, prefix included."""
        try:
            path = self._addresses.path_of(name, parameters)
        except LookupError as error:
            raise TemplateError(f"{in_template()}: {error}") from None
        return mark(ROOT) + quote(path, safe=_PATH_CHARACTERS)


class _missing_named:  # noqa: N801 - reads as a statement
    """Inside, a template that is not there is an error that says where it was looked for."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, jinja2.TemplateNotFound):
            raise TemplateError(_not_found(self._templates, str(error.name))) from None


def _not_found(templates: Templates, name: str) -> str:
    environment, folders = templates.environment, [folder.absolute() for folder in templates.folders]
    try:
        meant = hints.near(name, environment.list_templates())
    except TypeError:  # a loader that cannot list
        meant = ""
    if not folders:
        return f"There is no template {name!r}.{meant} It was asked of {environment.loader or 'an environment without a loader'}."
    found = [f"{folder}{'' if folder.is_dir() else ', which does not exist'}" for folder in folders]
    searched = (
        f"The folder searched is {found[0]}" if len(found) == 1 else f"The folders searched are {'; '.join(found)}"
    )
    another = "another" if len(found) == 1 else "others"
    return f"There is no template {name!r}.{meant} {searched}; App(templates=…) names {another}."


def _check(environment: jinja2.Environment) -> None:
    """Raise `ConfigError` for an environment whose templates would not be safe, or cannot be rendered."""
    if environment.autoescape is False:
        raise ConfigError(
            "templates=: this jinja2.Environment escapes nothing, so what a person types could act as HTML. Make it with "
            "autoescape=True, or jinja2.select_autoescape()."
        )
    if environment.is_async:
        raise ConfigError("templates=: app.render is no coroutine. Make the jinja2.Environment without enable_async.")


def checked_templates(value: Any) -> Any:
    """What `App(templates=…)` may be beside the path of a folder: an environment or several folders; None for anything else.

    Raises `ConfigError` for an environment that is not safe, and for a list that has no path, or something else in it.
    """
    if isinstance(value, jinja2.Environment):
        _check(value)
        return value
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Path):
        paths = tuple(value)
        if not paths or not all(isinstance(path, str | Path) for path in paths):
            raise ConfigError(f"templates wants a folder, a list of folders or a jinja2.Environment, got {value!r:.80}")
        return paths
    return None


def _justui() -> Markup:
    """`{{ justui() }}`: here the page gets what makes it live."""
    return Markup(mark(RUNTIME))  # noqa: S704 - made here


class _Missing(jinja2.Undefined):
    """A name that a template has and nobody has given: empty, and a hint."""

    def __str__(self) -> str:
        """Nothing, but not silently."""
        hints.advise(f"A template: {self._undefined_message}. Give it to render(…).")
        return ""
