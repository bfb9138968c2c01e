"""A text with formats that everybody writes at once: bold here is bold there, and no letter is lost."""

import justui as ui

notes = ui.SharedText(
    html="<h2>Our trip</h2><p>Everybody writes here <strong>at the same time</strong>: open this page twice, and type in both.</p>"
    "<ul><li>Find a date</li><li>Book the train</li></ul>"
)


def page() -> ui.WebPage:
    wp = ui.WebPage(title="Joint editor")

    def rename(msg: ui.Event) -> None:
        msg.tab.person.name = msg.value

    with wp, ui.Main(classes="mx-auto max-w-4xl space-y-3"):
        with ui.Row(classes="justify-between"):
            ui.H1("Joint editor")
            ui.Input(placeholder="Your name", aria_label="Your name", classes="w-44").on("input", rename, debounce=300)
        ui.Editor(model=notes, toolbar="full", height="min(65vh, 40rem)", placeholder="Write something …")
        with ui.Row(classes="justify-between text-sm"):
            ui.Span(text=notes.presence.map(here))
            ui.Span(text=notes.map(words))
    return wp


def here(people: list[ui.Person]) -> str:
    return "Here: " + ", ".join(person.name for person in people)


def words(text: str) -> str:
    count = len(text.split())
    return f"{count} word{'' if count == 1 else 's'}"


if __name__ == "__main__":
    ui.run(page)
