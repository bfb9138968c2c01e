import justui as ui

HTML = """<!doctype html>
<html>
<head><title>Sample</title>{{ justui() }}</head>
<body>
<button onclick="server.sample.test_sum(4, 5).then(show)">Sum</button>
<button onclick="server.sample.a = 2">Set a</button>
<button onclick="server.sample.a.then(show)">Get a</button>
<button onclick="delete server.sample.note">Delete the note</button>
<p>Shown: <b id="shown"></b></p>
<p>b is <b id="b"></b>, c is <b id="c"></b></p>
<script>
    const shows = (id) => (value) => { document.getElementById(id).textContent = JSON.stringify(value) };
    const show = shows("shown");
    addEventListener("DOMContentLoaded", () => server.topic({ b: shows("b"), c: shows("c") }, { now: true }));
</script>
</body>
</html>"""

app = ui.App()
app.route("/")(lambda: app.render_text(HTML))


class Sample:
    a = 1

    def __init__(self):
        self.note = "a note"
        self.b = app.topic("b", value="text", subscribe=True)
        self.c = app.topic("c", value=[2, 3], subscribe=True)

    def test_sum(self, x: int, y: int) -> int:
        self.b.value = f"{x} and {y}"
        self.c.value.append(x + y)
        self.c.touch()
        return x + y


app.expose(Sample(), "sample", call=["test_sum"], get=["a", "note"], set=["a"], delete=["note"])


if __name__ == "__main__":
    app.run()
