"""A file of settings: what is wrong in it is named by key, file and line, and nothing that it holds as a secret is shown."""

from pathlib import Path
from typing import Any

import pytest

import justui as ui
from justui.config import Config
from justui.errors import ConfigError
from justui.settings_file import SettingsFile

pytest.importorskip("yaml")

YAML = """\
# what this machine wants
host: 0.0.0.0
port: 9000

origins: [https://a.example, https://b.example]
grace: 60
debug: no
secret_key: "s3cret"
"""
TOML = """\
host = "0.0.0.0"
port = 9000

origins = [
    "https://a.example",
    "https://b.example",
]
grace = 60
debug = false
secret_key = "s3cret"
"""


def written(folder: Path, text: str | bytes, name: str = "settings.yaml") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


@pytest.mark.covers("WO-25")
@pytest.mark.parametrize(("name", "text"), [("a.yaml", YAML), ("a.yml", YAML), ("a.toml", TOML), ("A.TOML", TOML)])
def test_a_file_wins_over_the_program_and_the_environment_over_both(tmp_path: Path, name: str, text: str) -> None:
    path = written(tmp_path, "\ufeff" + text, name)
    arguments = {"config": path, "port": 8001, "grace": 5, "beat": 7}
    config = Config.read(arguments, {"JUSTUI_GRACE": "30", "JUSTUI_PORT": ""})
    assert (config.host, config.port, config.beat) == ("0.0.0.0", 9000, 7.0)
    assert (config.grace, config.debug, config.secret_key) == (30.0, False, "s3cret")
    assert config.origins == ("https://a.example", "https://b.example")
    # What the program says later counts as the program, too.
    later = config.with_code(port=8002, grace=1, drain=3, host=None)
    assert (later.host, later.port, later.grace, later.drain) == ("0.0.0.0", 9000, 30.0, 3.0)
    assert later.origin("grace") == "JUSTUI_GRACE"
    assert later.origin("port") == f"{name}, line {3 if text == YAML else 2}"
    assert later.origin("drain") == ""
    assert later.file == path


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = written(tmp_path, "grace: 1\n", "other.yaml")
    path = Path(written(tmp_path, "grace: 2\n"))
    assert Config.read({"config": path}, {}).grace == 2.0
    assert Config.read({"config": path}, {"JUSTUI_CONFIG": other}).grace == 1.0
    monkeypatch.setenv("JUSTUI_CONFIG", other)
    assert ui.App().config.grace == 1.0
    assert Config.read({"config": ""}, {}).grace == Config().grace


