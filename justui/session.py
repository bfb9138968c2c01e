"""`Session`: what the program keeps for one person. Knows neither cookies nor where it is stored."""

import time
from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any, Protocol

from justui.errors import UsageError

if TYPE_CHECKING:
    from justui.tab import Tab


class SessionHome(Protocol):
    """What a session wants of those who keep it."""

    def check(self, key: str, value: Any) -> None:
        """Raise `SessionError` for a value that cannot be kept."""

    def note(self, session: "Session") -> None:
        """Something was written."""

    def lend(self, session: "Session") -> None:
        """Something was handed out that may be changed in place."""

    def login(self, session: "Session", user: Any) -> None:
        """The session is this user's now."""

    def logout(self, session: "Session") -> None:
        """The session ends."""


class Session(MutableMapping[str, Any]):
    """What the program keeps for one person; the same object in requests, tabs and handlers.

    `user` is who has logged in, else None. `id` stands, signed, in the cookie and changes at `login`; `identity` never does
    and never leaves the server. Do not show either to anybody.
    """

    __slots__ = (
        "__weakref__",
        "_data",
        "_user",
        "ended",
        "formerly",
        "fresh",
        "holder",
        "home",
        "id",
        "identity",
        "kept_at",
        "kept_text",
        "seen_at",
        "used",
    )

    def __init__(self, id: str, identity: str, data: dict[str, Any] | None = None, user: Any = None) -> None:
        self.id = id
        self.identity = identity
        self._data: dict[str, Any] = {} if data is None else data
        self._user = user
        self.home: SessionHome | None = None
        """Who keeps it; set by `Sessions`."""
        self.ended = False
        """Whether `logout` was called: nothing that is written now is kept."""
        self.fresh = False
        """Whether the browser does not know the cookie yet."""
        self.used = False
        """Whether something depends on the cookie, so that it has to be sent."""
        self.formerly = ""
        """Of a request that came with an id which a login has just replaced: the identity of that session. Nothing else
        of it is here, and the answer brings no cookie: the browser is about to have the new one."""
        self.holder: Tab | None = None
        """The tab that logged in then, and is to bring its browser the new cookie."""
        self.seen_at = time.monotonic()
        self.kept_at = self.seen_at
        """When it was stored last."""
        self.kept_text = ""
        """What was stored then."""

    @property
    def user(self) -> Any:
        """Who has logged in: what was given to `login`; None for nobody."""
        return self._user

    def login(self, user: Any) -> None:
        """From now on this session is `user`'s: whatever the program tells people by, such as a name or a number.

        The cookie changes with the answer to this request, or, in a handler, at once by way of its tab; the one before is worth
        nothing from here on, so a cookie that somebody else planted or saw is of no use. All tabs of the session go on.
        When another user was logged in, what the session had is forgotten, and the other tabs load anew.
        Raises `UsageError` where neither a request is answered nor a handler runs, `SessionError` for what cannot be kept.
        """
        if user is None:
            raise UsageError("login(None): a user is anything but None. To log out: session.logout().")
        if self.ended:
            raise UsageError(
                "This session has ended by logout(). The next one is request.session, with the next request."
            )
        if self.home is None:
            self._user = user
        else:
            self.home.login(self, user)

    def logout(self) -> None:
        """End this session: the user, what was kept, and all of its tabs, which load anew through their guards.

        From anywhere. Twice does no harm.
        """
        if self.ended:
            return
        self.ended = True
        self._user = None
        self._data.clear()
        if self.home is not None:
            self.home.logout(self)

    def take_over(self, user: Any) -> bool:
        """Let it be this user's. Whether it was another's before; then what was kept is forgotten. For those who keep it."""
        other = self._user is not None and self._user != user
        if other:
            self._data.clear()
        self._user = user
        return other

    @property
    def content(self) -> dict[str, Any]:
        """What is kept, as it is: for stores."""
        return self._data

    def _written(self) -> None:
        self.used = True
        if self.home is not None and not self.ended:
            self.home.note(self)

    def __getitem__(self, key: str) -> Any:
        value = self._data[key]
        if self.home is not None and isinstance(value, (list, dict)):
            self.home.lend(self)
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        if self.home is not None:
            self.home.check(key, value)
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
