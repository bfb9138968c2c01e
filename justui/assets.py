"""The files that justui itself serves: the browser runtime, joined into one small module, and the base style sheet.

Their names are known at once. Each is made when a browser first asks for it.
"""

import functools
import hashlib
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

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
    {
        "code_editor",
        "comments",
        "editor",
        "editor_binding",
        "editor_comments",
        "editor_sections",
        "editor_tables",
        "elements",
        "navigation",
        "people",
        "tooltip",
        "upload",
    }
)
"""Components that have a browser half, and what belongs to one: `components/NAME.js`."""


_SCRIPT: Final = "text/javascript; charset=utf-8"
_STYLES: Final = "text/css; charset=utf-8"
_GZIP: Final = 31
"""What zlib calls the format of gzip."""


class Asset:
    """A file that browsers may keep for ever, because another content would have another name. Kept once, compressed.

    `make` gives its content when somebody wants it; `zips`: whether gzip gains anything.
    """

    __slots__ = ("_kept", "_make", "media_type", "name", "zips")

    def __init__(self, name: str, media_type: str, make: Callable[[], bytes], *, zips: bool = True) -> None:
        self.name = name
        self.media_type = media_type
        self.zips = zips
        self._make: Callable[[], bytes] | None = make
        self._kept = b""

    @property
    def address(self) -> str:
        """Where it is served, below the App's own prefix."""
        return f"{ADDRESS}/{self.name}"

    def made(self) -> Self:
        """The same, with its content."""
        make = self._make
        if make is not None:
            content = make()
            self._kept = zlib.compress(content, 9, _GZIP) if self.zips else content
            self._make = None
        return self

    @property
    def zipped(self) -> bytes:
        """The content, compressed by gzip; the content itself where that gains nothing."""
        return self.made()._kept

    @property
    def content(self) -> bytes:
        """The content."""
        return zlib.decompress(self.zipped, _GZIP) if self.zips else self.zipped


@functools.cache
def _digest() -> str:
    """Of all that the files are made of, and of what makes them: any change gives all of them new names."""
    sources = [*_HERE.glob("browser/*.js"), *_HERE.glob("components/*.js"), *_HERE.glob("components/*.css")]
    parts = [path.read_bytes() for path in [*sorted(sources), _HERE / "minify.py", _HERE / "assets.py"]]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


@functools.cache
def runtime(*, readable: bool) -> Asset:
    """The browser runtime: its modules in the order of their imports, as one module.

    `readable`: as it was written, for stack traces in debug mode; else minified, which takes 20 ms once.
    """

    def text() -> str:
        source, shared = "".join(_modules(_ENTRY).values()), _shared_names()
        script = source if readable else minify(source, shared)
        return f"{script}\nexport{{{','.join(sorted(shared))}}};\n"

    return _script("readable" if readable else "runtime", text)


@functools.cache
def bridge(*, readable: bool) -> Asset:
    """The second script, for calls, topics and queues: a module that imports what it needs of the runtime."""

    def text() -> str:
        core = _modules(_ENTRY)
        source = "".join(source for name, source in _modules(_BRIDGE).items() if name not in core)
        files = {name: half(name, readable=readable).name for name in sorted(HALVES)}
        source = source.replace("halfFiles = {}", f"halfFiles = {json.dumps(files)}")
        return _head(_BRIDGE, readable=readable) + (source if readable else minify(source))

    return _script("readable-bridge" if readable else "bridge", text)


@functools.cache
def half(name: str, *, readable: bool) -> Asset:
    """The browser half of a component, or a module that several of them have in common: a script of its own."""

    def text() -> str:
        source = _EXPORT.sub("", _IMPORT.sub("", _source(name)))
        exports = sorted(set(_EXPORTED.findall(_source(name))))
        script = source if readable else minify(source, frozenset(exports))
        return f"{_head(name, readable=readable)}{script}\nexport{{{','.join(exports)}}};\n"

    return _script(f"readable-{name}" if readable else name, text)


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
    return _sheet("base", functools.partial(_css, "base"))


@functools.cache
def tokens_sheet() -> Asset:
    """Of that sheet what components have in HTML of the user's own: colours and sizes, and the classes of ours, no elements."""
    return _sheet("tokens", _tokens)


def _tokens() -> str:
    text = _css("base")
    tokens = "".join(_TOKEN.findall(text))
    modes = "\n".join(_MODE.findall(text))
    rules = "\n".join(line for line in text.split("\n") if line.startswith(("  .ui-", "  .card", "  [hidden")))
    return f"@layer theme, base, components, utilities;\n@layer base {{\n:root {{{tokens}\n{modes}}}\n{rules}\n}}\n"


@functools.cache
def fallback_sheet() -> Asset:
    """A few utility classes, for pages that have no Tailwind."""
    return _sheet("fallback", functools.partial(_css, "fallback"))


@functools.cache
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


def _css(name: str) -> str:
    return (_HERE / "components" / f"{name}.css").read_text("utf-8")


def _script(stem: str, text: Callable[[], str]) -> Asset:
    return Asset(f"{stem}.{_digest()}.js", _SCRIPT, lambda: text().encode())


def _sheet(stem: str, text: Callable[[], str]) -> Asset:
    return Asset(f"{stem}.{_digest()}.css", _STYLES, lambda: text().encode())
