"""The elements of HTML that are nothing but their tag, as JustPy names them: each is a `Div` with the attributes of its tag."""

from typing import Any

from justui.attributes import Text
from justui.components import html
from justui.justpy.rules import JustpyBaseComponent

__all__ = [
    "H1",
    "H2",
    "H3",
    "H4",
    "H5",
    "H6",
    "Abbr",
    "Address",
    "Area",
    "Article",
    "Aside",
    "Audio",
    "B",
    "Bdi",
    "Bdo",
    "Blockquote",
    "Br",
    "Button",
    "Caption",
    "Cite",
    "Code",
    "Col",
    "Colgroup",
    "Data",
    "Dd",
    "Del",
    "Details",
    "Dfn",
    "Div",
    "Dl",
    "Dt",
    "Em",
    "Embed",
    "Fieldset",
    "Figcaption",
    "Figure",
    "Footer",
    "HTMLBaseComponent",
    "Header",
    "Hr",
    "I",
    "Iframe",
    "Img",
    "Ins",
    "Kbd",
    "Legend",
    "Li",
    "Main",
    "Map",
    "Mark",
    "Meter",
    "Nav",
    "Object",
    "Ol",
    "Optgroup",
    "Option",
    "P",
    "Param",
    "Picture",
    "Pre",
    "Progress",
    "Q",
    "Rb",
    "Rp",
    "Rt",
    "Rtc",
    "Ruby",
    "S",
    "Samp",
    "Section",
    "Small",
    "Source",
    "Span",
    "Strong",
    "Style",
    "Sub",
    "Summary",
    "Sup",
    "Table",
    "Tbody",
    "Td",
    "Tfoot",
    "Th",
    "Thead",
    "Time",
    "Title",
    "Tr",
    "Track",
    "Tt",
    "U",
    "Ul",
    "Var",
    "Video",
    "Wbr",
]


class HTMLBaseComponent(JustpyBaseComponent):
    """The base of the elements of HTML."""


class Div(HTMLBaseComponent):
    """`<div>`, and the base of every other element."""

    tag = "div"


class Abbr(Div, html.Abbr):
    """`<abbr>`."""

    tag = "abbr"


class Address(Div, html.Address):
    """`<address>`."""

    tag = "address"


class Area(Div, html.Area):
    """`<area>`."""

    tag = "area"


class Article(Div, html.Article):
    """`<article>`."""

    tag = "article"


class Aside(Div, html.Aside):
    """`<aside>`."""

    tag = "aside"


class Audio(Div, html.Audio):
    """`<audio>`."""

    tag = "audio"


class B(Div, html.B):
    """`<b>`."""

    tag = "b"


class Bdi(Div, html.Bdi):
    """`<bdi>`."""

    tag = "bdi"


class Bdo(Div, html.Bdo):
    """`<bdo>`."""

    tag = "bdo"


class Blockquote(Div, html.Blockquote):
    """`<blockquote>`."""

    tag = "blockquote"


class Br(Div, html.Br):
    """`<br>`."""

    tag = "br"


class Button(Div, html.Button):
    """`<button>`."""

    tag = "button"
    command: Any = None
    commandfor: Any = None


class Caption(Div, html.Caption):
    """`<caption>`."""

    tag = "caption"


class Cite(Div, html.Cite):
    """`<cite>`."""

    tag = "cite"


class Code(Div, html.Code):
    """`<code>`."""

    tag = "code"


class Col(Div, html.Col):
    """`<col>`."""

    tag = "col"


class Colgroup(Div, html.Colgroup):
    """`<colgroup>`."""

    tag = "colgroup"


class Data(Div, html.Data):
    """`<data>`."""

    tag = "data"


class Dd(Div, html.Dd):
    """`<dd>`."""

    tag = "dd"


class Del(Div, html.Del):
    """`<del>`."""

    tag = "del"


class Details(Div, html.Details):
    """`<details>`."""

    tag = "details"


class Dfn(Div, html.Dfn):
    """`<dfn>`."""

    tag = "dfn"


class Dl(Div, html.Dl):
    """`<dl>`."""

    tag = "dl"


class Dt(Div, html.Dt):
    """`<dt>`."""

    tag = "dt"


class Em(Div, html.Em):
    """`<em>`."""

    tag = "em"


class Embed(Div, html.Embed):
    """`<embed>`."""

    tag = "embed"


class Fieldset(Div, html.Fieldset):
    """`<fieldset>`."""

    tag = "fieldset"


class Figcaption(Div, html.Figcaption):
    """`<figcaption>`."""

    tag = "figcaption"


class Figure(Div, html.Figure):
    """`<figure>`."""

    tag = "figure"


class Footer(Div, html.Footer):
    """`<footer>`."""

    tag = "footer"


class H1(Div, html.H1):
    """`<h1>`."""

    tag = "h1"


class H2(Div, html.H2):
    """`<h2>`."""

    tag = "h2"


class H3(Div, html.H3):
    """`<h3>`."""

    tag = "h3"


class H4(Div, html.H4):
    """`<h4>`."""

    tag = "h4"


class H5(Div, html.H5):
    """`<h5>`."""

    tag = "h5"


