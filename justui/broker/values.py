"""Values as a broker carries them: JSON text, and bytes beside it. What comes out is nobody else's object."""

from typing import Any, Final

from justui import wire
from justui.codec import DEPTH, pack, unpack

_DEEPEST: Final = 2 * DEPTH + 4  # as JSON, where a special value takes two levels more


def text_of(value: Any) -> tuple[str, tuple[bytes, ...]]:
    """`value` as JSON text, and the bytes beside it. Raises `TypeError` for what cannot travel."""
    packed = pack(value, expressions=False)
    return wire.encode(packed.value), tuple(packed.blobs)


def value_of(text: str, blobs: tuple[bytes, ...]) -> Any:
    """The value that was carried."""
    return unpack(wire.decode(text, _DEEPEST), list(blobs))
