"""`Tab`: one tab of the test client: looks at its page, acts on it as a person does, and waits for conditions.

Frames and acknowledgements are `stream`'s, DOM events `gestures`' and `firing`'s.
"""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from justui import wire
from justui.tasks import Tasks
from justui.testing import selector as lookup
from justui.testing.dom import Document, to_html
from justui.testing.field import Value
from justui.testing.firing import Firing
from justui.testing.gestures import Gestures, Visit
from justui.testing.nodes import Element
from justui.testing.sending import SOURCE, Chosen, ChosenFile, send_file, upload, upload_around, with_numbers
from justui.testing.server import Server
from justui.testing.shared import Copies, SharedCopy, Surroundings
from justui.testing.stream import Stream
from justui.testing.transport import Headers, Response, Transport
from justui.testing.window import Window

FOLLOW_UP = 0.2
"""Seconds after the last key when a field is sent that no event has carried."""

Target = str | Element

_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')


class PageError(AssertionError):
    """The page does not hold what the test wants; the message shows what it holds."""


class Person(Protocol):
    """What a tab wants of its Browser."""

    transport: Transport

    async def fetch(self, url: str, method: str = "GET", body: bytes = b"", headers: Headers | None = None) -> Response:
        """Request an address with this person's cookies, following redirects."""

    async def request(self, method: str, url: str, headers: Headers | None = None, body: bytes = b"") -> Response:
        """Make one request with this person's cookies."""

    def socket_headers(self, path: str) -> Headers:
        """Return the headers with which this person's tabs open sockets."""


