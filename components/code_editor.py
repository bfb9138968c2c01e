"""`CodeEditor`: program text that several people write at once. Its browser half is `code_editor.js`: CodeMirror, bound to the shared text."""

from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from justui.classes import look_with
from justui.components.shared_editor import SHOWN, SharedEditor, Sketch, checked, served_name
from justui.errors import UsageError
from justui.hints import near
from justui.marks import tree_lock
from justui.shared_text import SharedText
from justui.state import Reactive

if TYPE_CHECKING:
    from typing import Unpack

    from justui.components.html.keywords import ElementKeywords


class Language(NamedTuple):
    """What reads a language in the browser: a function of a package, called with these options; and the width of its indentation."""

    package: str = ""
    function: str = ""
    options: dict[str, bool] = {}  # noqa: RUF012 - nobody writes into it
    indent: int = 2


LANGUAGES: Final = {
    "text": Language(indent=4),
    "css": Language("@codemirror/lang-css", "css"),
    "html": Language("@codemirror/lang-html", "html"),
    "javascript": Language("@codemirror/lang-javascript", "javascript", {"jsx": True}),
    "json": Language("@codemirror/lang-json", "json"),
    "markdown": Language("@codemirror/lang-markdown", "markdown"),
    "python": Language("@codemirror/lang-python", "python", indent=4),
    "sql": Language("@codemirror/lang-sql", "sql"),
    "typescript": Language("@codemirror/lang-javascript", "javascript", {"jsx": True, "typescript": True}),
}
"""What `language=` may be."""
_SHORT: Final = {
    "js": "javascript",
    "jsx": "javascript",
    "md": "markdown",
    "plain": "text",
    "py": "python",
    "ts": "typescript",
}
_FILES: Final = {
    "yjs": ("yjs", "dist/yjs.mjs"),
    "sync": ("y-codemirror.next", "src/y-sync.js"),
    "undo": ("y-codemirror.next", "src/y-undomanager.js"),
    **{
        name: (f"@codemirror/{name}", "dist/index.js")
        for name in ("state", "view", "language", "commands", "search", "autocomplete")
    },
    "highlight": ("@lezer/highlight", "dist/index.js"),
}
"""What the browser half imports, by its own names."""


class _Sketch(Sketch):
    tag = "pre"

    def _drawn(self) -> str:
        return f"<code>{escape(self._model.value[:SHOWN], quote=False)}</code>"


class CodeEditor(SharedEditor):
    """Program text, written by everybody who sees it at once: `ui.CodeEditor(model=program, language="python")`.

    `model` is a `SharedText`; without one the editor has its own, which begins with `value`. `language` is one of `css`, `html`,
    `javascript`, `json`, `markdown`, `python`, `sql`, `text`, `typescript`. `height` is a CSS length; without it the editor is as high as the
    text. `wrap` breaks long lines. With `read_only` people read along. `value` is the text; `on_input` hears each change of this tab's
    person, `on_change` when they leave the field. Tab indents; Escape, then Tab leaves the editor.
    """

    tag = "justui-code-editor"
    _half = "code_editor"

    _language: str
    _line_numbers: bool
    _wrap: bool

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            value: str | None = None,
            language: str | Reactive[Any] = "text",
            height: str | None = None,
            placeholder: str = "",
            read_only: bool | Reactive[Any] = False,
            line_numbers: bool | Reactive[Any] = True,
            wrap: bool | Reactive[Any] = False,
            **keywords: Unpack[ElementKeywords],
        ) -> None: ...

    else:

        def __init__(
            self,
            *,
            model=None,
            value=None,
            language="text",
            line_numbers=True,
            wrap=False,
            classes=None,
            **keywords,
        ):
            text = SharedText(_unix(value or "")) if model is None else checked(model, "CodeEditor")
            self._language, self._line_numbers, self._wrap = "text", True, False
            super().__init__(_Sketch(text), classes=look_with(lambda: "ui-code", classes), **keywords)
            self.language, self.line_numbers, self.wrap = language, line_numbers, wrap
            if model is not None and value is not None:
                self.value = value

    def _options(self) -> dict[str, Any]:
        language = LANGUAGES[self._language]
        file = served_name(language.package, "dist/index.js") if language.package else ""
        return {
            **super()._options(),
            "language": {"file": file, "function": language.function, "options": language.options},
            "indent": language.indent,
            "lineNumbers": self._line_numbers,
            "wrap": self._wrap,
            "label": "Code",
            "files": {name: served_name(*place) for name, place in _FILES.items()},
        }

    @property
    def value(self) -> str:
        """The text. Setting it changes what is different, for everybody."""
        return self._model.value

    @value.setter
    def value(self, text: str) -> None:
        self._model.set(_unix(text))

    @property
    def language(self) -> str:
        """What the text is written in. Raises `UsageError` for a language that there is not."""
        return self._language

    @language.setter
    def language(self, language: str) -> None:
        if language not in LANGUAGES:
            raise UsageError(f"CodeEditor knows no language {language!r:.40}.{_meant(language)}")
        with tree_lock:
            self._language = language
            self._describe_to_browser()

    @property
    def line_numbers(self) -> bool:
        """Whether the lines are numbered."""
        return self._line_numbers

    @line_numbers.setter
    def line_numbers(self, value: bool) -> None:
        with tree_lock:
            self._line_numbers = bool(value)
            self._describe_to_browser()

    @property
    def wrap(self) -> bool:
        """Whether long lines are broken."""
        return self._wrap

    @wrap.setter
    def wrap(self, value: bool) -> None:
        with tree_lock:
            self._wrap = bool(value)
            self._describe_to_browser()


def _unix(text: Any) -> Any:
    """A text with one kind of line ends, as browsers write them; anything else as it is."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


def _meant(language: object) -> str:
    name = str(language).lower()
    if name in _SHORT or name in LANGUAGES:
        return f" Did you mean {_SHORT.get(name, name)}?"
    return near(name, LANGUAGES) or f" There are {', '.join(LANGUAGES)}."
