"""The program under test for calls, topics and queues, in production mode: `python -m tests.bench.bridged`.

Its addresses let the server do something so many times, and answer how long that took, in seconds.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

import justui as ui

app = ui.App(debug=False, secret_key="bench", events_per_second=1_000_000)
news = app.topic("news", allow=True)
orders = app.queue("orders")
shared = ui.WebPage(ui.H1("Hello"), title="bench")


@app.route("/")
def show() -> ui.WebPage:
    """A page that all tabs share."""
    return shared


@app.route("/own")
def own() -> ui.WebPage:
    """A page of one tab."""
    return ui.WebPage(ui.H1("Hello"), title="bench")


@app.expose
def plain(a, b):  # type: ignore[no-untyped-def]
    """Add, whatever comes."""
    return a + b


@app.expose
def typed(a: int, b: int) -> int:
    """Add numbers, checked."""
    return a + b


@app.expose
async def waiting(a: int, b: int) -> int:
    """Add in a task of its own."""
    return a + b


@app.expose(thread=True)
def threaded(a: int, b: int) -> int:
    """Add in a worker thread."""
    return a + b


async def _timed(work: Callable[[], Awaitable[object]]) -> Response:
    began = time.perf_counter()
    await work()
    return PlainTextResponse(str(time.perf_counter() - began))


@app.route("/reads")
async def reads(request: Request) -> Response:
    """Read from the newest tab `count` times, one after the other, or `together` at once."""
    count, together = (int(request.query_params[name]) for name in ("count", "together"))
    window = app.tabs[-1].js

    async def read() -> None:
        for _ in range(count // together):
            await asyncio.gather(*(window.innerWidth for _ in range(together)))

    return await _timed(read)


@app.route("/go")
async def go(rounds: int, pause: float) -> Response:
    """Publish `rounds` messages, `pause` seconds apart."""
    for number in range(rounds):
        news.publish(f"{number:06d}")
        await asyncio.sleep(pause)
    return PlainTextResponse("")


@app.route("/queue")
async def queue(count: int) -> Response:
    """Put into a queue and take out."""

    async def work() -> None:
        for number in range(count):
            orders.push({"number": number})
            orders.shift()

    return await _timed(work)


@app.route("/functions")
async def functions(count: int) -> Response:
    """Give functions to the newest tab, which lets go of them."""
    window = app.tabs[-1].js

    async def work() -> None:
        for _ in range(count):
            window.listener = lambda: None
            await window

    return await _timed(work)


if __name__ == "__main__":
    app.run("127.0.0.1", 0)
