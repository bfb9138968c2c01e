"""The counter of docs/examples/hosts inside Flask, Bottle, Django and FastAPI: their routes and cookies, our pages."""

import asyncio
import gc
import importlib
import re
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import expect

import justui as ui
from justui.testing import Browser
from tests.conftest import Serve
from tests.harness.browser import People
from tests.harness.server import ROOT

FOLDER = ROOT / "docs" / "examples" / "hosts"
HOSTS = {"in_flask": "Flask", "in_bottle": "Bottle", "in_django": "Django", "in_fastapi": "FastAPI"}
STOPWATCHES = ("in_flask", "in_django")
Load = Callable[[str], Any]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Imports an example, as its own program would."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


def cookies(response: Any) -> dict[str, str]:
    """The cookies that a response sets, by name, with their options."""
    values = [value for name, value in response.headers if name.lower() == "set-cookie"]
    return {value.partition("=")[0]: value for value in values}


@pytest.mark.covers("JY-28", "JY-29", "JY-30", "JY-31")
@pytest.mark.parametrize("name", HOSTS)
async def test_the_counter_lives_in_another_framework(load: Load, name: str) -> None:
    module = load(name)
    async with Browser(module.app) as ann, Browser(module.app) as bob:
        hers, again, his = await ann.open("/"), await ann.open("/"), await bob.open("/")
        assert (hers.status, hers.state, hers.title) == (200, "joined", f"Counter in {HOSTS[name]}")
        assert "justui" in cookies(hers.response)
        policy = hers.response.header("content-security-policy")
        assert policy is not None
        assert "script-src 'nonce-" in policy
        assert hers.response.header("cache-control") == "no-store"
        for tab in (hers, again, his):
            await tab.server.counter.increment()
        assert [tab.text("#count") for tab in (hers, again, his)] == ["1", "2", "1"]
        missing = await ann.fetch("/nosuch")
        assert missing.status == 404
        assert "justui" not in cookies(missing)
        assert "/_justui" not in missing.text


@pytest.mark.covers("JY-28")
async def test_a_host_keeps_its_own_session_beside_ours(load: Load) -> None:
    app = load("in_flask").app
    async with Browser(app) as ann, Browser(app) as bob:
        saved = await ann.request("POST", "/name", [("content-type", "application/x-www-form-urlencoded")], b"name=Ann")
        assert saved.status == 302
        assert set(cookies(saved)) == {"session"}  # Flask's; nothing depends on ours yet
        assert (await ann.open("/")).text("#name") == "Ann"
        assert (await bob.open("/")).text("#name") == "Nobody"


@pytest.mark.covers("JY-29")
async def test_a_view_waits_for_a_browser_though_it_has_the_only_thread() -> None:
    site = importlib.import_module("bottle").Bottle()
    app = ui.App()
    app.attach(site, threads=1)

    @site.get("/")  # type: ignore[untyped-decorator]
    def home() -> str:
        return app.render_html(app.render_text("<title>Only one</title>{{ justui() }}"))

    @site.get("/titles")  # type: ignore[untyped-decorator]
    def titles() -> list[str]:
        return [str(tab.js.document.title) for tab in app.tabs]

    async with Browser(app) as ann:
        await ann.open("/")
        assert (await ann.fetch("/titles")).text == "Only one"


@pytest.mark.covers("JY-21", "JY-28", "JY-30")
@pytest.mark.parametrize("name", STOPWATCHES)
async def test_the_stopwatch_runs_in_another_framework(load: Load, name: str) -> None:
    app = load(name).app
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/stopwatch"), await bob.open("/stopwatch")
        assert hers.title == f"Stopwatch in {HOSTS[name]}"
        await hers.wait_for(lambda: float(hers.text("#time")) > 0.2)
        await hers.click("Pause")
        paused = float(hers.text("#time"))
        await his.wait_for(lambda: float(his.text("#time")) > paused + 0.3)
        assert float(hers.text("#time")) <= paused + 0.2
        page = weakref.ref(app.tabs[0].page)
        await hers.leave()
        await his.leave()
        gc.collect()
        assert page() is None  # its timer went with it


