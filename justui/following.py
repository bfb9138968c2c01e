"""What follows a state in one component: attributes, by their names, and functions that live as long as it does.

Knows where that is noted, and no kind of state: the attribute itself is set by the component, `_set_followed`.
"""

from typing import TYPE_CHECKING, Any

from justui.marks import FOLLOWS, tree_lock

if TYPE_CHECKING:
    from justui.attributes import Begin
    from justui.component import Component
    from justui.listeners import Listener
    from justui.state import Reactive


def follow(component: "Component", name: str, source: "Reactive[Any]", begin: "Begin | None" = None) -> None:
    """Let an attribute follow a state, in place of what it followed. `begin` sets the first value of a new component."""
    source.value  # noqa: B018 - computed here, where no lock is held
    with tree_lock:
        stop_following(component, name)
        source.begin_following(component, name)
        try:
            if begin is None:
                component._set_followed(name, source.value)
            else:
                begin(component, source.value)
        except BaseException:
            source.end_following(component, name)
            raise
        _note(component, name, source)


def _note(component: "Component", name: str, source: "Reactive[Any]") -> None:
    if component._bound is None:
        component._bound = {}
    component._bound[name] = source
    component._flags |= FOLLOWS


def stop_following(component: "Component", *names: str) -> None:
    """Let attributes follow nothing any more. Wants `tree_lock`, unless nobody else knows the component."""
    bound = component._bound
    for name in names:
        if bound and (source := bound.pop(name, None)) is not None:
            source.end_following(component, name)


def take_followed(component: "Component", name: str, value: object) -> "Listener | None":
    """Take a new value from the state that an attribute follows. Wants `tree_lock`.

    Where the name is a function's, nothing is set: that is the answer, to be called without the lock.
    """
    if name[0] == "!":
        return (component._heard or {}).get(name)
    bound = component._bound
    source = None if bound is None else bound.pop(name, None)  # for a plain value ends the following
    if bound is not None and source is not None:
        try:
            component._set_followed(name, value)
        finally:
            bound.setdefault(name, source)
    return None


# Functions


def listen(component: "Component", source: "Reactive[Any]", listener: "Listener") -> None:
    """Let a function follow a state as long as the component lives."""
    with tree_lock:
        name = keep_listening(component, listener)
        source.begin_following(component, name)
        _note(component, name, source)


def keep_listening(component: "Component", listener: "Listener") -> str:
    """Let a function live as long as the component does; the answer is its name there. Wants `tree_lock`."""
    name = f"!{id(listener)}"
    component._heard = {**(component._heard or {}), name: listener}
    return name


def listen_no_more(component: "Component", listener: "Listener") -> None:
    """Let a function follow nothing any more."""
    name = f"!{id(listener)}"
    with tree_lock:
        stop_following(component, name)
        component._heard = {key: one for key, one in (component._heard or {}).items() if key != name}
