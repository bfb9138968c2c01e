"""The command `justui`, also `python -m justui`: run a program, fetch assets ahead, build a static Tailwind sheet.

It reads arguments and prints; the work is done elsewhere. Exit codes: 0 done, 1 failed, 2 wrong use.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path
from typing import Any

from justui.config import Config
from justui.errors import AssetError, JustuiError, UsageError
from justui.manifest import File
from justui.reloading import Reloader
from justui.static_sheet import build_sheet
from justui.store import Store, store, use

FAILED = 1
WRONG = 2

_IN_MODULE = re.compile(r"\w+(\.\w+)*:\w+")
_SERVE = "import importlib, sys; module, _, name = sys.argv[1].partition(':'); getattr(importlib.import_module(module), name).run()"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the answer is its exit code."""
    options = _parser().parse_args(arguments)
    try:
        done: int = options.run(options)
    except JustuiError as error:
        print(f"justui: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("justui: interrupted", file=sys.stderr)
        return 130
    return done


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="justui",
        description="Whole web apps in Python. Your program itself starts the server: python app.py",
        epilog="Help for one command: justui assets pull --help",
    )
    parser.add_argument("--version", action="version", version=f"justui {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="command", required=True)

    run = commands.add_parser(
        "run",
        help="run a program, and again when its files change",
        description="Runs a program as Python does, with settings that win over its own.",
    )
    run.add_argument("--host", help="address to listen on")
    run.add_argument("--port", type=int, help="port to listen on; 0 is any free one")
    run.add_argument("--config", metavar="FILE", help="file of settings, .toml or .yaml")
    run.add_argument(
        "--reload", action="store_true", help="start again when files change: pip install 'justui[reload]'"
    )
    run.add_argument("--open", action="store_true", help="show the homepage in a browser")
    run.add_argument("program", help="app.py, or module:app for an App that a module has")
    run.add_argument("arguments", nargs=argparse.REMAINDER, metavar="…", help="are the program's own")
    run.set_defaults(run=_run)

    assets = commands.add_parser(
        "assets",
        help="the third-party browser files: fetch, list, verify",
        description="Third-party browser files (Tailwind, icons, animations) are fetched when they are first needed, checked "
        "against the hashes that justui pins, and kept in a folder. These commands do it ahead, for machines without a network.",
    )
    actions = assets.add_subparsers(title="commands", metavar="command", required=True)
    pull = _action(actions, "pull", _pull, "fetch what is not here yet")
    pull.add_argument("packages", nargs="*", metavar="package", help="only these; none: all")
    pull.add_argument("--cdn", metavar="ADDRESS", help="address of a mirror of the npm registry's files; '' for none")
    _action(actions, "list", _list, "say what is pinned, under which licence, and what is here")
    _action(actions, "verify", _verify, "check every file; the exit code is 1 unless all are here and right")

    css = commands.add_parser(
        "css",
        help="build a static Tailwind sheet from your Python files",
        description="Builds one sheet with the official Tailwind program: pip install 'justui[css]'. An app does not need it, "
        "justui compiles what each page uses; it is for those who want a file.",
    )
    css.add_argument(
        "paths", nargs="*", type=Path, metavar="path", help="files and folders to look through (default: .)"
    )
    css.add_argument("-i", "--input", type=Path, metavar="SHEET", help="your own sheet, with @theme, @utility, @apply")
    css.add_argument(
        "-o", "--output", type=Path, metavar="SHEET", default=Path("static/app.css"), help="default: %(default)s"
    )
    css.add_argument("--minify", action="store_true", help="write it small")
    css.set_defaults(run=_css)
    return parser


def _action(
    actions: Any, name: str, run: Callable[[argparse.Namespace], int], description: str
) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(
        name, help=description, description=description.capitalize() + "."
    )
    action.add_argument(
        "--folder", help="where they are kept (default: JUSTUI_ASSETS, else the platform's cache folder)"
    )
    action.set_defaults(run=run, cdn=None)
    return action


def _store(options: argparse.Namespace) -> Store:
    given = {"assets": options.folder, "cdn": options.cdn}
    config = Config.read({key: value for key, value in given.items() if value is not None})
    use(config.assets, config.cdn)
    return store()


def _run(options: argparse.Namespace) -> int:
    said = {"HOST": options.host, "PORT": options.port, "CONFIG": options.config, "OPEN_BROWSER": options.open or None}
    os.environ.update({f"JUSTUI_{name}": str(value) for name, value in said.items() if value is not None})
    file = Path(options.program)
    if not file.is_file() and not _IN_MODULE.fullmatch(options.program):
        raise UsageError(f"There is no program {options.program}. Write a file, as app.py, or module:app.")
    start = [str(file)] if file.is_file() else ["-c", _SERVE, options.program]
    command = [sys.executable, *start, *options.arguments]
    if options.reload:
        folders = [file.parent, Path(Config.read({}).templates)] if file.is_file() else [Path.cwd()]
        return Reloader(command, folders, [Path(file) for file in [Config.read({}).file] if file]).run()
    if os.name == "posix":
        os.execv(sys.executable, command)  # noqa: S606 - the program itself
    return subprocess.call(command)  # noqa: S603 - as above


def _pull(options: argparse.Namespace) -> int:
    kept = _store(options)
    for name in options.packages:
        try:
            kept.manifest.package(name)
        except AssetError as error:
            print(f"justui: {error}", file=sys.stderr)
            return WRONG
    failures: list[AssetError] = []
    for file, got in kept.pull(options.packages):
        if isinstance(got, AssetError):
            failures.append(got)
            print(f"failed   {_size(file)}  {file.title}")
        else:
            print(f"here     {_size(file)}  {file.title}", flush=True)
    for message in dict.fromkeys(map(str, failures)):
        print(f"justui: {message}", file=sys.stderr)
    print(f"{len(failures)} could not be had." if failures else f"All are in {kept.folder}")
    return FAILED if failures else 0


def _list(options: argparse.Namespace) -> int:
    kept = _store(options)
    for package in kept.manifest.packages.values():
        print(f"{package.name} {package.version}  ({package.licence})")
        for file in package.files.values():
            print(f"  {_state(kept, file):8} {_size(file)}  {file.kind:7} {file.path}")
    print(f"Kept in {kept.folder}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    kept = _store(options)
    wrong = 0
    for title, files in groupby(kept.manifest, lambda file: f"{file.package}@{file.version}"):
        for file in files:
            state = _state(kept, file)
            wrong += state != "right"
            print(f"{state:8} {_size(file)}  {title}/{file.path}")
    if wrong:
        print(f"{wrong} are not right: `justui assets pull` fetches them.", file=sys.stderr)
        return FAILED
    print(f"All are right, in {kept.folder}")
    return 0


def _css(options: argparse.Namespace) -> int:
    files = build_sheet(options.paths or [Path()], options.output, source=options.input, minify=options.minify)
    print(f"{options.output}: {options.output.stat().st_size:,} bytes from {files} files")
    return 0


def _state(kept: Store, file: File) -> str:
    if kept.read(file.package, file.path) is not None:
        return "right"
    return "damaged" if kept.where(file).exists() else "missing"


def _size(file: File) -> str:
    return f"{file.size:>9,} B"


def _version() -> str:
    try:
        return version("justui")
    except PackageNotFoundError:
        return "(not installed)"
