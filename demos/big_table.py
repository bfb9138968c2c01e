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

page = ui.WebPage(title="Big table", css=CSS)
prices = [ui.Td(f"{random.uniform(1, 500):.2f}") for _ in range(ROWS)]
changes = [ui.Td("·") for _ in range(ROWS)]


@page.every(0.1)
def trade() -> None:
    if paused.checked or not page.tabs:
        return
    for row in random.choices(range(ROWS), k=speed.value):
        percent = random.gauss(0, 2)
        prices[row].text = f"{float(prices[row].text) * (1 + percent / 100):.2f}"
        changes[row].text = f"{percent:+.2f} %"
        changes[row].classes = "text-green-600" if percent > 0 else "text-red-600"
    count.text = int(count.text) + speed.value


with page, ui.Main(classes="max-w-2xl mx-auto space-y-4"):
    ui.H1(f"{ROWS:,} rows")
    with ui.Div(classes="flex flex-wrap items-center justify-between gap-4"):
        with ui.Label("Rows changed ten times a second"):
            speed = ui.Input(type="range", min=1, max=500, value=200)
        with ui.Label():
            paused = ui.Input(type="checkbox")
            ui.Span("Pause")
        ui.Span(count := ui.B("0", classes="tabular-nums"), " changes so far")
    with ui.Div(classes="rows card", tabindex=0, role="region", aria_label="Prices"), ui.Table():
        ui.Thead(ui.Tr(ui.Th("#"), ui.Th("Name"), ui.Th("Price"), ui.Th("Change")))
        for first in range(0, ROWS, 100):  # in groups, of which the browser draws only those that are seen
            with ui.Tbody():
                for row in range(first, first + 100):
                    ui.Tr(ui.Td(row + 1), ui.Td(f"Share {row + 1}"), prices[row], changes[row])

if __name__ == "__main__":
    ui.run(page)
