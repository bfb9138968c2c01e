"""What third-party files come from in tests: a real HTTP server with manners, good and bad, and programs named npm."""

import os
import shutil
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from justui.manifest import Manifest, integrity_of

Manner = Literal["good", "lying", "missing", "broken", "silent", "dripping", "dropping", "endless", "huge"]

CONTENTS: Final[dict[str, dict[str, bytes]]] = {
    "ink": {"dist/ink.js": b"window.ink = 1;\n" * 400, "ink.css": b".ink { color: black }\n", "LICENSE": b"Be kind.\n"},
    "@pens/quill": {"quill.js": b"window.quill = 1;\n"},
}
"""Two packages; ink also stands for one of several files."""

_KINDS: Final = {".js": "script", ".css": "sheet", ".mjs": "module", ".woff2": "font"}


def manifest_of(
    contents: Mapping[str, Mapping[str, bytes]], names: Mapping[str, Mapping[str, str]] | None = None
) -> Manifest:
    """A manifest that pins these contents by package and path; kinds by the paths' ends, versions 1.0.0."""

    def entry(path: str, content: bytes) -> dict[str, Any]:
        kind = _KINDS.get(Path(path).suffix, "text")
        return {"kind": kind, "bytes": len(content), "integrity": integrity_of(content)}

    return Manifest(
        {
            package: {
                "version": "1.0.0",
                "licence": "MIT",
                "files": {path: entry(path, content) for path, content in files.items()},
                "names": dict((names or {}).get(package, {})),
            }
            for package, files in contents.items()
        }
    )


class Cdn:
    """An HTTP server on this machine: `with Cdn("lying") as cdn: … cdn.address`. `asked` are the paths of its requests."""

    def __init__(self, manner: Manner = "good", contents: Mapping[str, Mapping[str, bytes]] = CONTENTS) -> None:
        self.manner = manner
        self.asked: list[str] = []
        self._files = {
            f"/{package}@1.0.0/{path}": content
            for package, files in contents.items()
            for path, content in files.items()
        }
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                try:
                    outer._answer(self, outer._files[self.path])
                except OSError:
                    self.close_connection = True  # it went away, as it may

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, content: bytes) -> None:
        manner = self.manner
        if manner == "silent":
            self._over.wait(30)
            return
        handler.send_response({"missing": 404, "broken": 500}.get(manner, 200))
        if manner not in {"endless", "dripping"}:
            length = {"huge": 10**12, "missing": 0, "broken": 0}.get(manner, len(content))
            handler.send_header("content-length", str(length))
        handler.end_headers()
        if manner in {"good", "lying"}:
            handler.wfile.write(content if manner == "good" else content[:-1] + b"!")
        elif manner == "dropping":
            handler.wfile.write(content[: len(content) // 2])
            handler.wfile.flush()
        while manner in {"endless", "huge", "dripping"} and not self._over.wait(0.02 if manner == "dripping" else 0):
            handler.wfile.write(b"x" if manner == "dripping" else b"x" * 65536)


def make_npm(folder: Path, script: str) -> Path:
    """A program named npm in `folder` that runs these lines of Python; the file `folder/asked` counts its calls.

    The lines have `wanted` (as in npm pack wanted), `here` (this folder), `tarball(files)`, and what they import.
    """
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "npm"
    program.write_text(
        f"#!{sys.executable}\n"
        "import io, pathlib, sys, tarfile, time\n"
        f"here = pathlib.Path({str(folder)!r})\n"
        "wanted = sys.argv[2]\n"
        "assert sys.argv[1] == 'pack' and '--ignore-scripts' in sys.argv\n"
        "with (here / 'asked').open('a') as stream: stream.write(wanted + '\\n')\n"
        "def tarball(files):\n"
        "    with tarfile.open('package.tgz', 'w:gz') as tar:\n"
        "        for path, content in files.items():\n"
        "            info = tarfile.TarInfo('package/' + path)\n"
        "            info.size = len(content)\n"
        "            tar.addfile(info, io.BytesIO(content))\n"
        f"contents = {dict(CONTENTS)!r}\n"
        f"{script}\n"
    )
    program.chmod(0o755)
    return folder


GOOD_NPM: Final = "tarball(contents[wanted.rpartition('@')[0]])"


def asked_npm(folder: Path) -> list[str]:
    """What the program of `make_npm` was asked for."""
    asked = folder / "asked"
    return asked.read_text().split() if asked.exists() else []


def real_npm() -> str | None:
    """The real npm client of this machine."""
    return shutil.which("npm", path=os.environ.get("PATH"))
