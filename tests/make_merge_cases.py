"""Writes `merge_cases.json`, the cases that `merge.py` and `browser/merge.js` must answer alike.

Run as `python tests/make_merge_cases.py` after a deliberate change of the rules, and read the difference: the answers of
the hand-written cases are written here by hand, those of the random ones are what `merge.py` says.
"""

import json
import random
from pathlib import Path

from justui.merge import merge, move_caret

PLACE = Path(__file__).parent / "merge_cases.json"
ALPHABETS = ["ab", "abc \n", "xyz😀👩\u200d👧é", "e\u0301o\u0308 한글\n", "a😀🇩🇪🇫"]

# base, edited, current, result
HAND_WRITTEN = [
    ("", "", "", ""),
    ("same", "same", "same", "same"),
    ("abc", "abc", "abXc", "abXc"),
    ("abc", "aYbc", "abc", "aYbc"),
    ("abc", "abcd", "ABC", "ABCd"),
    ("abc", "dabc", "ABC", "dABC"),
    ("abc", "adbc", "XYZ", "XYZd"),
    ("", "a", "a", "aa"),
    ("", "he", "HE", "HEhe"),
    ("ab", "aXb", "aYb", "aYXb"),
    ("one two", "ONE two", "one TWO", "ONE TWO"),
    ("abc", "x", "ABC", "ABCx"),
    ("hello", "hello!", "", "!"),
    ("hello", "", "hello!", "!"),
    ("hello", "hllo", "helo", "hlo"),
    ("abcdef", "af", "abXcdef", "aXf"),
    ("abcdef", "abYcdef", "af", "aYf"),
    ("😀", "😀a", "b😀", "b😀a"),
    ("😀", "😁", "😀!", "😁!"),
    ("a😀b", "a😀😀b", "ab", "a😀b"),
    ("e\u0301", "e\u0301x", "e", "ex"),
    ("line 1\nline 2\n", "line 1\nnew\nline 2\n", "line 1\nline 2\nline 3\n", "line 1\nnew\nline 2\nline 3\n"),
]

# before, after, position, result, in code points
HAND_WRITTEN_CARETS = [
    ("abc", "abXc", 2, 2),
    ("abc", "aXbc", 2, 3),
    ("abc", "ABC", 3, 3),
    ("abc", "ABC", 2, 2),
    ("abc", "ABC", 0, 0),
    ("abc", "wxyz", 1, 4),
    ("abc", "", 2, 0),
    ("", "abc", 0, 0),
    ("😀b", "😀Xb", 2, 3),
    ("😀b", "😁c", 1, 1),
    ("xab", "xAAb", 2, 3),
]


def edit(rng: random.Random, text: str, alphabet: str) -> str:
    """Change a text in up to three places."""
    for _ in range(rng.randint(0, 3)):
        start = rng.randint(0, len(text))
        end = min(len(text), start + rng.choice([0, 0, 1, 2, 5]))
        text = text[:start] + "".join(rng.choices(alphabet, k=rng.randint(0, 4))) + text[end:]
    return text


def random_merges(rng: random.Random) -> list[tuple[str, str, str, str]]:
    """Make small cases of every alphabet, and a few that pass the bounds of the character difference."""
    cases = []
    for number in range(160):
        alphabet = ALPHABETS[number % len(ALPHABETS)]
        base = "".join(rng.choices(alphabet, k=rng.randint(0, 14)))
        edited, current = edit(rng, base, alphabet), edit(rng, base, alphabet)
        cases.append((base, edited, current, merge(base, edited, current)))
    for size in (90, 130, 260):
        base = "".join(rng.choices("abc 😀\n", k=size))
        edited = "".join(rng.choices("abd 😀\n", k=size))
        current = base[: size // 2] + "new words 😀 " * (size // 10) + base[size // 2 :] + "!"
        cases.append((base, edited, current, merge(base, edited, current)))
    return cases


def random_carets(rng: random.Random) -> list[tuple[str, str, int, int]]:
    """Make caret moves through small random edits."""
    cases = []
    for number in range(80):
        alphabet = ALPHABETS[number % len(ALPHABETS)]
        before = "".join(rng.choices(alphabet, k=rng.randint(0, 12)))
        after = edit(rng, before, alphabet)
        position = rng.randint(0, len(before))
        cases.append((before, after, position, move_caret(before, after, position)))
    return cases


def main() -> None:
    """Write the file."""
    rng = random.Random(2)
    merges = HAND_WRITTEN + random_merges(rng)
    carets = HAND_WRITTEN_CARETS + random_carets(rng)
    lines = ['{"merge": [']
    lines.append(",\n".join(json.dumps(case) for case in merges))
    lines.append('], "caret": [')
    lines.append(",\n".join(json.dumps(case) for case in carets))
    lines.append("]}")
    PLACE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
