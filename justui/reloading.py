"""Development reload: runs the program in a process of its own, and again when its files have changed. Serves nothing itself.

The watching process keeps the port open, so that tabs which come back while the program starts, or does not start, wait
instead of being refused. It holds one end of a pair of sockets; when that closes, however it came to it, the program ends, too.
"""

import contextlib
import importlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from justui.errors import ConfigError

_VARIABLE: Final = "_JUSTUI_RELOAD"
_SUFFIXES: Final = frozenset((".py", ".html", ".htm", ".jinja", ".jinja2", ".j2", ".css"))
_FOREIGN: Final = ("__pycache__", "node_modules", "site-packages", "venv", "env", "build", "dist")
_STOP_TIME: Final = 5.0
"""Seconds that the program has to end in order."""
_LOOK: Final = 200
"""Milliseconds between two looks whether the program still runs."""


class Started(NamedTuple):
    """How the program was started by a watching process. `listener`: the port that it keeps; `first`: not again yet."""

    first: bool
    listener: socket.socket | None


def started() -> Started | None:
    """How this process was started, if by a watching one; from now on it ends with that. None: by a person."""
    text = os.environ.pop(_VARIABLE, "")
    if not text:
        return None
    first, port, life = text.split(":")
    if life:
        end = socket.socket(fileno=int(life))
        end.send(b"1")  # from here on it ends in order
        threading.Thread(target=_end_with, args=(end,), name="end with the watching", daemon=True).start()
    return Started(first == "1", socket.socket(fileno=int(port)) if port else None)


def _end_with(life: socket.socket) -> None:
    with contextlib.suppress(OSError):
        life.recv(1)
    signal.raise_signal(signal.SIGINT)


def own_command() -> list[str]:
    """The command by which this process was started."""
    return [sys.executable, *sys.orig_argv[1:]]


def program_folder() -> Path:
    """Where the program's files are: beside the one that was started; for a module or an installed command, the working directory."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    if file is None or getattr(main, "__spec__", None) is not None:
        return Path.cwd()
    folder = Path(file).absolute().parent
    return Path.cwd() if folder == Path(sys.executable).absolute().parent else folder.resolve()


class Reloader:
    """Runs `command` again whenever a file of `folders` changes that a program is made of, or one of `files`.

    `listener`: the port, which stays open. Raises `ConfigError` when watchfiles is not installed.
    """

    def __init__(
        self,
        command: Sequence[str],
        folders: Iterable[Path],
        files: Iterable[Path] = (),
        listener: socket.socket | None = None,
    ) -> None:
        if importlib.util.find_spec("watchfiles") is None:
            raise ConfigError('reload needs watchfiles: pip install "justui[reload]"')
        self._watchfiles = importlib.import_module("watchfiles")
        self._not_ignored = self._watchfiles.DefaultFilter(
            ignore_dirs=(*self._watchfiles.DefaultFilter.ignore_dirs, *_FOREIGN)
        )
        self._command = list(command)
        self._folders = [folder.resolve() for folder in folders if folder.is_dir()]
        self._files = {file.resolve() for file in files if file.is_file()}
        self._first = True
        self._listener = listener
        self._port = ""
        if listener is not None and os.name != "posix":  # where no process can hand its sockets on
            self._port = str(listener.getsockname()[1])
            listener.close()
        self._process: subprocess.Popen[bytes] | None = None
        self._life: socket.socket | None = None

    def run(self) -> int:
        """Run the program until it ends by itself and without an error, or until Ctrl-C. The answer is its exit code."""
        outside = [file for file in self._files if not any(file.is_relative_to(folder) for folder in self._folders)]
        self._start()
        try:
            for changes in self._watchfiles.watch(
                *self._folders,
                *outside,
                watch_filter=self._matters,
                yield_on_timeout=True,
                rust_timeout=_LOOK,
                ignore_permission_denied=True,
            ):
                if changes:
                    self._again(sorted({Path(path).name for _, path in changes}))
                elif self._process is not None and (code := self._process.poll()) is not None:
                    if code <= 0:  # it has ended as it was meant to, or by a signal
                        return -code
                    self._process = None
                    _say("the program has ended with an error. It is started again when one of its files changes.")
        except KeyboardInterrupt:
            # In a terminal the program has got it, too.
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process is not None:
                    self._process.wait(_STOP_TIME / 5)
        finally:
            self._stop()
        return 0

    def _matters(self, change: Any, path: str) -> bool:
        place = Path(path)
        return place in self._files or (place.suffix in _SUFFIXES and self._not_ignored(change, path))

    def _again(self, names: Sequence[str]) -> None:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        _say(f"{names[0]}{more} has changed: starting again")
        self._first = self._first and self._process is None  # it has not come up yet
        self._stop()
        self._start()

    def _start(self) -> None:
        kept: list[int] = []
        port = life = ""
        theirs: socket.socket | None = None
        if os.name == "posix":
            self._life, theirs = socket.socketpair()
            self._life.setblocking(False)
            kept.append(theirs.fileno())
            life = str(theirs.fileno())
            if self._listener is not None:
                kept.append(self._listener.fileno())
                port = str(self._listener.fileno())
        environment = {**os.environ, _VARIABLE: f"{int(self._first)}:{port}:{life}"}
        if self._port:
            environment["JUSTUI_PORT"] = self._port
        self._process = subprocess.Popen(self._command, env=environment, pass_fds=kept)  # noqa: S603 - the program itself
        if theirs is not None:
            theirs.close()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            # While it is still being read it would answer Ctrl-C with a traceback.
            process.send_signal(signal.SIGINT if self._has_begun() else signal.SIGTERM)
            try:
                process.wait(_STOP_TIME)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._life is not None:
            self._life.close()

    def _has_begun(self) -> bool:
        if self._life is None:
            return False
        try:
            return bool(self._life.recv(1))
        except OSError:
            return False


def _say(text: str) -> None:
    print(f"justui: {text}", flush=True)  # noqa: T201 - for the person who has just saved a file
