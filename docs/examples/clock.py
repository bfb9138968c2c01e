import time

import justui as ui

page = ui.WebPage(title="Clock")
clock = ui.Span(time.strftime("%X"), classes="text-7xl font-mono", a=page)


@page.every(1)
def tick():
    clock.text = time.strftime("%X")


ui.run(page)