class Tab:
    """One tab. A target is an element, a CSS selector (`#id`, `.class`, `button`, `[name=email]`) or words that a person sees."""

    def __init__(self, person: Person, response: Response) -> None:
        self._person = person
        self._tasks = Tasks(report=self._failed)
        self._follow_up: asyncio.TimerHandle | None = None
        self.faults: list[dict[str, Any]] = []
        """Faults of handlers that the page was shown: `title`, `text`, `ref`."""
        self.notes: list[dict[str, Any]] = []
        """Short messages that the page was shown: `text`, `kind`."""
        self.done: list[tuple[int, str, list[Any]]] = []
        """What elements were told to do: component, method, arguments."""
        self.opened: list[str] = []
        """Addresses that would have opened outside of this tab: new windows, other sites."""
        self.scripts: list[tuple[int, str]] = []
        """Code that `run_javascript` sent, with the number of the call; nothing runs here: see `answer`."""
        self.takers: dict[str, Callable[[list[Any], list[bytes]], None]] = {}
        """What takes operations of calls, topics and queues, by their names: their parts, and the bytes of values in them."""
        self.server = Server(lambda: self.stream, self.takers)
        """Calls Python as a page does: `await tab.server.add(4, 7)`, `await tab.server.get("sampler.rate")`."""
        self.window = Window(
            self,
            lambda data, blobs: self.stream.send_event(0, wire.ANSWER, data, blobs),
            self._tasks.start,
        )
        """What `tab.js` reaches: `tab.window["adjust"] = lambda x: x * 1.3`."""
        self.takers |= {wire.CALL: self.window.run, wire.LET_GO: self.window.let_go, wire.SHARED: self._take_shared}
        self._turn = self._settled = 0
        self._take_response(response)
        self._history, self._entry = [self.url], 0

    def _take_response(self, response: Response) -> None:
        self.response = response
        self.url = response.url
        self.document = Document(response.text)
        self.stream = Stream(self._person.transport, self.document, self._on_operation, self._on_gone)
        self._chosen = Chosen()
        self._firing = Firing(self._send_event, lambda: self.document)
        self._hands = Gestures(lambda: self.document, self._firing, self._note_field, lambda: self.url)
        self._copies = Copies(
            Surroundings(
                lambda: self.stream,
                lambda seconds, function: asyncio.get_running_loop().call_later(seconds, function),
                lambda element: element in self.document and self._firing.fire(element, "input"),
                lambda text: self.notes.append({"text": text, "kind": "warning"}),
            )
        )

    def shared(self, target: Target) -> SharedCopy:
        """The shared text that an editor shows, to type into: `notes = tab.shared("#notes")`; wait with `settled()`. Raises `PageError`."""
        try:
            return self._copies.open(self.find(target))
        except LookupError as error:
            raise PageError(self._holds(str(error))) from None

    def _take_shared(self, parts: list[Any], blobs: list[bytes]) -> None:
        self._copies.take(parts, blobs)

    def hear(self, element: Element, spec: str, heard: Callable[[dict[str, Any]], object]) -> None:
        """Call a function at an event of an element, as `tab.dom` on the server wants it."""
        self._firing.hear(element, spec, heard)

    def _failed(self, error: BaseException, name: str) -> None:
        self.stream.failure = error
        self.stream.bell.ring()

    # What there is

    @property
    def status(self) -> int:
        """HTTP status of the page."""
        return self.response.status

    @property
    def title(self) -> str:
        """The page's title now."""
        return self.document.page["title"]

    @property
    def state(self) -> str:
        """The state of the connection: see `Stream`."""
        return self.stream.state

    @property
    def frames(self) -> list[str]:
        """All frames received since the page was opened, as they came."""
        return self.stream.frames

    @property
    def sent(self) -> list[str]:
        """All frames sent since the page was opened."""
        return self.stream.sent

    @property
    def operations(self) -> list[list[Any]]:
        """All operations received, of all counted frames, but the acknowledgements."""
        frames = (json.loads(frame) for frame in self.frames if frame.startswith("["))
        return [operation for frame in frames for operation in frame if operation[0] != wire.STORED]

    def text(self, target: Target | None = None) -> str:
        """Return the visible text of the page or of an element, one line for each block."""
        return (self.document.body if target is None else self.find(target)).visible_text()

    def html(self, target: Target | None = None) -> str:
        """Return the HTML of the page's body or of an element as it is now, without what justui puts in for itself."""
        return to_html(self.document.body if target is None else self.find(target))

    def value(self, field: Target) -> Value:
        """Return what a field shows."""
        return self.field(field).value

    def find_all(self, target: str) -> list[Element]:
        """Return all elements that a target names."""
        body = self.document.body
        if lookup.is_selector(target) and (found := lookup.select(body, target)):
            return found
        return lookup.by_text(body, target) or lookup.by_label(body, target)

    def find(self, target: Target, *, nth: int | None = None) -> Element:
        """Return the element that a target names; of several that a selector names the first, or number `nth` from 0.

        Raises `PageError` when there is none, or when words name several and `nth` is not given.
        """
        if isinstance(target, Element):
            return target
        return self._only(target, self.find_all(target), nth)

    def field(self, target: Target, *, nth: int | None = None) -> Element:
        """Return the field with this label, placeholder or name, or of this selector. Raises `PageError`."""
        if isinstance(target, Element):
            return target
        body = self.document.body
        found = lookup.select(body, target) if lookup.is_selector(target) else []
        return self._only(target, found or lookup.by_label(body, target), nth)

    def _only(self, target: str, found: list[Element], nth: int | None) -> Element:
        if not found or (nth is not None and nth >= len(found)):
            raise PageError(self._holds(f"There is no {target!r}" + ("" if nth is None else f" number {nth}")))
        if nth is None and len(found) > 1 and not lookup.is_selector(target):
            listing = ", ".join(repr(element) for element in found[:5])
            raise PageError(
                f"{target!r} names {len(found)} elements: {listing}. Say which with nth=, or use a selector."
            )
        return found[nth or 0]

    def _usable(self, element: Element) -> Element:
        if element not in self.document:
            raise PageError(self._holds(f"{element} is no longer in the page"))
        if not element.visible:
            raise PageError(self._holds(f"{element} is hidden"))
        if element.disabled:
            raise PageError(self._holds(f"{element} is disabled"))
        return element

    def _without_script(self, element: Element) -> Element:
        for around in element.ancestors():
            if around.attributes.get("onclick"):
                raise PageError(
                    f"{around} runs JavaScript at a click, and none runs here. "
                    "Say what it would say, await tab.server.name(…), or take a real browser."
                )
        return element

    def _holds(self, problem: str) -> str:
        lines = [f"{problem}. The page {self.url} ({self.status}, {self.state}) shows:", self.text() or "(nothing)"]
        if self.stream.closed is not None:
            lines.append(f"The socket was closed with code {self.stream.closed} {self.stream.reason}".rstrip())
        lines += [f"Fault: {fault.get('title')} {fault.get('text', '')}" for fault in self.faults]
        return "\n".join(lines)

    # What a person does

    async def click(self, target: Target, *, nth: int | None = None) -> None:
        """Click an element. Raises `PageError` when there is none, it is hidden or disabled, or a click runs JavaScript of its own."""
        await self._visit(self._hands.click(self._without_script(self._usable(self.find(target, nth=nth)))))

    async def type(self, field: Target, text: str, *, nth: int | None = None) -> None:
        """Type into a field, key by key, behind what stands there; a newline is the Enter key."""
        await self._visit(self._hands.type(self._usable(self.field(field, nth=nth)), text))

    async def fill(self, field: Target, value: str, *, nth: int | None = None) -> None:
        """Replace what stands in a field at once, as a paste over everything, a date picker or a slider does."""
        element = self._usable(self.field(field, nth=nth))
        self._hands.focus(element)
        self._hands.enter_value(element, value)

    async def press(self, keys: str, field: Target | None = None) -> None:
        """Press a key, with modifiers if any (`Enter`, `Control+Enter`), on a field or where the focus is."""
        if field is not None:
            self._hands.focus(self._usable(self.field(field)))
        await self._visit(self._hands.press(keys))

    async def select(self, field: Target, *values: str) -> None:
        """Choose options of a select by value or text. Raises `PageError` for one that there is not."""
        element = self._usable(self.field(field))
        chosen = []
        for value in values:
            options = [
                option for option in element.options if value in (option.option_value, option.text_content().strip())
            ]
            if not options:
                raise PageError(f"{element} has no option {value!r}")
            chosen.append(options[0].option_value)
        self._hands.focus(element)
        self._hands.enter_value(element, chosen if element.kind == "multiple" else chosen[0])

    async def check(self, field: Target, on: bool = True) -> None:
        """Make a checkbox or radio checked, or not."""
        element = self._usable(self.field(field))
        if element.value is not on:
            await self._visit(self._hands.click(element))

    async def attach(self, field: Target, *files: ChosenFile) -> None:
        """Choose files in a file input: `("a.png", data)` or `("a.png", data, "image/png")`. A refusal stands in `notes`.

        In the input of an `Upload` they are sent into its folder at once, one after the other.
        """
        element = self._usable(self.field(field))
        target = upload_around(element)
        if target is not None:
            for file in files:
                await self._upload(target, file)
            return
        self._chosen.choose(element, list(files))
        for event in ("input", "change"):
            self._firing.fire(element, event, {SOURCE: element})

    async def _upload(self, target: Element, file: ChosenFile) -> None:
        response = await upload(
            self._person.request, self.document.boot or {}, self._person.transport.base, target, file
        )
        if response.status >= 400:
            self.notes.append({"text": response.text, "kind": "error"})
            self._firing.fire(target, "error", {"name": file[0], "reason": response.text, "status": response.status})

    async def answer(self, value: Any = None, *, error: str | None = None, call: int | None = None) -> None:
        """Answer code of `run_javascript`, the newest or call number `call`, with a value or an error."""
        number = self.scripts[-1][0] if call is None else call
        said = {"result": json.dumps(value)} if error is None else {"error": error}
        self.stream.send_event(0, wire.DATA_ANSWER, {"n": number, **said})

    async def submit(self, form: Target = "form") -> None:
        """Submit a form, as its button does."""
        element = self.find(form)
        await self._visit(self._hands.submit(element.closest("form") or element))

    async def focus(self, target: Target | None) -> None:
        """Move the focus to an element, or away."""
        self._hands.focus(None if target is None else self._usable(self.find(target)))

    async def fire(self, target: Target | None, event: str, **data: Any) -> None:
        """Let any other event happen on an element or, with None, on the page; `data` are its properties."""
        element = self.document.body if target is None else self._usable(self.find(target))
        self._firing.fire(element, event, data)

    async def compose(self, field: Target, text: str) -> None:
        """Type by an input method, without ending the composition: nothing is sent or applied until `commit`."""
        element = self._usable(self.field(field))
        self._hands.focus(element)
        element.state.text.compose()
        element.state.text.insert(text)

    async def commit(self, field: Target) -> None:
        """End the composition in a field."""
        element = self.field(field)
        element.state.text.commit()
        self._hands.changed(element)

    def _send_event(self, component: int, entry: str, data: dict[str, Any]) -> None:
        """Send an event; one with files when these have arrived."""
        data = dict(data)
        files = self._chosen.of_event(self.document, component, entry, data)
        if files:
            self._chosen.sending += 1
            self._tasks.start(self._send_with_files(component, entry, data, files), "files of a tab under test")
        else:
            self.stream.send_event(component, entry, data)

    async def _send_with_files(
        self, component: int, entry: str, data: dict[str, Any], files: list[tuple[Element, ChosenFile]]
    ) -> None:
        chosen, boot, origin = self._chosen, self.document.boot or {}, self._person.transport.base
        answers = []
        try:
            for field, file in files:
                answers.append(await send_file(self._person.request, boot, origin, field.component, file))
                if answers[-1].status != 200:
                    self.notes.append({"text": answers.pop().text, "kind": "error"})
                    if answers:
                        self.stream.send_event(0, entry, with_numbers({}, answers))
                    return
            self.stream.send_event(component, entry, with_numbers(data, answers))
        finally:
            chosen.sending -= 1
            self.stream.bell.ring()

    def _note_field(self, field: Element) -> None:
        self.stream.note_field(field)
        self._stop_follow_up()
        self._follow_up = asyncio.get_running_loop().call_later(FOLLOW_UP, self._send_fields)

    def _send_fields(self) -> None:
        self._stop_follow_up()
        if not self._firing.busy:
            self.stream.send_fields()

    def _stop_follow_up(self) -> None:
        if self._follow_up is not None:
            self._follow_up.cancel()
            self._follow_up = None

    # Waiting

    async def wait_for(
        self, condition: str | Callable[[], object] | None = None, *, text: str | None = None, timeout: float = 5.0
    ) -> None:
        """Wait until the page shows a text, or a condition is true. `timeout` is in seconds.

        Raises `PageError`, showing what the page holds, when that does not happen in time.
        """
        words = condition if isinstance(condition, str) else text
        wanted = condition if callable(condition) else lambda: (words or "") in self.text()
        if not await self._until(wanted, timeout):
            what = f"The text {words!r}" if words is not None else "The condition"
            raise PageError(self._holds(f"{what} did not come within {timeout:g} s"))

    async def settled(self, timeout: float = 5.0) -> None:
        """Wait until everything a person did has been sent and is acknowledged. Raises `PageError` when it is not in time."""

        def is_settled() -> bool:
            self._send_fields()
            busy = self._firing.busy or self._chosen.sending or self.stream.unacknowledged or self.stream.edited
            return not busy and self._copies.are_settled

        if not await self._until(is_settled, timeout):
            count = len(self.stream.unacknowledged)
            raise PageError(self._holds(f"{count} events were not acknowledged within {timeout:g} s"))

    async def _until(self, condition: Callable[[], object], timeout: float) -> bool:
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    self.stream.check()
                    await self.stream.bell.wait()
        except TimeoutError:
            self.stream.check()
            return bool(condition())
        return True

    # Connection

    async def join(self) -> None:
        """Open the socket; `Browser.open` does it, unless told not to. Does nothing on a page without the runtime."""
        if self.state == "plain":
            return
        await self.stream.connect(self._person.socket_headers(self._socket_path))
        if self.state == "gone":
            await self._fetch_anew()
        elif self.state == "joined":
            self._copies.connected()

    resume = join
    """Come back after a drop: what was missed arrives, what was not acknowledged is sent again."""

    @property
    def _socket_path(self) -> str:
        return str((self.document.boot or {}).get("socket", "/"))

    def drop(self) -> None:
        """Lose the connection: what is on its way, both ways, is lost."""
        self.stream.cut()

    def hold(self, passing: int = 0) -> None:
        """Hold arriving frames back, but for the next `passing` ones, until `release`."""
        self.stream.hold(passing)

    def release(self) -> None:
        """Let the frames that were held back arrive."""
        self.stream.release()

    def stall(self) -> None:
        """Stop reading: the server's sends wait, until `flow`."""
        if self.stream.socket is not None:
            self.stream.socket.stall()

    def flow(self) -> None:
        """Read again."""
        if self.stream.socket is not None:
            self.stream.socket.flow()

    async def send(self, raw: str) -> None:
        """Send a frame as it is, for tests of what a hostile browser can do."""
        self.stream.transmit_text(raw)

    async def leave(self) -> None:
        """Close the tab for good."""
        self._end_page()
        await self.stream.leave()
        await self._tasks.end(5)

    async def reload(self) -> None:
        """Press the reload button."""
        await self._load(self.url)

    async def go(self, url: str, method: str = "GET", body: bytes = b"") -> None:
        """Leave the page for another address, in this tab, as by the address bar: the page is loaded."""
        await self._load(url, method, body)
        self._note_address(self.url)

    async def _load(self, url: str, method: str = "GET", body: bytes = b"") -> None:
        self._end_page()
        await self.stream.leave()
        self._take_response(await self._person.fetch(urljoin(self.url, url), method, body))
        await self.join()

    def _note_address(self, url: str) -> None:
        """Another entry in the history, where it is another address."""
        self.url = url
        if url != self._history[self._entry]:
            self._history[self._entry + 1 :] = [url]
            self._entry += 1

    async def back(self) -> None:
        """Press the back button. Raises `PageError` at the first page."""
        await self._step(-1)

    async def forward(self) -> None:
        """Press the forward button. Raises `PageError` at the last page."""
        await self._step(1)

    async def _step(self, by: int) -> None:
        if not 0 <= self._entry + by < len(self._history):
            raise PageError(self._holds("There is no page to go to in the history"))
        self._entry += by
        url = self._history[self._entry]
        if self.document.boot is None:
            await self._load(url)
        else:
            await self._change(url)
        self.url = url

    async def _change(self, url: str, view: str = "") -> None:
        """Show another address in place, or a view at this one, as the script of links does. The last that is asked for wins."""
        self._turn += 1
        turn = self._turn
        self._send_fields()
        await self._until(lambda: self.state != "joined" or not self.stream.unacknowledged, 2)
        token = (self.document.boot or {}).get("token", "")
        headers = [("justui-tab", token), ("justui-turn", str(turn))]
        response = await self._person.fetch(view or urljoin(self.url, url), "GET", b"", headers)
        if turn != self._turn:
            return
        fragment = urlsplit(url).fragment
        address = self.url if view else response.url + (f"#{fragment}" if fragment else "")
        if response.header("justui-turn") == str(turn):
            await self._until(lambda: self._settled >= turn, 5)
            self.response = response
        else:
            before = self.stream
            self._end_page()
            self._take_response(response)
            self.url = address
            await self.join()
            await before.leave()
        self.url = address

    async def _follow(self, url: str) -> None:
        await self._change(url)
        self._note_address(self.url)

    def _obey_go(self, order: dict[str, Any]) -> None:
        """The server says: go there, show this view, or that what was asked for is there."""
        if "turn" in order:
            self._settled = max(self._settled, order["turn"])
        else:
            self._tasks.start(self._follow_order(order), "tab.go or tab.show")

    async def _follow_order(self, order: dict[str, Any]) -> None:
        if "cookie" in order:
            await self._person.request("POST", order["cookie"], [("origin", self._person.transport.base)])
        if "go" in order:
            await self._follow(order["go"])
        else:
            await self._change(self.url, order["view"])

    def _end_page(self) -> None:
        self._stop_follow_up()
        self._firing.stop()

    async def _visit(self, visit: Visit | None) -> None:
        if visit is None:
            return
        url = urljoin(urljoin(self._person.transport.base, self.url), visit.url)
        if urlsplit(url).netloc != urlsplit(self._person.transport.base).netloc:
            self.opened.append(url)
        elif visit.in_place:
            await self._follow(visit.url)
        else:
            await self.go(visit.url, visit.method, visit.body)

    def _on_gone(self) -> None:
        self._tasks.start(self._fetch_anew(), "fetch of a page anew")

    async def _fetch_anew(self) -> None:
        """The server does not know this tab: fetch the page, become it, and join with the new token."""
        self._firing.stop()
        self.server.lose()
        self._copies.lost()
        response = await self._person.fetch(self.url)
        self.response = response
        self.document.morph(response.text)
        self.stream.begin_anew()
        self._copies.look(self.document.body)
        if self.document.boot is None:
            self.stream.state = "plain"
        else:
            await self.join()

    def _on_operation(self, operation: list[Any], blobs: list[bytes]) -> None:
        """Do what an operation asks beyond the document."""
        if len(self._copies):
            asyncio.get_running_loop().call_soon(lambda: self._copies.look(self.document.body))
        name, *arguments = operation
        if name in self.takers:
            self.takers[name](arguments, blobs)
        elif name == wire.DO:
            self.done.append((arguments[0], arguments[1], arguments[2] if len(arguments) > 2 else []))
            self._do(arguments[0], arguments[1])
        elif name == wire.FAULT:
            self.faults.append(arguments[0])
        elif name == wire.NOTE:
            self.notes.append(arguments[0])
        elif name == wire.RUN and arguments[0] == 0:
            self._tasks.start(self._fetch_cookie(arguments[1]), "cookie of a login")
        elif name == wire.RUN:
            self.scripts.append((arguments[0], arguments[1]))
        elif name == wire.PAGE:
            self._obey(arguments[0])
        elif name == wire.GO:
            self._obey_go(arguments[0])

    async def _fetch_cookie(self, code: str) -> None:
        """Run the one script that the server makes itself: it fetches the cookie of a login, and may go elsewhere then."""
        address, *further = (json.loads(text) for text in _LITERAL.findall(code))
        await self._person.request("POST", address, [("origin", self._person.transport.base)])
        if "location.assign" in code:
            await self._visit(Visit(further[-1]))

    def _obey(self, changes: dict[str, Any]) -> None:
        if changes.get("display_url"):
            self._note_address(urljoin(self.url, changes["display_url"]))
        if changes.get("open"):
            self.opened.append(changes["open"])
        if changes.get("redirect"):
            self._tasks.start(self._visit(Visit(changes["redirect"])), "redirect")

    def _do(self, component: int, method: str) -> None:
        element = next((node for node in self.document.nodes(component) if isinstance(node, Element)), None)
        if element is None:
            return
        if method == "focus":
            self._hands.focus(element)
        elif method == "blur" and self.document.focused is element:
            self._hands.focus(None)
        elif method == "click":
            visit = self._hands.activate(element)
            if visit is not None:
                self._tasks.start(self._visit(visit), "click by the server")
        elif method == "show_modal":
            element.attributes["open"] = ""
        elif method == "close":
            self._hands.close(element)
        elif method == "show_popover":
            element.attributes["data-popover-open"] = ""
        elif method == "hide_popover":
            element.attributes.pop("data-popover-open", None)
        elif method == "reset":
            self._hands.reset(element)
