"""Python in a real browser: every kind of step, value and error of `tab.js`, functions both ways, and what is let go of."""

import asyncio
import functools
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

import justui as ui
from justui.statements import functions_of
from tests.browser.live import Site, comes, is_so, operations
from tests.conftest import Proxied, Serve
from tests.harness.browser import BrowserTab, People

SCRIPT = """
<script>
var factor = 1.3, list = [1], dict = {9: "nine", a: {b: 5}}, text = "a", calls = 0;
let hidden = 7;
const fixed = 8;
class Point { constructor(x) { this.x = x; } far() { return this.x > 10; } }
function adjust(x) { calls++; return x * factor; }
async function slowly(x) { await new Promise((done) => setTimeout(done, 50)); return [x]; }
async function late() { await slowly(1); throw new TypeError("later"); }
function boom() { throw new RangeError("No negative arguments"); }
function nothing() {}
function element(name) { calls++; return document.getElementById(name); }
async function elementSoon(name) { await slowly(1); return document.getElementById(name); }
function wide() { return { a: [NaN, -Infinity, undefined, () => 1].slice(0, 3), d: new Date(0) }; }
function cycle() { const a = {}; a.a = a; return a; }
</script>
"""


BODY = "<p id=text>text</p><button id=b2>b2</button>"


async def in_loop(site: Site, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run something in the server's loop."""
    assert site.app.loop
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), site.app.loop))


async def open_one(
    serve: Serve, proxied: Proxied, person: People, app: ui.App | None = None
) -> tuple[Site, BrowserTab, ui.Tab]:
    page = ui.WebPage(title="Steps", head_html=SCRIPT, body_html=BODY)
    app = app or ui.App(debug=False, secret_key="k")
    app.route("/")(lambda: page)
    site = Site(serve, proxied, app)
    browser = await site.open(await person())
    await is_so(lambda: app.tabs)
    return site, browser, app.tabs[0]


@pytest.mark.covers("JY-06", "JY-07", "JY-08", "JY-09", "JY-10", "JY-14", "JM-06", "JM-12", "JM-13")
async def test_steps_values_and_errors(serve: Serve, proxied: Proxied, person: People) -> None:
    site, browser, tab = await open_one(serve, proxied, person)

    async def values() -> None:
        js = tab.js
        table: list[tuple[Any, Any]] = [
            (js.document.title, "Steps"),
            (js.factor, 1.3),
            (js.list, [1]),
            (js.missing, None),
            (js.nothing(), None),
            (js.hidden, 7),
            (js.fixed, 8),
            (js.adjust(10), 13),
            (js.adjust(js.factor), 1.6900000000000002),
            (js.slowly(4), [4]),
            (js.slowly(js.slowly(4)), [[4]]),
            (js.slowly(5)[0], 5),
            (js.elementSoon("text").textContent, "text"),
            (js.document.querySelector("p").textContent, "text"),
            (js.dict[9], "nine"),
            (js.dict["9"], "nine"),
            (js.dict["a"]["b"], 5),
            (js.dict.a.b, 5),
            (js.list[-1], 1),
            (js.Point.new(11).far(), True),
            (js.Point.new(3), {"x": 3}),
            (js.Math.max(1, 3, 2), 3),
            (js.JSON.stringify({"a": [1, None]}), '{"a":[1,null]}'),
            (js.localStorage.getItem("x"), None),
            (js.wide(), {"a": [None, None, None], "d": "1970-01-01T00:00:00.000Z"}),
            (js.Uint8Array.new([0, 255]), b"\0\xff"),
            (js.calls, 2),
        ]
        for expression, wanted in table:
            assert await expression == wanted, repr(expression)
        for value in (
            "'\"`\n</script>\u2028\U0001f600",
            {"a": 15.4, "c": [5, 4, 6]},
            {"__proto__x": 1, "$": 2},
            b"\1" * 200_000,
        ):
            js.data = value
            assert await js.data == value
        js.data = {"constructor": {"prototype": 1}, "__proto__": {"polluted": 1}}
        assert await js.Object.new().polluted is None
        js.hidden = 70
        js.list += [2, 3]
        js.factor += 1
        js.text += "b"
        js.dict[8] = "eight"
        del js.dict["a"]
        assert list(await asyncio.gather(js.hidden, js.list, js.text, js.dict)) == [
            *[70, [1, 2, 3], "ab"],
            {"8": "eight", "9": "nine"},
        ]
        js.element("text").innerHTML = 5
        element = js.element("text")
        element.title = "held"
        await js
        element.dataset.step = "later"
        assert await element.outerHTML == await js.element("text").outerHTML

    await in_loop(site, values)
    shown = "[hidden, element('text').textContent, element('text').title, element('text').dataset.step]"
    assert await browser.page.evaluate("calls") == 5, "2 of adjust, 3 of element: nothing has run twice"
    assert await browser.page.evaluate(shown) == [70, "5", "held", "later"]
    errors: list[tuple[Callable[[Any], Any], str]] = [
        (lambda js: js.boom(), "RangeError: No negative arguments"),
        (lambda js: js.late(), "TypeError: later"),
        (lambda js: js.late().x, "TypeError: later"),
        (lambda js: js.nowhere(1), "ReferenceError: nowhere is not defined"),
        (lambda js: js.document.nowhere(1), "TypeError: document.nowhere is not a function"),
        (lambda js: js.missing.x, "TypeError: Cannot read properties of undefined"),
        (lambda js: js.document.getElementById("no").innerHTML, "TypeError: Cannot read properties of null"),
        (lambda js: js.document.querySelector("["), "SyntaxError: "),
        (lambda js: js.document.body, "TypeError: not transferable: HTMLBodyElement"),
        (lambda js: js.adjust, "TypeError: not transferable: Function"),
        (lambda js: js.cycle(), "RangeError: "),
        (lambda js: js.dict["toString"], 'KeyError: "toString"'),
        (lambda js: js.list[7], "KeyError: 7"),
        (lambda js: js.text["9"], 'KeyError: "9"'),
        (lambda js: js["x" * 3], 'KeyError: "xxx"'),
        (lambda js: js.String("x").repeat(3_000_000), "RangeError: the value is too long"),
    ]
    for make, wanted in errors:

        async def fail(make: Callable[[Any], Any] = make) -> None:
            await make(tab.js)

        with pytest.raises(ui.RemoteError) as failure:
            await in_loop(site, fail)
        assert str(failure.value).startswith(wanted)
        assert "(test_js.py:" in str(failure.value)


