"""One form and one list for everybody. Cut your connection, work on, and see that nothing is lost."""

import justui as ui


def plug(seconds: int) -> ui.Button:
    def pull(msg: ui.Event) -> None:
        if msg.tab:
            msg.tab.cut(seconds)

    return ui.Button(f"Cut me off for {seconds} seconds", type="button", on_click=pull)


def bring() -> None:
    if thing.value.strip():
        things.add(ui.Li(thing.value.strip()))
        nothing.show = False
        thing.value = ""
        thing.focus()


def cheer() -> None:
    cheers.text = int(cheers.text) + 1


page = ui.WebPage(title="Pull the plug")
with page, ui.Main(classes="space-y-6"):
    ui.H1("Pull the plug")
    ui.P(
        "Open this page twice. Cut one of the two off, and go on in both: type into the same text, add to the list, click."
    )
    with ui.Div(classes="flex flex-wrap gap-3"):
        plug(5)
        plug(15)
    with ui.Div(classes="grid sm:grid-cols-2 gap-6 items-start"):
        with ui.Section(classes="card grid gap-4", aria_label="One form"):
            ui.H2("One form")
            ui.Label("Where to?", ui.Input(value="To the lake", private=False))
            ui.Label("When?", ui.Input(type="date"))
            ui.Label("What everybody should know", ui.Textarea(rows=5, private=False))
            ui.Label(ui.Input(type="checkbox"), "Come what may")
        with ui.Section(classes="card space-y-4", aria_label="One list"):
            ui.H2("One list")
            with ui.Form(on_submit=bring, autocomplete="off", classes="flex gap-2"):
                thing = ui.Input(
                    private=True, placeholder="What do you bring?", aria_label="What do you bring?", classes="flex-1"
                )
                ui.Button("Add")
            nothing = ui.P("Nobody brings anything yet.", classes="text-gray-500")
            things = ui.Ul(aria_live="polite")
            ui.P(ui.Button("Cheer", type="button", on_click=cheer), " ", cheers := ui.B("0"), " cheers")

if __name__ == "__main__":
    ui.run(page)
