"""Laws 13, 14 and 16: frames written by hand. Nothing forged is done, nobody else notices, and the server never falters."""

import asyncio
import json
import logging
import socket as sockets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import justui as ui
from justui.server import uvicorn_settings
from justui.testing import Browser, Closed, Tab
from justui.testing.transport import Socket
from tests.conftest import Serve
from tests.harness.server import HOST
from tests.harness.waiting import eventually

HOSTILE, GONE, REPLACED, REFUSED, TOO_LARGE = 4000, 4001, 4002, 4003, 1009


class Shop:
    """A shared page with one thing of each kind that somebody may try to get at, and what was really done."""

    def __init__(self, **options: Any) -> None:
        self.app = ui.App(secret_key="k", **({"debug": False} | options))
        self.done: list[str] = []
        self.count = ui.Span("0", id="count")
        self.page = ui.WebPage(self.count, title="shop")
        with self.page:
            ui.Button("Count", on_click=self.raise_count)
            self.button = ui.Button("Buy", on_click=self.do("buy"))
            self.hidden = ui.Button("Hidden", show=False, on_click=self.do("hidden"))
            self.disabled = ui.Button("Disabled", disabled=True, on_click=self.do("disabled"))
            with ui.Div(show=False):
                self.inside = ui.Button("Inside", on_click=self.do("inside"))
                self.unseen = ui.Input(value="unseen", private=False)
            with ui.Fieldset(disabled=True):
                self.fenced = ui.Input(value="fenced", private=False, on_input=self.do("fenced"))
            self.plain = ui.Div("no handler")
            self.text = ui.Input(value="text", private=False)
            self.lines = ui.Textarea(value="lines", private=False)
            self.locked = ui.Input(value="locked", readonly=True, private=False)
            self.password = ui.Input(type="password")
            self.box = ui.Input(type="checkbox", private=False)
            self.number = ui.Input(type="number", value=3, private=False)
            self.slider = ui.Input(type="range", min=0, max=10, value=5, private=False)
            self.colour = ui.Input(type="color", value="#112233", private=False)
            self.submit = ui.Input(type="submit", value="Send")
            self.secret = ui.Input(type="hidden", value="4711")
            self.choice = ui.Select(
                ui.Option("red"),
                ui.Option("sold out", disabled=True),
                ui.Option("secret", show=False),
                ui.Optgroup(ui.Option("old"), disabled=True),
                ui.Option(" two \n words "),
                private=False,
            )
            self.many = ui.Select(ui.Option("a"), ui.Option("b"), multiple=True, private=False)
            self.radios = [ui.Input(type="radio", name="r", value=word, private=False) for word in "xyz"]
        self.page.on("join", lambda: True)
        self.removed = ui.Button("Removed", on_click=self.do("removed"))
        self.elsewhere = ui.Button("Elsewhere", on_click=self.do("elsewhere"))
        self.other_page = ui.WebPage(self.elsewhere, ui.Input(value="theirs", id="theirs", private=False))
        self.app.route("/")(lambda: self.page)
        self.app.route("/other")(lambda: self.other_page)
        self.app.route("/own")(lambda: ui.WebPage(ui.Button("Own", on_click=self.do("own")), ui.Input()))

    def raise_count(self) -> None:
        self.count.text = str(int(self.count.text) + 1)

    def do(self, what: str) -> Callable[[], None]:
        return lambda: self.done.append(what)

    @property
    def fields(self) -> list[Any]:
        return [part for part in self.page.components if isinstance(part, (ui.Input, ui.Textarea, ui.Select))]

    def values(self) -> list[Any]:
        """What all fields hold, on all pages."""
        theirs = self.other_page.components[1]
        return [*(field.common_value() for field in self.fields), self.fenced.value, self.unseen.value, theirs.value]


