"""The classes of Tailwind 1 by what they are about, as `Tailwind.tw_dict` has them: for programs that go through them.

Made of the scales, not written out. Nothing else in the room asks them.
"""

from typing import Final

_COLOURS: Final = ["transparent", "current", "black", "white"] + [
    f"{hue}-{shade}"
    for hue in "gray red orange yellow green teal blue indigo purple pink".split()
    for shade in range(100, 1000, 100)
]
_SPACES: Final = "0 1 2 3 4 5 6 8 10 12 16 20 24 32 40 48 56 64 px".split()
_PLACES: Final = "bottom center left left-bottom left-top right right-bottom right-top top".split()
_OPACITIES: Final = "0 25 50 75 100".split()
_FRACTIONS: Final = (
    "1/2 1/3 2/3 1/4 2/4 3/4 1/5 2/5 3/5 4/5 1/6 2/6 3/6 4/6 5/6 "
    "1/12 2/12 3/12 4/12 5/12 6/12 7/12 8/12 9/12 10/12 11/12"
).split()
_TIMES: Final = "75 100 150 200 300 500 700 1000".split()
_SIDES: Final = "yxtrbl"


def _all(root: str, ends: list[str]) -> list[str]:
    """`root-end` for each end; an empty end is the root itself."""
    return [f"{root}-{end}" if end else root for end in ends]


def _words() -> dict[str, list[str]]:
    """The groups whose classes stand for themselves."""
    words = {
        "container": "container",
        "screen_reader": "sr-only not-sr-only",
        "display": "block inline-block inline flex inline-flex grid inline-grid table table-caption table-cell table-column "
        "table-column-group table-footer-group table-header-group table-row-group table-row hidden flow-root",
        "float": "float-right float-left float-none clearfix",
        "clear": "clear-right clear-left clear-none clear-both",
        "position": "static fixed absolute relative sticky",
        "visibility": "visible invisible",
        "font_family": "font-sans font-serif font-mono",
        "font_smoothing": "antialiased subpixel-antialiased",
        "font_style": "italic not-italic",
        "list_style_position": "list-inside list-outside",
        "text_decoration": "underline line-through no-underline",
        "text_transform": "uppercase lowercase capitalize normal-case",
        "word_break": "break-normal break-words break-all truncate",
        "flex_wrap": "flex-no-wrap flex-wrap flex-wrap-reverse",
        "flex": "flex-initial flex-1 flex-auto flex-none",
        "flex_grow": "flex-grow flex-grow-0",
        "flex_shrink": "flex-shrink flex-shrink-0",
        "border_collapse": "border-collapse border-separate",
        "table_layout": "table-auto table-fixed",
        "appearance": "appearance-none",
        "outline": "outline-none",
        "pointer_events": "pointer-events-none pointer-events-auto",
        "resize": "resize-none resize resize-y resize-x",
        "user_select": "select-none select-text select-all select-auto",
        "fill": "fill-current",
        "stroke": "stroke-current",
        "min_width": "min-w-0 min-w-full",
        "min_height": "min-h-0 min-h-full min-h-screen",
        "max_height": "max-h-full max-h-screen",
    }
    return {name: classes.split() for name, classes in words.items()}


