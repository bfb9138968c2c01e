"""Where sessions are kept between requests: what a store is, and the one in memory. Knows no cookies."""

import time
from typing import Any, Protocol
from weakref import WeakValueDictionary

from justui.session import Session


class SessionStore(Protocol):
    """Where sessions are kept between requests. All but `check` run in the App's loop, and must not hold it up.

    A session is found by its `id`, which changes at a login while `identity` stays: a store keeps one session of an identity.
    """

    durable: bool
    """Whether sessions outlive the server. Then values are data (`check`), and what was changed in place is noticed."""

    async def open(self) -> None:
        """The App starts. Raises `ConfigError` when the store cannot be used."""

    def secret(self) -> str:
        """A key to sign cookies with that lasts as long as the sessions; empty where there is none. After `open`."""

    def check(self, key: str, value: Any) -> None:
        """Raise `SessionError` for a value that cannot be kept."""

    async def load(self, id: str) -> Session | None:
        """The session of this id, or None."""

    async def holds(self, identity: str) -> bool:
        """Whether there is a session of this identity, under whatever id."""

    async def save(self, session: Session) -> None:
        """Keep a session in which something was written, instead of the one of the same identity."""

    async def remove(self, id: str) -> None:
        """Forget the session of this id."""

    async def sweep(self, age: float) -> None:
        """Forget sessions that were not seen for `age` seconds."""

    async def close(self) -> None:
        """The App ends."""


class MemoryStore:
    """Sessions in memory: they end with the server, and may hold anything. Past `limit` the one that was written first goes."""

    durable = False

    def __init__(self, limit: int = 100_000) -> None:
        self._sessions: dict[str, Session] = {}
        self._identities: WeakValueDictionary[str, Session] = WeakValueDictionary()
        self._limit = limit

    async def open(self) -> None:
        """The App starts."""

    def secret(self) -> str:
        """None: sessions end with the server anyway."""
        return ""

    def check(self, key: str, value: Any) -> None:
        """Anything can be kept."""

    async def load(self, id: str) -> Session | None:
        """The session of this id, or None."""
        return self._sessions.get(id)

    async def holds(self, identity: str) -> bool:
        """Whether there is a session of this identity, under whatever id."""
        return identity in self._identities

    async def save(self, session: Session) -> None:
        """Keep a session in which something was written."""
        self._sessions[session.id] = session
        self._identities[session.identity] = session
        if len(self._sessions) > self._limit:
            del self._sessions[next(iter(self._sessions))]

    async def remove(self, id: str) -> None:
        """Forget the session of this id."""
        self._sessions.pop(id, None)

    async def sweep(self, age: float) -> None:
        """Forget sessions that were not seen for `age` seconds."""
        limit = time.monotonic() - age
        for session in [session for session in self._sessions.values() if session.seen_at < limit]:
            del self._sessions[session.id]

    async def close(self) -> None:
        """The App ends."""