class Forger:
    """One socket, on which frames are written by hand."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.heard: list[str] = []

    def say(self, frame: Any) -> None:
        """Send a text or bytes as they are, anything else as JSON."""
        self.socket.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    async def hear(self) -> Any:
        """The next frame. Raises `Closed`."""
        async with asyncio.timeout(5):
            self.heard.append(await self.socket.receive())
        return json.loads(self.heard[-1])

    async def end(self) -> int:
        """The close code, once the server has closed."""
        with suppress(Closed):
            while True:
                await self.hear()
        try:
            await self.hear()
        except Closed as closed:
            return closed.code
        raise AssertionError("the socket is open")

    async def stored(self, number: int) -> None:
        """Wait until the server says that it has event `number`."""
        while ["k", number] not in (frame := await self.hear()):
            assert isinstance(frame, list)


async def forge(person: Browser, tab: Tab, headers: list[tuple[str, str]] | None = None) -> Forger:
    """Open a socket for the page of a tab, without a word."""
    path = tab._socket_path
    return Forger(await person.transport.connect(path, person.socket_headers(path) if headers is None else headers))


def token(tab: Tab) -> str:
    assert tab.document.boot is not None
    return str(tab.document.boot["token"])


async def forge_joined(person: Browser, url: str = "/") -> Forger:
    """A socket that has joined as an honest one does."""
    tab = await person.open(url, join=False)
    forger = await forge(person, tab)
    forger.say(["j", 1, token(tab), 0])
    assert await forger.hear() == {"hi": 0}
    return forger


def event(number: int, component: Any = 0, name: str = "", fields: Any = (), data: Any = None) -> list[Any]:
    """An event, of a component or of an id."""
    id = component._id if isinstance(component, ui.Component) else component
    return ["e", number, 0, list(fields), id, name, {} if data is None else data]


class Calm:
    """An attacker, and a witness of whom nothing may be felt."""

    def __init__(self, shop: Shop, eve: Browser, witness: Tab) -> None:
        self.shop = shop
        self.eve = eve
        self.witness = witness

    async def still(self) -> None:
        """The witness is served, soon."""
        before = int(self.shop.count.text)
        await self.witness.click("Count")
        await self.witness.wait_for(lambda: int(self.witness.text("#count")) > before, timeout=2)


@pytest.fixture(params=["memory", "uvicorn"])
def reach(request: pytest.FixtureRequest, serve: Serve) -> Callable[[ui.App], Any]:
    """How clients reach an app: in memory, or by the address of a real server."""
    if request.param == "memory":
        return lambda app: app
    return lambda app: serve(app, **{"ws": uvicorn_settings(app.config.frame_bytes)["ws"]}).address


@asynccontextmanager
async def calmly(shop: Shop, reached: Any, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Calm]:
    """Eve and a witness at a server; at the end the witness is still served, and no error was logged."""
    async with Browser(reached) as somebody, Browser(reached) as eve:
        calm = Calm(shop, eve, await somebody.open("/"))
        yield calm
        await calm.still()
        assert calm.witness.stream.closed is None
        assert not calm.witness.faults
        problems = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
        assert problems == []


# The first frame

FIRST = [
    "",
    "\0",
    "nonsense",
    "[",
    "{}",
    "null",
    "0",
    "[]",
    '["j"]',
    '["j",1,"token"]',
    '["j",1,"token",0,0]',
    '["j",1,null,0]',
    '["j",1,["token"],0]',
    '["j",1,"token",-1]',
    '["j",1,"token",0.5]',
    '["j",1,"token",true]',
    '["j",1,"token","0"]',
    '["j",1,"token",1e999]',
    '["e",1,0,[],1,"click",{}]',
    '["k",0]',
    '["bye"]',
    '{"hi":0}',
    b"\x80\x00binary",
    b'["j",1,"token",0]',
    "[" * 100_000,
    "[" * 100 + "]" * 100,
]


def named(frame: Any) -> str:
    text = repr(frame)
    return text if len(text) < 60 else f"{text[:30]} and {len(text)} more"


@pytest.mark.parametrize("frame", FIRST, ids=named)
async def test_a_first_frame_that_is_no_join_ends_the_socket(
    frame: str | bytes, reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    async with calmly(shop, reach(shop.app), caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        forger = await forge(calm.eve, tab)
        forger.say(frame)
        assert await forger.end() == HOSTILE
        assert forger.heard == []
        assert len(shop.app.tabs) == 1
        await tab.join()  # the page itself has taken no harm
        assert tab.state == "joined"


@pytest.mark.parametrize("wrong", ["", "x", "x" * 100_000, "\0", "a" * 32, "../..", "' or 1=1"])
async def test_a_token_that_there_is_not_is_told_to_fetch(wrong: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge(calm.eve, await calm.eve.open("/", join=False))
        forger.say(["j", 1, wrong, 0])
        assert await forger.hear() == {"gone": "unknown"}
        assert await forger.end() == GONE


@pytest.mark.parametrize("protocol", [0, 2, None, "1", [], 10**30])
async def test_another_protocol_is_told_so(protocol: Any, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        forger = await forge(calm.eve, tab)
        forger.say(["j", protocol, token(tab), 0])
        assert await forger.hear() == {"gone": "protocol"}
        assert await forger.end() == GONE


async def test_a_position_that_cannot_be_is_told_to_fetch_and_keeps_nothing(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/")
        forger = await forge(calm.eve, tab)
        forger.say(["j", 1, token(tab), 10**18])
        assert await forger.hear() == {"gone": "position"}
        assert await forger.end() == GONE
        await tab.wait_for(lambda: tab.state == "dropped")
        server_tab = shop.app.registry.find(token(tab))
        assert server_tab is not None
        assert server_tab.outbox.transport is None
        assert server_tab.dropped_at is not None, "it would be kept for ever"


async def test_sockets_that_never_join_are_closed(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop(join_time=0.3)
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        forgers = [await forge(calm.eve, tab) for _ in range(500)]
        await calm.still()
        assert {await forger.end() for forger in forgers} == {HOSTILE}


# Who may join


async def test_a_token_of_another_person_leads_to_a_page_of_ones_own(
    reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    async with calmly(shop, reach(shop.app), caplog) as calm:
        stolen = token(calm.witness)
        own = await calm.eve.open("/own", join=False)
        forger = await forge(calm.eve, own)
        forger.say(["j", 1, stolen, 0])
        assert await forger.hear() == {"gone": "session"}
        assert await forger.end() == GONE


@pytest.mark.parametrize("cookie", ["{}", "{}x", "x.{}", "{}; justui={}", "justui=", "a" * 4000, "\x80\xff"])
async def test_a_cookie_that_was_tampered_with_is_nobodys(cookie: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        name, _, value = calm.eve.socket_headers("/")[1][1].partition("=")
        altered = cookie.replace("{}", value[:-1] + ("A" if value[-1] != "A" else "B"))
        forger = await forge(calm.eve, tab, [("cookie", f"{name}={altered}")])
        forger.say(["j", 1, token(tab), 0])
        assert await forger.hear() == {"gone": "session"}
        assert await forger.end() == GONE


async def test_without_a_cookie_a_token_opens_nothing(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        forger = await forge(calm.eve, tab, [])
        forger.say(["j", 1, token(tab), 0])
        assert "refused" in await forger.hear()
        assert await forger.end() == REFUSED


async def test_the_token_of_a_tab_that_left_is_nothing(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/")
        await tab.leave()
        await eventually(lambda: len(shop.app.tabs) == 1)
        forger = await forge(calm.eve, tab)
        forger.say(["j", 1, token(tab), 0])
        assert await forger.hear() == {"gone": "unknown"}


async def test_the_newest_socket_of_a_tab_is_the_only_one(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        first, second = await forge(calm.eve, tab), await forge(calm.eve, tab)
        first.say(["j", 1, token(tab), 0])
        assert await first.hear() == {"hi": 0}
        second.say(["j", 1, token(tab), 0])
        assert await second.hear() == {"hi": 0}
        assert await first.end() == REPLACED
        first.say(event(1, shop.button, "click"))
        second.say(event(1))
        await second.stored(1)
        assert shop.done == []


ORIGINS = [
    "http://evil.example",
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://localhost@evil.example",
    "http://evil.example/localhost",
    "http://sub.localhost",
    "http://localhost:81",
    "file://",
    "http://[",
    "http://localhost\tx",
    "\xff",
]


@pytest.mark.parametrize("origin", ORIGINS)
async def test_a_page_of_another_origin_gets_no_socket(origin: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        headers = [(name, value) for name, value in calm.eve.socket_headers("/") if name != "origin"]
        with pytest.raises(Closed) as closed:
            await forge(calm.eve, tab, [*headers, ("origin", origin)])
        assert closed.value.code == 403


async def test_a_page_of_another_origin_gets_no_socket_of_a_real_server(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    async with calmly(shop, serve(shop.app).address, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        with pytest.raises(Closed) as closed:
            await forge(calm.eve, tab, [("origin", "http://evil.example")])
        assert closed.value.code == 403


# Frames that break the contract

BROKEN: list[Any] = [
    *FIRST[:7],
    b"\x00binary",
    [],
    [None],
    [["e"]],
    ["x"],
    ["j", 1, "token", 0],
    ["e"],
    ["e", 1, 0, [], 0, ""],
    ["e", 1, 0, [], 0, "", {}, 0],
    ["e", "1", 0, [], 0, "", {}],
    ["e", True, 0, [], 0, "", {}],
    ["e", 1.5, 0, [], 0, "", {}],
    ["e", -1, 0, [], 0, "", {}],
    ["e", 10**15, 0, [], 0, "", {}],
    ["e", 10**30, 0, [], 0, "", {}],
    ["e", 2, 0, [], 0, "", {}],
    ["e", 1, 1, [], 0, "", {}],
    ["e", 1, -1, [], 0, "", {}],
    ["e", 1, None, [], 0, "", {}],
    ["e", 1, 0, None, 0, "", {}],
    ["e", 1, 0, {}, 0, "", {}],
    ["e", 1, 0, [[]], 0, "", {}],
    ["e", 1, 0, [[1]], 0, "", {}],
    ["e", 1, 0, [["1", "a"]], 0, "", {}],
    ["e", 1, 0, [], None, "", {}],
    ["e", 1, 0, [], [1], "", {}],
    ["e", 1, 0, [], 0, None, {}],
    ["e", 1, 0, [], 0, "", None],
    ["e", 1, 0, [], 0, "", []],
    ["k"],
    ["k", 1],
    ["k", -1],
    ["k", 10**30],
    ["k", "0"],
    ["k", 0, 0],
    '["e",1,0,[],1,"click",' + '{"a":' * 100 + "1" + "}" * 100 + "}",
]


@pytest.mark.parametrize("frame", BROKEN, ids=named)
async def test_a_frame_that_breaks_the_contract_ends_the_socket_and_not_the_tab(
    frame: Any, reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    async with calmly(shop, reach(shop.app), caplog) as calm:
        tab = await calm.eve.open("/")
        await tab.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))  # type: ignore[arg-type]
        await tab.wait_for(lambda: tab.stream.closed is not None)
        assert tab.stream.closed == HOSTILE
        await tab.resume()
        await tab.click("Count")
        await tab.settled()


@pytest.mark.parametrize(
    "value", [None, 7, 1.5, {}, {"a": 1}, [1], [["x"]], [None]], ids=lambda value: json.dumps(value)
)
async def test_a_value_of_no_field_at_all_ends_the_socket(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        for field in shop.fields:
            if field in (shop.submit, shop.secret, shop.locked):
                continue
            before = shop.values()
            for edit in ([field._id, value], [field._id, "", value], [field._id, value, ""]):
                forger = await forge_joined(calm.eve)
                forger.say(event(1, fields=[edit]))
                assert await forger.end() == HOSTILE
            assert shop.values() == before


async def test_one_field_twice_in_one_event_ends_the_socket(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        forger.say(event(1, fields=[[shop.text._id, "text", "a"]] * 2))
        assert await forger.end() == HOSTILE


async def test_a_frame_that_is_too_large_ends_its_socket(
    reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(frame_bytes=20_000)
    async with calmly(shop, reach(shop.app), caplog) as calm:
        for text in ("x" * 20_001, "é" * 10_001, json.dumps(event(1, data={"a": "x" * 20_000}))):
            forger = await forge_joined(calm.eve)
            forger.say(text)
            assert await forger.end() == TOO_LARGE
        forger = await forge(calm.eve, await calm.eve.open("/", join=False))
        forger.say("x" * 1_000_000)
        assert await forger.end() == TOO_LARGE


# Events that nobody may cause

IGNORED: dict[str, Callable[[Shop], tuple[Any, str]]] = {
    "another page": lambda shop: (shop.elsewhere, "click"),
    "hidden": lambda shop: (shop.hidden, "click"),
    "inside of something hidden": lambda shop: (shop.inside, "click"),
    "disabled": lambda shop: (shop.disabled, "click"),
    "in a disabled fieldset": lambda shop: (shop.fenced, "input"),
    "removed": lambda shop: (shop.removed, "click"),
    "no handler": lambda shop: (shop.plain, "click"),
    "another event": lambda shop: (shop.button, "dblclick"),
    "a key": lambda shop: (shop.button, "click.Enter"),
    "outside": lambda shop: (shop.button, "click__out"),
    "the life of the page": lambda shop: (shop.page, "join"),
    "a method": lambda shop: (shop.button, "__init__"),
    "no component": lambda shop: (0, "click"),
    "one that never was": lambda shop: (10**15, "click"),
    "a number out of range": lambda shop: (2**62, "click"),
}


@pytest.mark.parametrize("what", IGNORED)
async def test_an_event_that_cannot_be_is_acknowledged_and_not_handled(
    what: str, reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    component, name = IGNORED[what](shop)
    async with calmly(shop, reach(shop.app), caplog) as calm:
        forger = await forge_joined(calm.eve)
        forger.say(event(1, component, name))
        await forger.stored(1)
        forger.say(event(2, shop.button, "click"))
        await forger.stored(2)
        assert shop.done == ["buy"]


async def test_a_component_of_somebody_elses_private_page_is_out_of_reach(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        theirs = await calm.eve.open("/own")
        button, field = theirs.find("button").component, theirs.find("input").component
        forger = await forge_joined(calm.eve, "/own")
        forger.say(event(1, button, "click", [[field, "", "mine"]]))
        await forger.stored(1)
        assert shop.done == []
        assert theirs.value("input") == ""
        await theirs.click("Own")
        await theirs.settled()
        assert shop.done == ["own"]


async def test_events_count_once_and_without_gaps(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        for number in (1, 1, 1, 2, 1, 2):
            forger.say(event(number, shop.button, "click"))
        forger.say(event(3))
        await forger.stored(3)
        assert shop.done == ["buy", "buy"]
        forger.say(event(5, shop.button, "click"))
        assert await forger.end() == HOSTILE
        assert shop.done == ["buy", "buy"]


async def test_what_an_event_says_of_itself_does_not_replace_what_it_is(caplog: pytest.LogCaptureFixture) -> None:
    app = ui.App(debug=False, secret_key="k")
    seen: list[Any] = []
    button = ui.Button("x", on_click=lambda msg: seen.append((msg.page, msg.target, msg["tab"], msg.session, msg.type)))
    page = ui.WebPage(button)
    app.route("/")(lambda: page)
    async with Browser(app) as eve:
        forger = await forge_joined(eve)
        forged = dict.fromkeys(["page", "target", "tab", "session", "type", "data", "__class__", "get"], "forged")
        forger.say(event(1, button, "click", data=forged))
        await forger.stored(1)
        (tab,) = app.tabs
        assert seen == [(page, button, tab, tab.session, "click")]


# Fields

KEPT: dict[str, Callable[[Shop], list[Any]]] = {
    "a div": lambda shop: [shop.plain._id, "", "x"],
    "a button": lambda shop: [shop.button._id, "x"],
    "the page": lambda shop: [shop.page._id, "", "x"],
    "one that never was": lambda shop: [10**15, "", "x"],
    "a submit button": lambda shop: [shop.submit._id, "forged"],
    "a hidden field": lambda shop: [shop.secret._id, "forged"],
    "another page's": lambda shop: [shop.other_page.components[1]._id, "theirs", "x"],
    "readonly": lambda shop: [shop.locked._id, "locked", "x"],
    "in a disabled fieldset": lambda shop: [shop.fenced._id, "fenced", "x"],
    "not shown": lambda shop: [shop.unseen._id, "unseen", "x"],
    "no option": lambda shop: [shop.choice._id, "forged"],
    "no option at all": lambda shop: [shop.choice._id, ""],
    "a disabled option": lambda shop: [shop.choice._id, "sold out"],
    "an option of a disabled group": lambda shop: [shop.choice._id, "old"],
    "an option that is not shown": lambda shop: [shop.choice._id, "secret"],
    "options that are none": lambda shop: [shop.many._id, ["c", "d"]],
    "very many options": lambda shop: [shop.many._id, [""] * 100_000],
    "text for a number": lambda shop: [shop.number._id, "many"],
    "no number": lambda shop: [shop.number._id, "NaN"],
    "an endless number": lambda shop: [shop.number._id, "1e999"],
    "a number of a million digits": lambda shop: [shop.number._id, "9" * 100_000],
    "below the range": lambda shop: [shop.slider._id, "-1"],
    "above the range": lambda shop: [shop.slider._id, "11"],
    "a text for a slider": lambda shop: [shop.slider._id, ""],
    "no colour": lambda shop: [shop.colour._id, "red"],
    "a box as a text": lambda shop: [shop.box._id, "", "on"],
    "a text as a box": lambda shop: [shop.text._id, True],
    "a list as a text": lambda shop: [shop.text._id, ["a"]],
    "a text as a list": lambda shop: [shop.many._id, "a"],
    "a text that is too long": lambda shop: [shop.lines._id, "lines", "x" * 200_001],
}


@pytest.mark.parametrize("what", KEPT)
async def test_a_value_that_nobody_can_give_is_not_taken(what: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        before, look = shop.values(), calm.witness.document.canonical()
        forger = await forge_joined(calm.eve)
        forger.say(event(1, fields=[KEPT[what](shop), [shop.password._id, "mine"]]))
        await forger.stored(1)
        assert shop.values() == before
        assert calm.witness.document.canonical() == look


async def test_who_says_a_value_that_cannot_be_is_told_the_one_that_is(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        forger.say(event(1, fields=[[shop.choice._id, "forged"]]))
        heard = []
        while ["v", shop.choice._id, "red"] not in heard:
            heard += await forger.hear()


async def test_values_that_people_can_give_are_taken(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        edits = [
            [shop.choice._id, "two words"],
            [shop.many._id, ["a", "b", "c", "a"]],
            [shop.number._id, "-1.5e3"],
            [shop.slider._id, "10"],
            [shop.colour._id, "#ABCDEF"],
            [shop.box._id, True],
            [shop.text._id, "text", "one\r\nline"],
            [shop.lines._id, "lines", "two\nlines"],
        ]
        forger.say(event(1, fields=edits))
        await forger.stored(1)
        assert (shop.choice.value, shop.many.value, shop.number.value, shop.slider.value) == (
            "two words",
            ["a", "b"],
            -1500,
            10,
        )
        assert (shop.colour.value, shop.box.checked) == ("#ABCDEF", True)
        assert (shop.text.value, shop.lines.value) == ("oneline", "two\nlines")


async def test_one_radio_of_a_group_is_on(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        forger.say(event(1, fields=[[radio._id, True] for radio in shop.radios]))
        await forger.stored(1)
        assert [radio.checked for radio in shop.radios] == [False, False, True]


async def test_a_field_whose_type_has_just_changed_is_no_offence(caplog: pytest.LogCaptureFixture) -> None:
    """A password that is shown: what is on its way then has the other shape."""
    field = ui.Input(type="password", private=True)
    button = ui.Button("show", on_click=lambda: setattr(field, "type", "text" if field.type == "password" else "password"))
    app = ui.App(debug=False, secret_key="k")
    page = ui.WebPage(field, button)
    app.route("/")(lambda: page)
    async with Browser(app) as browser:
        forger = await forge_joined(browser)
        forger.say(event(1, button, "click", [[field._id, "a"]]))
        forger.say(event(2, fields=[[field._id, "ab"]]))
        forger.say(event(3, button, "click", [[field._id, "ab", "abc"]]))
        forger.say(event(4, fields=[[field._id, "abc", "abcd"]]))
        await forger.stored(4)
        (tab,) = app.tabs
        assert field.value_in(tab) == "abcd"


# Floods


async def test_a_flood_of_events_is_read_slowly_and_others_are_served(
    reach: Callable[[ui.App], Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop()
    async with calmly(shop, reach(shop.app), caplog) as calm:
        forgers = [await forge_joined(calm.eve) for _ in range(5)]
        for forger in forgers:
            for number in range(1, 2001):
                forger.say(event(number, shop.button, "click"))
        for _ in range(5):
            await calm.still()
        assert len(shop.done) < 5 * 2000, "nobody was slowed down"


async def test_a_flood_of_costly_texts_leaves_time_for_others(caplog: pytest.LogCaptureFixture) -> None:
    """Texts that have nothing in common are merged at great cost."""
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        forger = await forge_joined(calm.eve)
        for number in range(1, 101):
            one, other = ("ab " * 500)[number % 7 :], ("ba a" * 400)[number % 5 :]
            forger.say(event(number, fields=[[shop.lines._id, one, other]]))
        started = asyncio.get_running_loop().time()
        for _ in range(3):
            await calm.still()
        assert asyncio.get_running_loop().time() - started < 3
        assert min(tab.allowance for tab in shop.app.tabs) < 0


async def test_a_flood_of_pages_that_nobody_joins_frees_the_oldest(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop(unjoined=30, unjoined_per_session=20)
    async with calmly(shop, shop.app, caplog) as calm:
        mine = [await calm.eve.open("/own", join=False) for _ in range(40)]
        assert shop.app.registry.unjoined == 20
        assert [shop.app.registry.find(token(tab)) is None for tab in mine] == [True] * 20 + [False] * 20
        for _ in range(40):
            calm.eve.cookies.clear()
            mine.append(await calm.eve.open("/own", join=False))
        assert shop.app.registry.unjoined == 30
        assert [shop.app.registry.find(token(tab)) is None for tab in mine] == [True] * 50 + [False] * 30
        await mine[-1].join()
        assert mine[-1].state == "joined"


async def test_one_person_cannot_take_all_tabs(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop(tabs_per_session=3)
    async with calmly(shop, shop.app, caplog) as calm:
        tabs = [await calm.eve.open("/") for _ in range(5)]
        assert [tab.state for tab in tabs] == ["joined"] * 3 + ["refused"] * 2


async def test_joining_and_leaving_again_and_again_leaves_nothing(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        for _ in range(300):
            forger = await forge(calm.eve, tab)
            forger.say(["j", 1, token(tab), 0])
            assert await forger.hear() == {"hi": 0}
        assert len(shop.app.tabs) == 2
        await eventually(lambda: len(shop.app.tasks) <= 3)


# Those who do not read, or say things by halves


def plain_socket(address: str, path: str, headers: list[tuple[str, str]]) -> sockets.socket:
    """A WebSocket whose every byte is ours, after the handshake."""
    port = int(address.rpartition(":")[2])
    plain = sockets.create_connection((HOST, port), timeout=5)
    plain.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}:{port}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"]
    lines += [f"{name}: {value}" for name, value in headers]
    plain.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    assert b" 101 " in plain.recv(4096)
    return plain


def masked(text: str) -> bytes:
    """A text frame as a browser sends it, with a mask of zeros."""
    data = text.encode()
    assert len(data) < 126
    return bytes((0x81, 0x80 | len(data), 0, 0, 0, 0)) + data


def be_silent_for_long(tab: ui.Tab) -> None:
    """Let the time pass after which a connection counts as lost."""
    tab.heard_at -= 60


async def test_who_never_reads_is_hung_up_on(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop(outbox_bytes=200_000)
    server = serve(shop.app, **{"ws": uvicorn_settings(1_000_000)["ws"]})
    async with calmly(shop, server.address, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        path = tab._socket_path
        with plain_socket(server.address, path, calm.eve.socket_headers(path)) as plain:
            plain.sendall(masked(json.dumps(["j", 1, token(tab), 0])))
            await eventually(lambda: (found := shop.app.registry.find(token(tab))) is not None and found.joined)
            server_tab = shop.app.registry.find(token(tab))
            assert server_tab is not None
            for number in range(200):
                shop.count.text = str(number)
                shop.plain.text = str(number) * 20_000
                shop.page.update()
                if number % 10 == 0:
                    await calm.witness.wait_for(lambda wanted=str(number): calm.witness.text("#count") == wanted)  # type: ignore[misc]
            assert server_tab.outbox._bytes <= 200_000
            be_silent_for_long(server_tab)
            await eventually(lambda: server_tab.outbox.transport is None and server_tab.dropped_at is not None)
            await eventually(lambda: len(shop.app.tasks) <= 2, what="nothing waits for the one who does not read")


@pytest.mark.parametrize("half", [b"", b"\x81", b"\x81\xfe\xff", masked("x")[:3], b"\x01\x81\x00\x00\x00\x00x"])
@pytest.mark.parametrize("joined", [True, False])
async def test_who_says_things_by_halves_is_not_waited_for(
    half: bytes, joined: bool, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(join_time=1.0)
    server = serve(shop.app)
    async with calmly(shop, server.address, caplog) as calm:
        tab = await calm.eve.open("/", join=False)
        path = tab._socket_path
        plain = await asyncio.to_thread(plain_socket, server.address, path, calm.eve.socket_headers(path))
        with plain:
            if joined:
                plain.sendall(masked(json.dumps(["j", 1, token(tab), 0])))
                await eventually(lambda: len(shop.app.tabs) == 2)
                be_silent_for_long(shop.app.tabs[1])
            plain.sendall(half)
            await asyncio.to_thread(read_the_farewell, plain)
        await eventually(lambda: all(tab.dropped_at is not None for tab in shop.app.tabs[1:]))


def read_the_farewell(plain: sockets.socket) -> None:
    """Read until the server says that it closes. Raises `TimeoutError` when it does not."""
    while b"\x88" not in plain.recv(4096):
        pass


# Anything at all


def anything() -> st.SearchStrategy[Any]:
    """Any JSON value, and numbers at the edges."""
    edges = st.sampled_from([0, -1, 1, 2**31, 2**53, 2**63, 2**64, 10**30, -(10**30), 1e308, True, False, None, "", "\0"])
    leaves = st.one_of(edges, st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20))
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=12,
    )


def nearly_right(ids: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    """Frames of the right shape, whose parts are mostly of the right kind."""
    value = st.one_of(st.text(max_size=8), st.booleans(), st.lists(st.text(max_size=4), max_size=3), anything())
    edit = st.one_of(st.tuples(ids, value), st.tuples(ids, value, value), st.tuples(ids, value, value, st.just(1)))
    names = st.sampled_from(["click", "input", "change", "", "join", "click.Enter", "x" * 50]) | anything()
    small = st.integers(-1, 4) | anything()
    return st.one_of(
        st.tuples(st.just("e"), small, small, st.lists(edit, max_size=4), ids, names, st.just({}) | anything()),
        st.tuples(st.just("k"), small),
        st.tuples(st.just("j"), small, anything(), small),
        st.tuples(st.just("bye")),
    ).map(list)


SHOP = Shop()
"""For all examples, so that a fault that one leaves is found by another."""
IDS = st.sampled_from([part._id for part in (SHOP.page, *SHOP.page.components)]) | st.integers(-1, 10**6)


@settings(suppress_health_check=list(HealthCheck))
@given(frames=st.lists(nearly_right(IDS) | anything(), min_size=1, max_size=12), joined=st.booleans())
def test_whatever_is_said_the_server_goes_on(frames: list[Any], joined: bool) -> None:
    problems: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: problems.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        asyncio.run(say_all(frames, joined))
    finally:
        logging.getLogger().removeHandler(handler)
    assert problems == []


async def say_all(frames: list[Any], joined: bool) -> None:
    async with Browser(SHOP.app) as somebody, Browser(SHOP.app) as eve:
        calm = Calm(SHOP, eve, await somebody.open("/"))
        tab = await eve.open("/", join=False)
        forger = await forge(eve, tab)
        number = 0
        if joined:
            forger.say(["j", 1, token(tab), 0])
        for frame in frames:
            if isinstance(frame, list) and len(frame) == 7 and frame[0] == "e" and frame[1] in (0, 1, 2):
                number += 1
                frame = ["e", number, 0, *frame[3:]]
            forger.say(frame)
        await calm.still()
        await forger.socket.close()
        await calm.still()
        assert int(SHOP.count.text) >= 0
        values = SHOP.values()
        assert all(isinstance(value, (str, int, float, bool, list)) or value is None for value in values)
        assert SHOP.choice.value in ("red", "two words")
        assert sum(radio.checked for radio in SHOP.radios) <= 1
        assert SHOP.locked.value == "locked"
        fresh = await somebody.open("/")
        await calm.witness.wait_for(lambda: calm.witness.document.canonical() == fresh.document.canonical())


# Text that would be something else

TEXTS = [
    "</script><script>alert(1)</script>",
    "</style></title></textarea></select></template>",
    "<!--",
    "-->",
    "<![CDATA[ ]]>",
    "&lt;b&gt; &amp;amp; &#0; &notanentity",
    "\" onclick='x' \\ `",
    "\0 and \x01\x7f\x80\x9f",
    "lone \ud800 and \udfff, a pair \ud83d\ude00",
    "right \u202e to left \u2066\u2069\u200f",
    "\ufeff\u2028\u2029\u00a0",
    "line\nfeed\r\nreturn\rtab\t",
    "\n\nfirst lines are empty",
    "{{ 7 * 7 }} {% raw %} ${x} %s {0}",
    "\\u0000 \\ud800 \\n",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧 e\u0301",
    "x" * 100_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
@pytest.mark.covers("JP-23")
async def test_text_is_text_in_html_and_in_json(text: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    marks = ui.Div(text, ui.Text(text), title=text, classes=text, data_x=text)
    fields = [
        ui.Input(value=text, placeholder=text),
        ui.Textarea(value=text, private=False),
        ui.Input(type="hidden", value=text),
        ui.Select(ui.Option(text), ui.Option("b", value=text), private=False),
        ui.Pre(text),
        ui.Button(text, value=text),
    ]
    async with calmly(shop, shop.app, caplog) as calm:
        early = await calm.eve.open("/")
        shop.page.add(marks, *fields)
        shop.page.title, shop.page.css = text, f"p::before {{ content: '{css_string(text)}' }}"
        shop.page.update()
        late = await calm.eve.open("/")
        await early.wait_for(lambda: early.document.canonical(ids=True) == late.document.canonical(ids=True))
        wanted = as_browsers_have_it(text)
        element = next(node for node in late.document.elements() if node.component == marks._id)
        assert element.text_content() == wanted * 2
        assert element.attributes["title"] == element.attributes["data-x"] == wanted
        assert late.title == wanted
        assert [script.component for script in late.document.elements() if script.tag == "script"] == []


def as_browsers_have_it(text: str) -> str:
    """`text` without what a document cannot hold."""
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def css_string(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\a ").replace("\r", "\\d ")


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
async def test_text_that_is_typed_is_text_for_all(text: str, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    async with calmly(shop, shop.app, caplog) as calm:
        tab = await calm.eve.open("/")
        typed = as_browsers_have_it(text).replace("\r\n", "\n").replace("\r", "\n")
        field = next(node for node in tab.document.fields() if node.component == shop.lines._id)
        await tab.fill(field, typed)
        await tab.settled()
        assert shop.lines.value == typed
        there = next(node for node in calm.witness.document.fields() if node.component == shop.lines._id)
        await calm.witness.wait_for(lambda: there.value == typed)
