"""Short words for browser tests: a page of ours in a tab that has joined, and questions about what stands in it.

Knows Playwright and the wire, not the engine's insides.
"""

import asyncio
import difflib
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import justui as ui
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, Person
from tests.harness.proxy import Proxy
from tests.harness.server import AppServer
from tests.harness.waiting import eventually

# Seconds each way: the round trip of 400 ms that the laws on typing are about.
FAR: Final = 0.2
# Milliseconds between two keys of a quick typist.
KEY: Final = 15


def app_of(page: ui.WebPage | Callable[..., Any], **settings: Any) -> ui.App:
    """An App that shows one page, or the pages that a function returns, at `/`. Its tabs come back soon after a restart."""
    app = ui.App(**({"drain": 0.2} | settings))

    def show() -> ui.WebPage | Any:
        return page

    app.route("/")(show if isinstance(page, ui.WebPage) else page)
    return app


class Site:
    """A served page with a network before it, which may be spoilt. `address` leads through the network."""

    def __init__(
        self, serve: Serve, proxied: Proxied, page: ui.WebPage | Callable[..., Any] | ui.App, **settings: Any
    ) -> None:
        self.app = page if isinstance(page, ui.App) else app_of(page, **settings)
        self.server: AppServer = serve(self.app)
        self.network: Proxy = proxied(self.server)

    @property
    def address(self) -> str:
        return self.network.address + "/"

    async def open(self, person: Person, path: str = "") -> BrowserTab:
        """The page in a new tab of this person, joined."""
        tab = await person.open(self.address + path)
        await joined(tab)
        return tab

    def move_far_away(self) -> None:
        """From now on every round trip takes 400 ms."""
        self.network.delay = FAR

    def renew(self, page: ui.WebPage | Callable[..., Any] | ui.App, **settings: Any) -> None:
        """A new program on the same port, which knows nothing of the tabs of the former one."""
        self.server.stop()
        self.app = page if isinstance(page, ui.App) else app_of(page, **settings)
        self.server.app = self.app
        self.server.start()


async def comes(question: Callable[[], Awaitable[object]], *, seconds: float = 8, what: str = "") -> None:
    """Wait until a question to a browser is answered with yes."""
    condition: Callable[[], object | Awaitable[object]] = question
    await eventually(condition, seconds=seconds, what=what)


async def joined(tab: BrowserTab, times: int = 1) -> None:
    """Wait until the server has greeted this tab so many times."""
    await eventually(lambda: greetings(tab) >= times, seconds=15, what=f"{times} greetings of the server")


def greetings(tab: BrowserTab) -> int:
    return sum(text.startswith('{"hi"') for text in tab.received)


def operations(tab: BrowserTab, name: str = "") -> list[list[Any]]:
    """The operations that the tab got, in order; only those called `name` where it is given."""
    frames = [json.loads(text) for text in tab.received if text.startswith("[")]
    return [operation for frame in frames for operation in frame if name in ("", operation[0])]


def events(tab: BrowserTab, name: str = "") -> list[list[Any]]:
    """The event frames that the tab sent, in order: `[e, n, have, fields, id, event, data]`."""
    frames = [json.loads(text) for text in tab.sent]
    return [frame for frame in frames if frame[0] == "e" and name in ("", frame[5])]


async def acknowledged(tab: BrowserTab) -> None:
    """Wait until the server has stored all that the tab has sent."""

    def done() -> bool:
        stored = [operation[1] for operation in operations(tab, "k")]
        sent = events(tab)
        return not sent or (bool(stored) and stored[-1] >= sent[-1][1])

    await eventually(done, what="everything sent is acknowledged")


async def value(tab: BrowserTab, selector: str) -> str:
    return await tab.page.locator(selector).input_value()


async def has_value(tab: BrowserTab, selector: str, wanted: str) -> None:
    """Wait until a field shows this."""
    seen = ""

    async def shown() -> bool:
        nonlocal seen
        seen = await value(tab, selector)
        return seen == wanted

    try:
        await comes(shown)
    except TimeoutError:
        raise AssertionError(f"{selector} shows {seen!r}, not {wanted!r}") from None


async def is_so(condition: Callable[[], object], what: object = "") -> None:
    """Wait until something is so on the server's side; `what` is shown when it never is."""
    try:
        await eventually(condition, seconds=8)
    except TimeoutError:
        raise AssertionError(f"never so; {what() if callable(what) else what}") from None


