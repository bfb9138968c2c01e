"""Sessions: one dict-like object per person, the store behind it, and the signed cookie that finds it. No HTTP here."""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Protocol
from weakref import WeakValueDictionary

import itsdangerous


class Session(MutableMapping[str, Any]):
    """What the program keeps for one person; the same object in requests, tabs and handlers.

    `id` stands, signed, in the cookie and changes at rotation; `identity` never does and never leaves the server.
    """

    __slots__ = ("__weakref__", "_data", "fresh", "id", "identity", "on_write", "seen_at", "used")

    def __init__(self, id: str, identity: str, data: dict[str, Any] | None = None) -> None:
        self.id = id
        self.identity = identity
        self._data: dict[str, Any] = {} if data is None else data
        self.on_write: Callable[[Session], None] | None = None
        """Called when something was written; set by `Sessions`."""
        self.fresh = False
        """Whether the browser does not know the cookie yet."""
        self.used = False
        """Whether something depends on the cookie, so that it has to be sent."""
        self.seen_at = time.monotonic()

    def _written(self) -> None:
        self.used = True
        if self.on_write is not None:
            self.on_write(self)

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._data[key] = value
        self._written()

    def __delitem__(self, key: str) -> None:
        del self._data[key]
        self._written()

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self is other or (not isinstance(other, Session) and self._data == other)

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<Session with {', '.join(map(str, self._data)) or 'nothing'}>"


class SessionStore(Protocol):
    """Where sessions are kept between requests."""

    async def load(self, id: str) -> Session | None:
        """The session of this id, or None."""

    async def save(self, session: Session) -> None:
        """Keep a session in which something was written."""

    async def remove(self, id: str) -> None:
        """Forget the session of this id."""

    def sweep(self, age: float) -> None:
        """Forget sessions that were not seen for `age` seconds."""


class MemoryStore:
    """Sessions in memory: they end with the server. Past `limit` the one that was written first goes."""

    def __init__(self, limit: int = 100_000) -> None:
        self._sessions: dict[str, Session] = {}
        self._limit = limit

    async def load(self, id: str) -> Session | None:
        """The session of this id, or None."""
        return self._sessions.get(id)

    async def save(self, session: Session) -> None:
        """Keep a session in which something was written."""
        self._sessions[session.id] = session
        if len(self._sessions) > self._limit:
            del self._sessions[next(iter(self._sessions))]

    async def remove(self, id: str) -> None:
        """Forget the session of this id."""
        self._sessions.pop(id, None)

    def sweep(self, age: float) -> None:
        """Forget sessions that were not seen for `age` seconds."""
        limit = time.monotonic() - age
        for session in [session for session in self._sessions.values() if session.seen_at < limit]:
            del self._sessions[session.id]


class Sessions:
    """The sessions of one App.

    `secret_key` signs the cookie; `age` is the seconds that a session lives after its last use.
    """

    def __init__(self, secret_key: str, age: float, store: SessionStore | None = None) -> None:
        self._signer = itsdangerous.Signer(secret_key, salt="justui.session", digest_method=hashlib.sha256)
        self._age = age
        self.store: SessionStore = store or MemoryStore()
        self._live: WeakValueDictionary[str, Session] = WeakValueDictionary()
        self._unsaved: dict[str, Session] = {}

    async def find(self, cookie: str | None) -> Session:
        """The session of a cookie's value; a new one when there is none, or when the cookie was not signed by this App."""
        id = self._read(cookie)
        if id is None:
            return self._new(secrets.token_urlsafe(24), fresh=True)
        session = self._live.get(id) or await self.store.load(id)
        if session is not None and time.monotonic() - session.seen_at > self._age:
            await self.store.remove(id)
            return self._new(secrets.token_urlsafe(24), fresh=True)
        if session is None:
            return self._new(id, fresh=False)
        session.seen_at = time.monotonic()
        return self._watch(session)

    async def save(self) -> None:
        """Store the sessions in which something was written since the last time: by requests, handlers, threads."""
        while self._unsaved:
            id, session = self._unsaved.popitem()
            try:
                await self.store.save(session)
            except BaseException:
                self._unsaved.setdefault(id, session)
                raise

    def cookie(self, session: Session) -> str:
        """The cookie's value for a session."""
        return self._signer.sign(session.id).decode()

    def _new(self, id: str, *, fresh: bool) -> Session:
        # Derived, so that a session in which nothing was stored is the same person's after a while without tabs.
        session = Session(id, hashlib.sha256(b"justui.identity" + id.encode()).hexdigest())
        session.fresh = fresh
        return self._watch(session)

    def _watch(self, session: Session) -> Session:
        session.on_write = self._note
        self._live[session.id] = session
        return session

    def _note(self, session: Session) -> None:
        self._unsaved[session.id] = session

    def _read(self, cookie: str | None) -> str | None:
        if not cookie:
            return None
        try:
            return self._signer.unsign(cookie).decode()
        except (itsdangerous.BadSignature, UnicodeDecodeError):
            return None
