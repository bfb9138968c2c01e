"""Networks that fail and servers that go (laws 7 to 10): nothing is lost, nothing comes twice, nothing is reloaded."""

import asyncio
import weakref
from pathlib import Path

import pytest
from playwright.async_api import expect
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

import justui as ui
from tests.browser.live import (
    KEY,
    Site,
    acknowledged,
    app_of,
    caret,
    comes,
    events,
    focused,
    greetings,
    has_value,
    is_same_window,
    is_so,
    joined,
    mark_window,
    notice,
    operations,
    put_caret,
    value,
)
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People
from tests.harness.waiting import eventually


class Counter:
    """A shared page with three buttons, and a log of what was pressed."""

    def __init__(self) -> None:
        self.page = ui.WebPage(title="Counter")
        self.pressed: list[str] = []
        self.log = ui.Ol(id="log", a=self.page)
        for name in "abcd":
            ui.Button(name, id=name, on_click=lambda name=name: self.press(name), a=self.page)

    def press(self, name: str) -> None:
        self.pressed.append(name)
        self.log.add(ui.Li(f"{len(self.pressed)}{name}"))

    @property
    def shown(self) -> list[str]:
        return [item.text for item in self.log.components]


async def shows_log(counter: Counter, *tabs: BrowserTab) -> None:
    """Wait until these tabs show all that was pressed."""
    for tab in tabs:

        async def same() -> bool:
            return await tab.page.locator("#log li").all_text_contents() == counter.shown  # noqa: B023

        await comes(same, what=f"the tab shows {counter.shown}")


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def site(serve: Serve, proxied: Proxied, counter: Counter) -> Site:
    return Site(serve, proxied, counter.page)


# A network that comes back


async def test_nothing_is_lost_and_nothing_comes_twice_over_a_cut(counter: Counter, site: Site, person: People) -> None:
    ada, bob = await site.open(await person()), await site.open(await person())
    for tab in (ada, bob):
        tab.allow_network_errors()
    await mark_window(ada)
    site.move_far_away()
    await ada.page.click("#a")
    await bob.page.click("#d")
    site.network.cut()  # while the events and their answers are under way
    for name in "abcabc":
        await ada.page.click(f"#{name}")
    await expect(notice(ada)).to_contain_text("Connection lost")
    counter.press("x")  # the server goes on
    await counter.page.update()
    site.network.mend()
    await is_so(lambda: len(counter.pressed) == 9, lambda: counter.pressed)
    await shows_log(counter, ada, bob)
    assert [name for name in counter.pressed if name not in "dx"] == list("aabcabc")
    await expect(notice(ada)).to_have_count(0)
    assert await is_same_window(ada)
    assert [asked.kind for asked in ada.requests].count("document") == 1
    assert not [asked for asked in ada.requests if asked.kind == "fetch"]


async def test_a_short_drop_goes_unnoticed(counter: Counter, site: Site, person: People) -> None:
    tab = await site.open(await person())
    tab.allow_network_errors()
    await tab.page.evaluate(
        """() => {
            globalThis.notices = 0;
            new MutationObserver((changes) => {
                for (const change of changes) {
                    for (const node of change.addedNodes) globalThis.notices += node.localName === "justui-notice";
                }
            }).observe(document.documentElement, { childList: true });
        }"""
    )
    for times in (2, 3):
        site.network.drop()
        await tab.page.click("#a")
        await joined(tab, times)
    await is_so(lambda: counter.pressed == ["a", "a"], lambda: counter.pressed)
    await shows_log(counter, tab)
    assert await tab.page.evaluate("() => globalThis.notices") == 0


async def test_frames_are_counted_and_only_the_missing_ones_come_again(
    counter: Counter, site: Site, person: People
) -> None:
    tab = await site.open(await person())
    tab.allow_network_errors()
    for _ in range(3):
        counter.press("x")
        await counter.page.update()
    await shows_log(counter, tab)
    tab.forget()
    site.network.cut()
    for _ in range(2):
        counter.press("y")
        await counter.page.update()
    site.network.mend()
    await shows_log(counter, tab)
    assert len(operations(tab, "i")) == 2
    assert not operations(tab, "s")
    assert tab.sent[0].endswith(",3]")  # the join says how many it has


