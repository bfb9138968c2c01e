"""What people tried first was taken without a word, or ended in an error about the inside of justui."""

import logging
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

import justui as ui
from justui import svg

TRY: Any = ui
SVG: Any = svg


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: TRY.Field("Name", "email"), "Write type='email'"),
        (lambda: TRY.Field("Name", "as in your passport"), "Write help='as in your passport'"),
        (TRY.Field, 'ui.Field("Email", type="email")'),
        (lambda: TRY.Field(type="email"), 'ui.Field("Email", type="email")'),
        (lambda: TRY.Field(ui.Input()), 'ui.Field("Name", ui.Input(…))'),
        (lambda: TRY.Field("Name", ui.Div()), "such as ui.Input()"),
        (lambda: TRY.Field("Town", type="select"), "options=[…]"),
        (lambda: TRY.Field("Size", type="radio"), "options=[…]"),
        (lambda: TRY.Field("Size", type="radio", options="small"), "options=['small']"),
        (lambda: TRY.Grid(min_width=ui.State(3)), "a number in rem"),
        (lambda: TRY.Select("a", "b"), "options=['a', 'b']"),
        (lambda: TRY.WebPage(dark="yes"), "True, False, or None"),
        (lambda: TRY.Div(classes=["p-2", "m-2"]), "classes='p-2 m-2'"),
        (lambda: TRY.Row(classes=["p-2", "m-2"]), "classes='p-2 m-2'"),
        (lambda: TRY.Icon("heart", classes=["p-2", "m-2"]), "classes='p-2 m-2'"),
        (lambda: TRY.Div(style={"color": "red", "gap": "1rem"}), "style='color: red; gap: 1rem'"),
    ],
    ids=count(),
)
def test_an_error_says_what_to_write(make: Callable[[], object], says: str) -> None:
    with pytest.raises((ui.UsageError, ui.TreeError)) as caught:
        make()
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: TRY.Div(class_="p-2"), "Div has no 'class_'. Write classes=\"…\"."),
        (lambda: TRY.P(className="p-2"), "P has no 'className'. Write classes=\"…\"."),
        (lambda: TRY.B(**{"class": "p-2"}), "B has no 'class'. Write classes=\"…\"."),
        (lambda: TRY.Row(gap=4), 'Write classes="gap-4"'),
        (lambda: TRY.Scroll(height=300), 'classes="h-64"'),
        (lambda: TRY.Button("Like", icon="heart"), 'ui.Icon("heart")'),
        (lambda: SVG.Circle(radius=5), "Write r=…"),
        (TRY.Icon, "has no name"),
    ],
    ids=count(),
)
def test_a_hint_says_what_to_write(make: Callable[[], object], says: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "justui")
    make()
    assert says in "".join(caplog.messages)


def test_an_attribute_of_ones_own_is_still_that(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "justui")

    class Jar(ui.Div):
        height = 0

    assert TRY.Div(gap_of="x").gap_of == "x"
    of_the_class: Any = Jar
    jar = of_the_class(height=3, radius=4)
    assert (jar.height, jar.radius) == (3, 4)
    assert caplog.messages == []
