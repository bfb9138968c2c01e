"""A form with every kind of input, and what each becomes in Python: text, numbers, dates, lists."""

from datetime import date

import justui as ui

CSS = """
    main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 2rem; align-items: start }
    .wide { grid-column: 1 / -1 }
"""


def page() -> ui.WebPage:
    def understand(msg: ui.Event) -> None:
        hint.show = False
        for name, value in msg.values.items():
            if name not in cells:
                with rows, ui.Tr():
                    ui.Th(name, scope="row")
                    with ui.Td():
                        cells[name] = ui.Code()
                    kinds[name] = ui.Td(classes="text-gray-500")
            cells[name].text = "•" * len(value) if name == "password" else repr(value)
            kinds[name].text = type(value).__name__

    def send(msg: ui.Event) -> None:
        understand(msg)
        ui.notify(f"The server has {len(msg.values)} values.", "success")

    cells: dict[str, ui.Code] = {}
    kinds: dict[str, ui.Td] = {}
    wp = ui.WebPage(title="Form", css=CSS)
    with wp, ui.Main():
        with ui.Form(on_input=understand, on_submit=send, autocomplete="off", classes="space-y-6"):
            ui.H1("Fill it in")
            with ui.Fieldset(ui.Legend("Text"), classes="grid sm:grid-cols-2 gap-4"):
                ui.Label("Name", ui.Input(name="name", required=True))
                ui.Label("E-mail", ui.Input(name="email", type="email", placeholder="you@example.org"))
                ui.Label("Telephone", ui.Input(name="telephone", type="tel"))
                ui.Label("Address", ui.Input(name="address", type="url", placeholder="https://example.org"))
                ui.Label("Search", ui.Input(name="search", type="search"))
                ui.Label("Password", ui.Input(name="password", type="password", autocomplete="new-password"))
                ui.Label("A longer text", ui.Textarea(name="text", rows=3), classes="wide")
            with ui.Fieldset(ui.Legend("Numbers"), classes="grid sm:grid-cols-2 gap-4"):
                ui.Label("People", ui.Input(name="people", type="number", value=2, min=1, max=20))
                ui.Label("Price", ui.Input(name="price", type="number", value=9.5, step=0.01))
                ui.Label("Loudness", ui.Input(name="loudness", type="range", value=30, max=100), classes="wide")
            with ui.Fieldset(ui.Legend("Dates and times"), classes="grid sm:grid-cols-2 gap-4"):
                ui.Label("Day", ui.Input(name="day", type="date", value=date.today()))
                ui.Label("Time", ui.Input(name="time", type="time"))
                ui.Label("Day and time", ui.Input(name="moment", type="datetime-local"))
                ui.Label("Month", ui.Input(name="month", type="month"))
                ui.Label("Week", ui.Input(name="week", type="week"))
            with ui.Fieldset(ui.Legend("Choices"), classes="grid sm:grid-cols-2 gap-4"):
                ui.Label("Town", ui.Select(name="town", options=["Lisbon", "Oslo", "Prague"]))
                ui.Label("Colour", ui.Input(name="colour", type="color", value="#2c5fd0"))
                fruits = ["Apple", "Banana", "Cherry", "Fig"]
                ui.Label("Fruits (several)", ui.Select(name="fruits", multiple=True, size=4, options=fruits))
                with ui.Div(classes="space-y-2"):
                    for size in ("small", "medium", "large"):
                        ui.Label(ui.Input(type="radio", name="size", value=size, checked=size == "medium"), size)
                    ui.Label(ui.Input(type="checkbox", name="newsletter"), "newsletter")
            ui.Button("Send")
        with ui.Section(classes="sticky space-y-4", aria_label="What Python gets"):
            ui.H2("What Python gets")
            hint = ui.P("Change something on the form.", classes="text-gray-500")
            with ui.Div(classes="overflow-auto"), ui.Table(classes="w-full"):
                rows = ui.Tbody(aria_live="polite")
    return wp


if __name__ == "__main__":
    ui.run(page)
