"""Positions: texts whose order is that of a list's items, so that between any two there is always room for more. Knows no lists.

Each is a fraction with 64 digits. Those made at the same time for the same place differ by chance.
"""

import secrets
from typing import Final

DIGITS: Final = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""In their order as characters."""
_VALUES: Final = {digit: value for value, digit in enumerate(DIGITS)}
_BITS: Final = 6
_LENGTH: Final = 10  # digits of a position at first
_CHANCE: Final = 16  # bits by which positions for the same place differ at least
_STEP: Final = 32  # bits of the room that is left behind the last one


def between(low: str, high: str, count: int) -> list[str]:
    """So many positions behind `low` and in front of `high`, in order. Empty texts are the beginning and the end."""
    length = max(len(low), len(high), _LENGTH)
    while True:
        first = _number(low, length)
        room = (_number(high, length) if high else 1 << _BITS * length) - first
        if room > (count + 1) << _CHANCE + 1:
            break
        length += 1
    return [_text(first + place, length) for place in _places(room, count, low, high)]


def _places(room: int, count: int, low: str, high: str) -> list[int]:
    """So many numbers from 1 up to but not including `room`, in order."""
    spread = (count << _CHANCE + 1) + (2 << _STEP)
    if room > 2 * spread and not (low and high):
        # At an end they stand close together, so that there is room for as many more for a very long time.
        start = room // 2 if not (low or high) else 0 if low else room - spread
        start += 1 + secrets.randbits(_STEP)
        return [start + (number << _CHANCE) + secrets.randbits(_CHANCE - 1) for number in range(count)]
    share = room // (count + 1)
    return [share * number - secrets.randbelow(share // 2) for number in range(1, count + 1)]


def in_order(count: int) -> list[str]:
    """So many positions, the same ones each time."""
    middle = 1 << _BITS * _LENGTH - 1
    return [_text(middle + (number << _STEP), _LENGTH) for number in range(count)]


def numeral(number: int) -> str:
    """A number as a short text of these digits."""
    text = DIGITS[number & 63]
    while number := number >> _BITS:
        text = DIGITS[number & 63] + text
    return text


def _number(text: str, length: int) -> int:
    number = 0
    for digit in text:
        number = number << _BITS | _VALUES[digit]
    return number << _BITS * (length - len(text))


def _text(number: int, length: int) -> str:
    digits = [DIGITS[number >> _BITS * place & 63] for place in range(length - 1, -1, -1)]
    return "".join(digits).rstrip(DIGITS[0])  # so that two texts of one number are the same
