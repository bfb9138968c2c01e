"""`to_html` and `from_html`: a rich text's delta as HTML that is safe wherever it is shown, and any HTML as a delta.

What HTML has no element for stands in Quill's own class names (`ql-align-center`), so that its sheet fits; colours are styles.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from typing import Any, Final

from justui.rich import Delta, Line, Piece, kind_of, lines, trimmed
from justui.rich_reader import Reader

_CHARACTERS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
"""What HTML cannot hold."""
_LONE: Final = re.compile("[\ud800-\udfff]")
_COLLAPSED: Final = re.compile(r"^[ \t]|[ \t]$|\t|  ")
_PRE: Final = ' style="white-space:pre-wrap"'
_ELEMENTS: Final = {"bold": "strong", "italic": "em", "underline": "u", "strike": "s"}
_LISTS: Final = {"ordered": ("<ol>", "</ol>"), "bullet": ("<ul>", "</ul>")}
_CHECKS: Final = ('<ul class="ui-checks">', "</ul>")

Tag = tuple[str, str]
"""How an element begins, and how it ends."""


def to_html(delta: Delta) -> str:
    """The text as HTML: `p h1 … h6 ul ol blockquote pre table`, `strong em u s code sub sup a img`, and `span` for the rest.

    Everything is escaped, and what `rich.fault_of` refuses is left out. A list of tasks is `<ul class="ui-checks">` with
    `data-list="checked"` or `"unchecked"` on its items. White space that HTML would drop is kept by a style.
    """
    made: list[str] = []
    for kind, block in groupby(lines(delta), kind_of):
        made += _BLOCKS[kind](list(block))
    return "".join(made)


def from_html(html: str) -> Delta:
    """What a person would see of any HTML, as a delta: of Word, Google Docs, a web page, or `to_html`.

    Scripts, styles and what is hidden are dropped; of all else the text stays, and the formats that there are. White space
    is collapsed as browsers do. The last line has no newline of its own, unless that has a format or the line is empty.
    """
    return trimmed(Reader(html).delta())


def _paragraphs(block: Iterable[Line]) -> list[str]:
    return [f"<p{_of_line(line)}>{_content(line)}</p>" for line in block]


def _headings(block: Iterable[Line]) -> list[str]:
    return [f"<h{(n := line.formats['header'])}{_of_line(line)}>{_content(line)}</h{n}>" for line in block]


def _quotes(block: Iterable[Line]) -> list[str]:
    return ["<blockquote>", *_paragraphs(block), "</blockquote>"]


def _codes(block: Iterable[Line]) -> list[str]:
    made = []
    for language, part in groupby(block, lambda line: line.formats["code-block"]):
        name = "" if language is True else f' class="language-{_attribute(language)}"'
        code = "".join(f"{_text(code_of(line))}\n" for line in part)
        made.append(f"<pre><code{name}>{code}</code></pre>")
    return made


def code_of(line: Line) -> str:
    """The text of a line of code, where an image is what is written in its place."""
    return "".join(piece.formats.get("alt", "") if piece.image else piece.text for piece in line.pieces)


def _tables(block: Iterable[Line]) -> list[str]:
    made = ["<table><tbody>"]
    for row, cells in groupby(block, lambda line: line.formats["table"]):
        made.append("<tr>")
        made += [f'<td data-row="{_attribute(row)}"{_of_line(cell)}>{_content(cell)}</td>' for cell in cells]
        made.append("</tr>")
    return [*made, "</tbody></table>"]


def _lists(block: Iterable[Line]) -> list[str]:
    """Lists in lists, by the indentation of their lines; what has no item above to stand in is indented by a class."""
    made: list[str] = []
    open_lists: list[tuple[int, Tag]] = []
    for line in block:
        kind, indent = line.formats["list"], line.formats.get("indent", 0)
        tag = _LISTS.get(kind, _CHECKS)
        while open_lists and (open_lists[-1][0] > indent or (open_lists[-1][0] == indent and open_lists[-1][1] != tag)):
            made.append(f"</li>{open_lists.pop()[1][1]}")
        if open_lists and open_lists[-1][0] == indent:
            made.append("</li>")
        else:
            open_lists.append((indent, tag))
            made.append(tag[0])
        done = "" if tag is not _CHECKS else f' data-list="{kind}"'
        made.append(f"<li{_of_line(line, len(open_lists) - 1)}{done}>{_content(line)}")
    return made + [f"</li>{tag[1]}" for _, tag in reversed(open_lists)]


_BLOCKS: Final = {
    "p": _paragraphs,
    "header": _headings,
    "blockquote": _quotes,
    "code-block": _codes,
    "table": _tables,
    "list": _lists,
}


def _of_line(line: Line, depth: int = 0) -> str:
    """The attributes of a line's element, which stands in so many lists."""
    formats = line.formats
    indent = formats.get("indent", 0) - depth
    names = [
        f"ql-align-{formats['align']}" if "align" in formats else "",
        "ql-direction-rtl" if "direction" in formats else "",
        f"ql-indent-{indent}" if indent > 0 else "",
    ]
    made = _class(names)
    if "direction" in formats:
        made += ' dir="rtl"'
    text = "".join(piece.text or "x" for piece in line.pieces)
    return made + _PRE if _COLLAPSED.search(text) else made


