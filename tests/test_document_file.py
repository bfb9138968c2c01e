"""Shared documents in a file: what was acknowledged is there after a crash; compaction keeps text and versions."""

import gc
import logging
import os
import random
import select
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import justui as ui
from justui import document_file, document_log
from justui.errors import ConfigError

ROOT = Path(__file__).resolve().parents[1]


def rows(path: Path) -> int:
    with sqlite3.connect(path) as file:
        (count,) = file.execute("SELECT count(*) FROM updates").fetchone()
    return int(count)


def test_texts_in_one_file_are_there_again(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    agenda = ui.SharedText("Agenda", store=path, name="agenda")
    minutes = ui.SharedText(html="<p>Minutes</p>", store=str(path), name="minutes")
    agenda.append(" 😀", bold=True)
    minutes.insert(0, "The ")
    said = agenda.delta, minutes.delta, agenda.document.log.guid
    del agenda, minutes
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # What it begins with is there once.
    agenda, minutes = (ui.SharedText("Agenda", store=path, name=name) for name in ("agenda", "minutes"))
    assert (agenda.delta, minutes.delta, agenda.document.log.guid) == said
    assert agenda.document.log.guid != minutes.document.log.guid
    assert [version.by for version in agenda.versions] == [""]
    agenda.append("!")
    both = ui.SharedText(store=path, name="agenda")
    assert str(both) == "Agenda 😀!"


def test_compaction_keeps_the_text_and_its_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_log, "PAUSE", 0.0)  # each edit is a version
    monkeypatch.setattr(document_log, "VERSIONS", 20)
    monkeypatch.setattr(document_file, "VERSIONS", 20)
    monkeypatch.setattr(document_file, "_ROWS", 30)
    path = tmp_path / "notes.db"
    text = ui.SharedText(store=path)
    states = []
    for number in range(100):
        text.insert(number % 7 if number % 3 else len(text), f"{number}é ", bold=number % 2 == 0 or None)
        states.append(str(text))
        if number % 5 == 0:
            text.delete(0, 3)
            states.append(str(text))
    assert rows(path) < 80
    for one in (text, ui.SharedText(store=path)):
        assert one.delta == text.delta
        kept = [one.at(version) for version in one.versions]
        assert 20 <= len(kept) < 150
        assert kept[-20:] == states[-20:]
    # What one person writes without a pause is one version, and few rows once it is put together.
    monkeypatch.setattr(document_log, "PAUSE", 30.0)
    quick = ui.SharedText(store=path, name="quick")
    for number in range(200):
        quick.append(f"{number} ")
    assert len(quick.versions) == 1
    assert quick.at(1) == str(quick)
    assert str(ui.SharedText(store=path, name="quick")) == str(quick)
    assert rows(path) < 140


WRITER = """
import random, sys
import justui as ui
text = ui.SharedText(store=sys.argv[1])
rnd = random.Random(int(sys.argv[2]))
number = int(sys.argv[3])
while True:
    text.insert(rnd.randint(0, len(text)) if len(text) < 500 else 0, f"<{number}>")
    print(number, flush=True)
    number += 1
"""


def test_what_was_acknowledged_outlives_kill_9(tmp_path: Path) -> None:
    path, program = tmp_path / "notes.db", tmp_path / "writer.py"
    program.write_text(WRITER)
    chance = random.Random(5)
    done, whole = 0, Counter[str]()
    for turn in range(4):
        command = [sys.executable, str(program), str(path), str(turn), str(done)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            wanted, said = done + chance.randint(500, 1500), b""
            while f"\n{wanted}\n".encode() not in b"\n" + said:
                assert select.select([writer.stdout], [], [], 20)[0], "the writer stands still"
                more = os.read(writer.stdout.fileno(), 65536)
                assert more, "the writer has ended"
                said += more
            writer.send_signal(signal.SIGKILL)  # in the midst of the next edits
            said += writer.stdout.read()
        acknowledged = int(said.rpartition(b"\n")[0].split()[-1])
        found = Counter(str(ui.SharedText(store=path)))
        whole = sum((Counter(f"<{number}>") for number in range(done, acknowledged + 1)), whole)
        one_more = Counter(f"<{acknowledged + 1}>")  # written, and the process killed before it could say so
        assert found in (whole, whole + one_more)
        done = acknowledged + 1
        if found != whole:
            whole, done = found, done + 1
    assert done > 2000


def test_a_damaged_file_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"this is no database at all" * 100)
    with caplog.at_level(logging.ERROR):
        text = ui.SharedText("new", store=path)
    assert str(text) == "new"
    assert "damaged" in caplog.text
    assert "set aside" in caplog.text
    assert ".recover" in caplog.text
    (moved,) = tmp_path.glob("notes.db.damaged-*")
    assert moved.read_bytes().startswith(b"this is no database")
    text.append("er")
    del text
    assert str(ui.SharedText(store=path)) == "newer"


def test_the_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE orders (id)")
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="another program"):
        ui.SharedText(store=path)
    with pytest.raises(ConfigError, match="no folder"):
        ui.SharedText(store=tmp_path / "nowhere" / "notes.db")
    assert path.read_bytes() == before


def test_what_cannot_be_written_now_is_written_later(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "notes.db"
    text = ui.SharedText(store=path)
    text.append("a")
    # Somebody else holds the file for longer than a write waits.
    text.document.log._file._file.execute("PRAGMA busy_timeout = 10")  # type: ignore[attr-defined]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    text.append("b")
    text.append("c")
    assert str(text) == "abc"
    assert caplog.text.count("could not be written") == 1
    other.execute("COMMIT")
    text.append("d")
    other.close()
    del text
    assert str(ui.SharedText(store=path)) == "abcd"


def test_threads_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    texts = [ui.SharedText(store=path, name=f"text {number}") for number in range(4)]

    def write(text: ui.SharedText) -> None:
        for number in range(50):
            text.append(str(number))

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = {str(text) for text in texts}
    del texts, threads
    assert said == {"".join(map(str, range(50)))}
    assert {str(ui.SharedText(store=path, name=f"text {number}")) for number in range(4)} == said


def test_the_same_name_is_the_same_object_as_long_as_somebody_holds_it(tmp_path: Path) -> None:
    place = tmp_path / "notes.db"
    kinds: list[Callable[..., Any]] = [ui.SharedText, ui.SharedList, ui.SharedMap]
    for kind in kinds:
        first = kind(store=place, name="one")
        assert kind(store=str(place), name="one") is first
        assert kind(store=place, name="other") is not first
        assert kind(name="one") is not first
    text = ui.SharedText("begin", store=place, name="text")
    text += " more"
    del text
    gc.collect()
    assert str(ui.SharedText("begin", store=place, name="text")) == "begin more"
