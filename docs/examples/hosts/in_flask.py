from pathlib import Path

import flask

import justui as ui

site = flask.Flask(__name__)
site.secret_key = "change me"

app = ui.App(templates=Path(__file__).with_name("templates"))
app.attach(site)


class Counter:
    count = 0

    def increment(self, msg):
        self.count += 1
        msg.tab.dom.count.text = self.count


app.expose(Counter, "counter", per="session", call=["increment"])


class Stopwatch:
    def __init__(self, page):
        self.page, self.seconds, self.running = page, 0.0, True
        page.on("join", self.begin)
        page.every(0.1)(self.tick)

    def begin(self, msg):
        msg.tab.dom.pause.on("click", self.pause)

    def pause(self):
        self.running = not self.running

    def tick(self):
        self.seconds += 0.1 * self.running
        for tab in self.page.tabs:
            tab.dom.time.text = f"{self.seconds:.1f}"


@site.get("/")
def home():
    return app.render_html("counter.html", host="Flask", name=flask.session.get("name", "Nobody"))


@site.post("/name")
def name():
    flask.session["name"] = flask.request.form["name"]
    return flask.redirect("/")


@site.get("/stopwatch")
def stopwatch():
    page = app.render("stopwatch.html", host="Flask")
    Stopwatch(page)
    return app.render_html(page)


if __name__ == "__main__":
    app.run()
