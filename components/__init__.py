"""The component library: every component under one roof. A package of its own only as `justui.components`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if __name__ != "justui.components":
    raise ImportError(
        f"this folder is justui.components and was imported as {__name__!r}: "
        "write `import justui as ui` (or `from justui import components`)"
    )

from justui.components import html
from justui.components.code_editor import CodeEditor as CodeEditor
from justui.components.editor import Editor as Editor
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
from justui.components.people import People as People
from justui.components.upload import Upload as Upload

if TYPE_CHECKING:
    from justui.components import svg as svg

# Type checkers follow the star; they read only an __all__ that is spelt out, and would take this one for empty.
if not TYPE_CHECKING:
    __all__ = list(html.__all__)
    __all__ += [
        "Card",
        "CodeEditor",
        "Column",
        "Editor",
        "Field",
        "For",
        "Grid",
        "Icon",
        "Link",
        "People",
        "Row",
        "Scroll",
        "Upload",
    ]

    def __getattr__(name: str) -> Any:
        """The elements of SVG, read when a program first names them: most programs do not."""
        if name != "svg":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module("justui.components.svg")
