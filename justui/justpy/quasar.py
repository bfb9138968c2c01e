"""`QuasarPage` and `QEditor`: what a program with Quasar's editor needs. The rest of Quasar comes with a later version."""

import html
import re
from typing import Any, Final

from justui.justpy.forms import Textarea
from justui.justpy.pages import WebPage
from justui.safety import sanitised

__all__ = ["QEditor", "QuasarPage"]

_BREAK: Final = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|blockquote|pre|tr)\s*>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]*>")


class QuasarPage(WebPage):
    """A page for Quasar's components."""

    template_file: Any = "quasar.html"

    async def set_dark_mode(self, flag: bool) -> None:
        """Say whether the page is dark."""
        self.__setattr__("dark", bool(flag))
        await self.update()


class QEditor(Textarea):
    """An editor, for now of plain text: `value` is HTML all the same, sanitised. Letters of several people merge."""

    kitchen_sink: Any = False
    toolbar: Any = None

    def __init__(self, *children: Any, **keywords: Any) -> None:
        height = keywords.pop("height", "24rem")
        super().__init__(*children, **keywords)
        self.rows = None
        self.style = f"width: 100%; height: {height}; {self.style}".strip()

    @property
    def value(self) -> Any:
        """The text as HTML."""
        return html.escape(str(super().value), quote=False).replace("\n", "<br>")

    @value.setter
    def value(self, value: Any) -> None:
        Textarea.value.fset(self, text_of(str(value or "")))  # type: ignore[attr-defined]


def text_of(source: str) -> str:
    """HTML as plain text: a line for each block, without what could act."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", sanitised(source)))).removesuffix("\n")
