"""Law 16: floods, people who do not read, people who say things by halves. Others are served all the time."""

import asyncio
import json
import socket as sockets
from collections.abc import Callable
from typing import Any

import pytest

import justui as ui
from justui.server import SocketProtocol
from justui.testing import Browser
from tests.conftest import Serve
from tests.harness.server import HOST
from tests.harness.waiting import eventually
from tests.hostile.shop import Shop, calmly, event, forge, forge_joined, token

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
    server = serve(shop.app, ws=SocketProtocol)
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


async def test_a_server_ends_although_somebody_does_not_read(serve: Serve) -> None:
    shop = Shop()
    server = serve(shop.app, ws=SocketProtocol)
    async with Browser(server.address) as eve:
        tab = await eve.open("/", join=False)
        path = tab._socket_path
        with await asyncio.to_thread(plain_socket, server.address, path, eve.socket_headers(path)) as plain:
            plain.sendall(masked(json.dumps(["j", 1, token(tab), 0])))
            await eventually(lambda: len(shop.app.tabs) == 1)
            (server_tab,) = shop.app.tabs
            for number in range(100):
                shop.plain.text = str(number) * 50_000
                shop.page.update()
            await eventually(lambda: server_tab.outbox.transport is not None and server_tab.outbox.transport.blocked)
            await asyncio.to_thread(server.stop)  # raises when it takes long
    assert len(shop.app.tasks) == 0
    assert "ERROR" not in server.log


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


async def test_giant_frames_without_an_end_slow_only_their_sender() -> None:
    app = ui.App()
    app.expose(lambda *values: None, "take")
    app.route("/")(lambda: ui.WebPage(ui.P("x")))
    lists: list[Any] = [[] for _ in range(200_000)]
    functions = [{"$": ["f", number]} for number in range(1, 20_000)]
    for data in ({"more": lists}, {"c": [{"c": 0, "k": "call", "p": ["take"], "v": functions}]}):
        async with Browser(app) as eve:
            tab = await eve.open()
            [mine] = app.tabs
            for _ in range(40):
                tab.stream.send_event(0, "call" if "c" in data else "", data)
            await tab.wait_for(lambda mine=mine: mine.allowance < 0)  # type: ignore[misc]
            assert mine.events < 40
