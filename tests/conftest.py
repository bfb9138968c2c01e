"""Fixtures for all tests: `serve` (real servers), `proxied` (a spoilt network before one), `person` (real browsers).

Browser tests are every test that asks for `person`: they get the marker `browser` and run on the session's event loop,
all others on a loop of their own.
"""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import settings
from playwright.async_api import Browser, async_playwright
from starlette.types import ASGIApp

from justui.collector import collector
from justui.hints import Diagnostics
from tests.harness.browser import People, launch
from tests.harness.proxy import Proxy
from tests.harness.server import AppServer, ProgramServer, Server

# Quick for the person who waits, longer and always with the same examples in CI. Time says nothing on a busy machine.
settings.register_profile("quick", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "quick")

# What somebody has set for their own programs would win over what the tests say.
for variable in set(os.environ) - {"JUSTUI_ASSETS", "JUSTUI_CDN", "JUSTUI_CHROMIUM"}:
    if variable.startswith("JUSTUI_"):
        del os.environ[variable]

# Shells start what runs in the background deaf to interrupts, which the programs under test would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and "person" in item.fixturenames:
            item.add_marker("browser")
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    if hasattr(config, "workerinput"):
        long_first(items)


def long_first(items: list[pytest.Item]) -> None:
    """Put the files that take long before the others, so that the end does not wait for one process alone."""
    long = {item.path for item in items if any(map(item.get_closest_marker, ("browser", "slow", "timeout")))}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """What all tests and libraries are made of stays, so no collection looks at it: an App asks for one whenever it starts."""
    collector.spare()


class Serve:
    """Starts servers that end with the test: `serve(app)` in a thread, `serve.program("app.py")` in a process."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def __call__(self, app: ASGIApp, port: int = 0, **options: Any) -> AppServer:
        return self._stack.enter_context(AppServer(app, port, **options))

    def program(self, program: str | Path, port: int = 0, **options: Any) -> ProgramServer:
        return self._stack.enter_context(ProgramServer(program, port, **options))


class Proxied:
    """Puts a proxy before a server for the length of the test: `network = proxied(server, delay=0.2)`."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def __call__(self, server: Server, delay: float = 0) -> Proxy:
        return self._stack.enter_context(Proxy(server.port, delay))


@pytest.fixture(autouse=True)
def diagnostics() -> None:
    """An App of production that an earlier test left running does not keep hints from this one."""
    Diagnostics.on = True


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield Serve(stack)


@pytest.fixture
def proxied(serve: Serve) -> Iterator[Proxied]:
    # After the servers in setup means before them in teardown.
    with ExitStack() as stack:
        yield Proxied(stack)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def person(chromium: Browser, serve: Serve, proxied: Proxied) -> AsyncIterator[People]:
    people = People(chromium)
    yield people
    problems = people.problems
    await people.close()
    if problems:
        pytest.fail("in the browser:\n" + "\n".join(problems), pytrace=False)
