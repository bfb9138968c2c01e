"""The kinds of attributes: what they take, keep, read and send."""

from typing import Any, Literal

import pytest

import justui as ui
from justui.attributes import Choice, Flag, Number, Text, TrueFalse, Url, UrlSet
from tests.harness.viewer import Viewer

Shape = Literal["round", "A", "a"]


class Thing(ui.Div):
    label = Text()
    for_ = Text()
    max_length = Number()
    ready = Flag()
    shape = Choice[Shape]("round", "A", "a")
    spelled = TrueFalse("data-spelled")
    link = Url("href")
    links = UrlSet("srcset")


KEPT: list[tuple[str, Any, str, Any, Any]] = [
    # name, value given, HTML name, value kept, value read
    ("label", "x", "label", "x", "x"),
    ("label", 5, "label", "5", "5"),
    ("label", "", "label", "", ""),
    ("for_", "x", "for", "x", "x"),
    ("max_length", 3, "max-length", 3, 3),
    ("max_length", 2.5, "max-length", 2.5, 2.5),
    ("max_length", "any", "max-length", "any", "any"),
    ("max_length", 0, "max-length", 0, 0),
    ("ready", True, "ready", True, True),
    ("ready", 1, "ready", True, True),
    ("shape", "round", "shape", "round", "round"),
    ("shape", "ROUND", "shape", "round", "round"),
    ("shape", "A", "shape", "A", "A"),
    ("spelled", True, "data-spelled", "true", "true"),
    ("spelled", False, "data-spelled", "false", "false"),
    ("spelled", "mixed", "data-spelled", "mixed", "mixed"),
    ("link", "/x", "href", "/x", "/x"),
    ("links", "a 1x, b 2x", "srcset", "a 1x, b 2x", "a 1x, b 2x"),
]


@pytest.mark.parametrize(("name", "given", "html", "kept", "read"), KEPT)
def test_given_as_a_keyword_and_assigned(name: str, given: Any, html: str, kept: Any, read: Any) -> None:
    keywords: dict[str, Any] = {name: given}
    thing = Thing(**keywords)
    assert thing.attributes == {html: kept}
    assert getattr(thing, name) == read
    other = Thing()
    setattr(other, name, given)
    assert other.attributes == {html: kept}


@pytest.mark.parametrize("name", ["label", "for_", "max_length", "shape", "spelled", "link", "links"])
def test_none_is_not_there(name: str) -> None:
    keywords: dict[str, Any] = {name: None}
    thing = Thing(**keywords)
    assert thing.attributes == {}
    assert getattr(thing, name) is None
    setattr(thing, name, "round")
    setattr(thing, name, None)
    assert thing.attributes == {}
    assert getattr(thing, name) is None


@pytest.mark.parametrize("value", [False, None, 0, ""])
def test_a_flag_that_is_off_is_not_there(value: Any) -> None:
    assert Thing().ready is False
    keywords: dict[str, Any] = {"ready": value}
    assert Thing(**keywords).attributes == {}
    thing = Thing()
    thing.ready = True
    thing.ready = value
    assert thing.ready is False
    assert thing.attributes == {}


def test_a_word_that_is_not_among_them_is_refused_with_the_nearest() -> None:
    with pytest.raises(ui.TreeError, match=r"shape='roumd' is not one of round, A, a\. Did you mean round\?"):
        Thing().shape = "roumd"  # type: ignore[assignment]
    with pytest.raises(ui.TreeError, match="is not one of"):
        Thing().shape = True  # type: ignore[assignment]


def test_only_a_change_is_sent() -> None:
    thing = Thing()
    thing.label, thing.max_length = "a", 1
    viewer = Viewer(ui.WebPage(thing))
    thing.label = "a"
    thing.max_length = 1
    thing.ready = False
    thing.shape = None
    assert viewer.after_update() == []
    thing.max_length = 1.0
    thing.ready = True
    assert viewer.after_update() == [["a", thing._id, {"max-length": "1.0", "ready": True}]]
    thing.ready = False
    thing.label = None
    assert viewer.after_update() == [["a", thing._id, {"ready": None, "label": None}]]


def test_a_class_gives_the_attribute_itself() -> None:
    assert isinstance(Thing.label, Text)
    assert Thing.for_.html == "for"
    assert Thing.max_length.html == "max-length"
