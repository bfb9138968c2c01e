"""`QuasarPage` and `QEditor`: what a program with Quasar's editor needs. The rest of Quasar comes with a later version."""

from typing import Any

from justui.components.editor import Editor
from justui.justpy.elements import Div
from justui.justpy.pages import WebPage
from justui.shared_text import SharedText

__all__ = ["QEditor", "QuasarPage"]


class QuasarPage(WebPage):
    """A page for Quasar's components."""

    template_file: Any = "quasar.html"

    async def set_dark_mode(self, flag: bool) -> None:
        """Say whether the page is dark."""
        self.__setattr__("dark", bool(flag))
        await self.update()


class QEditor(Div):
    """An editor of rich text that several people write at once: `value` is its HTML, `input` and `change` are its events.

    `kitchen_sink=True` gives it all tools. `model`, a `SharedText`, is the text itself. Wants the extra `shared`.
    """

    kitchen_sink: Any = False
    toolbar: Any = None
    readonly: Any = False

    def __init__(self, *children: Any, **keywords: Any) -> None:
        height, html = keywords.pop("height", "24rem"), keywords.pop("value", None)
        model, placeholder = keywords.pop("model", None), keywords.pop("placeholder", "")
        super().__init__(*children, **keywords)
        self._editor = Editor(
            model=model if isinstance(model, SharedText) else SharedText(html=str(html or "")),
            toolbar="full" if self.kitchen_sink else "basic",
            height=height,
            placeholder=placeholder,
            read_only=bool(self.readonly),
        )
        self.add(self._editor)

    @property
    def value(self) -> Any:
        """The text as HTML."""
        return self._editor.value

    @value.setter
    def value(self, value: Any) -> None:
        self._editor.value = str(value or "")

    @property
    def shared(self) -> SharedText:
        """The text, with all that a `SharedText` can."""
        return self._editor.model
