"""People who write one text in Chromium: what each does by keys, mouse and clipboard, and what must hold of it at the end.

A person types marked letters, each of which there is once, and takes out only what is not marked. So what is lost, doubled or has
changed its place is seen. Knows Playwright and the shared text, not the engine's insides.
"""

import asyncio
import base64
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from difflib import unified_diff
from functools import partial
from itertools import zip_longest
from random import Random
from typing import Any, Final, Self

from playwright.async_api import CDPSession, Locator, expect

import justui as ui
from justui.rich import Delta, Line, kind_of, lines, normal
from tests.browser.live import FAR, comes, stands_in_order
from tests.harness.browser import BrowserTab
from tests.harness.proxy import Proxy

MARKED: Final = 0x4E00  # the first of the letters that are typed once
OWN: Final = 0x400  # how many of them one person has
EVIL: Final = "<img src=/_none.png onerror='globalThis.hacked=1'><script>globalThis.hacked=1</script>"
# What Chromium says of a handler in pasted HTML while Quill reads it: our policy would not let it run.
BLOCKED: Final = "Executing inline event handler violates"
DOT: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

# What a person's hand needs to know in the page, and a journal of the marked letters that were taken away here: what is selected may
# be another text when the key arrives, for others write meanwhile.
DESK: Final = r"""(node, [first, count]) => {
    const { text } = node.shared;
    const isMarked = (letter) => letter >= "\u4e00" && letter <= "\u9fff";
    const isMine = (letter) => letter >= String.fromCharCode(first) && letter < String.fromCharCode(first + count);
    const plain = () => text.toDelta().map(({ insert }) => typeof insert === "string" ? insert : "\ufffc").join("");
    node.undoing?.clear();
    const taken = new Set(), undone = new Set(), moved = new Set();
    let before = plain(), pictures = 0;
    const add = node.addPictures;
    if (add) node.addPictures = (...these) => add.apply(node, these).finally(() => pictures++);
    text.observe((event, transaction) => {
        let place = 0;
        for (const step of event.delta) {
            place += step.retain ?? 0;
            if (!transaction.local) place += step.delete ?? 0;
            else if (typeof step.insert === "string") for (const letter of step.insert) undone.delete(letter);
            else if (step.delete) {
                const letters = [...before.slice(place, place += step.delete)].filter(isMarked);
                for (const letter of letters) {
                    moved.add(letter);
                    (transaction.origin === node.undoing && isMine(letter) ? undone : taken).add(letter);
                }
            }
        }
        before = plain();
    });
    const isWhole = (at) => !(at && before.codePointAt(at - 1) > 0xffff);
    const places = (test) => Array.from({ length: before.length + 1 }, (_, at) => at).filter((at) => isWhole(at) && test(at));
    const pick = (all, share) => all[Math.floor(share * all.length)];
    const spots = {
        any: (share) => [pick(places(() => true), share), 0],
        word: (share) => [pick(places((at) => at && isMarked(before[at - 1]) && isMarked(before[at])), share) ?? 0, 0],
        line: (share) => [pick(places((at) => !at || before[at - 1] === "\n"), share), 0],
        end: (share) => [pick(places((at) => at === before.length || before[at] === "\n"), share), 0],
        free: (share) => { // nobody would miss it
            const found = pick([...before.matchAll(/[^\u4e00-\u9fff]{1,5}/gu)], share);
            return found ? [found.index, found[0].length] : [0, 0];
        },
        some: (share) => {
            const at = Math.floor(share * places(() => true).length);
            const [start, stop] = [at, at + 1 + Math.floor(share * 1000) % 9].map((at) => places(() => true)[at] ?? before.length);
            return [start, stop - start];
        },
    };
    node.desk = {
        spot: (kind, share) => spots[kind](share),
        pictures: () => pictures,
        marked: () => [...before].filter(isMarked).join(""),
        journal: () => [taken, undone, moved].map((letters) => [...letters].join("")),
    };
}"""


