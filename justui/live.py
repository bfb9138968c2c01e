"""The user's own HTML made live: Jinja2 templates, and the page that stands behind what one of them gives.

Law 15 is kept here: scripts and handlers run that stand in a template's source, never what was put in by a `{{ value }}`.
Answers no requests: `shell` makes the document.
"""

import functools
import html
import html.entities
import re
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, overload

import jinja2
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from justui import hints, wire
from justui.chores import Chores
from justui.component import Component
from justui.errors import HandlerError, TemplateError, TreeError, UsageError
from justui.handlers import EventFunction
from justui.page import LIFE_EVENTS, Opened, Setting, WebPage

if TYPE_CHECKING:
    from justui.tab import Tab

_MARK: Final = f"justui-{secrets.token_hex(16)}-"
"""Begins each place of the rendered text that the response fills. Nobody can guess it, and no browser ever sees it."""
_PLACE: Final = re.compile(re.escape(_MARK) + r"([nrh])([\w+/=]*);")
_NONCE: Final = f"{_MARK}n;"
_RUNTIME: Final = f"{_MARK}r;"

_VALUE: Final = "\ue000"
"""Stands for a `{{ … }}` while HTML is read."""
_BLOCK: Final = "\ue001"
"""Stands for a `{% … %}`."""
_OPENING: Final = re.compile(rf"<!--(?:-?>|.*?(?:--!?>|\Z))|<([a-zA-Z{_VALUE}][^\s/>{_BLOCK}]*+)", re.DOTALL)
_BETWEEN: Final = re.compile(rf"[\s/{_BLOCK}]*+")
_ATTRIBUTE: Final = re.compile(
    rf"""([^\s/>={_BLOCK}][^\s/>={_BLOCK}]*+)(?:\s*+=\s*+("[^"]*"|'[^']*'|[^\s>"'][^\s>]*+))?"""
)
_RAW_TEXT: Final = frozenset("script style textarea title xmp iframe noembed noframes".split())
_NEEDS_NONCE: Final = frozenset(("script", "style", "link"))
_HANDLER: Final = re.compile(r"on[a-z]+", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"&(?:#\w+;?|[A-Za-z][A-Za-z0-9]*;?)(?P<equals>=?)")
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title", re.DOTALL | re.IGNORECASE)
_TEXTS: Final = 64
"""Sources given to `render_text` that are kept compiled."""


class Templates:
    """The templates of one App: files of a folder, or texts. Values are escaped; `{{ justui() }}` makes a page live.

    `environment` is Jinja2's, for filters and globals of your own.
    """

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    @functools.cached_property
    def environment(self) -> jinja2.Environment:
        """Jinja2's environment, made when somebody uses it."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self.folder),
            autoescape=True,
            extensions=[Trusting],
            undefined=_Missing,
            finalize=_shown,
        )
        environment.globals["justui"] = _justui
        return environment

    @functools.cached_property
    def _compiled(self) -> Callable[[str], jinja2.Template]:
        return functools.lru_cache(_TEXTS)(self.environment.from_string)

    def render(self, name: str, context: dict[str, Any]) -> "HtmlPage":
        """The page that a file of the folder gives. Raises `TemplateError` naming the folder when there is none such."""
        with _missing_named(self):
            return HtmlPage(self.environment.get_template(name).render(context))

    def render_text(self, source: str, context: dict[str, Any]) -> "HtmlPage":
        """The page that a template gives which is a text of the program's own."""
        with _missing_named(self):
            return HtmlPage(self._compiled(source).render(context))


