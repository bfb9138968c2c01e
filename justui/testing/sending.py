"""Files that a person chooses: a model of `browser/files.js`, which sends them before their event, and of `components/upload.js`."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import quote

from justui import wire
from justui.testing.dom import Document
from justui.testing.nodes import Element
from justui.testing.transport import Headers, Response

ChosenFile = tuple[str, bytes] | tuple[str, bytes, str]
"""Name, bytes, and where the browser knows it the type."""
Request = Callable[[str, str, Headers, bytes], Awaitable[Response]]

SOURCE: Final = "\0source"
"""In an event's data, for its way through the tab: the input that changed."""


class Chosen:
    """The files that were chosen in the inputs of one document."""

    def __init__(self) -> None:
        self._files: dict[Element, list[ChosenFile]] = {}
        self.sending = 0
        """Events whose files are on their way."""

    def choose(self, field: Element, files: list[ChosenFile]) -> None:
        """Put files into an input."""
        self._files[field] = files

    def of_event(
        self, document: Document, component: int, entry: str, data: dict[str, Any]
    ) -> list[tuple[Element, ChosenFile]]:
        """The files that go with an event; takes what is not to travel out of its data."""
        event = entry.partition(".")[0].partition("__")[0]
        source = data.pop(SOURCE, None)
        if event in ("change", "input"):
            inputs = [source] if isinstance(source, Element) else []
        elif event == "submit":
            forms = [node for node in document.nodes(component) if isinstance(node, Element)]
            inputs = [field for form in forms for field in form.elements() if field in self._files]
        else:
            return []
        return [(field, file) for field in inputs if not field.disabled for file in self._files.get(field, ())]


async def send_file(request: Request, boot: dict[str, Any], origin: str, component: int, file: ChosenFile) -> Response:
    """Send one file, as the browser does."""
    name, data, *rest = file
    headers: Headers = [("x-justui-tab", boot["token"]), ("x-justui-name", quote(name)), ("origin", origin)]
    headers += [("content-type", str(kind)) for kind in rest]
    return await request("POST", f"{boot['socket'].replace('/ws/', '/upload/')}/{component}", headers, data)


def upload_around(field: Element) -> Element | None:
    """The `Upload` in which a file input stands."""
    return next((above for above in field.ancestors() if "data-to" in above.attributes), None)


async def upload(request: Request, boot: dict[str, Any], origin: str, target: Element, file: ChosenFile) -> Response:
    """Send one file into the folder of an `Upload`, whole."""
    name, data, *_ = file
    if "data-unique" in target.attributes:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem or ending}-{secrets.token_hex(4)}" + (dot + ending if stem else "")
    root = str(boot["socket"]).partition(wire.ADDRESS)[0]
    headers: Headers = [("x-justui-tab", boot["token"]), ("x-justui-upload", str(target.component)), ("origin", origin)]
    return await request("PUT", f"{root}{target.attributes['data-to']}/{quote(name)}", headers, data)


def with_numbers(data: dict[str, Any], answers: list[Response]) -> dict[str, Any]:
    """The event's data with the numbers that the server gave its files."""
    return {**data, wire.DATA_FILES: [int(answer.text) for answer in answers]}
