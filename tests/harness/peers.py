"""Somebody who writes a shared text with the library alone: no server, no wire. Beside `Document`, which has to agree."""

from random import Random
from typing import Any

from hypothesis import strategies as st
from pycrdt import Doc, Text

from justui.documents import ROOT

WORDS = ["a", "é", "😀", "word ", "two\nlines", "日本", "\ufb01"]
PICTURE = {"image": "/a.png"}
FORMATS: list[dict[str, Any]] = [{"bold": True}, {"bold": None}, {"link": "https://example.org/"}, {"color": "#c00"}]
KINDS = ["insert", "insert", "insert", "delete", "format", "picture"]

EDITS = st.tuples(st.sampled_from(KINDS), st.integers(0, 999), st.integers(0, 999))
"""A kind, a place and a choice: what they mean depends on the text."""


class Peer:
    """A copy of a text. `updates` has what was written here, and was not taken out yet."""

    def __init__(self, client: int | None = None) -> None:
        self.doc: Any = Doc() if client is None else Doc(client_id=client)
        self.text: Any = self.doc.get(ROOT, type=Text)
        self.updates: list[bytes] = []
        self._own = False
        self.doc.observe(lambda event: self.updates.append(event.update) if self._own else None)

    def __str__(self) -> str:
        return str(self.delta)

    @property
    def delta(self) -> list[tuple[Any, dict[str, Any] | None]]:
        """The text with its formats."""
        return [(content, formats or None) for content, formats in self.text.diff()]

    def edit(self, kind: str, place: int, choice: int) -> bytes:
        """Change something; the update, an empty one where nothing was changed."""
        ends = self._ends()
        first, last = sorted((ends[place % len(ends)], ends[(place + choice % 5) % len(ends)]))
        self._own = True
        if kind == "insert":
            self.text.insert(first, WORDS[choice % len(WORDS)])
        elif kind == "picture":
            self.text.insert_embed(first, PICTURE)
        elif kind == "delete" and first < last:
            del self.text[first:last]
        elif kind == "format" and first < last:
            self.text.format(first, last, FORMATS[choice % len(FORMATS)])
        self._own = False
        found, self.updates = self.updates, []
        return found[0] if found else b"\0\0"

    def any_edit(self, random: Random) -> bytes:
        """Change something at random."""
        return self.edit(random.choice(KINDS), random.randrange(1000), random.randrange(1000))

    def meet(self, state: bytes, content: bytes) -> bytes:
        """Take what the other has; the update that it lacks, whose state this was."""
        self.doc.apply_update(content)
        update: bytes = self.doc.get_update(state)
        return update

    def _ends(self) -> list[int]:
        """Where characters end, in the bytes that the library counts."""
        ends = [0]
        for content, _ in self.text.diff():
            for letter in content if isinstance(content, str) else [None]:
                ends.append(ends[-1] + (1 if letter is None else len(letter.encode())))
        return ends
