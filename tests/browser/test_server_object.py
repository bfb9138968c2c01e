"""The global `server` of real pages: Python's functions, objects, topics and queues, from a page's own JavaScript."""

import asyncio
import time
from typing import Any

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, comes, is_so, joined, operations
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People

PAGE = """<!doctype html><html><head><title>Own</title><link rel="icon" href="data:,">{{ justui() }}</head><body>
<button id="up" onclick="server.increment()">up</button>
<button id="zero" onclick="server.counter.count = 0">zero</button>
<p id="shown"></p><p id="clock"></p>
<script type="module">
  globalThis.early = [];
  server.on("connect", () => early.push("connect"));
  server.on("disconnect", () => early.push("disconnect"));
  server.ready.then(() => early.push("ready"));
  globalThis.errors = [];
  addEventListener("justui:error", ({ detail }) => errors.push(detail.message));
</script>
</body></html>"""


class Counter:
    """What the pages count with."""

    def __init__(self) -> None:
        self.count = 0
        self.note = "a note"
        self.secret = 7
        self._hidden = 8

    @property
    def nothing(self) -> int:
        raise AttributeError("there was none")

    def add(self, a: int, b: int) -> int:
        return a + b

    def fail(self) -> None:
        raise ValueError("No negative arguments")


class Shop:
    """An App with something of everything, and what happened in it."""

    def __init__(self) -> None:
        self.app = app = ui.App(drain=0.2, grace=30)
        self.counter = Counter()
        self.ran: list[Any] = []
        self.release = asyncio.Event()

        @app.route("/")
        def page() -> Any:
            return app.render_text(PAGE)

        app.expose(self.counter, "counter", call=["add", "fail"], get=["count", "note", "nothing"], set=["count"])
        app.expose(self.counter, "open", get=True, set=True, delete=["note"])
        for function in (self.increment, self.echo, self.note, self.who, self.slow, self.wait, self.later):
            app.expose(function, function.__name__)
        app.expose(lambda: {1, 2}.__class__, "unfit")

    def increment(self, msg: ui.Event) -> int:
        self.counter.count += 1
        assert msg.tab
        msg.tab.js.document.querySelector("#shown").textContent = str(self.counter.count)
        return self.counter.count

    def echo(self, value: Any = None, *more: Any) -> Any:
        return [value, *more] if more else value

    def note(self, value: Any) -> None:
        self.ran.append(value)

    def who(self, msg: ui.Event) -> str:
        return msg.tab.id if msg.tab else ""

    async def slow(self, seconds: float, value: Any) -> Any:
        await asyncio.sleep(seconds)
        return value

    async def wait(self, value: Any) -> Any:
        await self.release.wait()
        return value

    async def later(self, call: Any, value: Any) -> Any:
        return await call(value)


async def ready(site: Site, person: People) -> BrowserTab:
    """The page in a new tab, joined, with `server`."""
    tab = await site.open(await person())
    await comes(lambda: tab.page.evaluate("() => Boolean(globalThis.server)"), what="server is there")
    await tab.page.evaluate("() => server.ready")
    return tab


async def run(tab: BrowserTab, code: str, *arguments: Any) -> Any:
    """What an async function with this body returns in the page; `why(promise)` is the message of a rejection."""
    why = "const why = (promise) => promise.then((value) => `fulfilled: ${value}`, (error) => error.message);"
    return await tab.page.evaluate(f"async (given) => {{ {why} {code} }}", list(arguments))


