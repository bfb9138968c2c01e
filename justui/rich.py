"""Rich text as a delta: which formats there are, what may stand in them, and its lines. Plain functions; knows no HTML, no CRDT.

The names are Quill's (quilljs.com/docs/formats). Formats of a line stand on the newline that ends it; the last line may lack its own.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from justui.errors import TreeError
from justui.safety import safe_url

Delta = list[dict[str, Any]]
"""Inserts in their order: `{"insert": "text" or {"image": address}, "attributes": {"bold": True, …}}`."""

COMMENT: Final = "comment"
"""The format of text about which somebody has said something: the id of that. No reader of the text sees it."""
OBJECT: Final = "\ufffc"
"""What stands in plain text for something embedded (U+FFFC, object replacement character)."""

_ADDRESS: Final = 2_048  # characters of a link, or of an image that is elsewhere
_IMAGE: Final = 2 * 1024 * 1024  # characters of an image within the text
_ALT: Final = 1_000
_SIDES: Final = 10_000  # pixels

_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_FUNCTION: Final = re.compile(r"(?:rgb|hsl)a?\([ 0-9.,%/+-]{1,50}(?:deg|rad|turn)?[ 0-9.,%/+-]{0,50}\)", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+#-]{0,39}")
_ID: Final = re.compile(r"[A-Za-z0-9_-]{12,36}")
_ROW: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_SIDE: Final = re.compile(r"\d{1,5}(?:\.\d{1,3})?(?:px|%)?")
_DATA: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]|^\s|\s$")
_KINDS: Final = ("table", "code-block", "list", "header", "blockquote")
_TAB_ONLY: Final = ("blob:", "ws:", "wss:")  # what nobody else could open

_COLOURS: Final = frozenset(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood cadetblue
    chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray darkgreen
    darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen darkslateblue
    darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick
    floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink
    indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
    lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid
    mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream
    mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen
    paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue
    saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen
    steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
    """.split()
)


def fault_of(name: str, value: Any) -> str:
    """What is wrong with a format's value, or with what is embedded where `name` is "embed"; "" where nothing is.

    None is right for each format: it takes the format away. Whole numbers may be floats, as CRDTs hand them over.
    """
    if name == "embed":
        return _embed_fault(value)
    check = _CHECKS.get(name)
    if check is None:
        return f"there is no format {_short(name)}"
    wrong = "" if value is None else check(value)
    return f"{name}: {wrong}" if wrong else ""


def normal(delta: Delta) -> Delta:
    """The same text in as few inserts as it takes: equal neighbours are one, what is empty or None is left out."""
    made: Delta = []
    texts: list[str] = []

    def close() -> None:
        if texts:
            made[-1]["insert"] = "".join(texts)
            texts.clear()

    for operation in delta:
        insert = operation.get("insert")
        if insert is None or insert == "":
            continue
        formats = {name: value for name, value in (operation.get("attributes") or {}).items() if value is not None}
        if texts and isinstance(insert, str) and made[-1].get("attributes", {}) == formats:
            texts.append(insert)
            continue
        close()
        made.append({"insert": insert, "attributes": formats} if formats else {"insert": insert})
        if isinstance(insert, str):
            texts.append(insert)
    close()
    return made


def trimmed(delta: Delta) -> Delta:
    """`normal`, without the newline of a last line that has text and no format: its lines are the same."""
    made = normal(delta)
    if not made or (made[-1]["insert"] == "\n" and len(made) == 1):
        return made
    last = made[-1]
    text = last["insert"]
    if "attributes" in last or not isinstance(text, str) or not text.endswith("\n"):
        return made
    before = text[-2:-1] or str(made[-2]["insert"])[-1:]
    if before == "\n":
        return made  # the line is empty: without its end it would not be there
    return normal([*made[:-1], {"insert": text[:-1]}])


def plain(delta: Delta) -> str:
    """The text alone, with U+FFFC for each thing embedded."""
    inserts = (operation.get("insert", "") for operation in delta)
    return "".join(insert if isinstance(insert, str) else OBJECT for insert in inserts)


def length(delta: Delta) -> int:
    """How many code points it has; what is embedded counts one."""
    inserts = (operation.get("insert", "") for operation in delta)
    return sum(len(insert) if isinstance(insert, str) else 1 for insert in inserts)


def diff_texts(old: str, new: str) -> tuple[int, int, str]:
    """The one edit that makes `new` of `old`: start and end of what goes, in code points, and what comes in its place."""
    start = _common(len(old), len(new), lambda a, b: old[a:b] == new[a:b])
    behind = _common(
        len(old) - start,
        len(new) - start,
        lambda a, b: old[len(old) - b : len(old) - a] == new[len(new) - b : len(new) - a],
    )
    return start, len(old) - behind, new[start : len(new) - behind]


def unmarked(delta: Delta) -> Delta:
    """The same without what only says that there are comments."""
    return [
        {**operation, "attributes": {name: value for name, value in formats.items() if name != COMMENT}}
        if COMMENT in (formats := operation.get("attributes") or {})
        else operation
        for operation in delta
    ]


class Piece(NamedTuple):
    """Text of one format within a line; or an image, with its address in `image`."""

    text: str
    image: str
    formats: dict[str, Any]


class Line(NamedTuple):
    """What stands in front of one newline, and the formats of the line."""

    pieces: list[Piece]
    formats: dict[str, Any]


