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
from justui import document_file, document_log, documents
from justui.errors import ConfigError, Refused

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


def test_what_cannot_be_written_now_is_written_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    monkeypatch.setattr(documents, "_AGAIN", 0.0)
    text.document._again_at = 0.0
    text.append("d")
    assert "written again" in caplog.text
    # What waits until the end is tried once more then.
    monkeypatch.setattr(documents, "_AGAIN", 1000.0)
    other.execute("BEGIN IMMEDIATE")
    text.append("e")
    other.execute("COMMIT")
    text.append("f")
    assert rows(path) == 4
    other.close()
    del text
    gc.collect()
    assert str(ui.SharedText(store=path)) == "abcdef"


def test_a_file_that_was_moved_is_not_written_where_nobody_looks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, away = tmp_path / "notes.db", tmp_path / "away.db"
    text = ui.SharedText(store=path)
    text.append("a")
    path.rename(away)
    text.append("b")
    assert "was moved, deleted or replaced" in caplog.text
    path.write_bytes(b"")  # another file in its place
    text.append("c")
    assert str(text) == "abc"
    away.rename(path)
    del text  # the last try
    gc.collect()
    assert str(ui.SharedText(store=path)) == "abc"


def test_a_history_that_cannot_be_put_together_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_file, "_ROWS", 3)
    path = tmp_path / "notes.db"
    text = ui.SharedText(store=path)
    heard: list[str] = []
    text.on_change(lambda changed: heard.append(str(changed)))
    connection = text.document.log._file._file  # type: ignore[attr-defined]

    def refuse(action: int, *_: object) -> int:
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_DELETE else sqlite3.SQLITE_OK

    connection.set_authorizer(refuse)
    for letter in "abcdefg":
        text.append(letter)
    assert heard[-1] == "abcdefg"
    assert "could not be put together" in caplog.text
    connection.set_authorizer(None)
    text.append("h")
    text.append("i")
    text.append("j")
    del text
    gc.collect()
    assert rows(path) < 5
    assert str(ui.SharedText(store=path)) == "abcdefghij"


def test_a_full_disk_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "notes.db"
    text = ui.SharedText(store=path)
    connection = text.document.log._file._file  # type: ignore[attr-defined]
    connection.execute("PRAGMA max_page_count = 1")
    for _ in range(3):
        text.append("long " * 5_000)
    assert "is full" in caplog.text
    assert len(text) == 75_000
    connection.execute("PRAGMA max_page_count = 1000000")
    del text
    gc.collect()  # the last try
    assert len(ui.SharedText(store=path)) == 75_000


def test_two_processes_with_one_file_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_file, "_ROWS", 7)
    path = tmp_path / "notes.db"
    text = ui.SharedText("begin ", store=path)
    program = tmp_path / "other.py"
    program.write_text(OTHER)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(program), str(path)], env=environment) as other:
        for number in range(60):
            text.append(f"<{number}>")
        assert other.wait(60) == 0
    for number in range(20):  # the one that goes on puts together what both have written
        text.append(f"<{60 + number}>")
    del text
    gc.collect()
    words = str(ui.SharedText("begin ", store=path))
    assert words.count("begin ") == 1
    assert all(f"<{number}>" in words for number in range(80))
    assert all(f"({number})" in words for number in range(60))


OTHER = """
import sys
import justui as ui
from justui import document_file
document_file._ROWS = 11
text = ui.SharedText("begin ", store=sys.argv[1])
for number in range(60):
    text.append(f"({number})")
"""


def test_what_was_overwritten_takes_no_room_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_TIDY", 20_000)
    monkeypatch.setattr(document_log, "ROOM", 20_000)
    monkeypatch.setattr(document_file, "ROOM", 20_000)
    for store in (None, tmp_path / "notes.db"):
        board = ui.SharedMap({"title": "Board"}, store=store, name="board")
        cards = ui.SharedList([{"n": 0}], store=store, name="cards")
        text = ui.SharedText("Title", store=store, name="text")
        for number in range(400):
            board["state"] = f"{number} " + "x" * 300
            cards.change(cards[0], n=f"{number} " + "y" * 300)
            text.value = f"{number} " + chr(97 + number % 26) * 300
        for one in (board, cards, text):
            document = one.document
            assert document.size < 30_000
            assert len(document.since(b"\0")) < 30_000
            assert sum(entry.size for entry in document.log.entries()) < 70_000
            assert one.versions
            assert one.at(len(one.versions)) == one.value
        assert board["title"] == "Board"
        board["state"] = "done"
        assert board.undo()
        assert board["state"] != "done"


def test_what_is_full_takes_no_more_and_says_so(tmp_path: Path) -> None:
    board = ui.SharedMap[Any]({"a": 1}, largest=3_000)
    cards = ui.SharedList([{"title": "one"}], largest=3_000)
    text = ui.SharedText("text", largest=3_000)
    edits: tuple[Callable[[], object], ...] = (
        lambda: board.update(b="x" * 3_000),
        lambda: cards.append({"title": "x" * 3_000}),
        lambda: cards.change(cards[0], title="x" * 3_000),
        lambda: cards.extend([{"title": "more"}] * 100),
        lambda: text.append("é" * 1_600),
        lambda: text.set("x" * 3_200),
        lambda: text.apply([{"insert": "x" * 3_000}]),
        lambda: setattr(text, "html", f"<p>{'x' * 3_000}</p>"),
    )
    for edit in edits:
        with pytest.raises(Refused, match=r"full: it has [\d,]+ bytes of 3,000"):
            edit()
    assert (board.value, list(cards), str(text)) == ({"a": 1}, [{"title": "one"}], "text")
    for number in range(100):  # what was taken out, and what was overwritten, counts no more
        board["b"] = f"{number}" * 500
        cards.append({"title": f"{number}" * 500})
        del cards[1]
        text.value = f"{number} " * 300
        text.clear()
    assert str(text) == ""
    assert len(cards) == 1
    board.clear()
    cards.clear()


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
