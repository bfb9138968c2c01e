"""A box that gets another class at each click, on any free port: for time to styled. No compiler has met these classes.

Run as `python -m tests.bench.widths`. Every page begins anew: what one has had is known when the next one wants it.
"""

import itertools

import justui as ui
from tests.harness.compiling import unseen_css

app = ui.App(debug=False, secret_key="bench", css=unseen_css())


@app.route("/")
def widths() -> ui.WebPage:
    """A page with the button and the box."""
    page = ui.WebPage(title="bench")
    numbers = itertools.count(100)

    def widen() -> None:
        box.classes = f"w-[{next(numbers)}px]"

    ui.Button("widen", id="go", on_click=widen, a=page)
    box = ui.Div("text", id="box", classes="w-1", a=page)
    return page


if __name__ == "__main__":
    app.run("127.0.0.1", 0)
