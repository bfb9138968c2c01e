"""`Comments`: what people have said about a shared text, at its side. The browser half, `comments.js`, joins it with the editor.

Whoever may write in an editor of the text that is on the same page may answer and resolve; the server looks, also at each click.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from justui.comments import LONGEST, Comment
from justui.components.for_ import For
from justui.components.html.forms import Button, Form, Textarea
from justui.components.html.interactive import Details, Summary
from justui.components.html.sections import Article, Div, Header
from justui.components.html.text import P, Small, Span, Strong, Time
from justui.components.shared_editor import checked
from justui.errors import Refused, StateError
from justui.events import Event
from justui.shared_text import SharedText
from justui.state import Reactive

if TYPE_CHECKING:
    from typing import Unpack

    from justui.components.html.keywords import ElementKeywords

_GONE: Final = "The text was deleted"


class Comments(Div):
    """The comments on a shared text, in its order, to read, answer and resolve: `ui.Comments(model=notes)`.

    `model` is the `SharedText`. With it on the page, the toolbar of the text's `ui.Editor` has the button `comment`. `height` is a
    CSS length, past which it scrolls by itself.
    """

    tag = "justui-comments"

    _model: SharedText

    if TYPE_CHECKING:

        def __init__(self, *, height: str | None = None, **keywords: Unpack[ElementKeywords]) -> None: ...

    else:

        def __init__(self, *, model=None, height=None, **keywords):
            self._model = checked(model, "Comments")
            keywords.setdefault("role", "region")
            keywords.setdefault("aria_label", "Comments")
            super().__init__(**keywords)
            if height is not None:
                self.style = f"max-height: {height};{self.style or ''}"
            self._fill()

    @property
    def model(self) -> SharedText:
        """The text. Raises `StateError` when it is set to anything but a `SharedText`."""
        return self._model

    @model.setter
    def model(self, model: object) -> None:
        self._model = checked(model, "Comments")
        self._fill()

    def _fill(self) -> None:
        model = self._model
        card = partial(_card, model)
        opened = model.comments.map(lambda all_: [one for one in all_ if not one.resolved])
        resolved = model.comments.map(lambda all_: [one for one in all_ if one.resolved])
        self.set_attributes({"data-half": "comments", "data-of": str(model.document.number)})
        self.clear()
        self.add(
            For(opened, card, empty=lambda: Small("No comments", classes="ui-none")),
            Details(
                Summary(text=resolved.map(lambda all_: f"Resolved ({len(all_)})")),
                For(resolved, card),
                show=resolved.map(bool),
            ),
        )


class _Card(Article):
    tag = "justui-comment"


class _When(Time):
    """A time, which browsers show in their own zone and words."""

    tag = "justui-when"


def _head(by: str, at: datetime, *more: Any) -> Header:
    when = _When(f"{at:%Y-%m-%d %H:%M} UTC", datetime=at.isoformat(timespec="seconds"))
    return Header(Span(classes="ui-dot"), Strong(by or "Note"), when, *filter(None, more))


def _card(model: SharedText, comment: Comment) -> _Card:
    """A thread. It holds nothing of the component in which it stands."""

    def of(name: str) -> Reactive[Any]:
        return model.comments.map(lambda _: getattr(comment, name))

    closed, quote = comment.resolved, of("quote")
    turn = _button(model, "Reopen", comment.reopen) if closed else _button(model, "Resolve", comment.resolve)
    card = _Card(
        _head(comment.by, comment.at, turn),
        Button(
            text=quote.map(lambda text: text or _GONE),
            type="button",
            classes="ui-quote",
            disabled=quote.map(lambda text: not text),
            title="Show in the text",
        ),
        P(comment.text),
        For(of("replies"), lambda reply: Div(_head(reply.by, reply.at), P(reply.text), classes="ui-reply")),
        style=f"--by: {comment.colour or 'var(--accent)'}",
    )
    if not closed:
        card.add(_answer(model, comment))
    card.set_attributes({"data-thread": comment.id, **({"data-resolved": ""} if closed else {})})
    return card


def _button(model: SharedText, name: str, act: Callable[[], None]) -> Button:
    return Button(name, type="button", on_click=lambda msg: _do(model, msg, act), classes="ui-act")


def _answer(model: SharedText, comment: Comment) -> Form:
    def send(msg: Event) -> None:
        text = str(field.value or "").strip()
        if text and _do(model, msg, lambda: comment.reply(text)):
            field.value = ""

    field = Textarea(
        private=True,
        rows=1,
        maxlength=LONGEST,
        placeholder="Reply",
        aria_label=f"Reply to {comment.by or 'the comment'}",
    )
    return Form(field, Button("Reply"), on_submit=send, classes="ui-act")


def _do(model: SharedText, msg: Event, act: Callable[[], None]) -> bool:
    """Do what a person wants who may write in the text there; else tell them why not."""
    audience, tab = model.document.audience, msg.tab
    if tab is None:
        return False
    if audience is None or not audience.has_writer(tab):
        tab.notify("This text is not open for writing here.", "warning")
        return False
    try:
        act()
    except (Refused, StateError) as error:  # too many, or deleted meanwhile
        tab.notify(str(error), "warning")
        return False
    return True
