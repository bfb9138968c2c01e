"""Three-way merge of text: applies one person's edit to a text that others have changed meanwhile.

Pure functions of strings, mirrored line by line in `browser/merge.js`; nothing here knows fields, tabs or frames.
The difference of two texts is the greedy algorithm of E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
"""

import re
from collections.abc import Sequence

# Both halves of the bound on time; `browser/merge.js` has the same figures, or server and browser would disagree.
EDIT_LIMIT = 200
"""Insertions plus deletions that a difference may have before a coarser one is tried."""
STEP_LIMIT = 2_000_000
"""Equal symbols that the search may pass in all."""

Hunk = tuple[int, int, str]
"""`before[i:j]` is replaced by the text; i == j is an insertion."""


def merge(base: str, edited: str, current: str) -> str:
    """Apply the edit `base` to `edited` to `current`, which came from `base` by other hands.

    What either side inserted is kept (equal insertions are kept twice), and a character of `base` survives if
    both sides kept it. Where both insert at one place, the insertion of `current` comes first; but an insertion of
    the edit at the start of a stretch that `current` replaced stays in front of the replacement.

    >>> merge("abc", "abcd", "ABC")
    'ABCd'
    """
    if edited == base:
        return current
    if current == base:
        return edited
    theirs = diff(base, current)
    replaced = {start for start, end, _ in theirs if end > start}
    steps = [(start, 1, end, text) for start, end, text in theirs]
    for start, end, text in diff(base, edited):
        rank = 0 if start == end and start in replaced else 2
        steps.append((start, rank, end, text))
    steps.sort()
    pieces = []
    position = 0
    for start, _, end, text in steps:
        if start > position:
            pieces.append(base[position:start])
        pieces.append(text)
        position = max(position, start, end)
    pieces.append(base[position:])
    return "".join(pieces)


def unite(text: str, other: str) -> str:
    """`text` with what `other` has besides: for two texts that came from one, of which nobody knows it any more.

    >>> unite("hello", "hello!")
    'hello!'
    """
    parts = []
    position = 0
    for _, end, inserted in diff(text, other):
        parts += [text[position:end], inserted]
        position = end
    return "".join([*parts, text[position:]])


def move_caret(before: str, after: str, position: int) -> int:
    """Tell where a caret goes when the text under it changes.

    `position` and the result count code points. An insertion exactly at the caret leaves the caret in front of
    it; a replacement that ends at the caret leaves it behind. Inside of a replaced stretch the caret keeps its
    offset where the stretch keeps its length (capital letters made of small ones), else it goes behind.
    """
    shift = 0
    for start, end, text in diff(before, after):
        if position <= start:
            break
        if position < end:
            return position + shift if len(text) == end - start else start + shift + len(text)
        shift += len(text) - (end - start)
    return position + shift


def diff(before: str, after: str) -> list[Hunk]:
    """Return the changes that make `after` of `before`, in order, no two of them touching.

    By code points where that is at most `EDIT_LIMIT` edits, else by words, else as one replacement of all
    between the common beginning and the common end.
    """
    start = _common(before, after, 0, 0)
    a, b = before[start:], after[start:]
    tail = _common(a[::-1], b[::-1], 0, 0)
    a, b = a[: len(a) - tail], b[: len(b) - tail]
    if not a or not b:
        return [(start, start + len(a), b)] if a or b else []
    blocks = _script(a, b)
    if blocks is not None:
        return [(start + i, start + j, b[k:m]) for i, j, k, m in blocks]
    end = len(before) - tail
    first = max(before.rfind(" ", 0, start), before.rfind("\n", 0, start)) + 1
    last = _word_end(before, end)
    words, others = _words(before[first:last]), _words(after[first : len(after) - len(before) + last])
    blocks = _script(words, others)
    if blocks is None:
        return [(start, end, b)]
    offsets = [first]
    for word in words:
        offsets.append(offsets[-1] + len(word))
    return [(offsets[i], offsets[j], "".join(others[k:m])) for i, j, k, m in blocks]


def _words(text: str) -> list[str]:
    """Cut behind every space and every line end."""
    return re.findall(r"[^ \n]*[ \n]|[^ \n]+", text)


def _word_end(text: str, start: int) -> int:
    """Return the place behind the first space or line end from `start` on, or the end of the text."""
    found = re.compile(r"[ \n]").search(text, start)
    return found.end() if found else len(text)


def _common(a: Sequence[str], b: Sequence[str], x: int, y: int) -> int:
    """Return how many symbols of `a` from x and of `b` from y are equal, by comparing slices: no loop over symbols."""
    most = min(len(a) - x, len(b) - y)
    low, size = 0, 16
    while low < most:
        size = min(size, most - low)
        if a[x + low : x + low + size] == b[y + low : y + low + size]:
            low += size
            size *= 4
        elif size == 1:
            break
        else:
            most = low + size - 1
            size = (size + 1) // 2
    return low


def _script(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int, int]] | None:
    """Return the blocks (i, j, k, m) in which `a[i:j]` becomes `b[k:m]`, or None when a limit is passed."""
    n, m = len(a), len(b)
    if abs(n - m) > EDIT_LIMIT:
        return None
    limit = min(EDIT_LIMIT, n + m)
    middle = limit + 1
    reach = [0] * (2 * limit + 3)
    trace = []
    steps = 0
    for edits in range(limit + 1):
        trace.append(reach[middle - edits - 1 : middle + edits + 2])
        # A diagonal that has left the rectangle cannot come back: the search is narrowed at both sides.
        for k in range(-edits + 2 * max(0, edits - m), edits - 2 * max(0, edits - n) + 1, 2):
            if k == -edits or (k != edits and reach[middle + k - 1] < reach[middle + k + 1]):
                x = reach[middle + k + 1]
            else:
                x = reach[middle + k - 1] + 1
            y = x - k
            if x < n and y < m and a[x] == b[y]:
                run = _common(a, b, x, y)
                x += run
                steps += run
            reach[middle + k] = x
            if x >= n and x - k >= m:
                return _blocks(trace, n, m)
        if steps > STEP_LIMIT:
            return None
    return None


def _blocks(trace: list[list[int]], x: int, y: int) -> list[tuple[int, int, int, int]]:
    """Walk the search back from its end (x, y), joining edits that touch."""
    blocks: list[tuple[int, int, int, int]] = []
    for edits in range(len(trace) - 1, 0, -1):
        reach = trace[edits]
        k = x - y
        middle = edits + 1
        down = k == -edits or (k != edits and reach[middle + k - 1] < reach[middle + k + 1])
        from_k = k + 1 if down else k - 1
        from_x = reach[middle + from_k]
        from_y = from_x - from_k
        end_x, end_y = (from_x, from_y + 1) if down else (from_x + 1, from_y)
        if blocks and blocks[-1][0] == end_x and blocks[-1][2] == end_y:
            end_x, end_y = blocks[-1][1], blocks[-1][3]
            blocks.pop()
        blocks.append((from_x, end_x, from_y, end_y))
        x, y = from_x, from_y
    return blocks[::-1]
