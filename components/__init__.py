"""The component library: every component under one roof. A package of its own only as `justui.components`."""

if __name__ != "justui.components":
    raise ImportError(
        f"this folder is justui.components and was imported as {__name__!r}: "
        "write `import justui as ui` (or `from justui import components`)"
    )

from justui.components import html
from justui.components.html import *  # noqa: F403  each package lists what it offers in its own __all__

__all__: list[str] = []
__all__ += html.__all__
