"""The stream to one tab: nothing is lost, nothing comes twice, the order is kept, and everything has a bound."""

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from justui import wire
from justui.outbox import Frame, Outbox
from tests.harness.viewer import Wire


def patch(number: int, size: int = 0) -> Frame:
    return Frame(json.dumps(["patch", number, "x" * size]), patch=True)


def call(number: int) -> Frame:
    return Frame(json.dumps(["call", number]), patch=False)


def fresh() -> Frame:
    return Frame('["fresh"]', patch=True)


def box(max_bytes: int = 10_000, max_frames: int = 100) -> tuple[Outbox, Wire]:
    outbox, transport = Outbox(fresh, max_bytes, max_frames, max_bytes), Wire()
    outbox.transport = transport
    return outbox, transport


def names(transport: Wire) -> list[object]:
    """What was sent: patches and calls by their numbers."""
    return [frame[1] if len(frame) > 1 else frame[0] for frame in map(json.loads, transport.frames)]


def test_frames_go_out_at_once_and_in_order() -> None:
    outbox, transport = box()
    for number in range(5):
        outbox.push(patch(number))
    assert names(transport) == [0, 1, 2, 3, 4]
    assert outbox.number == 5


def test_the_message_is_made_once_for_all_tabs() -> None:
    frame = patch(1)
    sent: list[dict[str, str]] = []
    for _ in range(2):
        outbox, transport = box()
        transport.send = sent.append  # type: ignore[method-assign, assignment]
        outbox.push(frame)
    assert sent[0] is sent[1] is frame.message


def test_what_comes_while_the_transport_is_blocked_waits_behind_it() -> None:
    outbox, transport = box()
    outbox.push(patch(1))
    transport.blocked = True
    outbox.push(patch(2))
    outbox.push(call(3))
    assert names(transport) == [1]
    assert outbox.number == 1
    transport.blocked = False
    outbox.push(patch(4))  # may not overtake
    outbox.flush()
    assert names(transport) == [1, 2, 3, 4]


def test_flushing_stops_when_the_transport_is_blocked_again() -> None:
    outbox, transport = box()
    transport.blocked = True
    outbox.push(patch(1))
    outbox.push(patch(2))

    def send(message: dict[str, str]) -> None:
        transport.frames.append(message["text"])
        transport.blocked = True

    transport.send = send  # type: ignore[method-assign]
    transport.blocked = False
    outbox.flush()
    assert names(transport) == [1]
    assert outbox.number == 1


def test_frames_wait_for_the_first_socket() -> None:
    outbox = Outbox(fresh, 10_000, 100, 10_000)
    outbox.push(patch(1))
    assert outbox.number == 0
    assert outbox.resume(0)
    outbox.transport = transport = Wire()
    outbox.flush()
    assert names(transport) == [1]


def test_resume_sends_again_what_the_tab_has_not_got() -> None:
    outbox, _ = box()
    for number in range(1, 6):
        outbox.push(patch(number))
    outbox.transport = None
    outbox.push(patch(6))
    assert outbox.resume(3)
    assert outbox.number == 3
    outbox.transport = transport = Wire()
    outbox.flush()
    assert names(transport) == [4, 5, 6]
    assert outbox.number == 6


@pytest.mark.parametrize("number", [-1, 1, 2, 6, 99])
def test_a_position_that_cannot_be_is_refused(number: int) -> None:
    outbox, _ = box()
    for place in range(1, 6):
        outbox.push(patch(place))
    assert outbox.acknowledge(3)
    assert not outbox.acknowledge(number)
    assert not outbox.resume(number)


def test_acknowledged_frames_are_forgotten() -> None:
    outbox, _ = box()
    outbox.push(patch(1, 500))
    outbox.push(patch(2, 500))
    assert outbox._bytes > 1000
    assert outbox.acknowledge(1)
    assert outbox.acknowledge(1)
    assert 500 < outbox._bytes < 600
    assert outbox.acknowledge(2)
    assert outbox._bytes == 0
    assert not outbox._sent