def _scales() -> dict[str, list[str]]:
    """The groups whose classes are a root and a word."""
    scales = {
        "object_fit": ("object", "contain cover fill none scale-down"),
        "z_index": ("z", "0 10 20 30 40 50 auto"),
        "font_size": ("text", "xs sm base lg xl 2xl 3xl 4xl 5xl 6xl"),
        "font_weight": ("font", "hairline thin light normal medium semibold bold extrabold black"),
        "letter_spacing": ("tracking", "tighter tight normal wide wider widest"),
        "line_height": ("leading", "none tight snug normal relaxed loose 3 4 5 6 7 8 9 10"),
        "list_style_type": ("list", "none disc decimal"),
        "text_align": ("text", "left center right justify"),
        "vertical_align": ("align", "baseline top middle bottom text-top text-bottom"),
        "whitespace": ("whitespace", "normal no-wrap pre pre-line pre-wrap"),
        "background_attachment": ("bg", "fixed local scroll"),
        "background_repeat": ("bg", "repeat no-repeat repeat-x repeat-y repeat-round repeat-space"),
        "background_size": ("bg", "auto cover contain"),
        "border_style": ("border", "solid dashed dotted double none"),
        "flex_direction": ("flex", "row row-reverse col col-reverse"),
        "align_items": ("items", "stretch start center end baseline"),
        "align_content": ("content", "start center end between around"),
        "align_self": ("self", "auto start center end stretch"),
        "justify_content": ("justify", "start center end between around"),
        "order": ("order", "first last none 1 2 3 4 5 6 7 8 9 10 11 12"),
        "max_width": ("max-w", "xs sm md lg xl 2xl 3xl 4xl 5xl 6xl full screen-sm screen-md screen-lg screen-xl none"),
        "opacity": ("opacity", "100 75 50 25 0"),
        "cursor": ("cursor", "auto default pointer wait text move not-allowed"),
        "transition_timing": ("ease", "linear in out in-out"),
        "rotate": ("rotate", "0 45 90 180"),
        "transform_origin": (
            "origin",
            "center top top-right right bottom-right bottom bottom-left left top-left",
        ),
        "grid_template_cols": ("grid-cols", "1 2 3 4 5 6 7 8 9 10 11 12"),
        "grid_template_rows": ("grid-rows", "1 2 3 4 5 6 none"),
        "grid_auto_flow": ("grid-flow", "row col row-dense col-dense"),
        "animation": ("animate", "none spin ping pulse bounce"),
    }
    return {name: _all(root, ends.split()) for name, (root, ends) in scales.items()}


def _computed() -> dict[str, list[str]]:
    """The groups of colours, spaces, edges and times."""
    widths, corners = ["", "0", "2", "4", "8"], ["none", "sm", "", "lg", "full"]
    found = {
        "object_position": _all("object", _PLACES),
        "background_position": _all("bg", _PLACES),
        "width": _all("w", [*_SPACES, "auto", *_FRACTIONS, "full", "screen"]),
        "height": _all("h", [*_SPACES, "auto", "full", "screen"]),
        "border_width": _all("border", widths),
        "border-radius": _all("rounded", corners),
        "padding": _all("p", _SPACES),
        "margin": _margins("m"),
        "box_shadow": _all("shadow", ["xs", "sm", "", "md", "lg", "xl", "2xl", "inner", "outline", "none"]),
        "transition": _all("transition", ["none", "all", "", "colors", "opacity", "shadow", "transform"]),
        "duration": _all("duration", _TIMES),
        "transition_delay": _all("delay", _TIMES),
        "grid_gap": [name for root in ("gap", "row-gap", "col-gap") for name in _all(root, _SPACES)],
    }
    for name, root in (("text", "text"), ("background", "bg"), ("border", "border"), ("placeholder", "placeholder")):
        found[f"{name}_color"] = _all(root, _COLOURS)
        found[f"{name}_opacity"] = _all(root, [f"opacity-{one}" for one in _OPACITIES])
    for side in _SIDES:
        found[f"padding-{side}"] = _all(f"p{side}", _SPACES)
        found[f"margin-{side}"] = _margins(f"m{side}")
    for side in "trbl":
        found[f"border_width-{side}"] = _all(f"border-{side}", widths)
        found[f"border-radius-{side}"] = _all(f"rounded-{side}", corners)
    return found


def _margins(root: str) -> list[str]:
    return [*_all(root, _SPACES), f"{root}-auto", *(f"-{name}" for name in _all(root, _SPACES[1:]))]


tw_dict: Final[dict[str, list[str]]] = {**_words(), **_scales(), **_computed()}
"""The classes of each group."""
tw_reverse_dict: Final[dict[str, str]] = {name: group for group, names in tw_dict.items() for name in names}
"""The group of each class."""
