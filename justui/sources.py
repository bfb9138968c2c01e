"""Where third-party files come from: a CDN by plain HTTPS, and the npm client where it is installed.

A source only brings bytes. It neither verifies nor stores them: that is the store's job.
"""

import contextlib
import importlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import zlib
from http.client import HTTPException
from pathlib import Path
from typing import IO, Final, Protocol
from urllib.parse import quote, urlsplit

from justui.errors import AssetError, ConfigError
from justui.manifest import File, Package

CDN: Final = "https://cdn.jsdelivr.net/npm"
"""Serves every file of every package of the npm registry below `/package@version/`."""

_SLOWEST: Final = 10_000
"""Bytes a second below which a download is given up."""
_LARGEST: Final = 500_000_000
"""Bytes of an unpacked package that are looked through."""
_CHUNK: Final = 65_536


class Unreachable(AssetError):
    """The source itself does not work now, whatever the file; not to be asked again for a while."""


class Source(Protocol):
    """Brings files. `title` names it in messages."""

    title: str

    def limit(self, file: File) -> float:
        """Seconds after which there is no hope of an answer."""
        ...

    def fetch(self, package: Package, file: File, enough: threading.Event) -> dict[str, bytes]:
        """Unverified contents by path: of `file`, and of other pinned files of its package where that costs nothing.

        Ends early, with any result, when `enough` is set. Raises `AssetError` with the reason alone as its message;
        `Unreachable` when no other file can be had either.
        """
        ...


class Cdn:
    """Files by HTTPS, one by one. `base` is the address of its folder of packages, `patience` in seconds.

    Raises `ConfigError` for an address that is not http(s).
    """

    def __init__(self, base: str = CDN, *, patience: float = 4.0) -> None:
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            raise ConfigError(f"The address of a CDN begins with https:// and has no query, got {base!r}")
        self.base = base.rstrip("/")
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.title = self.origin
        self.patience = patience

    def address(self, file: File) -> str:
        """Where a file is."""
        return f"{self.base}/{quote(file.package, safe='@/')}@{file.version}/{quote(file.path)}"

    def limit(self, file: File) -> float:
        """Seconds after which there is no hope of an answer."""
        return self._time_for(file) + self.patience + 1  # the last piece may hang as long as the first one

    def _time_for(self, file: File) -> float:
        return self.patience + file.size / _SLOWEST

    def fetch(self, package: Package, file: File, enough: threading.Event) -> dict[str, bytes]:
        """See `Source.fetch`."""
        http = importlib.import_module("urllib.request")  # large, and most servers never download anything
        request = http.Request(self.address(file), headers={"user-agent": "justui"})
        until = time.monotonic() + self._time_for(file)
        try:
            with http.urlopen(request, timeout=self.patience) as answer:
                return {file.path: _read(answer, file.size, until, enough)}
        except http.HTTPError as error:
            error.close()
            kind = Unreachable if error.code in {403, 407, 429} or error.code >= 500 else AssetError
            raise kind(f"it answered {error.code} {error.reason}") from None
        except TimeoutError:
            raise Unreachable(f"no answer within {self.patience:g} s") from None
        except AssetError:
            raise
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(_reason(error)) from None


class Npm:
    """Whole packages by `npm pack`. `path`: where to look for the client, else PATH; `patience` in seconds."""

    title = "the npm client"

    def __init__(self, *, path: str | None = None, patience: float = 60.0) -> None:
        self._path = path
        self.patience = patience

    def limit(self, file: File) -> float:
        """Seconds after which there is no hope of an answer."""
        return self.patience + 1

    def fetch(self, package: Package, file: File, enough: threading.Event) -> dict[str, bytes]:
        """See `Source.fetch`; it brings all pinned files of the package."""
        npm = shutil.which("npm", path=self._path)
        if npm is None:
            raise Unreachable("it is not installed")
        try:
            with tempfile.TemporaryDirectory(prefix="justui-", ignore_cleanup_errors=True) as folder:
                self._pack(npm, package, Path(folder), enough)
                packed = list(Path(folder).glob("*.tgz"))
                if not packed:
                    raise AssetError("it ended without a package")
                return unpack(packed[0], package)
        except AssetError:
            raise
        except OSError as error:  # it cannot be run, there is no room, or our program ends and takes the folder away
            raise Unreachable(f"it cannot be run: {_reason(error)}") from None

    def _pack(self, npm: str, package: Package, folder: Path, enough: threading.Event) -> None:
        command = [npm, "pack", f"{package.name}@{package.version}", "--ignore-scripts", "--loglevel=error"]
        command += [
            "--fetch-retries=0",
            "--fetch-timeout=10000",
        ]  # with its own retries it takes a minute to say "offline"
        complaints = folder / "complaints"
        with complaints.open("wb") as stderr:
            process = subprocess.Popen(  # noqa: S603  names and versions are those of the manifest
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=os.name == "posix",
            )
            code = _wait(process, time.monotonic() + self.patience, enough)
        if code is None:
            raise Unreachable(f"no answer within {self.patience:g} s")
        if code != 0:
            said = _complaint(complaints.read_text("utf-8", "replace"))
            # A version that is not there says nothing about other packages.
            kind = AssetError if "E404" in said or "ETARGET" in said else Unreachable
            raise kind(f"it ended with {code}: {said or 'without a word'}")


def unpack(archive: Path, package: Package) -> dict[str, bytes]:
    """The pinned files in a package's archive, as far as they have the pinned size. Raises `AssetError`."""
    found: dict[str, bytes] = {}
    tarfile = importlib.import_module("tarfile")  # as above
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                if member.offset > _LARGEST:
                    raise AssetError(f"the package is larger than {_LARGEST:,} bytes")
                file = package.files.get(member.name.partition("/")[2])  # its first folder may have any name
                if file is None or not member.isreg():
                    continue
                content = tar.extractfile(member)
                found[file.path] = content.read(file.size + 1) if content else b""
                if len(found) == len(package.files):
                    break
    except AssetError:
        raise
    except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
        raise AssetError(f"the package cannot be read: {_reason(error)}") from None
    return found


def _read(answer: IO[bytes], size: int, until: float, enough: threading.Event) -> bytes:
    """The body, at most one byte more than `size`, so that an endless one is seen to be wrong and no more."""
    body = bytearray()
    while len(body) <= size:
        # Not read(): it waits for all of them, and a server that drips could hold us for ever.
        piece = answer.read1(min(_CHUNK, size + 1 - len(body)))  # type: ignore[attr-defined]
        if not piece:
            break
        body += piece
        if time.monotonic() > until or enough.is_set():
            raise Unreachable(f"slower than {_SLOWEST // 1000} KB a second")
    return bytes(body)


def _wait(process: subprocess.Popen[bytes], until: float, enough: threading.Event) -> int | None:
    """The exit code, or None when the time is over; the process and its children are ended then."""
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(0.05)
        if time.monotonic() > until or enough.is_set():
            break
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    return None


def _complaint(text: str) -> str:
    """What npm complained about, in one line."""
    lines = (line.removeprefix("npm error").strip() for line in text.splitlines() if line.startswith("npm error"))
    said = "; ".join(line for line in lines if line and not line.startswith("A complete log"))
    return (said or text.strip().replace("\n", "; "))[:300]


def _reason(error: BaseException) -> str:
    reason = getattr(error, "reason", None) or error
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    return str(reason).strip() or type(reason).__name__
