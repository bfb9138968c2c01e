"""The two tables and the modules made of them: one a family, and what all elements share."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from justui.component import Component
from justui.components.generator.family import ALIASES, NOTE, Base, Dialect, Element, Family, homes_of
from justui.components.generator.kinds import Attribute, attributes_of, words_in
from justui.components.generator.lines import (
    docstring,
    imported,
    in_order,
    indented,
    keywords_class,
    method,
    sections,
    typed_init,
    wrapped,
)
from justui.handlers import EVENTS

FOLDERS: Final = tuple(Path(__file__).parents[1] / name for name in ("html", "svg"))
VOID: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
NO_FAMILY: Final = ("words", "left_out", "global", "aria", "presentation", "groups")
HTML: Final = "justui.components.html"
SVG: Final = "justui.components.svg"

COMPONENT_KEYWORDS: Final = """
a: Component | None
classes: Given[str]
style: Given[str]
tooltip: Given[str]
show: bool | Reactive[Any]
attributes: Mapping[str, object]
model: Model
animation: Given[str]
transition: Given[str | Mapping[str, str]]
debounce: float | None
throttle: float | None
""".split("\n")[1:-1]
CONTENT_KEYWORDS: Final = ["text: object", "inner_html: Given[str]", "safe: bool"]
HTML_TYPES: Final = """
T = TypeVar("T")

