import justui as ui


def add():
    notes.value += line.value + "\n"
    line.value = ""


page = ui.WebPage(title="Notes")
with page, ui.Main(classes="grid gap-4 max-w-xl mx-auto"):
    ui.H1("Notes")
    with ui.Label("For everybody"):
        notes = ui.Textarea(rows=8)
    with ui.Form(on_submit=add), ui.Label("Your line"):
        line = ui.Input(private=True)

ui.run(page)
