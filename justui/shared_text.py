"""`SharedText`: a text that several people write at once, plain or formatted. Python reads and edits it like a text.

Positions count characters; a picture in the text counts as one, and reads as U+FFFC.
"""

import bisect
import datetime
import hashlib
import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple, SupportsIndex
from weakref import ref

from justui import hints, wire
from justui.context import handling
from justui.document_log import Log, MemoryLog, compacted
from justui.documents import PROGRAM, Author, Document, seeded, size_in_bytes
from justui.errors import StateError, UsageError
from justui.listeners import Listener
from justui.marks import tree_lock
from justui.people import Presence
from justui.rich import COMMENT, Delta, diff_texts, fault_of, normal, unmarked
from justui.rich_html import from_html, to_html
from justui.rich_markdown import from_markdown, to_markdown
from justui.state import Reactive
from justui.stored import Stored, file_of

if TYPE_CHECKING:
    from justui.comments import Comment, Comments
    from justui.tab import Tab

PICTURE: Final = "\ufffc"
"""Stands for a picture in the text."""
LARGEST: Final = 20_000_000


class Change(NamedTuple):
    """What a function given to `on_change` gets beside the text: who changed it, and what."""

    tab: "Tab | None"
    """None for the program."""
    by: str
    """The name of the person, as the history has it."""
    delta: Delta
    """Retain, insert and delete, in characters."""


class Version(NamedTuple):
    """A state of the text, after somebody had written without a pause."""

    number: int
    by: str
    at: datetime.datetime


