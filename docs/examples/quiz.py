import justui as ui
from starlette.requests import Request

app = ui.App()
QUESTIONS = [("2 + 2", ["3", "4"], "4"), ("The capital of Norway", ["Bergen", "Oslo"], "Oslo")]


@app.route("/")
def start(request: Request):
    request.session["right"] = 0
    return ui.Div(ui.H1("Quiz"), ui.A("Start", href="question/1"))


@app.route("/question/{number:int}")
def question(number: int):
    def choose(button, msg):
        msg.session["right"] += button.text == solution
        msg.tab.redirect(str(number + 1) if number < len(QUESTIONS) else "../end")

    text, answers, solution = QUESTIONS[number - 1]
    page = ui.WebPage(ui.H1(text), title=f"Question {number}")
    with page, ui.P(classes="flex gap-2"):
        for answer in answers:
            ui.Button(answer, on_click=choose)
    return page


@app.route("/end")
def end(request: Request):
    return ui.H1(f"{request.session['right']} of {len(QUESTIONS)} right")


if __name__ == "__main__":
    app.run()
