"""Whether the page that makes a request is one of ours (law 14). Knows headers, nothing else."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


def origin_allowed(scope: Mapping[str, Any], origins: tuple[str, ...]) -> bool:
    """Whether the page that opens a socket or sends a file is ours: its Origin has the Host asked for, or is on the list.

    A client that sends no Origin is no browser, and carries nobody's cookies unknowingly.
    """
    origin = header(scope, b"origin")
    if not origin or origin in origins:
        return True
    host = header(scope, b"host")
    try:
        return bool(host) and _with_port(urlsplit(origin).netloc, origin) == _with_port(host, origin)
    except ValueError:
        return False


def _with_port(host: str, origin: str) -> str:
    host = host.lower()
    port = ":443" if origin.startswith("https:") else ":80"
    return host.removesuffix(port)


def header(scope: Mapping[str, Any], name: bytes) -> str:
    """The first header of this name, in lower case; empty where there is none."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""
