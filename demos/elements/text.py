"""Things to read."""

import justui as ui


def paragraph() -> None:
    """Strings and components, in order."""
    ui.P("Plain, ", ui.B("bold"), ", ", ui.I("italic"), ", ", ui.Mark("marked"), ", ", ui.Code("code"), " and a ",
         ui.A("link", href="#paragraph"), ".")  # fmt: skip


def headings() -> None:
    """They look finished without a class."""
    ui.H2("A heading")
    ui.H3("A smaller one")
    ui.Blockquote("Perfection is achieved when there is nothing left to take away.")


def lists() -> None:
    """The children of a component are a live list."""
    with ui.Ul() as animals:
        for name in ("Cat", "Dog", "Horse"):
            ui.Li(name)
    with ui.Row():
        ui.Button("Sort backwards", on_click=lambda: animals.components.sort(key=lambda li: li.text, reverse=True))
        ui.Button("Turn round", on_click=animals.components.reverse)


def table() -> None:
    """A table made of rows, made of data."""
    with ui.Table():
        with ui.Thead(), ui.Tr():
            for title in ("Planet", "Moons", "Day in hours"):
                ui.Th(title)
        with ui.Tbody():
            for planet, *numbers in (("Earth", 1, 24), ("Mars", 2, 24.7), ("Jupiter", 95, 9.9)):
                ui.Tr(ui.Td(planet), *(ui.Td(str(number), classes="text-right") for number in numbers))


def details() -> None:
    """Opens by itself; Python may open it too."""
    with ui.Details(ui.Summary("What is inside?")) as box:
        ui.P("Everything that a component can hold.")
    ui.Button("Open or close", on_click=lambda: setattr(box, "open", not box.open))


def keys_and_code() -> None:
    """Elements that programmers like."""
    ui.P("Press ", ui.Kbd("Ctrl"), " + ", ui.Kbd("C"), " to copy ", ui.Code("ui.run(page)"), ".")
    ui.Pre("def page():\n    return ui.H1('Hello')")
