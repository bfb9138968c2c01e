"""`Upload`: a place for files that are chosen, dropped or pasted, and sent at once into a folder opened by `app.uploads`.

The browser half, `upload.js`, sends and shows them. That a file has arrived is said by the folder, never by the browser.
"""

from typing import TYPE_CHECKING, Any

from justui.classes import look_with
from justui.component import Component, targets
from justui.components.html.forms import Input, Label
from justui.components.html.sections import Div
from justui.components.html.text import Small, Span
from justui.errors import UsageError
from justui.handlers import EventFunction, Handler, arity_of
from justui.upload_places import accepted

if TYPE_CHECKING:
    from justui.components.html.keywords import Given
    from justui.state import Reactive

_ARROW = "M12 15V4m0 0L7.5 8.5M12 4l4.5 4.5M4 15v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3"
_FAILED = ("name", "reason", "status")


class _Arrow(Component):
    """The drawing in the target."""

    tag = "svg"
    namespace = "svg"


class _Line(Component):
    tag = "path"
    namespace = "svg"


class Upload(Div):
    """A target for files, which go at once into the folder that `app.uploads(to, …)` has opened, each with its progress.

    `to`: the folder's route. `text` and `help` stand in the target. `multiple`: several files; `max_files`: so many at once.
    `accept`: what the chooser offers, by default the folder's types. `unique`: each name gets an addition, so that files
    of one name do not meet. `disabled`: none are taken now. `on_done(msg)` runs when a file has arrived, with `msg.file`: its
    `name`, `size`, `type`, `path` and `url`; the folder itself says so. `on_error(msg)` runs when one will not arrive, with
    `msg.name`, `msg.reason` and `msg.status`, as the browser has them. What is taken is for the folder to decide.
    """

    field: Input
    """The file input in the target."""
    upload_route: str
    arrival: Handler | None
    """Runs when a file has arrived."""

    if TYPE_CHECKING:

        def __init__(
            self,
            text: str | Reactive[Any] = "",
            *,
            to: str,
            help: Given[str] = None,
            multiple: Given[bool] = True,
            accept: Given[str] = None,
            max_files: int | None = None,
            unique: bool = False,
            disabled: Given[bool] = False,
            on_done: EventFunction | None = None,
            on_error: EventFunction | None = None,
            **keywords: Any,
        ) -> None: ...

    else:

        def __init__(
            self,
            text="",
            *,
            to,
            help=None,
            multiple=True,
            accept=None,
            max_files=None,
            unique=False,
            disabled=False,
            on_done=None,
            on_error=None,
            classes=None,
            **keywords,
        ):
            self.upload_route = _checked_route(to)
            if max_files is not None and (type(max_files) is not int or max_files < 1):
                raise UsageError(f"max_files= of Upload wants a number from 1, got {max_files!r:.40}")
            self.arrival = None
            several = "Drop files here, or choose them" if multiple else "Drop a file here, or choose one"
            self.field = Input(
                type="file",
                multiple=multiple,
                accept=accepted(self.upload_route) if accept is None else accept,
                disabled=disabled,
            )
            drawing = _Arrow(_Line(attributes={"d": _ARROW}), aria_hidden="true")
            drawing.set_attributes({"viewBox": "0 0 24 24", "fill": "none", "stroke": "currentColor"})
            drawing.set_attributes({"stroke-width": "1.75", "stroke-linecap": "round", "stroke-linejoin": "round"})
            words, more = Span(text=text or several), [Small(text=help)] if help else []
            self.field.aria_labelledby, self.field.aria_describedby = words, more
            target = Label(drawing, words, *more, self.field)
            super().__init__(target, classes=look_with(lambda: "ui-upload", classes), **keywords)
            marks = {"data-half": "upload", "data-to": self.upload_route, "data-most": max_files}
            self.set_attributes({**marks, "data-unique": unique or None})
            targets[self._id] = self
            if on_done is not None:
                self.on_done = on_done
            if on_error is not None:
                self.on_error = on_error

    @property
    def on_done(self) -> EventFunction | None:
        """The function that runs when a file has arrived."""
        return None if self.arrival is None else self.arrival.function

    @on_done.setter
    def on_done(self, function: EventFunction | None) -> None:
        label = f"on_done of {self.describe()}"
        self.arrival = None if function is None else Handler(function, arity_of(function, label), "done")

    @property
    def on_error(self) -> EventFunction | None:
        """The function that runs when a file will not arrive."""
        return self.handler("error")

    @on_error.setter
    def on_error(self, function: EventFunction | None) -> None:
        if function is None:
            self.off("error")
        else:
            self.on("error", function, fields=_FAILED)

    @property
    def disabled(self) -> bool:
        """Whether no files are taken now."""
        return bool(self.field.disabled)

    @disabled.setter
    def disabled(self, value: bool) -> None:
        self.field.disabled = value

    @property
    def accept(self) -> str | None:
        """What the chooser of files offers first."""
        return self.field.accept

    @accept.setter
    def accept(self, value: str | None) -> None:
        self.field.accept = value

    @property
    def multiple(self) -> bool:
        """Whether several files are taken."""
        return bool(self.field.multiple)

    @multiple.setter
    def multiple(self, value: bool) -> None:
        self.field.multiple = value


def _checked_route(to: Any) -> str:
    if not isinstance(to, str) or not to.startswith("/"):
        raise UsageError(f'to= of Upload wants the route of app.uploads, such as "/in", got {to!r:.60}')
    return to.rstrip("/")
