"""An App behind a real nginx, with the lines that the guide shows."""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

import justui as ui
from tests.conftest import Serve
from tests.harness.browser import People
from tests.harness.server import HOST, ROOT, free_port
from tests.harness.waiting import until

PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no nginx here; .ci/nginx installs it")
TAKES_AWAY = "proxy_pass http://127.0.0.1:8000/;\n    proxy_set_header X-Forwarded-Prefix /chat;"


@contextmanager
def nginx(folder: Path, behind: int, changes: Mapping[str, str]) -> Iterator[str]:
    """An nginx with the documented lines, changed so, in front of the port `behind`."""
    port = free_port()
    lines = (ROOT / "docs" / "examples" / "nginx.conf").read_text("utf-8")
    for line, instead in changes.items():
        assert line in lines
        lines = lines.replace(line, instead)
    lines = lines.replace("127.0.0.1:8000", f"{HOST}:{behind}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
        f"http {{ access_log off; {paths} server {{ listen {HOST}:{port};\n{lines}\n}} }}\n",
        "utf-8",
    )
    process = subprocess.Popen([str(PROGRAM), "-e", f"{folder}/log", "-c", str(file)])
    address = f"http://{HOST}:{port}"

    def answers() -> bool:
        try:
            httpx.get(address)
        except httpx.TransportError:
            return False
        return True

    try:
        until(answers)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def chat(**settings: Any) -> ui.App:
    """A page that counts clicks, is silent for a while when it is asked to, and takes a file."""
    app = ui.App(base_path="/chat", **settings)

    @app.route("/")
    def index(request: Request) -> ui.WebPage:
        request.session["seen"] = True
        button, said = ui.Button("0"), ui.P("nothing")

        def count() -> None:
            button.text = str(int(button.text) + 1)

        async def wait() -> bool:
            await asyncio.sleep(6)
            said.text = "much later"
            said.update()
            return True

        def chosen(msg: ui.Event) -> None:
            said.text = f"{msg.files[0].size} bytes"

        button.on("click", count)
        return ui.WebPage(button, said, ui.A("wait", on_click=wait), ui.Input(type="file", on_change=chosen, id="file"))

    return app


@pytest.mark.covers("WO-19")
@pytest.mark.parametrize("proxy_pass", ["proxy_pass http://127.0.0.1:8000;", TAKES_AWAY])
async def test_a_page_below_a_prefix_is_live(serve: Serve, person: People, tmp_path: Path, proxy_pass: str) -> None:
    # nginx hangs up on who is silent for 4 s; the heartbeat comes sooner, a frame of the page later.
    changes = {
        "proxy_read_timeout 60s": "proxy_read_timeout 4s",
        "100m": "1m",
        "proxy_pass http://127.0.0.1:8000;": proxy_pass,
    }
    server = serve(chat(beat=1.5))
    with nginx(tmp_path, server.port, changes) as address:
        tab = await (await person()).open(f"{address}/chat/")
        await tab.page.get_by_role("button", name="0").click()
        await tab.page.get_by_role("button", name="1").wait_for()
        if proxy_pass != TAKES_AWAY:
            await tab.page.get_by_text("wait").click()
            await tab.page.get_by_text("much later").wait_for()
            assert len(tab.sockets) == 1
            tab.allow("413")
            await tab.page.set_input_files("#file", {"name": "big", "mimeType": "x/x", "buffer": b"x" * 1_100_000})
            await tab.page.get_by_text("big could not be sent (413).").wait_for()
        await tab.page.set_input_files("#file", {"name": "small", "mimeType": "x/x", "buffer": b"x" * 900_000})
        await tab.page.get_by_text("900000 bytes").wait_for()


BEHIND_TLS = """
import justui as ui
app = ui.App(base_path="/chat")
app.route("/")(lambda: ui.Button("Count"))
app.run()
"""


@pytest.mark.covers("WO-19")
@pytest.mark.parametrize("trusted", [True, False])
def test_where_nginx_ends_tls(serve: Serve, tmp_path: Path, trusted: bool) -> None:
    (tmp_path / "app.py").write_text(BEHIND_TLS)
    server = serve.program(tmp_path / "app.py", environment={} if trusted else {"JUSTUI_TRUSTED_PROXIES": "192.0.2.1"})
    with nginx(tmp_path, server.port, {"$scheme": "https"}) as address:
        answer = httpx.get(f"{address}/chat/")
        assert answer.status_code == 200
        cookie = answer.headers["set-cookie"]
        assert ("; Secure" in cookie) is trusted
        assert "Path=/chat;" in cookie
        boot = json.loads(re.findall(r'id="?justui-boot"?[^>]*>(.*?)</script>', answer.text, re.DOTALL)[0])
        assert boot["debug"] is False  # nobody asked for it, and this is no local program any more
        socket = address.replace("http", "ws") + boot["socket"]
        theirs = {"Cookie": cookie.split(";")[0]}
        with connect(socket, origin=Origin(address.replace("http", "https")), additional_headers=theirs) as live:
            live.send(json.dumps(["j", 1, boot["token"], 0]))
            assert json.loads(live.recv()) == {"hi": 0}
        with pytest.raises(InvalidStatus, match="403"):
            connect(socket, origin=Origin("https://evil.example"), additional_headers=theirs)
        assert httpx.get(f"{server.address}/").status_code == 404
    assert "a proxy sends requests of others, so debug mode is off" in server.log


def test_the_servers_own_option_for_a_prefix_that_was_taken_away(serve: Serve, tmp_path: Path) -> None:
    server = serve(chat(), root_path="/chat")
    with nginx(
        tmp_path, server.port, {"proxy_pass http://127.0.0.1:8000;": "proxy_pass http://127.0.0.1:8000/;"}
    ) as address:
        assert '"socket":"/chat/_justui/ws/' in httpx.get(f"{address}/chat/").text
