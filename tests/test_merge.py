"""The three-way merge: shared cases, its laws, its bounds, and the typing protocol that stands on it."""

import json
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justui.merge import EDIT_LIMIT, _script, diff, merge, move_caret
from justui.testing.field import TextField

CASES = json.loads((Path(__file__).parent / "merge_cases.json").read_text())

texts = st.text(alphabet="abc \n😀\u0301", max_size=20)
long_texts = st.text(alphabet="ab \n", max_size=700)


def apply(hunks: list[tuple[int, int, str]], before: str) -> str:
    for start, end, text in reversed(hunks):
        before = before[:start] + text + before[end:]
    return before


@pytest.mark.parametrize(("base", "edited", "current", "merged"), CASES["merge"], ids=range(len(CASES["merge"])))
def test_shared_case(base: str, edited: str, current: str, merged: str) -> None:
    assert merge(base, edited, current) == merged


@pytest.mark.parametrize(("before", "after", "position", "moved"), CASES["caret"], ids=range(len(CASES["caret"])))
def test_shared_caret_case(before: str, after: str, position: int, moved: int) -> None:
    assert move_caret(before, after, position) == moved


@given(texts, texts)
def test_an_edit_against_nothing_is_the_other(base: str, other: str) -> None:
    assert merge(base, base, other) == other
    assert merge(base, other, base) == other


@given(st.one_of(texts, long_texts), st.one_of(texts, long_texts))
def test_a_difference_leads_from_one_to_the_other(before: str, after: str) -> None:
    hunks = diff(before, after)
    assert apply(hunks, before) == after
    assert all(end > start or text for start, end, text in hunks)
    assert all(one[1] < two[0] for one, two in pairwise(hunks))


@given(texts, texts, texts)
def test_survivors_and_insertions(base: str, edited: str, current: str) -> None:
    """A character of the base survives iff both kept it, and each insertion of each side is there."""
    sides = [diff(base, edited), diff(base, current)]
    gone = {place for hunks in sides for start, end, _ in hunks for place in range(start, end)}
    kept = [letter for place, letter in enumerate(base) if place not in gone]
    inserted = [letter for hunks in sides for _, _, text in hunks for letter in text]
    assert Counter(merge(base, edited, current)) == Counter(kept + inserted)


def is_within(small: str, large: str) -> bool:
    letters = iter(large)
    return all(letter in letters for letter in small)


@given(st.text(alphabet="ab", max_size=10), st.lists(st.tuples(st.booleans(), st.integers(0, 10)), max_size=12))
def test_insertions_of_both_keep_their_order(base: str, typed: list[tuple[bool, int]]) -> None:
    edited = current = base
    for number, (mine, place) in enumerate(typed):
        letter = chr(0x100 + number)
        if mine:
            edited = edited[:place] + letter + edited[place:]
        else:
            current = current[:place] + letter + current[place:]
    merged = merge(base, edited, current)
    assert is_within(edited, merged)
    assert is_within(current, merged)
    assert len(merged) == len(edited) + len(current) - len(base)


@given(texts, texts, texts, texts, texts)
def test_disjoint_edits_do_not_meet(left: str, middle: str, right: str, new_left: str, new_right: str) -> None:
    """Where each side changed another part, behind a fixed mark, both changes stand."""
    base = f"{left}<{middle}>{right}"
    edited = f"{new_left}<{middle}>{right}"
    current = f"{left}<{middle}>{new_right}"
    assert merge(base, edited, current) == merge(base, current, edited) == f"{new_left}<{middle}>{new_right}"


@given(texts, texts, st.integers(0, 20))
def test_a_caret_stays_in_the_text_and_between_what_was_kept(before: str, after: str, position: int) -> None:
    position = min(position, len(before))
    moved = move_caret(before, after, position)
    assert 0 <= moved <= len(after)
    if before == after:
        assert moved == position


@given(texts, texts)
def test_a_caret_never_overtakes_another(before: str, after: str) -> None:
    moves = [move_caret(before, after, position) for position in range(len(before) + 1)]
    assert moves == sorted(moves)


def test_equal_insertions_are_not_one() -> None:
    assert merge("", "a", "a") == "aa"
    assert merge("x", "xa", "xa") == "xaa"


def test_past_the_letters_the_words_are_compared() -> None:
    base = "start middle end"
    edited = "start my own middle end"
    current = "start " + "many " * 90 + "middle " + "words " * 90 + "end"
    assert merge(base, edited, current) == "start " + "many " * 90 + "my own middle " + "words " * 90 + "end"


def test_past_the_words_too_the_middle_is_one_replacement() -> None:
    assert diff("<" + "a " * 300 + ">", "<" + "b " * 300 + ">") == [(1, 600, "b " * 299 + "b")]


class Letter(str):
    """A letter that counts how often it is compared."""

    compared = 0
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Letter.compared += 1
        return super().__eq__(other)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("ab" * 5_000, "ba" * 5_000),
        ("a" * 10_000, "b" * 10_000),
        ("abcde" * 2_000, "aebdc" * 2_000),
        ("a" * 9_990, "a" * 5_000 + "b" * 100 + "a" * 5_000),
    ],
)
def test_the_search_ends_after_a_bounded_number_of_comparisons(one: str, two: str) -> None:
    Letter.compared = 0
    _script([Letter(letter) for letter in one], [Letter(letter) for letter in two])
    # (D + 1)(D + 2) / 2 diagonals, and on each the run of equal letters, at most N + D of them on a diagonal in all,
    # which the doubling slices compare three times at most.
    assert Letter.compared <= 40 * EDIT_LIMIT**2 + 3 * len(one) * EDIT_LIMIT


