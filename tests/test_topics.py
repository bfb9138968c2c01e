"""Topics: functions, components and tabs get what is published, in its order; browsers may what the rules say."""

import asyncio
import gc
import logging
import threading
from typing import Any

import pytest

import justui as ui
from justui.context import building
from justui.testing import Browser, Tab
from justui.who import Who
from tests.harness.waiting import eventually


def made(*, debug: bool = True, **settings: Any) -> ui.App:
    """An App with one empty page for each tab."""
    app = ui.App(debug=debug, **settings)
    app.route("/")(lambda: ui.WebPage(ui.Main("Hello")))
    return app


async def refused(reply: Any, words: str) -> None:
    """A browser's call is refused with these words."""
    with pytest.raises(ui.RemoteError, match=words):
        await reply


# Functions


@pytest.mark.covers("JM-31", "JM-32")
def test_functions_get_what_is_published() -> None:
    app = made()
    topic = app.topic("chat")
    heard: list[Any] = []

    @topic.subscribe
    def one(value: Any) -> None:
        heard.append(value)

    @app.topic("chat").subscribe()
    def two(name: str, value: Any) -> None:
        heard.append((name, value))

    def none() -> None:
        heard.append("called")

    assert topic.subscribe(none) is none
    topic.subscribe(none)
    topic.publish({"n": [1, None, b"\0"], "t": (2.5, True)})
    assert heard == [
        value := {"n": [1, None, b"\0"], "t": [2.5, True]},
        ("chat", value),
        "called",
    ]
    heard.clear()
    topic.unsubscribe(one)
    topic.unsubscribe(none)
    topic.unsubscribe(print)
    topic.publish(5)
    assert heard == [("chat", 5)]


def test_what_is_published_is_nobody_elses_object() -> None:
    topic = made().topic("chat", value=[])
    heard: list[Any] = []
    topic.subscribe(heard.append)
    mine = [1]
    topic.publish(mine)
    mine.append(2)
    heard[0].append(3)
    assert topic.value == [1]


def test_the_same_name_is_the_same_topic() -> None:
    app = made()
    topic = app.topic("chat")
    assert app.topic("chat") is topic
    assert app.topic("other") is not topic
    assert topic.name == "chat"
    assert repr(topic) == str(topic) == "<Topic 'chat'>"
    assert made().topic("chat") is not topic


async def test_the_order_of_a_topic_is_kept_also_from_threads() -> None:
    app = made()
    topic = app.topic("chat", allow=True)
    heard: list[int] = []
    where: set[int] = set()

    @topic.subscribe
    def hear(value: int) -> None:
        heard.append(value)
        where.add(threading.get_ident())

    def publish() -> None:
        for number in range(100):
            topic.publish(number)

    async with Browser(app) as person:
        tabs = [await person.open("/"), await person.open("/")]
        for tab in tabs:
            await tab.server.topic("chat").subscribe()
        threads = [threading.Thread(target=publish), threading.Thread(target=publish)]
        for thread in threads:
            thread.start()
        await eventually(lambda: len(heard) == 200)
        for thread in threads:
            thread.join()
        await eventually(lambda: all(len(tab.server.topic("chat").messages) == 200 for tab in tabs))
        for tab in tabs:
            assert [value for _, value in tab.server.topic("chat").messages] == heard
        assert where == {threading.get_ident()}
    assert sorted(heard) == sorted([*range(100), *range(100)])


async def test_an_async_function_runs_in_a_task() -> None:
    app = made()
    heard: list[str] = []

    @app.topic("chat").subscribe
    async def hear(value: str) -> None:
        await asyncio.sleep(0)
        heard.append(value)

    async with Browser(app) as person:
        await person.open("/")
        app.topic("chat").publish("Hi")
        assert heard == []
        await eventually(lambda: heard == ["Hi"])


def test_an_async_function_wants_a_server(caplog: pytest.LogCaptureFixture) -> None:
    topic = made().topic("chat")

    @topic.subscribe
    async def hear() -> None: ...

    topic.publish(1)
    assert "an async function wants a server that runs" in caplog.text


