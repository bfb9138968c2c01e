"""One clock for everybody: all tabs show the same page, and only the new time travels."""

import time

import justui as ui

page = ui.WebPage(title="Clock")
main = ui.Main(classes="mt-8 text-center", a=page)
clock = ui.Span(time.strftime("%X"), classes="text-7xl font-mono", role="timer", a=main)


@page.every(1)
def tick() -> None:
    clock.text = time.strftime("%X")


if __name__ == "__main__":
    ui.run(page)
