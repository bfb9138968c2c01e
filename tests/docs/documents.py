"""The documents as the tests see them: pages, their blocks of code, which can be run, and their links."""

import doctest
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE: Final = re.compile(r"(?P<caption>^\[`[^`]+`\]\([^)]+\)\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
_CAPTION: Final = re.compile(r"\[`(?P<name>[^`]+)`\]\((?P<link>[^)]+)\)")
_LINK: Final = re.compile(r"\[[^\]]*\]\((?P<link>[^)\s]+)\)|(?:srcset|src)=\"(?P<image>[^\"]+)\"")


class Block(NamedTuple):
    """One block of code. `file`: the one that it shows, said in the line above; None where it is of the page itself."""

    kind: str
    text: str
    line: int
    name: str
    file: Path | None


def blocks(page: Path) -> list[Block]:
    """All blocks of code of a page, in order."""
    text = page.read_text("utf-8")
    found = []
    for match in _FENCE.finditer(text):
        caption = _CAPTION.match(match["caption"] or "")
        name, file = (caption["name"], (page.parent / caption["link"]).resolve()) if caption else ("", None)
        found.append(Block(match["kind"], match["text"], text.count("\n", 0, match.start("text")) + 1, name, file))
    return found


def links(page: Path) -> list[str]:
    """The addresses that a page links to, those in its code left out."""
    text = _FENCE.sub(lambda match: match["caption"] or "", page.read_text("utf-8"))
    return [match["link"] or match["image"] for match in _LINK.finditer(re.sub(r"`[^`\n]*`", "`code`", text))]


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as links have them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text("utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def name_of(page: Path) -> str:
    """How tests name a page."""
    return page.relative_to(ROOT).as_posix()


def runs(page: Path) -> dict[str, Any]:
    """Run the Python blocks of a page that are no files, in order and in one namespace, which is returned."""
    names: dict[str, Any] = {"__name__": page.stem}
    for block in blocks(page):
        if block.kind != "python" or block.file:
            continue
        if ">>>" not in block.text:
            # The empty lines bring the lines of tracebacks to those of the page.
            exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), names)
            continue
        told: list[str] = []
        test = doctest.DocTestParser().get_doctest(block.text, names, name_of(page), str(page), block.line - 1)
        doctest.DocTestRunner(verbose=False).run(test, out=told.append, clear_globs=False)
        names.update(test.globs)
        assert not told, "".join(told)
    return names
