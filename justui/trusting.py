"""`Trusting`: the extension of Jinja2 that marks what stands in a template's source. Knows no pages.

Law 15 is kept here: scripts and handlers run that stand in a template's source, never what was put in by a `{{ value }}`.
"""

import html
import html.entities
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final, NamedTuple

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from justui import hints
from justui.assets import half
from justui.markup import BLOCK, VALUE, Attribute, Tag, end_of, read
from justui.places import HANDLER, NONCE, ROOT, mark

_NEEDS_NONCE: Final = frozenset(("script", "style", "link"))
_FILLED: Final = re.compile(r"\$[A-Za-z#]")
_DECLARING: Final = frozenset(("ui-template", "svg-favicon"))
_HANDLER: Final = re.compile(r"on[a-z]+", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"&(?:#\w+;?|[A-Za-z][A-Za-z0-9]*;?)(?P<equals>=?)")


class Trusting(Extension):
    """Marks what stands in a template's source, before anything is put in: its scripts, style sheets and handlers.

    A script gets the response's nonce; a handler, `onclick="…"`, the mark by which the policy will have its hash.
    """

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens of one template, with the marks in those that are HTML."""
        source = _Source(list(stream), stream.name)
        source.read()
        return source.marked()


class _Group(NamedTuple):
    """A `{{ … }}` in the source."""

    line: int
    quoted: bool
    """Whether it makes JavaScript of its value, by `|tojson`."""


class _Source:
    """The HTML of one template's source, with a sign in the place of each `{{ … }}` and `{% … %}`."""

    def __init__(self, tokens: list[Token], name: str | None) -> None:
        self._tokens = tokens
        self._name = repr(name) if name else "the text given to render_text"
        self._values: dict[int, _Group] = {}
        self._declared = 0
        """Where the last declaration of an element ends."""
        self._halves: set[str] = set()
        self._starts: list[tuple[int, Token]] = []
        self._marks: list[tuple[int, str]] = []
        self._text = "".join(self._signs())

    def _signs(self) -> Iterator[str]:
        length = 0
        names: list[str] = []
        for token in self._tokens:
            sign = ""
            if token.type == "data":
                self._starts.append((length, token))
                sign = token.value
            elif token.type == "block_begin":
                sign = BLOCK
            elif token.type == "variable_begin":
                names = []
            elif token.type == "name":
                names.append(token.value)
            elif token.type == "variable_end":
                sign = VALUE
                self._values[length] = _Group(token.lineno, "tojson" in names)
            length += len(sign)
            yield sign

    def read(self) -> None:
        """Find what is to be marked."""
        for tag in read(self._text):
            if tag.name in _NEEDS_NONCE:
                self._marks.append((tag.inside, f' nonce="{mark(NONCE)}"'))
            for attribute in tag.attributes:
                if attribute.value is not None and _HANDLER.fullmatch(attribute.name):
                    self._take_handler(attribute, attribute.value)
            if tag.name == "script":
                self._check_script(tag.end, tag.stop)
            self._take_helper(tag)
        self._marks.sort(key=lambda place: place[0])

    def _take_helper(self, tag: Tag) -> None:
        """Bring the script that an element or attribute of ours wants; what stands in a declaration is nothing by itself."""
        declares = tag.name in _DECLARING
        if declares:
            end = end_of(tag.name, self._text, tag.end)
            self._declared = end
            self._marks += [(tag.end + 1, "<template>"), (end, "</template>")]
        halves = ["elements"] if declares else []
        halves += ["tooltip" for attribute in tag.attributes if attribute.name.lower() == "tooltip"]
        for name in halves:
            if name not in self._halves:
                self._halves.add(name)
                address = f"{mark(ROOT)}{half(name, readable=False).address}"
                self._marks.append(
                    (tag.start, f'<script type="module" src="{address}" nonce="{mark(NONCE)}"></script>')
                )

    def _take_handler(self, attribute: Attribute, value: str) -> None:
        position, name, _ = attribute
        if VALUE in value or BLOCK in value:
            hints.advise(
                f"{name} of {self._name}, line {self._line(position)}, has a {{{{ … }}}} in it, so browsers will not run it: it "
                f'could be code of somebody else\'s. Write data-value="{{{{ … }}}}" {name}="… this.dataset.value …".'
            )
            return
        if position < self._declared and _FILLED.search(value):
            hints.advise(
                f"{name} of {self._name}, line {self._line(position)}, has a $… in it, which is never filled in code. "
                'Write this.closest("x-name").getAttribute("value").'
            )
        digest = b64encode(sha256(decoded(value).encode("utf-8", "replace")).digest()).decode()
        self._marks.append((position, mark(HANDLER, digest)))

    def _check_script(self, start: int, stop: int) -> None:
        for place, group in self._values.items():
            if start <= place < stop and not group.quoted:
                hints.advise(
                    f"{self._name}, line {group.line}: a value in a script wants {{{{ value|tojson }}}}, or it may be taken for code."
                )

    def _line(self, position: int) -> int:
        start, token = max((entry for entry in self._starts if entry[0] <= position), key=lambda entry: entry[0])
        return token.lineno + self._text.count("\n", start, position)

    def marked(self) -> Iterator[Token]:
        """The tokens, with the marks."""
        starts = {id(token): start for start, token in self._starts}
        marks = self._marks[::-1]
        for token in self._tokens:
            if token.type != "data":
                yield token
                continue
            start, done, parts = starts[id(token)], 0, []
            while marks and marks[-1][0] <= start + len(token.value):
                position, text = marks.pop()
                parts += [token.value[done : position - start], text]
                done = position - start
            yield Token(token.lineno, token.type, "".join([*parts, token.value[done:]]))


def decoded(value: str) -> str:
    """The value of an attribute as an HTML parser has it: `a &amp;&amp; b` is `a && b`, and `?a&lt=b` stays."""

    def decode(found: re.Match[str]) -> str:
        reference = found[0].removesuffix("=") if found["equals"] else found[0]
        named = reference[1] != "#"
        if named and (reference[1:] not in html.entities.html5 or (found["equals"] and reference[-1] != ";")):
            return found[0]
        return html.unescape(reference) + found["equals"]

    return _REFERENCE.sub(decode, value)
