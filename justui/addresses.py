"""Addresses of an App: the prefix that all of them have, and the one below which they are justui's own. Serves nothing.

Where a proxy takes the prefix away, it says so by `X-Forwarded-Prefix`. Nobody is believed anything by that: who sends the
header gets what is at the address with the prefix, which everybody may ask for.
"""

from collections.abc import Iterable, MutableMapping
from typing import Any, Final

from justui import wire
from justui.errors import ConfigError

Scope = MutableMapping[str, Any]

_TAKEN_AWAY: Final = b"x-forwarded-prefix"


def below(scope: Scope, base: str) -> Scope | None:
    """The request with `base` as part of its root; None for one that is not below it."""
    root, path = str(scope.get("root_path", "")), str(scope["path"])
    if root.endswith(base):  # the server was told, as with `uvicorn --root-path`
        return scope
    whole = root + base
    said = next((value for name, value in scope["headers"] if name == _TAKEN_AWAY), b"")
    if said.decode("latin-1").rstrip("/") == base:
        raw = base.encode() + (scope.get("raw_path") or path.encode())
        return {**scope, "root_path": whole, "path": whole + path.removeprefix(root), "raw_path": raw}
    if path == whole or path.startswith(f"{whole}/"):
        return {**scope, "root_path": whole}
    return None


async def enter(scope: Scope, receive: Any, send: Any, base: str, *, debug: bool) -> Scope | None:
    """The request below `base`. None: it is for another address, and has been answered."""
    inside = below(scope, base)
    if inside is None:
        await _answer_nothing(
            scope,
            receive,
            send,
            f"Nothing is served here, but at {base}{scope['path'][:200]}" if debug else "Not found",
        )
    elif scope["type"] == "http" and inside["path"] == inside["root_path"]:
        await _add_slash(inside, send)
        inside = None
    return inside


async def _add_slash(scope: Scope, send: Any) -> None:
    """Lead to the homepage. The address is without a host, so that no proxy has to have told it."""
    query = scope.get("query_string", b"")
    place = f"{scope['root_path']}/".encode() + (b"?" + query if query else b"")
    headers = [(b"location", place), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _answer_nothing(scope: Scope, receive: Any, send: Any, text: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def check_route(path: object) -> None:
    """Raise `ConfigError` for an address that is justui's own."""
    if f"{path}/".startswith(f"{wire.ADDRESS}/"):
        raise ConfigError(f"{path}: addresses below {wire.ADDRESS} are justui's own. Choose another.")


def checked(routes: Iterable[Any], prefix: str = "") -> list[Any]:
    """These route objects. Raises `ConfigError` as `check_route`, for what is in them, too."""
    routes = list(routes)
    for route in routes:
        path = prefix + str(getattr(route, "path", ""))
        check_route(path)
        inner = getattr(route, "routes", None)
        if isinstance(inner, list | tuple):
            checked(inner, path)
    return routes
