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
_IMPORT = re.compile(r"^import\s+\{([^}]*)\}\s+from\s+\"\./([\w-]+)\.js\";\n?", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(async )?(function|const|let|class)\b)", re.MULTILINE)
_ENTRY: Final = "index"
_BRIDGE: Final = "bridge"


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
    text = "".join(_modules(_ENTRY).values())
    shared = _shared_names()
    script = text if readable else minify(text, shared)
    return _script("readable" if readable else "runtime", f"{script}\nexport{{{','.join(sorted(shared))}}};\n")


@functools.cache
def bridge(*, readable: bool) -> Asset:
    """The second script, for calls, topics and queues: a module that imports what it needs of the runtime."""
    core = _modules(_ENTRY)
    text = "".join(source for name, source in _modules(_BRIDGE).items() if name not in core)
    shared = _shared_names()
    script = text if readable else minify(text)
    head = f'import{{{",".join(sorted(shared))}}}from"./{runtime(readable=readable).name}";\n'
    return _script("readable-bridge" if readable else "bridge", head + script)


@functools.cache
def _shared_names() -> frozenset[str]:
    """What the bridge imports of the runtime."""
    core = _modules(_ENTRY)
    return frozenset(
        name.strip()
        for module in _modules(_BRIDGE)
        if module not in core
        for names, needed in _IMPORT.findall(_source(module))
        if needed in core
        for name in names.split(",")
        if name.strip()
    )


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
    scripts = (make(readable=readable) for make in (runtime, bridge) for readable in (False, True))
    return {asset.name: asset for asset in (*scripts, base_sheet(), fallback_sheet())}


def _modules(entry: str) -> dict[str, str]:
    """The modules that `entry` needs, itself at the end, without their imports and exports."""
    modules: dict[str, str] = {}
    _collect(entry, modules, ())
    return modules


def _collect(name: str, modules: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ImportError(f"browser modules import each other in a circle: {' -> '.join([*above, name])}")
    if name in modules:
        return
    source = _source(name)
    for _, needed in _IMPORT.findall(source):
        _collect(needed, modules, (*above, name))
    modules[name] = _EXPORT.sub("", _IMPORT.sub("", source))


def _source(name: str) -> str:
    return (_HERE / "browser" / f"{name}.js").read_text("utf-8")


def _script(stem: str, text: str) -> Asset:
    return _named(stem, "js", "text/javascript; charset=utf-8", text)


def _named(stem: str, suffix: str, media_type: str, text: str) -> Asset:
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(f"{stem}.{digest}.{suffix}", media_type, content, gzip.compress(content, 9, mtime=0))
