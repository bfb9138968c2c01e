"""Whom an expression of `js.py` is for, where it may be waited for, and what comes of the answers: one tab, or many."""

import asyncio
from typing import TYPE_CHECKING, Any, Final, Protocol

from justui.answers import GONE, Answers, Failure
from justui.errors import RemoteTimeout
from justui.hints import near
from justui.statements import Statement, Statements, desk_of, wait_for_room

if TYPE_CHECKING:
    from justui.tab import Tab

TIMEOUT: Final = 30.0
"""Seconds that the browser has for an answer, unless the program says otherwise."""


class Speaker(Protocol):
    """What the program's host is to those who speak to browsers."""

    def here(self) -> bool:
        """Whether the caller is in the App's loop."""


class Room(Protocol):
    """What has many tabs: a page, an App."""

    @property
    def tabs(self) -> "list[Tab]":
        """Those that have joined."""


class Target:
    """Whom an expression is for: one tab. `timeout` is in seconds; `wait`: whether answers are wanted."""

    name = "tab.js"
    options: tuple[str, ...] = ("timeout", "wait")

    def __init__(self, tab: "Tab | None" = None) -> None:
        self.tab = tab
        self.timeout = TIMEOUT
        self.wait = True

    def desks(self) -> tuple[Statements, ...]:
        """Where statements are collected for those who are there."""
        return () if self.tab is None or self.tab.gone else (desk_of(self.tab),)

    def host(self) -> Speaker | None:
        """The App; None where there is none."""
        return None if self.tab is None else self.tab.host

    def same(self, other: "Target") -> bool:
        """Whether an expression of the other is one for these."""
        return self.tab is other.tab

    @property
    def blocks(self) -> bool:
        """Whether the caller is where waiting holds nobody else up: in a worker thread."""
        host = self.host()
        return not (host is not None and host.here()) and asyncio._get_running_loop() is None

    def outcome(self, answers: Answers, timeout: float) -> Any:
        """What was answered. Raises what went wrong."""
        said = next(iter(answers.said.values()), GONE if not answers.missing else _late(timeout))
        if isinstance(said, Failure):
            raise said.error(answers.site)
        return said

    def kept(self, answers: Answers) -> bool:
        """Whether the result is there, but cannot travel."""
        said = list(answers.said.values())
        return bool(said) and not answers.missing and all(isinstance(one, Failure) and one.kept for one in said)

    def have_room(self, desks: tuple[Statements, ...], statement: Statement) -> tuple[Statements, ...]:
        """Those who can take a statement. Raises `RemoteTimeout` where that is nobody."""
        (desk,) = desks
        if not desk.has_room(statement.size) and not (
            self.blocks and wait_for_room(desk, statement.size, self.timeout)
        ):
            raise RemoteTimeout(
                f"too much waits for {desk.tab!r}, which takes nothing; slow down, or await {self.name}"
            )
        return desks

    def with_options(self, options: dict[str, Any]) -> "Target":
        """The same tabs with other options. Raises `TypeError` for one that there is not."""
        other: Target = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        for name, value in options.items():
            if name not in self.options:
                raise TypeError(f"{self.name} has no option {name!r}.{near(name, self.options)}")
            setattr(other, name, _checked_option(name, value))
        return other


class Targets(Target):
    """Whom an expression is for: all tabs of a page or an App, or of those the ones in `to`, tabs or ids.

    `late`: whether a tab that does not answer in time is an error in the dict (`error`) or left out (`omit`).
    """

    options = (*Target.options, "to", "late")

    def __init__(self, name: str, owner: "Room", app: Speaker | None) -> None:
        super().__init__()
        self.name = name
        self.to: Any = None
        self.late = "error"
        self._owner = owner
        self._app = app

    def desks(self) -> tuple[Statements, ...]:
        """Where statements are collected for those who are there."""
        wanted = None if self.to is None else {getattr(one, "id", one) for one in self.to}
        return tuple(desk_of(tab) for tab in self._owner.tabs if not tab.gone and (wanted is None or tab.id in wanted))

    def host(self) -> Speaker | None:
        """The App; None where there is none."""
        return getattr(self._owner, "host", None) if self._app is None else self._app

    def same(self, other: Target) -> bool:
        """Whether an expression of the other is one for these."""
        return isinstance(other, Targets) and other._owner is self._owner

    def outcome(self, answers: Answers, timeout: float) -> "dict[Tab, Any]":
        """What each tab answered, an error where it gave none."""
        found: dict[Tab, Any] = {}
        for desk in answers.desks:
            if desk not in answers.said and self.late == "omit":
                continue
            said = answers.said.get(desk, _late(timeout))
            found[desk.tab] = said.error(answers.site) if isinstance(said, Failure) else said
        return found

    def have_room(self, desks: tuple[Statements, ...], statement: Statement) -> tuple[Statements, ...]:
        """Those who can take a statement; the others have missed it, which is said."""
        able = tuple(desk for desk in desks if desk.has_room(statement.size))
        for desk in desks:
            if desk not in able:
                desk.miss(statement)
        return able


def _late(timeout: float) -> Failure:
    return Failure("RemoteTimeout", f"the browser did not answer within {timeout:g} s")


def _checked_option(name: str, value: Any) -> Any:
    if name == "timeout" and (isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0):
        raise TypeError(f"timeout is a number of seconds, got {value!r}")
    if name == "wait" and not isinstance(value, bool):
        raise TypeError(f"wait is True or False, got {value!r}")
    if name == "late" and value not in ("error", "omit"):
        raise TypeError(f'late is "error" or "omit", got {value!r}')
    if name == "to" and value is not None:
        return [value] if isinstance(value, str) or hasattr(value, "id") else list(value)
    return value
