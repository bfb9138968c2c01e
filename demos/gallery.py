"""The gallery: one App that serves a start page, every demo under its own path, and every demo's source."""

import functools
import inspect
from collections.abc import Callable
from types import ModuleType

import justui as ui
from demos import big_table, clock, counter, countdown, form, hello, message_board, pull_the_plug, to_do
from demos.source import highlighted

MODULES = (hello, counter, clock, message_board, to_do, countdown, form, big_table, pull_the_plug)

BAR_CSS = """
    .bar { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 clamp(1.5rem, 5vw, 3rem); font-size: .875rem }
    .bar a { color: var(--muted); text-decoration: none }
    .bar a:hover { color: var(--accent); text-decoration: underline }
    .bar > :first-child { margin-right: auto }
    .here { color: var(--good) }
    .here:empty { display: none }
    .here::before { content: ""; display: inline-block; width: .5em; height: .5em; margin-right: .4em; border-radius: 50%; background: currentColor }
"""
START_CSS = BAR_CSS + """
    .demos { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1rem; padding: 0; list-style: none }
    .demos > li { position: relative; display: flex; flex-direction: column; margin: 0; transition: border-color .15s, box-shadow .15s, translate .15s }
    .demos > li:hover { border-color: var(--accent); box-shadow: 0 8px 24px #0001; translate: 0 -2px }
    .demos h2 { margin: 0 0 .35rem; font-size: 1.15rem }
    .demos h2 a { color: inherit; text-decoration: none }
    .demos h2 a::after { content: ""; position: absolute; inset: 0; border-radius: inherit }
    .demos footer { display: flex; justify-content: space-between; gap: 1rem; margin-top: auto; padding-top: 1rem; font-size: .8125rem }
    .demos footer a { position: relative; margin-left: auto; color: var(--muted); text-decoration: none }
    .demos footer a:hover { color: var(--accent); text-decoration: underline }
    .lead { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: end; gap: 1rem 3rem; margin: clamp(0rem, 4vw, 2.5rem) 0 clamp(2rem, 5vw, 3.5rem) }
    .lead h1 { font-size: clamp(2.25rem, 1.5rem + 4vw, 3.75rem); margin: 0 0 .75rem }
    .lead p { max-width: 34rem; font-size: 1.0625rem; color: var(--muted) }
    .lead figure { margin: 0 }
    .lead figure > span { font-size: 2.25rem }
"""
SOURCE_CSS = BAR_CSS + """
    pre .keyword { color: light-dark(#8b2a8f, #e0a3e4) }
    pre .string { color: light-dark(#1e7a46, #8fd6ad) }
    pre .number { color: light-dark(#a14a00, #f0b27a) }
    pre .comment { color: var(--muted); font-style: italic }
    pre .decorator { color: var(--accent) }
"""


class Demo:
    """One demo: its module, and what of it stands on pages of the gallery."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.name = module.__name__.rpartition(".")[2]
        self.title = self.name.replace("_", " ").capitalize()
        self.line = (module.__doc__ or "").partition("\n")[0]
        # One component each, on the start page and on all of the demo's pages: a change of it reaches every one of them.
        self.tabs = 0
        self.here = ui.Span(classes="here")
        self.bar = ui.Nav(
            ui.A("← All demos", href="./"),
            self.here,
            ui.A("One more tab", href=self.name, target="_blank"),
            ui.A("Source", href=f"source/{self.name}"),
            classes="bar",
            aria_label="Gallery",
        )

    def serve(self, app: ui.App) -> None:
        """Give the demo its addresses in `app`."""
        app.route(f"/{self.name}")(self.shown())
        app.route(f"/source/{self.name}")(self.source)

    def shown(self) -> Callable[..., ui.WebPage]:
        """A page function that shows the demo in its gallery dress."""
        page = self.module.page
        if isinstance(page, ui.WebPage):
            self.dress(page)
            return lambda: page

        @functools.wraps(page)
        def show(**parameters: object) -> ui.WebPage:
            return self.dress(page(**parameters))

        return show

    def dress(self, page: ui.WebPage) -> ui.WebPage:
        """Put the gallery's bar on top of a page of the demo, and count its tabs."""
        page.css += BAR_CSS
        page.add_first(self.bar)
        page.on("join", lambda: self.count(1)).on("leave", lambda: self.count(-1))
        return page

    def count(self, change: int) -> None:
        """A tab of the demo has come (1) or gone (-1)."""
        self.tabs += change
        self.here.text = "" if not self.tabs else "1 tab is open" if self.tabs == 1 else f"{self.tabs} tabs are open"
        self.here.update()

    def card(self) -> ui.Li:
        """The demo on the start page."""
        return ui.Li(
            ui.H2(ui.A(self.title, href=self.name)),
            ui.P(self.line, classes="text-gray-500"),
            ui.Footer(self.here, ui.A("Source", href=f"source/{self.name}", aria_label=f"Source of {self.title}")),
            classes="card",
        )

    def source(self) -> ui.WebPage:
        """A page with the demo's source."""
        page = ui.WebPage(title=f"{self.title}: the source", css=SOURCE_CSS)
        with page:
            with ui.Nav(classes="bar", aria_label="Gallery"):
                ui.A("← All demos", href="../")
                ui.A("Run it", href=f"../{self.name}")
            with ui.Main(classes="max-w-2xl mx-auto"):
                ui.H1(self.title)
                ui.P("The whole program. Alone it runs with ", ui.Code(f"python demos/{self.name}.py"))
                ui.Pre(ui.Code(*highlighted(inspect.getsource(self.module))), tabindex=0)
        return page


app = ui.App()
demos = [Demo(module) for module in MODULES]
start = ui.WebPage(title="justui: demos", css=START_CSS)
with start:
    with ui.Header(classes="lead"):
        with ui.Div():
            ui.H1("justui")
            ui.P("Whole web apps in Python. Each demo is one short file; open one in two windows, or with a friend, and see "
                 "how they stay in step.")
        # The component of the clock demo itself: it may stand on many pages.
        ui.Figure(clock.clock, ui.Figcaption("The clock of the clock demo: one object, on every page"))
    ui.Main(ui.Ul(*(demo.card() for demo in demos), classes="demos"))


@app.route("/")
def index() -> ui.WebPage:
    return start


for demo in demos:
    demo.serve(app)
