from pathlib import Path

import bottle

import justui as ui

site = bottle.Bottle()

app = ui.App(templates=Path(__file__).with_name("templates"))
app.attach(site)


class Counter:
    count = 0

    def increment(self, msg):
        self.count += 1
        msg.tab.dom.count.text = self.count


app.expose(Counter, "counter", per="session", call=["increment"])


@site.get("/")
def home():
    return app.render_html("counter.html", host="Bottle", name=app.session.get("name", "Nobody"))


@site.post("/name")
def name():
    app.session["name"] = bottle.request.forms.name
    bottle.redirect("/")


@site.get("/titles")
def titles():
    return {"titles": [str(tab.js.document.title) for tab in app.tabs]}


if __name__ == "__main__":
    app.run()