@pytest.mark.covers("JM-32")
async def test_a_function_that_raises_keeps_nobody_from_it(caplog: pytest.LogCaptureFixture) -> None:
    app = made()
    failed: list[str] = []
    app.on_error(lambda error: failed.append(str(error)))
    heard: list[int] = []

    @app.topic("chat").subscribe
    def bad(value: int) -> None:
        raise ValueError(f"no {value}")

    @app.topic("chat").subscribe
    async def worse() -> None:
        await asyncio.sleep(0)
        raise SystemExit("never")

    app.topic("chat").subscribe(heard.append)
    async with Browser(app) as person:
        await person.open("/")
        with caplog.at_level(logging.ERROR):
            app.topic("chat").publish(7)
            await eventually(lambda: failed == ["no 7", "never"])
        assert heard == [7]
        assert "a subscriber of the topic 'chat' failed" in caplog.text
        assert "test_topics.py" in caplog.text


def test_functions_may_subscribe_and_end_while_messages_are_handed_on() -> None:
    topic = made().topic("chat")
    heard: list[Any] = []

    def first(value: int) -> None:
        topic.unsubscribe(first)
        topic.unsubscribe(second)
        topic.subscribe(third)
        heard.append(("first", value))

    def second(value: int) -> None:
        heard.append(("second", value))

    def third(value: int) -> None:
        heard.append(("third", value))

    topic.subscribe(first)
    topic.subscribe(second)
    topic.publish(1)
    topic.publish(2)
    assert heard == [("first", 1), ("third", 2)]


def test_what_is_published_meanwhile_comes_behind() -> None:
    app = made()
    topic = app.topic("chat")
    heard: list[Any] = []

    @topic.subscribe
    def answer(value: int) -> None:
        if value == 1:
            topic.publish(2)
            app.topic("other").publish(3)
        heard.append(value)

    topic.subscribe(lambda value: heard.append(value * 10))
    app.topic("other").subscribe(heard.append)
    topic.publish(1)
    assert heard == [1, 10, 2, 20, 3]


def test_a_circle_ends(caplog: pytest.LogCaptureFixture) -> None:
    app = made()
    heard: list[int] = []

    @app.topic("ping").subscribe
    def ping(value: int) -> None:
        heard.append(value)
        app.topic("pong").publish(value + 1)

    app.topic("pong").subscribe(lambda value: app.topic("ping").publish(value + 1))
    app.topic("ping").publish(0)
    assert len(heard) < 30
    assert "A circle" in caplog.text
    heard.clear()
    app.topic("ping").publish(0)
    assert heard


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (None, "Write"),
        ("fn", "string"),
        (lambda a, b, c: None, r"wants 3 arguments; it may take none, \(value\) or \(topic, value\)"),
        (7, "not a function"),
    ],
)
def test_what_cannot_be_called_so_is_refused(function: Any, words: str) -> None:
    with pytest.raises(ui.HandlerError, match=words):
        made().topic("chat").subscribe(function)


@pytest.mark.parametrize("value", [object(), {1, 2}, lambda: 1, {(1, 2): 3}, 2**70])
def test_what_cannot_travel_is_refused_where_it_is_published(value: Any) -> None:
    topic = made().topic("chat")
    heard: list[Any] = []
    topic.subscribe(heard.append)
    with pytest.raises(TypeError):
        topic.publish(value)
    assert not heard


def test_a_cycle_is_refused() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    with pytest.raises(TypeError, match="holds itself"):
        made().topic("chat").publish(cycle)


# Patterns


def test_patterns_subscribe_and_do_not_publish() -> None:
    app = made()
    heard: list[Any] = []
    app.topic("sensors/#").subscribe(lambda topic, value: heard.append((topic, value)))
    app.topic("sensors/+/state").subscribe(heard.append)
    app.topic("sensors/a/state").publish(1)
    app.topic("sensors/b").publish(2)
    app.topic("other").publish(3)
    assert sorted(heard, key=str) == [("sensors/a/state", 1), ("sensors/b", 2), 1]
    with pytest.raises(ui.TopicError, match="is a pattern"):
        app.topic("sensors/#").publish(1)
    with pytest.raises(ui.TopicError, match="keeps no value"):
        app.topic("sensors/#", value=1)
    with pytest.raises(ui.TopicError, match="stands for many topics"):
        app.topic("sensors/#").on_change(print)
    with pytest.raises(ui.TopicError, match="neither"):
        app.topic("a+")


# A topic as a state


