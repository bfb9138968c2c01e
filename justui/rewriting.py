"""Rewrites what a served module imports and what a served sheet refers to, so that browsers need no import map.

Works on verified text only. A reference that the manifest does not have stays as it is.
"""

import re
from collections.abc import Iterator
from typing import Final

from justui.manifest import File, Manifest

# Not a parser of JavaScript, and none is needed: `from "x"` stands nowhere but in imports and exports, and text in a string
# or comment that looks like one is touched only where it names a pinned module.
_MODULE: Final = re.compile(
    r"""(?<![\w$.])(?:from\s*|import\s*|import\s*\(\s*)(?P<quote>["'])(?P<reference>[^"'\s]{1,500})(?P=quote)"""
)
_SHEET: Final = re.compile(
    r"""(?:url\(\s*|@import\s+)(?P<quote>["']?)(?P<reference>[^"'()\s;]+)(?P=quote)""", re.IGNORECASE
)
_ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//|/|#", re.IGNORECASE)


def rewritten(text: str, file: File, manifest: Manifest) -> str:
    """The text of a module or sheet with served addresses, relative to its own, in place of what it names."""
    pattern = _pattern(file)

    def replace(found: re.Match[str]) -> str:
        meant = _meant(found["reference"], file, manifest)
        if meant is None:
            return found[0]
        start, end = (place - found.start() for place in found.span("reference"))
        return f"{found[0][:start]}./{meant.name}{found[0][end:]}"

    return pattern.sub(replace, text) if pattern else text


def unknown_references(text: str, file: File, manifest: Manifest) -> Iterator[str]:
    """What a module or sheet names and the manifest does not have: for those who pin."""
    pattern = _pattern(file)
    for found in pattern.finditer(text) if pattern else ():
        reference = found["reference"]
        if not _ELSEWHERE.match(reference) and _meant(reference, file, manifest) is None:
            yield reference


def _pattern(file: File) -> re.Pattern[str] | None:
    return {"module": _MODULE, "sheet": _SHEET}.get(file.kind)


def _meant(reference: str, file: File, manifest: Manifest) -> File | None:
    if _ELSEWHERE.match(reference):
        return None
    path = re.split(r"[?#]", reference)[0]
    if file.kind == "sheet" or reference.startswith("."):
        return manifest.beside(file, path)
    return manifest.module(reference)