@pytest.mark.covers("JY-11", "JY-18", "JP-33")
async def test_functions_cross_and_are_let_go_of(serve: Serve, proxied: Proxied, person: People) -> None:
    app = ui.App(debug=False, secret_key="k")
    site, browser, tab = await open_one(serve, proxied, person, app)
    clicks: list[Any] = []
    errors: list[BaseException] = []
    app.on_error(errors.append)

    def restart() -> None:
        clicks.append("restart")

    def stop(event: Any) -> None:
        clicks.append((event["type"], event["id"]))
        tab.js.document.getElementById("b2").onclick = restart

    async def assign() -> None:
        tab.js.document.getElementById("b2").onclick = stop
        tab.js.apply = functools.partial(max, 3)
        tab.js.twice = calls_back
        await tab.js

    async def calls_back(fn: Any, x: int) -> Any:
        return await fn(await fn(x))

    await in_loop(site, assign)
    await browser.page.click("#b2")
    await is_so(lambda: clicks == [("click", "b2")])
    await comes(lambda: browser.page.evaluate("String(document.getElementById('b2').onclick) !== ''"))
    await is_so(lambda: len(functions_of(tab)) == 3, what=lambda: functions_of(tab)._functions)
    await in_loop(site, lambda: joined_up(tab))
    await browser.page.click("#b2")
    await is_so(lambda: clicks == [("click", "b2"), "restart"])
    assert await browser.page.evaluate("apply(2)") == 3
    assert await browser.page.evaluate("twice((x) => x * 10, 4)") == 400
    with pytest.raises(Exception, match="not transferable"):
        await browser.page.evaluate("apply(document.body)")
    await in_loop(site, lambda: put(tab, "apply", None))
    await in_loop(site, lambda: put(tab, "twice", 5))
    await is_so(lambda: len(functions_of(tab)) == 1, what=lambda: functions_of(tab)._functions)
    # One that was passed is let go of when the page has forgotten it.
    tab.js.adjust(lambda: None)
    await is_so(lambda: len(functions_of(tab)) == 2)
    inspector = await browser.page.context.new_cdp_session(browser.page)

    async def forgotten() -> bool:
        await inspector.send("HeapProfiler.collectGarbage")
        return len(functions_of(tab)) == 1

    await comes(forgotten)
    # Nobody waits for an error: it is told.
    tab.js.document.getElementById("no").innerHTML = 5
    await is_so(lambda: errors)
    assert "innerHTML" in str(errors[0])
    assert "(test_js.py:" in str(errors[0])

    # In a worker thread nothing is awaited; three deep.
    def deeper(depth: int) -> Any:
        return [depth, tab.js.enter(depth - 1)] if depth else threading.current_thread().name

    app.expose(deeper, thread=True)
    await browser.page.evaluate("() => { globalThis.enter = async (depth) => ['js', await server.deeper(depth)] }")

    def work() -> Any:
        js = tab.js
        js.document.getElementById("text").innerHTML = "thread"
        value = js.factor
        js.factor = 10
        return [
            *[2 * value, js.adjust(2), len(js.document.querySelectorAll("p, button")), "9" in js.dict],
            *[js.document.getElementById("text").innerHTML == "thread", js.enter(3)],
        ]

    result = await asyncio.to_thread(work)
    assert result[:5] == [20, 20, 2, True, True]
    assert str(result[5]).startswith("['js', [3, ['js', [2, ['js', [1, ['js', 'justui")


