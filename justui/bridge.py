"""`Bridge`: what calls, topics and queues keep for one tab. A record, nothing more: each field belongs to one room."""

from typing import Any, Final, Protocol

from justui import wire


class Kept(Protocol):
    """What can be let go of when the tab goes."""

    def clear(self) -> None:
        """Let go of everything: the tab has gone for good."""


_FIELDS: Final = ("statements", "functions", "instances", "running", "subscriptions", "documents")


class Bridge:
    """Fields that are None until somebody needs them.

    `statements` are to be sent to the tab or wait for its answer, `functions` are Python's that it may call,
    `instances` are the exposed objects of its own, `running` the calls that it has made, `subscriptions` its topics, `documents` the shared ones that are open in it.
    """

    __slots__ = _FIELDS

    def __init__(self) -> None:
        self.statements: Any = None
        self.functions: Any = None
        self.instances: Any = None
        self.running: Any = None
        self.subscriptions: Any = None
        self.documents: Any = None

    def open_again(self) -> str:
        """Further operations of a fresh state: let the browser say what it has of its documents, and get the rest."""
        return "".join(f',["{wire.SHARED}",{number},"a"]' for number in self.documents or ())

    def clear(self) -> None:
        """The tab has gone for good."""
        for name in _FIELDS:
            kept: Kept | None = getattr(self, name)
            setattr(self, name, None)
            if kept is not None:
                kept.clear()
