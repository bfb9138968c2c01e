"""The table of settings is that of `Config`."""

import importlib.util

from tests.docs.documents import ROOT


def test_the_table_is_that_of_config() -> None:
    spec = importlib.util.spec_from_file_location("configuration_page", ROOT / "docs" / "guide" / "configuration.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    said = "run `python docs/guide/configuration.py`"
    assert module.PAGE.read_text("utf-8") == module.page(), said
    assert "`grace`" in module.table()
