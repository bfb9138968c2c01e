"""One person's cookies: kept per path, sent back, forgotten when the server says so."""

import time
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie


class Cookies:
    """A cookie jar for one server."""

    def __init__(self) -> None:
        self._jar: dict[tuple[str, str], str] = {}

    def take(self, headers: Iterable[tuple[str, str]]) -> None:
        """Keep what the `set-cookie` headers of a response say."""
        for name, value in headers:
            if name.lower() != "set-cookie":
                continue
            try:
                morsels = SimpleCookie(value)
            except CookieError:
                continue
            for key, morsel in morsels.items():
                place = (morsel["path"] or "/", key)
                if _expired(morsel["max-age"], morsel["expires"]):
                    self._jar.pop(place, None)
                else:
                    self._jar[place] = morsel.value

    def header(self, path: str) -> str:
        """Return the `cookie` header for a request of `path`; empty when there is nothing to send."""
        fitting = [(place, name) for place, name in self._jar if _covers(place, path)]
        fitting.sort(key=lambda item: -len(item[0]))
        return "; ".join(f"{name}={self._jar[place, name]}" for place, name in fitting)

    def get(self, name: str) -> str | None:
        """Return the value of a cookie, None when there is none of this name."""
        return next((value for (_, key), value in self._jar.items() if key == name), None)

    def __len__(self) -> int:
        return len(self._jar)

    def set(self, name: str, value: str, path: str = "/") -> None:
        """Put a cookie in by hand."""
        self._jar[path, name] = value

    def clear(self) -> None:
        """Forget all cookies."""
        self._jar.clear()


def _covers(place: str, path: str) -> bool:
    return path == place or path.startswith(place if place.endswith("/") else place + "/")


def _expired(max_age: str, expires: str) -> bool:
    if max_age:
        return int(max_age) <= 0
    if not expires:
        return False
    try:
        return parsedate_to_datetime(expires).timestamp() <= time.time()
    except ValueError:
        return False
