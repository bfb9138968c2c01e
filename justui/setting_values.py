"""Whether a value may be that of a setting: its kind, its range, and what a text of the environment means."""

import ipaddress
import os
import re
from typing import Any, Final, get_args

from justui.errors import ConfigError

_TRUE: Final = {"1", "true", "yes", "on"}
_FALSE: Final = {"0", "false", "no", "off"}
_NAMES: Final = {int: "a whole number", float: "a number", str: "a string"}
LEVELS: Final = ("debug", "info", "warning", "error", "critical")
_BASE: Final = re.compile(r"(/(?!\.\.?(/|$))[A-Za-z0-9._~-]+)+")
_NEVER_EMPTY: Final = {"host"}


def checked(label: str, name: str, value: Any, kind: Any, *, secret: bool = False) -> Any:
    """The value of the setting `name` as it is kept. Raises `ConfigError` that begins with `label` when it cannot be one.

    `secret`: the message does not show it.
    """
    got = "" if secret else f", got {value!r:.80}"
    if name == "port":
        return _port(label, value, got)
    if kind == tuple[str, ...]:
        if not isinstance(value, list | tuple | set | frozenset) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{label} must be a list of strings{got}")
        value = tuple(value)
    elif kind is str and isinstance(value, os.PathLike):
        value = os.fspath(value)
    elif kind is float and type(value) is int:
        value = float(value)
    if kind != tuple[str, ...] and type(value) not in (get_args(kind) or (kind,)):
        raise ConfigError(f"{label} must be {named(kind)}{got}")
    if kind is int and value < 1:
        raise ConfigError(f"{label} must be at least 1{got}")
    if kind is float and not value >= 0:
        raise ConfigError(f"{label} must not be negative, got {value!r}")
    rule = _RULES.get(name)
    return value if rule is None else rule(label, value)


def parsed(variable: str, name: str, text: str | None, kind: Any) -> Any:
    """What a text of the environment says of the setting `name`; None where it says nothing. Raises `ConfigError` naming the variable."""
    if text is None or (not text and (kind not in (str, tuple[str, ...]) or name in _NEVER_EMPTY)):
        return None
    value: Any = text
    if name == "port":
        value = digits(text)
    elif kind == tuple[str, ...]:
        value = tuple(item.strip() for item in text.split(",") if item.strip())
    elif kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            raise ConfigError(f"{variable} must be {named(kind)}, got {text!r:.80}") from None
    elif kind is not str:
        if text.lower() not in _TRUE | _FALSE:
            raise ConfigError(f"{variable} must be true or false, got {text!r:.80}")
        value = text.lower() in _TRUE
    return checked(variable, name, value, kind)


def digits(value: Any) -> Any:
    """A number where a text is one, as a port on a command line is; else the value itself."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 6 else value


def named(kind: Any) -> str:
    """A kind as people call it."""
    return _NAMES.get(kind, "true or false")


def _port(label: str, value: Any, got: str) -> int | None:
    if value is not None and (type(value) is not int or not 0 <= value <= 65535):
        raise ConfigError(f"{label} must be a number from 0 to 65535{got}")
    return value


def _base_path(label: str, value: str) -> str:
    path = value.rstrip("/")
    if path and not _BASE.fullmatch(path):
        raise ConfigError(
            f'{label} must be a prefix such as "/test", of letters, digits and . _ ~ -, got {value!r:.80}'
        )
    return path


def _log_level(label: str, value: str) -> str:
    if value and value.lower() not in LEVELS:
        raise ConfigError(f"{label} must be one of {', '.join(LEVELS)}, got {value!r:.80}")
    return value.lower()


def _host(label: str, value: str) -> str:
    if not value or "/" in value or " " in value:
        raise ConfigError(f"{label} must be an address or a name of this machine, such as 127.0.0.1, got {value!r:.80}")
    return value


def _proxies(label: str, value: tuple[str, ...]) -> tuple[str, ...]:
    for item in value:
        try:
            if item != "*":
                ipaddress.ip_network(item, strict=False)
        except ValueError:
            raise ConfigError(
                f"{label} must hold addresses and networks, such as 10.0.0.0/8, or * for all, got {item!r:.80}"
            ) from None
    return value


_RULES: Final[dict[str, Any]] = {
    "base_path": _base_path,
    "host": _host,
    "log_level": _log_level,
    "trusted_proxies": _proxies,
}
