"""A kanban board for everybody: drag cards with the mouse, or move them with the keyboard; whatever two do at once, both counts."""

from typing import Any

import justui as ui

COLUMNS = {"ideas": "Ideas", "doing": "Doing", "done": "Done"}
BAND = {"ideas": "bg-amber-500", "doing": "bg-sky-500", "done": "bg-emerald-500"}
KEYS = {"ArrowLeft": (-1, 0), "ArrowUp": (0, -1), "ArrowDown": (0, 1), "ArrowRight": (1, 0)}
CARD = (
    "flex cursor-grab flex-wrap items-start gap-x-2 gap-y-1 rounded-lg border border-gray-500/20 "
    "bg-[light-dark(#fff,#2b2e34)] p-3 shadow-xs active:cursor-grabbing"
)
SMALL = (
    "m-0 grid size-7 min-h-0 place-items-center border-0 bg-transparent p-0 text-xs text-gray-500 hover:bg-gray-500/15"
)
BAR = "m-0 min-h-0 px-3 py-1.5 text-sm"
TITLE = "-ml-2 min-w-0 flex-1 basis-60 border-transparent bg-transparent px-2 py-1 text-3xl font-bold"
EMPTY = "rounded-lg border border-dashed border-gray-500/40 p-4 text-center text-sm text-gray-500"
Card = dict[str, Any]

# With store="kanban.db" all of it is still there when the program starts again.
board = ui.SharedMap[Any]({"title": "Our garden"})
cards = ui.SharedList[Card](
    [
        {"title": "A bench under the lime tree", "column": "ideas", "by": ""},
        {"title": "Ask about the old greenhouse", "column": "ideas", "by": ""},
        {"title": "Dig the bed for the beans", "column": "doing", "by": ""},
        {"title": "Mend the gate", "column": "done", "by": ""},
    ]
)
here = ui.Presence()