Given: TypeAlias = T | Reactive[Any] | None
\"\"\"What a keyword takes: a value, a state that it follows from then on, or None.\"\"\"
Model: TypeAlias = Reactive[Any] | list[Any]
\"\"\"What a field is bound to: a state, or an object and a key as in JustPy.\"\"\"
ScalarValue: TypeAlias = str | float | date | time
FieldValue: TypeAlias = ScalarValue | bool | Iterable[str] | None
Target: TypeAlias = Component | str
\"\"\"An element, or the id of one.\"\"\"
Targets: TypeAlias = Target | Iterable[Target]
""".strip()
SVG_TYPES: Final = """
NumberList: TypeAlias = str | float | Iterable[float | Iterable[float]]
\"\"\"Numbers: one, several, or pairs of them; or a text that says them as SVG does.\"\"\"
""".strip()


class Table:
    """What both tables have: words, elements that are left out, and families."""

    language: str
    dialect: Dialect

    def __init__(self, table: dict[str, Any]) -> None:
        self.words: dict[str, list[str]] = table["words"]
        self.common: dict[str, Any] = table["global"]
        self.left_out: dict[str, str] = table["left_out"]
        self.dialect = self._dialect(table)
        self.families = {
            name: Family(part["_about"], list(self._elements(part)), self.dialect)
            for name, part in table.items()
            if name not in NO_FAMILY
        }

    def _dialect(self, table: dict[str, Any]) -> Dialect:
        raise NotImplementedError

    def _base(self, tag: str, row: dict[str, Any]) -> Base:
        raise NotImplementedError

    def _elements(self, part: dict[str, Any]) -> Iterator[Element]:
        for tag, row in part.items():
            if not tag.startswith("_"):
                yield Element(tag, row, self.dialect, self._base(tag, row))

    def files(self) -> dict[str, str]:
        """The text of every generated file by its name."""
        return {
            "__init__.py": self._package(),
            "words.py": self._words(),
            **{f"{name}.py": family.text() for name, family in self.families.items()},
        }

    def _package(self) -> str:
        """`__init__.py`: the classes of all families, and why some elements have none."""
        reasons = [f"- `{tag}`: {reason}." for tag, reason in self.left_out.items()]
        about = [
            f"The elements of {self.language}, each a class named after its tag.",
            "",
            "Elements that are no components, and why:",
            "",
        ]
        lines = [docstring("\n".join([*about, *reasons, "", NOTE, ""])), ""]
        modules = {name: {element.name for element in family.elements} for name, family in self.families.items()}
        modules["element"] = {base.name for base in self.dialect.bases}
        modules |= self._by_hand()
        for name in sorted(modules):
            lines += imported(f"{self.dialect.package}.{name}", modules[name])
        names = in_order(set().union(*modules.values()))
        return "\n".join([*lines, "", "__all__ = [", *(f'    "{name}",' for name in names), "]"]) + "\n"

    def _by_hand(self) -> dict[str, set[str]]:
        """Classes of the package that are written by hand, by their modules."""
        return {}

    def _words(self) -> str:
        """`words.py`: the sets of words that attributes are restricted to."""
        about = f"The words that attributes are restricted to, by the standard of {self.language}."
        lines = [docstring(f"{about}\n\n{NOTE}\n"), "", *imported("typing", {"Literal"}), ""]
        for name, words in self.words.items():
            lines.append(wrapped(f"{name} = Literal[", [f'"{word}"' for word in words], "]"))
        return "\n".join(lines) + "\n"

    def _bases(self, attributes: list[Attribute], above: tuple[str, str], keywords: set[str]) -> list[str]:
        """The imports of a module of base classes with these attributes, which derive from `above`, a module and a class."""
        words = words_in(attribute.kind for attribute in attributes)
        imports = homes_of(attributes, {}) | self.dialect.imports(words)
        imports["typing"] = {"TYPE_CHECKING"} if keywords else set()
        imports["typing"] |= {"get_args"} if words else set()
        imports[above[0]] = {above[1]}
        lines = sections(imports)
        if keywords:
            typing = {
                "typing": {"Unpack"},
                "justui.component": {"Child"},
                f"{self.dialect.package}.keywords": keywords,
            }
            lines += ["", "if TYPE_CHECKING:", *indented(sections(typing))]
        return lines


class HtmlTable(Table):
    """HTML, and what SVG has from it: ARIA and events."""

    language = "HTML"

    def __init__(self, table: dict[str, Any]) -> None:
        super().__init__(table)
        self.aria = attributes_of({f"aria-{name}": kind for name, kind in table["aria"].items()})

    def _dialect(self, table: dict[str, Any]) -> Dialect:
        bases = (Base("Element", "ElementKeywords"), Base("VoidElement", "VoidKeywords", children=False))
        return Dialect(HTML, bases, {}, html_homes(table))

    def _base(self, tag: str, row: dict[str, Any]) -> Base:
        return self.dialect.bases[tag in VOID]

    def files(self) -> dict[str, str]:
        """The text of every generated file by its name."""
        return {
            "aria.py": self._aria(),
            "element.py": self._element(),
            "happenings.py": self._happenings(),
            "keywords.py": self._keywords(),
            **super().files(),
        }

    def _by_hand(self) -> dict[str, set[str]]:
        return {"custom": {"CustomElement"}}

    def _happenings(self) -> str:
        """`happenings.py`: the events as attributes, for type checkers."""
        about = "`Happenings`, the events of every element as attributes that type checkers and editors know."
        lines = [docstring(f"{about} The engine makes them.\n\n{NOTE}\n"), ""]
        lines += [*imported("typing", {"TYPE_CHECKING"}), "", *imported("justui.component", {"Component"})]
        lines += ["", "if TYPE_CHECKING:", *indented(imported("justui.handlers", {"EventFunction"}))]
        fields = [f"on_{event}: EventFunction | None" for event in sorted(EVENTS)]
        body = [docstring("What can happen to an element."), "", "if TYPE_CHECKING:", *indented(fields)]
        return "\n".join([*lines, "", "", "class Happenings(Component):", *indented(body)]) + "\n"

    def _aria(self) -> str:
        """`aria.py`: what assistive techniques are told."""
        lines = [docstring(f"The ARIA attributes, which every element has (WAI-ARIA 1.3).\n\n{NOTE}\n"), ""]
        lines += self._bases(self.aria, (f"{HTML}.happenings", "Happenings"), set())
        body = [docstring("What assistive techniques are told of an element."), ""]
        body += [attribute.declaration({}) for attribute in self.aria]
        return "\n".join([*lines, "", "", "class Aria(Happenings):", *indented(body)]) + "\n"

    def _element(self) -> str:
        """`element.py`: the bases of all elements."""
        common = attributes_of(self.common)
        about = "`Element`, the base of all HTML elements, with the attributes that all have."
        keywords = {base.keywords for base in self.dialect.bases}
        lines = [docstring(f"{about}\n\n{NOTE}\n"), "", *self._bases(common, (f"{HTML}.aria", "Aria"), keywords)]
        body = [docstring("An HTML element."), "", *(attribute.declaration({}) for attribute in common)]
        for called, said in self.common["_methods"].items():
            body += method(called, said)
        body += typed_init(True, "ElementKeywords")
        lines += ["", "", "class Element(Aria):", *indented(body)]
        body = [docstring("An HTML element that has no content: no text and no children."), "", "void = True"]
        lines += ["", "", "class VoidElement(Element):", *indented(body + typed_init(False, "VoidKeywords"))]
        return "\n".join(lines) + "\n"

    def _keywords(self) -> str:
        """`keywords.py`: for type checkers only, the keywords that all elements take."""
        common = attributes_of(self.common)
        about = "The keywords that all elements take, for type checkers (PEP 692). Never imported at run time."
        imports = {
            "collections.abc": {"Iterable", "Mapping"},
            "datetime": {"date", "time"},
            "typing": {"Any", "TypeAlias", "TypedDict", "TypeVar"},
            "justui.component": {"Component"},
            f"{HTML}.words": words_in(attribute.kind for attribute in [*self.aria, *common]),
            "justui.handlers": {"EventFunction"},
            "justui.state": {"Reactive"},
        }
        lines = [docstring(f"{about}\n\n{NOTE}\n"), "", *sections(imports), "", HTML_TYPES]
        parts = [
            ("ComponentKeywords", "TypedDict", "What every component takes.", COMPONENT_KEYWORDS),
            ("AriaKeywords", "TypedDict", "What assistive techniques are told.", [one.keyword for one in self.aria]),
            ("EventKeywords", "TypedDict", "Functions that answer events.", self._events()),
            (
                "VoidKeywords",
                "ComponentKeywords, AriaKeywords, EventKeywords",
                "Keywords of an element without content.",
                [attribute.keyword for attribute in common],
            ),
            ("ElementKeywords", "VoidKeywords", "Keywords of an element.", CONTENT_KEYWORDS),
        ]
        for part in parts:
            lines += ["", "", *keywords_class(*part)]
        return "\n".join(lines) + "\n"

    def _events(self) -> list[str]:
        """`on_click` for each event, and the bare `click` where that is no attribute or method of a component."""
        taken = set(dir(Component)) | {attribute.name for attribute in attributes_of(self.common)}
        taken |= set(self.common["_methods"])
        for family in self.families.values():
            taken |= {attribute.name for attribute in family.attributes}
            taken |= {name for element in family.elements for name in element.methods}
        bare = sorted(EVENTS - taken)
        names = [*(f"on_{event}" for event in sorted(EVENTS)), "on_click__out", *bare, "click__out"]
        return [f"{name}: EventFunction | None" for name in names]


class SvgTable(Table):
    """SVG, which has the words, the ARIA attributes and the events of HTML."""

    language = "SVG"

    def __init__(self, table: dict[str, Any]) -> None:
        super().__init__(table)
        self.core = attributes_of(self.common)
        self.presentation = attributes_of(table["presentation"])

    def _dialect(self, table: dict[str, Any]) -> Dialect:
        bases = (Base("SvgElement", "SvgKeywords"), Base("StyledElement", "StyledKeywords"))
        homes = html_homes(load(FOLDERS[0])) | dict.fromkeys(table["words"], f"{SVG}.words")
        return Dialect(SVG, bases, table["groups"], homes | {"NumberList": f"{SVG}.keywords"})

    def _base(self, tag: str, row: dict[str, Any]) -> Base:
        return self.dialect.bases[not row.get("_bare", False)]

    def files(self) -> dict[str, str]:
        """The text of every generated file by its name."""
        return {"element.py": self._element(), "keywords.py": self._keywords(), **super().files()}

    def _element(self) -> str:
        """`element.py`: the bases of all elements."""
        about = "`SvgElement`, the base of all SVG elements, and `StyledElement`, of those that take presentation attributes."
        every = [*self.core, *self.presentation]
        keywords = {base.keywords for base in self.dialect.bases}
        lines = [docstring(f"{about}\n\n{NOTE}\n"), "", *self._bases(every, (f"{HTML}.aria", "Aria"), keywords)]
        body = [docstring("An SVG element."), "", 'namespace = "svg"', ""]
        body += [attribute.declaration({}) for attribute in self.core]
        lines += ["", "", "class SvgElement(Aria):", *indented(body + typed_init(True, "SvgKeywords"))]
        body = [docstring("An SVG element whose look may be said by attributes: `fill`, `stroke`, `transform` …."), ""]
        body += [attribute.declaration({}) for attribute in self.presentation]
        lines += ["", "", "class StyledElement(SvgElement):", *indented(body + typed_init(True, "StyledKeywords"))]
        return "\n".join(lines) + "\n"

    def _keywords(self) -> str:
        """`keywords.py`: for type checkers only, the keywords that all elements take."""
        about = "The keywords that all elements take, for type checkers (PEP 692). Never imported at run time."
        parts = [
            (
                "SvgKeywords",
                "ComponentKeywords, AriaKeywords, EventKeywords",
                "Keywords of an SVG element.",
                [*(attribute.keyword for attribute in self.core), *CONTENT_KEYWORDS],
            ),
            (
                "StyledKeywords",
                "SvgKeywords",
                "Keywords of an SVG element that takes presentation attributes.",
                [attribute.keyword for attribute in self.presentation],
            ),
        ]
        every = [*self.core, *self.presentation]
        used = ALIASES.findall(" ".join(attribute.keyword for attribute in every))
        imports = self.dialect.imports([name for name in used if name != "NumberList"])
        imports |= self.dialect.imports(words_in(attribute.kind for attribute in every))
        imports[f"{HTML}.keywords"] |= {"AriaKeywords", "ComponentKeywords", "EventKeywords"}
        imports["collections.abc"] = {"Iterable"}
        imports["typing"] = {"TypeAlias"}
        lines = [docstring(f"{about}\n\n{NOTE}\n"), "", *sections(imports), "", SVG_TYPES]
        for part in parts:
            lines += ["", "", *keywords_class(*part)]
        return "\n".join(lines) + "\n"


def html_homes(table: dict[str, Any]) -> dict[str, str]:
    """The modules of HTML in which words, and types for keywords, are."""
    types = ("FieldValue", "Given", "ScalarValue", "Target", "Targets")
    return dict.fromkeys(table["words"], f"{HTML}.words") | dict.fromkeys(types, f"{HTML}.keywords")


def load(folder: Path) -> dict[str, Any]:
    """The table in a folder."""
    return tomllib.loads((folder / "table.toml").read_text(encoding="utf-8"))


def stale(folder: Path) -> dict[str, str]:
    """The files in `folder` that are not what its table says, by name, with what they should be."""
    data = load(folder)
    table = SvgTable(data) if "presentation" in data else HtmlTable(data)
    return {
        name: text
        for name, text in table.files().items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
    }
