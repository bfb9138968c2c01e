"""The files that justui itself serves: the browser runtime, joined into one small module, and the base style sheet."""

import functools
import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from justui.minify import minify
from justui.wire import ADDRESS

_HERE = Path(__file__).resolve().parent
_IMPORT = re.compile(r"^import\s[^;]*?from\s+\"\./([\w-]+)\.js\";\n?", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(async )?(function|const|let|class)\b)", re.MULTILINE)
_ENTRY: Final = "index"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file in memory, named by its content so that browsers may keep it for ever."""

    name: str
    media_type: str
    content: bytes
    zipped: bytes
    """The content, compressed by gzip; the content itself where that gains nothing."""

    @property
    def address(self) -> str:
        """Where it is served, below the App's own prefix."""
        return f"{ADDRESS}/{self.name}"


@functools.cache
def runtime(*, readable: bool) -> Asset:
    """The browser runtime: its modules in the order of their imports, as one module.

    `readable`: as it was written, for stack traces in debug mode; else minified, which takes 20 ms once.
    """
    modules: dict[str, str] = {}
    _collect(_ENTRY, modules, ())
    text = "".join(modules.values())
    media_type = "text/javascript; charset=utf-8"
    return _named("readable", "js", media_type, text) if readable else _named("runtime", "js", media_type, minify(text))


@functools.cache
def base_sheet() -> Asset:
    """The style sheet that makes bare elements look finished."""
    text = (_HERE / "components" / "base.css").read_text("utf-8")
    return _named("base", "css", "text/css; charset=utf-8", text)


@functools.cache
def fallback_sheet() -> Asset:
    """A few utility classes, for pages that have no Tailwind."""
    text = (_HERE / "components" / "fallback.css").read_text("utf-8")
    return _named("fallback", "css", "text/css; charset=utf-8", text)


def assets() -> dict[str, Asset]:
    """All files by name."""
    made = (runtime(readable=False), runtime(readable=True), base_sheet(), fallback_sheet())
    return {asset.name: asset for asset in made}


def _collect(name: str, modules: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ImportError(f"browser modules import each other in a circle: {' -> '.join([*above, name])}")
    if name in modules:
        return
    source = (_HERE / "browser" / f"{name}.js").read_text("utf-8")
    for needed in _IMPORT.findall(source):
        _collect(needed, modules, (*above, name))
    modules[name] = _EXPORT.sub("", _IMPORT.sub("", source))


def _named(stem: str, suffix: str, media_type: str, text: str) -> Asset:
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(f"{stem}.{digest}.{suffix}", media_type, content, gzip.compress(content, 9, mtime=0))
