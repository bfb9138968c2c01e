"""Row `editor`: a letter in a shared text, from the frame of one tab to the page of another, against the floor's echo.

The floor's page is the same editor without sharing, to which the letter is given.
"""

import asyncio
import base64
import re
import time
from statistics import median
from typing import Any, Final

import orjson
import pycrdt
from playwright.async_api import Page, async_playwright

from tests.bench.bridge import _on_one_core
from tests.bench.client import Http, Opened, Socket, connect, get, open_page, until
from tests.bench.fanout import Audience
from tests.bench.process import Program
from tests.bench.report import Ask, Figure, Result, side_by_side
from tests.harness.browser import launch

_BATCH: Final = 30
_LETTER_LIMIT: Final = 2.0
_LARGE_LIMIT: Final = 1.2
_OPEN_LIMIT: Final = 1.0
_COMPONENT: Final = re.compile(rb"<justui-editor data-j=\"?(\d+)")
_NUMBER: Final = re.compile(rb"(?:\"|&quot;|&#34;)d(?:\"|&quot;|&#34;): ?(\d+)")

_TIMING: Final = """
(() => {
  window.spent = [];
  const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  Object.defineProperty(WebSocket.prototype, "onmessage", { set(listener) {
    set.call(this, (event) => {
      const isLetter = String(event.data).includes(',"u",');
      const start = performance.now();
      if (isLetter && window.alone) window.alone(event);
      else listener(event);
      document.body.offsetHeight;
      if (isLetter) window.spent.push(performance.now() - start);
    });
  } });
})()
"""
"""Times what a letter does to the page of somebody else, with the layout that it makes necessary."""
_ALONE: Final = """() => {
  document.querySelector("justui-editor").style.display = "none";
  const quill = new Quill(document.body.appendChild(document.createElement("div")), { theme: "snow" });
  quill.focus();
  window.spent = [];
  window.alone = ({ data }) => {
    const letter = JSON.parse(data).length && "x", place = quill.getLength() - 1;
    quill.updateContents([...(place ? [{ retain: place }] : []), { insert: letter }], "api");
  };
}"""
"""From now on, the same editor without sharing and without the others' carets gets the letters, from the same socket at the same pace."""


class Writer:
    """One tab with a copy of a text, at whose end it writes. `arrived` is done when the next letter of somebody else's is here."""

    def __init__(self, socket: Socket, page: bytes) -> None:
        found = _COMPONENT.search(page), _NUMBER.search(page)
        if found[0] is None or found[1] is None:
            raise RuntimeError(f"there is no editor in the page: {page[-600:]!r}")
        self._place = {"i": int(found[0][1]), "d": int(found[1][1])}
        self._socket = socket
        self._event = 0
        self._answer: asyncio.Future[bytes]
        self.arrived: asyncio.Future[None] | None = None
        self.sent = self.received = 0
        """Bytes of the last letter's frames."""
        socket.on_frame = self._frame

    def _frame(self, text: bytes) -> None:
        if b',"u",' in text:
            self.received = len(text) + (2 if len(text) < 126 else 4)
            if self.arrived is not None and not self.arrived.done():
                self.arrived.set_result(None)
        elif b',"o",' in text:
            value = next(operation[3] for operation in orjson.loads(text) if operation[0] == "z")
            content = base64.b64decode(value) if isinstance(value, str) else self._socket.blobs[value["$"][1]]
            self._answer.set_result(content)

    def _say(self, kind: str, **data: Any) -> None:
        self._event += 1
        self._socket.settle()
        frame = ["e", self._event, self._socket.have, [], 0, "share", {**self._place, "k": kind, **data}]
        self.sent = len(orjson.dumps(frame)) + 8
        self._socket.send(frame)

    async def open(self) -> bytes:
        """Open the document; the update with all of it."""
        self._answer = asyncio.get_running_loop().create_future()
        self._client = int.from_bytes(base64.b64decode("AAAA") + id(self).to_bytes(8, "big")[4:], "big")
        self._say("open", c=self._client, s="AA==")
        return await self._answer

    def letters(self, content: bytes, count: int) -> list[str]:
        """So many letters, each typed at the end behind the one before, as their frames have them."""
        document: pycrdt.Doc[Any] = pycrdt.Doc(client_id=self._client)
        text = document.get("text", type=pycrdt.Text)
        document.apply_update(content)
        updates: list[str] = []
        end = len(text)
        subscription = document.observe(lambda event: updates.append(base64.b64encode(event.update).decode()))
        for place in range(count):
            text.insert(end + place, "x")
        document.unobserve(subscription)
        return updates

    def write(self, letter: str) -> None:
        """Send one letter."""
        self._say("edit", u=letter)


async def _writer(port: int, name: str) -> Writer:
    async with Http(port) as http:
        page: Opened = await open_page(http, f"/text/{name}")
    return Writer(await page.join(port), page.body)


class Pair:
    """Two tabs with one text: what the first writes comes to the second."""

    def __init__(self, one: Writer, other: Writer, letters: list[str]) -> None:
        self.one, self.other = one, other
        self._letters = iter(letters)

    async def letter(self) -> float:
        """Seconds from one to the other."""
        self.other.arrived = asyncio.get_running_loop().create_future()
        letter = next(self._letters)
        began = time.perf_counter()
        self.one.write(letter)
        await self.other.arrived
        return time.perf_counter() - began


async def _pair(port: int, name: str, count: int) -> tuple[Pair, float]:
    one, other = await _writer(port, name), await _writer(port, name)
    began = time.perf_counter()
    content = await one.open()
    took = time.perf_counter() - began
    await other.open()
    return Pair(one, other, one.letters(content, count)), took


