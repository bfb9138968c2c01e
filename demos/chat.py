"""A chat in three rooms: each room is a topic, and whoever is in one hears that something is said in the others."""

import itertools
import random
import time
from collections import deque
from typing import Any

import justui as ui

ROOMS = {"garden": "leaf", "kitchen": "mug-hot", "workshop": "hammer"}
ANIMALS = ("Badger", "Heron", "Lynx", "Newt", "Otter", "Puffin", "Stoat", "Wren")
Message = dict[str, Any]

app = ui.App()
seats = itertools.count()
recent: dict[str, deque[Message]] = {room: deque(maxlen=50) for room in ROOMS}


@app.topic("chat/+").subscribe
def remember(topic: str, message: Message) -> None:
    recent[topic.removeprefix("chat/")].append(message)


def page() -> ui.WebPage:
    me, hue = random.choice(ANIMALS), random.randrange(0, 360, 20)
    seat = next(seats)
    room = ui.State("garden")
    unread = {name: ui.State(0) for name in ROOMS}
    shown = ui.List[Message](recent[room.value])
    wp = ui.WebPage(title="Chat")

    def enter(name: str) -> None:
        room.set(name)
        unread[name].set(0)
        shown[:] = recent[name]
        box.focus()

    @app.topic("chat/+").subscribe(owner=wp)  # owner: it ends with the page
    def hear(topic: str, message: Message) -> None:
        name = topic.removeprefix("chat/")
        if name == room.value:
            shown.append(message)
        else:
            unread[name].set(unread[name].value + 1)

    def say() -> None:
        if text := box.value.strip():
            said = {
                "seat": seat,
                "name": who.value.strip() or me,
                "hue": hue,
                "text": text,
                "time": time.strftime("%H:%M"),
            }
            app.topic(f"chat/{room.value}").publish(said)
        box.value = ""
        box.focus()

    with wp, ui.Main(classes="mx-auto max-w-2xl space-y-4"):
        with ui.Row(classes="justify-between gap-4"):
            ui.H1("Chat", classes="m-0")
            with ui.Label(classes="m-0 flex items-center gap-2 text-sm text-gray-500"):
                ui.Text("You are")
                who = ui.Input(value=me, maxlength=30, classes="w-36")
        with ui.Nav(classes="flex gap-2 overflow-x-auto", aria_label="Rooms"):
            for name in ROOMS:
                door(name, room, unread[name], enter)
        with ui.Card(classes="flex h-[60vh] flex-col p-0"):
            with ui.Scroll(stick="bottom", aria_label="Messages", role="log", classes="min-h-0 flex-1 p-4"):
                ui.For(
                    shown,
                    lambda message: bubble(message, mine=message["seat"] == seat),
                    empty=ui.Li("Nobody has said anything here yet.", classes="py-8 text-center text-gray-500"),
                    tag="ul",
                    classes="m-0 list-none space-y-3 p-0",
                )
            with ui.Form(on_submit=say, autocomplete="off", classes="m-0 flex gap-2 border-t border-gray-500/20 p-3"):
                box = ui.Input(
                    maxlength=500,
                    autofocus=True,
                    aria_label="Your message",
                    placeholder=room.map("Say something in the {} …".format),
                    classes="min-w-0 flex-1",
                )
                ui.Button(ui.Icon("paper-plane", label="Send"))
    return wp


def door(name: str, room: ui.State[str], unread: ui.State[int], enter: Any) -> ui.Button:
    return ui.Button(
        ui.Icon(ROOMS[name]),
        ui.Span(name.capitalize()),
        ui.Span(text=unread, show=unread.map(bool), classes="rounded-full bg-rose-600 px-2 text-xs text-white"),
        on_click=lambda: enter(name),
        aria_pressed=room.map(lambda now: now == name),
        classes="m-0 flex items-center gap-2 rounded-full px-3 sm:px-4 aria-pressed:bg-sky-700 aria-pressed:text-white",
    )


def bubble(message: Message, *, mine: bool) -> ui.Li:
    colour = f"background: hsl({message['hue']} 50% 32%)"
    with ui.Li(classes="flex items-end gap-2" + (" flex-row-reverse" if mine else "")) as shown:
        ui.Span(
            message["name"][:1].upper(),
            style=colour,
            aria_hidden=True,
            classes="grid size-8 shrink-0 place-items-center rounded-full text-sm font-bold text-white",
        )
        with ui.Div(
            style=colour if mine else "",
            classes="max-w-[80%] rounded-2xl px-3 py-2 "
            + ("rounded-br-sm text-white" if mine else "rounded-bl-sm bg-gray-500/15"),
        ):
            ui.Div(
                ui.B("You" if mine else message["name"]), " ", ui.Span(message["time"]), classes="text-xs opacity-80"
            )
            ui.Div(message["text"], classes="whitespace-pre-wrap break-words")
    return shown


if __name__ == "__main__":
    app.route("/")(page)
    app.run()
