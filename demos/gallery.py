"""The gallery: one App that serves a start page, every demo under its own path, and every demo's source."""

import functools
import inspect
from collections.abc import Callable
from types import ModuleType

import justui as ui
from demos import big_table, clock, countdown, counter, form, hello, message_board, pull_the_plug, to_do
from demos.source import highlighted

MODULES = (hello, counter, clock, message_board, to_do, countdown, form, big_table, pull_the_plug)

CSS = """
    .bar { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 clamp(1.5rem, 5vw, 3rem); font-size: .875rem }
    .bar a { color: var(--muted); text-decoration: none }
    .bar a:hover { color: var(--accent); text-decoration: underline }
    .bar > :first-child { margin-right: auto }
    .here { color: var(--good) }
    .here:empty { display: none }
    .here::before { content: "●"; margin-right: .35em; font-size: .75em; vertical-align: .1em }
    .program { max-width: 62rem; margin: clamp(3rem, 9vw, 6rem) auto 0; padding: 0; overflow: hidden }
    .program summary { margin: 0; padding: .7rem 1rem; color: var(--muted); font-size: .875rem }
    .program summary:hover { color: var(--ink) }
    .program pre { margin: 0; border-top: 1px solid var(--line); border-radius: 0; background: none; font-size: .8125rem }
    .program code { background: none }
    main > .program { margin: 0 }
    .program .keyword { color: light-dark(#8b2a8f, #e0a3e4) }
    .program .string { color: light-dark(#1e7a46, #8fd6ad) }
    .program .number { color: light-dark(#a14a00, #f0b27a) }
    .program .comment { color: var(--muted); font-style: italic }
    .program .decorator { color: var(--accent) }
"""
START_CSS = (
    CSS
    + """
    .lead { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: end; gap: 1.5rem 3rem }
    .lead { margin: clamp(0rem, 4vw, 2.5rem) 0 clamp(2rem, 5vw, 3.5rem) }
    .lead h1 { margin: 0 0 .75rem; font-size: clamp(2.25rem, 1.5rem + 4vw, 3.75rem); letter-spacing: -.03em }
    .lead p { max-width: 33rem; margin: 0; font-size: 1.0625rem; color: var(--muted); text-wrap: pretty }
    .lead figure { margin: 0 }
    .lead figure > span { font-size: 2.25rem }
    .lead figcaption { padding: .25rem 0 0 }
    .demos { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1rem }
    .demos { margin: 0; padding: 0; list-style: none }
    .demos li { position: relative; display: flex; flex-direction: column; margin: 0; transition: .15s }
    .demos li:hover { border-color: var(--accent); box-shadow: 0 .5rem 1.5rem #0001; translate: 0 -2px }
    .demos h2 { margin: 0 0 .35rem; font-size: 1.15rem }
    .demos h2 a { color: inherit; text-decoration: none }
    .demos h2 a::after { content: ""; position: absolute; inset: 0; border-radius: .75rem }
    .demos h2 a:focus-visible { outline: 0 }
    .demos h2 a:focus-visible::after { outline: 2px solid var(--accent) }
    .demos p { margin: 0 0 1.25rem; color: var(--muted); text-wrap: pretty }
    .demos footer { display: flex; gap: 1rem; margin-top: auto; color: var(--muted); font-size: .8125rem }
    .demos footer a { position: relative; margin-left: auto; color: var(--muted); text-decoration: none }
    .demos footer a:hover { color: var(--accent); text-decoration: underline }
"""
)


class Demo:
    """One demo: its module, and what of it stands on pages of the gallery."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.name = module.__name__.rpartition(".")[2]
        self.title = self.name.replace("_", " ").capitalize()
        self.line = (module.__doc__ or "").partition("\n")[0]
        text = inspect.getsource(module)
        self.length = f"{len(text.splitlines())} lines"
        self.tabs = 0
        # One component each, which stands on all of the demo's pages: a change of it reaches every one of them.
        self.here = ui.Span(classes="here")
        self.code = ui.Pre(ui.Code(*highlighted(text)), tabindex=0, aria_label=f"Source of {self.title}")
        self.bar = ui.Nav(
            ui.A("← All demos", href="./"),
            self.here,
            ui.A("New tab", href=self.name, target="_blank"),
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
        """Put the gallery's bar in front of a page of the demo and the program behind it, and count the tabs."""
        page.css += CSS
        page.add_first(self.bar)
        page.add(self.program(open=len(self.code.components) < 80))
        page.on("join", lambda: self.count(1)).on("leave", lambda: self.count(-1))
        return page

    def program(self, *, open: bool) -> ui.Details:
        """The whole program, which can be folded away."""
        summary = ui.Summary("The whole program, ", self.length)
        return ui.Details(summary, self.code, open=open, classes="program")

    def count(self, change: int) -> None:
        """A tab of the demo has come (1) or gone (-1)."""
        self.tabs += change
        self.here.text = "" if not self.tabs else "1 tab open" if self.tabs == 1 else f"{self.tabs} tabs open"
        self.here.update()

    def card(self) -> ui.Li:
        """The demo on the start page."""
        return ui.Li(
            ui.H2(ui.A(self.title, href=self.name)),
            ui.P(self.line),
            ui.Footer(
                self.length,
                self.here,
                ui.A("Source", href=f"source/{self.name}", aria_label=f"Source of {self.title}"),
            ),
            classes="card",
        )

    def source(self) -> ui.WebPage:
        """A page with the program alone."""
        page = ui.WebPage(title=f"{self.title}: the program", css=CSS)
        with page:
            with ui.Nav(classes="bar", aria_label="Gallery"):
                ui.A("← All demos", href="../")
                ui.A("See it run", href=f"../{self.name}")
            with ui.Main(classes="space-y-4"):
                ui.H1(self.title)
                ui.P(self.line)
                ui.P("By itself it runs with ", ui.Code(f"python demos/{self.name}.py"))
                self.program(open=True)
        return page


app = ui.App()
demos = [Demo(module) for module in MODULES]
start = ui.WebPage(title="justui: demos", css=START_CSS)
with start:
    with ui.Header(classes="lead"):
        with ui.Div():
            ui.H1("justui")
            ui.P(
                "Whole web apps in Python. Each demo is one short file; open one in two windows, or with a friend, and see "
                "how they stay in step."
            )
        # The component of the clock demo itself: it may stand on many pages.
        ui.Figure(clock.clock, ui.Figcaption("One Python object, in every tab"))
    ui.Main(ui.Ul(*(demo.card() for demo in demos), classes="demos"))


@app.route("/")
def index() -> ui.WebPage:
    return start


for demo in demos:
    demo.serve(app)