@pytest.mark.covers("WO-13", "WO-15", "WO-16")
async def test_a_topic_with_a_value_is_a_state() -> None:
    app = made()
    temp = app.topic("temp", value=20.5)
    assert app.topic("temp", value=0) is temp
    assert temp.value == 20.5
    page = ui.WebPage(ui.Span(text=temp), ui.B(text=temp.map("{} °C".format)), ui.Input(model=app.topic("name", "Ada")))
    app.route("/shown")(lambda: page)
    heard: list[Any] = []
    temp.on_change(lambda: heard.append("changed"))
    temp.subscribe(heard.append)
    async with Browser(app) as ann, Browser(app) as bob:
        tabs = [await ann.open("/shown"), await bob.open("/shown")]
        await ui.in_thread(temp.set, 21)
        for tab in tabs:
            await tab.wait_for("21 °C")
            assert tab.text("span") == "21"
        await tabs[0].type("input", " Lovelace")
        await tabs[1].wait_for(lambda: tabs[1].value("input") == "Ada Lovelace")
        assert app.topic("name").value == "Ada Lovelace"
    assert heard == ["changed", 21]
    temp.value = 21  # each message counts, also the same value
    assert heard == ["changed", 21] * 2
    temp.set([1])
    temp.value.append(2)
    assert heard[-1] == [1]
    temp.touch()
    assert heard[-2:] == ["changed", [1, 2]]
    assert "Topic" in repr(temp)


def test_a_topic_without_a_value_says_what_to_write() -> None:
    topic = made().topic("chat")
    for use in (
        lambda: topic.value,
        lambda: topic.set(5),
        topic.touch,
        lambda: ui.Span(text=topic),
        lambda: topic.on_change(print),
        lambda: topic.map(str).value,
    ):
        with pytest.raises(ui.TopicError, match=r"keeps no value.*value=…"):
            use()
    with pytest.raises(AttributeError, match="Did you mean publish"):
        topic.publsh(5)  # type: ignore[attr-defined]


def test_a_state_is_no_value() -> None:
    topic = made().topic("temp", value=1)
    with pytest.raises(ui.StateError, match=r"\.set\(other\.value\)"):
        topic.set(ui.State(5))
    with pytest.raises(TypeError):
        topic.publish(ui.State(5))


def test_an_on_change_that_raises_is_not_the_publishers(caplog: pytest.LogCaptureFixture) -> None:
    temp = made().topic("temp", value=1)
    temp.on_change(lambda: 1 / 0)
    temp.set(2)
    assert temp.value == 2
    assert "on_change of a topic failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


# Who needs it


def test_topics_that_nobody_needs_are_forgotten() -> None:
    app = made()
    for number in range(20_000):
        app.topic(f"n/{number}").publish(number)
    assert app.topics.names() == []
    held = app.topic("held")
    app.topic("kept", value=1)
    app.topic("open", allow=True)
    app.topic("heard").subscribe(print)
    app.topic("pattern/#").subscribe(print)
    assert app.topics.names() == list(app.topics) == ["heard", "held", "kept", "open"]
    assert "kept" in app.topics
    assert app.topics.has("open")
    assert len(app.topics) == 4
    del held
    app.topic("heard").unsubscribe(print)
    assert app.topics.names() == ["kept", "open"]
    app.topics.remove("kept")
    app.topics.remove("kept")
    assert app.topics.names() == ["open"]
    app.topics.clear()
    assert not app.topics.names()
    assert not list(app.topics._names)


def test_a_topic_that_is_removed_is_like_new() -> None:
    app = made()
    temp = app.topic("temp", value=1, allow=True)
    heard: list[int] = []
    temp.subscribe(heard.append)
    app.topics.remove("temp")
    temp.publish(2)
    assert not heard
    with pytest.raises(ui.TopicError):
        temp.value  # noqa: B018
    assert app.topic("temp", value=3) is temp
    assert temp.value == 3


async def test_the_functions_of_a_page_go_with_it() -> None:
    app = ui.App(debug=True)
    heard: list[str] = []

    @app.route("/")
    def show() -> ui.WebPage:
        page = ui.WebPage(ui.Main("Nothing yet"))

        @app.topic("chat").subscribe(owner=page)
        def hear(value: str) -> None:
            heard.append(value)
            page.components[0].text = value
            page.update()

        return page

    async with Browser(app) as person:
        tab, other = await person.open("/"), await person.open("/")
        app.topic("chat").publish("Hi")
        await tab.wait_for("Hi")
        await other.wait_for("Hi")
        await tab.leave()
        await other.leave()
        gc.collect()
        app.topic("chat").publish("Ho")
        assert heard == ["Hi", "Hi"]
        assert app.topics.names() == []


