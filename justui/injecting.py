"""`place_for_runtime`: where in HTML that does not say it the runtime belongs. Reads tags, so a string or comment means nothing."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from justui.markup import Tag

_BEGIN: Final = re.compile(r"\ufeff?(?:\s+|<!--.*?-->)*(?:<!doctype[^>]*>)?", re.IGNORECASE | re.DOTALL)
_STAND_IN: Final = re.compile(r"(?:.*/)?(?:jyserver|justui)\.js(?:\?.*)?", re.DOTALL)


class Gap(NamedTuple):
    """A piece of the text in whose place something else comes."""

    start: int
    end: int


def place_for_runtime(tags: Iterable[Tag], text: str) -> Gap:
    """Where the runtime goes: in the place of a `<script src="jyserver.js"></script>`, else into the head, else to the beginning."""
    head = html = None
    for tag in tags:
        if tag.name == "script" and _is_stand_in(tag):
            end = text.find(">", tag.stop) + 1
            return Gap(tag.start, end or len(text))
        if tag.name == "head" and head is None:
            head = tag
        elif tag.name == "html" and html is None:
            html = tag
    within = head or html
    if within is not None:
        return Gap(within.end + 1, within.end + 1)
    begin = _BEGIN.match(text)
    place = begin.end() if begin and "!doctype" in begin[0].lower() else 0
    return Gap(place, place)


def _is_stand_in(tag: Tag) -> bool:
    return any(name == "src" and _STAND_IN.fullmatch(value or "") for _, name, value in tag.attributes)
