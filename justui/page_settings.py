"""What a page says of its document, as descriptors: title, language, icon, style sheet, raw HTML, where to go next.

Knows no tabs: a change is noted on the page, and sent with its next update.
"""

from typing import Any, Final
from urllib.parse import quote

from justui.attributes import Attribute
from justui.component import Component
from justui.errors import TreeError
from justui.marks import mark, tree_lock
from justui.safety import safe_url
from justui.state import Reactive
from justui.still import still

FAVICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8'"
    " fill='%234f46e5'/%3E%3Cpath d='M19 8v11a5 5 0 0 1-8 4' stroke='%23fff' stroke-width='4' fill='none'"
    " stroke-linecap='round'/%3E%3C/svg%3E"
)
DEFAULTS: Final = {"title": "justui", "lang": "en", "favicon": FAVICON, "css": "", "head_html": "", "dark": ""}
"""The settings that stay."""
TRANSIENT: Final = ("redirect", "display_url", "open")
"""Those that act once."""
_ADDRESSES: Final = ("favicon", *TRANSIENT)


def wear(page: Any, name: str, text: str | None) -> None:
    """Set a setting as it is kept; None: as if it was never set. Wants `tree_lock`."""
    if name not in TRANSIENT and page._settings.get(name) == text:
        return
    if text is None:
        page._settings.pop(name, None)
    else:
        page._settings[name] = text
    mark(page, f"#page {name}")
    if name == "css":
        page.change_dialect()


class Setting(Attribute[str, str]):
    """One setting of a page, sent to its tabs with the next update."""

    __slots__ = ()

    def __get__(self, page: Any, owner: type) -> Any:
        """The value; for one that acts once, what has not been sent yet."""
        return self if page is None else page._settings.get(self.name, DEFAULTS.get(self.name))

    def __set__(self, page: Any, value: "str | Reactive[Any] | None") -> None:
        if self.is_followed(page, value):
            return
        text = self.convert(value)
        with tree_lock:
            wear(page, self.name, text)

    def begin(self, page: Any, value: Any) -> None:
        """Set the first value."""
        page._settings[self.name] = self.convert(value)

    def convert(self, value: Any) -> str:
        """The value as it is kept and sent. Raises `TreeError` for an address that is not safe."""
        if self.name == "favicon" and isinstance(value, Component) and value.tag == "svg":
            with tree_lock:
                drawing = still(value).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
            return f"data:image/svg+xml,{quote(drawing)}"
        text = "" if value is None else str(value)
        if self.name not in _ADDRESSES or (self.name == "favicon" and text.startswith("data:image/svg+xml")):
            return text  # as an icon a drawing runs no scripts
        return safe_url(text, "src" if self.name == "favicon" else self.name)


class Dark(Setting):
    """Whether the page is dark: None follows the person's system."""

    __slots__ = ()

    def __get__(self, page: Any, owner: type) -> Any:
        """True, False or None."""
        return self if page is None else {"dark": True, "light": False}.get(page._settings.get(self.name, ""))

    def __set__(self, page: Any, value: "bool | Reactive[Any] | None") -> None:  # type: ignore[override]
        super().__set__(page, value)  # type: ignore[arg-type]  # `convert` makes a word of it

    def convert(self, value: Any) -> str:
        """The value as it is kept and sent."""
        if isinstance(value, str):
            raise TreeError(f"dark={value!r:.40} of WebPage: write True, False, or None to follow the person's system.")
        return "" if value is None else "dark" if value else "light"


class BodyHtml(Attribute[str, str]):
    """Raw HTML at the top of the body: the content of a box without a look of its own, the page's first component."""

    __slots__ = ()

    def __get__(self, page: Any, owner: type) -> Any:
        """The HTML; empty where there is none, or where it was removed with all components."""
        if page is None:
            return self
        box = page._body_html
        return box.inner_html if box is not None and page in box.parents else ""

    def __set__(self, page: Any, value: "str | Reactive[Any] | None") -> None:
        if self.is_followed(page, value):
            return
        box = page._body_html
        if box is not None and page in box.parents:
            box.set_html(None if value is None else str(value), safe=True)
        elif value:
            self.begin(page, value)

    def begin(self, page: Any, value: Any) -> None:
        """Set the first value."""
        if value:
            page._body_html = Component(inner_html=str(value), safe=True, style="display: contents")
            page.add_first(page._body_html)