async def test_a_click_takes_effect_once_when_only_its_answer_was_lost(
    counter: Counter, site: Site, person: People
) -> None:
    tab = await site.open(await person())
    tab.allow_network_errors()
    site.network.delay = 0.5
    await tab.page.click("#a")
    await is_so(lambda: counter.pressed == ["a"])
    site.network.drop()  # the answer is on its way
    site.network.delay = 0
    await joined(tab, 2)
    await shows_log(counter, tab)
    await acknowledged(tab)
    assert len(events(tab, "click")) == 2
    assert counter.pressed == ["a"]


async def test_the_button_of_the_notice_tries_at_once(counter: Counter, site: Site, person: People) -> None:
    tab = await site.open(await person())
    tab.allow_network_errors()
    await tab.page.clock.install()
    site.network.cut()
    for _ in range(8):  # until it tries every 5 s only
        await tab.page.clock.run_for(8_000)
    await expect(notice(tab)).to_be_visible()
    site.network.mend()
    await notice(tab).get_by_role("button").click()
    await joined(tab, 2)
    await expect(notice(tab)).to_have_count(0)


async def test_back_online_it_tries_at_once(counter: Counter, site: Site, person: People) -> None:
    ada = await person()
    tab = await site.open(ada)
    tab.allow_network_errors()
    await tab.page.clock.install()
    site.network.cut()
    await ada.context.set_offline(True)
    for _ in range(8):
        await tab.page.clock.run_for(8_000)
    await tab.page.click("#a")
    site.network.mend()
    await ada.context.set_offline(False)
    await joined(tab, 2)
    await is_so(lambda: counter.pressed == ["a"])


async def test_attempts_to_connect_are_spread_and_grow_apart(counter: Counter, site: Site, person: People) -> None:
    tab = await site.open(await person())
    tab.allow_network_errors()
    await tab.page.evaluate(
        """() => {
            globalThis.waits = [];
            const original = globalThis.setTimeout;
            globalThis.setTimeout = (action, wait, ...rest) => {
                if (globalThis.waits.push(wait) && wait > 1) wait = 1;
                return original(action, wait, ...rest);
            };
        }"""
    )
    site.network.cut()

    async def waits() -> list[float]:
        times = await tab.page.evaluate("() => globalThis.waits")
        return [time for time in times if time != 1000]  # which is the notice's own

    await eventually(lambda: len(tab.sockets) >= 8)
    seconds = [0.2, 0.5, 1, 2, 4, 5, 5]
    times = (await waits())[: len(seconds)]
    assert all(1000 * second <= time <= 1500 * second for second, time in zip(seconds, times, strict=True)), times
    assert times[-1] != times[-2]


# A server that has forgotten


class Form:
    """A page of which a person makes a lot: typed text, caret, scroll, something opened."""

    def __init__(self, greeting: str) -> None:
        self.page = ui.WebPage(
            title=greeting,
            css=f"h1 {{ letter-spacing: {len(greeting)}px }}",
            head_html=f"<style>h1 {{ text-indent: {len(greeting)}px }}</style>",
        )
        self.greeting = ui.H1(greeting, id="greeting", a=self.page)
        with ui.Form(a=self.page):
            self.name = ui.Input(id="name", name="name", placeholder="Name")
            self.remark = ui.Textarea(id="remark", name="remark")
            self.agree = ui.Input(id="agree", type="checkbox", name="agree")
            self.colour = ui.Select(id="colour", name="colour", options=["red", "green", "blue"])
            self.secret = ui.Input(id="secret", type="password", name="secret")
        self.nameless = ui.Input(placeholder="nameless", classes="nameless", a=self.page)
        with ui.Details(id="more", a=self.page):
            ui.Summary("More")
            ui.P("hidden depths")
        self.far = ui.Div(
            *[ui.P(f"line {number}") for number in range(200)], id="scroller", style="height:100px;overflow:auto"
        )
        self.page.add(self.far, *[ui.P(f"long {number}") for number in range(200)])