class SharedText(Stored, Reactive[str]):
    """A text that several people write at once and no letter is lost: `ui.Editor(model=notes)`, `ui.Textarea(model=notes)`.

    `text` is what it begins with, `html` or `markdown` the same with formats. With `store`, a SQLite file, it outlives the server;
    `name` says which of the file's texts it is; the same name gives the same text. Any thread may edit it. Raises `UsageError` without the extra `shared`.
    """

    __slots__ = ("_before", "_change", "_comments", "_embeds", "_plain", "_store", "document", "largest", "name")

    settable = True
    tells = 2

    def __init__(
        self,
        text: str = "",
        *,
        html: str | None = None,
        markdown: str | None = None,
        store: str | os.PathLike[str] | None = None,
        name: str = "",
        largest: int = LARGEST,
    ) -> None:
        if self.is_open:
            return
        super().__init__()
        if not isinstance(text, str):
            raise StateError(f"SharedText wants a text, got {text!r:.60}.")
        begin = _beginning(text, html, markdown)
        self.name = name
        guid = _guid(name, begin)
        log: Log = MemoryLog(guid) if store is None else file_of(store).log(name or "text")
        seed = seeded(guid, lambda root: _write(root, 0, begin), "Text") if begin else b""
        self._store = store
        self._comments: Comments | None = None
        self._plain: str | None = None
        self._embeds: list[int] = []
        self._change: Change | None = None
        self._before: bytes | None = None
        """What the text was before the next change, once somebody wants to know what changes."""
        self.largest = largest
        self.document = Document("Text", log, seed, fault_of, largest)
        self.document.changed = _weakly(self)
        self.note_open(store, name)

    # Reading

    @property
    def value(self) -> str:
        """The text; setting it is `set`."""
        return self._read()

    @value.setter
    def value(self, value: str) -> None:
        self.set(value)

    def _held(self) -> str:
        return self._read()

    _argument = _held

    def _read(self) -> str:
        with tree_lock:
            if self._plain is None:
                parts: list[str] = []
                embeds = self._embeds = []
                length = 0
                for content, _ in self.document.root.diff():
                    if not isinstance(content, str):
                        embeds.append(length)
                        content = PICTURE
                    parts.append(content)
                    length += len(content)
                self._plain = "".join(parts)
            return self._plain

    def __str__(self) -> str:
        return self._read()

    def __len__(self) -> int:
        return len(self._read())

    def __bool__(self) -> bool:
        return bool(self._read())

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __contains__(self, text: str) -> bool:
        return text in self._read()

    def __getitem__(self, place: "SupportsIndex | slice") -> str:
        return self._read()[place]

    @property
    def delta(self) -> Delta:
        """The text with its formats, as Quill's inserts: `[{"insert": "Hello", "attributes": {"bold": True}}]`."""
        with tree_lock:
            return normal(_inserts(self.document.root.diff()))

    @property
    def html(self) -> str:
        """The text as HTML, safe to show. Setting it changes only what is different."""
        return to_html(self.delta)

    @html.setter
    def html(self, html: str) -> None:
        self._become(from_html(html))

    @property
    def markdown(self) -> str:
        """The text as Markdown. Setting it changes only what is different, and wants the extra `markdown`."""
        return to_markdown(self.delta)

    @markdown.setter
    def markdown(self, text: str) -> None:
        self._become(from_markdown(text))

    # Editing

    def set(self, text: str) -> None:
        """Let it be this text. What is equal at both ends stays, with its formats and people's carets."""
        if not isinstance(text, str):
            raise StateError(f"A SharedText is set to a text, got {text!r:.60}. Write str(…).")
        with tree_lock:
            start, stop, new = diff_texts(self._read(), wire.clean(text))
            if start != stop or new:
                self._check_room([{"insert": new}], stop - start)
                self._edit(lambda root: self._replace(root, start, stop, [{"insert": new}]))

    def insert(self, place: int, text: str, **formats: Any) -> None:
        """Put a text in front of the character at `place`; `formats` as in `insert(0, "New", bold=True)`."""
        self._splice(place, place, [_piece(text, formats)])

    def append(self, text: str, **formats: Any) -> None:
        """Put a text at the end."""
        with tree_lock:
            self.insert(len(self), text, **formats)

    def insert_image(self, place: int, address: str) -> None:
        """Put a picture in front of the character at `place`. Raises `StateError` for an address that is not safe."""
        self._splice(place, place, [_step({"insert": {"image": address}})])

    def delete(self, start: int, stop: int | None = None) -> None:
        """Take out the characters from `start` up to but not including `stop`; without it, one."""
        self._splice(start, start + 1 if stop is None else stop, [])

    def clear(self) -> None:
        """Take out everything."""
        self._splice(0, len(self), [])

    def format(self, start: int, stop: int, **formats: Any) -> None:
        """Give characters formats: `format(0, 5, bold=True, color="#c00")`; None takes one away.

        Those of a line (`header`, `list`, `align`, `blockquote`, `code_block` …) belong to the line end behind it.
        """
        attributes = _formats(formats)
        with tree_lock:
            start, stop, _ = slice(start, stop).indices(len(self))
            if start < stop:
                first, last = self._offset(start), self._offset(stop)
                self._edit(lambda root: root.format(first, last, attributes))

    def apply(self, delta: Delta) -> None:
        """Do what Quill calls a delta: `[{"retain": 5}, {"insert": "x"}, {"delete": 2}]`, counted in characters.

        Raises `StateError` for formats, links and pictures that are not safe, before anything is done.
        """
        steps = [_step(step) for step in delta]
        inserts = [step for step in steps if "insert" in step]
        self._check_room(inserts, sum(int(step.get("delete", 0)) for step in steps))
        with tree_lock, self._editing() as root:
            place = 0
            for step in steps:
                attributes = step.get("attributes") or {}
                if "insert" in step:
                    self._replace(root, place, place, [{"insert": step["insert"], "attributes": attributes}])
                    place += len(step["insert"]) if isinstance(step["insert"], str) else 1
                elif "delete" in step:
                    self._replace(root, place, place + int(step["delete"]), [])
                else:
                    stop = place + int(step["retain"])
                    if attributes:
                        root.format(self._offset(place), self._offset(stop), attributes)
                    place = stop

    def __setitem__(self, place: "int | slice", text: str) -> None:
        start, stop = self._span(place)
        self._splice(start, stop, [{"insert": text}])

    def __delitem__(self, place: "int | slice") -> None:
        start, stop = self._span(place)
        self._splice(start, stop, [])

    def __iadd__(self, text: str) -> "SharedText":
        self.append(text)
        return self

    def _span(self, place: "int | slice") -> tuple[int, int]:
        length = len(self)
        if isinstance(place, slice):
            start, stop, step = place.indices(length)
            if step != 1:
                raise StateError("A SharedText is edited in one piece: no step in the slice.")
            return start, max(start, stop)
        start = place + length if place < 0 else place
        if not 0 <= start < length:
            raise IndexError(f"the text has {length} characters")
        return start, start + 1

    def _splice(self, start: int, stop: int, inserts: Delta) -> None:
        with tree_lock:
            start, stop, _ = slice(start, stop).indices(len(self))
            self._check_room(inserts, stop - start)
            self._edit(lambda root: self._replace(root, start, max(start, stop), inserts))

    def _become(self, delta: Delta) -> None:
        with tree_lock:
            start, stop, inserts = _changed_span(self.delta, delta)
            if start != stop or inserts:
                self._check_room(inserts, stop - start)
                self._edit(lambda root: self._replace(root, start, stop, inserts))

    def _check_room(self, inserts: Delta, gone: int) -> None:
        """Raise `Refused` when these are too much, where so many characters make room for them."""
        more = sum(size_in_bytes(step["insert"]) + len(str(step.get("attributes") or "")) for step in inserts)
        if more > gone:
            with tree_lock:
                self.document.check_room(more - max(0, gone))

    def _replace(self, root: Any, start: int, stop: int, inserts: Delta) -> None:
        first, last = self._offset(start), self._offset(stop)
        if last > first:
            del root[first:last]
        _write(root, first, inserts)
        self._plain = None

    def _offset(self, place: int) -> int:
        """The number of bytes in front of a character, by which the library counts. A picture counts one."""
        text = self._read()
        head = text[:place]
        if head.isascii():
            return len(head)
        return len(head.encode()) - 2 * bisect.bisect_left(self._embeds, place)

    def _edit(self, change: Callable[[Any], None]) -> None:
        with self._editing() as root:
            change(root)

    def _editing(self) -> Any:
        return self.document.edit(author())

    # Changes

    def _changed(self, by: Author) -> None:
        with tree_lock:
            self._plain = None
            self._version += 1
            if self._before is not None:
                before, self._before = self._before, self._encoded()
                self._change = Change(by.tab, by.name, _in_characters(before, self.document.take_delta()))
        self._tell()
        if self._comments is not None:
            self._comments.text_changed()

    def _encoded(self) -> bytes:
        """The text as the library counts it: in bytes, a picture as one."""
        pieces = self.document.root.diff()
        return b"".join(content.encode() if isinstance(content, str) else b"\0" for content, _ in pieces)

    def _last_change(self) -> Change | None:
        return self._change

    def _has_listener(self, listener: Listener) -> None:
        if listener.arity > 1 and self._before is None:
            self.document.note_deltas()
            self._before = self._encoded()

    @property
    def presence(self) -> Presence:
        """Who has the text open in an editor: `ui.Span(text=notes.presence.map(len))`."""
        return self.document.presence

    # Comments

    @property
    def comments(self) -> "Comments":
        """What people have said about places of the text, in its order; `ui.Comments(model=notes)` shows them."""
        with tree_lock:
            if self._comments is None:  # its room is read when a program first wants comments
                rooms = importlib.import_module("justui.comments")
                self._comments = rooms.comments_of(self, self._store)
            return self._comments

    def comment(self, start: int, stop: int, text: str, *, by: str = "") -> "Comment":
        """Say something about the characters from `start` up to but not including `stop`, as a new thread.

        `by`: a name, where it is not the person whose event is handled. Raises `StateError` for an empty text, and when the characters
        have an open comment already.
        """
        start, stop, _ = slice(start, stop).indices(len(self))
        return self.comments.add(start, stop, text, by)

    def mark(self, spans: Iterable[tuple[int, int]], id: str | None) -> None:
        """Let characters, from and up to, belong to a comment; with None, to none. `comment` does this."""
        with tree_lock, self._editing() as root:
            for start, stop in spans:
                root.format(self._offset(start), self._offset(stop), {COMMENT: id})

    # Undoing and history

    def undo(self, tab: "Tab | None" = None) -> bool:
        """Take back the last edits of the person at `tab`, of the program without one. False when there are none."""
        return self.document.undo(author_of(tab))

    def redo(self, tab: "Tab | None" = None) -> bool:
        """Take back the last undo."""
        return self.document.undo(author_of(tab), again=True)

    @property
    def versions(self) -> list[Version]:
        """The text's history: one entry for all that one person wrote without a pause, the oldest first."""
        return [
            Version(number, entry.by, datetime.datetime.fromtimestamp(entry.ended).astimezone())
            for number, entry in enumerate(self.document.log.entries(), 1)
        ]

    def at(self, version: "Version | int") -> str:
        """The text as it was in a version."""
        return "".join(
            content if isinstance(content := step["insert"], str) else PICTURE for step in self.delta_at(version)
        )

    def delta_at(self, version: "Version | int") -> Delta:
        """The text as it was in a version, with its formats. Raises `IndexError` for one that there is not."""
        number = version.number if isinstance(version, Version) else version
        return _delta_of(compacted(self.document.updates_to(number)))

    def restore(self, version: "Version | int") -> None:
        """Let the text be as it was in a version. That is one more edit, and can be undone."""
        self._become(self.delta_at(version))

    def __repr__(self) -> str:
        text = self._read()
        shown = f"{text:.40}…" if len(text) > 40 else text
        return f"<SharedText {shown!r}>"