class _missing_named:  # noqa: N801 - reads as a statement
    """Inside, a template that is not there is an error that says where it was looked for."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, jinja2.TemplateNotFound):
            name, folder = str(error.name), self._templates.folder.absolute()
            meant = hints.near(name, self._templates.environment.list_templates())
            found = "" if folder.is_dir() else ", which does not exist"
            raise TemplateError(
                f"There is no template {name!r}.{meant} The folder searched is {folder}{found}; App(templates=…) names another."
            ) from None


def _justui() -> Markup:
    """`{{ justui() }}`: here the page gets what makes it live."""
    return Markup(_RUNTIME)  # noqa: S704 - made here


def _shown(value: object) -> object:
    if isinstance(value, Component):
        raise UsageError(
            f"{value.describe()} was given to a template: a component has no place there yet. Return it, or give its values."
        )
    return value


def _hint(text: str) -> None:
    if hints.Diagnostics.on:
        hints.say(text)


class _Missing(jinja2.Undefined):
    """A name that a template has and nobody has given: empty, and a hint."""

    def __str__(self) -> str:
        """Nothing, but not silently."""
        _hint(f"A template: {self._undefined_message}. Give it to render(…).")
        return ""


class Trusting(Extension):
    """Marks what stands in a template's source, before anything is put in: its scripts, style sheets and handlers.

    A script gets the response's nonce; a handler, `onclick="…"`, the mark by which the policy will have its hash.
    """

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens of one template, with the marks in those that are HTML."""
        source = _Source(list(stream), stream.name)
        source.read()
        return source.marked()


class _Group(NamedTuple):
    """A `{{ … }}` in the source."""

    line: int
    quoted: bool
    """Whether it makes JavaScript of its value, by `|tojson`."""


class _Source:
    """The HTML of one template's source, with a sign in the place of each `{{ … }}` and `{% … %}`."""

    def __init__(self, tokens: list[Token], name: str | None) -> None:
        self._tokens = tokens
        self._name = repr(name) if name else "the text given to render_text"
        self._values: dict[int, _Group] = {}
        self._starts: list[tuple[int, Token]] = []
        self._marks: list[tuple[int, str]] = []
        self._text = "".join(self._signs())

    def _signs(self) -> Iterator[str]:
        length = 0
        names: list[str] = []
        for token in self._tokens:
            sign = ""
            if token.type == "data":
                self._starts.append((length, token))
                sign = token.value
            elif token.type == "block_begin":
                sign = _BLOCK
            elif token.type == "variable_begin":
                names = []
            elif token.type == "name":
                names.append(token.value)
            elif token.type == "variable_end":
                sign = _VALUE
                self._values[length] = _Group(token.lineno, "tojson" in names)
            length += len(sign)
            yield sign

    def read(self) -> None:
        """Find what is to be marked."""
        text, position = self._text, 0
        while opening := _OPENING.search(text, position):
            position = opening.end()
            tag = (opening[1] or "").lower()
            if not tag:
                continue
            if tag in _NEEDS_NONCE:
                self._marks.append((position, f' nonce="{_NONCE}"'))
            position = self._read_attributes(position)
            if tag in _RAW_TEXT:
                position = self._read_raw(tag, position)

    def _read_attributes(self, position: int) -> int:
        text = self._text
        while (position := self._skip(position)) < len(text) and text[position] != ">":
            attribute = _ATTRIBUTE.match(text, position)
            if attribute is None:
                position += 1
                continue
            position = attribute.end()
            if attribute[2] and _HANDLER.fullmatch(attribute[1]):
                self._take_handler(attribute.start(), attribute[1], attribute[2])
        return position

    def _skip(self, position: int) -> int:
        found = _BETWEEN.match(self._text, position)
        return found.end() if found else position

    def _take_handler(self, position: int, name: str, value: str) -> None:
        if value[0] in "\"'":
            value = value[1:-1]
        if _VALUE in value or _BLOCK in value:
            _hint(
                f"{name} of {self._name}, line {self._line(position)}, has a {{{{ … }}}} in it, so browsers will not run it: it "
                f'could be code of somebody else\'s. Write data-value="{{{{ … }}}}" {name}="… this.dataset.value …".'
            )
            return
        digest = b64encode(sha256(decoded(value).encode("utf-8", "replace")).digest()).decode()
        self._marks.append((position, f"{_MARK}h{digest};"))

    def _read_raw(self, tag: str, position: int) -> int:
        """Go past the inside of an element that has no tags in it."""
        end = re.compile(rf"</{re.escape(tag)}(?=[\s/>])", re.IGNORECASE).search(self._text, position)
        stop = end.start() if end else len(self._text)
        if tag == "script":
            for place, group in self._values.items():
                if position <= place < stop and not group.quoted:
                    _hint(
                        f"{self._name}, line {group.line}: a value in a script wants {{{{ value|tojson }}}}, or it may be taken for code."
                    )
        return stop

    def _line(self, position: int) -> int:
        start, token = max((entry for entry in self._starts if entry[0] <= position), key=lambda entry: entry[0])
        return token.lineno + self._text.count("\n", start, position)

    def marked(self) -> Iterator[Token]:
        """The tokens, with the marks."""
        starts = {id(token): start for start, token in self._starts}
        marks = self._marks[::-1]
        for token in self._tokens:
            if token.type != "data":
                yield token
                continue
            start, done, parts = starts[id(token)], 0, []
            while marks and marks[-1][0] <= start + len(token.value):
                position, mark = marks.pop()
                parts += [token.value[done : position - start], mark]
                done = position - start
            yield Token(token.lineno, token.type, "".join([*parts, token.value[done:]]))


