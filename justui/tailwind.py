"""Tailwind on the server: one thread of the process compiles class names, and keeps what it made in memory and on disk.

Nothing here waits: who asks is called back. Knows no pages. A process that needs no class never loads the engine.
"""

import atexit
import contextlib
import functools
import hashlib
import json
import logging
import os
import queue
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from justui import css as css_text
from justui import engine
from justui.dialect import Dialect
from justui.errors import AssetError, SheetError
from justui.marks import tree_lock
from justui.sheet import ANIMATION
from justui.store import Store, store

log = logging.getLogger("justui")

PACKAGE: Final = "tailwindcss"
BROWSER_PACKAGE: Final = "@tailwindcss/browser"
BROWSER_FILE: Final = "dist/index.global.js"
PATIENCE: Final = 2.0
"""Seconds that a page waits for lines that have to be compiled; then it goes without, and they follow."""
DARK: Final = """
@custom-variant dark {
  @media (prefers-color-scheme: dark) { &:not(:where([data-theme=light], [data-theme=light] *)) { @slot; } }
  &:where([data-theme=dark], [data-theme=dark] *) { @slot; }
}
"""
"""`dark:` follows the system, and a page that says otherwise."""
_DIRECTIVES: Final = (
    "@apply",
    "@theme",
    "@utility",
    "@variant",
    "@custom-variant",
    "--spacing(",
    "--alpha(",
    "--theme(",
)
_ANIMATIONS: Final = ("animate.css", "animate.css")
_FORMAT: Final = 1
_JOBS: Final = 1000
_DIALECTS: Final = 32
_ENGINES: Final = 2
_WORKED: Final = 5000  # names, after which an engine is thrown away: its caches only grow
_AT_ONCE: Final = 100
_IDLE: Final = 60.0
_WRITE_AFTER: Final = 0.2  # seconds without a job, so that nobody waits for the disk
_AGAIN: Final = 30.0
_FILES: Final = 64
_SEARCH: Final = 10.0  # seconds of the processor for finding the rules that Tailwind refuses


def wants_compiling(css: str) -> bool:
    """Whether a style sheet has something of Tailwind's in it, so that a browser could not read it as it is."""
    return any(word in css for word in _DIRECTIVES)


def source(css: str, *, bare: bool, preflight: str, theme: str) -> str:
    """The whole text that Tailwind gets for a program's CSS."""
    base = f"@layer base {{\n{preflight}\n}}\n" if bare else ""
    start = f"@layer theme, base, components, utilities;\n@layer theme {{\n{theme}\n}}\n{base}"
    return f"{start}@layer utilities {{ @tailwind utilities; }}\n{DARK}{css}"


class Job(NamedTuple):
    """Class names that somebody waits for."""

    dialect: Dialect | None
    names: tuple[str, ...]
    done: Callable[[], object]


