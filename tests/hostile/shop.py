"""A shop to rob, and what robbers need: sockets on which frames are written by hand, and a witness who must feel nothing."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser, Closed, Tab
from justui.testing.transport import Socket

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
        self.theirs = ui.Input(value="theirs", private=False)
        self.other_page = ui.WebPage(self.elsewhere, self.theirs)
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
        others = (self.fenced, self.unseen, self.theirs)
        return [field.common_value() for field in (*self.fields, *others)]


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
            self.heard.append(str(await self.socket.receive()))
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


def named(frame: Any) -> str:
    text = repr(frame)
    return text if len(text) < 60 else f"{text[:30]} and {len(text)} more"
