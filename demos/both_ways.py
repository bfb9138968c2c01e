"""The browser calls Python's functions and Python the browser's, with callbacks, types and bytes."""

import math
import zlib
from collections.abc import Callable
from pathlib import Path

import justui as ui

SAMPLES = 640

app = ui.App(templates=Path(__file__).with_name("templates"))


# The browser calls Python. What does not fit the hints comes back as an error.


@app.expose
def add(a: int, b: int) -> int:
    return a + b


@app.expose
async def count_primes(limit: int, progress: Callable[[float], None]) -> int:
    """Count, and let the browser know how far we are, by a function of its own."""
    if not 0 <= limit <= 1_000_000:
        raise ValueError("Up to a million, please")
    found = 0
    for part in range(50):
        found += await ui.in_thread(primes, limit * part // 50, limit * (part + 1) // 50)
        progress((part + 1) / 50)
    return found


def primes(begin: int, end: int) -> int:
    return sum(all(n % d for d in range(2, math.isqrt(n) + 1)) for n in range(max(begin, 2), end))


# Python calls the browser.


@app.expose
async def look_around(msg: ui.Event) -> str:
    if not msg.tab:
        return ""
    js = msg.tab.js
    width, height = await js.innerWidth, await js.innerHeight  # values of the window
    mean = await js.mean([width, height])  # a function of the page's own script
    js.document.title = f"{width} by {height}"  # nobody waits for that
    return f"Your window is {width} by {height}, {mean:g} on average, and you read {await js.navigator.language}."


# Bytes, there and back.


@app.expose
def tune(frequency: float, msg: ui.Event) -> None:
    """Make a tone, and have it drawn by the page's script."""
    if msg.tab:
        wave = (math.sin(x * frequency / 2000) * math.sin(math.pi * x / SAMPLES) for x in range(SAMPLES))
        msg.tab.js.draw(bytes(round(128 + 120 * height) for height in wave))


@app.expose
def checksum(picture: bytes) -> str:
    return f"{len(picture):,} bytes, CRC-32 {zlib.crc32(picture):08x}"


def page() -> ui.HtmlPage:
    return app.render("both_ways.html")


if __name__ == "__main__":
    app.route("/")(page)
    app.run()
