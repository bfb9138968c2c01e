"""Things to press."""

import asyncio

import justui as ui


def button() -> None:
    """A handler changes what it likes; returning nothing sends it."""
    count = ui.State(0)
    with ui.Row():
        ui.Button("Count", on_click=lambda: count.set(count.value + 1))
        ui.Span("Pressed ", count, " times")


def kinds_of_button() -> None:
    """The look is a class; any Tailwind class wins over it."""
    with ui.Row():
        ui.Button("Plain")
        ui.Button("Primary", classes="primary")
        ui.Button("Your own", classes="rounded-full bg-emerald-600 text-white hover:bg-emerald-700")
        ui.Button("Disabled", disabled=True)


def busy() -> None:
    """What an async handler changes shows whenever it waits."""

    async def save() -> None:
        action.disabled, action.text = True, "Saving …"
        await asyncio.sleep(1)
        action.disabled, action.text = False, "Saved. Again?"

    action = ui.Button("Save", on_click=save, classes="primary")


def icon_button() -> None:
    """Icons come from a pinned set and stand in the page as drawings."""
    liked = ui.State(False)
    with ui.Row():
        ui.Button(
            ui.Icon("heart", classes="text-rose-500"),
            liked.map(lambda on: " Liked" if on else " Like"),
            on_click=lambda: liked.set(not liked.value),
            aria_pressed=liked,
        )


def dialog() -> None:
    """The browser's own dialog, opened and closed from Python."""
    with ui.Dialog(classes="space-y-4") as window:
        ui.H2("Delete everything?")
        ui.P("This cannot be undone. (It can: nothing happens.)")
        ui.Button("Never mind", on_click=window.close, classes="primary")
    ui.Button("Open a dialog", on_click=window.show_modal)


def menu() -> None:
    """A popover needs no handler at all."""
    with ui.Div(id="animals", popover=True, classes="space-y-2"):
        for name in ("cat", "dog", "fish", "horse"):
            ui.Div(ui.Icon(name), f" {name.capitalize()}")
    ui.Button("Animals", popovertarget="animals")
