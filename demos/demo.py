"""`Demo`: one program of the gallery, run under its own path, with its source beside it.

A module has `page`, and `app` where its App matters: one that exposes something, or has topics, queues or templates. Such an
App is mounted. HTML of one's own is shown in a frame, so that it stays what it is, and so is a site of several pages (`FRAMED`).
"""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import justui as ui
from demos.source import highlighted

TEMPLATES = Path(__file__).with_name("templates")
CSS = """
    .bar { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 clamp(1.5rem, 5vw, 3rem); font-size: .875rem }
    .bar a { color: var(--muted); text-decoration: none }
    .bar a:hover { color: var(--accent); text-decoration: underline }
    .bar > :first-child { margin-right: auto }
    .here { color: var(--good) }
    .here:empty { display: none }
    .here::before { content: "●"; margin-right: .35em; font-size: .75em; vertical-align: .1em }
    .program { max-width: 62rem; margin: clamp(3rem, 9vw, 6rem) auto 0; padding: 0; overflow: hidden }
    .program .program { border: 0; border-top: 1px solid var(--line); border-radius: 0; margin: 0 }
    .program summary { margin: 0; padding: .7rem 1rem; color: var(--muted); font-size: .875rem }
    .program summary:hover { color: var(--ink) }
    .program pre { margin: 0; border-top: 1px solid var(--line); border-radius: 0; background: none; font-size: .8125rem }
    .program code { background: none }
    main > .program { margin: 0 }
    .frame { display: block; width: 100%; height: max(24rem, 100vh - 6rem); border: 1px solid var(--line); border-radius: 1rem }
    .keyword { color: light-dark(#8b2a8f, #e0a3e4) }
    .string { color: light-dark(#1e7a46, #8fd6ad) }
    .number { color: light-dark(#a14a00, #f0b27a) }
    .comment { color: var(--muted); font-style: italic }
    .decorator { color: var(--accent) }
    @media (min-width: 84rem) {
        body:has(> .program) { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 46rem); align-content: start }
        body:has(> .program) { align-items: start; column-gap: 2.5rem; max-width: none }
        body:has(> .program) > * { grid-column: 1 }
        body > .bar.bar { grid-column: 1 / -1 }
        body > .program.program { grid-column: 2; grid-row: 2 / span 99; position: sticky; top: 1.5rem; width: 100% }
        body > .program.program { margin: 0; max-height: calc(100vh - 3rem); overflow: auto }
    }
"""


class Demo:
    """One demo: its module, and what of it stands on pages of the gallery."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.name = module.__name__.rpartition(".")[2]
        self.app: ui.App | None = getattr(module, "app", None)
        self.framed = own_html(module.page) or hasattr(module, "FRAMED")
        self.title = self.name.replace("_", " ").capitalize().replace("Svg", "SVG").replace("html", "HTML")
        self.line = (module.__doc__ or "").partition("\n")[0]
        self.text = inspect.getsource(module)
        self.length = f"{len(self.text.splitlines())} lines"
        self.tabs = 0
        # One component each, which stands on all of the demo's pages: a change of it reaches every one of them.
        self.here = ui.Span(classes="here")
        self.code = ui.Pre(ui.Code(*highlighted(self.text)), tabindex=0, aria_label=f"Source of {self.title}")
        self.files = [
            ui.Details(ui.Summary(path.name), shown(path), classes="program")
            for path in sorted(TEMPLATES.glob(f"{self.name}.*"))
        ]
        top = "../" if self.app and not self.framed else "./"
        self.bar = ui.Nav(
            ui.A("← All demos", href=top),
            self.here,
            ui.A("New tab", href=top + self.name, target="_blank"),
            ui.A("Source", href=f"{top}source/{self.name}"),
            classes="bar",
            aria_label="Gallery",
        )

    def serve(self, app: ui.App) -> None:
        """Give the demo its addresses in `app`."""
        if self.app is None:
            app.route(f"/{self.name}")(self.shown())
        elif self.framed:
            app.route(f"/{self.name}")(self.frame)
            self.app.route("/")(self.shown())
            app.mount(f"/run/{self.name}", self.app)
        else:
            self.app.route("/")(self.shown())
            app.mount(f"/{self.name}", self.app)
        for path, function in getattr(self.module, "ROUTES", {}).items():
            app.route(path)(function)
        app.route(f"/source/{self.name}")(self.source)

    def shown(self) -> Callable[..., ui.WebPage]:
        """A page function that shows the demo, where it is no HTML of its own in its gallery dress."""
        page = self.module.page
        dress = (lambda page: page) if self.framed else self.dress
        if isinstance(page, ui.WebPage):
            dress(page)
            return lambda: page

        @functools.wraps(page)
        def show(**parameters: object) -> ui.WebPage:
            return dress(page(**parameters))

        return show

    def frame(self) -> ui.WebPage:
        """A page with the demo in a frame."""
        page = ui.WebPage(title=self.title)
        ui.Iframe(src=f"run/{self.name}/", title=self.title, classes="frame", a=page)
        return self.dress(page)

    def dress(self, page: ui.WebPage) -> ui.WebPage:
        """Put the gallery's bar in front of a page of the demo and the program beside it, and count the tabs."""
        page.css += CSS
        page.add_first(self.bar)
        page.add(self.program(open=len(self.code.components) < 80))
        page.on("join", lambda: self.count(1)).on("leave", lambda: self.count(-1))
        return page

    def program(self, *, open: bool) -> ui.Details:
        """The whole program, which can be folded away."""
        summary = ui.Summary("The whole program, ", self.length)
        return ui.Details(summary, self.code, *self.files, open=open, classes="program")

    def count(self, change: int) -> None:
        """A tab of the demo has come (1) or gone (-1)."""
        self.tabs += change
        self.here.text = "" if not self.tabs else "1 tab open" if self.tabs == 1 else f"{self.tabs} tabs open"
        self.here.update()

    def matches(self, query: str) -> bool:
        """Whether somebody who searches for `query` may mean this one."""
        text = f"{self.title} {self.line} {self.text}".lower()
        return all(word in text for word in query.lower().split())

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


def own_html(page: object) -> bool:
    """Whether a demo's page is HTML of its own."""
    return isinstance(page, ui.HtmlPage) or getattr(page, "__annotations__", {}).get("return") is ui.HtmlPage


def shown(path: Path) -> ui.Pre:
    """A file that belongs to a demo."""
    return ui.Pre(ui.Code(path.read_text("utf-8")), tabindex=0, aria_label=path.name)
