"""The harness itself: persons have cookies of their own, tabs record what passes and fail the test for what goes wrong."""

import pytest
from playwright.async_api import expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.conftest import Serve
from tests.harness.browser import People
from tests.harness.waiting import eventually

PAGE = """<!doctype html><html lang="en"><head><link rel="icon" href="data:,"><title>x</title></head>
<body><p id="name"></p><script>
document.getElementById("name").textContent = document.cookie;
const socket = new WebSocket(location.href.replace("http", "ws") + "echo");
socket.onopen = () => socket.send("ping");
</script></body></html>"""


def index(request: Request) -> Response:
    response = HTMLResponse(PAGE)
    if name := request.query_params.get("name"):
        response.set_cookie("name", name)
    return response


def faulty(request: Request) -> Response:
    policy = {"content-security-policy": "script-src 'nonce-n'"}
    if request.path_params["kind"] == "policy":
        return HTMLResponse(PAGE, headers=policy)
    script = {"error": "nonsense.more()", "console": "console.error('bad things')"}[request.path_params["kind"]]
    return HTMLResponse(f"<link rel=icon href='data:,'><script nonce=n>{script}</script>", headers=policy)


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text.upper())


APP = Starlette(routes=[Route("/", index), Route("/faulty/{kind}", faulty), WebSocketRoute("/echo", echo)])


async def test_persons_do_not_share_cookies(serve: Serve, person: People) -> None:
    server = serve(APP)
    alice, bob = await person(), await person()
    await alice.open(server.address + "/?name=alice", allow="WebSocket")
    mine, theirs = await alice.open(server.address + "/"), await bob.open(server.address + "/")
    await expect(mine.page.locator("#name")).to_have_text("name=alice")
    await expect(theirs.page.locator("#name")).to_have_text("")


async def test_a_tab_records_frames_and_requests(serve: Serve, person: People) -> None:
    server = serve(APP)
    tab = await (await person()).open(server.address + "/")
    await eventually(lambda: tab.received)
    assert (tab.sent, tab.received) == (["ping"], ["PING"])
    assert [(asked.method, asked.url, asked.kind) for asked in tab.requests] == [
        ("GET", server.address + "/", "document")
    ]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("error", "nonsense is not defined"), ("console", "bad things"), ("policy", "Content Security Policy")],
)
async def test_a_tab_notes_what_goes_wrong(serve: Serve, person: People, kind: str, words: str) -> None:
    tab = await (await person()).open(f"{serve(APP).address}/faulty/{kind}")
    problems = await eventually(lambda: tab.problems)
    assert len(problems) == 1
    assert words in problems[0]
    tab.allow(words)
    assert tab.problems == []