def decoded(value: str) -> str:
    """The value of an attribute as an HTML parser has it: `a &amp;&amp; b` is `a && b`, and `?a&lt=b` stays."""

    def decode(found: re.Match[str]) -> str:
        reference = found[0].removesuffix("=") if found["equals"] else found[0]
        named = reference[1] != "#"
        if named and (reference[1:] not in html.entities.html5 or (found["equals"] and reference[-1] != ";")):
            return found[0]
        return html.unescape(reference) + found["equals"]

    return _REFERENCE.sub(decode, value)


class _OfTemplate(Setting):
    """A setting that only the template has."""

    __slots__ = ()

    def __set__(self, page: Any, value: Any) -> None:
        if value:
            raise TreeError(f"{self.name} of {page.describe()} stands in your own HTML: write it there.")


class HtmlPage(WebPage):
    """A page whose body is HTML of the user's own: the tree does not touch it, `tab.dom` and `tab.js` may.

    Made by `app.render`. `is_live`: its template has a `{{ justui() }}`; without it a browser gets the HTML and no more.
    """

    __slots__ = ("_begun_with", "_parts", "hashes", "is_live")

    void = True

    head_html = _OfTemplate()

    _parts: list[str]
    _begun_with: dict[str, str]
    hashes: list[str]
    """Of the handlers in it that its templates have, as a policy names them."""
    is_live: bool

    def __new__(cls, *children: Any, **keywords: Any) -> Self:
        """As any page, bare: how it looks is the user's affair."""
        self = super().__new__(cls)
        self.theme, self.tailwind = None, False
        return self

    def __init__(self, rendered: str) -> None:
        # Text, kind of place, what belongs to it, text, …
        self._parts = _PLACE.split(wire.clean(rendered))
        kinds = self._parts[1::3]
        self.is_live = "r" in kinds
        found = dict.fromkeys(self._parts[place * 3 + 2] for place, kind in enumerate(kinds) if kind == "h")
        self.hashes = [f"'sha256-{digest}'" for digest in found]
        title = _TITLE.search(rendered)
        super().__init__(title=html.unescape(_PLACE.sub("", title[1])).strip() if title else "")
        self._begun_with = dict(self._settings)

    def text_for(self, nonce: str, runtime: str) -> str:
        """The document, with the nonce of its response, and what makes it live, once."""
        parts = []
        for place in range(0, len(self._parts), 3):
            parts.append(self._parts[place])
            kind = self._parts[place + 1] if place + 1 < len(self._parts) else ""
            if kind == "n":
                parts.append(nonce)
            elif kind == "r":
                parts.append(runtime)
                runtime = ""
        return "".join(parts)

    def _state_now(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"page": self._changed_settings()}  # the body is not ours

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
        if changed := self._changed_settings():
            tab.send([wire.PAGE, changed])
        return opened

    def _check_open(self) -> None:
        raise TreeError(f"{self.describe()} is your own HTML and takes no components. Write it there, or use tab.dom.")

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