def test_a_million_characters_changed_at_three_places() -> None:
    base = "abcdefgh " * 110_000
    edited = base[:500_000] + "EDIT" + base[500_000:]
    assert merge(base, edited, "first " + base + "last") == "first " + edited + "last"


# The typing protocol, played with the real client state and a model of the server's side of one field.


@dataclass
class Tab:
    """One tab: its field, its stream from the server, its events on the way to it."""

    box: TextField = field(default_factory=TextField)
    down: deque[int | str] = field(default_factory=deque)
    """Acknowledgements (numbers) and values, in order."""
    up: deque[tuple[int, str, str]] = field(default_factory=deque)
    unacknowledged: list[tuple[int, str, str]] = field(default_factory=list)
    events: int = 0
    stored: int = 0

    def send(self) -> None:
        if self.box.unsent:
            self.events += 1
            event = (self.events, *self.box.take(self.events))
            self.unacknowledged.append(event)
            self.up.append(event)

    def receive(self) -> None:
        if not self.down:
            return
        item = self.down.popleft()
        if isinstance(item, str):
            self.box.receive(item)
        else:
            self.box.acknowledge(item)
            self.unacknowledged = [event for event in self.unacknowledged if event[0] > item]

    def drop(self) -> None:
        """Lose what is on its way up; at the resume all unacknowledged events go again. The stream down is kept."""
        self.up = deque(self.unacknowledged)


@dataclass
class Play:
    """A server with one field, its tabs, and what people and handlers did to the letters."""

    tabs: list[Tab]
    value: str = ""
    marked: bool = False
    typed: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def type(self, tab: Tab, place: int) -> None:
        """Type at the caret, or anywhere. Every letter is another one."""
        letter = chr(0x1000 + len(self.typed))
        self.typed.add(letter)
        tab.box.insert(letter, place % (len(tab.box.shown) + 1) if place > 15 else None)

    def delete(self, tab: Tab, place: int) -> None:
        shown = tab.box.shown
        start = place % (len(shown) + 1)
        self.gone |= set(shown[start : start + 2])
        tab.box.delete(start, start + 2)

    def compose(self, tab: Tab, _: int) -> None:
        if tab.box.composing:
            tab.box.commit()
        else:
            tab.box.compose()

    def send(self, tab: Tab, _: int) -> None:
        tab.send()

    def receive(self, tab: Tab, _: int) -> None:
        tab.receive()

    def drop(self, tab: Tab, _: int) -> None:
        tab.drop()

    def store(self, tab: Tab, _: int) -> None:
        """The server takes one event of the tab."""
        if not tab.up:
            return
        number, before, after = tab.up.popleft()
        if number > tab.stored:
            tab.stored = number
            tab.down.append(number)
            self.change(merge(before, after, self.value))

    def change(self, value: str) -> None:
        self.marked = self.marked or value != self.value
        self.value = value

    def collect(self, *_: object) -> None:
        """An update of the page: the value goes to every tab, the one that typed it too."""
        if self.marked:
            self.marked = False
            for tab in self.tabs:
                tab.down.append(self.value)

    def clear(self, *_: object) -> None:
        """A handler empties the field, as one that sends a message does."""
        self.gone |= set(self.value)
        self.change("")

    def shout(self, *_: object) -> None:
        """A handler rewrites the value."""
        self.change(f"[{self.value}]")

    def finish(self) -> None:
        """Let everything arrive."""
        for tab in self.tabs:
            tab.box.commit()
        while self.marked or any(tab.up or tab.down or tab.box.unsent for tab in self.tabs):
            for tab in self.tabs:
                self.send(tab, 0)
                self.store(tab, 0)
                self.receive(tab, 0)
            self.collect()


STEPS = [
    "type",
    "type",
    "delete",
    "send",
    "store",
    "collect",
    "receive",
    "receive",
    "clear",
    "shout",
    "drop",
    "compose",
]
steps = st.lists(st.tuples(st.sampled_from(["type", *STEPS]), st.integers(0, 2), st.integers(0, 30)), max_size=120)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 3), steps)
def test_no_letter_is_lost_and_all_ends_are_equal(count: int, script: list[tuple[str, int, int]]) -> None:
    play = Play([Tab() for _ in range(count)])
    for step, which, place in script:
        getattr(play, step)(play.tabs[which % count], place)
    play.finish()
    assert {tab.box.shown for tab in play.tabs} == {play.value}
    letters = Counter(letter for letter in play.value if letter not in "[]")
    assert all(letters[letter] == 1 for letter in play.typed - play.gone)
    assert all(amount == 1 for amount in letters.values())
    assert all(0 <= tab.box.caret <= len(play.value) for tab in play.tabs)


def test_a_composition_is_neither_sent_nor_overwritten() -> None:
    box = TextField("kon", "kon", caret=3)
    box.compose()
    box.insert("に")
    assert not box.unsent
    box.receive("KON")
    box.receive("KON!")
    assert box.shown == "konに"
    box.commit()
    assert (box.shown, box.sent, box.unsent) == ("KON!に", "KON!", True)
