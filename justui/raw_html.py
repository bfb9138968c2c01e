"""Raw HTML: what of it may go into a page, and whether it is whole. Its libraries take a megabyte; `safety` reads it when it is wanted."""

from html.parser import HTMLParser
from typing import Final

import nh3

_STYLES: Final = frozenset(
    """
    background-color border border-bottom border-collapse border-color border-left border-radius border-right border-spacing
    border-style border-top border-width color display font-family font-size font-style font-variant font-weight height
    letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right margin-top max-width min-width
    opacity padding padding-bottom padding-left padding-right padding-top text-align text-decoration text-indent
    text-transform vertical-align white-space width word-spacing
    """.split()
)
"""Style properties that neither load anything nor leave the element's place."""

_cleaner = nh3.Cleaner(
    attributes={
        **nh3.ALLOWED_ATTRIBUTES,
        "a": {"href", "hreflang", "target"},
        "*": {"class", "dir", "lang", "role", "style", "title"},
    },
    generic_attribute_prefixes={"aria-"},
    filter_style_properties=set(_STYLES),
)


def sanitised(html: str) -> str:
    """`html` without scripts, handlers, forms, frames and what else could act."""
    return _cleaner.clean(html)


def is_ragged(html: str) -> bool:
    """Whether tags of `html` lack their partners, so that behind it a parser goes on differently than in front of it."""
    reader = _Reader()
    reader.feed(html)
    rest = reader.rawdata
    return reader.ragged or bool(reader.open) or "<" in rest or html.count("<!--") != html.count("-->")


class _Reader(HTMLParser):
    """Holds every end tag against its start tag."""

    _VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.ragged = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ragged = self.ragged or (tag not in self._VOID and "svg" not in self.open and "math" not in self.open)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.ragged = True
