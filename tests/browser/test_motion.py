"""Animations that play again, and transitions that end before a node goes. Counted by the browser's own events."""

from typing import Any

import pytest

import justui as ui
from justui import animations
from justui.errors import AssetError
from justui.store import store
from tests.browser.live import Site, comes, is_so, operations, shows_what_a_fresh_load_shows
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People

# The classes of a transition that need no compiler: they are in the page's own sheet.
CSS = """
    .going { transition: opacity 300ms linear; } .out { opacity: 0; }
    .item { margin: 0; }
"""
GOING = {"enter": "going", "enter_start": "out", "leave": "going", "leave_end": "out"}
EVENTS = """() => {
    globalThis.noted = [];
    for (const type of ["animationstart", "transitionrun", "transitionend", "transitioncancel"]) {
        addEventListener(type, (event) => {
            const { target } = event;
            noted.push([type, target.textContent, target.isConnected, event.animationName ?? event.propertyName].join(" "));
        }, true);
    }
}"""


async def watch(tab: BrowserTab) -> None:
    await tab.page.evaluate(EVENTS)


async def noted(tab: BrowserTab, kind: str) -> list[str]:
    return [one for one in await tab.page.evaluate("noted") if one.startswith(kind)]


async def leaving(tab: BrowserTab) -> int:
    return await tab.page.locator("[data-leaving]").count()


async def texts(tab: BrowserTab) -> list[str]:
    """What stands in the list, without what is leaving."""
    return await tab.page.locator("#list > :not([data-leaving])").all_text_contents()


class Show:
    """A page with a list whose rows come and go slowly, open in one tab."""

    def __init__(self, serve: Serve, proxied: Proxied) -> None:
        self.page = ui.WebPage(css=CSS)
        self.list = ui.Div(id="list", a=self.page)
        for text in ("one", "two", "three"):
            self.row(text)
        self.site = Site(serve, proxied, self.page)

    def row(self, text: str, **settings: Any) -> ui.P:
        return ui.P(text, id=text, transition=GOING, classes="item", a=self.list, **settings)

    def do(self, edit: Any) -> None:
        """One edit and its update, in one frame."""

        def act() -> None:
            edit()
            self.page.update()

        self.site.app.call(act)


@pytest.mark.covers("JP-27")
async def test_each_number_plays_the_animation(serve: Serve, proxied: Proxied, person: People) -> None:
    try:
        store().get(*animations.FILE)
    except AssetError as error:
        pytest.skip(str(error))
    page = ui.WebPage()
    number = ui.Span("start", animation="flip", classes="inline-block faster", a=page)
    plain = ui.Span("plain", a=page)
    site = Site(serve, proxied, page)
    tab = await site.open(await person())
    await watch(tab)
    for text in ("3", "2", "1"):
        number.text = plain.text = text
        page.update()
        await comes(lambda text=text: noted_has(tab, f"animationstart {text} true justui-flip"), what=text)  # type: ignore[misc]
    number.text = "again"
    page.update()
    number.animation = "flip"
    page.update()
    await comes(lambda: noted_has(tab, "animationstart again true justui-flip"))
    number.animation = "bounceIn"
    page.update()
    await comes(lambda: noted_has(tab, "animationstart again true justui-bounceIn"))
    number.animation = "nope"
    page.update()
    await comes(lambda: tab.page.locator("[data-animation=nope]").count())
    assert await tab.page.locator("[data-animation]").evaluate("node => node.getAnimations().length") == 0
    assert len([one for one in await noted(tab, "animationstart") if " 3 " in one]) == 1


async def noted_has(tab: BrowserTab, wanted: str) -> bool:
    return wanted in await tab.page.evaluate("noted")


@pytest.mark.covers("JP-37")
async def test_a_node_goes_when_its_transition_has_ended(serve: Serve, proxied: Proxied, person: People) -> None:
    show = Show(serve, proxied)
    tab = await show.site.open(ada := await person())
    await watch(tab)
    one, two, three = show.list.components
    show.do(two.delete)
    await comes(lambda: leaving(tab))
    ghost = tab.page.locator("[data-leaving]")
    assert await ghost.evaluate(
        "node => [node.inert, node.ariaHidden, node.id, node.matches('[data-j]'), document.getElementById('two')]"
    ) == [True, "true", "", False, None]
    await comes(lambda: noted_has(tab, "transitionend two true opacity"))
    await comes(lambda: tab.page.evaluate("!document.querySelector('[data-leaving]')"))
    assert await texts(tab) == ["one", "three"]
    # While one leaves, others come, move and change places around it.
    show.do(lambda: (show.list.remove(three), show.row("four"), one.set_attributes({"title": "t"})))
    show.do(lambda: show.list.add_first(ui.P("zero", transition=GOING, classes="item", id="zero")))
    show.do(lambda: show.list.components.sort(key=lambda row: str(getattr(row, "text", ""))))
    await comes(lambda: tab.page.locator("#four").count())
    await comes(lambda: tab.page.evaluate("document.querySelector('#list').children[0].id === 'four'"))
    assert await texts(tab) == ["four", "one", "zero"]
    await comes(lambda: noted_has(tab, "transitionend three true opacity"))
    await comes(lambda: noted_has(tab, "transitionend zero true opacity"))
    show.do(show.list.clear)
    await comes(lambda: leaving(tab))
    show.do(lambda: show.row("five"))
    await shows_what_a_fresh_load_shows(show.site, ada, tab)
    assert await tab.page.locator("#list > *").count() == 1
    assert "transitionend two true opacity" in await noted(tab, "transitionend")


