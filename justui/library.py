"""The third-party files as the App serves them: fetched off the loop, rewritten, compressed once, kept in memory.

It finds files by the names of the manifest alone: nothing that a browser asks for becomes a path.
"""

import asyncio
import logging
from concurrent.futures import Executor
from typing import Final

from justui.assets import Asset
from justui.errors import AssetError
from justui.manifest import File
from justui.rewriting import rewritten
from justui.store import Store

log = logging.getLogger("justui")

_PACKED: Final = frozenset({"font/woff", "font/woff2", "image/png"})
"""Types that are compressed in themselves."""


class Library:
    """The files of one store. `find` them in the App's loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ready: dict[str, Asset] = {}
        self._said: set[str] = set()
        self._coming: dict[str, asyncio.Future[Asset]] = {}

    def _say(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            log.error("%s", message)

    async def find(self, name: str, executor: Executor | None = None) -> Asset | None:
        """The file whose address ends in `name`, or None when the manifest does not have it.

        Fetching happens in `executor`, once for all who wait. Raises `AssetError` when the file cannot be had.
        """
        if name in self._ready:
            return self._ready[name]
        file = self._store.manifest.served_as(name)
        if file is None:
            return None
        coming = self._coming.get(name)
        if coming is None:
            coming = asyncio.get_running_loop().run_in_executor(executor, self._made, file)
            self._coming[name] = coming
            coming.add_done_callback(lambda done: self._arrived(name, done))
        return await asyncio.shield(coming)  # who goes away must not take it from the others

    def _arrived(self, name: str, done: "asyncio.Future[Asset]") -> None:
        del self._coming[name]
        if not done.cancelled() and done.exception() is None:
            self._ready[name] = done.result()

    def _made(self, file: File) -> Asset:
        try:
            content = self._store.get(file.package, file.path)
        except AssetError as error:
            self._say(str(error))
            raise
        if file.kind in {"module", "sheet"}:
            content = rewritten(content.decode(), file, self._store.manifest).encode()
        return Asset(file.name, file.media_type, lambda: content, zips=file.media_type not in _PACKED).made()
