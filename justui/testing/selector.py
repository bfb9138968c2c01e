"""Finding elements as a person or a style sheet would: by visible text, by label, by a simple CSS selector.

Reads the document, never changes it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from justui.testing.morph import label_text
from justui.testing.nodes import Element

TAGS = frozenset(
    """
    a abbr address article aside audio b bdi bdo blockquote body br button canvas caption cite code col colgroup data
    datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header
    hr i iframe img input ins kbd label legend li main map mark menu meter nav object ol optgroup option output p picture
    pre progress q rp rt ruby s samp search section select small source span strong sub summary sup svg table tbody td
    textarea tfoot th thead time tr track u ul var video wbr g path circle rect line text ellipse polygon polyline
    clipPath defs foreignObject linearGradient radialGradient textPath tspan
    """.split()
)

_PART = re.compile(
    r"""(?P<tag>[a-zA-Z][\w-]*|\*)|\#(?P<id>[\w-]+)|\.(?P<class>[^\s.#\[\]:>,+~()]+(?:\\.[^\s.#\[\]:>,]*)*)
    |\[\s*(?P<name>[\w:-]+)\s*(?:(?P<how>[~^$*|]?=)\s*(?P<quote>["']?)(?P<value>.*?)(?P=quote)\s*)?\]
    |:(?P<state>checked|disabled|enabled|visible)""",
    re.VERBOSE,
)
_LOOKS_LIKE_SELECTOR = re.compile(r"[#.\[]\S|[a-z][a-zA-Z0-9-]*([#.\[:>]\S*|\s*>\s*\S|\s+[#.\[]\S|$)")

PRESSABLE = frozenset("a button summary option label".split())
"""Elements that people press by their text."""

Test = Callable[[Element], bool]

_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "=": lambda have, want: have == want,
    "~=": lambda have, want: want in have.split(),
    "^=": lambda have, want: have.startswith(want),
    "$=": lambda have, want: have.endswith(want),
    "*=": lambda have, want: want in have,
    "|=": lambda have, want: have == want or have.startswith(want + "-"),
}


def _is_chosen(element: Element) -> bool:
    select = element.closest("select") if element.tag == "option" else None
    return select is not None and element in select.chosen


_STATES: dict[str, Test] = {
    "checked": lambda element: element.value is True or _is_chosen(element),
    "disabled": lambda element: element.disabled,
    "enabled": lambda element: not element.disabled,
    "visible": lambda element: element.visible,
}


@dataclass
class Step:
    """One compound of a selector: `child` says that it must stand directly below the one before."""

    tests: list[Test]
    child: bool

    def fits(self, element: Element) -> bool:
        """Whether the element passes every test."""
        return all(test(element) for test in self.tests)


def is_selector(target: str) -> bool:
    """Whether a target reads as a CSS selector rather than as words: `#id`, `.class`, `[name=x]`, `button`, `ul > li`."""
    if "," in target:
        return all(is_selector(part.strip()) for part in target.split(","))
    if not _LOOKS_LIKE_SELECTOR.match(target):
        return False
    tag = re.match(r"[a-z][a-zA-Z0-9-]*", target)
    return tag is None or tag[0] in TAGS or "-" in tag[0]


def select(root: Element, selector: str) -> list[Element]:
    """Return the elements below `root`, itself included, that a CSS selector names, in document order.

    Tags, `#id`, `.class`, `[attribute]` with the comparisons of CSS, `:checked`, `:disabled`, `:enabled`, `:visible`,
    joined by blanks, `>` and `,`.

    Raises `ValueError` for anything else.
    """
    choices = [_parse(part.strip()) for part in re.split(r",(?![^\[]*\])", selector)]
    return [element for element in root.elements() if any(_fits(element, choice) for choice in choices)]


def _parse(selector: str) -> list[Step]:
    steps: list[Step] = []
    child = False
    for word in re.split(r"\s*(>)\s*|\s+(?![^\[]*\])", selector):
        if word is None or word == "":
            continue
        if word == ">":
            child = True
            continue
        steps.append(Step(_compound(word, selector), child))
        child = False
    if not steps:
        raise ValueError(f"{selector!r} is not a selector")
    return steps


def _compound(word: str, selector: str) -> list[Test]:
    tests: list[Test] = []
    place = 0
    while place < len(word):
        part = _PART.match(word, place)
        if part is None or part.end() == place:
            raise ValueError(f"{selector!r}: cannot read {word[place:]!r}")
        tests.append(_test(part))
        place = part.end()
    return tests


def _test(part: "re.Match[str]") -> Test:
    if tag := part["tag"]:
        return lambda element: tag in ("*", element.tag)
    if identity := part["id"]:
        return lambda element: element.attributes.get("id") == identity
    if class_ := part["class"]:
        class_ = class_.replace("\\", "")
        return lambda element: class_ in element.attributes.get("class", "").split()
    if state := part["state"]:
        return _STATES[state]
    name, how, value = part["name"], part["how"], part["value"]
    if not how:
        return lambda element: name in element.attributes
    return lambda element: _COMPARE[how](element.attributes.get(name, ""), value)


def _fits(element: Element, steps: list[Step]) -> bool:
    if not steps[-1].fits(element):
        return False
    rest = steps[:-1]
    if not rest:
        return True
    around = element.parent
    while around is not None:
        if _fits(around, rest):
            return True
        if steps[-1].child:
            return False
        around = around.parent
    return False


def by_text(root: Element, words: str) -> list[Element]:
    """Return the visible elements that a person would mean by these words: the innermost whose whole text they are.

    Of several, those that can be pressed win. A part of a text is taken when no whole text fits.
    """
    words = " ".join(words.split())
    seen = [(element, _spoken(element)) for element in root.elements() if _readable(element)]
    for fits in (str.__eq__, str.__contains__):
        found = _innermost([element for element, text in seen if text and fits(text, words)])
        pressable = [element for element in found if _pressable(element)]
        if found:
            return pressable or found
    return []


def _readable(element: Element) -> bool:
    return element.visible and element.tag not in ("body", "select", "textarea")


def _spoken(element: Element) -> str:
    if element.tag == "input" and not element.kind:
        return element.attributes.get("value", "")
    text = " ".join(element.visible_text().split())
    return text or element.attributes.get("aria-label", "") or element.attributes.get("alt", "")


def _pressable(element: Element) -> bool:
    for around in element.ancestors():
        if around.tag in PRESSABLE or around.attributes.get("role") == "button" or around.tag == "input":
            return True
        if "click" in around.attributes.get("data-e", "") and around.tag != "body":
            return True
    return False


def _innermost(elements: list[Element]) -> list[Element]:
    outer = {around for element in elements for around in element.ancestors() if around is not element}
    return [element for element in elements if element not in outer]


def by_label(root: Element, words: str) -> list[Element]:
    """Return the visible fields that a person would mean by these words: label, placeholder, name or title."""
    words = " ".join(words.split())
    fields = [element for element in root.elements() if _is_field(element)]
    names: Iterable[Callable[[Element], str]] = (
        lambda field: " ".join(label_text(field).split()),
        lambda field: field.attributes.get("placeholder", ""),
        lambda field: field.attributes.get("name", ""),
        lambda field: field.attributes.get("title", ""),
        lambda field: field.attributes.get("id", ""),
    )
    for name in names:
        found = [field for field in fields if name(field) == words]
        if not found:
            found = [field for field in fields if name(field).rstrip(" :*") == words]
        if found:
            return [field for field in found if field.visible] or found
    return []


def _is_field(element: Element) -> bool:
    return bool(element.kind) or element.attributes.get("type") == "file"