@pytest.mark.covers(
    "JY-01", "JY-02", "JY-03", "JY-04", "JY-05", "JM-03", "JM-05", "JM-07", "JM-08", "JM-09", "JM-11", "JM-20"
)
@pytest.mark.covers("WO-01", "WO-02", "WO-03", "WO-04", "WO-05", "WO-06", "WO-07")
async def test_calls_reads_assignments_and_deletions(serve: Serve, proxied: Proxied, person: People) -> None:
    shop = Shop()
    site = Site(serve, proxied, shop.app)
    tab = await ready(site, person)
    assert await run(tab, "return early") == ["connect", "ready"]
    assert await run(tab, "return [server.tab.id, await server.who()]") == [shop.app.tabs[0].id] * 2

    # From the HTML's own handlers, under the default policy.
    for count in "123":
        await tab.page.click("#up")
        await expect(tab.page.locator("#shown")).to_have_text(count)
    await tab.page.click("#zero")
    await tab.page.click("#up")
    await expect(tab.page.locator("#shown")).to_have_text("1")
    assert shop.counter.count == 1

    # Values, order, and each answer to its own caller.
    tab.forget()
    results = await run(
        tab,
        """
        const slow = server.slow(0.2, "slow");
        const quick = server.slow(0, "quick");
        const first = await Promise.race([slow, quick]);
        server.counter.count = 41;
        const count = await server.counter.count;
        delete server.open.note;
        return [
            first, await slow, await quick, count, await server.increment(), await server.counter.add(4, 5),
            await server.counter.count.then((count) => count + 1), await server.open.count,
            await why(server.open.note),
        ];
        """,
    )
    assert results[:-1] == ["quick", "slow", "quick", 41, 42, 9, 43, 42]
    assert results[-1].startswith(("AttributeError: ", "NameError: "))
    assert not hasattr(shop.counter, "note")
    asked = [text for text in tab.sent if '"call"' in text]
    assert any('"set"' in text and '"get"' in text for text in asked), (
        "an assignment and the read behind it travel together"
    )

    # What is refused: at the caller, in words; nothing hangs, nothing changes.
    refusals = await run(
        tab,
        """
        const paths = [
            server.nope(), server.counter.secret, server.counter._hidden, server.counter.__class__, server._x,
            server.counter.add.__globals__, server.constructor, server.counter.add(1), server.counter.add("a", 2),
            server.counter.fail(), server.counter.nothing, server.counter.increment(), server({ timeout: 0.2 }).slow(5, 1),
            server.unfit(), server.counter.add(1, 2, 3),
        ];
        return Promise.all(paths.map((path) => why(Promise.resolve(path))));
        """,
    )
    assert refusals[0] == "NameError: there is no 'nope'"
    assert all(text.startswith("NameError: ") for text in refusals[1:7]), refusals
    assert all(text.startswith("TypeError: ") for text in (refusals[7], refusals[8], refusals[14])), refusals
    assert refusals[9] == "ValueError: No negative arguments"
    assert refusals[10].startswith("NameError: ")
    assert refusals[11].startswith("NameError: ")
    assert refusals[12] == "RemoteTimeout: no answer to call slow within 0.2 s"
    assert refusals[13].startswith("TypeError: ")
    tab.allow("justui: (set|delete)")
    await run(tab, "server.counter.note = 'x'; server.counter.add = 1; delete server.counter.count; await server.who()")
    assert len(await run(tab, "return errors")) == 3
    assert shop.counter.count == 42

    # Nobody waits.
    assert (
        await run(tab, "return [server({ wait: false }).note('quiet'), server({ wait: false }).counter.fail()]")
        == [None] * 2
    )
    await is_so(lambda: shop.ran == ["quiet"])
    await is_so(lambda: "No negative arguments" in site.server.log)

    # Nothing else says anything to the server, whoever looks at a path.
    await run(tab, "await server.who()")
    tab.forget()
    looked = await run(
        tab,
        """
        const path = server.counter.count;
        console.log(path, server, { path });
        console.dir(path);
        console.table([path]);
        try { structuredClone(path) } catch {}
        return [
            `${path}`, JSON.stringify({ path }), Object.keys(path).length, "count" in server.counter, typeof path.then,
            await Promise.resolve(server) === server, path == path.valueOf(),
        ];
        """,
    )
    assert looked == ["server.counter.count", "{}", 0, False, "function", True, True]
    assert not [text for text in tab.sent if '"call"' in text]