def lines(delta: Delta) -> Iterator[Line]:
    """The lines, without whatever `fault_of` refuses and without formats that stand where they say nothing."""
    pieces: list[Piece] = []
    for operation in normal(unmarked(delta)):
        insert = operation["insert"]
        formats = _sound(operation.get("attributes", {}))
        inline = {name: value for name, value in formats.items() if name in INLINE}
        if not isinstance(insert, str):
            if not _embed_fault(insert):
                own = {name: value for name, value in formats.items() if name in IMAGE}
                pieces.append(Piece("", insert["image"], inline | own))
            continue
        first, *rest = insert.split("\n")
        if first:
            pieces.append(Piece(first, "", inline))
        of_line = {name: value for name, value in formats.items() if name in LINE}
        for text in rest:
            yield Line(pieces, of_line)
            pieces = [Piece(text, "", inline)] if text else []
    if pieces:
        yield Line(pieces, {})


def kind_of(line: Line) -> str:
    """What the line is a piece of: `table`, `code-block`, `list`, `header`, `blockquote`, or `p` for a paragraph.

    A line is one of these. Where people made two of it at once, the first in this order counts; code has no pictures in it.
    """
    kinds = [name for name in _KINDS if name in line.formats]
    if "code-block" in kinds and any(piece.image for piece in line.pieces):
        kinds.remove("code-block")
    return next(iter(kinds), "p")


def is_address(text: str, name: str) -> bool:
    """Whether `text` may be followed: a web, mail or phone address, or a path. `name` is the HTML attribute meant."""
    if not text or len(text) > _ADDRESS or _CONTROL.search(text):
        return False
    try:
        safe_url(text, name)
    except TreeError:
        return False
    return not text.lower().startswith(_TAB_ONLY)


def _sound(formats: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: int(value) if isinstance(value, float) else value
        for name, value in formats.items()
        if not fault_of(name, value)
    }


def _common(first: int, second: int, equal: Callable[[int, int], bool]) -> int:
    """How far two texts are equal, found by halves: comparing slices is a thousand times faster than characters."""
    low, high = 0, min(first, second)
    while low < high:
        middle = (low + high + 1) // 2
        if equal(low, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _short(value: Any) -> str:
    return repr(value[:40] if isinstance(value, str) else type(value).__name__)


def _embed_fault(value: Any) -> str:
    if not isinstance(value, dict) or list(value) != ["image"]:
        return "only an image can be embedded: {'image': its address}"
    address = value["image"]
    if not isinstance(address, str):
        return "image: its address is not a text"
    if address[:5].lower() != "data:":
        return "" if is_address(address, "image") else f"image: {_short(address)} is no address of an image"
    if len(address) > _IMAGE:
        return f"image: more than {_IMAGE // 1024 // 1024} MB within the text. Upload it and give its address."
    return "" if _DATA.fullmatch(address) else "image: only PNG, JPEG, GIF and WebP in base64 can stand within a text"


def _yes(value: Any) -> str:
    return "" if value is True else "only True, or None to take it away"


def _one_of(*words: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        return "" if isinstance(value, str) and value in words else f"only {', '.join(words)}"

    return check


def _whole(highest: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number and 1 <= value <= highest and value == int(value) else f"a number from 1 to {highest}"

    return check


def _matching(pattern: re.Pattern[str], words: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        return "" if isinstance(value, str) and pattern.fullmatch(value) else f"{_short(value)} is no {words}"

    return check


def _colour(value: Any) -> str:
    text = value if isinstance(value, str) and len(value) <= 100 else ""
    if text.lower() in _COLOURS or _HEX.fullmatch(text) or _FUNCTION.fullmatch(text):
        return ""
    return f"{_short(value)} is no colour. Write #rrggbb, rgb(), hsl() or a name of CSS."


def _link(value: Any) -> str:
    return "" if isinstance(value, str) and is_address(value, "link") else f"{_short(value)} is no safe address"


def _code_block(value: Any) -> str:
    return "" if value is True else _matching(_LANGUAGE, "name of a language")(value)


def _alt(value: Any) -> str:
    return "" if isinstance(value, str) and len(value) <= _ALT else f"a text of up to {_ALT} characters"


def _side(value: Any) -> str:
    if isinstance(value, str) and _SIDE.fullmatch(value):
        return ""
    return _whole(_SIDES)(value) and "pixels, such as '300', or a share, such as '50%'"


INLINE: Final[dict[str, Callable[[Any], str]]] = {
    **dict.fromkeys(("bold", "italic", "underline", "strike", "code"), _yes),
    "script": _one_of("sub", "super"),
    "color": _colour,
    "background": _colour,
    "size": _one_of("small", "large", "huge"),
    "font": _one_of("serif", "monospace"),
    "link": _link,
    COMMENT: _matching(_ID, "id of a comment"),
}
"""Formats of text and images, each with what finds a fault in a value."""
LINE: Final[dict[str, Callable[[Any], str]]] = {
    "header": _whole(6),
    "list": _one_of("ordered", "bullet", "checked", "unchecked"),
    "indent": _whole(8),
    "align": _one_of("center", "right", "justify"),
    "direction": _one_of("rtl"),
    "blockquote": _yes,
    "code-block": _code_block,
    "table": _matching(_ROW, "id of a row"),
}
"""Formats of lines. Cells of one row are lines with the same `table`."""
IMAGE: Final[dict[str, Callable[[Any], str]]] = {"alt": _alt, "width": _side, "height": _side}
"""Formats of images alone."""
_CHECKS: Final = INLINE | LINE | IMAGE
