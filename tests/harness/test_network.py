"""The harness itself: servers that answer, stop and come back; a proxy that spoils the network as it says."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.conftest import Proxied, Serve
from tests.harness.proxy import Proxy
from tests.harness.server import AppServer, ProgramServer
from tests.harness.waiting import eventually, until

PROGRAM = """
import os, uvicorn
async def app(scope, receive, send):
    if scope["type"] == "http":
        print("asked", scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello from " + str(os.getpid()).encode()})
if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["JUSTUI_PORT"]), log_level="warning", lifespan="off")
"""


def hello(request: Request) -> Response:
    return PlainTextResponse("x" * int(request.query_params.get("size", "5")))


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text)


@pytest.fixture
def app() -> Starlette:
    return Starlette(routes=[Route("/", hello), WebSocketRoute("/echo", echo)])


@pytest.fixture
def server(serve: Serve, app: Starlette) -> AppServer:
    return serve(app)


def link(network: Proxy) -> connect:
    return connect(network.address.replace("http", "ws") + "/echo", compression=None, proxy=None)


async def answer(socket: ClientConnection, text: str) -> str | bytes:
    await socket.send(text)
    return await socket.recv()


def test_an_app_answers_and_comes_back_on_the_same_port(server: AppServer) -> None:
    before = server.address
    assert httpx.get(server.address).text == "xxxxx"
    server.restart()
    assert server.address == before
    assert httpx.get(server.address).text == "xxxxx"
    server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.address)


def test_an_app_that_cannot_start_says_why() -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("no database")

    with pytest.raises(RuntimeError, match="no database"):
        AppServer(broken, lifespan="on").start()


@pytest.mark.parametrize("as_module", [False, True])
def test_a_program_answers_logs_and_survives_a_crash(tmp_path: Path, serve: Serve, as_module: bool) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    server = serve.program("program:app", folder=tmp_path) if as_module else serve.program(path)
    first = httpx.get(server.address + "/one").text
    assert server.wait_for_log("asked /one")
    server.kill()
    assert not server.running
    server.start()
    assert httpx.get(server.address).text != first


def test_a_program_that_ends_by_itself_shows_its_log(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("raise SystemExit('a setting is missing')")
    with pytest.raises(RuntimeError, match="a setting is missing"):
        ProgramServer(path).start()


def test_waiting_gives_up() -> None:
    with pytest.raises(TimeoutError, match="never"):
        until(lambda: False, seconds=0.05, what="never")


async def test_the_proxy_passes_everything(server: AppServer, proxied: Proxied) -> None:
    network = proxied(server)
    async with httpx.AsyncClient() as client:
        assert len((await client.get(network.address + "/?size=3000000")).content) == 3_000_000
    async with link(network) as socket:
        assert await answer(socket, "hello") == "hello"


async def test_the_proxy_delays_each_way(server: AppServer, proxied: Proxied) -> None:
    network = proxied(server)
    async with link(network) as socket:
        network.delay = 0.15
        start = time.monotonic()
        assert await answer(socket, "hello") == "hello"
        assert time.monotonic() - start >= 0.3


async def test_a_cut_network_drops_and_refuses_until_mended(server: AppServer, proxied: Proxied) -> None:
    network = proxied(server)
    async with link(network) as socket:
        assert network.connections == 1
        network.cut()
        assert network.connections == 0
        with pytest.raises(ConnectionClosed):
            await socket.recv()
    with pytest.raises(OSError, match="Connect call failed"):
        async with link(network):
            pass
    network.mend()
    async with link(network) as socket:
        assert await answer(socket, "hello") == "hello"


async def test_a_stalled_network_loses_nothing(server: AppServer, proxied: Proxied) -> None:
    network = proxied(server)
    async with link(network) as socket:
        network.stall()
        await socket.send("one")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.recv(), 0.1)
        assert network.connections == 1
        network.mend()
        assert await socket.recv() == "one"


async def test_a_dropped_connection_may_come_back_at_once(server: AppServer, proxied: Proxied) -> None:
    network = proxied(server)
    async with link(network) as socket:
        network.drop()
        with pytest.raises(ConnectionClosed):
            await socket.recv()
    async with link(network) as socket:
        assert await answer(socket, "hello") == "hello"
    await eventually(lambda: network.connections == 0)


async def test_a_throttled_network_is_slow_and_bounded(server: AppServer, proxied: Proxied) -> None:
    network = proxied(server)
    network.throttle(100_000)
    start = time.monotonic()
    async with httpx.AsyncClient() as client:
        assert len((await client.get(network.address + "/?size=50000")).content) == 50_000
    assert time.monotonic() - start >= 0.4
