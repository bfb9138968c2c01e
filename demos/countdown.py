"""A countdown from ?seconds=10, each number sent as it comes. The button is gone while it runs."""

import asyncio

import justui as ui


def page(seconds: int = 10) -> ui.WebPage:
    async def start() -> None:
        button.show = False
        for left in range(seconds, 0, -1):
            number.text = left
            bar.value = left
            await asyncio.sleep(1)
        number.text = "Boom!"
        bar.value = 0
        button.text = "Once more"
        button.show = True
        button.focus()

    wp = ui.WebPage(title="Countdown")
    with wp, ui.Main(classes="flex flex-col items-center gap-6 mt-8"):
        number = ui.Span(str(seconds), classes="text-7xl font-bold tabular-nums", role="timer", aria_live="polite")
        bar = ui.Progress(value=seconds, max=max(seconds, 1), aria_label="Seconds left")
        button = ui.Button("Start", on_click=start, classes="primary", autofocus=True)
        with ui.Nav(classes="flex gap-4 text-gray-500", aria_label="Other lengths"):
            for other in (3, 10, 60):
                ui.A(f"{other} seconds", href=f"?seconds={other}")
    return wp


if __name__ == "__main__":
    ui.run(page)
