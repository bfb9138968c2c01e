"""A stopwatch at a stand: run by itself it opens a browser on this machine only, and ends when Done is pressed."""

import os
import threading
import time

import justui as ui

done = threading.Event()
running = ui.State(True)
began = time.monotonic()
before = 0.0

page = ui.WebPage(title="Kiosk")


def seconds() -> float:
    return before + (time.monotonic() - began if running.value else 0)


def toggle() -> None:
    global began, before
    before, began = seconds(), time.monotonic()
    running.set(not running.value)


def reset() -> None:
    global began, before
    before, began = 0.0, time.monotonic()
    tick()


def finish() -> None:
    done.set()
    thanks.show = True


with page, ui.Main(classes="flex flex-col items-center gap-8 py-12"):
    face = ui.Output(classes="font-mono text-6xl sm:text-8xl tabular-nums", role="timer", aria_live="off")
    with ui.Div(classes="flex flex-wrap justify-center gap-3"):
        ui.Button(running.map({True: "Pause", False: "Go on"}.get), on_click=toggle, classes="primary min-w-24 text-lg")
        ui.Button("Reset", on_click=reset, classes="min-w-24 text-lg")
        ui.Button("Done", on_click=finish, classes="min-w-24 text-lg")
    thanks = ui.P(
        "Thank you. Run by itself, the program ends here.", role="status", show=False, classes="text-gray-500"
    )


@page.every(0.1)
def tick() -> None:
    tenths = int(seconds() * 10)
    face.text = f"{tenths // 600:02}:{tenths % 600 / 10:04.1f}"


tick()

if __name__ == "__main__":
    ui.run(page, until=done.wait, open_browser=os.environ.get("OPEN") != "0")
