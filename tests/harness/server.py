"""A server for tests, on 127.0.0.1 and a free port: an App in a thread of this process, or a program of its own.

Both are real uvicorn on a real socket. Both wait until they answer, stop cleanly, start again on the same port and keep
what was logged.
"""

import contextlib
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, Self

import uvicorn
from starlette.types import ASGIApp

from justui.app import App
from justui.server import Server as AppRunner
from tests.harness.waiting import until

ROOT: Final = Path(__file__).resolve().parents[2]
HOST: Final = "127.0.0.1"
# Seconds. Generous: they are waited for only when something is wrong.
START_TIME: Final = 20.0
STOP_TIME: Final = 15.0


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(one) for one in found.stdout.split() if is_there(int(one))]


def is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked for does not."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip()[:1] not in ("", "Z")


class Server(ABC):
    """What the two kinds share. A context manager: started on entry, stopped on exit.

    `port`: 0 for a free one. It stays the same over `restart()`.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port or free_port()

    @property
    def address(self) -> str:
        """The server's own address, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    @property
    @abstractmethod
    def running(self) -> bool:
        """Whether it runs now."""

    @property
    @abstractmethod
    def log(self) -> str:
        """Everything logged since it was made, restarts included."""

    @abstractmethod
    def start(self) -> None:
        """Start it and wait until it answers.

        Raises `RuntimeError` with the log when it does not.
        """

    @abstractmethod
    def stop(self) -> None:
        """Stop it in order, as at Ctrl-C, and wait until it is down. Does nothing when it is not running.

        Raises `RuntimeError` with the log when it does not end.
        """

    def restart(self) -> None:
        """Stop it, and start it on the same port."""
        self.stop()
        self.start()

    def wait_for_log(self, pattern: str, seconds: float = 5) -> str:
        """Wait for a match of the regular expression `pattern` in the log, and return it.

        Raises `TimeoutError` with the log when there is none within `seconds`.
        """
        try:
            found = until(lambda: re.search(pattern, self.log), seconds=seconds)
        except TimeoutError:
            raise TimeoutError(f"no {pattern!r} in the log within {seconds} s:\n{self.log}") from None
        assert found is not None
        return found.group()

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()


class AppServer(Server):
    """An App (or any ASGI application), served by uvicorn in a thread of this process.

    The test and the App share their objects, so that a test may look into the App and change pages from outside. After
    `stop()`, `app` may be set to another one before `start()`: a server that has forgotten everything. `options` go to
    `uvicorn.Config`.
    """

    def __init__(self, app: ASGIApp, port: int = 0, **options: Any) -> None:
        super().__init__(port)
        self.app = app
        self.options = options
        self._records = _Records()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def log(self) -> str:
        return "\n".join(self._records.lines)

    def start(self) -> None:
        if self.running:
            raise RuntimeError("this server runs already")
        settings: dict[str, Any] = {
            "host": HOST,
            "port": self.port,
            "ws": "websockets-sansio",
            "ws_per_message_deflate": False,
            "log_config": None,
            "timeout_graceful_shutdown": 3,
        }
        server: uvicorn.Server
        if isinstance(self.app, App):
            # As `app.run` serves it: it tells its tabs before it goes.
            settings |= {"ws_max_size": self.app.config.frame_bytes, "ws_ping_interval": None}
            server = AppRunner(uvicorn.Config(self.app, **(settings | self.options)), self.app, until=None)
        else:
            server = uvicorn.Server(uvicorn.Config(self.app, **(settings | self.options)))
        # Listening before the thread runs keeps the port ours.
        listener = socket.create_server((HOST, self.port))
        logging.getLogger().addHandler(self._records)
        self._server = server
        self._thread = threading.Thread(target=self._serve, args=(server, listener), name="test server", daemon=True)
        self._thread.start()
        until(lambda: server.started or not self.running, seconds=START_TIME, what="the server's start")
        if not server.started:
            self.stop()
            raise RuntimeError(f"the server did not start:\n{self.log}")

    def _serve(self, server: uvicorn.Server, listener: socket.socket) -> None:
        try:
            with listener:
                server.run(sockets=[listener])
        except SystemExit:
            # This is how uvicorn says that the startup failed; the log has told why.
            pass

    def stop(self) -> None:
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        server.should_exit = True
        thread.join(STOP_TIME)
        self._server = self._thread = None
        logging.getLogger().removeHandler(self._records)
        if thread.is_alive():
            server.force_exit = True
            raise RuntimeError(f"the server did not stop within {STOP_TIME} s:\n{self.log}")


