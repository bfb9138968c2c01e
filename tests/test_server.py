"""Where an App listens, and how what stands in its way is said."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

import justui as ui
from justui import server
from justui.config import Config
from justui.errors import ConfigError, HandlerError, UsageError
from justui.testing import Browser

HOST = "127.0.0.1"


@contextlib.contextmanager
def taken(port: int = 0) -> Iterator[int]:
    """A port that somebody has; one that somebody had before us will do."""
    with socket.socket() as other:
        with contextlib.suppress(OSError):
            other.bind((HOST, port))
            other.listen()
            port = other.getsockname()[1]
        yield port


def at(port: int | None) -> Config:
    return Config.read({"host": HOST, "port": port}, {})


def test_a_port_that_was_asked_for_and_is_taken_is_the_end() -> None:
    with taken() as port, pytest.raises(SystemExit) as end:
        server.listen(at(port))
    assert (
        end.value.code
        == f"justui: port {port} is taken. End the program that has it, or give another: run(port={port + 1})"
    )


def test_without_a_port_the_next_free_one_is_used_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    with taken(8000), server.listen(at(None)) as listener:
        port = listener.getsockname()[1]
        assert port in range(8001, 8020)
        assert capsys.readouterr().out == f"justui: port 8000 is taken, so {port} is used\n"
        # Nobody else can get it, although nothing is served yet.
        with pytest.raises(SystemExit):
            server.listen(at(port))


def test_a_port_that_is_not_allowed_or_not_there_is_said() -> None:
    with pytest.raises(SystemExit, match=r"cannot listen on 192\.0\.2\.1:8000: "):
        server.listen(Config.read({"host": "192.0.2.1", "port": 8000}, {}))
    with pytest.raises(ConfigError, match="port must be a number from 0 to 65535, got 65536"):
        ui.App().run(port=65536)


def test_port_zero_is_any_free_one() -> None:
    with server.listen(at(0)) as one, server.listen(at(0)) as two:
        assert one.getsockname()[1] != two.getsockname()[1]


@pytest.mark.covers("WO-20")
@pytest.mark.parametrize(
    ("platform", "environment", "has"),
    [
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {}, False),
        ("darwin", {}, True),
        ("win32", {}, True),
        ("darwin", {"CI": "true"}, False),
        ("linux", {"CI": "1", "DISPLAY": ":0"}, False),
        ("linux", {"CI": "false", "DISPLAY": ":0"}, True),
        ("linux", {"CI": "true", "BROWSER": "firefox"}, True),
    ],
)
def test_a_browser_is_opened_where_somebody_can_see_it(platform: str, environment: dict[str, str], has: bool) -> None:
    assert server.has_browser(environment, platform) is has


def test_who_asked_for_a_port_that_is_taken_is_named() -> None:
    with taken() as port, pytest.raises(SystemExit) as end:
        server.listen(Config.read({"host": HOST}, {"JUSTUI_PORT": str(port)}))
    assert end.value.code == f"justui: port {port} is taken. End the program that has it, or change JUSTUI_PORT"


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("example.org", False), ("", False)],
)
def test_debug_mode_is_for_this_machine_alone(host: str, local: bool) -> None:
    assert server.is_local(host) is local


async def test_debug_mode_that_nobody_asked_for_ends_when_a_proxy_asks(caplog: pytest.LogCaptureFixture) -> None:
    app, inner, asked = ui.App(secret_key="k"), ui.App(), ui.App(debug=True)
    for one in (app, inner, asked):
        one.route("/")(lambda: ui.P("page"))
    app.mount("/inner", inner)
    app.mount("/asked", asked)
    app.dispatcher.debug = app._debug_unasked = True  # as `run` does it on this machine
    paths = ("/", "/inner/", "/asked/")
    async with Browser(app) as browser:

        async def debugging(**headers: str) -> list[bool]:
            answers = [await browser.request("GET", path, list(headers.items())) for path in paths]
            return ['"debug":true' in answer.text for answer in answers]

        assert await debugging() == [True, True, True]
        assert await debugging(**{"x-forwarded-for": "192.0.2.1"}) == [False, False, True]
        assert await debugging() == [False, False, True]
    assert caplog.text.count("a proxy sends requests of others, so debug mode is off") == 2


async def test_an_app_cannot_be_run_inside_of_a_loop() -> None:
    with pytest.raises(UsageError, match=r"cannot be called in one\. Use `uvicorn module:app`"):
        ui.App().run()


def test_until_is_a_function() -> None:
    with pytest.raises(HandlerError, match="until wants a function, got 5"):
        ui.App().run(until=5)  # type: ignore[arg-type]


def test_several_workers_are_refused_and_the_pages_they_would_split_are_named() -> None:
    page = ui.WebPage(title="Clock of the workers")
    with pytest.raises(
        ConfigError, match=r"workers=4: .* use workers=1.*'Clock of the workers' \(test_server.py:\d+\)"
    ):
        ui.App().run(workers=4)
    assert page.is_shared


def test_only_a_page_a_component_or_a_function_can_be_run() -> None:
    with pytest.raises(HandlerError, match="run wants a page, a component or a function that returns one, got 5"):
        ui.run(5)  # type: ignore[arg-type]
