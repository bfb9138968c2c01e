"""A to-do list that everybody shares: add, tick off, delete, and all others see it."""

import justui as ui


class Task(ui.Li):
    """One line of the list: a component made of components."""

    def __init__(self, what: str) -> None:
        super().__init__(classes="flex items-center gap-3 py-2")
        with self:
            with ui.Label(classes="flex-1 m-0"):
                self.done = ui.Input(type="checkbox", on_change=refresh)
                self.what = ui.Span(what)
            ui.Button("✕", on_click=self.drop, title="Delete", aria_label=f"Delete {what}")

    def drop(self) -> None:
        tasks.remove(self)
        refresh()


def refresh() -> None:
    for task in tasks:
        task.what.classes = "line-through text-gray-500" if task.done.checked else ""
    left = sum(not task.done.checked for task in tasks)
    listing.components = tasks
    summary.text = f"{left} of {len(tasks)} left" if tasks else "Nothing to do. Add something."
    clear.show = left < len(tasks)


def add() -> None:
    if what.value.strip():
        tasks.append(Task(what.value.strip()))
        what.value = ""
        what.focus()
        refresh()


def clear_done() -> None:
    tasks[:] = [task for task in tasks if not task.done.checked]
    refresh()


tasks: list[Task] = []
page = ui.WebPage(title="To do")
with page, ui.Main(classes="max-w-md mx-auto space-y-4"):
    ui.H1("To do")
    with ui.Form(on_submit=add, autocomplete="off", classes="flex gap-2"):
        # private: what one person types into this box is not seen by the others until it is added
        what = ui.Input(
            private=True, aria_label="What is to be done?", placeholder="What is to be done?", classes="flex-1"
        )
        ui.Button("Add")
    listing = ui.Ul(classes="list-none")
    with ui.Div(classes="flex items-center justify-between gap-4"):
        summary = ui.Span(classes="text-gray-500", aria_live="polite")
        clear = ui.Button("Clear what is done", on_click=clear_done, classes="text-sm")

tasks += [Task("Read ten lines of Python"), Task("Open this page in a second tab")]
refresh()

if __name__ == "__main__":
    ui.run(page)