ROUND_TRIP = """
const kinds = [0, -1, 1.5, 1e300, "", "ä€👩‍👩‍👧 </script> \\u2028", true, false, null, [], [1, [2, []]], {}, { a: { b: [1] } },
    { $: 1 }, { $: { $: ["x", 0] } }, { __proto__: null, constructor: 1 }];
const back = await Promise.all(kinds.map((value) => server.echo(value)));
const nulls = [undefined, NaN, Infinity, -Infinity, [undefined, NaN], { a: -Infinity }, (() => {})()];
const cycle = []; cycle.push(cycle);
let deep = 1; for (let level = 0; level < 30; level++) deep = [deep];
const unfit = [cycle, deep, Symbol("x"), document.body, new Map(), 1n << 80n, window, "x".repeat(3e6), server.counter.count];
const bytes = crypto.getRandomValues(new Uint8Array(65536));
const large = new Uint8Array(1_000_000).map((_, index) => bytes[index % 65536] ^ index);
const answer = await server.echo({ large: large.buffer, parts: [large.subarray(5, 9), new DataView(large.buffer, 2, 3)] });
const equal = (a, b) => a.length === b.length && a.every((byte, index) => byte === b[index]);
return {
    same: kinds.map((value, index) => JSON.stringify(value) === JSON.stringify(back[index])),
    nulls: await Promise.all(nulls.map((value) => server.echo(value))),
    many: await server.echo(1, "b", null),
    unfit: await Promise.all(unfit.map((value) => why(server.echo(value)))),
    bytes: [answer.large instanceof Uint8Array, equal(answer.large, large), equal(answer.parts[0], large.slice(5, 9)),
        equal(answer.parts[1], large.slice(2, 5))],
    called: await server.later((value) => value + 1, 4),
    nested: await server.later(async (value) => await server.counter.add(value, 1), 4),
    failed: await why(server.later(() => { throw new RangeError("mine") }, 1)),
};
"""


@pytest.mark.covers("JM-06", "JM-13", "JM-36")
async def test_values_bytes_and_functions_go_and_come_back(serve: Serve, proxied: Proxied, person: People) -> None:
    shop = Shop()
    site = Site(serve, proxied, shop.app)
    tab = await ready(site, person)
    found = await run(tab, ROUND_TRIP)
    assert all(found["same"]), found["same"]
    assert found["nulls"] == [None] * 4 + [[None, None], {"a": None}, None]
    assert found["many"] == [1, "b", None]
    assert not [text for text in found["unfit"] if text.startswith("fulfilled")], found["unfit"]
    assert found["bytes"] == [True] * 4
    assert [found["called"], found["nested"]] == [5, 5]
    assert "mine" in found["failed"]
    # Functions are let go of on both sides when nobody holds them any more.
    await is_so(lambda: operations(tab, "g"), "the browser's functions are let go of")
    await run(tab, "globalThis.take = (fn) => fn(5)")
    shop.app.tabs[0].js.take(shop.note)
    await is_so(lambda: shop.ran == [5])
    await run(tab, "await server.who()")
    devtools = await tab.page.context.new_cdp_session(tab.page)

    async def is_free() -> bool:
        await devtools.send("HeapProfiler.collectGarbage")
        return not shop.app.tabs[0].with_bridge().functions

    await comes(is_free, what="Python's function is let go of")
    # A thousand at once, each answered to its own caller; one more is refused and harms nobody.
    answers = await run(
        tab,
        """
        const asked = Array.from({ length: 1000 }, (_, index) => server.echo(index));
        return [await why(server.echo(1000)), (await Promise.all(asked)).every((value, index) => value === index)];
        """,
    )
    assert "too many calls wait" in answers[0]
    assert answers[1] is True