async def use(tab: BrowserTab) -> None:
    """Do with a Form what a person does."""
    await mark_window(tab)
    page = tab.page
    await page.check("#agree")
    await page.select_option("#colour", "blue")
    await page.fill("#secret", "hush")
    await page.fill(".nameless", "no name")
    await page.fill("#name", "Ada")
    await page.click("#more summary")
    await page.focus("#remark")
    await page.keyboard.type("first\nsecond line", delay=KEY)
    await put_caret(tab, "#remark", 6, 12)
    await page.evaluate("() => { document.querySelector('#scroller').scrollTop = 300; scrollTo(0, 700); }")


async def is_as_left(tab: BrowserTab) -> None:
    """Assert that all that `use` did is there."""
    page = tab.page
    assert await is_same_window(tab)
    assert await page.is_checked("#agree")
    assert await value(tab, "#colour") == "blue"
    assert await value(tab, "#name") == "Ada"
    assert await value(tab, ".nameless") == "no name"
    assert await value(tab, "#remark") == "first\nsecond line"
    assert await focused(tab) == "remark"
    assert await caret(tab, "#remark") == (6, 12)
    assert await page.locator("#more").get_attribute("open") is not None
    assert await page.evaluate("() => [document.querySelector('#scroller').scrollTop, scrollY]") == [300, 700]


async def knows(form: Form) -> None:
    """Wait until the server has all that `use` typed."""
    await is_so(
        lambda: (
            (form.name.value, form.remark.value, form.agree.checked, form.colour.value, form.nameless.value)
            == ("Ada", "first\nsecond line", True, "blue", "no name")
        ),
        lambda: (form.name.value, form.remark.value, form.agree.checked, form.colour.value, form.nameless.value),
    )


