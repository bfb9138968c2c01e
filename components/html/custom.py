"""`CustomElement`: an element of the user's own, or of a library of web components. Brings no script."""

import re
from typing import TYPE_CHECKING

from justui.components.html.element import Element
from justui.errors import TreeError

if TYPE_CHECKING:
    from typing import Unpack

    from justui.component import Child
    from justui.components.html.keywords import ElementKeywords

_NAME = re.compile(r"[a-z][a-z0-9._]*-[a-z0-9._-]*")
_TAKEN = frozenset(
    "annotation-xml color-profile font-face font-face-src font-face-uri font-face-format font-face-name missing-glyph".split()
)


class CustomElement(Element):
    """A custom element: `CustomElement("star-rating", attributes={"value": 3})`; its tag has a dash in it.

    Its own attributes go into `attributes=`, its own events to `.on("rated", fn, custom=True)`. Raises `TreeError` for a tag
    that the standard does not leave to custom elements.
    """

    def __init__(self, tag: str, *children: "Child", **keywords: "Unpack[ElementKeywords]") -> None:
        if not _NAME.fullmatch(str(tag)) or tag in _TAKEN:
            raise TreeError(
                f"{tag!r:.60} is no name of a custom element: that is lower case with a dash, such as 'star-rating'. "
                f"HTML's own elements are classes, such as ui.Div; SVG's are in ui.svg."
            )
        self.tag = tag  # type: ignore[misc]  # of the class elsewhere, so that it costs nothing
        super().__init__(*children, **keywords)
