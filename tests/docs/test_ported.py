"""The programs in docs/coming-from do in a browser what their predecessors did."""

import importlib
import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.live import joined
from tests.conftest import Serve
from tests.docs.documents import ROOT
from tests.harness.browser import BrowserTab, People


@pytest.fixture
def served(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Serves a program of docs/examples; its module and its address."""
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "examples"))

    def start(name: str) -> tuple[Any, str]:
        module = importlib.import_module(name)
        return module, serve(module.app).address

    return start


async def visit(person: People, address: str) -> BrowserTab:
    tab = await (await person()).open(f"{address}/")
    tab.allow("404")  # none of these pages has an icon
    await joined(tab)
    return tab


async def click(tab: BrowserTab, name: str) -> None:
    await tab.page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.covers("JY-01", "JY-02", "JY-06", "JY-08", "JY-09", "JY-11", "JY-19")
async def test_from_jyserver(served: Any, person: People, capsys: pytest.CaptureFixture[str]) -> None:
    _, address = served("from_jyserver")
    ann, bob = await visit(person, address), await visit(person, address)
    count, time = ann.page.locator("#count"), ann.page.locator("#time")
    for number in "12":
        await click(ann, "Click")
        await expect(count).to_have_text(number)
    await click(ann, "From 0")
    await click(ann, "Click")
    await expect(count).to_have_text("1")
    await expect(bob.page.locator("#count")).to_have_text("0")
    await expect(time).not_to_have_text("0.0")
    await click(ann, "Pause")
    await click(ann, "Restart")
    await expect(time).to_have_text(re.compile(r"0\.\d"))
    await click(ann, "Pause")
    await expect(ann.page.get_by_role("button", name="Restart")).to_be_visible()
    assert capsys.readouterr().out == "13 2.6\n" * 2


@pytest.mark.covers("JM-05", "JM-07", "JM-12", "JM-14", "JM-23", "JM-24", "JM-25", "JM-28", "JM-29", "JM-32")
async def test_from_jsmeetsstarlette(served: Any, person: People, capsys: pytest.CaptureFixture[str]) -> None:
    module, address = served("from_jsmeetsstarlette")
    ann, bob = await visit(person, address), await visit(person, address)
    for tab in (ann, bob):
        await expect(tab.page).to_have_title("Everything once")
        await tab.page.evaluate("() => server.topic('topic1').subscribe(() => {})")  # behind the page's own
    await click(ann, "Add")
    for tab in (ann, bob):
        await expect(tab.page.locator("#log")).to_have_text(re.compile("to do: 11|topic1: added"))
    assert capsys.readouterr().out == "topic1 added 11\n"
    assert module.app.queue("q1").is_empty()
    await click(bob, "Everybody's sum")
    await expect(bob.page.locator("#log")).to_have_text("66")
    refused = "() => server.py_add2(-2, 5).catch((error) => error.message)"
    assert await ann.page.evaluate(refused) == "ValueError: No negative arguments"


@pytest.mark.covers("WO-01", "WO-02", "WO-03", "WO-04", "WO-05", "WO-13", "WO-15", "WO-16")
async def test_from_wispyobserver(served: Any, person: People) -> None:
    _, address = served("from_wispyobserver")
    ann, bob = await visit(person, address), await visit(person, address)
    await expect(bob.page.locator("#c")).to_have_text("[2,3]")
    await click(ann, "Sum")
    await expect(ann.page.locator("#shown")).to_have_text("9")
    await expect(bob.page.locator("#b")).to_have_text('"4 and 5"')
    await expect(bob.page.locator("#c")).to_have_text("[2,3,9]")
    await click(ann, "Set a")
    await click(bob, "Get a")
    await expect(bob.page.locator("#shown")).to_have_text("2")
    await click(ann, "Delete the note")
    gone = "() => server.sample.note.then(String, (error) => error.name)"
    assert await ann.page.evaluate(gone) == "NameError"


@pytest.mark.covers("PC-04", "PC-05", "PC-08", "PC-12", "PC-13", "PC-20", "PC-22", "PC-23", "PC-25", "PC-26")
async def test_from_pycommunicate(served: Any, person: People, capsys: pytest.CaptureFixture[str]) -> None:
    module, address = served("from_pycommunicate")
    ann, bob = await visit(person, address), await visit(person, address)
    await expect(bob.page.get_by_text("Your visit number 1")).to_be_visible()
    for tab in (ann, bob):
        await click(tab, "To the list")
        await expect(tab.page).to_have_title("To do")
        await expect(tab.page.locator("#wait")).to_have_count(0)
        await expect(tab.page.get_by_role("listitem")).to_have_text(["MilkRemove"])
        assert tab.page.url == f"{address}/"
    for task in ("Bread", "<b>Salt</b>"):
        await ann.page.get_by_label("What is to be done").fill(task)
        await click(ann, "Add")
        await expect(ann.page.get_by_role("listitem").last).to_have_text(f"{task}Remove")
    assert await ann.page.get_by_label("What is to be done").input_value() == ""
    await ann.page.get_by_role("listitem").nth(1).get_by_role("button").click()
    await expect(ann.page.get_by_role("listitem")).to_have_text(["MilkRemove", "<b>Salt</b>Remove"])
    assert module.todo == ["Milk", "<b>Salt</b>"]
    assert capsys.readouterr().out == "came by the front door\n" * 2
    # A reload shows the address's own view.
    await ann.page.reload()
    await expect(ann.page.get_by_text("Your visit number 2")).to_be_visible()
    ann.allow_network_errors()
    response = await ann.page.goto(f"{address}/members/3")
    assert response is not None
    assert response.status == 401
    await expect(ann.page.get_by_text("For members only.")).to_be_visible()
