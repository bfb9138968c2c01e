"""Pieces of Python text, in the form that ruff keeps. Knows nothing of elements."""

from typing import Final

WIDTH: Final = 120


def wrapped(start: str, items: list[str], end: str) -> str:
    """`start`, the items and `end` on one line, or an item a line where they are too long."""
    line = f"{start}{', '.join(items)}{end}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([start, *(f"    {item}," for item in items), end])


def in_order(names: set[str]) -> list[str]:
    """Names as ruff sorts them: those that look like constants (`H1`) come first."""
    return sorted(names, key=lambda name: (len(name) < 2 or not name.isupper(), name.lower(), name))


def imported(module: str, names: set[str]) -> list[str]:
    """An import statement for `names`, if there are any."""
    if not names:
        return []
    renamed = [f"from {module} import {name}" for name in sorted(names) if " as " in name]
    ordered = in_order({name for name in names if " as " not in name})
    if not ordered:
        return renamed
    line = f"from {module} import {', '.join(ordered)}"
    return [line if len(line) <= WIDTH else wrapped(f"from {module} import (", ordered, ")"), *renamed]


def sections(imports: dict[str, set[str]]) -> list[str]:
    """Import statements in the order that ruff keeps: the standard library, an empty line, ours. Empty ones are dropped."""
    names = sorted(imports)
    first = [line for name in names if not name.startswith("justui") for line in imported(name, imports[name])]
    second = [line for name in names if name.startswith("justui") for line in imported(name, imports[name])]
    return [*first, *([""] if first and second else []), *second]


def indented(lines: list[str]) -> list[str]:
    """The lines, moved in."""
    return ["\n".join(f"    {part}" if part else "" for part in line.split("\n")) for line in lines]


def docstring(text: str) -> str:
    """Documentation."""
    return f'"""{text}"""'


def method(name: str, about: str) -> list[str]:
    """A method that calls the element's own."""
    return ["", f"def {name}(self) -> None:", *indented([docstring(about), f'self.do("{name}")'])]


def typed_init(children: bool, keywords: str) -> list[str]:
    """What a type checker reads as the way to make the element; at run time there is only Component's."""
    head = "*children: Child, " if children else ""
    line = f"def __init__(self, {head}**keywords: Unpack[{keywords}]) -> None: ..."
    return ["", "if TYPE_CHECKING:", "", f"    {line}"]


def keywords_class(name: str, base: str, about: str, fields: list[str]) -> list[str]:
    """A TypedDict."""
    return [f"class {name}({base}, total=False):", *indented([docstring(about), "", *fields])]
