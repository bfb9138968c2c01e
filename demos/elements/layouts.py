"""Where things stand."""

import justui as ui


def row_and_column() -> None:
    """A row wraps on a phone."""
    with ui.Row():
        for color in ("bg-rose-500", "bg-amber-500", "bg-emerald-500", "bg-sky-500"):
            ui.Div(classes=f"{color} size-12 rounded-lg")


def grid() -> None:
    """As many columns as there is room for."""
    with ui.Grid(columns=3):
        for number in range(1, 7):
            ui.Card(f"Card {number}")


def card() -> None:
    """A card is a place for anything."""
    with ui.Card():
        ui.H3("Weather")
        with ui.Row(classes="items-center"):
            ui.Icon("cloud-sun", classes="text-3xl text-amber-500")
            ui.Span("21 °C", classes="text-3xl font-light")


def scroll() -> None:
    """Sticks to the bottom while one is there."""
    with ui.Scroll(stick="bottom", classes="h-28 rounded-lg bg-(--fill) p-3") as log:
        ui.Div("Line 1")
    ui.Button("One more line", on_click=lambda: log.add(ui.Div(f"Line {len(log.components) + 1}")))


def responsive() -> None:
    """Tailwind's variants, compiled by the server from the classes in use."""
    ui.Div(
        "Narrow: stacked. Wide: larger. Pointed at: other colours.",
        classes="rounded-xl bg-indigo-50 p-4 text-indigo-900 transition hover:bg-indigo-600 hover:text-white md:p-6 "
        "md:text-lg dark:bg-indigo-950 dark:text-indigo-100",
    )
