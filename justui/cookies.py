"""The session cookie in requests and responses, as ASGI has them. Knows neither the store nor what a session holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from justui.config import Config
from justui.sessions import Session, Sessions

Scope = Mapping[str, Any]


class SessionCookie:
    """Finds a request's session, and writes the header that lets the browser keep it."""

    def __init__(self, config: Config, sessions: Sessions) -> None:
        self._config = config
        self._sessions = sessions

    async def session(self, scope: Scope) -> Session:
        """The session of a request; a new one where there is none."""
        return await self._sessions.find(self.value(scope))

    def header(self, scope: Scope, session: Session) -> tuple[bytes, bytes]:
        """The header that gives the cookie to the browser, for the App's own addresses only."""
        session.fresh = False
        secure = "; Secure" if scope["scheme"] in ("https", "wss") else ""
        value = (
            f"{self._name(scope)}={self._sessions.cookie(session)}; Path={scope.get('root_path') or '/'}; "
            f"Max-Age={int(self._config.session_age)}; HttpOnly; SameSite=Lax{secure}"
        )
        return b"set-cookie", value.encode()

    def end(self, scope: Scope) -> tuple[bytes, bytes]:
        """The header that takes the cookie from the browser."""
        value = f"{self._name(scope)}=; Path={scope.get('root_path') or '/'}; Max-Age=0; HttpOnly; SameSite=Lax"
        return b"set-cookie", value.encode()

    def value(self, scope: Scope) -> str | None:
        """The cookie that came with a request, as it came; None where there is none."""
        return _value(scope, self._name(scope))

    def _name(self, scope: Scope) -> str:
        if self._config.session_cookie:
            return self._config.session_cookie
        port = next(_headers(scope, b"host"), "").rpartition(":")[2]
        return f"justui-{port}" if port.isdecimal() else "justui"


def _value(scope: Scope, name: str) -> str | None:
    for header in _headers(scope, b"cookie"):
        for part in header.split(";"):
            found, _, content = part.strip().partition("=")
            if found == name:
                return content
    return None


def _headers(scope: Scope, name: bytes) -> Iterator[str]:
    return (value.decode("latin-1") for key, value in scope["headers"] if key == name)