def test_a_slow_tab_gets_one_fresh_state_in_the_place_of_its_patches() -> None:
    outbox, transport = box(max_frames=4)
    transport.blocked = True
    for number in range(100):
        outbox.push(patch(number))
    assert len(outbox._waiting) == 1
    assert outbox.stale
    transport.blocked = False
    outbox.flush()
    assert names(transport) == ["fresh"]
    outbox.push(patch(100))
    assert names(transport) == ["fresh", 100]


def test_calls_are_kept_in_their_order_around_the_fresh_state() -> None:
    outbox, transport = box(max_frames=5)
    transport.blocked = True
    for frame in (call(1), patch(2), call(3), patch(4), call(5), patch(6)):
        outbox.push(frame)
    transport.blocked = False
    outbox.flush()
    assert names(transport) == [1, "fresh", 3, 5]


def test_the_fresh_state_is_made_when_it_can_be_sent() -> None:
    made = []

    def make() -> Frame:
        made.append(1)
        return fresh()

    outbox, transport = Outbox(make, 10_000, 2, 10_000), Wire()
    outbox.transport = transport
    transport.blocked = True
    for number in range(10):
        outbox.push(patch(number))
    assert made == []
    transport.blocked = False
    outbox.flush()
    assert made == [1]


def test_bytes_are_bounded_too() -> None:
    outbox, transport = box(max_bytes=2_000)
    transport.blocked = True
    for number in range(100):
        outbox.push(patch(number, 300))
        assert outbox._bytes <= 2_000
    transport.blocked = False
    outbox.flush()
    assert names(transport) == ["fresh"]


def test_a_tab_that_never_acknowledges_keeps_its_connection_and_costs_little() -> None:
    outbox, transport = box(max_bytes=2_000, max_frames=10)
    for number in range(100):
        outbox.push(patch(number, 300))
    assert names(transport) == list(range(100))
    assert outbox._bytes <= 2_000
    assert len(outbox._sent) <= 10
    assert transport.closed is None


def test_a_patch_that_was_dropped_and_never_arrived_is_made_good() -> None:
    outbox, _ = box(max_frames=4)
    for number in range(1, 9):
        outbox.push(patch(number))
    outbox.transport = None
    assert outbox.resume(2)
    outbox.transport = transport = Wire()
    outbox.flush()
    assert names(transport) == ["fresh"]
    assert outbox.number == 3


def test_the_fresh_state_comes_before_calls_that_followed_the_lost_patch() -> None:
    outbox, _ = box(max_bytes=1_000)
    outbox.push(patch(1, 300))
    outbox.push(call(2))
    outbox.push(patch(3, 900))
    outbox.push(call(4))
    outbox.transport = None
    assert outbox.resume(0)
    outbox.transport = transport = Wire()
    outbox.flush()
    assert names(transport) == ["fresh", 2, 4]


def test_calls_that_cannot_be_kept_are_not_dropped_silently() -> None:
    """The tab has to begin anew when it comes back without them."""
    outbox, transport = box(max_frames=4)
    for number in range(1, 9):
        outbox.push(call(number))
    assert names(transport) == list(range(1, 9))
    outbox.transport = None
    assert not outbox.resume(2)
    assert outbox.resume(4)


def test_a_tab_that_cannot_take_calls_is_cut_off() -> None:
    outbox, transport = box(max_frames=4)
    transport.blocked = True
    for number in range(100):
        outbox.push(call(number))
        assert len(outbox._waiting) <= 4
    assert outbox.overflowed
    assert transport.closed == (wire.CLOSE_AGAIN, "overflow")
    outbox.push(patch(1))
    outbox.make_stale()
    outbox.flush()
    assert names(transport) == []
    assert not outbox.resume(0)


def test_what_is_cleared_holds_nothing() -> None:
    outbox, transport = box()
    transport.blocked = True
    outbox.push(patch(1))
    outbox.make_stale()
    outbox.clear()
    outbox.flush()
    assert outbox.transport is None
    assert not outbox._waiting
    assert outbox._fresh is not fresh
    assert names(transport) == []