class _Records(logging.Handler):
    """Keeps log records as lines."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class ProgramServer(Server):
    """A user's program in a process of its own: `python app.py`, or `uvicorn module:app`.

    `program`: path of a Python file, or `module:app`. JUSTUI_PORT has the port that is wanted; when the program prints
    that it listens on another one, `port` becomes that. `folder`: where it runs, and where `module` is
    looked for; by default the file's own, or the project's root. `arguments` follow on its command line;
    `environment` adds to this process's. `python` runs it; `source` is the checkout that it imports justui from, None for
    the one that is installed there.
    """

    def __init__(
        self,
        program: str | Path,
        port: int = 0,
        folder: Path | None = None,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        python: str | Path = sys.executable,
        source: Path | None = ROOT,
    ) -> None:
        super().__init__(port)
        if str(program).endswith(".py"):
            path = Path(program).resolve()
            self.folder = folder or path.parent
            self.command = [str(python), str(path), *arguments]
        else:
            self.folder = folder or ROOT
            self.command = [str(python), "-m", "uvicorn", str(program), "--host", HOST, "--port", str(self.port)]
            self.command += ["--ws", "websockets-sansio", *arguments]
        self.environment = {
            **os.environ,
            "JUSTUI_HOST": HOST,
            "JUSTUI_PORT": str(self.port),
            "OPEN": "0",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": os.pathsep.join(str(one) for one in (self.folder, source) if one),
            **(environment or {}),
        }
        self._process: subprocess.Popen[str] | None = None
        self._lines: list[str] = []
        self._started = 0  # where the log of the present run begins
        self._reader: threading.Thread | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        return "".join(self._lines)

    @property
    def process(self) -> subprocess.Popen[str]:
        """The process that runs now.

        Raises `RuntimeError` when none does.
        """
        if self._process is None:
            raise RuntimeError("this program does not run")
        return self._process

    def start(self) -> None:
        if self.running:
            raise RuntimeError("this program runs already")
        self.launch()
        try:
            until(lambda: self._answers() or not self.running, seconds=START_TIME)
        except TimeoutError:
            self.kill()
            raise RuntimeError(f"{self.command} does not answer on port {self.port}:\n{self.log}") from None
        if not self.running:
            self.wait()
            raise RuntimeError(f"{self.command} ended by itself:\n{self.log}")

    def launch(self) -> None:
        """Start it without waiting: for programs that are expected to end by themselves."""
        self._started = len(self.log)
        self._process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    def wait(self, seconds: float = STOP_TIME) -> int:
        """Wait until it has ended, and return its exit code.

        Raises `subprocess.TimeoutExpired` when it has not within `seconds`.
        """
        code = self.process.wait(seconds)
        if self._reader is not None:
            self._reader.join(STOP_TIME)
        self._process = self._reader = None
        return code

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"{self.command} did not stop within {STOP_TIME} s:\n{self.log}") from None

    def kill(self) -> None:
        """End it at once, as a crash would: nothing is said to anybody."""
        self.process.kill()
        self.wait()

    def _answers(self) -> bool:
        if said := re.search(rf"http://{re.escape(HOST)}:(\d+)", self.log[self._started :]):
            self.port = int(said[1])
        # An answer to a question, not only a connection: a program listens before its startup has returned.
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.settimeout(1)
            probe.connect((HOST, self.port))
            probe.sendall(b"HEAD /_justui/ready HTTP/1.0\r\n\r\n")
            return bool(probe.recv(1))
        return False

    def _read(self, output: IO[str]) -> None:
        with output:
            for line in output:
                self._lines.append(line)
