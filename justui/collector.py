"""Python's garbage collector while an App lives: it comes seldom, and leaves alone what was there before. Frees nothing itself."""

import gc
import threading
from typing import Final

_EVERY: Final = 20_000
"""New objects between two runs of the collector: at the usual 700 it took a third of the time of a page's first rendering."""


class Collector:
    """What the Apps of this process ask of the collector, which is one for all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking = 0
        self._usual = gc.get_threshold()

    def spare(self) -> None:
        """Keep the collector from looking at what is alive now. Who asks later finds that done: to look at everything takes long."""
        with self._lock:
            self._asking += 1
            if self._asking == 1:
                self._usual = gc.get_threshold()
                gc.collect()
                gc.freeze()
                gc.set_threshold(_EVERY, *self._usual[1:])

    def spare_no_longer(self) -> None:
        """Take that back; the last who does so leaves the collector as it was."""
        with self._lock:
            self._asking -= 1
            if not self._asking:
                gc.unfreeze()
                gc.set_threshold(*self._usual)


collector: Final = Collector()
