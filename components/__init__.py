"""The component library: every component under one roof. A package of its own only as `justui.components`."""

from typing import TYPE_CHECKING

if __name__ != "justui.components":
    raise ImportError(
        f"this folder is justui.components and was imported as {__name__!r}: "
        "write `import justui as ui` (or `from justui import components`)"
    )

from justui.components import html
from justui.components.html import *  # noqa: F403 - each package lists what it offers in its own __all__

# Type checkers follow the star; they read only an __all__ that is spelt out, and would take this one for empty.
if not TYPE_CHECKING:
    __all__ = list(html.__all__)
