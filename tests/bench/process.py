"""A server under test: a program of this folder in a process of its own, in production mode, and what it costs.

Reads CPU time and memory from outside (Linux), so that asking costs the program nothing.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).resolve().parents[2]
_PAGE_BYTES: Final = 4096
_STOP_TIME: Final = 10


class Program:
    """Runs `python -m tests.bench.<name> <arguments>`, which prints its address. A context manager."""

    def __init__(self, name: str, *arguments: str) -> None:
        self._command = [sys.executable, "-m", f"tests.bench.{name}", *arguments]
        self._process: subprocess.Popen[str]
        self.port = 0

    def __enter__(self) -> Self:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        said = ""
        for said in self._process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", said):
                self.port = int(found[1])
                self._wait()
                return self
        raise RuntimeError(f"{self._command} ended by itself: {said}")

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_TIME)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _wait(self) -> None:
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"{self._command} does not listen")

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    def pin(self, core: int) -> None:
        """Let it run on this core only."""
        for thread in Path(f"/proc/{self.pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {core})

    def cpu(self) -> float:
        """Seconds of CPU time that it has used, in all its threads, user and system, to the nanosecond.

        The number of another process's clock is made as clock_getcpuclockid(3) of glibc makes it.
        """
        return time.clock_gettime((~self.pid << 3) | 2)

    def memory(self) -> int:
        """Resident bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE_BYTES
