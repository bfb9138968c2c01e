"""`Attached`: an application of another framework, ASGI or WSGI, as the App calls it. Changes nothing of what it answers."""

import asyncio
import contextlib
import importlib
import importlib.util
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, Final

from justui.errors import ConfigError

Scope = MutableMapping[str, Any]
Application = Callable[..., Awaitable[None]]
Start = Callable[[Coroutine[Any, Any, None], str], object]

THREADS: Final = 10
"""Worker threads of a WSGI application, unless the program says otherwise."""
_NOT_THEIRS: Final = ("app", "router", "endpoint", "session", "path_params")
_ASGI: Final = 3
_WSGI: Final = 2


class Attached:
    """An application beside the pages of an App. `threads`: how many requests a WSGI application works on at once.

    Raises `ConfigError` for what is no application, and where a WSGI one is given and a2wsgi is not installed.
    """

    def __init__(self, application: Any, threads: int = THREADS) -> None:
        self._application: Application = _from_wsgi(application, threads) if is_wsgi(application) else application
        self._state: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """The ASGI application, called as if there were nothing around it."""
        theirs = {key: value for key, value in scope.items() if key not in _NOT_THEIRS}
        theirs["state"] = {**scope.get("state", {}), **self._state}
        await self._application(theirs, receive, send)

    @contextlib.asynccontextmanager
    async def life(self, start: Start) -> AsyncIterator[None]:
        """Its lifespan, where it has one. `start` starts a task. Raises what its startup raises."""
        lifespan = _Lifespan(self._application, self._state)
        await lifespan.begin(start)
        try:
            yield
        finally:
            await lifespan.end()


class _Lifespan:
    """One conversation of ASGI's lifespan protocol. An application that knows none raises at once, and goes without."""

    def __init__(self, application: Application, state: dict[str, Any]) -> None:
        self._application = application
        self._scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
        self._said: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._answers: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._ended = asyncio.Event()
        self._failure: Exception | None = None
        self._there = False

    async def begin(self, start: Start) -> None:
        """Start the application up."""
        start(self._run(), "lifespan of the attached application")
        self._said.put_nowait({"type": "lifespan.startup"})
        answer = await self._answers.get()
        self._there = answer["type"] == "lifespan.startup.complete"
        if answer["type"] == "lifespan.startup.failed":
            await self._ended.wait()
            raise self._failure or RuntimeError(f"The attached application did not start: {answer.get('message', '')}")

    async def end(self) -> None:
        """Shut it down."""
        if self._there and not self._ended.is_set():
            self._said.put_nowait({"type": "lifespan.shutdown"})
            await self._ended.wait()
        if self._there and self._failure is not None:
            raise self._failure

    async def _run(self) -> None:
        try:
            await self._application(self._scope, self._said.get, self._answers.put)
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            self._failure = error
        finally:
            self._ended.set()
            self._answers.put_nowait({"type": "ended"})


def is_wsgi(application: Any) -> bool:
    """Whether an application is WSGI's kind: `(environ, start_response)`. Raises `ConfigError` for what is neither kind."""
    try:
        parameters = inspect.signature(application).parameters.values()
    except (TypeError, ValueError):
        raise _no_application(application) from None
    if any(item.kind is item.VAR_POSITIONAL for item in parameters):
        return False
    wanted = [item for item in parameters if item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)]
    needed = sum(item.default is item.empty for item in wanted)
    if needed <= _WSGI <= len(wanted) < _ASGI:
        return True
    if needed <= _ASGI <= len(wanted):
        return False
    raise _no_application(application)


def _no_application(application: Any) -> ConfigError:
    return ConfigError(
        f"{application!r:.80} is no application: one is called with (scope, receive, send), ASGI, or "
        "(environ, start_response), WSGI. Give the object that your server runs, as Flask(__name__) or get_wsgi_application()."
    )


def _from_wsgi(application: Any, threads: int) -> Application:
    if importlib.util.find_spec("a2wsgi") is None:
        raise ConfigError(
            'An application of WSGI, as Flask, Bottle and Django have it, needs a2wsgi: pip install "justui[wsgi]"'
        )
    if type(threads) is not int or threads < 1:
        raise ConfigError(f"threads must be a whole number from 1 on, got {threads!r}")
    adapted: Application = importlib.import_module("a2wsgi").WSGIMiddleware(application, workers=threads)
    return adapted
