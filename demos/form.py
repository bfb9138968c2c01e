"""A form with every kind of field in a line each, what each becomes in Python, and what is wrong said where it is."""

import justui as ui

CSS = """
    main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 2rem }
    .understood { position: sticky; top: 1rem; align-self: start }
    .understood td { overflow-wrap: anywhere }
"""

TAKEN = {"ada@example.org"}


def group(title: str) -> ui.Grid:
    """Two columns with a title, or one where there is no room."""
    grid = ui.Grid(columns=2, min_width=11, classes="items-start")
    ui.Fieldset(ui.Legend(title), grid)
    return grid


def questions() -> ui.Field:
    """All fields; the answer is the one that the server has something to say about."""
    with group("Text"):
        ui.Field("Name", required=True)
        email = ui.Field(
            "E-mail", type="email", name="email", placeholder="you@example.org", help="Try ada@example.org"
        )
        ui.Field("Telephone", type="tel")
        ui.Field("Website", type="url", placeholder="https://example.org")
        ui.Field("Search", type="search")
        ui.Field("Password", type="password", autocomplete="new-password", minlength=8, help="Eight letters or more")
        ui.Field("A longer text", type="textarea", name="text", rows=3, classes="col-span-full")
    with group("Numbers"):
        ui.Field("People", type="number", value=2, min=1, max=20)
        ui.Field("Price", type="number", value=9.5, step=0.01)
        ui.Field("Loudness", type="range", value=30, max=100, classes="col-span-full")
    with group("Dates and times"):
        ui.Field("Day", type="date")
        ui.Field("Time", type="time", value="12:30")
        ui.Field("Day and time", type="datetime-local", name="moment", classes="col-span-full")
        ui.Field("Month", type="month")
        ui.Field("Week", type="week")
    with group("Choices"):
        ui.Field("Town", options=["Lisbon", "Oslo", "Prague"])
        ui.Field("Colour", type="color", value="#2c5fd0")
        ui.Field("Fruits", options=["Apple", "Cherry", "Fig", "Plum"], multiple=True, size=4)
        with ui.Column():
            ui.Field("Size", type="radio", options=["small", "medium", "large"], value="medium")
            ui.Field("Extras", type="checkbox", options=["gift wrap", "card"])
        ui.Field("Newsletter", type="checkbox")
    return email


def page() -> ui.WebPage:
    def understand(msg: ui.Event) -> None:
        hint.show = False
        for name, value in msg.values.items():
            if name not in cells:
                cells[name] = ui.Code(), ui.Td(classes="text-gray-500 dark:text-gray-400")
                rows.add(ui.Tr(ui.Th(name, scope="row"), ui.Td(cells[name][0]), cells[name][1]))
            cells[name][0].text = repr("•" * len(value) if name == "password" else value)
            cells[name][1].text = type(value).__name__

    def send(msg: ui.Event) -> None:
        understand(msg)
        if msg.values["email"] in TAKEN:
            email.error = "This address is taken."
            email.focus()
            return
        ui.notify(f"The server has {len(msg.values)} values.", "success")

    cells: dict[str, tuple[ui.Code, ui.Td]] = {}
    wp = ui.WebPage(title="Form", css=CSS)
    with wp, ui.Main():
        with ui.Form(on_input=understand, on_submit=send, autocomplete="off", classes="space-y-6"):
            ui.H1("Fill it in")
            email = questions()
            ui.Button("Send")
        with ui.Section(classes="understood", aria_label="What Python gets"):
            ui.H2("What Python gets")
            hint = ui.P("Change something in the form.", classes="text-gray-500 dark:text-gray-400")
            rows = ui.Tbody(a=ui.Table(classes="w-full"))
    return wp


if __name__ == "__main__":
    ui.run(page)
