"""Queues: what one pushes another takes; those of the server, and those of a tab, which live in the browser."""

import asyncio
import gc
import json
import logging
import queue
from typing import Any

import pytest

import justui as ui
from justui.testing import Browser
from tests.harness.waiting import eventually


def made(**settings: Any) -> ui.App:
    """An App with one empty page for each tab."""
    app = ui.App(debug=True, **settings)
    app.route("/")(lambda: ui.WebPage(ui.Main("Hello")))
    return app


async def refused(reply: Any, words: str) -> None:
    """A browser's call is refused with these words."""
    with pytest.raises(ui.RemoteError, match=words):
        await reply


# The server's


@pytest.mark.covers("JM-24")
def test_the_newest_and_the_oldest() -> None:
    orders = made().queue("orders")
    assert orders.is_empty()
    assert orders.pop() is orders.shift() is None
    for value in (1, 2, 3):
        orders.push(value)
    assert len(orders) == 3
    assert not orders.is_empty()
    assert [orders.pop(), orders.shift(), orders.pop(), orders.pop()] == [3, 1, 2, None]
    orders.push(None)
    assert [orders.pop("nothing"), orders.pop("nothing"), orders.shift(7)] == [None, "nothing", 7]
    orders.push({"data": b"\0\xff", "list": (1, [2])})
    assert orders.shift() == {"data": b"\0\xff", "list": [1, [2]]}
    assert orders
    assert repr(orders) == "<Queue 'orders'>"


def test_the_same_name_is_the_same_queue() -> None:
    app = made()
    mine = app.queue("a")
    assert app.queue("a") is mine
    mine.push(1)
    app.queue("b").push(2)
    assert app.queue("a").shift() == 1
    assert app.queue("b").shift() == 2


def test_what_is_pushed_is_nobody_elses_object() -> None:
    orders = made().queue("orders")
    mine = [1]
    orders.push(mine)
    mine.append(2)
    assert orders.pop() == [1]
    with pytest.raises(TypeError):
        orders.push(object())


def test_a_full_queue_says_so() -> None:
    app = made(queue_length=3)
    small = app.queue("small", limit=2)
    small.push(1)
    small.push(2)
    with pytest.raises(ui.QueueFull, match="the queue 'small' is full: it has 2 items") as caught:
        small.push(3)
    assert isinstance(caught.value, queue.Full)
    assert app.queue("small", limit=2).limit == 2
    assert app.queue("usual").limit == 3
    with pytest.raises(ui.ConfigError, match="has the limit 2 already"):
        app.queue("small", limit=5)
    for limit in (0, -1, 1.5, True):
        with pytest.raises(ui.ConfigError, match="at least 1"):
            app.queue("other", limit=limit)  # type: ignore[arg-type]
    small.clear()
    assert small.is_empty()


def test_a_pattern_is_for_rules_alone() -> None:
    app = made()
    many = app.queue("mail/+", allow=True)
    with pytest.raises(ui.TopicError, match="is a pattern"):
        many.push(1)
    with pytest.raises(ui.TopicError, match="is a pattern"):
        many.on_push(print)
    with pytest.raises(ui.TopicError, match="is a pattern"):
        app.queue("mail/+", limit=5)


@pytest.mark.covers("JM-27")
def test_names_are_known_and_forgotten() -> None:
    app = made()
    app.queue("limited", limit=3)
    app.queue("full").push(1)
    app.queue("heard").on_push(print)
    app.queue("open", allow=True)
    for number in range(10_000):
        app.queue(f"n/{number}").push(1)
        app.queue(f"n/{number}").pop()
    assert app.queues.names() == list(app.queues) == ["full", "heard", "limited", "open"]
    assert app.queues.has("full")
    assert "full" in app.queues
    assert len(app.queues) == 4
    app.queues.remove("full")
    app.queues.remove("full")
    app.queue("heard").off_push(print)
    assert app.queue("full").is_empty()
    assert app.queues.names() == ["limited", "open"]
    app.queues.clear()
    assert app.queues.names() == []
    assert app.queue("limited").limit == 10_000


@pytest.mark.covers("JM-27")
async def test_arrivals_are_told_once_for_each_item(caplog: pytest.LogCaptureFixture) -> None:
    app = made()
    orders = app.queue("orders", publish=True)
    heard: list[Any] = []

    @orders.on_push
    def take(which: ui.Queue) -> None:
        heard.append(which.shift())

    @orders.on_push
    def bad() -> None:
        raise ValueError("no")

    @orders.on_push()
    async def later() -> None:
        await asyncio.sleep(0)
        heard.append("later")

    orders.on_push(take)
    async with Browser(app) as person:
        tab = await person.open("/")
        with caplog.at_level(logging.ERROR):
            await tab.server.queue("orders").push("tea")
            await ui.in_thread(orders.push, "milk")
            await eventually(lambda: len(heard) == 4)
    assert sorted(heard) == ["later", "later", "milk", "tea"]
    assert caplog.text.count("on_push of the queue 'orders' failed") == 2
    orders.off_push(take)
    orders.push(3)
    assert orders.shift() == 3


def test_a_circle_of_arrivals_ends(caplog: pytest.LogCaptureFixture) -> None:
    app = made()
    app.queue("a").on_push(lambda which: which.push(which.shift() + 1))
    app.queue("a").push(0)
    assert "A circle" in caplog.text
    assert app.queue("a").is_empty()


