"""What Tailwind's utility classes set: a table from class names to the properties that they are about. Knows no component.

Kept by hand from Tailwind 4's own output for its whole class list; `docs/decisions/0008-classes.md` says how and why.
"""

import re
from functools import cache
from typing import Final, NamedTuple

Properties = frozenset[str]


class Utility(NamedTuple):
    """What one class is about. `covers` is more than `sets` where the class makes others useless, as `text-lg/7` does."""

    sets: Properties
    covers: Properties


# What may stand behind a root: `p-4`, `w-1/2`, `bg-red-500/50`, `text-[2rem]`, `bg-(--paper)`.
_ARBITRARY: Final = r"\[.+\]|\(.+\)"
_LENGTH_HINT: Final = r"\[(?:length|percentage|size|number|position|absolute-size|relative-size|line-width|shadow):.+\]"
_LENGTH_LIKE: Final = (
    r"\[-?\.?\d[^\s#]*\]|\[(?:calc|min|max|clamp)\(.+\]|\((?:length|percentage|number|size|line-width):.+\)"
)
_KINDS: Final = {
    "number": r"\d+(?:\.\d+)?%?|px",
    "fraction": r"\d+/\d+",
    "length": f"{_LENGTH_HINT}|{_LENGTH_LIKE}",
    "arbitrary": _ARBITRARY,
    "scale": r"(?:\d*x)?[sl]|\d*xs|sm|md|lg|\d*xl|none|full",
    "size": r"auto|full|px|screen(?:-\w+)?|[sld]v[hwbi]|[sld]?vh|[sld]?vw|min|max|fit|none|prose|lh|3?xs|2xs|sm|md|lg|\d?xl",
    "text-size": r"xs|sm|base|lg|\d?xl",
    "weight": r"thin|extralight|light|normal|medium|semibold|bold|extrabold|black",
    "line": r"solid|dashed|dotted|double|hidden|none|wavy",
    "image": r"\[(?:url|image|linear-gradient|radial-gradient|conic-gradient|repeating-\S+|image-set)[:(].+\]|\((?:url|image):.+\)",
    "weight-like": r"\[(?:weight|number):.+\]|\[\d+\]|\((?:weight|number):.+\)",
    "place": r"(?:top|bottom)(?:-left|-right)?|(?:left|right)(?:-top|-bottom)?|center",
    "align": r"(?:normal|center|start|end|between|around|evenly|baseline|stretch|auto|left|right)(?:-safe|-last)?",
    "page": r"auto|avoid|all|(?:avoid-)?(?:page|column)|left|right",
    "overflow": r"auto|hidden|clip|visible|scroll|contain|none",
    "word": r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*",
}
_MODIFIER: Final = r"(?P<modifier>/(?:[\w.%-]+|\[.+\]|\(.+\)))?"

_SPACING: Final = "number fraction size arbitrary"
_COLOR: Final = "word arbitrary"

