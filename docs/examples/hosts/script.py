import justui as ui

HTML = """<!doctype html>
<title>Measuring</title>
<p>Step <b id="step">0</b> of 3</p>
<ul id="results"></ul>"""

with ui.window(html=HTML) as tab:
    for step in range(1, 4):
        tab.dom.step.text = step
        tab.dom.results.add("li", f"{step} squared is {step * step}")
    print(f"{tab.js.document.title} has come to step {tab.dom.step.text}.")
