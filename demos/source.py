"""Colours for a demo's source: its text as a row of strings and spans, cut by Python's own tokenizer."""

import io
import keyword
import tokenize
from collections.abc import Iterator

import justui as ui


def highlighted(source: str) -> Iterator[ui.Span | str]:
    """The source, whole and in order; keywords, strings, numbers, comments and decorators are spans with that class."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    done = 0
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        begin, end = (starts[row - 1] + column for row, column in (token.start, token.end))
        kind = kind_of(token, before)
        before = token.string.strip()
        if kind:
            if begin > done:
                yield source[done:begin]
            yield ui.Span(source[begin:end], classes=kind)
            done = end
    yield source[done:]


def kind_of(token: tokenize.TokenInfo, before: str) -> str:
    """The class of a token that comes after the text `before`; empty for one without a colour."""
    name = tokenize.tok_name[token.type]
    if name == "NAME":
        return "decorator" if before == "@" else "keyword" if keyword.iskeyword(token.string) else ""
    if name.startswith("FSTRING"):  # from Python 3.12 on
        return "string"
    return name.lower() if name in ("STRING", "NUMBER", "COMMENT") else ""
