"""Everybody sees each message at once, newest first, and types in a box of their own."""

import time
from typing import NamedTuple

import justui as ui


class Message(NamedTuple):
    name: str
    text: str
    time: str


def post() -> None:
    if box.value.strip():
        messages.insert(0, Message(name.value.strip() or "Somebody", box.value, time.strftime("%H:%M")))
        del messages[100:]
    box.value = ""
    box.focus()


def card(message: Message) -> ui.Li:
    with ui.Li(classes="card space-y-1") as shown:
        with ui.Div(classes="flex items-baseline justify-between gap-4"):
            ui.B(message.name)
            ui.Small(message.time)
        ui.P(message.text, classes="whitespace-pre-wrap")
    return shown


messages = ui.List[Message]()
nothing = ui.Li("Nothing has been said yet. Be the first.", classes="text-gray-500 text-center")

page = ui.WebPage(title="Message board")
with page, ui.Main(classes="max-w-xl mx-auto space-y-6"):
    ui.H1("Message board")
    with ui.Form(on_submit=post, autocomplete="off", classes="card grid gap-3"):
        # private: on this page, which all people share, these two are in each tab by itself
        with ui.Label("Your name"):
            name = ui.Input(private=True, maxlength=40, placeholder="Somebody")
        with ui.Label("Your message"):
            box = ui.Input(private=True, maxlength=500, autofocus=True)
        ui.Button("Post")
    ui.For(
        messages, card, empty=nothing, tag="ul", role="log", aria_label="Messages", classes="list-none p-0 space-y-2"
    )

if __name__ == "__main__":
    ui.run(page)
