"""The component library: every component under one roof. A package of its own only as `justui.components`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if __name__ != "justui.components":
    raise ImportError(
        f"this folder is justui.components and was imported as {__name__!r}: "
        "write `import justui as ui` (or `from justui import components`)"
    )

from justui import late
from justui.components import html
from justui.components.field import Field as Field
from justui.components.for_ import For as For
from justui.components.html import *  # noqa: F403 - each package lists what it offers in its own __all__
from justui.components.icon import Icon as Icon
from justui.components.layout import Card as Card
from justui.components.layout import Column as Column
from justui.components.layout import Grid as Grid
from justui.components.layout import Row as Row
from justui.components.layout import Scroll as Scroll
from justui.components.link import Link as Link

if TYPE_CHECKING:
    from justui.components import svg as svg
    from justui.components.code_editor import CodeEditor as CodeEditor
    from justui.components.comments import Comments as Comments
    from justui.components.editor import Editor as Editor
    from justui.components.people import People as People
    from justui.components.upload import Upload as Upload

_LATE = {
    "CodeEditor": "justui.components.code_editor",
    "Comments": "justui.components.comments",
    "Editor": "justui.components.editor",
    "People": "justui.components.people",
    "Upload": "justui.components.upload",
}
"""Components of which most programs have none; like the elements of SVG."""

# Type checkers follow the star; they read only an __all__ that is spelt out, and would take this one for empty.
if not TYPE_CHECKING:
    __all__ = list(html.__all__)
    __all__ += ["Card", "Column", "Field", "For", "Grid", "Icon", "Link", "Row", "Scroll"]
    __all__ += list(_LATE)

    def __getattr__(name: str) -> Any:
        return import_module("justui.components.svg") if name == "svg" else late.find(name, _LATE, globals())

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__, "svg"})