def author() -> Author:
    """Who edits now: the person whose event is handled, else the program."""
    event = handling.get()
    return PROGRAM if event is None else author_of(event.tab)


def author_of(tab: "Tab | None") -> Author:
    """The person at a tab, as an author."""
    return PROGRAM if tab is None else Author(tab, tab.session.identity, tab.person.name)


def _weakly(text: SharedText) -> Callable[[Author], None]:
    """Tells a text of each update, and does not keep it alive."""
    reference = ref(text)

    def changed(by: Author) -> None:
        present = reference()
        if present is not None:
            present._changed(by)

    return changed


def _beginning(text: str, html: str | None, markdown: str | None) -> Delta:
    if sum((bool(text), html is not None, markdown is not None)) > 1:
        raise UsageError("SharedText begins with a text, html= or markdown=: give one of them.")
    if html is not None:
        return from_html(html)
    if markdown is not None:
        return from_markdown(markdown)
    return [{"insert": wire.clean(text)}] if text else []


def _guid(name: str, begin: Delta) -> str:
    """The same in each process that makes this text at this place."""
    site = hints.call_site()
    place = "" if site is None else hints.place(site)
    return hashlib.sha256(repr((name or place, begin)).encode()).hexdigest()[:32]


def _inserts(pieces: Iterable[tuple[Any, dict[str, Any] | None]]) -> Delta:
    return [{"insert": content, **({"attributes": formats} if formats else {})} for content, formats in pieces]


