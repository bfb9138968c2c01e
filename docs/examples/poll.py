import justui as ui


def bar(share):
    return ui.Progress(value=share, max=1, classes="flex-1")


class Answer(ui.Li):
    def __init__(self, label):
        self.votes = 0
        super().__init__(classes="flex items-center gap-4 py-2")
        with self:
            ui.Button(label, on_click=self.vote)
            self.bar = bar(0)
            self.count = ui.Span("0", classes="tabular-nums")

    def vote(self):
        self.votes += 1
        total = sum(answer.votes for answer in answers)
        for answer in answers:
            answer.bar.value = answer.votes / total
            answer.count.text = answer.votes


page = ui.WebPage(title="Poll")
with page, ui.Main(classes="max-w-md mx-auto"):
    ui.H1("Tabs or spaces?")
    with ui.Ul(classes="list-none"):
        answers = [Answer("Tabs"), Answer("Spaces"), Answer("Both")]

if __name__ == "__main__":
    ui.run(page)
