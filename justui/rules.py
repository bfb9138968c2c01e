"""`Rules`: who may do what with topics, or with queues, by name or by pattern. Closed is what nobody has opened.

The most exact name that has a rule decides: what `app.topic("room/+", allow=True)` opens, `app.topic("room/7", allow=False)` closes.
"""

from collections.abc import Callable
from types import FunctionType

from justui.broker.names import covers, exactness, is_pattern
from justui.errors import ConfigError
from justui.handlers import arity_of
from justui.hints import place_of
from justui.who import Rule, Who, check_rule

Ask = bool | Callable[[Who, str], bool]
"""A rule that is ready to be asked."""


class Rules:
    """The rules of all topics, or of all queues: `noun`. `uses` are what one can do, such as `subscribe` and `publish`."""

    def __init__(self, noun: str, *uses: str) -> None:
        self._noun = noun
        self._uses = uses
        self._given: dict[str, dict[str, Rule]] = {}
        self._exact: dict[str, dict[str, Ask]] = {}
        self._patterns: dict[str, dict[str, Ask]] = {}
        """Those of patterns, the most exact one first."""

    def give(self, name: str, allow: Rule | None, **rules: Rule | None) -> bool:
        """Let `name` have rules, `allow` for every use that has none of its own; None gives none. Whether there are any now.

        Raises `ConfigError` where there is another one already, `HandlerError` for what cannot be one.
        """
        wanted = {use: rule for use in self._uses if (rule := _either(rules.get(use), allow)) is not None}
        if not wanted:
            return name in self._given
        label = f"of the {self._noun} {name!r}"
        for use, rule in wanted.items():
            check_rule(rule, f"{use if rules.get(use) is not None else 'allow'}= {label}")
        given = self._given.get(name, {})
        for use, rule in wanted.items():
            if use in given and not _is_same(given[use], rule):
                raise ConfigError(
                    f"the {self._noun} {name!r} has another rule for {use}{_place(given[use])} already. "
                    f"Give rules once, when the program begins; elsewhere write app.{self._noun}({name!r})."
                )
        self._given[name] = given = {**wanted, **given}
        asked = {use: _ready(rule, name) for use, rule in given.items()}
        if is_pattern(name):
            patterns = {**self._patterns, name: asked}
            self._patterns = {one: patterns[one] for one in sorted(patterns, key=exactness)}
        else:
            self._exact[name] = asked
        return True

    def drop(self, name: str) -> None:
        """Let `name` have no rules any more."""
        self._given.pop(name, None)
        self._exact.pop(name, None)
        self._patterns = {one: asked for one, asked in self._patterns.items() if one != name}

    def rule(self, name: str, use: str) -> Ask:
        """The rule that decides on a use of `name`, which may be a pattern: then it is that of one which covers it."""
        asked = self._exact.get(name)
        if asked is None:
            asked = next((asked for one, asked in self._patterns.items() if covers(one, name)), {})
        return asked.get(use, False)

    def allows(self, name: str, use: str, who: Who) -> bool:
        """Whether `who` may. What a rule raises goes on."""
        rule = self.rule(name, use)
        return rule if isinstance(rule, bool) else rule(who, name)

    def seem_to_allow(self, name: str, use: str, who: Who) -> bool:
        """The same, for a list of what one may: a rule that raises does not allow."""
        try:
            return self.allows(name, use, who)
        except Exception:  # noqa: BLE001 - who uses the name will hear of it
            return False

    def check(self, name: str, use: str, who: Who) -> None:
        """Raise `PermissionError` unless `who` may."""
        if not self.allows(name, use, who):
            raise PermissionError(f"the {self._noun} {name!r} is not open to you for {use}")

    def named(self) -> list[str]:
        """The names that have rules, patterns left out."""
        return list(self._exact)

    def __bool__(self) -> bool:
        """Whether anything may be open to browsers."""
        return any(rule is not False for given in tuple(self._given.values()) for rule in given.values())


def _either(rule: Rule | None, other: Rule | None) -> Rule | None:
    return other if rule is None else rule


def _ready(rule: Rule, name: str) -> Ask:
    if isinstance(rule, bool):
        return rule
    arity = arity_of(rule, f"the rule of {name!r}", "none, (who) or (who, name)")
    return lambda who, name: bool(rule(*(who, name)[:arity]))


def _is_same(one: Rule, other: Rule) -> bool:
    """Whether two rules are one, as those are which a line that runs twice makes."""
    if one is other or one == other:
        return True
    if not isinstance(one, FunctionType) or not isinstance(other, FunctionType):
        return False
    return (
        one.__code__ is other.__code__
        and one.__defaults__ == other.__defaults__
        and [cell.cell_contents for cell in one.__closure__ or ()]
        == [cell.cell_contents for cell in other.__closure__ or ()]
    )


def _place(rule: Rule) -> str:
    return "" if isinstance(rule, bool) else place_of(rule)
