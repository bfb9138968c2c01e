"""`People`: who is here, as round badges with initials. The browser half, `people.js`, marks the person who looks at them."""

from typing import TYPE_CHECKING, Any, ClassVar

from justui.classes import look_with
from justui.components.for_ import For
from justui.components.html.sections import Div
from justui.components.html.text import Span
from justui.errors import UsageError
from justui.people import Person, Presence
from justui.state import Reactive

if TYPE_CHECKING:
    from typing import Unpack

    from justui.components.html.keywords import ElementKeywords
    from justui.page import WebPage

_SIZES = {"small": "size-6 text-[.65rem]", "medium": "size-8 text-xs", "large": "size-10 text-sm"}
_LOOK = (
    "ui-person relative inline-grid shrink-0 place-items-center rounded-full font-semibold leading-none select-none "
    "ring-2 ring-[var(--paper,light-dark(#fff,#17181b))]"
)


class People(Div):
    """Who is here: a badge for each person, with initials in their colour and the name as its tip; oneself first, and marked.

    `presence`: a `ui.Presence` as of a shared text (`notes.presence`), or a page, whose it is then. Past `limit` people a badge
    says how many more there are, and who. `size` is `small`, `medium` or `large`.
    """

    look: ClassVar[str] = "flex flex-wrap items-center gap-1.5"

    presence: Presence

    if TYPE_CHECKING:

        def __init__(
            self,
            presence: Presence | WebPage,
            *,
            limit: int = 5,
            size: str = "medium",
            **keywords: Unpack[ElementKeywords],
        ) -> None: ...

    else:

        def __init__(self, presence=None, *, limit=5, size="medium", classes=None, **keywords):
            presence = getattr(presence, "presence", presence)
            if not isinstance(presence, Presence):
                raise UsageError(f"People wants a presence or a page, got {presence!r:.60}. Write ui.People(page).")
            if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
                raise UsageError(f"limit={limit!r:.40} of People: write a number from 1 on.")
            if size not in _SIZES:
                raise UsageError(f"size={size!r:.40} of People: write 'small', 'medium' or 'large'.")
            self.presence = presence
            keywords.setdefault("aria_label", "People here")
            keywords.setdefault("role", "list")
            super().__init__(classes=look_with(lambda: self.look, classes), **keywords)
            look = f"{_LOOK} {_SIZES[size]}"
            shown = presence.map(lambda people: people[:limit])
            badges = For(shown, lambda person: _badge(person, look), style="display: contents", role="presentation")
            more = presence.map(lambda people: people[limit:])
            rest = Span(
                text=more.map(lambda people: f"+{len(people)}"),
                show=more.map(bool),
                tooltip=more.map(_names),
                aria_label=more.map(_names),
                role="listitem",
                classes=f"{look} bg-gray-500 text-white",
            )
            self.set_attributes({"data-half": "people"})
            self.add(badges, rest)


def _badge(person: Person, look: str) -> Span:
    tab = person.tab
    name: Reactive[Any] = person.state("name")
    badge = Span(
        text=name.map(initials),
        style=person.state("colour").map("background: {0}; outline-color: {0}".format),
        tooltip=name,
        aria_label=name,
        role="listitem",
        classes=f"{look} text-white",
    )
    badge.set_attributes({"data-person": "" if tab is None else tab.id})
    return badge


def initials(name: str | None) -> str:
    """One or two letters that stand for a name."""
    words = [word for word in (name or "").split() if word[0].isalnum()] or (name or "?").split() or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _names(people: list[Person]) -> str:
    return ", ".join(person.name for person in people)