# Words that stand for themselves: the property, and the classes.
_WORDS: Final = {
    "display": "block inline-block inline flex inline-flex table inline-table table-caption table-cell table-column "
    "table-column-group table-footer-group table-header-group table-row-group table-row flow-root grid inline-grid "
    "contents list-item hidden",
    "position": "static fixed absolute relative sticky",
    "visibility": "visible invisible collapse",
    "isolation": "isolate isolation-auto",
    "box-sizing": "box-border box-content",
    "box-decoration-break": "box-decoration-clone box-decoration-slice",
    "container": "container",
    "screen-reader": "sr-only not-sr-only",
    "container-type": "@container @container-normal @container-size",
    "flex-direction": "flex-row flex-row-reverse flex-col flex-col-reverse",
    "flex-wrap": "flex-wrap flex-wrap-reverse flex-nowrap",
    "grid-auto-flow": "grid-flow-row grid-flow-col grid-flow-dense grid-flow-row-dense grid-flow-col-dense",
    "font-smoothing": "antialiased subpixel-antialiased",
    "font-style": "italic not-italic",
    "text-decoration-line": "underline overline line-through no-underline",
    "text-transform": "uppercase lowercase capitalize normal-case",
    "text-align": "text-left text-center text-right text-justify text-start text-end",
    "text-wrap": "text-wrap text-nowrap text-balance text-pretty",
    "text-overflow": "text-ellipsis text-clip",
    "word-break": "break-all break-keep",
    "overflow-wrap": "wrap-anywhere wrap-break-word wrap-normal break-words",
    "list-style-position": "list-inside list-outside",
    "background-attachment": "bg-fixed bg-local bg-scroll",
    "background-repeat": "bg-repeat bg-no-repeat bg-repeat-x bg-repeat-y bg-repeat-round bg-repeat-space",
    "background-size": "bg-auto bg-cover bg-contain",
    "background-image": "bg-none",
    "border-collapse": "border-collapse border-separate",
    "table-layout": "table-auto table-fixed",
    "divide-x-reverse": "divide-x-reverse",
    "divide-y-reverse": "divide-y-reverse",
    "space-x-reverse": "space-x-reverse",
    "space-y-reverse": "space-y-reverse",
    "ring-inset": "ring-inset",
    "ordinal": "ordinal",
    "slashed-zero": "slashed-zero",
    "numeric-figure": "lining-nums oldstyle-nums",
    "numeric-spacing": "proportional-nums tabular-nums",
    "numeric-fraction": "diagonal-fractions stacked-fractions",
    "transform": "transform transform-cpu transform-gpu transform-none",
    "translate-3d": "translate-3d",
    "scale-3d": "scale-3d",
    "transition-behavior": "transition-discrete transition-normal",
    "transform-style": "transform-3d transform-flat",
    "transform-box": "transform-content transform-border transform-fill transform-stroke transform-view",
    "scroll-snap-type": "snap-none snap-x snap-y snap-both",
    "scroll-snap-strictness": "snap-mandatory snap-proximity",
    "scroll-snap-align": "snap-start snap-end snap-center snap-align-none",
    "scroll-snap-stop": "snap-normal snap-always",
    "touch-action": "touch-auto touch-none touch-manipulation",
    "touch-x": "touch-pan-x touch-pan-left touch-pan-right",
    "touch-y": "touch-pan-y touch-pan-up touch-pan-down",
    "touch-zoom": "touch-pinch-zoom",
    "resize": "resize resize-none resize-x resize-y",
    "mask-composite": "mask-add mask-subtract mask-intersect mask-exclude",
    "mask-mode": "mask-alpha mask-luminance mask-match",
    "mask-size": "mask-auto mask-cover mask-contain",
    "mask-repeat": "mask-repeat mask-no-repeat mask-repeat-x mask-repeat-y mask-repeat-round mask-repeat-space",
    "mask-clip": "mask-no-clip",
    "mask-image": "mask-none",
    "mask-radial-shape": "mask-circle mask-ellipse",
    "mask-radial-size": "mask-radial-closest-corner mask-radial-closest-side mask-radial-farthest-corner "
    "mask-radial-farthest-side",
    "contain": "contain-none contain-content contain-strict",
    "contain-size": "contain-size contain-inline-size",
    "contain-layout": "contain-layout",
    "contain-paint": "contain-paint",
    "contain-style": "contain-style",
    "forced-color-adjust": "forced-color-adjust-auto forced-color-adjust-none",
}
# Words that do the work of several: the class, and the properties.
_COMPOUNDS: Final = {
    "truncate": "overflow-x overflow-y text-overflow white-space",
    "break-normal": "overflow-wrap word-break",
    "normal-nums": "ordinal slashed-zero numeric-figure numeric-spacing numeric-fraction",
    "outline-hidden": "outline-style",
    "outline-none": "outline-style",
    "via-none": "via-color",
}
_ONE_FOR_ALL: Final = {
    "touch-action": "touch-x touch-y touch-zoom",
    "contain": "contain-size contain-layout contain-paint contain-style",
}
"""Properties whose words say all that finer ones say."""

