"""A bakery: everybody puts orders into one queue, two bakers take the oldest each, and all see how far they are."""

import asyncio
import itertools

import justui as ui

MENU: dict[str, tuple[str, float]] = {
    "Rolls": ("bread-slice", 2),
    "Cookies": ("cookie", 4),
    "Birthday cake": ("cake-candles", 8),
}

app = ui.App()
orders = app.queue("orders", limit=12)
numbers = itertools.count(1)


class Order:
    """What everybody sees of an order. In the queue is its number alone."""

    def __init__(self, what: str) -> None:
        self.number = next(numbers)
        self.what = what
        self.share = ui.State(0)
        self.state = ui.State("waits")


board = ui.List[Order](key="number")


def order(what: str) -> None:
    new = Order(what)
    try:
        orders.push(new.number)
    except ui.QueueFull:
        ui.notify("The bakery is full. Come again in a moment.", "warning")
        return
    board.insert(0, new)
    del board[14:]  # as many as can wait or be in the oven


class Baker:
    """Takes orders as long as there are any."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.now = ui.State("has a rest")

    @property
    def rests(self) -> bool:
        return self.now.value == "has a rest"

    async def work(self) -> None:
        while (number := orders.shift()) is not None:
            job = next(one for one in board if one.number == number)
            self.now.set(f"bakes {job.what.lower()}, no. {number}")
            job.state.set(f"{self.name} is at it")
            for share in range(0, 101, 4):
                job.share.set(share)
                await asyncio.sleep(MENU[job.what][1] / 26)
            job.state.set("done")
        self.now.set("has a rest")


bakers = [Baker("Ada"), Baker("Bo")]


@orders.on_push
async def wake() -> None:
    resting = next((baker for baker in bakers if baker.rests), None)
    if resting is not None:
        await resting.work()


def row(job: Order) -> ui.Li:
    icon, _ = MENU[job.what]
    with ui.Li(classes="flex items-center gap-4 py-2") as shown:
        ui.Icon(icon, classes="w-6 text-center text-amber-700 dark:text-amber-400")
        with ui.Div(classes="min-w-0 flex-1"):
            with ui.Row(classes="flex-nowrap justify-between gap-4"):
                ui.Span(ui.B(job.what), f" no. {job.number}")
                ui.Span(text=job.state, classes="text-sm text-(--muted)")
            ui.Progress(value=job.share, max=100, aria_label=f"Order {job.number}", classes="h-2 w-full")
    return shown


def person(baker: Baker) -> ui.Row:
    with ui.Row(classes="flex-nowrap gap-3") as shown:
        ui.Span(
            baker.name[0],
            aria_hidden=True,
            classes="grid size-10 shrink-0 place-items-center rounded-full bg-amber-700 font-bold text-white",
        )
        ui.Span(ui.B(baker.name), " ", ui.Span(text=baker.now), classes="min-w-0")
    return shown


page = ui.WebPage(title="Jobs")
with page, ui.Main(classes="mx-auto max-w-2xl space-y-4"):
    ui.H1("Jobs")
    with ui.Row(classes="gap-3"):
        for name, (icon, seconds) in MENU.items():
            ui.Button(
                ui.Icon(icon),
                f" {name} ",
                ui.Small(f"{seconds} s"),
                on_click=lambda name=name: order(name),
                aria_label=f"Order {name}",
                classes="m-0 flex-1 whitespace-nowrap",
            )
    with ui.Card(), ui.Grid(columns=2, min_width=14):
        for baker in bakers:
            person(baker)
    with ui.Card(classes="py-2"):
        ui.For(
            board,
            row,
            empty=ui.Li("No orders yet. Press a button.", classes="py-6 text-center text-(--muted)"),
            tag="ul",
            aria_label="Orders",
            classes="m-0 list-none divide-y divide-gray-500/15 p-0",
        )

if __name__ == "__main__":
    app.route("/")(lambda: page)
    app.run()
