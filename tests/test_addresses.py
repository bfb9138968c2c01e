"""The prefix of all addresses, and the one that is justui's own."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute

import justui as ui
from justui.addresses import below
from justui.errors import ConfigError
from justui.testing import Browser
from tests.conftest import Serve


def everything(folder: Path, **settings: Any) -> ui.App:
    """An App with one of each kind of address."""
    (folder / "public").mkdir()
    (folder / "public" / "a.txt").write_text("static")
    (folder / "in").mkdir()
    app = ui.App(**settings)

    @app.route("/")
    def index() -> ui.WebPage:
        count = ui.Span("0", id="count")
        files = ui.Input(type="file", id="files")

        def click(msg: ui.Event) -> None:
            count.text = "1"
            assert msg.session is not None
            msg.session.login("ann")

        def chosen(msg: ui.Event) -> None:
            count.text = msg.files[0].read().decode()

        files.on("change", chosen)
        return ui.WebPage(count, files, ui.Button("Count", on_click=click), ui.Icon("bomb"))

    @app.route("/item/{n:int}")
    def item(n: int) -> ui.Component:
        return ui.P(f"item {n!r}")

    @app.route("/away")
    def away() -> ui.Component:
        ui.abort(410)

    @app.error(404)
    def lost() -> ui.Component:
        return ui.P("lost, in words of ours", id="lost")

    app.static("/files", folder / "public")
    app.uploads("/in", folder / "in", names=True, serve=True)
    app.mount("/raw", PlainTextResponse("mounted"))
    app.attach(attached)
    return app


async def attached(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"].endswith("/theirs"):
        await PlainTextResponse(f"{scope['root_path']} {scope['path']}")(scope, receive, send)
    else:
        await PlainTextResponse("not theirs", 404)(scope, receive, send)


async def works_below(app: ui.App, prefix: str, browser: Browser, folder: Path) -> None:
    tab = await browser.open(f"{prefix}/")
    assert tab.status == 200
    whole = (await browser.request("GET", f"{prefix}/")).text
    addresses = re.findall(r'(?:src|href|"socket"|"bridge")[=:]"([^"]*)"', whole)
    assert len(addresses) >= 4
    assert all(address.startswith((f"{prefix}/", "data:")) for address in addresses), addresses
    await tab.attach("#files", ("a.txt", b"sent by the page"))
    await tab.wait_for(lambda: tab.text("#count") == "sent by the page")
    address = app.offer(app.tabs[-1], b"saved", "saved.txt")
    assert address.startswith(f"{prefix}/")
    assert (await browser.fetch(address)).text == "saved"
    await tab.click("Count")
    await tab.wait_for(lambda: tab.text("#count") == "1")
    assert (await browser.open(f"{prefix}/item/7")).text("p") == "item 7"
    assert (await browser.request("GET", f"{prefix}/item/x")).status == 404
    assert (await browser.request("GET", f"{prefix}/away")).status == 410
    assert (await browser.request("GET", f"{prefix}/files/a.txt")).text == "static"
    assert (await browser.request("PUT", f"{prefix}/in/b.txt", body=b"put")).status == 201
    assert (folder / "in" / "b.txt").read_bytes() == b"put"
    assert (await browser.request("GET", f"{prefix}/in/b.txt")).text == "put"
    assert (await browser.request("GET", f"{prefix}/raw/")).text == "mounted"
    assert (await browser.request("GET", f"{prefix}/theirs")).text.startswith(prefix)


def taking_away(app: Any, prefix: str, *, says: bool) -> Any:
    """A proxy that takes the prefix away, and says so in the header or, as `uvicorn --root-path`, in the scope."""

    async def proxy(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan" and says:
            assert scope["path"].startswith(prefix), scope["path"]
            headers = [*scope["headers"], (b"x-forwarded-prefix", f"{prefix}/".encode())]
            path = scope["path"].removeprefix(prefix)
            scope = {**scope, "path": path, "raw_path": path.encode(), "headers": headers}
        elif scope["type"] != "lifespan":
            scope = {**scope, "root_path": prefix}
        await app(scope, receive, send)

    return proxy


@pytest.mark.covers("WO-19", "PC-02")
@pytest.mark.parametrize("way", ["asked for as it is", "taken away and said", "told to the server", "mounted"])
async def test_everything_works_below_a_prefix(tmp_path: Path, way: str) -> None:
    app = everything(tmp_path, base_path="/test/")
    served: Any = app
    if way == "taken away and said":
        served = taking_away(app, "/test", says=True)
    elif way == "told to the server":
        served = taking_away(app, "/test", says=False)
    elif way == "mounted":
        served = ui.App(routes=[Mount("/test", app)])
    async with Browser(served) as browser:
        await works_below(app, "/test", browser, tmp_path)


@pytest.mark.covers("WO-19")
async def test_above_the_prefix_there_is_nothing(serve: Serve, tmp_path: Path) -> None:
    app = everything(tmp_path, base_path="/test", debug=True)
    async with Browser(serve(app).address) as browser:
        for path in ("/", "/testing", "/item/7", "/files/a.txt", "/_justui/x", "/theirs", "/TEST/"):
            answer = await browser.request("GET", path)
            assert (answer.status, answer.text) == (404, f"Nothing is served here, but at /test{path}"), path
        lost = await browser.request("GET", "/test/nowhere")
        assert (lost.status, lost.text) == (404, "not theirs")  # an attached site answers what is nobody's
        await works_below(app, "/test", browser, tmp_path)
        with pytest.raises(Exception, match="403"):
            await browser.transport.connect("/_justui/ws/x", browser.socket_headers("/_justui/ws/x"))


@pytest.mark.covers("WO-19")
def test_without_its_slash_the_prefix_leads_to_the_homepage(serve: Serve) -> None:
    app = ui.App(base_path="/test", debug=False)

    @app.route("/")
    def index() -> ui.Component:
        return ui.P("home", id="home")

    app.attach(attached)
    with httpx.Client(base_url=serve(app).address) as client:
        assert client.get("/test?a=b").headers["location"] == "/test/?a=b"
        assert "home" in client.get("/test", follow_redirects=True).text
        answer = client.get("/test/")
        assert "Path=/test;" in answer.headers["set-cookie"]
        assert client.get("/test/theirs").text == "/test /test/theirs"
        assert client.get("/").text == "Not found"
        # Who only claims that a proxy was there gets what anybody gets below the prefix.
        assert "home" in client.get("/", headers={"x-forwarded-prefix": "/test"}).text
        assert client.get("/", headers={"x-forwarded-prefix": "/other"}).text == "Not found"


def test_a_path_that_is_not_plain() -> None:
    scope = {
        "path": "/x/ü",
        "raw_path": b"/x/%C3%BC",
        "root_path": "/x",
        "headers": [(b"x-forwarded-prefix", b"/test")],
    }
    inside = below(scope, "/test")
    assert inside is not None
    assert (inside["root_path"], inside["path"]) == ("/x/test", "/x/test/ü")


async def nothing(*_: Any) -> None: ...


@pytest.mark.covers("PC-03")
@pytest.mark.parametrize("path", ["/_justui", "/_justui/", "/_justui/ws/x", "/_justui/{name}"])
def test_the_addresses_of_justui_cannot_be_claimed(path: str, tmp_path: Path) -> None:
    app = ui.App()
    claims: list[Any] = [
        lambda: app.route(path),
        lambda: app.mount(path, nothing),
        lambda: app.static(path, tmp_path),
        lambda: app.uploads(path, tmp_path),
        lambda: app.add_route(path, nothing),
        lambda: ui.App(routes=[Route(path, nothing)]),
        lambda: ui.App(routes=[WebSocketRoute(path, nothing)]),
        lambda: ui.App(routes=[Mount(path, nothing)]),
        lambda: ui.App(routes=[Mount("", routes=[Route(path, nothing)])]),
    ]
    for claim in claims:
        with pytest.raises(ValueError, match=r"addresses below /_justui are justui's own\. Choose another"):
            claim()
    with pytest.raises(ConfigError):
        ui.App(routes=[Mount("/_justui", routes=[Route("/x", nothing)])])
    app.route("/_justuis")(lambda: ui.P("ours"))
    app.mount("/inner", ui.App())  # an App in an App has the same addresses below its own prefix
