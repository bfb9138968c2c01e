"""10,000 rows in every tab; a hundred cells change ten times a second, and nothing else travels."""

import random

import justui as ui

ROWS = 10_000

page = ui.WebPage(title="Big table", css="""
    .rows { height: 65vh; overflow: auto; contain: strict }
    .rows table { width: 100%; display: grid }
    .rows tr { display: grid; grid-template-columns: 3rem 1fr 6rem 6rem }
    .rows tbody tr { height: 2.25rem; content-visibility: auto; contain-intrinsic-size: auto 2.25rem }
    .rows thead { position: sticky; top: 0; background: var(--surface); z-index: 1 }
    .rows :is(th, td) { padding: .4rem .75rem; text-align: end }
    .rows :is(th, td):nth-child(2) { text-align: start }
""")
prices: list[ui.Td] = []
changes: list[ui.Td] = []


@page.every(0.1)
def trade() -> None:
    if not page.tabs or paused.checked:
        return
    for row in random.choices(range(ROWS), k=speed.value):
        percent = random.gauss(0, 2)
        prices[row].text = f"{float(prices[row].text) * (1 + percent / 100):.2f}"
        changes[row].text = f"{percent:+.2f} %"
        changes[row].classes = "text-green-600" if percent > 0 else "text-red-600"
    total.text = f"{int(total.text.replace(',', '')) + 2 * speed.value:,}"


with page, ui.Main(classes="max-w-2xl mx-auto space-y-4"):
    ui.H1(f"{ROWS:,} rows")
    with ui.Div(classes="flex flex-wrap items-center justify-between gap-4"):
        with ui.Label("Rows changed at each tick"):
            speed = ui.Input(type="range", min=1, max=500, value=50)
        with ui.Label():
            paused = ui.Input(type="checkbox")
            ui.Span("Pause")
    ui.P("Cells changed since the start: ", total := ui.B("0", classes="tabular-nums"))
    with ui.Div(classes="rows card p-0", tabindex=0, role="region", aria_label="Prices"), ui.Table():
        ui.Thead(ui.Tr(ui.Th("#"), ui.Th("Name"), ui.Th("Price"), ui.Th("Change")))
        with ui.Tbody():
            for number in range(1, ROWS + 1):
                prices.append(ui.Td(f"{random.uniform(1, 500):.2f}"))
                changes.append(ui.Td("–"))
                ui.Tr(ui.Td(number), ui.Td(f"Share {number}"), prices[-1], changes[-1])

if __name__ == "__main__":
    ui.run(page)