class Stream(RuleBasedStateMachine):
    """A server, an outbox, a network and a tab. The server's page is the number of its last patch.

    The tab applies what it gets: patches must come one after the other, a fresh state brings it to the page of the moment
    when it was made. Calls must all come, in order, once, behind everything that was pushed before them.
    """

    @initialize(frames=st.sampled_from([3, 6, 1000]), size=st.sampled_from([400, 100_000]))
    def begin(self, frames: int, size: int) -> None:
        self.page = self.calls = 0
        self.bounds = (size, frames)
        self.outbox = Outbox(self.fresh, size, frames, size)
        self.transport: Wire | None = None
        self.wire = 0
        """Frames of this connection that have arrived."""
        self.have = self.shown = self.called = 0
        self.gone = False

    def fresh(self) -> Frame:
        return Frame(json.dumps(["fresh", self.page]), patch=True)

    @rule(size=st.integers(0, 120))
    def change(self, size: int) -> None:
        self.page += 1
        self.outbox.push(patch(self.page, size))

    @rule()
    def say(self) -> None:
        self.calls += 1
        self.outbox.push(Frame(json.dumps(["call", self.calls, self.page]), patch=False))

    @precondition(lambda self: self.transport is not None)
    @rule()
    def block(self) -> None:
        assert self.transport
        self.transport.blocked = True

    @precondition(lambda self: self.transport is not None)
    @rule()
    def unblock(self) -> None:
        assert self.transport
        self.transport.blocked = False
        self.outbox.flush()

    @rule(count=st.integers(1, 4))
    def arrive(self, count: int) -> None:
        for _ in range(count):
            if self.transport is not None and self.wire < len(self.transport.frames):
                self.take(json.loads(self.transport.frames[self.wire]))
                self.wire += 1

    def take(self, frame: list[int]) -> None:
        self.have += 1
        kind, number = str(frame[0]), frame[1]
        if kind == "fresh":
            assert number >= self.shown, "a fresh state takes nothing back"
            self.shown = number
        elif kind == "patch":
            assert number == self.shown + 1, "patches come in order, once"
            self.shown = number
        else:
            assert number == self.called + 1, "calls come in order, once"
            assert self.shown >= frame[2], "a call finds what was there when it was made"
            self.called = number

    @precondition(lambda self: self.transport is not None)
    @rule()
    def acknowledge(self) -> None:
        assert self.outbox.acknowledge(self.have)

    @precondition(lambda self: self.transport is not None)
    @rule()
    def drop(self) -> None:
        """The network is cut: what has not arrived never will."""
        self.transport = self.outbox.transport = None

    @precondition(lambda self: self.transport is None)
    @rule()
    def come_back(self) -> None:
        if not self.outbox.resume(self.have):
            # Only because more was unacknowledged than is kept; then the tab fetches the page and begins anew.
            assert self.page + self.calls > self.bounds[1] or self.bounds[0] < 1000
            assert self.calls > self.called
            self.begin(self.bounds[1], self.bounds[0])
        self.transport = self.outbox.transport = Wire()
        self.wire = 0
        self.outbox.flush()

    @invariant()
    def bounded(self) -> None:
        if hasattr(self, "outbox"):
            size, frames = self.bounds
            assert self.outbox._bytes <= size + 140
            assert len(self.outbox._waiting) <= frames + 1
            assert len(self.outbox._sent) <= 2 * frames + 1
            if self.transport is not None and self.transport.closed:
                self.drop()

    def teardown(self) -> None:
        if not hasattr(self, "outbox"):
            return
        if self.transport is None:
            self.come_back()
        self.unblock()
        assert self.transport
        self.arrive(len(self.transport.frames) + 1)
        if not self.outbox.overflowed:
            assert self.shown == self.page, "in the end the tab shows the page"
            assert self.called == self.calls, "and no call is missing"


TestStream = Stream.TestCase
TestStream.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
