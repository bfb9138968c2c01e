"""Runs an App by uvicorn with the settings that justui is made for: port, signals, draining, the end of the program."""

import asyncio
import contextlib
import dataclasses
import errno
import importlib
import inspect
import ipaddress
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from justui import logs, reloading
from justui.config import Config
from justui.errors import ConfigError, HandlerError, UsageError
from justui.hints import is_async, near

_FIRST_PORT = 8000
_READ_TIME = 2.0  # seconds that a connection has for its last bytes when the server ends; uvicorn waits for three
_TRIES = 20
_GRACE = 3
"""Seconds that connections have when the server ends."""
_BACKLOG = 2048
OF_RUN = ("host", "port", "open_browser", "reload", "workers", "trusted_proxies", "log_level", "log_file", "access_log")
"""The settings that `run` takes, too."""
_OF_APP = {field.name for field in dataclasses.fields(Config)} - {*OF_RUN} | {
    "startup",
    "routes",
    "middleware",
    "config",
}


class Runnable(Protocol):
    """What is run."""

    def drain(self) -> None:
        """Tell every tab that the server goes down."""


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSockets, but that a connection is cut, in the end, when the other side does not read."""

    async def run_asgi(self) -> None:
        """Run the App for this connection."""
        await super().run_asgi()
        if self.close_sent or self.conn.close_rcvd is not None:
            self._cut_after(self.close_timeout)
        else:
            self.transport.abort()  # the App has hung up

    def shutdown(self) -> None:
        """End the connection, because the server ends."""
        super().shutdown()
        self._cut_after(_GRACE - 1)

    def _cut_after(self, seconds: float) -> None:
        if self.transport.get_write_buffer_size():
            self.loop.call_later(seconds, self.transport.abort)


class Server(uvicorn.Server):
    """A uvicorn server that tells the tabs before it goes, and that ends when a function has returned."""

    def __init__(self, config: uvicorn.Config, app: Runnable, until: Callable[[], Any] | None) -> None:
        super().__init__(config)
        self._app = app
        self._until = until
        self._ending: asyncio.Task[None] | None = None
        self.failure: BaseException | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen; then begin `until`."""
        await super().startup(sockets)
        if self._until is not None and not self.should_exit:
            self._ending = asyncio.create_task(self._end_after(self._until), name="until")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal; one that comes before the start has ended is not put off, since a startup may never return."""
        super().handle_exit(sig, frame)
        if not self.started:
            raise KeyboardInterrupt

    async def _end_after(self, until: Callable[[], Any]) -> None:
        try:
            result = until() if is_async(until) else await _in_daemon(until)
            if inspect.isawaitable(result):
                await result
        except Exception as error:  # noqa: BLE001 - raised again when the server has ended
            self.failure = error
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell the tabs, then end."""
        self._app.drain()
        if self._ending is not None and not self._ending.done():
            self._ending.cancel()
        # Somebody who does not read would hold the server open for ever.
        rest = asyncio.get_running_loop().call_later(_READ_TIME, self._abort_connections)
        await super().shutdown(sockets)
        rest.cancel()

    def _abort_connections(self) -> None:
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()


