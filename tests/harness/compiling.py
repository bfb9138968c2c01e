"""Tailwind's compiler in tests: with a folder of its own, or kept busy. Knows the real one only."""

import contextlib
import itertools
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from justui import engine, tailwind
from justui.dialect import Dialect
from justui.store import Store, _Chosen, store, use

_numbers = itertools.count()


def unseen_css() -> str:
    """A style sheet that no compiler has met, so that nothing is known of its classes."""
    return f"/* {os.getpid()} {time.time()} {next(_numbers)} */"


@contextlib.contextmanager
def own_folder(folder: Path, *, empty: bool = False) -> Iterator[Path]:
    """The process's store in another folder, which has Tailwind unless `empty`; no source can be reached then."""
    before, cdn = _Chosen.folder, _Chosen.cdn
    files = {} if empty else {path: store().get(tailwind.PACKAGE, path) for path in engine.FILES}
    there = Store(folder, [])
    for path, content in files.items():
        place = there.where(there.manifest.file(tailwind.PACKAGE, path))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    use(str(folder), "http://127.0.0.1:9")
    try:
        yield folder
    finally:
        use(before, cdn)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def busy() -> Iterator[threading.Event]:
    """Keep the process's compiler busy until the event is set, or the block ends."""
    free = threading.Event()
    begun = threading.Event()

    def work() -> None:
        begun.set()
        free.wait(30)

    tailwind.compiler().ask(None, (), work)
    begun.wait(10)
    try:
        yield free
    finally:
        free.set()


def learn(dialect: Dialect, names: str, compiler: tailwind.Compiler | None = None) -> None:
    """Have these names compiled, and wait for it."""
    done = threading.Event()
    (compiler or tailwind.compiler()).ask(dialect, names.split(), done.set)
    assert done.wait(60)
