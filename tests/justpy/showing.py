"""How a test shows a JustPy program to a person."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import justui.justpy as jp
from justui.testing.browser import Browser
from justui.testing.tab import Tab


@asynccontextmanager
async def shown(function: Any, path: str = "/", **options: Any) -> AsyncIterator[Tab]:
    """A tab that shows what `function` returns."""
    jp.justpy(function, start_server=False, **options)
    async with Browser(jp.app) as browser:
        yield await browser.open(path)


@asynccontextmanager
async def two(function: Any, path: str = "/", **options: Any) -> AsyncIterator[tuple[Tab, Tab]]:
    """Tabs of two persons."""
    jp.justpy(function, start_server=False, **options)
    async with Browser(jp.app) as one, Browser(jp.app) as other:
        yield await one.open(path), await other.open(path)
