"""Things to fill in."""

from datetime import date

import justui as ui


def text() -> None:
    """Bound both ways: what one types is there while one types it."""
    name = ui.State("World")
    ui.Field("Name", model=name)
    ui.P("Hello, ", ui.B(name), "!")


def area() -> None:
    """Two people may write into one shared text: both keep their letters."""
    note = ui.State("Write something.")
    ui.Textarea(model=note, rows=3, aria_label="Note", classes="w-full")
    ui.P(note.map(lambda text: f"{len(text.split())} words, {len(text)} letters"), classes="text-sm text-gray-500")


def number_and_range() -> None:
    """A number field gives a number."""
    volume = ui.State(40)
    with ui.Row():
        ui.Input(type="range", model=volume, aria_label="Volume")
        ui.Input(type="number", model=volume, min=0, max=100, aria_label="Volume as a number", classes="w-24")
    ui.Progress(value=volume, max=100, aria_label="Volume")


def checkbox() -> None:
    """A box follows a state, and the state the box."""
    wanted = ui.State(True)
    ui.Label(ui.Input(type="checkbox", model=wanted), "With cheese")
    ui.P(wanted.map(lambda on: "A slice of Gouda it is." if on else "As you like."))


def radio() -> None:
    """The buttons of a group share one state."""
    size = ui.State("M")
    with ui.Row(role="radiogroup", aria_label="Size"):
        for word in ("S", "M", "L", "XL"):
            ui.Label(ui.Input(type="radio", name="size", value=word, model=size), word)
    ui.P("Size ", ui.B(size))


def select() -> None:
    """Options are a list, or a mapping from values to labels."""
    fruit = ui.State("pear")
    ui.Select(options={"apple": "Apple", "pear": "Pear", "quince": "Quince"}, model=fruit, aria_label="Fruit")
    ui.P("You chose: ", fruit)


def dates() -> None:
    """A date field gives a date."""
    day = ui.State(date(2027, 1, 1))
    ui.Field("Day", type="date", model=day)
    ui.P(day.map(lambda day: f"{day:%A}, day {day:%j} of the year" if day else "No day"))


def color() -> None:
    """A style is an attribute as any other: it takes a state."""
    color = ui.State("#4f46e5")
    with ui.Row():
        ui.Input(type="color", model=color, aria_label="Colour")
        ui.Div(classes="h-10 flex-1 rounded-lg", style=color.map(lambda color: f"background: {color}"))


def form() -> None:
    """A submit brings all values by name; a message goes to the field it is about."""

    def check(msg: ui.Event) -> None:
        taken = msg.values["name"].lower() == "ada"
        name.error = "Ada is taken." if taken else None
        answer.text = "" if taken else f"Welcome, {msg.values['name']}!"

    with ui.Form(on_submit=check):
        name = ui.Field("Choose a name", name="name", required=True, placeholder="Try Ada")
        ui.Button("Join", type="submit")
        answer = ui.P()
