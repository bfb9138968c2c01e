"""`Comments`: what people have said about places of a shared text, in threads. Knows no tabs and no components.

A thread stands at the characters that have its id as their format `comment`, so it moves with them and is in the text's history;
what was said is in a map of its own beside the text. An id without a thread means nothing.
"""

import re
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from weakref import ref

from justui import wire
from justui.errors import Refused, StateError, WireError
from justui.marks import tree_lock
from justui.rich import COMMENT, Delta, fault_of
from justui.shared_map import SharedMap
from justui.shared_text import SharedText, author
from justui.state import Reactive

LONGEST: Final = 10_000
"""Characters of what somebody says at once."""
_THREADS: Final = 2_000
_REPLIES: Final = 500
_QUOTED: Final = 300
_ROOM: Final = 400  # bytes of an entry beside what was said, at most
_SPACE: Final = re.compile(r"\s+")


class Reply(NamedTuple):
    """An answer in a thread."""

    text: str
    by: str
    colour: str
    at: datetime


class Anchor(NamedTuple):
    """Where a thread stands: from its first character up to but not including `stop`, and the text there."""

    start: int
    stop: int
    quote: str


class Threads(SharedMap[Any]):
    """What was said, by the ids of threads: `id` begins one, `id/0001` answers, `id/resolved` closes it."""


class Comment:
    """One thread. Equal to any other object for the same one; what it says is what is there now."""

    __slots__ = ("_all", "id")

    def __init__(self, comments: "Comments", id: str) -> None:
        self._all = comments
        self.id = id

    # What there is

    def _said(self, name: str) -> Any:
        return (self._all.threads.get(self.id) or {}).get(name, "")

    @property
    def is_there(self) -> bool:
        """Whether nobody has deleted it."""
        return self.id in self._all.threads

    @property
    def text(self) -> str:
        """What was said first."""
        return str(self._said("text"))

    @property
    def by(self) -> str:
        """Who said it; empty for the program."""
        return str(self._said("by"))

    @property
    def colour(self) -> str:
        """Their colour; empty for the program."""
        return str(self._said("colour"))

    @property
    def at(self) -> datetime:
        """When."""
        return _time(self._said("at"))

    @property
    def replies(self) -> list[Reply]:
        """The answers, the oldest first."""
        threads = self._all.threads
        found = (threads.get(_reply(self.id, number)) for number in range(1, _REPLIES + 1))
        said = iter(lambda: next(found, None), None)
        return [Reply(one["text"], one["by"], one["colour"], _time(one["at"])) for one in said]

    @property
    def resolved(self) -> bool:
        """Whether it is done with."""
        return f"{self.id}/resolved" in self._all.threads

    @property
    def quote(self) -> str:
        """The text at which it stands now; empty when that was deleted."""
        anchor = self._all.anchors.get(self.id)
        return "" if anchor is None else anchor.quote

    @property
    def place(self) -> tuple[int, int] | None:
        """From which character of the text up to which it stands; None when that was deleted."""
        anchor = self._all.anchors.get(self.id)
        return None if anchor is None else anchor[:2]

    @property
    def order(self) -> tuple[bool, int, float]:
        """What comments are sorted by: their places in the text; those whose text was deleted stand behind, by their time."""
        place = self.place
        return place is None, place[0] if place else 0, self.at.timestamp()

    # What is done

    def reply(self, text: str, *, by: str = "") -> None:
        """Answer. `by`: a name, where it is not the person whose event is handled."""
        with tree_lock:
            number = len(self.replies) + 1
            if number > _REPLIES:
                raise Refused(f"A comment has {_REPLIES} answers at most.")
            self._write(_reply(self.id, number), _spoken(text, by))
        self._all.told()

    def resolve(self) -> None:
        """Be done with it: its text is not marked any more."""
        with tree_lock:
            self._write(f"{self.id}/resolved", _signed(""))
        self._all.told()

    def reopen(self) -> None:
        """Be not done with it after all."""
        with tree_lock:
            self._all.threads.pop(f"{self.id}/resolved", None)
        self._all.told()

    def delete(self) -> None:
        """Take it away, with its answers. The text stays."""
        with tree_lock:
            threads = self._all.threads
            gone = [key for key in threads if key.partition("/")[0] == self.id]
            threads.set({key: value for key, value in threads.items() if key not in gone})
            self._all.lift(self.id)
        self._all.told()

    def _write(self, key: str, entry: dict[str, Any]) -> None:
        if not self.is_there:
            raise StateError("This comment was deleted.")
        self._all.write(key, entry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Comment) and other.id == self.id and other._all is self._all

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"<Comment {self.text!r:.40}>"


