"""Writes the table of settings in configuration.md from `Config`: `python docs/guide/configuration.py`."""

import ast
import dataclasses
import inspect
import itertools
import re
from pathlib import Path

from justui.config import Config

PAGE = Path(__file__).with_suffix(".md")


def table() -> str:
    """One row for each setting: name, default, meaning."""
    lines = next(node for node in ast.walk(ast.parse(inspect.getsource(Config))) if isinstance(node, ast.ClassDef)).body
    meanings = {
        field.target.id: " ".join(str(text.value.value).split())
        for field, text in itertools.pairwise(lines)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }
    rows = [
        f"| `{field.name}` | {shown(field.default)} | {meanings[field.name]} |" for field in dataclasses.fields(Config)
    ]
    return "\n".join(["| setting | default | |", "|---|---|---|", *rows])


def shown(default: object) -> str:
    """A default as people read it."""
    if isinstance(default, float) and default.is_integer():
        default = int(default)
    if isinstance(default, int) and not isinstance(default, bool):
        return f"{default:,}"
    return f"`{default!r}`"


def page() -> str:
    """The page with the table of now."""
    return re.sub(r"\| setting \|.*?(?=\n\n|\n*\Z)", lambda _: table(), PAGE.read_text("utf-8"), flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
