"""A page is a tree of Python objects; this one greets you while you type."""

import justui as ui


def page() -> ui.WebPage:
    def greet() -> None:
        greeting.text = f"Hello, {name.value.strip() or 'world'}!"

    wp = ui.WebPage(title="Hello")
    with wp, ui.Main(classes="max-w-md mx-auto mt-8 space-y-6"):
        greeting = ui.H1("Hello, world!", aria_live="polite")
        with ui.Label("What is your name?"):
            name = ui.Input(on_input=greet, autofocus=True, autocomplete="off")
    return wp


if __name__ == "__main__":
    ui.run(page)
