"""The program under test for shared texts, in production mode: `python -m tests.bench.editing`."""

import gc

from starlette.responses import PlainTextResponse, Response

import justui as ui

LONG = ("It is a long text that many people have written together. " * 9)[:499] + "\n"
SIZE = 2_000  # lines: a megabyte

app = ui.App(debug=False, secret_key="bench", events_per_second=1_000_000)
texts = {"empty": ui.SharedText(), "large": ui.SharedText(LONG * SIZE)}
made: list[ui.SharedText] = []


@app.route("/text/{name}")
def show(name: str) -> ui.WebPage:
    """An editor of one of the texts."""
    return ui.WebPage(ui.Editor(model=texts[name]), title="bench")


@app.route("/make")
def make(count: int, lines: int) -> Response:
    """Make so many documents, of so many lines; they stay."""
    for number in range(count):
        made.append(ui.SharedText(LONG * lines, name=f"{len(made)} {number}"))
    gc.collect()
    return PlainTextResponse("")


if __name__ == "__main__":
    app.run("127.0.0.1", 0)