async def test_what_is_put_back_while_it_leaves_is_there_once(serve: Serve, proxied: Proxied, person: People) -> None:
    show = Show(serve, proxied)
    tab = await show.site.open(ada := await person())
    one, two, three = show.list.components
    show.do(lambda: setattr(one, "show", False))
    await comes(lambda: leaving(tab))
    show.do(lambda: setattr(one, "show", True))
    await comes(lambda: tab.page.locator("#one").count())
    assert await leaving(tab) == 0
    for shown in [False, True] * 5:
        show.do(lambda shown=shown: setattr(one, "show", shown))
    await comes(lambda: tab.page.locator("#one[class=item]").count())
    show.do(two.delete)
    await comes(lambda: leaving(tab))
    show.do(lambda: show.list.add(two))
    await comes(lambda: tab.page.locator("#two").count())
    assert await leaving(tab) == 0
    await shows_what_a_fresh_load_shows(show.site, ada, tab)
    # Moved, within one frame: nothing comes and nothing leaves.
    await watch(tab)
    show.do(lambda: (show.list.remove(three), show.page.add(three)))
    await comes(lambda: tab.page.locator("body > #three").count())
    assert await leaving(tab) == 0
    assert await noted(tab, "transition") == []
    # A fresh state leaves nothing behind.
    show.do(lambda: setattr(one, "show", False))
    await comes(lambda: leaving(tab))
    show.site.app.call(show.site.app.tabs[0].outbox.make_stale)
    await is_so(lambda: operations(tab, "s"))
    await shows_what_a_fresh_load_shows(show.site, ada, tab)


async def test_less_motion_is_none(serve: Serve, proxied: Proxied, person: People) -> None:
    show = Show(serve, proxied)
    tab = await show.site.open(ada := await person())
    await tab.page.emulate_media(reduced_motion="reduce")
    await watch(tab)
    show.do(lambda: (show.list.components.pop(0), show.row("four")))
    await comes(lambda: tab.page.locator("#four").count())
    assert await tab.page.locator("#list > *").all_text_contents() == ["two", "three", "four"]
    show.list.animation = "flip"
    show.page.update()
    await comes(lambda: tab.page.locator("[data-animation]").count())
    assert await tab.page.locator("#list").evaluate("node => node.getAnimations().length") == 0
    assert await tab.page.evaluate("noted") == []
    show.list.animation = None
    # Nor is there any where nobody looks.
    await tab.page.emulate_media(reduced_motion="no-preference")
    await tab.page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    show.do(lambda: (show.list.components.pop(0), show.row("five")))
    await comes(lambda: tab.page.locator("#five").count())
    assert await leaving(tab) == 0
    assert await noted(tab, "transition") == []
    await shows_what_a_fresh_load_shows(show.site, ada, tab)


async def test_the_page_itself_may_come_slowly(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage(css=CSS)
    ui.P("hello", transition={"load": "going", "load_start": "out"}, classes="item", a=page)
    site = Site(serve, proxied, page)
    ada = await person()
    await ada.context.add_init_script(f"({EVENTS})()")
    tab = await site.open(ada)
    await comes(lambda: noted_has(tab, "transitionend hello true opacity"))
    await comes(lambda: tab.page.evaluate("document.querySelector('p').className === 'item'"))


async def test_a_thousand_rows_leave_and_play_without_a_standstill(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    """The tab froze for ten seconds: each row was asked by itself what moves it, which looks at all of them."""
    show = Show(serve, proxied)
    show.list.clear()
    for n in range(1000):
        show.row(str(n))
        show.list.add(ui.B("0", animation="bounce", style="display: inline-block"))
    tab = await show.site.open(await person())
    await tab.page.evaluate(
        "{ globalThis.longest = 0; let last = performance.now();"
        " setInterval(() => { const now = performance.now(); longest = Math.max(longest, now - last); last = now; }) }"
    )
    ones = [part for part in show.list.components if isinstance(part, ui.B)]

    def count() -> None:
        for one in ones:
            one.text = "1"

    show.do(count)
    await comes(lambda: tab.page.evaluate("document.querySelector('#list b').textContent === '1'"))
    show.do(show.list.clear)
    await comes(lambda: leaving(tab))
    await comes(lambda: tab.page.evaluate("!document.querySelector('#list > *')"))
    assert await tab.page.evaluate("longest") < 4000
