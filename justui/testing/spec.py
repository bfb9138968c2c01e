"""What an element's `data-e` says: which events have a handler, and with which options. `docs/wire.md`, "Event specs"."""

from dataclasses import dataclass

from justui.testing.nodes import Element


@dataclass(frozen=True)
class Entry:
    """One entry of an event spec; times are in seconds."""

    name: str
    """As it travels: the event, `.KEY` and `__out` included."""
    event: str
    key: str | None = None
    outside: bool = False
    debounce: float | None = None
    throttle: float | None = None
    immediate: bool = False
    prevent: bool = False
    stop: bool = False
    once: bool = False
    modifiers: frozenset[str] | None = None
    properties: tuple[str, ...] = ()

    def fits(self, event: str, key: str | None, held: frozenset[str]) -> bool:
        """Whether the entry is for this event, with this key and these modifiers held."""
        return (
            self.event == event
            and self.key in (None, key and key.lower())
            and (self.modifiers is None or self.modifiers == held)
        )


def entries(element: Element) -> list[Entry]:
    """Return the entries of an element's event spec."""
    return [read_entry(text) for text in element.attributes.get("data-e", "").split()]


def read_entry(text: str) -> Entry:
    """Read one entry of an event spec."""
    name, _, options = text.rpartition(":") if ":" in text else (text, "", "")
    bare = name.removesuffix("__out")
    # Only events of keys have a key; an event of one's own may have a dot in its name.
    event, key = (bare.partition(".")[0], bare.partition(".")[2]) if bare.startswith("key") else (bare, "")
    known: dict[str, float | bool | frozenset[str] | tuple[str, ...]] = {}
    for option in filter(None, options.split(";")):
        letter, rest = option[0], option[1:]
        if letter in "dt":
            known["debounce" if letter == "d" else "throttle"] = float(rest) / 1000
        elif letter == "m":
            known["modifiers"] = frozenset(rest[1:].split("+"))
        elif letter == "f":
            known["properties"] = tuple(rest[1:].split("+"))
        else:
            known[{"i": "immediate", "p": "prevent", "s": "stop", "o": "once"}[letter]] = True
    return Entry(name, event, key.lower() or None, bare != name, **known)  # type: ignore[arg-type]
