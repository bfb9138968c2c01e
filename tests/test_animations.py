"""`animation=` and `transition=`: what travels, what is refused, and the CSS of one animation."""

import logging
import re

import pytest

import justui as ui
from justui import animations
from justui.errors import AssetError, TreeError
from justui.hints import Diagnostics
from justui.motion import PHASES, PRESETS
from justui.store import store
from justui.testing import Browser
from tests.harness.waiting import eventually

V3 = """
    bounce flash pulse rubberBand shake headShake swing tada wobble jello heartBeat bounceIn bounceInDown bounceInLeft
    bounceInRight bounceInUp bounceOut bounceOutDown bounceOutLeft bounceOutRight bounceOutUp fadeIn fadeInDown
    fadeInDownBig fadeInLeft fadeInLeftBig fadeInRight fadeInRightBig fadeInUp fadeInUpBig fadeOut fadeOutDown
    fadeOutDownBig fadeOutLeft fadeOutLeftBig fadeOutRight fadeOutRightBig fadeOutUp fadeOutUpBig flip flipInX flipInY
    flipOutX flipOutY lightSpeedIn lightSpeedOut rotateIn rotateInDownLeft rotateInDownRight rotateInUpLeft
    rotateInUpRight rotateOut rotateOutDownLeft rotateOutDownRight rotateOutUpLeft rotateOutUpRight hinge jackInTheBox
    rollIn rollOut zoomIn zoomInDown zoomInLeft zoomInRight zoomInUp zoomOut zoomOutDown zoomOutLeft zoomOutRight
    zoomOutUp slideInDown slideInLeft slideInRight slideInUp slideOutDown slideOutLeft slideOutRight slideOutUp
""".split()
"""The names of animate.css 3.7, which JustPy loads."""


@pytest.fixture(scope="module")
def sheet() -> None:
    """animate.css in the local store, where a source of it can be reached."""
    try:
        store().get(*animations.FILE)
    except AssetError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("sheet")
@pytest.mark.covers("JP-27")
def test_every_name_has_its_lines() -> None:
    assert set(V3) <= animations.NAMES
    for name in animations.NAMES:
        common, keyframes, rule = animations.lines(name)
        assert "prefers-reduced-motion:no-preference" in common
        assert "prefers-reduced-motion:no-preference" in rule
        assert f"[data-animation={name}]" in rule
        named = re.search(r"animation-name:([\w-]+)", rule)
        assert named
        assert keyframes.startswith(f"@keyframes {named[1]}{{")
        for line in (common, keyframes, rule):
            assert "\n" not in line
            assert "-webkit-" not in line
            assert line.count("{") == line.count("}")


@pytest.mark.usefixtures("sheet")
def test_the_lines_of_a_flip() -> None:
    common, keyframes, rule = animations.lines("flip")
    assert "[data-animation].slower{animation-duration:calc(var(--animate-duration)*3)}" in common
    assert keyframes.startswith("@keyframes justui-flip{from{transform:perspective(400px)")
    assert rule == (
        "@media (prefers-reduced-motion:no-preference){@layer components"
        "{[data-animation=flip]{backface-visibility:visible;animation-name:justui-flip}}}"
    )
    assert animations.lines("flip") is animations.lines("flip")


def test_an_unknown_name_has_no_lines() -> None:
    assert animations.lines("nope") == []
    assert animations.lines('x"]{}') == []


async def test_an_animation_travels_as_an_attribute_and_again_when_it_is_set_again() -> None:
    box = ui.Span("3", animation="flip", classes="slow")
    page = ui.WebPage(box)
    app = ui.App()
    app.route("/")(lambda: page)
    async with Browser(app) as browser:
        tab = await browser.open()
        assert 'data-animation="flip"' in tab.response.text
        for value in ("flip", "bounceIn", None):
            box.animation = value
            await page.update()

        def changes() -> list[object]:
            return [one[2] for one in tab.operations if one[0] == "a"]

        # The first frame may wait for the lines of an animation.
        await eventually(lambda: len(changes()) == 3)
        assert changes() == [{"data-animation": value} for value in ("flip", "bounceIn", None)]


@pytest.mark.covers("JP-27")
def test_an_unknown_animation_is_no_error_but_a_hint(caplog: pytest.LogCaptureFixture) -> None:
    before, Diagnostics.on = Diagnostics.on, True
    try:
        with caplog.at_level(logging.WARNING, "justui"):
            assert ui.Div(animation="bouncIn").animation == "bouncIn"
    finally:
        Diagnostics.on = before
    assert "animation='bouncIn' is no animation of animate.css. Did you mean bounceIn?" in caplog.text
    assert ui.Div(animation="").animation is None
    assert ui.Div(animation=False).animation is None  # type: ignore[arg-type]  # as JustPy has it


def test_a_transition_travels_as_its_nine_phases() -> None:
    box = ui.Div(transition="fade")
    phases = (box._attributes or {})["data-transition"].split("|")
    assert dict(zip(PHASES, phases, strict=True)) == {name: PRESETS["fade"].get(name, "") for name in PHASES}
    assert box.transition == "fade"
    box.transition = {"leave": "a  b", "leave_end": "c|d", "load": ""}
    assert (box._attributes or {})["data-transition"] == "|||a b||c d|||"
    assert box.transition == {"leave": "a b", "leave_end": "c d"}
    box.transition = {"enter": ""}
    assert "data-transition" not in (box._attributes or {})
    assert ui.Div().transition is None


def test_wrong_transitions_are_refused() -> None:
    with pytest.raises(TreeError, match=r"transition='fad' is none of fade, .* Did you mean fade\?"):
        ui.Div(transition="fad")
    with pytest.raises(TreeError, match=r"'enter_from' is no phase of a transition: enter, .* Did you mean"):
        ui.Div(transition={"enter_from": "x"})


def test_a_text_node_has_neither() -> None:
    with pytest.raises(TreeError, match="bare text node"):
        ui.Text("x", animation="flip")
    with pytest.raises(TreeError, match="bare text node"):
        ui.Text("x", transition="fade")


async def test_both_follow_a_state() -> None:
    name = ui.State("flip")
    box = ui.Div(animation=name, transition=name.map(lambda word: "fade" if word == "flip" else None))
    assert (box.animation, box.transition) == ("flip", "fade")
    name.set("tada")
    assert (box.animation, box.transition) == ("tada", None)