@pytest.mark.covers("WO-25")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("host: ::1\n\nprot: 9000\n", r"s\.yaml, line 3: there is no setting 'prot'\. Did you mean port\?"),
        ("# first\ngrace: long\n", r"s\.yaml, line 2: grace must be a number, got 'long'"),
        ("port: '9000'\n", r"s\.yaml, line 1: port must be a number from 0 to 65535, got '9000'"),
        ("port: 70000\n", r"s\.yaml, line 1: port must be a number from 0 to 65535, got 70000"),
        ("debug: perhaps\n", r"s\.yaml, line 1: debug must be true or false, got 'perhaps'"),
        ("tabs: true\n", r"s\.yaml, line 1: tabs must be a whole number, got True"),
        ("grace:\n", r"s\.yaml, line 1: grace must be a number, got None"),
        ("origins: https://a.example\n", r"s\.yaml, line 1: origins must be a list of strings"),
        ("origins: [a, 5]\n", r"s\.yaml, line 1: origins must be a list of strings"),
        ("log_level: loud\n", r"s\.yaml, line 1: log_level must be one of debug, info, .*, got 'loud'"),
        ("base_path: test\n", r's\.yaml, line 1: base_path must be a prefix such as "/test", .*, got .test.'),
        ("base_path: /a/../b\n", r"s\.yaml, line 1: base_path must be a prefix"),
        ("host: http://x\n", r"s\.yaml, line 1: host must be an address or a name of this machine"),
        (
            "trusted_proxies: [10.0.0.0/33]\n",
            r"line 1: trusted_proxies must hold addresses and networks, .*10\.0\.0\.0/33",
        ),
        ("grace: 1\nbeat: 2\ngrace: 3\n", r"s\.yaml, line 3: 'grace' stands here a second time, after line 1\."),
        (
            "server:\n  port: 1\n",
            r"s\.yaml, line 2: settings are plain values, or lists of them; there are no sections\.",
        ),
        ("- port\n", r"s\.yaml, line 1: settings are lines such as `port: 8001`\."),
        ("a: 1\n b: 2\n", r"s\.yaml, line 2: this is no YAML: mapping values are not allowed here\."),
        ("a: 1\n---\nb: 2\n", r"s\.yaml, line 2: this is no YAML: but found another document\."),
        (
            "host: !!python/object/apply:os.getcwd []\n",
            r"s\.yaml, line 1: this is no YAML: could not determine a constructor",
        ),
        ("tabs: !!int five\n", r"s\.yaml, line 1: the value of 'tabs' cannot be read\."),
        ("host: \x00\n", r"s\.yaml: this is no YAML: unacceptable character"),
        (b"host: a\ngrace: \xff\n", r"s\.yaml, line 2: this is no UTF-8"),
        ("a: &a [x]\nb: [*a, *a]\n", r"s\.yaml, line 2: settings have no aliases"),
        ("a: " + "[" * 5000, r"s\.yaml, line 1: settings are plain values, or lists of them"),
        ("x" * 1_000_001, r"s\.yaml has more than 1,000,000 bytes"),
    ],
)
def test_what_is_wrong_in_yaml_is_named(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Config.read({"config": written(tmp_path, text, "s.yaml")}, {})


@pytest.mark.covers("WO-25")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        # The key stands in a text of several lines first, and in a list.
        (
            'css = """\nprot = 1\n"""\norigins = [\n"prot = 2"]\n"prot" = 9000\n',
            r"s\.toml, line 6: there is no setting 'prot'",
        ),
        ("# first\ngrace = 'long'\n", r"s\.toml, line 2: grace must be a number, got 'long'"),
        ("grace = 1979-05-27\n", r"s\.toml, line 1: grace must be a number, got datetime\.date"),
        ("grace = 1\n[server]\nport = 1\n", r"s\.toml, line 2: 'server' is a table\. Settings have no sections"),
        ("grace = 1\nserver.port = 1\n", r"s\.toml, line 2: 'server' is a table"),
        ("grace = 1\ngrace = 2\n", r"s\.toml, line 2: this is no TOML: Cannot overwrite a value\."),
        ("grace = 1\nport 9000\n", r"s\.toml, line 2: this is no TOML: Expected '=' after a key"),
        ("a = " + "[" * 50_000, r"s\.toml: values are nested too deeply"),
        ("tabs = " + "9" * 5000, r"s\.toml: this is no TOML"),
    ],
)
def test_what_is_wrong_in_toml_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Config.read({"config": written(tmp_path, text, "s.toml")}, {})


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("nowhere/s.toml", r"The file of settings /.*nowhere/s\.toml cannot be read: No such file or directory\."),
        ("settings.json", r"a file of settings ends with \.toml, \.yaml or \.yml"),
        ("a\x00.toml", r"cannot be read: embedded null byte"),
        (".toml", r"a file of settings ends with"),
        (5, r"config wants the path of a file, such as settings\.toml, got int\. Settings are keywords\."),
        (Config(), r"config wants the path of a file, .* got Config"),
    ],
)
def test_what_is_no_file_of_settings(config: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        ui.App(config=config)


@pytest.mark.covers("WO-25")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("s.yaml", "secret_key: [s3cret]\n"),
        ("s.yaml", "secret_key: 's3cret\n"),
        ("s.yaml", "secret_key: !!int s3cret\n"),
        ("s.toml", "secret_key = ['s3cret']\n"),
        ("s.toml", "secret_key = 's3cret\n"),
        ("s.toml", "secret_key = s3cret\n"),
    ],
)
def test_secrets_are_never_shown(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(ConfigError) as told:
        Config.read({"config": written(tmp_path, text, name)}, {})
    assert "s3cret" not in str(told.value)
    assert f"{name}, line 1: " in str(told.value) or f"{name}: this is no TOML" in str(told.value)
    config = Config(secret_key="s3cret", cdn="https://ann:s3cret@cdn.example/npm", grace=5)
    assert repr(config) == "Config(secret_key='…', grace=5, cdn='https://…@cdn.example/npm')"
    with pytest.raises(ConfigError) as told:
        ui.App(secret_key=["s3cret"])
    assert "s3cret" not in str(told.value)


def test_yaml_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r's\.yaml: YAML needs PyYAML: pip install "justui\[yaml\]"'):
        SettingsFile(written(tmp_path, YAML, "s.yaml"))
    assert SettingsFile(written(tmp_path, TOML, "s.toml")).values["port"] == 9000
