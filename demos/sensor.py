"""A heater with a sensor: its readings are topics that keep their last value, and gauges in every tab follow them."""

import random
from collections import deque

import justui as ui
from justui import svg

app = ui.App()


class Sensor:
    """Measures a room that is heated. Each reading is published; who shows it is none of its business."""

    def __init__(self) -> None:
        self.temperature = app.topic("sensor/temperature", value=18.0)
        self.humidity = app.topic("sensor/humidity", value=55.0)
        self.power = app.topic("sensor/power", value=0.0)
        self.target = app.topic("sensor/target", value=21)

    def measure(self) -> None:
        missing = self.target.value - self.temperature.value
        power = min(100.0, max(0.0, missing * 45))
        warmer = power / 250 - 0.02 * (self.temperature.value - 15) + random.uniform(-0.06, 0.06)
        self.power.publish(round(power, 1))
        self.temperature.publish(round(self.temperature.value + warmer, 2))
        self.humidity.publish(round(min(80, max(25, 92 - 2 * self.temperature.value + random.uniform(-1, 1))), 1))


def arc(share: str | ui.Reactive[str], colour: str) -> svg.Circle:
    return svg.Circle(
        r=42,
        path_length=100,
        fill="none",
        stroke=colour,
        stroke_width=9,
        stroke_linecap="round",
        stroke_dasharray=share,
        style="transition: stroke-dasharray 0.6s ease-out",
    )


def gauge(name: str, topic: ui.Topic, low: float, high: float, unit: str, colour: str) -> ui.Card:
    def share(value: float) -> str:
        return f"{75 * min(1, max(0, (value - low) / (high - low))):.2f} 100"

    with ui.Card(classes="p-2 text-center sm:p-4") as card:
        with svg.Svg(
            view_box=(-50, -50, 100, 92), role="img", aria_label=name, classes="mx-auto block w-full max-w-52"
        ):
            with svg.G(transform="rotate(135)"):
                arc("75 100", "var(--line)")
                arc(topic.map(share), colour)
            svg.Text(
                text=topic.map("{:.1f}".format),
                y=5,
                text_anchor="middle",
                font_size=20,
                font_weight=700,
                fill="var(--ink)",
            )
            svg.Text(unit, y=20, text_anchor="middle", font_size=9, fill="var(--muted)")
        ui.Span(name, classes="text-sm text-(--muted) sm:text-base")
    return card


def line(history: deque[float]) -> str:
    low = min(history) - 0.5
    high = max(history) + 0.5
    return " ".join(f"{5 * x},{60 - 60 * (value - low) / (high - low):.1f}" for x, value in enumerate(history))


sensor = Sensor()
past: deque[float] = deque([sensor.temperature.value] * 121, maxlen=121)
curve = ui.State(line(past))


@sensor.temperature.subscribe
def draw(value: float) -> None:
    past.append(value)
    curve.set(line(past))


page = ui.WebPage(title="Sensor")
page.every(0.7)(sensor.measure)
with page, ui.Main(classes="mx-auto max-w-4xl space-y-4"):
    ui.H1("Sensor")
    with ui.Div(classes="grid grid-cols-3 gap-2 sm:gap-4"):
        gauge("Temperature", sensor.temperature, 10, 30, "°C", "#e0662f")
        gauge("Humidity", sensor.humidity, 0, 100, "%", "#2f86d6")
        gauge("Heater", sensor.power, 0, 100, "%", "#b4791f")
    with ui.Card(classes="space-y-3"):
        with ui.Label(classes="m-0 block"):
            ui.Span("Target: ", ui.B(text=sensor.target.map("{} °C".format)))
            ui.Input(type="range", min=15, max=28, model=sensor.target, classes="block w-full")
        with svg.Svg(
            view_box=(0, 0, 600, 60),
            preserve_aspect_ratio="none",
            role="img",
            aria_label="How the temperature went",
            classes="block h-24 w-full",
        ):
            svg.Polyline(
                points=curve,
                fill="none",
                stroke="#e0662f",
                stroke_width=2,
                stroke_linejoin="round",
                vector_effect="non-scaling-stroke",
            )

if __name__ == "__main__":
    app.route("/")(lambda: page)
    app.run()
