"""The program under test: the pages that the rows measure, as a user would write them, in production mode.

Run as `python -m tests.bench.pages`, or with the name of one page: then nothing else is there, for the rows about memory.
"""

import asyncio
import itertools
import sys

from starlette.responses import PlainTextResponse, Response

import justui as ui
from justui import component

_FIRST_ID = 1_000_000
"""As after some days of service: the ids on the wire have seven digits."""


def filled(size: int, page: ui.WebPage | None = None) -> ui.WebPage:
    """A page of `size` components, the page itself not counted: spans with a text."""
    page = page or ui.WebPage(title="bench")
    for number in range(size):
        ui.Span(f"Item {number}", a=page)
    return page


class Shared:
    """A page of `size` components that all tabs share; one of them, in the middle, changes."""

    def __init__(self, size: int) -> None:
        self.page = filled(size // 2)
        self.label = ui.Span("000000", a=self.page)
        filled(size - size // 2 - 1, self.page)
        self._numbers = itertools.count(1)

    def show(self) -> ui.WebPage:
        """The page function."""
        return self.page

    async def go(self, rounds: int, pause: float) -> Response:
        """Change the label `rounds` times, `pause` seconds apart."""
        for _ in range(rounds):
            self.label.text = f"{next(self._numbers):06d}"
            self.page.update()
            await asyncio.sleep(pause)
        return PlainTextResponse(str(len(self.page.tabs)))


def counter(size: int, *, wait: bool) -> ui.WebPage:
    """A private page of `size` components with a button that counts; its handler is async when `wait`."""
    page = ui.WebPage(title="bench")
    label = ui.Span("0")
    count = itertools.count(100_001)

    def sync() -> None:
        label.text = str(next(count))

    async def waiting() -> None:
        label.text = str(next(count))

    ui.Button("count", id="go", on_click=waiting if wait else sync, a=page)
    filled(size - 2, page)
    page.add(label)
    label.id = "out"
    return page


def styled(size: int) -> ui.WebPage:
    """A page of `size` components, every fourth of which has classes, every tenth a handler."""
    page = ui.WebPage(title="bench")
    number = 0
    while number < size:
        with ui.Div(classes="flex p-2", a=page):
            ui.Span(f"Item {number}")
            ui.B("ready")
            ui.Button("go", on_click=_nothing)
        number += 4
    return page


def _nothing() -> None:
    return


def rows() -> ui.WebPage:
    """A page that makes, swaps and removes 1,000 table rows."""
    page = ui.WebPage(title="bench")
    body = ui.Tbody()

    def create() -> None:
        with body:
            for number in range(1000):
                with ui.Tr():
                    ui.Td(str(number), classes="col-1")
                    ui.Td(ui.A(f"Item number {number}"), classes="col-4")

    def swap() -> None:
        children = body.components
        children[1], children[998] = children[998], children[1]

    def clear() -> None:
        body.clear()

    for work in (create, swap, clear):
        ui.Button(work.__name__, id=work.__name__, on_click=work, a=page)
    ui.Table(body, a=page)
    return page


def small() -> ui.WebPage:
    """What an idle server serves."""
    return ui.WebPage(ui.H1("Hello"), title="bench")


def serve(app: ui.App) -> None:
    """Run on any free port."""
    app.run("127.0.0.1", 0)


def all_pages() -> ui.App:
    """The App with every page."""
    app = ui.App(debug=False, secret_key="bench", events_per_second=1_000_000)
    for size in (1, 10, 100, 1000):
        shared = Shared(size)
        app.route(f"/shared/{size}", name=f"shared {size}")(shared.show)
        app.route(f"/go/{size}", name=f"go {size}")(shared.go)

    @app.route("/counter/{size:int}")
    def count(size: int, wait: bool = False) -> ui.WebPage:
        return counter(size, wait=wait)

    @app.route("/filled/{size:int}")
    def fill(size: int) -> ui.WebPage:
        return filled(size)

    @app.route("/styled/{size:int}")
    def style(size: int) -> ui.WebPage:
        return styled(size)

    app.route("/rows")(rows)
    return app


def one_page() -> ui.App:
    """The App of an idle server."""
    app = ui.App(debug=False, secret_key="bench")
    page = small()

    @app.route("/")
    def hello() -> ui.WebPage:
        return page

    return app


def main() -> None:
    """Serve."""
    component._ids = itertools.count(_FIRST_ID)
    serve(one_page() if sys.argv[1:] == ["idle"] else all_pages())


if __name__ == "__main__":
    main()
