"""`Tab`: one live browser tab. It has an outbox and outlives its sockets; from the rendered page to its leaving."""

import json
import math
import secrets
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from justui import dom, wire
from justui.bridge import Bridge
from justui.context import building
from justui.errors import Gone, HandlerError, UsageError
from justui.flow import is_local
from justui.js import Expression, of_tab
from justui.marks import tree_lock
from justui.outbox import Frame, Outbox
from justui.people import Person
from justui.safety import safe_url
from justui.scripts import Answer, Asked
from justui.statements import flush
from justui.tab_queue import TabQueue

if TYPE_CHECKING:
    from justui.component import Component
    from justui.config import Config
    from justui.fields import Field
    from justui.guards import Door
    from justui.host import Host
    from justui.page import WebPage
    from justui.session import Session
    from justui.tickets import Ticket
    from justui.uploads import Waiting


class TabHost(Protocol):
    """What a tab wants of its App."""

    config: "Config"


class Tab:
    """One browser tab that shows a page.

    `id` names it, for people and logs; it is no secret. `data` is yours. `joined`: its socket has been there.
    """

    __slots__ = (
        "__weakref__",
        "_asked",
        "_data",
        "_person",
        "_private",
        "_seat",
        "_stored_due",
        "address",
        "allowance",
        "allowance_at",
        "before",
        "bridge",
        "commands",
        "cursor",
        "door",
        "dropped_at",
        "events",
        "gone",
        "heard_at",
        "host",
        "id",
        "joined",
        "outbox",
        "page",
        "refused_until",
        "rendered_at",
        "root",
        "session",
        "ticket",
        "token",
        "turn",
        "turned_at",
        "uploads",
    )

    def __init__(self, host: "Host", config: "Config", page: "WebPage", session: "Session") -> None:
        self.host = host
        self.page = page
        self.session = session
        self.id = secrets.token_hex(6)
        self.token = secrets.token_urlsafe(24)
        self.outbox = Outbox(self._fresh, config.outbox_bytes, config.outbox_frames, config.outbox_call_bytes)
        self.cursor = self.turn = 0
        """What it has of its page; number of the last change of its address that it has asked for."""
        self._private: WeakKeyDictionary[Field, Any] | None = None
        self.commands: list[str] | None = None
        self.events = 0
        """Number of the last event stored."""
        self._stored_due = False
        self.refused_until = 0.0
        self.joined = self.gone = False
        self.rendered_at = self.heard_at = time.monotonic()
        self.dropped_at: float | None = self.rendered_at
        """When its last socket was lost; None while it has one."""
        self.allowance = float(config.events_per_second)
        self.allowance_at = self.rendered_at
        self._data: dict[Any, Any] | None = None
        self._person: Person | None = None
        self._asked: Asked | None = None
        self.bridge: Bridge | None = None
        """What calls, topics and queues keep for this tab, once there are any."""
        self.root = self.address = ""
        """The App's prefix; path and query of the page, as the browser has them."""
        self.door: Door | None = None
        """The guards of its page, where there are any."""
        self.ticket: Ticket | None = None
        """How its browser gets the cookie of a login that a handler of this tab has done."""
        self.turned_at = -math.inf
        """When it was sent to another address."""
        self.before: Tab | None = None
        """The one whose place it takes when it joins: the browser's tab showed another page until now."""
        self._seat: list[Tab] | None = None
        """Which of those that took each other's places is there now. One list for all of them."""
        self.uploads: Waiting | None = None
        """Files that have been sent and wait for their event."""

    @property
    def data(self) -> dict[Any, Any]:
        """Whatever the program keeps for this tab."""
        if self._data is None:
            self._data = {}
        return self._data

    def follow(self, before: "Tab") -> None:
        """Be the same tab for people and programs as one in whose place this one is to come: `id`, `data` and `person` are the same."""
        self.before = before
        self.id = before.id
        self._person = before.person
        self._data = before.data

    @property
    def person(self) -> Person:
        """Who is at this tab: their name, colour and what the program keeps of them, for `page.presence` and editors."""
        if self._person is None:
            self._person = Person(self)
        return self._person

    def private_value(self, field: "Field", default: Any) -> Any:
        """The value that a private field has in this tab, as it travels; `default` where it has none of its own."""
        return default if self._private is None else self._private.get(field, default)

    def keep_private(self, field: "Field", value: Any) -> None:
        """Keep the value that a private field has in this tab, as long as there is the field."""
        if self._private is None:
            self._private = WeakKeyDictionary()
        self._private[field] = value

    def forget_private(self, field: "Field") -> None:
        """Let a private field have the value again that it has everywhere."""
        if self._private is not None:
            self._private.pop(field, None)

    @property
    def alive(self) -> bool:
        """Whether the tab is there, or may come back; False once it has gone for good."""
        return not self.present.gone

    @property
    def present(self) -> "Tab":
        """The tab itself; or where it shows another page by now, as that one has it: what is asked of this is done by that."""
        return self if self._seat is None else self._seat[0]

    def take_place(self, before: "Tab") -> None:
        """The browser shows this one now, and not the one `before` any more."""
        seat = [self] if before._seat is None else before._seat
        seat[0] = self
        before._seat = self._seat = seat
        self.person.come_to(self)

    # The stream

    @property
    def stored_due(self) -> bool:
        """Whether the tab is still to be told that its events are stored."""
        return self._stored_due

    def note_stored(self, number: int) -> None:
        """Event `number` is stored; said with the next frame, or at the end of this turn."""
        self.events = number
        self._stored_due = True

    def take_stored(self) -> str:
        """The operation that says which events are stored."""
        self._stored_due = False
        return f'["{wire.STORED}",{self.events}]'

    def flush_stored(self) -> None:
        """Say now which events are stored, if that is due. It stands behind all patches that were collected before."""
        if self._stored_due:
            self._push(Frame(f"[{self.take_stored()}]", patch=True))

    def _push(self, frame: Frame) -> None:
        """Send a frame, behind what the page holds back for this tab."""
        if not self.page.keep_back(self, frame):
            self.outbox.push(frame)

    def _fresh(self) -> Frame:
        # The state has what was stored: said first, or the browser would merge its unacknowledged edits in once more.
        state = self.page.fresh_state(self)
        again = "" if self.bridge is None else self.bridge.open_again()
        return Frame(f"[{self.take_stored()},{state}{again}]", patch=True)

    def send(self, operation: list[Any], blobs: Iterable[bytes] = ()) -> None:
        """Send one operation, with the bytes of its values, to this tab alone."""
        text = wire.encode(operation)
        if self._stored_due and operation[0] == wire.REPLY:
            text = f"{self.take_stored()},{text}"  # one frame for one call
        self.flush_stored()
        self._push(Frame(f"[{text}]", patch=False, blobs=blobs))

    def push(self, frame: Frame) -> None:
        """Send a frame that other tabs get, too."""
        self._push(frame)

    def with_bridge(self) -> Bridge:
        """What calls, topics and queues keep for this tab; made when it is wanted."""
        if self.bridge is None:
            self.bridge = Bridge()
        return self.bridge

    def do(self, component: "Component", method: str, arguments: tuple[Any, ...]) -> None:
        """Call a method of the component's element, behind the next update."""
        self._command([wire.DO, component._id, method, list(arguments)])

    def set_private(self, component: "Component", value: Any) -> None:
        """Set the value of a private field in this tab alone, behind the next update."""
        self._command([wire.VALUE, component._id, value])

    def _command(self, operation: list[Any]) -> None:
        text = wire.encode(operation)
        with tree_lock:
            if self.commands is None:
                self.commands = []
            self.commands.append(text)

    def flush_commands(self) -> None:
        """Send what `do` and `set_private` left."""
        with tree_lock:
            commands, self.commands = self.commands, None
        if commands:
            self.flush_stored()
            self._push(Frame(f"[{','.join(commands)}]", patch=False))

    # What a program does with a tab

    def _now(self, operation: list[Any]) -> None:
        tab = self.present
        if self.host.here():
            tab.send(operation)
        else:
            self.host.call(tab.send, operation)

    @property
    def js(self) -> Expression:
        """The window of this tab: `await tab.js.document.title`, `tab.js.cart = [1, 2]`, `await tab.js.cart.join("-")`.

        What is assigned and called runs in its order, when the loop turns, behind what the page has pending. In a worker thread
        nothing is awaited: values are there where they are used, and a call gives its value. `tab.js(timeout=2)` waits so many
        seconds instead of 30, `tab.js(wait=False)` for nothing; `await tab.js` until everything before has run.
        """
        return of_tab(self.present)

    def queue(self, name: str) -> TabQueue:
        """A queue of this tab's own, which lives in the browser: `tab.queue("todo").push(x)`, there `server.tab.queue("todo")`."""
        return TabQueue(self.present, name)

    @property
    def dom(self) -> "dom.Dom":
        """The elements of this tab, for HTML that no component has: `tab.dom.count.text = 5`, `await tab.dom("#next").value`,
        `tab.dom.list.add("li", "Milk").on("click", fn)`.

        Like `tab.js`: it acts in its order, when the loop turns. What is put in is held to the same safety as in components.
        """
        return dom.of(self.present)

    def redirect(self, url: str) -> None:
        """Send this tab to another address. Raises `TreeError` for one that could run script."""
        address = safe_url(url, "redirect")
        self.turned_at = time.monotonic()
        if self.ticket is not None and self.ticket.is_open:
            self._now([wire.RUN, 0, self.ticket.code(address)])  # the cookie first, or the next page knows nobody
        else:
            self._now([wire.PAGE, {"redirect": address}])

    def go(self, url: str) -> None:
        """Show the page at another address of this site in this tab, without a reload, as a `ui.Link` does. From any thread.

        Its tab keeps `id` and `data`; what is no live page of ours is loaded as by any link. Raises `TreeError` for an address
        that could run script, `UsageError` for one of another site: that is `tab.redirect`.
        """
        address = safe_url(url, "go")
        if not is_local(address):
            raise UsageError(f"tab.go({address[:80]!r}) leads to another site. If that is meant: tab.redirect(…).")
        self.turned_at = time.monotonic()
        self._order({"go": address})

    def show(self, view: Any) -> None:
        """Show another page in this tab, at the same address; what was there leaves, with its handlers, timers and tasks.

        `view`: a page, a component, a page of `app.render`, or a function that returns one, which runs as a page function does.
        The tab keeps `id` and `data`. In a page with a layout it comes into the outlet. A reload shows the address's own page.
        From any thread. Raises `UsageError` in a page function, where no tab is there yet, and `HandlerError` for anything else.
        """
        if building.get() or not self.joined:
            raise UsageError(
                "tab.show() changes what a tab shows, and no tab is there before the page is. Return the other view instead, "
                'or show it in a function for page.on("join", …).'
            )
        address = self.root + self.host.offer_view(self.present, view)
        self._order({"view": address})

    def _order(self, order: dict[str, str]) -> None:
        """Tell the browser what to show next; after a login it fetches the cookie before, or nobody knows it there."""
        ticket = self.present.ticket
        if ticket is not None and ticket.is_open:
            order["cookie"] = ticket.address
        self._now([wire.GO, order])

    def download(self, content: Any, name: str = "") -> None:
        """Let this tab's browser save a file called `name`: of a path, bytes, or a generator of bytes, sync or async.

        It is fetched once, by this person, within a minute, streamed and cached nowhere. From any thread. Raises `UsageError`
        for a file that is not there, and where a name is missing.
        """
        address = json.dumps(self.host.offer(self.present, content, name)).replace("<", "\\u003c")
        code = f'const a=document.createElement("a");a.href={address};a.download="";document.body.append(a);a.click();a.remove();'
        self._now([wire.RUN, 0, code])

    def renew_cookie(self, ticket: "Ticket") -> None:
        """Let the browser fetch the cookie of a login that a handler of this tab has done. From any thread."""
        self.ticket = ticket
        self._now([wire.RUN, 0, ticket.code()])

    def notify(self, text: str, kind: str = "info") -> None:
        """Show a short message in this tab; `kind` is info, success, warning or error."""
        if kind not in ("info", "success", "warning", "error"):
            raise HandlerError(f"kind is info, success, warning or error, got {kind!r}")
        self._now([wire.NOTE, {"text": str(text), "kind": kind}])

    def run_javascript(self, code: str, request_id: Any = None, timeout: float = 30.0) -> Answer:
        """Run JavaScript in this tab, behind what the page has pending; `await` gives its value.

        An expression gives its value, statements what they `return`; promises are awaited in the browser. The value also
        comes as the page's event `result_ready`, with `msg.result` or `msg.error`, and `msg.request_id`. The code must be the
        program's own, like `head_html`: never put into it what a person typed; `json.dumps` makes a value of Python fit.
        `timeout` is in seconds. Raises, when awaited, `RemoteError` with the browser's words, `RemoteTimeout` or `Gone`.
        """
        answer = Answer(timeout, request_id)
        tab = self.present
        tab.page.update()
        self.host.call(tab._ask, str(code), answer)
        return answer

    def _ask(self, code: str, answer: Answer) -> None:
        if self.gone:
            answer.fail(Gone("the tab has gone"))
            return
        if self._asked is None:
            self._asked = Asked()
        flush(self)
        self.send([wire.RUN, self._asked.add(answer), code])

    def take_answer(self, data: dict[str, Any]) -> tuple[Answer, Any, str | None] | None:
        """The call that the browser answers, with value and error; None when this tab was not asked."""
        return None if self._asked is None else self._asked.take(data)

    def forget(self) -> None:
        """The tab has gone for good: let go of what waits for it."""
        self.before = None
        if self._seat is not None and self._seat[0] is self:
            self._seat = None  # else a cycle
        self.outbox.clear()
        if self._asked is not None:
            self._asked.clear()
        if self.uploads is not None:
            self.uploads.clear()
        if self.bridge is not None:
            self.bridge.clear()

    def cut(self, seconds: float) -> None:
        """Cut the tab's connection and refuse it for so many seconds, as a bad network would. For tests and demonstrations."""
        self.refused_until = time.monotonic() + seconds
        if self.outbox.transport is not None:
            self.outbox.transport.close(wire.CLOSE_AGAIN, "cut")

    def __repr__(self) -> str:
        return f"<Tab {self.id} of {self.page.describe()}>"
