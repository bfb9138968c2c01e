"""Fills the hashes of `assets.toml`: `python -m justui.components.pin`. For developers of justui, who then read the diff.

Every package is fetched by the npm client, and the lines of its files are written anew. It decides nothing else.
"""

import re
import sys
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from justui.errors import AssetError
from justui.manifest import MANIFEST, Manifest, integrity_of
from justui.sources import Npm

_LARGEST: Final = 50_000_000
_TABLE: Final = re.compile(r'^\[(?:"(?P<quoted>[^"]+)"|(?P<plain>[\w-]+))\.files\]')
_LINE: Final = re.compile(r'^"(?P<path>[^"]+)" = \{ kind = "(?P<kind>\w+)".*\}$')


def pinned(text: str, contents: Mapping[str, Mapping[str, bytes]]) -> str:
    """The manifest's text with sizes and hashes of `contents` (package, path), everything else untouched."""
    lines, package = [], ""
    for line in text.splitlines():
        if line.startswith("["):
            found = _TABLE.match(line)
            package = (found["quoted"] or found["plain"]) if found else ""
        entry = _LINE.match(line) if package else None
        if entry is not None:
            content = contents[package][entry["path"]]
            said = f'kind = "{entry["kind"]}", bytes = {len(content)}, integrity = "{integrity_of(content)}"'
            line = f'"{entry["path"]}" = {{ {said} }}'
        lines.append(line)
    return "\n".join(lines) + "\n"


def contents_of(table: Mapping[str, Any]) -> dict[str, dict[str, bytes]]:
    """The files that a manifest names, by package and path. Raises `AssetError` when one cannot be had."""
    unpinned = {
        name: {**entry, "files": {path: _unpinned(said) for path, said in entry["files"].items()}}
        for name, entry in table.items()
    }
    npm, contents = Npm(), {}
    for name, package in Manifest(unpinned).packages.items():
        wanted = replace(package, files={path: replace(file, size=_LARGEST) for path, file in package.files.items()})
        contents[name] = npm.fetch(wanted, next(iter(wanted.files.values())), threading.Event())
        missing = sorted(set(package.files) - set(contents[name]))
        if missing:
            raise AssetError(f"{name}@{package.version} has no {', '.join(missing)}")
    return contents


def _unpinned(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "bytes": 0, "integrity": "sha384-"}


def main(place: Path = MANIFEST) -> None:
    """Pin the manifest."""
    text = place.read_text("utf-8")
    contents = contents_of(tomllib.loads(text))
    new = pinned(text, contents)
    place.write_text(new, "utf-8")
    count = sum(len(files) for files in contents.values())
    sys.stdout.write(f"{place}: {count} files {'unchanged' if new == text else 'pinned anew, read the diff'}\n")


if __name__ == "__main__":
    main()