class Comments(Reactive[list[Comment]]):
    """The comments of a text, in its order: `for comment in notes.comments: …`, `ui.For(notes.comments, fn)`."""

    __slots__ = ("_anchored", "_sorted", "_text", "threads")

    def __init__(self, text: SharedText, store: Any) -> None:
        super().__init__()
        self._text = ref(text)  # which has this one
        self.threads = Threads(store=store, name=text.name or "text")
        self._anchored: dict[str, Anchor] | None = None
        self._sorted: list[Comment] | None = None
        """All of them in order, until something is another."""

    # Reading

    @property
    def value(self) -> list[Comment]:
        """All of them, also those that are resolved."""
        return list(self._argument())

    def _argument(self) -> list[Comment]:
        with tree_lock:
            if self._sorted is None:
                every = (Comment(self, key) for key in self.threads if "/" not in key)
                self._sorted = sorted(every, key=lambda one: one.order)
            return self._sorted

    def __iter__(self) -> Iterator[Comment]:
        return iter(self.value)

    def __len__(self) -> int:
        return len(self._argument())

    def __bool__(self) -> bool:
        return bool(self.threads)

    def __getitem__(self, number: int) -> Comment:
        return self.value[number]

    @property
    def anchors(self) -> dict[str, Anchor]:
        """Where each thread stands in the text, by its id."""
        with tree_lock:
            text = self._text()
            if self._anchored is None:
                self._anchored = {} if text is None or not self.threads else _anchors(text.delta)
            return self._anchored

    # Edits

    def add(self, start: int, stop: int, text: str, by: str) -> Comment:
        """Begin a thread at these characters, where they have none that is open.

        Raises `StateError` when all of them have, and for an empty or too long text; `Refused` when there are too many.
        """
        with tree_lock:
            shared = self._text()
            spans = [] if shared is None else _free(shared.delta, start, stop, self._open())
            if shared is None or not spans:
                raise StateError(f"There is no text without a comment from {start} to {stop}.")
            id = secrets.token_urlsafe(9)
            self._begin(id, text, by)
            shared.mark(spans, id)  # which tells all
        return Comment(self, id)

    def begin(self, id: str, text: str) -> None:
        """Begin a thread whose characters somebody else has marked. Raises as `add`."""
        self._begin(id, text, "")
        self.told()

    def _begin(self, id: str, text: str, by: str) -> None:
        with tree_lock:
            self._check_count()
            self.write(id, _spoken(text, by))

    def _check_count(self) -> None:
        if len(self) >= _THREADS:
            raise Refused(f"A text has {_THREADS} comments at most. Delete some.")

    def check(self, id: object, text: object) -> None:
        """Raise `WireError` when a browser cannot begin this thread, `Refused` when there is no room for it."""
        if not isinstance(id, str) or fault_of(COMMENT, id) or id in self.threads:
            raise WireError("a comment wants an id that no other has")
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
            raise WireError("a comment wants a text")
        with tree_lock:
            self._check_count()
            self.threads.document.check_room(len(text.encode(errors="replace")) + _ROOM)

    def write(self, key: str, entry: dict[str, Any]) -> None:
        """Keep what somebody has said or done; `told` is to follow."""
        self.threads[key] = entry
        self._forget()

    def lift(self, id: str) -> None:
        """Take a thread's id from the text."""
        text = self._text()
        spans = [] if text is None else [(start, stop) for start, stop, own in _runs(text.delta) if own == id]
        if text is not None and spans:
            text.mark(spans, None)

    def _open(self) -> set[str]:
        return {one.id for one in self.value if not one.resolved}

    # Following

    def told(self) -> None:
        """Bring what was said to all that follow."""
        with tree_lock:
            self._forget()
            self._version += 1
        self._tell()

    def text_changed(self) -> None:
        """The text is another now, and with it the places."""
        if self.threads:
            self.told()

    def _forget(self) -> None:
        self._anchored = self._sorted = None

    def __repr__(self) -> str:
        return f"<Comments {len(self)}>"


def comments_of(text: SharedText, store: Any) -> Comments:
    """The comments of a text, which keeps them."""
    return Comments(text, store)


def _spoken(text: object, by: str) -> dict[str, Any]:
    """What was said, by whom and when. Raises `StateError` for an empty or too long text."""
    if not isinstance(text, str) or not text.strip():
        raise StateError(f"A comment wants a text, got {text!r:.60}.")
    if len(text) > LONGEST:
        raise StateError(f"A comment has {LONGEST:,} characters at most, got {len(text):,}.")
    return {"text": wire.clean(text.strip()), **_signed(by)}


def _signed(by: str) -> dict[str, Any]:
    who = author()
    colour = "" if by or who.tab is None else who.tab.person.colour
    return {"by": by or who.name, "colour": colour, "at": round(time.time(), 3)}


def _reply(id: str, number: int) -> str:
    return f"{id}/{number:04}"


def _time(seconds: Any) -> datetime:
    return datetime.fromtimestamp(seconds or 0, UTC)


def _pieces(delta: Delta) -> Iterator[tuple[int, str, str]]:
    """The place of each piece of a text, what it is, and the id of its thread."""
    place = 0
    for step in delta:
        content = step["insert"] if isinstance(step["insert"], str) else "\ufffc"
        yield place, content, step.get("attributes", {}).get(COMMENT, "")
        place += len(content)


def _runs(delta: Delta) -> Iterator[tuple[int, int, str]]:
    for place, content, id in _pieces(delta):
        if id:
            yield place, place + len(content), id


def _anchors(delta: Delta) -> dict[str, Anchor]:
    """Where each id stands, from its first character to its last."""
    ends: dict[str, tuple[int, int]] = {}
    for start, stop, id in _runs(delta):
        ends[id] = (ends.get(id, (start, stop))[0], stop)
    text = "".join(content for _, content, _ in _pieces(delta)) if ends else ""
    return {id: Anchor(start, stop, _quote(text[start:stop])) for id, (start, stop) in ends.items()}


def _quote(text: str) -> str:
    words = _SPACE.sub(" ", text[: 2 * _QUOTED].replace("\ufffc", "🖼")).strip()
    return words if len(words) <= _QUOTED else f"{words[: _QUOTED - 1]}…"


def _free(delta: Delta, start: int, stop: int, taken: set[str]) -> list[tuple[int, int]]:
    """What of these characters has no thread yet, without line ends."""
    spans: list[tuple[int, int]] = []
    for place, content, id in _pieces(delta):
        first, last = max(start, place), min(stop, place + len(content))
        if first >= last or id in taken:
            continue
        lines = re.finditer(r"[^\n]+", content[first - place : last - place])
        spans += [(first + line.start(), first + line.end()) for line in lines]
    return spans
