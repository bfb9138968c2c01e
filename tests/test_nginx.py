"""An App behind a real nginx, with the lines that the tutorial shows."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

import justui as ui
from tests.conftest import Serve
from tests.harness.browser import People
from tests.harness.server import HOST, ROOT, free_port
from tests.harness.waiting import until

PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no nginx here; .ci/nginx installs it")


@contextmanager
def nginx(folder: Path, behind: int, *, scheme: str) -> Iterator[str]:
    """An nginx with the documented lines in front of the port `behind`; `scheme`: what it says that browsers use."""
    port = free_port()
    lines = (ROOT / "docs" / "examples" / "nginx.conf").read_text("utf-8")
    lines = lines.replace("127.0.0.1:8000", f"{HOST}:{behind}").replace("$scheme", scheme)
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


def counting() -> ui.App:
    """A page that counts clicks, and remembers its visitor."""
    app = ui.App()

    @app.route("/")
    def index(request: Request) -> ui.Component:
        request.session["seen"] = True
        button = ui.Button("0")

        def count() -> None:
            button.text = str(int(button.text) + 1)

        button.on("click", count)
        return button

    return app


@pytest.mark.covers("WO-19")
async def test_a_page_below_a_prefix_is_live(serve: Serve, person: People, tmp_path: Path) -> None:
    server = serve(counting(), root_path="/chat")
    with nginx(tmp_path, server.port, scheme="$scheme") as address:
        tab = await (await person()).open(f"{address}/chat/")
        await tab.page.get_by_role("button").click()
        await tab.page.get_by_role("button", name="1").wait_for()


def test_where_nginx_ends_tls_the_cookie_is_secure(serve: Serve, tmp_path: Path) -> None:
    server = serve(counting(), root_path="/chat")
    with nginx(tmp_path, server.port, scheme="https") as address:
        answer = httpx.get(f"{address}/chat/")
        assert answer.status_code == 200
        assert "secure" in answer.headers["set-cookie"].lower()
    with nginx(tmp_path, server.port, scheme="http") as address:
        assert "secure" not in httpx.get(f"{address}/chat/").headers["set-cookie"].lower()