@pytest.mark.covers("JM-10", "JM-28", "JM-34", "JM-35")
async def test_calls_and_subscriptions_when_the_connection_or_the_server_goes(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    shop = Shop()
    shop.app.topic("news", allow=True)
    site = Site(serve, proxied, shop.app)
    tab = await ready(site, person)
    tab.allow_network_errors()
    subscribed = "globalThis.got = []; return server.topic('news').subscribe((value) => got.push(value))"
    assert await run(tab, subscribed) is True

    # A mere drop: what was called arrives once, what timed out meanwhile never runs, and nothing has to be repeated.
    site.network.cut()
    await comes(lambda: run(tab, "return early.includes('disconnect')"))
    tab.allow("not published|RemoteTimeout")
    offline = await run(
        tab,
        """
        globalThis.kept = server.echo("kept");
        globalThis.told = server.topic("news").publish("from the drop");
        let thrown;
        try { server({ wait: false }).note("never") } catch (error) { thrown = error.name }
        return [
            thrown, await why(server({ timeout: 0.1 }).note("too late")), await server.topic("news").publish(1, { timeout: 0.1 }),
        ];
        """,
    )
    assert offline == ["Gone", "RemoteTimeout: no answer to call note within 0.1 s", False]
    shop.app.topic("news").publish("missed")
    site.network.mend()
    await joined(tab, 2)
    assert await run(tab, "return [await kept, await told]") == ["kept", True]
    await comes(lambda: run(tab, "return got.length === 2"))
    assert await run(tab, "return got") == ["missed", "from the drop"]
    assert shop.ran == []
    assert await run(tab, "return early") == ["connect", "ready", "disconnect", "connect"]

    # A new server: what waited is rejected, subscriptions come back by themselves, old functions are refused.
    await run(tab, "globalThis.waiting = why(server.wait(1)); await server.who(); globalThis.lastId = server.tab.id")
    fresh = Shop()
    fresh.app.topic("news", value="kept", allow=True)
    site.renew(fresh.app)
    await joined(tab, 3)
    assert str(await run(tab, "return waiting")).startswith("Gone: ")
    assert await run(tab, "return [await server.echo('again'), server.tab.id !== lastId]") == ["again", True]
    await is_so(lambda: len(fresh.app.topic("news").tabs) == 1)
    fresh.app.topic("news").publish("after")
    await comes(lambda: run(tab, "return got.at(-1) === 'after'"))
    assert await run(tab, "return [await server.topic('news').unsubscribe(), got.length]") == [True, 3]
    assert await run(tab, "return sameWindow = early.length") > 4  # the window was never reloaded

    # The server is gone for longer than the page waits for it.
    started = time.monotonic()
    await tab.page.clock.install()
    site.server.stop()
    await comes(lambda: run(tab, "return early.filter((one) => one === 'disconnect').length === 3"))
    await run(tab, "globalThis.waiting = why(server.echo(1))")
    await tab.page.clock.run_for(31_000)
    assert str(await run(tab, "return waiting")).startswith("Gone: ")
    assert str(await run(tab, "return why(server.echo(2))")).startswith("Gone: ")
    assert time.monotonic() - started < 20


@pytest.mark.covers("JM-29", "JM-30", "JM-33", "WO-13", "WO-14", "WO-15", "WO-16", "WO-17")
@pytest.mark.covers("JM-26")
async def test_topics_and_queues_between_tabs(serve: Serve, proxied: Proxied, person: People) -> None:
    shop = Shop()
    app = shop.app
    heard: list[Any] = []
    app.topic("chat", allow=True).subscribe(lambda topic, value: heard.append((topic, value)))
    app.topic("temp", value=20.5, subscribe=True)
    app.topic("list", value=[2, 3], subscribe=True)
    app.topic("sensors/#", subscribe=True)
    app.topic("secret", value=1)
    app.queue("orders", allow=True)
    site = Site(serve, proxied, app)
    ada, bob = await asyncio.gather(ready(site, person), ready(site, person))
    subscribe = """
        globalThis.got = [];
        globalThis.note = (topic, value) => got.push([topic, value]);
        return given[0].length ? Promise.all(given.map((name) => server.topic(name).subscribe(note))) : null;
    """
    assert await run(ada, subscribe, "chat", "sensors/+") == [True, True]
    assert await run(bob, subscribe, "chat") == [True]
    for tab in (ada, bob):
        tab.allow("PermissionError")
        assert (
            await run(
                tab,
                """return [
                await server.topic("secret").subscribe(note), await server.topic("secret").publish(2),
                await server.topic("temp").publish(2), await server.topic("nowhere").publish(2),
            ]""",
            )
            == [False] * 4
        )
        assert await run(tab, "return server.topic.names()") == ["chat", "list", "temp"]

    # Each gets its own only, in order; what Python and another tab publish, and one's own unless it is not wanted.
    publish = "const sent = []; for (let n = 0; n < 100; n++) sent.push(server.topic('chat').publish(n)); return Promise.all(sent)"
    assert await run(ada, publish) == [True] * 100
    app.topic("sensors/a").publish({"t": 1})
    app.topic("sensors/a/b").publish("too deep")
    app.topic("chat").publish("end")
    wanted: list[Any] = [["chat", n] for n in range(100)]
    await comes(lambda: run(ada, "return got.length === 102"), what="all that Ada subscribed")
    assert await run(ada, "return got") == [*wanted, ["sensors/a", {"t": 1}], ["chat", "end"]]
    await comes(lambda: run(bob, "return got.length === 101"), what="all that Bob subscribed")
    assert await run(bob, "return got") == [*wanted, ["chat", "end"]]
    assert heard == [*[("chat", n) for n in range(100)], ("chat", "end")]
    await run(ada, "got.length = 0; globalThis.others = []; globalThis.other = (value) => others.push(value)")
    assert await run(ada, "return server.topic('chat').subscribe(other, { own: false })") is True
    await run(ada, "await server.topic('chat').publish('mine')")
    await run(bob, "await server.topic('chat').publish('yours')")
    await comes(lambda: run(ada, "return got.length === 2 && others.length === 1"))
    assert await run(ada, "return others") == ["yours"]

    # Tracked values: the present one at once where that is wanted, then each change, without asking.
    many = """
        globalThis.seen = [];
        return server.topic({ temp: (value) => seen.push(value), list: (value) => seen.push(value) }, { now: given[0] });
    """
    assert [await run(ada, many, True), await run(bob, many, False)] == [True, True]
    assert await run(ada, "return seen") == [20.5, [2, 3]]
    app.topic("temp").value = 21
    app.topic("list").value.append(4)
    app.topic("list").touch()
    app.topic("temp").value = 21
    for tab, before in ((ada, 2), (bob, 0)):
        await comes(lambda tab=tab, before=before: run(tab, "return seen.length === given[0]", before + 3))  # type: ignore[misc]
        assert await run(tab, "return seen.slice(given[0])", before) == [21, [2, 3, 4], 21]

    # No more calls after it; the other goes on.
    assert await run(
        ada, "return [await server.topic('chat').unsubscribe(note), await server.topic('chat').unsubscribe(other)]"
    )
    await is_so(lambda: len(app.topic("chat").tabs) == 1)
    app.topic("chat").publish("bob's")
    await comes(lambda: run(bob, 'return got.at(-1)[1] === "bob\'s"'))
    assert await run(ada, "return [got.length, others.length]") == [2, 1]
    await bob.page.close()
    await is_so(lambda: not app.topic("chat").tabs)

    # Queues: the server's, and the tab's own.
    assert await run(
        ada,
        """
        const orders = server.queue("orders");
        const empty = [await orders.pop(), await orders.shift(), await orders.is_empty()];
        for (const n of [1, 2, 3]) await orders.push(n);
        return [...empty, await orders.is_empty(), await orders.pop(), await orders.shift()];
        """,
    ) == [None, None, True, False, 3, 1]
    assert app.queue("orders").shift() == 2
    assert (await run(ada, "return why(server.queue('other').push(1))")).startswith("PermissionError: ")
    await run(
        ada,
        "globalThis.todo = server.tab.queue('todo'); globalThis.told = []; todo.subscribe((name) => told.push(name))",
    )
    for n in (1, 2, 3):
        app.tabs[0].queue("todo").push(n)
    await comes(lambda: run(ada, "return told.length === 3"))
    assert await run(ada, "return [told[0], todo.pop(), todo.shift(), todo.pop(), todo.pop(), todo.is_empty()]") == [
        "todo", 3, 1, 2, None, True,
    ]  # fmt: skip
