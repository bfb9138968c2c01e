"""The settings of a JustPy program: `justpy.env` in the working directory, and the environment, under JustPy's names."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar

from starlette.config import Config as Values

from justui.justpy.rules import tags

log = logging.getLogger("justui")

Value = TypeVar("Value")

_FILE: Final = "justpy.env"
_WORDS: Final = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}
KNOWN_OPTIONS: Final = frozenset(
    """
    tailwind quasar quasar_version highcharts aggrid aggrid_enterprise katex vega plotly bokeh deckgl no_internet static_name
    """.split()
)
"""Keywords of `justpy()` that chose what JustPy's template loads."""
LATER: Final = frozenset({"katex", "vega", "plotly", "bokeh", "deckgl"})
"""Those of libraries that justui does not have yet."""


class Settings:
    """The settings, read once."""

    def __init__(self, folder: Path | None = None) -> None:
        file = (folder or Path.cwd()) / _FILE
        self._values = Values(file if file.is_file() else None)
        self.host: str | None = self._read("HOST", str, None)
        self.port: int | None = self._read("PORT", int, None)
        self.debug: bool | None = self._read("DEBUG", _flag, None)
        self.sessions: bool = self._read("SESSIONS", _flag, True)
        self.cookie: str = self._read("SESSION_COOKIE_NAME", str, "")
        self.secret_key: str = self._read("SECRET_KEY", str, "")
        self.cookie_age: float = self._read("COOKIE_MAX_AGE", float, 7 * 86400.0)
        self.key_file: str = self._read("SSL_KEYFILE", str, "")
        self.certificate: str = self._read("SSL_CERTFILE", str, "")
        self.static_directory: str = self._read("STATIC_DIRECTORY", str, "")
        self.static_route: str = self._read("STATIC_MOUNT", str, self._read("STATIC_ROUTE", str, "/static"))
        self.logging_level: str = self._read("LOGGING_LEVEL", str, "WARNING")

    def _read(self, name: str, kind: Callable[[str], Any], default: Any) -> Any:
        text = self._values(name, default=None)
        if text is None:
            return default
        try:
            return kind(text)
        except ValueError:
            log.warning("%s=%r is not understood, so it is left out", name, text)
            return default

    def for_app(self) -> dict[str, Any]:
        """What of it is a setting of an App."""
        found: dict[str, Any] = {"session_age": self.cookie_age}
        if self.debug is False:
            found["debug"] = False
        if self.secret_key:
            found["secret_key"] = self.secret_key
        if self.cookie:
            found["session_cookie"] = self.cookie
        return found


def _flag(text: str) -> bool:
    try:
        return _WORDS[text.strip().lower()]
    except KeyError:
        raise ValueError(text) from None


class JustPy:
    """What JustPy keeps for the whole program."""

    loop: Any = None
    STATIC_DIRECTORY: str = ""
    """The folder that is served below `/static`: nothing is, until the program or `justpy.env` names one."""
    LOGGING_LEVEL: Any = logging.WARNING
    component_registry: ClassVar[dict[str, Any]] = tags