async def _in_daemon(function: Callable[[], Any]) -> Any:
    """Run a function in a thread that the program's end does not wait for."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def finish(result: Any, error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)

    def work() -> None:
        result, failure = None, None
        try:
            result = function()
        except Exception as error:  # noqa: BLE001 - handed to the one who waits
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
            loop.call_soon_threadsafe(finish, result, failure)

    threading.Thread(target=work, name="until", daemon=True).start()
    return await done


def run(
    app: Any, config: Config, *, until: Callable[[], Any] | None = None, quiet: bool = False, **options: Any
) -> None:
    """Serve `app` where `config` says, until the program is stopped, or until the function `until` has returned.

    `until` may be sync (it runs in a thread) or async; its error is raised here. Further `options` go to uvicorn. With
    `config.reload` another process serves, and this one watches its files. Exits with an error when the port is taken or the
    startup fails.
    """
    if _in_loop():
        raise UsageError("run() starts an event loop of its own and cannot be called in one. Use `uvicorn module:app`.")
    if until is not None and not callable(until):
        raise HandlerError(f"until wants a function, got {until!r}. Write its name, without brackets.")
    watched = reloading.started()
    if config.reload and watched is None:
        sys.exit(_watch(app, config))
    listener = watched.listener if watched is not None else None
    listener = listener or listen(config)
    logs.begin(config.log_level, config.log_file, access=config.access_log)
    address = address_of("https" if options.get("ssl_certfile") else "http", config, listener)
    server = Server(uvicorn.Config(app, **(uvicorn_settings(config) | options)), app, until)
    if watched is None or watched.first:
        if not quiet:
            print(f"justui: {address}", flush=True)  # noqa: T201 - what the person waits for
        if config.open_browser:
            show_in_browser(address)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if server.failure is not None:
        raise server.failure
    if not server.started:
        sys.exit(3)


def _watch(app: Any, config: Config) -> int:
    files = [Path(one) for one in (config.css, config.file) if one and "{" not in one]
    with listen(config) as listener:
        folders = [reloading.program_folder(), Path(config.templates)]
        return reloading.Reloader(reloading.own_command(), folders, files, listener).run()


def show_in_browser(address: str) -> None:
    """Open a browser window, where somebody could see it. In a thread: a browser of the terminal holds who opens it."""
    if has_browser(os.environ, sys.platform):
        threading.Thread(target=_show, args=(address,), name="browser", daemon=True).start()


def _show(address: str) -> None:
    importlib.import_module("webbrowser").open(address)


def has_browser(environment: Mapping[str, str], platform: str) -> bool:
    """Whether there is a browser window to open: not in CI, and not without a screen, unless BROWSER says by what."""
    if environment.get("BROWSER"):
        return True
    if environment.get("CI", "").lower() not in ("", "0", "false"):
        return False
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")
    return platform in ("darwin", "win32") or any(environment.get(name) for name in screens)


class Background:
    """A server of `app` in a thread of its own, for a program whose main thread has other things to do.

    It listens at once; `address` says where, and `port`. Exits naming the port when the one asked for is taken.
    """

    def __init__(self, app: Any, config: Config) -> None:
        listener = listen(config)
        logs.begin(config.log_level, config.log_file, access=config.access_log)
        self.address = address_of("http", config, listener)
        self.port: int = listener.getsockname()[1]
        self._server = Server(uvicorn.Config(app, **uvicorn_settings(config)), app, None)
        self._thread = threading.Thread(target=self._serve, args=(listener,), name="justui server", daemon=True)
        self._thread.start()

    def _serve(self, listener: socket.socket) -> None:
        with listener, contextlib.suppress(SystemExit):  # a startup that failed; the log has said why
            self._server.run(sockets=[listener])

    @property
    def running(self) -> bool:
        """Whether it serves, or is about to."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End it and wait until the port is free. What was said to browsers before is sent before."""
        self._server.should_exit = True
        self._thread.join()


def check_options(options: Iterable[str], own: Iterable[str]) -> None:
    """Raise `ConfigError`, saying what to write, for what is neither one of `run`'s `own` parameters nor an option of uvicorn's."""
    known = {*own, *inspect.signature(uvicorn.Config).parameters} - {"app", "self", "options"}
    for name in options:
        if name in _OF_APP:
            raise ConfigError(f"run() has no {name!r}. Write ui.App({name}=…).")
        if name not in known:
            raise ConfigError(f"run() has no {name!r}.{near(name, known)}")


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def uvicorn_settings(config: Config) -> dict[str, Any]:
    """The settings that uvicorn runs with.

    Compression of each message costs 35 KB a connection, and the App has a heartbeat of its own.
    """
    trusted = config.trusted_proxies
    return {
        "ws": SocketProtocol,
        "ws_per_message_deflate": False,
        "ws_ping_interval": None,
        "ws_max_size": config.frame_bytes,
        "log_config": None,
        "access_log": config.access_log,
        "proxy_headers": bool(trusted),
        "forwarded_allow_ips": "*" if "*" in trusted else list(trusted),
        "lifespan": "on",
        "timeout_graceful_shutdown": _GRACE,
    }


def listen(config: Config) -> socket.socket:
    """A socket that listens. Exits naming the port when the one asked for is taken; without one, takes the next free."""
    host, port = config.host, config.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in [port] if port is not None else range(_FIRST_PORT, _FIRST_PORT + _TRIES):
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(_BACKLOG)  # at once: a port that is bound only could still be taken by somebody else
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE and port is None:
                continue
            sys.exit(_why_not(error, host, candidate, config.origin("port")))
        if port is None and candidate != _FIRST_PORT:
            print(f"justui: port {_FIRST_PORT} is taken, so {candidate} is used", flush=True)  # noqa: T201
        listener.set_inheritable(True)
        return listener
    sys.exit(f"justui: the ports {_FIRST_PORT} to {_FIRST_PORT + _TRIES - 1} are all taken. Give one: run(port=…)")


def _why_not(error: OSError, host: str, port: int, asked: str) -> str:
    if error.errno == errno.EADDRINUSE:
        instead = f"give another: run(port={port + 1})" if not asked else f"change {asked}"
        return f"justui: port {port} is taken. End the program that has it, or {instead}"
    if error.errno == errno.EACCES:
        return f"justui: port {port} is not allowed for this user. Use one above 1023."
    return f"justui: cannot listen on {host}:{port}: {error.strerror}"


def is_local(host: str) -> bool:
    """Whether an address is reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address_of(scheme: str, config: Config, listener: socket.socket) -> str:
    """The homepage's address, as a browser of this machine asks for it."""
    host, port = config.host, listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"{scheme}://{name}:{port}{config.base_path and config.base_path + '/'}"
