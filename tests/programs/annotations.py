"""A page function as type checkers want it: used by `test_routing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import justui as ui

if TYPE_CHECKING:
    from somewhere import Shop  # type: ignore[import-not-found]
    from starlette.requests import Request


def item(n: int, request: Request, shop: Shop) -> ui.Component:
    return ui.P(f"{n + 1} {request.url.path} {shop}")
