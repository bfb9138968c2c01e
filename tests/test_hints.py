"""Help for people: places in their program, near misses, and what they forgot. Said once."""

import logging
import sys
import time

import pytest

import justui as ui
from justui import hints
from justui.components.html import forms
from tests.harness.viewer import Viewer


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING, "justui")
    return caplog


def test_the_place_is_the_users_line() -> None:
    line = sys._getframe().f_lineno + 1
    site = hints.call_site()
    assert site == (__file__, line)
    assert hints.place(site) == f"test_hints.py:{line}"
    assert hints.place(None) == ""


def test_the_place_is_not_in_justui() -> None:
    class Card(ui.Div):
        def build(self) -> None:
            ui.P("x")

    card = Card()
    assert card._site is not None
    assert card._site[0] == __file__
    assert card.components[0]._site is not None
    assert card.components[0]._site[1] == card._site[1] - 2


def test_without_diagnostics_nothing_is_remembered() -> None:
    hints.Diagnostics.on = False
    try:
        assert hints.call_site() is None
        assert ui.Div()._site is None
    finally:
        hints.Diagnostics.on = True


def test_ours_is_the_package_and_nothing_beside_it() -> None:
    assert hints.is_ours(hints.__file__)
    assert hints.is_ours(forms.__file__)
    assert not hints.is_ours(__file__)
    package = hints.__file__.removesuffix("/hints.py")
    assert not hints.is_ours(f"{package}-shop/app.py")
    assert not hints.is_ours(f"{package}_extras/x.py")


@pytest.mark.parametrize(
    ("name", "names", "said"),
    [
        ("clik", ["click", "cut"], " Did you mean click?"),
        ("xyz", ["click"], ""),
        ("clases", ["classes"], " Did you mean classes?"),
    ],
)
def test_near_misses(name: str, names: list[str], said: str) -> None:
    assert hints.near(name, names) == said


def test_a_hint_is_said_once(said: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        hints.say("only once, in test_hints")
    assert said.messages == ["only once, in test_hints"]
    for _ in range(2):
        hints.say("each time, in test_hints", once=False)
    assert said.messages[1:] == ["each time, in test_hints"] * 2


@pytest.mark.parametrize(
    ("html", "clean", "lost"),
    [
        ("<script>x</script>", "", True),
        ("<b onclick='x'>a</b>", "<b>a</b>", True),
        ("<a href='javascript:x'>a</a>", "<a>a</a>", True),
        ("<b>a</b>", "<b>a</b>", False),
        ("<b >a</b>", "<b>a</b>", False),
        ("on and on = 3 <b\t>", "on and on = 3 <b></b>", False),
        ("<p title='on x'>a<form>", "<p title='on x'>a", False),
    ],
)
def test_only_scripts_that_were_lost_are_told_of(html: str, clean: str, lost: bool) -> None:
    assert hints.lost_scripts(html, clean) is lost


def test_what_waits_is_watched_until_it_is_sent() -> None:
    leaf = ui.P("a")
    page = ui.WebPage(leaf)
    viewer = Viewer(page)
    hints.unsent(time.monotonic() + 1000, 0)
    leaf.text = "b"
    assert hints.unsent(time.monotonic(), 10) == []
    page.update()
    assert hints.unsent(time.monotonic() + 1000, 10) == []
    leaf.text = "c"
    leaf.title = "d"
    found = hints.unsent(time.monotonic() + 1000, 10)
    assert [component for component, _ in found] == [leaf]
    assert "test_what_waits_is_watched_until_it_is_sent() changed P" in found[0][1]
    assert "test_hints.py:" in found[0][1]
    assert hints.unsent(time.monotonic() + 1000, 10) == []
    viewer.leave()


def test_what_has_died_or_came_to_nothing_is_not_told_of() -> None:
    box = ui.Div("a", gone := ui.P("b"))
    page = ui.WebPage(box)
    viewer = Viewer(page)
    hints.unsent(time.monotonic() + 1000, 0)
    box.show = False
    box.show = True
    gone.text = "c"
    page.update()
    box.show = False
    box.show = True
    assert hints.unsent(time.monotonic() + 1000, 10) == []
    viewer.leave()


def test_a_component_that_the_program_holds_is_not_lost(said: pytest.LogCaptureFixture) -> None:
    def make() -> None: ...

    box = ui.Div()
    held = ui.P("held")
    made = [ui.P("lost"), held, ui.P("placed", a=box)]
    hints.placed_nowhere(made, make)  # type: ignore[arg-type]
    assert made == []
    assert len(said.messages) == 1
    assert said.messages[0].startswith('P "lost" (test_hints.py:')
    assert said.messages[0].endswith("was made in make() but put nowhere. Give it a=parent, or write with box: …")


async def coroutine() -> None: ...


class Asynchronous:
    async def __call__(self) -> None: ...


def test_what_is_async() -> None:
    assert hints.is_async(coroutine)
    assert hints.is_async(Asynchronous())
    assert not hints.is_async(len)
