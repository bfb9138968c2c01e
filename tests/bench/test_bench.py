"""The benchmark itself: its cheap rows run and print. What they come to is not judged here."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.bench.report import Figure, number, table

ROOT: Final = Path(__file__).resolve().parents[2]


def test_the_cheap_rows_run_and_print() -> None:
    command = [sys.executable, "-m", "tests.bench", "--quick", "bytes", "runtime", "import"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for row in ("page of 100 ", "page of 1000 ", "browser runtime, gzipped", "import justui"):
        assert row in done.stdout
    assert "reached" in done.stdout


def test_a_figure_is_met_or_not_or_only_told() -> None:
    assert [Figure(row="x", value=value, limit=2).met for value in (1, 2, 3)] == [True, True, False]
    assert Figure(row="x", value=3).met is None
    assert Figure(row="x", value=3, unit=" B", limit=2, note="odd").cells() == (
        "x",
        "3 B  (odd)",
        "at most 2 B",
        "NOT MET",
    )


def test_figures_are_read_by_people() -> None:
    assert [number(value, " x") for value in (1234.5, 45.67, 1.234, 0.0123)] == [
        "1,234 x",
        "45.7 x",
        "1.23 x",
        "0.012 x",
    ]
    assert table([("a", "1")], ("row", "value")).splitlines() == ["row  value", "---  -----", "a    1"]
