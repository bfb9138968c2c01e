"""Program text that everybody writes at once, in the language that you pick. Nobody runs it: it is only text."""

import justui as ui

PROGRAMS = {
    "python": 'from turtle import *\n\n\ndef star(size: int, points: int = 5) -> None:\n    """Draw a star."""\n'
    "    for _ in range(points):\n        forward(size)\n        right(180 - 180 / points)\n\n\nstar(200)\ndone()\n",
    "javascript": "// The first ten numbers of Fibonacci\nconst numbers = [0, 1];\nwhile (numbers.length < 10) {\n"
    '  numbers.push(numbers.at(-1) + numbers.at(-2));\n}\nconsole.log(numbers.join(", "));\n',
    "html": '<!doctype html>\n<title>Hello</title>\n<style>\n  h1 { color: teal }\n</style>\n<h1 onclick="this.remove()">Hello, world!</h1>\n',
    "sql": "-- Who wrote most this week?\nSELECT author, count(*) AS lines\nFROM edits\nWHERE day > date('now', '-7 days')\n"
    "GROUP BY author\nORDER BY lines DESC\nLIMIT 3;\n",
    "markdown": "# Joint code\n\n- **Write** with others, see their *carets*\n- Undo takes back only what is yours\n\n```python\nprint(6 * 7)\n```\n",
}

texts = {name: ui.SharedText(program, name=name) for name, program in PROGRAMS.items()}


def page() -> ui.WebPage:
    wp = ui.WebPage(title="Joint code")

    def rename(msg: ui.Event) -> None:
        msg.tab.person.name = msg.value

    def pick(msg: ui.Event) -> None:
        editor.model, editor.language = texts[msg.value], msg.value
        here.text = texts[msg.value].presence.map(names)

    with wp, ui.Main(classes="mx-auto max-w-4xl space-y-3"):
        with ui.Row(classes="justify-between gap-2"):
            ui.H1("Joint code")
            with ui.Row(classes="gap-2"):
                who = ui.Input(placeholder="Your name", aria_label="Your name", classes="w-36")
                who.on("input", rename, debounce=300)
                ui.Select(options=list(texts), value="python", on_change=pick, aria_label="Language")
        editor = ui.CodeEditor(
            model=texts["python"], language="python", height="min(65vh, 34rem)", aria_label="Program"
        )
        here = ui.P(text=texts["python"].presence.map(names), classes="text-sm", aria_live="polite")
    return wp


def names(people: list[ui.Person]) -> str:
    return "Here: " + ", ".join(person.name for person in people)


if __name__ == "__main__":
    ui.run(page)
