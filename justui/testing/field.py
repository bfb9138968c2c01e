"""The typing protocol of a field in a tab: what is sent, what is unacknowledged, how a value of the server is taken.

A model of `browser/fields.js` without a document: values in, values out. Knows no frames and no nodes.
"""

from dataclasses import dataclass, field

from justui.merge import merge, move_caret

Value = str | bool | list[str]
"""What a field holds: text, a choice or a date as a string; checked or not; the choices of a multiple select."""

Edit = tuple[int, str, str]
"""Event number, the text that was sent or rebased before, and the text then."""


@dataclass
class TextField:
    """A text field as `docs/wire.md` ("Text fields") has it.

    `shown` is what the person sees, `sent` the text last sent or rebased, `caret` a position in `shown`.
    """

    shown: str = ""
    sent: str = ""
    caret: int = 0
    composing: bool = False
    unacknowledged: list[Edit] = field(default_factory=list)
    waiting: str | None = None
    """The last value that arrived during a composition, with what is unacknowledged on top."""
    carried: bool = False
    """Whether the text was typed for a server that has gone: its successor may know it already."""

    @property
    def unsent(self) -> bool:
        """Whether there is something to send now; during a composition there is not."""
        return not self.composing and self.shown != self.sent

    def insert(self, text: str, at: int | None = None) -> None:
        """Type `text` at the caret, or at a position of `shown`; the caret ends behind it."""
        at = self.caret if at is None else at
        self.shown = self.shown[:at] + text + self.shown[at:]
        self.caret = at + len(text)

    def delete(self, start: int, end: int) -> None:
        """Take away `shown[start:end]`."""
        self.shown = self.shown[:start] + self.shown[end:]
        self.caret = start

    def replace(self, text: str) -> None:
        """Put a whole new text in, as a paste over everything does."""
        self.shown = text
        self.caret = len(text)

    def take(self, number: int) -> tuple[str, str]:
        """Return (from, to) for event `number` and remember the edit until it is acknowledged."""
        edit = (number, self.sent, self.shown)
        self.unacknowledged.append(edit)
        self.sent = self.shown
        self.carried = False
        return edit[1], edit[2]

    def receive(self, value: str) -> None:
        """Take a value of the server, and put what the server has not seen yet on top of it."""
        if self.carried and value == self.shown:
            self.sent = value
        for _, before, after in self.unacknowledged:
            value = merge(before, after, value)
        if self.composing:
            self.waiting = value
        else:
            self._rebase(value)

    def _rebase(self, value: str) -> None:
        shown = merge(self.sent, self.shown, value)
        self.caret = move_caret(self.shown, shown, self.caret)
        self.shown = shown
        self.sent = value

    def acknowledge(self, number: int) -> None:
        """Forget the edits of events up to and including `number`: the server has stored them."""
        self.unacknowledged = [edit for edit in self.unacknowledged if edit[0] > number]

    def compose(self) -> None:
        """Begin an IME composition: until `commit`, nothing of this field is sent or applied."""
        self.composing = True

    def commit(self) -> None:
        """End the composition; the last value that arrived meanwhile is taken now."""
        self.composing = False
        value, self.waiting = self.waiting, None
        if value is not None:
            self._rebase(value)


@dataclass
class PlainField:
    """The same for a field that is not merged: checkbox, radio, select, date, password and their like."""

    shown: Value = ""
    unsent: bool = False
    unacknowledged: list[int] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether the person's value stands: it is unsent or unacknowledged, so that the server's is not taken."""
        return self.unsent or bool(self.unacknowledged)

    def choose(self, value: Value) -> None:
        """Take the value that the person gives."""
        if value != self.shown:
            self.shown = value
            self.unsent = True

    def take(self, number: int) -> Value:
        """Return the value for event `number`, unacknowledged from now on."""
        self.unsent = False
        self.unacknowledged.append(number)
        return self.shown

    def acknowledge(self, number: int) -> None:
        """Forget the events up to and including `number`."""
        self.unacknowledged = [event for event in self.unacknowledged if event > number]


@dataclass
class FieldState:
    """What a tab has of one field, wherever on the page it stands."""

    text: TextField = field(default_factory=TextField)
    plain: PlainField = field(default_factory=PlainField)
    touched: bool = False
    """Whether a person changed the field since the server last emptied it."""

    @property
    def unsent(self) -> bool:
        """Whether there is something to send."""
        return self.plain.unsent or self.text.unsent

    @property
    def pending(self) -> bool:
        """Whether something is unacknowledged."""
        return bool(self.text.unacknowledged or self.plain.unacknowledged)

    def acknowledge(self, number: int) -> None:
        """Note that the events up to `number` are stored."""
        self.text.acknowledge(number)
        self.plain.acknowledge(number)
