"""`read`: HTML text, as far as one has to read it to know what is a tag, an attribute, a comment or plain text. Changes nothing.

A sign stands for each `{{ … }}` (`VALUE`) and `{% … %}` (`BLOCK`), where the text is a template's source.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

VALUE: Final = "\ue000"
"""Stands for a `{{ … }}` while HTML is read."""
BLOCK: Final = "\ue001"
"""Stands for a `{% … %}`."""
RAW_TEXT: Final = frozenset("script style textarea title xmp iframe noembed noframes".split())
"""Elements that have no tags in them."""
_OPENING: Final = re.compile(rf"<!--(?:-?>|.*?(?:--!?>|\Z))|<([a-zA-Z{VALUE}][^\s/>{BLOCK}]*+)", re.DOTALL)
_BETWEEN: Final = re.compile(rf"[\s/{BLOCK}]*+")
_ATTRIBUTE: Final = re.compile(
    rf"""([^\s/>={BLOCK}][^\s/>={BLOCK}]*+)(?:\s*+=\s*+("[^"]*"|'[^']*'|[^\s>"'][^\s>]*+))?"""
)
_USUAL: Final = re.compile(r"""(?:\s++[^\s"'<>/=]++(?:="[^"]*+"|='[^']*+')?+)*+\s*+/?+(?=>)""")


class Attribute(NamedTuple):
    """An attribute as it is written; `value` has no quotes, and is None where there is none."""

    place: int
    name: str
    value: str | None


class Tag(NamedTuple):
    """A start tag, or with an empty name a comment."""

    name: str
    start: int
    inside: int
    """Right behind the name; of a comment its end."""
    end: int
    """Where its `>` stands."""
    stop: int
    """Where the text ends that has no tags in it; where there is none, `end`."""
    attributes: list[Attribute]


def read(text: str, *, brief: bool = False) -> Iterator[Tag]:
    """The start tags and comments of an HTML text, in their order; `brief`: with attributes only where they are unusual."""
    position = 0
    while opening := _OPENING.search(text, position):
        position = inside = opening.end()
        name = (opening[1] or "").lower()
        attributes: list[Attribute] = []
        stop = end = position
        if brief and name not in RAW_TEXT and (usual := _USUAL.match(text, position)):
            stop = end = usual.end()
        elif name:
            stop = end = _read_attributes(text, position, attributes)
            if name in RAW_TEXT:
                stop = end_of(name, text, end)
        position = stop
        yield Tag(name, opening.start(), inside, end, stop, attributes)


def end_of(name: str, text: str, position: int) -> int:
    """Where the end tag of this name stands, or the text ends."""
    found = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(text, position)
    return found.start() if found else len(text)


def _read_attributes(text: str, position: int, found: list[Attribute]) -> int:
    while (position := _skip(text, position)) < len(text) and text[position] != ">":
        attribute = _ATTRIBUTE.match(text, position)
        if attribute is None:
            position += 1
            continue
        position = attribute.end()
        value = attribute[2]
        if value and value[0] in "\"'":
            value = value[1:-1]
        found.append(Attribute(attribute.start(), attribute[1], value))
    return position


def _skip(text: str, position: int) -> int:
    found = _BETWEEN.match(text, position)
    return found.end() if found else position