# Roots with a value behind them: what values, and the properties that these set. The first kind that fits counts.
_Rule = tuple[str, str]
_ROOTS: Final[dict[str, list[_Rule]]] = {
    "aspect": [("fraction arbitrary =auto =square =video", "aspect-ratio")],
    "columns": [(_SPACING, "columns")],
    "break-after": [("page", "break-after")],
    "break-before": [("page", "break-before")],
    "break-inside": [("page", "break-inside")],
    "float": [("=left =right =start =end =none", "float")],
    "clear": [("=left =right =start =end =both =none", "clear")],
    "object": [("place arbitrary", "object-position"), ("=contain =cover =fill =none =scale-down", "object-fit")],
    "z": [("number size arbitrary", "z-index")],
    "order": [("number arbitrary =first =last =none", "order")],
    "basis": [(_SPACING, "flex-basis")],
    "flex": [("number fraction arbitrary =auto =initial =none", "flex flex-basis flex-grow flex-shrink")],
    "grow": [("empty number arbitrary", "flex-grow")],
    "shrink": [("empty number arbitrary", "flex-shrink")],
    "flex-grow": [("empty number arbitrary", "flex-grow")],
    "flex-shrink": [("empty number arbitrary", "flex-shrink")],
    "grid-cols": [("number arbitrary =none =subgrid", "grid-template-columns")],
    "grid-rows": [("number arbitrary =none =subgrid", "grid-template-rows")],
    "col": [("number arbitrary =auto", "grid-column")],
    "col-span": [("number arbitrary =full", "grid-column")],
    "col-start": [("number arbitrary =auto", "grid-column-start")],
    "col-end": [("number arbitrary =auto", "grid-column-end")],
    "row": [("number arbitrary =auto", "grid-row")],
    "row-span": [("number arbitrary =full", "grid-row")],
    "row-start": [("number arbitrary =auto", "grid-row-start")],
    "row-end": [("number arbitrary =auto", "grid-row-end")],
    "auto-cols": [("arbitrary =auto =min =max =fr", "grid-auto-columns")],
    "auto-rows": [("arbitrary =auto =min =max =fr", "grid-auto-rows")],
    "gap": [(_SPACING, "column-gap row-gap")],
    "gap-x": [(_SPACING, "column-gap")],
    "gap-y": [(_SPACING, "row-gap")],
    "justify": [("align", "justify-content")],
    "justify-items": [("align", "justify-items")],
    "justify-self": [("align", "justify-self")],
    "content": [("arbitrary =none", "content"), ("align", "align-content")],
    "items": [("align", "align-items")],
    "self": [("align", "align-self")],
    "place-content": [("align", "align-content justify-content")],
    "place-items": [("align", "align-items justify-items")],
    "place-self": [("align", "align-self justify-self")],
    "space-x": [(_SPACING, "space-x")],
    "space-y": [(_SPACING, "space-y")],
    "w": [(_SPACING, "width")],
    "h": [(_SPACING, "height")],
    "size": [(_SPACING, "width height")],
    "min-w": [(_SPACING, "min-width")],
    "max-w": [(_SPACING, "max-width")],
    "min-h": [(_SPACING, "min-height")],
    "max-h": [(_SPACING, "max-height")],
    "inline": [(_SPACING, "inline-size")],
    "block": [(_SPACING, "block-size")],
    "min-inline": [(_SPACING, "min-inline-size")],
    "max-inline": [(_SPACING, "max-inline-size")],
    "min-block": [(_SPACING, "min-block-size")],
    "max-block": [(_SPACING, "max-block-size")],
    "text": [("text-size length", "font-size"), (_COLOR, "color")],
    "font": [("weight weight-like", "font-weight"), ("word arbitrary", "font-family")],
    "font-stretch": [("number word arbitrary", "font-stretch")],
    "font-features": [("arbitrary", "font-feature-settings")],
    "tracking": [("word arbitrary", "letter-spacing")],
    "leading": [("number word arbitrary", "line-height")],
    "line-clamp": [("number arbitrary =none", "line-clamp display overflow-x overflow-y")],
    "list-image": [("arbitrary =none", "list-style-image")],
    "list": [("arbitrary =none =disc =decimal", "list-style-type")],
    "decoration": [
        ("number length =auto =from-font", "text-decoration-thickness"),
        ("line", "text-decoration-style"),
        (_COLOR, "text-decoration-color"),
    ],
    "underline-offset": [("number arbitrary =auto", "text-underline-offset")],
    "indent": [(_SPACING, "text-indent")],
    "tab": [("number arbitrary", "tab-size")],
    "align": [("arbitrary =baseline =top =middle =bottom =text-top =text-bottom =sub =super", "vertical-align")],
    "whitespace": [("=normal =nowrap =pre =pre-line =pre-wrap =break-spaces", "white-space")],
    "hyphens": [("=none =manual =auto", "hyphens")],
    "placeholder": [(_COLOR, "placeholder-color")],
    "bg": [
        ("place", "background-position"),
        ("image", "background-image"),
        ("length", "background-size"),
        (_COLOR, "background-color"),
    ],
    "bg-linear": [("number word arbitrary", "background-image")],
    "bg-gradient": [("word", "background-image")],
    "bg-radial": [("empty word arbitrary", "background-image")],
    "bg-conic": [("empty number word arbitrary", "background-image")],
    "bg-position": [("arbitrary", "background-position")],
    "bg-size": [("arbitrary", "background-size")],
    "bg-clip": [("word", "background-clip")],
    "bg-origin": [("word", "background-origin")],
    "bg-blend": [("word", "background-blend-mode")],
    "from": [("number length", "from-position"), (_COLOR, "from-color")],
    "via": [("number length", "via-position"), (_COLOR, "via-color")],
    "to": [("number length", "to-position"), (_COLOR, "to-color")],
    "divide-x": [("empty number length", "divide-x")],
    "divide-y": [("empty number length", "divide-y")],
    "divide": [("line", "divide-style"), (_COLOR, "divide-color")],
    "outline": [("empty number length", "outline-width"), ("line", "outline-style"), (_COLOR, "outline-color")],
    "outline-offset": [("number arbitrary", "outline-offset")],
    "ring": [("empty number length", "ring-width"), (_COLOR, "ring-color")],
    "inset-ring": [("empty number length", "inset-ring-width"), (_COLOR, "inset-ring-color")],
    "ring-offset": [("number length", "ring-offset-width"), (_COLOR, "ring-offset-color")],
    "shadow": [("empty scale length =inner", "box-shadow"), (_COLOR, "shadow-color")],
    "inset-shadow": [("empty scale length", "inset-shadow"), (_COLOR, "inset-shadow-color")],
    "text-shadow": [("empty scale length", "text-shadow"), (_COLOR, "text-shadow-color")],
    "drop-shadow": [("empty scale length", "drop-shadow"), (_COLOR, "drop-shadow-color")],
    "opacity": [("number arbitrary", "opacity")],
    "mix-blend": [("word", "mix-blend-mode")],
    "mask": [("place", "mask-position"), ("length", "mask-size"), ("image arbitrary", "mask-image")],
    "mask-position": [("arbitrary", "mask-position")],
    "mask-size": [("arbitrary", "mask-size")],
    "mask-clip": [("word", "mask-clip")],
    "mask-origin": [("word", "mask-origin")],
    "mask-type": [("word", "mask-type")],
    "mask-linear": [("number arbitrary", "mask-linear")],
    "mask-conic": [("number arbitrary", "mask-conic")],
    "mask-radial": [("arbitrary", "mask-radial")],
    "mask-radial-at": [("word arbitrary", "mask-radial-position")],
    "filter": [("empty arbitrary =none", "filter")],
    "backdrop-filter": [("empty arbitrary =none", "backdrop-filter")],
    "border-spacing": [(_SPACING, "border-spacing-x border-spacing-y")],
    "border-spacing-x": [(_SPACING, "border-spacing-x")],
    "border-spacing-y": [(_SPACING, "border-spacing-y")],
    "caption": [("=top =bottom", "caption-side")],
    "transition": [("empty word arbitrary", "transition-property")],
    "duration": [("number arbitrary =initial", "transition-duration")],
    "delay": [("number arbitrary", "transition-delay")],
    "ease": [("word arbitrary", "transition-timing-function")],
    "animate": [("word arbitrary", "animation")],
    "transform": [("arbitrary", "transform")],
    "translate": [(_SPACING, "translate-x translate-y")],
    "translate-x": [(_SPACING, "translate-x")],
    "translate-y": [(_SPACING, "translate-y")],
    "translate-z": [(_SPACING, "translate-z")],
    "scale": [("number arbitrary =none", "scale-x scale-y scale-z")],
    "scale-x": [("number arbitrary", "scale-x")],
    "scale-y": [("number arbitrary", "scale-y")],
    "scale-z": [("number arbitrary", "scale-z")],
    "rotate": [("number arbitrary =none", "rotate")],
    "rotate-x": [("number arbitrary", "rotate-x")],
    "rotate-y": [("number arbitrary", "rotate-y")],
    "rotate-z": [("number arbitrary", "rotate-z")],
    "skew": [("number arbitrary", "skew-x skew-y")],
    "skew-x": [("number arbitrary", "skew-x")],
    "skew-y": [("number arbitrary", "skew-y")],
    "origin": [("place arbitrary", "transform-origin")],
    "perspective": [("number word arbitrary", "perspective")],
    "perspective-origin": [("place arbitrary", "perspective-origin")],
    "backface": [("=hidden =visible", "backface-visibility")],
    "zoom": [("number arbitrary", "zoom")],
    "accent": [(_COLOR, "accent-color")],
    "caret": [(_COLOR, "caret-color")],
    "fill": [(_COLOR, "fill")],
    "stroke": [("number length", "stroke-width"), (_COLOR, "stroke")],
    "cursor": [("word arbitrary", "cursor")],
    "select": [("=none =text =all =auto", "user-select")],
    "will-change": [("word arbitrary", "will-change")],
    "appearance": [("=none =auto", "appearance")],
    "pointer-events": [("=none =auto", "pointer-events")],
    "field-sizing": [("=fixed =content", "field-sizing")],
    "scheme": [("word", "color-scheme")],
    "scroll": [("=auto =smooth", "scroll-behavior")],
    "scrollbar": [("=auto =none =thin", "scrollbar-width")],
    "scrollbar-gutter": [("word", "scrollbar-gutter")],
    "scrollbar-thumb": [(_COLOR, "scrollbar-thumb")],
    "scrollbar-track": [(_COLOR, "scrollbar-track")],
    "contain": [("arbitrary", "contain contain-size contain-layout contain-paint contain-style")],
    "@container": [("empty", "container-type")],
}
for _name in "blur brightness contrast grayscale hue-rotate invert saturate sepia".split():
    for _prefix in ("", "backdrop-"):
        _ROOTS[_prefix + _name] = [("empty number scale arbitrary", _prefix + _name)]