async def test_a_function_of_a_page_function_is_hinted_at(caplog: pytest.LogCaptureFixture) -> None:
    app = ui.App(debug=True)

    @app.route("/")
    def show() -> ui.WebPage:
        app.topic("chat").subscribe(lambda value: None)
        return ui.WebPage()

    async with Browser(app) as person:
        await person.open("/")
    assert "subscribe(fn, owner=page)" in caplog.text


# Browsers


@pytest.mark.covers("JM-28", "JM-29", "JM-30", "JM-31", "JM-33", "WO-17")
async def test_tabs_publish_and_subscribe() -> None:
    app = made()
    app.topic("a", allow=True)
    app.topic("b", allow=True)
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        assert await hers.server.topic("a").subscribe() == {"now": []}
        await his.server.topic("b").subscribe()
        assert app.topic("a").tabs == [hers_tab := app.tabs[0]]
        assert await his.server.topic("a").publish({"data": b"\0" * 1000, "n": [1, None]}) is True
        app.topic("b").publish("from Python")
        await hers.wait_for(lambda: hers.server.topic("a").messages == [("a", {"data": b"\0" * 1000, "n": [1, None]})])
        await his.wait_for(lambda: his.server.topic("b").messages == [("b", "from Python")])
        assert hers.server.topic("a").origins == [app.tabs[1].id]
        assert his.server.topic("b").origins == [""]
        await his.server.topic("a").subscribe()
        await hers.server.topic("a").unsubscribe()
        await hers.server.topic("a").unsubscribe()
        app.topic("a").publish(2)
        await his.wait_for(lambda: his.server.topic("a").messages == [("a", 2)])
        await hers.server.topic("b").publish(0)
        assert len(hers.server.topic("a").messages) == 1
        await his.leave()
        await eventually(lambda: app.topic("a").tabs == [])
        assert list(app.topics._names) == []
        assert hers_tab.bridge is not None


@pytest.mark.covers("JM-33")
async def test_one_frame_is_shared_by_all_tabs() -> None:
    app = made()
    topic = app.topic("a", allow=True)
    async with Browser(app) as person:
        tabs = [await person.open("/") for _ in range(3)]
        for tab in tabs:
            await tab.server.topic("a").subscribe()
        topic.publish({"big": ["x"] * 100})
        frames = [tab.outbox._sent[-1] for tab in app.tabs]
        assert frames[0] is frames[1] is frames[2]


async def test_a_tab_that_has_several_patterns_gets_a_message_once() -> None:
    app = made()
    app.topic("room/#", allow=True)
    async with Browser(app) as person:
        tab = await person.open("/")
        for name in ("room/+", "room/#", "room/1"):
            await tab.server.topic(name).subscribe()
        app.topic("room/1").publish("Hi")
        await tab.wait_for(lambda: tab.server.topic("room/1").messages == [("room/1", "Hi")])
        await tab.settled()
        assert tab.server.topic("room/+").messages == tab.server.topic("room/#").messages == [("room/1", "Hi")]


@pytest.mark.covers("JM-34")
async def test_what_was_missed_in_a_drop_arrives() -> None:
    app = made()
    topic = app.topic("a", allow=True)
    async with Browser(app) as person:
        tab = await person.open("/")
        await tab.server.topic("a").subscribe()
        tab.drop()
        for number in range(10):
            topic.publish(number)
        await tab.resume()
        messages = tab.server.topic("a").messages
        await tab.wait_for(lambda: [value for _, value in messages] == list(range(10)))
        topic.publish(10)
        await tab.wait_for(lambda: len(messages) == 11)


@pytest.mark.covers("WO-14", "WO-15")
async def test_kept_values_come_now_and_names_are_listed() -> None:
    app = made()
    for name, value in {"a": 5, "b": "t", "c": [2, 3], "d": {"e": b"5"}}.items():
        app.topic(name, value=value, subscribe=True)
    app.topic("secret", value="s")
    app.topic("mine", value="m", allow=lambda who: who.session.get("name") == "Ann")
    app.topic("broken", allow=lambda: 1 / 0)
    async with Browser(app) as person:
        tab = await person.open("/")
        assert await tab.server.topic("c").subscribe(now=True) == {"now": [["c", [2, 3]]]}
        assert await tab.server.topic("d").subscribe(now=True) == {"now": [["d", {"e": b"5"}]]}
        assert await tab.server.ask("topics", []) == ["a", "b", "c", "d"]
        await refused(tab.server.topic("a").publish(6), "PermissionError")
        app.tabs[0].session["name"] = "Ann"
        assert await tab.server.ask("topics", []) == ["a", "b", "c", "d", "mine"]
        assert await tab.server.topic("mine").publish("new") is True
        assert app.topic("mine").value == "new"


