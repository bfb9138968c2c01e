"""Links by JustPy's rules: to an address, or to a component of the page."""

from typing import Any

from justui.components import html
from justui.justpy.elements import Div

__all__ = ["A", "Link"]


class A(Div, html.A):
    """`<a>`. `bookmark` is a component to go to; with `scroll` the page moves there smoothly."""

    tag = "a"
    scroll: Any = False
    scroll_option: Any = "smooth"
    block_option: Any = "start"
    inline_option: Any = "nearest"

    def __init__(self, *children: Any, **keywords: Any) -> None:
        self.rel = "noopener noreferrer"
        self._needs_id()
        super().__init__(*children, **keywords)
        if self.scroll and "click" not in self._functions:
            self.on("click", _go)

    @property
    def bookmark(self) -> Any:
        """The component that the link goes to."""
        return self.__dict__.get("_jp_bookmark")

    @bookmark.setter
    def bookmark(self, target: Any) -> None:
        self.__dict__["_jp_bookmark"] = target
        if target is not None:
            target._needs_id()
            self.href = f"#{target.id}"

    @property
    def target(self) -> Any:
        """Where the address opens."""
        return (self._attributes or {}).get("target", "_self")

    @target.setter
    def target(self, value: Any) -> None:
        self._set_attribute("target", value)


def _go(link: A, msg: Any) -> bool:
    if link.bookmark is not None:
        link.bookmark.scroll_into_view()
    return True


class Link(A):
    """The same as `A`."""