async def editor(ask: Ask) -> Result:
    """A letter to one other tab and to ninety-nine, in an empty text and in a megabyte; what documents weigh."""
    return [*await _one_letter(ask), await _hundred(ask), *await _weight(ask)]


async def _one_letter(ask: Ask) -> list[Figure]:
    turns = ask.times(60, 12)
    rendered, alone = await _rendered(ask.times(400, 200))
    with _on_one_core("editing") as (ours, floor):
        pairs, opened = {}, {}
        for name in ("empty", "large"):
            pairs[name], opened[name] = await _pair(ours.port, name, (turns + 1) * _BATCH)
        echo = await connect(floor.port, "/echo")

        async def echoed() -> float:
            answered = asyncio.get_running_loop().create_future()
            echo.on_frame = lambda text: None if answered.done() else answered.set_result(None)
            frame = ["e", 1, 1, [], 0, "share", {"i": 1, "d": 1, "k": "edit", "u": "A" * 36}]
            began = time.perf_counter()
            echo.send(frame)
            await answered
            return time.perf_counter() - began

        works = {"empty": pairs["empty"].letter, "large": pairs["large"].letter, "floor": echoed}
        times: dict[str, list[float]] = {name: [] for name in works}
        for turn in range(turns + 1):
            for name, work in works.items():
                some = [await work() for _ in range(_BATCH)]
                times[name] += some if turn else []
        p50 = {name: median(some) for name, some in times.items()}
        sent, received = pairs["empty"].one.sent, pairs["empty"].other.received
    note = f"{p50['empty'] * 1e6:.0f} µs, floor {p50['floor'] * 1e6:.0f}"
    shown = (p50["empty"] + rendered) / (p50["floor"] + alone)
    renders = f"rendered in {rendered * 1e6:.0f} µs, by the editor alone {alone * 1e6:.0f}"
    large = f"{p50['large'] * 1e6:.0f} µs, in an empty one {p50['empty'] * 1e6:.0f}"
    return [
        Figure(row="letter from tab to tab, with its rendering", value=shown, unit=" x", limit=_LETTER_LIMIT, note=renders),
        Figure(row="  without its rendering p50", value=p50["empty"] / p50["floor"], unit=" x", note=note),
        Figure(row="letter at the end of 1 MB", value=p50["large"] / p50["empty"], unit=" x", limit=_LARGE_LIMIT, note=large),
        Figure(row="bytes of a letter on the wire", value=sent + received, unit=" B", note=f"{sent} in, {received} out"),
        Figure(row="1 MB opened, without the browser's share", value=opened["large"], unit=" s", limit=_OPEN_LIMIT),
    ]  # fmt: skip


async def _rendered(count: int) -> tuple[float, float]:
    """Seconds that a letter takes in somebody else's page, and in the same editor without sharing."""
    with Program("editing") as ours:
        async with async_playwright() as playwright:
            browser = await launch(playwright)
            pages = []
            for _ in range(2):
                pages.append(await (await browser.new_context()).new_page())
                await pages[-1].add_init_script(_TIMING)
                await pages[-1].goto(f"http://127.0.0.1:{ours.port}/text/empty")
                await pages[-1].locator(".ql-editor").click()
            together = await _spent(pages[0], pages[1], count)
            await pages[1].evaluate(_ALONE)
            alone = await _spent(pages[0], pages[1], count)
            await browser.close()
    return together, alone


async def _spent(writer: Page, reader: Page, count: int) -> float:
    """Seconds that each letter of somebody's took in somebody else's page."""
    for _ in range(count):
        await writer.keyboard.type("x")
        await asyncio.sleep(0.01)
    spent: list[float] = []
    for _ in range(500):
        spent = await reader.evaluate("window.spent")
        if len(spent) >= count // 2:
            break
        await asyncio.sleep(0.02)
    return median(spent[5:]) / 1000


async def _hundred(ask: Ask) -> Figure:
    rounds, times = ask.times(200, 60), ask.times(9, 3)
    with Program("editing") as ours, Program("floor") as floor:
        writers = [await _writer(ours.port, "empty") for _ in range(101)]
        contents = [await writer.open() for writer in writers]
        letters = iter(writers[0].letters(contents[0], rounds * (times + 1)))
        theirs = Audience(floor, None)
        await theirs.grow(100)

        async def written() -> float:
            goal = [writer._socket.have + rounds for writer in writers[1:]]
            before = ours.cpu()
            for _ in range(rounds):
                writers[0].write(next(letters))
                await asyncio.sleep(0.003)
            await until(lambda: all(one._socket.have >= want for one, want in zip(writers[1:], goal, strict=True)))
            return (ours.cpu() - before) / (rounds * 100)

        await written()
        await theirs.round(rounds, 0.003)
        here, there, ratio = await side_by_side(written, lambda: theirs.round(rounds, 0.003), times)
    note = f"{here * 1e6:.1f} µs a delivered letter, floor {there * 1e6:.1f}"
    return Figure(row="101 people in one text, server CPU", value=ratio, unit=" x", note=note)


async def _weight(ask: Ask) -> list[Figure]:
    figures = []
    for row, count, lines in (("empty", ask.times(1000, 200), 0), ("of 1 MB", ask.times(20, 5), 2000)):
        with Program("editing") as ours:
            await get(ours.port, f"/make?count=5&lines={lines}")
            before = ours.memory()
            await get(ours.port, f"/make?count={count}&lines={lines}")
            weight = (ours.memory() - before) / count / 1024
        figures.append(Figure(row=f"memory of a text, {row}", value=weight, unit=" KB"))
    return figures
