"""`reach`: the same test in memory and over a real server."""

from collections.abc import Callable
from typing import Any

import pytest

import justui as ui
from justui.server import SocketProtocol
from tests.conftest import Serve


@pytest.fixture(params=["memory", "uvicorn"])
def reach(request: pytest.FixtureRequest, serve: Serve) -> Callable[[ui.App], Any]:
    """How clients reach an app: in memory, or by the address of a real server."""
    if request.param == "memory":
        return lambda app: app
    return lambda app: serve(app, ws=SocketProtocol).address
