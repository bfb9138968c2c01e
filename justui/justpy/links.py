"""Links by JustPy's rules: to an address, or to a component of the page."""

from typing import Any

from justui.components import html
from justui.events import Event
from justui.justpy.elements import Div

__all__ = ["A", "Link"]


class A(Div, html.A):
    """`<a>`. `bookmark` is a component to go to; with `scroll` the page moves there smoothly."""

    tag = "a"
    scroll_option: Any = "smooth"
    block_option: Any = "start"
    inline_option: Any = "nearest"

    def __init__(self, *children: Any, **keywords: Any) -> None:
        self.rel = "noopener noreferrer"
        self._needs_id()
        super().__init__(*children, **keywords)

    @property
    def scroll(self) -> Any:
        """Whether the page moves to `bookmark` smoothly, instead of jumping."""
        return self.__dict__.get("_jp_scroll", False)

    @scroll.setter
    def scroll(self, value: Any) -> None:
        self.__dict__["_jp_scroll"] = value
        if value and "click" not in self._functions:
            self.on("click", _go)
        self._listen_again()

    def _event_options(self, name: str) -> dict[str, Any]:
        options = super()._event_options(name)
        if name == "click" and self.scroll:
            options["prevent"] = True  # of the link itself, which would jump
        return options

    def _before_event(self, event: Event) -> None:
        super()._before_event(event)
        if event.type == "click" and self.scroll and self.bookmark is not None:
            way = {"behavior": self.scroll_option, "block": self.block_option, "inline": self.inline_option}
            self.bookmark.do("scroll_into_view", way)

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
    return True


class Link(A):
    """The same as `A`."""
