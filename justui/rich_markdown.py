"""`to_markdown` and `from_markdown`: a rich text's delta as Markdown (CommonMark, and GitHub's tables, tasks and strikethrough).

Writing is our own. Reading is by markdown-it-py, an extra, and then by `rich_html`, which lets nothing unsafe in.
"""

import importlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import chain, groupby
from typing import Any, Final

from justui.errors import UsageError
from justui.rich import Delta, Line, Piece, kind_of, lines
from justui.rich_html import Tag, code_of, from_html, nest

_SAID: Final = ("link", "bold", "italic", "strike", "underline", "script", "code")
"""The inline formats that Markdown can say, from the outermost; underline and script by the HTML that it allows."""
_SIGNS: Final = {"bold": "**", "italic": "_", "strike": "~~"}
_ELEMENTS: Final = {"bold": "strong", "italic": "em", "strike": "del", "underline": "u"}
_ALIGNED: Final = {"center": ":---:", "right": "---:"}

_LEVELS: Final = 24  # of blocks in blocks and brackets in brackets; deeper ones are read as text
_CONTROL: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_SPECIAL: Final = re.compile(
    r"[\\`*\[\]~]|<(?=[A-Za-z/!?]|$)|&(?=[#\w]|$)|!$|(?<![^\W_])_|_(?![^\W_])",
)
_BEGINNING: Final = re.compile(r"#{1,6}(?=\s|$)|[>=]|[-+](?=[\s+-]|$)")
_NUMBER: Final = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_CLOSING: Final = re.compile(r"(?<!\\)#$")
_IN_ADDRESS: Final = re.compile(r"[\\<>&]")
_TICKS: Final = re.compile(r"`+")
_TASK: Final = re.compile(r"\[([ xX])\](?:\s+|$)")


def to_markdown(delta: Delta) -> str:
    """The text as Markdown that reads back to the same, but for what Markdown has no words for.

    These are colours, sizes, fonts, alignment (but in tables), direction, the indentation of what is no list, empty
    paragraphs, blanks at the ends of lines, and the sizes of images. Underlined, raised and lowered text is HTML in it.
    """
    made: list[str] = []
    last = ""
    for kind, block in groupby(lines(delta), kind_of):
        text = _BLOCKS[kind](list(block))
        if text:
            made.append("\n\n" if last and not (last == kind == "list") else "")
            made.append(text)
            last = kind
    return "".join(made) + ("\n" if made else "")


def from_markdown(text: str) -> Delta:
    """What Markdown says, as a delta. HTML in it is read as `from_html` reads it.

    Raises `UsageError` where markdown-it-py is not installed, naming the extra.
    """
    return from_html(_reader().render(_CONTROL.sub(_kept, text.replace("\r\n", "\n").replace("\r", "\n"))))


def _kept(found: re.Match[str]) -> str:
    return found[0] if found[0] in "\n\t" else "\ufffd"


# Reading


def _reader() -> Any:
    try:
        library = importlib.import_module("markdown_it")
    except ImportError:
        raise UsageError(
            'Reading Markdown wants the extra "markdown": pip install "justui[markdown]", or "justui[all]".'
        ) from None
    reader = library.MarkdownIt("commonmark", {"html": True, "maxNesting": _LEVELS}).enable(["table", "strikethrough"])
    # An address is held to our own rules, and stays as it was written.
    reader.validateLink, reader.normalizeLink, reader.normalizeLinkText = _always, str, str
    reader.core.ruler.after("block", "tasks", _find_tasks)
    return reader


def _always(_: str) -> bool:
    return True


def _find_tasks(state: Any) -> None:
    """Marks items that begin with `[ ]` or `[x]`, before their text is read."""
    tokens = state.tokens
    for item, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        begins = item.type == "list_item_open" and paragraph.type == "paragraph_open" and inline.type == "inline"
        if begins and (found := _TASK.match(inline.content)):
            item.attrSet("data-list", "unchecked" if found[1] == " " else "checked")
            inline.content = inline.content[found.end() :]


# Writing lines


def _paragraphs(block: Iterable[Line]) -> str:
    return "\n\n".join(filter(None, map(_beginning, block)))


def _headings(block: Iterable[Line]) -> str:
    texts = ((line.formats["header"], _CLOSING.sub(r"\\#", _beginning(line))) for line in block)
    return "\n\n".join(f"{'#' * level} {text}".rstrip() for level, text in texts)


def _quotes(block: Iterable[Line]) -> str:
    return "\n>\n".join(f"> {text}" for text in map(_beginning, block) if text) or ">"


def _codes(block: Iterable[Line]) -> str:
    made = []
    for language, part in groupby(block, lambda line: line.formats["code-block"]):
        code = [_CONTROL.sub(_kept, code_of(line)) for line in part]
        fence = "`" * max(3, 1 + max(map(_longest_ticks, code)))
        made.append("\n".join([f"{fence}{'' if language is True else language}", *code, fence]))
    return "\n\n".join(made)


def _tables(block: Iterable[Line]) -> str:
    """The first row is the head, for a table of GitHub's has one."""
    rows = [list(cells) for _, cells in groupby(block, lambda line: line.formats["table"])]
    width = max(map(len, rows))
    columns = ({row[at].formats.get("align") for row in rows if at < len(row)} for at in range(width))
    rule = [_ALIGNED.get(str(found.pop()), "---") if len(found) == 1 else "---" for found in columns]
    texts = [[_content(line).replace("|", r"\|") for line in row] + [""] * (width - len(row)) for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (texts[0], rule, *texts[1:]))


