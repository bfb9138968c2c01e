"""`Binding`: the part of a component that binds functions to the events of its element. Runs none, and knows no messages.

What a function may take, and how the browser is told of it, is in `handlers`.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakValueDictionary

from justui import handlers
from justui.handlers import EVENTS, EventFunction, Handler
from justui.marks import mark, tree_lock

if TYPE_CHECKING:
    from justui.component import Component

targets: "WeakValueDictionary[int, Component]" = WeakValueDictionary()
"""Components that the browser may name: those with a handler or a value. Ids are unique in the process."""


class OnEvent:
    """`component.on_click = fn`: reads the function that answers the event, or None; setting None takes it away."""

    __slots__ = ("event",)

    def __init__(self, event: str) -> None:
        self.event = event

    def __get__(self, component: "Component | None", owner: type) -> Any:
        return self if component is None else component.handler(self.event)

    def __set__(self, component: "Component", function: EventFunction | None) -> None:
        if function is None:
            component.off(self.event)
        else:
            component._bind(self.event, function, f"on_{self.event}")


class Binding:
    """The part of a component that binds, unbinds and reads its handlers."""

    __slots__ = ()

    if TYPE_CHECKING:
        _handlers: dict[str, Handler] | None

    def on(
        self,
        event: str,
        function: EventFunction,
        *,
        debounce: float | None = None,
        throttle: float | None = None,
        immediate: bool = False,
        key: str | None = None,
        modifiers: str = "",
        outside: bool = False,
        prevent: bool = False,
        stop: bool = False,
        once: bool = False,
        fields: Iterable[str] = (),
        custom: bool = False,
    ) -> Self:
        """Run `function` at each `event` of this element; it takes the place of an earlier one for the same event and key.

        `debounce` and `throttle` are milliseconds; with `immediate` a debounced event counts at the start of a burst.
        `key`: only this key (`Enter`, `a`, …); `modifiers`: only with exactly these, such as `ctrl+shift`; `outside`: events
        anywhere but in this element; `prevent` and `stop`: what the browser would do else, and what stands around it,
        does not see it; `once`: only the first; `fields`: further properties of the browser's event wanted in `msg`;
        `custom`: an event of your own. Raises `HandlerError` for an unknown event or a function that cannot be called.
        """
        bare, is_outside = handlers.split_event(event)
        if not custom:
            handlers.check_event(bare, type(self).__name__)
        options = handlers.event_options(
            debounce=debounce,
            throttle=throttle,
            immediate=immediate,
            prevent=prevent,
            stop=stop,
            once=once,
            modifiers=modifiers,
            fields=tuple(fields),
        )
        self._bind(
            handlers.token(bare), function, f"on_{bare}", key=key, outside=outside or is_outside, options=options
        )
        return self

    def _bind(
        self: Any,  # the whole component, of which this is a part
        event: str,
        function: EventFunction,
        keyword: str,
        *,
        key: str | None = None,
        outside: bool = False,
        options: str = "",
    ) -> None:
        def label() -> str:
            return f"{keyword} of {self.describe()}"

        entry, handler = handlers.bind(function, event, label, key=key, outside=outside, options=options)
        with tree_lock:
            if self._handlers is None:
                self._handlers = {}
            self._handlers[entry] = handler
            targets[self._id] = self
            mark(self, "data-e")

    def off(self, event: str, *, key: str | None = None, outside: bool = False) -> Self:
        """Take away the handler of `event`; nothing happens where there is none."""
        bare, is_outside = handlers.split_event(event)
        self._unbind(handlers.entry_name(bare, key, outside=outside or is_outside))
        return self

    def _unbind(self: Any, entry: str) -> None:
        with tree_lock:
            if self._handlers and self._handlers.pop(entry, None) is not None:
                mark(self, "data-e")

    def handler(self, event: str) -> EventFunction | None:
        """The function that answers `event`, by its name in the event spec (`click`, `keydown.Enter`, `click__out`)."""
        found = (self._handlers or {}).get(event)
        return None if found is None else found.function


for _event in EVENTS:
    setattr(Binding, f"on_{_event}", OnEvent(_event))
