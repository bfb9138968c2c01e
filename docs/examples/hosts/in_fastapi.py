from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse

import justui as ui


@asynccontextmanager
async def lifespan(site):
    yield {"nobody": "Nobody"}


site = FastAPI(lifespan=lifespan)

app = ui.App(templates=Path(__file__).with_name("templates"))
app.attach(site)


class Counter:
    count = 0

    def increment(self, msg):
        self.count += 1
        msg.tab.dom.count.text = self.count


app.expose(Counter, "counter", per="session", call=["increment"])


@site.get("/", response_class=HTMLResponse)
def home(request: Request):
    return app.render_html("counter.html", host="FastAPI", name=app.session.get("name", request.state.nobody))


@site.post("/name")
async def name(request: Request):
    form = parse_qs((await request.body()).decode())
    app.session["name"] = form["name"][0]
    return RedirectResponse("/", 303)


@site.get("/tabs/{number}")
def tabs(number: int):
    return {"open": len(app.tabs), "number": number}


if __name__ == "__main__":
    app.run()
