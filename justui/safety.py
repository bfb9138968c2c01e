"""What may go into a page: addresses, attributes given by name, raw HTML (law 15). Plain functions; knows no components."""

import importlib
import re
from collections.abc import Callable
from typing import Final, Literal

from justui.errors import TreeError

Wire = str | int | float | Literal[True]
"""What an attribute holds: True stands for a boolean attribute that is present."""

SAFE_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "sms", "ftp", "ws", "wss", "blob"})
URL_ATTRIBUTES: Final = frozenset(
    """
    action archive attributionsrc background cite classid codebase data formaction href itemid longdesc manifest ping poster
    profile src usemap xlink:href xml:base
    """.split()
)
ANIMATED: Final = frozenset({"by", "from", "to", "values"})
"""Attributes by which SVG animation may set an address."""
OURS: Final = frozenset({"data-e", "data-j", "data-private", "data-raw"})
"""Attributes that the runtime reads."""
SVG_CAPITALS: Final = {
    name.lower(): name
    for name in """
    attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode filterUnits
    glyphRef gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lengthAdjust
    limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits maskUnits numOctaves pathLength
    patternContentUnits patternTransform patternUnits pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio
    primitiveUnits refX refY repeatCount repeatDur requiredExtensions requiredFeatures specularConstant specularExponent
    spreadMethod startOffset stdDeviation stitchTiles surfaceScale systemLanguage tableValues targetX targetY textLength
    viewBox viewTarget xChannelSelector yChannelSelector zoomAndPan
    """.split()
}
"""Attributes of SVG as HTML parsers spell them, which lower the case of all others, by the name in lower case."""

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*(?=:)", re.IGNORECASE)
_IGNORED: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
_DATA_MEDIA: Final = re.compile(
    r"data:(image/(png|gif|jpe?g|webp|avif|bmp|x-icon)|audio/[\w.+-]+|video/[\w.+-]+|font/[\w.+-]+)[;,]", re.IGNORECASE
)
_MAY_BE_DATA: Final = frozenset({"src", "poster", "srcset", "imagesrcset", "href", "xlink:href"})
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]*")


def safe_url(value: object, name: str) -> str:
    """`value` as a URL whose scheme cannot run script.

    Raises `TreeError` naming the attribute otherwise. The rules follow the URL standard's parser: control characters
    and white space in front of or within the scheme are ignored, as browsers do, and a few more that only look so.
    """
    text = str(value)
    bare = _IGNORED.sub("", text)
    scheme = _SCHEME.match(bare)
    if scheme is None or scheme[0].lower() in SAFE_SCHEMES:
        return text
    if name in _MAY_BE_DATA and _DATA_MEDIA.match(bare):
        return text
    raise TreeError(
        f"{name}={text[:60]!r}: the scheme {scheme[0]}: is not safe. Use http, https, mailto, tel or a path."
    )


def safe_srcset(value: object, name: str) -> str:
    """A list of image addresses; each is held to `safe_url`."""
    text = str(value)
    for candidate in text.split(","):
        safe_url(candidate, name)
    return text


def safe_animation(value: object, name: str) -> str:
    """The values of an SVG animation, with `;` between; each is held to `safe_url`, for it may be meant as an address."""
    text = str(value)
    for step in text.split(";"):
        safe_url(step, name)
    return text


def safe_animated_name(value: object, name: str) -> str:
    """The attribute that an SVG animation changes. Raises `TreeError` for addresses and handlers, whose values would escape us."""
    text = str(value)
    local = _IGNORED.sub("", text).lower().rpartition(":")[2]
    if local in URL_ATTRIBUTES or local in ("srcset", "srcdoc", "style") or local.startswith("on"):
        raise TreeError(f"{name}={text[:60]!r} cannot be animated: set it from Python.")
    return text


def raw_attribute(name: str, value: object) -> Wire | None:
    """The value of an attribute given by its HTML name, held to the same safety as a typed one.

    Raises `TreeError` for a name that cannot be set in a browser, for `on…` handlers, and for unsafe URLs.
    """
    lower = name.lower()
    if not _NAME.fullmatch(name) or lower in OURS:
        raise TreeError(f"{name!r} cannot be the name of an attribute")
    if lower.startswith("on"):
        raise TreeError(f"{name}: scripts in attributes are refused. Write on_{lower[2:]}=a Python function.")
    if lower == "srcdoc":
        raise TreeError("srcdoc: a document in an attribute is refused. Serve it at an address and use src.")
    if value is None or value is False:
        return None
    if value is True:
        return True
    if (check := _CHECKS.get(lower)) is not None:
        return check(value, lower)
    return value if isinstance(value, (int, float)) else str(value)


_CHECKS: Final[dict[str, Callable[[object, str], str]]] = {
    **dict.fromkeys(URL_ATTRIBUTES, safe_url),
    **dict.fromkeys(("srcset", "imagesrcset"), safe_srcset),
    **dict.fromkeys(ANIMATED, safe_animation),
    "attributename": safe_animated_name,
}


def sanitised(html: str) -> str:
    """`html` without scripts, handlers, forms, frames and what else could act."""
    clean: str = importlib.import_module("justui.raw_html").sanitised(html)
    return clean


def is_ragged(html: str) -> bool:
    """Whether tags of `html` lack their partners, so that behind it a parser goes on differently than in front of it."""
    ragged: bool = importlib.import_module("justui.raw_html").is_ragged(html)
    return ragged
