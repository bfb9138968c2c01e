"""The classes in the repository are those that the tables describe."""

import shutil
from pathlib import Path

import pytest

from justui.components.generator import kinds
from justui.components.generator.__main__ import main
from justui.components.generator.tables import FOLDERS, stale

HTML, SVG = FOLDERS


def test_the_generated_files_are_up_to_date() -> None:
    assert {folder.name: sorted(stale(folder)) for folder in FOLDERS} == {"html": [], "svg": []}, (
        "run python -m justui.components.generator"
    )
    assert main(["--check"]) == 0


@pytest.mark.parametrize(
    ("folder", "row", "module", "line"),
    [
        (HTML, 'dialog.mood-ring = "text"', "interactive.py", "mood_ring = Text()"),
        (SVG, 'discard.moodRing = "text"', "animation.py", "moodRing = mood_ring"),
    ],
    ids=["html", "svg"],
)
def test_a_changed_table_or_file_is_noticed(tmp_path: Path, folder: Path, row: str, module: str, line: str) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    assert stale(tmp_path) == {}
    table = tmp_path / "table.toml"
    table.write_text(table.read_text(encoding="utf-8") + f"\n{row}\n", encoding="utf-8")
    assert set(stale(tmp_path)) == {module}
    assert line in stale(tmp_path)[module]
    (tmp_path / "text.py").unlink()
    assert set(stale(tmp_path)) == {module, "text.py"}


@pytest.mark.parametrize(
    ("html", "python"),
    [
        ("href", ["href"]),
        ("accept-charset", ["accept_charset"]),
        ("viewBox", ["view_box", "viewBox"]),
        ("xChannelSelector", ["x_channel_selector", "xChannelSelector"]),
        ("pointsAtX", ["points_at_x", "pointsAtX"]),
        ("xlink:href", ["xlink_href"]),
        ("in2", ["in2"]),
        ("in", ["in_", "_in"]),
        ("from", ["from_", "_from"]),
        ("for", ["for_"]),
    ],
)
def test_names_in_python(html: str, python: list[str]) -> None:
    assert list(kinds.python_names(html)) == python
