"""Small helpers that JustPy offers beside components: fetching a URL, lists for charts, tables from text."""

import csv
import io
from collections.abc import Iterable
from typing import Any

__all__ = ["get", "httpx", "make_pairs_list", "read_csv_from_string"]

try:
    import httpx
except ImportError:  # pragma: no cover - an extra
    httpx = None  # type: ignore[assignment]

try:
    import pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]
except ImportError:
    pandas = None


async def get(url: str, format: str = "json") -> Any:
    """What a URL gives: JSON, or with another `format` text. Raises `ImportError` without the package httpx."""
    if httpx is None:
        raise ImportError('jp.get wants the package httpx: pip install "justui[justpy]"')
    async with httpx.AsyncClient(follow_redirects=True) as client:
        answer = await client.get(url)
    return answer.json() if format == "json" else answer.text


def make_pairs_list(x: Iterable[Any], y: Iterable[Any]) -> list[list[Any]]:
    """Pairs `[x, y]` of two lists."""
    return [list(pair) for pair in zip(x, y, strict=False)]


def read_csv_from_string(text: str) -> Any:
    """A table of comma-separated values: a DataFrame where pandas is installed, else a list of dicts."""
    source = io.StringIO(text)
    return list(csv.DictReader(source)) if pandas is None else pandas.read_csv(source)