@pytest.mark.covers("JM-23", "JM-26")
async def test_browsers_push_and_take() -> None:
    app = made()
    for name in ("q1", "q2"):
        app.queue(name, allow=True, limit=4)
    async with Browser(app) as person:
        tab = await person.open("/")
        mine = tab.server.queue("q1")
        for value in (1, 2, b"\0" * 1000):
            assert await mine.push(value) is True
        await tab.server.queue("q2").push("other")
        assert app.queue("q1").shift() == 1
        assert await mine.size() == 2
        assert await mine.pop() == b"\0" * 1000
        assert await mine.shift() == 2
        assert await mine.pop() is await mine.shift() is None
        assert await tab.server.queue("q2").size() == 1
        for value in range(4):
            await mine.push(value)
        await refused(mine.push(5), "QueueFull: the queue 'q1' is full: it has 4 items")


async def test_queues_are_closed_until_somebody_opens_them() -> None:
    app = made()
    app.queue("in", publish=True)
    app.queue("out", subscribe=lambda who: who.session.get("worker")).push(1)
    app.queue("shut").push(1)
    app.queue("mail/+", allow=lambda who, name: name == f"mail/{who.session.get('name')}")
    async with Browser(app) as person:
        tab = await person.open("/")
        server = tab.server
        await server.queue("in").push(1)
        for name in ("in", "out", "shut", "never heard of", "mail/ann"):
            for ask in (server.queue(name).pop, server.queue(name).shift, server.queue(name).size):
                await refused(ask(), "PermissionError: the queue .* is not open to you for subscribe")
        for name in ("out", "shut", "mail/ann"):
            await refused(server.queue(name).push(1), "PermissionError")
        for name in ("", "mail/+", "x" * 300):
            await refused(server.queue(name).push(1), "TopicError")
        app.tabs[0].session.update(worker=True, name="ann")
        assert await server.queue("out").pop() == 1
        await server.queue("mail/ann").push("Hi")
        await refused(server.queue("mail/bob").push("Hi"), "PermissionError")
        assert app.queue("mail/ann").pop() == "Hi"
        assert len(app.queue("shut")) == 1


async def test_queues_made_by_browsers_are_bounded() -> None:
    app = made(queues=3)
    app.queue("mail/#", allow=True)
    async with Browser(app) as person:
        tab = await person.open("/")
        for number in range(3):
            await tab.server.queue(f"mail/{number}").push(1)
        await refused(tab.server.queue("mail/3").push(1), "Refused: 3 queues have items already")
        await tab.server.queue("mail/0").pop()
        await tab.server.queue("mail/3").push(1)


# A tab's


@pytest.mark.covers("JM-25")
async def test_each_tab_has_queues_of_its_own() -> None:
    app = made()
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        for tab in app.tabs:
            tab.queue("todo").push("hello")
        await app.tabs[0].queue("todo").push({"data": b"\0"})
        await ui.in_thread(app.tabs[1].queue("other").push, 5)
        await hers.wait_for(lambda: hers.server.items == {"todo": ["hello", {"data": b"\0"}]})
        await his.wait_for(lambda: his.server.items == {"todo": ["hello"], "other": [5]})
        assert not [event for event in hers.sent if "answer" in event]
        with pytest.raises(TypeError):
            app.tabs[0].queue("todo").push(object())
        with pytest.raises(ui.TopicError):
            app.tabs[0].queue("#")


@pytest.mark.covers("JM-27")
async def test_tabs_say_what_they_have() -> None:
    app = made()
    async with Browser(app) as person:
        clients = [await person.open("/") for _ in range(3)]
        tabs = app.tabs
        clients[2].server.answers_items = False
        asked = [tab.queue("todo").push(1, timeout=0.3) for tab in tabs]
        said = await asyncio.gather(*asked, return_exceptions=True)
        assert said[:2] == [True, True]
        assert isinstance(said[2], ui.RemoteTimeout)
        assert clients[2].server.items == {"todo": [1]}
        told: Any = await ui.in_thread(tabs[0].queue("todo").push, 2, timeout=5)
        assert told is True
        waiting = tabs[2].queue("todo").push(2, timeout=5)
        await clients[2].leave()
        with pytest.raises(ui.Gone):
            await waiting
        with pytest.raises(ui.Gone):
            await tabs[2].queue("todo").push(3, timeout=5)
        await tabs[2].queue("todo").push(4)


async def test_an_answer_counts_only_from_the_tab_that_was_asked() -> None:
    app = made()
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        hers.server.answers_items = his.server.answers_items = False
        waiting = app.tabs[0].queue("todo").push(1, timeout=0.3)
        await hers.wait_for(lambda: hers.server.items)
        number = next(json.loads(frame)[-1][-1] for frame in hers.frames if frame.startswith('[["u"'))
        for forged in (number, True, -1, "1", None):
            his.stream.send_event(0, "answer", {"n": forged, "v": True})
        await his.settled()
        with pytest.raises(ui.RemoteTimeout, match=r"did not say within 0\.3 s"):
            await waiting


async def test_the_functions_of_a_page_go_with_it() -> None:
    app = ui.App(debug=True)
    heard: list[ui.WebPage] = []

    @app.route("/")
    def show() -> ui.WebPage:
        page = ui.WebPage()
        app.queue("orders").on_push(lambda: heard.append(page), owner=page)
        return page

    async with Browser(app) as person:
        tab = await person.open("/")
        app.queue("orders").push(1)
        assert heard == [tab_of.page for tab_of in app.tabs]
        heard.clear()
        await tab.leave()
        gc.collect()
        app.queue("orders").push(2)
        assert not heard
        app.queue("orders").clear()
        assert app.queues.names() == []