PLAIN_DESK: Final = r"""(node) => {
    node.desk = {
        spot: (kind, share) => [Math.floor(share * (node.value.length + 1)), 0],
        marked: () => node.value.replace(/[^\u4e00-\u9fff]/g, ""),
        journal: () => ["", "", ""],
    };
}"""


class Writing:
    """A field for a shared text in a tab of Chromium."""

    acts: "dict[str, tuple[int, Act]]"
    """What a person does in it, by its name: how often, and how."""
    desk = DESK
    select_script = ""
    caret_script = ""

    def __init__(self, tab: BrowserTab, id: str = "text") -> None:
        self.tab = tab
        self.page = tab.page
        self.element = tab.page.locator(f"#{id}")
        self._keys: CDPSession | None = None

    async def shown(self) -> Self:
        """Wait until it is there."""
        raise NotImplementedError

    async def seen(self) -> object:
        """What it shows of the text."""
        raise NotImplementedError

    def wanted(self, text: ui.SharedText) -> object:
        """What it has to show."""
        return str(text)

    async def carets(self) -> dict[str, list[int]] | None:
        """Where the others write, by their names; None where that is not shown."""
        return None

    async def ask(self, question: str, argument: Any = None) -> Any:
        """Ask the page: `node` is the element."""
        return await self.element.evaluate(f"(node, argument) => {{ {question} }}", argument)

    async def select(self, start: int, length: int = 0) -> None:
        """Put the caret somewhere."""
        await self.ask(f"const [start, length] = argument; {self.select_script}", [start, length])

    async def caret(self) -> list[int]:
        """Where the selection begins and ends."""
        found: list[int] = await self.ask(f"return {self.caret_script}")
        return found

    async def go(self, kind: str, share: float) -> None:
        """Put the caret where `DESK` finds a place of this kind, or select what is there."""
        await self.ask(
            f"const [start, length] = node.desk.spot(...argument); {self.select_script}",
            [kind, share],
        )

    async def keys(self, text: str) -> None:
        """Type any letters by key events."""
        keys = await self.protocol()
        for letter in text:
            await keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": letter, "text": letter})
            await keys.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": letter})

    async def protocol(self) -> CDPSession:
        """What Playwright has no words for."""
        self._keys = self._keys or await self.page.context.new_cdp_session(self.page)
        return self._keys

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)


