"""`Reader`: any HTML to a rich text's delta. It follows the standard's tree construction as far as one sees a difference.

What is given out has passed `rich.fault_of`. The time is linear in the length, and depth costs no stack.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from justui.html_tokens import Tag, tokens
from justui.rich import IMAGE, Delta, fault_of
from justui.rich_elements import BLOCKS, FORMATS, inline_formats, kind_of_item, language_of, line_formats, read_style

_VOID: Final = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_HIDDEN: Final = frozenset("audio canvas datalist iframe noscript object select svg template video".split())
_CELLS: Final = frozenset({"td", "th"})
_OF_TABLES: Final = frozenset({"caption", "tbody", "td", "tfoot", "th", "thead", "tr"})
_REOPENED: Final = frozenset({*FORMATS, "a", "font"})
"""What goes on behind a block, or another element, that was closed over it."""
_MOST_REOPENED: Final = 8

_LIST_LEVEL: Final = re.compile(r"\blevel(\d)")
_ORDERED: Final = re.compile(r"\s*\(?\w{1,4}[.)]")
_WHITE: Final = re.compile(r"[ \t\n\f]+")
_SPANNED: Final = 1_000
"""Cells that are put in, in the whole text, for those that span several columns."""


@dataclass(slots=True, eq=False)
class _Item:
    """An item of a list, which only its first line shows."""

    kind: str
    shown: bool = False


@dataclass(slots=True, eq=False)
class _Frame:
    """An open element, and what holds within it. The last numbers are places of open elements in the stack, or -1."""

    tag: str
    own: dict[str, Any] = field(default_factory=dict)  # the formats that it sets; None takes one away
    inline: dict[str, Any] = field(default_factory=dict)
    line: dict[str, Any] = field(default_factory=dict)
    code: Any = None
    item: _Item | None = None
    kind: str = "bullet"
    depth: int = -1
    keeps: bool = False  # its white space
    hidden: bool = False
    marks: bool = False  # hidden, since it is the sign in front of an item in Word
    row: str = ""
    in_cell: bool = False
    spans: int = 1
    p: int = -1
    li: int = -1
    tr: int = -1
    td: int = -1
    table: int = -1


class Reader:
    """Reads `html` once; `delta` gives what was seen."""

    def __init__(self, html: str) -> None:
        self._made: Delta = []
        self._stack = [_Frame("")]
        self._places: dict[str, list[int]] = {}
        self._line: Delta = []
        self._context: _Frame | None = None
        self._space: dict[str, Any] | None = None
        self._rows = 0
        self._after_pre = False
        self._spare = _SPANNED
        self._name = f"row-{zlib.crc32(html.encode('utf-8', 'replace')):x}-"
        for token in tokens(html):
            if isinstance(token, str):
                self._text(token)
                self._after_pre = False
            elif token.ends:
                self._end(token.name)
            else:
                self._start(token)
                self._after_pre = token.name == "pre"
        self._close(1)
        self._finish()

    def delta(self) -> Delta:
        """The text, each line with its end."""
        return self._made

    # Text

    def _text(self, text: str) -> None:
        top = self._stack[-1]
        if self._after_pre:
            text = text.removeprefix("\n")
        if top.hidden:
            if top.marks and top.item is not None and _ORDERED.match(text):
                top.item.kind = "ordered"
            return
        if top.keeps and not top.in_cell:
            first, *rest = text.split("\n")
            self._put(first)
            for one in rest:
                self._finish(always=True)
                self._put(one)
            return
        if top.keeps:
            self._put(text.replace("\n", " "))
            return
        at = 0
        for white in _WHITE.finditer(text):
            self._put(text[at : white.start()])
            if self._line and self._space is None:
                self._space = top.inline
            at = white.end()
        self._put(text[at:])

    def _put(self, text: str) -> None:
        if text:
            self._insert(text, {} if self._stack[-1].code is not None else self._stack[-1].inline)

    def _insert(self, content: Any, formats: Mapping[str, Any]) -> None:
        if self._context is None:
            self._context = self._stack[-1]
        if self._space is not None:
            self._line.append(_operation(" ", self._space))
            self._space = None
        self._line.append(_operation(content, formats))

    def _finish(self, always: bool = False) -> None:
        """Ends the line, if there is one; `always`: an empty one too. In a cell a blank stands for it."""
        if not self._stack[-1].in_cell:
            self._end_line(always)
        elif self._line and self._space is None:
            self._space = {}

    def _end_line(self, always: bool) -> None:
        if self._line or always:
            self._made += self._line
            self._made.append(_operation("\n", self._of_line(self._context or self._stack[-1])))
        self._line = []
        self._context = self._space = None

    def _of_line(self, frame: _Frame) -> dict[str, Any]:
        item, line = frame.item, frame.line
        base: dict[str, Any] = {name: line[name] for name in ("align", "direction") if name in line}
        indent = line.get("indent", 0)
        if frame.in_cell:
            return {"table": frame.row, **base}
        if frame.code is not None:
            _show(item)
            return {"code-block": frame.code}
        if item is not None:
            indent += frame.depth + item.shown
            if not item.shown:
                base["list"] = item.kind
            item.shown = True
        if "list" not in base:
            base |= {name: line[name] for name in ("header", "blockquote") if name in line}
            if "header" in base:
                base.pop("blockquote", None)
        return base | ({"indent": min(indent, 8)} if indent > 0 else {})

    # Elements

    def _start(self, tag: Tag) -> None:
        name = tag.name
        if name in _OF_TABLES and self._stack[-1].table < 0:
            return
        if name in BLOCKS or name == "hr":
            self._make_room(name)
            self._finish()
        if name in _VOID:
            self._void(tag)
        else:
            self._push(tag)

    def _make_room(self, name: str) -> None:
        """Closes what cannot hold an element of this name, as the standard says."""
        top = self._stack[-1]
        if name in _CELLS or name == "tr":
            end = top.td if name in _CELLS else top.tr
            self._close(end if end >= 0 else self._stack[-1].tr + 1 or len(self._stack))
        elif name in _OF_TABLES:
            self._close(top.table + 1)
        elif name == "li" and top.li >= 0:
            self._close(top.li, reopen=True)
        elif top.p >= 0:
            self._close(top.p, reopen=True)

    def _void(self, tag: Tag) -> None:
        top = self._stack[-1]
        if top.hidden:
            return
        if tag.name == "br":
            self._finish(always=True)
        elif tag.name == "img" and top.code is None:
            source = {"image": tag.attributes.get("src", "").strip()}
            if not fault_of("embed", source):
                own = {name: value for name in IMAGE if (value := tag.attributes.get(name))}
                self._insert(source, top.inline | _sound(own))
        elif tag.attributes.get("type", "").lower() == "checkbox" and top.item is not None and not self._line:
            top.item.kind = "checked" if "checked" in tag.attributes else "unchecked"

    def _push(self, tag: Tag) -> None:
        place = len(self._stack)
        top = self._stack[-1]
        style = read_style(tag.attributes.get("style", ""))
        own = dict(inline_formats(tag, style))
        frame = replace(top, tag=tag.name, own=own, spans=1, marks=False)
        if own:
            frame.inline = _joined(top.inline, own)
        frame.marks = style.get("mso-list") == "ignore"
        if tag.name in _HIDDEN or frame.marks or style.get("display") == "none" or "hidden" in tag.attributes:
            frame.hidden = True
        if "white-space" in style:
            frame.keeps = style["white-space"] in ("pre", "pre-wrap", "break-spaces", "pre-line")
        if tag.name in BLOCKS:
            self._push_block(frame, tag, style, place)
        elif frame.code is True and tag.name == "code":
            frame.code = language_of(tag)
        self._stack.append(frame)
        self._places.setdefault(tag.name, []).append(place)

    def _push_block(self, frame: _Frame, tag: Tag, style: Mapping[str, str], place: int) -> None:
        name, classes = tag.name, tag.attributes.get("class", "")
        if of_line := line_formats(tag, style):
            frame.line = _joined(frame.line, of_line)
        if name == "p":
            frame.p = place
        elif name == "pre" or "ql-code-block" in classes.split():
            frame.code, frame.keeps = language_of(tag), True
        elif name in ("ul", "ol"):
            self._push_list(frame, tag)
        elif name == "li":
            frame.li, frame.p = place, -1
            frame.item = _Item(kind_of_item(tag, frame.kind))
        elif name == "table":
            frame.table, frame.tr, frame.td, frame.p, frame.li = place, -1, -1, -1, -1
        elif name in _OF_TABLES and not frame.in_cell:
            self._push_of_table(frame, tag, place)
        if "mso-list" in style and (level := _LIST_LEVEL.search(style["mso-list"])):
            frame.item, frame.depth = _Item("bullet"), int(level[1]) - 1

    def _push_list(self, frame: _Frame, tag: Tag) -> None:
        _show(frame.item)  # where the item above has nothing but this list, it has no line
        checked = tag.attributes.get("data-checked")
        frame.kind = "ordered" if tag.name == "ol" else "bullet"
        if checked is not None:
            frame.kind = "checked" if checked == "true" else "unchecked"
        frame.depth += 1
        frame.li = frame.p = -1
        inherited = ("align", "direction") if frame.item is None else ()
        frame.line = {name: frame.line[name] for name in inherited if name in frame.line}

    def _push_of_table(self, frame: _Frame, tag: Tag, place: int) -> None:
        frame.p = frame.li = -1
        if tag.name == "tr":
            frame.tr = place
            frame.row = self._new_row()
        elif tag.name in _CELLS:
            given = tag.attributes.get("data-row", "")
            if given and not fault_of("table", given):
                frame.row = given
            elif frame.tr < 0:
                frame.row = frame.row or self._new_row()
            frame.td, frame.in_cell, frame.item, frame.depth = place, True, None, -1
            span = tag.attributes.get("colspan", "")
            more = min(int(span) - 1, self._spare) if span.isdecimal() and len(span) < 4 else 0
            frame.spans = 1 + max(more, 0)
            self._spare -= frame.spans - 1

    def _new_row(self) -> str:
        self._rows += 1
        return f"{self._name}{self._rows}"

    def _end(self, name: str) -> None:
        top = self._stack[-1]
        if name == "br":
            self._void(Tag("br", {}))
            return
        places = self._places.get(name)
        if not places:
            if name == "p":
                self._finish()  # as if there were an empty one
            return
        place = places[-1]
        within = top.table if name in _OF_TABLES or name == "table" else max(top.td, top.table)
        if place >= within:
            self._close(place, reopen=True)

    def _close(self, place: int, reopen: bool = False) -> None:
        """Closes the element at this place, with all within. `reopen`: formats that its end has cut off go on behind it."""
        cut: list[_Frame] = []
        while len(self._stack) > place:
            frame = self._stack[-1]
            if frame.tag in BLOCKS:
                self._end_block(frame)
            if frame.tag in _REOPENED and len(self._stack) > place + 1:
                cut.append(frame)
            elif frame.tag in _CELLS:
                cut.clear()
            self._places[frame.tag].pop()
            self._stack.pop()
        for frame in reversed(cut[:_MOST_REOPENED] if reopen else []):
            self._places[frame.tag].append(len(self._stack))
            top = self._stack[-1]
            self._stack.append(replace(top, tag=frame.tag, own=frame.own, inline=_joined(top.inline, frame.own)))

    def _end_block(self, frame: _Frame) -> None:
        empty_item = frame.tag == "li" and frame.item is not None and not frame.item.shown and not frame.hidden
        whole_cell = frame.tag in _CELLS and len(self._stack) - 1 == frame.td
        self._finish(always=empty_item)
        for _ in range(frame.spans if whole_cell else 0):
            self._end_line(always=True)


def _show(item: _Item | None) -> None:
    if item is not None:
        item.shown = True


def _operation(insert: Any, formats: Mapping[str, Any]) -> dict[str, Any]:
    return {"insert": insert, "attributes": formats} if formats else {"insert": insert}


def _sound(formats: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in formats.items() if not fault_of(name, value)}


def _joined(formats: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """`formats` with its own; the same object where nothing changes, so that depth costs no memory."""
    if all(formats.get(name) == value for name, value in own.items()):
        return formats
    return {name: value for name, value in (formats | dict(own)).items() if value is not None}