class Compiler:
    """The thread that compiles. It begins with the first job, ends when it has been idle, and begins again."""

    def __init__(self) -> None:
        self._jobs: queue.Queue[Job | None] = queue.Queue(_JOBS)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._engines: OrderedDict[Dialect, tuple[engine.Engine, int]] = OrderedDict()
        self._learnt: set[Dialect] = set()
        """What knows more than the disk."""
        self._failed: tuple[Store, float] | None = None
        """The store that did not have the files, and until when it is not asked again."""
        self._said: set[str] = set()
        self._ending = False
        self.compiled = 0
        """How often the engine was asked; 0 where everything was on disk."""

    @property
    def usable(self) -> bool:
        """Whether there is an engine, and its files could be had when they were asked for last."""
        return engine.is_there() and not self._has_failed()

    def _has_failed(self) -> bool:
        return self._failed is not None and self._failed[0] is store() and time.monotonic() < self._failed[1]

    def ask(self, dialect: Dialect | None, names: Iterable[str], done: Callable[[], object]) -> None:
        """Learn these names, then call `done`, in the compiler's thread. It is called in any case."""
        with self._lock:
            try:
                self._jobs.put_nowait(Job(dialect, tuple(names), done))
            except queue.Full:
                self._say("so many pages wait for new class names that some go without for now")
                threading.Thread(target=done, daemon=True).start()
                return
            if self._thread is None and not self._ending:
                size = threading.stack_size(engine.STACK)
                try:
                    self._thread = threading.Thread(target=self._work, name="justui tailwind", daemon=True)
                    self._thread.start()
                finally:
                    threading.stack_size(size)

    def end(self) -> None:
        """End the thread; what waits is not compiled. For the end of the process."""
        with self._lock:
            self._ending = True
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            with contextlib.suppress(queue.Full):
                self._jobs.put_nowait(None)
            thread.join(1.0)

    def _say(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            log.warning("%s", message)

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=_WRITE_AFTER if self._learnt else _IDLE)
            except queue.Empty:
                if self._learnt:
                    self._write_learnt()
                    continue
                with self._lock:
                    if not self._jobs.empty():
                        continue
                    self._thread = None
                    self._engines.clear()
                    return
            if job is None or self._ending:
                self._write_learnt()
                self._engines.clear()
                return
            try:
                if self._do(job) and self._waits_again(job):
                    continue
            except Exception:
                log.exception("compiling class names failed")
            try:
                job.done()
            except Exception:
                log.exception("sending compiled styles failed")

    def _waits_again(self, job: Job) -> bool:
        """Put the rest of a large job behind those that wait, so that one page's names do not keep the others."""
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            return False
        return True

    def _do(self, job: Job) -> bool:
        """Learn what is new of a job; True where that is not all of it, because others wait."""
        dialect = job.dialect
        if any(name.startswith(ANIMATION) for name in job.names):
            with contextlib.suppress(AssetError):
                store().get(*_ANIMATIONS)
        if dialect is None or self._has_failed():
            return False
        try:
            if not dialect.ready and not self._read(dialect):
                self._begin(dialect)
            with tree_lock:
                wanted = [name for name in job.names if not name.startswith(ANIMATION) and not dialect.knows(name)]
                names = list(dict.fromkeys(wanted))
            for start in range(0, len(names), _AT_ONCE):
                self._extend(dialect, names[start : start + _AT_ONCE])
                if start + _AT_ONCE < len(names) and not self._jobs.empty():
                    return True
            dialect.late = False
            if names:
                self._learnt.add(dialect)
        except AssetError as error:
            self._failed = (store(), time.monotonic() + _AGAIN)
            self._say(f"pages go without Tailwind's classes for now, but for a few: {error}")
        return False

    # Compiling

    def _files(self) -> dict[str, bytes]:
        return {path: store().get(PACKAGE, path) for path in engine.FILES}

    def _engine(self, dialect: Dialect) -> engine.Engine:
        """The engine of a dialect, begun anew where it has become large, or where lines were forgotten."""
        held = self._engines.pop(dialect, None)
        if held is None or held[0].seen > _WORKED or held[1] != dialect.turn:
            held = (self._begun(dialect, dialect.css), dialect.turn)
        self._engines[dialect] = held
        if len(self._engines) > _ENGINES:
            self._engines.popitem(last=False)
        return held[0]

    def _begun(self, dialect: Dialect, css: str) -> engine.Engine:
        files = self._files()
        theme, preflight = files["theme.css"].decode(), files["preflight.css"].decode()
        self.compiled += 1
        return engine.Engine(files, source(css, bare=dialect.bare, preflight=preflight, theme=theme), dialect.order)

    def _begin(self, dialect: Dialect) -> None:
        """Compile what does not depend on classes, leaving out rules that Tailwind refuses."""
        given = dialect.css
        try:
            first = self._engine(dialect).first()
        except SheetError:
            dialect.css = self._without_faults(dialect)
            first = self._engine(dialect).first()
        with tree_lock:
            dialect.begin(first)
        self._write(dialect, given)

    def _without_faults(self, dialect: Dialect) -> str:
        """The rules of a dialect's CSS that Tailwind takes; what it said of the others is noted."""
        try:
            rules = list(css_text.rules(dialect.css))
        except ValueError as error:
            dialect.errors.append(f"{error}. The whole style sheet is left out.")
            return ""
        texts = [rule.prelude + (";" if rule.body is None else f" {{{rule.body}}}") + "\n" for rule in rules]
        return self._those_taken(dialect, "", texts, time.thread_time() + _SEARCH)

    def _those_taken(self, dialect: Dialect, kept: str, texts: list[str], until: float) -> str:
        """`kept` and those of the texts that Tailwind takes behind it. Halved where it refuses, for most are right."""
        error: Exception = SheetError("Not looked at, for Tailwind has refused too much before it.")
        if time.thread_time() < until:
            try:
                self._begun(dialect, kept + "".join(texts)).first()
            except SheetError as refusal:
                error = refusal
                if len(texts) > 1:
                    middle = len(texts) // 2
                    kept = self._those_taken(dialect, kept, texts[:middle], until)
                    return self._those_taken(dialect, kept, texts[middle:], until)
            else:
                return kept + "".join(texts)
        shown = " ".join("".join(texts).split())
        dialect.errors.append(f"{error} In: {shown if len(shown) <= 120 else shown[:119] + '…'}")
        return kept

    def _extend(self, dialect: Dialect, names: list[str]) -> None:
        with tree_lock:
            dialect.make_room()
        if dialect.full:
            self._say("more than 9,000 different class names stand on pages; further ones are not styled. Use style= for "
                      "values that vary.")  # fmt: skip
            with tree_lock:
                dialect.note_unknown(names)
            return
        try:
            self.compiled += 1
            found = self._engine(dialect).extend(names)
        except SheetError:
            self._engines.pop(dialect, None)
            if len(names) > 1:
                for name in names:
                    self._extend(dialect, [name])
                return
            log.warning("Tailwind gave up on the class name %.80r", names[0])
            with tree_lock:
                dialect.note_unknown(names)
            return
        with tree_lock:
            dialect.learn(names, found)

    # On disk

    def _place(self, css: str, *, bare: bool) -> Path:
        here = store()
        version = here.manifest.package(PACKAGE).version
        digest = hashlib.sha256(json.dumps([_FORMAT, version, bare, DARK, css]).encode()).hexdigest()[:32]
        return here.folder / f"{PACKAGE}@{version}" / "compiled" / f"{digest}.json"

    def _read(self, dialect: Dialect) -> bool:
        """Take what was compiled before; False where there is nothing of use."""
        try:
            text = self._place(dialect.css, bare=dialect.bare).read_bytes()
            digest, _, body = text.partition(b"\n")
            if digest.decode() != hashlib.sha256(body).hexdigest():
                return False
            kept = json.loads(body)
            trial = Dialect(dialect.css, bare=dialect.bare)
            trial.load(kept)
            trial.css = kept["css"]
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return False
        with tree_lock:
            dialect.adopt(trial)
        return True

    def _write_learnt(self) -> None:
        while self._learnt:
            try:
                self._write(self._learnt.pop())
            except Exception:
                log.exception("keeping compiled styles failed")

    def _write(self, dialect: Dialect, given: str | None = None) -> None:
        """Keep what is known, whole or not at all. Where that is not possible, the next start compiles again."""
        if given is not None:
            dialect.given = given
        with tree_lock:
            body = json.dumps({**dialect.dump(), "css": dialect.css}).encode()
        place = self._place(dialect.given, bare=dialect.bare)
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".new-", delete=False) as new:
                new.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            try:
                Path(new.name).replace(place)
            except OSError:
                Path(new.name).unlink(missing_ok=True)
            if given is not None:
                _prune(place.parent)


