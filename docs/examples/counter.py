import justui as ui


def counter():
    def count():
        number.text = int(number.text) + 1

    page = ui.WebPage(title="Counter")
    with page:
        number = ui.H1("0")
        ui.Button("Count", on_click=count)
    return page


ui.run(counter)