def _lists(block: Iterable[Line]) -> str:
    made = []
    levels: list[tuple[int, bool, int, int]] = []  # indentation, whether numbered, column of its text, number
    for line in block:
        kind, indent = line.formats["list"], line.formats.get("indent", 0)
        numbered = kind == "ordered"
        while levels and levels[-1][0] > indent:
            levels.pop()
        number = 1
        if levels and levels[-1][0] == indent:
            same, number = levels[-1][1] == numbered, levels[-1][3] + 1
            levels.pop()
            number = number if same else 1
        begin = levels[-1][2] if levels else 0
        sign = f"{number}." if numbered else "-"
        levels.append((indent, numbered, begin + len(sign) + 1, number))
        task = {"checked": "[x] ", "unchecked": "[ ] "}.get(kind, "")
        made.append(f"{' ' * begin}{sign} {task}{_beginning(line)}".rstrip())
    return "\n".join(made)


_BLOCKS: Final[dict[str, Callable[[list[Line]], str]]] = {
    "p": _paragraphs,
    "header": _headings,
    "blockquote": _quotes,
    "code-block": _codes,
    "table": _tables,
    "list": _lists,
}


def _longest_ticks(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)


def _beginning(line: Line) -> str:
    """The content where a line begins, so that nothing in it is taken for a heading, list or quote."""
    text = _content(line)
    if _BEGINNING.match(text):
        return f"\\{text}"
    return _NUMBER.sub(r"\1\\\2", text, count=1) if _NUMBER.match(text) else text


# Writing what stands in them


def _content(line: Line) -> str:
    pieces = _parted(line.pieces)
    return "".join(nest(zip(_tags(pieces), map(_piece, pieces), strict=True))).strip()


def _parted(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces with only what Markdown can say, in which blanks at an edge have no format that ends there.

    For `**so **` is no bold text.
    """
    said = _merged(_only(piece) for piece in pieces)
    parts = list(chain.from_iterable(map(_split, said)))
    for at, part in enumerate(parts):
        if not part.image and part.text.isspace() and "code" not in part.formats:
            around = [parts[near].formats if 0 <= near < len(parts) else {} for near in (at - 1, at + 1)]
            shared = {name: value for name, value in around[0].items() if around[1].get(name) == value}
            shared.pop("code", None)
            parts[at] = Piece(part.text, "", shared)
    return _merged(parts)


def _only(piece: Piece) -> Piece:
    names = (*_SAID, "alt") if piece.image else _SAID
    formats = {name: piece.formats[name] for name in names if name in piece.formats}
    if piece.image:
        formats.pop("code", None)
    text = _CONTROL.sub(" ", piece.text)
    if "code" in formats and text.isspace():
        formats.pop("code")
    return Piece(text, piece.image, formats)


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    made: list[Piece] = []
    for _, group in groupby(pieces, lambda piece: (piece.image, piece.formats)):
        same = list(group)
        made += same if same[0].image else [same[0]._replace(text="".join(piece.text for piece in same))]
    return made


def _split(piece: Piece) -> list[Piece]:
    text = piece.text
    if piece.image or "code" in piece.formats or not text.strip():
        return [piece]
    core = text.strip()
    begin = text.index(core)
    parts = (text[:begin], core, text[begin + len(core) :])
    return [piece._replace(text=part) for part in parts if part]


def _tags(pieces: list[Piece]) -> list[list[Tag]]:
    """For each piece the signs around it. Where a sign would not be read as one, an element of HTML stands instead."""
    made: list[list[Tag]] = [[] for _ in pieces]
    runs = [(0, len(pieces))]
    for name in _SAID[:-1]:
        inner: list[tuple[int, int]] = []
        for begin, end in runs:
            at = begin
            for value, group in groupby([piece.formats.get(name) for piece in pieces[begin:end]]):
                upto = at + len(list(group))
                if value is not None:
                    tag = _tag(name, value, pieces, at, upto)
                    for one in made[at:upto]:
                        one.append(tag)
                inner.append((at, upto))
                at = upto
        runs = inner
    return made


def _tag(name: str, value: Any, pieces: list[Piece], begin: int, end: int) -> Tag:
    if name == "link":
        return "[", f"]({_address(value)})"
    if name == "script":
        return ("<sub>", "</sub>") if value == "sub" else ("<sup>", "</sup>")
    sign = _SIGNS.get(name)
    before, behind = pieces[begin - 1 : begin] if begin else [], pieces[end : end + 1]
    if sign and _is_free(before, -1) and _is_free(behind, 0):
        return sign, sign
    return f"<{_ELEMENTS[name]}>", f"</{_ELEMENTS[name]}>"


def _is_free(neighbour: list[Piece], edge: int) -> bool:
    """Whether a sign may stand beside it: at the end of the line, a blank or what everybody calls punctuation."""
    if not neighbour or neighbour[0].image or "code" in neighbour[0].formats:
        return True
    character = neighbour[0].text[edge]
    return character in " \t" or unicodedata.category(character)[0] == "P" or unicodedata.category(character) == "Zs"


def _piece(piece: Piece) -> str:
    if piece.image:
        return f"![{_escaped(piece.formats.get('alt', ''))}]({_address(piece.image)})"
    if "code" not in piece.formats:
        return _escaped(piece.text).replace("\xa0", "&nbsp;")
    text = piece.text
    ticks = "`" * (1 + _longest_ticks(text))
    blank = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", _CONTROL.sub(" ", text))


def _address(address: str) -> str:
    escaped = _IN_ADDRESS.sub(r"\\\g<0>", address)
    return f"<{escaped}>" if re.search(r"[\s()*_\[\]`~|!]", address) or "&" in address else escaped
