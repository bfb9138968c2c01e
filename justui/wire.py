"""The one contract with the browser: names of frames and operations, encoding and decoding.

`docs/wire.md` explains each; `browser/wire.js` mirrors the constants. Knows nothing of components or sockets.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

import orjson

from justui.errors import WireError

PROTOCOL: Final = 1
ADDRESS: Final = "/_justui"

# Operations in a counted frame.
TEXT: Final = "t"
ATTRIBUTES: Final = "a"
VALUE: Final = "v"
HTML: Final = "w"
INSERT: Final = "i"
MOVE: Final = "m"
REMOVE: Final = "r"
SHOW: Final = "n"
HIDE: Final = "h"
PAGE: Final = "p"
STORED: Final = "k"
DO: Final = "d"
FAULT: Final = "x"
STATE: Final = "s"
NOTE: Final = "o"
SHEET: Final = "y"
RUN: Final = "j"
REPLY: Final = "b"
CALL: Final = "c"
LET_GO: Final = "g"
TOPIC: Final = "q"
QUEUE: Final = "u"
LOAD: Final = "l"
SHARED: Final = "z"
GO: Final = "f"

# What the browser says beside the events of components: events of component 0.
CALLS: Final = "call"
ANSWER: Final = "answer"
FREED: Final = "free"
SHARE: Final = "share"

# Keys of a node.
NODE_ID: Final = "j"
NODE_TAG: Final = "t"
NODE_NAMESPACE: Final = "n"
NODE_ATTRIBUTES: Final = "a"
NODE_TEXT: Final = "x"
NODE_HTML: Final = "w"
NODE_VALUE: Final = "v"
NODE_CHILDREN: Final = "c"
NODE_HIDDEN: Final = "h"

# Control frames from the server.
HI: Final = "hi"
GONE: Final = "gone"
BEAT: Final = "beat"
BACK: Final = "back"
REFUSED: Final = "refused"

# Frames from the browser.
JOIN: Final = "j"
EVENT: Final = "e"
ACKNOWLEDGE: Final = "k"
BYE: Final = "bye"

# Beside what the browser's event had: the numbers of the files that travel with it; the name of an answer to RUN.
DATA_FILES: Final = "files"
DATA_ANSWER: Final = "result_ready"

# Close codes of the socket.
CLOSE_HOSTILE: Final = 4000
CLOSE_GONE: Final = 4001
CLOSE_REPLACED: Final = 4002
CLOSE_REFUSED: Final = 4003
CLOSE_TOO_LARGE: Final = 1009
CLOSE_RESTART: Final = 1012
CLOSE_AGAIN: Final = 1013

# What `["d", id, method, args]` may call on an element.
METHODS: Final = (
    "focus",
    "blur",
    "select",
    "click",
    "scroll_into_view",
    "show_modal",
    "close",
    "show_popover",
    "hide_popover",
    "play",
    "pause",
    "reset",
)


# Names that lead from a value to the machinery of JavaScript: no path goes through them.
REFUSED_NAMES: Final = (
    "__proto__",
    "prototype",
    "constructor",
    "eval",
    "Function",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
)

_PARTS: Final = 10_000
_LENGTH: Final = 4  # bytes of the length of each part of a message with bytes
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)


def encode(value: object) -> str:
    """The JSON text of a frame or an operation. Strings travel as `clean` makes them, as they do in HTML."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:
        # Lone surrogates, or a tree deeper than orjson goes, whose bound is 254 levels.
        return json.dumps(_scrubbed(value), ensure_ascii=False, separators=(",", ":"))
    return orjson.dumps(_scrubbed(value)).decode() if "\\u0000" in text else text


def clean(text: str) -> str:
    """`text` as HTML and JSON can both carry it: NUL and lone surrogates become U+FFFD, as HTML parsers make of them."""
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def decode(text: str | bytes, depth: int) -> Any:
    """The value of a frame's JSON text.

    Lone surrogates, which a browser's strings may hold, become U+FFFD. Raises `WireError` when it is not JSON, or nested
    deeper than `depth` levels.
    """
    try:
        value = _loads(text)
    except orjson.JSONDecodeError as error:
        raise WireError(f"not JSON: {error}") from None
    if isinstance(text, bytes) or text.count("[") + text.count("{") > depth:  # with fewer brackets it cannot be so deep
        check_depth(value, depth)
    return value


def _loads(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        whole = _ESCAPE.sub(_whole, text) if isinstance(text, str) else text
        if whole == text:
            raise
        return orjson.loads(whole)


def _whole(escape: re.Match[str]) -> str:
    return "\\ufffd" if escape["lone"] else escape[0]


def join_message(text: str, blobs: Iterable[bytes]) -> bytes:
    """A frame with bytes beside it, as one binary message: each part behind its length."""
    parts = [text.encode(), *blobs]
    return b"".join(piece for part in parts for piece in (len(part).to_bytes(_LENGTH, "big"), part))


def split_message(message: bytes) -> tuple[str, list[bytes]]:
    """The text of a binary message, and the bytes beside it. Raises `WireError` when it is malformed."""
    parts = []
    start = 0
    while start < len(message):
        begin = start + _LENGTH
        start = begin + int.from_bytes(message[start:begin], "big")
        parts.append(message[begin:start])
        if start > len(message) or len(parts) > _PARTS:
            raise WireError("a message with bytes is malformed")
    try:
        return parts[0].decode(), parts[1:]
    except (IndexError, UnicodeDecodeError):
        raise WireError("a message with bytes is malformed") from None


def check_depth(value: object, depth: int) -> None:
    """Raise `WireError` when lists and objects are nested in `value` deeper than `depth` levels."""
    level = [value]
    while any(isinstance(item, (list, dict)) for item in level):
        if depth == 0:
            raise WireError("nested too deeply")
        depth -= 1
        level = [
            item
            for container in level
            if isinstance(container, (list, dict))
            for item in (container if isinstance(container, list) else container.values())
        ]


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scrubbed(item) for item in value]
    return value