def _content(line: Line) -> str:
    return "".join(nest((_tags(piece), _piece(piece)) for piece in line.pieces)) or "<br>"


def _piece(piece: Piece) -> str:
    if not piece.image:
        return _text(piece.text)
    sides = (f' {name}="{_attribute(piece.formats[name])}"' for name in ("width", "height") if name in piece.formats)
    alt = _attribute(piece.formats.get("alt", ""))
    return f'<img src="{_attribute(piece.image)}" alt="{alt}"{"".join(sides)}>'


def _tags(piece: Piece) -> list[Tag]:
    """The elements around a piece, from the outermost: in one order, so that neighbours can share them."""
    formats = piece.formats
    made: list[Tag] = []
    if "link" in formats:
        made.append((f'<a href="{_attribute(formats["link"])}" rel="noopener noreferrer">', "</a>"))
    names = [f"ql-{name}-{formats[name]}" for name in ("font", "size") if name in formats]
    styles = (("color", "color"), ("background", "background-color"))
    style = ";".join(f"{name}:{formats[format_]}" for format_, name in styles if format_ in formats)
    if names or style:
        coloured = f' style="{_attribute(style)}"' if style else ""
        made.append((f"<span{_class(names)}{coloured}>", "</span>"))
    made += [(f"<{element}>", f"</{element}>") for name, element in _ELEMENTS.items() if name in formats]
    if "script" in formats:
        element = "sub" if formats["script"] == "sub" else "sup"
        made.append((f"<{element}>", f"</{element}>"))
    if "code" in formats:
        made.append(("<code>", "</code>"))
    return made


def nest(pieces: Iterable[tuple[Sequence[Tag], str]]) -> list[str]:
    """Contents with the tags around each, where an element that the next piece has as well stays open."""
    made: list[str] = []
    now: list[Tag] = []
    for tags, content in pieces:
        shared = 0
        while shared < min(len(tags), len(now)) and tags[shared] == now[shared]:
            shared += 1
        made += [end for _, end in reversed(now[shared:])]
        made += [begin for begin, _ in tags[shared:]]
        made.append(content)
        now = list(tags)
    return made + [end for _, end in reversed(now)]


def _class(names: Iterable[str]) -> str:
    joined = " ".join(filter(None, names))
    return f' class="{joined}"' if joined else ""


def _text(text: str) -> str:
    return escape(_LONE.sub("\ufffd", _CHARACTERS.sub("", text)), quote=False).replace("\xa0", "&nbsp;")


def _attribute(value: Any) -> str:
    return _text(str(value)).replace('"', "&quot;")