async def joined_up(tab: ui.Tab) -> None:
    await tab.js


async def put(tab: ui.Tab, name: str, value: Any) -> None:
    setattr(tab.js, name, value)
    await tab.js


@pytest.mark.covers("JY-12", "JY-15", "JM-14", "JM-15", "JM-16", "JM-17")
async def test_many_tabs_a_frozen_one_a_drop_and_the_time_it_takes(
    serve: Serve, proxied: Proxied, person: People
) -> None:
    site, ada, hers = await open_one(serve, proxied, person)
    bob = await site.open(await person())
    await is_so(lambda: len(site.app.tabs) == 2)
    his = next(tab for tab in site.app.tabs if tab is not hers)

    async def quick() -> float:
        for tab in (hers, his):
            await tab.js
        started = time.perf_counter()
        for number in range(50):
            hers.js.counter = number
            assert await hers.js.counter == number
        return (time.perf_counter() - started) / 50

    assert await in_loop(site, quick) < 0.1, "a round trip takes some milliseconds"
    await bob.page.evaluate("() => { globalThis.adjust = () => { throw new Error('not here') } }")

    async def both() -> Any:
        return await site.app.js.adjust(10)

    answers = await in_loop(site, both)
    assert answers[hers] == 13
    assert str(answers[his]).startswith("Error: not here (test_js.py:")

    # Calls to a tab that is away come when it is back, in order, once.
    bob.allow_network_errors()
    his.cut(0.5)

    async def away() -> Any:
        his.js.log = []
        for number in range(30):
            his.js.log.push(number)
        return await his.js.log

    assert await in_loop(site, away) == list(range(30))

    async def frozen() -> Any:
        hers.js(wait=False).freeze()
        await asyncio.sleep(0)
        with pytest.raises(ui.RemoteTimeout):
            await hers.js(timeout=0.5).counter
        return await site.app.js(timeout=0.5, late="omit").document.title

    freeze = "globalThis.freeze = () => { const end = Date.now() + 2000; while (Date.now() < end); }"
    await ada.page.evaluate(f"() => {{ {freeze} }}")
    assert await in_loop(site, frozen) == {his: "Steps"}
    await bob.page.evaluate("() => { globalThis.forever = () => new Promise(() => {}) }")
    await ada.page.evaluate(
        "() => { globalThis.forever = () => new Promise((done) => setTimeout(done, 300, 'at last')) }"
    )

    async def both_for_ever() -> Any:
        return await site.app.js.forever()

    assert await in_loop(site, lambda: wait_for(hers.js.counter)) == 49, (
        "what comes late is ignored, and the tab goes on"
    )
    waiting = asyncio.ensure_future(in_loop(site, both_for_ever))
    await is_so(lambda: "forever" in str(operations(ada, "c")) and "forever" in str(operations(bob, "c")))
    await bob.page.close()
    answers = await waiting
    assert answers[hers] == "at last"
    assert isinstance(answers[his], ui.Gone)


async def wait_for(expression: Any) -> Any:
    return await expression
