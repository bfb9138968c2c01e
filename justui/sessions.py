"""`Sessions`: the sessions of one App: found by their signed cookie, stored when written, renewed at a login. No HTTP here."""

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary, ref

import itsdangerous

from justui.context import handling
from justui.errors import SessionError, UsageError
from justui.session import Session
from justui.session_stores import MemoryStore, SessionStore
from justui.visits import visit_with

if TYPE_CHECKING:
    from justui.tab import Tab

__all__ = ["MemoryStore", "Session", "SessionStore", "Sessions"]

_KEPT_ANEW = 100
"""So many times in its life it is stored that a session was seen, where nothing else is written."""


class Sessions:
    """The sessions of one App.

    `secret_key` signs the cookie, where it is empty that of the store or a random one; `age` is the seconds that a session lives
    after its last use. `overlap`: seconds after a login in which requests under the id before are on their way; they get nothing
    of the session, and no cookie, which would replace the new one.
    """

    def __init__(self, secret_key: str, age: float, store: SessionStore | None = None, overlap: float = 10.0) -> None:
        self._key = secret_key
        self._sign_with(secret_key or secrets.token_hex(32))
        self._age = age
        self._overlap = overlap
        self.store: SessionStore = store or MemoryStore()
        self._live: WeakValueDictionary[str, Session] = WeakValueDictionary()
        self._identities: WeakValueDictionary[str, Session] = WeakValueDictionary()
        self._unsaved: dict[str, Session] = {}
        self._removed: list[str] = []
        self._replaced: dict[str, _Replaced] = {}
        """Ids that a login has replaced, for as long as requests with them may be on their way."""
        self.logged_in: Callable[[Session, Tab | None, bool], object] | None = None
        """Called after a login: by which tab's handler, and whether another user was logged in before."""
        self.ended: Callable[[Session], object] | None = None
        """Called when a session has ended."""

    def _sign_with(self, key: str) -> None:
        self._signer = itsdangerous.Signer(key, salt="justui.session", digest_method=hashlib.sha256)

    async def open(self) -> None:
        """The App starts. Raises `ConfigError` when the store cannot be used."""
        await self.store.open()
        if not self._key and (kept := self.store.secret()):
            self._sign_with(kept)

    async def close(self) -> None:
        """The App ends: store what was written."""
        for session in list(self._live.values()):
            if self.store.durable and session.used:
                self._unsaved[session.identity] = session  # what was changed in place, long after it was read
        try:
            await self.save()
        finally:
            await self.store.close()

    # Requests

    async def find(self, cookie: str | None) -> Session:
        """The session of a cookie's value; a new one when there is none, or when the cookie was not signed by this App."""
        id = self._read(cookie)
        if id is None:
            return self.new()
        replaced = self._replaced.get(id)
        if replaced is not None and time.monotonic() < replaced.until:
            return self._passing(replaced)
        session = self._live.get(id) or await self._load(id)
        now = time.monotonic()
        if session is not None and now - session.seen_at > self._age:
            self._forget(session)
            return self.new()
        if session is None:
            # An id that a login replaced leads back to its identity, which is another one's now.
            taken = _identity(id) in self._identities or await self.store.holds(_identity(id))
            return self.new() if taken else self._new(id, fresh=False)
        session.seen_at = now
        self._note_seen(session)
        return session

    async def _load(self, id: str) -> Session | None:
        session = None if id in self._removed else await self.store.load(id)
        already = self._live.get(id)  # another request was quicker
        if already is not None or session is None:
            return already
        return self._watch(session)

    def is_of(self, cookie: str | None, session: Session) -> bool:
        """Whether a cookie is that of a session, or the one that a login has just replaced."""
        id = self._read(cookie)
        if id is None:
            return False
        replaced = self._replaced.get(id)
        identity = replaced.identity if replaced is not None else _identity_of(self._live.get(id))
        return identity == session.identity

    def cookie(self, session: Session) -> str:
        """The cookie's value for a session."""
        return self._signer.sign(session.id).decode()

    def new(self) -> Session:
        """A session of somebody who has none."""
        return self._new(secrets.token_urlsafe(24), fresh=True)

    # Storing

    async def save(self) -> None:
        """Store the sessions in which something was written since the last time: by requests, handlers, threads.

        Raises what the store raises; what could not be stored is tried again the next time. Only a session with a value that can
        never be is left out, until something is written in it.
        """
        while self._removed:
            id = self._removed.pop()
            try:
                await self.store.remove(id)
            except BaseException:
                self._removed.append(id)
                raise
        refused: SessionError | None = None
        while self._unsaved:
            identity, session = self._unsaved.popitem()
            try:
                await self.store.save(session)
            except SessionError as error:
                refused = error
            except BaseException:
                self._unsaved.setdefault(identity, session)
                raise
        if refused is not None:
            raise refused

    async def sweep(self) -> None:
        """Forget what is old. Sessions that live count as seen, as far as they were."""
        now = time.monotonic()
        for id in [id for id, replaced in self._replaced.items() if replaced.until < now]:
            del self._replaced[id]
        for session in list(self._live.values()):
            self._note_seen(session)
        await self.save()
        await self.store.sweep(self._age)

    # What sessions want

    def check(self, key: str, value: Any) -> None:
        """Raise `SessionError` for a value that cannot be kept."""
        self.store.check(key, value)

    def note(self, session: Session) -> None:
        """Something was written."""
        self._unsaved[session.identity] = session

    def lend(self, session: Session) -> None:
        """Something was handed out that may be changed in place: it is compared when sessions are stored."""
        if self.store.durable and not session.ended:
            self._unsaved[session.identity] = session

    def login(self, session: Session, user: Any) -> None:
        """The session is this user's now, and gets a new id. Raises `UsageError` where the browser cannot be told of it."""
        self.store.check("user", user)
        tab = None
        visit, event = visit_with(session), handling.get()
        if visit is not None and visit.open and visit.with_cookie:
            visit.renewed = True
        elif event is not None and event.tab is not None and event.tab.session is session:
            tab = event.tab
        else:
            raise UsageError(
                "session.login() belongs into a page function, a route, a guard or a handler of this session, before its answer "
                "has begun: that brings the browser the new cookie."
            )
        other = session.take_over(user)
        self._renew_id(session, tab)
        if self.logged_in is not None:
            self.logged_in(session, tab, other)

    def _renew_id(self, session: Session, tab: "Tab | None") -> None:
        old = session.id
        self._live.pop(old, None)
        until = time.monotonic() + self._overlap
        self._replaced[old] = _Replaced(session.identity, until, None if tab is None else ref(tab))
        self._removed.append(old)
        session.id = secrets.token_urlsafe(24)
        session.formerly = ""
        session.used = True
        self._watch(session)
        self.note(session)

    def logout(self, session: Session) -> None:
        """The session ends. A request that is being answered here goes on with a new one."""
        self._forget(session)
        visit = visit_with(session)
        if visit is not None and visit.open:
            visit.begin_anew(self.new())
        if self.ended is not None:
            self.ended(session)

    # Inside

    def _forget(self, session: Session) -> None:
        self._live.pop(session.id, None)
        self._identities.pop(session.identity, None)
        self._unsaved.pop(session.identity, None)
        self._removed.append(session.id)

    def _note_seen(self, session: Session) -> None:
        if self.store.durable and session.used and session.seen_at - session.kept_at > self._age / _KEPT_ANEW:
            self.note(session)

    def _new(self, id: str, *, fresh: bool) -> Session:
        # Derived, so that a session in which nothing was stored is the same person's after a while without tabs.
        session = Session(id, _identity(id))
        session.fresh = fresh
        return self._watch(session)

    def _passing(self, replaced: "_Replaced") -> Session:
        session = self.new()
        session.formerly = replaced.identity
        session.holder = None if replaced.tab is None else replaced.tab()
        return session

    def _watch(self, session: Session) -> Session:
        session.home = self
        self._live[session.id] = self._identities[session.identity] = session
        return session

    def _read(self, cookie: str | None) -> str | None:
        if not cookie:
            return None
        try:
            return self._signer.unsign(cookie).decode()
        except (itsdangerous.BadSignature, UnicodeDecodeError):
            return None


class _Replaced:
    """An id that a login has replaced: whose it was, until when requests may come with it, by which tab's handler."""

    __slots__ = ("identity", "tab", "until")

    def __init__(self, identity: str, until: float, tab: "ref[Tab] | None") -> None:
        self.identity = identity
        self.until = until
        self.tab = tab


def _identity(id: str) -> str:
    return hashlib.sha256(b"justui.identity" + id.encode()).hexdigest()


def _identity_of(session: Session | None) -> str:
    return "" if session is None else session.identity
