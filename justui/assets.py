"""The files that justui itself serves: the browser runtime, joined into one small module, and the base style sheet."""

import functools
import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from justui.minify import minify
from justui.wire import ADDRESS

_HERE = Path(__file__).resolve().parent
_IMPORT = re.compile(r"^import\s+\{([^}]*)\}\s+from\s+\"(?:\./|\.\./justui/browser/)([\w-]+)\.js\";\n?", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(async )?(function|const|let|class)\b)", re.MULTILINE)
_TOKEN: Final = re.compile(r"--[\w-]+: [^;]+;")
_MODE: Final = re.compile(r"&\[data-theme=\w+\] {[^}]*}")
_ENTRY: Final = "index"
_BRIDGE: Final = "bridge"
_EXPORTED: Final = re.compile(r"^export (?:async )?(?:function|const|let|class)\s+(\w+)", re.MULTILINE)
_COMMON: Final = frozenset({"shared", "shared_element"})
"""Modules that several halves have in common."""
HALVES: Final = frozenset(
    {"code_editor", "editor", "editor_sections", "elements", "navigation", "people", "tooltip", "upload"}
)
"""Components that have a browser half: `components/NAME.js`."""


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
    files = {name: half(name, readable=readable).name for name in sorted(HALVES)}
    text = text.replace("halfFiles = {}", f"halfFiles = {json.dumps(files)}")
    script = text if readable else minify(text)
    return _script("readable-bridge" if readable else "bridge", _head(_BRIDGE, readable=readable) + script)


@functools.cache
def half(name: str, *, readable: bool) -> Asset:
    """The browser half of a component, or a module that several of them have in common: a script of its own."""
    text = _EXPORT.sub("", _IMPORT.sub("", _source(name)))
    exports = sorted(set(_EXPORTED.findall(_source(name))))
    script = text if readable else minify(text, frozenset(exports))
    head = _head(name, readable=readable)
    return _script(f"readable-{name}" if readable else name, f"{head}{script}\nexport{{{','.join(exports)}}};\n")


def _head(entry: str, *, readable: bool) -> str:
    """The imports of a script beside the runtime: of that, and of modules in common."""
    core = _modules(_ENTRY)
    wanted: dict[str, set[str]] = {}
    for module in [entry] if entry in HALVES or entry in _COMMON else _modules(entry):
        for names, needed in _IMPORT.findall("" if module in core else _source(module)):
            if needed in core or entry != _BRIDGE:
                file = (runtime if needed in core else functools.partial(half, needed))(readable=readable).name
                wanted.setdefault(file, set()).update(_names(names))
    return "".join(f'import{{{",".join(sorted(names))}}}from"./{file}";\n' for file, names in wanted.items())


def _names(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


@functools.cache
def _shared_names() -> frozenset[str]:
    """What the other scripts import of the runtime."""
    core = _modules(_ENTRY)
    return frozenset(
        name
        for module in {**_modules(_BRIDGE), **dict.fromkeys(HALVES | _COMMON)}
        if module not in core
        for names, needed in _IMPORT.findall(_source(module))
        if needed in core
        for name in _names(names)
    )


@functools.cache
def base_sheet() -> Asset:
    """The style sheet that makes bare elements look finished."""
    text = (_HERE / "components" / "base.css").read_text("utf-8")
    return _named("base", "css", "text/css; charset=utf-8", text)


@functools.cache
def tokens_sheet() -> Asset:
    """Of that sheet what components have in HTML of the user's own: colours and sizes, and the classes of ours, no elements."""
    text = (_HERE / "components" / "base.css").read_text("utf-8")
    tokens = "".join(_TOKEN.findall(text))
    modes = "\n".join(_MODE.findall(text))
    rules = "\n".join(line for line in text.split("\n") if line.startswith(("  .ui-", "  .card", "  [hidden")))
    sheet = f"@layer theme, base, components, utilities;\n@layer base {{\n:root {{{tokens}\n{modes}}}\n{rules}\n}}\n"
    return _named("tokens", "css", "text/css; charset=utf-8", sheet)


@functools.cache
def fallback_sheet() -> Asset:
    """A few utility classes, for pages that have no Tailwind."""
    text = (_HERE / "components" / "fallback.css").read_text("utf-8")
    return _named("fallback", "css", "text/css; charset=utf-8", text)


def assets() -> dict[str, Asset]:
    """All files by name."""
    scripts = [make(readable=readable) for make in (runtime, bridge) for readable in (False, True)]
    scripts += [half(name, readable=readable) for name in sorted(HALVES | _COMMON) for readable in (False, True)]
    return {asset.name: asset for asset in (*scripts, base_sheet(), tokens_sheet(), fallback_sheet())}


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
    folder = "components" if name in HALVES else "browser"
    return (_HERE / folder / f"{name}.js").read_text("utf-8")


def _script(stem: str, text: str) -> Asset:
    return _named(stem, "js", "text/javascript; charset=utf-8", text)


def _named(stem: str, suffix: str, media_type: str, text: str) -> Asset:
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(f"{stem}.{digest}.{suffix}", media_type, content, gzip.compress(content, 9, mtime=0))