class Rich(Writing):
    """A `ui.Editor`."""

    select_script = "node.quill.focus(); node.quill.setSelection(start, length, 'user');"
    caret_script = (
        "(({ index, length }) => [index, index + length])(node.quill.getSelection() ?? { index: -1, length: 0 })"
    )

    @property
    def box(self) -> Locator:
        return self.element.locator(".ql-editor")

    async def shown(self) -> Self:
        await expect(self.box).to_be_visible(timeout=20_000)
        return self

    async def seen(self) -> object:
        return shown(await self.delta())

    def wanted(self, text: ui.SharedText) -> object:
        return shown(text.delta)

    async def ask(self, question: str, argument: Any = None) -> Any:
        """Ask the page: `node` is the element, `quill` what is inside."""
        return await super().ask(f"const {{ quill }} = node; {question}", argument)

    async def text(self) -> str:
        """The text, without the line end that Quill always has."""
        return str(await self.ask("return quill.getText()"))[:-1]

    async def delta(self) -> list[dict[str, Any]]:
        """The text with its formats, as `SharedText.delta` says it."""
        return normal(await self.ask("return quill.getContents().ops"))

    async def type(self, text: str, place: int | None = None) -> None:
        """Type, at a place or where the caret is."""
        if place is not None:
            await self.select(place)
        await self.page.keyboard.type(text)

    async def paste(self, html: str) -> None:
        """Paste HTML where the caret is, as no clipboard of Chromium's would have it."""
        await self.ask(
            """const data = new DataTransfer();
            data.setData("text/html", argument);
            data.setData("text/plain", new DOMParser().parseFromString(argument, "text/html").body.textContent);
            quill.root.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));""",
            html,
        )

    async def click(self, selector: str, nth: int = 0) -> None:
        """Click something of the toolbar with the mouse."""
        place = await self.ask(
            """const found = node.querySelectorAll(".ql-toolbar " + argument[0]);
            const box = found[argument[1] % found.length].getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];""",
            [selector, nth],
        )
        await self.page.mouse.click(*place)

    async def html(self) -> str:
        """What is shown, one element a line, whatever the order of attributes."""
        return str(
            await self.ask(
                """const sorted = (text, by) => text.split(by).map((part) => part.trim()).filter(Boolean).sort().join(" ");
                const copy = quill.root.cloneNode(true);
                for (const node of copy.querySelectorAll("*")) {
                    const said = [...node.attributes].filter(({ name }) => name !== "data-language")
                        .map(({ name, value }) => [name, sorted(value, name === "style" ? ";" : /\\s/)]);
                    for (const name of node.getAttributeNames()) node.removeAttribute(name);
                    for (const [name, value] of said.sort()) if (value) node.setAttribute(name, value);
                }
                return copy.innerHTML.replaceAll("<", "\\n<");"""
            )
        )

    async def carets(self) -> dict[str, list[int]]:
        return dict(
            await self.ask(
                """return quill.getModule("cursors").cursors()
                    .map(({ name, range }) => [name, range ? [range.index, range.index + range.length] : []])"""
            )
        )


class Code(Writing):
    """A `ui.CodeEditor`."""

    select_script = """node.view.focus();
        node.view.dispatch({ selection: { anchor: start, head: start + length }, userEvent: "select" });"""
    caret_script = "(({ from, to }) => [from, to])(node.view.state.selection.main)"

    async def shown(self) -> Self:
        await expect(self.element.locator(".cm-content")).to_be_visible()
        return self

    async def seen(self) -> object:
        return await self.ask("return node.view.state.doc.toString()")

    async def carets(self) -> dict[str, list[int]]:
        return dict(
            await self.ask(
                """return [...node.querySelectorAll(".cm-person")].map((one) => {
                    const place = node.view.posAtDOM(one);
                    return [one.textContent, [place, place]];
                });"""
            )
        )


class Plain(Writing):
    """A `ui.Textarea`."""

    desk = PLAIN_DESK
    select_script = "node.focus(); node.setSelectionRange(start, start + length);"
    caret_script = "[node.selectionStart, node.selectionEnd]"

    async def shown(self) -> Self:
        await expect(self.element).to_be_visible()
        return self

    async def seen(self) -> object:
        return await self.ask("return node.value")


# What somebody does. `new` makes a marked letter.
Act = Callable[[Any, Random, Callable[[], str]], Awaitable[None]]


async def types(one: Writing, random: Random, new: Callable[[], str]) -> None:
    await one.go(random.choice(["any", "word", "word"]), random.random())
    await one.keys(f"{new()}{random.choice(['.', '. ', ''])}{new()}")


async def splits(one: Writing, random: Random, new: Callable[[], str]) -> None:
    await one.go("any", random.random())
    await one.press("Enter")
    await one.keys(new() + ".")


async def erases(one: Writing, random: Random, new: Callable[[], str]) -> None:
    await one.go("free", random.random())
    await one.press(random.choice(["Backspace", "Delete"]))


async def joins(one: Writing, random: Random, new: Callable[[], str]) -> None:
    place, key = random.choice([("line", "Backspace"), ("end", "Delete")])
    await one.go(place, random.random())
    await one.press(key)


async def replaces(one: Writing, random: Random, new: Callable[[], str]) -> None:
    await one.go("free", random.random())
    await one.keys(new() + ".")


