"""`Visit`: one HTTP request that an App is answering, so that what runs in it finds its person. Answers nothing itself."""

from collections.abc import Iterable, Mapping, MutableMapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from justui.sessions import Session

KEY: Final = "justui.visit"
"""Where a request's scope has its visit. Not `session`, which a program's own middleware may replace."""

_ALWAYS_OURS: Final = b"cache-control"

visiting: "ContextVar[Visit | None]" = ContextVar("justui_visiting", default=None)
"""The request that is being answered here, also in the threads in which views of other frameworks run."""


class Visit:
    """A request to `app`, from its arrival to its response. `scope` is as it arrived; `outer`: where another App passed it on.

    `with_cookie`: the response can bring a cookie, as that to a socket cannot.
    """

    __slots__ = (
        "app",
        "ended",
        "headers",
        "inner",
        "open",
        "outer",
        "renewed",
        "scope",
        "session",
        "shows_page",
        "with_cookie",
    )

    def __init__(self, app: object, scope: Mapping[str, Any], session: "Session", *, with_cookie: bool = True) -> None:
        self.app = app
        self.scope = scope
        self.session = session
        self.shows_page = False
        """Whether a live page is the answer: its cookie is to last as long as the page."""
        self.headers: dict[str, str] = {}
        """What the response needs beside what its maker gives it."""
        self.outer = visiting.get()
        self.inner: MutableMapping[str, Any] = {}
        """The scope that the program sees, with the session in it."""
        self.open = True
        """Whether the response has not begun."""
        self.with_cookie = with_cookie
        self.renewed = False
        """Whether a login has given the session a new id, which the response is to bring."""
        self.ended = False
        """Whether the session of the cookie that came has ended."""

    def begin_anew(self, session: "Session") -> None:
        """The session has ended: from here on the program sees this one."""
        self.session = self.inner["session"] = session
        self.ended, self.renewed = True, False

    def close(self) -> None:
        """It has been answered. The scope is let go of, which knows the visit: what the request made goes with it."""
        self.open = False
        self.inner = {}

    def take_page(self) -> None:
        """A live page is the answer."""
        self.session.used = True
        self.shows_page = True

    def completed(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The response's headers, and those that it needs; a policy of its maker's own stays."""
        ours = {name.lower().encode(): value.encode() for name, value in self.headers.items()}
        theirs = [(name, value) for name, value in headers if name.lower() != _ALWAYS_OURS or _ALWAYS_OURS not in ours]
        said = {name.lower() for name, _ in theirs}
        return [*theirs, *((name, value) for name, value in ours.items() if name not in said)]


def visit_of(app: object) -> Visit | None:
    """The request that `app` is answering here; None where there is none."""
    visit = visiting.get()
    while visit is not None and visit.app is not app:
        visit = visit.outer
    return visit


def visit_with(session: "Session") -> Visit | None:
    """The request of this session that is being answered here; None where there is none."""
    visit = visiting.get()
    while visit is not None and visit.session is not session:
        visit = visit.outer
    return visit
