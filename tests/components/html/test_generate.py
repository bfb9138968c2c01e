"""The classes in the repository are those that the table describes."""

import shutil
from pathlib import Path

from justui.components.html.generate import FOLDER, stale


def test_the_generated_files_are_up_to_date() -> None:
    assert sorted(stale()) == [], "run python -m justui.components.html.generate"


def test_a_changed_table_or_file_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    assert stale(tmp_path) == {}
    table = tmp_path / "table.toml"
    table.write_text(table.read_text(encoding="utf-8") + '\ndialog.mood = "text"\n', encoding="utf-8")
    assert set(stale(tmp_path)) == {"interactive.py"}
    assert "mood = Text()" in stale(tmp_path)["interactive.py"]
    (tmp_path / "text.py").unlink()
    assert set(stale(tmp_path)) == {"interactive.py", "text.py"}
