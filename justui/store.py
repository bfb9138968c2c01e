"""The local store of third-party files: each is fetched once, verified against the manifest, and kept.

Nothing leaves it that does not have its pinned hash. Files are fetched only by `Store.get`, which blocks: call it in a
thread. Everything else looks at the local folder alone.
"""

import contextlib
import functools
import logging
import os
import queue
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from justui.errors import AssetError
from justui.manifest import File, Manifest, manifest
from justui.sources import CDN, Cdn, Npm, Source, Unreachable
from justui.wire import ADDRESS

__all__ = ["Link", "Store", "default_folder", "manifest", "store", "use"]

log = logging.getLogger("justui")

_HEAD_START: Final = 1.0
"""Seconds that a source is waited for before the next one is asked beside it."""
_REMEMBERED: Final = 60.0
"""Seconds that a source is not asked again after it failed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source has brought: contents by path, not verified, or why there are none."""

    source: Source
    brought: Mapping[str, bytes] | AssetError


Answers: TypeAlias = "queue.SimpleQueue[Answer]"


@dataclass(frozen=True, slots=True)
class Link:
    """What a page needs to load a file: `href` or `src`, and for one of another origin its hash."""

    address: str
    """Below the App's own prefix, or a whole address."""
    integrity: str = ""
    """For the attribute `integrity`, together with `crossorigin="anonymous"`; empty for an address of our own."""


