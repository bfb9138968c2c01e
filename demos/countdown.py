"""A countdown from ?seconds=10: each number that comes plays the ?animation=flip again. The button goes while it runs."""

import asyncio

import justui as ui


def page(seconds: int = 10, animation: str = "flip") -> ui.WebPage:
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
    with wp, ui.Main(classes="flex flex-col items-center gap-6 mt-8 overflow-x-clip"):
        number = ui.Span(
            str(seconds),
            animation=animation,
            classes="text-8xl font-bold tabular-nums p-4",
            role="timer",
            aria_live="polite",
        )
        bar = ui.Progress(value=seconds, max=max(seconds, 1), aria_label="Seconds left")
        with ui.Div(classes="h-12"):
            button = ui.Button("Start", on_click=start, classes="primary", transition="scale", autofocus=True)
        with ui.Nav(classes="flex flex-wrap justify-center gap-4 text-gray-500", aria_label="Other animations"):
            for other in ("flip", "bounceIn", "rubberBand", "jackInTheBox", "backInDown"):
                ui.A(other, href=f"?seconds={seconds}&animation={other}")
    return wp


if __name__ == "__main__":
    ui.run(page)