def _prune(folder: Path) -> None:
    """Keep the files that were written last."""
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
    for old in files[:-_FILES]:
        old.unlink(missing_ok=True)


@functools.cache
def compiler() -> Compiler:
    """The compiler of this process."""
    made = Compiler()
    atexit.register(made.end)
    return made


if hasattr(os, "register_at_fork"):  # a child has no threads, so it begins its own
    os.register_at_fork(after_in_child=compiler.cache_clear)


@functools.lru_cache(_DIALECTS)
def dialect(css: str, *, bare: bool) -> Dialect:
    """The dialect of these style sheets; the same for all that have the same."""
    return Dialect(css, bare=bare)


def browser_source(css: str, *, bare: bool) -> str:
    """What Tailwind's browser build is to read."""
    base = '@import "tailwindcss/preflight" layer(base);\n' if bare else ""
    # The imports come behind a rule: browsers load what an import at the top names, also where they are not to read it.
    start = f'@layer theme, base, components, utilities;\n{DARK}@import "tailwindcss/theme" layer(theme);\n'
    return f'{start}{base}@import "tailwindcss/utilities" layer(utilities);\n{css}'


@functools.cache
def say_missing() -> None:
    """Say once that the compiler is not installed."""
    log.warning(
        "Tailwind's classes are compiled in the browser, with a relaxed policy for styles. For quicker pages and the strict "
        "policy: pip install 'justui[tailwind]'"
    )


_browser_asked: list[Any] = []


def fetch_browser_build() -> None:
    """Get Tailwind's browser build in the background, once, so that pages load it from here."""
    if not _browser_asked:
        _browser_asked.append(True)

        def work() -> None:
            with contextlib.suppress(AssetError):
                store().get(BROWSER_PACKAGE, BROWSER_FILE)

        threading.Thread(target=work, name="justui tailwind", daemon=True).start()
