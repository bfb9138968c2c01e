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


def test_the_environment_wins_over_an_argument() -> None:
    environment = {"JUSTUI_GRACE": "5", "JUSTUI_DEBUG": "yes", "JUSTUI_TABS": "7"}
    config = Config.read({"grace": 60, "beat": 10}, environment)
    assert (config.grace, config.beat, config.debug, config.tabs) == (5.0, 10.0, True, 7)
    assert isinstance(config.beat, float)


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
        ({"base_path": "test"}, 'base_path must be a prefix such as "/test"'),
        ({"base_path": "/a b"}, 'base_path must be a prefix such as "/test"'),
        ({"host": "http://a.example"}, "host must be an address or a name of this machine"),
        ({"log_level": "loud"}, "log_level must be one of debug, info, warning, error, critical, got 'loud'"),
        ({"trusted_proxies": ["nginx"]}, "trusted_proxies must hold addresses and networks, .* got 'nginx'"),
        ({"port": 1.5}, "port must be a number from 0 to 65535, got 1.5"),
        ({"workers": 0}, "workers must be at least 1, got 0"),
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
        ("JUSTUI_PORT", "many", "JUSTUI_PORT must be a number from 0 to 65535, got 'many'"),
        ("JUSTUI_PORT", "65536", "JUSTUI_PORT must be a number from 0 to 65535, got 65536"),
        ("JUSTUI_BASE_PATH", "test", "JUSTUI_BASE_PATH must be a prefix"),
        ("JUSTUI_CONFIG", "a.json", "a file of settings ends with"),
    ],
)
def test_what_is_wrong_in_the_environment_is_named(variable: str, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Config.read({}, {variable: text})


def test_an_empty_variable_says_nothing_where_nothing_is_no_value() -> None:
    names = ("PORT", "HOST", "DEBUG", "TABS", "GRACE", "CDN", "ORIGINS")
    config = Config.read({"port": 5, "cdn": "https://a.example"}, {f"JUSTUI_{name}": "" for name in names})
    assert (config.port, config.host, config.debug, config.tabs) == (5, "127.0.0.1", None, 10_000)
    assert (config.cdn, config.origins) == ("", ())


def test_a_variable_that_is_nearly_a_setting_is_hinted_at(caplog: pytest.LogCaptureFixture) -> None:
    variables = {"JUSTUI_PROT": "1", "JUSTUI_CHROMIUM": "x", "JUSTUI_CONFIG": "", "PORT": "2"}
    assert Config.read({}, variables) == Config()
    assert caplog.messages == ["There is no setting for the variable JUSTUI_PROT. Did you mean JUSTUI_PORT?"]


def test_a_prefix_and_a_level_are_kept_in_one_spelling() -> None:
    config = Config.read({"base_path": "/test/a/", "log_level": "INFO"}, {"JUSTUI_TRUSTED_PROXIES": "10.0.0.0/8, *"})
    assert (config.base_path, config.log_level) == ("/test/a", "info")
    assert config.trusted_proxies == ("10.0.0.0/8", "*")
    assert Config.read({"base_path": "/"}, {}).base_path == ""


def test_settings_stay_as_they_are() -> None:
    config = ui.App(debug=False).config
    with pytest.raises(AttributeError):
        config.grace = 5  # type: ignore[misc]


def test_a_wrong_setting_is_a_value_error() -> None:
    assert issubclass(ConfigError, ValueError)
