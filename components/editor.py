"""`Editor`: rich text that several people write at once. Its browser half is `editor.js`: Quill, bound to the shared text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from justui.components.shared_editor import SHOWN, SharedEditor, Sketch, checked, served_name
from justui.errors import UsageError
from justui.hints import near
from justui.rich import Delta
from justui.rich_html import to_html
from justui.shared_text import SharedText
from justui.state import Reactive

if TYPE_CHECKING:
    from typing import Unpack

    from justui.components.html.keywords import ElementKeywords

_ALIGN: Final = {"align": ["", "center", "right", "justify"]}
TOOLS: Final[dict[str, Any]] = {
    "heading": {"header": [1, 2, 3, 4, False]},
    "size": {"size": ["small", False, "large", "huge"]},
    "font": {"font": ["", "serif", "monospace"]},
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strike": "strike",
    "colour": {"color": []},
    "background": {"background": []},
    "subscript": {"script": "sub"},
    "superscript": {"script": "super"},
    "bullet": {"list": "bullet"},
    "ordered": {"list": "ordered"},
    "check": {"list": "check"},
    "outdent": {"indent": "-1"},
    "indent": {"indent": "+1"},
    "align": _ALIGN,
    "direction": {"direction": "rtl"},
    "quote": "blockquote",
    "code": "code",
    "code_block": "code-block",
    "link": "link",
    "image": "image",
    "comment": "comment",
    "table": "table",
    "undo": "undo",
    "redo": "redo",
    "clear": "clean",
}
"""What can stand in a toolbar, by our names, as Quill writes it."""
TOOLBARS: Final = {
    "full": (
        "heading size font | bold italic underline strike code | colour background | subscript superscript | "
        "bullet ordered check | outdent indent align direction | quote code_block table | link image comment | clear | undo redo"
    ),
    "basic": "heading | bold italic underline | bullet ordered | link | undo redo",
    "none": "",
}


class _Sketch(Sketch):
    tag = "div"

    def _drawn(self) -> str:
        return to_html(_first(self._model.delta, SHOWN))


class Editor(SharedEditor):
    """A text with formats, written by everybody who sees it at once: `ui.Editor(model=notes, toolbar="full")`.

    `model` is a `SharedText`; without one the editor has its own, which begins with `value`, HTML. `toolbar` is `full`, `basic`,
    `none`, or names in order with `|` between groups: `["bold", "italic", "|", "link"]`. `height` is a CSS length. `images` is the route of a folder
    opened by `app.uploads`, for pictures; without one they stand in the text. With `read_only`
    people read along. `value` is the HTML; `on_input` hears each change of this tab's person, `on_change` when they leave the field.
    """

    tag = "justui-editor"
    _half = "editor"

    _toolbar: list[list[Any]]
    _images: str

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            value: str | None = None,
            toolbar: str | Sequence[str] = "basic",
            height: str | None = None,
            placeholder: str = "",
            images: str = "",
            read_only: bool | Reactive[Any] = False,
            **keywords: Unpack[ElementKeywords],
        ) -> None: ...

    else:

        def __init__(
            self,
            *,
            model=None,
            value=None,
            toolbar="basic",
            images="",
            **keywords,
        ):
            text = SharedText(html=value or "") if model is None else checked(model, "Editor")
            self._toolbar = _tools(toolbar)
            self._images = images.rstrip("/")
            super().__init__(_Sketch(text), **keywords)
            if model is not None and value is not None:
                self.value = value

    def _options(self) -> dict[str, Any]:
        return {
            **super()._options(),
            "toolbar": [] if self._read_only else self._toolbar,
            "images": self._images,
            "label": "Text",
            **_files(),
        }

    @property
    def value(self) -> str:
        """The text as HTML. Setting it changes what is different, for everybody."""
        return self._model.html

    @value.setter
    def value(self, html: str) -> None:
        self._model.html = html


def _first(delta: Delta, characters: int) -> Delta:
    """As much of a text as has so many characters."""
    shown: Delta = []
    for step in delta:
        if characters <= 0:
            break
        content = step["insert"]
        if isinstance(content, str):
            step = {**step, "insert": content[:characters]}
        characters -= len(content)
        shown.append(step)
    return shown


def _tools(toolbar: str | Sequence[str]) -> list[list[Any]]:
    """The toolbar as Quill writes it. Raises `UsageError` for a name that there is not."""
    names = TOOLBARS.get(toolbar, toolbar).split() if isinstance(toolbar, str) else list(toolbar)
    groups: list[list[Any]] = [[]]
    for name in names:
        if name == "|":
            groups.append([])
        elif name not in TOOLS:
            raise UsageError(f"An Editor's toolbar has no {name!r}.{near(name, [*TOOLS, *TOOLBARS])}")
        else:
            groups[-1].append(TOOLS[name])
    return [group for group in groups if group]


def _files() -> dict[str, Any]:
    """The served names of what the browser half needs."""
    return {
        "files": {
            "yjs": served_name("yjs", "dist/yjs.mjs"),
            "quill": served_name("quill", "dist/quill.js"),
            "cursors": served_name("quill-cursors", "dist/quill-cursors.core.js"),
        },
        "sheets": [
            served_name("quill", "dist/quill.snow.css"),
            served_name("quill-cursors", "dist/quill-cursors.min.css"),
        ],
    }
