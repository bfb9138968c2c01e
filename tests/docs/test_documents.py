"""What the documents say of code is true: shown files are shown verbatim, other code runs, links lead somewhere."""

import ast
import logging
import re
from pathlib import Path

import pytest

from tests.docs.documents import PAGES, ROOT, anchors, blocks, links, name_of, runs

GUIDES = [page for page in PAGES if any(block.kind == "python" and not block.file for block in blocks(page))]


@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_code_in_a_guide_runs(page: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        runs(page)
    # What a guide shows does nothing that justui warns of.
    assert [message for message in caplog.messages if "secret_key" not in message] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_file_is_shown_as_it_is(page: Path) -> None:
    for block in blocks(page):
        if block.file:
            assert block.name == block.file.relative_to(ROOT).as_posix()
            assert block.text == block.file.read_text("utf-8"), f"{name_of(page)}:{block.line} is not {block.name}"


def test_the_tutorial_and_the_readme_show_files_only() -> None:
    for page in (ROOT / "README.md", ROOT / "docs" / "tutorial.md"):
        assert [block.line for block in blocks(page) if block.kind in ("python", "nginx") and not block.file] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name_of(page)} links to {link}"
        assert ROOT in target.parents, f"{name_of(page)} links out of the project: {link}"
        if anchor:
            assert anchor in anchors(target), f"{name_of(page)} links to {link}"


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    known = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    assert known >= {page for page in PAGES if page not in (index, ROOT / "README.md")}


def test_the_commands_exist() -> None:
    goals = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    shells = {page: "".join(block.text for block in blocks(page) if block.kind == "sh") for page in PAGES}
    told = [word for page in PAGES for word in re.findall(r"`make (\w+)", page.read_text("utf-8"))]
    told += [word for shell in shells.values() for word in re.findall(r"^make (\w+)", shell, re.M)]
    assert set(told) <= goals
    shown = shells[ROOT / "README.md"]
    assert "make demo\nmake test\n" in shown


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    assert all(picture.stat().st_size < 200_000 for picture in pictures)


def test_every_demo_is_listed_with_its_line() -> None:
    page = (ROOT / "docs" / "demos.md").read_text("utf-8")
    demos = [
        path
        for path in (ROOT / "demos").glob("*.py")
        if "\npage" in (text := path.read_text("utf-8")) or "\ndef page" in text
    ]
    assert len(demos) >= 9
    for path in demos:
        line = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]
        assert f"](../demos/{path.name}) | {line} |" in page


def test_no_page_names_a_machine() -> None:
    hosts = r"pypi\.|registry\.|npmjs|files\.pythonhosted|/home/|/root/|/work/|/tmp/"
    for page in PAGES:
        assert not re.search(hosts, page.read_text("utf-8")), name_of(page)
