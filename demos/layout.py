"""A dashboard of rows, columns, grids, cards and icons: wide or on a phone, light or dark, in one page of Python."""

import random
import time

import justui as ui

FIGURES = {
    "Visitors": ("users", "text-sky-600 bg-sky-100 dark:text-sky-300 dark:bg-sky-900/60", 1840),
    "Orders": ("cart-shopping", "text-emerald-700 bg-emerald-100 dark:text-emerald-300 dark:bg-emerald-900/60", 212),
    "Returns": ("rotate-left", "text-amber-700 bg-amber-100 dark:text-amber-300 dark:bg-amber-900/60", 9),
    "Waiting": ("hourglass-half", "text-violet-700 bg-violet-100 dark:text-violet-300 dark:bg-violet-900/60", 31),
}
NEWS = {
    "cart-shopping": ["An order from Lisbon", "An order from Oslo", "An order from Prague"],
    "star": ["Five stars from Ada", "Four stars from Grace"],
    "truck": ["A parcel has left", "A parcel has arrived"],
    "rotate-left": ["A pair of shoes came back"],
}
UP, DOWN, QUIET = (f"text-{hue}-700 dark:text-{hue}-400" for hue in ("emerald", "rose", "gray"))
SHARES = {"Books": 42, "Garden": 27, "Kitchen": 19, "Toys": 12}


class Figure(ui.Card):
    """One number with its icon, and how it has changed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        icon, colours, self.count = FIGURES[name]
        with self, ui.Row(classes="flex-nowrap"):
            ui.Span(ui.Icon(icon), classes=f"grid size-12 shrink-0 place-items-center rounded-lg text-xl {colours}")
            with ui.Column(classes="gap-0 min-w-0"):
                ui.Span(name, classes=f"text-sm {QUIET}")
                self.number = ui.Span(f"{self.count:,}", classes="text-2xl font-bold tabular-nums")
            with ui.Row(classes="ml-auto gap-1 self-end text-sm tabular-nums") as self.trend:
                self.arrow = ui.Icon("minus")
                self.change = ui.Span("0")

    def add_up(self, change: int) -> None:
        """Let the number grow or shrink."""
        self.count += change
        self.number.text = f"{self.count:,}"
        self.change.text = f"{change:+}"
        self.arrow.icon = "arrow-up" if change > 0 else "arrow-down" if change < 0 else "minus"
        self.trend.set_classes(UP if change > 0 else DOWN if change < 0 else QUIET)


def share(name: str, percent: int) -> ui.Column:
    return ui.Column(
        ui.Row(ui.Span(name), ui.Span(f"{percent} %", classes=f"tabular-nums {QUIET}"), classes="justify-between"),
        ui.Progress(value=percent, max=100, aria_label=name, classes="w-full"),
        classes="gap-1",
    )


page = ui.WebPage(title="Layout")
with page, ui.Main(), ui.Column(classes="gap-6"):
    with ui.Row(classes="justify-between"):
        ui.H1("Corner shop", classes="m-0")
        ui.Span(ui.Icon("signal", label="Live"), " as it happens", classes=f"text-sm {UP}")
    with ui.Grid(columns=4, min_width=15):
        figures = [Figure(name) for name in FIGURES]
    with ui.Grid(columns=2, min_width=18):
        with ui.Card(), ui.Column():
            ui.H2("News", classes="m-0 text-lg")
            news = ui.Scroll(stick="bottom", aria_label="News", classes="h-64 -mx-2 px-2")
        with ui.Card(), ui.Column(classes="gap-5"):
            ui.H2("What sells", classes="m-0 text-lg")
            for name, percent in SHARES.items():
                share(name, percent)


@page.every(2)
def happen() -> None:
    icon = random.choice(list(NEWS))
    news.add(
        ui.Row(
            ui.Icon(icon, classes="text-gray-400"),
            ui.Span(random.choice(NEWS[icon])),
            ui.Span(time.strftime("%X"), classes=f"ml-auto text-sm tabular-nums {QUIET}"),
            classes="flex-nowrap gap-3 border-b border-gray-500/15 py-2",
        )
    )
    del news.components[:-50]
    random.choice(figures).add_up(random.randint(-3, 9))


for _ in range(8):
    happen()

if __name__ == "__main__":
    ui.run(page)
