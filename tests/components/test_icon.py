"""Icons: drawn by name, older names too; a placeholder and a hint for a wrong one; filled in when the set has come."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

import justui as ui
from justui.components.font_awesome import PACKAGE, FontAwesome, icon_name
from justui.components.icon import EXPECTED, UNKNOWN
from justui.errors import AssetError
from justui.manifest import File, Package
from justui.store import Store, store
from justui.testing import Browser
from tests.browser.live import Site
from tests.conftest import Proxied, Serve
from tests.harness.browser import People
from tests.harness.waiting import eventually


@pytest.fixture(scope="module", autouse=True)
def the_set() -> None:
    """The set is in the store."""
    for file in store().manifest.package(PACKAGE).files.values():
        store().get(PACKAGE, file.path)


def path_of(icon: ui.Icon) -> str:
    return str(icon.components[0].attributes["d"])


def drawn(icon: ui.Icon) -> bool:
    return path_of(icon) not in (EXPECTED.path, UNKNOWN.path)


@pytest.mark.covers("JP-29")
def test_an_icon_is_inline_svg() -> None:
    bomb = ui.Icon("bomb", classes="text-red-500 shrink")
    assert bomb.tag == "svg"
    assert bomb.attributes["viewBox"] == "0 0 576 512"
    assert bomb.attributes["fill"] == "currentColor"
    assert (bomb.attributes["height"], bomb.attributes["aria-hidden"]) == ("1em", "true")
    assert set((bomb.classes or "").split()) == {"inline-block", "align-[-.125em]", "text-red-500", "shrink"}
    assert drawn(bomb)
    assert path_of(ui.Icon(icon="bomb")) == path_of(bomb)


def test_a_label_gives_it_a_meaning() -> None:
    icon = ui.Icon("dog", label="Dogs are welcome")
    assert (icon.role, icon.aria_label, icon.aria_hidden) == ("img", "Dogs are welcome", None)
    icon.label = None
    assert (icon.role, icon.aria_label, icon.attributes["aria-hidden"]) == (None, None, "true")


@pytest.mark.parametrize(
    ("old", "new", "variant"),
    [
        ("fa-dog", "dog", "solid"),
        ("fa fa-dog", "dog", "solid"),
        ("fas fa-dog", "dog", "solid"),
        ("DOG", "dog", "solid"),
        ("trash-alt", "trash-can", "solid"),
        ("home", "house", "solid"),
        ("times", "xmark", "solid"),
        ("cog", "gear", "solid"),
        ("file-text", "file-lines", "solid"),
        ("area-chart", "chart-area", "solid"),
        ("star-o", "star", "regular"),
        ("fa fa-envelope-o", "envelope", "regular"),
        ("far fa-star", "star", "regular"),
        ("fa-regular fa-star", "star", "regular"),
        ("github", "github", "brands"),
        ("fab fa-github", "github", "brands"),
        ("github-square", "square-github", "brands"),
        ("arrow_up", "arrow-up", "solid"),
    ],
)
def test_names_of_older_versions(old: str, new: str, variant: str) -> None:
    icon = ui.Icon(old)
    assert drawn(icon)
    assert path_of(icon) == path_of(ui.Icon(new, variant=variant))  # type: ignore[arg-type]


@pytest.mark.covers("JP-29")
def test_a_wrong_name_shows_a_placeholder_and_a_hint(caplog: pytest.LogCaptureFixture) -> None:
    icon = ui.Icon("bom")
    assert path_of(icon) == UNKNOWN.path
    assert "there is no icon 'bom'. Did you mean bomb?" in caplog.text
    ui.Icon("bomb", variant="brands")
    assert "there is no icon 'bomb' among brands." in caplog.text
    assert path_of(ui.Icon('"><script>alert(1)</script>')) == UNKNOWN.path
    with pytest.raises(ui.TreeError, match="variant"):
        ui.Icon("bomb", variant="heavy")  # type: ignore[arg-type]


def test_a_name_is_taken_apart() -> None:
    assert icon_name("fa-solid fa-gear") == ("gear", "solid")
    assert icon_name("bomb", "brands") == ("bomb", "brands")
    assert icon_name("") == ("", "")


async def test_it_changes_live_and_follows_a_state() -> None:
    name = ui.State("sun")
    page = ui.WebPage()
    icon = ui.Icon("cat", a=page)
    follower = ui.Icon(name, a=page)
    app = ui.App()
    app.route("/")(lambda: page)
    async with Browser(app) as person:
        tab = await person.open("/")

        def shown() -> list[str]:
            return [one.attributes["d"] for one in tab.find_all("path")]

        assert shown() == [path_of(ui.Icon("cat")), path_of(ui.Icon("sun"))]
        icon.icon = "dog"
        name.value = "moon"
        icon.update()
        await tab.wait_for(lambda: shown() == [path_of(ui.Icon("dog")), path_of(ui.Icon("moon"))])
        icon.variant = "regular"
        assert path_of(icon) == UNKNOWN.path
        assert follower.components[0].attributes == ui.Icon("moon").components[0].attributes


class Gate:
    """A source that answers when it is told to, or never."""

    title = "the gate"

    def __init__(self) -> None:
        self.open = threading.Event()
        self.broken = False

    def limit(self, file: File) -> float:
        return 20

    def fetch(self, package: Package, file: File, enough: threading.Event) -> dict[str, bytes]:
        self.open.wait(20)
        if self.broken:
            raise AssetError("it is broken")
        return {path: content for path in package.files if (content := store().read(PACKAGE, path)) is not None}


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()


async def test_icons_fill_in_when_the_set_has_come(gate: Gate, tmp_path: Path) -> None:
    late = FontAwesome(Store(tmp_path, [gate]))

    class Late(ui.Icon):
        drawings = staticmethod(lambda: late)

    app = ui.App()
    app.route("/")(lambda: ui.WebPage(Late("dog"), Late("no-such"), Late("cat", show=False)))
    async with Browser(app) as person:
        tab = await person.open("/")

        def shown() -> list[str]:
            return [one.attributes["d"] for one in tab.find_all("path")]

        assert shown() == [EXPECTED.path, EXPECTED.path]
        gate.open.set()
        await tab.wait_for(lambda: shown() == [path_of(ui.Icon("dog")), UNKNOWN.path], timeout=20)
    assert drawn(Late("cat"))  # from now on at once


async def test_what_cannot_be_had_is_said_once(gate: Gate, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    gate.broken = True
    gate.open.set()
    none = FontAwesome(Store(tmp_path, [gate]))

    class Never(ui.Icon):
        drawings = staticmethod(lambda: none)

    caplog.set_level(logging.WARNING, "justui")
    icons = [Never(name) for name in ("dog", "cat", "dog")]
    await eventually(lambda: "Icons are shown as empty boxes" in caplog.text, seconds=20)
    assert {path_of(icon) for icon in icons} == {EXPECTED.path}
    assert caplog.text.count("Icons are shown as empty boxes") == 1
    assert "it is broken" in caplog.text


async def test_it_is_as_large_as_the_text_around_it(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage(ui.P(ui.Icon("bomb", id="small"), " text", style="font-size: 20px"))
    ui.P(ui.Icon("bomb", classes="text-5xl text-red-600", label="Bomb"), a=page)
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    large = tab.page.get_by_role("img", name="Bomb")
    assert await tab.page.locator("#small").evaluate("(icon) => [icon.clientWidth, icon.clientHeight]") == [25, 20]
    assert await large.evaluate("(icon) => icon.clientHeight") == 48
    await expect(large).to_have_css("display", "inline-block")
    assert [one for one in tab.requests if "font" in one.url] == []
