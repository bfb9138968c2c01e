"""`Messaging`: what an App offers to programs that send messages: `topic`, `topics`, `queue`, `queues`."""

import inspect
import logging
from collections.abc import Awaitable
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from justui import hints
from justui.broker.base import Broker
from justui.broker.memory import MemoryBroker
from justui.calls import Calls
from justui.context import building
from justui.dispatch import Dispatcher, stepping
from justui.errors import UsageError
from justui.events import Event
from justui.queues import Queue, Queues
from justui.tasks import Tasks
from justui.topics import UNGIVEN, Topic, Topics
from justui.who import Rule

if TYPE_CHECKING:
    from justui.handover import CallHost
else:
    CallHost = object  # a protocol's own `__init__` would keep Starlette's from being called

log = logging.getLogger("justui")


class Messaging(CallHost):
    """Has the topics and queues of one App, and runs the functions that listen to them."""

    calls: Calls
    tasks: Tasks
    dispatcher: Dispatcher
    bridged: bool

    def begin_messaging(self) -> None:
        """Make what is needed, once."""
        self.broker: Broker = MemoryBroker(
            values=self.config.kept_values, queues=self.config.queues, size=self.config.queue_bytes
        )
        """What carries messages and queues."""
        self.topics = Topics(self, self.broker)
        """All topics: `"chat" in app.topics`, `list(app.topics)`, `app.topics.remove("chat")`."""
        self.queues = Queues(self, self.broker)
        """All queues, likewise."""
        self.calls.kinds |= {**self.topics.kinds(), **self.queues.kinds()}

    # Programs

    def topic(
        self,
        name: str,
        value: Any = UNGIVEN,
        *,
        allow: Rule | None = None,
        subscribe: Rule | None = None,
        publish: Rule | None = None,
    ) -> Topic:
        """The topic of this name, the same object each time: `app.topic("chat").publish(x)`, `@app.topic("chat").subscribe`.

        With a first `value` it keeps the last one and can be used as a `State`; a topic that has a value keeps it. In a pattern
        `+` stands for one level of a name and `#` for all that follow: `app.topic("sensors/#").subscribe(fn)`. Browsers may do
        what `subscribe` and `publish`, or `allow` for both, say: True, or a sync function of nothing, `(who)` or `(who, topic)`
        that is asked at each use. The most exact name that has a rule decides. Raises `TopicError` for a name that cannot be,
        `ConfigError` for a second rule.
        """
        topic = self.topics.get(name, value, allow=allow, subscribe=subscribe, publish=publish)
        self.bridged = self.bridged or self.topics.opened
        return topic

    def queue(
        self,
        name: str,
        *,
        limit: int | None = None,
        allow: Rule | None = None,
        publish: Rule | None = None,
        subscribe: Rule | None = None,
    ) -> Queue:
        """The queue of this name, the same object each time: `app.queue("orders").push(x)`, `.shift()`.

        It takes `limit` items, else as many as the setting `queue_length` says. Browsers may push as far as `publish` says, and
        take as far as `subscribe` says, or `allow` for both, with the rules that topics have. Raises as `topic` does.
        """
        queue = self.queues.get(name, limit=limit, allow=allow, publish=publish, subscribe=subscribe)
        self.bridged = self.bridged or self.queues.opened
        return queue

    # The functions that are called

    def run_called(self, awaitable: Awaitable[Any], event: Event | None, name: str) -> None:
        """Run what an async subscriber has returned; as after a handler, the page of the event is updated when it waits and ends."""
        if not self.here():
            if inspect.iscoroutine(awaitable):
                awaitable.close()
            raise UsageError("an async function wants a server that runs")
        context = copy_context()
        context.run(building.set, False)  # what it makes belongs to no request
        self.tasks.start(self._drive(awaitable, event, name), name, context)

    async def _drive(self, awaitable: Awaitable[Any], event: Event | None, name: str) -> None:
        try:
            await (awaitable if event is None else stepping(awaitable, event.page, None))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a function raises is logged
            self.called_failed(error, event, name)
        if event is not None:
            event.page.update()

    def called_failed(self, error: BaseException, event: Event | None, name: str) -> None:
        """A subscriber has raised: log it, and tell the program's own error functions."""
        log.error("%s failed\n%s", name, hints.traceback_of(error))
        self.dispatcher.tell(error, event)
