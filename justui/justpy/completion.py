"""JavaScript of which the last statement is the value, as `eval` has it: the engine wants that value returned.

Finds where statements end, and reads no further into them. Knows no page.
"""

import re
from collections.abc import Iterator
from typing import Final

_PARTS: Final = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"""
    r"|(?<=[=(,:;!&|?{}\[\n ])/(?![*/ ])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>;)|(?P<line>\n)",
    re.DOTALL,
)
_COMMENTS: Final = re.compile(r"\A(?:\s+|//[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)
_STATEMENTS: Final = re.compile(
    r"(?:async\s+function|break|case|class|const|continue|debugger|default|do|else|finally|catch|for|function|if|import|export|"
    r"let|return|switch|throw|try|var|while|with)\b|[{}]|\w+\s*:"
)
"""Beginnings of what is no expression."""
_GOES_ON: Final = re.compile(
    r"[-+*/%&|^<>=!?:,.~(\[{]\Z|\b(?:in|of|instanceof|typeof|new|delete|void|await|return|else)\Z"
)
_CONTINUES: Final = re.compile(r"[-+*/%&|^<>=!?:,.)(\]\[`;}]|(?:in|of|instanceof|else|catch|finally|while)\b")


def with_value(code: str) -> str:
    """The code, with a `return` before its last statement where that is an expression behind other statements."""
    begin, end = _last_statement(code)
    last = code[begin:end].rstrip().rstrip(";").rstrip()
    if begin == 0 or not last or _STATEMENTS.match(last):
        return code
    return f"{code[:begin]}return (\n{last}\n)"


def _last_statement(code: str) -> tuple[int, int]:
    """Where the last statement begins, and where it ends."""
    begin, stop = 0, len(code)
    for end in _ends(code):
        start = end + _COMMENTS.match(code[end:]).end()  # type: ignore[union-attr]  # it matches nothing, too
        if start == len(code):
            stop = min(stop, end)
        elif code[start] != ";":
            begin = start
    return begin, stop


def _ends(code: str) -> Iterator[int]:
    """Where a statement may end: at a semicolon or, where neither line can go on, at the end of a line."""
    depth = 0
    for part in _PARTS.finditer(code):
        kind = part.lastgroup
        depth += (kind == "open") - (kind == "close")
        if depth:
            continue
        if kind == "end":
            yield part.end()
        elif kind == "line":
            before, after = code[: part.start()].rstrip(), code[part.end() :].lstrip()
            if before and not _GOES_ON.search(before) and not _CONTINUES.match(after):
                yield part.end()
