"""A form with every kind of input, and what each becomes in Python: text, numbers, dates, lists."""

import justui as ui

CSS = """
    main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 2rem }
    fieldset > * { align-self: start }
    .wide { grid-column: 1 / -1 }
    .understood { position: sticky; top: 1rem; align-self: start }
    .understood td { overflow-wrap: anywhere }
"""


def group(title: str) -> ui.Fieldset:
    return ui.Fieldset(ui.Legend(title), classes="grid sm:grid-cols-2 gap-4")


def questions() -> None:
    with group("Text"):
        ui.Label("Name", ui.Input(name="name", required=True))
        ui.Label("E-mail", ui.Input(name="email", type="email", placeholder="you@example.org"))
        ui.Label("Telephone", ui.Input(name="telephone", type="tel"))
        ui.Label("Website", ui.Input(name="website", type="url", placeholder="https://example.org"))
        ui.Label("Search", ui.Input(name="search", type="search"))
        ui.Label("Password", ui.Input(name="password", type="password", autocomplete="new-password"))
        ui.Label("A longer text", ui.Textarea(name="text", rows=3), classes="wide")
    with group("Numbers"):
        ui.Label("People", ui.Input(name="people", type="number", value=2, min=1, max=20))
        ui.Label("Price", ui.Input(name="price", type="number", value=9.5, step=0.01))
        ui.Label("Loudness", ui.Input(name="loudness", type="range", value=30, max=100), classes="wide")
    with group("Dates and times"):
        ui.Label("Day", ui.Input(name="day", type="date"))
        ui.Label("Time", ui.Input(name="time", type="time", value="12:30"))
        ui.Label("Day and time", ui.Input(name="moment", type="datetime-local"), classes="wide")
        ui.Label("Month", ui.Input(name="month", type="month"))
        ui.Label("Week", ui.Input(name="week", type="week"))
    with group("Choices"):
        ui.Label("Town", ui.Select(name="town", options=["Lisbon", "Oslo", "Prague"]))
        ui.Label("Colour", ui.Input(name="colour", type="color", value="#2c5fd0"))
        ui.Label("Fruits", ui.Select(name="fruits", multiple=True, size=4, options=["Apple", "Cherry", "Fig", "Plum"]))
        with ui.Div(role="radiogroup", aria_label="Size"):
            for size in ("small", "medium", "large"):
                ui.Div(ui.Label(ui.Input(type="radio", name="size", value=size, checked=size == "medium"), size))
        ui.Label(ui.Input(type="checkbox", name="newsletter"), "Newsletter")


def page() -> ui.WebPage:
    def understand(msg: ui.Event) -> None:
        hint.show = False
        for name, value in msg.values.items():
            if name not in cells:
                cells[name] = ui.Code(), ui.Td(classes="text-gray-500")
                rows.add(ui.Tr(ui.Th(name, scope="row"), ui.Td(cells[name][0]), cells[name][1]))
            cells[name][0].text = repr("•" * len(value) if name == "password" else value)
            cells[name][1].text = type(value).__name__

    def send(msg: ui.Event) -> None:
        understand(msg)
        ui.notify(f"The server has {len(msg.values)} values.", "success")

    cells: dict[str, tuple[ui.Code, ui.Td]] = {}
    wp = ui.WebPage(title="Form", css=CSS)
    with wp, ui.Main():
        with ui.Form(on_input=understand, on_submit=send, autocomplete="off", classes="space-y-6"):
            ui.H1("Fill it in")
            questions()
            ui.Button("Send")
        with ui.Section(classes="understood", aria_label="What Python gets"):
            ui.H2("What Python gets")
            hint = ui.P("Change something in the form.", classes="text-gray-500")
            rows = ui.Tbody(a=ui.Table(classes="w-full"))
    return wp


if __name__ == "__main__":
    ui.run(page)