def _delta_of(update: bytes) -> Delta:
    document = Document("Text", MemoryLog(""), update, fault_of, len(update) + 1)
    return normal(_inserts(document.root.diff()))


def _write(root: Any, offset: int, inserts: Delta) -> None:
    """Put inserts into a text of the library, from an offset in its bytes on."""
    for step in inserts:
        content, formats = step["insert"], step.get("attributes")
        if isinstance(content, str):
            content = wire.clean(content)
            if content:
                root.insert(offset, content, formats or {})
                offset += len(content.encode())
        else:
            root.insert_embed(offset, content, formats or {})
            offset += 1


def _in_characters(before: bytes, delta: Delta) -> Delta:
    """A change counted in bytes of the text before, counted in characters."""
    counted: Delta = []
    place = 0
    for step in delta:
        step = dict(step)
        for kind in ("retain", "delete"):
            if kind in step:
                stop = place + step[kind]
                step[kind] = len(before[place:stop].decode(errors="replace"))
                place = stop
        counted.append(step)
    return counted


def _piece(text: str, formats: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(text, str):
        raise StateError(f"A text is put into a SharedText, got {text!r:.60}. Write str(…).")
    return {"insert": text, "attributes": _formats(formats)}


def _step(step: dict[str, Any]) -> dict[str, Any]:
    """A step of a delta. Raises `StateError` for what no text may have."""
    _checked(step.get("attributes") or {})
    if not isinstance(step.get("insert", ""), str) and (fault := fault_of("embed", step["insert"])):
        raise StateError(f"A SharedText cannot have {step['insert']!r:.60}: {fault}.")
    return step


def _formats(given: dict[str, Any]) -> dict[str, Any]:
    """Formats by Quill's names: `code_block` is `code-block`."""
    return _checked({name.replace("_", "-"): value for name, value in given.items()})


def _checked(formats: dict[str, Any]) -> dict[str, Any]:
    for name, value in formats.items():
        if fault := fault_of(name, value):
            raise StateError(f"A SharedText cannot have {name}={value!r:.60}: {fault}.")
    return formats


def _changed_span(old: Delta, new: Delta) -> tuple[int, int, Delta]:
    """What of `old` is another in `new`: from, up to, and the inserts that take its place. Comments make no difference."""
    before, after = _characters(unmarked(old)), _characters(unmarked(new))
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    came = _characters(new)[start : len(after) - end]
    inserts = [{"insert": content, "attributes": formats} for content, formats in came]
    return start, len(before) - end, normal(inserts)


def _characters(delta: Delta) -> list[tuple[Any, dict[str, Any]]]:
    return [
        (content, step.get("attributes") or {})
        for step in delta
        for content in (step["insert"] if isinstance(step["insert"], str) else [step["insert"]])
    ]
