import justui as ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

app = ui.App()


def say(msg):
    if box.value.strip():
        messages.add(ui.Li(ui.B(msg.session["name"]), ": ", box.value))
        box.value = ""


room = ui.WebPage(title="Chat")
with room:
    ui.H1("Chat")
    messages = ui.Ul(role="log")
    with ui.Form(on_submit=say, classes="flex gap-2"):
        box = ui.Input(private=True, placeholder="Say something", autofocus=True)
        ui.Button("Say")


@app.route("/")
def index(request: Request):
    return room if "name" in request.session else RedirectResponse("who")


@app.route("/who")
def who():
    def enter(msg):
        msg.session["name"] = msg.values["name"]
        msg.tab.redirect("./")

    page = ui.WebPage(title="Who are you?")
    with page, ui.Form(on_submit=enter):
        ui.Label("Your name", ui.Input(name="name", required=True, autofocus=True))
        ui.Button("Enter")
    return page


if __name__ == "__main__":
    app.run()