async def marks(one: Rich, random: Random, new: Callable[[], str]) -> None:
    await one.go("some", random.random())
    await one.press(f"Control+{random.choice('biu')}")


async def formats(one: Rich, random: Random, new: Callable[[], str]) -> None:
    await one.go("some", random.random())
    await one.click(f"button.ql-{random.choice(BUTTONS)}", random.randrange(3))


async def picks(one: Rich, random: Random, new: Callable[[], str]) -> None:
    await one.go("some", random.random())
    picker = f".ql-picker.ql-{random.choice(PICKERS)}"
    await one.click(f"{picker} .ql-picker-label")
    await one.click(f"{picker} .ql-picker-item", random.randrange(40))


async def lists(one: Rich, random: Random, new: Callable[[], str]) -> None:
    await one.go("line", random.random())
    await one.keys(random.choice(["- ", "1. ", "[] "]) + new())
    await one.press("Enter")
    await one.press("Tab")
    await one.keys(new())


async def pastes(one: Rich, random: Random, new: Callable[[], str]) -> None:
    html = random.choice(PASTED).format(new(), new())
    await one.go(random.choice(["any", "free"]), random.random())
    await one.paste(html)


async def takes_back(one: Writing, random: Random, new: Callable[[], str]) -> None:
    await one.go("any", random.random())
    await one.ask("node.undoing.stopCapturing()")  # as if it was some time ago that they wrote before
    await one.keys(f"{new()}-{new()}")
    await one.press("Control+z")
    if random.random() < 0.6:
        await one.press("Control+Shift+z")


async def undoes(one: Rich, random: Random, new: Callable[[], str]) -> None:
    """Whatever it was."""
    for _ in range(random.randrange(1, 3)):
        if random.random() < 0.5:
            await one.press("Control+z")
        else:
            await one.click("button.ql-undo")
    if random.random() < 0.5:
        await one.press("Control+y")


async def sets_table(one: Rich, random: Random, new: Callable[[], str]) -> None:
    await one.go("line", random.random())
    await one.click("button.ql-table")
    for _ in range(3):
        await one.keys(new())
        await one.press(random.choice(["Tab", "ArrowRight", "ArrowDown", "Enter"]))


async def shows_picture(one: Rich, random: Random, new: Callable[[], str]) -> None:
    await one.go("any", random.random())
    shown = await one.ask("return node.desk.pictures()")
    async with one.page.expect_file_chooser() as asked:
        await one.click("button.ql-image")
    await (await asked.value).set_files({"name": "dot.png", "mimeType": "image/png", "buffer": DOT})
    await comes(lambda: one.ask("return node.desk.pictures() > argument", shown), what="the picture")


async def composes(one: Rich, random: Random, new: Callable[[], str]) -> None:
    """As with an input method, or on a phone."""
    await one.go("any", random.random())
    keys = await one.protocol()
    for text in ("x", "xy"):
        await keys.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
    await keys.send("Input.insertText", {"text": new()})


BUTTONS: Final = (
    "bold",
    "strike",
    "code",
    "script",
    "list",
    "list",
    "indent",
    "direction",
    "blockquote",
    "code-block",
    "clean",
)
PICKERS: Final = ("header", "size", "font", "color", "background", "align")
PASTED: Final = (
    "<p>{} <b>bold</b></p><p>{}</p>",
    "<ul><li>{}<ul><li>in</li></ul></li><li>{} &#128512;</li></ul>",
    "<h2>{}</h2><blockquote>said {}</blockquote>",
    "<table><tr><td>{}</td><td>.</td></tr><tr><td>.</td><td>{}</td></tr></table>",
    "{} <a href='https://example.org/'>there</a> {}" + EVIL,
    "<pre>if {}:\n    {}</pre>",
)
Rich.acts = {
    "types": (12, types),
    "splits": (4, splits),
    "erases": (5, erases),
    "joins": (4, joins),
    "replaces": (5, replaces),
    "marks": (4, marks),
    "formats": (5, formats),
    "picks": (3, picks),
    "lists": (3, lists),
    "pastes": (4, pastes),
    "takes back": (4, takes_back),
    "undoes": (3, undoes),
    "sets a table": (1, sets_table),
    "shows a picture": (1, shows_picture),
    "composes": (3, composes),
}
Code.acts = {name: Rich.acts[name] for name in ("types", "splits", "erases", "joins", "replaces", "takes back")}
Plain.acts = {name: Rich.acts[name] for name in ("types", "splits")}


