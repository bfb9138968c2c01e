"""`ui.Div(following=12)` and `ui.Div(leading=1.5)`, a program's own attributes, were a TypeError: methods of ours were called so."""

from typing import Any

import pytest

import justui as ui


@pytest.mark.parametrize("name", ["leading", "following", "other", "children", "fields", "wanted"])
def test_any_name_can_be_the_programs_own(name: str) -> None:
    keywords: Any = {name: 12}
    assert getattr(ui.Div("a", **keywords), name) == 12
