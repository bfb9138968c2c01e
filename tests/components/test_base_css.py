"""The small style sheets in Chromium: what wins over what, light and dark, states, and their size."""

import re
from pathlib import Path
from typing import Any

from tests.harness.browser import BrowserTab, People

FOLDER = Path(__file__).resolve().parents[2] / "components"
SHEETS = [FOLDER / "base.css", FOLDER / "fallback.css"]
BODY = """
<p class="mine">a</p><h2 class="text-sm">b</h2><button id="plain">c</button><button id="off" disabled>d</button>
<form><button id="send">e</button><input id="wrong" aria-invalid="true"><div class="flex" id="gone" hidden>f</div></form>
"""


async def styled(person: People, scheme: Any = "light", width: int = 1000) -> BrowserTab:
    """A page with the sheet, in front of a style of the user's."""
    tab = await (await person(viewport={"width": width, "height": 800})).open("about:blank")
    await tab.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sheet = "".join(file.read_text(encoding="utf-8") for file in SHEETS)
    await tab.page.set_content(f"<style>{sheet}</style><style>.mine {{margin: 7px}} h2 {{}}</style>{BODY}")
    return tab


async def style(tab: BrowserTab, selector: str, name: str) -> str:
    """The computed value of a property."""
    return str(await tab.page.eval_on_selector(selector, f"node => getComputedStyle(node).{name}"))


def test_it_is_small() -> None:
    assert len(SHEETS[0].read_bytes()) <= 8.5 * 1024
    assert len(SHEETS[1].read_bytes()) <= 4 * 1024


async def test_chromium_understands_every_rule(person: People) -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in SHEETS)
    tab = await styled(person)
    count = await tab.page.evaluate(
        """(text) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(text);
          const count = (rules) => [...(rules ?? [])].reduce((sum, rule) => sum + 1 + count(rule.cssRules), 0);
          return count(sheet.cssRules);
        }""",
        text,
    )
    assert count == text.count("{") + len(re.findall(r"@layer [^{;]*;", text)) - text.count("::-moz-")


async def test_a_rule_of_ones_own_wins_over_all_and_a_utility_over_elements(person: People) -> None:
    tab = await styled(person)
    assert await style(tab, ".mine", "margin") == "7px"
    assert await style(tab, "h2", "fontSize") == "14px"


async def test_dark_and_light_follow_the_system(person: People) -> None:
    light, dark = await styled(person, "light"), await styled(person, "dark")
    assert await style(light, "html", "backgroundColor") != await style(dark, "html", "backgroundColor")
    assert await style(light, "p", "color") == "rgb(34, 38, 43)"
    assert await style(dark, "p", "color") == "rgb(229, 230, 233)"


async def test_states(person: People) -> None:
    tab = await styled(person)
    assert float(await style(tab, "#off", "opacity")) < 1
    assert await style(tab, "#send", "backgroundColor") != await style(tab, "#plain", "backgroundColor")
    assert await style(tab, "#wrong", "borderColor") == "rgb(198, 40, 40)"
    assert await style(tab, "#gone", "display") == "none"
    await tab.page.keyboard.press("Tab")
    assert await style(tab, "#plain", "outlineStyle") == "solid"


async def test_nothing_sticks_out_on_a_phone(person: People) -> None:
    tab = await styled(person, width=320)
    assert await tab.page.evaluate("document.documentElement.scrollWidth") == 320


async def boxes(person: People, body: str) -> list[dict[str, float]]:
    """Where the elements with an id stand, in their order."""
    tab = await styled(person)
    return await tab.page.evaluate(  # type: ignore[no-any-return]
        """(body) => {
          document.body.innerHTML = body;
          return [...document.querySelectorAll("[id]")].map((node) => node.getBoundingClientRect().toJSON());
        }""",
        body,
    )


async def test_controls_that_stand_beside_each_other_do_not_touch(person: People) -> None:
    """A tree has no white space between its elements."""
    for body in (
        '<button id="a">Start</button><button id="b">Lap</button>',
        '<input id="a"><button id="b">Go</button>',
        '<button id="a">-</button><output id="b">5</output>',
    ):
        left, right = await boxes(person, body)
        assert (right["left"] - left["right"], left["left"]) == (8, 40)
    for parent in ('class="flex"', 'class="inline-flex"', 'style="display: flex"'):
        left, right = await boxes(person, f'<p {parent}><button id="a">Start</button><button id="b">Lap</button></p>')
        assert right["left"] == left["right"]
    around, wide = await boxes(person, '<p id="a"><input id="b" class="w-full"><button>Go</button></p>')
    assert wide["right"] == around["right"]


async def test_what_follows_a_labelled_field_stands_below_it(person: People) -> None:
    name, button = await boxes(person, '<label id="a">Name<input></label><button id="b">Save</button>')
    assert button["top"] - name["bottom"] == 16
    agree, button = await boxes(person, '<label id="a"><input type="checkbox">Yes</label><button id="b">Save</button>')
    assert button["left"] - agree["right"] == 16