class H6(Div, html.H6):
    """`<h6>`."""

    tag = "h6"


class Header(Div, html.Header):
    """`<header>`."""

    tag = "header"


class Hr(Div, html.Hr):
    """`<hr>`."""

    tag = "hr"


class I(Div, html.I):  # noqa: E742 - the tag's name
    """`<i>`."""

    tag = "i"


class Iframe(Div, html.Iframe):
    """`<iframe>`."""

    tag = "iframe"


class Img(Div, html.Img):
    """`<img>`."""

    tag = "img"


class Ins(Div, html.Ins):
    """`<ins>`."""

    tag = "ins"


class Kbd(Div, html.Kbd):
    """`<kbd>`."""

    tag = "kbd"


class Legend(Div, html.Legend):
    """`<legend>`."""

    tag = "legend"


class Li(Div, html.Li):
    """`<li>`."""

    tag = "li"


class Main(Div, html.Main):
    """`<main>`."""

    tag = "main"


class Map(Div, html.Map):
    """`<map>`."""

    tag = "map"


class Mark(Div, html.Mark):
    """`<mark>`."""

    tag = "mark"


class Meter(Div, html.Meter):
    """`<meter>`."""

    tag = "meter"


class Nav(Div, html.Nav):
    """`<nav>`."""

    tag = "nav"


class Object(Div, html.Object):
    """`<object>`."""

    tag = "object"


class Ol(Div, html.Ol):
    """`<ol>`."""

    tag = "ol"


class Optgroup(Div, html.Optgroup):
    """`<optgroup>`."""

    tag = "optgroup"


class Option(Div, html.Option):
    """`<option>`."""

    tag = "option"

    @property
    def text(self) -> Any:
        """The text; an empty string where there is none, since a select asks for it."""
        return self.__dict__.get("_jp_text", "")

    @text.setter
    def text(self, value: Any) -> None:
        Div.text.fset(self, value)  # type: ignore[attr-defined]


class P(Div, html.P):
    """`<p>`."""

    tag = "p"


class Param(Div):
    """`<param>`."""

    tag = "param"
    void = True
    value = Text()


class Picture(Div, html.Picture):
    """`<picture>`."""

    tag = "picture"


class Pre(Div, html.Pre):
    """`<pre>`."""

    tag = "pre"


class Progress(Div, html.Progress):
    """`<progress>`."""

    tag = "progress"


class Q(Div, html.Q):
    """`<q>`."""

    tag = "q"


class Rb(Div):
    """`<rb>`."""

    tag = "rb"


class Rp(Div, html.Rp):
    """`<rp>`."""

    tag = "rp"


class Rt(Div, html.Rt):
    """`<rt>`."""

    tag = "rt"


class Rtc(Div):
    """`<rtc>`."""

    tag = "rtc"


class Ruby(Div, html.Ruby):
    """`<ruby>`."""

    tag = "ruby"


class S(Div, html.S):
    """`<s>`."""

    tag = "s"


class Samp(Div, html.Samp):
    """`<samp>`."""

    tag = "samp"


class Section(Div, html.Section):
    """`<section>`."""

    tag = "section"


class Small(Div, html.Small):
    """`<small>`."""

    tag = "small"


class Source(Div, html.Source):
    """`<source>`."""

    tag = "source"


class Span(Div, html.Span):
    """`<span>`."""

    tag = "span"


class Strong(Div, html.Strong):
    """`<strong>`."""

    tag = "strong"


class Style(Div):
    """`<style>`."""

    tag = "style"


class Sub(Div, html.Sub):
    """`<sub>`."""

    tag = "sub"


class Summary(Div, html.Summary):
    """`<summary>`."""

    tag = "summary"


class Sup(Div, html.Sup):
    """`<sup>`."""

    tag = "sup"


class Table(Div, html.Table):
    """`<table>`."""

    tag = "table"


class Tbody(Div, html.Tbody):
    """`<tbody>`."""

    tag = "tbody"


class Td(Div, html.Td):
    """`<td>`."""

    tag = "td"


class Tfoot(Div, html.Tfoot):
    """`<tfoot>`."""

    tag = "tfoot"


class Th(Div, html.Th):
    """`<th>`."""

    tag = "th"


class Thead(Div, html.Thead):
    """`<thead>`."""

    tag = "thead"


class Time(Div, html.Time):
    """`<time>`."""

    tag = "time"


class Title(Div):
    """`<title>`."""

    tag = "title"


class Tr(Div, html.Tr):
    """`<tr>`."""

    tag = "tr"


class Track(Div, html.Track):
    """`<track>`."""

    tag = "track"


class Tt(Div):
    """`<tt>`."""

    tag = "tt"


class U(Div, html.U):
    """`<u>`."""

    tag = "u"


class Ul(Div, html.Ul):
    """`<ul>`."""

    tag = "ul"


class Var(Div, html.Var):
    """`<var>`."""

    tag = "var"


class Video(Div, html.Video):
    """`<video>`."""

    tag = "video"


class Wbr(Div, html.Wbr):
    """`<wbr>`."""

    tag = "wbr"