async def test_a_restarted_server_gets_the_page_back_without_a_reload(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    site = Site(serve, proxied, Form("before").page)
    tab = await site.open(await person())
    tab.allow_network_errors()
    await use(tab)
    form = Form("after")
    await eventually(lambda: any("hush" in frame for frame in tab.sent))
    await acknowledged(tab)
    tab.forget()
    await asyncio.to_thread(site.renew, form.page)
    await expect(tab.page.locator("#greeting")).to_have_text("after")
    await joined(tab)
    await expect(tab.page).to_have_title("after")
    await is_as_left(tab)
    await knows(form)
    for name in ("letter-spacing", "text-indent"):
        await expect(tab.page.locator("#greeting")).to_have_css(name, "5px")
    # A password does not wander.
    assert await value(tab, "#secret") == ""
    assert not any("hush" in frame for frame in tab.sent)
    # And it is alive.
    form.greeting.text = "still here"
    await form.page.update()
    await expect(tab.page.locator("#greeting")).to_have_text("still here")
    await expect(notice(tab)).to_have_count(0)


async def test_a_server_that_was_killed(serve: Serve, proxied: Proxied, person: People, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        """import os, justui as ui
def index():
    page = ui.WebPage(ui.P(str(os.getpid()), id="pid"))
    box = ui.Input(id="box", name="box", a=page)
    said = ui.P(id="said", a=page)
    ui.Button("Say", id="say", on_click=lambda: setattr(said, "text", box.value), a=page)
    return page
ui.run(index)
"""
    )
    server = serve.program(program)
    network = proxied(server)
    tab = await (await person()).open(network.address)
    tab.allow_network_errors()
    await joined(tab)
    await mark_window(tab)
    first = await tab.page.locator("#pid").text_content()
    await tab.page.focus("#box")
    await tab.page.keyboard.type("kept")
    await asyncio.to_thread(server.kill)
    await tab.page.keyboard.type(" and more")
    await asyncio.to_thread(server.start)
    await joined(tab, 2)
    assert await tab.page.locator("#pid").text_content() != first
    assert await is_same_window(tab)
    await tab.page.click("#say")
    await expect(tab.page.locator("#said")).to_have_text("kept and more")


@pytest.mark.parametrize("how", ["cut", "stall"])
async def test_a_cut_beyond_the_grace_time(serve: Serve, proxied: Proxied, person: People, how: str) -> None:
    forms: list[Form] = []

    def page() -> ui.WebPage:
        forms.append(Form(f"number {len(forms)}"))
        return forms[-1].page

    site = Site(serve, proxied, page, grace=0.5, beat=0.4)
    tab = await site.open(await person())
    tab.allow_network_errors()
    await use(tab)
    if how == "cut":
        site.network.cut()
    else:
        site.network.stall()
    await is_so(lambda: not site.app.tabs)
    site.network.mend()
    await joined(tab, 2)
    await expect(tab.page.locator("#greeting")).to_have_text("number 1")
    await is_as_left(tab)
    await knows(forms[1])
    assert len(forms) == 2


async def test_an_action_that_the_old_server_never_got_is_said_to_be_lost_once(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    old, new = Counter(), Counter()
    site = Site(serve, proxied, old.page)
    tab = await site.open(await person())
    tab.allow_network_errors()
    site.network.cut()
    await tab.page.click("#a")
    await asyncio.to_thread(site.renew, new.page)
    site.network.mend()
    await joined(tab, 2)
    await expect(notice(tab)).to_have_text("The server was restarted. Your last action may be lost.")
    assert new.pressed == []
    await tab.page.click("#b")
    await is_so(lambda: new.pressed == ["b"])
    await shows_log(new, tab)


async def test_a_page_that_was_posted_is_not_fetched_again(serve: Serve, proxied: Proxied, person: People) -> None:
    def make() -> ui.App:
        app = app_of(lambda: ui.WebPage(ui.Form(ui.Button("Send", id="send"), method="post", action="/posted")))
        app.route("/posted", methods=["POST"])(lambda: ui.WebPage(ui.P("thanks", id="thanks")))
        return app

    site = Site(serve, proxied, make())
    tab = await site.open(await person())
    tab.allow_network_errors()
    await tab.page.click("#send")
    await tab.page.locator("#thanks").wait_for()
    await joined(tab, 2)
    await mark_window(tab)
    tab.forget()
    await asyncio.to_thread(site.renew, make())
    await expect(notice(tab)).to_contain_text("The server has lost this page.", timeout=15_000)
    assert await is_same_window(tab)
    assert await tab.page.locator("#thanks").is_visible()
    assert not [asked for asked in tab.requests if asked.kind in ("fetch", "document")]
    await notice(tab).get_by_role("button").click()
    await eventually(lambda: [asked for asked in tab.requests if asked.kind == "document"])
    assert [asked.method for asked in tab.requests if asked.kind == "document"] == ["GET"]


async def test_a_restart_that_logs_people_out(serve: Serve, proxied: Proxied, person: People) -> None:
    def make(*, open_to_all: bool) -> ui.App:
        def index() -> ui.WebPage | Response:
            return ui.WebPage(ui.P("in", id="inside")) if open_to_all else RedirectResponse("/login")

        app = app_of(index)
        app.route("/login")(lambda: ui.WebPage(ui.P("who are you?", id="login")))
        return app

    site = Site(serve, proxied, make(open_to_all=True))
    tab = await site.open(await person())
    tab.allow_network_errors()
    await asyncio.to_thread(site.renew, make(open_to_all=False))
    await tab.page.locator("#login").wait_for()
    assert tab.page.url.endswith("/login")
    await joined(tab, 2)


async def test_joining_again_is_said_after_a_restart_not_after_a_drop(
    counter: Counter, site: Site, person: People
) -> None:
    def watched(page: ui.WebPage) -> list[str]:
        seen: list[str] = []
        page.on("join", lambda: seen.append("join"))
        page.on("leave", lambda: seen.append("leave"))
        return seen

    first = watched(counter.page)
    tab = await site.open(await person())
    tab.allow_network_errors()
    site.network.drop()
    await joined(tab, 2)
    assert first == ["join"]
    new = Counter()
    second = watched(new.page)
    await asyncio.to_thread(site.renew, new.page)
    await joined(tab, 3)
    await is_so(lambda: second == ["join"])


# A network that is silent, slow, or a tab that sleeps


async def test_a_silent_network_is_noticed_by_both(
    counter: Counter, serve: Serve, proxied: Proxied, person: People
) -> None:
    site = Site(serve, proxied, counter.page, beat=0.4)
    ada = await person()
    await ada.context.clock.install()
    tab = await site.open(ada)
    tab.allow_network_errors()
    site.network.stall()
    await tab.page.click("#a")
    (seen,) = site.app.tabs
    await is_so(lambda: seen.outbox.transport is None)
    counter.press("x")
    await counter.page.update()
    before = len(tab.sockets)
    await tab.page.clock.run_for(50_000)
    await expect(notice(tab)).to_be_visible()
    site.network.mend()
    for _ in range(3):
        await tab.page.clock.run_for(8_000)
    await is_so(lambda: sorted(counter.pressed) == ["a", "x"], lambda: counter.pressed)
    await shows_log(counter, tab)
    assert len(tab.sockets) > before


async def test_a_slow_reader_gets_one_fresh_state_and_delays_nobody(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    page = ui.WebPage()
    rows = [ui.P("", id=f"row{number}", a=page) for number in range(5)]
    box = ui.Input(id="box", a=page)
    site = Site(serve, proxied, page, outbox_bytes=20_000)
    direct = await (await person()).open(site.server.address)
    await joined(direct)
    slow = await site.open(await person())
    (reader,) = (tab for tab in site.app.tabs if tab.session is not site.app.tabs[0].session)
    await slow.page.focus("#box")
    await slow.page.keyboard.type("typed")
    await acknowledged(slow)
    slow.forget()
    site.network.throttle(1000)
    number = 0
    padding = "x" * 2000

    async def choked() -> bool:
        nonlocal number
        for _ in range(10):
            number += 1
            rows[number % 5].text = f"{number} {padding}"
            await page.update()
        return reader.outbox.stale

    await comes(choked, seconds=20)
    size = reader.outbox._bytes
    await slow.page.keyboard.type(" more")  # up to the server nothing is slow
    await has_value(direct, "#box", "typed more")
    for row in rows:
        row.text = f"last {row.attributes['id']}"
    await page.update()
    await expect(direct.page.locator("#row4")).to_have_text("last row4")
    assert reader.outbox.stale
    assert size <= 20_000
    assert reader.outbox._bytes <= 20_000
    site.network.throttle(None)
    for row in rows:
        await expect(slow.page.locator(f"#{row.attributes['id']}")).to_have_text(row.text)
    assert len(operations(slow, "s")) == 1
    assert len(operations(slow, "t")) < number
    assert await value(slow, "#box") == box.value == "typed more"
    assert await focused(slow) == "box"


async def test_a_frozen_tab_catches_up(counter: Counter, site: Site, person: People) -> None:
    tab = await site.open(await person())
    other = await site.open(await person())
    devtools = await tab.page.context.new_cdp_session(tab.page)
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    for _ in range(15):
        await other.page.click("#a")
    await is_so(lambda: len(counter.pressed) == 15)
    await shows_log(counter, other)
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})
    await shows_log(counter, tab)
    assert greetings(tab) == 1


# Coming and going


async def test_a_closed_tab_frees_its_page_at_once(serve: Serve, proxied: Proxied, person: People) -> None:
    pages: list[weakref.ref[ui.WebPage]] = []

    def page() -> ui.WebPage:
        wp = ui.WebPage(ui.P("hello"), ui.Input())
        pages.append(weakref.ref(wp))
        return wp

    site = Site(serve, proxied, page)
    ada = await person()
    first, second = await site.open(ada), await site.open(ada)
    assert len(site.app.tabs) == 2
    await first.page.close()
    await is_so(lambda: pages[0]() is None)
    assert [tab.page for tab in site.app.tabs] == [pages[1]()]
    await second.page.goto("about:blank")
    await is_so(lambda: pages[1]() is None)
    assert site.app.tabs == []


@pytest.mark.covers("JP-07", "JP-10")
async def test_a_shared_page_keeps_its_state_when_the_last_tab_has_gone(
    counter: Counter, site: Site, person: People
) -> None:
    ada = await person()
    tabs = [await site.open(ada) for _ in range(3)]
    await tabs[0].page.click("#a")
    await tabs[0].page.close()
    await is_so(lambda: len(counter.page.tabs) == 2)
    counter.press("b")
    await counter.page.update()
    await shows_log(counter, *tabs[1:])
    for tab in tabs[1:]:
        await tab.page.close()
    await is_so(lambda: not counter.page.tabs)
    late = await site.open(ada)
    await shows_log(counter, late)
    assert len(counter.shown) == 2
    assert "ERROR" not in site.server.log


async def test_back_and_forward(counter: Counter, site: Site, person: People) -> None:
    tab = await site.open(await person())
    await tab.page.click("#a")
    await is_so(lambda: counter.pressed == ["a"])
    await tab.page.goto("about:blank")
    await is_so(lambda: not site.app.tabs)
    counter.press("b")
    await tab.page.go_back()
    await joined(tab, 2)
    await tab.page.click("#c")
    await is_so(lambda: counter.pressed == ["a", "b", "c"])
    await shows_log(counter, tab)


async def test_a_page_that_the_browser_put_aside_comes_back_as_it_was(
    counter: Counter, site: Site, person: People
) -> None:
    # Playwright's Chromium has no cache for back and forward: these are the events that it would send.
    tab = await site.open(await person())
    await tab.page.evaluate("() => void dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    await is_so(lambda: site.app.tabs[0].outbox.transport is None)
    counter.press("x")
    await counter.page.update()
    await tab.page.evaluate("() => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    await joined(tab, 2)
    await shows_log(counter, tab)
    assert not [asked for asked in tab.requests if asked.kind == "fetch"]
    await tab.page.click("#a")
    await is_so(lambda: counter.pressed == ["x", "a"])


async def test_a_browser_without_cookies_is_told_once(counter: Counter, serve: Serve, person: People) -> None:
    app = app_of(counter.page)

    async def without_cookies(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_without(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [pair for pair in message["headers"] if pair[0] != b"set-cookie"]
            await send(message)

        await app(scope, receive, send_without)

    ada = await person()
    await ada.context.clock.install()
    tab = await ada.open(serve(without_cookies).address)
    await expect(notice(tab)).to_contain_text("cookies")
    await tab.page.clock.run_for(120_000)
    assert len(tab.sockets) == 1
    assert not [asked for asked in tab.requests if asked.kind == "fetch"]


@pytest.mark.covers("JP-35")
async def test_two_tabs_of_one_person(serve: Serve, proxied: Proxied, person: People) -> None:
    wp = ui.WebPage()
    who = ui.P(id="who", a=wp)

    def click(msg: ui.Event) -> None:
        assert msg.session is not None
        msg.session["clicks"] = msg.session.get("clicks", 0) + 1
        who.text = f"{msg.session['clicks']}"

    ui.Button("Click", id="go", on_click=click, a=wp)
    site = Site(serve, proxied, wp)
    ada, bob = await person(), await person()
    tabs = [await site.open(ada), await site.open(ada), await site.open(bob)]
    for tab, count in zip(tabs, ("1", "2", "1"), strict=True):
        await tab.page.click("#go")
        for one in tabs:
            await expect(one.page.locator("#who")).to_have_text(count)
    assert len({tab.session for tab in site.app.tabs}) == 2


@pytest.mark.covers("JP-11")
async def test_a_clock_asks_for_nothing_after_the_load(serve: Serve, proxied: Proxied, person: People) -> None:
    page = ui.WebPage()
    clock = ui.Span("0", id="clock", a=page)

    @page.every(0.05)
    def tick() -> None:
        clock.text = str(int(clock.text) + 1)

    site = Site(serve, proxied, page)
    tabs = [await site.open(await person()) for _ in range(2)]
    for tab in tabs:
        tab.forget()
    for tab in tabs:
        await is_so(lambda: len(operations(tab, "t")) > 10)  # noqa: B023 - asked within this turn of the loop
        seen = [int(operation[2]) for operation in operations(tab, "t")]
        assert seen == list(range(seen[0], seen[0] + len(seen)))
        assert tab.requests == []
