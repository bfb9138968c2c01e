"""The minutes of a meeting: everybody writes and comments, who was there is noted, each letter is saved, and any state of it comes back."""

import os
import time

import justui as ui

FORM = "<h2>Minutes</h2><h3>What we talked about</h3><ul><li><br></li></ul><h3>Who does what</h3><ul><li><br></li></ul>"

minutes = ui.SharedText(html=FORM, store=os.environ.get("MINUTES"), name="minutes")  # a file, such as minutes.db
present = ui.List[str]()
saved = ui.State("Nothing written yet")


@minutes.on_change
def note(text: str, change: ui.Change) -> None:
    saved.set(f"Saved at {time.strftime('%X')}" + (f", written by {change.by}" if change.by else ""))


def page() -> ui.WebPage:
    wp = ui.WebPage(title="Minutes")

    def attend(msg: ui.Event) -> None:
        name = who.value.strip()
        if name:
            msg.tab.person.name = msg.session["name"] = name
            if name not in present:
                present.append(name)
            who.value = ""

    def export(msg: ui.Event) -> None:
        msg.tab.download(minutes.markdown.encode(), "minutes.md")

    def go_back(msg: ui.Event) -> None:
        if msg.value:
            minutes.restore(int(msg.value))

    with wp, ui.Main(classes="mx-auto max-w-6xl space-y-3"):
        with ui.Row(classes="justify-between"):
            ui.H1("Minutes")
            with ui.Form(on_submit=attend, classes="flex gap-2 m-0"):
                who = ui.Input(placeholder="Your name", aria_label="Your name", private=True, classes="w-40")
                ui.Button("I am here")
        with ui.Row(classes="gap-2 text-sm"):
            ui.Span(text=present.map(lambda names: "Present:" if names else "Nobody has said yet that they are here."))
            ui.For(present, lambda name: ui.Span(name, classes="rounded-full bg-[--fill] px-3 py-1"))
        with ui.Row(classes="items-start flex-wrap lg:flex-nowrap"):
            ui.Editor(
                model=minutes, toolbar="full", height="min(60vh, 36rem)", aria_label="Minutes", classes="grow min-w-0"
            )
            ui.Comments(model=minutes, height="min(60vh, 36rem)", classes="w-full lg:w-72 shrink-0")
        with ui.Row(classes="justify-between text-sm"):
            ui.Span(text=saved, aria_live="polite")
            with ui.Row(classes="gap-2"):
                with ui.Select(on_change=go_back, aria_label="Earlier states", private=True, classes="w-56"):
                    ui.Option("Go back to …", value="")
                    ui.For(minutes.map(states), lambda state: ui.Option(state[1], value=state[0]))
                ui.Button("As Markdown", on_click=export)
    return wp


def states(text: str) -> list[tuple[int, str]]:
    """The states of the minutes, the newest first."""
    return [(one.number, f"{one.at:%H:%M:%S} {one.by or 'the form'}") for one in reversed(minutes.versions[-20:])]


if __name__ == "__main__":
    ui.run(page)