async def test_kept_values_of_a_pattern_are_those_that_one_may_hear() -> None:
    app = made()
    app.topic("room/#", subscribe=True)
    app.topic("room/1", value=1)
    app.topic("room/2", value=2, subscribe=False)
    app.topic("room/3/x", value=3)
    async with Browser(app) as person:
        tab = await person.open("/")
        reply = await tab.server.topic("room/#").subscribe(now=True)
        assert sorted(reply["now"]) == [["room/1", 1], ["room/3/x", 3]]
        app.topic("room/2").publish(4)
        app.topic("room/1").publish(5)
        messages = tab.server.topic("room/#").messages
        await tab.wait_for(lambda: messages == [("room/1", 5)])


# Who may


async def test_topics_are_closed_until_somebody_opens_them() -> None:
    app = made()
    app.topic("open", allow=True)
    app.topic("heard", subscribe=True)
    app.topic("told", publish=True)
    app.topic("shut")
    async with Browser(app) as person:
        tab = await person.open("/")
        server = tab.server
        for name in ("shut", "never heard of", "told", "#", "+", "open/x"):
            await refused(
                server.topic(name).subscribe(), "PermissionError: the topic .* is not open to you for subscribe"
            )
        for name in ("shut", "never heard of", "heard", "open/x"):
            await refused(server.topic(name).publish(1), "PermissionError: the topic .* is not open to you for publish")
        assert await server.topic("told").publish(1) is True
        await server.topic("heard").subscribe()
        assert app.topics.names() == ["heard", "open", "told"]


async def test_patterns_open_all_that_match_and_the_most_exact_name_decides() -> None:
    app = made()
    app.topic("room/+", allow=lambda who, topic: topic != "room/closed")
    app.topic("room/#", subscribe=True)
    app.topic("room/staff", allow=False)
    async with Browser(app) as person:
        tab = await person.open("/")
        server = tab.server
        assert await server.topic("room/7").publish(1) is True
        await refused(server.topic("room/closed").publish(1), "PermissionError")
        await refused(server.topic("room/staff").publish(1), "PermissionError")
        await refused(server.topic("room/staff").subscribe(), "PermissionError")
        await refused(server.topic("room/7/x").publish(1), "PermissionError")
        await server.topic("room/7/x").subscribe()
        await server.topic("room/#").subscribe()
        app.topic("room/staff").publish("secret")
        app.topic("room/8").publish("open")
        await tab.wait_for(lambda: server.topic("room/#").messages == [("room/8", "open")])


async def test_a_rule_is_asked_at_each_delivery() -> None:
    app = made()
    app.topic("news", subscribe=lambda who: who.session.get("in") and who.tab is not None)
    async with Browser(app) as ann, Browser(app) as bob:
        hers, his = await ann.open("/"), await bob.open("/")
        for one in app.tabs:
            one.session["in"] = True
        for tab in (hers, his):
            await tab.server.topic("news").subscribe()
        app.topic("news").publish(1)
        del app.tabs[0].session["in"]
        app.topic("news").publish(2)
        await his.wait_for(lambda: len(his.server.topic("news").messages) == 2)
        await refused(hers.server.topic("news").subscribe(), "PermissionError")
        assert hers.server.topic("news").messages == [("news", 1)]


async def test_a_rule_that_raises_does_not_allow(caplog: pytest.LogCaptureFixture) -> None:
    app = made()
    bad = False

    def rule() -> bool:
        if bad:
            raise ValueError("out of order")
        return True

    app.topic("news", allow=rule)
    async with Browser(app) as person:
        tab = await person.open("/")
        await tab.server.topic("news").subscribe()
        bad = True
        app.topic("news").publish(1)
        await refused(tab.server.topic("news").publish(2), "out of order")
        assert tab.server.topic("news").messages == []
        assert "the rule of the topic 'news' failed" in caplog.text