_ROOTS["backdrop-opacity"] = [("number arbitrary", "backdrop-opacity")]
for _name in "t r b l x y linear radial conic".split():
    for _end in ("from", "to"):
        _root = f"mask-{_name}-{_end}"
        _ROOTS[_root] = [("number fraction length", f"{_root}-position"), (_COLOR, f"{_root}-color")]

# The sides of a box: what stands behind the root, and the sides.
_SIDES: Final = {
    "": "top right bottom left start end block-start block-end",
    "x": "left right start end",
    "y": "top bottom block-start block-end",
    "t": "top",
    "r": "right",
    "b": "bottom",
    "l": "left",
    "s": "start",
    "e": "end",
    "bs": "block-start",
    "be": "block-end",
}
_CORNERS: Final = {
    "": "tl tr br bl ss se ee es",
    "t": "tl tr",
    "r": "tr br",
    "b": "br bl",
    "l": "tl bl",
    "s": "ss es",
    "e": "se ee",
    **{corner: corner for corner in "tl tr br bl ss se ee es".split()},
}


def _each(property: str, sides: str) -> str:
    return " ".join(f"{property}-{side}" for side in sides.split())


for _side, _sides in _SIDES.items():
    _end = f"-{_side}" if _side else ""
    for _root, _property in {"p": "padding", "m": "margin"}.items():
        for _prefix in ("", "scroll-"):
            _ROOTS[f"{_prefix}{_root}{_side}"] = [(_SPACING, _each(_prefix + _property, _sides))]
    _ROOTS[f"inset{_end}"] = [(_SPACING, _each("inset", _sides))]
    _ROOTS[f"border{_end}"] = [
        ("empty number length", _each("border-width", _sides)),
        ("line", _each("border-style", _sides)),
        (_COLOR, _each("border-color", _sides)),
    ]
