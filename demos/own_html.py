"""HTML of your own, made live: its buttons call Python, and Python writes into it."""

import time
from pathlib import Path

import justui as ui

app = ui.App(templates=Path(__file__).with_name("templates"))


class Counter:
    """Each tab has one of its own, whose methods are those of the page's `server`."""

    def __init__(self) -> None:
        self.count = 0

    def increment(self, msg: ui.Event) -> None:
        self._show(msg, self.count + 1)

    def reset(self, msg: ui.Event) -> None:
        self._show(msg, 0)

    def _show(self, msg: ui.Event, count: int) -> None:
        if msg.tab:
            self.count = msg.tab.dom.count.text = count


page = app.render("own_html.html", live=Counter)  # held by the program, so it is one page for everybody


class Watch:
    """One stopwatch for all tabs."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.began = self.before = 0.0
        self.laps: list[str] = []
        self.show(*page.tabs)

    def toggle(self) -> None:
        self.before, self.began = self.seconds, 0.0 if self.began else time.monotonic()
        self.show(*page.tabs)

    def lap(self) -> None:
        self.laps.append(self.text)
        for tab in page.tabs:
            tab.dom.laps.add("li", self.text)

    @property
    def seconds(self) -> float:
        return self.before + (time.monotonic() - self.began if self.began else 0)

    @property
    def text(self) -> str:
        return f"{self.seconds // 60:02.0f}:{self.seconds % 60:04.1f}"

    def show(self, *tabs: ui.Tab) -> None:
        for tab in tabs:
            tab.dom.time.text = self.text
            tab.dom.toggle.text = "Stop" if self.began else "Start"
            tab.dom.lap.disabled = not self.began
            tab.dom.laps.html = "".join(f"<li>{lap}</li>" for lap in self.laps)


watch = Watch()
app.expose(watch, "watch", call=["toggle", "lap", "restart"])


def greet(msg: ui.Event) -> None:
    if msg.tab:
        watch.show(msg.tab)  # what has happened before this tab was there


page.on("join", greet)


@page.every(0.1)
def tick() -> None:
    if watch.began:
        for tab in page.tabs:
            tab.dom.time.text = watch.text


if __name__ == "__main__":
    app.route("/")(lambda: page)
    app.run()
