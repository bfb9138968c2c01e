"""What `Editor` and `CodeEditor` have in common: a shared text, its first sight in the page, and what the browser half is told.

Knows no editor.
"""

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

from justui.component import Component, targets
from justui.components.html.element import Element
from justui.documents import LIFE, Document
from justui.errors import StateError
from justui.marks import RAW, mark, tree_lock
from justui.shared_text import SharedText
from justui.state import Reactive
from justui.store import store

if TYPE_CHECKING:
    from typing import Unpack

    from justui.components.html.keywords import ElementKeywords

SHOWN: Final = 40_000
"""Characters of the text that stand in the page before the editor is there."""


class Sketch(Component):
    """The text as HTML, as it is when the page is rendered: seen until the editor is there, and where scripts are off."""

    _model: SharedText

    def __init__(self, model: SharedText) -> None:
        super().__init__()
        self._model = model
        self._flags |= RAW

    def _drawn(self) -> str:
        """The text as HTML."""
        raise NotImplementedError

    @property
    def _text(self) -> str:
        return self._drawn()

    @_text.setter
    def _text(self, text: str | None) -> None:
        """Nothing but the model says what it is."""


class SharedEditor(Element):
    """An element in which people write one text together. Its browser half is named by `_half`."""

    _half: ClassVar[str] = ""
    _model: SharedText
    _sketch: Sketch
    _placeholder: str
    _read_only: bool

    if TYPE_CHECKING:

        def __init__(
            self,
            sketch: Sketch,
            *,
            height: str | None = None,
            placeholder: str = "",
            read_only: bool | Reactive[Any] = False,
            **keywords: Unpack[ElementKeywords],
        ) -> None: ...

    else:

        def __init__(self, sketch, *, height=None, placeholder="", read_only=False, **keywords):
            self._model = sketch._model
            self._sketch = sketch
            self._placeholder = placeholder
            self._read_only = False
            super().__init__(sketch, **keywords)
            targets[self._id] = self
            if height is not None:
                self.style = f"height: {height};{self.style or ''}"
            self.read_only = read_only
            self._describe_to_browser()

    def _options(self) -> dict[str, Any]:
        """What the browser half is told beside the text."""
        return {"placeholder": self._placeholder, "readOnly": self._read_only}

    def _describe_to_browser(self) -> None:
        document = self.document
        self.set_attributes(
            {
                "data-half": self._half,
                "data-share": json.dumps({"d": document.number, "g": document.log.guid, "l": LIFE}),
                "data-editor": json.dumps(self._options()),
            }
        )

    @property
    def model(self) -> SharedText:
        """The text. Raises `StateError` when it is set to anything but a `SharedText`."""
        return self._model

    @model.setter
    def model(self, model: object) -> None:
        with tree_lock:
            self._model = self._sketch._model = checked(model, type(self).__name__)
            mark(self._sketch, "#html")
            self._describe_to_browser()

    @property
    def document(self) -> Document:
        """What the text is made of."""
        return self._model.document

    @property
    def read_only(self) -> bool:
        """Whether people can only read here."""
        return self._read_only

    @read_only.setter
    def read_only(self, value: bool) -> None:
        with tree_lock:
            self._read_only = bool(value)
            self._describe_to_browser()

    def focus(self) -> None:
        """Give the editor the keyboard focus."""
        super().focus()


def checked(model: Any, kind: str) -> SharedText:
    """The model of an editor of this kind. Raises `StateError` for anything but a `SharedText`."""
    if isinstance(model, SharedText):
        return model
    raise StateError(f"{kind}'s model= wants a SharedText, got {model!r:.60}. Write notes = ui.SharedText().")


def served_name(package: str, path: str) -> str:
    """The name under which a third-party file is served, beside the browser halves."""
    return store().address(package, path).rpartition("/")[2]
