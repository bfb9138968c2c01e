"""CSS text: its top-level rules, its declarations, names escaped for selectors, white space taken out.

A small scanner for what a compiler printed: it knows strings, comments, escapes and brackets, and not what a rule means.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_URL = r"(?<![\w-])(?i:url)\(\s*(?:[^\"'()\s\\]|\\.)+\s*\)"
_STRING = r"\"(?:[^\"\\\n]|\\[^\n])*\"|'(?:[^'\\\n]|\\[^\n])*'"
_ESCAPE = r"\\[0-9a-fA-F]{1,6}[ \t]?|\\[^\n]"
_TOKEN = re.compile(rf"/\*.*?\*/|{_URL}|{_STRING}|{_ESCAPE}|/\*|[\"'\\{{}}()\[\];]", re.DOTALL)
_OPEN = {"{": "}", "(": ")", "[": "]"}
_KEPT = re.compile(rf"({_URL}|{_STRING}|{_ESCAPE})|/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_AROUND = re.compile(r" ?([{};]) ?")
_BEHIND = re.compile(r"([,:]) ")


class Rule(NamedTuple):
    """One rule or statement: what stands before its block, and the block's content; None for a statement."""

    prelude: str
    body: str | None


def rules(text: str) -> Iterator[Rule]:
    """The rules of one level, in order. Raises `ValueError` where brackets, strings or comments are not closed."""
    start = 0
    for at, end, body in _pieces(text):
        if body is None:
            prelude = _bare(text[start:at])
            if prelude:
                yield Rule(prelude, None)
        else:
            yield Rule(_bare(text[start:at]), body)
        start = end
    if rest := _bare(text[start:]):
        yield Rule(rest, None)


def _pieces(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Of each statement or block: where its prelude ends, where it ends itself, and its content."""
    waiting: list[str] = []
    opened = 0
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if len(piece) > 1 and piece != "/*":
            continue
        if piece in "\"'\\/*":
            raise ValueError(f"something is not closed: {text[match.start() :]:.40}")
        if piece == ";":
            if not waiting:
                yield match.start(), match.end(), None
        elif piece in _OPEN:
            if piece == "{" and any(bracket != "}" for bracket in waiting):
                raise ValueError(f"a block within brackets: {text[match.start() :]:.40}")
            if not waiting:
                opened = match.start() if piece == "{" else -1
            waiting.append(_OPEN[piece])
        elif not waiting or waiting.pop() != piece:
            raise ValueError(f"{piece} closes nothing: {text[match.start() :]:.40}")
        elif not waiting and piece == "}":
            yield opened, match.end(), text[opened + 1 : match.start()]
    if waiting:
        raise ValueError(f"{waiting[-1]} is missing")


def _bare(text: str) -> str:
    return _KEPT.sub(lambda match: match[1] or " ", text).strip()


def declarations(body: str) -> Iterator[tuple[str, str]]:
    """The declarations of a block without nested rules: property and value."""
    for rule in rules(body):
        if rule.body is None:
            name, colon, value = rule.prelude.partition(":")
            if colon:
                yield name.strip(), value.strip()


def selectors(text: str, above: str = "") -> Iterator[str]:
    """For each block that holds declarations: all that stands before it and the blocks around it."""
    for rule in rules(text):
        if rule.body is None:
            yield above
        else:
            yield from selectors(rule.body, f"{above} {rule.prelude}")


def minified(text: str) -> str:
    """The same without comments and needless white space, on one line."""
    parts: list[str] = []
    start = 0
    for match in _KEPT.finditer(text):
        parts.append(_tight(text[start : match.start()]))
        parts.append(match[1] or "")
        start = match.end()
    parts.append(_tight(text[start:]))
    return "".join(parts).strip()


def _tight(text: str) -> str:
    return _BEHIND.sub(r"\1", _AROUND.sub(r"\1", _SPACE.sub(" ", text))).replace(";}", "}")


def escaped(name: str) -> str:
    """`name` as it stands in a selector: the algorithm of CSS.escape (CSSOM, "serialize an identifier")."""
    out = []
    for place, char in enumerate(name):
        leading = place == 0 or (place == 1 and name[0] == "-")
        if char == "\0":
            out.append("\ufffd")
        elif char < " " or char == "\x7f" or (char.isascii() and char.isdigit() and leading):
            out.append(f"\\{ord(char):x} ")
        elif not char.isascii() or char.isalnum() or char in "-_":
            out.append("\\-" if name == "-" else char)
        else:
            out.append("\\" + char)
    return "".join(out)