class Storm:
    """What becomes of two networks while so many things are done: one is slow and fails, the other is away for some time."""

    def __init__(self, near: Proxy, far: Proxy, random: Random, turns: int) -> None:
        self.turns = 0

        def at(start: float, stop: float) -> int:
            return round(turns * random.uniform(start, stop))

        self._plan: list[tuple[int, Callable[[], object]]] = sorted(
            [
                (at(0.1, 0.25), far.cut),
                (at(0.7, 0.9), far.mend),
                *[(at(0.1, 0.9), near.drop) for _ in range(2)],
                (at(0.3, 0.5), near.stall),
                (at(0.55, 0.65), near.mend),
                *[(at(0, 1), partial(setattr, near, "delay", random.uniform(0, FAR))) for _ in range(4)],
            ],
            key=lambda step: step[0],
        )

    def turn(self) -> None:
        """Somebody has done something."""
        self.turns += 1
        while self._plan and self._plan[0][0] <= self.turns:
            self._plan.pop(0)[1]()


class Company:
    """People who write one text at once. `seed` says all that they do, but not who is first where two are at one place."""

    def __init__(self, people: Sequence[Writing], seed: int) -> None:
        self.people = people
        self.seed = seed
        self.typed = ["" for _ in people]
        self.done: list[str] = []
        self._acts: dict[str, str] = {}
        self._seen: list[tuple[str, str]] = []

    async def work(self, times: int, storm: Storm) -> None:
        """Each does so many things and waits for nobody. When all are done, each types one letter more."""
        for number, one in enumerate(self.people):
            await one.ask(f"({one.desk})(node, argument)", [MARKED + number * OWN, OWN])
        await asyncio.gather(*[self._work(number, times, storm) for number in range(len(self.people))])
        await asyncio.gather(*[self._end(number) for number in range(len(self.people))])

    async def _work(self, number: int, times: int, storm: Storm) -> None:
        one, random = self.people[number], Random(f"{self.seed} {number}")
        for _ in range(times):
            (name,) = random.choices(list(one.acts), [often for often, _ in one.acts.values()])
            self.done.append(f"{number} {name}")
            await one.acts[name][1](one, random, partial(self._new, number))
            if not isinstance(one, Plain):  # where several write at one place, the server says in which order
                self._seen.append((f"{number} {name}", await one.ask("return node.desk.marked()")))
            storm.turn()

    async def _end(self, number: int) -> None:
        await self.people[number].go("any", Random(f"{self.seed} end {number}").random())
        await self.people[number].keys(self._new(number))

    def _new(self, number: int) -> str:
        letter = chr(MARKED + number * OWN + len(self.typed[number]))
        self.typed[number] += letter
        self._acts[letter] = self.done[-1] if self.done else ""
        return letter

    async def check(self, text: ui.SharedText) -> None:
        """All have the same, nothing is lost or doubled, everything is in its order, and carets are where they must be."""
        await agree(text, *self.people)
        pages = await asyncio.gather(*[one.html() for one in self.people if isinstance(one, Rich)])
        for page in pages:
            assert page == pages[0], "\n".join(unified_diff(pages[0].split("\n"), page.split("\n"), lineterm="", n=1))
        taken, undone, moved = await self._journals()
        found = list(filter(is_marked, str(text)))
        there, wanted = Counter(without(taken, found)), Counter(without(taken | undone, "".join(self.typed)))
        assert there == wanted, f"lost {self._who(wanted - there)}, too many {self._who(there - wanted)}"
        order = "".join(without(taken | moved, found))
        for done, seen in self._seen:
            left = "".join(without(taken | moved, seen))
            assert stands_in_order(left, order), f"after {done}: {left} is now {order}"
        await self._check_carets(str(text))

    def _who(self, letters: Iterable[str]) -> list[tuple[str, str]]:
        """These letters, and whose they are and what they did when they typed them."""
        return [(letter, self._acts.get(letter, "nobody")) for letter in letters]

    async def _journals(self) -> list[set[str]]:
        journals = await asyncio.gather(*[one.ask("return node.desk.journal()") for one in self.people])
        return [set("".join(parts)) for parts in zip(*journals, strict=True)]

    async def _check_carets(self, text: str) -> None:
        """Everybody's caret is behind what they typed last, here and in all the others' windows."""
        places = {f"Person {number}": units(text[: text.index(one[-1]) + 1]) for number, one in enumerate(self.typed)}
        names = dict(zip(self.people, places, strict=True))
        for one, name in names.items():
            place = places[name]
            if not isinstance(one, Plain):  # there the server may put what others wrote at that very place between
                assert await one.caret() == [place, place], f"{name} is not behind {text[max(0, place - 5) : place]!r}"
            others = {
                names[other]: [places[names[other]]] * 2
                for other in self.people
                if other is not one and not isinstance(other, Plain)
            }
            if not isinstance(one, Plain):
                await becomes(one.carets, others, f"what {name} sees")


