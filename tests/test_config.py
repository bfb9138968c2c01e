"""`Config`: arguments win over the environment, and what is wrong is named by its key."""

from typing import Any

import pytest

import justui as ui
from justui.config import Config
from justui.errors import ConfigError


def test_what_is_not_said_has_a_sane_default() -> None:
    config = Config.read({}, {})
    assert config.debug is None
    assert config.grace == 180.0
    assert config.origins == ()


def test_an_argument_wins_over_the_environment() -> None:
    environment = {"JUSTUI_GRACE": "5", "JUSTUI_DEBUG": "yes", "JUSTUI_TABS": "7"}
    config = Config.read({"grace": 60}, environment)
    assert (config.grace, config.debug, config.tabs) == (60.0, True, 7)
    assert isinstance(config.grace, float)


def test_words_come_from_the_environment_as_they_are() -> None:
    config = Config.read({}, {"JUSTUI_SECRET_KEY": "s3cret", "JUSTUI_DEBUG": "off"})
    assert (config.secret_key, config.debug) == ("s3cret", False)


def test_lists_come_from_the_environment_by_commas() -> None:
    config = Config.read({}, {"JUSTUI_ORIGINS": "https://a.example, https://b.example,"})
    assert config.origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"gracee": 5}, "no setting 'gracee'. Did you mean grace"),
        ({"nonsense": 5}, "no setting 'nonsense'"),
        ({"grace": "5"}, "grace must be a number, got '5'"),
        ({"grace": -1}, "grace must not be negative, got -1.0"),
        ({"grace": float("nan")}, "grace must not be negative, got nan"),
        ({"tabs": 0}, "tabs must be at least 1, got 0"),
        ({"tabs": True}, "tabs must be a whole number, got True"),
        ({"tabs": 2.5}, "tabs must be a whole number, got 2.5"),
        ({"debug": "yes"}, "debug must be true or false, got 'yes'"),
        ({"secret_key": b"x"}, "secret_key must be a string"),
        ({"origins": "https://a.example"}, "origins must be a list of strings"),
        ({"origins": 5}, "origins must be a list of strings, got 5"),
        ({"origins": [5]}, "origins must be a list of strings"),
    ],
)
def test_what_is_wrong_is_named(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        ui.App(**arguments)


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        ("JUSTUI_TABS", "many", "JUSTUI_TABS must be a whole number, got 'many'"),
        ("JUSTUI_TABS", "-1", "JUSTUI_TABS must be at least 1, got -1"),
        ("JUSTUI_GRACE", "long", "JUSTUI_GRACE must be a number, got 'long'"),
        ("JUSTUI_DEBUG", "perhaps", "JUSTUI_DEBUG must be true or false, got 'perhaps'"),
    ],
)
def test_what_is_wrong_in_the_environment_is_named(variable: str, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Config.read({}, {variable: text})


def test_settings_stay_as_they_are() -> None:
    config = ui.App(debug=False).config
    with pytest.raises(AttributeError):
        config.grace = 5  # type: ignore[misc]


def test_a_wrong_setting_is_a_value_error() -> None:
    assert issubclass(ConfigError, ValueError)
