"""A drawing board for everybody: all see each line while it is drawn, and where the others point; each can undo their own lines."""

from itertools import pairwise
from typing import Any

import justui as ui
from justui.components import svg

WIDTH, HEIGHT = 1200, 700
PENS = {"Fine": 3, "Broad": 8, "Marker": 20}
COLOURS = ("#d6336c", "#e8590c", "#2f9e44", "#0c8599", "#1c7ed6", "#7048e8", "#495057")
FEWEST = 2.5  # units that the pen has to move before it is worth a word
Point = tuple[float, float]
Stroke = dict[str, Any]

# With store="drawing.db" it is still there when the program starts again.
strokes = ui.SharedList[Stroke]()
page = ui.WebPage(title="Drawing board")


class Pen:
    """What one person draws with, and the line that they draw now. It becomes a stroke when it is done."""

    def __init__(self) -> None:
        self.width = PENS["Broad"]
        self.points: list[Point] = []
        self.pieces = ui.List[str]()
        """The line so far, piece by piece: with each move only the new piece travels."""


def pen_of(person: ui.Person) -> Pen:
    if person["pen"] is None:
        person["pen"] = Pen()
    return person["pen"]  # type: ignore[no-any-return]


def point_of(msg: ui.Event) -> Point:
    """Where the pointer is, in units of the drawing, whose size is another on each screen."""
    scale = WIDTH / max(1, msg["target.clientWidth"] or WIDTH)
    return round(msg.offsetX * scale, 1), round(msg.offsetY * scale, 1)


def begin(msg: ui.Event) -> None:
    pen = pen_of(msg.tab.person)
    pen.points = [point_of(msg)]
    pen.pieces[:] = [path_of(pen.points)]


def move(msg: ui.Event) -> None:
    at = point_of(msg)
    person = msg.tab.person
    person["at"] = at
    pen = pen_of(person)
    if pen.points and distance(pen.points[-1], at) >= FEWEST:
        pen.points.append(at)
        pen.pieces.append(path_of(pen.points[-3:]))


def end(msg: ui.Event) -> None:
    person = msg.tab.person
    pen = pen_of(person)
    if pen.points:
        strokes.append({"d": path_of(pen.points), "colour": person.colour, "width": pen.width})
    pen.points = []
    pen.pieces.clear()


def leave(msg: ui.Event) -> None:
    end(msg)
    msg.tab.person["at"] = None


def distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def path_of(points: list[Point]) -> str:
    """A smooth line: each point bends it, and it goes through the middles between them."""
    (x, y), *rest = points
    parts = [f"M{x:g} {y:g}"]
    for (x, y), (next_x, next_y) in pairwise(rest):
        parts.append(f"Q{x:g} {y:g} {(x + next_x) / 2:g} {(y + next_y) / 2:g}")
    x, y = points[-1]
    return " ".join([*parts, f"L{x:g} {y:g}"])


def line(d: str, colour: Any, width: float) -> svg.Path:
    return svg.Path(
        d=d, stroke=colour, stroke_width=width, fill="none", stroke_linecap="round", stroke_linejoin="round"
    )


def live(person: ui.Person) -> svg.G:
    """The line that somebody draws just now."""
    pen = pen_of(person)
    return svg.G(ui.For(pen.pieces, lambda d: line(d, person.state("colour"), pen.width), tag="g"))


def pointer(person: ui.Person) -> svg.G:
    """Where somebody else points, with their name."""
    at = person.state("at")
    shown = svg.G(
        svg.Path(d="M0 0 L0 26 L7 20 L18 19 Z", fill=person.state("colour"), stroke="white", stroke_width=2),
        svg.Text(person.state("name"), x=16, y=40, font_size=20, font_weight=600, fill=person.state("colour")),
        show=at.map(bool),
        transform=at.map(lambda at: f"translate({at[0]:g} {at[1]:g})" if at else ""),
        classes="ui-others",  # not shown to that person
    )
    shown.set_attributes({"data-person": person.tab.id if person.tab else ""})
    return shown


def choose(colour: str) -> ui.Button:
    return ui.Button(
        on_click=lambda msg: msg.tab.person.update(colour=colour),
        style=f"background: {colour}",
        aria_label=f"Colour {colour}",
        classes="m-0 size-8 min-h-0 rounded-full border-2 border-white/60 p-0 shadow-sm hover:scale-110",
    )


def take(width: int, msg: ui.Event) -> None:
    pen_of(msg.tab.person).width = width


with page, ui.Main(classes="mx-auto max-w-6xl space-y-4"):
    with ui.Row(classes="gap-x-6 gap-y-3"):
        ui.H1("Drawing board", classes="m-0 flex-1 basis-52")
        ui.People(page)
        ui.Input(
            private=True,
            on_change=lambda msg: msg.tab.person.update(name=msg.value),
            placeholder="Your name",
            aria_label="Your name",
            maxlength=40,
            classes="w-36",
        )
    with ui.Row(classes="gap-x-6 gap-y-3"):
        with ui.Row(classes="gap-2", role="group", aria_label="Colour"):
            for colour in COLOURS:
                choose(colour)
        with ui.Row(classes="gap-2", role="group", aria_label="Pen"):
            for label, width in PENS.items():
                dot = ui.Span(
                    classes="inline-block rounded-full bg-current", style=f"width: {width}px; height: {width}px"
                )
                ui.Button(
                    dot,
                    on_click=lambda msg, width=width: take(width, msg),
                    aria_label=label,
                    classes="m-0 grid size-9 min-h-0 place-items-center p-0",
                )
        with ui.Row(classes="ml-auto gap-2"):
            ui.Button(ui.Icon("rotate-left"), " Undo", on_click=lambda msg: strokes.undo(msg.tab), classes="m-0")
            ui.Button(ui.Icon("rotate-right"), " Redo", on_click=lambda msg: strokes.redo(msg.tab), classes="m-0")
            ui.Button(
                ui.Icon("trash"),
                " Clear",
                on_click=strokes.clear,
                disabled=strokes.map(lambda all: not all),
                classes="m-0",
            )
    with ui.Div(classes="relative overflow-hidden rounded-xl border border-gray-500/30 bg-white shadow-sm") as sheet:
        with svg.Svg(
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            classes="pointer-events-none block w-full",
            role="img",
            aria_label="The drawing",
        ):
            ui.For(strokes, lambda stroke: line(stroke["d"], stroke["colour"], stroke["width"]), tag="g")
            ui.For(page.presence, live, tag="g")
            ui.For(page.presence, pointer, tag="g")
        ui.P(
            "Draw here: everybody sees it.",
            show=strokes.map(lambda all: not all),
            classes="pointer-events-none absolute inset-0 m-0 grid place-items-center text-gray-400",
        )
    sheet.style = f"touch-action: none; cursor: crosshair; aspect-ratio: {WIDTH} / {HEIGHT}"
    fields = ["offsetX", "offsetY", "target.clientWidth"]
    sheet.on("pointerdown", begin, fields=fields, prevent=True)
    sheet.on("pointermove", move, fields=fields, throttle=40)
    sheet.on("pointerup", end)
    sheet.on("pointercancel", end)
    sheet.on("pointerleave", leave)

if __name__ == "__main__":
    ui.run(page)
