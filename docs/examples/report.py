import time

import justui as ui


def calculate(number):
    time.sleep(1)  # something slow that knows nothing of async
    return number * number


def report():
    async def make():
        button.disabled = True
        answer.text = "Working …"
        answer.text = f"The answer is {await ui.in_thread(calculate, number.value)}."
        button.disabled = False

    page = ui.WebPage(title="Report")
    with page, ui.Main(classes="grid gap-4 max-w-xl mx-auto"):
        with ui.Label("Number"):
            number = ui.Input(type="number", value=7)
        button = ui.Button("Make the report", on_click=make)
        answer = ui.P("Nothing yet.", aria_live="polite")
    return page


ui.run(report)
