"""Drawings in the first HTML and by patch: the same tree, in the browser-free client and in Chromium."""

from typing import Any

import pytest
from playwright.async_api import expect

import justui as ui
from justui.components import svg
from justui.render import Html
from justui.testing import Browser
from tests.browser.live import Site, app_of, shows_what_a_fresh_load_shows
from tests.components.svg.test_elements import CLASSES, attributes_of, sample
from tests.conftest import Proxied, Serve
from tests.harness.browser import People


def nested() -> svg.Svg:
    """SVG within HTML within SVG."""
    inner = svg.Svg(svg.Circle(cx=5, cy=5, r=5, id="deep"), view_box=(0, 0, 10, 10), width=20, height=20)
    html = ui.Div("text ", ui.B("bold"), inner)
    return svg.Svg(
        svg.Title("A drawing"),
        svg.Defs(svg.LinearGradient(svg.Stop(offset=0, stop_color="red"), id="sky", gradient_transform="rotate(90)")),
        svg.Rect(width=40, height=20, fill="url(#sky)", id="box"),
        svg.Use(xlink_href="#box", x=50, id="copy"),
        svg.Text("one ", svg.Tspan("two"), x=10, y=50),
        svg.ForeignObject(html, x=0, y=60, width=100, height=40),
        view_box=(0, 0, 100, 100),
        width=200,
        height=200,
    )


def torn(component: ui.Component) -> bool:
    text = Html()
    text.write(component)
    return text.torn


class Drawing:
    """A page with a drawing, and a button for each change."""

    def __init__(self) -> None:
        self.page = ui.WebPage(title="Drawing")
        self.first = nested()
        self.page.add(self.first)
        self.late = svg.G(a=self.first)
        self.circle = svg.Circle(r=3, a=self.late, show=False)
        self.foreign = svg.ForeignObject(ui.P("hidden", show=False, id="word"), width=10, height=10, a=self.first)
        for name in ("insert", "change", "show"):
            ui.Button(name, on_click=getattr(self, name), a=self.page)

    def insert(self) -> None:
        self.page.add(nested())
        self.late.add(svg.Ellipse(cx=1, cy=1, rx=1, ry=1), svg.Svg(svg.Polygon(points=[(0, 0), (1, 1), (2, 0)])))
        self.foreign.add(ui.Div(svg.Svg(svg.Path(d="M0 0L5 5"))))

    def change(self) -> None:
        self.first.view_box = (0, 0, 50, 50)
        self.first.preserve_aspect_ratio = "none"
        copy = next(child for child in self.first.components if isinstance(child, svg.Use))
        copy.xlink_href = "#sky"
        copy.xlink_href = "#box"
        copy.style = "opacity: 0.5"
        copy.classes = "mine"

    def show(self) -> None:
        self.circle.show = True
        self.foreign.components[0].show = True


def test_what_is_drawn_is_not_torn() -> None:
    assert not torn(nested())
    assert not torn(ui.Main(ui.Span(nested())))
    assert not torn(ui.A(svg.Svg(svg.A(svg.Text("x"), href="/"))))


@pytest.mark.parametrize(
    "component",
    [
        lambda: ui.Div(svg.Circle(r=1)),
        lambda: ui.Div(svg.Circle()),
        lambda: svg.Svg(ui.P("x")),
        lambda: svg.Svg(ui.Button("x")),
        lambda: svg.Svg(svg.ForeignObject(svg.Circle())),
        lambda: svg.Svg(svg.Title(svg.Tspan("x"))),
    ],
    ids=["circle with attributes", "circle", "p in svg", "button in svg", "circle in HTML in svg", "tspan in title"],
)
def test_what_a_parser_reads_otherwise_is_noticed(component: Any) -> None:
    assert torn(component())


async def test_by_patch_as_in_the_first_html() -> None:
    drawing = Drawing()
    app = app_of(drawing.page)
    async with Browser(app) as person:
        tab = await person.open("/")
        for name in ("insert", "change", "show"):
            await tab.click(name)
            await tab.settled()
            fresh = await person.open("/")
            assert tab.document.canonical() == fresh.document.canonical()
        assert "svg:linearGradient" in tab.document.canonical()
        assert tab.find("#word").namespace == ""
        assert tab.find("linearGradient").attributes["gradientTransform"] == "rotate(90)"


EVERY = """(everything) => {
    const wrong = [];
    const xlink = "http://www.w3.org/1999/xlink";
    for (const [html, tag, names] of everything) {
        const page = new DOMParser().parseFromString(`<!doctype html><svg>${html}</svg>`, "text/html");
        const element = page.querySelector("[data-j]");
        if (element.namespaceURI !== "http://www.w3.org/2000/svg") wrong.push(`${tag} is no SVG`);
        if (element.localName !== tag) wrong.push(`${tag} is ${element.localName}`);
        const known = [...element.attributes].map((one) => one.name).filter((name) => name !== "data-j");
        if (known.join() !== names.join()) wrong.push(`${tag} has ${known}, not ${names}`);
        const link = element.getAttributeNode("xlink:href");
        if (link && link.namespaceURI !== xlink) wrong.push(`${tag}: xlink:href is in ${link.namespaceURI}`);
        const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
        if (made.constructor === SVGElement && tag !== "discard") wrong.push(`Chromium does not know ${tag}`);
    }
    return wrong;
}"""


async def test_chromium_draws_it(person: People, serve: Serve, proxied: Proxied) -> None:
    site = Site(serve, proxied, Drawing().page)
    ann = await person()
    tab = await site.open(ann)
    for name, done in (("insert", "ellipse"), ("change", "use.mine"), ("show", "#word")):
        await tab.page.get_by_role("button", name=name, exact=True).click()
        await expect(tab.page.locator(done)).to_have_count(1)
        await shows_what_a_fresh_load_shows(site, ann, tab)
    boxes = """() => [...document.querySelectorAll("svg > rect, polygon, ellipse, circle")]
        .map((one) => { const box = one.getBBox(); return [one.localName, box.x, box.y, box.width, box.height]; })"""
    found = await tab.page.evaluate(boxes)
    assert found.count(["rect", 0, 0, 40, 20]) == 2
    assert found.count(["circle", 0, 0, 10, 10]) == 2
    assert ["circle", -3, -3, 6, 6] in found
    assert ["ellipse", 0, 0, 2, 2] in found
    assert ["polygon", 0, 0, 2, 1] in found
    copies = """() => [...document.querySelectorAll("use")].map((one) => [one.href.baseVal, one.getBBox().width])"""
    assert await tab.page.evaluate(copies) == [["#box", 40], ["#box", 40]]
    look = "() => { const one = document.querySelector('use.mine'); return getComputedStyle(one).opacity; }"
    assert await tab.page.evaluate(look) == "0.5"
    assert await tab.page.evaluate("() => document.querySelector('#word') instanceof HTMLParagraphElement")

    everything = []
    for cls in CLASSES:
        own = {one.html: name for name, one in attributes_of(cls).items()}
        keywords: dict[str, Any] = {name: sample(attributes_of(cls)[name]) for name in own.values()}
        element = cls(**keywords)
        html = Html()
        html.write(element)
        everything.append(["".join(html.parts), cls.tag, list(element.attributes)])
    assert await tab.page.evaluate(EVERY, everything) == []
