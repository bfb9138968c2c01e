"""A to-do list that everybody shares: add, tick off, delete, and all others see it."""

import justui as ui


class Task:
    def __init__(self, what: str) -> None:
        self.what = what
        self.done = ui.State(False)
        self.done.on_change(count)


def count() -> None:
    left.set(sum(not task.done.value for task in tasks))


def add() -> None:
    if what.value.strip():
        tasks.append(Task(what.value.strip()))
    what.value = ""
    what.focus()


def clear_done() -> None:
    tasks[:] = [task for task in tasks if not task.done.value]


def line(task: Task) -> ui.Li:
    with ui.Li(classes="flex items-center gap-3 py-2") as shown:
        with ui.Label(classes="flex-1 m-0"):
            ui.Input(type="checkbox", model=task.done)
            ui.Span(task.what, classes=task.done.map({True: "line-through text-gray-500", False: ""}.get))
        ui.Button("✕", on_click=lambda: tasks.remove(task), title="Delete", aria_label=f"Delete {task.what}")
    return shown


def summary(left: int, tasks: ui.List[Task]) -> str:
    return f"{left} of {len(tasks)} left" if tasks else "Nothing to do. Add something."


tasks = ui.List[Task]()
left = ui.State(0)
tasks.on_change(count)
tasks += [Task("Read ten lines of Python"), Task("Open this page in a second tab")]

page = ui.WebPage(title="To do")
with page, ui.Main(classes="max-w-md mx-auto space-y-4"):
    ui.H1("To do")
    with ui.Form(on_submit=add, autocomplete="off", classes="flex gap-2"):
        # private: what one person types into this box is not seen by the others until it is added
        what = ui.Input(
            private=True, aria_label="What is to be done?", placeholder="What is to be done?", classes="flex-1"
        )
        ui.Button("Add")
    ui.For(tasks, line, tag="ul", classes="list-none p-0")
    with ui.Div(classes="flex items-center justify-between gap-4"):
        ui.Span(left.map(summary, tasks), classes="text-gray-500", aria_live="polite")
        ui.Button(
            "Clear what is done",
            on_click=clear_done,
            show=left.map(lambda left, tasks: left < len(tasks), tasks),
            classes="text-sm",
        )

if __name__ == "__main__":
    ui.run(page)