@pytest.mark.covers("JY-26")
async def test_a_loop_ends_when_the_page_is_left() -> None:
    """Blocking code in a thread, as programs for jyserver have it."""
    site = importlib.import_module("flask").Flask("loop")
    app = ui.App()
    app.attach(site)
    ended = threading.Event()

    @ui.threaded
    def main(msg: ui.Event) -> None:
        tab = msg.tab
        assert tab is not None
        number = 0
        while tab.alive:
            number += 1
            tab.dom.number.text = number
            time.sleep(0.01)
        ended.set()

    @site.get("/")  # type: ignore[untyped-decorator]
    def home() -> str:
        page = app.render_text("{{ justui() }}<p id=number></p>")
        page.on("join", main)
        return app.render_html(page)

    async with Browser(app) as ann:
        tab = await ann.open("/")
        await tab.wait_for(lambda: int(tab.text("#number") or 0) > 3)
        await tab.leave()
        assert await asyncio.to_thread(ended.wait, 10)


@pytest.mark.covers("JY-30")
async def test_djangos_protection_stays_on(load: Load) -> None:
    form = [("content-type", "application/x-www-form-urlencoded")]
    async with Browser(load("in_django").app) as ann:
        tab = await ann.open("/")
        assert {"csrftoken", "justui"} == set(cookies(tab.response))
        assert (await ann.request("POST", "/name", form, b"name=Eve")).status == 403
        token = tab.find("[name=csrfmiddlewaretoken]").attributes["value"]
        body = f"name=Ann&csrfmiddlewaretoken={token}".encode()
        assert (await ann.request("POST", "/name", form, body)).status == 302
        assert (await ann.open("/")).text("#name") == "Ann"
        assert (await ann.fetch("/name")).status == 405  # Django's own words for it


@pytest.mark.covers("JY-30", "JM-01")
async def test_fastapi_keeps_its_lifespan_its_routes_and_its_documentation(load: Load) -> None:
    async with Browser(load("in_fastapi").app) as ann:
        tab = await ann.open("/")
        assert tab.text("#name") == "Nobody"  # what the lifespan gave its requests
        assert (await ann.fetch("/tabs/7")).text == '{"open":1,"number":7}'
        assert (await ann.fetch("/tabs/x")).status == 422
        assert "/tabs/{number}" in (await ann.fetch("/openapi.json")).text
        saved = await ann.request("POST", "/name", [], b"name=Ann")
        assert saved.status == 303
        assert (await ann.open("/")).text("#name") == "Ann"


@pytest.mark.covers("JY-30")
async def test_django_runs_as_asgi_too(load: Load) -> None:
    load("in_django")
    asgi = importlib.import_module("django.core.asgi").get_asgi_application()
    app = ui.App()
    app.attach(asgi)
    app.route("/ours")(lambda: ui.WebPage("Ours"))
    async with Browser(app) as ann:
        assert (await ann.open("/ours")).state == "joined"
        assert (await ann.fetch("/name")).status == 405


@pytest.mark.covers("JY-28", "JY-29", "JY-30")
async def test_real_browsers_click_and_post_in_every_host(load: Load, serve: Serve, person: People) -> None:
    ann = await person()
    for name, host in HOSTS.items():
        server = serve(load(name).app)
        tab = await ann.open(f"{server.address}/")
        await expect(tab.page).to_have_title(f"Counter in {host}")
        await tab.page.get_by_role("button", name="Click").click()
        await expect(tab.page.locator("#count")).to_have_text("1")
        await tab.page.get_by_label("Name").fill("Ann")
        await tab.page.get_by_role("button", name="Save").click()
        await expect(tab.page.locator("#name")).to_have_text("Ann")
        await tab.page.get_by_role("button", name="Click").click()
        await expect(tab.page.locator("#count")).to_have_text("2")
        if name in STOPWATCHES:
            await tab.page.goto(f"{server.address}/stopwatch")
            await expect(tab.page.locator("#time")).to_have_text(re.compile(r"0\.[3-9]"))
            await tab.page.get_by_role("button", name="Pause").click()
        await tab.page.close()
        server.stop()
        assert "Traceback" not in server.log, server.log
