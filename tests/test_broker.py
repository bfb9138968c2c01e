"""What every broker promises, written against the interface: another broker joins in by the fixture alone."""

import sys
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justui.broker.base import Broker, Item, Message
from justui.broker.memory import MemoryBroker
from justui.broker.names import DEEPEST, LONGEST, Names, check_name, covers, exactness
from justui.errors import QueueFull, Refused, TopicError


@pytest.fixture(params=[MemoryBroker])
def broker(request: pytest.FixtureRequest) -> Broker:
    """A broker that keeps 5 values, and 5 queues of 1 MB together."""
    make: Callable[..., Broker] = request.param
    return make(values=5, queues=5, size=1_000_000)


class Ear:
    """A receiver that notes what it gets."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.delivered = 0

    def take(self, message: Message) -> None:
        self.taken.append(message)

    def deliver(self) -> None:
        self.delivered += 1

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.taken]


def test_who_subscribes_gets_messages_in_order(broker: Broker) -> None:
    here, there = Ear(), Ear()
    broker.subscribe("chat", here)
    broker.subscribe("chat", here)
    broker.subscribe("other", there)
    for number in range(100):
        broker.publish(Message("chat", str(number), (b"\0\xff",), "tab"))
    assert here.taken == [Message("chat", str(number), (b"\0\xff",), "tab") for number in range(100)]
    assert here.delivered == 100
    assert not there.taken


def test_patterns_bring_a_message_once(broker: Broker) -> None:
    ear = Ear()
    for pattern in ("a/+", "a/#", "#", "a/b", "+/b", "a/+/c"):
        broker.subscribe(pattern, ear)
    broker.publish(Message("a/b", "1"))
    assert ear.texts == ["1"]
    for pattern in ("a/+", "a/#", "#", "a/b"):
        broker.unsubscribe(pattern, ear)
    broker.publish(Message("a/b", "2"))
    broker.publish(Message("a/c", "3"))
    broker.publish(Message("a/x/c", "4"))
    assert ear.texts == ["1", "2", "4"]
    for pattern in ("+/b", "a/+/c", "never"):
        broker.unsubscribe(pattern, ear)
        broker.unsubscribe(pattern, ear)
    broker.publish(Message("a/b", "5"))
    assert ear.texts == ["1", "2", "4"]


def test_the_order_is_one_for_all_though_threads_publish(broker: Broker) -> None:
    ears = [Ear(), Ear(), Ear()]
    for ear in ears:
        broker.subscribe("#", ear)

    def publish(name: str) -> None:
        for number in range(300):
            broker.publish(Message("chat", f"{name}{number}"), keep=True)

    threads = [threading.Thread(target=publish, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ears[0].texts == ears[1].texts == ears[2].texts
    assert len(ears[0].texts) == 900
    assert [text for text in ears[0].texts if text[0] == "a"] == [f"a{number}" for number in range(300)]
    assert broker.kept("chat")[0].text == ears[0].texts[-1]


def test_last_values_are_kept(broker: Broker) -> None:
    ear = Ear()
    broker.subscribe("temp/a", ear)
    assert broker.keep(Message("temp/a", "1")) == Message("temp/a", "1")
    assert broker.keep(Message("temp/a", "2")) == Message("temp/a", "1")
    assert not ear.taken
    broker.publish(Message("temp/a", "3"), keep=True)
    broker.publish(Message("temp/b", "4"), keep=True)
    broker.publish(Message("news", "5"))
    assert [message.text for message in broker.kept("temp/a")] == ["3"]
    assert sorted(message.text for message in broker.kept("temp/+")) == ["3", "4"]
    assert sorted(message.text for message in broker.kept("#")) == ["3", "4"]
    assert broker.kept("news") == []
    broker.forget("temp/a")
    broker.forget("temp/a")
    assert [message.topic for message in broker.kept("#")] == ["temp/b"]


def test_so_many_values_are_kept_and_no_more(broker: Broker) -> None:
    ear = Ear()
    broker.subscribe("#", ear)
    for number in range(5):
        broker.publish(Message(f"t/{number}", "1"), keep=True)
    with pytest.raises(Refused, match="5 topics keep a value already"):
        broker.publish(Message("t/5", "1"), keep=True)
    with pytest.raises(Refused, match="kept_values"):
        broker.keep(Message("t/5", "1"))
    broker.publish(Message("t/0", "2"), keep=True)
    assert len(ear.taken) == 6


@pytest.mark.covers("JM-24")
def test_queues_give_the_newest_or_the_oldest(broker: Broker) -> None:
    for text in "123":
        broker.push("q", Item(text, (b"x",)), 10)
    broker.push("other", Item("9"), 10)
    assert broker.size("q") == 3
    assert broker.pop("q") == Item("3", (b"x",))
    assert broker.shift("q") == Item("1", (b"x",))
    assert broker.pop("q") == Item("2", (b"x",))
    assert broker.pop("q") is broker.shift("q") is None
    assert broker.size("q") == 0
    assert broker.queues() == ["other"]
    broker.clear("other")
    broker.clear("other")
    assert broker.queues() == []


def test_all_queues_together_are_bounded_by_their_bytes(broker: Broker) -> None:
    for take in (broker.pop, broker.shift, broker.clear):
        broker.push("a", Item("x" * 300_000, (b"y" * 300_000,)), 100)
        with pytest.raises(Refused, match=r"room for \d+ bytes more \(setting queue_bytes\)"):
            broker.push("b", Item("x" * 500_000), 100)
        assert broker.queues() == ["a"]
        take("a")
    for name in "ab":
        broker.push(name, Item("x" * 400_000), 100)
    for _ in range(1_900):  # an item takes room beside its value
        broker.push("c", Item("1"), 100_000)
    with pytest.raises(Refused, match="queue_bytes"):
        broker.push("c", Item("x" * 10_000), 100_000)


def test_a_full_queue_refuses(broker: Broker) -> None:
    broker.push("q", Item("1"), 2)
    broker.push("q", Item("2"), 2)
    with pytest.raises(QueueFull, match="'q' is full: it has 2 items"):
        broker.push("q", Item("3"), 2)
    broker.shift("q")
    broker.push("q", Item("3"), 2)
    for number in range(4):
        broker.push(f"q{number}", Item("1"), 2)
    with pytest.raises(Refused, match="5 queues have items already"):
        broker.push("one too many", Item("1"), 2)


def test_arrivals_are_told_once_for_each_item(broker: Broker) -> None:
    heard: list[str] = []
    broker.watch("q", heard.append)
    broker.watch("q", heard.append)
    broker.push("q", Item("1"), 10)
    broker.push("other", Item("1"), 10)
    broker.push("q", Item("2"), 10)
    assert heard == ["q", "q"]
    broker.unwatch("q", heard.append)
    broker.unwatch("q", heard.append)
    broker.push("q", Item("3"), 10)
    assert heard == ["q", "q"]


def test_an_item_is_taken_by_one(broker: Broker) -> None:
    for number in range(2_000):
        broker.push("q", Item(str(number)), 10_000)
    taken: list[list[str]] = [[], [], []]

    def take(mine: list[str], end: Callable[[str], Item | None]) -> None:
        while (item := end("q")) is not None:
            mine.append(item.text)

    threads = [
        threading.Thread(target=take, args=(mine, end))
        for mine, end in zip(taken, (broker.pop, broker.shift, broker.pop), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(text) for mine in taken for text in mine) == list(range(2_000))


def test_nothing_is_left_of_a_million_names() -> None:
    """A hundred thousand here, for time; what they leave is nothing at all."""
    broker = MemoryBroker()
    ear = Ear()
    broker.subscribe("kept", ear)
    before = sum(map(sys.getsizeof, vars(broker).values()))
    for number in range(100_000):
        name = f"n/{number}"
        broker.publish(Message(name, "1"))
        broker.push(name, Item("1"), 10)
        broker.shift(name)
    for number in range(1_000):
        for name in (f"n/{number}", f"+/{number}/#"):
            broker.subscribe(name, ear)
            broker.unsubscribe(name, ear)
    assert sum(map(sys.getsizeof, vars(broker).values())) <= before + 200_000
    assert not broker.queues()
    assert list(broker._names) == ["kept"]


# Names and patterns


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a", "a/b", False),
        ("+", "a", True),
        ("+", "a/b", False),
        ("a/+", "a/b", True),
        ("a/+", "a", False),
        ("a/+", "a/", True),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("a/#", "ab", False),
        ("#", "a/b/c", True),
        ("+/b", "a/b", True),
        ("+/b", "a/c", False),
        ("a/+/#", "a/b", True),
        ("a/+/#", "a", False),
        # Of patterns: whether all of them is covered.
        ("a/#", "a/+", True),
        ("a/+", "a/#", False),
        ("a/+", "a/+", True),
        ("a/b", "a/+", False),
        ("#", "+/b/#", True),
        ("+/+", "+/#", False),
    ],
)
def test_patterns_are_those_of_mqtt(pattern: str, name: str, expected: bool) -> None:
    assert covers(pattern, name) is expected


levels = st.lists(st.sampled_from(["a", "b", "", "+"]), min_size=1, max_size=4)
patterns = st.builds(lambda parts, end: "/".join([*parts, *end]), levels, st.sampled_from([[], ["#"]])) | st.just("#")
plain = st.lists(st.sampled_from(["a", "b", ""]), min_size=1, max_size=5).map("/".join)


@given(st.lists(patterns, max_size=8), st.lists(patterns, max_size=4), plain)
def test_a_set_of_names_finds_what_covers(added: list[str], discarded: list[str], name: str) -> None:
    names = Names()
    for one in added:
        names.add(one)
    for one in discarded:
        names.discard(one)
    left = set(added) - set(discarded)
    assert sorted(names.matching(name)) == sorted(one for one in left if covers(one, name))
    assert set(names) == left
    assert bool(names) == bool(left)
    assert all(one in names for one in left)


def test_the_most_exact_pattern_comes_first() -> None:
    assert sorted(["#", "a/#", "a/+", "+/b", "a/b/#"], key=exactness) == ["a/b/#", "a/+", "a/#", "+/b", "#"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "a name is a text"),
        (None, "a name is a text"),
        (7, "a name is a text"),
        (["a"], "a name is a text"),
        ("x" * (LONGEST + 1), "at most 256 characters"),
        ("/".join("x" * (DEEPEST + 1)), "at most 16 levels"),
        ("a\0b", "no control characters"),
        ("a\nb", "no control characters"),
        ("a\ud800", "no control characters"),
        ("a+", "neither [+] nor # alone"),
        ("C#", "neither [+] nor # alone"),
        ("#/a", "something follows the #"),
    ],
)
def test_names_that_cannot_be_are_refused(name: object, words: str) -> None:
    with pytest.raises(TopicError, match=words):
        check_name(name)


def test_names_that_can_be() -> None:
    for name in ("a", "/", "room/7", "Straße 🚀", "__proto__", "a b", "$sys/x", "+", "a/+/#"):
        assert check_name(name) == name
    with pytest.raises(TopicError, match="is a pattern"):
        check_name("a/+", patterns=False)
