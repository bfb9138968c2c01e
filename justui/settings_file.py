"""A file of settings, YAML or TOML: its values, and in which line each stands. Knows no setting's name or type.

It reads plain values and lists of them, and nothing that a parser could be made to build or to repeat.
"""

import importlib
import importlib.util
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from justui.errors import ConfigError

_LARGEST: Final = 1_000_000
"""Bytes of a file that may still be settings."""
_AT_LINE: Final = re.compile(r" ?\(at line (\d+), column \d+\)")


class SettingsFile:
    """The settings of one file. Raises `ConfigError` naming the file, and the line, when it cannot be read as such."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = Path(path).name
        self.values: dict[str, Any] = {}
        self._lines: dict[str, int] = {}
        reader = _READERS.get(Path(path).suffix.lower())
        if reader is None:
            raise ConfigError(f"config={path!r}: a file of settings ends with .toml, .yaml or .yml")
        self._text = _text_of(path)
        try:
            reader(self)
        except RecursionError:
            raise self.error("values are nested too deeply. Settings are plain values, or lists of them") from None

    def where(self, key: str) -> str:
        """Where the value of `key` stands: `settings.yaml, line 3`."""
        return f"{self.name}, line {self._lines.get(key) or _toml_line(self._text, key)}"

    def error(self, text: str, line: int | None = None) -> ConfigError:
        """What is wrong with the file, for the person who wrote it."""
        return ConfigError(f"{self.name}{'' if line is None else f', line {line}'}: {text}.")

    def _read_toml(self) -> None:
        try:
            self.values = tomllib.loads(self._text)
        except ValueError as error:  # TOMLDecodeError is one, and so is a number of too many digits
            line = _AT_LINE.search(str(error))
            raise self.error(
                f"this is no TOML: {_AT_LINE.sub('', str(error))}", int(line[1]) if line else None
            ) from None
        for key, value in self.values.items():
            if isinstance(value, dict):
                line_of_table = _toml_line(self._text, key)
                raise self.error(f"{key!r} is a table. Settings have no sections: write key = value", line_of_table)

    def _read_yaml(self) -> None:
        if importlib.util.find_spec("yaml") is None:
            raise ConfigError(f'{self.name}: YAML needs PyYAML: pip install "justui[yaml]". TOML needs nothing.')
        yaml = importlib.import_module("yaml")
        try:
            self._check_events(yaml)
            self._take_nodes(yaml)
        except yaml.YAMLError as error:
            problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
            unended = "end of stream" in problem  # of which one wants to know where it began
            mark = getattr(error, "context_mark" if unended else "problem_mark", None)
            raise self.error(f"this is no YAML: {problem}", None if mark is None else mark.line + 1) from None

    def _check_events(self, yaml: Any) -> None:
        """Refuse aliases, which can multiply, and depth, before anything is built."""
        depth = 0
        for event in yaml.parse(self._text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1
            if isinstance(event, yaml.AliasEvent):
                raise self.error("settings have no aliases (*name). Write the value itself", line)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            nested_map = depth > 1 and isinstance(event, yaml.MappingStartEvent)
            if depth > 2 or nested_map:
                raise self.error("settings are plain values, or lists of them; there are no sections", line)

    def _take_nodes(self, yaml: Any) -> None:
        loader = yaml.SafeLoader(self._text)
        try:
            root = loader.get_single_node()
            if root is None:
                return
            if not isinstance(root, yaml.MappingNode):
                raise self.error("settings are lines such as `port: 8001`", root.start_mark.line + 1)
            for key_node, value_node in root.value:
                key, line = str(key_node.value), key_node.start_mark.line + 1
                if key in self.values:
                    raise self.error(f"{key!r} stands here a second time, after line {self._lines[key]}", line)
                self._lines[key] = line
                try:
                    self.values[key] = loader.construct_object(value_node, deep=True)
                except ValueError:  # a date that there is not, a number of too many digits; it may be a secret
                    raise self.error(f"the value of {key!r} cannot be read", line) from None
        finally:
            loader.dispose()


_READERS: Final[dict[str, Callable[[SettingsFile], None]]] = {
    ".toml": SettingsFile._read_toml,
    ".yaml": SettingsFile._read_yaml,
    ".yml": SettingsFile._read_yaml,
}


def _text_of(path: str) -> str:
    place = Path(path)
    try:
        with place.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"The file of settings {place.absolute()} cannot be read: {reason}.") from None
    if len(content) > _LARGEST:
        raise ConfigError(f"{place.name} has more than {_LARGEST:,} bytes: this is no file of settings.")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{place.name}, line {line}: this is no UTF-8. Save the file as UTF-8.") from None


def _toml_line(text: str, key: str) -> int:
    """The line of a key, which tomllib does not tell: the first that looks so and before which the file is whole and without it."""
    quoted = re.escape(key)
    looks = re.compile(rf"""\s*\[*\s*(?:{quoted}|"{quoted}"|'{quoted}')\s*[=.\]]""")
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not looks.match(line):
            continue
        try:
            before = tomllib.loads("\n".join(lines[:number]))
        except ValueError:
            continue  # inside a text or a list of several lines
        if key not in before:
            return number + 1
    return 1
