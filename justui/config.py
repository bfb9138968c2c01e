"""The settings of an App: one typed, documented place with sane bounds. Reads arguments and the environment."""

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from justui.errors import ConfigError
from justui.hints import near

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of an App. Each may also be set by an environment variable `JUSTUI_<NAME>`; an argument wins."""

    debug: bool | None = None
    """Show tracebacks in the page and give hints. None: yes while `app.run` listens on this machine only."""
    secret_key: str = ""
    """Signs the session cookie. Empty: a random one is made at each start, and sessions end with the server."""
    origins: tuple[str, ...] = ()
    """Further origins that may open the socket, such as `https://example.org`; the page's own always may."""
    session_cookie: str = ""
    """Name of the session cookie. Empty: `justui`, and the port where the address has one (ports share cookies)."""
    session_age: float = 14 * 86400.0
    """Seconds that a session lives after its last use."""
    session_store: str = ""
    """File in which sessions are kept, such as `sessions.db`, so that they outlive the server. Empty: in memory."""
    sessions: int = 100_000
    """Sessions with something in them that are kept."""
    session_overlap: float = 10.0
    """Seconds after a login in which the session id before may still arrive, and leads to nothing."""
    grace: float = 180.0
    """Seconds that a tab whose connection dropped is kept."""
    join_time: float = 10.0
    """Seconds that a page which was sent waits for its socket, and a socket for its first frame."""
    beat: float = 20.0
    """Seconds between two heartbeats."""
    drain: float = 5.0
    """Seconds over which tabs come back after the server goes down."""
    tabs: int = 10_000
    """Tabs of the whole App, those that dropped included."""
    tabs_per_session: int = 100
    """Tabs of one person."""
    unjoined: int = 5_000
    """Pages that were sent and not yet joined by their socket; past it the oldest is freed."""
    unjoined_per_session: int = 50
    """The same for one person."""
    frame_bytes: int = 2_000_000
    """Size of one frame from a browser, after inflation."""
    frame_depth: int = 32
    """Nesting of lists and objects in one frame from a browser."""
    events_per_second: int = 200
    """Events of one tab per second, on average; a faster tab is read more slowly, nothing of it is lost."""
    fields_per_event: int = 1_000
    """Fields that one frame from a browser may carry."""
    text_length: int = 200_000
    """Characters in one text field."""
    outbox_bytes: int = 1_000_000
    """Bytes waiting for, or not yet acknowledged by, one tab; past it one fresh state takes their place."""
    outbox_frames: int = 2_000
    """Frames waiting for, or not yet acknowledged by, one tab; likewise."""
    outbox_call_bytes: int = 8_000_000
    """Bytes of calls, answers and messages waiting for, or not yet acknowledged by, one tab; past it the tab begins anew."""
    subscriptions_per_tab: int = 200
    """Topics, and patterns of topics, that one tab subscribes to."""
    kept_values: int = 100_000
    """Topics that keep their last value."""
    queues: int = 10_000
    """Queues with something in them."""
    queue_length: int = 10_000
    """Items in one queue that was given no `limit=`."""
    queue_bytes: int = 100_000_000
    """Bytes in all queues together."""
    upload_bytes: int = 100_000_000
    """Bytes of one file that a person chooses in a file input."""
    upload_files: int = 100
    """Files of one person that were sent, or are on their way, and that no event has fetched yet."""
    upload_waiting_bytes: int = 500_000_000
    """The bytes of these."""
    uploads_files: int = 500
    """The same number for the whole App; each larger one is an open file of the server's."""
    uploads_waiting_bytes: int = 2_000_000_000
    """The same bytes for the whole App."""
    upload_idle: float = 30.0
    """Seconds that an upload may stand still, or be slower than 1,000 bytes a second."""
    slow_handler: float = 0.25
    """Seconds after which a handler that blocks everybody is named, in debug mode."""
    slow_startup: float = 5.0
    """Seconds after which a startup that has not returned is named."""
    threads: int = 32
    """Worker threads for `ui.in_thread` and `@ui.threaded`."""
    calls: int = 10_000
    """Calls from browsers that have not ended, of the whole App; past it more are refused."""
    calls_per_tab: int = 1_000
    """The same for one tab."""
    calls_per_frame: int = 1_000
    """Calls that one frame from a browser may carry."""
    exposed_threads: int = 8
    """Worker threads for exposed functions with `thread=True`."""
    start_within: float = 3.0
    """Seconds in which such a function has to get its thread; else it is refused, and never runs."""
    restricted_by: tuple[str, ...] = ()
    """Attributes that, where they are true, close a method or object to browsers, as `@ui.restricted` does."""
    templates: str = "templates"
    """Folder of the HTML files that `app.render` finds."""
    css: str = ""
    """The App's own style sheet, for Tailwind: a file such as `app.css`, or the text itself."""
    assets: str = ""
    """Folder of the third-party files that were fetched. Empty: the platform's cache folder. One for the whole process."""
    cdn: str = "https://cdn.jsdelivr.net/npm"
    """Where third-party files come from: `https://…` of the registry's files. Empty: from the npm client and the folder alone."""

    @classmethod
    def read(cls, arguments: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> "Config":
        """Settings from `arguments`, then from the environment.

        Raises `ConfigError` naming the key when a key is unknown or its value has the wrong type.
        """
        environment = os.environ if environment is None else environment
        fields = {field.name: field for field in dataclasses.fields(cls)}
        for key in arguments:
            if key not in fields:
                raise ConfigError(f"There is no setting {key!r}.{near(key, fields)}")
        values: dict[str, Any] = {}
        for name, field in fields.items():
            variable = "JUSTUI_" + name.upper()
            if name in arguments:
                values[name] = _checked(name, arguments[name], field.type)
            elif variable in environment:
                values[name] = _parsed(variable, environment[variable], field.type)
        return cls(**values)


def style_sheet(setting: str) -> str:
    """The text of the setting `css`. Raises `ConfigError` for a file that cannot be read."""
    if "{" in setting or not setting.strip().endswith(".css"):
        return setting
    try:
        return Path(setting.strip()).read_text("utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"css={setting!r} cannot be read: {error}. Write the path of a style sheet, or CSS."
        ) from None


def _checked(name: str, value: Any, kind: Any) -> Any:
    if kind == tuple[str, ...]:
        if not isinstance(value, (list, tuple, set, frozenset)) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{name} must be a list of strings, got {value!r}")
        return tuple(value)
    if kind is str and isinstance(value, os.PathLike):
        value = os.fspath(value)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) not in (get_args(kind) or (kind,)):
        raise ConfigError(f"{name} must be {_named(kind)}, got {value!r}")
    if kind is int and value < 1:
        raise ConfigError(f"{name} must be at least 1, got {value!r}")
    if kind is float and not value >= 0:
        raise ConfigError(f"{name} must not be negative, got {value!r}")
    return value


def _parsed(variable: str, text: str, kind: Any) -> Any:
    if kind == tuple[str, ...]:
        return tuple(item.strip() for item in text.split(",") if item.strip())
    if kind is str:
        return text
    if kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            raise ConfigError(f"{variable} must be {_named(kind)}, got {text!r}") from None
        return _checked(variable, value, kind)
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ConfigError(f"{variable} must be true or false, got {text!r}")


def _named(kind: Any) -> str:
    names = {int: "a whole number", float: "a number", str: "a string"}
    return names.get(kind, "true or false")
