"""A tab without a socket: a page is opened for it, and what is sent to it is kept, read, and shown in a model of the browser."""

import json
from collections.abc import Callable, Coroutine
from typing import Any, Final

from justui import wire
from justui.chores import Timer
from justui.config import Config
from justui.outbox import Outbox
from justui.page import WebPage
from justui.sessions import Session
from justui.tab import Tab
from justui.testing.dom import Document

Operation = list[Any]

_CONFIG: Final = Config()


class Wire:
    """A transport: keeps the frames. `blocked` may be set by a test."""

    def __init__(self) -> None:
        self.blocked = False
        self.frames: list[str] = []
        self.closed: tuple[int, str] | None = None

    def send(self, message: dict[str, str]) -> None:
        self.frames.append(message["text"])

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)


class Loop:
    """What a page wants of the App that shows it, where everything happens at once."""

    css = ""
    config = _CONFIG

    def __init__(self) -> None:
        self.left: list[WebPage] = []

    def here(self) -> bool:
        return True

    def call(self, function: Callable[..., None], *arguments: Any) -> None:
        function(*arguments)

    def released(self, page: WebPage) -> None:
        self.left.append(page)

    def remote_failed(self, error: Exception, tab: Tab) -> None:
        raise error

    def offer(self, tab: Tab, content: object, name: str) -> str:
        raise NotImplementedError

    def offer_view(self, tab: Tab, view: object) -> str:
        raise NotImplementedError

    def run_life(self, page: WebPage, event: str, tab: Tab) -> None:
        raise NotImplementedError

    def start_timer(self, page: WebPage, timer: Timer) -> Callable[[], object]:
        raise NotImplementedError

    def start_task(
        self, page: WebPage, coroutine: Coroutine[Any, Any, Any], ended: Callable[[], object]
    ) -> Callable[[], object]:
        raise NotImplementedError


class Viewer:
    """Opens `page` in a tab of its own."""

    def __init__(
        self, page: WebPage, *, config: Config = _CONFIG, loop: Loop | None = None, tailwind: bool = False
    ) -> None:
        self.page = page
        self.tab = Tab(loop or Loop(), config, page, Session("id", "identity"))
        page.tailwind = tailwind  # without, nothing waits for a compiler
        self.html = wire.clean(page.open_for(self.tab).body)
        self.tab.joined = True
        self.wire = Wire()
        self.outbox: Outbox = self.tab.outbox
        self.outbox.transport = self.wire
        self.outbox.flush()
        self._read = 0
        self._applied = 0
        self._document: Document | None = None

    def frames(self) -> list[list[Operation]]:
        """The frames since this was asked last."""
        frames = [json.loads(text) for text in self.wire.frames[self._read :]]
        self._read = len(self.wire.frames)
        self.outbox.acknowledge(self.outbox.number)
        return frames

    def operations(self) -> list[Operation]:
        """The operations since this was asked last."""
        return [operation for frame in self.frames() for operation in frame]

    def after_update(self) -> list[Operation]:
        """What an update of the page sends here."""
        self.page.update()
        return self.operations()

    def see(self) -> Document:
        """What the tab shows, everything sent so far applied."""
        if self._document is None:
            self._document = Document(f"<!doctype html><html><head></head>{self.html}</html>")
        for text in self.wire.frames[self._applied :]:
            for operation in json.loads(text):
                self._document.apply(operation)
        self._applied = len(self.wire.frames)
        return self._document

    def shows(self) -> str:
        """The body, as text to compare."""
        return body(self.see())

    def leave(self) -> None:
        """The tab goes for good."""
        self.tab.gone = True
        self.outbox.clear()
        self.page.drop_tab(self.tab)


def body(document: Document) -> str:
    """What matters of a document's body, as text to compare."""
    return "\n".join(
        line for line in document.canonical(ids=True).splitlines() if line[:1].isdigit() or line[:1] == " "
    )


def fresh(page: WebPage) -> str:
    """What a tab shows that opens the page now."""
    viewer = Viewer(page)
    shown = viewer.shows()
    viewer.leave()
    return shown
