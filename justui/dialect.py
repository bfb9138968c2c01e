"""`Dialect`: Tailwind with one program's CSS, and all that is known of it: which lines of CSS a class name needs, in which order.

A line is one rule, theme variable, `@property` or `@keyframes`. Everything here is in memory and quick; nothing compiles.
Wants `tree_lock`, except for a dialect that nobody has seen yet.
"""

import re
import weakref
from collections.abc import Iterable
from typing import Any, Final

from justui.css import Rule, declarations, escaped, minified, rules, selectors

LONGEST: Final = 500
"""Characters of a class name; a longer one is none of ours."""
_MOST_VARIANTS: Final = 6
_MOST_PLACES: Final = 12
_LONGEST_LINE: Final = 20_000
_BRACKETS = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_KNOWN: Final = 10_000
_UNKNOWN: Final = 10_000
_KEPT_UNKNOWN: Final = 1000  # of them on disk: a program's own class names, so that the next start compiles nothing
_SHORT: Final = 60
_VARIABLE = re.compile(r"var\(\s*(--(?:[^\s,()\\]|\\.)+)")
_WORD = re.compile(r"[\w-]+")
_HEAD: Final = "@layer theme,base,components,utilities;"
_THEME, _UTILITIES, _OWN, _PROPERTIES, _KEYFRAMES = (group << 32 for group in range(1, 6))


class Line:
    """One line of a page's sheet. `rank`: its place among all lines of the dialect, for now; their order never changes.

    `needs`: the other lines without which it does not work.
    """

    __slots__ = ("__weakref__", "needs", "rank", "text")

    def __init__(self, text: str, rank: int, needs: "tuple[Line, ...]" = ()) -> None:
        self.text = text.replace("</", "<\\/")  # so that it cannot end the style element; CSS reads the same
        self.rank = rank
        self.needs = needs


