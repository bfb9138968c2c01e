"""What the documents say of settings: the table is that of `Config`, and the files that are shown can be read."""

import importlib.util
from pathlib import Path

import pytest

from justui.config import Config
from tests.docs.documents import PAGES, ROOT, Block, blocks

FILES = [(page, block) for page in PAGES for block in blocks(page) if block.kind in ("toml", "yaml")]


def test_the_table_is_that_of_config() -> None:
    spec = importlib.util.spec_from_file_location("configuration_page", ROOT / "docs" / "guide" / "configuration.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    said = "run `python docs/guide/configuration.py`"
    assert module.PAGE.read_text("utf-8") == module.page(), said
    assert "`grace`" in module.table()


@pytest.mark.covers("WO-25")
@pytest.mark.parametrize(("page", "block"), FILES, ids=[f"{page.stem}-{block.line}" for page, block in FILES])
def test_a_file_of_settings_that_is_shown_is_one(page: Path, block: Block, tmp_path: Path) -> None:
    file = tmp_path / f"settings.{block.kind}"
    file.write_text(block.text, "utf-8")
    assert Config.read({"config": file}, {}) != Config()


def test_such_files_are_shown() -> None:
    assert {block.kind for _, block in FILES} == {"toml", "yaml"}
