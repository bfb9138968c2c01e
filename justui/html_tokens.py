"""The tags and texts of any HTML, in their order. Knows no elements' meaning and builds no tree.

The rules are those of the HTML standard's tokenizer, as far as text and attributes need them. The time is linear in the
length whatever a stranger sends, which the standard library's parser does not promise.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final, NamedTuple

_NAME: Final = re.compile(r"[a-zA-Z][^\s/>]*")
_BETWEEN: Final = re.compile(r"[\s/]*")
_ATTRIBUTE: Final = re.compile(r"""([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?""")
_TOO_FAR: Final = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_BREAKS: Final = re.compile(r"\r\n?")
_BAD: Final = re.compile("[\x00\ud800-\udfff]")

_RAW: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title")
}
"""Elements whose content is no HTML, each with what ends it. It is not given out."""


class Tag(NamedTuple):
    """A tag, its name and the names of its attributes in lower case. `ends`: it is an end tag, without attributes."""

    name: str
    attributes: dict[str, str]
    ends: bool = False


def tokens(html: str) -> Iterator[Tag | str]:
    """Tags, and the texts between them with their entities resolved. Comments and what can only be code are left out."""
    html = _BAD.sub("\ufffd", _BREAKS.sub("\n", html))
    at = 0
    while at < len(html):
        found = html.find("<", at)
        if found < 0:
            found = len(html)
        if found > at:
            yield _resolved(html[at:found])
        at = found + 1
        name = _NAME.match(html, at)
        if name is not None:
            tag, at = _start(html, name)
            if tag is None:
                return  # the document ends within the tag: browsers drop it
            yield tag
            if (end := _RAW.get(tag.name)) is not None:
                closing = end.search(html, at)
                at = len(html) if closing is None else closing.start()
        elif html.startswith(("/", "!", "?"), at):
            name = _NAME.match(html, at + 1) if html[at] == "/" else None
            at = _behind(html, at)
            if name is not None and at <= len(html):
                yield Tag(name[0].lower(), {}, ends=True)
        elif found < len(html):
            yield "<"


def _start(html: str, name: re.Match[str]) -> tuple[Tag | None, int]:
    attributes: dict[str, str] = {}
    at = _skip(html, name.end())
    while at < len(html) and html[at] != ">":
        found = _ATTRIBUTE.match(html, at)
        if found is None:  # pragma: no cover - there is a character that may begin one
            break
        key, *values = found.groups()
        attributes.setdefault(key.lower(), _resolved(next((value for value in values if value is not None), "")))
        at = _skip(html, found.end())
    return (Tag(name[0].lower(), attributes), at + 1) if at < len(html) else (None, at)


def _skip(html: str, at: int) -> int:
    found = _BETWEEN.match(html, at)
    return at if found is None else found.end()


def _behind(html: str, at: int) -> int:
    """The place behind a comment, declaration or end tag that begins at `at`; past the end where it has none."""
    ends = "-->" if html.startswith("!--", at) else ">"
    found = html.find(ends, at)
    return len(html) + 1 if found < 0 else found + len(ends)


def _resolved(text: str) -> str:
    if "&" not in text:
        return text
    return _BAD.sub("\ufffd", unescape(_TOO_FAR.sub("\ufffd", text)))