class Dialect:
    """What is known of Tailwind with the CSS `css`.

    `bare`: without our own look, so with Tailwind's preflight. `ready`: the lines that do not depend on classes are known.
    """

    def __init__(self, css: str = "", *, bare: bool = False) -> None:
        self.css = css
        self.given = css
        """The same, with the rules that Tailwind refused."""
        self.bare = bare
        self.ready = False
        self.late = False
        """Whether somebody has waited for this in vain: nobody waits any more until something has been compiled."""
        self.errors: list[str] = []
        """What Tailwind said of rules that had to be left out."""
        self.always: list[Line] = []
        """The lines that every page has."""
        self.order: list[str] = []
        """The names of utilities known, in Tailwind's order."""
        self.full = False
        self.turn = 0
        """How often lines were forgotten: an engine of an earlier turn has another order."""
        self._lines: dict[str, Line] = {}
        self._unknown: dict[str, None] = {}
        self._theme: dict[str, Line] = {}
        self._keyframes: dict[str, Line] = {}
        self._properties: dict[str, Line] = {}
        self._raw: dict[str, Any] = {}

    # Asking

    def knows(self, name: str) -> bool:
        """Whether it is known what `name` needs."""
        return name in self._lines or name in self._unknown or _is_excessive(name)

    def line(self, name: str) -> Line | None:
        """The line of a class name; None for one that has none, or is not known."""
        return self._lines.get(name)

    # Learning

    def begin(self, first: dict[str, Any]) -> None:
        """Take what there is without any class: `css` as compiled, `fixed` variables, names of `moving` keyframes."""
        self._raw = first
        own: list[str] = []
        fixed: list[Line] = []
        values: dict[str, str] = {}
        moving: dict[str, str] = {}
        for rule in rules(first["css"]):
            name = rule.prelude.partition(" ")[2]
            if rule.prelude == "@layer theme" and rule.body is not None:
                own += self._begin_theme(rule.body, values)
            elif rule.prelude.startswith("@keyframes ") and name in first["moving"]:
                moving[name] = _text(rule)
            elif rule.prelude.startswith("@property ") and rule.body is not None:
                fixed.append(self._property(rule))
            elif rule.prelude not in ("@layer theme, base, components, utilities", "@layer utilities"):
                own.append(_text(rule))
        for place, (name, text) in enumerate(moving.items()):
            self._keyframes[name] = Line(text, _KEYFRAMES + place)
        for place, (name, value) in enumerate(values.items()):
            self._theme[name] = Line(f"@layer theme{{:root,:host{{{minified(f'{name}:{value}')}}}}}", _THEME + place)
        for name, value in values.items():
            self._theme[name].needs = self._closure(value, animated=name.startswith("--animate-"))
        for line in self._keyframes.values():
            line.needs = self._closure(line.text)
        fixed += [Line(text, _OWN + place, self._needs(text)) for place, text in enumerate(own)]
        fixed += [self._theme[name] for name in first["fixed"] if name in self._theme]
        self.always = [Line(_HEAD, 0), *fixed]
        self.ready = True

    def _begin_theme(self, body: str, values: dict[str, str]) -> Iterable[str]:
        """Take the theme's variables; the answer is what else stood there."""
        for inner in rules(body):
            if inner.prelude == ":root, :host" and inner.body is not None:
                values.update(declarations(inner.body))
            else:
                yield f"@layer theme{{{_text(inner)}}}"

    def learn(self, names: Iterable[str], found: "Iterable[tuple[str, int] | None]") -> None:
        """Take what the engine said of these names: their CSS, and their place in the order by then."""
        for name, answer in zip(names, found, strict=True):
            if answer is None or self.full:
                self._note_unknown(name)
                if answer is None:
                    continue
            self.order.insert(answer[1], name)
            if self.full:
                continue
            try:
                self._lines[name] = self._made(name, answer[0])
            except ValueError:  # it tried to break out of its rule
                self._note_unknown(name)
        for place, name in enumerate(self.order):
            if name in self._lines:
                self._lines[name].rank = _UTILITIES + place

    def _note_unknown(self, name: str) -> None:
        if len(self._unknown) >= _UNKNOWN:
            for old in list(self._unknown)[: _UNKNOWN // 2]:
                del self._unknown[old]
        self._unknown[name] = None

    def note_unknown(self, names: Iterable[str]) -> None:
        """These names are nothing to be styled."""
        for name in names:
            self._note_unknown(name)

    def make_room(self) -> None:
        """Where very much is known, forget the lines that no page has. Where that is not enough, no more are taken: `full`."""
        if len(self.order) <= _KNOWN:
            return
        self.turn += 1
        kept = [(name, weakref.ref(line)) for name, line in self._lines.items()]
        self._lines.clear()
        self._lines = {name: line for name, reference in kept if (line := reference()) is not None}
        self.order = [name for name in self.order if name in self._lines]
        self.full = len(self._lines) > _KNOWN * 0.9

    def _made(self, name: str, css: str) -> Line:
        """The line of a class. Raises `ValueError` for CSS that is about something else, or not whole."""
        needs: list[Line] = []
        texts = []
        class_selector = "." + escaped(name)
        for rule in rules(css):
            if rule.prelude.startswith("@property ") and rule.body is not None:
                needs.append(self._property(rule))
            elif rule.prelude.startswith("@keyframes ") and rule.body is not None:
                needs.append(self._keyframes_of_utility(rule))
            else:
                text = _text(rule)
                if rule.body is None or any(class_selector not in one for one in selectors(text)):
                    raise ValueError(f"{name!r} is about something else")
                texts.append(text)
        text = "".join(texts)
        if not text or "\n" in text or len(text) > _LONGEST_LINE:
            raise ValueError(f"{name!r} has no line, or one without end")
        return Line(f"@layer utilities{{{text}}}", 0, tuple(dict.fromkeys((*needs, *self._needs(text)))))

    def _property(self, rule: Rule) -> Line:
        name = rule.prelude.split()[1]
        line = self._properties.get(name)
        if line is None:
            line = self._properties[name] = Line(_text(rule), _PROPERTIES + len(self._properties))
        return line

    def _keyframes_of_utility(self, rule: Rule) -> Line:
        name = rule.prelude.split()[1]
        line = self._keyframes.get(name)
        if line is None:
            text = _text(rule)
            line = self._keyframes[name] = Line(text, _KEYFRAMES + len(self._keyframes), self._needs(text))
        return line

    def _needs(self, text: str) -> tuple[Line, ...]:
        return self._closure(text, animated="animation" in text)

    def _closure(self, text: str, *, animated: bool = False) -> tuple[Line, ...]:
        """The theme's variables and keyframes that a text names, and those that these name."""
        found: dict[Line, None] = {}
        waiting = [(text, animated)]
        while waiting:
            here, moves = waiting.pop()
            for name in _VARIABLE.findall(here):
                line = self._theme.get(name)
                if line is not None and line not in found:
                    found[line] = None
                    waiting.append((line.text, name.startswith("--animate-")))
            for name in _WORD.findall(here) if moves else ():
                line = self._keyframes.get(name)
                if line is not None and line not in found:
                    found[line] = None
                    waiting.append((line.text, False))
        return tuple(found)

    # Keeping

    def dump(self) -> dict[str, Any]:
        """All that is known, as JSON."""
        lines = [[name, self._lines[name].text] for name in self.order if name in self._lines]
        properties = {name: line.text for name, line in self._properties.items()}
        needs = {
            name: [need for need, line in self._properties.items() if line in self._lines[name].needs]
            for name, _ in lines
        }
        extra = {name: line.text for name, line in self._keyframes.items() if name not in self._raw["moving"]}
        return {
            "first": self._raw, "errors": self.errors, "lines": lines, "properties": properties,
            "needs": {name: names for name, names in needs.items() if names}, "keyframes": extra,
            "unknown": [name for name in self._unknown if len(name) <= _SHORT][-_KEPT_UNKNOWN:],
        }  # fmt: skip

    def load(self, kept: dict[str, Any]) -> None:
        """Take what `dump` gave. Raises `LookupError`, `TypeError` or `ValueError` where it is not that."""
        for place, (name, text) in enumerate(kept["properties"].items()):
            self._properties[name] = Line(text, _PROPERTIES + place)
        self.begin(kept["first"])
        self.errors = [str(error) for error in kept["errors"]]
        for name, text in kept["keyframes"].items():
            self._keyframes[name] = Line(text, _KEYFRAMES + len(self._keyframes), self._needs(text))
        self.note_unknown(str(name) for name in kept["unknown"])
        for place, (name, text) in enumerate(kept["lines"]):
            properties = [self._properties[need] for need in kept["needs"].get(name, ())]
            self._lines[name] = Line(text, _UTILITIES + place, (*properties, *self._needs(text)))
            self.order.append(name)

    def adopt(self, other: "Dialect") -> None:
        """Know what `other` knows, which has loaded it and is not used any more."""
        vars(self).update(vars(other))


def _is_excessive(name: str) -> bool:
    """Whether nobody means a class name: with each further variant, and each `&` in one, Tailwind's answer may double."""
    if len(name) > LONGEST or name.count("&") > _MOST_PLACES:
        return True
    return name.count(":") > _MOST_VARIANTS and _BRACKETS.sub("", name).count(":") > _MOST_VARIANTS


def _text(rule: Rule) -> str:
    return minified(f"{rule.prelude};" if rule.body is None else f"{rule.prelude}{{{rule.body}}}")
