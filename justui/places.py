"""Places of a rendered template that the response fills: each is marked in the text, by what nobody can guess. Fills nothing.

A mark comes from a template's source or from what it calls, never from a value, and no browser ever sees one.
"""

import re
import secrets
from typing import Final, NamedTuple

from justui.errors import UsageError

NONCE: Final = "n"
RUNTIME: Final = "r"
HANDLER: Final = "h"
"""In front of a handler that the source has, with its hash."""
COMPONENT: Final = "c"
"""Where a component stands, with its number."""
ROOT: Final = "u"
"""In front of an address of the App: its prefix."""

_MARK: Final = f"justui-{secrets.token_hex(16)}-"
_TRACE: Final = _MARK[:15]
_PLACE: Final = re.compile(re.escape(_MARK) + r"([nrhcu])([\w+/=]*);")


def mark(kind: str, what: str = "") -> str:
    """The mark of a place."""
    return f"{_MARK}{kind}{what};"


class Place(NamedTuple):
    """A place in `Marked.text`."""

    offset: int
    kind: str
    what: str


class Marked:
    """A rendered text without its marks, and where they stood. Raises `UsageError` where one was changed, so that it would be seen."""

    def __init__(self, rendered: str) -> None:
        pieces = _PLACE.split(rendered)  # text, kind, what, text, …
        self.text = "".join(pieces[::3])
        if _TRACE in self.text.lower():
            raise UsageError(
                "A filter has changed the place of a component, a script, a handler or {{ justui() }}. Write them outside of "
                "{% filter … %}, and give filters values, no components."
            )
        self.places: list[Place] = []
        offset = 0
        for number in range(0, len(pieces) - 1, 3):
            offset += len(pieces[number])
            self.places.append(Place(offset, pieces[number + 1], pieces[number + 2]))

    def of(self, kind: str) -> list[str]:
        """What belongs to the places of one kind, each once."""
        return list(dict.fromkeys(place.what for place in self.places if place.kind == kind))
