"""Somebody sends files as slowly as the server lets them, and keeps the places that others want (law 16)."""

import asyncio
import time
from urllib.parse import urlsplit

import justui as ui
from justui.assets import runtime
from justui.testing import Browser
from tests.conftest import Serve
from tests.test_uploads import address, boot


async def test_a_byte_now_and_then_does_not_hold_a_place(serve: Serve) -> None:
    app = ui.App(secret_key="k", debug=False, upload_idle=0.2)
    page = ui.WebPage()
    field = ui.Input(type="file", on_change=lambda: None, a=page)
    app.route("/")(lambda: page)
    server = serve(app)
    async with Browser(server.address) as person:
        tab = await person.open()
        where = urlsplit(server.address)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(
            f"POST {address(tab, field)} HTTP/1.1\r\nhost: {where.netloc}\r\ncontent-length: 5000\r\n"
            f"x-justui-tab: {boot(tab)['token']}\r\ncookie: {person.cookies.header('/')}\r\n\r\n".encode()
        )
        answer = asyncio.create_task(reader.readline())
        started = time.monotonic()
        while not answer.done() and time.monotonic() - started < 5:
            writer.write(b"x")
            await asyncio.wait([answer], timeout=0.02)
        assert b" 408 " in await asyncio.wait_for(answer, 1)
        writer.close()
        assert app.incoming.waiting == (0, 0)


async def test_who_refuses_compression_gets_none() -> None:
    app = ui.App(secret_key="k", debug=False)
    async with Browser(app) as person:
        for accepted, zipped in {
            "gzip;q=0": 0,
            "br, gzip; q=0.0": 0,
            "xgzipx": 0,
            "gzip;q=0.5": 1,
            "br, GZIP": 1,
        }.items():
            answer = await person.request("GET", runtime(readable=False).address, [("accept-encoding", accepted)])
            assert (answer.header("content-encoding") == "gzip") == bool(zipped), accepted