async def becomes(question: Callable[[], Awaitable[object]], answer: object, what: str) -> None:
    """Wait until this is the answer."""
    seen: list[object] = []

    async def is_so() -> bool:
        seen[:] = [await question()]
        return seen[0] == answer

    try:
        await comes(is_so)
    except TimeoutError:
        raise AssertionError(f"{what}: {seen[0]} is not {answer}") from None


async def agree(text: ui.SharedText, *people: Writing) -> None:
    """Wait until everybody sees what the server has, formats and all."""
    seen: list[object] = []

    async def same() -> bool:
        seen[:] = await asyncio.gather(*[one.seen() for one in people])
        return all(there == one.wanted(text) for one, there in zip(people, seen, strict=True))

    try:
        await comes(same, seconds=20)
    except TimeoutError:
        pairs = zip(people, seen, strict=True)
        raise AssertionError("\n".join(difference(there, one.wanted(text)) for one, there in pairs)) from None


def shown(delta: Delta) -> list[object]:
    """What a reader sees of a text: line by line its kind, its formats, and what stands in it. The last line has its end."""
    return [_seen(line) for line in lines(delta or [{"insert": "\n"}])]


def _seen(line: Line) -> tuple[object, ...]:
    kind = kind_of(line)
    formats = {name: line.formats[name] for name in (kind, "indent", "align", "direction") if name in line.formats}
    pieces = [piece._replace(formats={}) if kind == "code-block" else piece for piece in line.pieces]
    return kind, formats, normal([{"insert": one.text or one.image, "attributes": one.formats} for one in pieces])


def difference(seen: Any, wanted: Any) -> str:
    """Where two texts part."""
    for place, (one, other) in enumerate(zip_longest(seen, wanted)):
        if one != other:
            return f"at {place}: {seen[place : place + 2]} is not {wanted[place : place + 2]}"
    return "the same"


def is_marked(letter: str) -> bool:
    return MARKED <= ord(letter) <= 0x9FFF


def units(text: str) -> int:
    """How long browsers say that it is."""
    return len(text.encode("utf-16-le")) // 2


def without(some: set[str], letters: Iterable[str]) -> list[str]:
    return [letter for letter in letters if letter not in some]
