"""Pictures sent by anybody hang on everybody's wall at once: each goes straight into a folder, shows how far it is, and survives a drop."""

from collections import deque
from pathlib import Path
from tempfile import TemporaryDirectory

import justui as ui

KINDS = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]
ROOM = 24

home = TemporaryDirectory(prefix="justui-gallery-")  # goes with the program; yours would stay
app = ui.App()
app.uploads("/in", home.name, types=KINDS, serve=True, limit=20_000_000)
hanging: deque[tuple[Path, ui.Figure]] = deque()


def hang(msg: ui.Event) -> None:
    """A picture has arrived."""
    file = msg.file
    with ui.Figure(classes="m-0 space-y-1") as frame:
        ui.Img(src=file.url, alt=file.name, classes="block w-full aspect-square object-cover rounded-lg")
        ui.Figcaption(file.name, classes="truncate text-sm", title=f"{file.size / 1000:,.0f} kB")
    wall.add_first(frame)
    hanging.append((file.path, frame))
    while len(hanging) > ROOM:  # make room: the oldest goes from the wall and from the disk
        path, oldest = hanging.popleft()
        wall.remove(oldest)
        path.unlink(missing_ok=True)
    empty.show = not hanging
    count.text = f"{len(hanging)} of {ROOM}"


page = ui.WebPage(title="Upload gallery")
with page, ui.Main(classes="max-w-4xl mx-auto space-y-6"):
    with ui.Row(classes="justify-between"):
        ui.H1("Everybody's wall", classes="m-0")
        count = ui.Span(classes="text-gray-500 dark:text-gray-400", aria_live="polite")
    ui.Upload(
        "Drop pictures here, choose or paste them",
        help="PNG, JPEG, GIF, WebP or AVIF, up to 20 MB each, ten at once",
        to="/in",
        unique=True,  # ten people send a photo.jpg
        max_files=10,
        on_done=hang,
    )
    empty = ui.P("The wall is empty. Hang up the first one.", classes="text-center text-gray-500 dark:text-gray-400")
    wall = ui.Section(aria_label="The wall", classes="grid grid-cols-2 sm:grid-cols-3 lg:grid-cols-4 gap-4")

if __name__ == "__main__":
    app.route("/")(lambda: page)
    app.run()