for _name in "top right bottom left start end".split():
    _ROOTS[_name] = [(_SPACING, f"inset-{_name}")]
for _side, _sides in _CORNERS.items():
    _ROOTS[f"rounded-{_side}" if _side else "rounded"] = [("empty scale arbitrary", _each("radius", _sides))]
for _name in ("overflow", "overscroll"):
    _ROOTS[_name] = [("overflow", _each(_name, "x y"))]
    for _side in "xy":
        _ROOTS[f"{_name}-{_side}"] = [("overflow", f"{_name}-{_side}")]


def utility(name: str) -> Utility | None:
    """What a class is about, without variants, `!` and minus sign; None where it is no utility of Tailwind's."""
    if (found := _words().get(name)) is not None:
        return found
    if name.startswith("["):
        property, colon, _ = name[1:].partition(":")
        return _of(property) if colon and name.endswith("]") else None
    end = min((place for place in map(name.find, "[(/") if place >= 0), default=len(name))
    while True:
        for rule, sets, covers in _rules().get(name[:end], ()):
            if fits := rule.fullmatch(name[end:]):
                with_modifier = "font-size" in sets and fits["modifier"]
                return Utility(sets, covers | {"line-height"} if with_modifier else covers)
        if (end := name.rfind("-", 0, end)) <= 0:
            return None


def _of(properties: str, more: str = "") -> Utility:
    sets = frozenset(properties.split())
    return Utility(sets, sets | frozenset(more.split()))


@cache
def _words() -> dict[str, Utility]:
    words = {
        word: _of(name, _ONE_FOR_ALL.get(name, "")) for name, several in _WORDS.items() for word in several.split()
    }
    return words | {word: _of(properties) for word, properties in _COMPOUNDS.items()}


@cache
def _rules() -> dict[str, list[tuple[re.Pattern[str], Properties, Properties]]]:
    return {
        root: [(_pattern(kinds), *_of(properties)) for kinds, properties in rules] for root, rules in _ROOTS.items()
    }


@cache
def _pattern(kinds: str) -> re.Pattern[str]:
    """What may stand behind a root, its hyphen included."""
    names = kinds.split()
    values = "|".join(name[1:] if name[0] == "=" else _KINDS[name] for name in names if name != "empty")
    value = f"-(?:{values})" if values else ""
    if "empty" in names:
        value = f"(?:{value})?"
    return re.compile(value + _MODIFIER)
