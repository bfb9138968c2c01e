"""Things that change."""

import justui as ui


def list_of_rows() -> None:
    """A list sends only what changed of it."""
    todo = ui.List(["Buy milk", "Call Ada"])

    def add() -> None:
        if entry.value.strip():
            todo.append(entry.value.strip())
        entry.value = ""

    def row(text: str) -> ui.Component:
        with ui.Li(transition="fade", classes="flex items-center gap-2") as item:
            ui.Span(text, classes="flex-1")
            ui.Button(ui.Icon("xmark"), on_click=lambda: todo.remove(text), aria_label=f"Remove {text}")
        return item

    with ui.Form(on_submit=add), ui.Row():
        entry = ui.Input(placeholder="What else?", aria_label="What else?", classes="flex-1")
        ui.Button("Add", type="submit")
    ui.For(todo, row, tag="ul", empty="All done.", classes="list-none p-0")


def show_and_hide() -> None:
    """A state decides; a transition finishes before the element goes."""
    open = ui.State(True)
    ui.Button("Show or hide", on_click=lambda: open.set(not open.value))
    ui.Card("Now you see me.", show=open, transition="slide", classes="mt-4")


def animation() -> None:
    """Plays again whenever the text changes."""
    number = ui.State(3)
    with ui.Row(classes="items-center"):
        ui.Button("Count down", on_click=lambda: number.set(number.value - 1 or 3))
        ui.Span(number, animation="flip", classes="inline-block text-4xl font-bold")


def progress() -> None:
    """An element of HTML, moved from Python."""
    done = ui.State(30)
    with ui.Row(classes="items-center"):
        ui.Progress(value=done, max=100, aria_label="Done")
        ui.Button("Ten more", on_click=lambda: done.set((done.value + 10) % 110))


def drawing() -> None:
    """Every element of SVG is a component."""
    angle = ui.State(0)
    with ui.svg.Svg(view_box="-50 -50 100 100", classes="size-40", role="img", aria_label="A dial"):
        ui.svg.Circle(r=46, fill="none", stroke="currentColor", stroke_width=4)
        ui.svg.Line(
            y2=-38,
            stroke="tomato",
            stroke_width=6,
            stroke_linecap="round",
            transform=angle.map(lambda angle: f"rotate({angle})"),
        )
    ui.Input(type="range", model=angle, max=360, aria_label="Angle")
