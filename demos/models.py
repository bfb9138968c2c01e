"""One value, many faces: fields and texts are bound to the same State, and whatever you change, all tabs follow."""

import justui as ui


def style(size: int | None) -> str:
    return f"font-size: {max(16, min(size or 16, 96))}px; line-height: 1.2; overflow-wrap: anywhere"


def sentence(name: str, size: int | None) -> str:
    return f"{len(name)} letters, {size or 'unknown'} pixels high."


name, size, shown = ui.State("Ada"), ui.State(48), ui.State(True)
page = ui.WebPage(title="Models")
with page, ui.Main(classes="max-w-xl mx-auto space-y-6"):
    ui.H1(name.map(lambda name: f"Hello, {name or 'world'}!"), style=size.map(style), show=shown)
    ui.P(name.map(sentence, size), aria_live="polite", classes="text-gray-500")
    with ui.Div(classes="card grid sm:grid-cols-2 gap-4"):
        ui.Label("Name", ui.Input(model=name, maxlength=40, autocomplete="off"))
        ui.Label("The same name", ui.Input(model=name, maxlength=40, autocomplete="off"))
        ui.Label("Size", ui.Input(type="range", min=16, max=96, model=size))
        ui.Label("The same size", ui.Input(type="number", min=16, max=96, model=size))
        ui.Label(ui.Input(type="checkbox", model=shown), "Show the greeting")

if __name__ == "__main__":
    ui.run(page)