async def same_everywhere(selector: str, field: ui.Input | ui.Textarea, *tabs: BrowserTab) -> str:
    """Wait until all tabs and the server agree on a field's value, with nothing under way; that value."""
    seen: list[str] = []

    async def agree() -> bool:
        nonlocal seen
        seen = [str(field.value), *[await value(tab, selector) for tab in tabs]]
        return len(set(seen)) == 1

    for _ in range(2):  # after a first agreement something may still be on its way
        try:
            await comes(agree)
        except TimeoutError:
            raise AssertionError(f"server and tabs differ: {seen}") from None
        await asyncio.gather(*[acknowledged(tab) for tab in tabs])
    return seen[0]


async def caret(tab: BrowserTab, selector: str) -> tuple[int, int]:
    """Beginning and end of the selection in a field, in UTF-16 units as browsers count."""
    start, end = await tab.page.locator(selector).evaluate("node => [node.selectionStart, node.selectionEnd]")
    return start, end


async def put_caret(tab: BrowserTab, selector: str, start: int, end: int | None = None) -> None:
    await tab.page.locator(selector).focus()
    await tab.page.locator(selector).evaluate(
        "(node, [start, end]) => node.setSelectionRange(start, end)", [start, start if end is None else end]
    )


async def focused(tab: BrowserTab) -> str:
    """The id of the element that has the focus."""
    return str(await tab.page.evaluate("() => document.activeElement?.id ?? ''"))


async def mark_window(tab: BrowserTab) -> None:
    """Leave a mark that a reload would wipe out."""
    await tab.page.evaluate("() => { globalThis.sameWindow = true; }")


async def is_same_window(tab: BrowserTab) -> bool:
    return bool(await tab.page.evaluate("() => globalThis.sameWindow === true"))


def stands_in_order(letters: Iterable[str], text: str) -> bool:
    """Whether `letters` stand in `text` in this order, with anything in between."""
    rest = iter(text)
    return all(letter in rest for letter in letters)


def notice(tab: BrowserTab) -> Any:
    """What the runtime shows at the bottom of the window. Playwright looks into the open shadow tree."""
    return tab.page.locator("justui-notice .box")


# What a tab shows, as text: tags, attributes, texts and the values of fields, without the ids of components.
PICTURE: Final = """(root) => {
    const lines = [];
    const draw = (node, depth) => {
        const line = (text) => lines.push(" ".repeat(depth) + text);
        if (node.nodeType === Node.TEXT_NODE) return line(JSON.stringify(node.data));
        if (node.nodeType === Node.COMMENT_NODE) return line(`<!--${node.data.replace(/^h[0-9]+$/, "hidden")}-->`);
        const isField = /^(input|select|textarea|option)$/.test(node.localName);
        const said = [...node.attributes]
            .filter(({ name }) => name !== "data-j" && name !== "style" && !(isField && /^(value|checked|selected)$/.test(name)))
            .map(({ name, value }) => `${name}=${JSON.stringify(value)}`);
        if (node.style?.cssText) said.push(`style=${node.style.cssText}`);
        if (isField) said.push(`value=${JSON.stringify(node.value)}`, `on=${node.checked ?? node.selected ?? ""}`);
        const space = node.namespaceURI.endsWith("svg") ? "svg:" : "";
        line([space + node.localName, ...said.sort()].join(" "));
        if (node.localName !== "textarea") for (const child of node.childNodes) draw(child, depth + 1);
    };
    draw(root, 0);
    return lines.join("\\n");
}"""


async def picture(tab: BrowserTab, selector: str = "body") -> str:
    return str(await tab.page.locator(selector).first.evaluate(PICTURE))


async def shows_what_a_fresh_load_shows(site: Site, person: Person, *tabs: BrowserTab) -> None:
    """Assert law 3. Everything has been updated; frames may still be under way."""
    fresh = await site.open(person)
    wanted = await picture(fresh)
    await fresh.page.close()
    for tab in tabs:
        seen = ""

        async def same() -> bool:
            nonlocal seen
            seen = await picture(tab)  # noqa: B023 - asked within this turn of the loop
            return seen == wanted

        try:
            await comes(same)
        except TimeoutError:
            difference = difflib.unified_diff(seen.splitlines(), wanted.splitlines(), "tab", "fresh", lineterm="", n=3)
            raise AssertionError("\n".join(difference)) from None
