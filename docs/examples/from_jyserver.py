import time

import justui as ui

HTML = """<!doctype html>
<html>
<head><title>Counter and watch</title>{{ justui() }}</head>
<body>
<p>Clicks: <b id="count">0</b></p>
<button onclick="server.counter.increment()">Click</button>
<button onclick="server.counter.count = 0">From 0</button>
<p id="time">0.0</p>
<button id="pause">Pause</button>
<script>
    let factor = 1.3;
    function adjust(number) { return number * factor; }
</script>
</body>
</html>"""

app = ui.App()


class Counter:
    def __init__(self):
        self.count = 0

    def increment(self, msg):
        self.count += 1
        msg.tab.js.document.getElementById("count").innerHTML = self.count


app.expose(Counter, "counter", per="session", call=["increment"], get=["count"], set=["count"])


class Watch:
    def main(self, msg):
        self.dom = msg.tab.dom
        self.restart()

    def restart(self):
        self.start = time.monotonic()
        self.running = True
        self.dom.pause.text = "Pause"
        self.dom.pause.onclick = self.stop

    def stop(self):
        self.running = False
        self.dom.pause.text = "Restart"
        self.dom.pause.onclick = self.restart

    def tick(self):
        if self.running:
            self.dom.time.text = f"{time.monotonic() - self.start:.1f}"


@app.route("/")
def home():
    page = app.render_text(HTML)
    watch = Watch()
    page.on("join", watch.main)
    page.on("join", adjusted)
    page.every(0.1)(watch.tick)
    return page


async def adjusted(msg):
    js = msg.tab.js
    print(await js.adjust(10), 2 * await js.factor)


if __name__ == "__main__":
    app.run()
