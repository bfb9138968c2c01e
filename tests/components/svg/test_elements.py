"""The classes of the SVG elements, against lists written down from the standards apart from the generator's table."""

import inspect
import tomllib
from pathlib import Path
from typing import Any

import pytest

import justui as ui
from justui.attributes import Attribute, Choice, Url
from justui.component import Component
from justui.components import svg
from justui.components.html.attributes import FlagOr, FlagOrText
from justui.components.svg.attributes import Animated, AnimatedName, Numbers
from justui.errors import TreeError
from justui.safety import SVG_CAPITALS
from justui.state import State

ELEMENTS = frozenset(
    """
    a animate animateMotion animateTransform audio canvas circle clipPath defs desc discard ellipse feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood
    feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence filter foreignObject g iframe image line linearGradient marker mask
    metadata mpath path pattern polygon polyline radialGradient rect script set stop style svg switch symbol text textPath
    title tspan unknown use video view
    """.split()
)
"""The element index of SVG 2, with those of Filter Effects and SVG Animations."""
JUSTPY = """
    Svg Path Circle Ellipse Animate AnimateMotion AnimateTransform ClipPath Defs Desc Discard FeBlend FeColorMatrix
    FeComponentTransfer FeComposite FeConvolveMatrix FeDiffuseLighting FeDisplacementMap FeDistantLight FeDropShadow FeFlood
    FeFuncA FeFuncB FeFuncG FeFuncR FeGaussianBlur FeImage FeMerge FeMergeNode FeMorphology FeOffset FePointLight
    FeSpecularLighting FeSpotLight FeTile FeTurbulence Filter ForeignObject G Image Line LinearGradient Marker Mask Metadata
    Mpath Pattern Polygon Polyline RadialGradient Rect Set Stop Switch Symbol Text TextPath Tspan Use View
""".split()
PARSER = frozenset(
    """
    attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode filterUnits
    glyphRef gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lengthAdjust
    limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits maskUnits numOctaves pathLength
    patternContentUnits patternTransform patternUnits pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio
    primitiveUnits refX refY repeatCount repeatDur requiredExtensions requiredFeatures specularConstant specularExponent
    spreadMethod startOffset stdDeviation stitchTiles surfaceScale systemLanguage tableValues targetX targetY textLength
    viewBox viewTarget xChannelSelector yChannelSelector zoomAndPan
    """.split()
)
"""The attributes whose capitals an HTML parser puts back; it lowers all others."""
BASES = ("SvgElement", "StyledElement")
CLASSES: list[type[Component]] = [getattr(svg, name) for name in svg.__all__ if name not in BASES]
BY_TAG = {cls.tag: cls for cls in CLASSES}

each_class = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)


def attributes_of(cls: type[Component], kind: type[Attribute[Any, Any]] = Attribute) -> dict[str, Attribute[Any, Any]]:
    """The attributes of a class by their Python names; those of every component are the engine's."""
    bases = [base for base in reversed(cls.__mro__) if base is not Component]
    found = {name: value for base in bases for name, value in vars(base).items()}
    return {name: value for name, value in found.items() if isinstance(value, kind)}


def made(cls: type[Component], name: str, value: object) -> Component:
    """An element with one attribute, given by its keyword."""
    keywords: dict[str, Any] = {name: value}
    return cls(**keywords)


def sample(attribute: Attribute[Any, Any]) -> Any:
    """A value that an attribute takes."""
    if isinstance(attribute, (FlagOr, FlagOrText)):
        return True
    if isinstance(attribute, Choice):
        return attribute.words[-1]
    return "fill" if isinstance(attribute, AnimatedName) else "1"


def test_every_element_of_the_standard_is_a_class_or_left_out_with_a_reason() -> None:
    table = tomllib.loads((Path(svg.__file__).parent / "table.toml").read_text(encoding="utf-8"))
    left_out = table["left_out"]
    assert set(BY_TAG) | set(left_out) == ELEMENTS
    assert not set(BY_TAG) & set(left_out)
    assert all(reason in (svg.__doc__ or "") for reason in left_out.values())


def test_all_that_justpy_has_is_there() -> None:
    assert len(JUSTPY) == 60
    assert set(JUSTPY) <= set(svg.__all__)


@each_class
def test_a_class_is_named_after_its_tag_and_documented(cls: type[Component]) -> None:
    assert cls.__name__ == cls.tag[0].upper() + cls.tag[1:]
    assert (cls.__doc__ or "").endswith(".")
    assert "\n" not in (cls.__doc__ or "")


@each_class
def test_an_element_is_svg_and_costs_nothing_beyond_the_engine(cls: type[Component]) -> None:
    assert cls.namespace == "svg"
    assert not cls.void
    assert cls.__init__ is Component.__init__
    assert cls(id="x").attributes == {"id": "x"}


@each_class
def test_no_attribute_hides_what_every_component_has(cls: type[Component]) -> None:
    assert not set(attributes_of(cls)) & set(dir(Component))


@each_class
def test_each_attribute_can_be_given_set_read_and_taken_away(cls: type[Component]) -> None:
    for name, attribute in attributes_of(cls).items():
        value = sample(attribute)
        given, changed = made(cls, name, value), cls()
        setattr(changed, name, value)
        assert given.attributes == changed.attributes != {}, name
        assert list(given.attributes) == [attribute.html], name
        setattr(given, name, None)
        assert given.attributes == {}, name


@each_class
def test_capitals_are_those_that_a_parser_puts_back(cls: type[Component]) -> None:
    capitals = {one.html for one in attributes_of(cls).values() if one.html != one.html.lower()}
    assert capitals <= PARSER == set(SVG_CAPITALS.values())


