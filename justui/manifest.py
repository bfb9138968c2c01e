"""The manifest: which third-party browser files justui may serve, in which version, by which hash.

It reads `components/assets.toml` and never touches a network or the files themselves.
"""

import base64
import functools
import hashlib
import importlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from justui.errors import AssetError, ConfigError
from justui.hints import near

Kind = Literal["script", "module", "sheet", "font", "image", "text"]

MANIFEST: Final = Path(__file__).resolve().parent / "components" / "assets.toml"

_REWRITING: Final = "1"
"""Part of the addresses of rewritten files: raise it when `rewriting` writes something else than before."""
_REWRITTEN: Final = frozenset({"module", "sheet"})
_MEDIA_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "wasm": "application/wasm",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
}
_PLAIN: Final = "text/plain; charset=utf-8"
_PACKAGE: Final = re.compile(r"(@[a-z0-9][\w.-]*/)?[a-z0-9][\w.-]*")
_PATH: Final = re.compile(r"[\w@+-][\w@+.-]*(/[\w@+-][\w@+.-]*)*", re.ASCII)
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+[\w.+-]*", re.ASCII)


def integrity_of(content: bytes) -> str:
    """The hash of a file as browsers write it (Subresource Integrity): `sha384-` and base64."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


@dataclass(frozen=True, slots=True)
class File:
    """One pinned file."""

    package: str
    version: str
    path: str
    kind: Kind
    size: int
    """Bytes."""
    integrity: str
    """`sha384-…`, see `integrity_of`."""
    salt: str = field(default="", repr=False)
    """What else the served bytes depend on."""

    @property
    def title(self) -> str:
        """For messages: `tailwindcss@4.3.5/index.css`."""
        return f"{self.package}@{self.version}/{self.path}"

    @property
    def name(self) -> str:
        """The last part of its address: readable, flat, and another one for other content."""
        stem, dot, suffix = self.path.rpartition(".")
        if not dot or "/" in suffix:
            stem, suffix = self.path, "txt"
        digest = hashlib.sha256((self.integrity + self.salt).encode()).hexdigest()[:16]
        flat = re.sub(r"[^\w.-]+", "-", f"{self.package}/{stem}").strip("-")
        return f"{flat}.{digest}.{suffix}"

    @property
    def media_type(self) -> str:
        """The type that it is served with."""
        if self.kind == "text":
            return _PLAIN
        return _MEDIA_TYPES.get(self.path.rpartition(".")[2], _PLAIN)

    def refusal(self, content: bytes) -> str:
        """Why `content` is not this file; empty when it is."""
        if len(content) != self.size:
            return f"it has {len(content):,} bytes, the manifest says {self.size:,}"
        found = integrity_of(content)
        return "" if found == self.integrity else f"its hash is {found}, the manifest says {self.integrity}"


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned package of the npm registry."""

    name: str
    version: str
    licence: str
    files: dict[str, File]
    """By path inside the package."""
    names: dict[str, str]
    """Bare module names and the paths that they mean."""

    @property
    def size(self) -> int:
        """Bytes of its pinned files."""
        return sum(file.size for file in self.files.values())


class Manifest:
    """Pinned packages. Raises `ConfigError` for a table that does not make sense; the message names the place."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        salt = _REWRITING + hashlib.sha256(repr(sorted(table.items())).encode()).hexdigest()
        self.packages = {name: _package(name, entry, salt) for name, entry in table.items()}
        self._by_name = {file.name: file for file in self}
        self._modules = {
            name: package.files[path] for package in self.packages.values() for name, path in package.names.items()
        }

    def __iter__(self) -> Iterator[File]:
        for package in self.packages.values():
            yield from package.files.values()

    def package(self, name: str) -> Package:
        """The package of this name. Raises `AssetError` when it is not pinned."""
        if name not in self.packages:
            raise AssetError(f"The manifest has no package {name!r}.{near(name, self.packages)}")
        return self.packages[name]

    def file(self, package: str, path: str) -> File:
        """One file of a package. Raises `AssetError` when it is not pinned."""
        files = self.package(package).files
        if path not in files:
            raise AssetError(f"The manifest has no file {path!r} of {package}.{near(path, files)}")
        return files[path]

    def served_as(self, name: str) -> File | None:
        """The file whose address ends in this name."""
        return self._by_name.get(name)

    def module(self, name: str) -> File | None:
        """The file that a bare module name means."""
        return self._modules.get(name)

    def beside(self, file: File, reference: str) -> File | None:
        """The file that a relative reference in `file` means, if it is pinned."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), reference))
        return self.packages[file.package].files.get(path)


@functools.cache
def manifest() -> Manifest:
    """What this version of justui pins."""
    with MANIFEST.open("rb") as stream:
        return Manifest(importlib.import_module("tomllib").load(stream))


def _package(name: str, entry: Mapping[str, Any], salt: str) -> Package:
    version, files = str(entry.get("version", "")), dict(entry.get("files", {}))
    if not _PACKAGE.fullmatch(name) or not _VERSION.fullmatch(version) or not entry.get("licence"):
        raise ConfigError(f"{name} in the manifest wants a name of npm, an exact version and a licence")
    pinned = {path: _file(name, version, path, said, salt) for path, said in files.items()}
    names = dict(entry.get("names", {}))
    for module, path in names.items():
        if path not in pinned or pinned[path].kind != "module":
            raise ConfigError(f"{name} in the manifest: the name {module!r} means {path!r}, which is no module of it")
    return Package(name, version, str(entry["licence"]), pinned, names)


def _file(package: str, version: str, path: str, said: Mapping[str, Any], salt: str) -> File:
    kind, size, integrity = said.get("kind"), said.get("bytes"), said.get("integrity")
    if not _PATH.fullmatch(path) or kind not in get_args(Kind):
        raise ConfigError(f"{path!r} of {package} in the manifest wants a plain relative path and a kind: {Kind}")
    if type(size) is not int or not isinstance(integrity, str) or not integrity.startswith("sha384-"):
        raise ConfigError(f"{path!r} of {package} is not pinned yet: run `python -m justui.components.pin`")
    return File(package, version, path, cast(Kind, kind), size, integrity, salt if kind in _REWRITTEN else "")
