"""A station clock drawn in SVG: everybody sees the same hands, and only the angle that changed travels."""

import time

import justui as ui
from justui import svg

page = ui.WebPage(title="SVG clock")
with page, ui.Main(classes="mt-8"):
    clock = svg.Svg(
        view_box=(-110, -110, 220, 220), role="img", classes="block mx-auto w-full", style="max-width: 27rem"
    )

with clock:
    with svg.Defs(), svg.Filter(id="shadow", x="-20%", y="-20%", width="140%", height="140%"):
        svg.FeDropShadow(dx=0, dy=3, std_deviation=4, flood_opacity=0.25)
    svg.Circle(r=100, fill="var(--surface)", stroke="var(--line)", stroke_width=3, filter="url(#shadow)")
    with svg.G(stroke="var(--ink)"):
        for minute in range(60):
            hour = minute % 5 == 0
            start, width = (70, 6) if hour else (86, 2.5)
            svg.Line(y1=-92, y2=-start, stroke_width=width, transform=f"rotate({minute * 6})")
    with svg.G(stroke="var(--ink)", filter="url(#shadow)"):
        hours = svg.Line(y1=20, y2=-58, stroke_width=10)
        minutes = svg.Line(y1=20, y2=-88, stroke_width=7)
    with svg.G(filter="url(#shadow)"), svg.G(stroke="var(--bad)", fill="var(--bad)") as seconds:
        svg.Line(y1=28, y2=-62, stroke_width=2.5)
        svg.Circle(cy=-62, r=8)
        svg.Circle(r=3)


@page.every(1)
def tick() -> None:
    now = time.localtime()
    hours.transform = f"rotate({now.tm_hour % 12 * 30 + now.tm_min / 2})"
    minutes.transform = f"rotate({now.tm_min * 6})"
    seconds.transform = f"rotate({now.tm_sec * 6})"
    clock.aria_label = time.strftime("A clock that shows %H:%M", now)


tick()

if __name__ == "__main__":
    ui.run(page)
