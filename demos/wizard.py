"""A wizard: four views take turns at one address. What you say in one is there in the next, and of a view that went nothing is left."""

import justui as ui

SEATS, MENU, KEPT = 6, {"soup": "Pumpkin soup", "pasta": "Pasta with nettles", "cake": "Only cake"}, 90
FRAMED = True

app = ui.App()


def frame(title: str, step: int) -> ui.WebPage:
    """What the views have in common."""
    page = ui.WebPage(title=f"{title} · Supper club", classes="mx-auto max-w-xl p-4 sm:p-8")
    with page:
        ui.P(f"Step {step} of 3", classes="m-0 text-sm text-(--muted)", show=step < 4)
        ui.H1(title, classes="mt-1")
    return page


def people() -> ui.WebPage:
    """The first view, which the address shows."""

    def go_on(msg: ui.Event) -> None:
        msg.tab.data.update(name=name.value.strip() or "Nobody", seats=int(seats.value or 1))
        msg.tab.show(lambda: dishes(msg.tab))

    with frame("Who is coming?", 1) as page, ui.Form(on_submit=go_on):
        with ui.Label("Your name"):
            name = ui.Input(required=True, autofocus=True)
        with ui.Label("Seats"):
            seats = ui.Input(type="number", min=1, max=SEATS, value=2)
        ui.Button("Go on", classes="primary")
    return page


def dishes(tab: ui.Tab) -> ui.WebPage:
    left = ui.State(KEPT)
    with frame("What do you eat?", 2) as page:
        ui.P(left.map(lambda seconds: f"{tab.data['seats']} seats are kept for you for {seconds} s."))
        for key, dish in MENU.items():

            def choose(msg: ui.Event, dish: str = dish) -> None:
                msg.tab.data["dish"] = dish
                msg.tab.show(lambda: summary(msg.tab))

            ui.Button(dish, on_click=choose, id=key, classes="mb-3 block w-full text-left")
        ui.Button("Back", on_click=lambda msg: msg.tab.show(people))

    @page.every(1)
    def count_down() -> None:  # it ends with this view
        left.value -= 1
        if left.value <= 0:
            for here in page.tabs:
                here.notify("Your seats have gone to others.", "warning")
                here.show(people)

    return page


def summary(tab: ui.Tab) -> ui.WebPage:
    data = tab.data

    def book() -> None:
        tab.show(lambda: done(tab))

    with frame("Is that right?", 3) as page:
        ui.P(f"{data['dish']} for {data['seats']}, and the table says “{data['name']}”.", classes="card")
        with ui.Div(classes="flex gap-3"):
            ui.Button("Book", on_click=book, classes="primary")
            ui.Button("Back", on_click=lambda: tab.show(lambda: dishes(tab)))
    return page


def done(tab: ui.Tab) -> ui.WebPage:
    with frame(f"See you, {tab.data['name']}", 4) as page:
        ui.P("The address has been the same all the time. Reload it, and the wizard begins anew.")
        ui.Button("Once more", on_click=lambda: tab.show(people))
    return page


page = app.route("/")(people)

if __name__ == "__main__":
    app.run()
