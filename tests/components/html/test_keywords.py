"""What a type checker says to programs that use the elements: right ones pass, wrong ones are refused where they are."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from justui.handlers import EVENTS

ROOT = Path(__file__).resolve().parents[3]

RIGHT = """
from datetime import date
$IMPORT
from justui.state import State

def save(button: ui.Button, msg: object) -> None: ...

box = ui.Div("a ", ui.B("b"), 3, classes="card", style="", show=False, id="x", hidden="until-found", dir="rtl")
ui.P(a=box, text=5, aria_label="p", aria_live="polite", aria_describedby=[box, "y"], attributes={"data-x": "1"})
ui.Button("Save", on_click=save, disabled=True, mouseenter=lambda: None, click__out=save)
field = ui.Input(a=box, type="date", value=date(2026, 1, 1), min=date(2025, 1, 1), required=True, private=True, input=save)
field.type = "email"
field.required = False
field.on_change = save
word: str | None = field.placeholder
on: bool = field.required
ui.Label("Day", for_component=field)
ui.Select(options={"a": "A", "G": ["b"]}, value="b").options = [1, 2]
ui.Td("x", colspan=2)
ui.Img(src="/x.png", width="40", loading="lazy", crossorigin=True)
ui.Dialog().show_modal()
busy, name = State(False), State("Ada")
ui.Button("Save", disabled=busy, title=name.map(str.upper), show=busy, classes=name, dir=State("ltr"))
ui.Input(model=name, type="text", value=name)
ui.Textarea(model=[{"text": ""}, "text"])
ui.Div(animation="bounce", transition={"enter": "opacity-0"})
ui.P(transition="fade")
ui.CustomElement("star-rating", "x", classes="big", attributes={"value": 3}, on_click=save)
"""
DRAWN = """
$IMPORT
from justui.state import State

turn = State(30)
with ui.svg.Svg(view_box=(0, 0, 100, 100), preserve_aspect_ratio="xMidYMid meet", aria_label="clock", role="img") as face:
    ui.svg.Title("Clock")
    ui.svg.Circle(cx=50, cy="50%", r=40, fill="none", stroke_width=2, stroke_linecap="round", on_click=print)
    hand = ui.svg.Line(x1=50, y1=50, x2=50, y2=15, transform=turn.map(lambda angle: f"rotate({angle} 50 50)"))
    ui.svg.Polygon(points=[(0, 0), (10, 5), (0, 10)], stroke_dasharray=[1, 2], fill_rule="evenodd")
    ui.svg.Text("12", x=50, y=[10], text_anchor="middle", font_size="small")
    ui.svg.Svg(viewBox="0 0 10 10", width=20, a=face)
    ui.svg.FeBlend(in_="a", _in="b", mode="multiply")
    ui.svg.Animate(attribute_name="r", from_=1, to=5, dur="1s", repeat_count="indefinite", fill="freeze")
    ui.svg.ForeignObject(ui.P("x"), width=10, height=10)
hand.x2 = 40
hand.stroke_linejoin = "bevel"
face.viewBox = (0, 0, 1, 1)
shown: str | int | float | None = face.view_box
"""
WRONG = """
$IMPORT

ui.Button("y", clases="x")  # clases
ui.Button("y", href="/")  # href
ui.Button("y", on_clik=print)  # on_clik
ui.Button("y", on_click="save()")  # on_click
ui.Button(["x"])  # Button
ui.Input(type="emial")  # type
ui.Input("text")  # positional
ui.Br(text="x")  # text
ui.Img(ui.B("x"))  # positional
ui.Div(dir="up")  # dir
ui.Div(hidden="no")  # hidden
ui.A(href=3)  # href
ui.Input().type = "emial"  # assignment
ui.Input().required = "yes"  # assignment
ui.Td().colspann = 2  # colspann
ui.Div(show="no")  # show
ui.Div(model="name")  # model
ui.P(transition=3)  # transition
ui.CustomElement("star-rating", clases="x")  # clases
ui.CustomElement(classes="x")  # tag
ui.Circle(r=3)  # Circle
"""
WRONGLY_DRAWN = """
$IMPORT

ui.svg.Circle(rr=3)  # rr
ui.svg.Circle(x=3)  # x
ui.svg.Circle(stroke_widht=3)  # stroke_widht
ui.svg.Line(stroke_linecap="rond")  # stroke_linecap
ui.svg.Svg(viewbox="0 0 1 1")  # viewbox
ui.svg.Svg(view_box=[["a"]])  # List item
ui.svg.Animate(stroke="red")  # stroke
ui.svg.Animate(fill="red")  # fill
ui.svg.G(on_click="go()")  # on_click
ui.svg.Crcle()  # Crcle
ui.svg.Rect().stroke_linejoin = "bevl"  # assignment
"""


either_import = pytest.mark.parametrize("statement", ["import justui as ui", "from justui import components as ui"])


def complaints(text: str, folder: Path) -> list[tuple[int, str]]:
    """The errors that mypy finds in a program, in the repository's strict settings: line and message."""
    program = folder / "program.py"
    program.write_text(text, encoding="utf-8")
    # No setting of its own but how it prints: with another one mypy would throw away what `make check` has worked out.
    command = [sys.executable, "-m", "mypy", "--no-pretty", str(program)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 1), ended.stdout + ended.stderr
    # Messages may come from mypy's cache, with the folder of an earlier run.
    found = re.findall(r"^.*[/\\]program\.py:(\d+): error: (.*)$", ended.stdout, re.MULTILINE)
    return [(int(line), said) for line, said in found]


@either_import
def test_right_programs_pass(tmp_path: Path, statement: str) -> None:
    for program in (RIGHT, DRAWN):
        assert complaints(program.replace("$IMPORT", statement), tmp_path) == []


@either_import
def test_each_wrong_line_is_refused(tmp_path: Path, statement: str) -> None:
    for program in (WRONG, WRONGLY_DRAWN):
        said = complaints(program.replace("$IMPORT", statement), tmp_path)
        wanted = {number: line.split("# ")[1] for number, line in enumerate(program.splitlines(), 1) if "# " in line}
        assert {line for line, _ in said} == set(wanted)
        for number, word in wanted.items():
            assert any(word in message for line, message in said if line == number), (number, word, said)


def test_every_event_is_a_keyword(tmp_path: Path) -> None:
    keywords = ", ".join(f"on_{event}=print" for event in sorted(EVENTS))
    program = f"import justui as ui\nui.Div({keywords}, on_click__out=print)\n"
    assert complaints(program, tmp_path) == []
