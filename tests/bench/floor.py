"""The floor: what a bare Starlette program costs that holds the same tabs and sends the same bytes already encoded.

Run as `python -m tests.bench.floor`; uvicorn has the settings of `justui/server.py`. Knows nothing of justui.
"""

import asyncio
import socket
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

_STATIC = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>floor</title></head><body>'
    '<button id="go">count</button>{items}<b id="out">0</b><script>let n = 0;'
    'const out = document.getElementById("out"), go = document.getElementById("go");{script}</script></body></html>'
)
_COUNTS = "go.onclick = () => out.textContent = ++n;"
_ASKS = (
    'const socket = new WebSocket("ws://" + location.host + "/echo");'
    "socket.onmessage = () => out.textContent = ++n; go.onclick = () => socket.readyState === 1 && socket.send('[\"e\"]');"
)
_ROWS = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>floor</title>
<link rel="stylesheet" href="/base.css"></head><body>
<button id="create">create</button><button id="swap">swap</button><button id="clear">clear</button>
<table><tbody id="rows"></tbody></table><script>
const body = document.getElementById("rows");
const socket = new WebSocket("ws://" + location.host + "/rows-socket");
const act = {
  create(rows) {
    for (const { id, label } of rows) {
      const row = document.createElement("tr");
      const first = document.createElement("td"), second = document.createElement("td");
      const link = document.createElement("a");
      first.className = "col-1";
      first.append(id);
      second.className = "col-4";
      link.append(label);
      second.append(link);
      row.append(first, second);
      body.append(row);
    }
  },
  swap() {
    const one = body.children[1], other = body.children[998], next = other.nextSibling;
    body.insertBefore(other, one);
    body.insertBefore(one, next);
  },
  clear() { body.textContent = ""; },
};
socket.onmessage = ({ data }) => {
  const [name, rows] = JSON.parse(data);
  act[name](rows);
};
for (const name of Object.keys(act)) document.getElementById(name).onclick = () => socket.send(name);
</script></body></html>"""

sockets: set[WebSocket] = set()


async def hold(websocket: WebSocket) -> None:
    """A tab: its acknowledgements are read, nothing else."""
    await websocket.accept()
    sockets.add(websocket)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        sockets.discard(websocket)


async def echo(websocket: WebSocket) -> None:
    """A click is answered by the bytes that it holds: `["e", n, have, [], id, "click", {"answer": …}]`."""
    await websocket.accept()
    try:
        while True:
            text = await websocket.receive_text()
            if text[2] == "e":
                await websocket.send_text(ANSWER)
    except WebSocketDisconnect:
        return


async def asked(websocket: WebSocket) -> None:
    """A tab that answers what `ask` asks."""
    await websocket.accept()
    answering.append(websocket)
    try:
        while True:
            await websocket.receive_text()
            if waiting_answers:
                waiting_answers.pop().set_result(None)
    except WebSocketDisconnect:
        return


async def ask(request: Request) -> Response:
    """Ask the tab `count` times, `together` at once; how long that took, in seconds."""
    count, together = (int(request.query_params[name]) for name in ("count", "together"))
    began = time.perf_counter()
    for _ in range(count // together):
        for number in range(together):
            waiting_answers.append(asyncio.get_running_loop().create_future())
            await answering[-1].send_text(f'[["c",[{number},1,0,"innerWidth"]]]')
        await waiting_answers[0]
    return PlainTextResponse(str(time.perf_counter() - began))


answering: list[WebSocket] = []
waiting_answers: list[asyncio.Future[None]] = []

ANSWER = '[["k",12345],["t",1000123,"123456"]]'


async def rows(websocket: WebSocket) -> None:
    """Tells the page to make, swap or remove its rows."""
    await websocket.accept()
    made = ",".join(f'{{"id":{number},"label":"Item number {number}"}}' for number in range(1000))
    try:
        while True:
            name = await websocket.receive_text()
            await websocket.send_text(f'["create",[{made}]]' if name == "create" else f'["{name}"]')
    except WebSocketDisconnect:
        return


async def go(request: Request) -> Response:
    """Send `rounds` changes to every tab, `pause` seconds apart. Each is the same bytes for all."""
    rounds, pause = int(request.query_params["rounds"]), float(request.query_params["pause"])
    for number in range(rounds):
        text = f'[["t",1000123,"{number:06d}"]]'
        for websocket in list(sockets):
            await websocket.send_text(text)
        await asyncio.sleep(pause)
    return PlainTextResponse(str(len(sockets)))


def page(request: Request) -> Response:
    """A page of `n` elements whose button counts by itself, as a string that is there already."""
    return HTMLResponse(_pages[int(request.path_params["n"]), _COUNTS])


def answered(request: Request) -> Response:
    """A page of `n` elements whose button asks the server."""
    return HTMLResponse(_pages[int(request.path_params["n"]), _ASKS])


def rows_page(request: Request) -> Response:
    """The page of hand-written DOM code."""
    return HTMLResponse(_ROWS)


def sheet(request: Request) -> Response:
    """The style sheet that justui's pages have: rows that are laid out alike cost alike."""
    return PlainTextResponse(_SHEET.read_text("utf-8"), media_type="text/css")


_SHEET = Path(__file__).resolve().parents[2] / "components" / "base.css"
_pages = {
    (n, script): _STATIC.format(items="".join(f"<span>Item {i}</span>" for i in range(n - 2)), script=script)
    for n in (10, 1000)
    for script in (_COUNTS, _ASKS)
}

app = Starlette(
    routes=[
        Route("/page/{n:int}", page),
        Route("/answered/{n:int}", answered),
        Route("/rows", rows_page),
        Route("/base.css", sheet),
        Route("/go", go),
        Route("/ask", ask),
        WebSocketRoute("/hold", hold),
        WebSocketRoute("/echo", echo),
        WebSocketRoute("/asked", asked),
        WebSocketRoute("/rows-socket", rows),
    ]
)


def main() -> None:
    """Serve on any free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
