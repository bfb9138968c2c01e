"""Options of a `Select` and a `Datalist`: lists, dicts, groups, and what stays when they change."""

import pytest

from justui import components as ui
from justui.component import Component
from justui.errors import TreeError


def tree(component: Component) -> list[object]:
    """A select's children in short: (value, label), or a group's label with its children."""
    return [
        (child.attributes.get("value"), child.text)
        if isinstance(child, ui.Option)
        else [child.attributes["label"], *tree(child)]
        for child in component.components
    ]


def test_a_list_of_values() -> None:
    select = ui.Select(options=["tea", 2])
    assert tree(select) == [("tea", "tea"), ("2", "2")]
    assert select.options == {"tea": "tea", "2": "2"}


def test_labels_by_value() -> None:
    assert tree(ui.Datalist(options={"de": "German", 7: "seven"})) == [("de", "German"), ("7", "seven")]


def test_groups() -> None:
    select = ui.Select(options={"none": "Nothing", "Hot": {"tea": "Tea"}, "Cold": ["milk"]})
    assert tree(select) == [("none", "Nothing"), ["Hot", ("tea", "Tea")], ["Cold", ("milk", "milk")]]
    assert select.options == {"none": "Nothing", "tea": "Tea", "milk": "milk"}


def test_option_children() -> None:
    select = ui.Select(ui.Option("Tea", value="tea"), ui.Optgroup(ui.Option("milk"), label="Cold"))
    assert select.options == {"tea": "Tea", "milk": "milk"}


def test_an_option_that_stays_keeps_its_component() -> None:
    select = ui.Select(options={"a": "A", "b": "B", "c": "C"})
    a, _, c = select.components
    select.options = {"c": "see", "d": "D", "a": "A"}
    assert tree(select) == [("c", "see"), ("d", "D"), ("a", "A")]
    assert select.components[0] is c
    assert select.components[2] is a


def test_options_move_between_groups() -> None:
    select = ui.Select(options={"x": "X", "G": ["y"]})
    x, y = select.components[0], select.components[1].components[0]
    select.options = {"y": "Y", "H": ["x"]}
    assert tree(select) == [("y", "Y"), ["H", ("x", "x")]]
    assert select.components[0] is y
    assert select.components[1].components[0] is x
    assert x.parents == [select.components[1]]


def test_in_a_with_block_options_go_into_the_select_only() -> None:
    with ui.Div() as box:
        select = ui.Select(options={"a": "A", "G": ["b"]})
        select.options = ["a", "c"]
    assert list(box.components) == [select]
    assert tree(select) == [("a", "a"), ("c", "c")]


def test_a_lone_string_is_refused() -> None:
    with pytest.raises(TreeError, match=r"options=\['tea'\]"):
        ui.Select(options="tea")


def test_datalist_of_an_input() -> None:
    proposals = ui.Datalist(options=["red", "green"])
    assert ui.Input(list=proposals).attributes == {"list": proposals.id}
