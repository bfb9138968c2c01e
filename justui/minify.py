"""Makes our own browser code smaller: no comments, no needless white space, short names for what is declared in it.

Never touches property names, strings, regular expressions or globals. For modules that `deno fmt` and `deno lint` accept
(semicolons everywhere, no labels), joined into one without exports; not for other people's code.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, product
from string import ascii_letters
from sys import intern
from typing import Final

_TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<word>[A-Za-z_$][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<sign>=>|\.\.\.|\?\.(?!\d)|[=!]==?|&&=?|\|\|=?|\?\?=?|\*\*=?|<<=?|>>>?=?|\+\+|--|[-+*/%<>&|^]=|[-+*/%<>&|^~!=?:;,.(){}\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_REGEX: Final = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_TEMPLATE: Final = re.compile(r"[`}](?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)", re.DOTALL)
_BEFORE_REGEX: Final = frozenset("return typeof case in of delete void await new instanceof else do yield".split())
_RESERVED: Final = frozenset(
    """
    arguments async await break case catch class const continue debugger default delete do else enum eval export extends
    false finally for function get if implements import in instanceof interface let new null of package private protected
    public return set static super switch this throw true try typeof undefined var void while with yield
    """.split()
)
_BEFORE_BLOCK: Final = frozenset([")", "=>", "{", "}", ";", "", "else", "do", "try", "finally", "catch"])
_BEFORE_NAME: Final = frozenset("( , = : [ ! && || ?? ? => ; { } ... return of in await typeof".split())
"""What stands before brackets that are needless around a name."""
_MODIFIERS: Final = frozenset(["get", "set", "static", "async", "*"])
_OPENERS: Final = frozenset("([{")
_CLOSERS: Final = frozenset(")]}")
_WORD: Final = re.compile(r"[\w$]")
_LETTERS: Final = ascii_letters + "$_"


def minify(source: str, kept: frozenset[str] = frozenset()) -> str:
    """The same program in fewer characters; `kept` names of the top level stay, as others import them.

    Raises `SyntaxError` at what it does not understand.
    """
    code = _Code(source)
    code.read_names()
    code.top -= kept
    return _printed(code, code.renamed())


class _Code:
    """The tokens of a program, and what each word of it is."""

    def __init__(self, source: str) -> None:
        self.kinds: list[str] = []
        self.texts: list[str] = []
        for kind, text in _tokens(source):
            self.kinds.append(kind)
            self.texts.append(intern(text))  # most come again and again
        self.texts.append("")  # so that there always is a next one
        self.kinds.append("end")
        self.closer: dict[int, int] = {}
        """Where each bracket is closed."""
        self.opener: dict[int, int] = {}
        self.names: list[int] = []
        """The words that are names of variables, by their places."""
        self.short: set[int] = set()
        """Of these, the ones that are a property's name at the same time: `{ name }`."""
        self.constants: list[int] = []
        """The `const` of declarations."""
        self.statements: list[int] = [0]
        """Where each statement of the top level begins."""
        self.top: set[str] = set()
        """What the top level declares."""
        self.declared: list[set[str]] = [set()]
        """What each statement declares inside."""
        self._patterns: list[tuple[int, int, bool]] = []

    def read_names(self) -> None:
        """Find out which words are names, and which of them are declared here."""
        self._read_brackets()
        self._read_words()
        for place, statement, is_top in self._patterns:
            found = self.top if is_top else self.declared[statement]
            self._bind(place, found)

    def renamed(self) -> list[str]:
        """The tokens with short names, of which each stands for one name in a whole statement of the top level."""
        texts, top = self.texts, self.top
        parts = self._names_by_statement()
        kept = [{texts[one] for one in inside} - top - declared for inside, declared in parts]
        counts = Counter(texts[place] for place in self.names)
        shorts = _shorts(_RESERVED.union(*kept), 2)
        outer = {name: next(shorts) for name in sorted(top, key=lambda name: (-counts[name], name))}
        result = texts.copy()
        for one in self.constants:
            result[one] = "let"  # deno lint has seen that nobody assigns to it
        for (inside, declared), free in zip(parts, kept, strict=True):
            shorts = _shorts(_RESERVED | free | set(outer.values()), 1)
            mapping = dict(outer)
            for one in inside:
                name = texts[one]
                if name in declared and name not in mapping:
                    mapping[name] = next(shorts)
                new = mapping.get(name, name)
                result[one] = f"{name}:{new}" if one in self.short and new != name else new
        return result

    def _names_by_statement(self) -> list[tuple[list[int], set[str]]]:
        """For each statement of the top level: the places of its names, and what it declares inside."""
        ends = [bisect(self.names, end - 1) for end in [*self.statements, len(self.texts)]]
        return [(self.names[start:end], one) for start, end, one in zip(ends, ends[1:], self.declared, strict=False)]

    def needless(self) -> set[int]:
        """Tokens that say nothing: separators before a closing bracket, and brackets around one name."""
        found: set[int] = set()
        texts = self.texts
        for place, text in enumerate(texts[:-1]):
            following = texts[place + 1]
            if text in (",", ";") and following in _CLOSERS:
                if texts[place - 1] not in (",", ";", "(", "[") and not self._is_head(place - 1):
                    found.add(place)
            elif text == "(" and self.kinds[place + 1] == "word" and self.closer[place] == place + 2:
                before = texts[place - 1] if place else ";"
                is_method = place > 1 and texts[place - 2] in (".", "?.")  # as in `facet.of(name)`
                if texts[place + 3] == "=>" or (before in _BEFORE_NAME and not is_method):
                    found.update((place, place + 2))
        return found

    def _is_head(self, place: int) -> bool:
        """Whether a closing bracket ends what stands before a statement, as in `while (…)`."""
        return place in self.opener and self.texts[self.opener[place] - 1] in ("for", "while", "if")

    def _read_brackets(self) -> None:
        opened: list[int] = []
        for place, (kind, text) in enumerate(zip(self.kinds, self.texts, strict=True)):
            if kind not in ("sign", "template"):
                continue
            if text[0] == "}" or text in _CLOSERS:
                self.opener[place] = opened.pop()
                self.closer[self.opener[place]] = place
            if text in _OPENERS or (kind == "template" and text.endswith("${")):
                opened.append(place)

    def _read_words(self) -> None:
        texts, kinds = self.texts, self.kinds
        around: list[str] = []
        """What the open brackets are: "object", "class" or "" for all others."""
        before = ""
        is_class = False
        for place, text in enumerate(texts):
            kind = kinds[place]
            if kind == "word":
                self._read_word(place, text, before, around)
                is_class = is_class or (text == "class" and before not in (".", "?."))
            elif kind == "template":
                if text[0] == "}":
                    around.pop()
                if text.endswith("${"):
                    around.append("")
            elif kind == "sign":
                if text in _OPENERS:
                    around.append(self._bracket(text, before, is_class))
                    is_class = is_class and text != "{"
                elif text in _CLOSERS:
                    around.pop()
                elif text == "=>":
                    self._note(self._parameters(place))
                if not around and (text == ";" or (text == "}" and self._ends_declaration())) and texts[place + 1]:
                    self.statements.append(place + 1)
                    self.declared.append(set())
            before = text

    def _read_word(self, place: int, text: str, before: str, around: list[str]) -> None:
        if before in (".", "?."):
            return
        following = self.texts[place + 1]
        inside = around[-1] if around else ""
        if inside and self._is_key(place, inside):
            if following == "(":
                self._note(place + 1)
                return
            if inside == "class" or following == ":" or (text in _MODIFIERS and following not in (",", "}", "=")):
                return
            self.short.add(place)
            self.names.append(place)
        elif text in ("const", "let", "function", "class", "catch"):
            goal = place + 1
            if text == "const":
                self.constants.append(place)
            if text not in ("catch", "class") or self.texts[goal] != "{":
                self._note(goal, is_top=not around and text != "catch")
            if text == "function":
                self._note(goal + (self.kinds[goal] == "word"))
        elif text not in _RESERVED:
            self.names.append(place)

    def _is_key(self, place: int, inside: str) -> bool:
        """Whether a word right inside an object or a class is the name of a property."""
        place -= 1
        while self.texts[place] in _MODIFIERS and self.kinds[place] in ("word", "sign"):
            place -= 1
        return self.texts[place] in (("{", ",") if inside == "object" else ("{", "}", ";"))

    def _bracket(self, text: str, before: str, is_class: bool) -> str:
        if text != "{":
            return ""
        return "class" if is_class else "" if before in _BEFORE_BLOCK else "object"

    def _parameters(self, arrow: int) -> int:
        """Where the parameters of an arrow function begin."""
        return self.opener[arrow - 1] if self.texts[arrow - 1] == ")" else arrow - 1

    def _note(self, place: int, *, is_top: bool = False) -> None:
        """Something is declared at `place`."""
        self._patterns.append((place, len(self.statements) - 1, is_top))

    def _ends_declaration(self) -> bool:
        """Whether a closing brace of the top level ends its statement."""
        return self.texts[self.statements[-1]] in ("function", "class", "async", "if", "for", "while", "try")

    def _bind(self, place: int, found: set[str]) -> int:
        """Note the names that the pattern at `place` declares, and those of further ones behind commas; where it ends."""
        while True:
            place = self._bind_one(place, found)
            if self.texts[place] == "=":
                place = self._skip(place + 1)
            if self.texts[place] != ",":
                return place
            place += 1

    def _bind_one(self, place: int, found: set[str]) -> int:
        text = self.texts[place]
        if self.kinds[place] == "word" and text not in _RESERVED:
            found.add(text)
            return place + 1
        if text not in _OPENERS:
            raise SyntaxError(f"browser code that declares {text!r}")
        end = self.closer[place]
        place += 1
        while place < end:
            if self.texts[place] in (",", "..."):
                place += 1
                continue
            if text == "{":
                key = self.closer.get(place, place)
                if self.texts[key + 1] == ":":
                    place = key + 2
            place = self._bind_one(place, found)
            if self.texts[place] == "=":
                place = self._skip(place + 1)
        return end + 1

    def _skip(self, place: int) -> int:
        """Where an expression ends: at a comma, a semicolon or a bracket that closes what is around."""
        while self.texts[place] not in (",", ";", ")", "]", "}", ""):
            place = self.closer.get(place, place) + (not self._goes_on(place))
        return place

    def _goes_on(self, place: int) -> bool:
        """Whether a bracket is closed by a token that opens another: the middle of a template."""
        return place in self.closer and self.closer[place] in self.closer


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """The tokens of a program without space and comments; a template comes in pieces, split at its expressions."""
    place = 0
    before = kind = ""
    templates: list[int] = []
    """The open braces in each template's expression that is being read."""
    while place < len(source):
        letter = source[place]
        if letter == "`" or (letter == "}" and templates and not templates[-1]):
            match, now = _TEMPLATE.match(source, place), "template"
            if letter == "}":
                templates.pop()
            if match and match.group().endswith("${"):
                templates.append(0)
        elif letter == "/" and source[place + 1] not in "/*" and _may_be_regex(kind, before):
            match, now = _REGEX.match(source, place), "regex"
        else:
            match = _TOKEN.match(source, place)
            now = (match and match.lastgroup) or ""
        if match is None:
            raise SyntaxError(f"browser code that cannot be read: {source[place : place + 40]!r}")
        place = match.end()
        if now == "space":
            continue
        kind, before = now, match.group()
        if templates and kind == "sign" and before in "{}":
            templates[-1] += 1 if before == "{" else -1
        yield kind, before


def _may_be_regex(kind: str, before: str) -> bool:
    """Whether a slash behind this token begins a regular expression."""
    return kind == "" or (kind == "sign" and before not in ")]}") or (kind == "word" and before in _BEFORE_REGEX)


def _shorts(taken: Iterable[str], length: int) -> Iterator[str]:
    """New names, the shortest first, of at least `length` letters."""
    taken = frozenset(taken)
    names = chain.from_iterable(product(_LETTERS, repeat=size) for size in range(length, 4))
    return (name for name in map("".join, names) if name not in taken)


def _printed(code: _Code, texts: list[str]) -> str:
    out: list[str] = []
    last = ""
    needless = code.needless()
    for place, text in enumerate(texts):
        if place in needless or not text:
            continue
        if last and ((_WORD.match(last[-1]) and _WORD.match(text[0])) or (text[0] in "+-/" and last[-1] == text[0])):
            out.append(" ")
        out.append(text)
        last = text
    return "".join(out)
