"""A to-do list in a plain text file: stop the program, edit the file, start it again, and everything is there."""

import os
from pathlib import Path

import justui as ui

FILE = Path(os.environ.get("TO_DO", "to_do.txt"))


class Task:
    def __init__(self, what: str, done: bool = False) -> None:
        self.what = what
        self.done = ui.State(done)
        self.done.on_change(save)


def read() -> list[Task]:
    """A line for each task: `[x] what has been done`, `[ ] what has not`."""
    if not FILE.exists():
        return [Task("Stop this program and start it again")]
    lines = FILE.read_text("utf-8").split("\n")
    return [
        Task(line.removeprefix("[x]").removeprefix("[ ]").strip(), line[:3] == "[x]") for line in lines if line.strip()
    ]


def save() -> None:
    text = "".join(f"[{'x' if task.done.value else ' '}] {task.what}\n" for task in tasks)
    new = FILE.with_suffix(".new")
    new.write_text(text, "utf-8", newline="\n")
    new.replace(FILE)  # at once: whoever pulls the plug finds the old file or the new one


def add() -> None:
    if what.value.strip():
        tasks.append(Task(what.value.strip()))
    what.value = ""
    what.focus()


def line(task: Task) -> ui.Li:
    with ui.Li(classes="flex items-center gap-3 py-2") as shown:
        with ui.Label(classes="flex-1 m-0"):
            ui.Input(type="checkbox", model=task.done)
            ui.Span(task.what, classes=task.done.map({True: "line-through text-gray-500", False: ""}.get))
        ui.Button("✕", on_click=lambda: tasks.remove(task), title="Delete", aria_label=f"Delete {task.what}")
    return shown


tasks = ui.List[Task]()
tasks += read()
tasks.on_change(save)

page = ui.WebPage(title="To do file")
with page, ui.Main(classes="max-w-md mx-auto space-y-4"):
    ui.H1("To do, in a file")
    with ui.Form(on_submit=add, autocomplete="off", classes="flex gap-2"):
        what = ui.Input(
            private=True, aria_label="What is to be done?", placeholder="What is to be done?", classes="flex-1"
        )
        ui.Button("Add")
    ui.For(tasks, line, tag="ul", classes="list-none p-0")
    ui.P("Kept in ", ui.Code(FILE.name), ", a task in each line.", classes="text-gray-500 dark:text-gray-400")

if __name__ == "__main__":
    ui.run(page)
