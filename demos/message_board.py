"""Everybody sees each message at once, newest first, and types in a box of their own."""

import time

import justui as ui


def post() -> None:
    if not box.value.strip():
        return
    with ui.Li(classes="card space-y-1") as message:
        with ui.Div(classes="flex items-baseline justify-between gap-4"):
            ui.B(name.value.strip() or "Somebody")
            ui.Small(time.strftime("%H:%M"))
        ui.P(box.value, classes="whitespace-pre-wrap")
    messages.add_first(message)
    del messages.components[100:]
    nothing.show = False
    box.value = ""
    box.focus()


page = ui.WebPage(title="Message board")
with page, ui.Main(classes="max-w-xl mx-auto space-y-6"):
    ui.H1("Message board")
    with ui.Form(on_submit=post, autocomplete="off", classes="card grid gap-3"):
        # private: on this page, which all people share, these two are in each tab by itself
        with ui.Label("Your name"):
            name = ui.Input(private=True, maxlength=40, placeholder="Somebody")
        with ui.Label("Your message"):
            box = ui.Input(private=True, maxlength=500, autofocus=True)
        ui.Button("Post")
    nothing = ui.P("Nothing has been said yet. Be the first.", classes="text-gray-500 text-center")
    messages = ui.Ul(role="log", aria_label="Messages", classes="list-none space-y-2")

if __name__ == "__main__":
    ui.run(page)