class Board(ui.WebPage):
    """The board as one person sees it, who may hold a card; the cards are everybody's."""

    def build(self) -> None:
        self.title = "Kanban"
        self.presence = here
        self.said = ui.State("")
        self.held = ui.State[Card | None](None)
        self.columns: dict[str, ui.For] = {}
        with ui.Main(classes="mx-auto max-w-6xl space-y-5"):
            with ui.Row(classes="gap-x-6 gap-y-3"):
                label = "Title of the board"
                ui.Input(model=board.state("title"), aria_label=label, maxlength=80, classes=TITLE)
                ui.People(here)
                self.who = ui.Span(classes="w-36")
            with ui.Grid(columns=3, min_width=16, classes="items-stretch"):
                for name in COLUMNS:
                    self.make_column(name)
            with ui.Row(classes="justify-between text-sm text-gray-500"):
                with ui.Row(classes="gap-2"):
                    ui.Button(ui.Icon("rotate-left"), " Undo", on_click=lambda msg: cards.undo(msg.tab), classes=BAR)
                    ui.Button(ui.Icon("rotate-right"), " Redo", on_click=lambda msg: cards.redo(msg.tab), classes=BAR)
                ui.Span(text=self.said, aria_live="polite")
        self.on("join", self.meet)

    def meet(self, msg: ui.Event) -> None:
        """Somebody is there: let them say who they are."""
        name = msg.tab.person.state("name")
        self.who.add(ui.Input(model=name, aria_label="Your name", maxlength=40, classes="w-full"))

    # What one sees

    def make_column(self, name: str) -> None:
        mine = cards.map(lambda cards: [card for card in cards if card["column"] == name])
        look = "flex min-w-0 flex-col gap-3 rounded-xl bg-gray-500/10 p-3"
        section = ui.Section(classes=look, aria_label=COLUMNS[name])
        section.on("dragover", may_drop, prevent=True, throttle=60_000)
        section.on("drop", lambda: self.drop(name), prevent=True)
        with section:
            with ui.Row(classes="gap-2 px-1"):
                ui.Span(classes=f"size-3 rounded-full {BAND[name]}")
                ui.H2(COLUMNS[name], classes="m-0 text-base font-semibold")
                ui.Span(text=mine.map(len), classes="ml-auto rounded-full bg-gray-500/15 px-2 text-sm text-gray-500")
            look = "m-0 flex list-none flex-col gap-2 p-0"
            nothing = ui.Li("Drop a card here", classes=EMPTY)
            self.columns[name] = ui.For(mine, self.show_card, empty=nothing, tag="ul", classes=look)
            with ui.Form(on_submit=lambda msg: self.add_card(name, title, msg.tab), classes="m-0 mt-auto flex gap-2"):
                label = f"New card in {COLUMNS[name]}"
                title = ui.Input(placeholder="New card", aria_label=label, maxlength=200, classes="min-w-0 flex-1")
                ui.Button("Add", aria_label=f"Add to {COLUMNS[name]}")

    def show_card(self, card: Card) -> ui.Li:
        title = card["title"]
        row = ui.Li(tabindex=0, draggable=True, aria_label=f"{title}. Arrow keys move it, Delete takes it away.")
        row.classes = self.held.map(lambda held: f"{CARD} opacity-40" if held == card else CARD)
        row.on("dragstart", lambda: self.held.set(card)).on("dragend", lambda: self.held.set(None))
        row.on("dragover", may_drop, prevent=True, throttle=60_000)
        row.on("drop", lambda: self.drop(card["column"], card), prevent=True, stop=True)
        row.on("keydown", lambda: cards.remove(card), key="Delete")
        for key in KEYS:
            row.on("keydown", lambda key=key: self.step(card, key), key=key, prevent=True)
        with row:
            ui.Span(title, classes="min-w-0 flex-1 break-words")
            ui.Button("✕", on_click=lambda: cards.remove(card), aria_label=f"Delete {title}", classes=SMALL)
            with ui.Div(classes="flex basis-full items-center gap-1"):
                ui.Small(f"by {card['by']}" if card["by"] else "", classes="mr-auto text-gray-500")
                for key in KEYS:
                    word = key.removeprefix("Arrow").lower()
                    drawing = ui.Icon(f"arrow-{word}")
                    label = f"Move {title} {word}"
                    ui.Button(drawing, on_click=lambda key=key: self.step(card, key), aria_label=label, classes=SMALL)
        return row

    # What one does

    def add_card(self, column: str, title: ui.Input, tab: ui.Tab) -> None:
        if title.value.strip():
            name = tab.person.name
            cards.append({"title": title.value.strip(), "column": column, "by": "" if name == "Guest" else name})
        title.value = ""
        title.focus()

    def put(self, card: Card, column: str, place: int) -> None:
        """Put a card into a column, in front of the card number `place` of the others there."""
        others = [one for one in self.columns[column].items if cards.index(one) != cards.index(card)]
        place = max(0, min(place, len(others)))
        if card["column"] != column:
            cards.change(card, column=column)  # of this card nothing else: somebody may just be changing its title
        start = cards.index(card)
        if place < len(others):
            end = cards.index(others[place])
            cards.move(card, end - (start < end))
        elif others:
            end = cards.index(others[-1])
            cards.move(card, end + (start > end))
        self.said.set(f"{card['title']}: {COLUMNS[column]}, number {place + 1} of {len(others) + 1}")

    def step(self, card: Card, key: str) -> None:
        """Move a card one place, or one column, and stay with it."""
        sideways, along = KEYS[key]
        names = list(COLUMNS)
        number = names.index(card["column"]) + sideways
        if 0 <= number < len(names):
            self.put(card, names[number], self.columns[card["column"]].items.index(card) + along)
            self.columns[names[number]].row(cards[cards.index(card)]).focus()

    def drop(self, column: str, before: Card | None = None) -> None:
        """The card that is held was dropped into a column, in front of another card or behind all."""
        card = self.held.value
        self.held.set(None)
        if card is not None and card in cards and card != before:
            others = [one for one in self.columns[column].items if one != card]
            self.put(card, column, others.index(before) if before in others else len(others))


def may_drop() -> None:
    """Something is held above: that it may be dropped is said in the browser, by `prevent`."""


def page() -> ui.WebPage:
    return Board()


if __name__ == "__main__":
    ui.run(page)
