"""`UploadedFile`: a file that a person has chosen, with its bytes. Knows neither HTTP nor the tree.

Small ones are kept in memory, larger ones in a temporary file without a name: it goes with the object, even in a crash.
"""

import os
import re
import secrets
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from justui.component import Component

IN_MEMORY: Final = 256 * 1024
"""Bytes up to which a file is kept in memory."""
_CHUNK: Final = 64 * 1024
_NAME_BYTES: Final = 200
_NO_NAME: Final = "file"
_SEPARATORS: Final = re.compile(r"[/\\]")
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')
"""What Windows does not take in a name, or takes for something else."""
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of text, so that `gpj.exe` may look like `exe.jpg`."""
_UNSEEN: Final = frozenset(("Cc", "Cs", "Zl", "Zp"))
_TYPE: Final = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)


class ArrivedFile:
    """A file that has come into a folder that takes files: `name`, `size` in bytes, `type` by its name, `path` on the server,
    `url` where the folder's route has it (it is served there with `serve=True`).
    """

    __slots__ = ("path", "size", "type", "url")

    def __init__(self, path: Path, size: int, type: str, url: str) -> None:
        self.path = path
        self.size = size
        self.type = type or "application/octet-stream"
        self.url = url

    @property
    def name(self) -> str:
        """Its name in the folder."""
        return self.path.name

    def read(self) -> bytes:
        """All bytes. Raises `OSError` when it is not there any more."""
        return self.path.read_bytes()

    def __repr__(self) -> str:
        return f"<ArrivedFile {self.name!r} {self.type} {self.size:,} bytes>"


class UploadedFile:
    """A file from a person's machine, with its bytes.

    `name`: its name, cleaned: no folders, no control characters, never empty; `size` in bytes; `type`: what the browser takes
    it for, such as `image/png`; `field`: the input in which it was chosen. Name and type are the person's words, no proof.
    It goes when nobody holds the object any more.
    """

    __slots__ = ("__weakref__", "_file", "_lock", "field", "name", "size", "type")

    def __init__(self, name: str, type: str = "", field: "Component | None" = None) -> None:
        self.name = clean_name(name)
        self.size = 0
        self.type = clean_type(type)
        self.field = field
        self._lock = threading.Lock()
        # Closed when this object goes: it has no name on the disk.
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115

    def write(self, data: bytes) -> None:
        """Add bytes at the end; while the file arrives. Raises `OSError` when the disk is full."""
        self._file.write(data)
        self.size += len(data)

    @property
    def file(self) -> IO[bytes]:
        """The file, open for reading in binary, at its beginning; for libraries that want one: `Image.open(upload.file)`."""
        self._file.seek(0)
        return self._file

    def read(self) -> bytes:
        """All bytes. A large file is better taken in `chunks`, or saved."""
        with self._lock:
            return self.file.read()

    def text(self, encoding: str = "utf-8-sig") -> str:
        """All of it as text. Raises `UnicodeDecodeError` when it is none in this encoding (UTF-8, with or without a mark)."""
        return self.read().decode(encoding)

    def chunks(self, size: int = _CHUNK) -> Iterator[bytes]:
        """The bytes in pieces of `size`, so that a large file never stands in memory."""
        at = 0
        while True:
            with self._lock:
                self._file.seek(at)
                chunk = self._file.read(size)
            if not chunk:
                return
            at += len(chunk)
            yield chunk

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the file to `path`, or under its own name into the folder `path`; what stands there is replaced.

        The answer is where it is. Half a file never stands there. Raises `OSError` when it cannot be written.
        """
        place = Path(path)
        if place.is_dir():
            place /= self.name
        half = place.with_name(f".upload-{secrets.token_hex(8)}")
        try:
            with half.open("xb") as target, self._lock:
                shutil.copyfileobj(self.file, target, _CHUNK)
            half.replace(place)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        return place

    def close(self) -> None:
        """Let go of the bytes now."""
        self._file.close()

    def __del__(self) -> None:
        file: Any = getattr(self, "_file", None)
        if file is not None:
            file.close()

    def __repr__(self) -> str:
        return f"<UploadedFile {self.name!r} {self.type} {self.size:,} bytes>"


def clean_name(name: str) -> str:
    """The name of a file without folders and tricks, fit for every file system; `file` where nothing is left."""
    name = unicodedata.normalize("NFC", _SEPARATORS.split(name)[-1])
    name = "".join(letter for letter in name if unicodedata.category(letter) not in _UNSEEN and letter not in _BIDI)
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if _DEVICE.fullmatch(name):
        name = f"_{name}"
    return _shortened(name) or _NO_NAME


def _shortened(name: str) -> str:
    """The name within its bound; the ending stays."""
    if len(name.encode()) <= _NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = name, "", ""
    room = _NAME_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + dot + ending


def clean_type(text: str) -> str:
    """The type that a browser says, without parameters; `application/octet-stream` where it says none."""
    found = _TYPE.match(text.strip().lower())
    return found[0] if found else "application/octet-stream"
