"""The settings of an App: one typed, documented place with sane bounds. From the program, then a file, then the environment."""

import dataclasses
import importlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from justui.errors import ConfigError
from justui.hints import near, say
from justui.setting_values import checked, digits, parsed

if TYPE_CHECKING:
    from justui.settings_file import SettingsFile

SECRET: Final = frozenset({"secret_key", "session_store"})
"""Settings whose value nobody is ever shown."""
_PASSWORD: Final = re.compile(r"(?<=//)[^/@\s]+(?=@)")
_PREFIX: Final = "JUSTUI_"


class _Layers:
    """Which file was read, and where each setting comes from that does not come from the program."""

    __slots__ = ("_file", "_origins")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Config(_Layers):
    """The settings of an App: keywords of the program, a file, and environment variables `JUSTUI_<NAME>`; the last one wins."""

    host: str = "127.0.0.1"
    """Address of this machine to listen on, such as `0.0.0.0` for all that it has. For `app.run`."""
    port: int | None = None
    """Port to listen on; 0 is any free one. None: the first free one from 8000 on. For `app.run`."""
    base_path: str = ""
    """Prefix of all addresses, such as `/test`; nothing is served above it. Empty: none."""
    open_browser: bool = False
    """Show the homepage in a browser once the server listens; not where there is no screen, and not in CI. For `app.run`."""
    reload: bool = False
    """Start the program again when its files change, while you write it. For `app.run`."""
    workers: int = 1
    """Processes; this version can have one. For `app.run`."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses and networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. For `app.run`."""
    log_level: str = ""
    """How much is logged: `debug`, `info`, `warning`, `error` or `critical`. Empty: warnings, or as the program has it. For `app.run`."""
    log_file: str = ""
    """File to which the log is added; `stdout` is standard output. Empty: standard error. For `app.run`."""
    access_log: bool = False
    """Log each request, without its query. For `app.run`."""
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
    """Where sessions are kept, so that they outlive the server: a file, `sessions.db`, or a Redis server, `redis://localhost`. Empty: in memory."""
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
    upload_half_bytes: int = 2_000_000_000
    """Bytes of one person's half uploads in folders that take files."""
    uploads_half_bytes: int = 10_000_000_000
    """The same for the whole App."""
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
        """Settings from `arguments`, then from the file that `arguments["config"]` or `JUSTUI_CONFIG` names, then from the environment.

        Raises `ConfigError` naming the key, and the file and its line, when a key is unknown or its value has the wrong type,
        and for a file that cannot be read.
        """
        environment = os.environ if environment is None else environment
        arguments = dict(arguments)
        file = _file(arguments.pop("config", None), environment)
        values = _from_code(arguments)
        origins: dict[str, str] = {}
        if file is not None:
            values |= _from_file(file)
            origins = {name: file.where(name) for name in file.values}
        _say_misspelt(environment)
        for name, kind in _KINDS.items():
            variable = _PREFIX + name.upper()
            value = parsed(variable, name, environment.get(variable), kind)
            if value is not None:
                values[name], origins[name] = value, variable
        return cls(**values)._from(origins, "" if file is None else file.path)

    def with_code(self, **arguments: Any) -> "Config":
        """The same with what the program says later, which a file and the environment overrule, too. None: says nothing.

        Raises `ConfigError` naming the key when a value has the wrong type.
        """
        said = _from_code({name: value for name, value in arguments.items() if value is not None})
        origins = self._given()
        new = {name: value for name, value in said.items() if name not in origins}
        return dataclasses.replace(self, **new)._from(origins, self.file)

    def origin(self, name: str) -> str:
        """What overruled the program: `JUSTUI_PORT`, or `settings.yaml, line 3`; empty where nothing did."""
        return self._given().get(name, "")

    def _given(self) -> dict[str, str]:
        given: dict[str, str] = getattr(self, "_origins", {})
        return given

    @property
    def file(self) -> str:
        """The path of the file that was read; empty where there was none."""
        path: str = getattr(self, "_file", "")
        return path

    def _from(self, origins: dict[str, str], file: str) -> "Config":
        object.__setattr__(self, "_origins", origins)
        object.__setattr__(self, "_file", file)
        return self

    def __repr__(self) -> str:
        values = ((name, getattr(self, name), default) for name, default in _DEFAULTS.items())
        return f"Config({', '.join(f'{name}={_shown(name, value)}' for name, value, default in values if value != default)})"


_KINDS: Final[dict[str, Any]] = {field.name: field.type for field in dataclasses.fields(Config)}
_DEFAULTS: Final = {field.name: field.default for field in dataclasses.fields(Config)}


def _from_code(arguments: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in arguments.items():
        if name not in _KINDS:
            raise ConfigError(f"There is no setting {name!r}.{near(name, _KINDS)}")
        value = digits(value) if name == "port" else value
        values[name] = checked(name, name, value, _KINDS[name], secret=name in SECRET)
    return values


def _say_misspelt(environment: Mapping[str, str]) -> None:
    """Hint at variables that are nearly settings. Others with our prefix may be of other programs."""
    known = [_PREFIX + name.upper() for name in (*_KINDS, "config")]
    for variable in environment:
        if variable.startswith(_PREFIX) and variable not in known and (found := near(variable, known, 0.85)):
            say(f"There is no setting for the variable {variable}.{found}")


def _from_file(file: "SettingsFile") -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in file.values.items():
        where = file.where(name)
        if name not in _KINDS:
            raise ConfigError(f"{where}: there is no setting {name!r}.{near(name, _KINDS)}")
        values[name] = checked(f"{where}: {name}", name, value, _KINDS[name], secret=name in SECRET)
    return values


def _file(argument: Any, environment: Mapping[str, str]) -> "SettingsFile | None":
    path = environment.get(_PREFIX + "CONFIG") or argument
    if path is None or path == "":
        return None
    if not isinstance(path, str | os.PathLike):
        raise ConfigError(
            f"config wants the path of a file, such as settings.toml, got {type(path).__name__}. Settings are keywords."
        )
    read: SettingsFile = importlib.import_module("justui.settings_file").SettingsFile(os.fspath(path))
    return read


def _shown(name: str, value: Any) -> str:
    return "'…'" if name in SECRET else _PASSWORD.sub("…", repr(value))


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
