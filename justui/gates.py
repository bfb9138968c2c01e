"""`Gate`: lets so many in at once, the others one after the other as they came. For the thread of one event loop; knows no loop."""

import asyncio
from collections import deque


class Gate:
    """A gate with so many places: 1 lets one in at a time."""

    __slots__ = ("_free", "_waiting")

    def __init__(self, places: int = 1) -> None:
        self._free = places
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many stand before it."""
        return len(self._waiting)

    async def enter(self, seconds: float | None = None) -> bool:
        """Take a place, waiting for one at most so long; whether there was one. Whoever got in calls `leave` afterwards."""
        if self._free and not self._waiting:
            self._free -= 1
            return True
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await asyncio.wait([turn], timeout=seconds)
        except asyncio.CancelledError:
            if turn.done():
                self.leave()  # the turn had come in this very moment: it is the next one's
            raise
        finally:
            if not turn.done():
                self._waiting.remove(turn)
        return turn.done()

    def leave(self) -> None:
        """Give the place to whoever waits longest."""
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._free += 1
