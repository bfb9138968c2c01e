"""How a browser gets the cookie of a login that a handler did: its tab fetches an address that only it was told. No HTTP here."""

import json
import secrets
import time
from typing import Final

from justui import wire
from justui.session import Session

PATH: Final = f"{wire.ADDRESS}/session/{{worker}}/{{ticket}}"
"""Where such tickets are good, below the App's prefix."""
_GOOD_FOR: Final = 60.0


class Ticket:
    """What one tab was told after a login: where its browser gets the cookie of `session`, for a minute."""

    __slots__ = ("address", "name", "session", "until")

    def __init__(self, root: str, session: Session) -> None:
        self.session = session
        self.name = secrets.token_urlsafe(24)
        self.address = f"{root}/{self.name}"
        self.until = time.monotonic() + _GOOD_FOR

    @property
    def is_open(self) -> bool:
        """Whether it is still good."""
        return time.monotonic() < self.until

    def code(self, url: str = "") -> str:
        """The script that fetches the cookie, and goes to `url` then. Both stand in it as text, which ends no script."""
        then = f"location.assign({_literal(url)})" if url else "0"
        return f'fetch({_literal(self.address)},{{method:"POST"}}).finally(()=>{then}).then(()=>0)'


class Tickets:
    """The tickets of one App that are good."""

    def __init__(self) -> None:
        self._open: dict[str, Ticket] = {}

    def add(self, ticket: Ticket) -> None:
        """Let a ticket be good; those that are not any more are forgotten."""
        self._open = {name: one for name, one in self._open.items() if one.is_open}
        self._open[ticket.name] = ticket

    def find(self, name: str) -> Ticket | None:
        """The ticket of this name, while it is good."""
        ticket = self._open.get(name)
        return ticket if ticket is not None and ticket.is_open and not ticket.session.ended else None


def _literal(text: str) -> str:
    return json.dumps(text).replace("<", "\\u003c")
