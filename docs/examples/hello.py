import justui as ui

ui.run(ui.WebPage(ui.H1("Hello, world!"), title="Hello"))