class Store:
    """The third-party files of one folder.

    `folder` is made when it is needed. `sources` are asked in their order; the next one beside the last when that takes long.
    Many threads and processes may use one folder.
    """

    def __init__(
        self,
        folder: str | Path | None = None,
        sources: Sequence[Source] | None = None,
        *,
        pinned: Manifest | None = None,
        head_start: float = _HEAD_START,
        remembered: float = _REMEMBERED,
    ) -> None:
        self.folder = Path(folder or default_folder()).expanduser().absolute()
        self.sources: list[Source] = [Cdn(), Npm()] if sources is None else list(sources)
        self.manifest = manifest() if pinned is None else pinned
        self._head_start = head_start
        self._remembered = remembered
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._failures: dict[tuple[str, str], tuple[float, str]] = {}
        self._slow: dict[str, float] = {}
        self._verified: dict[str, tuple[int, int]] = {}
        self._homeless: dict[str, bytes] = {}
        self._said: set[str] = set()

    # Local

    def where(self, file: File) -> Path:
        """The place of a file in the folder, whether it is there or not."""
        return self.folder / f"{file.package}@{file.version}" / file.path

    def read(self, package: str, path: str) -> bytes | None:
        """The content, when it is here and right. Never touches a network.

        Raises `AssetError` for what the manifest does not have.
        """
        return self._read(self.manifest.file(package, path))

    def holds(self, package: str, path: str) -> bool:
        """Whether `read` would have it; cheap after the first time."""
        file = self.manifest.file(package, path)
        known = self._verified.get(file.title)
        return (known is not None and known == _stamp(self.where(file))) or self._read(file) is not None

    def _read(self, file: File) -> bytes | None:
        if file.title in self._homeless:
            return self._homeless[file.title]
        place = self.where(file)
        stamp = _stamp(place)
        if stamp is None:
            return None
        try:
            with place.open("rb") as stream:
                content = stream.read(file.size + 1)
        except OSError as error:
            self._say(f"{place} cannot be read: {error.strerror}")
            return None
        refusal = file.refusal(content)
        if refusal:
            self._say(f"{place} is damaged ({refusal}); it is fetched anew when it is needed")
            return None
        self._verified[file.title] = stamp
        return content

    # Fetching

    def get(self, package: str, path: str) -> bytes:
        """The content: from the folder, else from the sources. Blocks, for some seconds at worst.

        Raises `AssetError`, which names the file, each source with its reason, and what to do.
        """
        file = self.manifest.file(package, path)
        content = self._read(file)
        if content is None:
            with self._locks[package]:  # who waited finds what the first has fetched
                content = self._read(file)
                if content is None:
                    content = self._fetch(file)
        return content

    def pull(self, packages: Iterable[str] = ()) -> Iterable[tuple[File, bytes | AssetError]]:
        """Get every file of these packages, or of all, one after the other; what could not be had, as its error."""
        for name in list(packages) or self.manifest.packages:
            for file in self.manifest.package(name).files.values():
                try:
                    yield file, self.get(name, file.path)
                except AssetError as error:
                    yield file, error

    def _fetch(self, file: File) -> bytes:
        """Ask the sources, the next one when the last failed or takes long; the first right answer wins."""
        answers: Answers = queue.SimpleQueue()
        enough = threading.Event()
        reasons = {source.title: said for source in self.sources if (said := self._recent_failure(source, file))}
        waiting = [source for source in self.sources if source.title not in reasons]
        waiting.sort(key=lambda source: self._slow.get(source.title, 0.0) > time.monotonic())
        asked: dict[str, float] = {}
        try:
            while waiting or asked:
                if waiting:
                    source = waiting.pop(0)
                    asked[source.title] = time.monotonic() + source.limit(file)
                    self._ask(source, file, enough, answers)
                patience = self._head_start if waiting else max(asked.values()) - time.monotonic()
                answer = self._next(answers, patience)
                if answer is None and not waiting:
                    reasons.update(dict.fromkeys(asked, "no answer in time"))
                    self._note_failures(asked, "", "no answer in time")
                    break
                if answer is None:
                    continue
                asked.pop(answer.source.title)
                content = self._taken(file, answer, reasons)
                if content is not None:
                    self._note_slow(asked)
                    return content
        finally:
            enough.set()
        raise AssetError(_failed(file, reasons))

    def _ask(self, source: Source, file: File, enough: threading.Event, answers: Answers) -> None:
        def work() -> None:
            try:
                answers.put(Answer(source, source.fetch(self.manifest.package(file.package), file, enough)))
            except AssetError as error:
                answers.put(Answer(source, error))
            except Exception as error:
                log.exception("%s failed", source.title)
                answers.put(Answer(source, AssetError(f"{type(error).__name__}: {error}")))

        # A daemon: looking up a name can hang beyond any timeout, and must not keep the program from ending.
        threading.Thread(target=work, name=f"justui assets: {source.title}", daemon=True).start()

    @staticmethod
    def _next(answers: Answers, patience: float) -> Answer | None:
        with contextlib.suppress(queue.Empty):
            return answers.get(timeout=max(0.0, patience))
        return None

    def _taken(self, file: File, answer: Answer, reasons: dict[str, str]) -> bytes | None:
        """Keep what is right in an answer; the wanted file's content, or None and its reason noted."""
        title, brought = answer.source.title, answer.brought
        if isinstance(brought, AssetError):
            reasons[title] = str(brought)
            whole = isinstance(brought, Unreachable)
            self._note_failures([title], "" if whole else file.title, str(brought))
            return None
        files = self.manifest.package(file.package).files
        for path, content in brought.items():
            refusal = files[path].refusal(content)
            if not refusal:
                self._keep(files[path], content)
                continue
            log.error("%s from %s is refused: %s", files[path].title, title, refusal)
            self._note_failures([title], files[path].title, f"refused: {refusal}")
            if path == file.path:
                reasons[title] = f"refused: {refusal}"
        if file.path in brought and title not in reasons:
            return brought[file.path]
        reasons.setdefault(title, "the package does not contain it")
        return None

    def _keep(self, file: File, content: bytes) -> None:
        """Write a verified file so that others see it whole or not at all."""
        place = self.where(file)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".new-", delete=False) as new:
                try:
                    new.write(content)
                    new.close()
                    Path(new.name).chmod(0o644)
                    Path(new.name).replace(place)
                except BaseException:
                    Path(new.name).unlink(missing_ok=True)
                    raise
        except OSError as error:
            if self._read(file) is None:  # else another process put it there, and Windows does not replace what is open
                self._homeless[file.title] = content
                self._say(
                    f"{self.folder} cannot be written ({error.strerror}): files are fetched again by each process. "
                    "Set assets= or JUSTUI_ASSETS to a folder that can."
                )

    # What went wrong lately

    def _recent_failure(self, source: Source, file: File) -> str:
        for key in ((source.title, ""), (source.title, file.title)):
            until, reason = self._failures.get(key, (0.0, ""))
            if until > time.monotonic():
                return reason
        return ""

    def _note_failures(self, titles: Iterable[str], file: str, reason: str) -> None:
        until = time.monotonic() + self._remembered
        self._failures.update({(title, file): (until, reason) for title in titles})

    def _note_slow(self, titles: Iterable[str]) -> None:
        """Sources that another one overtook come last for a while."""
        self._slow.update(dict.fromkeys(titles, time.monotonic() + self._remembered))

    def _say(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            log.warning("%s", message)

    # Addresses

    def address(self, package: str, path: str) -> str:
        """Where the App serves the file, below its own prefix: another address for other content."""
        return f"{ADDRESS}/{self.manifest.file(package, path).name}"

    @property
    def cdn(self) -> Cdn | None:
        """The CDN among the sources."""
        return next((source for source in self.sources if isinstance(source, Cdn)), None)

    def link_for(self, package: str, path: str) -> Link:
        """How a page loads a classic script or a sheet: from here when it is here, else from the CDN. Never blocks.

        So `get` it first, where time allows. Anything else is always loaded from here.
        """
        file = self.manifest.file(package, path)
        if file.kind in {"script", "sheet"} and self.cdn is not None and not self.holds(package, path):
            self._say(
                f"{file.title} is not in {self.folder}: pages load it, and what else is missing, from {self.cdn.origin}. "
                "Run `justui assets pull` where a network is."
            )
            return Link(self.cdn.address(file), file.integrity)
        return Link(self.address(package, path))


class _Chosen:
    """What the store of this process is made with. A file is the same in every folder, so one for all Apps will do."""

    folder = ""
    cdn = CDN


def use(folder: str = "", cdn: str = CDN) -> None:
    """Choose the folder and the CDN of this process's store. Empty: the default folder; no CDN.

    Raises `ConfigError` for the address of a CDN that is not http(s).
    """
    if cdn:
        Cdn(cdn)
    _Chosen.folder, _Chosen.cdn = folder, cdn


def store() -> Store:
    """The store of this process."""
    return _store(_Chosen.folder or default_folder(), _Chosen.cdn)


@functools.cache
def _store(folder: str, cdn: str) -> Store:
    return Store(folder, [Cdn(cdn), Npm()] if cdn else [Npm()])


def default_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """JUSTUI_ASSETS, else the folder that the platform has for what can be had again."""
    if environment.get("JUSTUI_ASSETS"):
        return environment["JUSTUI_ASSETS"]
    try:
        home = Path(environment.get("HOME") or Path.home())
    except RuntimeError:  # nobody's home
        home = Path(tempfile.gettempdir())
    if platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(environment.get("XDG_CACHE_HOME") or home / ".cache")
    return str(base / "justui" / "assets")


def _stamp(place: Path) -> tuple[int, int] | None:
    try:
        status = place.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size


def _failed(file: File, reasons: Mapping[str, str]) -> str:
    tried = "; ".join(f"{title}: {reason}" for title, reason in sorted(reasons.items())) or "there is no source"
    return f"{file.title} cannot be had. {tried}. Run `justui assets pull` where a network or the npm client is."
