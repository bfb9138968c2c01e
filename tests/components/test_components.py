"""The package `justui.components`: what it offers, and under which name it may be imported."""

import subprocess
import sys
from pathlib import Path

from justui import components
from justui.component import Component

ROOT = Path(__file__).resolve().parents[2]


def test_all_names_exist_once_and_are_components() -> None:
    assert len(set(components.__all__)) == len(components.__all__)
    assert all(issubclass(getattr(components, name), Component) for name in components.__all__)


def test_the_bare_name_is_refused_with_the_right_one() -> None:
    program = [sys.executable, "-c", "import components"]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "ImportError" in ended.stderr
    assert "import justui" in ended.stderr
