"""A button that counts its clicks; every tab has a counter of its own."""

import justui as ui


def page() -> ui.WebPage:
    def count() -> None:
        number.text = int(number.text) + 1

    wp = ui.WebPage(title="Counter")
    with wp, ui.Main(classes="flex flex-col items-center gap-4 mt-8"):
        number = ui.Output("0", classes="text-7xl font-bold tabular-nums")
        ui.Button("Count", on_click=count, classes="primary", autofocus=True)
    return wp


if __name__ == "__main__":
    ui.run(page)
