"""The gallery: one App that serves a start page with live examples, every demo under its own path, and every demo's source."""

from types import ModuleType

import justui as ui
from demos import (
    big_table,
    both_ways,
    cafe,
    chat,
    clock,
    countdown,
    counter,
    drawing,
    form,
    hello,
    jobs,
    joint_code,
    joint_editor,
    kanban,
    kiosk,
    layout,
    login,
    message_board,
    minutes,
    models,
    own_html,
    pull_the_plug,
    sensor,
    site,
    svg_clock,
    to_do,
    to_do_file,
    upload,
    upload_gallery,
    wizard,
)
from demos.demo import CSS, Demo
from demos.elements import actions, fields, layouts, movement, text
from demos.example import examples_of

MODULES = (
    hello,
    counter,
    clock,
    svg_clock,
    message_board,
    to_do,
    to_do_file,
    models,
    countdown,
    layout,
    form,
    upload,
    upload_gallery,
    joint_editor,
    joint_code,
    minutes,
    kanban,
    drawing,
    big_table,
    chat,
    sensor,
    jobs,
    login,
    site,
    wizard,
    own_html,
    cafe,
    both_ways,
    pull_the_plug,
    kiosk,
)
FAMILIES = (actions, fields, movement, layouts, text)
THEMES = {"display": ("As the system", None), "sun": ("Light", False), "moon": ("Dark", True)}


class Family:
    """Examples that belong together."""

    def __init__(self, module: ModuleType) -> None:
        self.name = module.__name__.rpartition(".")[2]
        self.line = (module.__doc__ or "").partition("\n")[0].rstrip(".")
        self.examples = examples_of(module)

    def matches(self, query: str) -> bool:
        """Whether any of the examples is meant by a search."""
        return any(example.matches(query) for example in self.examples)


app = ui.App()
demos = [Demo(module) for module in MODULES]
families = [Family(module) for module in FAMILIES]
for demo in demos:
    demo.serve(app)


@app.route("/")
def start(q: str = "") -> ui.WebPage:
    query = ui.State(q)
    page = ui.WebPage(title="justui: Python on every screen", css=CSS, classes="max-w-none p-0")
    with page:
        bar(page, query)
        with ui.Main(classes="mx-auto max-w-6xl px-4 pb-24 sm:px-8"):
            hero(query)
            programs(query)
            for family in families:
                elements(family, query)
            ui.P(
                "Nothing here is like that.",
                show=query.map(nothing_matches),
                classes="py-16 text-center text-(--muted)",
            )
    return page


def bar(page: ui.WebPage, query: ui.State[str]) -> None:
    """The name, the search box and the theme, always in reach."""
    with (
        ui.Header(classes="sticky top-0 z-10 mb-0 block border-b border-(--line) bg-(--paper)/85 backdrop-blur"),
        ui.Div(classes="mx-auto flex max-w-6xl items-center gap-3 px-4 py-2 sm:gap-6 sm:px-8"),
    ):
        ui.A("justui", href="#top", classes="text-lg font-semibold text-(--ink) no-underline")
        with ui.Nav(classes="hidden gap-4 text-sm lg:flex", aria_label="Parts of this page"):
            for name in ("programs", *(family.name for family in families)):
                ui.A(name.capitalize(), href=f"#{name}", classes="text-(--muted) no-underline hover:text-(--accent)")
        ui.Input(
            type="search",
            model=query,
            placeholder="Search",
            aria_label="Search the gallery",
            classes="ml-auto min-w-0 flex-1 sm:max-w-64",
        )
        theme_switch(page)


def theme_switch(page: ui.WebPage) -> None:
    """Three buttons, of which one is pressed."""
    chosen: ui.State[bool | None] = ui.State(page.dark)
    page.dark = chosen
    with ui.Div(role="group", aria_label="Theme", classes="flex rounded-lg border border-(--line) p-0.5"):
        for icon, (label, dark) in THEMES.items():
            ui.Button(
                ui.Icon(icon),
                on_click=lambda dark=dark: chosen.set(dark),
                aria_label=label,
                title=label,
                aria_pressed=chosen.map(lambda now, dark=dark: now is dark),
                classes="m-0 size-8 min-h-0 border-0 bg-transparent p-0 text-(--muted) aria-pressed:bg-(--fill) aria-pressed:text-(--ink)",
            )


def hero(query: ui.State[str]) -> None:
    """What this is, and the shared clock as the proof."""
    with ui.Section(
        id="top",
        show=query.map(lambda words: not words.strip()),
        classes="flex flex-wrap items-end justify-between gap-x-12 gap-y-8 py-12 sm:py-20",
    ):
        with ui.Div(classes="max-w-xl"):
            ui.H1("Whole web apps in Python", classes="m-0 text-4xl font-bold tracking-tight sm:text-6xl")
            ui.P(
                "No HTML, no JavaScript, no build step. Everything on this page is a Python object, and every tab that "
                "shows it stays in step. Press things; open it twice.",
                classes="mt-5 text-lg text-(--muted)",
            )
        # The component of the clock demo itself: it may stand on many pages.
        ui.Figure(clock.clock, ui.Figcaption("One Python object, in every tab"), classes="m-0 text-4xl")


def programs(query: ui.State[str]) -> None:
    """The demos, a card each."""
    with ui.Section(
        id="programs", show=query.map(lambda words: any(demo.matches(words) for demo in demos)), classes="scroll-mt-20"
    ):
        heading("Programs", "One short file each")
        with ui.Ul(classes="demos grid list-none gap-4 p-0 sm:grid-cols-2 lg:grid-cols-3"):
            for demo in demos:
                card(demo, query)


def card(demo: Demo, query: ui.State[str]) -> None:
    """One demo on the start page."""
    with ui.Li(
        show=query.map(demo.matches),
        classes="relative m-0 flex flex-col rounded-xl border border-(--line) bg-(--surface) p-5 transition hover:-translate-y-0.5 "
        "hover:border-(--accent) hover:shadow-lg",
    ):
        ui.H3(
            ui.A(demo.title, href=demo.name, classes="text-inherit no-underline after:absolute after:inset-0"),
            classes="m-0 text-lg",
        )
        ui.P(demo.line, classes="mt-1 mb-4 text-sm text-(--muted)")
        with ui.Footer(classes="mt-auto flex gap-4 text-xs text-(--muted)"):
            ui.Span(demo.length)
            ui.Span(demo.here)
            ui.A(
                "Source",
                href=f"source/{demo.name}",
                aria_label=f"Source of {demo.title}",
                classes="relative ml-auto text-inherit",
            )


def elements(family: Family, query: ui.State[str]) -> None:
    """The examples of a family, live, with their code."""
    with ui.Section(id=family.name, show=query.map(family.matches), classes="mt-16 scroll-mt-20"):
        heading(family.name.capitalize(), family.line)
        with ui.Div(classes="grid gap-5"):
            for example in family.examples:
                example.show(query)


def heading(title: str, line: str) -> None:
    """The head of a section."""
    with ui.Div(classes="mb-5 flex flex-wrap items-baseline gap-x-4"):
        ui.H2(title, classes="m-0 text-2xl")
        ui.P(line, classes="m-0 text-(--muted)")


def nothing_matches(query: str) -> bool:
    """Whether a search finds nothing at all."""
    everything: list[Demo | Family] = [*demos, *families]
    return not any(one.matches(query) for one in everything)
