"""What a user installs: sdist and wheel have everything, and the wheel alone serves a page.

Nothing is downloaded: the build uses the tools that are installed, and the clean environment borrows the dependencies of
the one that runs the tests, but not justui.
"""

import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.harness.server import ProgramServer

ROOT: Final = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow

PROGRAM: Final = """
import justui as ui

print("justui is", ui.__file__)
page = ui.WebPage(title="Packed")
ui.P("from the wheel", a=page)
ui.Button("Press", on_click=lambda: None, a=page)
ui.run(page)
"""


def run(*command: str | Path, folder: Path = ROOT) -> str:
    done = subprocess.run(
        [str(one) for one in command], cwd=folder, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def wanted(*folders: str) -> set[str]:
    """The files of the package as it stands in the checkout, named as they must be in a wheel."""
    return {
        path.relative_to(ROOT).as_posix() if folder == "justui" else f"justui/{path.relative_to(ROOT).as_posix()}"
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """The sdist, the wheel built from the checkout, and the wheel built from the sdist."""
    direct, indirect = tmp_path_factory.mktemp("direct"), tmp_path_factory.mktemp("indirect")
    build = (sys.executable, "-m", "build", "--no-isolation")
    run(*build, "--wheel", "--outdir", direct)
    run(*build, "--outdir", indirect)
    return next(indirect.glob("*.tar.gz")), next(direct.glob("*.whl")), next(indirect.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a clean environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    scripts = "Scripts" if sys.platform == "win32" else "bin"
    python = folder / scripts / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", built[2])
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # A folder named in a .pth file is searched last, and .pth files in it, such as ours, do not count.
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n")
    return python


def test_the_wheel_has_the_whole_package(built: tuple[Path, Path, Path]) -> None:
    engine, guests = wanted("justui"), wanted("components", "templates")
    assert {"justui/__init__.py", "justui/browser/wire.js"} <= engine
    assert "justui/components/__init__.py" in guests
    assert any(name.startswith("justui/templates/") and name.endswith(".html") for name in guests)
    assert engine | guests <= set(contents(built[1]))


def test_the_wheel_has_nothing_else(built: tuple[Path, Path, Path]) -> None:
    assert {name.partition("/")[0] for name in contents(built[1])} == {"justui", "justui-0.1.0.dist-info"}


def test_a_wheel_from_the_sdist_is_the_same(built: tuple[Path, Path, Path]) -> None:
    assert contents(built[2]) == contents(built[1])


def test_the_sdist_can_be_tested(built: tuple[Path, Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "tests/conftest.py", "justui/components/__init__.py"} <= names
    assert not any(part in name for name in names for part in ("__pycache__", ".venv", ".pyc"))


def test_the_wheel_serves_a_page(installed: Path, tmp_path: Path) -> None:
    program = tmp_path / "packed.py"
    program.write_text(PROGRAM)
    with ProgramServer(program, python=installed, source=None) as server:
        page = httpx.get(server.address + "/")
        assert page.status_code == 200
        assert "from the wheel" in page.text
        assert str(installed.parents[1]) in server.wait_for_log("justui is .*")
        address = re.search(r'<script[^>]*\bsrc="([^"]+)"', page.text)
        assert address
        script = httpx.get(str(page.url.join(address[1])))
        assert script.status_code == 200
        assert "javascript" in script.headers["content-type"]
        assert "WebSocket" in script.text
