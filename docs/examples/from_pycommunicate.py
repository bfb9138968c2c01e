import justui as ui

WELCOME = """<!doctype html>
<html>
<head><title>Welcome</title>{{ justui() }}</head>
<body>
<p>Your visit number {{ visits }}</p>
<button id="start">To the list</button>
</body>
</html>"""

TASKS = """<!doctype html>
<html>
<head><title>To do</title>{{ justui() }}</head>
<body>
<p id="wait">Please wait …</p>
<input id="task" aria-label="What is to be done"> <button id="add">Add</button>
<ul id="todo"></ul>
</body>
</html>"""

app = ui.App()
todo = ["Milk"]


@app.route("/")
class Welcome:
    def render(self, request):
        request.session["visits"] = request.session.get("visits", 0) + 1
        return app.render_text(WELCOME, visits=request.session["visits"])

    def load(self):
        self.tab.data["came"] = "by the front door"
        self.tab.dom.start.on("click", self.start)

    def start(self):
        self.tab.show(Tasks)


class Tasks:
    def render(self):
        return app.render_text(TASKS)

    def load(self):
        self.dom = self.tab.dom
        self.dom.wait.remove()
        print("came", self.tab.data["came"])
        for task in todo:
            self.show(task)
        self.dom.add.on("click", self.add)

    async def add(self):
        task = await self.dom.task.value
        self.dom.task.value = ""
        todo.append(task)
        self.show(task)

    def show(self, task):
        row = self.dom.todo.add("li", task)
        row.add("button", "Remove", on_click=lambda: self.remove(row, task))

    def remove(self, row, task):
        todo.remove(task)
        row.remove()


def members_only(request):
    if "card" not in request.session:
        ui.abort(401)


@app.route("/members/{number:int}", before=members_only)
def members(number):
    return ui.P(f"Member {number}")


@app.error(401)
def stranger():
    return ui.P("For members only.")


if __name__ == "__main__":
    app.run()
