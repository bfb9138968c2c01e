"""Where the log goes, how much of it, and what is never in it."""

import logging
import re
from pathlib import Path

import pytest

from justui import logs
from justui.errors import ConfigError
from justui.testing import Browser
from tests.harness.server import ProgramServer

PROGRAM = """
import logging
import justui as ui

app = ui.App(secret_key="s3cret-key")
count = ui.Span("0")

def click(msg):
    logging.getLogger("justui").info("a handler ran")
    msg.session["note"] = "s3cret-note"
    msg.session.login("ann")
    msg.page.components[0].text = "1"

def fail(msg):
    raise LookupError("of the program")

@app.route("/")
def index():
    return ui.WebPage(
        ui.Span("0", id="n"), ui.Input(type="password"), ui.Button("Count", on_click=click), ui.Button("Fail", on_click=fail)
    )

app.run(log_level="info", {further})
"""


@pytest.mark.covers("WO-25")
@pytest.mark.parametrize("way", ["the program", "a file", "the environment"])
async def test_everything_goes_to_one_place_and_secrets_to_none(tmp_path: Path, way: str) -> None:
    (tmp_path / "app.py").write_text(
        PROGRAM.replace("{further}", "access_log=True, log_file='app.log'" if way == "the program" else "")
    )
    (tmp_path / "settings.toml").write_text(
        f"log_level = 'debug'\naccess_log = true\nlog_file = '{tmp_path / 'app.log'}'\n"
    )
    said = {"JUSTUI_LOG_LEVEL": "debug", "JUSTUI_ACCESS_LOG": "1", "JUSTUI_LOG_FILE": "stdout"}
    environment = {"a file": {"JUSTUI_CONFIG": "settings.toml"}, "the environment": said}.get(way, {})
    with ProgramServer(tmp_path / "app.py", environment=environment) as server:
        async with Browser(server.address) as browser:
            tab = await browser.open("/?token=s3cret-query")
            await tab.type("[type=password]", "s3cret-typed")
            await tab.click("Count")
            await tab.wait_for(lambda: tab.text("#n") == "1")
            await tab.click("Fail")
            await tab.wait_for(lambda: tab.faults)
            token = str((tab.document.boot or {})["token"])
            cookies = list(browser.cookies._jar.values())
            assert cookies
    log = server.log if way == "the environment" else (tmp_path / "app.log").read_text()
    assert re.search(r"^\d{4}-\S+ \S+ INFO justui: a handler ran$", log, re.M)
    assert re.search(r'INFO uvicorn.access: .* "GET /\?… HTTP/1.1" 200', log)
    assert re.search(r'INFO uvicorn.error: .* "WebSocket /_justui/ws/…" \[accepted\]', log)
    assert re.search(r'INFO uvicorn.access: .* "POST /_justui/session/… HTTP/1.1" 204', log)
    assert f'File "{tmp_path / "app.py"}", line' in log
    assert "LookupError: of the program" in log
    if way != "the environment":
        assert "LookupError" not in server.log  # it is in the file alone
    for text in (log, server.log):
        assert "s3cret" not in text
        assert token not in text
        assert not [cookie for cookie in cookies if cookie in text]


def test_a_program_that_logs_for_itself_is_left_alone(tmp_path: Path) -> None:
    ours = logging.getLogger("justui")
    before = list(ours.handlers), ours.level
    logs.begin()  # pytest has a handler at the root
    assert (ours.handlers, ours.level) == before
    logs.begin("error", str(tmp_path / "a.log"))
    logs.begin("", str(tmp_path / "b.log"))
    try:
        ours.warning("too little")
        ours.error("enough")
        assert [one.get_name() for one in ours.handlers].count("justui") == 1
        assert (tmp_path / "a.log").read_text() == ""
        assert (tmp_path / "b.log").read_text().endswith("ERROR justui: enough\n")
    finally:
        for name in ("justui", "uvicorn"):
            logger = logging.getLogger(name)
            logger.setLevel(logging.NOTSET)
            for handler in [one for one in logger.handlers if one.get_name() == "justui"]:
                logger.removeHandler(handler)
                handler.close()


def test_a_log_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"log_file='.*nowhere/a\.log' cannot be written: No such file or directory"):
        logs.begin("", str(tmp_path / "nowhere" / "a.log"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/", "/"),
        ("/item/7?a=b&c=d", "/item/7?…"),
        ("/test/_justui/upload/ab12/7", "/test/_justui/upload/…"),
        ("/_justui/runtime.0a1b.js", "/_justui/runtime.0a1b.js"),
        ("127.0.0.1:80?x", "127.0.0.1:80?x"),
    ],
)
def test_addresses_in_the_log(address: str, said: str) -> None:
    assert logs.shortened(address) == said
