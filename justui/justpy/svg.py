"""The elements of SVG as JustPy names them; attributes are spelt as in SVG, with `_` for `-`."""

from justui.components import svg
from justui.justpy.elements import Div

__all__ = [
    "Animate",
    "AnimateMotion",
    "AnimateTransform",
    "Circle",
    "ClipPath",
    "Defs",
    "Desc",
    "Discard",
    "Ellipse",
    "FeBlend",
    "FeColorMatrix",
    "FeComponentTransfer",
    "FeComposite",
    "FeConvolveMatrix",
    "FeDiffuseLighting",
    "FeDisplacementMap",
    "FeDistantLight",
    "FeDropShadow",
    "FeFlood",
    "FeFuncA",
    "FeFuncB",
    "FeFuncG",
    "FeFuncR",
    "FeGaussianBlur",
    "FeImage",
    "FeMerge",
    "FeMergeNode",
    "FeMorphology",
    "FeOffset",
    "FePointLight",
    "FeSpecularLighting",
    "FeSpotLight",
    "FeTile",
    "FeTurbulence",
    "Filter",
    "ForeignObject",
    "G",
    "Image",
    "Line",
    "LinearGradient",
    "Marker",
    "Mask",
    "Metadata",
    "Mpath",
    "Path",
    "Pattern",
    "Polygon",
    "Polyline",
    "RadialGradient",
    "Rect",
    "Set",
    "Stop",
    "Svg",
    "Switch",
    "Symbol",
    "Text",
    "TextPath",
    "Tspan",
    "Use",
    "View",
]


class Animate(Div, svg.Animate):
    """`<animate>`."""

    tag = "animate"


class AnimateMotion(Div, svg.AnimateMotion):
    """`<animateMotion>`."""

    tag = "animateMotion"


class AnimateTransform(Div, svg.AnimateTransform):
    """`<animateTransform>`."""

    tag = "animateTransform"


class Circle(Div, svg.Circle):
    """`<circle>`."""

    tag = "circle"


class ClipPath(Div, svg.ClipPath):
    """`<clipPath>`."""

    tag = "clipPath"


class Defs(Div, svg.Defs):
    """`<defs>`."""

    tag = "defs"


class Desc(Div, svg.Desc):
    """`<desc>`."""

    tag = "desc"


class Discard(Div, svg.Discard):
    """`<discard>`."""

    tag = "discard"


class Ellipse(Div, svg.Ellipse):
    """`<ellipse>`."""

    tag = "ellipse"


class FeBlend(Div, svg.FeBlend):
    """`<feBlend>`."""

    tag = "feBlend"


class FeColorMatrix(Div, svg.FeColorMatrix):
    """`<feColorMatrix>`."""

    tag = "feColorMatrix"


class FeComponentTransfer(Div, svg.FeComponentTransfer):
    """`<feComponentTransfer>`."""

    tag = "feComponentTransfer"


class FeComposite(Div, svg.FeComposite):
    """`<feComposite>`."""

    tag = "feComposite"


class FeConvolveMatrix(Div, svg.FeConvolveMatrix):
    """`<feConvolveMatrix>`."""

    tag = "feConvolveMatrix"


class FeDiffuseLighting(Div, svg.FeDiffuseLighting):
    """`<feDiffuseLighting>`."""

    tag = "feDiffuseLighting"


class FeDisplacementMap(Div, svg.FeDisplacementMap):
    """`<feDisplacementMap>`."""

    tag = "feDisplacementMap"


class FeDistantLight(Div, svg.FeDistantLight):
    """`<feDistantLight>`."""

    tag = "feDistantLight"


class FeDropShadow(Div, svg.FeDropShadow):
    """`<feDropShadow>`."""

    tag = "feDropShadow"


class FeFlood(Div, svg.FeFlood):
    """`<feFlood>`."""

    tag = "feFlood"


class FeFuncA(Div, svg.FeFuncA):
    """`<feFuncA>`."""

    tag = "feFuncA"


class FeFuncB(Div, svg.FeFuncB):
    """`<feFuncB>`."""

    tag = "feFuncB"


