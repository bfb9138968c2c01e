"""10,000 rows in every tab; hundreds of cells change ten times a second, and nothing else travels."""

import random

import justui as ui

ROWS = 10_000
CSS = """
    .rows { height: 65vh; padding: 0; overflow: auto; contain: strict }
    .rows :is(table, thead, tbody) { display: block }
    .rows tr { display: grid; grid-template-columns: 4rem 1fr 6rem 6rem }
    .rows tbody { content-visibility: auto; contain-intrinsic-height: auto 225rem }
    .rows tbody tr { height: 2.25rem }
    .rows thead { position: sticky; top: 0; z-index: 1; background: var(--surface) }
    .rows :is(th, td) { padding: .4rem .75rem; text-align: end }
    .rows :is(th, td):nth-child(2) { text-align: start }
"""


class Share:
    def __init__(self, number: int) -> None:
        self.number = number
        self.price = ui.State(random.uniform(1, 500))
        self.change = ui.State(0.0)

    def trade(self) -> None:
        self.change.set(random.gauss(0, 2))
        self.price.set(self.price.value * (1 + self.change.value / 100))


def row(share: Share) -> ui.Tr:
    colour = share.change.map(lambda percent: "text-green-600" if percent > 0 else "text-red-600" if percent else "")
    return ui.Tr(
        ui.Td(share.number),
        ui.Td(f"Share {share.number}"),
        ui.Td(share.price.map("{:.2f}".format)),
        ui.Td(share.change.map(lambda percent: f"{percent:+.2f} %" if percent else "·"), classes=colour),
    )


shares = [Share(number) for number in range(1, ROWS + 1)]
speed, paused, count = ui.State(200), ui.State(False), ui.State(0)
page = ui.WebPage(title="Big table", css=CSS)


@page.every(0.1)
def trade() -> None:
    if not paused.value and page.tabs:
        for share in random.choices(shares, k=speed.value):
            share.trade()
        count.value += speed.value


with page, ui.Main(classes="max-w-2xl mx-auto space-y-4"):
    ui.H1(f"{ROWS:,} rows")
    with ui.Div(classes="flex flex-wrap items-center justify-between gap-4"):
        with ui.Label("Rows changed ten times a second"):
            ui.Input(type="range", min=1, max=500, model=speed)
        with ui.Label():
            ui.Input(type="checkbox", model=paused)
            ui.Span("Pause")
        ui.Span(ui.B(count, classes="tabular-nums"), " changes so far")
    with ui.Div(classes="rows card", tabindex=0, role="region", aria_label="Prices"), ui.Table():
        ui.Thead(ui.Tr(ui.Th("#"), ui.Th("Name"), ui.Th("Price"), ui.Th("Change")))
        for first in range(0, ROWS, 100):  # in groups, of which the browser draws only those that are seen
            ui.For(shares[first : first + 100], row, tag="tbody")

if __name__ == "__main__":
    ui.run(page)
