import justui as ui

wp = ui.WebPage()
ui.Editor(a=wp, model=ui.SharedText(), toolbar="full", height="94vh")
ui.run(lambda: wp)
