"""Choose pictures, or drop them, and everybody sees them on the wall."""

import itertools

from starlette.responses import Response

import justui as ui

KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")
ROOM = 24
DROP = "block w-full mt-2 p-8 border-2 border-dashed rounded-xl cursor-pointer hover:border-indigo-500"

numbers = itertools.count(1)
pictures: dict[int, tuple[ui.UploadedFile, ui.Figure]] = {}


def hang(msg: ui.Event) -> None:
    for file in msg.files:
        if file.type not in KINDS:
            ui.notify(f"{file.name} is no picture that browsers show.", "warning")
            continue
        number = next(numbers)
        with ui.Figure(classes="m-0 space-y-1") as frame:
            ui.Img(src=f"picture/{number}", alt=file.name, classes="block w-full aspect-square object-cover rounded-lg")
            ui.Figcaption(file.name, classes="truncate text-sm", title=f"{file.size / 1000:,.0f} kB")
        wall.add_first(frame)
        pictures[number] = file, frame
    while len(pictures) > ROOM:
        _, oldest = pictures.pop(min(pictures))  # nobody holds the file any more, so it is gone
        wall.remove(oldest)
    empty.show = not pictures


def picture(number: int) -> Response:
    """The bytes of one picture, for the browser."""
    if number not in pictures:
        return Response(status_code=404)
    file, _ = pictures[number]
    headers = {"cache-control": "private, max-age=86400", "x-content-type-options": "nosniff"}
    return Response(file.read(), media_type=file.type, headers=headers)


page = ui.WebPage(title="Upload")
with page, ui.Main(classes="max-w-4xl mx-auto space-y-6"):
    ui.H1("Pictures on the wall")
    with ui.Label("Choose pictures, or drop them here"):
        ui.Input(type="file", multiple=True, accept="image/*", on_change=hang, classes=DROP)
    empty = ui.P("The wall is empty. Hang up the first one.", classes="text-gray-500 text-center")
    wall = ui.Section(aria_label="The wall", classes="grid grid-cols-2 sm:grid-cols-3 lg:grid-cols-4 gap-4")

ROUTES = {"/picture/{number:int}": picture}

if __name__ == "__main__":
    app = ui.App()
    app.route("/")(lambda: page)
    for path, function in ROUTES.items():
        app.route(path)(function)
    app.run()