def test_rules_are_given_once() -> None:
    app = made()

    def rule(who: Who) -> bool:
        return True

    for _ in range(2):
        app.topic("a", allow=rule)
        app.topic("b", publish=lambda who: who.session)
    app.topic("a")
    app.topic("b", subscribe=True)
    with pytest.raises(ui.ConfigError, match=r"another rule for subscribe \(test_topics.py:\d+\) already"):
        app.topic("a", allow=True)
    with pytest.raises(ui.HandlerError, match="publish= of the topic 'c' is True, False or a function"):
        app.topic("c", publish="yes")  # type: ignore[arg-type]

    async def later() -> bool:
        return True

    with pytest.raises(ui.HandlerError, match="cannot be async"):
        app.topic("c", allow=later)
    with pytest.raises(ui.HandlerError, match="takes nothing"):
        app.topic("c", allow=lambda a, b, c: True)


# Hostile browsers


@pytest.mark.parametrize("name", ["", "a/+", "#", "x" * 300, "a\0b", "/".join("x" * 20), "a#"])
async def test_names_that_cannot_be_are_refused(name: str) -> None:
    app = made()
    app.topic("#", allow=True)
    async with Browser(app) as person:
        tab = await person.open("/")
        await refused(tab.server.topic(name).publish(1), "TopicError")
        if name not in ("a/+", "#"):
            await refused(tab.server.topic(name).subscribe(), "TopicError")
        assert await tab.server.ask("unsubscribe", [name]) is True
        assert await tab.server.ask("subscribe", ["fine", "and", "more"], "no options") == {"now": []}
        assert tab.state == "joined"


async def test_subscriptions_of_a_tab_are_bounded() -> None:
    app = made(subscriptions_per_tab=3)
    app.topic("#", allow=True)
    async with Browser(app) as person:
        tab = await person.open("/")
        for number in range(3):
            await tab.server.topic(f"t/{number}").subscribe()
            await tab.server.topic(f"t/{number}").subscribe()
        await refused(tab.server.topic("t/3").subscribe(), "Refused: this tab has 3 subscriptions, which is the limit")
        await tab.server.topic("t/0").unsubscribe()
        await tab.server.topic("t/3").subscribe()
        for number in range(100):
            tab.server.tell("publish", [f"made/{number}"], number)
        await tab.settled()
        assert app.topics.names() == ["t/1", "t/2", "t/3"]


# What a subscriber may do for who published


async def test_a_browsers_message_is_handled_as_an_event() -> None:
    app = ui.App(debug=True)
    app.topic("order", publish=True)
    boxes: list[ui.Component] = []

    @app.route("/")
    def show() -> ui.WebPage:
        page = ui.WebPage(ui.Main("-"), ui.B("-"))
        boxes[:] = page.components
        return page

    @app.topic("order").subscribe
    def first(value: str) -> None:
        boxes[0].text = value
        ui.notify(f"Thanks for {value}")

    @app.topic("order").subscribe
    async def second(value: str) -> None:
        boxes[1].text = "wait"
        await asyncio.sleep(0.01)
        boxes[1].text = value

    async with Browser(app) as person:
        tab: Tab = await person.open("/")
        await tab.server.topic("order").publish("tea")
        await tab.wait_for(lambda: tab.text("main") == tab.text("b") == "tea")
        assert [note["text"] for note in tab.notes] == ["Thanks for tea"]
        assert [one[2] for one in tab.operations if one[0] == "t"] == ["tea", "wait", "tea"]


async def test_publishing_to_many_tabs_costs_little_more_than_pushing() -> None:
    """The ratio is the benchmark's; here: nothing is encoded or copied for each tab."""
    app = made(tabs_per_session=200, unjoined_per_session=200)
    topic = app.topic("a", allow=True)
    async with Browser(app) as person:
        tabs = [await person.open("/") for _ in range(50)]
        for tab in tabs:
            await tab.server.topic("a").subscribe()
        topic.publish("x" * 1000)
        sent = {id(tab.outbox._sent[-1]) for tab in app.tabs}
        assert len(sent) == 1


async def test_what_is_in_a_browser_is_no_value() -> None:
    app = made()
    async with Browser(app) as person:
        await person.open("/")
        for use in (app.topic("chat").publish, app.queue("orders").push):
            with pytest.raises(TypeError, match="await it"):
                use([app.tabs[0].js.document.title])
            use('{"$":["x",0]} as text')
    assert app.queue("orders").shift() == '{"$":["x",0]} as text'


def test_a_function_of_a_shared_value_is_hinted_at(caplog: pytest.LogCaptureFixture) -> None:
    temp = made().topic("temp", value=1)
    token = building.set(True)
    try:
        temp.on_change(lambda: None)
    finally:
        building.reset(token)
    assert "Write on_change(fn, owner=page)" in caplog.text
