"""A small site: its pages come and go within a layout that stays, with your basket in it. Back and forward work, nothing reloads."""

import justui as ui

PLANTS = {
    "fern": ("Boston fern", "Likes shade and a bath now and then.", 12),
    "monstera": ("Monstera", "Wants light, a stick to climb, and room for its holes.", 24),
    "cactus": ("Bishop's cap", "Five ribs, no spines, and no water before March.", 9),
    "basil": ("Basil", "Lives in the kitchen, and is eaten.", 3),
}
SEASONS = {
    "Spring": "Repot what has outgrown its pot, and begin to feed. Turn each plant a little every week.",
    "Summer": "Water in the evening. Ferns like a shower; cacti like to be forgotten outside.",
    "Autumn": "Bring everything in before the first frost, and look under the leaves for guests.",
    "Winter": "Water less, feed nothing, and keep them away from the radiator. Most of them sleep.",
}
FRAMED = True

app = ui.App()


def shell() -> ui.WebPage:
    """What stays: each tab has its own, with the basket in it."""
    basket = ui.List[str]()

    with ui.WebPage(title="Leaf & Stem", classes="mx-auto max-w-3xl p-4 sm:p-8") as page:
        page.data["basket"] = basket
        with ui.Header(classes="mb-8 flex flex-wrap items-center gap-x-6 gap-y-3 border-b pb-4"):
            ui.Link("Leaf & Stem", href="./", classes="text-xl font-semibold no-underline")
            with ui.Nav(classes="flex gap-4", aria_label="Site"):
                for name in ("Plants", "Care", "About"):
                    ui.Link(
                        name,
                        href=f"./{name.lower()}",
                        classes="border-b-2 border-transparent py-1 no-underline aria-[current=page]:border-current aria-[current=page]:font-semibold",
                    )
            with ui.Details(classes="m-0 ml-auto min-w-40 text-sm"):
                ui.Summary(basket.map(lambda plants: f"Basket: {len(plants)}"), aria_live="polite")
                ui.Ul(ui.For(basket, ui.Li))
        ui.Main(ui.Outlet())
    return page


@app.route("/", layout=shell)
def home() -> ui.Div:
    with ui.Div() as shown:
        ui.H1("Plants for dark flats")
        ui.P("Four of them, honestly described. Put some into your basket, look around, and see it stay.")
        ui.P(
            ui.Link("See the plants", href="./plants"),
            " or read ",
            ui.Link("what to do in winter", href="./care#Winter"),
            ".",
        )
    return shown


@app.route("/plants", layout=shell)
def plants() -> ui.WebPage:
    with ui.WebPage(title="Plants · Leaf & Stem") as page:
        ui.H1("Plants")
        with ui.Ul(classes="grid list-none gap-4 p-0 sm:grid-cols-2"):
            for name, (title, line, price) in PLANTS.items():
                with ui.Li(classes="card m-0 flex flex-col"):
                    ui.H2(ui.Link(title, href=f"./plant?name={name}"), classes="m-0 text-lg")
                    ui.P(line, classes="grow text-sm")
                    ui.Small(f"{price} €")
    return page


@app.route("/plant", layout=shell)
def plant(name: str) -> ui.WebPage:
    if name not in PLANTS:
        ui.abort(404, "We have no such plant.")
    title, line, price = PLANTS[name]

    def buy(msg: ui.Event) -> None:
        msg.tab.page.data["basket"].append(title)  # the layout is the page of the tab
        ui.notify(f"{title} is in your basket.", "success")

    with ui.WebPage(title=f"{title} · Leaf & Stem") as page:
        ui.P(ui.Link("← All plants", href="./plants"))
        ui.H1(title, classes="mt-2")
        ui.P(line)
        ui.Button(f"Put into the basket, {price} €", on_click=buy, classes="primary")
    return page


@app.route("/care", layout=shell)
def care() -> ui.WebPage:
    with ui.WebPage(title="Care · Leaf & Stem") as page:
        ui.H1("A year of care")
        ui.Nav(
            *(ui.Link(season, href=f"./care#{season}") for season in SEASONS),
            classes="flex gap-4",
            aria_label="Seasons",
        )
        for season, text in SEASONS.items():
            ui.H2(season, id=season, classes="mt-12 scroll-mt-4")
            ui.P(text)
            ui.Div(
                classes="h-64 rounded-xl bg-linear-to-b from-green-200 to-green-500 dark:from-green-950 dark:to-green-800"
            )
    return page


@app.route("/about", layout=shell)
def about() -> ui.Div:
    with ui.Div() as shown:
        ui.H1("About us")
        ui.P("We are a demo. The basket above is a Python object of your tab, and it has stood there all the time.")
        ui.P("Reload the page, and everything begins anew: ", ui.A("reload", href="./about"), ".")
    return shown


page = home

if __name__ == "__main__":
    app.run()
