"""Live components in HTML of your own: a café's menu with what is left for everybody, and an order of each guest's own."""

from pathlib import Path

import justui as ui

app = ui.App(templates=Path(__file__).with_name("templates"))


class Dish:
    """A line of the menu. `left` is one component, which stands on the pages of all guests."""

    def __init__(self, name: str, cents: int, portions: int) -> None:
        self.name, self.cents = name, cents
        self.portions = ui.State(portions)
        self.left = ui.Span(text=self.portions.map(lambda count: f"{count} left" if count else "sold out"))

    @property
    def price(self) -> str:
        return f"{self.cents / 100:.2f}"

    def button(self, order: ui.List[str], total: ui.State[int]) -> ui.Button:
        """A guest's own button, which ends for all of them when nothing is left."""

        def take() -> None:
            if self.portions.value:  # two may press it at the same moment
                self.portions.set(self.portions.value - 1)
                order.append(self.name)
                total.set(total.value + self.cents)

        return ui.Button(
            "Order", on_click=take, disabled=self.portions.map(lambda count: not count), aria_label=f"Order {self.name}"
        )


MENU = {
    "From the oven": [Dish("Cinnamon knot", 320, 6), Dish("Rye bread, butter, chives", 450, 4)],
    "From the garden": [Dish("Tomatoes and peaches", 780, 3), Dish("Cucumber soup, cold", 650, 5)],
    "To drink": [Dish("Coffee", 290, 20), Dish("Rhubarb lemonade", 380, 2)],
}


def page() -> ui.HtmlPage:
    order, total = ui.List[str]([]), ui.State(0)
    return app.render(
        "cafe.html",
        menu={course: [(dish, dish.button(order, total)) for dish in dishes] for course, dishes in MENU.items()},
        order=ui.For(order, ui.Li, tag="ol"),
        total=ui.Output(text=total.map(lambda cents: f"{cents / 100:.2f}")),
        hint=ui.Em("Nothing yet.", show=total.map(lambda cents: not cents)),
    )


if __name__ == "__main__":
    app.route("/")(page)
    app.run()