@each_class
def test_names_in_snake_case_and_in_svgs_own(cls: type[Component]) -> None:
    for attribute in attributes_of(cls).values():
        if attribute.html in PARSER:
            assert getattr(cls, attribute.html) is attribute
    assert {"fill", "stroke_width", "transform"} <= set(attributes_of(cls)) or not issubclass(cls, svg.StyledElement)


@each_class
def test_addresses_refuse_scripts(cls: type[Component]) -> None:
    found = {name: one for name, one in attributes_of(cls).items() if one.html in ("href", "xlink:href", "ping")}
    assert all(isinstance(one, Url) for one in found.values())
    for name in found:
        for wrong in ("javascript:alert(1)", "java\nscript:alert(1)", "data:image/svg+xml,<svg/>", "data:text/html,x"):
            with pytest.raises(TreeError):
                made(cls, name, wrong)
        assert getattr(made(cls, name, "#leaf"), name) == "#leaf"


ANIMATING = [cls for cls in CLASSES if attributes_of(cls, Animated)]


@pytest.mark.parametrize("cls", ANIMATING, ids=lambda cls: cls.__name__)
def test_no_animation_is_a_way_round_the_safety_of_addresses(cls: type[Component]) -> None:
    for name in attributes_of(cls, Animated):
        for wrong in ("javascript:alert(1)", "a; java\tscript:alert(1)", " JavaScript:x"):
            with pytest.raises(TreeError, match=r"(?i)javascript"):
                made(cls, name, wrong)
    for name in ("attribute_name", "attributeName"):
        if name in attributes_of(cls):
            element = made(cls, name, "fill")
            for wrong in (
                "href",
                "xlink:href",
                "HREF",
                " h\u200bref",
                "onclick",
                "ONLOAD",
                "srcdoc",
                "style",
                "x:href",
            ):
                with pytest.raises(TreeError, match="cannot be animated"):
                    setattr(element, name, wrong)
                with pytest.raises(TreeError, match="cannot be animated"):
                    made(cls, name, wrong)
            assert element.attributes == {"attributeName": "fill"}
    for wrong in ("attributeName", "attributename", "ATTRIBUTENAME"):
        with pytest.raises(TreeError, match="cannot be animated"):
            cls(attributes={wrong: "href"})


def test_the_elements_that_animate_are_those_of_the_standard() -> None:
    assert {cls.tag for cls in ANIMATING} == {"animate", "animateMotion", "animateTransform", "set"}


def test_numbers_may_be_lists_and_pairs() -> None:
    assert ui.svg.Svg(view_box=(0, 0, 10, 5.5)).attributes == {"viewBox": "0 0 10 5.5"}
    assert ui.svg.Polyline(points=[(0, 0), (1, 2)]).points == "0,0 1,2"
    assert ui.svg.Line(stroke_dasharray=4).stroke_dasharray == 4
    assert ui.svg.Text("x", x="1 2 3").x == "1 2 3"
    assert isinstance(inspect.getattr_static(svg.Svg, "viewBox"), Numbers)


def test_words_and_spellings() -> None:
    blend = ui.svg.FeBlend(in_="SourceGraphic", in2="sky", mode="multiply")
    assert blend.attributes == ui.svg.FeBlend(_in="SourceGraphic", in2="sky", mode="multiply").attributes
    turn = ui.svg.AnimateTransform(attribute_name="transform", type="rotate", from_="0 5 5", to="360 5 5", dur="1s")
    assert turn.attributes["from"] == "0 5 5"
    assert ui.svg.Rect(fill_rule="evenodd", stroke_linecap="round", aria_label="box").attributes == {
        "fill-rule": "evenodd",
        "stroke-linecap": "round",
        "aria-label": "box",
    }
    with pytest.raises(TreeError, match="Did you mean round"):
        made(ui.svg.Rect, "stroke_linecap", "rond")
    with pytest.raises(TreeError, match="userSpaceOnUse"):
        made(ui.svg.Mask, "mask_units", "screen")


def test_a_state_feeds_an_attribute_and_is_held_to_the_same_safety() -> None:
    window, name, link = State((0, 0, 1, 1)), State("fill"), State("#leaf")
    drawing, animation, use = ui.svg.Svg(viewBox=window), ui.svg.Set(attribute_name=name), ui.svg.Use(xlink_href=link)
    window.set((0, 0, 2, 2))
    assert drawing.attributes == {"viewBox": "0 0 2 2"}
    with pytest.raises(TreeError, match="cannot be animated"):
        name.set("xlink:href")
    with pytest.raises(TreeError, match="javascript"):
        link.set("javascript:alert(1)")
    assert (animation.attribute_name, use.xlink_href) == ("fill", "#leaf")


def test_attributes_by_name_are_spelt_as_a_parser_would() -> None:
    drawing = ui.svg.Svg(attributes={"VIEWBOX": "0 0 1 1", "preserveaspectratio": "none", "Data-X": 1})
    assert drawing.attributes == {"viewBox": "0 0 1 1", "preserveAspectRatio": "none", "data-x": 1}
    assert drawing.view_box == "0 0 1 1"
    assert drawing.set_attributes({"viewbox": None}).view_box is None


def test_the_elements_of_svg_hide_none_of_html() -> None:
    assert (ui.A.namespace, ui.svg.A.namespace) == ("", "svg")
    assert (ui.Text.tag, ui.svg.Text.tag) == ("", "text")
    assert not {"Svg", "Circle", "Title"} & set(ui.__all__)
    with pytest.raises(AttributeError, match=r"write ui\.svg\.Circle"):
        ui.Circle  # type: ignore[attr-defined]  # noqa: B018  what somebody tries
