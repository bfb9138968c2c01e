"""Where an App listens, and how what stands in its way is said."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

import justui as ui
from justui import server
from justui.errors import ConfigError, HandlerError, UsageError

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


def test_a_port_that_was_asked_for_and_is_taken_is_the_end() -> None:
    with taken() as port, pytest.raises(SystemExit) as end:
        server.listen(HOST, port)
    assert (
        end.value.code
        == f"justui: port {port} is taken. End the program that has it, or give another: run(port={port + 1})"
    )


def test_without_a_port_the_next_free_one_is_used_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    with taken(8000), server.listen(HOST, None) as listener:
        port = listener.getsockname()[1]
        assert port in range(8001, 8020)
        assert capsys.readouterr().out == f"justui: port 8000 is taken, so {port} is used\n"
        # Nobody else can get it, although nothing is served yet.
        with pytest.raises(SystemExit):
            server.listen(HOST, port)


def test_a_port_that_is_not_allowed_or_not_there_is_said() -> None:
    with pytest.raises(SystemExit, match=r"cannot listen on 192\.0\.2\.1:8000: "):
        server.listen("192.0.2.1", 8000)
    with pytest.raises(ConfigError, match="port must be a number from 0 to 65535, got 65536"):
        ui.App().run(port=65536)


def test_port_zero_is_any_free_one() -> None:
    with server.listen(HOST, 0) as one, server.listen(HOST, 0) as two:
        assert one.getsockname()[1] != two.getsockname()[1]


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSTUI_HOST", raising=False)
    monkeypatch.delenv("JUSTUI_PORT", raising=False)
    assert server.where(None, None) == (HOST, None)
    monkeypatch.setenv("JUSTUI_HOST", "0.0.0.0")
    monkeypatch.setenv("JUSTUI_PORT", "9000")
    assert server.where(None, None) == ("0.0.0.0", 9000)
    assert server.where("::1", 9001) == ("::1", 9001)
    for text in ("many", "-1", "65536"):
        monkeypatch.setenv("JUSTUI_PORT", text)
        with pytest.raises(ConfigError, match=f"JUSTUI_PORT must be a number from 0 to 65535, got '{text}'"):
            server.where(None, None)


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("example.org", False), ("", False)],
)
def test_debug_mode_is_for_this_machine_alone(host: str, local: bool) -> None:
    assert server.is_local(host) is local


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