class FeFuncG(Div, svg.FeFuncG):
    """`<feFuncG>`."""

    tag = "feFuncG"


class FeFuncR(Div, svg.FeFuncR):
    """`<feFuncR>`."""

    tag = "feFuncR"


class FeGaussianBlur(Div, svg.FeGaussianBlur):
    """`<feGaussianBlur>`."""

    tag = "feGaussianBlur"


class FeImage(Div, svg.FeImage):
    """`<feImage>`."""

    tag = "feImage"


class FeMerge(Div, svg.FeMerge):
    """`<feMerge>`."""

    tag = "feMerge"


class FeMergeNode(Div, svg.FeMergeNode):
    """`<feMergeNode>`."""

    tag = "feMergeNode"


class FeMorphology(Div, svg.FeMorphology):
    """`<feMorphology>`."""

    tag = "feMorphology"


class FeOffset(Div, svg.FeOffset):
    """`<feOffset>`."""

    tag = "feOffset"


class FePointLight(Div, svg.FePointLight):
    """`<fePointLight>`."""

    tag = "fePointLight"


class FeSpecularLighting(Div, svg.FeSpecularLighting):
    """`<feSpecularLighting>`."""

    tag = "feSpecularLighting"


class FeSpotLight(Div, svg.FeSpotLight):
    """`<feSpotLight>`."""

    tag = "feSpotLight"


class FeTile(Div, svg.FeTile):
    """`<feTile>`."""

    tag = "feTile"


class FeTurbulence(Div, svg.FeTurbulence):
    """`<feTurbulence>`."""

    tag = "feTurbulence"


class Filter(Div, svg.Filter):
    """`<filter>`."""

    tag = "filter"


class ForeignObject(Div, svg.ForeignObject):
    """`<foreignObject>`."""

    tag = "foreignObject"


class G(Div, svg.G):
    """`<g>`."""

    tag = "g"


class Image(Div, svg.Image):
    """`<image>`."""

    tag = "image"


class Line(Div, svg.Line):
    """`<line>`."""

    tag = "line"


class LinearGradient(Div, svg.LinearGradient):
    """`<linearGradient>`."""

    tag = "linearGradient"


class Marker(Div, svg.Marker):
    """`<marker>`."""

    tag = "marker"


class Mask(Div, svg.Mask):
    """`<mask>`."""

    tag = "mask"


class Metadata(Div, svg.Metadata):
    """`<metadata>`."""

    tag = "metadata"


class Mpath(Div, svg.Mpath):
    """`<mpath>`."""

    tag = "mpath"


class Path(Div, svg.Path):
    """`<path>`."""

    tag = "path"


class Pattern(Div, svg.Pattern):
    """`<pattern>`."""

    tag = "pattern"


class Polygon(Div, svg.Polygon):
    """`<polygon>`."""

    tag = "polygon"


class Polyline(Div, svg.Polyline):
    """`<polyline>`."""

    tag = "polyline"


class RadialGradient(Div, svg.RadialGradient):
    """`<radialGradient>`."""

    tag = "radialGradient"


class Rect(Div, svg.Rect):
    """`<rect>`."""

    tag = "rect"


class Set(Div, svg.Set):
    """`<set>`."""

    tag = "set"


class Stop(Div, svg.Stop):
    """`<stop>`."""

    tag = "stop"


class Svg(Div, svg.Svg):
    """`<svg>`."""

    tag = "svg"


class Switch(Div, svg.Switch):
    """`<switch>`."""

    tag = "switch"


class Symbol(Div, svg.Symbol):
    """`<symbol>`."""

    tag = "symbol"


class Text(Div, svg.Text):
    """`<text>`."""

    tag = "text"


class TextPath(Div, svg.TextPath):
    """`<textPath>`."""

    tag = "textPath"


class Tspan(Div, svg.Tspan):
    """`<tspan>`."""

    tag = "tspan"


class Use(Div, svg.Use):
    """`<use>`."""

    tag = "use"


class View(Div, svg.View):
    """`<view>`."""

    tag = "view"
