"""The package `justui.components`: what it offers, and under which name it may be imported."""

import subprocess
import sys
from pathlib import Path

from justui import components
from justui.component import Component
from justui.components import html

ROOT = Path(__file__).resolve().parents[2]


def test_all_names_exist_once_and_are_components() -> None:
    names: list[str] = vars(components)["__all__"]
    assert set(html.__all__) <= set(names)
    assert len(set(names)) == len(names)
    assert all(issubclass(getattr(components, name), Component) for name in names)


def test_the_bare_name_is_refused_with_the_right_one() -> None:
    program = [sys.executable, "-c", "import components"]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "ImportError" in ended.stderr
    assert "import justui" in ended.stderr
