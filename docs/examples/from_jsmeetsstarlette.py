import justui as ui

HTML = """<!doctype html>
<html>
<head><title>Everything once</title>{{ justui() }}</head>
<body>
<button id="add">Add</button> <button id="all">Everybody's sum</button>
<p id="log"></p>
<script>
    const log = (text) => { document.getElementById("log").textContent = text };

    function sum_arr(numbers) {
        return numbers.reduce((sum, number) => sum + number, 0);
    }

    document.getElementById("add").addEventListener("click", async () => {
        const [a, b, sum] = await server.py_add2(4, 7);
        log(`${a} + ${b} = ${sum}`);
        await server.queue("q1").push(sum);
        await server.topic("topic1").publish("added");
    });
    document.getElementById("all").addEventListener("click", async () => log(await server.py_sum_of_all()));
    addEventListener("DOMContentLoaded", async () => {
        await server.topic("topic1").subscribe((topic, data) => log(`${topic}: ${data}`));
        const todo = server.tab.queue("q2");
        todo.subscribe(() => log(`to do: ${todo.shift()}`));
    });
</script>
</body>
</html>"""

app = ui.App()
app.topic("topic1", allow=True)
app.queue("q1", publish=True)
app.route("/")(lambda: app.render_text(HTML))


@app.expose("py_add2")
def add2(a, b):
    if a < 0 or b < 0:
        raise ValueError("No negative arguments")
    return a, b, a + b


@app.expose("py_sum_of_all")
async def sum_of_all():
    sums = await app.js(timeout=2).sum_arr([10, 20, 3])
    return sum(value for value in sums.values() if not isinstance(value, Exception))


@app.topic("topic1").subscribe
def heard(topic, data):
    while (number := app.queue("q1").shift()) is not None:
        print(topic, data, number)
        for tab in app.tabs:
            tab.queue("q2").push(number)


if __name__ == "__main__":
    app.run()
