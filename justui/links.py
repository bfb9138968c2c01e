"""What the engine has to know of links that change the page in place: how they are told, and whether there are any."""

from typing import Final

LINK: Final = "navigation"
"""The browser half of such links, by which they are found."""


class Links:
    """Whether the program has made any."""

    made = False
